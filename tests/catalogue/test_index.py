"""The tables of a catalogue as mappings."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import AtLeast, Goal, Institution, Text
from maalbib.catalogue import Index
from maalbib.errors import UnknownCodeError

NAME = Text(da="x")
CODES = st.lists(st.from_regex("[a-z]{1,5}", fullmatch=True), unique=True, max_size=8)


@given(CODES)
def test_an_index_is_a_mapping_in_the_order_of_the_file(codes: list[str]) -> None:
    """Length, order, look-up, views, equality and pickling."""
    goals = [Goal(id=code, name=NAME) for code in codes]
    index = Index(goals, name="goals")
    assert isinstance(index, Mapping)
    assert list(index) == list(index.keys()) == codes
    assert list(index.values()) == goals == list(index.entries)
    assert len(index) == len(codes)
    assert all(index[code] is goal and code in index for code, goal in zip(codes, goals, strict=True))
    assert index == Index(reversed(goals))
    assert hash(index) == hash(Index(reversed(goals)))
    assert index != dict(index)
    assert pickle.loads(pickle.dumps(index)) == index
    assert pickle.loads(pickle.dumps(index)).entries == index.entries
    assert Index(dict(index)) == Index(index) == index


def test_a_code_that_is_not_there() -> None:
    """The error names the nearest one and is a KeyError; asking with get gives None."""
    index = Index([Goal(id="NG2", name=NAME)], name="goals")
    with pytest.raises(UnknownCodeError, match=r"goals: the code is not known\. Did you mean NG2"):
        index["NG"]
    with pytest.raises(KeyError):
        Index[Goal]()["NG2"]
    assert index.get("NG") is None
    assert index.get("NG", "nothing") == "nothing"
    assert index.get("NG2") is index["NG2"]
    assert "NG" not in index
    assert 5 not in index


def test_an_index_cannot_be_changed() -> None:
    """There is no way to set or delete an entry."""
    index = Index([Goal(id="NG2", name=NAME)])
    with pytest.raises(TypeError):
        index["NG3"] = index["NG2"]  # type: ignore[index]
    with pytest.raises(TypeError):
        del index["NG2"]  # type: ignore[attr-defined]


def test_a_code_that_was_used_again() -> None:
    """The code stands for the latest holder; its versions come in time order, whatever the order of the file."""
    new = Institution(id="1103", name=Text(da="Ny"), kind="municipality", valid_from="2020-01-01")
    old = Institution(id="1103", name=Text(da="Gammel"), kind="municipality", valid_to="2020-01-01")
    index = Index([new, old])
    assert index["1103"] is new
    assert index.versions("1103") == (old, new)
    assert index.entries == (new, old)
    assert index == Index([old, new])
    assert index.versions("1104") == ()
    assert (len(index), len(index.entries)) == (1, 2)
    assert [each.text() for each in index.entries if each.valid_on(dt.date(2019, 1, 1))] == ["Gammel"]
    assert Index([old]) != index


def test_a_revised_target_is_found_by_its_newest_version() -> None:
    """The day of the decision orders the versions; one without a day has always been there."""
    days = (None, "2019-05-01", "2023-01-15")
    first, second, third = (AtLeast(id="T1", indicator="N1", value=80, decided_on=day) for day in days)
    index = Index([third, first, second], name="targets")
    assert index["T1"] is third
    assert index.versions("T1") == (first, second, third)
    assert pickle.loads(pickle.dumps(index)).versions("T1") == (first, second, third)


def test_the_repr_is_short() -> None:
    """Name, number and the first codes."""
    goals = [Goal(id=f"G{i}", name=NAME) for i in range(100)]
    assert repr(Index(goals, name="goals")) == "<Index goals: 100 (G0, G1, G2, ...)>"
