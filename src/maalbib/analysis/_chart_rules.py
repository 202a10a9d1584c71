"""The rules of control charts for all series of one panel: what is charted, and what the latest point says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._chart_segments import Slots, levels_of, rebased
from maalbib.analysis._secrecy import Grades, Secrecy
from maalbib.analysis._segments import (
    Usable,
    approximate,
    at,
    block_labels,
    known_breaks,
    last_index,
    linked,
    mixed_within,
    overlapping,
    usable,
)
from maalbib.analysis._verdict import Verdicts
from maalbib.model import Direction, Frequency, Indicator, Rebase, UnitKind

if TYPE_CHECKING:
    from maalbib.measurements import Panel
    from maalbib.stats import ControlLimits, RuleHits, RuleSet, RunsTest

__all__ = ["COUNTED", "KINDS", "Charted", "Gaps", "Kind", "Options", "chart", "words_of"]

Kind = Literal["i", "run", "p", "p_prime", "u", "u_prime", "c", "i_prime", "g", "t"]
Gaps = Literal["break", "join"]
KINDS: Final = ("i", "run", "p", "p_prime", "u", "u_prime", "c", "i_prime", "g", "t")
COUNTED: Final = frozenset({"p", "p_prime", "u", "u_prime"})  # need numerators and denominators
_COUNTS: Final = frozenset({"c", "g"})  # need whole numbers of events or cases
_NO_COUNT: Final = frozenset(UnitKind) - {UnitKind.COUNT, UnitKind.TIME}  # of days between events, too
_SIZED: Final = COUNTED | {"i_prime"}


@attrs.frozen(kw_only=True)
class Options:
    """How series are charted. Everything is recorded in the result."""

    kind: Kind
    rule_set: str
    version: str
    baseline: int | None
    screen: bool
    gaps: Gaps
    within_unit: bool
    min_points: int
    min_points_trial: int
    min_verdict: int | None
    across_sources: bool


@attrs.frozen(kw_only=True)
class Charted:
    """The charts of a panel.

    Attributes
    ----------
    slots
        The periods of the charts, without a hole.
    sizes
        (series, slots) denominators, where the chart needs them.
    limits, hits, runs
        What the kernels found; arrays of (series, slots).
    latest
        Slot of the latest point of each series, -1 without one.
    in_force
        (series, slots) the points of the segment of the latest one.
    grades
        (series, slots) which points may not be shown.
    """

    panel: Panel
    indicator: Indicator | None
    options: Options
    rule_set: RuleSet
    rebases: tuple[Rebase, ...]
    slots: Slots
    verdicts: Verdicts
    sizes: Floats | None
    limits: ControlLimits
    hits: RuleHits
    runs: RunsTest
    latest: Ints
    in_force: Bools
    grades: Grades

    @property
    def charted(self) -> Bools:
        """Which series have limits at their latest point, or a centre where the chart has no limits."""
        return ~self.verdicts.in_state("not_judged")

    def limits_of(self, rows: Ints) -> ControlLimits:
        """Return the limits of some series."""
        fields = [field.name for field in attrs.fields(type(self.limits)) if field.name != "kind"]
        return attrs.evolve(self.limits, **{name: getattr(self.limits, name)[rows] for name in fields})

    def hits_of(self, rows: Ints) -> RuleHits:
        """Return what the rules say of some series."""
        hits = self.hits
        return attrs.evolve(
            hits,
            hits=hits.hits[:, :, rows],
            signals=hits.signals[:, rows],
            not_applicable=hits.not_applicable[:, rows],
            label=hits.label[rows],
            direction=hits.direction[rows],
            reason=hits.reason[rows],
        )


def chart(
    panel: Panel,
    mixed: Bools,
    indicator: Indicator | None,
    options: Options,
    rule_set: RuleSet,
    rebases: tuple[Rebase, ...],
    secrecy: Secrecy,
    day: dt.date | None,
) -> Charted:
    """Chart all series of a panel and judge their latest points."""
    declared = () if indicator is None else known_breaks(indicator.breaks, day)
    found = usable(panel, indicator, min_verdict=options.min_verdict)
    values, factored = linked(panel, found.values, declared)
    slots = Slots.of(panel)
    segments = rebased(slots, slots.spread_labels(block_labels(panel, declared)), rebases)
    sizes = _sizes(panel, slots, values, options)
    limits = _limits(panel, slots, values, sizes, segments, indicator, options, rule_set)
    hits = stats.apply_rules(limits, rule_set, gaps=options.gaps)
    drawn = np.isfinite(limits.values)
    latest = last_index(drawn)
    in_force = drawn & (segments == _at_latest(segments, latest)[:, None])
    runs = stats.runs_test(np.where(in_force, limits.values, np.nan), centre=_centre(limits, options, latest))
    verdicts = Verdicts(len(panel))
    verdicts.decide(mixed, "not_judged.mixed_frequency")
    from_several = mixed_within(panel, values, levels_of(slots, segments))
    _refuse(verdicts, panel, found, values, from_several, options)
    if options.kind == "t" and indicator is not None:
        verdicts.decide(np.full(len(panel), indicator.unit.kind in _NO_COUNT), "not_judged.chart_not_applicable")
    if options.kind in _COUNTS:
        verdicts.decide(_not_counts(values, indicator), "not_judged.chart_not_applicable")
    _require_limits(verdicts, limits, latest, options)
    if options.kind == "run":
        _require_useful(verdicts, limits, in_force, options)
    _decide(verdicts, hits, rule_set, latest, indicator)
    verdicts.flag(found.set_aside & (found.withheld == ""), "values_set_aside")
    verdicts.flag(at(panel.provisional.astype(np.float64), found.latest) > 0, "provisional")
    verdicts.flag(factored, "linked")
    verdicts.flag(approximate(panel, np.isfinite(values)), "approximate")
    verdicts.flag(from_several & options.across_sources, "mixed_sources")
    charted = Charted(
        panel=panel,
        indicator=indicator,
        options=options,
        rule_set=rule_set,
        rebases=rebases,
        slots=slots,
        verdicts=verdicts,
        sizes=sizes,
        limits=limits,
        hits=hits,
        runs=runs,
        latest=latest,
        in_force=in_force,
        grades=slots.spread(secrecy.grades(panel, indicator), 0),
    )
    _flag(charted)
    return charted


def words_of(indicator: Indicator | None) -> tuple[str, str]:
    """Return what a signal upwards and downwards is called."""
    if indicator is not None and indicator.direction is Direction.HIGHER:
        return "improving", "declining"
    if indicator is not None and indicator.direction is Direction.LOWER:
        return "declining", "improving"
    return "higher", "lower"


def _limits(
    panel: Panel,
    slots: Slots,
    values: Floats,
    sizes: Floats | None,
    segments: Ints,
    indicator: Indicator | None,
    options: Options,
    rule_set: RuleSet,
) -> ControlLimits:
    unit = None if indicator is None else indicator.unit
    drawn, per = values, 1.0
    if options.kind in COUNTED:
        drawn = _beside(values, panel.numerator)
        per = 1.0 if unit is None else 100.0 if unit.is_percentage else unit.per
    elif options.kind == "i_prime":
        drawn = values * _beside(values, panel.denominator)  # which the kernel divides by again
    bounds = None if indicator is None or not options.within_unit else (indicator.low, indicator.high)
    own = rule_set.limits
    return stats.control_limits(
        options.kind,
        slots.spread(drawn, np.nan),
        sizes,
        baseline=options.baseline,
        segments=segments,
        screen=options.screen,
        multiplier=2.66 if own.multiplier is None else own.multiplier,
        gaps=options.gaps,
        bounds=bounds,
        per=per,
        min_points=options.min_points,
        min_points_trial=options.min_points_trial,
    )


def _sizes(panel: Panel, slots: Slots, values: Floats, options: Options) -> Floats | None:
    """Return the denominators that a kind of chart needs, in their slots."""
    if options.kind not in _SIZED:
        return None
    return np.asarray(slots.spread(_beside(values, panel.denominator), np.nan), dtype=np.float64)


def _beside(values: Floats, others: Floats | None) -> Floats:
    """Return what stands beside the values that are used, NaN elsewhere."""
    return np.full(values.shape, np.nan) if others is None else np.where(np.isfinite(values), others, np.nan)


def _centre(limits: ControlLimits, options: Options, latest: Ints) -> Any:
    """Return the centre that runs are counted about: the median of a run chart, else the line that is drawn."""
    return "median" if options.kind == "run" else at(limits.centre, latest)[:, None]


def _at_latest(labels: Ints, latest: Ints) -> Ints:
    found: Ints = labels[np.arange(len(labels)), np.maximum(latest, 0)]
    return found


def _refuse(
    verdicts: Verdicts, panel: Panel, found: Usable, values: Floats, from_several: Bools, options: Options
) -> None:
    """Decide the series whose values are no series to chart."""
    for reason in ("suppressed", "small_n", "one_sided", "no_data"):
        verdicts.decide(found.withheld == reason, f"not_judged.{reason}")
    if not options.across_sources:
        verdicts.decide(from_several, "not_judged.different_sources")
    verdicts.decide(overlapping(panel, values), "not_judged.overlapping_periods")
    if options.kind in _SIZED:
        there = panel.denominator is not None and (panel.numerator is not None or options.kind not in COUNTED)
        verdicts.decide(np.full(len(panel), not there), "not_judged.no_denominators")


def _not_counts(values: Floats, indicator: Indicator | None) -> Bools:
    """Return which series are no counts, so that the noise of counts says nothing of them."""
    if indicator is not None and (indicator.unit.kind in _NO_COUNT or indicator.unit.multiplier != 1):
        return np.ones(len(values), dtype=bool)
    return in_rows(np.isfinite(values) & (values != np.floor(values)))


def _require_useful(verdicts: Verdicts, limits: ControlLimits, in_force: Bools, options: Options) -> None:
    """Decide the run charts where too few values lie off the median: those on it are in no run and cross nothing."""
    off = (in_force & (limits.values != limits.centre)).sum(axis=1)
    verdicts.decide(off == 0, "not_judged.no_variation")
    verdicts.decide(off < options.min_points_trial - 1, "not_judged.too_few_off_centre")


def _require_limits(verdicts: Verdicts, limits: ControlLimits, latest: Ints, options: Options) -> None:
    """Decide the series that have no limits at their latest point, and why. A run chart needs a centre of enough points."""
    places = np.arange(len(latest)), np.maximum(latest, 0)
    status, reason = limits.status[places], limits.reason[places]
    verdicts.decide(latest < 0, "not_judged.no_denominators" if options.kind in _SIZED else "not_judged.no_data")
    if options.kind == "run":
        behind = (limits.baseline & (limits.segment == _at_latest(limits.segment, latest)[:, None])).sum(axis=1)
        verdicts.decide(behind < options.min_points_trial, "not_judged.too_few_for_limits")
        return
    verdicts.decide(status == "no_variation", "not_judged.no_variation")
    for code, said in _WITHOUT_LIMITS.items():
        verdicts.decide(reason == code, f"not_judged.{said}")
    verdicts.decide((status == "centre_only") | (status == ""), "not_judged.too_few_for_limits")
    verdicts.flag(status == "trial", "trial_limits")


# What the kernels say, and what a person reads.
_WITHOUT_LIMITS: Final = {
    "too_few_points": "too_few_for_limits",
    "zero_denominator": "no_denominators",
    "missing_input": "no_denominators",
    "not_applicable": "chart_not_applicable",
    "value_out_of_range": "chart_not_applicable",
    "invalid_value": "invalid_value",
}


def _decide(verdicts: Verdicts, hits: RuleHits, rule_set: RuleSet, latest: Ints, indicator: Indicator | None) -> None:
    """Say what the rule shown at the latest point says; a rule without a direction says that something is unusual."""
    places = np.arange(len(latest)), np.maximum(latest, 0)
    label, direction = hits.label[places], hits.direction[places]
    up, down = words_of(indicator)
    for rule in rule_set.rules:
        shown = label == rule.id
        verdicts.decide(shown & (direction > 0), f"{up}.{rule.kind}")
        verdicts.decide(shown & (direction < 0), f"{down}.{rule.kind}")
        verdicts.decide(shown, f"unusual.{rule.kind}")
    verdicts.decide(np.ones(len(latest), dtype=bool), "no_signal.within_limits")
    both = hits.hits[(slice(None), slice(None), *places)].any(axis=0).all(axis=0)
    verdicts.flag(np.asarray(both, dtype=bool) & ~verdicts.in_state("unusual", "not_judged"), "both_directions")


def _flag(charted: Charted) -> None:
    verdicts, limits = charted.verdicts, charted.limits
    judged = charted.charted
    inside = np.asarray(charted.slots.there, dtype=bool)
    between = _between(inside)
    verdicts.flag(judged & in_rows(between & ~inside), "gaps")
    verdicts.flag(
        judged & in_rows(charted.in_force & (limits.clipped_lower | limits.clipped_upper)), "limits_clipped"
    )
    verdicts.flag(judged & (limits.segment.max(axis=1, initial=0) > 0), "several_levels")
    share = charted.indicator is not None and charted.indicator.unit.kind is UnitKind.SHARE
    if share and charted.options.kind == "i" and charted.panel.denominator is not None:
        verdicts.flag(judged & in_rows(np.isfinite(charted.panel.denominator)), "share_on_individuals_chart")
    if charted.options.kind != "run":
        verdicts.flag(judged & stats.baseline_autocorrelation(limits).autocorrelated, "autocorrelated")
        if charted.panel.freq is Frequency.MONTH:
            verdicts.flag(judged & stats.baseline_seasonality(limits).seasonal, "seasonal")


def _between(inside: Bools) -> Bools:
    """Return which slots lie between two points of their series."""
    before = np.logical_or.accumulate(inside, axis=1)
    after = np.logical_or.accumulate(inside[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(before & after, dtype=bool)
