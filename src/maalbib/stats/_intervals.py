"""Intervals for proportions and counts, millions at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, FloatArray, ReasonArray, numeric_array, open_share
from maalbib.stats._count_blocks import byar, in_blocks, poisson, wilson

__all__ = ["Interval", "byar_interval", "poisson_interval", "wilson_interval"]


@attrs.frozen(kw_only=True, eq=False)
class Interval(ArrayResult):
    """Estimates with a lower and an upper limit, all arrays of one shape.

    Attributes
    ----------
    value
        The estimate: a share (0-1) or the count itself. NaN where the element is bad.
    lower, upper
        The limits in the unit of ``value``.
    confidence
        The coverage asked for, as a share.
    reason
        Why a number is NaN, empty where none is: ``missing_input``, ``not_finite``, ``negative_input``,
        ``zero_denominator``, ``numerator_exceeds_denominator``; ``lower_undefined`` where only the lower limit
        is missing.

    Examples
    --------
    >>> from maalbib.stats import wilson_interval
    >>> wilson_interval([81, 5], [100, 4]).reason.tolist()
    ['', 'numerator_exceeds_denominator']
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    confidence: float
    reason: ReasonArray


def wilson_interval(numerator: npt.ArrayLike, denominator: npt.ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Confidence interval for a proportion by Wilson's score method.

    Parameters
    ----------
    numerator, denominator
        Counts, any shapes that broadcast. NaN in either means not reported. Fractions are allowed (weighted counts
        over an effective number).
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    Interval
        ``value``, ``lower`` and ``upper`` as shares (0-1), in the broadcast shape.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not broadcast or ``confidence`` is not inside (0, 1).

    Notes
    -----
    With x of n, p = x/n and the normal quantile z, the limits are the roots of (p - r)^2 = z^2 r(1 - r)/n in r
    [1]_. The upper one is a sum of positive terms, the lower one follows from the product of the roots, so neither
    loses digits. They are exactly 0 at x = 0 and exactly 1 at x = n, and always enclose p. n = 0, negative counts and
    x > n give NaN with a reason.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of
       the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> found = wilson_interval([18, 0, 3], [24, 10, 0])
    >>> found.lower.round(6).tolist(), found.upper.round(6).tolist()
    ([0.551006, 0.0, nan], [0.880006, 0.277533, nan])
    >>> found.reason.tolist()
    ['', '', 'zero_denominator']
    """
    counts = numeric_array("numerator", numerator), numeric_array("denominator", denominator)
    return _interval(partial(wilson, z=_normal_quantile(confidence)), counts, confidence)


def poisson_interval(count: npt.ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Exact confidence interval for the mean of a Poisson count.

    Parameters
    ----------
    count
        Observed events, any shape. NaN means not reported. Fractions are allowed (weighted counts).
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    Interval
        Limits in events; divide by the exposure or the expected number for a rate or a ratio.

    Raises
    ------
    ArgumentError
        If ``count`` is not numbers or ``confidence`` is not inside (0, 1).

    Notes
    -----
    The limits are the means under which a count as high, or as low, has probability (1 - confidence)/2: quantiles
    of gamma distributions with shapes x and x + 1 [1]_. The lower limit of 0 events is 0.

    References
    ----------
    .. [1] Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28, 437-442.

    Examples
    --------
    >>> found = poisson_interval([0, 9, -1])
    >>> found.lower.round(6).tolist(), found.upper.round(6).tolist()
    ([0.0, 4.115373, nan], [3.688879, 17.084803, nan])
    >>> found.reason.tolist()
    ['', '', 'negative_input']
    """
    tail = (1 - open_share("confidence", confidence)) / 2
    return _interval(partial(poisson, tail=tail), (numeric_array("count", count),), confidence)


def byar_interval(count: npt.ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Approximate confidence interval for the mean of a Poisson count by Byar's method.

    Parameters
    ----------
    count
        Observed events, any shape. NaN means not reported. Fractions are allowed (weighted counts).
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    Interval
        Limits in events; divide by the exposure or the expected number for a rate or a ratio.

    Raises
    ------
    ArgumentError
        If ``count`` is not numbers or ``confidence`` is not inside (0, 1).

    Notes
    -----
    L = x (1 - 1/(9x) - z/(3 sqrt x))^3 and U = (x+1) (1 - 1/(9(x+1)) + z/(3 sqrt(x+1)))^3 [1]_. The lower limit
    does not exist at 0 and would be negative for small counts at high confidence: there it is NaN with the reason
    ``lower_undefined`` while the upper limit stands.

    References
    ----------
    .. [1] Breslow, N. E. and Day, N. E. (1987). Statistical Methods in Cancer Research, volume II. IARC Scientific
       Publications 82, 69.

    Examples
    --------
    >>> found = byar_interval([50, 0])
    >>> found.lower.round(4).tolist(), found.upper.round(4).tolist()
    ([37.1081, nan], [65.9202, 3.668])
    >>> found.reason.tolist()
    ['', 'lower_undefined']
    """
    kernel = partial(byar, z=_normal_quantile(confidence))
    return _interval(kernel, (numeric_array("count", count),), confidence)


def _normal_quantile(confidence: float) -> float:
    from scipy import special

    return -float(special.ndtri((1 - open_share("confidence", confidence)) / 2))


def _interval(kernel: Callable[..., None], counts: tuple[npt.NDArray[Any], ...], confidence: float) -> Interval:
    value, lower, upper, reason = in_blocks(kernel, counts)
    return Interval(value=value, lower=lower, upper=upper, confidence=float(confidence), reason=reason)
