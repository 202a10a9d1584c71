"""No text of the data is run by a spreadsheet, and none becomes markup; every text comes back as it was."""

from __future__ import annotations

import csv
import json
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import Catalogue, Measurements
from maalbib.measurements.writing._inert import guarded, guarded_text, is_live, unguarded, unguarded_text
from maalbib.report import make_report

if TYPE_CHECKING:
    from pathlib import Path

ANYTHING = st.text(max_size=12) | st.text(alphabet="'=+-@ \t\r\n\u00a0\u202f\u3000\ufeff.a–", max_size=6)


@pytest.fixture(scope="module")
def vectors(oracles: Path) -> list[dict[str, str]]:
    """The cases of ``injection.csv`` with the texts as they are."""
    with (oracles / "interchange/own/injection.csv").open(encoding="utf-8", newline="") as file:
        return [
            {name: json.loads(cell) if name.endswith("_json") else cell for name, cell in row.items()}
            for row in csv.DictReader(file)
        ]


def test_the_formula_rule_on_every_vector(vectors: list[dict[str, str]]) -> None:
    """A text that could be a formula gets one apostrophe, and only such a text."""
    assert len(vectors) == 25
    for row in vectors:
        text = row["text_json"]
        assert is_live(text) == (row["prefixed"] == "1"), row["case_id"]
        assert (f"'{text}" if is_live(text) else text) == row["csv_cell_json"], row["case_id"]


def test_every_vector_as_a_file_holds_it(vectors: list[dict[str, str]]) -> None:
    """Files hold the rule's cell, but for the text that already looks guarded: it could not be told from a guarded one."""
    differ = [row["case_id"] for row in vectors if guarded_text(row["text_json"]) != row["csv_cell_json"]]
    assert differ == ["inj-026"]
    assert guarded_text("'=1") == "''=1"
    cells = guarded(pa.array([row["text_json"] for row in vectors]))
    assert unguarded(cells).to_pylist() == [row["text_json"] for row in vectors]


def test_every_vector_escaped_for_html(vectors: list[dict[str, str]]) -> None:
    """The escape that pages use gives the cell of the oracle."""
    for row in vectors:
        assert escape(row["text_json"], quote=True) == row["html_json"]


@given(ANYTHING)
def test_any_text_comes_back(text: str) -> None:
    """Reading takes off exactly what writing put on, one text or a column of them."""
    cell = guarded_text(text)
    assert unguarded_text(cell) == text
    assert not is_live(cell)
    assert guarded(pa.array([text, None])).to_pylist() == [cell, None]
    assert unguarded(pa.array([cell, None])).to_pylist() == [text, None]


@given(st.lists(st.none() | ANYTHING, max_size=8))
def test_dictionaries_and_chunks_are_guarded_alike(texts: list[str | None]) -> None:
    """The form of a column changes nothing."""
    wanted = [None if text is None else guarded_text(text) for text in texts]
    array = pa.array(texts, type=pa.string())
    assert guarded(array.dictionary_encode()).to_pylist() == wanted
    chunked = pa.chunked_array([array.slice(0, 3), array.slice(3)])
    assert guarded(chunked).to_pylist() == wanted
    assert unguarded(guarded(chunked.dictionary_encode())).to_pylist() == texts


@pytest.mark.parametrize("text", ["-", "–", "..", ".", " - ", "", "0101", "1.234", "'", "''", "' -"])
def test_bare_marks_are_no_formulas(text: str) -> None:
    """What stands for nothing, and what begins like a number, stays as it is."""
    assert guarded_text(text) == text


@pytest.mark.parametrize(
    "text", ["\u00a0=1", "\u202f+1", "\u3000@x", "  -1", "\t-", "\n", "\r", "-\u00a0x", "\ufeff=1"]
)
def test_blanks_before_the_sign_do_not_hide_a_formula(text: str) -> None:
    """Spreadsheets skip white space, no-break spaces and marks of byte order."""
    assert guarded_text(text) == "'" + text


class Markup(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag and its attributes."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Remember a text."""
        self.texts.append(data)


def parsed(page: str) -> Markup:
    found = Markup()
    found.feed(page)
    found.close()
    return found


MARKUP = ("<img/src/onerror>", '"><svg/onload>', "<b>&amp</b>", "a'b", 'a"b', "</td><script>1</script>", "<!--")


def measured(text: str, breakdown: str = "sex") -> Any:
    columns = {"indicator": [text] * 6, "institution": [text] * 6, "period": [str(2018 + i) for i in range(6)]}
    table = pa.table({**columns, breakdown: [text] * 6, "value": [1.0 * i for i in range(6)], "comment": [text] * 6})
    return Measurements.from_arrow(table, breakdowns=[breakdown])


@pytest.mark.parametrize("text", MARKUP)
def test_no_code_becomes_markup_in_a_notebook(text: str) -> None:
    """``_repr_html_`` shows codes, names of columns and remarks as texts."""
    name = text.replace(" ", "_").replace("=", "").replace(";", "")
    found = parsed(measured(text, name)._repr_html_())
    assert found.tags == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert found.attributes <= {"scope", "style"}
    assert found.texts.count(text) >= 12


@pytest.mark.parametrize("text", MARKUP)
def test_no_code_becomes_markup_in_a_report(text: str) -> None:
    """The page of a result has the tags of a page about harmless codes."""
    harmless, found = (parsed(_report(word)) for word in ("harmless", text))
    assert found.tags == harmless.tags
    assert found.attributes == harmless.attributes


def _report(institution: str) -> str:
    catalogue = Catalogue.load("folkeskolen")
    table = Measurements.example("reading").to_arrow().drop_columns(["source"])
    there = pa.array([institution] * table.num_rows)
    table = table.set_column(table.column_names.index("institution"), "institution", there)
    ms = Measurements.from_arrow(table, catalogue=catalogue, breakdowns=["grade"])
    return make_report(ms, catalogue, as_of="2022-06-30").to_html("da", internal=True)


@pytest.mark.parametrize("text", MARKUP)
def test_no_problem_repeats_a_value(text: str) -> None:
    """Messages name the place and the rule, so there is nothing to escape."""
    table = pa.table(
        {"indicator": ["a"], "institution": ["0101"], "period": [text], "value": [1.0], "status": [text]}
    )
    ms = Measurements.from_arrow(table, on_problem="collect")
    assert len(ms.problems.errors)
    assert text not in ms.problems.summary("da") + ms.problems.summary("en") + ms.problems.to_json()
