"""What existing systems get wrong with intervals and rates, and what is said here instead; and laws across all kernels."""

from __future__ import annotations

import pickle
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from maalbib import stats, texts
from maalbib.stats._count_blocks import _REASONS
from maalbib.stats.rates._estimate import _STATUS

NAN = np.nan

BAD_AND_GOOD: dict[str, Callable[[], Any]] = {
    "count_interval": lambda: stats.count_interval([NAN, -1, np.inf, 0, 7]),
    "mean_difference": lambda: stats.mean_difference(
        stats.mean_interval([[1, 2, 4], [NAN] * 3]), stats.mean_interval([[1, 2, 5]])
    ),
    "mean_interval": lambda: stats.mean_interval([[1, 2, 4], [NAN] * 3, [3, NAN, NAN], [2, 2, 2]]),
    "mean_interval_from": lambda: stats.mean_interval_from([1, NAN], [1, -1], [4, 0]),
    "median_interval": lambda: stats.median_interval([[1, 2, 4, 5, 9, 7], [NAN] * 6, [3, *[NAN] * 5]]),
    "own_part_removed": lambda: stats.own_part_removed([1, NAN, 5], [4, 4, 2], 3, 9),
    "proportion_difference": lambda: stats.proportion_difference([1, NAN, 5], [4, 4, 2], 3, 9),
    "proportion_interval": lambda: stats.proportion_interval([1, NAN, 5, 0], [4, 4, 2, 0]),
    "rate": lambda: stats.rate([1, NAN, -5, 0], [4, 4, 2, 0], multiplier=1000),
    "rate_ratio": lambda: stats.rate_ratio([1, NAN, 0, 4], 10, [3, 3, 0, 0], 20),
    "slope_index": lambda: stats.slope_index([[1, 2, 4], [1, NAN, 2]], [5, 6, 7]),
    "standardised_rate": lambda: stats.standardised_rate(
        [[9, 8], [1, 2], [NAN, 9], [9, 9]], [[90, 70], [9, 9], [9, 9], [0, 9]], [1, 2], multiplier=1000
    ),
    "standardised_ratio": lambda: stats.standardised_ratio([4, NAN, 3], [5, 5, 0]),
}


def test_a_zero_numerator_stops_the_whole_frame() -> None:
    """A known package raises for all rows where one has no events; here that row has a rate of 0 and an upper limit."""
    found = stats.rate([12, 0, 7], [1000, 800, 900], multiplier=100_000)
    assert found.status.tolist() == ["ok", "ok", "ok"]
    assert (found.value[1], found.lower[1]) == (0.0, 0.0)
    assert found.upper[1] == pytest.approx(461.1, abs=0.05)


def test_confidence_is_not_mixed_up_with_what_it_leaves_out() -> None:
    """A known package passes 1 - confidence on, and gives 49.2 to 51.1 for 50 events at 95 %."""
    found = stats.count_interval(50, method="byar", confidence=0.95)
    assert (found.lower.round(1).item(), found.upper.round(1).item()) == (37.1, 65.9)


def test_an_invalid_row_stops_the_call() -> None:
    """A known package stops where one denominator is 0; here the row says so, and the others are computed."""
    found = stats.proportion_interval([5, 3, 8], [10, 0, 20])
    assert found.status.tolist() == ["ok", "invalid", "ok"]
    assert found.reason.tolist()[1] == "zero_denominator"


def test_nothing_expected_gives_infinity() -> None:
    """A known package gives Inf without a word; here there is no ratio, with its reason."""
    found = stats.standardised_ratio([5, 0], [0, 0])
    assert np.isnan([found.value, found.lower, found.upper]).all()
    assert found.reason.tolist() == ["expected_zero", "expected_zero"]


def test_constant_values_give_an_interval_without_width() -> None:
    """A known package is certain of the mean of four equal answers; here there is a mean and no interval."""
    found = stats.mean_interval([4, 4, 4, 4])
    assert (found.value.item(), found.status.item(), found.reason.item()) == (4.0, "value_only", "constant_values")
    assert np.isnan(found.lower)
    assert np.isnan(found.upper)


def test_a_missing_count_is_turned_into_zero() -> None:
    """A known package counts a missing age group as no events, and the rate falls; here there is no rate."""
    count, population = [[30, NAN, 40], [30, 0, 40]], [[900, 800, 700]] * 2
    found = stats.standardised_rate(count, population, [5, 4, 3], multiplier=1000)
    assert found.status.tolist() == ["missing", "ok"]
    assert np.isnan(found.value[0])
    assert stats.rate([NAN, 0], 100, multiplier=1).status.tolist() == ["missing", "ok"]


def test_a_multiplier_reaches_the_value_and_not_the_limits() -> None:
    """Value and limits are in the same unit, whatever it is."""
    for multiplier in (1, 100, 100_000):
        for found in (
            stats.rate(65, 9856, multiplier=multiplier),
            stats.standardised_ratio(65, 70.5, multiplier=multiplier),
            stats.standardised_rate([40, 25], [5000, 4856], [1, 1], multiplier=multiplier),
        ):
            assert found.multiplier == multiplier
            assert 0.5 < found.lower.item() / found.value.item() < 1 < found.upper.item() / found.value.item() < 1.5


