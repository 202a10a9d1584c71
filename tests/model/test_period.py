"""Periods: the whole grammar against the case files, and the laws of the calendar."""

from __future__ import annotations

import copy
import csv
import json
import pickle
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maalbib import texts
from maalbib.errors import ArgumentError, DefinitionError, PeriodError
from maalbib.model._frequency import Frequency
from maalbib.model._period import Period
from maalbib.model._period_dates import LIMITS
from maalbib.model._period_text import DIALECTS

DATA = Path(__file__).parent / "data"
UNPOOLED = [freq for freq in Frequency if freq.years == 1]
CODES = {
    *("period.empty", "period.unknown_format", "period.impossible", "period.ambiguous", "period.school_year"),
    *("period.year_range", "period.has_time", "period.unsupported_interval"),
}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@st.composite
def periods(draw: st.DrawFn, among: list[Frequency] | None = None, margin: int = 0) -> Period:
    """Draw a period of any frequency; the margin keeps it away from the first and last year."""
    freq = draw(st.sampled_from(among or list(Frequency)))
    low, high = LIMITS[freq]
    return Period(freq, draw(st.integers(low + margin, high - margin)))


@pytest.mark.parametrize("row", rows("periods.csv"), ids=lambda row: row["case_id"])
def test_the_grammar_case_by_case(row: dict[str, str]) -> None:
    """Frequency, canonical text, ordinal and dates, or the code of the broken rule, exactly."""
    found = Period.try_parse(json.loads(row["text_json"]), row["dialect"])  # type: ignore[arg-type]
    if row["ok"] == "1":
        assert isinstance(found, Period)
        assert (found.freq, found.code, str(found.ordinal)) == (row["freq"], row["canonical"], row["ordinal"])
        assert (found.start.isoformat(), found.end.isoformat()) == (row["start"], row["end"])
        assert Period.parse(found.code) == found
    else:
        assert isinstance(found, PeriodError)
        assert found.code == row["issue"]


@pytest.mark.parametrize("row", rows("period_conversion.csv"), ids=lambda row: row["case_id"])
def test_conversion_case_by_case(row: dict[str, str]) -> None:
    """Neighbours, and the periods of another frequency that are touched, exactly."""
    period, target = Period.parse(row["period"]), Frequency(row["target_freq"])
    assert (period.freq, period.next().code, period.previous().code) == (row["freq"], row["next"], row["previous"])
    every = period.convert(target, "all")
    assert (every[0].code, every[-1].code, len(every)) == (row["first"], row["last"], int(row["n_touched"]))
    assert (period.convert(target, "first"), period.convert(target, "last")) == (every[0], every[-1])
    if row["nested"] == "1":
        assert period.convert(target) == every[0]
    else:
        with pytest.raises(PeriodError) as caught:
            period.convert(target)
        assert caught.value.code == "period.several"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2020S1", "2020-S1"), ("2020H1", "2020-S1"), ("1. halvår 2020", "2020-S1"), ("2020-K4", "2020-Q4"),
        ("2020-Q1", "2020-Q1"), ("2020q1", "2020-Q1"), ("1. kvt. 2020", "2020-Q1"), ("2020-U01", "2020-W01"),
        ("uge 1 2020", "2020-W01"), ("uge 1, 2020", "2020-W01"), ("2020-D031", "2020-01-31"),
        ("2020M01D31", "2020-01-31"), ("31.01.2020", "2020-01-31"), ("31. januar 2020", "2020-01-31"),
        ("31. jan. 2020", "2020-01-31"), ("skoleår 2023/24", "2023/24"), ("SKOLEÅRET 2023/2024", "2023/24"),
        ("1999/00", "1999/00"), ("2018-2020", "2018-01-01/P3Y"), ("2018–2020", "2018-01-01/P3Y"),
        ("2018-01-01/P10Y", "2018-01-01/P10Y"), ("2018-01-01/p24m", "2018-01-01/P2Y"), ("2018-01-01/P12M", "2018"),
        ("2018-08-01/P12M", "2018/19"), ("2018-05-01/P4M", "2018-T2"), ("2018-01-01/P1W", "2018-W01"),
        ("2018-01-01/P7D", "2018-W01"), ("2018-01-03/P1D", "2018-01-03"), ("\t2020 \u00a0", "2020"),
        ("2. halva\u030ar 1999", "1999-S2"), ("uge\u00a08\u00a02020", "2020-W08"),
    ],
)  # fmt: skip
def test_forms_that_danish_readers_meet(text: str, canonical: str) -> None:
    """Forms of the grammar beside those of the case file."""
    assert Period.parse(text, "da").code == canonical


