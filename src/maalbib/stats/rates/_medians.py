"""Medians with intervals from order statistics."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, float_array, reasons
from maalbib.stats.rates._estimate import Estimate, tail_of
from maalbib.stats.rates._row_blocks import in_row, row_blocks

__all__ = ["MedianInterval", "median_interval"]

_ROUNDING: Final = 1 + 1e-12  # what a computed tail may pass its bound by


@attrs.frozen(kw_only=True, eq=False)
class MedianInterval(Estimate):
    """Medians with limits, all arrays of one shape.

    Attributes
    ----------
    value
        The median. NaN where there is none.
    lower, upper
        The limits: two of the values themselves.
    coverage
        What the interval covers at least: the first step at or above ``confidence`` that so many values can give.
    place
        The lower limit is the value so many places from the smallest, counted from 1, the upper one as many from the largest; 0 without
        limits.
    n
        How many values there are.
    confidence
        The coverage asked for, as a share.
    method
        ``order_statistics``.
    method_version
        Version of the method.
    reason
        ``missing_input`` (no values), ``not_finite``; ``interval_not_attainable``: a median without an interval, because so few values cannot
        give that coverage. Else empty.

    Examples
    --------
    >>> from maalbib.stats import median_interval
    >>> found = median_interval([[12, 9, 15, 11, 14, 10], [12, 9, 15, 11, 14, float("nan")]])
    >>> found.lower.tolist(), found.coverage.round(3).tolist(), found.reason.tolist()
    ([9.0, nan], [0.969, nan], ['', 'interval_not_attainable'])
    """

    coverage: FloatArray
    place: IntArray
    n: IntArray


def median_interval(values: npt.ArrayLike, *, confidence: float = 0.95) -> MedianInterval:
    """Return medians with exact, distribution-free confidence intervals.

    Parameters
    ----------
    values
        Shape (values,) or (..., values), for example the waiting days of each hospital in a row. NaN means no value and
        takes no part, so rows may be filled up with it.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    MedianInterval
        One element per row, in the shape of ``values`` without its last axis.

    Raises
    ------
    ArgumentError
        If ``values`` is not numbers or ``confidence`` is not inside (0, 1).

    Notes
    -----
    The limits are the j-th smallest and the j-th largest value, j being the largest number for which P(B < j) is at most
    (1 - confidence)/2 with B binomial(n, 1/2) [1]_. They cover the median of any distribution at least that often, ties included; that is
    why equal values have an interval of no width here, and none around their mean. At 95 % it takes six values. Cost: a
    sort of each row.

    References
    ----------
    .. [1] David, H. A. and Nagaraja, H. N. (2003). Order Statistics, 3rd edition. Wiley, section 7.1.

    Examples
    --------
    >>> days = [31, 12, 45, 28, 19, 60, 33, 24, 38, 27]
    >>> found = median_interval(days)
    >>> found.value.item(), found.lower.item(), found.upper.item(), found.coverage.round(4).item()
    (29.5, 19.0, 45.0, 0.9785)
    """
    tail = tail_of(confidence)
    given = np.atleast_1d(float_array("values", values))
    shape, size = given.shape[:-1], given.shape[-1]
    rows = given.reshape(int(np.prod(shape)), size)
    value, lower, upper = (np.full(len(rows), np.nan) for _ in range(3))
    n = np.zeros(len(rows), dtype=np.int64)
    infinite = np.zeros(len(rows), dtype=np.bool_)
    for part in row_blocks(len(rows), size):
        n[part], infinite[part] = _sizes(rows[part])
    place, coverage = _places(n, tail)
    place[infinite] = 0
    for part in row_blocks(len(rows), size):
        usable = np.flatnonzero((n[part] > 0) & ~infinite[part])
        if len(usable):
            ordered = np.sort(rows[part][usable], axis=1)
            target = part.start + usable
            value[target], lower[target], upper[target] = _picked(ordered, n[target], place[target])
    without = place == 0
    return MedianInterval(
        value=value.reshape(shape),
        lower=lower.reshape(shape),
        upper=upper.reshape(shape),
        coverage=np.where(without, np.nan, coverage).reshape(shape),
        place=place.reshape(shape),
        n=n.reshape(shape),
        confidence=float(confidence),
        method="order_statistics",
        reason=reasons(
            (len(rows),),
            (infinite, "not_finite"),
            (n == 0, "missing_input"),
            (without, "interval_not_attainable"),
        ).reshape(shape),
    )


def _sizes(rows: FloatArray) -> tuple[IntArray, BoolArray]:
    return (~np.isnan(rows)).sum(axis=1), in_row(np.isinf(rows))


def _picked(ordered: FloatArray, n: IntArray, place: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the medians and the limits of ascending rows."""
    each = np.arange(len(ordered))
    below, above = ordered[each, (n - 1) // 2], ordered[each, n // 2]
    there = place > 0
    low = np.where(there, ordered[each, np.maximum(place, 1) - 1], np.nan)
    high = np.where(there, ordered[each, n - np.maximum(place, 1)], np.nan)
    return below + (above - below) / 2, low, high


def _places(n: IntArray, tail: float) -> tuple[IntArray, FloatArray]:
    """Return for each number of values how many places from the ends the limits are, and what they cover."""
    distinct, position = np.unique(n, return_inverse=True)
    # low is always good and high never: P(B < 0) is 0, and P(B < n) is more than half.
    low, high = np.zeros_like(distinct), np.maximum(distinct, 1)
    while np.any(high - low > 1):
        middle = (low + high) // 2
        good = _below(middle, distinct) <= tail * _ROUNDING
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return low[position], (1 - 2 * _below(low, distinct))[position]


def _below(place: IntArray, n: IntArray) -> FloatArray:
    """Return P(B < place) for B binomial(n, 1/2)."""
    from scipy import special

    return np.where(place > 0, special.betainc(n - place + 1.0, np.maximum(place, 1), 0.5), 0.0)
