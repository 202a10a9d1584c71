"""Where the numbers of a written period lie: frequency and ordinal, or the code of the broken rule."""

from __future__ import annotations

from datetime import date
from typing import Final, TypeAlias

from maalbib.model._frequency import Frequency
from maalbib.model._period_dates import FIRST_YEAR, LAST_YEAR, first_week

Place: TypeAlias = tuple[Frequency, int] | str

EMPTY: Final = "period.empty"
UNKNOWN: Final = "period.unknown_format"
IMPOSSIBLE: Final = "period.impossible"
AMBIGUOUS: Final = "period.ambiguous"
SCHOOL_YEAR: Final = "period.school_year"
YEAR_RANGE: Final = "period.year_range"
HAS_TIME: Final = "period.has_time"
INTERVAL: Final = "period.unsupported_interval"

_MONTHS: Final = 12


def whole(freq: Frequency, year: int) -> Place:
    """Place a period that is named by its (first) year."""
    return (freq, year) if FIRST_YEAR <= year <= LAST_YEAR else YEAR_RANGE


def part(freq: Frequency, parts: int, year: int, number: int) -> Place:
    """Place the half-year, third, quarter or month with a number from 1; a year has so many parts."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return YEAR_RANGE
    return (freq, year * parts + number - 1) if 1 <= number <= parts else IMPOSSIBLE


def week(year: int, number: int) -> Place:
    """Place an ISO week; it belongs to the year of its Thursday."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return YEAR_RANGE
    ordinal = first_week(year) + number - 1
    return (Frequency.WEEK, ordinal) if number >= 1 and ordinal < first_week(year + 1) else IMPOSSIBLE


def day(year: int, month: int, number: int) -> Place:
    """Place a date."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return YEAR_RANGE
    try:
        return Frequency.DAY, date(year, month, number).toordinal()
    except ValueError:
        return IMPOSSIBLE


def day_of_year(year: int, number: int) -> Place:
    """Place the day with a number from 1 within its year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return YEAR_RANGE
    before, after = date(year - 1, 12, 31).toordinal(), date(year + 1, 1, 1).toordinal()
    return (Frequency.DAY, before + number) if before < before + number < after else IMPOSSIBLE


def split_year(year: int, second: str) -> Place:
    """Place the split year ``2023/24``; the second year has two or four digits."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return YEAR_RANGE
    following = str(year + 1)
    return (Frequency.SCHOOL_YEAR, year) if second in {following, following[2:]} else SCHOOL_YEAR


def pooled(first: int, last: int) -> Place:
    """Place the years from first to last; two of them could just as well be a school year."""
    if not FIRST_YEAR <= first <= last <= LAST_YEAR:
        return IMPOSSIBLE if FIRST_YEAR <= last < first <= LAST_YEAR else YEAR_RANGE
    years = last - first + 1
    if years == 2:  # noqa: PLR2004 - two years
        return AMBIGUOUS
    return (Frequency.pooled(years), first) if 2 < years <= 10 else INTERVAL  # noqa: PLR2004 - PnY


def interval(year: int, month: int, number: int, length: int, unit: str) -> Place:
    """Place a time range by its start and duration, if there is a frequency with such periods."""
    start = day(year, month, number)
    if isinstance(start, str):
        return start
    if unit in "WD":
        return _days(start[1], length * 7 if unit == "W" else length)
    return _months(year, month, number, length * _MONTHS if unit == "Y" else length)


def _days(start: int, length: int) -> Place:
    if length == 1:
        return Frequency.DAY, start
    on_monday = start % 7 == 1
    return (Frequency.WEEK, start // 7) if length == 7 and on_monday else INTERVAL  # noqa: PLR2004 - a week


def _months(year: int, month: int, number: int, length: int) -> Place:
    if (month, number, length) == (8, 1, _MONTHS):
        return whole(Frequency.SCHOOL_YEAR, year)
    freq = _BY_MONTHS.get(length)
    if freq is None or number != 1 or (month - 1) % min(length, _MONTHS):
        return INTERVAL
    if length >= _MONTHS:
        return whole(freq, year)
    return part(freq, _MONTHS // length, year, (month - 1) // length + 1)


_BY_MONTHS: Final = {
    freq.months: freq for freq in Frequency if freq.months is not None and freq is not Frequency.SCHOOL_YEAR
}
