"""A copy of a workbook with the faulty cells marked, to send back to whoever made it."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from maalbib import texts
from maalbib.errors import ArgumentError, DataError
from maalbib.measurements._bytes import load_bytes, source_name
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._excel_parts import read_book
from maalbib.measurements.formats._excel_scan import scan_sheet
from maalbib.measurements.formats._excel_zip import Package, damaged
from maalbib.measurements.writing._excel_book import check_ending, check_lang, openpyxl_module, save_book, set_text
from maalbib.problems import Problem, Problems

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["write_marked"]

_MOST_MARKED: Final = 1_000
_MOST_LISTED: Final = 100_000
_LIMITS: Final = Limits(decoded_bytes=256 * 1024**2)
_MOST_MERGED: Final = 1_000_000  # cells; openpyxl makes an object of each
_LONGEST_NOTE: Final = 2_000
_AUTHOR: Final = "maalbib"
_PIECES_OF_XML: Final = (".xml", ".rels", ".vml")
_DOCUMENT_TYPE: Final = b"<!DOCTYPE"
_FILLS: Final = {"error": "FFFFC7CE", "warning": "FFFFEB9C", "info": "FFDDEBF7"}
_RANKS: Final = tuple(_FILLS)
_WIDTHS: Final = (22, 20, 12, 70, 70, 26)
_COLUMNS: Final = ("cell", "column", "level", "message", "hint", "code")
_NOTE_WIDTH, _NOTE_HEIGHT, _LINE_HEIGHT, _LETTERS_PER_LINE = 340, 40, 18, 48


def write_marked(
    source: str | Path | bytes,
    target: str | Path,
    problems: Problems,
    *,
    lang: str = "da",
    sheet: str | None = None,
    header_row: int = 1,
    most: int = _MOST_MARKED,
    limits: Limits = _LIMITS,
) -> None:
    """Write a copy of a workbook in which every cell with a problem is coloured and has a comment that says what is wrong.

    Parameters
    ----------
    source
        The workbook (``.xlsx``, ``.xlsm``) that was read, or its bytes. It is not changed.
    target
        The copy, ``.xlsx``. It is there when all is written, and not before.
    problems
        What was found in it: ``measurements.problems``, or ``error.problems`` of a :class:`~maalbib.errors.DataError`.
    lang
        Language of the comments: ``"da"`` or ``"en"``.
    sheet
        The sheet that was read, for problems that name none. None takes the one that the others name.
    header_row
        Row of the header, where problems of whole columns are marked.
    most
        How many cells are marked at most; the list says how many more there are.
    limits
        What may be read at most. They are narrower than those of readers, since the whole workbook is held at once.

    Raises
    ------
    DataError
        If the workbook cannot be read.
    ArgumentError
        If the target is the workbook itself, or does not end in ``.xlsx``.
    MissingExtraError
        If openpyxl is not installed; the extra ``excel`` brings it.

    Notes
    -----
    A problem of a whole row is marked at the row's first cell, one of a whole column at its header, and a pair of rows at
    both. A new first sheet lists every problem with a link to its cell. Formulas stay as they are and are not computed;
    macros are dropped, as are pictures and other things that openpyxl does not know. Comments that were there are kept.
    The messages hold no value of the data, but the copy is as confidential as the workbook.

    Memory grows with the filled cells of the whole workbook: about 50 times the size of its XML.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import openpyxl
    >>> from maalbib import Measurements
    >>> from maalbib.measurements.writing._marked import write_marked
    >>> folder = tempfile.TemporaryDirectory()
    >>> given, marked = (pathlib.Path(folder.name, name) for name in ("fravær.xlsx", "fravær-fejl.xlsx"))
    >>> book = openpyxl.Workbook()
    >>> book.active.title = "Målinger"
    >>> for row in (["indicator", "institution", "period", "value"], ["sick", "0101", "2024", "ca. 9"]):
    ...     book.active.append(row)
    >>> book.save(given)
    >>> ms = Measurements.read(given, on_problem="collect")
    >>> write_marked(given, marked, ms.problems, lang="en")
    >>> openpyxl.load_workbook(marked)["Målinger"]["D2"].comment.text.partition(".")[0]
    'The text is not a number'
    >>> folder.cleanup()
    """
    language, place = check_lang(lang), check_ending(target)
    if type(most) is not int or most < 1:
        raise ArgumentError("argument.limit", argument="most")
    if not isinstance(source, bytes) and place.exists() and Path(source).exists() and place.samefile(source):
        raise ArgumentError("excel.same_file")
    openpyxl = openpyxl_module()
    try:
        data = load_bytes(source, limits)
        names = _measured(data, limits)
        book = _loaded(openpyxl, data)
    except RefusedError as refusal:
        raise DataError(Problems([attrs.evolve(refusal.block, file=source_name(source))])) from None
    marked = _Marks(
        book=book,
        file=source_name(source),
        sheet=sheet or _sheet_of(problems, names),
        header_row=header_row,
        lang=language,
        most=most,
    )
    for problem in problems:
        marked.add(problem)
    marked.write()
    _write_list(book, problems, marked, language)
    save_book(book, place)


def _measured(data: bytes, limits: Limits) -> tuple[str, ...]:
    """Return the names of the sheets of a workbook that is safe to open: within limits, without entities or huge merges."""
    package = Package(data, limits)
    sheets = read_book(package).sheets
    for name in package.names:
        tail = b""
        for piece in package.pieces(name):
            if name.endswith(_PIECES_OF_XML) and _DOCUMENT_TYPE in tail + piece:
                raise damaged()
            tail = piece[-len(_DOCUMENT_TYPE) :]
    for sheet in sheets:
        merged = scan_sheet(package, sheet.part, limits).merged
        if sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in merged) > _MOST_MERGED:
            raise damaged()
    return tuple(sheet.name for sheet in sheets)


def _loaded(openpyxl: ModuleType, data: bytes) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what it drops, which the documentation says
            return openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    except Exception:  # noqa: BLE001 - it raises whatever its parts raise, with values in the text
        raise damaged() from None


def _sheet_of(problems: Problems, names: tuple[str, ...]) -> str | None:
    named = (block.sheet for block in problems.blocks if block.sheet in names)
    return next(named, names[0] if len(names) == 1 else None)


class _Marks:
    """Which cell gets which messages."""

    def __init__(
        self, *, book: Any, file: str | None, sheet: str | None, header_row: int, lang: str, most: int
    ) -> None:
        self._book, self._file, self._sheet, self._header_row = book, file, sheet, header_row
        self._lang, self._most = lang, most
        self._messages: dict[tuple[str, str], dict[str, None]] = {}
        self._ranks: dict[tuple[str, str], int] = {}
        self.left_out: set[tuple[str, str]] = set()

    def add(self, problem: Problem) -> None:
        """Take a problem in, at every cell that it names."""
        for cell in self.cells(problem):
            if cell not in self._messages and len(self._messages) >= self._most:
                self.left_out.add(cell)
                continue
            self._messages.setdefault(cell, {})[_said(problem, self._lang)] = None
            rank = _RANKS.index(problem.level)
            self._ranks[cell] = min(rank, self._ranks.get(cell, rank))

    def cells(self, problem: Problem) -> Iterator[tuple[str, str]]:
        """Yield sheet and cell of a problem; none where it concerns the whole file, or another one."""
        sheet = problem.sheet if problem.sheet in self._book.sheetnames else self._sheet
        other_file = self._file is not None and problem.file not in {None, self._file}
        if sheet is None or sheet not in self._book.sheetnames or other_file:
            return
        rows = [problem.row, problem.other_row if problem.other_file is None else None]
        if problem.letter is not None and problem.row is None:
            rows = [self._header_row]
        for row in rows:
            if row is not None:
                yield sheet, f"{problem.letter or self._first_letter(sheet)}{row}"

    def _first_letter(self, sheet: str) -> str:
        from openpyxl.utils import get_column_letter

        return get_column_letter(self._book[sheet].min_column)

    def write(self) -> None:
        """Colour the cells and write the comments."""
        from openpyxl.cell import MergedCell
        from openpyxl.comments import Comment
        from openpyxl.styles import PatternFill

        fills = [PatternFill("solid", start_color=colour, end_color=colour) for colour in _FILLS.values()]
        for (sheet, coordinate), messages in self._messages.items():
            cell = self._book[sheet][coordinate]
            if isinstance(cell, MergedCell):  # only the first cell of a range can carry something
                area = next(area for area in self._book[sheet].merged_cells.ranges if coordinate in area)
                cell = self._book[sheet].cell(area.min_row, area.min_col)
            earlier = [] if cell.comment is None else [cell.comment.text]
            text = _cut("\n\n".join([*earlier, *messages]))
            lines = sum(1 + len(line) // _LETTERS_PER_LINE for line in text.split("\n"))
            cell.comment = Comment(text, _AUTHOR, height=_NOTE_HEIGHT + _LINE_HEIGHT * lines, width=_NOTE_WIDTH)
            cell.fill = fills[self._ranks[sheet, coordinate]]


def _said(problem: Problem, lang: str) -> str:
    message = problem.message_da if lang == "da" else problem.message_en
    pair = f"{_rows(problem, lang)}:" if problem.other_row is not None else ""
    return " ".join(part for part in (pair, message, problem.hint(lang)) if part)


def _rows(problem: Problem, lang: str) -> str:
    """Return the rows of a problem in words, empty where it has none."""
    if problem.row is None:
        return ""
    if problem.other_row is None or problem.other_file is not None:
        return texts.sentence("excel.marked_row", lang, row=str(problem.row))
    return texts.sentence("excel.marked_rows", lang, row=str(problem.row), other=str(problem.other_row))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NOTE else text[:_LONGEST_NOTE] + "…"


def _write_list(book: Any, problems: Problems, marks: _Marks, lang: str) -> None:
    """Put a sheet in front that lists every problem."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(_free_name(texts.sentence("excel.marked_sheet", lang), book.sheetnames), 0)
    book.active = 0
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    row = 1
    for text in _preface(problems, marks, lang):
        set_text(sheet.cell(row, 1), text)
        row += 1
    row += 1
    for number, name in enumerate(_COLUMNS, 1):
        cell = sheet.cell(row, number)
        set_text(cell, texts.phrase("excel", f"marked_{name}", lang))
        cell.font = Font(bold=True)
    sheet.freeze_panes = sheet.cell(row + 1, 1)
    fills = {level: PatternFill("solid", start_color=colour, end_color=colour) for level, colour in _FILLS.items()}
    wrapped = Alignment(wrap_text=True, vertical="top")
    for problem in _first(problems, _MOST_LISTED):
        row += 1
        for number, text in enumerate(_listed(problem, lang), 1):
            cell = sheet.cell(row, number)
            set_text(cell, text)
            cell.alignment = wrapped
        sheet.cell(row, 3).fill = fills[problem.level]
        _link(sheet.cell(row, 1), next(marks.cells(problem), None))


