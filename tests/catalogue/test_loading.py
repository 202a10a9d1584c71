"""Loading: strict, everything at once, and nothing about persons repeated."""

from __future__ import annotations

import copy
import datetime as dt
import json
import tomllib
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import pytest

from maalbib import ArgumentError, AtLeast, Catalogue, CatalogueError, Direction, Period
from maalbib.catalogue._shapes import TABLES, TAGGED, shape_of
from maalbib.catalogue._structuring import LARGEST
from maalbib.errors import UnknownCodeError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

GOLDEN = FilePath(__file__).parent / "golden"
GOOD: dict[str, Any] = {
    "schema_version": "1.0",
    "id": "PROEVE",
    "agency": "KL",
    "version": "2.1.0",
    "languages": ["da", "en"],
    "goals": [{"id": "G1", "name": {"da": "Mere nærvær"}, "kind": "national", "valid_from": "2018-01-01"}],
    "indicators": [
        {
            "id": "N1",
            "name": {"da": "Andel tilfredse"},
            "unit": "percent",
            "freq": "A",
            "direction": "up",
            "decimals": 1,
            "tags": ["a"],
            "breaks": [{"period": "2020", "kind": "method"}],
        }
    ],
    "targets": [{"id": "T1", "indicator": "N1", "kind": "at_least", "value": 80, "due": "2025", "goal": "G1"}],
    "links": [{"goal": "G1", "indicator": "N1", "proposed": True}],
}


def changed(*steps: tuple[tuple[str | int, ...], Any]) -> dict[str, Any]:
    """Return a copy of the good catalogue with values put at paths."""
    data = copy.deepcopy(GOOD)
    for path, value in steps:
        place: Any = data
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    return data


def faults(source: Any, **options: Any) -> list[tuple[str, str]]:
    """Return code and path of everything wrong with a catalogue."""
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(source, **options)
    return [(each.code, each.path) for each in caught.value.problems]


def text_faults(text: str | bytes, file_format: Any) -> list[tuple[str, str, int | None]]:
    """Return code, path and line of everything wrong with a text."""
    with pytest.raises(CatalogueError) as caught:
        Catalogue.from_text(text, file_format, name="f")
    assert all(each.file == "f" for each in caught.value.problems)
    return [(each.code, each.path, each.line) for each in caught.value.problems]


def test_a_good_catalogue_becomes_definitions() -> None:
    """Every value has its type, and aliases of a direction are read."""
    catalogue = Catalogue.load(GOOD)
    assert catalogue.goals["G1"].valid_from == dt.date(2018, 1, 1)
    assert catalogue.indicators["N1"].direction is Direction.HIGHER
    assert catalogue.indicators["N1"].unit.id == "percent"
    assert catalogue.indicators["N1"].breaks[0].period == Period.parse("2020")
    assert catalogue.targets["T1"] == AtLeast(id="T1", indicator="N1", value=80, due="2025", goal="G1")
    assert len(catalogue.problems) == 0


def test_what_was_handed_in_is_not_changed() -> None:
    """Loading leaves the caller's data alone, whatever is wrong with it."""
    data = changed((("indicators", 0, "unit"), "own"), (("goals", 0, "nosuch"), {"a": [1]}))
    before = copy.deepcopy(data)
    faults(data)
    assert data == before


