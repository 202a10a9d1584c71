"""Lists of changes from records, frames and CSV files: what is read, what is refused, and what is found missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from maalbib import Institution, InstitutionChange, Register, Text
from maalbib.errors import ArgumentError, DataError, DefinitionError
from maalbib.model import Identifier, InstitutionName, ServedShare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = "2020-01-01"
UNITS = [
    {"id": "A", "name": "A", "valid_to": DAY},
    {"id": "B", "name": "B", "valid_to": DAY},
    {"id": "C", "name": "C", "valid_to": DAY},
    {"id": "C", "name": "Ny C", "valid_from": DAY},
    {"id": "D", "name": "D", "valid_from": DAY},
    {"id": "E", "name": "E"},
]
CATALOGUED = [unit | {"name": {"da": unit["name"]}, "kind": "school"} for unit in UNITS]
LINKS = [
    {"date": DAY, "from": "A", "to": "C", "weight.area": 0.25, "weight.population": 0.5, "note": "Efter målt areal"},
    {"date": DAY, "from": "A", "to": "D", "weight.area": 0.75, "weight.population": 0.5},
    {"date": DAY, "from": "B", "to": "D"},
    {"date": DAY, "from": "C", "to": "C", "source": "Eget arkiv"},
]


def units(links: list[dict[str, Any]]) -> Register:
    """The units with a list of changes."""
    return Register.from_records(UNITS, kind="school", changes=links)


def problems_of(call: Callable[[], object]) -> list[tuple[Any, ...]]:
    """Code, column, row and other row of every problem."""
    with pytest.raises(DataError) as caught:
        call()
    for found in caught.value.problems:
        assert found.message_da != found.message_en
    return [(found.code, found.column, found.row, found.other_row) for found in caught.value.problems]


def test_links_are_gathered_into_changes() -> None:
    """A split with two bases, and two mergers, since both receivers get a part of A too."""
    register = units(LINKS)
    found = [(change.kind.value, change.from_ids, change.to_ids, change.bases) for change in register.changes]
    assert found == [
        ("split", ("A",), ("C", "D"), ("area", "population")),
        ("merge", ("B",), ("D",), ()),
        ("merge", ("C",), ("C",), ()),
    ]
    assert register.changes[0].note == Text(da="Efter målt areal")
    assert register.changes[2].source == "Eget arkiv"
    assert len(register.check()) == 0
    assert [change.kind.value for change in units([{"date": DAY, "from": "C", "to": "C"}]).changes] == ["renumber"]


def test_frames_and_files_say_the_same_as_records(tmp_path: Path) -> None:
    """A frame with dates as dates, and a CSV file beside the list of institutions."""
    frame = pd.DataFrame(LINKS)
    frame["date"] = pd.to_datetime(frame["date"])
    assert Register.from_pandas(pd.DataFrame(UNITS), kind="school", changes=frame) == units(LINKS)
    listed, changes = tmp_path / "skoler.csv", tmp_path / "aendringer.csv"
    pd.DataFrame(UNITS).to_csv(listed, index=False, sep=";")
    pd.DataFrame(LINKS).to_csv(changes, index=False, sep=";")
    assert Register.read(listed, kind="school", changes=changes) == units(LINKS)
    catalogue = tmp_path / "katalog.json"
    catalogue.write_text(
        json.dumps({"schema_version": "1.0", "id": "K", "institutions": CATALOGUED}), encoding="utf-8"
    )
    assert Register.read(catalogue, changes=changes) == units(LINKS)
    nested = [
        {**{k: v for k, v in link.items() if "." not in k}, "weight": part}
        for link, part in zip(
            LINKS, ({"area": 0.25, "population": 0.5}, {"area": 0.75, "population": 0.5}, {}, {}), strict=True
        )
    ]
    assert units(nested) == units(LINKS)


def test_changes_pickle_merge_and_leave_the_view_of_a_day() -> None:
    """They are part of what a register is; within a day nothing changes."""
    register = units(LINKS)
    assert register != units([])
    assert register + units([]) == register
    assert register.on(DAY).changes == ()
    assert (
        Register.from_records([{"id": "Z", "name": "Z", "kind": "ward"}], extends=register).changes
        == register.changes
    )


def test_other_bases_may_be_added_later() -> None:
    """Weights on a basis of one's own beside those that were there; two stories about one unit are refused."""
    register = units(LINKS)
    pupils = [
        {"date": DAY, "from": "A", "to": code, "weight.pupils": share} for code, share in (("C", 0.1), ("D", 0.9))
    ]
    more = Register.from_records([], changes=pupils, extends=register)
    asked = {"start": "2019-01-01", "end": DAY, "kind": "school"}
    for basis, share in (("pupils", 0.1), ("area", 0.25), ("population", 0.5)):
        found = more.succession(**asked, basis=basis)
        assert found.weight[:2].tolist() == [share, 1 - share]
    other = [{**link, "weight.area": 0.5} for link in LINKS[:2]]
    for wrong in (other, [{"date": DAY, "from": "A", "to": "E"}]):
        with pytest.raises(DataError) as caught:
            Register.from_records([], changes=wrong, extends=register)
        assert caught.value.problems.counts() == {"change.disagrees": 1}


