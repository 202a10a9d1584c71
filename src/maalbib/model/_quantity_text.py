"""The grammar of figures in prose: qualifier, number, scale and unit, each in its place and nothing between."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import Any, Final, NamedTuple

from maalbib.errors import DefinitionError
from maalbib.model._fuzzy_date_text import read_date
from maalbib.model._number_text import try_number
from maalbib.model._qualifier import Qualifier
from maalbib.model._quantity import Locale, Quantity
from maalbib.model._quantity_words import ABOUT, DANISH, ENGLISH, ISO, Leaning, Vocabulary

_UNKNOWN: Final = "quantity.unknown_format"
_EXACT: Final = Leaning(Qualifier.EXACT)
_VOCABULARIES: Final = {"da": DANISH, "en": ENGLISH, "iso": ISO}

_DIGITS: Final = r"[0-9][0-9.,]*"
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9., ]*")
_DASHED: Final = re.compile(rf"(?P<low>{_DIGITS}) ?[-–] ?(?P<high>{_DIGITS})")
_WRITTEN_FRACTION: Final = re.compile(r"([1-9])/([1-9][0-9]?)")


class _Number(NamedTuple):
    """An exact number, what it implies, and its written decimals."""

    exact: Fraction
    decimals: int | None
    unit: str | None = None
    leaning: Leaning = _EXACT


class _Grammar(NamedTuple):
    """The patterns of one language."""

    whole: re.Pattern[str]  # qualifier, body, qualifier
    body: re.Pattern[str]  # core, scale, unit, per year
    ranges: tuple[re.Pattern[str], ...]
    out_of: re.Pattern[str] | None
    words: Vocabulary
    locale: Locale


def read_quantity(text: str, locale: Locale) -> Quantity:
    """Return the figure or the date that a text names, or raise DefinitionError."""
    found = _figure(_plain(text), _grammar(locale))
    if isinstance(found, Quantity):
        return found
    try:
        when = read_date(text, locale)
    except DefinitionError as error:
        vague = {"period.unknown_format", "period.empty", "date.unknown_format"}
        code = error.code if found == _UNKNOWN and error.code not in vague else found
        raise DefinitionError(code, model="Quantity", field="text") from None
    return Quantity(when=when, qualifier=when.qualifier, unit="date")


def _plain(text: str) -> str:
    for gap in "\u00a0\u202f\t":
        text = text.replace(gap, " ")
    return " ".join(text.replace("\u2212", "-").lower().split(" ")).strip()


def _figure(text: str, grammar: _Grammar) -> Quantity | str:
    if not text:
        return "missing.empty"
    match = grammar.whole.fullmatch(text)
    body = grammar.body.fullmatch(match["body"]) if match else None
    if match is None or body is None:
        return _UNKNOWN
    words = grammar.words
    leanings = [words.before.get(match["before"] or match["sign"]), words.after.get(match["after"] or body["plus"])]
    if all(leanings) or (body["prefix"] and body["unit"]):
        return _UNKNOWN
    written = body["prefix"] or body["unit"] or ""
    unit = words.units.get(written)
    power = words.scales.get(body["scale"] or "", 0) + words.unit_scales.get(written, 0)
    if (body["per"] and unit is None) or (body["core"] == words.article and not power):
        return _UNKNOWN
    unit = f"{unit}_per_year" if body["per"] else unit
    return _core(body["core"], grammar, leanings[0] or leanings[1], unit, power)


def _core(text: str, grammar: _Grammar, leaning: Leaning | None, unit: str | None, power: int) -> Quantity | str:
    limits = _range(text, grammar)
    if limits is not None:
        if isinstance(limits, str) or leaning:
            return _UNKNOWN if leaning else str(limits)
        return _between(*limits, unit, power)
    number = _number(text, grammar)
    if isinstance(number, str):
        return number
    if number.unit and (unit or power):
        return _UNKNOWN
    return _quantity(number, leaning or number.leaning, number.unit or unit, power)


def _number(text: str, grammar: _Grammar) -> _Number | str:
    words = grammar.words
    if _NUMBER.fullmatch(text):
        found = try_number(text, grammar.locale)
        return found if isinstance(found, str) else _Number(Fraction(found.digits), found.decimals)
    if text in words.numbers:
        return _Number(Fraction(words.numbers[text]), 0)
    if text in words.parts:
        return _Number(words.parts[text], None, "fraction", ABOUT)
    if text in words.every:
        return _Number(Fraction(100, words.every[text]), None, "percent", ABOUT)
    return _ratio(text, grammar)


def _ratio(text: str, grammar: _Grammar) -> _Number | str:
    match = _WRITTEN_FRACTION.fullmatch(text)
    if match and int(match[1]) < int(match[2]):
        return _Number(Fraction(int(match[1]), int(match[2])), None, "fraction")
    match = grammar.out_of.fullmatch(text) if grammar.out_of else None
    if match is None:
        return _UNKNOWN
    above, below = (_count(match[group], grammar.words) for group in ("above", "below"))
    if not 0 <= above <= below or below == 0:
        return _UNKNOWN
    return _Number(Fraction(100 * above, below), None, "percent", ABOUT)


def _count(word: str, words: Vocabulary) -> int:
    return int(word) if word.isdigit() else words.numbers[word]


def _range(text: str, grammar: _Grammar) -> tuple[_Number, _Number] | str | None:
    """Return both ends of a written range, the code of what is wrong with it, or None where it is none."""
    match = next((found for pattern in grammar.ranges if (found := pattern.fullmatch(text))), None)
    if match is None:
        return None
    low, high = (_number(match[group], grammar) for group in ("low", "high"))
    if isinstance(low, str) or isinstance(high, str):
        return low if isinstance(low, str) else str(high)
    if low.unit or high.unit:
        return _UNKNOWN
    return _spelt_out(low, high, match["low"], match["high"])


def _spelt_out(low: _Number, high: _Number, first: str, second: str) -> tuple[_Number, _Number] | str:
    """Give the first number of "50-59.999" its thousands; refuse "9-10.000", which can be read in two ways."""
    leading, *groups = re.split(r"[.,]", second)
    shortened = first.isdigit() and len(first) <= 3 and groups and high.decimals == 0  # noqa: PLR2004 - a group
    if not shortened:
        return low, high
    if len(first) != len(leading):
        return "quantity.ambiguous_range"
    return low._replace(exact=low.exact * 1000 ** len(groups)), high


def _between(low: _Number, high: _Number, unit: str | None, power: int) -> Quantity | str:
    if low.exact > high.exact:
        return "quantity.bounds"
    decimals = max(low.decimals or 0, high.decimals or 0) - power
    lower, upper = (_shown(number.exact * 10**power) for number in (low, high))
    return Quantity(lower=lower, upper=upper, qualifier=Qualifier.BETWEEN, unit=unit, decimals=decimals)


def _quantity(number: _Number, leaning: Leaning, unit: str | None, power: int) -> Quantity:
    exact = number.exact * 10**power
    value = _shown(exact) if number.decimals is not None else exact if exact.denominator > 1 else int(exact)
    fields: dict[str, Any] = {"value": value, "qualifier": leaning.qualifier, "near": leaning.near}
    if leaning.qualifier is Qualifier.LOWER_BOUND:
        fields |= {"lower": value, "lower_excluded": leaning.excluded}
    if leaning.qualifier is Qualifier.UPPER_BOUND:
        fields |= {"upper": value, "upper_excluded": leaning.excluded}
    return Quantity(**fields, unit=unit, decimals=None if number.decimals is None else number.decimals - power)


def _shown(exact: Fraction) -> float | Fraction:
    """Return a whole number as int, else as float; as the fraction itself where no float says it."""
    if exact.denominator == 1:
        return int(exact)
    return float(exact) if Fraction(repr(float(exact))) == exact else exact


@cache
def _grammar(locale: Locale) -> _Grammar:
    words = _VOCABULARIES[locale]
    signs = [word for word in words.before if not word[0].isalpha()]
    before = [word for word in words.before if word[0].isalpha()]
    after = [word for word in words.after if word != "+"]
    units = _either(words.units)
    whole = rf"(?:(?P<before>{_either(before)}) |(?P<sign>{_either(signs)}) ?)?(?P<body>.+?)(?: (?P<after>{_either(after)}))?"
    body = (
        rf"(?:(?P<prefix>{units}) ?)?(?P<core>.+?)(?P<plus>\+)?(?: ?(?P<scale>{_either(words.scales)}))?"
        rf"(?: ?(?P<unit>{units}))?(?: (?P<per>{_either(words.per_year)}))?"
    )
    count = rf"[0-9]{{1,9}}|{_either(words.numbers)}"
    out_of = re.compile(rf"(?P<above>{count}){words.out_of}(?P<below>{count})", re.ASCII) if words.out_of else None
    ranges = (_DASHED, *(re.compile(pattern) for pattern in words.ranges))
    return _Grammar(re.compile(whole), re.compile(body), ranges, out_of, words, locale)


def _either(words: Any) -> str:
    """Return a pattern for any of the words, the longest first; one that never matches for none."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"
