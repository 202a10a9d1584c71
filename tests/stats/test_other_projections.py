"""Robust lines, growth, ways between limits and random walks: slow twins, independent figures, pitfalls."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as scipy_stats
from scipy.special import expit, logit

from maalbib import stats
from maalbib.errors import ArgumentError

Drawn = tuple[list[float], list[float], float]


@st.composite
def series(draw: st.DrawFn, low: int = -1000, high: int = 1000, fewest: int = 2) -> Drawn:
    """Draw values in tenths, distinct times, and a later time."""
    times = draw(st.lists(st.integers(2000, 2040), min_size=fewest, max_size=14, unique=True))
    value = st.integers(low, high).map(lambda tenths: tenths / 10)
    values = draw(st.lists(value, min_size=len(times), max_size=len(times)))
    return values, [float(t) for t in times], float(draw(st.integers(2041, 2060)))


@given(series())
def test_robust_is_the_slow_one(drawn: Drawn) -> None:
    """Median of slopes, median of levels, clipped residuals, one by one."""
    y, t, at = drawn
    found = stats.robust_projection(y, t, at)
    n = len(y)
    slope = median((y[j] - y[i]) / (t[j] - t[i]) for i in range(n) for j in range(i))
    level = median(value - slope * (time - 2020) for value, time in zip(y, t, strict=True))
    assert_allclose(found.slope, slope, atol=1e-10)
    assert_allclose(found.projected, level + slope * (at - 2020), atol=1e-8)
    assert_allclose(found.fitted_last, level + slope * (max(t) - 2020), atol=1e-8)
    if n < 4:
        assert found.reason == "no_interval"
        return
    residuals = sorted(abs(value - level - slope * (time - 2020)) for value, time in zip(y, t, strict=True))
    typical = 1.4826 * median(residuals[2:])
    if 0 < typical < 1e-9:
        return  # a rounding error decides whether anything is clipped
    kept = [min(residual, 2.5 * typical) if typical else residual for residual in residuals]
    sigma = 1.04 * math.sqrt(sum(residual**2 for residual in kept) / (n - 2))
    mean, sxx = np.mean(t), np.var(t) * n
    assert_allclose(found.se, sigma * math.sqrt(1 + 1 / n + (at - mean) ** 2 / sxx), rtol=1e-6, atol=1e-9)


def test_robust_slope_is_the_independent_one(oracles: Path, calibration: Any) -> None:
    """25 series with the Theil-Sen slope."""
    cases = calibration("_tracking_cases").cases(oracles / "tracking", "own_projection.json")
    assert len(cases) == 25
    for case in cases:
        assert calibration("_figure_cases").robust_differences(case) == {}, case["case_id"]


def test_robust_agrees_with_theil_sen() -> None:
    """The two kernels give one slope, with gaps."""
    rng = np.random.default_rng(2)
    y = rng.normal(size=(200, 11))
    y[rng.random(y.shape) < 0.3] = np.nan
    times = np.cumsum(rng.integers(1, 4, 11))
    found, other = stats.robust_projection(y, times, 60), stats.theil_sen(y, times, intercept="joint")
    assert_allclose(found.slope, other.slope, rtol=1e-12)
    assert_allclose(found.fitted_last, other.fitted_last, rtol=1e-9)


def test_one_value_that_is_off_moves_the_robust_line_little() -> None:
    """Nor its interval, by more than a share."""
    y = 60 + np.arange(10) + np.array([0.3, -0.2, 0.1, -0.4, 0.2, 0, -0.1, 0.3, -0.2, 0.1])
    off = y.copy()
    off[9] += 40
    clean, found = stats.robust_projection(y, range(10), 15), stats.robust_projection(off, range(10), 15)
    plain = stats.linear_projection(off, range(10), 15)
    assert abs(found.projected - clean.projected) < 1
    assert abs(plain.projected - clean.projected) > 15
    assert (found.upper - found.lower) < 3 * (clean.upper - clean.lower)
    assert (plain.upper - plain.lower) > 20 * (clean.upper - clean.lower)


def test_a_constant_with_exceptions_is_not_certain() -> None:
    """Half of the residuals being 0 is no reason to promise anything."""
    found = stats.robust_projection([5, 5, 5, 6, 5, 5, 5, 3], range(8), 10)
    assert (found.slope, found.projected) == (0, 5)
    assert not found.zero_residual
    assert found.upper - found.lower > 1


def test_two_values_of_one_time_have_no_slope_between_them() -> None:
    """They are left out of the robust slopes; all of one time is no line."""
    found = stats.robust_projection([1, 3, 2, 4, 3, 5], [0, 0, 1, 1, 2, 2], 3)
    assert (found.slope, found.projected, found.reason) == (1, 5, "")
    assert stats.robust_projection([1, 3, 2], [4, 4, 4], 9).reason == "no_time_span"


@given(series(1, 5000))
def test_growth_is_a_line_through_logarithms(drawn: Drawn) -> None:
    """The slow way: logarithms by hand, the straight line, back again."""
    y, t, at = drawn
    found, line = stats.compound_projection(y, t, at), stats.linear_projection(np.log(y), t, at)
    assert_allclose(found.projected, np.exp(line.projected), rtol=1e-9)
    assert_allclose(found.growth, np.exp(line.slope) - 1, rtol=1e-9, atol=1e-12)
    assert_allclose(found.slope, found.fitted_last * np.log1p(found.growth), rtol=1e-9, atol=1e-12)
    assert_allclose(found.upper, np.exp(line.upper), rtol=1e-7)
    assert found.largest == max(y)
    for low in (0.5, 20.0):
        if not found.zero_residual:
            probability = stats.hit_probability(line, low=math.log(low))
            assert_allclose(stats.hit_probability(found, low=low), probability, rtol=1e-9)


def test_growth_that_has_no_meaning_is_refused() -> None:
    """A zero first, then a change of sign, then negative values; nothing is put in the place of a zero."""
    rows = [[3, 2, 0, 4], [3, 2, -1, 0], [3, -2, 1, 4], [-3, -2, -1, -4], [math.nan, 2, 4, 8]]
    found = stats.compound_projection(rows, range(4), 5)
    assert found.reason.tolist() == ["zero_value", "zero_value", "sign_change", "negative_values", "no_interval"]
    for array in (found.slope, found.growth, found.projected, found.fitted_first, found.fitted_last):
        assert np.isnan(array).tolist() == [True] * 4 + [False]
    assert_array_equal(found.n, [4, 4, 4, 4, 3])
    assert_array_equal(found.first_time, [0, 0, 0, 0, 1])
    assert found.projected[4] == pytest.approx(32)
    assert stats.compound_projection([0, 2, 4, 8], [math.nan, 1, 2, 3], 5).reason == "no_interval"


def test_growth_never_reaches_zero() -> None:
    """103 water advisories falling by a tenth a year: none is never, few is some day."""
    found = stats.compound_projection(103 * 0.9 ** np.arange(8), range(8), 15)
    assert found.zero_residual
    assert_allclose(found.growth, -0.1, rtol=1e-12)
    assert math.isnan(stats.arrival_time(found, high=0))
    assert stats.hit_probability(found, high=0) == 0
    assert_allclose(stats.arrival_time(found, high=10), math.log(10 / 103) / math.log(0.9), rtol=1e-9)


@given(series(1, 999))
def test_between_limits_is_a_line_through_logits(drawn: Drawn) -> None:
    """The slow way, and never beyond the limits."""
    y, t, at = drawn
    found = stats.bounded_projection(y, t, at, low=0, high=100)
    line = stats.linear_projection(logit(np.array(y) / 100), t, at)
    assert_allclose(found.projected, 100 * expit(line.projected), rtol=1e-9)
    assert_allclose(found.upper, 100 * expit(line.upper), rtol=1e-7)
    last = found.fitted_last
    assert_allclose(found.slope, line.slope * last * (100 - last) / 100, rtol=1e-7, atol=1e-12)
    if found.n >= 4:
        assert 0 <= found.lower <= found.projected <= found.upper <= 100


@given(drawn=series(0, 1000, fewest=4), people=st.booleans())
def test_no_figure_lies_beyond_a_limit(drawn: Drawn, *, people: bool) -> None:
    """Also where values touch it; and upside down everything is the same."""
    y, t, at = drawn
    more = {"denominators": [40] * len(y)} if people else {}
    found = stats.bounded_projection(y, t, at, low=0, high=100, **more)
    turned = stats.bounded_projection(100 - np.array(y), t, at, low=0, high=100, **more)
    assert found.reason == turned.reason
    if found.reason != "":
        assert found.reason == "at_limit"
        assert set(y) <= {0, 100}
        return
    for name in ("fitted_first", "fitted_last", "projected", "lower", "upper"):
        assert 0 <= getattr(found, name) <= 100
    assert_allclose(turned.projected, 100 - found.projected, atol=1e-6)
    assert_allclose(turned.lower, 100 - found.upper, atol=1e-6)


def test_a_value_at_a_limit_counts_as_half_a_step_inside() -> None:
    """By the answers behind it, else by the smallest difference that the series shows."""
    years = range(5)
    bounded = stats.bounded_projection

    def like(values: list[float]) -> float:
        return bounded(values, years, 7, low=0, high=100).projected.item()

    y = [90.0, 94, 97, 100, 100]
    assert bounded(y, years, 7, low=0, high=100).projected == pytest.approx(like([90, 94, 97, 98.5, 98.5]))
    by_people = bounded(y, years, 7, low=0, high=100, denominators=[50, 50, 50, 50, 200])
    assert by_people.projected == pytest.approx(like([90, 94, 97, 99, 99.75]))
    some = bounded(y, years, 7, low=0, high=100, denominators=[50, 50, 50, math.nan, 200])
    assert some.projected == pytest.approx(like([90, 94, 97, 98.5, 99.75]))
    assert bounded([0.0, 1, 3, 6, 9], years, 7, low=0, high=100).projected == pytest.approx(like([0.5, 1, 3, 6, 9]))


def test_a_series_that_only_touches_its_limits_shows_no_step() -> None:
    """It is refused, unless the answers behind it are known."""
    rows = [
        [100.0] * 5,
        [0.0, 100, 0, 100, 0],
        [100.0, 100, 80, 100, 100],
        [100.0, 101, 99, 98, 97],
        [1.0, 2, 3, 4, 6],
    ]
    high = [100, 100, 100, 100, math.nan]
    found = stats.bounded_projection(rows, range(5), 7, low=0, high=high)
    assert found.reason.tolist() == ["at_limit", "at_limit", "", "outside_limits", "no_limits"]
    assert np.isnan(found.projected).tolist() == [True, True, False, True, True]
    known = stats.bounded_projection(rows[0], range(5), 7, low=0, high=100, denominators=25)
    assert (known.reason, known.zero_residual) == ("", True)
    assert known.projected == pytest.approx(98)
    assert stats.bounded_projection(rows[4], range(5), 7, low=10, high=0).reason == "no_limits"


def test_a_limit_is_not_reached_but_for_half_a_step() -> None:
    """A target of 100 per cent is met by values that are rounded to it."""
    found = stats.bounded_projection([88, 91, 94, 95, 97], range(5), 8, low=0, high=100)
    assert stats.hit_probability(found, low=100) == 0
    assert math.isnan(stats.arrival_time(found, low=100))
    assert stats.hit_probability(found, low=100, tolerance=0.5) > 0
    assert stats.arrival_time(found, low=99.5) > 8
    assert stats.hit_probability(found, low=0) == 1


def test_a_straight_line_leaves_the_limits_where_this_one_stays() -> None:
    """Pitfall: a projected share of 120 per cent."""
    y = [70, 78, 85, 90, 96]
    assert stats.linear_projection(y, range(5), 8).projected > 100
    assert stats.bounded_projection(y, range(5), 8, low=0, high=100).projected < 100


@given(series())
def test_the_walk_is_the_slow_one(drawn: Drawn) -> None:
    """Changes in order of time, each with the variance of its length."""
    y, t, at = drawn
    found = stats.random_walk_projection(y, t, at)
    path = sorted(zip(t, y, strict=True))
    n, span, ahead = len(path), path[-1][0] - path[0][0], at - path[-1][0]
    drift = (path[-1][1] - path[0][1]) / span
    assert_allclose(found.slope, drift, atol=1e-12)
    assert_allclose(found.projected, path[-1][1] + ahead * drift, rtol=1e-12, atol=1e-9)
    assert (found.fitted_first, found.fitted_last) == (path[0][1], path[-1][1])
    if n < 4:
        assert found.reason == "no_interval"
        return
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(path)]
    variance = sum((change - drift * gap) ** 2 / gap for gap, change in steps) / (n - 2)
    se = math.sqrt(variance * ahead * (1 + ahead / span))
    assert_allclose(found.se, se, rtol=1e-9, atol=1e-9)
    half = scipy_stats.t.ppf(0.9, n - 2) * se
    assert_allclose([found.lower, found.upper], [found.projected - half, found.projected + half], atol=1e-6)


def test_the_walk_is_the_independent_one(oracles: Path, calibration: Any) -> None:
    """The drift of every case, and where the walk leads in those with equal spacing, whatever the spacing."""
    cases = calibration("_tracking_cases").cases(oracles / "tracking", "own_projection.json")
    assert sum("rw_projected" in case["expected"] for case in cases) >= 5
    for case in cases:
        assert calibration("_figure_cases").walk_differences(case) == {}, case["case_id"]


def test_a_walk_is_in_one_place_at_a_time_and_goes_forward() -> None:
    """Two values of one time and a time that is past are refused."""
    found = stats.random_walk_projection(
        [[1, 2, 3, 5], [1, 2, 3, 5], [1, 2, 3, 5]], [[0, 1, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3]], [5, 2, 3]
    )
    assert found.reason.tolist() == ["equal_times", "not_ahead", ""]
    assert np.isnan(found.projected).tolist() == [True, True, False]
    assert (found.projected[2], found.se[2]) == (5, 0)
    assert stats.hit_probability(found, low=5).tolist()[2] == 1


def test_a_level_of_billions_costs_no_digits() -> None:
    """The methods on the values themselves see the changes only."""
    changes = np.array([0.0, 1e6, 2.5e6, 2e6, 4e6, 5.5e6])
    for method in (stats.robust_projection, stats.random_walk_projection):
        plain, lifted = method(changes, range(6), 9), method(changes + 5.8e9, range(6), 9)
        assert_allclose(lifted.slope, plain.slope, rtol=1e-13)
        assert_allclose(lifted.se, plain.se, rtol=1e-13)


def test_arrival_lies_on_the_way() -> None:
    """On each scale the method carried to its time of arrival is at the target."""
    y, t = [62.0, 64, 63, 67, 66, 70], range(6)
    for method, more in (
        (stats.linear_projection, {}),
        (stats.robust_projection, {}),
        (stats.compound_projection, {}),
        (stats.bounded_projection, {"low": 0, "high": 100}),
        (stats.random_walk_projection, {}),
    ):
        found = method(y, t, 9, **more)
        arrival = stats.arrival_time(found, low=80)
        assert arrival > 6
        assert_allclose(method(y, t, arrival, **more).projected, 80, rtol=1e-9)
        assert stats.arrival_time(found, low=60) == 5
        assert math.isnan(stats.arrival_time(found, high=55))
        assert stats.arrival_time(found, low=60, high=90) == 5


def test_limits_are_refused_as_text() -> None:
    """And in the wrong shape, with the name of the argument."""
    with pytest.raises(ArgumentError, match="low must be numbers"):
        stats.bounded_projection([1.0, 2], range(2), 9, low="0", high=100)
    with pytest.raises(ArgumentError, match="high must have the shape"):
        stats.bounded_projection([1.0, 2], range(2), 9, low=0, high=[100, 100])
    with pytest.raises(ArgumentError, match="denominators must have the shape"):
        stats.bounded_projection([1.0, 2], range(2), 9, low=0, high=9, denominators=[1, 2, 3])
