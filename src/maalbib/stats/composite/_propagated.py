"""What sampling errors of the values become in the composite."""

from __future__ import annotations

import numpy as np

from maalbib.stats._arrays import FloatArray
from maalbib.stats.composite._means import Aggregation, weighted_mean
from maalbib.stats.composite._scale import Scaled
from maalbib.stats.composite._tree import Tree

__all__ = ["propagated"]


def propagated(scaled: Scaled, errors: FloatArray, tree: Tree, aggregation: Aggregation) -> FloatArray:
    """Return (units,) the standard error of each score, the ends of the scale taken as known and errors as independent.

    NaN where an error that counts is not known, where the scale is one of ranks, and for Copeland's rule.
    """
    units = len(scaled.x)
    if aggregation == "copeland":
        return np.full(units, np.nan)
    with np.errstate(all="ignore"):
        variance = (scaled.slope * errors) ** 2
        below = scaled.x
        for level, share in enumerate(tree.shares):
            means, variances = [], []
            for members in tree.members(level):
                part, weight = below[:, members], share[members]
                mean = weighted_mean(part[None], weight[None], aggregation)[0][0]
                counts = np.isfinite(part) & (weight > 0)
                pull = np.where(counts, weight, 0.0) / np.where(counts, weight, 0.0).sum(axis=1, keepdims=True)
                if aggregation == "geometric":
                    pull = pull * mean[:, None] / part
                elif aggregation == "harmonic":
                    pull = pull * (mean[:, None] / part) ** 2
                means.append(mean)
                variances.append(np.where(counts, pull**2 * variance[:, members], 0.0).sum(axis=1))
            below, variance = np.stack(means, axis=1), np.stack(variances, axis=1)
    return np.asarray(np.where(np.isfinite(below[:, 0]), np.sqrt(variance[:, 0]), np.nan))
