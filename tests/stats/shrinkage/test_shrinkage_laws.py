"""Shrinkage and spread: slow obvious twins, laws, and what cannot be computed."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, special

from maalbib import stats
from maalbib.errors import ArgumentError

METHODS = ("dersimonian_laird", "paule_mandel", "reml")
NAN = float("nan")
_LARGEST_SIZE = 11.0  # beyond, differences of log-gammas are noise; the flat likelihood is looked at by itself

plain = st.floats(-100, 100).map(lambda value: round(value, 3))
errors = st.floats(0.05, 20).map(lambda value: round(value, 3))
units = st.lists(st.tuples(plain, errors), min_size=3, max_size=25)
counts = st.lists(
    st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=3, max_size=15
)
ratios = st.lists(st.tuples(st.integers(0, 60), st.floats(0.1, 50)), min_size=3, max_size=15)


def columns(rows: list[tuple[Any, Any]]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Two columns of doubles."""
    one, two = np.array(rows, dtype=float).T
    return one, two


def q_at(y: np.ndarray[Any, Any], v: np.ndarray[Any, Any], tau2: float) -> float:
    """Q by its definition."""
    w = 1 / (v + tau2)
    return float((w * (y - (w * y).sum() / w.sum()) ** 2).sum())


def restricted(y: np.ndarray[Any, Any], v: np.ndarray[Any, Any], tau2: float) -> float:
    """Return the restricted log-likelihood by its definition."""
    w = 1 / (v + tau2)
    return float(-(np.log(v + tau2).sum() + np.log(w.sum()) + q_at(y, v, tau2)) / 2)


def share_likelihood(k: np.ndarray[Any, Any], n: np.ndarray[Any, Any]) -> Callable[[Any], float]:
    """Return the negative log-likelihood of logit mean and log size, by beta functions."""

    def negative(place: Any) -> float:
        mean, size = special.expit(np.clip(place[0], -15, 15)), np.exp(np.clip(place[1], -30, _LARGEST_SIZE))
        a, b = mean * size, (1 - mean) * size
        return -float((special.betaln(a + k, b + n - k) - special.betaln(a, b)).sum())

    return negative


def ratio_likelihood(o: np.ndarray[Any, Any], e: np.ndarray[Any, Any]) -> Callable[[Any], float]:
    """Return the negative log-likelihood of log mean and log shape."""

    def negative(place: Any) -> float:
        a = np.exp(np.clip(place[1], -30, _LARGEST_SIZE))
        b = a / np.exp(np.clip(place[0], -15, 15))
        parts = special.gammaln(a + o) - special.gammaln(a) + a * np.log(b) - (a + o) * np.log(b + e)
        return -float(parts.sum())

    return negative


def best(negative: Callable[[Any], float], start: float) -> float:
    """Return the highest log-likelihood that a search from several places finds."""
    found = [
        optimize.minimize(negative, [start, size], method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9})
        for size in (-1.0, 2.0, 5.0)
    ]
    return -min(float(one.fun) for one in found)


@settings(max_examples=25)
@given(units)
def test_variances_agree_with_their_definitions(rows: list[tuple[float, float]]) -> None:
    """Moments by the formula, Paule and Mandel's by its equation, REML by being no lower than any other place."""
    y, s = columns(rows)
    v, n = s**2, len(rows)
    found = {method: stats.between_variance(y, v, method=method, interval="none") for method in METHODS}  # type: ignore[arg-type]
    w = 1 / v
    moment = (q_at(y, v, 0.0) - (n - 1)) / (w.sum() - (w**2).sum() / w.sum())
    scale = float(np.var(y) + v.max())
    assert found["dersimonian_laird"].tau2_untruncated.item() == pytest.approx(moment, rel=1e-7, abs=1e-7 * scale)
    equal = found["paule_mandel"].tau2.item()
    if q_at(y, v, 0.0) <= n - 1:
        assert equal == pytest.approx(0.0, abs=1e-9 * scale)
    else:
        assert q_at(y, v, equal) == pytest.approx(n - 1, rel=1e-7)
    top = restricted(y, v, found["reml"].tau2.item())
    for place in (0.0, *np.geomspace(1e-6, 10, 60) * scale):
        assert restricted(y, v, place) <= top + 1e-7


