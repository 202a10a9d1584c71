"""Role models: better with no more, among one's own, and again; held against the plain definition."""

from __future__ import annotations

import json
import math
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from resource_cases import CATALOGUE, both, indicator, point, written

import maalbib as mb
from maalbib.errors import ArgumentError, UnknownCodeError

SNAPSHOT = Path(__file__).parent / "snapshots" / "role_models.txt"
YEARS = ("2022", "2023", "2024")
# Result, the reach of its interval, and the resource.
FIVE = {
    "0101": (60.0, 2.0, 70.0),
    "0147": (70.0, 2.0, 65.0),
    "0151": (75.0, 2.0, 70.0),
    "0153": (80.0, 2.0, 85.0),
    "0155": (61.0, 2.0, 50.0),
}
OWN = "0101"

Units = dict[str, tuple[float | None, float | None, float | None]]


def figures(units: Units, result: str = "score") -> dict[str, dict[str, Any]]:
    """One year's figures."""
    return {
        result: {who: point(value, reach) for who, (value, reach, _) in units.items() if value is not None},
        "spent": {who: spent for who, (_, _, spent) in units.items() if spent is not None},
    }


def search(
    years: dict[str, Units] | None = None,
    *,
    unit: str = OWN,
    result: str = "score",
    more: dict[str, dict[str, dict[str, Any]]] | None = None,
    read: dict[str, Any] | None = None,
    **options: Any,
) -> mb.RoleModels:
    """The role models of a unit, over three years that are alike unless given."""
    given_ = dict.fromkeys(YEARS, FIVE) if years is None else years
    told = {year: figures(units, result) for year, units in given_.items()}
    for year, extra in (more or {}).items():
        for code, cells in extra.items():
            told[year][code] = told[year].get(code, {}) | cells
    asked: dict[str, Any] = {
        "result": result,
        "resources": "spent",
        "peers": None,
        "period": list(given_),
        "ranks": False,
    }
    return mb.role_models(both(told, **(read or {})), unit, **(asked | options))


def verdicts(found: mb.RoleModels) -> dict[str | None, str]:
    """Each candidate's verdict."""
    return {row.candidate: f"{row.state}.{row.reason}" for row in found}


def test_five_municipalities() -> None:
    """Two do better with no more, one needs more for it, one is not better beyond noise; the furthest ahead is first."""
    found = search()
    assert verdicts(found) == {
        "0151": "role_model.holds",
        "0147": "role_model.holds",
        "0153": "not_role_model.more_resources",
        "0155": "not_role_model.not_better",
    }
    assert found.models == ("0151", "0147")
    assert found.reason == ""
    row = found[0]
    reach = math.hypot(2, 2)
    assert (row.gap, row.gap_lower, row.gap_upper) == pytest.approx((15, 15 - reach, 15 + reach))
    assert (row.place, row.resource_gaps, row.held_in, row.periods_judged) == (1, (0,), YEARS, 3)
    assert (row.frontier_role, found[1].frontier_role) == ("real_dominator", "real_dominator")
    assert [each.frontier_role for each in found][2:] == ["none", "real_dominator"]


