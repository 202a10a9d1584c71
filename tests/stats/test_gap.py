"""Gaps to the mean of the peers: the formula one unit at a time, laws, edges."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TypedDict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError


class Group(TypedDict):
    """The columns of one peer group."""

    values: list[float]
    standard_errors: list[float]
    weights: list[float]


@st.composite
def groups(draw: st.DrawFn) -> Group:
    """Draw members with gaps, known and unknown uncertainty, and weights that may be 0."""
    n = draw(st.integers(1, 9))
    nan = st.just(math.nan)
    value = st.integers(-1000, 1000).map(lambda tenths: tenths / 10)
    error = st.integers(0, 50).map(lambda tenths: tenths / 10)
    weight = st.integers(0, 1000).map(float)
    return {
        "values": draw(st.lists(value | value | value | nan, min_size=n, max_size=n)),
        "standard_errors": draw(st.lists(error | error | error | nan, min_size=n, max_size=n)),
        "weights": draw(st.lists(weight, min_size=n, max_size=n)),
    }


def gap_slowly(group: Group, j: int, *, include_self: bool) -> tuple[float, float, float]:
    """Work the formula of the mean, the gap and its standard error for member ``j`` in fractions."""
    y, s, w = group["values"], group["standard_errors"], group["weights"]
    members = [i for i in range(len(y)) if not math.isnan(y[i]) and (include_self or i != j)]
    others = sum(Fraction(w[i]) for i in members if i != j)
    if math.isnan(y[j]) or not others:
        return math.nan, math.nan, math.nan
    share = {i: Fraction(w[i]) / sum(Fraction(w[k]) for k in members) for i in members}
    mean = sum(share[i] * Fraction(y[i]) for i in members)
    own = float(share.get(j, Fraction(0)))
    unknown = any(math.isnan(s[i]) for i in {j, *(i for i in members if share[i])})
    variance = (1 - own) ** 2 * s[j] ** 2 + sum(
        float(share[i]) ** 2 * s[i] ** 2 for i in members if i != j and share[i]
    )
    return float(mean), float(Fraction(y[j]) - mean), math.nan if unknown else math.sqrt(variance)


@given(groups(), st.booleans())
def test_is_the_slow_formula(group: Group, include_self: bool) -> None:  # noqa: FBT001 - drawn
    """All members at once give what the formula gives for each."""
    found = stats.mean_gap(**group, include_self=include_self)
    for j in range(len(group["values"])):
        mean, gap, se = gap_slowly(group, j, include_self=include_self)
        assert_allclose(found.mean[j], mean, rtol=1e-12, atol=1e-11)
        assert_allclose(found.gap[j], gap, rtol=1e-12, atol=1e-11)
        assert_allclose(found.se[j], se, rtol=1e-12, atol=1e-12)


@given(groups(), st.sampled_from([0.5, 0.8, 0.95, 0.99]))
def test_laws(group: Group, confidence: float) -> None:
    """Intervals enclose the gap; shift, order, scale of the weights and members without a value do not matter."""
    found = stats.mean_gap(**group, confidence=confidence)
    half = scipy_stats.norm.ppf((1 + confidence) / 2) * found.se
    assert_allclose(found.upper - found.gap, half, rtol=1e-9, atol=1e-9)
    assert_allclose(found.gap - found.lower, half, rtol=1e-9, atol=1e-9)
    y, s, w = (np.array(column) for column in group.values())
    other = stats.mean_gap((y + 7)[::-1], s[::-1], weights=3 * w[::-1], confidence=confidence)
    assert_allclose(other.gap[::-1], found.gap, atol=1e-9)
    assert_allclose(other.se[::-1], found.se, atol=1e-9)
    assert_array_equal(other.reason[::-1], found.reason)
    mirrored = stats.mean_gap(-y, s, weights=w, confidence=confidence)
    assert_allclose(mirrored.lower, -found.upper, atol=1e-9)
    longer = stats.mean_gap([*y, math.nan], [*s, 1], weights=[*w, 5], confidence=confidence)
    assert_allclose(longer.gap[:-1], found.gap, atol=1e-9)
    assert longer.reason[-1] == "missing_input"


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_self_shrinks_an_unweighted_gap(values: list[float]) -> None:
    """With the member in the mean the gap is (n - 1)/n of the gap to the others."""
    alone, within = stats.mean_gap(values, 1.0), stats.mean_gap(values, 1.0, include_self=True)
    n = len(values)
    assert_allclose(within.gap, alone.gap * (n - 1) / n, rtol=1e-14)
    assert_allclose(within.se, alone.se * (n - 1) / n, rtol=1e-14)
    assert_allclose(within.mean, np.mean(values), rtol=1e-12, atol=1e-6)
    assert_array_equal(alone.peers, n - 1)


def test_weighted_gaps_with_self_sum_to_zero() -> None:
    """Around the mean of all, the weighted gaps cancel."""
    rng = np.random.default_rng(2)
    y, w = rng.normal(50, 9, 98), rng.integers(1, 10**6, 98)
    found = stats.mean_gap(y, weights=w, include_self=True)
    assert_allclose((w * found.gap).sum(), 0, atol=1e-5)
    assert_allclose(found.mean, np.average(y, weights=w), rtol=1e-13)


def test_a_dominating_member_costs_no_digits() -> None:
    """A total minus a part would leave nothing of the small ones beside 1e18."""
    found = stats.mean_gap([1e9, 1.0, 2.0, 4.0], 0.5, weights=[1e18, 1.0, 1.0, 1.0])
    assert_allclose(found.mean[0], 7 / 3, rtol=1e-7)
    assert_allclose(found.gap[0], 1e9 - 7 / 3, rtol=1e-14)
    assert_allclose(found.se[0], math.sqrt(0.25 + 3 * 0.25 / 9), rtol=1e-14)


def test_level_of_billions() -> None:
    """Gaps of one unit survive a level of 1e9."""
    found = stats.mean_gap([1e9, 1e9 + 1, 1e9 + 2])
    assert found.gap.tolist() == [-1.5, 0.0, 1.5]


def test_reasons() -> None:
    """Who takes no part, who is alone, and whose interval is impossible."""
    nan, inf = math.nan, math.inf
    found = stats.mean_gap([1, nan, inf, 4, 6], [1, 1, 1, 1, 1], weights=[1, 1, 1, -1, 2])
    assert found.reason.tolist() == ["", "missing_input", "not_finite", "negative_input", ""]
    assert found.peers.tolist() == [1, 0, 0, 0, 1]
    assert_allclose(found.gap, [-5, nan, nan, nan, 5])
    alone = stats.mean_gap([5.0, nan], [1, 1], include_self=True)
    assert alone.reason.tolist() == ["no_peer", "missing_input"]
    assert np.isnan(alone.gap).all()
    assert np.isnan(alone.mean).all()
    assert np.isnan(alone.se).all()
    unsure = stats.mean_gap([1, 2, 3], [1, nan, -1])
    assert unsure.reason.tolist() == ["uncertainty_missing"] * 3
    assert unsure.gap.tolist() == [-1.5, 0.0, 1.5]
    assert np.isnan(unsure.lower).all()
    assert stats.mean_gap([1, 2]).reason.tolist() == ["uncertainty_missing"] * 2


def test_unknown_uncertainty_of_one_member_alone() -> None:
    """A member of weight 0 without a standard error takes only its own interval away."""
    found = stats.mean_gap([1, 2, 3], [1, 1, math.nan], weights=[1, 1, 0])
    assert found.reason.tolist() == ["", "", "uncertainty_missing"]
    assert found.peers.tolist() == [1, 1, 2]
    assert found.gap.tolist() == [-1.0, 1.0, 1.5]


def test_members_known_exactly() -> None:
    """A standard error of 0 is an answer, not a gap in knowledge."""
    found = stats.mean_gap([1, 2], 0)
    assert found.reason.tolist() == ["", ""]
    assert found.lower.tolist() == found.upper.tolist() == [-1.0, 1.0]


def test_a_gap_of_rounding_is_none() -> None:
    """0.2 is the mean of 0.1 and 0.3, though a computer's sum says a little less; exact figures would make it a verdict."""
    for values in ([0.1, 0.3, 0.2], [0.1, 0.2, 0.3, 0.2], [1.1, 3.3, 2.2, 2.2]):
        found = stats.mean_gap(values, 0.0)
        middle = np.isclose(values, np.mean(values))
        assert (
            found.gap[middle].tolist()
            == found.lower[middle].tolist()
            == found.upper[middle].tolist()
            == [0.0] * middle.sum()
        )
        assert (np.abs(found.gap[~middle]) > 0.05).all()
    assert stats.mean_gap([1.0, 1.0 + 1e-13], 0.0).gap.tolist() != [0.0, 0.0]


