"""Rows in blocks of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

__all__ = ["row_blocks"]

_AT_ONCE: Final = 1 << 18  # elements per temporary that fits the cache


def row_blocks(rows: int, width: int, at_once: int = _AT_ONCE) -> Iterator[slice]:
    """Yield slices of so many rows that a block has a bounded number of elements, one row at least."""
    step = max(1, at_once // max(1, width))
    for start in range(0, rows, step):
        yield slice(start, start + step)
