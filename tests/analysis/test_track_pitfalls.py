"""Mistakes of other systems for following goals, each one not made here."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

import maalbib as mb
from maalbib.errors import PeriodError

YEARS = range(2018, 2024)
SINCE_2018 = mb.Baseline(period="2018")


def one(made: Any, values: Any, target: mb.Target, *, as_of: str = "2024-06-30", **options: Any) -> mb.Progress:
    """Judge one institution's values, yearly from 2018 unless periods are given."""
    points = values if isinstance(values[0], tuple) else list(zip(YEARS, values, strict=False))
    measurements, catalogue = made({"0101": points}, targets=[target], direction="target")
    return mb.track(measurements, catalogue, as_of=as_of, **options)[0]


def at_least(value: float, **fields: Any) -> mb.AtLeast:
    """Return a target due in 2030 with baseline 2018."""
    return mb.AtLeast(**{"id": "T", "indicator": "I", "value": value, "due": "2030", "baseline": SINCE_2018} | fields)


def at_most(value: float, **fields: Any) -> mb.AtMost:
    """Return a target due in 2030 with baseline 2018."""
    return mb.AtMost(**{"id": "T", "indicator": "I", "value": value, "due": "2030", "baseline": SINCE_2018} | fields)


def test_pitfall_1_there_is_no_default_direction_and_no_default_deadline(made: Any) -> None:
    """Nothing says "lower is better" or "by 2030" where nobody did."""
    for kind, fields in (
        (mb.ReachBy, {"value": 5, "due": "2030"}),
        (mb.DirectionOnly, {"baseline": SINCE_2018}),
        (mb.ImproveEachPeriod, {}),
    ):
        with pytest.raises((TypeError, mb.DefinitionError)):
            kind(id="T", indicator="I", **fields)
    with pytest.raises(mb.DefinitionError):
        mb.ReachBy(id="T", indicator="I", value=5, direction="lower", due=None)
    standing = one(made, [70, 71], mb.AtLeast(id="T", indicator="I", value=80))
    assert (standing.due, standing.projected, standing.required_pace) == (None, None, None)


def test_pitfall_2_a_baseline_equal_to_the_target_does_not_hide_a_deterioration(made: Any) -> None:
    """Attainment and ratio do not exist, but the state does."""
    row = one(made, [80, 79, 78, 78, 77, 76], at_least(80))
    assert (row.state, row.reason) == ("moving_away", "pace_negative")
    assert (row.attainment, row.attainment_clamped, row.pace_ratio) == (None, None, None)
    assert (row.expected_now, row.expected_gap) == (80.0, -4.0)


@pytest.mark.parametrize("due", ["2030", None])
def test_pitfall_3_met_is_not_blind_to_the_way_it_goes(made: Any, due: str | None) -> None:
    """A target that is met, and on its way out, says so."""
    falling, steady = [90, 88, 86, 85, 83, 81], [83, 82, 83, 82, 83, 83]
    row = one(made, falling, at_least(80, due=due))
    assert (row.state, "slipping" in row.flags) == ("met", True)
    assert "slipping" not in one(made, steady, at_least(80, due=due)).flags
    assert "slipping" not in one(made, falling, at_least(80, due=due, no_change=10)).flags


def test_pitfall_4_zero_is_a_target_and_is_not_replaced(made: Any) -> None:
    """Long-term drinking water advisories, 103 in 2015 and 29 in 2023, none wanted in 2030: 1.347 times the pace required."""
    target = at_most(0, baseline=mb.Baseline(period="2015"))
    row = one(made, [(2015, 103.0), (2023, 29.0)], target)
    assert (row.state, row.target_value, row.target_high) == ("on_track", 0.0, 0.0)
    assert row.pace == pytest.approx(-9.25)
    assert row.required_total == pytest.approx(-103 / 15)
    assert row.pace_ratio == pytest.approx(1.347, abs=5e-4)
    refused = one(made, [(2015, 103.0), (2023, 29.0)], target, method="cagr")
    assert (refused.state, refused.reason, refused.verdict) == (
        "not_measurable",
        "method_refused",
        "cagr.zero_target",
    )


