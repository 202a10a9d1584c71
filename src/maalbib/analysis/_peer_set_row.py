"""One peer of one unit: the typed row. Its fields are the columns of the result, in this order."""

from __future__ import annotations

from typing import ClassVar, Self

import attrs

from maalbib.analysis import _peer_set_wording
from maalbib.analysis._row import Row
from maalbib.analysis._secrecy import CONFIDENTIAL

__all__ = ["PeerPart", "PeerRow"]


@attrs.frozen(kw_only=True, repr=False)
class PeerRow(Row):
    """One peer of one unit, or a unit without peers.

    Attributes
    ----------
    definition, kind
        Id and kind of the definition.
    vintage
        The period of the data and the division that the sets describe.
    period
        The period that the peers are to exist in; None where that was not asked.
    unit
        Whose peer.
    position
        Place in the unit's list, from 1: the nearest first where a distance is measured, else as somebody has listed them; None where
        the list has no order.
    peer
        Who; None for a unit without peers.
    distance, coverage
        How far in the definition's distance, and the share of the weights that is known of both.
    largest_variable, largest_part
        The variable that sets them most apart, and its share of the distance's sum.
    smallest_variable
        The variable that they are most alike in, counting weights.
    instead_of
        The unit in whose place a successor stands.
    outcome
        What came of looking for peers of the unit: ``ok``, ``fewer_than_k``, ``too_few``, ``not_comparable``, ``excluded``,
        ``no_peer`` or ``gone``.
    state, reason
        ``peer`` (``chosen`` or ``successor``), ``gone`` (listed and not there: ``ended``, ``not_yet`` or ``became_other``), or
        ``no_peers`` with the outcome as the reason.
    flags, method, params
        What a reader should know besides, and how the sets were made.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.

    Examples
    --------
    >>> import maalbib as mb
    >>> neighbours = mb.NeighbouringPeers(
    ...     id="naboer", name=mb.Text(da="Nabokommuner", en="Neighbours"), vintage="2024"
    ... )
    >>> row = mb.peer_sets(neighbours, register=mb.Register.denmark(), units="0147")[0]
    >>> row.peer, row.state, row.outcome
    ('0101', 'peer', 'ok')
    """

    IDS: ClassVar[tuple[str, ...]] = ("definition", "vintage", "unit", "peer")
    UNJUDGED: ClassVar[str] = "no_peers"

    definition: str
    kind: str
    vintage: str | None
    period: str | None
    unit: str
    position: int | None
    peer: str | None
    distance: float | None
    coverage: float | None
    largest_variable: str | None
    largest_part: float | None
    smallest_variable: str | None
    instead_of: str | None
    outcome: str
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    hidden: str | None

    def public(self) -> Self:
        """See :meth:`Row.public`; of a confidential row the peer is withheld too, which could give away who is alike."""
        shown = super().public()
        if self.hidden == CONFIDENTIAL:
            return attrs.evolve(shown, peer=None, instead_of=None, outcome=CONFIDENTIAL)
        return shown

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _peer_set_wording.about(self, lang)

    def _said(self, lang: str) -> str:
        return _peer_set_wording.peer(self, lang)


@attrs.frozen(kw_only=True, repr=False)
class PeerPart(Row):
    """What one variable adds to the distance between a unit and one of its peers.

    Attributes
    ----------
    definition, vintage
        Which definition, and the period of the data.
    unit, position, peer
        Whose peer, its place in the list, and who.
    variable, breakdown
        The condition.
    unit_value, peer_value
        The two values, before any transform.
    part
        What the variable adds: to the *square* of a Euclidean or Mahalanobis distance, to the distance of the others. Single parts
        of a Mahalanobis distance may be negative.
    share
        Of the sum of all parts.
    distance
        The distance.
    state, reason
        ``alike`` (the smallest part), ``apart`` (the largest), ``between``, or ``not_known`` where a value is missing or the variable
        was left out.
    flags, method
        What a reader should know besides, and the metric.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.
    """

    IDS: ClassVar[tuple[str, ...]] = ("definition", "unit", "peer", "variable")
    UNJUDGED: ClassVar[str] = "not_known"

    definition: str
    vintage: str
    unit: str
    position: int | None
    peer: str
    variable: str
    breakdown: str
    unit_value: float | None
    peer_value: float | None
    part: float | None
    share: float | None
    distance: float | None
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    hidden: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _peer_set_wording.pair(self, lang)

    def _said(self, lang: str) -> str:
        return _peer_set_wording.part(self, lang)
