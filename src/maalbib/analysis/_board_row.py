"""Rows of the goal board: what tracking found, and what people have said about it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, Self

import attrs

from maalbib.analysis._progress_row import Progress
from maalbib.analysis._secrecy import CONFIDENTIAL
from maalbib.model import FollowUp

__all__ = ["WITHHELD_CONFIDENTIAL", "WITHHELD_HIDDEN", "BoardRow", "GoalSummary"]

# What a row that may not be shown leaves out besides its numbers. Free text may hold the very figures that are hidden; where
# the verdict is confidential too, nothing may tell it.
WITHHELD_HIDDEN: Final[dict[str, Any]] = {
    **dict.fromkeys(("recent", "recent_periods", "recent_breaks"), ()),
    **dict.fromkeys(("note_da", "note_en", "action_da", "action_en", "override_da", "override_en")),
}
WITHHELD_CONFIDENTIAL: Final[dict[str, Any]] = {
    **dict.fromkeys(("noted_on", "noted_state", "noted_role", "action_due", "explanation")),
    **dict.fromkeys(("override_state", "override_on", "override_role", "verdict", "assurance")),
    **dict.fromkeys(("notes_count", "actions_overdue"), 0),
}


@attrs.frozen(kw_only=True, repr=False)
class BoardRow(Progress):
    """One line of the goal board: everything in :class:`Progress`, the way there, and what people have noted.

    Attributes
    ----------
    goal_path
        Ids of the goals from the top of the tree down to the target's own; empty for a target without a goal.
    recent, recent_periods
        The latest values that may be shown, oldest first, and their periods.
    recent_breaks
        Those of the periods whose value cannot be compared with the one before.
    noted_on, noted_state, noted_role
        Day of the newest follow-up note, the state that it speaks of, and who wrote it, by role.
    note_da, note_en
        What it says.
    action_da, action_en, action_due
        What is to be done according to it, and by when.
    notes_count
        How many follow-up notes there are.
    actions_overdue
        How many of their actions should have been done before ``as_of`` and have no later note.
    explanation
        Of an essential target that is not met or moving away: ``given`` where a note was written after the end of the latest period, else
        ``missing``; None where no explanation is asked for.
    follow_ups
        The notes themselves, newest first. Not a column.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> row = mb.goal_board(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80")[0]
    >>> row.state, row.recent[-2:], row.recent_periods[-2:], row.notes_count
    ('not_met', (72.0, 79.0), ('2019/20', '2020/21'), 0)
    """

    goal_path: tuple[str, ...]
    recent: tuple[float, ...]
    recent_periods: tuple[str, ...]
    recent_breaks: tuple[str, ...]
    noted_on: dt.date | None
    noted_state: str | None
    noted_role: str | None
    note_da: str | None
    note_en: str | None
    action_da: str | None
    action_en: str | None
    action_due: dt.date | None
    notes_count: int
    actions_overdue: int
    explanation: str | None

    follow_ups: tuple[FollowUp, ...] = attrs.field(default=(), eq=False, metadata={"column": False})

    def public(self) -> Self:
        """Return the row as it may be shown, see :meth:`Row.public`; a hidden one without values and without what people wrote."""
        if self.hidden is None:
            return self
        withheld = WITHHELD_HIDDEN | (WITHHELD_CONFIDENTIAL if self.hidden == CONFIDENTIAL else {})
        return attrs.evolve(super().public(), follow_ups=(), **withheld)


@attrs.frozen(kw_only=True)
class GoalSummary:
    """How many lines of a board are in which state, for one goal or one institution.

    Attributes
    ----------
    key
        Id of the goal, or code of the institution where the board is ordered by them; None for lines without a goal.
    path
        Ids from the top of the tree of goals down to it.
    rows
        How many lines.
    counts
        How many of each state, the worst first; those that could not be judged last.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> part = mb.goal_board(reading, catalogue, as_of="2021-12-31").summary()[0]
    >>> part.key, part.path, part.rows, part.counts
    ('FS1', ('FS', 'FS1'), 7, {'not_met': 4, 'not_measurable': 3})
    """

    key: str | None
    path: tuple[str, ...]
    rows: int
    counts: dict[str, int]
