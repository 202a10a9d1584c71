"""What is known of withheld values, and what S can be at least whatever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._segments import sides

if TYPE_CHECKING:
    from maalbib.analysis._secrecy import Grades
    from maalbib.analysis._trend_series import Compared

__all__ = ["Bound", "limits_of", "sure_of_direction"]


@attrs.frozen(kw_only=True, eq=False)
class Bound:
    """The S nearest to 0 that a series can have, its p if no values are equal, and whether that is small enough."""

    s: Floats
    p_value: Floats
    sure: Bools


def limits_of(series: Compared, rows: Ints, grades: Grades) -> tuple[Floats, Floats]:
    """Return the smallest and the largest value that each may be, (rows, periods); equal where it is known.

    A withheld value lies within the natural limits of the unit, or within limits that stand in the data and may be shown. Of a
    bound one side is known.
    """
    panel, indicator = series.panel, series.indicator
    floor, ceiling = (-np.inf, np.inf) if indicator is None else (indicator.unit.low, indicator.unit.high)
    if indicator is not None:
        floor = floor if indicator.value_min is None else indicator.value_min
        ceiling = ceiling if indicator.value_max is None else indicator.value_max
    shape = (len(rows), panel.values.shape[1])
    low, high = np.full(shape, float(floor)), np.full(shape, float(ceiling))
    hidden = series.found.suppressed[rows]
    if panel.lower is not None and panel.upper is not None:
        said = hidden & (grades[rows] == 0)
        low = np.where(said & np.isfinite(panel.lower[rows]), panel.lower[rows], low)
        high = np.where(said & np.isfinite(panel.upper[rows]), panel.upper[rows], high)
    side, value = sides(panel)[rows], panel.values[rows]
    is_open, known = series.open[rows], series.values[rows]
    factor = np.where(is_open, series.factor[rows], 1.0)
    low = np.where(~hidden & (side > 0), value, low) * factor
    high = np.where(~hidden & (side < 0), value, high) * factor
    low, high = (np.where(is_open, limit, known) for limit in (np.fmin(low, high), np.fmax(low, high)))
    if series.resolution is not None:
        low, high = (np.rint(limit / series.resolution) for limit in (low, high))
    return low, high


def sure_of_direction(low: Floats, high: Floats, labels: Ints, alpha: float) -> Bound:
    """Bound S, and say where even the S nearest to 0 shows a trend.

    Equal values only make S less spread, so the p of values without ties is the larger one; where S then cannot be what it is
    because it moves in steps of 2, the next one nearer to 0 is taken.
    """
    least, most = np.zeros(len(low)), np.zeros(len(low))
    for lag in range(1, low.shape[1]):
        both = labels[:, lag:] == labels[:, :-lag]
        least += ((low[:, lag:] > high[:, :-lag]) & both).sum(axis=1) - ((high[:, :-lag] > low[:, lag:]) & both).sum(
            axis=1
        )
        most += ((high[:, lag:] > low[:, :-lag]) & both).sum(axis=1) - ((low[:, :-lag] > high[:, lag:]) & both).sum(
            axis=1
        )
    s = np.where(least > 0, least, np.where(most < 0, most, 0.0))
    rising = np.where(np.isnan(low), np.nan, np.arange(low.shape[1], dtype=np.float64))
    scores = stats.trend_scores(rising, blocks=labels)
    attainable = stats.Attainable.of_trends(scores)
    p_value = np.ones(len(low))
    for row in np.flatnonzero((s != 0) & (scores.which >= 0)).tolist():
        table = attainable.of(row)
        inversions = -int(-(scores.s[row] - abs(s[row])) // 2)
        if inversions < len(table):
            p_value[row] = table[inversions]
    return Bound(s=s, p_value=p_value, sure=p_value <= alpha)
