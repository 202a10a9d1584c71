"""Identifiers of a whole column: the same answers as one by one."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.errors import ArgumentError
from maalbib.register import IDENTIFIER_SCHEMES, check_identifier, check_identifiers, holds_person_number

if TYPE_CHECKING:
    from pathlib import Path

VALID = ["13748136", "17150413", "64942212", "55133018"]
digits = st.text("0123456789", max_size=14)
nearly = st.text("0123456789 DK-\u00a0æ", max_size=12) | st.sampled_from([*VALID, "0101990000", "5790000000005", ""])


@given(st.lists(st.none() | digits | nearly | st.text()), st.sampled_from(sorted(IDENTIFIER_SCHEMES)))
def test_a_column_is_checked_as_one_by_one(values: list[str | None], scheme: str) -> None:
    """Canonical form and issue of every value, for every scheme and any text."""
    found = check_identifiers(values, scheme)
    alone = [check_identifier(value or "", scheme) for value in values]
    assert found.issue.tolist() == [one.issue or "" for one in alone]
    assert found.canonical.to_pylist() == [one.canonical for one in alone]
    assert found.ok.tolist() == [one.ok for one in alone]
    like = [holds_person_number(value or "") for value in values]
    assert found.person_like == (sum(like) / len(like) if like else 0)
    assert sum(found.counts().values()) == (~found.ok).sum()


def test_the_oracle_column_by_column(oracles: Path) -> None:
    """All 74 cases at once, scheme by scheme."""
    with (oracles / "interchange" / "own" / "identifiers.csv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    for scheme in sorted({case["scheme"] for case in cases}):
        own = [case for case in cases if case["scheme"] == scheme]
        found = check_identifiers([json.loads(case["text_json"]) for case in own], scheme)
        assert found.issue.tolist() == [case["issue"] for case in own]
        assert found.canonical.to_pylist() == [case["canonical"] or None for case in own]


@given(st.lists(st.sampled_from([*VALID, "17150414"]), min_size=2), st.data())
def test_every_single_digit_change_fails(values: list[str], data: st.DataObject) -> None:
    """In a column as one by one."""
    place, step = data.draw(st.integers(0, 7)), data.draw(st.integers(1, 9))
    changed = [text[:place] + str((int(text[place]) + step) % 10) + text[place + 1 :] for text in values]
    before, after = check_identifiers(values, "cvr").ok, check_identifiers(changed, "cvr").ok
    assert not (before & after).any()


FORMS: dict[str, Any] = {
    "list": list,
    "objects": lambda values: np.array(values, dtype=object),
    "texts": np.array,
    "series": pd.Series,
    "category": lambda values: pd.Series(values, dtype="category"),
    "arrow": pa.array,
    "large": lambda values: pa.array(values, pa.large_string()),
    "encoded": lambda values: pa.array(values).dictionary_encode(),
    "chunks": lambda values: pa.chunked_array([values[:2], values[2:]]),
    "slice": lambda values: pa.array(["x", *values, "y"]).slice(1, len(values)),
    "generator": iter,
}


@pytest.mark.parametrize("form", FORMS)
def test_any_form_of_a_text_column(form: str) -> None:
    """Lists, arrays, series and Arrow columns, sliced and encoded."""
    found = check_identifiers(FORMS[form]([*VALID, "1715041", "27150413"]), "cvr")
    assert found.ok.tolist() == [True] * 4 + [False] * 2
    assert found.counts() == {"code.checksum": 1, "code.length": 1}


@pytest.mark.parametrize("values", [[17150413], [17150413.0], np.array([17150413]), ["17150413", 5], pa.array([1])])
def test_numbers_are_refused(values: Any) -> None:
    """Their leading zeros may already be lost."""
    with pytest.raises(ArgumentError) as caught:
        check_identifiers(values, "cvr")
    assert caught.value.code == "code.not_text"


def test_empty_columns_and_unknown_schemes() -> None:
    """Nothing to check is fine; a scheme that is none is the caller's fault."""
    assert check_identifiers([], "cvr").ok.tolist() == []
    assert check_identifiers([None, None], "cvr").counts() == {"missing.empty": 2}
    with pytest.raises(ArgumentError, match="municipality3"):
        check_identifiers(["101"], "kommune")


def test_production_units_are_not_refused_for_looking_like_persons() -> None:
    """A share is told instead; elsewhere a person number is an issue, and never part of a message."""
    found = check_identifiers(["1003388394", "0101990000", "9912310000"], "p_number")
    assert found.ok.all()
    assert found.person_like == pytest.approx(2 / 3)  # 10-03-38 is a possible date too
    free = check_identifiers(["elev 010199-0000", "elev"], "free_text")
    assert (free.issue.tolist(), free.person_like) == (["code.person_number", ""], 0.5)


def test_columns_longer_than_a_piece_are_whole() -> None:
    """Pieces join without a seam."""
    values = [*VALID, "17150414", "x"] * 30_000
    found = check_identifiers(values, "cvr")
    assert found.ok.tolist() == ([True] * 4 + [False] * 2) * 30_000
