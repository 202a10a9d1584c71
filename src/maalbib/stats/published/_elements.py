"""Arguments that stretch to each other, one element per judged thing, worked through in blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import FloatArray, float_array

__all__ = ["by_blocks", "noise_of", "numbers", "ways"]

_BLOCK: Final = 65_536  # elements per temporary
_WAYS: Final = {"higher": 1.0, "lower": -1.0}
_NOISE: Final = 1e-9  # comparisons ignore differences this small, relative to the size of the figures


def numbers(**given: npt.ArrayLike) -> dict[str, FloatArray]:
    """Return arguments as doubles of one shape."""
    arrays = {name: float_array(name, values) for name, values in given.items()}
    shape: tuple[int, ...] = ()
    for name, array in arrays.items():
        try:
            shape = np.broadcast_shapes(shape, array.shape)
        except ValueError as error:
            got = str(array.shape)
            raise ArgumentError("argument.shape", argument=name, expected=str(shape), got=got) from error
    return {name: np.broadcast_to(array, shape) for name, array in arrays.items()}


def ways(direction: object, *, also: Mapping[str, float] | None = None) -> FloatArray:
    """Return +1 for ``"higher"`` and -1 for ``"lower"``, one for all or one per element."""
    known = _WAYS | dict(also or {})
    if isinstance(direction, np.ndarray | list | tuple):
        words = np.asarray(direction, dtype=object)
        return np.array([_way(word, known) for word in words.flat], dtype=np.float64).reshape(words.shape)
    return np.array(_way(direction, known))


def _way(word: object, known: Mapping[str, float]) -> float:
    if not isinstance(word, str) or word not in known:
        raise ArgumentError.choice("direction", known)
    return known[word]


def by_blocks(
    compute: Callable[..., dict[str, npt.NDArray[Any]]], arrays: Mapping[str, FloatArray]
) -> dict[str, npt.NDArray[Any]]:
    """Compute elementwise, a bounded number of elements at a time, and return columns in the shape of the arrays."""
    first = next(iter(arrays.values()))
    pieces: list[dict[str, npt.NDArray[Any]]] = []
    for start in range(0, max(first.size, 1), _BLOCK):
        part = {name: np.asarray(array.flat[start : start + _BLOCK]) for name, array in arrays.items()}
        with np.errstate(all="ignore"):
            pieces.append(compute(**part))
    return {name: np.concatenate([piece[name] for piece in pieces]).reshape(first.shape) for name in pieces[0]}


def noise_of(*figures: npt.ArrayLike) -> FloatArray:
    """Return what rounding in binary may leave between figures of this size."""
    sizes = [np.where(np.isfinite(each), np.abs(each), 0.0) for each in map(np.asarray, figures)]
    return np.asarray(_NOISE * np.maximum.reduce(np.broadcast_arrays(*sizes)))
