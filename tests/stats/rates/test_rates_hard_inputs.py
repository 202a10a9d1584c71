"""Rates, means and slopes with inputs that are easily forgotten: no groups, other dtypes, very small and very large numbers."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import special

from maalbib.errors import ArgumentError
from maalbib.stats import (
    count_interval,
    expected_count,
    mean_difference,
    mean_interval,
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


@pytest.mark.parametrize("confidence", [[0.9], np.array([0.9]), np.array([0.9, 0.8])])
def test_one_confidence_for_all_rows(confidence: object) -> None:
    """An array is refused in words, also one of a single number."""
    with pytest.raises(ArgumentError, match="confidence must lie between 0 and 1"):
        proportion_interval(1, 2, confidence=confidence)  # type: ignore[arg-type]


def test_means_at_the_end_of_the_doubles_do_not_warn() -> None:
    """Their limits lie beyond, on both sides."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = mean_interval([[1e308, -1e308, 1e308], [1.0, 2.0, 3.0]])
        apart = mean_difference(found, mean_interval([1.0, 2.0, 4.0]))
    assert (found.lower[0], found.upper[0]) == (-np.inf, np.inf)
    assert np.isfinite(found.upper[1])
    assert np.isfinite(apart.upper[1])


@pytest.mark.parametrize("shape", [(0,), (3, 0)])
def test_nothing_is_expected_of_no_strata(shape: tuple[int, ...]) -> None:
    """Without a stratum it is not known how many events were to be expected: that is missing, and not 0."""
    found = expected_count(np.ones(shape), np.ones(shape), np.ones(shape))
    assert found.value.shape == shape[:-1]
    assert np.isnan(found.value).all()
    assert set(found.reason.ravel().tolist()) == {"missing_input"}


@pytest.mark.parametrize("power", [-1000, 1020])
def test_slope_index_does_not_mind_what_people_are_counted_in(power: int) -> None:
    """The sum of huge populations is a double too."""
    plain = slope_index(VALUES, PEOPLE)
    scaled = slope_index(VALUES, np.ldexp(PEOPLE, power - 5))
    assert (scaled.value, scaled.lower, scaled.reason) == (plain.value, plain.lower, "")


def test_equal_pairs_of_counts_get_the_quantiles_of_each() -> None:
    """Working out each pair once changes no bit, whatever is beside it: fractions, nothing, all, and rows that are bad."""
    rng = np.random.default_rng(5)
    n = rng.integers(0, 12, (2, 40_000)).astype(float)
    x = np.floor(rng.random(n.shape) * (n + 1))
    x[:, :50] += 0.25
    x[0, ::97], n[1, ::89], n[0, ::101] = np.nan, np.inf, -1.0
    tail = (1 - 0.95) / 2
    good = (x >= 0) & (x <= n) & (n > 0) & (n < np.inf)
    for method, less, more in (("clopper_pearson", 0.0, 1.0), ("jeffreys", 0.5, 0.5)):
        found = proportion_interval(x, n, method=method)  # type: ignore[arg-type]
        lower = np.where(x == 0, 0.0, special.betaincinv(x + less, n - x + more, tail))
        upper = np.where(x == n, 1.0, special.betainccinv(x + more, n - x + less, tail))
        assert_array_equal(found.lower, np.where(good, lower, np.nan))
        assert_array_equal(found.upper, np.where(good, upper, np.nan))
