"""Counts of units that differ among themselves: Poisson-gamma and beta-binomial, tails and quantiles by summing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray
from maalbib.stats.funnels._long_sums import LongSum

__all__ = ["MOST", "beta_binomial", "poisson_gamma"]

MOST: Final = 10**10  # people of whom a share is taken; of more, rounding would tell in the limits

_DOUBLINGS: Final = 1023
_ONE_BY_ONE: Final = 1 << 16  # counts; of more only some are looked at
_LARGE: Final = 16.0  # from here on the terms of Stirling's series are exact to the last bits
_POISSON: Final = 1e-13  # variance over mean, in counts, that changes no tail by more than rounding

Tails = tuple[FloatArray, FloatArray]


def poisson_gamma(
    x: FloatArray, mean: FloatArray, variance: FloatArray, tails: list[float]
) -> tuple[Tails, FloatArray]:
    """Return P(X <= x) and P(X >= x), and the counts below and above which less than each tail lies.

    Parameters
    ----------
    x
        Counts; NaN gives NaN.
    mean
        Means above 0, of the same shape; NaN gives NaN.
    variance
        Variance of the mean, relative to its square, at least 0; 0 is Poisson.
    tails
        Probabilities of each tail.

    Returns
    -------
    tuple
        The two tails in the shape of ``x``, and limits of shape (2, tails, *shape): lower, upper.
    """
    from scipy import special

    known = (mean > 0) & (variance >= 0)
    m = np.where(known, mean, 1.0)
    poisson = ~(variance > _POISSON / m)
    r = np.where(poisson, 1.0, 1 / np.where(poisson, 1.0, variance))

    def at_most(k: FloatArray) -> FloatArray:
        clustered = special.betaincc(k + 1, r, m / (r + m))  # r / (r + m) would be 1 where r is large
        return np.where(k < 0, 0.0, np.where(poisson, special.gammaincc(k + 1, m), clustered))

    def at_least(k: FloatArray) -> FloatArray:
        safe = np.maximum(k, 1e-300)
        clustered = special.betainc(safe, r, m / (r + m))
        return np.where(k <= 0, 1.0, np.where(poisson, special.gammainc(safe, m), clustered))

    limits = np.empty((2, len(tails), *m.shape))
    for number, tail in enumerate(tails):
        limits[0, number] = _first(lambda k, tail=tail: at_most(k) >= tail, m.shape)  # type: ignore[misc]
        limits[1, number] = _first(lambda k, tail=tail: at_least(k + 1) <= tail, m.shape)  # type: ignore[misc]
    there = known & ~np.isnan(x)
    given = np.where(there, x, 0.0)
    low, high = (np.where(there, tail(given), np.nan) for tail in (at_most, at_least))
    return (low, high), np.where(known, limits, np.nan)


def _first(holds: Callable[[FloatArray], BoolArray], shape: tuple[int, ...]) -> FloatArray:
    """Return the smallest whole number from 0 on from which a statement holds, for all elements at once."""
    high = np.zeros(shape)
    for _ in range(_DOUBLINGS):
        open_yet = ~holds(high)
        if not open_yet.any():
            break
        high = np.where(open_yet, 2 * high + 1, high)
    else:
        high = np.where(holds(high), high, np.nan)
    low = np.full(shape, -1.0)
    while True:
        middle = np.floor((low + high) / 2)
        apart = (low < middle) & (middle < high)  # beyond 2**53 not every whole number is a double
        if not apart.any():
            break
        good = apart & holds(middle)
        low, high = np.where(apart & ~good, middle, low), np.where(good, middle, high)
    return high


def beta_binomial(
    x: FloatArray, n: FloatArray, share: FloatArray, variance: FloatArray, tails: list[float]
) -> tuple[Tails, FloatArray]:
    """Return the same as :func:`poisson_gamma` for counts out of ``n`` whose shares differ among units.

    Parameters
    ----------
    x, n, share
        Counts, denominators (rounded to whole numbers) and mean share, of one shape.
    variance
        Variance of the share, relative to P(1 - P), at least 0; 0 is binomial, from 1 on nothing is out of the ordinary.
    tails
        Probabilities of each tail.

    Returns
    -------
    tuple
        The two tails, and limits in counts of shape (2, tails, *shape).
    """
    flat = [np.asarray(array, dtype=np.float64).reshape(-1) for array in (x, np.rint(n), share, variance)]
    counts = flat[0]
    low, high = np.full(counts.size, np.nan), np.full(counts.size, np.nan)
    limits = np.full((2, len(tails), counts.size), np.nan)
    settings, which = np.unique(np.stack(flat[1:]), axis=1, return_inverse=True)
    order = np.argsort(which.reshape(-1), kind="stable")
    ends = np.cumsum(np.bincount(which.reshape(-1), minlength=settings.shape[1]))
    for place, (size, centre, spread) in enumerate(settings.T.tolist()):
        rows = order[(ends[place - 1] if place else 0) : ends[place]]
        if not (1 <= size <= MOST and 0 <= centre <= 1 and spread >= 0):
            continue
        at = np.clip(np.nan_to_num(np.rint(counts[rows])), 0, size)
        there = ~np.isnan(counts[rows])
        one_by_one = size <= _ONE_BY_ONE or centre in {0.0, 1.0} or spread >= 1
        found = (_added if one_by_one else _gathered)(int(size), centre, spread, at[there], tails)
        low[rows[there]], high[rows[there]] = found[:2]
        limits[:, :, rows] = found[2][:, :, None]
    shape = np.shape(x)
    return (low.reshape(shape), high.reshape(shape)), limits.reshape(2, len(tails), *shape)


Found = tuple[FloatArray, FloatArray, FloatArray]


def _added(n: int, share: float, spread: float, at: FloatArray, tails: list[float]) -> Found:
    """Return both tails of some counts and the limits, shape (2, tails), with every count from 0 to n looked at."""
    if share in {0.0, 1.0} or spread >= 1:  # all or nothing
        places, probability = np.array([0.0, n]), np.array([1 - share, share])
    else:
        places, probability = np.arange(n + 1, dtype=np.float64), _probabilities(n, share, spread)
    below = np.minimum(np.cumsum(probability), 1.0)
    above = np.minimum(np.cumsum(probability[::-1])[::-1], 1.0)
    limits = [
        [places[np.argmax(below >= tail)] if below[-1] >= tail else n for tail in tails],
        [places[len(places) - 1 - np.argmax(above[::-1] > tail)] for tail in tails],
    ]
    low = below[np.searchsorted(places, at, side="right") - 1]
    high = above[np.searchsorted(places, at, side="left")]
    return low, high, np.array(limits, dtype=np.float64).reshape(2, -1)


def _gathered(n: int, share: float, spread: float, at: FloatArray, tails: list[float]) -> Found:
    """Return the same where there are too many counts to look at, once from below and once from above."""
    low, high = _long_sum(n, share, 1 - share, spread), _long_sum(n, 1 - share, share, spread)
    limits = [[low.first(tail) for tail in tails], [n - high.first(tail, beyond=True) for tail in tails]]
    return low.at_most(at), high.at_most(n - at), np.array(limits, dtype=np.float64).reshape(2, -1)


def _long_sum(n: int, share: float, rest: float, spread: float) -> LongSum:
    total = 1 / spread - 1 if spread > 0 else np.inf
    a, b = total * share, total * rest
    top = (n * (a - 1) - b + 1) / (a + b - 2) if np.isfinite(total) and a + b != 2 else n * share  # noqa: PLR2004
    peaks = {0, n, int(np.clip(np.rint(top), 0, n))}
    largest = max(float(_log_height(np.array([peak], dtype=np.float64), n, share, rest, total)[0]) for peak in peaks)
    width = np.sqrt(n * share * rest * (1 + (n - 1) * spread))
    return LongSum(lambda k: _log_height(k, n, share, rest, total) - largest, n, peaks, int(width))


def _log_height(k: FloatArray, n: int, share: float, rest: float, total: float) -> FloatArray:
    """Return the logarithm of the probability of a count but for a constant.

    By Stirling's formula, each gamma function against its value at the mean count: what they have in common would cost the digits.
    """
    left, mean, others = n - k, n * share, n * rest
    off = k - mean
    found = -(k + 0.5) * _log_ratio(k + 1, mean, off + 1) - (left + 0.5) * _log_ratio(left + 1, others, 1 - off)
    found -= _rest_of_stirling(k + 1) + _rest_of_stirling(left + 1)
    if total < np.inf:
        a, b = total * share, total * rest
        found += (a + k - 0.5) * _log_ratio(a + k, a + mean, off)
        found += (b + left - 0.5) * _log_ratio(b + left, b + others, -off)
        found += _rest_of_stirling(a + k) + _rest_of_stirling(b + left)
    return found


def _log_ratio(x: FloatArray, mean: float, off: FloatArray) -> FloatArray:
    """Return log(x / mean) where x is mean + off: by their quotient where they are far apart, else by what they differ by."""
    apart = np.abs(off) > mean / 2
    return np.where(apart, np.log(x / mean), np.log1p(np.where(apart, 0.0, off) / mean))


def _rest_of_stirling(x: FloatArray) -> FloatArray:
    """Return log gamma(x) less (x - 1/2) log x - x + log(2 pi)/2."""
    from scipy import special

    inverse = 1 / np.maximum(x, _LARGE)
    square = inverse * inverse
    rest: FloatArray = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    small = x < _LARGE
    if small.any():
        low = x[small]
        rest[small] = special.gammaln(low) - (low - 0.5) * np.log(low) + low - np.log(2 * np.pi) / 2
    return rest


def _probabilities(n: int, share: float, spread: float) -> FloatArray:
    """Return the probability of each count from 0 to n."""
    k = np.arange(n, dtype=np.float64)
    odds = np.full(n, share / (1 - share))
    if spread > 0:
        total = 1 / spread - 1
        odds = (k + total * share) / (n - 1 - k + total * (1 - share))
    logs = np.append(0.0, np.cumsum(np.log((n - k) / (k + 1) * odds)))  # each count from the one before
    probability = np.exp(logs - logs.max())
    whole: FloatArray = probability / probability.sum()
    return whole
