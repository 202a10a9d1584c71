"""Units that were chosen by what is compared are alike in it: such a comparison is refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from maalbib.errors import ArgumentError
from maalbib.model import outcome_in_distance

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue

__all__ = ["refuse_among"]

_CLASHES: Final = {
    "is_variable": "peers.outcome_is_variable",
    "is_part": "peers.outcome_is_part",
    "same_numerator": "peers.outcome_same_numerator",
}


def refuse_among(argument: str, indicator: str, variables: Iterable[str], catalogue: Catalogue | None) -> None:
    """Refuse an indicator that is among the variables given as an argument, or counts the same as one of them."""
    found = outcome_in_distance(indicator, variables, {} if catalogue is None else catalogue.indicators)
    if found is not None:
        reason, variable = found
        raise ArgumentError(_CLASHES[reason], indicator=indicator, variable=variable, argument=argument)
