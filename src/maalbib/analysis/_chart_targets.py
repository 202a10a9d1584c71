"""A target beside a chart: its value now and when it is due, and whether the process keeps meeting it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Literal

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._chart_rules import Charted
from maalbib.analysis._evidence import evidence_of
from maalbib.analysis._figures import region_of
from maalbib.analysis._segments import at
from maalbib.model import DatedTarget, Target

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting

__all__ = ["WORDS", "Aim", "aim_of", "no_aim"]

Direction = Literal["higher", "lower", "target"]

WORDS: Final = ("consistent_pass", "consistent_fail", "inconsistent")


@attrs.frozen(kw_only=True)
class Aim:
    """What a target asks of each series.

    Attributes
    ----------
    target
        The target, None where there is none.
    low, high
        The region that it asks for at the latest point, NaN on an open side.
    on_the_way
        Whether it will ask for more when it is due.
    due
        The period it is due, None for a standing target.
    now, at_due
        Place in ``words``: whether the process keeps meeting it; -1 where nothing is said.
    probability
        That the next point meets it.
    at_bound
        Whether it lies at the end of what is possible, so that no limit can lie beyond it.
    """

    target: Target | None
    low: Floats
    high: Floats
    on_the_way: Bools
    due: str | None
    now: Ints
    at_due: Ints
    probability: Floats
    at_bound: Bools
    words: tuple[str, ...] = WORDS


def no_aim(charted: Charted) -> Aim:
    """Return what is said where no target is."""
    series = len(charted.panel)
    blank, silent = np.full(series, np.nan), np.full(series, -1)
    never = np.zeros(series, dtype=bool)
    return Aim(
        target=None,
        low=blank,
        high=blank,
        on_the_way=never,
        due=None,
        now=silent,
        at_due=silent,
        probability=blank,
        at_bound=never,
    )


def aim_of(target: Target, charted: Charted, setting: Setting, day: dt.date) -> Aim:
    """Hold the limits in force against a target: by its value now, which may be on the way, and by that when it is due."""
    indicator = setting.definitions.indicators[target.indicator]
    evidence, _ = evidence_of(target, charted.panel, indicator, day, across_breaks=False, min_verdict=None)
    low, high = region_of(target, evidence.base)
    position = np.array([period.position for period in charted.slots.periods], dtype=np.float64)
    time = at(np.broadcast_to(position, charted.limits.values.shape), charted.latest)
    now_low, now_high = (
        _on_the_way(target, edge, evidence.base, evidence.base_time, evidence.due_time, time) for edge in (low, high)
    )
    due = target.due if isinstance(target, DatedTarget) else None
    found = _assurance(charted, (now_low, now_high), (low, high))
    return Aim(
        target=target,
        low=np.where(np.isfinite(now_low), now_low, np.nan),
        high=np.where(np.isfinite(now_high), now_high, np.nan),
        on_the_way=_differ(now_low, low) | _differ(now_high, high),
        due=None if due is None else str(due),
        now=found.now,
        at_due=found.at_due if due is not None else np.full(len(low), -1),
        probability=found.probability,
        at_bound=found.at_bound,
    )


def _on_the_way(target: Target, edge: Floats, base: Floats, start: Floats, due: float, time: Floats) -> Floats:
    """Return the edge of the target region on the straight way from the baseline, before the target is due."""
    if not isinstance(target, DatedTarget) or target.baseline is None or np.isnan(due):
        return edge
    share = np.clip((time - start) / (due - start), 0.0, 1.0)
    return np.where(np.isfinite(base) & np.isfinite(edge), base + (edge - base) * share, edge)


def _differ(now: Floats, later: Floats) -> Bools:
    return np.asarray(np.isfinite(now) & np.isfinite(later) & (now != later), dtype=bool)


@attrs.define(kw_only=True)
class _Said:
    now: Ints
    at_due: Ints
    probability: Floats
    at_bound: Bools


def _assurance(charted: Charted, now: tuple[Floats, Floats], later: tuple[Floats, Floats]) -> _Said:
    """Judge series by the way their target faces; nothing is said of series without a region."""
    series = len(charted.panel)
    said = _Said(
        now=np.full(series, -1),
        at_due=np.full(series, -1),
        probability=np.full(series, np.nan),
        at_bound=np.zeros(series, dtype=bool),
    )
    least, most = np.isfinite(now[0]), np.isfinite(now[1])
    facing: tuple[tuple[Direction, Bools], ...] = (
        ("target", least & most),
        ("higher", least & ~most),
        ("lower", most & ~least),
    )
    for direction, where in facing:
        rows = np.flatnonzero(where)
        if not len(rows):
            continue
        edge = 1 if direction == "lower" else 0
        found = stats.assurance(
            charted.limits_of(rows),
            now[edge][rows, None],
            direction=direction,
            target_high=now[1][rows, None],
            due_target=later[edge][rows],
            due_target_high=later[1][rows],
            hits=charted.hits_of(rows),
            denominators=None if charted.sizes is None else charted.sizes[rows],
            year=max(1, round(charted.panel.freq.periods_per_year)),
        )
        for index, word in enumerate(WORDS):
            said.now[rows[found.verdict == word]] = index
            said.at_due[rows[found.due_verdict == word]] = index
        said.probability[rows] = found.probability
        said.at_bound[rows] = found.reason == "target_at_bound"
    return said
