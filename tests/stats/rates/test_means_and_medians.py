"""Means and medians: published figures, slow twins, laws."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError

ROWS = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.integers(1, 25)),
    elements=st.sampled_from([*np.arange(-4, 9) / 2, np.nan]),
)


def test_means_agree_with_r(oracles: Path) -> None:
    """30 means of R's t.test, from the values and from what is printed of them; none for one value or equal ones."""
    table = pd.read_csv(oracles / "statistics/own/mean_t.csv")
    assert len(table) == 30
    for row in table.to_dict("records"):
        values = [float(value) for value in row["values"].split()]
        for found in (
            stats.mean_interval(values, confidence=row["conf"]),
            stats.mean_interval_from(row["mean"], row["sd"], row["n"], confidence=row["conf"]),
        ):
            assert found.n.item() == row["n"]
            assert_allclose(found.value, row["mean"], rtol=1e-12)
            assert_allclose(found.sd, row["sd"], rtol=1e-12)
            assert_allclose([found.lower, found.upper], [row["lower"], row["upper"]], rtol=1e-8)
            none = "single_value" if row["n"] == 1 else "constant_values"
            assert found.reason.item() == (none if np.isnan(row["lower"]) else "")


@given(ROWS, st.sampled_from([0.8, 0.95, 0.998]))
def test_means_are_the_slow_ones(values: np.ndarray, confidence: float) -> None:
    """Each row by another implementation, without its gaps."""
    found = stats.mean_interval(values, confidence=confidence)
    for place, row in enumerate(values):
        kept = row[~np.isnan(row)]
        assert found.n[place] == len(kept)
        if len(kept) == 0:
            assert (found.reason[place], found.status[place]) == ("missing_input", "missing")
            continue
        assert_allclose(found.value[place], kept.mean(), rtol=1e-12, atol=1e-13)
        if len(kept) == 1 or np.ptp(kept) == 0:
            assert found.status[place] == "value_only"
            assert np.isnan(found.lower[place])
            assert np.isnan(found.upper[place])
            continue
        interval = scipy_stats.ttest_1samp(kept, 0).confidence_interval(confidence)
        assert_allclose([found.lower[place], found.upper[place]], [interval.low, interval.high], rtol=1e-8, atol=1e-8)
        assert_allclose(found.sd[place], kept.std(ddof=1), rtol=1e-12)


def test_a_high_level_costs_no_digits() -> None:
    """1e9 and a few tenths: the usual difference of two sums would have no digit left; and neither huge nor tiny values do harm."""
    base = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    assert stats.mean_interval(1e9 + base).sd.item() == pytest.approx(0.15811388, rel=1e-6)
    plain = stats.mean_interval(base)
    for power in (-1000, 1000):
        found = stats.mean_interval(np.ldexp(base, power))
        assert_array_equal(found.sd, np.ldexp(plain.sd, power))
        assert_array_equal(found.upper, np.ldexp(plain.upper, power))


def test_equal_decimals_are_equal() -> None:
    """Adding tenths up leaves a rounding error, which is no spread."""
    found = stats.mean_interval(np.full((3, 11), 0.1))
    assert found.value.tolist() == [0.1] * 3
    assert found.sd.tolist() == [0.0] * 3
    assert found.reason.tolist() == ["constant_values"] * 3


def test_a_gap_and_what_is_missing() -> None:
    """A row filled up with gaps is the shorter row; an infinite value is no number."""
    found = stats.mean_interval([[3, np.nan, 5, 8, np.nan], [np.nan] * 5, [1, 2, np.inf, 3, 4]])
    alone = stats.mean_interval([3, 5, 8])
    assert (found.value[0], found.lower[0], found.n[0]) == (alone.value, alone.lower, 3)
    assert found.reason.tolist() == ["", "missing_input", "not_finite"]
    assert stats.mean_interval(np.empty((2, 0))).reason.tolist() == ["missing_input"] * 2
    assert stats.mean_interval(np.empty((0, 4))).value.shape == (0,)


def test_printed_means_that_cannot_be() -> None:
    """Each bad row has its reason, and one good row among them is computed."""
    nan, inf = np.nan, np.inf
    found = stats.mean_interval_from([4, nan, 4, 4, 4, 4, inf], [1, 1, nan, 1, -1, 0, 1], [9, 9, 9, 0, 9, 9, 9])
    assert found.reason.tolist() == [
        *("", "missing_input", "uncertainty_missing", "too_few_points"),
        *("uncertainty_invalid", "constant_values", "not_finite"),
    ]
    assert found.status.tolist() == [
        "ok",
        "missing",
        "value_only",
        "insufficient",
        "invalid",
        "value_only",
        "invalid",
    ]
    assert found.value[2] == 4
    assert np.isnan(found.lower[1:]).all()
    single = stats.mean_interval_from(4, np.nan, 1)
    assert single.reason.item() == "single_value"


