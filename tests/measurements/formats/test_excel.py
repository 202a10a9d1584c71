"""Workbooks: the type of a cell decides, every problem names its cell, and no upload eats the memory."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import struct
import subprocess
import sys
import textwrap
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalbib import Measurements
from maalbib.errors import ArgumentError, DataError, MissingExtraError
from maalbib.measurements import Limits
from maalbib.measurements._locale import Locale
from maalbib.measurements.formats._excel import given_of_excel
from maalbib.measurements.formats._excel_scan import column_letters
from maalbib.measurements.formats._excel_table import SheetTable, read_excel
from maalbib.problems import Problems

CASES = ("blank_rows_at_end", "boolean_cell", "date_cell_as_period", "error_cell", "numeric_code", "text_codes")
HEADER = ("indikator", "kommune", "periode", "værdi")
KINDS: dict[str, Any] = {
    "code_columns": ("indikator", "kommune"),
    "period_columns": ("periode",),
    "number_columns": ("værdi",),
}
GOOD = ("N1", "0101", "2023", 44.8)
NAMES = {"indicator": "indikator", "institution": "kommune", "period": "periode", "value": "værdi"}

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'

Change = Callable[[openpyxl.Workbook, Any], object]


def workbook(rows: Iterable[Sequence[object]], change: Change | None = None) -> bytes:
    """Return a workbook with the header and some rows, changed before it is saved."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Målinger"
    sheet.append(HEADER)
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(book, sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def raw(sheet: str, *, shared: str = "", styles: bool = False, book: str = "") -> bytes:
    """Return a workbook whose sheet is this XML: the shortest that any reader takes. Its style 1 is a day."""
    forms = f'<Relationship Id="r3" Type="{RELATIONS}/styles" Target="styles.xml"/>' if styles else ""
    texts = f'<Relationship Id="r2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>' if shared else ""
    given: dict[str, str | bytes] = {
        "_rels/.rels": f'<Relationships {PACKAGE}><Relationship Id="a" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATIONS}">{book}<sheets>'
        '<sheet name="Ark1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {PACKAGE}><Relationship Id="r1" Type="{RELATIONS}/worksheet" '
        f'Target="worksheets/sheet1.xml"/>{texts}{forms}</Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    if shared:
        given["xl/sharedStrings.xml"] = f"<sst {MAIN}>{shared}</sst>"
    if styles:
        given["xl/styles.xml"] = (
            f'<styleSheet {MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
        )
    return zipped(given)


def table_xml(rows: str, after: str = "") -> str:
    """Return the XML of a sheet with a header over A, B and rows."""
    header = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'
    )
    return f"<worksheet {MAIN}><sheetData>{header}{rows}</sheetData>{after}</worksheet>"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a zip of some parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def read(data: bytes, **options: Any) -> tuple[list[list[object]], Problems]:
    """Return the rows that were kept, and the problems."""
    table, problems = read_excel(data, **(KINDS | options))
    return rows_of(table), problems


def rows_of(table: SheetTable) -> list[list[object]]:
    return [list(row) for row in zip(*(column.to_pylist() for column in table.columns.values()), strict=True)]


def found(problems: Problems) -> list[tuple[str, str | None, str]]:
    """Return code, cell and level of each problem."""
    return [(problem.code, problem.cell, problem.level) for problem in problems]


def codes(data: bytes, **options: Any) -> list[str]:
    return [problem.code for problem in read(data, **options)[1]]


@pytest.mark.parametrize("case", CASES)
def test_oracle(case: str, oracles: Path) -> None:
    """Every stored workbook gives exactly the stated rows and problems, with the names of the cells."""
    folder = oracles / "interchange" / "own" / "xlsx"
    expected = json.loads((folder / f"{case}.expected.json").read_text(encoding="utf-8"))
    table, problems = read_excel(folder / f"{case}.xlsx", **expected["options"])
    assert list(table.columns) == expected["columns"]
    kept = dict(zip(table.rows.tolist(), rows_of(table), strict=True))
    assert [kept.get(row + 2) for row in range(len(expected["rows"]))] == expected["rows"]
    assert [{"code": code, "cell": cell, "level": level} for code, cell, level in found(problems)] == expected[
        "issues"
    ]


def number_format(cell: str, form: str) -> Change:
    def change(_: openpyxl.Workbook, sheet: Any) -> None:
        sheet[cell].number_format = form

    return change


def test_trap_a_text_code_of_digits_becomes_a_number() -> None:
    """``0101`` as text stays ``0101``."""
    rows, problems = read(workbook([GOOD]))
    assert rows == [["N1", "0101", "2023", 44.8]]
    assert len(problems) == 0


def test_trap_a_number_that_is_shown_with_leading_zeros() -> None:
    """A format that shows 0101 does not make a number a code."""
    rows, problems = read(workbook([("N1", 101, "2023", 1), GOOD], number_format("B2", "0000")))
    assert found(problems) == [("code.not_text", "Målinger!B2", "error")]
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("cell", "kept", "expected"),
    [
        (2024, "2024", [("period.from_number", "Målinger!C2", "warning")]),
        (1499, None, [("period.unknown_format", "Målinger!C2", "error")]),
        (3000, None, [("period.unknown_format", "Målinger!C2", "error")]),
        (2024.5, None, [("period.unknown_format", "Målinger!C2", "error")]),
        (45292, None, [("period.unknown_format", "Målinger!C2", "error")]),
        (dt.date(2024, 1, 1), None, [("period.from_date", "Målinger!C2", "error")]),
        (dt.datetime(2024, 1, 1, 12, 30), None, [("period.from_date", "Målinger!C2", "error")]),  # noqa: DTZ001 - a cell knows no zone
        (dt.time(12, 30), None, [("period.from_date", "Målinger!C2", "error")]),
        (True, None, [("code.not_text", "Målinger!C2", "error")]),
    ],
)
def test_trap_periods_that_are_no_text(cell: object, kept: str | None, expected: list[Any]) -> None:
    """Whole numbers are years with a warning; a date does not say how long the period is."""
    rows, problems = read(workbook([("N1", "0101", cell, 1)]))
    assert found(problems) == expected
    assert [row[2] for row in rows] == ([] if kept is None else [kept])


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("12,5", 12.5, "number.as_text"),
        ("1.234,5", 1234.5, "number.as_text"),
        ("12.5", None, "number.english_decimal"),
        ("ca. 5", None, "number.not_a_number"),
        ("..", None, "number.not_a_number"),
        (True, None, "number.not_a_number"),
        (dt.date(2024, 2, 1), None, "number.from_date"),
        (dt.timedelta(hours=30), None, "number.from_date"),
        ("#N/A", None, "cell.error"),
        ("#DIV/0!", None, "cell.error"),
        ("=1+1", None, "cell.formula_without_value"),
    ],
)
def test_trap_values_that_are_no_number(cell: object, value: float | None, code: str) -> None:
    """Text goes through the Danish grammar; anything else is an error that names the cell."""
    rows, problems = read(workbook([("N1", "0101", "2023", cell), GOOD]))
    level = "error" if value is None else "warning"
    assert found(problems) == [(code, "Målinger!D2", level)]
    assert [row[3] for row in rows] == ([] if value is None else [value]) + [44.8]


