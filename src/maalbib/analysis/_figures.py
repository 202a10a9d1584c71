"""The numbers of one target for all series of a panel, before they become columns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._evidence import Evidence
from maalbib.analysis._segments import at, first_index, last_index
from maalbib.analysis._tracking_options import Options
from maalbib.model import DirectionOnly, Target

__all__ = [
    "LEAST_FOR_MOVEMENT",
    "NOISE",
    "THIN",
    "Case",
    "Figures",
    "figures_of",
    "newest",
    "no_change_between",
    "region_of",
    "shortfall",
    "since_baseline",
    "way_and_goal",
]

LEAST_FOR_MOVEMENT: Final = 2
THIN: Final = 4  # fewer points than this give no interval
NOISE: Final = 1e-9  # comparisons ignore differences this small, relative to the size of the figures


@attrs.frozen(kw_only=True)
class Case:
    """A target, what is known of its series, and how it is judged.

    Attributes
    ----------
    target, evidence, options
        The target, the series and the options.
    method
        Name of the method.
    errors
        (m, k) standard errors of the values, NaN where unknown; None where no value has one.
    people
        (m, k) people or answers behind each value, NaN where unknown; None where nothing is known.
    native
        Options of a published method's own.
    lowest, highest
        What the indicator can be, infinite where there is no end.
    """

    target: Target
    evidence: Evidence
    options: Options
    method: str = "linear"
    errors: Floats | None = None
    people: Floats | None = None
    native: Mapping[str, object] = attrs.field(factory=dict)
    lowest: float = float("-inf")
    highest: float = float("inf")


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
    no_change: Floats
    pace: Floats
    moved: Floats
    projected: Floats
    lower: Floats
    upper: Floats
    probability: Floats
    arrival: Floats
    refused: Ints  # place in ``refusals``: why the method could not be used; -1 where it could
    refusals: list[str]
    n: Ints
    previous: Floats
    previous_index: Ints
    reached_index: Ints
    steps: Ints  # (m, 3) steps made, steps due, latest in a row; -1 where steps are not asked for
    window: Bools
    used: Bools

    def rest_on(self, index: Ints) -> None:
        """Note that each row's figures rest on the value at an index, where there is one."""
        rows = np.flatnonzero(index >= 0)
        self.used[rows, index[rows]] = True

    @property
    def limit(self) -> Floats:
        """How much movement is no material change."""
        return self.no_change + self.noise


def figures_of(case: Case) -> Figures:
    """Return the figures that the latest value and the target alone give."""
    target, evidence = case.target, case.evidence
    values = evidence.values
    index = last_index(np.isfinite(values))
    latest = at(values, index)
    low, high = region_of(target, evidence.base)
    way, goal = way_and_goal(target, low, high, latest)
    blank = {name: np.full(len(values), np.nan) for name in ("pace", "moved", "projected", "lower", "upper")}
    return Figures(
        low=low,
        high=high,
        goal=goal,
        way=way,
        latest=latest,
        latest_index=index,
        latest_time=at(np.broadcast_to(evidence.times, values.shape), index),
        noise=_noise(evidence, low, high),
        no_change=_no_change(case, index),
        **blank,
        probability=np.full(len(values), np.nan),
        arrival=np.full(len(values), np.nan),
        refused=np.full(len(values), -1),
        refusals=[],
        n=np.isfinite(values).sum(axis=1),
        previous=np.full(len(values), np.nan),
        previous_index=np.full(len(values), -1),
        reached_index=np.full(len(values), -1),
        steps=np.full((len(values), 3), -1),
        window=np.zeros(values.shape, dtype=bool),
        used=np.zeros(values.shape, dtype=bool),
    )


def way_and_goal(target: Target, low: Floats, high: Floats, latest: Floats) -> tuple[Floats, Floats]:
    """Return which way is nearer to the region, and the value to reach: of a band the edge nearest to where we are."""
    stated = float(target.way())
    if stated:
        way = np.full(latest.shape, stated)
        return way, np.broadcast_to(low if stated > 0 else high, latest.shape)
    way = np.select([latest > high, latest < low], [-1.0, 1.0], 0.0)
    return way, np.where(latest < low, low, high)


def shortfall(value: Floats, figures: Figures) -> Floats:
    """Return how far values lie outside the target region; 0 or less is inside."""
    return np.maximum(figures.low - value, value - figures.high)


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
    return np.asarray(NOISE * np.maximum.reduce([*finite, observed.max(axis=1, initial=0.0)]), dtype=np.float64)


_LIMIT: Final = 1.959963984540054  # two-sided 95 %


def _no_change(case: Case, latest: Ints) -> Floats:
    """Return the band of no material change between the first value of the movement that is judged and the latest one."""
    if case.errors is None:
        return np.full(len(latest), float(case.target.no_change))
    dated = isinstance(case.target, DirectionOnly) or not math.isnan(case.evidence.due_time)
    judged = since_baseline(case) if dated else newest(case)
    return no_change_between(case, at(case.errors, first_index(judged)), at(case.errors, latest))


def since_baseline(case: Case) -> Bools:
    """Return the values since the baseline, (m, k): those that a development is judged by."""
    evidence = case.evidence
    start = np.where(np.isfinite(evidence.base_time), evidence.base_time, -np.inf)
    return np.isfinite(evidence.values) & (evidence.times >= start[:, None])


def newest(case: Case) -> Bools:
    """Return the newest values, (m, k): those that say whether the gap of a standing target closes."""
    known = np.isfinite(case.evidence.values)
    newest_first = np.cumsum(known[:, ::-1], axis=1)[:, ::-1]
    return known & (newest_first <= case.options.trend_window)


def no_change_between(case: Case, one: Floats, other: Floats) -> Floats:
    """Return the stated band, or what the standard errors of both ends make of it if that was asked for and is wider."""
    stated = np.full(np.broadcast_shapes(one.shape, other.shape), float(case.target.no_change))
    if case.options.no_change_from == "stated":
        return stated
    measured = _LIMIT * np.sqrt(one**2 + other**2)
    return np.where(np.isfinite(measured), np.maximum(stated, measured), stated)
