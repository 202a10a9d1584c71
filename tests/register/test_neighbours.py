"""Land borders of the Danish municipalities, against the table they were copied from."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import ArgumentError, Register
from maalbib.errors import UnknownCodeError

if TYPE_CHECKING:
    from pathlib import Path

DENMARK = Register.denmark()
CODES = [entry.id for entry in DENMARK.select("municipality", on="2018-01-01")]
ISLANDS = {"0400", "0482", "0492", "0563", "0741", "0773", "0825"}


def test_every_pair_of_the_table_and_no_other(shared: Path) -> None:
    """187 borders, each seen from both sides."""
    with (shared / "data" / "danish" / "dk_land_neighbours.csv").open(encoding="utf-8", newline="") as file:
        pairs = {frozenset((f"0{row['code3_a']}", f"0{row['code3_b']}")) for row in csv.DictReader(file)}
    found = {frozenset((code, other)) for code in CODES for other in DENMARK.neighbours(code)}
    assert found == pairs
    assert len(found) == 187


def test_islands_have_no_neighbour_and_frederiksberg_has_one() -> None:
    """An island is an answer, not an error."""
    assert {code for code in CODES if not DENMARK.neighbours(code)} == ISLANDS
    assert DENMARK.neighbours("0147") == ("0101",)
    assert all(DENMARK.neighbours(code, order=2) == () for code in ISLANDS)


@given(st.sampled_from(CODES), st.sampled_from([1, 2]), st.sampled_from([0, 3.0, 20]))
def test_neighbours_are_mutual_sorted_and_never_the_unit_itself(code: str, order: int, least: float) -> None:
    """Whatever the order and the length that counts; the farther ones contain the nearer ones."""
    found = DENMARK.neighbours(code, order=order, min_border=least)
    assert list(found) == sorted(set(found) - {code})
    assert all(code in DENMARK.neighbours(other, order=order, min_border=least) for other in found)
    assert set(DENMARK.neighbours(code, min_border=least)) <= set(found) <= set(DENMARK.neighbours(code, order=order))


def test_short_borders_can_be_left_out() -> None:
    """A border of 2.1 km is uncertain."""
    assert "0163" in DENMARK.neighbours("0101")
    assert "0163" not in DENMARK.neighbours("0101", min_border=3)


def test_a_code_that_was_used_again_needs_no_day() -> None:
    """Borders are those of the division of 2007, also of Horsens, whose code is older; before 2007 nobody knows."""
    assert DENMARK.neighbours("0615") == DENMARK.neighbours("0615", on="2026-01-01")
    with pytest.raises(ArgumentError) as caught:
        DENMARK.neighbours("0615", on="2006-12-31")
    assert caught.value.code == "register.neighbours_before"


@pytest.mark.parametrize("code", ["DK", "1081", "0411"])
def test_only_municipalities_have_neighbours(code: str) -> None:
    """Regions, the country and Christiansø are refused rather than called islands."""
    with pytest.raises(ArgumentError) as caught:
        DENMARK.neighbours(code)
    assert caught.value.code == "register.neighbours_kind"


def test_what_is_wrong_is_named() -> None:
    """A code nobody knows, one that has ended, an order and a length that cannot be, and another country's 0101."""
    for code in ("0999", "0631"):
        with pytest.raises(UnknownCodeError):
            DENMARK.neighbours(code)
    for wrong in (
        {"order": 3},
        {"order": True},
        {"min_border": -1},
        {"min_border": "3"},
        {"min_border": float("nan")},
    ):
        with pytest.raises(ArgumentError):
            DENMARK.neighbours("0101", **wrong)  # type: ignore[arg-type]
    other = Register.from_records([{"id": "X01", "name": "Ystad", "kind": "municipality"}])
    with pytest.raises(ArgumentError):
        other.neighbours("X01")
