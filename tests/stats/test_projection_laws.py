"""What holds for every way of carrying a series on."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError

Method = Callable[..., stats.Projection]

bounded = partial(stats.bounded_projection, low=0, high=100)
STRAIGHT: dict[str, Method] = {
    "linear": stats.linear_projection,
    "known": partial(stats.linear_projection, standard_errors=2.0),
    "robust": stats.robust_projection,
    "random walk": stats.random_walk_projection,
}
EVERY: dict[str, Method] = {**STRAIGHT, "compound": stats.compound_projection, "bounded": bounded}
every = pytest.mark.parametrize("method", EVERY.values(), ids=list(EVERY))
straight = pytest.mark.parametrize("name", STRAIGHT)
FIGURES = ("slope", "fitted_first", "fitted_last", "projected", "lower", "upper")


@st.composite
def shares(draw: st.DrawFn) -> tuple[list[float], list[float], float]:
    """Draw values inside (0, 100), distinct times, and a later time."""
    times = draw(st.lists(st.integers(2000, 2040), min_size=2, max_size=12, unique=True))
    value = st.integers(1, 999).map(lambda tenths: tenths / 10)
    values = draw(st.lists(value, min_size=len(times), max_size=len(times)))
    return values, [float(t) for t in times], float(draw(st.integers(2041, 2050)))


def numbers(found: stats.Projection) -> dict[str, np.ndarray]:
    """Every array of a projection."""
    return {name: value for name, value in attrs.asdict(found).items() if isinstance(value, np.ndarray)}


@every
def test_a_row_is_the_same_alone_and_among_many(method: Method) -> None:
    """Bit for bit, with gaps, whatever else is there."""
    rng = np.random.default_rng(11)
    y = np.clip(50 + 10 * rng.normal(size=(3_000, 12)), 1, 99).round(1)
    y[rng.random(y.shape) < 0.2] = np.nan
    y[7], y[8, 3], y[9, :] = np.nan, np.inf, 0
    whole = method(y, np.arange(12), 15)
    for row in (0, 6, 7, 8, 9, 10, 983, 992, 993, 2_999):
        alone = method(y[row], np.arange(12), 15)
        for name, value in numbers(alone).items():
            assert_array_equal(value, numbers(whole)[name][row], err_msg=f"{name} {row}")


@every
@given(drawn=shares(), data=st.data())
def test_the_order_of_the_values_does_not_matter(
    method: Method, drawn: tuple[list[float], list[float], float], data: st.DataObject
) -> None:
    """Nor does a missing value."""
    y, t, at = drawn
    order = data.draw(st.permutations(range(len(y))))
    found = method(y, t, at)
    turned = method([*(y[i] for i in order), math.nan], [*(t[i] for i in order), 2035.5], at)
    assert (turned.n, turned.reason, turned.first_time) == (found.n, found.reason, found.first_time)
    for name in FIGURES:
        assert_allclose(getattr(turned, name), getattr(found, name), rtol=1e-7, atol=1e-6, err_msg=name)


@straight
@given(drawn=shares(), scale=st.floats(0.01, 50), flip=st.booleans(), shift=st.floats(-1000, 1000))
def test_unit_sign_and_level_do_not_matter(
    *, name: str, drawn: tuple[list[float], list[float], float], scale: float, flip: bool, shift: float
) -> None:
    """The line and its interval are those of the series in the other unit, turned over, or lifted."""
    y, t, at = drawn
    factor = -scale if flip else scale
    found = STRAIGHT[name](y, t, at)
    other = np.array(y) * factor + shift
    errors = {"standard_errors": 2.0 * scale} if name == "known" else {}
    moved = (stats.linear_projection if errors else STRAIGHT[name])(other, t, at, **errors)
    room = 1e-7 * (1 + 5_000 * scale + abs(shift))
    assert_allclose(moved.projected, found.projected * factor + shift, atol=room)
    assert_allclose(moved.slope, found.slope * factor, atol=room)
    ends = (found.upper, found.lower) if flip else (found.lower, found.upper)
    assert_allclose(moved.lower, ends[0] * factor + shift, atol=room * 100)
    assert_allclose(moved.upper, ends[1] * factor + shift, atol=room * 100)


@given(drawn=shares(), scale=st.floats(0.01, 50))
def test_the_unit_of_growth_and_limits_does_not_matter(
    drawn: tuple[list[float], list[float], float], scale: float
) -> None:
    """In another unit growth is the same, and so is the place between the limits."""
    y, t, at = drawn
    for found, other in (
        (stats.compound_projection(y, t, at), stats.compound_projection(np.array(y) * scale, t, at)),
        (bounded(y, t, at), stats.bounded_projection(np.array(y) * scale, t, at, low=0, high=100 * scale)),
    ):
        for name in FIGURES:
            assert_allclose(getattr(other, name), getattr(found, name) * scale, rtol=1e-6, err_msg=name)
        assert_allclose(other.rate, found.rate, rtol=1e-7, atol=1e-9)


@every
def test_arguments_are_left_alone(method: Method) -> None:
    """Read-only arrays are enough, and what comes back is no part of them."""
    y, t = np.array([[61.0, 64, 63, 66]]), np.arange(4.0)
    for array in (y, t):
        array.flags.writeable = False
    found = method(y, t, 9)
    assert not any(np.shares_memory(value, y) or np.shares_memory(value, t) for value in numbers(found).values())


@every
def test_shapes_follow_the_values(method: Method) -> None:
    """One series, a table of them, none, and no period at all."""
    assert method([61.0, 64, 63, 66], range(4), 9).projected.shape == ()
    assert method([[[61.0, 64, 63, 66]] * 3] * 2, range(4), 9).upper.shape == (2, 3)
    assert method(np.empty((0, 4)), range(4), 9).reason.shape == (0,)
    empty = method(np.empty((2, 0)), [], 9)
    assert empty.reason.tolist() == ["too_few_points"] * 2
    assert stats.hit_probability(empty, low=1).shape == (2,)
    assert method([[61.0]] * 2, [1], 9).reason.tolist() == ["too_few_points"] * 2


@every
def test_bad_elements_have_reasons_and_warn_nobody(method: Method) -> None:
    """An infinite value, one value only, and no time to project to; the good row is as if alone."""
    y = np.array([[61.0, 64, 63, 66, 68]] * 5)
    y[0, 1], y[1, 1:] = np.inf, np.nan
    found = method(y, np.arange(5), [9, 9, math.nan, math.inf, 9])
    assert found.reason.tolist() == ["not_finite", "too_few_points", "missing_input", "not_finite", ""]
    assert np.isnan(found.projected).tolist() == [True, True, True, True, False]
    assert np.isnan(found.lower).tolist() == [True, True, True, True, False]
    assert np.isfinite(found.slope[2])


@every
def test_an_exact_line_has_an_interval_of_no_width(method: Method) -> None:
    """A constant series is certain as far as it tells, and says so; known errors keep their width."""
    found = method([50.0] * 6, range(6), 9)
    assert found.zero_residual
    assert_allclose(found.projected, 50.0, rtol=1e-14)
    if np.isnan(found.known_se):
        assert found.lower == found.projected == found.upper
        assert stats.hit_probability(found, low=49.0) == 1
        assert stats.hit_probability(found, low=51.0) == 0
    else:
        assert found.lower < found.projected < found.upper
        assert 0.5 < stats.hit_probability(found, low=49.0) < 1


@every
@given(drawn=shares(), level=st.sampled_from([0.5, 0.8, 0.95]))
def test_the_probability_fits_the_interval(
    method: Method, drawn: tuple[list[float], list[float], float], level: float
) -> None:
    """Beyond the upper limit lies half of what the level leaves, on whichever scale."""
    y, t, at = drawn
    found = method(y, t, at, level=level)
    if np.isnan(found.lower) or found.upper - found.lower < 1e-6:
        return
    if not 1e-6 < found.lower < found.upper < 100 - 1e-6 and found.scale != "linear":
        return
    assert_allclose(stats.hit_probability(found, low=found.upper), (1 - level) / 2, rtol=1e-5)
    assert_allclose(stats.hit_probability(found, high=found.lower), (1 - level) / 2, rtol=1e-5)
    assert_allclose(stats.hit_probability(found, low=found.lower, high=found.upper), level, rtol=1e-5)
    assert_allclose(stats.hit_probability(found, low=found.projected), 0.5, rtol=1e-5)


@every
def test_wrong_arguments(method: Method) -> None:
    """Level, shapes and text are refused."""
    for values, times, at, level in (
        ([61.0, 64], [0, 1], 9, 80),
        ([61.0, 64], [0, 1, 2], 9, 0.8),
        ([[61.0, 64]] * 3, [0, 1], [9, 10], 0.8),
        (["61", "64"], [0, 1], 9, 0.8),
        (61, 0, 9, 0.8),
    ):
        with pytest.raises(ArgumentError):
            method(values, times, at, level=level)
