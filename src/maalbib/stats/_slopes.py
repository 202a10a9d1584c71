"""All slopes between two values of a series, sorted, for many series at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.stats._selection import select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from maalbib.stats._arrays import FloatArray, IntArray
    from maalbib.stats._blocks import Layout
    from maalbib.stats._series import Piece

__all__ = ["ordered_slopes", "series_at_once", "workspace_size"]

_FEWEST: Final = 256  # series at a time, so that the work outweighs the calls
_WORKSPACE: Final = 262_144  # slopes at a time where that many series fit: two megabytes
_MOST: Final = 524_288  # slopes at a time otherwise
_LINE: Final = 8  # doubles
_CHUNK: Final = 65_536  # slopes at a time of one long series


def series_at_once(pairs: int) -> int:
    """Return how many series with so many slopes to take at a time."""
    pairs = max(pairs, 1)
    series = min(max(_FEWEST, _WORKSPACE // pairs), _MOST // pairs)
    # An odd number of cache lines per row: the transposition would otherwise hit the same few lines of the cache.
    return max(1, series if series < _LINE else (series // _LINE | 1) * _LINE)


def workspace_size(pairs: int, at_once: int, series: int) -> int:
    """Return how many doubles each half of the workspace needs; none where slopes are not kept."""
    return 0 if pairs > _MOST else pairs * min(at_once, series)


def ordered_slopes(piece: Piece, positions: IntArray, workspace: FloatArray) -> FloatArray:
    """Return the slopes at given positions of each series' sorted slopes.

    Parameters
    ----------
    piece
        The series.
    positions
        Shape (k, series), counted from 0.
    workspace
        Shape (2, slopes at a time); overwritten.

    Returns
    -------
    ndarray
        Shape (k, series); NaN where a series has no slopes.
    """
    if piece.layout.pairs > _MOST:
        return _of_long_series(piece, positions)
    if not piece.layout.pairs:
        return np.full(positions.shape, np.nan)
    slopes = _sorted_slopes(piece, workspace)
    if piece.full:
        return slopes[:, positions[:, 0]].T
    return slopes[np.arange(len(slopes)), positions]


def _sorted_slopes(piece: Piece, workspace: FloatArray) -> FloatArray:
    """Return the slopes as (series, pairs), each row rising; NaN comes last, so gaps need no special case."""
    pairs, series = piece.layout.pairs, piece.values.shape[1]
    by_pair = workspace[0, : pairs * series].reshape(pairs, series)
    start = 0
    for stack in piece.layout.stacks:
        values, times = stack.of(piece.values), stack.of(piece.layout.times)
        for lag in range(1, stack.length):
            rows = stack.blocks * (stack.length - lag)
            part = by_pair[start : start + rows].reshape(stack.blocks, stack.length - lag, series)
            np.subtract(values[:, lag:], values[:, :-lag], out=part)
            steps = times[:, lag:] - times[:, :-lag]
            if (steps != 1).any():
                np.divide(part, steps[:, :, None], out=part)
            start += rows
    slopes = workspace[1, : pairs * series].reshape(series, pairs)
    np.copyto(slopes, by_pair.T)
    slopes.sort(axis=1)
    return slopes


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
