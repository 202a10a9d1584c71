"""Institutions through time: kinds, parents, codes and their validity; the shipped Denmark."""

from maalbib.register._identifiers import (
    IDENTIFIER_SCHEMES,
    CheckedIdentifier,
    check_identifier,
    holds_person_number,
)
from maalbib.register._register import Register

__all__ = [
    "IDENTIFIER_SCHEMES",
    "CheckedIdentifier",
    "Register",
    "check_identifier",
    "holds_person_number",
]