VALUE = st.integers(0, 8).map(lambda step: 50.0 + 2.5 * step)
UNIT = st.tuples(VALUE, st.sampled_from([0.5, 2.0, 5.0]), st.integers(1, 5).map(lambda step: 10.0 * step))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(UNIT, min_size=4, max_size=4), min_size=1, max_size=4),
    st.integers(1, 4),
    st.sampled_from([0.0, 0.25]),
    st.booleans(),
)
def test_every_candidate_by_the_plain_definition(
    years: list[list[tuple[float, float, float]]],
    least: int,
    slack: float,
    higher: bool,  # noqa: FBT001
) -> None:
    """Better beyond noise, no more of the resource, now and in enough of the periods."""
    least = min(least, len(years))
    codes = ["0101", "0147", "0151", "0153"]
    told = {str(2020 + place): dict(zip(codes, units, strict=True)) for place, units in enumerate(years)}
    result, sign = ("score", 1.0) if higher else ("wait", -1.0)
    found = search(told, result=result, min_periods=least, slack=slack, outlier_above=1e9)
    models = {}
    for who in codes[1:]:
        held = []
        for year, units in told.items():
            own, other = units[OWN], units[who]
            better = sign * (other[0] - own[0]) > math.hypot(other[1], own[1]) + 1e-9
            if better and other[2] <= own[2] * (1 + slack) + 1e-9:
                held.append(year)
        row = found.row(candidate=who)
        assert row.held_in == tuple(held)
        if list(told)[-1] in held and len(held) >= least:
            models[who] = sign * (told[list(told)[-1]][who][0] - told[list(told)[-1]][OWN][0])
            assert (row.state, row.reason) == ("role_model", "holds")
        else:
            assert row.state == "not_role_model"
    assert set(found.models) == set(models)
    assert list(found.models) == sorted(models, key=lambda who: (-models[who], who))
    assert (found.reason == "") == bool(models)


def test_one_shown_to_be_worse_is_told_so() -> None:
    """Worse beyond noise is more than not better; whichever way is better."""
    found = search(unit="0153")
    assert verdicts(found) == {
        None: "no_role_model.nobody_better",
        **dict.fromkeys(("0147", "0151", "0101", "0155"), "not_role_model.worse"),
    }
    assert "det er påviseligt dårligere (forskel" in found.row(candidate="0101").explain("da")
    assert "it is shown to be worse (difference" in found.row(candidate="0101").explain("en")
    near = search({"2024": {OWN: (60.0, 2.0, 70.0), "0147": (59.0, 2.0, 65.0)}})
    assert near.row(candidate="0147").reason == "not_better"
    waits = search(
        {"2024": {OWN: (10.0, 1.0, 70.0), "0147": (20.0, 1.0, 65.0), "0151": (5.0, 1.0, 65.0)}}, result="wait"
    )
    assert verdicts(waits) == {"0151": "role_model.holds", "0147": "not_role_model.worse"}


def test_slack_is_told_where_it_is_given() -> None:
    """A use that is higher within the slack is not told as one that is not."""
    found = search(slack=0.25)
    row = found.row(candidate="0153")
    assert (row.reason, row.resource_gaps) == ("holds", (15,))
    assert "uden et forbrug, der påviseligt er mere end 25\N{NO-BREAK SPACE}% højere (" in row.explain("da")
    assert "without a use shown to be more than 25\N{NO-BREAK SPACE}% higher (" in row.explain("en")
    assert "uden et påviseligt højere forbrug (" in search().row(candidate="0151").explain("da")


def test_it_must_last() -> None:
    """Better in the last year alone, and better in all but the last."""
    worse = {**FIVE, "0147": (60.0, 2.0, 65.0)}
    lucky = search({"2022": worse, "2023": worse, "2024": FIVE})
    row = lucky.row(candidate="0147")
    assert (row.reason, row.held_in, row.min_periods) == ("not_lasting", ("2024",), 2)
    assert "men kun i 1 af 3 perioder; der kræves 2" in row.explain("da")
    assert search({"2022": worse, "2023": worse, "2024": FIVE}, min_periods=1).row(candidate="0147").reason == "holds"
    before = search({"2022": FIVE, "2023": FIVE, "2024": worse}).row(candidate="0147")
    assert (before.reason, before.held_in) == ("not_better", ("2022", "2023"))


