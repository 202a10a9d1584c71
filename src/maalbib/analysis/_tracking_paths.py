"""The agreed way from a baseline to a target: the value it asks for by a time, and the time it asks for a value at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.analysis._arrays import Bools, Floats
from maalbib.errors import PeriodError
from maalbib.model import DatedTarget, TargetPath

if TYPE_CHECKING:
    from maalbib.analysis._figures import Case, Figures
    from maalbib.model import Interim, Target

__all__ = ["days_ahead", "expected", "impossible", "path_of"]

_DAYS_PER_YEAR: Final = 365.2425
_MOST_DAYS: Final = 100_000  # beyond this a day says nothing
_BENT: Final = (TargetPath.FRONT_LOADED, TargetPath.BACK_LOADED)


def path_of(target: Target) -> TargetPath:
    """Return how the way is laid out."""
    return target.path if isinstance(target, DatedTarget) else TargetPath.LINEAR


def impossible(case: Case, figures: Figures) -> Bools:
    """Return which rows have no such way: growth at a steady rate neither starts nor ends at zero, nor changes sign."""
    if path_of(case.target) is not TargetPath.COMPOUND:
        return np.zeros(len(figures.goal), dtype=bool)
    return np.asarray(case.evidence.base * figures.goal <= 0, dtype=bool)


def expected(case: Case, time: Floats, aim: Floats) -> Floats:
    """Return the value that the way has by a time; arrays of shape (m,) or (m, k). NaN where there is no way."""
    path, target, evidence = path_of(case.target), case.target, case.evidence
    base, start = (side.reshape(side.shape + (1,) * (time.ndim - 1)) for side in (evidence.base, evidence.base_time))
    with np.errstate(all="ignore"):
        share = np.clip((time - start) / (evidence.due_time - start), 0.0, 1.0)
        if path is TargetPath.COMPOUND:
            found = np.where(base * aim > 0, base * (aim / base) ** share, np.nan)
        elif path in _BENT:
            found = base + (aim - base) * share ** _dated(target).power
        elif path in (TargetPath.STEPS, TargetPath.MILESTONES):
            found = _through(_stops(case), base, start, aim, time, evidence.due_time, path)
        else:
            found = base + (aim - base) * share
    return np.where(np.isfinite(share), found, np.nan)


def _stops(case: Case) -> list[tuple[float, float]]:
    """Return times and values that were agreed on the way, in the frequency of the series."""
    return [(_time(stop, case), stop.value) for stop in _dated(case.target).interim]


def _dated(target: Target) -> DatedTarget:
    assert isinstance(target, DatedTarget)  # noqa: S101 - only dated targets have another path than the straight one
    return target


def _time(stop: Interim, case: Case) -> float:
    freq = case.evidence.freq
    if stop.period.freq is freq:
        return stop.period.position
    try:
        return stop.period.convert(freq, how="last").position
    except PeriodError:
        return stop.period.position


def _through(
    stops: list[tuple[float, float]],
    base: Floats,
    start: Floats,
    goal: Floats,
    time: Floats,
    due: float,
    path: TargetPath,
) -> Floats:
    """Return the value of a way through agreed stops: the last one passed, or the straight line between two."""
    shape = np.broadcast_shapes(base.shape, time.shape, goal.shape)
    at_time, at_value = np.broadcast_to(start, shape), np.broadcast_to(base, shape)
    found = np.array(at_value)
    ends: list[tuple[float, Floats]] = [(when, np.asarray(value)) for when, value in stops if when < due]
    for when, value in [*ends, (due, goal)]:
        if path is TargetPath.STEPS:
            found = np.where(time >= when, value, found)
            continue
        on_leg = (time >= at_time) & (when > at_time)
        share = np.clip((time - at_time) / (when - at_time), 0.0, 1.0)
        found = np.where(on_leg, at_value + (value - at_value) * share, found)
        at_time, at_value = np.full(shape, when), np.broadcast_to(value, shape)
    return found


def days_ahead(case: Case, figures: Figures, goal: Floats) -> Floats:
    """Return how many days the latest value is ahead of the way to a goal, below 0 behind; NaN where no single day has it."""
    path, evidence = path_of(case.target), case.evidence
    base, value = evidence.base, figures.latest
    with np.errstate(all="ignore"):
        share = (value - base) / (goal - base)
        if path is TargetPath.COMPOUND:
            share = np.where(
                (value / base > 0) & (goal / base > 0), np.log(value / base) / np.log(goal / base), np.nan
            )
        elif path in _BENT:
            share = np.where(share >= 0, np.abs(share) ** (1 / _dated(case.target).power), np.nan)
        elif path is not TargetPath.LINEAR:
            share = np.full(share.shape, np.nan)
        when = evidence.base_time + share * (evidence.due_time - evidence.base_time)
        days = np.rint((when - np.minimum(figures.latest_time, evidence.due_time)) * _DAYS_PER_YEAR)
    return np.where(np.abs(days) <= _MOST_DAYS, days, np.nan)
