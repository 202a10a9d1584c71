"""Every function against an obvious slow one that goes through dictionaries, on rows with every kind of mark."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib import Measurements, Period
from maalbib.derived import (
    cohort_rate_of_counts,
    constant_prices,
    cumulated,
    rate,
    rolling,
    share,
    stock,
    threshold_share,
    total,
)

# The documented orders, mildest first.
STATUS = "AGSJKWDVPEINUFBHOLMQ"
CONF = "FNSDC"
MISSING = "HLMOQ"
WHO = ("0101", "0147")
SEX = ("_T", "m", "w")
YEARS = tuple(map(str, range(2018, 2024)))

Key = tuple[str, ...]
Row = Mapping[str, Any]
Plain = Callable[[Measurements], dict[Key, dict[str, Any]]]
Make = Callable[..., Measurements]


def graver(order: str, words: Iterable[str]) -> str:
    return max(words, key=order.index)


def joint_qualifier(raising: Iterable[str], lowering: Iterable[str] = ()) -> str | None:
    turned = {"at_least": "at_most", "at_most": "at_least"}
    words = {*raising, *(turned.get(word, word) for word in lowering)} - {"exact"}
    return None if len(words) > 1 else words.pop() if words else "exact"


def whole(parts: Sequence[Row | None], lowering: Sequence[Row | None] = ()) -> dict[str, Any]:
    """Join the marks of parts; a part that is not there is missing, free and exact."""
    every = [*parts, *lowering]
    held = [part for part in every if part is not None]
    vintages = [part["vintage"] for part in held if part["vintage"] is not None]
    sources = {None if part is None else part["source"] for part in every}
    status = graver(STATUS, ["O" if part is None else part["status"].replace("B", "A") for part in every])
    qualifier = joint_qualifier(
        *[[part["qualifier"] for part in side if part is not None] for side in (parts, lowering)]
    )
    return {
        "status": "O" if qualifier is None and status not in MISSING else status,
        "conf": graver(CONF, ["F", *(part["conf"] for part in held)]),
        "qualifier": qualifier or "exact",
        "vintage": max(vintages, default=None),
        "source": sources.pop() if len(sources) == 1 else None,
        "broken": any(part["status"] == "B" for part in held),
    }


def mark_breaks(rows: dict[Key, dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    """Mark the first value at or after a break of each series."""
    for series in {key[:-1] for key in rows}:
        waiting = False
        for key in sorted((key for key in rows if key[:-1] == series), key=lambda key: Period.parse(key[-1])):
            row = rows[key]
            waiting |= row.pop("broken")
            if row["status"] in MISSING:
                row["value"] = None
            elif waiting:
                row["status"], waiting = "B", False
    return rows


def marks() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "status": st.sampled_from("AAAAAABPEFQLMO"),
            "conf": st.sampled_from("FFFFNC"),
            "qualifier": st.sampled_from(["exact"] * 6 + ["approx", "at_least", "at_most"]),
            "source": st.sampled_from(["s", "s", "t", None]),
            "vintage": st.sampled_from([None, dt.date(2024, 3, 1), dt.date(2025, 3, 1)]),
        }
    )


@st.composite
def tables(
    draw: st.DrawFn, indicators: Sequence[str], periods: Sequence[str] = YEARS, sexes: Sequence[str] = SEX
) -> dict[str, dict[Key, dict[str, Any]]]:
    """Draw rows by indicator and key; each may be there or not."""
    keys = list(product(WHO, sexes, periods))
    found: dict[str, dict[Key, dict[str, Any]]] = {}
    for indicator in indicators:
        there = draw(st.lists(st.sampled_from(keys), unique=True, min_size=1, max_size=16))
        found[indicator] = {}
        for key in there:
            row = draw(marks()) | {"value": float(draw(st.integers(0, 9))), "n": draw(st.none() | st.integers(0, 40))}
            row |= {"numerator": float(draw(st.integers(0, 9))), "denominator": float(draw(st.integers(1, 20)))}
            found[indicator][key] = row | ({"value": None} if row["status"] in MISSING else {})
    return found


def measured(
    make: Make, tables: Mapping[str, Mapping[Key, Row]], *, columns: bool = False, backwards: bool = False
) -> Measurements:
    left_out = () if columns else ("numerator", "denominator")
    rows = [
        {"indicator": indicator, "institution": key[0], "sex": key[1], "period": key[2]}
        | {name: cell for name, cell in row.items() if name not in left_out}
        for indicator, table in tables.items()
        for key, row in table.items()
    ]
    return make(rows[::-1] if backwards else rows, breakdowns=["sex"])


def agrees(found: dict[Key, dict[str, Any]], expected: dict[Key, dict[str, Any]]) -> None:
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        for name, cell in row.items():
            same = found[key][name]
            alike = (
                same == cell
                if cell is None or isinstance(cell, str | dt.date)
                else same == pytest.approx(cell, rel=1e-12)
            )
            assert alike, (key, name, same, cell)


def quotient(row: dict[str, Any], above: float | None, below: float | None, per: float) -> dict[str, Any]:
    if row["status"] not in MISSING:
        assert above is not None
        assert below is not None
        row |= (
            {"status": "M"}
            if below == 0
            else {"value": per * above / below, "numerator": above, "denominator": below}
        )
    return row


@given(data=st.data())
def test_share_is_the_quotient_of_rows_with_the_same_key(make: Make, plain: Plain, data: st.DataObject) -> None:
    """A row for each key on either side, whatever the order of the rows."""
    drawn = data.draw(tables(["above", "below"]))
    expected = {}
    for key in {*drawn["above"], *drawn["below"]}:
        top, bottom = drawn["above"].get(key), drawn["below"].get(key)
        row = whole([top], [bottom])
        expected[key] = quotient(row, top and top["value"], bottom and bottom["value"], 100)
    agree = mark_breaks(expected)
    for backwards in (False, True):
        ms = measured(make, drawn, backwards=backwards)
        agrees(plain(share(ms, numerator="above", denominator="below", indicator="made")), agree)


@given(data=st.data())
def test_share_of_a_total_divides_by_the_row_of_the_total(make: Make, plain: Plain, data: st.DataObject) -> None:
    """Each category over the total of the same institution and period."""
    drawn = data.draw(tables(["all"]))
    rows = drawn["all"]
    expected = {}
    for key in rows:
        if key[1] != "_T":
            bottom = rows.get((key[0], "_T", key[2]))
            row = whole([rows[key]], [bottom])
            expected[key] = quotient(row, rows[key]["value"], bottom and bottom["value"], 1)
    ms = measured(make, drawn)
    found = share(ms, numerator="all", denominator="all", of_total="sex", per=1, indicator="made")
    agrees(plain(found), mark_breaks(expected))


@given(data=st.data())
def test_share_of_columns_divides_what_stands_in_the_row(make: Make, plain: Plain, data: st.DataObject) -> None:
    """The columns of one indicator, whose own value says whether there is one."""
    drawn = data.draw(tables(["x"]))
    expected = {
        key: quotient(whole([row]), row["numerator"], row["denominator"], 100) for key, row in drawn["x"].items()
    }
    agrees(plain(share(measured(make, drawn, columns=True), columns_of="x", indicator="made")), mark_breaks(expected))


@given(data=st.data(), reference=st.sampled_from(["same", "previous", "mid_year"]), end=st.booleans())
def test_rate_takes_the_population_that_is_named(
    make: Make, plain: Plain, data: st.DataObject, reference: str, *, end: bool
) -> None:
    """The population of the same period, the one before, or the mean of two; here not broken down by sex."""
    drawn = data.draw(tables(["above", "below"]))
    steps = {"same": [0], "previous": [-1], "mid_year": [-1, 0] if end else [0, 1]}[reference]
    expected = {}
    for key, top in drawn["above"].items():
        counts = [drawn["below"].get((key[0], "_T", (Period.parse(key[2]) + step).code)) for step in steps]
        row = whole([top], counts)
        known = [count["value"] for count in counts if count is not None and count["value"] is not None]
        expected[key] = quotient(row, top["value"], sum(known) / len(steps), 1000)
    found = rate(
        measured(make, drawn),
        numerator="above",
        population="below",
        reference=reference,  # type: ignore[arg-type]
        counted_on="end" if end else "start",
        population_total="sex",
        indicator="made",
    )
    agrees(plain(found), mark_breaks(expected))


def window_of(rows: Mapping[Key, Row], key: Key, length: int) -> list[Row | None]:
    last = Period.parse(key[2])
    return [rows.get((*key[:2], (last - back).code)) for back in range(length - 1, -1, -1)]


def over_window(rows: Mapping[Key, Row], key: Key, length: int, how: str, *, stop: bool) -> dict[str, Any]:
    """Put a window together; a hole or a break in it makes it missing."""
    window = window_of(rows, key, length)
    own = rows[key]
    if any(part is None for part in window):
        row = whole([own])
        return row | {"status": row["status"] if own["status"] in MISSING else "O"}
    held = [part for part in window if part is not None]
    row = whole(held) | {"broken": own["status"] == "B"}
    if row["status"] in MISSING:
        return row
    if stop and any(part["status"] == "B" for part in held[1:]):
        return row | {"status": "O"}
    if how == "ratio":
        above, below = (sum(part[name] for part in held) for name in ("numerator", "denominator"))
        return quotient(row, above, below, 100)
    if how == "weighted":
        sizes = [part["n"] for part in held]
        empty = None in sizes or sum(sizes) == 0
        weighted = {} if empty else {"value": sum(part["value"] * part["n"] for part in held) / sum(sizes)}
        row |= {"status": "O"} if empty else weighted
    else:
        added = sum(part["value"] for part in held)
        row["value"] = added / length if how == "mean" else added
    return row


@given(
    data=st.data(),
    length=st.integers(1, 4),
    how=st.sampled_from(["sum", "mean", "ratio", "weighted"]),
    stop=st.booleans(),
)
def test_rolling_puts_whole_windows_together(
    make: Make, plain: Plain, data: st.DataObject, length: int, how: Any, *, stop: bool
) -> None:
    """A window with a hole, or across a break unless that is ignored, has no value."""
    drawn = data.draw(tables(["x"], sexes=("_T",)))
    if all(row["n"] is None for row in drawn["x"].values()):
        return
    expected = {key: over_window(drawn["x"], key, length, how, stop=stop) for key in drawn["x"]}
    found = rolling(
        measured(make, drawn, columns=True),
        "x",
        periods=length,
        how=how,
        per=100 if how == "ratio" else None,
        breaks="stop" if stop else "ignore",
        indicator="made",
    )
    agrees(plain(found), mark_breaks(expected))


QUARTERS = tuple(f"{year}-Q{quarter}" for year in (2022, 2023) for quarter in range(1, 5))


@given(data=st.data(), year_start=st.sampled_from([None, "--07-01"]))
def test_cumulated_sums_from_the_first_period_of_the_year(
    make: Make, plain: Plain, data: st.DataObject, year_start: str | None
) -> None:
    """Each quarter with those before it in its year, which may begin in July."""
    drawn = data.draw(tables(["x"], QUARTERS, sexes=("_T",)))
    places = {quarter: (i + (0 if year_start is None else 2)) % 4 for i, quarter in enumerate(QUARTERS)}
    expected = {key: over_window(drawn["x"], key, places[key[2]] + 1, "sum", stop=True) for key in drawn["x"]}
    found = cumulated(measured(make, drawn), "x", how="sum", year_start=year_start, indicator="made")
    agrees(plain(found), mark_breaks(expected))


@given(data=st.data(), how=st.sampled_from(["sum", "mean", "ratio"]))
def test_total_needs_every_category(make: Make, plain: Plain, data: st.DataObject, how: Any) -> None:
    """Men and women; a published total is not counted, and half a total is none."""
    drawn = data.draw(tables(["x"]))
    rows = drawn["x"]
    expected = {}
    for who, year in {(key[0], key[2]) for key in rows if key[1] != "_T"}:
        parts = [rows.get((who, sex, year)) for sex in ("m", "w")]
        held = [part for part in parts if part is not None]
        row = whole(held)
        if len(held) < 2 and row["status"] not in MISSING:
            row["status"] = "O"
        if row["status"] not in MISSING:
            if how == "ratio":
                row = quotient(row, *(sum(part[name] for part in held) for name in ("numerator", "denominator")), 100)
            else:
                row["value"] = sum(part["value"] for part in held) / (2 if how == "mean" else 1)
        expected[who, "_T", year] = row
    found = total(
        measured(make, drawn, columns=True),
        "x",
        over="sex",
        how=how,
        per=100 if how == "ratio" else None,
        categories=["m", "w"] if {key[1] for key in rows} - {"_T"} else ["m"],
        indicator="made",
    )
    agrees(plain(found), mark_breaks(expected))


@given(
    data=st.data(),
    side=st.sampled_from(["at_least", "above", "at_most", "below"]),
    leave_out=st.booleans(),
    weighted=st.booleans(),
)
def test_threshold_share_counts_the_units(
    make: Make, plain: Plain, data: st.DataObject, side: Any, *, leave_out: bool, weighted: bool
) -> None:
    """Institutions of a country and categories of sex together, alike or by the people behind them."""
    drawn = data.draw(tables(["x"]))
    rows = {key: row for key, row in drawn["x"].items() if key[1] != "_T"}
    reaches = {
        "at_least": lambda value: value >= 5,
        "above": lambda value: value > 5,
        "at_most": lambda value: value <= 5,
        "below": lambda value: value < 5,
    }[side]
    if all(row["n"] is None for row in drawn["x"].values()):
        return
    expected = {}
    for year in {key[2] for key in rows}:
        units = [row for key, row in rows.items() if key[2] == year]
        kept = [row for row in units if row["value"] is not None and not (weighted and row["n"] is None)]
        counted = kept if leave_out and kept else units
        row = whole(counted) | {"qualifier": "exact"}
        row["status"] = graver(STATUS, [unit["status"].replace("B", "A") for unit in counted])
        if any(unit["qualifier"] != "exact" for unit in counted):
            row["qualifier"] = "approx"
        if leave_out and not kept:  # which marks a share that nobody is counted in has is not looked at
            row = {name: row[name] for name in ("status", "broken")}
            row["status"] = row["status"] if row["status"] in MISSING else "O"
        elif row["status"] not in MISSING:
            sizes = [unit["n"] if weighted else 1 for unit in counted]
            if None in sizes:
                row["status"] = "O"
            else:
                above = sum(size for unit, size in zip(counted, sizes, strict=True) if reaches(unit["value"]))
                row = quotient(row, above, sum(sizes), 100)
        expected["DK", "_T", year] = row
    found = threshold_share(
        measured(make, drawn),
        "x",
        threshold=5,
        side=side,
        by=dict.fromkeys(WHO, "DK"),
        over="sex",
        weights="n" if weighted else None,
        missing="leave_out" if leave_out else "withhold",
        indicator="made",
    )
    agrees(plain(found), mark_breaks(expected))


@given(data=st.data())
def test_stock_is_carried_from_period_to_period(make: Make, plain: Plain, data: st.DataObject) -> None:
    """From an opening, through every flow, as long as none is missing."""
    drawn = data.draw(tables(["open", "in", "out"], sexes=("_T",)))
    expected: dict[Key, dict[str, Any]] = {}
    for key in sorted({*drawn["in"], *drawn["out"]}):
        came, went, start = (drawn[name].get(key) for name in ("in", "out", "open"))
        own = whole([came], [went])
        before = expected.get((*key[:2], (Period.parse(key[2]) - 1).code))
        if before is not None and before.get("value") is not None and not own["broken"]:
            base: Row | None = before
        else:
            base = start if start is not None and start["value"] is not None else None
        row = dict(own)
        if own["status"] in MISSING:
            row["value"] = None
        elif base is None:
            row |= {"status": "O", "value": None}
        else:
            assert came is not None
            assert went is not None
            joined = whole([{**own, "status": own["status"]}, base])
            torn = joint_qualifier([own["qualifier"], base["qualifier"]]) is None
            row |= {name: joined[name] for name in ("conf", "vintage", "source", "status", "qualifier")}
            row["value"] = None if torn else base["value"] + came["value"] - went["value"]
        expected[key] = row
    found = stock(measured(make, drawn), opening="open", inflow="in", outflow="out", indicator="made")
    kept = {key: {name: row[name] for name in ("value", "status", "broken")} for key, row in expected.items()}
    if not any(row["qualifier"] != "exact" for table in drawn.values() for row in table.values()):
        agrees(plain(found), mark_breaks(kept))


@given(data=st.data(), base=st.sampled_from(YEARS))
def test_constant_prices_multiply_by_the_index(make: Make, plain: Plain, data: st.DataObject, base: str) -> None:
    """Value times the base's level over the period's."""
    drawn = data.draw(tables(["x"]))
    levels = {year: float(data.draw(st.integers(50, 150))) for year in YEARS}
    expected = {}
    for key, row in drawn["x"].items():
        value = None if row["value"] is None else row["value"] * levels[base] / levels[key[2]]
        expected[key] = whole([row]) | {"value": value}
    found = constant_prices(measured(make, drawn), "x", index=levels, base_period=base, indicator="made")
    agrees(plain(found), mark_breaks(expected))


@given(data=st.data(), after=st.integers(0, 3), by_count=st.booleans(), last=st.sampled_from(YEARS))
def test_cohort_counts_leave_open_cohorts_without_a_rate(
    make: Make, plain: Plain, data: st.DataObject, after: int, *, by_count: bool, last: str
) -> None:
    """Those who are left so many years later, named by their cohort or by the year of the count."""
    drawn = data.draw(tables(["begun", "left"]))
    expected = {}
    for key, begun in drawn["begun"].items():
        later = (Period.parse(key[2]) + after).code
        left = drawn["left"].get((*key[:2], later if by_count else key[2]))
        row = whole([left], [begun])
        if later > last:
            row = {"status": "O", "value": None, "broken": row["broken"]}
        elif row["status"] not in MISSING:
            assert left is not None
            if left["value"] > begun["value"]:
                row["status"] = "O"
            else:
                row = quotient(row, left["value"], begun["value"], 100)
        expected[key] = row
    found = cohort_rate_of_counts(
        measured(make, drawn),
        starters="begun",
        remaining="left",
        after=after,
        as_of=last,
        keyed_by="count" if by_count else "cohort",
        indicator="made",
    )
    agrees(plain(found), mark_breaks(expected))
    assert not any(math.isinf(row["value"]) for row in plain(found).values() if row["value"] is not None)
