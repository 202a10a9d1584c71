"""Methods by name: each is its kernel, says what it needs, and has a row of its own."""

from __future__ import annotations

import json
from typing import Any

import attrs
import numpy as np
import pytest
from trend_cases import RISING, points, trend_of, trends_of, verdict

import maalbib as mb
from maalbib import Break, Period, stats

COUNTS = [
    [120, 122, 125, 131, 128, 140, 139, 151],
    [90, 101, 85, 97, 92, 88, 99, 94],
    [40, 40, 41, 45, 44, 50, 52, 55],
]
PEOPLE = 200
EVERY = ("mann_kendall", "ar1", "season_covariance", "proportion", "wls", "recent_trend", "phe_recent_trend")


def shares(counts: list[int], people: int = PEOPLE, *, half: float | None = 3.0) -> list[tuple[Any, ...]]:
    """Yearly percentages with numerator and denominator, and limits unless they are not known."""
    limits = [
        {} if half is None else {"lower": 100 * c / people - half, "upper": 100 * c / people + half} for c in counts
    ]
    return [
        (2010 + place, 100 * count / people, {"numerator": count, "denominator": people, **limits[place]})
        for place, count in enumerate(counts)
    ]


def panel(**extras: Any) -> dict[str, Any]:
    """Three institutions."""
    return {f"0{101 + place}": shares(counts, **extras) for place, counts in enumerate(COUNTS)}


def test_several_methods_give_a_row_each(made: Any) -> None:
    """Rows stand by series, then in the order of the methods, and are those of a call with one method."""
    trends = trends_of(made, panel(), options={"method": EVERY}, unit="percent")
    assert [(row.institution, row.method) for row in trends] == [
        (f"0{101 + place}", method) for place in range(3) for method in EVERY
    ]
    for method in EVERY:
        alone = trends_of(made, panel(), options={"method": method}, unit="percent")
        assert list(alone) == list(trends.where(method=method))


def test_proportion_is_the_kernel_with_one_dispersion_for_the_indicator(made: Any) -> None:
    """Slope in percentage points a year, p from the pooled dispersion of the three institutions."""
    trends = trends_of(made, panel(), options={"method": "proportion"}, unit="percent", direction="lower")
    times = np.arange(2010.0, 2018.0)
    test = stats.proportion_trend(COUNTS, PEOPLE, times, dispersion="pooled")
    assert [row.p_value for row in trends] == pytest.approx(test.p_value.tolist())
    assert [row.slope for row in trends] == pytest.approx((100 * test.slope).tolist())
    assert [row.phi for row in trends] == pytest.approx(test.phi.tolist())
    assert {row.path for row in trends} == {"F"}
    assert [row.state for row in trends] == ["declining", "no_detectable_change", "declining"]
    for row in trends:
        assert row.slope_lower < row.slope < row.slope_upper
        assert (row.slope_lower > 0 or row.slope_upper < 0) == (row.p_value <= 0.05)
        assert [row.s, row.tau, row.p_min, row.s_needed] == [None] * 4


@pytest.mark.parametrize(("dispersion", "path"), [("none", "chi2"), ("own", "F"), (2.5, "chi2")])
def test_dispersion_by_name(dispersion: Any, path: str, made: Any) -> None:
    """Sampling alone, the series' own, or a number; the row records which."""
    row = trends_of(made, panel(), options={"method": "proportion", "dispersion": dispersion}, unit="percent")[0]
    test = stats.proportion_trend(COUNTS[0], PEOPLE, dispersion=dispersion)
    assert (row.p_value, row.path) == (pytest.approx(float(test.p_value)), path)
    assert json.loads(row.params)["dispersion"] == dispersion


def test_numerators_and_denominators_may_be_worked_out(made: Any) -> None:
    """A share and the number of answers are enough."""
    series = [(year, value, {"n": PEOPLE}) for year, value, _ in shares(COUNTS[0])]
    row = trend_of(made, series, options={"method": "proportion"}, unit="percent")
    assert row.p_value == pytest.approx(float(stats.proportion_trend(COUNTS[0], PEOPLE).p_value))


def test_shares_of_an_indicator_that_nobody_defined(made: Any) -> None:
    """The slope is in the unit of the values, which the counts tell."""
    measurements, _ = made(panel(), unit="percent")
    bare = mb.Measurements.from_pandas(measurements.to_pandas())
    row = mb.detect_trends(bare, method="proportion")[0]
    assert row.slope == pytest.approx(100 * float(stats.proportion_trend(COUNTS[0], PEOPLE).slope))


def test_wls_is_the_kernel(made: Any) -> None:
    """Standard errors are those of limits of 95 per cent, whatever is asked of the slope."""
    options = {"method": "wls", "dispersion": "own", "confidence": 0.9}
    row = trend_of(made, shares(COUNTS[0]), options=options, unit="percent")
    values = [100 * count / PEOPLE for count in COUNTS[0]]
    test = stats.weighted_slope(values, 3 / 1.959963984540054, np.arange(2010.0, 2018.0), confidence=0.9)
    assert row.p_value == pytest.approx(float(test.p_value))
    assert (row.slope, row.slope_lower, row.slope_upper) == pytest.approx(
        (float(test.slope), float(test.lower), float(test.upper))
    )
    assert row.level == 0.9


