"""Gaps from limits instead of standard errors."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from maalbib import stats
from maalbib.errors import ArgumentError

Z = float(special.ndtri(0.975))
SPREADS = st.lists(st.tuples(st.floats(-50, 50), st.floats(0.01, 9)), min_size=2, max_size=8)


def test_two_shares_give_newcombes_interval(oracles: Path) -> None:
    """The difference of two proportions has the limits that R computes by Newcombe's method."""
    with (oracles / "statistics/own/two_samples.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["newcombe_lower"]]
    assert len(rows) > 20
    for row in rows:
        counts, people = [[float(row[name]) for name in names] for names in (("x1", "x2"), ("n1", "n2"))]
        interval = stats.wilson_interval(counts, people)
        gap = stats.mean_gap(np.divide(counts, people), limits=(interval.lower, interval.upper))
        assert gap.lower[0] == pytest.approx(float(row["newcombe_lower"]), abs=1e-7), row["case_id"]
        assert gap.upper[0] == pytest.approx(float(row["newcombe_upper"]), abs=1e-7), row["case_id"]


@given(members=SPREADS, include_self=st.booleans())
def test_symmetric_limits_are_standard_errors(members: list[tuple[float, float]], *, include_self: bool) -> None:
    """Limits at z standard errors give the interval that the standard errors give."""
    values, errors = np.array(members).T
    by_error = stats.mean_gap(values, errors, include_self=include_self)
    by_limit = stats.mean_gap(values, limits=(values - Z * errors, values + Z * errors), include_self=include_self)
    np.testing.assert_allclose(by_limit.lower, by_error.lower, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(by_limit.upper, by_error.upper, rtol=1e-9, atol=1e-9)


def test_a_share_of_nothing_keeps_an_interval() -> None:
    """None of 40 is not known exactly; a normal standard error of 0 would say so."""
    interval = stats.wilson_interval([0, 30], [40, 300])
    gap = stats.mean_gap([0.0, 0.1], limits=(interval.lower, interval.upper))
    assert gap.lower[0] < gap.gap[0] < gap.upper[0]


def test_limits_that_do_not_hold_their_value_are_unknown() -> None:
    """Such limits belong to another value; the gap stands without an interval."""
    gap = stats.mean_gap([1.0, 2.0], limits=([1.5, 1.0], [3.0, 3.0]))
    assert np.isnan(gap.lower).all()
    assert gap.reason.tolist() == ["uncertainty_missing", "uncertainty_missing"]
    assert gap.gap.tolist() == [-1.0, 1.0]


def test_both_uncertainties_are_refused() -> None:
    """Two answers to one question."""
    with pytest.raises(ArgumentError, match="only one"):
        stats.mean_gap([1.0, 2.0], [0.1, 0.1], limits=([0.5, 1.5], [1.5, 2.5]))
