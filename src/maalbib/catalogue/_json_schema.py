"""JSON Schema of a catalogue file, made from the rules of the classes: each is declared once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

import attrs

from maalbib.catalogue._header import CURRENT, LANGUAGE, Header
from maalbib.catalogue._shapes import TABLES, TAGGED, FieldShape, shape_of
from maalbib.model import Frequency, Period, Text, Unit
from maalbib.model._fields import CODE

__all__ = ["catalogue_schema"]

_YEAR: Final = "(?:1[5-9]|2[0-9])[0-9]{2}"
_MONTH: Final = "(?:0[1-9]|1[0-2])"
_DAY: Final = "(?:0[1-9]|[12][0-9]|3[01])"
_WEEK: Final = "W(?:0[1-9]|[1-4][0-9]|5[0-3])"
# Whether a year has a 53rd week, or a month a 31st day, is for the loader to say.
_PERIOD: Final = (
    f"{_YEAR}(?:-S[12]|-T[1-3]|-Q[1-4]|-{_WEEK}|-{_MONTH}(?:-{_DAY})?|/[0-9]{{2}}|-01-01/P(?:[2-9]|10)Y)?"
)

_SIMPLE: Final[dict[type, dict[str, Any]]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    dt.date: {"type": "string", "format": "date", "pattern": f"^[0-9]{{4}}-{_MONTH}-{_DAY}$"},
    Period: {"type": "string", "pattern": f"^(?:{_PERIOD})$"},
    Unit: {"type": "string", "pattern": f"^(?:{CODE})$"},
    Text: {"$ref": "#/$defs/Text"},
}
_TEXT: Final = {
    "type": "object",
    "description": "The same text in one or more languages, by language tag.",
    "minProperties": 1,
    "propertyNames": {"pattern": f"^(?:{LANGUAGE})$"},
    "additionalProperties": {"type": "string", "pattern": r"\S"},
}


def catalogue_schema() -> dict[str, Any]:
    """Return the schema of a file that stands alone."""
    version = f"{CURRENT[0]}.{CURRENT[1]}"
    defs: dict[str, Any] = {"Text": _TEXT}
    tables = {table: {"type": "array", "items": _reference(model, defs)} for table, model in TABLES.items()}
    header = {name: _field(shape, defs) for name, shape in shape_of(Header).items()}
    header["schema_version"] = {"enum": _versions(), "description": "Version of the form of the file."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:maalbib:schema:catalogue:{version}",
        "title": "maalbib catalogue",
        "type": "object",
        "required": ["schema_version", "id"],
        "additionalProperties": False,
        "properties": {"schema_version": header.pop("schema_version")} | header | tables,
        "$defs": dict(sorted(defs.items())),
    }


def _versions() -> list[str]:
    """Return every version of the form that is read without a word."""
    return [f"{CURRENT[0]}.{minor}" for minor in range(CURRENT[1] + 1)]


def _reference(model: type, defs: dict[str, Any]) -> dict[str, Any]:
    """Return a reference to the schema of a class, and see to it that it is there."""
    if model.__name__ not in defs:
        defs[model.__name__] = {}  # a place, should the class lead back to itself
        kinds = next((TAGGED[table] for table in TAGGED if TABLES[table] is model), None)
        defs[model.__name__] = _class(model, defs) if kinds is None else _tagged(kinds, defs)
    return {"$ref": f"#/$defs/{model.__name__}"}


def _tagged(classes: Mapping[str, type], defs: dict[str, Any]) -> dict[str, Any]:
    """Return one schema for each kind of an entry, told apart by ``kind``."""
    kinds = []
    for tag, model in classes.items():
        schema = _class(model, defs)
        schema["properties"] = {"kind": {"const": tag}} | schema["properties"]
        schema["required"] = sorted([*schema["required"], "kind"])
        defs[model.__name__] = schema
        kinds.append({"$ref": f"#/$defs/{model.__name__}"})
    return {"oneOf": kinds}


def _class(model: type, defs: dict[str, Any]) -> dict[str, Any]:
    shapes = shape_of(model)
    return {
        "type": "object",
        "description": (model.__doc__ or "").split("\n", 1)[0],
        "additionalProperties": False,
        "required": sorted(name for name, shape in shapes.items() if shape.required),
        "properties": {name: _field(shape, defs) for name, shape in shapes.items()},
    }


def _field(shape: FieldShape, defs: dict[str, Any]) -> dict[str, Any]:
    schema = _value(shape, defs)
    if shape.rule is not None:
        schema = schema | shape.rule.schema()
    if shape.many:
        return {"type": "array", "items": schema}
    return {"anyOf": [schema, {"type": "null"}]} if shape.optional else schema


def _value(shape: FieldShape, defs: dict[str, Any]) -> dict[str, Any]:
    kind = shape.kind
    if kind in _SIMPLE:
        return dict(_SIMPLE[kind])
    if issubclass(kind, Enum):
        aliases = () if shape.choice is None or kind is Frequency else tuple(shape.choice.aliases)
        return {"enum": [member.value for member in kind] + list(aliases)}
    return _reference(kind, defs) if attrs.has(kind) else {}
