"""The mean of the others for every row of many circles, in as few steps as their sizes allow."""

from __future__ import annotations

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._peer_circles import Batch
from maalbib.analysis._peer_values import PeerValues

__all__ = ["Gaps", "gaps_of", "not_shown"]


@attrs.frozen(kw_only=True)
class Gaps:
    """What is known of each row and its circle.

    Attributes
    ----------
    mean, gap, lower, upper
        The mean of the others, the gap to it and the limits of the gap; NaN where there is nobody to compare with.
    peers
        How many others there are.
    left_out
        Whether a value that may not be shown was left out of the mean.
    """

    mean: Floats
    gap: Floats
    lower: Floats
    upper: Floats
    peers: Ints
    left_out: Bools


def gaps_of(
    values: PeerValues, used: Bools, weights: Floats, kind: str, *, include_self: bool, confidence: float
) -> Gaps:
    """Compare every used value with the mean of its circle."""
    found = {name: np.full(len(values), np.nan) for name in ("mean", "gap", "lower", "upper")}
    exact = np.full(len(values), np.nan)
    peers = np.zeros(len(values), dtype=np.int64)
    left_out = np.zeros(len(values), dtype=bool)
    y = np.where(used, values.value, np.nan)
    for batch in values.circles.batches():
        kept_out = not_shown(values, used, batch)
        share = np.where(kept_out, 0.0, batch.read(weights, 0.0))  # of weight 0: judged, but nobody's peer
        gap = stats.mean_gap(
            batch.read(y),
            limits=(values.lower[batch.rows], values.upper[batch.rows]),
            counts=(values.counted[batch.rows], values.asked[batch.rows]),
            scale=values.scale,
            weights=share,
            include_self=include_self,
            confidence=confidence,
        )
        for name, column in found.items():
            batch.write(column, getattr(gap, name))
        batch.write(peers, gap.peers)
        batch.write(left_out, kept_out.any(axis=1, keepdims=True) & ~kept_out)
        if kind == "pooled":
            part = batch.read(used.astype(np.float64), 0.0) > 0
            batch.write(exact, _pooled(values, batch, part & (share > 0), include_self=include_self))
    shift = np.where(np.isfinite(exact), found["mean"] - exact, 0.0)
    return Gaps(
        mean=found["mean"] - shift,
        gap=found["gap"] + shift,
        lower=found["lower"] + shift,
        upper=found["upper"] + shift,
        peers=peers,
        left_out=left_out,
    )


def not_shown(values: PeerValues, used: Bools, batch: Batch) -> Bools:
    """Return whose value may not be shown and would be given away by a mean.

    In a group that all are held against it is the only such one. Lists of one's own overlap: from enough of their means any
    value that is in some and not in others can be worked out, so none is in any.
    """
    hidden = batch.there & (used & (values.grade > 0))[batch.rows]
    if values.circles.starts is not None:
        return np.asarray(hidden, dtype=bool)
    return np.asarray(hidden & (hidden.sum(axis=1, keepdims=True) == 1), dtype=bool)


def _pooled(values: PeerValues, batch: Batch, used: Bools, *, include_self: bool) -> Floats:
    """Return the sum of the others' numerators over that of their denominators; NaN where a numerator is not known.

    Published values are rounded; the numerators are not.
    """
    parts = batch.read(values.numerator), batch.read(values.denominator)
    whole = np.isfinite(parts[0]) & np.isfinite(parts[1])
    lacking = (used & ~whole).any(axis=1, keepdims=True)
    counted = [np.where(used & whole, part, 0.0) for part in parts]
    above, below = (part.sum(axis=1, keepdims=True) - (0.0 if include_self else part) for part in counted)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(lacking | ~(below > 0), np.nan, values.scale * above / below)
