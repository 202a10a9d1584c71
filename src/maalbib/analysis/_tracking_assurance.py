"""Whether a process that goes on as it does keeps meeting its target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib import stats
from maalbib.analysis._segments import at, with_gaps

if TYPE_CHECKING:
    from maalbib.analysis._arrays import Ints
    from maalbib.analysis._figures import Case, Figures

__all__ = ["WORDS", "assurance_of"]

WORDS: Final = ("consistent_pass", "consistent_fail", "inconsistent")
_LEAST: Final = 12  # points that give trial limits


def assurance_of(case: Case, figures: Figures) -> Ints:
    """Return the place in ``WORDS`` for each row, -1 where nothing can be said.

    Limits are those of an individuals chart of the comparable values, held against the region that the target asks for in the
    end. The rule is that of :func:`maalbib.stats.assurance`: a limit on the edge decides nothing.
    """
    said = np.full(len(figures.latest), -1)
    values = case.evidence.values
    aimed = np.isfinite(figures.low) | np.isfinite(figures.high)
    rows = np.flatnonzero(aimed & (np.isfinite(values).sum(axis=1) >= _LEAST))
    if len(rows) == 0:
        return said
    laid, places = with_gaps(values[rows], case.evidence.ordinals)
    limits = stats.xmr_limits(laid)
    latest = places[figures.latest_index[rows]]
    lower, upper = at(limits.lower, latest), at(limits.upper, latest)
    low, high = figures.low[rows], figures.high[rows]
    with np.errstate(invalid="ignore"):
        passes = (lower > low) & (upper < high)
        fails = (upper < low) | (lower > high)
    found = np.select([np.isnan(lower) | np.isnan(upper), passes, fails], [-1, 0, 1], 2)
    said[rows] = found
    return said
