"""Roll-ups over goal trees: who counts where, with what weight, and what is left out."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roll_up_cases import catalogue, goal, row, target, tracking, verdict

import maalbib as mb
from maalbib import errors, stats
from maalbib.analysis._roll_up_states import PUBLISHED
from maalbib.model._goal import ROLL_UPS
from maalbib.stats._roll_up_parts import POLICIES

RANKED = ("not_met", "moving_away", "unchanged", "off_track", "on_track", "met")
OTHERS = (
    *("no_data", "not_applicable", "withdrawn", "suspended", "not_due", "span_too_short", "no_target"),
    *("due_value_pending", "suppressed", "small_n", "break_since_baseline", "too_few_points"),
)
TOLD = (*RANKED, *(f"not_measurable.{reason}" for reason in OTHERS))


def two_levels() -> mb.Catalogue:
    """A programme of two goals, one with three targets and one with one."""
    goals = [goal("P"), goal("A", "P"), goal("B", "P")]
    return catalogue(goals, [target("a1", "A"), target("a2", "A"), target("a3", "A"), target("b1", "B")])


def told(**states: str) -> mb.Tracking:
    return tracking(*(verdict(code, state) for code, state in states.items()))


def test_a_goal_is_made_of_its_targets_and_a_programme_of_its_goals() -> None:
    """Nested: the one target of B weighs as much as the three of A."""
    found = mb.roll_up(told(a1="met", a2="met", a3="met", b1="not_met"), two_levels())
    assert [(each.group, each.depth, each.of) for each in found] == [
        ("P", 0, "goal"),
        ("A", 1, "target"),
        ("B", 1, "target"),
    ]
    assert (row(found, "A").share_met, row(found, "P").share_met, row(found, "P").share_not_met) == (1.0, 0.5, 0.5)
    assert (row(found, "P").used, row(found, "P").weights) == (("A", "B"), (0.5, 0.5))


def test_flat_counts_every_target_below_once() -> None:
    """Not nested: four targets of one weight each."""
    found = mb.roll_up(told(a1="met", a2="met", a3="met", b1="not_met"), two_levels(), nested=False)
    assert row(found, "P").share_met == 0.75
    assert row(found, "P").used == ("a1", "a2", "a3", "b1")
    assert row(found, "P").of == "target"


def test_a_goal_may_have_targets_and_goals() -> None:
    """Both are its items, the targets first."""
    made = catalogue([goal("P"), goal("A", "P")], [target("p1", "P"), target("a1", "A")])
    found = row(mb.roll_up(told(p1="met", a1="not_met"), made), "P")
    assert (found.used, found.of) == (("p1", "A"), "mixed")


def test_a_worst_goal_is_carried_up_with_its_state_and_a_counting_one_with_its_shares() -> None:
    """A goal names its own policy; the programme takes what it says."""
    goals = [goal("P"), goal("A", "P", roll_up="worst"), goal("B", "P")]
    made = catalogue(goals, [target("a1", "A"), target("a2", "A"), target("b1", "B"), target("b2", "B")])
    found = mb.roll_up(told(a1="met", a2="not_met", b1="met", b2="on_track"), made)
    assert (row(found, "A").policy, row(found, "A").state, row(found, "A").reason) == ("worst", "not_met", "worst")
    whole = row(found, "P")
    assert (whole.share_not_met, whole.share_met, whole.share_on_track) == (0.5, 0.25, 0.25)
    assert (whole.n_measurable, whole.n_not_met, whole.n_met) == (2, 1, 0)
    assert "Nået eller på vej: 50" in whole.explain("da")


def test_a_goal_may_ask_for_more_coverage_than_the_call() -> None:
    """Its own ``min_coverage`` is the one that counts."""
    made = catalogue([goal("A", min_coverage=1.0)], [target("a1", "A"), target("a2", "A")])
    found = row(mb.roll_up(told(a1="met", a2="not_measurable.suppressed"), made, min_coverage=0.1), "A")
    assert (found.reason, found.min_coverage) == ("rollup_coverage", 1.0)


def test_weights_come_from_the_call_then_the_target_then_the_link() -> None:
    """Two targets of one indicator share the weight of its link."""
    other = mb.Indicator(id="J", name=mb.Text(da="Anden"), unit="score", direction="higher", freq="year")
    first = mb.Indicator(id="I", name=mb.Text(da="Første"), unit="score", direction="higher", freq="year")
    links = [
        mb.IndicatorLink(goal="A", indicator="I", weight=0.8),
        mb.IndicatorLink(goal="A", indicator="J", weight=0.2),
    ]
    third = mb.AtLeast(id="a3", indicator="J", value=1, goal="A")
    made = catalogue(
        [goal("A")], [target("a1", "A"), target("a2", "A"), third], indicators=[first, other], links=links
    )
    verdicts = tracking(verdict("a1", "met"), verdict("a2", "met"), verdict("a3", "met", indicator="J"))
    assert row(mb.roll_up(verdicts, made), "A").weights == pytest.approx((0.4, 0.4, 0.2))
    given_ = row(mb.roll_up(verdicts, made, weights={"a3": 1.2}), "A")
    assert given_.weights == pytest.approx((0.2, 0.2, 0.6))
    own = catalogue([goal("A")], [target("a1", "A", weight=3), target("a2", "A", weight=1)])
    assert row(mb.roll_up(told(a1="met", a2="met"), own), "A").weights == (0.75, 0.25)


def test_weights_that_only_some_have_are_flagged() -> None:
    """What has none gets the mean of the others, so that the scale of the weights does not matter."""
    made = catalogue([goal("A")], [target("a1", "A", weight=60), target("a2", "A", weight=20), target("a3", "A")])
    found = row(mb.roll_up(told(a1="met", a2="met", a3="met"), made), "A")
    assert found.weights == pytest.approx((0.5, 1 / 6, 1 / 3))
    assert found.flags == ("weights_incomplete",)
    assert "Nogle vægte er ikke oplyst" in found.explain("da")


def test_what_has_weight_zero_takes_no_part_and_is_listed() -> None:
    """It neither decides the worst state nor asks for coverage."""
    made = catalogue([goal("A")], [target("a1", "A", weight=1), target("a2", "A", weight=0)])
    found = row(mb.roll_up(told(a1="met", a2="not_met"), made, policy="worst"), "A")
    assert (found.state, found.left_out, found.left_out_why, found.n_applicable) == (
        "met",
        ("a2",),
        ("zero_weight",),
        1,
    )


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("not_applicable", "not_applicable"),
        ("withdrawn", "withdrawn"),
        ("suspended", "suspended"),
        ("not_due", "too_early"),
        ("span_too_short", "too_early"),
        ("no_target", "too_early"),
        ("due_value_pending", "too_early"),
        ("no_data", "missing"),
        ("suppressed", "not_measurable"),
        ("break_since_baseline", "not_measurable"),
    ],
)
def test_missing_not_applicable_suspended_and_too_early_are_kept_apart(reason: str, why: str) -> None:
    """Each is counted for itself; what no longer binds is taken out of the total, the rest lowers the coverage."""
    made = catalogue([goal("A")], [target(code, "A") for code in ("a1", "a2", "a3", "a4")])
    found = row(mb.roll_up(told(a1="met", a2="met", a3="met", a4=f"not_measurable.{reason}"), made), "A")
    assert (found.left_out, found.left_out_why) == (("a4",), (why,))
    assert getattr(found, f"n_{why}") == 1
    gone = why in {"not_applicable", "withdrawn", "suspended"}
    assert (found.n_applicable, found.coverage_weight) == ((3, 1.0) if gone else (4, 0.75))


def test_too_early_may_be_taken_out_of_the_totals() -> None:
    """Where a plan has milestones that are not due, asking for coverage of them is the caller's choice."""
    made = catalogue([goal("A")], [target("a1", "A"), target("a2", "A")])
    verdicts = told(a1="met", a2="not_measurable.not_due")
    assert row(mb.roll_up(verdicts, made), "A").reason == "rollup_coverage"
    found = row(mb.roll_up(verdicts, made, outside=("not_applicable", "too_early")), "A")
    assert (found.reason, found.coverage_weight, found.n_too_early) == ("counts", 1.0, 1)


