"""Measurements as a text file for spreadsheets and programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements.writing._delimited import DELIMITERS, cells_of, lines, rows_per_piece
from maalbib.measurements.writing._file import write_whole
from maalbib.measurements.writing._numbers import WrittenLocale

__all__ = ["csv_bytes", "write_csv"]

_BOM: Final = b"\xef\xbb\xbf"


def write_csv(
    table: pa.Table,
    breakdowns: Sequence[str],
    path: str | Path,
    *,
    locale: WrittenLocale = "iso",
    bom: bool | None = None,
) -> None:
    """Write a canonical table of measurements as a CSV file.

    Parameters
    ----------
    table
        The table.
    breakdowns
        Its breakdown columns; whoever reads the file declares them again.
    path
        The file. It is there when all is written, and not before.
    locale
        ``"iso"``: comma between cells and decimal point. ``"da"``: semicolon and decimal comma, as Danish Excel has it.
    bom
        Whether the file begins with a byte order mark, without which Excel does not see UTF-8. None: in Danish.

    Raises
    ------
    ArgumentError
        If the locale is not known, or a number cannot be written in it: Danish numbers have no exponent, so one that
        needs more than 64 characters takes ``locale="iso"``.

    Notes
    -----
    Numbers have the fewest digits that read back to the same number, days are ISO dates, periods canonical. A text
    that a spreadsheet could run as a formula has an apostrophe in front, which reading takes off again. The same table
    gives the same bytes. Time grows with the cells; memory does not grow.
    """
    write_whole(path, _pieces(table, breakdowns, locale, bom=bom))


def csv_bytes(
    table: pa.Table, breakdowns: Sequence[str], *, locale: WrittenLocale = "iso", bom: bool | None = None
) -> bytes:
    """Return what :func:`write_csv` writes.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({"indicator": ["sick"], "institution": ["0101"], "period": ["2024"], "value": [9.4]})
    >>> print(csv_bytes(table, [], locale="da", bom=False).decode(), end="")
    indicator;institution;period;value
    sick;0101;2024;9,4
    """
    return b"".join(_pieces(table, breakdowns, locale, bom=bom))


def _pieces(
    table: pa.Table, breakdowns: Sequence[str], locale: WrittenLocale, *, bom: bool | None
) -> Iterator[bytes]:
    del breakdowns  # they are columns like the others
    if locale not in DELIMITERS:
        raise ArgumentError.choice("locale", DELIMITERS)
    if bom or (bom is None and locale == "da"):
        yield _BOM
    columns = [cells_of(table, name, name, locale) for name in table.column_names]
    yield from lines(columns, table.num_rows, locale, step=rows_per_piece(table))
