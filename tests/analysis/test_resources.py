"""Results and resources side by side, held against the plain definitions; what is refused, unknown and hidden."""

from __future__ import annotations

import json
import pickle
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from resource_cases import CATALOGUE, both, measured, point, slow_dominates, slow_gap, written

import maalbib as mb
from maalbib import stats, texts
from maalbib.errors import ArgumentError, UnknownCodeError

SNAPSHOT = Path(__file__).parent / "snapshots" / "results_and_resources.txt"
QUARTERS = ("better_cheaper", "better_dearer", "worse_cheaper", "worse_dearer")
SIX = {
    "0101": (70.0, 2.0, 60.0),
    "0147": (80.0, 2.0, 50.0),
    "0151": (81.0, 2.0, 75.0),
    "0153": (60.0, 2.0, 52.0),
    "0155": (58.0, 2.0, 80.0),
    "0157": (71.0, 9.0, 66.0),
}


def board(
    units: dict[str, tuple[float | None, float | None, float | None]] | None = None,
    *,
    result: str = "score",
    more: dict[str, dict[str, Any]] | None = None,
    read: dict[str, Any] | None = None,
    **options: Any,
) -> mb.ResultsAndResources:
    """The board of units, each with a result, the reach of its interval, and a resource."""
    given_ = SIX if units is None else units
    figures: dict[str, dict[str, Any]] = {
        result: {who: point(value, reach) for who, (value, reach, _) in given_.items() if value is not None},
        "spent": {who: spent for who, (_, _, spent) in given_.items() if spent is not None},
    }
    for code, cells in (more or {}).items():
        figures[code] = figures.get(code, {}) | cells
    ms = measured(figures, **(read or {}))
    return mb.results_and_resources(ms, **({"result": result, "resource": "spent", "period": "2024"} | options))


def test_six_municipalities() -> None:
    """One in each quarter, one in the middle of the results, one with too wide an interval."""
    found = {row.institution: row for row in board()}
    assert {who: (row.state, row.reason) for who, row in found.items()} == {
        "0101": ("undecided", "result_on_line"),
        "0147": ("better_cheaper", "found"),
        "0151": ("better_dearer", "found"),
        "0153": ("worse_cheaper", "found"),
        "0155": ("worse_dearer", "found"),
        "0157": ("undecided", "result_on_line"),
    }
    row = found["0147"]
    gap = slow_gap(80, 2, [(value, reach) for who, (value, reach, _) in SIX.items() if who != "0147"])
    assert (row.result_gap, row.result_gap_lower, row.result_gap_upper) == pytest.approx(gap)
    assert row.resource_mean == pytest.approx((60 + 75 + 52 + 80 + 66) / 5)
    assert (row.result_verdict, row.resource_verdict) == ("better", "cheaper")
    assert row.resource_gap == row.resource_gap_lower == row.resource_gap_upper == pytest.approx(50 - 66.6)
    assert (row.dominance, row.dominated_by, row.dominates, row.compared_with) == ("not_dominated", (), 4, 5)
    assert found["0155"].dominated_by == ("0151", "0147", "0157", "0101", "0153")
    assert found["0151"].dominated_by == ()  # nobody has as good a result for as little


def test_the_warning_stands_where_spending_is_high_and_the_result_is_not() -> None:
    """Spending above the others need not be service: told in words, in both languages, and not where the result is better."""
    found = {row.institution: row for row in board()}
    flagged = {who for who, row in found.items() if "may_be_low_productivity" in row.flags}
    assert flagged == {"0155", "0157"}
    assert "lav produktivitet" in found["0155"].explain("da")
    assert "may be low productivity" in found["0155"].explain("en")
    assert all("resource_taken_as_exact" in row.flags for row in found.values())


UNIT = st.tuples(
    st.integers(0, 12).map(lambda step: 50 + 2.5 * step),
    st.sampled_from([0.0, 1.0, 3.0, 8.0]),
    st.integers(1, 8).map(lambda step: 10.0 * step),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(UNIT, min_size=2, max_size=9), st.booleans())
