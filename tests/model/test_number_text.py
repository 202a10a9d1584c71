"""Written numbers: the strict grammar against the case file, and its laws."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import texts
from maalbib.errors import ArgumentError, DefinitionError
from maalbib.model._number_text import NUMBER_DIALECTS, ParsedNumber, parse_number, try_number

DATA = Path(__file__).parent / "data"
CODES = {
    *("missing.empty", "number.not_a_number", "number.english_decimal", "number.danish_decimal", "number.grouping"),
    *("number.exponent", "number.percent_sign", "number.not_finite", "number.non_ascii_digit", "number.too_long"),
}


def rows() -> list[dict[str, str]]:
    with (DATA / "numbers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["case_id"])
def test_the_grammar_case_by_case(row: dict[str, str]) -> None:
    """Value as float64 and decimals, or the code of the broken rule, exactly."""
    found = try_number(json.loads(row["text_json"]), row["dialect"])  # type: ignore[arg-type]
    if row["ok"] == "1":
        assert isinstance(found, ParsedNumber)
        assert (repr(found.value), str(found.decimals)) == (row["value"], row["decimals"])
    else:
        assert found == row["issue"]


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("1,234.5", "da", "number.english_decimal"), ("12.34", "da", "number.english_decimal"),
        ("1.234.567", "en", "number.grouping"), ("5-", "da", "number.not_a_number"), ("½", "da", "number.non_ascii_digit"),
        ("5²", "da", "number.non_ascii_digit"), ("m²", "da", "number.not_a_number"), (",5", "da", "number.not_a_number"),
        ("nan", "da", "number.not_finite"), ("1e400", "iso", "number.not_finite"), ("ca. 5", "da", "number.not_a_number"),
        ("5 kr.", "da", "number.not_a_number"), ("5$\n", "da", "number.not_a_number"), ("%", "da", "number.not_a_number"),
    ],
)  # fmt: skip
def test_refusals_beside_the_case_file(text: str, dialect: Any, expected: str) -> None:
    """What could be another dialect, a flag or a unit is refused by name."""
    assert try_number(text, dialect) == expected


def test_iso_exponents_and_minus_zero() -> None:
    """Exponents belong to machine files; decimals are those of the number, and minus zero is zero."""
    cases = {"1.5e3": (1500.0, 0), "15e-1": (1.5, 1), "1.5E-3": (0.0015, 4), "-0.00": (0.0, 2)}
    for text, (value, decimals) in cases.items():
        found = parse_number(text, "iso")
        assert (repr(found.value), found.decimals) == (repr(value), decimals)


def test_percent_only_where_declared() -> None:
    """A percent sign is refused unless the column is declared as per cent."""
    assert try_number("12,5 %", "da") == "number.percent_sign"
    for text in ("12,5 %", "12,5%", "12,5\u00a0%", "12,5"):
        assert parse_number(text, "da", percent=True).value == 12.5
    assert try_number("12.5 %", "da", percent=True) == "number.english_decimal"


@given(st.decimals(-(10**12), 10**12, places=3), st.integers(0, 3), st.sampled_from(["da", "en"]))
def test_what_is_written_for_people_is_read_back(number: Any, decimals: int, dialect: Any) -> None:
    """Numbers written with grouping and a given number of decimals give value and decimals again."""
    value = round(float(number), decimals)
    found = parse_number(texts.number(value, dialect, decimals), dialect)
    assert (found.value, found.decimals) == (value, decimals)


HOSTILE = st.text(alphabet="0123456789.,+-\u2212 \u00a0\u202feE%x²½٣\n", max_size=20)


@given(st.one_of(st.text(max_size=20), HOSTILE), st.sampled_from(NUMBER_DIALECTS), st.booleans())
def test_any_text_is_a_number_or_one_declared_refusal(text: str, dialect: Any, percent: bool) -> None:  # noqa: FBT001
    """No text leads to another exception, and every refusal has Danish and English words."""
    found = try_number(text, dialect, percent=percent)
    if isinstance(found, str):
        assert found in CODES
        assert texts.sentence(found, "da", model="Number", field="text")
        with pytest.raises(DefinitionError):
            parse_number(text, dialect, percent=percent)
    else:
        assert float(found.digits) == found.value


@given(HOSTILE)
def test_dialects_never_disagree_silently(text: str) -> None:
    """Where Danish and English both take a text, it has one separator and three digits after it, or none."""
    danish, english = try_number(text, "da"), try_number(text, "en")
    if isinstance(danish, ParsedNumber) and isinstance(english, ParsedNumber) and danish.value != english.value:
        assert len([letter for letter in text if letter in ".,"]) >= 1
        assert text.strip("\t \u00a0\u202f")[-4] in ".,"


def test_long_texts_cost_no_time() -> None:
    """A million characters are refused at once, in every dialect."""
    started = time.perf_counter()
    for text in ("1" * 1_000_000, "1." * 500_000, "1.234" * 200_000 + "x", " " * 1_000_000):
        assert all(isinstance(try_number(text, dialect), str) for dialect in NUMBER_DIALECTS)
    assert time.perf_counter() - started < 2


def test_wrong_arguments_are_named() -> None:
    """A number that is not text, or a dialect that is not known, is the caller's fault."""
    for call in (lambda: try_number(5, "da"), lambda: try_number("5", "dk")):  # type: ignore[arg-type]
        with pytest.raises(ArgumentError):
            call()
