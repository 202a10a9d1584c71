"""Trends: every state and reason, breaks, seasons, families, and what is never called no change."""

from __future__ import annotations

import json
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import maalbib as mb
from maalbib import Break, Frequency, Period

RISING = [1.0, 2.5, 2.0, 4.0, 5.5, 7.0, 6.5, 9.0]
SERIES = st.lists(st.one_of(st.none(), st.integers(-60, 60).map(float)), min_size=1, max_size=9)


def points(values: Any, first: int = 2010, **extras: Any) -> list[tuple[Any, ...]]:
    """Yearly points; None leaves the year out."""
    return [(first + place, value, extras) for place, value in enumerate(values) if value is not None]


def trend_of(made: Any, series: list[tuple[Any, ...]], *, options: Any = None, **given: Any) -> mb.Trend:
    """Judge one series."""
    measurements, catalogue = made({"0101": series}, **given)
    return mb.detect_trends(measurements, catalogue=catalogue, **(options or {}))[0]


def verdict(row: mb.Trend) -> str:
    """State and reason as one code."""
    return f"{row.state}.{row.reason}"


@pytest.mark.parametrize(
    ("direction", "up", "down"),
    [
        ("higher", "improving", "declining"),
        ("lower", "declining", "improving"),
        ("context", "rising", "falling"),
        ("target", "rising", "falling"),
    ],
)
def test_a_trend_is_named_by_the_better_direction(direction: str, up: str, down: str, made: Any) -> None:
    """A rise is good, bad or neither; only the direction says which."""
    row = trend_of(made, points(RISING), direction=direction)
    assert (verdict(row), row.direction) == (f"{up}.found", direction)
    assert trend_of(made, points([-value for value in RISING]), direction=direction).state == down


def test_an_indicator_that_nobody_defined_has_no_better_direction() -> None:
    """Without a catalogue a rise is a rise."""
    frame = pd.DataFrame(
        {"indicator": "X", "institution": "0101", "period": map(str, range(2010, 2018)), "value": RISING}
    )
    row = mb.detect_trends(mb.Measurements.from_pandas(frame))[0]
    assert (row.state, row.direction) == ("rising", None)
    assert row.explain("da").startswith("X, 0101, 2010–2017: Tallet er stigende:")


def test_no_trend_shown_is_not_no_change(made: Any) -> None:
    """The sentence gives the interval, and says that it is not the same as no change."""
    row = trend_of(made, points([5.0, 3.0, 6.0, 4.0, 7.0, 4.5]))
    assert verdict(row) == "no_detectable_change.not_significant"
    assert row.slope_lower < 0 < row.slope_upper
    assert "ikke det samme som ingen udvikling" in row.explain("da")


@pytest.mark.parametrize(("n", "p_min"), [(3, 1 / 3), (4, 1 / 12)])
def test_too_few_points(n: int, p_min: float, made: Any) -> None:
    """Three or four points cannot show a trend at 5 per cent, however they lie."""
    row = trend_of(made, points([10.0, 8.0, 5.0, 1.0][:n]))
    assert verdict(row) == "not_judged.too_few_points"
    assert row.p_min == pytest.approx(p_min)
    assert row.q_value is None
    assert trend_of(made, points([10.0, 8.0, 5.0, 1.0, 0.0])).p_value == pytest.approx(1 / 60)


def test_more_may_be_asked_of_more_points(made: Any) -> None:
    """Whether there are too few points depends on what is asked."""
    assert trend_of(made, points(range(5)), options={"alpha": 0.01}).reason == "too_few_points"
    assert trend_of(made, points(range(4)), options={"alpha": 0.1}).state == "improving"


def test_constant_is_information(made: Any) -> None:
    """A hundred per cent for ten years is a finding, not a failure to judge."""
    row = trend_of(made, points([100.0] * 10), unit="percent")
    assert verdict(row) == "no_detectable_change.constant"
    assert row.explain("da").endswith("Alle 10 målinger er ens.")
    assert trend_of(made, points([100.0] * 3)).reason == "too_few_points"


def test_too_many_ties(made: Any) -> None:
    """Where so many values are equal that no order could show a trend, none is denied."""
    row = trend_of(made, points([1.0, 1.0, 1.0, 1.0, 2.0]))
    assert verdict(row) == "not_judged.too_many_ties"
    assert row.p_min > 0.05
    assert "ties" in trend_of(made, points([1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0])).flags


def test_no_data(made: Any) -> None:
    """A series whose values are all missing is there."""
    row = trend_of(made, [(2020, None, {"status": "O"}), (2021, None, {"status": "M"})])
    assert (verdict(row), row.n, row.first_period, row.s) == ("not_judged.no_data", 0, None, None)


