"""Measurements as a workbook: inert, the same bytes each time, and read back to the same table."""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maalbib import Measurements
from maalbib.errors import ArgumentError, DataError, MissingExtraError
from maalbib.measurements import MEASUREMENTS, Derivation
from maalbib.measurements.formats._columnar_table import metadata_of
from maalbib.measurements.writing._excel import write_excel
from maalbib.measurements.writing._excel_book import escaped

EXAMPLES = ("reading", "satisfaction-2006", "expenditure-2006")


def written(ms: Measurements, folder: Path, lang: str = "da") -> Path:
    file = folder / "ud.xlsx"
    write_excel(ms.to_arrow(), ms.breakdowns, file, lang=lang)
    return file


def measured(**columns: Any) -> Measurements:
    """Return measurements with some columns of their own."""
    rows = len(next(iter(columns.values())))
    key: dict[str, Any] = {
        "indicator": ["N1"] * rows,
        "institution": ["0101"] * rows,
        "period": [str(1600 + row) for row in range(rows)],
        "value": [1.0] * rows,
    }
    breakdowns = [name for name in columns if name not in MEASUREMENTS.names]
    return Measurements.from_arrow(pa.table(key | columns), breakdowns=breakdowns)


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_come_back(name: Any, lang: str, tmp_path: Path) -> None:
    """The same table, breakdowns and no problem, without being told anything."""
    ms = Measurements.example(name)
    again = Measurements.read(written(ms, tmp_path, lang))
    assert again.to_arrow().equals(ms.to_arrow(), check_metadata=True)
    assert len(again.problems) == 0


def test_every_column_comes_back(tmp_path: Path) -> None:
    """Whole numbers, days, marks, remarks with line breaks, and what is missing."""
    ms = measured(
        value=[0.1 + 0.2, None, -5e-324],
        n=[5, None, 2**40],
        status=["A", "Q", "P"],
        conf=["F", "C", "F"],
        vintage=[dt.date(1850, 1, 1), None, dt.date(2024, 2, 29)],
        revision=[0, 3, 0],
        comment=["to\nlinjer", None, " \tA "],
        sex=["K", "_T", "-1+1"],
        source=["S", None, None],
    )
    again = Measurements.read(written(ms, tmp_path))
    assert again.to_arrow().equals(ms.to_arrow())
    assert again.breakdowns == ("sex",)


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
# Remarks: letters, signs that XML lacks or changes, and texts that only look like an escape.
REMARKS = st.lists(
    st.sampled_from(["a", "æ", "_", "x000D_", "_x0041_", "=", "'", "<", "&", "\n", "\t", " ", "\u2212", "😀"]),
    min_size=1,
    max_size=6,
).map("".join)


@given(st.lists(st.tuples(FLOATS, REMARKS), min_size=1, max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_numbers_and_texts_come_back(tmp_path: Path, cells: list[tuple[float, str]]) -> None:
    """All digits of every number, every letter of every text."""
    ms = measured(value=[number for number, _ in cells], comment=[text for _, text in cells])
    again = Measurements.read(written(ms, tmp_path))
    assert again.to_arrow().equals(ms.to_arrow())


def test_nothing_is_a_formula(oracles: Path, tmp_path: Path) -> None:
    """Texts that spreadsheets could run are cells of text with Excel's own apostrophe; each comes back as it was."""
    file = oracles / "interchange" / "own" / "injection.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        found = [json.loads(row["text_json"]) for row in csv.DictReader(lines)]
    texts = [text for text in found if text.strip()]
    ms = measured(comment=texts)
    again = Measurements.read(written(ms, tmp_path))
    assert again.to_arrow().equals(ms.to_arrow())
    sheet = openpyxl.load_workbook(tmp_path / "ud.xlsx")["Målinger"]
    cells = [cell for row in sheet.rows for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell for cell in cells if str(cell.value).startswith("=")]
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "+", "@")))
    with zipfile.ZipFile(tmp_path / "ud.xlsx") as archive:
        assert not any(b"<f>" in archive.read(name) or b"<f " in archive.read(name) for name in archive.namelist())


def test_codes_are_text_for_whoever_edits_them(tmp_path: Path) -> None:
    """The format of a code cell is text, so that a code typed anew keeps its zero; numbers are numbers."""
    written(Measurements.example("reading"), tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "ud.xlsx")["Målinger"]
    assert [cell.number_format for cell in sheet[2]][:4] == ["@"] * 4
    assert isinstance(sheet["E2"].value, float | int)


