"""P(S >= s) beyond the reach of exact counting: Edgeworth near the middle, saddlepoint in the tail.

The moments of S are known in closed form for every structure of blocks, gaps and ties, so no table is needed.
Structures come as rows of powers of [2], [3], ...: see ``_null``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from maalbib.stats._arrays import BoolArray, FloatArray, IntArray

__all__ = ["log_orders", "normal_tail", "untied_pairs", "upper_tail", "variance"]

# Standard deviations. Below, the saddlepoint loses digits to cancellation; above, Edgeworth drifts away.
_SADDLEPOINT_FROM: Final = 1.5
_MOST_STEPS: Final = 60
_CLOSE: Final = 1e-11  # relative; Newton doubles the digits once more after this
_TERMS_AT_ONCE: Final = 65_536  # half a megabyte per temporary


def untied_pairs(powers: IntArray) -> IntArray:
    """Return the largest possible S of each structure."""
    return powers @ np.arange(1, powers.shape[1] + 1, dtype=np.int64)


def variance(powers: IntArray) -> FloatArray:
    """Return Var S of each structure: a whole number of thirds, so exact up to one rounding."""
    sizes = np.arange(2, powers.shape[1] + 2, dtype=np.int64)
    thirds: IntArray = powers @ (sizes**2 - 1)
    return thirds / 3.0


def log_orders(powers: IntArray) -> FloatArray:
    """Return the logarithm of the number of different orders of each structure."""
    logarithms: FloatArray = np.log(_sizes(powers))
    return _sum(powers * logarithms)


def normal_tail(x: FloatArray) -> FloatArray:
    """Return the upper tail of the standard normal distribution, with all its digits."""
    from scipy.special import ndtr

    return np.asarray(ndtr(-x))


def upper_tail(powers: IntArray, s: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return P(S >= s) for s >= 1, and where the saddlepoint was used.

    Parameters
    ----------
    powers
        Structures as rows, shape (series, longest block - 1), each with many untied pairs.
    s
        Shape (series,), at most the number of untied pairs.
    """
    end = np.exp(-log_orders(powers))
    tail, x = _edgeworth(powers, s)
    far = x > _SADDLEPOINT_FROM
    if far.any():
        # Where the two forms meet there is a small step; without the cap p could rise there while S grows.
        cap = _edgeworth(powers[far], 1 + _SADDLEPOINT_FROM * np.sqrt(_smoothed_variance(powers[far])))[0]
        tail[far] = np.minimum(_saddlepoint(powers[far], s[far]), cap)
    return np.where(s >= untied_pairs(powers), end, np.maximum(tail, end)), far


def _sum(terms: FloatArray) -> FloatArray:
    """Add up the terms of each structure one after the other.

    Pairwise summation would group them by the width of the batch, and the last bits would depend on it.
    """
    if terms.shape[1] == 0:
        return np.zeros(len(terms))
    total: FloatArray = np.add.accumulate(terms, axis=1)[:, -1]
    return total


def _sizes(powers: IntArray) -> FloatArray:
    return np.arange(2.0, powers.shape[1] + 2)


def _density(x: FloatArray) -> FloatArray:
    density: FloatArray = np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    return density


def _smoothed_variance(powers: IntArray) -> FloatArray:
    """Return the variance less that of the uniform on (-1, 1), because S moves in steps of 2."""
    return variance(powers) - 1 / 3


