"""What a value would be expected to be: from conditions, from figures handed in, or from need; and how far it is from that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._binding import named_parts
from maalbib.analysis._peer_gaps import gaps_of
from maalbib.analysis._peer_rules import Judged, words_of
from maalbib.analysis._secrecy import Grades
from maalbib.analysis._segments import sides
from maalbib.analysis._verdict import Verdicts
from maalbib.model import IndicatorKind

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.model import Period

__all__ = ["Expected", "Figures", "expected_of"]

Part = tuple[str, frozenset[str]]
"""An institution, and what part of it."""
_WHOLE: Final[frozenset[str]] = frozenset()

Figure = tuple[float, ...]
"""Value, lower and upper limit, and why it may not be shown (0 where it may)."""

_FAULTS: Final = ("condition_missing", "too_few_units", "too_many_conditions", "collinear_conditions", "fits_itself")
"""Why the conditions give a unit no expected value."""


@attrs.frozen(kw_only=True, eq=False)
class Expected:
    """Expected values of the rows, and the gaps to them; NaN where there is none, with the reason in the verdicts.

    Attributes
    ----------
    adjusted
        The value divided by the index of need; NaN where that is not what was asked for.
    extrapolated, taken_as_exact
        Whether the model is stretched; whether the expected value came without uncertainty.
    grade
        Why the figures held against may not be shown, 0 where they may.
    """

    value: Floats
    adjusted: Floats
    gap: Floats
    lower: Floats
    upper: Floats
    verdicts: Verdicts
    extrapolated: Bools
    taken_as_exact: Bools
    grade: Grades


class Figures:
    """Values of other indicators by institution and part; what is withheld or only known as a bound is no value."""

    def __init__(self, setting: Setting, ids: tuple[str, ...]) -> None:
        self._setting = setting
        self._panels = dict(setting.panels(ids)) if ids else {}
        self._known: dict[tuple[str, Period], dict[Part, Figure]] = {}

    def columns(
        self, code: str, when: Period, institutions: tuple[str, ...], breakdowns: tuple[str, ...] | None = None
    ) -> Floats:
        """Return (4, rows) value, lower and upper limit, and why it may not be shown; NaN where there is no value.

        Those of the whole of each institution, or of the part that each breakdown names.
        """
        known = self._at(code, when)
        parts = [_WHOLE] * len(institutions) if breakdowns is None else [named_parts(text) for text in breakdowns]
        lacking = (np.nan, np.nan, np.nan, 0.0)
        rows = [known.get(key, lacking) for key in zip(institutions, parts, strict=True)]
        return np.array(rows, dtype=np.float64).reshape(len(rows), 4).T

    def others(self, code: str, when: Period, institutions: tuple[str, ...]) -> bool:
        """Return whether there are values of institutions that are none of these."""
        return not {institution for institution, _ in self._at(code, when)} <= set(institutions)

    def _at(self, code: str, when: Period) -> dict[Part, Figure]:
        if (code, when) not in self._known:
            self._known[code, when] = self._of(code, when)
        return self._known[code, when]

    def _of(self, code: str, when: Period) -> dict[Part, Figure]:
        found: dict[Part, Figure] = {}
        for panel in self._panels.get(code, ()):
            if panel.freq is not when.freq or when not in panel.periods:
                continue
            column = panel.periods.index(when)
            nothing = np.full(len(panel), np.nan)
            cells = np.stack(
                [
                    panel.values[:, column],
                    *(nothing if part is None else part[:, column] for part in (panel.lower, panel.upper)),
                    self._setting.secrecy.grades(panel, self._setting.indicator(code))[:, column],
                ],
                axis=1,
            )
            known = np.isfinite(cells[:, 0]) & ~panel.suppressed[:, column] & (sides(panel)[:, column] == 0)
            for place in np.flatnonzero(known).tolist():
                key = panel.institutions[place], named_parts(panel.breakdowns[place])
                found[key] = tuple(cells[place].tolist())
        return found


def expected_of(judged: Judged, figures: Figures) -> Expected | None:
    """Work out what each value would be expected to be; None where nobody asked."""
    made: dict[str | None, Callable[[], Expected]] = {
        "conditions": lambda: _given_conditions(judged, figures),
        "expected": lambda: _handed_in(judged, figures),
        "need": lambda: _by_need(judged, figures),
    }
    how = made.get(judged.options.adjustment)
    return None if how is None else how()


def _given_conditions(judged: Judged, figures: Figures) -> Expected:
    """Regress the values of each breakdown on the conditions; a unit does not explain itself."""
    values, options = judged.values, judged.options
    when = options.conditions_period or judged.period
    found_of = [figures.columns(code, when, values.institutions) for code in options.conditions]
    given = np.stack([each[0] for each in found_of], axis=1)
    columns = {name: np.full(len(values), np.nan) for name in ("expected", "gap", "lower", "upper")}
    fault = np.full(len(values), "", dtype=object)
    extrapolated = np.zeros(len(values), dtype=bool)
    y = np.where(judged.used, values.value, np.nan)
    for group in np.unique(values.group).tolist():
        rows = np.flatnonzero(values.group == group)
        found = stats.expected_given(
            y[rows], given[rows], basis=values.grade[rows] == 0, confidence=options.confidence
        )
        columns["expected"][rows] = found.loo_expected
        columns["gap"][rows] = found.loo_gap
        columns["lower"][rows] = found.lower
        columns["upper"][rows] = found.upper
        fault[rows] = found.reason
        extrapolated[rows] = found.extrapolated
    verdicts = _opened(judged)
    for reason in _FAULTS:
        verdicts.decide(np.asarray(fault == reason), f"not_compared.{reason}")
    verdicts.decide(np.isnan(columns["gap"]), "not_compared.not_computable")
    grade = np.max([each[3] for each in found_of], axis=0)
    return _concluded(judged, verdicts, **columns, grade=grade, extrapolated=extrapolated)


def _handed_in(judged: Judged, figures: Figures) -> Expected:
    """Hold values against expected values that somebody else has worked out."""
    values = judged.values
    code, when, who = judged.options.expected.get(judged.code, ""), judged.period, values.institutions
    expected, low, high, grade = figures.columns(code, when, who, values.breakdowns)
    exact = np.isnan(low) | np.isnan(high)
    low, high = np.where(exact, expected, low), np.where(exact, expected, high)
    gap = values.value - expected
    verdicts = _opened(judged)
    verdicts.decide(np.isnan(expected), "not_compared.expected_missing")
    return _concluded(
        judged,
        verdicts,
        expected=expected,
        gap=gap,
        lower=gap - np.hypot(values.value - values.lower, high - expected),
        upper=gap + np.hypot(values.upper - values.value, expected - low),
        grade=grade,
        taken_as_exact=exact,
    )


def _by_need(judged: Judged, figures: Figures) -> Expected:
    """Hold spending against what the others spend for their need: the mean of value over index, times the own index."""
    values, options = judged.values, judged.options
    index, _, _, grade = figures.columns(options.need or "", judged.period, values.institutions)
    index = np.where(index > 0, index, np.nan)
    per_need = attrs.evolve(
        values,
        value=values.value / index,
        lower=values.lower / index,
        upper=values.upper / index,
        denominator=values.denominator * index,
    )
    gaps = gaps_of(
        per_need,
        judged.used & np.isfinite(index),
        judged.weights * (index if judged.kind == "pooled" else 1.0),
        judged.kind,
        include_self=options.include_self,
        confidence=options.confidence,
    )
    verdicts = _opened(judged)
    if judged.indicator is None or judged.indicator.kind is not IndicatorKind.RESOURCE:
        verdicts.decide(verdicts.open, "not_compared.need_of_a_resource_only")
    verdicts.decide(np.isnan(index), "not_compared.need_missing")
    verdicts.decide(gaps.peers == 0, "not_compared.no_peer")
    return _concluded(
        judged,
        verdicts,
        expected=gaps.mean * index,
        gap=gaps.gap * index,
        lower=gaps.lower * index,
        upper=gaps.upper * index,
        grade=grade,
        adjusted=values.value / index,
    )


def _opened(judged: Judged) -> Verdicts:
    """Return verdicts in which what could not be compared at all is refused for the same reason."""
    verdicts = Verdicts(len(judged.values))
    own = judged.verdicts
    for reason in ("suppressed", "one_sided", "no_data", "small_n", "different_sources"):
        verdicts.decide(own.having(f"not_compared.{reason}"), f"not_compared.{reason}")
    return verdicts


def _concluded(
    judged: Judged,
    verdicts: Verdicts,
    *,
    expected: Floats,
    gap: Floats,
    lower: Floats,
    upper: Floats,
    grade: Floats,
    adjusted: Floats | None = None,
    extrapolated: Bools | None = None,
    taken_as_exact: Bools | None = None,
) -> Expected:
    up, down = words_of(judged.indicator)
    refused = ~verdicts.open
    verdicts.decide(~(np.isfinite(lower) & np.isfinite(upper)), "not_compared.uncertainty_missing")
    verdicts.decide(lower > 0, f"{up}.found")
    verdicts.decide(upper < 0, f"{down}.found")
    verdicts.decide(verdicts.open, "no_detectable_difference.interval_includes_zero")
    nothing, never = np.full(len(gap), np.nan), np.zeros(len(gap), dtype=bool)
    return Expected(
        value=np.where(refused, np.nan, expected),
        adjusted=nothing if adjusted is None else np.where(refused, np.nan, adjusted),
        gap=np.where(refused, np.nan, gap),
        lower=np.where(refused, np.nan, lower),
        upper=np.where(refused, np.nan, upper),
        verdicts=verdicts,
        extrapolated=never if extrapolated is None else extrapolated & ~refused,
        taken_as_exact=never if taken_as_exact is None else taken_as_exact & ~refused,
        grade=np.where(refused, 0, grade).astype(np.int8),
    )
