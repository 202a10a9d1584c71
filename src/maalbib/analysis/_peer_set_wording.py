"""Peers as sentences: who is compared with whom, and what sets them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maalbib import texts
from maalbib.analysis._wording import inside, joined, listed
from maalbib.model import NeighbouringPeers
from maalbib.texts import number

if TYPE_CHECKING:
    from maalbib.analysis._labels import Labels
    from maalbib.analysis._peer_set_row import PeerPart, PeerRow

__all__ = ["about", "pair", "part", "peer", "several"]

_DECIMALS = 2
_FIRST = 5  # of names that are too many


def about(row: PeerRow, lang: str) -> str:
    """Name the unit, and by which definition."""
    name = row.labels.name(row.definition, lang)
    return f"{row.labels.name(row.unit, lang)}, {name}" + ("" if row.vintage is None else f" ({row.vintage})")


def pair(row: PeerPart, lang: str) -> str:
    """Name the unit, its peer and the condition."""
    names = " – ".join(row.labels.name(code, lang) for code in (row.unit, row.peer))
    return f"{names}, {row.labels.thing(row.variable, lang)}"


def peer(row: PeerRow, lang: str) -> str:
    """Say that a unit is compared with another, and what sets them apart; or that it has nobody, and why."""
    fields = {
        "unit": row.labels.name(row.unit, lang),
        "peer": texts.MISSING if row.peer is None else row.labels.name(row.peer, lang),
        "before": texts.MISSING if row.instead_of is None else row.labels.name(row.instead_of, lang),
        "position": texts.MISSING if row.position is None else str(row.position),
        "why": row.labels.name(f"{row.definition}.excluded.{row.unit}", lang, texts.MISSING),
        "when": _when(row, lang),
    }
    said = joined(about(row, lang), _code(row), row.flags, lang, fields)
    if row.distance is None:
        return said
    return f"{said} {_distance(row, lang)}"


def _code(row: PeerRow) -> str:
    """Return what is said: of a list without an order no place, and of an island that it has no neighbour."""
    if row.state == "peer" and row.position is None:
        return f"peer.{row.reason}_unplaced"
    if row.reason == "no_peer" and row.kind == NeighbouringPeers.KIND and "no_municipality" not in row.flags:
        return "no_peers.no_neighbour"
    return f"{row.state}.{row.reason}"


def _when(row: PeerRow, lang: str) -> str:
    """Return the periods that a unit is to be there in."""
    vintage, period = row.vintage or row.period, row.period or row.vintage
    if vintage is None or period is None:
        return texts.MISSING
    if vintage == period:
        return texts.sentence("peer_set.in_period", lang, period=period)
    return texts.sentence("peer_set.in_both", lang, vintage=vintage, period=period)


def _distance(row: PeerRow, lang: str) -> str:
    fields = {
        "distance": number(row.distance, lang, _DECIMALS),
        "largest": _thing(row.largest_variable, row.labels, lang),
        "share": _whole(row.largest_part, lang),
        "smallest": _thing(row.smallest_variable, row.labels, lang),
    }
    if row.largest_variable is None:
        return texts.sentence("peer_distance.same", lang, **fields)
    if row.smallest_variable is None:
        return texts.sentence("peer_distance.one", lang, **fields)
    return texts.sentence("peer_distance.several", lang, **fields)


def _whole(share: float | None, lang: str) -> str:
    """Write a share as a whole percentage."""
    return texts.MISSING if share is None else f"{number(100 * share, lang, 0)}\u00a0%"


def _thing(code: str | None, labels: Labels, lang: str) -> str:
    return texts.MISSING if code is None else inside(labels.thing(code, lang))


def part(row: PeerPart, lang: str) -> str:
    """Say what one condition adds to a distance."""
    label = row.labels.indicator(row.variable)
    fields = {
        "one": label.value(row.unit_value, lang),
        "other": label.value(row.peer_value, lang),
        "share": _whole(row.share, lang),
    }
    return joined(pair(row, lang), f"{row.state}.{row.reason}", row.flags, lang, fields)


def several(names: list[str], lang: str, most: int = _FIRST) -> str:
    """Write names; where there are more than ``most``, the first few and how many others."""
    if len(names) <= most or len(names) <= _FIRST + 1:
        return listed(names, lang)
    others = texts.sentence("peer_set.others", lang, count=str(len(names) - _FIRST))
    return listed([*names[:_FIRST], others], lang)
