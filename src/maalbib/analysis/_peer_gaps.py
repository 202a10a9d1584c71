"""The mean of the others for every row of many groups, in as few steps as their sizes allow."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._peer_values import PeerValues

__all__ = ["Gaps", "gaps_of"]

_MOST_CELLS = 2**20


@attrs.frozen(kw_only=True)
class Gaps:
    """For each row the mean of the others, the gap to it, the limits of the gap, and how many others there are."""

    mean: Floats
    gap: Floats
    lower: Floats
    upper: Floats
    peers: Ints


def gaps_of(
    values: PeerValues, used: Bools, weights: Floats, kind: str, *, include_self: bool, confidence: float
) -> Gaps:
    """Compare every used value with the mean of its group; NaN where there is nobody to compare with."""
    found = {name: np.full(len(values), np.nan) for name in ("mean", "gap", "lower", "upper")}
    peers = np.zeros(len(values), dtype=np.int64)
    y = np.where(used, values.value, np.nan)
    for rows, there in _batches(values.group):
        flat = rows[there]
        gap = stats.mean_gap(
            np.where(there, y[rows], np.nan),
            limits=(values.lower[rows], values.upper[rows]),
            weights=np.where(there, weights[rows], 0.0),
            include_self=include_self,
            confidence=confidence,
        )
        for name, column in found.items():
            column[flat] = getattr(gap, name)[there]
        peers[flat] = gap.peers[there]
    exact = _pooled(values, used & (weights > 0), include_self=include_self) if kind == "pooled" else found["mean"]
    shift = np.where(np.isfinite(exact), found["mean"] - exact, 0.0)
    return Gaps(
        mean=found["mean"] - shift,
        gap=found["gap"] + shift,
        lower=found["lower"] + shift,
        upper=found["upper"] + shift,
        peers=peers,
    )


def _batches(group: Ints) -> Iterator[tuple[Ints, Bools]]:
    """Yield the rows of groups of like size, (groups, most members), and which of them are there."""
    sizes = np.bincount(group) if len(group) else np.zeros(0, dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    while len(order):
        widest = int(sizes[order[0]])
        alike = int(np.searchsorted(-sizes[order], -widest / 2, side="right"))
        batch = order[: min(alike, max(1, _MOST_CELLS // widest))]
        places = np.arange(widest)
        there = places < sizes[batch][:, None]
        yield np.where(there, starts[batch][:, None] + places, 0), there
        order = order[len(batch) :]


def _pooled(values: PeerValues, used: Bools, *, include_self: bool) -> Floats:
    """Return the sum of the others' numerators over that of their denominators; NaN where a numerator is not known.

    Published values are rounded; the numerators are not.
    """
    size = int(values.group.max(initial=0)) + 1
    whole = np.isfinite(values.numerator) & np.isfinite(values.denominator)
    lacking = np.bincount(values.group[used & ~whole], minlength=size)[values.group] > 0
    parts = [np.where(used & whole, part, 0.0) for part in (values.numerator, values.denominator)]
    above, below = (
        np.bincount(values.group, part, minlength=size)[values.group] - (0.0 if include_self else part)
        for part in parts
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(lacking | ~(below > 0), np.nan, values.scale * above / below)
