"""The logistic line: a share whose log odds change evenly, and how far the counts scatter around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, open_share, reasons
from maalbib.stats._dispersion import Dispersion, DispersionRule, settled
from maalbib.stats._points import Counts, Points, elapsed, ends, total

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["LogisticFit", "LogisticLine", "fit_logistic_lines", "logistic_line"]

_MOST_STEPS: Final = 100
_CLOSE: Final = 1e-8  # log odds; the step that was this small leaves an error of its square


@attrs.frozen(kw_only=True, eq=False)
class LogisticLine(ArrayResult):
    """Logistic lines of many series; all arrays have one shape.

    Attributes
    ----------
    slope
        Change of the log odds per unit of time.
    se
        Standard error of the slope, with the dispersion allowed for.
    lower, upper
        Limits of the slope, from Student's t with ``df`` degrees of freedom.
    fitted_first, fitted_last
        The share (0-1) on the line at the first and the last point.
    chi2
        Squared slope over its variance if there were sampling error only (Wald).
    p_chi2
        p of ``chi2`` on one degree of freedom.
    p_value
        p with the dispersion allowed for: ``chi2`` over the larger of phi and 1, against F(1, df).
    residual
        Pearson's chi-square of the counts around the line.
    phi
        The dispersion used: 1 where points scatter as much as sampling makes them.
    df
        Degrees of freedom that ``phi`` rests on, infinite where it was given.
    n
        Points used.
    level
        Coverage of the limits, as a share.
    reason
        Why numbers are NaN, empty where none is: ``negative_input``, ``not_finite``,
        ``numerator_exceeds_denominator``, ``no_data``, ``too_few_points`` (one point, or too few for the
        dispersion: then only what rests on it), ``no_time_span``, ``zero_variance`` (all shares 0 or all 1),
        ``no_finite_line`` (shares of 0 and of 1 with at most one point between).

    Examples
    --------
    >>> result = logistic_line([[10, 14, 19, 26], [0, 0, 0, 3]], 100)
    >>> result.slope.round(3).tolist(), result.reason.tolist()
    ([0.383, nan], ['', 'no_finite_line'])
    """

    slope: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    fitted_first: FloatArray
    fitted_last: FloatArray
    chi2: FloatArray
    p_chi2: FloatArray
    p_value: FloatArray
    residual: FloatArray
    phi: FloatArray
    df: FloatArray
    n: IntArray
    level: float
    reason: ReasonArray


def logistic_line(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    dispersion: Dispersion = "own",
    groups: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> LogisticLine:
    """Fit a logistic line to each series of shares, with the scatter around it allowed for.

    Parameters
    ----------
    numerator
        Counts, shape (periods,) or (series, periods). NaN means missing and leaves the series, time stays.
        Fractions are allowed (weighted counts).
    denominator
        Of how many, in a shape that stretches to that of ``numerator``. A period without anybody counts as missing.
    times
        Shape (periods,): when each period was, in the unit that the slope is per, in any order. None for 0, 1, ...
    dispersion
        How much more points move than sampling makes them. ``"own"``: from each series. ``"pooled"``: one for all
        series of the call, or of the group. ``"none"``: sampling error only. A number above 0 is used as it is.
    groups
        With ``dispersion="pooled"``: whole-number labels of shape (series,) to pool within.
    confidence
        Coverage of the limits as a share, 0 < confidence < 1.

    Returns
    -------
    LogisticLine
        Arrays of shape () or (series,).

    Raises
    ------
    ArgumentError
        If shapes do not fit, an array is not numbers, or an option is out of range.

    Notes
    -----
    Maximum likelihood of log(p/(1-p)) = a + b t. phi is Pearson's chi-square over n - 2, the quasi-binomial
    dispersion [1]_; unlike R, p and limits never use less than 1 where it is estimated. Newton steps are shortened
    to log(1 + r)/r of themselves, r being the largest change of the log odds, with which every step raises the
    likelihood [2]_. There is no finite line where the shares pass from 0 to 1 with at most one point between them;
    this is tested before.

    With ``dispersion="pooled"`` the result of a series depends on the other series of its group; else never. Time
    is linear in the number of series (two or three seconds for a million series of five); working space beside the
    results is that of a few of them.

    References
    ----------
    .. [1] McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd edition, section 4.5. Chapman
       and Hall.
    .. [2] Sun, T. and Tran-Dinh, Q. (2019). Generalized self-concordant functions: a recipe for Newton-type
       methods. Mathematical Programming 178, 145-213.

    Examples
    --------
    >>> result = logistic_line([994, 1023, 1199, 1332, 1367], [40299, 41527, 42811, 44064, 44701])
    >>> result.slope.round(4).item(), result.phi.round(2).item(), result.p_value.round(4).item()
    (0.0649, 1.65, 0.0126)
    >>> result.fitted_first.round(4).item(), result.fitted_last.round(4).item()
    (0.0242, 0.0312)
    """
    level = open_share("confidence", confidence)
    points = Points.of(times, numerator=numerator, denominator=denominator)
    rule = DispersionRule.of(dispersion, groups, len(points))
    parts = [_fitted(piece, points.times) for _, piece in points.columns()]
    found = settled(parts, rule, level)
    return LogisticLine(level=level, **{name: column.reshape(points.shape) for name, column in found.items()})


@attrs.frozen(kw_only=True, eq=False)
class LogisticFit:
    """Logistic lines as columns; NaN where there is none.

    Attributes
    ----------
    slope, se
        Of the log odds per unit of time, sampling error only.
    pearson
        Pearson's chi-square around the line.
    centre, level
        A time since the first point, and the log odds of the line there.
    """

    slope: FloatArray
    se: FloatArray
    pearson: FloatArray
    centre: FloatArray
    level: FloatArray


def fit_logistic_lines(counts: Counts, since: FloatArray) -> LogisticFit:
    """Fit every column whose likelihood has a largest value."""
    x, d = counts.numerator, counts.denominator
    size = total(d)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = total(d * since) / size
        distances = np.where(counts.valid, since - centre, 0.0)
        scale = np.sqrt(total(d * distances * distances) / size)
        place = np.flatnonzero(_overlapping(x, d - x, since) & (scale > 0))
    found = np.full((4, len(size)), np.nan)
    if len(place):
        some = scale[place]
        level, slope, information, pearson = _solved(x[:, place], d[:, place], distances[:, place] / some)
        found[:, place] = slope / some, 1 / (np.sqrt(information) * some), pearson, level
    return LogisticFit(slope=found[0], se=found[1], pearson=found[2], centre=centre, level=found[3])


def _overlapping(some: FloatArray, others: FloatArray, since: FloatArray) -> BoolArray:
    """Return where no time parts those counted from those not counted: only then is there a finite line."""
    first, last = ends(since, some > 0)
    first_other, last_other = ends(since, others > 0)
    return (last_other > first) & (last > first_other)


def _solved(x: FloatArray, d: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return level, slope, information of the slope and Pearson's chi-square; NaN where steps do not end.

    A column leaves as soon as it is done, so that no other column can change it.
    """
    found = np.full((4, x.shape[1]), np.nan)
    rows = np.arange(x.shape[1])
    level, slope = np.log(total(x) / total(d - x)), np.zeros(x.shape[1])
    for _ in range(_MOST_STEPS):
        level, slope, step = _stepped(x, d, v, level, slope)
        done = step < _CLOSE
        if done.any():
            found[0, rows[done]], found[1, rows[done]] = level[done], slope[done]
            found[2:, rows[done]] = _spread(x[:, done], d[:, done], v[:, done], level[done], slope[done])
            go_on = ~done
            x, d, v = x[:, go_on], d[:, go_on], v[:, go_on]
            rows, level, slope = rows[go_on], level[go_on], slope[go_on]
        if not len(rows):
            break
    return found[0], found[1], found[2], found[3]


