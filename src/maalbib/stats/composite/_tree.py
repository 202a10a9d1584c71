"""Indicators in pillars, pillars in pillars, and one composite at the top; with a weight for each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, float_array

__all__ = ["Tree", "tree_of"]


@attrs.frozen(kw_only=True, eq=False)
class Tree:
    """Who belongs to whom, from the indicators up.

    Attributes
    ----------
    parents
        For each level but the top, the number of the node above each node; the last holds zeros.
    shares
        For each of them, the weight of each node as a share of its siblings.
    """

    parents: tuple[IntArray, ...]
    shares: tuple[FloatArray, ...]

    def members(self, level: int) -> list[IntArray]:
        """Return the nodes below each node of the next level."""
        parents = self.parents[level]
        return [np.flatnonzero(parents == node) for node in range(int(parents.max()) + 1)]

    def overall(self, shares: Sequence[FloatArray]) -> FloatArray:
        """Return (runs, indicators) what each indicator weighs in the whole, from the shares of each level."""
        top = shares[-1]
        for level in range(len(shares) - 2, -1, -1):
            top = shares[level] * top[:, self.parents[level]]
        return top

    def drawn(self, draws: int, spread: float, generator: np.random.Generator) -> tuple[FloatArray, ...]:
        """Return for each level (draws, nodes) shares drawn around the stated ones; what weighs nothing goes on doing so.

        Siblings follow a Dirichlet distribution with the stated shares as means and ``spread * sqrt(w * (1 - w))`` as standard
        deviations.
        """
        total = 1 / spread**2 - 1
        found = []
        for level, share in enumerate(self.shares):
            drawn = np.zeros((draws, len(share)))
            for below in self.members(level):
                weighing = below[share[below] > 0]
                if len(weighing):
                    drawn[:, weighing] = generator.dirichlet(total * share[weighing], size=draws)
            found.append(drawn)
        return tuple(found)

    def without(self, unused: BoolArray) -> Tree:
        """Return the tree in which some indicators weigh nothing."""
        return attrs.evolve(self, shares=(np.where(unused, 0.0, self.shares[0]), *self.shares[1:]))

    def coverage(self, there: BoolArray) -> tuple[FloatArray, ...]:
        """Return for each level above the indicators (units, nodes) the share of the weight below that a unit has."""
        found, has = [], there
        for level, share in enumerate(self.shares):
            columns = []
            for below in self.members(level):
                total = share[below].sum()
                columns.append((has[:, below] * share[below]).sum(axis=1) / total if total else np.ones(len(has)))
            cover = np.stack(columns, axis=1)
            found.append(np.where(cover > 1 - 1e-12, 1.0, cover))
            has = found[-1] > 0
        return tuple(found)


def tree_of(
    indicators: int,
    weights: npt.ArrayLike | None,
    pillars: Sequence[npt.ArrayLike],
    pillar_weights: Sequence[npt.ArrayLike] | None,
) -> Tree:
    """Return the tree of the arguments."""
    parents, size = [], indicators
    for place, given in enumerate(pillars):
        parent = _parent(given, size, place)
        parents.append(parent)
        size = int(parent.max()) + 1
    parents.append(np.zeros(size, dtype=np.int64))
    sizes = [len(parent) for parent in parents]
    if pillar_weights is None:
        above = [np.ones(size) for size in sizes[1:]]
    else:
        if len(pillar_weights) != len(sizes) - 1:
            raise ArgumentError("composite.pillar_weights", levels=len(sizes) - 1)
        above = [
            _weights("pillar_weights", given, size) for given, size in zip(pillar_weights, sizes[1:], strict=True)
        ]
    own = np.ones(indicators) if weights is None else _weights("weights", weights, indicators)
    return Tree(parents=tuple(parents), shares=_shares(parents, [own, *above]))


def _parent(given: npt.ArrayLike, size: int, place: int) -> IntArray:
    found = float_array("pillars", given)
    if found.shape != (size,):
        raise ArgumentError(
            "argument.shape", argument=f"pillars[{place}]", expected=f"({size},)", got=str(found.shape)
        )
    whole = np.isfinite(found) & (found == np.rint(found)) & (found >= 0)
    if not whole.all() or len(np.unique(found)) != found.max(initial=-1) + 1:
        raise ArgumentError("composite.pillars")
    return found.astype(np.int64)


def _weights(argument: str, given: npt.ArrayLike, size: int) -> FloatArray:
    found = float_array(argument, given)
    if found.shape != (size,):
        raise ArgumentError("argument.shape", argument=argument, expected=f"({size},)", got=str(found.shape))
    if not (np.isfinite(found) & (found >= 0)).all():
        raise ArgumentError("composite.weights")
    return found


def _shares(parents: Sequence[IntArray], weights: Sequence[FloatArray]) -> tuple[FloatArray, ...]:
    """Return the weights as shares of those of the siblings; what has no weight below it must weigh nothing itself."""
    found = []
    for parent, weight in zip(parents, weights, strict=True):
        total = np.bincount(parent, weights=weight)
        found.append(np.where(total[parent] > 0, weight / np.where(total > 0, total, 1.0)[parent], 0.0))
    for (below, share), (_, above) in pairwise(zip(parents, found, strict=True)):
        if (np.bincount(below, weights=share)[above > 0] == 0).any():
            raise ArgumentError("composite.weights")
    if found[-1].sum() == 0:
        raise ArgumentError("composite.weights")
    return tuple(found)
