r"""The grammar of written periods: text in, frequency and ordinal out, or the code of the broken rule.

Three dialects. ``canonical`` is what stored tables hold: one text per period. ``sdmx`` adds the Gregorian and
reporting forms of SDMX and its time ranges. ``da`` adds what Danish files and people write, letters in any case.

Digits and letters are ASCII by construction: ``[0-9]`` and re.ASCII keep Arabic digits and the Kelvin sign out,
which ``\d`` and a plain re.IGNORECASE would take. No pattern backtracks more than once over a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal

from maalbib.model import _period_places as places
from maalbib.model._frequency import Frequency
from maalbib.model._period_places import Place

Dialect = Literal["canonical", "sdmx", "da"]
DIALECTS: Final[tuple[Dialect, ...]] = ("canonical", "sdmx", "da")

_BLANKS: Final = " \t\u00a0\u202f"
_LONGEST: Final = 64  # characters; the longest period has fewer than half as many

# Each pattern names the number that says which period of the year it is; "day" comes last after its month.
_STORED: Final = re.compile(
    r"(?P<A>[0-9]{4})(?:-(?:(?P<M>[0-9]{2})|Q(?P<Q>[0-9])|([0-9]{2})-(?P<day>[0-9]{2})|W(?P<W>[0-9]{2})|S(?P<S>[0-9])"
    r"|T(?P<T>[0-9])|01-01/P(?P<P>10|[2-9])Y)|/(?P<SY>[0-9]{2}))?"
)
_SDMX: Final = re.compile(
    r"(?P<A>[0-9]{4})(?:-(?:A(?P<A1>1)|S(?P<S>[0-9])|T(?P<T>[0-9])|Q(?P<Q>[0-9])|M?(?P<M>[0-9]{2})|W(?P<W>[0-9]{2})"
    r"|D(?P<D>[0-9]{3})|([0-9]{2})-(?P<day>[0-9]{2})))?"
)
_DANISH: Final = re.compile(
    r"(?P<A>[0-9]{4})(?:-A(?P<A1>1)|(?:-?S|H)(?P<S>[0-9])|-T(?P<T>[0-9])|-?[QK](?P<Q>[0-9])|(?:-M?|M)(?P<M>[0-9]{2})"
    r"|(?:-W|-?U)(?P<W>[0-9]{2})|-D(?P<D>[0-9]{3})|-([0-9]{2})-(?P<day>[0-9]{2})|M([0-9]{2})D(?P<date>[0-9]{2}))?",
    re.ASCII | re.IGNORECASE,
)
_PARTS: Final = {
    "S": (Frequency.HALF_YEAR, 2),
    "T": (Frequency.FOUR_MONTHS, 3),
    "Q": (Frequency.QUARTER, 4),
    "M": (Frequency.MONTH, 12),
}

_INTERVAL: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})/(?:P([0-9]{1,4})([YMWD])|P[0-9A-Z]*)", re.ASCII)
_WITH_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:.*")


def read_period(text: str, dialect: Dialect) -> Place:
    """Return frequency and ordinal of a written period, or the code of the rule that it breaks."""
    if dialect == "canonical":
        match = _STORED.fullmatch(text)
        return _place(match) if match else _not_stored(text)
    text = text.strip(_BLANKS)
    if not text:
        return places.EMPTY
    if len(text) > _LONGEST:
        return places.UNKNOWN
    match = (_DANISH if dialect == "da" else _SDMX).fullmatch(text)
    if match is None:
        return _read_other(text, dialect)
    place = _place(match)
    return _read_danish(text, place) if dialect == "da" and place == places.IMPOSSIBLE else place


def _place(match: re.Match[str]) -> Place:
    kind, year = match.lastgroup, int(match["A"])
    if kind in _PARTS:
        freq, parts = _PARTS[kind]
        return places.part(freq, parts, year, int(match[kind]))
    if kind in {"A", "A1"}:
        return places.whole(Frequency.YEAR, year)
    if kind in {"day", "date"}:
        month = match.lastindex - 1 if match.lastindex else 0
        return places.day(year, int(match[month]), int(match[kind]))
    return _OTHER_KINDS[str(kind)](year, match[str(kind)])


_OTHER_KINDS: Final[dict[str, Callable[[int, str], Place]]] = {
    "W": lambda year, number: places.week(year, int(number)),
    "D": lambda year, number: places.day_of_year(year, int(number)),
    "SY": places.split_year,
    "P": lambda year, number: places.whole(Frequency.pooled(int(number)), year),
}


def _not_stored(text: str) -> Place:
    """Return why a text is not canonical: what only the other dialects write has no known form here."""
    place = read_period(text, "sdmx")
    return place if isinstance(place, str) else places.UNKNOWN


def _read_other(text: str, dialect: Dialect) -> Place:
    """Read time ranges, refuse times of day, and turn to the Danish words."""
    match = _INTERVAL.fullmatch(text.upper() if dialect == "da" and text.isascii() else text)
    if match:
        if match[5] is None:
            return places.INTERVAL
        return places.interval(int(match[1]), int(match[2]), int(match[3]), int(match[4]), match[5])
    if _WITH_TIME.fullmatch(text):
        return places.HAS_TIME
    return _read_danish(text, places.UNKNOWN) if dialect == "da" else places.UNKNOWN


def _read_danish(text: str, otherwise: Place) -> Place:
    from maalbib.model._period_danish import read_danish  # a dozen patterns that few programs need

    return read_danish(text, otherwise)