def test_suppressed_newest_value(made: Any) -> None:
    """The older values are not passed off as the present, and no figure is given."""
    row = trend_of(made, [*points(RISING), (2018, None, {"status": "Q", "conf": "C"})])
    assert verdict(row) == "not_judged.suppressed"
    assert [row.s, row.tau, row.p_value, row.slope, row.slope_lower, row.level, row.path] == [None] * 7
    taken_as_gap = trend_of(
        made, [*points(RISING), (2018, None, {"status": "Q", "conf": "C"})], options={"withheld": "gaps"}
    )
    assert verdict(taken_as_gap) == "not_judged.suppressed"


def test_withheld_older_values_are_told(made: Any) -> None:
    """A gap that somebody made says so."""
    series = points(RISING)
    series[3] = (2013, None, {"status": "Q", "conf": "C"})
    row = trend_of(made, series, options={"withheld": "gaps"})
    assert row.state == "improving"
    assert {"gaps", "values_set_aside"} <= set(row.flags)
    assert row.n == 7


def test_few_people(made: Any) -> None:
    """Values of fewer people than asked for are not judged: the newest decides, older ones are set aside."""
    newest = [*points(RISING, n=40), (2018, 9.5, {"n": 4})]
    assert trend_of(made, newest, options={"min_verdict": 5}).reason == "small_n"
    assert trend_of(made, newest).state == "improving"
    older = [(2009, 0.5, {"n": 4}), *points(RISING, n=40)]
    row = trend_of(made, older, options={"min_verdict": 5})
    assert (row.state, row.n, row.first_period) == ("improving", 8, "2010")
    assert "values_set_aside" in row.flags


def test_values_of_different_surveys(made: Any) -> None:
    """Two surveys are no series, unless the caller says so and the row shows it."""
    series = [*points(RISING[:4], source="A"), *points(RISING[4:], first=2014, source="B")]
    assert verdict(trend_of(made, series)) == "not_judged.different_sources"
    row = trend_of(made, series, options={"across_sources": True})
    assert (row.state, "mixed_sources" in row.flags) == ("improving", True)


def test_a_new_survey_after_a_break_is_no_mixture(made: Any) -> None:
    """Values that are not compared may come from different surveys."""
    series = [*points(range(5), source="A"), *points([9.0, 8.5, 10.0, 11.0], first=2015, source="B")]
    row = trend_of(made, series, breaks=[Break(period="2015", kind="method")])
    assert row.state == "improving"
    assert row.flags == ("break",)


def test_overlapping_pooled_periods(made: Any) -> None:
    """Three-year periods every year share years, so that their values are not independent."""
    series = [(Period(Frequency.POOLED_3, 2010 + place).code, value) for place, value in enumerate(RISING)]
    row = trend_of(made, series)
    assert verdict(row) == "not_judged.overlapping_periods"
    assert row.p_value is None
    apart = [(Period(Frequency.POOLED_3, 1990 + 3 * place).code, value) for place, value in enumerate(RISING)]
    assert trend_of(made, apart).state == "improving"


def test_years_and_quarters_are_no_series(made: Any) -> None:
    """One row, and it cannot be judged."""
    measurements, catalogue = made({"0101": [*points(RISING), ("2017-Q1", 3.0)]})
    trends = mb.detect_trends(measurements, catalogue=catalogue)
    assert [verdict(row) for row in trends] == ["not_judged.mixed_frequency"]


def test_breaks(made: Any) -> None:
    """By blocks, the last stretch alone, or ignoring them: each named in the row."""
    series = points([71, 68, 67, 66, 64, 62, 71])
    broken = {"breaks": [Break(period="2015", kind="method")]}
    by_blocks = trend_of(made, series, **broken)
    assert (by_blocks.p_value, by_blocks.n_blocks, by_blocks.breaks) == (0.05, 2, ("2015",))
    assert by_blocks.flags == ("break",)
    last = trend_of(made, series, options={"breaks": "last_segment"}, **broken)
    assert (verdict(last), last.n, last.breaks) == ("not_judged.break_leaves_too_few", 2, ("2015",))
    assert last.explain("da").endswith(
        "Databrud fra 2015 efterlader for få sammenlignelige målinger. Der skal mindst 3 målinger mere til, før en udvikling kan"
        " påvises. Databrud: der sammenlignes kun inden for perioder uden brud."
    )
    ignored = trend_of(made, series, options={"breaks": "ignore"}, **broken)
    assert ignored.p_value == pytest.approx(0.17778, abs=1e-5)
    assert "crosses_break" in ignored.flags


