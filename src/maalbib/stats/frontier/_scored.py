"""What the methods on top of efficiency scores share: units in tables, and scores with the reason for those that are missing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, ReasonArray, float_array
from maalbib.stats.frontier._efficiency import radial_scores

__all__ = ["Side", "complete", "scored", "units_table"]

Side = tuple[FloatArray, FloatArray]
"""Inputs and outputs of the same units, a row for each."""


def units_table(inputs: npt.ArrayLike, outputs: npt.ArrayLike, *, ndim: int = 2) -> Side:
    """Return inputs and outputs as doubles with ``ndim`` dimensions that agree in all but the last."""
    x, y = float_array("inputs", inputs), float_array("outputs", outputs)
    shape = "(units, inputs)" if ndim == 2 else "(periods, units, inputs)"  # noqa: PLR2004
    if x.ndim != ndim or not x.shape[-1]:
        raise ArgumentError("argument.shape", argument="inputs", expected=shape, got=str(x.shape))
    if y.ndim != ndim or not y.shape[-1] or y.shape[:-1] != x.shape[:-1]:
        expected = str((*x.shape[:-1], "outputs")).replace("'", "")
        raise ArgumentError("argument.shape", argument="outputs", expected=expected, got=str(y.shape))
    return x, y


def complete(side: Side) -> BoolArray:
    """Return which units lack nothing."""
    return np.asarray(np.isfinite(side[0]).all(axis=-1) & np.isfinite(side[1]).all(axis=-1), dtype=bool)


def scored(
    units: Side, reference: Side | None, *, returns: str, orientation: str, fallback: bool = True
) -> tuple[FloatArray, ReasonArray]:
    """Return the scores of units against the frontier of others, and why one is missing."""
    return radial_scores(*units, returns=returns, orientation=orientation, reference=reference, fallback=fallback)
