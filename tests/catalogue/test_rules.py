"""Rules between entries, each broken once, in a file and in objects; and the findings of a check."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from maalbib import ArgumentError, Catalogue, CatalogueError, Goal, Indicator, Text, Unit
from maalbib.model import IndicatorLink

NAME = {"da": "x", "en": "x"}


def indicator(code: str = "N1", **fields: Any) -> dict[str, Any]:
    """Return a row of an indicator."""
    return {"id": code, "name": NAME, "unit": "percent", "direction": "higher"} | fields


def target(code: str = "T1", **fields: Any) -> dict[str, Any]:
    """Return a row of a target."""
    return {"id": code, "indicator": "N1", "kind": "at_least", "value": 80} | fields


def goal(code: str = "G1", **fields: Any) -> dict[str, Any]:
    """Return a row of a goal."""
    return {"id": code, "name": NAME} | fields


def link(goal_code: str = "G1", code: str = "N1", **fields: Any) -> dict[str, Any]:
    """Return a row of a link."""
    return {"goal": goal_code, "indicator": code} | fields


def place(code: str = "0101", **fields: Any) -> dict[str, Any]:
    """Return a row of an institution."""
    return {"id": code, "name": NAME, "kind": "municipality"} | fields


def group(*members: str) -> dict[str, Any]:
    """Return a row of a group."""
    return {"id": "six", "name": NAME, "members": [*members]}


def load(**tables: Any) -> Catalogue:
    """Load a catalogue of some tables."""
    return Catalogue.load({"schema_version": "1.0", "id": "A"} | tables)


def dispersion(**fields: Any) -> dict[str, Any]:
    """Return a row of a target for dispersion."""
    return {"id": "T1", "indicator": "N1", "kind": "dispersion_at_most", "statistic": "sd", "value": 5} | fields


def reference(**fields: Any) -> dict[str, Any]:
    """Return a row of a target that is held against a reference."""
    return {"id": "T1", "indicator": "N1", "kind": "relative_to_reference", "direction": "higher"} | fields


def override(**fields: Any) -> dict[str, Any]:
    """Return a row of an override."""
    about = {"target": "T1", "institution": "0101", "state": "met"}
    return about | {"reason": NAME, "decided_by_role": "chef", "decided_on": "2024-03-01"} | fields


def note(**fields: Any) -> dict[str, Any]:
    """Return a row of a follow-up."""
    about = {"target": "T1", "institution": "0101", "state": "not_met"}
    return about | {"comment": NAME, "by_role": "chef", "noted_on": "2024-03-01"} | fields


def milestone(code: str = "M1", **fields: Any) -> dict[str, Any]:
    """Return a row of a milestone that nothing measures."""
    return {"id": code, "kind": "milestone", "due": "2025-12-31"} | fields


CHILD, PARENT = {"parent": "G0"}, {"valid_from": "2018-01-01", "valid_to": "2020-01-01"}
UNIT = {"id": "visits", "kind": "count", "name": NAME}
BASE = {"period": "2018", "value": 50}

# tables, and what is wrong with them
BROKEN: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "id twice": ({"goals": [goal(), goal("G2"), goal()]}, [("id.duplicate", "goals[2].id")]),
    "id three times": ({"goals": [goal()] * 3}, [("id.duplicate", "goals[1].id"), ("id.duplicate", "goals[2].id")]),
    "unit twice": ({"units": [UNIT, UNIT]}, [("id.duplicate", "units[1].id")]),
    "code used at the same time": (
        {"institutions": [place(), place(valid_from="2020-01-01")]},
        [("id.duplicate", "institutions[1].id")],
    ),
    "parent": ({"goals": [goal(**CHILD)]}, [("ref.unknown", "goals[0].parent")]),
    "link": ({"links": [link()]}, [("ref.unknown", "links[0].goal"), ("ref.unknown", "links[0].indicator")]),
    "target": (
        {"targets": [target(goal="G1", scope={"group": "six"})]},
        [
            ("ref.unknown", "targets[0].indicator"),
            ("ref.unknown", "targets[0].goal"),
            ("ref.unknown", "targets[0].scope.group"),
        ],
    ),
    "scope": (
        {
            "indicators": [indicator()],
            "targets": [target(scope={"institutions": ["0101", "0102"]})],
            "institutions": [place()],
        },
        [("ref.unknown", "targets[0].scope.institutions[1]")],
    ),
    "members": (
        {"institutions": [place()], "groups": [group("0101", "0751")]},
        [("ref.unknown", "groups[0].members[1]")],
    ),
    "membership": (
        {"institutions": [place()], "memberships": [{"institution": "0101", "parent": "1084"}]},
        [("ref.unknown", "memberships[0].parent")],
    ),
    "sum of what": (
        {"indicators": [indicator(composed_of=["N2"])]},
        [("ref.unknown", "indicators[0].composed_of[0]")],
    ),
    "document": ({"goals": [goal(citation={"document": "d"})]}, [("ref.unknown", "goals[0].citation.document")]),
    "own parent": ({"goals": [goal(parent="G1")]}, [("goal.own_parent", "goals[0].parent")]),
    "cycle": (
        {
            "goals": [
                goal("G0"),
                goal("G1", parent="G3"),
                goal("G2", parent="G1"),
                goal("G3", parent="G2"),
                goal("G4", parent="G2"),
            ]
        },
        [("goal.cycle", "goals[1].parent")],
    ),
    "two cycles": (
        {
            "goals": [
                goal("G1", parent="G2"),
                goal("G2", parent="G1"),
                goal("G3", parent="G4"),
                goal("G4", parent="G3"),
            ]
        },
        [("goal.cycle", "goals[0].parent"), ("goal.cycle", "goals[2].parent")],
    ),
    "starts before its parent": (
        {"goals": [goal("G0", **PARENT), goal(**CHILD, valid_from="2017-12-31")]},
        [("goal.validity", "goals[1].valid_from")],
    ),
    "starts when its parent ends": (
        {"goals": [goal("G0", **PARENT), goal(**CHILD, valid_from="2020-01-01")]},
        [("goal.validity", "goals[1].valid_from")],
    ),
    "ends after its parent": (
        {"goals": [goal("G0", **PARENT), goal(**CHILD, valid_to="2020-01-02")]},
        [("goal.validity", "goals[1].valid_to")],
    ),
    "against the direction": (
        {"indicators": [indicator(direction="lower")], "targets": [target()]},
        [("target.direction", "targets[0].kind")],
    ),
    "against the direction by its own field": (
        {"indicators": [indicator()], "targets": [target(kind="reach_by", direction="down", due="2030")]},
        [("target.direction", "targets[0].direction")],
    ),
    "above what is possible": (
        {"indicators": [indicator()], "targets": [target(value=101)]},
        [("target.bounds", "targets[0].value")],
    ),
    "a band that reaches too far": (
        {
            "indicators": [indicator()],
            "targets": [{"id": "T", "indicator": "N1", "kind": "within_band", "low": -1, "high": 5}],
        },
        [("target.bounds", "targets[0].low")],
    ),
    "a baseline that is impossible": (
        {"indicators": [indicator()], "targets": [target(baseline=BASE | {"value": -5}, due="2020")]},
        [("target.bounds", "targets[0].baseline.value")],
    ),
    "a change that leads out": (
        {
            "indicators": [indicator()],
            "targets": [{"id": "T", "indicator": "N1", "kind": "change_relative", "percent": 150, "baseline": BASE}],
        },
        [("target.bounds", "targets[0].percent")],
    ),
    "a breakdown that is not there": (
        {"indicators": [indicator(dimensions=["grade"])], "targets": [target(breakdown="grade=4;sex=1")]},
        [("target.breakdown", "targets[0].breakdown")],
    ),
    "a breakdown without a code": (
        {"indicators": [indicator(dimensions=["grade"])], "targets": [target(breakdown="grade")]},
        [("target.breakdown", "targets[0].breakdown")],
    ),
    "weights": (
        {
            "goals": [goal()],
            "indicators": [indicator(), indicator("N2")],
            "links": [link(weight=0.5), link(code="N2", weight=0.4)],
        },
        [("link.weights", "links[0].weight")],
    ),
    "link twice": (
        {"goals": [goal()], "indicators": [indicator()], "links": [link(), link(role="context")]},
        [("link.duplicate", "links[1].indicator")],
    ),
    "two versions of one day": (
        {
            "indicators": [indicator()],
            "targets": [target(decided_on="2020-01-01"), target(decided_on="2020-01-01", value=85)],
        },
        [("target.version_date", "targets[1].id")],
    ),
    "a version without a day": (
        {"indicators": [indicator()], "targets": [target(decided_on="2020-01-01"), target(value=85)]},
        [("target.version_date", "targets[1].id")],
    ),
    "a target twice": ({"indicators": [indicator()], "targets": [target()] * 2}, [("id.duplicate", "targets[1].id")]),
    "a version of something else": (
        {
            "indicators": [indicator(), indicator("N2")],
            "targets": [target(decided_on="2020-01-01"), target(decided_on="2021-01-01", indicator="N2")],
        },
        [("target.version_indicator", "targets[1].indicator")],
    ),
    "an interim target that is impossible": (
        {
            "indicators": [indicator()],
            "targets": [
                target(
                    baseline=BASE,
                    due="2030",
                    path="steps",
                    interim=[{"period": "2020", "value": 60}, {"period": "2025", "value": 101}],
                )
            ],
        },
        [("target.bounds", "targets[0].interim[1].value")],
    ),
    "a share above what is possible": (
        {
            "indicators": [indicator()],
            "targets": [{"id": "T", "indicator": "N1", "kind": "share_within_limit", "limit": 30, "value": 101}],
        },
        [("target.bounds", "targets[0].value")],
    ),
    "growth against the direction": (
        {
            "indicators": [indicator()],
            "targets": [{"id": "T", "indicator": "N1", "kind": "growth_rate", "percent": 2, "direction": "lower"}],
        },
        [("target.direction", "targets[0].direction")],
    ),
    "below the reference against the direction": (
        {"indicators": [indicator()], "targets": [reference(previous=True, direction="lower")]},
        [("target.direction", "targets[0].direction")],
    ),
    "a reference group that is not there": (
        {"indicators": [indicator()], "targets": [reference(group="six")]},
        [("ref.unknown", "targets[0].group")],
    ),
    "a milestone on an indicator that is not there": (
        {"targets": [milestone(indicator="N9")]},
        [("ref.unknown", "targets[0].indicator")],
    ),
    "decisions on nothing": (
        {"overrides": [override()], "follow_ups": [note()]},
        [("ref.unknown", "overrides[0].target"), ("ref.unknown", "follow_ups[0].target")],
    ),
    "decisions on nobody": (
        {
            "institutions": [place("0751")],
            "targets": [milestone("T1")],
            "overrides": [override()],
            "follow_ups": [note()],
        },
        [("ref.unknown", "overrides[0].institution"), ("ref.unknown", "follow_ups[0].institution")],
    ),
    "the same decision twice": (
        {"targets": [milestone("T1")], "overrides": [override(), override(state="not_met")]},
        [("override.duplicate", "overrides[1].target")],
    ),
    "the same note twice": (
        {"targets": [milestone("T1")], "follow_ups": [note(), note(state="met")]},
        [("follow_up.duplicate", "follow_ups[1].target")],
    ),
    "built-in unit": ({"units": [UNIT | {"id": "percent"}]}, [("unit.builtin", "units[0].id")]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_each_rule_refuses(case: str) -> None:
    """The fault is found in the file, and both languages have a sentence and no placeholder left."""
    tables, wanted = BROKEN[case]
    with pytest.raises(CatalogueError) as caught:
        load(**tables)
    assert [(each.code, each.path) for each in caught.value.problems] == wanted
    for each in caught.value.problems:
        assert each.message_da != each.message_en
        assert "{" not in each.message_da + each.message_en + each.hint("da") + each.hint("en")


FINE: dict[str, dict[str, Any]] = {
    "code used again": {"institutions": [place(valid_to="2020-01-01"), place(valid_from="2020-01-01")]},
    "institutions elsewhere": {
        "groups": [group("0101", "0751")],
        "memberships": [{"institution": "0101", "parent": "1084"}],
    },
    "open ends": {"goals": [goal("G0", **PARENT), goal(**CHILD), goal("G2", parent="G0", valid_to="2020-01-01")]},
    "weights": {
        "goals": [goal(), goal("G2")],
        "indicators": [indicator(), indicator("N2"), indicator("N3")],
        "links": [link(weight=0.1), link(code="N2", weight=0.9), link(code="N3"), link("G2", "N2")],
    },
    "turned round": {
        "goals": [goal()],
        "indicators": [indicator(direction="lower")],
        "links": [link(direction_override="higher")],
        "targets": [target(goal="G1")],
    },
    "zero": {
        "indicators": [indicator(direction="lower")],
        "targets": [target(kind="at_most", value=0, baseline=BASE)],
    },
    "edges": {"indicators": [indicator()], "targets": [target(value=100)]},
    "observed baseline": {
        "indicators": [indicator()],
        "targets": [
            {"id": "T", "indicator": "N1", "kind": "change_absolute", "delta": 90, "baseline": {"period": "2018"}}
        ],
    },
    "a band at the edge": {
        "indicators": [indicator()],
        "targets": [{"id": "T", "indicator": "N1", "kind": "maintain", "band": 5, "baseline": BASE | {"value": 99}}],
    },
    "breakdown": {
        "indicators": [indicator(dimensions=["grade", "sex"])],
        "targets": [target(breakdown="grade=4;sex=_T")],
    },
    "scope": {"indicators": [indicator()], "targets": [target(scope={"institutions": ["0101"]})]},
    "versions": {
        "indicators": [indicator()],
        "targets": [target(decided_on="2022-01-01", value=75, kind="at_least"), target(decided_on="2018-01-01")],
    },
    "versions of different kinds": {
        "indicators": [indicator()],
        "targets": [
            target(decided_on="2018-01-01"),
            {
                "id": "T1",
                "indicator": "N1",
                "kind": "improve_each_period",
                "direction": "up",
                "decided_on": "2020-01-01",
            },
        ],
    },
    "an interim target beyond the target": {
        "indicators": [indicator()],
        "targets": [
            target(baseline=BASE, due="2030", path="steps", interim=[{"period": "2020", "value": 100}]),
        ],
    },
    "less dispersion where more is better": {"indicators": [indicator()], "targets": [dispersion()]},
    "a dispersion beyond the indicator's limits": {
        "indicators": [indicator(value_max=50)],
        "targets": [dispersion(statistic="p90_over_p10", value=60)],
    },
    "growth beyond the indicator's limits": {
        "indicators": [indicator()],
        "targets": [{"id": "T", "indicator": "N1", "kind": "growth_rate", "percent": 150, "direction": "higher"}],
    },
    "a negative difference": {"indicators": [indicator()], "targets": [reference(previous=True, difference=-3)]},
    "a milestone that nothing measures": {"targets": [milestone()]},
    "decisions where no institutions are listed": {
        "targets": [milestone("T1")],
        "overrides": [override(), override(decided_on="2024-03-02"), override(breakdown="sex=1")],
        "follow_ups": [note(), note(by_role="kvalitetschef"), note(institution="")],
    },
    "decisions on no institution": {
        "institutions": [place("0751")],
        "targets": [milestone("T1")],
        "overrides": [override(institution="")],
    },
}


@pytest.mark.parametrize("case", FINE)
def test_what_is_right_is_let_through(case: str) -> None:
    """The nearest thing to each fault that is not one."""
    load(**FINE[case])


def test_objects_obey_the_same_rules() -> None:
    """A catalogue made in Python reports every broken rule at once, with the path it would have in a file."""
    goals = [Goal(id="G1", name=Text(da="x"), parent="G9"), Goal(id="G1", name=Text(da="y"))]
    with pytest.raises(CatalogueError) as caught:
        Catalogue(id="A", goals=goals, links=[IndicatorLink(goal="G1", indicator="N1")])
    assert [(each.code, each.path) for each in caught.value.problems] == [
        ("id.duplicate", "goals[1].id"),
        ("ref.unknown", "goals[0].parent"),
        ("ref.unknown", "links[0].indicator"),
    ]
    assert "goals[0].parent" in str(caught.value)


def test_a_catalogue_holds_the_units_that_it_uses() -> None:
    """A unit of an indicator is written with the catalogue; two that differ are refused."""
    visits = Unit(id="visits", kind="count", name=Text(da="besøg"))
    one = Indicator(id="N1", name=Text(da="x"), unit=visits, direction="higher")
    catalogue = Catalogue(id="A", indicators=[one])
    assert list(catalogue.units) == ["visits"]
    assert Catalogue.load(catalogue.to_dict()) == catalogue
    other = attrs.evolve(one, id="N2", unit=attrs.evolve(visits, symbol="b"))
    for units in ((), [visits]):
        with pytest.raises(CatalogueError) as caught:
            Catalogue(id="A", indicators=[one, other], units=units)
        assert [(each.code, each.path) for each in caught.value.problems] == [("unit.conflict", "indicators[1].unit")]
    own_percent = attrs.evolve(one, unit=attrs.evolve(visits, id="percent"))
    with pytest.raises(CatalogueError):
        Catalogue(id="A", indicators=[own_percent])


# --- findings ------------------------------------------------------------------------------------

OWNED = {"owners": ["KL"]}

FINDINGS: dict[str, tuple[dict[str, Any], dict[str, Any], list[tuple[str, str, str]]]] = {
    "nothing measures it": (
        {"goals": [goal(kind="national", **OWNED)]},
        {},
        [("goal.not_measurable", "warning", "goals[0]")],
    ),
    "context measures nothing": (
        {
            "goals": [goal(kind="national", **OWNED)],
            "indicators": [indicator(direction="context")],
            "links": [link(role="context")],
        },
        {},
        [("goal.not_measurable", "warning", "goals[0]")],
    ),
    "a target measures": (
        {"goals": [goal(kind="national", **OWNED)], "indicators": [indicator()], "targets": [target(goal="G1")]},
        {},
        [],
    ),
    "other kinds on request": (
        {"goals": [goal(kind="municipal", **OWNED)]},
        {"measurable": ["municipal"]},
        [("goal.not_measurable", "warning", "goals[0]")],
    ),
    "nobody answers": (
        {"goals": [goal(kind="national")]},
        {"skip": ["goal.not_measurable"]},
        [("goal.no_owner", "info", "goals[0]")],
    ),
    "orphan": ({"goals": [goal(kind="challenge")]}, {}, [("goal.orphan", "warning", "goals[0]")]),
    "expired": (
        {"goals": [goal(valid_to="2020-01-01")]},
        {"as_of": "2020-01-01"},
        [("goal.expired", "warning", "goals[0].valid_to")],
    ),
    "not expired yet": ({"goals": [goal(valid_to="2020-01-01")]}, {"as_of": "2019-12-31"}, []),
    "retired is not expired": (
        {"goals": [goal(valid_to="2020-01-01", status="retired")]},
        {"as_of": "2021-01-01"},
        [],
    ),
    "overlap": (
        {
            "goals": [goal(), goal("G2")],
            "indicators": [indicator()],
            "targets": [target(goal="G1"), target("T2", goal="G2", value=85)],
        },
        {},
        [("goal.overlap", "warning", "targets[1].goal")],
    ),
    "the same target twice is no contradiction": (
        {
            "goals": [goal(), goal("G2")],
            "indicators": [indicator()],
            "targets": [target(goal="G1"), target("T2", goal="G2")],
        },
        {},
        [],
    ),
    "two versions are no contradiction": (
        {
            "goals": [goal(), goal("G2")],
            "indicators": [indicator()],
            "targets": [
                target(goal="G1", decided_on="2018-01-01"),
                target(goal="G2", value=85, decided_on="2020-01-01"),
            ],
        },
        {},
        [],
    ),
    "milestones of two goals are no contradiction": (
        {
            "goals": [goal(), goal("G2")],
            "targets": [milestone(goal="G1"), milestone("M2", goal="G2", due="2026-12-31")],
        },
        {},
        [],
    ),
    "a milestone measures": (
        {"goals": [goal(kind="national", **OWNED)], "targets": [milestone(goal="G1")]},
        {},
        [],
    ),
    "neither dispersion nor a milestone needs a direction": (
        {
            "goals": [goal()],
            "indicators": [indicator(direction="context")],
            "targets": [dispersion(goal="G1"), milestone(indicator="N1", goal="G1")],
        },
        {},
        [],
    ),
    "a guarantee on what is no share": (
        {
            "goals": [goal()],
            "indicators": [indicator(unit="days")],
            "targets": [
                {"id": "T", "goal": "G1", "indicator": "N1", "kind": "share_within_limit", "limit": 30, "value": 95}
            ],
        },
        {},
        [("target.not_share", "warning", "targets[0].indicator")],
    ),
    "a reference elsewhere": (
        {
            "goals": [goal()],
            "indicators": [indicator()],
            "institutions": [place()],
            "targets": [reference(goal="G1", institution="DK"), reference(id="T2", goal="G1", institution="0101")],
        },
        {},
        [("target.reference_unknown", "warning", "targets[0].institution")],
    ),
    "a reference where no institutions are listed": (
        {"goals": [goal()], "indicators": [indicator()], "targets": [reference(goal="G1", institution="DK")]},
        {},
        [],
    ),
    "some targets have a weight": (
        {"goals": [goal()], "targets": [milestone(goal="G1", weight=2), milestone("M2", goal="G1")]},
        {},
        [("target.no_weight", "warning", "targets[1].weight")],
    ),
    "an older version's weight does not count": (
        {
            "goals": [goal()],
            "targets": [
                milestone(goal="G1", weight=2, decided_on="2020-01-01"),
                milestone(goal="G1", decided_on="2021-01-01"),
                milestone("M2", goal="G1"),
            ],
        },
        {},
        [],
    ),
    "a way to sum up that there is not": (
        {"goals": [goal(roll_up="mean_state"), goal("G2", roll_up="worst"), goal("G3", roll_up="statcan/1")]},
        {},
        [("goal.roll_up_unknown", "warning", "goals[0].roll_up")],
    ),
    "some goals have a weight": (
        {"goals": [goal(), goal("G2", parent="G1", weight=0), goal("G3", parent="G1")]},
        {},
        [("goal.no_weight", "warning", "goals[2].weight")],
    ),
    "an essential target without a deadline": (
        {"goals": [goal()], "indicators": [indicator()], "targets": [target(goal="G1", essential=True)]},
        {},
        [],
    ),
    "no goal": (
        {"indicators": [indicator(direction="context")]},
        {},
        [("indicator.no_goal", "info", "indicators[0]")],
    ),
    "no target": (
        {"goals": [goal()], "indicators": [indicator()], "links": [link()]},
        {},
        [("indicator.no_target", "info", "indicators[0]")],
    ),
    "no better direction": (
        {"goals": [goal()], "indicators": [indicator(direction="context")], "targets": [target(goal="G1")]},
        {},
        [("target.no_direction", "warning", "targets[0].indicator")],
    ),
    "another frequency": (
        {"goals": [goal()], "indicators": [indicator(freq="SY")], "targets": [target(goal="G1", baseline=BASE)]},
        {},
        [("target.frequency", "warning", "targets[0].baseline")],
    ),
    "a deadline of another year": (
        {"goals": [goal()], "indicators": [indicator(freq="SY")], "targets": [target(goal="G1", due="2028")]},
        {},
        [("target.due_other", "warning", "targets[0].due")],
    ),
    "a share for a percentage": (
        {"goals": [goal()], "indicators": [indicator()], "targets": [target(goal="G1", value=0.8)]},
        {},
        [("target.small_percentage", "info", "targets[0].value")],
    ),
    "no English": (
        {"goals": [{"id": "G1", "name": {"da": "x"}}], "languages": ["da", "en", "fo"]},
        {},
        [("text.missing", "info", "goals[0].name"), ("text.missing", "info", "goals[0].name")],
    ),
}


@pytest.mark.parametrize("case", FINDINGS)
def test_each_finding(case: str) -> None:
    """What a clean-up would look at is found, with its level and place, and nothing else."""
    tables, options, wanted = FINDINGS[case]
    found = load(**tables).check(**options)
    assert [(each.code, each.level, each.path) for each in found] == wanted
    for each in found:
        assert each.message_da != each.message_en
        assert "{" not in each.message_da + each.message_en
    assert not found.errors


def test_findings_include_the_warnings_of_loading() -> None:
    """What was kept from a newer version is told again."""
    catalogue = Catalogue.load({"schema_version": "1.7", "id": "A", "new": 1})
    assert catalogue.check().counts() == {"field.kept": 1}


def test_wrong_arguments_of_a_check() -> None:
    """An unknown rule or kind of goal is told with the words that are known."""
    catalogue = load()
    with pytest.raises(ArgumentError, match="skip must be one of"):
        catalogue.check(skip=["goal.nosuch"])
    with pytest.raises(ArgumentError, match="measurable must be one of"):
        catalogue.check(measurable=["nation"])
    assert len(catalogue.check(skip="goal.orphan", measurable="national")) == 0


def test_going_up_and_down_the_tree() -> None:
    """Children come by their order; indicators of a goal are those of its links and targets, each once."""
    catalogue = load(
        goals=[goal(), goal("G3", parent="G1"), goal("G2", parent="G1", order=1)],
        indicators=[indicator(), indicator("N2")],
        links=[link(code="N2"), link()],
        targets=[target(goal="G1")],
    )
    assert [each.id for each in catalogue.children("G1")] == ["G2", "G3"]
    assert [each.id for each in catalogue.indicators_of("G1")] == ["N2", "N1"]
    with pytest.raises(KeyError):
        catalogue.children("G9")
    with pytest.raises(KeyError):
        catalogue.indicators_of("G9")


def test_the_share_of_results() -> None:
    """Indicators without a kind are left out; none at all gives no share."""
    assert load().result_share() is None
    assert load(indicators=[indicator()]).result_share() is None
    kinds = ("result", "experience", "process")
    catalogue = load(indicators=[indicator(f"N{i}", kind=kind) for i, kind in enumerate(kinds)])
    assert float(catalogue.result_share() or 0) == 2 / 3
