"""Means and shares of answers on a scale: the slow definition, laws, how often limits hold, edges."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from slow_surveys import bounded_beta

from maalbib import stats
from maalbib.errors import ArgumentError

COUNTS = st.lists(st.integers(0, 60), min_size=2, max_size=7).filter(any)
NAN = float("nan")


@given(COUNTS, st.integers(-3, 3), st.floats(0.1, 30), st.sampled_from([0.8, 0.95, 0.998]))
def test_limits_are_the_slow_ones(counts: list[int], low: int, step: float, confidence: float) -> None:
    """On any scale, with steps of any size."""
    points = [low + step * place for place in range(len(counts))]
    found = stats.scale_mean(counts, points=points, confidence=confidence)
    mean, lower, upper = bounded_beta(counts, points, confidence)
    tolerance = 1e-7 * step * len(counts)
    assert_allclose(
        [found.value.item(), found.lower.item(), found.upper.item()], [mean, lower, upper], atol=tolerance
    )


@given(COUNTS)
def test_a_scale_turned_around_turns_the_figures(counts: list[int]) -> None:
    """The mean becomes low + high - m, limits change places, and so do best and worst."""
    ends = len(counts) + 1
    found, turned = stats.scale_mean(counts), stats.scale_mean(counts[::-1])
    assert_allclose(turned.value, ends - found.value, rtol=1e-12)
    assert_allclose([turned.lower, turned.upper], [ends - found.upper, ends - found.lower], rtol=1e-8, atol=1e-8)
    best = stats.top_box(counts, boxes=1)
    assert stats.top_box(counts[::-1], boxes=1, positive_end="low") == best
    assert_allclose(stats.top_box(counts[::-1], boxes=1).net, -best.net, rtol=1e-12)


@given(COUNTS, st.sampled_from(["bounded_beta", "t"]))
def test_limits_stay_on_the_scale_around_the_mean(counts: list[int], method: str) -> None:
    """For two answers and more; Student's are cut there."""
    assume(sum(counts) > 1)
    found = stats.scale_mean(counts, method=method)  # type: ignore[arg-type]
    if found.reason.item() == "constant_values":
        assert method == "t"
        return
    assert 1 <= found.lower <= found.value <= found.upper <= len(counts)
    assert found.lower < found.upper


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5).filter(any))
def test_one_more_of_the_highest_never_lowers_the_mean(counts: list[int]) -> None:
    """Nor the smoothed mean, nor the share of the best."""
    more = [*counts[:-1], counts[-1] + 1]
    before, after = stats.scale_mean(counts), stats.scale_mean(more)
    assert after.value >= before.value - 1e-12
    assert after.smoothed >= before.smoothed - 1e-12
    assert stats.top_box(more).lower >= stats.top_box(counts).lower - 1e-12


@given(st.lists(st.integers(1, 60), min_size=5, max_size=5))
def test_more_answers_alike_narrow_the_interval(counts: list[int]) -> None:
    """Four times the answers, about half the width."""
    one, four = stats.scale_mean(counts), stats.scale_mean([4 * count for count in counts])
    assert four.upper - four.lower < one.upper - one.lower


@given(COUNTS.filter(lambda counts: len(counts) > 3), st.integers(0, 200))
def test_finite_limits_lie_within_the_bounds_of_the_unseen(counts: list[int], more: int) -> None:
    """They narrow as more are heard, hold the mean, and are the mean itself in a census."""
    n = sum(counts)
    found = stats.scale_mean(counts, population=n + more, purpose="these_users")
    assert found.lower <= found.value <= found.upper
    if found.bounds:
        seen = stats.nonresponse_bounds(found.value, n, n + more, low=1, high=len(counts))
        assert_allclose([found.lower, found.upper], [seen.worst, seen.best], rtol=1e-12)
    wider = stats.scale_mean(counts, population=n + more + 1, purpose="these_users")
    assert wider.upper - wider.lower >= found.upper - found.lower - 1e-12
    box = stats.top_box(counts, boxes=1, population=n + more, purpose="these_users")
    assert box.n_eff >= n - 1e-9
    assert stats.top_box(counts, boxes=1, population=n + more + 1, purpose="these_users").n_eff <= box.n_eff
    if more == 0:
        assert found.lower == found.value == found.upper
        assert box.lower == box.value == box.upper


