"""The mean of shares: the formula member by member, Wilson's interval where it must be, and how often it holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from maalbib import stats
from maalbib.errors import ArgumentError

MEMBER = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(1, 9)))


def slow_people(members: list[tuple[int, int, int]]) -> tuple[float, float]:
    """The mean and its effective number of people, from the variances written out for each member."""
    total = sum(w for _, _, w in members)
    part = [w / total for _, _, w in members]
    mean = min(1.0, sum(h * x / n for h, (x, n, _) in zip(part, members, strict=True)))
    noise = sum(h * h / n for h, (_, n, _) in zip(part, members, strict=True))
    if not 0 < mean < 1 or len(members) == 1:
        return mean, 1 / noise
    found = alike = 0.0
    for h, (x, n, _) in zip(part, members, strict=True):
        p = (x + mean) / (n + 1)
        others = noise - h * h / n
        spread = ((n + h) ** 2 / n + others) / (n + 1) ** 2  # of p, in units of the variance of one answer
        found += h * h / n * p * (1 - p)
        alike += h * h / n * (1 - spread)
    return mean, alike / found * mean * (1 - mean) / (1 - noise) / noise


@given(st.lists(MEMBER, min_size=1, max_size=8))
def test_is_the_slow_formula(members: list[tuple[int, int, int]]) -> None:
    """Member by member, and alone or in a batch."""
    x, n, w = np.transpose(members)
    found = stats.mean_share(x, n, weights=w)
    mean, people = slow_people(members)
    assert_allclose(found.value, mean, rtol=1e-12, atol=1e-15)
    if people < 1e6:
        assert_allclose(found.people, people, rtol=1e-7)
    assert 0 <= found.lower <= found.value <= found.upper <= 1
    together = stats.mean_share(np.array([x, x]), n, weights=np.array([w, 3 * w]))
    assert_allclose(together.upper, found.upper.item(), rtol=1e-9)
    assert together.members.tolist() == [len(members)] * 2


@given(st.lists(MEMBER, min_size=1, max_size=8))
def test_turned_around_the_interval_is_turned_around(members: list[tuple[int, int, int]]) -> None:
    """The share of those who do not, and another order."""
    x, n, w = np.transpose(members)
    one, other = stats.mean_share(x, n, weights=w), stats.mean_share((n - x)[::-1], n[::-1], weights=w[::-1])
    assert_allclose(one.lower, 1 - other.upper, atol=1e-9)
    assert_allclose(one.upper, 1 - other.lower, atol=1e-9)


@given(MEMBER)
def test_of_one_unit_it_is_wilson_s(member: tuple[int, int, int]) -> None:
    """Whatever its weight; and of units of whom none or all do, that of everybody together."""
    x, n, w = member
    found, known = stats.mean_share([x], [n], weights=w), stats.wilson_interval(x, n)
    assert_allclose((found.lower, found.upper, found.people), (known.lower, known.upper, n), rtol=1e-9, atol=1e-12)
    none = stats.mean_share([0, 0, 0], [n, 2, n])
    assert_allclose(none.upper, stats.wilson_interval(0, 2 * n + 2).upper, rtol=1e-9)
    assert none.lower.item() == 0.0


@pytest.mark.parametrize(
    ("share", "people", "units", "weights"),
    [(0.04, 8, 50, None), (0.97, 10, 50, None), (0.9, 20, 90, None), (0.95, 100, 95, None), (0.9, 30, 15, 1.0)],
)
def test_many_small_units_make_no_false_differences(
    share: float, people: int, units: int, weights: float | None
) -> None:
    """All shares are the same: the gap of a large unit lies beyond its limits about 2.5 times in a hundred on each side.

    Intervals of the single units put together would do so 4 to 13 times on one side.
    """
    rng = np.random.default_rng(1)
    runs = 4000
    x = np.column_stack([rng.binomial(5000, share, runs), rng.binomial(people, share, (runs, units))])
    n = np.array([5000] + [people] * units)
    limits = stats.wilson_interval(x, n)
    gap = stats.mean_gap(
        x / n, limits=(limits.lower, limits.upper), counts=(x, n), weights=n if weights is None else weights
    )
    above, below = (gap.lower[:, 0] > 0).mean(), (gap.upper[:, 0] < 0).mean()
    assert max(above, below) < 0.036
    assert min(above, below) > 0.012


def test_units_that_differ_do_not_make_it_miss() -> None:
    """One odd unit of eight people among large ones: taken for alike, the interval would miss 13 times in a hundred."""
    rng = np.random.default_rng(2)
    true, n = np.array([0.02] * 10 + [0.5]), np.array([2000] * 10 + [8])
    found = stats.mean_share(rng.binomial(n, true, (4000, 11)), n, weights=1.0)
    missed = ((found.lower > true.mean()) | (found.upper < true.mean())).mean()
    assert 0.03 < missed < 0.09
    assert np.median(found.people) < 0.4 * 11**2 / (10 / 2000 + 1 / 8)


def test_reasons() -> None:
    """Each row has its own."""
    nan = float("nan")
    x = [[1, nan], [nan, nan], [1, -1], [1, 1], [1, 9], [1, 1]]
    n = [[2, 4], [3, 3], [2, 2], [2, 0], [2, 8], [2, 2]]
    w = [[1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [0, 0]]
    found = stats.mean_share(x, n, weights=w)
    expected = [
        "",
        "missing_input",
        "negative_input",
        "zero_denominator",
        "numerator_exceeds_denominator",
        "missing_input",
    ]
    assert found.reason.tolist() == expected
    assert found.members.tolist() == [1, 0, 2, 2, 2, 0]
    assert np.isnan(found.value).tolist() == [reason != "" for reason in expected]
    with pytest.raises(ArgumentError):
        stats.mean_share([1], [2], confidence=1)
    with pytest.raises(ArgumentError):
        stats.mean_share([1, 2, 3], [2, 2])
