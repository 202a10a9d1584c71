"""Proportions by any method: published figures, other implementations, laws."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

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
from maalbib.stats.rates._proportions import ProportionMethod

METHODS = get_args(ProportionMethod)
CONFIDENCES = st.sampled_from([0.8, 0.9, 0.95, 0.99, 0.998])
TOLERANCE = {"wilson": 1e-12}


@st.composite
def proportions(draw: st.DrawFn) -> tuple[int, int]:
    """Draw a numerator and a denominator that holds it."""
    n = draw(st.integers(1, 100_000))
    return draw(st.integers(0, n)), n


@pytest.mark.parametrize("method", [method for method in METHODS if method != "wald"])
def test_agrees_with_r(oracles: Path, method: ProportionMethod) -> None:
    """124 intervals of each method, from 1 to a million, 0 and n among them; Agresti and Coull's is cut at 0 and 1."""
    table = pd.read_csv(oracles / "statistics/own/ci_proportion.csv")
    assert len(table) == 124
    for confidence, rows in table.groupby("conf"):
        found = stats.proportion_interval(rows["x"], rows["n"], method=method, confidence=float(str(confidence)))
        there = rows[f"{method}_lower"].notna().to_numpy()
        for limit in ("lower", "upper"):
            wanted = np.clip(rows[f"{method}_{limit}"].to_numpy(), 0, 1)
            close = TOLERANCE.get(method, 1e-9)
            assert_allclose(getattr(found, limit)[there], wanted[there], rtol=close, atol=1e-18, err_msg=method)
        assert not np.isnan(found.lower).any()


def test_continuity_is_corrected_at_one_half_too(oracles: Path) -> None:
    """R drops the correction where x is n/2, so its file has no limits there; ours corrects there as everywhere."""
    table = pd.read_csv(oracles / "statistics/own/ci_proportion.csv")
    halves = table[2 * table["x"] == table["n"]]
    assert halves["wilson_cc_lower"].isna().all()
    assert len(halves) > 5
    found = stats.proportion_interval(halves["x"], halves["n"], method="wilson_cc")
    plain = stats.wilson_interval(halves["x"], halves["n"])
    assert np.all(found.lower < plain.lower)
    assert np.all(found.upper > plain.upper)
    around = stats.proportion_interval([49, 50, 51], 100, method="wilson_cc")
    width = around.upper - around.lower
    assert width[1] == pytest.approx(width[0], rel=1e-3)


def test_special_functions(oracles: Path) -> None:
    """The quantiles and tails that these kernels rely on have the digits of R, in every row of the file."""
    table = pd.read_csv(oracles / "statistics/own/special_functions.csv")
    ours = {
        "norm_ppf": lambda rows: special.ndtri(rows["x"]),
        "norm_sf": lambda rows: special.ndtr(-rows["x"]),
        "chi2_ppf": lambda rows: 2 * special.gammaincinv(rows["param1"] / 2, rows["x"]),
        "chi2_sf": lambda rows: special.gammaincc(rows["param1"] / 2, rows["x"] / 2),
        "beta_ppf": lambda rows: special.betaincinv(rows["param1"], rows["param2"], rows["x"]),
        "t_ppf": lambda rows: student(rows["param1"].to_numpy(), rows["x"].to_numpy()),
        "f_ppf": lambda rows: special.fdtri(rows["param1"], rows["param2"], rows["x"]),
        "binom_ppf_half": halved,
    }
    assert set(table["function"]) == set(ours)
    for name, rows in table.groupby("function"):
        assert_allclose(ours[str(name)](rows), rows["value"], rtol=1e-9, atol=1e-15, err_msg=str(name))


