"""One sheet as columns: its header, its rows, and what was wrong with its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.measurements._arrow_types import AnyColumn, Rows
from maalbib.measurements._intake import Kind
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements._locale import Locale
from maalbib.measurements.formats._excel_cells import ColumnCells, Note
from maalbib.measurements.formats._excel_header import SheetHeader, header_of
from maalbib.measurements.formats._excel_scan import Cell, Scan
from maalbib.measurements.formats._excel_values import RowBatch
from maalbib.problems import Level, ProblemBlock

__all__ = ["SheetColumns", "read_columns"]

Kinds = Callable[[str], Kind | None]
_BLANKS: Final = " \t\u00a0\u202f"


@attrs.frozen(kw_only=True, eq=False)
class SheetColumns:
    """A sheet as columns.

    Attributes
    ----------
    header
        What the columns are called.
    columns
        The columns by name; those that nobody wants are null.
    rows
        Number of each row.
    faults
        Cells that could not be taken over, by column: the broken rules and the positions of the rows.
    blocks
        Everything else that was found.
    """

    header: SheetHeader
    columns: Mapping[str, AnyColumn]
    rows: Rows
    faults: Mapping[str, Sequence[tuple[str, Rows]]]
    blocks: Sequence[ProblemBlock]


@attrs.define(eq=False)
class _Body:
    """The rows under the header, gathered batch by batch."""

    header: SheetHeader
    cells: dict[int, ColumnCells]
    kept: frozenset[int]  # rows with an error or a formula without a value, which no reader shows
    rows: list[Rows] = attrs.field(factory=list)
    blank: list[int] = attrs.field(factory=list)
    filled: list[bool] = attrs.field(factory=list)

    def add(self, first: int, batch: list[list[Any]]) -> None:
        """Take rows in; blank ones are left out."""
        numbers = np.arange(first, first + len(batch))
        full = [not _is_blank(row) for row in batch]
        if not all(full):
            full = [one or number in self.kept for one, number in zip(full, numbers.tolist(), strict=True)]
            self.blank += numbers[~np.array(full)].tolist()
            batch = [row for row, one in zip(batch, full, strict=True) if one]
            numbers = numbers[np.array(full)]
        if not batch:
            return
        self.rows.append(numbers)
        columns = list(zip(*batch, strict=True))
        for place in np.flatnonzero(~np.array(self.filled)).tolist():
            self.filled[place] = any(cell != "" for cell in columns[place])
        for place, cells in self.cells.items():
            cells.add(columns[place])


def _is_blank(row: Sequence[Any]) -> bool:
    return row.count("") == len(row) or all(isinstance(cell, str) and not cell.strip(_BLANKS) for cell in row)


def read_columns(
    batches: Iterator[RowBatch], scan: Scan, kinds: Kinds, *, header_row: int, locale: Locale, limits: Limits
) -> SheetColumns:
    """Read the columns of a sheet.

    Parameters
    ----------
    batches
        The rows from the first on.
    scan
        What is known of the sheet besides its values.
    kinds
        What the caller wants each column as; None for a column that is not read.
    header_row
        Row of the header; blank rows before it are skipped.
    locale
        How numbers in text are written.
    limits
        What may be read at most.

    Raises
    ------
    RefusedError
        If there is no header, or a limit is passed.
    """
    header, batches = _header(batches, scan, header_row, limits)
    wanted: dict[int, Kind] = {
        place: kind for name, place in header.readable.items() if (kind := kinds(name)) is not None
    }
    body = _Body(
        header=header,
        cells={place: ColumnCells(kind, limits) for place, kind in wanted.items()},
        kept=frozenset(row for row, _ in (*scan.errors, *scan.unvalued)),
        filled=[False] * len(header.names),
    )
    for first, batch in batches:
        body.add(first, batch)
    rows = np.concatenate([np.empty(0, dtype=np.int64), *body.rows])
    columns: dict[str, AnyColumn] = {}
    faults: dict[str, Sequence[tuple[str, Rows]]] = {}
    blocks = [*header.problems(body.filled), *_about_rows(body, rows, scan)]
    for name, place in header.readable.items():
        if place not in wanted:
            columns[name] = pa.chunked_array([pa.nulls(len(rows))])
            continue
        number = header.first + place
        columns[name], notes = body.cells[place].finished(_positions(scan.percent, number, rows), locale)
        notes += _hidden_cells(scan, number, rows)
        faults[name] = [(note.code, note.rows) for note in notes if note.fault and len(note.rows)]
        blocks += [
            _block(note.code, name, header.letter(place), rows[note.rows], details=note.details)
            for note in notes
            if not note.fault and len(note.rows)
        ]
        if number in scan.hidden_columns:
            blocks.append(_block("sheet.hidden_column", name, header.letter(place), ()))
    return SheetColumns(header=header, columns=columns, rows=rows, faults=faults, blocks=blocks)


def _header(
    batches: Iterator[RowBatch], scan: Scan, header_row: int, limits: Limits
) -> tuple[SheetHeader, Iterator[RowBatch]]:
    """Return the header and what comes after it."""
    for first, batch in batches:
        for place, cells in enumerate(batch):
            if first + place >= header_row and not _is_blank(cells):
                header = header_of(cells, first + place, scan.first, limits)
                return header, _after((first + place + 1, batch[place + 1 :]), batches)
    if scan.rows:
        raise RefusedError(ProblemBlock(code="header.missing", details={"header_row": header_row}))
    raise RefusedError(ProblemBlock(code="file.empty"))


def _after(begun: RowBatch, batches: Iterator[RowBatch]) -> Iterator[RowBatch]:
    if begun[1]:
        yield begun
    yield from batches


def _hidden_cells(scan: Scan, number: int, rows: Rows) -> list[Note]:
    """Return what the values of a column do not show: errors, formulas without a value, merged cells."""
    merged = [
        np.flatnonzero((rows >= top) & (rows <= bottom))
        for top, left, bottom, right in scan.merged
        if left <= number <= right
    ]
    return [
        Note(code="cell.error", rows=_positions(scan.errors, number, rows)),
        Note(code="cell.formula_without_value", rows=_positions(scan.unvalued, number, rows)),
        Note(code="sheet.merged", rows=np.unique(np.concatenate([np.empty(0, dtype=np.int64), *merged]))),
    ]


def _positions(cells: Iterable[Cell], number: int, rows: Rows) -> Rows:
    """Return the positions of those cells of a column that are in the table."""
    wanted = np.array([row for row, column in cells if column == number], dtype=np.int64)
    places = np.searchsorted(rows, wanted)
    return places[np.isin(wanted, rows)]


def _about_rows(body: _Body, rows: Rows, scan: Scan) -> Iterator[ProblemBlock]:
    header = body.header
    if not len(rows):
        yield ProblemBlock(code="file.no_rows", level="warning")
        return
    across = range(header.first, header.first + len(header.names))
    for top, left, bottom, right in scan.merged:
        if top <= header.row <= bottom and any(left <= number <= right for number in across):
            place = max(left - header.first, 0)
            yield _block(
                "sheet.merged", header.names[place] or None, header.letter(place), (header.row,), level="error"
            )
    blank = [row for row in body.blank if row < rows[-1]]
    if blank:
        yield ProblemBlock(code="row.blank", level="info", rows=blank)
    hidden = [row for row in rows.tolist() if row in scan.hidden_rows] if scan.hidden_rows else []
    if hidden:
        yield ProblemBlock(code="sheet.hidden_row", level="warning", rows=hidden)


def _block(
    code: str,
    column: str | None,
    letter: str,
    rows: Any,
    *,
    level: Level = "warning",
    details: Mapping[str, object] | None = None,
) -> ProblemBlock:
    return ProblemBlock(code=code, level=level, column=column, letter=letter, rows=rows, details=details or {})
