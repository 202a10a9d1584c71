"""Which verdicts hang on a single value: each is left out in turn, and the state worked out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.analysis._figures import LEAST_FOR_MOVEMENT, NOISE, Case, Figures, way_and_goal
from maalbib.analysis._segments import last_index
from maalbib.analysis._tracking_lines import lines_without
from maalbib.analysis._tracking_open import RANKS, allowance, open_rank
from maalbib.analysis._tracking_options import OWN_METHODS
from maalbib.analysis._tracking_paths import expected, path_of
from maalbib.model import DatedTarget, DirectionOnly, TargetPath

if TYPE_CHECKING:
    from maalbib.analysis._arrays import Bools, Floats, Ints
    from maalbib.analysis._verdict import Verdicts

__all__ = ["STATES", "Sensitivity", "sensitivity_of"]

STATES: Final = (*RANKS, "not_measurable")

_OPEN: Final = ("on_track", "off_track", "unchanged", "moving_away")


@attrs.define(kw_only=True)
class Sensitivity:
    """What leaving values out changes.

    Attributes
    ----------
    column
        (m,) column of the value that alone decides, the latest where there are several; -1 where there is none.
    without_last
        (m,) place in ``STATES`` of the state without the latest value, -1 where that was not looked into.
    max_jump
        (m,) most ranks that the state moves, -1 where no other state could be worked out.
    """

    column: Ints
    without_last: Ints
    max_jump: Ints


def sensitivity_of(case: Case, figures: Figures, verdicts: Verdicts) -> Sensitivity:
    """Leave each value out in turn, never the baseline, and flag the states that one value alone decides.

    Of a standing target only the state without the latest value is told: that the latest value decides is what it asks for.
    """
    rows = len(figures.latest)
    found = Sensitivity(column=np.full(rows, -1), without_last=np.full(rows, -1), max_jump=np.full(rows, -1))
    if not case.options.sensitivity or case.method == "cagr":
        return found
    _standing(case, figures, verdicts, found)
    judged = verdicts.in_state(*_OPEN)
    place = np.flatnonzero(judged & figures.window.any(axis=1))
    if len(place):
        _open(case, figures, verdicts, found, place)
    verdicts.flag(found.column >= 0, "endpoint_sensitive")
    return found


def _standing(case: Case, figures: Figures, verdicts: Verdicts, found: Sensitivity) -> None:
    standing = verdicts.having(
        "met.standing",
        *(f"not_met.standing_{word}" for word in ("improving", "unchanged", "worsening", "trend_unknown")),
    )
    rows = np.flatnonzero(standing)
    if len(rows) == 0:
        return
    previous = _without(case.evidence.values[rows], figures.latest_index[rows])
    edge = case.target.tolerance + figures.noise[rows]
    inside = np.maximum(figures.low[rows] - previous, previous - figures.high[rows]) <= edge
    state = np.where(inside, STATES.index("met"), STATES.index("not_met"))
    found.without_last[rows] = np.where(np.isnan(previous), STATES.index("not_measurable"), state)


def _without(values: Floats, index: Ints) -> Floats:
    """Return the latest value of each row but the one at an index."""
    columns = np.arange(values.shape[1])
    index = last_index(np.isfinite(values) & (columns != index[:, None]))
    picked = values[np.arange(len(values)), index]
    return np.where(index >= 0, picked, np.nan)


def _open(case: Case, figures: Figures, verdicts: Verdicts, found: Sensitivity, rows: Ints) -> None:
    left_out = _left_out(case, figures, rows)
    if case.method in OWN_METHODS:
        ranks = _ranks(case, figures, rows)
    else:
        from maalbib.analysis._published_left_out import published_ranks

        ranks = published_ranks(case, rows, left_out, RANKS)
    own = np.select([verdicts.in_state(state)[rows] for state in _OPEN], [RANKS.index(state) for state in _OPEN])
    measurable = left_out & (ranks >= 0)
    other = measurable & (ranks != own[:, None])
    jump = np.where(measurable, np.abs(ranks - own[:, None]), -1).max(axis=1, initial=-1)
    found.max_jump[rows] = jump
    found.column[rows] = last_index(other)
    last = figures.latest_index[rows]
    at_last = np.take_along_axis(ranks, last[:, None], axis=1)[:, 0]
    asked = np.take_along_axis(left_out, last[:, None], axis=1)[:, 0]
    at_last = np.where(at_last < 0, STATES.index("not_measurable"), at_last)
    found.without_last[rows] = np.where(asked, at_last, -1)


def _left_out(case: Case, figures: Figures, rows: Ints) -> Bools:
    """Return which values are left out in turn: those of the window but the baseline."""
    evidence = case.evidence
    base = (np.arange(len(evidence.times)) == evidence.base_index[rows, None]) | (
        evidence.times == evidence.base_time[rows, None]
    )
    return np.asarray(figures.window[rows] & ~base, dtype=bool)


def _ranks(case: Case, figures: Figures, rows: Ints) -> Ints:
    """Return (rows, k) the rank of the state without each value, -1 where it could not be judged."""
    evidence, window = case.evidence, figures.window[rows]
    values = np.where(window, evidence.values[rows], np.nan)
    lines = lines_without(case, values, rows)
    columns = np.arange(values.shape[1])
    is_last = columns == figures.latest_index[rows, None]
    latest = np.where(is_last, _without(values, figures.latest_index[rows])[:, None], figures.latest[rows, None])
    before = _without(np.where(window, evidence.times, np.nan), figures.latest_index[rows])
    time = np.where(is_last, before[:, None], figures.latest_time[rows, None])
    low, high = figures.low[rows, None], figures.high[rows, None]
    way, goal = way_and_goal(case.target, low, high, latest)
    moved = way * lines.moved
    limit = figures.limit[rows, None]
    with np.errstate(invalid="ignore"):
        short = (window.sum(axis=1)[:, None] - 1 < LEAST_FOR_MOVEMENT) | np.isnan(moved)
        short |= time - evidence.base_time[rows, None] < case.options.min_span - NOISE
        if isinstance(case.target, DirectionOnly):
            choices = [RANKS.index(state) for state in ("moving_away", "unchanged")]
            found = np.select([moved < -limit, moved <= limit], choices, RANKS.index("on_track"))
        else:
            outside = np.maximum(low - latest, latest - high)
            missed = np.maximum(low - lines.projected, lines.projected - high)
            if isinstance(case.target, DatedTarget) and path_of(case.target) is not TargetPath.LINEAR:
                missed = way * (_way_by(case, rows, time, goal) - latest)
            found = open_rank(
                outside,
                moved,
                missed,
                edge=(case.target.tolerance + figures.noise)[rows, None],
                limit=limit,
                allowed=allowance(case, way * (goal - evidence.base[rows, None]), figures.noise[rows, None]),
            )
    return np.where(short, -1, found)


def _way_by(case: Case, rows: Ints, time: Floats, goal: Floats) -> Floats:
    narrowed = attrs.evolve(case.evidence, base=case.evidence.base[rows], base_time=case.evidence.base_time[rows])
    return expected(attrs.evolve(case, evidence=narrowed), time, goal)
