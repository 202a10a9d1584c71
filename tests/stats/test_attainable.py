"""What each test could have given: against the tables of the null distribution, enumeration and the test itself."""

from __future__ import annotations

import csv
import math
from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats import _attainable

if TYPE_CHECKING:
    from pathlib import Path

VALUES = st.lists(st.none() | st.integers(0, 4), min_size=1, max_size=6)


def s_statistic(values: tuple[float, ...]) -> int:
    """Return S as its definition says."""
    return sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))


def enumerated(values: list[int | None]) -> list[float]:
    """Return every two-sided p-value that some order of the values gives."""
    known = tuple(value for value in values if value is not None)
    far = [abs(s_statistic(order)) for order in permutations(known)]
    return sorted({1.0 if s == 0 else sum(other >= s for other in far) / len(far) for s in far})


@given(VALUES)
def test_tables_are_what_the_orders_give(values: list[int | None]) -> None:
    """Every order of a short series gives a p-value of the table, and no p-value of the table is idle."""
    attainable = stats.attainable_p_values([values])
    if sum(value is not None for value in values) < 2:
        assert attainable.which.tolist() == [-1]
        assert attainable.of(0).size == 0
        assert np.isnan(attainable.p_min[0])
        assert np.isnan(attainable.at_most(0.5)[0])
    else:
        assert_allclose(attainable.of(0), enumerated(values), rtol=1e-13)
        assert attainable.p_min[0] == attainable.of(0)[0]


