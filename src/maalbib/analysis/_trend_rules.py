"""The rules of trends for all series of one stack. First matching rule decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._secrecy import hidden_among
from maalbib.analysis._segments import approximate, at, first_index, last_index, overlap_disagrees, overlapping
from maalbib.analysis._trend_breaks import changes_in, no_changes
from maalbib.analysis._trend_diagnostics import equal_values, remarks_on, without_each
from maalbib.analysis._trend_methods import METHODS
from maalbib.analysis._trend_options import TESTS_OF_ORDER
from maalbib.analysis._trend_outcome import says
from maalbib.analysis._trend_reach import more_periods, out_of_reach, reach_of
from maalbib.analysis._trend_relevance import NEGLIGIBLE, UNCLEAR, pace_of, relevance_of, required_slopes
from maalbib.analysis._trend_series import Compared, steps_of
from maalbib.analysis._trend_withheld import settled
from maalbib.analysis._verdict import Verdicts
from maalbib.measurements._panel import NO_ROW
from maalbib.model import Direction

if TYPE_CHECKING:
    from maalbib.analysis._secrecy import Grades
    from maalbib.analysis._trend_breaks import Changes
    from maalbib.analysis._trend_diagnostics import Remarks, Without
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_outcome import Outcome
    from maalbib.analysis._trend_reach import Reach
    from maalbib.analysis._trend_series import Steps
    from maalbib.analysis._trend_stacks import Stack
    from maalbib.measurements import Panel
    from maalbib.stats import SlopeTest, TrendScores

__all__ = ["Judged", "conclude", "judge"]

_ROUNDING: Final = 1e-9
_FOUND: Final = ("improving", "declining", "rising", "falling")
# Why no figure about the development is given at all; other unjudged series have one, and a p that could not be small enough.
_UNUSABLE: Final = tuple(
    f"not_judged.{reason}"
    for reason in (
        "mixed_frequency",
        "invalid_value",
        "suppressed",
        "small_n",
        "one_sided",
        "not_applicable",
        "no_data",
        "different_sources",
        "overlapping_periods",
        "uncertainty_missing",
        "zero_variance",
        "method_refused",
    )
)


@attrs.frozen(kw_only=True, eq=False)
class Judged:
    """The series of a stack and what was found by one method; what depends on other series is still open.

    Attributes
    ----------
    family
        Which series are judged together with others: those that could be judged.
    unusable
        Which series have no figure about the development.
    scores
        S and its distribution, None where the method does not look at the order.
    more_periods
        How many more periods it takes, 0 where none or where nobody knows.
    withheld
        How many values are taken as anything they may be.
    """

    stack: Stack
    options: Options
    verdicts: Verdicts
    outcome: Outcome
    cut: Bools
    family: Bools
    unusable: Bools
    hidden: Grades
    steps: Steps
    reach: Reach
    scores: TrendScores | None
    more_periods: Ints
    changes: Changes
    remarks: Remarks
    without: Without | None
    pace: SlopeTest | None
    required: Floats
    relevance: Ints
    equal: Ints | None
    withheld: Ints

    @property
    def panel(self) -> Panel:
        """The series."""
        return self.stack.panel

    @property
    def words(self) -> tuple[str, str]:
        """What a rise and a fall are called."""
        indicator = self.stack.indicator
        if indicator is not None and indicator.direction is Direction.HIGHER:
            return "improving", "declining"
        if indicator is not None and indicator.direction is Direction.LOWER:
            return "declining", "improving"
        return "rising", "falling"

    @property
    def level(self) -> float:
        """The largest p that counts as a trend."""
        return self.options.level_of(self.outcome.method)


def judge(series: Compared, method: str, grades: Grades, options: Options) -> Judged:
    """Judge all series of a stack by one method, up to what depends on other series."""
    verdicts = Verdicts(len(series.values))
    tested = settled(series, METHODS[method](series, options), grades, options)
    outcome = tested.outcome
    kept = outcome.values
    steps = steps_of(series.panel, _or_open(series, kept))
    verdicts.decide(series.stack.mixed, "not_judged.mixed_frequency")
    _require_method(verdicts, outcome, ("invalid_value",))
    _refuse(verdicts, series, tested.concerned & ~tested.agreed, options)
    _require_coverage(verdicts, series, steps, options)
    _require_method(verdicts, outcome, ("uncertainty_missing", "zero_variance"))
    out_of_reach(verdicts, series, outcome, tested.concerned, options)
    _require_method(verdicts, outcome, ("method_refused",))
    family = verdicts.open | verdicts.in_state("no_detectable_change")
    scores = _scores(series, kept, method)
    more = np.zeros(len(kept), dtype=np.int64)
    if method in TESTS_OF_ORDER:
        short = verdicts.having("not_judged.too_few_points", "not_judged.break_leaves_too_few")
        more[short] = more_periods(series, np.flatnonzero(short), options)
    judged = Judged(
        stack=series.stack,
        options=options,
        verdicts=verdicts,
        outcome=outcome,
        cut=series.cut,
        family=family,
        unusable=verdicts.having(*_UNUSABLE),
        hidden=hidden_among(grades, outcome.used) if grades.any() else np.zeros(len(kept), dtype=np.int8),
        steps=steps,
        reach=reach_of(scores, len(kept), options.level_of(method)),
        scores=scores,
        more_periods=more,
        changes=_changes(series, family & ~tested.concerned, options),
        remarks=remarks_on(series, outcome, family & ~tested.concerned, options),
        without=_without(series, outcome, family & ~tested.concerned, options),
        pace=pace_of(series, outcome, tested.concerned, options),
        required=required_slopes(series, options),
        relevance=relevance_of(outcome, family, options),
        equal=equal_values(kept, series.resolution) if options.diagnostics else None,
        withheld=series.open.sum(axis=1),
    )
    _flag_values(verdicts, series, outcome, options)
    _flag_findings(judged, tested.concerned)
    return judged


def _or_open(series: Compared, kept: Floats) -> Floats:
    """Put a number where a value is withheld: it is not missing."""
    return np.where(series.open, 0.0, kept) if series.open.any() else kept


def _scores(series: Compared, kept: Floats, method: str) -> TrendScores | None:
    if method not in TESTS_OF_ORDER:
        return None
    return stats.trend_scores(kept, series.panel.times, blocks=series.blocks, resolution=series.resolution)


def _changes(series: Compared, asked: Bools, options: Options) -> Changes:
    if not options.propose_breaks:
        return no_changes(len(asked))
    return changes_in(series, np.flatnonzero(asked), options)


def _without(series: Compared, outcome: Outcome, asked: Bools, options: Options) -> Without | None:
    return without_each(series, outcome, asked, METHODS[outcome.method], options) if options.diagnostics else None


def _refuse(verdicts: Verdicts, series: Compared, undecided: Bools, options: Options) -> None:
    """Decide the series whose values are no series to judge."""
    found = series.found
    for reason in ("suppressed", "small_n", "one_sided"):
        if options.withheld == "gaps" or reason == "small_n":
            verdicts.decide(found.withheld == reason, f"not_judged.{reason}")
    if undecided.any():
        verdicts.decide(undecided & in_rows(series.open & found.suppressed), "not_judged.suppressed")
        verdicts.decide(undecided, "not_judged.one_sided")
    none = series.n == 0
    if none.any():
        nowhere = (series.impossible == (series.panel.status != NO_ROW)).all(axis=1)
        verdicts.decide(none & nowhere, "not_judged.not_applicable")
        verdicts.decide(none, "not_judged.no_data")
    if not options.across_sources:
        verdicts.decide(series.mixed_sources, "not_judged.different_sources")
    verdicts.decide(overlapping(series.panel, series.held), "not_judged.overlapping_periods")


def _require_coverage(verdicts: Verdicts, series: Compared, steps: Steps, options: Options) -> None:
    """Decide the series that have too few values for the caller's own rule."""
    n = series.n
    if options.min_points is not None:
        verdicts.decide(n < options.min_points, "not_judged.coverage")
    if options.min_coverage is not None:
        verdicts.decide(n < options.min_coverage * (n + steps.missing), "not_judged.coverage")
    if options.min_span is not None and len(series.panel.periods):
        times, there = series.panel.times, np.isfinite(series.held)
        first, last = np.maximum(first_index(there), 0), last_index(there)
        verdicts.decide(times[last] - times[first] < options.min_span * (1 - _ROUNDING), "not_judged.coverage")


