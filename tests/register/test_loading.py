"""Lists of institutions from records, frames, CSV files and catalogues: what is read, and every problem at once."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from maalbib import PeerGroup, Register, Text
from maalbib.catalogue import Catalogue
from maalbib.errors import ArgumentError, DataError, DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DENMARK = Register.denmark()

SCHOOLS = [
    {
        "id": "101004",
        "name": "Skolen ved Søerne",
        "name.en": "Lakeside School",
        "kind": "school",
        "parent": "0101",
        "valid_from": "2008-08-01",
        "ownership": "municipal",
        "sector": "school",
        "capacity": 540,
        "identifiers.p_number": "1003388394",
        "identifiers.cvr": "64942212",
    },
    {"id": "751099", "name": "Ærøgades Børnehus", "kind": "daycare", "parent": "0751", "valid_to": "2020-08-01"},
]


def problems_of(call: Callable[[], object]) -> list[tuple[Any, ...]]:
    """Return code, column, row and other row of every problem."""
    with pytest.raises(DataError) as caught:
        call()
    return [(found.code, found.column, found.row, found.other_row) for found in caught.value.problems]


def written(folder: Path, text: str | bytes, name: str = "institutioner.csv") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def as_csv(delimiter: str) -> str:
    """Return the schools as a CSV file."""
    header = [*SCHOOLS[0], "valid_to"]
    lines = [header, *([str(row.get(name, "")) for name in header] for row in SCHOOLS)]
    return "\n".join(delimiter.join(line) for line in lines) + "\n"


def test_records_become_institutions_under_their_parents() -> None:
    """Every field arrives, and the parents may be in the register that is extended."""
    register = Register.from_records(SCHOOLS, extends=DENMARK)
    school = register["101004"]
    assert (school.text("da"), school.text("en")) == ("Skolen ved Søerne", "Lakeside School")
    assert (school.kind.value, school.ownership, school.sector, school.capacity) == (
        "school",
        "municipal",
        "school",
        540,
    )
    assert (school.valid_from, school.valid_to) == (dt.date(2008, 8, 1), None)
    assert register.resolve("1003388394", "p_number") is school
    assert register.parent("101004") == DENMARK["0101"]
    assert [entry.id for entry in register.children("0751", on="2020-07-31")] == ["751099"]
    assert register.children("0751", on="2020-08-01") == ()
    assert [entry.id for entry in register.descendants("1082", kind="daycare", on="2015-01-01")] == ["751099"]
    assert len(register) == len(DENMARK) + 2
    assert Register.from_records([]) == Register()


def test_nested_records_say_the_same() -> None:
    """Tables of languages and of identifiers, dates as dates, blanks as nothing."""
    nested = {
        "id": "101004",
        "name": {"da": "Skolen ved Søerne ", "en": "Lakeside School"},
        "kind": "school",
        "parent": " 0101",
        "valid_from": dt.date(2008, 8, 1),
        "valid_to": "",
        "ownership": "municipal",
        "sector": "school",
        "capacity": 540.0,
        "identifiers": {"p_number": "1003388394", "cvr": "DK 64 94 22 12"},
        "description": float("nan"),
    }
    flat = {**SCHOOLS[0], "identifiers.cvr": "64942212"}
    assert Register.from_records([nested], extends=DENMARK) == Register.from_records([flat], extends=DENMARK)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_says_the_same_as_records(tmp_path: Path, delimiter: str) -> None:
    """With any of the three separators, and with a byte order mark."""
    path = written(tmp_path, b"\xef\xbb\xbf" + as_csv(delimiter).encode())
    assert Register.read(path, extends=DENMARK) == Register.from_records(SCHOOLS, extends=DENMARK)
    assert Register.read(str(path), extends=DENMARK) == Register.read(path, extends=DENMARK)


@pytest.mark.parametrize("dtype", [object, "str", "string", "category"])
def test_frames_say_the_same_as_records(dtype: Any) -> None:
    """With text in any of the forms that pandas has for it; the index is not read, the frame not changed."""
    frame = pd.DataFrame(SCHOOLS, index=[7, 7])
    texts = [name for name in frame.columns if name != "capacity"]
    missing = frame[texts].isna()
    frame[texts] = frame[texts].astype(dtype).mask(missing)  # before pandas 3 "str" writes a missing text as "nan"
    before = frame.copy()
    assert Register.from_pandas(frame, extends=DENMARK) == Register.from_records(SCHOOLS, extends=DENMARK)
    pd.testing.assert_frame_equal(frame, before)


def test_frames_may_hold_dates_and_nullable_numbers() -> None:
    """Datetime columns without a clock are days; a clock is refused."""
    frame = pd.DataFrame(
        {
            "id": ["A", "B"],
            "name": ["A", "B"],
            "kind": ["school", "school"],
            "valid_from": pd.to_datetime(["2008-08-01", None]),
            "capacity": pd.array([12, None], dtype="Int64"),
        }
    )
    register = Register.from_pandas(frame)
    assert (register["A"].valid_from, register["B"].valid_from) == (dt.date(2008, 8, 1), None)
    assert (register["A"].capacity, register["B"].capacity) == (12, None)
    frame["valid_from"] = pd.to_datetime(["2008-08-01 12:00", None])
    assert problems_of(lambda: Register.from_pandas(frame)) == [("date.format", "valid_from", 0, None)]


def test_columns_may_have_other_names() -> None:
    """What the caller names is read, the rest is passed over, and problems speak of the caller's columns."""
    frame = pd.DataFrame(
        {"Nr": ["S1", "S2"], "Navn": ["N", "S"], "Adresse": ["Vej 1", "Vej 2"], "Kommune": ["0751", "751"]}
    )
    columns = {"id": "Nr", "name": "Navn"}
    assert Register.from_pandas(frame, columns=columns, kind="school").codes == {"S1", "S2"}
    with_parent = {**columns, "parent": "Kommune"}
    found = problems_of(lambda: Register.from_pandas(frame, columns=with_parent, kind="school", extends=DENMARK))
    assert found == [("code.unknown", "Kommune", 1, None)]
    found = problems_of(lambda: Register.from_pandas(frame, columns={**columns, "sector": "Sektor"}, kind="school"))
    assert found == [("register.column_missing", "Sektor", None, None)]
    with pytest.raises(ArgumentError, match="capacity"):
        Register.from_pandas(frame, columns={"nr": "Nr"})
    with pytest.raises(ArgumentError, match="daycare"):
        Register.from_pandas(frame, columns=columns, kind="skole")


