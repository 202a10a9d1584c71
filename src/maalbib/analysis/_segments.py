"""Which values of a series may be compared: breaks, withheld values, small numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, Words
from maalbib.model import Break, Comparable

if TYPE_CHECKING:
    from maalbib.measurements import Panel

__all__ = ["Usable", "block_labels", "break_positions", "known_breaks", "last_index", "usable"]


@attrs.frozen(kw_only=True)
class Usable:
    """What of a panel can be used.

    Attributes
    ----------
    values
        (series, periods), NaN where a value cannot be used.
    latest
        Index of the newest usable value of each series, -1 where there is none.
    withheld
        ``""``, ``"no_data"``, ``"suppressed"`` or ``"small_n"``: why a series has no current value.
    """

    values: Floats
    latest: Ints
    withheld: Words


def usable(panel: Panel, *, until: dt.date | None, min_verdict: int | None) -> Usable:
    """Set aside what cannot be judged: later periods, missing and withheld values, values of too few people.

    An older value is never passed off as current: where the newest record is withheld, the series is.
    """
    started = np.array([until is None or period.start <= until for period in panel.periods], dtype=bool)
    values = np.where(started, panel.values, np.nan)
    suppressed = panel.suppressed & started
    small = np.zeros(values.shape, dtype=bool)
    if min_verdict is not None and panel.n is not None:
        small = (panel.n < min_verdict) & started
    fit = np.isfinite(values) & ~small & ~suppressed
    latest, newest_withheld = last_index(fit), last_index(suppressed)
    newest_small = last_index(small)
    withheld = np.full(len(values), "", dtype=object)
    withheld[latest < 0] = "no_data"
    withheld[newest_small > latest] = "small_n"
    withheld[(newest_withheld > latest) & (newest_withheld >= newest_small)] = "suppressed"
    return Usable(values=np.where(fit, values, np.nan), latest=latest, withheld=withheld)


def last_index(mask: Bools) -> Ints:
    """Return the index of the last True in each row, -1 where there is none."""
    if mask.shape[1] == 0:
        return np.full(len(mask), -1, dtype=np.int64)
    found = mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1)
    return np.where(mask.any(axis=1), found, -1)


def known_breaks(breaks: Sequence[Break], as_of: dt.date | None) -> tuple[Break, ...]:
    """Return the breaks that were known on a day and rule out, or change, a comparison."""
    return tuple(
        item
        for item in breaks
        if item.comparable is not Comparable.YES
        and (as_of is None or item.known_from is None or item.known_from <= as_of)
    )


def break_positions(panel: Panel, breaks: Sequence[Break]) -> list[int]:
    """Return for each break the index of the first period that lies in the new series."""
    starts = [period.start for period in panel.periods]
    return [
        int(np.searchsorted(np.array(starts, dtype="datetime64[D]"), np.datetime64(item.period.start)))
        for item in breaks
    ]


def block_labels(panel: Panel, breaks: Sequence[Break]) -> Ints:
    """Return labels (series, periods): values with different labels are not comparable.

    Declared breaks hold for every series; a row marked with status B starts a new block for its own series.
    """
    steps: Ints = np.zeros(panel.values.shape, dtype=np.int64)
    for item, position in zip(breaks, break_positions(panel, breaks), strict=True):
        if item.comparable is Comparable.NO and position < steps.shape[1]:
            steps[:, position] = 1
    blocks: Ints = np.cumsum(np.maximum(steps, panel.marked_break), axis=1, dtype=np.int64)
    return blocks
