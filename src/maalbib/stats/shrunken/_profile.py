"""The most likely spread and the spreads that are nearly as likely, for any likelihood with one spread in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray
from maalbib.stats.shrunken._roots import roots

__all__ = ["Likelihood", "Profile", "profile"]

Likelihood: TypeAlias = Callable[[FloatArray], FloatArray]
"""From a spread for each group, 0 included, to the log-likelihood with everything else at its best."""

_LOWEST, _HIGHEST, _STEP = -24.0, 14.0, 1.0  # natural logarithm of the spread, in units of the scale
_GOLDEN: Final = (np.sqrt(5.0) - 1) / 2
_SHRINKINGS: Final = 38
_LEVEL: Final = 1e-10  # differences in log-likelihood that arithmetic alone makes, per unit of size


@attrs.frozen(kw_only=True, eq=False)
class Profile:
    """The spread at the maximum, the maximum, and the limits; ``upper`` is infinite where no spread is too large."""

    spread: FloatArray
    log_likelihood: FloatArray
    lower: FloatArray
    upper: FloatArray


def profile(likelihood: Likelihood, groups: int, confidence: float) -> Profile:
    """Maximise a likelihood over its spread and invert the likelihood ratio test.

    A grid finds the highest hill, a golden section its top, a root on each side the limits. At spread 0 the boundary is
    taken when nothing is higher by more than rounding.
    """
    from scipy.special import ndtri

    drop = float(ndtri((1 + confidence) / 2)) ** 2 / 2
    grid = np.arange(_LOWEST, _HIGHEST + _STEP, _STEP)
    heights = np.stack([likelihood(np.full(groups, np.exp(place))) for place in grid])
    flat = likelihood(np.zeros(groups))
    top, height = _top(likelihood, grid, heights)
    slack = _LEVEL * np.maximum(1.0, np.abs(flat))
    boundary: BoolArray = ~(height > flat + slack)
    spread = np.where(boundary, 0.0, np.exp(top))
    best = np.where(boundary, flat, height)
    level = best - drop
    lower, upper = _limits(likelihood, grid, heights, np.where(boundary, grid[0], top), level)
    return Profile(
        spread=spread,
        log_likelihood=best,
        lower=np.where(flat >= level, 0.0, lower),
        upper=upper,
    )


def _top(likelihood: Likelihood, grid: FloatArray, heights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the place of the highest point on the logarithmic scale, and its height."""
    peak = np.nanargmax(np.where(np.isnan(heights), -np.inf, heights), axis=0)
    low, high = grid[np.maximum(peak - 1, 0)], grid[np.minimum(peak + 1, len(grid) - 1)]
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = likelihood(np.exp(left)), likelihood(np.exp(right))
    for _ in range(_SHRINKINGS):
        lower_half = at_left >= at_right
        low, high = np.where(lower_half, low, left), np.where(lower_half, right, high)
        new = np.where(lower_half, high - _GOLDEN * (high - low), low + _GOLDEN * (high - low))
        value = likelihood(np.exp(new))
        left, at_left, right, at_right = (
            np.where(lower_half, new, right),
            np.where(lower_half, value, at_right),
            np.where(lower_half, left, new),
            np.where(lower_half, at_left, value),
        )
    return (low + high) / 2, np.maximum(at_left, at_right)


def _limits(
    likelihood: Likelihood, grid: FloatArray, heights: FloatArray, top: FloatArray, level: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the spreads on either side of the top at which the likelihood has fallen to a level."""
    below = heights < level
    after = below & (grid[:, None] > top)
    before = below & (grid[:, None] < top)
    first = np.where(after.any(axis=0), np.argmax(after, axis=0), len(grid) - 1)
    last = np.where(before.any(axis=0), len(grid) - 1 - np.argmax(before[::-1], axis=0), 0)
    upper = roots(
        lambda place: likelihood(np.exp(place)) - level, np.maximum(top, grid[np.maximum(first - 1, 0)]), grid[first]
    )
    lower = roots(
        lambda place: likelihood(np.exp(place)) - level,
        grid[last],
        np.minimum(top, grid[np.minimum(last + 1, len(grid) - 1)]),
    )
    return (
        np.where(before.any(axis=0), np.exp(lower), 0.0),
        np.where(after.any(axis=0), np.exp(upper), np.inf),
    )
