"""How long the longest run and how few the crossings are by chance: exact, for any number of values."""

from __future__ import annotations

import math

import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import FloatArray, open_share, whole_number

__all__ = ["runs_distribution"]


def runs_distribution(
    n: int, *, longest_run: int | None = None, q: float = 0.5, above: int | None = None
) -> FloatArray:
    """Distribution of crossings and longest run of independent values around a centre line.

    Parameters
    ----------
    n
        Values that are not on the centre, at least 1.
    longest_run
        Only sequences without a longer run than this are counted; None counts all.
    q
        Probability that a value lies above the centre, a centre that was known before; 0.5 for a stable process.
    above
        How many of the values lie above; every order of them is then equally likely, and ``q`` has no part. The
        median of the values themselves leaves half of them above: ``n // 2`` for an even ``n``.

    Returns
    -------
    numpy.ndarray
        Shape (n,): the probability of exactly 0, 1, ..., n - 1 crossings and no run above ``longest_run``.

    Raises
    ------
    ArgumentError
        If ``n`` or ``longest_run`` is not a whole number of at least 1, ``q`` is not inside (0, 1), or ``above`` is
        not a whole number from 0 to ``n``.

    Notes
    -----
    With a known centre, the probability that the first j values are finished runs with c crossings, the last of them
    above, is the sum over its length l of q^l times the same for j - l values, c - 1 crossings, the last below. With a
    fixed number above, the ways to cut the values above and those below into so many runs multiply [1]_. Nothing is
    simulated. Time grows as n^2 times ``longest_run``: below a millisecond for 24 values, seconds for 10,000.

    References
    ----------
    .. [1] Mood, A. M. (1940). The distribution theory of runs. Annals of Mathematical Statistics 11, 367-392.

    Examples
    --------
    A signal is a run of more than 8 or fewer than 8 crossings in 24 values. Around a known centre and around their
    own median:

    >>> (1 - runs_distribution(24, longest_run=8)[8:].sum()).round(3).item()
    0.066
    >>> (1 - runs_distribution(24, longest_run=8, above=12)[8:].sum()).round(3).item()
    0.031
    """
    n = whole_number("n", n, low=1)
    longest = n if longest_run is None else min(n, whole_number("longest_run", longest_run, low=1))
    if above is None:
        return _independent(n, longest, open_share("q", q))
    if whole_number("above", above, low=0) > n:
        raise ArgumentError("argument.range", argument="above", low=0, high=n)
    return _ordered(n, longest, int(above))


def _independent(n: int, longest: int, q: float) -> FloatArray:
    """Follow both sides value by value, remembering as many steps as a run may be long."""
    lengths = np.arange(1, longest + 1)
    runs = np.stack([(1 - q) ** lengths, q**lengths])
    # ended[side, j % longest, c]: the first j values are finished runs, the last of them on that side.
    ended = np.zeros((2, longest, n))
    last = np.zeros((2, n))
    for j in range(1, n + 1):
        before = (j - lengths) % longest
        last = np.zeros((2, n))
        for side in (0, 1):
            weights = np.empty(longest)
            weights[before] = runs[side]
            last[side, 1:] = weights @ ended[1 - side, :, :-1]
            if j <= longest:
                last[side, 0] = runs[side, j - 1]
        ended[:, j % longest] = last
    return np.asarray(last.sum(axis=0))


def _ordered(n: int, longest: int, above: int) -> FloatArray:
    """Multiply the ways to cut both sides into runs, as probabilities so that nothing overflows."""
    found = np.zeros(n)
    below = n - above
    if above in {0, n}:
        found[0] = float(longest >= n)
        return found
    high, low = (_cut(size, longest, size / n, n) for size in (above, below))
    runs = np.arange(1, n + 1)
    first, second = (runs + 1) // 2, runs // 2
    ways = high[first] * low[second] + low[first] * high[second]
    return np.asarray(ways / (math.comb(n, above) * above**above * below**below / n**n))


def _cut(size: int, longest: int, share: float, n: int) -> FloatArray:
    """Return the probability of cutting ``size`` values into 0, 1, ..., n runs of at most ``longest``."""
    parts = np.zeros(n + 1)
    ways = np.zeros(size + 1)
    ways[0] = 1.0
    for run in range(1, size + 1):
        longer = np.zeros(size + 1)
        for length in range(1, min(longest, size) + 1):
            longer[length:] += share**length * ways[:-length]
        ways = longer
        parts[run] = ways[size]
    return parts
