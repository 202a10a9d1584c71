"""Between which sorted slopes the true slope lies, by the null distribution of S without ties."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.stats import _null, _tails
from maalbib.stats._significance import countable

if TYPE_CHECKING:
    from collections.abc import Callable

    from maalbib.stats._arrays import FloatArray, IntArray

__all__ = ["complete_ranks", "normal_ranks", "slope_ranks"]

# The nodes reach so far that what is left out is below 1e-17, and lie so close that S would have to be 10 standard
# deviations out to be mistaken for another value.
_NODES: Final = (np.arange(31) + 0.5) * np.pi / 10
_FARTHEST: Final = 10.0  # standard deviations
_ROUNDING: Final = 1e-13
_TERMS_AT_ONCE: Final = 65_536


@lru_cache(maxsize=256)
def complete_ranks(lengths: tuple[int, ...], confidence: float) -> tuple[int, float]:
    """Return rank and level of series without gaps, given the lengths of their blocks."""
    powers = _null.powers_of((length,) for length in lengths)
    ranks, levels = slope_ranks(np.array([powers], dtype=np.int64), confidence)
    return int(ranks[0]), float(levels[0])


def slope_ranks(powers: IntArray, confidence: float) -> tuple[IntArray, FloatArray]:
    """Return the lower rank (counted from 1, 0 for none) and the attained level of each structure without ties.

    The upper rank is pairs - rank + 1. Where no rank reaches the level, the best attainable level is given.
    """
    counted = countable(powers)
    ranks = np.zeros(len(powers), dtype=np.int64)
    levels = np.zeros(len(powers))
    for kind in np.flatnonzero(counted).tolist():
        ranks[kind], levels[kind] = _null.interval_ranks(_null.trimmed(powers[kind].tolist()), confidence)
    rest = np.flatnonzero(~counted)
    most = max(1, _TERMS_AT_ONCE // (len(_NODES) * max(powers.shape[1], 1)))
    for start in range(0, len(rest), most):
        kinds = rest[start : start + most]
        ranks[kinds], levels[kinds] = _inverted(powers[kinds], confidence)
    return ranks, levels


def _inverted(powers: IntArray, confidence: float) -> tuple[IntArray, FloatArray]:
    """Find the largest rank that reaches the level by halving."""
    pairs = _tails.untied_pairs(powers)
    level = _levels(powers)
    sd = np.sqrt(_tails.variance(powers))
    low = np.maximum((pairs - (_FARTHEST * sd).astype(np.int64)) // 2, 1)
    high = pairs // 2 + 1
    while (high - low > 1).any():
        middle = (low + high) // 2
        reached = level(pairs - 2 * middle + 1) >= confidence - _ROUNDING
        low, high = np.where(reached, middle, low), np.where(reached, high, middle)
    return low, level(pairs - 2 * low + 1)


def _levels(powers: IntArray) -> Callable[[IntArray], FloatArray]:
    """Return a function that gives P(abs(S) < t + 1), where t lies midway between two possible values of S.

    The probabilities of a lattice come back from its characteristic function, here the product of
    (sin(m x) / (m sin(x))) ^ power, by an integral; the trapezoidal rule is as exact for it as doubles are.
    """
    nodes = _NODES / np.sqrt(_tails.variance(powers))[:, None]
    sizes = np.arange(2.0, powers.shape[1] + 2)
    waves = np.sin(nodes[:, :, None] * sizes) / (sizes * np.sin(nodes)[:, :, None])
    weights = (waves ** powers[:, None, :]).prod(axis=2) / np.sin(nodes) * (2 * nodes[:, :1]) * (2 / np.pi)

    def level(t: IntArray) -> FloatArray:
        total: FloatArray = (weights * np.sin(nodes * t[:, None])).sum(axis=1)
        return total

    return level


def normal_ranks(pairs: IntArray, var_s: FloatArray, confidence: float) -> IntArray:
    """Return the rounded lower rank of Sen (1968), 0 where it lies outside the slopes.

    The upper rank is pairs - rank + 1.
    """
    from scipy.special import ndtri

    reach = float(ndtri((1 + confidence) / 2)) * np.sqrt(var_s)
    return np.maximum(np.rint((pairs - reach) / 2), 0).astype(np.int64)
