"""The rules of goal tracking for one target and all series of one panel.

First matching rule decides. A closed period gives met or not_met; an open deadline gives on_track, off_track, unchanged or
moving_away; a standing target is judged by the latest value. Attainment never decides.
"""

from __future__ import annotations

import math
from typing import Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, Words
from maalbib.analysis._segments import last_index
from maalbib.analysis._verdict import Verdicts
from maalbib.model import ChangeRelative, DirectionOnly, ImproveEachPeriod, Target

__all__ = ["Evidence", "Figures", "Options", "judge"]

_NOISE: Final = 1e-9  # comparisons ignore differences this small, relative to the size of the figures
_THIN: Final = 4  # fewer points than this give no interval


@attrs.frozen(kw_only=True)
class Options:
    """How targets are judged. Everything is recorded in the result.

    Attributes
    ----------
    level
        Level of the projection's interval.
    slack
        Share of the planned change by which a projection may miss and still be on track.
    min_span
        Least number of years between baseline and latest value.
    trend_window
        How many of the latest values say whether a standing target comes nearer.
    """

    level: float = 0.80
    slack: float = 0.05
    min_span: float = 1.0
    trend_window: int = 6


@attrs.frozen(kw_only=True)
class Evidence:
    """What is known of m series when a target is judged.

    Attributes
    ----------
    values
        (m, k) comparable values, NaN elsewhere: only those after the last break that rules out comparison.
    all_values
        (m, k) every usable value, from before a break too.
    times
        (k,) years as numbers.
    ordinals
        (k,) running numbers of the periods.
    withheld
        (m,) ``""``, or why there is no current value.
    base, base_time
        (m,) agreed or observed baseline value and its time, NaN without.
    base_index_of_rows, base_text
        (m,) column of the baseline period, -1 without; and the text of the stated period.
    base_before_break
        (m,) whether a break lies after the stated baseline.
    broken
        (m,) whether a break lies at or before the latest value.
    due_index, due_time
        Index of the due period, -1 where the panel lacks it; its time, NaN for a standing target.
    due_over
        Whether the due period is over on the as-of day.
    after_due
        (m,) whether there is a value for the due period or a later one.
    """

    values: Floats
    all_values: Floats
    times: Floats
    ordinals: Ints
    withheld: Words
    base: Floats
    base_index_of_rows: Ints
    base_text: str | None
    base_time: Floats
    base_before_break: Bools
    broken: Bools
    due_index: int
    due_time: float
    due_over: bool
    after_due: Bools


@attrs.define(kw_only=True)
class Figures:
    """The numbers of each row, NaN where they do not apply."""

    low: Floats
    high: Floats
    goal: Floats
    way: Floats
    latest: Floats
    latest_index: Ints
    latest_time: Floats
    noise: Floats
    pace: Floats
    moved: Floats
    projected: Floats
    lower: Floats
    upper: Floats
    probability: Floats
    n: Ints
    previous: Floats
    previous_index: Ints


def judge(target: Target, evidence: Evidence, options: Options) -> tuple[Verdicts, Figures]:
    """Return verdicts and figures of one target for all series of a panel."""
    verdicts = Verdicts(len(evidence.values))
    figures = _figures(target, evidence)
    verdicts.flag(evidence.broken, "break")
    for reason in ("no_data", "suppressed", "small_n"):
        verdicts.decide(evidence.withheld == reason, f"not_measurable.{reason}")
    _check_baseline(target, evidence, verdicts)
    if isinstance(target, ImproveEachPeriod):
        _judge_step(target, evidence, figures, verdicts)
    elif isinstance(target, DirectionOnly):
        _judge_direction(target, evidence, figures, verdicts, options)
    elif math.isnan(evidence.due_time):
        _judge_standing(target, evidence, figures, verdicts, options)
    else:
        _judge_closed(target, evidence, figures, verdicts)
        _judge_open(target, evidence, figures, verdicts, options)
    return verdicts, figures


