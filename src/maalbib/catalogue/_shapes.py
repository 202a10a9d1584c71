"""What the entries of a catalogue look like in a file, read off the classes once.

Reading, writing and the JSON Schema all walk these shapes, so that a field of a model is declared in one place.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import attrs

from maalbib.model import (
    PEER_KINDS,
    TARGET_KINDS,
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
    Period,
    ReadingRule,
    Source,
    Target,
    Text,
    Unit,
)
from maalbib.model._fields import Choice, Each, Rule, rule_of

__all__ = ["TABLES", "TAGGED", "FieldShape", "class_of", "shape_of"]

# In the order of writing.
TABLES: Final[dict[str, type]] = {
    "goals": Goal,
    "indicators": Indicator,
    "targets": Target,
    "links": IndicatorLink,
    "overrides": Override,
    "follow_ups": FollowUp,
    "dimensions": Dimension,
    "institutions": Institution,
    "memberships": Membership,
    "groups": PeerGroup,
    "peer_definitions": PeerDefinition,
    "reading_rules": ReadingRule,
    "documents": Document,
    "sources": Source,
    "units": Unit,
}

# Tables whose entries are of several classes, told apart by their ``kind``.
TAGGED: Final[dict[str, Mapping[str, type]]] = {"targets": TARGET_KINDS, "peer_definitions": PEER_KINDS}


# Written as a table of languages, as one text, and as the code of an entry.
_LEAVES: Final = frozenset({Text, Period, Unit})


@attrs.frozen(kw_only=True)
class FieldShape:
    """A field as it stands in a file.

    ``kind`` is the class of the value, or of an element where ``many``; ``rule`` and ``choice`` hold for the same.
    ``nested`` says that it is written as a table of fields of its own.
    """

    name: str
    kind: type
    many: bool
    optional: bool
    required: bool
    default: Any
    rule: Rule | None
    choice: Choice | None
    nested: bool


def class_of(table: str, entry: Mapping[str, Any]) -> type | None:
    """Return the class of a raw entry; of a tagged one by its kind, None where the kind is not known."""
    if table not in TAGGED:
        return TABLES[table]
    kind = entry.get("kind")
    return TAGGED[table].get(kind) if isinstance(kind, str) else None


@cache
def shape_of(model: type) -> dict[str, FieldShape]:
    """Return the fields of a class by name; what a file cannot hold is left out.

    A field that a class declares anew keeps the place it has in its base.
    """
    hints = typing.get_type_hints(model)
    fields = attrs.fields_dict(model)
    names = dict.fromkeys(
        name for base in reversed(model.__mro__) if attrs.has(base) for name in attrs.fields_dict(base)
    )
    return {name: _shape(fields[name], hints[name]) for name in names if name != "extras"}


def _shape(field: attrs.Attribute[Any], hint: Any) -> FieldShape:
    parts = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    optional = type(None) in parts
    (core,) = [part for part in parts if part is not type(None)]
    many = typing.get_origin(core) is tuple
    kind: Any = typing.get_args(core)[0] if many else core
    rule = rule_of(field)
    converter: Any = field.converter
    return FieldShape(
        name=field.name,
        kind=kind,
        many=many,
        optional=optional,
        required=field.default is attrs.NOTHING,
        default=field.default,
        rule=rule.rule if isinstance(rule, Each) else rule,
        choice=converter if isinstance(converter, Choice) else None,
        nested=attrs.has(kind) and kind not in _LEAVES,
    )
