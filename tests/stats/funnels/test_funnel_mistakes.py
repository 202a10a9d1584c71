"""What other systems get wrong about funnels, each by name."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError

SIX = np.array([100.0, 150, 180, 80, 120, 225]), np.array([108.0, 112, 165, 95, 100, 220])


@pytest.mark.parametrize("multiplier", [1, 100, 1000, 100_000])
def test_limit_capped_at_100_whatever_the_multiplier(multiplier: float) -> None:
    """Elsewhere per 1,000 the limit is 100, below the centre of 548, and as a share it is 1.237; here it is cut first."""
    x, n = np.array([5.0, 12, 600]), np.array([6.0, 30, 1090])
    found = stats.funnel_limits(x, n, multiplier=multiplier)
    assert (found.upper <= multiplier).all()
    assert (found.upper >= found.centre).all()
    assert found.upper[1, 0] == multiplier
    assert (found.lower >= 0).all()
    plain = stats.funnel_limits(x, n)
    assert_allclose(found.lower, plain.lower * multiplier, rtol=1e-15)
    assert_array_equal(found.significance, plain.significance)
    assert_array_equal(found.p_value, plain.p_value)


def test_zero_numerator_makes_phi_infinite() -> None:
    """Elsewhere one zero on the log scale makes phi infinite and flags nobody; here the unit is left out, counted and named."""
    x, e = SIX[0].copy(), SIX[1]
    x[0] = 0
    found = stats.overdispersion(x, e, kind="ratio", method="log")
    assert np.isfinite(found.phi)
    assert (found.left_out, found.n) == (1, 5)
    assert found.reason.tolist() == ["zero_numerator", *[""] * 5]
    assert found.significance[:, 0].tolist() == ["not_judged"] * 2
    rest = stats.overdispersion(x[1:], e[1:], kind="ratio", method="log")
    assert_array_equal(found.phi, rest.phi)
    assert_array_equal(found.upper[:, 1:], rest.upper)
    by_root = stats.overdispersion(x, e, kind="ratio")
    assert by_root.left_out == 0
    assert by_root.significance[0, 0] == "low"


def test_a_zero_event_stops_nobody() -> None:
    """Elsewhere one zero count or one zero denominator ends the call for all rows."""
    found = stats.funnel_limits([0, 5, 3, 2], [4, 5, 0, math.nan], kind="ratio")
    assert found.reason.tolist() == ["", "", "expected_zero", "missing_input"]
    assert np.isfinite(found.upper[:, :2]).all()
    assert np.isnan(found.upper[:, 2:]).all()
    shares = stats.funnel_limits([0, 5, 3], [4, 5, 0])
    assert shares.reason.tolist() == ["", "", "zero_denominator"]


def test_sqrt_limits_left_on_the_root_scale() -> None:
    """Elsewhere limits of square roots are held against ratios: a third flagged at 5 %, one in eight at 0.2 %; squared, they keep it."""
    rng = np.random.default_rng(4)
    expected = rng.uniform(20, 200, (60, 300))
    observed = rng.poisson(expected)
    found = stats.overdispersion(observed, expected, kind="ratio")
    value = observed / expected
    root = (value > np.sqrt(found.upper)) | (value < np.sqrt(found.lower))
    flagged = np.isin(found.significance, ["low", "high"])
    assert_allclose(root.mean(axis=(1, 2)), [0.33, 0.13], atol=0.02)
    near, wide = flagged.mean(axis=(1, 2))
    assert_allclose(near, 0.05, atol=0.006)
    assert_allclose(wide, 0.002, atol=0.001)


def test_arcsine_limits_fold_back() -> None:
    """Beyond a right angle the sine comes down again: elsewhere the upper limit of a small unit lies below the centre."""
    n = np.arange(1, 200)
    limits = stats.adjusted_funnel_limits(n, 0.02, reference=0.97)
    angle = np.arcsin(np.sqrt(0.97)) + 3.0902323 * np.sqrt(1 / (4 * n) + 0.02)
    assert (np.sin(angle) ** 2 < 0.97).any()
    assert (limits.upper >= 0.97).all()
    assert (limits.upper[1][angle >= np.pi / 2] == 1).all()
    assert (np.diff(limits.upper, axis=1) <= 0).all()
    assert (np.diff(limits.lower, axis=1) >= 0).all()


def test_ratio_of_counts_is_not_offered() -> None:
    """A log ratio with the spread of an arcsine flags a quarter at 0.2 %; there is no such method."""
    with pytest.raises(ArgumentError, match="method must be one of: sqrt, log"):
        stats.overdispersion(*SIX, kind="ratio", method="asin")
    with pytest.raises(ArgumentError, match="method must be one of: asin"):
        stats.overdispersion([1], [2], kind="share", method="log")


def test_the_random_seed_of_the_caller_is_not_touched() -> None:
    """Elsewhere drawing a funnel resets it."""
    np.random.seed(12)  # noqa: NPY002 - the global state is what is looked at
    before = np.random.get_state()[1].tolist()  # type: ignore[index,union-attr]  # noqa: NPY002
    for family in ("normal", "poisson_gamma"):
        stats.overdispersion(*SIX, kind="ratio", family=family)  # type: ignore[arg-type]
    stats.funnel_limits(*SIX, kind="ratio")
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index,union-attr]  # noqa: NPY002


def test_whole_numbers_are_not_divided_as_such() -> None:
    """Elsewhere 120/7742 of two whole numbers is 0 and nobody notices."""
    whole = stats.funnel_limits(np.array([120, 80]), np.array([7742, 4000]))
    assert_array_equal(whole.value, [120 / 7742, 80 / 4000])
    assert whole == stats.funnel_limits([120.0, 80.0], [7742.0, 4000.0])
    small = stats.funnel_limits(np.array([120, 80], dtype=np.int16), np.array([7742, 4000], dtype=np.int16))
    assert small == whole


def test_a_curve_is_not_drawn_through_suppressed_units() -> None:
    """A hidden unit counts nowhere and has no limits; nobody else's verdict tells of it."""
    x, n = np.array([30.0, 55, 61, 900]), np.array([50.0, 100, 90, 1000])
    hidden = stats.funnel_limits(x, n, suppressed=[False, False, False, True])
    rest = stats.funnel_limits(x[:3], n[:3])
    for name in ("value", "centre", "lower", "upper", "p_value", "significance"):
        assert_array_equal(getattr(hidden, name)[..., :3], getattr(rest, name))
    assert hidden.reason[3] == "suppressed"
    assert np.isnan(hidden.lower[:, 3]).all()
    assert np.isnan([hidden.value[3], hidden.centre[3], hidden.p_value[3]]).all()
    assert hidden.phi == rest.phi
    adjusted = stats.overdispersion(x, n, suppressed=[False, False, False, True])
    assert_array_equal(adjusted.upper[:, :3], stats.overdispersion(x[:3], n[:3]).upper)


