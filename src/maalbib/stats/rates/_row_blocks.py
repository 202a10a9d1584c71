"""Rows in blocks that fit the cache."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from maalbib.stats._arrays import BoolArray

__all__ = ["in_row", "row_blocks"]

_AT_ONCE: Final = 1 << 18  # elements per temporary


def row_blocks(rows: int, width: int) -> Iterator[slice]:
    """Yield slices of so many rows that a block has a bounded number of elements."""
    step = max(1, _AT_ONCE // max(1, width))
    for start in range(0, rows, step):
        yield slice(start, start + step)


def in_row(where: BoolArray) -> BoolArray:
    """Return which rows are true in any place."""
    return np.asarray(where.any(axis=-1))
