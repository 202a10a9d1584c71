"""The recent trend: the published English rule label for label, its simulated faults, and ours."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maalbib import texts
from maalbib.errors import ArgumentError
from maalbib.stats import RecentTrend, _points, logistic_line, proportion_trend, recent_trend, weighted_slope

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]

NAN = np.nan
CRITICAL = 9.54953570608324
PUBLISHED = "phe_recent_trend"
COUNTS = {"numerator": [994, 1023, 1199, 1332, 1367], "denominator": [40299, 41527, 42811, 44064, 44701]}


def table(file: Path) -> list[dict[str, str]]:
    """Read a table of text."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def series(file: Path, *names: str) -> dict[str, dict[str, list[float]]]:
    """Read the series of a file by their case, empty cells as NaN."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: {name: [] for name in names})
    for line in table(file):
        for name in names:
            found[line["case_id"]][name].append(float(line[name] or "nan"))
    return dict(found)


def label(found: RecentTrend) -> tuple[str, str]:
    """The published words for a verdict."""
    if found.reason.item() == "too_few_points":
        return "Cannot be calculated", "Not enough data points"
    direction = {1: "Increasing", -1: "Decreasing", 0: "No significant change"}[found.direction.item()]
    if found.outlier:
        return direction, "Outlier found"
    return direction, "No outliers and significant trend" if found.significant else "No significant trend"


def bits(found: RecentTrend, index: Any = ...) -> list[Any]:
    """The figures of some series, bit for bit; NaN is NaN."""
    picked = [np.asarray(np.asarray(getattr(found, field.name))[index]) for field in attrs.fields(RecentTrend)]
    return [
        np.where(np.isnan(array), NAN, array).tobytes() if array.dtype.kind == "f" else array.tolist()
        for array in picked
    ]


def limits(values: Any, arms: Any) -> dict[str, Floats]:
    """Symmetric limits."""
    return {"lower": np.asarray(values) - arms, "upper": np.asarray(values) + arms}


def test_published_rule_for_shares(oracles: Path) -> None:
    """Statistic, slope of the log odds and label of 38 series, with outliers and uneven years among them."""
    own = oracles / "statistics" / "own"
    data = series(own / "trend_proportion_input.csv", "year", "numerator", "denominator")
    lines = table(own / "trend_proportion_expected.csv")
    assert {line["published_reason"] for line in lines} >= {"Outlier found", "Not enough data points"}
    for line in lines:
        case = data[line["case_id"]]
        counts = {"numerator": case["numerator"], "denominator": case["denominator"], "times": case["year"]}
        found = recent_trend(**counts, method=PUBLISHED, allow_gaps=True)
        assert label(found) == (line["published_marker"], line["published_reason"]), line["case_id"]
        if line["chi2"]:
            assert found.chi2.item() == pytest.approx(float(line["chi2"]), rel=1e-10)
            assert found.slope.item() == pytest.approx(float(line["logit_slope"]), rel=1e-10)
            signs = {np.sign(float(slope)) for slope in line["loo_slopes"].split()}
            assert found.same_sign.item() == (signs == {np.sign(float(line["logit_slope"]))})
            assert (found.path.item(), found.first_time) == ("armitage", case["year"][-5])


def test_published_rule_for_values(oracles: Path) -> None:
    """Statistic, weighted slope and label of 27 series with limits."""
    own = oracles / "statistics" / "own"
    data = series(own / "trend_value_input.csv", "year", "value", "lower", "upper")
    lines = table(own / "trend_value_expected.csv")
    assert {line["published_reason"] for line in lines} >= {"Outlier found", "Not enough data points"}
    for line in lines:
        case = data[line["case_id"]]
        given_ = {"lower": case["lower"], "upper": case["upper"], "times": case["year"]}
        found = recent_trend(case["value"], **given_, method=PUBLISHED)
        assert label(found) == (line["published_marker"], line["published_reason"]), line["case_id"]
        if line["chi2"]:
            assert found.chi2.item() == pytest.approx(float(line["chi2"]), rel=1e-8)
            assert found.slope.item() == pytest.approx(float(line["slope"]), rel=1e-8)
            signs = {np.sign(float(slope)) for slope in line["loo_slopes"].split()}
            assert found.same_sign.item() == (signs == {np.sign(float(line["slope"]))})


def test_leave_one_out_of_own_cases(oracles: Path) -> None:
    """Directions without one point, by the shares and by the log odds; a slope of 0 is no direction."""
    cases = json.loads((oracles / "trends" / "weighted_cases.json").read_text(encoding="utf-8"))
    for case in cases:
        expected, points = case["expected"], len(case["t"])
        if expected.get("loo_same_sign") is None:
            continue
        if case["kind"] == "wls":
            given_ = limits(case["value"], 1.959963984540054 * np.array(case["se"]))
            found = recent_trend(case["value"], **given_, times=case["t"], periods=points)
        else:
            counts = {"numerator": case["numerator"], "denominator": case["denominator"], "times": case["t"]}
            found = recent_trend(**counts, periods=points, allow_gaps=True)
            if "loo_same_sign_logit" in expected:
                theirs = recent_trend(**counts, periods=points, allow_gaps=True, method=PUBLISHED)
                assert theirs.same_sign.item() == expected["loo_same_sign_logit"], case["case_id"]
                assert np.sign(theirs.slope) == expected["logit_slope_sign"]
        assert found.same_sign.item() == expected["loo_same_sign"], case["case_id"]


def test_phe_published_series(oracles: Path) -> None:
    """The package's own test series: labels and printed figures, and what we refuse in them."""
    published = oracles / "statistics" / "published"
    lines = defaultdict(list)
    for line in table(published / "phe_trend_proportion.csv"):
        lines[line["case_id"]].append(line)
    refused = {
        "Black, Black British, Caribbean or African": "too_few_points",
        "Mixed or multiple ethnic groups": "too_few_points",
    }
    for case_id, rows in lines.items():
        given_ = {
            "numerator": [float(row["count"] or "nan") for row in rows],
            "denominator": [float(row["denominator"] or "nan") for row in rows],
            "times": [float(row["year"]) for row in rows],
        }
        group = case_id.split("|")[-1]
        if group == "White":  # a duplicated year
            with pytest.raises(ArgumentError, match="times must rise"):
                recent_trend(**given_, method=PUBLISHED)
            continue
        found = recent_trend(**given_, method=PUBLISHED)
        if group in refused:
            assert found.reason.item() == refused[group]
            continue
        if group == "Other ethnic group":  # the package does not see a missing year and numbers points 1 to 5
            assert found.reason.item() == "gap"
            real = recent_trend(**given_, method=PUBLISHED, allow_gaps=True)
            found = recent_trend(**{**given_, "times": None}, method=PUBLISHED)
            assert label(real) == label(found)
            assert real.slope < 0.8 * found.slope
        assert label(found) == (rows[-1]["recent_trend"], rows[-1]["recent_trend_reason"])
        assert found.chi2.item() == pytest.approx(float(rows[-1]["significance"]), abs=5.1e-5)
        assert found.slope.item() == pytest.approx(float(rows[-1]["gradient"]), abs=5.1e-5)
    rows = table(published / "phe_trend_value.csv")
    values, low, high = ([float(row[name]) for row in rows] for name in ("value", "ll", "ul"))
    found = recent_trend(values, lower=low, upper=high, method=PUBLISHED)
    assert label(found) == (rows[-1]["recent_trend"], rows[-1]["recent_trend_reason"])
    assert found.chi2.item() == pytest.approx(float(rows[-1]["significance"]), abs=5.1e-5)
    assert found.slope.item() == pytest.approx(float(rows[-1]["gradient"]), abs=5.1e-5)


def test_published_fingertips_cases(oracles: Path) -> None:
    """The worked examples of the English dashboard."""
    cases = json.loads((oracles / "trends" / "published_cases.json").read_text(encoding="utf-8"))
    for case in (case for case in cases if case["case_id"].startswith("fingertips")):
        given_, expected = case["input"], case["expected"]
        if "numerator" in given_:
            found = recent_trend(numerator=given_["numerator"], denominator=given_["denominator"], method=PUBLISHED)
            assert found.chi2.item() == pytest.approx(expected["chi2"], rel=1e-9)
        else:
            found = recent_trend(given_["value"], lower=given_["lower"], upper=given_["upper"], method=PUBLISHED)
            assert found.chi2.item() == pytest.approx(expected.get("chi2", found.chi2.item()), rel=1e-4)
        assert found.significant.item() == expected["significant"]
        assert found.significant.item() == (found.chi2.item() > CRITICAL)


def fingertipsnext(oracles: Path, case: str) -> dict[str, list[float]]:
    """One series of the dashboard's own tests."""
    names = ("t", "value", "lower", "upper", "numerator", "denominator")
    return series(oracles / "statistics" / "published" / "fingertipsnext_trend_series.csv", *names)[case]


def test_fingertipsnext_missing_limits_become_no_change(oracles: Path) -> None:
    """There missing limits make NaN and then "No change"; here the counts are tested, or nothing is."""
    case = fingertipsnext(oracles, "93468_gp_pop_65plus_noCI")
    given_ = {"lower": case["lower"], "upper": case["upper"], "method": PUBLISHED}
    alone = recent_trend(case["value"], **given_)
    assert alone.reason.item() == "uncertainty_missing"
    assert np.isnan(alone.direction)
    counted = recent_trend(case["value"], **given_, numerator=case["numerator"], denominator=case["denominator"])
    assert round(counted.chi2.item()) == 3168
    assert (counted.path.item(), counted.reason.item()) == ("armitage", "")


def test_fingertipsnext_numbers_points_whatever_their_dates() -> None:
    """There points are 1 to 5; here a late point counts at its own time, and a gap is refused unless allowed."""
    values = [50, 51, 52, 53, 54]
    years = [2008, 2009, 2010, 2011, 2019]
    arms = {**limits(values, 0.5), "method": PUBLISHED}
    assert recent_trend(values, **arms, times=years).reason.item() == "gap"
    real = recent_trend(values, **arms, times=years, allow_gaps=True)
    assert real.slope != recent_trend(values, **arms).slope
    assert real.slope == weighted_slope(values, 0.5 / 1.959963984540054, years).slope
    missing = [50, 51, 52, NAN, 53, 54]
    assert recent_trend(missing, **limits(missing, 0.5)).reason.item() == "gap"
    # The last five of seven, none missing between them.
    assert recent_trend([NAN, NAN, *values], **limits([NAN, NAN, *values], 0.5)).reason.item() == ""


@pytest.mark.parametrize("method", ["quasi", PUBLISHED])
def test_fingertipsnext_counts_a_zero_slope_as_rising(method: Any) -> None:
    """A level line is no change, and leaving a point out to get one is an outlier."""
    level = recent_trend([50, 52, 50, 52, 50], **limits([50, 52, 50, 52, 50], 0.1), method=method)
    assert (level.slope.item(), level.direction.item(), level.same_sign.item()) == (0, 0, False)
    one_jump = recent_trend([50, 50, 50, 50, 60], **limits([50, 50, 50, 50, 60], 0.1), method=method, alpha=0.9)
    assert one_jump.outlier
    assert (one_jump.direction.item(), one_jump.slope.item()) == (0, pytest.approx(2))
    third = [0.1, 0.2, 0.3, 0.2, 0.1]  # with weights and thirds, 0 only up to rounding
    rounding = recent_trend(third, **limits(third, [0.03, 0.07, 0.11, 0.07, 0.03]), method=method, alpha=0.999_999)
    assert rounding.direction == 0


