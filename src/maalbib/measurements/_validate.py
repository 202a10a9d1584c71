"""The course of a check: every rule over the columns, then the table of the rows that can be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from maalbib.measurements._columns import Columns, Ledger
from maalbib.measurements._facts import range_of
from maalbib.measurements._known import Known
from maalbib.measurements._rules_codes import CODE_RULES, too_fine
from maalbib.measurements._rules_rows import duplicates, sums
from maalbib.measurements._rules_values import VALUE_RULES, is_missing
from maalbib.measurements._schema import DEFAULTS, MEASUREMENTS, TOTAL, schema_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.catalogue import Catalogue
    from maalbib.register import Register

__all__ = ["check", "table_of"]

# In the order in which they run, which is the order of the problems.
RULES: Final = (*CODE_RULES, *VALUE_RULES)


def check(columns: Columns, ledger: Ledger, catalogue: Catalogue | None, register: Register | None) -> None:
    """Run every rule, note what is wrong, and settle what has a default.

    The rules about cells are independent of each other: a row is reported for each that it breaks. Those between rows
    look at the rows that are left.
    """
    known = Known.about(columns, catalogue, register)
    for rule in RULES:
        ledger.note(rule(columns, known))
    settle(columns, known)
    ledger.note(duplicates(columns, known, ledger.kept))
    ledger.note(sums(columns, known, ledger.kept))


def settle(columns: Columns, known: Known) -> None:
    """Fill what an empty cell stands for: defaults, totals, status O for a missing value, C for what is not published.

    A row that takes its key back keeps no value.
    """
    for name in columns.breakdowns:
        columns.codes[name] = columns.codes[name].filled(TOTAL)
    for name, default in DEFAULTS.items():
        if name in columns.codes:
            columns.codes[name] = columns.codes[name].filled(default)
    if "action" in columns.codes:
        deleted = columns.codes["action"].equals("delete")
        columns.numbers["value"] = np.where(deleted, np.nan, columns.numbers["value"])
    fine = too_fine(columns, known)
    if len(fine):
        _assign(columns, "conf", fine, "C")
    if "action" in columns.codes or known.facts.range("value").has_empty:
        missing = is_missing(columns)
        empty = np.isnan(columns.numbers["value"])
        rows = np.flatnonzero(empty if missing is None else empty & ~missing)
        if len(rows):
            _assign(columns, "status", rows, "O")
    if "revision" in columns.numbers:
        columns.numbers["revision"] = np.nan_to_num(columns.numbers["revision"])


def _assign(columns: Columns, name: str, rows: NDArray[np.int64], text: str) -> None:
    mask = np.zeros(columns.length, dtype=bool)
    mask[rows] = True
    columns.codes[name] = columns.column_of(name, DEFAULTS[name]).assigned(mask, text)


def table_of(columns: Columns, kept: NDArray[np.bool_]) -> pa.Table:
    """Return the rows that can be kept, in their order, as a table of the canonical columns."""
    rows = None if kept.all() else np.flatnonzero(kept)
    arrays: dict[str, Any] = {name: codes.take(rows).to_arrow() for name, codes in columns.codes.items()}
    for name, values in columns.numbers.items():
        arrays[name] = _numbers(values if rows is None else values[rows], MEASUREMENTS.field(name).type)
    if columns.comment is not None:
        arrays["comment"] = columns.comment if rows is None else columns.comment.take(rows)
    schema = schema_of(columns.breakdowns, arrays.keys())
    return pa.Table.from_arrays([arrays[name] for name in schema.names], schema=schema)


def _numbers(values: NDArray[np.float64], kind: pa.DataType) -> pa.Array[Any]:
    mask = np.isnan(values) if range_of(values).has_empty else None
    if pa.types.is_floating(kind):
        return pa.array(values, mask=mask)
    whole = (values if mask is None else np.where(mask, 0, values)).astype(np.int64)
    return (
        pa.array(whole, type=pa.int64(), mask=mask).cast(pa.int32()).cast(kind)
        if kind != pa.int64()
        else pa.array(whole, mask=mask)
    )
