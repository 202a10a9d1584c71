"""Identifiers against the oracle file, and what their checksums promise."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.errors import ArgumentError
from maalbib.register import IDENTIFIER_SCHEMES, check_identifier, holds_person_number

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)
digits = st.text("0123456789", min_size=8, max_size=8)


def by_the_book(text: str) -> bool:
    """Apply the rule of company numbers as it is written."""
    return text[0] != "0" and sum_of(text) % 11 == 0


def valid_numbers() -> st.SearchStrategy[str]:
    """Draw company numbers: seven digits, and the eighth that the weights ask for, where it is one digit."""
    first_seven = st.from_regex(r"[1-9][0-9]{6}", fullmatch=True)
    return first_seven.map(lambda text: f"{text}{-sum_of(text) % 11}").filter(lambda text: len(text) == len(WEIGHTS))


def sum_of(text: str) -> int:
    """Add up the digits times their weights."""
    return sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=False))


def test_every_case_of_the_oracle(oracles: Path) -> None:
    """Canonical form and fault are exactly those of the file, scheme by scheme."""
    with (oracles / "interchange" / "own" / "identifiers.csv").open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    assert len(cases) == 74
    for case in cases:
        checked = check_identifier(json.loads(case["text_json"]), case["scheme"])
        expected = (case["canonical"] or None, case["issue"] or None)
        assert (checked.canonical, checked.issue) == expected, case["case_id"]
        assert checked.ok is (case["ok"] == "1")


@pytest.mark.parametrize("number", ["13748136", "17150413", "64942212", "55133018"])
def test_published_company_numbers_are_right(number: str) -> None:
    """The official example, Statistics Denmark, Copenhagen and Aarhus."""
    assert check_identifier(number, "cvr").canonical == number
    assert check_identifier(f"DK {number[:2]} {number[2:4]} {number[4:6]} {number[6:]}", "cvr").canonical == number


@given(digits)
def test_company_numbers_follow_the_written_out_rule(text: str) -> None:
    """The check agrees with the rule for any eight digits."""
    assert check_identifier(text, "cvr").ok is by_the_book(text)


@given(valid_numbers(), st.integers(0, 7), st.integers(1, 9))
def test_a_wrong_digit_never_passes(number: str, place: int, step: int) -> None:
    """Every single-digit error in a company number is found."""
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not check_identifier(wrong, "cvr").ok


@given(valid_numbers(), st.integers(0, 6))
def test_swapped_neighbours_never_pass(number: str, place: int) -> None:
    """Every swap of two different neighbours in a company number is found."""
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not check_identifier(swapped, "cvr").ok


@given(st.text(), st.sampled_from(sorted(IDENTIFIER_SCHEMES)))
def test_any_text_gets_a_canonical_form_or_one_fault(text: str, scheme: str) -> None:
    """No text raises; what is accepted is stable under a second check."""
    checked = check_identifier(text, scheme)
    assert (checked.canonical is None) is (checked.issue is not None)
    if checked.canonical is not None and not scheme.endswith("3"):
        assert check_identifier(checked.canonical, scheme).canonical == checked.canonical


@pytest.mark.parametrize(
    ("text", "scheme", "issue"),
    [
        ("07150413", "cvr", "code.format"),
        ("1715041", "cvr", "code.length"),
        ("0631", "municipality4", "code.unknown"),
        ("0000", "municipality4", "code.unknown"),
        ("1086", "region4", "code.unknown"),
        ("12345", "shak", "code.length"),
        ("4202A", "shak", "code.length"),
        ("42æ0", "shak", "code.format"),
        ("1234567890", "sor", "code.length"),
    ],
)
def test_faults_have_their_codes(text: str, scheme: str, issue: str) -> None:
    """What is wrong is told apart."""
    assert check_identifier(text, scheme).issue == issue


def test_language_tags_get_their_usual_case() -> None:
    """Language in small letters, script like a name, country in capitals."""
    assert check_identifier("ZH-hant-tw", "language_tag").canonical == "zh-Hant-TW"


def test_a_number_is_no_text() -> None:
    """A number is refused, whatever digits it has."""
    assert check_identifier(17150413, "cvr").issue == "code.not_text"  # type: ignore[arg-type]


def test_an_unknown_scheme_is_the_callers_fault() -> None:
    """The error lists the schemes."""
    with pytest.raises(ArgumentError, match="municipality3"):
        check_identifier("101", "kommune")


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("0101990000", True),
        ("se 290299-0000.", True),
        ("310499-0000", False),
        ("311299 0000", True),
        ("10101990000", False),
        ("", False),
    ],
)
def test_person_numbers_are_found_by_their_date(text: str, held: bool) -> None:  # noqa: FBT001
    """A possible date and four digits, standing alone; 29 February always may be."""
    assert holds_person_number(text) is held
