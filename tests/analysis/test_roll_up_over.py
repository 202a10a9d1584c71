"""Goals summed up over territories: every verdict of those who belong there, each with its share of its target."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roll_up_cases import catalogue, goal, row, target, tracking, verdict

import maalbib as mb
from maalbib import errors

SCHOOLS = {"M1": ("S1", "S2", "S3"), "M2": ("S4",)}
KINDS = {"R": "region", "M1": "municipality", "M2": "municipality"} | dict.fromkeys(
    ("S1", "S2", "S3", "S4"), "school"
)
BELOW = {"R": ("R", "M1", "M2", "S1", "S2", "S3", "S4"), "M1": ("M1", "S1", "S2", "S3"), "M2": ("M2", "S4")}
RANKED = ("not_met", "moving_away", "unchanged", "off_track", "on_track", "met")
GONE = {"not_applicable", "withdrawn", "suspended"}


@cache
def small() -> mb.Register:
    """A region, two municipalities and their schools."""
    name = mb.Text(da="Sted", en="Place")
    institutions = [mb.Institution(id=code, name=name, kind=kind) for code, kind in KINDS.items()]
    pairs = [("M1", "R"), ("M2", "R"), *((school, place) for place, many in SCHOOLS.items() for school in many)]
    memberships = [mb.model.Membership(institution=code, parent=parent) for code, parent in pairs]
    return mb.Register.from_catalogue(
        mb.Catalogue(id="places", name=name, institutions=institutions, memberships=memberships)
    )


def scoped(code: str, aim: str, *institutions: str, **fields: Any) -> mb.Target:
    return target(code, aim, scope=mb.Scope(institutions=institutions), **fields)


def over(verdicts: mb.Tracking, made: mb.Catalogue | None, **options: Any) -> mb.RollUp:
    usual: dict[str, Any] = {"register": small(), "min_coverage": 0.0, "level": "municipality"}
    return mb.roll_up(verdicts, made, over="territory", **usual | options)


def many(**states: str) -> mb.Tracking:
    """Rows by target and institution: ``a1_S1="met"``."""
    return tracking(*(verdict(*_split(key, state)) for key, state in states.items()))


def _split(key: str, state: str) -> tuple[str, str, str]:
    code, _, place = key.partition("_")
    return code, state, place


def two_targets() -> mb.Catalogue:
    return catalogue([goal("A")], [scoped("a1", "A", "S1", "S2", "S3"), scoped("a2", "A", "M1")])


def test_a_municipality_answers_for_its_schools() -> None:
    """One target of its own that is met, and one that all its schools miss: half, and not everything."""
    verdicts = many(a1_S1="not_met", a1_S2="not_met", a1_S3="not_met", a2_M1="met")
    alone = row(mb.roll_up(verdicts, two_targets()), "A", institution="M1")
    found = row(over(verdicts, two_targets()), "A")
    assert (alone.share_met, found.share_met) == (1.0, 0.5)
    assert found.share_not_met == pytest.approx(0.5)
    assert (found.institution, found.n_items, found.n_met, found.n_not_met, found.of) == ("M1", 4, 1, 3, "verdict")
    assert found.used == ("a1@S1", "a1@S2", "a1@S3", "a2@M1")
    assert found.weights == pytest.approx((1 / 6, 1 / 6, 1 / 6, 1 / 2))


def test_a_target_with_many_institutions_weighs_as_much_as_one_with_a_single_row() -> None:
    """Ninety-eight municipalities beside one figure of the country."""
    denmark = mb.Register.denmark()
    codes = [each.id for each in denmark.descendants("DK", kind="municipality", on="2026-06-30")]
    made = catalogue([goal("A")], [scoped("a1", "A", *codes, weight=3), scoped("a2", "A", "DK", weight=1)])
    verdicts = tracking(*(verdict("a1", "not_met", code) for code in codes), verdict("a2", "met", "DK"))
    [found] = over(verdicts, made, register=denmark, level="country")
    assert len(codes) == found.n_not_met == 98
    assert found.share_not_met == pytest.approx(0.75)
    assert found.share_met == pytest.approx(0.25)


def test_a_target_without_a_weight_counts_as_the_mean_of_the_targets_not_of_the_items() -> None:
    """Three schools with weight 6 and one row with weight 2: the third target weighs 4."""
    targets = [
        scoped("a1", "A", "S1", "S2", "S3", weight=6),
        scoped("a2", "A", "M1", weight=2),
        scoped("a3", "A", "S1", "S2"),
    ]
    made = catalogue([goal("A")], targets)
    verdicts = many(a1_S1="met", a1_S2="met", a1_S3="met", a2_M1="met", a3_S1="met", a3_S2="met")
    found = row(over(verdicts, made), "A")
    assert found.weights == pytest.approx((2 / 12, 2 / 12, 2 / 12, 2 / 12, 2 / 12, 2 / 12))
    assert found.flags == ("weights_incomplete",)


def test_what_is_left_out_is_named_with_its_institution() -> None:
    """And it lowers the coverage by its share of the target."""
    verdicts = many(a1_S1="met", a1_S2="not_measurable.suppressed", a1_S3="not_measurable.no_data", a2_M1="met")
    found = row(over(verdicts, two_targets()), "A")
    assert (found.left_out, found.left_out_why) == (("a1@S2", "a1@S3"), ("not_measurable", "missing"))
    assert found.coverage_weight == pytest.approx(2 / 3)
    assert row(over(verdicts, two_targets(), min_coverage=0.75), "A").reason == "rollup_coverage"


def test_an_institution_to_which_a_target_does_not_apply_changes_nothing() -> None:
    """The others share the whole weight of the target."""
    full = row(over(many(a1_S1="not_met", a1_S2="met", a2_M1="met"), two_targets()), "A")
    more = row(
        over(many(a1_S1="not_met", a1_S2="met", a1_S3="not_measurable.suspended", a2_M1="met"), two_targets()), "A"
    )
    assert (more.share_met, more.weights, more.used) == (full.share_met, full.weights, full.used)
    assert (more.coverage_weight, more.left_out, more.n_suspended) == (1.0, ("a1@S3",), 1)


def test_institutions_may_be_weighted_by_their_population() -> None:
    """Within their target; an institution that stands alone in its target needs no weight."""
    verdicts = many(a1_S1="met", a1_S2="not_met", a1_S3="not_met", a2_M1="met")
    found = row(over(verdicts, two_targets(), weights={"S1": 800, "S2": 150, "S3": 50}), "A")
    assert found.weights == pytest.approx((0.4, 0.075, 0.025, 0.5))
    both = row(over(verdicts, two_targets(), weights={"S1": 1, "S2": 1, "S3": 0, "a1": 3, "a2": 1}), "A")
    assert both.weights == pytest.approx((0.375, 0.375, 0.25))
    assert both.left_out_why == ("zero_weight",)
    with pytest.raises(errors.ArgumentError) as caught:
        over(verdicts, two_targets(), weights={"S1": 800})
    assert (caught.value.code, caught.value.details["codes"]) == ("roll_up.weight_missing", ["S2", "S3"])


def test_pitfall_missing_units_of_a_territory_dropped_silently() -> None:
    """A school that the register knows is missing where the target binds everybody; a municipality is no school."""
    made = catalogue([goal("A")], [target("a1", "A"), scoped("a2", "A", "M1")])
    verdicts = many(a1_S1="met", a1_S4="met", a2_M1="met")
    found = over(verdicts, made)
    assert row(found, "A", institution="M1").left_out == ("a1@S2", "a1@S3")
    assert row(found, "A", institution="M1").left_out_why == ("missing", "missing")
    assert row(found, "A", institution="M2").used == ("a1@S4",)  # the target that binds M1 alone is no item here
    loose = row(over(verdicts, made, absent="not_applicable"), "A", institution="M1")
    assert (loose.n_items, loose.coverage_weight) == (2, 1.0)


def test_a_target_that_nobody_of_a_territory_can_have_is_missing_there_once() -> None:
    """It binds everybody, was judged for the region alone, and no municipality holds a region."""
    made = catalogue([goal("A")], [target("a1", "A"), scoped("a2", "A", "M1")])
    found = row(over(many(a1_R="met", a2_M1="met"), made), "A")
    assert (found.left_out, found.left_out_why) == (("a1",), ("missing",))


def test_a_row_without_an_institution_speaks_once_for_each_territory() -> None:
    """A milestone that names nobody is one item, however many institutions there are; nobody's data is one gap."""
    done = mb.Milestone(id="m1", due="2026-01-31", done_on="2026-01-15", goal="A")
    made = catalogue([goal("A")], [scoped("a1", "A", "S1", "S2"), done, target("a3", "A")])
    rows = [verdict("a1", "not_met", place) for place in ("S1", "S2")]
    nobody = [verdict("m1", "met", "", indicator=""), verdict("a3", "not_measurable.no_data", "")]
    found = row(over(tracking(*rows, *nobody), made), "A")
    assert (found.used, found.left_out) == (("a1@S1", "a1@S2", "m1"), ("a3",))
    assert found.weights == pytest.approx((0.25, 0.25, 0.5))


