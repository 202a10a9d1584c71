"""Targets to improve in each period: a step is the change from one period to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.analysis._figures import LEAST_FOR_MOVEMENT, no_change_between
from maalbib.analysis._segments import at, first_index
from maalbib.model import ImproveEachPeriod, StepPolicy

if TYPE_CHECKING:
    from maalbib.analysis._arrays import Bools, Floats, Ints
    from maalbib.analysis._figures import Case, Figures
    from maalbib.analysis._verdict import Verdicts

__all__ = ["judge_step"]

_JUDGED: Final = ("not_met.step_reversed", "not_met.step_flat", "not_met.step_too_small", "met.step_made")


def judge_step(case: Case, figures: Figures, verdicts: Verdicts) -> None:
    """Judge the latest step, or the worst of them where every step is asked for."""
    target = case.target
    assert isinstance(target, ImproveEachPeriod)  # noqa: S101 - the caller chose by kind
    alone = figures.n < LEAST_FOR_MOVEMENT
    grades, there, asked = _graded(case, figures, target)
    _count(case, figures, grades, there, asked)
    _find_previous(case, figures)
    verdicts.decide(alone & case.evidence.broken, "not_measurable.break_since_baseline")
    verdicts.decide(alone, "not_measurable.too_few_points")
    latest = np.take_along_axis(grades, np.maximum(figures.latest_index, 0)[:, None], axis=1)[:, 0]
    if target.policy is StepPolicy.EVERY:
        worst = np.where(there, grades, len(_JUDGED) - 1).min(axis=1, initial=len(_JUDGED) - 1)
        figures.used |= np.isfinite(case.evidence.values) & (np.arange(there.shape[1]) >= _first(case)[:, None])
        whole = there.sum(axis=1) == asked
        verdicts.decide(~whole & (worst == len(_JUDGED) - 1), "not_measurable.gap")
        _take_worst(case, figures, there & (grades == worst[:, None]) & (worst < len(_JUDGED) - 1)[:, None])
        latest = worst
    else:
        verdicts.decide(~np.isfinite(figures.previous), "not_measurable.gap")
    for grade, code in enumerate(_JUDGED):
        verdicts.decide(latest == grade, code)


def _graded(case: Case, figures: Figures, target: ImproveEachPeriod) -> tuple[Ints, Bools, Ints]:
    """Return (m, k) the grade of the step to each value and whether there is one, and (m,) how many there should be."""
    evidence = case.evidence
    noise = figures.noise[:, None]
    with np.errstate(invalid="ignore"):
        step = figures.way[:, None] * (evidence.values - _before(case, evidence.values))
        limit = _no_change(case) + noise
    grades: Ints = np.select([step < -limit, np.abs(step) <= limit, step < target.min_step - noise], [0, 1, 2], 3)
    first = _first(case)
    there = np.isfinite(step) & (np.arange(step.shape[1]) > first[:, None])
    ordinals = evidence.ordinals if len(evidence.ordinals) else np.zeros(1, dtype=np.int64)
    asked = np.where(first >= 0, ordinals[figures.latest_index] - ordinals[first], 0)
    return grades, there, asked


def _first(case: Case) -> Ints:
    """Return the column of the first value since the baseline, whether or not that has one itself; -1 where there is none."""
    stated = case.target.baseline
    start = -np.inf if stated is None else stated.period.position
    return first_index(np.isfinite(case.evidence.values) & (case.evidence.times >= start))


def _no_change(case: Case) -> Floats | float:
    """Return how much of each step is no material change, by the uncertainty of its own two ends where that is asked for."""
    if case.errors is None:
        return case.target.no_change
    return no_change_between(case, _before(case, case.errors), case.errors)


def _before(case: Case, values: Floats) -> Floats:
    """Return (m, k) what stands in the period just before each column's, NaN where there is none."""
    ordinals = case.evidence.ordinals
    found = np.full(values.shape, np.nan)
    if len(ordinals):
        place = np.searchsorted(ordinals, ordinals - 1)
        adjacent = np.flatnonzero(ordinals[place] == ordinals - 1)
        found[:, adjacent] = values[:, place[adjacent]]
    return found


def _count(case: Case, figures: Figures, grades: Ints, there: Bools, asked: Ints) -> None:
    """Count the steps made, those there should be, and how many of the latest in a row were made."""
    made = there & (grades == len(_JUDGED) - 1)
    columns = np.arange(made.shape[1])
    last, first = figures.latest_index[:, None], _first(case)[:, None]
    failed = ~made & (columns <= last) & (columns > first)
    stop = np.maximum(np.where(failed, columns, -1).max(axis=1, initial=-1)[:, None], first)
    run = (made & (columns > stop)).sum(axis=1)
    figures.steps = np.stack([made.sum(axis=1), asked, run], axis=1)


def _find_previous(case: Case, figures: Figures) -> None:
    """Find the value of the period just before the latest one, and the change a year since then."""
    index, ordinals = figures.latest_index, case.evidence.ordinals
    if len(ordinals) == 0:
        return
    before = np.searchsorted(ordinals, ordinals[index] - 1)
    adjacent = (index > 0) & (before < index) & (ordinals[before] == ordinals[index] - 1)
    _step_to(case, figures, index, np.where(adjacent, before, -1))


def _step_to(case: Case, figures: Figures, index: Ints, before: Ints) -> None:
    times = case.evidence.times
    figures.previous = at(case.evidence.values, before)
    figures.previous_index = np.where(np.isfinite(figures.previous), before, -1)
    figures.rest_on(figures.previous_index)
    with np.errstate(divide="ignore", invalid="ignore"):
        figures.pace = (figures.latest - figures.previous) / (times[index] - times[before])
    figures.n = np.where(figures.previous_index >= 0, LEAST_FOR_MOVEMENT, figures.n)


def _take_worst(case: Case, figures: Figures, failing: Bools) -> None:
    """Show the latest of the worst steps instead of the latest step."""
    rows = np.flatnonzero(failing.any(axis=1))
    if len(rows) == 0:
        return
    columns = failing.shape[1] - 1 - np.argmax(failing[rows, ::-1], axis=1)
    figures.latest_index[rows] = columns
    figures.latest[rows] = case.evidence.values[rows, columns]
    figures.latest_time[rows] = case.evidence.times[columns]
    _find_previous(case, figures)