def test_the_caller_may_say_how_numbers_in_text_are_written() -> None:
    """English numbers with ``locale="en"``."""
    rows, problems = read(workbook([("N1", "0101", "2023", "12.5")]), locale="en")
    assert (rows[0][3], found(problems)) == (12.5, [("number.as_text", "Målinger!D2", "warning")])


def test_trap_thousands_in_text_beside_decimals_in_numbers() -> None:
    """What other cells hold as numbers does not settle which language a text is in."""
    for beside in (0.5, 5):
        assert "number.maybe_english" in codes(workbook([("N1", "0101", "2023", "1.000"), (*GOOD[:3], beside)]))


def test_trap_percentages() -> None:
    """44,8 % holds 0.448: a warning, unless the caller says which is meant."""
    data = workbook([("N1", "0101", "2023", 0.448), ("N1", "0101", "2024", 44.8)], number_format("D2", "0.0%"))
    rows, problems = read(data)
    assert found(problems) == [("number.percent_format", "Målinger!D2", "warning")]
    assert [row[3] for row in rows] == [0.448, 44.8]
    shown = given_of_excel(data, lambda _: "number", locale=Locale.of("da", percent=True))
    assert shown.columns["værdi"].to_pylist() == [44.8, 44.8]
    assert "number.percent_format" not in shown.problems.counts()


def test_a_percent_sign_in_quotes_is_no_percentage() -> None:
    """Formats such as ``0.0" %"`` show a sign and do not multiply."""
    for form in ('0.0" %"', r"0.0\%", "[Red]0.0"):
        assert codes(workbook([GOOD], number_format("D2", form))) == []