def test_pitfall_missing_series_dropped_silently() -> None:
    """A target that nobody has data for is left out by name, for everybody who has data for another."""
    made = catalogue([goal("A")], [target("a1", "A"), target("a2", "A")])
    nobody = verdict("a2", "not_measurable.no_data", "")
    found = mb.roll_up(tracking(verdict("a1", "met"), verdict("a1", "met", "0147"), nobody), made)
    assert len(found) == 2
    for each in found:
        assert (each.reason, each.left_out, each.left_out_why) == ("rollup_coverage", ("a2",), ("missing",))


def test_a_target_without_a_row_for_an_institution_is_missing_there() -> None:
    """Unless its scope says that it does not bind it, or the caller says so."""
    rows = [verdict("a1", "met"), verdict("a1", "met", "0147"), verdict("a2", "met", "0147")]
    free = catalogue([goal("A")], [target("a1", "A"), target("a2", "A")])
    assert row(mb.roll_up(tracking(*rows), free), "A", institution="0101").n_missing == 1
    loose = row(mb.roll_up(tracking(*rows), free, absent="not_applicable"), "A", institution="0101")
    assert (loose.n_not_applicable, loose.n_applicable, loose.reason) == (1, 1, "counts")
    bound = catalogue([goal("A")], [target("a1", "A"), target("a2", "A", scope=mb.Scope(institutions=("0147",)))])
    assert row(mb.roll_up(tracking(*rows), bound), "A", institution="0101").n_items == 1


