"""Columns of written numbers: the grammar for a million cells must be the grammar for one."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import attrs
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.errors import ArgumentError
from maalbib.measurements._missing_marks import MISSING_MARKS, Mark
from maalbib.measurements._numbers import NumberColumn, parse_numbers
from maalbib.model._number_text import try_number

Dialect = Literal["da", "en", "iso"]
CASES = 226


def issues(column: NumberColumn) -> dict[int, str]:
    """Return the code of each bad or empty cell by its position."""
    found = {int(row): code for code, rows in column.bad.items() for row in rows}
    return found | {int(row): "missing.empty" for row in column.marked.get("", ())}


@pytest.mark.parametrize("dialect", ["da", "en", "iso"])
def test_the_oracle_of_numbers(oracles: Path, dialect: Dialect) -> None:
    """All cases give the stated value, decimals or code, in one column and in pieces of it."""
    with (oracles / "interchange/own/numbers.csv").open(encoding="utf-8", newline="") as file:
        every = list(csv.DictReader(file))
    assert len(every) == CASES
    cases = [case for case in every if case["dialect"] == dialect]
    written = [json.loads(case["text_json"]) for case in cases]
    for column in (pa.array(written), pa.chunked_array([written[:7], [], written[7:]], type=pa.string())):
        read = parse_numbers(column, dialect)
        found = issues(read)
        for row, case in enumerate(cases):
            assert found.get(row, "") == case["issue"], case["case_id"]
            if case["ok"] == "1":
                assert (read.values[row], read.decimals[row]) == (float(case["value"]), int(case["decimals"])), case
            else:
                assert (np.isnan(read.values[row]), read.decimals[row]) == (True, -1), case


def test_the_oracle_of_marks(oracles: Path) -> None:
    """Zero, missing, suppressed and not applicable stay four different things."""
    names = {"dst_csv": "dst", "dst_csv_suppressed_0": "dst", "px_declared": "px", "sdmx_csv": "sdmx"}
    with (oracles / "interchange/own/missing_markers.csv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    for case in cases:
        table = MISSING_MARKS[names[case["source"]]]
        hidden = 0.0 if case["source"].endswith("suppressed_0") else None
        dialect: Dialect = "iso" if case["source"] == "sdmx_csv" else "da"
        read = parse_numbers(
            pa.array([json.loads(case["marker_json"])]), dialect, marks=table, suppressed_value=hidden
        )
        mark = table[next(iter(read.marked))] if read.marked else Mark(value=read.values[0].item(), status="A")
        kind = "error" if read.bad else "missing" if read.missing[0] else "value"
        assert kind == case["kind"], case
        if kind != "error":
            assert (mark.status, mark.conf) == (case["status"], case["conf"]), case
        if kind == "value":
            assert read.values[0] == float(case["value"]), case


def test_marks_of_statistics_denmark() -> None:
    """The marks of one column become values, missing cells and positions by mark."""
    read = parse_numbers(
        pa.array(["5", "..", "-", " . ", "...", "x", "", "1,5", "X"]), "da", marks=MISSING_MARKS["dst"]
    )
    assert read.values[[0, 2, 7]].tolist() == [5.0, 0.0, 1.5]
    assert read.missing.tolist() == [False, True, False, True, True, True, True, False, False]
    assert {mark: rows.tolist() for mark, rows in read.marked.items()} == {
        "": [6], "-": [2], ".": [3], "..": [1], "...": [4], "x": [5],
    }  # fmt: skip
    assert issues(read) == {6: "missing.empty", 8: "number.not_a_number"}
    assert read.decimals.tolist() == [0, -1, 0, -1, -1, -1, -1, 1, -1]


def test_a_number_may_mean_suppressed() -> None:
    """A declared number is compared as a number; a nil mark stays zero."""
    read = parse_numbers(pa.array(["0", "0,0", "-0", "-", "1"]), "da", marks=MISSING_MARKS["dst"], suppressed_value=0)
    assert read.suppressed.tolist() == [0, 1, 2]
    assert read.missing.tolist() == [True, True, True, False, False]
    assert read.values[3:].tolist() == [0.0, 1.0]
    assert read.decimals.tolist() == [-1, -1, -1, 0, 0]


@pytest.mark.parametrize(
    ("dialect", "texts", "code"),
    [
        ("da", ["1.000", "2.500", "7"], "number.maybe_english"),
        ("da", ["1.000", "-2.500"], "number.maybe_english"),
        ("da", ["1.000", "1.5"], "number.maybe_english"),
        ("da", ["1.000", "2,5"], None),
        ("da", ["1.000", "1.000.000"], None),
        ("da", ["1 000", "7"], None),
        ("da", ["7", ""], None),
        ("en", ["1,000", "7"], "number.maybe_danish"),
        ("en", ["1,000", "7.5"], None),
        ("iso", ["1.000"], None),
    ],
)
def test_a_column_that_could_be_either_is_doubtful(dialect: Dialect, texts: list[str], code: str | None) -> None:
    """Only a decimal sign or a second group shows the dialect; the check is over the whole column."""
    for column in (pa.array(texts), pa.chunked_array([[text] for text in texts])):
        assert [*parse_numbers(column, dialect).doubtful] == ([] if code is None else [code])


def test_the_doubtful_cells_are_named() -> None:
    """The positions are those of the numbers with one group."""
    column = pa.chunked_array([["7", "1.000"], ["", "2.000"]])
    assert parse_numbers(column, "da").doubtful["number.maybe_english"].tolist() == [1, 3]


def test_percent_is_declared() -> None:
    """A percent sign is a fault unless the column is in per cent."""
    column = pa.array(["12,5 %", "5%", "7", "%"])
    assert issues(parse_numbers(column, "da")) == {
        0: "number.percent_sign",
        1: "number.percent_sign",
        3: "number.not_a_number",
    }
    read = parse_numbers(column, "da", percent=True)
    assert read.values[:3].tolist() == [12.5, 5.0, 7.0]
    assert issues(read) == {3: "number.not_a_number"}


TEXT_TYPES = [pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())]


@pytest.mark.parametrize("kind", TEXT_TYPES, ids=str)
def test_any_text_type_of_arrow(kind: pa.DataType) -> None:
    """Nulls are empty cells, slices keep their place, and empty columns are read."""
    column = pa.array(["x", "1,5", None, "2"], type=pa.string()).cast(kind)
    read = parse_numbers(column[1:], "da")
    assert (read.values[[0, 2]].tolist(), read.missing.tolist()) == ([1.5, 2.0], [False, True, False])
    assert len(parse_numbers(column[:0], "da").values) == 0
    assert len(parse_numbers(pa.chunked_array([], type=kind), "da").values) == 0


def test_columns_of_numbers_and_unknown_dialects_are_wrong_arguments() -> None:
    """What is no text cannot be parsed as text."""
    with pytest.raises(ArgumentError, match="column"):
        parse_numbers(pa.array([1, 2]), "da")
    with pytest.raises(ArgumentError, match="dialect"):
        parse_numbers(pa.array(["1"]), "fr")  # type: ignore[arg-type]
    assert parse_numbers(pa.nulls(2), "da").missing.tolist() == [True, True]


# Laws.

PIECES = st.sampled_from(
    [*"0123456789,.,. +-%eE\t", "12", "345", "000", ".123", "\u00a0", "\u202f", "\u2212", "²", "x", "inf", "nan"]
)
TEXTS = (
    st.lists(PIECES, max_size=8).map("".join)
    | st.text(max_size=5)
    | st.text("0123456789.,", min_size=55, max_size=70)
)


@given(st.lists(TEXTS, max_size=12), st.sampled_from(["da", "en", "iso"]), st.booleans())
def test_the_column_agrees_with_the_grammar_for_one(texts: list[str], dialect: Dialect, percent: bool) -> None:  # noqa: FBT001
    """Every text gives the value, decimals and code that the grammar for single texts gives."""
    read = parse_numbers(pa.array(texts, type=pa.string()), dialect, percent=percent)
    found = issues(read)
    for row, text in enumerate(texts):
        one = try_number(text, dialect, percent=percent)
        if isinstance(one, str):
            assert found[row] == one
            assert np.isnan(read.values[row])
        else:
            assert row not in found
            assert (read.values[row], read.decimals[row]) == (one.value, min(one.decimals, 127))
            assert not np.signbit(read.values[row]) or one.value < 0


@given(
    st.lists(st.tuples(st.integers(-(10**15), 10**15), st.integers(0, 9)), min_size=1, max_size=20),
    st.sampled_from(" .\u00a0"),
)
def test_written_danish_numbers_come_back(numbers: list[tuple[int, int]], sign: str) -> None:
    """A number written with comma and groups reads back to the same value and number of decimals."""
    exact = [Decimal(digits).scaleb(-decimals) for digits, decimals in numbers]
    written = [f"{one:,f}".translate({44: sign, 46: ","}) for one in exact]
    read = parse_numbers(pa.array(written), "da")
    assert read.values.tolist() == [float(one) for one in exact]
    assert read.decimals.tolist() == [decimals for _, decimals in numbers]


@given(st.lists(TEXTS, max_size=12), st.integers(0, 12))
def test_chunks_do_not_matter(texts: list[str], cut: int) -> None:
    """A column cut anywhere gives the same numbers, faults and doubts."""
    whole = parse_numbers(pa.array(texts, type=pa.string()), "da")
    parts = parse_numbers(pa.chunked_array([texts[:cut], texts[cut:]], type=pa.string()), "da")
    assert np.array_equal(whole.values, parts.values, equal_nan=True)
    assert (issues(whole), [*whole.doubtful]) == (issues(parts), [*parts.doubtful])


def test_the_input_is_not_changed() -> None:
    """The column that was handed in holds what it held."""
    column = pa.array(["1.234,5", "-0", "\u22125", "x"])
    before = column.to_pylist()
    parse_numbers(column, "da")
    assert column.to_pylist() == before


# What may stand beside a number, where it is declared.


def test_flags_are_declared() -> None:
    """A flag glued to a number is a fault until it has a meaning; the longest that fits is taken."""
    column = pa.array(["12,5*", "7 *", "3**", "*", "8", "..*", "2*x"])
    assert set(issues(parse_numbers(column, "da"))) == {0, 1, 2, 3, 5, 6}
    read = parse_numbers(column, "da", flags={"*": "P", "**": "E"})
    assert read.values[[0, 1, 2, 4]].tolist() == [12.5, 7.0, 3.0, 8.0]
    assert read.decimals[[0, 1]].tolist() == [1, 0]
    assert {flag: rows.tolist() for flag, rows in read.flagged.items()} == {"*": [0, 1], "**": [2]}
    assert issues(read) == {3: "number.not_a_number", 5: "number.not_a_number", 6: "number.not_a_number"}


@pytest.mark.parametrize("flag", ["", " ", "* ", "5", "-", ",", "%", "a.b"])
def test_a_flag_is_no_part_of_a_number(flag: str) -> None:
    """What could belong to the number cannot be a flag."""
    with pytest.raises(ArgumentError, match="flag"):
        parse_numbers(pa.array(["1"]), "da", flags={flag: "P"})


def test_counts_below_a_limit_are_declared() -> None:
    """A number that is withheld because it is small is no number and no fault: its limit is kept apart."""
    column = pa.array(["<5", "< 5", "<=1.000,5", "\u22645", "<", "<x", ">5", "5", "<5*"])
    assert set(issues(parse_numbers(column, "da"))) == {0, 1, 2, 3, 4, 5, 6, 8}
    read = parse_numbers(column, "da", censored="lt", flags={"*": "P"})
    assert (read.censored.tolist(), read.limits.tolist()) == ([0, 1, 2, 3], [5.0, 5.0, 1000.5, 5.0])
    assert read.missing.tolist() == [True] * 4 + [False] * 5
    assert np.isnan(read.values[:4]).all()
    assert issues(read) == dict.fromkeys((4, 5, 6, 8), "number.not_a_number")
    with pytest.raises(ArgumentError, match="censored"):
        parse_numbers(column, "da", censored="gt")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dialect", "texts", "readings"),
    [
        ("da", ["1.000", "2.500", "7"], {"danish": 0, "english": 0, "either": 3}),
        ("da", ["1.5", "2,5", "2,500", "0,125", "1.234.567", "8"], {"danish": 3, "english": 1, "either": 2}),
        ("en", ["1,5", "2.5", "2.500", "8"], {"danish": 1, "english": 1, "either": 2}),
        ("da", ["1,5", "8"], {}),
        ("iso", ["1.5"], {}),
    ],
)
def test_both_readings_are_counted(dialect: Dialect, texts: list[str], readings: dict[str, int]) -> None:
    """A column that may be written in the other language tells how many of its numbers speak for which."""
    for column in (
        pa.array(texts),
        pa.chunked_array([[text] for text in texts]),
        pa.array(texts * 3).dictionary_encode(),
    ):
        times = len(column) // len(texts)
        found = parse_numbers(column, dialect).readings
        assert found == {name: count * times for name, count in readings.items()}


EVERYTHING: dict[str, Any] = {"marks": MISSING_MARKS["dst"], "flags": {"*": "P", "e": "E"}, "censored": "lt"}


@given(
    st.lists(TEXTS | st.sampled_from(["..", "-", "5*", "1,5e", "<5", "< 1.000", "x"]), min_size=1, max_size=12),
    st.sampled_from(["da", "en", "iso"]),
    st.lists(st.integers(0, 11), max_size=30),
)
def test_texts_that_repeat_are_read_as_others(texts: list[str], dialect: Dialect, order: list[int]) -> None:
    """A dictionary, with texts that stand in no cell and in pieces that number them anew, gives what plain texts give."""
    cells = [texts[place % len(texts)] for place in order]
    plain = parse_numbers(pa.array(cells, type=pa.string()), dialect, **EVERYTHING)
    coded = pa.DictionaryArray.from_arrays(pa.array([place % len(texts) for place in order], pa.int8()), texts)
    pieces = pa.chunked_array(
        [coded[:4].dictionary_decode().dictionary_encode(), pa.array(cells[4:], pa.string()).dictionary_encode()]
    )
    for column in (coded, pieces):
        read = parse_numbers(column, dialect, **EVERYTHING)
        for field in attrs.fields(NumberColumn):
            one, other = getattr(plain, field.name), getattr(read, field.name)
            if isinstance(one, np.ndarray):
                np.testing.assert_array_equal(one, other)
            else:
                assert {name: np.asarray(part).tolist() for name, part in one.items()} == {
                    name: np.asarray(part).tolist() for name, part in other.items()
                }
