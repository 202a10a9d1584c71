"""A step also makes a trend and a trend also makes a step: how closely each describes a series."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray
from maalbib.stats._mann_kendall import mann_kendall
from maalbib.stats._medians import row_medians
from maalbib.stats._pettitt import pettitt
from maalbib.stats._series import Piece, Series
from maalbib.stats._theil_sen import theil_sen

__all__ = ["StepOrLine", "step_or_line"]


@attrs.frozen(kw_only=True, eq=False)
class StepOrLine(ArrayResult):
    """How closely a step and a line describe each series; all arrays have one shape.

    Attributes
    ----------
    step_residual
        Sum of the absolute distances of the values from the median of their side of the border, in their unit.
    line_residual
        The same from the line with the Theil-Sen slope and the median of what it leaves over.
    step_p_value, trend_p_value
        p of Pettitt's test and of the Mann-Kendall test.
    last_before
        Position of the last value before the border, the first of those that Pettitt's test finds; -1 where all
        values are equal.
    step
        Median after the border less median before it; 0 where all values are equal.
    slope
        The Theil-Sen slope per unit of time.
    n
        Finite values.
    reason
        Why numbers are NaN, empty where none is: ``"no_data"``, ``"too_few_points"`` (a single value),
        ``"invalid_value"`` (infinite or too large).

    Examples
    --------
    >>> found = step_or_line([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    >>> found.step_residual.item(), found.line_residual.item()
    (4.0, 0.0)
    """

    step_residual: FloatArray
    line_residual: FloatArray
    step_p_value: FloatArray
    trend_p_value: FloatArray
    last_before: IntArray
    step: FloatArray
    slope: FloatArray
    n: IntArray
    reason: ReasonArray


def step_or_line(
    values: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    resolution: float | None = None,
    permutations: int = 9_999,
    seed: int = 0,
) -> StepOrLine:
    """Say how closely one step and one straight line describe each series, and choose for nobody.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit. NaN means missing and leaves the series, time stays;
        series may miss different periods.
    times
        Shape (periods,): when each period was; must rise strictly. None for 0, 1, 2, ...
    resolution
        The unit in which values were measured or rounded, above 0; see ``pettitt``.
    permutations, seed
        Number and seed of the random orders of ``pettitt`` for more than 16 values.

    Returns
    -------
    StepOrLine
        Arrays of shape () or (series,).

    Raises
    ------
    ArgumentError
        If shapes do not fit, times do not rise, or an option is out of range.

    Notes
    -----
    The step has two levels, the medians on both sides of the border that Pettitt's test [1]_ finds first. The line has
    a slope, the median of all slopes between two values [2]_, and a level, the median of what the slope leaves over. So
    both have two free numbers, but the border of the step was chosen, too: a step that is only a little closer says
    nothing. Both p-values are often small for the same series; neither says which of both happened, or why.

    References
    ----------
    .. [1] Pettitt, A. N. (1979). A non-parametric approach to the change-point problem. Applied Statistics 28, 126-135.
    .. [2] Theil, H. (1950). A rank-invariant method of linear and polynomial regression analysis. Proc. Kon. Ned.
       Akad. Wet. A 53, 386-392, 521-525, 1397-1412.

    Examples
    --------
    A step that the trend test finds as well:

    >>> found = step_or_line([5, 5, 5, 5, 9, 9, 9, 9], range(2015, 2023))
    >>> found.step_residual.item(), found.line_residual.round(2).item()
    (0.0, 6.67)
    >>> found.step_p_value.round(4).item(), found.trend_p_value.round(4).item()
    (0.0286, 0.0286)
    """
    series = Series.of(values, times, None, resolution)
    test = pettitt(values, resolution=resolution, permutations=permutations, seed=seed)
    trend = mann_kendall(values, times, resolution=resolution)
    slope = theil_sen(values, times, resolution=resolution).slope
    # Which values are too large depends on the times, too, and those only the line knows.
    reason = np.where(test.reason == "", trend.reason, test.reason).astype(object)
    border, per_time = np.atleast_1d(test.last_before), np.atleast_1d(slope)
    unit = 1.0 if series.resolution is None else series.resolution
    described = np.full((3, len(series)), np.nan)
    for piece in series.pieces():
        described[:, piece.rows] = _described(piece, border[piece.rows], per_time[piece.rows] / unit)
    described *= unit
    described[:, np.atleast_1d(reason) != ""] = np.nan
    step_residual, line_residual, step = described.reshape(3, *series.shape)
    return StepOrLine(
        step_residual=step_residual,
        line_residual=line_residual,
        step_p_value=test.p_value,
        trend_p_value=trend.p_value,
        last_before=test.last_before,
        step=step,
        slope=slope,
        n=test.n,
        reason=reason,
    )


def _described(piece: Piece, border: IntArray, slope: FloatArray) -> list[FloatArray]:
    """Return the distances from the step, from the line, and the height of the step."""
    values, times = piece.values, piece.layout.times
    before = np.arange(len(values))[:, None] <= border
    first, second = (row_medians(np.where(side, values, np.nan).T.copy()) for side in (before, ~before))
    origin = times[0] if len(times) else 0.0
    rest = values - slope * (times - origin)[:, None]
    return [
        _sums(np.abs(values - np.where(before, first, second))),
        _sums(np.abs(rest - row_medians(rest.T.copy()))),
        np.where(border < 0, 0.0, second - first),
    ]


def _sums(columns: FloatArray) -> FloatArray:
    """Add up columns with gaps, one value after the other however many columns there are."""
    total = np.zeros(columns.shape[1])
    for values in np.nan_to_num(columns):
        total += values
    return total