def hide(book: openpyxl.Workbook, sheet: Any) -> None:
    del book
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True


def test_trap_hidden_rows_and_columns() -> None:
    """They are read, and said to be hidden."""
    rows, problems = read(workbook([GOOD, GOOD], hide))
    assert len(rows) == 2
    assert [(problem.code, problem.row, problem.column, problem.level) for problem in problems] == [
        ("sheet.hidden_row", 3, None, "warning"),
        ("sheet.hidden_column", None, "værdi", "warning"),
    ]


def second(name: str, *, hidden: bool = False, full: bool = True) -> Change:
    def change(book: openpyxl.Workbook, _: Any) -> None:
        other = book.create_sheet(name)
        if full:
            other.append([*HEADER])
            other.append(["N2", "0147", "2024", 1])
        other.sheet_state = "hidden" if hidden else "visible"

    return change


def test_several_sheets_and_none_named() -> None:
    """It is never guessed which: the problem counts them, and says to name one."""
    data = workbook([GOOD], second("Andre tal"))
    _, problems = read(data)
    assert codes(data) == ["sheet.several"]
    assert "2 (Målinger, Andre tal)" in problems[0].message_da
    assert "sheet" in problems[0].hint("en")
    for wanted in ("Andre tal", 2):
        assert read(data, sheet=wanted)[0] == [["N2", "0147", "2024", 1.0]]
    assert codes(data, sheet="andre tal") == ["sheet.unknown"]
    assert codes(data, sheet=3) == ["sheet.unknown"]


def test_sheets_that_hold_nothing_or_are_hidden_are_not_in_the_way() -> None:
    """One visible sheet with content is the one."""
    for other in (second("Tomt", full=False), second("Skjult", hidden=True)):
        assert read(workbook([GOOD], other))[0] == [list(GOOD)]


def test_trap_hidden_sheet() -> None:
    """A hidden sheet is read when it is named or alone, and said to be hidden."""
    data = workbook([GOOD], second("Skjult", hidden=True))
    rows, problems = read(data, sheet="Skjult")
    assert (rows, problems.counts()) == ([["N2", "0147", "2024", 1.0]], {"sheet.hidden": 1})

    def alone(book: openpyxl.Workbook, sheet: Any) -> None:
        sheet.sheet_state = "hidden"
        book.create_sheet("Forside")

    assert codes(workbook([GOOD], alone)) == ["sheet.hidden"]


def merge(area: str) -> Change:
    def change(_: openpyxl.Workbook, sheet: Any) -> None:
        sheet.merge_cells(area)

    return change


def test_trap_merged_cells() -> None:
    """A merged code stands for nobody knows which rows; the other rows are read."""
    rows, problems = read(workbook([GOOD, GOOD, GOOD], merge("B2:B3")))
    assert found(problems) == [("sheet.merged", f"Målinger!B{row}", "error") for row in (2, 3)]
    assert len(rows) == 1
    _, problems = read(workbook([GOOD], merge("C1:D1")))
    assert ("sheet.merged", "Målinger!C1", "error") in found(problems)


def test_a_merged_title_above_the_table_is_no_problem() -> None:
    """Only the table counts."""

    def title(_: openpyxl.Workbook, sheet: Any) -> None:
        sheet.insert_rows(1, 2)
        sheet["A1"] = "Sygefravær i kommunerne"
        sheet.merge_cells("A1:D1")

    rows, problems = read(workbook([GOOD], title), header_row=2)
    assert (rows, len(problems)) == ([list(GOOD)], 0)


def test_trap_rows_with_formats_but_no_values() -> None:
    """Formatted rows after the table are not rows; a blank row inside it is skipped and said."""

    def formats(_: openpyxl.Workbook, sheet: Any) -> None:
        for row in range(5, 3000):
            sheet.cell(row, 4).number_format = "0.0"

    rows, problems = read(workbook([GOOD, (), GOOD], formats))
    assert [row[3] for row in rows] == [44.8, 44.8]
    assert [(problem.code, problem.row, problem.level) for problem in problems] == [("row.blank", 3, "info")]


def test_trap_a_text_that_looks_like_a_formula() -> None:
    """A text cell ``=1+1`` is text; nothing is evaluated."""

    def text(_: openpyxl.Workbook, sheet: Any) -> None:
        sheet["B2"].value = "=1+1"
        sheet["B2"].data_type = "s"

    rows, problems = read(workbook([GOOD], text))
    assert (rows[0][1], len(problems)) == ("=1+1", 0)