# path, value, code, path of the fault
WRONG: list[tuple[tuple[str | int, ...], Any, str, str]] = [
    (("id",), 5, "type", "id"),
    (("id",), "a b", "code.format", "id"),
    (("name",), "Prøve", "type", "name"),
    (("agency",), None, "type", "agency"),
    (("version",), "1", "code.format", "version"),
    (("languages",), "da", "type", "languages"),
    (("languages",), ["da", "dansk!"], "code.format", "languages[1]"),
    (("languages",), ["da", 7], "type", "languages[1]"),
    (("goals",), {"G1": {}}, "type", "goals"),
    (("goals", 0), "G1", "type", "goals[0]"),
    (("goals", 0, "id"), True, "type", "goals[0].id"),
    (("goals", 0, "name"), "Nærvær", "type", "goals[0].name"),
    (("goals", 0, "name"), {}, "text.none", "goals[0].name"),
    (("goals", 0, "name", "da"), "", "text.empty", "goals[0].name.da"),
    (("goals", 0, "name", "da"), None, "type", "goals[0].name.da"),
    (("goals", 0, "name"), {"da": "x", "DA": "y"}, "text.language", "goals[0].name.DA"),
    (("goals", 0, "name", "da"), "\ud800", "text.not_unicode", "goals[0].name.da"),
    (("goals", 0, "kind"), "nationl", "enum.did_you_mean", "goals[0].kind"),
    (("goals", 0, "kind"), ["national"], "type", "goals[0].kind"),
    (("goals", 0, "valid_from"), "20180101", "date.format", "goals[0].valid_from"),
    (("goals", 0, "valid_from"), "2018-W01-1", "date.format", "goals[0].valid_from"),
    (("goals", 0, "valid_from"), "2018-02-29", "date.format", "goals[0].valid_from"),
    (("goals", 0, "valid_from"), 2018, "date.format", "goals[0].valid_from"),
    (("goals", 0, "valid_from"), dt.datetime(2018, 1, 1), "date.format", "goals[0].valid_from"),  # noqa: DTZ001
    (("goals", 0, "valid_to"), "2017-01-01", "validity.order", "goals[0].valid_to"),
    (("goals", 0, "owners"), "KL", "type", "goals[0].owners"),
    (("goals", 0, "order"), 1.0, "type", "goals[0].order"),
    (("goals", 0, "citation"), {"line": 3}, "field.missing", "goals[0].citation.document"),
    (("goals", 0, "changes"), [{"kind": "lost", "date": "2020-01-01"}], "code.format", "goals[0].changes[0].kind"),
    (("indicators", 0, "unit"), "percnt", "unit.did_you_mean", "indicators[0].unit"),
    (("indicators", 0, "unit"), "zzzzzz", "unit.unknown", "indicators[0].unit"),
    (("indicators", 0, "unit"), {"id": "percent"}, "type", "indicators[0].unit"),
    (("indicators", 0, "freq"), "year", "enum.unknown", "indicators[0].freq"),
    (("indicators", 0, "freq"), 1, "type", "indicators[0].freq"),
    (("indicators", 0, "decimals"), "1", "type", "indicators[0].decimals"),
    (("indicators", 0, "decimals"), 3.9, "type", "indicators[0].decimals"),
    (("indicators", 0, "decimals"), True, "type", "indicators[0].decimals"),
    (("indicators", 0, "decimals"), 10, "number.range", "indicators[0].decimals"),
    (("indicators", 0, "value_max"), "4.5", "type", "indicators[0].value_max"),
    (("indicators", 0, "value_max"), float("inf"), "number.not_finite", "indicators[0].value_max"),
    (("indicators", 0, "value_max"), LARGEST + 1, "number.range", "indicators[0].value_max"),
    (("indicators", 0, "value_max"), False, "type", "indicators[0].value_max"),
    (("indicators", 0, "value_max"), 100.5, "indicator.bounds_unit", "indicators[0].value_max"),
    (("indicators", 0, "tags"), ["a", 1], "type", "indicators[0].tags[1]"),
    (("indicators", 0, "tags"), ("a",), "type", "indicators[0].tags"),
    (("indicators", 0, "breaks", 0, "period"), "2020-Q5", "period.impossible", "indicators[0].breaks[0].period"),
    (("indicators", 0, "breaks", 0, "period"), 2020, "type", "indicators[0].breaks[0].period"),
    (("indicators", 0, "breaks", 0, "comparable"), "yes!", "enum.did_you_mean", "indicators[0].breaks[0].comparable"),
    (("targets", 0, "kind"), "at_lest", "enum.did_you_mean", "targets[0].kind"),
    (("targets", 0, "kind"), 1, "type", "targets[0].kind"),
    (("targets", 0, "value"), "80", "type", "targets[0].value"),
    (("targets", 0, "essential"), "no", "type", "targets[0].essential"),
    (("targets", 0, "essential"), 0, "type", "targets[0].essential"),
    (("targets", 0, "scope"), {"kind": "school", "group": "g"}, "scope.one", "targets[0].scope.institutions"),
    (("links", 0, "weight"), -1, "number.range", "links[0].weight"),
    (("links", 0, "proposed"), "true", "type", "links[0].proposed"),
    (("goals", 0, "nosuch"), 1, "field.unknown", "goals[0].nosuch"),
    (("goals", 0, "extras"), {}, "field.unknown", "goals[0].extras"),
    (("goals", 0, "name"), {"da": "Sag 010199-0000"}, "code.person_number", "goals[0].name.da"),
    (("indicators", 0, "breaks", 0, "nosuch"), 1, "field.unknown", "indicators[0].breaks[0].nosuch"),
    (("nosuch",), [], "field.unknown", "nosuch"),
    (("schema_version",), 1, "type", "schema_version"),
    (("schema_version",), "1", "schema.version", "schema_version"),
    (("schema_version",), "0.9", "schema.version", "schema_version"),
]


