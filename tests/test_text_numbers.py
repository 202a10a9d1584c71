"""Numbers as people read them, in Danish and English."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from maalbib.texts import number, p_value

MINUS, DASH = "\u2212", "\u2013"
finite = st.floats(allow_nan=False, allow_infinity=False)
decimals = st.integers(0, 6)


def read(text: str, lang: str) -> Decimal:
    """The number that a text means."""
    plain = text.replace(MINUS, "-")
    return Decimal(plain.replace(".", "").replace(",", ".") if lang == "da" else plain.replace(",", ""))


@pytest.mark.parametrize(
    ("value", "places", "danish"),
    [
        (1234567.891, 1, "1.234.567,9"),
        (0.0, 1, "0,0"),
        (-0.0, 1, "0,0"),
        (-0.04, 1, "0,0"),
        (-0.05, 1, MINUS + "0,1"),
        (59.95, 1, "60,0"),
        (0.125, 2, "0,13"),
        (-0.125, 2, MINUS + "0,13"),
        (2.5, 0, "3"),
        (-2.5, 0, MINUS + "3"),
        (2.675, 2, "2,68"),
        (1.005, 2, "1,01"),
        (999.95, 1, "1.000,0"),
        (1e22, 0, "10.000.000.000.000.000.000.000"),
        (1e26, 1, "100.000.000.000.000.000.000.000.000,0"),
        (5e-324, 2, "0,00"),
        (-1.583333333333, 3, MINUS + "1,583"),
        (2015, 0, "2.015"),
    ],
)
def test_danish_number(value: float, places: int, danish: str) -> None:
    """Decimal comma, dot between thousands, a true minus, halves away from zero and no minus nought."""
    assert number(value, "da", places) == danish
    assert number(value, "en", places) == danish.translate(str.maketrans(",.", ".,"))


@pytest.mark.parametrize("lang", ["da", "en"])
def test_missing_and_infinite(lang: str) -> None:
    """Missing is a dash; infinity keeps its sign."""
    assert number(None, lang) == number(math.nan, lang, 2) == p_value(None, lang) == p_value(math.nan, lang) == DASH
    assert number(math.inf, lang, 1) == "∞"
    assert number(-math.inf, lang) == MINUS + "∞"


@pytest.mark.parametrize(
    ("value", "danish"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (80.0, "80"),
        (79.5, "79,5"),
        (-1.5833333, MINUS + "1,583"),
        (9.99996, "10"),
        (999.96, "1.000"),
        (1234567.891, "1.234.568"),
        (0.000123456, "0,0001235"),
        (100.0, "100"),
        (1e22, "10.000.000.000.000.000.000.000"),
    ],
)
def test_without_decimals_four_significant_digits(value: float, danish: str) -> None:
    """Where no decimals are asked for, four significant digits without trailing noughts."""
    assert number(value, "da") == danish


@pytest.mark.parametrize(
    ("value", "danish"),
    [
        (0.016666, "0,017"),
        (0.178, "0,18"),
        (0.05, "0,050"),
        (0.001, "0,001"),
        (0.00099999, "< 0,001"),
        (8.867e-147, "< 0,001"),
        (0.0, "< 0,001"),
        (1.0, "1,00"),
    ],
)
def test_p_value(value: float, danish: str) -> None:
    """A p-value is never shown as nought."""
    assert p_value(value, "da") == danish
    assert p_value(value, "en") == danish.replace(",", ".")


@given(finite, decimals, st.sampled_from(["da", "en"]))
@example(1.7976931348623157e308, 6, "da")
@example(-5e-324, 0, "en")
def test_what_is_read_is_the_rounded_number(value: float, places: int, lang: str) -> None:
    """The text means the shortest decimal of the number, halves rounded away from zero."""
    with localcontext() as context:
        context.prec = 400
        expected = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        assert read(number(value, lang, places), lang) == expected


@given(finite, decimals)
def test_danish_and_english_differ_by_comma_and_point(value: float, places: int) -> None:
    """The two languages show the same digits."""
    assert number(value, "da", places).translate(str.maketrans(",.", ".,")) == number(value, "en", places)


@given(finite, decimals)
def test_form(value: float, places: int) -> None:
    """Groups of three, as many decimals as asked for, and a minus only before something."""
    text = number(value, "da", places)
    tail = rf",\d{{{places}}}" if places else ""
    assert re.fullmatch(rf"{MINUS}?\d{{1,3}}(\.\d{{3}})*{tail}", text)
    assert not (text.startswith(MINUS) and not re.search("[1-9]", text))


@given(finite, decimals)
def test_sign_is_a_mirror(value: float, places: int) -> None:
    """A number and its opposite show the same digits."""
    assert number(-value, "en", places).lstrip(MINUS) == number(value, "en", places).lstrip(MINUS)


@given(finite, finite, decimals)
def test_order_is_kept(one: float, other: float, places: int) -> None:
    """A larger number never reads smaller."""
    low, high = sorted((one, other))
    assert read(number(low, "da", places), "da") <= read(number(high, "da", places), "da")


@given(st.floats(1e-4, 1e15))
def test_four_significant_digits_are_within_half_a_unit(value: float) -> None:
    """The free form is off by at most half a unit of its last digit."""
    shown = read(number(value, "da"), "da")
    unit = Decimal(10) ** min(0, math.floor(math.log10(value)) - 3)
    assert abs(shown - Decimal(repr(value))) <= unit / 2


@given(st.floats(0, 1))
def test_p_value_is_close_and_never_nought(value: float) -> None:
    """What is read differs from the p-value by at most half of the last digit shown."""
    text = p_value(value, "en")
    if text.startswith("<"):
        assert value < float(text[1:])
    else:
        assert abs(float(text) - value) <= 0.005 + 1e-12
        assert float(text) > 0
