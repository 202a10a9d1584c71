"""Odd input that tracking once answered wrongly, each by a small example."""

from __future__ import annotations

from typing import Any

import pytest

import maalbib as mb
from maalbib import Baseline, Text

START = Baseline(period="2018")
AT_LEAST_85 = (2023, 85.0, {"qualifier": "at_least"})
BEFORE_DUE = [(2018, 70.0), (2019, 72.0), (2020, 73.0)]


def at_least(value: float = 80, due: str | None = "2022", **fields: Any) -> mb.AtLeast:
    given: dict[str, Any] = {"id": "T", "indicator": "I", "baseline": START} | fields
    return mb.AtLeast(value=value, due=due, **given)


def band(due: str) -> mb.WithinBand:
    return mb.WithinBand(id="T", indicator="I", low=50, high=60, baseline=START, due=due)


def tracked(made: Any, target: mb.Target, *points: Any, as_of: str = "2024-06-30", **options: Any) -> mb.Progress:
    """Judge one series."""
    measurements, catalogue = made({"0101": points}, targets=[target], direction="target")
    [row] = mb.track(measurements, catalogue, as_of=as_of, **options)
    return row


def test_a_bound_after_the_deadline_says_nothing_of_the_deadline(made: Any) -> None:
    """Nobody reaches a target early in the year after it was due."""
    row = tracked(made, at_least(), *BEFORE_DUE, AT_LEAST_85)
    assert (row.state, row.reason) == ("not_measurable", "due_value_missing")
    others = {"0101": [*BEFORE_DUE, AT_LEAST_85], "0147": [(2018, 70.0), (2022, 81.0)]}
    measurements, catalogue = made(others, targets=[at_least()])
    assert mb.track(measurements, catalogue, as_of="2024-06-30").row(institution="0101").reason == row.reason


def test_the_last_value_before_the_deadline_may_be_a_bound(made: Any) -> None:
    """Where the last value on or before the deadline decides, a bound that is newer than every value is that value."""
    due = at_least(due_value="last_on_or_before")
    row = tracked(made, due, *BEFORE_DUE, (2021, 85.0, {"qualifier": "at_least"}))
    assert (row.state, row.reason, row.latest_period) == ("met", "at_due", "2021")
    withheld = tracked(made, due, *BEFORE_DUE, (2021, 85.0, {"qualifier": "at_least"}), (2022, None, {"status": "Q"}))
    assert withheld.reason == "suppressed"


@pytest.mark.parametrize(("value", "reason"), [(81.0, "at_due"), (79.0, "due_passed")])
def test_the_sentence_names_the_period_that_decided(value: float, reason: str, made: Any) -> None:
    """A value of 2021 that decides for 2022 is said to be of 2021."""
    row = tracked(made, at_least(due_value="last_on_or_before"), *BEFORE_DUE, (2021, value))
    assert row.reason == reason
    assert "i 2021" in row.explain("da")
    assert "in 2021" in row.explain("en")


def test_inside_a_band_the_way_was_to_the_edge_it_came_in_by(made: Any) -> None:
    """From 40 to 52 is more than the whole way into 50 to 60, and never six tenths of it."""
    row = tracked(made, band("2030"), (2018, 40.0), (2019, 44.0), (2020, 48.0), (2021, 52.0), as_of="2022-01-01")
    assert row.attainment == pytest.approx(1.2)
    assert (row.state, row.attainment_clamped) == ("met", 1.0)
    assert row.required_total == pytest.approx(10 / 12)
    assert row.expected_gap == pytest.approx(52 - 42.5)


def test_from_inside_a_band_there_is_no_way_to_cover(made: Any) -> None:
    """Leaving the band is not three times the way."""
    row = tracked(made, band("2030"), (2018, 55.0), (2019, 58.0), (2020, 63.0), (2021, 70.0), as_of="2022-01-01")
    assert row.state == "moving_away"
    assert [row.attainment, row.attainment_clamped, row.expected_now, row.days_ahead] == [None] * 4
    assert row.required_pace == pytest.approx(-10 / 9)
    kept = tracked(made, mb.Maintain(id="T", indicator="I", band=2, baseline=START), (2018, 55.0), (2019, 56.0))
    assert (kept.state, kept.attainment) == ("met", None)


def test_a_closed_band_is_measured_from_the_value_at_the_deadline(made: Any) -> None:
    """The edge to reach is that of the value shown, not that of a later value on the other side."""
    row = tracked(made, band("2020"), (2018, 30.0), (2020, 45.0), (2023, 80.0))
    assert row.attainment == pytest.approx(0.75)
    assert (row.reason, row.latest) == ("due_passed", 45.0)
    assert row.expected_gap == pytest.approx(-5.0)