@pytest.mark.parametrize(("path", "value", "code", "place"), WRONG)
def test_each_wrong_value_is_one_fault(path: tuple[str | int, ...], value: Any, code: str, place: str) -> None:
    """Nothing is coerced, and a fault is reported once, where it is."""
    assert faults(changed((path, value))) == [(code, place)]


@pytest.mark.parametrize("value", ["percent", 1, 1.5, True, [], {}, dt.date(2018, 1, 1)])
@pytest.mark.parametrize(
    ("field", "right"),
    [
        ("id", (str,)),
        ("decimals", (int,)),
        ("value_min", (int, float)),
        ("valid_from", (dt.date,)),
        ("tags", (list,)),
        ("name", ()),
    ],
)
def test_every_primitive_against_every_wrong_type(field: str, right: tuple[type, ...], value: Any) -> None:
    """Exactly the type of the file counts: True is no number, 1.0 no whole number, a text no list."""
    data = changed((("indicators", 0, field), value))
    del data["targets"], data["links"]
    if type(value) in right:
        Catalogue.load(data)
    else:
        assert [path.split("[0].")[1] for _, path in faults(data)] == [field]


def test_required_fields_are_missed_one_by_one() -> None:
    """Each missing field is named; the optional ones are not."""
    data = {
        "schema_version": "1.0",
        "goals": [{}],
        "indicators": [{}],
        "targets": [{}],
        "links": [{}],
        "documents": [{}],
    }
    missing = {path for code, path in faults(data) if code == "field.missing"}
    assert missing == {
        "id", "goals[0].id", "goals[0].name", "indicators[0].id", "indicators[0].name", "indicators[0].unit",
        "indicators[0].direction", "targets[0].kind", "targets[0].id", "targets[0].indicator", "links[0].goal",
        "links[0].indicator", "documents[0].id", "documents[0].title",
    }  # fmt: skip


def test_twenty_faults_in_one_go() -> None:
    """Faults of fields, entries and references of all tables come together."""
    steps = [
        (path, value)
        for path, value, code, _ in WRONG
        if path[0] == "indicators" and len(path) == 3 and code == "type"
    ]
    data = changed(
        *steps,
        (("id",), 1),
        (("goals", 0, "valid_from"), "i går"),
        (("goals", 0, "kind"), "nation"),
        (("targets", 0, "value"), None),
        (("links", 0, "goal"), "G9"),
    )
    assert len(faults(data)) == len({path for path, _ in steps}) + 5
    assert {code for code, _ in faults(data)} == {"type", "date.format", "enum.did_you_mean", "ref.unknown"}


def test_null_means_absent_where_a_field_may_be_absent() -> None:
    """JSON's null is what a missing field is; a required field cannot be null."""
    data = changed(
        (("goals", 0, "parent"), None), (("goals", 0, "valid_to"), None), (("indicators", 0, "measure"), None)
    )
    assert Catalogue.load(data) == Catalogue.load(GOOD)
    assert faults(changed((("goals", 0, "id"), None))) == [("type", "goals[0].id")]


def test_faults_of_an_entry_do_not_spread() -> None:
    """What refers to a broken entry is not reported too."""
    data = changed((("goals", 0, "order"), "first"), (("indicators", 0, "decimals"), -1))
    assert faults(data) == [("type", "goals[0].order"), ("number.range", "indicators[0].decimals")]
    assert faults(changed((("goals", 0, "id"), 5))) == [("type", "goals[0].id")]


