"""One peer as a possible role model: the typed row. Its fields are the columns of the result, in this order."""

from __future__ import annotations

from typing import ClassVar, Self

import attrs

from maalbib.analysis import _role_model_wording
from maalbib.analysis._row import Row
from maalbib.analysis._secrecy import CONFIDENTIAL

__all__ = ["RoleModel"]


@attrs.frozen(kw_only=True, repr=False)
class RoleModel(Row):
    """A peer that does better with no more, or one that does not, and why not.

    Attributes
    ----------
    unit, candidate
        Who looks for a role model, and the peer looked at; None in the row that says that there is none.
    result, resources, breakdown, period
        The indicators, the part of the figures, and the last period, in which the two are held against each other.
    peer_group, candidates
        The group or the definition of the peers, and how many of them were looked at.
    place
        1 for the role model furthest ahead; None for the others.
    result_value, result_lower, result_upper
        The result of the candidate and its interval.
    unit_value, unit_lower, unit_upper
        The unit's own.
    gap, gap_lower, gap_upper
        Candidate less unit, with the interval of the difference.
    resource_values, unit_resources
        The resources of the candidate and of the unit, in the order of ``resources``; per need where ``adjustment`` says so.
    resource_gaps, resource_gap_lowers, resource_gap_uppers
        Candidate less unit of each resource, with the interval of the difference.
    adjustment
        ``need`` where the resources are divided by an index of need.
    position, distance, coverage
        Place in the unit's list of peers, how far the conditions of the two lie apart, and the share of them known of both.
    largest_variable, largest_part, smallest_variable
        The condition that sets them most apart, its share of the distance's sum, and the one they are most alike in.
    rank, rank_lower, rank_upper, ranked, rank_reason
        Place of the candidate's result among unit and peers with a set that holds all true places at once, as in :class:`Standing`.
    periods_judged, held_in, min_periods
        In how many of the periods both could be judged, in which of them the candidate was better with no more, and in how many it
        must be.
    frontier_role
        ``real_dominator``: no worse in anything and better in something, on the figures of the last period. ``part_of_frontier``: one
        of those that the unit's score on the frontier rests on. Else ``none``.
    state, reason
        ``role_model``; ``not_role_model`` with ``not_better``, ``worse``, ``more_resources``, ``outlier`` or ``not_lasting``; ``not_judged``; and
        ``no_role_model`` where there is none, with the reason.
    flags, method, params
        What a reader should know besides, and how it was judged.
    level
        Coverage of the intervals.
    n
        People or answers behind the candidate's result.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> known = (("spent", "resource", "context"), ("score", "result", "higher"))
    >>> indicators = [
    ...     mb.Indicator(id=id, name=mb.Text(da=id, en=id), unit="score", kind=kind, direction=way)
    ...     for id, kind, way in known
    ... ]
    >>> rows = [
    ...     ("spent", "A", 90, None, None),
    ...     ("spent", "B", 100, None, None),
    ...     ("score", "A", 71, 69, 73),
    ...     ("score", "B", 62, 60, 64),
    ... ]
    >>> frame = pd.DataFrame(rows, columns=["indicator", "institution", "value", "lower", "upper"]).assign(
    ...     period="2024"
    ... )
    >>> ms = mb.Measurements.from_pandas(
    ...     frame, catalogue=mb.Catalogue(id="X", agency="X", version="1.0.0", indicators=indicators)
    ... )
    >>> row = mb.role_models(ms, "B", result="score", resources="spent", peers=["A", "B"], period="2024")[0]
    >>> row.candidate, row.state, row.gap, row.resource_gaps, row.frontier_role
    ('A', 'role_model', 9.0, (-10.0,), 'real_dominator')
    """

    IDS: ClassVar[tuple[str, ...]] = ("unit", "candidate", "result", "breakdown", "period")

    unit: str
    candidate: str | None
    result: str
    resources: tuple[str, ...]
    breakdown: str
    period: str
    peer_group: str
    candidates: int
    place: int | None
    result_value: float | None
    result_lower: float | None
    result_upper: float | None
    unit_value: float | None
    unit_lower: float | None
    unit_upper: float | None
    gap: float | None
    gap_lower: float | None
    gap_upper: float | None
    resource_values: tuple[float, ...] | None
    unit_resources: tuple[float, ...] | None
    resource_gaps: tuple[float, ...] | None
    resource_gap_lowers: tuple[float, ...] | None
    resource_gap_uppers: tuple[float, ...] | None
    adjustment: str | None
    position: int | None
    distance: float | None
    coverage: float | None
    largest_variable: str | None
    largest_part: float | None
    smallest_variable: str | None
    rank: int | None
    rank_lower: int | None
    rank_upper: int | None
    ranked: int | None
    rank_reason: str | None
    periods_judged: int | None
    held_in: tuple[str, ...] | None
    min_periods: int
    frontier_role: str | None
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    level: float
    n: float | None
    hidden: str | None

    def public(self) -> Self:
        """See :meth:`Row.public`; of a confidential row the candidate is withheld too, which could give away who is alike."""
        shown = super().public()
        return attrs.evolve(shown, candidate=None) if self.hidden == CONFIDENTIAL else shown

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _role_model_wording.subject(self, lang)

    def _said(self, lang: str) -> str:
        return _role_model_wording.role_model(self, lang)

    def _least_shown(self) -> int:
        return max(self.labels.indicator(code).min_show for code in (self.result, *self.resources))
