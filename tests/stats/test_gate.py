"""The gate of a group of series: enumeration, printed p-values of blocks, and its level under no trend."""

from __future__ import annotations

import json
import math
from itertools import combinations, permutations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats import _null, _spread, _tails

if TYPE_CHECKING:
    from pathlib import Path

Blocks = list[tuple[int, ...]]


def s_statistic(values: tuple[float, ...]) -> int:
    """Return S as its definition says."""
    return sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))


@settings(max_examples=25)
@given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=4), min_size=1, max_size=3))
def test_small_groups_are_counted(rows: list[list[int]]) -> None:
    """Both p-values of a few short series are what all orders of all of them give."""
    found = [[s_statistic(order) for order in permutations(row)] for row in rows]
    pooled = np.array([abs(sum(s)) for s in product(*found)])
    spread = np.array([sum(one * one for one in s) for s in product(*found)])
    values = [row + [math.nan] * (4 - len(row)) for row in rows]
    gate = stats.trend_gate(stats.trend_scores(values), [5] * len(rows))
    own = [s_statistic(tuple(row)) for row in rows]
    total, squares = abs(sum(own)), sum(s * s for s in own)
    p_pooled = 1.0 if total == 0 else (pooled >= total).mean()
    p_spread = (spread >= squares).mean()
    assert gate.path.tolist() == ["exact"]
    assert_allclose(gate.p_pooled, [p_pooled], rtol=1e-12)
    assert_allclose(gate.p_spread, [p_spread], rtol=1e-12)
    assert_allclose(gate.p_gate, [min(1.0, 2 * min(p_pooled, p_spread))], rtol=1e-12)
    assert_allclose(gate.spread_expected, [spread.mean()], rtol=1e-12)
    assert gate.p_min[0] <= gate.p_gate[0]
    assert (gate.group.item(), gate.s.item(), gate.spread.item(), gate.series.item()) == (
        5,
        sum(own),
        squares,
        len(rows),
    )


def test_pooled_is_the_test_of_blocks(oracles: Path) -> None:
    """Seasons and segments taken as series of one group give the exact p of their blocks."""
    compared = 0
    for case in json.loads((oracles / "trends/block_cases.json").read_text(encoding="utf-8")):
        blocks = [[math.nan if y is None else y for y in block["y"]] for block in case["blocks"]]
        longest = max(map(len, blocks))
        values = [row + [math.nan] * (longest - len(row)) for row in blocks]
        gate = stats.trend_gate(stats.trend_scores(values), np.zeros(len(values), dtype=int))
        expected = case["expected"]
        assert gate.s == expected["s"]
        assert_allclose(gate.spread_expected, expected["var_s"], rtol=1e-12)
        assert gate.series == expected["n_blocks_used"]
        if expected.get("p_two_sided") is not None:
            compared += 1
            assert_allclose(gate.p_pooled, expected["p_two_sided"], rtol=1e-3, err_msg=case["case_id"])
            assert_allclose(gate.p_min, min(1.0, 2 * expected["p_min"]), rtol=1e-12)
    assert compared > 10


def test_rkt_short_series_count() -> None:
    """Elsewhere series of fewer than four values were left out of the pooled test without a word."""
    values = [[1, 2, 3, math.nan], [1, 2, 3, 4]]
    gate = stats.trend_gate(stats.trend_scores(values), [0, 0])
    assert gate.s == 9
    assert_allclose(gate.p_pooled, 1 / 72, rtol=1e-13)