def shortfall(value: Floats, figures: Figures) -> Floats:
    """Return how far values lie outside the target region; 0 or less is inside."""
    return np.maximum(figures.low - value, value - figures.high)


def _figures(target: Target, evidence: Evidence) -> Figures:
    values = evidence.values
    rows = np.arange(len(values))
    index = last_index(np.isfinite(values))
    latest = np.where(index >= 0, values[rows, index], np.nan) if values.shape[1] else np.full(len(values), np.nan)
    low, high = _region(target, evidence.base)
    way = np.full(len(values), float(target.way()))
    edge = np.where(latest < low, low, high)  # of a band: the edge nearest to where we are
    band = way == 0
    way[band] = np.select([latest[band] > high[band], latest[band] < low[band]], [-1.0, 1.0], 0.0)  # towards the band
    goal = np.where(band, edge, np.where(way > 0, low, high))
    blank = np.full(len(values), np.nan)
    return Figures(
        low=low,
        high=high,
        goal=goal,
        way=way,
        latest=latest,
        latest_index=index,
        latest_time=np.where(index >= 0, evidence.times[index], np.nan) if len(evidence.times) else blank,
        noise=_noise(evidence, low, high),
        pace=blank.copy(),
        moved=blank.copy(),
        projected=blank.copy(),
        lower=blank.copy(),
        upper=blank.copy(),
        probability=blank.copy(),
        n=np.isfinite(values).sum(axis=1),
        previous=blank.copy(),
        previous_index=np.full(len(values), -1),
    )


def _region(target: Target, base: Floats) -> tuple[Floats, Floats]:
    """Return the region of each row; only kinds that start from the baseline differ by row."""
    if not target.NEEDS_BASELINE:
        low, high = target.region(None)
        return np.full(base.shape, float(low)), np.full(base.shape, float(high))
    known = np.isfinite(base)
    distinct, inverse = np.unique(base[known], return_inverse=True)
    regions = np.array([target.region(float(value)) for value in distinct], dtype=float).reshape(-1, 2)
    lows, highs = np.full(base.shape, np.nan), np.full(base.shape, np.nan)
    lows[known], highs[known] = regions[inverse, 0], regions[inverse, 1]
    return lows, highs


def _noise(evidence: Evidence, low: Floats, high: Floats) -> Floats:
    finite = [np.where(np.isfinite(side), np.abs(side), 0.0) for side in (low, high, evidence.base)]
    observed = np.where(np.isfinite(evidence.values), np.abs(evidence.values), 0.0)
    largest = observed.max(axis=1) if observed.shape[1] else np.zeros(len(observed))
    return np.asarray(_NOISE * np.maximum.reduce([*finite, largest]), dtype=np.float64)


def _check_baseline(target: Target, evidence: Evidence, verdicts: Verdicts) -> None:
    if not target.NEEDS_BASELINE:
        return
    verdicts.decide(evidence.base_before_break, "not_measurable.break_since_baseline")
    verdicts.decide(~np.isfinite(evidence.base), "not_measurable.no_baseline")
    if isinstance(target, ChangeRelative):
        verdicts.decide(evidence.base == 0, "not_measurable.relative_to_zero")
        verdicts.decide(evidence.base < 0, "not_measurable.relative_to_negative")


