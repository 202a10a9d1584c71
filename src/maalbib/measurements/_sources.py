"""Where tables come from: frames, anything that speaks Arrow, and files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import numpy as np
import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements._columns import Origin
from maalbib.measurements._csv import read_csv
from maalbib.measurements._intake import Given
from maalbib.measurements._limits import Limits
from maalbib.measurements._schema import SCHEMA_VERSION
from maalbib.problems import ProblemBlock, Problems

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = [
    "arrow_table",
    "given_of_arrow",
    "given_of_csv",
    "given_of_file",
    "given_of_pandas",
    "is_frame",
    "is_text_file",
    "metadata_of",
    "write_table",
]

_METADATA: Final = b"maalbib"
_EXTENSION: Final = b"ARROW:extension:name"
_ARROW: Final = "pyarrow.Table / __arrow_c_stream__ / __arrow_c_array__"
_BATCH: Final = 131_072  # rows read at a time
_PARQUET: Final = frozenset({".parquet", ".pq"})
_IPC: Final = frozenset({".arrow", ".feather", ".ipc"})
_TEXT: Final = frozenset({".csv", ".txt", ".tsv"})


def metadata_of(breakdowns: Sequence[str]) -> dict[bytes, bytes]:
    """Return what a written table says about itself."""
    return {_METADATA: json.dumps({"schema_version": SCHEMA_VERSION, "breakdowns": list(breakdowns)}).encode()}


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


def given_of_arrow(table: pa.Table, origin: Origin | None = None) -> Given:
    """Return the columns of a table; those that share a name are not read."""
    version, breakdowns = _own_metadata(table.schema)
    origin = origin or Origin(range(table.num_rows))
    if version > int(SCHEMA_VERSION.partition(".")[0]):
        return _refused(ProblemBlock(code="schema.columns_too_new", file=origin.file))
    count = Counter(table.column_names)
    twice = [name for name, times in count.items() if times > 1]
    extensions = {field.name for field in table.schema if _is_extension(field)}
    return Given(
        columns={name: table.column(name) for name in count if count[name] == 1},
        origin=origin,
        problems=Problems(ProblemBlock(code="header.duplicate", file=origin.file, column=name) for name in twice),
        extensions=frozenset(extensions),
        breakdowns=tuple(name for name in breakdowns if name in count),
    )


def _own_metadata(schema: pa.Schema) -> tuple[int, tuple[str, ...]]:
    """Return the major version and the breakdowns that a table declares; nothing where it is not ours."""
    try:
        found = json.loads((schema.metadata or {}).get(_METADATA, b"{}"))
        return int(str(found["schema_version"]).partition(".")[0]), tuple(map(str, found["breakdowns"]))
    except (ValueError, TypeError, KeyError):
        return 0, ()


def _is_extension(field: pa.Field[Any]) -> bool:
    return isinstance(field.type, pa.BaseExtensionType) or _EXTENSION in (field.metadata or {})


def _refused(block: ProblemBlock) -> Given:
    return Given(columns={}, origin=Origin(range(0), file=block.file), problems=Problems([block]))


def is_frame(data: object) -> TypeGuard[pd.DataFrame]:
    """Say whether something is a pandas frame, without importing pandas."""
    return all(hasattr(data, name) for name in ("columns", "iloc", "index"))


def given_of_pandas(frame: pd.DataFrame, wanted: Mapping[str, bool]) -> Given:
    """Return the columns of a frame; the index is not read, and the frame not changed.

    ``wanted`` says which columns have a meaning, and whether they hold numbers; only those are converted.
    """
    if not is_frame(frame):
        raise ArgumentError("argument.type", argument="frame", expected="pandas.DataFrame")
    labels = [str(label) for label in frame.columns]
    count = Counter(labels)
    columns: dict[str, pa.ChunkedArray[Any]] = {}
    faults: dict[str, tuple[str, NDArray[np.int64]]] = {}
    for place, label in enumerate(labels):
        if label not in wanted:
            columns[label] = _chunked(pa.nulls(len(frame)))
        elif count[label] == 1:
            columns[label], fault = _series(frame.iloc[:, place], numeric=wanted[label])
            faults |= {} if fault is None else {label: fault}
    twice = [label for label, times in count.items() if times > 1 and label in wanted]
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


def given_of_csv(
    path: str | Path | bytes, *, delimiter: str | None, encoding: str | None, header_row: int, limits: Limits
) -> Given:
    """Return the columns of a file of text."""
    table, problems = read_csv(path, delimiter=delimiter, encoding=encoding, header_row=header_row, limits=limits)
    return Given(columns=table.columns, origin=Origin(table.rows, table.lines, table.file), problems=problems)


def given_of_file(path: Path, limits: Limits) -> Given:
    """Return the columns of a Parquet or Arrow file; rows count from 0 as in the table that it holds."""
    try:
        size = path.stat().st_size
        if size == 0:
            return _refused(ProblemBlock(code="file.empty", file=path.name))
        table, breach = _collected(*_batches(path), size, limits)
    except FileNotFoundError:
        return _refused(ProblemBlock(code="file.not_found", file=path.name, details={"file": path.name}))
    except (pa.ArrowException, OSError, ValueError):
        return _refused(ProblemBlock(code="file.not_arrow", file=path.name))
    if breach is not None:
        return _refused(ProblemBlock(code=breach.code, file=path.name, details=breach.details))
    return given_of_arrow(table, Origin(range(table.num_rows), file=path.name))


def is_text_file(path: Path) -> bool:
    """Say whether a file is one of text by the end of its name.

    Raises
    ------
    ArgumentError
        If the end of its name says nothing.
    """
    ending = path.suffix.lower()
    if ending not in _TEXT | _PARQUET | _IPC:
        raise ArgumentError("argument.ending", allowed=sorted(_TEXT | _PARQUET | _IPC))
    return ending in _TEXT


def write_table(table: pa.Table, path: Path) -> None:
    """Write a Parquet or Arrow file, by the end of its name.

    Raises
    ------
    ArgumentError
        If the end of its name says neither.
    """
    ending = path.suffix.lower()
    if ending in _PARQUET:
        import pyarrow.parquet as pq

        pq.write_table(table, path, compression="zstd")
    elif ending in _IPC:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema, options=_ZSTD) as writer:
            writer.write_table(table)
    else:
        raise ArgumentError("argument.ending", allowed=sorted(_PARQUET | _IPC))


_ZSTD: Final = pa.ipc.IpcWriteOptions(compression="zstd", unify_dictionaries=True)


def _batches(path: Path) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    if path.suffix.lower() in _IPC:
        return _ipc_batches(path)
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    texts = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
    file = pq.ParquetFile(path, read_dictionary=texts, memory_map=True)
    return file.schema_arrow, file.iter_batches(batch_size=_BATCH)


def _ipc_batches(path: Path) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    source = pa.memory_map(str(path))
    try:
        reader = pa.ipc.open_file(source)
    except pa.ArrowInvalid:
        source.seek(0)
        stream = pa.ipc.open_stream(source)
        return stream.schema, iter(stream)
    return reader.schema, (reader.get_batch(i) for i in range(reader.num_record_batches))


def _collected(
    schema: pa.Schema, batches: Iterator[pa.RecordBatch], size: int, limits: Limits
) -> tuple[pa.Table, ProblemBlock | None]:
    """Put batches together while counting what they take, whatever the file says about itself."""
    kept: list[pa.RecordBatch] = []
    rows = decoded = 0
    breach = limits.breach("read_bytes", size) or limits.breach("columns", len(schema))
    for batch in batches:
        rows, decoded = rows + batch.num_rows, decoded + batch.nbytes
        breach = breach or limits.breach("rows", rows) or limits.decoding_breach(read=size, decoded=decoded)
        if breach is not None:
            return schema.empty_table(), breach
        kept.append(batch)
    return pa.Table.from_batches(kept, schema=kept[0].schema if kept else schema), breach
