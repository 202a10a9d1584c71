"""Wide tables become long with one argument, and problems keep naming the columns of the file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb

YEARS = {"columns": {"institution": "kommune"}, "constants": {"indicator": "sick"}, "across": "period"}


def rows(ms: mb.Measurements) -> list[tuple[str, str, str, float | None]]:
    """Return the rows as plain tuples."""
    return [(row.indicator, row.institution, str(row.period), row.value) for row in ms]


def written(folder: Path, text: str) -> Path:
    """Return a file with a text."""
    file = folder / "bred.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_years_across(tmp_path: Path) -> None:
    """Each cell under a period is a row, in the order of the file."""
    file = written(tmp_path, "kommune;2023;2024K1\n0101;9,4;9,5\n0147;11,2;\n")
    ms = mb.Measurements.read(file, locale="da", **YEARS)
    assert rows(ms) == [
        ("sick", "0101", "2023", 9.4),
        ("sick", "0101", "2024-Q1", 9.5),
        ("sick", "0147", "2023", 11.2),
        ("sick", "0147", "2024-Q1", None),
    ]
    assert ms.row_numbers.tolist() == [2, 2, 3, 3]


def test_indicators_across_with_other_names(tmp_path: Path) -> None:
    """The headers may have other codes as indicators."""
    file = written(tmp_path, "kommune;år;Afbrudt;I alt\n0101;2024;3;10\n")
    ms = mb.Measurements.read(
        file,
        locale="da",
        columns={"institution": "kommune", "period": "år"},
        across={"indicator": {"Afbrudt": "interrupted", "I alt": "total"}},
    )
    assert rows(ms) == [("interrupted", "0101", "2024", 3.0), ("total", "0101", "2024", 10.0)]


def test_a_breakdown_across(tmp_path: Path) -> None:
    """Categories may be spread, and the total is named."""
    file = written(tmp_path, "kommune;år;mænd;kvinder;alle\n0101;2024;4;6;10\n")
    ms = mb.Measurements.read(
        file,
        locale="da",
        columns={"institution": "kommune", "period": "år"},
        constants={"indicator": "persons"},
        breakdowns=["sex"],
        across={"sex": ["mænd", "kvinder", "alle"]},
        totals={"sex": "alle"},
    )
    assert [(row.breakdown["sex"], row.value) for row in ms] == [("mænd", 4.0), ("kvinder", 6.0), ("_T", 10.0)]


def test_problems_name_the_header_and_the_row(tmp_path: Path) -> None:
    """A bad cell is named by its own header; a bad code beside it is one problem, not one for each period."""
    file = written(tmp_path, "kommune;2023;2024\n0101;9,4;x\nzz99;1,5;2.5\n")
    ms = mb.Measurements.read(file, locale="da", register=mb.Register.denmark(), on_problem="collect", **YEARS)
    assert {(problem.code, problem.row, problem.column) for problem in ms.problems.errors} == {
        ("number.english_decimal", 3, "2024"),
        ("number.not_a_number", 2, "2024"),
        ("code.unknown_no_suggestion", 3, "kommune"),
    }
    assert len(ms.problems.errors) == 3
    assert rows(ms) == [("sick", "0101", "2023", 9.4)]


def test_frames_and_tables_too() -> None:
    """Numbers that are numbers already, and whole numbers beside decimals."""
    frame = pd.DataFrame({"kommune": ["0101", "0147"], "2023": [1, 2], "2024": [1.5, None]})
    from_frame = mb.Measurements.from_pandas(frame, **YEARS)
    table = pa.table({"kommune": ["0101", "0147"], "2023": [1, 2], "2024": [1.5, None]})
    assert rows(from_frame) == rows(mb.Measurements.from_arrow(table, **YEARS))
    assert [row.value for row in from_frame] == [1.0, 1.5, 2.0, None]


def test_a_frame_with_mixed_cells_names_them() -> None:
    """A text among numbers is a problem of its own cell."""
    frame = pd.DataFrame({"kommune": ["0101", "0147"], "2023": [1.0, 2.0], "2024": [3.0, "?"]})
    ms = mb.Measurements.from_pandas(frame, on_problem="collect", **YEARS)
    assert [(problem.code, problem.row, problem.column) for problem in ms.problems] == [
        ("number.from_text", 1, "2024")
    ]
    assert len(ms) == 3


def test_no_header_is_a_period(tmp_path: Path) -> None:
    """A file whose headers are no periods is refused with the reason."""
    file = written(tmp_path, "kommune;a;b\n0101;1;2\n")
    with pytest.raises(mb.DataError) as caught:
        mb.Measurements.read(file, locale="da", **YEARS)
    assert [problem.code for problem in caught.value.problems] == ["across.none"]


def test_a_named_header_that_is_not_there(tmp_path: Path) -> None:
    """Every missing header is named."""
    file = written(tmp_path, "kommune;år;a\n0101;2024;1\n")
    with pytest.raises(mb.DataError) as caught:
        mb.Measurements.read(
            file,
            locale="da",
            columns={"institution": "kommune", "period": "år"},
            across={"indicator": ["a", "b", "c"]},
        )
    assert [problem.column for problem in caught.value.problems] == ["b", "c"]


@pytest.mark.parametrize(
    ("across", "code"),
    [
        ("year", "across.form"),
        ({"indicator": "total"}, "across.form"),
        ({"a": ["x"], "b": ["y"]}, "across.form"),
        ({"value": ["x"]}, "argument.choice"),
    ],
)
def test_wrong_arguments(across: object, code: str) -> None:
    """What cannot be spread is said at once."""
    with pytest.raises(mb.ArgumentError) as caught:
        mb.Measurements.from_arrow(pa.table({"x": [1]}), across=across)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_value_column_beside_spread_ones() -> None:
    """There cannot be two columns of values."""
    table = pa.table({"kommune": ["0101"], "2023": [1.0], "value": [2.0]})
    with pytest.raises(mb.ArgumentError) as caught:
        mb.Measurements.from_arrow(table, **YEARS)
    assert caught.value.code == "across.taken"


@given(
    st.lists(st.sampled_from(["2019", "2020", "2021-Q1", "2022/23"]), min_size=1, unique=True),
    st.integers(0, 5),
    st.data(),
)
def test_long_equals_the_obvious_loop(periods: list[str], count: int, data: st.DataObject) -> None:
    """Every cell comes out once, at its row and its period."""
    cells = [[data.draw(st.none() | st.integers(0, 99)) for _ in periods] for _ in range(count)]
    codes = [f"{i:04}" for i in range(count)]
    columns = {period: [row[i] for row in cells] for i, period in enumerate(periods)}
    typed = {name: pa.array(column, type=pa.float64()) for name, column in columns.items()}
    ms = mb.Measurements.from_arrow(pa.table({"kommune": pa.array(codes, pa.string()), **typed}), **YEARS)
    obvious = [
        ("sick", code, period, None if cell is None else float(cell))
        for code, row in zip(codes, cells, strict=True)
        for period, cell in zip(periods, row, strict=True)
    ]
    assert rows(ms) == obvious


def test_numbers_beside_texts_are_not_read_as_thousands() -> None:
    """A column of numbers beside one of Danish texts: 1.234 stays a little more than one."""
    table = pa.table({"kommune": ["0101"], "2023": [1.234], "2024": ["1,5"]})
    ms = mb.Measurements.from_arrow(table, locale="da", **YEARS)
    assert [row.value for row in ms] == [1.234, 1.5]


def test_empty_cells_of_units_that_were_not_there(tmp_path: Path) -> None:
    """After a reform the old units' cells are empty: left out, and no error; a figure there is one."""
    file = written(tmp_path, "kommune;2006;2008\n0267;5;\n0259;6;12\n0629;7;8\n")
    ms = mb.Measurements.read(file, locale="da", register=mb.Register.denmark(), on_problem="collect", **YEARS)
    assert [(row.institution, str(row.period)) for row in ms] == [
        ("0267", "2006"),
        ("0259", "2006"),
        ("0259", "2008"),
        ("0629", "2006"),
    ]
    assert [(problem.code, problem.row) for problem in ms.problems.errors] == [("institution.not_alive", 4)]
    assert [problem.row for problem in ms.problems if problem.code == "institution.not_alive_empty"] == [2]
