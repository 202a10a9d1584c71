"""How one unit compares: the typed row. Its fields are the columns of the result, in this order."""

from __future__ import annotations

from typing import ClassVar

import attrs

from maalbib.analysis import _standing_wording, _wording
from maalbib.analysis._row import Row

__all__ = ["Standing"]


@attrs.frozen(kw_only=True, repr=False)
class Standing(Row):
    """How one institution compares with its peers in one period.

    Attributes
    ----------
    indicator, institution, breakdown, period
        What is compared.
    value, lower, upper
        The value and its interval, in the indicator's unit.
    peer_group, peers, mean_kind, peer_value
        The group or the definition of the peers, how many others are in the mean, its kind (pooled, weighted or unweighted) and
        the mean.
    gap, gap_lower, gap_upper, level
        Value less mean, with the interval of the difference.
    relevance
        Where a smallest difference that matters was given: ``relevant``, ``within_margin`` (shown to be equivalent) or
        ``margin_not_settled``.
    p_value, q_value, family, family_size
        How often chance alone gives such a gap; the same adjusted for the number of comparisons in the family, which family, and
        how many comparisons it has. A published reading rule has none.
    spread, among_peers
        Standard deviation between the unit and its peers with sampling noise removed, and where the value lies given both:
        ``unusually_high``, ``unusually_low`` or ``usual``. Another question than whether it differs from their mean.
    shrunk, shrunk_lower, shrunk_upper, reliability
        The value pulled towards the mean of unit and peers by as much as it is uncertain, its interval (spread and mean taken as
        known, so it is short with few peers), and the share of differences between units that is no noise.
    percentile, deviations
        Share of unit and peers that lie below, half of the ties counted; and distance from their median in median absolute
        deviations, not scaled.
    rank, rank_lower, rank_upper, rank_reason
        Place among unit and peers, 1 is best, with a set that holds the true places of all ranked units at once; or why there is
        none: ``not_asked``, ``no_direction``, ``group_too_large``, ``small_n``, ``confidential``, ``uncertainty_missing`` or the
        reason why the value is not compared.
    rank_alone_lower, rank_alone_upper, ranked, rank_method
        A set for a unit that was picked in advance; how many units are ranked; ``normal`` or ``multinomial``.
    adjustment, expected, adjusted_value
        ``conditions``, ``expected`` or ``need`` where an expected value was asked for; the value expected given the conditions in
        the model, the figure handed in, or need; and with ``need`` the value divided by the index.
    adjusted_gap, adjusted_lower, adjusted_upper
        Value less expected value, with the interval of the difference.
    adjusted_state, adjusted_reason
        As ``state`` and ``reason``, of the adjusted gap; None where none was asked for.
    state, reason
        ``better``, ``worse``, ``higher``, ``lower``, ``no_detectable_difference`` or ``not_compared``, and why.
    flags, method, params
        What a reader should know besides, and how it was judged.
    n
        People or answers behind the value; of a share without them its denominator.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("satisfaction-2006")
    >>> row = mb.compare_peers(ms, period="2005", over="area", mean="unweighted")[0]
    >>> row.breakdown, row.peers, round(row.peer_value, 2), row.reason
    ('area=daycare', 2, 79.45, 'uncertainty_missing')
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown", "period")
    UNJUDGED: ClassVar[str] = "not_compared"

    indicator: str
    institution: str
    breakdown: str
    period: str
    value: float | None
    lower: float | None
    upper: float | None
    peer_group: str
    peers: int
    mean_kind: str
    peer_value: float | None
    gap: float | None
    gap_lower: float | None
    gap_upper: float | None
    relevance: str | None
    rank: int | None
    rank_lower: int | None
    rank_upper: int | None
    percentile: float | None
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    level: float
    n: float | None
    hidden: str | None
    p_value: float | None
    q_value: float | None
    family: str
    family_size: int
    spread: float | None
    among_peers: str | None
    shrunk: float | None
    shrunk_lower: float | None
    shrunk_upper: float | None
    reliability: float | None
    deviations: float | None
    rank_reason: str | None
    rank_alone_lower: int | None
    rank_alone_upper: int | None
    ranked: int | None
    rank_method: str | None
    adjustment: str | None
    expected: float | None
    adjusted_value: float | None
    adjusted_gap: float | None
    adjusted_lower: float | None
    adjusted_upper: float | None
    adjusted_state: str | None
    adjusted_reason: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        about = _wording.subject(self.labels, self.indicator, self.institution, self.breakdown, lang)
        return f"{about}, {self.period}"

    def _said_though_hidden(self, lang: str) -> str:
        return _standing_wording.place(self.public(), lang)

    def _said(self, lang: str) -> str:
        return _standing_wording.standing(self, lang)
