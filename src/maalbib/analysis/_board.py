"""The goal board: where everything stands, in the order of the goals, with what people have said about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from maalbib.analysis._board_order import By
from maalbib.analysis._board_result import GoalBoard
from maalbib.analysis._context import Setting
from maalbib.analysis._track import track
from maalbib.model import FollowUp, Override

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.register import Register

__all__ = ["GoalBoard", "goal_board"]


def goal_board(
    measurements: Measurements,
    catalogue: Catalogue | None = None,
    *,
    as_of: str | dt.date,
    targets: str | Iterable[str] | None = None,
    institutions: str | Iterable[str] | None = None,
    by: By = "goal",
    follow_ups: Iterable[FollowUp] = (),
    overrides: Iterable[Override] = (),
    recent: int = 12,
    register: Register | None = None,
    **options: Any,
) -> GoalBoard:
    """Judge every target and put the answers on one board, with what people have noted and decided beside them.

    Parameters
    ----------
    measurements
        The values.
    catalogue
        Goals, indicators, targets, notes and overrides; the one attached to the measurements where None.
    as_of
        The day whose knowledge is used, a date or ``"2026-06-30"``. Notes and overrides that are younger are not known on that day.
    targets
        Ids of the targets to judge, all where None.
    institutions
        Codes of the institutions to show, all where None. Every institution is judged all the same: a target may be relative to
        the others.
    by
        ``"goal"``: in the order of the tree of goals. ``"institution"``: by code, and for each in the order of the goals.
    follow_ups, overrides
        Notes and overrides besides those of the catalogue.
    recent
        How many of the latest values are kept for the small picture.
    register
        As in :func:`track`.
    **options
        Everything else that :func:`track` takes: ``method``, ``basis``, ``level``, ``slack`` and so on.

    Returns
    -------
    GoalBoard
        A row for each target, institution and breakdown (and version and method, where there are several): by goal, the worst
        state first, what could not be judged last and by its reason.

    Raises
    ------
    ArgumentError
        If no catalogue is given or attached, or an option is out of range.
    UnknownCodeError
        If a target is not known.

    Notes
    -----
    A note is about the lines with its target and institution, and its breakdown if it names one. It explains an essential target
    that is not met or moving away when it was written after the end of the latest period. An override stands beside the computed
    state, never in its place: order and counts go by the computed one. Cost: that of :func:`track`, and a step for each row.

    Examples
    --------
    >>> import maalbib as mb
    >>> catalogue = mb.Catalogue.load("folkeskolen")
    >>> note = mb.FollowUp(
    ...     target="FS-READ-80",
    ...     institution="DK",
    ...     breakdown="grade=4",
    ...     noted_on="2021-11-20",
    ...     state="not_met",
    ...     comment=mb.Text(da="Testen blev taget senere på året.", en="The test was taken later in the year."),
    ...     by_role="kontorchef",
    ... )
    >>> board = mb.goal_board(
    ...     mb.Measurements.example("reading"), catalogue, as_of="2021-12-31", targets="FS-READ-80", follow_ups=[note]
    ... )
    >>> row = board.row(breakdown="grade=4")
    >>> row.state, row.latest, row.gap, row.note_en
    ('not_met', 71.0, 9.0, 'The test was taken later in the year.')
    """
    setting = Setting.of(measurements, catalogue, register)
    known = setting.definitions
    decided = tuple(overrides)
    tracking = track(
        measurements, known, as_of=as_of, targets=targets, register=register, overrides=decided, **options
    )
    return GoalBoard.of(
        tracking,
        known,
        measurements=measurements,
        institutions=institutions,
        by=by,
        follow_ups=follow_ups,
        overrides=decided,
        recent=recent,
        register=register,
    )
