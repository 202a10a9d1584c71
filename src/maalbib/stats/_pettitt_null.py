"""How Pettitt's K is spread when every order of the values is equally likely: counted, or drawn for longer series."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LONGEST_COUNTED", "Ties", "drawn_tails", "exact_tails", "scores", "smallest_p"]

Ties: TypeAlias = "tuple[int, ...]"
"""How many values are equal, from the smallest value to the largest: (1, 2, 1) for 3 5 5 8."""

LONGEST_COUNTED: Final = 16
"""Values up to which p is counted: 16! and all sums on the way are whole numbers that a double holds."""

_CELLS: Final = 131_072  # states times questions at a time: one megabyte
_DRAWN: Final = 1_000_000  # positions of random orders at a time: eight megabytes
_PATTERNS: Final = 64  # patterns at a time that meet ...
_ORDERS: Final = 512  # ... as many orders at a time, so that sums stay in the cache
_NARROW: Final = 360  # values up to which K, at most n^2 / 4, fits into two bytes


@attrs.frozen(eq=False)
class _Layer:
    """All ways to take a given number of values from the tie groups.

    ``before`` has the shape (groups, ways): where the way with one value less of a group stands in the layer before,
    its length where there is none. ``group`` is one of the groups for which there is one.
    """

    before: npt.NDArray[np.intp]
    group: npt.NDArray[np.intp]


def scores(ties: Ties) -> list[int]:
    """Return twice the mid-rank less n + 1 of each tie group: how many values are smaller less how many are larger."""
    n, smaller, found = sum(ties), 0, []
    for size in ties:
        found.append(2 * smaller + size - n)
        smaller += size
    return found


def smallest_p(ties: Ties) -> float:
    """Return P(K is as large as it can be): all values below the middle come before all above it, or after.

    Values at the middle change nothing, wherever they are.
    """
    low = high = 0
    for size, score in zip(ties, scores(ties), strict=True):
        low += size if score < 0 else 0
        high += size if score > 0 else 0
    return min(1.0, 2 / math.comb(low + high, low))


def exact_tails(questions: Iterable[tuple[Ties, IntArray]]) -> list[FloatArray]:
    """Return P(K >= k) for each tie pattern of at most 16 values and each k asked for.

    Patterns with the same sizes in another order share their states, so they are counted together.
    """
    asked = list(questions)
    found = [np.ones(len(ks)) for _, ks in asked]
    alike: dict[Ties, list[int]] = defaultdict(list)
    for place, (ties, _) in enumerate(asked):
        alike[tuple(sorted(ties))].append(place)
    for sizes, places in alike.items():
        counts = [len(asked[place][1]) for place in places]
        weights = np.repeat(np.array([_by_size(asked[place][0]) for place in places]), counts, axis=0)
        bounds = np.concatenate([asked[place][1] for place in places]) - 1
        tails = np.split(_tails(sizes, weights, bounds), np.cumsum(counts)[:-1])
        for place, tail in zip(places, tails, strict=True):
            found[place] = tail
    return found


def _by_size(ties: Ties) -> list[int]:
    return [score for _, score in sorted(zip(ties, scores(ties), strict=True))]


def _tails(sizes: Ties, weights: IntArray, bounds: IntArray) -> FloatArray:
    """Return the share of orders whose largest sum of scores is beyond each bound, in whole numbers until the end."""
    layers = _layers(sizes)
    orders = math.factorial(sum(sizes)) // math.prod(math.factorial(size) for size in sizes)
    within = np.empty(len(bounds))
    step = max(1, _CELLS // max(len(layer.group) for layer in layers))
    for start in range(0, len(bounds), step):
        part = slice(start, start + step)
        within[part] = _within(layers, sum(sizes), weights[part].T.astype(np.float64), bounds[part])
    return (orders - within) / orders


def _within(layers: list[_Layer], n: int, weights: FloatArray, bounds: IntArray) -> FloatArray:
    """Count the orders whose sums all stay within each bound.

    An order is a first half and, read from its end, a second one. Both obey the same rule, because all scores add up
    to 0: so only half of the layers are needed.
    """
    ways = previous = np.ones((1, len(bounds)))
    sums = np.zeros((1, len(bounds)))
    for layer in layers:
        previous = ways
        padded = np.concatenate([ways, np.zeros((1, len(bounds)))])
        ways, part = (np.empty((len(layer.group), len(bounds))) for _ in range(2))
        np.take(padded, layer.before[0], axis=0, out=ways, mode="clip")
        for before in layer.before[1:]:
            ways += np.take(padded, before, axis=0, out=part, mode="clip")
        # Sums step by step: a product of matrices would start threads for this little work.
        sums = sums[layer.before[layer.group, np.arange(len(layer.group))]]
        sums += np.take(weights, layer.group, axis=0, out=part, mode="clip")
        ways *= np.abs(sums, out=part) <= bounds
    # What is left over by the i-th way of a layer is the i-th way from the end of the layer that completes it.
    other = previous if n % 2 else ways
    total: FloatArray = (ways * other[::-1]).sum(axis=0)
    return total


@lru_cache(maxsize=4)
def _layers(sizes: Ties) -> list[_Layer]:
    """Return the layers of 1, 2, ... values taken, up to half of them (rounded up)."""
    shape = [size + 1 for size in sizes]
    taken = np.indices(shape, dtype=np.int8).reshape(len(shape), -1)
    strides = np.cumprod([1, *shape[:0:-1]])[::-1]
    number = taken.sum(axis=0, dtype=np.int64)
    place = np.empty(len(number), dtype=np.intp)
    layers: list[_Layer] = []
    earlier = np.zeros(1, dtype=np.intp)
    for count in range(1, (sum(sizes) + 1) // 2 + 1):
        place[earlier] = np.arange(len(earlier))
        members = np.flatnonzero(number == count)
        mine = taken[:, members]
        before = np.where(mine > 0, place[members - strides[:, None]], len(earlier))
        layers.append(_Layer(before, (mine > 0).argmax(axis=0)))
        earlier = members
    return layers


def drawn_tails(
    n: int, questions: Iterable[tuple[Ties, IntArray]], *, permutations: int, seed: int
) -> list[FloatArray]:
    """Return P(K >= k) for each pattern of n values and each k, from random orders; the given order counts as one.

    All patterns of n values meet the same orders, which depend on nothing but n, their number and the seed.
    """
    asked = list(questions)
    above = [np.ones(len(ks)) for _, ks in asked]
    narrow = np.int16 if n <= _NARROW else np.int64
    of_rank = np.array([np.repeat(scores(ties), ties) for ties, _ in asked], dtype=narrow).T.copy()
    most = max(1, _DRAWN // n)
    for start in range(0, permutations, most):
        orders = _orders(n, start, min(most, permutations - start), seed)
        for first in range(0, len(asked), _PATTERNS):
            largest = _largest_sums(of_rank[:, first : first + _PATTERNS], orders)
            for place, sums in enumerate(largest, first):
                at_most = np.cumsum(np.bincount(sums, minlength=n * n // 4 + 1))
                above[place] += orders.shape[1] - at_most[asked[place][1] - 1]
    return [count / (permutations + 1) for count in above]


def _largest_sums(of_rank: npt.NDArray[Any], orders: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
    """Return the largest absolute sum of each pattern in each order, shape (patterns, orders)."""
    of_rank = np.ascontiguousarray(of_rank)
    found = np.empty((of_rank.shape[1], orders.shape[1]), dtype=of_rank.dtype)
    for start in range(0, orders.shape[1], _ORDERS):
        part = orders[:-1, start : start + _ORDERS]
        total, high, low, step = (np.zeros((part.shape[1], of_rank.shape[1]), dtype=of_rank.dtype) for _ in range(4))
        for ranks in part:
            total += np.take(of_rank, ranks, axis=0, out=step, mode="clip")
            np.maximum(high, total, out=high)
            np.minimum(low, total, out=low)
        found[:, start : start + _ORDERS] = np.maximum(high, -low).T
    return found


@lru_cache(maxsize=2)
def _orders(n: int, start: int, count: int, seed: int) -> npt.NDArray[np.intp]:
    """Return random orders of 0..n-1 as columns; ``start`` numbers the part, which has a stream of its own."""
    rng = np.random.default_rng([seed, n, start])
    # Sorting uniform numbers, not Generator.permuted: its stream is not promised between NumPy versions.
    return np.argsort(rng.random((n, count)), axis=0, kind="stable")
