"""Results into a file that is there whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements.formats._columnar_batches import COLUMNAR_ENDINGS, IPC_ENDINGS

__all__ = ["write"]

_ROWS: Final = 131_072  # of a row group


def write(reader: Any, path: str | Path) -> int:
    """Write results to a Parquet or Arrow file as they come.

    Parameters
    ----------
    reader
        What :func:`run` returned, or anything else with ``__arrow_c_stream__``.
    path
        Where to; the end of its name says which format. A file that is there is replaced.

    Returns
    -------
    int
        How many rows were written.

    Raises
    ------
    ArgumentError
        If the end of the name says neither format.

    Notes
    -----
    The file gets its name when it is whole; until then it has none, where the system knows such files, and one that begins with a
    full stop elsewhere. The same rows give the same bytes however they were cut.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import maalbib as mb
    >>> from maalbib import engines
    >>> folder = tempfile.TemporaryDirectory()
    >>> reader = engines.run(mb.Measurements.example("reading").to_arrow(), engines.trends())
    >>> engines.write(reader, pathlib.Path(folder.name, "tendenser.parquet"))
    4
    >>> folder.cleanup()
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in COLUMNAR_ENDINGS:
        raise ArgumentError("argument.ending", allowed=sorted(COLUMNAR_ENDINGS))
    source = reader if isinstance(reader, pa.RecordBatchReader) else pa.RecordBatchReader.from_stream(reader)
    with _whole_or_nothing(target) as file, _writer(file, source.schema, arrow=ending in IPC_ENDINGS) as writer:
        return sum(_written(writer, table) for table in _even(source))


def _written(writer: Any, table: pa.Table) -> int:
    writer.write_table(table)
    return table.num_rows


def _writer(file: Any, schema: pa.Schema, *, arrow: bool) -> Any:
    if arrow:
        return pa.ipc.new_file(file, schema, options=pa.ipc.IpcWriteOptions(compression="zstd"))
    import pyarrow.parquet as pq

    return pq.ParquetWriter(file, schema, compression="zstd")


def _even(source: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Yield the rows in pieces of one size."""
    held = source.schema.empty_table()
    for batch in source:
        held = pa.concat_tables([held, pa.Table.from_batches([batch])])
        while held.num_rows >= _ROWS:
            yield _copied(held.slice(0, _ROWS))
            held = held.slice(_ROWS)
    if held.num_rows:
        yield _copied(held)


def _copied(table: pa.Table) -> pa.Table:
    """Return the rows in buffers of their own, which hold nothing else."""
    return table.take(np.arange(table.num_rows)).combine_chunks()


@contextlib.contextmanager
def _whole_or_nothing(path: Path) -> Generator[IO[bytes]]:
    """Open a file that gets its name when the block ends well."""
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with _unnamed(path.parent) or hidden.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if not hidden.exists():
                _name(file, hidden)
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


def _unnamed(folder: Path) -> IO[bytes] | None:
    """Open a file without a name, which is gone when the process is; None where the system has none."""
    flag = getattr(os, "O_TMPFILE", 0)
    if not flag or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.fdopen(os.open(folder, flag | os.O_RDWR, 0o666), "w+b")
    except OSError:
        return None


def _name(file: IO[bytes], path: Path) -> None:
    """Give an unnamed file a name."""
    folder = os.open("/proc/self/fd", os.O_RDONLY)
    try:
        os.link(str(file.fileno()), path, src_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)
