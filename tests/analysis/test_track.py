"""Tracking: who gets a row, the pitfalls of each kind of target, and what is known on a day."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pandas as pd
import pytest

import maalbib as mb
from maalbib import Baseline, Break, Period, Scope

YEARS = [(2018, 68.0), (2019, 69.0), (2020, 71.0), (2021, 70.5), (2022, 72.0), (2023, 73.0)]


def at_least(value: float = 80, **fields: Any) -> mb.AtLeast:
    """A target of at least so much."""
    return mb.AtLeast(id="T", indicator="I", value=value, **fields)


def row_of(made: Any, points: Any, target: mb.Target, as_of: str = "2024-06-30", **given: Any) -> mb.Progress:
    """Judge one series."""
    options = {
        name: given.pop(name) for name in ("min_verdict", "across_breaks", "slack", "min_span") if name in given
    }
    measurements, catalogue = made({"0101": points}, targets=[target], **given)
    return mb.track(measurements, catalogue, as_of=as_of, **options)[0]


def test_zero_is_a_legal_target_value_and_baseline(made: Any) -> None:
    """Nothing is divided by a zero that means something."""
    target = mb.AtMost(id="T", indicator="I", value=0, due="2030", baseline=Baseline(period="2018"))
    points = [(2018, 6.0), (2019, 5.5), (2020, 4.4), (2021, 4.1), (2022, 2.8), (2023, 2.0)]
    row = row_of(made, points, target, direction="lower")
    assert (row.state, row.attainment) == ("on_track", pytest.approx(4 / 6))
    from_zero = mb.AtLeast(id="T", indicator="I", value=5, due="2030", baseline=Baseline(period="2018"))
    assert row_of(made, [(2018, 0.0), (2019, 1.0), (2020, 2.0)], from_zero).state == "on_track"
    assert row_of(made, [(2018, -1.0), (2019, 0.0)], mb.AtLeast(id="T", indicator="I", value=0)).state == "met"


def test_baseline_equal_to_target_gives_no_attainment_but_a_state(made: Any) -> None:
    """Nothing to go and yet a way to lose."""
    points = [(2018, 80.0), (2019, 79.0), (2020, 78.0), (2021, 76.0)]
    row = row_of(made, points, at_least(80, due="2030", baseline=Baseline(period="2018")))
    assert (row.state, row.attainment) == ("moving_away", None)


def test_a_value_at_the_target_up_to_noise_meets_it(made: Any) -> None:
    """0.1 + 0.2 meets 0.3, and 59.95 does not meet 60 although it is shown as 60.0."""
    assert (
        row_of(made, [(2020, 0.1 + 0.2)], mb.AtMost(id="T", indicator="I", value=0.3), direction="lower").state
        == "met"
    )
    row = row_of(made, [(2020, 59.95)], at_least(60))
    assert row.state == "not_met"
    assert "60,0 mod mindst 60,0" in row.explain("da").replace("\u00a0points", "").replace("\u00a0point", "")


def test_small_figures_are_judged_like_large_ones(made: Any) -> None:
    """The noise that is ignored follows the size of the figures."""
    assert (
        row_of(made, [(2020, 2e-12)], mb.AtMost(id="T", indicator="I", value=1e-12), direction="lower").state
        == "not_met"
    )


def test_no_data_anywhere_gives_one_row(made: Any) -> None:
    """A target that nobody has data for is on the board all the same."""
    measurements, catalogue = made({}, targets=[at_least(80, due="2030")])
    tracking = mb.track(measurements, catalogue, as_of="2024-01-01")
    assert len(tracking) == 1
    row = tracking[0]
    assert (row.institution, row.state, row.reason, row.target_value, row.n) == (
        "",
        "not_measurable",
        "no_data",
        80,
        0,
    )
    assert row.explain("da") == "Tallet: Der er ingen data at vurdere målet på."


def test_a_scope_gives_every_registered_member_a_row(made: Any) -> None:
    """Silent municipalities are on the board; others are not judged by this target."""
    target = at_least(70, scope=Scope(kind="municipality"))
    measurements, catalogue = made({"0101": [(2020, 75.0)], "1084": [(2020, 10.0)]}, targets=[target])
    tracking = mb.track(measurements, catalogue, as_of="2021-01-01", register=mb.Register.denmark())
    assert len(tracking) == 98
    assert tracking.counts() == {"met": 1, "not_measurable": 97}
    assert {row.reason for row in tracking.where(state="not_measurable")} == {"no_data"}
    assert tracking.row(institution="0751").explain("da") == "Tallet, Aarhus: Der er ingen data at vurdere målet på."
    assert len(tracking.where(institution="1084")) == 0


def test_without_a_register_those_with_data_are_judged(made: Any) -> None:
    """Nobody knows the others."""
    target = at_least(70, scope=Scope(kind="municipality"))
    measurements, catalogue = made({"0101": [(2020, 75.0)]}, targets=[target])
    assert [row.institution for row in mb.track(measurements, catalogue, as_of="2021-01-01")] == ["0101"]


def test_institutions_of_the_catalogue_are_bound_without_a_register(made: Any) -> None:
    """A catalogue that lists schools knows the silent ones."""
    target = at_least(70, scope=Scope(kind="school"))
    measurements, catalogue = made({"S1": [(2020, 75.0)]}, targets=[target])
    schools = [mb.Institution(id=code, name=mb.Text(da=code), kind="school") for code in ("S1", "S2")]
    known = attrs.evolve(catalogue, institutions=schools)
    tracking = mb.track(measurements, known, as_of="2021-01-01")
    assert {row.institution: row.state for row in tracking} == {"S1": "met", "S2": "not_measurable"}


def test_scope_of_named_institutions_and_groups(made: Any) -> None:
    """Named institutions and the members of a group have a row each."""
    named = at_least(70, scope=Scope(institutions=["0101", "0751"]))
    measurements, catalogue = made({"0101": [(2020, 75.0)], "0461": [(2020, 75.0)]}, targets=[named])
    tracking = mb.track(measurements, catalogue, as_of="2021-01-01")
    assert {row.institution: row.reason for row in tracking} == {"0101": "standing", "0751": "no_data"}
    group = mb.PeerGroup(id="SIX", name=mb.Text(da="Seks"), members=["0101", "0461", "0851"])
    grouped = at_least(70, scope=Scope(group="SIX"))
    known = attrs.evolve(catalogue, targets=[grouped], groups=[group])
    tracking = mb.track(measurements, known, as_of="2021-01-01")
    assert {row.institution: row.state for row in tracking} == {
        "0101": "met",
        "0461": "met",
        "0851": "not_measurable",
    }


def test_a_breakdown_is_found_whatever_stands_beside_it(made: Any) -> None:
    """A target for grade 4 means all of grade 4, also where the table is broken down further."""
    points = [(2020, 71.0, {"grade": "4", "sex": "_T"}), (2020, 60.0, {"grade": "4", "sex": "M"})]
    _, catalogue = made({}, targets=[at_least(70, breakdown="grade=4")], dimensions=["grade"])
    frame = pd.DataFrame(
        {"indicator": "I", "institution": "DK", "period": "2020", "value": value, **parts}
        for _, value, parts in points
    )
    table = mb.Measurements.from_pandas(frame, breakdowns=["grade", "sex"], catalogue=catalogue)
    tracking = mb.track(table, catalogue, as_of="2021-01-01")
    assert [(row.breakdown, row.state) for row in tracking] == [("grade=4;sex=_T", "met")]


def test_an_older_value_is_never_passed_off_as_current(made: Any) -> None:
    """Where the newest value is withheld or of too few people, nothing about it or the older ones is shown."""
    hidden = [(2018, 90.0), (2019, 91.0), (2020, None, {"status": "Q", "conf": "C"})]
    row = row_of(made, hidden, at_least(80))
    assert (row.state, row.reason, row.latest, row.latest_period, row.gap, row.n) == (
        *("not_measurable", "suppressed"),
        *(None, None, None, 0),
    )
    small = [(2018, 90.0, {"n": 40}), (2019, 91.0, {"n": 3})]
    row = row_of(made, small, at_least(80), min_verdict=5)
    assert (row.reason, row.latest) == ("small_n", None)
    assert row_of(made, small, at_least(80)).state == "met"


def test_the_target_decides_about_few_people_before_the_call_does(made: Any) -> None:
    """``min_verdict`` of the call holds for targets that do not say so themselves, and is recorded."""
    points = [(2019, 91.0, {"n": 8})]
    assert row_of(made, points, at_least(80), min_verdict=10).reason == "small_n"
    row = row_of(made, points, at_least(80, min_verdict=5), min_verdict=10)
    assert row.state == "met"
    assert json.loads(row.params)["min_verdict"] == 5


def test_a_share_rests_on_its_denominator_where_nothing_else_is_said(made: Any) -> None:
    """A share of 3 of 4 people is a share of 4 people."""
    points = [(2020, 75.0, {"numerator": 3.0, "denominator": 4.0})]
    assert row_of(made, points, at_least(70), unit="percent", min_verdict=5).reason == "small_n"


def test_older_values_set_aside_are_told(made: Any) -> None:
    """A verdict that leaves values out says so."""
    points = [(2018, 68.0), (2019, 90.0, {"n": 2}), (2020, 70.0), (2021, 71.0), (2022, 72.0)]
    row = row_of(made, points, at_least(80, due="2030"), as_of="2023-06-30", min_verdict=5)
    assert "values_set_aside" in row.flags
    assert row.n == 4
    assert "holdt ude" in row.explain("da")


def test_a_forecast_is_no_measurement(made: Any) -> None:
    """A value marked as a forecast neither meets a target nor is the latest value."""
    row = row_of(made, [(2020, 70.0), (2021, 85.0, {"status": "F"})], at_least(80))
    assert (row.state, row.latest, row.latest_period) == ("not_met", 70.0, "2020")
    assert "values_set_aside" in row.flags


def test_provisional_values_are_flagged(made: Any) -> None:
    """Only where the newest one is."""
    assert "provisional" in row_of(made, [(2020, 81.0, {"status": "P"})], at_least(80)).flags
    points = [(2019, 79.0, {"status": "P"}), (2020, 81.0)]
    assert "provisional" not in row_of(made, points, at_least(80)).flags


def test_values_of_different_surveys_are_flagged(made: Any) -> None:
    """A series that changes its source says so; the sources on either side of a break do not matter."""
    points = [(2018, 60.0, {"source": "A"}), (2019, 62.0, {"source": "A"}), (2020, 66.0, {"source": "B"})]
    assert "mixed_sources" in row_of(made, points, at_least(80)).flags
    broken = row_of(made, points, at_least(80), breaks=[Break(period="2020", kind="method")])
    assert "mixed_sources" not in broken.flags


def test_a_target_is_not_judged_before_it_was_decided(made: Any) -> None:
    """As of an earlier day there was none."""
    target = at_least(80, decided_on="2022-10-01")
    assert row_of(made, YEARS, target, as_of="2022-09-30").reason == "no_target"
    assert row_of(made, YEARS, target, as_of="2022-10-01").state == "not_met"
    measurements, catalogue = made({}, targets=[target])
    assert mb.track(measurements, catalogue, as_of="2022-09-30")[0].reason == "no_target"


def test_one_series_in_two_frequencies_is_no_series(made: Any) -> None:
    """Years and quarters of one institution are one row that cannot be judged."""
    points = [("2019", 70.0), ("2020", 81.0), ("2020-Q1", 60.0), ("2020-Q2", 61.0)]
    measurements, catalogue = made({"0101": points, "0147": [("2020", 90.0)]}, targets=[at_least(80)])
    tracking = mb.track(measurements, catalogue, as_of="2021-01-01")
    assert {row.institution: row.reason for row in tracking} == {"0101": "mixed_frequency", "0147": "standing"}


def test_closed_and_open_deadlines(made: Any) -> None:
    """A closed period is met or not; while the deadline is open the projection speaks."""
    target = at_least(72, due="2022", baseline=Baseline(period="2018"))
    assert row_of(made, YEARS[:4], target, as_of="2022-06-30").reason == "projection_meets"
    assert row_of(made, YEARS[:4], target, as_of="2023-01-01").reason == "due_value_pending"
    assert row_of(made, [*YEARS[:4], YEARS[5]], target).reason == "due_value_missing"
    closed = row_of(made, YEARS, target)
    assert (closed.state, closed.reason, closed.latest, closed.latest_period) == ("met", "at_due", 72.0, "2022")
    assert closed.n == 6
    assert closed.required_pace is None


def test_reached_late_names_when(made: Any) -> None:
    """The sentence names both periods, and they are not the same."""
    row = row_of(made, YEARS, at_least(72, due="2020", baseline=Baseline(period="2018")))
    assert (row.state, row.reason, row.latest_period, row.reached_period) == (
        "not_met",
        "reached_late",
        "2020",
        "2022",
    )
    assert "i 2020 (71,0" in row.explain("da")
    assert "først i 2022" in row.explain("da")


def test_a_withheld_value_at_the_deadline_is_withheld_and_not_missing(made: Any) -> None:
    """Where the deciding value exists and may not be used, the reason is that."""
    points = [*YEARS[:4], (2022, None, {"status": "Q", "conf": "C"}), YEARS[5]]
    row = row_of(made, points, at_least(72, due="2022", baseline=Baseline(period="2018")))
    assert (row.reason, row.latest, row.latest_period) == ("suppressed", None, None)


def test_no_figures_beside_could_not_be_judged(made: Any) -> None:
    """A row without a verdict has no figures about the development."""
    target = at_least(80, due="2030", baseline=Baseline(period="2023"))
    row = row_of(made, [(2023, 70.0)], target)
    assert row.reason == "too_few_points"
    assert row.latest == 70
    for name in ("pace", "projected", "attainment", "expected_now", "required_pace", "probability", "level"):
        assert getattr(row, name) is None, name


def test_required_pace_only_where_something_is_required(made: Any) -> None:
    """Inside the region nothing is."""
    assert row_of(made, YEARS, at_least(72, due="2030")).required_pace is None
    assert row_of(made, YEARS, at_least(80, due="2030")).required_pace == pytest.approx(1.0)


def test_pace_of_a_step_is_a_year(made: Any) -> None:
    """A quarter's step of 1 is a pace of 4 a year."""
    target = mb.ImproveEachPeriod(id="T", indicator="I", direction="higher")
    row = row_of(made, [("2023-Q1", 60.0), ("2023-Q2", 61.0)], target)
    assert (row.state, row.pace, row.baseline_period, row.latest_period, row.n) == (
        "met",
        4.0,
        "2023-Q1",
        "2023-Q2",
        2,
    )


