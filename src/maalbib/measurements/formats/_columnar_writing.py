"""Write tables to Parquet and Arrow files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements.formats._columnar_batches import IPC_ENDINGS, PARQUET_ENDINGS
from maalbib.measurements.writing._file import whole_file

__all__ = ["write_table"]

_ZSTD: Final = pa.ipc.IpcWriteOptions(compression="zstd", unify_dictionaries=True)


def write_table(table: pa.Table, path: Path) -> None:
    """Write a Parquet or Arrow file, by the end of its name.

    Raises
    ------
    ArgumentError
        If the end of its name says neither.
    """
    ending = path.suffix.lower()
    if ending in PARQUET_ENDINGS:
        import pyarrow.parquet as pq

        with whole_file(path) as part:
            pq.write_table(table, part, compression="zstd")
    elif ending in IPC_ENDINGS:
        with (
            whole_file(path) as part,
            pa.OSFile(str(part), "wb") as sink,
            pa.ipc.new_file(sink, table.schema, options=_ZSTD) as writer,
        ):
            writer.write_table(table)
    else:
        raise ArgumentError("argument.ending", allowed=sorted(PARQUET_ENDINGS | IPC_ENDINGS))
