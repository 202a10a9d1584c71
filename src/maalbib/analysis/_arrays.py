"""The arrays that the rules work on."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Bools", "Floats", "Ints", "Words", "beyond_rounding", "in_rows"]

Bools: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.object_]


_ROUNDING: Final = 1e-10  # of the figures: what sums in another order may leave between figures that are the same


def beyond_rounding(difference: Floats, size: Floats) -> Floats:
    """Return a difference of figures of a size, 0 where only rounding keeps them apart."""
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(difference) <= _ROUNDING * size, 0.0, difference)


def in_rows(mask: npt.NDArray[np.bool_]) -> Bools:
    """Return which rows of a table have a True."""
    return np.asarray(mask.any(axis=1), dtype=bool)
