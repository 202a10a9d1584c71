"""Periods of a reporting year that does not start in January, as SDMX writes them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import numpy as np

from maalbib.measurements._codes import Codes
from maalbib.model import Frequency, Period

__all__ = ["SCHOOL_YEAR_DAY", "in_calendar", "in_reporting_year", "reporting_period"]

SCHOOL_YEAR_DAY: Final = "--08-01"

_REPORTING: Final = re.compile(r"([0-9]{4})-(?:A(1)|S([12])|T([1-3])|Q([1-4])|M(0[1-9]|1[0-2]))")
_MONTHS: Final = (12, 6, 4, 3, 1)
_START: Final = re.compile(r"--([0-9]{2})-([0-9]{2})")
_UNDONE: Final = re.compile(r"[0-9]{4}-[WD][0-9]+")


def reporting_period(text: str, start: str) -> str | None:
    """Return a period of a reporting year in a form that stands for itself.

    Parameters
    ----------
    text
        The period. Only the forms of the reporting year, such as ``2023-A1`` and ``2023-Q1``, depend on its start.
    start
        Its first day, ``--08-01``.

    Returns
    -------
    str or None
        A school year, or a time range that the grammar of periods knows or refuses; the text itself where it does not
        depend on the start; None where the start is no day, or the weeks and days of such a year are meant.

    Examples
    --------
    >>> (
    ...     reporting_period("2023-A1", "--08-01"),
    ...     reporting_period("2023-Q1", "--07-01"),
    ...     reporting_period("2023", "--08-01"),
    ... )
    ('2023/24', '2023-07-01/P3M', '2023')
    """
    match = _START.fullmatch(start)
    try:
        day = dt.date(2001, int(match[1]), int(match[2])) if match else None
    except ValueError:
        day = None
    if day is None:
        return None
    if (day.month, day.day) == (1, 1):
        return text
    if _UNDONE.fullmatch(text):
        return None
    found = _REPORTING.fullmatch(text)
    if found is None:
        return text
    part = found.lastindex or 0
    months = _MONTHS[part - 2]
    years, month = divmod(day.month - 1 + months * (int(found[part]) - 1), 12)
    if months == 12 and start == SCHOOL_YEAR_DAY:  # noqa: PLR2004 - a year
        year = int(found[1])
        return f"{year}/{(year + 1) % 100:02}"
    length = "P1Y" if months == 12 else f"P{months}M"  # noqa: PLR2004 - a year
    return f"{int(found[1]) + years:04}-{month + 1:02}-{day.day:02}/{length}"


def in_calendar(periods: Codes, starts: Codes) -> tuple[Codes, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return periods with those of reporting years put into the calendar, and the rows where that cannot be done.

    Parameters
    ----------
    periods
        The periods.
    starts
        First day of the reporting year of each row, empty for January.
    """
    width = len(starts.texts) + 1
    pair = (periods.codes.astype(np.int64) + 1) * width + starts.codes + 1
    distinct, place = np.unique(pair, return_inverse=True)
    texts = [_text(int(one), width, periods, starts) for one in distinct]
    found = Codes(place.reshape(-1).astype(np.int32), tuple(str(i) for i in range(len(texts)))).renamed(texts)
    return found, np.flatnonzero((found.codes < 0) & (periods.codes >= 0))


def _text(pair: int, width: int, periods: Codes, starts: Codes) -> str | None:
    period, start = divmod(pair, width)
    if period == 0:
        return None
    text = periods.texts[period - 1]
    return text if start == 0 else reporting_period(text, starts.texts[start - 1])


def in_reporting_year(periods: Codes) -> tuple[Codes, Codes]:
    """Return canonical periods as SDMX writes them, and the first day of the reporting year where one is needed."""
    schools = [Period.parse(text).freq is Frequency.SCHOOL_YEAR for text in periods.texts]
    written = [f"{text[:4]}-A1" if school else text for text, school in zip(periods.texts, schools, strict=True)]
    days = [SCHOOL_YEAR_DAY if school else None for school in schools]
    return periods.renamed(written), periods.renamed(days)