def _edgeworth(powers: IntArray, s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the tail, and how many standard deviations s is from the middle."""
    sizes = _sizes(powers)
    v = _smoothed_variance(powers)
    a = (-2 / 15 * _sum(powers * (sizes**4 - 1)) + 2 / 15) / v**2
    b = (16 / 63 * _sum(powers * (sizes**6 - 1)) - 16 / 63) / v**3
    x = (s - 1) / np.sqrt(v)
    x2 = x * x
    he3, he5, he7 = x * (x2 - 3), x * ((x2 - 10) * x2 + 15), x * (((x2 - 21) * x2 + 105) * x2 - 105)
    return normal_tail(x) + _density(x) * (a * he3 / 24 + b * he5 / 720 + a * a * he7 / 1152), x


def _saddlepoint(powers: IntArray, s: FloatArray) -> FloatArray:
    """Return the saddlepoint tail, a few series at a time."""
    most = max(1, _TERMS_AT_ONCE // powers.shape[1])
    return np.concatenate([_expanded(powers[i : i + most], s[i : i + most]) for i in range(0, len(s), most)])


def _expanded(powers: IntArray, s: FloatArray) -> FloatArray:
    """Expand the inversion integral of the lattice at its saddlepoint, to second order.

    The integrand is exp(K(z) - z (s - 1)) / sinh(z) in place of 1 / z, because S moves in steps of 2. The terms
    in 1/w are those of the normal tail that is split off.
    """
    h = _solve(powers, s - 1)
    k2, k3, k4 = _higher_slopes(powers, h)
    w = np.sqrt(2 * (h * (s - 1) - _cumulants(powers, h)))
    skew, peak = k3 / k2**1.5, k4 / k2**2
    g, coth = 1 / np.sinh(h), 1 / np.tanh(h)
    first = g / np.sqrt(k2) * (1 + peak / 8 - 5 * skew**2 / 24)
    second = -g * coth * skew / (2 * k2) - g * (2 * coth**2 - 1) / (2 * k2**1.5)
    return normal_tail(w) + _density(w) * (first + second - 1 / w + 1 / w**3)


def _cumulants(powers: IntArray, h: FloatArray) -> FloatArray:
    """Return the cumulant generating function, the sum of ln(sinh(m h) / (m sinh(h)))."""
    sizes = _sizes(powers)
    return _sum(powers * (_log_sinh(h[:, None] * sizes) - _log_sinh(h)[:, None] - np.log(sizes)))


def _log_sinh(a: FloatArray) -> FloatArray:
    result: FloatArray = a + np.log1p(-np.exp(-2 * a)) - np.log(2.0)
    return result


def _slopes(powers: IntArray, h: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the first and second derivative of the cumulant generating function."""
    sizes = _sizes(powers)
    scaled = h[:, None] * sizes
    first = _sum(powers * (sizes / np.tanh(scaled) - 1 / np.tanh(h)[:, None]))
    return first, _sum(powers * (_csch2(h)[:, None] - sizes**2 * _csch2(scaled)))


def _higher_slopes(powers: IntArray, h: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the second to fourth derivative."""
    sizes = np.append(1.0, _sizes(powers))
    weights = np.column_stack([-powers.sum(axis=1), powers])
    scaled = h[:, None] * sizes
    coth, csch2 = 1 / np.tanh(scaled), _csch2(scaled)
    second = -_sum(weights * sizes**2 * csch2)
    third = 2 * _sum(weights * sizes**3 * coth * csch2)
    return second, third, -2 * _sum(weights * sizes**4 * csch2 * (2 * coth**2 + csch2))


def _csch2(a: FloatArray) -> FloatArray:
    decay = np.exp(-2 * a)  # sinh itself would overflow
    result: FloatArray = 4 * decay / np.expm1(-2 * a) ** 2
    return result


def _solve(powers: IntArray, target: FloatArray) -> FloatArray:
    """Find the h at which the first derivative reaches the target: Newton inside a shrinking bracket.

    Each series stops by itself, so that its result does not depend on its neighbours.
    """
    h = target / variance(powers)
    low, high = np.zeros_like(h), np.full_like(h, np.inf)
    active = np.arange(len(h))
    for _ in range(_MOST_STEPS):
        here = h[active]
        first, second = _slopes(powers[active], here)
        short = first < target[active]
        low[active] = np.where(short, here, low[active])
        high[active] = np.where(short, high[active], here)
        step = here + (target[active] - first) / second
        middle = np.where(np.isinf(high[active]), 2 * here, (low[active] + high[active]) / 2)
        h[active] = np.where((step > low[active]) & (step < high[active]), step, middle)
        active = active[np.abs(h[active] - here) > _CLOSE * here]
        if not len(active):
            break
    return h