def test_constant_counts_are_no_certainty() -> None:
    """Equal units differ less than chance has it: phi is 0, and limits are those of chance, not of no width."""
    found = stats.overdispersion([50] * 12, [100] * 12)
    assert (found.phi, found.tau2) == (0, 0)
    assert (found.upper > found.lower + 0.1).all()
    none = stats.overdispersion([0] * 12, [100] * 12)
    assert none.phi == 0
    assert none.significance.tolist() == [["not_significant"] * 12] * 2
    assert stats.funnel_limits([0] * 3, [100] * 3).significance.tolist() == [["not_significant"] * 3] * 2
    assert stats.funnel_limits([9] * 3, [9] * 3).p_value.tolist() == [1.0] * 3
    assert stats.funnel_limits([0] * 3, [9] * 3, kind="rate").reason.tolist() == ["expected_zero"] * 3


def test_flags_that_rest_on_the_trim_are_seen() -> None:
    """Of 300 ratios the log method leaves from hardly any to many outside, by the trim; the result tells."""
    rng = np.random.default_rng(11)
    expected = rng.uniform(20, 300, 300)
    observed = rng.poisson(expected * np.exp(rng.standard_t(3, 300) * 0.12))
    found = stats.overdispersion(observed, expected, kind="ratio", method="log")
    outside = found.trim_outside[1:, 1].tolist()
    assert outside == sorted(outside)
    assert outside[-1] > 3 * max(outside[0], 1)
    at = [stats.overdispersion(observed, expected, kind="ratio", method="log", trim=trim) for trim in found.trims]
    assert_array_equal(found.trim_phi, [one.phi for one in at])
    assert_array_equal(found.trim_outside, [np.isin(one.significance, ["low", "high"]).sum(axis=1) for one in at])
