"""The stochastic frontier: published figures, integrals, another optimiser, laws, refusals and what it is worth."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import log_ndtr
from scipy.stats import chi2, norm

from maalbib import stats, texts
from maalbib.errors import ArgumentError
from maalbib.stats.frontier import _stochastic_peak
from maalbib.stats.frontier._stochastic_units import inefficiencies

Array = np.ndarray
PAGE = Path(__file__).resolve().parents[3] / "docs" / "calibration" / "stochastic-frontier.md"
FIGURES = ("efficiency", "lower", "upper", "inefficiency", "mode", "residual")


def simulated(seed: int, n: int, ratio: float, columns: int = 2) -> tuple[Array, Array, Array]:
    """Return logarithms of what units make and use, and their inefficiency; noise has the spread 0.1."""
    rng = np.random.default_rng(seed)
    x = rng.normal(2, 1, (n, columns))
    u = np.abs(rng.normal(0, 0.1 * ratio, n))
    return 0.7 + x @ np.linspace(0.2, 0.7, columns) + rng.normal(0, 0.1, n) - u, x, u


def log_joint(e: float, u: float, sigma_u: float, sigma_v: float) -> float:
    """The logarithm of the density of noise less inefficiency together with the inefficiency."""
    return -(((e + u) / sigma_v) ** 2 + (u / sigma_u) ** 2) / 2 - math.log(math.pi * sigma_u * sigma_v)


def density(e: float, sigma_u: float, sigma_v: float) -> float:
    """The density of noise less inefficiency, as the integral over the inefficiency."""
    whole = quad(
        lambda u: math.exp(log_joint(e, u, sigma_u, sigma_v)), 0, 12 * sigma_u, epsabs=0, epsrel=1e-11, limit=300
    )
    return float(whole[0])


def level(y: Array, x: Array, point: Array) -> float:
    """The log-likelihood at (coefficients, log sigma_u, log sigma_v), written out from the densities' closed form."""
    sigma_u, sigma_v = np.exp(point[-2:])
    e = y - point[0] - x @ point[1:-2]
    sigma = np.hypot(sigma_u, sigma_v)
    tails = np.sum(log_ndtr(-e * sigma_u / sigma_v / sigma))
    return float(len(e) * np.log(np.sqrt(2 / np.pi) / sigma) - (e @ e) / (2 * sigma**2) + tails)


def place(found: stats.StochasticFrontier) -> Array:
    """The answer in the parameters of :func:`level`."""
    return np.append(found.coefficients, np.log([found.sigma_u, found.sigma_v]))


def test_published_frontier(oracles: Path) -> None:
    """The milk producers: coefficients, spreads and the efficiencies of half of them, from a program that stopped early."""
    folder = oracles / "peers/published"
    table, published = pd.read_csv(folder / "milkProd.csv"), pd.read_csv(folder / "milkProd_sfa_te.csv")
    found = stats.stochastic_frontier(table["milk"], table[["energy", "vet", "cows"]])
    assert (found.fit_reason, found.n, found.few_units) == ("", 108, True)
    assert_allclose(found.coefficients, [7.520, 0.1216, 0.0628, 0.8788], atol=1.1e-3)
    assert found.ratio == pytest.approx(3.597, abs=1e-3)
    assert found.log_likelihood == pytest.approx(67.826, abs=1e-3)
    mine = pd.Series(found.efficiency, index=table["farmNo"])
    assert len(published) == 54
    assert_allclose(mine[published["farmNo"]], published["te"], atol=2e-4)


def test_likelihood_is_the_integral() -> None:
    """Each unit's density is that of noise less a half-normal, integrated; least squares are those of a normal."""
    y, x, _ = simulated(1, 60, 2.0)
    found = stats.stochastic_frontier(y, x, take_logs=False)
    parts = [np.log(density(float(e), found.sigma_u, found.sigma_v)) for e in found.residual]
    assert found.log_likelihood == pytest.approx(sum(parts), abs=1e-8)
    design = np.column_stack([np.ones(60), x])
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    assert found.log_likelihood_ols == pytest.approx(np.sum(norm.logpdf(left, scale=left.std())), abs=1e-9)
    assert found.likelihood_ratio == pytest.approx(2 * (found.log_likelihood - found.log_likelihood_ols), abs=1e-9)
    assert found.p_value == pytest.approx(chi2.sf(found.likelihood_ratio, 1) / 2, rel=1e-10)
    assert found.skewness == pytest.approx((left**3).mean() / left.std() ** 3, rel=1e-9)
    assert_allclose(found.residual, y - found.coefficients[0] - x @ found.coefficients[1:], atol=1e-13)


