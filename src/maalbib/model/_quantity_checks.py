"""What written figures imply for each other: classes, and a share beside its amount."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import attrs

from maalbib import texts
from maalbib.errors import DefinitionError
from maalbib.model._qualifier import Qualifier
from maalbib.model._quantity import Quantity, exactly

_WHOLE: Final = {"percent": 100, "fraction": 1}  # what the whole is in units of the share
_YEARLY: Final = "_per_year"


@attrs.frozen(kw_only=True)
class ClassFound:
    """The class that a value belongs to, or why there is none.

    Attributes
    ----------
    index
        Position in the classes, from 0; None where none or several fit.
    reason
        ``"quantity.no_class"`` or ``"quantity.several_classes"``; empty where the class was found.

    Examples
    --------
    >>> ClassFound(index=None, reason="quantity.no_class").text()
    'The value belongs to none of the classes.'
    """

    index: int | None
    reason: str = ""

    def text(self, lang: str = "en") -> str:
        """Return the reason as a sentence in ``"da"`` or ``"en"``, empty where the class was found."""
        return texts.sentence(self.reason, lang) if self.reason else ""


def classify(value: float | Fraction, classes: Sequence[Quantity]) -> ClassFound:
    """Find the class of a value, without guessing.

    Parameters
    ----------
    value
        A number in the unit of the classes. NaN belongs to none.
    classes
        Figures with bounds, as ``Quantity.parse`` reads ``"<49.999"``, ``"50-59.999"`` and ``"90.000+"``.

    Raises
    ------
    DefinitionError
        If one of the classes has no bound.

    Examples
    --------
    >>> classes = [Quantity.parse(text, locale="da") for text in ("<49.999", "50-59.999", "90.000+")]
    >>> classify(52_300, classes).index
    1
    >>> classify(49_999, classes).reason
    'quantity.no_class'
    """
    for one in classes:
        if one.lower is None and one.upper is None:
            raise DefinitionError("quantity.bounds", model="Quantity", field="lower")
    fitting = [index for index, one in enumerate(classes) if one.covers(value)]
    if len(fitting) == 1:
        return ClassFound(index=fitting[0])
    return ClassFound(index=None, reason="quantity.several_classes" if fitting else "quantity.no_class")


def implied_base(share: Quantity, amount: Quantity) -> Quantity:
    """Return the whole of which an amount is the stated share.

    A text that gives both a share and an amount also states the whole, and two such texts can be compared.

    Parameters
    ----------
    share
        A figure in per cent or a fraction, above zero.
    amount
        A figure in any unit.

    Returns
    -------
    Quantity
        The base as an approximate figure in the unit of the amount, with the bounds that the rounding of both
        figures leaves open; ``covers`` says whether a known base is among them. Per year in both cancels out.

    Raises
    ------
    DefinitionError
        If no base follows: a share of zero or in another unit, a date, a class or a one-sided figure.

    Examples
    --------
    >>> half_a_percent = Quantity.parse("0,5 pct.", locale="da")
    >>> two_billion = Quantity.parse("2 mia. kr.", locale="da")
    >>> implied_base(half_a_percent, two_billion).value
    400000000000
    """
    whole = _WHOLE.get((share.unit or "").removesuffix(_YEARLY))
    part, sum_ = share.exact, amount.exact
    two_sided = {share.qualifier, amount.qualifier} <= {Qualifier.EXACT, Qualifier.APPROXIMATE}
    if whole is None or not part or sum_ is None or not two_sided or part < 0:
        raise DefinitionError("quantity.no_base", model="Quantity", field="value")
    unit, yearly = amount.unit, (share.unit or "").endswith(_YEARLY)
    low, high = _extremes((part, share.rounding / 2), (sum_, amount.rounding / 2), whole)
    return Quantity(
        value=_plain(sum_ * whole / part),
        lower=_plain(low),
        upper=_plain(high),
        upper_excluded=high is None,
        qualifier=Qualifier.APPROXIMATE,
        unit=unit.removesuffix(_YEARLY) if unit and yearly else unit,
    )


def _extremes(
    share: tuple[Fraction, Fraction], amount: tuple[Fraction, Fraction], whole: int
) -> tuple[Fraction | None, Fraction | None]:
    """Return the smallest and largest base that rounding leaves open; None where there is no limit."""
    (part, half_part), (sum_, half_sum) = share, amount
    if part <= half_part:
        return (sum_ - half_sum) * whole / (part + half_part) if sum_ > half_sum else None, None
    corners = [(sum_ + sign * half_sum) * whole / (part + other * half_part) for sign in (-1, 1) for other in (-1, 1)]
    return min(corners), max(corners)


def _plain(number: Fraction | None) -> float | Fraction | None:
    """Return a whole number as int, a decimal as float, anything else as the fraction it is."""
    if number is None or number.denominator == 1:
        return None if number is None else int(number)
    return float(number) if exactly(float(number)) == number else number