def test_every_row_by_the_plain_definition(units: list[tuple[float, float, float]], higher: bool) -> None:  # noqa: FBT001
    """Gaps, quarters and dominance, one unit at a time; ties and equal units among them."""
    named = {f"{201 + place:04}": unit for place, unit in enumerate(units)}
    sign = 1.0 if higher else -1.0
    for row in board(named, result="score" if higher else "wait"):
        own = named[row.institution]
        others = {who: unit for who, unit in named.items() if who != row.institution}
        gap, lower, upper = slow_gap(own[0], own[1], [unit[:2] for unit in others.values()])
        assert (row.result_gap, row.result_gap_lower, row.result_gap_upper) == pytest.approx(
            (gap, lower, upper), abs=1e-9
        )
        dear = own[2] - sum(unit[2] for unit in others.values()) / len(others)
        assert row.resource_gap == pytest.approx(dear, abs=1e-9)
        near = 1e-6
        if min(abs(lower), abs(upper), abs(dear)) > near or abs(dear) < 1e-12:
            better = np.sign(sign * gap) if lower > 0 or upper < 0 else 0
            spends = 0 if abs(dear) < near else np.sign(dear)
            wanted = "undecided"
            if better and spends:
                wanted = f"{'better' if better > 0 else 'worse'}_{'dearer' if spends > 0 else 'cheaper'}"
            assert row.state == wanted
        by = [who for who, unit in others.items() if slow_dominates(unit, own, sign)]
        assert sorted(row.dominated_by or ()) == sorted(by)
        assert row.dominators == len(by)
        assert row.dominates == sum(slow_dominates(own, unit, sign) for unit in others.values())
        assert row.dominance == ("dominated" if by else "not_dominated")


@settings(max_examples=15, deadline=None)
@given(st.lists(UNIT, min_size=3, max_size=7), st.randoms())
def test_laws(units: list[tuple[float, float, float]], random: Any) -> None:
    """The order of the rows means nothing; turning result and direction changes no state; nobody dominates a dominator of its own."""
    named = {f"{201 + place:04}": unit for place, unit in enumerate(units)}
    straight = board(named)
    shuffled = list(named.items())
    random.shuffle(shuffled)
    assert board(dict(shuffled)) == straight
    turned = board({who: (200 - value, reach, spent) for who, (value, reach, spent) in named.items()}, result="wait")
    assert [(row.state, row.dominated_by) for row in turned] == [(row.state, row.dominated_by) for row in straight]
    by = {row.institution: set(row.dominated_by or ()) for row in straight}
    assert not [(one, two) for one in by for two in by[one] if one in by[two]]


def test_ties_are_on_the_line_and_dominate_nobody() -> None:
    """Units that are alike in both, given in tenths that no computer holds exactly."""
    same = {f"{201 + place:04}": (0.1 * 7, 0.05, 0.1 * 3) for place in range(7)}
    found = board(same)
    assert {(row.state, row.reason) for row in found} == {("undecided", "both_on_line")}
    assert {row.resource_verdict for row in found} == {"no_detectable_difference"}
    assert found.undominated() == tuple(same)
    assert {row.dominates for row in found} == {0}


def test_a_resource_without_a_result_is_never_told_as_a_residual() -> None:
    """The service level is unknown: the figure stands, how far it is from anything does not."""
    units = {**SIX, "0159": (None, None, 99.0)}
    found = board(units, more={"need": {**dict.fromkeys(SIX, 1.0), "0159": 1.1}}, need="need")
    row = found.row(institution="0159")
    assert (row.state, row.reason) == ("service_level_unknown", "no_data")
    assert (row.resource_value, row.resource_per_need) == (99, pytest.approx(90))
    for name in ("resource_gap", "resource_mean", "resource_expected", "resource_adjusted_gap", "dominance"):
        assert getattr(row, name) is None, name
    assert row.flags == ()
    assert row.explain("da").endswith(
        "men resultatet kendes ikke. Serviceniveauet er ukendt: et højt forbrug kan være et højt serviceniveau eller lav produktivitet."
    )
    assert "service level unknown" in found.shown("en").to_text()


