"""Who takes part when sets of peers are made: codes in order, each with its level, and who is asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Ints
from maalbib.analysis._context import as_ids
from maalbib.analysis._peer_set_reform import HERE, Fates, absence, fates_of
from maalbib.analysis._unknown_codes import unknown, unknown_names
from maalbib.errors import ArgumentError
from maalbib.measurements._known import InstitutionFacts
from maalbib.model import (
    AllPeers,
    CohortPeers,
    InstitutionKind,
    ListedPeers,
    NearestPeers,
    PeerDefinition,
    PeerGroup,
    Period,
    SameClass,
    Scope,
)

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.register import Register

__all__ = ["Scene", "group_of", "scene_of"]


@attrs.frozen(kw_only=True, eq=False, slots=False)
class Scene:
    """The units that may be peers of one another.

    Attributes
    ----------
    codes
        The units, sorted.
    level
        (units,) their level as a number; only units of one level are compared where nobody has listed them.
    asked
        (units,) which of them get rows.
    taking_part
        (units,) which of them may have peers and be peers; the others are excluded, were not there in the vintage, or only came
        later.
    absent
        (units,) which of them were not there in the vintage.
    fates
        What became of the units until ``now``, and where the definition lists them, whether they were there; None where no time is
        given.
    day
        The day of the division that the definition describes; None where nobody has said.
    now
        The day on which the peers are to exist; None where that is not asked.
    register, catalogue
        What is known of institutions and groups.
    """

    codes: tuple[str, ...]
    level: Ints
    asked: Bools
    taking_part: Bools
    absent: Bools
    fates: Fates | None
    day: dt.date | None
    now: dt.date | None
    register: Register | None
    catalogue: Catalogue | None

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each code stands."""
        return {code: number for number, code in enumerate(self.codes)}

    def holding(self, codes: Iterable[str]) -> Bools:
        """Return which units are among some codes."""
        wanted = set(codes)
        return np.array([code in wanted for code in self.codes], dtype=bool)

    def members_of(self, scope: Scope) -> set[str]:
        """Return the codes in a scope."""
        return _members(scope, self.register, self.catalogue, self.day)

    def known(self, argument: str) -> Register:
        """Return the register, for what cannot be done without one."""
        if self.register is None:
            raise ArgumentError("peer_sets.needs_register", argument=argument)
        return self.register

    def known_day(self, argument: str) -> dt.date:
        """Return the day of the division, for what has changed over time."""
        if self.day is None:
            raise ArgumentError("peer_sets.needs_period", argument=argument)
        return self.day


def scene_of(
    definition: PeerDefinition,
    *,
    measurements: Measurements | None,
    units: Iterable[str] | None,
    period: Period | None,
    catalogue: Catalogue | None,
    register: Register | None,
    successors: bool = False,
) -> Scene:
    """Find out who takes part: the definition's scope, else those it names, else those that there is anything about."""
    vintage = definition.vintage or period
    day = None if vintage is None else vintage.start
    wanted = None if units is None else tuple(as_ids("units", units))
    _require_names(definition, measurements, register, catalogue)
    held = () if measurements is None else _measured(definition, measurements)
    everyone = set(_everyone(definition, held, wanted, register, catalogue, day))
    if wanted is not None:
        _require_known(wanted, everyone | set(held), register)
    first = everyone.union(wanted or ())
    chosen = (_asked(definition) or first) if wanted is None else set(wanted)
    listed = isinstance(definition, ListedPeers)
    fates = fates_of(sorted(first), register, vintage, period, listed=listed)
    after = first.union(*fates.successors) if fates is not None and successors else first
    codes = tuple(sorted(after))
    excluded, absent = definition.excluded, _absent(definition, first, register, vintage)
    return Scene(
        codes=codes,
        level=InstitutionFacts.of(codes, register).level,
        asked=np.array([code in chosen for code in codes], dtype=bool),
        taking_part=np.array(
            [code in first and code not in excluded and code not in absent for code in codes], dtype=bool
        ),
        absent=np.array([code in absent for code in codes], dtype=bool),
        fates=fates if after == first else fates_of(codes, register, vintage, period, listed=listed),
        day=day,
        now=None if period is None else period.start,
        register=register,
        catalogue=catalogue,
    )


def _absent(
    definition: PeerDefinition, codes: Iterable[str], register: Register | None, vintage: Period | None
) -> set[str]:
    """Return who was not there in the vintage.

    Whom somebody listed is told as gone instead; and a distance rests on what is known of the vintage, whoever it is known of.
    """
    if register is None or vintage is None or isinstance(definition, ListedPeers | NearestPeers):
        return set()
    return {code for code in codes if absence(code, register, vintage) != HERE}


def _asked(definition: PeerDefinition) -> set[str]:
    """Return those whom the definition is about, where the others are only compared with."""
    return set(definition.members) if isinstance(definition, CohortPeers) else set()


