"""What stands at the top of a catalogue, and which versions of the form this library reads."""

from __future__ import annotations

import re
from typing import Any, Final

import attrs

from maalbib.catalogue._faults import Found
from maalbib.model import Text
from maalbib.model._fields import Each, IsA, Matches, as_tuple, optional

__all__ = ["CURRENT", "LANGUAGE", "VERSION", "Header", "version_of"]

CURRENT: Final = (1, 2)
LANGUAGE: Final = "[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*"
VERSION: Final = r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?"
_SCHEMA_VERSION: Final = r"([1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})"


@attrs.frozen(kw_only=True)
class Header:
    """The fields of a catalogue that are not tables."""

    id: str = attrs.field(validator=Matches())
    name: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    agency: str = attrs.field(default="", validator=IsA((str,), "text"))
    version: str = attrs.field(default="0.1.0", validator=Matches(VERSION))
    languages: tuple[str, ...] = attrs.field(
        default=("da", "en"), converter=as_tuple, validator=Each(Matches(LANGUAGE))
    )
    schema_version: str = attrs.field(default=f"{CURRENT[0]}.{CURRENT[1]}", validator=Matches(_SCHEMA_VERSION))


def version_of(value: Any) -> tuple[int, int] | Found:
    """Return the version of the form that a file is written in, or why it cannot be read."""
    path = ("schema_version",)
    details = {"model": "Catalogue", "field": "schema_version"}
    if value is None:
        return Found(path=path, code="field.missing", details=details)
    if type(value) is not str:
        return Found(path=path, code="type", details=details | {"expected": "text"})
    parts = re.fullmatch(_SCHEMA_VERSION, value)
    if parts is None:
        return Found(path=path, code="schema.version")
    version = int(parts[1]), int(parts[2])
    if version[0] > CURRENT[0]:
        return Found(path=path, code="schema.too_new", details={"known": f"{CURRENT[0]}.{CURRENT[1]}"})
    return version