def _stepped(
    x: FloatArray, d: FloatArray, v: FloatArray, level: FloatArray, slope: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Take one shortened Newton step; the third array is the largest change of the log odds it wanted."""
    surplus, weights = _residuals(x, d, level + slope * v)
    weight = total(weights)
    centre = total(weights * v) / weight
    distances = v - centre
    up = total(surplus) / weight
    turn = total(surplus * distances) / total(weights * distances * distances)
    change = np.abs(up + turn * distances)
    wanted: FloatArray = np.where(d > 0, change, 0.0).max(axis=0)
    shortened = np.where(wanted > 0, np.log1p(wanted) / np.where(wanted > 0, wanted, 1.0), 1.0)
    return level + shortened * (up - turn * centre), slope + shortened * turn, wanted


def _residuals(x: FloatArray, d: FloatArray, log_odds: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return counts less expected counts, and the variances of the counts; neither as 1 minus something."""
    small = np.exp(-np.abs(log_odds))
    large = 1 / (1 + small)
    small *= large
    rising = log_odds >= 0
    share, rest = np.where(rising, large, small), np.where(rising, small, large)
    return x * rest - (d - x) * share, d * share * rest


def _spread(
    x: FloatArray, d: FloatArray, v: FloatArray, level: FloatArray, slope: FloatArray
) -> tuple[FloatArray, FloatArray]:
    surplus, weights = _residuals(x, d, level + slope * v)
    distances = v - total(weights * v) / total(weights)
    squares = np.divide(surplus * surplus, weights, out=np.zeros_like(weights), where=d > 0)
    return total(weights * distances * distances), total(squares)


def _fitted(piece: dict[str, FloatArray], times: FloatArray) -> dict[str, npt.NDArray[Any]]:
    counts = Counts.of(piece["numerator"], piece["denominator"])
    since = elapsed(times, counts.valid)
    fit = fit_logistic_lines(counts, since)
    earliest, latest = ends(since, counts.valid)
    rest = total(counts.denominator - counts.numerator)
    with np.errstate(invalid="ignore", over="ignore"):
        first = 1 / (1 + np.exp(-(fit.level + fit.slope * (earliest - fit.centre))))
        last = 1 / (1 + np.exp(-(fit.level + fit.slope * (latest - fit.centre))))
        chi2 = (fit.slope / fit.se) ** 2
    return {
        "slope": fit.slope,
        "se": fit.se,
        "fitted_first": first,
        "fitted_last": last,
        "chi2": chi2,
        "residual": fit.pearson,
        "n": counts.n,
        "reason": reasons(
            counts.n.shape,
            *counts.faults,
            (counts.n == 0, "no_data"),
            (counts.n == 1, "too_few_points"),
            (latest == earliest, "no_time_span"),
            ((total(counts.numerator) == 0) | (rest == 0), "zero_variance"),
            (np.isnan(fit.slope), "no_finite_line"),
        ),
    }
