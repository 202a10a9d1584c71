"""Whether figures are older than they should be."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from maalbib.analysis._segments import last_index

if TYPE_CHECKING:
    from maalbib.analysis._arrays import Bools
    from maalbib.measurements import Panel

__all__ = ["stale"]


def stale(panel: Panel, delay: int | None, grace: int, day: dt.date) -> Bools:
    """Return which series lack a period that should have come by a day.

    Parameters
    ----------
    panel
        The series.
    delay
        Days from the end of a period until it is published; None where nobody has said, and then nothing is stale.
    grace
        Days more that it may take.
    day
        The day looked at.
    """
    if delay is None or not panel.periods:
        return np.zeros(len(panel), dtype=bool)
    latest = last_index(panel.present)
    next_ones = [period.next() for period in panel.periods]
    late = np.array([(day - period.end).days > delay + grace for period in next_ones], dtype=bool)
    return np.where(latest >= 0, late[np.maximum(latest, 0)], False)