def test_a_target_that_was_not_tracked_is_named_where_it_binds() -> None:
    """Not in the other municipality."""
    made = catalogue([goal("A")], [target("a1", "A"), scoped("a2", "A", "S1")])
    found = over(many(a1_S1="met", a1_S4="met"), made)
    assert row(found, "A", institution="M1").left_out == ("a1@S2", "a1@S3", "a2")
    assert row(found, "A", institution="M1").n_not_tracked == 1
    assert row(found, "A", institution="M2").n_items == 1


def test_breakdowns_are_summed_up_apart_and_a_milestone_stands_for_each() -> None:
    """As for single institutions."""
    step = mb.Milestone(id="m1", due="2026-01-31", goal="A", scope=mb.Scope(institutions=("M1",)))
    made = catalogue([goal("A")], [scoped("a1", "A", "S1"), step])
    rows = [verdict("a1", "met", "S1", breakdown=part) for part in ("sex=_T", "sex=F")]
    found = over(tracking(*rows, verdict("m1", "not_met", "M1", indicator="")), made)
    assert {each.breakdown: each.used for each in found} == dict.fromkeys(("", "sex=F"), ("a1@S1", "m1@M1"))


def test_goals_above_are_made_of_the_goals_of_the_territory() -> None:
    """Each with its own policy and weight."""
    goals = [goal("P"), goal("A", "P", roll_up="worst", weight=1), goal("B", "P", weight=3)]
    made = catalogue(goals, [scoped("a1", "A", "S1", "S2"), scoped("b1", "B", "S1", "M1")])
    found = over(many(a1_S1="met", a1_S2="not_met", b1_S1="met", b1_M1="met"), made)
    assert [(each.group, each.of, each.state) for each in found] == [
        ("P", "goal", "no_single_state"),
        ("A", "verdict", "not_met"),
        ("B", "verdict", "no_single_state"),
    ]
    assert (row(found, "P").share_met, row(found, "P").used) == (0.75, ("A", "B"))
    flat = row(over(many(a1_S1="met", a1_S2="not_met", b1_S1="met", b1_M1="met"), made, nested=False), "P")
    assert (flat.share_met, flat.n_items) == (0.75, 4)


