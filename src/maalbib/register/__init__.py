"""Institutions through time: kinds, parents, codes and their validity; the shipped Denmark."""

from __future__ import annotations

from maalbib.register._identifiers import (
    IDENTIFIER_SCHEMES,
    CheckedIdentifier,
    check_identifier,
    holds_person_number,
)
from maalbib.register._register import Register
from maalbib.register._through import Coverage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from maalbib.register._identifier_arrays import CheckedIdentifiers as CheckedIdentifiers
    from maalbib.register._identifier_arrays import check_identifiers as check_identifiers
    from maalbib.register._succession import Carried as Carried
    from maalbib.register._succession import Succession as Succession

__all__ = [
    "IDENTIFIER_SCHEMES",
    "Carried",
    "CheckedIdentifier",
    "CheckedIdentifiers",
    "Coverage",
    "Register",
    "Succession",
    "check_identifier",
    "check_identifiers",
    "holds_person_number",
]

if not TYPE_CHECKING:
    from maalbib._lazy import on_demand

    # These hold arrays; a service that only looks codes up does not load NumPy.
    _HOME = {
        "Carried": "maalbib.register._succession",
        "CheckedIdentifiers": "maalbib.register._identifier_arrays",
        "Succession": "maalbib.register._succession",
        "check_identifiers": "maalbib.register._identifier_arrays",
    }

    __getattr__ = on_demand(globals(), _HOME)


def __dir__() -> list[str]:
    return list(__all__)
