"""A period of time: a frequency and the number of the period within it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, overload

import attrs

from maalbib.errors import ArgumentError, PeriodError
from maalbib.model import _period_dates as almanac
from maalbib.model._arguments import require_date
from maalbib.model._frequency import Frequency
from maalbib.model._period_text import DIALECTS, Dialect, read_period

if TYPE_CHECKING:
    from collections.abc import Callable

_KEPT: Final = 16_384  # distinct texts; forty years of days
_LONGEST_KEPT: Final = 128  # characters; longer texts are read, and refused, without being kept


@attrs.frozen(eq=False, repr=False)
class Period:
    """A year, quarter, month, ISO week, day, school year or run of pooled years.

    Ordered, subtracted and counted within one frequency; two frequencies are never compared by accident. Equal
    when frequency and ordinal are equal. Years run from 1500 to 2999, so that a municipality code is no year.

    Attributes
    ----------
    freq
        The frequency.
    ordinal
        The number of the period within its frequency: the (first) year for years, school years and pooled years,
        ``4 * year + quarter - 1`` for quarters and alike for half-years, thirds and months; for days the
        proleptic Gregorian day number, for weeks that of the Monday divided by 7.

    Raises
    ------
    PeriodError
        If the year is not between 1500 and 2999.

    Examples
    --------
    >>> quarter = Period.parse("1. kvartal 2020", dialect="da")
    >>> str(quarter), quarter.ordinal, quarter.next().code
    ('2020-Q1', 8080, '2020-Q2')
    >>> quarter.start.isoformat(), quarter.end.isoformat()
    ('2020-01-01', '2020-03-31')
    >>> Period.parse("2023/24") - Period.parse("2018/19")
    5
    """

    freq: Frequency
    ordinal: int

    def __attrs_post_init__(self) -> None:
        _require_frequency(self.freq)
        if type(self.ordinal) is not int:
            raise ArgumentError("argument.type", argument="ordinal", expected="int")
        low, high = almanac.LIMITS[self.freq]
        if not low <= self.ordinal <= high:
            raise _refusal("period.year_range", field="ordinal")

    @classmethod
    def parse(cls, text: str, dialect: Dialect = "canonical") -> Period:
        """Read a written period.

        Parameters
        ----------
        text
            One period. Outer spaces, tabs and no-break spaces are ignored outside the canonical dialect.
        dialect
            ``"canonical"`` takes only what ``code`` writes; ``"sdmx"`` the forms of SDMX, time ranges included;
            ``"da"`` all of these and the Danish ones, letters in any case.

        Raises
        ------
        PeriodError
            If the text is no period, or could be two; the code says which rule it breaks.
        ArgumentError
            If the text is not a text or the dialect is not known.
        """
        found = _read(text, dialect)
        if isinstance(found, str):
            raise _refusal(found)
        return found

    @classmethod
    def try_parse(cls, text: str, dialect: Dialect = "canonical") -> Period | PeriodError:
        """Read a written period and return the error instead of raising it, for columns of texts."""
        found = _read(text, dialect)
        return _refusal(found) if isinstance(found, str) else found

    @classmethod
    def of(cls, day: date, freq: Frequency, *, year_start: str = almanac.SCHOOL_YEAR_START) -> Period:
        """Return the period of a frequency that a day lies in.

        Parameters
        ----------
        day
            A date, not a timestamp.
        freq
            The frequency. A day lies in several pooled periods, so those are refused.
        year_start
            First day of a split year, as in ``"--08-01"``.

        Raises
        ------
        PeriodError
            If the frequency is pooled or the year out of range.
        ArgumentError
            If ``day`` is not a plain date.
        """
        require_date(day, "day")
        return _single(_touched(freq, day, day, year_start), freq)

    @staticmethod
    def range(first: Period, last: Period) -> tuple[Period, ...]:
        """Return the periods from first to last, both included; none where last comes before first.

        Raises
        ------
        PeriodError
            If the two have different frequencies.
        """
        return tuple(_made(first.freq, number) for number in _range(first.ordinal, _beside(first, last) + 1))

    @property
    def code(self) -> str:
        """The canonical text, the only one that stored tables hold."""
        return almanac.canonical(self.freq, self.ordinal)

    @property
    def start(self) -> date:
        """The first day; a school year starts on 1 August."""
        return self.dates()[0]

    @property
    def end(self) -> date:
        """The last day; a school year ends on 31 July."""
        return self.dates()[1]

    @property
    def position(self) -> float:
        """The place on a time axis in years: the ordinal divided by the periods of a year.

        ``2018-Q3`` lies at 2018.5 and the school year ``2018/19`` at 2018. Meant for one frequency at a time:
        weeks and days count from year 1, so their positions lie a year below those of the others.
        """
        return self.ordinal / self.freq.periods_per_year

    @property
    def looks_like_school_year(self) -> bool:
        """Whether the canonical text of a month could be read as a school year, as ``2009-10`` can."""
        year, month = divmod(self.ordinal, 12)
        return self.freq is Frequency.MONTH and month == year % 100

    def dates(self, *, year_start: str = almanac.SCHOOL_YEAR_START) -> tuple[date, date]:
        """Return the first and the last day.

        Parameters
        ----------
        year_start
            First day of a split year, as in ``"--04-01"`` for a financial year; used by school years alone.

        Raises
        ------
        PeriodError
            If ``year_start`` is not a day that every year has.
        """
        start = almanac.anchor(year_start)
        return almanac.first_day(self.freq, self.ordinal, start), almanac.last_day(self.freq, self.ordinal, start)

    def next(self) -> Period:
        """Return the period that follows; pooled years move on by one year."""
        return self + 1

    def previous(self) -> Period:
        """Return the period before; pooled years move back by one year."""
        return self - 1

    def contains(self, day: date, *, year_start: str = almanac.SCHOOL_YEAR_START) -> bool:
        """Say whether a day lies in the period.

        Raises
        ------
        ArgumentError
            If ``day`` is not a plain date.
        """
        require_date(day, "day")
        first, last = self.dates(year_start=year_start)
        return first <= day <= last

    @overload
    def convert(
        self, freq: Frequency, how: Literal["first", "last"] | None = None, *, year_start: str = ...
    ) -> Period: ...

    @overload
    def convert(self, freq: Frequency, how: Literal["all"], *, year_start: str = ...) -> tuple[Period, ...]: ...

    def convert(
        self,
        freq: Frequency,
        how: Literal["first", "last", "all"] | None = None,
        *,
        year_start: str = almanac.SCHOOL_YEAR_START,
    ) -> Period | tuple[Period, ...]:
        """Return the period or periods of another frequency that share a day with this one.

        Parameters
        ----------
        freq
            The frequency to go to.
        how
            Which one where several are touched, as a week touches two months: ``"first"``, ``"last"`` or
            ``"all"`` of them. None never chooses: the period must lie wholly in a single one.
        year_start
            First day of a split year, as in ``"--08-01"``.

        Raises
        ------
        PeriodError
            If several periods are touched and ``how`` is None, or if a year leaves 1500-2999.
        ArgumentError
            If ``how`` is none of these.

        Examples
        --------
        >>> week = Period.parse("2020-W01")
        >>> [year.code for year in week.convert(Frequency.YEAR, "all")]
        ['2019', '2020']
        >>> Period.parse("2020-02").convert(Frequency.QUARTER).code
        '2020-Q1'
        """
        numbers = _touched(freq, *self.dates(year_start=year_start), year_start)
        if how is None:
            return _single(numbers, freq)
        if how == "all":
            return tuple(_made(freq, number) for number in numbers)
        if how not in {"first", "last"}:
            raise ArgumentError.choice("how", ("first", "last", "all"))
        return Period(freq, numbers[0 if how == "first" else -1])

    def __add__(self, periods: int) -> Period:
        """Return the period so many later."""
        return Period(self.freq, self.ordinal + periods) if type(periods) is int else NotImplemented

    @overload
    def __sub__(self, other: Period) -> int: ...

    @overload
    def __sub__(self, other: int) -> Period: ...

    def __sub__(self, other: Period | int) -> int | Period:
        """Return how many periods lie between two of one frequency, or the period so many earlier."""
        if isinstance(other, Period):
            return self.ordinal - _beside(self, other)
        return Period(self.freq, self.ordinal - other) if type(other) is int else NotImplemented

    def __eq__(self, other: object) -> bool:
        """Compare frequency and ordinal; periods of two frequencies are unequal."""
        if not isinstance(other, Period):
            return NotImplemented
        return self.ordinal == other.ordinal and self.freq is other.freq

    def __hash__(self) -> int:
        return hash((self.freq, self.ordinal))

    def __lt__(self, other: Period) -> bool:
        """Compare within one frequency; raise PeriodError between two."""
        return self.ordinal < _beside(self, other)

    def __le__(self, other: Period) -> bool:
        """Compare within one frequency; raise PeriodError between two."""
        return self.ordinal <= _beside(self, other)

    def __gt__(self, other: Period) -> bool:
        """Compare within one frequency; raise PeriodError between two."""
        return self.ordinal > _beside(self, other)

    def __ge__(self, other: Period) -> bool:
        """Compare within one frequency; raise PeriodError between two."""
        return self.ordinal >= _beside(self, other)

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        return f"Period.parse({self.code!r})"


_range = range  # the builtin; the class has a method of that name
_new: Callable[[type[Period]], Period] = object.__new__
_set = object.__setattr__


def _made(freq: Frequency, ordinal: int) -> Period:
    """Make a period whose frequency and ordinal are known to be right, in half the time."""
    period = _new(Period)
    _set(period, "freq", freq)
    _set(period, "ordinal", ordinal)
    return period


def _read(text: object, dialect: Dialect) -> Period | str:
    if not isinstance(text, str):
        raise ArgumentError("argument.type", argument="text", expected="str")
    if len(text) > _LONGEST_KEPT:
        return _read_once.__wrapped__(text, dialect)
    return _read_once(text, dialect)


@lru_cache(maxsize=_KEPT)
def _read_once(text: str, dialect: Dialect) -> Period | str:
    if dialect not in DIALECTS:
        raise ArgumentError.choice("dialect", DIALECTS)
    place = read_period(text, dialect)
    return place if isinstance(place, str) else _made(*place)


def _refusal(code: str, *, field: str = "text", **details: object) -> PeriodError:
    return PeriodError(code, model="Period", field=field, **details)


def _require_frequency(freq: object) -> None:
    # A plain "A" would equal and hash like the frequency, and then fail every "is".
    if not isinstance(freq, Frequency):
        raise ArgumentError("argument.type", argument="freq", expected="Frequency")


def _beside(one: Period, other: object) -> int:
    """Return the ordinal of the other period, which must have the same frequency."""
    if not isinstance(other, Period):
        raise ArgumentError("argument.type", argument="other", expected="Period")
    if one.freq is not other.freq:
        raise _refusal("period.different_frequency", field="freq", freq=one.freq.value, other=other.freq.value)
    return other.ordinal


def _touched(freq: Frequency, first: date, last: date, year_start: str) -> range:
    """Return the ordinals of a frequency that share a day with the given days."""
    _require_frequency(freq)
    low, high = almanac.ordinals_touched(freq, first, last, almanac.anchor(year_start))
    least, most = almanac.LIMITS[freq]
    if low < least or high > most:
        raise _refusal("period.year_range", field="freq")
    return _range(low, high + 1)


def _single(numbers: range, freq: Frequency) -> Period:
    if len(numbers) > 1:
        raise _refusal("period.several", field="freq", count=len(numbers), freq=freq.value)
    return _made(freq, numbers[0])
