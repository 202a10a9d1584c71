"""A frontier with noise in the units of the figures: least squares first, then what the shape of the residuals adds."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import FloatArray
from maalbib.stats.frontier._stochastic_peak import peak
from maalbib.stats.likeness._least_squares import bases, fitted

__all__ = ["Frontier", "frontier_of"]

_PER_PARAMETER: Final = 5  # units


@attrs.frozen(kw_only=True, eq=False)
class Frontier:
    """A fit in the unit of the values; NaN where there is none.

    Attributes
    ----------
    coefficients, se
        The intercept first.
    sigma_u, sigma_v, ratio
        Spreads, and the first over the second.
    residual
        Of the units that take part.
    level, gain
        Log-likelihood of least squares, and how far that of the fit lies above.
    skewness, gradient
        Of the residuals of least squares; the largest slope at the answer.
    code
        Why there is no inefficiency to be had, or empty.
    """

    coefficients: FloatArray
    se: FloatArray
    sigma_u: float = np.nan
    sigma_v: float = np.nan
    ratio: float = np.nan
    residual: FloatArray
    level: float = np.nan
    gain: float = np.nan
    skewness: float = np.nan
    gradient: float = np.nan
    code: str


def frontier_of(y: FloatArray, x: FloatArray, sign: float) -> Frontier:
    """Fit what takes part: least squares first, then what the shape of its residuals adds."""
    n, columns = x.shape
    if n < _PER_PARAMETER * (columns + 3):
        return _without("too_few_units", n, columns)
    power = int(np.frexp(np.abs(y).max())[1])  # a power of two changes no digit
    near = np.ldexp(y, -power)[np.newaxis]
    basis = bases(x, np.ones((1, n)), np.array([True]))
    if basis.singular[0]:
        return _without("collinear_regressors", n, columns)
    plane = fitted(near, basis, np.zeros(1, dtype=np.int64))
    if plane.exact[0]:
        return _without("constant" if np.isnan(plane.r2[0]) else "exact_line", n, columns)
    scale = float(np.sqrt(plane.squares[0] / n))
    left = plane.gap[0] / scale
    found = peak(sign * left, np.column_stack([np.ones(n), basis.directions[0] * np.sqrt(n)]))
    back, mean = basis.back[0] * np.sqrt(n), x.mean(axis=0)
    turn = scale * np.block([[np.ones((1, 1)), -(mean @ back)[None]], [np.zeros((columns, 1)), back]])
    slopes = plane.slopes[0]
    coefficients = np.append(near.mean() - mean @ slopes, slopes) + sign * turn @ found.coefficients
    added = basis.directions[0] @ found.coefficients[1:] * np.sqrt(n) + found.coefficients[0]
    sigma = np.ldexp(scale * found.sigma, power)
    return Frontier(
        coefficients=np.ldexp(coefficients, power),
        se=np.ldexp(np.sqrt(np.diag(turn @ found.covariance @ turn.T)), power),
        sigma_u=float(sigma * found.ratio / np.hypot(1, found.ratio)),
        sigma_v=float(sigma / np.hypot(1, found.ratio)),
        residual=np.ldexp((left - sign * added) * scale, power),
        ratio=found.ratio,
        level=float(-n * (0.5 + 0.5 * np.log(2 * np.pi) + np.log(scale) + power * np.log(2))),
        skewness=float((left**3).mean()),
        gain=found.gain,
        gradient=found.gradient,
        code=found.code,
    )


def _without(code: str, n: int, columns: int) -> Frontier:
    nothing = np.full(1 + columns, np.nan)
    return Frontier(coefficients=nothing, se=nothing, residual=np.full(n, np.nan), code=code)