@pytest.mark.parametrize(
    ("text", "dialect", "code"),
    [
        ("2023-24", "da", "ambiguous"), ("2023–24", "da", "ambiguous"), ("2099-00", "da", "ambiguous"),
        ("2023-2024", "da", "ambiguous"), ("31-12-2020", "da", "ambiguous"), ("31/12/20", "da", "ambiguous"),
        ("2020-13", "da", "impossible"), ("2020-2018", "da", "impossible"), ("2018-2030", "da", "unsupported_interval"),
        ("2023/23", "da", "school_year"), ("0101/02", "da", "year_range"), ("0101-0751", "da", "year_range"),
        ("1081K1", "da", "year_range"), ("1081U01", "da", "year_range"), ("1081-D001", "sdmx", "year_range"), ("3000-01-01", "da", "year_range"), ("1081-01-01/P1Y", "da", "year_range"),
        ("2018-02-30/P1M", "da", "impossible"), ("2018-01-01/P1Y6M", "da", "unsupported_interval"),
        ("2018-01-01/P11Y", "da", "unsupported_interval"), ("2018-01-01/P0Y", "da", "unsupported_interval"),
        ("2018-08-01/P3Y", "da", "unsupported_interval"), ("2018-01-02/P1M", "da", "unsupported_interval"),
        ("31.12.2020 10:00", "da", "has_time"), ("2020-01-01 00:00", "sdmx", "has_time"),
        ("2020\u212a1", "da", "unknown_format"),  # the Kelvin sign, which lower() and IGNORECASE take for k
        ("2020\u017f1", "da", "unknown_format"),  # the long s
        ("２０２０", "da", "unknown_format"), ("2020\n", "canonical", "unknown_format"),
        (" 2020", "canonical", "unknown_format"), ("2020-M01", "canonical", "unknown_format"),
        ("2023/2024", "canonical", "unknown_format"), ("2018-01-01/P1Y", "canonical", "unknown_format"),
        ("2020-D031", "canonical", "unknown_format"), ("2020K1", "canonical", "unknown_format"),
        ("2020-Q5", "canonical", "impossible"), ("2023/25", "canonical", "school_year"),
        ("1081", "canonical", "year_range"), ("", "canonical", "empty"), ("\u202f", "sdmx", "empty"),
        ("2023/24", "sdmx", "unknown_format"),
    ],
)  # fmt: skip
def test_refusals_beside_the_case_file(text: str, dialect: Any, code: str) -> None:
    """What is refused says why, in every dialect."""
    with pytest.raises(PeriodError) as caught:
        Period.parse(text, dialect)
    assert caught.value.code == f"period.{code}"


def test_refusals_speak_both_languages_and_keep_the_value() -> None:
    """Every code has a sentence and a hint in Danish and English, and no error holds the raw text."""
    for code in CODES:
        assert all(texts.sentence(code, lang) and texts.hint(code, lang) for lang in ("da", "en"))
    error = Period.try_parse("Birthe Hemmelig", "da")
    assert isinstance(error, PeriodError)
    assert isinstance(error, DefinitionError)
    assert error.details == {"model": "Period", "field": "text"}
    assert "Birthe" not in repr(error) + str(error) + error.text("da") + json.dumps(error.to_dict())
    assert pickle.loads(pickle.dumps(error)).code == error.code


@given(periods())
def test_the_canonical_text_is_read_back(period: Period) -> None:
    """The canonical text comes back as the same period, as stored and from Danish files; SDMX lacks school years."""
    assert Period.parse(str(period)) == Period.parse(period.code, "da") == period
    if period.freq is Frequency.SCHOOL_YEAR:
        assert isinstance(Period.try_parse(period.code, "sdmx"), PeriodError)
    else:
        assert Period.parse(period.code, "sdmx") == period


@given(periods(margin=3), st.integers(-3, 3))
def test_counting_is_consistent(period: Period, steps: int) -> None:
    """Next undoes previous, differences undo sums, and a range holds one period more than its difference."""
    assert period.next().previous() == period == period.previous().next()
    later = period + steps
    assert later - period == steps
    assert later - steps == period
    assert len(Period.range(period, later)) == max(0, steps + 1)


@given(st.data())
def test_order_is_the_order_of_dates(data: st.DataObject) -> None:
    """Within a frequency the ordinals, the first days and the last days agree on what comes first."""
    one = data.draw(periods())
    other = data.draw(periods([one.freq]))
    assert (one < other) == (one.start < other.start) == (one.end < other.end)
    assert (one <= other) == (one.start <= other.start)
    assert (one > other, one >= other) == (other < one, other <= one)
    assert (one == other) == (hash(one) == hash(other)) == (one.code == other.code)


