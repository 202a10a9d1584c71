"""Links from what was to what came after, one by one, gathered into the changes that they make up."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from maalbib.model import ChangeKind

__all__ = ["Became", "gathered"]

_ALONE: Final = frozenset({ChangeKind.RENAME, ChangeKind.REPARENT})


@attrs.frozen(eq=False)
class Became:
    """What became what on a day, and on which bases how much of it; None where there was nothing, or nothing came."""

    date: dt.date
    source: str | None
    target: str | None
    weights: Mapping[str, float] = attrs.field(factory=dict)
    kind: ChangeKind | None = None
    position: int = 0


def gathered(links: Iterable[Became]) -> Iterator[tuple[dict[str, Any], Sequence[Became]]]:
    """Yield the fields of each change with the links it is made of."""
    days: dict[dt.date, list[Became]] = defaultdict(list)
    for link in links:
        days[link.date].append(link)
    for day, own in days.items():
        for kind, part, weights in _of_a_day(own):
            yield {"date": day, "kind": kind, **_ends(part), "weights": weights}, part


def _of_a_day(links: list[Became]) -> Iterator[tuple[ChangeKind, list[Became], dict[str, dict[str | None, float]]]]:
    """Gather by source what is split, else by target."""
    for link in links:
        if link.kind is not None and link.kind in _ALONE:
            yield link.kind, [link], {}
    rest = [link for link in links if link.kind not in _ALONE]
    for kind, part in (
        (ChangeKind.CREATE, [link for link in rest if link.source is None]),
        (ChangeKind.ABOLISH, [link for link in rest if link.target is None]),
    ):
        if part:
            yield kind, part, {}
    by_source = _by((link for link in rest if link.source and link.target), "source")
    split = [part for part in by_source.values() if len(part) > 1 or set(part[0].weights.values()) - {1.0}]
    for part in split:
        bases = dict.fromkeys(basis for link in part for basis in link.weights)
        weights = {basis: {link.target: link.weights.get(basis, 0.0) for link in part} for basis in bases}
        yield part[0].kind or ChangeKind.SPLIT, part, weights
    divided = {link.source for part in split for link in part}
    receiving = {link.target for part in split for link in part}
    whole = (link for part in by_source.values() for link in part if link.source not in divided)
    for target, part in _by(whole, "target").items():
        joined = len(part) > 1 or target in receiving
        yield part[0].kind or (ChangeKind.MERGE if joined else ChangeKind.RENUMBER), part, {}


def _by(links: Iterable[Became], end: str) -> dict[str, list[Became]]:
    found: dict[str, list[Became]] = defaultdict(list)
    for link in links:
        found[getattr(link, end)].append(link)
    return found


def _ends(links: Sequence[Became]) -> dict[str, tuple[str, ...]]:
    """Return the codes before and after; where all links share an end, it stands once."""
    before = tuple(link.source for link in links if link.source is not None)
    after = tuple(link.target for link in links if link.target is not None)
    if len(set(before)) == 1 and len(after) > 1:
        before = before[:1]
    elif len(set(after)) == 1:
        after = after[:1]
    return {"from_ids": before, "to_ids": after}