def test_a_target_that_was_not_tracked_is_named() -> None:
    """A roll-up of some of a goal's targets does not pass for one of all."""
    made = catalogue([goal("A")], [target("a1", "A"), target("a2", "A")])
    found = row(mb.roll_up(told(a1="met"), made), "A")
    assert (found.left_out_why, found.n_not_tracked, found.reason) == (("not_tracked",), 1, "rollup_coverage")


def test_pitfall_target_without_indicators() -> None:
    """A goal that nobody measures has a row that says so, and counts in the programme as one that is not known."""
    made = catalogue([goal("P"), goal("A", "P"), goal("B", "P")], [target("a1", "A")])
    found = mb.roll_up(told(a1="met"), made)
    assert (row(found, "B").reason, row(found, "B").n_items) == ("rollup_empty", 0)
    whole = row(found, "P")
    assert (whole.left_out, whole.left_out_why, whole.coverage_count) == (("B",), ("no_targets",), 0.5)


def test_pitfall_not_applicable_kept_out_of_totals() -> None:
    """A goal whose targets do not apply is out of the programme's total, and so is one that is suspended."""
    verdicts = told(a1="met", a2="met", a3="met", b1="not_measurable.not_applicable")
    found = mb.roll_up(verdicts, two_levels())
    whole = row(found, "P")
    assert (whole.n_applicable, whole.coverage_weight, whole.left_out_why) == (1, 1.0, ("not_applicable",))
    bound = told(a1="met", a2="met", a3="met", b1="not_measurable.suspended")
    assert row(mb.roll_up(bound, two_levels()), "P").left_out_why == ("suspended",)