def test_own_units_are_known_by_code() -> None:
    """A file defines a unit once and uses it by code; a broken one is reported where it is defined."""
    unit = {"id": "visits", "kind": "count", "name": {"da": "besøg"}, "low": 0}
    data = changed((("units",), [unit]), (("indicators", 0, "unit"), "visits"))
    assert Catalogue.load(data).indicators["N1"].unit.low == 0
    assert faults(data | {"units": [unit | {"kind": "counts"}]}) == [("enum.did_you_mean", "units[0].kind")]


@pytest.mark.parametrize("number", ["010199-0000", "010199 0000", "0101990000", "2902001234", "3112991234"])
def test_person_numbers_are_found_and_never_repeated(number: str) -> None:
    """In texts, ids, names of fields and unknown fields; not in message, repr or path."""
    places: Iterable[tuple[tuple[str | int, ...], Any]] = [
        (("goals", 0, "name", "da"), f"Sag {number}."),
        (("goals", 0, "id"), number),
        (("goals", 0, number), "x"),
        (("goals", 0, "name"), {number: "x"}),
        (("targets", 0, "goal"), number),
        (("targets", 0, "kind"), number),
        (("indicators", 0, "unit"), number),
        (("nosuch",), [{"deep": [number]}]),
        ((number,), 1),
    ]
    for path, value in places:
        for source in (changed((path, value)), json.dumps(changed((path, value)))):
            with pytest.raises(CatalogueError) as caught:
                Catalogue.load(source) if isinstance(source, dict) else Catalogue.from_text(source, "json")
            error = caught.value
            assert "code.person_number" in {each.code for each in error.problems}
            told = f"{error!r}{error}{error.to_dict()}{error.problems.to_json()}{[*error.problems]!r}{error.args!r}"
            assert number not in told


@pytest.mark.parametrize(
    "text",
    [
        "320199-0000",
        "011399-0000",
        "300299-0000",
        "310499-0000",
        "20180901 1200",
        "1234567890123",
        "010199-00001",
        "211108-resultaterne",
    ],
)
def test_other_numbers_are_no_person_numbers(text: str) -> None:
    """A day that does not exist, and numbers with more digits."""
    assert Catalogue.load(changed((("goals", 0, "name", "da"), text))).goals["G1"].text("da") == text


def test_declared_production_units_may_have_ten_digits() -> None:
    """A declared p_number is no person number; the same digits under another scheme are."""
    school = {
        "id": "S1",
        "name": {"da": "Skolen"},
        "kind": "school",
        "identifiers": [{"scheme": "p_number", "value": "1003200000"}],
    }
    assert (
        Catalogue.load(changed((("institutions",), [school]))).institutions["S1"].identifiers[0].value == "1003200000"
    )
    school["identifiers"] = [{"scheme": "other", "value": "1003200000"}]
    assert faults(changed((("institutions",), [school]))) == [
        ("code.person_number", "institutions[0].identifiers[0].value")
    ]


def test_newer_major_versions_are_refused_alone() -> None:
    """A file for a newer major version gives that fault and no other."""
    assert faults(changed((("schema_version",), "2.0"), (("goals", 0, "id"), 1), (("new",), 1))) == [
        ("schema.too_new", "schema_version")
    ]


