"""Exact p-values of two shares and two rates: figures of R, all outcomes in whole numbers, laws, edges."""

from __future__ import annotations

import math
import tracemalloc
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError

PAIRS = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LARGE = st.integers(1, 1_500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
NAN = float("nan")


def test_exact_p_values_agree_with_r(oracles: Path) -> None:
    """35 pairs, counts of 0 to 50,000: Fisher's test and that of two rates."""
    table = pd.read_csv(oracles / "statistics/own/two_samples.csv")
    counts = [table[name] for name in ("x1", "n1", "x2", "n2")]
    assert len(table) == 35
    assert table[["fisher_p", "rate_exact_p"]].notna().all(axis=None)
    assert_allclose(stats.fisher_test(*counts).p_value, table["fisher_p"], rtol=1e-7)
    assert_allclose(stats.rate_test(*counts).p_value, table["rate_exact_p"], rtol=1e-7)


def least_likely(ways: dict[int, int], x: int) -> float:
    """The share of the outcomes that are no more likely than x, one in ten million aside."""
    most = ways[x] * (10**7 + 1)
    return float(Fraction(sum(way for way in ways.values() if way * 10**7 <= most), sum(ways.values())))


def chosen(pairs: dict[int, tuple[int, int]]) -> dict[int, int]:
    """The ways to every outcome from the first on, each from the one before: times the one number and over the other."""
    ways, way = {}, 1
    for k, (more, less) in pairs.items():
        way = way * more // less
        ways[k] = way
    return ways


def tables_of(x: int, n: int, y: int, m: int) -> dict[int, int]:
    """In how many ways each first numerator comes about, given both totals."""
    least, events = max(0, x + y - m), x + y
    first = math.comb(n, least) * math.comb(m, events - least)
    steps = {k: ((n - k + 1) * (events - k + 1), k * (m - events + k)) for k in range(least + 1, min(n, events) + 1)}
    return chosen({least: (first, 1), **steps})


def splits_of(x: int, n: int, y: int, m: int) -> dict[int, int]:
    """How the events may be split between two exposures, each split by its weight."""
    events = x + y
    return chosen({0: (m**events, 1), **{k: ((events - k + 1) * n, k * m) for k in range(1, events + 1)}})


@given(PAIRS, PAIRS)
def test_fisher_counts_all_tables(one: tuple[int, int], other: tuple[int, int]) -> None:
    """In whole numbers, ties exact."""
    (x, n), (y, m) = one, other
    ways = {k: math.comb(n, k) * math.comb(m, x + y - k) for k in range(max(0, x + y - m), min(n, x + y) + 1)}
    assert ways == tables_of(x, n, y, m)
    assert stats.fisher_test(x, n, y, m).p_value.item() == pytest.approx(least_likely(ways, x), rel=1e-10)


@given(PAIRS, PAIRS)
def test_rates_count_all_splits(one: tuple[int, int], other: tuple[int, int]) -> None:
    """In whole numbers, with the exposures as they are."""
    (x, n), (y, m) = one, other
    ways = {k: math.comb(x + y, k) * n**k * m ** (x + y - k) for k in range(x + y + 1)}
    assert ways == splits_of(x, n, y, m)
    assert stats.rate_test(x, n, y, m).p_value.item() == pytest.approx(least_likely(ways, x), rel=1e-10)


@given(LARGE, LARGE)
def test_large_counts_in_whole_numbers(one: tuple[int, int], other: tuple[int, int]) -> None:
    """Exactly, and both ways round; SciPy's own tails are good to five digits only when they are far out."""
    (x, n), (y, m) = one, other
    found = stats.fisher_test(x, n, y, m).p_value.item()
    assert found == pytest.approx(least_likely(tables_of(x, n, y, m), x), rel=1e-8, abs=1e-300)
    assert found == pytest.approx(stats.fisher_test(y, m, x, n).p_value.item(), rel=1e-8, abs=1e-300)
    assert found == pytest.approx(stats.fisher_test(n - x, n, m - y, m).p_value.item(), rel=1e-8, abs=1e-300)
    rates = stats.rate_test(x, n, y, m).p_value.item()
    assert rates == pytest.approx(least_likely(splits_of(x, n, y, m), x), rel=1e-8, abs=1e-300)
    assert rates == pytest.approx(stats.rate_test(y, m, x, n).p_value.item(), rel=1e-8, abs=1e-300)


@pytest.mark.parametrize(("x", "n", "y", "m"), [(358, 358, 27, 2360), (0, 900, 700, 900), (1500, 1500, 2, 4000)])
def test_the_far_tails_are_right_to_eight_digits(x: int, n: int, y: int, m: int) -> None:
    """In whole numbers: SciPy's test of the first pair, a p of 3.5e-276, is wrong in its sixth digit."""
    rates, shares = splits_of(x, n, y, m), tables_of(x, n, y, m)
    assert stats.rate_test(x, n, y, m).p_value.item() == pytest.approx(least_likely(rates, x), rel=1e-8, abs=0)
    assert stats.fisher_test(x, n, y, m).p_value.item() == pytest.approx(least_likely(shares, x), rel=1e-8, abs=0)


def test_ties_are_ties() -> None:
    """The split opposite to the one observed is as likely; rounding must not leave it out and halve p."""
    found = stats.rate_test([3, 7], 10, [7, 3], 10).p_value
    assert_allclose(found, 2 * (1 + 10 + 45 + 120) / 1024, rtol=1e-12)
    assert stats.fisher_test(3, 4, 1, 4).p_value.item() == pytest.approx(34 / 70, rel=1e-12)


def test_counts_in_the_millions_are_feasible() -> None:
    """Only outcomes that are likely at all are gone through, in bounded memory; the rest is no double."""
    tracemalloc.start()
    found = stats.rate_test(1_000_500_000, 1.0, 1_000_400_000, 1.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    score = 100_000 / math.sqrt(2_000_900_000)
    assert found.p_value.item() == pytest.approx(2 * scipy_stats.norm.sf(score), rel=1e-3)
    assert peak < 600e6
    assert stats.rate_test(10_000, 1, 100, 1).p_value.item() == 0.0
    assert stats.fisher_test(400_000, 900_000, 401_000, 900_000).p_value.item() == pytest.approx(
        stats.proportion_difference(400_000, 900_000, 401_000, 900_000).p_value.item(), rel=2e-2
    )


def test_rows_do_not_depend_on_each_other() -> None:
    """The same p to the last digit, alone and beside wider ones."""
    rng = np.random.default_rng(2)
    n = rng.integers(1, 30_000, 200)
    x = rng.binomial(n, 0.3)
    whole = stats.fisher_test(x, n, x[::-1], n[::-1]).p_value
    rates = stats.rate_test(x, n, x[::-1], n[::-1]).p_value
    for row in (0, 57, 199):
        other = 199 - row
        assert stats.fisher_test(x[row], n[row], x[other], n[other]).p_value == whole[row]
        assert stats.rate_test(x[row], n[row], x[other], n[other]).p_value == rates[row]


def test_bad_rows_have_their_reasons() -> None:
    """No events are no difference; fractions have no exact test."""
    x, n = [0, 5, NAN, -1, 2.5, 3, np.inf, 0], [10, 4, 9, 9, 9, 0, 9, 8.5]
    found = stats.fisher_test(x, n, 0, 10)
    assert found.reason.tolist() == [
        *("", "numerator_exceeds_denominator", "missing_input", "negative_input", "not_whole", "zero_denominator"),
        *("not_finite", "not_whole"),
    ]
    assert found.p_value[0] == 1.0
    assert np.isnan(found.p_value[1:]).all()
    rates = stats.rate_test(x, n, 0, 10)
    assert rates.reason.tolist() == [
        *("", "", "missing_input", "negative_input", "not_whole", "zero_denominator", "not_finite", "")
    ]
    assert (rates.p_value[0], rates.p_value[7]) == (1.0, 1.0)
    assert stats.fisher_test([], [], [], []).p_value.shape == (0,)
    assert stats.fisher_test(1, 2, [[1], [2]], [3, 4, 5]).p_value.shape == (2, 3)
    with pytest.raises(ArgumentError, match="exposure must have the shape"):
        stats.rate_test([1, 2], [1, 2, 3], 1, 1)