def test_an_empty_answer_has_its_reason() -> None:
    """Nobody better; nobody better for as little; nobody for long; nobody judged; nobody at all."""
    best = search(unit="0153")
    assert (best.models, best.reason) == ((), "nobody_better")
    assert (best[0].candidate, best[0].state, best[0].gap, best[0].unit_value) == (None, "no_role_model", None, 80)
    assert "har ingen, der kan vurderes, et påviseligt bedre resultat" in best[0].explain("da")
    assert len(best) == 5
    thrifty = search(unit="0155")
    assert thrifty.reason == "better_use_more"
    two = {OWN: FIVE[OWN], "0147": FIVE["0147"]}
    flat = {OWN: FIVE[OWN], "0147": (60.0, 2.0, 65.0)}
    assert search({"2022": flat, "2023": flat, "2024": two}).reason == "not_lasting"
    lacking: Units = {OWN: FIVE[OWN], "0147": (None, None, 65.0)}
    assert search({"2024": lacking}, peers=list(lacking)).reason == "nobody_judged"
    assert search({"2024": {OWN: FIVE[OWN]}}).reason == "no_peer"
    for found in (best, thrifty):
        assert found.explain("da")
        assert found.explain("en")


def test_what_is_missing_is_not_judged() -> None:
    """Missing, withheld, a bound, few, no interval, no resource: six things, none of them a failure."""
    units: Units = {**FIVE, "0157": (70.0, None, 60.0), "0159": (70.0, 1.0, None), "0161": (None, None, 60.0)}
    more = {
        "2024": {
            "score": {
                "0163": {"value": None, "status": "Q"},
                "0165": point(70.0, 1.0, qualifier="at_least"),
                "0167": point(70.0, 1.0, n=7),
            },
            "spent": dict.fromkeys(("0163", "0165", "0167"), 60.0),
        }
    }
    everybody = [*units, "0163", "0165", "0167"]
    found = search({"2024": units}, more=more, min_verdict=10, peers=everybody)
    assert {who: why for who, why in verdicts(found).items() if who and who > "0155"} == {
        "0157": "not_judged.candidate_uncertainty_missing",
        "0159": "not_judged.candidate_resource_missing",
        "0161": "not_judged.candidate_no_data",
        "0163": "not_judged.candidate_suppressed",
        "0165": "not_judged.candidate_one_sided",
        "0167": "not_judged.candidate_small_n",
    }
    assert found.models == ("0151", "0147")
    for row in found:
        assert row.explain("da") != row.explain("en")


@pytest.mark.parametrize(
    ("own", "more", "options", "reason"),
    [
        ((None, None, 70.0), {}, {}, "unit_no_data"),
        ((60.0, 2.0, None), {}, {}, "unit_resource_missing"),
        ((60.0, None, 70.0), {}, {}, "unit_uncertainty_missing"),
        ((60.0, 2.0, 70.0), {"score": {OWN: point(60.0, 2.0, n=7)}}, {"min_verdict": 10}, "unit_small_n"),
        ((60.0, 2.0, 70.0), {"score": {OWN: {"value": None, "status": "Q"}}}, {}, "unit_suppressed"),
        ((60.0, 2.0, 70.0), {"score": {OWN: point(60.0, 2.0, qualifier="at_most")}}, {}, "unit_one_sided"),
        ((60.0, 2.0, 70.0), {"need": {"0147": 1.0}}, {"need": "need"}, "unit_need_missing"),
    ],
)
def test_a_unit_that_lacks_a_figure_is_told_so(
    own: Any, more: dict[str, Any], options: dict[str, Any], reason: str
) -> None:
    """One row, no candidates."""
    found = search({"2024": {**FIVE, OWN: own}}, more={"2024": more}, **options)
    assert (len(found), found.reason, found.models) == (1, reason, ())
    assert found.explain("da") != found.explain("en")


