"""The checks that rest on a comparison, a trend or a change of the gap: their rows, as findings about the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maalbib.analysis._arrays import Floats, Ints
from maalbib.analysis._attention_findings import (
    Board,
    Findings,
    chance_at,
    grades_of,
    numbers,
    obstacles_of,
    sides_of,
)
from maalbib.analysis._attention_options import OBSTACLES
from maalbib.analysis._columns import cells

if TYPE_CHECKING:
    import pyarrow as pa

    from maalbib.analysis._gap_changes import GapChanges
    from maalbib.analysis._trends import Trends
    from maalbib.model import Period

__all__ = ["gap_findings", "peer_findings", "trend_findings", "unusual_findings"]


def peer_findings(board: Board, alpha: float) -> Findings:
    """Return whether each value differs from the mean of its peers."""
    table = board.table
    return Findings.of(
        "level_against_peers",
        place=np.arange(len(board)),
        side=sides_of(table, "better", "worse"),
        p_value=numbers(table, "p_value"),
        chance=np.full(len(board), alpha),
        value=numbers(table, "gap"),
        lower=numbers(table, "gap_lower"),
        upper=numbers(table, "gap_upper"),
        threshold=_zero_where_known(numbers(table, "gap")),
        obstacle=_undirected(board, np.arange(len(board)), _not_compared(table)),
        verdict=_verdicts(table),
        grade=grades_of(table),
    )


def unusual_findings(board: Board, alpha: float) -> Findings:
    """Return whether each value is unusual among units that differ anyway: the spread between them is added to the noise."""
    from scipy import special

    table = board.table
    gap, spread = numbers(table, "gap"), numbers(table, "spread")
    wide = -float(special.ndtri(alpha / 2)) * spread
    down, up = np.hypot(gap - numbers(table, "gap_lower"), wide), np.hypot(numbers(table, "gap_upper") - gap, wide)
    p_value = chance_at(gap, gap - down, gap + up, np.zeros(len(board)), alpha)
    words = {"unusually_high": 1, "unusually_low": -1}
    high = np.array([words.get(word, 0) for word in cells(table, "among_peers")], dtype=np.int64)
    obstacle = _not_compared(table)
    obstacle = np.where((obstacle < 0) & np.isnan(p_value), OBSTACLES.index("uncertainty_missing"), obstacle)
    return Findings.of(
        "unusual_among_peers",
        place=np.arange(len(board)),
        side=np.where(board.lower_is_better, -high, high),
        p_value=p_value,
        chance=np.full(len(board), alpha),
        value=gap,
        lower=gap - down,
        upper=gap + up,
        threshold=_zero_where_known(gap),
        obstacle=_undirected(board, np.arange(len(board)), obstacle),
        verdict=[word or "" for word in cells(table, "among_peers")],
        grade=grades_of(table),
    )


def trend_findings(board: Board, trends: Trends, when: Period) -> Findings:
    """Return whether each series that reaches the period moves."""
    table = trends.to_arrow()
    place = board.places(table)
    obstacle = obstacles_of(table, lambda state: state == "not_judged")
    current = np.array([last == str(when) for last in cells(table, "last_period")], dtype=bool)
    obstacle = np.where((obstacle < 0) & ~current, board.lacking[place], obstacle)
    found = Findings.of(
        "trend",
        place=place,
        side=sides_of(table, "improving", "declining"),
        p_value=numbers(table, "p_value"),
        chance=numbers(table, "chance"),
        value=numbers(table, "slope"),
        lower=numbers(table, "slope_lower"),
        upper=numbers(table, "slope_upper"),
        threshold=_zero_where_known(numbers(table, "slope")),
        obstacle=_undirected(board, place, obstacle),
        verdict=_verdicts(table),
        grade=grades_of(table),
        since=cells(table, "first_period"),
    )
    return found.those(place >= 0)


def gap_findings(board: Board, gaps: GapChanges, alpha: float) -> Findings:
    """Return whether the gap of each unit to its peers has changed."""
    table = gaps.to_arrow()
    place = board.places(table)
    value, lower, upper = (numbers(table, f"gap_change{end}") for end in ("", "_lower", "_upper"))
    found = Findings.of(
        "gap",
        place=place,
        side=sides_of(table, "improving", "declining"),
        p_value=chance_at(value, lower, upper, np.zeros(len(value)), alpha),
        chance=np.full(len(value), alpha),
        value=value,
        lower=lower,
        upper=upper,
        threshold=_zero_where_known(value),
        obstacle=_undirected(board, place, obstacles_of(table, lambda state: state == "not_compared")),
        verdict=_verdicts(table),
        grade=grades_of(table),
        since=cells(table, "from_period"),
    )
    return found.those(place >= 0)


def _not_compared(table: pa.Table) -> Ints:
    return obstacles_of(table, lambda state: state == "not_compared")


def _undirected(board: Board, place: Ints, obstacle: Ints) -> Ints:
    """Refuse what is neither good nor bad."""
    return np.where((obstacle < 0) & ~board.directed[place], OBSTACLES.index("no_direction"), obstacle)


def _zero_where_known(values: Floats) -> Floats:
    return np.where(np.isfinite(values), 0.0, np.nan)


def _verdicts(table: pa.Table) -> list[str]:
    return [f"{state}.{reason}" for state, reason in zip(cells(table, "state"), cells(table, "reason"), strict=True)]