def test_tables_of_blocks(oracles: Path) -> None:
    """The two-sided p-values of structures of blocks are found, each to the last digit or two."""
    with (oracles / "trends" / "exact_s_blocks.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    compared = 0
    for text in {row["blocks"] for row in rows}:
        values, blocks = series_of(text)
        p = [float(row["p_two_sided"]) for row in rows if row["blocks"] == text]
        attainable = stats.attainable_p_values(values, blocks=blocks)
        if attainable.continuous[0] or stats.mann_kendall(values, blocks=blocks).path != "exact":
            continue
        compared += 1
        assert_allclose([attainable.at_most(one * (1 + 1e-13))[0] for one in p], p, rtol=1e-13)
    assert compared >= 15


def series_of(text: str) -> tuple[list[int], list[int]]:
    """Make a series with the block and tie sizes of a text such as ``5 5(2) 4``."""
    values: list[int] = []
    blocks: list[int] = []
    for label, part in enumerate(text.split()):
        size, _, ties = part.partition("(")
        groups = [int(one) for one in ties.rstrip(")").split(",") if one]
        groups += [1] * (int(size) - sum(groups))
        values += [rank for rank, times in enumerate(groups) for _ in range(times)]
        blocks += [label] * int(size)
    return values, blocks


@pytest.mark.parametrize("periods", [5, 8, 12, 30, 33, 64])
@pytest.mark.parametrize("tied", [False, True])
def test_every_p_of_the_test_is_attainable(periods: int, *, tied: bool) -> None:
    """The p of a series is the largest attainable one at that level, bit for bit, on every path."""
    random = np.random.default_rng(periods)
    values = random.normal(size=(300, periods)) + 0.1 * np.arange(periods)
    values = np.round(2 * values) if tied else values
    values[random.random(values.shape) < 0.1] = np.nan
    values[:3] = [[np.nan] * periods, [1.0] + [np.nan] * (periods - 1), [math.inf] * periods]
    blocks = np.arange(periods) // 40
    test = stats.mann_kendall(values, blocks=blocks)
    attainable = stats.attainable_p_values(values, blocks=blocks)
    assert_array_equal(attainable.at_most(test.p_value), test.p_value)
    assert_array_equal(attainable.p_min, test.p_min)
    assert_array_equal(attainable.which[:3], -1)
    beneath = attainable.at_most(np.nextafter(attainable.p_min, 0.0))
    assert_array_equal(beneath[3:], 0.0)
    level = attainable.at_most(0.05)
    assert np.all(level[3:] <= 0.05)
    assert_array_equal(level[3:] > 0, test.p_min[3:] <= 0.05)


def test_five_values_hold_less_than_they_are_asked_for() -> None:
    """At 5 % five values hold 1.67 %, eight 3.1 %; four hold nothing."""
    values = [[1, 2, 3, 4, None, None, None, None], [1, 2, 3, 4, 5, None, None, None], [1, 2, 3, 4, 5, 6, 7, 8]]
    attainable = stats.attainable_p_values(values)
    assert_allclose(attainable.at_most(0.05), [0, 1 / 60, 1_256 / 40_320], rtol=1e-12)
    assert_allclose(attainable.at_most([1.0, 0.1, 2.0]), [1, 1 / 12, 1], rtol=1e-12)
    assert_array_equal(attainable.at_most([math.nan, -1, 0]), [math.nan, 0, 0])


def test_a_break_decides_at_five_percent() -> None:
    """A p of 6/120 counts as 5 %: both sides are rounded once and equal."""
    reading = stats.attainable_p_values([71, 68, 67, 66, 64, 62, 71], blocks=[0, 0, 0, 0, 0, 1, 1])
    assert reading.at_most(0.05).tolist() == [0.05]


def test_long_series_count_as_continuous() -> None:
    """From 61 values on, the level held is the level asked for, and hardly more than what a table would say."""
    values = np.random.default_rng(1).normal(size=(1, 61))
    attainable = stats.attainable_p_values(values)
    assert attainable.continuous.tolist() == [True]
    assert attainable.at_most(0.05).tolist() == [0.05]
    assert attainable.at_most(1e-90).tolist() == [0.0]
    assert attainable.at_most(7.0).tolist() == [1.0]
    table = _attainable._tables(stats.trend_scores(values).structures, np.array([0]))
    run = next(run for _, run in table)
    largest = run[run <= 0.05][-1]
    assert 0.97 * 0.05 < largest < 0.05


def test_expanded_series_have_tables_while_they_are_short() -> None:
    """Beyond exact counting a short table is expanded: it steps below the level asked for, as the test does."""
    values = np.repeat(np.arange(17.0), 2)[:33]
    attainable = stats.attainable_p_values(values)
    assert stats.mann_kendall(np.random.default_rng(1).permutation(values)).path != "exact"
    assert attainable.continuous.tolist() == [False]
    assert 0.9 * 0.05 < attainable.at_most(0.05)[0] < 0.05
    assert np.all(np.diff(attainable.of(0)) >= 0)


def test_batches_are_their_series() -> None:
    """A series has the same table and the same numbers alone, in any batch, and in joined batches."""
    random = np.random.default_rng(3)
    short, long = random.integers(0, 6, (40, 6)).astype(float), random.integers(0, 4, (30, 11)).astype(float)
    long[random.random(long.shape) < 0.2] = np.nan
    parts = [stats.trend_scores(short), stats.trend_scores(long), stats.trend_scores([[math.nan]])]
    scores = stats.TrendScores.joined(parts)
    joined = stats.Attainable.of_trends(scores)
    assert len(scores) == len(joined) == 71
    for place, row in enumerate([*short, *long]):
        alone = stats.attainable_p_values(row)
        assert_array_equal(joined.of(place), alone.of(0))
        one = stats.trend_scores(row)
        for name in ("s", "kappa_2", "kappa_4", "kappa_6"):
            assert_array_equal(getattr(scores, name)[place], getattr(one, name)[0])
    assert np.isnan(scores.s[-1])
    assert np.isnan(scores.kappa_4[-1])
    assert stats.TrendScores.joined([]).s.size == 0


@given(VALUES)
def test_cumulants_are_those_of_the_orders(values: list[int | None]) -> None:
    """The second, fourth and sixth cumulant agree with the moments of S over all orders."""
    scores = stats.trend_scores(values)  # type: ignore[arg-type]
    known = tuple(value for value in values if value is not None)
    if len(known) < 2:
        assert np.isnan(scores.kappa_2[0])
        return
    s = np.array([s_statistic(order) for order in permutations(known)], dtype=float)
    m2, m4, m6 = ((s**r).mean() for r in (2, 4, 6))
    assert_allclose(scores.kappa_2[0], m2, rtol=1e-12)
    assert_allclose(scores.kappa_4[0], m4 - 3 * m2**2, rtol=1e-11, atol=1e-9)
    assert_allclose(scores.kappa_6[0], m6 - 15 * m4 * m2 + 30 * m2**3, rtol=1e-10, atol=1e-7)
    assert scores.s[0] == s_statistic(known)


def test_scores_are_those_of_the_test() -> None:
    """S and its variance are the same as in the test, also with blocks per series and a resolution."""
    random = np.random.default_rng(9)
    values, blocks = random.normal(size=(50, 9)).round(1), random.integers(0, 3, (50, 9))
    test = stats.mann_kendall(values, blocks=blocks, resolution=0.2)
    scores = stats.trend_scores(values, blocks=blocks, resolution=0.2)
    assert_array_equal(scores.s, test.s)
    assert_array_equal(scores.kappa_2, test.var_s)


def test_tables_of_any_kind() -> None:
    """Other discrete tests give their tables themselves."""
    attainable = stats.Attainable.from_tables([[0.1, 1.0], [0.25, 0.5]], [1, 0, -1, 1])
    assert_array_equal(attainable.p_min, [0.25, 0.1, math.nan, 0.25])
    assert_array_equal(attainable.at_most(0.3), [0.25, 0.1, math.nan, 0.25])
    assert stats.Attainable.from_tables([[0.1, 1.0], [0.25, 0.5]]).which.tolist() == [0, 1]
    assert len(stats.Attainable.from_tables([])) == 0


def test_wrong_tables() -> None:
    """Tables that are none, and numbers of tables that there are not, are refused."""
    for table in ([], [0.0, 1.0], [0.5, 0.5], [0.5, 1.5], [[0.5]], [math.nan]):
        with pytest.raises(ArgumentError, match="must hold rising p-values"):
            stats.Attainable.from_tables([table])
    for which in ([1], [-2], [0.0], [[0]]):
        with pytest.raises(ArgumentError, match="must hold the number of a table"):
            stats.Attainable.from_tables([[1.0]], which)
    with pytest.raises(ArgumentError, match="x must have the shape"):
        stats.attainable_p_values([[1, 2, 3]]).at_most([0.1, 0.2])


def test_expected_false_arrows_are_what_chance_gives() -> None:
    """A hundred thousand series without a trend, short and tied, hold as many arrows as expected."""
    random = np.random.default_rng(11)
    values = random.normal(size=(100_000, 7)).round(random.integers(0, 2, (100_000, 1)).item(0))
    values[random.random(values.shape) < 0.15] = np.nan
    test = stats.mann_kendall(values)
    families = random.integers(0, 3, len(values))
    expected = stats.expected_false_findings(stats.attainable_p_values(values))
    found = int((test.p_value <= 0.05).sum())
    assert abs(found - expected.expected) < 4 * expected.sd
    assert expected.expected < 0.04 * expected.judged
    assert expected.judged == (test.p_min <= 0.05).sum()
    assert expected.tested == (test.reason == "").sum()
    by_family = stats.expected_false_findings(stats.attainable_p_values(values), families=families)
    assert_allclose(by_family.expected.sum(), expected.expected, rtol=1e-12)
    assert_allclose((by_family.sd**2).sum(), expected.sd**2, rtol=1e-12)
    assert by_family.judged.tolist() == [((test.p_min <= 0.05) & (families == family)).sum() for family in range(3)]


def test_expected_by_chance() -> None:
    """The board of 98 units and 200 indicators: 980 findings at 5 %, 39 at 0.2 %."""
    result = stats.expected_by_chance(98 * 200, [0.05, 0.002])
    assert_allclose(result.expected, [980, 39.2])
    assert_allclose(result.sd, [np.sqrt(980 * 0.95), np.sqrt(39.2 * 0.998)])
    bad = stats.expected_by_chance([10, -1, math.nan, math.inf, 0], [0.5, 0.5, 0.5, 0.5, 1.5])
    assert bad.reason.tolist() == ["", "negative_input", "missing_input", "not_finite", "share_out_of_range"]
    assert np.isnan(bad.expected[1:]).all()
    assert np.isnan(bad.sd[1:]).all()
    with pytest.raises(ArgumentError, match="rate must have the shape"):
        stats.expected_by_chance([1, 2, 3], [0.1, 0.2])
    with pytest.raises(ArgumentError, match="alpha must lie between 0 and 1"):
        stats.expected_false_findings(stats.attainable_p_values([1, 2, 3]), alpha=1.0)
