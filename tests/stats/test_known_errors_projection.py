"""Lines through values whose own errors are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError


@st.composite
def measured(draw: st.DrawFn) -> tuple[list[float], list[float], list[float], float]:
    """Draw values, times, errors of which some are unknown, and a later time."""
    times = draw(st.lists(st.integers(2000, 2040), min_size=2, max_size=10, unique=True))
    size = {"min_size": len(times), "max_size": len(times)}
    values = draw(st.lists(st.integers(-500, 500).map(float), **size))
    errors = draw(st.lists(st.one_of(st.floats(0, 100), st.just(math.nan)), **size))
    return values, [float(t) for t in times], errors, float(draw(st.integers(2041, 2060)))


def slow(y: list[float], t: list[float], s: list[float], at: float, level: float) -> tuple[float, float]:
    """The half-widths by the residuals and by the known errors, each weight found by asking the line itself."""
    n = len(y)
    weights = [stats.linear_projection([float(i == j) for i in range(n)], t, at).projected.item() for j in range(n)]
    known = [error**2 for error in s if not math.isnan(error)]
    by_errors = math.nan
    if known:
        mean = sum(known) / len(known)
        squares = [mean if math.isnan(error) else error**2 for error in s]
        variance = sum(w**2 * square for w, square in zip(weights, squares, strict=True)) + mean
        by_errors = scipy_stats.norm.ppf((1 + level) / 2) * math.sqrt(variance)
    if n < 4:
        return math.nan, by_errors
    slope, intercept = np.polyfit(np.array(t) - 2020, y, 1)
    rss = ((np.array(y) - intercept - slope * (np.array(t) - 2020)) ** 2).sum()
    se = math.sqrt(rss / (n - 2) * (1 + sum(w**2 for w in weights)))
    return scipy_stats.t.ppf((1 + level) / 2, n - 2) * se, by_errors


@given(measured(), st.sampled_from([0.8, 0.95]))
def test_is_the_wider_of_two_slow_intervals(
    drawn: tuple[list[float], list[float], list[float], float], level: float
) -> None:
    """And the line is that without errors, to the last bit."""
    y, t, s, at = drawn
    found = stats.linear_projection(y, t, at, level=level, standard_errors=s)
    plain = stats.linear_projection(y, t, at, level=level)
    assert (found.slope, found.projected, found.fitted_last) == (plain.slope, plain.projected, plain.fitted_last)
    half = max((width for width in slow(y, t, s, at, level) if not math.isnan(width)), default=math.nan)
    assert_allclose(found.upper - found.projected, half, rtol=1e-6, atol=1e-7)
    assert_allclose(found.projected - found.lower, half, rtol=1e-6, atol=1e-7)
    assert found.reason == ("no_interval" if math.isnan(half) else "")


@given(measured(), st.floats(-600, 600), st.floats(0, 200))
def test_probability_is_the_less_certain_of_two(
    drawn: tuple[list[float], list[float], list[float], float], low: float, width: float
) -> None:
    """The larger of the two tails on each side of the line."""
    y, t, s, at = drawn
    found = stats.linear_projection(y, t, at, standard_errors=s)
    if np.isnan(found.lower) or found.upper - found.lower < 1e-6:
        return

    def beyond(edge: float) -> float:
        away = -abs(edge - found.projected.item())
        tails = [scipy_stats.norm.cdf(away / found.known_se)] if found.known_se > 0 else []
        tails += [scipy_stats.t.cdf(away / found.se, found.df)] if found.se > 0 else []
        return max(tails)

    def below(edge: float) -> float:
        return beyond(edge) if edge < found.projected else 1 - beyond(edge)

    assert_allclose(stats.hit_probability(found, high=low), below(low), atol=1e-9)
    assert_allclose(stats.hit_probability(found, low=low), 1 - below(low), atol=1e-9)
    band = below(low + width) - below(low)
    assert_allclose(stats.hit_probability(found, low=low, high=low + width), band, atol=1e-9)


def test_two_and_three_values_have_an_interval() -> None:
    """That of the known errors: by hand for two values, one step ahead, w = (-1, 2)."""
    found = stats.linear_projection([10.0, 12.0], [0, 1], 2, level=0.95, standard_errors=[1.0, 2.0])
    assert found.projected == 14
    assert_allclose(found.known_se, math.sqrt(1 + 16 + 2.5), rtol=1e-14)
    assert_allclose(found.upper - 14, 1.959963984540054 * math.sqrt(19.5), rtol=1e-12)
    assert np.isnan(found.se)
    assert found.reason == ""
    assert 0.5 < stats.hit_probability(found, low=12.0) < 1


def test_values_on_a_line_are_not_certain() -> None:
    """Four values of a survey that happen to lie on a line keep the uncertainty of the survey."""
    found = stats.linear_projection([68.0, 69, 70, 71], [2018, 2019, 2020, 2021], 2030, standard_errors=1.2)
    assert found.zero_residual
    assert found.upper - found.lower > 2
    assert 0.4 < stats.hit_probability(found, low=80.0) <= 0.5 + 1e-12
    assert stats.hit_probability(found, low=70.0) < 1


def test_errors_of_zero_say_nothing_more_than_the_residuals() -> None:
    """The floor is 0."""
    y, t = [68.0, 70, 69, 72, 73], range(5)
    found, plain = stats.linear_projection(y, t, 9, standard_errors=0.0), stats.linear_projection(y, t, 9)
    assert (found.lower, found.upper) == (plain.lower, plain.upper)
    assert stats.hit_probability(found, low=75.0) == stats.hit_probability(plain, low=75.0)


def test_errors_that_cannot_be() -> None:
    """A negative or infinite one leaves its series without an interval; that of a missing value is not looked at."""
    y = np.array([[68.0, 70, 69, 72, 73]] * 4)
    y[3, 0] = np.nan
    s = np.ones((4, 5))
    s[0, 1], s[1, 2], s[3, 0] = -1, np.inf, -1
    found = stats.linear_projection(y, range(5), 9, standard_errors=s)
    assert found.reason.tolist() == ["uncertainty_invalid", "uncertainty_invalid", "", ""]
    assert np.isnan(found.upper).tolist() == [True, True, False, False]
    assert np.isfinite(found.projected).all()
    assert np.isnan(stats.hit_probability(found, low=70)).tolist() == [True, True, False, False]


def test_wrong_errors() -> None:
    """Shapes and text are refused."""
    with pytest.raises(ArgumentError, match="standard_errors must have the shape"):
        stats.linear_projection([1.0, 2, 3], range(3), 9, standard_errors=[1.0, 2.0])
    with pytest.raises(ArgumentError, match="standard_errors must be numbers"):
        stats.linear_projection([1.0, 2], range(2), 9, standard_errors=["1", "2"])
    empty = stats.linear_projection(np.empty((2, 0)), [], 9, standard_errors=np.empty((2, 0)))
    assert empty.reason.tolist() == ["too_few_points"] * 2
