"""Dates in prose."""

from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.errors import ArgumentError, DefinitionError
from maalbib.model._fuzzy_date import FuzzyDate
from maalbib.model._qualifier import Qualifier


@pytest.mark.parametrize(
    ("text", "start", "end", "qualifier"),
    [
        ("medio 2009", "2009-06-01", "2009-07-31", "fuzzy"), ("primo 2018", "2018-01-01", "2018-02-28", "fuzzy"),
        ("Ultimo 2008", "2008-11-01", "2008-12-31", "fuzzy"), ("primo maj 2010", "2010-05-01", "2010-05-10", "fuzzy"),
        ("medio maj 2010", "2010-05-11", "2010-05-20", "fuzzy"), ("ultimo feb. 2012", "2012-02-21", "2012-02-29", "fuzzy"),
        ("i begyndelsen af 2018", "2018-01-01", "2018-04-30", "fuzzy"), ("midten af 2018", "2018-05-01", "2018-08-31", "fuzzy"),
        ("slutningen af 2018", "2018-09-01", "2018-12-31", "fuzzy"), ("primo 1. kvartal 2018", "2018-01-01", "2018-01-31", "fuzzy"),
        ("foråret 2009", "2009-03-01", "2009-05-31", "fuzzy"), ("i efteråret 2009", "2009-09-01", "2009-11-30", "fuzzy"),
        ("04-04-2017", "2017-04-04", "2017-04-04", "exact"), ("4/4 2017", "2017-04-04", "2017-04-04", "exact"),
        ("31.12.2009", "2009-12-31", "2009-12-31", "exact"), ("18. august 2006", "2006-08-18", "2006-08-18", "exact"),
        ("d. 1. juli 2018", "2018-07-01", "2018-07-01", "exact"), ("SEPTEMBER 2018", "2018-09-01", "2018-09-30", "exact"),
        ("2019", "2019-01-01", "2019-12-31", "exact"), ("ved udgangen af 2009", "2009-12-31", "2009-12-31", "exact"),
        ("2. halvår 2009", "2009-07-01", "2009-12-31", "exact"), ("2017-04-04", "2017-04-04", "2017-04-04", "exact"),
    ],
)  # fmt: skip
def test_danish_dates(text: str, start: str, end: str, qualifier: str) -> None:
    """Days, periods and fuzzy words become the interval that the documentation states."""
    found = FuzzyDate.parse(text, locale="da")
    assert (found.start.isoformat(), found.end.isoformat(), found.qualifier) == (start, end, qualifier)
    assert not found.deadline
    assert (found.day is None) == (start != end)


@pytest.mark.parametrize(
    ("text", "locale", "start", "end"),
    [
        ("inden udgangen af 2006", "da", "2006-12-31", "2006-12-31"),
        ("inden sommerferien 2007", "da", "2007-06-01", "2007-06-30"),
        ("inden medio 2009", "da", "2009-06-01", "2009-07-31"),
        ("senest 31-12-2029", "da", "2029-12-31", "2029-12-31"),
        ("senest 2029", "da", "2029-12-31", "2029-12-31"),
        ("før 2030", "da", "2029-12-31", "2029-12-31"),
        ("før 1. juli 2018", "da", "2018-06-30", "2018-06-30"),
        ("by the end of 2006", "en", "2006-12-31", "2006-12-31"),
        ("by 1 July 2018", "en", "2018-07-01", "2018-07-01"),
        ("no later than mid-2009", "en", "2009-06-01", "2009-07-31"),
        ("before 2010", "en", "2009-12-31", "2009-12-31"),
    ],
)
def test_deadlines(text: str, locale: Any, start: str, end: str) -> None:
    """A deadline names its latest day; every earlier day fits."""
    found = FuzzyDate.parse(text, locale=locale)
    assert (found.start.isoformat(), found.end.isoformat(), found.deadline) == (start, end, True)
    assert found.fits(date(1999, 1, 1))
    assert not found.fits(date(2031, 1, 1))