def test_periods_before_a_break_do_not_count() -> None:
    """A declared break of the result, and a mark on the candidate's own series; unless asked."""
    broken = [
        each
        if each.id != "score"
        else indicator("score", "result", "higher", breaks=[mb.Break(period="2024", kind="method")])
        for each in CATALOGUE.indicators.values()
    ]
    catalogue = mb.Catalogue(id="P", agency="KL", version="1.0.0", indicators=broken)
    found = search(read={"catalogue": catalogue})
    row = found.row(candidate="0151")
    assert (row.state, row.reason, row.periods_judged) == ("not_judged", "candidate_too_few_periods", 1)
    assert "break" in row.flags
    assert found.reason == "too_few_periods"
    assert "Databrud" in found.explain("da")
    assert search(read={"catalogue": catalogue}, across_breaks=True).models == ("0151", "0147")
    assert search(read={"catalogue": catalogue}, min_periods=1).models == ("0151", "0147")
    marked = search(more={"2023": {"score": {"0151": point(75.0, 2.0, status="B")}}})
    row = marked.row(candidate="0151")
    assert (row.state, row.periods_judged, row.held_in) == ("role_model", 2, ("2023", "2024"))
    assert "break" in row.flags
    assert "break" not in marked.row(candidate="0147").flags


def test_other_sources_are_not_compared() -> None:
    """Two surveys ask two things."""
    more = {"2024": {"score": {"0151": point(75.0, 2.0, source="other")}}}
    assert search(more=more).row(candidate="0151").reason == "candidate_different_sources"
    assert search(more=more, across_sources=True).models[0] == "0151"


def test_an_outlier_is_no_role_model() -> None:
    """A resource of a tenth is a mistake in the figures more often than an example."""
    units = {f"{201 + place:04}": (56.0 + place, 1.0, 76.0 + place) for place in range(9)}
    units |= {"0147": (75.0, 1.0, 7.0), "0151": (66.0, 1.0, 70.0), OWN: (60.0, 1.0, 75.0)}
    found = search({"2024": units})
    assert found.row(candidate="0147").reason == "outlier"
    assert "bør efterprøves" in found.row(candidate="0147").explain("da")
    assert found.models == ("0151",)
    assert search({"2024": units}, outlier_above=1e6).models[0] == "0147"
    del units["0151"]
    assert search({"2024": units}).reason == "only_outliers"
    few = {code: units[code] for code in (OWN, "0147", "0201", "0202")}
    assert search({"2024": few}).models == ("0147",)  # among four nobody can be told to lie apart


def test_resources_per_need_and_several_of_them() -> None:
    """More spent for a larger need is no more; every resource must hold."""
    index = dict(zip(FIVE, (1.0, 1.0, 0.5, 1.5, 1.0), strict=True))
    more = {year: {"need": dict(index)} for year in YEARS}
    found = search(more=more, need="need")
    assert found.models == ("0153", "0147")
    row = found[0]
    assert row.resource_values == pytest.approx((85 / 1.5,))
    assert (row.unit_resources, row.adjustment) == ((70,), "need")
    assert "efter behov: spent" in row.explain("da")
    assert found.row(candidate="0151").reason == "more_resources"
    hours = {year: {"hours": {who: 10.0 + (who == "0151") for who in FIVE}} for year in YEARS}
    both_ = search(more=hours, resources=["spent", "hours"])
    assert both_.models == ("0147",)
    assert both_.row(candidate="0151").resource_gaps == (0, 1)
    assert search(more=hours, resources=["spent", "hours"], slack=0.1).models == ("0151", "0147")


def test_ties_go_to_the_nearest_then_to_the_code() -> None:
    """Equally far ahead: by distance where one is measured; where none is, by code."""
    units = {OWN: (60.0, 1.0, 70.0), **dict.fromkeys(("0147", "0151", "0153"), (70.0, 1.0, 60.0))}
    assert search({"2024": units}).models == ("0147", "0151", "0153")
    income = {OWN: 300.0, "0147": 330.0, "0151": 301.0, "0153": 310.0}
    need = {OWN: 1.0, "0147": 1.1, "0151": 1.3, "0153": 1.2}
    near = mb.NearestPeers(
        id="n", name=mb.Text(da="nærmeste", en="nearest"), variables=["income", "need"], k=3, vintage="2024"
    )
    found = search({"2024": units}, more={"2024": {"income": income, "need": need}}, peers=near)
    distance = {row.candidate: row.distance for row in found}
    assert list(found.models) == sorted(distance, key=lambda who: distance[who] or 0)
    row = found[0]
    sets = mb.peer_sets(near, both({"2024": figures(units) | {"income": income, "need": need}}))
    wanted = sets.where(unit=OWN).row(peer=row.candidate)
    for name in ("position", "distance", "coverage", "largest_variable", "largest_part", "smallest_variable"):
        assert getattr(row, name) == getattr(wanted, name), name
    assert "mest skiller" in row.explain("da")


