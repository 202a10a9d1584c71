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
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._evidence import Evidence
from maalbib.analysis._segments import at, last_index
from maalbib.analysis._verdict import Verdicts
from maalbib.model import ChangeRelative, DirectionOnly, ImproveEachPeriod, Target

__all__ = ["Figures", "Options", "judge", "region_of", "shortfall"]

_NOISE: Final = 1e-9  # comparisons ignore differences this small, relative to the size of the figures
_LEAST_FOR_MOVEMENT: Final = 2
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
    min_verdict
        Fewest people behind a value that may be judged, for targets that do not say so themselves.
    across_breaks
        Whether values are compared across breaks.
    """

    level: float = 0.80
    slack: float = 0.05
    min_span: float = 1.0
    trend_window: int = 6
    min_verdict: int | None = None
    across_breaks: bool = False


@attrs.define(kw_only=True)
class Figures:
    """The numbers of each row, NaN where they do not apply, and which values they rest on."""

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
    reached_index: Ints
    used: Bools

    def rest_on(self, index: Ints) -> None:
        """Note that each row's figures rest on the value at an index, where there is one."""
        rows = np.flatnonzero(index >= 0)
        self.used[rows, index[rows]] = True


def judge(target: Target, evidence: Evidence, options: Options, verdicts: Verdicts) -> Figures:
    """Decide the verdicts of one target for all series of a panel, and return the figures."""
    figures = _figures(target, evidence)
    verdicts.flag(evidence.broken, "break")
    for reason in ("no_data", "suppressed", "small_n"):
        verdicts.decide(evidence.withheld == reason, f"not_measurable.{reason}")
    _check_baseline(target, evidence, verdicts)
    _judge_bound(target, evidence, figures, verdicts)
    if isinstance(target, ImproveEachPeriod):
        _judge_step(target, evidence, figures, verdicts)
    elif isinstance(target, DirectionOnly):
        _judge_direction(target, evidence, figures, verdicts, options)
    elif math.isnan(evidence.due_time):
        _judge_standing(target, evidence, figures, verdicts, options)
    else:
        _judge_closed(target, evidence, figures, verdicts)
        _judge_open(target, evidence, figures, verdicts, options)
    figures.rest_on(figures.latest_index)
    figures.rest_on(evidence.base_index)
    return figures


def shortfall(value: Floats, figures: Figures) -> Floats:
    """Return how far values lie outside the target region; 0 or less is inside."""
    return np.maximum(figures.low - value, value - figures.high)


def _figures(target: Target, evidence: Evidence) -> Figures:
    values = evidence.values
    index = last_index(np.isfinite(values))
    latest = at(values, index)
    low, high = region_of(target, evidence.base)
    way = np.full(len(values), float(target.way()))
    edge = np.where(latest < low, low, high)  # of a band: the edge nearest to where we are
    band = way == 0
    way[band] = np.select([latest[band] > high[band], latest[band] < low[band]], [-1.0, 1.0], 0.0)  # towards the band
    blank = {name: np.full(len(values), np.nan) for name in ("pace", "moved", "projected", "lower", "upper")}
    return Figures(
        low=low,
        high=high,
        goal=np.where(band, edge, np.where(way > 0, low, high)),
        way=way,
        latest=latest,
        latest_index=index,
        latest_time=at(np.broadcast_to(evidence.times, values.shape), index),
        noise=_noise(evidence, low, high),
        **blank,
        probability=np.full(len(values), np.nan),
        n=np.isfinite(values).sum(axis=1),
        previous=np.full(len(values), np.nan),
        previous_index=np.full(len(values), -1),
        reached_index=np.full(len(values), -1),
        used=np.zeros(values.shape, dtype=bool),
    )


def region_of(target: Target, base: Floats) -> tuple[Floats, Floats]:
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
    return np.asarray(_NOISE * np.maximum.reduce([*finite, observed.max(axis=1, initial=0.0)]), dtype=np.float64)


def _check_baseline(target: Target, evidence: Evidence, verdicts: Verdicts) -> None:
    if not target.NEEDS_BASELINE:
        return
    verdicts.decide(evidence.base_before_break, "not_measurable.break_since_baseline")
    verdicts.decide(~np.isfinite(evidence.base), "not_measurable.no_baseline")
    if isinstance(target, ChangeRelative):
        verdicts.decide(evidence.base == 0, "not_measurable.relative_to_zero")
        verdicts.decide(evidence.base < 0, "not_measurable.relative_to_negative")