def test_missing_withheld_bound_and_few_are_four_things() -> None:
    """Of the result and of the resource, each with its own reason and sentence."""
    units = dict(SIX)
    more: dict[str, dict[str, Any]] = {
        "score": {
            "0159": point(70, 1, qualifier="at_least"),
            "0161": {"value": None, "status": "Q"},
            "0163": point(70, 1, n=8),
            "0165": point(70, 1),
            "0167": point(70, 1),
            "0169": point(70, 1),
        },
        "spent": {
            **dict.fromkeys(("0159", "0161", "0163"), 60.0),
            "0167": {"value": None, "status": "Q"},
            "0169": {"value": 60.0, "qualifier": "at_most"},
        },
    }
    found = board(units, more=more, min_verdict=10)
    assert {row.institution: f"{row.state}.{row.reason}" for row in found if row.institution > "0158"} == {
        "0159": "service_level_unknown.one_sided",
        "0161": "service_level_unknown.suppressed",
        "0163": "service_level_unknown.small_n",
        "0165": "not_judged.resource_no_data",
        "0167": "not_judged.resource_suppressed",
        "0169": "not_judged.resource_one_sided",
    }
    assert all(row.explain("da") and row.explain("en") for row in found)
    plain = board(units).to_dicts()
    for row, other in zip(found.to_dicts(), plain, strict=False):  # whoever lacks a figure is nobody's dominator
        assert (row["dominated_by"], row["compared_with"]) == (other["dominated_by"], other["compared_with"])


def test_uncertainty_that_is_not_known_decides_nothing() -> None:
    """Of the result always; of the resource where it may not be taken as exact."""
    bare = {**SIX, "0157": (71.0, None, 66.0)}
    found = board(bare)
    assert {row.reason for row in found} == {"uncertainty_missing"}  # each mean rests on it, or it is the unit's own
    held = board(resource_exact=False)
    assert {(row.state, row.reason) for row in held} == {("undecided", "resource_uncertainty_missing")}
    assert {row.resource_gap_lower for row in held} == {None}


def test_one_unit_and_none() -> None:
    """Nobody to be held against is told; a period without figures gives no row."""
    (row,) = board({"0101": (70.0, 2.0, 60.0)}, efficiency=True)
    assert (row.state, row.reason, row.result_gap, row.dominance) == ("not_judged", "no_peer", None, None)
    assert (row.score, row.score_outcome) == (None, "no_peer")
    nothing = board(period="1999")
    assert {row.reason for row in nothing} == {"resource_no_data"}
    assert len(board(period=[])) == 0


def test_levels_do_not_meet() -> None:
    """The country is in nobody's mean and dominates no municipality."""
    register = mb.Register.denmark()
    units = {**SIX, "DK": (99.0, 0.1, 1.0)}
    found = board(units, read={"register": register})
    assert found.row(institution="DK").reason == "no_peer"
    assert [row.dominated_by for row in found if row.institution != "DK"] == [row.dominated_by for row in board()]


def test_need_is_of_a_resource_and_changes_what_is_compared() -> None:
    """Spending by need: expected is the others' mean per need times the own index; dominance is per need too."""
    index = dict(zip(SIX, (1.0, 1.0, 1.5, 0.5, 1.0, 1.0), strict=True))
    found = {row.institution: row for row in board(more={"need": index}, need="need")}
    row = found["0151"]
    per = {who: spent / index[who] for who, (_, _, spent) in SIX.items()}
    expected = 1.5 * sum(per[who] for who in per if who != "0151") / 5
    assert (row.need, row.resource_per_need) == (1.5, 50)
    assert row.resource_expected == pytest.approx(expected)
    assert row.resource_adjusted_gap == pytest.approx(75 - expected)
    assert (row.state, row.adjusted_state, row.adjusted_reason) == ("better_dearer", "better_cheaper", "found")
    assert found["0153"].adjusted_state == "worse_dearer"  # 52 for half the need
    assert "may_be_low_productivity" in found["0153"].flags
    named = {who: (value, reach, per[who]) for who, (value, reach, _) in SIX.items()}
    for who, row in found.items():
        by = {other for other in named if other != who and slow_dominates(named[other], named[who], 1.0)}
        assert set(row.dominated_by or ()) == by
    assert "Efter behovet ventes et forbrug på" in found["0153"].explain("da")
    assert "By need a use of" in found["0153"].explain("en")


