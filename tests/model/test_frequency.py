"""Frequencies: codes, words and lengths."""

from __future__ import annotations

import pickle

import pytest

from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.model._frequency import Frequency


def test_codes_are_those_of_interchange() -> None:
    """The values are the codes that files hold, and a code is its member."""
    assert [freq.value for freq in Frequency] == [
        *("A", "S", "T", "Q", "M", "W", "D", "SY"),
        *(f"P{years}Y" for years in range(2, 11)),
    ]
    assert all(Frequency(freq.value) is freq for freq in Frequency)
    assert str(Frequency.QUARTER) == f"{Frequency.QUARTER}" == "Q"


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("A", "A"), ("year", "A"), ("år", "A"), ("ÅRLIGT", "A"), ("annual", "A"), ("Y", "A"),
        ("halvår", "S"), ("half-year", "S"), ("half year", "S"), ("H1", "S"),
        ("tertial", "T"), ("four months", "T"),
        ("kvartal", "Q"), ("quarterly", "Q"), ("kvt", "Q"), ("q", "Q"),
        ("måned", "M"), ("month", "M"), ("uge", "W"), ("weekly", "W"), ("dag", "D"), ("daily", "D"),
        ("skoleår", "SY"), ("school year", "SY"), ("School-Year", "SY"), ("sy", "SY"),
        ("P3Y", "P3Y"), ("p10y", "P10Y"), ("3 år", "P3Y"), ("3 years", "P3Y"), ("  kvartal ", "Q"),
    ],
)  # fmt: skip
def test_words_are_read_in_both_languages(word: str, code: str) -> None:
    """Danish, English and SDMX words lead to the same frequency, in any case."""
    assert Frequency.parse(word) is Frequency(code)


def test_an_unknown_word_gets_a_suggestion() -> None:
    """A mistyped word is refused with the nearest known one, and without the word itself in the details."""
    with pytest.raises(UnknownCodeError) as caught:
        Frequency.parse("kvratal")
    assert caught.value.details == {"column": "freq", "suggestion": "kvartal"}
    with pytest.raises(UnknownCodeError):
        Frequency.parse("H")  # half-years in one standard, hours in another
    with pytest.raises(ArgumentError):
        Frequency.parse(4)  # type: ignore[arg-type]


def test_numbers_of_a_frequency() -> None:
    """Periods per year, pooled years, months and length say the same thing in four ways."""
    assert [Frequency(code).periods_per_year for code in ("A", "S", "T", "Q", "M", "SY", "P3Y")] == [
        1,
        2,
        3,
        4,
        12,
        1,
        1,
    ]
    assert Frequency.WEEK.periods_per_year == pytest.approx(365.2425 / 7)
    assert Frequency.DAY.periods_per_year == pytest.approx(365.2425)
    assert [Frequency(code).months for code in ("A", "S", "T", "Q", "M", "W", "D", "SY", "P3Y")] == [
        *(12, 6, 4, 3, 1, None, None, 12, 36)
    ]
    assert Frequency.pooled(3) is Frequency.POOLED_3
    assert Frequency.POOLED_3.years == 3
    assert Frequency.POOLED_3.length == 3.0
    assert Frequency.QUARTER.length == 0.25
    for years in (0, 1, 11):
        with pytest.raises(ArgumentError):
            Frequency.pooled(years)


def test_names_for_people_and_pickle() -> None:
    """Every frequency has a name in both languages and survives a process pool."""
    for freq in Frequency:
        assert freq.text("da")
        assert freq.text("en")
        assert pickle.loads(pickle.dumps(freq)) is freq
    assert Frequency.POOLED_3.text("da") == "3 år under ét"
    assert Frequency.SCHOOL_YEAR.text("en") == "school year"
