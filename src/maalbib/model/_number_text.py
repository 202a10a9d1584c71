"""The grammar of written numbers: strict, declared, and never a guess.

A file is Danish (``da``, decimal comma), English (``en``, decimal point) or made by machines (``iso``). A number that
another dialect would read differently is refused by name, because that is how a mixed file shows itself: ``0.5`` in a
Danish file is an English decimal, not five.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import attrs

from maalbib.errors import ArgumentError, DefinitionError
from maalbib.model._arguments import require_text

NumberDialect = Literal["da", "en", "iso"]
NUMBER_DIALECTS: Final[tuple[NumberDialect, ...]] = ("da", "en", "iso")

_LONGEST: Final = 64  # characters
_MOST_DECIMALS: Final = 1_100  # no double has more
_GAPS: Final = " \u00a0\u202f"
_BLANKS: Final = "\t" + _GAPS
_SIGNS: Final = "+-.," + _GAPS
_MINUS: Final = "\u2212"

# A first group of zero is not a group: 0.123 in a Danish file is an English decimal, not 123.
_WHOLE: Final = rf"(?:[0-9]+|[1-9][0-9]{{0,2}}([%s{_GAPS}])[0-9]{{3}}(?:\1[0-9]{{3}})*)"
_DANISH: Final = re.compile(rf"[+-]?{_WHOLE % '.'}(?:,([0-9]+))?")
_ENGLISH: Final = re.compile(rf"[+-]?{_WHOLE % ','}(?:\.([0-9]+))?")
_ISO: Final = re.compile(r"[+-]?[0-9]+()(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")

_ENGLISH_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)\.[0-9]+")
_DANISH_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+),[0-9]+")
_DIGITS_AND_SIGNS: Final = re.compile(rf"[+-]?[0-9](?:[0-9.,{_GAPS}]*[0-9])?")
_EXPONENT: Final = re.compile(r"[+-]?[0-9][0-9.,]*[eE][+-]?[0-9]+")
_PERCENT: Final = re.compile(rf"([+-]?[0-9][0-9.,{_GAPS}]*)%")
_NOT_FINITE: Final = re.compile(r"[+-]?(?:inf|infinity|nan)", re.IGNORECASE | re.ASCII)


@attrs.frozen
class ParsedNumber:
    """A written number.

    Attributes
    ----------
    value
        The number; minus zero is zero.
    decimals
        How many decimals were written: the rounding width is ``10 ** -decimals``.
    digits
        The same number in ASCII with a decimal point, exact where a float is not.
    """

    value: float
    decimals: int
    digits: str = attrs.field(repr=False)


def parse_number(text: str, dialect: NumberDialect, *, percent: bool = False) -> ParsedNumber:
    """Read a written number.

    Parameters
    ----------
    text
        The number alone. Outer spaces, tabs and no-break spaces are ignored.
    dialect
        ``"da"``, ``"en"`` or ``"iso"``.
    percent
        Whether a percent sign may follow; it is dropped.

    Raises
    ------
    DefinitionError
        If the text is no number of the dialect; its code names the broken rule.
    ArgumentError
        If ``text`` is not a text or the dialect is not known.

    Examples
    --------
    >>> parse_number("1.234,50", "da")
    ParsedNumber(value=1234.5, decimals=2)
    >>> parse_number("12,5 %", "da", percent=True).value
    12.5
    """
    found = try_number(text, dialect, percent=percent)
    if isinstance(found, str):
        raise DefinitionError(found, model="Number", field="text")
    return found


def try_number(text: str, dialect: NumberDialect, *, percent: bool = False) -> ParsedNumber | str:
    """Read a written number and return the code of the broken rule instead of raising, for columns of texts.

    Parameters and the grammar are those of :func:`parse_number`.

    Examples
    --------
    >>> try_number("1.2.3", "da")
    'number.grouping'
    """
    require_text(text)
    if dialect not in NUMBER_DIALECTS:
        raise ArgumentError.choice("dialect", NUMBER_DIALECTS)
    text = text.strip(_BLANKS)
    if len(text) > _LONGEST:
        return "number.too_long"
    text = text.replace(_MINUS, "-")
    if percent and (sign := _PERCENT.fullmatch(text)):
        text = sign[1].rstrip(_BLANKS)
    return _number(text, dialect) or _fault(text, dialect)


def _number(text: str, dialect: NumberDialect) -> ParsedNumber | str | None:
    match = _GRAMMAR[dialect].fullmatch(text)
    if match is None:
        return None
    digits = text.replace(match[1], "") if match[1] else text
    digits = digits.replace(",", ".") if dialect == "da" else digits
    value = float(digits)
    if abs(value) == float("inf"):
        return "number.not_finite"
    exponent = int(match[3]) if dialect == "iso" and match[3] else 0
    decimals = min(max(0, len(match[2] or "") - exponent), _MOST_DECIMALS)
    return ParsedNumber(value or 0.0, decimals, digits)


def _fault(text: str, dialect: NumberDialect) -> str:
    """Return the code that helps most; the text is known not to be a number of the dialect."""
    if not text:
        return "missing.empty"
    if _has_strange_digits(text):
        return "number.non_ascii_digit"
    faults = _FAULTS if dialect == "iso" else (*_FAULTS, _OTHER[dialect], *_WRITTEN_FAULTS)
    return next((code for pattern, code in faults if pattern.fullmatch(text)), "number.not_a_number")


def _has_strange_digits(text: str) -> bool:
    """Say whether the text is a number but for digits that are not ASCII, such as ² and ½."""
    strange = [letter for letter in text if letter.isnumeric() and not letter.isascii()]
    return bool(strange) and all(letter.isnumeric() or letter in _SIGNS for letter in text)


_GRAMMAR: Final = {"da": _DANISH, "en": _ENGLISH, "iso": _ISO}
_FAULTS: Final = ((_NOT_FINITE, "number.not_finite"), (_PERCENT, "number.percent_sign"))
_WRITTEN_FAULTS: Final = ((_EXPONENT, "number.exponent"), (_DIGITS_AND_SIGNS, "number.grouping"))
_OTHER: Final = {
    "da": (_ENGLISH_DECIMAL, "number.english_decimal"),
    "en": (_DANISH_DECIMAL, "number.danish_decimal"),
}
