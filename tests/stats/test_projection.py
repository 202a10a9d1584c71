"""Straight lines carried on: R's figures, slow twins, laws, edges."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats._projected import student_quantile

YEARS = np.arange(2018, 2024)
READING = [68, 70, 69, 72, 73, 71]


@st.composite
def series(draw: st.DrawFn) -> tuple[list[float], list[float], float]:
    """Draw values, distinct unsorted times with gaps, and a later time."""
    times = draw(st.lists(st.integers(2000, 2040), min_size=4, max_size=20, unique=True))
    value = st.integers(-1000, 1000).map(lambda tenths: tenths / 10)
    values = draw(st.lists(value, min_size=len(times), max_size=len(times)))
    return values, [float(t) for t in times], draw(st.integers(2041, 2060))


def test_agrees_with_r(oracles: Path, calibration: Any, subtests: pytest.Subtests) -> None:
    """25 series of R's lm, predict and pt: drawn, exact, constant, huge, tiny, quarterly, monthly."""
    cases = calibration("_tracking_cases").cases(oracles / "tracking", "own_projection.json")
    assert len(cases) == 25
    for case in cases:
        with subtests.test(case["case_id"], note=case["note"]):
            assert calibration("_figure_cases").line_differences(case) == {}


def test_student_quantiles_agree_with_r(oracles: Path) -> None:
    """The half-widths have the digits of R's qt, also where older versions of SciPy have nine."""
    table = pd.read_csv(oracles / "statistics/own/special_functions.csv")
    for row in table[table["function"] == "t_ppf"].to_dict("records"):
        level = 1 - 2 * min(row["x"], 1 - row["x"])
        found = student_quantile(np.array([int(row["param1"])]), level)
        assert_allclose(found, abs(row["value"]), rtol=1e-12, err_msg=row["case_id"])


@given(series(), st.sampled_from([0.5, 0.8, 0.95]))
def test_is_the_slow_line(drawn: tuple[list[float], list[float], float], level: float) -> None:
    """The textbook, with another least-squares routine and another t distribution."""
    y, t, at = drawn
    found = stats.linear_projection(y, t, at, level=level)
    shifted = np.array(t) - 2000
    slope, intercept = np.polyfit(shifted, y, 1)
    n, sxx = len(y), ((shifted - shifted.mean()) ** 2).sum()
    rss = ((np.array(y) - intercept - slope * shifted) ** 2).sum()
    se = math.sqrt(rss / (n - 2) * (1 + 1 / n + (at - 2000 - shifted.mean()) ** 2 / sxx))
    middle, half = intercept + slope * (at - 2000), scipy_stats.t.ppf((1 + level) / 2, n - 2) * se
    scale = 1e-9 * (1 + max(map(abs, y))) * 100
    assert_allclose(found.slope, slope, atol=scale)
    assert_allclose(found.projected, middle, atol=scale)
    assert_allclose([found.lower, found.upper], [middle - half, middle + half], atol=scale * 100)
    assert_allclose(found.slope, scipy_stats.linregress(t, y).slope, atol=scale)


@given(series(), st.floats(-200, 200), st.floats(0, 50), st.floats(0, 5))
def test_probability_is_the_slow_one(
    drawn: tuple[list[float], list[float], float], low: float, width: float, tolerance: float
) -> None:
    """Bands and one-sided regions are areas under Student's t around the projected value."""
    y, t, at = drawn
    found = stats.linear_projection(y, t, at)
    if found.zero_residual:
        return
    shape = scipy_stats.t(found.df, found.projected, found.se)
    high = low + width
    band = shape.cdf(high + tolerance) - shape.cdf(low - tolerance)
    assert_allclose(stats.hit_probability(found, low=low, high=high, tolerance=tolerance), band, atol=1e-12)
    assert_allclose(stats.hit_probability(found, low=low, tolerance=tolerance), shape.sf(low - tolerance), rtol=1e-9)
    assert_allclose(stats.hit_probability(found, high=high), shape.cdf(high), rtol=1e-9)


@given(series(), st.floats(-200, 200))
def test_arrival_lies_on_the_line(drawn: tuple[list[float], list[float], float], target: float) -> None:
    """Where the line arrives it has the target's value, and it arrives only if it heads there."""
    y, t, at = drawn
    found = stats.linear_projection(y, t, at)
    arrival = stats.arrival_time(found, low=target).item()
    if math.isnan(arrival):
        assert found.fitted_last < target
        assert found.slope * (max(t) - min(t)) <= 1e-9 * max(abs(target), found.largest)
    elif arrival > max(t):
        value = found.fitted_last + found.slope * (arrival - max(t))
        assert_allclose(value, target, rtol=1e-9, atol=1e-9)
    else:
        assert arrival == max(t)
        assert found.fitted_last >= target - 1e-6