def test_a_unit_without_need_is_judged_by_the_means_only() -> None:
    """The raw quarter stands; the adjusted one says what is missing; dominance per need leaves it out."""
    index = {who: 1.0 for who in SIX if who != "0147"}
    row = board(more={"need": index}, need="need").row(institution="0147")
    assert (row.state, row.adjusted_state, row.adjusted_reason) == (
        "better_cheaper",
        "not_judged",
        "no_expected_resource",
    )
    assert (row.resource_adjusted_reason, row.dominance) == ("need_missing", None)
    assert texts.sentence("not_compared.need_missing", "da") in row.explain("da")


def test_the_result_given_conditions_is_that_of_compare_peers() -> None:
    """Raw and adjusted side by side, the same figures as the comparison gives."""
    rng = np.random.default_rng(3)
    codes = [f"{201 + place:04}" for place in range(20)]
    income = rng.normal(300, 40, 20)
    score = 60 + 0.1 * (income - 300) + rng.normal(0, 2, 20)
    figures = {
        "score": {who: point(float(y), 1.0) for who, y in zip(codes, score, strict=True)},
        "income": dict(zip(codes, income.tolist(), strict=True)),
        "spent": dict(zip(codes, rng.normal(50, 5, 20).tolist(), strict=True)),
    }
    ms = measured(figures)
    found = mb.results_and_resources(ms, result="score", resource="spent", period="2024", conditions="income")
    compared = mb.compare_peers(ms, period="2024", indicators="score", conditions="income")
    for row, other in zip(found, compared, strict=True):
        assert (row.result_gap, row.result_adjusted_gap) == (other.gap, other.adjusted_gap)
        assert (row.result_adjusted_lower, row.result_expected) == (other.adjusted_lower, other.expected)
        assert row.result_adjusted_verdict == other.adjusted_state
    assert {row.adjusted_state for row in found} & set(QUARTERS)
    assert "Givet vilkårene i modellen" in found.explain("da")


def test_expected_values_handed_in_for_either_side() -> None:
    """A text is for the result; a mapping says which."""
    more = {"happy": dict.fromkeys(SIX, 70.0), "hours": dict.fromkeys(SIX, 65.0)}
    one = board(more=more, expected="happy").row(institution="0147")
    assert (one.result_adjustment, one.result_expected, one.resource_adjustment) == ("expected", 70, None)
    two = board(more=more, expected={"spent": "hours"}).row(institution="0151")
    assert (two.resource_adjustment, two.resource_adjusted_gap, two.result_adjustment) == ("expected", 10, None)
    assert "expected_taken_as_exact" in two.flags
    with pytest.raises(ArgumentError):
        board(more=more, expected={"happy": "hours"})