def test_pitfall_one_missing_indicator_blanks_the_goal() -> None:
    """One of four missing leaves an answer with what it rests on; ``pilote`` keeps its published rule."""
    made = catalogue([goal("A")], [target(code, "A") for code in ("a1", "a2", "a3", "a4")])
    rows = [verdict(code, "on_track", attainment=0.5) for code in ("a1", "a2", "a3")]
    verdicts = tracking(*rows, verdict("a4", "not_measurable.no_data"))
    assert row(mb.roll_up(verdicts, made, policy="share_threshold"), "A").state == "on_track"
    assert row(mb.roll_up(verdicts, made, policy="mean_attainment"), "A").value == 0.5
    assert row(mb.roll_up(verdicts, made, policy="pilote"), "A").reason == "rollup_coverage"
    assert row(mb.roll_up(tracking(*rows), made, policy="pilote", outside=("not_tracked",)), "A").value == 50.0


def test_pitfall_statuses_averaged_as_numbers_are_refused() -> None:
    """Neither a call nor a goal can ask for a mean of states."""
    with pytest.raises(errors.ArgumentError) as caught:
        mb.roll_up(told(a1="met"), two_levels(), policy="mean")
    assert caught.value.code == "argument.choice"
    made = catalogue([goal("A", roll_up="mean_state")], [target("a1", "A")])
    with pytest.raises(errors.ArgumentError) as caught:
        mb.roll_up(told(a1="met"), made)
    assert caught.value.details["argument"] == "Goal.roll_up"


def test_a_catalogue_knows_the_same_policies() -> None:
    """What its check finds is what a roll-up would refuse."""
    assert set(ROLL_UPS) == {*POLICIES, *PUBLISHED}


def test_a_row_without_an_institution_speaks_for_everybody() -> None:
    """A milestone that names nobody counts for each institution of the goal, in every breakdown."""
    done = mb.Milestone(id="m1", due="2026-01-31", done_on="2026-01-15", goal="A")
    made = catalogue([goal("A")], [target("a1", "A"), done])
    rows = [verdict("a1", "met", breakdown=part) for part in ("sex=_T", "sex=F")]
    found = mb.roll_up(tracking(*rows, verdict("m1", "met.milestone_on_time", "", indicator="")), made)
    assert [(each.breakdown, each.n_met) for each in found] == [("", 2), ("sex=F", 2)]
    scoped = verdict("m1", "met.milestone_on_time", indicator="")
    assert [each.n_met for each in mb.roll_up(tracking(*rows, scoped), made)] == [2, 2]


def test_breakdowns_are_summed_up_apart_and_totals_are_one() -> None:
    """What stands at its total belongs together, whatever the totals are called; parts are not mixed with it."""
    sex = mb.Dimension(
        id="sex", name=mb.Text(da="Køn"), categories=[mb.model.Category(id="F", name=mb.Text(da="Kvinder"))]
    )
    indicator = mb.Indicator(id="I", name=mb.Text(da="I"), unit="score", direction="higher", dimensions=["sex"])
    targets = [target("a1", "A"), target("a2", "A"), target("a3", "A", breakdown="sex=F")]
    made = catalogue([goal("A")], targets, indicators=[indicator], dimensions=[sex])
    rows = [
        verdict("a1", "met", breakdown="sex=_T"),
        verdict("a2", "met"),
        verdict("a3", "met", breakdown="age=_T;sex=F"),
    ]
    found = mb.roll_up(tracking(*rows), made)
    assert (row(found, "A", breakdown="").used, row(found, "A", breakdown="").n_items) == (("a1", "a2"), 2)
    assert row(found, "A", breakdown="sex=F").left_out == ("a1", "a2")


def test_each_method_and_day_is_summed_up_for_itself() -> None:
    """Verdicts by different methods are not mixed."""
    made = catalogue([goal("A")], [target("a1", "A")])
    found = mb.roll_up(tracking(verdict("a1", "met"), verdict("a1", "not_met", method="robust")), made)
    assert {each.method: each.share_met for each in found} == {"linear": 1.0, "robust": 0.0}


