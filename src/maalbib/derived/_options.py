"""Checks of options that several functions have."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from maalbib.errors import ArgumentError
from maalbib.model import Period

__all__ = ["choice", "confidence_of", "day_of", "distinct", "period_of", "positive", "whole"]


def choice(argument: str, value: object, allowed: Sequence[str]) -> None:
    """Refuse a word that is not one of the allowed ones."""
    if value not in allowed:
        raise ArgumentError.choice(argument, allowed)


def confidence_of(value: object) -> float | None:
    """Return a level strictly between 0 and 1, or None."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        raise ArgumentError("argument.range", argument="confidence", low=0, high=1)
    return float(value)


def positive(argument: str, value: object) -> float:
    """Return a finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ArgumentError("derived.positive", argument=argument)
    return float(value)


def whole(argument: str, value: object, low: int) -> int:
    """Return a whole number that is not below a limit."""
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise ArgumentError("argument.whole_number", argument=argument, low=low)
    return value


def day_of(argument: str, value: object) -> dt.date:
    """Return a date from a date or its ISO text."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ArgumentError("argument.date", argument=argument) from None


def period_of(argument: str, value: object) -> Period:
    """Return a period from a period or its canonical text."""
    if isinstance(value, Period):
        return value
    if not isinstance(value, str):
        raise ArgumentError("argument.type", argument=argument, expected="Period, str")
    return Period.parse(value)


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return each name once, in order."""
    return tuple(dict.fromkeys(names))
