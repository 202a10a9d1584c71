"""Places in JSON."""

from __future__ import annotations

import json
import re
from typing import Final

from maalbib.catalogue._faults import Path
from maalbib.catalogue._places import Places, Scanned

__all__ = ["scan_json"]

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SCALAR: Final = re.compile(r"[^\s,\]}]+")


def scan_json(text: str) -> Scanned:
    """Return the places of a text that is valid JSON, save for names that stand twice."""
    places = Places()
    _value(text, _past_space(text, 0), (), places)
    return Scanned.of(text, places)


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return len(text) if found is None else found.end()


def _value(text: str, at: int, path: Path, places: Places) -> int:
    """Note the value that starts at an offset and everything in it; return the offset past it."""
    places.values[path] = at
    first = text[at : at + 1]
    if first == "{":
        return _object(text, at, path, places)
    if first == "[":
        return _array(text, at, path, places)
    return _past(_STRING if first == '"' else _SCALAR, text, at)


def _object(text: str, at: int, path: Path, places: Places) -> int:
    seen: set[str] = set()
    at = _past_space(text, at + 1)
    while text[at : at + 1] == '"':
        end = _past(_STRING, text, at)
        name: str = json.loads(text[at:end])
        inner = (*path, name)
        if name in seen:
            places.twice.append((inner, at))
        seen.add(name)
        places.keys[inner] = at
        at = _past_space(text, _past_space(text, end) + 1)  # the colon
        at = _past_space(text, _value(text, at, inner, places))
        if text[at : at + 1] != ",":
            break
        at = _past_space(text, at + 1)
    return at + 1


def _array(text: str, at: int, path: Path, places: Places) -> int:
    at = _past_space(text, at + 1)
    index = 0
    while at < len(text) and text[at] != "]":
        at = _past_space(text, _value(text, at, (*path, index), places))
        index += 1
        if text[at : at + 1] == ",":
            at = _past_space(text, at + 1)
    return at + 1
