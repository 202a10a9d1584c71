"""Directed lists of peers, one for each unit, laid end to end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, Words
from maalbib.errors import ArgumentError

__all__ = ["Lists", "by_class", "of_pairs", "stacked"]

_MOST_EDGES: Final = 2**24


@attrs.frozen(kw_only=True, eq=False)
class Lists:
    """Who is listed for whom; the list of unit i is ``peers[starts[i]:starts[i + 1]]``.

    Attributes
    ----------
    starts
        (units + 1,)
    peers
        (edges,) places of the peers.
    distance, coverage
        (edges,) NaN where nothing is measured.
    outcome
        (units,) ``ok``, ``fewer_than_k``, ``too_few``, ``not_comparable``, ``excluded`` or ``no_peer``.
    why
        (units,) what stood in the way, empty where nothing did.
    itself
        (units,) whether the unit stood in its own list.
    """

    starts: Ints
    peers: Ints
    distance: Floats
    coverage: Floats
    outcome: Words
    why: Words
    itself: Bools

    @property
    def units(self) -> Ints:
        """(edges,) whose list each edge is in."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def kept(self, edges: Bools) -> Lists:
        """Return the lists with some of their edges; outcomes stay."""
        count = np.bincount(self.units[edges], minlength=len(self.outcome))
        return attrs.evolve(
            self,
            starts=np.concatenate([[0], np.cumsum(count)]),
            peers=self.peers[edges],
            distance=self.distance[edges],
            coverage=self.coverage[edges],
        )

    def judged(self, least: int) -> Lists:
        """Return the lists with their outcomes: a list shorter than ``least`` is no list."""
        count = np.diff(self.starts)
        outcome = self.outcome.copy()
        listed = (outcome == "ok") | (outcome == "fewer_than_k")
        outcome[listed & (count < least)] = "too_few"
        outcome[listed & (count == 0)] = "no_peer"
        return attrs.evolve(self, outcome=outcome).kept((count >= least)[self.units])


def of_pairs(size: int, unit: Iterable[int] | Ints, peer: Iterable[int] | Ints) -> Lists:
    """Return the lists of pairs in their order; a unit in its own list is left out, and that is noted."""
    units, peers = np.asarray(unit, dtype=np.int64), np.asarray(peer, dtype=np.int64)
    order = np.argsort(units, kind="stable")
    units, peers = units[order], peers[order]
    own = units == peers
    itself = np.zeros(size, dtype=bool)
    itself[units[own]] = True
    units, peers = units[~own], peers[~own]
    nothing = np.full(len(units), np.nan)
    return Lists(
        starts=np.concatenate([[0], np.cumsum(np.bincount(units, minlength=size))]),
        peers=peers,
        distance=nothing,
        coverage=nothing,
        outcome=np.full(size, "ok", dtype=object),
        why=np.full(size, "", dtype=object),
        itself=itself,
    )


def by_class(number: Ints, peers: Bools | None = None) -> Lists:
    """Return the lists in which each unit has the others of its class.

    Parameters
    ----------
    number
        (units,) the class of each, -1 for none.
    peers
        (units,) who may be a peer; all where None.
    """
    size = len(number)
    allowed = (number >= 0) if peers is None else (number >= 0) & peers
    pool = np.flatnonzero(allowed)
    pool = pool[np.argsort(number[pool], kind="stable")]
    count = np.bincount(number[pool], minlength=int(number.max(initial=-1)) + 1)
    first = np.cumsum(count) - count
    unit = np.flatnonzero(number >= 0)
    long = count[number[unit]]
    edges = int(long.sum())
    if edges > _MOST_EDGES:
        raise ArgumentError("peer_sets.too_many", edges=edges, most=_MOST_EDGES)
    steps = np.arange(edges) - np.repeat(np.cumsum(long) - long, long)
    found = of_pairs(size, np.repeat(unit, long), pool[np.repeat(first[number[unit]], long) + steps])
    return attrs.evolve(found, itself=np.zeros(size, dtype=bool))


def stacked(size: int, parts: Sequence[tuple[Ints, Lists]]) -> Lists:
    """Return lists that were made for some of the units each, as lists of all; the others have no peer."""
    outcome, why = np.full(size, "no_peer", dtype=object), np.full(size, "", dtype=object)
    itself = np.zeros(size, dtype=bool)
    for places, own in parts:
        outcome[places], why[places], itself[places] = own.outcome, own.why, own.itself
    unit = _joined(places[own.units] for places, own in parts)
    order = np.argsort(unit, kind="stable")
    return Lists(
        starts=np.concatenate([[0], np.cumsum(np.bincount(unit, minlength=size))]),
        peers=_joined(places[own.peers] for places, own in parts)[order],
        distance=np.concatenate([np.zeros(0), *(own.distance for _, own in parts)])[order],
        coverage=np.concatenate([np.zeros(0), *(own.coverage for _, own in parts)])[order],
        outcome=outcome,
        why=why,
        itself=itself,
    )


def _joined(parts: Iterator[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])