WRONG = {
    "no date": ({"from": "B", "to": "D"}, [("change.field_empty", "date", 0, None)]),
    "nobody": ({"date": DAY}, [("change.field_empty", "from", 0, None)]),
    "no day": ({"date": "i dag", "from": "B", "to": "D"}, [("date.format", "date", 0, None)]),
    "number": ({"date": DAY, "from": 101, "to": "D"}, [("code.not_text", "from", 0, None)]),
    "form": ({"date": DAY, "from": "B", "to": "ny skole"}, [("code.format", "to", 0, None)]),
    "word": ({"date": DAY, "from": "B", "to": "D", "kind": "flyt"}, [("enum.unknown", "kind", 0, None)]),
    "person": (
        {"date": DAY, "from": "B", "to": "D", "note": "leder 010199-0000"},
        [("code.person_number", "note", 0, None)],
    ),
    "weight": (
        {"date": DAY, "from": "B", "to": "D", "weight.area": 1.5},
        [("change.weight", "weight.area", 0, None)],
    ),
    "text for a weight": (
        {"date": DAY, "from": "B", "to": "D", "weight.area": "halvt"},
        [("change.weight", "weight.area", 0, None)],
    ),
    "a part and nobody else": (
        {"date": DAY, "from": "B", "to": "D", "weight.area": 0.5},
        [("change.ends", "to", 0, None), ("change.not_split", "to", 0, None)],
    ),
    "unknown": ({"date": DAY, "from": "B", "to": "XYZ"}, [("code.unknown_no_suggestion", "to", 0, None)]),
    "not yet": ({"date": DAY, "from": "D", "to": "E"}, [("change.not_before", "from", 0, None)]),
    "a new name for another one": (
        {"date": DAY, "from": "C", "to": "C", "kind": "rename"},
        [("change.new_identity", "to", 0, None)],
    ),
    "no longer": ({"date": DAY, "from": "E", "to": "B"}, [("change.not_after", "to", 0, None)]),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_by_row_and_column(case: str) -> None:
    """Each rule alone."""
    link, expected = WRONG[case]
    assert problems_of(lambda: units([link])) == expected


def test_a_link_that_stands_twice_and_weights_that_do_not_add_up() -> None:
    """Found where the links come together, and named at the first of them."""
    assert problems_of(lambda: units([LINKS[2], LINKS[2]])) == [("change.twice", "to", 0, None)]
    assert problems_of(lambda: units([{**LINKS[0], "weight.area": 0.2}, LINKS[1]])) == [
        ("change.weights", "to", 0, None)
    ]


def test_unknown_columns_are_refused() -> None:
    """They may be misspelled fields."""
    assert problems_of(lambda: units([{"date": DAY, "from": "B", "til": "D"}])) == [
        ("register.column_unknown", "til", None, None)
    ]
    assert problems_of(lambda: units([{"date": DAY, "from": "B", "to": "D", "weight_area": 1.0}])) == [
        ("register.column_similar", "weight_area", None, None)
    ]


def test_what_begins_or_ends_unsaid_is_found() -> None:
    """One warning for a day and kind, that names the codes; kinds of which no change speaks are left alone."""
    found = units(LINKS[:2]).check()
    assert [(problem.code, problem.level, problem.details["codes"]) for problem in found] == [
        ("succession.goes_nowhere", "warning", ["B", "C"])
    ]
    assert "B, C" in found[0].message_da
    found = units([{"date": DAY, "from": "A"}]).check()
    assert found.counts() == {"succession.goes_nowhere": 1, "succession.from_nowhere": 1}
    assert len(units([]).check()) == 0


def test_changes_of_objects_are_refused_alike() -> None:
    """The constructor names the change."""
    change = InstitutionChange(date=DAY, kind="merge", from_ids=("A", "X"), to_ids=("A",))
    with pytest.raises(DefinitionError) as caught:
        Register([Institution(id="A", name=Text(da="A"), kind="school")], changes=[change])
    assert caught.value.code == "code.unknown_no_suggestion"
    assert "2020-01-01 A+X" in str(caught.value)
    with pytest.raises(ArgumentError, match="InstitutionChange"):
        Register(changes=[{"date": DAY}])  # type: ignore[list-item]


BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "a merger into two": ("change.ends", {"kind": "merge", "from_ids": ("A", "B"), "to_ids": ("C", "D")}),
    "a split into one": ("change.ends", {"kind": "split", "from_ids": ("A",), "to_ids": ("C",)}),
    "an end with a successor": ("change.ends", {"kind": "abolish", "from_ids": ("A",), "to_ids": ("C",)}),
    "gives away all": ("change.ends", {"kind": "transfer_part", "from_ids": ("A",), "to_ids": ("C", "D")}),
    "renamed into another": ("change.ends", {"kind": "rename", "from_ids": ("A",), "to_ids": ("C",)}),
    "twice": ("change.twice", {"kind": "merge", "from_ids": ("A", "A"), "to_ids": ("C",)}),
    "weights of a merger": (
        "change.not_split",
        {"kind": "merge", "from_ids": ("A", "B"), "to_ids": ("C",), "weights": {"area": {"C": 1.0}}},
    ),
    **{
        f"weights {name}": (
            "change.weights",
            {"kind": "split", "from_ids": ("A",), "to_ids": ("C", "D"), "weights": weights},
        )
        for name, weights in {
            "of one": {"area": {"C": 1.0}},
            "beyond one": {"area": {"C": 1.5, "D": -0.5}},
            "of a half": {"area": {"C": 0.25, "D": 0.25}},
            "as text": {"area": {"C": "0.5", "D": "0.5"}},
            "as numbers": {"area": 1.0},
            "of an odd basis": {"målt areal": {"C": 0.5, "D": 0.5}},
        }.items()
    },
}


