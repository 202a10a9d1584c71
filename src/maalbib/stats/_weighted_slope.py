"""The slope through values that each have their own uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, open_share, reasons
from maalbib.stats._dispersion import Dispersion, DispersionRule, settled
from maalbib.stats._points import LARGEST, Faults, Points, any_fault, anywhere, elapsed, ends, straight_line

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["WeightedSlope", "errors_from_limits", "faults_of_errors", "precision", "weighted_slope"]


@attrs.frozen(kw_only=True, eq=False)
class WeightedSlope(ArrayResult):
    """Weighted least-squares lines of many series; all arrays have one shape.

    Attributes
    ----------
    slope
        Change of the value per unit of time.
    intercept
        The line at time 0; far from the points it has few digits, see ``fitted_first`` and ``fitted_last``.
    fitted_first, fitted_last
        The line at the first and the last point.
    se
        Standard error of the slope, with the dispersion allowed for.
    lower, upper
        Limits of the slope, from Student's t with ``df`` degrees of freedom.
    chi2
        Squared slope over its variance if the standard errors told everything.
    p_chi2
        p of ``chi2`` on one degree of freedom.
    p_value
        p with the dispersion allowed for: ``chi2`` over the larger of phi and 1, against F(1, df).
    residual
        Sum of the squared distances from the line, each in standard errors.
    phi
        The dispersion used: 1 where points scatter as much as their standard errors say.
    df
        Degrees of freedom that ``phi`` rests on, infinite where it was given.
    n
        Points used.
    level
        Coverage of the limits, as a share.
    reason
        Why numbers are NaN, empty where none is: ``not_finite``, ``negative_input`` (a standard error),
        ``uncertainty_missing`` (a value without it), ``inverted_interval``, ``value_outside_interval``,
        ``zero_width_interval`` (or a standard error of 0), ``no_data``, ``too_few_points`` (one point, or too few
        for the dispersion: then only what rests on it), ``no_time_span``.

    Examples
    --------
    >>> result = weighted_slope([[70, 71, 74, 73], [70, 71, 74, 73]], [[1, 1, 1, 1], [1, 1, 0, 1]])
    >>> result.slope.round(2).tolist(), result.reason.tolist()
    ([1.2, nan], ['', 'zero_width_interval'])
    """

    slope: FloatArray
    intercept: FloatArray
    fitted_first: FloatArray
    fitted_last: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    chi2: FloatArray
    p_chi2: FloatArray
    p_value: FloatArray
    residual: FloatArray
    phi: FloatArray
    df: FloatArray
    n: IntArray
    level: float
    reason: ReasonArray


def weighted_slope(
    values: npt.ArrayLike,
    standard_errors: npt.ArrayLike | None = None,
    times: npt.ArrayLike | None = None,
    *,
    lower: npt.ArrayLike | None = None,
    upper: npt.ArrayLike | None = None,
    dispersion: Dispersion = "own",
    groups: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> WeightedSlope:
    """Fit a line to each series of values with standard errors or limits, and test its slope.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit. NaN means missing and leaves the series, time stays.
    standard_errors
        Standard errors of the values, in a shape that stretches to theirs, above 0.
    times
        Shape (periods,): when each period was, in the unit that the slope is per, in any order. None for 0, 1, ...
    lower, upper
        Limits of the values instead of standard errors. A standard error is then their distance over twice the
        normal quantile of ``confidence``.
    dispersion
        How much more points move than their standard errors say. ``"own"``: the series' own residual over n - 2.
        ``"pooled"``: one for all series of the call, or of the group. ``"none"``: the standard errors tell
        everything. A number above 0 is used as it is.
    groups
        With ``dispersion="pooled"``: whole-number labels of shape (series,) to pool within.
    confidence
        Coverage of the limits given and of the limits of the slope, as a share, 0 < confidence < 1.

    Returns
    -------
    WeightedSlope
        Arrays of shape () or (series,).

    Raises
    ------
    ArgumentError
        If neither standard errors nor both limits are given, or all are; if shapes do not fit, an array is not
        numbers, or an option is out of range.

    Notes
    -----
    Weights are w = 1 / se^2, times are centred before they are squared: slope = sum w (t - m)(y - ym) /
    sum w (t - m)^2, with variance 1 / sum w (t - m)^2 [1]_. The residual over n - 2 is the dispersion phi; standard
    error and p never use less than 1 where it is estimated. Residuals of several units are pooled as in
    ``proportion_trend``.

    A value more than rounding outside its own limits belongs to other limits, or has another unit: the series is
    not judged.

    With ``dispersion="pooled"`` the result of a series depends on the other series of its group; else never. Time
    is linear in the number of series (about a second for a million series of five); working space beside the results
    is that of a few of them.

    References
    ----------
    .. [1] Aitken, A. C. (1936). On least squares and linear combinations of observations. Proceedings of the Royal
       Society of Edinburgh 55, 42-48.

    Examples
    --------
    >>> result = weighted_slope([70, 71, 74, 90, 73], [0.5, 0.5, 0.5, 15, 0.5], dispersion="none")
    >>> result.slope.round(3).item(), result.lower.round(3).item(), result.upper.round(3).item()
    (0.803, 0.471, 1.134)

    The points scatter more than their standard errors say, and three degrees of freedom are few:

    >>> result = weighted_slope([70, 71, 74, 90, 73], [0.5, 0.5, 0.5, 15, 0.5])
    >>> result.phi.round(1).item(), bool(result.p_chi2 < 0.00001), result.p_value.round(2).item()
    (6.3, True, 0.15)
    """
    level = open_share("confidence", confidence)
    if (standard_errors is None) == (lower is None and upper is None) or (lower is None) != (upper is None):
        raise ArgumentError("weighted.uncertainty_needed")
    points = Points.of(times, values=values, standard_errors=standard_errors, lower=lower, upper=upper)
    rule = DispersionRule.of(dispersion, groups, len(points))
    parts = [_fitted(piece, points.times, level) for _, piece in points.columns()]
    found = settled(parts, rule, level)
    return WeightedSlope(level=level, **{name: column.reshape(points.shape) for name, column in found.items()})


def errors_from_limits(
    values: FloatArray, lower: FloatArray, upper: FloatArray, confidence: float, slack: float = 0.0
) -> tuple[FloatArray, Faults]:
    """Return standard errors and, per column, what is wrong with the limits."""
    from scipy.special import ndtri

    there = ~np.isnan(values)
    with np.errstate(invalid="ignore", over="ignore"):
        se = (upper - lower) / (-2 * float(ndtri((1 - confidence) / 2)))
        reach = slack + 1e-9 * np.maximum(np.abs(lower), np.abs(upper))
        outside = (values < lower - reach) | (values > upper + reach)
    return se, [
        (anywhere(there & np.isinf(se)), "not_finite"),
        (anywhere(there & (lower > upper)), "inverted_interval"),
        (anywhere(there & outside), "value_outside_interval"),
    ]


def _fitted(piece: dict[str, FloatArray], times: FloatArray, level: float) -> dict[str, npt.NDArray[Any]]:
    values, se = piece["values"], piece.get("standard_errors")
    faults: Faults = []
    if se is None:
        se, faults = errors_from_limits(values, piece["lower"], piece["upper"], level)
    faults += faults_of_errors(values, se)
    valid = ~np.isnan(values) & ~any_fault(faults)
    n = np.add.reduce(valid, axis=0, dtype=np.int64)
    since = elapsed(times, valid)
    earliest, latest = ends(since, valid)
    with np.errstate(all="ignore"):
        line = straight_line(precision(se, valid), since, np.where(valid, values, 0.0))
        slope = np.where(line.information > 0, line.slope, np.nan)
        first = times[valid.argmax(axis=0)] if len(times) else np.full(n.shape, np.nan)
        found: dict[str, npt.NDArray[Any]] = {
            "slope": slope,
            "intercept": line.level - slope * (first + line.centre),
            "fitted_first": line.level + slope * (earliest - line.centre),
            "fitted_last": line.level + slope * (latest - line.centre),
            "se": np.where(line.information > 0, 1 / np.sqrt(line.information), np.nan),
            "chi2": slope**2 * line.information,
            "residual": np.where(np.isnan(slope), np.nan, line.residual),
            "n": n,
        }
    found["reason"] = reasons(
        n.shape,
        *faults,
        (n == 0, "no_data"),
        (n == 1, "too_few_points"),
        (latest == earliest, "no_time_span"),
        (~np.isfinite(found["chi2"]), "not_finite"),
    )
    return found


def faults_of_errors(values: FloatArray, se: FloatArray) -> Faults:
    """Return, per column, what is wrong with the values and their standard errors."""
    there = ~np.isnan(values)
    with np.errstate(over="ignore"):
        bad = (np.abs(values) > LARGEST) | (np.abs(se) > LARGEST) | ((se > 0) & (se < 1 / LARGEST))
    return [
        (anywhere(there & bad), "not_finite"),
        (anywhere(there & (se < 0)), "negative_input"),
        (anywhere(there & np.isnan(se)), "uncertainty_missing"),
        (anywhere(there & (se == 0)), "zero_width_interval"),
    ]


def precision(se: FloatArray, valid: BoolArray) -> FloatArray:
    """Return weights, 0 where there is no point."""
    return np.where(valid, 1 / np.where(valid, se, 1.0) ** 2, 0.0)
