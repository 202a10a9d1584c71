"""Kendall's S of two columns, concordant minus discordant pairs, and how it is spread by chance."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import IntArray
from maalbib.stats._inversions import sign_sum
from maalbib.stats._null import powers_of, smallest_p, tail_table
from maalbib.stats._ranks import Ranking

__all__ = ["by_order", "counted_p", "normal_p", "surplus_of", "untied_pairs", "variance"]


def surplus_of(one: Ranking, other: Ranking) -> int:
    """Return concordant minus discordant pairs, in n log n steps."""
    both = np.unique(one.level * len(other.sizes) + other.level, return_counts=True)[1]
    # Sorted so that pairs tied in the first column rise in the second, every fall is a discordant pair.
    _, discordant = sign_sum(other.level[np.lexsort((other.level, one.level))].astype(np.float64))
    return untied_pairs(one) - _pairs_within(other.sizes) + _pairs_within(both) - 2 * discordant


def untied_pairs(ranks: Ranking) -> int:
    """Return the number of pairs with different values."""
    n = len(ranks.level)
    return n * (n - 1) // 2 - _pairs_within(ranks.sizes)


def by_order(one: Ranking, other: Ranking) -> partial[IntArray]:
    """Return a function from orders of the second column to the S of each."""
    first, second = np.triu_indices(len(one.level), 1)
    signs = np.sign(one.level[first] - one.level[second])
    other_signs = np.sign(other.level[:, np.newaxis] - other.level).astype(np.int8)
    used = np.flatnonzero(signs)
    return partial(_surpluses, first[used], second[used], signs[used].astype(np.int8), other_signs)


def counted_p(surplus: int, tied: Ranking) -> tuple[float, float]:
    """Return the exact two-sided p and the smallest possible one, where the other column has no ties."""
    powers = powers_of([(len(tied.level), *tied.sizes.tolist())])
    tails = tail_table(powers, two_sided=True)
    return float(tails[(untied_pairs(tied) - abs(surplus)) // 2]), smallest_p(powers, two_sided=True)


def normal_p(surplus: int, one: Ranking, other: Ranking) -> float:
    """Return the two-sided p of the normal approximation, with the variance for ties in both columns."""
    from scipy import special

    return 2 * float(special.ndtr(-abs(surplus) / math.sqrt(variance(one, other))))


def _surpluses(
    first: npt.NDArray[np.intp],
    second: npt.NDArray[np.intp],
    signs: npt.NDArray[np.int8],
    other_signs: npt.NDArray[np.int8],
    orders: npt.NDArray[np.intp],
) -> IntArray:
    columns = orders.T.copy()
    flat, n = other_signs.ravel(), len(other_signs)
    total = np.zeros(len(orders), dtype=np.int16)  # at most 435 pairs
    for i, j, sign in zip(first, second, signs, strict=True):
        total += sign * flat[columns[i] * n + columns[j]]
    return total.astype(np.int64)


def _pairs_within(sizes: IntArray) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def variance(one: Ranking, other: Ranking) -> float:
    """Return the variance of S when every order is equally likely, with ties in both columns."""
    n = len(one.level)
    x: list[int] = one.sizes.tolist()
    y: list[int] = other.sizes.tolist()
    whole = n * (n - 1) * (2 * n + 5)
    tied = sum(t * (t - 1) * (2 * t + 5) for t in x + y)
    triples = sum(t * (t - 1) * (t - 2) for t in x) * sum(t * (t - 1) * (t - 2) for t in y)
    pairs = 4 * _pairs_within(one.sizes) * _pairs_within(other.sizes)
    apart = triples / (9 * n * (n - 1) * (n - 2)) if triples else 0.0  # none below three pairs
    return (whole - tied) / 18 + apart + pairs / (2 * n * (n - 1))
