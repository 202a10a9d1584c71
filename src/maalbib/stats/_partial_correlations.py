"""Correlations of what conditions leave of columns: of their ranks, and of the signs of all pairs."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from maalbib.stats._arrays import FloatArray
from maalbib.stats._ranks import ranking
from maalbib.stats._surplus import surplus_of, untied_pairs

__all__ = [
    "NOTHING_LEFT",
    "basis_of",
    "beside",
    "centred_ranks",
    "pair_signs",
    "partial_tau",
    "rank_correlations",
    "sign_correlations",
    "student_p",
]

NOTHING_LEFT: Final = 1e-10
"""Of the variance of ranks or signs: what is left is rounding."""


def centred_ranks(column: FloatArray) -> FloatArray:
    """Return doubled mid-ranks less their mean, whole numbers."""
    return (ranking(column).doubled - (len(column) + 1)).astype(np.float64)


def basis_of(columns: FloatArray) -> FloatArray:
    """Return orthonormal columns that span the given ones, as many as are independent."""
    size = np.sqrt((columns**2).sum(axis=0))
    left, values, _ = np.linalg.svd(columns / np.where(size > 0, size, 1.0), full_matrices=False)
    return np.asarray(left[:, values > math.sqrt(NOTHING_LEFT)])


def beside(basis: FloatArray, column: FloatArray) -> FloatArray:
    """Return what the basis leaves of a column."""
    found: FloatArray = column - basis @ (basis.T @ column)
    return found


def rank_correlations(sides: FloatArray, columns: FloatArray) -> FloatArray:
    """Return for each row its correlation with the first of the sides, the others, which are orthonormal, allowed for."""
    return _correlations(columns @ sides, (columns**2).sum(axis=1), sides[:, 0])


def sign_correlations(sides: FloatArray, columns: FloatArray) -> FloatArray:
    """Return the same for the signs of all pairs in each row; the pairs of one unit at a time."""
    rows = np.ascontiguousarray(columns.T)
    totals, untied, start = np.zeros((sides.shape[1], len(columns))), np.zeros(len(columns)), 0
    for place in range(len(rows) - 1):
        later, own = rows[place + 1 :], rows[place]
        signs = (later > own).view(np.int8) - (later < own).view(np.int8)
        stop = start + len(later)
        totals += sides[start:stop].T @ signs.astype(np.float64)
        untied += np.abs(signs).sum(axis=0, dtype=np.int64)
        start = stop
    return _correlations(totals.T, untied, sides[:, 0])


def _correlations(products: FloatArray, whole: FloatArray, own: FloatArray) -> FloatArray:
    left = whole - (products[:, 1:] ** 2).sum(axis=1)
    left = np.where(left > NOTHING_LEFT * whole, left, np.nan)
    found: FloatArray = products[:, 0] / np.sqrt(left * float(own @ own))
    return found


def pair_signs(column: FloatArray) -> FloatArray:
    """Return the sign of every pair, the pairs of the first unit first."""
    first, second = np.triu_indices(len(column), 1)
    level = ranking(column).level
    return np.asarray(np.sign(level[second] - level[first]), dtype=np.float64)


def partial_tau(x: FloatArray, y: FloatArray, given: FloatArray) -> float:
    """Return the partial coefficient from those of all pairs of columns, each in n log n steps."""
    columns = [ranking(column) for column in (x, y, *given.T)]
    pairs = [untied_pairs(column) for column in columns]
    tau = np.eye(len(columns))
    for i, one in enumerate(columns):
        for j in range(i):
            tau[i, j] = tau[j, i] = surplus_of(one, columns[j]) / math.sqrt(pairs[i] * pairs[j])
    explained = tau[:2, 2:] @ np.linalg.pinv(tau[2:, 2:], rcond=NOTHING_LEFT, hermitian=True) @ tau[2:, :2]
    left = tau[:2, :2] - explained
    return float(left[0, 1] / math.sqrt(left[0, 0] * left[1, 1]))


def student_p(coefficient: float, freedom: int) -> float:
    from scipy import special

    if abs(coefficient) == 1:
        return 0.0
    t = coefficient * math.sqrt(freedom / ((1 - coefficient) * (1 + coefficient)))
    return 2 * float(special.stdtr(freedom, -abs(t)))
