"""How a statistic is spread when every order of the values is equally likely."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from maalbib.stats._arrays import IntArray

# A statistic takes orders of shape (orders, n) and returns whole numbers of shape (orders,).
Statistic: TypeAlias = "Callable[[npt.NDArray[np.intp]], IntArray]"

_BLOCK: Final = 10_000  # orders at a time; no result depends on it


@lru_cache(maxsize=16)
def all_orders(n: int) -> npt.NDArray[np.intp]:
    """Return the n! orders of 0..n-1, shape (n!, n), the given order first; meant for n up to 8."""
    orders = np.zeros((1, 0), dtype=np.intp)
    for size in range(n):
        # Insert the next number at every place, the last place first.
        orders = np.concatenate([np.insert(orders, place, size, axis=1) for place in range(size, -1, -1)])
    orders.flags.writeable = False
    return orders


def enumerated(statistic: Statistic, n: int) -> tuple[float, float]:
    """Return the exact two-sided p-value of the given order, and the smallest that any order has."""
    size = np.abs(statistic(all_orders(n)))
    return float(np.mean(size >= size[0])), float(np.mean(size == size.max()))


def sampled(statistic: Statistic, n: int, *, draws: int, seed: int) -> tuple[float, float]:
    """Return a two-sided p-value from random orders, and the smallest that so many draws can give.

    The given order counts as one draw, which keeps the test valid.
    """
    rng = np.random.default_rng(seed)
    observed = abs(int(statistic(np.arange(n)[np.newaxis])[0]))
    as_extreme = 1
    for start in range(0, draws, _BLOCK):
        # Sorting uniform numbers, not Generator.permuted: its stream is not promised between NumPy versions.
        orders = np.argsort(rng.random((min(_BLOCK, draws - start), n)), axis=1, kind="stable")
        as_extreme += int(np.count_nonzero(np.abs(statistic(orders)) >= observed))
    return as_extreme / (draws + 1), 1 / (draws + 1)
