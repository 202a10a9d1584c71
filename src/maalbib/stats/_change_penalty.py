"""What a further change must gain before it counts: calibrated on series without any change."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._least_cost import Cost, least_costs, run_costs, series_at_once

if TYPE_CHECKING:
    from maalbib.stats._arrays import FloatArray, IntArray

__all__ = ["calibrated_penalty", "gains", "schwarz_penalty"]

_LONGEST: Final = 128  # values up to which series are simulated
_SHORTEST: Final = 16
_ROUNDING: Final = 4 * float(np.finfo(np.float64).eps)


def gains(costs: FloatArray, n: FloatArray | IntArray, cost: Cost) -> FloatArray:
    """Return twice the gain in log-likelihood of 0, 1, ... changes over none.

    ``costs`` has the changes first and is of values of at most 1; differences that are all rounding gain nothing.
    """
    least = n * (_ROUNDING if cost == "l1" else _ROUNDING**2)
    costs = np.maximum(costs, least)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = n * np.log(costs[0] / costs) * (2 if cost == "l1" else 1)
    return np.where(np.isfinite(costs), gain, -np.inf)


def schwarz_penalty(n: IntArray) -> FloatArray:
    """Return twice the logarithm of the number of values: two parameters per change, its time and its level."""
    return 2 * np.log(np.maximum(n, 1))


def calibrated_penalty(
    n: IntArray, cost: Cost, *, min_length: int, changes: int, false_alarm: float, simulations: int, seed: int
) -> FloatArray:
    """Return for each number of values the gain per change that normal noise exceeds with the given share.

    From 128 values on it grows as the penalty of Schwarz does.
    """
    rank = int(false_alarm * (simulations + 1) + 1e-9)
    if rank < 1:
        raise ArgumentError("change.false_alarm_too_small", least=1 / (simulations + 1))
    penalty = np.full(len(n), np.nan)
    short = np.minimum(n, _LONGEST)
    for longest in _lengths(int(short.max(initial=0))):
        table = _largest_gains(longest, cost, min_length, changes, simulations, seed)
        mine = (short > (longest // 2 if longest > _SHORTEST else 0)) & (short <= longest)
        penalty[mine] = table[rank - 1, short[mine]]
    return penalty + schwarz_penalty(np.maximum(n, _LONGEST)) - schwarz_penalty(np.array(_LONGEST))


def _lengths(longest: int) -> list[int]:
    lengths = [_SHORTEST]
    while lengths[-1] < longest:
        lengths.append(2 * lengths[-1])
    return lengths


@lru_cache(maxsize=8)
def _largest_gains(
    longest: int, cost: Cost, min_length: int, changes: int, simulations: int, seed: int
) -> FloatArray:
    """Return the gains per change of normal noise, largest first; shape (simulations, longest + 1).

    One simulation serves all its beginnings: column k holds what the first k values gave.
    """
    from scipy import special

    # The normal quantiles of uniform numbers: the stream of Generator.normal is not promised between NumPy versions.
    noise = special.ndtri(np.random.default_rng([seed, longest]).random((simulations, longest)))
    changes = max(0, min(changes, longest // min_length - 1))
    found = np.empty((simulations, longest + 1))
    for start in range(0, simulations, series_at_once(longest)):
        part = slice(start, start + series_at_once(longest))
        best = least_costs(run_costs(noise[part].T.copy(), cost), min_length=min_length, changes=changes)
        gain = gains(best, np.arange(longest + 1.0)[:, None], cost)[1:]
        found[part] = (gain / np.arange(1, changes + 1)[:, None, None]).max(axis=0, initial=-np.inf).T
    found.sort(axis=0)
    return found[::-1]
