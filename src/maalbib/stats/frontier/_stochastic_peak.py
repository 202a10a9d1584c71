"""The highest point of the likelihood of noise less half-normal inefficiency, found along the ratio of the two.

For a given ratio the logarithm of the likelihood is concave in what is left, 1/sigma and the coefficients over sigma: Newton's method finds
the one maximum, wherever it starts. So only one line has to be searched for several peaks.
"""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib.stats._arrays import FloatArray

__all__ = ["LEAST_RATIO", "MOST_RATIO", "Peak", "log_likelihood", "mills", "peak"]

LEAST_RATIO: Final = 0.05
"""Inefficiency that spreads less than this times the noise is told from none by no number of units to be had."""

MOST_RATIO: Final = 1000.0
"""Noise that spreads less than the inverse of this times the inefficiency is none."""

_RATIOS: Final = np.geomspace(LEAST_RATIO, MOST_RATIO, 26)
_MOST_STEPS: Final = 100
_CLOSE: Final = 1e-13  # of the log-likelihood per unit; a Newton step that gains less leaves an error of its square
_SHORTEST: Final = 1e-14  # part of a Newton step
_LEVEL: Final = 1e-8  # largest slope per unit at what counts as a peak


@attrs.frozen(kw_only=True, eq=False)
class Peak:
    """Where the likelihood is highest, for residuals of mean square 1 on directions of mean square 1.

    Attributes
    ----------
    code
        Empty, ``no_inefficiency_found``, ``no_noise_found`` or ``not_converged``.
    ratio, sigma
        Spread of the inefficiency over that of the noise, and the root of the sum of their squares.
    coefficients, covariance
        What is to be added to least squares, and its covariance; the intercept first.
    gain
        How far the log-likelihood lies above that of least squares.
    gradient
        The largest slope of the log-likelihood per unit.
    """

    code: str
    ratio: float
    sigma: float
    coefficients: FloatArray
    covariance: FloatArray
    gain: float
    gradient: float


def mills(z: FloatArray) -> FloatArray:
    """Return the normal density over the normal distribution function, with all digits in either tail."""
    from scipy.special import erfcx

    with np.errstate(over="ignore"):  # far to the right the quotient is 0
        found: FloatArray = np.sqrt(2 / np.pi) / erfcx(-z / np.sqrt(2))
    return found


def log_likelihood(table: FloatArray, point: FloatArray, ratio: float) -> float:
    """Return the log-likelihood without its constant; ``table`` holds the residuals and the negative directions."""
    from scipy.special import log_ndtr

    w = table @ point
    return float(len(w) * np.log(point[0]) - w @ w / 2 + log_ndtr(-ratio * w).sum())


def peak(residuals: FloatArray, directions: FloatArray) -> Peak:
    """Return the highest of the peaks over all ratios; ``residuals`` are noise less inefficiency."""
    table = np.column_stack([residuals, -directions])
    none = np.zeros(table.shape[1])
    none[0] = 1.0
    level = log_likelihood(table, none, 0.0)
    found: list[tuple[float, float, FloatArray]] = [(level, 0.0, none)]
    point, rising = none, False
    for place, ratio in enumerate(_RATIOS):
        before = point
        point = _climbed(table, before, float(ratio))
        if np.isnan(point[0]):
            return _refused("not_converged", table)
        was, rising = rising, _slope(table, point, float(ratio)) > 0
        if was and not rising:
            found.append(_refined(table, before, (float(_RATIOS[place - 1]), float(ratio))))
    if rising:
        found.append((log_likelihood(table, point, MOST_RATIO), MOST_RATIO, point))
    height, ratio, point = max(found, key=lambda one: one[0])
    if ratio == 0:
        return _least_squares(table)
    if ratio == MOST_RATIO:
        return _refused("no_noise_found", table)
    return _described(table, point, ratio, height - level)


