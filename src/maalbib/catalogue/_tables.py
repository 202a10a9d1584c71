"""The tables of a catalogue made from what a caller gives: one converter each, so that type checkers see the entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from maalbib.catalogue._index import Coded, Index
from maalbib.catalogue._shapes import TABLES
from maalbib.errors import ArgumentError
from maalbib.model import (
    Dimension,
    Document,
    FollowUp,
    Goal,
    Indicator,
    IndicatorLink,
    Institution,
    Membership,
    Override,
    PeerDefinition,
    PeerGroup,
    ReadingRule,
    Source,
    Target,
    Unit,
)

C = TypeVar("C", bound=Coded)
T = TypeVar("T")


def goals(entries: Iterable[Goal] | Mapping[str, Goal]) -> Index[Goal]:
    return _index("goals", entries)


def indicators(entries: Iterable[Indicator] | Mapping[str, Indicator]) -> Index[Indicator]:
    return _index("indicators", entries)


def targets(entries: Iterable[Target] | Mapping[str, Target]) -> Index[Target]:
    return _index("targets", entries)


def links(entries: Iterable[IndicatorLink]) -> tuple[IndicatorLink, ...]:
    return _tuple("links", entries)


def overrides(entries: Iterable[Override]) -> tuple[Override, ...]:
    return _tuple("overrides", entries)


def follow_ups(entries: Iterable[FollowUp]) -> tuple[FollowUp, ...]:
    return _tuple("follow_ups", entries)


def dimensions(entries: Iterable[Dimension] | Mapping[str, Dimension]) -> Index[Dimension]:
    return _index("dimensions", entries)


def institutions(entries: Iterable[Institution] | Mapping[str, Institution]) -> Index[Institution]:
    return _index("institutions", entries)


def memberships(entries: Iterable[Membership]) -> tuple[Membership, ...]:
    return _tuple("memberships", entries)


def groups(entries: Iterable[PeerGroup] | Mapping[str, PeerGroup]) -> Index[PeerGroup]:
    return _index("groups", entries)


def peer_definitions(entries: Iterable[PeerDefinition] | Mapping[str, PeerDefinition]) -> Index[PeerDefinition]:
    return _index("peer_definitions", entries)


def reading_rules(entries: Iterable[ReadingRule] | Mapping[str, ReadingRule]) -> Index[ReadingRule]:
    return _index("reading_rules", entries)


def documents(entries: Iterable[Document] | Mapping[str, Document]) -> Index[Document]:
    return _index("documents", entries)


def sources(entries: Iterable[Source] | Mapping[str, Source]) -> Index[Source]:
    return _index("sources", entries)


def units(entries: Iterable[Unit] | Mapping[str, Unit]) -> Index[Unit]:
    return _index("units", entries)


def _index(table: str, entries: Iterable[C] | Mapping[str, C]) -> Index[C]:
    held = entries.entries if isinstance(entries, Index) else entries
    given: Any = held.values() if isinstance(held, Mapping) else held
    return Index(_tuple(table, given), name=table)


def _tuple(table: str, entries: Iterable[T]) -> tuple[T, ...]:
    kind = TABLES[table]
    given: Any = entries  # whatever the annotation says
    found = tuple(entries) if isinstance(given, Iterable) and not isinstance(given, str) else None
    if found is None or not all(isinstance(entry, kind) for entry in found):
        raise ArgumentError("argument.type", argument=table, expected=f"Iterable[{kind.__name__}]")
    return found
