"""What a line says about a later time, on whichever scale it is straight."""

from __future__ import annotations

from typing import Literal

import attrs

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray

__all__ = ["Projection", "ProjectionScale"]

ProjectionScale = Literal["linear", "log", "logit"]


@attrs.frozen(kw_only=True, eq=False)
class Projection(ArrayResult):
    """Lines and what they say about one later time, arrays with one element per series.

    A line is straight on its scale: on the values themselves (``linear``), on their logarithms (``log``), or on the
    logit of their place between two limits (``logit``). Everything is in the unit of the values, except ``centre``,
    ``rate``, ``se`` and ``known_se``, which are on the scale of the line.

    Attributes
    ----------
    scale
        ``"linear"``, ``"log"`` or ``"logit"``.
    slope
        Change per unit of time; on a curved scale that at the last time with a value.
    growth
        Growth per unit of time as a share; NaN unless the scale is ``log``.
    fitted_first, fitted_last
        The line at the first and the last time with a value.
    projected
        The line at ``at``; not clipped to natural limits. The median of what to expect on a curved scale.
    lower, upper
        Prediction interval of level ``level`` for a value at ``at``. Holds if the line goes on and residuals are
        independent.
    centre, rate
        The line at ``at``, and its slope per unit of time, on the scale of the line.
    se
        Standard error of a new value at ``at`` by the residuals: the line's and the value's own.
    known_se
        The same by the known errors of the measurements alone; NaN where none are given.
    df
        Degrees of freedom of ``se``, n - 2, at least 0.
    n
        Values used.
    zero_residual
        Whether at least four values lie exactly on the line: the residuals give the interval no width.
    first_time, last_time, at
        First and last time with a value, and the time projected to.
    largest
        Largest absolute value used, the scale of every comparison.
    lowest, highest
        The limits of the scale ``logit``, else NaN.
    level
        Coverage of the interval, as a share.
    reason
        ``too_few_points`` (under two), ``not_finite``, ``no_time_span`` (all at one time): no line. ``missing_input``:
        no time to project to. ``no_interval``: a line without an interval, from two or three values. Some methods have
        reasons of their own. Else empty.

    Examples
    --------
    >>> from maalbib.stats import linear_projection
    >>> found = linear_projection(
    ...     [[68, 69, 70, 71], [68, 69, float("nan"), float("nan")]], [2018, 2019, 2020, 2021], 2030
    ... )
    >>> found.projected.tolist(), found.zero_residual.tolist(), found.reason.tolist()
    ([80.0, 80.0], [True, False], ['', 'no_interval'])
    """

    scale: ProjectionScale
    slope: FloatArray
    growth: FloatArray
    fitted_first: FloatArray
    fitted_last: FloatArray
    projected: FloatArray
    lower: FloatArray
    upper: FloatArray
    centre: FloatArray
    rate: FloatArray
    se: FloatArray
    known_se: FloatArray
    df: IntArray
    n: IntArray
    zero_residual: BoolArray
    first_time: FloatArray
    last_time: FloatArray
    at: FloatArray
    largest: FloatArray
    lowest: FloatArray
    highest: FloatArray
    level: float
    reason: ReasonArray
