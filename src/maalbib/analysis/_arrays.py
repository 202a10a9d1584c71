"""The arrays that the rules work on."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Bools", "Floats", "Ints", "Words", "in_rows"]

Bools: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Words: TypeAlias = npt.NDArray[np.object_]


def in_rows(mask: npt.NDArray[np.bool_]) -> Bools:
    """Return which rows of a table have a True."""
    return np.asarray(mask.any(axis=1), dtype=bool)
