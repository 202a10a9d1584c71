"""Targets judged one after the other: every version, method and series, in blocks that keep working memory small."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.analysis._binding import Binding
from maalbib.analysis._context import Setting, one_frequency
from maalbib.analysis._evidence import Evidence, Remarks, evidence_of
from maalbib.analysis._figures import Case
from maalbib.analysis._milestones import judge_milestone
from maalbib.analysis._overrides import override_columns
from maalbib.analysis._progress_columns import BLANK, constant_columns
from maalbib.analysis._secrecy import people_in
from maalbib.analysis._staleness import stale
from maalbib.analysis._target_series import expected_of, series_for
from maalbib.analysis._tracking_errors import standard_errors
from maalbib.analysis._tracking_methods import judged_by, measured_milestone, methods_of
from maalbib.analysis._tracking_open import RANKS
from maalbib.analysis._tracking_options import Basis, Options
from maalbib.analysis._tracking_versions import Held, held_versions
from maalbib.analysis._verdict import Verdicts
from maalbib.model import DispersionAtMost, Milestone, Override, Target

if TYPE_CHECKING:
    from maalbib.analysis._arrays import Bools
    from maalbib.analysis._series_made import TargetSeries
    from maalbib.measurements import Panel

__all__ = ["Judging", "Part"]

_LOOKS_BACK: Final = ("destatis",)
_BLOCK: Final = 400_000  # values judged at a time


@attrs.frozen(kw_only=True)
class Part:
    """Rows of one target and method."""

    institutions: tuple[str, ...]
    columns: dict[str, Any]


@attrs.frozen(kw_only=True)
class Judging:
    """How the targets of one call are judged."""

    setting: Setting
    day: dt.date
    options: Options
    binding: Binding
    methods: tuple[str, ...] | None
    basis: Basis
    overrides: tuple[Override, ...]
    native: Mapping[str, Mapping[str, object]]

    def parts(self, wanted: Iterable[Target]) -> list[Part]:
        """Judge indicator by indicator, and return the rows in the order of the targets, then of their methods."""
        held = [item for target in wanted for item in self._versions(target)]
        found: dict[int, list[tuple[str, Part]]] = {place: [] for place in range(len(held))}
        aimed: dict[str, list[int]] = {}
        for place, item in enumerate(held):
            aimed.setdefault(item.target.indicator, []).append(place)
        for code, panels in self.setting.panels([code for code in aimed if code], self.day):
            parted = list(one_frequency(panels))
            for place in aimed[code]:
                for panel, mixed in _judged_together(held[place].target, parted):
                    found[place] += self._judged(held[place], panel, mixed)
        for place, item in enumerate(held):
            found[place] += self._silent(item, [part for _, part in found[place]])
        return [
            part for place, item in enumerate(held) for part in _by_method(found[place], self._methods(item.target))
        ]

    def _versions(self, target: Target) -> Iterator[Held]:
        yield from held_versions(self.setting.definitions.targets.versions(target.id), self.basis, self.day)

    def _methods(self, target: Target) -> tuple[str, ...]:
        """Return the methods of a call, else the target's own, else the straight line."""
        return self.methods or methods_of(target.method, f"method of {target.id}") or ("linear",)

    def _judged(self, held: Held, panel: Panel, mixed: Bools) -> Iterator[tuple[str, Part]]:
        """Yield the rows of those who are bound and have values, a block at a time."""
        options = self._options(held.target)
        for whole in series_for(
            held.target,
            panel,
            self.setting,
            self.binding,
            mixed=mixed,
            across_breaks=options.across_breaks,
            min_verdict=options.min_verdict,
        ):
            step = max(1, _BLOCK // max(1, len(whole.panel.periods)))
            for start in range(0, len(whole), step):
                block = whole if len(whole) <= step else whole.rows(np.arange(start, min(start + step, len(whole))))
                yield from self._block(held, block)

    def _block(self, held: Held, series: TargetSeries) -> Iterator[tuple[str, Part]]:
        target, panel, options = held.target, series.panel, self._options(held.target)
        indicator = series.indicator
        evidence, remarks = self._evidence(target, series)
        case = Case(
            target=target,
            evidence=evidence,
            options=options,
            errors=standard_errors(panel),
            people=people_in(panel, indicator),
            lowest=series.lowest,
            highest=series.highest,
        )
        late = stale(panel, indicator.publication_delay, options.grace_days, self.day)
        found = []
        for method in self._methods(target):
            verdicts = Verdicts(len(panel))
            self._bar(held, verdicts)
            for code, where in (("not_measurable.mixed_frequency", series.mixed), *series.verdicts):
                verdicts.decide(where, code)
            if options.stale == "refused":
                verdicts.decide(late, "not_measurable.too_old")
            for name, where in (*remarks, *series.remarks, ("stale", late)):
                verdicts.flag(where, name)
            columns = self._columns(self._by_method(case, method, series), series, verdicts)
            found.append((method, verdicts, columns))
        _flag_disagreement([verdicts for _, verdicts, _ in found])
        for method, verdicts, columns in found:
            yield method, self._part(target, method, panel.institutions, panel.breakdowns, verdicts, columns)

    def _evidence(
        self, target: Target, series: TargetSeries, *, whole_history: bool = False
    ) -> tuple[Evidence, Remarks]:
        options = self._options(target)
        return evidence_of(
            target,
            series.panel,
            series.indicator,
            self.day,
            across_breaks=options.across_breaks,
            min_verdict=options.min_verdict,
            whole_history=whole_history,
        )

    def _by_method(self, case: Case, method: str, series: TargetSeries) -> Case:
        """Return the case as a method sees it: one that looks five years back does not stop at a baseline."""
        name = method.partition("/")[0]
        seen = attrs.evolve(case, method=method, native=self.native.get(name, {}))
        if name in _LOOKS_BACK and case.target.baseline is not None and not case.target.NEEDS_BASELINE:
            evidence, _ = self._evidence(case.target, series, whole_history=True)
            return attrs.evolve(seen, evidence=evidence)
        return seen

    def _columns(self, case: Case, series: TargetSeries, verdicts: Verdicts) -> dict[str, Any]:
        """Judge by one method, and return the columns about the development."""
        grades = self.setting.secrecy.grades(series.panel, series.indicator)
        judge = measured_milestone if isinstance(case.target, Milestone) else judged_by
        return judge(case, series, grades, verdicts, self.day)

    def _bar(self, held: Held, verdicts: Verdicts) -> None:
        """Say what holds of a version whatever the data."""
        everyone = verdicts.open
        verdicts.flag(everyone & held.revised, "target_revised")
        if held.barred:
            verdicts.decide(everyone, f"not_measurable.{held.barred}")

    def _silent(self, held: Held, found: Sequence[Part]) -> Iterator[tuple[str, Part]]:
        """Yield the rows of those who are bound and have no values; one without a name where nobody has any."""
        target = held.target
        seen = {code for part in found for code in part.institutions}
        bound = expected_of(target, self.setting, self.binding) or ()
        codes = tuple(sorted(set(bound) - seen)) or (() if seen else ("",))
        if not codes:
            return
        breakdowns = (target.breakdown or "",) * len(codes)
        for method in self._methods(target):
            verdicts = Verdicts(len(codes))
            self._bar(held, verdicts)
            columns = dict(BLANK) | _stated(target)
            if isinstance(target, Milestone) and not target.indicator:
                columns["reached_period"] = judge_milestone(target, self.day, verdicts)
            verdicts.decide(verdicts.open, "not_measurable.no_data")
            yield method, self._part(target, method, codes, breakdowns, verdicts, columns | {"n": 0})

    def _part(
        self,
        target: Target,
        method: str,
        institutions: Sequence[str],
        breakdowns: Sequence[str],
        verdicts: Verdicts,
        columns: dict[str, Any],
    ) -> Part:
        by_hand = override_columns(self.overrides, target.id, institutions, breakdowns, self.day, verdicts)
        columns |= {
            **constant_columns(target, self.day, self._options(target), method, self.native),
            **by_hand,
            "institution": list(institutions),
            "breakdown": list(breakdowns),
            "state": verdicts.states,
            "reason": verdicts.reasons,
            "flags": verdicts.flags,
            "needs_explanation": verdicts.in_state("not_met", "moving_away") & target.essential,
        }
        return Part(institutions=tuple(institutions), columns=columns)

    def _options(self, target: Target) -> Options:
        return (
            self.options if target.min_verdict is None else attrs.evolve(self.options, min_verdict=target.min_verdict)
        )


def _stated(target: Target) -> dict[str, float | None]:
    """Return the columns of a region that does not depend on the data."""
    low, high = (float(edge) if np.isfinite(edge) else None for edge in target.region(None))
    goal = None if low is not None and high is not None else high if low is None else low
    return {"target_value": goal, "target_low": low, "target_high": high}


def _judged_together(target: Target, parted: list[tuple[Panel, Bools]]) -> list[tuple[Panel, Bools]]:
    """Return the panels that a target is judged by: of units measured at different frequencies, a dispersion takes the most."""
    if not isinstance(target, DispersionAtMost) or not parted:
        return parted
    return [max(parted, key=lambda part: len(part[0]))]


def _by_method(found: list[tuple[str, Part]], methods: Sequence[str]) -> Iterator[Part]:
    for method in methods:
        yield from (part for name, part in found if name == method)


def _flag_disagreement(verdicts: Sequence[Verdicts]) -> None:
    """Flag the rows that two methods judge differently; a method that gives no verdict disagrees with nobody."""
    if len(verdicts) < 2:  # noqa: PLR2004 - one method cannot disagree
        return
    ranks = np.stack([found.places_among(RANKS) for found in verdicts])
    least = np.where(ranks < 0, len(RANKS), ranks).min(axis=0)
    differ = (ranks.max(axis=0) >= 0) & (least < ranks.max(axis=0))
    for found in verdicts:
        found.flag(differ, "methods_disagree")
