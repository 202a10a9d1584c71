"""Critical values that need no simulation."""

from __future__ import annotations

from typing import Final

import numpy as np

__all__ = ["normal_quantile", "range_quantile"]

_END: Final = 9.0  # standard deviations; what lies beyond is less than a double can tell from 1
_STEP: Final = 0.025  # equal steps add up to an integral of so smooth a bell with all digits


def normal_quantile(share: float) -> float:
    """Return the quantile of the standard normal distribution."""
    from scipy import special

    return float(special.ndtri(share))


def range_quantile(units: int, confidence: float) -> float:
    """Return the quantile of the largest less the smallest of so many independent standard normal values."""
    from scipy import optimize, special

    largest = np.arange(-_END, _END, _STEP)
    # The density of the largest value, less the factor that says how many of the others lie within reach of it.
    density = _STEP * units * np.exp(-(largest**2) / 2) / np.sqrt(2 * np.pi)
    below = special.ndtr(largest)

    def excess(reach: float) -> float:
        return float(density @ (below - special.ndtr(largest - reach)) ** (units - 1)) - confidence

    # Twice the quantile of the largest distance from 0 (Bonferroni) is never too short.
    most = 2 * normal_quantile(1 - (1 - confidence) / (2 * units))
    return float(optimize.brentq(excess, 0.0, most, xtol=1e-12))
