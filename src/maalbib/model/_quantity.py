"""A figure as people write it: with its qualifier, unit and precision."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final, Literal

import attrs

from maalbib.errors import ArgumentError, DefinitionError
from maalbib.model._arguments import require_text
from maalbib.model._fuzzy_date import FuzzyDate
from maalbib.model._qualifier import Qualifier

__all__ = ["Qualifier", "Quantity"]

Locale = Literal["da", "en", "iso"]
LOCALES: Final[tuple[Locale, ...]] = ("da", "en", "iso")

_LONGEST: Final = 120  # characters


@attrs.frozen(kw_only=True)
class Quantity:
    """A figure in prose: exact, approximate, one-sided, a class, or a date.

    Attributes
    ----------
    value
        The figure: an int where it is whole, a float where it has decimals, a Fraction where a fraction was written
        or no float is exact. None for classes and dates. A one-sided figure has its bound here too.
    lower, upper
        The bounds; None where there is none.
    lower_excluded, upper_excluded
        Whether the bound itself is not meant, as in "mere end 6 mia. kr.".
    qualifier
        How exactly the figure is meant.
    near
        Whether a one-sided figure lies close to its bound, as "næsten" and "godt" say.
    unit
        ``"DKK"``, ``"EUR"``, ``"percent"``, ``"percentage_points"``, ``"fraction"``, each also with ``"_per_year"``;
        ``"date"``; None for a bare number.
    decimals
        Decimals as written, negative for round figures: "60,7" has 1, "22 mia." has -9. None where no digits were
        written, as in "en tredjedel".
    when
        The date, where the text was one.

    Raises
    ------
    DefinitionError
        If a number is not finite, or the bounds do not fit the qualifier or each other.

    Examples
    --------
    >>> about = Quantity.parse("ca. 22 mia. kr.", locale="da")
    >>> about.value, about.unit, about.qualifier.value
    (22000000000, 'DKK', 'approx')
    >>> Quantity.parse("5.800", locale="da").value
    5800
    >>> Quantity.parse("en tredjedel", locale="da").value
    Fraction(1, 3)
    >>> Quantity.parse("medio 2009", locale="da").when.end.isoformat()
    '2009-07-31'
    """

    value: float | Fraction | None = None
    lower: float | Fraction | None = None
    upper: float | Fraction | None = None
    lower_excluded: bool = False
    upper_excluded: bool = False
    qualifier: Qualifier = Qualifier.EXACT
    near: bool = False
    unit: str | None = None
    decimals: int | None = None
    when: FuzzyDate | None = None

    def __attrs_post_init__(self) -> None:
        for field in ("value", "lower", "upper"):
            if not _is_finite(getattr(self, field)):
                raise _fault("quantity.not_a_number", field)
        wrong = _misfit(self)
        if wrong is not None:
            raise _fault("quantity.bounds", wrong)

    @classmethod
    def parse(cls, text: str, *, locale: Locale) -> Quantity:
        """Read one written figure, with qualifier and unit, or one written date.

        Parameters
        ----------
        text
            The figure alone, not the sentence around it.
        locale
            ``"da"``, ``"en"`` or ``"iso"``: decides decimal sign, words and the order of dates.

        Raises
        ------
        DefinitionError
            If the text is no figure or could be two; its code says which rule it breaks.
        ArgumentError
            If the text is not a text or the locale is not known.
        """
        from maalbib.model._quantity_text import read_quantity

        require_text(text)
        if locale not in LOCALES:
            raise ArgumentError.choice("locale", LOCALES)
        if len(text) > _LONGEST:
            raise _fault("quantity.unknown_format", "text")
        return read_quantity(text, locale)

    @property
    def exact(self) -> Fraction | None:
        """The value as an exact number: 60.7 is 607/10."""
        return None if self.value is None else exactly(self.value)

    def agrees_with(self, number: float | Fraction, *, tolerance: float = 0.05) -> bool:
        """Say whether a number is what the figure says, as exactly as it says it.

        Parameters
        ----------
        number
            A number in the figure's unit. NaN and infinities never agree.
        tolerance
            How far from an approximate or near figure the number may lie, as a share of the figure. Exact
            figures, bounds and classes have no tolerance.

        Raises
        ------
        DefinitionError
            If the quantity is a date.

        Notes
        -----
        An exact figure agrees with what reads the same at its written decimals: 60,7 with 60.68, not with 60.8;
        half a unit of the last digit agrees on both sides, because rounding rules differ.

        Examples
        --------
        >>> Quantity.parse("omkring 80 pct.", locale="da").agrees_with(82.4)
        True
        >>> Quantity.parse("80 pct.", locale="da").agrees_with(82.4)
        False
        """
        if not tolerance >= 0:
            raise ArgumentError("argument.range", argument="tolerance", low=0, high="∞")
        if self.when is not None:
            raise _fault("quantity.no_figure", "when")
        if isinstance(number, float) and not math.isfinite(number):
            return False
        sought, figure = exactly(number), self.exact
        if figure is None or self.qualifier in {Qualifier.LOWER_BOUND, Qualifier.UPPER_BOUND}:
            return self.covers(number) and (not self.near or _is_near(sought, figure, tolerance))
        if self.qualifier is Qualifier.EXACT:
            return abs(sought - figure) <= self.rounding / 2
        return _is_near(sought, figure, tolerance)

    def covers(self, number: float | Fraction) -> bool:
        """Say whether a number lies within the bounds; without bounds, whether it is the value itself."""
        if isinstance(number, float) and not math.isfinite(number):
            return False
        sought = exactly(number)
        if self.lower is None and self.upper is None:
            return sought == self.exact
        low = self.lower is None or sought > exactly(self.lower)
        high = self.upper is None or sought < exactly(self.upper)
        on_low = not self.lower_excluded and self.lower is not None and sought == exactly(self.lower)
        on_high = not self.upper_excluded and self.upper is not None and sought == exactly(self.upper)
        return (low or on_low) and (high or on_high)

    @property
    def rounding(self) -> Fraction:
        """The width of the last written digit: 1/10 for "60,7", 10**9 for "22 mia."; 0 where it is not known."""
        return Fraction(0) if self.decimals is None else Fraction(10) ** -self.decimals

    def text(self, lang: str = "en") -> str:
        """Return the figure for people, in ``"da"`` or ``"en"``; :meth:`parse` reads figures again."""
        from maalbib.model._quantity_say import say

        return say(self, lang)

    def __str__(self) -> str:
        return self.text("en")


def exactly(number: float | Fraction) -> Fraction:
    """Return the number that the shortest text of a float stands for: 60.7 is 607/10."""
    return Fraction(repr(float(number))) if isinstance(number, float) else Fraction(number)


def _is_finite(number: object) -> bool:
    if number is None:
        return True
    if isinstance(number, bool) or not isinstance(number, int | float | Fraction):
        return False
    return math.isfinite(number)


def _is_near(sought: Fraction, figure: Fraction | None, tolerance: float) -> bool:
    return figure is not None and abs(sought - figure) <= exactly(tolerance) * abs(figure)


def _misfit(quantity: Quantity) -> str | None:
    """Return the field that does not fit the others."""
    needed = _NEEDED[quantity.qualifier]
    if quantity.when is not None:
        return "value" if (quantity.value, quantity.lower, quantity.upper) != (None, None, None) else None
    for field in needed:
        if getattr(quantity, field) is None:
            return field
    if quantity.qualifier is Qualifier.BETWEEN and quantity.value is not None:
        return "value"
    low, high = quantity.lower, quantity.upper
    return "upper" if low is not None and high is not None and low > high else None


_NEEDED: Final[dict[Qualifier, tuple[str, ...]]] = {
    Qualifier.EXACT: ("value",),
    Qualifier.APPROXIMATE: ("value",),
    Qualifier.LOWER_BOUND: ("lower",),
    Qualifier.UPPER_BOUND: ("upper",),
    Qualifier.BETWEEN: ("lower", "upper"),
    Qualifier.FUZZY: ("when",),
}


def _fault(code: str, field: str) -> DefinitionError:
    return DefinitionError(code, model="Quantity", field=field)