def test_a_formula_has_its_stored_value() -> None:
    """Also one that points to another workbook, which is never opened; an empty text is a value too."""
    cells = '<c r="A2" t="str"><f>IF(1,"","")</f><v></v></c><c r="B2"><f>[1]Ark1!A1</f><v>5</v></c>'
    unset = '<c r="A3" t="inlineStr"><is><t>x</t></is></c><c r="B3"><f>1+1</f><v/></c>'
    table, problems = read_excel(
        raw(table_xml(f'<row r="2">{cells}</row><row r="3">{unset}</row>')), number_columns="b"
    )
    assert rows_of(table) == [["", 5.0]]
    assert found(problems) == [("cell.formula_without_value", "Ark1!B3", "error")]


def test_a_table_that_does_not_begin_at_a1() -> None:
    """Cells are named as Excel names them, wherever the table stands."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["A1"] = "Titel"
    for column, (name, cell) in enumerate(zip(HEADER, ("N1", 101, "2023", 5), strict=True), 3):
        sheet.cell(4, column, name)
        sheet.cell(6, column, cell)
    file = io.BytesIO()
    book.save(file)
    table, problems = read_excel(file.getvalue(), header_row=3, **KINDS)
    assert table.letters["kommune"] == "D"
    assert [(problem.code, problem.row, problem.cell) for problem in problems] == [
        ("row.blank", 5, None),
        ("code.not_text", 6, "Sheet!D6"),
    ]


def test_headers() -> None:
    """Years over the columns are names; duplicates, spaces and names that lack are said with their cell."""

    def names(_: openpyxl.Workbook, sheet: Any) -> None:
        for cell, name in (("E1", 2023), ("F1", " n "), ("G1", "n"), ("H2", "note"), ("I1", dt.date(2024, 1, 1))):
            sheet[cell] = name

    table, problems = read_excel(workbook([GOOD], names), **KINDS)
    assert list(table.columns) == [*HEADER, "2023", "2024-01-01"]
    places = [(problem.code, problem.cell) for problem in problems if problem.code.startswith("header.")]
    assert places == [
        ("header.trimmed", "Målinger!F1"),
        ("header.duplicate", "Målinger!G1"),
        ("header.empty", "Målinger!H1"),
    ]


def test_namespaces_positions_and_shared_texts_are_as_the_writer_likes() -> None:
    """Prefixes, cells without names, rich texts and sounds of letters."""
    sheet = (
        f'<x:worksheet xmlns:x="{MAIN[7:-1]}"><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c>'
        '<x:c t="s"><x:v>1</x:v></x:c></x:row><x:row><x:c/><x:c><x:v>1.5</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    shared = "<si><r><t>kom</t></r><r><t>mune</t></r><rPh><t>lyd</t></rPh></si><si><t>b</t></si>"
    table, problems = read_excel(raw(sheet, shared=shared), number_columns="b")
    assert (rows_of(table), list(table.columns), len(problems)) == ([["", 1.5]], ["kommune", "b"], 0)


def test_days_since_1904() -> None:
    """The calendar of old Macintosh workbooks is kept: a day column gives the day that Excel shows."""
    cell = '<row r="2"><c r="A2" s="1"><v>1</v></c></row>'
    for book, day in (("", "1900-01-01"), ('<workbookPr date1904="1"/>', "1904-01-02")):
        columns = given_of_excel(raw(table_xml(cell), book=book, styles=True), lambda _: "day").columns
        assert columns["a"].to_pylist() == [day]


def test_days_and_remarks_of_measurements() -> None:
    """A date is a vintage, one with a time of day is none; a remark that is no text is skipped."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["indicator", "institution", "period", "value", "vintage", "comment"])
    sheet.append(["N1", "0101", "2023", 1, dt.date(2024, 2, 1), "ok"])
    sheet.append(["N1", "0147", "2023", 1, dt.datetime(2024, 2, 1, 8, 0), 5])  # noqa: DTZ001 - a cell knows no zone
    sheet.append(["N1", "0151", "2023", 1, "2024-03-01", None])
    sheet.append(["N1", "0153", "2023", 1, 45000, None])
    file = io.BytesIO()
    book.save(file)
    ms = Measurements.read(file.getvalue(), format="excel", on_problem="collect")
    assert [str(day) for day in ms.to_arrow().column("vintage").to_pylist()] == ["2024-02-01", "2024-03-01"]
    assert sorted(found(ms.problems)) == [
        ("cell.not_text", "Sheet!F3", "warning"),
        ("vintage.has_time", "Sheet!E3", "error"),
        ("vintage.wrong_type", "Sheet!E5", "error"),
    ]


