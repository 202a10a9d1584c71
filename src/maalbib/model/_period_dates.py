"""The calendar behind periods: ordinals, dates and canonical texts, one row per frequency.

Ordinals count periods of one frequency without gaps. Days and weeks count from day 1 = 1 January of year 1 in the
proleptic Gregorian calendar, which was a Monday, so weeks need no table.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from maalbib.errors import PeriodError
from maalbib.model._frequency import Frequency

FIRST_YEAR: Final = 1500
LAST_YEAR: Final = 2999
SCHOOL_YEAR_START: Final = "--08-01"

_ONE_DAY: Final = timedelta(days=1)
_START: Final = re.compile(r"--([0-9]{2})-([0-9]{2})")
# How many periods share a calendar year, for those that divide it evenly.
_PARTS: Final = {
    Frequency.YEAR: 1,
    Frequency.HALF_YEAR: 2,
    Frequency.FOUR_MONTHS: 3,
    Frequency.QUARTER: 4,
    Frequency.MONTH: 12,
}


@lru_cache(maxsize=64)
def anchor(year_start: str) -> tuple[int, int]:
    """Return month and day of the first day of a split year, from the form ``--08-01``."""
    match = _START.fullmatch(year_start)
    if match:
        month, day = int(match[1]), int(match[2])
        try:
            date(2001, month, day)  # not a leap year: 29 February is no start that every year has
        except ValueError:
            pass
        else:
            return month, day
    raise PeriodError("period.year_start", model="Period", field="year_start")


@lru_cache(maxsize=LAST_YEAR - FIRST_YEAR + 2)
def first_week(year: int) -> int:
    """Return the ordinal of the ISO week that holds 4 January."""
    return (date(year, 1, 4).toordinal() - 1) // 7


@lru_cache(maxsize=4096)  # a panel's periods are asked for again and again
def first_day(freq: Frequency, ordinal: int, start: tuple[int, int]) -> date:
    """Return the first day of a period."""
    parts = _PARTS.get(freq)
    if parts is not None:
        year, part = divmod(ordinal, parts)
        return date(year, part * (12 // parts) + 1, 1)
    if freq is Frequency.DAY:
        return date.fromordinal(ordinal)
    if freq is Frequency.WEEK:
        return date.fromordinal(ordinal * 7 + 1)
    if freq is Frequency.SCHOOL_YEAR:
        return date(ordinal, *start)
    return date(ordinal, 1, 1)


def last_day(freq: Frequency, ordinal: int, start: tuple[int, int]) -> date:
    """Return the last day of a period."""
    return first_day(freq, ordinal + freq.years, start) - _ONE_DAY


def ordinals_touched(freq: Frequency, first: date, last: date, start: tuple[int, int]) -> tuple[int, int]:
    """Return the first and the last ordinal of a frequency that share a day with the given days."""
    return _ordinal(freq, first, start) - freq.years + 1, _ordinal(freq, last, start)


def _ordinal(freq: Frequency, day: date, start: tuple[int, int]) -> int:
    parts = _PARTS.get(freq)
    if parts is not None:
        return day.year * parts + (day.month - 1) // (12 // parts)
    if freq is Frequency.DAY:
        return day.toordinal()
    if freq is Frequency.WEEK:
        return (day.toordinal() - 1) // 7
    if freq is Frequency.SCHOOL_YEAR:
        return day.year - ((day.month, day.day) < start)
    return day.year


def canonical(freq: Frequency, ordinal: int) -> str:
    """Return the one text that stands for a period in stored tables."""
    parts = _PARTS.get(freq)
    if parts is not None:
        year, part = divmod(ordinal, parts)
        number = f"-{part + 1:02d}" if parts == 12 else f"-{freq}{part + 1}"  # noqa: PLR2004 - months
        return f"{year}{number}" if parts > 1 else str(year)
    if freq is Frequency.DAY:
        return date.fromordinal(ordinal).isoformat()
    if freq is Frequency.WEEK:
        iso = date.fromordinal(ordinal * 7 + 1).isocalendar()
        return f"{iso.year}-W{iso.week:02d}"
    if freq is Frequency.SCHOOL_YEAR:
        return f"{ordinal}/{(ordinal + 1) % 100:02d}"
    return f"{ordinal}-01-01/{freq}"


def _limits(freq: Frequency) -> tuple[int, int]:
    if freq is Frequency.WEEK:
        return first_week(FIRST_YEAR), first_week(LAST_YEAR + 1) - 1
    if freq is Frequency.DAY:
        return date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
    parts = _PARTS.get(freq, 1)
    return FIRST_YEAR * parts, (LAST_YEAR + 1) * parts - 1


LIMITS: Final = {freq: _limits(freq) for freq in Frequency}
