"""Days and half-open spans of days: ``(first day, first day after)``, None where a side is open."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, TypeAlias

from maalbib.errors import ArgumentError

__all__ = ["Day", "Span", "as_day", "covers", "overlap", "required_day", "start_of"]

Day: TypeAlias = dt.date | str
Span: TypeAlias = tuple[dt.date | None, dt.date | None]

_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def as_day(value: Day | None, argument: str = "on") -> dt.date | None:
    """Return a date from a date or a text ``YYYY-MM-DD``; None stays None.

    A point in time with a clock is refused: which day it falls on depends on the place.
    """
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    if isinstance(value, str) and _ISO.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise ArgumentError("register.day", argument=argument) from None


def required_day(value: Day, argument: str = "on") -> dt.date:
    """Return a date from a date or its text; None is refused too."""
    day = as_day(value, argument)
    if day is None:
        raise ArgumentError("register.day", argument=argument)
    return day


def overlap(one: Span, other: Span) -> Span | None:
    """Return the days that two spans share, None where they share none."""
    start = max(one[0] or dt.date.min, other[0] or dt.date.min)
    end = min(one[1] or dt.date.max, other[1] or dt.date.max)
    if start >= end:
        return None
    return (None if start == dt.date.min else start, None if end == dt.date.max else end)


def covers(span: Span, day: dt.date) -> bool:
    """Return whether a day lies in a span."""
    start, end = span
    return (start is None or start <= day) and (end is None or day < end)


def start_of(span: Span) -> dt.date:
    """Return the first day of a span as something that sorts; an open start comes first."""
    return span[0] or dt.date.min
