"""Each value left out in turn is the same as fitting again without it."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError

METHODS: dict[str, tuple[Any, dict[str, float]]] = {
    "linear": (stats.linear_projection, {}),
    "robust": (stats.robust_projection, {}),
    "compound": (stats.compound_projection, {}),
    "bounded": (stats.bounded_projection, {"low": 0.0, "high": 100.0}),
    "random_walk": (stats.random_walk_projection, {}),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, float]:
    """Draw series with gaps, and times that may be far apart, equal or unsorted."""
    periods = draw(st.integers(1, 9))
    value = st.one_of(st.integers(1, 999).map(lambda tenths: tenths / 10), st.just(math.nan))
    rows = st.lists(value, min_size=periods, max_size=periods)
    values = np.array(draw(st.lists(rows, min_size=1, max_size=4)))
    time = st.one_of(st.integers(2000, 2040), st.sampled_from([0, 1_000_000]))
    times = np.array(draw(st.lists(time, min_size=periods, max_size=periods)), dtype=float)
    return values, times, float(draw(st.integers(2041, 2060)))


def slow(method: str, values: np.ndarray, times: np.ndarray, at: float) -> dict[str, np.ndarray]:
    """Fit again for every value of every series, one at a time."""
    kernel, options = METHODS[method]
    names = ("slope", "projected", "moved", "first_time", "last_time")
    found: dict[str, np.ndarray] = {name: np.full(values.shape, np.nan) for name in names}
    found["n"], found["reason"] = np.zeros(values.shape, dtype=int), np.full(values.shape, "", dtype=object)
    for place in np.ndindex(values.shape):
        if math.isnan(values[place]) or math.isnan(times[place[-1]]):
            found["reason"][place] = "nothing_to_leave_out"
            continue
        left = values[place[0]].copy()
        left[place[1]] = np.nan
        line = kernel(left, times, at, **options)
        for name in ("slope", "projected", "first_time", "last_time", "n"):
            found[name][place] = getattr(line, name)
        found["moved"][place] = line.fitted_last - line.fitted_first
        found["reason"][place] = "" if line.reason == "no_interval" else line.reason.item()
    return found


@pytest.mark.parametrize("method", METHODS)
@given(drawn=tables())
def test_is_fitting_again(method: str, drawn: tuple[np.ndarray, np.ndarray, float]) -> None:
    """Figures and reasons, also where one value holds nearly all of the spread in time."""
    values, times, at = drawn
    found = stats.left_out_projections(values, times, at, method=method, **METHODS[method][1])
    expected = slow(method, values, times, at)
    assert_array_equal(found.reason, expected["reason"])
    for name in ("n", "first_time", "last_time"):
        assert_array_equal(getattr(found, name), expected[name], err_msg=name)
    scale = np.nanmax(np.abs(values), initial=1.0)
    # What is carried far on has the size of what is carried.
    far = max(1.0, np.nanmax(np.abs(expected["projected"]), initial=0.0) / scale)
    assert_allclose(found.slope, expected["slope"], rtol=1e-9, atol=1e-9 * scale)
    assert_allclose(found.moved, expected["moved"], rtol=1e-9, atol=1e-9 * scale * far)
    assert_allclose(found.projected, expected["projected"], rtol=1e-9, atol=1e-9 * scale * far)


def test_a_level_of_billions_costs_no_digits() -> None:
    """The slopes are those of the changes alone, far below 1e-9."""
    changes = np.array([0.0, 1e6, 2.5e6, 2e6, 4e6, 5.5e6])
    plain = stats.left_out_projections(changes, range(2018, 2024), 2030)
    lifted = stats.left_out_projections(changes + 5.8e9, range(2018, 2024), 2030)
    assert_allclose(lifted.slope, plain.slope, rtol=1e-13)
    assert_allclose(lifted.projected - 5.8e9, plain.projected, rtol=1e-9)


def test_an_infinite_value_left_out_leaves_a_line() -> None:
    """Without it all is well; with it nothing is."""
    found = stats.left_out_projections([1.0, 2, math.inf, 4, 5], range(5), 6)
    assert found.reason.tolist() == ["not_finite", "not_finite", "", "not_finite", "not_finite"]
    assert found.projected[2] == pytest.approx(7)
    two = stats.left_out_projections([1.0, math.inf, math.inf, 4, 5], range(5), 6)
    assert set(two.reason) == {"not_finite"}


def test_one_value_can_hold_all_of_the_time() -> None:
    """Leaving the only value of another time out leaves no line, and says so."""
    found = stats.left_out_projections([1.0, 2, 3, 7], [0, 0, 0, 5], 9)
    assert found.reason.tolist() == ["", "", "", "no_time_span"]
    assert np.isnan(found.slope).tolist() == [False, False, False, True]


def test_no_time_to_project_to() -> None:
    """Slopes are there, projections are not."""
    found = stats.left_out_projections([[1.0, 2, 4]] * 2, range(3), [math.nan, 5])
    assert found.reason.tolist() == [["missing_input"] * 3, [""] * 3]
    assert np.isnan(found.projected).all(axis=1).tolist() == [True, False]
    assert np.isfinite(found.slope).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_row_is_the_same_alone_and_among_many(method: str) -> None:
    """Bit for bit."""
    rng = np.random.default_rng(5)
    y = np.clip(50 + 10 * rng.normal(size=(2_000, 7)), 1, 99)
    y[rng.random(y.shape) < 0.2] = np.nan
    y[3], y[4, 2] = np.nan, np.inf
    options = METHODS[method][1]
    whole = stats.left_out_projections(y, range(7), 9, method=method, **options)
    for row in (0, 3, 4, 5, 1_999):
        alone = stats.left_out_projections(y[row], range(7), 9, method=method, **options)
        for name, value in attrs.asdict(alone).items():
            assert_array_equal(value, getattr(whole, name)[row], err_msg=f"{name} {row}")


def test_shapes() -> None:
    """That of the values, whatever it is."""
    assert stats.left_out_projections([1.0, 2, 3], range(3), 4).slope.shape == (3,)
    assert stats.left_out_projections(np.ones((2, 3, 4)), range(4), 9).slope.shape == (2, 3, 4)
    assert stats.left_out_projections(np.ones((2, 3, 4)), range(4), 9, method="robust").slope.shape == (2, 3, 4)
    assert stats.left_out_projections(np.empty((0, 4)), range(4), 9).slope.shape == (0, 4)
    assert stats.left_out_projections(np.empty((2, 0)), [], 9).slope.shape == (2, 0)


def test_wrong_arguments() -> None:
    """An unknown method, limits without the method that has them, and the method without its limits."""
    with pytest.raises(ArgumentError, match="method must be one of"):
        stats.left_out_projections([1.0, 2, 3], range(3), 4, method="cagr")
    with pytest.raises(ArgumentError, match="low is not used by the method linear"):
        stats.left_out_projections([1.0, 2, 3], range(3), 4, low=0)
    with pytest.raises(ArgumentError, match="The method bounded needs high"):
        stats.left_out_projections([1.0, 2, 3], range(3), 4, method="bounded", low=0)


def test_denominators_go_with_their_values() -> None:
    """Also where values lie in a table of more dimensions."""
    y = np.array([[[90.0, 94, 97, 100, 100], [90, 91, 95, 96, 99]]])
    people = np.array([50.0, 50, 50, 200, 20])
    options = {"low": 0, "high": 100, "denominators": people}
    found = stats.left_out_projections(y, range(5), 7, method="bounded", **options)
    for place in np.ndindex(y.shape):
        left = y[place[:2]].copy()
        left[place[2]] = np.nan
        again = stats.bounded_projection(left, range(5), 7, **options)
        assert_allclose(found.projected[place], again.projected, rtol=1e-12)