def _measured(definition: PeerDefinition, measurements: Measurements) -> tuple[str, ...]:
    """Return who there are measurements of; for a distance, of its variables."""
    if not isinstance(definition, NearestPeers):
        return measurements.institutions
    for code in definition.indicators:
        if code not in measurements.indicators:
            raise unknown(code, "an indicator that is measured", measurements.indicators)
    return measurements.select(indicator=list(definition.indicators)).institutions


def _everyone(
    definition: PeerDefinition,
    held: Iterable[str],
    wanted: tuple[str, ...] | None,
    register: Register | None,
    catalogue: Catalogue | None,
    day: dt.date | None,
) -> Iterable[str]:
    if definition.scope is not None:
        return _members(definition.scope, register, catalogue, day)
    named = _named(definition, register, catalogue)
    if named is not None:
        return named
    if not held and register is not None and day is not None:
        held = _like(wanted, register, day)
    if not held and wanted is None:
        raise ArgumentError("peer_sets.nobody", definition=definition.id)
    members = definition.members if isinstance(definition, CohortPeers) else ()
    return {*(held or wanted or ()), *members}


def _like(wanted: tuple[str, ...] | None, register: Register, day: dt.date) -> tuple[str, ...]:
    """Return all of the kinds of those who are asked about; the municipalities where nobody is."""
    entries = [register.get(code, on=day) for code in wanted or () if code in register]
    kinds = {entry.kind for entry in entries if entry is not None} or {InstitutionKind.MUNICIPALITY}
    return tuple(entry.id for kind in kinds for entry in register.select(kind, on=day))


def _named(definition: PeerDefinition, register: Register | None, catalogue: Catalogue | None) -> set[str] | None:
    """Return those that the definition names itself."""
    if isinstance(definition, ListedPeers):
        listed = {each.unit for each in definition.lists}
        return listed.union(definition.members, *(each.peers for each in definition.lists))
    if isinstance(definition, SameClass) and definition.attribute is None:
        groups = (group_of(code, register, catalogue).members for code in definition.groups)
        return set().union(*groups, *(each.members for each in definition.classes))
    return None


def group_of(code: str, register: Register | None, catalogue: Catalogue | None) -> PeerGroup:
    """Return a group of the catalogue or the register."""
    known: dict[str, PeerGroup] = {} if register is None else dict(register.groups)
    known |= {} if catalogue is None else dict(catalogue.groups)
    if code not in known:
        raise unknown(code, "a group of the catalogue or the register", known)
    return known[code]


def _members(scope: Scope, register: Register | None, catalogue: Catalogue | None, day: dt.date | None) -> set[str]:
    if scope.institutions:
        return set(scope.institutions)
    if scope.group is not None:
        return set(group_of(scope.group, register, catalogue).members)
    if register is None:
        raise ArgumentError("peer_sets.needs_register", argument="scope")
    if day is None:
        raise ArgumentError("peer_sets.needs_period", argument="scope")
    return {entry.id for entry in register.members(scope, on=day)}


def _require_known(units: Iterable[str], everyone: set[str], register: Register | None) -> None:
    """Refuse a mistyped unit, which would otherwise look like one without peers."""
    known = everyone | (set() if register is None else register.codes)
    for code in units:
        if code not in known and (register is not None or everyone):
            raise unknown(code, "a unit that takes part", known)


def _require_names(
    definition: PeerDefinition,
    measurements: Measurements | None,
    register: Register | None,
    catalogue: Catalogue | None,
) -> None:
    """Refuse a mistyped code in the definition, where a register can tell it from a unit without values."""
    if register is None:
        return
    known = {*register.codes, *(() if measurements is None else measurements.institutions)}
    for field, codes in _names(definition, register, catalogue):
        missing = [code for code in dict.fromkeys(codes) if code not in known]
        if missing:
            raise unknown_names(definition.id, field, missing, known)


def _names(
    definition: PeerDefinition, register: Register, catalogue: Catalogue | None
) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the fields that name units, and whom they name."""
    scopes = {"scope": definition.scope}
    if isinstance(definition, NearestPeers):
        scopes["population"] = definition.population
    yield from ((field, scope.institutions) for field, scope in scopes.items() if scope is not None)
    yield "exclusions", definition.excluded
    if isinstance(definition, ListedPeers):
        yield "lists", (code for each in definition.lists for code in (each.unit, *each.peers))
    if isinstance(definition, ListedPeers | CohortPeers):
        yield "members", definition.members
    if isinstance(definition, AllPeers):
        yield "except_", definition.except_
    if isinstance(definition, SameClass):
        yield "classes", (code for each in definition.classes for code in each.members)
        yield (
            "groups",
            (code for group in definition.groups for code in group_of(group, register, catalogue).members),
        )
