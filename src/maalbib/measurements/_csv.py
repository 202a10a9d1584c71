"""From a CSV file to columns of text with exact row numbers. Nothing is inferred from the values.

Every problem is found in one pass; what a file holds never raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute

from maalbib.errors import ArgumentError
from maalbib.measurements._arrow_types import Rows, TextColumn
from maalbib.measurements._bytes import Decoded, UndecodableError, decode, load_bytes, source_name
from maalbib.measurements._csv_body import Body, read_body
from maalbib.measurements._csv_header import Header, find_header, name_problems
from maalbib.measurements._csv_records import NEWLINE, RecordReader
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError
from maalbib.problems import ProblemBlock, Problems

__all__ = ["TextTable", "read_csv", "read_encoded"]


pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take


@attrs.frozen(kw_only=True, eq=False)
class TextTable:
    """A file as columns of text, before anything is understood.

    Attributes
    ----------
    columns
        A string array per column by its name in the header; all of the same length, an empty cell is the empty text
        and never null. Without columns the file was refused.
    rows
        Row number of each record in the file, the header being row 1.
    lines
        Physical line of each record where rows and lines differ anywhere in the file, else None.
    file
        Name of the file, None for bytes.
    encoding
        Encoding that was found or declared, None where the file could not be decoded.
    delimiter
        Sign between cells, None for one column.
    bom
        Whether the file began with a byte order mark.
    """

    columns: Mapping[str, TextColumn]
    rows: Rows
    lines: Rows | None = None
    file: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    bom: bool = False

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.rows)


def read_csv(
    source: str | Path | bytes,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    header_row: int = 1,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[TextTable, Problems]:
    r"""Read a CSV file as text.

    Parameters
    ----------
    source
        Path of the file, or its bytes.
    delimiter
        The sign between cells. Without it the header line decides, outside quotes, among semicolon, tab, comma and
        vertical bar; a first line ``sep=;`` declares it too.
    encoding
        The only encoding to try. Without it a byte order mark decides, then strict UTF-8, then cp1252 with a warning.
    header_row
        Line of the header; lines above it are titles and are skipped.
    limits
        What the reader may take in.

    Returns
    -------
    tuple[TextTable, Problems]
        The records that fit the header, and every problem. A refused file gives a table without columns.

    Raises
    ------
    ArgumentError
        If an argument is wrong. What the file holds, or that it does not exist, is a problem instead.

    Notes
    -----
    Quotes follow RFC 4180 [1]_; a quote inside an unquoted cell is text. Lines may end in CR LF, LF or CR, mixed.
    A record with more or fewer cells than the header is left out and reported. Problems of columns without a name of
    their own carry the position of the column, counted from 1.

    References
    ----------
    .. [1] Shafranovich, Y. (2005). Common Format and MIME Type for Comma-Separated Values (CSV) Files. RFC 4180.

    Examples
    --------
    >>> table, problems = read_csv(b"kommune;antal\n0101;5\nKilde: egen\n")
    >>> {name: column.to_pylist() for name, column in table.columns.items()}
    {'kommune': ['0101'], 'antal': ['5']}
    >>> [(problem.code, problem.row) for problem in problems]
    [('row.too_short', 3)]
    """
    return _read(source, delimiter, encoding, header_row, limits, encoded=False)


def read_encoded(
    source: str | Path | bytes, *, delimiter: str | None, encoding: str | None, header_row: int, limits: Limits
) -> tuple[TextTable, Problems]:
    """Read a CSV file as :func:`read_csv` does, but columns whose texts repeat as dictionaries of their texts."""
    return _read(source, delimiter, encoding, header_row, limits, encoded=True)


def _read(
    source: str | Path | bytes,
    delimiter: str | None,
    encoding: str | None,
    header_row: int,
    limits: Limits,
    *,
    encoded: bool,
) -> tuple[TextTable, Problems]:
    _check_arguments(delimiter, header_row)
    file = source_name(source)
    decoded: Decoded | None = None
    notes: list[ProblemBlock] = []
    try:
        decoded = _decoded(load_bytes(source, limits), encoding, delimiter, header_row, limits)
        if decoded.fallback:
            notes.append(ProblemBlock(code="encoding.fallback", level="warning"))
        header = find_header(decoded.data, delimiter=delimiter, header_row=header_row, limits=limits)
        table, blocks = _table(read_body(decoded.data, header, limits, encoded=encoded), header)
    except RefusedError as refusal:
        table, blocks = TextTable(columns={}, rows=np.empty(0, dtype=np.int64)), [refusal.block]
    if decoded is not None:
        table = attrs.evolve(table, encoding=decoded.encoding, bom=decoded.bom)
    return attrs.evolve(table, file=file), Problems(attrs.evolve(block, file=file) for block in (*notes, *blocks))


def _check_arguments(delimiter: str | None, header_row: int) -> None:
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n\0'):
        raise ArgumentError("argument.delimiter")
    if type(header_row) is not int or header_row < 1:
        raise ArgumentError("argument.limit", argument="header_row")


def _decoded(data: bytes, encoding: str | None, delimiter: str | None, header_row: int, limits: Limits) -> Decoded:
    if not data:
        raise RefusedError(ProblemBlock(code="file.empty"))
    try:
        return decode(data, encoding=encoding, limits=limits)
    except UndecodableError as error:
        fault = error
    row, line = _place(fault.before + b"?", delimiter, header_row, limits)
    raise RefusedError(
        ProblemBlock(
            code="encoding.invalid",
            rows=(row,),
            lines=() if row == line else (line,),
            details={"encoding": fault.encoding},
        )
    )


def _place(text: bytes, delimiter: str | None, header_row: int, limits: Limits) -> tuple[int, int]:
    """Return row and line of the last byte of a text."""
    line = sum(1 for _ in NEWLINE.finditer(text)) + 1
    try:
        header = find_header(text, delimiter=delimiter, header_row=header_row, limits=limits)
    except RefusedError:
        return line, line
    reader = RecordReader(header.delimiter.encode() if header.delimiter else None, most=1)
    row, position = header.row, header.end
    while position < len(text):
        row, position = row + 1, reader.read(text, position).end
    return row, line


def _table(body: Body, header: Header) -> tuple[TextTable, list[ProblemBlock]]:
    columns: dict[str, TextColumn] = {}
    blocks = name_problems(header)
    for number, (name, column) in enumerate(zip(header.names, body.columns, strict=True)):
        filled = bool(name) or (pc.max(pc.binary_length(column.cast(pa.string()))).as_py() or 0) > 0
        if not name:
            blocks.append(header.problem("header.empty", number, "error" if filled else "warning"))
        if filled and number not in header.lost:
            columns.setdefault(name, column)
    if not body.records:
        blocks.append(ProblemBlock(code="file.no_rows", level="warning"))
    table = TextTable(
        columns=columns,
        rows=body.rows,
        lines=None if body.lines is body.rows or np.array_equal(body.rows, body.lines) else body.lines,
        delimiter=header.delimiter,
    )
    return table, [*blocks, *body.blocks]