@pytest.mark.parametrize(
    ("text", "locale", "start", "end"),
    [
        ("18 August 2006", "en", "2006-08-18", "2006-08-18"), ("August 18, 2006", "en", "2006-08-18", "2006-08-18"),
        ("September 2018", "en", "2018-09-01", "2018-09-30"), ("mid-2009", "en", "2009-06-01", "2009-07-31"),
        ("early 2018", "en", "2018-01-01", "2018-04-30"), ("late 2018", "en", "2018-09-01", "2018-12-31"),
        ("in the spring of 2009", "en", "2009-03-01", "2009-05-31"), ("2018-Q2", "iso", "2018-04-01", "2018-06-30"),
    ],
)  # fmt: skip
def test_english_and_machine_dates(text: str, locale: Any, start: str, end: str) -> None:
    """English dates have their months in words."""
    found = FuzzyDate.parse(text, locale=locale)
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)
    assert found.fits(found.start)
    assert not found.fits(date(1999, 1, 1))


@pytest.mark.parametrize(
    ("text", "locale", "code"),
    [
        ("inden 2030", "da", "date.ambiguous_deadline"), ("inden 1. juli 2018", "da", "date.ambiguous_deadline"),
        ("04-04-2017", "en", "period.unknown_format"), ("31-02-2019", "da", "period.impossible"),
        ("sommerferien 2007", "da", "date.unknown_format"), ("foråret maj 2007", "da", "date.unknown_format"),
        ("primo uge 8 2020", "da", "date.unknown_format"), ("12 August 18, 2006", "en", "date.unknown_format"),
        ("snart", "da", "period.unknown_format"), ("", "da", "period.empty"), ("x" * 100, "da", "date.unknown_format"),
        ("2023-2024", "da", "period.ambiguous"), ("medio 2009", "iso", "period.unknown_format"),
    ],
)  # fmt: skip
def test_refused_dates(text: str, locale: Any, code: str) -> None:
    """What is no date, or could be two, says so in both languages."""
    with pytest.raises(DefinitionError) as caught:
        FuzzyDate.parse(text, locale=locale)
    assert caught.value.code == code
    assert caught.value.text("da") != caught.value.text("en")


def test_dates_are_checked_values() -> None:
    """The interval has an order, the qualifier is one of dates, and the value can be pickled and hashed."""
    day = date(2020, 1, 1)
    with pytest.raises(DefinitionError):
        FuzzyDate(start=day, end=date(2019, 1, 1))
    with pytest.raises(DefinitionError):
        FuzzyDate(start=day, end=day, qualifier=Qualifier.APPROXIMATE)
    found = FuzzyDate.parse("medio 2009", locale="da")
    assert pickle.loads(pickle.dumps(found)) == found
    assert hash(found)
    for call in (lambda: FuzzyDate.parse(2009, locale="da"), lambda: FuzzyDate.parse("2009", locale="sv")):  # type: ignore[arg-type]
        with pytest.raises(ArgumentError):
            call()


WORDS = st.sampled_from(
    [
        "inden",
        "senest",
        "før",
        "by",
        "before",
        "primo",
        "medio",
        "ultimo",
        "i",
        "ved",
        "d.",
        "den",
        "mid-",
        "early",
        "udgangen",
        "af",
        "maj",
        "2009",
        "4",
        "04-04-2017",
    ]
)


@given(
    st.one_of(st.text(max_size=30), st.lists(WORDS, max_size=5).map(" ".join)), st.sampled_from(["da", "en", "iso"])
)
def test_any_text_is_a_date_or_a_refusal(text: str, locale: Any) -> None:
    """No text leads to another exception."""
    try:
        found = FuzzyDate.parse(text, locale=locale)
    except DefinitionError:
        return
    assert found.start <= found.end
