"""Logistic lines against R, the equations that define them, and their limits."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import special
from scipy import stats as scipy_stats

from maalbib.errors import ArgumentError
from maalbib.stats import LogisticLine, _points, logistic_line

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]

NAN = np.nan


def bits(result: LogisticLine, index: Any = ...) -> list[Any]:
    """The figures of some series, bit for bit; NaN is NaN."""
    fields = [np.asarray(getattr(result, field.name)) for field in attrs.fields(LogisticLine)]
    picked = [array[index] if array.ndim else array for array in fields]
    return [
        np.where(np.isnan(array), NAN, array).tobytes() if array.dtype.kind == "f" else array.tolist()
        for array in map(np.asarray, picked)
    ]


@st.composite
def counts(draw: st.DrawFn, most: int = 8) -> tuple[Floats, Floats]:
    """Draw counts, many of them 0 or full, with gaps."""
    shape = draw(st.tuples(st.integers(1, 5), st.integers(0, most)))
    d = draw(hnp.arrays(np.float64, shape, elements=st.sampled_from([0, 1, 2, 7, 50, 10**6]) | st.just(NAN)))
    share = draw(hnp.arrays(np.float64, shape, elements=st.sampled_from([0, 0.001, 0.2, 0.5, 0.9, 1])))
    return np.floor(d * share), d


def r_cases(oracles: Path) -> list[tuple[list[Floats], dict[str, str]]]:
    """The last five points of each series, with what R 4.5.0 gives for them."""
    series = defaultdict(list)
    own = oracles / "statistics" / "own"
    with (own / "trend_proportion_input.csv").open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            series[line["case_id"]].append([float(line[name]) for name in ("numerator", "denominator", "year")])
    with (own / "trend_proportion_expected.csv").open(encoding="utf-8", newline="") as lines:
        expected = [line for line in csv.DictReader(lines) if line["glm_slope"]]
    return [(list(np.array(series[line["case_id"]][-5:]).T), line) for line in expected]


def weighted_fits(x: Floats, d: Floats, t: Floats, close: float) -> tuple[float, float, float]:
    """Slope, standard error and dispersion by repeated weighted fits, with R's start and rule of stopping.

    The dispersion is taken with the weights of the last fit, which are those of the line before it.
    """
    y, design = x / d, np.column_stack([np.ones_like(t), t - t.mean()])
    mu = (x + 0.5) / (d + 1)
    before = math.inf
    for _ in range(25):
        eta, variance = np.log(mu / (1 - mu)), mu * (1 - mu)
        w = d * variance
        line = np.linalg.lstsq(design * w[:, None] ** 0.5, (eta + (y - mu) / variance) * w**0.5, rcond=None)[0]
        mu = 1 / (1 + np.exp(-design @ line))
        deviance = 2 * float((special.xlogy(x, y / mu) + special.xlogy(d - x, (1 - y) / (1 - mu))).sum())
        if abs(deviance - before) <= close * (abs(deviance) + 0.1):
            break
        before = deviance
    phi = float((w * ((y - mu) / (mu * (1 - mu))) ** 2).sum()) / (len(x) - 2)
    covariance = np.linalg.inv((design * w[:, None]).T @ design)
    return float(line[1]), float(covariance[1, 1] * phi) ** 0.5, phi


def test_quasi_binomial_lines_of_r(oracles: Path) -> None:
    """R's glm: slope, standard error and p with dispersion; R uses phi below 1 as well, we do not."""
    cases = r_cases(oracles)
    assert len(cases) > 30
    for points, line in cases:
        found = logistic_line(*points)
        phi = float(line["glm_dispersion"])
        assert found.slope.item() == pytest.approx(float(line["glm_slope"]), rel=1e-8), line["case_id"]
        # R stops early and is itself off by up to 8e-6 here: see the next test.
        assert found.phi.item() == pytest.approx(phi, rel=1e-5)
        se = float(line["glm_se_quasi"]) * (max(1, phi) / phi) ** 0.5
        assert found.se.item() == pytest.approx(se, rel=1e-5)
        assert found.df.item() == 3
        theirs = float(line["glm_p_quasi"])
        assert scipy_stats.f.sf(found.chi2 / found.phi, 1, 3) == pytest.approx(theirs, rel=2e-5)
        if phi >= 1:
            assert found.p_value.item() == pytest.approx(theirs, rel=2e-5)
        else:
            assert found.p_value.item() > theirs


