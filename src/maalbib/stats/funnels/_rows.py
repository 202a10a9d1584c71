"""Arrays stretched to the rows of units."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray

__all__ = ["flags", "stretched"]

_Scalar = TypeVar("_Scalar", bound=np.generic)


def flags(argument: str, values: npt.ArrayLike | None, shape: tuple[int, ...]) -> BoolArray:
    """Return truth values stretched to ``shape``, all False where none are given."""
    array = np.zeros((), dtype=np.bool_) if values is None else np.asarray(values)
    if array.dtype.kind != "b":
        raise ArgumentError("argument.type", argument=argument, expected="bool")
    return stretched(argument, array, shape)


def stretched(argument: str, array: npt.NDArray[_Scalar], shape: tuple[int, ...]) -> npt.NDArray[_Scalar]:
    """Return the array stretched to ``shape``, read-only."""
    try:
        return np.broadcast_to(array, shape)
    except ValueError as error:
        raise ArgumentError("argument.shape", argument=argument, expected=str(shape), got=str(array.shape)) from error
