"""A date as people write it: to the day, or only as an interval of days."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

import attrs

from maalbib.errors import ArgumentError, DefinitionError
from maalbib.model._arguments import require_text
from maalbib.model._qualifier import Qualifier

DateLocale = Literal["da", "en", "iso"]
DATE_LOCALES: Final[tuple[DateLocale, ...]] = ("da", "en", "iso")

_LONGEST: Final = 80  # characters


@attrs.frozen(kw_only=True)
class FuzzyDate:
    """A written date.

    Attributes
    ----------
    start, end
        First and last day that the words can mean; equal where they name one day.
    qualifier
        ``exact`` where the words name a day, a month or another period of the calendar; ``fuzzy`` where they only
        circle it, as "medio 2009" does.
    deadline
        Whether the words set a latest day, so that every earlier day fits too.

    Raises
    ------
    DefinitionError
        If ``end`` lies before ``start``, or the qualifier is not one of dates.

    Notes
    -----
    The intervals of fuzzy words are conventions of this library. Of a year, *primo* is January and February, *medio*
    June and July, *ultimo* November and December; of a month they are its first ten days, the next ten, and the rest.
    The beginning, middle and end ("i begyndelsen af") are the thirds of a period. Spring is March to May, summer and
    autumn the three months after that each. "Inden sommerferien" is a deadline in June. "Inden 2030" alone is
    refused: it may mean the end of 2030 or of 2029.

    Examples
    --------
    >>> meant = FuzzyDate.parse("medio 2009", locale="da")
    >>> meant.start.isoformat(), meant.end.isoformat(), meant.qualifier.value
    ('2009-06-01', '2009-07-31', 'fuzzy')
    >>> FuzzyDate.parse("04-04-2017", locale="da").day.isoformat()
    '2017-04-04'
    >>> FuzzyDate.parse("inden udgangen af 2006", locale="da").fits(date(2005, 12, 24))
    True
    """

    start: date
    end: date
    qualifier: Qualifier = Qualifier.EXACT
    deadline: bool = False

    def __attrs_post_init__(self) -> None:
        if self.end < self.start:
            raise DefinitionError("quantity.bounds", model="FuzzyDate", field="end")
        if self.qualifier not in {Qualifier.EXACT, Qualifier.FUZZY}:
            raise DefinitionError("quantity.bounds", model="FuzzyDate", field="qualifier")

    @classmethod
    def parse(cls, text: str, *, locale: DateLocale) -> FuzzyDate:
        """Read a written date.

        Parameters
        ----------
        text
            A day, a period, or one of the fuzzy forms.
        locale
            ``"da"`` (day before month), ``"en"`` (months in words only) or ``"iso"``.

        Raises
        ------
        DefinitionError
            If the text is no date, or could be two.
        ArgumentError
            If the text is not a text or the locale is not known.
        """
        from maalbib.model._fuzzy_date_text import read_date

        require_text(text)
        if locale not in DATE_LOCALES:
            raise ArgumentError.choice("locale", DATE_LOCALES)
        if len(text) > _LONGEST:
            raise DefinitionError("date.unknown_format", model="FuzzyDate", field="text")
        return read_date(text, locale)

    @property
    def day(self) -> date | None:
        """The day, where the words name one; None where they name an interval."""
        return self.start if self.start == self.end else None

    def fits(self, day: date) -> bool:
        """Say whether a day is among those that the words can mean."""
        return day <= self.end and (self.deadline or self.start <= day)
