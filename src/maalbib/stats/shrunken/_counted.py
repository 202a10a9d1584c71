"""What the fits of counts share: the mean at a given spread, and the columns of groups without any variation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, FloatArray

__all__ = ["Score", "centre_at", "whole"]

Score: TypeAlias = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From a centre for each group to the slope of the log-likelihood there and how fast that slope falls."""

_MOST: Final = 60
_CERTAIN: Final = {"alpha": np.inf, "beta": np.inf, "tau": 0.0, "tau_lower": 0.0, "log_likelihood": 0.0}
_CLOSE: Final = 1e-9  # the step after this one would be of the size of its square


def centre_at(score: Score, start: FloatArray, highest: float) -> FloatArray:
    """Return where a falling slope is 0, between 0 and ``highest``, by Newton's steps that halve where they would leave.

    Each group stands still once it has arrived, so that none depends on the others.
    """
    centre = start.copy()
    low, high = np.zeros(start.shape), np.full(start.shape, highest)
    open_rows: BoolArray = np.isfinite(start)
    for _ in range(_MOST):
        slope, fall = score(centre)
        low, high = np.where(slope > 0, centre, low), np.where(slope < 0, centre, high)
        step = slope / fall
        new = centre + step
        outside = ~((new > low) & (new < high))
        half = np.where(np.isinf(high), 2 * centre, (low + high) / 2)
        new = np.where(outside & (slope != 0), half, new)
        moved = np.abs(new - centre) > _CLOSE * np.abs(centre)
        centre = np.where(open_rows, new, centre)
        open_rows &= moved & np.isfinite(new) & (slope != 0)
        if not open_rows.any():
            break
    return centre


def whole(found: Mapping[str, npt.NDArray[Any]], good: BoolArray, flat: FloatArray) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of all groups from those of the good ones.

    ``flat`` holds the common value of a group all of whose units agree at the end of the scale, and NaN elsewhere: there
    everything but the upper limit of tau is known without a fit.
    """
    sure = ~good & np.isfinite(flat)
    columns: dict[str, npt.NDArray[Any]] = {}
    for name, column in found.items():
        every = np.full(good.shape, np.nan) if column.dtype.kind == "f" else np.zeros(good.shape, dtype=bool)
        every[sure] = flat[sure] if name == "mean" else True if name == "at_boundary" else _CERTAIN.get(name, np.nan)
        every[good] = column
        columns[name] = every
    return columns
