"""Funnels: slow twins by another library, laws, exact families, edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats.funnels._exact_families import _added, _gathered, _long_sum, beta_binomial, poisson_gamma

NAN = math.nan


@st.composite
def counted(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    """Counts and what they are out of."""
    n = draw(st.lists(st.integers(1, 400), min_size=1, max_size=12))
    return [float(draw(st.integers(0, size))) for size in n], [float(size) for size in n]


@given(counted(), st.sampled_from([0.8, 0.95, 0.998]))
def test_shares_are_the_formula(units: tuple[list[float], list[float]], level: float) -> None:
    """One unit at a time, with the score test of the pooled share."""
    x, n = units
    found = stats.funnel_limits(x, n, levels=level)
    centre, z = sum(x) / sum(n), scipy_stats.norm.ppf((1 + level) / 2)
    for i, (count, size) in enumerate(zip(x, n, strict=True)):
        se = math.sqrt(centre * (1 - centre) / size)
        assert_allclose(found.lower[0, i], max(0, centre - z * se), atol=1e-12)
        assert_allclose(found.upper[0, i], min(1, centre + z * se), atol=1e-12)
        if se > 0:
            assert_allclose(
                found.p_value[i], 2 * scipy_stats.norm.sf(abs(count / size - centre) / se), rtol=1e-8, atol=1e-300
            )
            outside = count / size > centre + z * se or count / size < centre - z * se
            if not math.isclose(abs(count / size - centre), z * se, rel_tol=1e-9):
                assert (found.significance[0, i] != "not_significant") == outside


@given(
    st.lists(st.tuples(st.integers(0, 300), st.floats(0.05, 300)), min_size=1, max_size=8),
    st.sampled_from([0.9, 0.998]),
)
def test_ratios_are_the_exact_interval(units: list[tuple[int, float]], level: float) -> None:
    """Significant means that the exact interval of the ratio leaves out 1; p is twice the smaller Poisson tail."""
    x, e = (np.array(column, dtype=float) for column in zip(*units, strict=True))
    found = stats.funnel_limits(x, e, kind="ratio", levels=level)
    tails = np.minimum(scipy_stats.poisson.cdf(x, e), scipy_stats.poisson.sf(x - 1, e))
    assert_allclose(found.p_value, np.minimum(2 * tails, 1), rtol=1e-9)
    interval = stats.poisson_interval(x, confidence=level)
    side = np.where(interval.lower > e, "high", np.where(interval.upper < e, "low", "not_significant"))
    assert found.significance[0].tolist() == side.tolist()
    by_observed = stats.funnel_limits(x, e, kind="ratio", levels=level, convention="by_observed")
    assert_allclose(by_observed.at_lower[0], interval.upper, rtol=1e-9)
    assert by_observed.significance.tolist() == found.significance.tolist()


@given(counted(), st.randoms(use_true_random=False))
def test_laws(units: tuple[list[float], list[float]], random: object) -> None:
    """Limits enclose the centre, nest in their levels, keep their scale, and do not mind the order of the units or a bad one."""
    x, n = units
    found = stats.overdispersion(x, n, levels=(0.8, 0.95, 0.998))
    if len(x) > 1:
        assert (np.diff(found.lower, axis=0) <= 1e-15).all()
        assert (np.diff(found.upper, axis=0) >= -1e-15).all()
        assert (found.lower <= found.centre + 1e-12).all()
        assert (found.upper >= found.centre - 1e-12).all()
        plain = stats.adjusted_funnel_limits(n, 0.0, reference=sum(x) / sum(n), levels=found.levels)
        assert (found.upper >= plain.upper - 1e-12).all()
    percent = stats.overdispersion(x, n, levels=(0.8, 0.95, 0.998), multiplier=100)
    assert_allclose(percent.upper, found.upper * 100, rtol=1e-14)
    assert_allclose(percent.between_sd, found.between_sd * 100, rtol=1e-14)
    assert_array_equal(percent.significance, found.significance)
    order = list(range(len(x)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = stats.overdispersion([x[i] for i in order], [n[i] for i in order], levels=(0.8, 0.95, 0.998))
    assert_allclose(shuffled.phi, found.phi, rtol=1e-9, atol=1e-12)
    assert_allclose(shuffled.upper, found.upper[:, order], rtol=1e-9)
    more = stats.overdispersion([*x, NAN, 5.0], [*n, 4.0, 4.0], levels=(0.8, 0.95, 0.998))
    assert_allclose(more.phi, found.phi, rtol=1e-12)
    assert more.reason[-2:].tolist() == ["missing_input", "numerator_exceeds_denominator"]
    mirrored = stats.overdispersion(np.array(n) - x, n, levels=(0.8, 0.95, 0.998))
    assert_allclose(mirrored.phi, found.phi, rtol=1e-6, atol=1e-9)
    assert_allclose(1 - mirrored.lower, found.upper, atol=1e-9)


@given(
    st.lists(st.tuples(st.integers(0, 200), st.floats(1, 200)), min_size=2, max_size=12),
    st.sampled_from([0.0, 0.1, 0.2]),
)
def test_overdispersion_is_the_formula(units: list[tuple[int, float]], trim: float) -> None:
    """Square roots one at a time: scores, moved in, their mean square, and the additive variance."""
    x, e = (np.array(column, dtype=float) for column in zip(*units, strict=True))
    found = stats.overdispersion(x, e, kind="ratio", trim=trim)
    z = [(math.sqrt(o / exp) - 1) * 2 * math.sqrt(exp) for o, exp in units]
    low, high = np.quantile(z, [trim, 1 - trim])
    used = [min(max(one, low), high) for one in z]
    phi = sum(one**2 for one in used) / len(z)
    w = [4 * exp for _, exp in units]
    excess = len(z) * phi - (len(z) - 1)
    tau2 = max(0.0, excess / (sum(w) - sum(one**2 for one in w) / sum(w)))
    assert_allclose(found.phi, phi, rtol=1e-9, atol=1e-12)
    assert_allclose(found.tau2, tau2, rtol=1e-7, atol=1e-12)
    assert_allclose(
        found.upper[0], [(1 + 1.959963984540054 * math.sqrt(1 / (4 * exp) + tau2)) ** 2 for exp in e], rtol=1e-7
    )
    assert (found.thin, found.used) == (len(z) < 10, len(z))


def test_rows_at_once_are_rows_alone() -> None:
    """A funnel per row, with gaps; and a row that nobody is in."""
    rng = np.random.default_rng(2)
    n = rng.integers(1, 300, (5, 30)).astype(float)
    x = rng.binomial(n.astype(int), 0.3).astype(float)
    x[rng.random(x.shape) < 0.2] = NAN
    x[3] = NAN
    n[4, 1:] = NAN
    for family in ("normal", "beta_binomial"):
        whole = stats.overdispersion(x, n, family=family)  # type: ignore[arg-type]
        for row in range(5):
            alone = stats.overdispersion(x[row], n[row], family=family)  # type: ignore[arg-type]
            for name in ("phi", "tau2", "between_sd", "n", "row_reason"):
                assert_array_equal(getattr(whole, name)[row], getattr(alone, name))
            for name in ("lower", "upper", "significance", "trim_outside"):
                got = getattr(whole, name)
                assert_array_equal(got[..., row] if name == "trim_outside" else got[:, row], getattr(alone, name))
        assert whole.row_reason.tolist() == ["", "", "", "too_few_units", "single_unit"]
    limits = stats.funnel_limits(x, n)
    for row in range(5):
        assert_array_equal(limits.upper[:, row], stats.funnel_limits(x[row], n[row]).upper)
    assert limits.reason[3].tolist() == ["missing_input"] * 30


# With less variance the share that the other library takes is so close to 1 that its far tails lose their digits.
@given(st.floats(0.5, 400), st.just(0.0) | st.floats(1e-6, 0.5), st.integers(0, 600))
def test_poisson_gamma_is_the_negative_binomial(mean: float, variance: float, count: int) -> None:
    """Tails and limits by another library; without variance they are Poisson's."""
    size = 1 / variance if variance else 0
    theirs = scipy_stats.nbinom(size, size / (size + mean)) if size else scipy_stats.poisson(mean)
    limits = stats.adjusted_funnel_limits(
        mean, variance if size else 0.0, kind="ratio", method="log", family="poisson_gamma"
    )
    for side, tails in ((limits.lower, (0.025, 0.001)), (limits.upper, (0.975, 0.999))):
        for number, tail in enumerate(tails):
            at = float(side[number, 0] * mean)
            assert_allclose(at, round(at), atol=1e-6)
            if not math.isclose(theirs.cdf(round(at)), tail, rel_tol=1e-9):
                assert round(at) == theirs.ppf(tail)
    tails_, _ = poisson_gamma(np.array([float(count)]), np.array([mean]), np.array([variance if size else 0.0]), [])
    assert_allclose(tails_[0], theirs.cdf(count), rtol=1e-7, atol=1e-300)
    assert_allclose(tails_[1], theirs.sf(count - 1), rtol=1e-6, atol=1e-300)