def test_suppliers_by_kind() -> None:
    """Who is not dominated, among all and among its own kind."""
    kinds = mb.SameClass(
        id="ejer",
        name=mb.Text(da="ejerforhold", en="ownership"),
        classes=[
            mb.PeerClass(id="public", name=mb.Text(da="offentlige", en="public"), members=("0101", "0147", "0155")),
            mb.PeerClass(id="private", name=mb.Text(da="private", en="private"), members=("0151", "0153")),
        ],
    )
    found = board(suppliers=kinds)
    rows = {row.institution: row for row in found}
    assert (rows["0153"].dominated_by, rows["0153"].dominance_in_kind) == (("0147",), "not_dominated")
    assert (rows["0155"].dominance_in_kind, rows["0157"].supplier_kind) == ("dominated", None)
    assert rows["0157"].dominance_in_kind is None
    assert found.undominated() == ("0147", "0151")
    assert found.undominated("private") == ("0151", "0153")
    assert found.undominated("public") == ("0147",)
    assert "private: 1 af 2 domineres ikke af nogen, 2 ikke af nogen af samme slags." in found.summary("da")
    with pytest.raises(UnknownCodeError):
        board(suppliers="ejer")
    catalogue = mb.Catalogue(
        id="P", agency="KL", version="1.0.0", indicators=list(CATALOGUE.indicators.values()), peer_definitions=[kinds]
    )
    assert board(suppliers="ejer", read={"catalogue": catalogue}) == found


def test_lists_of_ones_own() -> None:
    """Means, dominance and the rows that come out are those of each unit's own peers."""
    lists = mb.ListedPeers(
        id="egne", name=mb.Text(da="egne", en="own"), lists={"0155": ["0153", "0101"], "0153": ["0155"]}
    )
    found = board(peers=lists)
    assert [(row.institution, row.reason) for row in found] == [
        ("0101", "no_peer"),
        ("0153", "result_on_line"),
        ("0155", "found"),
    ]
    row = found.row(institution="0155")
    assert row.dominated_by == ("0101", "0153")
    assert row.resource_mean == pytest.approx(56)
    assert (row.result_peers, row.compared_with, row.peer_group) == (2, 2, "egne")
    group = board(peers=["0153", "0101", "0155", "0999"])
    assert group.row(institution="0155").dominated_by == row.dominated_by
    assert group.row(institution="0999").reason == "resource_no_data"


def test_peers_chosen_by_what_is_compared_are_refused() -> None:
    """Neither the result nor the resource may be among the conditions."""
    for code in ("score", "spent"):
        near = mb.NearestPeers(id="n", name=mb.Text(da="n", en="n"), variables=[code, "income"], k=2, vintage="2024")
        with pytest.raises(ArgumentError) as caught:
            board(peers=near, more={"income": dict.fromkeys(SIX, 1.0) | {"0101": 2.0}})
        assert caught.value.code == "peers.outcome_is_variable"
    with pytest.raises(ArgumentError):
        board(conditions="score")


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("resources.one_indicator", {"result": "spent", "resource": "spent"}),
        ("resources.same_kind", {"result": "hours", "resource": "spent"}),
        ("resources.not_a_resource", {"resource": "visits"}),
        ("resources.not_a_result", {"result": "visits"}),
        ("resources.no_direction", {"result": "target"}),
        ("resources.no_direction", {"result": "income"}),
        ("peers.need_of_no_resource", {"resource": "income", "need": "need", "any_kind": True}),
        ("argument.range", {"confidence": 1}),
    ],
)
def test_what_does_not_belong_is_refused(code: str, options: dict[str, Any]) -> None:
    """The kind of the indicator decides which side it may stand on."""
    more = {each: dict.fromkeys(SIX, 1.0) for each in ("hours", "visits", "target", "income", "need")}
    with pytest.raises(ArgumentError) as caught:
        board(more=more, **options)
    assert caught.value.code == code
    assert caught.value.text("da") != caught.value.text("en")


def test_other_kinds_when_asked_for_are_flagged() -> None:
    """Two resources, or a process as the result; and a kind that nobody has told."""
    more = {"hours": {who: point(place, 0.1) for place, who in enumerate(SIX)}, "income": dict.fromkeys(SIX, 1.0)}
    found = board(more=more, result="hours", any_kind=True)
    assert all("other_kinds" in row.flags for row in found if row.state != "not_judged")
    assert all("kinds_unknown" in row.flags for row in board(more=more, resource="income"))