@pytest.mark.parametrize(
    "codes", [[101, 147], np.array([101, 147]), [101.0, 147.0], pd.array([101, None], dtype="Int64")]
)
def test_a_column_of_numbers_is_no_column_of_codes(codes: Any) -> None:
    """Its leading zeros may be lost already; nothing is padded."""
    names = pd.Series(["København", "Frederiksberg"])
    frame = pd.DataFrame({"id": codes, "name": names, "kind": "municipality"})
    found = problems_of(lambda: Register.from_pandas(frame))
    assert {code for code, *_ in found} <= {"code.not_text", "register.field_empty"}
    assert found[0][:3] == ("code.not_text", "id", 0)
    parents = pd.DataFrame({"id": ["A", "B"], "name": names, "kind": "school", "parent": codes})
    found = problems_of(lambda: Register.from_pandas(parents, extends=DENMARK))
    assert found[0][:3] == ("code.not_text", "parent", 0)
    numbers = pd.DataFrame({"id": ["A", "B"], "name": names, "kind": "school", "identifiers.institution6": codes})
    found = problems_of(lambda: Register.from_pandas(numbers))
    assert found[0][:3] == ("code.not_text", "identifiers.institution6", 0)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    """Ten kinds of faults in one file, each with its row and column, and no value of the file in the message."""
    path = written(
        tmp_path,
        "id;name;kind;parent;valid_from;valid_to;ownership;capacity;identifiers.cvr\n"
        "S1;Hemmelig1;school;0751;2008-08-01;;municipal;540;64942212\n"
        "S2;Hemmelig2;skole;751;2008-13-01;;kommunal;mange;64942213\n"
        ";Hemmelig3;school;0751;;;;;\n"
        "S4;;school;0751;2010-01-01;2009-01-01;;-1;123\n"
        "S1;Hemmelig5;school;0751;2008-08-01;;;;\n"
        "S6;Hemmelig6;school;S6;;;;;\n"
        "Århus;Hemmelig7;school;Århus;;;;;6494221O\n"
        "S8;Hemmelig 0101990000;school;S4;;;;;\n"
        "S9;Hemmelig9;school;1084;2027-01-01;;;;\n",
    )
    with pytest.raises(DataError) as caught:
        Register.read(path, extends=DENMARK)
    found = {(problem.code, problem.column, problem.row) for problem in caught.value.problems}
    assert found == {
        ("enum.unknown", "ownership", 3),
        ("enum.unknown", "kind", 3),
        ("code.unknown", "parent", 3),
        ("date.format", "valid_from", 3),
        ("type", "capacity", 3),
        ("code.checksum", "identifiers.cvr", 3),
        ("register.field_empty", "id", 4),
        ("register.field_empty", "name", 5),
        ("register.date_order", "valid_to", 5),
        ("number.range", "capacity", 5),
        ("code.length", "identifiers.cvr", 5),
        ("register.duplicate", "id", 6),
        ("membership.own_parent", "parent", 7),
        ("code.format", "id", 8),
        ("code.format", "parent", 8),
        ("identifier.format", "identifiers.cvr", 8),
        ("code.person_number", "name", 9),
        ("register.never_together", "parent", 10),
    }
    text = str(caught.value) + caught.value.text("da")
    assert "Hemmelig" not in text
    assert "0101990000" not in text
    assert "institutioner.csv:3:parent" in text
    json.dumps(caught.value.to_dict())


