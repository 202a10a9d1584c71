"""Dispersion: tails with all their digits, pooling, and whether p-values hold what they promise."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from maalbib.errors import ArgumentError
from maalbib.stats import logistic_line, proportion_trend, weighted_slope
from maalbib.stats._dispersion import chi2_tail, f_tail, pooled_dispersion, t_quantile

Floats = npt.NDArray[np.float64]

NAN = np.nan
KERNELS = {
    "proportion_trend": proportion_trend,
    "logistic_line": logistic_line,
    "weighted_slope": lambda x, d, **options: weighted_slope(x / d, np.sqrt(d) / d, **options),
}
each = pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS.keys())


def steady(series: int, inflation: float, seed: int, slope: float = 0.0) -> tuple[Floats, Floats]:
    """Draw five years of 2,000 with levels of 10 to 60 % and a year-to-year variance of so many times binomial."""
    rng = np.random.default_rng(seed)
    size = 2_000
    level = rng.uniform(np.log(1 / 9), np.log(1.5), (series, 1))
    share = np.broadcast_to(1 / (1 + np.exp(-level - slope * np.arange(-2, 3))), (series, 5))
    if inflation > 1:
        strength = (size - 1) / (inflation - 1) - 1
        share = rng.beta(share * strength, (1 - share) * strength)
    return rng.binomial(size, share).astype(float), np.full((series, 5), float(size))


def near(found: float, nominal: float, series: int, slack: float = 0.0) -> bool:
    """Whether a share is within four standard deviations of what it should be."""
    return abs(found - nominal) <= 4 * (nominal * (1 - nominal) / series) ** 0.5 + slack


@pytest.mark.parametrize("df", [1, 2, 3, 10, 294, 30_000, 3_000_000])
def test_tail_of_f(df: int) -> None:
    """Small tails, large degrees of freedom and values near 0 keep their digits."""
    f = np.array([0.0, 1e-9, 0.01, 1, 5, 40, 200, 1e5])
    found = f_tail(f, np.full(len(f), float(df)))
    expected = [2 * scipy_stats.t.sf(root, df) for root in np.sqrt(f)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert (np.diff(found) < 0)[found[1:] > 0].all()


def test_tail_of_chi2_and_quantile_of_t() -> None:
    """Against other routes; without degrees of freedom there is nothing, with infinitely many the normal."""
    chi2 = np.array([0, 1e-12, 3.841458820694124, 9.54953570608324, 200, 1400])
    np.testing.assert_allclose(chi2_tail(chi2), scipy_stats.chi2.sf(chi2, 1), rtol=1e-12)
    df = np.array([0, 1, 3, 294, 3e6, np.inf, 3])
    expected = [NAN, *scipy_stats.t.isf(0.001, [1, 3, 294, 3e6]), scipy_stats.norm.isf(0.001)]
    np.testing.assert_allclose(t_quantile(df, 0.998), [*expected, expected[2]], rtol=1e-10)
    assert np.isnan(f_tail(np.ones(1), np.zeros(1))).all()


@given(
    st.lists(
        st.tuples(st.floats(0, 1e6) | st.just(NAN), st.integers(-2, 9), st.integers(-2, 2)), min_size=1, max_size=30
    ),
    st.randoms(use_true_random=False),
)
def test_pooling(rows: list[tuple[float, int, int]], random: Any) -> None:
    """Phi is the sum of residuals over the sum of degrees of freedom of the group, in any order, bit for bit."""

    def pooled(drawn: list[tuple[float, int, int]]) -> tuple[Floats, Floats]:
        residual, df, groups = zip(*drawn, strict=True)
        return pooled_dispersion(np.array(residual), np.array(df), np.array(groups))

    phi, df = pooled(rows)
    for i, (_, _, group) in enumerate(rows):
        members = [(r, k) for r, k, label in rows if label == group and not math.isnan(r) and k > 0]
        assert df[i] == sum(k for _, k in members)
        assert phi[i] == pytest.approx(sum(r for r, _ in members) / df[i] if members else NAN, nan_ok=True)
    order = random.sample(range(len(rows)), len(rows))
    again, _ = pooled([rows[i] for i in order])
    np.testing.assert_array_equal(again, phi[order])


def test_pooling_many_in_any_order() -> None:
    """The sum of a hundred thousand residuals has the same bits whatever their order."""
    rng = np.random.default_rng(8)
    residual, df, groups = rng.chisquare(3, 100_000) * 7, np.full(100_000, 3), rng.integers(0, 3, 100_000)
    order = rng.permutation(100_000)
    phi, _ = pooled_dispersion(residual, df, groups)
    again, _ = pooled_dispersion(residual[order], df[order], groups[order])
    np.testing.assert_array_equal(again, phi[order])


@each
def test_only_a_groups_phi_depends_on_the_batch(kernel: Any) -> None:
    """With pooled dispersion a series has the figures of its group alone; without, those of itself alone."""
    x, d = steady(60, 3, seed=5)
    x[7, 2] = NAN
    groups = np.arange(60) % 3
    whole = kernel(x, d, dispersion="pooled", groups=groups)
    for group in range(3):
        rows = groups == group
        part = kernel(x[rows], d[rows], dispersion="pooled")
        for field in attrs.fields(type(part)):
            if field.name != "level":
                np.testing.assert_array_equal(getattr(whole, field.name)[rows], getattr(part, field.name))
        assert len(set(part.phi)) == 1
        assert (part.df == rows.sum() * 3 - (group == 1)).all()
    everybody = kernel(x, d, dispersion="pooled")
    own = kernel(x, d)
    assert (everybody.df == 179).all()
    assert len(set(everybody.phi)) == 1
    for name in ("slope", "chi2", "residual", "p_chi2", "n", "reason"):
        np.testing.assert_array_equal(getattr(everybody, name), getattr(own, name))


@each
def test_an_unusable_series_takes_no_part(kernel: Any) -> None:
    """Impossible, empty and short series neither break nor move the pool."""
    x, d = steady(20, 3, seed=6)
    alone = kernel(x, d, dispersion="pooled")
    with np.errstate(invalid="ignore"):
        worse = np.vstack([x, [[NAN] * 5, [5, NAN, NAN, NAN, NAN], [np.inf, 1, 1, 1, 1]]])
        found = kernel(worse, np.vstack([d, d[:3]]), dispersion="pooled")
    np.testing.assert_array_equal(found.p_value[:20], alone.p_value)
    assert np.isnan(found.p_value[20:]).all()
    assert (found.reason[20:] != "").all()
    assert (found.df == 60).all()
    two_points = kernel(np.vstack([x, [[500, NAN, NAN, NAN, 700]]]), np.vstack([d, d[:1]]), dispersion="pooled")
    assert two_points.reason[20] == ""  # the others tell how much scatter there is
    assert 0 < two_points.p_value[20] < 1


@each
def test_more_dispersion_never_makes_p_smaller(kernel: Any) -> None:
    """P is that of the plain test where points scatter less than sampling would have them, and larger else."""
    x, d = steady(300, 2, seed=7)
    plain, own, pooled = (kernel(x, d, dispersion=rule) for rule in ("none", "own", "pooled"))
    np.testing.assert_array_equal(own.p_chi2, plain.p_value)
    assert (own.p_value >= plain.p_value).all()
    assert (pooled.p_value >= plain.p_value).all()
    assert (pooled.p_value > plain.p_value).mean() > 0.9
    np.testing.assert_allclose(
        pooled.p_value, scipy_stats.f.sf(plain.chi2 / np.maximum(pooled.phi, 1), 1, pooled.df), rtol=1e-8
    )
    np.testing.assert_allclose(own.p_value, scipy_stats.f.sf(plain.chi2 / np.maximum(own.phi, 1), 1, 3), rtol=1e-9)


# Shares of series without a trend that are called one at 5 % (0.2 %), from 39,200 series each.
FALSE_ALARMS = {
    1: ((0.048, 0.0020), (0.001, 0), (0.045, 0.0015)),
    2: ((0.166, 0.0275), (0.010, 0), (0.048, 0.0020)),
    5: ((0.376, 0.166), (0.033, 0), (0.048, 0.0016)),
    11: ((0.553, 0.351), (0.045, 0), (0.049, 0.0022)),
}


@pytest.mark.parametrize("inflation", FALSE_ALARMS)
def test_false_alarms(inflation: int) -> None:
    """The plain test is not to be trusted where years scatter; with dispersion the level holds."""
    series = 98 * 120
    x, d = steady(series, inflation, seed=inflation)
    groups = np.arange(series) // 98
    tests = (
        proportion_trend(x, d, dispersion="none"),
        proportion_trend(x, d),
        proportion_trend(x, d, dispersion="pooled", groups=groups),
    )
    for test, expected in zip(tests, FALSE_ALARMS[inflation], strict=True):
        for level, nominal in zip((0.05, 0.002), expected, strict=True):
            found = float((test.p_value <= level).mean())
            # The expected figures are themselves of a simulation of three times the size.
            assert near(found, nominal, series // 2, slack=0.0005), (inflation, level, found, nominal)
    assert tests[2].phi.mean() == pytest.approx(inflation, rel=0.03)


def test_the_remainder_counts_the_curve_of_a_strong_trend_as_scatter() -> None:
    """Straight log odds are a curve in shares: the remainder is 14 times sampling, the logistic line's is none."""
    share = 1 / (1 + np.exp(-np.linspace(-2.5, 2.5, 5)))
    x, d = np.round(2_000 * share), 2_000
    assert proportion_trend(x, d).phi > 14
    assert logistic_line(x, d).phi < 0.01
    pooled = proportion_trend(x, d, dispersion="pooled")
    assert pooled.phi == logistic_line(x, d).phi
    assert pooled.p_value < proportion_trend(x, d).p_value


def test_groups() -> None:
    """Labels are whole numbers, one per series, and mean something for pooled dispersion only."""
    x, d = steady(4, 1, seed=1)
    one = proportion_trend(x, d, dispersion="pooled", groups=[9, -3, 9, -3])
    assert len(set(one.phi)) == 2
    assert one.phi[0] == one.phi[2]
    assert proportion_trend(x[0], d[0], dispersion="pooled", groups=4).phi.shape == ()
    with pytest.raises(ArgumentError, match=r"groups mean something with dispersion=pooled only"):
        proportion_trend(x, d, groups=[0, 0, 1, 1])
    with pytest.raises(ArgumentError, match="groups must be whole numbers"):
        proportion_trend(x, d, dispersion="pooled", groups=["a", "a", "b", "b"])
    with pytest.raises(ArgumentError, match="groups must have the shape"):
        proportion_trend(x, d, dispersion="pooled", groups=[1, 2])