def test_the_same_table_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No time of day is in the file."""
    ms = Measurements.example("reading")
    first = written(ms, tmp_path).read_bytes()
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment + 100_000)
    assert written(ms, tmp_path).read_bytes() == first
    with zipfile.ZipFile(tmp_path / "ud.xlsx") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(("lang", "names"), [("da", ["Målinger", "Om"]), ("en", ["Measurements", "About"])])
def test_the_second_sheet_says_what_the_first_is(lang: str, names: list[str], tmp_path: Path) -> None:
    """Schema version, breakdowns and the rules, in the language."""
    book = openpyxl.load_workbook(written(Measurements.example("reading"), tmp_path, lang))
    assert book.sheetnames == names
    told = [str(cell.value) for row in book[names[1]].rows for cell in row if cell.value]
    assert told[:2] == ["maalbib", names[0]]
    assert {"1.0", "grade"} <= set(told)
    assert any("apostro" in text for text in told)


def test_derivations_are_carried(tmp_path: Path) -> None:
    """How an indicator was made is in the file, however long that is."""
    made = [Derivation(indicator=f"i{n}", method="rolling", inputs="æ" * 500, window=4) for n in range(50)]
    ms = Measurements.example("reading")
    table = ms.to_arrow().replace_schema_metadata(metadata_of(ms.breakdowns, made))
    write_excel(table, ms.breakdowns, tmp_path / "ud.xlsx")
    assert Measurements.read(tmp_path / "ud.xlsx").to_arrow().schema.metadata == table.schema.metadata


def change(file: Path, sheet: str, cell: str, value: str) -> None:
    book = openpyxl.load_workbook(file)
    book[sheet][cell] = value
    book.save(file)


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    """Its columns may mean something else."""
    file = written(Measurements.example("reading"), tmp_path)
    change(file, "Om", "B7", json.dumps({"schema_version": "99.0", "breakdowns": []}))
    with pytest.raises(DataError) as caught:
        Measurements.read(file)
    assert caught.value.problems.counts() == {"schema.columns_too_new": 1}


def test_an_about_sheet_that_is_not_ours_is_a_sheet(tmp_path: Path) -> None:
    """Without our mark it is one of several; with broken metadata nothing is taken from it."""
    file = written(Measurements.example("reading"), tmp_path)
    change(file, "Om", "B7", "{")
    assert Measurements.read(file, breakdowns=["grade"]).breakdowns == ("grade",)
    change(file, "Om", "A1", "andet")
    ms = Measurements.read(file, on_problem="collect")
    assert ms.problems.counts() == {"sheet.several": 1}


def test_no_rows(tmp_path: Path) -> None:
    """A table without rows is written and read."""
    ms = Measurements.example("reading").select(breakdown={"grade": "ingen"})
    again = Measurements.read(written(ms, tmp_path))
    assert (len(again), again.problems.counts()) == (0, {"file.no_rows": 1})


def test_what_a_sheet_cannot_hold_is_refused(tmp_path: Path) -> None:
    """Too many rows, too long a text, another ending, another language: told before anything is written."""
    ms = Measurements.example("reading")
    rows = pa.table({"value": pa.nulls(1_048_576, pa.float64())})
    cases: list[tuple[str, Any, str, str]] = [
        ("excel.too_many_rows", rows, "ud.xlsx", "da"),
        ("excel.text_too_long", measured(comment=["x" * 32_768]).to_arrow(), "ud.xlsx", "da"),
        ("excel.no_letter", measured(comment=["a\uffff"]).to_arrow(), "ud.xlsx", "da"),
        ("argument.ending", ms.to_arrow(), "ud.xls", "da"),
        ("argument.choice", ms.to_arrow(), "ud.xlsx", "sv"),
    ]
    for code, table, name, lang in cases:
        with pytest.raises(ArgumentError) as caught:
            write_excel(table, (), tmp_path / name, lang=lang)
        assert caught.value.code == code
        assert caught.value.text("da")
    assert not list(tmp_path.iterdir())


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails leaves the old file as it was."""
    file = written(Measurements.example("reading"), tmp_path)
    before = file.read_bytes()
    monkeypatch.setattr("openpyxl.writer.excel.ExcelWriter.write_data", lambda _: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        written(Measurements.example("expenditure-2006"), tmp_path)
    assert (file.read_bytes(), len(list(tmp_path.iterdir()))) == (before, 1)


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r'pip install "maalbib\[excel\]"'):
        written(Measurements.example("reading"), tmp_path)


def test_signs_that_xml_lacks_are_escaped_as_excel_does() -> None:
    """And texts that only look like an escape are escaped too."""
    assert escaped("a\x00b\r\n\t") == "a_x0000_b_x000D_\n\t"
    assert escaped("_x0041_ _x_ _x00_") == "_x005F_x0041_ _x_ _x00_"