def test_newer_minor_versions_keep_what_is_unknown() -> None:
    """Unknown fields, tables and words of optional fields are kept with a warning, and written back."""
    data = changed(
        (("schema_version",), "1.7"),
        (("goals", 0, "colour"), {"hue": [1, None, {"a": True}]}),
        (("goals", 0, "citation"), {"document": "D1", "page": 3}),
        (("indicators", 0, "breaks", 0, "severity"), "high"),
        (("indicators", 0, "mention"), "quoted"),
        (("targets", 0, "confidence"), 0.9),
        (("links", 0, "since"), "2018"),
        (("documents",), [{"id": "D1", "title": {"da": "Aftale"}, "pages": 12}]),
        (("surveys",), [{"id": "S1"}]),
    )
    catalogue = Catalogue.load(data)
    assert catalogue.goals["G1"].extras["colour"]["hue"][2] == {"a": True}
    assert catalogue.indicators["N1"].mention is None
    assert {each.code for each in catalogue.problems} == {"field.kept"}
    assert {each.path for each in catalogue.problems} == {
        "goals[0].colour", "goals[0].citation.page", "indicators[0].breaks[0].severity", "indicators[0].mention",
        "targets[0].confidence", "links[0].since", "documents[0].pages", "surveys",
    }  # fmt: skip
    assert catalogue.problems.errors == type(catalogue.problems)()
    written = catalogue.to_dict()
    for table in ("goals", "links", "documents", "surveys"):
        assert written[table] == data[table]
    assert written["indicators"][0]["breaks"] == data["indicators"][0]["breaks"]
    assert written["indicators"][0]["mention"] == "quoted"
    assert written["targets"][0]["confidence"] == 0.9
    again = Catalogue.load(written)
    assert again == catalogue
    assert hash(again) == hash(catalogue)


def test_unknown_fields_can_be_kept_by_choice() -> None:
    """The same in a file of this version, when the caller asks for it."""
    data = changed((("goals", 0, "colour"), "blue"), (("new",), {"when": dt.date(2018, 1, 1)}))
    assert faults(data) == [("field.unknown", "goals[0].colour"), ("field.unknown", "new")]
    catalogue = Catalogue.load(data, unknown="keep")
    assert catalogue.extras == {"new": {"when": "2018-01-01"}}
    assert Catalogue.load(catalogue.to_dict(), unknown="keep") == catalogue
    for path, place in ((("new",), "new"), (("goals", 0, "new"), "goals[0].new")):
        found = faults(changed((path, [float("nan")])), unknown="keep")
        assert found == [("field.kept", place), ("number.not_finite", place)]


def test_required_words_stay_closed_in_newer_versions() -> None:
    """A direction that is not known cannot be left out: the file is refused."""
    data = changed((("schema_version",), "1.9"), (("indicators", 0, "direction"), "sideways"))
    assert ("enum.unknown", "indicators[0].direction") in faults(data)


# --- texts ---------------------------------------------------------------------------------------


def test_texts_that_are_no_catalogue() -> None:
    """Each guard has its own code, at its line."""
    assert text_faults("", "toml") == [("file.empty", "", None)]
    assert text_faults("  \n", "json") == [("file.empty", "", None)]
    assert text_faults(b"id = '\xe6'", "toml") == [("catalogue.not_utf8", "", None)]
    assert text_faults("[]", "json")[0][:2] == ("type", "")
    assert text_faults('{"a": 1,}', "json") == [("json.syntax", "", 1)]
    assert text_faults("a = 1\nb = \n", "toml") == [("toml.syntax", "", 2)]
    assert text_faults("a = 1\na = 2", "toml") == [("toml.syntax", "", 2)]
    assert text_faults("[" * 100_000, "json")[0][0] in {"catalogue.too_deep", "json.syntax"}
    assert text_faults("a = " + "[" * 100_000, "toml")[0][0] in {"catalogue.too_deep", "toml.syntax"}
    assert text_faults('{"a": ' + "[" * 70 + "]" * 70 + "}", "json") == [("catalogue.too_deep", "", None)]
    assert text_faults('{"a": ' + "1" * 5000 + "}", "json") == [("json.syntax", "", 1)]


def test_json_is_guarded_against_what_python_lets_through() -> None:
    """NaN and infinities are no JSON numbers, and the last of two equal names must not win."""
    start = '{"schema_version": "1.0", "id": "A",\n "indicators": [{"id": "N", "name": {"da": "x"}, "unit": "index", "direction": "up",'
    for word in ("NaN", "Infinity", "-Infinity", "1e999"):
        assert text_faults(f'{start}\n "value_min": {word}}}]}}', "json") == [
            ("number.not_finite", "indicators[0].value_min", 3)
        ]
    assert text_faults(f'{start}\n "id": "M"}}]}}', "json") == [("json.duplicate_key", "indicators[0].id", 3)]


