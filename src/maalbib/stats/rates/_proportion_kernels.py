"""Limits of proportions by other methods than Wilson's, for one block of elements."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import FloatArray
from maalbib.stats._count_blocks import CODE, CodeArray, refuse_shares

__all__ = ["agresti_coull", "clopper_pearson", "jeffreys", "wald", "wilson_cc"]


def wilson_cc(
    x: FloatArray,
    n: FloatArray,
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    code: CodeArray,
    *,
    z: float,
) -> None:
    """Write Wilson's limits with half a unit of correction for continuity."""
    np.divide(x, n, out=value)
    less, more = np.maximum(x - 0.5, 0.0), np.minimum(x + 0.5, n)
    # Each limit is a root of Wilson's equation for the numerator moved half a unit away from it.
    top = z * np.sqrt(z * z + 4 * less * ((n - less) / n)) + 2 * less + z * z
    np.divide(2 * less * (less / n), top, out=lower)
    top = z * np.sqrt(z * z + 4 * more * ((n - more) / n)) + 2 * more + z * z
    np.divide(top, 2 * (n + z * z), out=upper)
    upper[more == n] = 1.0
    refuse_shares(x, n, code, value, lower, upper)


def clopper_pearson(
    x: FloatArray,
    n: FloatArray,
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    code: CodeArray,
    *,
    tail: float,
) -> None:
    """Write the limits that turn the exact test around."""
    from scipy import special

    (k, m), place = _distinct_pairs(x, n)
    np.divide(x, n, out=value)
    np.copyto(lower, np.where(k == 0, 0.0, special.betaincinv(k, m - k + 1, tail))[place])
    np.copyto(upper, np.where(k == m, 1.0, special.betainccinv(k + 1, m - k, tail))[place])
    refuse_shares(x, n, code, value, lower, upper)


def jeffreys(
    x: FloatArray,
    n: FloatArray,
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    code: CodeArray,
    *,
    tail: float,
) -> None:
    """Write the quantiles of the distribution that Jeffreys' prior leads to; the ends where all or none have it."""
    from scipy import special

    (k, m), place = _distinct_pairs(x, n)
    np.divide(x, n, out=value)
    np.copyto(lower, np.where(k == 0, 0.0, special.betaincinv(k + 0.5, m - k + 0.5, tail))[place])
    np.copyto(upper, np.where(k == m, 1.0, special.betainccinv(k + 0.5, m - k + 0.5, tail))[place])
    refuse_shares(x, n, code, value, lower, upper)


def agresti_coull(
    x: FloatArray,
    n: FloatArray,
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    code: CodeArray,
    *,
    z: float,
) -> None:
    """Write the plain limits around the share with z squared units added, half of them with; cut at 0 and 1."""
    np.divide(x, n, out=value)
    size = n + z * z
    middle = (x + z * z / 2) / size
    half = z * np.sqrt(middle * (1 - middle) / size)
    np.maximum(middle - half, 0.0, out=lower)
    np.minimum(middle + half, 1.0, out=upper)
    refuse_shares(x, n, code, value, lower, upper)


def wald(
    x: FloatArray,
    n: FloatArray,
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    code: CodeArray,
    *,
    z: float,
) -> None:
    """Write the share more or less z standard errors, cut at 0 and 1; nothing where the standard error is 0."""
    np.divide(x, n, out=value)
    half = z * np.sqrt(value * (1 - value) / n)
    np.maximum(value - half, 0.0, out=lower)
    np.minimum(value + half, 1.0, out=upper)
    certain = (x == 0) | (x == n)
    lower[certain] = upper[certain] = np.nan
    code[certain] = CODE["no_width"]
    refuse_shares(x, n, code, value, lower, upper)


def _distinct_pairs(x: FloatArray, n: FloatArray) -> tuple[tuple[FloatArray, FloatArray], npt.NDArray[np.intp]]:
    """Return the different pairs of counts, and which of them each is: a beta quantile costs ten times more than to sort."""
    pairs = np.empty(x.shape, dtype=np.complex128)
    pairs.real, pairs.imag = n, x
    distinct, place = np.unique(pairs, return_inverse=True)
    return (distinct.imag, distinct.real), place.reshape(x.shape)
