"""Where the line of a slope lies: medians of each series' values and times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maalbib.stats._counting import count_true

if TYPE_CHECKING:
    import numpy.typing as npt

    from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
    from maalbib.stats._series import Piece

__all__ = ["lines"]

_NARROW: Final = 127  # values that one byte can count


def lines(piece: Piece, slope: FloatArray, *, joint: bool) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the level at time 0, at the first and at the last value of each series.

    NaN where values are compared in several blocks: they share a slope, not a level.
    """
    if piece.layout.unbroken:
        used = slice(0, int(piece.layout.lengths[0]))
        valid = None if piece.full else piece.valid[used]
        return _lines(piece.values[used], valid, piece.layout.times[used], slope, joint=joint)
    results = (np.full(len(slope), np.nan), np.full(len(slope), np.nan), np.full(len(slope), np.nan))
    single = piece.used_blocks == 1
    if single.any():
        valid = _compared(piece)[:, single]
        values = np.where(valid, piece.values[: len(valid), single], np.nan)
        found = _lines(values, valid, piece.layout.times[: len(valid)], slope[single], joint=joint)
        for result, column in zip(results, found, strict=True):
            result[single] = column
    return results


def _compared(piece: Piece) -> BoolArray:
    """Return where a value has another one in its block; periods alone in their block are left out."""
    lengths = piece.layout.lengths
    return piece.valid[: lengths.sum()] & np.repeat(piece.sizes > 1, lengths, axis=0)


def _lines(
    values: FloatArray, valid: BoolArray | None, times: FloatArray, slope: FloatArray, *, joint: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the three levels of series with one block; ``valid`` is None where no value is missing."""
    n = np.array([len(values)]) if valid is None else count_true(valid)
    ranks = None if valid is None else _ranks(valid)
    first, last = _times_at(times, ranks, n * 0), _times_at(times, ranks, np.maximum(n - 1, 0))
    if joint:
        level, centre = _median_values(values - slope * (times[:, None] - first), n), first
    else:
        level = _median_values(values, n)
        centre = (_times_at(times, ranks, (n - 1) >> 1) + _times_at(times, ranks, n >> 1)) / 2
    return level - slope * centre, level + slope * (first - centre), level + slope * (last - centre)


def _median_values(values: FloatArray, n: IntArray) -> FloatArray:
    rows = np.ascontiguousarray(values.T)
    rows.sort(axis=1)  # NaN last
    each = slice(None) if len(n) == 1 else np.arange(len(rows))
    middle: FloatArray = np.add(rows[each, (n - 1) >> 1], rows[each, n >> 1]).reshape(-1)
    median: FloatArray = middle / 2
    return median


def _ranks(valid: BoolArray) -> npt.NDArray[np.signedinteger[Any]]:
    """Return how many values there are up to each period."""
    ranks: npt.NDArray[np.signedinteger[Any]]
    ranks = np.empty(valid.shape, dtype=np.int8 if len(valid) <= _NARROW else np.int32)
    total = np.zeros(valid.shape[1], dtype=ranks.dtype)
    for period, there in enumerate(valid):  # a running sum along the first axis, which NumPy takes column by column
        total = np.add(total, there, out=ranks[period])
    return ranks


def _times_at(times: FloatArray, ranks: npt.NDArray[np.signedinteger[Any]] | None, position: IntArray) -> FloatArray:
    """Return the time of the value at a position among the valid ones, which are in order of time."""
    if ranks is None:
        return times[position]
    place = count_true(ranks <= position.astype(ranks.dtype))
    return times[np.minimum(place, len(times) - 1)]  # the last one where there is no value at all
