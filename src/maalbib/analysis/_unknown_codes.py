"""What is said of codes that are not known: by name, with what they should be, and the nearest that is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.errors import ArgumentError, UnknownCodeError

if TYPE_CHECKING:
    from maalbib.register import Register

__all__ = ["code_of", "unknown", "unknown_names"]

_SHOWN: Final = 10  # codes in a sentence


def code_of(argument: str, value: object) -> str:
    """Return the code of a unit; a number has lost the zero that a code begins with."""
    if not isinstance(value, str):
        raise ArgumentError("peer_sets.code", argument=argument)
    return value


def unknown(code: object, expected: str, known: Iterable[str], register: Register | None = None) -> UnknownCodeError:
    """Return the error for a code that is not what it should be, with the nearest one that is.

    With a register the code of a unit is found by its name too.
    """
    shown = str(code)
    suggestion = _named(shown, register) or _nearest(shown, known)
    if suggestion is None:
        return UnknownCodeError("peer_sets.unknown", code=shown, expected=expected)
    return UnknownCodeError("peer_sets.unknown_near", code=shown, expected=expected, suggestion=suggestion)


def unknown_names(definition: str, field: str, codes: Sequence[str], known: Iterable[str]) -> UnknownCodeError:
    """Return the error for units that a definition names and the register does not know."""
    shown = [*codes[:_SHOWN], *(["..."] if len(codes) > _SHOWN else [])]
    suggestion = _nearest(codes[0], known)
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


def _nearest(code: str, known: Iterable[str]) -> str | None:
    """Return the known code that is the same but for zeros it begins with, which a spreadsheet drops; else the most alike."""
    options = list(known)
    significant = code.lstrip("0")
    padded = sorted(each for each in options if code.isdigit() and each.lstrip("0") == significant)
    return padded[0] if padded else texts.closest(code, options)


def _named(name: str, register: Register | None) -> str | None:
    """Return the code of the one unit of that name."""
    if register is None:
        return None
    wanted = name.casefold()
    found = {unit.id for unit in register if wanted in {unit.name.get(lang).casefold() for lang in ("da", "en")}}
    return found.pop() if len(found) == 1 else None