def test_an_institution_and_those_that_belong_to_it_are_flagged() -> None:
    """A municipality's own verdict beside those of its schools may count the same people twice."""
    made = catalogue([goal("A")], [scoped("a1", "A", "S1", "M1")])
    found = row(over(many(a1_S1="met", a1_M1="met"), made), "A")
    assert found.flags == ("institutions_nested",)
    assert "de tæller hver for sig" in found.explain("da")
    assert row(over(many(a1_S1="met", a1_S2="met"), made), "A").flags == ()


def test_every_level_and_one_level_say_the_same() -> None:
    """Without a level there is a row for each kind that stands above somebody, or has nobody above it."""
    verdicts = many(a1_S1="met", a1_S2="not_met", a2_M1="met", a1_S4="met")
    every = over(verdicts, two_targets(), level=None)
    assert [each.institution for each in every] == ["M1", "R", "M2"]
    for level in ("municipality", "region"):
        for each in over(verdicts, two_targets(), level=level):
            own = row(every, "A", institution=each.institution)
            assert own.to_dict() | {"params": None} == each.to_dict() | {"params": None}


def test_all_targets_of_a_territory_and_those_of_an_indicator_are_summed_up_alike() -> None:
    """The group is the territory, or the indicator."""
    verdicts = many(a1_S1="met", a1_S2="not_met", a2_M1="met")
    [whole] = over(verdicts, two_targets(), by="institution")
    assert (whole.group, whole.institution, whole.share_met) == ("M1", "M1", 0.75)
    assert whole.about("da") == "Sted under ét"
    [each] = over(verdicts, two_targets(), by="indicator")
    assert (each.group, each.share_met) == ("I", 0.75)


