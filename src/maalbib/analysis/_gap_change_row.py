"""How one gap to the peers changed: the typed row. Its fields are the columns of the result, in this order."""

from __future__ import annotations

from typing import ClassVar

import attrs

from maalbib import texts
from maalbib.analysis import _wording
from maalbib.analysis._row import Row

__all__ = ["GapChange"]


@attrs.frozen(kw_only=True, repr=False)
class GapChange(Row):
    """How the gap of one institution to its peers changed between two periods.

    Attributes
    ----------
    indicator, institution, breakdown, from_period, period
        What is compared, and when.
    peer_group, mean_kind
        The group or definition of the peers, and the kind of their mean.
    peers_before, peers, peers_kept
        How many others there are in each period, and how many of the first have values in both.
    value_before, value, own_change
        The unit's own values and their difference, in the indicator's unit.
    peers_change, composition
        Change of the mean of the same peers, and what is left: the change of who the peers are. ``gap_change`` is ``own_change`` less
        both.
    gap_before, gap, gap_change, gap_change_lower, gap_change_upper, level
        The gaps, and their difference with its interval.
    state, reason
        ``improving``, ``declining``, ``rising``, ``falling`` (against the peers), ``no_detectable_change`` or ``not_compared``, and why.
    flags, method, params
        What a reader should know besides, and how it was judged.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("reading")
    >>> mb.compare_gaps(ms, periods=("2014/15", "2020/21"), mean="unweighted")[0].reason
    'no_peer'
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown", "from_period", "period")
    UNJUDGED: ClassVar[str] = "not_compared"

    indicator: str
    institution: str
    breakdown: str
    from_period: str
    period: str
    peer_group: str
    mean_kind: str
    peers_before: int
    peers: int
    peers_kept: int
    value_before: float | None
    value: float | None
    own_change: float | None
    peers_change: float | None
    composition: float | None
    gap_before: float | None
    gap: float | None
    gap_change: float | None
    gap_change_lower: float | None
    gap_change_upper: float | None
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    level: float
    hidden: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        about = _wording.subject(self.labels, self.indicator, self.institution, self.breakdown, lang)
        return f"{about}, {self.from_period}\u2013{self.period}"

    def _said(self, lang: str) -> str:
        label = self.labels.indicator(self.indicator)
        names = ("own_change", "peers_change", "composition", "gap_before", "gap", "gap_change")
        limits = ("gap_change_lower", "gap_change_upper")
        fields = {name: label.change(getattr(self, name), lang) for name in (*names, *limits)}
        fields["group"] = self.labels.name(self.peer_group, lang)
        fields["before"], fields["now"] = self.from_period, self.period
        parts = [_wording.joined(self.about(lang), f"{self.state}.{self.reason}", self.flags, lang, fields)]
        if self.composition:
            parts.append(texts.sentence("gap_change.composition", lang, **fields))
        return " ".join(parts)
