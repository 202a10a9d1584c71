"""How marks travel when values are combined."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.measurements import CONF_CODES, STATUS_CODES
from maalbib.measurements._carried import (
    NO_ROW,
    beside_break,
    carried_conf,
    carried_qualifier,
    carried_status,
    is_missing_status,
    joint_conf,
    joint_qualifier,
    joint_status,
    places_of,
)
from maalbib.measurements._schema import MISSING_STATUSES, QUALIFIERS

MISSING = "QMLOH"
MARKS = "BFUNIEPVDWKJSGA"


def status_of(codes: str) -> str:
    """The status of a whole with parts of these statuses, by the group kernel."""
    group = np.zeros(len(codes), dtype=np.int64)
    return STATUS_CODES[int(carried_status(places_of(STATUS_CODES, tuple(codes))[:-1], group, 1)[0])]


def conf_of(codes: str) -> str:
    """The confidentiality of a whole with parts of these."""
    group = np.zeros(len(codes), dtype=np.int64)
    return CONF_CODES[carried_conf(places_of(CONF_CODES, tuple(codes))[:-1], group, 1)[0]]


def qualifier_of(*words: str) -> str | None:
    """The qualifier of a sum of parts with these, None where they contradict each other."""
    group = np.zeros(len(words), dtype=np.int64)
    found = int(carried_qualifier(places_of(QUALIFIERS, words)[:-1], group, 1)[0])
    return None if found == NO_ROW else QUALIFIERS[found]


def test_every_status_has_its_place_in_the_order() -> None:
    """The order of gravity knows each code once, the missing ones above all others."""
    assert sorted(MISSING + MARKS) == sorted(STATUS_CODES)
    assert set(MISSING) == MISSING_STATUSES


@pytest.mark.parametrize("pair", list(itertools.combinations(MISSING + MARKS, 2)), ids="".join)
def test_the_graver_of_two_statuses_travels(pair: tuple[str, str]) -> None:
    """Of two parts the graver status is that of the whole, whichever comes first."""
    assert status_of("".join(pair)) == status_of("".join(reversed(pair))) == pair[0]


def test_a_sum_with_a_suppressed_part_is_suppressed() -> None:
    """One suppressed part hides the whole, however many others are there and whatever they are."""
    assert status_of("APOQMB") == "Q"


def test_a_break_is_not_lost_and_the_mark_beside_it_is_told() -> None:
    """A break outranks provisional; what it outranks can be had."""
    marks, group = places_of(STATUS_CODES, tuple("PBABA"))[:-1], np.array([0, 0, 0, 1, 1])
    assert [STATUS_CODES[place] for place in carried_status(marks, group, 2)] == ["B", "B"]
    assert [STATUS_CODES[place] for place in beside_break(marks, group, 2)] == ["P", "A"]


def test_a_part_without_a_row_is_missing() -> None:
    """No row at all counts as missing, never as nothing."""
    marks = np.array([STATUS_CODES.index("A"), NO_ROW], dtype=np.uint8)
    assert STATUS_CODES[carried_status(marks, np.zeros(2, dtype=np.int64), 1)[0]] == "O"
    assert is_missing_status(marks).tolist() == [False, True]


def test_a_whole_without_parts_has_no_row() -> None:
    """Nothing becomes nothing, not a normal free exact value."""
    none, group = np.empty(0, dtype=np.uint8), np.empty(0, dtype=np.int64)
    assert carried_status(none, group, 1)[0] == NO_ROW
    assert carried_conf(none, group, 1)[0] == NO_ROW
    assert carried_qualifier(none, group, 1)[0] == NO_ROW


@pytest.mark.parametrize("pair", list(itertools.combinations("CDSNF", 2)), ids="".join)
def test_the_strictest_confidentiality_wins(pair: tuple[str, str]) -> None:
    """A whole is at least as confidential as any of its parts."""
    assert conf_of("".join(pair)) == conf_of("".join(reversed(pair))) == pair[0]


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (("exact", "exact"), "exact"),
        (("exact", "approx"), "approx"),
        (("exact", "at_least", "at_least"), "at_least"),
        (("at_most", "exact"), "at_most"),
        (("at_least", "at_most"), None),
        (("at_least", "approx"), None),
        (("approx", "at_most"), None),
    ],
)
def test_qualifiers_that_contradict_each_other_leave_none(parts: tuple[str, ...], whole: str | None) -> None:
    """Exact gives way; two others contradict each other, and nothing can be said of the sum."""
    assert qualifier_of(*parts) == whole


def test_a_denominator_turns_a_bound_around() -> None:
    """At least so many below the line is at most so much; a bound on both sides settles nothing."""
    exact, least = (places_of(QUALIFIERS, (word,))[:-1] for word in ("exact", "at_least"))
    assert QUALIFIERS[joint_qualifier(exact, lowering=[least])[0]] == "at_most"
    assert QUALIFIERS[joint_qualifier(least, lowering=[exact])[0]] == "at_least"
    assert joint_qualifier(least, lowering=[least])[0] == NO_ROW


PARTS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(STATUS_CODES), st.sampled_from(CONF_CODES)), max_size=30
)


@given(PARTS)
def test_groups_and_elements_agree(parts: list[tuple[int, str, str]]) -> None:
    """Reducing by group is the same as joining the parts of each group one after the other, in any order."""
    group = np.array([number for number, _, _ in parts], dtype=np.int64)
    status = places_of(STATUS_CODES, [code for _, code, _ in parts])[:-1]
    conf = places_of(CONF_CODES, [code for _, _, code in parts])[:-1]
    whole, secret = carried_status(status, group, 5), carried_conf(conf, group, 5)
    for number in range(5):
        mine = np.flatnonzero(group == number)
        if len(mine):
            assert whole[number] == joint_status(*(status[row : row + 1] for row in mine[::-1]))[0]
            assert secret[number] == joint_conf(*(conf[row : row + 1] for row in mine[::-1]))[0]
        else:
            assert whole[number] == secret[number] == NO_ROW


@given(PARTS, PARTS)
def test_sums_of_sums_carry_what_the_sum_of_all_does(
    one: list[tuple[int, str, str]], other: list[tuple[int, str, str]]
) -> None:
    """Marks do not depend on how parts are put together on the way."""
    codes = [code for _, code, _ in one + other]
    if one and other:
        halves = status_of("".join(code for _, code, _ in one)) + status_of("".join(code for _, code, _ in other))
        assert status_of("".join(codes)) == status_of(halves)