def _judge_bound(target: Target, evidence: Evidence, figures: Figures, verdicts: Verdicts) -> None:
    """Judge a value that is only known as a bound: by what the bound settles, and not otherwise."""
    closed = (evidence.after_due | evidence.due_over) & (evidence.due_index >= 0)
    newest = last_index(np.isfinite(evidence.bounds))
    index = np.where(closed, evidence.due_index, np.where(evidence.withheld == "one_sided", newest, -1))
    bound = at(evidence.bounds, index)
    one_sided = np.isfinite(bound) & verdicts.open
    least = at(evidence.sides.astype(np.float64), index) > 0
    limit = target.tolerance + figures.noise
    short, beyond = figures.low - bound, bound - figures.high  # how far the bound itself lies outside, on either side
    inside = np.where(
        least, (short <= limit) & np.isposinf(figures.high), (beyond <= limit) & np.isneginf(figures.low)
    )
    outside = np.where(least, beyond > limit, short > limit)
    if not isinstance(target, ImproveEachPeriod | DirectionOnly):
        standing = math.isnan(evidence.due_time)
        verdicts.decide(one_sided & inside & closed, "met.at_due")
        verdicts.decide(one_sided & outside & closed, "not_met.due_passed")
        verdicts.decide(one_sided & inside, "met.standing" if standing else "met.reached_early")
        verdicts.decide(one_sided & outside & standing, "not_met.standing_trend_unknown")
    verdicts.decide(one_sided, "not_measurable.one_sided")
    settled = one_sided & ~verdicts.in_state("not_measurable")
    verdicts.flag(settled, "bound_settles")
    figures.latest = np.where(settled, bound, figures.latest)
    figures.latest_index = np.where(settled, index, figures.latest_index)
    figures.latest_time = np.where(
        settled, at(np.broadcast_to(evidence.times, evidence.bounds.shape), index), figures.latest_time
    )


def _judge_step(target: ImproveEachPeriod, evidence: Evidence, figures: Figures, verdicts: Verdicts) -> None:
    """Compare the latest value with the one of the period just before it."""
    _find_previous(evidence, figures)
    alone = figures.n < _LEAST_FOR_MOVEMENT
    verdicts.decide(alone & evidence.broken, "not_measurable.break_since_baseline")
    verdicts.decide(alone, "not_measurable.too_few_points")
    verdicts.decide(~np.isfinite(figures.previous), "not_measurable.gap")
    step = figures.way * (figures.latest - figures.previous)
    limit = target.no_change + figures.noise
    verdicts.decide(step < -limit, "not_met.step_reversed")
    verdicts.decide(np.abs(step) <= limit, "not_met.step_flat")
    verdicts.decide(step < target.min_step - figures.noise, "not_met.step_too_small")
    verdicts.decide(step >= target.min_step - figures.noise, "met.step_made")


def _find_previous(evidence: Evidence, figures: Figures) -> None:
    """Find the value of the period just before the latest one, and the change a year since then."""
    index, ordinals = figures.latest_index, evidence.ordinals
    if len(ordinals) == 0:
        return
    before = np.searchsorted(ordinals, ordinals[index] - 1)
    adjacent = (index > 0) & (before < index) & (ordinals[before] == ordinals[index] - 1)
    figures.previous = at(evidence.values, np.where(adjacent, before, -1))
    figures.previous_index = np.where(np.isfinite(figures.previous), before, -1)
    figures.rest_on(figures.previous_index)
    figures.pace = (figures.latest - figures.previous) / (figures.latest_time - evidence.times[before])
    figures.n = np.where(figures.previous_index >= 0, _LEAST_FOR_MOVEMENT, figures.n)


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
    verdicts.flag(~verdicts.in_state("not_measurable") & (figures.n < _THIN), "thin")


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
    verdicts.decide(figures.n < _LEAST_FOR_MOVEMENT, "not_met.standing_trend_unknown")
    verdicts.decide(figures.moved < -limit, "not_met.standing_worsening")
    verdicts.decide(figures.moved <= limit, "not_met.standing_unchanged")
    verdicts.decide(figures.moved > limit, "not_met.standing_improving")


