"""Compound growth between two values: independent figures, refusals in their order, laws."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError


def test_agrees_with_the_independent_cases(oracles: Path, calibration: Any) -> None:
    """Figures and refusals."""
    cases = calibration("_tracking_cases").cases(oracles / "tracking", "own_profiles.json")
    cases = [case for case in cases if case["profile"] == "cagr"]
    assert len(cases) == 6
    for case in cases:
        assert calibration("_figure_cases").growth_differences(case) == {}, case["case_id"]


def test_refusals_come_in_their_order() -> None:
    """Each case breaks its rule and all the later ones that can be broken together with it."""
    rows = [
        (0, 2020, 0, 2020, 0, "no_span"),
        (0, 2015, 0, 2020, 0, "zero_baseline"),
        (-3, 2015, 0, 2020, 0, "zero_current"),
        (-3, 2015, 4, 2020, 0, "sign_change"),
        (3, 2015, -4, 2020, 3, "sign_change"),
        (-3, 2015, -4, 2020, 0, "negative_values"),
        (3, 2015, 4, 2020, 0, "zero_target"),
        (3, 2015, 4, 2020, -5, "sign_change"),
        (3, 2015, 4, 2020, 3, "equal_baseline_target"),
        (3, 2015, 4, 2020, 6, ""),
        (3, 2015, 4, 2020, math.nan, ""),
        (math.nan, 2015, 4, 2020, 6, "missing_input"),
        (3, 2015, math.inf, 2020, 6, "not_finite"),
        (3, 2031, 4, 2032, 6, "no_span"),
    ]
    base, start, current, now, target, reason = map(list, zip(*rows, strict=True))
    found = stats.cagr(base, start, current, now, target, 2030)
    assert found.reason.tolist() == reason
    assert np.isnan(found.observed).tolist() == [code != "" for code in reason]


def test_no_small_number_stands_for_zero() -> None:
    """Pitfall: a target of zero is refused and not judged as one of 0.001."""
    found = stats.cagr(103, 2015, 29, 2023, 0, 2030)
    assert (found.reason, bool(np.isnan(found.ratio))) == ("zero_target", True)


def test_two_values_decide() -> None:
    """Pitfall: what lies between the first and the last value is not looked at."""
    assert stats.cagr(50, 2015, 60, 2020).observed == pytest.approx(1.2**0.2 - 1)


positive = st.floats(0.1, 1000)


@given(positive, positive, positive, st.integers(1, 10), st.integers(1, 10), st.floats(0.01, 100))
def test_growth_is_growth(base: float, current: float, target: float, years: int, more: int, unit: float) -> None:
    """Carried on from the base it gives the current value and the projected one; the unit does not matter."""
    if abs(base - target) <= 2e-9 * max(base, target):
        return  # equal up to noise, and which side of the noise may change with the unit
    found = stats.cagr(base, 2000, current, 2000 + years, target, 2000 + years + more)
    assert_allclose(base * (1 + found.observed) ** years, current, rtol=1e-9)
    assert_allclose(base * (1 + found.observed) ** (years + more), found.projected, rtol=1e-7)
    assert_allclose(base * (1 + found.required) ** (years + more), target, rtol=1e-9)
    scaled = stats.cagr(base * unit, 0, current * unit, years, target * unit, years + more)
    for name in ("observed", "required"):
        assert_allclose(getattr(scaled, name), getattr(found, name), rtol=1e-7, atol=1e-12)


def test_rows_do_not_touch_each_other() -> None:
    """Each element is as if alone, and shapes stretch to each other."""
    rng = np.random.default_rng(4)
    base, current = rng.integers(-2, 9, (2, 50)).astype(float)
    whole = stats.cagr(base, 2015, current, 2020, [[4.0], [0.0]], 2030)
    assert whole.observed.shape == (2, 50)
    alone = stats.cagr(base[7], 2015, current[7], 2020, 4.0, 2030)
    for name, value in attrs.asdict(alone).items():
        assert_array_equal(value, getattr(whole, name)[0, 7])


def test_wrong_arguments() -> None:
    """Shapes that do not fit, and text."""
    with pytest.raises(ArgumentError, match="shape"):
        stats.cagr([1, 2], 0, [1, 2, 3], 1)
    with pytest.raises(ArgumentError, match="current must be numbers"):
        stats.cagr(1, 0, "2", 1)
