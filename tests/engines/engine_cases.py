"""Data for the tests of the driver, and kernels of their own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import maalbib as mb
from maalbib import engines

NAME = mb.Text(da="x")
SCHEMA = pa.schema([("indicator", pa.string()), ("rows", pa.int64())])


def rows(indicators: int = 5, institutions: int = 7, periods: int = 9, *, seed: int = 2006) -> pa.Table:
    """Measurements of every indicator, institution and year, sorted, some of them missing."""
    rng = np.random.default_rng(seed)
    shape = (indicators, institutions, periods)
    count = indicators * institutions * periods
    place = np.unravel_index(np.arange(count), shape)
    codes = [f"ind_{i:03}" for i in range(indicators)], [f"{700 + i:04}" for i in range(institutions)]
    value = np.round(50 + 10 * rng.standard_normal(count), 1)
    return pa.table(
        {
            "indicator": np.array(codes[0])[place[0]],
            "institution": np.array(codes[1])[place[1]],
            "period": np.array([str(2010 + i) for i in range(periods)])[place[2]],
            "value": pa.array(value, mask=rng.random(count) < 0.05),
            "n": rng.integers(20, 200, count),
        }
    )


def catalogue(indicators: int = 5) -> mb.Catalogue:
    """Definitions of the indicators with a target each, and one that nobody has data for."""
    named = [f"ind_{i:03}" for i in range(indicators)] + ["ind_none"]
    return mb.Catalogue(
        id="test",
        name=NAME,
        indicators=[
            mb.Indicator(id=code, name=NAME, unit="percent", direction="higher", freq="year", aggregation="mean")
            for code in named
        ],
        targets=[
            mb.ReachBy(
                id=f"T-{code}",
                name=NAME,
                indicator=code,
                direction="higher",
                value=60.0,
                due="2020",
                baseline=mb.Baseline(period="2010", value=45.0),
            )
            for code in reversed(named)
        ],
    )


def in_files(table: pa.Table, folder: Path, form: str = "parquet", cuts: Sequence[int] | None = None) -> Path:
    """A folder with a file for each indicator, or for the rows between some cuts."""
    folder.mkdir(parents=True, exist_ok=True)
    if cuts is None:
        codes = table["indicator"].to_numpy(zero_copy_only=False)
        cuts = (np.flatnonzero(codes[1:] != codes[:-1]) + 1).tolist()
    for place, (first, last) in enumerate(zip([0, *cuts], [*cuts, table.num_rows], strict=True)):
        path, part = folder / f"{place:04}.{form}", table.slice(first, last - first)
        if form == "parquet":
            pq.write_table(part, path)
        else:
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, part.schema) as writer:
                writer.write_table(part)
    return folder


def bytes_of(reader: pa.RecordBatchReader) -> bytes:
    """What a reader holds, as the bytes of a stream that does not show how it was cut."""
    table = reader.read_all().combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def _schema(_params: Any) -> pa.Schema:
    return SCHEMA


def _counted(table: pa.Table, params: Any) -> pa.Table:
    codes = table["indicator"].to_pylist()
    if params == "slow":
        time.sleep(0.05)
    if params == "fail" and "ind_002" in codes:
        message = f"a secret value: {table['value'][0]}"
        raise ZeroDivisionError(message)
    if params == "refuse":
        raise mb.ArgumentError("argument.range", argument="x", low=0, high=1)
    if params == "die" and "ind_002" in codes:
        import os

        os._exit(3)
    if params == "other columns":
        return table
    names = sorted(set(codes))
    return pa.table({"indicator": names, "rows": [codes.count(name) for name in names]}, schema=SCHEMA)


COUNTED = engines.Kernel(
    name="counted", function=_counted, output_schema=_schema, groups=("indicator",), required=("indicator", "value")
)