@pytest.mark.parametrize("case", BROKEN)
def test_impossible_changes_cannot_be_made(case: str) -> None:
    """Each with its code, in both languages."""
    code, fields = BROKEN[case]
    with pytest.raises(DefinitionError) as caught:
        InstitutionChange(date=DAY, **fields)
    assert caught.value.code == code
    assert caught.value.text("da") != caught.value.text("en")


def test_numbers_have_a_time_of_their_own() -> None:
    """A school that got another number in 2015, and its old number that another one took over."""

    def numbered(value: str, start: str | None = None, end: str | None = None) -> Identifier:
        return Identifier(scheme="institution6", value=value, valid_from=start, valid_to=end)

    one = Institution(
        id="S1",
        name=Text(da="Nord"),
        kind="school",
        identifiers=(numbered("101001", end="2015-08-01"), numbered("101002", "2015-08-01")),
    )
    other = Institution(id="S2", name=Text(da="Syd"), kind="school", identifiers=(numbered("101001", "2015-08-01"),))
    register = Register([one, other])
    assert [register.resolve("101001", "institution6", on=day).id for day in ("2015-07-31", "2015-08-01")] == [
        "S1",
        "S2",
    ]
    assert register.convert_codes(["101001", "101002"], "institution6", on="2014-01-01") == ("S1", None)
    assert register.convert_codes(["101001", "101002"], "institution6") == (None, "S1")
    with pytest.raises(ArgumentError, match="S1, S2"):
        register.resolve("101001", "institution6")
    with pytest.raises(DefinitionError):
        numbered("1", "2015-08-01", "2015-08-01")


def test_names_that_are_not_unique_lead_to_nobody() -> None:
    """Two schools of one name on the same day are refused, two in turn are told apart by the day."""
    rows = [
        {"id": "S1", "name": "Nordskolen", "valid_to": DAY},
        {"id": "S2", "name": "Nordskolen", "valid_from": DAY},
        {"id": "S3", "name": "Sydskolen"},
        {"id": "S4", "name": "sydskolen"},
    ]
    register = Register.from_records(rows, kind="school")
    assert register.resolve("Nordskolen", "name_da", on=DAY).id == "S2"
    assert register.convert_codes(["Nordskolen", "Sydskolen"], "name_da", on="2019-01-01") == ("S1", None)
    with pytest.raises(ArgumentError, match="S3, S4"):
        register.resolve("Sydskolen", "name_da")


def test_a_name_may_change_hands() -> None:
    """The old name is found while it was used, the present one since."""
    name = InstitutionName(text=Text(da="Byskolen"), valid_to=DAY)
    register = Register(
        [
            Institution(id="S1", name=Text(da="Nordskolen"), kind="school", names=(name,)),
            Institution(id="S2", name=Text(da="Byskolen"), kind="school", valid_from=DAY),
        ]
    )
    found = [register.resolve("byskolen", "name_da", on=day).id for day in ("2019-12-31", DAY)]
    assert found == ["S1", "S2"]
    assert register.convert_codes(["Nordskolen"], "name_da", on="2019-12-31") == (None,)
    with pytest.raises(DefinitionError):
        InstitutionName(text=Text(da="x"), valid_from=DAY, valid_to=DAY)


SHARES: dict[str, list[dict[str, Any]]] = {
    "below one": [{"unit": "A", "share": 0.5}],
    "twice": [{"unit": "A", "share": 0.5}, {"unit": "A", "share": 0.5}],
    "on one day too much": [{"unit": "A", "share": 1.0}, {"unit": "B", "share": 1.0, "valid_from": DAY}],
}


@pytest.mark.parametrize("case", SHARES)
def test_shares_must_add_up_on_every_day(case: str) -> None:
    """Whoever serves several says how much of it is whose."""
    with pytest.raises(DefinitionError) as caught:
        Institution(
            id="S", name=Text(da="S"), kind="school", serves=tuple(ServedShare(**part) for part in SHARES[case])
        )
    assert caught.value.code == "serves.shares"
