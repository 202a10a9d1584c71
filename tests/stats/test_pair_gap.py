"""Gaps between pairs: the formula one pair at a time, laws, edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import stats
from maalbib.errors import ArgumentError

VALUE = st.integers(-1000, 1000).map(lambda tenths: tenths / 10)
REACH = st.integers(0, 80).map(lambda tenths: tenths / 10)
UNIT = st.tuples(VALUE, REACH, REACH)


def slow(one: tuple[float, ...], two: tuple[float, ...]) -> tuple[float, float, float]:
    """One pair by the definition."""
    gap = one[0] - two[0]
    return gap, gap - math.sqrt(one[1] ** 2 + two[2] ** 2), gap + math.sqrt(one[2] ** 2 + two[1] ** 2)


@given(st.lists(UNIT, min_size=1, max_size=6), st.lists(UNIT, min_size=1, max_size=6))
def test_every_pair_by_the_definition(ones: list[tuple[float, ...]], twos: list[tuple[float, ...]]) -> None:
    """All pairs at once are the pairs one at a time; turning a pair turns its interval."""
    y, below, above = (np.array(column, dtype=float)[:, None] for column in zip(*ones, strict=True))
    other, under, over = (np.array(column, dtype=float) for column in zip(*twos, strict=True))
    limits, other_limits = (y - below, y + above), (other - under, other + over)
    found = stats.pair_gap(y, other, limits=limits, other_limits=other_limits)
    back = stats.pair_gap(other, y, limits=other_limits, other_limits=limits)
    for row, one in enumerate(ones):
        for column, two in enumerate(twos):
            at = found.gap[row, column], found.lower[row, column], found.upper[row, column]
            assert at == pytest.approx(slow(one, two), abs=1e-9)
    np.testing.assert_allclose(back.lower, -found.upper, atol=1e-12)
    np.testing.assert_allclose(back.gap, -found.gap, atol=1e-12)


@given(UNIT, UNIT)
def test_a_pair_is_a_group_of_two(one: tuple[float, float, float], two: tuple[float, float, float]) -> None:
    """The gap to the mean of one other is the gap to that other."""
    y = np.array([one[0], two[0]])
    low, high = y - np.array([one[1], two[1]]), y + np.array([one[2], two[2]])
    mean = stats.mean_gap(y, limits=(low, high))
    pair = stats.pair_gap(y[0], y[1], limits=(low[0], high[0]), other_limits=(low[1], high[1]))
    assert (pair.lower.item(), pair.upper.item()) == pytest.approx((mean.lower[0], mean.upper[0]), abs=1e-9)


def test_shares_get_newcombes_interval() -> None:
    """Wilson's limits put together are the published interval for two shares: 56/70 and 48/80."""
    one, two = stats.wilson_interval(56, 70), stats.wilson_interval(48, 80)
    found = stats.pair_gap(56 / 70, 48 / 80, limits=(one.lower, one.upper), other_limits=(two.lower, two.upper))
    assert (found.lower.item(), found.upper.item()) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_standard_errors_give_the_normal_interval() -> None:
    """Symmetric, with their squares added."""
    found = stats.pair_gap([10.0, 10.0], [7.0, 7.0], [3.0, 0.0], [4.0, 0.0], confidence=0.9)
    assert found.se.tolist() == pytest.approx([5, 0])
    assert found.upper[0] - found.gap[0] == pytest.approx(1.6448536 * 5)
    assert (found.lower[1], found.upper[1]) == (3, 3)


def test_what_is_missing_has_a_reason_and_no_number() -> None:
    """A value, a limit, an infinite value, a limit on the wrong side."""
    found = stats.pair_gap(
        [np.nan, 1, np.inf, 1, 1], 0.0, limits=([0, 0, 0, 2, 0], [1, np.nan, 1, 3, 2]), other_limits=(0, 0)
    )
    assert found.reason.tolist() == ["missing_input", "uncertainty_missing", "not_finite", "uncertainty_missing", ""]
    assert np.isnan(found.lower[:4]).all()
    assert np.isnan(found.gap).tolist() == [True, False, True, False, False]
    assert stats.pair_gap([], []).gap.shape == (0,)


def test_wrong_arguments_are_refused() -> None:
    """Shapes that do not meet, both ways of telling uncertainty, a level outside."""
    for code, options in (
        ("argument.shape", {"values": [1, 2], "others": [1, 2, 3]}),
        ("argument.one_of", {"values": 1, "others": 1, "standard_errors": 1, "limits": (0, 2)}),
        ("argument.range", {"values": 1, "others": 1, "confidence": 1}),
        ("argument.numbers", {"values": ["a"], "others": 1}),
    ):
        with pytest.raises(ArgumentError) as caught:
            stats.pair_gap(**options)  # type: ignore[arg-type]
        assert caught.value.code == code
