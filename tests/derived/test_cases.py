"""Case data: guarantees, cohorts and stocks, each against a loop over the cases; and nothing about a person comes out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import Measurements, Period
from maalbib.derived import cohort_rate, stock_of_spells, within_limit
from maalbib.errors import ArgumentError, DataError

Plain = Callable[[Measurements], dict[tuple[str, ...], dict[str, Any]]]
FIRST = dt.date(2023, 1, 1)
DAY = st.integers(0, 700).map(lambda days: FIRST + dt.timedelta(days=days))
GROUP = st.sampled_from(["0101", "0147"])
AS_OF = dt.date(2024, 6, 30)
CANARY = "elev-Ærø-4711"


def frame_of(rows: list[dict[str, Any]]) -> pa.Table:
    kinds = {
        "institution": pa.string(),
        "start": pa.date32(),
        "end": pa.date32(),
        "outcome": pa.date32(),
        "person": pa.string(),
    }
    names = list(rows[0]) if rows else ["institution", "start", "end", "outcome"]
    return pa.table({name: pa.array([row[name] for row in rows], kinds[name]) for name in names})


@st.composite
def spells(draw: st.DrawFn, end: str = "end") -> list[dict[str, Any]]:
    rows = []
    for who in draw(st.lists(GROUP, min_size=1, max_size=25)):
        start = draw(DAY)
        long = draw(st.none() | st.integers(0, 500))
        rows.append(
            {"institution": who, "start": start, end: None if long is None else start + dt.timedelta(days=long)}
        )
    return rows


def working_days(start: dt.date, end: dt.date, off: set[dt.date]) -> int:
    """Working days from a day up to, and without, another."""
    days = (start + dt.timedelta(days=i) for i in range((end - start).days))
    return sum(day.weekday() < 5 and day not in off for day in days)


def test_share_within_a_limit_agrees_with_the_oracle(oracles: Path) -> None:
    """Within, decided, undecided, share and Wilson's interval of every stored case."""
    stored = json.loads((oracles / "tracking/own_derived.json").read_text(encoding="utf-8"))["cases"]
    cases = [case for case in stored if case["statistic"] == "share_within_limit"]
    assert cases
    for case in cases:
        as_of = dt.date(2024, 12, 31)
        rows = [
            {
                "institution": "0101",
                "start": as_of - dt.timedelta(days=each["days"]),
                "end": as_of if each["closed"] else None,
            }
            for each in case["cases"]
        ]
        found = within_limit(frame_of(rows), limit=case["limit"], as_of=as_of, indicator="made", per=1)
        expected = case["expected"]
        (row,) = found
        assert (row.numerator, row.denominator) == (expected["within"], expected["decided"])
        for name, cell in (("value", expected["share"]), ("lower", expected["lower"]), ("upper", expected["upper"])):
            assert getattr(row, name) == (None if cell is None else pytest.approx(cell, abs=1e-9))
        counts = [problem.details["count"] for problem in found.problems if problem.code == "derived.undecided"]
        assert sum(counts) == expected["undecided"]


@given(rows=spells(), limit=st.integers(0, 90), working=st.booleans(), started=st.booleans(), by_start=st.booleans())
def test_within_limit_agrees_with_a_loop(
    plain: Plain, rows: list[dict[str, Any]], limit: int, *, working: bool, started: bool, by_start: bool
) -> None:
    """Open and above the limit is outside; open and inside is undecided; what is later than the day is not known."""
    off = {dt.date(2023, 12, 25), dt.date(2024, 1, 1)}

    def took(start: dt.date, end: dt.date) -> int:
        return working_days(start, end, off) if working else (end - start).days

    expected: dict[tuple[str, str], list[bool]] = {}
    for row in rows:
        start, end = row["start"], row["end"]
        if start > AS_OF:
            continue
        closed = end is not None and end <= AS_OF
        long = took(start, end if closed else AS_OF)
        if started and took(start, AS_OF) <= limit:
            continue
        if not closed and long <= limit:
            if by_start:
                expected.setdefault((row["institution"], Period.of(start, Period.parse("2024").freq).code), [])
            continue
        inside = long <= limit
        over = start
        while took(start, over) <= limit:
            over += dt.timedelta(days=1)
        day = start if by_start else end if inside else over
        expected.setdefault((row["institution"], str(day.year)), []).append(inside)
    found = within_limit(
        frame_of(rows),
        limit=limit,
        as_of=AS_OF,
        unit="working_days" if working else "days",
        holidays=off if working else (),
        cohort="started" if started else "all",
        by="start" if by_start else "decided",
        indicator="made",
    )
    held = plain(found)
    assert held.keys() == expected.keys()
    for key, decided in expected.items():
        row = held[key]
        assert (row["numerator"], row["n"]) == (sum(decided), len(decided))
        assert row["value"] == (pytest.approx(100 * sum(decided) / len(decided)) if decided else None)
        assert row["status"] == ("A" if decided else "O")


def months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


