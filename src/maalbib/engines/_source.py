"""What a caller may hand in, as pieces that can be read again or as one stream that cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa

from maalbib.engines._columns import fault
from maalbib.engines._fragments import DatasetFragment, FileFragment, Fragment, TableFragment
from maalbib.errors import ArgumentError, DataError
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._columnar_folder import Part, aligned, parts_of
from maalbib.problems import Problems

__all__ = ["Source", "source_of"]

_EXPECTED: Final = "path, list of paths, pyarrow.dataset, __arrow_c_stream__, iterator of pyarrow.RecordBatch"


@attrs.frozen(kw_only=True)
class Source:
    """Rows from somewhere.

    Attributes
    ----------
    schemas
        The columns of every piece.
    fragments
        Pieces that can be read again, in the caller's order; None where ``stream`` is all there is.
    stream
        Batches that come once.
    """

    schemas: tuple[pa.Schema, ...]
    fragments: tuple[Fragment, ...] | None = None
    stream: Iterator[pa.RecordBatch] | None = None


def source_of(data: Any, by: Sequence[str], limits: Limits) -> Source:
    """Return what was handed in.

    Raises
    ------
    ArgumentError
        If it is nothing that rows can be read from.
    DataError
        If a file cannot be read.
    """
    if isinstance(data, str | Path):
        return _of_files(_parts(Path(data), limits), by, limits)
    if isinstance(data, pa.Table):
        return _of_fragments([TableFragment(table=data)])
    if hasattr(data, "get_fragments") and hasattr(data, "schema"):
        return _of_dataset(data)
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return _of_stream(_reader(data))
    if isinstance(data, Sequence) and len(data) > 0 and all(isinstance(item, str | Path) for item in data):
        return _of_files([part for item in data for part in _parts(Path(item), limits)], by, limits)
    if isinstance(data, Iterable):
        return _of_batches(iter(data))
    raise ArgumentError("argument.type", argument="source", expected=_EXPECTED)


def _parts(path: Path, limits: Limits) -> list[Part]:
    try:
        return parts_of(path, limits) if path.is_dir() else [Part(path=path, name=path.name)]
    except RefusedError as error:
        raise DataError(Problems([error.block])) from None


def _of_files(parts: Sequence[Part], by: Sequence[str], limits: Limits) -> Source:
    return _of_fragments([FileFragment.of(part.path, part.name, part.codes, by, limits) for part in parts])


def _of_fragments(fragments: Sequence[Fragment]) -> Source:
    return Source(schemas=tuple(fragment.schema for fragment in fragments), fragments=tuple(fragments))


def _of_dataset(data: Any) -> Source:
    fragments = sorted(data.get_fragments(), key=lambda fragment: str(getattr(fragment, "path", "")))
    return _of_fragments(
        [
            DatasetFragment(fragment=fragment, schema=data.schema, name=getattr(fragment, "path", None) or None)
            for fragment in fragments
        ]
    )


def _reader(data: Any) -> pa.RecordBatchReader:
    try:
        if isinstance(data, pa.RecordBatchReader):
            return data
        if hasattr(data, "__arrow_c_stream__"):
            return pa.RecordBatchReader.from_stream(data)
        batch: Any = pa.record_batch(data)
        return pa.RecordBatchReader.from_batches(batch.schema, [batch])
    except (pa.ArrowException, TypeError, ValueError):  # its text may hold values of the data
        raise ArgumentError("argument.type", argument="source", expected=_EXPECTED) from None


def _of_stream(reader: pa.RecordBatchReader) -> Source:
    return Source(schemas=(reader.schema,), stream=iter(reader))


def _of_batches(batches: Iterator[Any]) -> Source:
    first = next(batches, None)
    if first is None:
        return Source(schemas=(), stream=iter(()))
    if not isinstance(first, pa.RecordBatch):
        raise ArgumentError("argument.type", argument="source", expected=_EXPECTED)
    return Source(schemas=(first.schema,), stream=_chain(first, batches))


def _chain(first: pa.RecordBatch, rest: Iterator[Any]) -> Iterator[pa.RecordBatch]:
    yield first
    for batch in rest:
        if not isinstance(batch, pa.RecordBatch):
            raise ArgumentError("argument.type", argument="source", expected=_EXPECTED)
        _require_alike(first.schema, batch.schema)
        yield batch


def _require_alike(first: pa.Schema, other: pa.Schema) -> None:
    """Refuse a column that holds texts in one batch and numbers in another."""
    for field in other:
        kinds = [schema.field(field.name).type for schema in (first, other) if field.name in schema.names]
        if kinds[0] != kinds[-1] and aligned(kinds) is None:
            raise fault("folder.types_differ", field.name)
