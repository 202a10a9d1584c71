"""Arrow columns made at once: one value for every row, words by their number, lists of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Bools

__all__ = ["NUMBERS", "WORDS", "Pieces", "cells", "column", "members", "word_lists", "words_at"]

_PIECE: Final = 4096  # rows of a column that holds the same value everywhere

WORDS: pa.DataType = pa.list_(pa.field("element", pa.string()))
NUMBERS: pa.DataType = pa.list_(pa.field("element", pa.float64()))


Pieces = dict[tuple[Any, pa.DataType], Any]


def column(values: Any, field: pa.Field[Any], rows: int, pieces: Pieces | None = None) -> Any:
    """Return a column of the field's type: from an array or a list, or the same value in every row; NaN becomes null.

    Long columns of one value, or of none, take their memory from ``pieces``, which several results of one call share.
    """
    if rows >= _PIECE and _empty(values):
        values = None
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return pa.array(values, type=field.type, from_pandas=True)
    if isinstance(values, np.ndarray | list):
        return pa.array(values, type=field.type)
    if rows < _PIECE:
        return _same(values, field.type, rows)
    known = {} if pieces is None else pieces
    key = (values, field.type)
    if key not in known:
        known[key] = _same(values, field.type, _PIECE)
    whole, rest = divmod(rows, _PIECE)
    return pa.chunked_array([known[key]] * whole + ([known[key].slice(0, rest)] if rest else []), type=field.type)


def _empty(values: Any) -> bool:
    """Return whether a long column holds nothing at all."""
    if isinstance(values, pa.Array):
        return values.null_count == len(values)
    return isinstance(values, np.ndarray) and values.dtype.kind == "f" and bool(np.isnan(values).all())


def _same(value: Any, kind: Any, rows: int) -> Any:
    scalar: Any = pa.scalar(value, kind)
    return pa.repeat(scalar, rows) if scalar.is_valid else pa.nulls(rows, kind)


def cells(table: pa.Table, name: str) -> list[Any]:
    """Return the cells of a column as plain values."""
    found: Any = table[name]
    return list(found.to_pylist())


def words_at(words: Sequence[str], places: Any) -> Any:
    """Return the word at each place; null where the place is below 0."""
    index = np.asarray(places)
    return pa.array(words, type=pa.string()).take(pa.array(index, type=pa.int64(), mask=index < 0))


def word_lists(words: Sequence[str], holds: Bools) -> Any:
    """Return for each row the words that hold.

    Parameters
    ----------
    words
        The words, in the order in which they are listed.
    holds
        (rows, words) which ones hold.
    """
    ends = np.concatenate([[0], np.cumsum(holds.sum(axis=1))]) if holds.shape[1] else np.zeros(len(holds) + 1)
    found = words_at(words, np.nonzero(holds)[1])
    return pa.ListArray.from_arrays(pa.array(ends, type=pa.int32()), found).cast(WORDS)


def members(codes: Sequence[str], wanted: Sequence[str]) -> Bools:
    """Return which codes are among the wanted ones."""
    import pyarrow.compute as pc

    found: Any = pc.is_in(pa.array(codes, type=pa.string()), value_set=pa.array(wanted, type=pa.string()))
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)
