"""The rules of goal tracking for one target and all series of one panel.

First matching rule decides. A closed period gives met or not_met; an open deadline gives on_track, off_track, unchanged or
moving_away; a standing target is judged by the latest value. Attainment and assurance never decide.
"""

from __future__ import annotations

import math

import numpy as np

from maalbib.analysis._arrays import Floats, Ints
from maalbib.analysis._figures import LEAST_FOR_MOVEMENT, THIN, Case, Figures, figures_of, newest, shortfall
from maalbib.analysis._segments import at, last_index
from maalbib.analysis._tracking_bound import judge_bound
from maalbib.analysis._tracking_lines import fit
from maalbib.analysis._tracking_open import judge_direction, judge_open
from maalbib.analysis._tracking_steps import judge_step
from maalbib.analysis._verdict import Verdicts
from maalbib.model import ChangeRelative, DatedTarget, DirectionOnly, DueValue, ImproveEachPeriod

__all__ = ["check", "judge"]


def judge(case: Case, verdicts: Verdicts) -> Figures:
    """Decide the verdicts of one target for all series of a panel, and return the figures."""
    figures = figures_of(case)
    check(case, verdicts)
    judge_bound(case, figures, verdicts)
    if isinstance(case.target, ImproveEachPeriod):
        judge_step(case, figures, verdicts)
    elif isinstance(case.target, DirectionOnly):
        judge_direction(case, figures, verdicts)
    elif math.isnan(case.evidence.due_time):
        _judge_standing(case, figures, verdicts)
    else:
        _judge_closed(case, figures, verdicts)
        judge_open(case, figures, verdicts)
    figures.rest_on(figures.latest_index)
    figures.rest_on(case.evidence.base_index)
    return figures


def check(case: Case, verdicts: Verdicts) -> None:
    """Say which rows cannot be judged whatever the method: no current value, or no baseline where one is needed."""
    target, evidence = case.target, case.evidence
    verdicts.flag(evidence.broken, "break")
    for reason in ("no_data", "suppressed", "small_n"):
        verdicts.decide(evidence.withheld == reason, f"not_measurable.{reason}")
    if not target.NEEDS_BASELINE:
        return
    verdicts.decide(evidence.base_before_break, "not_measurable.break_since_baseline")
    verdicts.decide(~np.isfinite(evidence.base), "not_measurable.no_baseline")
    if isinstance(target, ChangeRelative):
        verdicts.decide(evidence.base == 0, "not_measurable.relative_to_zero")
        verdicts.decide(evidence.base < 0, "not_measurable.relative_to_negative")


def _judge_standing(case: Case, figures: Figures, verdicts: Verdicts) -> None:
    """Judge the latest value; where it misses, say whether the gap closes."""
    fit(case, figures, newest(case))
    limit = figures.limit
    inside = shortfall(figures.latest, figures) <= case.target.tolerance + figures.noise
    verdicts.flag(inside & verdicts.open & (figures.moved < -limit) & (case.target.way() != 0), "slipping")
    verdicts.flag(verdicts.open & (figures.n > 1) & (figures.n < THIN), "thin")
    verdicts.decide(inside, "met.standing")
    verdicts.decide(figures.n < LEAST_FOR_MOVEMENT, "not_met.standing_trend_unknown")
    verdicts.decide(np.isnan(figures.moved), "not_met.standing_trend_unknown")
    verdicts.decide(figures.moved < -limit, "not_met.standing_worsening")
    verdicts.decide(figures.moved <= limit, "not_met.standing_unchanged")
    verdicts.decide(figures.moved > limit, "not_met.standing_improving")


def _judge_closed(case: Case, figures: Figures, verdicts: Verdicts) -> None:
    """Judge the value of the due period once it is over; the verdict is final for these data."""
    evidence = case.evidence
    closed = (evidence.after_due | evidence.due_over) & verdicts.open
    due = _due_index(case)
    at_due = at(evidence.all_values, due)
    limit = case.target.tolerance + figures.noise
    known = closed & np.isfinite(at_due)
    verdicts.decide(known & (shortfall(at_due, figures) <= limit), "met.at_due")
    _find_reached(case, figures, limit)
    verdicts.decide(known & (figures.reached_index >= 0), "not_met.reached_late")
    verdicts.decide(known, "not_met.due_passed")
    verdicts.decide(closed & evidence.due_suppressed, "not_measurable.suppressed")
    verdicts.decide(closed & evidence.due_small, "not_measurable.small_n")
    verdicts.decide(closed & ~evidence.after_due, "not_measurable.due_value_pending")
    verdicts.decide(closed, "not_measurable.due_value_missing")
    late = verdicts.having("not_met.reached_late")
    figures.reached_index = np.where(late, figures.reached_index, -1)
    figures.rest_on(figures.reached_index)
    figures.latest = np.where(known, at_due, figures.latest)
    figures.latest_index = np.where(known, due, figures.latest_index)
    taken = at(np.broadcast_to(evidence.times, evidence.values.shape), due)
    figures.latest_time = np.where(known, taken, figures.latest_time)


def _due_index(case: Case) -> Ints:
    """Return the column of the value that decides at the deadline: that of the due period, or the last one before it."""
    evidence = case.evidence
    stated = np.full(len(evidence.values), evidence.due_index)
    if isinstance(case.target, DatedTarget) and case.target.due_value is DueValue.LAST_ON_OR_BEFORE:
        earlier = last_index(np.isfinite(evidence.all_values) & (evidence.times <= evidence.due_time))
        withheld = evidence.due_suppressed | evidence.due_small
        return np.where(withheld, -1, earlier)
    return stated


def _find_reached(case: Case, figures: Figures, limit: Floats) -> None:
    """Find the first value after the deadline that lies inside the region."""
    evidence = case.evidence
    later = np.flatnonzero(evidence.times > evidence.due_time)
    for column in later[::-1].tolist():
        inside = shortfall(evidence.all_values[:, column], figures) <= limit
        figures.reached_index = np.where(inside, column, figures.reached_index)
