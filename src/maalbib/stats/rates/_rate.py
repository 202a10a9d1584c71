"""Rates: events per so many of something."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, FloatArray, numeric_array
from maalbib.stats._count_blocks import CodeArray, are_fractional, in_blocks, refuse
from maalbib.stats.rates._counts import CountMethod, limits_of_counts
from maalbib.stats.rates._estimate import Estimate, above_zero

__all__ = ["Rate", "per", "rate"]


@attrs.frozen(kw_only=True, eq=False)
class Rate(Estimate):
    """Rates with limits, all arrays of one shape.

    Attributes
    ----------
    value, lower, upper
        Events per ``multiplier`` of the exposure. NaN where the element is bad.
    multiplier
        What the rate is per: 1000 for "per 1,000 inhabitants". Value and limits hold it already.
    confidence
        The coverage asked for, as a share.
    method
        How the limits of the count were made: ``switched``, ``exact`` or ``byar``.
    method_version
        Version of the method.
    fractional
        Whether the count is no whole number.
    reason
        Why a number is NaN, empty where none is: ``missing_input``, ``not_finite``, ``negative_input``,
        ``zero_denominator``; ``lower_undefined`` where only the lower limit is missing.

    Examples
    --------
    >>> from maalbib.stats import rate
    >>> found = rate([3, float("nan")], [1250, 900], multiplier=1000)
    >>> found.value.tolist(), found.multiplier, found.status.tolist()
    ([2.4, nan], 1000.0, ['ok', 'missing'])
    """

    multiplier: float
    fractional: BoolArray


def rate(
    count: npt.ArrayLike,
    exposure: npt.ArrayLike,
    *,
    multiplier: float,
    method: CountMethod = "switched",
    confidence: float = 0.95,
) -> Rate:
    """Return rates with confidence intervals: events per so many inhabitants, pupils or person-years.

    Parameters
    ----------
    count
        Events, in a shape that broadcasts with that of ``exposure``. NaN means not reported, which is not 0. Fractions are
        allowed and flagged in ``fractional``.
    exposure
        What the events could come from: inhabitants, person-years, deliveries.
    multiplier
        What the rate is to be per, above 0. It is never guessed: 1 gives events per person, 1000 per thousand.
    method
        How the limits of the count are made, as in :func:`count_interval`.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    Rate
        ``value``, ``lower`` and ``upper`` per ``multiplier``, in the broadcast shape.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not broadcast, ``multiplier`` is not above 0, ``confidence`` is not
        inside (0, 1) or the method is unknown.

    Notes
    -----
    The limits are those of the count times multiplier / exposure: the exposure is taken to be known, and events to come one by one
    [1]_. A unit without events has the rate 0, the lower limit 0 and an upper limit above it.

    References
    ----------
    .. [1] Breslow, N. E. and Day, N. E. (1987). Statistical Methods in Cancer Research, volume II. IARC Scientific
       Publications 82, 69.

    Examples
    --------
    >>> found = rate([0, 65], [812, 9_856], multiplier=1_000)
    >>> found.value.round(2).tolist(), found.lower.round(2).tolist(), found.upper.round(2).tolist()
    ([0.0, 6.59], [0.0, 5.09], [4.54, 8.41])
    """
    given = above_zero("multiplier", multiplier)
    limits = limits_of_counts(method, confidence)
    counts = {"count": numeric_array("count", count), "exposure": numeric_array("exposure", exposure)}
    kernel = partial(per, limits=limits, multiplier=given, zero="zero_denominator")
    (value, lower, upper), reason = in_blocks(kernel, counts)
    return Rate(
        value=value,
        lower=lower,
        upper=upper,
        multiplier=given,
        confidence=float(confidence),
        method=method,
        fractional=are_fractional(counts["count"], value.shape),
        reason=reason,
    )


def per(
    x: FloatArray,
    n: FloatArray,
    value: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    code: CodeArray,
    *,
    limits: Callable[..., None],
    multiplier: float,
    zero: str,
) -> None:
    """Write counts and their limits per so many of ``n``; ``zero`` is the reason where there is nothing to divide by."""
    limits(x, value, lower, upper, code)
    for array in (value, lower, upper):
        np.multiply(array, multiplier, out=array)
        np.divide(array, n, out=array)
    good = (x >= 0) & (x < np.inf) & (n > 0) & (n < np.inf)
    if not good.all():
        refuse(~good, (x, n), code, (value, lower, upper), ((n == 0, zero),))
