"""Limits of the mean of a bounded scale, a row of counts for each."""

from __future__ import annotations

from typing import Final

import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray
from maalbib.stats._projected import student_quantile

__all__ = ["bounded_beta", "few_or_equal", "finite_student", "unseen_bounds"]

_LEAST_FOR_T: Final = 10  # with fewer answers of a known population the bounds of the unseen ones are used

Limits = tuple[FloatArray, FloatArray]


def bounded_beta(
    counts: FloatArray, n: FloatArray, points: FloatArray, confidence: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the smoothed mean and the limits of a beta distribution with its mean and variance."""
    from scipy import special

    size = len(points)
    share = (counts + 1 / size) / (n + 1)[:, None]
    smoothed = share @ points
    variance = (share * (points - smoothed[:, None]) ** 2).sum(axis=1) / (n + 2)
    low, reach = points[0], points[-1] - points[0]
    place = (smoothed - low) / reach
    weight = place * (1 - place) * reach**2 / variance - 1
    tail = (1 - confidence) / 2
    one, other = place * weight, (1 - place) * weight
    lower = low + reach * special.betaincinv(one, other, tail)
    upper = low + reach * special.betainccinv(one, other, tail)
    # Nobody answered lower than the lowest: then the truth may be the end of the scale itself.
    lower = np.where(counts[:, 0] == n, low, lower)
    upper = np.where(counts[:, -1] == n, points[-1], upper)
    return smoothed, np.maximum(lower, low), np.minimum(upper, points[-1])


def finite_student(
    mean: FloatArray, sd: FloatArray, n: FloatArray, factor: FloatArray, points: FloatArray, confidence: float
) -> Limits:
    """Return Student's limits, narrowed by the factor of a finite population and cut at the ends of the scale."""
    half = np.full(mean.shape, np.nan)
    usable = (n > 1) & (sd > 0)
    half[usable] = student_quantile(n[usable] - 1, confidence) * (sd * factor / np.sqrt(n))[usable]
    return np.maximum(mean - half, points[0]), np.minimum(mean + half, points[-1])


def unseen_bounds(mean: FloatArray, seen: FloatArray, points: FloatArray) -> Limits:
    """Return the means if all who were not heard had given the lowest, or the highest, answer."""
    unseen = 1 - seen
    return seen * mean + unseen * points[0], seen * mean + unseen * points[-1]


def few_or_equal(n: FloatArray, sd: FloatArray) -> BoolArray:
    """Return where Student's limits are no good for a finite population."""
    return ~((n >= _LEAST_FOR_T) & (sd > 0))
