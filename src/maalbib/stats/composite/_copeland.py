"""Copeland's rule: how many others a unit beats, less how many beat it, indicator by indicator."""

from __future__ import annotations

from typing import Final

import numpy as np

from maalbib.stats._arrays import FloatArray

__all__ = ["copeland"]

_MOST_CELLS: Final = 2**22
_NOTHING: Final = 1e-12  # of the whole weight: what a sum of weights may leave behind where two are even


def copeland(x: FloatArray, weights: FloatArray) -> FloatArray:
    """Return (runs, units) wins less losses; units without any value that weighs have none.

    Of two units the one wins that is ahead on more of the weight, among the indicators that both have; a tie counts for nothing.

    Parameters
    ----------
    x
        (units, indicators), higher is better, NaN is missing.
    weights
        (runs, indicators) what each indicator weighs in the whole.
    """
    units, indicators = x.shape
    found = np.zeros((len(weights), units))
    rows = max(1, _MOST_CELLS // max(1, units * indicators))
    for first in range(0, units, rows):
        with np.errstate(invalid="ignore"):
            ahead = np.sign(x[first : first + rows, None, :] - x[None, :, :])
        ahead[np.isnan(ahead)] = 0.0
        runs = max(1, _MOST_CELLS // max(1, ahead.shape[0] * units))
        for start in range(0, len(weights), runs):
            part = slice(start, start + runs)
            lead = np.einsum("rk,ijk->rij", weights[part], ahead)
            found[part, first : first + rows] = np.where(np.abs(lead) > _NOTHING, np.sign(lead), 0.0).sum(axis=2)
    nothing = np.einsum("rk,uk->ru", weights, np.isfinite(x).astype(np.float64)) <= 0
    return np.where(nothing, np.nan, found)
