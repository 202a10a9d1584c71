"""From text to plain data, with the guards that the standard parsers lack."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final, Literal

import attrs

from maalbib.catalogue._faults import Found

__all__ = ["DEEPEST", "Format", "RawFile", "checked", "parsed", "scanned"]

Format = Literal["toml", "json"]

DEEPEST: Final = 64  # tables and arrays within each other; no catalogue needs ten
_PLACE: Final = re.compile(r"at line ([0-9]+), column ([0-9]+)")


@attrs.frozen(kw_only=True)
class RawFile:
    """A text, or plain data that never was one, on its way to being a catalogue."""

    data: Mapping[str, Any]
    name: str | None = None
    text: str | None = None
    format: Format = "json"
    found: tuple[Found, ...] = ()  # what is wrong with it as a text


def parsed(content: bytes | str, file_format: Format, name: str | None) -> RawFile:
    """Return the data of a text, or what is wrong with its form."""
    if isinstance(content, bytes):
        try:
            content = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return RawFile(data={}, name=name, found=(Found(path=(), code="catalogue.not_utf8"),))
    text = content.removeprefix("\ufeff")
    if not text.strip():
        return RawFile(data={}, name=name, found=(Found(path=(), code="file.empty"),))
    data, faults = (_toml if file_format == "toml" else _json)(text)
    return RawFile(data=data, name=name, text=text, format=file_format, found=faults or _form(data))


def checked(data: dict[str, Any]) -> RawFile:
    """Return plain data that never was a text, or what is wrong with its form."""
    return RawFile(data=data, found=_form(data))


def scanned(raw: RawFile) -> Any:
    """Return the places in a file's text."""
    from maalbib.catalogue._json_places import scan_json
    from maalbib.catalogue._toml_places import scan_toml

    return (scan_toml if raw.format == "toml" else scan_json)(raw.text or "")


def _toml(text: str) -> tuple[dict[str, Any], tuple[Found, ...]]:
    try:
        return tomllib.loads(text), ()
    except RecursionError:
        return {}, (_too_deep(),)
    except ValueError as error:
        place = _PLACE.search(str(error))
        at = (int(place[1]), int(place[2])) if place else (text.count("\n") + 1, 1)
        return {}, (Found(path=(), code="toml.syntax", details={"reason": _reason(error)}, place=at),)


def _json(text: str) -> tuple[dict[str, Any], tuple[Found, ...]]:
    twice = False

    def joined(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal twice
        table = dict(pairs)
        twice = twice or len(table) != len(pairs)
        return table

    try:
        data = json.loads(text, object_pairs_hook=joined, parse_constant=float)
    except RecursionError:
        return {}, (_too_deep(),)
    except json.JSONDecodeError as error:
        at = (error.lineno, error.colno)
        return {}, (Found(path=(), code="json.syntax", details={"reason": error.msg}, place=at),)
    except ValueError as error:  # a number of more digits than Python reads
        return {}, (Found(path=(), code="json.syntax", details={"reason": _reason(error)}, place=(1, 1)),)
    return data, _duplicates(text) if twice else ()


def _duplicates(text: str) -> tuple[Found, ...]:
    from maalbib.catalogue._json_places import scan_json

    seen = scan_json(text)
    return tuple(
        Found(path=path, code="json.duplicate_key", place=seen.line_column(offset))
        for path, offset in seen.places.twice
    )


def _form(data: Any) -> tuple[Found, ...]:
    """Check what holds of any catalogue before its fields are looked at."""
    if not isinstance(data, dict):
        return (Found(path=(), code="type", details={"model": "Catalogue", "field": "", "expected": "a table"}),)
    return (_too_deep(),) if _depth(data) > DEEPEST else ()


def _depth(data: Any) -> int:
    """Return how many tables and arrays lie within each other, without recursion."""
    deepest, pending = 0, [(data, 1)]
    while pending and deepest <= DEEPEST:
        value, depth = pending.pop()
        if isinstance(value, dict | list):
            deepest = max(deepest, depth)
            inner = value.values() if isinstance(value, dict) else value
            pending += [(item, depth + 1) for item in inner if isinstance(item, dict | list)]
    return deepest


def _too_deep() -> Found:
    return Found(path=(), code="catalogue.too_deep", details={"most": DEEPEST})


def _reason(error: ValueError) -> str:
    """Return the parser's own words without its place."""
    return re.sub(r" \(at .*\)$", "", str(error).splitlines()[0])
