"""Free disposal: held against real units, no combination of them, so that no program is needed."""

from __future__ import annotations

from typing import Final

import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.frontier._programs import NOBODY
from maalbib.stats.frontier._reference import Reference

__all__ = ["best_real_units"]

_ELEMENTS: Final = 2**18


def best_real_units(
    inputs: FloatArray,
    outputs: FloatArray,
    reference: Reference,
    closed: IntArray,
    reward: FloatArray,
    *,
    orientation: str,
    block: int | None,
) -> tuple[FloatArray, IntArray]:
    """Return the score of each unit and the real unit it is held against; NaN and NOBODY where none reaches it.

    Of several that give the same score the one with the largest slacks counts, each times its ``reward``; of these the first in
    the order of the reference.
    """
    score, peer = np.full(len(inputs), np.nan), np.full(len(inputs), NOBODY)
    if not len(reference):
        return score, peer
    with np.errstate(all="ignore"):
        step = max(1, _ELEMENTS // len(reference)) if block is None else block
        for start in range(0, len(inputs), step):
            part = slice(start, start + step)
            factor = _factors(inputs[part], outputs[part], reference, orientation)
            limited = np.flatnonzero(closed[part] != NOBODY)
            factor[limited, closed[part][limited]] = np.inf
            score[part], peer[part] = _best(factor, reference, reward)
    if orientation == "output":
        score = 1 / score
    return score, peer


def _factors(x: FloatArray, y: FloatArray, reference: Reference, orientation: str) -> FloatArray:
    """Return the score, or 1/score for outputs, against each real unit; infinite where it does not reach the unit."""
    covers = np.ones((len(x), len(reference)), dtype=bool)
    kept, kept_own, moving, moving_own = (
        (-reference.outputs, -y, reference.inputs, x)
        if orientation == "input"
        else (reference.inputs, x, reference.outputs, y)
    )
    for column in range(kept.shape[1]):
        covers &= kept[:, column] <= kept_own[:, column, None]
    factor = np.zeros(covers.shape)
    for column in range(moving.shape[1]):
        other, own = moving[:, column], moving_own[:, column, None]
        if orientation == "input":
            ratio = np.where(own > 0, other / own, np.where(other > 0, np.inf, 0.0))
        else:
            ratio = np.where(own > 0, np.where(other > 0, own / other, np.inf), np.where(other >= 0, 0.0, np.inf))
        np.maximum(factor, ratio, out=factor)
    factor[~covers] = np.inf
    return factor


def _best(factor: FloatArray, reference: Reference, reward: FloatArray) -> tuple[FloatArray, IntArray]:
    least = factor.min(axis=1)
    # At a given score the slacks are largest where inputs are least and outputs most, whoever is judged.
    size = (np.concatenate([reference.inputs, -reference.outputs], axis=1) * reward).sum(axis=1)
    tied: BoolArray = factor == least[:, None]
    peer = np.where(tied, size, np.inf).argmin(axis=1)
    found = np.isfinite(least)
    return np.where(found, least, np.nan), np.where(found, peer, NOBODY)
