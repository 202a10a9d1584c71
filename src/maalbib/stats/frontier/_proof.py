"""Proofs of answers, computed from the answers and the data and from nothing else that the search did."""

from __future__ import annotations

from typing import Final

import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats.frontier._programs import NOBODY, Programs, Technology

__all__ = [
    "CERTIFIED",
    "bound_gap",
    "column_errors",
    "missed_rows",
    "on_face",
    "ray_gap",
    "slack_gain",
    "sound",
    "tidied",
]

CERTIFIED: Final = 1e-9
"""By how much an answer may miss what it must fulfil, as a share of the terms involved."""

_NOISE: Final = 1e-14
_ON_FACE: Final = 1e-11
_APART: Final = 1e-6  # a contradiction must be clearer than what may be missed
_TILE: Final = 2**18
_TINY: Final = np.finfo(np.float64).tiny


def sound(error: FloatArray) -> BoolArray:
    """Return which errors are small enough; NaN is not."""
    held: BoolArray = error <= CERTIFIED
    return held


def tidied(technology: Technology, programs: Programs, multipliers: FloatArray) -> FloatArray:
    """Return multipliers of rows with rounding noise, and what is negative though it may not be, set to 0."""
    size = np.abs(multipliers) * programs.own
    dropped = size <= _NOISE * size.max(axis=1, keepdims=True)
    negative = multipliers < 0
    if technology.fixed:
        negative[:, -1] = False
    return np.where(dropped | negative, 0.0, multipliers)


def missed_rows(
    technology: Technology,
    programs: Programs,
    score: FloatArray,
    peers: IntArray,
    weights: FloatArray,
    slack: FloatArray | None = None,
) -> FloatArray:
    """Return the largest share of its size by which weights miss a row: together with the slack, or at most where there is none.

    Neither weights nor slacks may be negative.
    """
    used = np.einsum("up,rup->ur", weights, technology.columns[:, np.maximum(peers, 0)])
    over = used - programs.constant - score[:, None] * programs.moving
    if slack is None:
        over = over / programs.own
        if technology.fixed:
            over[:, -1] = np.abs(over[:, -1])
    else:
        over = np.abs(over + slack) / (programs.own + slack)
    missed: FloatArray = np.maximum(over, 0.0).max(axis=1)
    return missed


def bound_gap(programs: Programs, score: FloatArray, multipliers: FloatArray) -> FloatArray:
    """Return how far the score is from the bound that the multipliers set, and they from their own scale."""
    terms = multipliers * programs.constant
    largest = np.maximum(np.abs(terms).max(axis=1), np.abs(score))
    unit = np.abs((multipliers * programs.moving).sum(axis=1) - 1)
    gap: FloatArray = np.maximum(np.abs(score + terms.sum(axis=1)) / np.maximum(largest, _TINY), unit)
    return gap


def ray_gap(programs: Programs, ray: FloatArray) -> FloatArray:
    """Return how far a combination of rows is from a contradiction: 0 at least, without the score, on the left, below 0 on the right."""
    size = np.abs(ray * programs.own).sum(axis=1)
    moved = np.abs((ray * programs.moving).sum(axis=1)) / size
    return np.where((ray * programs.constant).sum(axis=1) < -_APART * size, moved, np.inf)


def column_errors(
    technology: Technology, programs: Programs, multipliers: FloatArray, slack_prices: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Price every unit of the technology for every unit that is judged.

    Returns
    -------
    tuple of arrays
        By how much the cheapest column costs less than nothing, as a share of its terms; and by how much a column that costs
        nothing would still add to the slacks, as a share of its terms.
    """
    below, more = np.zeros(len(programs)), np.zeros(len(programs))
    width = max(1, _TILE // max(len(programs), 1))
    size = np.abs(multipliers)
    for start in range(0, technology.units, width):
        columns = technology.columns[:, start : min(start + width, technology.units)]
        price = np.einsum("ur,rn->un", multipliers, columns)
        scale = np.einsum("ur,rn->un", size, np.abs(columns))
        scale += _TINY
        price /= scale
        mine = np.flatnonzero((programs.closed >= start) & (programs.closed < start + columns.shape[1]))
        price[mine, programs.closed[mine] - start] = np.inf
        np.maximum(below, -price.min(axis=1), out=below)
        if slack_prices is not None:
            unit, column = np.nonzero(price <= _ON_FACE)
            terms = slack_prices[unit] * columns[:, column].T
            np.maximum.at(more, unit, -terms.sum(axis=1) / (np.abs(terms).sum(axis=1) + _TINY))
    return below, more


def slack_gain(
    technology: Technology, multipliers: FloatArray, slack_prices: FloatArray, reward: FloatArray
) -> FloatArray:
    """Return by how much the slack of a row that costs nothing would still add, as a share of what it counts for."""
    free = multipliers == 0
    if technology.fixed:
        free[:, -1] = False
    gain = np.where(free, reward - slack_prices, 0.0)
    most: FloatArray = np.maximum(gain, 0.0).max(axis=1) / reward.max()
    return most


def on_face(technology: Technology, programs: Programs, multipliers: FloatArray) -> BoolArray:
    """Return which columns may be used without changing the score, shape (units, columns)."""
    columns = technology.open_columns
    price = np.einsum("ur,rn->un", multipliers, columns)
    face: BoolArray = price <= _ON_FACE * np.einsum("ur,rn->un", np.abs(multipliers), np.abs(columns))
    limited = np.flatnonzero(programs.closed != NOBODY)
    face[limited, programs.closed[limited]] = False
    return face
