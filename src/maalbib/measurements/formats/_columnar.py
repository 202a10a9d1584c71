"""Measurements in Parquet and Arrow files, and in folders of them."""

from __future__ import annotations

from pathlib import Path

import attrs
import pyarrow as pa

from maalbib.measurements._columns import Origin
from maalbib.measurements._intake import Given
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._columnar_batches import Opened, Tally, opened
from maalbib.measurements.formats._columnar_folder import joined, parts_of
from maalbib.measurements.formats._columnar_table import given_of_arrow, refused

__all__ = ["given_of_file", "given_of_folder"]


def given_of_file(source: Path | bytes, limits: Limits, *, ipc: bool | None = None) -> Given:
    """Return the columns of a Parquet or Arrow file; rows count from 0 as in the table that it holds.

    The end of the file's name tells which, where ``ipc`` does not; bytes have no name.
    """
    name = None if isinstance(source, bytes) else source.name
    try:
        return _given(source, name, Tally(limits), ipc=ipc)
    except RefusedError as error:
        return refused(attrs.evolve(error.block, file=name))


def given_of_folder(path: Path, limits: Limits) -> Given:
    """Return the columns of a folder of Parquet and Arrow files, as one table.

    Parameters
    ----------
    path
        The folder. Files in it and in its folders are read in the order of their names; names that begin with a full stop or an
        underscore, and other endings, are passed over. A folder ``indicator=abc`` gives its files a column.
    limits
        What may be read at most, of all files together; the ratio is that of all as well.

    Returns
    -------
    Given
        Columns that a file lacks are empty in its rows. Problems name the file and its row. A file that is refused refuses the
        folder.
    """
    tally = Tally(limits)
    files: list[tuple[str, Given]] = []
    try:
        for part in parts_of(path, limits):
            given = _given(part.path, part.name, tally)
            files.append((part.name, part.with_codes(given)))
        return joined(path.name, files)
    except RefusedError as error:
        return refused(error.block)


def _given(source: Path | bytes, name: str | None, tally: Tally, *, ipc: bool | None = None) -> Given:
    """Read one file; the tally may count several."""
    try:
        file = opened(source, tally, ipc=ipc)
        table = _table(file)
    except RefusedError as error:
        raise RefusedError(attrs.evolve(error.block, file=name)) from None
    given = given_of_arrow(table, Origin(range(table.num_rows), file=name))
    if given.refused:
        return given
    empty = {column: pa.chunked_array([pa.nulls(table.num_rows)]) for column in file.unreadable}
    columns = {field.name: given.columns.get(field.name, empty.get(field.name)) for field in file.schema}
    kept = {column: array for column, array in columns.items() if array is not None}
    return attrs.evolve(given, columns=kept, extensions=given.extensions | frozenset(file.unreadable))


def _table(file: Opened) -> pa.Table:
    batches = list(file.batches)
    if batches:
        return pa.Table.from_batches(batches)
    fields = [field for field in file.schema if field.name not in file.unreadable]
    return pa.schema(fields).with_metadata(file.schema.metadata or {}).empty_table()
