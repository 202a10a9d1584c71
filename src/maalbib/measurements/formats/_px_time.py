"""Times in px files: ``TIMEVAL`` says how often, and lists compact codes such as ``20233``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from maalbib.errors import PeriodError
from maalbib.measurements._limits import RefusedError
from maalbib.measurements.formats._px_text import Keywords
from maalbib.model import Frequency, Period
from maalbib.problems import ProblemBlock

__all__ = ["periods_of"]

_TIMEVAL: Final = re.compile(
    r'\s*TLIST\s*\(\s*([A-Z])1\s*(?:,\s*"([^"]*)"\s*-\s*"([^"]*)"\s*)?\)\s*(?:,((?:[^"]++|"[^"]*+")*+))?'
)
_TEXTS: Final = re.compile(r'(?:\s*"[^"]*"\s*(?:,(?!\s*\Z)|\Z))*+')
_TEXT: Final = re.compile(r'"([^"]*)"')
# What a code of each frequency looks like, and how the same period is written everywhere else.
_FORMS: Final = {
    "A": (Frequency.YEAR, re.compile("([0-9]{4})()"), "{0}"),
    "H": (Frequency.HALF_YEAR, re.compile("([0-9]{4})([0-9])"), "{0}-S{1}"),
    "T": (Frequency.FOUR_MONTHS, re.compile("([0-9]{4})([0-9])"), "{0}-T{1}"),
    "Q": (Frequency.QUARTER, re.compile("([0-9]{4})([0-9])"), "{0}-Q{1}"),
    "M": (Frequency.MONTH, re.compile("([0-9]{4})([0-9]{2})"), "{0}-{1}"),
    "W": (Frequency.WEEK, re.compile("([0-9]{4})([0-9]{2})"), "{0}-W{1}"),
    "D": (Frequency.DAY, re.compile("([0-9]{4})([0-9]{2})([0-9]{2})"), "{0}-{1}-{2}"),
}


def periods_of(keywords: Keywords, name: str, count: int) -> tuple[str, ...] | None:
    """Return the canonical periods of a dimension in the order of its values; None where it has no ``TIMEVAL``.

    Raises
    ------
    RefusedError
        With ``px.timeval`` where the times are not ``count`` different ones of the declared frequency.
    """
    value = keywords.value("TIMEVAL", name)
    if value is None:
        return None
    match = _TIMEVAL.fullmatch(value)
    form = None if match is None else _FORMS.get(match[1])
    if match is None or form is None:
        raise _refusal(name)
    freq, pattern, canonical = form
    if match[2] is not None:
        found = _range([_period(code, freq, pattern, canonical) for code in match.group(2, 3)], count)
    elif match[4] is not None and _TEXTS.fullmatch(match[4]):
        found = [_period(code, freq, pattern, canonical) for code in _TEXT.findall(match[4])]
    else:
        found = []
    periods = [period.code for period in found if period is not None]
    if len(periods) != len(found) or len(set(periods)) != count or len(periods) != count:
        raise _refusal(name)
    return tuple(periods)


def _refusal(name: str) -> RefusedError:
    return RefusedError(ProblemBlock(code="px.timeval", column=name))


def _range(ends: Sequence[Period | None], count: int) -> list[Period | None]:
    first, last = ends
    if first is None or last is None or last - first + 1 != count:
        return [None]
    return [first + step for step in range(count)]


def _period(code: str, freq: Frequency, pattern: re.Pattern[str], canonical: str) -> Period | None:
    match = pattern.fullmatch(code)
    period = Period.try_parse(code if match is None else canonical.format(*match.groups()), "da")
    return None if isinstance(period, PeriodError) or period.freq is not freq else period
