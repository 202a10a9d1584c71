"""Responses of Kolada: one row for each gender, pages, groups, and codes that must be texts."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.measurements._limits import Limits
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.measurements.formats._kolada import read_kolada
from maalbib.problems import Problems

CANARY = "kanariefugl"


def record(**changes: Any) -> dict[str, Any]:
    """One value of one municipality for three genders."""
    figures = [{"count": 1, "gender": gender, "status": "", "value": 70.5} for gender in "TKM"]
    return {"kpi": "N1", "municipality": "0138", "period": 2023, "values": figures} | changes


def figure(**changes: Any) -> dict[str, Any]:
    """The record with another single figure."""
    return record(values=[{"count": 1, "gender": "T", "status": "", "value": 70.5} | changes])


def read(*records: object, **page: Any) -> tuple[ForeignTable, Problems]:
    """Read a page of records."""
    return read_kolada(json.dumps({"count": len(records), "values": records} | page).encode())


def test_every_case_of_the_oracle(oracles: Path) -> None:
    """All three files give exactly the stated rows and issues."""
    paths = [
        path for path in sorted((oracles / "interchange/own/kolada").glob("*.json"))
        if not path.name.endswith(".expected.json")
    ]  # fmt: skip
    assert len(paths) == 3
    for path in paths:
        table, problems = read_kolada(path)
        refused = path.with_name(f"{path.stem}.expected.json")
        if refused.exists():
            issues = json.loads(refused.read_text(encoding="utf-8"))["issues"]
            assert [(one.code, one.level) for one in problems] == [(one["code"], one["level"]) for one in issues]
            continue
        assert not problems
        with path.with_name(f"{path.stem}.expected.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for name in rows[0]:
            expected: list[Any] = [row[name] or None for row in rows]
            if name in {"value", "count"}:
                expected = [cell and float(cell) for cell in expected]
            assert table.columns[name].to_pylist() == expected


def test_what_each_column_is() -> None:
    """The count of members is a column of its own and never the number of people behind a value."""
    table, _ = read(record())
    roles = {"indicator": "kpi", "institution": "unit", "period": "period", "value": "value", "mark": "status"}
    assert table.roles == roles
    assert table.breakdowns == ("gender",)
    assert table.totals == {"gender": "T"}
    assert table.columns["count"].to_pylist() == [1.0] * 3


def test_one_gender_alone_is_not_everybody() -> None:
    """The breakdown stays although it has one category."""
    assert read(figure(gender="K"))[0].breakdowns == ("gender",)


def test_units_may_be_schools_and_groups() -> None:
    """Version 2 and 3 name units apart; the mean of a group is unweighted, and the notes say so."""
    school = {name: value for name, value in figure().items() if name != "municipality"} | {"ou": "V15E1"}
    table, _ = read(record(), school)
    assert table.columns["unit_kind"].to_pylist() == ["municipality"] * 3 + ["ou"]
    assert "aggregation" not in table.notes
    table, _ = read(figure(count=20) | {"municipality": "G33201"})
    assert table.columns["unit_kind"].to_pylist() == ["group"]
    assert (table.notes["aggregation"], table.notes["weights"]) == ("mean", "none")


@pytest.mark.parametrize("name", ["next_page", "next_url"])
def test_a_page_is_not_the_whole(name: str) -> None:
    """Both versions name the page that follows; null is the last page."""
    table, problems = read(record(), **{name: "page=2"})
    assert [(problem.code, problem.level) for problem in problems] == [("kolada.more_pages", "warning")]
    assert len(table) == 3
    assert not read(record(), **{name: None})[1]


def test_a_missing_value_keeps_its_status() -> None:
    """Null is no number, and the text beside it is the mark."""
    table, problems = read(figure(value=None, status="Privat"))
    assert not problems
    assert (table.columns["value"].to_pylist(), table.columns["status"].to_pylist()) == ([None], ["Privat"])


def test_withdrawn_values_are_left_out() -> None:
    """The rows that stay keep their numbers."""
    figures = [figure(isdeleted=deleted)["values"][0] for deleted in (False, True, False)]
    table, problems = read(record(values=figures))
    assert [(problem.code, problem.level, problem.row) for problem in problems] == [("kolada.deleted", "info", 1)]
    assert [*table.rows] == [0, 2]


def test_no_values_at_all() -> None:
    """An empty answer is said to be one."""
    assert [problem.code for problem in read()[1]] == ["file.no_rows"]


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (record(municipality=138), "type"),
        (record(municipality=None), "type"),
        (record(kpi=1), "type"),
        (record(period=2023.0), "type"),
        (record(period=True), "type"),
        (record(values={}), "type"),
        (record(values=[1]), "type"),
        (figure(gender=1), "type"),
        (figure(gender=None), "type"),
        (figure(value="1"), "type"),
        (figure(value=True), "type"),
        (figure(count=1.5), "type"),
        (figure(status=1), "type"),
        ({"kpi": "N1"}, "field.missing"),
        ([], "type"),
    ],
)
def test_codes_are_texts_and_values_numbers(found: object, code: str) -> None:
    """An integer code has lost its zeros; nothing is made of any other type."""
    table, problems = read(record(), found)
    assert {problem.code for problem in problems} == {code}
    assert table.columns == {}


@pytest.mark.parametrize("document", [[], {}, {"values": {}}, 1])
def test_what_is_no_response_is_refused(document: object) -> None:
    """Anything else that is JSON."""
    assert read_kolada(json.dumps(document).encode())[1].errors


def test_rows_have_a_limit() -> None:
    """Counted before columns are made."""
    data = json.dumps({"values": [record()]}).encode()
    assert not read_kolada(data, limits=Limits(rows=3))[1]
    assert [problem.code for problem in read_kolada(data, limits=Limits(rows=2))[1]] == ["file.too_large"]


def test_no_message_holds_a_value_of_the_file() -> None:
    """Wherever a canary sits, no text, place or detail shows it."""
    for found in (record(municipality=[CANARY]), figure(value=CANARY), figure(gender=[CANARY]), {CANARY: CANARY}):
        problems = read(found)[1]
        assert problems
        assert CANARY not in problems.to_json() + problems.summary("da") + str(problems)


@given(st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.floats(allow_nan=False) | st.sampled_from(["T", "0101", "G1", ""]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["values", "kpi", "municipality", "ou", "period", "gender", "value", "status",
                                       "count", "isdeleted", "next_page"]), inner),
    max_leaves=30,
))  # fmt: skip
def test_any_plain_data_is_read_or_refused(document: object) -> None:
    """Nothing but problems comes out."""
    table, problems = read_kolada(json.dumps(document).encode())
    assert bool(table.columns) != bool(problems.errors)


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but problems comes out."""
    assert read_kolada(data)[1].errors