def test_recent_trend_is_the_kernel(made: Any) -> None:
    """The last five points, at its own level; the years of the row are those."""
    trends = trends_of(made, panel(), options={"method": "recent_trend", "recent_alpha": 0.05}, unit="percent")
    counts = np.array(COUNTS)[:, -5:]
    test = stats.recent_trend(numerator=counts, denominator=PEOPLE, alpha=0.05)
    assert [row.p_value for row in trends] == pytest.approx(test.p_value.tolist())
    words = {1: "improving", -1: "declining", 0: "no_detectable_change"}
    assert [row.state for row in trends] == [words[int(sign)] for sign in test.direction]
    assert {(row.first_period, row.last_period, row.n) for row in trends} == {("2013", "2017", 5)}
    params = json.loads(trends[0].params)
    assert (params["recent_periods"], params["recent_alpha"]) == (5, 0.05)


def test_the_published_rule_takes_sampling_for_all(made: Any) -> None:
    """Its p is that of chi-square, and its level 0.2 per cent."""
    row = trend_of(
        made, shares([994, 1023, 1199, 1332, 1367], 42_000), options={"method": "phe_recent_trend"}, unit="percent"
    )
    test = stats.recent_trend(numerator=[994, 1023, 1199, 1332, 1367], denominator=42_000, method="phe_recent_trend")
    assert (row.p_value, row.path, row.state) == (pytest.approx(float(test.p_value)), "chi2", "improving")
    assert "den engelske regel" in row.explain("da")


def test_fingertips_missing_intervals_are_not_no_change(made: Any) -> None:
    """Regression: where the published dashboards turn a missing interval into "no change", nothing is judged."""
    series = shares(COUNTS[0])
    bare = [
        (year, value, {} if year == 2015 else {"lower": value - 3, "upper": value + 3}) for year, value, _ in series
    ]
    for method in ("wls", "recent_trend", "phe_recent_trend"):
        row = trend_of(made, bare, options={"method": method}, unit="percent")
        assert verdict(row) == "not_judged.uncertainty_missing"
        assert [row.p_value, row.slope, row.phi] == [None] * 3
    early = [
        (year, value, {} if year == 2010 else {"lower": value - 3, "upper": value + 3}) for year, value, _ in series
    ]
    assert (
        verdict(trend_of(made, early, options={"method": "wls"}, unit="percent")) == "not_judged.uncertainty_missing"
    )
    assert trend_of(made, early, options={"method": "recent_trend"}, unit="percent").p_value is not None


@pytest.mark.parametrize("method", ["proportion", "wls", "recent_trend"])
def test_nothing_varies(method: str, made: Any) -> None:
    """All shares 0, or an interval of no width: the method cannot be used, which is not the same as no trend."""
    row = trend_of(made, shares([0] * 8, half=0.0), options={"method": method}, unit="percent")
    assert verdict(row) == "not_judged.zero_variance"
    assert row.p_value is None


def test_the_order_needs_no_uncertainty(made: Any) -> None:
    """What a weighted method cannot judge, the order can."""
    rows = trends_of(made, {"0101": points(RISING)}, options={"method": ["mann_kendall", "wls"]})
    assert [verdict(row) for row in rows] == ["improving.found", "not_judged.uncertainty_missing"]


def test_allowance_for_neighbours_only_makes_p_larger(made: Any) -> None:
    """It is the kernel's; from eight values, and not for seasons."""
    waves = [3, 4, 5, 5.5, 5, 4.5, 5, 6, 7, 7.5, 7.2, 6.6]
    plain, allowed = trends_of(made, {"0101": points(waves)}, options={"method": ["mann_kendall", "ar1"]})
    assert allowed.p_value == float(stats.ar1_mann_kendall(waves).p_value) > plain.p_value
    assert (plain.state, allowed.state, allowed.path) == ("improving", "no_detectable_change", "ar1")
    assert (allowed.s, allowed.slope) == (plain.s, plain.slope)
    short = trend_of(made, points(RISING[:7]), options={"method": "ar1"})
    assert verdict(short) == "not_judged.method_refused"
    assert "mindst 8 målinger" in short.explain("da")
    assert verdict(trend_of(made, points(RISING[:4]), options={"method": "ar1"})) == "not_judged.too_few_points"