def test_a_baseline_beyond_the_target_is_no_full_attainment(made: Any) -> None:
    """Who started at 85, is to stay above 80 and stands at 75 has covered nothing, and is not twenty years ahead."""
    row = tracked(
        made, at_least(due="2030"), (2018, 85.0), (2019, 84.0), (2020, 79.0), (2021, 75.0), as_of="2022-01-01"
    )
    assert (row.state, row.attainment_clamped, row.days_ahead) == ("moving_away", None, None)
    assert row.answers().missing["attainment"] == "baseline_is_target"


def test_a_baseline_beyond_the_target_counts_neither_way_in_a_mean(made: Any) -> None:
    """It is named as left out, and weighs neither as all nor as nothing."""
    points = [(2018, 85.0), (2019, 84.0), (2020, 79.0), (2021, 75.0)]
    measurements, catalogue = made({"0101": points}, targets=[at_least(due="2030")])
    tracking = mb.track(measurements, catalogue, as_of="2022-01-01")
    [row] = mb.roll_up(tracking, catalogue, by="indicator", policy="mean_attainment")
    assert (row.value, row.left_out_why) == (None, ("attainment_undefined",))


def test_a_direction_has_no_gap(made: Any) -> None:
    """A gap of 0 would read as having arrived."""
    direction = mb.DirectionOnly(id="T", indicator="I", direction="higher", baseline=START)
    row = tracked(made, direction, (2018, 50.0), (2019, 48.0), (2020, 45.0))
    assert (row.state, row.gap) == ("moving_away", None)
    steps = mb.ImproveEachPeriod(id="T", indicator="I", direction="higher")
    assert tracked(made, steps, (2018, 50.0), (2019, 48.0)).gap is None


@pytest.mark.parametrize("method", ["cagr", "compound", "bounded"])
def test_no_refusal_stands_beside_a_verdict_that_needs_no_line(method: str, made: Any) -> None:
    """A target that is reached is reached, whether or not a line could be drawn."""
    row = tracked(made, at_least(10, "2030"), (2018, 0.0), (2019, -2.0), (2020, 3.0), (2021, 11.0), method=method)
    assert (row.state, row.verdict) == ("met", None)


def test_after_the_deadline_no_line_is_missed_for_want_of_values(made: Any) -> None:
    """That nothing is projected past a deadline has nothing to do with how many values there are."""
    row = tracked(made, at_least(), *BEFORE_DUE, (2021, 78.0), (2022, 81.0))
    assert row.reason == "at_due"
    assert dict(row.answers().missing) == {
        "pace": "not_applicable",
        "projection": "not_applicable",
        "assurance": "too_few_points",
    }


@pytest.mark.parametrize("policy", ["latest", "every"])
def test_each_step_is_held_against_the_uncertainty_of_its_own_ends(policy: str, made: Any) -> None:
    """A wide interval long ago does not make today's clear step flat."""

    def limits(value: float, half: float) -> dict[str, float]:
        return {"lower": value - half, "upper": value + half}

    steps = mb.ImproveEachPeriod(id="T", indicator="I", direction="higher", policy=policy)
    points = [
        (2018, 20.0, limits(20, 20)),
        (2019, 70.0, limits(70, 1)),
        (2020, 75.0, limits(75, 1)),
        (2021, 80.0, limits(80, 1)),
    ]
    assert tracked(made, steps, *points, no_change_from="measured").reason == "step_made"
    flat = [*points[:3], (2021, 76.0, limits(76, 1))]
    assert tracked(made, steps, *flat, no_change_from="measured").reason == "step_flat"


def test_the_measured_band_is_that_of_the_movement_judged(made: Any) -> None:
    """With an agreed baseline the first value since then has limits; a standing target looks at its window alone."""
    points = [(year, 70.0 + (year - 2018) * 0.3, {"lower": 68.0, "upper": 75.0}) for year in range(2018, 2022)]
    agreed = at_least(90, "2030", baseline=Baseline(period="2018", value=70.0))
    assert tracked(made, agreed, *points).state == "off_track"
    assert tracked(made, agreed, *points, no_change_from="measured").state == "unchanged"
    wide = [(2010, 60.0, {"lower": 0.0, "upper": 99.0})]
    clear = [(year, 60.0 + year - 2018, {"lower": 59.9, "upper": 69.9}) for year in range(2018, 2024)]
    clear = [(year, value, {"lower": value - 0.1, "upper": value + 0.1}) for year, value, _ in clear]
    standing = at_least(90, None, baseline=None)
    assert tracked(made, standing, *wide, *clear, no_change_from="measured").reason == "standing_improving"


def test_steps_before_the_baseline_are_not_due(made: Any) -> None:
    """A baseline period without a value is still where the counting starts."""
    steps = mb.ImproveEachPeriod(id="T", indicator="I", direction="higher", baseline=Baseline(period="2019"))
    row = tracked(made, steps, (2017, 50.0), (2018, 51.0), (2020, 52.0), (2021, 53.0))
    assert (row.steps_made, row.steps_due, row.streak) == (1, 1, 1)