@pytest.mark.parametrize("share", [1e-6, 0.003, 0.3, 0.5, 0.999])
@pytest.mark.parametrize("spread", [0.0, 1e-14, 1e-6, 1e-3, 0.2, 0.7])
def test_a_sum_at_some_places_is_the_sum_over_all(share: float, spread: float) -> None:
    """Limits to the count, and both tails, of twenty thousand people, whether each count is looked at or not."""
    n, tails = 20_000, [0.025, 0.001, 1e-9]
    sd = math.sqrt(n * share * (1 - share) * (1 + (n - 1) * spread))
    at = np.unique(np.clip(np.rint(n * share + sd * np.array([-4.0, -1, 0, 0.5, 3, 8])), 0, n))
    slow, quick = _added(n, share, spread, at, tails), _gathered(n, share, spread, at, tails)
    for one, other in zip(slow[:2], quick[:2], strict=True):
        assert_allclose(other, one, rtol=1e-8, atol=1e-40)
    assert_array_equal(quick[2], slow[2])


@pytest.mark.parametrize("n", [10**6, 10**8, 10**10])
def test_any_number_of_people_takes_as_many_places(n: int) -> None:
    """Memory is bounded; without spread it is the binomial, with it nearly the beta distribution of the shares."""
    found = _long_sum(n, 0.3, 0.7, 0.001)
    assert len(found._starts) < 600
    at = np.rint(np.array([0.3, 0.31, 0.27]) * n)
    (low, _), limits = beta_binomial(at, np.full(3, float(n)), np.full(3, 0.3), np.full(3, 0.001), [0.025])
    within = scipy_stats.beta(999 * 0.3, 999 * 0.7)
    assert_allclose(low, within.cdf(at / n), atol=2e3 / n + 1e-6)
    assert_allclose(limits[:, 0, 0] / n, within.ppf([0.025, 0.975]), atol=20 / n + 1e-6)
    chance = scipy_stats.binom(n, 0.3)
    at = np.rint(0.3 * n + np.array([-3.0, 0.0, 2.0]) * math.sqrt(0.21 * n))
    (low, _), limits = beta_binomial(at, np.full(3, float(n)), np.full(3, 0.3), np.zeros(3), [0.025])
    assert_allclose(low, chance.cdf(at), rtol=1e-5)
    assert_allclose(limits[:, 0, 0], chance.ppf([0.025, 0.975]), atol=1)


