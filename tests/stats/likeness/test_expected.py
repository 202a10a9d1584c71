"""What conditions let expect: figures of another program, the regression without each unit, laws, edges."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as scipy_stats

from maalbib import stats, texts
from maalbib.errors import ArgumentError

Floats = npt.NDArray[np.float64]

NAN = math.nan
COLUMNS = {
    "expected": "expected",
    "gap": "adjusted_gap",
    "leverage": "leverage",
    "sigma": "sigma",
    "se_expected": "se_expected",
    "loo_expected": "expected_loo",
    "loo_gap": "adjusted_gap_loo",
    "studentised": "studentised",
    "r2": "r2",
}
REASONS = [
    "condition_missing",
    "too_many_conditions",
    "collinear_conditions",
    "fits_itself",
    "exact_line",
    "uncertainty_missing",
    "too_few_units",
]


def drawn(units: int, conditions: int, seed: int = 1) -> tuple[Floats, Floats, Floats]:
    """Outcomes, conditions and weights without a pattern."""
    rng = np.random.default_rng(seed)
    return rng.normal(50, 9, units), rng.normal(20, 5, (units, conditions)), rng.uniform(1, 30, units)


def slowly(y: Floats, z: Floats, w: Floats, j: int, inside: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    """Fit the other units by the normal equations; return expected value, its standard error and the residual one."""
    others = inside & (np.arange(len(y)) != j)
    x = np.column_stack([np.ones(len(y)), z])
    inverse = np.linalg.inv((x[others].T * w[others]) @ x[others])
    slopes = inverse @ ((x[others].T * w[others]) @ y[others])
    left = y[others] - x[others] @ slopes
    variance = (w[others] * left**2).sum() / (others.sum() - x.shape[1])
    reach = x[j] @ inverse @ x[j]
    return float(x[j] @ slopes), math.sqrt(variance * reach), math.sqrt(variance * (reach + 1 / w[j]))


def test_oracle(oracles: Path) -> None:
    """Expected values, gaps, leverage and studentised gaps of another program, with weights and without."""
    table = pd.read_csv(oracles / "peers/own/adjusted_gap.csv")
    assert len(table) == 120
    for name, case in table.groupby("case_id"):
        conditions = case[["z1", "z2", "z3", "z4"]].dropna(axis=1, how="all")
        found = stats.expected_given(case["y"], conditions, weights=case["w"])
        for ours, theirs in COLUMNS.items():
            assert_allclose(getattr(found, ours), case[theirs], rtol=1e-9, atol=1e-9, err_msg=f"{name} {ours}")
        assert set(found.reason) == {""}


@given(st.integers(1, 3), st.integers(0, 10_000), st.booleans())
def test_is_the_regression_without_the_unit(conditions: int, seed: int, part: bool) -> None:  # noqa: FBT001 - drawn
    """Each unit is held against a regression of the others; one outside the basis against the basis."""
    rng = np.random.default_rng(seed)
    y, z, w = drawn(5 * conditions + 9, conditions, seed)
    inside = rng.random(len(y)) < (0.8 if part else 1)
    found = stats.expected_given(y, z, weights=w, basis=inside, units_per_condition=0)
    if inside.sum() < conditions + 3:
        assert set(found.reason) == {"too_few_units"}
        return
    for j in range(len(y)):
        expected, se_expected, se = slowly(y, z, w, j, inside)
        assert_allclose(found.loo_expected[j], expected, rtol=1e-8)
        assert_allclose(found.loo_se_expected[j], se_expected, rtol=1e-8)
        assert_allclose(found.loo_se[j], se, rtol=1e-8)
        assert_allclose(found.studentised[j], (y[j] - expected) / se, rtol=1e-6, atol=1e-8)
        assert found.freedom[j] == inside.sum() - inside[j] - conditions - 1
    half = scipy_stats.t.ppf(0.975, found.freedom) * found.loo_se
    assert_allclose(found.upper - found.loo_gap, half, rtol=1e-9)
    assert_allclose(found.loo_gap - found.lower, half, rtol=1e-9)
    assert_array_equal(found.inside, inside)


@given(st.integers(0, 10_000))
def test_laws(seed: int) -> None:
    """Units of measurement, order, the scale of the weights and units without a value do not matter."""
    y, z, w = drawn(17, 2, seed)
    found = stats.expected_given(y, z, weights=w)
    other = stats.expected_given((3 * y + 7)[::-1], (z * [1e6, -1e-6] + [5, 9e-5])[::-1], weights=(9 * w)[::-1])
    assert_allclose(other.loo_gap[::-1], 3 * found.loo_gap, rtol=1e-7, atol=1e-9)
    assert_allclose(other.studentised[::-1], found.studentised, rtol=1e-7, atol=1e-9)
    assert_allclose(other.leverage[::-1], found.leverage, rtol=1e-7)
    assert_allclose(other.slopes, 3 * found.slopes / [1e6, -1e-6], rtol=1e-6)
    longer = stats.expected_given([*y, NAN], [*z, z[0]], weights=[*w, 5])
    assert_allclose(longer.lower[:-1], found.lower, rtol=1e-9)
    assert longer.reason[-1] == "missing_input"
    assert_allclose(found.leverage.sum(), 3, rtol=1e-9)
    assert_allclose(found.expected + found.gap, y, rtol=1e-12)
    assert_allclose(found.expected - (found.expected - z @ found.slopes).mean(), z @ found.slopes, rtol=1e-7)


def test_outcomes_of_a_batch_do_not_touch_each_other() -> None:
    """A row among thousands with other units missing is to the last digit what it is alone."""
    y, z, w = drawn(40, 3)
    rng = np.random.default_rng(4)
    rows = rng.normal(y, 3, (3_000, 40))
    rows[rng.random(rows.shape) < 0.02] = NAN
    rows[::2] = np.where(np.isnan(rows[::2]), 50, rows[::2])
    before = rows.copy()
    found = stats.expected_given(rows, z, weights=w)
    assert_array_equal(rows, before)
    assert found.slopes.shape == (3_000, 3)
    for row in (0, 1, 1501, 2998, 2999):
        alone = stats.expected_given(rows[row], z, weights=w)
        for name in ("expected", "loo_gap", "lower", "studentised", "reason", "n"):
            assert_array_equal(getattr(found, name)[row], getattr(alone, name), err_msg=name)


def test_a_unit_does_not_explain_itself() -> None:
    """One that pulls the line to itself looks ordinary beside the fit, and is far out beside the others."""
    z = np.array([*range(20), 100.0])
    y = 2 * z + np.tile([0.5, -0.5, 0.2], 7)
    y[-1] -= 60
    found = stats.expected_given(y, z)
    assert abs(found.gap[-1]) < 0.2 * abs(found.loo_gap[-1])
    assert_allclose(found.loo_gap[-1], -60, atol=5)
    assert found.upper[-1] < 0
    assert found.extrapolated[-1]
    assert not found.extrapolated[:-1].any()


def test_only_one_like_it() -> None:
    """A condition that one unit alone has decides its expected value: the gap to the others cannot be computed."""
    y, z, _ = drawn(20, 1)
    island = np.zeros(20)
    island[7] = 1
    found = stats.expected_given(y, np.column_stack([z, island]))
    assert found.reason[7] == "fits_itself"
    assert_allclose([found.leverage[7], found.gap[7], found.expected[7]], [1, 0, y[7]], atol=1e-12)
    assert np.isnan([found.loo_gap[7], found.loo_expected[7], found.lower[7], found.studentised[7]]).all()
    assert set(np.delete(found.reason, 7)) == {""}
    rest = stats.expected_given(np.delete(y, 7), np.delete(z, 7, axis=0))
    assert_allclose(np.delete(found.loo_gap, 7), rest.loo_gap, rtol=1e-9)


@pytest.mark.parametrize(
    ("units", "conditions", "per_condition", "reason"),
    [
        (5, 3, 0, "too_few_units"),
        (6, 3, 0, ""),
        (14, 3, 5, "too_many_conditions"),
        (15, 3, 5, ""),
        (0, 1, 5, None),
        (1, 4, 5, "too_few_units"),
    ],
)
def test_enough_units(units: int, conditions: int, per_condition: float, reason: str | None) -> None:
    """At least three more units than conditions, and five for each of them unless asked otherwise."""
    y, z, _ = drawn(units, conditions)
    found = stats.expected_given(y, z, units_per_condition=per_condition)
    assert set(found.reason) == ({reason} if reason is not None else set())
    assert np.isnan(found.expected).all() == (reason != "")


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9])
def test_conditions_that_say_the_same(constant: float) -> None:
    """Conditions that follow from each other, or are the same for all, give no figure, whatever their unit."""
    y, z, _ = drawn(30, 2)
    for extra in (z[:, 0] * 1e6 + 3, z[:, 0] - 2 * z[:, 1], np.full(30, constant)):
        found = stats.expected_given(y, np.column_stack([z, extra]))
        assert set(found.reason) == {"collinear_conditions"}
        assert np.isnan(found.slopes).all()


def test_missing_things_are_told_apart() -> None:
    """No outcome, no condition, an infinite value, a negative weight: each has its own reason."""
    y, z, w = drawn(20, 2)
    y[0], z[1, 1], y[2], w[3], w[4], z[5, 0] = NAN, NAN, np.inf, -1, 0, np.inf
    found = stats.expected_given(y, z, weights=w)
    reasons = [
        "missing_input",
        "condition_missing",
        "not_finite",
        "negative_input",
        "uncertainty_missing",
        "not_finite",
    ]
    assert found.reason[:6].tolist() == reasons
    assert set(found.reason[6:]) == {""}
    assert set(found.n) == {14}
    assert_array_equal(np.isfinite(found.loo_gap), np.isin(found.reason, ["", "uncertainty_missing"]))
    assert not np.isfinite(found.loo_se[4])
    without = stats.expected_given(y[6:], z[6:], weights=w[6:])
    assert_allclose(found.loo_gap[6:], without.loo_gap, rtol=1e-10)


def test_all_on_the_line() -> None:
    """Residuals that are rounding are none: no gap, and nothing to measure one by."""
    z = np.arange(12) / 10
    found = stats.expected_given(1e6 + 3 * z, z)
    assert_array_equal(found.gap, 0)
    assert set(found.reason) == {"exact_line"}
    assert_allclose(found.r2, 1)
    flat = stats.expected_given(np.full(12, 0.1), z)
    assert np.isnan(flat.r2).all()
    assert_allclose(flat.expected, 0.1)


def test_one_off_the_line_of_the_others() -> None:
    """The others lie on the line: the gap is known, an interval is not."""
    z = np.arange(12.0)
    y = 2 * z
    y[4] += 5
    found = stats.expected_given(y, z)
    assert_allclose(found.loo_gap[4], 5)
    assert found.reason[4] == "exact_line"
    assert np.isnan(found.lower[4])
    assert set(np.delete(found.reason, 4)) == {""}


@pytest.mark.parametrize("factor", [1e-150, 1e150])
def test_extreme_sizes(factor: float) -> None:
    """Squares neither overflow nor vanish."""
    y, z, _ = drawn(20, 2)
    found, other = stats.expected_given(y, z), stats.expected_given(y * factor, z * factor)
    assert_allclose(other.studentised, found.studentised, rtol=1e-9)
    assert_allclose(other.loo_gap, found.loo_gap * factor, rtol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (([1, 2, 3], [1, 2]), {}),
        (([[[1]]], [1]), {}),
        (([1, 2], [[], []]), {}),
        (([1, 2], ["a", "b"]), {}),
        (([1, 2], [1, 2]), {"weights": [1, 2, 3]}),
        (([1, 2], [1, 2]), {"basis": [True, True, False]}),
        (([1, 2], [1, 2]), {"confidence": 1}),
        (([1, 2], [1, 2]), {"units_per_condition": -1}),
        (([1, 2], [1, 2]), {"units_per_condition": NAN}),
    ],
)
def test_wrong_arguments(arguments: tuple[Any, Any], options: dict[str, Any]) -> None:
    """What no data could make right is an error with words."""
    with pytest.raises(ArgumentError) as caught:
        stats.expected_given(*arguments, **options)
    assert caught.value.text("da")


def test_result() -> None:
    """A result survives a process pool, and its reasons have words in both languages."""
    found = stats.expected_given(*drawn(20, 2)[:2])
    assert pickle.loads(pickle.dumps(found)) == found
    for reason in REASONS:
        assert texts.phrase("reason", reason, "da")
        assert texts.phrase("reason", reason, "en")
