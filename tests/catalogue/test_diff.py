"""Two versions compared: what changed, and the smallest honest version number."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from maalbib import Catalogue
from maalbib.catalogue import CatalogueDiff

OLD: dict[str, Any] = {
    "schema_version": "1.0",
    "id": "A",
    "version": "1.2.3",
    "goals": [{"id": "G1", "name": {"da": "Ro"}}],
    "indicators": [
        {
            "id": "N1",
            "name": {"da": "x"},
            "unit": "visits",
            "direction": "higher",
            "definition": {"da": "antal"},
            "numerator": {"da": "tæller"},
        }
    ],
    "targets": [{"id": "T1", "indicator": "N1", "kind": "at_least", "value": 80}],
    "links": [{"goal": "G1", "indicator": "N1"}],
    "units": [{"id": "visits", "kind": "count", "name": {"da": "besøg"}}],
    "institutions": [
        {"id": "0101", "name": {"da": "x"}, "kind": "municipality", "valid_to": "2020-01-01"},
        {"id": "0101", "name": {"da": "y"}, "kind": "municipality", "valid_from": "2020-01-01"},
    ],
    "memberships": [{"institution": "0101", "parent": "0101x", "valid_from": "2020-01-01"}],
}
OLD["institutions"].append({"id": "0101x", "name": {"da": "z"}, "kind": "region"})


def row(table: str, **fields: Any) -> dict[str, Any]:
    """Return the old catalogue with fields of the first row of a table replaced; None removes one."""
    first = {key: value for key, value in (OLD[table][0] | fields).items() if value is not None}
    return OLD | {table: [first, *OLD[table][1:]]}


REVISED = OLD["targets"][0] | {"decided_on": "2022-06-01", "value": 85}
ABOUT = {"target": "T1", "institution": "0101"}
OVERRIDE = ABOUT | {"state": "met", "reason": {"da": "x"}, "decided_by_role": "chef", "decided_on": "2024-03-01"}
NOTE = ABOUT | {
    "breakdown": "grade=4", "state": "not_met", "comment": {"da": "x"}, "by_role": "chef", "noted_on": "2024-03-01"
}  # fmt: skip
BREAK = {"period": "2020", "kind": "method"}

# new catalogue, the one change, bump
CASES: dict[str, tuple[dict[str, Any], tuple[str, str, str, tuple[str, ...]], str]] = {
    "name": (row("goals", name={"da": "Mere ro"}), ("goals", "G1", "changed", ("name",)), "patch"),
    "translation": (row("goals", name={"da": "Ro", "en": "Calm"}), ("goals", "G1", "changed", ("name",)), "patch"),
    "note": (row("targets", note={"da": "x"}), ("targets", "T1", "changed", ("note",)), "patch"),
    "tags": (row("indicators", tags=["a"]), ("indicators", "N1", "changed", ("tags",)), "patch"),
    "definition translated": (
        row("indicators", definition={"da": "antal", "en": "number"}),
        ("indicators", "N1", "changed", ("definition",)),
        "patch",
    ),
    "definition reworded": (
        row("indicators", definition={"da": "antal besøg"}),
        ("indicators", "N1", "changed", ("definition",)),
        "major",
    ),
    "definition lost": (
        row("indicators", definition=None),
        ("indicators", "N1", "changed", ("definition",)),
        "major",
    ),
    "break": (row("indicators", breaks=[BREAK]), ("indicators", "N1", "changed", ("breaks",)), "major"),
    "direction": (
        row("indicators", direction="lower", id="N1") | {"targets": []},
        ("targets", "T1", "removed", ()),
        "major",
    ),
    "owners": (row("goals", owners=["KL"]), ("goals", "G1", "changed", ("owners",)), "minor"),
    "value": (row("targets", value=85), ("targets", "T1", "changed", ("value",)), "major"),
    "kind": (row("targets", kind="at_least", due="2030"), ("targets", "T1", "changed", ("due",)), "major"),
    "unit": (row("units", low=0), ("units", "visits", "changed", ("low",)), "major"),
    "unit's symbol": (row("units", symbol="b"), ("units", "visits", "changed", ("symbol",)), "patch"),
    "goal added": (
        OLD | {"goals": [*OLD["goals"], {"id": "G2", "name": {"da": "x"}}]},
        ("goals", "G2", "added", ()),
        "minor",
    ),
    "link removed": (OLD | {"links": []}, ("links", "G1/N1", "removed", ()), "major"),
    "institution renamed": (
        row("institutions", name={"da": "q"}),
        ("institutions", "0101", "changed", ("name",)),
        "patch",
    ),
    "membership removed": (
        OLD | {"memberships": []},
        ("memberships", "0101/0101x/belongs_to/2020-01-01", "removed", ()),
        "major",
    ),
    "agency": (OLD | {"agency": "KL"}, ("catalogue", "A", "changed", ("agency",)), "patch"),
    "id of the catalogue": (OLD | {"id": "B"}, ("catalogue", "B", "changed", ("id",)), "major"),
}


CASES |= {
    "target revised": (
        OLD | {"targets": [OLD["targets"][0] | {"decided_on": "2018-01-01"}, REVISED]},
        ("targets", "T1@2022-06-01", "added", ()),
        "major",  # the first version got a day, too
    ),
    "target withdrawn": (
        row("targets", withdrawn_on="2024-01-01"),
        ("targets", "T1", "changed", ("withdrawn_on",)),
        "minor",
    ),
    "suspended": (
        row("targets", suspensions=[{"start": "2020-03-12", "end": "2020-08-01"}]),
        ("targets", "T1", "changed", ("suspensions",)),
        "minor",
    ),
    "weight": (row("targets", weight=2), ("targets", "T1", "changed", ("weight",)), "major"),
    "publication delay": (
        row("indicators", publication_delay=30),
        ("indicators", "N1", "changed", ("publication_delay",)),
        "minor",
    ),
    "override": (
        OLD | {"overrides": [OVERRIDE]},
        ("overrides", "T1/0101@2024-03-01", "added", ()),
        "minor",
    ),
    "follow-up": (
        OLD | {"follow_ups": [NOTE]},
        ("follow_ups", "T1/0101/grade=4@2024-03-01/chef", "added", ()),
        "minor",
    ),
}


def test_a_revision_is_an_addition() -> None:
    """The first version keeps its name in the difference; a later one goes by its day, in whatever order they stand."""
    first = OLD["targets"][0] | {"decided_on": "2018-01-01"}
    before, after = (Catalogue.load(OLD | {"targets": targets}) for targets in ([first], [REVISED, first]))
    diff = before.diff(after)
    assert [(each.id, each.kind) for each in diff] == [("T1@2022-06-01", "added")]
    assert diff.bump == "minor"
    assert not after.diff(Catalogue.load(OLD | {"targets": [first, REVISED]}))
    assert [(each.id, each.kind, each.bump) for each in after.diff(before)] == [("T1@2022-06-01", "removed", "major")]


def test_a_decision_that_was_changed() -> None:
    """Another reason is a patch, an end a minor and another state a major step."""
    before = Catalogue.load(OLD | {"overrides": [OVERRIDE]})
    for fields, bump in (
        ({"reason": {"da": "y"}}, "patch"),
        ({"until": "2025-01-01"}, "minor"),
        ({"state": "not_met"}, "major"),
    ):
        assert before.diff(Catalogue.load(OLD | {"overrides": [OVERRIDE | fields]})).bump == bump


@pytest.mark.parametrize("case", CASES)
def test_each_change_has_its_weight(case: str) -> None:
    """Texts are a patch, additions a minor, changed or removed definitions a major step."""
    new, change, bump = CASES[case]
    diff = Catalogue.load(OLD).diff(Catalogue.load(new))
    assert diff.bump == bump
    assert change in [(each.table, each.id, each.kind, each.fields) for each in diff]
    assert {"patch": "1.2.4", "minor": "1.3.0", "major": "2.0.0"}[bump] == diff.next_version


@pytest.mark.parametrize(
    ("version", "declared"),
    [
        ("1.2.3", "none"),
        ("1.2.4", "patch"),
        ("1.3.0", "minor"),
        ("2.0.0", "major"),
        ("1.2.2", "none"),
        ("0.9.9", "none"),
    ],
)
def test_the_declared_step_is_held_against_the_honest_one(version: str, declared: str) -> None:
    """An addition needs at least a minor step."""
    new = CASES["goal added"][0] | {"version": version}
    diff = Catalogue.load(OLD).diff(Catalogue.load(new))
    assert (diff.before, diff.after, diff.declared) == ("1.2.3", version, declared)
    assert diff.is_honest == (declared in {"minor", "major"})
    problems = diff.check()
    assert len(problems) == (not diff.is_honest)
    assert all("1.3.0" in each.message_da and version in each.message_en for each in problems)


def test_nothing_changed() -> None:
    """No change calls for no step, and the difference is false."""
    diff = Catalogue.load(OLD).diff(Catalogue.load(OLD))
    assert not diff
    assert (len(diff), diff.bump, diff.next_version, diff.is_honest, diff.text()) == (0, "none", "1.2.3", True, "")
    assert diff == CatalogueDiff(before="1.2.3", after="1.2.3")


def test_a_difference_as_lists_text_and_data() -> None:
    """Grouped by kind and table, as lines in two languages, as plain data, and pickled."""
    new = row("indicators", unit="index") | {
        "targets": [],
        "goals": [*OLD["goals"], {"id": "G2", "name": {"da": "x"}}],
    }
    diff = Catalogue.load(OLD).diff(Catalogue.load(new))
    assert diff.of("added") == {"goals": ("G2",)}
    assert diff.of("removed") == {"targets": ("T1",)}
    assert diff.of("changed") == {"indicators": ("N1",)}
    assert diff.redefined == ("N1",)
    assert diff.text("da").splitlines() == [
        "goals G2: tilføjet",
        "indicators N1: ændret (unit)",
        "targets T1: fjernet",
    ]
    assert json.loads(json.dumps(diff.to_dict()))["changes"][1]["fields"] == ["unit"]
    assert pickle.loads(pickle.dumps(diff)) == diff
    assert hash(diff) == hash(pickle.loads(pickle.dumps(diff)))