def test_the_register_is_read_on_the_day_of_the_verdicts() -> None:
    """From 2027 København belongs to another region."""
    denmark = mb.Register.denmark()
    days = (dt.date(2026, 12, 31), dt.date(2027, 1, 1))
    verdicts = tracking(*(verdict("a1", "met", "0101", as_of=day) for day in days))
    made = catalogue([goal("A")], [scoped("a1", "A", "0101")])
    found = over(verdicts, made, register=denmark, level="region")
    above = {day: denmark.parent("0101", day) for day in days}
    assert {each.as_of: each.institution for each in found} == {
        day: region.id for day, region in above.items() if region is not None
    }


def test_a_territory_row_that_rests_on_a_hidden_row_is_hidden() -> None:
    """And says neither its items nor what it left out; another territory is not touched."""
    rows = [
        verdict("a1", "met", "S1"),
        verdict("a1", "not_met", "S2", hidden="confidential"),
        verdict("a1", "met", "S4"),
    ]
    made = catalogue([goal("P"), goal("A", "P")], [target("a1", "A")])
    found = over(tracking(*rows), made)
    for group in ("P", "A"):
        shown = row(found, group, institution="M1").public()
        assert (shown.hidden, shown.reason, shown.used, shown.left_out) == ("confidential", "confidential", (), ())
        assert row(found, group, institution="M2").hidden is None
    left = row(over(tracking(*rows).public(), made), "A", institution="M1")
    assert (left.hidden, left.used, left.n_not_measurable, left.n_missing) == (None, ("a1@S1",), 1, 1)


def test_sentences_say_that_the_territory_is_taken_as_a_whole() -> None:
    """In both languages, in whole per cents; a share is not rounded to all or nothing."""
    verdicts = many(a1_S1="met", a1_S2="not_met", a1_S3="on_track", a2_M1="met")
    found = row(over(verdicts, two_targets()), "A")
    assert found.explain("da").replace("\N{NO-BREAK SPACE}", " ") == (
        "Mål A, Sted under ét: Nået eller på vej: 3 ud af 4 måltal hos enhederne, der kan vurderes (83 % af vægten)."
    )
    assert found.explain("en").replace("\N{NO-BREAK SPACE}", " ") == (
        "Goal A, Place as a whole: Met or on track: 3 out of 4 targets of institutions that could be judged "
        "(83 % of the weight)."
    )
    nearly = row(over(verdicts, two_targets(), weights={"a1": 0.01, "a2": 1}), "A")
    assert "(99,67\N{NO-BREAK SPACE}%" in nearly.explain("da")
    short = row(
        over(
            many(a1_S1="met", a1_S2="not_measurable.gap", a1_S3="not_measurable.gap", a2_M1="met"),
            two_targets(),
            min_coverage=0.67,
        ),
        "A",
    )
    assert "Kun 66,67\N{NO-BREAK SPACE}%" in short.explain("da")


def test_a_result_survives_files_and_says_how_it_was_made() -> None:
    """The option is in the parameters."""
    found = over(many(a1_S1="met", a2_M1="met"), two_targets())
    assert mb.RollUp.from_json(found.to_json()) == found
    assert '"over": "territory"' in found[0].params
    assert len(over(tracking(), two_targets(), level=None)) == 0


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("argument.choice", {"by": "territory"}),
        ("argument.choice", {"by": "target"}),
        ("argument.choice", {"over": "region"}),
        ("roll_up.register_needed", {"register": None}),
        ("roll_up.no_level", {"level": "hospital"}),
    ],
)
def test_wrong_options_are_refused(code: str, options: dict[str, Any]) -> None:
    """Each with its code."""
    usual: dict[str, Any] = {"over": "territory", "register": small()}
    with pytest.raises(errors.ArgumentError) as caught:
        mb.roll_up(many(a1_S1="met"), two_targets(), **usual | options)
    assert caught.value.code == code


