"""Rule sets as data: what ships, what is refused, and that what is published stays."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path
from typing import Any

import attrs
import pytest

from maalbib import stats
from maalbib.errors import ArgumentError

OWN: dict[str, Any] = {
    "id": "ours",
    "version": "1",
    "limits": {"kind": "xmr", "multiplier": 2.66, "screen_moving_range": 3.267},
    "rules": [
        {"id": "out", "kind": "beyond", "sigma": 3, "strict": True},
        {"id": "run_6", "kind": "run_side", "length": 6, "on_centre": "skipped"},
    ],
}
# A published set is never edited: a new version gets a new line, and no line is ever changed.
PUBLISHED = {
    "nhs_mdc/1": "b54f553a024e45ca",
    "nhs_mdc/2": "fb21101f70a3549b",
    "western_electric/1": "951c5d46699af7ae",
    "nelson/1": "9413c7aecea56a35",
    "ihi_run_chart/1": "853d5705084c5117",
    "anhoej/1": "f93c26a108ba89df",
    "best_box/1": "4a94f807b44a4c1f",
}


def print_of(rules: stats.RuleSet) -> str:
    """What a set says, in short."""
    return hashlib.sha256(json.dumps(rules.to_dict(), sort_keys=True).encode()).hexdigest()[:16]


def test_published_sets_are_never_edited() -> None:
    """Adding a version changes no older one."""
    assert {f"{rules.id}/{rules.version}": print_of(rules) for rules in stats.rule_sets()} == PUBLISHED


def test_the_shipped_sets_are_those_read_in_source(oracles: Path) -> None:
    """The same kinds, parameters, versions and priorities; a box tells its numbers as well as its words."""
    text = (oracles / "statistics/own/rule_sets.json").read_text(encoding="utf-8")
    for data in json.loads(text)["rule_sets"]:
        for rule in data["rules"]:
            if rule["kind"] == "box":
                rule |= {"specificity": 0.925, "shift": 0.8}
        assert stats.RuleSet.from_dict(data) == stats.rule_set(data["id"], data["version"])
    assert len(stats.rule_sets()) == 7


def test_newest_and_named_version() -> None:
    """Without a version the newest, with one the old answers."""
    assert stats.rule_set("nhs_mdc").version == "2"
    one, two = stats.rule_set("nhs_mdc", "1"), stats.rule_set("nhs_mdc", version="2")
    changed = [(old, new) for old, new in zip(one.rules, two.rules, strict=True) if old != new]
    assert [(old.counts_beyond, new.counts_beyond) for old, new in changed] == [(3, None)]
    assert two.based_on == "1"
    with pytest.raises(ArgumentError, match="id must be one of: anhoej, best_box"):
        stats.rule_set("nhs")
    with pytest.raises(ArgumentError, match="version must be one of: 1, 2"):
        stats.rule_set("nhs_mdc", "3")


@pytest.mark.parametrize("rules", stats.rule_sets(), ids=lambda rules: f"{rules.id}-{rules.version}")
def test_there_and_back(rules: stats.RuleSet) -> None:
    """Plain data, JSON and pickle give the same set; a set can be a key."""
    assert stats.RuleSet.from_dict(rules.to_dict()) == rules
    assert stats.RuleSet.from_json(json.dumps(rules.to_dict())) == rules
    assert pickle.loads(pickle.dumps(rules)) == rules
    assert {rules: 1}[stats.rule_set(rules.id, rules.version)] == 1


def test_a_set_of_ones_own() -> None:
    """It is used like a shipped one."""
    own = stats.RuleSet.from_dict(OWN)
    assert own.display_priority == ("out", "run_6")
    found = stats.apply_rules(stats.xmr_limits([4, 5, 6, 5, 4, 5, 6, 5, 4, 5, 6, 5]), own)
    assert (found.rule_set.id, found.rule_set.version, found.rules) == ("ours", "1", ("out", "run_6"))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        own.version = "2"  # type: ignore[misc]


def test_a_published_name_with_other_content_is_refused() -> None:
    """A change is a new version."""
    changed = stats.rule_set("nhs_mdc", "1").to_dict()
    changed["rules"][1]["length"] = 6
    with pytest.raises(ArgumentError, match="published with other content"):
        stats.RuleSet.from_dict(changed)
    assert stats.RuleSet.from_dict(changed | {"version": "1-ours"}).rules[1].length == 6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": ""}, "id must be a text"),
        ({"version": 2}, "version must be a text"),
        ({"rules": []}, "has no rules"),
        ({"rules": {}}, "rules must be a list"),
        ({"rules": [3]}, "rules must be an object"),
        ({"rules": OWN["rules"] * 2}, "two rules with the same id"),
        ({"display_priority": ["out"]}, "must name each rule once"),
        ({"valid_n": [20, 10]}, "valid_n must be a whole number of at least 20"),
        ({"colour": "red"}, "The field colour of ours is not known"),
        ({"limits": {"kind": "ewma"}}, "limits.kind must be one of"),
        ({"limits": {"multiplier": 3}}, "ours.limits lacks kind"),
        ({"limits": {"kind": "xmr", "multiplier": -1}}, "limits.multiplier must be a number above 0"),
        ({"limits": {"kind": "none", "centre": "mode"}}, "limits.centre must be one of"),
        ({"limits": 3}, "limits must be an object"),
    ],
)
def test_wrong_sets_are_refused(change: dict[str, Any], message: str) -> None:
    """Each fault has its words."""
    with pytest.raises(ArgumentError, match=message):
        stats.RuleSet.from_dict(OWN | change)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"kind": "run_side", "length": 6}, "lacks on_centre"),
        ({"kind": "run_side", "length": 1, "on_centre": "breaks"}, "length must be a whole number of at least 2"),
        ({"kind": "run_side", "length": 6.0, "on_centre": "breaks"}, "length must be a whole number"),
        ({"kind": "run_side", "length": 6, "on_centre": "ends"}, "on_centre must be one of: breaks, skipped"),
        ({"kind": "monotone", "length": 6, "flags": "first"}, "flags must be one of"),
        ({"kind": "monotone", "length": 6, "sigma": 2}, "does not take sigma"),
        ({"kind": "beyond", "sigma": "3"}, "sigma must be a number above 0"),
        ({"kind": "beyond", "sigma": 3, "strict": False}, "The field strict of it is not known"),
        ({"kind": "k_of_m", "k": 4, "m": 3, "sigma": 2, "others": "any"}, "k must lie between 1 and 3"),
        (
            {"kind": "k_of_m", "k": 2, "m": 3, "sigma": 2, "others": "any", "counts_beyond": 2},
            "counts_beyond must be above sigma",
        ),
        ({"kind": "longest_run", "limit": "7", "signal": "greater"}, "limit must be one of"),
        ({"kind": "box", "specificity": 1, "shift": 0.8}, "specificity must lie between 0 and 1"),
        ({"kind": "ewma"}, "kind must be one of"),
        ({}, "lacks id, kind"),
    ],
)
def test_wrong_rules_are_refused(rule: dict[str, Any], message: str) -> None:
    """A rule takes the parameters of its kind, and no others."""
    with pytest.raises(ArgumentError, match=message):
        stats.RuleSet.from_dict(OWN | {"rules": [{"id": "it"} | rule]})


def test_not_json() -> None:
    """Broken text is told as such, and so is a text that is no object."""
    with pytest.raises(ArgumentError, match="not valid JSON"):
        stats.RuleSet.from_json("{")
    with pytest.raises(ArgumentError, match="must be an object"):
        stats.RuleSet.from_json("[]")
