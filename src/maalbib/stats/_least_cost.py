"""The cheapest way to cut series into runs of values around one level each, for every number of cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Cost", "borders", "least_costs", "run_costs", "series_at_once"]

Cost: TypeAlias = Literal["l1", "l2"]

_CELLS: Final = 524_288  # costs of runs at a time: four megabytes


def series_at_once(periods: int) -> int:
    """Return how many series of so many periods keep the working space small."""
    return max(1, _CELLS // max(1, periods * periods))


def run_costs(values: FloatArray, cost: Cost) -> list[FloatArray]:
    """Return what each run of consecutive values costs.

    Parameters
    ----------
    values
        Shape (periods, series), finite.
    cost
        ``"l2"``: squared deviations from the mean of the run; ``"l1"``: absolute ones from its median.

    Returns
    -------
    list of array
        For each length (none for 0) an array of shape (runs, series), in order of the first value. Exactly 0 where all
        values of a run are equal.
    """
    grow: Callable[[FloatArray], Iterator[FloatArray]] = _squares if cost == "l2" else _distances
    return [values[:0], *grow(values)]


def _squares(values: FloatArray) -> Iterator[FloatArray]:
    """Let the runs grow by one value at a time; nothing is subtracted from sums, so small costs keep their digits."""
    mean, spread = values, np.zeros_like(values)
    for length in range(1, len(values) + 1):
        yield spread
        off = values[length:] - mean[:-1]
        spread = spread[:-1] + off * off * (length / (length + 1))
        mean = mean[:-1] + off / (length + 1)


def _distances(values: FloatArray) -> Iterator[FloatArray]:
    """Keep the runs sorted; a new value adds its distance to the nearest median of the run before it."""
    ordered, distance = values[None], np.zeros_like(values)
    for length in range(1, len(values) + 1):
        yield distance
        if length == len(values):
            return
        new = values[length:]
        median = np.clip(new, ordered[(length - 1) // 2, :-1], ordered[length // 2, :-1])
        distance = distance[:-1] + np.abs(new - median)
        grown = np.empty((length + 1, *new.shape))
        np.minimum(ordered[:, :-1], new, out=grown[:-1])
        grown[-1] = new
        np.maximum(grown[1:], ordered[:, :-1], out=grown[1:])
        ordered = grown


def least_costs(runs: list[FloatArray], *, min_length: int, changes: int) -> FloatArray:
    """Return the least cost of the first 0, 1, ... values with 0, 1, ... changes.

    Shape (changes + 1, periods + 1, series); infinite where so many changes have no room.
    """
    periods = len(runs) - 1
    best = np.full((changes + 1, periods + 1, runs[0].shape[1]), np.inf)
    for length in range(min_length, periods + 1):
        best[0, length] = runs[length][0]
    for change in range(1, changes + 1):
        first = change * min_length
        for length in range(min_length, periods - first + 1):
            total = best[change - 1, first : periods - length + 1] + runs[length][first:]
            target = best[change, first + length :]
            np.minimum(target, total, out=target)
    return best


def borders(
    runs: list[FloatArray], best: FloatArray, n: IntArray, changes: IntArray, *, min_length: int
) -> BoolArray:
    """Return where a segment starts after a change, in the cheapest cut with so many changes.

    Where several cuts cost the same, the last change is as early as can be, then the one before it, and so on. ``n``
    and ``changes`` hold values and changes of each series; the result has the shape (periods, series).
    """
    starts = np.zeros((len(runs) - 1, len(n)), dtype=np.bool_)
    end, left = n.copy(), changes.copy()
    while left.any():
        series = np.flatnonzero(left)
        wanted = best[left[series], end[series], series]
        start = np.zeros(len(series), dtype=np.int64)
        for length in range(min_length, len(runs)):  # the longest that fits is kept
            begin = end[series] - length
            room = np.flatnonzero(begin >= 0)  # without room the cost is infinite
            which, first = series[room], begin[room]
            total = best[left[which] - 1, first, which] + runs[length][first, which]
            start[room] = np.where(total == wanted[room], first, start[room])
        starts[start, series] = True
        end[series] = start
        left[series] -= 1
    return starts
