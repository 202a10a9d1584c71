"""Words that choose a rank set."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from maalbib.errors import ArgumentError
from maalbib.stats.ranking._tie_ends import ORDERS

__all__ = ["KINDS", "SIDES", "Kind", "Sides", "checked"]

Kind: TypeAlias = Literal["simultaneous", "marginal"]
Sides: TypeAlias = Literal["both", "lower", "upper"]
KINDS: Final = ("simultaneous", "marginal")
SIDES: Final = ("both", "lower", "upper")


def checked(*, kind: str, sides: str, order: str) -> None:
    """Stop at a word that is none of those allowed."""
    for argument, word, allowed in (("kind", kind, KINDS), ("sides", sides, SIDES), ("order", order, ORDERS)):
        if word not in allowed:
            raise ArgumentError.choice(argument, allowed)