def multinomial(n: int, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All ways to spread n answers over the points, and how likely each is."""
    size = len(shares)
    bars = np.array(list(combinations(range(n + size - 1), size - 1)))
    edges = np.column_stack([np.full(len(bars), -1), bars, np.full(len(bars), n + size - 1)])
    counts = np.diff(edges, axis=1) - 1
    log = math.lgamma(n + 1) - np.vectorize(math.lgamma)(counts + 1).sum(axis=1) + counts @ np.log(shares)
    return counts, np.exp(log)


@pytest.mark.parametrize(
    ("shares", "t_holds"),
    [((0.01, 0.01, 0.02, 0.06, 0.90), 0.70), ((0.04, 0.06, 0.10, 0.26, 0.54), 0.92)],
    ids=["very satisfied", "satisfied"],
)
def test_how_often_the_limits_hold(shares: tuple[float, ...], t_holds: float) -> None:
    """Ten answers, worked out over all 1,001 outcomes: the default holds as it says, Student's does not at the end of a scale."""
    counts, chance = multinomial(10, np.array(shares))
    assert chance.sum() == pytest.approx(1, abs=1e-9)
    truth = np.arange(1, 6) @ shares
    holds = {}
    for method in ("bounded_beta", "t"):
        found = stats.scale_mean(counts, method=method)  # type: ignore[arg-type]
        inside = (np.nan_to_num(found.lower, nan=9) <= truth) & (np.nan_to_num(found.upper, nan=-9) >= truth)
        holds[method] = (chance * inside).sum()
    assert 0.93 <= holds["bounded_beta"] <= 0.98
    assert holds["t"] < t_holds


def test_net_is_the_mean_of_three_points() -> None:
    """Limits of the net share are those of a scale of -1, 0 and 1; a scale of two ends has no middle."""
    found = stats.top_box([3, 4, 9, 22, 18])
    three = stats.scale_mean([7, 9, 40], points=(-1, 0, 1))
    assert (found.net, found.net_lower, found.net_upper) == (three.value, three.lower, three.upper)
    halves = stats.top_box([3, 4, 9, 22])
    assert halves.net_lower == stats.scale_mean([7, 31], points=(-1, 1)).lower
    with_all = stats.top_box([3, 4, 9, 22], dont_know=6, policy="in_denominator")
    assert with_all.net_lower == stats.scale_mean([7, 6, 31], points=(-1, 0, 1)).lower
    assert with_all.value < halves.value


def test_those_without_an_opinion_were_heard() -> None:
    """All ten answered, one of them "don't know": the share of those with an opinion is certain, as it is of a census."""
    counts, users = [0, 0, 1, 0, 8], {"population": 10, "purpose": "these_users"}
    every = stats.top_box(counts, dont_know=1, **users)  # type: ignore[arg-type]
    assert (every.lower, every.value, every.upper, every.n_eff) == (8 / 9, 8 / 9, 8 / 9, np.inf)
    assert every.net_lower == every.net == every.net_upper
    # Half of them heard: as many answers tell about as much as those of half of the people with an opinion do.
    half = stats.top_box([0, 0, 4, 0, 32], dont_know=4, population=80, purpose="these_users")
    same = stats.top_box([0, 0, 4, 0, 32], population=72, purpose="these_users")
    assert (half.n_eff, half.lower, half.net_upper) == (same.n_eff, same.lower, same.net_upper)
    # Shares of all who answered are about everybody.
    shares = stats.top_box(
        [0, 0, 4, 0, 32], dont_know=4, policy="in_denominator", population=80, purpose="these_users"
    )
    assert shares.n_eff == 40 * 79 / 40


def test_bad_rows_have_their_reasons() -> None:
    """None stops the others."""
    counts = [[0, 1, 4], [0, 0, 0], [1, NAN, 2], [1, -1, 2], [1, np.inf, 2], [0, 3, 0], [0, 1, 0], [4, 4, 4]]
    reasons = ["", "no_answers", "missing_input", "negative_input", "not_finite"]
    found = stats.scale_mean(counts, method="t")
    assert found.reason.tolist() == [*reasons, "constant_values", "single_value", ""]
    assert found.status.tolist()[1:7] == ["insufficient", "missing", "invalid", "invalid", "value_only", "value_only"]
    assert np.isnan(found.value).tolist() == [False, True, True, True, True, False, False, False]
    assert np.isnan(found.lower).tolist() == [False, True, True, True, True, True, True, False]
    assert found.thin.tolist() == [False, True, False, False, False, True, True, False]
    assert stats.scale_mean(counts).reason.tolist() == [*reasons, "", "", ""]
    size = [9, 9, 9, 9, 9, 9, NAN, 11]
    finite = stats.scale_mean(counts, population=size, purpose="these_users")
    assert finite.reason.tolist() == [*reasons, "", "population_missing", "answers_exceed_population"]
    assert finite.bounds.tolist() == [True, False, False, False, False, True, False, False]
    assert np.isnan(finite.value).tolist() == [False, True, True, True, True, False, False, True]
    box = stats.top_box(counts, boxes=1, population=size, purpose="these_users")
    assert box.reason.tolist() == [*reasons, "", "population_missing", "answers_exceed_population"]
    assert box.status.tolist()[6] == "value_only"
    assert np.isnan(box.net).tolist() == np.isnan(box.value).tolist() == np.isnan(finite.value).tolist()
    assert np.isnan(box.lower).tolist() == [False, True, True, True, True, False, True, True]
    again = stats.scale_mean(counts, population=size, purpose="the_institution")
    assert again.reason.tolist() == [*reasons, "", "", "answers_exceed_population"]


def test_distributions_that_cannot_be() -> None:
    """Only don't-knows leave no shares, and still a response rate."""
    counts = [[1, 2, 3], [0, 0, 0], [1, 1, 1], [1, 1, 1], [1, NAN, 1], [0, 0, 0]]
    found = stats.answer_distribution(counts, dont_know=[2, 4, 1, -1, 0, 0], invited=[10, 8, 3, 9, 9, 0])
    assert found.reason.tolist() == [
        *("", "no_answers", "answers_exceed_population", "negative_input", "missing_input", "no_answers")
    ]
    assert_allclose(found.response_rate, [0.8, 0.5, NAN, NAN, NAN, NAN])
    assert_allclose(found.dont_know, [0.25, 1, NAN, NAN, NAN, NAN])
    assert found.much_dont_know.tolist() == [True, True, False, False, False, False]
    assert_allclose(found.share[0], [1 / 6, 2 / 6, 3 / 6])
    assert np.isnan(found.share[1:2]).all()
    each = stats.wilson_interval([1, 2, 3], 6)
    assert_array_equal(found.lower[0], each.lower)
    assert np.isnan(stats.answer_distribution([1, 2]).response_rate)


def test_shapes_and_rows_alone() -> None:
    """A row's figures do not depend on those beside it; scalars, tables and empty tables keep their shapes."""
    rng = np.random.default_rng(4)
    counts = rng.integers(0, 9, (3, 7, 5))
    size = counts.sum(axis=2) + rng.integers(0, 5, (3, 7))
    for finite in ({}, {"population": size, "purpose": "these_users"}):
        whole = stats.scale_mean(counts, **finite)  # type: ignore[arg-type]
        box = stats.top_box(counts, **finite)  # type: ignore[arg-type]
        assert whole.value.shape == whole.bounds.shape == box.net.shape == (3, 7)
        alone = finite and {"population": size[1, 2], "purpose": "these_users"}
        single, single_box = stats.scale_mean(counts[1, 2], **alone), stats.top_box(counts[1, 2], **alone)  # type: ignore[arg-type]
        for name in ("value", "lower", "upper", "smoothed", "sd"):
            assert getattr(single, name) == getattr(whole, name)[1, 2], name
        assert (single_box.lower, single_box.net_upper) == (box.lower[1, 2], box.net_upper[1, 2])
    assert stats.scale_mean(np.empty((0, 5))).value.shape == (0,)
    assert stats.top_box(np.empty((0, 5))).value.shape == (0,)
    assert stats.answer_distribution(np.empty((0, 5))).share.shape == (0, 5)


def test_wrong_arguments() -> None:
    """A population without a purpose is refused, and so is a purpose without a population."""
    with pytest.raises(ArgumentError, match="purpose is missing"):
        stats.scale_mean([1, 2, 3], population=9)
    with pytest.raises(ArgumentError, match="population is missing"):
        stats.top_box([1, 2, 3], boxes=1, purpose="these_users")
    with pytest.raises(ArgumentError, match="bounded_beta does not answer"):
        stats.scale_mean([1, 2, 3], population=9, purpose="these_users", method="bounded_beta")
    with pytest.raises(ArgumentError, match="t_or_bounds does not answer"):
        stats.scale_mean([1, 2, 3], method="t_or_bounds")
    with pytest.raises(ArgumentError, match="points must be finite numbers that rise"):
        stats.scale_mean([1, 2, 3], points=[3, 2, 1])
    with pytest.raises(ArgumentError, match="points must have the shape"):
        stats.scale_mean([1, 2, 3], points=[1, 2])
    with pytest.raises(ArgumentError, match="at least two answers"):
        stats.scale_mean([3])
    with pytest.raises(ArgumentError, match="boxes must lie between 1 and 2"):
        stats.top_box([1, 2, 3, 4, 5], boxes=3)
    with pytest.raises(ArgumentError, match="dont_know is missing"):
        stats.top_box([1, 2, 3, 4], policy="in_denominator")
    with pytest.raises(ArgumentError, match="purpose must be one of"):
        stats.scale_mean([1, 2], population=4, purpose="all")  # type: ignore[arg-type]
