"""Fields that a newer version knows and this one does not: taken out, kept unchanged, put back."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import Any

from maalbib.catalogue._faults import FieldError, Path, path_text
from maalbib.catalogue._shapes import FieldShape, shape_of
from maalbib.model import FrozenDict

__all__ = ["frozen", "lifted", "restored", "thawed"]


def frozen(value: Any) -> Any:
    """Return plain data as something that cannot be changed; dates become texts, as JSON has no dates."""
    if isinstance(value, Mapping):
        return FrozenDict({str(key): frozen(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        raise FieldError("number.not_finite")
    return value


def thawed(value: Any) -> Any:
    """Return frozen plain data as lists and dictionaries."""
    if isinstance(value, Mapping):
        return {key: thawed(item) for key, item in value.items()}
    return [thawed(item) for item in value] if isinstance(value, tuple) else value


def lifted(raw: Mapping[str, Any], model: type, *, newer: bool) -> tuple[dict[str, Any], dict[Path, Any]]:
    """Split an entry into what its class knows and the unknown fields by their paths.

    With ``newer``, a word that an optional field does not know counts as unknown too: a newer version may have added it.
    """
    shapes = shape_of(model)
    kept: dict[str, Any] = {}
    unknown: dict[Path, Any] = {}
    for name, value in raw.items():
        shape = shapes.get(name)
        if shape is None or (newer and _new_word(shape, value)):
            unknown[(name,)] = value
        else:
            kept[name], inner = _lifted_value(shape, value, newer=newer)
            unknown |= {(name, *path): item for path, item in inner.items()}
    return kept, unknown


def _lifted_value(shape: FieldShape, value: Any, *, newer: bool) -> tuple[Any, dict[Path, Any]]:
    if not shape.nested:
        return value, {}
    if not shape.many:
        return lifted(value, shape.kind, newer=newer) if type(value) is dict else (value, {})
    if type(value) is not list:
        return value, {}
    items: list[Any] = []
    unknown: dict[Path, Any] = {}
    for index, item in enumerate(value):
        clean, inner = lifted(item, shape.kind, newer=newer) if type(item) is dict else (item, {})
        items.append(clean)
        unknown |= {(index, *path): lost for path, lost in inner.items()}
    return items, unknown


def _new_word(shape: FieldShape, value: Any) -> bool:
    if shape.choice is None or shape.required or type(value) is not str:
        return False
    return value not in shape.choice.aliases and value not in {member.value for member in shape.choice.kind}


def restored(plain: dict[str, Any], extras: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with its unknown fields back in their places."""
    for name, value in extras.items():
        holder, last = _holder(plain, name)
        holder[last] = thawed(value)
    return plain


def _holder(plain: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
    """Return the table that an extra belongs in, and its name there; the names are those of :func:`path_text`."""
    for path, table in _tables(plain, ()):
        start = path_text(path) + "."
        if path and name.startswith(start):
            return table, name.removeprefix(start)
    return plain, name


def _tables(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the tables within an entry, the inner ones first."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _tables(item, (*path, key))
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _tables(item, (*path, index))
