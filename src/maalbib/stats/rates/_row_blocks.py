"""Rows in blocks that fit the cache, and what holds in any place of a row."""

from __future__ import annotations

import numpy as np

from maalbib.stats._arrays import BoolArray
from maalbib.stats._row_blocks import row_blocks

__all__ = ["in_row", "row_blocks"]


def in_row(where: BoolArray) -> BoolArray:
    """Return which rows are true in any place."""
    return np.asarray(where.any(axis=-1))
