"""Intervals for proportions and counts: published figures, other implementations, definitions, laws."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError

CONFIDENCES = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.998])
COUNTS = st.integers(0, 10**7)


@st.composite
def proportions(draw: st.DrawFn) -> tuple[int, int]:
    """Draw a numerator and a denominator that holds it."""
    n = draw(st.integers(1, 10**7))
    return draw(st.integers(0, n)), n


def wilson_slowly(x: int, n: int, confidence: float) -> tuple[float, float]:
    """Work the textbook formula with fifty digits, where cancellation costs nothing."""
    with localcontext() as context:
        context.prec = 50
        z = Decimal(-float(special.ndtri((1 - confidence) / 2)))
        p, size = Decimal(x) / n, Decimal(n)
        middle = p + z * z / (2 * size)
        half = z * (p * (1 - p) / size + z * z / (4 * size * size)).sqrt()
        whole = 1 + z * z / size
        return float((middle - half) / whole), float((middle + half) / whole)


def test_wilson_agrees_with_r(oracles: Path) -> None:
    """124 intervals of R's prop.test, from 1 to a million, 0 and n among them."""
    table = pd.read_csv(oracles / "statistics/own/ci_proportion.csv")
    for confidence, rows in table.groupby("conf"):
        found = stats.wilson_interval(rows["x"], rows["n"], confidence=float(str(confidence)))
        assert_allclose(found.value, rows["p"], rtol=1e-12)
        assert_allclose(found.lower, rows["wilson_lower"], rtol=1e-12, atol=1e-18)
        assert_allclose(found.upper, rows["wilson_upper"], rtol=1e-12)


def test_counts_agree_with_r(oracles: Path) -> None:
    """41 exact and Byar intervals; Byar's lower limit is missing exactly where R's is."""
    table = pd.read_csv(oracles / "statistics/own/ci_count.csv")
    for confidence, rows in table.groupby("conf"):
        exact = stats.poisson_interval(rows["x"], confidence=float(str(confidence)))
        byar = stats.byar_interval(rows["x"], confidence=float(str(confidence)))
        assert_allclose(exact.lower, rows["exact_lower"], rtol=1e-11)
        assert_allclose(exact.upper, rows["exact_upper"], rtol=1e-11)
        assert_allclose(byar.lower, rows["byar_lower"], rtol=1e-11)
        assert_allclose(byar.upper, rows["byar_upper"], rtol=1e-11)


def test_published_english_figures(oracles: Path) -> None:
    """Test cases of Public Health England, a fractional count among them."""
    table = pd.read_csv(oracles / "statistics/published/phe_byar_wilson.csv")
    for row in table.to_dict("records"):
        confidence = float(row["confidence"].rstrip("%")) / 100
        if row["method"] == "Wilson":
            found = stats.wilson_interval(row["x"], row["n"], confidence=confidence)
        else:
            found = stats.byar_interval(row["x"], confidence=confidence)
        assert_allclose([found.lower.item(), found.upper.item()], [row["lower"], row["upper"]], rtol=1e-9)


def test_special_functions(oracles: Path) -> None:
    """The quantiles and tails that the kernels rely on have the digits of R."""
    table = pd.read_csv(oracles / "statistics/own/special_functions.csv").set_index("function")
    ours = {
        "norm_ppf": lambda rows: special.ndtri(rows["x"]),
        "norm_sf": lambda rows: special.ndtr(-rows["x"]),
        "chi2_ppf": lambda rows: 2 * special.gammaincinv(rows["param1"] / 2, rows["x"]),
    }
    for name, function in ours.items():
        rows = table.loc[name]
        assert_allclose(function(rows), rows["value"], rtol=1e-9, err_msg=name)


@given(proportions(), CONFIDENCES)
def test_wilson_is_the_slow_formula(pair: tuple[int, int], confidence: float) -> None:
    """No digit is lost to cancellation, however extreme the share."""
    found = stats.wilson_interval(*pair, confidence=confidence)
    lower, upper = wilson_slowly(*pair, confidence)
    assert_allclose(found.upper.item(), upper, rtol=1e-14)
    assert_allclose(found.lower.item(), lower, rtol=1e-14, atol=1e-45)