@pytest.mark.parametrize(("sigma_u", "sigma_v"), [(0.2, 0.1), (1.5, 0.02), (0.01, 0.3), (3.0, 2.0)])
def test_units_are_integrals(sigma_u: float, sigma_v: float) -> None:
    """Means, modes and limits of u and exp(-u) given e come from the density of u and e together, however far out e lies."""
    e = np.array([-6.0, -1.0, -0.1, 0.0, 0.3, 2.5]) * np.hypot(sigma_u, sigma_v)
    found = inefficiencies(e, sigma_u, sigma_v, 0.9)
    for unit, one in enumerate(e.tolist()):
        peaked = float(found["mode"][unit])
        most = log_joint(one, peaked, sigma_u, sigma_v)

        def joint(u: float, one: float = one, most: float = most) -> float:
            return math.exp(log_joint(one, u, sigma_u, sigma_v) - most)

        def integral(what: Callable[[float], float], low: float, high: float) -> float:
            return float(quad(what, low, high, epsabs=0, epsrel=1e-11, limit=300)[0])

        far = peaked + 12 * min(sigma_u, sigma_v)
        start = max(0.0, peaked - 12 * min(sigma_u, sigma_v))
        whole = integral(joint, start, far)
        assert_allclose(found["inefficiency"][unit], integral(lambda u: u * joint(u), start, far) / whole, rtol=1e-7)
        assert_allclose(
            found["efficiency"][unit], integral(lambda u: math.exp(-u) * joint(u), start, far) / whole, rtol=1e-8
        )
        assert_allclose(integral(joint, start, float(-np.log(found["upper"][unit]))) / whole, 0.05, rtol=1e-6)
        assert_allclose(integral(joint, float(-np.log(found["lower"][unit])), far) / whole, 0.05, rtol=1e-6)
        near = np.array([peaked * 0.999, peaked * 1.001 + 1e-6])
        assert max(joint(float(u)) for u in near) <= 1 + 1e-12


def test_far_out_no_digit_is_lost() -> None:
    """Units a hundred spreads beyond the frontier or behind it have figures; the limits of such tails are simple."""
    found = inefficiencies(np.array([100.0, -100.0]), 1.0, 1.0, 0.95)
    rate = 100.0  # beyond, u is nearly exponential with the rate e / sigma_v^2
    assert_allclose(found["inefficiency"][0], 1 / rate, rtol=1e-3)
    assert_allclose(found["efficiency"][0], rate / (rate + 1), rtol=1e-3)
    assert_allclose(-np.log(found["lower"][0]), -np.log(0.025) / rate, rtol=1e-3)
    assert_allclose(found["efficiency"][1], np.exp(-50 + 0.25), rtol=1e-12)
    assert_allclose((found["inefficiency"][1], found["mode"][1]), 50, rtol=1e-12)


def test_answer_is_flat_and_errors_are_its_curvature() -> None:
    """At the answer numerical slopes vanish, and numerical curvature gives the standard errors."""
    y, x, _ = simulated(3, 150, 2.0)
    found = stats.stochastic_frontier(y, x, take_logs=False)
    assert found.gradient < 1e-12
    here = place(found)
    assert found.log_likelihood == pytest.approx(level(y, x, here), abs=1e-9)
    step = 1e-4 * np.eye(len(here))
    slopes = [(level(y, x, here + one) - level(y, x, here - one)) / 2e-4 for one in step]
    assert np.abs(slopes).max() < 2e-3  # the third derivative is in it
    curvature = np.array(
        [
            [
                level(y, x, here + a + b)
                - level(y, x, here + a - b)
                - level(y, x, here - a + b)
                + level(y, x, here - a - b)
                for a in step
            ]
            for b in step
        ]
    ) / (4 * 1e-8)
    assert_allclose(found.se, np.sqrt(np.diag(np.linalg.inv(-curvature)))[:-2], rtol=1e-3)


