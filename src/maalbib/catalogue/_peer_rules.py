"""Rules between a definition of peers and what it speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from maalbib.catalogue._faults import Found, Path
from maalbib.model import (
    CohortPeers,
    Indicator,
    ListedPeers,
    NearestPeers,
    PeerDefinition,
    SameClass,
    outcome_in_distance,
)

if TYPE_CHECKING:
    from maalbib.catalogue._rules import Placed
    from maalbib.model import Scope

__all__ = ["broken_peers", "peer_pointers", "scope_pointers"]

_CODES: Final = {"is_variable": "peers.outcome_variable", "is_part": "peers.outcome_part"}


def broken_peers(tables: Mapping[str, Sequence[Placed]]) -> Iterator[Found]:
    """Yield where a definition takes the id of a group, or measures likeness by what is to be compared."""
    indicators: dict[str, Indicator] = {placed.entry.id: placed.entry for placed in tables["indicators"]}
    groups = {placed.entry.id for placed in tables["groups"]}
    for placed in tables["peer_definitions"]:
        definition: PeerDefinition = placed.entry
        if definition.id in groups:
            yield placed.found("peers.group_id", "id", id=definition.id)
        if isinstance(definition, NearestPeers):
            yield from _outcomes(placed, definition, indicators)
            yield from _breakdowns(placed, definition, indicators)


def _outcomes(placed: Placed, definition: NearestPeers, indicators: Mapping[str, Indicator]) -> Iterator[Found]:
    for place, outcome in enumerate(definition.purpose):
        found = outcome_in_distance(outcome, definition.indicators, indicators)
        if found is not None:
            code = _CODES.get(found[0], "peers.outcome_numerator")
            yield placed.found(code, "purpose", place, indicator=outcome, variable=found[1])


def _breakdowns(placed: Placed, definition: NearestPeers, indicators: Mapping[str, Indicator]) -> Iterator[Found]:
    """Refuse a breakdown that the variable's indicator does not have; it is written ``grade=4;sex=_T``."""
    for place, variable in enumerate(definition.variables):
        indicator = indicators.get(variable.indicator)
        if indicator is None or variable.breakdown is None:
            continue
        parts = [part.partition("=") for part in variable.breakdown.split(";")]
        if not all(sign and code and name in indicator.dimensions for name, sign, code in parts):
            dimensions = list(indicator.dimensions)
            details = {"indicator": indicator.id, "dimensions": dimensions}
            yield placed.found("peers.breakdown", "variables", place, "breakdown", **details)


def peer_pointers(entry: Any) -> Iterator[tuple[str, Path, str]]:
    """Yield what a definition of peers refers to; groups may be those of a register, so that nobody here knows them."""
    yield from (("indicators", ("purpose", i), code) for i, code in enumerate(entry.purpose))
    yield from scope_pointers("scope", entry.scope)
    for i, out in enumerate(entry.exclusions):
        yield "institutions", ("exclusions", i, "institution"), out.institution
    if isinstance(entry, NearestPeers):
        yield from scope_pointers("population", entry.population)
        yield from (
            ("indicators", ("variables", i, "indicator"), variable.indicator)
            for i, variable in enumerate(entry.variables)
        )
    elif isinstance(entry, ListedPeers):
        for i, each in enumerate(entry.lists):
            yield "institutions", ("lists", i, "unit"), each.unit
            yield from (("institutions", ("lists", i, "peers", j), code) for j, code in enumerate(each.peers))
    elif isinstance(entry, SameClass):
        for i, group in enumerate(entry.classes):
            yield from (("institutions", ("classes", i, "members", j), code) for j, code in enumerate(group.members))
    if isinstance(entry, ListedPeers | CohortPeers):
        yield from (("institutions", ("members", i), code) for i, code in enumerate(entry.members))


def scope_pointers(field: str, scope: Scope | None) -> Iterator[tuple[str, Path, str]]:
    """Yield what a scope refers to."""
    if scope is None:
        return
    yield from (("institutions", (field, "institutions", i), code) for i, code in enumerate(scope.institutions))
    if scope.group is not None:
        yield "groups", (field, "group"), scope.group