def test_r_glm_takes_dispersion_with_the_weights_before_the_last_step(oracles: Path) -> None:
    """The same fits, stopped where R stops, give R's digits; carried to the end they give ours."""
    for points, line in r_cases(oracles):
        early, late = weighted_fits(*points, close=1e-8), weighted_fits(*points, close=0)
        names = ("glm_slope", "glm_se_quasi", "glm_dispersion")
        assert early == pytest.approx([float(line[name]) for name in names], rel=1e-9), line["case_id"]
        found = logistic_line(*points, dispersion=1)
        ours = [found.slope.item(), found.se.item() * late[2] ** 0.5, found.residual.item() / 3]
        assert late == pytest.approx(ours, rel=1e-9)


def separated(x: list[float], d: list[float]) -> bool:
    """Whether a time parts those counted from the others, by trying each."""
    others = [size - some for some, size in zip(x, d, strict=True)]
    return any(
        not any(early[:cut]) and not any(late[cut + 1 :])
        for cut in range(len(x))
        for early, late in ((x, others), (others, x))
    )


@given(counts())
def test_definition(drawn: tuple[Floats, Floats]) -> None:
    """The line solves the likelihood equations wherever they have a solution, and only there."""
    x, d = drawn
    found = logistic_line(x, d, dispersion="none")
    for i in range(len(x)):
        there = np.flatnonzero(d[i] > 0)
        some, size = x[i][there], d[i][there]
        assert found.n[i] == len(there)
        if len(there) < 2:
            assert found.reason[i] == ("too_few_points" if len(there) else "no_data")
        elif separated(some.tolist(), size.tolist()):
            assert found.reason[i] in {"no_finite_line", "zero_variance"}
            assert math.isnan(found.slope[i])
        else:
            assert found.reason[i] == ""
            solves(found, i, some, size, there.astype(float))


def solves(found: LogisticLine, i: int, x: Floats, d: Floats, t: Floats) -> None:
    """Check one line against the equations: no surplus of counts, neither in all nor along time."""
    share, at = min((found.fitted_first[i], t[0]), (found.fitted_last[i], t[-1]))  # the one that has its digits
    odds = math.log(share) - math.log1p(-share) + found.slope[i] * (t - at)
    p, q = 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(odds))
    surplus = x * q - (d - x) * p
    assert abs(surplus.sum()) <= 1e-7 * d.sum() ** 0.5 * 10
    assert abs((surplus * (t - t[0])).sum()) <= 1e-7 * d.sum() ** 0.5 * 100
    assert found.residual[i] == pytest.approx((surplus**2 / (d * p * q)).sum(), rel=1e-6, abs=1e-7)
    w = d * p * q
    spread = (w * (t - (w * t).sum() / w.sum()) ** 2).sum()
    assert found.se[i] == pytest.approx(spread**-0.5, rel=1e-6)


@pytest.mark.parametrize("size", [10, 10_000, 10**9])
def test_steep_and_lopsided_lines_are_found(size: int) -> None:
    """Steps end at the line also where plain Newton steps run away."""
    cases = [
        [1, 0, 0, 0, size],
        [1, 0, 0, size, size - 1],
        [0, 1, 0, 0, 1],
        [size - 1, size, size, size, 1],
        [0, 0, 1, size, size - 1],
        [size, 0, 0, 0, 1],
    ]
    found = logistic_line(cases, size, dispersion="none")
    assert found.reason.tolist() == [""] * len(cases)
    for i, case in enumerate(cases):
        x, d, t = np.array(case, float), np.full(5, float(size)), np.arange(5.0)
        share, at = min((found.fitted_first[i], 0), (found.fitted_last[i], 4))  # the one that has its digits
        odds = math.log(share) - math.log1p(-share) + found.slope[i] * (t - at)
        p, q = 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(odds))
        surplus = x * q - (d - x) * p
        assert abs(surplus.sum()) < 1e-5
        assert abs((surplus * t).sum()) < 1e-5


