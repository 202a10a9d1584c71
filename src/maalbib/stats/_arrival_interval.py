"""When a target is reached, as surely as the slope is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, broadcast_to, reasons

if TYPE_CHECKING:
    import numpy.typing as npt

    from maalbib.stats._theil_sen import TheilSen

__all__ = ["ArrivalInterval", "arrival_interval"]


@attrs.frozen(kw_only=True, eq=False)
class ArrivalInterval(ArrayResult):
    """When the slopes of each series reach the target; all arrays have one shape.

    Attributes
    ----------
    arrival
        Time of arrival with the slope itself; infinite where it does not lead to the target.
    earliest, latest
        With the limits of the slope; infinite where a limit does not lead to the target, NaN where there is none.
    level
        Confidence that the limits attain, as a share.
    reason
        Why numbers are NaN, empty where none is: that of the slope, ``"missing_input"`` (no finite
        level or time to start from, or no target), or ``"interval_not_attainable"`` (only the limits).

    Examples
    --------
    >>> from maalbib.stats import theil_sen
    >>> shares = [61, 64, 63, 66, 68, 67, 71]
    >>> result = arrival_interval(theil_sen(shares), 71, low=80, time=2025)
    >>> result.earliest.item(), result.arrival.item(), result.latest.item()
    (2028.6, 2031.0, 2037.0)
    """

    arrival: FloatArray
    earliest: FloatArray
    latest: FloatArray
    level: FloatArray
    reason: ReasonArray


def arrival_interval(
    slopes: TheilSen,
    start: npt.ArrayLike,
    *,
    low: npt.ArrayLike = -np.inf,
    high: npt.ArrayLike = np.inf,
    time: npt.ArrayLike = 0.0,
) -> ArrivalInterval:
    """Turn an interval of the slope into one of the time at which a target is reached.

    Parameters
    ----------
    slopes
        Slopes with their intervals from :func:`theil_sen`.
    start
        Where each series stands: its latest value, or ``slopes.fitted_last``; one number or one per series.
    low, high
        The target: at least ``low``, at most ``high``, or both for a band; one for all or one per series.
    time
        When the series stood there, in the unit of time of the slopes.

    Returns
    -------
    ArrivalInterval
        Arrays of the shape of the slopes. A series within the target has arrived at ``time``.

    Raises
    ------
    ArgumentError
        If an array is not numbers or its shape does not fit.

    Notes
    -----
    A date lies in the interval exactly when the pace that it requires from the start lies in the interval of the slope:
    when :func:`slope_test` does not refuse that pace [1]_. So the interval is as exact as that of the slope, given the
    start and if the pace goes on. The start is taken as known; with the latest value of a noisy series the dates are
    less sure than they look, and :func:`linear_projection` shows how far single values scatter.

    Where the slope may be zero, there is no latest date: it is infinite.

    References
    ----------
    .. [1] Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. JASA 63, 1379-1389.

    Examples
    --------
    A series that may stand still need not arrive at all:

    >>> from maalbib.stats import theil_sen
    >>> result = arrival_interval(theil_sen([61, 64, 62, 66, 63, 65]), 65, low=70)
    >>> result.earliest.round(1).item(), result.latest.item()
    (1.7, inf)
    """
    shape = slopes.slope.shape
    level, since = broadcast_to("start", start, shape), broadcast_to("time", time, shape)
    floor, ceiling = broadcast_to("low", low, shape), broadcast_to("high", high, shape)
    nowhere = ~np.isfinite(level) | ~np.isfinite(since)
    lacking = nowhere | np.isnan(floor) | np.isnan(ceiling) | (floor > ceiling)
    with np.errstate(over="ignore", invalid="ignore"):
        missing = np.where(level < floor, floor - level, np.where(level > ceiling, ceiling - level, 0.0))
    fast, slow = (np.where(missing < 0, one, other) for one, other in _limits(slopes))
    without = lacking | (slopes.reason != "")
    no_limits = slopes.interval_reason != ""
    from_then = np.where(nowhere, np.nan, since)
    arrival, earliest, latest = (from_then + _time_to(missing, pace) for pace in (slopes.slope, fast, slow))
    unlimited = without | no_limits
    return ArrivalInterval(
        arrival=np.where(without, np.nan, arrival),
        earliest=np.where(unlimited, np.nan, earliest),
        latest=np.where(unlimited, np.nan, latest),
        level=np.where(without, np.nan, slopes.level),
        reason=_reasons(slopes, lacking, no_limits),
    )


def _limits(slopes: TheilSen) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    return (slopes.lower, slopes.upper), (slopes.upper, slopes.lower)


def _time_to(missing: FloatArray, pace: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ahead = np.where(missing * pace > 0, missing / pace, np.inf)
    return np.where(missing == 0, 0.0, ahead)


def _reasons(slopes: TheilSen, lacking: BoolArray, no_limits: BoolArray) -> ReasonArray:
    found = reasons(slopes.slope.shape, (lacking, "missing_input"), (no_limits, "interval_not_attainable"))
    return np.where(slopes.reason != "", slopes.reason, found).astype(object)