def student(df: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Student's quantiles by the function that the means use."""
    from maalbib.stats._projected import student_quantile

    found = [
        np.sign(q - 0.5) * student_quantile(np.array([d]), abs(2 * q - 1))[0] if q != 0.5 else 0.0
        for d, q in zip(df, share, strict=True)
    ]
    return np.array(found)


def halved(rows: pd.DataFrame) -> list[int]:
    """Quantiles of a binomial with one half, counted."""
    return [
        next(k for k in range(int(n) + 1) if special.bdtr(k, int(n), 0.5) >= share * (1 - 1e-12))
        for n, share in zip(rows["param1"], rows["x"], strict=True)
    ]


@given(proportions(), CONFIDENCES)
def test_agrees_with_scipy(pair: tuple[int, int], confidence: float) -> None:
    """Another implementation gives the same limits."""
    test = scipy_stats.binomtest(*pair)
    for method, theirs in (("clopper_pearson", "exact"), ("wilson", "wilson"), ("wilson_cc", "wilsoncc")):
        found = stats.proportion_interval(*pair, method=method, confidence=confidence)
        other = test.proportion_ci(confidence, method=theirs)
        assert_allclose([found.lower.item(), found.upper.item()], [other.low, other.high], rtol=1e-9, atol=1e-11)
    beta = scipy_stats.beta(pair[0] + 0.5, pair[1] - pair[0] + 0.5)
    found = stats.proportion_interval(*pair, method="jeffreys", confidence=confidence)
    if 0 < pair[0] < pair[1]:
        assert_allclose(found.lower.item(), beta.ppf((1 - confidence) / 2), rtol=1e-9)
        assert_allclose(found.upper.item(), beta.isf((1 - confidence) / 2), rtol=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(st.lists(proportions(), min_size=1, max_size=20), CONFIDENCES)
def test_laws(method: ProportionMethod, pairs: list[tuple[int, int]], confidence: float) -> None:
    """Limits enclose the share, stay inside 0 to 1, mirror it, widen with the confidence and narrow with the numbers."""
    x, n = (np.array(column) for column in zip(*pairs, strict=True))
    found = stats.proportion_interval(x, n, method=method, confidence=confidence)
    there = ~np.isnan(found.lower)
    assert there.all() or method == "wald"
    assert_array_equal(there, found.reason == "")
    low, value, high = found.lower[there], found.value[there], found.upper[there]
    assert np.all((low >= 0) & (low <= value) & (value <= high) & (high <= 1))
    mirror = stats.proportion_interval(n - x, n, method=method, confidence=confidence)
    assert_allclose(1 - mirror.lower, found.upper, atol=1e-12)
    wider = stats.proportion_interval(x, n, method=method, confidence=0.999)
    assert np.all(wider.lower[there] <= low)
    assert np.all(wider.upper[there] >= high)
    more = stats.proportion_interval(2 * x, 2 * n, method=method, confidence=confidence)
    width = (more.upper - more.lower)[there]
    assert np.all((width < high - low) | ((width == 1) & (high - low == 1)))  # Wald's may be cut at both ends


@pytest.mark.parametrize("method", METHODS)
def test_limits_rise_with_the_numerator(method: ProportionMethod) -> None:
    """One more of as many never lowers a limit."""
    for n in (1, 7, 40, 400):
        found = stats.proportion_interval(np.arange(n + 1), n, method=method)
        there = ~np.isnan(found.lower)
        if method != "wald":  # its intervals grow so fast from the ends that they fall back
            assert np.all(np.diff(found.lower[there]) >= 0)
            assert np.all(np.diff(found.upper[there]) >= 0)


def test_clopper_pearson_holds_its_tails() -> None:
    """At each limit a share as extreme has exactly half of what the interval leaves out."""
    x, n = np.arange(1, 40), 40
    found = stats.proportion_interval(x, n, method="clopper_pearson")
    assert_allclose(special.bdtrc(x - 1, n, found.lower), 0.025, rtol=1e-9)
    assert_allclose(special.bdtr(x, n, found.upper), 0.025, rtol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_rows_do_not_depend_on_each_other(method: ProportionMethod) -> None:
    """A bad row changes only itself, and many rows give what one gives."""
    x, n = [np.nan, 3, -1, 5, 2, 1, 7], [4, 8, 4, 4, 0, np.inf, 30]
    found = stats.proportion_interval(x, n, method=method)
    assert found.reason.tolist() == [
        *("missing_input", "", "negative_input", "numerator_exceeds_denominator"),
        *("zero_denominator", "not_finite", ""),
    ]
    assert found.status.tolist() == ["missing", "ok", "invalid", "invalid", "invalid", "invalid", "ok"]
    assert np.isnan(found.value[found.reason != ""]).all()
    for place in (1, 6):
        alone = stats.proportion_interval(x[place], n[place], method=method)
        assert (alone.lower.item(), alone.upper.item()) == (found.lower[place], found.upper[place])


def test_blocks_leave_no_seam() -> None:
    """More rows than fit a block, integers and an order of their own, give what each gives alone."""
    rng = np.random.default_rng(3)
    n = rng.integers(1, 300, (3, 30_000)).astype(np.int32)
    x = np.asfortranarray(rng.binomial(n, 0.2))
    for method in METHODS:
        found = stats.proportion_interval(x, n, method=method)
        some = (np.array([0, 1, 2, 2]), np.array([29_999, 3, 5_536, 29_999]))
        again = stats.proportion_interval(x[some], n[some], method=method)
        assert_array_equal(found.lower[some], again.lower)
        assert_array_equal(found.upper[some], again.upper)


def test_fractions_are_flagged() -> None:
    """Weighted counts are taken, and said to be none."""
    found = stats.proportion_interval([0.445, 1, np.nan, np.inf], 3)
    assert found.fractional.tolist() == [True, False, False, False]
    assert found.status.tolist() == ["ok", "ok", "missing", "invalid"]
    assert stats.proportion_interval([[1], [2]], [3, 4]).fractional.tolist() == [[False] * 2] * 2
    assert stats.proportion_interval([[0.5], [2.0]], [3, 4]).fractional.tolist() == [[True] * 2, [False] * 2]


@pytest.mark.parametrize("method", METHODS)
def test_tiny_fractions_stay_inside(method: ProportionMethod) -> None:
    """Less than half a person gives no limit below 0 or above 1."""
    found = stats.proportion_interval([0.2, 3.8, 0.01, 2.99], [4, 4, 3, 3], method=method)
    assert np.all((found.lower >= 0) & (found.lower <= found.value) & (found.upper <= 1))


def test_wald_promises_no_certainty() -> None:
    """Where all or none have it, the method has no width, and no limits are given."""
    found = stats.proportion_interval([0, 5, 2], 5, method="wald")
    assert found.reason.tolist() == ["no_width", "no_width", ""]
    assert found.status.tolist() == ["value_only", "value_only", "ok"]
    assert found.value.tolist() == [0.0, 1.0, 0.4]


def test_the_method_is_in_the_result() -> None:
    """So that a statistician can name it."""
    assert [stats.proportion_interval(1, 2, method=method).method for method in METHODS] == list(METHODS)
    assert stats.proportion_interval(1, 2).method_version == 1
    assert stats.proportion_interval(1, 2) == stats.wilson_interval(1, 2)
    assert stats.proportion_interval(1, 2) != stats.proportion_interval(1, 2, method="wilson_cc")


def test_wrong_arguments() -> None:
    """Only these raise."""
    with pytest.raises(ArgumentError, match="method must be one of: wilson, wilson_cc"):
        stats.proportion_interval(1, 2, method="wilsen")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="confidence"):
        stats.proportion_interval(1, 2, confidence=95)
    with pytest.raises(ArgumentError, match="denominator must have the shape"):
        stats.proportion_interval([1, 2, 3], [4, 5])
    with pytest.raises(ArgumentError, match="numerator must be numbers"):
        stats.proportion_interval(["1"], [4])
