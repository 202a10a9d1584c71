"""How much a verdict hangs on: neighbours that are alike, rounding, blocks that differ, a single value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._segments import last_index
from maalbib.analysis._trend_methods import METHODS, Method
from maalbib.analysis._trend_options import WEIGHTED
from maalbib.analysis._trend_outcome import Outcome, says
from maalbib.analysis._trend_reach import constant

if TYPE_CHECKING:
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_series import Compared

__all__ = ["Remarks", "Without", "equal_values", "remarks_on", "without_each"]

_ENOUGH: Final = 12  # values from which neighbours can be told to be alike
_UNLIKE: Final = 0.01  # p below which blocks are said to move differently
_POOLING: Final = tuple(METHODS[name] for name in WEIGHTED)


@attrs.frozen(kw_only=True, eq=False)
class Remarks:
    """What a reader should know of each series besides.

    Attributes
    ----------
    r1
        Correlation of neighbours around the line, NaN where it was not measured.
    alike
        Whether neighbours are more alike than chance would have it.
    unlike_blocks
        Whether seasons or stretches have different trends.
    noise
        Whether values differ by rounding only.
    """

    r1: Floats
    alike: Bools
    unlike_blocks: Bools
    noise: Bools


def remarks_on(series: Compared, outcome: Outcome, judged: Bools, options: Options) -> Remarks:
    """Measure what may mislead.

    Neighbours matter where a trend is found, because p may then be too small; only there are they looked at, unless
    diagnostics are asked for.
    """
    values, many = series.values, len(series.values)
    enough = np.isfinite(values).sum(axis=1) >= _ENOUGH
    looked_at = judged if options.diagnostics else judged & outcome.found & enough
    r1, alike = np.full(many, np.nan), np.zeros(many, dtype=bool)
    rows = np.flatnonzero(looked_at)
    if len(rows):
        test = stats.residual_autocorrelation(
            values[rows], series.panel.times, blocks=_some(series.blocks, rows), resolution=series.resolution
        )
        r1[rows], alike[rows] = test.r1, test.found
    return Remarks(
        r1=r1,
        alike=alike & enough & judged,
        unlike_blocks=_unlike(series, outcome, judged),
        noise=np.zeros(many, dtype=bool) if series.resolution is not None else judged & stats.float_noise(values),
    )


def _unlike(series: Compared, outcome: Outcome, judged: Bools) -> Bools:
    found = np.zeros(len(judged), dtype=bool)
    rows = np.flatnonzero(judged & (outcome.n_blocks > 1))
    if len(rows):
        test = stats.block_heterogeneity(
            series.values[rows],
            series.panel.times,
            blocks=_some(series.blocks, rows),
            resolution=series.resolution,
        )
        found[rows] = np.asarray(test.p_value) < _UNLIKE
    return found


def _some(labels: Ints, rows: Ints) -> Ints:
    return labels if labels.ndim == 1 else labels[rows]


def equal_values(values: Floats, resolution: float | None) -> Ints:
    """Return how many values of each series are equal to another one."""
    counted = values if resolution is None else np.rint(values / resolution)
    ordered = np.sort(counted, axis=1)
    same = ordered[:, 1:] == ordered[:, :-1]
    none = np.zeros((len(values), 1), dtype=bool)
    in_group = np.concatenate([same, none], axis=1) | np.concatenate([none, same], axis=1)
    return np.asarray(in_group.sum(axis=1), dtype=np.int64)


@attrs.frozen(kw_only=True, eq=False)
class Without:
    """The verdict when one value is left out.

    Attributes
    ----------
    last
        Without the newest value: 1 rising, -1 falling, 0 not found, NaN where it could not be judged then.
    driver
        The period of the value that a found trend hangs on, -1 where it hangs on none; of several the newest. That a series is
        too short without a value says nothing about that value.
    """

    last: Floats
    driver: Ints


def without_each(series: Compared, outcome: Outcome, judged: Bools, method: Method, options: Options) -> Without:
    """Judge series anew without their newest value, and those with a trend without each of their values in turn."""
    many, periods = series.values.shape
    last, driver = np.full(many, np.nan), np.full(many, -1, dtype=np.int64)
    newest = last_index(outcome.used)
    for place in range(periods):
        own = np.flatnonzero(judged & outcome.used[:, place] & (outcome.found | (newest == place)))
        if not len(own):
            continue
        direction = _directions(series, own, place, method, options)
        is_last = newest[own] == place
        last[own[is_last]] = direction[is_last]
        other = ~np.isnan(direction) & (direction != outcome.sign[own])
        driver[own[outcome.found[own] & other]] = place
    return Without(last=last, driver=driver)


def _directions(series: Compared, rows: Ints, place: int, method: Method, options: Options) -> Floats:
    """Return the verdicts on some series without their value in one period.

    Where series share a dispersion all of them are judged anew.
    """
    pooled = method in _POOLING
    part, kept = (series, rows) if pooled else (series.rows(rows), np.arange(len(rows)))
    values = part.values.copy()
    values[kept, place] = np.nan
    left = attrs.evolve(part, values=values)
    outcome = method(left, options)
    flat = constant(left) & (outcome.p_min_untied <= options.alpha)  # long enough, and without any change
    judged = says(outcome.fault, "") & (flat | ~(outcome.p_min > options.alpha))
    return np.where(judged, np.where(outcome.found, outcome.sign, 0.0), np.nan)[kept]