@given(proportions(), CONFIDENCES)
def test_wilson_agrees_with_scipy(pair: tuple[int, int], confidence: float) -> None:
    """Another implementation gives the same limits."""
    found = stats.wilson_interval(*pair, confidence=confidence)
    other = scipy_stats.binomtest(*pair).proportion_ci(confidence, method="wilson")
    assert_allclose([found.lower.item(), found.upper.item()], [other.low, other.high], rtol=1e-9, atol=1e-14)


@given(COUNTS, CONFIDENCES)
def test_poisson_agrees_with_chi_squared(count: int, confidence: float) -> None:
    """The gamma quantiles are half chi-squared quantiles."""
    found = stats.poisson_interval(count, confidence=confidence)
    tail = (1 - confidence) / 2
    lower = scipy_stats.chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    upper = scipy_stats.chi2.isf(tail, 2 * count + 2) / 2
    assert_allclose([found.lower.item(), found.upper.item()], [lower, upper], rtol=1e-9)


@given(st.integers(0, 2_000), CONFIDENCES)
def test_poisson_limits_have_their_tails(count: int, confidence: float) -> None:
    """Under each limit a count as extreme has exactly half of what the interval leaves out."""
    found, tail = stats.poisson_interval(count, confidence=confidence), (1 - confidence) / 2
    assert_allclose(special.pdtr(count, found.upper.item()), tail, rtol=1e-9)
    if count:
        assert_allclose(special.pdtrc(count - 1, found.lower.item()), tail, rtol=1e-9)


@given(proportions(), st.floats(1e-6, 1 - 1e-6), CONFIDENCES)
def test_wilson_is_dual_to_the_score_test(pair: tuple[int, int], reference: float, confidence: float) -> None:
    """A reference lies outside exactly when the score test rejects it."""
    x, n = pair
    found, z = stats.wilson_interval(x, n, confidence=confidence), -float(special.ndtri((1 - confidence) / 2))
    score = abs(x / n - reference) / np.sqrt(reference * (1 - reference) / n)
    if abs(score - z) > 1e-6 * z:
        outside = reference < found.lower.item() or reference > found.upper.item()
        assert outside == (score > z)


@given(st.lists(proportions(), min_size=1, max_size=20), CONFIDENCES)
def test_wilson_laws(pairs: list[tuple[int, int]], confidence: float) -> None:
    """Limits enclose the share, stay inside 0 to 1, mirror it, and widen with the confidence."""
    x, n = (np.array(column) for column in zip(*pairs, strict=True))
    found = stats.wilson_interval(x, n, confidence=confidence)
    assert np.all((found.lower >= 0) & (found.lower <= found.value) & (found.value <= found.upper))
    assert np.all(found.upper <= 1)
    assert_array_equal(found.lower == 0, x == 0)
    assert_array_equal(found.upper[x == n], 1)
    mirror = stats.wilson_interval(n - x, n, confidence=confidence)
    assert_allclose(1 - mirror.lower, found.upper, atol=1e-15)
    wider = stats.wilson_interval(x, n, confidence=0.999)
    assert np.all(wider.lower <= found.lower)
    assert np.all(wider.upper >= found.upper)
    more = stats.wilson_interval(2 * x, 2 * n, confidence=confidence)
    assert np.all(more.upper - more.lower < found.upper - found.lower)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.998])
@pytest.mark.parametrize("interval", [stats.poisson_interval, stats.byar_interval])
def test_count_laws(interval: Callable[..., stats.Interval], confidence: float) -> None:
    """Limits rise with the count and enclose it."""
    count = np.arange(0, 5_000)
    found = interval(count, confidence=confidence)
    there = ~np.isnan(found.lower)
    assert np.all(np.diff(found.upper) > 0)
    assert np.all(np.diff(found.lower[there]) > 0)
    assert np.all(found.lower[there] <= count[there])
    assert np.all(found.upper > count)
    assert np.all(found.lower[there] >= 0)


def test_upper_limit_is_one_for_every_size() -> None:
    """The plain formula passes 1 by a rounding error for a thousand of these sizes."""
    n = np.arange(1, 20_001)
    found = stats.wilson_interval(n, n)
    assert_array_equal(found.upper, 1)
    assert_array_equal(stats.wilson_interval(0, n).lower, 0)


