"""How the figures of institutions are added up to a level above, when some of them serve several units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

import numpy as np

from maalbib.errors import ArgumentError
from maalbib.model import Institution, InstitutionKind, MembershipRole
from maalbib.register._edges import Edges
from maalbib.register._kinship import Kinship
from maalbib.register._succession import Succession, succession_of

__all__ = ["allocated"]

# Code of a unit, and how much of the institution counts there.
_Share: TypeAlias = tuple[str, float]
_Rule: TypeAlias = "Callable[[_Above, Institution], Iterator[_Share]]"


class _Above:
    """Finds the unit of a kind that a code is, or belongs to, on a day; every code is looked up once."""

    def __init__(self, register: Kinship, kind: InstitutionKind, day: dt.date) -> None:
        self.register, self.kind, self.day = register, kind, day
        self._known: dict[str, str | None] = {}

    def of(self, code: str) -> str | None:
        """Return the unit's code, None where there is none."""
        if code not in self._known:
            self._known[code] = self._found(code)
        return self._known[code]

    def _found(self, code: str) -> str | None:
        entry = self.register.get(code, self.day)
        if entry is None:
            return None
        if entry.kind is self.kind:
            return entry.id
        above = self.register.parent(code, self.day)
        return None if above is None else self.of(above.id)


def allocated(register: Kinship, kind: InstitutionKind, to: InstitutionKind, day: dt.date, rule: str) -> Succession:
    """Return the weights of a rule, from the institutions of one kind to the units of another."""
    if rule not in _RULES:
        raise ArgumentError.choice("rule", _RULES)
    sources, targets = register.select(kind, on=day), register.select(to, on=day)
    above = _Above(register, to, day)
    place = {unit.id: i for i, unit in enumerate(targets)}
    rows = [
        (i, place[code], share)
        for i, source in enumerate(sources)
        for code, share in _RULES[rule](above, source)
        if share > 0
    ]
    edges = Edges.of(*zip(*rows, strict=True)) if rows else Edges.of([], [], [])
    reached = np.bincount(edges.source, edges.weight, len(sources))
    return succession_of(
        tuple(source.id for source in sources),
        tuple(target.id for target in targets),
        edges,
        whole=np.isclose(reached, 1.0),
        basis=rule,
        start=day,
        end=day,
    )


def _location(above: _Above, source: Institution) -> Iterator[_Share]:
    unit = above.of(source.id)
    if unit is not None:
        yield unit, 1.0


def _shares(above: _Above, source: Institution) -> Iterator[_Share]:
    held = [share for share in source.serves if share.valid_on(above.day)]
    units = [above.of(share.unit) for share in held]
    if not held or None in units:
        yield from _location(above, source)
        return
    total = sum(share.share for share in held)
    for share, unit in zip(held, units, strict=True):
        if unit is not None:
            yield unit, share.share / total


def _responsible(above: _Above, source: Institution) -> Iterator[_Share]:
    operator = above.register.parent(source.id, above.day, role=MembershipRole.OPERATED_BY)
    unit = None if operator is None else above.of(operator.id)
    if unit is None:
        yield from _location(above, source)
    else:
        yield unit, 1.0


_RULES: Final[Mapping[str, _Rule]] = {"location": _location, "shares": _shares, "responsible": _responsible}