@given(series(), st.floats(-5, 5).filter(lambda scale: abs(scale) > 0.01), st.floats(-100, 100))
def test_laws_of_scale_and_shift(drawn: tuple[list[float], list[float], float], scale: float, shift: float) -> None:
    """Units, an added constant, the order of the observations and missing ones do not matter."""
    y, t, at = drawn
    found = stats.linear_projection(y, t, at)
    moved = stats.linear_projection(np.array(y) * scale + shift, t, at)
    size = 1e-8 * (1 + max(map(abs, y)) * 50) * (1 + abs(scale)) + 1e-8 * abs(shift)
    assert_allclose(moved.projected, found.projected * scale + shift, atol=size)
    assert_allclose(moved.se, found.se * abs(scale), atol=size)
    turned = stats.linear_projection([*y[::-1], math.nan], [*t[::-1], 2030.5], at)
    assert_allclose(turned.upper, found.upper, atol=size)
    assert turned.first_time == min(t)
    years_as_months = stats.linear_projection(y, np.array(t) * 12, at * 12)
    assert_allclose(years_as_months.projected, found.projected, atol=size)
    assert_allclose(years_as_months.slope * 12, found.slope, atol=size)


def test_large_numbers_keep_small_changes() -> None:
    """A level of billions costs no digits: the slope is that of the same series without the level."""
    changes = np.array([0.0, 1e6, 2.5e6, 2e6, 4e6, 5.5e6])
    plain = stats.linear_projection(changes, YEARS, 2030)
    lifted = stats.linear_projection(changes + 5.8e9, YEARS, 2030)
    assert_allclose(lifted.slope, plain.slope, rtol=1e-14)
    assert_allclose(lifted.se, plain.se, rtol=1e-14)
    assert_allclose(lifted.projected - 5.8e9, plain.projected, rtol=1e-9)


def test_few_points() -> None:
    """No line from one value, a line from two, least squares from three, an interval from four."""
    nan = math.nan
    rows = [[nan] * 4, [1, nan, nan, nan], [1, nan, 3, nan], [1, 2, 6, nan], [1, 2, 6, 7]]
    found = stats.linear_projection(rows, [0, 1, 2, 3], 5)
    assert found.reason.tolist() == ["too_few_points", "too_few_points", "no_interval", "no_interval", ""]
    assert_array_equal(found.n, [0, 1, 2, 3, 4])
    assert_array_equal(found.df, [0, 0, 0, 1, 2])
    assert_allclose(found.slope, [nan, nan, 1.0, 2.5, 2.2])
    assert_allclose(found.projected, [nan, nan, 6.0, 13.0, 11.7])
    assert np.isnan(found.se).tolist() == [True, True, True, True, False]
    assert np.isnan(found.lower).tolist() == [True, True, True, True, False]
    assert_allclose(found.first_time, [nan, 0, 0, 0, 0])
    assert_allclose(found.last_time, [nan, 0, 2, 2, 3])
    assert_allclose(found.fitted_first, [nan, nan, 1.0, 0.5, 0.7])
    assert_allclose(stats.hit_probability(found, low=0)[:4], nan)


def test_bad_series_do_not_touch_their_neighbours() -> None:
    """Infinite values, one time only, and no time to project to have reasons; the good row is as if alone."""
    y = np.array([READING, READING, READING, READING, READING], dtype=float)
    t = np.array([YEARS] * 5, dtype=float)
    y[0, 2], t[1] = np.inf, 2020.0
    found = stats.linear_projection(y, t, [2030, 2030, math.nan, math.inf, 2030])
    assert found.reason.tolist() == ["not_finite", "no_time_span", "missing_input", "not_finite", ""]
    assert np.isnan(found.projected).tolist() == [True, True, True, True, False]
    assert not math.isnan(found.slope[2])
    alone = stats.linear_projection(READING, YEARS, 2030)
    assert found.upper[4] == alone.upper
    assert np.isnan(found.slope[:2]).all()
    assert np.isnan(found.se[:4]).all()
    assert np.isnan(found.fitted_first[:2]).all()
    assert np.isnan(stats.arrival_time(found, low=80)[:2]).all()


def test_time_missing_means_pair_missing() -> None:
    """A value without a time is left out."""
    found = stats.linear_projection([*READING, 999], [*YEARS, math.nan], 2030)
    assert found.projected == stats.linear_projection(READING, YEARS, 2030).projected


def test_exact_line() -> None:
    """68 to 73 in six years reaches 80 in 2030: an interval of no width, certainty in words only."""
    found = stats.linear_projection([68, 69, 70, 71, 72, 73], YEARS, 2030)
    assert (found.projected, found.lower, found.upper, found.se) == (80, 80, 80, 0)
    assert found.zero_residual
    assert stats.hit_probability(found, low=80) == 1
    assert stats.hit_probability(found, low=80.1) == 0
    assert stats.hit_probability(found, low=80.1, tolerance=0.1) == 1
    assert stats.hit_probability(found, high=79) == 0
    assert stats.arrival_time(found, low=80) == 2030


