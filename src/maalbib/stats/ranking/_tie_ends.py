"""How many members of a group lie below each, and how many not above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from maalbib.stats._arrays import FloatArray, IntArray

__all__ = ["ORDERS", "Order", "tie_ends"]

Order: TypeAlias = Literal["largest_first", "smallest_first"]
ORDERS: Final = ("largest_first", "smallest_first")


def tie_ends(values: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the first and the last rank of the tie that each value stands in, 1 for the smallest.

    Groups are rows, shape (groups, units). NaN stands behind the others, as if each were a tie of its own.
    """
    groups, units = values.shape
    order = np.argsort(values, axis=1, kind="stable")
    ascending = np.take_along_axis(values, order, axis=1)
    place = np.broadcast_to(np.arange(units), values.shape)
    new = np.ones((groups, units + 1), dtype=np.bool_)
    new[:, 1:units] = ascending[:, 1:] != ascending[:, :-1]
    first = np.maximum.accumulate(np.where(new[:, :units], place, 0), axis=1)
    last = np.minimum.accumulate(np.where(new[:, 1:], place, units)[:, ::-1], axis=1)[:, ::-1]
    ends = np.empty((2, groups, units), dtype=np.int64)
    np.put_along_axis(ends[0], order, first + 1, axis=1)
    np.put_along_axis(ends[1], order, last + 1, axis=1)
    return ends[0], ends[1]
