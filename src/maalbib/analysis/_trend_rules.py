"""The rules of trends for all series of one panel. First matching rule decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._secrecy import Grades, Secrecy, hidden_among
from maalbib.analysis._segments import (
    Usable,
    approximate,
    at,
    block_labels,
    known_breaks,
    linked,
    mixed_within,
    overlap_disagrees,
    overlapping,
    unit_labels,
    usable,
)
from maalbib.analysis._verdict import Verdicts
from maalbib.model import Direction, Frequency, Indicator

if TYPE_CHECKING:
    from maalbib.measurements import Panel
    from maalbib.stats import MannKendall, TheilSen

__all__ = ["BREAKS", "Breaks", "Judged", "Options", "judge"]

Breaks = Literal["blocks", "last_segment", "ignore"]
BREAKS: Final = ("blocks", "last_segment", "ignore")
_SEASONS: Final = {Frequency.HALF_YEAR: 2, Frequency.FOUR_MONTHS: 3, Frequency.QUARTER: 4, Frequency.MONTH: 12}
# Why no figure about the development is given at all; other unjudged series have one, and a p that could not be small enough.
_UNUSABLE: Final = tuple(
    f"not_judged.{reason}"
    for reason in (
        "mixed_frequency",
        "suppressed",
        "small_n",
        "one_sided",
        "no_data",
        "different_sources",
        "overlapping_periods",
    )
)


@attrs.frozen(kw_only=True)
class Options:
    """How series are judged. Everything is recorded in the result."""

    alpha: float
    confidence: float
    breaks: Breaks
    seasons: bool
    correct: bool
    min_relevant_slope: float | None
    min_verdict: int | None
    across_sources: bool


@attrs.frozen(kw_only=True)
class Judged:
    """The series of a panel and what was found.

    Attributes
    ----------
    values
        (series, periods) the values that were compared, NaN elsewhere.
    cut
        (series, periods) where a break lies between two values of the series.
    family
        Which series were judged together.
    unusable
        Which series have no figure about the development.
    """

    panel: Panel
    indicator: Indicator | None
    options: Options
    verdicts: Verdicts
    values: Floats
    cut: Bools
    test: MannKendall
    slope: TheilSen
    q_value: Floats
    family: Bools
    unusable: Bools
    hidden: Grades


def judge(panel: Panel, mixed: Bools, indicator: Indicator | None, options: Options, secrecy: Secrecy) -> Judged:
    """Judge all series of a panel; those that are mixed stand in several frequencies."""
    declared = () if indicator is None else known_breaks(indicator.breaks, None)
    found = usable(panel, indicator, min_verdict=options.min_verdict)
    whole, factored = linked(panel, found.values, declared)
    segments = block_labels(panel, declared)
    cut, reused = _breaks_inside(segments, whole), _breaks_inside(unit_labels(panel), whole)
    respected = reused if options.breaks == "ignore" else cut
    values, compared = _comparable(segments, unit_labels(panel), whole, options)
    seasons = _seasons(panel, options)
    blocks = compared * (int(seasons.max(initial=0)) + 1) + seasons
    resolution = None if indicator is None else indicator.resolution
    test = stats.mann_kendall(values, panel.times, blocks=blocks, resolution=resolution)
    slope = stats.theil_sen(values, panel.times, blocks=blocks, confidence=options.confidence, resolution=resolution)
    verdicts = Verdicts(len(panel))
    verdicts.decide(mixed, "not_judged.mixed_frequency")
    from_several = mixed_within(panel, values, compared)
    _refuse(verdicts, panel, found, values, from_several, options)
    _require_reach(verdicts, test, whole, respected, seasons, options)
    _require_spread(verdicts, test, values, options)
    family = ~verdicts.in_state("not_judged")
    q_value = np.asarray(stats.benjamini_hochberg(np.where(family, np.asarray(test.p_value), np.nan)))
    _decide(verdicts, test, q_value, indicator, options)
    verdicts.flag(found.set_aside & (found.withheld == ""), "values_set_aside")
    verdicts.flag(at(panel.provisional.astype(np.float64), found.latest) > 0, "provisional")
    verdicts.flag(factored, "linked")
    decimals = 0 if indicator is None else indicator.decimals
    verdicts.flag(factored & overlap_disagrees(panel, declared, decimals), "overlap_disagrees")
    verdicts.flag(approximate(panel, np.isfinite(values)), "approximate")
    verdicts.flag(in_rows(reused), "code_reused")
    verdicts.flag(from_several & options.across_sources, "mixed_sources")
    verdicts.flag(in_rows(cut & ~respected), "crosses_break")
    verdicts.flag(in_rows(respected), "break")
    _flag(verdicts, panel, test, slope, values)
    return Judged(
        panel=panel,
        indicator=indicator,
        options=options,
        verdicts=verdicts,
        values=values,
        cut=cut,
        test=test,
        slope=slope,
        q_value=q_value,
        family=family,
        unusable=verdicts.having(*_UNUSABLE),
        hidden=hidden_among(secrecy.grades(panel, indicator), np.isfinite(values)),
    )


def _comparable(segments: Ints, units: Ints, values: Floats, options: Options) -> tuple[Floats, Ints]:
    """Return values and labels: pairs of values with different labels are never compared.

    Whoever ignores breaks still does not compare one unit with another that bears its code.
    """
    if options.breaks == "ignore":
        return values, units
    if options.breaks == "last_segment":
        last = np.where(np.isfinite(values), segments, -1).max(axis=1, initial=-1)
        return np.where(segments == last[:, None], values, np.nan), segments
    return values, segments


def _seasons(panel: Panel, options: Options) -> Ints:
    """Return the season of each period, (periods,); 0 where there are none."""
    many = _SEASONS.get(panel.freq, 1) if options.seasons else 1
    return np.array([period.ordinal % many for period in panel.periods], dtype=np.int64)


def _breaks_inside(segments: Ints, values: Floats) -> Bools:
    """Return the first periods after a break that have values on both sides."""
    kept = np.isfinite(values)
    earlier = np.cumsum(kept, axis=1) - kept > 0
    later = np.cumsum(kept[:, ::-1], axis=1)[:, ::-1] > 0
    return np.asarray((np.diff(segments, axis=1, prepend=segments[:, :1]) > 0) & earlier & later, dtype=bool)


def _refuse(
    verdicts: Verdicts, panel: Panel, found: Usable, values: Floats, from_several: Bools, options: Options
) -> None:
    """Decide the series whose values are no series to judge."""
    for reason in ("suppressed", "small_n", "one_sided", "no_data"):
        verdicts.decide(found.withheld == reason, f"not_judged.{reason}")
    if not options.across_sources:
        verdicts.decide(from_several, "not_judged.different_sources")
    verdicts.decide(overlapping(panel, values), "not_judged.overlapping_periods")


def _require_reach(
    verdicts: Verdicts, test: MannKendall, whole: Floats, cut: Bools, seasons: Ints, options: Options
) -> None:
    """Decide the series in which even an unbroken rise could not be told from chance."""
    few = ~(np.asarray(test.p_min_untied) <= options.alpha)
    broken = np.flatnonzero(few & in_rows(cut) & verdicts.open)
    if len(broken):
        rising = np.where(np.isfinite(whole[broken]), np.arange(whole.shape[1], dtype=np.float64), np.nan)
        unbroken = np.asarray(stats.mann_kendall(rising, blocks=seasons).p_min_untied) <= options.alpha
        by_break = np.zeros(len(few), dtype=bool)
        by_break[broken[unbroken]] = True
        verdicts.decide(by_break, "not_judged.break_leaves_too_few")
    verdicts.decide(few, "not_judged.too_few_points")


def _require_spread(verdicts: Verdicts, test: MannKendall, values: Floats, options: Options) -> None:
    """Decide the series whose values are all equal, or so many of them that no order could show a trend."""
    high = np.where(np.isfinite(values), values, -np.inf).max(axis=1, initial=-np.inf)
    low = np.where(np.isfinite(values), values, np.inf).min(axis=1, initial=np.inf)
    verdicts.decide(high == low, "no_detectable_change.constant")
    verdicts.decide(np.asarray(test.p_min) > options.alpha, "not_judged.too_many_ties")


def _decide(
    verdicts: Verdicts, test: MannKendall, q_value: Floats, indicator: Indicator | None, options: Options
) -> None:
    found = np.asarray(test.p_value) <= options.alpha
    kept = found & (q_value <= options.alpha) if options.correct else found
    rising = np.asarray(test.s) > 0
    up, down = _words(indicator)
    verdicts.decide(kept & rising, f"{up}.found")
    verdicts.decide(kept & ~rising, f"{down}.found")
    verdicts.decide(found, "no_detectable_change.lost_to_multiplicity")
    verdicts.decide(~found, "no_detectable_change.not_significant")


def _words(indicator: Indicator | None) -> tuple[str, str]:
    """Return what a rise and a fall are called."""
    if indicator is not None and indicator.direction is Direction.HIGHER:
        return "improving", "declining"
    if indicator is not None and indicator.direction is Direction.LOWER:
        return "declining", "improving"
    return "rising", "falling"


def _gaps(panel: Panel, values: Floats) -> Bools:
    """Return which series have a step in time that is longer than their shortest one."""
    ordinals = np.array([period.ordinal for period in panel.periods], dtype=np.int64)
    there = np.where(np.isfinite(values), ordinals, -1)
    before = np.maximum.accumulate(there, axis=1)[:, :-1]
    known = (there[:, 1:] >= 0) & (before >= 0)
    step = np.where(known, there[:, 1:] - before, 0)
    shortest = np.where(known, step, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max)
    return np.asarray(step.max(axis=1, initial=0) > shortest, dtype=bool)


def _flag(verdicts: Verdicts, panel: Panel, test: MannKendall, slope: TheilSen, values: Floats) -> None:
    judged = ~verdicts.in_state("not_judged")
    verdicts.flag(judged & _gaps(panel, values), "gaps")
    tied = np.asarray(test.p_min) > np.asarray(test.p_min_untied)
    verdicts.flag(judged & tied & ~verdicts.having("no_detectable_change.constant"), "ties")
    verdicts.flag(judged & np.isnan(np.asarray(slope.lower)), "interval_not_attainable")
    verdicts.flag(judged & ~np.isin(np.asarray(test.path).astype(str), ["exact", ""]), "approximate_p")
    found = verdicts.in_state("improving", "declining", "rising", "falling")
    verdicts.flag(found & (np.asarray(slope.slope) == 0), "slope_zero")