def test_rounding_noise_is_an_exact_line() -> None:
    """Tenths in binary floats do not make an interval."""
    found = stats.linear_projection(np.array([1, 2, 3, 4, 5, 6]) * 0.1, YEARS, 2030)
    assert found.zero_residual
    assert_allclose(found.projected, 1.3, rtol=1e-12)
    assert stats.hit_probability(found, low=1.3) == 1


def test_arrival_in_bands() -> None:
    """The near edge counts; inside is now; standing still and moving away are never."""
    found = stats.linear_projection([10, 12, 14, 16], [0, 1, 2, 3], 9)
    assert stats.arrival_time(found, low=20, high=30) == 5
    assert stats.arrival_time(found, low=15, high=17) == 3
    assert math.isnan(stats.arrival_time(found, low=2, high=9))
    assert math.isnan(stats.arrival_time(found, high=9))
    assert stats.arrival_time(found, low=16.5, tolerance=0.5) == 3
    assert stats.arrival_time(found, low=20, tolerance=0.5) == 5
    flat = stats.linear_projection([10, 10, 10, 10], [0, 1, 2, 3], 9)
    assert math.isnan(stats.arrival_time(flat, low=11))
    assert stats.arrival_time(flat, low=9) == 3


def test_targets_per_series() -> None:
    """Each series has its own target; a missing or impossible one gives NaN."""
    found = stats.linear_projection([READING] * 4, YEARS, [2030, 2031, 2030, 2030])
    probability = stats.hit_probability(found, low=[75, 75, math.nan, 90], high=[math.inf, math.inf, 80, 80])
    assert np.isnan(probability).tolist() == [False, False, True, True]
    assert np.isnan(stats.arrival_time(found, low=[75, 75, math.nan, 90], high=[99, 99, 99, 80])).tolist() == [
        False,
        False,
        True,
        True,
    ]


def test_small_probabilities_keep_their_digits() -> None:
    """Far tails are computed from their own side, never as 1 minus the rest."""
    y = 50 + np.tile([-0.5, 0.5], 30)
    found = stats.linear_projection(y, np.arange(60), 61)
    tail = stats.hit_probability(found, low=70).item()
    assert_allclose(tail, scipy_stats.t.sf((70 - found.projected) / found.se, 58), rtol=1e-9)
    assert 0 < tail < 1e-30
    band = stats.hit_probability(found, low=70, high=72).item()
    assert 0 < band < tail


def test_shapes() -> None:
    """One series, many, none, and no period at all."""
    assert stats.linear_projection(READING, YEARS, 2030).slope.shape == ()
    assert stats.linear_projection([[READING] * 3] * 2, YEARS, 2030).upper.shape == (2, 3)
    assert stats.linear_projection(np.empty((0, 6)), YEARS, 2030).reason.shape == (0,)
    empty = stats.linear_projection(np.empty((2, 0)), [], 2030)
    assert empty.reason.tolist() == ["too_few_points"] * 2
    assert stats.hit_probability(empty, low=1).shape == (2,)


def test_blocks_do_not_show() -> None:
    """A series has the same bits alone and among ten thousand."""
    rng = np.random.default_rng(3)
    y = rng.normal(size=(10_000, 24))
    y[rng.random(y.shape) < 0.2] = np.nan
    whole = stats.linear_projection(y, np.arange(24), 30)
    for row in (0, 2_729, 2_730, 2_731, 9_999):
        alone = stats.linear_projection(y[row], np.arange(24), 30)
        assert alone.lower == whole.lower[row]


def test_inputs_are_not_changed() -> None:
    """Read-only arrays are enough, and the result does not share memory with them."""
    y, t, at = np.array(READING, float), YEARS.astype(float), np.array(2030.0)
    for array in (y, t, at):
        array.flags.writeable = False
    found = stats.linear_projection(y, t, at)
    assert not np.shares_memory(found.at, at)


def test_wrong_arguments() -> None:
    """Level, shapes and text are checked."""
    with pytest.raises(ArgumentError, match="level must lie between 0 and 1"):
        stats.linear_projection(READING, YEARS, 2030, level=80)
    with pytest.raises(ArgumentError, match="times must have the shape"):
        stats.linear_projection(READING, [2018, 2019], 2030)
    with pytest.raises(ArgumentError, match="at must have the shape"):
        stats.linear_projection([READING] * 3, YEARS, [2030, 2031])
    with pytest.raises(ArgumentError, match="values must be numbers"):
        stats.linear_projection(["68", "70"], [2018, 2019], 2030)
    with pytest.raises(ArgumentError, match="values must have the shape"):
        stats.linear_projection(70, 2018, 2030)
    with pytest.raises(ArgumentError, match="low must have the shape"):
        stats.hit_probability(stats.linear_projection(READING, YEARS, 2030), low=[1, 2])