def test_pitfall_5_few_values_and_a_short_time_are_said(made: Any) -> None:
    """Two values give a verdict with a flag and without an interval; less than a year gives none."""
    row = one(made, [68, 73], at_least(80))
    assert (row.state, row.flags, row.n) == ("on_track", ("thin",), 2)
    assert (row.projected_lower, row.probability, row.max_jump) == (None, None, None)
    assert row.without_last == "not_measurable"
    quarters = at_least(80, baseline=mb.Baseline(period="2018-Q1"), due="2020-Q4")
    short = one(made, [("2018-Q1", 68.0), ("2018-Q2", 70.0), ("2018-Q4", 73.0)], quarters, as_of="2019-01-31")
    assert (short.reason, short.pace) == ("span_too_short", None)


def test_pitfall_7_unchanged_is_not_called_deterioration(made: Any) -> None:
    """20.6 and again 20.6 is no change, in every kind that judges a movement."""
    for target in (
        at_most(15),
        at_least(30),
        mb.DirectionOnly(id="T", indicator="I", direction="lower", baseline=SINCE_2018),
    ):
        row = one(made, [20.6, 20.6, 20.6, 20.6], target)
        assert (row.state, row.reason, row.pace) == ("unchanged", "within_no_change", 0.0)
    step = one(made, [20.6, 20.6], mb.ImproveEachPeriod(id="T", indicator="I", direction="lower"), as_of="2020-01-31")
    assert (step.state, step.reason) == ("not_met", "step_flat")
    standing = one(made, [20.6, 20.6], at_most(15, due=None))
    assert (standing.state, standing.reason) == ("not_met", "standing_unchanged")


def test_pitfall_8_a_perfect_zero_is_the_best_and_not_the_worst(made: Any) -> None:
    """Where lower is better zero is as good as it gets; nothing is divided by it."""
    row = one(made, [10, 7, 4, 2, 1, 0], at_most(0))
    assert (row.state, row.gap, row.attainment) == ("met", 0.0, 1.0)
    below = one(made, [10, 7, 4, 2, 1, 0], at_most(5))
    assert (below.state, below.attainment) == ("met", 2.0)
    attained = [one(made, [10, last], at_most(0)).attainment for last in (2, 1, 0.5, 0)]
    assert attained == pytest.approx([0.8, 0.9, 0.95, 1.0])  # no leap on the way to zero


def test_pitfall_9_a_start_on_the_target_has_no_share_of_the_way(made: Any) -> None:
    """From 80 to 80 is not 0 per cent, and reached is reached."""
    reached, lost = (one(made, [80, last], at_least(80)) for last in (80, 70))
    assert (reached.state, reached.attainment) == ("met", None)
    assert (lost.state, lost.attainment) == ("moving_away", None)


def test_pitfall_11_a_value_is_held_against_the_way_of_its_own_year(made: Any) -> None:
    """In the middle of 2024 the value of 2023 is held against what was agreed for 2023, not for 2024."""
    stops = (mb.Interim(period="2022", value=72), mb.Interim(period="2024", value=78))
    row = one(made, [68, 69, 70, 71, 72, 72.5], at_least(80, path="steps", interim=stops))
    assert (row.reason, row.expected_now, row.latest_period) == ("path_met", 72.0, "2023")
    steep = one(made, [68, 69, 70, 71, 72, 73], at_least(80))
    assert steep.expected_now == 73.0