def test_the_correction_for_continuity_disappears_at_one_half() -> None:
    """R's test drops it where the numerator is half of the denominator, and its interval shrinks by a jump; ours keeps it."""
    found = stats.proportion_interval([24, 25, 26], 50, method="wilson_cc")
    width = found.upper - found.lower
    assert width[1] > width[0]
    assert np.all(
        width > stats.wilson_interval([24, 25, 26], 50).upper - stats.wilson_interval([24, 25, 26], 50).lower
    )


def test_upper_limit_passes_one() -> None:
    """The plain formula exceeds 1 by a rounding error for a thousand sizes; no limit of any method does."""
    n = np.arange(1, 3_000)
    for method in ("wilson", "wilson_cc", "jeffreys", "agresti_coull", "clopper_pearson"):
        assert np.all(stats.proportion_interval(n, n, method=method).upper == 1.0)  # type: ignore[arg-type]
        assert np.all(stats.proportion_interval(0, n, method=method).lower == 0.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", BAD_AND_GOOD)
def test_bad_rows_neither_raise_nor_warn(name: str) -> None:
    """Every kernel: a status and a reason with words for each row, good rows computed, and results that travel."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = BAD_AND_GOOD[name]()
    assert "ok" in found.status.tolist()
    assert set(found.status.tolist()) - {"ok"}
    assert_array_equal(found.status == "ok", found.reason == "")
    good = found.reason == ""
    for number in (found.value, found.lower, found.upper):
        assert np.isfinite(number[good]).all()
    assert np.all(found.lower[good] <= found.value[good])
    assert np.all(found.value[good] <= found.upper[good])
    assert pickle.loads(pickle.dumps(found)) == found == BAD_AND_GOOD[name]()
    assert found.method
    assert found.method_version == 1
    assert found.confidence == 0.95
    with pytest.raises(AttributeError):
        found.value = 0


def test_one_element_is_an_array_too() -> None:
    """Numbers in give arrays without axes out, on every version of NumPy."""
    mean = stats.mean_interval([1, 2, 4])
    for found in (
        stats.count_interval(4),
        stats.rate(4, 9, multiplier=1),
        mean,
        stats.median_interval([1, 2, 4, 5, 6, 7]),
        stats.mean_difference(mean, stats.mean_interval([1, 2, 9])),
        stats.own_part_removed(1, 4, 3, 9),
        stats.rate_ratio(1, 4, 3, 9),
        stats.slope_index([1, 2, 4, 3], [5, 6, 7, 8]),
        stats.standardised_rate([9, 8], [90, 70], [1, 2], multiplier=1),
        stats.standardised_ratio(4, 5.1, reference_rate=0.1),
    ):
        for name in ("value", "lower", "upper", "reason", "status"):
            assert isinstance(getattr(found, name), np.ndarray), (type(found), name)
            assert getattr(found, name).shape == ()


def test_every_reason_has_a_status_and_words() -> None:
    """A new reason cannot be forgotten."""
    assert set(_REASONS) <= set(_STATUS)
    assert set(_STATUS.values()) == {
        *("ok", "value_only", "insufficient", "suppressed", "missing", "not_applicable", "invalid")
    }
    for reason in _STATUS:
        if reason:
            assert texts.phrase("reason", reason, "da")
            assert texts.phrase("reason", reason, "en")


def test_inputs_are_left_alone() -> None:
    """No kernel writes into what it was handed, read-only arrays included."""
    count = np.array([[3.0, 9, 0], [40, 2, 5]])
    people = np.array([[100.0, 90, 80], [500, 70, 60]])
    weights = np.array([5.0, 4, 1])
    copies = count.copy(), people.copy(), weights.copy()
    for array in (count, people, weights):
        array.setflags(write=False)
    stats.rate(count, people, multiplier=10)
    stats.proportion_interval(count, people)
    stats.standardised_rate(count, people, weights, multiplier=1, drop_empty=True)
    stats.expected_count(people, weights, people[0])
    stats.mean_interval(count)
    stats.median_interval(count)
    stats.slope_index(count, people)
    stats.own_part_removed(count, people, 400, 2000)
    for array, copy in zip((count, people, weights), copies, strict=True):
        assert_array_equal(array, copy)


def test_memory_beyond_the_result_is_bounded() -> None:
    """A million rates by five strata take little more than what is returned."""
    count = np.full((400_000, 5), 4.0)
    population = np.array([100.0, 200, 300, 400, 500])
    stats.standardised_rate(count[:10], population, np.ones(5), multiplier=1)
    tracemalloc.start()
    found = stats.standardised_rate(count, population, np.ones(5), multiplier=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = sum(array.nbytes for array in (found.value, found.lower, found.upper, found.events, found.dropped))
    assert peak < 2.5 * size + 60e6
    assert found.status[0] == "ok"


def test_shares_of_many_rows_are_permutation_invariant() -> None:
    """The order of rows is theirs alone."""
    rng = np.random.default_rng(11)
    n = rng.integers(1, 500, 1000)
    x = rng.binomial(n, 0.4)
    order = rng.permutation(1000)
    for method in ("wilson", "jeffreys"):
        found = stats.proportion_interval(x, n, method=method)  # type: ignore[arg-type]
        turned = stats.proportion_interval(x[order], n[order], method=method)  # type: ignore[arg-type]
        assert_array_equal(found.upper[order], turned.upper)
