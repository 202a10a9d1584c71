"""Which kind of supplier each unit is, by a classification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maalbib.analysis._arrays import Ints
from maalbib.analysis._peer_set_scene import group_of
from maalbib.analysis._unknown_codes import unknown
from maalbib.errors import ArgumentError
from maalbib.model import SameClass, Text

if TYPE_CHECKING:
    import datetime as dt

    from maalbib.analysis._context import Setting
    from maalbib.model import PeerClass, PeerGroup

__all__ = ["classes_of", "classification"]


def classification(suppliers: Any, setting: Setting) -> SameClass | None:
    """Return a classification, found in the catalogue where its id is given."""
    if suppliers is None:
        return None
    if isinstance(suppliers, SameClass):
        return suppliers
    if not isinstance(suppliers, str):
        raise ArgumentError("argument.type", argument="suppliers", expected="SameClass")
    known = {} if setting.catalogue is None else setting.catalogue.peer_definitions
    found = known.get(suppliers)
    if not isinstance(found, SameClass):
        classes = [code for code, each in known.items() if isinstance(each, SameClass)]
        raise unknown(suppliers, "a classification of the catalogue", classes)
    return found


def classes_of(
    definition: SameClass | None, codes: Sequence[str], setting: Setting, day: dt.date
) -> tuple[list[str | None], Ints, dict[str, Text]]:
    """Return the class of each unit, as a code and as a number (-1 for none), and the names of the classes."""
    if definition is None:
        return [None] * len(codes), np.full(len(codes), -1), {}
    members, names = _members(definition, setting)
    if definition.attribute is not None:
        if setting.register is None:
            raise ArgumentError("peer_sets.needs_register", argument="suppliers")
        on = day if definition.vintage is None else definition.vintage.start
        for code in codes:
            entry = setting.register.get(code, on=on) if code in setting.register else None
            word = None if entry is None else getattr(entry, definition.attribute.value)
            if word is not None:
                members[code] = str(word)
    words = [None if code in definition.excluded else members.get(code) for code in codes]
    number = {word: place for place, word in enumerate(sorted({word for word in words if word is not None}))}
    return words, np.array([-1 if word is None else number[word] for word in words], dtype=np.int64), names


def _members(definition: SameClass, setting: Setting) -> tuple[dict[str, str], dict[str, Text]]:
    """Return the class of each member of the groups and classes, and their names."""
    groups = [group_of(code, setting.register, setting.catalogue) for code in definition.groups]
    members, names = dict[str, str](), dict[str, Text]()
    every: tuple[PeerGroup | PeerClass, ...] = (*groups, *definition.classes)
    for each in every:
        names[each.id] = each.name
        for member in each.members:
            if member in members:
                raise ArgumentError("peer_sets.two_groups", code=member, groups=[members[member], each.id])
            members[member] = each.id
    return members, names
