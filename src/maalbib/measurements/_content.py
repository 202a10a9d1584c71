"""What a canonical table holds, back as arrays; and whether two tables hold the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from maalbib.measurements._codes import Codes
from maalbib.measurements._columns import Columns
from maalbib.measurements._keys import Part, code_part
from maalbib.measurements._schema import DEFAULTS, KEY, MEASUREMENTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["codes_in", "columns_in", "numbers_in", "same_content", "series_key"]


def codes_in(table: pa.Table, name: str) -> Codes:
    """Return a column of codes; where it is absent, its default in every row."""
    if name not in table.column_names:
        default = DEFAULTS.get(name)
        return Codes.empty(table.num_rows) if default is None else Codes.constant(default, table.num_rows)
    chunk: Any = _whole(table, name)
    indices = chunk.indices.fill_null(-1) if chunk.indices.null_count else chunk.indices
    return Codes(indices.to_numpy(zero_copy_only=False), tuple(chunk.dictionary.to_pylist()))


def numbers_in(table: pa.Table, name: str) -> NDArray[np.float64] | None:
    """Return a column of numbers or days as floats, NaN for an empty cell; None where it is absent."""
    if name not in table.column_names:
        return None
    column: Any = _whole(table, name)
    if pa.types.is_date(column.type):
        column = column.cast(pa.int32())
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _whole(table: pa.Table, name: str) -> Any:
    column = table.column(name)
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.unify_dictionaries().chunks) if column.num_chunks else pa.array([], column.type)


def columns_in(table: pa.Table, breakdowns: Sequence[str]) -> Columns:
    """Return a canonical table as columns to be checked again."""
    columns = Columns(length=table.num_rows, names={}, breakdowns=tuple(breakdowns))
    for name in table.column_names:
        kind = table.schema.field(name).type
        numbers = None if pa.types.is_dictionary(kind) or name == "comment" else numbers_in(table, name)
        if numbers is not None:
            columns.numbers[name] = numbers
        elif name == "comment":
            columns.comment = _whole(table, name)
        else:
            columns.codes[name] = codes_in(table, name)
    return columns


def series_key(table: pa.Table, breakdowns: Sequence[str]) -> list[Part]:
    """Return the columns of a row's key, without vintage and revision, as numbers."""
    return [code_part(codes_in(table, name)) for name in (*KEY, *breakdowns)]


def same_content(one: pa.Table, other: pa.Table) -> bool:
    """Say whether two canonical tables hold the same rows in the same order.

    An absent column equals one that holds its default everywhere; how texts are numbered does not matter.
    """
    if one.num_rows != other.num_rows:
        return False
    names = dict.fromkeys((*one.column_names, *other.column_names))
    return all(_same_column(one, other, name) for name in names)


def _same_column(one: pa.Table, other: pa.Table, name: str) -> bool:
    if name == "comment":
        return _texts(one, name) == _texts(other, name)
    if name in MEASUREMENTS.names and not pa.types.is_dictionary(MEASUREMENTS.field(name).type):
        left, right = (_numbers_or_default(table, name) for table in (one, other))
        return bool(np.array_equal(left, right, equal_nan=True))
    left_codes, right_codes = codes_in(one, name), codes_in(other, name)
    place = {text: i for i, text in enumerate(left_codes.texts)}
    target = np.array([*(place.get(text, -2) for text in right_codes.texts), -1], dtype=np.int32)
    return bool(np.array_equal(left_codes.codes, target[right_codes.codes]))


def _numbers_or_default(table: pa.Table, name: str) -> NDArray[np.float64]:
    values = numbers_in(table, name)
    return np.full(table.num_rows, 0.0 if name == "revision" else np.nan) if values is None else values


def _texts(table: pa.Table, name: str) -> list[Any]:
    return table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows
