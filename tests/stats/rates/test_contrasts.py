"""Two units or years against each other, a unit against its total, and the slope index."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError

PAIRS = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_two_samples_agree_with_r(oracles: Path) -> None:
    """35 pairs: Newcombe's limits, p of the score test, and ratios with exact limits, infinite ones among them."""
    table = pd.read_csv(oracles / "statistics/own/two_samples.csv")
    assert len(table) == 35
    counts = [table[name] for name in ("x1", "n1", "x2", "n2")]
    found = stats.proportion_difference(*counts)
    assert_allclose(found.value, table["diff"], rtol=1e-7, atol=1e-15)
    assert_allclose(found.lower, table["newcombe_lower"], rtol=1e-7)
    assert_allclose(found.upper, table["newcombe_upper"], rtol=1e-7)
    tested = table["score_p"].notna().to_numpy()
    assert_allclose(found.p_value[tested], table["score_p"][tested], rtol=1e-7)
    assert found.p_value[~tested].tolist() == [1.0] * (~tested).sum()
    ratio = stats.rate_ratio(*counts)
    assert_allclose(ratio.value, table["rate_ratio"], rtol=1e-7)
    assert_allclose(ratio.lower, table["rate_ratio_lower"], rtol=1e-7)
    assert_allclose(ratio.upper, table["rate_ratio_upper"], rtol=1e-7)


@given(PAIRS, PAIRS)
def test_differences_turn_around(one: tuple[int, int], other: tuple[int, int]) -> None:
    """The second less the first is the opposite, limits and all; limits lie within -1 to 1 and enclose the difference."""
    found, turned = stats.proportion_difference(*one, *other), stats.proportion_difference(*other, *one)
    assert found.value == -turned.value
    assert_allclose(found.lower, -turned.upper, rtol=1e-12)
    assert found.p_value == turned.p_value
    assert -1 <= found.lower <= found.value <= found.upper <= 1
    single = [stats.wilson_interval(*pair) for pair in (one, other)]
    if single[0].lower > single[1].upper:  # no overlap shows a difference; overlap shows nothing
        assert found.lower > 0


@given(PAIRS, PAIRS, st.sampled_from([0.8, 0.95, 0.998]))
def test_p_of_a_ratio_belongs_to_its_limits(one: tuple[int, int], other: tuple[int, int], confidence: float) -> None:
    """1 lies outside exactly when p is below what the interval leaves out; the inverse ratio has inverse limits."""
    found = stats.rate_ratio(*one, *other, confidence=confidence)
    turned = stats.rate_ratio(*other, *one, confidence=confidence)
    with np.errstate(divide="ignore"):
        assert_allclose(found.lower, 1 / turned.upper, rtol=1e-9)
    assert_allclose(found.p_value, turned.p_value, rtol=1e-9)
    tail = 1 - confidence
    if abs(found.p_value.item() - tail) > 1e-9:
        outside = found.lower.item() > 1 or found.upper.item() < 1
        assert outside == (found.p_value.item() < tail)


def smaller_tail_twice(x: int, other: int, exposure: float) -> float:
    """In whole numbers: the splits of all events with as many as x, or as few, each weighed by the two exposures."""
    one, two = Fraction(exposure).as_integer_ratio()
    events = x + other
    ways = [math.comb(events, k) * one**k * two ** (events - k) for k in range(events + 1)]
    return min(1.0, float(Fraction(2 * min(sum(ways[: x + 1]), sum(ways[x:])), sum(ways))))


@given(st.integers(0, 400), st.integers(0, 400), st.floats(0.1, 10))
@example(x=13, other=303, exposure=10.0)  # SciPy's distribution is wrong here in the seventh digit
@example(x=278, other=25, exposure=281 / 3815)  # and SciPy's beta tail here in the first
@example(x=309, other=29, exposure=1 / 9.917)
def test_p_of_a_ratio_is_twice_the_smaller_tail(x: int, other: int, exposure: float) -> None:
    """Exactly, and the same either way round."""
    found = stats.rate_ratio(x, exposure, other, 1).p_value.item()
    assert found == pytest.approx(smaller_tail_twice(x, other, exposure), rel=1e-10, abs=1e-300)
    assert found == stats.rate_ratio(other, 1, x, exposure).p_value.item()


def test_ratios_without_events() -> None:
    """None in the second: no upper limit. None at all: no ratio, but what is known stands."""
    found = stats.rate_ratio([4, 0, 0, 3], 100, [0, 0, 5, 0], [100, 100, 100, 0])
    assert found.reason.tolist() == ["upper_unbounded", "no_events", "", "zero_denominator"]
    assert found.status.tolist() == ["value_only", "insufficient", "ok", "invalid"]
    assert (found.value[0], found.upper[0]) == (np.inf, np.inf)
    assert found.lower[0] > 0
    assert (found.lower[1], found.upper[1], found.p_value[1]) == (0.0, np.inf, 1.0)
    assert np.isnan(found.value[1])
    assert (found.value[2], found.lower[2]) == (0.0, 0.0)


@pytest.mark.filterwarnings("ignore:Precision loss occurred")  # of the other implementation
@given(
    hnp.arrays(np.float64, st.integers(2, 12), elements=st.integers(0, 9).map(float)),
    hnp.arrays(np.float64, st.integers(2, 12), elements=st.integers(0, 9).map(float)),
)
def test_welch_agrees_with_scipy(one: np.ndarray, other: np.ndarray) -> None:
    """From single values; where both are constant there is a difference and no interval."""
    found = stats.mean_difference(stats.mean_interval(one), stats.mean_interval(other))
    assert found.value.item() == pytest.approx(one.mean() - other.mean(), abs=1e-12)
    if np.ptp(one) == np.ptp(other) == 0:
        assert (found.reason.item(), found.status.item()) == ("constant_values", "value_only")
        assert np.isnan(found.lower)
        return
    test = scipy_stats.ttest_ind(one, other, equal_var=False)
    interval = test.confidence_interval(0.95)
    assert_allclose([found.lower.item(), found.upper.item()], [interval.low, interval.high], rtol=1e-7, atol=1e-7)
    assert_allclose([found.p_value.item(), found.df.item()], [test.pvalue, test.df], rtol=1e-9)


def test_welch_of_bad_means() -> None:
    """The worse of the two reasons is given."""
    first = stats.mean_interval_from([4, 4, np.nan, 4, 4], [1, np.nan, 1, 1, 0], [9, 9, 9, 1, 9])
    found = stats.mean_difference(first, stats.mean_interval_from(3, 1, 12))
    assert found.reason.tolist() == ["", "uncertainty_missing", "missing_input", "single_value", ""]
    assert found.value[3] == 1
    assert np.isnan(found.lower[1:4]).all()
    with pytest.raises(ArgumentError, match="second must be a result of mean_interval"):
        stats.mean_difference(first, 3.0)  # type: ignore[arg-type]


def test_own_part_of_a_region() -> None:
    """30 % of the country, 62 % against 60 %: 7.07 standard errors naively, 8.45 rightly."""
    found = stats.own_part_removed(18_600, 30_000, 60_000, 100_000)
    naive = 0.02 / np.sqrt(0.6 * 0.4 / 30_000)
    assert naive == pytest.approx(7.07, abs=0.005)
    assert found.score.item() == pytest.approx(8.45, abs=0.005)
    assert found.score.item() == pytest.approx(naive / np.sqrt(0.7), rel=1e-12)
    assert found.part.item() == 0.3
    assert found.se.item() == pytest.approx(np.sqrt(0.6 * 0.4 * 0.7 / 30_000), rel=1e-12)


@given(PAIRS, PAIRS)
def test_own_part_is_the_rest_shrunk(one: tuple[int, int], rest: tuple[int, int]) -> None:
    """The unit less its total is 1 - w times the unit less the rest, limits and all, with the p of that difference."""
    total = one[0] + rest[0], one[1] + rest[1]
    found, difference = stats.own_part_removed(*one, *total), stats.proportion_difference(*one, *rest)
    outside = rest[1] / total[1]
    for name in ("value", "lower", "upper"):
        assert_allclose(getattr(found, name), getattr(difference, name) * outside, rtol=1e-9, atol=1e-15)
    assert_allclose(found.value, one[0] / one[1] - total[0] / total[1], rtol=1e-7, atol=1e-12)
    assert_allclose(found.rest, rest[0] / rest[1], rtol=1e-12)
    assert found.p_value == difference.p_value
    assert_allclose(found.p_value, 2 * scipy_stats.norm.sf(abs(found.score)), rtol=1e-7)


def test_own_part_that_cannot_be() -> None:
    """More than the total, all of it, or nothing at all."""
    x, n = [5, 9, 50, 3, 4, np.nan, 8], [10, 8, 100, 0, 200, 10, 9]
    found = stats.own_part_removed(x, n, [50, 50, 50, 50, 50, 50, 7], [100, 100, 100, 100, 100, 100, 100])
    assert found.reason.tolist() == [
        *("", "numerator_exceeds_denominator", "no_peer", "zero_denominator", "part_exceeds_total"),
        *("missing_input", "part_exceeds_total"),
    ]
    assert found.status.tolist()[2] == "not_applicable"
    for name in ("value", "lower", "upper", "part", "rest", "se", "score", "p_value"):
        assert np.isnan(getattr(found, name)[1:]).all(), name
    same = stats.own_part_removed(0, 10, 0, 30)
    assert (same.value.item(), same.score.item(), same.p_value.item()) == (0.0, 0.0, 1.0)


def test_slope_indices_agree_with_r(oracles: Path) -> None:
    """7 cases of five and ten groups: index, relative index and where the line begins."""
    table = pd.read_csv(oracles / "statistics/own/sii.csv")
    cases = [rows for _, rows in table.groupby("case_id")]
    assert len(cases) == 7
    for rows in cases:
        found = stats.slope_index(rows["value"], rows["population"], standard_errors=rows["se"])
        wanted = rows.iloc[0]
        assert_allclose(found.value, wanted["sii"], rtol=1e-8)
        assert_allclose(found.relative, wanted["rii"], rtol=1e-8)
        assert_allclose(found.intercept, wanted["intercept"], rtol=1e-8)
        assert found.lower < found.value < found.upper
        assert found.relative_lower < found.relative < found.relative_upper


@given(
    hnp.arrays(np.float64, 6, elements=st.floats(40, 90)),
    hnp.arrays(np.float64, 6, elements=st.integers(1, 5000).map(float)),
    hnp.arrays(np.float64, 6, elements=st.floats(0.1, 3)),
)
def test_slope_indices_are_the_slow_ones(values: np.ndarray, people: np.ndarray, errors: np.ndarray) -> None:
    """Weighted least squares by matrices: variances of known errors, and those of the residuals."""
    shares = people / people.sum()
    places = np.cumsum(shares) - shares / 2
    design = np.stack([np.ones(6), places], axis=1)
    carry = np.linalg.solve(design.T @ (shares[:, None] * design), (shares[:, None] * design).T)
    start, rise = carry @ values
    known = stats.slope_index(values, people, standard_errors=errors)
    assert_allclose([known.intercept, known.value], [start, rise], rtol=1e-6, atol=1e-8)
    half = 1.959963984540054 * np.sqrt((carry[1] ** 2 * errors**2).sum())
    assert_allclose(known.upper - known.value, half, rtol=1e-6)
    residual = values - design @ np.array([start, rise])
    if np.abs(residual).max() > 1e-6:
        variance = (shares * residual**2).sum() / 4 * (carry[1] ** 2 / shares).sum()
        found = stats.slope_index(values, people)
        assert_allclose(found.value - found.lower, scipy_stats.t.isf(0.025, 4) * np.sqrt(variance), rtol=1e-5)
        assert (found.method, known.method) == ("residuals", "known_errors")


def test_limits_of_the_relative_index_hold_as_often_as_they_say() -> None:
    """Fieller's limits and those of the index, on 20,000 draws with known errors."""
    rng = np.random.default_rng(8)
    places = np.arange(5) / 5 + 0.1
    values = 4 + 3 * places + rng.normal(scale=0.6, size=(20_000, 5))
    found = stats.slope_index(values, np.ones(5), standard_errors=0.6)
    assert np.mean((found.lower <= 3) & (found.upper >= 3)) == pytest.approx(0.95, abs=0.005)
    settled = found.relative_reason == ""
    held = np.where(settled, (found.relative_lower <= 7 / 4) & (found.relative_upper >= 7 / 4), True)
    assert np.mean(held) == pytest.approx(0.95, abs=0.006)


def test_slope_indices_that_cannot_be() -> None:
    """Each has its reason; a group without people takes no part, whatever its value."""
    nan = np.nan
    values = [[1, 2, 4], [1, nan, 4], [1, np.inf, 4], [5, 5, 5], [1, 2, 3], [-3, 1, 9]]
    found = stats.slope_index(values, [10, 20, 30])
    assert found.reason.tolist() == ["", "missing_input", "not_finite", "constant_values", "", ""]
    assert found.relative_reason.tolist() == [
        *(
            "interval_not_attainable",
            "missing_input",
            "not_finite",
            "constant_values",
            "interval_not_attainable",
            "intercept_not_positive",
        )
    ]
    line = stats.slope_index([1.0, 2.0, 3.0], [1, 1, 1])
    assert (line.value.item(), line.reason.item(), line.status.item()) == (3.0, "exact_line", "value_only")
    assert np.isnan(line.lower.item())
    assert stats.slope_index([1, 2], [1, 1]).reason.item() == "no_interval"
    assert stats.slope_index([1, 2], [1, 1], standard_errors=0.1).reason.item() == ""
    assert stats.slope_index([1, 2], [1, 0]).reason.item() == "too_few_points"
    assert stats.slope_index([1, 2, 3], [1, -1, 1]).reason.item() == "negative_input"
    assert stats.slope_index([1, 2, 3], 1, standard_errors=[1, nan, 1]).reason.item() == "uncertainty_missing"
    unused, without = stats.slope_index([1, nan, 2, 4], [1, 0, 1, 1]), stats.slope_index([1, 2, 4], [1, 1, 1])
    assert_array_equal(
        [unused.value, unused.lower, unused.relative], [without.value, without.lower, without.relative]
    )
    wide = stats.slope_index([1, 2, 3], 1, standard_errors=5)
    assert (wide.reason.item(), wide.relative_reason.item()) == ("", "interval_not_attainable")
    assert wide.relative.item() > 1


def test_the_order_of_the_groups_turns_the_sign() -> None:
    """From the other end of the population the index is the opposite."""
    values, people = np.array([62.0, 65, 71, 70, 78]), np.array([900.0, 1200, 700, 1500, 1100])
    one, other = stats.slope_index(values, people), stats.slope_index(values[::-1], people[::-1])
    assert_allclose(one.value, -other.value, rtol=1e-12)
    assert_allclose(one.lower, -other.upper, rtol=1e-12)
    assert_allclose(one.relative, 1 / other.relative, rtol=1e-12)
    assert_allclose(one.relative_lower, 1 / other.relative_upper, rtol=1e-10)
    merged = stats.slope_index(np.repeat(values, 2), np.repeat(people, 2) / 2)
    assert abs(merged.value - one.value) < 0.1 * abs(one.value)