def test_breaks_known_later_do_not_count_earlier(made: Any) -> None:
    """As of the day before, the break was not known."""
    broken = {"breaks": [Break(period="2022", kind="method", known_from="2024-03-01")]}
    target = at_least(80, due="2030", baseline=Baseline(period="2018"))
    before = row_of(made, YEARS, target, as_of="2024-02-29", **broken)
    after = row_of(made, YEARS, target, as_of="2024-03-01", **broken)
    assert ("break" in before.flags, "break" in after.flags) == (False, True)
    assert (before.baseline_period, after.baseline_period) == ("2018", "2022")


def test_crossing_a_break_is_asked_for_and_told(made: Any) -> None:
    """With ``across_breaks`` the row says so, in its flags and its parameters."""
    broken = {"breaks": [Break(period="2022", kind="method")]}
    target = at_least(80, due="2030", baseline=Baseline(period="2018"))
    row = row_of(made, YEARS, target, across_breaks=True, **broken)
    assert "crosses_break" in row.flags
    assert row.baseline_period == "2018"
    assert json.loads(row.params)["across_breaks"] is True


def test_overlapping_periods_are_flagged(made: Any) -> None:
    """Three-year periods that start a year apart share years."""
    points = [(f"{year}/P3Y", value) for year, value in YEARS]
    periods = [(Period.parse("2018") - 2 + place).code for place in range(1)]
    assert periods == ["2016"]
    points = [(Period(mb.Frequency.POOLED_3, year).code, value) for year, value in YEARS]
    row = row_of(made, points, at_least(80))
    assert "overlapping_periods" in row.flags


