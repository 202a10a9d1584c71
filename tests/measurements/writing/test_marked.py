"""A copy of the workbook with the faulty cells marked, as the person who gets it sees it."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from maalbib import Measurements, Register
from maalbib.errors import ArgumentError, DataError, MissingExtraError
from maalbib.measurements import Limits
from maalbib.measurements.writing._marked import write_marked
from maalbib.problems import ProblemBlock, Problems

RED, YELLOW, NONE = "FFFFC7CE", "FFFFEB9C", "00000000"
ROWS = (
    ("indicator", "institution", "period", "value", "note"),
    ("N1", "0101", "2023", 44.8, "=SUM(D2:D4)"),
    ("N1", 147, 2024, "ca. 5", "=[1]Ark1!A1"),
    ("N1", "0147", "2024", 0.5, None),
    ("N1", "0147", "2024", 0.7, None),
    ("N1", "0999", "2024", 0.7, None),
)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A workbook with faults, formulas, a comment and a second sheet."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Kommuner's tal"
    for row in ROWS:
        sheet.append(row)
    sheet["D3"].comment = Comment("spørg Ane", "Bo")
    sheet["D4"].number_format = "0.0%"
    book.create_sheet("Andet", 0)
    book.save(tmp_path / "tal.xlsx")
    return tmp_path / "tal.xlsx"


def found(file: Path, **options: Any) -> Problems:
    return Measurements.read(file, on_problem="collect", register=Register.denmark(), **options).problems


def marked(file: Path, problems: Problems, **options: Any) -> Any:
    """Return the marked copy, opened again."""
    target = file.with_name("markeret.xlsx")
    write_marked(file, target, problems, **options)
    return openpyxl.load_workbook(target)


def comments(sheet: Any) -> dict[str, str]:
    return {cell.coordinate: cell.comment.text for row in sheet.rows for cell in row if cell.comment}


def test_cells_are_marked_with_words(given: Path) -> None:
    """Red for errors, yellow for warnings; each comment says what is wrong and what to do."""
    sheet = marked(given, found(given))["Kommuner's tal"]
    said = comments(sheet)
    assert set(said) == {"B3", "C3", "D3", "A4", "D4", "A5", "B6", "E1"}
    assert said["D3"].startswith("spørg Ane\n\nTeksten er ikke et tal. Skriv kun tallet")
    assert said["A4"] == said["A5"]
    assert said["A5"].startswith("Række 4 og 5: To rækker måler det samme")
    colours = {cell.coordinate: cell.fill.start_color.rgb for row in sheet.rows for cell in row}
    assert {cell: colours[cell] for cell in said} == {
        **dict.fromkeys(("B3", "D3", "A4", "A5", "B6"), RED),
        **dict.fromkeys(("C3", "D4", "E1"), YELLOW),
    }
    assert {colours[cell] for cell in colours if cell not in said} == {NONE}


def test_english(given: Path) -> None:
    book = marked(given, found(given), lang="en")
    assert comments(book["Kommuner's tal"])["D3"].endswith(
        "Declare a mark for no number, such as .. or -, with marks."
    )
    assert book.sheetnames == ["Problems", "Andet", "Kommuner's tal"]


def test_every_problem_is_listed_with_a_link(given: Path) -> None:
    """The first sheet that opens lists all of them, and leads to their cells."""
    problems = found(given)
    book = marked(given, problems)
    listed = book["Fejl og advarsler"]
    assert book.active.title == "Fejl og advarsler"
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == ["Fejl og advarsler"]
    head = next(row for row in range(1, 10) if listed.cell(row, 1).value == "Celle")
    rows = [[cell.value for cell in row] for row in listed.iter_rows(min_row=head + 1)]
    assert [row[5] for row in rows] == [problem.code for problem in problems]
    assert [row[3] for row in rows] == [problem.message_da for problem in problems]
    links = {
        row[0].value: row[0].hyperlink.location for row in listed.iter_rows(min_row=head + 1) if row[0].hyperlink
    }
    assert links["Kommuner's tal!B3"] == "'Kommuner''s tal'!B3"
    assert links["Række 4 og 5"] == "'Kommuner''s tal'!A4"
    assert {cell.data_type for row in listed.rows for cell in row if cell.value} == {"s"}


def test_nothing_else_changes(given: Path) -> None:
    """Formulas, also to other workbooks, are the user's own and stay; the workbook itself is not touched."""
    before = given.read_bytes()
    book = marked(given, found(given))
    assert given.read_bytes() == before
    values = [[cell.value for cell in row] for row in book["Kommuner's tal"].rows]
    assert values == [list(row) for row in ROWS]
    assert book["Kommuner's tal"]["D4"].number_format == "0.0%"


def test_the_marked_copy_has_the_same_problems(given: Path) -> None:
    """It can be corrected and sent back: it is read as the workbook was, once its sheet is named."""
    problems = found(given, sheet="Kommuner's tal")
    marked(given, problems)
    again = found(given.with_name("markeret.xlsx"), sheet="Kommuner's tal")
    assert [(problem.code, problem.cell) for problem in again] == [
        (problem.code, problem.cell) for problem in problems
    ]