@given(st.integers(0, 10**6), st.sampled_from([0.0, 1.0, 3.0]), st.integers(25, 90))
@settings(max_examples=5)
def test_no_other_optimiser_climbs_higher(seed: int, ratio: float, n: int) -> None:
    """From many starts nothing higher is reached; without inefficiency or noise, that is where they go as well."""
    y, x, _ = simulated(seed, n, ratio)
    found = stats.stochastic_frontier(y, x, take_logs=False)
    design = np.column_stack([np.ones(n), x])
    plane = np.linalg.lstsq(design, y, rcond=None)[0]
    spread = float((y - design @ plane).std())

    def best() -> float:
        highest = -np.inf
        for log_ratio in np.log([0.7, 4.0]):
            sigma_v = np.log(spread) - np.logaddexp(0, log_ratio) + 0.3
            start = np.concatenate([plane, [log_ratio, sigma_v]])
            start[0] += 0.8 * np.exp(log_ratio + sigma_v)
            bounds = [(None, None)] * len(plane) + [(-8.0, np.log(1000)), (None, None)]

            def minus(point: Array) -> float:
                return -level(y, x, np.append(point[:-2], [point[-2] + point[-1], point[-1]]))

            highest = max(highest, -float(minimize(minus, start, method="L-BFGS-B", bounds=bounds).fun))
        return highest

    if found.fit_reason == "no_noise_found":
        assert best() > found.log_likelihood_ols
        assert np.isnan(found.log_likelihood)
    else:
        assert found.fit_reason in {"", "no_inefficiency_found"}
        assert best() < found.log_likelihood + 1e-6


@given(st.integers(0, 10**6), st.floats(0.001, 1000), st.integers(-3, 3))
@settings(max_examples=8)
def test_laws(seed: int, factor: float, power: int) -> None:
    """Order, units of measurement, other regressors for the same plane, costs for production: the answer is the same."""
    y, x, _ = simulated(seed, 80, 3.0)
    found = stats.stochastic_frontier(np.exp(y), np.exp(x))
    order = np.random.default_rng(seed).permutation(80)
    shuffled = stats.stochastic_frontier(np.exp(y)[order], np.exp(x)[order])
    scaled = stats.stochastic_frontier(np.exp(y) * factor, np.exp(x) * [10.0**power, 1 / factor])
    mixed = stats.stochastic_frontier(y, x @ [[1, 2.0], [-1, 5.0]] + 1000, take_logs=False)
    cost = stats.stochastic_frontier(-y, -x, kind="cost", take_logs=False)
    assert {one.fit_reason for one in (shuffled, scaled, mixed, cost)} == {found.fit_reason}
    for name in FIGURES:
        mine = getattr(found, name)
        assert_allclose(getattr(shuffled, name), mine[order], rtol=1e-6, atol=1e-9)
        for other in (scaled, mixed):
            assert_allclose(getattr(other, name), mine, rtol=1e-6, atol=1e-8)
        assert_allclose(getattr(cost, name), -mine if name == "residual" else mine, rtol=1e-6, atol=1e-9)
    assert_allclose(scaled.coefficients[1:], found.coefficients[1:], rtol=1e-6)
    moved = found.coefficients[1:] @ np.log([10.0**power, 1 / factor])
    assert_allclose(scaled.coefficients[0], found.coefficients[0] + np.log(factor) - moved, rtol=1e-6, atol=1e-8)
    assert_allclose(scaled.se[1:], found.se[1:], rtol=1e-5)
    assert_allclose(cost.coefficients, found.coefficients * [-1, 1, 1], rtol=1e-6)
    if not found.fit_reason:
        assert ((found.lower < found.efficiency) & (found.efficiency < found.upper) & (found.upper < 1)).all()
        assert (np.diff(found.efficiency[np.argsort(found.residual)]) >= -1e-12).all()