def test_targets_stand_in_the_order_of_the_catalogue(made: Any) -> None:
    """Rows follow the targets, whatever the order of indicators; a target asked for twice is judged once."""
    measurements, catalogue = made({"0101": YEARS}, targets=[])
    targets = [attrs.evolve(at_least(80), id=code) for code in ("Z", "A", "M")]
    known = attrs.evolve(catalogue, targets=targets)
    assert [row.target for row in mb.track(measurements, known, as_of="2024-01-01")] == ["Z", "A", "M"]
    asked = mb.track(measurements, known, as_of="2024-01-01", targets=["M", "Z", "M"])
    assert [row.target for row in asked] == ["M", "Z"]


def test_essential_targets_need_an_explanation(made: Any) -> None:
    """Missed or moving away."""
    assert row_of(made, YEARS, at_least(80, essential=True)).needs_explanation
    assert not row_of(made, YEARS, at_least(60, essential=True)).needs_explanation
    assert not row_of(made, YEARS, at_least(80)).needs_explanation


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"as_of": "2024-13-01"}, "argument.date"),
        ({"as_of": 20240101}, "argument.date"),
        ({"method": "eurostat"}, "argument.choice"),
        ({"method": []}, "argument.choice"),
        ({"basis": "first"}, "argument.choice"),
        ({"no_change_from": "guess"}, "argument.choice"),
        ({"grace_days": -1}, "argument.at_least"),
        ({"level": 1.0}, "argument.range"),
        ({"level": "0.8"}, "argument.range"),
        ({"slack": -0.1}, "argument.range"),
        ({"slack": float("nan")}, "argument.range"),
        ({"slack": 5}, "argument.range"),
        ({"register": "dk"}, "argument.type"),
        ({"min_span": -1}, "argument.at_least"),
        ({"trend_window": 1}, "argument.at_least"),
        ({"min_verdict": -1}, "argument.whole_number"),
        ({"min_verdict": 2.5}, "argument.whole_number"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], code: str, made: Any) -> None:
    """Each with its own code, in Danish too."""
    measurements, catalogue = made({"0101": YEARS}, targets=[at_least()])
    with pytest.raises(mb.ArgumentError) as caught:
        mb.track(measurements, catalogue, **{"as_of": "2024-01-01"} | options)
    assert caught.value.code == code
    assert caught.value.text("da")


