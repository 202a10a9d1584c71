"""Whether a value lies on the wrong side of its target beyond chance: targets as tracked, with the interval of the value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._attention_findings import Board, Findings, chance_at, grades_of, numbers, obstacles_of
from maalbib.analysis._attention_options import OBSTACLES
from maalbib.analysis._columns import cells

if TYPE_CHECKING:
    import pyarrow as pa

    from maalbib.analysis._track import Tracking
    from maalbib.model import Period

__all__ = ["target_findings"]

_OPEN: Final = ("on_track", "off_track", "unchanged", "moving_away")
_BEHIND: Final = ("off_track", "unchanged", "moving_away")


def target_findings(board: Board, tracking: Tracking, when: Period, alpha: float) -> Findings:
    """Return on which side of its target each value lies, or of the agreed way where the deadline is still open."""
    whole = tracking.to_arrow()
    table = whole.filter(_here(board, whole))
    place, states = board.places(table), cells(table, "state")
    closed = np.array([state in {"met", "not_met"} for state in states], dtype=bool)
    value, lower, upper = _value(board, table, place)
    threshold, ahead = _held_against(table, value, closed)
    p_value = chance_at(value, lower, upper, threshold, alpha)
    return Findings.of(
        "level_against_target",
        place=place,
        side=_sides(states, ahead, p_value, alpha),
        p_value=p_value,
        chance=np.full(len(place), alpha),
        value=value,
        lower=lower,
        upper=upper,
        threshold=threshold,
        obstacle=_obstacles(board, table, closed, threshold, when),
        verdict=[f"{state}.{reason}" for state, reason in zip(states, cells(table, "reason"), strict=True)],
        grade=grades_of(table),
        target=cells(table, "target"),
        since=cells(table, "baseline_period"),
    )


def _here(board: Board, table: pa.Table) -> Any:
    import pyarrow as pa

    return pa.array(board.places(table) >= 0)


def _value(board: Board, table: pa.Table, place: Ints) -> tuple[Floats, Floats, Floats]:
    """Return the latest values with the limits that the board has of the very same ones."""
    value = numbers(table, "latest")
    made = np.array([series is not None for series in cells(table, "series")], dtype=bool)
    same = ~made & (value == numbers(board.table, "value")[place])
    lower, upper = (np.where(same, numbers(board.table, end)[place], np.nan) for end in ("lower", "upper"))
    return value, lower, upper


def _held_against(table: pa.Table, value: Floats, closed: Bools) -> tuple[Floats, Floats]:
    """Return what each value is held against, and how far it is ahead of that, in the wished direction."""
    low, high = numbers(table, "target_low"), numbers(table, "target_high")
    low, high = np.where(np.isfinite(low), low, -np.inf), np.where(np.isfinite(high), high, np.inf)
    nearest = np.where(np.abs(value - low) <= np.abs(high - value), low, high)
    inside = np.minimum(value - low, high - value)
    expected, gap = numbers(table, "expected_now"), numbers(table, "expected_gap")
    threshold = np.where(closed, nearest, expected)
    ahead = np.where(closed, inside, gap)
    known = np.isfinite(threshold) & np.isfinite(ahead)
    return np.where(known, threshold, np.nan), np.where(known, ahead, np.nan)


def _sides(states: list[str], ahead: Floats, p_value: Floats, alpha: float) -> Ints:
    """Return what is found: a missed target without uncertainty is missed; to praise takes showing."""
    behind = np.array([state in {"not_met", *_BEHIND} for state in states], dtype=bool)
    missed = np.array([state == "not_met" for state in states], dtype=bool)
    shown = p_value <= alpha
    worse = behind & (ahead < 0) & (shown | (missed & np.isnan(p_value)))
    better = ~behind & (ahead > 0) & shown
    return np.where(worse, -1, np.where(better, 1, 0))


def _obstacles(board: Board, table: pa.Table, closed: Bools, threshold: Floats, when: Period) -> Ints:
    obstacle = obstacles_of(table, lambda state: state == "not_measurable")
    current = np.array([latest == str(when) for latest in cells(table, "latest_period")], dtype=bool)
    unknown = np.where(closed, OBSTACLES.index("not_comparable"), OBSTACLES.index("not_due"))
    untested = ~closed & np.isnan(numbers(table, "latest"))
    obstacle = np.where((obstacle < 0) & ~current, board.lacking[board.places(table)], obstacle)
    return np.where((obstacle < 0) & (np.isnan(threshold) | untested), unknown, obstacle)
