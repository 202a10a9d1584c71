"""Who is stably among the best, as a typed row. Its fields are the columns of the result, in this order."""

from __future__ import annotations

from typing import ClassVar

import attrs

from maalbib.analysis import _exemplar_wording, _wording
from maalbib.analysis._row import Row

__all__ = ["ExemplarRow"]


@attrs.frozen(kw_only=True, repr=False)
class ExemplarRow(Row):
    """Whether one unit was among the best in the periods it was selected by, and whether that held in others.

    Attributes
    ----------
    indicator, institution, breakdown
        What is judged.
    peer_group, best, units
        The group, how many make up the best, and how many units had a value that could be placed in some period.
    select, confirm
        The periods of selection and of proof.
    state, reason
        ``exemplar`` (selected, and it held), ``fell_back``, ``candidate`` (selected, and not put to proof), ``not_selected`` or
        ``not_judged``, and why.
    grade
        ``shown``: the set of places lies wholly among the best in enough periods. ``likely``: it reaches them and the shrunk value is
        among the best. None for those not selected.
    judged, shown, likely
        Periods of selection with a place, those in which the unit was shown, and those in which it was at least likely.
    value, lead, shrunk_lead, reliability
        Mean of the values in the selection; how much better they are than the mean of the group, weighted by how sure they are; the
        same with noise removed, which is what to expect later; and the share of differences between units that is no noise.
    rank_lower, rank_upper
        Set of places, 1 is best, in the last period of selection with one.
    confirm_judged, confirm_held, confirm_value, confirm_lead
        Periods of proof with a value, those in which the shrunk value was among the best, and the same means as in the selection.
    probability
        The probability that it holds if the true levels stay as they were.
    selected, tried, held
        Of the whole group: how many were selected, how many of them could be put to proof, and how many held.
    expected_held, held_lower, held_upper, chance_held
        How many were to be expected to hold if the true levels stay as they were, the range of that, and how many would have held by
        chance, if the levels of later periods had nothing to do with the earlier ones.
    selected_lead, expected_lead, confirmed_lead
        Means over those put to proof: their lead in the selection, what of it was to be expected later, and their lead in the proof.
    flags, method, params, level
        What a reader should know besides, and how it was judged.
    hidden
        Why the figures may not be shown; units with such figures take no part, so that none are.
    number
        Which group of units of the call it is, from 0.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("reading")
    >>> row = mb.best_practice(ms, n=1, select=["2014/15"], catalogue=mb.Catalogue.load("folkeskolen"))[0]
    >>> row.state, row.reason
    ('not_judged', 'uncertainty_missing')
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown")

    indicator: str
    institution: str
    breakdown: str
    peer_group: str
    best: int
    units: int
    select: tuple[str, ...]
    confirm: tuple[str, ...]
    state: str
    reason: str
    grade: str | None
    judged: int
    shown: int
    likely: int
    value: float | None
    lead: float | None
    shrunk_lead: float | None
    reliability: float | None
    rank_lower: int | None
    rank_upper: int | None
    confirm_judged: int
    confirm_held: int
    confirm_value: float | None
    confirm_lead: float | None
    probability: float | None
    selected: int
    tried: int
    held: int
    expected_held: float | None
    held_lower: float | None
    held_upper: float | None
    chance_held: float | None
    selected_lead: float | None
    expected_lead: float | None
    confirmed_lead: float | None
    flags: tuple[str, ...]
    method: str
    params: str
    level: float
    hidden: str | None
    number: int

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _wording.subject(self.labels, self.indicator, self.institution, self.breakdown, lang)

    def _said(self, lang: str) -> str:
        return _exemplar_wording.exemplar(self, lang)