def test_a_target_judged_twice_is_refused() -> None:
    """Two versions of one target would count double."""
    made = catalogue([goal("A")], [target("a1", "A")])
    verdicts = tracking(verdict("a1", "met", version="1"), verdict("a1", "not_met", version="2"))
    for by in ("goal", "target"):
        with pytest.raises(errors.ArgumentError) as caught:
            mb.roll_up(verdicts, made, by=by)
        assert caught.value.code == "roll_up.twice"


def test_the_mean_of_attainments_bounds_each_before_the_mean() -> None:
    """What is more than reached makes up for nothing, and what has no attainment is named."""
    made = catalogue([goal("A")], [target(code, "A") for code in ("a1", "a2", "a3", "a4")])
    rows = [verdict("a1", "met", attainment=3.0), verdict("a2", "moving_away", attainment=-2.0)]
    verdicts = tracking(*rows, verdict("a3", "met", attainment=0.5), verdict("a4", "met"))
    found = row(mb.roll_up(verdicts, made, policy="mean_attainment"), "A")
    assert (found.value, found.state, found.n_attainment_undefined) == (0.5, "no_single_state", 1)
    assert found.left_out_why == ("attainment_undefined",)


def test_scores_of_a_published_method_are_averaged_group_by_group() -> None:
    """Nested groups first, as the tree of scores of the published method does."""
    goals = [goal("P", roll_up="statcan/1"), goal("A", "P", roll_up="statcan")]
    made = catalogue(goals, [target("p1", "P"), target("a1", "A"), target("a2", "A")])
    rows = [verdict(code, "met", score=score) for code, score in (("p1", 1.0), ("a1", 2.0), ("a2", 4.5))]
    found = mb.roll_up(tracking(*rows), made)
    assert row(found, "P").value == float(stats.score_tree([1.0, [2.0, 4.5]])) == 2.125
    assert row(found, "P").policy == "mean_score"


def test_a_method_that_judges_nothing_still_gives_its_percentages() -> None:
    """The published percentage of a row without a state is what the policy of the same name sums up."""
    made = catalogue([goal("A")], [target("a1", "A", weight=50), target("a2", "A", weight=30)])
    rows = [
        verdict(code, "not_measurable.no_state", method="pilote/1", score=score)
        for code, score in (("a1", 80.0), ("a2", 20.0))
    ]
    assert row(mb.roll_up(tracking(*rows), made, policy="pilote"), "A").value == 57.5
    assert row(mb.roll_up(tracking(*rows), made), "A").reason == "rollup_coverage"


def test_shares_are_no_verdict_and_never_read_as_not_judged() -> None:
    """A policy without a single state says so in a word of its own."""
    found = row(mb.roll_up(told(a1="met", a2="not_met", a3="met", b1="met"), two_levels()), "A")
    assert (found.state, found.reason) == ("no_single_state", "counts")
    assert found.state != found.UNJUDGED


def test_sentences_say_what_counts_and_what_was_left_out() -> None:
    """The headline of a goal, in both languages."""
    made = catalogue([goal("A")], [target(f"a{place}", "A") for place in range(1, 7)])
    states = ["met", "on_track", "met", "not_met", "not_measurable.suppressed", "not_measurable.not_applicable"]
    verdicts = tracking(*(verdict(f"a{place}", state) for place, state in enumerate(states, 1)))
    found = row(mb.roll_up(verdicts, made), "A")
    assert found.explain("da").replace("\N{NO-BREAK SPACE}", " ") == (
        "Mål A, 0101: Nået eller på vej: 3 ud af 4 måltal, der kan vurderes (75 % af vægten). "
        "Ikke regnet med: 1 gælder ikke, 1 kan ikke vurderes."
    )
    assert found.explain("en").replace("\N{NO-BREAK SPACE}", " ") == (
        "Goal A, 0101: Met or on track: 3 out of 4 targets that could be judged (75 % of the weight). "
        "Left out: 1 not applicable, 1 not measurable."
    )


