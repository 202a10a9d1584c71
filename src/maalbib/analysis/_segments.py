"""Which values of a series may be compared: breaks, units, bounds, withheld values, small numbers, overlaps, sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, Words, in_rows
from maalbib.analysis._secrecy import people_in
from maalbib.measurements import STATUS_CODES
from maalbib.measurements._schema import QUALIFIERS
from maalbib.model import Break, Comparable, Indicator, Qualifier, Status

if TYPE_CHECKING:
    from maalbib.measurements import Panel

__all__ = [
    "Usable",
    "approximate",
    "approximate_cells",
    "at",
    "block_labels",
    "break_positions",
    "cutting_marks",
    "first_index",
    "known_breaks",
    "last_index",
    "linked",
    "mixed_within",
    "overlap_disagrees",
    "overlapping",
    "sides",
    "unit_labels",
    "usable",
    "with_gaps",
]


_SAME: Final = 1e-9  # what arithmetic in binary may leave behind, as a share


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
        ``""``, ``"no_data"``, ``"suppressed"``, ``"small_n"`` or ``"one_sided"``: why a series has no current value.
    suppressed, small
        (series, periods) values that are withheld, and values of too few people to be judged.
    one_sided
        (series, periods) values that are only known as a bound: at least, or at most, so much.
    set_aside
        Which series have older values that are left out because they are withheld, of too few people, only a bound, or
        forecasts.
    """

    values: Floats
    latest: Ints
    withheld: Words
    suppressed: Bools
    small: Bools
    one_sided: Bools
    set_aside: Bools


def usable(
    panel: Panel,
    indicator: Indicator | None,
    *,
    since: dt.date = dt.date.min,
    until: dt.date = dt.date.max,
    min_verdict: int | None = None,
) -> Usable:
    """Set aside what cannot be judged: other times, missing and withheld values, those of too few people, bounds, forecasts.

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
    one_sided = there & ~small & ~suppressed & ~forecast & (sides(panel) != 0)
    fit = there & ~small & ~suppressed & ~forecast & ~one_sided
    latest, newest_withheld, newest_small = last_index(fit), last_index(suppressed), last_index(small)
    newest_bound = last_index(one_sided)
    withheld = np.full(len(panel), "", dtype=object)
    withheld[latest < 0] = "no_data"
    withheld[newest_small > latest] = "small_n"
    withheld[(newest_withheld > latest) & (newest_withheld >= newest_small)] = "suppressed"
    withheld[newest_bound > np.maximum.reduce([latest, newest_withheld, newest_small])] = "one_sided"
    return Usable(
        values=np.where(fit, panel.values, np.nan),
        latest=latest,
        withheld=withheld,
        suppressed=suppressed,
        small=small,
        one_sided=one_sided,
        set_aside=in_rows((small & there) | suppressed | one_sided | (forecast & there)),
    )


def sides(panel: Panel) -> Ints:
    """Return (series, periods): 1 where a value is at least the figure given, -1 where it is at most, else 0."""
    found: Ints = np.zeros(panel.values.shape, dtype=np.int64)
    if panel.qualifier is not None:
        found[panel.qualifier == QUALIFIERS.index(Qualifier.LOWER_BOUND)] = 1
        found[panel.qualifier == QUALIFIERS.index(Qualifier.UPPER_BOUND)] = -1
    return found


def approximate(panel: Panel, used: Bools) -> Bools:
    """Return which series rest on a value that is only known about."""
    return in_rows(used & approximate_cells(panel))


def approximate_cells(panel: Panel) -> Bools:
    """Return which values are only known about, (series, periods)."""
    if panel.qualifier is None:
        return np.zeros(panel.values.shape, dtype=bool)
    return np.asarray(panel.qualifier == QUALIFIERS.index(Qualifier.APPROXIMATE), dtype=bool)


def last_index(mask: Bools) -> Ints:
    """Return the index of the last True in each row, -1 where there is none."""
    if mask.shape[1] == 0:
        return np.full(len(mask), -1, dtype=np.int64)
    found = mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1)
    return np.where(mask[np.arange(len(mask)), found], found, -1)


def first_index(mask: Bools) -> Ints:
    """Return the index of the first True in each row, -1 where there is none."""
    if mask.shape[1] == 0:
        return np.full(len(mask), -1, dtype=np.int64)
    found = np.argmax(mask, axis=1)
    return np.where(mask[np.arange(len(mask)), found], found, -1)


def at(values: Floats, index: Ints) -> Floats:
    """Return the value of each row at its index, NaN where the index is below 0."""
    if values.shape[1] == 0:
        return np.full(len(values), np.nan)
    return np.where(index >= 0, values[np.arange(len(values)), index], np.nan)


def with_gaps(values: Floats, ordinals: Ints) -> tuple[Floats, Ints]:
    """Return values with an empty column wherever periods are missing between two columns, and the place of each column.

    Neighbouring columns are then neighbouring periods, whichever periods the other series of the panel have.
    """
    places: Ints = np.arange(len(ordinals)) + np.cumsum(np.diff(ordinals, prepend=ordinals[:1]) > 1)
    found = np.full((len(values), int(places[-1]) + 1 if len(places) else 0), np.nan)
    found[:, places] = values
    return found, places


def known_breaks(breaks: Sequence[Break], as_of: dt.date | None) -> tuple[Break, ...]:
    """Return the breaks that were known on a day."""
    return tuple(item for item in breaks if as_of is None or item.known_from is None or item.known_from <= as_of)


def break_positions(panel: Panel, breaks: Sequence[Break]) -> list[int]:
    """Return for each break the index of the first period that lies in the new series."""
    if not breaks:
        return []
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

    Declared breaks hold for every series; a row marked with status B starts a new block for its own series, and so does
    another unit under the same code.
    """
    steps: Ints = np.zeros(panel.values.shape, dtype=np.int64)
    for item, position in zip(breaks, break_positions(panel, breaks), strict=True):
        if item.comparable is Comparable.NO and position < steps.shape[1]:
            steps[:, position] = 1
    blocks: Ints = np.cumsum(np.maximum(steps, cutting_marks(panel, breaks)), axis=1, dtype=np.int64)
    return blocks


