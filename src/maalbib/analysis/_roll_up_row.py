"""The typed row of a roll-up."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Final, Self

import attrs

from maalbib.analysis import _roll_up_wording
from maalbib.analysis._row import Row
from maalbib.analysis._secrecy import CONFIDENTIAL

__all__ = ["ROLL_UP_VERDICT", "RollUpRow"]

# What a confidential row withholds besides state, reason, flags and numbers: all of it tells what its items are.
ROLL_UP_VERDICT: Final[dict[str, Any]] = {"used": (), "weights": (), "left_out": (), "left_out_why": ()}


@attrs.frozen(kw_only=True, repr=False)
class RollUpRow(Row):
    """Where a goal, an institution or a territory stands, by the verdicts below it.

    Attributes
    ----------
    group, kind
        What is summed up, and what that is: ``goal``, ``institution``, ``indicator``, ``target`` or ``territory``. Targets without
        a goal are in the group ``""``.
    parent, depth
        The group above, None at the top, and how many there are above.
    of
        What the items are: ``target``, ``goal``, ``mixed`` (both), ``verdict`` (a target at an institution, where all of a territory
        are summed up), or a kind of institution such as ``municipality``.
    target, institution, breakdown
        Which target's verdicts are summed up (where the items are institutions), for whom, and for which part. A breakdown
        holds what it names besides totals; empty is the whole.
    method, as_of
        How the items were judged, with ``+`` between methods where targets have their own, and the day whose knowledge was used.
    policy
        How they are summed up.
    state, reason
        A state of progress, with the policy as the reason; ``no_single_state`` where the policy gives shares or a number and no state;
        or ``not_measurable`` with ``rollup_empty`` (nothing applies) or ``rollup_coverage`` (too little could be judged).
    flags
        ``weights_incomplete``: some items have a weight and others none; these got the mean of the given ones.
        ``institutions_nested``: a target was judged for an institution and for some that belong to it, and each counts.
    value
        The policy's number: for ``share_threshold`` the share that is met or on track, for ``all_or_nothing`` the share that is met,
        for ``mean_attainment`` the mean between 0 and 1, for ``pilote`` a percentage, for ``mean_score`` a score.
    share_met, share_on_track, share_off_track, share_unchanged, share_moving_away, share_not_met
        Share of the weight in each state, over the items used; None where an item is used for its number and has no state.
    share_on_course
        Share of the weight that is met or on track.
    n_met, n_on_track, n_off_track, n_unchanged, n_moving_away, n_not_met
        Items used in each state. A goal whose own items are in several states is in none.
    n_items, n_applicable, n_measurable
        Items, those that apply and weigh something, and those that are used.
    n_not_applicable, n_withdrawn, n_suspended, n_too_early, n_missing, n_not_tracked, n_no_targets, n_not_measurable, n_attainment_undefined, n_zero_weight
        What was left out, by why.
    coverage_weight, coverage_count, min_coverage
        Share of the applicable weight, and of the applicable items, that could be judged, and the least share of the weight asked for.
    used, weights
        The items used and the part of each in the result; both empty where there is none. A target at an institution of a territory
        is written ``"T@0101"``.
    left_out, left_out_why
        The items left out, and why each of them.
    params
        How it was done, as JSON text.
    hidden
        Why the figures may not be shown: ``confidential`` where a confidential verdict is an item, ``small_n`` where the number
        rests on figures of too few people; None where they may.

    Examples
    --------
    >>> import maalbib as mb
    >>> catalogue = mb.Catalogue.load("folkeskolen")
    >>> tracking = mb.track(mb.Measurements.example("reading"), catalogue, as_of="2021-12-31")
    >>> row = mb.roll_up(tracking, catalogue).row(group="FS1", breakdown="grade=4")
    >>> row.state, row.reason, row.coverage_weight, row.n_missing
    ('not_measurable', 'rollup_coverage', 0.25, 3)
    """

    IDS: ClassVar[tuple[str, ...]] = ("group", "target", "institution", "breakdown")
    UNJUDGED: ClassVar[str] = "not_measurable"

    group: str
    kind: str
    parent: str | None
    depth: int
    of: str
    target: str | None
    institution: str
    breakdown: str
    method: str
    as_of: dt.date
    policy: str
    state: str
    reason: str
    flags: tuple[str, ...]
    value: float | None
    share_met: float | None
    share_on_track: float | None
    share_off_track: float | None
    share_unchanged: float | None
    share_moving_away: float | None
    share_not_met: float | None
    share_on_course: float | None
    n_met: int | None
    n_on_track: int | None
    n_off_track: int | None
    n_unchanged: int | None
    n_moving_away: int | None
    n_not_met: int | None
    n_items: int
    n_applicable: int | None
    n_measurable: int | None
    n_not_applicable: int | None
    n_withdrawn: int | None
    n_suspended: int | None
    n_too_early: int | None
    n_missing: int | None
    n_not_tracked: int | None
    n_no_targets: int | None
    n_not_measurable: int | None
    n_attainment_undefined: int | None
    n_zero_weight: int | None
    coverage_weight: float | None
    coverage_count: float | None
    min_coverage: float
    used: tuple[str, ...]
    weights: tuple[float, ...]
    left_out: tuple[str, ...]
    left_out_why: tuple[str, ...]
    params: str
    hidden: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _roll_up_wording.about(self, lang)

    def public(self) -> Self:
        """Return the row as it may be shown: a confidential one also without its items."""
        shown = super().public()
        return attrs.evolve(shown, **ROLL_UP_VERDICT) if self.hidden == CONFIDENTIAL else shown

    def _said(self, lang: str) -> str:
        return _roll_up_wording.roll_up(self, lang)