@given(st.integers(1, 300), st.floats(0.02, 0.98), st.floats(0.001, 0.5), st.integers(0, 300))
def test_beta_binomial_is_the_beta_binomial(n: int, share: float, spread: float, count: int) -> None:
    """Tails and limits by another library."""
    total = 1 / spread - 1
    theirs = scipy_stats.betabinom(n, total * share, total * (1 - share))
    limits = stats.adjusted_funnel_limits(n, spread / 4, reference=share, family="beta_binomial")
    for side, tails in ((limits.lower, (0.025, 0.001)), (limits.upper, (0.975, 0.999))):
        for number, tail in enumerate(tails):
            at = round(float(side[number, 0] * n))
            if not math.isclose(theirs.cdf(at), tail, rel_tol=1e-7) and not math.isclose(
                theirs.cdf(at - 1), tail, rel_tol=1e-7
            ):
                assert at == theirs.ppf(tail)
    count = min(count, n)
    one = [np.array([float(number)]) for number in (count, n, share, spread)]
    (low, high), _ = beta_binomial(*one, [])
    assert_allclose(low, theirs.cdf(count), rtol=1e-7, atol=1e-12)
    assert_allclose(high, theirs.pmf(np.arange(count, n + 1)).sum(), rtol=1e-7)


def test_exact_families_are_mixtures() -> None:
    """What the families stand for: a Poisson count with a gamma mean, a binomial count with a beta share, integrated."""
    mixed, _ = integrate.quad(
        lambda mean: scipy_stats.poisson.cdf(9, mean) * scipy_stats.gamma.pdf(mean, 50, scale=20 / 50), 0, 80
    )
    (low, _), _ = poisson_gamma(np.array([9.0]), np.array([20.0]), np.array([0.02]), [])
    assert_allclose(low, mixed, rtol=1e-7)
    mixed, _ = integrate.quad(lambda p: scipy_stats.binom.cdf(9, 40, p) * scipy_stats.beta.pdf(p, 5.7, 13.3), 0, 1)
    (low, _), _ = beta_binomial(np.array([9.0]), np.array([40.0]), np.array([0.3]), np.array([0.05]), [])
    assert_allclose(low, mixed, rtol=1e-7)


