"""Intervals for proportions and counts, millions at a time."""

from __future__ import annotations

from functools import partial

import attrs
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, numeric_array
from maalbib.stats._count_blocks import Counts, Kernel, are_fractional, byar, in_blocks, poisson, wilson
from maalbib.stats.rates._estimate import Estimate, normal_quantile, tail_of

__all__ = ["Interval", "byar_interval", "interval_of", "poisson_interval", "wilson_interval"]


@attrs.frozen(kw_only=True, eq=False)
class Interval(Estimate):
    """Estimates with a lower and an upper limit, all arrays of one shape.

    Attributes
    ----------
    value
        The estimate: a share (0-1) or the count itself. NaN where the element is bad.
    lower, upper
        The limits in the unit of ``value``.
    confidence
        The coverage asked for, as a share.
    method
        ``wilson``, ``wilson_cc``, ``clopper_pearson``, ``jeffreys``, ``agresti_coull`` or ``wald`` of a proportion;
        ``switched``, ``exact`` or ``byar`` of a count.
    method_version
        Version of the method.
    fractional
        Whether the numerator or the count is no whole number, as weighted counts are. The methods are made for whole
        ones.
    reason
        Why a number is NaN, empty where none is: ``missing_input``, ``not_finite``, ``negative_input``,
        ``zero_denominator``, ``numerator_exceeds_denominator``; ``lower_undefined`` where only the lower limit
        is missing; ``no_width`` where a method would give an interval that promises certainty.

    Examples
    --------
    >>> from maalbib.stats import wilson_interval
    >>> found = wilson_interval([81, 5], [100, 4])
    >>> found.reason.tolist(), found.status.tolist(), found.method
    (['', 'numerator_exceeds_denominator'], ['ok', 'invalid'], 'wilson')
    """

    fractional: BoolArray


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
    counts = {
        "numerator": numeric_array("numerator", numerator),
        "denominator": numeric_array("denominator", denominator),
    }
    return interval_of(partial(wilson, z=normal_quantile(confidence)), counts, confidence, "wilson")


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
    counts = {"count": numeric_array("count", count)}
    return interval_of(partial(poisson, tail=tail_of(confidence)), counts, confidence, "exact")


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
    counts = {"count": numeric_array("count", count)}
    return interval_of(partial(byar, z=normal_quantile(confidence)), counts, confidence, "byar")


def interval_of(kernel: Kernel, counts: Counts, confidence: float, method: str) -> Interval:
    """Return what a kernel makes of a numerator or a count, and perhaps a denominator."""
    (value, lower, upper), reason = in_blocks(kernel, counts)
    return Interval(
        value=value,
        lower=lower,
        upper=upper,
        confidence=float(confidence),
        method=method,
        fractional=are_fractional(next(iter(counts.values())), value.shape),
        reason=reason,
    )