@pytest.mark.parametrize(
    "policy",
    stats_policies := (
        "counts",
        "worst",
        "weighted_median",
        "share_threshold",
        "all_or_nothing",
        "mean_attainment",
        "mean_score",
        "pilote",
    ),
)
@pytest.mark.parametrize(
    "states",
    [("met", "not_met"), ("not_measurable.no_data", "met"), ("not_measurable.suspended", "not_measurable.withdrawn")],
)
def test_every_policy_has_sentences_a_table_and_a_plot(policy: str, states: tuple[str, str]) -> None:
    """Whatever came out can be shown in both languages."""
    made = catalogue([goal("P"), goal("A", "P")], [target("a1", "A"), target("a2", "A")])
    verdicts = tracking(
        *(verdict(code, state, attainment=0.4, score=3.0) for code, state in zip(("a1", "a2"), states, strict=True))
    )
    found = mb.roll_up(verdicts, made, policy=policy)
    for lang in ("da", "en"):
        assert all(line.endswith(".") for line in found.explain(lang).splitlines())
        assert found.shown(lang).to_html().count("<tr") == 3
        assert len(found.plot_data(lang)) == 2
        assert len(found.tree(lang).splitlines()) == 2
    assert found.tree().splitlines()[1].startswith("  ")
    assert "Mål A" in repr(found) or "Goal A" in repr(found)


def test_a_roll_up_survives_files_and_pickles() -> None:
    """Lists of ids and of numbers come back as they were."""
    found = mb.roll_up(told(a1="met", a2="not_met", a3="met", b1="met"), two_levels())
    assert mb.RollUp.from_json(found.to_json()) == found
    assert mb.RollUp.from_arrow(found.to_arrow()) == found
    assert pickle.loads(pickle.dumps(found)) == found
    assert json.loads(found[0].params)["by"] == "goal"
    assert found.schema() == mb.schemas.ROLL_UP


def test_a_roll_up_of_a_confidential_verdict_is_confidential() -> None:
    """The hidden state could be worked out from the shares; the public tracking gives a roll-up that leaves it out."""
    made = catalogue([goal("P"), goal("A", "P")], [target("a1", "A"), target("a2", "A"), target("a3", "A", weight=0)])
    verdicts = tracking(verdict("a1", "met"), verdict("a2", "not_met", hidden="confidential"), verdict("a3", "met"))
    found = mb.roll_up(verdicts, made)
    for each in found:
        assert each.hidden == "confidential"
        shown = each.public()
        assert (shown.state, shown.reason, shown.used, shown.weights, shown.left_out) == (
            *("not_measurable", "confidential"),
            *((),) * 3,
        )
        assert (shown.share_met, shown.n_met, shown.coverage_weight, shown.value) == (None,) * 4
    public = found.public()
    assert [each.to_dict() for each in public] == [each.public().to_dict() for each in found]
    assert "fortroligt" in found.explain("da")
    left = row(mb.roll_up(verdicts.public(), made, min_coverage=0.5), "A")
    assert (left.hidden, left.share_met, left.left_out) == (None, 1.0, ("a2", "a3"))


def test_numbers_of_too_few_people_hide_what_is_computed_from_them_and_no_verdict() -> None:
    """Shares of public verdicts are public; a mean of hidden figures is not."""
    made = catalogue([goal("A")], [target("a1", "A"), target("a2", "A")])
    rows = [verdict("a1", "met", attainment=1.0), verdict("a2", "not_met", attainment=0.2, hidden="small_n")]
    assert row(mb.roll_up(tracking(*rows), made), "A").hidden is None
    mean = row(mb.roll_up(tracking(*rows), made, policy="mean_attainment"), "A")
    assert (mean.hidden, mean.public().value) == ("small_n", None)
    assert "vises ikke" in mean.explain("da")


def test_what_does_not_count_hides_nothing() -> None:
    """A confidential row that does not apply, or weighs nothing, gives nothing away."""
    made = catalogue([goal("A")], [target("a1", "A", weight=1), target("a2", "A", weight=0)])
    verdicts = tracking(verdict("a1", "met"), verdict("a2", "not_met", hidden="confidential"))
    assert row(mb.roll_up(verdicts, made), "A").hidden is None