def _judge_step(target: ImproveEachPeriod, evidence: Evidence, figures: Figures, verdicts: Verdicts) -> None:
    """Compare the latest value with the one of the period just before it."""
    values, index = evidence.values, figures.latest_index
    before = np.searchsorted(evidence.ordinals, evidence.ordinals[index] - 1)
    adjacent = (index > 0) & (before < index) & (evidence.ordinals[before] == evidence.ordinals[index] - 1)
    figures.previous = np.where(adjacent, values[np.arange(len(values)), before], np.nan)
    figures.previous_index = np.where(np.isfinite(figures.previous), before, -1)
    alone = figures.n < 2  # noqa: PLR2004 - a step has two ends
    verdicts.decide(alone & evidence.broken, "not_measurable.break_since_baseline")
    verdicts.decide(alone, "not_measurable.too_few_points")
    verdicts.decide(~np.isfinite(figures.previous), "not_measurable.gap")
    step = figures.way * (figures.latest - figures.previous)
    figures.pace = np.where(np.isfinite(step), figures.way * step, np.nan)
    verdicts.decide(step < -target.no_change - figures.noise, "not_met.step_reversed")
    verdicts.decide(np.abs(step) <= target.no_change + figures.noise, "not_met.step_flat")
    verdicts.decide(step < target.min_step - figures.noise, "not_met.step_too_small")
    verdicts.decide(step >= target.min_step - figures.noise, "met.step_made")


def _judge_direction(
    target: Target, evidence: Evidence, figures: Figures, verdicts: Verdicts, options: Options
) -> None:
    """Judge the movement since the baseline where nobody has said how far."""
    _fit(evidence, figures, _since_baseline(evidence), target, options)
    _require_points(evidence, figures, verdicts, options)
    limit = target.no_change + figures.noise
    verdicts.decide(figures.moved < -limit, "moving_away.direction_wrong")
    verdicts.decide(figures.moved <= limit, "unchanged.within_no_change")
    verdicts.decide(figures.moved > limit, "on_track.direction_right")
    verdicts.flag(_judged(verdicts) & (figures.n < _THIN), "thin")


def _judge_standing(
    target: Target, evidence: Evidence, figures: Figures, verdicts: Verdicts, options: Options
) -> None:
    """Judge the latest value; where it misses, say whether the gap closes."""
    kept = np.isfinite(evidence.values)
    newest_first = np.cumsum(kept[:, ::-1], axis=1)[:, ::-1]
    _fit(evidence, figures, kept & (newest_first <= options.trend_window), target, options)
    limit = target.no_change + figures.noise
    inside = shortfall(figures.latest, figures) <= target.tolerance + figures.noise
    verdicts.flag(inside & verdicts.open & (figures.moved < -limit) & (target.way() != 0), "slipping")
    verdicts.flag(verdicts.open & ~inside & (figures.n > 1) & (figures.n < _THIN), "thin")
    verdicts.decide(inside, "met.standing")
    verdicts.decide(figures.n < 2, "not_met.standing_trend_unknown")  # noqa: PLR2004 - movement needs two points
    verdicts.decide(figures.moved < -limit, "not_met.standing_worsening")
    verdicts.decide(figures.moved <= limit, "not_met.standing_unchanged")
    verdicts.decide(figures.moved > limit, "not_met.standing_improving")


def _judge_closed(target: Target, evidence: Evidence, figures: Figures, verdicts: Verdicts) -> None:
    """Judge the value of the due period once it is over; the verdict is final for these data."""
    closed = np.full(len(evidence.values), evidence.due_over) | evidence.after_due
    at_due = np.full(len(evidence.values), np.nan)
    if evidence.due_index >= 0:
        at_due = evidence.all_values[:, evidence.due_index]
    limit = target.tolerance + figures.noise
    known = closed & np.isfinite(at_due)
    verdicts.decide(known & (shortfall(at_due, figures) <= limit), "met.at_due")
    later = evidence.times > evidence.due_time
    outside = shortfall(evidence.all_values[:, later].T, figures).T
    reached = (outside <= limit[:, None]).any(axis=1)
    verdicts.decide(known & reached, "not_met.reached_late")
    verdicts.decide(known, "not_met.due_passed")
    verdicts.decide(closed & ~evidence.after_due, "not_measurable.due_value_pending")
    verdicts.decide(closed, "not_measurable.due_value_missing")
    decided = verdicts.having("met.at_due", "not_met.reached_late", "not_met.due_passed")
    figures.latest = np.where(decided, at_due, figures.latest)
    figures.latest_index = np.where(decided, evidence.due_index, figures.latest_index)
    figures.latest_time = np.where(decided, evidence.due_time, figures.latest_time)


