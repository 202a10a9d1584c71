"""Signs and equalities of all pairs, lag by lag: S and the pattern of ties for every series at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from maalbib.stats._inversions import sign_sum

if TYPE_CHECKING:
    from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
    from maalbib.stats._series import Piece

__all__ = ["LONG", "sign_counts", "tie_counts"]

LONG: Final = 1_000
"""Periods above which a block is counted by sorting rather than pair by pair."""

_MOST_ADDED: Final = 127


def sign_counts(piece: Piece) -> tuple[IntArray, IntArray]:
    """Return S and the number of untied pairs per series; pairs with a missing value count for neither."""
    shape = piece.values.shape[1]
    rises, falls = (np.zeros(shape, dtype=np.int64) for _ in range(2))
    for stack in piece.layout.stacks:
        values = stack.of(piece.values)
        if stack.length > LONG:
            _add_long(values, rises, falls)
            continue
        for lag in range(1, stack.length):
            later, earlier = values[:, lag:], values[:, :-lag]
            _add(np.greater(later, earlier), rises)
            _add(np.less(later, earlier), falls)
    return rises - falls, rises + falls


def _add(flags: npt.NDArray[Any], total: IntArray) -> None:
    """Add the number of True per series; bytes first, because they are added many at once."""
    rows = flags.reshape(-1, flags.shape[-1]).view(np.int8)
    for start in range(0, len(rows), _MOST_ADDED):
        total += np.add.reduce(rows[start : start + _MOST_ADDED], axis=0, dtype=np.int8)


def _add_long(values: npt.NDArray[Any], rises: IntArray, falls: IntArray) -> None:
    for block in values:
        for column in range(block.shape[1]):
            up, down = sign_sum(block[:, column])
            rises[column] += up
            falls[column] += down


def tie_counts(piece: Piece, tied: BoolArray) -> IntArray:
    """Return how many groups of equal values have at least 2, 3, ... members, for the series marked as tied.

    Shape (tied series, longest block - 1). The k-th occurrence of a value is what makes its group reach size k, so
    counting earlier equal values needs no sorting.
    """
    longest = piece.layout.longest
    columns = int(np.count_nonzero(tied))
    values: FloatArray = piece.values if columns == len(tied) else piece.values[:, tied]
    found = np.zeros((columns, longest), dtype=np.int64)
    offsets = np.arange(columns, dtype=np.int64) * longest
    for stack in piece.layout.stacks:
        part = stack.of(values)
        seen = _seen_by_sorting(part) if stack.length > LONG else _seen_before(part)
        cells = seen.reshape(-1, columns) + offsets
        found += np.bincount(cells.reshape(-1), minlength=columns * longest).reshape(columns, longest)
    return found[:, 1:]


def _seen_before(values: npt.NDArray[Any]) -> npt.NDArray[np.signedinteger[Any]]:
    narrow = values.shape[1] <= _MOST_ADDED
    seen = np.zeros(values.shape, dtype=np.int8 if narrow else np.int16)
    for lag in range(1, values.shape[1]):
        equal = np.equal(values[:, lag:], values[:, :-lag])
        seen[:, lag:] += equal.view(np.int8) if narrow else equal
    return seen


def _seen_by_sorting(values: npt.NDArray[Any]) -> IntArray:
    """Return the position of each value among its equals, in sorted order; NaN equals nothing."""
    order = np.sort(values, axis=1)
    first = np.ones(order.shape, dtype=np.bool_)
    first[:, 1:] = order[:, 1:] != order[:, :-1]
    position = np.arange(order.shape[1], dtype=np.int64).reshape(1, -1, 1)
    start = np.maximum.accumulate(np.where(first, position, 0), axis=1)
    return position - start
