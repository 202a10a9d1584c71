"""The upper tail of a sum of S squared over series: counted where they are few and short, else a gamma tail."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.stats import _null, _tails
from maalbib.stats._families import family_sums
from maalbib.stats._significance import countable

if TYPE_CHECKING:
    from maalbib.stats._arrays import BoolArray, FloatArray, IntArray

__all__ = ["power_sums", "spread_tail"]

_AFFORDABLE: Final = 150_000  # additions per group: a fraction of a millisecond
_SYMMETRIC: Final = 1e-6  # skewness below which the gamma distribution is the normal one
_LOG_2: Final = float(np.log(2.0))


def power_sums(powers: IntArray, r: int) -> FloatArray:
    """Return sum of (m^r - 1) over the factors [m] of each structure; cumulants are multiples of it."""
    sizes = np.arange(2.0, powers.shape[1] + 2)
    sums: FloatArray = (powers * (sizes**r - 1)).sum(axis=1)
    return sums


def spread_tail(
    powers: IntArray, group: IntArray, which: IntArray, spread: FloatArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return P(sum of S squared >= spread) per group, the mean of that sum, and where the tail was counted.

    Parameters
    ----------
    powers
        Distinct structures as rows.
    group, which
        Group and structure of each series; groups are numbered from 0 and none is empty.
    spread
        Sum of S squared per group.
    """
    pairs = _tails.untied_pairs(powers)
    k2, k4, k6 = _tails.variance(powers), power_sums(powers, 4) * (-2 / 15), power_sums(powers, 6) * (16 / 63)
    variance = k4 + 2 * k2**2
    moves = pairs > 1  # a single pair has S squared = 1 whatever its order
    mean, second, third, fewest = (
        family_sums(group, of[which], len(spread))
        for of in (
            k2,
            np.where(moves, variance, 0.0),
            np.where(moves, k6 + 12 * k4 * k2 + 8 * k2**3, 0.0),
            np.where(pairs > 0, _tails.log_orders(powers) - _LOG_2, 0.0),
        )
    )
    even = family_sums(group, (moves & (pairs % 2 == 0))[which], len(spread)) > 0
    tail = _gamma_tail(spread - np.where(even, 2.0, 4.0), mean, second, third)
    tail = np.where(second > 0, np.clip(tail, np.exp(-fewest), 1.0), 1.0)
    exact = _few(powers, pairs, group, which, len(spread))
    _count(tail, np.flatnonzero(exact), powers, group, which, spread)
    return tail, mean, exact


def _gamma_tail(x: FloatArray, mean: FloatArray, variance: FloatArray, third: FloatArray) -> FloatArray:
    """Return the upper tail of the gamma distribution, shifted and mirrored as its three moments ask."""
    from scipy.special import gammainc, gammaincc

    sd = np.sqrt(np.maximum(variance, 1.0))
    skew = third / sd**3
    bent = np.where(np.abs(skew) > _SYMMETRIC, skew, 1.0)
    scale = sd * np.abs(bent) / 2
    y = np.maximum(np.sign(bent) * (x - mean) + 2 * sd / np.abs(bent), 0.0) / scale
    gamma = np.where(bent > 0, gammaincc(4 / bent**2, y), gammainc(4 / bent**2, y))
    return np.where(np.abs(skew) > _SYMMETRIC, gamma, _tails.normal_tail((x - mean) / sd))


def _few(powers: IntArray, pairs: IntArray, group: IntArray, which: IntArray, groups: int) -> BoolArray:
    """Return the groups that are affordable to count; it depends on their own series alone."""
    cells, values, far = (
        family_sums(group, of[which], groups)
        for of in (pairs.astype(np.float64) ** 2 / 4 + 1, pairs // 2 + 1.0, ~countable(powers))
    )
    few: BoolArray = (far == 0) & (cells * values <= _AFFORDABLE)
    return few


def _count(
    tail: FloatArray, groups: IntArray, powers: IntArray, group: IntArray, which: IntArray, spread: FloatArray
) -> None:
    """Replace the tail of some groups by the exact one."""
    if not len(groups):
        return
    order = np.lexsort((which, group))
    ends = np.cumsum(np.bincount(group, minlength=len(spread)))
    keys = [_null.trimmed(row) for row in powers.tolist()]
    counted: dict[tuple[_null.Powers, ...], FloatArray] = {}
    for place in groups.tolist():
        members = which[order[ends[place - 1] if place else 0 : ends[place]]]
        # Sorted by what they are, not by how the batch numbers them, so that sums are taken in one order.
        key = tuple(sorted(keys[kind] for kind in members.tolist()))
        if key not in counted:
            counted[key] = _tail_of_sum(key)
        smallest = sum(_null.pairs(one) % 2 for one in key)
        tail[place] = counted[key][int(spread[place] - smallest) >> 2]


def _tail_of_sum(structures: tuple[_null.Powers, ...]) -> FloatArray:
    """Return P(sum of S squared >= smallest + 4 k) for k = 0, 1, ..."""
    density = np.ones(1)
    for structure in structures:
        steps, shares = _squares(structure)
        wider = np.zeros(len(density) + int(steps[-1]))
        for step, share in zip(steps.tolist(), shares.tolist(), strict=True):
            wider[step : step + len(density)] += share * density
        density = wider
    tail: FloatArray = np.cumsum(density[::-1])[::-1]
    return np.minimum(tail, 1.0)


@lru_cache(maxsize=8192)
def _squares(powers: _null.Powers) -> tuple[IntArray, FloatArray]:
    """Return the values of S squared, less the smallest and in fours, and the share of orders that have each."""
    pairs, total = _null.pairs(powers), _null.orders(powers)
    orders = _null.counts(powers)[::-1]
    s = np.arange(pairs % 2, pairs + 1, 2)
    shares = np.array([count * (2 if value else 1) / total for value, count in zip(s.tolist(), orders, strict=True)])
    return (s * s) >> 2, shares