@given(periods(UNPOOLED, margin=1))
def test_periods_fill_the_calendar(period: Period) -> None:
    """One period ends the day before the next starts, and both its ends lie in it."""
    assert period.next().start - period.end == timedelta(days=1)
    assert period == Period.of(period.start, period.freq) == Period.of(period.end, period.freq)
    assert period.contains(period.start)
    assert period.contains(period.end)
    assert not period.contains(period.end + timedelta(days=1))


@settings(max_examples=25)
@given(periods([freq for freq in UNPOOLED if freq is not Frequency.DAY], margin=1), st.sampled_from(list(Frequency)))
def test_conversion_agrees_with_a_walk_over_the_days(period: Period, target: Frequency) -> None:
    """The periods touched are those that hold at least one of the days, found one day at a time."""
    try:
        every = period.convert(target, "all")
    except PeriodError as error:
        assert error.code == "period.year_range"  # noqa: PT017 - the first and last years have no neighbours
        return
    days = (period.start + timedelta(days=n) for n in range((period.end - period.start).days + 1))
    if target.years == 1:
        expected: list[Period] = sorted({Period.of(day, target) for day in days})
    else:
        expected = [
            Period(target, first)
            for first in range(period.start.year - target.years + 1, period.end.year + 1)
            if Period(target, first).end >= period.start
        ]
    assert list(every) == expected


@given(st.dates(date(1500, 1, 4), date(2999, 12, 28)))
def test_weeks_and_days_agree_with_the_standard_library(day: date) -> None:
    """ISO weeks and day numbers are those of datetime, including 53-week years."""
    iso = day.isocalendar()
    assert Period.of(day, Frequency.WEEK).code == f"{iso.year}-W{iso.week:02d}"
    assert Period.parse(f"{day.year}-D{day:%j}", "sdmx") == Period.parse(day.isoformat())
    assert Period.parse(day.isoformat()).ordinal == day.toordinal()


def test_years_with_53_weeks() -> None:
    """2015, 2020 and 2026 have a week 53; 2021 and 2024 do not."""
    for year, has in ((2015, True), (2020, True), (2026, True), (2021, False), (2024, False)):
        assert isinstance(Period.try_parse(f"{year}-W53"), Period) is has


HOSTILE = st.text(alphabet="0123456789-–/. \u00a0PYMWDKQUHSTAugejanskoleåret\n²٣", max_size=24)


@given(st.one_of(st.text(max_size=30), HOSTILE), st.sampled_from(DIALECTS))
def test_any_text_is_a_period_or_one_declared_refusal(text: str, dialect: Any) -> None:
    """No text leads to another exception; what the canonical dialect takes is its own canonical text."""
    found = Period.try_parse(text, dialect)
    if isinstance(found, Period):
        assert Period.parse(found.code) == found
        assert dialect != "canonical" or found.code == text
    else:
        assert found.code in CODES


@pytest.mark.parametrize(
    "text", ["2" * 2_000_000, "uge " * 500_000, "2018-01-01/P" + "1" * 1_000_000, " " * 2_000_000]
)
def test_long_texts_cost_no_time(text: str) -> None:
    """A text of two million characters is refused at once."""
    started = time.perf_counter()
    assert all(isinstance(Period.try_parse(text, dialect), PeriodError) for dialect in DIALECTS)
    assert time.perf_counter() - started < 2


def test_frequencies_are_never_compared_by_accident() -> None:
    """Order, difference and range between two frequencies raise; equality is simply false."""
    year, quarter = Period.parse("2020"), Period.parse("2020-Q1")
    for compare in (
        lambda: year < quarter,
        lambda: year <= quarter,
        lambda: year > quarter,
        lambda: year >= quarter,
        lambda: year - quarter,
        lambda: Period.range(year, quarter),
    ):
        with pytest.raises(PeriodError) as caught:
            compare()
        assert caught.value.code == "period.different_frequency"
        assert caught.value.details["freq"] == "A"
    assert year != quarter
    assert Period.parse("2018-01-01/P2Y") != Period.parse("2018-01-01/P3Y")
    assert year != "2020"