def cutting_marks(panel: Panel, breaks: Sequence[Break]) -> Bools:
    """Return where a series is cut by its own rows: status B, or a code that stands for another unit from there on.

    The mark on the first value after a declared break is that break and no other: where values may be compared across it, with
    a factor or as they are, the mark does not forbid it.
    """
    marked = panel.marked_break.copy()
    columns = np.arange(marked.shape[1])
    for item, position in zip(breaks, break_positions(panel, breaks), strict=True):
        if item.comparable is not Comparable.NO:
            first = first_index(panel.present & (columns >= position))
            marked[columns == first[:, None]] = False
    return marked if panel.changed is None else marked | panel.changed


def unit_labels(panel: Panel) -> Ints:
    """Return labels (series, periods) of the units that each code stands for; they are never compared with each other."""
    if panel.changed is None:
        return np.zeros(panel.values.shape, dtype=np.int64)
    labels: Ints = np.cumsum(panel.changed, axis=1, dtype=np.int64)
    return labels


def overlap_disagrees(panel: Panel, breaks: Sequence[Break], decimals: int) -> Bools:
    """Return which series have a value by both methods at a declared break whose factor does not lead from one to the other."""
    found = np.zeros(len(panel), dtype=bool)
    if panel.pre_break is None:
        return found
    half = 0.5 * 10.0**-decimals
    columns = np.arange(panel.values.shape[1])
    for item, position in zip(breaks, break_positions(panel, breaks), strict=True):
        if item.comparable is Comparable.NO:
            continue
        factor = item.link_factor or 1.0
        first = first_index(panel.present & (columns >= position))
        apart = np.abs(at(panel.values, first) - factor * at(panel.pre_break, first))
        found |= apart > half * (1 + abs(factor)) * (1 + _SAME)
    return found


def mixed_within(panel: Panel, values: Floats, blocks: Ints) -> Bools:
    """Return which series have values of different sources within one block."""
    mixed = np.zeros(len(values), dtype=bool)
    for label in np.unique(blocks).tolist() if panel.source is not None else ():
        mixed |= panel.mixed_sources(np.where(blocks == label, values, np.nan))
    return mixed


def overlapping(panel: Panel, values: Floats) -> Bools:
    """Return which series have values that rest on the same days, as pooled years do that start a year apart.

    So do sums over several periods that are taken anew every period.
    """
    if not panel.periods:
        return np.zeros(len(values), dtype=bool)
    if panel.window > 1:
        return _nearer_than(panel.window, panel, values)
    days = [(period.start.toordinal(), period.end.toordinal()) for period in panel.periods]
    starts, ends = (np.array(side, dtype=np.int64) for side in zip(*days, strict=True))
    if (starts[1:] > ends[:-1]).all():
        return np.zeros(len(values), dtype=bool)
    used = np.isfinite(values)
    reached = np.maximum.accumulate(np.where(used, ends, -1), axis=1)
    return in_rows(used[:, 1:] & (starts[1:] <= reached[:, :-1]))


def _nearer_than(window: int, panel: Panel, values: Floats) -> Bools:
    """Return which series have two values that lie fewer periods apart than each of them covers."""
    ordinals = np.array([period.ordinal for period in panel.periods], dtype=np.int64)
    used = np.isfinite(values)
    last = np.maximum.accumulate(np.where(used, ordinals, -window), axis=1)
    return in_rows(used[:, 1:] & (ordinals[1:] - last[:, :-1] < window))