def test_scores_are_those_of_the_kernel() -> None:
    """The same frontier; of a result that is better the lower it is, the reflected one, and no other."""
    found = board(efficiency=True)
    x = np.array([[spent] for _, _, spent in SIX.values()])
    y = np.array([[value] for value, _, _ in SIX.values()])
    kernel = stats.efficiency(x, y)
    assert [row.score for row in found] == pytest.approx(kernel.score.tolist())
    assert [row.score_outcome for row in found] == kernel.outcome.tolist()
    wait = board(result="wait", efficiency=True)
    turned = stats.efficiency(x, 200 - y)
    assert [row.score for row in wait] == pytest.approx(turned.score.tolist())
    assert {row.score for row in board()} == {None}


def test_scores_say_among_whom_and_per_what() -> None:
    """Per need where there is an index; among all of the level, also where each unit has peers of its own."""
    index = dict(zip(SIX, (1.0, 1.0, 1.5, 0.5, 1.0, 1.0), strict=True))
    x = np.array([[spent / index[who]] for who, (_, _, spent) in SIX.items()])
    kernel = stats.efficiency(x, np.array([[value] for value, _, _ in SIX.values()]))
    by_need = board(more={"need": index}, need="need", efficiency=True)
    assert [row.score for row in by_need] == pytest.approx(kernel.score.tolist())
    row = by_need.row(institution="0155")
    said = texts.number(row.score, "da", 2)
    assert (
        f"Blandt de 6 enheder nåede andre, eller en blanding af dem, det samme med {said} gange enhedens forbrug efter behov."
        in (row.explain("da"))
    )
    assert "times the unit's use per need." in row.explain("en")
    assert "højst det samme forbrug efter behov" in row.explain("da")
    assert "efter behov" not in board(efficiency=True).explain("da")
    units = {**SIX, "DK": (99.0, 0.1, 1.0)}
    lists = mb.ListedPeers(
        id="egne", name=mb.Text(da="egne", en="own"), lists={"0155": ["0153", "0101"], "DK": ["0101"]}, min_peers=1
    )
    own = board(units, peers=lists, efficiency=True, read={"register": mb.Register.denmark()}).row(institution="0155")
    assert (own.score_units, own.compared_with) == (3, 2)  # the country is on no frontier of municipalities
    some = mb.ListedPeers(
        id="egne", name=mb.Text(da="egne", en="own"), lists={"0155": ["0153", "0101"], "0153": ["0147"]}, min_peers=1
    )
    wide = board(peers=some, efficiency=True).row(institution="0155")
    assert (wide.score_units, wide.compared_with) == (4, 2)
    assert "Blandt alle 4 enheder, ikke kun enhedens egne ligestillede," in wide.explain("da")
    assert "not only the unit's own peers" in wide.explain("en")
    assert {row.score_units for row in board()} == {None}


def test_a_score_at_the_edge_is_told_as_such() -> None:
    """As little of the resource as anybody, and less of the result."""
    units = {"0101": (70.0, 1.0, 50.0), "0147": (60.0, 1.0, 50.0), "0151": (80.0, 1.0, 90.0)}
    row = board(units, efficiency=True).row(institution="0147")
    assert (row.score, row.score_outcome) == (1, "weakly_efficient")
    assert "nåede mere med det samme" in row.explain("da")
    assert "got more with as much" in row.explain("en")


def test_many_dominators_are_counted_and_the_best_of_them_named() -> None:
    """In parts, some of noisy resources; the first hundred by result, equal ones by their code."""
    codes = [f"{place:04}" for place in range(2000, 2300)]
    score = np.repeat(np.arange(150.0), 2)
    units = {who: (float(y), 0.25, 500.0 - place) for place, (who, y) in enumerate(zip(codes, score, strict=True))}
    found = board(units)
    row = found.row(institution=codes[0])
    assert (row.dominators, row.dominates, row.compared_with) == (299, 0, 299)
    best_first = sorted(codes[1:], key=lambda who: (-units[who][0], who))
    assert row.dominated_by == tuple(best_first[:100])
    assert found.undominated() == (codes[-1],)
    assert [each.dominates for each in found] == list(range(300))
    noisy = {"spent": {who: point(spent, 0.75) for who, (_, _, spent) in units.items()}}
    for each in board(units, more=noisy).to_dicts():
        place = codes.index(each["institution"])
        # the neighbour of as good a result uses one less, beyond noise of 0.75 twice only from two on
        by = [other for other in range(place + 1, 300) if score[other] > score[place] or other - place > 1.06]
        assert each["dominators"] == len(by)