def months(years: int, slope: float = 0.3) -> list[tuple[Any, ...]]:
    """Months that share good and bad years, from March on."""
    rng = np.random.default_rng(5)
    shared = rng.normal(size=years + 1)
    start = Period.parse("2001-03")
    return [
        (str(start + place), round(float(slope * place / 12 + shared[place // 12] + 0.1 * rng.normal()), 3))
        for place in range(12 * years)
    ]


def test_seasons_that_share_years(made: Any) -> None:
    """The kernel on whole years; without seasons, with a break or with few years it is refused."""
    series = months(12)
    plain, allowed = trends_of(
        made, {"0101": series}, options={"method": ["mann_kendall", "season_covariance"], "alpha": 0.5}
    )
    whole = np.array([value for when, value in series if "2002" <= when < "2013"])
    test = stats.seasonal_mann_kendall(whole, seasons=np.tile(np.arange(12), 11))
    assert allowed.p_value == pytest.approx(float(test.p_value))
    assert (allowed.n, allowed.first_period, allowed.path) == (132, "2002-01", "normal")
    assert allowed.p_value > plain.p_value
    refused = "not_judged.method_refused"
    asked = {"method": "season_covariance"}
    assert verdict(trend_of(made, months(8), options=asked)) == refused
    assert verdict(trend_of(made, points(range(12)), options=asked)) == refused
    assert verdict(trend_of(made, series, options=asked, breaks=[Break(period="2008-01", kind="method")])) == refused
    assert verdict(trend_of(made, series, options=asked | {"seasons": False})) == refused


@pytest.mark.parametrize("method", ["proportion", "wls", "recent_trend"])
def test_weighing_knows_no_seasons(method: str, made: Any) -> None:
    """Quarters are refused, unless the caller says that there are no seasons."""
    start = Period.parse("2010-Q1")
    series = [(str(start + place), *point[1:]) for place, point in enumerate(shares(COUNTS[0]))]
    row = trend_of(made, series, options={"method": method}, unit="percent")
    assert verdict(row) == "not_judged.method_refused"
    assert trend_of(made, series, options={"method": method, "seasons": False}, unit="percent").p_value is not None


def test_weighing_takes_the_newest_stretch(made: Any) -> None:
    """There are no blocks to weigh: values before a break are left out, and the row says which years it is about."""
    broken = {"breaks": [Break(period="2013", kind="method")], "unit": "percent"}
    row = trend_of(made, shares(COUNTS[0]), options={"method": "proportion"}, **broken)
    assert (row.first_period, row.n, row.breaks, row.flags) == ("2013", 5, ("2013",), ("break",))
    across = trend_of(made, shares(COUNTS[0]), options={"method": "proportion", "breaks": "ignore"}, **broken)
    assert (across.n, "crosses_break" in across.flags) == (8, True)


def test_dispersion_is_told(made: Any) -> None:
    """A series that moves more than sampling makes it."""
    row = trend_of(
        made, shares([994, 1400, 1199, 1000, 1367], 42_000), options={"method": "proportion"}, unit="percent"
    )
    assert "overdispersed" in row.flags
    assert row.phi > 1


def test_too_few_for_the_method(made: Any) -> None:
    """Two points have no dispersion; the sentence speaks of the method."""
    row = trend_of(made, shares([120, 130]), options={"method": "proportion"}, unit="percent")
    assert verdict(row) == "not_judged.too_few_points"
    assert row.explain("da").endswith("Der er for få målinger til metoden (2).")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"method": "kendall"}, "argument.choice"),
        ({"method": []}, "argument.choice"),
        ({"dispersion": "some"}, "argument.choice"),
        ({"dispersion": 0.5}, "argument.at_least"),
        ({"recent_periods": 2}, "argument.whole_number"),
        ({"recent_alpha": 0}, "argument.range"),
        ({"family": "country"}, "argument.choice"),
        ({"adjust": "fdr"}, "argument.choice"),
        ({"withheld": "zero"}, "argument.choice"),
        ({"overlaps": "keep"}, "argument.choice"),
        ({"min_coverage": 80}, "argument.range"),
        ({"min_points": 2.5}, "argument.whole_number"),
        ({"min_span": -1}, "argument.at_least"),
        ({"min_relevant_slope": 1, "min_relevant_share": 0.1}, "argument.one_of"),
        ({"required_slope": "fast"}, "argument.type"),
        ({"required_slope": {"I": float("inf")}}, "argument.type"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], code: str, made: Any) -> None:
    """Each with its own code."""
    with pytest.raises(mb.ArgumentError) as caught:
        trend_of(made, points(RISING), options=options)
    assert caught.value.code == code


def test_a_row_depends_on_others_through_its_family_alone(made: Any) -> None:
    """By order, and with a dispersion of its own, every row is the same alone as among others."""
    options = {"method": ["mann_kendall", "ar1", "proportion", "wls", "phe_recent_trend"], "dispersion": "own"}
    together = trends_of(made, panel(), options=options, unit="percent")
    for code, series in panel().items():
        for single in trends_of(made, {code: series}, options=options, unit="percent"):
            row = together.row(institution=code, method=single.method)
            assert attrs.evolve(single, q_value=row.q_value, family_size=row.family_size) == row
