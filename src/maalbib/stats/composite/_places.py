"""Places under many sets of choices, and how far they lie from the stated one."""

from __future__ import annotations

from typing import Final

import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray
from maalbib.stats.ranking._ranks import ranks

__all__ = ["first_changes", "middle_of", "places"]

_DIGITS: Final = 12  # scores that agree in so many share a place: the order of a sum must decide nothing


def places(scores: FloatArray, base: FloatArray | None = None) -> FloatArray:
    """Return (runs, units) the place of each score, 1 for the highest; the first of a tie.

    Where a run gives a unit no score, the others keep the places that they would have if it had stood still: ``base`` holds
    the stated places.
    """
    size = np.fmax.reduce(np.abs(scores), axis=1, initial=0.0, keepdims=True)
    with np.errstate(all="ignore"):
        rounded = np.round(scores / np.where(size > 0, size, 1.0), _DIGITS) + 0.0  # no negative zero
    found = ranks(rounded).rank
    absent = np.isnan(scores)
    if base is not None and absent.any():
        order = np.argsort(base, kind="stable")
        above = np.concatenate([np.zeros((len(scores), 1)), np.cumsum(absent[:, order], axis=1)], axis=1)
        found = found + above[:, (base - 1).astype(np.int64)]
    return found


def first_changes(places_of: FloatArray, base: FloatArray) -> BoolArray:
    """Return (runs,) where others, or not all of the same, stand first."""
    return np.asarray(((places_of == 1) != (base == 1)).any(axis=1))


def middle_of(places_of: FloatArray, share: float) -> tuple[FloatArray, FloatArray]:
    """Return (units,) the lowest and the highest place among the middle share of the runs."""
    tail = (1 - share) / 2
    quantile = np.nanquantile if np.isnan(places_of).any() else np.quantile
    low, high = (
        quantile(places_of, tail, axis=0, method="lower"),
        quantile(places_of, 1 - tail, axis=0, method="higher"),
    )
    return np.asarray(low), np.asarray(high)
