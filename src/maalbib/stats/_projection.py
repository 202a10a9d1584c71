"""Where a series is heading if its straight line goes on."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    broadcast_to,
    float_array,
    open_share,
    reasons,
)

__all__ = ["Projection", "linear_projection"]

_BLOCK: Final = 65_536  # elements per temporary
_LEAST_FOR_LINE: Final = 2
_LEAST_FOR_INTERVAL: Final = 4
_EXACT_LINE: Final = 1e-12  # residual deviation as a share of the largest value


@attrs.frozen(kw_only=True, eq=False)
class Projection(ArrayResult):
    """Least-squares lines and what they say about one later time, arrays with one element per series.

    Attributes
    ----------
    slope
        Change per unit of time.
    fitted_first, fitted_last
        The line at the first and the last time with a value.
    projected
        The line at ``at``; not clipped to natural limits.
    se
        Standard error of a new value at ``at``: the line's and the value's own.
    lower, upper
        Prediction interval of level ``level`` for a value at ``at``. Holds if the line goes on and residuals are
        independent.
    df
        Degrees of freedom, n - 2, at least 0.
    n
        Values used.
    zero_residual
        Whether at least four values lie exactly on the line: the interval has no width.
    first_time, last_time, at
        First and last time with a value, and the time projected to.
    largest
        Largest absolute value used, the scale of every comparison.
    level
        Coverage of the interval, as a share.
    reason
        ``too_few_points`` (under two), ``not_finite``, ``no_time_span`` (all at one time): no line. ``missing_input``:
        no time to project to. ``no_interval``: two or three values make a line without an interval. Else empty.

    Examples
    --------
    >>> from maalbib.stats import linear_projection
    >>> found = linear_projection(
    ...     [[68, 69, 70, 71], [68, 69, float("nan"), float("nan")]], [2018, 2019, 2020, 2021], 2030
    ... )
    >>> found.projected.tolist(), found.zero_residual.tolist(), found.reason.tolist()
    ([80.0, 80.0], [True, False], ['', 'no_interval'])
    """

    slope: FloatArray
    fitted_first: FloatArray
    fitted_last: FloatArray
    projected: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    df: IntArray
    n: IntArray
    zero_residual: BoolArray
    first_time: FloatArray
    last_time: FloatArray
    at: FloatArray
    largest: FloatArray
    level: float
    reason: ReasonArray


def linear_projection(
    values: npt.ArrayLike, times: npt.ArrayLike, at: npt.ArrayLike, *, level: float = 0.80
) -> Projection:
    """Fit a straight line to every series and carry it on to a later time.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods). NaN means missing; the gap keeps its place in time.
    times
        Real times of the values, for example years with fractions, in a shape that stretches to that of the values.
        They need not be sorted. A value without a time is left out.
    at
        Time to project to, one for all or one per series.
    level
        Coverage of the prediction interval as a share, 0 < level < 1.

    Returns
    -------
    Projection
        One element per series; shape () for a single series.

    Raises
    ------
    ArgumentError
        If an array is not numbers, shapes do not fit, or ``level`` is not inside (0, 1).

    Notes
    -----
    Ordinary least squares on actual times [1]_. Two values give the line through them, three a line without an
    interval; from four on se = sigma sqrt(1 + 1/n + (at - mean time)^2 / Sxx) with sigma^2 = RSS/(n - 2) and Student's
    t with n - 2 degrees of freedom. A sigma of at most 1e-12 of the largest value is taken as 0. A value and the first
    time are subtracted before summing, so that a level of billions costs no digits of a small change.

    References
    ----------
    .. [1] Draper, N. R. and Smith, H. (1998). Applied Regression Analysis, 3rd edition, chapter 1. Wiley.

    Examples
    --------
    >>> found = linear_projection([68, 70, 69, 72, 73], [2018, 2019, 2020, 2021, 2022], 2030)
    >>> found.slope.round(3).item(), found.projected.round(3).item(), found.n.item()
    (1.2, 82.4, 5)
    >>> found.lower.round(3).item(), found.upper.round(3).item()
    (77.105, 87.695)
    """
    open_share("level", level)
    y = float_array("values", values)
    if y.ndim == 0:
        raise ArgumentError("argument.shape", argument="values", expected="(series, periods)", got="()")
    t = broadcast_to("times", times, y.shape)
    series = y.shape[:-1]
    goal = broadcast_to("at", at, series).flatten()
    found = _projection(_fitted(y, t), goal, level)
    arrays = {name: value for name, value in attrs.asdict(found, recurse=False).items() if name != "level"}
    return attrs.evolve(found, **{name: array.reshape(series) for name, array in arrays.items()})


def _fitted(y: FloatArray, t: FloatArray) -> dict[str, npt.NDArray[Any]]:
    """Fit block by block, so that temporaries stay small."""
    periods = max(1, y.shape[-1])
    rows = y.size // periods if y.shape[-1] else int(np.prod(y.shape[:-1]))
    flat = y.reshape(rows, -1) if y.size else np.full((rows, 1), np.nan)
    times = t.reshape(rows, -1) if y.size else flat
    step = max(1, _BLOCK // periods)
    with np.errstate(all="ignore"):
        blocks = [_fit(flat[i : i + step], times[i : i + step]) for i in range(0, max(1, rows), step)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _fit(y: FloatArray, t: FloatArray) -> dict[str, npt.NDArray[Any]]:
    """Return the sufficient figures of each row."""
    there = ~(np.isnan(y) | np.isnan(t))
    infinite = np.asarray((there & (np.isinf(y) | np.isinf(t))).any(axis=1))
    n = there.sum(axis=1)
    first = np.where(there, t, np.inf).min(axis=1)
    last = np.where(there, t, -np.inf).max(axis=1)
    base = np.take_along_axis(y, there.argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]
    dt, mean_t = _centred(t - first[:, np.newaxis], there, n)
    dy, mean_y = _centred(y - base[:, np.newaxis], there, n)
    sxx = np.einsum("ij,ij->i", dt, dt)
    slope = np.einsum("ij,ij->i", dt, dy) / sxx
    residual = dy - slope[:, np.newaxis] * dt
    bad = infinite | (n < _LEAST_FOR_LINE) | ~(sxx > 0)
    slope[bad] = np.nan
    none = np.asarray(n == 0)
    return {
        "n": n,
        "infinite": infinite,
        "first": np.where(none, np.nan, first),
        "last": np.where(none, np.nan, last),
        "mean_t": mean_t,
        "sxx": sxx,
        "slope": slope,
        "base": base,
        "mean_y": mean_y,
        "rss": np.einsum("ij,ij->i", residual, residual),
        "largest": np.where(none, np.nan, np.abs(np.where(there, y, 0.0)).max(axis=1)),
    }


def _centred(shifted: FloatArray, there: BoolArray, n: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return deviations from the row mean, 0 where nothing is there, and the mean."""
    kept = np.where(there, shifted, 0.0)
    mean = kept.sum(axis=1) / n
    return np.where(there, kept - mean[:, np.newaxis], 0.0), mean


