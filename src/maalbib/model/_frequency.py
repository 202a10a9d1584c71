"""How often something is measured."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from maalbib import texts
from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.model._arguments import require_text

_DAYS_PER_YEAR: Final = 365.2425


class Frequency(StrEnum):
    """The frequency of an indicator or a period; the value is the interchange code.

    A pooled frequency covers several calendar years at once, as a three-year reference does; its periods
    start a year apart and therefore overlap.

    Examples
    --------
    >>> Frequency.parse("kvartal")
    <Frequency.QUARTER: 'Q'>
    >>> Frequency("P3Y").years
    3
    >>> Frequency.SCHOOL_YEAR.text("da")
    'skoleår'
    """

    YEAR = "A"
    HALF_YEAR = "S"
    FOUR_MONTHS = "T"
    QUARTER = "Q"
    MONTH = "M"
    WEEK = "W"
    DAY = "D"
    SCHOOL_YEAR = "SY"
    POOLED_2 = "P2Y"
    POOLED_3 = "P3Y"
    POOLED_4 = "P4Y"
    POOLED_5 = "P5Y"
    POOLED_6 = "P6Y"
    POOLED_7 = "P7Y"
    POOLED_8 = "P8Y"
    POOLED_9 = "P9Y"
    POOLED_10 = "P10Y"

    @classmethod
    def parse(cls, word: str) -> Frequency:
        """Read a code or a Danish or English word, in any case.

        Parameters
        ----------
        word
            ``"Q"``, ``"kvartal"``, ``"quarterly"``, ``"skoleår"``, ``"P3Y"`` and so on.

        Raises
        ------
        UnknownCodeError
            If the word is not known; the hint names the nearest one.
        ArgumentError
            If ``word`` is not a text.
        """
        require_text(word, "word")
        found = _WORDS.get(" ".join(word.lower().replace("-", " ").split()))
        if found is None:
            raise UnknownCodeError.of("freq", word, _WORDS)
        return found

    @classmethod
    def pooled(cls, years: int) -> Frequency:
        """Return the frequency that pools so many calendar years, 2 to 10.

        Raises
        ------
        ArgumentError
            If there is no such frequency.
        """
        try:
            return cls(f"P{years}Y")
        except ValueError:
            raise ArgumentError("argument.range", argument="years", low=2, high=10) from None

    @property
    def periods_per_year(self) -> float:
        """How many periods start in a year; the mean over 400 years for weeks and days."""
        return _PER_YEAR.get(self, 1.0)

    @property
    def years(self) -> int:
        """How many calendar years one period pools; 1 for every frequency that is not pooled."""
        return _POOLED.get(self, 1)

    @property
    def months(self) -> int | None:
        """Length of a period in months; None for weeks and days."""
        if self is Frequency.WEEK or self is Frequency.DAY:
            return None
        return 12 * self.years // int(self.periods_per_year)

    @property
    def length(self) -> float:
        """Length of a period in years, for asking which of two frequencies is the coarser."""
        return self.years / self.periods_per_year

    def text(self, lang: str = "en") -> str:
        """Return the name for people, in ``"da"`` or ``"en"``."""
        if self.years > 1:
            return texts.sentence("freq.pooled", lang, years=self.years)
        return texts.phrase("freq", self.value, lang)


_PER_YEAR: Final[dict[Frequency, float]] = {
    Frequency.HALF_YEAR: 2.0,
    Frequency.FOUR_MONTHS: 3.0,
    Frequency.QUARTER: 4.0,
    Frequency.MONTH: 12.0,
    Frequency.WEEK: _DAYS_PER_YEAR / 7,
    Frequency.DAY: _DAYS_PER_YEAR,
}
_POOLED: Final[dict[Frequency, int]] = {Frequency(f"P{years}Y"): years for years in range(2, 11)}

# Hyphens are read as spaces. "H" is left out: half-years in one standard, hours in another.
_WORDS: Final[dict[str, Frequency]] = {
    word: freq
    for freq, words in {
        Frequency.YEAR: "a|a1|y|år|årlig|årligt|kalenderår|year|yearly|annual|annually|calendar year|per year|om året",
        Frequency.HALF_YEAR: (
            "s|s1|h1|halvår|halvårlig|halvårligt|half year|halfyear|half yearly|semester|semiannual|semi annual"
        ),
        Frequency.FOUR_MONTHS: "t|t1|tertial|fire måneder|4 måneder|four months|4 months|trimester|four monthly",
        Frequency.QUARTER: "q|q1|k|k1|kvartal|kvartalsvis|kvartalsvist|kvt|quarter|quarterly",
        Frequency.MONTH: "m|m1|måned|månedlig|månedligt|månedsvis|month|monthly",
        Frequency.WEEK: "w|w1|u|uge|ugentlig|ugentligt|week|weekly",
        Frequency.DAY: "d|d1|dag|daglig|dagligt|dato|day|daily|date",
        Frequency.SCHOOL_YEAR: "sy|skoleår|skoleåret|school year|schoolyear|split year|academic year",
        **{freq: f"p{years}y|{years} år|{years} years|{years} year" for freq, years in _POOLED.items()},
    }.items()
    for word in words.split("|")
}
