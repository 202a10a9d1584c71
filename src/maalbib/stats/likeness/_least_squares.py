"""Least squares on the same conditions for many outcomes: one decomposition per set of units, not per outcome."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray

__all__ = ["MOST_CONDITION", "Basis", "Fit", "bases", "fitted"]

MOST_CONDITION: Final = 1e10
"""The largest condition number of a correlation matrix that is still worked with."""

_CONSTANT: Final = 1e-12  # spread over size; below, a condition is the same for all
_ROUNDING: Final = 1e-13  # residual over size; below, it is none


@attrs.frozen(kw_only=True, eq=False)
class Basis:
    """Conditions turned into uncorrelated directions, for each of some sets of units.

    Attributes
    ----------
    weights
        Shape (sets, units): what each unit counts in the fit, 0 where it takes no part.
    directions
        Shape (sets, units, conditions), for all units.
    back
        Shape (sets, conditions, conditions): from coefficients of directions to slopes of conditions.
    reach
        Shape (sets, units): the variance of a fitted value in units of that of an observation of weight 1.
    singular
        Shape (sets,): a condition is the same for all, or follows from the others.
    """

    weights: FloatArray
    directions: FloatArray
    back: FloatArray
    reach: FloatArray
    singular: BoolArray


@attrs.frozen(kw_only=True, eq=False)
class Fit:
    """Fitted outcomes, shape (outcomes, units) or (outcomes,) or, for the slopes, (outcomes, conditions)."""

    expected: FloatArray
    gap: FloatArray
    squares: FloatArray
    freedom: IntArray
    r2: FloatArray
    slopes: FloatArray
    exact: BoolArray


def bases(conditions: FloatArray, weights: FloatArray, enough: BoolArray) -> Basis:
    """Decompose the conditions of each set of units; ``enough`` says which sets have units enough for it."""
    inside = weights > 0
    total = weights.sum(axis=-1)[:, np.newaxis]
    centre = (weights[:, np.newaxis, :] @ conditions)[:, 0, :] / total
    off = conditions - centre[:, np.newaxis, :]
    within = inside[:, :, np.newaxis]
    spread = np.where(within, np.abs(off), 0.0).max(axis=1)
    size = np.where(within, np.abs(conditions), 0.0).max(axis=1)
    constant = ~(spread > _CONSTANT * size)
    off /= np.where(constant, 1.0, spread)[:, np.newaxis, :]  # squares neither overflow nor vanish
    norm = np.sqrt((weights[:, np.newaxis, :] @ off**2)[:, 0, :])
    off /= np.where(constant, 1.0, norm)[:, np.newaxis, :]
    usable = enough & ~constant.any(axis=1) & np.isfinite(norm).all(axis=1)
    columns = np.where(usable[:, np.newaxis, np.newaxis], np.sqrt(weights)[:, :, np.newaxis] * off, 0.0)
    _, lengths, turned = np.linalg.svd(columns, full_matrices=False)
    singular = ~(lengths[:, -1] ** 2 * MOST_CONDITION >= lengths[:, 0] ** 2) | ~usable
    turn = np.swapaxes(turned, 1, 2) / np.where(singular[:, np.newaxis], 1.0, lengths)[:, np.newaxis, :]
    directions = off @ turn
    return Basis(
        weights=weights,
        directions=directions,
        back=turn / (norm * spread)[:, :, np.newaxis],
        reach=1 / total + (directions**2).sum(axis=-1),
        singular=singular,
    )


def fitted(values: FloatArray, basis: Basis, which: IntArray) -> Fit:
    """Fit each outcome on the directions of its set of units."""
    weights = basis.weights[which]
    inside = weights > 0
    total = weights.sum(axis=-1, keepdims=True)
    known = np.where(inside, values, 0.0)
    mean = (weights * known).sum(axis=-1, keepdims=True) / total
    off = values - mean
    within = np.where(inside, off, 0.0)
    scale = np.abs(within).max(axis=-1, keepdims=True)
    scale = np.where(scale > 0, scale, 1.0)
    within /= scale
    directions = basis.directions[which]
    parts = np.swapaxes(directions, 1, 2) @ (weights * within)[:, :, np.newaxis]
    rise = (directions @ parts)[:, :, 0]
    left = off / scale - rise
    noise = _ROUNDING * (1 + np.abs(known).max(axis=-1, keepdims=True) / scale)
    squares = np.where(inside, weights * left**2, 0.0).sum(axis=-1, keepdims=True)
    around = (weights * within**2).sum(axis=-1, keepdims=True)
    exact = squares <= noise**2 * total
    flat = around <= noise**2 * total
    left = np.where(exact & inside, 0.0, left)
    squares = np.where(exact, 0.0, squares)
    return Fit(
        expected=mean + rise * scale,
        gap=left * scale,
        squares=(squares * scale**2)[:, 0],
        freedom=inside.sum(axis=-1) - basis.directions.shape[-1] - 1,
        r2=np.where(flat, np.nan, 1 - squares / around)[:, 0],
        slopes=(basis.back[which] @ parts)[:, :, 0] * scale,
        exact=exact[:, 0],
    )
