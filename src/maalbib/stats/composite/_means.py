"""The means of a tree, for many sets of weights at once. A mean alone is no answer, so that none of these is public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray
from maalbib.stats.composite._copeland import copeland
from maalbib.stats.composite._tree import Tree

__all__ = ["AGGREGATIONS", "Aggregation", "pillar_scores", "scores", "weighted_mean"]

Aggregation: TypeAlias = Literal["arithmetic", "geometric", "harmonic", "copeland"]
AGGREGATIONS: Final = ("arithmetic", "geometric", "harmonic", "copeland")
_MOST_CELLS: Final = 2**22


def scores(x: FloatArray, shares: Sequence[FloatArray], tree: Tree, aggregation: Aggregation) -> FloatArray:
    """Return (runs, units) the score of each unit under each set of shares.

    Parameters
    ----------
    x
        (units, indicators) values on one scale, higher is better; NaN is missing, and weights are shared out over what is there.
    shares
        For each level of the tree (runs, nodes) what each node weighs among its siblings.

    Returns
    -------
    array
        NaN where a unit has nothing, where a weight leaves it nothing in a pillar in which it has something, and where a
        geometric or harmonic mean meets a value that is not above 0.
    """
    if aggregation == "copeland":
        return copeland(x, tree.overall(shares))
    found = np.empty((len(shares[0]), len(x)))
    wide = max(x.shape[1], 1) * max(len(x), 1)
    step = max(1, _MOST_CELLS // wide)
    for first in range(0, len(found), step):
        runs = slice(first, first + step)
        for level, nodes in enumerate(_levels(x, [share[runs] for share in shares], tree, aggregation)):
            if level == len(shares) - 1:
                found[runs] = nodes[:, :, 0]
    return found


def _levels(
    x: FloatArray, shares: Sequence[FloatArray], tree: Tree, aggregation: Aggregation
) -> Iterator[FloatArray]:
    """Yield (runs, units, nodes) the means of each level, from the lowest pillars to the whole."""
    below, spoilt = x[None], np.zeros((len(shares[0]), len(x)), dtype=bool)
    for level, share in enumerate(shares):
        columns = []
        for members in tree.members(level):
            mean, bad = weighted_mean(below[:, :, members], share[:, members], aggregation)
            if (
                level == 0
            ):  # in the stated weights, and still in these, the pillar counts: a unit may not fall out of it
                there = np.isfinite(x[:, members]) & (tree.shares[0][members] > 0)
                bad |= (share[:, members].sum(axis=1) > 0)[:, None] & there.any(axis=1) & np.isnan(mean)
            spoilt |= bad
            columns.append(mean)
        below = np.stack(columns, axis=2)
        yield np.where(spoilt[:, :, None], np.nan, below)


def weighted_mean(x: FloatArray, weights: FloatArray, aggregation: Aggregation) -> tuple[FloatArray, BoolArray]:
    """Return (runs, units) weighted means over the last axis, and where one was refused because a value is not above 0.

    Parameters
    ----------
    x
        (runs or 1, units, members), NaN is missing.
    weights
        (runs, members), at least 0.
    """
    there = np.isfinite(x)
    shape = (len(weights), x.shape[1])
    total = np.broadcast_to(np.einsum("rm,rum->ru", weights, there.astype(np.float64)), shape)
    refused = np.zeros(shape, dtype=bool)
    used = np.where(there, x, 0.0)
    if aggregation != "arithmetic":
        low = there & (x <= 0)
        refused = np.asarray(np.einsum("rm,rum->ru", weights, low.astype(np.float64)) > 0)
        safe = np.where(there & ~low, x, 1.0)
        used = np.where(there, np.log(safe) if aggregation == "geometric" else 1 / safe, 0.0)
    with np.errstate(all="ignore"):
        mean = np.einsum("rm,rum->ru", weights, used) / total
        found = np.exp(mean) if aggregation == "geometric" else 1 / mean if aggregation == "harmonic" else mean
    return np.where(refused | (total <= 0), np.nan, found), refused


def pillar_scores(x: FloatArray, tree: Tree, aggregation: Aggregation) -> FloatArray:
    """Return (units, pillars) the means of the lowest pillars under the stated weights; of Copeland's rule the arithmetic ones."""
    plain: Aggregation = "arithmetic" if aggregation == "copeland" else aggregation
    levels = _levels(x, [share[None] for share in tree.shares], tree, plain)
    return np.asarray(next(levels)[0])
