"""The nearest units of every unit, exactly, in blocks.

A cheap lower bound of every distance comes from one matrix product per block. The smallest bound in each of many
groups of units names that many units whose true distances bound the k-th nearest from above; only units whose lower
bound is within that are measured. So the product may lose digits, and the result does not.
"""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.likeness._space import Space

__all__ = ["DECIMALS", "Found", "search"]

DECIMALS: Final = 12
"""Distances that agree so far are ties."""

_BLOCK: Final = 2**22  # numbers per temporary: 32 MB
_CACHE: Final = 2**16  # numbers per temporary where there are many passes
_GROUPS: Final = 128
_TIE: Final = 2 * 10.0**-DECIMALS
_ROUNDING: Final = 1e-12  # of a distance
_EPS: Final = float(np.finfo(np.float64).eps)
_LARGEST: Final = float(np.finfo(np.float64).max)


@attrs.frozen(kw_only=True, eq=False)
class Found:
    """Pairs of units: sorted by unit, then by distance, then by the order of the candidates."""

    unit: IntArray
    peer: IntArray
    distance: FloatArray
    share: FloatArray


def search(space: Space, units: IntArray, candidates: IntArray, k: int, least_share: float) -> Found:
    """Return up to ``k`` nearest candidates of each unit; of ties, those that come first among the candidates."""
    pool = candidates[_could_be_chosen(space, candidates, k)]
    place = np.full(space.units, -1)
    place[pool] = np.arange(len(pool))
    bounds = _Bounds.of(space, pool, least_share)
    nobody, nothing = np.empty(0, dtype=np.int64), np.empty(0)
    rows = max(1, _BLOCK // max(1, len(pool)))
    parts = [
        _nearest_of(space, bounds, units[start : start + rows], place, k)
        for start in range(0, len(units) if len(pool) else 0, rows)
    ]
    return Found(
        unit=np.concatenate([nobody, *(part.unit for part in parts)]),
        peer=np.concatenate([nobody, *(part.peer for part in parts)]),
        distance=np.concatenate([nothing, *(part.distance for part in parts)]),
        share=np.concatenate([nothing, *(part.share for part in parts)]),
    )


def _could_be_chosen(space: Space, candidates: IntArray, k: int) -> IntArray:
    """Return the candidates without those that stand behind more than k others just like them.

    Many units may be alike to the last digit where variables are classes; without this every one would be measured.
    """
    points = np.concatenate([space.cells[:, candidates], space.present[:, candidates]]).T
    points = np.ascontiguousarray(points, dtype=np.float64)
    if not points.size:
        return np.arange(len(candidates))
    keys = points.view(np.dtype((np.void, points.itemsize * points.shape[1])))[:, 0]
    _, which, count = np.unique(keys, return_inverse=True, return_counts=True)
    order = np.argsort(which, kind="stable")
    before = np.empty(len(candidates), dtype=np.int64)
    before[order] = np.arange(len(candidates)) - np.repeat(np.cumsum(count) - count, count)
    return np.flatnonzero(before <= k)


@attrs.frozen(kw_only=True, eq=False)
class _Bounds:
    """Lower bounds of distances to the pool, squared where the space squares them, and without its factor."""

    space: Space
    pool: IntArray
    least_share: float
    left: FloatArray
    right: FloatArray
    present: FloatArray
    complete: bool

    @classmethod
    def of(cls, space: Space, pool: IntArray, least_share: float) -> _Bounds:
        """Prepare both sides of what is done in blocks."""
        complete = bool(space.present.all())
        prepare = _squares if space.squared else _sizes
        left, right = prepare(space, pool, complete=complete)
        return cls(
            space=space,
            pool=pool,
            least_share=least_share,
            left=left,
            right=right,
            present=space.present.astype(np.float64),
            complete=complete,
        )

    def of_units(self, units: IntArray, width: int) -> FloatArray:
        """Return the bounds of some units, shape (units, width); infinite where not comparable, and beyond the pool."""
        found = np.empty((len(units), width))
        bound = found[:, : len(self.pool)]
        found[:, len(self.pool) :] = np.inf
        if self.space.squared:
            np.matmul(self.left[units], self.right, out=bound)
        else:
            self._add_sizes(units, bound)
        if not self.complete:
            share = (self.space.weights * self.present[:, units].T) @ self.present[:, self.pool]
            with np.errstate(divide="ignore", invalid="ignore"):
                bound /= share
            bound[share < self.least_share] = np.inf
        return found

    def _add_sizes(self, units: IntArray, bound: FloatArray) -> None:
        """Add up the sizes of the differences, which no matrix product gives, in pieces that fit the cache."""
        rows = max(1, _CACHE // max(1, len(self.pool)))
        step = np.empty((rows, len(self.pool)))
        there = self.present[:, self.pool]
        for start in range(0, len(units), rows):
            self._add_sizes_of(units[start : start + rows], bound[start : start + rows], step, there)

    def _add_sizes_of(self, units: IntArray, bound: FloatArray, step: FloatArray, there: FloatArray) -> None:
        step = step[: len(units)]
        bound[:] = 0.0
        for variable, (own, other) in enumerate(zip(self.left, self.right, strict=True)):
            if self.space.nominal[variable]:
                np.not_equal(own[units][:, np.newaxis], other, out=step, casting="unsafe")
                step *= self.space.weights[variable] * (1 - _ROUNDING)
            else:
                np.subtract(own[units][:, np.newaxis], other, out=step)
                np.abs(step, out=step)
            if not self.complete:
                step *= there[variable]
                step *= self.present[variable, units][:, np.newaxis]
            bound += step
        bound -= 4 * _EPS * len(self.left) * float(np.abs(self.left).max(initial=0.0))
        if self.complete:
            bound /= self.space.total


def _squares(space: Space, pool: IntArray, *, complete: bool) -> tuple[FloatArray, FloatArray]:
    """Return two matrices whose product is the weighted squared differences, or a little less."""
    level = [
        np.median(cells[there]) if there.any() else 0.0
        for cells, there in zip(space.cells, space.present, strict=True)
    ]
    # Differences do not depend on the level, but the digits of the product do; the median heeds no extreme unit.
    points = np.where(space.present, space.cells - np.array(level)[:, np.newaxis], 0.0)
    weights = space.weights[:, np.newaxis] / (space.total if complete else 1.0)
    safe = 1 - (6 * len(points) + 16) * _EPS  # more than the product can lose
    squares = weights * points**2 * safe
    left, right = [-2 * weights * points], [points[:, pool]]
    if complete:
        own = squares.sum(axis=0, keepdims=True)
        left += [own, np.ones_like(own)]
        right += [np.ones((1, len(pool))), own[:, pool]]
    else:
        present = space.present.astype(np.float64)
        left += [squares, present]
        right += [present[:, pool], squares[:, pool]]
    return np.ascontiguousarray(np.concatenate(left).T), np.ascontiguousarray(np.concatenate(right))


def _sizes(space: Space, pool: IntArray, *, complete: bool) -> tuple[FloatArray, FloatArray]:
    """Return the values times their weights, of all units and of the pool; classes as they are."""
    del complete
    weights = np.where(space.nominal, 1.0, space.weights * (1 - _ROUNDING))[:, np.newaxis]
    points = space.cells * weights
    return points, np.ascontiguousarray(points[:, pool])


def _nearest_of(space: Space, bounds: _Bounds, units: IntArray, place: IntArray, k: int) -> Found:
    m = len(bounds.pool)
    groups = min(m, max(_GROUPS, 4 * k))
    size = -(-m // groups)
    bound = bounds.of_units(units, groups * size)
    own = place[units]
    bound[np.flatnonzero(own >= 0), own[own >= 0]] = np.inf  # by identity: an exact twin may come before the unit
    enough = _enough(space, bounds, units, bound.reshape(len(units), groups, size), k)
    near = np.flatnonzero(bound <= np.minimum(enough, _LARGEST)[:, np.newaxis])  # many times as fast as nonzero
    row, column = np.divmod(near, groups * size)
    distance, share = space.pairs(units[row], bounds.pool[column])
    order = np.lexsort((np.round(distance, DECIMALS), row))  # stable: ties stay in the order of the pool
    row, column, distance, share = row[order], column[order], distance[order], share[order]
    kept = _first(row, k)
    return Found(unit=units[row[kept]], peer=bounds.pool[column[kept]], distance=distance[kept], share=share[kept])


def _enough(space: Space, bounds: _Bounds, units: IntArray, grouped: FloatArray, k: int) -> FloatArray:
    """Return for each unit a bound that at least k units keep, infinite where there may be fewer."""
    rows, groups, size = grouped.shape
    if groups <= k:
        return np.full(rows, np.inf)
    best = grouped.argmin(axis=2)
    least = np.take_along_axis(grouped, best[:, :, np.newaxis], axis=2)[:, :, 0]
    chosen = np.argpartition(least, k - 1, axis=1)[:, :k]
    column = chosen * size + np.take_along_axis(best, chosen, axis=1)
    there = np.isfinite(np.take_along_axis(least, chosen, axis=1)).all(axis=1)
    farthest = np.full(rows, np.inf)
    row = np.repeat(np.flatnonzero(there), k)
    distance, _ = space.pairs(units[row], bounds.pool[column[there].ravel()])
    farthest[there] = distance.reshape(-1, k).max(axis=1)
    farthest = (farthest + _TIE) * (1 + _ROUNDING)
    return np.asarray(farthest**2 if space.squared else farthest) / space.factor


def _first(row: IntArray, k: int) -> BoolArray:
    """Return which entries are among the first k of their row; rows are sorted."""
    start = np.flatnonzero(np.diff(row, prepend=-1))
    length = np.diff(np.append(start, len(row)))
    return np.asarray(np.arange(len(row)) - np.repeat(start, length) < k)
