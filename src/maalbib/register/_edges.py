"""Lists of weighted edges between two numbered sets: a sparse matrix that also knows the edges whose weight is 0."""

from __future__ import annotations

from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

__all__ = ["Bools", "Edges", "Floats", "Ints"]

Bools: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class Edges:
    """Edges by source and target, each pair once. NaN is a weight that nobody has given."""

    source: Ints
    target: Ints
    weight: Floats

    @classmethod
    def of(cls, source: npt.ArrayLike, target: npt.ArrayLike, weight: npt.ArrayLike) -> Edges:
        """Sort, and add the weights of edges that stand several times."""
        ends = np.asarray(source, dtype=np.int64), np.asarray(target, dtype=np.int64)
        width = int(ends[1].max(initial=-1)) + 1
        pairs, place = np.unique(ends[0] * width + ends[1], return_inverse=True)
        added = np.bincount(place, np.asarray(weight, dtype=np.float64), len(pairs)).astype(np.float64, copy=False)
        return cls(pairs // max(width, 1), pairs % max(width, 1), added)

    def those(self, which: Bools) -> Edges:
        """Return some of the edges."""
        return Edges(self.source[which], self.target[which], self.weight[which])

    def joined(self, other: Edges) -> Edges:
        """Return the edges of both."""
        pairs = zip((self.source, self.target, self.weight), (other.source, other.target, other.weight), strict=True)
        return Edges.of(*(np.concatenate(pair) for pair in pairs))

    def then(self, later: Edges) -> Edges:
        """Follow every edge by the later edges that leave from where it ends."""
        first = np.searchsorted(later.source, self.target, side="left")
        count = np.searchsorted(later.source, self.target, side="right") - first
        own = np.repeat(np.arange(len(self.target)), count)
        nth = np.arange(len(own)) - np.repeat(np.cumsum(count) - count, count)
        other = np.repeat(first, count) + nth
        return Edges.of(self.source[own], later.target[other], self.weight[own] * later.weight[other])

    def count(self, sources: int) -> Ints:
        """Return how many edges leave each source."""
        return np.bincount(self.source, minlength=sources).astype(np.int64, copy=False)

    def turned(self, sizes: Floats) -> Edges:
        """Return the way back: what of a target came from each source, by the sizes of the sources.

        The one source of a target gets it whole, whatever the sizes.
        """
        inflow = sizes[self.source] * self.weight
        total = np.bincount(self.target, inflow, int(self.target.max(initial=-1)) + 1)
        alone = np.bincount(self.target, minlength=len(total)) == 1
        with np.errstate(invalid="ignore", divide="ignore"):
            back = inflow / total[self.target]
        return Edges.of(self.target, self.source, np.where(alone[self.target], 1.0, back))
