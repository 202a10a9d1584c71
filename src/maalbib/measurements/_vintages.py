"""Which rows count as known on a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from maalbib.measurements._keys import Part, dense, packed, repeats

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["known_rows"]

_ALWAYS = -(2**31)


def known_rows(table: pa.Table, key: list[Part], until: dt.date | None) -> NDArray[np.int64] | None:
    """Return the newest row of each key that was known on a day; None where that is every row.

    Rows without a vintage have always been known. Newest is the largest pair of vintage and revision, so that the
    order of the rows does not matter.

    Parameters
    ----------
    table
        Canonical columns.
    key
        The columns of the key without vintage and revision, as numbers.
    until
        The last day that counts; None counts every day.
    """
    names = set(table.column_names)
    if not names & {"vintage", "revision"}:
        return None
    days = _whole(table, "vintage", _ALWAYS)
    rows = np.arange(table.num_rows)
    if until is not None:
        rows = np.flatnonzero(days <= (until - dt.date(1970, 1, 1)).days)
    cell, size = packed(key, rows)
    if not repeats(cell, size):
        return rows
    age, _ = packed([dense(days), dense(_whole(table, "revision", 0))], rows)
    ascending = np.lexsort((age, cell))
    last = np.append(np.diff(cell[ascending]) != 0, True)
    return np.sort(rows[ascending[last]])


def _whole(table: pa.Table, name: str, empty: int) -> NDArray[np.int64]:
    if name not in table.column_names:
        return np.zeros(table.num_rows, dtype=np.int64)
    column: Any = table.column(name).combine_chunks()
    return np.asarray(column.cast("int32").fill_null(empty).to_numpy(zero_copy_only=False), dtype=np.int64)