def test_many_groups_at_once() -> None:
    """A row per group gives what each group gives alone; no member and no group are legal."""
    rng = np.random.default_rng(5)
    y, w = rng.normal(size=(4, 12)), rng.random(12)
    y[1, 3] = math.nan
    whole = stats.mean_gap(y, 0.2, weights=w)
    for row in range(4):
        assert_array_equal(stats.mean_gap(y[row], 0.2, weights=w).upper, whole.upper[row])
    assert stats.mean_gap([]).gap.shape == (0,)
    assert stats.mean_gap(np.empty((0, 5))).reason.shape == (0, 5)


def test_inputs_are_not_changed() -> None:
    """Read-only arrays are enough."""
    columns = [np.array([1.0, math.nan, 3.0]), np.array([1.0, 1.0, -1.0]), np.array([1.0, 2.0, 3.0])]
    for column in columns:
        column.flags.writeable = False
    stats.mean_gap(columns[0], columns[1], weights=columns[2])


def test_wrong_arguments() -> None:
    """Confidence, shapes and text are checked."""
    with pytest.raises(ArgumentError, match="confidence must lie between 0 and 1"):
        stats.mean_gap([1, 2], confidence=95)
    with pytest.raises(ArgumentError, match="standard_errors must have the shape"):
        stats.mean_gap([1, 2, 3], [1, 2])
    with pytest.raises(ArgumentError, match="weights must be numbers"):
        stats.mean_gap([1, 2], weights=["a", "b"])
