"""Partial rank correlations: slow twins, exact enumeration, false findings, laws, and what other ways get wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

from maalbib import stats, texts
from maalbib.errors import ArgumentError

MEASURES = [stats.partial_spearman, stats.partial_kendall]
SIZE = [1, 2, 3, 4, 5, 6, 7]
SPENDING = [52, 51, 55, 57, 56, 60, 61]
SATISFACTION = [60, 64, 61, 66, 70, 69, 75]
FEW = {"draws": 199}

Measure = Callable[..., stats.PartialAssociation]
Array = np.ndarray


@st.composite
def tables(draw: st.DrawFn, smallest: int = 4, largest: int = 6, most: int = 2) -> Array:
    """Draw columns x, y and one condition or two, with ties."""
    n = draw(st.integers(smallest, largest))
    columns = draw(st.integers(3, 2 + most))
    column = st.lists(st.integers(0, 5), min_size=n, max_size=n)
    return np.array([draw(column) for _ in range(columns)], dtype=float).T


def left_over(column: Array, given: Array) -> Array:
    """Return the residuals of a least-squares fit with an intercept."""
    design = np.column_stack([np.ones(len(given)), given])
    return np.asarray(column - design @ np.linalg.lstsq(design, column, rcond=None)[0])


def ranked(table: Array) -> Array:
    """Return mid-ranks by column."""
    return np.apply_along_axis(scipy_stats.rankdata, 0, table)


def rank_coefficient(x: Array, y: Array, given: Array) -> float:
    """Correlate what is left of the ranks of x with what is left of y, which are ranks already."""
    one, other = left_over(scipy_stats.rankdata(x), ranked(given)), left_over(y, ranked(given))
    size = math.sqrt((one @ one) * (other @ other))
    return float(one @ other / size) if other @ other > 1e-9 else math.nan


def pair_signs(column: Array) -> Array:
    """Return the sign of every pair, one by one."""
    return np.array([np.sign(column[j] - column[i]) for j in range(len(column)) for i in range(j)])


def pair_coefficient(x: Array, y: Array, given: Array) -> float:
    """Take from the signs of all pairs what those of the conditions explain, and correlate what is left."""
    beside = np.stack([pair_signs(column) for column in given.T], axis=1)

    def left(column: Array) -> Array:
        signs = pair_signs(column)
        return np.asarray(signs - beside @ np.linalg.lstsq(beside, signs, rcond=None)[0])

    one, other = left(x), left(y)
    return float(one @ other / math.sqrt((one @ one) * (other @ other))) if other @ other > 1e-9 else math.nan


def slow_orders(given: Array) -> tuple[Iterator[tuple[int, ...]], bool]:
    """Return the orders, the first as it is, and whether they are those within classes of equal conditions."""
    n = len(given)
    alike = 2 * len({tuple(row) for row in given.tolist()}) <= n
    every = permutations(range(n))
    if not alike:
        return every, False
    return (order for order in every if all((given[i] == given[j]).all() for i, j in enumerate(order))), True


def slowly(measure: Measure, table: Array) -> tuple[float, float, float, float]:
    """Fit anew and count for every order."""
    x, y, given = table[:, 0], scipy_stats.rankdata(table[:, 1]), table[:, 2:]
    coefficient = rank_coefficient if measure is stats.partial_spearman else pair_coefficient
    rest = left_over(y, ranked(given))
    orders, _ = slow_orders(given)
    every = [coefficient(x, np.round(y - rest + rest[list(order)], 9), given) for order in orders]
    values = np.array([value for value in every if not math.isnan(value)])
    away = np.abs(values - values.mean())
    shares = [float(np.mean(away >= least - 1e-9)) for least in (away[0], away.max())]
    return every[0], float(values.mean()), shares[0], shares[1]


def independent(table: Array) -> bool:
    """Whether the conditions do not follow from each other, so that the twins need no generalised inverse."""
    centred = ranked(table[:, 2:]) - (len(table) + 1) / 2
    return bool(np.linalg.matrix_rank(centred) == centred.shape[1])


@pytest.mark.parametrize("measure", MEASURES)
@given(table=tables())
@settings(max_examples=20)
def test_all_orders_are_the_slow_enumeration(measure: Measure, table: Array) -> None:
    """Coefficient, its mean over the orders, p and the smallest p equal those of fitting anew for every order."""
    found = measure(table[:, 0], table[:, 1], table[:, 2:])
    if found.reason or not independent(table):
        return
    assert_allclose(
        (found.coefficient, found.expected, found.p_value, found.p_min), slowly(measure, table), rtol=1e-9, atol=1e-9
    )
    exact = slow_orders(table[:, 2:])[1]
    assert (found.method, found.p_exact) == ("exact" if exact else "residual_orders", exact)


@given(st.integers(0, 10**6), st.integers(10, 40), st.integers(1, 3))
@settings(max_examples=20)
def test_coefficients_of_more_units(seed: int, n: int, conditions: int) -> None:
    """Residuals of mid-ranks, and the inverse of the table of tau-b as scipy gives it."""
    table = np.random.default_rng(seed).integers(0, 12, (n, 2 + conditions)).astype(float)
    x, y, given = table[:, 0], table[:, 1], table[:, 2:]
    by_rank = stats.partial_spearman(x, y, given, draws=1).coefficient
    assert_allclose(by_rank, rank_coefficient(x, scipy_stats.rankdata(y), given), atol=1e-12)
    tau = [[scipy_stats.kendalltau(a, b).statistic for a in table.T] for b in table.T]
    inverse = np.linalg.inv(tau)
    by_pair = stats.partial_kendall(x, y, given, draws=1).coefficient
    assert_allclose(by_pair, -inverse[0, 1] / math.sqrt(inverse[0, 0] * inverse[1, 1]), atol=1e-12)


def test_one_condition_by_the_formula() -> None:
    """(r_xy - r_xz r_yz) / sqrt((1 - r_xz^2)(1 - r_yz^2)), for ranks and for tau."""
    for measure, plain in ((stats.partial_spearman, stats.spearman), (stats.partial_kendall, stats.kendall)):
        xy, xz, yz = (
            plain(a, b).coefficient for a, b in ((SPENDING, SATISFACTION), (SPENDING, SIZE), (SATISFACTION, SIZE))
        )
        expected = (xy - xz * yz) / math.sqrt((1 - xz**2) * (1 - yz**2))
        assert_allclose(measure(SPENDING, SATISFACTION, SIZE).coefficient, expected, rtol=1e-12)


def test_student_above_thirty_units() -> None:
    """The usual t of a partial correlation, with a degree of freedom less for each condition."""
    rng = np.random.default_rng(4)
    x, y, z = rng.normal(size=60), rng.normal(size=60), rng.normal(size=(60, 2))
    found = stats.partial_spearman(x, y, z)
    r = found.coefficient
    t = abs(r) * math.sqrt(56 / (1 - r**2))
    assert (found.method, found.freedom, found.conditions, found.expected) == ("t_approximation", 56, 2, 0.0)
    assert_allclose(found.p_value, 2 * scipy_stats.t.sf(t, 56), rtol=1e-9)
    assert math.isnan(found.p_min)
    assert not found.p_exact


def test_equal_conditions_make_an_exact_test() -> None:
    """Within two classes of four each, 576 orders; p is never below its size if only the class is shared."""
    classes = [1, 1, 1, 1, 2, 2, 2, 2]
    found = stats.partial_spearman([1, 2, 3, 4, 11, 12, 13, 14], [1, 2, 3, 4, 21, 22, 23, 24], classes)
    assert (found.method, found.p_exact, found.p_value) == ("exact", True, found.p_min)
    assert_allclose(found.p_value, 2 / 576)
    longer = stats.partial_spearman(np.arange(20), np.arange(20), np.repeat([0, 1], 10), **FEW)
    assert (longer.method, longer.p_exact, longer.p_value, longer.p_min) == ("permutation", False, 1 / 200, 1 / 200)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_exact_test_keeps_its_level(measure: Measure) -> None:
    """Of all orders within classes, at most a share alpha has a p of at most alpha: the test cannot find too much."""
    x, y, classes = np.array([3, 1, 2, 5, 9, 4]), np.array([10, 30, 20, 25, 5, 15]), np.array([0, 0, 0, 1, 1, 1])
    p = [measure(x, y[list(order)], classes).p_value for order in slow_orders(classes[:, np.newaxis])[0]]
    assert len(p) == 36
    for alpha in sorted(set(p)):
        assert np.mean(np.array(p) <= alpha) <= alpha + 1e-12


def shared_cause(rng: np.random.Generator, n: int) -> tuple[Array, Array, Array]:
    """Two columns that share nothing but a condition, which makes out four fifths of each."""
    z = rng.normal(size=n)
    return 2 * z + rng.normal(size=n), 2 * z + rng.normal(size=n), z


@pytest.mark.parametrize("measure", MEASURES)
def test_false_findings_without_a_shared_condition(measure: Measure) -> None:
    """Near 5 per cent of 400 tables of ten independent units."""
    rng = np.random.default_rng(5)
    p = [measure(*rng.normal(size=(3, 10)), **FEW).p_value for _ in range(400)]
    assert 0.02 < np.mean(np.array(p) <= 0.05) < 0.085


def test_pitfall_partial_tau_is_not_spread_around_zero() -> None:
    """Held against 0 with the variance of plain tau, columns that share only a condition nearly always differ from it."""
    rng = np.random.default_rng(6)
    ours, around_zero = [], []
    for _ in range(60):
        x, y, z = shared_cause(rng, 60)
        found = stats.partial_kendall(x, y, z, draws=99)
        ours.append(found.p_value)
        n = 60 - 1
        spread = math.sqrt(2 * (2 * n + 5) / (9 * n * (n - 1)))
        around_zero.append(2 * scipy_stats.norm.sf(abs(found.coefficient) / spread))
    assert np.mean(np.array(around_zero) <= 0.05) > 0.3
    assert np.mean(np.array(ours) <= 0.05) < 0.2


def test_pitfall_the_conditions_must_be_allowed_for_anew() -> None:
    """Residuals that only change places, without a second fit, find too much where conditions are many and units few."""
    rng = np.random.default_rng(7)
    ours, without = [], []
    orders = np.array(list(permutations(range(6))))
    for _ in range(300):
        x, y, z = rng.normal(size=6), rng.normal(size=6), rng.normal(size=(6, 3))
        ours.append(stats.partial_spearman(x, y, z).p_value)
        one, other = (left_over(scipy_stats.rankdata(column), ranked(z)) for column in (x, y))
        size = np.abs(other[orders] @ one)
        without.append(np.mean(size >= size[0] - 1e-9))
    assert np.mean(np.array(without) <= 0.05) > 0.25
    assert np.mean(np.array(ours) <= 0.05) < 0.11


@pytest.mark.parametrize("measure", MEASURES)
def test_what_goes_with_the_condition_alone_is_not_found(measure: Measure) -> None:
    """Plainly associated, and not beyond the size of the town."""
    plain = stats.spearman if measure is stats.partial_spearman else stats.kendall
    assert plain(SPENDING, SATISFACTION).p_value < 0.07
    assert measure(SPENDING, SATISFACTION, SIZE).p_value > 0.2


@pytest.mark.parametrize("measure", MEASURES)
@given(table=tables(largest=12))
@settings(max_examples=25)
def test_laws(measure: Measure, table: Array) -> None:
    """Rising transformations, the order of units and that of conditions do not matter; turning x turns the sign."""
    x, y, z = table[:, 0], table[:, 1], table[:, 2:]
    found = measure(x, y, z, **FEW)
    assert measure(3 * x - 7, np.exp(y / 3), z**3, **FEW) == found
    other = measure(x, y, z[:, ::-1], **FEW)
    assert other.reason == found.reason
    if found.reason:
        assert math.isnan(found.coefficient)
        assert math.isnan(found.p_value)
        return
    assert -1 <= found.coefficient <= 1
    assert 0 < found.p_min <= found.p_value <= 1
    assert_allclose(other.coefficient, found.coefficient, atol=1e-9)
    assert_allclose(measure(-x, y, z, **FEW).coefficient, -found.coefficient, atol=1e-9)
    assert_allclose(measure(y, x, z, **FEW).coefficient, found.coefficient, atol=1e-9)
    if found.method in {"exact", "residual_orders"}:
        turned = measure(x[::-1], y[::-1], z[::-1], **FEW)
        assert_allclose(turned.p_value, found.p_value, atol=1e-9)
        assert_allclose(measure(-x, y, z, **FEW).p_value, found.p_value, atol=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_condition_that_follows_from_others_costs_nothing(measure: Measure) -> None:
    """Given twice, or turned, it counts once."""
    once = measure(SPENDING, SATISFACTION, SIZE)
    size = np.array(SIZE)
    twice = measure(SPENDING, SATISFACTION, np.column_stack([size, -size, 10 * size]))
    assert (twice.conditions, twice.freedom) == (1, 4)
    assert_allclose((twice.coefficient, twice.p_value), (once.coefficient, once.p_value), atol=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_seed_decides_the_random_orders(measure: Measure) -> None:
    """The same seed gives the same p, another nearly the same; the draws bound the smallest p."""
    rng = np.random.default_rng(8)
    table = rng.normal(size=(3, 12))
    one = measure(*table)
    assert one == measure(*table, seed=0)
    assert (one.method, one.p_exact) == ("residual_permutation", False)
    other = measure(*table, seed=1)
    assert one.p_value != other.p_value
    assert abs(one.p_value - other.p_value) < 0.01
    assert_allclose(measure(*table, draws=19).p_min, 0.05)


def test_many_units_have_fewer_orders_of_pairs_and_then_none() -> None:
    """Pairs times orders are bounded; above 1,000 units the coefficient stands alone, with a reason."""
    rng = np.random.default_rng(9)
    some = stats.partial_kendall(*rng.normal(size=(3, 700)))
    assert_allclose(1 / some.p_min, 100_000_000 // (700 * 699 // 2) + 1)
    many = stats.partial_kendall(*rng.normal(size=(3, 1_001)))
    assert (many.reason, many.method) == ("too_many_points", "")
    assert math.isfinite(many.coefficient)
    assert math.isnan(many.p_value)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("reason", "x", "y", "given"),
    [
        ("too_few_points", [1, 2, 3], [2, 1, 3], [1, 3, 2]),
        ("too_few_points", [1, 2, 3, 4], [2, 1, 3, 4], [[1, 2], [3, 1], [2, 2], [4, 5]]),
        ("not_finite", [1, 2, 3, math.inf], [2, 1, 3, 4], [1, 3, 2, 4]),
        ("constant", [1, 2, 3, 4, 5], [5, 5, 5, 5, 5], [1, 3, 2, 5, 4]),
        ("constant_condition", [1, 2, 3, 4, 5], [2, 1, 4, 3, 5], [7, 7, 7, 7, 7]),
        ("x_from_conditions", [1, 2, 3, 4, 5], [2, 1, 4, 3, 5], [10, 20, 30, 40, 50]),
        ("y_from_conditions", [2, 1, 4, 3, 5], [5, 4, 3, 2, 1], [10, 20, 30, 40, 50]),
    ],
)
def test_nothing_to_say(measure: Measure, reason: str, x: list[float], y: list[float], given: list[float]) -> None:
    """Each has its reason and no number."""
    found = measure(x, y, given)
    assert found.reason == reason
    assert math.isnan(found.coefficient)
    assert math.isnan(found.p_value)
    assert not found.p_exact


@pytest.mark.parametrize("measure", MEASURES)
def test_units_with_a_gap_are_left_out(measure: Measure) -> None:
    """A unit counts when both values and all conditions are there."""
    nan = math.nan
    gaps = measure([*SPENDING, 1, nan, 3], [*SATISFACTION, nan, 2, 3], [*SIZE, 1, 2, nan])
    assert gaps == measure(SPENDING, SATISFACTION, SIZE)
    assert measure([], [], []).reason == "too_few_points"


@pytest.mark.parametrize("measure", MEASURES)
def test_wrong_arguments(measure: Measure) -> None:
    """Shapes, text and the number of draws are checked."""
    with pytest.raises(ArgumentError, match="y must have the shape"):
        measure([1, 2, 3], [1, 2], [1, 2, 3])
    with pytest.raises(ArgumentError, match="given must have the shape"):
        measure([1, 2, 3], [1, 2, 3], [1, 2])
    with pytest.raises(ArgumentError, match="given must have the shape"):
        measure([1, 2, 3], [1, 2, 3], np.zeros((3, 0)))
    with pytest.raises(ArgumentError, match="given must be numbers"):
        measure([1, 2, 3], [1, 2, 3], ["a", "b", "c"])
    with pytest.raises(ArgumentError, match="draws must be a whole number of at least 1"):
        measure([1, 2, 3], [1, 2, 3], [1, 2, 3], draws=0)
    with pytest.raises(ArgumentError, match="seed must be a whole number of at least 0"):
        measure([1, 2, 3], [1, 2, 3], [1, 2, 3], seed=-1)


@pytest.mark.parametrize(
    "reason", ["constant_condition", "x_from_conditions", "y_from_conditions", "too_many_points", "too_few_points"]
)
def test_reasons_have_words(reason: str) -> None:
    """In both languages."""
    assert all(texts.phrase("reason", reason, lang) for lang in ("da", "en"))
