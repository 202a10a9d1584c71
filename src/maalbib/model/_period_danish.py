"""Periods in Danish words, and the forms that Danish readers could take in two ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from maalbib.model import _period_places as places
from maalbib.model._frequency import Frequency
from maalbib.model._period_places import Place

if TYPE_CHECKING:
    from collections.abc import Callable

_MONTHS: Final = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
_NUMBER_OF_MONTH: Final = {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
_MONTH: Final = "({}|(?:{})\\.?)".format("|".join(_MONTHS), "|".join(_NUMBER_OF_MONTH))
_YEAR: Final = "([0-9]{4})"
_GAP: Final = "[ \u00a0]+"


def read_danish(text: str, otherwise: Place) -> Place:
    """Return the place of a Danish form, or ``otherwise`` where the text has none."""
    composed = text if text.isascii() else text.replace("a\u030a", "å").replace("A\u030a", "Å")
    for pattern, place in _FORMS:
        match = pattern.fullmatch(composed)
        if match:
            return place(match)
    return otherwise


def _month(word: str) -> int:
    return _NUMBER_OF_MONTH[word[:3].lower()]


def _half_or_quarter(match: re.Match[str]) -> Place:
    freq, parts = (Frequency.HALF_YEAR, 2) if match[2][0] in "hH" else (Frequency.QUARTER, 4)
    return places.part(freq, parts, int(match[3]), int(match[1]))


def _short_second_year(match: re.Match[str]) -> Place:
    """Tell ``2023-24``, which could be a school year, from a month that does not exist."""
    first, second = int(match[1]), int(match[2])
    return places.AMBIGUOUS if (first + 1) % 100 == second else places.IMPOSSIBLE


def _form(
    pattern: str, place: Callable[[re.Match[str]], Place]
) -> tuple[re.Pattern[str], Callable[[re.Match[str]], Place]]:
    # re.ASCII lets ASCII letters alone match in both cases, so å is written out.
    return re.compile(pattern.replace("å", "[åÅ]"), re.ASCII | re.IGNORECASE), place


_FORMS: Final = (
    _form(
        f"(?:skoleår(?:et)?{_GAP})?{_YEAR}/([0-9]{{2}}|[0-9]{{4}})",
        lambda found: places.split_year(int(found[1]), found[2]),
    ),
    _form(f"{_YEAR}[-–]{_YEAR}", lambda found: places.pooled(int(found[1]), int(found[2]))),
    _form(f"([0-9]{{1,2}})\\.{_GAP}(kvartal|kvt\\.?|halvår){_GAP}{_YEAR}", _half_or_quarter),
    _form(f"uge{_GAP}([0-9]{{1,2}}),?{_GAP}{_YEAR}", lambda found: places.week(int(found[2]), int(found[1]))),
    _form(
        f"{_MONTH}{_GAP}{_YEAR}",
        lambda found: places.part(Frequency.MONTH, 12, int(found[2]), _month(found[1])),
    ),
    _form(
        f"([0-9]{{1,2}})\\.{_GAP}{_MONTH}{_GAP}{_YEAR}",
        lambda found: places.day(int(found[3]), _month(found[2]), int(found[1])),
    ),
    _form(
        f"([0-9]{{1,2}})\\.([0-9]{{1,2}})\\.{_YEAR}",
        lambda found: places.day(int(found[3]), int(found[2]), int(found[1])),
    ),
    _form(f"{_YEAR}[-–]([0-9]{{2}})", _short_second_year),
    # Day first or month first, a month or a school year: no order is safe.
    _form("[0-9]{1,2}[-/][0-9]{1,2}(?:[-/](?:[0-9]{2}|[0-9]{4}))?", lambda _: places.AMBIGUOUS),
    _form("[0-9]{1,2}\\.[0-9]{1,2}\\.[0-9]{4}(?: kl\\.)? [0-9]{1,2}[.:][0-9]{2}.*", lambda _: places.HAS_TIME),
)
