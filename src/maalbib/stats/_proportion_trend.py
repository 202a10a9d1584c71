"""The Cochran-Armitage test: whether a share rises or falls more than counting chance would have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats._dispersion import Dispersion, DispersionRule, settled
from maalbib.stats._logistic_line import fit_logistic_lines
from maalbib.stats._points import Counts, Points, elapsed, ends, straight_line, total

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["ProportionTrend", "armitage", "proportion_trend"]


@attrs.frozen(kw_only=True, eq=False)
class ProportionTrend(ArrayResult):
    """What the Cochran-Armitage test says about each series; all arrays have one shape.

    Attributes
    ----------
    slope
        Change of the share (0-1) per unit of time.
    chi2
        The statistic, on one degree of freedom if there were sampling error only.
    p_chi2
        p of ``chi2`` as it stands: what the plain test says.
    p_value
        p with the dispersion allowed for: ``chi2`` over the larger of phi and 1, against F(1, df).
    residual
        Chi-square of all differences between the shares less ``chi2``: what the line leaves unexplained.
    phi
        The dispersion used: 1 where points scatter as much as sampling makes them.
    df
        Degrees of freedom that ``phi`` rests on, infinite where it was given.
    n
        Points used.
    reason
        Why numbers are NaN, empty where none is: ``negative_input``, ``not_finite``,
        ``numerator_exceeds_denominator``, ``no_data``, ``too_few_points`` (one point, or too few for the
        dispersion: then only what rests on it), ``no_time_span``, ``zero_variance`` (all shares 0 or all 1: the
        slope is 0 and nothing can be tested).

    Examples
    --------
    >>> result = proportion_trend([[58, 55, 56, 51, 47], [0, 0, 0, 0, 0]], 90)
    >>> result.slope.round(4).tolist(), result.reason.tolist()
    ([-0.0289, 0.0], ['', 'zero_variance'])
    """

    slope: FloatArray
    chi2: FloatArray
    p_chi2: FloatArray
    p_value: FloatArray
    residual: FloatArray
    phi: FloatArray
    df: FloatArray
    n: IntArray
    reason: ReasonArray


def proportion_trend(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    dispersion: Dispersion = "own",
    groups: npt.ArrayLike | None = None,
) -> ProportionTrend:
    """Test each series of shares for a linear trend, with more scatter than sampling explains allowed for.

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
        How much more points move than sampling makes them. ``"own"``: the series' own residual over n - 2.
        ``"pooled"``: one for all series of the call, or of the group. ``"none"``: sampling error only. A number
        above 0 is used as it is.
    groups
        With ``dispersion="pooled"``: whole-number labels of shape (series,) to pool within.

    Returns
    -------
    ProportionTrend
        Arrays of shape () or (series,).

    Raises
    ------
    ArgumentError
        If shapes do not fit, an array is not numbers, or an option is out of range.

    Notes
    -----
    With x of d at time t, p the share of all and m the mean time weighted by d,
    chi2 = (sum (t - m) x)^2 / (p (1 - p) sum d (t - m)^2) and slope = sum (t - m) x / sum d (t - m)^2 [1]_ [2]_.

    The plain test takes the share to move by sampling alone, which it never does: where years differ by five times
    the binomial variance, it calls every third steady series a trend at 5 %. The residual, over n - 2, is the
    dispersion phi, and p is that of F(1, df) at chi2 / max(1, phi).

    One series of five points has three degrees of freedom and little power; where many units share an indicator,
    pool. The pooled phi is the sum of Pearson's chi-squares around the logistic lines (see ``logistic_line``) over
    the sum of their degrees of freedom; the residual above would count the curve of a strong trend as scatter.
    Series without a finite logistic line take no part in it. With ``"pooled"`` the result of a series depends on
    the other series of its group; else never.

    Time is linear in the number of series (one or two seconds for a million series of five, four when pooled);
    working space beside the results is that of a few of them.

    References
    ----------
    .. [1] Cochran, W. G. (1954). Some methods for strengthening the common chi-square tests. Biometrics 10, 417-451.
    .. [2] Armitage, P. (1955). Tests for linear trends in proportions and frequencies. Biometrics 11, 375-386.

    Examples
    --------
    A rise that the plain test is certain of, in years that scatter more than sampling would have it:

    >>> result = proportion_trend([994, 1023, 1199, 1332, 1367], [40299, 41527, 42811, 44064, 44701])
    >>> result.chi2.round(2).item(), bool(result.p_chi2 < 1e-10), result.p_value.round(3).item()
    (47.9, True, 0.012)
    """
    points = Points.of(times, numerator=numerator, denominator=denominator)
    rule = DispersionRule.of(dispersion, groups, len(points))
    pooled = rule.rule == "pooled"
    parts = [_tested(piece, points.times, logistic=pooled) for _, piece in points.columns()]
    found = settled(parts, rule)
    return ProportionTrend(**{name: column.reshape(points.shape) for name, column in found.items()})


def _tested(piece: dict[str, FloatArray], times: FloatArray, *, logistic: bool) -> dict[str, npt.NDArray[Any]]:
    counts = Counts.of(piece["numerator"], piece["denominator"])
    since = elapsed(times, counts.valid)
    slope, chi2, residual = armitage(counts, since)
    earliest, latest = ends(since, counts.valid)
    found: dict[str, npt.NDArray[Any]] = {
        "slope": slope,
        "chi2": chi2,
        "residual": residual,
        "n": counts.n,
        "reason": reasons(
            counts.n.shape,
            *counts.faults,
            (counts.n == 0, "no_data"),
            (counts.n == 1, "too_few_points"),
            (latest == earliest, "no_time_span"),
            (np.isnan(chi2), "zero_variance"),
        ),
    }
    return found | ({"pearson": fit_logistic_lines(counts, since).pearson} if logistic else {})


def armitage(counts: Counts, since: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return slope of the share, chi-square of the trend and of what is left; NaN where there is no variation.

    It is the weighted line through the shares, all with the variance that a common share would have.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        line = straight_line(counts.denominator, since, counts.shares)
        size = total(counts.denominator)
        common, rest = total(counts.numerator) / size, total(counts.denominator - counts.numerator) / size
        spread = np.where((common > 0) & (rest > 0) & (line.information > 0), common * rest, np.nan)
        slope = np.where(line.information > 0, line.slope, np.nan)
        return slope, line.slope**2 * line.information / spread, line.residual / spread