@given(counts(), st.sampled_from(["none", "own", 2.5]))
def test_rows_of_a_batch_are_single_calls(drawn: tuple[Floats, Floats], dispersion: Any) -> None:
    """A series has the same bits alone, in a batch, in pieces of any size, and padded with missing periods."""
    x, d = drawn
    whole = logistic_line(x, d, dispersion=dispersion)
    for i in range(len(x)):
        assert bits(logistic_line(x[i], d[i], dispersion=dispersion)) == bits(whole, i)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_points, "_PIECE", 1)
        assert bits(logistic_line(x, d, dispersion=dispersion)) == bits(whole)
    padded = [np.pad(array, ((0, 0), (2, 1)), constant_values=NAN) for array in (x, d)]
    assert bits(logistic_line(*padded, dispersion=dispersion)) == bits(whole)


def test_rows_of_a_large_batch_are_single_calls() -> None:
    """The same where thousands of series take different numbers of steps."""
    rng = np.random.default_rng(4)
    d = rng.integers(0, 3000, (20_000, 7)).astype(float)
    x = rng.binomial(d.astype(int), rng.beta(0.3, 0.3, (20_000, 1))).astype(float)
    whole = logistic_line(x, d)
    for i in (0, 1, 9_361, 9_362, 9_363, 19_999):
        assert bits(logistic_line(x[i], d[i])) == bits(whole, i)


@given(counts(), st.integers(-5000, 5000))
def test_laws(drawn: tuple[Floats, Floats], shift: int) -> None:
    """Shifted time changes nothing; reversed time and counting the others turn the sign."""
    x, d = drawn
    t = np.arange(x.shape[1])
    plain = logistic_line(x, d, t)
    assert bits(logistic_line(x, d, t + shift)) == bits(plain)
    for turned in (logistic_line(d - x, d, t), logistic_line(x[:, ::-1], d[:, ::-1], t)):
        np.testing.assert_array_equal(turned.reason, plain.reason)
        np.testing.assert_allclose(turned.slope, -plain.slope, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(turned.residual, plain.residual, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(turned.lower, -plain.upper, rtol=1e-6, atol=1e-9)


def test_every_reason() -> None:
    """What has no finite line says so, and what cannot be a count, too."""
    x = [
        [1, 2, 3, 4],
        [0, 0, 0, 0],
        [10, 10, 10, 10],
        [0, 0, 3, 10],
        [10, 4, 0, 0],
        [1, 2, 11, 4],
        [1, -2, 3, 4],
        [1, np.inf, 3, 4],
        [NAN] * 4,
        [NAN, 1, NAN, NAN],
        [3, NAN, NAN, 5],
    ]
    found = logistic_line(x, 10)
    assert found.reason.tolist() == [
        "",
        "zero_variance",
        "zero_variance",
        "no_finite_line",
        "no_finite_line",
        "numerator_exceeds_denominator",
        "negative_input",
        "not_finite",
        "no_data",
        "too_few_points",
        "too_few_points",
    ]
    assert np.isnan(found.p_value[1:]).all()
    assert np.isfinite(found.slope[[0, 10]]).all()
    assert found.fitted_last[10] == pytest.approx(0.5)
    assert logistic_line([1, 2], 10, [3, 3]).reason.item() == "no_time_span"
    assert logistic_line(np.empty((0, 4)), 10).slope.shape == (0,)
    assert logistic_line(np.empty((2, 0)), 10).reason.tolist() == ["no_data"] * 2


def test_wrong_arguments() -> None:
    """Options are checked."""
    with pytest.raises(ArgumentError, match="confidence must lie"):
        logistic_line([1, 2, 3], 9, confidence=1)
    with pytest.raises(ArgumentError, match="dispersion must be"):
        logistic_line([1, 2, 3], 9, dispersion="quasi")


def test_fractions_near_the_smallest_double_are_refused() -> None:
    """Weighted counts whose products vanish are beyond reach as those that overflow are; no warning."""
    found = logistic_line([[5e-324, 1e-320, 2e-320], [1e-61, 2, 3], [1e-59, 2, 3], [0, 2, 3]], 50, dispersion="none")
    assert found.reason.tolist() == ["not_finite", "not_finite", "", ""]
    assert logistic_line([0, 0, 0], [5e-324, 1e-310, 2]).reason.item() == "not_finite"