def _require_method(verdicts: Verdicts, outcome: Outcome, faults: tuple[str, ...]) -> None:
    """Decide the series that the method cannot be applied to."""
    for fault in faults:
        verdicts.decide(says(outcome.fault, fault), f"not_judged.{fault}")


def conclude(judged: Judged, q_value: Floats) -> None:
    """Decide what was left open: whether a trend is found, and which way it goes."""
    verdicts, outcome = judged.verdicts, judged.outcome
    found = outcome.found
    kept = found & (q_value <= judged.level) if judged.options.correct else found
    up, down = judged.words
    verdicts.decide(kept & (outcome.sign > 0), f"{up}.found")
    verdicts.decide(kept & (outcome.sign < 0), f"{down}.found")
    verdicts.decide(found, "no_detectable_change.lost_to_multiplicity")
    verdicts.decide(~found, "no_detectable_change.not_significant")
    clear = verdicts.in_state(*_FOUND)
    verdicts.flag(clear & (outcome.slope == 0), "slope_zero")
    driven = outcome.driven if judged.without is None else outcome.driven | (judged.without.driver >= 0)
    verdicts.flag(driven & judged.family, "one_point_drives")


def _flag_values(verdicts: Verdicts, series: Compared, outcome: Outcome, options: Options) -> None:
    """Say what is special about the values."""
    panel, found = series.panel, series.found
    aside = found.set_aside
    if aside.any():
        if options.withheld == "bounds":
            hidden = found.suppressed | found.one_sided
            aside = in_rows(np.isfinite(panel.values) & ~np.isfinite(found.values) & ~hidden)
        verdicts.flag(aside & ~verdicts.having(*_UNUSABLE), "values_set_aside")
    verdicts.flag(at(panel.provisional.astype(np.float64), found.latest) > 0, "provisional")
    verdicts.flag(series.factored, "linked")
    decimals = 0 if series.indicator is None else series.indicator.decimals
    verdicts.flag(series.factored & overlap_disagrees(panel, series.declared, decimals), "overlap_disagrees")
    verdicts.flag(approximate(panel, outcome.used), "approximate")
    verdicts.flag(series.reused, "code_reused")
    verdicts.flag(series.mixed_sources & options.across_sources, "mixed_sources")
    verdicts.flag(in_rows(series.cut & ~series.respected), "crosses_break")
    verdicts.flag(in_rows(series.respected), "break")
    verdicts.flag(series.thinned, "thinned")


