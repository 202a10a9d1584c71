"""Values far from the others pulled in before they are put on a scale."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, reasons, whole_number
from maalbib.stats.ranking._rows import as_rows, groups_of

__all__ = ["TreatedExtremes", "treat_extremes"]

_FEWEST: Final = 4  # for a sample kurtosis
_ABOVE_ZERO: Final = 0.01  # of the range: what is added before a logarithm is taken


@attrs.frozen(kw_only=True, eq=False)
class TreatedExtremes(ArrayResult):
    """Values with the extremes pulled in, arrays of the shape of the values, and what was done to each group.

    Attributes
    ----------
    value
        The value to go on with, in its own unit or, where ``treatment`` is ``"log"``, without one.
    moved
        Whether the value is another than the one given.
    slope
        How much the treated value moves with the value: 1, or that of the logarithm.
    treatment
        What was done to each group: ``"none"``, ``"winsorised"`` or ``"log"``.
    points
        How many values were pulled in, a number for each group.
    skewness, kurtosis
        Sample skewness and excess kurtosis of each group as given; NaN below four values and where all are equal.
    passes
        Whether the group as it now stands is within the limits.
    reason
        ``missing_input`` or ``not_finite``, else empty.

    Examples
    --------
    >>> from maalbib.stats import treat_extremes
    >>> found = treat_extremes([1, 2, 2, 3, 5, 8, 13, 100])
    >>> found.treatment.item(), found.points.item(), found.moved.tolist()[-2:]
    ('winsorised', 1, [False, True])
    """

    value: FloatArray
    moved: BoolArray
    slope: FloatArray
    treatment: ReasonArray
    points: IntArray
    skewness: FloatArray
    kurtosis: FloatArray
    passes: BoolArray
    reason: ReasonArray


def treat_extremes(
    values: npt.ArrayLike, *, most: int = 5, max_skewness: float = 2.0, max_kurtosis: float = 3.5, log: bool = True
) -> TreatedExtremes:
    """Pull in the values that make a group lopsided, as few as it takes.

    Parameters
    ----------
    values
        Shape (units,) or (..., units), a group in each row, any unit. NaN and infinite values take no part.
    most
        How many values of a group may be pulled in, at least 0.
    max_skewness, max_kurtosis
        A group is treated where its skewness, either way, and its excess kurtosis are both above these.
    log
        Whether a group that pulling in cannot mend is put on a logarithmic scale instead; left as it is otherwise.

    Returns
    -------
    TreatedExtremes
        Values in the order given; the order of the units is kept, but values that were pulled in become equal to others.

    Raises
    ------
    ArgumentError
        If the values are not numbers or an option is out of range.

    Notes
    -----
    Winsorising: the outermost value, on the side of the skewness, is set to the next one until the group is within the limits [1]_; never so that all become equal.
    Skewness and kurtosis are those of samples (G1 and G2) [2]_. The logarithm is that of the distance from the lowest value plus a
    hundredth of the range; of a group skewed downwards that from the highest, turned. What is done to a unit depends on who else is in
    the group. A pulled-in value has ``slope`` 1: a little lower it would move in full. Cost: ``most`` passes.

    References
    ----------
    .. [1] OECD and JRC (2008). Handbook on constructing composite indicators. OECD Publishing.
    .. [2] Joanes, D. N. and Gill, C. A. (1998). Comparing measures of sample skewness and kurtosis. The Statistician 47, 183-189.

    Examples
    --------
    >>> treat_extremes([1, 2, 2, 3, 5, 8, 13, 100]).value.tolist()
    [1.0, 2.0, 2.0, 3.0, 5.0, 8.0, 13.0, 13.0]
    """
    most = whole_number("most", most, low=0)
    limits = (_limit("max_skewness", max_skewness), _limit("max_kurtosis", max_kurtosis))
    given = groups_of("values", values)
    x = as_rows(np.where(np.isfinite(given), given, np.nan))
    skewness, kurtosis = _shape(x)
    lopsided = _beyond(skewness, kurtosis, limits)
    up = skewness > 0
    turned = np.where(up[:, None], x, -x)  # the tail to pull in is the upper one
    pulled, points, mended = _pulled_in(turned, most, lopsided, limits)
    logged = lopsided & ~mended & bool(log)
    on_log, log_slope = _on_log(turned)
    won = (lopsided & mended)[:, None]
    value = np.where(logged[:, None], on_log, np.where(won, pulled, turned))
    final = np.where(up[:, None], value, -value)
    shape = given.shape[:-1]
    return TreatedExtremes(
        value=final.reshape(given.shape),
        moved=(np.isfinite(x) & (final != x)).reshape(given.shape),
        slope=np.where(np.isfinite(x), np.where(logged[:, None], log_slope, 1.0), np.nan).reshape(given.shape),
        treatment=np.select([logged, lopsided & mended], ["log", "winsorised"], "none").astype(object).reshape(shape),
        points=np.where(lopsided & mended, points, 0).reshape(shape),
        skewness=skewness.reshape(shape),
        kurtosis=kurtosis.reshape(shape),
        passes=np.asarray(~_beyond(*_shape(final), limits).reshape(shape)),
        reason=reasons(given.shape, (np.isnan(given), "missing_input"), (np.isinf(given), "not_finite")),
    )


def _limit(argument: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < np.inf:
        raise ArgumentError("argument.at_least", argument=argument, low=0)
    return float(value)


def _beyond(skewness: FloatArray, kurtosis: FloatArray, limits: tuple[float, float]) -> BoolArray:
    return np.asarray((np.abs(skewness) > limits[0]) & (kurtosis > limits[1]), dtype=bool)


def _shape(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return sample skewness and excess kurtosis of each row."""
    there = np.isfinite(x)
    n = there.sum(axis=1)
    with np.errstate(all="ignore"):
        # Halves and a common factor: neither changes the shape, and sums and squares stay within doubles.
        width = np.abs(np.where(there, x, 0.0)).max(axis=1, initial=0.0, keepdims=True)
        scaled = np.where(there, x / width, 0.0)
        off = np.where(there, scaled - (scaled.sum(axis=1) / n)[:, None], 0.0)
        m2, m3, m4 = ((off**power).sum(axis=1) / n for power in (2, 3, 4))
        skewness = m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
        kurtosis = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6)
        equal = np.fmax.reduce(x, axis=1, initial=-np.inf) <= np.fmin.reduce(x, axis=1, initial=np.inf)
    unknown = (n < _FEWEST) | equal
    return np.where(unknown, np.nan, skewness), np.where(unknown, np.nan, kurtosis)