def test_a_break_is_blamed_only_where_there_is_one(made: Any) -> None:
    """Three and three values: six would have been enough. Two and two would not."""
    broken = {"breaks": [Break(period="2013", kind="method")]}
    assert trend_of(made, points(range(6)), **broken).reason == "break_leaves_too_few"
    assert trend_of(made, points(range(4), first=2011), **broken).reason == "too_few_points"
    assert trend_of(made, points(range(4))).reason == "too_few_points"


def test_a_marked_break_cuts_its_own_series_only(made: Any) -> None:
    """A row with the status B starts a new stretch for its institution."""
    marked = points(range(8))
    marked[4] = (2014, 4.0, {"status": "B"})
    measurements, catalogue = made({"0101": marked, "0147": points(range(8))})
    trends = mb.detect_trends(measurements, catalogue=catalogue)
    assert [(row.n_blocks, row.breaks) for row in trends] == [(2, ("2014",)), (1, ())]


def test_a_break_with_a_factor_is_linked(made: Any) -> None:
    """Earlier values are multiplied, and the row says so; a falling series stays one."""
    series = points([100.0, 98.0, 96.0, 47.0, 46.0, 45.0])
    factor = Break(period="2013", kind="definition", comparable="with_factor", link_factor=0.5)
    row = trend_of(made, series, breaks=[factor])
    assert (row.n_blocks, row.s, row.slope) == (1, -15, -1.0)
    assert row.flags == ("linked",)
    assert "linked" not in trend_of(made, series[3:], breaks=[factor]).flags


@pytest.mark.parametrize(("freq", "seasons"), [("M", 12), ("Q", 4), ("S", 2)])
def test_seasons_are_compared_with_themselves(freq: str, seasons: int, made: Any) -> None:
    """A strong season does not hide a rise from year to year, nor make one."""
    start = Period.parse("2015").convert(Frequency(freq), "first")
    wave = np.sin(np.arange(seasons * 6) * 2 * np.pi / seasons) * 50
    flat = [(str(start + place), round(float(value), 6)) for place, value in enumerate(wave)]
    row = trend_of(made, flat)
    assert row.n_blocks == seasons
    assert row.state in {"no_detectable_change", "not_judged"}
    rising = [(when, value + place // seasons) for place, (when, value) in enumerate(flat)]
    found = trend_of(made, rising)
    assert (found.state, found.slope) == ("improving", pytest.approx(1.0))
    assert trend_of(made, rising, options={"seasons": False}).n_blocks == 1


def test_a_year_of_months_is_too_short_and_no_break_is_blamed(made: Any) -> None:
    """One value for each season compares with nothing."""
    start = Period.parse("2015-01")
    row = trend_of(made, [(str(start + place), float(place)) for place in range(12)])
    assert verdict(row) == "not_judged.too_few_points"


def test_q_values_are_those_of_the_family(made: Any) -> None:
    """Adjusted among the series that could be judged, and only those."""
    few = {f"0{101 + place}": points(range(3)) for place in range(5)}
    judged = {"0201": points(RISING), "0210": points(RISING[::-1]), "0217": points([5.0, 3.0, 6.0, 4.0, 7.0, 4.5])}
    withheld = {"0219": [*points(RISING), (2018, None, {"status": "Q", "conf": "C"})]}
    measurements, catalogue = made({**few, **judged, **withheld})
    trends = mb.detect_trends(measurements, catalogue=catalogue)
    assert {row.family_size for row in trends} == {3}
    p_values = np.array([trends.row(institution=code).p_value for code in judged])
    expected = mb.stats.benjamini_hochberg(p_values)
    assert [trends.row(institution=code).q_value for code in judged] == pytest.approx(expected.tolist())
    for code in (*few, *withheld):
        row = trends.row(institution=code)
        assert (row.state, row.q_value) == ("not_judged", None)


def test_q_decides_only_when_asked(made: Any) -> None:
    """With many series a single small p is lost, and says that this is why."""
    series = {f"0{201 + place}": points([5.0, 3.0, 6.0, 4.0, 7.0, 4.5]) for place in range(30)}
    series["0101"] = points(range(5))
    measurements, catalogue = made(series)
    assert mb.detect_trends(measurements, catalogue=catalogue).row(institution="0101").state == "improving"
    row = mb.detect_trends(measurements, catalogue=catalogue, correct=True).row(institution="0101")
    assert verdict(row) == "no_detectable_change.lost_to_multiplicity"
    assert "31 serier" in row.explain("da")


def test_relevance_places_the_whole_interval(made: Any) -> None:
    """Relevant, negligible or unclear; nothing where no margin was given or nothing was judged."""
    exact = points([1.0, 2.1, 2.9, 4.0, 5.1, 6.0, 7.0])
    assert trend_of(made, exact).relevance is None
    for margin, word in ((0.5, "relevant"), (2.0, "negligible"), (1.0, "unclear")):
        assert trend_of(made, exact, options={"min_relevant_slope": margin}).relevance == word
    assert trend_of(made, exact[:3], options={"min_relevant_slope": 0.5}).relevance is None


def test_gaps_and_provisional_values_are_flagged(made: Any) -> None:
    """A missing year inside the series, and a newest value that may change; every second year is no gap."""
    assert trend_of(made, points([1.0, 2.0, None, 4.0, 5.0, 6.0])).flags == ("gaps",)
    assert trend_of(made, [(2010 + 2 * place, float(place)) for place in range(6)]).flags == ()
    newest = [*points(range(5)), (2015, 6.0, {"status": "P"})]
    assert "provisional" in trend_of(made, newest).flags


def test_everything_is_recorded(made: Any) -> None:
    """The options of the call stand in every row."""
    row = trend_of(made, points(RISING), options={"alpha": 0.1, "breaks": "ignore", "min_verdict": 3})
    params = json.loads(row.params)
    assert (params["alpha"], params["confidence"], params["breaks"], params["min_verdict"]) == (0.1, 0.9, "ignore", 3)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"alpha": 0}, "argument.range"),
        ({"alpha": True}, "argument.range"),
        ({"confidence": 95}, "argument.range"),
        ({"breaks": "all"}, "argument.choice"),
        ({"min_relevant_slope": -1}, "argument.at_least"),
        ({"min_verdict": "5"}, "argument.whole_number"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], code: str, made: Any) -> None:
    """Each with its own code."""
    measurements, _ = made({"0101": points(RISING)})
    with pytest.raises(mb.ArgumentError) as caught:
        mb.detect_trends(measurements, **options)
    assert caught.value.code == code


