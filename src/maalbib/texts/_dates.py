"""Days as people write them."""

from __future__ import annotations

import datetime as dt

from maalbib.texts._table import phrase, sentence

__all__ = ["day_text"]


def day_text(day: dt.date, lang: str) -> str:
    """Write a day with the month in words.

    Examples
    --------
    >>> from datetime import date
    >>> from maalbib.texts import day_text
    >>> day_text(date(2024, 4, 10), "da"), day_text(date(2024, 4, 10), "en")
    ('10. april 2024', '10 April 2024')
    """
    month = phrase("month", str(day.month), lang)
    return sentence("day.long", lang, day=str(day.day), month=month, year=str(day.year))