def _climbed(table: FloatArray, start: FloatArray, ratio: float) -> FloatArray:
    """Return the one maximum for a ratio; NaN where the steps do not end."""
    point, height = start, log_likelihood(table, start, ratio)
    for _ in range(_MOST_STEPS):
        gradient, hessian = _local(table, point, ratio)
        step = np.linalg.solve(-hessian, gradient)
        gain = float(gradient @ step)
        if gain < _CLOSE * len(table):
            return np.asarray(point + step)
        length = 1.0
        while True:
            tried = point + length * step
            higher = log_likelihood(table, tried, ratio) if tried[0] > 0 else -np.inf
            if higher >= height + length * gain / 4 or length < _SHORTEST:
                break
            length /= 2
        point, height = tried, higher
    return np.full_like(start, np.nan)


def _local(table: FloatArray, point: FloatArray, ratio: float) -> tuple[FloatArray, FloatArray]:
    """Return slopes and curvature of the log-likelihood at a fixed ratio."""
    w = table @ point
    bend = mills(-ratio * w)
    curve = bend * (bend - ratio * w)
    gradient = table.T @ (-w - ratio * bend)
    hessian = -(table.T * (1 + ratio**2 * curve)) @ table
    gradient[0] += len(w) / point[0]
    hessian[0, 0] -= len(w) / point[0] ** 2
    return gradient, hessian


def _slope(table: FloatArray, point: FloatArray, ratio: float) -> float:
    """Return the slope of the log-likelihood along the ratio."""
    w = table @ point
    return float(-w @ mills(-ratio * w))


def _refined(table: FloatArray, start: FloatArray, ratios: tuple[float, float]) -> tuple[float, float, FloatArray]:
    """Return height, ratio and place of the peak between two ratios."""
    from scipy.optimize import brentq

    ratio = float(
        brentq(lambda one: _slope(table, _climbed(table, start, one), one), *ratios, xtol=1e-14, rtol=1e-14)
    )
    point = _climbed(table, start, ratio)
    return log_likelihood(table, point, ratio), ratio, point


def _described(table: FloatArray, point: FloatArray, ratio: float, gain: float) -> Peak:
    gradient, information = _whole(table, point, ratio)
    steepest = float(np.abs(gradient).max() / len(table))
    theta, over = float(point[0]), point[1:]
    size = len(over)
    if not (steepest <= _LEVEL and np.linalg.eigvalsh(information)[0] > 0):
        return _refused("not_converged", table, steepest)
    turn = np.zeros((size, size + 2))  # from changes of (1/sigma, coefficients/sigma, ratio) to those of coefficients
    turn[:, 0] = -over / theta**2
    turn[:, 1:-1] = np.eye(size) / theta
    return Peak(
        code="",
        ratio=ratio,
        sigma=1 / theta,
        coefficients=over / theta,
        covariance=turn @ np.linalg.solve(information, turn.T),
        gain=gain,
        gradient=steepest,
    )


def _whole(table: FloatArray, point: FloatArray, ratio: float) -> tuple[FloatArray, FloatArray]:
    """Return the slopes and the observed information, the ratio last."""
    w = table @ point
    bend = mills(-ratio * w)
    curve = bend * (bend - ratio * w)
    gradient, hessian = _local(table, point, ratio)
    cross = table.T @ (-bend - ratio * w * curve)
    information = -np.block([[hessian, cross[:, None]], [cross[None], np.array([[-(w**2 @ curve)]])]])
    return np.append(gradient, -w @ bend), information


def _least_squares(table: FloatArray) -> Peak:
    """Return the fit where all is noise."""
    size = table.shape[1] - 1
    return Peak(
        code="no_inefficiency_found",
        ratio=0.0,
        sigma=1.0,
        coefficients=np.zeros(size),
        covariance=np.eye(size) / len(table),
        gain=0.0,
        gradient=0.0,
    )


def _refused(code: str, table: FloatArray, gradient: float = float("nan")) -> Peak:
    size = table.shape[1] - 1
    return Peak(
        code=code,
        ratio=np.nan,
        sigma=np.nan,
        coefficients=np.full(size, np.nan),
        covariance=np.full((size, size), np.nan),
        gain=np.nan,
        gradient=gradient,
    )
