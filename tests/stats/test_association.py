"""Rank correlations: the table of 2006, enumerated orders, other implementations, laws."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats._orders import all_orders, sampled

MEASURES = [stats.spearman, stats.kendall]
CLASSES = [1, 2, 3, 4, 5, 6]
MEAN_SATISFACTION = [4.27, 4.23, 4.27, 4.26, 4.31, 4.27]
POSITIVE_SHARE = [88.1, 88.9, 87.9, 86.7, 93.2, 86.7]

Measure = Callable[..., stats.RankAssociation]


@st.composite
def columns(draw: st.DrawFn, smallest: int = 2, largest: int = 7) -> tuple[list[int], list[int]]:
    """Draw two columns with many ties."""
    n = draw(st.integers(smallest, largest))
    column = st.lists(st.integers(0, 6), min_size=n, max_size=n).filter(lambda values: len(set(values)) > 1)
    return draw(column), draw(column)


def surplus(x: list[float], y: list[float]) -> int:
    """Count concordant minus discordant pairs one by one."""
    n = len(x)
    return sum(int(np.sign((x[i] - x[j]) * (y[i] - y[j]))) for i in range(n) for j in range(i))


def enumerated_slowly(measure: Measure, x: list[int], y: list[int]) -> tuple[float, float]:
    """Compute the statistic anew for every order; the first is the one given."""
    if measure is stats.spearman:
        ranks = scipy_stats.rankdata(x) - (len(x) + 1) / 2
        size = [abs(ranks @ order) for order in permutations(scipy_stats.rankdata(y))]
    else:
        size = [abs(surplus(list(x), list(order))) for order in permutations(y)]
    return np.mean([s >= size[0] - 1e-9 for s in size]).item(), np.mean([s >= max(size) - 1e-9 for s in size]).item()


@pytest.mark.parametrize(
    ("measure", "y", "coefficient", "orders"),
    [
        (stats.spearman, MEAN_SATISFACTION, 0.39466, 336),
        (stats.kendall, MEAN_SATISFACTION, 0.29814, 408),
        (stats.spearman, POSITIVE_SHARE, -0.31887, 392),
        (stats.kendall, POSITIVE_SHARE, -0.27602, 420),
    ],
)
def test_table_2_of_2006(measure: Measure, y: list[float], coefficient: float, orders: int) -> None:
    """Expenditure and satisfaction in day care: no clear association, by all 720 orders."""
    found = measure(CLASSES, y)
    assert abs(found.coefficient - coefficient) < 1e-5  # the last is printed cut, not rounded
    assert found.p_value == orders / 720
    assert (found.p_exact, found.method, found.n, found.reason) == (True, "exact", 6, "")


def test_enumerated_cases(oracles: Path) -> None:
    """Eight cases of five to eight pairs, with ties and a constant column."""
    inputs = pd.read_csv(oracles / "peers/own/association_inputs.csv")
    expected = pd.read_csv(oracles / "peers/own/association.csv").set_index("case_id")
    for case, rows in inputs.groupby("case_id"):
        for measure, name in ((stats.spearman, "spearman"), (stats.kendall, "kendall")):
            found = measure(rows["x"], rows["y"])
            figures = expected.loc[str(case)]
            coefficient = figures["spearman" if name == "spearman" else "kendall_tau_b"]
            assert_allclose(found.coefficient, coefficient, rtol=1e-12)
            assert_allclose(found.p_value, figures[f"{name}_p_two_sided"], rtol=1e-12)
            assert found.reason == ("constant" if math.isnan(coefficient) else "")


@given(columns(largest=6), st.sampled_from(MEASURES))
@settings(max_examples=30)
def test_exact_is_the_slow_enumeration(pair: tuple[list[int], list[int]], measure: Measure) -> None:
    """Both p-values equal those of recomputing the statistic for every order."""
    found = measure(*pair)
    assert_allclose((found.p_value, found.p_min), enumerated_slowly(measure, *pair), rtol=1e-12)


@given(columns(largest=60))
def test_coefficients_agree_with_scipy(pair: tuple[list[int], list[int]]) -> None:
    """Another implementation gives the same coefficients."""
    assert_allclose(stats.spearman(*pair, draws=9).coefficient, scipy_stats.spearmanr(*pair).statistic, atol=1e-14)
    assert_allclose(stats.kendall(*pair, draws=9).coefficient, scipy_stats.kendalltau(*pair).statistic, atol=1e-14)


@given(st.integers(9, 40), st.integers(0, 10**6))
@settings(max_examples=25)
def test_kendall_without_ties_is_exact(n: int, seed: int) -> None:
    """Another implementation of the distribution without ties gives the same p."""
    rng = np.random.default_rng(seed)
    x, y = rng.permutation(n), rng.permutation(n)
    found = stats.kendall(x, y)
    assert found.method == "exact"
    assert_allclose(found.p_value, scipy_stats.kendalltau(x, y, method="exact").pvalue, rtol=1e-9)


@pytest.mark.parametrize("tied_first", [False, True])
def test_kendall_with_ties_in_one_column_is_exact(*, tied_first: bool) -> None:
    """The counted p of nine pairs equals the share of all 362,880 orders."""
    x, y = list(range(9)), [2, 1, 1, 4, 4, 3, 6, 4, 9]
    found = stats.kendall(y, x) if tied_first else stats.kendall(x, y)
    levels = np.array(y)
    orders = levels[np.concatenate([np.insert(all_orders(8), place, 8, axis=1) for place in range(9)])]
    size = np.abs(sum(np.sign(orders[:, j] - orders[:, i]) for i in range(9) for j in range(i + 1, 9)))
    observed = abs(surplus(list(x), list(y)))
    assert found.method == "exact"
    assert_allclose(found.p_value, np.mean(size >= observed), rtol=1e-12)
    assert_allclose(found.p_min, np.mean(size == size.max()), rtol=1e-12)


def test_approximations_agree_with_scipy() -> None:
    """Above 30 pairs with ties in both columns the named approximations are the usual ones."""
    rng = np.random.default_rng(7)
    x = rng.integers(0, 12, 200)
    y = x + rng.integers(0, 40, 200)
    by_rank, by_pair = stats.spearman(x, y), stats.kendall(x, y)
    assert (by_rank.method, by_pair.method) == ("t_approximation", "normal_approximation")
    assert_allclose(by_rank.p_value, scipy_stats.spearmanr(x, y).pvalue, rtol=1e-9)
    assert_allclose(by_pair.p_value, scipy_stats.kendalltau(x, y, method="asymptotic").pvalue, rtol=1e-9)
    assert not by_rank.p_exact
    assert math.isnan(by_pair.p_min)


@pytest.mark.parametrize("measure", MEASURES)
def test_random_orders_come_near_the_exact_share(measure: Measure) -> None:
    """Eight pairs by random orders: within four standard errors of all 40,320."""
    x, y = [1, 1, 2, 2, 3, 3, 4, 4], [88.1, 88.9, 87.9, 86.7, 93.2, 86.7, 90, 91]
    exact = measure(x, y).p_value
    longer = measure([*x, 5], [*y, 88.1])
    assert (longer.method, longer.p_min) == ("permutation", 1e-5)
    ranks = scipy_stats.rankdata(x), scipy_stats.rankdata(y)
    n, draws = len(x), 20_000

    def statistic(orders: np.ndarray) -> np.ndarray:
        if measure is stats.spearman:
            scores = np.rint(4 * (ranks[1][orders] @ ranks[0])) - n * (n + 1) ** 2
        else:
            pairs = [(i, j) for j in range(n) for i in range(j)]
            scores = sum(
                np.sign(x[j] - x[i]) * np.sign(ranks[1][orders[:, j]] - ranks[1][orders[:, i]]) for i, j in pairs
            )
        return np.asarray(scores).astype(np.int64)

    drawn, _ = sampled(statistic, n, draws=draws, seed=1)
    assert abs(drawn - exact) < 4 * math.sqrt(exact * (1 - exact) / draws)


@pytest.mark.parametrize("measure", MEASURES)
def test_seed_decides_the_random_orders(measure: Measure) -> None:
    """The same seed gives the same p, another seed nearly the same."""
    x, y = [1, 1, 2, 2, 3, 4, 5, 6, 7, 8], [5, 3, 3, 1, 2, 6, 6, 4, 9, 7]
    one = measure(x, y)
    assert one == measure(x, y, seed=0)
    other = measure(x, y, seed=1)
    assert one.p_value != other.p_value
    assert abs(one.p_value - other.p_value) < 0.01
    assert measure(x, y, draws=19).p_min == 0.05


@given(columns(largest=12), st.sampled_from(MEASURES))
@settings(max_examples=25)
def test_laws(pair: tuple[list[int], list[int]], measure: Measure) -> None:
    """Order of pairs, scale, shift and swap do not matter; turning one column turns the sign."""
    x, y = map(np.array, pair)
    few = {"draws": 200}
    found = measure(x, y, **few)
    assert -1 <= found.coefficient <= 1
    assert 0 < found.p_value <= 1
    assert measure(10 * x - 3, np.exp(y / 3), **few) == found
    turned = measure(x, -y, **few)
    assert turned.coefficient == -found.coefficient
    assert measure(y, x, **few).coefficient == found.coefficient
    if found.p_exact:
        assert found.p_min <= found.p_value
        assert turned.p_value == found.p_value
        assert measure(x[::-1], y[::-1], **few) == found


@pytest.mark.parametrize("measure", MEASURES)
def test_perfect_order(measure: Measure) -> None:
    """Perfectly ordered columns give exactly 1 and the smallest p; four pairs can never show more than 2/24."""
    found = measure([1, 2, 3, 4], [10, 20, 30, 40])
    assert (found.coefficient, found.p_value, found.p_min) == (1.0, 2 / 24, 2 / 24)
    for n in (8, 25, 500):
        assert measure(np.arange(n), -np.arange(n)).coefficient == -1.0


@pytest.mark.parametrize("measure", MEASURES)
def test_nothing_to_say(measure: Measure) -> None:
    """Constant columns, infinite numbers and too few pairs have a reason and no number."""
    nan, inf = math.nan, math.inf
    cases = {
        "constant": ([1, 2, 3], [5, 5, 5]),
        "not_finite": ([1, 2, inf], [1, 2, 3]),
        "too_few_points": ([1, nan, 3], [nan, 2, 3]),
    }
    for reason, (x, y) in cases.items():
        found = measure(x, y)
        assert found.reason == reason
        assert math.isnan(found.coefficient)
        assert math.isnan(found.p_value)
        assert not found.p_exact
    assert measure([], []).reason == "too_few_points"
    assert measure([1, 2], [1, 2]).p_value == 1.0


@pytest.mark.parametrize("measure", MEASURES)
def test_pairs_with_a_gap_are_left_out(measure: Measure) -> None:
    """A pair counts when both values are there."""
    nan = math.nan
    assert measure([1, 2, nan, 3, 4], [2, nan, 9, 1, 5]) == measure([1, 3, 4], [2, 1, 5])


@pytest.mark.parametrize("measure", MEASURES)
def test_wrong_arguments(measure: Measure) -> None:
    """Shapes, text and the number of draws are checked."""
    with pytest.raises(ArgumentError, match="y must have the shape"):
        measure([1, 2, 3], [1, 2])
    with pytest.raises(ArgumentError, match="x must have the shape"):
        measure([[1, 2], [3, 4]], [1, 2])
    with pytest.raises(ArgumentError, match="y must be numbers"):
        measure([1, 2], ["a", "b"])
    for draws in (0, 2.5, True):
        with pytest.raises(ArgumentError, match="draws must be a whole number of at least 1"):
            measure([1, 2], [1, 2], draws=draws)
