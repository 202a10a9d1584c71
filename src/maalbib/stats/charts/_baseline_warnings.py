"""What makes limits misleading: values that hang together over time, and a yearly pattern."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    open_share,
    reasons,
    whole_number,
)
from maalbib.stats.charts._limits import NOISE, ControlLimits

__all__ = ["BaselineAutocorrelation", "BaselineSeasonality", "baseline_autocorrelation", "baseline_seasonality"]

_HARMONIC: Final = 2  # degrees of freedom of one yearly wave


@attrs.frozen(kw_only=True, eq=False)
class BaselineAutocorrelation(ArrayResult):
    """How values of the baseline hang together with the value before, one element per series.

    Attributes
    ----------
    r1
        Lag-1 coefficient around the mean of each segment; NaN where there is none.
    limit
        2 divided by the root of ``n``.
    autocorrelated
        Whether ``r1`` exceeds the limit.
    n
        Points of the baseline.
    reason
        ``"too_few_points"``, ``"constant"``, else empty.

    Examples
    --------
    >>> from maalbib.stats import baseline_autocorrelation, xmr_limits
    >>> baseline_autocorrelation(xmr_limits([1, 2] * 5)).reason.item()
    'too_few_points'
    """

    r1: FloatArray
    limit: FloatArray
    autocorrelated: BoolArray
    n: IntArray
    reason: ReasonArray


@attrs.frozen(kw_only=True, eq=False)
class BaselineSeasonality(ArrayResult):
    """Whether the baseline shows a yearly pattern, one element per series.

    Attributes
    ----------
    p_value
        The smaller of two p-values, doubled: of one wave a year, and of differences between the months.
    share
        Share of the variation within segments that the means of the months explain.
    seasonal
        Whether ``p_value`` is at most ``alpha``.
    n
        Points of the baseline.
    reason
        ``"too_few_points"``, ``"constant"``, else empty.

    Examples
    --------
    >>> from maalbib.stats import baseline_seasonality, xmr_limits
    >>> winter = [9, 8, 6, 5, 3, 2, 1, 2, 4, 5, 7, 8]
    >>> found = baseline_seasonality(xmr_limits([value + year for year in (0, 1) for value in winter]))
    >>> found.seasonal.item(), found.n.item()
    (True, 24)
    """

    p_value: FloatArray
    share: FloatArray
    seasonal: BoolArray
    n: IntArray
    reason: ReasonArray


def baseline_autocorrelation(limits: ControlLimits, *, min_points: int = 20) -> BaselineAutocorrelation:
    """Tell which charts rest on values that hang together over time, so that rules speak too often.

    Parameters
    ----------
    limits
        A chart, shape (periods,) or (series, periods).
    min_points
        Fewest points of the baseline.

    Returns
    -------
    BaselineAutocorrelation
        Coefficients and whether they exceed 2/sqrt(n).

    Raises
    ------
    ArgumentError
        If ``min_points`` is no whole number of at least 2.

    Notes
    -----
    The products of neighbouring points, next to each other in one segment and both in the baseline, over the sum of
    squares [1]_. A series that shifts or drifts within a segment shows a high coefficient as well: look at the
    signals first. Time is linear in the number of values.

    References
    ----------
    .. [1] Box, G. E. P. and Jenkins, G. M. (1970). Time Series Analysis: Forecasting and Control. Holden-Day.

    Examples
    --------
    >>> from maalbib.stats import xmr_limits
    >>> slow = [5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 2, 3, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3]
    >>> found = baseline_autocorrelation(xmr_limits(slow))
    >>> found.r1.round(2).item(), found.limit.round(2).item(), found.autocorrelated.item()
    (0.85, 0.41, True)
    """
    whole_number("min_points", min_points, low=2)
    off, used, segment, shape = _baseline(limits)
    n = used.sum(axis=1)
    pairs = used[:, 1:] & used[:, :-1] & (segment[:, 1:] == segment[:, :-1])
    squares = (off**2).sum(axis=1)
    constant = _constant(limits, off, n)
    known = (n >= min_points) & ~constant
    with np.errstate(all="ignore"):
        r1 = np.where(known, np.where(pairs, off[:, 1:] * off[:, :-1], 0.0).sum(axis=1) / squares, np.nan)
        limit = np.where(known, 2 / np.sqrt(n), np.nan)
        found = r1 > limit
    why = reasons(n.shape, (n < min_points, "too_few_points"), (constant, "constant"))
    parts: dict[str, npt.NDArray[Any]] = {"r1": r1, "limit": limit, "autocorrelated": found, "n": n, "reason": why}
    return BaselineAutocorrelation(**{name: part.reshape(shape) for name, part in parts.items()})


def baseline_seasonality(
    limits: ControlLimits, *, year: int = 12, min_points: int = 24, alpha: float = 0.05
) -> BaselineSeasonality:
    """Tell which charts rest on values with a yearly pattern, so that rules find the season.

    Parameters
    ----------
    limits
        A chart, shape (periods,) or (series, periods), of consecutive periods.
    year
        Periods in a year.
    min_points
        Fewest points of the baseline.
    alpha
        Level of the test, 0 < alpha < 1.

    Returns
    -------
    BaselineSeasonality
        p-values and whether they are at most ``alpha``.

    Raises
    ------
    ArgumentError
        If a number is not whole or out of range.

    Notes
    -----
    Two F tests around the mean of each segment, the better of them with its p doubled: one wave a year, which finds a
    smooth season in two years, and the means of the months, which find a quiet July in more [1]_. Time is linear in the
    number of values.

    References
    ----------
    .. [1] Edwards, J. H. (1961). The recognition and estimation of cyclic trends. Annals of Human Genetics 25, 83-87.

    Examples
    --------
    >>> from maalbib.stats import xmr_limits
    >>> july = [8, 9, 8, 9, 9, 8, 2, 8, 9, 8, 9, 8] * 3
    >>> found = baseline_seasonality(xmr_limits([value + (i % 5) / 5 for i, value in enumerate(july)]))
    >>> found.seasonal.item(), found.share.round(2).item()
    (True, 0.98)
    """
    year = whole_number("year", year, low=3)
    min_points = whole_number("min_points", min_points, low=year + 1)
    open_share("alpha", alpha)
    off, used, segment, shape = _baseline(limits)
    n = used.sum(axis=1)
    segments = _segments(used, segment)
    constant = _constant(limits, off, n)
    total = (off**2).sum(axis=1)
    month = np.arange(used.shape[1]) % year
    means, months = _by_month(off, used, month, year)
    wave = _by_wave(off, used, np.asarray(month * (2 * np.pi / year), dtype=np.float64))
    p_value = np.minimum(
        1.0,
        2
        * np.fmin(
            _f_test(wave, total, np.full_like(n, _HARMONIC), n - segments - _HARMONIC),
            _f_test(means, total, months - 1, n - segments - months + 1),
        ),
    )
    known = (n >= min_points) & ~constant
    with np.errstate(all="ignore"):
        share = np.where(known, means / total, np.nan)
        p_value = np.where(known, p_value, np.nan)
        found = p_value <= alpha
    why = reasons(n.shape, (n < min_points, "too_few_points"), (constant, "constant"))
    parts: dict[str, npt.NDArray[Any]] = {
        "p_value": p_value,
        "share": share,
        "seasonal": found,
        "n": n,
        "reason": why,
    }
    return BaselineSeasonality(**{name: part.reshape(shape) for name, part in parts.items()})


def _baseline(limits: ControlLimits) -> tuple[FloatArray, BoolArray, IntArray, tuple[int, ...]]:
    """Return distances from the mean of each segment (0 elsewhere), which points count, and their segments."""
    values = np.atleast_2d(limits.values)
    segment = np.atleast_2d(limits.segment)
    used = np.atleast_2d(limits.baseline) & np.isfinite(values)
    groups = int(segment.max(initial=0)) + 1
    key = (segment + groups * np.arange(len(values))[:, None])[used]
    size = groups * len(values)
    count = np.maximum(np.bincount(key, minlength=size), 1)
    off = np.zeros(values.shape)
    around = values[used]
    for _ in range(2):  # the second pass takes what rounding left of the first
        around = around - (np.bincount(key, weights=around, minlength=size) / count)[key]
    off[used] = around
    return off, used, segment, np.shape(limits.values)[:-1]


def _constant(limits: ControlLimits, off: FloatArray, n: IntArray) -> BoolArray:
    largest = np.abs(np.nan_to_num(np.atleast_2d(limits.values), posinf=0.0, neginf=0.0)).max(axis=1, initial=0.0)
    return np.asarray((n > 0) & (np.abs(off).max(axis=1, initial=0.0) <= NOISE * largest))


def _segments(used: BoolArray, segment: IntArray) -> IntArray:
    """Return how many segments have points in the baseline."""
    marked = np.where(used, segment, -1)
    ordered = np.sort(marked, axis=1)
    new = np.ones(ordered.shape, dtype=np.bool_)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    return np.asarray((new & (ordered >= 0)).sum(axis=1))


def _by_month(off: FloatArray, used: BoolArray, month: IntArray, year: int) -> tuple[FloatArray, IntArray]:
    """Return the sum of squares that the means of the months explain, and how many months there are."""
    explained, months = np.zeros(len(off)), np.zeros(len(off), dtype=np.int64)
    for one in range(year):
        count = used[:, month == one].sum(axis=1)
        total = off[:, month == one].sum(axis=1)
        explained += total**2 / np.maximum(count, 1)
        months += count > 0
    return explained, months


def _by_wave(off: FloatArray, used: BoolArray, angle: FloatArray) -> FloatArray:
    """Return the sum of squares that one wave around the mean explains, any points missing."""
    n = np.maximum(used.sum(axis=1), 1)[:, None]
    cosine, sine = (
        np.where(used, wave - np.where(used, wave, 0.0).sum(axis=1, keepdims=True) / n, 0.0)
        for wave in (np.cos(angle), np.sin(angle))
    )
    cc, cs, ss = (cosine * cosine).sum(axis=1), (cosine * sine).sum(axis=1), (sine * sine).sum(axis=1)
    cy, sy = (cosine * off).sum(axis=1), (sine * off).sum(axis=1)
    with np.errstate(all="ignore"):
        explained = (cy**2 * ss - 2 * cy * sy * cs + sy**2 * cc) / (cc * ss - cs**2)
    return np.asarray(np.where(cc * ss - cs**2 > NOISE * n[:, 0] ** 2, explained, 0.0))


def _f_test(explained: FloatArray, total: FloatArray, df: IntArray, rest: IntArray) -> FloatArray:
    """Return the upper tail of F, NaN where no degrees of freedom are left."""
    from scipy import special

    with np.errstate(all="ignore"):
        left = np.maximum(total - explained, 0.0)
        statistic = np.where(left > 0, (explained / df) / (left / rest), np.inf)
        tail = special.fdtrc(np.maximum(df, 1), np.maximum(rest, 1), statistic)
    return np.asarray(np.where((df > 0) & (rest > 0), np.where(np.isinf(statistic), 0.0, tail), np.nan))