def test_goals_are_chosen_with_all_below_them() -> None:
    """The chosen goal stands at the top."""
    verdicts = told(a1="met", a2="met", a3="met", b1="not_met")
    found = mb.roll_up(verdicts, two_levels(), goals="A")
    assert [(each.group, each.depth, each.parent) for each in found] == [("A", 0, None)]
    with pytest.raises(errors.UnknownCodeError):
        mb.roll_up(verdicts, two_levels(), goals=["A", "C"])


def test_siblings_stand_by_their_order_and_retired_goals_are_gone() -> None:
    """A goal that no longer holds is shown only where something was tracked for it."""
    old = goal("O", "P", status="retired", valid_to="2020-01-01")
    goals = [goal("P"), goal("B", "P", order=2), goal("A", "P", order=1), old]
    made = catalogue(goals, [target("a1", "A"), target("b1", "B"), target("o1", "O")])
    assert [each.group for each in mb.roll_up(told(a1="met", b1="met"), made)] == ["P", "A", "B"]
    assert "O" in [each.group for each in mb.roll_up(told(a1="met", o1="met"), made)]


def test_targets_without_a_goal_are_not_lost() -> None:
    """They are a group of their own; without a catalogue the goals stand side by side."""
    made = catalogue([goal("A")], [target("a1", "A"), target("x")])
    found = mb.roll_up(told(a1="met", x="not_met"), made)
    assert {each.group: each.used for each in found} == {"A": ("a1",), "": ("x",)}
    assert "måltal uden mål" in row(found, "").explain("da")
    alone = mb.roll_up(tracking(verdict("a1", "met", goal="A"), verdict("x", "not_met")))
    assert {each.group: each.used for each in alone} == {"A": ("a1",), "": ("x",)}


def test_institutions_and_indicators_are_groups_too() -> None:
    """All targets of an institution; the targets of an indicator."""
    verdicts = tracking(
        verdict("a1", "met"), verdict("a2", "not_met"), verdict("a1", "met", "0147"), verdict("a2", "met", "0147")
    )
    found = mb.roll_up(verdicts, by="institution", policy="worst")
    assert {each.group: (each.state, each.kind) for each in found} == {
        "0101": ("not_met", "institution"),
        "0147": ("met", "institution"),
    }
    per = mb.roll_up(verdicts, by="indicator", policy="worst")
    assert [(each.group, each.institution, each.state) for each in per] == [
        ("I", "0101", "not_met"),
        ("I", "0147", "met"),
    ]


def test_a_goal_tree_without_any_data_is_there_without_a_name() -> None:
    """Nothing tracked for it: what it lacks is said once for each method."""
    made = catalogue([goal("A"), goal("Z")], [target("a1", "A"), target("z1", "Z")])
    found = row(mb.roll_up(told(a1="met"), made), "Z")
    assert (found.institution, found.left_out_why) == ("", ("not_tracked",))


def test_no_rows_give_no_rows() -> None:
    """An empty tracking is summed up to nothing."""
    assert len(mb.roll_up(tracking())) == 0
    assert len(mb.roll_up(tracking(), by="target")) == 0


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("argument.choice", {"by": "group"}),
        ("argument.choice", {"policy": "best"}),
        ("argument.choice", {"absent": "zero"}),
        ("argument.choice", {"outside": ("unknown",)}),
        ("argument.range", {"min_coverage": 75}),
        ("argument.range", {"threshold": True}),
        ("argument.at_least", {"weights": {"a1": -1.0}}),
        ("roll_up.register_needed", {"by": "territory"}),
    ],
)
def test_wrong_options_are_refused(code: str, options: dict[str, Any]) -> None:
    """Each with its code and words."""
    with pytest.raises(errors.ArgumentError) as caught:
        mb.roll_up(told(a1="met"), two_levels(), **options)
    assert caught.value.code == code
    assert str(caught.value)


