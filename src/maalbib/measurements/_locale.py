"""How texts of a file are written: numbers and periods, declared by the caller and never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

import attrs

from maalbib.errors import ArgumentError, PeriodError
from maalbib.measurements._missing_marks import EMPTY_ONLY, MISSING_MARKS, Mark
from maalbib.measurements._schema import MISSING_STATUSES, STATUS_CODES
from maalbib.model import Period

__all__ = ["Censored", "Locale", "LocaleName", "Marks"]

LocaleName = Literal["da", "en", "iso"]
Censored = Literal["lt"] | None
Marks = Mapping[str, Mark | str] | Literal["dst", "px", "sdmx"] | None


@attrs.frozen
class Locale:
    """The grammars of one locale.

    Attributes
    ----------
    numbers
        Dialect of numbers written as text; None where such numbers are refused.
    periods
        Dialects of periods, tried in turn. The canonical forms are always read, so that what maalbib wrote is read again.
    marks
        What stands in place of a number, and what it means.
    flags
        What may be glued to a number, and the status that it gives the value.
    censored
        Whether ``<5`` is a number that is withheld because it is below five.
    suppressed
        The number by which the source hides values.
    percent
        Whether a percent sign may follow a number.
    patterns
        Further ways to write a period: what a whole text may look like, and how it is written anew.
    """

    numbers: LocaleName | None
    periods: tuple[Literal["canonical", "sdmx", "da"], ...]
    marks: Mapping[str, Mark] = attrs.field(default=EMPTY_ONLY, hash=False)
    flags: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    censored: Censored = None
    suppressed: float | None = None
    percent: bool = False
    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()

    @staticmethod
    def of(
        name: LocaleName | None,
        marks: Marks = None,
        *,
        flags: Mapping[str, str] | None = None,
        censored: Censored = None,
        suppressed: float | None = None,
        percent: bool = False,
        patterns: Mapping[str, str] | None = None,
    ) -> Locale:
        """Return the grammars of a locale; None is for tables that hold numbers as numbers.

        Raises
        ------
        ArgumentError
            If there is no such locale, or a mark or flag stands for something that is no status.
        """
        if censored not in _CENSORED:
            raise ArgumentError.choice("censored", [word for word in _CENSORED if word is not None])
        if any(status not in STATUS_CODES or status in MISSING_STATUSES for status in (flags or {}).values()):
            raise ArgumentError.choice("flags", [code for code in STATUS_CODES if code not in MISSING_STATUSES])
        if name not in _LOCALES:
            raise ArgumentError.choice("locale", [word for word in _LOCALES if word is not None])
        if isinstance(marks, str) and marks not in MISSING_MARKS:
            raise ArgumentError.choice("marks", MISSING_MARKS)
        table = (
            MISSING_MARKS[marks]
            if isinstance(marks, str)
            else {mark: _mark(word) for mark, word in (marks or {}).items()}
        )
        return attrs.evolve(
            _LOCALES[name],
            marks={**EMPTY_ONLY, **table},
            flags=dict(flags or {}),
            censored=censored,
            suppressed=suppressed,
            percent=bool(percent),
            patterns=_compiled(patterns or {}),
        )

    def period(self, text: str) -> Period | str:
        """Read a period; the code of the fault where it is none."""
        for pattern, written in self.patterns:
            if pattern.fullmatch(text):
                text = pattern.sub(written, text)
                break
        fault = ""
        for dialect in self.periods:
            found = Period.try_parse(text, dialect)
            if not isinstance(found, PeriodError):
                return found
            fault = fault or found.code
        return fault


def _compiled(patterns: Mapping[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    try:
        found = tuple((re.compile(pattern), written) for pattern, written in patterns.items())
        for pattern, written in found:
            re.compile(f"{pattern.pattern}|").sub(written, "")  # a template that names no group of its pattern
    except (re.error, TypeError, IndexError):
        raise ArgumentError("period.pattern") from None
    return found


def _mark(word: Mark | str) -> Mark:
    if isinstance(word, Mark):
        return word
    if word == "0":
        return Mark(value=0.0, status="A")
    if word not in STATUS_CODES or word == "A":
        raise ArgumentError.choice("marks", ["0", *STATUS_CODES[1:]])
    return Mark(status=word, conf="C" if word == "Q" else "F")


_CENSORED: Final = (None, "lt")
_LOCALES: Final[dict[LocaleName | None, Locale]] = {
    None: Locale(None, ("canonical",)),
    "da": Locale("da", ("da",)),
    "en": Locale("en", ("sdmx", "canonical")),
    "iso": Locale("iso", ("sdmx", "canonical")),
}
