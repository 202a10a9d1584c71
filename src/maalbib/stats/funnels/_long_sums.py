"""Sums over very many whole numbers of what changes smoothly from one to the next, at a bounded number of places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from maalbib.stats._arrays import FloatArray, IntArray

__all__ = ["LongSum"]

_NODES: Final = 24
_DIRECT: Final = 64  # so many terms are simply added
_CLOSE: Final = (
    4 * np.finfo(np.float64).eps
)  # what two ways of summing a run may differ by, as a share of it, times n
_NOTHING: Final = 1e-60  # of the largest term
_SPLITS: Final = 40


class LongSum:
    """Terms from 0 to n, gathered in runs that are summed at a few places each.

    Parameters
    ----------
    log_height
        Logarithm of the terms, at any place, also between whole numbers; the largest is about 0.
    n
        The last term.
    peaks, width
        Where terms may be large, and how far at least they stay so.

    Notes
    -----
    Over N whole numbers in a row a sum of values of a polynomial of degree 2 m - 1 is a weighted sum of m of its values, Gauss's
    rule for the polynomials of Chebyshev and Gram. Runs have lengths that are powers of two, so that few rules are needed;
    a run whose halves give another sum is halved.
    """

    def __init__(
        self, log_height: Callable[[FloatArray], FloatArray], n: int, peaks: Iterable[int], width: int
    ) -> None:
        self._log_height = log_height
        self._close = _CLOSE * max(n, 1_000)
        starts, lengths, sums = self._settled(*_runs(n, peaks, width))
        order = np.argsort(starts)
        self._starts, self._lengths = starts[order], lengths[order]
        self._before = np.append(0.0, np.cumsum(sums[order]))

    def at_most(self, k: FloatArray) -> FloatArray:
        """Return the share of the terms from 0 to each of some whole numbers."""
        return np.array([self._below(int(each)) for each in k.tolist()]).reshape(k.shape)

    def first(self, share: float, *, beyond: bool = False) -> int:
        """Return the first whole number up to which the terms have a share, or more than that if ``beyond``."""
        wanted = share * self._before[-1]
        run = int(np.searchsorted(self._before[1:], wanted, side="right" if beyond else "left"))
        run = min(run, len(self._starts) - 1)
        start, length, found = int(self._starts[run]), int(self._lengths[run]), float(self._before[run])
        while length > _DIRECT:
            length //= 2
            half = float(self._sums(np.array([start]), np.array([length]))[0])
            short = found + half <= wanted if beyond else found + half < wanted
            if short:
                start, found = start + length, found + half
        reached = found + np.cumsum(self._heights(start + np.arange(length, dtype=np.float64)))
        short = reached <= wanted if beyond else reached < wanted
        return start + min(int(short.sum()), length - 1)

    def _below(self, k: int) -> float:
        run = int(np.searchsorted(self._starts, k, side="right")) - 1
        pieces = list(_powers(int(self._starts[run]), k + 1))
        starts, lengths = (np.array(part) for part in zip(*pieces, strict=True))
        part = float(self._before[run]) + float(self._sums(starts, lengths).sum())
        return min(part / float(self._before[-1]), 1.0)

    def _settled(self, starts: IntArray, lengths: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Halve runs until their halves give the same sum."""
        done: list[tuple[IntArray, IntArray, FloatArray]] = []
        sums = self._sums(starts, lengths)
        for _ in range(_SPLITS):
            long = lengths > _DIRECT
            done.append((starts[~long], lengths[~long], sums[~long]))
            starts, lengths, sums = starts[long], lengths[long] // 2, sums[long]
            if not len(starts):
                break
            places = np.concatenate([starts, starts + lengths])
            halves = self._sums(places, np.tile(lengths, 2)).reshape(2, -1)
            whole = halves.sum(axis=0)
            same = (np.abs(whole - sums) <= self._close * whole) | (whole <= _NOTHING)
            done.append((starts[same], 2 * lengths[same], whole[same]))
            starts = np.concatenate([starts[~same], starts[~same] + lengths[~same]])
            lengths, sums = np.tile(lengths[~same], 2), halves[:, ~same].reshape(-1)
        done.append((starts, lengths, sums))
        columns = [np.concatenate(part) for part in zip(*done, strict=True)]
        return columns[0], columns[1], columns[2]

    def _sums(self, starts: IntArray, lengths: IntArray) -> FloatArray:
        """Return the sums of runs whose lengths are powers of two."""
        rules = [_rule(length) for length in lengths.tolist()]
        sizes = np.array([len(nodes) for nodes, _ in rules])
        places = np.repeat(starts, sizes) + np.concatenate([nodes for nodes, _ in rules])
        heights = self._heights(places) * np.concatenate([weights for _, weights in rules])
        found: FloatArray = np.add.reduceat(heights, np.cumsum(sizes) - sizes)
        return found

    def _heights(self, places: FloatArray) -> FloatArray:
        return np.exp(self._log_height(places))


def _runs(n: int, peaks: Iterable[int], width: int) -> tuple[IntArray, IntArray]:
    """Cut 0 to n into runs that are short near both ends and near peaks, and longer the further away."""
    steps = [2**power for power in range(6, n.bit_length() + 1)]
    edges = {0, n + 1, *steps, *(n + 1 - step for step in steps)}
    for peak in peaks:
        edges |= {peak, *(peak + side * step for step in steps if step >= width // 2 for side in (-1, 1))}
    kept = sorted(edge for edge in edges if 0 <= edge <= n + 1)
    pieces = [piece for start, end in pairwise(kept) for piece in _powers(start, end)]
    starts, lengths = zip(*pieces, strict=True)
    return np.array(starts, dtype=np.int64), np.array(lengths, dtype=np.int64)


def _powers(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield pieces of lengths that are powers of two, the longest first."""
    while start < end:
        length = 1 << ((end - start).bit_length() - 1)
        yield start, length
        start += length


@lru_cache(maxsize=64)
def _rule(length: int) -> tuple[FloatArray, FloatArray]:
    """Return places, counted from the start, and weights of a run."""
    if length <= _DIRECT:
        return np.arange(length, dtype=np.float64), np.ones(length)
    k = np.arange(1, _NODES, dtype=np.float64)
    off = np.sqrt((1 - (k / length) ** 2) / (4 - 1 / k**2)) / 2
    values, vectors = np.linalg.eigh(np.diag(off, 1) + np.diag(off, -1))
    return (length - 1) / 2 + length * values, length * vectors[0] ** 2