def _first(problems: Problems, most: int) -> Iterator[Problem]:
    for block in problems.blocks:
        for problem in block.problems(most):
            if most == 0:
                return
            most -= 1
            yield problem


def _preface(problems: Problems, marks: _Marks, lang: str) -> Iterator[str]:
    yield texts.sentence("problems.found", lang, count=len(problems))
    yield texts.sentence("excel.marked_how", lang)
    if marks.left_out:
        yield texts.sentence("excel.marked_more", lang, count=len(marks.left_out))
    if len(problems) > _MOST_LISTED:
        yield texts.sentence("excel.marked_unlisted", lang, count=len(problems) - _MOST_LISTED)


def _listed(problem: Problem, lang: str) -> tuple[str, ...]:
    message = problem.message_da if lang == "da" else problem.message_en
    level = texts.phrase("excel", f"level_{problem.level}", lang)
    return (
        problem.cell or _rows(problem, lang),
        problem.column or "",
        level,
        message,
        problem.hint(lang),
        problem.code,
    )


def _link(cell: Any, place: tuple[str, str] | None) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    if place is not None:
        sheet = place[0].replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!{place[1]}")
        cell.font = Font(color="FF0563C1", underline="single")


def _free_name(name: str, taken: Iterable[str]) -> str:
    names = {one.casefold() for one in taken}
    number = 1
    found = name
    while found.casefold() in names:
        number += 1
        found = f"{name} {number}"
    return found