@st.composite
def starters(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    people = draw(st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=20))
    begun = [{"institution": draw(GROUP), "start": draw(DAY), "person": person} for person in people]
    ended = [
        {"person": draw(st.sampled_from("abcdefghijk")), "outcome": draw(st.none() | DAY)}
        for _ in range(draw(st.integers(1, 12)))
    ]
    return begun, ended


@given(drawn=starters(), months=st.integers(0, 14), decided=st.booleans(), by_days=st.booleans())
def test_cohort_rate_agrees_with_a_loop(
    plain: Plain,
    drawn: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    months: int,
    *,
    decided: bool,
    by_days: bool,
) -> None:
    """A person counts once, from the first start; the first outcome from then on counts; open cohorts have no failures."""
    begun, ended = drawn
    cohorts: dict[tuple[str, str], dict[str, dt.date]] = {}
    for row in begun:
        if row["start"] <= AS_OF:
            people = cohorts.setdefault((row["institution"], str(row["start"].year)), {})
            people[row["person"]] = min(row["start"], people.get(row["person"], dt.date.max))
    found = cohort_rate(
        frame_of(begun),
        outcomes=frame_of(ended),
        as_of=AS_OF,
        indicator="made",
        open_cohorts="decided" if decided else "withhold",
        **({"days": 30 * months} if by_days else {"months": months}),
    )
    held = plain(found)
    assert held.keys() == cohorts.keys()
    for key, people in cohorts.items():
        over, reached = 0, 0
        for person, start in people.items():
            last = start + dt.timedelta(days=30 * months) if by_days else months_later(start, months)
            days = [row["outcome"] for row in ended if row["person"] == person and row["outcome"] is not None]
            first = min((day for day in days if day >= start), default=None)
            if last <= AS_OF:
                over += 1
                reached += first is not None and first <= last
        still = over < len(people) or dt.date(int(key[1]), 12, 31) > AS_OF
        row = held[key]
        if still and (not decided or over == 0):
            assert (row["value"], row["status"]) == (None, "O")
        else:
            assert row["value"] == pytest.approx(100 * reached / over)
            assert (row["n"], row["status"]) == (over, "P" if still else "A")


def test_an_outcome_in_the_same_table_needs_no_person() -> None:
    """Rows are their own persons where nobody says who they are."""
    frame = frame_of(
        [
            {"institution": "0101", "start": dt.date(2022, 1, 31), "outcome": dt.date(2022, 2, 28)},
            {"institution": "0101", "start": dt.date(2022, 1, 31), "outcome": dt.date(2022, 3, 1)},
        ]
    )
    row = cohort_rate(frame, months=1, as_of="2024-01-01", indicator="made")[0]
    assert (row.numerator, row.denominator) == (1, 2)  # a month after 31 January is 28 February


@given(rows=spells(), end_counts=st.booleans(), first=st.booleans())
def test_stock_of_spells_agrees_with_a_loop(
    plain: Plain, rows: list[dict[str, Any]], *, end_counts: bool, first: bool
) -> None:
    """A spell holds from its start to its end; days that are not known yet are missing, and nobody there is zero."""
    months = Period.range(Period.parse("2022-11"), Period.parse("2025-03"))
    found = plain(
        stock_of_spells(
            frame_of(rows),
            periods=months,
            as_of=AS_OF,
            on="first_day" if first else "last_day",
            end_counts=end_counts,
            indicator="made",
        )
    )
    assert len(found) == len(months) * len({row["institution"] for row in rows})
    for who, month in found:
        day = Period.parse(month).start if first else Period.parse(month).end
        held = sum(
            row["institution"] == who
            and row["start"] <= day
            and (row["end"] is None or (row["end"] >= day if end_counts else row["end"] > day))
            for row in rows
        )
        assert found[who, month]["value"] == (None if day > AS_OF else held)
        assert found[who, month]["status"] == ("O" if day > AS_OF else "A")


def test_no_person_comes_out() -> None:
    """Neither rows, problems, derivation nor error hold whom a case is about, or what an undeclared column says."""
    begun = pd.DataFrame({"institution": "0101", "start": ["2022-01-01"], "person": [CANARY], "note": [CANARY]})
    ended = pd.DataFrame({"person": [CANARY], "outcome": ["2022-02-01"]})
    found = cohort_rate(begun, outcomes=ended, months=12, as_of="2024-01-01", indicator="made")
    assert found[0].numerator == 1
    said = [
        str(found.to_arrow().to_pydict()),
        repr(found),
        found._repr_html_(),
        str(found.to_arrow().schema.metadata),
    ]
    said += [str(found.derivations), found.problems.to_pandas().to_csv()]
    wrong = begun.assign(start=[CANARY])
    with pytest.raises(DataError) as error:
        cohort_rate(wrong, outcomes=ended, months=12, as_of="2024-01-01", indicator="made")
    said += [str(error.value), str(error.value.to_dict()), repr(error.value.__cause__), repr(error.value.__context__)]
    assert not any(CANARY in text for text in said)


