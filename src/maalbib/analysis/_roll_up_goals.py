"""Targets summed up by goal, from the bottom of the trees to their tops."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._columns import words_at
from maalbib.analysis._roll_up_forest import Forest
from maalbib.analysis._roll_up_items import Counting, Held
from maalbib.analysis._roll_up_states import RANKED, WHYS
from maalbib.analysis._roll_up_sums import Asked, Items, Sums, summed
from maalbib.analysis._roll_up_told import Told
from maalbib.analysis._secrecy import Grades

__all__ = ["Layer", "climbed", "figures"]

_FULL: Final = 100.0


@attrs.frozen(kw_only=True, eq=False)
class _Pieces:
    """Items in the making: arrays of (items,), with the group and unit they count in."""

    node: Ints
    unit: Ints
    place: Ints
    member: Ints
    weight: Floats
    part: Floats
    nested: Bools
    ranks: Floats
    figure: Floats
    why: Ints
    hidden: Grades

    @classmethod
    def together(cls, pieces: list[_Pieces]) -> _Pieces:
        """Return all items; states are written as shares where some items are mixtures of them."""
        if len({piece.ranks.ndim for piece in pieces}) > 1:
            pieces = [attrs.evolve(piece, ranks=_as_shares(piece.ranks)) for piece in pieces]
        names = [field.name for field in attrs.fields(cls)]
        return cls(**{name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in names})


@attrs.frozen(kw_only=True, eq=False)
class Layer:
    """The groups of one height: of which node and unit each is, and what came out."""

    node: Ints
    unit: Ints
    sums: Sums

    def columns(self, forest: Forest, told: Told, counting: Counting, of: list[str], kind: str) -> dict[str, Any]:
        """Return the columns of the result."""
        units = counting.units
        nodes = forest.nodes
        parents = np.array([node.parent for node in nodes], dtype=np.int64)
        institution = words_at(counting.words, units.institution[self.unit]).fill_null("")
        ids = [node.id for node in nodes]
        moment = units.moment[self.unit]
        return {
            **self.sums.columns,
            "group": institution if kind == "institution" else words_at(ids, self.node),
            "kind": kind,
            "parent": words_at(ids, parents[self.node]),
            "depth": np.array([node.depth for node in nodes], dtype=np.int64)[self.node],
            "of": words_at(of, self.node),
            "target": None,
            "institution": institution,
            "breakdown": words_at(told.breakdown.words, units.part[self.unit]).fill_null(""),
            "method": words_at(told.methods, moment),
            "as_of": pa.array(told.days, type=pa.date32()).take(pa.array(moment, type=pa.int64())),
        }


class _Climb:
    """One way up through the trees."""

    def __init__(self, forest: Forest, told: Told, counting: Counting, threshold: float, outside: Any) -> None:
        self._forest = forest
        self._told = told
        self._counting = counting
        self._threshold = threshold
        self._outside = outside
        self._words = [leaf.id for leaf in forest.leaves] + [node.id for node in forest.nodes]
        self._policies = np.array([node.policy for node in forest.nodes], dtype=np.str_)
        self._coverages = np.array([node.min_coverage for node in forest.nodes])
        self._weights = np.array([np.nan if node.weight is None else node.weight for node in forest.nodes])
        self._height = np.array([node.height for node in forest.nodes], dtype=np.int64)
        self._waiting: list[list[_Pieces]] = [[] for _ in range(int(self._height.max(initial=-1)) + 1)]
        self._bare: list[tuple[int, Ints]] = []

    def layers(self) -> list[Layer]:
        """Return the results, the lowest groups first."""
        self._start()
        found: list[Layer] = []
        for height in range(len(self._waiting)):
            layer = self._layer(height)
            if layer is not None:
                found.append(layer)
                self._hand_up(layer)
        return found

    def _start(self) -> None:
        """Put every target where it counts, and note the groups that have nothing in them."""
        forest = self._forest
        roots = [forest.root(node) for node in range(len(forest.nodes))]
        below: dict[int, list[int]] = {root: [] for root in roots}
        for place, leaf in enumerate(forest.leaves):
            below[roots[leaf.nodes[0]]].append(place)
        filled = {node for leaf in forest.leaves for node in leaf.nodes} | {node.parent for node in forest.nodes}
        for root, places in below.items():
            tree = self._counting.tree(forest.leaves[place] for place in places)
            for place in places:
                held = self._counting.held(forest.leaves[place], tree)
                for node in forest.leaves[place].nodes:
                    self._waiting[self._height[node]].append(self._of_leaf(place, node, held))
            self._bare += [(node, tree) for node, top in enumerate(roots) if top == root and node not in filled]

    def _of_leaf(self, place: int, node: int, held: Held) -> _Pieces:
        told, row = self._told, held.row
        weight = self._forest.leaves[place].weight
        there = row >= 0
        return _Pieces(
            node=np.full(len(row), node, dtype=np.int64),
            unit=held.unit,
            place=np.full(len(row), place, dtype=np.int64),
            member=held.member,
            weight=np.full(len(row), np.nan if weight is None else weight),
            part=held.part,
            nested=held.nested,
            ranks=np.where(there, told.rank[row], np.nan),
            figure=np.where(there, figures(told, row, str(self._policies[node])), np.nan),
            why=held.why,
            hidden=np.where(there, told.hidden[row], 0).astype(np.int8),
        )

    def _layer(self, height: int) -> Layer | None:
        bare = [(node, tree) for node, tree in self._bare if self._height[node] == height]
        if not self._waiting[height] and not bare:
            return None
        pieces = _Pieces.together([_nothing(), *self._waiting[height]])
        self._waiting[height] = []
        size = len(self._counting.units)
        keys = [pieces.node * size + pieces.unit, *(node * size + tree for node, tree in bare)]
        groups, number = np.unique(np.concatenate(keys), return_inverse=True)
        items = Items(
            group=number.reshape(-1)[: len(pieces.node)],
            words=self._words,
            place=pieces.place,
            members=self._counting.words,
            member=pieces.member,
            weight=pieces.weight,
            part=pieces.part,
            nested=pieces.nested,
            ranks=pieces.ranks,
            figure=pieces.figure,
            why=pieces.why,
            hidden=pieces.hidden,
        )
        node = groups // size
        asked = Asked(
            policy=self._policies[node],
            min_coverage=self._coverages[node],
            threshold=self._threshold,
            outside=self._outside,
        )
        return Layer(node=node, unit=groups % size, sums=summed(items, len(groups), asked))

    def _hand_up(self, layer: Layer) -> None:
        """Make the groups of a layer items of those above them."""
        nodes = self._forest.nodes
        parents = np.array([node.parent for node in nodes], dtype=np.int64)[layer.node]
        above = self._height[parents]
        shares, why = _shares_of(layer.sums), _whys_of(layer.sums, self._outside)
        same = self._policies[parents] == self._policies[layer.node]
        for height in np.unique(above[(parents >= 0) & (above > self._height[layer.node])]):
            here = (parents >= 0) & (above == height) & (above > self._height[layer.node])
            self._waiting[height].append(
                _Pieces(
                    node=parents[here],
                    unit=layer.unit[here],
                    place=len(self._forest.leaves) + layer.node[here],
                    member=np.full(int(here.sum()), -1, dtype=np.int64),
                    weight=self._weights[layer.node[here]],
                    part=np.ones(int(here.sum())),
                    nested=np.zeros(int(here.sum()), dtype=bool),
                    ranks=shares[here],
                    figure=np.where(same[here], layer.sums.found.value[here], np.nan),
                    why=why[here],
                    hidden=layer.sums.hidden[here],
                )
            )


def climbed(forest: Forest, told: Told, counting: Counting, *, threshold: float, outside: Any) -> list[Layer]:
    """Sum up the targets of each group, then the groups of those above them."""
    return _Climb(forest, told, counting, threshold, outside).layers()


def figures(told: Told, row: Ints, policy: str) -> Floats:
    """Return the numbers that a policy takes of some rows: an attainment, a score, or a percentage."""
    if policy == "mean_score":
        return told.score[row]
    if policy != "pilote":
        return told.attainment[row]
    return np.where(told.in_percent[row], told.score[row], _FULL * np.clip(told.attainment[row], 0.0, 1.0))


def _nothing() -> _Pieces:
    none: npt.NDArray[Any] = np.zeros(0, dtype=np.int64)
    return _Pieces(
        node=none,
        unit=none,
        place=none,
        member=none,
        weight=none.astype(np.float64),
        part=none.astype(np.float64),
        nested=none.astype(bool),
        ranks=none.astype(np.float64),
        figure=none.astype(np.float64),
        why=none,
        hidden=none.astype(np.int8),
    )


def _as_shares(ranks: Floats) -> Floats:
    """Return states as shares: all of it in one, or nowhere."""
    if ranks.ndim > 1:
        return ranks
    there = np.isfinite(ranks)
    shares = np.full((len(ranks), len(RANKED)), np.nan)
    shares[there] = np.eye(len(RANKED))[ranks[there].astype(np.int64)]
    return shares


def _shares_of(sums: Sums) -> Floats:
    """Return the state of each group as shares: its single state, or the distribution of what is in it."""
    single = np.isfinite(sums.found.rank)
    return np.where(single[:, None], _as_shares(sums.found.rank), sums.found.distribution)


def _whys_of(sums: Sums, outside: Any) -> Ints:
    """Return why a group cannot be an item: what all that counts in it has in common; -1 where it can."""
    found: Any = sums.found
    empty, short = found.reason == "rollup_empty", found.reason == "rollup_coverage"
    other = sums.whys.copy()
    other[:, WHYS.index("zero_weight")] = 0
    other[short] = np.where(outside, 0, other[short])
    alone = (other.max(axis=1) == other.sum(axis=1)) & (other.sum(axis=1) > 0) & (found.n_measurable == 0)
    own = np.where(alone, other.argmax(axis=1), -1)
    hollow = np.where(found.n_items == 0, WHYS.index("no_targets"), WHYS.index("not_applicable"))
    return np.select(
        [empty & (own >= 0), empty, short & (own >= 0), short],
        [own, hollow, own, np.full(len(own), WHYS.index("not_measurable"))],
        -1,
    )
