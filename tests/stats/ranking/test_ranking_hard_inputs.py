"""Ranks and positions with inputs that are easily forgotten."""

from __future__ import annotations

import numpy as np
import pytest

from maalbib.errors import ArgumentError
from maalbib.stats import position, rank_sets


def test_small_values_beside_a_huge_one_are_no_tie() -> None:
    """Scaling for sums does not reach the order."""
    found = position([1e300, 1e-300, 2e-300], order="smallest_first")
    assert found.rank.tolist() == [3, 1, 2]
    assert found.percentile.round(4).tolist() == [0.8333, 0.1667, 0.5]


def test_order_in_memory_does_not_change_a_position() -> None:
    """Rows that lie column by column give the same bits."""
    values = np.random.default_rng(3).normal(50, 5, (7, 23))
    assert position(np.asfortranarray(values)) == position(values)


def test_the_order_of_tied_rows_with_a_covariance_decides_nothing() -> None:
    """Units with the same value and variance are told apart by what they share with the others."""
    rng = np.random.default_rng(4)
    for _ in range(20):
        root = rng.normal(size=(6, 6))
        covariance = root @ root.T
        size = np.sqrt(np.diag(covariance))
        covariance /= np.outer(size, size)
        values, turn = rng.integers(0, 3, 6) * 2.0, rng.permutation(6)
        one = rank_sets(values, covariance=covariance, draws=200)
        other = rank_sets(values[turn], covariance=covariance[np.ix_(turn, turn)], draws=200)
        np.testing.assert_allclose(one.critical_value[turn], other.critical_value, rtol=1e-9)
        assert one.upper[turn].tolist() == other.upper.tolist()


@pytest.mark.parametrize("shape", [(5,), (3, 5), (2, 3, 5), (0, 5), (0,)])
def test_questions_to_rank_sets_have_the_shape_of_the_estimates(shape: tuple[int, ...]) -> None:
    """The number of units has no last axis, the answers do; each group is asked about its own middle."""
    rng = np.random.default_rng(5)
    estimates = rng.normal(50, 8, shape)
    if len(shape) > 1 and shape[0]:
        estimates[0, ..., :2] = np.nan
    found = rank_sets(estimates, 1.0, draws=100)
    answers = [found.before_middle, found.behind_middle, found.told_from_middle]
    answers += [ask(1) for ask in (found.may_be_first, found.may_be_last, found.shown_first, found.shown_last)]
    assert [answer.shape for answer in answers] == [shape] * 7
    rows = estimates.reshape(int(np.prod(shape[:-1])), shape[-1])
    for row, values in enumerate(rows):
        alone = rank_sets(values, 1.0, draws=100)
        assert alone.before_middle.tolist() == found.before_middle.reshape(rows.shape)[row].tolist()
        assert alone.may_be_last(2).tolist() == found.may_be_last(2).reshape(rows.shape)[row].tolist()
    with pytest.raises(ArgumentError):
        found.may_be_first(0)
