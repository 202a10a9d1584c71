"""Rising factorials and their slopes without the digits that differences of gamma functions lose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from maalbib.stats._arrays import FloatArray

__all__ = ["log_rising", "slope_of_rise", "slope_of_slope"]

Rise: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]

_LARGE: Final = 16.0  # from here on these terms of the asymptotic series are exact to the last bits


def log_rising(x: FloatArray, k: FloatArray) -> FloatArray:
    """Return log of x (x + 1) ... (x + k - 1), less k log x; 0 at k = 0 and in the limit of x to infinity.

    For large x, by Stirling's series: (x + k - 1/2) log(1 + k/x) - k plus the difference of the two remainders.
    """
    from scipy.special import gammaln

    return _by_size(_tall, lambda low, up: gammaln(low + up) - gammaln(low) - up * np.log(low), x, k)


def slope_of_rise(x: FloatArray, k: FloatArray) -> FloatArray:
    """Return psi(x + k) - psi(x)."""
    from scipy.special import psi

    return _by_size(_tall_slope, lambda low, up: psi(low + up) - psi(low), x, k)


def slope_of_slope(x: FloatArray, k: FloatArray) -> FloatArray:
    """Return psi'(x) - psi'(x + k): how fast :func:`slope_of_rise` falls."""
    from scipy.special import zeta

    return _by_size(_tall_fall, lambda low, up: zeta(2.0, low) - zeta(2.0, low + up), x, k)


def _by_size(tall: Rise, plain: Rise, x: FloatArray, k: FloatArray) -> FloatArray:
    x, k = np.broadcast_arrays(x, k)
    found = tall(x, k)
    small = x < _LARGE
    if small.any():
        found[small] = plain(x[small], k[small])
    return found


def _tall(x: FloatArray, k: FloatArray) -> FloatArray:
    found: FloatArray = (x + k - 0.5) * np.log1p(k / x) - k + _remainder(x + k) - _remainder(x)
    return np.where(np.isinf(x), 0.0, found)


def _remainder(x: FloatArray) -> FloatArray:
    inverse = 1 / x
    square = inverse * inverse
    found: FloatArray = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    return found


def _tall_slope(x: FloatArray, k: FloatArray) -> FloatArray:
    above = x + k
    rest = _slope_remainder(above) - _slope_remainder(x)
    found: FloatArray = np.log1p(k / x) + k / (2 * x * above) - rest
    return found


def _slope_remainder(x: FloatArray) -> FloatArray:
    square = 1 / (x * x)
    found: FloatArray = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)))
    return found


def _tall_fall(x: FloatArray, k: FloatArray) -> FloatArray:
    above = x + k
    found: FloatArray = k / (x * above) + _fall_remainder(x) - _fall_remainder(above)
    return found


def _fall_remainder(x: FloatArray) -> FloatArray:
    inverse = 1 / x
    square = inverse * inverse
    found: FloatArray = square * (1 / 2 + inverse * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square / 30))))
    return found
