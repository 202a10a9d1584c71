"""The scales on which a line is straight, there and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

if TYPE_CHECKING:
    from maalbib.stats._arrays import FloatArray
    from maalbib.stats._projection import Projection

__all__ = ["from_logit", "grown", "on_scale", "to_logit", "within_limits"]

_FIGURES: Final = ("fitted_first", "fitted_last", "projected", "lower", "upper")


def on_scale(projection: Projection, values: FloatArray) -> FloatArray:
    """Return values on the scale of the lines; infinite where the scale does not reach."""
    if projection.scale == "linear":
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        if projection.scale == "log":
            return np.where(values <= 0, -np.inf, np.log(values))
        return to_logit(values, projection.lowest, projection.highest)


def to_logit(values: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the logit of the place between two limits; infinite at a limit and beyond."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.log((values - low) / (high - values))
    return np.where(values <= low, -np.inf, np.where(values >= high, np.inf, inside))


def from_logit(logits: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return the values between two limits that have such logits."""
    from scipy import special

    # From the nearer limit, so that no digits of a small distance are lost.
    near = (high - low) * special.expit(-np.abs(logits))
    return np.where(logits > 0, high - near, low + near)


def grown(line: Projection) -> Projection:
    """Return a line through logarithms as growth of the values."""
    with np.errstate(over="ignore"):
        back: dict[str, Any] = {name: np.exp(getattr(line, name)) for name in _FIGURES}
        growth = np.expm1(line.rate)
    return attrs.evolve(line, scale="log", slope=np.asarray(line.rate * back["fitted_last"]), growth=growth, **back)


def within_limits(line: Projection, low: FloatArray, high: FloatArray) -> Projection:
    """Return a line through logits as a way between two limits."""
    back: dict[str, Any] = {name: from_logit(getattr(line, name), low, high) for name in _FIGURES}
    last = back["fitted_last"]
    slope = np.asarray(line.rate * (last - low) * (high - last) / (high - low))
    return attrs.evolve(line, scale="logit", slope=slope, lowest=low, highest=high, **back)