def test_who_is_not_in_the_register_and_what_stands_twice_are_refused() -> None:
    """Nothing drops out of a total, and nothing counts double."""
    with pytest.raises(errors.ArgumentError) as caught:
        over(many(a1_X9="met"), None)
    assert (caught.value.code, caught.value.details["codes"]) == ("roll_up.outside_register", ["X9"])
    twice = tracking(verdict("a1", "met", "S1", version="1"), verdict("a1", "met", "S1", version="2"))
    with pytest.raises(errors.ArgumentError) as caught:
        over(twice, two_targets())
    assert caught.value.code == "roll_up.twice"


# A slow twin, item by item, and the laws.

TREE = {"P": ("p1", "A"), "A": ("a1", "a2", "a3")}
BOUND: dict[str, tuple[str, ...] | None] = {"p1": ("M1", "M2"), "a1": None, "a2": ("S1", "S2", "S3"), "a3": None}
TOLD = (*RANKED, *(f"not_measurable.{why}" for why in ("no_data", "not_applicable", "suspended", "not_due", "gap")))
CELLS = [(code, place) for code, bound in BOUND.items() for place in (bound or tuple(KINDS))]
STATES = st.dictionaries(st.sampled_from(CELLS), st.sampled_from(TOLD), min_size=1)
WEIGHTS = st.dictionaries(st.sampled_from(["p1", "a1", "a2", "a3", "A"]), st.sampled_from([0.0, 1.0, 2.5]))
PEOPLE: st.SearchStrategy[dict[str, float]] = st.one_of(
    st.just({}), st.fixed_dictionaries({code: st.sampled_from([0.0, 1.0, 7.0, 30.0]) for code in KINDS})
)
POLICIES = ("counts", "worst", "weighted_median", "share_threshold", "all_or_nothing", "mean_attainment", "pilote")


def made_tree() -> mb.Catalogue:
    targets = [
        target(code, aim, scope=None if BOUND[code] is None else mb.Scope(institutions=BOUND[code]))
        for aim, items in TREE.items()
        for code in items
        if code.islower()
    ]
    return catalogue([goal("P"), goal("A", "P")], targets)


def told(states: dict[tuple[str, str], str]) -> mb.Tracking:
    return tracking(*(verdict(code, state, place, attainment=0.3) for (code, place), state in states.items()))


def items_of(code: str, place: str, states: dict[tuple[str, str], str]) -> dict[str, str]:
    """Who counts for a target in a territory, and how each stands."""
    found = {each: states[code, each] for each in BELOW[place] if (code, each) in states}
    judged = {each for target_, each in states if target_ == code}
    if BOUND[code] is None and judged:
        kinds = {KINDS[each] for each in judged}
        found |= {
            each: "not_measurable.no_data" for each in BELOW[place] if KINDS[each] in kinds and each not in found
        }
        return found or {"": "not_measurable.no_data"}
    if judged:
        return found
    bound = BOUND[code]
    return {"": "not_measurable.not_tracked"} if bound is None or set(bound) & set(BELOW[place]) else {}


def slow(
    group: str, place: str, states: dict[tuple[str, str], str], weights: dict[str, float], people: dict[str, float]
) -> dict[str, float] | None:
    """The shares of a goal in a territory by hand: None where nothing applies, empty where too little is known."""
    whole: dict[str, list[tuple[float, dict[str, float] | None]]] = {}
    for code in TREE[group]:
        if code.isupper():
            below = slow(code, place, states, weights, people)
            if below is not None:
                whole[code] = [(1.0, below or None)]
            continue
        found = {
            each: state
            for each, state in items_of(code, place, states).items()
            if state.partition(".")[2] not in GONE
        }
        heft = {each: people.get(each, 1.0) if len(found) > 1 or each else 1.0 for each in found}
        total = sum(heft.values())
        if found:
            whole[code] = [
                (heft[each] / total if total else 0.0, {state: 1.0} if state in RANKED else None)
                for each, state in found.items()
            ]
    alive = [code for code, items in whole.items() if sum(part for part, _ in items) > 0]
    stated = [weights[code] for code in alive if code in weights]
    usual = sum(stated) / len(stated) if sum(stated) > 0 else 1.0
    parts = [(weights.get(code, usual) * part, share) for code, items in whole.items() for part, share in items]
    parts = [(weight, share) for weight, share in parts if weight > 0]
    if not parts:
        return None
    held = sum(weight for weight, share in parts if share)
    if held == 0 or held / sum(weight for weight, _ in parts) < 0.5 - 1e-12:
        return {}
    return {state: sum(weight * share.get(state, 0.0) for weight, share in parts if share) / held for state in RANKED}


