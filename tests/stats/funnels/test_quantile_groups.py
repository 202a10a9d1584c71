"""Quantile groups: English figures, the definition in fractions, laws, and what goes wrong elsewhere."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError

VALUES = st.lists(st.integers(-5, 5).map(float) | st.just(math.nan), max_size=40)


def group_slowly(values: list[float], k: int, i: int, *, highest_first: bool) -> float:
    """The published formula for one value, in fractions."""
    there = [-v if highest_first else v for v in values if not math.isnan(v)]
    own, n = -values[i] if highest_first else values[i], len(there)
    if math.isnan(own) or n < k:
        return math.nan
    rank = 1 + sum(v < own for v in there)
    return max(1, k + 1 - math.ceil(Fraction((n + 1 - rank) * k, n)))


def test_agrees_with_r(oracles: Path) -> None:
    """Thirty-six vectors: ties, gaps, both ends first, fewer values than groups."""
    table = pd.read_csv(oracles / "statistics/own/quantile_groups.csv")
    assert len(table) == 520
    for case, rows in table.groupby("case_id"):
        found = stats.quantile_groups(
            rows["value"], int(rows["k"].iloc[0]), highest_first=bool(rows["invert"].iloc[0])
        )
        assert_array_equal(found.group, rows["group"], err_msg=str(case))


def test_published_deciles(oracles: Path) -> None:
    """Eight groups of English areas; where low is good, group 1 has the highest values."""
    table = pd.read_csv(oracles / "statistics/published/phe_deciles.csv")
    assert len(table) == 121
    for case, rows in table.groupby("case_id"):
        highest_first = "Low is good" in rows["polarity"].iloc[0] or "High is good" not in rows["polarity"].iloc[0]
        found = stats.quantile_groups(rows["value"], 10, highest_first=highest_first)
        assert_array_equal(found.group, rows["group"], err_msg=str(case))


@given(VALUES, st.integers(1, 20), st.booleans())
def test_is_the_definition(values: list[float], k: int, highest_first: bool) -> None:  # noqa: FBT001 - drawn
    """Each value has the group of the formula."""
    found = stats.quantile_groups(values, k, highest_first=highest_first)
    slow = [group_slowly(values, k, i, highest_first=highest_first) for i in range(len(values))]
    assert_array_equal(found.group, slow)


@given(VALUES, st.integers(1, 8), st.randoms(use_true_random=False))
def test_laws(values: list[float], k: int, random: object) -> None:
    """Order of the rows, hidden units and changes that keep the order do not matter; groups rise with the values."""
    found = stats.quantile_groups(values, k)
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert_array_equal(stats.quantile_groups([values[i] for i in order], k).group, found.group[order])
    more = stats.quantile_groups([*values, 99.0], k, suppressed=[*[False] * len(values), True])
    assert_array_equal(more.group[:-1], found.group)
    assert more.reason[-1] == "suppressed"
    assert_array_equal(stats.quantile_groups(np.exp(np.array(values)), k).group, found.group)
    assert_array_equal(stats.quantile_groups(-np.array(values), k, highest_first=True).group, found.group)
    assert not (np.diff(found.group[np.argsort(values)][: int(np.sum(~np.isnan(values)))]) < 0).any()


def test_rows_at_once_are_rows_alone() -> None:
    """A period does not know of the others, gaps and all."""
    rng = np.random.default_rng(3)
    values = rng.integers(0, 30, (6, 50)).astype(float)
    values[rng.random(values.shape) < 0.2] = np.nan
    values[4] = np.nan
    whole = stats.quantile_groups(values, 5)
    for row, found in zip(values, whole.group, strict=True):
        assert_array_equal(found, stats.quantile_groups(row, 5).group)


def test_quintiles_by_ntile_split_ties() -> None:
    """A database gives ten equal values five groups by the order of its rows, and ranks missing ones; here ties stand together."""
    tied = stats.quantile_groups([7.0] * 10, 5)
    assert set(tied.group) == {1.0}
    with_missing = stats.quantile_groups([math.nan, math.nan, 1.0, 2.0, 3.0, 4.0, 5.0], 5)
    assert_array_equal(with_missing.group, [math.nan, math.nan, 1, 2, 3, 4, 5])
    assert with_missing.reason.tolist() == ["missing_input"] * 2 + [""] * 5


def test_floating_point_formula_gives_another_group() -> None:
    """From fourteen groups on, the published arithmetic rounds one unit of 34 into the wrong group; whole numbers do not."""
    n, k = 34, 14
    values = np.arange(n, dtype=float)
    ranks = np.arange(1, n + 1)
    floating = np.maximum(1, np.floor((k + 1) - np.ceil((n + 1 - ranks) / (n / k))))
    exact = stats.quantile_groups(values, k).group
    assert (floating != exact).sum() == 1
    assert exact.tolist() == [group_slowly(values.tolist(), k, i, highest_first=False) for i in range(n)]


def test_groups_that_cannot_be_ruled_out() -> None:
    """Ranks with limits become groups with limits; what is no rank of the group has none."""
    nan = math.nan
    found = stats.quantile_groups([1.0, 2.0, 3.0, 4.0, nan], 2, rank_limits=([1, 1, 0, 4, 1], [2, 4, 3, 5, 1]))
    assert_array_equal(found.lower, [1, 1, nan, nan, nan])
    assert_array_equal(found.upper, [1, 2, nan, nan, nan])


def test_edges() -> None:
    """Nobody, one, all infinite, too few."""
    assert stats.quantile_groups([], 5).group.shape == (0,)
    assert stats.quantile_groups([3.0], 1).group.tolist() == [1.0]
    found = stats.quantile_groups([1.0, math.inf, 2.0], 3)
    assert found.reason.tolist() == ["too_few_units", "not_finite", "too_few_units"]
    assert found.n.tolist() == [2, 2, 2]
    values = np.array([3.0, 1.0, math.nan])
    values.flags.writeable = False
    stats.quantile_groups(values, 2)
    for wrong in (0, 2.0, True):
        with pytest.raises(ArgumentError, match="groups must be a whole number"):
            stats.quantile_groups([1.0], wrong)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="suppressed must be bool"):
        stats.quantile_groups([1.0], 1, suppressed=[1])
    with pytest.raises(ArgumentError, match="suppressed must have the shape"):
        stats.quantile_groups([1.0], 1, suppressed=[True, False])


RULES = [
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
]


@given(st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=25), st.integers(0, 64), st.sampled_from(RULES))
def test_quantiles_agree_with_numpy(values: list[float], steps: int, rule: str) -> None:
    """Nine rules, at shares that a computer holds exactly."""
    share = steps / 64
    found = stats.quantile([*values, math.nan], share, rule=rule)
    np.testing.assert_allclose(found.value, np.quantile(values, share, method=rule), rtol=1e-12, atol=1e-12)  # type: ignore[call-overload]
    assert found.n == len(values)


def test_a_whole_position_is_whole() -> None:
    """0.7 of ten is seven, though not to a computer; the seventh value is the quantile."""
    assert 0.7 * 10 != 7 or 0.55 * 100 != 55
    values = np.arange(1.0, 101.0)
    for percent in range(1, 101):
        assert stats.quantile(values, percent / 100, rule="inverted_cdf").value == percent
        if percent < 100:
            assert stats.quantile(values, percent / 100, rule="averaged_inverted_cdf").value == percent + 0.5


def test_quantiles_of_rows() -> None:
    """Shapes, several shares, gaps, and rows that have none."""
    nan = math.nan
    found = stats.quantile([[1.0, 2.0, nan], [nan] * 3, [1.0, math.inf, 3.0]], [0.0, 0.5, 1.0])
    assert_array_equal(found.value, [[1, 1.5, 2], [nan] * 3, [nan] * 3])
    assert found.n.tolist() == [[2] * 3, [0] * 3, [3] * 3]
    assert found.reason[:, 0].tolist() == ["", "missing_input", "not_finite"]
    assert stats.quantile([], 0.5).reason == "missing_input"
    assert stats.quantile([1.0, 2.0], []).value.shape == (0,)
    with pytest.raises(ArgumentError, match="share must lie between 0 and 1"):
        stats.quantile([1.0], 1.5)
    with pytest.raises(ArgumentError, match="share must have the shape"):
        stats.quantile([1.0], [[0.5]])
    with pytest.raises(ArgumentError, match="rule must be one of"):
        stats.quantile([1.0], 0.5, rule="type7")
