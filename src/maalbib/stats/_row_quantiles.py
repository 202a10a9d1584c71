"""Quantiles of rows of numbers of which some are missing, by the rules that have names."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import FloatArray, IntArray

__all__ = ["RULES", "STEPS", "row_quantile"]

# Where a share p stands among n ordered values, from 1: the position n p + a p + b of each rule.
RULES: Final = {
    "interpolated_inverted_cdf": (0.0, 0.0),
    "hazen": (0.0, 0.5),
    "weibull": (1.0, 0.0),
    "linear": (-1.0, 1.0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (1 / 4, 3 / 8),
}
STEPS: Final = {"inverted_cdf": 0.0, "averaged_inverted_cdf": 0.0, "closest_observation": -0.5}
_NOISE: Final = 4 * np.finfo(np.float64).eps  # 0.7 x 10 is not 7 to a computer


def row_quantile(ascending: FloatArray, n: IntArray, share: float, rule: str) -> FloatArray:
    """Return the quantile of the first ``n`` numbers of each ascending row, NaN where there are none."""
    if ascending.shape[-1] == 0:
        return np.full(n.shape, np.nan)
    if rule in RULES:
        a, b = RULES[rule]
        place = _settled(n * share + a * share + b)
        low = np.floor(place)
        weight = place - low
    else:
        place = _settled(n * share + STEPS[rule])
        low = np.floor(place)
        above = place > low
        weight = above.astype(np.float64)
        if rule == "averaged_inverted_cdf":
            weight = np.where(above, 1.0, 0.5)
        elif rule == "closest_observation":  # halfway between two, the even one
            weight = np.where(above | (low % 2 == 1), 1.0, 0.0)
    under, over = (_number(ascending, n, low + step) for step in (0, 1))
    # Not a sum of two products: equal neighbours give their own value, to the bit.
    quantile: FloatArray = np.where(weight == 1, over, under + (over - under) * weight)
    return np.where(n > 0, quantile, np.nan)


def _settled(place: npt.NDArray[Any]) -> FloatArray:
    whole = np.rint(place)
    settled: FloatArray = np.where(np.abs(place - whole) <= _NOISE * np.maximum(1.0, np.abs(place)), whole, place)
    return settled


def _number(ascending: FloatArray, n: IntArray, place: FloatArray) -> FloatArray:
    at = np.clip(place, 1, np.maximum(n, 1)).astype(np.int64) - 1
    return np.take_along_axis(ascending, at[..., None], axis=-1)[..., 0]