@settings(max_examples=25)
@given(units, st.sampled_from([0.8, 0.95]))
def test_limits_are_where_their_tests_stop_rejecting(rows: list[tuple[float, float]], confidence: float) -> None:
    """At a limit above 0 the likelihood ratio, or Q, has exactly its critical value."""
    y, s = columns(rows)
    v = s**2
    reml = stats.between_variance(y, v, method="reml", confidence=confidence)
    drop = special.ndtri((1 + confidence) / 2) ** 2 / 2
    for limit in (reml.tau_lower.item(), reml.tau_upper.item()):
        if limit > 0:
            assert restricted(y, v, limit**2) == pytest.approx(restricted(y, v, reml.tau2.item()) - drop, abs=1e-6)
    assert reml.tau_lower.item() <= reml.tau.item() <= reml.tau_upper.item()
    q = stats.between_variance(y, v, interval="q_profile", confidence=confidence)
    tail = (1 - confidence) / 2
    for limit, share in ((q.tau_lower.item(), tail), (q.tau_upper.item(), 1 - tail)):
        if limit > 0:
            assert q_at(y, v, limit**2) == pytest.approx(special.chdtri(len(rows) - 1, share), rel=1e-6)


@settings(max_examples=25)
@given(st.lists(plain, min_size=3, max_size=30), errors)
def test_with_equal_variances_all_estimators_agree(values: list[float], error: float) -> None:
    """Then tau2 is the variance of the values less that of the noise, whoever estimates it."""
    fits = [stats.between_variance(values, error**2, method=method, interval="none") for method in METHODS]  # type: ignore[arg-type]
    found = [fit.tau2.item() for fit in fits]
    expected = max(0.0, np.var(values, ddof=1) - error**2)
    scale = np.var(values) + error**2
    assert found[0] == pytest.approx(expected, abs=1e-9 * scale)
    assert found[1] == pytest.approx(expected, abs=1e-9 * scale)
    assert found[2] == pytest.approx(expected, abs=1e-5 * scale)


@pytest.mark.parametrize("aimed", [False, True])
@settings(max_examples=15)
@given(rows=units, method=st.sampled_from(METHODS))
def test_shrunk_values_lie_between_raw_and_target(
    *, aimed: bool, rows: list[tuple[float, float]], method: Any
) -> None:
    """With the mean of all or a target that is given; without spread they are the target."""
    y, s = columns(rows)
    found = stats.shrinkage(y, s, method=method, target=np.linspace(-50, 50, len(rows)) if aimed else None)
    low, high = np.minimum(y, found.target), np.maximum(y, found.target)
    slack = 1e-9 * (1 + np.abs(y).max())
    assert ((found.shrunk >= low - slack) & (found.shrunk <= high + slack)).all()
    assert ((found.reliability >= 0) & (found.reliability < 1)).all()
    if found.tau.item() == 0:
        np.testing.assert_allclose(found.shrunk, found.target)
        assert np.isnan(found.lower).all()
        assert set(found.reason) == {"no_spread_found"}
    else:
        assert ((found.lower < found.shrunk) & (found.shrunk < found.upper)).all()
        order = np.argsort(s, kind="stable")
        assert (np.diff(found.reliability[order]) <= 1e-12).all(), "noisier is less reliable"
    assert (found.target_name, found.interval_kind) == ("given" if aimed else "pooled_mean", "plug_in")


def test_the_spread_of_shrunk_values_understates_the_spread() -> None:
    """Their variance is about tau squared times the reliability: deciles of shrunk values are no measure of spread."""
    rng = np.random.default_rng(1)
    y = rng.normal(0, 2, 4_000) + rng.normal(0, 3, 4_000)
    found = stats.shrinkage(y, 3.0)
    assert found.tau.item() == pytest.approx(2, rel=0.06)
    ratio = np.var(found.shrunk) / found.tau.item() ** 2
    assert ratio == pytest.approx(found.reliability[0], rel=0.01)
    assert ratio < 0.4


def test_a_target_fitted_to_the_values_costs_degrees_of_freedom() -> None:
    """Around a line fitted to the very values, tau is 2 on average when the coefficients are counted, and less when not."""
    rng = np.random.default_rng(2)
    x = np.linspace(-1, 1, 12)
    y = rng.normal(0, 2, (3_000, 12)) + rng.normal(0, 1, (3_000, 12)) + 3 * x
    line = y.mean(axis=1, keepdims=True) + (y @ x)[:, None] / (x @ x) * x
    raw = [
        np.mean(stats.shrinkage(y, 1.0, target=line, fitted=fitted, interval="q_profile").tau ** 2)
        for fitted in (2, 0)
    ]
    assert raw[0] == pytest.approx(4, rel=0.03)
    assert raw[1] < 3.4


