"""Quantities in words, so that "ca." survives to the last sentence."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from maalbib import texts
from maalbib.model._qualifier import Qualifier
from maalbib.model._quantity import exactly

if TYPE_CHECKING:
    from maalbib.model._fuzzy_date import FuzzyDate
    from maalbib.model._quantity import Quantity

_SCALES: Final = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}


def say(quantity: Quantity, lang: str) -> str:
    """Return a quantity as people write it, in Danish or English."""
    if quantity.when is not None:
        return _date(quantity.when, lang)
    power = _power(quantity.decimals)
    figure = _range(quantity, lang, power) if quantity.qualifier is Qualifier.BETWEEN else _one(quantity, lang, power)
    scale = " " + texts.phrase("quantity", _SCALES[power], lang) if power else ""
    return _leaning(quantity, lang) + figure + scale + _unit(quantity.unit, lang)


def _date(when: FuzzyDate, lang: str) -> str:
    days = when.end.isoformat() if when.day else f"{when.start.isoformat()} – {when.end.isoformat()}"
    return (texts.phrase("quantity", "deadline", lang) + " " if when.deadline else "") + days


def _power(decimals: int | None) -> int:
    """Return the power of ten whose word a round figure is written with, 0 for none."""
    if decimals is None or decimals >= 0:
        return 0
    return next((power for power in _SCALES if power >= -decimals), 0)


def _one(quantity: Quantity, lang: str, power: int) -> str:
    return _digits(quantity.exact or Fraction(0), quantity, lang, power)


def _range(quantity: Quantity, lang: str, power: int) -> str:
    ends = (Fraction(0) if end is None else exactly(end) for end in (quantity.lower, quantity.upper))
    return "–".join(_digits(end, quantity, lang, power) for end in ends)


def _digits(exact: Fraction, quantity: Quantity, lang: str, power: int) -> str:
    decimals = 0 if quantity.decimals is None else max(0, quantity.decimals + power)
    shifted = exact * Fraction(10) ** (decimals - power)
    if shifted.denominator > 1:
        if (quantity.unit or "").startswith("fraction"):
            return f"{exact.numerator}/{exact.denominator}"
        return texts.number(float(exact / 10**power), lang)
    whole, rest = divmod(abs(shifted.numerator), 10**decimals)
    digits = f"{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")
    signed = f"\N{MINUS SIGN}{digits}" if shifted < 0 else digits
    return signed.translate(_DANISH) if lang == "da" else signed


def _leaning(quantity: Quantity, lang: str) -> str:
    word = _WORDS.get(quantity.qualifier)
    if word is None:
        return ""
    if quantity.near:
        word = "just_" + word
    elif quantity.lower_excluded or quantity.upper_excluded:
        word = "strictly_" + word
    return texts.phrase("quantity", word, lang) + " "


def _unit(unit: str | None, lang: str) -> str:
    """Return the unit with the space before it; an unknown unit as it stands."""
    base, yearly = (unit or "").removesuffix("_per_year"), (unit or "").endswith("_per_year")
    if base in _UNITS:
        written = texts.phrase("quantity", base.lower(), lang)
    else:
        written = "" if base in {"", "fraction"} else f" {base}"
    return written + (" " + texts.phrase("quantity", "per_year", lang) if yearly else "")


_UNITS: Final = frozenset({"DKK", "EUR", "percent", "percentage_points"})
_WORDS: Final = {Qualifier.APPROXIMATE: "about", Qualifier.LOWER_BOUND: "over", Qualifier.UPPER_BOUND: "under"}
_DANISH: Final = str.maketrans({",": ".", ".": ","})
