"""Dispersion between units: published figures, a slow obvious twin, laws, and what cannot be computed."""

from __future__ import annotations

import math
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.errors import ArgumentError
from maalbib.stats import Dispersion, dispersion

IN_UNITS = ("sd", "range", "iqr", "p90_minus_p10", "mad", "noise_free_sd")
NUMBERS = (*IN_UNITS, "mean", "median", "cv", "p90_over_p10")

plain = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))
groups = st.lists(plain, min_size=2, max_size=40)
errors = st.floats(0, 1e3, allow_nan=False)


def slow(values: list[float], noise: list[float] | None = None) -> dict[str, float]:
    """Every statistic by its definition, one group at a time."""
    p10, p25, median, p75, p90 = np.quantile(values, [0.1, 0.25, 0.5, 0.75, 0.9])
    mean, sd = statistics.fmean(values), statistics.stdev(values)
    variance = sd**2 - (math.nan if noise is None else statistics.fmean(each**2 for each in noise))
    return {
        "n": len(values),
        "mean": mean,
        "median": median,
        "sd": sd,
        "range": max(values) - min(values),
        "iqr": p75 - p25,
        "p90_minus_p10": p90 - p10,
        "mad": 1.4826 * statistics.median([abs(value - median) for value in values]),
        "cv": sd / mean if mean > 0 else math.nan,
        "p90_over_p10": p90 / p10 if p10 > 0 else math.nan,
        "noise_free_sd": math.nan if noise is None else math.sqrt(max(0.0, variance)),
    }


def numbers(found: Dispersion, names: tuple[str, ...] = NUMBERS) -> list[Any]:
    """The figures of a result as plain numbers."""
    return [getattr(found, name).tolist() for name in names]


def test_published_figures(oracles: Path, calibration: Any, subtests: pytest.Subtests) -> None:
    """Every case computed with R agrees to nine digits."""
    cases = calibration("_tracking_cases").cases(oracles / "tracking", "own_derived.json")
    cases = [case for case in cases if case["statistic"] == "dispersion"]
    assert len(cases) >= 6
    for case in cases:
        with subtests.test(case["case_id"], note=case["note"]):
            assert calibration("_figure_cases").dispersion_differences(case) == {}


@given(st.lists(st.tuples(plain, errors), min_size=2, max_size=40))
def test_it_agrees_with_the_definitions(units: list[tuple[float, float]]) -> None:
    """The sorted, scaled and centred sums give what the definitions give."""
    values, noise = [value for value, _ in units], [error for _, error in units]
    found, wanted = dispersion(values, standard_errors=noise, min_units=2), slow(values, noise)
    scale = max(1.0, *map(abs, values))
    assert found.n.item() == wanted.pop("n")
    close = abs(wanted.pop("noise_free_sd") ** 2 - found.noise_free_sd.item() ** 2)
    assert close <= 1e-9 * (scale**2 + max(noise) ** 2)
    for name, expected in wanted.items():
        value = getattr(found, name).item()
        if name in {"cv", "p90_over_p10"} and min(abs(wanted["mean"]), 1.0) < 1e-6 * scale:
            continue  # a mean of about zero: the sign of a rounding error decides
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-9 * scale, nan_ok=True), name


@given(groups, st.integers(-1000, 1000))
def test_shifting_every_unit_moves_the_centre_only(values: list[float], shift: int) -> None:
    """A constant added to all changes mean and median by it, and no distance."""
    before, after = (dispersion(np.array(values) + each, min_units=2) for each in (0, shift))
    scale = max(1.0, abs(shift), *map(abs, values))
    assert after.mean.item() == pytest.approx(before.mean.item() + shift, abs=1e-9 * scale)
    for name in ("sd", "range", "iqr", "p90_minus_p10", "mad"):
        assert getattr(after, name).item() == pytest.approx(getattr(before, name).item(), abs=1e-8 * scale), name


@given(groups, st.integers(-20, 20))
def test_a_power_of_two_changes_no_digit(values: list[float], power: int) -> None:
    """Another unit of measurement scales every distance and leaves every ratio."""
    before, after = dispersion(values, min_units=2), dispersion(np.ldexp(values, power), min_units=2)
    for name in ("mean", "median", "sd", "range", "iqr", "p90_minus_p10", "mad"):
        assert getattr(after, name).item() == math.ldexp(getattr(before, name).item(), power), name
    np.testing.assert_array_equal(numbers(after, ("cv", "p90_over_p10")), numbers(before, ("cv", "p90_over_p10")))


@given(st.data(), groups)
def test_the_order_of_the_units_costs_no_bit(data: st.DataObject, values: list[float]) -> None:
    """Permuting the units gives the same figures exactly."""
    other = data.draw(st.permutations(values))
    assert dispersion(values, min_units=2) == dispersion(other, min_units=2)


@given(st.lists(groups, min_size=1, max_size=6), st.integers(0, 200))
def test_a_group_does_not_depend_on_the_batch(batch: list[list[float]], padding: int) -> None:
    """A group gives the same bits alone, among others, and with missing units beside it."""
    width = max(map(len, batch)) + padding
    table = np.full((len(batch), width), np.nan)
    for row, values in enumerate(batch):
        table[row, padding : padding + len(values)] = values
    together = dispersion(table, min_units=2)
    for row, values in enumerate(batch):
        alone = dispersion(values, min_units=2)
        for name in (*NUMBERS, "n"):
            np.testing.assert_array_equal(getattr(together, name)[row], getattr(alone, name), err_msg=name)


