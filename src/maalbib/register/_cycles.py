"""Circles in who belongs to whom, on any day.

Two bodies may take turns in being above each other; only a circle that is closed on one and the same day is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from maalbib.model import MembershipRole
from maalbib.register._days import start_of
from maalbib.register._index import Link

__all__ = ["cycles"]

_Node: TypeAlias = tuple[MembershipRole, str]


def cycles(links: Iterable[Link]) -> Iterator[Link]:
    """Yield one link of every circle, each circle once."""
    suspects = _without_ends(list(links))
    seen: set[frozenset[_Node]] = set()
    for day in sorted({start_of(link.span) for link in suspects}):
        upwards = {_child(link): link for link in suspects if link.holds(day)}
        for circle in _circles(upwards):
            members = frozenset(_child(link) for link in circle)
            if members not in seen:
                seen.add(members)
                yield min(circle, key=_child)


def _child(link: Link) -> _Node:
    return link.role, link.child.id


def _parent(link: Link) -> _Node:
    return link.role, link.parent.id


def _without_ends(links: list[Link]) -> list[Link]:
    """Drop whoever has nobody above, again and again; without circles nothing is left.

    Days do not matter here, so that a register without circles is checked in one pass.
    """
    above: dict[_Node, int] = defaultdict(int)
    below: dict[_Node, list[_Node]] = defaultdict(list)
    for link in links:
        above[_child(link)] += 1
        below[_parent(link)].append(_child(link))
    free = [node for node in below if node not in above]
    while free:
        for child in below[free.pop()]:
            above[child] -= 1
            if above[child] == 0:
                free.append(child)
    return [link for link in links if above[_child(link)]]


def _circles(upwards: dict[_Node, Link]) -> Iterator[list[Link]]:
    """Yield the circles of a day, on which everybody has at most one parent in a role."""
    done: set[_Node] = set()
    for start in upwards:
        path: dict[_Node, int] = {}
        node = start
        while node in upwards and node not in done and node not in path:
            path[node] = len(path)
            node = _parent(upwards[node])
        if node in path:
            yield [upwards[member] for member in list(path)[path[node] :]]
        done |= path.keys()