def test_a_duplicate_names_both_rows() -> None:
    """The second row and the first one, also where another fault spoils one of them."""
    rows = [{**SCHOOLS[1]}, {**SCHOOLS[0]}, {**SCHOOLS[1], "kind": "skole"}]
    found = problems_of(lambda: Register.from_records(rows, extends=DENMARK))
    assert ("register.duplicate", "id", 2, 0) in found
    later = {"id": "A", "name": "A", "kind": "school", "valid_from": "2009-01-01"}
    earlier = {"id": "A", "name": "A", "kind": "school", "valid_to": "2009-01-02"}
    assert problems_of(lambda: Register.from_records([later, earlier])) == [("register.overlap", "id", 0, 1)]
    assert len(Register.from_records([later, {**earlier, "valid_to": "2009-01-01"}])) == 2


def test_a_parent_whose_own_row_failed_is_no_second_fault() -> None:
    """One fault, one problem."""
    rows = [{"id": "A", "name": "A", "kind": "skole"}, {"id": "B", "name": "B", "kind": "ward", "parent": "A"}]
    assert problems_of(lambda: Register.from_records(rows)) == [("enum.unknown", "kind", 0, None)]


def test_circles_and_clashes_with_the_extended_register_name_the_row() -> None:
    """Contradictions between rows, and between a row and what was there."""
    ring = [{"id": code, "name": code, "kind": "school", "parent": above} for code, above in ("AB", "BC", "CA")]
    assert problems_of(lambda: Register.from_records(ring)) == [("register.cycle", "parent", 0, None)]
    known = [{"id": "0751", "name": "Aarhus", "kind": "municipality"}]
    found = problems_of(lambda: Register.from_records(known, extends=DENMARK))
    assert found == [("register.duplicate", "id", 0, None)]
    moved = [{"id": "1082", "name": "R", "kind": "region", "parent": "0751", "valid_from": "2007-01-01"}]
    assert problems_of(lambda: Register.from_records(moved, extends=DENMARK))[0][:3] == (
        "register.duplicate",
        "id",
        0,
    )


def test_a_hundred_thousand_equal_faults_make_a_short_message() -> None:
    """The problems are all there, the text stays below 10 kB."""
    rows = [{"id": f"S{i}", "name": "S", "kind": "school", "parent": f"9{i}"} for i in range(5_000)]
    with pytest.raises(DataError) as caught:
        Register.from_records(rows, extends=DENMARK)
    assert len(caught.value.problems) == 5_000
    assert len(str(caught.value)) < 10_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("file.empty", None, None, None)]),
        ("\ufeff", [("file.empty", None, None, None)]),
        ("\n \n", [("file.empty", None, None, None)]),
        ("id;name;kind\n", [("file.no_rows", None, None, None)]),
        ("id;navn\nA;B\n", [("register.column_missing", name, None, None) for name in ("name", "kind")]
         + [("register.column_unknown", "navn", None, None)]),
        ("id;name;kind;Valid_form\nA;B;school;\n", [("register.column_similar", "Valid_form", None, None)]),
        ("id;name;id;kind\nA;B;C;school\n", [("header.duplicate", "id", None, None)]),
        ("id;name;name.da;kind\nA;B;C;school\n", [("header.duplicate", name, None, None) for name in ("name", "name.da")]),
        ("id;name;kind\nA;B\nC;D;school;E\n", [("row.too_long", None, 3, None), ("row.too_short", None, 2, None)]),
        ('id;name;kind\nA;"B;school\n', [("quote.unclosed", None, None, None)]),
        ('id;name;kind\nA;"B"C;school\n', [("quote.stray", None, None, None)]),
        ("id;name;kind\nA;B\xf8rn;school\n".encode("latin-1"), [("register.not_utf8", None, None, None)]),
    ],
    ids=[
        "empty", "only a mark", "blank lines", "no rows", "columns missing", "misspelled", "twice", "two Danish names",
        "cells", "open quote", "stray quote", "latin-1",
    ],
)  # fmt: skip
def test_files_of_the_wrong_form_are_refused(tmp_path: Path, text: str | bytes, expected: list[Any]) -> None:
    """Each with its code; nothing is guessed."""
    assert problems_of(lambda: Register.read(written(tmp_path, text))) == expected