def test_fingertipsnext_integer_division_in_a_test_value(oracles: Path) -> None:
    """120/7742 became 0 and the test passed; here a value outside its own limits is refused."""
    wrong = fingertipsnext(oracles, "40501_cancer_u75_test_typo_120div7742")
    right = fingertipsnext(oracles, "40501_cancer_u75_correct_value")
    for case, reason in ((wrong, "value_outside_interval"), (right, "")):
        found = recent_trend(case["value"], lower=case["lower"], upper=case["upper"], method=PUBLISHED)
        assert found.reason.item() == reason
    assert found.direction == -1


def test_fingertipsnext_rounded_limits_without_width(oracles: Path) -> None:
    """A limit printed like its value is no certainty: refused, or widened by half a unit of the last decimal."""
    case = fingertipsnext(oracles, "41101_readmissions_rounded")
    given_ = {"lower": case["lower"], "upper": case["upper"], "method": PUBLISHED}
    refused = recent_trend(case["value"], **given_)
    assert (refused.reason.item(), refused.path.item()) == ("zero_width_interval", "")
    widened = recent_trend(case["value"], **given_, decimals=1)
    low = np.where(np.equal(case["lower"], case["upper"]), np.subtract(case["lower"], 0.05), case["lower"])
    high = np.where(np.equal(case["lower"], case["upper"]), np.add(case["upper"], 0.05), case["upper"])
    by_hand = weighted_slope(case["value"], lower=low, upper=high)
    assert widened.reason.item() == ""
    assert widened.chi2.item() == pytest.approx(by_hand.chi2.item(), rel=1e-12)


def test_phe_indicator_methods_stops_at_0_and_100_percent() -> None:
    """There a year of 0 % or 100 % is an error; here the shares themselves give the direction."""
    x = [[0, 20, 45, 60, 95], [40, 60, 90, 100, 100], [0] * 5, [100] * 5]
    for method in ("quasi", PUBLISHED):
        found = recent_trend(numerator=x, denominator=100, method=method, dispersion="none")
        assert found.direction.tolist() == [1, 1, 0, 0]
        assert found.reason.tolist() == ["", "", "no_variation", "no_variation"]
        assert found.same_sign.tolist() == [True, True, False, False]
        assert found.slope[2:].tolist() == [0, 0]
        assert np.isnan(found.p_value).tolist() == [False, False, True, True]
    assert np.isnan(found.slope[:2]).all()
    np.testing.assert_array_equal(found.chi2[:2], proportion_trend(x, 100).chi2[:2])


def test_phe_indicator_methods_multiplier_divides_values_but_not_limits() -> None:
    """There chi2 = 46.8 becomes "no significant trend"; here a unit changes nothing but the slope."""
    values = np.array([24.67, 24.6, 28, 30.2, 30.6])
    low, high = np.array([23.16, 23.15, 26.44, 28.63, 28.98]), np.array([26.25, 26.19, 29.64, 31.9, 32.25])
    for method in ("quasi", PUBLISHED):
        plain = recent_trend(values, lower=low, upper=high, method=method)
        for unit in (0.001, 100, 1e5):
            scaled = recent_trend(values * unit, lower=low * unit, upper=high * unit, method=method)
            assert scaled.chi2.item() == pytest.approx(plain.chi2.item(), rel=1e-9)
            assert scaled.slope.item() == pytest.approx(unit * plain.slope.item(), rel=1e-9)
            assert scaled.direction == plain.direction
    assert plain.chi2.item() == pytest.approx(46.8, rel=0.001)
    assert recent_trend(values / 100, lower=low, upper=high).reason.item() == "value_outside_interval"


def test_own_and_pooled_dispersion_of_shares() -> None:
    """The statistic is the logistic line's, phi that of Pearson, and a lone series is its own pool."""
    line = logistic_line(**COUNTS)
    for dispersion in ("own", None, "pooled"):
        found = recent_trend(**COUNTS, dispersion=dispersion)
        assert (found.chi2, found.phi, found.p_value, found.slope) == (line.chi2, line.phi, line.p_value, line.slope)
        assert (found.path.item(), found.df.item(), found.residual) == ("logistic", 3, line.residual)
    for dispersion in ("none", 2.0):
        found = recent_trend(**COUNTS, dispersion=dispersion)
        assert found.p_value == logistic_line(**COUNTS, dispersion=dispersion).p_value
        assert found.direction == 1


