"""Lists of institutions in CSV: UTF-8, separated by semicolon, comma or tab, as the header shows."""

from __future__ import annotations

import csv
import io
import operator
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from maalbib.errors import DataError
from maalbib.problems import ProblemBlock, Problems
from maalbib.register._rows import INSTITUTION_FIELDS, Fields, Rows, columns_of, filled, refused

__all__ = ["rows_of_csv"]

_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]+)?")
_DELIMITERS: Final = (";", "\t", ",")  # a comma may stand inside a Danish text, so it comes last


def rows_of_csv(
    path: Path, columns: Mapping[str, str] | None, required: Sequence[str], fields: Fields = INSTITUTION_FIELDS
) -> Rows:
    """Return the rows of a file; every fault of its form is refused at once."""
    text = _text(path)
    first = text.split("\n", 1)[0]
    delimiter = next((mark for mark in _DELIMITERS if mark in first), ",")
    table = _table(text, delimiter, path.name)
    if not table:
        raise refused("file.empty", file=path.name)
    (_, header), *body = table
    if not body:
        raise refused("file.no_rows", file=path.name)
    names = [name.strip() for name in header]
    pairs = columns_of([name for name in names if name], columns, required=required, file=path.name, fields=fields)
    _check_lengths(body, len(names), path.name)
    places = [(field, names.index(column)) for field, column in pairs]
    records = [_record(cells, places) for _, cells in body]
    lines = [line for line, _ in body]
    return Rows(records, range(2, len(body) + 2), lines=lines, file=path.name, shown=dict(pairs))


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise refused("file.not_found", file=path.name, details={"file": path.name}) from None
    except OSError:
        raise refused("file.unreadable", file=path.name) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refused("register.not_utf8", file=path.name, line=line) from None


def _table(text: str, delimiter: str, file: str) -> list[tuple[int, list[str]]]:
    """Return the records that are not blank, each with its first physical line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                table.append((before + 1, cells))
            before = reader.line_num
    except csv.Error as error:
        stray = "expected after" in str(error)
        raise refused("quote.stray" if stray else "quote.unclosed", file=file, line=before + 1) from None
    return table


def _check_lengths(body: list[tuple[int, list[str]]], cells: int, file: str) -> None:
    """Refuse rows that do not have a cell for every column: which cell is which would be a guess."""
    blocks: list[ProblemBlock] = []
    for code, wrong in (("row.too_long", operator.gt), ("row.too_short", operator.lt)):
        odd = [(row, line) for row, (line, found) in enumerate(body, start=2) if wrong(len(found), cells)]
        if odd:
            rows, lines = zip(*odd, strict=True)
            blocks.append(ProblemBlock(code=code, file=file, rows=rows, lines=lines, details={"cells": cells}))
    if blocks:
        raise DataError(Problems(blocks))


def _record(cells: list[str], places: list[tuple[str, int]]) -> dict[str, Any]:
    record = filled({field: cells[place] for field, place in places})
    numbers = {name: float(cell) for name, cell in record.items() if _is_number(name) and _NUMBER.fullmatch(cell)}
    return record | numbers


def _is_number(field: str) -> bool:
    return field == "capacity" or field.startswith(("serves.", "weight."))
