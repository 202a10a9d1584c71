"""The last few points of each series, and the test of one window: what the recent trend rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats._logistic_line import fit_logistic_lines
from maalbib.stats._points import Counts, any_fault, anywhere, line_sign, straight_line, total
from maalbib.stats._proportion_trend import armitage
from maalbib.stats._weighted_slope import errors_from_limits, faults_of_errors, precision

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

__all__ = ["Limits", "WindowTest", "Windows", "shares_tested", "values_tested"]

_UNEVEN: Final = 1.5  # a step this many times the shortest one jumps over a period
_ASYMMETRIC: Final = 1.2  # one arm of an interval over the other


@attrs.frozen(kw_only=True, eq=False)
class Windows:
    """The last points of each series.

    Attributes
    ----------
    rows
        Which series have enough points.
    periods
        Which periods they are, shape (rows, points).
    n
        Points tested, or as many as there are where they are too few, for every series.
    reason
        ``"no_data"``, ``"too_few_points"``, ``"gap"`` or empty, for every series.
    """

    rows: npt.NDArray[np.intp]
    periods: npt.NDArray[np.intp]
    n: IntArray
    reason: ReasonArray

    @classmethod
    def of(cls, there: BoolArray, times: FloatArray, points: int, *, allow_gaps: bool) -> Windows:
        """Find the last ``points`` points of each row of flags."""
        number = np.add.reduce(there, axis=1, dtype=np.int64)
        rows = np.flatnonzero(number >= points)
        flags = there[rows]
        from_end = np.cumsum(flags[:, ::-1], axis=1, dtype=np.int32)[:, ::-1]
        periods = np.nonzero(flags & (from_end <= points))[1].reshape(len(rows), points)
        gap = np.zeros(len(number), dtype=np.bool_)
        if not allow_gaps:
            steps = np.diff(times[periods], axis=1)
            uneven = steps.max(axis=1) > _UNEVEN * steps.min(axis=1)
            gap[rows] = uneven | (periods[:, -1] - periods[:, 0] >= points)
        kept = ~gap[rows]
        return cls(
            rows=rows[kept],
            periods=periods[kept],
            n=np.minimum(number, points),
            reason=reasons(number.shape, (number == 0, "no_data"), (number < points, "too_few_points"), (gap, "gap")),
        )

    def of_array(self, array: FloatArray) -> FloatArray:
        """Return an array of (series, periods) at the windows, as columns of their own memory."""
        return np.take_along_axis(array[self.rows], self.periods, axis=1).T.copy()


@attrs.frozen(kw_only=True, eq=False)
class WindowTest:
    """The test of each window, as columns; NaN where there is none.

    Attributes
    ----------
    slope
        Of the line that is judged, NaN where it is not finite.
    chi2
        On one degree of freedom if there were sampling error only.
    residual
        Chi-square around the line, NaN where it tells nothing about dispersion.
    sign
        Of the line: -1, 0 or 1.
    same_sign
        Whether the line rises, or falls, whichever point is left out.
    path
        Where ``chi2`` comes from.
    asymmetric
        Whether an interval is too lopsided for one standard error.
    reason
        What is wrong, or ``"no_variation"``.
    """

    slope: FloatArray
    chi2: FloatArray
    residual: FloatArray
    sign: FloatArray
    same_sign: BoolArray
    path: ReasonArray
    asymmetric: BoolArray
    reason: ReasonArray


@attrs.frozen(kw_only=True)
class Limits:
    """How limits are read: their confidence, the scale of the line, and the decimals they were rounded to."""

    confidence: float
    scale: str
    decimals: int | None


def shares_tested(
    numerator: FloatArray, denominator: FloatArray, times: FloatArray, *, published: bool
) -> WindowTest:
    """Test windows of counts; all arrays of shape (points, series)."""
    counts = Counts.of(numerator, denominator)
    x, d, shares = counts.numerator, counts.denominator, counts.shares
    since = times - times[:1]
    slope, chi2, residual = armitage(counts, since)
    path = np.full(chi2.shape, "armitage", dtype=object)
    with np.errstate(invalid="ignore", divide="ignore"):
        if published:
            inside = ((x > 0) & (x < d)).all(axis=0)
            # Log odds have no value at 0 and 1; there the shares themselves give the direction.
            judged = np.where(inside, np.log(x / (d - x)), shares)
            weights = np.where(inside, 1.0, d)
            slope = np.where(inside, straight_line(weights, since, judged).slope, np.nan)
        else:
            fit = fit_logistic_lines(counts, since)
            finite = ~np.isnan(fit.slope)
            chi2 = np.where(finite, (fit.slope / fit.se) ** 2, chi2)
            slope, residual, path[finite] = fit.slope, fit.pearson, "logistic"
            judged, weights = shares, d  # the sign of the logistic slope is that of the slope of the shares
        sign, same_sign = _signs(weights, since, judged)
    bad = any_fault(counts.faults)
    path[bad] = ""
    constant = ~bad & ((total(x) == 0) | (total(d - x) == 0))
    return WindowTest(
        slope=np.where(constant, 0.0, _levelled(slope, sign)),
        chi2=chi2,
        residual=residual,
        sign=sign,
        same_sign=same_sign,
        path=path,
        asymmetric=np.zeros(chi2.shape, dtype=np.bool_),
        reason=reasons(chi2.shape, *counts.faults, (constant, "no_variation")),
    )


def values_tested(
    values: FloatArray, lower: FloatArray, upper: FloatArray, times: FloatArray, how: Limits
) -> WindowTest:
    """Test windows of values with limits; all arrays of shape (points, series)."""
    slack = 0.0
    if how.decimals is not None:
        slack = 0.5 * 10.0**-how.decimals
        narrow = lower == upper
        lower, upper = np.where(narrow, lower - slack, lower), np.where(narrow, upper + slack, upper)
    _, faults = errors_from_limits(values, lower, upper, how.confidence, slack)
    to_scale = _SCALES[how.scale]
    with np.errstate(all="ignore"):
        y, low, high = to_scale(values), to_scale(lower), to_scale(upper)
        off_scale = (np.isnan(y) & ~np.isnan(values)) | (np.isnan(high - low) & ~np.isnan(upper - lower))
        faults.append((anywhere(off_scale), "outside_scale"))
        se, _ = errors_from_limits(y, low, high, how.confidence)
        faults += faults_of_errors(y, se)
        bad = any_fault(faults)
        valid = np.broadcast_to(~bad, y.shape)
        y, weights, since = np.where(valid, y, 0.0), precision(se, valid), times - times[:1]
        line = straight_line(weights, since, y)
        sign, same_sign = _signs(weights, since, y)
        up, down = high - y, y - low
        lopsided = anywhere(np.maximum(up, down) > _ASYMMETRIC * np.minimum(up, down))
    return WindowTest(
        slope=_levelled(line.slope, sign),
        chi2=line.slope**2 * line.information,
        residual=np.where(bad, np.nan, line.residual),
        sign=sign,
        same_sign=same_sign,
        path=np.where(bad, "", "weighted").astype(object),
        asymmetric=lopsided & ~bad,
        reason=reasons(bad.shape, *faults),
    )


def _signs(weights: FloatArray, since: FloatArray, values: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return the sign of each line, and whether it has the same one without any one of its points."""
    sign = line_sign(weights, since, values)
    same: BoolArray = sign != 0
    for point in range(len(weights)):
        others = weights.copy()
        others[point] = 0.0
        same &= line_sign(others, since, values) == sign
    return sign, same


def _levelled(slope: FloatArray, sign: FloatArray) -> FloatArray:
    """Return slopes, 0 where only rounding keeps them from it."""
    return np.where((sign == 0) & ~np.isnan(slope), 0.0, slope)


def _logarithm(values: FloatArray) -> FloatArray:
    return np.log(np.where(values > 0, values, np.nan))


def _log_odds(shares: FloatArray) -> FloatArray:
    return _logarithm(shares / (1 - shares))


_SCALES: Final[dict[str, Callable[[FloatArray], FloatArray]]] = {
    "identity": np.array,
    "log": _logarithm,
    "logit": _log_odds,
}
