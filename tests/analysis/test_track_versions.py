"""Versions of targets, pauses, withdrawals, states set by hand, several methods, late figures and milestones."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

import maalbib as mb
from maalbib import Baseline, Text

RISING = [(2018, 68.0), (2019, 69.3), (2020, 69.8), (2021, 71.2), (2022, 72.1), (2023, 72.9)]
START = Baseline(period="2018")


def at_least(value: float, due: str, decided_on: str | None = None, **fields: Any) -> mb.AtLeast:
    """A dated target from 2018."""
    return mb.AtLeast(id="T", indicator="I", value=value, due=due, baseline=START, decided_on=decided_on, **fields)


def tracked(
    made: Any, *targets: mb.Target, points: Any = RISING, as_of: str = "2024-06-30", **options: Any
) -> mb.Tracking:
    """Judge one series."""
    given = {name: options.pop(name) for name in ("direction", "unit", "publication_delay") if name in options}
    measurements, catalogue = made({"0101": points}, targets=targets, **given)
    tracking: mb.Tracking = mb.track(measurements, catalogue, as_of=as_of, **options)
    return tracking


def test_the_version_in_force_is_judged_and_the_original_is_one_option_away(made: Any) -> None:
    """A deadline that was moved shortly before it passed: off the new way, and missed by the old one."""
    versions = (at_least(80, "2022", "2018-06-01"), at_least(80, "2026", "2022-11-01", version="rev"))
    [row] = tracked(made, *versions)
    assert (row.state, row.version, row.due) == ("off_track", "rev", "2026")
    assert "target_revised" in row.flags
    [original] = tracked(made, *versions, basis="original")
    assert (original.state, original.reason, original.version) == ("not_met", "due_passed", "2018-06-01")
    both = tracked(made, *versions, basis="every")
    assert [row.version for row in both] == ["2018-06-01", "rev"]
    [before] = tracked(made, *versions, as_of="2022-10-31")
    assert (before.version, before.flags.count("target_revised")) == ("2018-06-01", 0)


def test_what_was_not_decided_withdrawn_or_suspended_is_said_so(made: Any) -> None:
    """Three reasons, and none of them looks like a missing value."""
    pause = mb.Suspension(start="2024-01-01", end="2024-09-01", reason=Text(da="Skolen flytter."))
    target = at_least(80, "2030", "2019-01-01", withdrawn_on="2025-01-01", suspensions=[pause])
    reasons = {
        day: tracked(made, target, as_of=day)[0].reason
        for day in ("2018-12-31", "2023-12-31", "2024-06-30", "2024-09-01", "2025-01-01")
    }
    assert reasons == {
        "2018-12-31": "no_target",
        "2023-12-31": "projection_meets",
        "2024-06-30": "suspended",
        "2024-09-01": "projection_meets",
        "2025-01-01": "withdrawn",
    }


def test_a_state_set_by_hand_stands_beside_the_computed_one(made: Any) -> None:
    """Role, day and reason are kept; the computed state is not touched, and the row is flagged."""
    decision = mb.Override(
        target="T",
        institution="0101",
        state="on_track",
        reason=Text(da="Ny skole åbner i 2025.", en="A new school opens in 2025."),
        decided_by_role="skolechef",
        decided_on="2024-03-01",
    )
    [row] = tracked(made, at_least(90, "2030"), overrides=[decision])
    assert (row.state, row.override_state, row.override_role) == ("off_track", "on_track", "skolechef")
    assert "override" in row.flags
    said = row.explain("da")
    assert "Ny skole åbner i 2025." in said
    assert "skolechef" in said
    assert tracked(made, at_least(90, "2030"), overrides=[decision], as_of="2024-02-29")[0].override_state is None
    elsewhere = attrs.evolve(decision, institution="0151")
    assert tracked(made, at_least(90, "2030"), overrides=[elsewhere])[0].override_state is None


def test_overrides_of_the_catalogue_hold_too(made: Any) -> None:
    """Kept with the target, and the latest decided one is shown."""
    measurements, catalogue = made({"0101": RISING}, targets=[at_least(90, "2030")])
    decisions = [
        mb.Override(
            target="T",
            institution="0101",
            state=state,
            reason=Text(da="Fordi."),
            decided_by_role="rolle",
            decided_on=day,
        )
        for state, day in (("met", "2024-02-01"), ("not_met", "2024-01-01"))
    ]
    row = mb.track(measurements, attrs.evolve(catalogue, overrides=decisions), as_of="2024-06-30")[0]
    assert row.override_state == "met"


def test_several_methods_give_a_row_each_and_say_where_they_disagree(made: Any) -> None:
    """An outlier at the end turns the straight line, and not the robust one."""
    points = [(2018, 70.0), (2019, 71.0), (2020, 72.0), (2021, 73.0), (2022, 74.0), (2023, 70.0)]
    both = tracked(made, at_least(79, "2027"), points=points, method=["linear", "robust"])
    assert [row.method for row in both] == ["linear", "robust"]
    assert [row.state for row in both] == ["off_track", "on_track"]
    assert all("methods_disagree" in row.flags for row in both)
    assert len(both.disagreements()) == 2
    alike = tracked(made, at_least(74, "2027"), method=["linear", "robust"])
    assert len(alike.disagreements()) == 0


def test_a_method_of_the_target_is_used_unless_others_are_asked_for(made: Any) -> None:
    """Methods belong to targets, and a call may ask for others."""
    target = at_least(80, "2030", method="robust")
    assert [row.method for row in tracked(made, target)] == ["robust"]
    assert [row.method for row in tracked(made, target, method="linear")] == ["linear"]


def test_slack_of_the_target_is_recorded(made: Any) -> None:
    """A wider slack turns off track into on track, and the parameters say so."""
    [row] = tracked(made, at_least(84, "2030", slack=0.5))
    assert (row.state, json.loads(row.params)["slack"]) == ("on_track", 0.5)
    assert tracked(made, at_least(84, "2030"))[0].state == "off_track"


@pytest.mark.parametrize(("day", "late"), [("2025-03-31", False), ("2025-04-01", True)])
def test_figures_that_should_have_come_are_stale(day: str, *, late: bool, made: Any) -> None:
    """2024 ends on 31 December and is published 90 days later, by 31 March."""
    [row] = tracked(made, at_least(80, "2030"), as_of=day, publication_delay=90)
    assert ("stale" in row.flags) is late
    assert (
        "stale" not in tracked(made, at_least(80, "2030"), as_of=day, publication_delay=90, grace_days=400)[0].flags
    )
    assert "stale" not in tracked(made, at_least(80, "2030"), as_of="2029-01-01")[0].flags
    [refused] = tracked(made, at_least(80, "2030"), as_of=day, publication_delay=90, stale="refused")
    assert (refused.reason == "too_old") is late


def test_measured_uncertainty_widens_the_band_of_no_change(made: Any) -> None:
    """A fall of one point between values known to plus or minus five is no material change."""
    points = [
        (year, value, {"lower": value - 5, "upper": value + 5})
        for year, value in zip(range(2018, 2022), (70.0, 69.6, 69.4, 69.0), strict=True)
    ]
    assert tracked(made, at_least(80, "2030"), points=points)[0].state == "moving_away"
    assert tracked(made, at_least(80, "2030"), points=points, no_change_from="measured")[0].state == "unchanged"


def test_growth_to_zero_is_refused_with_its_reason(made: Any) -> None:
    """The straight line needs no such excuse."""
    points = [(2015, 103.0), (2017, 85.0), (2019, 60.0), (2023, 29.0)]
    target = mb.AtMost(id="T", indicator="I", value=0, due="2030", baseline=Baseline(period="2015"))
    linear, growth = tracked(made, target, points=points, direction="lower", method=["linear", "cagr"])
    assert (linear.state, growth.state, growth.reason) == ("on_track", "not_measurable", "method_refused")
    assert growth.verdict == "cagr.zero_target"
    assert "Et mål på nul" in growth.explain("da")


def test_days_ahead_and_arrival_and_planned_pace(made: Any) -> None:
    """One year ahead of the way is 365 days; the line arrives in the period of its crossing."""
    points = [(2018, 68.0), (2019, 70.0), (2020, 72.0), (2021, 74.0)]
    [row] = tracked(made, at_least(80, "2030"), points=points)
    assert row.required_total == pytest.approx(1.0)
    assert row.pace_ratio == pytest.approx(2.0)
    assert row.expected_gap == pytest.approx(3.0)
    assert row.days_ahead == round(3 * 365.2425)
    assert row.arrival == "2024"
    [behind] = tracked(made, at_least(92, "2030"), points=[(2018, 68.0), (2019, 69.0), (2020, 70.0)])
    assert behind.days_ahead is not None
    assert behind.days_ahead < 0
    assert behind.arrival == "2042"


def test_steps_are_counted(made: Any) -> None:
    """Three of four steps were made, and the latest two in a row."""
    points = [(2018, 50.0), (2019, 51.0), (2020, 50.5), (2021, 51.2), (2022, 52.0)]
    latest = mb.ImproveEachPeriod(id="T", indicator="I", direction="higher")
    [row] = tracked(made, latest, points=points)
    assert (row.state, row.steps_made, row.steps_due, row.streak) == ("met", 3, 4, 2)
    [row] = tracked(made, attrs.evolve(latest, policy="every"), points=points)
    assert (row.reason, row.baseline_period, row.latest_period) == ("step_reversed", "2019", "2020")


def test_a_missing_period_is_a_gap_only_where_every_step_counts_and_none_failed(made: Any) -> None:
    """A step that failed is a failure whatever is missing."""
    every = mb.ImproveEachPeriod(id="T", indicator="I", direction="higher", policy="every")
    [row] = tracked(made, every, points=[(2018, 50.0), (2019, 51.0), (2021, 53.0), (2022, 54.0)])
    assert (row.reason, row.steps_made, row.steps_due, row.streak) == ("gap", None, None, None)
    [row] = tracked(made, every, points=[(2018, 50.0), (2019, 49.0), (2021, 53.0), (2022, 54.0)])
    assert row.reason == "step_reversed"


def test_milestones_need_no_indicator_and_bind_whom_they_say(made: Any) -> None:
    """One row without a name, or one for each institution bound; a later day is not known yet."""
    plan = mb.Milestone(
        id="M", name=Text(da="Planen er vedtaget", en="The plan is adopted"), due="2024-03-31", done_on="2024-04-10"
    )
    [row] = tracked(made, plan, as_of="2024-04-09")
    assert (row.state, row.reason, row.institution, row.indicator) == ("not_met", "milestone_overdue", "", "")
    [row] = tracked(made, plan)
    assert (row.reason, row.reached_period) == ("milestone_late", "2024-04-10")
    assert (
        row.explain("da")
        == "Planen er vedtaget: Milepælen blev først nået 10. april 2024; fristen var 31. marts 2024."
    )
    bound = attrs.evolve(plan, scope=mb.Scope(institutions=["0101", "0151"]), done_on=None, due="2030-01-01")
    assert [(row.institution, row.reason) for row in tracked(made, bound)] == [
        ("0101", "not_due"),
        ("0151", "not_due"),
    ]


def test_a_milestone_may_be_measured(made: Any) -> None:
    """A value of one or more is done; the period that the last day lies in is in time."""
    milestone = mb.Milestone(id="T", indicator="I", due="2021-06-30")
    yes = [(2019, 0.0), (2020, 0.0), (2021, 1.0), (2022, 1.0)]
    [row] = tracked(made, milestone, points=yes)
    assert (row.reason, row.reached_period) == ("milestone_on_time", "2021")
    [row] = tracked(made, milestone, points=[(2020, 0.0), (2022, 1.0)])
    assert (row.state, row.reason, row.reached_period) == ("not_met", "milestone_late", "2022")
    [row] = tracked(made, milestone, points=[(2020, 0.0)])
    assert row.reason == "milestone_overdue"


def test_a_stated_path_is_what_the_latest_value_is_held_against(made: Any) -> None:
    """Straight lines between interim targets, and steps that hold until the next."""
    stops = [mb.Interim(period="2022", value=70), mb.Interim(period="2026", value=78)]
    [lines] = tracked(made, at_least(80, "2030", path="milestones", interim=stops))
    assert lines.expected_now == pytest.approx(72.0)
    assert (lines.state, lines.reason) == ("on_track", "path_met")
    [steps] = tracked(made, at_least(80, "2030", path="steps", interim=stops))
    assert steps.expected_now == pytest.approx(70.0)
    assert "aftalte vej" in steps.explain("da")


def test_a_compound_way_from_zero_is_refused(made: Any) -> None:
    """The observed baseline decides, since none was agreed."""
    points = [(2018, 0.0), (2019, 1.0), (2020, 2.0), (2021, 3.0)]
    [row] = tracked(made, at_least(8, "2030", path="compound"), points=points)
    assert (row.reason, row.verdict) == ("method_refused", "path.compound")


def test_the_state_without_the_last_value_is_told(made: Any) -> None:
    """The last value alone decides, and the sentence names it."""
    points = [(2018, 68.0), (2019, 69.0), (2020, 70.0), (2021, 71.0), (2022, 72.0), (2023, 68.5)]
    [row] = tracked(made, at_least(80, "2030"), points=points)
    assert (row.state, row.without_last, row.sensitive_to, row.max_jump) == ("off_track", "on_track", "2023", 1)
    assert "(2023)" in row.explain("da")
    [quiet] = tracked(made, at_least(80, "2030"), points=points, sensitivity=False)
    assert (quiet.without_last, quiet.sensitive_to, "endpoint_sensitive" in quiet.flags) == (None, None, False)


def test_four_answers_are_four_typed_parts(made: Any) -> None:
    """Each has its own figures, and one that does not apply says why."""
    [row] = tracked(made, at_least(80, "2030"))
    answers = row.answers()
    assert answers.attainment is not None
    assert answers.attainment.raw == row.attainment
    assert answers.pace is not None
    assert answers.pace.required_now == row.required_pace
    assert answers.projection is not None
    assert answers.projection.probability == row.probability
    assert answers.assurance is None
    assert answers.missing == {"assurance": "too_few_points"}
    [standing] = tracked(made, mb.AtLeast(id="T", indicator="I", value=80))
    assert standing.answers().projection is None
    assert standing.answers().missing["projection"] == "no_due"


def test_assurance_needs_twelve_values_and_holds_limits_against_the_region(made: Any) -> None:
    """A steady process well above the target passes, well below it fails."""
    points = [(year, 90.0 + (-1) ** year) for year in range(2008, 2024)]
    assert [
        tracked(made, mb.AtLeast(id="T", indicator="I", value=value), points=points)[0].assurance
        for value in (80, 90, 99)
    ] == ["consistent_pass", "inconsistent", "consistent_fail"]
    assert tracked(made, mb.AtLeast(id="T", indicator="I", value=80), points=points[:11])[0].assurance is None


def test_a_share_led_on_within_limits_stays_below_the_whole(made: Any) -> None:
    """The straight line passes 100 per cent, and the curve does not; the people behind say how fine a value at 100 is."""
    points = [
        (year, value, {"n": 200})
        for year, value in zip(range(2018, 2024), (88.0, 92.0, 95.0, 97.5, 99.0, 100.0), strict=True)
    ]
    target = at_least(99.9, "2028", tolerance=0.2)
    [line] = tracked(made, at_least(100, "2028"), points=points[:5], unit="percent")
    [curve] = tracked(made, target, points=points[:5], unit="percent", method="bounded")
    assert line.projected is not None
    assert line.projected > 100
    assert curve.projected is not None
    assert curve.projected_upper is not None
    assert 99 < curve.projected <= curve.projected_upper <= 100
    [whole] = tracked(made, target, points=points, unit="percent", method="bounded")
    assert whole.reason != "method_refused"


def test_the_original_version_is_judged_although_a_later_one_was_withdrawn(made: Any) -> None:
    """Withdrawing a revision does not hide what was first promised."""
    versions = (at_least(80, "2022", "2018-06-01"), at_least(80, "2026", "2022-11-01", withdrawn_on="2023-01-01"))
    assert tracked(made, *versions)[0].reason == "withdrawn"
    assert tracked(made, *versions, basis="original")[0].reason == "due_passed"


def test_a_dispersion_between_units_of_two_frequencies_has_one_row(made: Any) -> None:
    """The units measured most alike are compared; two rows with one key would contradict each other."""
    yearly = {f"A{unit}": [(year, 60.0 + 3 * unit) for year in range(2018, 2024)] for unit in range(6)}
    school = {
        f"S{unit}": [(f"{year}/{(year + 1) % 100:02}", 60.0 + unit) for year in range(2018, 2024)]
        for unit in range(5)
    }
    target = mb.DispersionAtMost(id="T", indicator="I", value=2, statistic="sd")
    measurements, catalogue = made(yearly | school, targets=[target])
    [row] = mb.track(measurements, catalogue, as_of="2024-12-31")
    assert (row.state, row.units) == ("not_met", 6)