def test_simulated_frontier_is_found_again() -> None:
    """With many units the frontier, both spreads and the coverage of the limits come back, and p is small."""
    y, x, u = simulated(5, 20_000, 2.0)
    found = stats.stochastic_frontier(y, x, take_logs=False)
    assert (np.abs(found.coefficients - [0.7, 0.2, 0.7]) < 4 * found.se).all()
    assert_allclose((found.sigma_u, found.sigma_v), (0.2, 0.1), rtol=0.05)
    assert found.ratio == pytest.approx(found.sigma_u / found.sigma_v, rel=1e-12)
    assert found.p_value < 1e-12
    assert not found.few_units
    held = ((found.lower <= np.exp(-u)) & (np.exp(-u) <= found.upper)).mean()
    assert held == pytest.approx(0.95, abs=0.01)
    assert found.efficiency.mean() == pytest.approx(np.exp(-u).mean(), abs=0.005)
    assert found.inefficiency.mean() == pytest.approx(u.mean(), abs=0.005)


def test_skewed_the_wrong_way() -> None:
    """No efficiency of 1 for everybody: none is found, and that is said; least squares stands in its place."""
    y, x, _ = simulated(6, 200, 5.0)
    found = stats.stochastic_frontier(-y, x, take_logs=False)
    assert found.fit_reason == "no_inefficiency_found"
    assert set(found.reason.tolist()) == {"no_inefficiency_found"}
    for name in FIGURES[:-1]:
        assert np.isnan(getattr(found, name)).all()
    design = np.column_stack([np.ones(200), x])
    plane, squares, *_ = np.linalg.lstsq(design, -y, rcond=None)
    assert_allclose(found.coefficients, plane, rtol=1e-9)
    assert_allclose(found.residual, -y - design @ plane, atol=1e-12)
    variance = squares[0] / 200 * np.linalg.inv(design.T @ design)
    assert_allclose(found.se, np.sqrt(np.diag(variance)), rtol=1e-9)
    assert (found.sigma_u, found.ratio, found.likelihood_ratio, found.p_value) == (0, 0, 0, 1)
    assert_allclose(found.sigma_v**2, squares[0] / 200, rtol=1e-9)
    assert found.skewness > 0
    assert stats.stochastic_frontier(-y, x, kind="cost", take_logs=False).fit_reason == ""


def test_nothing_but_inefficiency() -> None:
    """Without noise there is nothing to tell inefficiency from; that is said as well."""
    _, x, u = simulated(7, 100, 3.0)
    found = stats.stochastic_frontier(x.sum(axis=1) - u, x, take_logs=False)
    assert found.fit_reason == "no_noise_found"
    assert np.isnan([found.ratio, found.sigma_u, found.p_value, *found.coefficients, *found.efficiency]).all()
    assert np.isfinite(found.log_likelihood_ols)


def test_units_without_figures_take_no_part() -> None:
    """Each is left out with its own reason, and the others are as if it were not there."""
    y, x, _ = simulated(8, 130, 2.0)
    made, used = np.exp(y), np.exp(x)
    made[3], used[10, 1], used[20, 0], made[30] = np.nan, np.inf, 0.0, -5.0
    found = stats.stochastic_frontier(made, used)
    gone = [3, 10, 20, 30]
    assert found.reason[gone].tolist() == ["missing_input", "not_finite", "no_logarithm", "no_logarithm"]
    assert np.flatnonzero(~found.inside).tolist() == gone
    without = stats.stochastic_frontier(np.delete(made, gone), np.delete(used, gone, axis=0))
    assert (without.fit_reason, found.n) == ("", 126)
    for name in FIGURES:
        assert_allclose(np.delete(getattr(found, name), gone), getattr(without, name))
        assert np.isnan(getattr(found, name)[gone]).all()


