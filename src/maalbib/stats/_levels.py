"""Where the line of a slope lies: medians of each series' values and times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
    from maalbib.stats._series import Piece

__all__ = ["lines"]


def lines(piece: Piece, slope: FloatArray, *, joint: bool) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the level at time 0, at the first and at the last value of each series.

    NaN where values are compared in several blocks: they share a slope, not a level.
    """
    if piece.layout.unbroken and piece.full:
        used = slice(0, int(piece.layout.lengths[0]))
        return _lines(piece.values[used], None, piece.layout.times[used], slope, joint=joint)
    results = (np.full(len(slope), np.nan), np.full(len(slope), np.nan), np.full(len(slope), np.nan))
    single = piece.used_blocks == 1
    if single.any():
        valid = _compared(piece)
        times = piece.layout.times[: len(valid)]
        values = np.where(valid, piece.values[: len(valid)], np.nan)
        chosen = slice(None) if single.all() else single
        found = _lines(values[:, chosen], valid[:, chosen], times, slope[chosen], joint=joint)
        for result, column in zip(results, found, strict=True):
            result[chosen] = column
    return results


def _compared(piece: Piece) -> BoolArray:
    """Return where a value has another one in its block; periods alone in their block are left out."""
    lengths = piece.layout.lengths
    return piece.valid[: lengths.sum()] & np.repeat(piece.sizes > 1, lengths, axis=0)


def _lines(
    values: FloatArray, valid: BoolArray | None, times: FloatArray, slope: FloatArray, *, joint: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the three levels of series with one block; ``valid`` is None where no value is missing."""
    n = np.array([len(values)]) if valid is None else valid.sum(axis=0)
    rank: IntArray | None = None if valid is None else np.cumsum(valid, axis=0, dtype=np.int64)
    first, last = _times_at(times, rank, n * 0), _times_at(times, rank, n - 1)
    if joint:
        level, centre = _median_values(values - slope * (times[:, None] - first), n), first
    else:
        level = _median_values(values, n)
        centre = (_times_at(times, rank, (n - 1) >> 1) + _times_at(times, rank, n >> 1)) / 2
    return level - slope * centre, level + slope * (first - centre), level + slope * (last - centre)


def _median_values(values: FloatArray, n: IntArray) -> FloatArray:
    rows = np.ascontiguousarray(values.T)
    rows.sort(axis=1)  # NaN last
    each = slice(None) if len(n) == 1 else np.arange(len(rows))
    middle: FloatArray = np.add(rows[each, (n - 1) >> 1], rows[each, n >> 1]).reshape(-1)
    median: FloatArray = middle / 2
    return median


def _times_at(times: FloatArray, rank: IntArray | None, position: IntArray) -> FloatArray:
    """Return the time of the value at a position among the valid ones, which are in order of time."""
    if rank is None:
        return times[position]
    place: IntArray = (rank <= position).sum(axis=0)
    return times[place]
