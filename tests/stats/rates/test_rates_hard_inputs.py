"""Rates, means and slopes with inputs that are easily forgotten: no groups, other dtypes, very small and very large numbers."""

from __future__ import annotations

import numpy as np
import pytest

from maalbib.stats import (
    count_interval,
    proportion_interval,
    slope_index,
    standardised_rate,
    standardised_ratio,
)

VALUES = np.array([78.0, 79.0, 81.0, 82.5, 84.0])
PEOPLE = np.array([20.0, 25.0, 20.0, 15.0, 20.0])


def test_long_doubles_are_numbers_like_others() -> None:
    """A count that comes as a long double gets the limits of the same double."""
    counts = np.array([0, 3, 12], dtype=np.longdouble)
    assert count_interval(counts) == count_interval(counts.astype(float))
    assert proportion_interval(counts, 20) == proportion_interval(counts.astype(float), 20)


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 0), (0, 4)])
@pytest.mark.parametrize("errors", [None, 1.0])
def test_slope_index_without_groups_is_a_reason(shape: tuple[int, ...], errors: float | None) -> None:
    """No groups are too few groups, and no error."""
    found = slope_index(np.ones(shape), np.ones(shape), standard_errors=errors)
    assert found.value.shape == shape[:-1]
    assert set(found.reason.ravel().tolist()) <= {"too_few_points"}


@pytest.mark.parametrize("power", [-1000, -600, 600, 1000])
@pytest.mark.parametrize("errors", [None, 0.7])
def test_slope_index_keeps_its_width_at_any_size(power: int, errors: float | None) -> None:
    """Squares of very small deviations are not 0, and limits do not shut on the index."""
    plain = slope_index(VALUES, PEOPLE, standard_errors=errors)
    scaled = slope_index(
        np.ldexp(VALUES, power), PEOPLE, standard_errors=None if errors is None else float(np.ldexp(errors, power))
    )
    for name in ("value", "lower", "upper", "intercept"):
        assert np.ldexp(getattr(plain, name), power) == getattr(scaled, name)
    assert plain.relative_lower == scaled.relative_lower
    assert plain.lower < plain.value < plain.upper


def test_order_in_memory_does_not_change_a_slope_index() -> None:
    """Rows that lie column by column give the same bits."""
    rng = np.random.default_rng(1)
    values, people = rng.normal(50, 5, (40, 30)), rng.integers(1, 90, (40, 30))
    assert slope_index(np.asfortranarray(values), np.asfortranarray(people)) == slope_index(values, people)


def test_standardised_rate_of_a_unit_is_the_same_alone_and_among_others() -> None:
    """Many strata are added up in the same order for one unit and for many, also where strata are dropped."""
    rng = np.random.default_rng(2)
    people = rng.integers(1, 900, (6, 200)).astype(float)
    events = rng.binomial(people.astype(int), 0.1).astype(float)
    people[:, 5] = events[:, 5] = 0
    weights = np.arange(1.0, 201)
    together = standardised_rate(events, people, weights, multiplier=1000, drop_empty=True)
    for row in range(6):
        alone = standardised_rate(events[row], people[row], weights, multiplier=1000, drop_empty=True)
        assert alone.value == together.value[row]
        assert alone.upper == together.upper[row]


def test_a_single_ratio_has_arrays_in_every_column() -> None:
    """Results of single numbers are arrays without dimensions, the reference included."""
    assert isinstance(standardised_ratio(41, 43.7, reference_rate=0.0125).reference, np.ndarray)
