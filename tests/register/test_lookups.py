"""Look-ups: by code, day, kind, scope and scheme, and what they say when there is no one answer."""

from __future__ import annotations

import datetime as dt
import pickle

import pytest

from maalbib import Identifier, Institution, Membership, PeerGroup, Register, Scope, Text
from maalbib.errors import ArgumentError, DefinitionError, UnknownCodeError

DENMARK = Register.denmark()


def unit(code: str, *, kind: str = "municipality", name: str = "X", **fields: object) -> Institution:
    """Return an institution with as little as possible."""
    return Institution(id=code, name=Text(da=name), kind=kind, **fields)


@pytest.fixture
def horsens() -> Register:
    """Return a register with a code that stood for a smaller unit until 2007."""
    old = unit("0615", name="Horsens (gammel)", valid_to="2007-01-01")
    new = unit("0615", name="Horsens", valid_from="2007-01-01")
    above = [
        unit("1082", kind="region", valid_from="2007-01-01"),
        unit("VEJLE", kind="county", valid_to="2007-01-01"),
    ]
    return Register(
        [old, new, *above],
        memberships=[Membership(institution="0615", parent=code) for code in ("1082", "VEJLE")],
    )


def test_a_code_used_again_needs_a_day(horsens: Register) -> None:
    """Two identities, one code: the day decides, and without it nothing is guessed."""
    assert horsens.institution("0615", "2006-12-31").text() == "Horsens (gammel)"
    assert horsens.institution("0615", dt.date(2007, 1, 1)).text() == "Horsens"
    for ask in (horsens.__getitem__, horsens.get, horsens.parent):
        with pytest.raises(ArgumentError) as caught:
            ask("0615")
        assert caught.value.code == "register.needs_day"
        assert "2007-01-01/.." in str(caught.value)
    assert len(horsens.identities("0615")) == 2
    assert horsens.validity("0615") == ((None, dt.date(2007, 1, 1)), (dt.date(2007, 1, 1), None))


def test_a_membership_holds_as_long_as_both_ends_live(horsens: Register) -> None:
    """The open membership of a reused code leads to whoever lived with it."""
    assert horsens.parent("0615", "2006-12-31") == horsens["VEJLE"]
    assert horsens.parent("0615", "2007-01-01") == horsens["1082"]
    assert [entry.text() for entry in horsens.children("1082")] == ["Horsens"]


def test_alive_asks_for_some_day_or_for_all(horsens: Register) -> None:
    """A year that straddles the reform is lived by the code, but by nobody wholly."""
    assert horsens.alive("0615", "2006-07-01", "2007-07-01")
    assert not horsens.alive("0615", "2006-07-01", "2007-07-01", whole=True)
    assert horsens.alive("0615", "2007-01-01", "2008-01-01", whole=True)
    assert horsens.alive("0615", None, "1900-01-01", whole=True)
    assert not horsens.alive("1082", "2006-01-01", "2007-01-01")


def test_an_unknown_code_names_the_nearest() -> None:
    """The error is a KeyError, and its text stays readable."""
    with pytest.raises(UnknownCodeError, match="Did you mean 0751"):
        DENMARK["751"]
    with pytest.raises(KeyError):
        DENMARK["ikke en kode"]
    assert DENMARK.get("751") is None
    with pytest.raises(UnknownCodeError):
        DENMARK.children("751")
    with pytest.raises(UnknownCodeError):
        DENMARK.validity("751")
    with pytest.raises(UnknownCodeError, match="dst-2018-5"):
        DENMARK.group("dst-2018-6x")


def test_a_code_that_is_not_in_use_that_day_says_when_it_is() -> None:
    """Known but not alive is another answer than unknown."""
    with pytest.raises(UnknownCodeError) as caught:
        DENMARK.institution("1084", "2027-01-01")
    assert caught.value.code == "register.not_alive"
    assert caught.value.details["spans"] == ["2007-01-01/2027-01-01"]
    assert DENMARK.get("1084", "2026-12-31") is DENMARK["1084"]


def test_a_parent_that_changed_needs_a_day() -> None:
    """Copenhagen did county tasks itself until 2006, and has belonged to two regions since."""
    with pytest.raises(ArgumentError, match="1084, DK, DK-OESTDANMARK"):
        DENMARK.parent("0101")
    assert [entry.id for entry in DENMARK.ancestors("0101", "2027-01-01")] == ["DK-OESTDANMARK", "DK"]
    assert DENMARK.ancestors("DK") == ()


