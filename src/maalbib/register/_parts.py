"""What a register is made of, in one order, whatever order it was written in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import attrs

from maalbib.errors import ArgumentError
from maalbib.model import Institution, InstitutionChange, Membership, PeerGroup
from maalbib.register._days import Span, covers

__all__ = ["Parts", "life_of"]


T = TypeVar("T")


@attrs.frozen
class Parts:
    """Institutions, memberships, groups and changes, sorted, each once.

    Equal entries are one. Entries that share an identity and differ both stay, so that the check can name them.
    """

    institutions: tuple[Institution, ...] = ()
    memberships: tuple[Membership, ...] = ()
    groups: tuple[PeerGroup, ...] = ()
    changes: tuple[InstitutionChange, ...] = ()

    @classmethod
    def of(
        cls,
        institutions: Iterable[Institution],
        memberships: Iterable[Membership],
        groups: Iterable[PeerGroup],
        changes: Iterable[InstitutionChange] = (),
    ) -> Parts:
        """Sort, and drop what stands there twice."""
        return cls(
            _once(_all(institutions, Institution, "institutions"), _place_of_institution),
            _once(_all(memberships, Membership, "memberships"), _place_of_membership),
            _once(_all(groups, PeerGroup, "groups"), _place_of_group),
            _once(_all(changes, InstitutionChange, "changes"), _place_of_change),
        )

    def alive(self, day: dt.date) -> Parts:
        """Return what there is on a day; a group of fewer than two is no group, and nothing changes within a day."""
        institutions = tuple(entry for entry in self.institutions if entry.valid_on(day))
        codes = {entry.id for entry in institutions}
        groups = [
            (group, tuple(filter(codes.__contains__, group.members)))
            for group in self.groups
            if covers(life_of(group), day)
        ]
        return Parts(
            institutions,
            tuple(
                entry
                for entry in self.memberships
                if entry.valid_on(day) and {entry.institution, entry.parent} <= codes
            ),
            tuple(attrs.evolve(group, members=members) for group, members in groups if len(members) > 1),
        )


def life_of(entry: Institution | Membership | PeerGroup) -> Span:
    """Return the span in which an entry holds."""
    return entry.valid_from, entry.valid_to


def _all(entries: Iterable[T], kind: type[T], argument: str) -> list[T]:
    found = list(entries)
    if not all(isinstance(entry, kind) for entry in found):
        raise ArgumentError("argument.type", argument=argument, expected=f"Iterable[{kind.__name__}]")
    return found


def _once(entries: list[T], place: Callable[[T], tuple[Any, ...]]) -> tuple[T, ...]:
    """Sort by place, and keep one of those that are equal; only those at the same place are compared."""
    kept: list[T] = []
    last: tuple[Any, ...] | None = None
    for entry in sorted(entries, key=place):
        here = place(entry)
        if here != last or entry != kept[-1]:
            kept.append(entry)
        last = here
    return tuple(kept)


def _place_of_institution(entry: Institution) -> tuple[Any, ...]:
    return entry.id, entry.valid_from or dt.date.min


def _place_of_membership(entry: Membership) -> tuple[Any, ...]:
    start, end = entry.valid_from or dt.date.min, entry.valid_to or dt.date.max
    return entry.institution, entry.role.value, start, end, entry.parent


def _place_of_group(entry: PeerGroup) -> tuple[Any, ...]:
    return (entry.id,)


def _place_of_change(entry: InstitutionChange) -> tuple[Any, ...]:
    return entry.date, entry.from_ids, entry.to_ids, entry.kind.value, entry.bases
