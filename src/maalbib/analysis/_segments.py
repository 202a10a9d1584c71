"""Which values of a series may be compared: breaks, withheld values, small numbers, overlaps, sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, Words, in_rows
from maalbib.analysis._secrecy import people_in
from maalbib.measurements import STATUS_CODES
from maalbib.model import Break, Comparable, Indicator, Status

if TYPE_CHECKING:
    from maalbib.measurements import Panel

__all__ = [
    "Usable",
    "at",
    "block_labels",
    "break_positions",
    "first_index",
    "known_breaks",
    "last_index",
    "linked",
    "mixed_within",
    "overlapping",
    "usable",
]


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
    suppressed, small
        (series, periods) values that are withheld, and values of too few people to be judged.
    set_aside
        Which series have older values that are left out because they are withheld, of too few people, or forecasts.
    """

    values: Floats
    latest: Ints
    withheld: Words
    suppressed: Bools
    small: Bools
    set_aside: Bools


def usable(
    panel: Panel,
    indicator: Indicator | None,
    *,
    since: dt.date = dt.date.min,
    until: dt.date = dt.date.max,
    min_verdict: int | None = None,
) -> Usable:
    """Set aside what cannot be judged: other times, missing and withheld values, values of too few people, forecasts.

    An older value is never passed off as current: where the newest record is withheld, the series is.
    """
    started = np.array([since <= period.start <= until for period in panel.periods], dtype=bool)
    suppressed = panel.suppressed & started
    people = people_in(panel, indicator)
    small = np.zeros(panel.values.shape, dtype=bool)
    if min_verdict is not None and people is not None:
        small = (people < min_verdict) & started
    forecast = np.asarray(panel.status == STATUS_CODES.index(Status.FORECAST.value), dtype=bool)
    there = np.isfinite(panel.values) & started
    fit = there & ~small & ~suppressed & ~forecast
    latest, newest_withheld, newest_small = last_index(fit), last_index(suppressed), last_index(small)
    withheld = np.full(len(panel), "", dtype=object)
    withheld[latest < 0] = "no_data"
    withheld[newest_small > latest] = "small_n"
    withheld[(newest_withheld > latest) & (newest_withheld >= newest_small)] = "suppressed"
    return Usable(
        values=np.where(fit, panel.values, np.nan),
        latest=latest,
        withheld=withheld,
        suppressed=suppressed,
        small=small,
        set_aside=in_rows((small & there) | suppressed | (forecast & there)),
    )


def last_index(mask: Bools) -> Ints:
    """Return the index of the last True in each row, -1 where there is none."""
    if mask.shape[1] == 0:
        return np.full(len(mask), -1, dtype=np.int64)
    found = mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1)
    return np.where(mask.any(axis=1), found, -1)


def first_index(mask: Bools) -> Ints:
    """Return the index of the first True in each row, -1 where there is none."""
    if mask.shape[1] == 0:
        return np.full(len(mask), -1, dtype=np.int64)
    return np.where(mask.any(axis=1), np.argmax(mask, axis=1), -1)


def at(values: Floats, index: Ints) -> Floats:
    """Return the value of each row at its index, NaN where the index is below 0."""
    if values.shape[1] == 0:
        return np.full(len(values), np.nan)
    return np.where(index >= 0, values[np.arange(len(values)), index], np.nan)


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
    starts = np.array([period.start for period in panel.periods], dtype="datetime64[D]")
    return [int(np.searchsorted(starts, np.datetime64(item.period.start))) for item in breaks]


def linked(panel: Panel, values: Floats, breaks: Sequence[Break]) -> tuple[Floats, Bools]:
    """Multiply the values before a break that has a factor, and return which series that concerns."""
    factored = np.zeros(len(values), dtype=bool)
    for item, position in zip(breaks, break_positions(panel, breaks), strict=True):
        if item.comparable is Comparable.WITH_FACTOR:
            met = in_rows(np.isfinite(values[:, :position])) & in_rows(np.isfinite(values[:, position:]))
            earlier = (np.arange(values.shape[1]) < position) & met[:, None]
            values = np.where(earlier, values * (item.link_factor or 1.0), values)
            factored |= met
    return values, factored


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


def mixed_within(panel: Panel, values: Floats, blocks: Ints) -> Bools:
    """Return which series have values of different sources within one block."""
    mixed = np.zeros(len(values), dtype=bool)
    for label in np.unique(blocks).tolist() if panel.source is not None else ():
        mixed |= panel.mixed_sources(np.where(blocks == label, values, np.nan))
    return mixed


def overlapping(panel: Panel, values: Floats) -> Bools:
    """Return which series have values of periods that share a day, as pooled years do that start a year apart."""
    if not panel.periods:
        return np.zeros(len(values), dtype=bool)
    days = [(period.start.toordinal(), period.end.toordinal()) for period in panel.periods]
    starts, ends = (np.array(side, dtype=np.int64) for side in zip(*days, strict=True))
    if (starts[1:] > ends[:-1]).all():
        return np.zeros(len(values), dtype=bool)
    used = np.isfinite(values)
    reached = np.maximum.accumulate(np.where(used, ends, -1), axis=1)
    return in_rows(used[:, 1:] & (starts[1:] <= reached[:, :-1]))
