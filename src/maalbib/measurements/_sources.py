"""Where tables come from: frames, anything that speaks Arrow, and files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import numpy as np
import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements._columns import Origin
from maalbib.measurements._csv import read_encoded
from maalbib.measurements._intake import Given, Kind
from maalbib.measurements._limits import Limits
from maalbib.measurements._schema import MEASUREMENTS
from maalbib.measurements.formats._columnar import given_of_file
from maalbib.measurements.formats._columnar_batches import IPC_ENDINGS, PARQUET_ENDINGS
from maalbib.measurements.formats._columnar_table import given_of_arrow, metadata_of
from maalbib.measurements.formats._columnar_writing import write_table
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.problems import ProblemBlock, Problems

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "arrow_table",
    "given_of_arrow",
    "given_of_csv",
    "given_of_file",
    "given_of_foreign",
    "given_of_pandas",
    "is_frame",
    "is_text_file",
    "metadata_of",
    "write_table",
]

_ARROW: Final = "pyarrow.Table / __arrow_c_stream__ / __arrow_c_array__"
_TEXT: Final = frozenset({".csv", ".txt", ".tsv"})
_NUMERIC: Final = frozenset({"number", "whole"})
_UNFIT: Final = re.compile(r"[\s;=]+")


def arrow_table(data: Any) -> pa.Table:
    """Return a table of anything that speaks Arrow.

    Raises
    ------
    ArgumentError
        If it does not.
    """
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, pa.RecordBatch):
        return pa.Table.from_batches([data])
    try:
        if isinstance(data, pa.RecordBatchReader):
            return data.read_all()
        if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
            return pa.table(data)
    except (pa.ArrowException, TypeError, ValueError):  # its text may hold values of the data
        pass
    raise ArgumentError("argument.type", argument="data", expected=_ARROW) from None


def is_frame(data: object) -> TypeGuard[pd.DataFrame]:
    """Say whether something is a pandas frame, without importing pandas."""
    return all(hasattr(data, name) for name in ("columns", "iloc", "index"))


def given_of_pandas(frame: pd.DataFrame, kind_of: Callable[[str], Kind | None]) -> Given:
    """Return the columns of a frame; the index is not read, and the frame not changed.

    ``kind_of`` says what a column is wanted as, None where it has no meaning; only the others are converted.
    """
    if not is_frame(frame):
        raise ArgumentError("argument.type", argument="frame", expected="pandas.DataFrame")
    labels = [str(label) for label in frame.columns]
    count = Counter(labels)
    columns: dict[str, pa.ChunkedArray[Any]] = {}
    faults: dict[str, tuple[str, NDArray[np.int64]]] = {}
    kinds = {label: kind_of(label) for label in labels}
    for place, label in enumerate(labels):
        if kinds[label] is None:
            columns[label] = _chunked(pa.nulls(len(frame)))
        elif count[label] == 1:
            columns[label], fault = _series(frame.iloc[:, place], numeric=kinds[label] in _NUMERIC)
            faults |= {} if fault is None else {label: fault}
    twice = [label for label, times in count.items() if times > 1 and kinds[label] is not None]
    return Given(
        columns=columns,
        origin=Origin(range(len(frame))),
        problems=Problems(ProblemBlock(code="header.duplicate", column=label) for label in twice),
        extensions=frozenset(
            label for label, column in columns.items() if isinstance(column.type, pa.BaseExtensionType)
        ),
        faults=faults,
    )


def _chunked(array: Any) -> pa.ChunkedArray[Any]:
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _series(
    series: pd.Series[Any], *, numeric: bool
) -> tuple[pa.ChunkedArray[Any], tuple[str, NDArray[np.int64]] | None]:
    """Return a column as Arrow; where it mixes types, the cells of the type that was asked for, and the others' rows."""
    try:
        return _chunked(pa.Array.from_pandas(series)), None
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        pass
    fits = _is_number if numeric else _is_text
    cells = series.tolist()
    good = np.array([fits(cell) for cell in cells], dtype=bool)
    kept = [(float(cell) if numeric else cell) if fit else None for cell, fit in zip(cells, good, strict=True)]
    bad = np.flatnonzero(~good & ~series.isna().to_numpy(dtype=bool))
    column = pa.array(kept, type=pa.float64() if numeric else pa.string())
    return _chunked(column), ("number.from_text" if numeric else "code.not_text", bad)


def _is_text(cell: object) -> bool:
    return isinstance(cell, str)


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float | Decimal | np.number) and not isinstance(cell, bool)


def given_of_foreign(table: ForeignTable, problems: Problems) -> Given:
    """Return the columns of a file that describes itself; a breakdown's name loses what no such name can have."""
    breakdowns = {_UNFIT.sub("_", own).strip("_"): own for own in table.breakdowns}
    safe = {f"{name}_" if name in MEASUREMENTS.names else name: own for name, own in breakdowns.items()}
    totals = {name: table.totals[own] for name, own in safe.items() if own in table.totals}
    return Given(
        columns={name: _chunked(array) for name, array in table.columns.items()},
        origin=Origin(table.rows, file=table.file),
        problems=problems,
        breakdowns=tuple(safe),
        roles={name: own for name, own in table.roles.items() if name != "mark"} | safe,
        marks=table.roles.get("mark"),
        totals=totals,
        periods=table.periods,
    )


def given_of_csv(
    path: str | Path | bytes, *, delimiter: str | None, encoding: str | None, header_row: int, limits: Limits
) -> Given:
    """Return the columns of a file of text."""
    table, problems = read_encoded(path, delimiter=delimiter, encoding=encoding, header_row=header_row, limits=limits)
    return Given(columns=table.columns, origin=Origin(table.rows, table.lines, table.file), problems=problems)


def is_text_file(path: Path) -> bool:
    """Say whether a file is one of text by the end of its name.

    Raises
    ------
    ArgumentError
        If the end of its name says nothing.
    """
    ending = path.suffix.lower()
    if ending not in _TEXT | PARQUET_ENDINGS | IPC_ENDINGS:
        raise ArgumentError("argument.ending", allowed=sorted(_TEXT | PARQUET_ENDINGS | IPC_ENDINGS))
    return ending in _TEXT
