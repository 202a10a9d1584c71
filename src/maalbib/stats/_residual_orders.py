"""How a partial rank correlation is spread when what the conditions leave of one column is put in every order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import FloatArray, IntArray
from maalbib.stats._orders import all_orders

__all__ = ["Chance", "Residuals", "p_of_orders"]

Orders: TypeAlias = npt.NDArray[np.intp]
Statistic: TypeAlias = Callable[[FloatArray], FloatArray]
OrdersMethod = Literal["exact", "permutation", "residual_orders", "residual_permutation", "t_approximation", ""]

_ENUMERATE: Final = 40_320  # 8!, the most orders that are all gone through
_SMALL: Final = 8
_CELLS: Final = 2**17  # of one array at a time, so many as a processor keeps near; no result depends on it
_SAME: Final = 1e-9
_DECIMALS: Final = 9  # of a rank: beyond them is rounding
_PER_CLASS: Final = 2  # units to a class, on average, from which orders within classes are enough of a test


@attrs.frozen(kw_only=True, eq=False)
class Residuals:
    """The ranks of one column as what the conditions say of them, and the rest.

    Attributes
    ----------
    fitted, rest
        Shape (n,); they add up to doubled mid-ranks.
    classes
        Shape (n,): units with equal conditions have the same number, from 0.
    """

    fitted: FloatArray
    rest: FloatArray
    classes: IntArray

    def ranks(self, orders: Orders) -> FloatArray:
        """Return the column with the rest in other orders, shape (orders, n)."""
        return np.round(self.fitted + self.rest[orders], _DECIMALS)


@attrs.frozen(kw_only=True, eq=False)
class Chance:
    """What chance gives: a two-sided p-value, the smallest possible one, the mean coefficient, and where they come from."""

    p_value: float
    p_min: float
    expected: float
    method: OrdersMethod


def p_of_orders(statistic: Statistic, residuals: Residuals, *, draws: int, seed: int) -> Chance:
    """Hold a statistic against those of other orders, by how far each is from the mean of all.

    ``statistic`` takes columns of shape (orders, n) to values of shape (orders,), NaN where the conditions leave nothing.
    """
    n = len(residuals.rest)
    sizes = np.bincount(residuals.classes)
    alike = _PER_CLASS * len(sizes) <= n
    counted = math.prod(math.factorial(size) for size in (sizes.tolist() if alike else [min(n, _SMALL + 1)]))
    if counted <= _ENUMERATE:
        orders = _within(residuals.classes, sizes) if alike else all_orders(n)
        values = np.concatenate([statistic(residuals.ranks(part)) for part in _parts(orders)])
        expected, size = _sizes(values)
        p_value, p_min = (float(np.mean(size >= least - _SAME)) for least in (size[0], size.max()))
        return Chance(p_value=p_value, p_min=p_min, expected=expected, method="exact" if alike else "residual_orders")
    classes = residuals.classes if alike else np.zeros(n, dtype=np.int64)
    given = np.arange(n)[np.newaxis]
    parts = chain([given], _drawn(classes, max(1, _CELLS // n), draws, seed))
    # The given order counts as one draw, also in the mean, which keeps the test valid.
    expected, size = _sizes(np.concatenate([statistic(residuals.ranks(part)) for part in parts]))
    return Chance(
        p_value=float(np.mean(size >= size[0] - _SAME)),
        p_min=1 / len(size),
        expected=expected,
        method="permutation" if alike else "residual_permutation",
    )


def _sizes(values: FloatArray) -> tuple[float, FloatArray]:
    """Return the mean, and how far each value is from it; orders without a value do not count."""
    known = values[~np.isnan(values)]
    mean = float(known.mean())
    return mean, np.abs(known - mean)


def _parts(orders: Orders) -> Iterator[Orders]:
    block = max(1, _CELLS // max(1, orders.shape[1]))
    yield from (orders[start : start + block] for start in range(0, len(orders), block))


def _within(classes: IntArray, sizes: IntArray) -> Orders:
    """Return every order in which units only change places within their class, the given one first."""
    found = np.arange(len(classes))[np.newaxis]
    for number, size in enumerate(sizes.tolist()):
        members = np.flatnonzero(classes == number)
        own = members[all_orders(size)]
        found = np.repeat(found, len(own), axis=0)
        found[:, members] = np.tile(own, (len(found) // len(own), 1))
    return found


def _drawn(classes: IntArray, block: int, draws: int, seed: int) -> Iterator[Orders]:
    """Yield random orders within classes, a block at a time."""
    rng = np.random.default_rng(seed)
    places = np.argsort(classes, kind="stable")
    for start in range(0, draws, block):
        # Sorting uniform numbers, not Generator.permuted: its stream is not promised between NumPy versions.
        noise = rng.random((min(block, draws - start), len(classes)))
        orders = np.empty(noise.shape, dtype=np.intp)
        orders[:, places] = np.argsort(classes + noise, axis=1, kind="stable")
        yield orders