def test_files_that_cannot_be_opened_are_refused(tmp_path: Path) -> None:
    """A missing file is told by its name, without its folders."""
    with pytest.raises(DataError) as caught:
        Register.read(tmp_path / "mangler.csv")
    assert caught.value.problems[0].code == "file.not_found"
    assert str(tmp_path) not in str(caught.value)


def test_rows_and_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """The header is row 1; blank lines are no rows; a quoted text may hold line breaks."""
    path = written(tmp_path, 'id,name,kind\nA,"Skole\nfor alle",school\n\nB,B,skole\n')
    with pytest.raises(DataError) as caught:
        Register.read(path)
    problem = caught.value.problems[0]
    assert (problem.row, problem.line) == (3, 5)


def test_roles_have_their_own_columns() -> None:
    """Who operates and who supervises."""
    row = {
        "id": "P1",
        "name": "P",
        "kind": "nursing_home",
        "parent": "0751",
        "operated_by": "F",
        "supervised_by": "0101",
    }
    register = Register.from_records([row, {"id": "F", "name": "Fonden", "kind": "other"}], extends=DENMARK)
    assert register.parent("P1", role="operated_by") == register["F"]
    assert register.parent("P1", role="supervised_by") == DENMARK["0101"]


def test_own_schemes_are_kept_as_they_are() -> None:
    """Identifiers of unknown schemes are not checked; those without a confirmed rule refuse nothing."""
    row = {
        "id": "A",
        "name": "A",
        "kind": "ward",
        "identifiers.lokal": "x 1",
        "identifiers.shak": "66",
        "identifiers.sor": "1",
    }
    register = Register.from_records([row])
    assert register.resolve("x 1", "lokal") is register["A"]
    assert register.schemes == {"lokal", "shak", "sor", "name_da", "name_en"}
    found = problems_of(lambda: Register.from_records([{**row, "identifiers.lokal": "010199-0000"}]))
    assert found == [("code.person_number", "identifiers.lokal", 0, None)]
    found = problems_of(lambda: Register.from_records([{**row, "identifiers.øv": "1"}]))
    assert found == [("code.format", "identifiers.øv", 0, None)]


def test_a_row_may_break_a_group_that_was_there() -> None:
    """A later institution of another kind under a member's code: the fault has no row, but is not lost."""
    two = [{"id": code, "name": code, "kind": "school", "valid_to": "2020-01-01"} for code in "AB"]
    group = PeerGroup(id="g", name=Text(da="G"), members=("A", "B"))
    base = Register(Register.from_records(two).institutions, groups=[group])
    later = [{"id": "A", "name": "A", "kind": "ward", "valid_from": "2020-01-01"}]
    found = problems_of(lambda: Register.from_records(later, extends=base))
    assert found == [("register.mixed_kinds", "members", None, None)]


def test_records_must_be_mappings() -> None:
    """A list of texts is the caller's mistake."""
    with pytest.raises(ArgumentError, match="Mapping"):
        Register.from_records(["0751"])  # type: ignore[list-item]
    assert problems_of(lambda: Register.from_records([{"id": ["0751"], "name": 5, "kind": 3}])) == [
        ("code.not_text", "id", 0, None),
        ("enum.unknown", "kind", 0, None),
        ("type", "name.da", 0, None),
    ]


def test_catalogues_bring_their_institutions(tmp_path: Path) -> None:
    """A TOML file, a JSON file and the catalogue itself give the same register."""
    text = """
    schema_version = "1.0"
    id = "OWN"
    institutions = [
      { id = "M", name = { da = "Kommunen" }, kind = "municipality" },
      { id = "S1", name = { da = "Nord" }, kind = "school", valid_to = 2020-01-01 },
      { id = "S1", name = { da = "Ny Nord" }, kind = "school", valid_from = 2020-01-01 },
      { id = "S2", name = { da = "Syd" }, kind = "school" },
    ]
    memberships = [{ institution = "S2", parent = "M" }]
    groups = [{ id = "g", name = { da = "Skoler" }, members = ["S1", "S2"] }]
    """
    path = written(tmp_path, text, "egne.toml")
    register = Register.read(path)
    assert [entry.text() for entry in register.identities("S1")] == ["Nord", "Ny Nord"]
    assert register.parent("S2") == register["M"]
    assert register.group("g").members == ("S1", "S2")
    catalogue = Catalogue.load(path)
    assert Register.from_catalogue(catalogue) == register
    assert Register.read(path, extends=DENMARK) == DENMARK + register
    assert Register.from_catalogue(catalogue, extends=register) == register  # named again, it is still the same
    clash = Register.from_records([{"id": "M", "name": "En anden", "kind": "municipality"}])
    with pytest.raises(DefinitionError):
        Register.from_catalogue(catalogue, extends=clash)
