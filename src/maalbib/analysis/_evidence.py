"""From a panel to the evidence that a target is judged by: breaks cut it, the baseline is found, the deadline is placed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, Words, in_rows
from maalbib.analysis._segments import (
    Usable,
    at,
    block_labels,
    break_positions,
    cutting_marks,
    first_index,
    known_breaks,
    last_index,
    linked,
    mixed_within,
    overlap_disagrees,
    overlapping,
    sides,
    unit_labels,
    usable,
)
from maalbib.errors import PeriodError
from maalbib.model import Break, Comparable, DatedTarget, DirectionOnly, Frequency, Indicator, Target

if TYPE_CHECKING:
    from maalbib.measurements import Panel

__all__ = ["Evidence", "Remarks", "evidence_of"]

_SAME: Final = 1e-9  # relative difference that is no revision

Remarks = list[tuple[str, Bools]]


@attrs.frozen(kw_only=True)
class Evidence:
    """What is known of m series when a target is judged.

    Attributes
    ----------
    values
        (m, k) comparable values, NaN elsewhere: only those after the last break that rules out comparison.
    all_values
        (m, k) every usable value, from before a break too.
    times
        (k,) years as numbers.
    ordinals
        (k,) running numbers of the periods.
    freq
        Frequency of the periods.
    withheld
        (m,) ``""``, or why there is no current value.
    base, base_time
        (m,) agreed or observed baseline value and its time, NaN without.
    base_index, base_text
        (m,) column of the baseline period, -1 without; and the text of the stated period.
    base_before_break
        (m,) whether a break lies after the stated baseline.
    broken
        (m,) whether a break lies at or before the latest value.
    due_index, due_time
        Index of the due period, -1 where the panel lacks it; its time, NaN for a standing target.
    due_over
        Whether the due period is over on the as-of day.
    after_due
        (m,) whether there is a value for the due period or a later one.
    due_suppressed, due_small
        (m,) whether the value of the due period is withheld, or of too few people.
    bounds, sides
        (m, k) values that are only known as a bound, NaN elsewhere; and 1 where a value is at least that, -1 where at most.
    """

    values: Floats
    all_values: Floats
    times: Floats
    ordinals: Ints
    freq: Frequency
    withheld: Words
    base: Floats
    base_index: Ints
    base_text: str | None
    base_time: Floats
    base_before_break: Bools
    broken: Bools
    due_index: int
    due_time: float
    due_over: bool
    after_due: Bools
    due_suppressed: Bools
    due_small: Bools
    bounds: Floats
    sides: Ints


def evidence_of(
    target: Target,
    panel: Panel,
    indicator: Indicator,
    day: dt.date,
    *,
    across_breaks: bool,
    min_verdict: int | None,
    whole_history: bool = False,
) -> tuple[Evidence, Remarks]:
    """Return the evidence, and flags that follow from the data alone; with ``whole_history`` from before the baseline too."""
    since = dt.date.min if whole_history else _since(target)
    found = usable(panel, indicator, since=since, until=day, min_verdict=min_verdict)
    breaks, decimals = known_breaks(indicator.breaks, day), indicator.decimals
    values, factored = linked(panel, found.values, breaks)
    start = _first_comparable(panel, values, breaks)
    remarks = [*_remarks(panel, values, found, breaks), ("linked", factored)]
    reused = _latest_unit(panel, values)
    remarks += [
        ("code_reused", reused >= 0),
        ("overlap_disagrees", factored & overlap_disagrees(panel, breaks, decimals)),
    ]
    days = _days(panel)
    if across_breaks:
        other_unit = np.where(reused >= 0, days[np.maximum(reused, 0)], 0)  # never what the series was before
        crossed = (days >= other_unit[:, None]) & (days < start[:, None])
        remarks.append(("crosses_break", in_rows(np.isfinite(values) & crossed)))
        start = other_unit
    earlier = in_rows(np.isfinite(values) & (days < start[:, None]))
    broken = earlier | (start > (np.inf if target.baseline is None else target.baseline.period.start.toordinal()))
    comparable = np.where(days >= start[:, None], values, np.nan)
    agreed = _agreed(target, panel, values, breaks)
    base, index, time, before = _baseline(target, panel, values, comparable, start, agreed)
    remarks.append(("baseline_revised", _revised(values, _index_of(panel, target), agreed)))
    due_index, due_time, due_over = _deadline(target, panel, day)
    evidence = Evidence(
        values=comparable,
        all_values=values,
        times=panel.times,
        ordinals=np.array([period.ordinal for period in panel.periods], dtype=np.int64),
        freq=panel.freq,
        withheld=found.withheld,
        base=base,
        base_index=index,
        base_text=None if target.baseline is None else str(target.baseline.period),
        base_time=time,
        base_before_break=before,
        broken=broken,
        due_index=due_index,
        due_time=due_time,
        due_over=due_over,
        after_due=in_rows((np.isfinite(values) | found.one_sided) & (panel.times >= due_time)),
        due_suppressed=_cell(found.suppressed, due_index),
        due_small=_cell(found.small, due_index),
        bounds=np.where(found.one_sided, panel.values, np.nan),
        sides=np.where(found.one_sided, sides(panel), 0),
    )
    return evidence, remarks


def _since(target: Target) -> dt.date:
    """Return the day from which values count: a development from a stated baseline has no history before it."""
    developing = isinstance(target, DirectionOnly) or (isinstance(target, DatedTarget) and target.due is not None)
    return target.baseline.period.start if developing and target.baseline is not None else dt.date.min


def _remarks(panel: Panel, values: Floats, found: Usable, breaks: tuple[Break, ...]) -> Remarks:
    return [
        ("provisional", at(panel.provisional.astype(np.float64), found.latest) > 0),
        ("values_set_aside", found.set_aside & (found.withheld == "")),
        ("mixed_sources", mixed_within(panel, values, block_labels(panel, breaks))),
        ("overlapping_periods", overlapping(panel, values)),
    ]


def _first_comparable(panel: Panel, values: Floats, breaks: tuple[Break, ...]) -> Ints:
    """Return the day from which values may be compared with the latest one, 0 where no break cuts the series.

    Only breaks at or before the latest value of a series concern it. A day and not a column, so that a row is judged alike
    whatever else is in the panel.
    """
    latest = last_index(np.isfinite(values))
    start = np.zeros(len(values), dtype=np.int64)
    for item, position in zip(breaks, break_positions(panel, breaks), strict=True):
        if item.comparable is Comparable.NO:
            start = np.where(latest >= position, np.maximum(start, item.period.start.toordinal()), start)
    marked = cutting_marks(panel, breaks) & (np.arange(values.shape[1]) <= latest[:, None])
    last = last_index(marked)
    found: Ints = np.maximum(start, np.where(last >= 0, _days(panel)[np.maximum(last, 0)], 0))
    return found


def _days(panel: Panel) -> Ints:
    """Return the first day of each period."""
    return np.array([period.start.toordinal() for period in panel.periods], dtype=np.int64)


def _latest_unit(panel: Panel, values: Floats) -> Ints:
    """Return the column from which the code of the latest value stands for its unit, -1 where it always did."""
    units = unit_labels(panel)
    if not units.any():
        return np.full(len(values), -1)
    own = np.take_along_axis(units, np.maximum(last_index(np.isfinite(values)), 0)[:, None], axis=1)
    return np.where(own[:, 0] > 0, first_index(units == own), -1)


def _index_of(panel: Panel, target: Target) -> int:
    """Return the column of the baseline period, -1 where the panel lacks it."""
    if target.baseline is None or target.baseline.period not in panel.periods:
        return -1
    return panel.periods.index(target.baseline.period)


def _baseline(
    target: Target, panel: Panel, values: Floats, comparable: Floats, start: Ints, agreed: Floats
) -> tuple[Floats, Ints, Floats, Bools]:
    """Return value, column and time of each row's baseline, and whether a break lies after the stated one.

    Where no baseline is stated, or a break lies after it and the target does not need it, the first comparable value serves.
    """
    first = first_index(np.isfinite(comparable))
    before = np.zeros(len(values), dtype=bool)
    index = first
    if target.baseline is not None:
        before = start > target.baseline.period.start.toordinal()
        index = np.where(before, first, _index_of(panel, target))
    observed, time = at(values, index), at(np.broadcast_to(panel.times, values.shape), index)
    if target.baseline is not None and target.baseline.value is not None:
        replaced = before & ~np.isnan(observed) & (not target.NEEDS_BASELINE)
        observed = np.where(replaced, observed, agreed)
        time = np.where(replaced, time, target.baseline.period.position)
        index = np.where(replaced, index, -1)  # the agreed value is shown, whatever was measured
    missing = ~np.isfinite(observed)
    return observed, np.where(missing, -1, index), np.where(missing, np.nan, time), before


def _cell(mask: Bools, column: int) -> Bools:
    return mask[:, column] if column >= 0 else np.zeros(len(mask), dtype=bool)


def _agreed(target: Target, panel: Panel, values: Floats, breaks: tuple[Break, ...]) -> Floats:
    """Return each row's agreed baseline value, NaN where none is; linked like the values of its time."""
    if target.baseline is None or target.baseline.value is None:
        return np.full(len(values), np.nan)
    found = np.full(len(values), float(target.baseline.value))
    latest = last_index(np.isfinite(values))
    for item, position in zip(breaks, break_positions(panel, breaks), strict=True):
        if item.comparable is Comparable.WITH_FACTOR and item.period.start > target.baseline.period.start:
            found = np.where(latest >= position, found * (item.link_factor or 1.0), found)
    return found


def _revised(values: Floats, index: int, agreed: Floats) -> Bools:
    """Return which rows have an observed baseline that differs from the agreed one."""
    if index < 0:
        return np.zeros(len(values), dtype=bool)
    scale = np.maximum(np.abs(values[:, index]), np.abs(agreed))
    return np.asarray(np.abs(values[:, index] - agreed) > _SAME * scale, dtype=bool)


def _deadline(target: Target, panel: Panel, day: dt.date) -> tuple[int, float, bool]:
    """Return column, time and whether it is over, of the due period in the panel's own frequency."""
    due = target.due if isinstance(target, DatedTarget) else None
    if due is None or not panel.periods:
        return -1, float("nan"), False
    freq = panel.periods[0].freq
    if due.freq is not freq:
        try:
            due = due.convert(freq, how="last")
        except PeriodError:
            return -1, due.position, day > due.end
    index = panel.periods.index(due) if due in panel.periods else -1
    return index, due.position, day > due.end
