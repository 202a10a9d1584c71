"""Questions to a register about who belongs to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from maalbib.errors import ArgumentError
from maalbib.model import Institution, InstitutionKind, MembershipRole
from maalbib.register._days import Day, as_day
from maalbib.register._index import Link, distinct
from maalbib.register._lookups import word
from maalbib.register._numbers import Numbers

__all__ = ["Kinship"]


class Kinship(Numbers):
    """The part of a register that knows parents and children."""

    __slots__ = ()

    def parent(
        self, code: str, on: Day | None = None, *, role: MembershipRole | str = MembershipRole.BELONGS_TO
    ) -> Institution | None:
        """Return whom an institution belongs to, None where it belongs to nobody.

        Raises
        ------
        UnknownCodeError
            If the code stands for nothing, or for nothing on that day.
        ArgumentError
            If no day is given and the parent, or what the code stands for, has changed.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> [denmark.parent("0101", on=day).text() for day in ("2026-12-31", "2027-01-01")]
        ['Region Hovedstaden', 'Region Østdanmark']
        """
        day, child = as_day(on), self.institution(code, on)
        found = distinct(link.parent for link in self._above(child, day, role))
        if len(found) > 1:
            raise ArgumentError("register.parent_changes", code=code, parents=[parent.id for parent in found])
        return found[0] if found else None

    def ancestors(
        self, code: str, on: Day | None = None, *, role: MembershipRole | str = MembershipRole.BELONGS_TO
    ) -> tuple[Institution, ...]:
        """Return the parent, its parent and so on to the top; raises what :meth:`parent` does.

        Examples
        --------
        >>> from maalbib import Register
        >>> [entry.id for entry in Register.denmark().ancestors("0751", on="2018-01-01")]
        ['1082', 'DK']
        """
        found: list[Institution] = []
        above = self.parent(code, on, role=role)
        while above is not None:
            found.append(above)
            above = self.parent(above.id, on, role=role)
        return tuple(found)

    def children(
        self,
        code: str,
        *,
        kind: InstitutionKind | str | None = None,
        on: Day | None = None,
        role: MembershipRole | str = MembershipRole.BELONGS_TO,
    ) -> tuple[Institution, ...]:
        """Return who belongs to an institution on a day; without a day, who ever did.

        Raises
        ------
        UnknownCodeError
            If the code is not in the register.

        Examples
        --------
        >>> from maalbib import Register
        >>> denmark = Register.denmark()
        >>> len(denmark.children("1084", on="2018-01-01")), len(denmark.children("1084", on="2027-01-01"))
        (29, 0)
        """
        wanted = word(InstitutionKind, kind, "kind")
        below = self._below(code, as_day(on), role)
        return tuple(entry for entry in below if wanted is None or entry.kind is wanted)

    def descendants(
        self,
        code: str,
        *,
        kind: InstitutionKind | str | None = None,
        on: Day | None = None,
        role: MembershipRole | str = MembershipRole.BELONGS_TO,
    ) -> tuple[Institution, ...]:
        """Return the children, their children and so on; otherwise as :meth:`children`.

        Examples
        --------
        >>> from maalbib import Register
        >>> len(Register.denmark().descendants("DK", kind="municipality", on="2018-01-01"))
        98
        """
        day, wanted = as_day(on), word(InstitutionKind, kind, "kind")
        found: list[Institution] = []
        waiting, seen = [code], {code}
        while waiting:
            below = self._below(waiting.pop(), day, role)
            found += below
            waiting += (new := {entry.id for entry in below} - seen)
            seen |= new
        return tuple(entry for entry in distinct(found) if wanted is None or entry.kind is wanted)

    def _above(self, child: Institution, day: dt.date | None, role: MembershipRole | str) -> Iterator[Link]:
        wanted = word(MembershipRole, role, "role")
        for link in self._index.upwards.get(child.id, ()):
            if link.child is child and link.role is wanted and link.holds(day):
                yield link

    def _below(self, code: str, day: dt.date | None, role: MembershipRole | str) -> tuple[Institution, ...]:
        self._entries(code)  # an unknown code has no children, but must not look like a childless one
        wanted = word(MembershipRole, role, "role")
        links = self._index.downwards.get(code, ())
        return distinct(link.child for link in links if link.role is wanted and link.holds(day))
