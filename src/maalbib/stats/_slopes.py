"""All slopes between two values of a series, sorted, for many series at once."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.stats._selection import select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maalbib.stats._arrays import FloatArray, IntArray
    from maalbib.stats._blocks import Layout, Stack
    from maalbib.stats._series import Piece, Series

__all__ = ["Workspace", "ordered_slopes"]

_FEWEST: Final = 256  # series at a time, so that the work outweighs the calls
_WORKSPACE: Final = 327_680  # slopes at a time where that many series fit: two and a half megabytes
_MOST: Final = 524_288  # slopes at a time otherwise
_LINE: Final = 8  # doubles
_CHUNK: Final = 65_536  # slopes at a time of one long series
_SORTED: Final = 600  # slopes of a series up to which sorting all of them is quicker than placing a few
_TRANSPOSED: Final = 128  # slopes of a series at a time, and those of one lag
_TOGETHER: Final = 8  # series with the same positions that are worth being handled on their own


@attrs.define(kw_only=True, eq=False)
class Workspace:
    """Room for the slopes of some series at a time, used again for each piece.

    ``by_pair`` holds the slopes of a few lags, ``by_series`` all of them; ``lags`` are those of the last layout.
    """

    series: int
    by_pair: FloatArray
    by_series: FloatArray
    layout: Layout | None = None
    lags: list[_Lag] = attrs.field(factory=list)

    @classmethod
    def of(cls, series: Series) -> Workspace:
        """Make room for as many series at a time as do well together in the cache."""
        pairs = max((layout.pairs for layout, _ in series.layouts), default=0)
        periods = series.values.shape[1]
        at_once = min(series_at_once(pairs), len(series))
        if pairs > _MOST:
            return cls(series=at_once, by_pair=np.empty(0), by_series=np.empty(0))
        group = min(pairs, _TRANSPOSED + periods)
        return cls(series=at_once, by_pair=np.empty(group * at_once), by_series=np.empty(pairs * at_once))

    def portions(self, series: int) -> Iterator[slice]:
        """Yield equal parts of a piece that fit."""
        parts = -(-series // self.series)
        size = min(self.series, _odd_lines(-(-series // parts)))
        for start in range(0, series, size):
            yield slice(start, min(start + size, series))

    def lags_of(self, layout: Layout) -> list[_Lag]:
        """Return the lags of a layout; its pieces follow each other."""
        if self.layout is not layout:
            self.layout = layout
            self.lags = [_Lag.of(stack, layout, lag) for stack in layout.stacks for lag in range(1, stack.length)]
        return self.lags


@attrs.frozen(kw_only=True, eq=False)
class _Lag:
    """Pairs of values of a stack that are so many places apart; ``step`` is None where time goes by ones."""

    stack: Stack
    lag: int
    step: FloatArray | None

    @classmethod
    def of(cls, stack: Stack, layout: Layout, lag: int) -> _Lag:
        times = stack.of(layout.times)
        step = times[:, lag:] - times[:, :-lag]
        if (step == step[0, 0]).all():
            return cls(stack=stack, lag=lag, step=None if step[0, 0] == 1 else step[0, 0])
        return cls(stack=stack, lag=lag, step=step[:, :, None])

    @property
    def pairs(self) -> int:
        return self.stack.blocks * (self.stack.length - self.lag)

    def write(self, columns: FloatArray, out: FloatArray) -> None:
        """Write the slopes of these pairs, shape (pairs, series)."""
        values = self.stack.of(columns)
        part = out.reshape(self.stack.blocks, self.stack.length - self.lag, -1)
        np.subtract(values[:, self.lag :], values[:, : -self.lag], out=part)
        if self.step is not None:
            np.divide(part, self.step, out=part)


def series_at_once(pairs: int) -> int:
    """Return how many series with so many slopes to take at a time."""
    pairs = max(pairs, 1)
    return max(1, _odd_lines(min(max(_FEWEST, _WORKSPACE // pairs), _MOST // pairs)))


def _odd_lines(series: int) -> int:
    """Round to an odd number of cache lines: turning rows over would else hit the same few lines of the cache."""
    return series if series < _LINE else (series // _LINE | 1) * _LINE


def ordered_slopes(piece: Piece, positions: IntArray, workspace: Workspace) -> FloatArray:
    """Return the slopes at given positions of each series' sorted slopes.

    Parameters
    ----------
    piece
        The series.
    positions
        Shape (k, series), counted from 0.
    workspace
        Overwritten.

    Returns
    -------
    ndarray
        Shape (k, series); NaN where a series has no slopes.
    """
    layout = piece.layout
    if layout.pairs > _MOST:
        return _of_long_series(piece, positions)
    found = np.full(positions.shape, np.nan)
    if not layout.pairs:
        return found
    values, order = piece.values, None
    same = bool((positions == positions[:, :1]).all())
    few = layout.pairs > _SORTED
    if few and not same:
        # Series with the same positions side by side.
        order = np.lexsort(positions)
        values, positions = values[:, order], positions[:, order]
    for columns in workspace.portions(values.shape[1]):
        slopes = _slopes(layout, values[:, columns], workspace)
        pick = _placed if few else _sorted
        found[:, columns if order is None else order[columns]] = pick(slopes, positions[:, columns], same=same)
    return found


def _slopes(layout: Layout, columns: FloatArray, workspace: Workspace) -> FloatArray:
    """Return the slopes as (series, pairs), in no order; NaN where a value is missing.

    They are computed pair by pair and turned over a few lags at a time, while these are still in the cache.
    """
    pairs, series = layout.pairs, columns.shape[1]
    slopes = workspace.by_series[: pairs * series].reshape(series, pairs)
    room = workspace.by_pair[: len(workspace.by_pair) // series * series].reshape(-1, series)
    turned = waiting = 0
    for lag in workspace.lags_of(layout):
        stop = waiting + lag.pairs
        lag.write(columns, room[waiting:stop])
        waiting = stop
        if waiting >= _TRANSPOSED or turned + waiting == pairs:
            slopes[:, turned : turned + waiting] = room[:waiting].T
            turned, waiting = turned + waiting, 0
    return slopes


def _sorted(slopes: FloatArray, positions: IntArray, *, same: bool) -> FloatArray:
    """Return the slopes at the positions after sorting each row; NaN comes last, so gaps need no special case."""
    slopes.sort(axis=1)
    return slopes[:, positions[:, 0]].T if same else slopes[np.arange(len(slopes)), positions]


def _placed(slopes: FloatArray, positions: IntArray, *, same: bool) -> FloatArray:
    """Return the slopes at the positions, series with the same ones at a time, without sorting the rest."""
    changed = np.zeros(0, dtype=np.bool_) if same else (positions[:, 1:] != positions[:, :-1]).any(axis=0)
    starts = [0, *(np.flatnonzero(changed) + 1).tolist(), len(slopes)]
    if not same and len(starts) * _TOGETHER > len(slopes):
        return _sorted(slopes, positions, same=same)
    for start, stop in pairwise(starts):
        _place(slopes[start:stop], sorted(set(positions[:, start].tolist())))
    return slopes[np.arange(len(slopes)), positions]


def _place(rows: FloatArray, wanted: list[int]) -> None:
    """Bring the numbers that belong at the wanted positions of each row there, from both ends to the middle."""
    low, high = 0, rows.shape[1]
    while wanted:
        first, *wanted = wanted
        rows[:, low:high].partition(first - low, axis=1)
        low = first + 1
        if wanted:
            *wanted, last = wanted
            rows[:, low:high].partition(last - low, axis=1)
            high = last


def _of_long_series(piece: Piece, positions: IntArray) -> FloatArray:
    found = np.full(positions.shape, np.nan)
    for column in np.flatnonzero(piece.pairs).tolist():
        parts = _valid_blocks(piece.layout, piece.values[:, column])
        wanted = positions[:, column].tolist()
        found[:, column] = select(partial(_chunks, parts), wanted, int(piece.pairs[column]))
    return found


def _valid_blocks(layout: Layout, values: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    parts: list[tuple[FloatArray, FloatArray]] = []
    for stack in layout.stacks:
        for block, times in zip(stack.of(values), stack.of(layout.times), strict=True):
            valid = ~np.isnan(block)
            parts.append((block[valid], times[valid]))
    return parts


def _chunks(parts: list[tuple[FloatArray, FloatArray]]) -> Iterator[FloatArray]:
    waiting: list[FloatArray] = []
    size = 0
    for values, times in parts:
        for lag in range(1, len(values)):
            waiting.append((values[lag:] - values[:-lag]) / (times[lag:] - times[:-lag]))
            size += len(waiting[-1])
            if size >= _CHUNK:
                yield np.concatenate(waiting)
                waiting, size = [], 0
    if waiting:
        yield np.concatenate(waiting)