def test_bad_elements_never_stop_the_good_ones() -> None:
    """Each bad row is NaN with its reason; one good row among them is computed."""
    nan, inf = np.nan, np.inf
    x = [nan, 1, inf, 1, -1, 1, 0, 5, 18]
    n = [10, nan, 10, inf, 10, -1, 0, 4, 24]
    found = stats.wilson_interval(x, n)
    assert found.reason.tolist() == [
        "missing_input",
        "missing_input",
        "not_finite",
        "not_finite",
        "negative_input",
        "negative_input",
        "zero_denominator",
        "numerator_exceeds_denominator",
        "",
    ]
    assert np.isnan(found.value[:-1]).all()
    assert np.isnan(found.lower[:-1]).all()
    assert np.isnan(found.upper[:-1]).all()
    assert found.lower[-1].round(6) == 0.551006


@pytest.mark.parametrize("interval", [stats.poisson_interval, stats.byar_interval])
def test_bad_counts(interval: Callable[..., stats.Interval]) -> None:
    """Missing, infinite and negative counts have their reasons."""
    found = interval([np.nan, np.inf, -1, -0.5, 12])
    assert found.reason.tolist() == ["missing_input", "not_finite", "negative_input", "negative_input", ""]
    assert np.isnan(found.upper).tolist() == [True] * 4 + [False]


def test_byar_lower_limit_is_missing_not_negative() -> None:
    """At 99.8 % one event has no lower limit, but an upper one."""
    found = stats.byar_interval([0, 1, 2], confidence=0.998)
    assert found.reason.tolist() == ["lower_undefined", "lower_undefined", ""]
    assert np.isnan(found.lower).tolist() == [True, True, False]
    assert not np.isnan(found.upper).any()


def test_byar_of_fifty() -> None:
    """A known implementation passes 1 - confidence on and gives 49.2 to 51.1 here."""
    found = stats.byar_interval(50)
    assert (found.lower.round(1).item(), found.upper.round(1).item()) == (37.1, 65.9)


def test_shapes_broadcast() -> None:
    """One denominator for a table of numerators, a scalar, and nothing at all."""
    assert stats.wilson_interval(np.ones((3, 4)), 10).lower.shape == (3, 4)
    assert stats.wilson_interval(np.ones((3, 1)), np.full(5, 7)).reason.shape == (3, 5)
    assert stats.wilson_interval(1, 2).upper.shape == ()
    assert stats.poisson_interval([]).lower.shape == (0,)


def test_blocks_do_not_show() -> None:
    """Results are the same whether elements share a block or not, in any memory order."""
    n = np.arange(1, 200_001)
    x = n // 3
    whole = stats.wilson_interval(x, n)
    assert_array_equal(whole.lower[100_000:], stats.wilson_interval(x[100_000:], n[100_000:]).lower)
    square = stats.wilson_interval(x.reshape(400, 500).T, n.reshape(400, 500).T)
    assert_array_equal(square.upper.T.ravel(), whole.upper)
    assert_array_equal(stats.poisson_interval(x[::-1]).upper, stats.poisson_interval(x).upper[::-1])


def test_inputs_are_not_changed() -> None:
    """Read-only arrays are enough."""
    x, n = np.array([1.0, np.nan, 4.0]), np.array([3.0, 3.0, 3.0])
    x.flags.writeable = n.flags.writeable = False
    stats.wilson_interval(x, n)
    stats.byar_interval(x)
    stats.poisson_interval(x)


@pytest.mark.parametrize("confidence", [0, 1, -0.1, 95, float("nan"), "0.95", None, True])
def test_wrong_confidence(confidence: float) -> None:
    """A confidence outside 0 to 1 is the caller's mistake."""
    with pytest.raises(ArgumentError, match="confidence must lie between 0 and 1"):
        stats.wilson_interval(1, 2, confidence=confidence)
    with pytest.raises(ArgumentError, match="confidence must lie between 0 and 1"):
        stats.poisson_interval(1, confidence=confidence)
    with pytest.raises(ArgumentError, match="confidence must lie between 0 and 1"):
        stats.byar_interval(1, confidence=confidence)


def test_wrong_arrays() -> None:
    """Text is not a number, and shapes must fit."""
    with pytest.raises(ArgumentError, match="numerator must be numbers"):
        stats.wilson_interval(["18"], [24])
    with pytest.raises(ArgumentError, match="denominator must have the shape"):
        stats.wilson_interval([1, 2, 3], [4, 5])