def test_a_byte_order_mark_and_line_ends_of_windows() -> None:
    """Neither is part of the content."""
    text = 'schema_version = "1.0"\r\nid = "A"\r\n[[goals]]\r\nid = "G"\r\nname = { da = "x" }\r\n'
    assert len(Catalogue.from_text(("\ufeff" + text).encode(), "toml").goals) == 1
    assert text_faults(text.replace('"G"', "5"), "toml") == [("type", "goals[0].id", 4)]


def test_lines_of_missing_and_unknown_fields() -> None:
    """A missing field is reported at the table that lacks it, an unknown one at its name."""
    text = 'schema_version = "1.0"\nid = "A"\n\n[[goals]]\nname = { da = "x", en = "y" }\nnosuch = 1\n\n[[goals]]\nid = "G"\n'
    assert text_faults(text, "toml") == [
        ("field.missing", "goals[0].id", 4),
        ("field.unknown", "goals[0].nosuch", 6),
        ("field.missing", "goals[1].name", 8),
    ]


def test_messages_in_both_languages_name_place_and_cure() -> None:
    """One line for people: file, line, path, what is wrong and what would be right."""
    with pytest.raises(CatalogueError) as caught:
        Catalogue.from_text(
            'schema_version = "1.0"\nid = "A"\n[[indicators]]\nid = "N"\nname = { da = "x" }\nunit = "index"\ndirection = "higer"\n',
            "toml",
            name="maal.toml",
        )
    assert (
        "maal.toml:7:indicators[0].direction: Indicator.direction skal være en af: higher, lower, target, context. Mente du higher? [enum.did_you_mean]"
        in caught.value.text("da")
    )
    assert "maal.toml:7:indicators[0].direction:" in str(caught.value)


# --- sources -------------------------------------------------------------------------------------


def test_files_folders_and_lists(tmp_path: Path) -> None:
    """A folder is one catalogue; the header stands in one of its files."""
    (tmp_path / "a.toml").write_text(
        'schema_version = "1.0"\nid = "A"\nversion = "1.2.3"\n[[goals]]\nid = "G1"\nname = { da = "x" }\n',
        encoding="utf-8",
    )
    (tmp_path / "b.json").write_text(
        json.dumps({"schema_version": "1.0", "goals": [{"id": "G2", "name": {"da": "y"}, "parent": "G1"}]}),
        encoding="utf-8",
    )
    (tmp_path / "notes.txt").write_text("not read", encoding="utf-8")
    catalogue = Catalogue.load(tmp_path)
    assert (catalogue.id, catalogue.version, list(catalogue.goals)) == ("A", "1.2.3", ["G1", "G2"])
    assert Catalogue.load([tmp_path / "a.toml", str(tmp_path / "b.json")]) == catalogue


def test_ids_are_unique_across_files(tmp_path: Path) -> None:
    """The fault names the other file; two headers that differ are told apart."""
    for name, agency in (("a.toml", "KL"), ("b.toml", "FM")):
        (tmp_path / name).write_text(
            f'schema_version = "1.0"\nid = "A"\nagency = "{agency}"\n[[goals]]\nid = "G1"\nname = {{ da = "x" }}\n',
            encoding="utf-8",
        )
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(tmp_path)
    found = [(each.code, each.path, each.line) for each in caught.value.problems]
    assert found == [("catalogue.header_twice", "agency", 3), ("id.duplicate", "goals[0].id", 5)]
    assert all(str(each.file).endswith("b.toml") for each in caught.value.problems)
    assert "a.toml: goals[0]" in caught.value.problems[1].message_en


def test_one_broken_file_does_not_hide_the_faults_of_another(tmp_path: Path) -> None:
    """Syntax in one file, a wrong value in the other; references are not judged half blind."""
    (tmp_path / "a.toml").write_text("id = A", encoding="utf-8")
    (tmp_path / "b.toml").write_text(
        'schema_version = "1.0"\n[[goals]]\nid = 5\nname = { da = "x" }\nparent = "G0"\n', encoding="utf-8"
    )
    assert faults(tmp_path) == [("toml.syntax", ""), ("type", "goals[0].id")]