def test_several_faults_in_one_column_of_measurements() -> None:
    """Each cell keeps its own reason, and a cell is not blamed twice."""
    rows = [
        ("N1", "0101", "2023", 1),
        ("N1", 147, "2023", True),
        ("N1", "=1+1", "2023", "#N/A"),
        ("N1", "0153", "2023", dt.date(2024, 1, 2)),
        ("N1", "0155", "2023", "3,5"),
    ]
    data = workbook(rows)
    ms = Measurements.read(data, format="excel", columns=NAMES, on_problem="collect")
    assert [row.value for row in ms] == [1.0, 3.5]
    assert sorted(found(ms.problems)) == [
        ("cell.error", "Målinger!D4", "error"),
        ("cell.formula_without_value", "Målinger!B4", "error"),
        ("code.not_text", "Målinger!B3", "error"),
        ("number.as_text", "Målinger!D6", "warning"),
        ("number.from_date", "Målinger!D5", "error"),
        ("number.not_a_number", "Målinger!D3", "error"),
    ]
    with pytest.raises(DataError):
        Measurements.read(data, format="excel", columns=NAMES)


# Each defect: what it puts where, and what is found there.
DEFECTS: dict[str, tuple[str, object, str]] = {
    "number for a code": ("B", 101, "code.not_text"),
    "truth for a code": ("B", True, "code.not_text"),
    "date for a code": ("A", dt.date(2024, 1, 1), "code.not_text"),
    "date for a period": ("C", dt.date(2024, 1, 1), "period.from_date"),
    "serial for a period": ("C", 45000, "period.unknown_format"),
    "year as a number": ("C", 2024, "period.from_number"),
    "truth for a number": ("D", False, "number.not_a_number"),
    "words for a number": ("D", "mange", "number.not_a_number"),
    "English number": ("D", "1.5", "number.english_decimal"),
    "number as text": ("D", "1,5", "number.as_text"),
    "date for a number": ("D", dt.date(2024, 3, 1), "number.from_date"),
    "error": ("D", "#VALUE!", "cell.error"),
    "error in a code": ("B", "#REF!", "cell.error"),
    "formula": ("D", "=A1", "cell.formula_without_value"),
    "formula in a code": ("A", "=A1", "cell.formula_without_value"),
    "nothing": ("D", 7.5, ""),
}


@given(st.lists(st.sampled_from(sorted(DEFECTS)), max_size=25), st.integers(0, 5))
@settings(max_examples=25)
def test_dirty_workbooks_give_exactly_their_defects(defects: list[str], titles: int) -> None:
    """Whatever is wrong where: just that is found, in just that cell, and the other rows are read."""

    def spoil(_: openpyxl.Workbook, sheet: Any) -> None:
        for row, name in enumerate(defects, 2):
            letter, cell, _code = DEFECTS[name]
            sheet[f"{letter}{row}"] = cell
        if titles:
            sheet.insert_rows(1, titles)

    rows, problems = read(workbook([GOOD] * len(defects), spoil), header_row=titles + 1)
    expected = {
        (DEFECTS[name][2], f"Målinger!{DEFECTS[name][0]}{row}") for row, name in enumerate(defects, 2 + titles)
    }
    told = {(code, cell) for code, cell, _ in found(problems)} - {("file.no_rows", None)}
    assert told == {(code, cell) for code, cell in expected if code}
    errors = {problem.row for problem in problems.errors}
    assert len(rows) == len(defects) - len(errors)


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4))
@settings(max_examples=20)
def test_canary_values_stand_in_no_message(extra: list[str]) -> None:
    """What a bad cell holds is never told."""
    canary = "KANARIEFUGL"
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(HEADER)
    sheet.append([canary, 987654321, canary, canary + "".join(text for text in extra if text.isalnum())])
    file = io.BytesIO()
    book.save(file)
    ms = Measurements.read(file.getvalue(), format="excel", columns=NAMES, on_problem="collect")
    told = ms.problems.to_json() + ms.problems.summary("da") + repr(list(ms.problems))
    assert len(ms.problems.errors) >= 3
    assert canary not in told
    assert "987654321" not in told