def test_positions_in_years() -> None:
    """The time axis of tracking: 2023 at 2023.0, the third quarter at a half, a school year at its start year."""
    found = [
        Period.parse(text).position for text in ("2023", "2018-Q3", "2018/19", "2018-07", "2018-S2", "2018-01-01/P3Y")
    ]
    assert found == [2023.0, 2018.5, 2018.0, 2018.5, 2018.5, 2018.0]
    week = Period.parse("2020-W10")
    assert (week + 1).position - week.position == pytest.approx(7 / 365.2425)


def test_split_years_take_their_first_day_from_the_caller() -> None:
    """A financial year from 1 April moves the days, never the ordinal; 29 February is no first day."""
    split = Period.parse("2023/24")
    assert split.dates(year_start="--04-01") == (date(2023, 4, 1), date(2024, 3, 31))
    assert Period.of(date(2024, 3, 31), Frequency.SCHOOL_YEAR, year_start="--04-01") == split
    assert Period.of(date(2024, 3, 31), Frequency.SCHOOL_YEAR) == split
    assert Period.of(date(2023, 4, 1), Frequency.SCHOOL_YEAR).code == "2022/23"
    assert split.contains(date(2023, 4, 1), year_start="--04-01")
    assert not split.contains(date(2023, 4, 1))
    assert split.convert(Frequency.QUARTER, "first", year_start="--04-01").code == "2023-Q2"
    for wrong in ("--02-29", "--13-01", "08-01", "--8-1"):
        with pytest.raises(PeriodError) as caught:
            split.dates(year_start=wrong)
        assert caught.value.code == "period.year_start"


def test_the_calendar_has_two_ends() -> None:
    """Years before 1500 and after 2999 are refused wherever they would arise."""
    for make in (
        lambda: Period(Frequency.YEAR, 1499),
        lambda: Period.parse("2999-12-31").next(),
        lambda: Period.parse("1500").convert(Frequency.SCHOOL_YEAR, "first"),
        lambda: Period.of(date(3000, 1, 1), Frequency.MONTH),
    ):
        with pytest.raises(PeriodError) as caught:
            make()
        assert caught.value.code == "period.year_range"


def test_a_day_lies_in_several_pooled_periods() -> None:
    """Pooled years overlap, so a day or a year never picks one of them silently."""
    with pytest.raises(PeriodError) as caught:
        Period.of(date(2019, 5, 1), Frequency.POOLED_3)
    assert caught.value.details["count"] == 3
    codes = [period.code for period in Period.parse("2019").convert(Frequency.POOLED_3, "all")]
    assert codes == ["2017-01-01/P3Y", "2018-01-01/P3Y", "2019-01-01/P3Y"]


def test_wrong_arguments_are_named() -> None:
    """A wrong type or word is the caller's fault and is said so."""
    year = Period.parse("2020")
    for call in (
        lambda: Period.parse(2020),  # type: ignore[arg-type]
        lambda: Period.parse("2020", "en"),  # type: ignore[arg-type]
        lambda: Period("A", 2020),  # type: ignore[arg-type]
        lambda: Period(Frequency.YEAR, 2020.0),  # type: ignore[arg-type]
        lambda: Period(Frequency.YEAR, True),
        lambda: Period.of(datetime(2020, 1, 1), Frequency.YEAR),  # noqa: DTZ001 - refused whatever its zone
        lambda: year.contains("2020-01-01"),  # type: ignore[arg-type]
        lambda: year.convert("Q", "all"),  # type: ignore[call-overload]
        lambda: year.convert(Frequency.QUARTER, "middle"),  # type: ignore[call-overload]
        lambda: year < 2021,  # type: ignore[operator]
    ):
        with pytest.raises(ArgumentError):
            call()
    for sum_ in (lambda: year + 1.0, lambda: year + True, lambda: year - "1"):  # type: ignore[operator]
        with pytest.raises(TypeError):
            sum_()


def test_a_month_that_looks_like_a_school_year() -> None:
    """2009-10 is October 2009 and says that it could be mistaken."""
    assert Period.parse("2009-10", "da").looks_like_school_year
    assert not Period.parse("2009-11", "da").looks_like_school_year
    assert not Period.parse("2009").looks_like_school_year


@given(periods())
def test_periods_are_values(period: Period) -> None:
    """A period can be pickled, copied, hashed and written as code, and cannot be changed."""
    for twin in (pickle.loads(pickle.dumps(period)), copy.deepcopy(period), Period(period.freq, period.ordinal)):
        assert twin == period
        assert hash(twin) == hash(period)
    assert repr(period) == f"Period.parse({period.code!r})"
    with pytest.raises(AttributeError):
        period.ordinal = 1  # type: ignore[misc]
    assert not hasattr(period, "__dict__")