def _flag_findings(judged: Judged, concerned: Bools) -> None:
    """Say what is special about the test."""
    verdicts, outcome, family = judged.verdicts, judged.outcome, judged.family
    verdicts.flag(family & (judged.steps.missing > 0), "gaps")
    verdicts.flag(family & judged.steps.irregular, "irregular_time")
    constant = verdicts.having("no_detectable_change.constant")
    verdicts.flag(family & (outcome.p_min > outcome.p_min_untied) & ~constant & ~concerned, "ties")
    by_order = outcome.method in TESTS_OF_ORDER
    verdicts.flag(family & by_order & np.isnan(outcome.lower) & ~concerned, "interval_not_attainable")
    verdicts.flag(family & by_order & ~says(outcome.path, "exact") & ~says(outcome.path, ""), "approximate_p")
    verdicts.flag(judged.remarks.alike, "autocorrelation")
    verdicts.flag(judged.remarks.unlike_blocks, "heterogeneous_blocks")
    verdicts.flag(judged.remarks.noise, "float_noise")
    verdicts.flag(family & (outcome.phi > 1), "overdispersed")
    verdicts.flag(judged.relevance == NEGLIGIBLE, "negligible")
    verdicts.flag(judged.relevance == UNCLEAR, "relevance_unclear")
    verdicts.flag(judged.changes.proposed, "proposed_break")
    verdicts.flag(family & (judged.withheld > 0), "values_withheld")
