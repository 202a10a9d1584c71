"""The typed row of the status log."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Final, Self

import attrs

from maalbib.analysis import _change_wording
from maalbib.analysis._row import Row
from maalbib.analysis._secrecy import CONFIDENTIAL

__all__ = ["CHANGE_VERDICT", "TrackingChange"]

# What tells the verdict besides state, reason and flags, and how it is blanked where the verdict is confidential.
CHANGE_VERDICT: Final[dict[str, Any]] = {
    "from_state": None,
    "from_reason": None,
    "override_state": None,
    "from_override_state": None,
    "causes": (),
}


@attrs.frozen(kw_only=True, repr=False)
class TrackingChange(Row):
    """A change of verdict from one date to the next, with which inputs were others.

    The columns that start with ``from_`` are those of the earlier date.

    Attributes
    ----------
    target, goal, indicator, institution, breakdown, method
        What is judged.
    from_as_of, as_of
        The two days.
    from_state, from_reason, state, reason
        The two verdicts. The earlier one is None where there was no row yet; where there is none any more the later one is
        ``not_measurable``, reason ``no_longer_judged``.
    flags
        Flags of the later row.
    causes
        The inputs that were others, in the order of weight: ``method``, ``params``, ``target_decided``, ``target_version``,
        ``target_withdrawn``, ``paused``, ``resumed``, ``membership``, ``break``, ``new_data``, ``revised_data``,
        ``data_taken_back``, ``data_withheld``, ``revised_baseline``, ``reference_moved``, ``revised_earlier``, ``deadline_passed``,
        ``milestone_done``, ``override``, ``override_ended``; ``not_shown`` where nothing that the rows hold is another.
    from_version, version, from_due, due, from_target_value, target_value
        The target by which each was judged.
    from_period, period, from_value, value
        The latest values.
    baseline_period, from_baseline, baseline
        The baselines; the period is that of the later date.
    ranks
        How many steps the state moved: not_met 0, moving_away 1, unchanged 2, off_track 3, on_track 4, met 5. None where one of the
        two has no rank. It is an order, not a size.
    from_override_state, override_state, override_role
        A state set by hand, and by which role.
    from_method
        The earlier method, another version of it where it is not the same.
    hidden
        Why the figures may not be shown, the graver of the two.
    series
        What the values are, as JSON text, where they are not the indicator itself; see :class:`Progress`.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> changes = mb.tracking_history(reading, catalogue, targets="FS-READ-80").changes().where(breakdown="grade=8")
    >>> changes[0]
    <TrackingChange FS-READ-80 DK grade=8: not_met.standing_worsening>
    """

    IDS: ClassVar[tuple[str, ...]] = ("target", "institution", "breakdown")
    UNJUDGED: ClassVar[str] = "not_measurable"

    target: str
    goal: str | None
    indicator: str
    institution: str
    breakdown: str
    method: str
    from_as_of: dt.date
    as_of: dt.date
    from_state: str | None
    from_reason: str | None
    state: str
    reason: str
    flags: tuple[str, ...]
    causes: tuple[str, ...]
    from_version: str | None
    version: str | None
    from_due: str | None
    due: str | None
    from_target_value: float | None
    target_value: float | None
    from_period: str | None
    period: str | None
    from_value: float | None
    value: float | None
    baseline_period: str | None
    from_baseline: float | None
    baseline: float | None
    ranks: int | None
    from_override_state: str | None
    override_state: str | None
    override_role: str | None
    from_method: str | None
    hidden: str | None
    series: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _change_wording.about(self, lang)

    def public(self) -> Self:
        """Return the row as it may be shown, see :meth:`Row.public`."""
        shown = super().public()
        return attrs.evolve(shown, **CHANGE_VERDICT) if shown.hidden == CONFIDENTIAL else shown

    def _said(self, lang: str) -> str:
        return _change_wording.change(self, lang)
