"""Questions to a register about codes: who is this, when did it live, what do others call it, who is in a scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.model import (
    Institution,
    InstitutionChange,
    InstitutionKind,
    Membership,
    Ownership,
    PeerGroup,
    Scope,
)
from maalbib.register._days import Day, Span, as_day, covers, overlap
from maalbib.register._index import Index
from maalbib.register._parts import Parts, life_of

__all__ = ["Lookups", "only", "shown", "word"]

E = TypeVar("E", bound=Enum)


class Lookups:
    """The part of a register that knows codes. Every look-up is one step, however large the register is."""

    __slots__ = ("_index", "_parts")

    _parts: Parts
    _index: Index

    @property
    def institutions(self) -> tuple[Institution, ...]:
        """Every institution of every time, by code and first day."""
        return self._parts.institutions

    @property
    def memberships(self) -> tuple[Membership, ...]:
        """Who belongs to whom and when, by institution, role and first day."""
        return self._parts.memberships

    @property
    def groups(self) -> Mapping[str, PeerGroup]:
        """The peer groups by id, read only."""
        return MappingProxyType(self._index.groups)

    @property
    def changes(self) -> tuple[InstitutionChange, ...]:
        """What became of institutions, by day."""
        return self._parts.changes

    @property
    def codes(self) -> frozenset[str]:
        """Every code that is or was in use."""
        return self._index.codes

    @property
    def schemes(self) -> frozenset[str]:
        """The schemes that :meth:`resolve` understands: those of the institutions' identifiers, and their names."""
        return self._index.schemes

    def __len__(self) -> int:
        """Return the number of institutions of every time."""
        return len(self._parts.institutions)

    def __iter__(self) -> Iterator[Institution]:
        """Yield the institutions by code and first day."""
        return iter(self._parts.institutions)

    def __contains__(self, item: object) -> bool:
        """Return whether a code, or this very institution, is in the register."""
        if isinstance(item, Institution):
            return item in self._index.by_code.get(item.id, ())
        return isinstance(item, str) and item in self._index.codes

    def __getitem__(self, code: str) -> Institution:
        """Return the institution of a code; :meth:`institution` says what is raised."""
        return self.institution(code)

    def institution(self, code: str, on: Day | None = None) -> Institution:
        """Return the institution that a code stands for.

        Parameters
        ----------
        code
            The canonical code as text: ``0751``, ``1084``, ``DK``.
        on
            The day that is asked about. Needed where the code has stood for several institutions.

        Raises
        ------
        UnknownCodeError
            If the code is not in the register, with the nearest that is, or stands for nothing on that day.
        ArgumentError
            If the code has stood for several institutions and no day is given, or ``on`` is not a day.

        Examples
        --------
        >>> from maalbib import Register
        >>> Register.denmark().institution("0751").text()
        'Aarhus'
        """
        entries = self._entries(code)
        day = as_day(on)
        alive = [entry for entry in entries if day is None or entry.valid_on(day)]
        if not alive:
            raise UnknownCodeError("register.not_alive", code=code, on=str(day), spans=shown(entries))
        return only(code, alive)

    def get(self, code: str, on: Day | None = None) -> Institution | None:
        """Return the institution of a code, None where there is none, or none on that day.

        Raises
        ------
        ArgumentError
            If the code has stood for several institutions and no day is given, or ``on`` is not a day.

        Examples
        --------
        >>> from maalbib import Register
        >>> Register.denmark().get("1084", on="2027-01-01") is None
        True
        """
        day = as_day(on)
        entries = self._index.by_code.get(code, ())
        alive = [entry for entry in entries if day is None or entry.valid_on(day)]
        return only(code, alive) if alive else None

    def identities(self, code: str) -> tuple[Institution, ...]:
        """Return every institution that a code has stood for, in time order: one, unless the code was used again.

        Raises UnknownCodeError where the code is not in the register.

        Examples
        --------
        >>> from maalbib import Register
        >>> [entry.text() for entry in Register.denmark().identities("1084")]
        ['Region Hovedstaden']
        """
        return self._entries(code)

    def validity(self, code: str) -> tuple[Span, ...]:
        """Return when a code is in use: ``(first day, first day after)`` for each institution it stood for.

        None is an open side. Raises UnknownCodeError where the code is not in the register.

        Examples
        --------
        >>> from maalbib import Register
        >>> [(str(start), str(end)) for start, end in Register.denmark().validity("1085")]
        [('2007-01-01', '2027-01-01')]
        """
        return tuple(life_of(entry) for entry in self._entries(code))

    def alive(self, code: str, start: Day | None, end: Day | None, *, whole: bool = False) -> bool:
        """Return whether a code is in use on some day from ``start`` to the day before ``end``.

        Parameters
        ----------
        code
            A code of the register; any other raises UnknownCodeError.
        start, end
            First day, and first day after; None is open.
        whole
            Ask for all the days instead, and for one and the same institution on all of them.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> denmark.alive("0630", "2006-01-01", "2007-01-01")
        False
        >>> (
        ...     denmark.alive("0630", "2006-08-01", "2007-08-01"),
        ...     denmark.alive("0630", "2006-08-01", "2007-08-01", whole=True),
        ... )
        (True, False)
        """
        asked = (as_day(start, "start"), as_day(end, "end"))
        if not whole:
            return any(overlap(life, asked) for life in self.validity(code))
        return any(overlap(life, asked) == asked for life in self.validity(code))

    def select(
        self,
        kind: InstitutionKind | str | None = None,
        *,
        on: Day | None = None,
        ownership: Ownership | str | None = None,
        sector: str | None = None,
    ) -> tuple[Institution, ...]:
        """Return the institutions that fit everything asked for; without a day those of every time.

        Raises
        ------
        ArgumentError
            If ``kind`` or ``ownership`` is no word of its vocabulary, or ``on`` is not a day.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> [len(denmark.select("region", on=day)) for day in ("2006-12-31", "2018-01-01", "2027-01-01")]
        [0, 5, 4]
        """
        day, owner = as_day(on), word(Ownership, ownership, "ownership")
        wanted = word(InstitutionKind, kind, "kind")
        entries = self.institutions if wanted is None else self._index.by_kind.get(wanted, ())
        return tuple(
            entry
            for entry in entries
            if (day is None or entry.valid_on(day))
            and (owner is None or entry.ownership is owner)
            and (sector is None or entry.sector == sector)
        )

    def group(self, group: str) -> PeerGroup:
        """Return a peer group by its id.

        Raises UnknownCodeError with the nearest id where there is none.

        Examples
        --------
        >>> from maalbib import Register
        >>> Register.denmark().group("dst-2018-2").members
        ('0461', '0751', '0851')
        """
        if group not in self._index.groups:
            raise UnknownCodeError.of("group", str(group), self._index.groups)
        return self._index.groups[group]

    def members(self, scope: Scope, on: Day | None = None) -> tuple[Institution, ...]:
        """Return the institutions that a scope binds: those named, those of a kind, or those of a group.

        Parameters
        ----------
        scope
            Whom it binds.
        on
            Only who lives on that day; None for every time.

        Raises
        ------
        UnknownCodeError
            If a named institution or the group is not in the register.
        ArgumentError
            If the group does not hold on that day, or ``on`` is not a day.

        Examples
        --------
        >>> from maalbib import Register, Scope
        >>> len(Register.denmark().members(Scope(group="dst-2018-5"), on="2018-01-01"))
        31
        """
        day = as_day(on)
        if scope.kind is not None:
            return self.select(scope.kind, on=day)
        codes = scope.institutions if scope.group is None else self._members(scope.group, day)
        entries = [entry for code in codes for entry in self._entries(code)]
        return tuple(entry for entry in entries if day is None or entry.valid_on(day))

    def _entries(self, code: str) -> tuple[Institution, ...]:
        entries = self._index.by_code.get(code)
        if entries is None:
            raise UnknownCodeError.of("institution", str(code), self._index.codes)
        return entries

    def _members(self, group: str, day: dt.date | None) -> tuple[str, ...]:
        found = self.group(group)
        if day is not None and not covers(life_of(found), day):
            raise ArgumentError("register.group_not_valid", group=group, on=str(day))
        return found.members


def word(kind: type[E], word: E | str | None, argument: str) -> E | None:
    """Return the member of a vocabulary that a word names; None stays None."""
    if word is None:
        return None
    members = {member.value: member for member in kind}
    if word not in members:
        raise ArgumentError.choice(argument, members)
    return members[word]


def only(code: str, entries: Sequence[Institution]) -> Institution:
    """Return the one institution; several need a day."""
    if len(entries) > 1:
        raise ArgumentError("register.needs_day", code=code, spans=shown(entries))
    return entries[0]


def shown(entries: Iterable[Institution]) -> list[str]:
    """Write lives as ISO 8601 intervals, ``..`` where a side is open."""
    return [f"{entry.valid_from or '..'}/{entry.valid_to or '..'}" for entry in entries]
