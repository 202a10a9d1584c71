"""What the values of a sheet do not tell: where they lie, errors, formulas without a value, percentages, hidden, merged.

The scan runs before anything is loaded, so that what a sheet would take in memory is known and limited.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from typing import Final, TypeAlias
from xml.parsers import expat

import attrs

from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._excel_parts import Texts
from maalbib.measurements.formats._excel_xml import Stop, local_name, parser_of, run
from maalbib.measurements.formats._excel_zip import Package, damaged

__all__ = ["Cell", "Merged", "Scan", "column_letters", "holds_something", "scan_sheet", "shared_bytes"]

Cell: TypeAlias = tuple[int, int]
"""Row and column, counted from 1."""
Merged: TypeAlias = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

_ROW: Final = re.compile(r"[1-9][0-9]{0,6}")
_LETTERS: Final = re.compile(r"[A-Z]{1,3}")
_REFERENCE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_YES: Final = frozenset({"1", "true"})
_A: Final = ord("A") - 1
_LETTERS_OF_A_DIGIT: Final = 26
_MOST_RANGES: Final = 100_000
_DIGITS: Final = 12

# What may stand beside the table of cells in a sheet: where one of these begins, the table has ended.
_AFTER: Final = frozenset(
    (
        *("sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "extLst"),
        *("dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "hyperlinks"),
        *("dataValidations", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
        *("customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "picture"),
        *("legacyDrawingHF", "oleObjects", "controls", "webPublishItems", "tableParts", "AlternateContent"),
    )
)


def column_letters(number: int) -> str:
    """Return the letters of a column counted from 1.

    Examples
    --------
    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    letters = ""
    while number:
        number, digit = divmod(number - 1, _LETTERS_OF_A_DIGIT)
        letters = chr(_A + digit + 1) + letters
    return letters


def _column_number(letters: str) -> int:
    if _LETTERS.fullmatch(letters) is None:
        raise damaged()
    number = 0
    for letter in letters:
        number = number * _LETTERS_OF_A_DIGIT + ord(letter) - _A
    if number > _LAST_COLUMN:
        raise damaged()
    return number


@attrs.define(eq=False, kw_only=True)
class Scan:
    """What was seen in a sheet.

    Attributes
    ----------
    rows
        Rows with a cell that holds something, in order; an empty text is something here.
    first, last
        The first and last column that hold something; 0 where none does.
    errors, unvalued, percent
        Cells with an error, with a formula but no stored value, and with a number that is shown as a percentage.
    hidden_rows, hidden_columns
        Those that people do not see.
    merged
        Ranges that are merged into one cell.
    texts
        Cells that hold a shared text.
    """

    rows: array[int] = attrs.field(factory=lambda: array("q"))
    first: int = 0
    last: int = 0
    errors: list[Cell] = attrs.field(factory=list)
    unvalued: list[Cell] = attrs.field(factory=list)
    percent: list[Cell] = attrs.field(factory=list)
    hidden_rows: set[int] = attrs.field(factory=set)
    hidden_columns: set[int] = attrs.field(factory=set)
    merged: list[Merged] = attrs.field(factory=list)
    texts: int = 0


def holds_something(package: Package, part: str) -> bool:
    """Say whether a sheet has a cell with a value or a formula, reading no further than it must."""
    found = False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal found
        if local_name(name) in {"v", "is", "f"}:
            found = True
            raise Stop

    run(parser_of(start), package.pieces(part))
    return found


def scan_sheet(package: Package, part: str, limits: Limits, percent: frozenset[str] = frozenset()) -> Scan:
    """Look through a sheet.

    Parameters
    ----------
    package
        The workbook.
    part
        Where the sheet lies.
    limits
        ``rows`` is kept while the sheet is read.
    percent
        Cell styles that show a percentage.

    Raises
    ------
    RefusedError
        If a limit is passed, or cells do not lie in the order that they must.

    Notes
    -----
    About 3 microseconds a cell.
    """
    scanner = _Scanner(limits, percent)
    run(scanner.parser, package.pieces(part))
    scanner.finish()
    return scanner.scan


