"""A made catalogue as the rules see it: entries with their places."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from maalbib.catalogue._index import Index
from maalbib.catalogue._rules import Placed
from maalbib.catalogue._shapes import TABLES

if TYPE_CHECKING:
    from maalbib.catalogue._catalogue import Catalogue

__all__ = ["entries_of", "known_of", "tables_of"]


def entries_of(catalogue: Catalogue, table: str) -> tuple[Any, ...]:
    """Return the entries of a table in the order of the file."""
    held = getattr(catalogue, table)
    return held.entries if isinstance(held, Index) else held


def tables_of(catalogue: Catalogue) -> dict[str, list[Placed]]:
    """Return every entry with the path it would have in a file."""
    return {
        table: [Placed(entry=entry, path=(table, i)) for i, entry in enumerate(entries_of(catalogue, table))]
        for table in TABLES
    }


def known_of(catalogue: Catalogue) -> dict[str, Collection[str]]:
    """Return the codes of every table that has codes."""
    held = {table: getattr(catalogue, table) for table in TABLES}
    return {table: index.keys() for table, index in held.items() if isinstance(index, Index)}
