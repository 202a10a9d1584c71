"""Measurements written as SDMX-CSV 2: in the words of SDMX, inert, and read back as they were."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalbib import ArgumentError, Measurements
from maalbib.measurements.formats._sdmx_csv_parse import parse_sdmx_csv
from maalbib.measurements.writing._inert import is_live
from maalbib.measurements.writing._sdmx_csv import sdmx_csv_bytes, write_sdmx_csv

if TYPE_CHECKING:
    from pathlib import Path

BREAKDOWNS = ("sex", "grade", "Age-group", "unit_measure")
FLOW = "KL:DF_MAAL(1.0.0)"


def small(**columns: Any) -> pa.Table:
    usual = {"indicator": ["sick"], "institution": ["0101"], "period": ["2024"], "value": [9.4]}
    return Measurements.from_arrow(pa.table(usual | columns)).to_arrow()


@pytest.mark.parametrize("locale", ["iso", "da"])
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_written_is_read_back(locale: Any, data: st.DataObject, some_measurements: Any) -> None:
    """Every kind of column, several vintages of one key included, without a word from the caller."""
    ms = data.draw(some_measurements(breakdowns=BREAKDOWNS, limited=locale == "da"))
    written = sdmx_csv_bytes(ms.to_arrow(), ms.breakdowns, structure=FLOW, locale=locale)
    assert Measurements.read(written, format="sdmx-csv") == ms


@settings(max_examples=20)
@given(data=st.data())
def test_the_rows_keep_the_rules_of_the_format(data: st.DataObject, some_measurements: Any) -> None:
    """The parse level finds every row, and nothing in it that a spreadsheet would run but numbers and our own constant."""
    ms = data.draw(some_measurements(breakdowns=BREAKDOWNS, limited=True))
    written = sdmx_csv_bytes(ms.to_arrow(), ms.breakdowns, structure=FLOW)
    table, problems = parse_sdmx_csv(written)
    assert len(table) == len(ms)
    assert not len(problems.errors)
    for row in csv.DictReader(io.StringIO(written.decode(), newline="")):
        live = {name for name, cell in row.items() if is_live(cell)}
        assert live <= {"OBS_VALUE", "LOWER_BOUND", "UPPER_BOUND", "OBS_PRE_BREAK", "REPORTING_YEAR_START_DAY"}


def test_the_order_is_that_of_the_field_guide() -> None:
    """Structure, id and action; then dimensions, the value, and attributes."""
    ms = Measurements.from_arrow(
        pa.table(
            {
                "indicator": ["a"],
                "institution": ["0101"],
                "period": ["2024"],
                "sex": ["_T"],
                "value": [1.0],
                "status": ["A"],
            }
        ),
        breakdowns=["sex"],
    )
    header = sdmx_csv_bytes(ms.to_arrow(), ["sex"], structure=FLOW).splitlines()[0]
    assert header == b"STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,INSTITUTION,sex,TIME_PERIOD,OBS_VALUE,OBS_STATUS"


@pytest.mark.parametrize(
    ("period", "written", "start"),
    [
        ("2023/24", "2023-A1", "--08-01"),
        ("2024", "2024", ""),
        ("2024-Q1", "2024-Q1", ""),
        ("2024-02", "2024-02", ""),
        ("2020-W53", "2020-W53", ""),
        ("2018-01-01/P3Y", "2018-01-01/P3Y", ""),
    ],
)
def test_periods_are_written_as_sdmx_has_them(period: str, written: str, start: str) -> None:
    """A school year is a reporting year that starts in August; pooled years are a time range."""
    table = small(indicator=["a", "a"], institution=["0101", "0147"], period=[period, "2022/23"], value=[1.0, 2.0])
    row = next(csv.DictReader(io.StringIO(sdmx_csv_bytes(table, [], structure=FLOW).decode(), newline="")))
    assert (row["TIME_PERIOD"], row["REPORTING_YEAR_START_DAY"]) == (written, start)


def test_no_reporting_year_without_school_years() -> None:
    """The attribute is written where it is needed."""
    assert b"REPORTING_YEAR_START_DAY" not in sdmx_csv_bytes(small(), [], structure=FLOW)


def test_components_can_have_other_ids() -> None:
    """REF_AREA for the institution, and an id for a breakdown that is none."""
    ms = Measurements.from_arrow(
        pa.table({"indicator": ["a"], "institution": ["0101"], "period": ["2024"], "køn": ["K"], "value": [1.0]}),
        breakdowns=["køn"],
    )
    names = {"institution": "REF_AREA", "køn": "SEX"}
    written = sdmx_csv_bytes(ms.to_arrow(), ["køn"], structure=FLOW, names=names)
    assert written.splitlines()[0].endswith(b"INDICATOR,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE")
    assert Measurements.read(written, format="sdmx-csv", columns={"køn": "SEX"}, breakdowns=["køn"]) == ms


@pytest.mark.parametrize(
    "structure", ["", "DF_MAAL", "KL:DF MAAL(1.0.0)", "KL:DF(1.0.0): Mål", "KL:DF(=1)", "1KL:DF"]
)
def test_a_structure_is_an_id(structure: str, tmp_path: Path) -> None:
    """Anything else is refused before a file is made."""
    with pytest.raises(ArgumentError) as caught:
        write_sdmx_csv(small(), [], tmp_path / "a.csv", structure=structure)
    assert caught.value.code == "writing.structure"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("breakdown", "names"),
    [
        ("køn", {}),
        ("obs_value", {}),
        ("title", {}),
        ("Freq", {}),
        ("1a", {}),
        ("a:b", {}),
        ("sex", {"sex": "OBS_STATUS"}),
        ("sex", {"value": "V"}),
    ],
)
def test_a_component_has_a_free_id(breakdown: str, names: dict[str, str]) -> None:
    """A name that is no id, or that means something else, is refused by name."""
    with pytest.raises(ArgumentError) as caught:
        sdmx_csv_bytes(small(), [breakdown], structure=FLOW, names=names)
    assert caught.value.code == "writing.component"


def test_two_columns_need_two_ids() -> None:
    """Ids that differ by case alone would be one component."""
    with pytest.raises(ArgumentError) as caught:
        sdmx_csv_bytes(small(), ["sex", "SEX"], structure=FLOW)
    assert caught.value.code == "writing.component_twice"
    with pytest.raises(ArgumentError, match="names"):
        sdmx_csv_bytes(small(), [], structure=FLOW, names={"age": "AGE"})
    with pytest.raises(ArgumentError, match="locale"):
        sdmx_csv_bytes(small(), [], structure=FLOW, locale="en")  # type: ignore[arg-type]


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    """Written twice, and to a file."""
    ms = Measurements.example("reading")
    written = sdmx_csv_bytes(ms.to_arrow(), ms.breakdowns, structure=FLOW)
    write_sdmx_csv(ms.to_arrow(), ms.breakdowns, tmp_path / "a.csv", structure=FLOW)
    assert (
        (tmp_path / "a.csv").read_bytes() == written == sdmx_csv_bytes(ms.to_arrow(), ms.breakdowns, structure=FLOW)
    )


def test_a_deleted_record_is_no_deletion_of_the_message() -> None:
    """What one vintage takes back is a fact about that vintage, not an order to delete."""
    table = small(
        indicator=["a", "a"], institution=["0101"] * 2, period=["2024"] * 2, value=[1.0, None], status=["A", "O"],
        revision=pa.array([0, 1], pa.int32()), action=["replace", "delete"],
    )  # fmt: skip
    written = sdmx_csv_bytes(table, [], structure=FLOW)
    assert Measurements.read(written, format="sdmx-csv") == Measurements.from_arrow(table)