def _pulled_in(
    x: FloatArray, most: int, lopsided: BoolArray, limits: tuple[float, float]
) -> tuple[FloatArray, IntArray, BoolArray]:
    """Pull in the top of each lopsided row until it is within the limits; say how many it took and whether it got there."""
    value, points, mended = x.copy(), np.zeros(len(x), dtype=np.int64), ~lopsided
    rows = np.flatnonzero(lopsided)
    for _ in range(most):
        part = value[rows]
        top = np.fmax.reduce(part, axis=1, initial=-np.inf)[:, None]
        second = np.fmax.reduce(np.where(part < top, part, np.nan), axis=1, initial=-np.inf)[:, None]
        part = np.where(part == top, second, part)
        moved = (part != x[rows]) & np.isfinite(part)
        apart = second[:, 0] > np.fmin.reduce(part, axis=1, initial=np.inf)  # or all would become equal
        affordable = (moved.sum(axis=1) <= most) & apart
        rows, part = rows[affordable], part[affordable]
        value[rows], points[rows] = part, moved[affordable].sum(axis=1)
        done = ~_beyond(*_shape(part), limits)
        mended[rows[done]] = True
        rows = rows[~done]
    return value, points, mended


def _on_log(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return each row on a logarithmic scale, and its slope."""
    low = np.fmin.reduce(x, axis=1, initial=np.inf, keepdims=True)
    high = np.fmax.reduce(x, axis=1, initial=-np.inf, keepdims=True)
    with np.errstate(all="ignore"):
        above = x - low + _ABOVE_ZERO * (high - low)
        return np.log(above), 1 / above
