"""Measurements as a workbook: a sheet with the columns, and one that says what they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute

from maalbib import texts
from maalbib.errors import ArgumentError
from maalbib.measurements._codes import is_text
from maalbib.measurements._schema import SCHEMA_VERSION
from maalbib.measurements.formats._columnar_table import metadata_of
from maalbib.measurements.formats._excel_about import ABOUT_NAMES, MARK, METADATA_ROW, SHEET_NAMES
from maalbib.measurements.writing._excel_book import (
    LONGEST_TEXT,
    check_ending,
    check_lang,
    openpyxl_module,
    save_book,
    set_text,
)
from maalbib.measurements.writing._inert import is_live

__all__ = ["write_excel"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take

_MOST_ROWS: Final = 1_048_575
_BATCH: Final = 4_096
_NO_LETTERS: Final = r"[\x{fffe}\x{ffff}]"  # XML has no way to write them
_TEXT_FORMAT: Final = "@"  # a code that somebody types anew stays text
_WIDTH, _LABEL_WIDTH, _SENTENCE_WIDTH = 16, 16, 100
_RULES: Final = ("excel.about_codes", "excel.about_formulas", "excel.about_empty")


def write_excel(table: pa.Table, breakdowns: Sequence[str], path: str | Path, *, lang: str = "da") -> None:
    """Write a canonical table of measurements as a workbook (``.xlsx``).

    Parameters
    ----------
    table
        The table.
    breakdowns
        Its breakdown columns, which the workbook declares.
    path
        The file. It is there when all is written, and not before.
    lang
        Language of the names of the sheets and of what the second says: ``"da"`` or ``"en"``.

    Raises
    ------
    ArgumentError
        If the table has more than 1,048,575 rows, or a text has more than 32,767 characters or one that Unicode keeps from
        use: no sheet can hold that.
    MissingExtraError
        If openpyxl is not installed; the extra ``excel`` brings it.

    Notes
    -----
    Every text is a cell of text [1]_ and never a formula, whatever it begins with; one that looks like a formula has
    Excel's own apostrophe, which is no part of it. Numbers are numbers with all their digits, days are ISO texts, and
    what is missing is an empty cell beside its status. The workbook reads back to the same table, and the same table
    gives the same bytes. Time and the temporary files grow with the cells: about 300 microseconds for a row of ten.

    References
    ----------
    .. [1] Ecma International (2021). Office Open XML File Formats. ECMA-376, 5th edition, part 1, section 18.3.1.4.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from maalbib import Measurements
    >>> ms = Measurements.example("reading")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "læsning.xlsx")
    ...     write_excel(ms.to_arrow(), ms.breakdowns, file)
    ...     Measurements.read(file).to_arrow().equals(ms.to_arrow())
    True
    """
    language, place = check_lang(lang), check_ending(path)
    _check_size(table)
    book = openpyxl_module().Workbook(write_only=True)
    _write_data(book.create_sheet(SHEET_NAMES[language]), table)
    _write_about(book.create_sheet(ABOUT_NAMES[language]), table, breakdowns, language)
    save_book(book, place)


def _check_size(table: pa.Table) -> None:
    if table.num_rows > _MOST_ROWS:
        raise ArgumentError("excel.too_many_rows", rows=table.num_rows, most=_MOST_ROWS)
    for name in table.column_names:
        if is_text(table.column(name).type):
            for chunk in table.column(name).chunks:
                _check_texts(name, getattr(chunk, "dictionary", chunk))


def _check_texts(name: str, array: Any) -> None:
    if (pc.max(pc.utf8_length(array)).as_py() or 0) > LONGEST_TEXT:
        raise ArgumentError("excel.text_too_long", column=name, most=LONGEST_TEXT)
    if pc.any(pc.match_substring_regex(array, _NO_LETTERS)).as_py():
        raise ArgumentError("excel.no_letter", column=name)


def _write_data(sheet: Any, table: pa.Table) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for number in range(1, len(table.column_names) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    bold = Font(bold=True)
    sheet.append([_text_cell(sheet, name, font=bold) for name in table.column_names])
    cells = [_Cells(sheet, table.schema.field(name).type) for name in table.column_names]
    for batch in table.to_batches(max_chunksize=_BATCH):
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            # A generator, so that each cell is written before the next row fills it anew.
            sheet.append(of(value) for of, value in zip(cells, row, strict=True))


class _Cells:
    """The cells of a column, one after the other: making a new one for each would take most of the time."""

    def __init__(self, sheet: Any, kind: pa.DataType) -> None:
        self._plain, self._quoted = _text_cell(sheet, ""), _text_cell(sheet, "", quoted=True)
        self._number = _text_cell(sheet, "")
        self._number.number_format = "General"
        self._number.data_type = "n"
        self._fill: Callable[[Any], Any] = self._as_text
        if pa.types.is_floating(kind) or pa.types.is_integer(kind):
            self._fill = self._as_number

    def __call__(self, value: Any) -> Any:
        return None if value is None or value != value or value == "" else self._fill(value)  # noqa: PLR0124 - NaN

    def _as_number(self, value: float) -> Any:
        self._number._value = repr(value)  # noqa: SLF001 - openpyxl itself writes 16 digits, one too few
        return self._number

    def _as_text(self, value: object) -> Any:
        text = str(value)
        cell = self._quoted if is_live(text) else self._plain
        set_text(cell, text)
        return cell


def _text_cell(sheet: Any, text: str, *, font: Any = None, quoted: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell: Any = WriteOnlyCell(sheet)
    cell.number_format = _TEXT_FORMAT
    cell.quotePrefix = quoted or is_live(text)
    if font is not None:
        cell.font = font
    set_text(cell, text)
    return cell


def _write_about(sheet: Any, table: pa.Table, breakdowns: Sequence[str], lang: str) -> None:
    from openpyxl.styles import Alignment

    sheet.column_dimensions["A"].width = _LABEL_WIDTH
    sheet.column_dimensions["B"].width = _SENTENCE_WIDTH
    wrapped = Alignment(wrap_text=True, vertical="top")
    for row in _about(table, breakdowns, lang):
        cells = [_text_cell(sheet, text) for text in row]
        for cell in cells:
            cell.alignment = wrapped
        sheet.append(cells)


def _about(table: pa.Table, breakdowns: Sequence[str], lang: str) -> Iterator[list[str]]:
    given: dict[bytes, bytes] = table.schema.metadata or {}
    metadata = given.get(MARK.encode()) or metadata_of(breakdowns)[MARK.encode()]
    # Any letter in ASCII: the pieces of a long text may then be cut anywhere.
    written = json.dumps(json.loads(metadata))
    yield [MARK, SHEET_NAMES["da" if lang == "da" else "en"]]
    yield [texts.sentence("excel.about_schema", lang), SCHEMA_VERSION]
    yield [texts.sentence("excel.about_breakdowns", lang), "; ".join(breakdowns) or texts.MISSING]
    for place, code in enumerate(_RULES):
        yield ["" if place else texts.sentence("excel.about_rules", lang), texts.sentence(code, lang)]
    yield [METADATA_ROW, *(written[start : start + LONGEST_TEXT] for start in range(0, len(written), LONGEST_TEXT))]