def test_exact_families_at_their_ends() -> None:
    """No variance is chance alone; a share that is all or nothing; centres at 0 and 1."""
    n = np.array([1.0, 30, 500])
    chance = stats.adjusted_funnel_limits(n, 0.0, reference=0.3, family="beta_binomial", levels=0.95)
    assert_allclose(chance.lower[0] * n, scipy_stats.binom.ppf(0.025, n, 0.3))
    assert_allclose(chance.upper[0] * n, scipy_stats.binom.ppf(0.975, n, 0.3))
    wide = stats.adjusted_funnel_limits(n, 0.3, reference=0.3, family="beta_binomial")
    assert_array_equal(wide.lower, 0)
    assert_array_equal(wide.upper, 1)
    for centre in (0.0, 1.0):
        sure = stats.adjusted_funnel_limits(n, 0.01, reference=centre, family="beta_binomial")
        assert_array_equal(sure.lower, centre)
        assert_array_equal(sure.upper, centre)
    found = stats.adjusted_funnel_limits([5, 5, 5, 0], [NAN, -1, 0.1, 0.1], kind="rate", reference=[1, 1, NAN, 1])
    assert found.reason.tolist() == ["missing_input", "negative_input", "no_reference", "zero_denominator"]
    assert np.isnan(found.upper).all()


def test_own_part_removed_keeps_the_level() -> None:
    """A unit with half of all people pulls the centre towards itself: it is flagged too seldom until its part is removed."""
    rng = np.random.default_rng(6)
    n = np.array([1000.0, 400, 400, 200])
    x = rng.binomial(n.astype(int), 0.3, (20_000, 4))
    naive, own = (stats.funnel_limits(x, n, levels=0.95, remove_own=removed) for removed in (False, True))
    flagged = [np.mean(found.significance[0] != "not_significant", axis=0) for found in (naive, own)]
    assert flagged[0][0] < 0.01
    assert_allclose(flagged[1], 0.05, atol=0.008)
    assert_allclose(own.centre - own.lower[0], (naive.centre - naive.lower[0]) * np.sqrt(1 - n / n.sum()), rtol=1e-9)
    rates = stats.funnel_limits(x, n, kind="rate", levels=0.95, remove_own=True)
    total = x[:50].sum(axis=1)
    for i in range(4):
        w = n[i] / n.sum()
        tails = np.minimum(scipy_stats.binom.cdf(x[:50, i], total, w), scipy_stats.binom.sf(x[:50, i] - 1, total, w))
        assert_allclose(rates.p_value[:50, i], np.minimum(2 * tails, 1), rtol=1e-9)
    assert stats.funnel_limits([3], [9], remove_own=True).reason.tolist() == ["own_benchmark"]
    assert stats.funnel_limits([3, 0], [9, 5], kind="rate", remove_own=True).p_value.min() > 0


def test_a_reference_is_in_the_unit_of_the_values() -> None:
    """80 per cent is 80 with a multiplier of 100; ratios of 100 are what was expected."""
    share = stats.funnel_limits([70, 90], [100, 100], reference=80, multiplier=100)
    assert_array_equal(share.upper, 100 * stats.funnel_limits([70, 90], [100, 100], reference=0.8).upper)
    smr = stats.funnel_limits([70, 90], [100, 100], kind="ratio", multiplier=100)
    assert_array_equal(smr.centre, [100, 100])
    raised = stats.funnel_limits([70, 90], [100, 100], kind="ratio", reference=110, multiplier=100)
    as_expected = stats.funnel_limits([70, 90], [110, 110], kind="ratio")
    assert_allclose(raised.p_value, as_expected.p_value, rtol=1e-12)
    assert_allclose(raised.upper, as_expected.upper * 110, rtol=1e-12)
    rate = stats.funnel_limits([70, 90], [1000, 2000], kind="rate", multiplier=1000)
    assert_allclose(rate.centre, 160 / 3)
    assert_allclose(rate.p_value, stats.funnel_limits([70, 90], [160 / 3, 320 / 3], kind="ratio").p_value)
    both = stats.overdispersion([70, 90], [1000, 2000], kind="rate", multiplier=1000)
    assert_allclose(both.upper, stats.overdispersion([70, 90], [160 / 3, 320 / 3], kind="ratio").upper * 160 / 3)


