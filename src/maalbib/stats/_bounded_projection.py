"""Where a series between two natural limits is heading, never beyond them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.stats._arrays import BoolArray, FloatArray, broadcast_to
from maalbib.stats._line_fit import Course, LineFit, concatenated, fit_block
from maalbib.stats._projected import straight
from maalbib.stats._projection_scale import to_logit, within_limits

if TYPE_CHECKING:
    import numpy.typing as npt

    from maalbib.stats._projection import Projection

__all__ = ["bounded_projection"]

_AT: Final = 1e-9  # share of the room between the limits that counts as no distance


def bounded_projection(
    values: npt.ArrayLike,
    times: npt.ArrayLike,
    at: npt.ArrayLike,
    *,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    level: float = 0.80,
    denominators: npt.ArrayLike | None = None,
) -> Projection:
    """Fit a line that flattens towards natural limits and carry it on to a later time.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), between the limits. NaN means missing; the gap keeps its place in time.
    times, at
        As in :func:`linear_projection`.
    low, high
        The natural limits, such as 0 and 100, one for all or one per series.
    level
        As in :func:`linear_projection`.
    denominators
        How many people or answers are behind each value, in a shape that stretches to that of the values; used for
        values at a limit only.

    Returns
    -------
    Projection
        On the scale ``logit``, one element per series. Nothing in it lies outside the limits.

    Raises
    ------
    ArgumentError
        If an array is not numbers, shapes do not fit, or ``level`` is not inside (0, 1).

    Notes
    -----
    Least squares on the logit log((y - low)/(high - y)), as :func:`linear_projection`; the figures are taken back, so
    ``projected`` is the median of what to expect, and the interval is not symmetric.

    A value at a limit has no logit. It is a rounded one, or one of few answers, and counts as half a step inside [1]_:
    with ``denominators`` half of one answer, (high - low)/(2 n); else half of the smallest difference between two
    different values of the series, the limits counted among them, which is the series' own resolution as far as it
    shows. A series that is never inside shows none and is refused (``at_limit``), as is one with values beyond
    (``outside_limits``) or without two limits in order (``no_limits``). The step is a convention and not knowledge: how steep a
    line ends that touches its limit depends on it.

    References
    ----------
    .. [1] Cox, D. R. and Snell, E. J. (1989). Analysis of Binary Data, 2nd edition, section 2.1. Chapman and Hall.

    Examples
    --------
    A straight line would go beyond 100 per cent:

    >>> found = bounded_projection([88, 91, 94, 95, 97], [2018, 2019, 2020, 2021, 2022], 2026, low=0, high=100)
    >>> found.projected.round(1).item(), found.lower.round(1).item(), found.upper.round(1).item()
    (99.2, 99.0, 99.4)
    """
    course = Course.of(values, times, at, level)
    people = course.per_value("denominators", denominators)
    edges = tuple(broadcast_to(name, edge, course.shape).flatten() for name, edge in (("low", low), ("high", high)))
    with np.errstate(all="ignore"):
        parts = [_fit(course, edges, people, rows) for rows in course.blocks()]
    fit = concatenated(part[0] for part in parts)
    refused = tuple(
        (np.concatenate([part[1][code] for part in parts]), code)
        for code in ("no_limits", "outside_limits", "at_limit")
    )
    line = straight(course, fit, noise=1.0, refused=refused)
    ends = [edge.reshape(course.shape) for edge in edges]
    return within_limits(line, *ends)


def _fit(
    course: Course, edges: tuple[FloatArray, ...], people: FloatArray | None, rows: slice
) -> tuple[LineFit, dict[str, BoolArray]]:
    """Fit lines to the logits of some rows, and return which of them have none."""
    t = course.times[rows]
    y = np.where(np.isnan(t), np.nan, course.values[rows])
    low, high = (edge[rows, np.newaxis] for edge in edges)
    apart = np.isfinite(low) & np.isfinite(high) & (low < high)
    margin = _AT * (high - low)
    outside = np.isfinite(y) & ((y < low - margin) | (y > high + margin))
    at_low, at_high = np.abs(y - low) <= margin, np.abs(y - high) <= margin
    touching = np.asarray((at_low | at_high).any(axis=1))
    half = np.full(y.shape, np.nan)
    if touching.any():
        half[touching] = _half_steps(y[touching], low[touching], high[touching])[:, np.newaxis]
    if people is not None:
        half = np.where(people[rows] > 0, (high - low) / (2 * people[rows]), half)
    stuck = np.asarray(((at_low | at_high) & np.isnan(half)).any(axis=1))
    inside = np.where(at_low, low + half, np.where(at_high, high - half, y))
    logits = np.where(np.isfinite(y), to_logit(inside, low, high), y)
    fit, _, _ = fit_block(np.where(np.isfinite(y) & ~np.isfinite(logits), 0.0, logits), t)
    refused = {"no_limits": ~apart[:, 0], "outside_limits": np.asarray(outside.any(axis=1)), "at_limit": stuck}
    return attrs.evolve(fit, largest=np.fmax.reduce(np.abs(y), axis=1)), refused


def _half_steps(y: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return half of the smallest difference between different values, NaN where no value is inside the limits."""
    margin = _AT * (high - low)
    every = np.sort(np.concatenate([y, low, high], axis=1), axis=1)
    gaps = np.diff(every, axis=1)
    least = np.where(gaps > margin, gaps, np.inf).min(axis=1)
    inside = ((y > low + margin) & (y < high - margin)).any(axis=1)
    return np.where(inside, least / 2, np.nan)