def test_peers_of_every_kind() -> None:
    """Sets, a group, codes, and the outcome of a definition that gives none."""
    lists = mb.ListedPeers(id="egne", name=mb.Text(da="egne", en="own"), lists={OWN: ["0147"]}, min_peers=1)
    assert search(peers=lists).models == ("0147",)
    assert search(peers=["0151", OWN]).models == ("0151",)
    assert search(unit="0147", peers=lists).reason == "no_peer"
    few = mb.ListedPeers(id="egne", name=mb.Text(da="egne", en="own"), lists={OWN: ["0147"]}, min_peers=2)
    assert search(peers=few).reason == "peers_too_few"
    register = mb.Register.denmark()
    country = {year: {**FIVE, "DK": (99.0, 0.1, 1.0)} for year in YEARS}
    assert search(country, read={"register": register}).models == ("0151", "0147")
    near = mb.NearestPeers(id="n", name=mb.Text(da="n", en="n"), variables=["spent"], k=2, vintage="2024")
    with pytest.raises(ArgumentError) as caught:
        search(peers=near)
    assert caught.value.code == "peers.outcome_is_variable"


def test_ranks_are_those_of_the_comparison() -> None:
    """The place of each candidate among unit and peers, with its set; never alone."""
    ms = both(dict.fromkeys(YEARS, figures(FIVE)))
    found = search(ranks=True)
    compared = mb.compare_peers(ms, list(FIVE), period="2024", indicators="score", mean="unweighted", ranks=True)
    for row in found:
        other = compared.row(institution=row.candidate)
        assert (row.rank, row.rank_lower, row.rank_upper, row.ranked) == (
            other.rank,
            other.rank_lower,
            other.rank_upper,
            5,
        )
    assert "Plads i resultatet" in found[0].explain("da")
    assert {row.rank for row in search()} == {None}


@pytest.mark.parametrize(("mark", "reason"), [({"n": 3}, "candidate_not_shown"), ({"conf": "C"}, "confidential")])
def test_a_hidden_candidate_is_not_judged_whatever_its_figures(mark: dict[str, Any], reason: str) -> None:
    """What people may read is the same with other figures, for it and for everybody else."""
    said = []
    for value, spent in ((99.75, 1.25), (21.75, 88.5)):
        more = {
            year: {"score": {"0151": point(value, 1.5, **mark)}, "spent": {"0151": {"value": spent, **mark}}}
            for year in YEARS
        }
        found = search(more=more, ranks=True)
        row = found.row(candidate="0151")
        assert (row.state, row.reason, row.result_value) == ("not_judged", reason, value)
        assert row.hidden is not None
        text = written(found)
        said.append(text)
        assert not [each for each in (value, spent, value - 60) if f"{each}".replace(".", ",") in text]
    assert said[0] == said[1]
    assert ("0151" in said[0]) == ("n" in mark)


@pytest.mark.parametrize("mark", [{"n": 3}, {"conf": "C"}])
def test_for_a_hidden_unit_nothing_is_looked_for(mark: dict[str, Any]) -> None:
    """Who is better than it would give its figure away."""
    said = []
    for value in (60.25, 90.75):
        more = {year: {"score": {OWN: point(value, 1.5, **mark)}} for year in YEARS}
        found = search(more=more)
        assert (len(found), found.reason) == (1, "unit_not_shown")
        said.append(written(found))
    assert said[0] == said[1]


