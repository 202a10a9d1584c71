"""Numbers as people read them, in Danish and English.

Rounding is half away from zero on the decimal digits of the shortest text of the number, so that
0.125 with two decimals reads 0.13 in both languages. Judgements are made on unrounded values; this
is the last step.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

MINUS: Final = "\u2212"
MISSING: Final = "\u2013"  # en dash
_DANISH: Final = str.maketrans({",": ".", ".": ","})
_MOST_DIGITS: Final = 400  # enough for every double, 1e308 with decimals included


def number(value: float | None, lang: str, decimals: int | None = None) -> str:
    """Write a number for people; an en dash where it is missing.

    Parameters
    ----------
    value
        The number; None and NaN mean missing.
    lang
        ``"da"`` (decimal comma, dot between thousands) or ``"en"``.
    decimals
        How many decimals to show; None shows up to four significant decimals without trailing zeros.

    Examples
    --------
    >>> number(1234567.891, "da", 1)
    '1.234.567,9'
    >>> number(-0.04, "da", 1)
    '0,0'
    >>> number(-1.5833333, "en")
    '−1.583'
    >>> number(None, "da")
    '–'
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return MINUS + "∞" if value < 0 else "∞"
    text = _grouped(value, _shown_decimals(value) if decimals is None else decimals)
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.replace("-", MINUS)
    return text.translate(_DANISH) if lang == "da" else text


def p_value(value: float | None, lang: str) -> str:
    """Write a p-value: two significant digits, three decimals at most, and "< 0.001" below that.

    Examples
    --------
    >>> p_value(0.016666, "da")
    '0,017'
    >>> p_value(2e-9, "en")
    '< 0.001'
    >>> p_value(0.5444, "en")
    '0.54'
    """
    least = 0.001
    if value is None or math.isnan(value):
        return MISSING
    if value < least:
        return "< " + number(least, lang, 3)
    return number(value, lang, 3 if value < 0.1 else 2)  # noqa: PLR2004 - two significant digits


def _grouped(value: float, decimals: int) -> str:
    with localcontext() as context:
        context.prec = _MOST_DIGITS
        shown = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        return f"{abs(shown) if shown == 0 else shown:,}"


def _shown_decimals(value: float) -> int:
    """Four significant digits, at least none and at most eight decimals."""
    if value == 0:
        return 0
    return min(8, max(0, 3 - math.floor(math.log10(abs(value)))))
