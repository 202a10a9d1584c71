"""How exactly a figure is meant."""

from __future__ import annotations

from enum import StrEnum

from maalbib import texts


class Qualifier(StrEnum):
    """How exactly a figure is meant; the value is the interchange code.

    An approximate figure is never used as an exact one. The first four occur in tables of measurements; ``between``
    is a class with two bounds, ``fuzzy`` a date known only as an interval of days.

    Examples
    --------
    >>> Qualifier("approx").text("da")
    'ca.'
    """

    EXACT = "exact"
    APPROXIMATE = "approx"
    LOWER_BOUND = "at_least"
    UPPER_BOUND = "at_most"
    BETWEEN = "between"
    FUZZY = "fuzzy"

    def text(self, lang: str = "en") -> str:
        """Return the word for people, in ``"da"`` or ``"en"``."""
        return texts.phrase("qualifier", self.value, lang)