def test_files_that_are_not_read() -> None:
    """Old, encrypted and other workbooks are refused with what to do; so are files that are none."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    cases = {
        "file.empty": b"",
        "excel.not_a_workbook": b"kommune;antal\n0101;5\n",
        "excel.encrypted": ole + "EncryptedPackage".encode("utf-16-le"),
        "excel.other_format": ole,
        "excel.damaged": zipped({"a.txt": "x"}),
    }
    assert {code: codes(data) for code, data in cases.items()} == {code: [code] for code in cases}
    for name, ending in (("xl/workbook.bin", ".xlsb"), ("content.xml", ".ods")):
        _, problems = read(zipped({name: "x"}))
        assert problems.counts() == {"excel.other_format": 1}
        assert ending in problems[0].message_da
    assert codes(b"PK\x03\x04" + bytes(100)) == ["excel.not_a_workbook"]
    assert [problem.code for problem in read_excel("/findes/ikke.xlsx")[1]] == ["file.not_found"]
    assert codes(workbook([])) == ["file.no_rows"]
    assert codes(workbook([GOOD]), header_row=5) == ["header.missing"]


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The install line is in the text."""
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtraError, match=r'pip install "maalbib\[excel\]"'):
        read(workbook([GOOD]))


@pytest.mark.parametrize(
    "options", [{"sheet": 0}, {"sheet": True}, {"sheet": 1.5}, {"header_row": 0}, {"locale": "sv"}]
)
def test_wrong_arguments_raise(options: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError):
        read(workbook([GOOD]), **options)


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (Limits(rows=2), "rows"),
        (Limits(columns=3), "columns"),
        (Limits(name_length=5), "name_length"),
        (Limits(cell_length=3), "cell_length"),
        (Limits(read_bytes=100), "read_bytes"),
        (Limits(decoded_bytes=1000), "decoded_bytes"),
    ],
)
def test_limits(limits: Limits, limit: str) -> None:
    """A breach is one problem that names the limit."""
    _, problems = read(workbook([(*GOOD[:1], "010101", *GOOD[2:])] * 3), limits=limits)
    assert [(problem.code, problem.details["limit"]) for problem in problems] == [("file.too_large", limit)]


def disordered() -> dict[str, str]:
    """Sheets whose cells do not lie as they must, which readers take in different ways."""
    one = '<c r="{}" t="n"><v>1</v></c>'
    return {
        "rows back": f'<row r="5">{one.format("A5")}</row><row r="2">{one.format("A2")}</row>',
        "cells back": f'<row r="2">{one.format("B2")}{one.format("A2")}</row>',
        "twice": f'<row r="2">{one.format("A2")}{one.format("A2")}</row>',
        "row of another": f'<row r="2">{one.format("A3")}</row>',
        "no such column": f'<row r="2">{one.format("XFE2")}</row>',
        "no such row": f'<row r="1048577">{one.format("A1048577")}</row>',
        "no cell at all": '<row r="2"><c r="2"><v>1</v></c></row>',
        "outside": '<row r="2"><extLst/><c r="A2"><v>1</v></c></row>',
        "unknown type": '<row r="2"><c r="A2" t="q"><v>1</v></c></row>',
        "no such text": '<row r="2"><c r="A2" t="s"><v>9</v></c></row>',
        "not closed": '<row r="2"><c r="A2"><v>1</v></c>',
    }


@pytest.mark.parametrize("case", sorted(disordered()))
def test_cells_in_disorder_are_refused(case: str) -> None:
    """Two readers may not see different cells."""
    _, problems = read_excel(raw(table_xml(disordered()[case])))
    assert problems.counts() == {"excel.damaged": 1}


