"""From a catalogue to plain data, JSON and a digest."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from enum import Enum
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import attrs

from maalbib.catalogue._extras import restored, thawed
from maalbib.catalogue._header import Header
from maalbib.catalogue._shapes import TABLES, FieldShape, shape_of
from maalbib.catalogue._view import entries_of
from maalbib.errors import ArgumentError
from maalbib.model import PeerDefinition, Period, Target, Text, Unit

if TYPE_CHECKING:
    from maalbib.catalogue._catalogue import Catalogue

__all__ = ["dated_catalogue", "digest", "json_text", "plain_catalogue", "plain_entry", "write"]


def plain_entry(entry: Any) -> dict[str, Any]:
    """Return an entry as it stands in a file: without what is absent or equals its default; dates stay dates."""
    plain: dict[str, Any] = {}
    model: Any = type(entry)
    for name, shape in shape_of(model).items():
        value = getattr(entry, name)
        if shape.required or (value is not None and value != shape.default):
            plain[name] = _plain(value, shape)
        if (name == "indicator" and isinstance(entry, Target)) or (
            name == "name" and isinstance(entry, PeerDefinition)
        ):
            plain["kind"] = entry.kind
    return restored(plain, getattr(entry, "extras", {}))


def _plain(value: Any, shape: FieldShape) -> Any:
    return [_plain_one(item) for item in value] if shape.many else _plain_one(value)


def _plain_one(value: Any) -> Any:
    if isinstance(value, Text):
        return value.to_dict()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Period):
        return value.code
    if isinstance(value, Unit):
        return value.id
    return plain_entry(value) if attrs.has(type(value)) else value


def dated_catalogue(catalogue: Catalogue) -> dict[str, Any]:
    """Return the catalogue as plain data in which dates are dates."""
    plain: dict[str, Any] = {"schema_version": catalogue.schema_version}
    for name, shape in shape_of(Header).items():
        value = getattr(catalogue, name)
        if value is not None and value != "":
            plain[name] = _plain(value, shape)
    for table in TABLES:
        rows = [plain_entry(entry) for entry in entries_of(catalogue, table)]
        if rows:
            plain[table] = rows
    return plain | {name: thawed(value) for name, value in catalogue.extras.items()}


def plain_catalogue(catalogue: Catalogue) -> dict[str, Any]:
    """Return the catalogue as data that JSON can carry."""
    found: dict[str, Any] = _undated(dated_catalogue(catalogue))
    return found


def _undated(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _undated(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_undated(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def json_text(catalogue: Catalogue) -> str:
    """Return the catalogue as JSON that people can compare line by line."""
    return json.dumps(plain_catalogue(catalogue), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write(catalogue: Catalogue, path: str | os.PathLike[str]) -> None:
    """Write a file in the form that its ending says."""
    from maalbib.catalogue._toml import toml_text

    file = FilePath(path)
    writers = {".json": json_text, ".toml": toml_text}
    if file.suffix.lower() not in writers:
        raise ArgumentError.choice("path", writers)
    file.write_text(writers[file.suffix.lower()](catalogue), encoding="utf-8", newline="\n")


def digest(catalogue: Catalogue) -> str:
    """Return a hash of what the catalogue says, not of how it is written down."""
    plain = {name: value for name, value in plain_catalogue(catalogue).items() if name != "schema_version"}
    for table in TABLES:
        if table in plain:
            plain[table] = sorted(_canonical(row) for row in plain[table])
    return hashlib.sha256(_canonical(plain).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(_same_numbers(value), ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _same_numbers(value: Any) -> Any:
    """Write 80.0 as 80, which is the same target."""
    if isinstance(value, dict):
        return {key: _same_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_same_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
