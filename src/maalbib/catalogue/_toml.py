"""TOML for the shape of a catalogue; the standard library reads TOML and does not write it."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any, Final

from maalbib.catalogue._shapes import TABLES
from maalbib.catalogue._writing import dated_catalogue
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.catalogue._catalogue import Catalogue

__all__ = ["toml_data", "toml_text"]

_WIDTH: Final = 118
_BARE: Final = re.compile("[A-Za-z0-9_-]+")


def toml_text(catalogue: Catalogue) -> str:
    """Return the catalogue as TOML: the header, then an array of tables for each table."""
    return toml_data(dated_catalogue(catalogue))


def toml_data(plain: dict[str, Any]) -> str:
    """Return plain data in the form of a catalogue as TOML."""
    top = {name: value for name, value in plain.items() if name not in TABLES}
    blocks = [_entry(top)]
    for table in TABLES:
        blocks += [f"[[{table}]]\n{_entry(row)}" for row in plain.get(table, ())]
    return "\n".join(blocks)


def _entry(row: dict[str, Any]) -> str:
    return "".join(_line(name, value) for name, value in row.items())


def _line(name: str, value: Any) -> str:
    line = f"{_key(name)} = {_value(value)}"
    if len(line) > _WIDTH and isinstance(value, list):  # only arrays may run over several lines
        items = "".join(f"  {_value(item)},\n" for item in value)
        line = f"{_key(name)} = [\n{items}]"
    return line + "\n"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _string(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(name)} = {_value(item)}" for name, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if value is None:
        raise ArgumentError("catalogue.toml_null")
    return repr(value)


def _string(text: str) -> str:
    """Quote a text; JSON's escapes are TOML's, save for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
