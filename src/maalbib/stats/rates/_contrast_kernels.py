"""Two shares or two rates against each other, for one block of elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from maalbib.stats._arrays import FloatArray
from maalbib.stats._count_blocks import CODE, CodeArray, refuse, wilson

__all__ = ["newcombe", "own_part", "rates_exact"]


def newcombe(
    x: FloatArray,
    n: FloatArray,
    x_other: FloatArray,
    n_other: FloatArray,
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    p_value: FloatArray,
    code: CodeArray,
    *,
    z: float,
) -> None:
    """Write the difference of two shares, limits made of the Wilson limits of each, and p of the score test."""
    from scipy import special

    (p, low, high), (q, low_other, high_other) = _wilson(x, n, z), _wilson(x_other, n_other, z)
    np.subtract(p, q, out=value)
    np.maximum(value - np.hypot(p - low, high_other - q), -1.0, out=lower)
    np.minimum(value + np.hypot(high - p, q - low_other), 1.0, out=upper)
    pooled = (x + x_other) / (n + n_other)
    score = value / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_other))
    np.copyto(p_value, np.where((pooled == 0) | (pooled == 1), 1.0, 2 * special.ndtr(-np.abs(score))))
    numbers = (value, lower, upper, p_value)
    bad = ~((x >= 0) & (x <= n) & (n > 0) & (n < np.inf))
    bad |= ~((x_other >= 0) & (x_other <= n_other) & (n_other > 0) & (n_other < np.inf))
    if bad.any():
        none = ((n == 0) | (n_other == 0), "zero_denominator")
        refuse(
            bad,
            (x, n, x_other, n_other),
            code,
            numbers,
            (none, ((x > n) | (x_other > n_other), "numerator_exceeds_denominator")),
        )


def own_part(x: FloatArray, n: FloatArray, x_total: FloatArray, n_total: FloatArray, *written: Any, z: float) -> None:
    """Write how a share differs from that of a total which it is part of, and what is known of the rest."""
    value, lower, upper, part, rest, se, score, p_value, code = written
    x_rest, n_rest = x_total - x, n_total - n
    newcombe(x, n, x_rest, n_rest, value, lower, upper, p_value, code, z=z)
    np.divide(n, n_total, out=part)
    outside = n_rest / n_total
    for array in (value, lower, upper):
        np.multiply(array, outside, out=array)
    np.divide(x_rest, n_rest, out=rest)
    pooled = x_total / n_total
    np.sqrt(pooled * (1 - pooled) * outside / n, out=se)
    np.copyto(score, np.where(se > 0, value / se, 0.0))
    numbers = (value, lower, upper, part, rest, se, score, p_value)
    good = (x >= 0) & (x <= n) & (n > 0) & (n < n_total) & (x_rest >= 0) & (x_rest <= n_rest) & (n_total < np.inf)
    if not good.all():
        more = (
            (n == 0, "zero_denominator"),
            ((x > n) | (x_total > n_total), "numerator_exceeds_denominator"),
            ((n > n_total) | (x > x_total) | (x_rest > n_rest), "part_exceeds_total"),
            (n == n_total, "no_peer"),
        )
        refuse(~good, (x, n, x_total, n_total), code, numbers, more)


def rates_exact(
    x: FloatArray,
    n: FloatArray,
    x_other: FloatArray,
    n_other: FloatArray,
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    p_value: FloatArray,
    code: CodeArray,
    *,
    tail: float,
) -> None:
    """Write the ratio of two rates, its limits given all events, and the central p of equal rates."""
    from scipy import special

    # The smaller count comes first, so that its share of the events stays away from 1 and its odds keep their digits.
    turned = x > x_other
    few, many = np.minimum(x, x_other), np.maximum(x, x_other)
    low = np.where(few == 0, 0.0, special.betaincinv(few, many + 1, tail))
    high = np.where(many == 0, 1.0, special.betainccinv(few + 1, many, tail))
    odds_low, odds_high = low / (1 - low), high / (1 - high)
    exposure = n_other / n
    np.copyto(value, (x / n) / (x_other / n_other))
    np.copyto(lower, np.where(turned, 1 / odds_high, odds_low) * exposure)
    np.copyto(upper, np.where(turned, 1 / odds_low, odds_high) * exposure)
    share, share_other = n / (n + n_other), n_other / (n + n_other)
    # Both by the complement: the same either way round, and SciPy's other tail has no right digit in some places below 1e-280.
    at_least = np.where(x == 0, 1.0, special.betaincc(x_other + 1, x, share_other))
    at_most = np.where(x_other == 0, 1.0, special.betaincc(x + 1, x_other, share))
    np.copyto(p_value, np.minimum(1.0, 2 * np.minimum(at_least, at_most)))
    code[x_other == 0] = CODE["upper_unbounded"]
    nothing = (x == 0) & (x_other == 0)
    code[nothing] = CODE["no_events"]
    value[nothing] = np.nan
    good = (x >= 0) & (n > 0) & (x_other >= 0) & (n_other > 0)
    good &= np.isfinite(x) & np.isfinite(n) & np.isfinite(x_other) & np.isfinite(n_other)
    if not good.all():
        none = ((n == 0) | (n_other == 0), "zero_denominator")
        refuse(~good, (x, n, x_other, n_other), code, (value, lower, upper, p_value), (none,))


def _wilson(x: FloatArray, n: FloatArray, z: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    value, lower, upper = np.empty_like(x), np.empty_like(x), np.empty_like(x)
    wilson(x, n, value, lower, upper, np.zeros(x.shape, np.uint8), z=z)
    return value, lower, upper