def test_unknown_targets_and_missing_catalogues_are_errors(made: Any) -> None:
    """The nearest target is named."""
    measurements, catalogue = made({"0101": YEARS}, targets=[at_least()])
    with pytest.raises(mb.errors.UnknownCodeError, match="T"):
        mb.track(measurements, catalogue, as_of="2024-01-01", targets="TT")
    bare = mb.Measurements.example("reading")
    with pytest.raises(mb.ArgumentError) as caught:
        mb.track(bare, as_of="2024-01-01")
    assert caught.value.code == "catalogue.needed"


def test_nothing_handed_in_is_changed(made: Any) -> None:
    """Measurements stay as they were."""
    measurements, catalogue = made({"0101": YEARS}, targets=[at_least(80, due="2030")])
    before = measurements.to_arrow()
    mb.track(measurements, catalogue, as_of="2024-01-01")
    assert measurements.to_arrow().equals(before)


def test_a_frame_in_the_place_of_measurements_is_told(made: Any) -> None:
    """The type that is needed is named, and not an attribute that is missing."""
    measurements, catalogue = made({"0101": YEARS}, targets=[at_least()])
    for wrong, known in ((measurements.to_pandas(), catalogue), (measurements, "folkeskolen")):
        with pytest.raises(mb.ArgumentError) as caught:
            mb.track(wrong, known, as_of="2024-06-30")
        assert caught.value.code == "argument.type"


def test_a_method_of_a_target_that_nobody_knows_names_the_target(made: Any) -> None:
    """Somebody must find it in the file."""
    measurements, catalogue = made({"0101": YEARS}, targets=[at_least(method="lineaer")])
    with pytest.raises(mb.ArgumentError, match="method of T"):
        mb.track(measurements, catalogue, as_of="2024-06-30")


def test_own_institutions_of_a_kind_are_bound_beside_those_of_a_register(made: Any) -> None:
    """A catalogue of one's own schools, and a register that only knows the municipalities."""
    school = mb.Institution(id="S1", name=mb.Text(da="Skovskolen"), kind="school")
    measurements, catalogue = made({"S1": YEARS}, targets=[at_least(scope=Scope(kind="school"))])
    own = attrs.evolve(catalogue, institutions=[school])
    tracking = mb.track(measurements, own, as_of="2024-06-30", register=mb.Register.denmark())
    assert [(row.institution, row.state) for row in tracking] == [("S1", "not_met")]
