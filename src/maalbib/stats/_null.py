"""The exact null distribution of Kendall's S, in integers.

When every order of the values is equally likely, the number of inversions of one block of n values with tied
groups of sizes t has the generating function [n]! / ([t1]! [t2]! ...), where [k]! = [2] [3] ... [k] and
[m] = 1 + q + ... + q^(m-1). Blocks that are not compared with each other multiply. So every structure, whatever
its blocks, gaps and ties, is a product of powers of [2], [3], ...: those powers are all that a distribution
depends on, and they are its key here.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, repeat
from math import prod
from operator import add, sub
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from maalbib.stats._arrays import FloatArray

__all__ = ["LARGEST_EXACT", "Powers", "interval_ranks", "pairs", "powers_of", "smallest_p", "tail_table"]

Powers: TypeAlias = tuple[int, ...]
"""Powers of [2], [3], ..., without trailing zeros."""

LARGEST_EXACT: Final = 20_000
"""Untied pairs up to which integers are affordable (about 0.2 s at 200 values); more is refused."""


def powers_of(blocks: Iterable[Sequence[int]]) -> Powers:
    """Return the powers of a structure given as ``(n, tie size, tie size, ...)`` per block.

    Examples
    --------
    >>> powers_of([(4,)]), powers_of([(5, 2), (2,)]), powers_of([(3, 3)])
    ((1, 1, 1), (1, 1, 1, 1), ())
    """
    found: dict[int, int] = {}
    for n, *ties in blocks:
        for size, sign in ((n, 1), *zip(ties, repeat(-1))):
            for m in range(2, size + 1):
                found[m] = found.get(m, 0) + sign
    return trimmed([found.get(m, 0) for m in range(2, max(found, default=1) + 1)])


def trimmed(powers: Sequence[int]) -> Powers:
    """Return the powers without trailing zeros, so that equal structures have equal keys."""
    end = len(powers)
    while end and not powers[end - 1]:
        end -= 1
    return tuple(powers[:end])


def pairs(powers: Powers) -> int:
    """Return the number of pairs that are not tied, the largest possible S."""
    return sum(power * m for m, power in enumerate(powers, start=1))


def orders(powers: Powers) -> int:
    """Return how many different orders the values have."""
    up = prod(pow(m, power) for m, power in enumerate(powers, start=2) if power > 0)
    down = prod(pow(m, -power) for m, power in enumerate(powers, start=2) if power < 0)
    return int(up // down)


def counts(powers: Powers) -> list[int]:
    """Return how many orders have 0, 1, 2, ... inversions, up to half of all pairs; the rest mirrors them.

    With k inversions, S = pairs - 2 k.

    Examples
    --------
    >>> counts(powers_of([(4,)]))
    [1, 3, 5, 6]
    """
    # [m] = (1 - q^m) / (1 - q). Multiplying by all (1 - q^m) first keeps the integers small for longest.
    series = [1] + [0] * (pairs(powers) // 2)
    for m, power in enumerate(powers, start=2):
        for _ in range(power):
            series[m:] = map(sub, series[m:], series)
    for m, power in enumerate(powers, start=2):
        for _ in range(-power):
            _divide(series, m)
    for _ in range(sum(powers)):
        _divide(series, 1)
    return series


def _divide(series: list[int], m: int) -> None:
    """Divide a power series by 1 - q^m in place."""
    for start in range(min(m, len(series))):
        series[start::m] = accumulate(series[start::m])


@lru_cache(maxsize=8192)
def tail_table(powers: Powers, *, two_sided: bool, mid_p: bool = False) -> FloatArray:
    """Return p by the number of inversions, each the correctly rounded quotient of two integers.

    Two-sided the index is (pairs - abs(S)) / 2, one-sided (rising) it is (pairs - S) / 2. Tails are summed from
    their small end: a p of 1e-80 has all its digits. With ``mid_p`` only half of P(S = s) counts.
    """
    total = orders(powers)
    tails = list(accumulate(counts(powers)))
    if not two_sided:
        # P(S >= s) for s <= 0 is what the mirrored tail leaves.
        rest = range(len(tails), pairs(powers) + 1)
        tails += [total - tails[pairs(powers) - k - 1] if k <= pairs(powers) - 1 else total for k in rest]
    if mid_p:
        total, tails = 2 * total, list(map(add, tails, (0, *tails)))
    sides = 2 if two_sided else 1
    table = np.array([min(1.0, sides * tail / total) for tail in tails])
    table.setflags(write=False)
    return table


def smallest_p(powers: Powers, *, two_sided: bool, mid_p: bool = False) -> float:
    """Return the p of the most extreme order, the smallest that these values could have given."""
    return min(1.0, (2 if two_sided else 1) / (orders(powers) * (2 if mid_p else 1)))


@lru_cache(maxsize=4096)
def interval_ranks(powers: Powers, confidence: float) -> tuple[int, float]:
    """Return the lower rank of the slope interval, counted from 1, and the attained level.

    Rank 0 means that no pair of slopes reaches the level; the level is then the best that can be attained.
    The upper rank is pairs - rank + 1.

    Examples
    --------
    >>> interval_ranks(powers_of([(5,)]), 0.95)
    (1, 0.9833333333333333)
    >>> interval_ranks(powers_of([(4,)]), 0.95)
    (0, 0.9166666666666666)
    """
    total = orders(powers)
    most = (1 - Fraction(repr(confidence))) * total  # 0.95 is meant, not the double next to it
    tails = list(accumulate(counts(powers)))
    rank = sum(2 * tail <= most for tail in tails)
    return rank, max(0, total - 2 * tails[max(rank, 1) - 1]) / total