class _Scanner:
    """Follows the cells. Positions are taken from the cells, or counted on where a writer leaves them out."""

    def __init__(self, limits: Limits, percent: frozenset[str]) -> None:
        self.scan = Scan()
        self.parser: expat.XMLParserType = parser_of(self.start)
        self._limits, self._percent = limits, percent
        self._takers: dict[str, Callable[[dict[str, str]], None] | None] = {}
        self._numbers: dict[str, int] = {}
        self._inside = False
        self._row, self._row_text, self._column = 0, "", 0
        self._held = 0  # the row that was last found to hold something
        self._kind: str | None = None
        self._style: str | None = None
        self._formula = self._valued = self._in_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element in."""
        try:
            take = self._takers[name]
        except KeyError:
            take = self._takers[name] = self._taker(local_name(name))
        if take is not None:
            take(attributes)

    def _taker(self, name: str) -> Callable[[dict[str, str]], None] | None:
        """Return what an element means; None for styles of texts, breaks, and what other programs add."""
        if name in _AFTER:
            return self._end_of_table
        known = {
            "sheetData": self._begin_of_table,
            "row": self._next_row,
            "c": self._cell,
            "f": self._formula_of_cell,
            "v": self._value,
            "is": self._text_of_cell,
            "col": self._hidden_columns,
            "mergeCell": self._merged,
        }
        return known.get(name)

    def _begin_of_table(self, _: dict[str, str]) -> None:
        self._inside = True

    def _end_of_table(self, _: dict[str, str]) -> None:
        self._inside = False

    def _formula_of_cell(self, _: dict[str, str]) -> None:
        if self._inside:
            self._formula = True
            self.parser.CharacterDataHandler = self._characters
            self._hold()

    def _text_of_cell(self, _: dict[str, str]) -> None:
        if self._inside:
            self._valued = True
            self._hold()

    def _next_row(self, attributes: dict[str, str]) -> None:
        if not self._inside:  # in drawings, rows are something else
            return
        self.finish()
        text = attributes.get("r") or str(self._row + 1)
        if _ROW.fullmatch(text) is None or not self._row < int(text) <= _LAST_ROW:
            raise damaged()
        self._row, self._row_text, self._column = int(text), text, 0
        if attributes.get("hidden") in _YES:
            self.scan.hidden_rows.add(self._row)

    def _cell(self, attributes: dict[str, str]) -> None:
        if self._formula:
            self.finish()
        reference = attributes.get("r")
        column = self._column + 1 if reference is None else self._number(reference)
        if not (self._inside and self._row and self._column < column <= _LAST_COLUMN):
            raise damaged()
        self._column = column
        self._kind = attributes.get("t")
        self._style = attributes.get("s")
        self._valued = False

    def _number(self, reference: str) -> int:
        letters = reference.removesuffix(self._row_text)
        return self._numbers.get(letters) or self._numbers.setdefault(letters, _column_number(letters))

    def _value(self, _: dict[str, str]) -> None:
        if not self._inside:
            return
        if self._formula:
            self._in_value = True
            self._valued = self._kind == "str"  # an empty text is a value
        else:
            self._valued = True
        if self._kind is not None:
            self._marked_kind(self._kind)
        elif self._style in self._percent:
            self.scan.percent.append((self._row, self._column))
        self._hold()

    def _marked_kind(self, kind: str) -> None:
        if kind == "s":
            self.scan.texts += 1
        elif kind == "e":
            self.scan.errors.append((self._row, self._column))
        elif kind == "n" and self._style in self._percent:
            self.scan.percent.append((self._row, self._column))

    def _characters(self, _: str) -> None:
        """Note that the value of a formula is not empty; only cells with a formula come here."""
        self._valued = self._valued or self._in_value

    def _hold(self) -> None:
        """Note that the cell holds something."""
        column, scan = self._column, self.scan
        if self._held == self._row and scan.first <= column <= scan.last:
            return
        if not column:
            raise damaged()
        if self._held != self._row:
            self._held = self._row
            scan.rows.append(self._row)
            breach = self._limits.breach("rows", len(scan.rows) - 1)
            if breach is not None:
                raise RefusedError(breach)
        scan.last = max(scan.last, column)
        scan.first = min(scan.first or column, column)

    def finish(self) -> None:
        """Close the cell that was open: a formula without a value is one that nobody has computed."""
        if self._formula and not self._valued:
            self.scan.unvalued.append((self._row, self._column))
        self._formula = self._in_value = False
        self.parser.CharacterDataHandler = None

    def _hidden_columns(self, attributes: dict[str, str]) -> None:
        low, high = attributes.get("min", ""), attributes.get("max", "")
        if attributes.get("hidden") in _YES and _ROW.fullmatch(low) and _ROW.fullmatch(high):
            self.scan.hidden_columns.update(range(int(low), min(int(high), _LAST_COLUMN) + 1))

    def _merged(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        corners = [_REFERENCE.fullmatch(corner) for corner in (first, last or first)]
        if None in corners or len(self.scan.merged) >= _MOST_RANGES:
            raise damaged()
        (top, left), (bottom, right) = ((int(found[2]), _column_number(found[1])) for found in corners if found)
        self.scan.merged.append((min(top, bottom), min(left, right), max(top, bottom), max(left, right)))


def shared_bytes(package: Package, part: str, texts: Texts, most: int) -> int:
    """Return how many bytes the shared texts of a sheet take when each cell has a copy; no further than ``most``."""
    total, digits = 0, ""
    shared = in_value = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal shared, in_value, digits
        role = local_name(name)
        if role == "c":
            shared = attributes.get("t") == "s"
        in_value, digits = shared and role == "v", ""

    def end(name: str) -> None:
        nonlocal total, in_value
        if in_value and local_name(name) == "v":
            place = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS else -1
            total += texts.lengths[place] if 0 <= place < len(texts.lengths) else 0
            in_value = False
            if total > most:
                raise Stop

    def characters(text: str) -> None:
        nonlocal digits
        if in_value and len(digits) <= _DIGITS:
            digits += text.strip()

    run(parser_of(start, end, characters), package.pieces(part))
    return total
