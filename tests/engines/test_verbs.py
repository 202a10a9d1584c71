"""The verbs as kernels: the same rows as in memory, for the whole table at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from engine_cases import catalogue, in_files, rows

import maalbib as mb
from maalbib import engines

KNOWN = catalogue()
WHOLE = mb.Measurements.from_arrow(rows(), catalogue=KNOWN)


def by_indicator(result: Any) -> pa.Table:
    """The rows of a result in memory, in the order of indicators; within one as they were."""
    table = result.to_arrow().replace_schema_metadata(None)
    return table.take(pc.sort_indices(table["indicator"])).combine_chunks()


def streamed(source: Any, kernel: engines.Kernel, **options: Any) -> pa.Table:
    """The rows of a run, in the order of indicators."""
    table = engines.run(source, kernel, **options).read_all()
    return table.take(pc.sort_indices(table["indicator"])).combine_chunks()


@pytest.mark.parametrize("correct", [False, True])
def test_trends(tmp_path: Path, *, correct: bool) -> None:
    """Adjusted p-values too: their families are within an indicator."""
    kernel = engines.trends(KNOWN, correct=correct)
    expected = by_indicator(mb.detect_trends(WHOLE, correct=correct))
    assert pc.count(expected["q_value"]).as_py() == expected.num_rows
    assert streamed(in_files(rows(), tmp_path), kernel) == expected
    assert streamed(rows().to_batches(max_chunksize=40), kernel) == expected


def test_tracking(tmp_path: Path) -> None:
    """Targets of indicators without a row are there as well."""
    kernel = engines.tracking(KNOWN, as_of="2018-12-31")
    expected = by_indicator(mb.track(WHOLE, as_of="2018-12-31"))
    assert expected["reason"].to_pylist().count("no_data") == 1
    assert streamed(in_files(rows(), tmp_path), kernel) == expected
    assert streamed(rows().slice(0, 0), kernel)["reason"].to_pylist() == ["no_data"] * 6


def test_tracking_of_named_targets() -> None:
    """Only those, in their order."""
    wanted = ["T-ind_003", "T-ind_none"]
    found = streamed(rows(), engines.tracking(KNOWN, as_of="2018-12-31", targets=wanted))
    assert found == by_indicator(mb.track(WHOLE, as_of="2018-12-31", targets=wanted))


def test_tracking_of_everybody_in_the_register() -> None:
    """Those without data are there, each once."""
    register = mb.Register.denmark()
    table = rows().set_column(1, "institution", pa.array([["0101", "0751"][i // 9 % 2] for i in range(315)]))
    table = table.filter(pa.array([i % 63 < 18 for i in range(315)]))
    definitions = mb.Catalogue(
        id="x",
        name=KNOWN.name,
        indicators=KNOWN.indicators.values(),
        targets=[
            mb.AtLeast(
                id="T",
                indicator="ind_002",
                value=50.0,
                scope=mb.Scope(kind="municipality"),
                due="2020",
            )
        ],
    )
    memory = mb.Measurements.from_arrow(table, catalogue=definitions, register=register)
    expected = by_indicator(mb.track(memory, as_of="2018-12-31"))
    assert expected.num_rows == 98
    assert streamed(table, engines.tracking(definitions, as_of="2018-12-31", register=register)) == expected


def test_comparison(tmp_path: Path) -> None:
    """Everybody, and a group of three."""
    for options in ({}, {"peers": ["0700", "0703", "0706"], "mean": "unweighted", "include_self": True}):
        kernel = engines.comparison(KNOWN, period="2015", **options)
        expected = by_indicator(mb.compare_peers(WHOLE, period="2015", **options))
        assert streamed(in_files(rows(), tmp_path), kernel) == expected


def test_breakdowns(tmp_path: Path) -> None:
    """Those that files declare, that the catalogue knows, or that the caller names."""
    reading, known = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    expected = by_indicator(mb.detect_trends(reading, catalogue=known))
    reading.write(tmp_path / "a.parquet")
    assert streamed(tmp_path, engines.trends(known)) == expected
    bare = reading.to_arrow().replace_schema_metadata(None)
    assert streamed(bare, engines.trends(known)) == expected
    assert streamed(bare, engines.trends(known, breakdowns=["grade"])) == expected
    for grade in ("2", "4"):
        part = bare.filter(pc.equal(bare["grade"], grade)).drop_columns(["grade"])
        (tmp_path / f"hive/grade={grade}").mkdir(parents=True)
        pq.write_table(part, tmp_path / f"hive/grade={grade}/a.parquet")
    some = mb.detect_trends(reading.select(breakdown={"grade": ["2", "4"]}), catalogue=known)
    columns = ["breakdown", "p_value", "slope", "state"]
    found = streamed(tmp_path / "hive", engines.trends(known, breakdowns=["grade"]))
    assert found.select(columns) == some.to_arrow().select(columns).replace_schema_metadata(None)


def test_rows_that_are_not_valid() -> None:
    """They refuse the run, or are left out, as in memory."""
    value = rows()["value"].to_pylist()
    value[70] = 700.0
    wrong = rows().set_column(3, "value", pa.array(value))
    with pytest.raises(mb.DataError) as caught:
        engines.run(wrong, engines.trends(KNOWN)).read_all()
    assert caught.value.problems.counts() == {"value.above": 1}
    memory = mb.Measurements.from_arrow(wrong, catalogue=KNOWN, on_problem="collect")
    assert streamed(wrong, engines.trends(KNOWN, on_problem="collect")) == by_indicator(mb.detect_trends(memory))


def test_wrong_options_are_told_when_the_kernel_is_made() -> None:
    """Not in the middle of a run."""
    with pytest.raises(mb.ArgumentError):
        engines.trends(alpha=2)
    with pytest.raises(mb.ArgumentError):
        engines.tracking(KNOWN, as_of="yesterday")
    with pytest.raises(mb.errors.UnknownCodeError):
        engines.tracking(KNOWN, as_of="2018-12-31", targets="T-unknown")
    with pytest.raises(mb.errors.PeriodError):
        engines.comparison(KNOWN, period="sommer")
