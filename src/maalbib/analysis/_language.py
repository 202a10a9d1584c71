"""The languages that results speak."""

from __future__ import annotations

from typing import Final

from maalbib.errors import ArgumentError

__all__ = ["as_language"]

_LANGUAGES: Final = ("da", "en")


def as_language(lang: object) -> str:
    """Return a language that there are sentences in."""
    if not isinstance(lang, str) or lang not in _LANGUAGES:
        raise ArgumentError.choice("lang", _LANGUAGES)
    return lang
