"""Rises and falls in one long series without looking at every pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from maalbib.stats._arrays import FloatArray, IntArray

__all__ = ["sign_sum"]


def sign_sum(values: FloatArray) -> tuple[int, int]:
    """Return how many pairs rise and how many fall, in O(n log n); NaN belongs to no pair.

    Examples
    --------
    >>> sign_sum(np.array([1.0, 3.0, np.nan, 2.0, 3.0]))
    (4, 1)
    """
    _, ranks, counts = np.unique(values[~np.isnan(values)], return_inverse=True, return_counts=True)
    n = len(ranks)
    tied = int((counts * (counts - 1) // 2).sum())
    falls = _inversions(ranks.astype(np.int64))
    return n * (n - 1) // 2 - tied - falls, falls


def _inversions(ranks: IntArray) -> int:
    """Count pairs in falling order, one bit of the rank at a time from the highest.

    Two ranks that first differ in a bit stand in falling order when the one with the bit set comes first.
    """
    total = 0
    for bit in reversed(range(int(ranks.max(initial=0)).bit_length())):
        high = (ranks >> bit) & 1
        group = ranks >> (bit + 1)
        before = np.cumsum(high) - high
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        in_group = before - np.repeat(before[starts], np.diff(starts, append=len(ranks)))
        total += int(in_group[high == 0].sum())
        ranks = ranks[np.argsort(ranks >> bit, kind="stable")]
    return total
