"""The lists that each kind of definition gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Ints
from maalbib.analysis._peer_set_lists import Lists, by_class, of_pairs
from maalbib.analysis._peer_set_scene import group_of
from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.model import (
    AllPeers,
    CohortPeers,
    InstitutionKind,
    ListedPeers,
    NeighbouringPeers,
    PeerDefinition,
    SameClass,
    SameRegion,
)

if TYPE_CHECKING:
    from maalbib.analysis._peer_set_scene import Scene
    from maalbib.register import Register

__all__ = ["lists_by_rule"]

_NO_MUNICIPALITY: Final = "no_municipality"


def lists_by_rule(definition: PeerDefinition, scene: Scene) -> Lists:
    """Return the lists of every kind that measures no distance."""
    if isinstance(definition, ListedPeers):
        return _listed(definition, scene)
    if isinstance(definition, NeighbouringPeers):
        return _neighbours(definition, scene)
    if isinstance(definition, CohortPeers):
        return _cohort(definition, scene)
    if isinstance(definition, AllPeers):
        return by_class(_numbers(scene.level.tolist()), ~scene.holding(definition.except_))
    if isinstance(definition, SameRegion):
        return by_class(_regions(definition, scene))
    assert isinstance(definition, SameClass)  # noqa: S101 - the kinds are a closed family
    return by_class(_classes(definition, scene))


def _listed(definition: ListedPeers, scene: Scene) -> Lists:
    if definition.members:
        return by_class(np.where(scene.holding(definition.members), 0, -1))
    place = scene.place
    pairs = [
        (place[each.unit], place[peer])
        for each in definition.lists
        if each.unit in place
        for peer in each.peers
        if peer in place
    ]
    return of_pairs(len(scene.codes), [unit for unit, _ in pairs], [peer for _, peer in pairs])


def _neighbours(definition: NeighbouringPeers, scene: Scene) -> Lists:
    register, pairs = scene.known("contiguous"), list[tuple[int, int]]()
    why = np.full(len(scene.codes), "", dtype=object)
    for place, code in enumerate(scene.codes):
        near = _beside(code, register, scene.day, definition.order, asked=bool(scene.taking_part[place]))
        if near is None:
            why[place] = _NO_MUNICIPALITY
        pairs += [(place, scene.place[other]) for other in near or () if other in scene.place]
    if len(why) and (why == _NO_MUNICIPALITY).all():
        raise ArgumentError("peer_sets.no_municipality", definition=definition.id)
    found = of_pairs(len(scene.codes), [unit for unit, _ in pairs], [peer for _, peer in pairs])
    return attrs.evolve(found, why=why)


def _beside(code: str, register: Register, day: dt.date | None, order: int, *, asked: bool) -> tuple[str, ...] | None:
    """Return the neighbours of a municipality, None for what is none: it is not known what it lies beside."""
    if code not in register or not any(
        entry.kind is InstitutionKind.MUNICIPALITY for entry in register.identities(code)
    ):
        return None
    if not asked:
        return ()
    try:
        return register.neighbours(code, on=day, order=order)
    except UnknownCodeError:  # of an older division
        return None
    except ArgumentError as error:
        if error.code != "register.neighbours_kind":
            raise
        return None


def _cohort(definition: CohortPeers, scene: Scene) -> Lists:
    """Return the lists of the members; the rest is only compared with."""
    members = scene.holding(definition.members)
    found = by_class(_numbers(scene.level.tolist()), ~members)
    return found.kept(members[found.units])


def _classes(definition: SameClass, scene: Scene) -> Ints:
    if definition.attribute is not None:
        register, day = scene.known("attribute"), scene.known_day("attribute")
        entries = [register.get(code, on=day) if code in register else None for code in scene.codes]
        words = [None if entry is None else getattr(entry, definition.attribute.value) for entry in entries]
        return _numbers(
            [
                None if word is None or entry is None else (entry.kind.value, str(word))
                for entry, word in zip(entries, words, strict=True)
            ]
        )
    held = [
        *((code, group_of(code, scene.register, scene.catalogue).members) for code in definition.groups),
        *((each.id, each.members) for each in definition.classes),
    ]
    place: dict[str, str] = {}
    for group, members in held:
        for member in members:
            if member in place:
                raise ArgumentError("peer_sets.two_groups", code=member, groups=[place[member], group])
            place[member] = group
    return _numbers([place.get(code) for code in scene.codes])


def _regions(definition: SameRegion, scene: Scene) -> Ints:
    """Return the number of the body above each unit; units of different levels have different ones."""
    register, day = scene.known("region"), scene.known_day("region")
    above: list[object] = []
    for code, level in zip(scene.codes, scene.level.tolist(), strict=True):
        entry = register.get(code, on=day) if code in register else None
        over = () if entry is None else register.ancestors(code, on=day)
        found = next((each.id for each in over if each.kind is definition.level), None)
        above.append(None if found is None else (found, level))
    return _numbers(above)


def _numbers(keys: Sequence[object]) -> Ints:
    """Return the number of each key, -1 for None."""
    known = {key: number for number, key in enumerate(dict.fromkeys(key for key in keys if key is not None))}
    return np.array([-1 if key is None else known[key] for key in keys], dtype=np.int64)