@settings(max_examples=8)
@given(counts)
def test_shares_agree_with_a_search_by_beta_functions(rows: list[tuple[int, int]]) -> None:
    """No place that another optimiser finds is likelier, and the maximum is what the definition gives there."""
    k, n = columns(rows)
    assume(0 < k.sum() < n.sum())
    found = stats.beta_binomial(k, n)
    flat = float((special.xlogy(k, k.sum() / n.sum()) + special.xlogy(n - k, 1 - k.sum() / n.sum())).sum())
    highest = max(flat, best(share_likelihood(k, n), special.logit(k.sum() / n.sum())))
    assert found.log_likelihood.item() >= highest - 2e-6
    if not found.at_boundary:
        place = [special.logit(found.mean.item()), np.log(found.alpha.item() + found.beta.item())]
        if place[1] < _LARGEST_SIZE:
            assert -share_likelihood(k, n)(place) == pytest.approx(found.log_likelihood.item(), abs=1e-5)
    assert found.tau_lower.item() <= found.tau.item() <= found.tau_upper.item()
    low, high = np.minimum(found.raw, found.mean), np.maximum(found.raw, found.mean)
    assert ((found.shrunk >= low - 1e-9) & (found.shrunk <= high + 1e-9)).all()


@settings(max_examples=8)
@given(ratios)
def test_ratios_agree_with_a_search_by_gamma_functions(rows: list[tuple[int, float]]) -> None:
    """As for shares."""
    o, e = columns(rows)
    assume(o.sum() > 0)
    found = stats.gamma_poisson(o, e)
    pooled = o.sum() / e.sum()
    flat = float((special.xlogy(o, pooled) - pooled * e).sum())
    highest = max(flat, best(ratio_likelihood(o, e), np.log(pooled)))
    assert found.log_likelihood.item() >= highest - 2e-6
    place = [np.log(found.mean.item()), np.log(found.alpha.item())]
    if place[1] < _LARGEST_SIZE:
        assert -ratio_likelihood(o, e)(place) == pytest.approx(found.log_likelihood.item(), abs=1e-5)
    assert found.tau_lower.item() <= found.tau.item() <= found.tau_upper.item()
    low, high = np.minimum(found.raw, found.mean), np.maximum(found.raw, found.mean)
    assert ((found.shrunk >= low - 1e-9) & (found.shrunk <= high + 1e-9)).all()


def test_swapping_the_two_answers_mirrors_the_shares() -> None:
    """What is a share of 0.1 of one answer is 0.9 of the other; tau is the same."""
    k, n = np.array([0, 3, 9, 12, 30]), np.array([5, 9, 20, 22, 41])
    one, other = stats.beta_binomial(k, n), stats.beta_binomial(n - k, n)
    np.testing.assert_allclose(one.shrunk, 1 - other.shrunk, rtol=1e-6)
    np.testing.assert_allclose(one.lower, 1 - other.upper, rtol=1e-5)
    assert one.tau.item() == pytest.approx(other.tau.item(), rel=1e-6)


def test_many_alike_units_keep_the_likelihood_at_the_boundary() -> None:
    """Counts as even as can be: units differ by chance alone, and the boundary is told."""
    found = stats.beta_binomial(np.full(40, 50), 100)
    assert found.at_boundary.item()
    assert found.tau.item() == found.tau_lower.item() == 0
    assert 0 < found.tau_upper.item() < 0.05
    assert set(found.reason) == {"no_spread_found"}
    assert (found.shrunk == 0.5).all()
    even = stats.gamma_poisson(np.full(40, 50), 50)
    assert even.at_boundary.item()
    assert 0 < even.tau_upper.item() < 0.2


@pytest.mark.parametrize("share", [0, 1])
def test_units_that_are_all_at_the_end_of_the_scale_have_no_upper_limit(share: int) -> None:
    """Nothing bounds the spread of shares that are all 0, or all 1; the reason says so."""
    found = stats.beta_binomial(np.array([5, 9, 20]) * share, [5, 9, 20])
    assert found.group_reason.item() == "no_variation"
    assert (found.tau.item(), found.mean.item(), found.shrunk.tolist()) == (0, share, [share] * 3)
    assert np.isnan(found.tau_upper)


def test_nothing_observed_anywhere() -> None:
    """Ratios of 0 throughout: the same for events."""
    found = stats.gamma_poisson([0, 0, 0], [1, 2, 3])
    assert found.group_reason.item() == "no_variation"
    assert (found.mean.item(), found.shrunk.tolist()) == (0, [0, 0, 0])


def test_negative_systematic_variation_is_0_with_the_raw_figure() -> None:
    """Ratios closer than chance would have them."""
    found = stats.systematic_variation([9, 10, 21], [10, 10, 20])
    assert found.scv.item() == 0
    assert found.raw.item() < 0


