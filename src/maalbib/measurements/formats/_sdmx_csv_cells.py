"""Cells of SDMX-CSV that hold several values, or a text in several languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

__all__ = ["CellValue", "languages_in", "plain_text", "values_in"]

CellValue: TypeAlias = "str | list[CellValue] | dict[str, str]"

_QUOTE: Final = '"'
_PREFERRED: Final = ("da", "en")


def _split(text: str, sub: str) -> list[tuple[str, bool]] | None:
    """Return the parts of a cell, each with whether it stood in quotes; None where the quotes are broken."""
    if _QUOTE not in text:
        return [(part, False) for part in text.split(sub)]
    parts: list[tuple[str, bool]] = []
    start = 0
    while True:
        quoted = text.startswith(_QUOTE, start)
        end = _closing(text, start + 1) + 1 if quoted else text.find(sub, start)
        if quoted and (end == 0 or (end < len(text) and not text.startswith(sub, end))):
            return None
        end = len(text) if end < 0 else end
        part = text[start:end]
        parts.append((part[1:-1].replace(_QUOTE * 2, _QUOTE), True) if quoted else (part, False))
        if end >= len(text):
            return parts
        start = end + len(sub)


def _closing(text: str, start: int) -> int:
    """Return the position of the quote that closes one, -1 where there is none; two quotes are one in the text."""
    while True:
        at = text.find(_QUOTE, start)
        if at < 0 or not text.startswith(_QUOTE, at + 1):
            return at
        start = at + 2


def values_in(text: str, sub: str, *, nested: bool = False) -> list[CellValue] | None:
    """Return the values of a cell, none for an empty one; None where its quotes are broken.

    Parameters
    ----------
    text
        The cell.
    sub
        The sign between values.
    nested
        Whether a value in quotes is itself a list, for a parent with several values.

    Examples
    --------
    >>> values_in("A, B & C;D", ";"), values_in('"a;b";;"c"', ";", nested=True)
    (['A, B & C', 'D'], [['a', 'b'], [], ['c']])
    """
    if not text:
        return []
    parts = _split(text, sub)
    if parts is None:
        return None
    if not nested:
        return [part for part, _ in parts]
    lists = [values_in(part, sub) for part, _ in parts]
    return None if None in lists else [part for part in lists if part is not None]


def languages_in(text: str, sub: str, languages: Sequence[str]) -> CellValue | None:
    """Return the text by language, or a list of such tables; None where a part does not begin with its language.

    Examples
    --------
    >>> languages_in("da:Værdi;en:Value: 1", ";", ["da", "en"])
    {'da': 'Værdi', 'en': 'Value: 1'}
    """
    if not text:
        return {}
    if text.startswith(_QUOTE):
        parts = _split(text, sub)
        tables = [languages_in(part, sub, languages) for part, _ in parts or ()]
        return None if parts is None or None in tables else [table for table in tables if table is not None]
    found: dict[str, str] = {}
    for part in text.split(sub):
        language, colon, words = part.partition(":")
        if not colon or language not in languages or language in found:
            return None
        found[language] = words
    return found


def plain_text(value: CellValue | None) -> str | None:
    """Return one text for a value: in Danish where there is Danish, several values after one another.

    Examples
    --------
    >>> plain_text({"en": "revised", "da": "rettet"}), plain_text(["a", "b"]), plain_text([])
    ('rettet', 'a; b', None)
    """
    if isinstance(value, Mapping):
        languages = (*(name for name in _PREFERRED if name in value), *value)
        return value[languages[0]] or None if languages else None
    if isinstance(value, list):
        return "; ".join(text for text in map(plain_text, value) if text) or None
    return value or None
