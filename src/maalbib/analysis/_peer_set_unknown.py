"""What sets of peers say of codes that they do not know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from maalbib import texts
from maalbib.errors import ArgumentError, UnknownCodeError

__all__ = ["code_of", "unknown", "unknown_names"]

_SHOWN: Final = 10  # codes in a sentence


def code_of(argument: str, value: object) -> str:
    """Return the code of a unit; a number has lost the zero that a code begins with."""
    if not isinstance(value, str):
        raise ArgumentError("peer_sets.code", argument=argument)
    return value


def unknown(code: object, expected: str, known: Iterable[str]) -> UnknownCodeError:
    """Return the error for a code that is not what it should be, with the nearest one that is."""
    shown = str(code)
    suggestion = texts.closest(shown, known)
    if suggestion is None:
        return UnknownCodeError("peer_sets.unknown", code=shown, expected=expected)
    return UnknownCodeError("peer_sets.unknown_near", code=shown, expected=expected, suggestion=suggestion)


def unknown_names(definition: str, field: str, codes: Sequence[str], known: Iterable[str]) -> UnknownCodeError:
    """Return the error for units that a definition names and the register does not know."""
    shown = [*codes[:_SHOWN], *(["..."] if len(codes) > _SHOWN else [])]
    suggestion = texts.closest(codes[0], known)
    if suggestion is None:
        return UnknownCodeError("peer_sets.unknown_names", definition=definition, field=field, codes=shown)
    return UnknownCodeError(
        "peer_sets.unknown_names_near",
        definition=definition,
        field=field,
        codes=shown,
        first=codes[0],
        suggestion=suggestion,
    )
