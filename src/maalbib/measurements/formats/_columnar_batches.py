"""Parquet and Arrow files, batch by batch, with what they unfold to counted on the way."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.measurements._codes import BLANKS, is_text
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._columnar_footer import Chunk, PageError, RowGroup, row_groups_in
from maalbib.measurements.formats._columnar_messages import MAGIC, messages_in
from maalbib.measurements.formats._columnar_pages import pages_of
from maalbib.measurements.formats._columnar_table import is_readable
from maalbib.problems import ProblemBlock

__all__ = ["COLUMNAR_ENDINGS", "IPC_ENDINGS", "PARQUET_ENDINGS", "Opened", "Tally", "opened"]

PARQUET_ENDINGS: Final = frozenset({".parquet", ".pq"})
IPC_ENDINGS: Final = frozenset({".arrow", ".feather", ".ipc"})
COLUMNAR_ENDINGS: Final = PARQUET_ENDINGS | IPC_ENDINGS
_BATCH: Final = 131_072  # rows read at a time
_ROOM: Final = 16 * 1024**2  # bytes that the texts of one batch may unfold to, where they are told by differences
_SHORT: Final = 64  # texts up to here are counted once for a dictionary, longer ones in each row
# Parquet lets errors of its own through as RuntimeError.
_FAULTS: Final = (pa.ArrowException, PageError, OSError, ValueError, RuntimeError, struct.error, OverflowError)


@attrs.define
class Tally:
    """Counts what a file unfolds to, and refuses it where that is more than the limits allow."""

    limits: Limits
    read: int = 0
    rows: int = 0
    decoded: int = 0

    def open(self, size: int) -> None:
        """Begin with a file of so many bytes; rows and bytes of several files are added up."""
        self.read += size
        self._require("read_bytes", size)

    def expect(self, *, rows: int = 0, decoded: int = 0, columns: int = 0) -> None:
        """Refuse what a file says about itself where that is already too much."""
        self._require("columns", columns)
        self._require("rows", self.rows + rows)
        self._decoding(self.decoded + decoded)

    def add(self, batch: pa.RecordBatch) -> None:
        """Count a batch."""
        self.rows += batch.num_rows
        self.decoded += sum(map(_weight, batch.columns))
        self._require("rows", self.rows)
        self._decoding(self.decoded)

    def _require(self, limit: str, amount: int) -> None:
        breach = self.limits.breach(limit, amount)
        if breach is not None:
            raise RefusedError(breach)

    def _decoding(self, decoded: int) -> None:
        breach = self.limits.decoding_breach(read=self.read, decoded=decoded)
        if breach is not None:
            raise RefusedError(breach)


def _weight(column: Any) -> int:
    """Return the bytes of a column, at least one a row; of long texts that many rows share, those of every row."""
    kind = column.type
    rows: int = len(column)
    if pa.types.is_run_end_encoded(kind):
        return rows * (8 + _longest(column.values))
    size: int = max(column.nbytes, rows)
    if pa.types.is_dictionary(kind):
        longest = _longest(column.dictionary)
        return size + (rows * longest if longest > _SHORT else 0)
    if _is_view(kind):
        return size + int(_view_lengths(column).sum(dtype=np.int64))
    return size


def _longest(texts: Any) -> int:
    """Return the bytes of the longest text; 0 where there is none, or no text."""
    if len(texts) == 0 or not is_text(texts.type):
        return 0
    if _is_view(texts.type):
        return int(_view_lengths(texts).max())
    wide = pa.types.is_large_string(texts.type)
    offsets = np.frombuffer(texts.buffers()[1], np.int64 if wide else np.int32)
    return int(np.diff(offsets[texts.offset : texts.offset + len(texts) + 1]).max())


def _is_view(kind: pa.DataType) -> bool:
    found = getattr(pa.types, "is_string_view", None)  # from pyarrow 16 on
    return bool(found and found(kind))


def _view_lengths(column: Any) -> Any:
    return np.frombuffer(column.buffers()[1], np.int32)[4 * column.offset :: 4][: len(column)]


@attrs.frozen(kw_only=True)
class Opened:
    """A file whose batches can be read, once.

    Attributes
    ----------
    schema
        Every column of the file.
    unreadable
        Columns of types that are not taken in: nested ones, raw bytes, and unknown extensions. They are not read.
    rows_told
        How many rows the file says it has.
    batches
        The other columns, those that were asked for, in the file's order.
    row_groups
        What a Parquet file says about its row groups, None for an Arrow file.
    """

    schema: pa.Schema
    unreadable: tuple[str, ...]
    rows_told: int
    batches: Iterator[pa.RecordBatch]
    row_groups: tuple[RowGroup, ...] | None = None

    def extremes(self, names: Collection[str]) -> dict[str, tuple[str, str]]:
        """Return bounds of the texts of some columns, of those that the footer has them of; an empty cell is an empty text."""
        found: dict[str, tuple[str, str]] = {}
        filled = [group for group in self.row_groups or () if group.rows]
        for name in names:
            bounds = [_bounds(chunk) for group in filled for chunk in group.chunks if chunk.name == name]
            known = [bound for bound in bounds if bound is not None]
            if known and len(known) == len(filled):
                found[name] = (min(low for low, _ in known), max(high for _, high in known))
        return found


def _bounds(chunk: Chunk) -> tuple[str, str] | None:
    """Return bounds of the texts of a column chunk; None where it does not say."""
    if chunk.bounds is None:
        return None
    try:
        low, high = (bound.decode() for bound in chunk.bounds)
    except UnicodeDecodeError:  # cut in the middle of a letter
        return None
    empty = chunk.nulls != 0 or not low.strip(BLANKS)
    return ("" if empty else low), high


def opened(
    source: Path | bytes,
    tally: Tally,
    *,
    columns: Collection[str] | None = None,
    row_groups: Sequence[int] | None = None,
    ipc: bool | None = None,
) -> Opened:
    """Open a file.

    Parameters
    ----------
    source
        A Parquet file, or an Arrow file in either form, or what is in one.
    tally
        What the file may unfold to; batches are counted as they are read.
    columns
        Columns to read, all where None. Those that the file lacks are not there.
    row_groups
        Row groups of a Parquet file to read, all where None.
    ipc
        Whether it is an Arrow file; where None, the end of its name tells.

    Raises
    ------
    RefusedError
        If the file is not there, empty, damaged or too large; also while its batches are read.
    """
    name = "" if isinstance(source, bytes) else source.name
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size == 0:
            raise RefusedError(ProblemBlock(code="file.empty"))
        tally.open(size)
        data = pa.py_buffer(source) if isinstance(source, bytes) else _all_of(pa.memory_map(str(source)))
        if Path(name).suffix.lower() in IPC_ENDINGS if ipc is None else ipc:
            found = _ipc(data, tally, columns)
        else:
            found = _parquet(data, tally, columns, row_groups)
    except FileNotFoundError:
        raise RefusedError(ProblemBlock(code="file.not_found", details={"file": name})) from None
    except _FAULTS:
        raise RefusedError(ProblemBlock(code="file.not_arrow")) from None
    return attrs.evolve(found, batches=_counted(found.batches, tally))


def _counted(batches: Iterator[pa.RecordBatch], tally: Tally) -> Iterator[pa.RecordBatch]:
    try:
        for batch in batches:
            tally.add(batch)
            yield batch
    except _FAULTS:
        raise RefusedError(ProblemBlock(code="file.not_arrow")) from None


def _chosen(schema: pa.Schema, columns: Collection[str] | None) -> tuple[list[str], tuple[str, ...]]:
    """Return the columns to read, and those that cannot be."""
    wanted = [field for field in schema if columns is None or field.name in columns]
    unreadable = tuple(field.name for field in wanted if not is_readable(field.type))
    return [field.name for field in wanted if field.name not in unreadable], unreadable


def _parquet(
    data: pa.Buffer, tally: Tally, columns: Collection[str] | None, row_groups: Sequence[int] | None
) -> Opened:
    import pyarrow.parquet as pq

    footer = pq.read_metadata(pa.BufferReader(data))
    found = row_groups_in(memoryview(data).cast("B"))
    groups = range(len(found)) if row_groups is None else row_groups
    rows = footer.num_rows if row_groups is None else sum(found[group].rows for group in groups)
    tally.expect(rows=rows, columns=footer.num_columns)
    schema = footer.schema.to_arrow_schema()
    names, unreadable = _chosen(schema, columns)
    pages = pages_of(memoryview(data).cast("B"), [found[group] for group in groups], frozenset(names))
    tally.expect(decoded=pages.unfolded)
    texts = [field.name for field in schema if field.name in {*names} - pages.delta and is_text(field.type)]
    file = pq.ParquetFile(pa.BufferReader(data), metadata=footer, read_dictionary=texts)
    size = _BATCH if pages.longest == 0 else min(_BATCH, max(1, _ROOM // pages.longest))
    batches = file.iter_batches(size, list(groups), names if len(names) < len(schema) else None)
    whole = _whole(batches, rows) if names else iter(())
    return Opened(schema=schema, unreadable=unreadable, rows_told=footer.num_rows, batches=whole, row_groups=found)


def _all_of(source: pa.NativeFile) -> pa.Buffer:
    source.seek(0)
    return source.read_buffer()


def _whole(batches: Iterator[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """Yield batches, and refuse a file that has not as many rows as its footer says."""
    for batch in batches:
        rows -= batch.num_rows
        yield batch
    _require(rows == 0)


def _ipc(data: pa.Buffer, tally: Tally, columns: Collection[str] | None) -> Opened:
    stream = data
    if data[: len(MAGIC)].to_pybytes() == MAGIC:  # a file is a stream between a beginning and a footer
        _require(data[-len(MAGIC) :].to_pybytes() == MAGIC)
        stream = data.slice(8)
    schema = pa.ipc.open_stream(stream).schema
    found = messages_in(stream)
    _require(found.whole and (stream is data or pa.ipc.open_file(data).num_record_batches == found.batches))
    tally.expect(rows=found.rows, decoded=found.unfolded, columns=len(schema))
    names, unreadable = _chosen(schema, columns)
    places = [place for place, field in enumerate(schema) if field.name in names]
    return Opened(schema=schema, unreadable=unreadable, rows_told=found.rows, batches=_ipc_batches(stream, places))


def _require(fits: object) -> None:
    if not fits:
        raise ValueError


def _ipc_batches(stream: pa.Buffer, places: list[int]) -> Iterator[pa.RecordBatch]:
    if not places:
        return
    reader = pa.ipc.open_stream(stream, options=pa.ipc.IpcReadOptions(included_fields=places))
    for batch in reader:
        batch.validate(
            full=True
        )  # lengths and numbers of texts are what the file says; nothing else has looked at them
        yield batch
