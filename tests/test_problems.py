"""Problems: every one is there, found as views on demand, and the summary stays short."""

from __future__ import annotations

import copy
import json
import pickle
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.problems import Problem, ProblemBlock, Problems

MILLION = 1_000_000
LIMIT = 10_000  # bytes

FRAME_COLUMNS = [
    *("code", "level", "file", "row", "other_row", "line", "column", "path"),
    *("message_da", "message_en", "hint", "hint_da", "cell", "other_file"),
]

CODES = ["file.empty", "code.unknown", "argument.type", "argument.range"]
DETAILS = {"suggestion": "0101", "argument": "value", "expected": "tal", "low": 0, "high": 1.5}


@st.composite
def blocks(draw: st.DrawFn) -> ProblemBlock:
    """A block with no row, with rows, or with pairs of rows."""
    rows = draw(st.lists(st.integers(0, 10**9), max_size=8))
    pairs = draw(st.booleans()) and rows
    return ProblemBlock(
        code=draw(st.sampled_from(CODES)),
        level=draw(st.sampled_from(["error", "warning", "info"])),
        file=draw(st.sampled_from([None, "målinger.csv"])),
        column=draw(st.sampled_from([None, "value", "institution"])),
        rows=rows,
        other_rows=[row + 1 for row in rows] if pairs else (),
        lines=[row + 2 for row in rows] if draw(st.booleans()) else (),
        details=DETAILS,
    )


lists = st.lists(blocks(), max_size=5).map(Problems)


@given(lists)
def test_length_iteration_and_index_agree(problems: Problems) -> None:
    """The three ways of looking see the same problems."""
    listed = list(problems)
    assert len(problems) == len(listed)
    assert [problems[i] for i in range(len(listed))] == listed
    assert [problems[-1 - i] for i in range(len(listed))] == listed[::-1]
    for outside in (len(listed), -1 - len(listed)):
        with pytest.raises(IndexError):
            problems[outside]


@given(lists)
def test_counts_and_levels(problems: Problems) -> None:
    """Counts by code add up, and errors are those of that level."""
    assert sum(problems.counts().values()) == len(problems)
    assert list(problems.errors) == [problem for problem in problems if problem.level == "error"]


@given(lists, lists)
def test_sum_holds_both(one: Problems, other: Problems) -> None:
    """Nothing is lost when two lists are joined."""
    assert list(one + other) == [*one, *other]


@given(lists)
def test_pickle_copy_and_equality(problems: Problems) -> None:
    """Equal after pickling and copying; a list with one more is not equal."""
    assert pickle.loads(pickle.dumps(problems)) == problems == copy.deepcopy(problems)
    assert problems != problems + Problems([ProblemBlock(code="file.empty")])
    assert problems != list(problems)


@given(lists)
def test_json_holds_every_problem(problems: Problems) -> None:
    """The JSON text is an array of all, with both languages."""
    listed = json.loads(problems.to_json())
    assert listed == problems.to_dicts()
    assert len(listed) == len(problems)
    assert all(entry["message_da"] and entry["message_en"] for entry in listed)


@given(lists)
def test_frame_has_a_row_per_problem(problems: Problems) -> None:
    """The frame has fixed columns, and rows stay whole numbers where some are missing."""
    frame = problems.to_pandas()
    assert [*frame.columns] == FRAME_COLUMNS
    assert len(frame) == len(problems)
    assert {str(frame[name].dtype) for name in ("row", "other_row", "line")} == {"Int64"}
    rows = [
        None if row is None else int(row) for row in frame["row"].astype(object).where(frame["row"].notna(), None)
    ]
    assert rows == [problem.row for problem in problems]


@given(lists, st.integers(0, 5))
def test_at_most_so_many_per_code(problems: Problems, most: int) -> None:
    """The bounded list holds the first of each code."""
    found = problems.to_dicts(most=most)
    for code, count in problems.counts().items():
        assert sum(entry["code"] == code for entry in found) == min(most, count)


def test_an_empty_list_is_falsy_and_has_a_summary() -> None:
    """No problems: nothing to see, and nothing fails."""
    nothing = Problems()
    assert not nothing
    assert nothing.to_dicts() == []
    assert len(nothing.to_pandas()) == 0
    assert [*nothing.to_pandas().columns] == FRAME_COLUMNS
    assert nothing.summary("da")


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("rows", [range(MILLION), np.arange(MILLION)], ids=["range", "numpy"])
def test_the_summary_of_a_million_stays_short(lang: str, rows: object) -> None:
    """Ten kinds of fault in a million rows each make a text below 10 kB, with the number of them all."""
    several = Problems(
        ProblemBlock(code=code, column=column, file="målinger.csv", rows=rows, details=DETAILS)
        for code in CODES
        for column in ("value", "institution", "period")
    )
    assert len(several) == 12 * MILLION
    text = several.summary(lang)
    assert len(text.encode()) < LIMIT
    assert all(f"[{code}]" in text for code in CODES)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_summary_stays_short_with_long_texts(lang: str) -> None:
    """Long names and many Danish letters do not make it long."""
    long = Problems(
        ProblemBlock(code=code, column="å" * 500, file="ø" * 500, rows=range(9), details=DETAILS)
        for code in CODES * 9
    )
    assert len(long.summary(lang).encode()) < LIMIT


def test_a_million_rows_are_kept_as_one_block() -> None:
    """The size of a block is that of its row numbers, and a view of one problem costs no list."""
    rows = np.arange(MILLION, dtype=np.int32)
    block = ProblemBlock(code="file.empty", rows=rows)
    assert sys.getsizeof(block) < 500
    assert block.rows is rows
    assert len(list(block.problems(3))) == 3
    assert type(next(block.problems()).row) is int


def test_place_names_file_row_and_column() -> None:
    """A problem that touches two rows names both; the physical line wins over the row."""
    assert Problem(code="file.empty", file="a.csv", row=3, other_row=9, column="value").place == "a.csv:3+9:value"
    assert Problem(code="file.empty", file="a.csv", row=3, line=5, column="value").place == "a.csv:5:value"
    assert (
        Problem(code="file.empty", file="c.toml", line=7, path="goals[1].id", column="id").place
        == "c.toml:7:goals[1].id"
    )
    assert Problem(code="file.empty", row=0).place == "0"
    assert Problem(code="file.empty").place == ""


def test_message_and_hint_in_both_languages() -> None:
    """The sentence names the column, and the advice what would be right."""
    problem = Problem(code="code.unknown", column="institution", row=4, details={"suggestion": "0101"})
    assert problem.message_da == "institution: koden er ukendt."
    assert problem.message_en == "institution: the code is not known."
    assert problem.hint("da") == "Mente du 0101?"
    assert problem.hint() == "Did you mean 0101?"


def test_a_problem_cannot_be_changed() -> None:
    """Problems are frozen, compare by value and can stand in a set."""
    one, other = (Problem(code="file.empty", row=1, details={"a": [1]}) for _ in range(2))
    assert one == other
    assert len({one, other}) == 1
    with pytest.raises(AttributeError):
        one.row = 2
    with pytest.raises(TypeError):
        hash(Problems())
