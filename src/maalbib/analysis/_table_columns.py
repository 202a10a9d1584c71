"""Columns of a result's table as arrays and lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Ints, Words

__all__ = ["cells_in", "day_numbers", "distinct_codes", "row_keys", "words_in"]


def cells_in(table: pa.Table, name: str) -> list[Any]:
    """Return the cells of a column."""
    return table[name].to_pylist()


def words_in(table: pa.Table, name: str) -> Words:
    """Return the texts of a column, None where it is empty."""
    return np.array(cells_in(table, name), dtype=object)


def day_numbers(table: pa.Table, name: str) -> Ints:
    """Return a column of dates as days since 1970."""
    column: Any = table[name].combine_chunks()
    return np.asarray(column.cast(pa.int32()).to_numpy(zero_copy_only=False), dtype=np.int64)


def distinct_codes(table: pa.Table, name: str) -> Ints:
    """Return a number for each distinct value of a column, -1 where it is empty."""
    column: Any = table[name].combine_chunks()
    return np.asarray(column.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def row_keys(columns: Sequence[Ints], rows: int) -> Ints:
    """Return a number for each row that is the same where all the columns are; they hold numbers from -1."""
    key = np.zeros(rows, dtype=np.int64)
    for codes in columns:
        packed = key * (int(codes.max(initial=-1)) + 2) + codes + 1
        key = np.unique(packed, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return key
