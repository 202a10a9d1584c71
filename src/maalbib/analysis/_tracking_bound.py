"""Values that are only known as a bound: at least, or at most, so much."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from maalbib.analysis._segments import at, last_index
from maalbib.model import DatedTarget, DirectionOnly, DueValue, ImproveEachPeriod

if TYPE_CHECKING:
    from maalbib.analysis._arrays import Ints
    from maalbib.analysis._figures import Case, Figures
    from maalbib.analysis._verdict import Verdicts

__all__ = ["judge_bound"]


def judge_bound(case: Case, figures: Figures, verdicts: Verdicts) -> None:
    """Judge a value that is only known as a bound: by what the bound settles, and not otherwise."""
    target, evidence = case.target, case.evidence
    closed = evidence.after_due | evidence.due_over
    newest = last_index(np.isfinite(evidence.bounds))
    index = np.where(closed, _at_due(case), np.where(evidence.withheld == "one_sided", newest, -1))
    bound = at(evidence.bounds, index)
    one_sided = np.isfinite(bound) & verdicts.open
    if not one_sided.any():
        return
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


def _at_due(case: Case) -> Ints:
    """Return the column of the bound that decides at the deadline, -1 where a value does or nothing is known."""
    evidence = case.evidence
    known = np.isfinite(evidence.bounds)
    if isinstance(case.target, DatedTarget) and case.target.due_value is DueValue.LAST_ON_OR_BEFORE:
        until = evidence.times <= evidence.due_time
        bound, value = last_index(known & until), last_index(np.isfinite(evidence.all_values) & until)
        withheld = evidence.due_suppressed | evidence.due_small
        return np.where((bound > value) & ~withheld, bound, -1)
    return np.full(len(known), evidence.due_index)
