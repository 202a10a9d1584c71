"""The least-squares slope: against exact arithmetic, and a status for everything odd."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib import engines
from maalbib.measurements import _keys

KERNEL = engines.least_squares_slope()


def series(points: list[tuple[str, float | None]], institution: str = "0101") -> pa.Table:
    """A table of one series."""
    count = len(points)
    return pa.table(
        {
            "indicator": ["x"] * count,
            "institution": [institution] * count,
            "period": [period for period, _ in points],
            "value": pa.array([value for _, value in points], pa.float64()),
        }
    )


def row(points: list[tuple[str, float | None]]) -> dict[str, Any]:
    """The result of one series."""
    (found,) = KERNEL(series(points)).to_pylist()
    return found


def slowly(points: list[tuple[str, float | None]]) -> tuple[Fraction, Fraction] | None:
    """The slope and the first level by the textbook, in fractions; None where there are fewer than two points."""
    known = [(mb.Period.parse(text).ordinal, Fraction(value)) for text, value in points if value is not None]
    if len(known) < 2:
        return None
    n = len(known)
    mean_x = Fraction(sum(x for x, _ in known), n)
    mean_y = sum(y for _, y in known) / n
    slope = sum((x - mean_x) * (y - mean_y) for x, y in known) / sum((x - mean_x) ** 2 for x, _ in known)
    return slope, mean_y + slope * (min(x for x, _ in known) - mean_x)


values = st.none() | st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
many = st.lists(st.tuples(st.integers(1990, 2030).map(str), values), unique_by=lambda point: point[0], max_size=30)


@given(points=many)
def test_the_fast_way_is_the_slow_one(points: list[tuple[str, float | None]]) -> None:
    """Random series, in any order, with gaps."""
    expected = slowly(points)
    if not points:
        assert KERNEL(series(points)).num_rows == 0
        return
    found = row(points)
    assert found["n"] == sum(value is not None for _, value in points)
    assert found["missing"] == len(points) - found["n"]
    if expected is None:
        assert (found["status"], found["slope"], found["first_level"]) == ("too_few", None, None)
        return
    scale = max(abs(value) for _, value in points if value is not None) + 1e-300
    assert abs(found["slope"] - float(expected[0])) <= 1e-12 * scale + 1e-9 * abs(float(expected[0]))
    assert abs(found["first_level"] - float(expected[1])) <= 1e-11 * scale
    assert found["status"] == ("constant" if len({v for _, v in points if v is not None}) == 1 else "ok")


@pytest.mark.parametrize("shift", [1e6, 1e9, 1e12, 1e15])
def test_large_values_with_small_differences(shift: float) -> None:
    """The shortcut over sums of squares has lost every digit here; centred on a member none is lost."""
    points: list[tuple[str, float | None]] = [
        (str(2000 + i), shift + value) for i, value in enumerate([0.5, 1.0, 1.0, 2.5, 3.0, 2.0, 4.5])
    ]
    exact = slowly(points)
    assert exact is not None
    assert math.isclose(row(points)["slope"], exact[0], rel_tol=1e-15)


@pytest.mark.parametrize(
    ("points", "status"),
    [
        ([("2001", 1.0)], "too_few"),
        ([("2001", None), ("2002", None)], "too_few"),
        ([("2001", math.nan), ("2002", 2.0)], "too_few"),
        ([("2001", 2.0), ("2002", 2.0)], "constant"),
        ([("2001", 0.0), ("2002", -0.0)], "constant"),
        ([("2001", math.inf), ("2002", 2.0), ("2003", 2.0)], "not_finite"),
        ([("2001", 1e308), ("2002", -1e308), ("2003", 1e308)], "not_finite"),
        ([("2001", 1.0), ("2002", 2.0), ("2001", 3.0)], "duplicate_period"),
        ([("2001", 1.0), ("2002-Q1", 2.0), ("2003", 3.0)], "mixed_frequency"),
        ([("2001", 1.0), ("sommer", 2.0), ("2003", 3.0)], "unknown_period"),
        ([("2001", 1.0), ("2002", 2.0)], "ok"),
    ],
)
def test_status(points: list[tuple[str, float | None]], status: str) -> None:
    """What is odd is a word in the row; there is a slope exactly where one can be told."""
    found = row(points)
    assert found["status"] == status
    assert (found["slope"] is not None) == (status in {"ok", "constant"})
    assert status != "constant" or found["slope"] == 0.0


def test_a_series_without_values_between_others() -> None:
    """``reduceat`` would give the neighbour's value for an empty slice."""
    parts = [
        series([("2001", 1.0), ("2002", 2.0)], "a"),
        series([("2001", None), ("2002", None)], "b"),
        series([("2001", 5.0), ("2002", 3.0)], "c"),
    ]
    found = KERNEL(pa.concat_tables(parts))
    assert found["slope"].to_pylist() == [1.0, None, -2.0]
    assert found["status"].to_pylist() == ["ok", "too_few", "ok"]


def test_breakdowns_make_series_of_their_own() -> None:
    """Without them the periods would stand twice."""
    reading = mb.Measurements.example("reading").to_arrow()
    assert set(KERNEL(reading)["status"].to_pylist()) == {"duplicate_period"}
    found = engines.least_squares_slope(breakdowns=["grade"])(reading)
    assert found.column_names[:3] == ["indicator", "institution", "grade"]
    assert set(found["status"].to_pylist()) == {"ok"}


@pytest.mark.parametrize("most", [1, 4, 30])
def test_keys_that_do_not_fit_into_one_number(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Long lists of codes have more combinations than 64 bits; the keys so far are then numbered anew."""
    reading = mb.Measurements.example("reading").to_arrow()
    kernel = engines.least_squares_slope(breakdowns=["grade"])
    expected = kernel(reading)
    monkeypatch.setattr(_keys, "_MOST", most)
    assert kernel(reading) == expected


@pytest.mark.parametrize(
    ("column", "array", "code"),
    [
        ("value", None, "column.missing"),
        ("indicator", pa.array([1, 2]), "code.not_text"),
        ("value", pa.array(["1", "2"]), "number.from_text"),
        ("value", pa.array([[1.0], [2.0]]), "number.wrong_type"),
    ],
)
def test_columns_that_cannot_be_used(column: str, array: pa.Array[Any] | None, code: str) -> None:
    """A column of another kind is a problem of the data that names it."""
    table = series([("2001", 1.0), ("2002", 2.0)])
    place = table.column_names.index(column)
    table = table.remove_column(place) if array is None else table.set_column(place, column, array)
    with pytest.raises(mb.DataError) as caught:
        KERNEL(table)
    assert [(p.code, p.column) for p in caught.value.problems] == [(code, column)]


@pytest.mark.parametrize(
    "kind", [pa.float32(), pa.int8(), pa.decimal128(9, 2), pa.dictionary(pa.int8(), pa.float64())]
)
def test_every_kind_of_number(kind: pa.DataType) -> None:
    """Numbers are widened before anything is computed."""
    table = series([("2001", 100.0), ("2002", 120.0), ("2003", 50.0)])
    numbers: Any = table["value"]
    cast = numbers.dictionary_encode() if pa.types.is_dictionary(kind) else numbers.cast(kind)
    found = KERNEL(table.set_column(3, "value", cast))
    assert found == KERNEL(table)
    assert np.isclose(found["slope"][0].as_py(), -25.0)
