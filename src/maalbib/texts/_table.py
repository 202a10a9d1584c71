"""The table itself: read once, when first needed."""

from __future__ import annotations

import math
import re
import tomllib
from functools import cache
from importlib.resources import files

from maalbib.texts._numbers import number

_LANGUAGES = frozenset({"da", "en"})


def sentence(code: str, lang: str = "en", /, **fields: object) -> str:
    """Return the sentence of a code in Danish or English, its placeholders filled in.

    Numbers are written in the language's own way; everything else as it is.

    Examples
    --------
    >>> sentence("file.not_found", "da", file="a.csv")
    'Filen findes ikke: a.csv.'
    """
    return _filled(_entry(_worded(code, fields))[_known(lang)], lang, fields)


def hint(code: str, lang: str = "en", /, **fields: object) -> str:
    """Return what the reader can do about it; empty where the table has no advice."""
    return _filled(_entry(code).get(f"hint_{_known(lang)}", ""), lang, fields)


def phrase(group: str, word: str, lang: str = "en") -> str:
    """Return a word of a fixed vocabulary, for example a state, as people read it.

    Examples
    --------
    >>> phrase("direction", "lower", "da")
    'lavere er bedre'
    """
    return _entry(f"{group}.{word}")[_known(lang)]


@cache
def codes() -> frozenset[str]:
    """Return every code that has a text."""
    return frozenset(_table())


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    for file in sorted(files("maalbib.texts").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            table |= tomllib.loads(file.read_text(encoding="utf-8"))
    return table


def _worded(code: str, fields: dict[str, object]) -> str:
    """Return the code whose words fit: a range without an upper limit has its own, at least 1 and not between 1 and infinity."""
    without_limit = f"{code}_open"
    return without_limit if fields.get("high") == math.inf and without_limit in _table() else code


def _entry(code: str) -> dict[str, str]:
    return _table()[code]


def _known(lang: str) -> str:
    if lang not in _LANGUAGES:
        message = f"language must be 'da' or 'en', not {lang!r}"
        raise ValueError(message)
    return lang


def _filled(template: str, lang: str, fields: dict[str, object]) -> str:
    written = {name: _written(name, value, lang) for name, value in fields.items()}
    for name, text in written.items():
        # An abbreviation such as "kr." ends the sentence with its own full stop; a text cut short with dots does not.
        if text.endswith(".") and not text.endswith(".."):
            template = re.sub(rf"\{{{re.escape(name)}\}}\.(?=\s|$)", f"{{{name}}}", template)
    return template.format_map(written)


def _written(name: str, value: object, lang: str) -> str:
    """Write a value; what was expected is named by English words that have a Danish form in the table."""
    if isinstance(value, float):
        return number(value, lang)
    if isinstance(value, tuple | list):
        return ", ".join(_written(name, part, lang) for part in value)
    entry = _table().get(f"{name}.{str(value).lower()}") if name == "expected" else None
    return entry[lang] if entry else str(value)
