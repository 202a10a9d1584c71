"""When a line reaches a target, and how likely a value is to lie inside it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import BoolArray, FloatArray, IntArray, broadcast_to
from maalbib.stats._projection import Projection
from maalbib.stats._projection_scale import on_scale

__all__ = ["arrival_time", "hit_probability"]

_EQUAL: Final = 1e-9  # share of the largest number in a comparison


def hit_probability(
    projection: Projection,
    *,
    low: npt.ArrayLike = -np.inf,
    high: npt.ArrayLike = np.inf,
    tolerance: npt.ArrayLike = 0.0,
) -> FloatArray:
    """Probability that a value at the projected time lies inside a target region.

    Parameters
    ----------
    projection
        Lines from :func:`linear_projection` or another projection.
    low, high
        The region, one for all or one per series: at least ``low``, at most ``high``, or both for a band. NaN means no
        target.
    tolerance
        Slack at both edges, in the unit of the values.

    Returns
    -------
    numpy.ndarray
        Shares (0-1), one per series. NaN where there is no interval, the target is missing or ``low > high``.

    Raises
    ------
    ArgumentError
        If an array is not numbers or its shape does not fit.

    Notes
    -----
    Student's t with n - 2 degrees of freedom around the projected value on the scale of the line, computed in the
    smaller tail. Where errors of the measurements are known, the normal distribution that they give is asked too, and
    the larger tail taken. Values exactly on a line give 0 or 1. It holds only if the line goes on.

    A line of growth is never at 0 or below, and one between limits is never at a limit: such a target is reached with
    probability 0. A target that rounded values reach, such as 100 %, needs a ``tolerance`` of half a step.

    Examples
    --------
    >>> from maalbib.stats import linear_projection
    >>> found = linear_projection([68, 70, 69, 72, 73], [2018, 2019, 2020, 2021, 2022], 2030)
    >>> hit_probability(found, low=80).round(4).item()
    0.7441
    """
    floor, ceiling = _region(projection, low, high, tolerance)
    se, known = projection.se, projection.known_se
    with np.errstate(all="ignore"):
        below = on_scale(projection, floor) - projection.centre
        above = on_scale(projection, ceiling) - projection.centre
        first, second = _tail(projection, below), _tail(projection, above)
        # Beyond an edge on one side of the line lies one tail; between two such edges one tail less the other.
        share = np.where(below > 0, first - second, np.where(above < 0, second - first, 1 - first - second))
        exact = (se == 0) & ~(known > 0)
        share = np.where(exact, _inside(projection.projected, floor, ceiling, projection), share)
    unknown = np.isnan(se) & np.isnan(known)
    return np.where(unknown | np.isnan(floor) | np.isnan(ceiling), np.nan, share)


def arrival_time(
    projection: Projection,
    *,
    low: npt.ArrayLike = -np.inf,
    high: npt.ArrayLike = np.inf,
    tolerance: npt.ArrayLike = 0.0,
) -> FloatArray:
    """Time at which the line reaches a target region.

    Parameters
    ----------
    projection
        Lines from :func:`linear_projection` or another projection.
    low, high
        The region, one for all or one per series: at least ``low``, at most ``high``, or both for a band.
    tolerance
        Slack at both edges within which the line counts as arrived already.

    Returns
    -------
    numpy.ndarray
        Times, one per series: the last time where the line is inside already. NaN where it stands still, moves
        away, never gets there (growth to 0 or below, a limit of the scale), or there is no line or target.

    Raises
    ------
    ArgumentError
        If an array is not numbers or its shape does not fit.

    Examples
    --------
    >>> from maalbib.stats import linear_projection
    >>> found = linear_projection([68, 70, 69, 72, 73], [2018, 2019, 2020, 2021, 2022], 2030)
    >>> arrival_time(found, low=80).round(2).item(), arrival_time(found, high=60).item()
    (2028.0, nan)
    """
    floor, ceiling = _region(projection, low, high, tolerance)
    fitted, slope = projection.fitted_last, projection.slope
    slack = broadcast_to("tolerance", tolerance, slope.shape)
    with np.errstate(all="ignore"):
        edge = on_scale(projection, np.where(fitted < floor, floor + slack, ceiling - slack))
        missing = edge - on_scale(projection, fitted)
        span = projection.last_time - projection.first_time
        moving = np.abs(slope) * span > _margin(floor, ceiling, projection)
        there = moving & (missing * slope > 0) & np.isfinite(missing)
        ahead = np.where(there, missing / projection.rate, np.nan)
        arrived = _inside(fitted, floor, ceiling, projection)
        found = projection.last_time + np.where(arrived, 0.0, ahead)
    return np.where(np.isnan(floor) | np.isnan(ceiling) | np.isnan(slope), np.nan, found)


def _tail(projection: Projection, away: FloatArray) -> FloatArray:
    """Return the share that lies further from the line than so far away, 0 for infinitely far."""
    from scipy import special

    tail = np.zeros(away.shape)
    where = np.isfinite(away)
    distance = -np.abs(away[where])
    df: IntArray = np.maximum(projection.df[where], 1)
    found = special.stdtr(df, distance / projection.se[where])
    known = projection.known_se[where]
    if not np.isnan(known).all():
        found = np.fmax(found, special.ndtr(distance / known))
    tail[where] = found
    return tail


def _region(
    projection: Projection, low: npt.ArrayLike, high: npt.ArrayLike, tolerance: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return the edges moved out by the tolerance, NaN where they are in the wrong order."""
    shape = projection.slope.shape
    floor, ceiling = broadcast_to("low", low, shape), broadcast_to("high", high, shape)
    slack = broadcast_to("tolerance", tolerance, shape)
    return np.where(floor > ceiling, np.nan, floor - slack), ceiling + slack


def _margin(floor: FloatArray, ceiling: FloatArray, projection: Projection) -> FloatArray:
    edges = (np.where(np.isfinite(edge), np.abs(edge), 0.0) for edge in (floor, ceiling))
    return np.asarray(_EQUAL * np.maximum.reduce([*edges, projection.largest]))


def _inside(at: FloatArray, floor: FloatArray, ceiling: FloatArray, projection: Projection) -> BoolArray:
    margin = _margin(floor, ceiling, projection)
    return np.asarray((at >= floor - margin) & (at <= ceiling + margin))
