"""Definitions of peers in a catalogue: read, written, compared, and held against what they speak of."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from maalbib import Catalogue, CatalogueError, NearestPeers, Text
from maalbib.catalogue._shapes import shape_of
from maalbib.model import PEER_KINDS

NAME = {"da": "x", "en": "x"}


def indicator(code: str, **fields: Any) -> dict[str, Any]:
    """Return a row of an indicator."""
    return {"id": code, "name": NAME, "unit": "percent", "direction": "higher"} | fields


def nearest(**fields: Any) -> dict[str, Any]:
    """Return a row of a definition by distance."""
    row = {"id": "P", "name": NAME, "kind": "nearest", "variables": [{"indicator": "N1"}], "k": 5, "vintage": "2024"}
    return row | fields


def load(*definitions: dict[str, Any], **tables: Any) -> Catalogue:
    """Load a catalogue with definitions of peers and two indicators."""
    known = {"indicators": [indicator("N1"), indicator("N2")]}
    return Catalogue.load({"schema_version": "1.2", "id": "A", "peer_definitions": [*definitions]} | known | tables)


LISTED = {"id": "L", "name": NAME, "kind": "listed"}
PLACE = {"id": "0101", "name": NAME, "kind": "municipality"}
SYGE, BROKEN_DOWN = {"da": "Syge elever"}, {"dimensions": ["grade"]}

# definition, tables, code, path
BROKEN: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "an unknown variable": (nearest(variables=[{"indicator": "N9"}]), {}, "ref.unknown", "variables[0].indicator"),
    "an unknown purpose": (nearest(purpose=["N9"]), {}, "ref.unknown", "purpose[0]"),
    "an unknown institution listed": (
        LISTED | {"lists": [{"unit": "0101", "peers": ["0102"]}]},
        {"institutions": [PLACE]},
        "ref.unknown",
        "lists[0].peers[0]",
    ),
    "an unknown institution excluded": (
        nearest(exclusions=[{"institution": "0102", "reason": NAME}]),
        {"institutions": [PLACE]},
        "ref.unknown",
        "exclusions[0].institution",
    ),
    "an unknown group as scope": (nearest(scope={"group": "nine"}), {}, "ref.unknown", "scope.group"),
    "an unknown group as population": (nearest(population={"group": "nine"}), {}, "ref.unknown", "population.group"),
    "an unknown document": (nearest(citation={"document": "d9"}), {}, "ref.unknown", "citation.document"),
    "the outcome among the variables": (nearest(purpose=["N1"]), {}, "peers.outcome_in_distance", "variables[0]"),
    "a part of the outcome": (
        nearest(purpose=["N2"]),
        {"indicators": [indicator("N1"), indicator("N2", composed_of=["N1"])]},
        "peers.outcome_part",
        "purpose[0]",
    ),
    "the numerator of the outcome": (
        nearest(purpose=["N2"]),
        {"indicators": [indicator("N1", numerator=SYGE), indicator("N2", numerator=SYGE)]},
        "peers.outcome_numerator",
        "purpose[0]",
    ),
    "a breakdown that there is not": (
        nearest(variables=[{"indicator": "N1", "breakdown": "sex=F"}]),
        {"indicators": [indicator("N1", **BROKEN_DOWN)]},
        "peers.breakdown",
        "variables[0].breakdown",
    ),
    "the id of a group": (
        nearest(id="six"),
        {"groups": [{"id": "six", "name": NAME, "members": ["0101", "0751"]}]},
        "peers.group_id",
        "id",
    ),
    "an id that stands twice": (nearest(), {"peer_definitions": [nearest(), nearest()]}, "id.duplicate", "id"),
    "an unknown kind": (nearest(kind="near"), {}, "enum.did_you_mean", "kind"),
    "no kind": ({"id": "P", "name": NAME}, {}, "field.missing", "kind"),
    "a kind that is no text": (nearest(kind=5), {}, "type", "kind"),
    "a field of another kind": (LISTED | {"members": ["0101", "0751"], "k": 5}, {}, "field.unknown", "k"),
    "a vintage that is no period": (nearest(vintage="sidste år"), {}, "period.unknown_format", "vintage"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_rule_refuses(case: str) -> None:
    """One fault, at its path, with words in both languages."""
    definition, tables, code, path = BROKEN[case]
    with pytest.raises(CatalogueError) as caught:
        load(definition, **tables)
    [problem] = caught.value.problems
    assert problem.code == code
    assert problem.path.endswith(f"].{path}")
    assert problem.message_da != problem.message_en


def test_groups_of_a_register_need_no_entry() -> None:
    """Statistics Denmark's groups are the register's, so that the catalogue cannot know them."""
    row = {"id": "G", "name": NAME, "kind": "classification", "groups": ["dst-2018-1", "dst-2018-2"]}
    assert load(row).peer_definitions["G"].kind == "classification"


def test_findings() -> None:
    """Without a purpose nobody can say who is alike; a school year is no period of a yearly indicator."""
    yearly = [indicator("N1", freq="A"), indicator("N2")]
    found = [
        (problem.code, problem.level, problem.path)
        for problem in load(nearest(vintage="2024/25"), indicators=yearly).check()
        if problem.code.startswith("peers.")
    ]
    assert found == [
        ("peers.no_purpose", "info", "peer_definitions[0].purpose"),
        ("peers.frequency", "warning", "peer_definitions[0].variables"),
    ]
    quiet = load(nearest(area="school"), nearest(id="Q", purpose=["N2"])).check()
    assert not [problem for problem in quiet if problem.code.startswith("peers.")]
    english = load(nearest(name={"da": "x"}))
    assert "peer_definitions[0].name" in {each.path for each in english.check() if each.code == "text.missing"}


def test_what_calls_for_which_version() -> None:
    """Another name is a patch, another definition of who is alike a major step, a new one a minor."""
    old = load(nearest())
    for fields, bump in (({"name": Text(da="y", en="x")}, "patch"), ({"k": 6}, "major"), ({"caliper": 1.0}, "major")):
        new = attrs.evolve(old, peer_definitions=[attrs.evolve(old.peer_definitions["P"], **fields)])
        [change] = old.diff(new)
        assert (change.table, change.id, change.fields, change.bump) == ("peer_definitions", "P", tuple(fields), bump)
    added = load(nearest(), nearest(id="Q"))
    assert [(change.id, change.kind, change.bump) for change in old.diff(added)] == [("Q", "added", "minor")]


@pytest.mark.parametrize("kind", PEER_KINDS)
def test_each_kind_has_its_own_fields(kind: str) -> None:
    """Beyond what all have, no kind takes the fields of another."""
    shared = set.intersection(*(set(shape_of(model)) for model in PEER_KINDS.values()))
    own = set(shape_of(PEER_KINDS[kind])) - shared
    others = set().union(*(set(shape_of(model)) for tag, model in PEER_KINDS.items() if tag != kind)) - shared
    assert {"purpose", "vintage", "exclusions", "min_peers"} <= shared
    assert not own & others - {"members"}  # of a list and of a cohort


def test_a_newer_file_keeps_what_is_not_known() -> None:
    """An unknown field of a definition is written back."""
    row = nearest(tie_rule="code")
    kept = Catalogue.load(
        {"schema_version": "1.9", "id": "A", "indicators": [indicator("N1")], "peer_definitions": [row]}
    )
    assert kept.to_dict()["peer_definitions"] == [row]


def test_definitions_are_made_in_code_too() -> None:
    """Objects obey the same rules as files."""
    own = NearestPeers(id="P", name=Text(da="x"), variables=["N9"], k=5, vintage="2024")
    with pytest.raises(CatalogueError) as caught:
        Catalogue(id="A", peer_definitions=[own])
    assert [problem.code for problem in caught.value.problems] == ["ref.unknown"]
