"""Measurements of every kind of column, for writers to write and readers to read back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import strategies as st

from maalbib import Measurements

if TYPE_CHECKING:
    from collections.abc import Callable

PERIODS = (
    "2024", "2024-S1", "2024-T3", "2024-Q4", "2024-02", "2009-10", "2020-W53", "2024-02-29", "2023/24", "1999/00",
    "2018-01-01/P3Y", "2015-01-01/P10Y",
)  # fmt: skip
CODES = (
    "0101",
    "0001",
    "DK",
    "Ældre øl å",
    "=1+1",
    "+45",
    "-",
    "-x",
    "--",
    "@SUM(A1)",
    "'=1",
    "''@x",
    "'",
    'a"b',
    "a,b",
    "a|b",
    "NA",
)
REMARKS = (
    "=cmd|' /C calc'!A0",
    "\t=1",
    "\r=1",
    "linje\nto",
    "\r\n",
    'a;"b",c',
    "'+1",
    " -2 pct.",
    "–",
    "<b>&</b>",
    "x\u00a0=1",
)
MISSING = "HLMOQ"
PRESENT = tuple("ABEFIPUV")


def texts(known: tuple[str, ...], alphabet: str) -> st.SearchStrategy[str]:
    return st.sampled_from(known) | st.text(alphabet=alphabet, min_size=1, max_size=8)


codes = texts(CODES, "AB01ÆøÅ=+-@'\", |.#_<>&").filter(
    lambda text: text == text.strip() and not set(text) & set(";=")
)
remarks = texts(REMARKS, "aÆ=+-@'\" ;,|\n\r\t.\u2028<&").filter(lambda text: "\u2028" not in text)


def floats(*, limited: bool) -> st.SearchStrategy[float]:
    """Finite numbers; where they are limited, only those that Danish can write in 64 characters."""
    some = st.sampled_from(
        [0.0, 0.1, 80.0, -130.32, 1 / 3, 5e-324 if not limited else 1e-30, 1e22, 123456789012345.67]
    )
    small = st.floats(min_value=-1e30, max_value=1e30).filter(lambda number: number == 0 or abs(number) > 1e-30)
    return some | (small if limited else st.floats(allow_nan=False, allow_infinity=False))


@st.composite
def measurements(draw: Callable[..., Any], *, breakdowns: tuple[str, ...], limited: bool) -> Measurements:
    """Measurements with some of all columns."""
    names = draw(st.lists(st.sampled_from(breakdowns), unique=True, max_size=2))
    days = st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2030, 12, 31))
    key = st.tuples(codes, codes, st.sampled_from(PERIODS), days, st.integers(0, 3), *[codes for _ in names])
    keys = draw(st.lists(key, unique=True, max_size=6))
    rows = []
    for indicator, institution, period, vintage, revision, *parts in keys:
        status = draw(st.sampled_from(PRESENT + tuple(MISSING)))
        number = floats(limited=limited)
        lower, value, upper = sorted((draw(number), draw(number), draw(number)))
        rows.append(
            {
                "indicator": indicator,
                "institution": institution,
                "period": period,
                **dict(zip(names, parts, strict=True)),
                "value": None if status in MISSING else value,
                "numerator": draw(st.none() | number.map(abs)),
                "denominator": draw(st.none() | number.map(abs).filter(bool)),
                "n": draw(st.none() | st.integers(0, 10**9)),
                "lower": draw(st.sampled_from([None, lower])),
                "upper": draw(st.sampled_from([None, upper])),
                "pre_break": draw(number) if status == "B" else None,
                "qualifier": draw(st.sampled_from(["exact", "approx", "at_least", "at_most"])),
                "status": status,
                "conf": draw(st.sampled_from("FNCDS")),
                "vintage": vintage,
                "revision": revision,
                "source": draw(st.none() | codes),
                "comment": draw(st.none() | remarks),
            }
        )
    optional = (
        [name for name in rows[0] if name not in {"indicator", "institution", "period", "value", *names}]
        if rows
        else []
    )
    left_out = set(draw(st.sets(st.sampled_from(optional)))) if optional else set()
    if left_out & {"vintage", "revision"}:
        rows = [
            *{
                tuple(str(row[name]) for name in row if name not in {"value", *left_out, *optional}): row
                for row in rows
            }.values()
        ]
    if left_out & {"status"}:
        left_out |= {"pre_break"}
        rows = [row for row in rows if row["value"] is not None]
    schema = {"n": pa.int64(), "revision": pa.int32(), "vintage": pa.date32()}
    columns = {
        name: pa.array(
            [row[name] for row in rows], type=schema.get(name, pa.float64() if _is_number(name) else pa.string())
        )
        for name in (rows[0] if rows else {"indicator": 0, "institution": 0, "period": 0, "value": 0})
        if name not in left_out
    }
    return Measurements.from_arrow(pa.table(columns), breakdowns=names if rows else [])


def _is_number(name: str) -> bool:
    return name in {"value", "numerator", "denominator", "lower", "upper", "pre_break"}


@pytest.fixture(scope="session")
def some_measurements() -> Any:
    """The strategy, by the names that breakdowns may have and whether numbers are limited."""
    return measurements