def test_pitfall_13_what_is_called_alike_is_not_mixed_up() -> None:
    """Two indicators with one name and two long ids that begin alike keep a row each."""
    name, common = mb.Text(da="Andel, der ..."), "andel_der_faar_hjaelp_inden_for_tredive_dage_efter_henvisning_"
    codes = [f"{common}{end}" for end in ("boern", "voksne")]
    catalogue = mb.Catalogue(
        id="P",
        name=name,
        indicators=[mb.Indicator(id=code, name=name, unit="percent", direction="higher") for code in codes],
        targets=[
            mb.AtLeast(id=f"T-{code}", indicator=code, value=50, name=mb.Text(da="Halvdelen")) for code in codes
        ],
    )
    rows = {"indicator": codes, "institution": ["0101"] * 2, "period": ["2023"] * 2, "value": [40.0, 60.0]}
    measurements = mb.Measurements.from_pandas(pd.DataFrame(rows), catalogue=catalogue)
    tracking = mb.track(measurements, catalogue, as_of="2024-06-30")
    assert [(row.indicator, row.state) for row in tracking] == [(codes[0], "not_met"), (codes[1], "met")]


CATALOGUE = """
schema_version = "1.0"
id = "P"
agency = "KL"
version = "1.0.0"

[[indicators]]
id = "I"
name = {{ da = "Tallet" }}
unit = "score"
direction = "higher"

[[targets]]
id = "T"
indicator = "I"
{fields}
"""


@pytest.mark.parametrize(
    "fields",
    [
        'kind = "at_least"\nvalue = "min(80, 75)"',
        'kind = "lambda y: y >= 80"\nvalue = 80',
        'kind = "at_least"\nvalue = 80\nformula = "(current - base) / (target - base)"',
        'kind = "at_least"\nvalue = 80\ndue = "2029 + 1"',
    ],
)
def test_pitfall_14_a_catalogue_holds_no_code(fields: str) -> None:
    """Kinds are types and values are numbers: formulas as text are refused, never run."""
    good = mb.Catalogue.from_text(CATALOGUE.format(fields='kind = "at_least"\nvalue = 80'), format="toml")
    assert good.targets["T"].kind == "at_least"
    with pytest.raises(mb.CatalogueError):
        mb.Catalogue.from_text(CATALOGUE.format(fields=fields), format="toml")


def test_pitfall_15_a_band_keeps_unit_and_trend(made: Any) -> None:
    """Within 45-55 is judged in its own unit from both sides, without folding the values."""
    band = mb.WithinBand(id="T", indicator="I", low=45, high=55, due="2030", baseline=SINCE_2018)
    above, below = (one(made, values, band) for values in ([70, 69, 68, 67, 66, 65], [30, 31, 32, 33, 34, 35]))
    assert (above.pace, above.moved, above.projected) == pytest.approx((-1.0, 5.0, 58.0))
    assert (below.pace, below.moved, below.projected) == pytest.approx((1.0, 5.0, 42.0))
    assert (above.target_low, above.target_high, above.target_value) == (45.0, 55.0, None)
    through = one(made, [70, 67, 64, 61, 58.5, 56], band)
    assert (through.state, "overshoot" in through.flags) == ("off_track", True)


def test_pitfall_16_comparison_is_on_unrounded_values(made: Any) -> None:
    """2.99 does not meet 3, also where the indicator is shown without decimals; what binary arithmetic leaves behind does."""
    target = mb.AtLeast(id="T", indicator="I", value=3)
    measurements, catalogue = made({"0101": [("2023", 2.99)]}, targets=[target], decimals=0)
    assert mb.track(measurements, catalogue, as_of="2024-06-30")[0].state == "not_met"
    assert one(made, [("2023", 0.1 + 0.2)], mb.AtMost(id="T", indicator="I", value=0.3)).state == "met"


def test_pitfall_16_time_is_not_whole_years(made: Any) -> None:
    """Quarters and months count as parts of a year; the pace is a year's whatever the frequency."""
    for periods, due in (
        (["2018-Q1", "2018-Q3", "2019-Q1", "2019-Q4"], "2020-Q4"),
        (["2018-01", "2018-07", "2019-01", "2019-10"], "2020-10"),
    ):
        points = list(zip(periods, [68.0, 69.0, 70.0, 71.5], strict=True))
        row = one(made, points, at_least(80, baseline=mb.Baseline(period=periods[0]), due=due), as_of="2020-01-31")
        assert (row.pace, row.projected) == pytest.approx((2.0, 73.5))


