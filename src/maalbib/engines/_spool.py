"""Rows put aside on disk: in files without a name, which are gone when the process is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs
import pyarrow as pa

from maalbib.errors import MaalError
from maalbib.measurements._codes import is_text

__all__ = ["Disk", "Spool"]

_ZSTD: Final = "zstd"


@attrs.define
class Disk:
    """How much may be put aside, and where.

    Attributes
    ----------
    folder
        Where; the system's own place for temporary files where None.
    most
        Bytes at most, of all spools together.
    used
        Bytes so far.
    """

    folder: Path | None
    most: int
    used: int = 0

    def take(self, count: int) -> None:
        """Count bytes.

        Raises
        ------
        MaalError
            If there are too many.
        """
        self.used += count
        if self.used > self.most:
            raise MaalError("engines.disk_full", most=self.most)


class Spool:
    """A list of tables of one schema that is kept in memory as long as it is short.

    Parameters
    ----------
    schema
        Columns of the tables.
    disk
        Where the rest goes.
    in_memory
        Bytes that are kept in memory.
    """

    def __init__(self, schema: pa.Schema, disk: Disk, in_memory: int) -> None:
        self._schema, self._disk, self._left = schema, disk, in_memory
        self._kept: list[pa.Table] = []
        self._stored = pa.schema([_stored(field) for field in schema]).with_metadata(schema.metadata or {})
        self._file: Any = None
        self._writer: Any = None
        self.rows = 0

    def add(self, table: pa.Table) -> None:
        """Put a table at the end."""
        self.rows += table.num_rows
        if self._file is None and table.nbytes <= self._left:
            self._left -= table.nbytes
            self._kept.append(table)
            return
        if self._file is None:
            self._open()
        self._write(table)

    def _open(self) -> None:
        self._file = tempfile.TemporaryFile(dir=self._disk.folder)  # noqa: SIM115 - closed by close()
        self._writer = pa.ipc.new_stream(self._file, self._stored, options=pa.ipc.IpcWriteOptions(compression=_ZSTD))
        for table in self._kept:
            self._write(table)
        self._kept.clear()

    def _write(self, table: pa.Table) -> None:
        before = self._file.tell()
        self._writer.write_table(table.cast(self._stored))
        self._disk.take(self._file.tell() - before)

    def __iter__(self) -> Iterator[pa.Table]:
        """Yield the tables; no more can be added."""
        yield from self._kept
        if self._file is None:
            return
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._file.seek(0)
        for batch in pa.ipc.open_stream(self._file):
            table = pa.Table.from_batches([batch])
            yield pa.Table.from_arrays([_again(table, field) for field in self._schema], schema=self._schema)

    def close(self) -> None:
        """Forget everything."""
        self._kept.clear()
        if self._file is not None:
            self._file.close()


def _stored(field: pa.Field[Any]) -> pa.Field[Any]:
    """Return how a column is stored: texts themselves, since every piece would repeat the list of all codes."""
    return pa.field(field.name, pa.large_string() if is_text(field.type) else field.type)


def _again(table: pa.Table, field: pa.Field[Any]) -> Any:
    column: Any = table.column(field.name)
    if pa.types.is_dictionary(field.type):
        return column.dictionary_encode().cast(field.type)
    return column if column.type == field.type else column.cast(field.type)
