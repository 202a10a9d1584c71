"""Where a series is heading if it wanders on from where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, reasons
from maalbib.stats._columns import shared
from maalbib.stats._line_fit import Course
from maalbib.stats._projected import LEAST_FOR_INTERVAL, exactly, half_width, shaped
from maalbib.stats._projection import Projection

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["random_walk_projection"]

_LEAST_FOR_DRIFT = 2


def random_walk_projection(
    values: npt.ArrayLike, times: npt.ArrayLike, at: npt.ArrayLike, *, level: float = 0.80
) -> Projection:
    """Carry every series on from its latest value at its mean pace, as a random walk with drift.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods). NaN means missing; the gap keeps its place in time.
    times, at, level
        As in :func:`linear_projection`; ``at`` not before the last value.

    Returns
    -------
    Projection
        One element per series; ``slope`` is the drift, ``fitted_first`` and ``fitted_last`` are the first and the last
        value.

    Raises
    ------
    ArgumentError
        If an array is not numbers, shapes do not fit, or ``level`` is not inside (0, 1).

    Notes
    -----
    A walk forgets the way it came: what is expected is its latest value plus h times the drift, the change from first
    to last value over the time T between them. With n values at equal distances the standard error after h
    steps is the standard deviation of the n - 1 changes times sqrt(h (1 + h/(n - 1))) [1]_. At unequal distances g_i a change
    d_i has variance proportional to g_i: s^2 is the mean of (d_i - drift g_i)^2/g_i over n - 2, and the squared
    standard error s^2 h (1 + h/T), which is the same where distances are equal. Student's t with n - 2 degrees of freedom, from four
    values on.

    Two values of the same time (``equal_times``) and a time before the last value (``not_ahead``) are refused.

    References
    ----------
    .. [1] Hyndman, R. J. and Athanasopoulos, G. (2021). Forecasting: Principles and Practice, 3rd edition, section
       5.5. OTexts.

    Examples
    --------
    >>> found = random_walk_projection([68, 70, 69, 72, 73], [2018, 2019, 2020, 2021, 2022], 2026)
    >>> found.slope.item(), found.projected.item(), found.se.round(2).item()
    (1.25, 78.0, 4.83)
    """
    course = Course.of(values, times, at, level)
    with np.errstate(all="ignore"):
        parts = [_walk(course.values[rows], course.times[rows]) for rows in course.blocks()]
        walk = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return shaped(_projection(course, walk), course.shape)


def _walk(y: FloatArray, t: FloatArray) -> dict[str, npt.NDArray[Any]]:
    """Return first and last values, drift and spread of some rows."""
    there = ~(np.isnan(y) | np.isnan(t))
    y, t = _in_order(y, t, there)
    n = there.sum(axis=1)
    gap, change = np.diff(t, axis=1), np.diff(y, axis=1)
    step = np.arange(y.shape[1] - 1) < (n - 1)[:, np.newaxis]
    row, last = np.arange(len(y)), np.maximum(n - 1, 0)
    infinite = np.asarray((np.isinf(y) | np.isinf(t)).any(axis=1))
    equal = np.asarray((step & (gap <= 0)).any(axis=1))
    span = t[row, last] - t[:, 0]
    drift = (y[row, last] - y[:, 0]) / span
    drift[infinite | equal | (n < _LEAST_FOR_DRIFT)] = np.nan
    off = np.where(step, (change - drift[:, np.newaxis] * gap) ** 2 / gap, 0.0)
    return {
        "n": n,
        "infinite": infinite,
        "equal": equal,
        "first": t[:, 0],
        "last": t[row, last],
        "from": y[:, 0],
        "to": y[row, last],
        "drift": drift,
        "spread": np.sqrt(off.sum(axis=1) / (n - 2)),
        "largest": np.fmax.reduce(np.abs(y), axis=1),
    }


def _in_order(y: FloatArray, t: FloatArray, there: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return each row by time, what is missing last and NaN."""
    if there.all() and (np.diff(t, axis=1) > 0).all():
        return y, t
    order = np.argsort(np.where(there, t, np.nan), axis=1, kind="stable")
    kept = (np.where(there, each, np.nan) for each in (y, t))
    y, t = (np.take_along_axis(each, order, axis=1) for each in kept)
    return y, t


def _projection(course: Course, walk: dict[str, npt.NDArray[Any]]) -> Projection:
    n, drift = walk["n"].astype(np.int64), walk["drift"]
    ahead = np.where(np.isfinite(course.at), course.at - walk["last"], np.nan)
    back = np.asarray(ahead < 0)
    df, span = np.maximum(n - 2, 0), walk["last"] - walk["first"]
    sigma = walk["spread"]
    sigma[(n < LEAST_FOR_INTERVAL) | np.isnan(drift)] = np.nan
    exact = exactly(sigma, walk["largest"])
    ahead[back] = np.nan
    se = sigma * np.sqrt(ahead * (1 + ahead / span))
    projected = walk["to"] + drift * ahead
    half = half_width(se, df, course.level)
    line = np.isfinite(drift)
    unknown = shared(np.nan, len(n))
    return Projection(
        scale="linear",
        slope=drift,
        growth=unknown,
        fitted_first=np.where(line, walk["from"], np.nan),
        fitted_last=np.where(line, walk["to"], np.nan),
        projected=projected,
        lower=projected - half,
        upper=projected + half,
        centre=projected,
        rate=drift,
        se=se,
        known_se=unknown,
        df=df,
        n=n,
        zero_residual=exact,
        first_time=walk["first"],
        last_time=walk["last"],
        at=course.at,
        largest=walk["largest"],
        lowest=unknown,
        highest=unknown,
        level=course.level,
        reason=reasons(
            n.shape,
            (walk["infinite"] | np.isinf(course.at), "not_finite"),
            (n < _LEAST_FOR_DRIFT, "too_few_points"),
            (walk["equal"], "equal_times"),
            (np.isnan(course.at), "missing_input"),
            (back, "not_ahead"),
            (np.isnan(half), "no_interval"),
        ),
    )