def mutated(data: bytes, seed: int) -> bytes:
    """Return the bytes with a few changed, cut off or repeated."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(changed))
        changed[place] = chance.randrange(256)
    return bytes(changed[: chance.randrange(1, len(changed))] if seed % 5 == 0 else changed)


def test_broken_bytes_give_problems_only() -> None:
    """Whatever is done to a workbook, nothing but a problem comes of it."""
    data = workbook([GOOD, ("N1", 5, 2024, "x")], second("B", hidden=True))
    for seed in range(400):
        table, problems = read_excel(mutated(data, seed), **KINDS)
        assert table.columns or len(problems.errors)


@pytest.mark.parametrize("part", ["worksheets/sheet1", "workbook", "styles", "sharedStrings"])
def test_broken_xml_gives_problems_only(part: str) -> None:
    """The same inside the zip, where no checksum speaks up."""
    cells = '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="0"><v>1.5</v></c></row>'
    data = raw(table_xml(cells), shared="<si><t>x</t></si><si><t>0101</t></si>", styles=True)
    assert rows_of(read_excel(data, code_columns="a", number_columns="b")[0]) == [["0101", 1.5]]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for seed in range(100):
        broken = zipped(parts | {f"xl/{part}.xml": mutated(parts[f"xl/{part}.xml"], seed)})
        table, problems = read_excel(broken, code_columns="a", number_columns="b")
        assert table.columns or len(problems.errors)


@given(st.binary(max_size=300))
def test_any_bytes_give_problems_only(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        assert len(read_excel(start + data)[1].errors) == 1


def lying(data: bytes, part: str, size: int) -> bytes:
    """Return the zip with a false size of a part in its directory."""
    at = data.rindex(part.encode()) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    return data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]


def big_sheet(megabytes: int) -> bytes:
    row = "".join(f'<c r="{letter}{{0}}"><v>1</v></c>' for letter in "AB")
    rows = "".join(f'<row r="{number}">{row.format(number)}</row>' for number in range(2, 2000))
    return raw(table_xml(rows + " " * (megabytes * 1024**2 - len(rows))))


def many_members() -> bytes:
    name = b"a" * 20
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0) + name
    directory = entry * 60_000
    return directory + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 60_000, 60_000, len(directory), 0, 0)


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    cell = '<row r="2"><c r="A2" t="inlineStr"><is><t>&l9;</t></is></c></row>'
    return raw(f"<!DOCTYPE x [{entities}]>" + table_xml(cell))


def copies() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 20_000))
    return raw(table_xml(rows), shared=f"<si><t>{'x' * 1024**2}</t></si>")


def ranges() -> bytes:
    return raw(table_xml("", "<mergeCells>" + '<mergeCell ref="A1:XFD9"/>' * 200_000 + "</mergeCells>"))


def corners() -> bytes:
    return raw(table_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


def empty_texts() -> bytes:
    return raw(table_xml('<row r="2"><c r="A2" t="s"><v>0</v></c></row>'), shared="<si/>" * 12_000_000)


# Files that ask for far more memory than they have bytes, and how they are refused.
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "200 MB in a few kB": (lambda: big_sheet(200), "file.too_large"),
    "a false size": (lambda: lying(big_sheet(200), "xl/worksheets/sheet1.xml", 1000), "file.too_large"),
    "a size too small": (lambda: lying(raw(table_xml("")), "xl/worksheets/sheet1.xml", 10), "excel.damaged"),
    "entities": (laughs, "excel.document_type"),
    "many members": (many_members, "excel.too_many_parts"),
    "two corners": (corners, "file.too_large"),
    "copies of a text": (copies, "file.too_large"),
    "texts of nothing": (empty_texts, "file.too_large"),
    "a hundred thousand ranges": (ranges, "excel.damaged"),
}


CHILD = """
import resource, sys
from maalbib.measurements.formats._excel_table import read_excel
import python_calamine, pyarrow.compute, zipfile
data = open(sys.argv[1], "rb").read()
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 200 * 1024**2,) * 2)
table, problems = read_excel(data)
print([problem.code for problem in problems])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit on memory is that of Linux")
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_bombs_are_refused_within_200_megabytes(name: str, tmp_path: Path) -> None:
    """In a process that may take 200 MB more than it has, every bomb is one problem."""
    made, code = BOMBS[name]
    file = tmp_path / "bombe.xlsx"
    file.write_bytes(made())
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(file)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout.strip()) == (0, f"['{code}']"), done.stderr[-500:]


def test_the_checksum_of_a_part_counts() -> None:
    """A part that is not what its entry says is not read."""
    data = raw(table_xml('<row r="2"><c r="A2"><v>12345</v></c></row>'))
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    false = data[: at + 16] + struct.pack("<I", zlib.crc32(b"andet")) + data[at + 20 :]
    assert read_excel(false)[1].counts() == {"excel.damaged": 1}


@given(st.integers(1, 16_384))
def test_letters_of_columns(number: int) -> None:
    """As openpyxl writes them."""
    assert column_letters(number) == openpyxl.utils.get_column_letter(number)
