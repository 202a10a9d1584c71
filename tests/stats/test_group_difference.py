"""A group against the rest: every group by hand, draws near the exact share, laws and refusals."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from maalbib import stats, texts
from maalbib.errors import ArgumentError

Array = np.ndarray


@st.composite
def groups(draw: st.DrawFn) -> tuple[Array, Array, Array]:
    """Draw values, members (some, not all) and weights."""
    n = draw(st.integers(2, 7))
    values = draw(st.lists(st.integers(-5, 5), min_size=n, max_size=n))
    weights = draw(st.lists(st.integers(1, 9), min_size=n, max_size=n))
    size = draw(st.integers(1, n - 1))
    member = np.zeros(n, dtype=bool)
    member[draw(st.permutations(range(n)))[:size]] = True
    return np.array(values, dtype=float), member, np.array(weights, dtype=float)


def slowly(values: Array, member: Array, weights: Array) -> tuple[float, float, float, float, int]:
    """Form every group and compare its mean with that of the others."""
    units = range(len(values))

    def apart(chosen: tuple[int, ...]) -> float:
        rest = [unit for unit in units if unit not in chosen]
        one, other = (np.average(values[part], weights=weights[part]) for part in (list(chosen), rest))
        return float(one - other)

    own = apart(tuple(np.flatnonzero(member).tolist()))
    every = np.array([apart(chosen) for chosen in combinations(units, int(member.sum()))])
    away = np.abs(every - every.mean())
    shares = [float(np.mean(away >= least - 1e-9)) for least in (abs(own - every.mean()), away.max())]
    return own, float(every.mean()), shares[0], shares[1], len(every)


@given(groups())
def test_every_group_by_hand(drawn: tuple[Array, Array, Array]) -> None:
    """Difference, mean of all, share and smallest share are those of forming every group."""
    values, member, weights = drawn
    found = stats.group_difference(values, member, weights=weights)
    assert (found.method, found.p_exact, found.reason) == ("exact", True, "")
    numbers = (found.difference, found.expected, found.p_value, found.p_min, found.groups)
    assert_allclose(numbers, slowly(values, member, weights), atol=1e-9)


@given(groups())
@settings(max_examples=30)
def test_laws(drawn: tuple[Array, Array, Array]) -> None:
    """Shift, scale, order and the size of the weights do not matter; the others against the members turn the sign."""
    values, member, weights = drawn
    found = stats.group_difference(values, member, weights=weights)
    moved = stats.group_difference(3 * values + 1e6, member, weights=10 * weights)
    assert_allclose(moved.difference, 3 * found.difference, atol=1e-8)
    assert moved.p_value == found.p_value
    turned = stats.group_difference(values, ~member, weights=weights)
    assert_allclose((turned.difference, turned.p_value), (-found.difference, found.p_value), atol=1e-9)
    mirrored = stats.group_difference(values[::-1], member[::-1], weights=weights[::-1])
    assert_allclose((mirrored.difference, mirrored.p_value), (found.difference, found.p_value), atol=1e-9)
    assert 0 < found.p_min <= found.p_value <= 1
    plain = stats.group_difference(values, member)
    assert_allclose(plain.expected, 0, atol=1e-9)


def test_draws_come_near_the_exact_share() -> None:
    """Twenty units, eight of them: too many groups to go through, so the share is drawn, within four standard errors."""
    rng = np.random.default_rng(1)
    values, member = np.concatenate([rng.normal(0.8, 1, 8), rng.normal(0, 1, 12)]), np.arange(20) < 8
    drawn = stats.group_difference(values, member, draws=20_000)
    assert (drawn.method, drawn.p_exact, drawn.groups, drawn.p_min) == ("permutation", False, 20_001, 1 / 20_001)
    exact = slowly(values, member, np.ones(20))[2]
    assert abs(drawn.p_value - exact) < 4 * math.sqrt(exact * (1 - exact) / 20_000)


def test_seed_decides_the_draws() -> None:
    """The same seed gives the same share, another nearly the same."""
    rng = np.random.default_rng(2)
    values, member = rng.normal(size=60), np.arange(60) < 20
    one = stats.group_difference(values, member)
    assert one == stats.group_difference(values, member, seed=0)
    other = stats.group_difference(values, member, seed=1)
    assert one.p_value != other.p_value
    assert abs(one.p_value - other.p_value) < 0.03


def test_a_group_drawn_by_lot_has_any_share() -> None:
    """Of all groups of three of seven, at most a share alpha has a share of at most alpha."""
    values = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 3.0])
    shares = []
    for chosen in combinations(range(7), 3):
        member = np.isin(np.arange(7), chosen)
        shares.append(stats.group_difference(values, member, weights=np.arange(1, 8)).p_value)
    for alpha in sorted(set(shares)):
        assert np.mean(np.array(shares) <= alpha) <= alpha + 1e-12


def test_many_units_have_fewer_draws() -> None:
    """Units times draws are bounded, and the smallest share says so."""
    rng = np.random.default_rng(3)
    found = stats.group_difference(rng.normal(size=20_000), np.arange(20_000) < 500)
    assert found.groups == 2_501
    assert_allclose(found.p_min, 1 / 2_501)


def test_who_takes_no_part() -> None:
    """Missing values, and weights that are missing or 0."""
    nan = math.nan
    whole = stats.group_difference([1, 2, 3, 5], [1, 1, 0, 0], weights=[1, 2, 3, 4])
    padded = stats.group_difference([1, 2, 3, 5, nan, 9, 9], [1, 1, 0, 0, 1, 1, 0], weights=[1, 2, 3, 4, 5, nan, 0])
    assert padded == whole
    assert (padded.members, padded.others) == (2, 2)


@pytest.mark.parametrize(
    ("reason", "values", "member", "weights"),
    [
        ("no_member", [1, 2], [0, 0], None),
        ("no_other", [1, 2], [1, 1], None),
        ("no_member", [math.nan, 2], [1, 0], None),
        ("no_member", [], [], None),
        ("not_finite", [math.inf, 2], [1, 0], None),
        ("not_finite", [1.7e308, -1.7e308, 1.7e308], [1, 0, 0], None),
        ("negative_input", [1, 2], [1, 0], [1, -1]),
    ],
)
def test_nothing_to_say(reason: str, values: list[float], member: list[int], weights: list[float] | None) -> None:
    """Each has its reason and no number."""
    found = stats.group_difference(values, member, weights=weights)
    assert found.reason == reason
    assert math.isnan(found.difference)
    assert math.isnan(found.p_value)
    assert found.groups == 0


def test_wrong_arguments() -> None:
    """Shapes, text and the number of draws are checked."""
    with pytest.raises(ArgumentError, match="member must have the shape"):
        stats.group_difference([1, 2, 3], [True, False])
    with pytest.raises(ArgumentError, match="weights must have the shape"):
        stats.group_difference([1, 2, 3], [1, 0, 0], weights=[1, 2])
    with pytest.raises(ArgumentError, match="values must be numbers"):
        stats.group_difference(["a", "b"], [1, 0])
    with pytest.raises(ArgumentError, match="draws must be a whole number of at least 1"):
        stats.group_difference([1, 2], [1, 0], draws=0)
    with pytest.raises(ArgumentError, match="seed must be a whole number of at least 0"):
        stats.group_difference([1, 2], [1, 0], seed=-1)


@pytest.mark.parametrize("reason", ["no_member", "no_other", "not_finite", "negative_input"])
def test_reasons_have_words(reason: str) -> None:
    """In both languages."""
    assert all(texts.phrase("reason", reason, lang) for lang in ("da", "en"))