def test_an_older_figure_that_may_not_be_shown_is_no_evidence() -> None:
    """Its period is not counted, whatever it says."""
    held = []
    for value in (75.0, 20.0):
        more = {"2022": {"score": {"0151": point(value, 2.0, n=3)}}}
        row = search(more=more).row(candidate="0151")
        held.append((row.state, row.periods_judged, row.held_in, row.hidden))
    assert held[0] == held[1] == ("role_model", 2, ("2023", "2024"), None)


@pytest.mark.parametrize("mark", [{"n": 3}, {"conf": "C"}])
def test_a_hidden_condition_hides_the_likeness(mark: dict[str, Any]) -> None:
    """A distance rests on the conditions of both; of confidential ones not even the candidate is told."""
    income: dict[str, Any] = {who: 300.0 + 7 * place for place, who in enumerate(FIVE)}
    income["0151"] = {"value": 314.25, **mark}
    near = mb.NearestPeers(id="n", name=mb.Text(da="n", en="n"), variables=["income"], k=4, vintage="2024")
    found = search(more={year: {"income": income} for year in YEARS}, peers=near)
    hidden = found.row(candidate="0151")
    assert hidden.hidden is not None
    public = found.public()
    assert "314" not in written(found)
    row = next(each for each in public if each.hidden is not None)
    assert (row.distance, row.largest_variable, row.candidate) == (None, None, None if "conf" in mark else "0151")


@pytest.mark.parametrize(
    ("error", "code", "options"),
    [
        (ArgumentError, "role_models.periods", {"period": []}),
        (ArgumentError, "role_models.periods", {"period": ["2023", "2024-Q1"]}),
        (ArgumentError, "role_models.no_resource", {"resources": []}),
        (ArgumentError, "argument.range", {"min_periods": 4}),
        (ArgumentError, "argument.range", {"min_periods": 0}),
        (ArgumentError, "argument.range", {"slack": -0.1}),
        (ArgumentError, "argument.range", {"slack": 5}),
        (ArgumentError, "resources.one_indicator", {"resources": ["spent", "score"]}),
        (ArgumentError, "argument.type", {"unit": 101}),
        (ArgumentError, "argument.type", {"need": ["need"]}),
        (ArgumentError, "argument.type", {"breakdown": None}),
        (ArgumentError, "argument.ids", {"resources": 5}),
        (ArgumentError, "argument.periods", {"period": 2024}),
        (ArgumentError, "argument.periods", {"period": [2023, 2024]}),
        (UnknownCodeError, None, {"unit": "9999"}),
        (UnknownCodeError, None, {"resources": "nothing"}),
    ],
)
def test_what_cannot_be_asked_is_refused(error: type[Exception], code: str | None, options: dict[str, Any]) -> None:
    """With a code, and words in both languages."""
    with pytest.raises(error) as caught:
        search(**options)
    assert code is None or caught.value.code == code  # type: ignore[attr-defined]


def test_files_keep_the_answer() -> None:
    """JSON, Arrow and pickle; the options stand in the rows; drawing works."""
    found = search(ranks=True)
    for again in (
        mb.RoleModels.from_json(found.to_json()),
        mb.RoleModels.from_arrow(found.to_arrow()),
        pickle.loads(pickle.dumps(found)),
    ):
        assert again == found
        assert again.explain("en") == found.explain("en")
        assert again.models == found.models
    assert json.loads(found[0].params)["periods"] == list(YEARS)
    assert found.plot_data("da")["value"].tolist()[0] == 15
    assert [row.candidate for row in mb.RoleModels.concat([found, found])] == [row.candidate for row in found] * 2


def test_the_order_of_the_data_means_nothing() -> None:
    """Rows in another order give the same answer."""
    turned = {year: dict(reversed(FIVE.items())) for year in reversed(YEARS)}
    assert search(turned) == search()


def test_columns_are_those_of_the_snapshot() -> None:
    """Columns are added at the end, never renamed or removed."""
    lines = [f"{field.name}: {field.type}{'' if field.nullable else ' not null'}" for field in mb.schemas.ROLE_MODELS]
    assert lines == SNAPSHOT.read_text(encoding="utf-8").splitlines()