def _judge_closed(target: Target, evidence: Evidence, figures: Figures, verdicts: Verdicts) -> None:
    """Judge the value of the due period once it is over; the verdict is final for these data."""
    closed = evidence.after_due | evidence.due_over
    due = np.full(len(closed), evidence.due_index)
    at_due = at(evidence.all_values, due)
    limit = target.tolerance + figures.noise
    known = closed & np.isfinite(at_due)
    verdicts.decide(known & (shortfall(at_due, figures) <= limit), "met.at_due")
    _find_reached(evidence, figures, limit)
    verdicts.decide(known & (figures.reached_index >= 0), "not_met.reached_late")
    verdicts.decide(known, "not_met.due_passed")
    verdicts.decide(closed & evidence.due_suppressed, "not_measurable.suppressed")
    verdicts.decide(closed & evidence.due_small, "not_measurable.small_n")
    verdicts.decide(closed & ~evidence.after_due, "not_measurable.due_value_pending")
    verdicts.decide(closed, "not_measurable.due_value_missing")
    late = verdicts.having("not_met.reached_late")
    figures.reached_index = np.where(late, figures.reached_index, -1)
    figures.rest_on(figures.reached_index)
    decided = late | verdicts.having("met.at_due", "not_met.due_passed")
    decided &= np.isfinite(at_due)
    figures.latest = np.where(decided, at_due, figures.latest)
    figures.latest_index = np.where(decided, due, figures.latest_index)
    figures.latest_time = np.where(decided, evidence.due_time, figures.latest_time)


def _find_reached(evidence: Evidence, figures: Figures, limit: Floats) -> None:
    """Find the first value after the deadline that lies inside the region."""
    later = np.flatnonzero(evidence.times > evidence.due_time)
    for column in later[::-1].tolist():
        inside = shortfall(evidence.all_values[:, column], figures) <= limit
        figures.reached_index = np.where(inside, column, figures.reached_index)


def _judge_open(target: Target, evidence: Evidence, figures: Figures, verdicts: Verdicts, options: Options) -> None:
    """Judge a target that is not due yet by where its development leads."""
    limit = target.no_change + figures.noise
    inside = shortfall(figures.latest, figures) <= target.tolerance + figures.noise
    _fit(evidence, figures, _since_baseline(evidence) & verdicts.open[:, None], target, options)
    verdicts.flag(verdicts.open & inside & (figures.moved < -limit) & (target.way() != 0), "slipping")
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


def _since_baseline(evidence: Evidence) -> Bools:
    start = np.where(np.isfinite(evidence.base_time), evidence.base_time, -np.inf)
    return np.isfinite(evidence.values) & (evidence.times >= start[:, None])


def _require_points(evidence: Evidence, figures: Figures, verdicts: Verdicts, options: Options) -> None:
    verdicts.decide(figures.n < _LEAST_FOR_MOVEMENT, "not_measurable.too_few_points")
    span = figures.latest_time - evidence.base_time
    verdicts.decide(span < options.min_span - _NOISE, "not_measurable.span_too_short")


def _fit(evidence: Evidence, figures: Figures, window: Bools, target: Target, options: Options) -> None:
    """Fit a line through the values of the window and lead it on to the deadline; rows without a window stay as they are."""
    fitted = np.flatnonzero(window.any(axis=1))
    if len(fitted) == 0:
        return
    values = np.where(window, evidence.values, np.nan)[fitted]
    line = stats.linear_projection(values, evidence.times, evidence.due_time, level=options.level)
    figures.n[fitted] = line.n
    figures.pace[fitted], figures.projected[fitted] = line.slope, line.projected
    figures.lower[fitted], figures.upper[fitted] = line.lower, line.upper
    figures.moved[fitted] = figures.way[fitted] * line.slope * (line.last_time - line.first_time)
    figures.used |= window
    if not math.isnan(evidence.due_time):
        figures.probability[fitted] = stats.hit_probability(
            line, low=figures.low[fitted], high=figures.high[fitted], tolerance=target.tolerance
        )
