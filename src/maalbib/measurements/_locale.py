"""How texts of a file are written: numbers and periods, declared by the caller and never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import attrs

from maalbib.errors import ArgumentError, PeriodError
from maalbib.measurements._missing_marks import EMPTY_ONLY, MISSING_MARKS, Mark
from maalbib.measurements._schema import MISSING_STATUSES
from maalbib.model import Period

__all__ = ["Locale", "LocaleName", "Marks"]

LocaleName = Literal["da", "en", "iso"]
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
    """

    numbers: LocaleName | None
    periods: tuple[Literal["canonical", "sdmx", "da"], ...]
    marks: Mapping[str, Mark] = attrs.field(default=EMPTY_ONLY, hash=False)

    @staticmethod
    def of(name: LocaleName | None, marks: Marks = None) -> Locale:
        """Return the grammars of a locale; None is for tables that hold numbers as numbers.

        Raises
        ------
        ArgumentError
            If there is no such locale, or a mark stands for something that is no missing status.
        """
        if name not in _LOCALES:
            raise ArgumentError.choice("locale", [word for word in _LOCALES if word is not None])
        if isinstance(marks, str) and marks not in MISSING_MARKS:
            raise ArgumentError.choice("marks", MISSING_MARKS)
        table = (
            MISSING_MARKS[marks]
            if isinstance(marks, str)
            else {mark: _mark(word) for mark, word in (marks or {}).items()}
        )
        return attrs.evolve(_LOCALES[name], marks={**EMPTY_ONLY, **table})

    def period(self, text: str) -> Period | str:
        """Read a period; the code of the fault where it is none."""
        fault = ""
        for dialect in self.periods:
            found = Period.try_parse(text, dialect)
            if not isinstance(found, PeriodError):
                return found
            fault = fault or found.code
        return fault


def _mark(word: Mark | str) -> Mark:
    if isinstance(word, Mark):
        return word
    if word == "0":
        return Mark(value=0.0, status="A")
    if word not in MISSING_STATUSES:
        raise ArgumentError.choice("marks", ["0", *sorted(MISSING_STATUSES)])
    return Mark(status=word, conf="C" if word == "Q" else "F")


_LOCALES: Final[dict[LocaleName | None, Locale]] = {
    None: Locale(None, ("canonical",)),
    "da": Locale("da", ("da",)),
    "en": Locale("en", ("sdmx", "canonical")),
    "iso": Locale("iso", ("sdmx", "canonical")),
}