def test_unknown_indicators_are_named(made: Any) -> None:
    """An indicator without rows is an error, with the nearest one."""
    measurements, _ = made({"0101": points(RISING)})
    with pytest.raises(mb.errors.UnknownCodeError):
        mb.detect_trends(measurements, indicators="J")


@given(values=SERIES, power=st.integers(-6, 6))
def test_direction_flip_swaps_improving_and_declining(values: list[float | None], power: int, made: Any) -> None:
    """Another direction, turned signs or another unit change the words and nothing else."""
    measurements, catalogue = made({"0101": points(values)})
    if not len(measurements):
        return
    turned_words = {"improving": "declining", "declining": "improving"}
    one = mb.detect_trends(measurements, catalogue=catalogue)[0]
    lower = attrs.evolve(catalogue, indicators=[attrs.evolve(catalogue.indicators["I"], direction="lower")])
    two = mb.detect_trends(measurements, catalogue=lower)[0]
    assert two.state == turned_words.get(one.state, one.state)
    assert attrs.evolve(two, state=one.state, direction=one.direction) == one
    factor = -(2.0**power)
    other, _ = made({"0101": points([None if value is None else value * factor for value in values])})
    three = mb.detect_trends(other, catalogue=catalogue)[0]
    assert (three.state, three.reason) == (turned_words.get(one.state, one.state), one.reason)
    assert three.p_value == one.p_value
    assert three.slope == (None if one.slope is None else pytest.approx(one.slope * factor))


@settings(max_examples=20)
@given(many=st.lists(SERIES, min_size=1, max_size=5))
def test_all_at_once_equals_one_at_a_time(many: list[list[float | None]], made: Any) -> None:
    """Each row is the same whoever else is in the table, bit for bit, save for the family."""
    series = {f"0{201 + place}": points(values) for place, values in enumerate(many)}
    series = {who: own for who, own in series.items() if own}
    if not series:
        return
    measurements, catalogue = made(series)
    for row in mb.detect_trends(measurements, catalogue=catalogue):
        alone, _ = made({row.institution: series[row.institution]})
        single = mb.detect_trends(alone, catalogue=catalogue)[0]
        assert attrs.evolve(single, q_value=row.q_value, family_size=row.family_size) == row


@given(values=SERIES)
def test_a_judged_row_has_its_figures(values: list[float | None], made: Any) -> None:
    """Never a missing p in a judged row, never a p below what could have been reached."""
    measurements, catalogue = made({"0101": points(values)})
    for row in mb.detect_trends(measurements, catalogue=catalogue):
        if row.state != "not_judged":
            assert None not in (row.s, row.p_value, row.p_min, row.q_value, row.slope)
            assert row.p_value >= row.p_min * (1 - 1e-12) or row.reason == "constant"
            assert row.q_value >= row.p_value
        assert row.explain("da")
        assert row.explain("en")
