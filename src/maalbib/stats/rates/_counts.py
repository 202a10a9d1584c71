"""Intervals of counts by any of the usual methods."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import FloatArray, numeric_array
from maalbib.stats._count_blocks import CodeArray, byar, poisson
from maalbib.stats._intervals import Interval, interval_of
from maalbib.stats.rates._estimate import known_method, normal_quantile, tail_of

__all__ = ["CountMethod", "count_interval", "limits_of_counts"]

CountMethod: TypeAlias = Literal["switched", "exact", "byar"]

_EXACT_BELOW: Final = 10  # events; from there on Byar's limits are as good


def count_interval(count: npt.ArrayLike, *, method: CountMethod = "switched", confidence: float = 0.95) -> Interval:
    """Confidence interval for the mean of a count by a named method.

    Parameters
    ----------
    count
        Events, any shape. NaN means not reported. Fractions are allowed (weighted counts) and flagged in
        ``fractional``.
    method
        ``"switched"``: exact below 10 events, Byar's from 10 on, as in English public health. ``"exact"``: exact
        throughout. ``"byar"``: Byar's throughout, without a lower limit where there is none.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    Interval
        Limits in events.

    Raises
    ------
    ArgumentError
        If ``count`` is not numbers, ``confidence`` is not inside (0, 1) or the method is unknown.

    Notes
    -----
    Exact limits are quantiles of gamma distributions [1]_, Byar's an approximation to them [2]_. Switching makes a step
    of 0.008 events at 10 events and 95 %; what the first ten counts need is computed once.

    References
    ----------
    .. [1] Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28, 437-442.
    .. [2] Breslow, N. E. and Day, N. E. (1987). Statistical Methods in Cancer Research, volume II. IARC Scientific
       Publications 82, 69.

    Examples
    --------
    >>> found = count_interval([0, 9, 10])
    >>> found.lower.round(4).tolist(), found.upper.round(4).tolist()
    ([0.0, 4.1154, 4.7874], [3.6889, 17.0848, 18.3915])
    """
    kernel = limits_of_counts(method, confidence)
    return interval_of(kernel, {"count": numeric_array("count", count)}, confidence, method)


def limits_of_counts(method: str, confidence: float) -> Callable[..., None]:
    """Return the kernel of a method."""
    known_method(method, get_args(CountMethod))
    if method == "exact":
        return partial(poisson, tail=tail_of(confidence))
    if method == "byar":
        return partial(byar, z=normal_quantile(confidence))
    return partial(_switched, z=normal_quantile(confidence), tail=tail_of(confidence))


def _switched(
    x: FloatArray, value: FloatArray, lower: FloatArray, upper: FloatArray, code: CodeArray, *, z: float, tail: float
) -> None:
    byar(x, value, lower, upper, code, z=z)
    few = (x >= 0) & (x < _EXACT_BELOW)
    if not few.any():
        return
    some = x[few]
    low, high = np.empty_like(some), np.empty_like(some)
    poisson(some, np.empty_like(some), low, high, np.zeros(some.shape, np.uint8), tail=tail)
    lower[few], upper[few], code[few] = low, high, 0