def test_many_groups_are_cut_into_pieces_without_a_trace() -> None:
    """More groups than are worked on at a time give what each gives alone."""
    values = np.random.default_rng(5).normal(70, 5, (3_000, 98))
    found = dispersion(values)
    for row in (0, 1337, 2_675, 2_676, 2_999):
        assert found.sd[row] == dispersion(values[row]).sd


def test_axes_in_front_of_the_units_stay() -> None:
    """Breakdowns by periods by units gives breakdowns by periods, and the arrays handed in are left alone."""
    values = np.arange(60, dtype=float).reshape(2, 5, 6)
    kept = values.copy()
    found = dispersion(values)
    assert found.sd.shape == found.reason.shape == (2, 5)
    assert (found.range == 5).all()
    np.testing.assert_array_equal(values, kept)


def test_equal_values_have_no_dispersion_at_all() -> None:
    """0.1 seven times lies exactly on its mean, which sums of 0.1 do not."""
    found = dispersion([0.1] * 7)
    assert numbers(found, ("sd", "range", "iqr", "mad", "cv", "mean")) == [0, 0, 0, 0, 0, 0.1]


def test_a_high_level_costs_no_digits() -> None:
    """Differences of one on a level of billions."""
    small = dispersion([1.0, 2.0, 4.0, 7.0, 9.0])
    assert dispersion(np.array([1.0, 2.0, 4.0, 7.0, 9.0]) + 5e9).sd.item() == small.sd.item()


def test_huge_and_tiny_values_neither_overflow_nor_vanish() -> None:
    """Squares stay inside the range of doubles."""
    for scale in (2.0**1000, 2.0**-1000):
        assert dispersion(np.array([1.0, 2, 3, 4, 5]) * scale).sd.item() == math.sqrt(2.5) * scale


def test_what_cannot_be_computed_says_why() -> None:
    """Each reason, and numbers beside it where they exist."""
    found = dispersion(
        [[1, 2, 3, 4, math.nan], [1, 2, 3, 4, math.inf], [-9, -1, 0, 1, 2], [-1, 0, 1, 2, 30], [1, 2, 3, 4, 5]],
        standard_errors=[1, 1, math.nan, 1, 1],
    )
    assert found.reason.tolist() == ["too_few_units", "not_finite", "", "", ""]
    assert found.cv_reason.tolist() == ["too_few_units", "not_finite", "mean_not_positive", "", ""]
    assert found.p90_over_p10_reason.tolist()[2:] == ["p10_not_positive", "p10_not_positive", ""]
    assert set(found.noise_free_sd_reason.tolist()[2:]) == {"errors_missing"}
    assert found.n.tolist() == [4, 5, 5, 5, 5]
    assert np.isnan(found.mean[:2]).all()
    assert np.isfinite(found.sd[2:]).all()


def test_a_reason_stands_where_a_number_is_missing_and_nowhere_else() -> None:
    """No silent NaN, no reason beside a number."""
    values = np.random.default_rng(3).normal(0, 1, (200, 6))
    values[np.random.default_rng(4).random(values.shape) < 0.1] = np.nan
    found = dispersion(values, standard_errors=np.where(np.abs(values) > 2, -1, 0.1))
    for name, reason in (("sd", "reason"), ("cv", "cv_reason"), ("p90_over_p10", "p90_over_p10_reason")):
        np.testing.assert_array_equal(np.isnan(getattr(found, name)), getattr(found, reason) != "", err_msg=name)
    np.testing.assert_array_equal(np.isnan(found.noise_free_sd), found.noise_free_sd_reason != "")


def test_a_missing_unit_needs_no_standard_error() -> None:
    """Only the units that count must say how sure they are."""
    found = dispersion([60, 62, 58, 71, 66, math.nan], standard_errors=[1, 1, 1, 1, 1, math.nan])
    assert found.noise_free_sd_reason.item() == ""


def test_noise_that_explains_everything_leaves_nothing() -> None:
    """Small institutions that spread as chance alone would are not uneven."""
    assert dispersion([60, 62, 58, 61, 59], standard_errors=5).noise_free_sd.item() == 0


def test_an_empty_table_has_no_figures() -> None:
    """No groups, and groups without units."""
    assert dispersion(np.zeros((0, 5))).sd.shape == (0,)
    assert dispersion(np.zeros((2, 0))).reason.tolist() == ["too_few_units", "too_few_units"]


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ([1, 2, 3], {"min_units": 1}),
        ([1, 2, 3], {"min_units": 2.0}),
        (["1", "2"], {}),
        ([1, 2, 3], {"standard_errors": [1, 2]}),
    ],
)
def test_wrong_arguments_are_refused(values: Any, options: dict[str, Any]) -> None:
    """Texts, shapes that do not fit, and fewer than two units."""
    with pytest.raises(ArgumentError):
        dispersion(values, **options)
