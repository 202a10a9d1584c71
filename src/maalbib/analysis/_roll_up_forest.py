"""What hangs under what: the trees of goals with their targets, or one flat group for each indicator or for all targets."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from maalbib.analysis._roll_up_states import policy_named
from maalbib.analysis._roll_up_told import Told, named_parts
from maalbib.analysis._unknown_codes import unknown

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.model import Goal, Scope, Target

__all__ = ["Forest", "Leaf", "Manner", "Node", "flat_forest", "goal_forest"]


@attrs.frozen(kw_only=True)
class Manner:
    """How to sum up where a goal does not say so itself, and the weights that go before all others."""

    policy: str
    min_coverage: float
    nested: bool
    weights: Mapping[str, float]


@attrs.frozen(kw_only=True)
class Leaf:
    """A target.

    Attributes
    ----------
    id
        Its id.
    nodes
        The groups that it counts in.
    weight
        Its weight, None where none is stated.
    scope
        Whom it binds.
    breakdown
        The one breakdown it speaks of, without totals; None where it speaks of each.
    measured
        Whether it rests on an indicator; what does not says the same for every breakdown.
    """

    id: str
    nodes: tuple[int, ...]
    weight: float | None
    scope: Scope | None
    breakdown: str | None
    measured: bool


@attrs.frozen(kw_only=True)
class Node:
    """A group: a goal, an indicator, or all targets. ``height`` is how many levels of groups are below it."""

    id: str
    parent: int
    depth: int
    height: int
    weight: float | None
    policy: str
    min_coverage: float


@attrs.frozen(kw_only=True)
class Forest:
    """Groups, each after the one above it and in the order in which they are shown, and the targets in them."""

    nodes: tuple[Node, ...]
    leaves: tuple[Leaf, ...]

    def root(self, node: int) -> int:
        """Return the group at the top of a tree."""
        while self.nodes[node].parent >= 0:
            node = self.nodes[node].parent
        return node

    def items(self) -> list[str]:
        """Return what the items of each group are."""
        targets = {node for leaf in self.leaves for node in leaf.nodes}
        goals = {node.parent for node in self.nodes if self.nodes[node.parent].height > 0}
        return [
            "mixed" if place in targets and place in goals else "goal" if place in goals else "target"
            for place in range(len(self.nodes))
        ]


def flat_forest(told: Told, catalogue: Catalogue | None, manner: Manner, *, by_indicator: bool) -> Forest:
    """Return one group for each indicator, or one for all targets."""
    spoken = _indicators(told)
    targets = {} if catalogue is None else catalogue.targets
    known = {target.id: target.indicator for target in targets.values()}
    known |= {code: indicator for code, indicator in spoken.items() if code not in known}
    groups = dict.fromkeys(known.values() if by_indicator else [""])
    place = {group: number for number, group in enumerate(groups)}
    leaves = [
        _leaf(code, (place[indicator if by_indicator else ""],), targets.get(code), manner, None)
        for code, indicator in known.items()
    ]
    nodes = [_node(group, -1, 0, 0, None, manner) for group in groups]
    return Forest(nodes=tuple(nodes), leaves=tuple(leaves))


def goal_forest(
    told: Told, catalogue: Catalogue | None, manner: Manner, *, goals: Collection[str] | None, day: dt.date
) -> Forest:
    """Return the trees of goals; ``goals`` are shown with all that is below them, every goal where it is None."""
    known: dict[str, Goal] = {} if catalogue is None else dict(catalogue.goals)
    targets: Mapping[str, Target] = {} if catalogue is None else catalogue.targets
    named = _goals(told)
    aims = {code: target.goal or "" for code, target in targets.items() if target.goal or code in named}
    aims |= {code: goal or "" for code, goal in named.items() if code not in aims}
    parents = {
        code: known[code].parent if code in known else None for code in dict.fromkeys((*known, *aims.values()))
    }
    if goals is not None:
        parents = _below(parents, goals)
    tracked = _with_those_above((aims[code] for code in told.target.words), parents)
    kept = [code for code in parents if code in tracked or code not in known or known[code].valid_on(day)]
    order = _preorder(kept, parents, known)
    place = {code: number for number, (code, _) in enumerate(order)}
    heights = _heights([place.get(parents[code] or "", -1) if depth else -1 for code, depth in order])
    nodes = tuple(
        _node(
            code,
            place[str(parents[code])] if depth else -1,
            depth,
            heights[place[code]] if manner.nested else 0,
            known.get(code),
            manner,
        )
        for code, depth in order
    )
    spoken = _indicators(told) | {code: target.indicator for code, target in targets.items()}
    shares = _link_weights(catalogue, aims, spoken)
    leaves = [
        _leaf(code, _counted_in(place[goal], nodes, manner), targets.get(code), manner, shares.get(code))
        for code, goal in aims.items()
        if goal in place
    ]
    return Forest(nodes=nodes, leaves=tuple(leaves))


def _goals(told: Told) -> dict[str, str | None]:
    """Return the goal that the tracking names for each target."""
    return dict(zip(told.target.words, _firsts(told, told.goal), strict=True))


def _indicators(told: Told) -> dict[str, str]:
    return {
        code: indicator or ""
        for code, indicator in zip(told.target.words, _firsts(told, told.indicator), strict=True)
    }


def _firsts(told: Told, column: Any) -> list[str | None]:
    """Return for each target the word in its first row."""
    import numpy as np

    _, first = np.unique(told.target.codes, return_index=True)
    return [None if code < 0 else column.words[code] for code in column.codes[first]]


def _below(parents: dict[str, str | None], goals: Collection[str]) -> dict[str, str | None]:
    """Return the wanted goals and all below them; the wanted ones stand at the top."""
    for code in goals:
        if code not in parents:
            raise unknown(code, "a goal of the catalogue", parents)
    wanted = dict.fromkeys(goals)
    found: dict[str, str | None] = {}
    for code, parent in parents.items():
        above = code
        while above not in wanted and parents.get(above) is not None:
            above = str(parents[above])
        if above in wanted:
            found[code] = None if code in wanted else parent
    return found


def _with_those_above(codes: Iterable[str], parents: Mapping[str, str | None]) -> set[str]:
    found: set[str] = set()
    for code in codes:
        above: str | None = code
        while above is not None and above in parents and above not in found:
            found.add(above)
            above = parents[above]
    return found


def _preorder(kept: list[str], parents: Mapping[str, str | None], known: Mapping[str, Goal]) -> list[tuple[str, int]]:
    """Return the goals, each before those below it, with how many are above it; siblings by their order."""

    def rank(code: str) -> tuple[bool, int]:
        order = known[code].order if code in known else None
        return (order is None, order or 0)

    there = set(kept)
    children: dict[str | None, list[str]] = {}
    for code in kept:
        above = parents[code]
        children.setdefault(above if above in there else None, []).append(code)
    found: list[tuple[str, int]] = []
    waiting = [(code, 0) for code in sorted(children.get(None, []), key=rank)[::-1]]
    while waiting:
        code, depth = waiting.pop()
        found.append((code, depth))
        waiting += [(child, depth + 1) for child in sorted(children.get(code, []), key=rank)[::-1]]
    return found


def _heights(parents: list[int]) -> list[int]:
    """Return how many levels are below each; a parent stands before its children."""
    found = [0] * len(parents)
    for node in range(len(parents) - 1, -1, -1):
        if parents[node] >= 0:
            found[parents[node]] = max(found[parents[node]], found[node] + 1)
    return found


def _counted_in(node: int, nodes: tuple[Node, ...], manner: Manner) -> tuple[int, ...]:
    """Return the goal of a target; where goals are not nested, those above it too."""
    found = [node]
    while not manner.nested and nodes[found[-1]].parent >= 0:
        found.append(nodes[found[-1]].parent)
    return tuple(found)


def _link_weights(
    catalogue: Catalogue | None, aims: Mapping[str, str], indicators: Mapping[str, str]
) -> dict[str, float]:
    """Return the weight that the link of goal and indicator gives a target; several targets of an indicator share it."""
    if catalogue is None:
        return {}
    links = {(link.goal, link.indicator): link.weight for link in catalogue.links if link.weight is not None}
    pairs = {code: (goal, indicators[code]) for code, goal in aims.items()}
    sharing = Counter(pairs.values())
    return {code: links[pair] / sharing[pair] for code, pair in pairs.items() if pair in links}


def _leaf(code: str, nodes: tuple[int, ...], target: Target | None, manner: Manner, linked: float | None) -> Leaf:
    stated = None if target is None else target.weight
    breakdown = None if target is None else target.breakdown
    return Leaf(
        id=code,
        nodes=nodes,
        weight=manner.weights.get(code, linked if stated is None else stated),
        scope=None if target is None else target.scope,
        breakdown=None if breakdown is None else named_parts(breakdown),
        measured=target is None or bool(target.indicator),
    )


def _node(code: str, parent: int, depth: int, height: int, goal: Goal | None, manner: Manner) -> Node:
    own = None if goal is None else goal.roll_up
    asked = None if goal is None else goal.min_coverage
    stated = None if goal is None else goal.weight
    return Node(
        id=code,
        parent=parent,
        depth=depth,
        height=height,
        weight=manner.weights.get(code, stated),
        policy=manner.policy if own is None else policy_named(own, "Goal.roll_up"),
        min_coverage=manner.min_coverage if asked is None else asked,
    )