def _judge_open(target: Target, evidence: Evidence, figures: Figures, verdicts: Verdicts, options: Options) -> None:
    """Judge a target that is not due yet by where its development leads."""
    undecided = verdicts.open
    limit = target.no_change + figures.noise
    inside = shortfall(figures.latest, figures) <= target.tolerance + figures.noise
    window = _since_baseline(evidence)
    _fit(evidence, figures, window & undecided[:, None], target, options)
    verdicts.flag(undecided & inside & (figures.moved < -limit) & (target.way() != 0), "slipping")
    verdicts.decide(inside, "met.reached_early")
    verdicts.decide(~np.isfinite(evidence.base), "not_measurable.no_baseline")
    _require_points(evidence, figures, verdicts, options)
    planned = np.maximum(0.0, figures.way * (figures.goal - evidence.base))
    missed = shortfall(figures.projected, figures)
    enough = missed <= options.slack * planned + target.tolerance + figures.noise
    projecting = verdicts.open
    verdicts.decide(figures.moved < -limit, "moving_away.pace_negative")
    verdicts.decide(enough, "on_track.projection_meets")
    verdicts.decide(np.abs(figures.moved) <= limit, "unchanged.within_no_change")
    verdicts.decide(projecting, "off_track.projection_misses")
    on_track = verdicts.having("on_track.projection_meets")
    verdicts.flag(on_track & (missed > target.tolerance + figures.noise), "slack_used")
    _flag_projection(target, figures, verdicts, projecting)


def _flag_projection(target: Target, figures: Figures, verdicts: Verdicts, projecting: Bools) -> None:
    exact = np.isfinite(figures.lower) & (figures.lower == figures.upper)
    verdicts.flag(projecting & (figures.n < _THIN), "thin")
    verdicts.flag(projecting & (figures.n >= _THIN) & exact, "zero_residual")
    straddles = (figures.lower <= figures.goal) & (figures.goal <= figures.upper)
    verdicts.flag(projecting & (figures.n >= _THIN) & ~exact & straddles, "interval_straddles_target")
    past = np.where(figures.way > 0, figures.projected > figures.high, figures.projected < figures.low)
    missed = verdicts.having("off_track.projection_misses")
    verdicts.flag(projecting & (target.way() == 0) & past & missed, "overshoot")


def _judged(verdicts: Verdicts) -> Bools:
    return np.array([state != "not_measurable" for state in verdicts.states], dtype=bool)


def _since_baseline(evidence: Evidence) -> Bools:
    start = np.where(np.isfinite(evidence.base_time), evidence.base_time, -np.inf)
    return np.isfinite(evidence.values) & (evidence.times >= start[:, None])


def _require_points(evidence: Evidence, figures: Figures, verdicts: Verdicts, options: Options) -> None:
    verdicts.decide(figures.n < 2, "not_measurable.too_few_points")  # noqa: PLR2004 - movement needs two points
    span = figures.latest_time - evidence.base_time
    verdicts.decide(span < options.min_span - _NOISE, "not_measurable.span_too_short")


def _fit(evidence: Evidence, figures: Figures, window: Bools, target: Target, options: Options) -> None:
    """Fit a line through the values of the window and lead it on to the deadline."""
    values = np.where(window, evidence.values, np.nan)
    line = stats.linear_projection(values, evidence.times, evidence.due_time, level=options.level)
    figures.n = np.asarray(line.n)
    figures.pace, figures.projected = np.asarray(line.slope), np.asarray(line.projected)
    figures.lower, figures.upper = np.asarray(line.lower), np.asarray(line.upper)
    figures.moved = figures.way * figures.pace * (np.asarray(line.last_time) - np.asarray(line.first_time))
    if not math.isnan(evidence.due_time):
        figures.probability = stats.hit_probability(
            line, low=figures.low, high=figures.high, tolerance=target.tolerance
        )