def test_a_register_is_a_collection_of_institutions() -> None:
    """Length, iteration and membership agree."""
    assert len(list(DENMARK)) == len(DENMARK) == len(DENMARK.institutions) == 364
    assert all(entry in DENMARK and entry.id in DENMARK for entry in DENMARK)
    assert "751" not in DENMARK
    assert 751 not in DENMARK
    assert unit("0751") not in DENMARK
    assert {entry.id for entry in DENMARK} == DENMARK.codes


def test_select_combines_what_is_asked_for() -> None:
    """Kind, owner, sector and day."""
    register = Register(
        [
            unit("A", kind="school", ownership="municipal", sector="school"),
            unit("B", kind="school", ownership="private", sector="school", valid_to="2020-01-01"),
            unit("C", kind="daycare", ownership="private", sector="child"),
        ]
    )
    assert [entry.id for entry in register.select(ownership="private")] == ["B", "C"]
    assert [entry.id for entry in register.select("school", ownership="private", on="2020-01-01")] == []
    assert [entry.id for entry in register.select(sector="school", on="2019-12-31")] == ["A", "B"]
    assert register.select() == register.institutions


WRONG = {
    "kind": lambda: DENMARK.select("kommune"),
    "ownership": lambda: DENMARK.select(ownership="kommunal"),
    "role": lambda: DENMARK.parent("0751", role="ejes_af"),
    "kind of children": lambda: DENMARK.children("1082", kind="by"),
    "year": lambda: DENMARK.get("0751", "2018"),
    "no such day": lambda: DENMARK.get("0751", "2018-02-30"),
    "clock": lambda: DENMARK.get("0751", dt.datetime(2018, 1, 1, 12)),  # noqa: DTZ001
    "words": lambda: DENMARK.on("i dag"),
    "nothing": lambda: DENMARK.on(None),  # type: ignore[arg-type]
    "end": lambda: DENMARK.alive("0751", "2018-01-01", "2018"),
    "scheme": lambda: DENMARK.resolve("101", "kommune"),
    "number": lambda: DENMARK.resolve(101, "municipality3"),  # type: ignore[arg-type]
    "numbers": lambda: DENMARK.convert_codes(["101", 147], "municipality3"),  # type: ignore[list-item]
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments_are_refused(case: str) -> None:
    """Words outside a vocabulary, days that are none, and numbers in place of codes."""
    with pytest.raises(ArgumentError):
        WRONG[case]()


def test_a_scope_has_the_members_that_live_that_day() -> None:
    """Named, of a kind, of a group; those that are closed drop out, unknown ones are an error."""
    assert len(DENMARK.members(Scope(kind="region"), "2027-01-01")) == 4
    assert len(DENMARK.members(Scope(kind="region"))) == 6
    assert [entry.id for entry in DENMARK.members(Scope(institutions=("1084", "1081")), "2027-06-01")] == ["1081"]
    assert [entry.id for entry in DENMARK.members(Scope(group="dst-2018-2"), "2018-01-01")] == [
        "0461",
        "0751",
        "0851",
    ]
    with pytest.raises(UnknownCodeError):
        DENMARK.members(Scope(institutions=("1084", "751")), "2018-01-01")
    with pytest.raises(UnknownCodeError):
        DENMARK.members(Scope(group="landkommuner"), "2018-01-01")


def test_a_group_outside_its_time_is_an_error_and_not_empty() -> None:
    """Nobody mistakes an ended group for one without members."""
    group = PeerGroup(id="g", name=Text(da="G"), members=("A", "B"), valid_from="2020-01-01")
    register = Register([unit("A"), unit("B")], groups=[group])
    assert len(register.members(Scope(group="g"), "2020-01-01")) == 2
    with pytest.raises(ArgumentError, match="2019-12-31"):
        register.members(Scope(group="g"), "2019-12-31")


def test_numbers_that_several_share_lead_to_nobody() -> None:
    """A municipality's schools share its company number: the caller is told who, and nothing is guessed."""
    cvr = (Identifier(scheme="cvr", value="64942212"),)
    pnr = (Identifier(scheme="p_number", value="1003388394"),)
    register = Register([unit("A", identifiers=cvr), unit("B", identifiers=(*cvr, *pnr))])
    with pytest.raises(ArgumentError, match="A, B"):
        register.resolve("64942212", "cvr")
    assert register.convert_codes(["64942212"], "cvr") == (None,)
    assert register.resolve("1003388394", "p_number").id == "B"
    with pytest.raises(UnknownCodeError, match="1003388394"):
        register.resolve("1003388395", "p_number")


def test_a_number_that_moved_needs_a_day() -> None:
    """The same number before and after a change of code."""
    pnr = (Identifier(scheme="p_number", value="1003388394"),)
    old, new = unit("A", identifiers=pnr, valid_to="2020-01-01"), unit("B", identifiers=pnr, valid_from="2020-01-01")
    register = Register([old, new])
    assert [register.resolve("1003388394", "p_number", on=day).id for day in ("2019-12-31", "2020-01-01")] == [
        "A",
        "B",
    ]
    with pytest.raises(ArgumentError, match="A, B"):
        register.resolve("1003388394", "p_number")
    gone = Register([old])
    with pytest.raises(UnknownCodeError) as caught:
        gone.resolve("1003388394", "p_number", on="2020-01-01")
    assert caught.value.code == "register.not_alive"


def test_company_numbers_are_found_however_they_are_written() -> None:
    """With DK in front and blanks inside."""
    register = Register([unit("A", identifiers=(Identifier(scheme="cvr", value="17150413"),))])
    assert register.resolve("DK 17 15 04 13", "cvr").id == "A"


def test_roles_are_kept_apart() -> None:
    """Who owns is not who supervises."""
    register = Register(
        [unit("S", kind="school"), unit("M"), unit("T", kind="state")],
        memberships=[
            Membership(institution="S", parent="M"),
            Membership(institution="S", parent="T", role="supervised_by"),
        ],
    )
    assert (register.parent("S"), register.parent("S", role="supervised_by")) == (register["M"], register["T"])
    assert register.parent("S", role="operated_by") is None
    assert register.children("T") == ()
    assert register.children("T", role="supervised_by", kind="school") == (register["S"],)


def test_what_is_alive_on_a_day_is_a_register() -> None:
    """The view answers like the whole does for that day; groups of fewer than two fall away."""
    view = DENMARK.on("2027-01-01")
    assert view.parent("0101") == DENMARK["DK-OESTDANMARK"]
    assert "1084" not in view
    assert view + view == view
    group = PeerGroup(id="g", name=Text(da="G"), members=("A", "B"))
    register = Register([unit("A"), unit("B", valid_to="2020-01-01")], groups=[group])
    assert list(register.on("2019-01-01").groups) == ["g"]
    assert list(register.on("2020-01-01").groups) == []


def test_nothing_in_a_register_can_be_set() -> None:
    """Its parts are read only."""
    for name in ("institutions", "memberships", "groups", "codes"):
        with pytest.raises(AttributeError):
            setattr(DENMARK, name, ())
    with pytest.raises(TypeError):
        DENMARK.groups["x"] = DENMARK.group("dst-2018-1")  # type: ignore[index]


def test_registers_pickle_and_compare() -> None:
    """Equal parts make equal registers with equal hashes, also after a round trip."""
    again = pickle.loads(pickle.dumps(DENMARK))
    assert again == DENMARK
    assert hash(again) == hash(DENMARK)
    assert again.parent("0101", "2027-01-01") == DENMARK["DK-OESTDANMARK"]
    assert Register() != DENMARK
    assert DENMARK != "Danmark"
    assert repr(Register()) == "Register()"


def test_merging_keeps_what_is_equal_once() -> None:
    """The order of merging does not matter; the register is the same."""
    schools = Register.from_records([{"id": "S1", "name": "S", "kind": "school", "parent": "0751"}], extends=DENMARK)
    assert schools + DENMARK == DENMARK + schools == schools
    assert DENMARK.extended(Register()) == DENMARK
    with pytest.raises(TypeError):
        DENMARK + 1  # type: ignore[operator]


def test_merging_refuses_contradictions() -> None:
    """Another institution with the same code on the same day."""
    with pytest.raises(DefinitionError) as caught:
        DENMARK.extended(Register([unit("0751")]))
    assert caught.value.code == "register.duplicate"
    with pytest.raises(DefinitionError) as caught:
        DENMARK + Register([unit("1084", kind="region", valid_from="2010-01-01")])
    assert caught.value.code == "register.overlap"