def _projection(fit: dict[str, npt.NDArray[Any]], at: FloatArray, level: float) -> Projection:
    n, slope = fit["n"].astype(np.int64), fit["slope"]
    df = np.maximum(n - 2, 0)
    with np.errstate(all="ignore"):
        sigma = np.sqrt(fit["rss"] / df)
        sigma[(n < _LEAST_FOR_INTERVAL) | np.isnan(slope)] = np.nan
        exact = sigma <= _EXACT_LINE * fit["largest"]
        sigma[exact] = 0.0
        ahead = np.where(np.isfinite(at), at - fit["first"] - fit["mean_t"], np.nan)
        se = sigma * np.sqrt(1 + 1 / n + ahead**2 / fit["sxx"])
        middle = fit["base"] + fit["mean_y"]
        projected = middle + slope * ahead
        half = _student_quantile(df, level) * se
        span = fit["last"] - fit["first"]
        return Projection(
            slope=slope,
            fitted_first=middle - slope * fit["mean_t"],
            fitted_last=middle + slope * (span - fit["mean_t"]),
            projected=projected,
            se=se,
            lower=projected - half,
            upper=projected + half,
            df=df,
            n=n,
            zero_residual=exact,
            first_time=fit["first"],
            last_time=fit["last"],
            at=at,
            largest=fit["largest"],
            level=float(level),
            reason=_reasons(fit, at),
        )


def _student_quantile(df: IntArray, level: float) -> FloatArray:
    """Return the half-widths of Student's t, NaN without degrees of freedom; each is computed once.

    From two beta quantiles and not from ``stdtrit``, which has nine digits only in older versions of SciPy. Neither
    quantile is taken as 1 minus the other, so that no level costs digits.
    """
    from scipy import special

    distinct, place = np.unique(df, return_inverse=True)
    shape = np.where(distinct > 0, distinct, np.nan) / 2
    near = special.betaincinv(0.5, shape, level)
    far = special.betaincinv(shape, 0.5, 1 - level)
    return np.asarray(np.sqrt(2 * shape * near / far)[place])


def _reasons(fit: dict[str, npt.NDArray[Any]], at: FloatArray) -> ReasonArray:
    n = fit["n"]
    return reasons(
        n.shape,
        (fit["infinite"].astype(bool) | np.isinf(at), "not_finite"),
        (n < _LEAST_FOR_LINE, "too_few_points"),
        (~(fit["sxx"] > 0), "no_time_span"),
        (np.isnan(at), "missing_input"),
        (n < _LEAST_FOR_INTERVAL, "no_interval"),
    )