def test_a_part_that_nobody_has_is_told() -> None:
    """Everybody lacks it; rather that than no answer at all."""
    found = board(breakdown="sex=M")
    assert {row.reason for row in found} == {"resource_no_data"}
    assert len(found) == len(SIX)


def test_an_adjusted_gap_without_an_interval_is_told_without_a_verdict() -> None:
    """The regression leaves no room for an interval, or the resource has none: a gap is told, and that its noise is not known."""
    index = dict.fromkeys(SIX, 1.0)
    held = board(more={"need": index}, need="need", resource_exact=False)
    row = held.row(institution="0147")
    assert (row.resource_adjusted_verdict, row.resource_adjusted_lower) == ("not_compared", None)
    assert "Der ventes et forbrug på" in row.explain("da")
    assert "cannot be judged, since the uncertainty is not known" in row.explain("en")
    bare: dict[str, tuple[float | None, float | None, float | None]] = {
        who: (value, None, spent) for who, (value, _, spent) in SIX.items()
    }
    rows = board(bare, more={"happy": dict.fromkeys(SIX, 70.0)}, expected="happy")
    assert {row.result_adjusted_verdict for row in rows} == {"not_compared"}
    assert "usikkerheden ikke kendes" in rows.explain("da")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"resource": None}, "argument.type"),
        ({"need": ["need"]}, "argument.type"),
        ({"breakdown": None}, "argument.type"),
        ({"expected": 5}, "peers.expected_kind"),
        ({"period": 2024}, "argument.periods"),
    ],
)
def test_what_is_of_another_type_is_refused(options: dict[str, Any], code: str) -> None:
    """With words, before anything is looked up."""
    with pytest.raises(ArgumentError) as caught:
        board(**options)
    assert caught.value.code == code


def test_several_periods_and_parts() -> None:
    """A row for each period; the part asked for and no other."""
    figures = {
        "score": {who: point(v, r) for who, (v, r, _) in SIX.items()},
        "spent": {w: s for w, (_, _, s) in SIX.items()},
    }
    ms = both({"2023": figures, "2024": figures})
    found = mb.results_and_resources(ms, result="score", resource="spent", period=["2023", "2024"])
    assert [row.period for row in found] == ["2023"] * 6 + ["2024"] * 6
    assert found.summary("en").count("lie clearly in one quarter") == 2
    frame = pd.concat([ms.to_pandas().assign(sex=sex) for sex in ("_T", "F")])
    frame.loc[frame["sex"] == "F", ["value", "lower", "upper"]] *= 2
    parts = mb.Measurements.from_pandas(frame, breakdowns=["sex"], catalogue=CATALOGUE)
    asked = {"result": "score", "resource": "spent", "period": "2024"}
    whole = mb.results_and_resources(parts, **asked)
    assert [row.result_value for row in whole] == [value for value, _, _ in SIX.values()]
    women = mb.results_and_resources(parts, **asked, breakdown="sex=F")
    assert [row.result_value for row in women] == [2 * value for value, _, _ in SIX.values()]