def test_reasons() -> None:
    """Every fault of a row, and only of that row."""
    x = [5, NAN, 5, math.inf, 5, -1, 11, 5, 5, 5, 5, 2]
    n = [10, 10, NAN, 10, math.inf, 10, 10, 0, -3, 10, 10, 10]
    reference = [0.5] * 9 + [NAN, 1.5, 0.5]
    found = stats.funnel_limits(x, n, reference=reference, min_events=3)
    assert found.reason.tolist() == [
        "",
        "missing_input",
        "missing_input",
        "not_finite",
        "not_finite",
        "negative_input",
        "numerator_exceeds_denominator",
        "zero_denominator",
        "negative_input",
        "no_reference",
        "share_out_of_range",
        "too_few_events",
    ]
    assert found.significance[0].tolist() == ["not_significant", *["not_judged"] * 11]
    assert np.isfinite(found.upper[0]).tolist() == [True, True, False, True, False, True, True, *[False] * 5]
    few = stats.overdispersion([5, 2, 6], [10, 10, 10], min_events=3)
    assert few.reason.tolist() == ["", "too_few_events", ""]
    trimmed_away = stats.overdispersion([5, 2], [5, 4], kind="ratio", method="log", trim=0.49)
    assert trimmed_away.row_reason == "too_few_units"
    assert stats.funnel_limits([], []).upper.shape == (2, 0)
    assert stats.overdispersion([], []).row_reason == "too_few_units"


def test_wrong_arguments() -> None:
    """What no data could make right."""
    with pytest.raises(ArgumentError, match="kind must be one of"):
        stats.funnel_limits([1], [2], kind="proportion")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="kind must be one of"):
        stats.overdispersion([1], [2], kind="proportion")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="convention must be one of"):
        stats.funnel_limits([1], [2], convention="observed")  # type: ignore[arg-type]
    for levels in (1.0, (), (0.95, 0)):
        with pytest.raises(ArgumentError, match="levels must lie between 0 and 1"):
            stats.funnel_limits([1], [2], levels=levels)
    for multiplier in (0, -1, math.nan, math.inf, True, "100"):
        with pytest.raises(ArgumentError, match="multiplier must be a number above 0"):
            stats.funnel_limits([1], [2], multiplier=multiplier)  # type: ignore[arg-type]
    for options in ({"kind": "ratio"}, {"reference": 0.5}, {"kind": "rate", "convention": "by_observed"}):
        with pytest.raises(ArgumentError, match="remove_own needs"):
            stats.funnel_limits([1, 1], [2, 3], remove_own=True, **options)  # type: ignore[arg-type]
    for trim in (-0.1, 0.5, math.nan, "0.1", True):
        with pytest.raises(ArgumentError, match="trim must be at least 0"):
            stats.overdispersion([1], [2], trim=trim)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="trims must be at least 0"):
        stats.overdispersion([1], [2], trims=(0.1, 0.7))
    with pytest.raises(ArgumentError, match="family must be one of: normal, beta_binomial"):
        stats.overdispersion([1], [2], family="poisson_gamma")
    with pytest.raises(ArgumentError, match="Give a reference"):
        stats.adjusted_funnel_limits([1], 0.1)
    with pytest.raises(ArgumentError, match="denominator must have the shape"):
        stats.funnel_limits([1, 2, 3], [2, 3])
    with pytest.raises(ArgumentError, match="min_events must be a whole number"):
        stats.funnel_limits([1], [2], min_events=-1)


def test_inputs_are_not_changed() -> None:
    """Read-only arrays are enough; no trims are legal."""
    x, n = np.array([1.0, NAN, 4.0]), np.array([3.0, 3.0, 5.0])
    x.flags.writeable = n.flags.writeable = False
    stats.funnel_limits(x, n)
    stats.funnel_limits(x, n, kind="rate", remove_own=True)
    assert stats.overdispersion(x, n, trims=()).trim_outside.shape == (0, 2)
