"""Medians of many rows with gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from maalbib.stats._arrays import FloatArray

__all__ = ["row_medians"]


def row_medians(rows: FloatArray) -> FloatArray:
    """Return the median of the finite values of each row, NaN where there is none; ``rows`` is sorted in place."""
    if not rows.shape[1]:
        return np.full(len(rows), np.nan)
    rows.sort(axis=1)  # NaN last
    count = np.isfinite(rows).sum(axis=1)
    each = np.arange(len(rows))
    # Halves first: the sum of two large values may be infinite. Without values the last one, NaN, is taken.
    middle: FloatArray = rows[each, (count - 1) >> 1] / 2 + rows[each, count >> 1] / 2
    return middle