def exact_spread(units: list[Blocks]) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of a sum of S squared, and P(at least that), by plain convolution."""
    density = np.ones(1)
    for blocks in units:
        powers = _null.powers_of(blocks)
        pairs, total = _null.pairs(powers), _null.orders(powers)
        wider = np.zeros(len(density) + pairs**2)
        for k, count in enumerate(_null.counts(powers)):
            s = pairs - 2 * k
            if s >= 0:
                wider[s * s : s * s + len(density)] += (2 if s else 1) * count / total * density
        density = wider
    q = np.flatnonzero(density)
    return q, np.cumsum(density[q][::-1])[::-1]


@pytest.mark.parametrize(
    ("units", "low"),
    [
        ([[(5,)]] * 40, 0.99),
        ([[(5, 2)]] * 50 + [[(5, 2, 2)]] * 30 + [[(5, 3)]] * 18, 0.99),
        ([[(8,)]] * 20, 0.99),
        ([[(8, 3, 5)]] * 98, 0.99),
        ([[(12, 2, 2)]] * 12 + [[(12, 3)]] * 8, 0.985),
        ([[(3,)]] * 98, 0.99),
        ([[(3,), (4,)]] * 60, 0.99),
        ([[(12,)]] * 3, 0.95),
        ([[(20,)]] * 2, 0.95),
    ],
    ids=[
        "forty fives",
        "ties",
        "twenty eights",
        "two values",
        "twelves",
        "threes",
        "breaks",
        "three long",
        "two long",
    ],
)
def test_gamma_tail(units: list[Blocks], low: float) -> None:
    """Where it is not counted, the tail is as close as is said, and too large rather than too small far out."""
    q, exact = exact_spread(units)
    width = max(len(_null.powers_of(blocks)) for blocks in units)
    powers = np.array([[*(key := _null.powers_of(blocks)), *[0] * (width - len(key))] for blocks in units])
    k2, k4, k6 = (
        factor * (powers * (np.arange(2, width + 2) ** r - 1)).sum(axis=1)
        for factor, r in ((1 / 3, 2), (-2 / 15, 4), (16 / 63, 6))
    )
    moments = k2.sum(), (k4 + 2 * k2**2).sum(), (k6 + 12 * k4 * k2 + 8 * k2**3).sum()
    step = 8 if (_tails.untied_pairs(powers) % 2 == 1).all() else 4
    tail = _spread._gamma_tail(q - step / 2, *(np.full(len(q), moment) for moment in moments))
    ratio = tail / exact
    assert low < ratio[(exact < 0.1) & (exact > 0.02)].min()
    assert ratio[(exact < 0.1) & (exact > 0.02)].max() < 1.02
    assert ratio[(exact < 0.01) & (exact > 1e-9)].min() > 0.97
    assert ratio[(exact < 0.01) & (exact > 0.001)].max() < (1.13 if low > 0.95 else 1.25)
    # What the kernel returns is this form, between the smallest possible p and 1.
    group = np.zeros(len(units), dtype=np.int64)
    place = len(q) // 2
    found, mean, exactly = _spread.spread_tail(powers, group, np.arange(len(units)), np.array([float(q[place])]))
    assert_allclose(found, exact[place] if exactly[0] else min(1.0, tail[place]), rtol=1e-9)
    assert_allclose(mean, moments[0], rtol=1e-12)


@pytest.mark.parametrize(("periods", "units", "decimals"), [(5, 98, 0), (6, 40, 1), (8, 20, 0), (12, 30, 0)])
def test_level_under_no_trend(periods: int, units: int, decimals: int) -> None:
    """With ties and gaps the gate opens in at most 5 % and 1 % of the groups where nothing happens."""
    random = np.random.default_rng(periods)
    groups = 6_000
    values = random.normal(size=(groups * units, periods)).round(decimals)
    values[random.random(values.shape) < 0.05] = np.nan
    gate = stats.trend_gate(stats.trend_scores(values), np.repeat(np.arange(groups), units))
    for level in (0.05, 0.01):
        noise = 3 * math.sqrt(level / groups)
        for p in (gate.p_gate, gate.p_pooled, gate.p_spread):
            assert (p <= level).mean() <= level + noise
        assert (gate.p_gate <= level).mean() > 0.6 * level
    assert gate.spread.mean() == pytest.approx(gate.spread_expected.mean(), rel=0.01)


def test_opposite_ways_are_found_by_spread_alone() -> None:
    """Where half rise and half fall nothing is left in the sum, and everything in the squares."""
    random = np.random.default_rng(6)
    way = np.where(np.arange(98) % 2, 1.0, -1.0)
    values = random.normal(size=(98, 8)) + 0.5 * way[:, None] * np.arange(8)
    gate = stats.trend_gate(stats.trend_scores(values), [0] * 98)
    assert gate.p_pooled > 0.05
    assert gate.p_spread < 1e-6
    same = stats.trend_gate(stats.trend_scores(values * way[:, None]), [0] * 98)
    assert same.p_pooled < gate.p_spread
    assert same.p_spread == gate.p_spread


def test_groups_know_nothing_of_each_other() -> None:
    """A group has the same numbers alone and in any batch, bit for bit, counted or not."""
    random = np.random.default_rng(8)
    values = random.integers(0, 5, (400, 9)).astype(float)
    values[random.random(values.shape) < 0.3] = np.nan
    groups = random.permutation(np.repeat([-3, 7, 8, 9, 12], [1, 3, 6, 90, 300]))
    scores = stats.trend_scores(values)
    gate = stats.trend_gate(scores, groups)
    assert gate.group.tolist() == [-3, 7, 8, 9, 12]
    assert_array_equal(gate.group[gate.which], groups)
    assert set(gate.path.tolist()) == {"exact", "gamma"}
    for place, label in enumerate(gate.group.tolist()):
        alone = stats.trend_gate(stats.trend_scores(values[groups == label]), groups[groups == label])
        for name in ("p_gate", "p_pooled", "p_spread", "p_min", "s", "spread", "spread_expected", "series", "path"):
            assert getattr(alone, name)[0] == getattr(gate, name)[place], name


def test_groups_without_data() -> None:
    """A group in which no two values can be compared says so; one of equal values has p = 1."""
    values = [[1, math.nan, math.nan], [math.nan] * 3, [2, 2, 2], [4, 4, math.nan], [1, 2, math.nan]]
    gate = stats.trend_gate(stats.trend_scores(values), [1, 1, 2, 2, 3])
    assert gate.reason.tolist() == ["too_few_points", "", ""]
    assert gate.path.tolist() == ["", "exact", "exact"]
    assert gate.series.tolist() == [0, 2, 1]
    for name in ("p_gate", "p_pooled", "p_spread", "p_min"):
        assert_array_equal(getattr(gate, name), [math.nan, 1.0, 1.0])
    nothing = stats.trend_gate(stats.trend_scores([[1.0], [2.0]]), [0, 1])
    assert nothing.reason.tolist() == ["too_few_points"] * 2
    assert stats.trend_gate(stats.trend_scores(np.empty((0, 4))), []).group.size == 0


def test_a_long_series_alone_has_the_p_of_its_test() -> None:
    """Both p-values of a group of one series are that of the series, also beyond exact counting."""
    values = np.random.default_rng(3).normal(size=(2, 70)) + 0.01 * np.arange(70)
    values[1, 9:] = np.nan
    test = stats.mann_kendall(values)
    gate = stats.trend_gate(stats.trend_scores(values), [0, 1])
    assert_array_equal(gate.p_pooled, test.p_value)
    assert_array_equal(gate.p_spread, test.p_value)
    assert_array_equal(gate.p_min, np.minimum(1, 2 * test.p_min))
    assert gate.path.tolist() == ["expanded", "exact"]


def test_series_and_their_mirrors_have_no_sum() -> None:
    """A sum of S of 0 has p = 1, expanded or not."""
    values = np.random.default_rng(4).normal(size=(50, 10))
    gate = stats.trend_gate(stats.trend_scores(np.concatenate([values, -values])), [0] * 100)
    assert (gate.s.item(), gate.p_pooled.item()) == (0, 1)


def test_spread_at_the_end_is_not_below_what_is_possible() -> None:
    """All 400 series as far out as they can be: p is at least the share of such orders, two thirds each."""
    gate = stats.trend_gate(stats.trend_scores(np.tile([1.0, 1.0, 2.0], (400, 1))), [0] * 400)
    assert gate.path.tolist() == ["gamma"]
    assert (2 / 3) ** 400 * (1 - 1e-9) <= gate.p_spread[0] < 1e-50
    none = stats.trend_gate(stats.trend_scores(np.tile([1.0, 2.0, 1.0], (400, 1))), [0] * 400)
    assert none.p_spread[0] == pytest.approx(1)


def test_many_single_pairs_have_no_spread() -> None:
    """Series of two values have S squared 1 whatever happens: only the pooled test speaks."""
    gate = stats.trend_gate(stats.trend_scores(np.tile([1.0, 2.0], (500, 1))), [0] * 500)
    assert gate.p_spread == 1
    assert gate.p_pooled < 1e-100


def test_wrong_arguments() -> None:
    """Labels are whole numbers, one per series."""
    scores = stats.trend_scores([[1, 2, 3], [3, 2, 1]])
    with pytest.raises(ArgumentError, match="groups must be whole numbers"):
        stats.trend_gate(scores, [0.5, 1.0])
    with pytest.raises(ArgumentError, match="groups must have the shape"):
        stats.trend_gate(scores, [0])
