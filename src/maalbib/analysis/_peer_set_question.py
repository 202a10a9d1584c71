"""Everything that sets of peers are made from, and the making of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Ints, Words
from maalbib.analysis._peer_set_kinds import lists_by_rule
from maalbib.analysis._peer_set_lists import Lists
from maalbib.analysis._peer_set_nearest import nearest_lists
from maalbib.analysis._peer_set_reform import Gone, replaced
from maalbib.analysis._secrecy import Grades
from maalbib.catalogue._writing import plain_entry
from maalbib.model import NearestPeers

if TYPE_CHECKING:
    from maalbib.analysis._peer_set_context import Conditions
    from maalbib.analysis._peer_set_scene import Scene
    from maalbib.model import PeerDefinition, Period

__all__ = ["Answer", "Question", "answered"]

_NONE = np.zeros(0, dtype=np.int64)


@attrs.frozen(kw_only=True, eq=False)
class Question:
    """What is to be made into sets.

    Attributes
    ----------
    definition, scene
        Which rule, and who takes part.
    conditions
        For a distance, the table of conditions of each period; else nothing.
    period
        The period that the peers are to exist in, None where that was not asked.
    successors
        Whether a peer that is gone is replaced by the one that came after it.
    """

    definition: PeerDefinition
    scene: Scene
    period: Period | None = None
    conditions: tuple[Conditions, ...] = ()
    successors: bool = False

    def without(self, indicator: str) -> Question:
        """Return the same question with a variable left out; the conditions are not read anew."""
        assert isinstance(self.definition, NearestPeers)  # noqa: S101 - only a distance has variables
        kept = np.array([each.indicator != indicator for each in self.definition.variables], dtype=bool)
        return attrs.evolve(
            self,
            definition=self.definition.without(indicator),
            conditions=tuple(each.without(kept) for each in self.conditions),
        )

    @property
    def params(self) -> str:
        """How the sets were made, as JSON."""
        plain = json.dumps(plain_entry(self.definition), sort_keys=True, default=str, ensure_ascii=False)
        nearest = self.definition if isinstance(self.definition, NearestPeers) else None
        own: dict[str, Any] = {
            "digest": hashlib.sha256(plain.encode()).hexdigest(),
            "successors": self.successors,
            "min_peers": self.definition.min_peers,
            "purpose": list(self.definition.purpose),
            "variables": list(self.definition.indicators),
        }
        if nearest is not None:
            own |= {
                "k": nearest.k,
                "metric": nearest.metric.value,
                "scaling": nearest.scaling.value,
                "caliper": nearest.caliper,
                "min_coverage": nearest.min_coverage,
                "rolling": nearest.rolling,
            }
        return json.dumps(own, sort_keys=True)


@attrs.frozen(kw_only=True, eq=False)
class Answer:
    """The sets of one period.

    Attributes
    ----------
    conditions
        The conditions they rest on, None where the kind measures no distance.
    lists, gone, before
        The lists, peers that are not there, and for each edge in whose place it stands, -1 for its own.
    unit_grade
        (units,) why what is said of a unit may not be shown, 0 where it may.
    remarks
        (units,) what a reader should know besides.
    """

    conditions: Conditions | None
    lists: Lists
    gone: Gone
    before: Ints
    unit_grade: Grades
    remarks: list[list[str]]


def answered(question: Question) -> Iterator[Answer]:
    """Make the sets of each period."""
    for conditions in question.conditions or (None,):
        yield _answer(question, conditions)


def _answer(question: Question, conditions: Conditions | None) -> Answer:
    definition, scene = question.definition, question.scene
    if isinstance(definition, NearestPeers) and conditions is not None:
        lists, remarks = nearest_lists(definition, scene, conditions)
        graded: Grades = conditions.grade.max(axis=1, initial=0).astype(np.int8)
    else:
        lists = lists_by_rule(definition, scene)
        remarks = [[] for _ in scene.codes]
        graded = np.zeros(len(scene.codes), dtype=np.int8)
    lists = lists.kept(scene.taking_part[lists.units] & scene.taking_part[lists.peers])
    gone, before = Gone(unit=_NONE, peer=_NONE), np.full(len(lists.peers), -1)
    if scene.fates is not None:
        lists, gone, before = replaced(lists, scene, scene.fates, successors=question.successors)
    lists, before = _judged(lists, before, definition.min_peers)
    lists = attrs.evolve(lists, outcome=_set_apart(question, lists.outcome))
    there = lists.outcome[lists.units] != "gone"
    lists, before = lists.kept(there), before[there]
    for place in np.flatnonzero(lists.itself).tolist():
        remarks[place] = [*remarks[place], "self_listed"]
    for place in np.flatnonzero(lists.why != "").tolist():
        remarks[place] = [*remarks[place], str(lists.why[place])]
    return Answer(
        conditions=conditions,
        lists=lists,
        gone=gone,
        before=before,
        unit_grade=graded,
        remarks=remarks,
    )


def _judged(lists: Lists, before: Ints, least: int) -> tuple[Lists, Ints]:
    """Judge the lists, and keep what stands beside their edges in step."""
    kept: Bools = (np.diff(lists.starts) >= least)[lists.units]
    return lists.judged(least), before[kept]


def _set_apart(question: Question, outcome: Words) -> Words:
    """Return the outcomes with those of units that take no part, or are not there."""
    scene, found = question.scene, outcome.copy()
    if scene.fates is not None:
        found[scene.fates.gone] = "gone"
    found[scene.absent] = "gone"
    found[scene.holding(question.definition.excluded)] = "excluded"
    return found