# A slow twin of one goal tree, and the laws.

POLICY = st.sampled_from(stats_policies)
STATES = st.fixed_dictionaries({code: st.sampled_from(TOLD) for code in ("p1", "a1", "a2", "b1", "b2", "c1")})
WEIGHTS = st.dictionaries(
    st.sampled_from(["p1", "a1", "a2", "b1", "b2", "c1", "A", "B", "C"]), st.sampled_from([0.0, 1.0, 2.5])
)
TREE = {"P": ("p1", "A", "B"), "A": ("a1", "a2", "C"), "B": ("b1", "b2"), "C": ("c1",)}


def made_tree() -> mb.Catalogue:
    goals = [goal("P"), goal("A", "P"), goal("B", "P"), goal("C", "A")]
    return catalogue(goals, [target(code, aim) for aim, items in TREE.items() for code in items if code.islower()])


def slow(group: str, states: dict[str, str], weights: dict[str, float]) -> dict[str, Any] | None:
    """The shares of one goal by hand, None where nothing applies, empty where nothing is known enough."""
    parts: list[tuple[float, dict[str, float] | None]] = []
    chosen = {code: weights[code] for code in TREE[group] if code in weights}
    applying: list[tuple[str, dict[str, float] | None]] = []
    for code in TREE[group]:
        if code.isupper():
            below = slow(code, states, weights)
            if below is not None:
                applying.append((code, below or None))
        elif states[code].partition(".")[2] not in {"not_applicable", "withdrawn", "suspended"}:
            applying.append((code, {states[code]: 1.0} if states[code] in RANKED else None))
    stated = [chosen[code] for code, _ in applying if code in chosen]
    usual = sum(stated) / len(stated) if sum(stated) > 0 else 1.0
    parts = [(chosen.get(code, usual), share) for code, share in applying]
    parts = [(weight, share) for weight, share in parts if weight > 0]
    if not parts:
        return None
    held = sum(weight for weight, share in parts if share)
    if held == 0 or held / sum(weight for weight, _ in parts) < 0.75 - 1e-12:
        return {}
    return {state: sum(weight * share.get(state, 0.0) for weight, share in parts if share) / held for state in RANKED}


@given(states=STATES, weights=WEIGHTS)
def test_a_tree_at_once_equals_the_slow_twin_goal_by_goal(states: dict[str, str], weights: dict[str, float]) -> None:
    """Shares, coverage and emptiness go up the tree as the definitions read."""
    found = mb.roll_up(told(**states), made_tree(), weights=weights)
    for group, items in TREE.items():
        expected, each = slow(group, states, weights), row(found, group)
        if not expected:
            assert each.reason == ("rollup_empty" if expected is None else "rollup_coverage")
            assert (each.used, each.weights) == ((), ())
            continue
        assert each.reason == "counts"
        assert {state: getattr(each, f"share_{state}") for state in RANKED} == pytest.approx(expected, abs=1e-12)
        assert sum(each.weights) == pytest.approx(1)
        assert len(each.used) + len(each.left_out) == each.n_items == len(items)


@given(states=STATES, policy=POLICY, order=st.permutations(["p1", "a1", "a2", "b1", "b2", "c1"]))
def test_the_order_of_rows_and_other_institutions_change_nothing(
    states: dict[str, str], policy: str, order: list[str]
) -> None:
    """A roll-up depends on its own verdicts alone."""
    rows = {code: verdict(code, state, attainment=0.3, score=2.0) for code, state in states.items()}
    alone = mb.roll_up(tracking(*rows.values()), made_tree(), policy=policy)
    beside = [verdict(code, "not_met", "0147") for code in order]
    mixed = mb.roll_up(tracking(*beside, *(rows[code] for code in order)), made_tree(), policy=policy)
    assert [each.to_dict() for each in mixed.where(institution="0101")] == [each.to_dict() for each in alone]
