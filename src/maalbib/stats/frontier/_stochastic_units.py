"""What a residual tells of the inefficiency in it."""

from __future__ import annotations

import numpy as np

from maalbib.stats._arrays import FloatArray
from maalbib.stats.frontier._stochastic_peak import mills

__all__ = ["inefficiencies"]


def inefficiencies(behind: FloatArray, sigma_u: float, sigma_v: float, confidence: float) -> dict[str, FloatArray]:
    """Return what is known of u given v - u: it is normal with mean ``centre`` and spread ``width``, cut off at 0.

    NaN spreads make all of it NaN.
    """
    from scipy.special import erfcx, log_ndtr, ndtri_exp

    sigma = np.hypot(sigma_u, sigma_v)
    width = sigma_u * (sigma_v / sigma)
    centre = -behind * (sigma_u / sigma) ** 2
    place = centre / width
    tail = (1 - confidence) / 2

    def quantile(above: float) -> FloatArray:
        found: FloatArray = width * (place - ndtri_exp(np.log(above) + log_ndtr(place)))
        return np.maximum(found, 0.0)

    half = np.sqrt(0.5)
    with np.errstate(over="ignore", invalid="ignore"):  # where the other form is used
        beyond = erfcx((width - place) * half) / erfcx(-place * half)  # a factor too small for doubles cancels out
        short = np.exp(log_ndtr(place - width) - log_ndtr(place) - centre + width**2 / 2)
    return {
        "efficiency": np.where(place < 0, beyond, short),
        "lower": np.exp(-quantile(tail)),
        "upper": np.exp(-quantile(1 - tail)),
        "inefficiency": width * (place + mills(place)),
        "mode": np.maximum(centre, 0.0),
    }
