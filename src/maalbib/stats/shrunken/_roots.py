"""Roots of many functions at once, each by its own path, whatever the others do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from maalbib.stats._arrays import FloatArray

__all__ = ["roots"]

_MOST: Final = 80
_HALF: Final = 0.5
_CLOSE: Final = 1e-10


def roots(of: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray) -> FloatArray:
    """Return where each function is 0 between two places at which it has different signs.

    Chandrupatla's rule: inverse quadratic interpolation where the last three points allow it, else halving. A row that has
    arrived stands still. What a row without a change of sign gives means nothing.

    Parameters
    ----------
    of
        Takes a place for each function and returns their values.
    low, high
        Where to look, one element per function.
    """
    a, b = high.copy(), low.copy()
    fa, fb = of(a), of(b)
    c, fc = a.copy(), fa.copy()
    step = np.full(a.shape, _HALF)
    found, open_rows = b.copy(), np.ones(a.shape, dtype=bool)
    for _ in range(_MOST):
        place = a + step * (b - a)
        value = of(place)
        same = np.sign(value) == np.sign(fa)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = place, value
        best = np.where(np.abs(fa) < np.abs(fb), a, b)
        found = np.where(open_rows, best, found)
        reach = _CLOSE * np.maximum(1.0, np.abs(best)) / np.maximum(np.abs(b - c), 1e-300)
        open_rows &= ~((reach > _HALF) | (value == 0)) & np.isfinite(value)
        if not open_rows.any():
            break
        step = np.clip(_next_step(a, b, c, fa, fb, fc), reach, 1 - reach)
    return found


def _next_step(
    a: FloatArray, b: FloatArray, c: FloatArray, fa: FloatArray, fb: FloatArray, fc: FloatArray
) -> FloatArray:
    xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    fits = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
    bent = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
    return np.where(fits & np.isfinite(bent), bent, _HALF)