def test_at_most_so_many_cells(given: Path) -> None:
    """What is left out is counted, and is in the list."""
    problems = found(given)
    book = marked(given, problems, most=3)
    assert len(comments(book["Kommuner's tal"])) == 3 + 1  # one was there before
    told = [cell.value for cell in book["Fejl og advarsler"]["A"] if cell.value]
    assert "Der er 5 celler mere, som ikke er markeret; de står i listen." in told


def test_a_title_above_the_header(given: Path) -> None:
    """Problems of a whole column are marked where the header is; rows as Excel counts them."""
    book = openpyxl.load_workbook(given)
    book["Kommuner's tal"].insert_rows(1, 2)
    book.save(given)
    said = comments(marked(given, found(given, header_row=3), header_row=3)["Kommuner's tal"])
    assert {"E3", "B5", "A6", "A7"} <= set(said)


def test_merged_cells_are_marked_at_their_first(given: Path) -> None:
    """Only the first cell of a range can carry a comment."""
    book = openpyxl.load_workbook(given)
    book["Kommuner's tal"].merge_cells("B4:B5")
    book.save(given)
    said = comments(marked(given, found(given))["Kommuner's tal"])
    assert "flettet" in said["B4"]


def test_a_name_that_looks_like_a_formula_stays_text(given: Path) -> None:
    """The name of a column goes into the list as text."""
    problems = Problems([ProblemBlock(code="column.missing", column="=HYPERLINK(1)")])
    listed = marked(given, problems)["Fejl og advarsler"]
    assert [cell.data_type for row in listed.rows for cell in row if "HYPERLINK" in str(cell.value)] == ["s", "s"]


def test_problems_of_another_file_are_only_listed(given: Path) -> None:
    """Measurements that were put together from several files have problems of all of them."""
    problems = Problems([ProblemBlock(code="number.not_a_number", file="andre.csv", column="value", rows=[3])])
    book = marked(given, problems, sheet="Andet")
    assert comments(book["Andet"]) == {}
    assert book["Fejl og advarsler"].max_row == 5


def test_a_sheet_of_that_name_is_kept(given: Path) -> None:
    """Marking a marked copy gives a second list."""
    marked(given, found(given))
    again = given.with_name("markeret.xlsx")
    write_marked(again, given.with_name("to.xlsx"), found(again, sheet="Kommuner's tal"))
    names = openpyxl.load_workbook(given.with_name("to.xlsx")).sheetnames
    assert names[:2] == ["Fejl og advarsler 2", "Fejl og advarsler"]


def test_macros_are_dropped(given: Path) -> None:
    """The copy is a workbook without macros, whatever the given one was."""
    file = io.BytesIO(given.read_bytes())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    target = given.with_name("markeret.xlsx")
    write_marked(file.getvalue(), target, Problems())
    with zipfile.ZipFile(target) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]


def test_the_same_call_writes_the_same_bytes(given: Path) -> None:
    problems = found(given)
    target = given.with_name("markeret.xlsx")
    write_marked(given, target, problems)
    first = target.read_bytes()
    write_marked(given, target, problems)
    assert target.read_bytes() == first


def test_what_cannot_be_marked_is_refused(given: Path, tmp_path: Path) -> None:
    """No workbook, not that ending, not over the file itself, nothing that eats the memory."""
    target = tmp_path / "ud.xlsx"
    for bad in (b"", b"a;b\n", zipped_bomb("<!DOCTYPE x>"), zipped_bomb('<mergeCell ref="A1:XFD1048576"/>')):
        with pytest.raises(DataError):
            write_marked(bad, target, Problems())
    with pytest.raises(DataError) as caught:
        write_marked(given, target, Problems(), limits=Limits(decoded_bytes=500))
    assert caught.value.problems[0].file == "tal.xlsx"
    for arguments in ((given, given), (given, tmp_path / "ud.csv")):
        with pytest.raises(ArgumentError):
            write_marked(*arguments, Problems())
    with pytest.raises(ArgumentError):
        write_marked(given, target, Problems(), most=0)
    assert not target.exists()


def zipped_bomb(inside: str) -> bytes:
    """Return a workbook with something in its sheet that would take long or much."""
    book = openpyxl.Workbook()
    file = io.BytesIO()
    book.save(file)
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("sheet1.xml"):
                text = (
                    inside.encode() + text
                    if "DOCTYPE" in inside
                    else text.replace(b"</worksheet>", inside.encode() + b"</worksheet>")
                )
            new.writestr(name, text)
    return changed.getvalue()


def test_a_missing_extra_is_named(given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r'pip install "maalbib\[excel\]"'):
        write_marked(given, given.with_name("ud.xlsx"), Problems())


def test_reading_needs_no_openpyxl(given: Path) -> None:
    """Nor does checking load it."""
    code = f"import sys, maalbib; maalbib.Measurements.read({str(given)!r}, on_problem='collect'); print('openpyxl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, timeout=60)
    assert done.stdout.strip() == "False"
