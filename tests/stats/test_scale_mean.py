"""Bounds of a mean from its best answers: the tables of 2006, real distributions, edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from maalbib import stats
from maalbib.errors import ArgumentError


@pytest.mark.parametrize(
    ("satisfied", "very_satisfied", "lower", "upper"),
    [(0.443, 0.440, 4.089, 4.323), (0.521, 0.291, 3.727, 4.103), (0.546, 0.231, 3.562, 4.008)],
    ids=["day care", "school", "home care"],
)
def test_the_areas_of_2006(satisfied: float, very_satisfied: float, lower: float, upper: float) -> None:
    """The shares of Tabel 1 bound the mean of the same question."""
    found = stats.scale_mean_bounds(very_satisfied, satisfied)
    assert_allclose((found.lower, found.upper), (lower, upper), rtol=1e-12)


def test_day_care_means_of_2006_lie_inside() -> None:
    """All six means of Tabel 2 agree with the shares of Tabel 1."""
    found = stats.scale_mean_bounds(0.440, 0.443)
    assert all(found.lower <= mean <= found.upper for mean in (4.27, 4.23, 4.27, 4.26, 4.31, 4.27))


@given(st.lists(st.integers(0, 500), min_size=3, max_size=11).filter(any), st.integers(-5, 5))
def test_every_distribution_lies_inside(counts: list[int], low: int) -> None:
    """The mean of any answers is within the bounds, whatever the scale."""
    answers = np.arange(low, low + len(counts))
    shares = np.array(counts) / sum(counts)
    found = stats.scale_mean_bounds(shares[-1], shares[-2], low=low, high=int(answers[-1]))
    mean = (answers * shares).sum()
    assert found.lower - 1e-9 <= mean <= found.upper + 1e-9
    if len(counts) == 3:
        assert_allclose((found.lower, found.upper), mean, atol=1e-9)


def test_edges() -> None:
    """Shares that are missing, negative or too large have reasons; rounding does not."""
    found = stats.scale_mean_bounds([0.5, math.nan, -0.1, 0.7, 0.607, 1.2], [0.2, 0.1, 0.5, 0.4, 0.393, 0])
    bad = "share_out_of_range"
    assert found.reason.tolist() == ["", "missing_input", bad, bad, "", bad]
    assert np.isnan(found.upper).tolist() == [False, True, True, True, False, True]
    assert_allclose((found.lower[4], found.upper[4]), 4.607)


def test_shapes() -> None:
    """Scalars and tables broadcast."""
    assert stats.scale_mean_bounds(0.1, [0.2, 0.3]).lower.shape == (2,)
    assert stats.scale_mean_bounds([[0.1], [0.2]], [0.2, 0.3]).upper.shape == (2, 2)
    assert stats.scale_mean_bounds(0.1, 0.2).reason.shape == ()


def test_wrong_arguments() -> None:
    """Two answers are not a scale, and shapes must fit."""
    with pytest.raises(ArgumentError, match="high must be a whole number of at least 3"):
        stats.scale_mean_bounds(0.1, 0.2, low=1, high=2)
    with pytest.raises(ArgumentError, match="second must have the shape"):
        stats.scale_mean_bounds([0.1, 0.2], [0.2, 0.3, 0.4])