def test_nothing_read_off_a_hidden_value_stands_in_a_row_that_is_shown(made: Any) -> None:
    """Steps and limits rest on values that the row's other figures do not."""
    points = [(2008 + i, 50.0 + i * 0.3, {"n": 3 if i == 4 else 50}) for i in range(16)]
    latest = tracked(made, mb.ImproveEachPeriod(id="T", indicator="I", direction="higher"), *points)
    assert (latest.hidden, latest.steps_made, latest.steps_due, latest.streak) == (None, None, None, None)
    every = tracked(made, mb.ImproveEachPeriod(id="T", indicator="I", direction="higher", policy="every"), *points)
    assert (every.hidden, every.steps_made, every.public().steps_made) == ("small_n", 15, None)
    standing = tracked(made, at_least(40, None, baseline=None), *points)
    assert (standing.hidden, standing.assurance) == (None, None)


def goal_of_two(made: Any, *methods: str | None) -> tuple[mb.Measurements, mb.Catalogue]:
    """Return values, and a goal of targets with a method of their own each."""
    points = [(2018, 70.0), (2019, 72.0), (2020, 73.0), (2021, 75.0)]
    measurements, catalogue = made({"0101": points})
    targets = [at_least(80 + 10 * at, "2030", id=f"T{at}", goal="G", method=name) for at, name in enumerate(methods)]
    goal = mb.Goal(id="G", name=Text(da="Målet", en="The goal"))
    tables: dict[str, Any] = {"indicators": catalogue.indicators.values(), "goals": [goal], "targets": targets}
    return measurements, mb.Catalogue(id="PROEVE", agency="KL", version="1.0.0", **tables)


def test_targets_with_methods_of_their_own_are_one_goal(made: Any) -> None:
    """A goal is not two goals, each with the other's targets missing."""
    measurements, catalogue = goal_of_two(made, None, "robust")
    [row] = mb.roll_up(mb.track(measurements, catalogue, as_of="2022-06-30"), catalogue)
    assert (row.method, row.used, row.left_out) == ("linear + robust", ("T0", "T1"), ())
    asked = mb.track(measurements, catalogue, as_of="2022-06-30", method=["linear", "robust"])
    assert [row.method for row in mb.roll_up(asked, catalogue)] == ["linear", "robust"]


def test_scores_of_different_methods_are_not_averaged(made: Any) -> None:
    """From -5 to 5 by one method and from 0 to 100 by another have no mean."""
    measurements, catalogue = goal_of_two(made, "statcan", "pilote")
    tracking = mb.track(measurements, catalogue, as_of="2022-06-30")
    [row] = mb.roll_up(tracking, catalogue, policy="mean_score", min_coverage=0)
    assert row.value is None
    assert row.left_out == ("T0", "T1")


def test_a_weather_symbol_needs_to_know_what_is_kept(made: Any) -> None:
    """Without a baseline there is no band, and a series that cannot be judged stops nobody's call."""
    kept = mb.Maintain(id="T", indicator="I", band=2, baseline=START)
    row = tracked(made, kept, *[(year, 50.0) for year in range(2019, 2024)], method="destatis")
    assert (row.state, row.reason) == ("not_measurable", "no_baseline")


def test_a_newer_reference_of_few_people_withholds_nothing(made: Any) -> None:
    """A period in which only the reference has a value is no value of the unit."""
    below = mb.RelativeToReference(id="T", indicator="I", institution="0147", direction="higher")
    own = [(2018, 50.0, {"n": 90}), (2019, 55.0, {"n": 90})]
    reference = [(2018, 50.0, {"n": 90}), (2019, 50.0, {"n": 90}), (2020, 50.0, {"n": 1})]
    measurements, catalogue = made({"0101": own, "0147": reference}, targets=[below])
    row = mb.track(measurements, catalogue, as_of="2024-06-30", min_verdict=5).row(institution="0101")
    assert (row.state, row.latest, row.latest_period) == ("met", 5.0, "2019")


@pytest.mark.parametrize("method", ["linear", "nhs_assurance"])
def test_limits_do_not_depend_on_the_periods_of_others(method: str, made: Any) -> None:
    """A gap is a gap, whether or not somebody else has a value in it."""
    points = [(2000 + i, value) for i, value in enumerate([0, 0, -9, 9, 0, 30, 0, 0, 0, 0, 0, 0, 0, 0]) if i != 4]
    target = at_least(-5, None, baseline=None)
    found = []
    for others in ({}, {"0147": [(2004, 1.0)]}):
        measurements, catalogue = made({"0101": points} | others, targets=[target])
        row = mb.track(measurements, catalogue, as_of="2024-06-30", method=method).row(institution="0101")
        found.append((row.assurance, row.verdict))
    assert found[0] == found[1]
