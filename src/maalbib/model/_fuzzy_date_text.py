"""The grammar of dates in Danish and English prose."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._frequency import Frequency
from maalbib.model._fuzzy_date import DateLocale, FuzzyDate
from maalbib.model._period import Period
from maalbib.model._qualifier import Qualifier

if TYPE_CHECKING:
    from collections.abc import Callable

_ONE_DAY: Final = timedelta(days=1)

# Which part of a period a word means: primo and its like are narrow, "the beginning of" is a third.
_NARROW: Final = {"primo": 0, "medio": 1, "ultimo": 2, "mid": 1}
_THIRD: Final = {
    "begyndelsen af": 0, "starten af": 0, "midten af": 1, "slutningen af": 2,
    "the beginning of": 0, "the start of": 0, "early": 0, "the middle of": 1, "late": 2,
}  # fmt: skip
_LAST_DAY: Final = frozenset({"udgangen af", "the end of"})
_SEASON: Final = {
    "forår": 3, "foråret": 3, "sommer": 6, "sommeren": 6, "efterår": 9, "efteråret": 9,
    "spring": 3, "the spring of": 3, "summer": 6, "the summer of": 6,
    "autumn": 9, "the autumn of": 9, "fall": 9, "the fall of": 9,
}  # fmt: skip
_HOLIDAY: Final = frozenset({"sommerferien", "the summer holiday", "the summer holiday in", "the summer holiday of"})
_WORDS: Final = "|".join(sorted((*_NARROW, *_THIRD, *_LAST_DAY, *_SEASON, *_HOLIDAY), key=len, reverse=True))

# "By" includes its day, "before" does not; "inden" is used both ways.
_DEADLINE: Final = {
    "inden": "unclear",
    "senest": "by",
    "før": "before",
    "by": "by",
    "no later than": "by",
    "before": "before",
}
_FORM: Final = re.compile(
    rf"(?:(?P<deadline>{'|'.join(_DEADLINE)}) )?(?:(?:i|ved|in|at|on) )?(?:(?P<word>{_WORDS})[ -])?(?:d\. |den )?"
    r"(?P<period>\S.*)"
)
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})([-./])([0-9]{1,2})(?:\2| )([0-9]{4})")
_ENGLISH_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ENGLISH: Final = re.compile(
    rf"(?:([0-9]{{1,2}}) )?({'|'.join(_ENGLISH_MONTHS)}) (?:([0-9]{{1,2}}), )?([0-9]{{4}})", re.ASCII
)


def read_date(text: str, locale: DateLocale) -> FuzzyDate:
    """Return the date that a text names, or raise DefinitionError."""
    plain = " ".join(text.replace("\u00a0", " ").lower().split(" ")).strip(" \t")
    read = _PERIODS[locale]
    match = _FORM.fullmatch(plain) if locale != "iso" else None
    if match is None:
        return _all_of(read(plain))
    period = read(match["period"])
    word, deadline = match["word"], _DEADLINE.get(match["deadline"])
    named = _named(word, period, deadline=deadline is not None)
    if deadline is None:
        return named
    return _as_deadline(named, "by" if word in _LAST_DAY else deadline)


def _named(word: str | None, period: Period, *, deadline: bool) -> FuzzyDate:
    """Return the days that a word such as primo picks from a period; all of it without a word."""
    if word is None:
        return _all_of(period)
    if word in _NARROW:
        return _narrow(period, _NARROW[word])
    if word in _THIRD:
        return _third(period, _THIRD[word])
    if word in _LAST_DAY:
        return FuzzyDate(start=period.end, end=period.end)
    year = _year(period)
    if word in _SEASON:
        return _months(year, _SEASON[word], 3)
    if not deadline:
        raise _unknown()
    return _months(year, 6, 1)


def _as_deadline(named: FuzzyDate, kind: str) -> FuzzyDate:
    if named.qualifier is Qualifier.FUZZY:
        return attrs.evolve(named, deadline=True)
    if kind == "unclear":
        raise DefinitionError("date.ambiguous_deadline", model="FuzzyDate", field="text")
    last = named.start - _ONE_DAY if kind == "before" else named.end
    return FuzzyDate(start=last, end=last, deadline=True)


def _all_of(period: Period) -> FuzzyDate:
    return FuzzyDate(start=period.start, end=period.end)


def _narrow(period: Period, number: int) -> FuzzyDate:
    """Return two months of a year, a third of anything shorter."""
    if period.freq is Frequency.YEAR:
        return _months(period, (1, 6, 11)[number], 2)
    return _third(period, number)


def _third(period: Period, number: int) -> FuzzyDate:
    """Return a third in whole months where the period has them, in tens of days where it is a month."""
    months = period.freq.months
    if months == 1:
        start = period.start + timedelta(days=10 * number)
        return _fuzzy(start, period.end if number == 2 else start + timedelta(days=9))  # noqa: PLR2004 - the rest
    if months is None or months % 3:
        raise _unknown()
    inside = period.convert(Frequency.MONTH, "all")[number * months // 3 : (number + 1) * months // 3]
    return _fuzzy(inside[0].start, inside[-1].end)


def _months(year: Period, first: int, count: int) -> FuzzyDate:
    start = Period.of(date(year.start.year, first, 1), Frequency.MONTH)
    return _fuzzy(start.start, (start + (count - 1)).end)


def _fuzzy(start: date, end: date) -> FuzzyDate:
    return FuzzyDate(start=start, end=end, qualifier=Qualifier.FUZZY)


def _year(period: Period) -> Period:
    if period.freq is not Frequency.YEAR:
        raise _unknown()
    return period


def _unknown() -> DefinitionError:
    return DefinitionError("date.unknown_format", model="FuzzyDate", field="text")


def _danish(text: str) -> Period:
    """Read a period or a date whose day comes first, as it does in Danish."""
    match = _DAY_FIRST.fullmatch(text)
    return Period.parse(f"{match[1]}.{match[3]}.{match[4]}" if match else text, "da")


def _english(text: str) -> Period:
    """Read a period whose month is a word; 04/05/2017 has no safe order in English."""
    match = _ENGLISH.fullmatch(text)
    if match is None:
        return Period.parse(text.upper(), "sdmx")
    month = f"{match[4]}-{_ENGLISH_MONTHS.index(match[2]) + 1:02d}"
    day = match[1] or match[3]
    if match[1] and match[3]:
        raise _unknown()
    return Period.parse(f"{month}-{int(day):02d}" if day else month)


def _iso(text: str) -> Period:
    return Period.parse(text.upper(), "sdmx")


_PERIODS: Final[dict[DateLocale, Callable[[str], Period]]] = {"da": _danish, "en": _english, "iso": _iso}
