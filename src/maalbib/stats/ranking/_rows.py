"""Groups in rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maalbib.stats._arrays import FloatArray, float_array

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["as_rows", "groups_of"]


def groups_of(argument: str, values: npt.ArrayLike) -> FloatArray:
    """Return values as doubles with the units of a group along the last axis."""
    return np.atleast_1d(float_array(argument, values))


def as_rows(groups: FloatArray) -> FloatArray:
    """Return groups as an array of shape (groups, units), also where there are none."""
    # In one order in memory, so that sums do not depend on how the groups were laid out.
    return np.ascontiguousarray(groups.reshape(int(np.prod(groups.shape[:-1])), groups.shape[-1]))
