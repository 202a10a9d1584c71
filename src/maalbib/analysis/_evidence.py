"""From a panel to the evidence that a target is judged by: breaks cut it, the baseline is found, the deadline is placed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._segments import break_positions, known_breaks, last_index, usable
from maalbib.analysis._tracking_rules import Evidence
from maalbib.errors import PeriodError
from maalbib.model import Break, Comparable, DatedTarget, Indicator, Period, Target

if TYPE_CHECKING:
    from maalbib.measurements import Panel

__all__ = ["evidence_of"]

Remarks = list[tuple[str, Bools]]


def evidence_of(
    target: Target,
    panel: Panel,
    indicator: Indicator,
    day: dt.date,
    across_breaks: bool,  # noqa: FBT001 - an option passed on
) -> tuple[Evidence, Remarks]:
    """Return the evidence, and flags that follow from the data alone."""
    found = usable(panel, until=day, min_verdict=target.min_verdict)
    times = panel.times
    linked, start, broken, factored = _cut(panel, found.values, indicator, day)
    remarks: Remarks = [("linked", factored), ("provisional", _newest(panel.provisional, found.latest))]
    if across_breaks:
        remarks.append(("crosses_break", broken))
        start, broken = np.full(len(start), -1), np.zeros(len(start), dtype=bool)
        linked = found.values
    columns = np.arange(panel.values.shape[1])
    comparable = np.where(columns >= start[:, None], linked, np.nan)
    base, index, time, before = _baseline(target, panel, linked, comparable, start)
    revised = _revised(target, linked, _index_of(panel, target))
    remarks.append(("baseline_revised", revised))
    due_index, due_time, due_over = _deadline(target, panel, day)
    after = np.isfinite(linked) & (times >= due_time)
    evidence = Evidence(
        values=comparable,
        all_values=linked,
        times=times,
        ordinals=np.array([period.ordinal for period in panel.periods], dtype=np.int64),
        withheld=found.withheld,
        base=base,
        base_index_of_rows=index,
        base_text=None if target.baseline is None else str(target.baseline.period),
        base_time=time,
        base_before_break=before,
        broken=broken,
        due_index=due_index,
        due_time=due_time,
        due_over=due_over,
        after_due=np.asarray(after.any(axis=1)),
    )
    return evidence, remarks


def _cut(panel: Panel, values: Floats, indicator: Indicator, day: dt.date) -> tuple[Floats, Ints, Bools, Bools]:
    """Return linked values, first comparable column, and which series have a break and which a factor.

    Only breaks at or before the latest value of a series concern it.
    """
    latest = last_index(np.isfinite(values))
    start = np.full(len(values), -1)
    broken, factored = np.zeros(len(values), dtype=bool), np.zeros(len(values), dtype=bool)
    breaks = known_breaks(indicator.breaks, day)
    for item, position in zip(breaks, break_positions(panel, breaks), strict=True):
        met = (latest >= position) & (position > 0)
        if item.comparable is Comparable.NO:
            start = np.where(met, np.maximum(start, position), start)
            broken |= met
        else:
            values = _scaled(values, position, met, item)
            factored |= met
    marked = panel.marked_break & (np.arange(values.shape[1]) <= latest[:, None])
    marked[:, :1] = False  # nothing lies before the first period
    own = last_index(marked)
    return values, np.maximum(start, own), broken | (own >= 0), factored


def _scaled(values: Floats, position: int, rows: Bools, item: Break) -> Floats:
    earlier = (np.arange(values.shape[1]) < position) & rows[:, None]
    return np.where(earlier, values * (item.link_factor or 1.0), values)


def _newest(mask: Bools, latest: Ints) -> Bools:
    if mask.shape[1] == 0:
        return np.zeros(len(mask), dtype=bool)
    return mask[np.arange(len(mask)), latest] & (latest >= 0)


def _index_of(panel: Panel, target: Target) -> int:
    """Column of the baseline period, -1 where the panel lacks it."""
    if target.baseline is None or target.baseline.period not in panel.periods:
        return -1
    return panel.periods.index(target.baseline.period)


def _baseline(
    target: Target,
    panel: Panel,
    linked: Floats,
    comparable: Floats,
    start: Ints,
) -> tuple[Floats, Ints, Floats, Bools]:
    """Return value, column and time of each row's baseline, and whether a break lies after the stated one.

    Where no baseline is stated, or a break lies after it and the target does not need it, the first comparable value serves.
    """
    rows, kept = np.arange(len(linked)), np.isfinite(comparable)
    first = np.where(kept.any(axis=1), np.argmax(kept, axis=1), -1) if kept.shape[1] else np.full(len(linked), -1)
    before = np.zeros(len(linked), dtype=bool)
    index = first
    if target.baseline is not None:
        stated = _index_of(panel, target)
        before = start > _column_at(panel, target.baseline.period)
        index = np.where(before, first, stated)
    observed = np.where(index >= 0, linked[rows, index], np.nan) if linked.shape[1] else np.full(len(linked), np.nan)
    time = np.where(index >= 0, panel.times[index], np.nan) if linked.shape[1] else observed
    if target.baseline is not None and target.baseline.value is not None:
        observed = np.where(
            before & ~np.isnan(observed) & (not target.NEEDS_BASELINE), observed, target.baseline.value
        )
        time = np.where(before, time, target.baseline.period.position)
    missing = ~np.isfinite(observed)
    return observed, np.where(missing, -1, index), np.where(missing, np.nan, time), before


def _column_at(panel: Panel, period: Period) -> int:
    """Return the column where a period stands or would stand."""
    return sum(other.start < period.start for other in panel.periods)


def _revised(target: Target, linked: Floats, index: int) -> Bools:
    """Which rows have an observed baseline that differs from the agreed one."""
    if target.baseline is None or target.baseline.value is None or index < 0:
        return np.zeros(len(linked), dtype=bool)
    agreed = target.baseline.value
    return np.abs(linked[:, index] - agreed) > 1e-9 * max(1.0, abs(agreed))


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
