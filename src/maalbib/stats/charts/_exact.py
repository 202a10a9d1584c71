"""Limits of small counts: quantiles of the Poisson and the binomial distribution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from maalbib.stats._arrays import FloatArray

__all__ = ["binomial_limits", "poisson_limits"]

TAIL: Final = 0.00135
"""What lies beyond three standard deviations of a normal distribution, on one side."""

Cumulative = Callable[..., FloatArray]
Limits = tuple[FloatArray, FloatArray]


def poisson_limits(mean: FloatArray) -> Limits:
    """Return the smallest counts that are not exceeded with probability 0.00135 and 0.99865; NaN for NaN."""
    return _limits(_poisson, mean, np.sqrt(mean), mean)


def binomial_limits(size: FloatArray, share: FloatArray) -> Limits:
    """Return the same for the binomial distribution of ``size`` trials with probability ``share``."""
    mean = size * share
    lower, upper = _limits(_binomial, mean, np.sqrt(mean * (1 - share)), size, share)
    return np.minimum(lower, size), np.minimum(upper, size)


def _poisson(count: FloatArray, mean: FloatArray) -> FloatArray:
    from scipy import special

    return special.gammaincc(count + 1, mean)


def _binomial(count: FloatArray, size: FloatArray, share: FloatArray) -> FloatArray:
    from scipy import special

    others = np.maximum(size - count, np.finfo(np.float64).tiny)
    return np.where(count >= size, 1.0, special.betainc(others, count + 1, 1 - share))


def _limits(cumulative: Cumulative, mean: FloatArray, sd: FloatArray, *parameters: FloatArray) -> Limits:
    lower = _quantile(cumulative, TAIL, mean - 3 * sd + 1, *parameters)
    return lower, _quantile(cumulative, 1 - TAIL, mean + 3 * sd + 1, *parameters)


def _quantile(cumulative: Cumulative, probability: float, guess: FloatArray, *parameters: FloatArray) -> FloatArray:
    """Walk from a close guess, each element by itself, to the first whole number that reaches the probability."""
    count = np.maximum(np.floor(guess), 0.0)
    for step in (1, -1):
        moving = np.arange(len(count))
        while len(moving):
            at, here = count[moving], [parameter[moving] for parameter in parameters]
            if step > 0:
                on = cumulative(at, *here) < probability
            else:
                on = (at > 0) & (cumulative(at - 1, *here) >= probability)
            moving = moving[on]
            count[moving] += step
    return count
