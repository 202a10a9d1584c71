"""Measurements written as JSON: typed, exact, inert inside a page, and read back as they were."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalbib import Measurements
from maalbib.measurements._limits import Limits
from maalbib.measurements.formats._own_json import read_own_json
from maalbib.measurements.writing import _delimited as delimited
from maalbib.measurements.writing._json import json_bytes, write_json

if TYPE_CHECKING:
    from pathlib import Path

BREAKDOWNS = ("sex", "køn", "@x", "a,b|c", 'd"e', "</script>")
ROW = {"indicator": "sick", "institution": "0101", "period": "2024", "value": 9.4}


def document(*rows: Any, **members: Any) -> bytes:
    return json.dumps({"schema_version": "1.0", "breakdowns": [], "rows": list(rows)} | members).encode()


@settings(max_examples=25)
@given(data=st.data())
def test_what_is_written_is_read_back(data: st.DataObject, some_measurements: Any) -> None:
    """Every kind of column, breakdowns included, without a word from the caller."""
    ms = data.draw(some_measurements(breakdowns=BREAKDOWNS, limited=False))
    written = json_bytes(ms.to_arrow(), ms.breakdowns)
    assert Measurements.read(written, format="json") == ms


@settings(max_examples=20)
@given(data=st.data())
def test_the_standard_parser_finds_typed_rows(data: st.DataObject, some_measurements: Any) -> None:
    """Every row has the same names; texts, numbers and null are what they are, and NaN is never written."""
    ms = data.draw(some_measurements(breakdowns=BREAKDOWNS, limited=False))
    table = ms.to_arrow()

    def refuse(word: str) -> None:
        raise AssertionError(word)

    found = json.loads(json_bytes(table, ms.breakdowns), parse_constant=refuse)
    assert found["breakdowns"] == list(ms.breakdowns)
    wanted = [
        {name: value.isoformat() if name == "vintage" and value else value for name, value in row.items()}
        for row in table.to_pylist()
    ]
    assert found["rows"] == wanted
    assert all(list(row) == table.column_names for row in found["rows"])


@settings(max_examples=20)
@given(data=st.data())
def test_the_text_is_inert_in_a_page(data: st.DataObject, some_measurements: Any) -> None:
    """Inside a script element, nothing in the data ends it or begins another."""
    ms = data.draw(some_measurements(breakdowns=BREAKDOWNS, limited=False))
    text = json_bytes(ms.to_arrow(), ms.breakdowns).decode()
    assert not set(text) & set("<>&\u2028\u2029")
    parser = _Tags()
    parser.feed(f"<script>{text}</script>")
    parser.close()
    assert parser.tags == ["script"]


class _Tags(HTMLParser):
    """Collects the tags that begin."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Remember a tag."""
        del attrs
        self.tags.append(tag)


def test_a_line_per_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file can be read line by line, and pieces do not change it."""
    ms = Measurements.example("reading")
    whole = json_bytes(ms.to_arrow(), ms.breakdowns)
    assert len(whole.splitlines()) == len(ms) + 2
    monkeypatch.setattr(delimited, "_ROWS", 5)
    assert json_bytes(ms.to_arrow(), ms.breakdowns) == whole


def test_no_rows_are_an_empty_array() -> None:
    """Nothing measured is written, and read as nothing with a warning."""
    ms = Measurements.example("reading")
    written = json_bytes(ms.to_arrow().slice(0, 0), ms.breakdowns)
    assert json.loads(written)["rows"] == []
    table, problems = read_own_json(written)
    assert len(table) == 0
    assert table.breakdowns == ("grade",)
    assert [problem.code for problem in problems] == ["file.no_rows"]


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    """A column that cannot be written leaves no part of a file."""
    table = pa.table({"indicator": ["a"], "institution": ["b"], "period": ["2024"], "value": [[1.0]]})
    with pytest.raises(pa.ArrowNotImplementedError):
        write_json(table, [], tmp_path / "a.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "data",
    [
        b"[]", b"5", b"{}", b'{"schema_version": 1.0, "rows": []}', b'{"schema_version": "1.0"}', b'{"schema_version": "one", "rows": []}',
        b'{"schema_version": "1.0", "rows": {}}', b'{"schema_version": "1.0", "rows": [1]}',
        b'{"schema_version": "1.0", "breakdowns": "sex", "rows": []}', b'{"schema_version": "1.0", "breakdowns": [1], "rows": []}',
    ],
)  # fmt: skip
def test_another_shape_is_refused(data: bytes) -> None:
    """What is not ours is not read as if it were."""
    table, problems = read_own_json(data)
    assert not table.columns
    assert [(problem.code, problem.level) for problem in problems] == [("own_json.shape", "error")]


def test_a_newer_version_is_refused() -> None:
    """The major version decides; a newer minor version may only have more columns."""
    assert [problem.code for problem in read_own_json(document(ROW, schema_version="2.0"))[1]] == [
        "schema.columns_too_new"
    ]
    assert not len(read_own_json(document(ROW, schema_version="1.9"))[1])


def test_a_code_written_as_a_number_is_left_out() -> None:
    """The leading zero of 101 may already be lost."""
    table, problems = read_own_json(document(ROW, ROW | {"institution": 101}, ROW | {"institution": "0147"}))
    assert table.columns["institution"].to_pylist() == ["0101", "0147"]
    assert list(table.rows) == [0, 2]
    assert [(problem.code, problem.column, problem.row) for problem in problems] == [
        ("own_json.not_text", "institution", 1)
    ]


@pytest.mark.parametrize("value", ["9,4", True, [9.4], {}])
def test_a_value_that_is_no_number_is_left_out(value: Any) -> None:
    """Text, truth and tables are no numbers, and never missing values."""
    table, problems = read_own_json(document(ROW | {"value": value}))
    assert len(table) == 0
    assert [(problem.code, problem.row) for problem in problems] == [("own_json.not_number", 0)]
    assert str(value) not in problems.summary("da") or isinstance(value, dict)


def test_names_that_rows_lack_are_null() -> None:
    """Rows by hand may leave out what is null; unknown names are kept where they make sense."""
    rows = ROW, ROW | {"period": "2023", "value": None, "status": "Q", "note": "x", "odd": [1]}
    table, problems = read_own_json(document(*rows))
    assert table.columns["status"].to_pylist() == [None, "Q"]
    assert table.columns["note"].to_pylist() == [None, "x"]
    assert table.columns["value"].to_pylist() == [9.4, None]
    assert [(problem.code, problem.column, problem.level) for problem in problems] == [
        ("column.unknown", "odd", "warning")
    ]


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (Limits(rows=1), "rows"),
        (Limits(columns=3), "columns"),
        (Limits(name_length=3), "name_length"),
        (Limits(cell_length=3), "cell_length"),
    ],
)
def test_limits_hold(limits: Limits, limit: str) -> None:
    """A breach refuses the file and names the limit."""
    table, problems = read_own_json(document(ROW, ROW), limits=limits)
    assert not table.columns
    assert [(problem.code, problem.details["limit"]) for problem in problems] == [("file.too_large", limit)]