@pytest.mark.parametrize("column", ["person", "institution", "group"])
def test_person_numbers_are_refused(column: str) -> None:
    """What may be a person number is no pseudonym, no institution and no group; its value is not echoed."""
    number = "010199-0000"
    rows = {"institution": ["0101"], "group": ["g"], "person": ["p1"], "start": ["2022-01-01"], "outcome": [None]}
    frame = pd.DataFrame({**rows, column: [number]})
    with pytest.raises(DataError) as error:
        cohort_rate(
            frame, columns={"person": "person"}, breakdowns="group", months=12, as_of="2024-01-01", indicator="made"
        )
    assert [problem.code for problem in error.value.problems.errors] == ["cases.person_number"]
    assert number not in str(error.value)


def test_numbers_for_persons_are_refused() -> None:
    """A person number stored as a whole number is still one."""
    frame = pd.DataFrame({"institution": ["0101"], "person": [101990000], "start": ["2022-01-01"], "outcome": [None]})
    with pytest.raises(DataError) as error:
        cohort_rate(frame, columns={"person": "person"}, months=12, as_of="2024-01-01", indicator="made")
    assert [problem.code for problem in error.value.problems.errors] == ["code.not_text"]


def test_every_fault_of_cases_is_found_at_once() -> None:
    """A date that is none, one that is missing, an end before the start, and a column that is not there."""
    frame = pd.DataFrame(
        {
            "start": ["2024-01-01", "i går", None, "2024-02-01"],
            "end": [None, None, None, "2024-01-31"],
        }
    )
    with pytest.raises(DataError) as error:
        within_limit(frame, limit=30, as_of="2024-03-01", indicator="made")
    found = {(problem.code, problem.column, problem.row) for problem in error.value.problems.errors}
    assert {
        ("column.missing", "institution", None),
        ("vintage.not_a_date", "start", 1),
        ("cases.no_date", "start", 2),
        ("cases.order", "end", 3),
    } <= found


def test_columns_may_have_other_names_and_the_frame_is_not_changed() -> None:
    """Danish headers, dates as timestamps, a constant institution, a breakdown."""
    frame = pd.DataFrame(
        {
            "Modtaget": pd.to_datetime(["2024-01-01", "2024-01-02"]),
            "Afgjort": pd.to_datetime(["2024-01-11", None]),
            "Type": ["byggesag", None],
        }
    )
    before = frame.copy()
    found = within_limit(
        frame,
        limit=10,
        as_of="2024-03-01",
        columns={"start": "Modtaget", "end": "Afgjort"},
        institution="0751",
        breakdowns="Type",
        indicator="made",
    )
    assert [(row.breakdown["Type"], row.value) for row in found] == [("_T", 0.0), ("byggesag", 100.0)]
    pd.testing.assert_frame_equal(frame, before)


def test_leaving_open_cases_above_the_limit_out_would_flatter() -> None:
    """Two open cases above the limit are outside, not away."""
    start = dt.date(2024, 1, 1)
    rows = [{"institution": "0101", "start": start, "end": start + dt.timedelta(days=10)} for _ in range(2)]
    rows += [{"institution": "0101", "start": start, "end": None} for _ in range(2)]
    assert within_limit(frame_of(rows), limit=30, as_of=AS_OF, indicator="made")[0].value == 50.0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"limit": -1}, "argument.whole_number"),
        ({"limit": True}, "argument.whole_number"),
        ({"as_of": "i dag"}, "argument.date"),
        ({"unit": "weeks"}, "argument.choice"),
        ({"holidays": ["2024-01-01"]}, "derived.holidays"),
        ({"confidence": 1}, "argument.range"),
        ({"per": 0}, "derived.positive"),
        ({"columns": {"slut": "end"}}, "argument.choice"),
        ({"breakdowns": "value"}, "breakdown.name"),
        ({"indicator": ""}, "argument.type"),
        ({"freq": "P3Y"}, "derived.period_of_day"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], code: str) -> None:
    """Each with its own words."""
    frame = frame_of([{"institution": "0101", "start": FIRST, "end": None}])
    good = {"limit": 10, "as_of": AS_OF, "indicator": "made"}
    with pytest.raises(ArgumentError) as error:
        within_limit(frame, **{**good, **options})  # type: ignore[arg-type]
    assert error.value.code == code
    assert error.value.text("da")


@pytest.mark.parametrize("window", [{}, {"days": 3, "months": 1}])
def test_a_cohort_has_one_window(window: dict[str, int]) -> None:
    """Days or months, not both and not neither."""
    frame = frame_of([{"institution": "0101", "start": FIRST, "outcome": None}])
    with pytest.raises(ArgumentError) as error:
        cohort_rate(frame, as_of=AS_OF, indicator="made", **window)
    assert error.value.code == "derived.window"


def test_no_cases_make_no_rows() -> None:
    """An empty table is not an error."""
    assert len(within_limit(frame_of([]), limit=1, as_of=AS_OF, indicator="made")) == 0
    assert len(cohort_rate(frame_of([]), days=1, as_of=AS_OF, indicator="made")) == 0
    assert len(stock_of_spells(frame_of([]), periods=["2024"], as_of=AS_OF, indicator="made")) == 0
