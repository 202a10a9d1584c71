"""Which rows count as known on a day, and what replaced what."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maalbib.measurements._content import codes_in
from maalbib.measurements._keys import Part, dense, packed, repeats

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["DELETE", "consecutive", "known_rows", "tells_time", "vintage_days"]

DELETE: Final = "delete"
_ALWAYS: Final = -(2**31)
_EPOCH: Final = dt.date(1970, 1, 1)


def tells_time(table: pa.Table) -> bool:
    """Return whether anything says when rows became known or what they replace."""
    return not {"vintage", "revision", "action"}.isdisjoint(table.column_names)


def known_rows(table: pa.Table, key: list[Part], until: dt.date | None) -> NDArray[np.int64] | None:
    """Return the newest row of each key that was known on a day; None where that is every row.

    Rows without a vintage have always been known. Newest is the largest pair of vintage and revision, so that the
    order of the rows does not matter. A key whose newest row takes it back (action ``delete``) has none.

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
    if not tells_time(table):
        return None
    days = _whole(table, "vintage", _ALWAYS)
    rows = np.arange(table.num_rows)
    if until is not None:
        rows = np.flatnonzero(days <= (until - _EPOCH).days)
    cell, size = packed(key, rows)
    if repeats(cell, size):
        ascending = _in_time(cell, days, table, rows)
        last = np.append(np.diff(cell[ascending]) != 0, True)
        rows = np.sort(rows[ascending[last]])
    return rows[~_deleted(table)[rows]] if "action" in names else rows


def consecutive(table: pa.Table, key: list[Part]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that were replaced and, for each, the row that replaced it: neighbours in time of one key."""
    rows = np.arange(table.num_rows)
    cell, size = packed(key)
    if not repeats(cell, size):
        return rows[:0], rows[:0]
    ascending = _in_time(cell, _whole(table, "vintage", _ALWAYS), table, rows)
    same = np.flatnonzero(np.diff(cell[ascending]) == 0)
    return ascending[same], ascending[same + 1]


def vintage_days(table: pa.Table) -> tuple[dt.date, ...]:
    """Return the days on which something became known, in order."""
    if "vintage" not in table.column_names:
        return ()
    days = np.unique(_whole(table, "vintage", _ALWAYS)).tolist()
    return tuple(_EPOCH + dt.timedelta(days=day) for day in days if day != _ALWAYS)


def _in_time(
    cell: NDArray[np.int64], days: NDArray[np.int64], table: pa.Table, rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the order of rows by key, and within it by vintage and revision."""
    age, _ = packed([dense(days), dense(_whole(table, "revision", 0))], rows)
    return np.lexsort((age, cell))


def _deleted(table: pa.Table) -> NDArray[np.bool_]:
    return codes_in(table, "action").equals(DELETE)


def _whole(table: pa.Table, name: str, empty: int) -> NDArray[np.int64]:
    if name not in table.column_names:
        return np.full(table.num_rows, empty, dtype=np.int64)
    column: Any = table.column(name).combine_chunks()
    return np.asarray(column.cast("int32").fill_null(empty).to_numpy(zero_copy_only=False), dtype=np.int64)
