"""Counts and rates: published figures, definitions, laws."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats.rates._counts import CountMethod

METHODS = get_args(CountMethod)
ABSENT = (np.nan, np.nan)


@pytest.mark.parametrize("method", METHODS)
def test_counts_agree_with_r(oracles: Path, method: CountMethod) -> None:
    """41 intervals of each method, from 0 to a million; a lower limit is missing exactly where R's is."""
    table = pd.read_csv(oracles / "statistics/own/ci_count.csv")
    assert len(table) == 41
    for confidence, rows in table.groupby("conf"):
        found = stats.count_interval(rows["x"], method=method, confidence=float(str(confidence)))
        assert_allclose(found.lower, rows[f"{method}_lower"], rtol=1e-9)
        assert_allclose(found.upper, rows[f"{method}_upper"], rtol=1e-9)


def test_published_english_proportions_and_rates(oracles: Path) -> None:
    """21 published cases: with multipliers of 1 to 100,000, which reach the limits too, and with missing parts."""
    table = pd.read_csv(oracles / "statistics/published/phe_proportion_rate.csv")
    assert len(table) == 21
    for row in table.to_dict("records"):
        x, n, multiplier = row["numerator"], row["denominator"], row["multiplier"]
        for confidence, suffix in ((0.95, "95"), (0.998, "998")):
            if row["statistic"] == "rate":
                found = stats.rate(x, n, multiplier=multiplier, confidence=confidence)
                numbers = [found.value, found.lower, found.upper]
            else:
                share = stats.proportion_interval(x, n, confidence=confidence)
                numbers = [multiplier * number for number in (share.value, share.lower, share.upper)]
            wanted = [row["value"], row[f"lower{suffix}"], row[f"upper{suffix}"]]
            assert_allclose([number.item() for number in numbers], wanted, rtol=1e-9, err_msg=row["case_id"])


def test_published_english_counts(oracles: Path) -> None:
    """7 published cases, a fractional count among them."""
    table = pd.read_csv(oracles / "statistics/published/phe_byar_wilson.csv")
    assert len(table) == 7
    for row in table.to_dict("records"):
        confidence = float(row["confidence"].rstrip("%")) / 100
        if row["method"] == "Wilson":
            found = stats.proportion_interval(row["x"], row["n"], confidence=confidence)
        else:
            found = stats.count_interval(row["x"], method="byar", confidence=confidence)
        assert_allclose([found.lower.item(), found.upper.item()], [row["lower"], row["upper"]], rtol=1e-9)


def test_switching_is_exact_below_ten_and_byar_from_there() -> None:
    """Also for fractions; the step at ten events is 0.008 events."""
    count = np.array([0, 0.5, 5, 9, 9.99, 10, 10.5, 400])
    found, exact = stats.count_interval(count), stats.poisson_interval(count)
    byar = stats.byar_interval(count)
    assert_array_equal(found.lower, np.where(count < 10, exact.lower, byar.lower))
    assert_array_equal(found.upper, np.where(count < 10, exact.upper, byar.upper))
    assert exact.lower[5] - byar.lower[5] == pytest.approx(0.008, abs=5e-4)
    assert found.reason.tolist() == [""] * 8


@pytest.mark.parametrize("method", METHODS)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30), st.sampled_from([0.8, 0.95, 0.998]))
def test_count_laws(method: CountMethod, counts: list[int], confidence: float) -> None:
    """Limits enclose the count, never fall below 0, rise with it and widen with the confidence."""
    count = np.sort(np.array(counts))
    found = stats.count_interval(count, method=method, confidence=confidence)
    there = ~np.isnan(found.lower)
    assert there.all() or method == "byar"
    assert np.all(
        (found.lower[there] >= 0) & (found.lower[there] <= count[there]) & (found.upper[there] >= count[there])
    )
    assert np.all(np.diff(found.lower[there]) >= 0)
    assert np.all(np.diff(found.upper) >= 0)
    wider = stats.count_interval(count, method=method, confidence=0.999)
    assert np.all(wider.upper >= found.upper)
    assert np.all(~(wider.lower > found.lower))
    twice = stats.count_interval(2 * count, method=method, confidence=confidence)
    assert np.all((twice.upper - twice.lower)[there] / 2 <= (found.upper - found.lower)[there])


@given(st.integers(0, 10**6), st.floats(0.5, 1e7), st.sampled_from([1, 100, 1000, 100_000]))
def test_a_multiplier_scales_value_and_limits(count: int, exposure: float, multiplier: int) -> None:
    """Per 100,000 is 100,000 times per person, limits and all."""
    one = stats.rate(count, exposure, multiplier=1)
    many = stats.rate(count, exposure, multiplier=multiplier)
    for name in ("value", "lower", "upper"):
        assert_allclose(getattr(many, name), multiplier * getattr(one, name), rtol=1e-14)
    assert many.multiplier == multiplier
    limits = stats.count_interval(count)
    assert_allclose(one.lower * exposure, limits.lower, rtol=1e-14)
    assert_allclose(one.upper * exposure, limits.upper, rtol=1e-14)


def test_bad_rows_keep_to_themselves() -> None:
    """Each has its reason; a count of 0 is a rate of 0 with an upper limit."""
    x = [np.nan, 1, 3, -1, 2, 2, 0, np.inf]
    n = [100, np.nan, 0, 10, -5, np.inf, 812, 4]
    found = stats.rate(x, n, multiplier=1000)
    assert found.reason.tolist() == [
        *("missing_input", "missing_input", "zero_denominator", "negative_input", "negative_input"),
        *("not_finite", "", "not_finite"),
    ]
    assert np.isnan(found.upper).tolist() == [True] * 6 + [False, True]
    assert (found.value[6], found.lower[6]) == (0.0, 0.0)
    assert found.upper[6] == pytest.approx(1000 * 3.688879 / 812, rel=1e-6)


def test_byar_has_no_lower_limit_for_few_events() -> None:
    """It is missing and not negative, and the rest of the row stands."""
    found = stats.rate([0, 1, 50], 1000, multiplier=1000, method="byar", confidence=0.998)
    assert found.reason.tolist() == ["lower_undefined", "lower_undefined", ""]
    assert found.status.tolist() == ["value_only", "value_only", "ok"]
    assert not np.isnan(found.value).any()
    assert not np.isnan(found.upper).any()


@pytest.mark.parametrize("multiplier", [0, -1, np.nan, np.inf, True, "1000", None])
def test_a_multiplier_is_a_number_above_zero(multiplier: object) -> None:
    """Anything else is told so."""
    with pytest.raises(ArgumentError, match="multiplier must be a finite number above 0"):
        stats.rate(1, 2, multiplier=multiplier)  # type: ignore[arg-type]


def test_wrong_arguments() -> None:
    """Only these raise."""
    with pytest.raises(TypeError, match="multiplier"):
        stats.rate(1, 2)  # type: ignore[call-arg]
    with pytest.raises(ArgumentError, match="method must be one of: switched, exact, byar"):
        stats.count_interval(1, method="wilson")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="exposure must have the shape"):
        stats.rate([1, 2, 3], [4, 5], multiplier=1)