def test_own_and_pooled_dispersion_of_values() -> None:
    """The same for values with limits, which are pooled apart from shares."""
    rng = np.random.default_rng(2)
    values = 50 + rng.normal(size=(30, 5)) + np.linspace(-3, 3, 30)[:, None] * np.arange(5)
    given_ = limits(values, 1.3)
    own, pooled = recent_trend(values, **given_, dispersion="own"), recent_trend(values, **given_)
    lines = weighted_slope(values, **given_)
    lines_pooled = weighted_slope(values, **given_, dispersion="pooled")
    for found, line in ((own, lines), (pooled, lines_pooled)):
        for name in ("slope", "chi2", "phi", "p_value", "residual", "df"):
            np.testing.assert_allclose(getattr(found, name), getattr(line, name), rtol=1e-12)
    assert (pooled.df == 90).all()
    x, d = rng.binomial(900, 0.4, (30, 5)), 900
    low, high = given_["lower"].copy(), given_["upper"].copy()
    low[20:, 2] = NAN
    mixed = recent_trend(values, lower=low, upper=high, numerator=x, denominator=d)
    assert mixed.path.tolist() == ["weighted"] * 20 + ["logistic"] * 10
    assert mixed.df.tolist() == [60] * 20 + [30] * 10
    np.testing.assert_array_equal(mixed.p_value[20:], recent_trend(numerator=x[20:], denominator=d).p_value)
    halves = recent_trend(values, **given_, groups=np.arange(30) // 15)
    np.testing.assert_array_equal(halves.p_value[15:], recent_trend(values[15:], **limits(values[15:], 1.3)).p_value)


def test_shares_without_a_finite_line_are_tested_all_the_same() -> None:
    """Where log odds run to infinity the Cochran-Armitage statistic stands in, with the others' dispersion."""
    rng = np.random.default_rng(3)
    x = np.vstack([rng.binomial(100, 0.3, (40, 5)), [[0, 0, 0, 0, 3]], [[0, 0, 50, 100, 100]]])
    found = recent_trend(numerator=x, denominator=100)
    assert found.path[-2:].tolist() == ["armitage"] * 2
    assert np.isnan(found.slope[-2:]).all()
    assert np.isnan(found.residual[-2:]).all()
    assert found.df[-1] == 120
    np.testing.assert_array_equal(found.chi2[-2:], proportion_trend(x[-2:], 100).chi2)
    assert found.direction[-2:].tolist() == [0, 1]
    alone = recent_trend(numerator=x[-1], denominator=100)  # no scatter to be had: not judged
    assert (alone.reason.item(), np.isnan(alone.direction.item())) == ("no_finite_line", True)
    assert recent_trend(numerator=x[-1], denominator=100, dispersion="none").direction == 1


def test_every_reason() -> None:
    """No data is never no change: the direction is NaN, and the reason has words in both languages."""
    x = [
        [5, 5, 5, 5, 5, 5],
        [NAN] * 6,
        [NAN, NAN, 5, 5, 5, 5],
        [5, 5, 5, NAN, 5, 5],
        [5, 5, 5, 5, 5, 11],
        [5, 5, 5, 5, 5, -1],
        [5, 5, 5, 5, 5, np.inf],
        [-9, 5, 5, 5, 5, 5],
    ]
    found = recent_trend(numerator=x, denominator=10)
    expected = ["", "no_data", "too_few_points", "gap"]
    expected += ["numerator_exceeds_denominator", "negative_input", "not_finite", ""]
    assert found.reason.tolist() == expected
    assert np.isnan(found.direction).tolist() == [reason != "" for reason in expected]
    assert found.n.tolist() == [5, 0, 4, 5, 5, 5, 5, 5]
    assert not found.significant.any()
    assert bits(found, 0) == bits(found, 7)  # what lies before the last five does not matter
    low, high = np.zeros((6, 5)), np.full((6, 5), 2.0)
    high[1, 2], low[2, 2], low[3, 2], low[4, 2] = NAN, 2, 3, -np.inf
    values = np.ones((6, 5))
    values[2, 2], values[5, 3] = 2, 7
    reasons = recent_trend(values, lower=low, upper=high).reason.tolist()
    assert reasons == [
        "",
        "uncertainty_missing",
        "zero_width_interval",
        "inverted_interval",
        "not_finite",
        "value_outside_interval",
    ]
    for reason in {*expected, *reasons, "outside_scale", "no_finite_line", "no_variation", "zero_variance"} - {""}:
        assert texts.phrase("reason", reason, "da") != texts.phrase("reason", reason, "en")


def test_allowed_gaps_keep_time() -> None:
    """The last five points there are, each at its time."""
    x = [[20, 30, NAN, 40, 60, NAN, 70, NAN]]
    years = np.arange(2011, 2019)
    assert recent_trend(numerator=x, denominator=100, times=years).reason.tolist() == ["gap"]
    found = recent_trend(numerator=x, denominator=100, times=years, allow_gaps=True)
    line = logistic_line([20, 30, 40, 60, 70], 100, [2011, 2012, 2014, 2015, 2017])
    assert found.slope == line.slope
    assert (found.first_time.item(), found.last_time.item(), found.n.item()) == (2011, 2017, 5)
    every_other = [20, NAN, 30, NAN, 40, NAN, 60, NAN, 70]  # even steps, and yet periods are missing
    assert recent_trend(numerator=every_other, denominator=100).reason.item() == "gap"
    between = recent_trend(numerator=[20, 30, NAN, 40, 60, 70], denominator=100, times=[1, 2, 2.5, 3, 4, 5])
    assert between.reason.item() == "gap"
    nobody = recent_trend(numerator=[[20, 30, 0, 40, 60, 70]], denominator=[[100, 100, 0, 100, 100, 100]])
    assert nobody.reason.tolist() == ["gap"]


def test_scales() -> None:
    """On its scale a line is straight and a lopsided interval symmetric."""
    se = 0.05
    values = np.exp([1.0, 1.2, 1.3, 1.6, 1.8])
    low, high = values * np.exp(-1.959963984540054 * se), values * np.exp(1.959963984540054 * se)
    plain = recent_trend(values, lower=low, upper=high, scale="log", dispersion="none")
    line = weighted_slope(np.log(values), [se] * 5, dispersion="none")
    assert plain.chi2.item() == pytest.approx(line.chi2.item(), rel=1e-12)
    assert not plain.asymmetric
    wide_low, wide_high = values**2 / (values * 1.5), values * 1.5
    assert recent_trend(values, lower=wide_low, upper=wide_high).asymmetric
    assert not recent_trend(values, lower=wide_low, upper=wide_high, scale="log").asymmetric
    shares = 1 / (1 + np.exp(-values))
    low, high = 1 / (1 + np.exp(0.2 - values)), 1 / (1 + np.exp(-0.2 - values))
    logit = recent_trend(shares, lower=low, upper=high, scale="logit", dispersion="none")
    assert logit.slope.item() == pytest.approx(weighted_slope(values, 1).slope.item(), rel=1e-9)
    outside = [[-1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [2, 2, 3, 4, 5]]
    lows = [[-2, 1, 2, 3, 4], [0, 1, 2, 3, 4], [1, 1, 2, 3, 4]]
    found = recent_trend(outside, lower=lows, upper=np.add(outside, 1), scale="log")
    assert found.reason.tolist() == ["outside_scale", "outside_scale", ""]
    percent = recent_trend([[60, 61, 62, 63, 64]], lower=59, upper=65, scale="logit")
    assert percent.reason.tolist() == ["outside_scale"]


@st.composite
def panels(draw: st.DrawFn) -> dict[str, Floats]:
    """Draw counts and values with limits, with gaps in all of them."""
    shape = draw(st.tuples(st.integers(1, 5), st.integers(0, 8)))
    small = st.integers(0, 12).map(float)
    d = draw(hnp.arrays(np.float64, shape, elements=st.sampled_from([12, 12, 12, 40, NAN, 0])))
    values = draw(hnp.arrays(np.float64, shape, elements=small | small | st.just(NAN)))
    arms = draw(hnp.arrays(np.float64, shape, elements=st.sampled_from([1, 1, 1, 3, NAN, 0])))
    return {"numerator": draw(hnp.arrays(np.float64, shape, elements=small)), "denominator": d, "values": values} | (
        limits(values, arms)
    )


@given(panels(), st.sampled_from(["quasi", PUBLISHED]), st.booleans(), st.integers(3, 6))
def test_rows_of_a_batch_are_single_calls(drawn: dict[str, Floats], method: Any, gaps: bool, periods: int) -> None:  # noqa: FBT001
    """A series has the same bits alone, in a batch, in pieces of any size, and padded with missing periods."""
    options = {"method": method, "allow_gaps": gaps, "periods": periods, "alpha": 0.3}
    if method == "quasi":
        options["dispersion"] = "own"
    whole = recent_trend(**drawn, **options)
    for i in range(len(whole.n)):
        assert bits(recent_trend(**{name: array[i] for name, array in drawn.items()}, **options)) == bits(whole, i)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_points, "_PIECE", 1)
        assert bits(recent_trend(**drawn, **options)) == bits(whole)
    padded = {name: np.pad(array, ((0, 0), (2, 1)), constant_values=NAN) for name, array in drawn.items()}
    times = np.arange(-2, drawn["values"].shape[1] + 1)
    assert bits(recent_trend(**padded, times=times, **options)) == bits(whole)


@given(panels(), st.sampled_from(["quasi", PUBLISHED]), st.integers(-(2**20), 2**20))
def test_laws(drawn: dict[str, Floats], method: Any, shift: int) -> None:
    """Adding to time changes nothing; turning it turns directions; a missing value touches its series only."""
    options = {"method": method, "alpha": 0.3, "allow_gaps": True}
    periods = drawn["values"].shape[1]
    plain = recent_trend(**drawn, **options)
    later = recent_trend(**drawn, **options, times=np.arange(periods) + shift)
    moved = attrs.evolve(later, first_time=plain.first_time, last_time=plain.last_time)
    assert bits(moved) == bits(plain)
    judged = (plain.reason == "") | (plain.reason == "no_variation")
    np.testing.assert_array_equal(np.isnan(plain.direction), ~judged)
    assert (np.abs(plain.direction[plain.outlier & judged]) == 0).all()
    short = {name: array[:, -5:] for name, array in drawn.items()}
    one = recent_trend(**short, **options)
    turned = recent_trend(**{name: array[:, ::-1] for name, array in short.items()}, **options)
    np.testing.assert_array_equal(turned.same_sign, one.same_sign)
    np.testing.assert_array_equal(turned.reason, one.reason)
    np.testing.assert_allclose(turned.chi2, one.chi2, rtol=1e-6, atol=1e-10)
    clear = ~np.isnan(one.direction) & (np.abs(one.p_value - 0.3) > 1e-6)
    np.testing.assert_array_equal(turned.direction[clear], -one.direction[clear])


def steady(units: int, inflation: float, slope: float, seed: int) -> tuple[Floats, Floats]:
    """Draw five years of 2,000 with levels of 10 to 60 % and a year-to-year variance of so many times binomial."""
    rng = np.random.default_rng(seed)
    size = 2_000
    level = rng.uniform(np.log(1 / 9), np.log(1.5), (units, 1))
    share = 1 / (1 + np.exp(-level - slope * np.arange(-2, 3)))
    if inflation > 1:
        strength = (size - 1) / (inflation - 1) - 1
        share = rng.beta(share * strength, (1 - share) * strength)
    return rng.binomial(size, share).astype(float), np.full((units, 5), float(size))


# Found by the published rule, with pooled phi, and each again with a true slope of 0.1 in log odds a year.
RATES = {
    1: (0.002, 0.001, 0.99, 0.99),
    2: (0.029, 0.002, 0.97, 0.88),
    5: (0.15, 0.002, 0.90, 0.40),
    11: (0.29, 0.002, 0.78, 0.12),
}


@pytest.mark.parametrize("inflation", RATES)
def test_false_arrows_and_power(inflation: int) -> None:
    """The published rule finds trends where none is; pooled dispersion keeps to its level and what power there is."""
    units = 98 * 60
    groups = np.arange(units) // 98
    found = []
    for slope in (0, 0.1):
        x, d = steady(units, inflation, slope, seed=10 * inflation)
        published = recent_trend(numerator=x, denominator=d, method=PUBLISHED)
        pooled = recent_trend(numerator=x, denominator=d, groups=groups)
        found += [float((test.direction != 0).mean()) for test in (published, pooled)]
        assert pooled.phi.mean() == pytest.approx(inflation, rel=0.05)
    for rate, nominal in zip(found, RATES[inflation], strict=True):
        # Tables are rounded to 0.1 % where nothing is there to find, else to 1 %; phi varies from group to group.
        slack = 0.0005 if nominal < 0.05 else 0.005 + 0.02 * (0.05 < nominal < 0.95)
        assert abs(rate - nominal) <= 4 * (nominal * (1 - nominal) / units) ** 0.5 + slack, (rate, nominal)


def test_own_dispersion_finds_next_to_nothing_in_five_points() -> None:
    """Three degrees of freedom of one's own leave neither false alarms nor power at 0.2 %."""
    for inflation in (1, 11):
        x, d = steady(4_000, inflation, 0, seed=inflation)
        assert (recent_trend(numerator=x, denominator=d, dispersion="own").direction != 0).mean() < 0.001


def test_shapes_and_inputs() -> None:
    """One series, many, none and no period; inputs stay as they are."""
    assert recent_trend(**COUNTS).direction.shape == ()
    assert recent_trend(numerator=[COUNTS["numerator"]] * 3, denominator=50_000).direction.shape == (3,)
    assert recent_trend(numerator=np.empty((0, 5)), denominator=9).reason.shape == (0,)
    assert recent_trend(numerator=np.empty((2, 0)), denominator=9).reason.tolist() == ["no_data"] * 2
    x = np.array([COUNTS["numerator"]], float)
    x.flags.writeable = False
    recent_trend(x / 1000, lower=x / 2000, upper=x / 500, numerator=x, denominator=9e4, scale="log")


def test_wrong_arguments() -> None:
    """Input is whole, times rise, and options are checked."""
    for wrong in (
        {},
        {"values": [1, 2, 3]},
        {"values": [1, 2, 3], "lower": 0},
        {"numerator": [1, 2, 3]},
        {"values": [1, 2, 3], "numerator": [1, 2, 3], "denominator": 9},
        {"lower": [1, 2, 3], "upper": [1, 2, 3]},
    ):
        with pytest.raises(ArgumentError, match="values with lower and upper"):
            recent_trend(**wrong)
    for times in ([1, 2, 2, 4, 5], [5, 4, 3, 2, 1]):
        with pytest.raises(ArgumentError, match="times must rise"):
            recent_trend(**COUNTS, times=times)
    for dispersion in ("pooled", "own", 2.0):
        with pytest.raises(ArgumentError, match="published rule allows for no scatter"):
            recent_trend(**COUNTS, method=PUBLISHED, dispersion=dispersion)
    with pytest.raises(ArgumentError, match="groups mean something"):
        recent_trend(**COUNTS, method=PUBLISHED, groups=[1])
    for option, wrong_value in (
        ("method", "phe"),
        ("scale", "sqrt"),
        ("periods", 2),
        ("alpha", 5),
        ("confidence", 95),
        ("decimals", -1),
        ("dispersion", "quasi"),
    ):
        with pytest.raises(ArgumentError, match=option):
            recent_trend(**COUNTS, **{option: wrong_value})
