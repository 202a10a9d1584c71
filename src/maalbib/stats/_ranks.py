"""Ranks as whole numbers, so that ties and comparisons are exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

if TYPE_CHECKING:
    from maalbib.stats._arrays import FloatArray, IntArray


@attrs.frozen(kw_only=True, eq=False)
class Ranking:
    """The ranks of one vector, 1 for the smallest value.

    ``level`` counts distinct values from 0; ``first`` and ``last`` are the ends of each tie; ``sizes`` holds the
    number of equal values per level.
    """

    level: IntArray
    first: IntArray
    last: IntArray
    sizes: IntArray

    @property
    def doubled(self) -> IntArray:
        """Twice the mid-rank, a whole number also within ties."""
        return self.first + self.last


def ranking(values: FloatArray) -> Ranking:
    """Rank finite values of shape (n,)."""
    _, level, sizes = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    first = last - sizes + 1
    return Ranking(level=level, first=first[level], last=last[level], sizes=sizes)