@given(states=STATES, weights=WEIGHTS, people=PEOPLE)
def test_all_territories_at_once_equal_the_slow_twin(
    states: dict[tuple[str, str], str], weights: dict[str, float], people: dict[str, float]
) -> None:
    """Shares, coverage and emptiness of every goal in every territory."""
    found = over(told(states), made_tree(), weights=weights | people, min_coverage=0.5, level=None)
    kinds = {KINDS[place] for place in BELOW if any(each in BELOW[place][1:] for _, each in states)}
    for each in found:
        place = each.institution
        assert KINDS[place] in kinds or place == "R"
        expected = slow(each.group, place, states, weights, people)
        if not expected:
            assert each.reason == ("rollup_empty" if expected is None else "rollup_coverage")
            continue
        assert each.reason == "counts"
        assert {state: getattr(each, f"share_{state}") for state in RANKED} == pytest.approx(expected, abs=1e-12)
        assert sum(each.weights) == pytest.approx(1)
        assert len(each.used) + len(each.left_out) == each.n_items
    shown = {each.institution for each in found}
    assert shown == {
        place
        for place in BELOW
        if KINDS[place] in kinds | {"region"} and any(each in BELOW[place] for _, each in states)
    }


@given(states=STATES, policy=st.sampled_from(POLICIES), factor=st.sampled_from([0.001, 3.0, 1e6]), data=st.data())
def test_order_and_the_scale_of_weights_change_nothing(
    states: dict[tuple[str, str], str], policy: str, factor: float, data: st.DataObject
) -> None:
    """The rows in another order, all institutions as heavy as each other, all weights times the same number."""
    plain = over(told(states), made_tree(), policy=policy, level=None)
    mixed = dict(data.draw(st.permutations(list(states.items()))))
    equal = over(told(mixed), made_tree(), policy=policy, level=None, weights=dict.fromkeys(KINDS, factor))
    assert len(plain) == len(equal)
    for one in plain:
        two = row(equal, one.group, institution=one.institution)
        assert (one.state, one.reason, one.used, one.left_out) == (two.state, two.reason, two.used, two.left_out)
        for name in ("value", "share_met", "coverage_weight"):
            expected = getattr(two, name)
            assert getattr(one, name) == (expected if expected is None else pytest.approx(expected))


@given(states=st.fixed_dictionaries({cell: st.sampled_from(RANKED) for cell in CELLS if KINDS[cell[1]] == "school"}))
def test_where_all_is_known_it_is_the_mean_over_the_targets_of_the_shares_in_the_territory(
    states: dict[tuple[str, str], str],
) -> None:
    """First the institutions of each target and then the targets gives the same, whichever way it is added up."""
    verdicts, made = told(states), catalogue([goal("A")], [target(code, "A") for code in ("a1", "a2", "a3")])
    found = over(verdicts, made, min_coverage=0)
    per = mb.roll_up(verdicts, made, by="territory", register=small(), level="municipality", absent="not_applicable")
    shares = [each.share_on_course or 0.0 for each in per.where(institution="M1")]
    assert row(found, "A", institution="M1").share_on_course == pytest.approx(sum(shares) / len(shares))


@given(states=STATES, cell=st.sampled_from(CELLS))
def test_improving_one_verdict_never_lowers_a_territory(
    states: dict[tuple[str, str], str], cell: tuple[str, str]
) -> None:
    """At unchanged coverage."""
    low, high = (
        over(told(states | {cell: state}), made_tree(), policy="share_threshold", level=None)
        for state in ("not_met", "met")
    )
    for one, two in zip(low, high, strict=True):
        assert one.coverage_weight == two.coverage_weight
        if one.value is not None:
            assert two.value is not None
            assert two.value >= one.value - 1e-12
