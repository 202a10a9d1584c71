"""Read workbooks of Excel. The type of a cell decides what it is; nothing is computed, and no link is followed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import attrs

from maalbib.errors import ArgumentError
from maalbib.measurements._bytes import load_bytes, source_name
from maalbib.measurements._columns import Origin
from maalbib.measurements._intake import Given, Kind
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError
from maalbib.measurements._locale import Locale
from maalbib.measurements.formats._columnar_table import refused
from maalbib.measurements.formats._excel_about import About, find_about
from maalbib.measurements.formats._excel_parts import Book, Sheet, read_book
from maalbib.measurements.formats._excel_scan import holds_something, scan_sheet
from maalbib.measurements.formats._excel_sheet import Kinds, SheetColumns, read_columns
from maalbib.measurements.formats._excel_values import read_values
from maalbib.measurements.formats._excel_zip import Package
from maalbib.problems import ProblemBlock, Problems

__all__ = ["given_of_excel"]

_DANISH: Final = Locale.of("da")
_MOST_NAMES: Final = 10


def given_of_excel(
    source: str | Path | bytes,
    kinds: Kinds,
    *,
    sheet: str | int | None = None,
    header_row: int = 1,
    limits: Limits = DEFAULT_LIMITS,
    locale: Locale = _DANISH,
) -> Given:
    """Return the columns of a sheet.

    Parameters
    ----------
    source
        Path of the file, or its bytes.
    kinds
        What the caller wants a column as, by its own name; None for a column that is not read.
    sheet
        Name of the sheet, or its number from 1. Without it, the only one that holds something.
    header_row
        Row of the header.
    limits
        What may be read at most.
    locale
        How numbers in text are written, which marks stand for none, and whether percentages are meant as shown.

    Raises
    ------
    ArgumentError
        If an argument is wrong.
    MissingExtraError
        If calamine is not installed.
    """
    _check_arguments(sheet, header_row)
    file = source_name(source)
    try:
        package = Package(load_bytes(source, limits), limits)
        book = read_book(package)
        about = find_about(package, book, limits)
        chosen = _chosen(package, book, about, sheet)
        scan = scan_sheet(package, chosen.part, limits, book.percent)
        read = read_columns(
            read_values(package, book, chosen, scan, limits),
            scan,
            kinds if about is None else _with_codes(kinds, about),
            header_row=header_row,
            locale=locale,
            limits=limits,
        )
    except RefusedError as refusal:
        return refused(attrs.evolve(refusal.block, file=file))
    return _given(read, chosen, about, file)


def _check_arguments(sheet: object, header_row: object) -> None:
    if type(header_row) is not int or header_row < 1:
        raise ArgumentError("argument.limit", argument="header_row")
    if sheet is not None and not isinstance(sheet, str) and (type(sheet) is not int or sheet < 1):
        raise ArgumentError("argument.limit", argument="sheet")


def _with_codes(kinds: Kinds, about: About) -> Kinds:
    """Return the kinds with the breakdowns that the workbook itself declares."""

    def kind(own: str) -> Kind | None:
        return kinds(own) or ("code" if about.given([own]).breakdowns else None)

    return kind


def _given(read: SheetColumns, sheet: Sheet, about: About | None, file: str | None) -> Given:
    own = None if about is None else about.given(read.columns)
    if own is not None and own.refused:
        return refused(attrs.evolve(own.problems.blocks[0], file=file))
    hidden = [ProblemBlock(code="sheet.hidden", level="warning")] if sheet.hidden else []
    return Given(
        columns=read.columns,
        origin=Origin(read.rows, file=file, sheet=sheet.name, letters=read.header.letters),
        problems=Problems(attrs.evolve(block, file=file, sheet=sheet.name) for block in (*hidden, *read.blocks)),
        faults=read.faults,
        breakdowns=() if own is None else own.breakdowns,
        derivations=() if own is None else own.derivations,
        periods=("da",) if own is None else ("canonical",),
        numbers="da",
    )


def _chosen(package: Package, book: Book, about: About | None, wanted: str | int | None) -> Sheet:
    """Return the sheet that the caller names, else the only one that people see and that holds something."""
    if isinstance(wanted, str):
        named = [sheet for sheet in book.sheets if sheet.name == wanted]
    elif wanted is not None:
        named = list(book.sheets[wanted - 1 : wanted])
    elif about is not None and any(sheet.name == about.data for sheet in book.sheets):
        named = [sheet for sheet in book.sheets if sheet.name == about.data]
    else:
        return _only(package, [sheet for sheet in book.sheets if about is None or sheet != about.own])
    if not named:
        raise RefusedError(ProblemBlock(code="sheet.unknown", details=_names(book.sheets)))
    return named[0]


def _only(package: Package, sheets: list[Sheet]) -> Sheet:
    for hidden in (False, True):
        full = [sheet for sheet in sheets if sheet.hidden == hidden and holds_something(package, sheet.part)]
        if len(full) > 1:
            raise RefusedError(ProblemBlock(code="sheet.several", details=_names(full)))
        if full:
            return full[0]
    raise RefusedError(ProblemBlock(code="file.empty"))


def _names(sheets: Iterable[Sheet]) -> dict[str, object]:
    names = [sheet.name for sheet in sheets]
    return {"count": len(names), "names": names[:_MOST_NAMES]}
