"""How much more units differ than chance has it: scores on a scale of even spread, the largest of them held back."""

from __future__ import annotations

from typing import Final, Literal

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
from maalbib.stats._row_quantiles import row_quantile
from maalbib.stats.funnels._units import Units
from maalbib.stats.ranking._tie_ends import tie_ends

__all__ = ["Method", "Scores", "Spread", "back", "forth", "log_variance", "natural_sd", "scores_of", "spread_of"]

Method = Literal["sqrt", "log", "asin"]

_ZERO: Final = 4 * np.finfo(np.float64).eps


@attrs.frozen(kw_only=True, eq=False)
class Scores:
    """Where units stand on the scale of a method: Y - T, the standard error that chance gives it, and their quotient."""

    away: FloatArray
    s: FloatArray
    z: FloatArray


@attrs.frozen(kw_only=True, eq=False)
class Spread:
    """What the scores of each row say together."""

    z_used: FloatArray
    used: IntArray
    phi: FloatArray
    tau2: FloatArray


def forth(value: FloatArray, method: Method) -> FloatArray:
    """Return values, relative to the centre or as shares, on the scale of a method."""
    if method == "sqrt":
        return np.sqrt(value)
    return np.log(value) if method == "log" else np.arcsin(np.sqrt(value))


def back(scale: FloatArray, method: Method) -> FloatArray:
    """Return numbers on the scale of a method as values; what lies beyond the scale is its end."""
    if method == "sqrt":
        return np.maximum(scale, 0.0) ** 2
    return np.exp(scale) if method == "log" else np.sin(np.clip(scale, 0.0, np.pi / 2)) ** 2


def standard_error(n: FloatArray, expected: FloatArray, method: Method) -> FloatArray:
    """Return what chance gives on the scale of a method."""
    if method == "sqrt":
        return 1 / (2 * np.sqrt(expected))
    return 1 / np.sqrt(expected) if method == "log" else 1 / (2 * np.sqrt(n))


def scores_of(units: Units, method: Method) -> Scores:
    """Return the scores of units, NaN for those that take no part, and of zero counts on a log scale."""
    with np.errstate(all="ignore"):
        relative = units.value if method == "asin" else units.x / units.expected
        centre = forth(units.centre, method) if method == "asin" else forth(np.ones(units.x.shape), method)
        away = np.where(units.good, forth(relative, method) - centre, np.nan)
        away[np.isinf(away)] = np.nan
        away[np.abs(away) <= _ZERO] = 0.0
        s = np.where(units.drawn, standard_error(units.n, units.expected, method), np.nan)
        return Scores(away=away, s=s, z=away / s)


def spread_of(scores: Scores, method: Method, trim: float, *, consistent: bool = False) -> Spread:
    """Return overdispersion and between-unit variance of each row, the largest scores held back or left out.

    Where it is to be ``consistent``, the squares are divided by what is left of the variance of normal scores.
    """
    z = scores.z
    there = ~np.isnan(z)
    n = there.sum(axis=-1).astype(np.int64)
    with np.errstate(all="ignore"):
        kept = np.where(_middle(z, n, trim), z, np.nan) if method == "log" else _clipped(z, n, trim)
        some: BoolArray = ~np.isnan(kept)
        used = np.asarray(some.sum(axis=-1), dtype=np.int64)
        q = np.where(some, kept, 0.0) ** 2 / (_left_of_variance(method, trim) if consistent else 1.0)
        phi = q.sum(axis=-1) / used
        w = np.where(some, scores.s, np.inf) ** -2.0
        total = w.sum(axis=-1)
        excess = used * phi - (used - 1)
        tau2 = np.maximum(0.0, excess / (total - (w**2).sum(axis=-1) / total))
    enough = (n > 1) & (used > 1)
    return Spread(
        z_used=np.where(enough[..., None], kept, np.nan),
        used=used,
        phi=np.where(enough, phi, np.nan),
        tau2=np.where(enough, np.where(excess > 0, tau2, 0.0), np.nan),
    )


def _left_of_variance(method: Method, trim: float) -> float:
    """Return the mean square of standard normal scores that are moved in, or left out, beyond the quantiles of a trim."""
    from scipy import special

    if trim == 0:
        return 1.0
    cut = -float(special.ndtri(trim))
    inside = 1 - 2 * trim - 2 * cut * np.exp(-(cut**2) / 2) / np.sqrt(2 * np.pi)
    return float(inside / (1 - 2 * trim) if method == "log" else inside + 2 * trim * cut**2)


def _clipped(z: FloatArray, n: IntArray, trim: float) -> FloatArray:
    """Return scores with the outer ones moved in to the quantiles ``trim`` and ``1 - trim``."""
    ascending = np.sort(z, axis=-1)
    low, high = (row_quantile(ascending, n, share, "linear")[..., None] for share in (trim, 1 - trim))
    clipped: FloatArray = np.minimum(np.maximum(z, low), high)
    return clipped


def _middle(z: FloatArray, n: IntArray, trim: float) -> BoolArray:
    """Return which scores are neither in the first nor in the last of 1/trim groups by rank."""
    first, last = tie_ends(z)
    there = ~np.isnan(z)
    if trim == 0:
        return there
    groups = 1 / trim
    place = (first + last) / 2 * groups / (n + 1)[..., None]  # compared as it is: 1/trim need not be whole
    inner: BoolArray = there & (place >= 1) & (place < groups - 1)
    return inner


def natural_sd(tau2: FloatArray, centre: FloatArray, method: Method) -> FloatArray:
    """Return the standard deviation between units in the unit of the values, to first order."""
    tau = np.sqrt(tau2)
    if method == "asin":
        sd: FloatArray = 2 * np.sqrt(centre * (1 - centre)) * tau
        return sd
    return (2 * centre if method == "sqrt" else centre) * tau


def log_variance(tau2: FloatArray, method: Method) -> FloatArray:
    """Return the variance between units on the log scale, or of a share as a part of P(1 - P), to first order."""
    return tau2 if method == "log" else 4 * tau2
