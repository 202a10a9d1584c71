"""Whether a change is large enough to matter, and whether it is as fast as is required."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints

if TYPE_CHECKING:
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_outcome import Outcome
    from maalbib.analysis._trend_series import Compared
    from maalbib.stats import SlopeTest

__all__ = ["NEGLIGIBLE", "RELEVANCE", "UNCLEAR", "pace_of", "relevance_of", "required_slopes"]

RELEVANCE: Final = ("unclear", "relevant", "negligible")
UNCLEAR, _RELEVANT, NEGLIGIBLE = range(3)


def relevance_of(outcome: Outcome, family: Bools, options: Options) -> Ints:
    """Place the whole interval against the smallest slope that matters: a place in ``RELEVANCE``, -1 where there is none."""
    none = np.full(len(family), -1)
    if options.min_relevant_slope is not None:
        margin: Floats | float = options.min_relevant_slope
    elif options.min_relevant_share is not None:
        margin = options.min_relevant_share * _level(outcome.values)
    else:
        return none
    lower, upper = outcome.lower, outcome.upper
    beyond, within = (lower > margin) | (upper < -margin), (lower >= -margin) & (upper <= margin)
    return np.select([~family, beyond, within], [none, none + 1 + _RELEVANT, none + 1 + NEGLIGIBLE], UNCLEAR)


def _level(values: Floats) -> Floats:
    """Return the size of the median of each series."""
    ordered = np.sort(values, axis=1)  # NaN last
    n = np.isfinite(values).sum(axis=1)
    each = np.arange(len(values))
    if values.shape[1] == 0:
        return np.zeros(len(values))
    middle: Floats = (
        ordered[each, np.maximum(n - 1, 0) >> 1] / 2 + ordered[each, np.minimum(n >> 1, values.shape[1] - 1)] / 2
    )
    return np.abs(middle)


def required_slopes(series: Compared, options: Options) -> Floats:
    """Return the slope required of each series, NaN where none is."""
    given = options.required_slope
    ids = series.stack.ids
    if given is None:
        return np.full(len(series.values), np.nan)
    of_indicator = [given.get(code, np.nan) if isinstance(given, Mapping) else given for code in ids]
    return np.array(of_indicator, dtype=np.float64)[series.stack.which]


def pace_of(series: Compared, outcome: Outcome, concerned: Bools, options: Options) -> SlopeTest | None:
    """Hold the slopes of each series against the required one; None where none is required.

    Of series with withheld values, which are concerned, not all slopes are known.
    """
    required = np.where(concerned, np.nan, required_slopes(series, options))
    if not np.isfinite(required).any():
        return None
    return stats.slope_test(
        outcome.values, required, series.panel.times, blocks=series.blocks, resolution=series.resolution
    )
