"""What a register refuses, each with its code, and what it must let through."""

from __future__ import annotations

from itertools import pairwise

import pytest

from maalbib import Institution, Membership, PeerGroup, Register, Text
from maalbib.errors import ArgumentError, DefinitionError


def unit(code: str, **fields: object) -> Institution:
    """Return a school, unless something else is said."""
    return Institution(**{"id": code, "name": Text(da=code), "kind": "school", **fields})


def group(*members: str, **fields: object) -> PeerGroup:
    """Return a group with the id ``g``."""
    return PeerGroup(id="g", name=Text(da="G"), members=members, **fields)


def below(child: str, parent: str, start: str | None = None, end: str | None = None, **fields: object) -> Membership:
    """Return a membership."""
    return Membership(institution=child, parent=parent, valid_from=start, valid_to=end, **fields)


ABC = [unit("A"), unit("B"), unit("C")]

REFUSED = {
    "same code, both open": ("register.duplicate", [unit("A"), unit("A", capacity=5)], [], []),
    "same first day": (
        "register.duplicate",
        [unit("A", valid_from="2007-01-01"), unit("A", valid_from="2007-01-01", valid_to="2010-01-01")],
        [],
        [],
    ),
    "one day shared": (
        "register.overlap",
        [unit("A", valid_to="2007-01-02"), unit("A", valid_from="2007-01-01")],
        [],
        [],
    ),
    "parent unknown": ("code.unknown_no_suggestion", ABC, [below("A", "0751")], []),
    "parent misspelled": ("code.unknown", [unit("A"), unit("0751")], [below("A", "751")], []),
    "child unknown": ("code.unknown_no_suggestion", ABC, [below("0751", "A")], []),
    "member unknown": ("code.unknown_no_suggestion", ABC, [], [group("A", "0751")]),
    "parent closed before": (
        "register.never_together",
        [unit("A", valid_from="2010-01-01"), unit("B", valid_to="2010-01-01")],
        [below("A", "B")],
        [],
    ),
    "membership outside life": (
        "register.never_together",
        [unit("A", valid_from="2010-01-01"), unit("B")],
        [below("A", "B", None, "2009-01-01")],
        [],
    ),
    "two parents": ("register.two_parents", ABC, [below("A", "B"), below("A", "C", "2020-01-01")], []),
    "two parents, one inside the other": (
        "register.two_parents",
        ABC,
        [below("A", "B"), below("A", "B", "2000-01-01", "2001-01-01"), below("A", "C", "2020-01-01")],
        [],
    ),
    "circle of two": ("register.cycle", ABC, [below("A", "B"), below("B", "A")], []),
    "circle of three for a year": (
        "register.cycle",
        ABC,
        [below("A", "B", "2019-01-01"), below("B", "C", None, "2020-01-01"), below("C", "A")],
        [],
    ),
    "two groups of one id": ("register.duplicate_group", ABC, [], [group("A", "B"), group("A", "C")]),
    "mixed kinds": ("register.mixed_kinds", [unit("A"), unit("B", kind="ward")], [], [group("A", "B")]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_contradictions_are_refused_with_their_code(case: str) -> None:
    """Each rule alone; the error names model and field and speaks both languages."""
    code, institutions, memberships, groups = REFUSED[case]
    with pytest.raises(DefinitionError) as caught:
        Register(institutions, memberships=memberships, groups=groups)
    assert [error.code for error in (caught.value, *caught.value.others)] == [code]
    assert {"model", "field"} <= set(caught.value.details)
    assert caught.value.text("da") != caught.value.text("en")


def test_everything_wrong_is_told_at_once() -> None:
    """The first error carries the others."""
    with pytest.raises(DefinitionError) as caught:
        Register(
            [unit("A"), unit("A", capacity=5), unit("B")],
            memberships=[below("B", "X")],
            groups=[group("B", "Y")],
        )
    codes = [error.code for error in (caught.value, *caught.value.others)]
    assert codes == ["register.duplicate", "code.unknown_no_suggestion", "code.unknown_no_suggestion"]
    assert len(str(caught.value).splitlines()) == 3


def test_a_circle_is_reported_once_and_two_circles_twice() -> None:
    """However many days a circle is closed, it is one fault."""
    units = [unit(code) for code in "ABCDE"]
    ring = [below("A", "B"), below("B", "A", "2000-01-01", "2001-01-01"), below("B", "A", "2010-01-01")]
    with pytest.raises(DefinitionError) as caught:
        Register(units, memberships=[*ring, below("C", "D"), below("D", "C"), below("E", "A")])
    codes = [error.code for error in (caught.value, *caught.value.others)]
    assert codes == ["register.cycle", "register.cycle"]


@pytest.mark.parametrize(
    "memberships",
    [
        [below("A", "B", None, "2010-01-01"), below("B", "A", "2010-01-01")],
        [below("A", "B", None, "2010-01-01"), below("A", "C", "2010-01-01")],
        [below("A", "B"), below("B", "A", role="supervised_by")],
        [below("A", "B"), below("A", "C", role="supervised_by")],
        [below("A", "B"), below("A", "B", "2000-01-01", "2001-01-01")],
        [below("A", "B"), below("A", "B")],
        [below("A", "B"), below("B", "C")],
    ],
)
def test_what_only_looks_wrong_is_let_through(memberships: list[Membership]) -> None:
    """Turns in time, different roles, and the same thing said twice."""
    assert Register(ABC, memberships=memberships).codes == {"A", "B", "C"}


def test_a_code_may_be_used_again_from_the_day_after() -> None:
    """Half-open: the last day of one is the day before the first of the other."""
    units = [unit("A", valid_to="2007-01-01"), unit("A", valid_from="2007-01-01", name=Text(da="Ny"))]
    assert len(Register(units)) == 2
    assert len(Register([unit("A"), unit("A")])) == 1


def test_long_chains_are_no_circles() -> None:
    """Depth costs nothing but time."""
    codes = [f"N{i}" for i in range(2_000)]
    links = [below(child, parent) for child, parent in pairwise(codes)]
    register = Register([unit(code) for code in codes], memberships=links)
    assert len(register.ancestors("N0")) == 1_999
    with pytest.raises(DefinitionError) as caught:
        Register(register.institutions, memberships=[*links, below(codes[-1], codes[0])])
    assert caught.value.code == "register.cycle"


def test_parts_must_be_of_the_model() -> None:
    """A dictionary is no institution; there is a method for those."""
    with pytest.raises(ArgumentError, match="Institution"):
        Register([{"id": "A"}])  # type: ignore[list-item]
