"""Milestones: something is to be done by a day. Dates decide, or a measured yes or no."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from maalbib.analysis._segments import first_index
from maalbib.model import Milestone

if TYPE_CHECKING:
    from maalbib.analysis._arrays import Ints
    from maalbib.analysis._evidence import Evidence
    from maalbib.analysis._verdict import Verdicts
    from maalbib.measurements import Panel

__all__ = ["judge_measured", "judge_milestone"]


def judge_milestone(target: Milestone, day: dt.date, verdicts: Verdicts) -> str | None:
    """Judge by the stated dates, and return the day it was done; a day after the one of judging is not known."""
    done = target.done_on if target.done_on is not None and target.done_on <= day else None
    everybody = verdicts.open
    if done is not None:
        verdicts.decide(everybody, _done(target, late=done > target.due))
    elif day > target.due:
        verdicts.decide(everybody, "not_met.milestone_overdue")
    else:
        verdicts.decide(everybody, "not_measurable.not_due")
    return None if done is None else done.isoformat()


def judge_measured(target: Milestone, panel: Panel, evidence: Evidence, day: dt.date, verdicts: Verdicts) -> Ints:
    """Judge by measurements, where 1 or more is done, and return the column of the first such value.

    Done in a period that the last day lies in is done in time: no finer time is known.
    """
    done = np.isfinite(evidence.values) & (np.nan_to_num(evidence.values) >= 1)
    first = first_index(done)
    for reason in ("no_data", "suppressed", "small_n"):
        verdicts.decide((evidence.withheld == reason) & (first < 0), f"not_measurable.{reason}")
    late = np.array([period.start > target.due for period in panel.periods] or [False], dtype=bool)
    is_late = late[np.maximum(first, 0)]
    verdicts.decide((first >= 0) & ~is_late, _done(target, late=False))
    verdicts.decide(first >= 0, _done(target, late=True))
    verdicts.decide(verdicts.open, "not_met.milestone_overdue" if day > target.due else "not_measurable.not_due")
    return first


def _done(target: Milestone, *, late: bool) -> str:
    if not late:
        return "met.milestone_on_time"
    return "met.milestone_late" if target.late_counts else "not_met.milestone_late"