def test_own_targets_on_shipped_indicators(tmp_path: Path) -> None:
    """A list of sources is one catalogue, with the header of the last."""
    own = tmp_path / "own.toml"
    own.write_text(
        'schema_version = "1.0"\nid = "kommune"\n[[targets]]\nid = "T1"\nindicator = "sickness_absence_rate"\nkind = "at_most"\nvalue = 4\ngoal = "NG4"\n',
        encoding="utf-8",
    )
    catalogue = Catalogue.load(["sammenhaengsreform-2018", own])
    assert (catalogue.id, list(catalogue.targets), len(catalogue.goals)) == ("kommune", ["T1"], 39)
    assert faults(own) == [("ref.unknown", "targets[0].indicator"), ("ref.unknown", "targets[0].goal")]


def test_sources_that_are_not_there(tmp_path: Path) -> None:
    """A misspelt shipped name, a missing file, a folder without catalogues, a format that is not read."""
    with pytest.raises(UnknownCodeError, match="Did you mean folkeskolen"):
        Catalogue.load("folkeskole")
    assert faults(tmp_path / "a.toml") == [("file.not_found", "")]
    assert faults(tmp_path) == [("catalogue.empty_folder", "")]
    (tmp_path / "a.yaml").write_text("id: 0101", encoding="utf-8")
    assert faults(tmp_path / "a.yaml") == [("catalogue.format", "")]
    for nothing in (5, None, [], [5], b"id"):
        with pytest.raises(ArgumentError):
            Catalogue.load(nothing)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError):
        Catalogue.load(GOOD, unknown="ignore")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError):
        Catalogue.from_text("", "yaml")  # type: ignore[arg-type]


def test_errors_survive_a_process_pool() -> None:
    """A catalogue error pickles with its problems."""
    import pickle

    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(changed((("id",), 5)))
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    assert str(again) == str(caught.value)


def test_a_thousand_faults_make_a_short_message() -> None:
    """Every fault is there, and the text stays readable."""
    row = GOOD["indicators"][0]
    data = changed((("indicators",), [row | {"id": f"N{i}", "decimals": "1", "unit": "percnt"} for i in range(1000)]))
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(data)
    assert caught.value.problems.counts()["type"] == 1000
    assert len(str(caught.value)) < 10_000


def test_many_unknown_references_are_found_quickly() -> None:
    """Suggestions are looked for a few times only: each search looks at every code."""
    row = GOOD["targets"][0]
    data = changed((("targets",), [row | {"id": f"T{i}", "indicator": f"N{i}x"} for i in range(2000)]))
    assert len(faults(data)) == 2000


@pytest.mark.parametrize(
    ("version", "digest"),
    [
        ("1.0", "6ac9543ef56088685a91e20d22ccb35eccc14cb7e0f987e64d9c26c3bf40c787"),
        ("1.1", "1a71cd9b244c4c18fd697a6713745807ae469509ac468aae3e5686e2088e4846"),
        ("1.2", "9c957c6ec89a11b3de04f18acb0f5545e30ef5dcdbf6b0ef17089379cfcc77b0"),
    ],
)
def test_every_released_form_is_still_read(version: str, digest: str) -> None:
    """The golden file of each version is read without a word, means what it meant, and comes back the same."""
    catalogue = Catalogue.load(GOLDEN / f"{version}.toml")
    assert len(catalogue.problems) == 0
    assert catalogue.schema_version == "1.2"
    assert Catalogue.from_text(catalogue.to_json(), "json") == catalogue
    assert Catalogue.from_text(catalogue.to_toml(), "toml") == catalogue
    assert catalogue.digest() == digest


def test_the_newest_golden_file_holds_every_field() -> None:
    """Every table and every field, so that none can be lost unseen."""
    file = GOLDEN / "1.2.toml"
    written = {
        table: set().union(*map(set, rows))
        for table, rows in tomllib.loads(file.read_text(encoding="utf-8")).items()
        if table in TABLES
    }
    for table, model in TABLES.items():
        models = TAGGED.get(table, {"": model}).values()
        fields = {name for each in models for name in shape_of(each)}
        # What every entry has stands in full with the goals.
        assert fields - written[table] <= written["goals"] | {"citation", "proposed", "currency"}, table
