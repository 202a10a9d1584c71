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

    Groups lie along the last axis. NaN stands behind the others, as if each were a tie of its own.
    """
    order = np.argsort(values, axis=-1, kind="stable")
    ascending = np.take_along_axis(values, order, axis=-1)
    begins, ends = np.ones(values.shape, dtype=np.bool_), np.ones(values.shape, dtype=np.bool_)
    begins[..., 1:] = ends[..., :-1] = ascending[..., 1:] != ascending[..., :-1]
    place = np.arange(1, values.shape[-1] + 1)
    first = np.maximum.accumulate(np.where(begins, place, 0), axis=-1)
    last = np.minimum.accumulate(np.where(ends, place, len(place))[..., ::-1], axis=-1)[..., ::-1]
    found = np.empty((2, *values.shape), dtype=np.int64)
    np.put_along_axis(found[0], order, first, axis=-1)
    np.put_along_axis(found[1], order, last, axis=-1)
    return found[0], found[1]
