"""Places under many sets of choices, and how far they lie from the stated one."""

from __future__ import annotations

from typing import Final

import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray

__all__ = ["first_changes", "middle_of", "places"]

_DIGITS: Final = 12  # scores that agree in so many share a place: the order of a sum must decide nothing
_UNITS: Final = 256  # at a time; no result depends on it


def places(scores: FloatArray, base: FloatArray | None = None) -> FloatArray:
    """Return (runs, units) the place of each score, 1 for the highest; the first of a tie.

    Where a run gives a unit no score, the others keep the places that they would have if it had stood still: ``base`` holds
    the stated places.
    """
    found = np.empty(scores.shape)
    for run, own in enumerate(scores):  # a run at a time: it stays near the processor
        found[run] = _places_of(own)
    absent = np.isnan(found)
    if base is not None and absent.any():
        order = np.argsort(base, kind="stable")
        above = np.concatenate([np.zeros((len(scores), 1)), np.cumsum(absent[:, order], axis=1)], axis=1)
        found = found + above[:, (base - 1).astype(np.int64)]
    return found


def _places_of(scores: FloatArray) -> FloatArray:
    """Return (units,) the places of one run."""
    size = np.fmax.reduce(np.abs(scores), initial=0.0)
    rounded = np.round(scores / (size if size > 0 else 1.0), _DIGITS)
    order = np.argsort(-rounded)
    descending = rounded[order]
    begins = np.ones(len(scores), dtype=np.bool_)
    begins[1:] = descending[1:] != descending[:-1]
    found = np.empty(len(scores))
    found[order] = np.maximum.accumulate(np.where(begins, np.arange(1.0, len(scores) + 1), 0.0))
    found[np.isnan(scores)] = np.nan
    return found


def first_changes(places_of: FloatArray, base: FloatArray) -> BoolArray:
    """Return (runs,) where others, or not all of the same, stand first."""
    return np.asarray(((places_of == 1) != (base == 1)).any(axis=1))


def middle_of(places_of: FloatArray, share: float) -> tuple[FloatArray, FloatArray]:
    """Return (units,) the lowest and the highest place among the middle share of the runs."""
    tail, most = (1 - share) / 2, len(places_of) - 1
    low, high = int(np.floor(most * tail)), int(np.ceil(most * (1 - tail)))
    if np.isnan(places_of).any():
        return (
            np.nanquantile(places_of, tail, axis=0, method="lower"),
            np.nanquantile(places_of, 1 - tail, axis=0, method="higher"),
        )
    found = np.empty((2, places_of.shape[1]))
    for first in range(0, places_of.shape[1], _UNITS):
        part = places_of[:, first : first + _UNITS].T.copy()  # a unit to a row, as many as stay near the processor
        part.partition((low, high), axis=1)
        found[:, first : first + _UNITS] = part[:, (low, high)].T
    return found[0], found[1]