@pytest.mark.parametrize(
    "reason", ["constant", "exact_line", "collinear_regressors", "too_few_units", "not_converged"]
)
def test_no_fit_has_a_reason(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be fitted is typed, and every figure of it is missing."""
    y, x, _ = simulated(9, 60, 2.0)
    if reason == "constant":
        y = np.full(60, 2.0)
    elif reason == "exact_line":
        y = 1 + x @ [2.0, 3.0]
    elif reason == "collinear_regressors":
        x = np.column_stack([x, x.sum(axis=1)])
    elif reason == "too_few_units":
        y, x = y[:24], x[:24]
        assert stats.stochastic_frontier(*simulated(9, 25, 2.0)[:2], take_logs=False).fit_reason != reason
    else:
        monkeypatch.setattr(_stochastic_peak, "_MOST_STEPS", 1)
    found = stats.stochastic_frontier(y, x, take_logs=False)
    assert found.fit_reason == reason
    assert set(found.reason.tolist()) == {reason}
    assert np.isnan([*found.efficiency, *found.coefficients, *found.se, found.sigma_u, found.p_value]).all()


@pytest.mark.parametrize("scale", [1e-290, 1e290])
def test_size_of_the_figures_does_not_matter(scale: float) -> None:
    """Neither squares that overflow nor squares that vanish change the fit."""
    y, x, _ = simulated(10, 100, 3.0)
    found, other = (stats.stochastic_frontier(y * one, x, take_logs=False) for one in (1.0, scale))
    assert other.fit_reason == found.fit_reason == ""
    assert_allclose(other.coefficients / scale, found.coefficients, rtol=1e-8)
    assert_allclose((other.sigma_u / scale, other.ratio), (found.sigma_u, found.ratio), rtol=1e-8)


def test_reasons_have_words() -> None:
    """Every code of the frontier is explained in both languages."""
    codes = ("no_inefficiency_found", "no_noise_found", "too_few_units", "collinear_regressors", "not_converged")
    for code in (*codes, "constant", "exact_line", "no_logarithm"):
        assert texts.phrase("reason", code, "da")
        assert texts.phrase("reason", code, "en")


@pytest.mark.parametrize(
    ("values", "regressors", "options"),
    [
        ([1, 2], [1, 2, 3], {}),
        ([[1, 2]], [1, 2], {}),
        ([1, 2], np.ones((2, 0)), {}),
        (["1", "2"], [1, 2], {}),
        ([1, 2], [1, 2], {"kind": "profit"}),
        ([1, 2], [1, 2], {"confidence": 95}),
    ],
)
def test_wrong_arguments(values: Any, regressors: Any, options: Any) -> None:
    """Only wrong arguments raise."""
    with pytest.raises(ArgumentError):
        stats.stochastic_frontier(values, regressors, **options)


def test_a_short_calibration_tells_more_units_apart(calibration: Callable[[str], ModuleType]) -> None:
    """Wrong skew is common for few units and equal spreads, rare for many and twice the spread."""
    stochastic = calibration("stochastic_frontier")
    few = stochastic.tell(np.random.default_rng(1), 1.0, 50, 30)
    many = stochastic.tell(np.random.default_rng(1), 2.0, 400, 10)
    assert few.wrong_skew > 0.15
    assert few.no_inefficiency > 0
    assert many.wrong_skew == many.no_inefficiency == many.no_noise == 0
    assert many.rejected > few.rejected
    assert many.order > few.order


def test_the_table_says_what_the_pages_say() -> None:
    """Without inefficiency half of the samples are skewed the wrong way, with as much as noise still a third of those of 50 and 100."""
    if not PAGE.is_file():
        pytest.skip("the folder docs is not here")
    lines = PAGE.read_text(encoding="utf-8").splitlines()[2:]
    cells = [[cell.strip().removesuffix("\N{NO-BREAK SPACE}%") for cell in line.split("|")[1:-1]] for line in lines]
    rows = {(row[0], int(row[1])): row[2:] for row in cells}
    assert len(rows) == 12
    for (ratio, count), (skewed, none, no_noise, rejected, order, held) in rows.items():
        assert abs(float(skewed) - float(none)) < 1.5
        if ratio == "0":
            assert 45 < float(skewed) < 60
            assert float(rejected) < 7
        else:
            assert float(order) == pytest.approx(0.48 if ratio == "1" else 0.72, abs=0.025)
            assert 80 < float(held) < 95
        if count == 50:
            assert float(no_noise) > 12
        if (ratio, count) in {("1", 50), ("1", 100)}:
            assert 33 < float(skewed) < 35