@pytest.mark.parametrize("mark", [{"n": 3}, {"conf": "C"}])
def test_a_hidden_unit_changes_nothing_that_others_are_told(mark: dict[str, Any]) -> None:
    """Whatever its figures are: it is in no mean, on no frontier, and dominates nobody that people may read about."""
    said, rows = [], []
    for value, spent in ((99.0, 1.25), (61.75, 88.5)):
        more = {"score": {"0159": point(value, 1.5, **mark)}, "spent": {"0159": {"value": spent, **mark}}}
        found = board(more=more, efficiency=True)
        row = found.row(institution="0159")
        assert row.hidden is not None
        assert row.result_value == value
        said.append([each for each in found.public().to_dicts() if each["institution"] != "0159"])
        rows.append(found.public().row(institution="0159"))
        text = written(found)
        assert not [figure for figure in (value, value + 1.5, spent) if f"{figure}".replace(".", ",") in text]
        assert all("0159" not in (each.dominated_by or ()) for each in found)
    assert said[0] == said[1]
    assert "hidden_not_held_against" in said[0][0]["flags"]
    for row in rows:
        assert (row.dominance, row.dominated_by, row.score, row.result_verdict, row.resource_value) == (None,) * 5
    if "conf" in mark:
        assert rows[0] == rows[1]
        assert (rows[0].state, rows[0].reason) == ("not_judged", "confidential")


def test_a_hidden_need_hides_the_row() -> None:
    """An index that may not be shown could be worked out from the figure per need."""
    index: dict[str, Any] = {**dict.fromkeys(SIX, 1.0), "0147": {"value": 1.25, "conf": "C"}}
    found = board(more={"need": index}, need="need")
    assert found.row(institution="0147").hidden == "confidential"
    assert found.public().row(institution="0147").need is None


def test_the_six_classes_of_2006_settle_nothing() -> None:
    """Satisfaction by class of expenditure: no uncertainty was published, so that no quarter may be told."""
    satisfaction = (4.27, 4.23, 4.27, 4.26, 4.31, 4.27)
    units = {f"K{place}": (value, None, float(place)) for place, value in enumerate(satisfaction)}
    found = board(units)
    assert {(row.state, row.reason) for row in found} == {("undecided", "uncertainty_missing")}
    assert {row.dominance for row in found} == {"dominated", "not_dominated"}  # thrift is known, whatever the noise
    together = stats.spearman(range(6), satisfaction)
    assert (together.coefficient, together.p_value) == pytest.approx((0.3947, 0.4667), abs=5e-5)


def test_no_sentence_names_a_cause() -> None:
    """What goes together is told; never why."""
    file = Path(texts.__file__).parent / "resources.toml"
    said = " ".join(
        text for entry in tomllib.loads(file.read_text(encoding="utf-8")).values() for text in entry.values()
    )
    assert not re.search(
        r"skyldes|på grund af|fordi|medfører|fører til|because|due to|leads to|causes|thanks to|takket være|spild|waste",
        said,
        re.IGNORECASE,
    )


def test_files_keep_the_board() -> None:
    """JSON, Arrow and pickle; the options stand in the rows; drawing works."""
    found = board(efficiency=True)
    for again in (
        mb.ResultsAndResources.from_json(found.to_json()),
        mb.ResultsAndResources.from_arrow(found.to_arrow()),
        pickle.loads(pickle.dumps(found)),
    ):
        assert again == found
        assert again.explain("da") == found.explain("da")
    assert json.loads(found[0].params)["resource_exact"] is True
    assert found.plot_data("en")["state_text"].tolist()[1] == "better and cheaper"


def test_columns_are_those_of_the_snapshot() -> None:
    """Columns are added at the end, never renamed or removed."""
    lines = [
        f"{field.name}: {field.type}{'' if field.nullable else ' not null'}"
        for field in mb.schemas.RESULTS_AND_RESOURCES
    ]
    assert lines == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_an_indicator_nobody_defined_has_no_direction() -> None:
    """Without a catalogue it cannot be told which result is better."""
    frame = pd.DataFrame({"indicator": ["score", "spent"], "institution": "A", "period": "2024", "value": 1.0})
    ms = mb.Measurements.from_pandas(frame)
    with pytest.raises(ArgumentError) as caught:
        mb.results_and_resources(ms, result="score", resource="spent", period="2024")
    assert caught.value.code == "resources.no_direction"