@given(ROWS, st.floats(0.1, 100), st.floats(-100, 100))
def test_means_move_with_their_scale(values: np.ndarray, scale: float, shift: float) -> None:
    """Another unit moves value and limits alike, and reasons stay."""
    found, moved = stats.mean_interval(values), stats.mean_interval(values * scale + shift)
    assert_allclose(moved.lower, found.lower * scale + shift, rtol=1e-6, atol=1e-6)
    shuffled = stats.mean_interval(values[:, ::-1])
    assert_allclose(shuffled.upper, found.upper, rtol=1e-12, atol=1e-12)
    assert_array_equal(shuffled.reason, found.reason)


def place_slowly(n: int, confidence: Fraction) -> int:
    """The largest j with P(B < j) at most half of what is left out, counted exactly."""
    total, place = 0, 0
    while place < n:
        total += comb(n, place)
        if Fraction(total, 2**n) > (1 - confidence) / 2:
            break
        place += 1
    return place


@pytest.mark.parametrize("confidence", [Fraction(1, 2), Fraction(4, 5), Fraction(19, 20), Fraction(499, 500)])
def test_places_are_counted_exactly(confidence: Fraction) -> None:
    """For each number of values up to 200 the limits are where exact counting puts them, and so is what they cover."""
    for n in range(1, 200):
        found = stats.median_interval(np.arange(n), confidence=float(confidence))
        place = place_slowly(n, confidence)
        assert found.place.item() == place
        assert found.value.item() == (n - 1) / 2
        if place == 0:
            assert found.reason.item() == "interval_not_attainable"
            assert np.isnan(found.lower.item())
            continue
        assert (found.lower.item(), found.upper.item()) == (place - 1, n - place)
        outside = Fraction(sum(comb(n, k) for k in range(place)), 2 ** (n - 1))
        assert found.coverage.item() == pytest.approx(float(1 - outside), rel=1e-12)
        assert found.coverage.item() >= float(confidence) - 1e-12


def test_a_published_interval_of_a_median() -> None:
    """The table of places for 95 % that textbooks print: 6, 9, 12, 15, 17 and 20 values."""
    sizes = {5: 0, 6: 1, 8: 1, 9: 2, 11: 2, 12: 3, 15: 4, 17: 5, 20: 6, 25: 8, 50: 18, 100: 40}
    for n, place in sizes.items():
        assert stats.median_interval(np.zeros(n)).place.item() == place


@given(ROWS)
def test_medians_are_the_slow_ones(values: np.ndarray) -> None:
    """Each row by itself, without its gaps; order does not matter."""
    found = stats.median_interval(values)
    for place, row in enumerate(values):
        kept = np.sort(row[~np.isnan(row)])
        assert found.n[place] == len(kept)
        if len(kept) == 0:
            assert found.reason[place] == "missing_input"
            continue
        assert found.value[place] == np.median(kept)
        j = place_slowly(len(kept), Fraction(19, 20))
        if j:
            assert (found.lower[place], found.upper[place]) == (kept[j - 1], kept[len(kept) - j])
    assert stats.median_interval(values[:, ::-1]) == found


def test_a_million_values() -> None:
    """The search for the place does not count them one by one."""
    found = stats.median_interval(np.arange(1_000_001.0))
    assert found.value.item() == 500_000
    assert found.upper.item() - 500_000 == pytest.approx(1.959964 * 500, rel=2e-3)


def test_equal_values_have_a_median_with_limits() -> None:
    """Unlike the mean: the order statistics cover the median of any distribution."""
    found = stats.median_interval([4.0] * 6)
    assert (found.lower.item(), found.upper.item(), found.status.item()) == (4.0, 4.0, "ok")


def test_wrong_arguments() -> None:
    """Only these raise."""
    with pytest.raises(ArgumentError, match="sd must have the shape"):
        stats.mean_interval_from([1, 2], [1, 2, 3], 4)
    for function in (stats.mean_interval, stats.median_interval):
        with pytest.raises(ArgumentError, match="confidence"):
            function([1, 2], confidence=1.0)
        with pytest.raises(ArgumentError, match="values must be numbers"):
            function(["a"])
