"""Changes of level that nobody has declared: proposed, never applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._segments import first_index

if TYPE_CHECKING:
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_series import Compared

__all__ = ["Changes", "changes_in", "no_changes"]

_NEAR = 1  # a change so many periods from a break that is known is that break


@attrs.frozen(kw_only=True, eq=False)
class Changes:
    """Where the level of each series changed most, and whether that is proposed as a break.

    Attributes
    ----------
    first
        First period of the new level, -1 where there is none.
    p_value, shift
        Of Pettitt's test; NaN where it was not made.
    proposed
        Whether the change is proposed as a break.
    """

    first: Ints
    p_value: Floats
    shift: Floats
    proposed: Bools


def no_changes(series: int) -> Changes:
    """Return that nobody looked for a change."""
    return Changes(
        first=np.full(series, -1),
        p_value=np.full(series, np.nan),
        shift=np.full(series, np.nan),
        proposed=np.zeros(series, dtype=bool),
    )


def changes_in(series: Compared, rows: Ints, options: Options) -> Changes:
    """Look for one change of level in the longest unbroken stretch of some series.

    It is proposed as a break where chance explains it badly (p at most alpha), a step lies closer to the values than a line, and
    no known break is near.
    """
    found = no_changes(len(series.values))
    if series.seasonal or not len(rows):
        return found
    values = _longest(series, rows)
    test = stats.pettitt(values, resolution=series.resolution)
    first = _next_value(values, np.asarray(test.last_before))
    p_value = np.asarray(test.p_value)
    likely = np.flatnonzero((p_value <= options.alpha) & (first >= 0) & ~_near(series.cut[rows], first))
    proposed = np.zeros(len(rows), dtype=bool)
    proposed[likely] = _steps_rather(values[likely], series)
    found.first[rows] = first
    found.p_value[rows], found.shift[rows], found.proposed[rows] = p_value, test.shift, proposed
    return found


def _longest(series: Compared, rows: Ints) -> Floats:
    """Return the values of the longest unbroken stretch of each series, of two that are as long the newer one."""
    values = series.values[rows]
    if series.segments.ndim == 1:
        return values
    labels, kept = series.segments[rows], np.isfinite(values)
    most, chosen = np.full(len(rows), -1), np.zeros(len(rows), dtype=np.int64)
    for label in np.unique(labels).tolist():
        size = (kept & (labels == label)).sum(axis=1)
        chosen = np.where(size >= most, label, chosen)
        most = np.maximum(most, size)
    return np.where(labels == chosen[:, None], values, np.nan)


def _next_value(values: Floats, last_before: Ints) -> Ints:
    """Return the place of the first value after each border, -1 where there is no border."""
    later = np.isfinite(values) & (np.arange(values.shape[1]) > last_before[:, None])
    return np.where(last_before >= 0, first_index(later), -1)


def _near(cut: Bools, first: Ints) -> Bools:
    """Return which changes begin at most one period from a break."""
    apart = np.abs(np.arange(cut.shape[1]) - first[:, None])
    return np.asarray((cut & (apart <= _NEAR)).any(axis=1), dtype=bool)


def _steps_rather(values: Floats, series: Compared) -> Bools:
    """Return which series a step describes more closely than a line."""
    if not len(values):
        return np.zeros(0, dtype=bool)
    test = stats.step_or_line(values, series.panel.times, resolution=series.resolution)
    return np.asarray(test.step_residual < test.line_residual, dtype=bool)