KERNELS: dict[str, Callable[[Any, Any], Any]] = {
    "between_variance": stats.between_variance,
    "reml": lambda y, v: stats.between_variance(y, v, method="reml"),
    "q_profile": lambda y, v: stats.between_variance(y, v, method="paule_mandel", interval="q_profile"),
    "shrinkage": stats.shrinkage,
    "target": lambda y, v: stats.shrinkage(y, v, target=0.4),
    "beta_binomial": stats.beta_binomial,
    "gamma_poisson": stats.gamma_poisson,
    "systematic_variation": stats.systematic_variation,
}
BATCH = np.array(
    [[3, 5, 9, 1, 0], [0, 0, 0, 0, 0], [4, NAN, 2, 7, 1], [NAN] * 5, [30, 31, 29, 30, 30], [1, NAN, NAN, NAN, NAN]]
)
NOISE = np.array([40.0, 35.0, 30.0, 50.0, 31.0])


@pytest.mark.parametrize("name", KERNELS)
def test_a_group_does_not_depend_on_the_batch(name: str) -> None:
    """A group gives the same bits alone and among others, in one dimension, two or three."""
    together = KERNELS[name](BATCH, NOISE)
    deep = KERNELS[name](BATCH.reshape(2, 3, 5), NOISE)
    alone = [KERNELS[name](values, NOISE) for values in BATCH]
    for field in attrs.fields(type(together)):
        column = getattr(together, field.name)
        if not isinstance(column, np.ndarray):
            continue
        np.testing.assert_array_equal(getattr(deep, field.name).reshape(column.shape), column, err_msg=field.name)
        for row, one in enumerate(alone):
            np.testing.assert_array_equal(column[row], getattr(one, field.name), err_msg=field.name)


@pytest.mark.parametrize("name", KERNELS)
def test_missing_units_change_nothing(name: str) -> None:
    """A unit without a value takes no part: with and without it the others have the same figures."""
    plain_one = KERNELS[name]([3.0, 5, 9, 1], NOISE[:4])
    padded = KERNELS[name]([3.0, NAN, 5, 9, NAN, 1], [NOISE[0], NAN, *NOISE[1:3], 7.0, NOISE[3]])
    for field in attrs.fields(type(padded)):
        column = getattr(padded, field.name)
        if isinstance(column, np.ndarray):
            kept = column[[0, 2, 3, 5]] if column.ndim else column
            np.testing.assert_array_equal(kept, getattr(plain_one, field.name), err_msg=field.name)


@pytest.mark.parametrize("name", KERNELS)
def test_bad_elements_give_reasons_and_no_warning(name: str) -> None:
    """Infinite, negative, empty: never an exception, never a silent NaN."""
    wild = [[np.inf, 1, 2], [-1, 1, 2], [1, 2, 3], [1e308, -1e308, 1], [NAN, NAN, NAN]]
    sizes = [[1, 1, 1], [1, 1, 1], [0, np.inf, -1], [1, 2, 3], [1, 1, 1]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = KERNELS[name](wild, sizes)
        KERNELS[name](np.zeros((0, 3)), np.zeros(3))
        KERNELS[name](np.zeros((3, 0)), np.zeros(0))
    main = getattr(
        found, {"shrinkage": "shrunk", "target": "shrunk"}.get(name, "raw" if hasattr(found, "raw") else "tau2")
    )
    assert (np.isfinite(main) | (found.reason != "")).all()


def test_inputs_are_left_as_they_were() -> None:
    """Read-only arrays do, and results are arrays of their own."""
    y, s = np.array([1.0, 2, 3]), np.array([1.0, 1, 1])
    y.flags.writeable = s.flags.writeable = False
    assert not np.shares_memory(stats.shrinkage(y, s).raw, y)


def test_wrong_arguments_are_refused() -> None:
    """Unknown methods, shapes that do not fit, a confidence of 1."""
    for call in (
        lambda: stats.between_variance([1, 2], [1, 1], method="hedges"),  # type: ignore[arg-type]
        lambda: stats.between_variance([1, 2], [1, 1], interval="wald"),  # type: ignore[arg-type]
        lambda: stats.shrinkage([1, 2], [1, 1], confidence=1.0),
        lambda: stats.shrinkage([1, 2], [1, 1, 1]),
        lambda: stats.shrinkage([1, 2], [1, 1], fitted=-1),
        lambda: stats.beta_binomial(["1", "2"], [1, 2]),
    ):
        with pytest.raises(ArgumentError):
            call()