def test_pitfall_16_one_period_has_one_value(made: Any) -> None:
    """Two values of one period are refused when they are read."""
    with pytest.raises(mb.DataError, match="duplicate"):
        one(made, [("2022", 70.0), ("2022", 71.0)], at_least(80))


def test_pitfall_16_a_range_of_years_is_not_its_first_year(made: Any) -> None:
    """2015-2017 is refused as a year, and pooled years are no years to compare with."""
    with pytest.raises(PeriodError):
        mb.Baseline(period="2015-2017")
    with pytest.raises(mb.DataError):
        one(made, [("2015-2017", 70.0)], at_least(80))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_pitfall_16_what_is_no_number_is_no_target_and_no_value(made: Any, number: float) -> None:
    """NaN and infinity are refused in targets; in measurements NaN is missing and infinity refused."""
    for build in (
        lambda: at_least(number),
        lambda: at_least(80, tolerance=number),
        lambda: mb.Baseline(period="2018", value=number),
        lambda: mb.WithinBand(id="T", indicator="I", low=0, high=number),
    ):
        with pytest.raises(mb.DefinitionError):
            build()
    if math.isnan(number):
        assert one(made, [68, 69, number, 71], at_least(80)).n == 3
    else:
        with pytest.raises(mb.DataError):
            one(made, [68, number], at_least(80))


def test_pitfall_16_clamping_loses_no_overshoot(made: Any) -> None:
    """More than the whole way stays visible beside the clamped share, and so does a step back."""
    far, back = one(made, [60, 90], at_least(80)), one(made, [60, 50], at_least(80))
    assert (far.attainment, far.attainment_clamped) == (1.5, 1.0)
    assert (back.attainment, back.attainment_clamped) == (-0.5, 0.0)


def test_pitfall_17_a_target_has_its_own_name_and_needs_no_indicator(made: Any) -> None:
    """People's own words are kept; a plan without measurements is a target too."""
    named = at_least(80, name=mb.Text(da="Fire ud af fem læser godt", en="Four in five read well"))
    measurements, catalogue = made({"0101": [(2018, 68.0), (2023, 73.0)]}, targets=[named])
    assert catalogue.targets["T"].name == named.name
    plan = mb.Milestone(id="M", due="2024-03-31", done_on="2024-02-01", name=mb.Text(da="Planen er vedtaget"))
    _, catalogue = made({"0101": [(2018, 68.0)]}, targets=[named, plan])
    rows = {row.target: row for row in mb.track(measurements, catalogue, as_of="2024-06-30")}
    assert (rows["M"].state, rows["M"].reason) == ("met", "milestone_on_time")


def test_pitfall_17_who_is_not_bound_is_in_no_total(made: Any) -> None:
    """A target for one institution gives no row for the others, not even an empty one."""
    bound = mb.AtLeast(id="T", indicator="I", value=80, scope=mb.Scope(institutions=("0101",)))
    measurements, catalogue = made({"0101": [("2023", 90.0)], "0147": [("2023", 10.0)]}, targets=[bound])
    tracking = mb.track(measurements, catalogue, as_of="2024-06-30")
    assert [(row.institution, row.state) for row in tracking] == [("0101", "met")]


def test_pitfall_18_uncertainty_stands_beside_the_state(made: Any) -> None:
    """Interval, level and probability are there from four values on; a state that they do not settle is flagged."""
    row = one(made, [68, 70, 69, 72, 71, 74], at_least(80))
    assert row.projected_lower < row.projected < row.projected_upper
    assert (row.level, "interval_straddles_target" in row.flags) == (
        0.8,
        row.projected_lower <= 80 <= row.projected_upper,
    )
    assert 0 < row.probability < 1
    assert "thin" in one(made, [68, 70, 69], at_least(80)).flags
