"""Counts of units that differ among themselves: Poisson-gamma and beta-binomial, tails and quantiles by summing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray

__all__ = ["beta_binomial", "poisson_gamma"]

_DOUBLINGS: Final = 1023
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
        if not (size >= 1 and 0 <= centre <= 1 and spread >= 0):
            continue
        probability = _probabilities(int(size), centre, spread)
        below = np.minimum(np.cumsum(probability), 1.0)
        above = np.minimum(np.cumsum(probability[::-1])[::-1], 1.0)
        at = np.clip(np.nan_to_num(np.rint(counts[rows])), 0, size).astype(np.int64)
        there = ~np.isnan(counts[rows])
        low[rows], high[rows] = (np.where(there, tail[at], np.nan) for tail in (below, above))
        for number, tail in enumerate(tails):
            limits[0, number, rows] = np.argmax(below >= tail) if below[-1] >= tail else size
            limits[1, number, rows] = size - np.argmax(above[::-1] > tail)
    shape = np.shape(x)
    return (low.reshape(shape), high.reshape(shape)), limits.reshape(2, len(tails), *shape)


def _probabilities(n: int, share: float, spread: float) -> FloatArray:
    """Return the probability of each count from 0 to n."""
    if share in {0.0, 1.0} or spread >= 1:  # all or nothing
        ends = np.zeros(n + 1)
        ends[0], ends[n] = 1 - share, share
        return ends
    k = np.arange(n, dtype=np.float64)
    odds = np.full(n, share / (1 - share))
    if spread > 0:
        total = 1 / spread - 1
        odds = (k + total * share) / (n - 1 - k + total * (1 - share))
    logs = np.append(0.0, np.cumsum(np.log((n - k) / (k + 1) * odds)))  # each count from the one before
    probability = np.exp(logs - logs.max())
    whole: FloatArray = probability / probability.sum()
    return whole
