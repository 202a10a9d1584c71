"""Checks of arguments that the verbs share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from maalbib.errors import ArgumentError, UnknownCodeError

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements

__all__ = ["as_day", "catalogue_of", "chosen", "probability_argument"]

T = TypeVar("T")


def catalogue_of(measurements: Measurements, catalogue: Catalogue | None) -> Catalogue:
    """Return the catalogue of the call, or the one attached to the measurements."""
    found = catalogue if catalogue is not None else measurements.catalogue
    if found is None:
        raise ArgumentError("catalogue.needed")
    return found


def as_day(argument: str, value: str | dt.date) -> dt.date:
    """Return a date from a date or its ISO text."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ArgumentError("argument.date", argument=argument) from None


def chosen(column: str, known: Mapping[str, T], ids: str | Iterable[str] | None) -> list[T]:
    """Return the named entries, all where none are named."""
    if ids is None:
        return list(known.values())
    wanted = [ids] if isinstance(ids, str) else list(ids)
    for code in wanted:
        if code not in known:
            raise UnknownCodeError.of(column, code, known)
    return [known[code] for code in wanted]


def probability_argument(argument: str, value: float) -> float:
    """Return a share strictly between 0 and 1."""
    if not 0 < value < 1:
        raise ArgumentError("argument.range", argument=argument, low=0, high=1)
    return float(value)
