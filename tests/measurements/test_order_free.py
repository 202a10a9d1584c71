"""The same input gives the same table: whatever the machine's language, its threads, the pieces and how texts are kept."""

from __future__ import annotations

import functools
import locale
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib.measurements import _csv
from maalbib.measurements._csv_body import read_body

NAME = mb.Text(da="x")
INDICATORS = [
    mb.Indicator(id="andel", name=NAME, unit="percent", direction="higher", freq="quarter"),
    mb.Indicator(id="antal", name=NAME, unit="count", direction="context"),
]
CATALOGUE = mb.Catalogue(id="c", name=NAME, indicators=INDICATORS)
REGISTER = mb.Register.denmark()
KNOWN: dict[str, Any] = {"catalogue": CATALOGUE, "register": REGISTER, "on_problem": "collect"}
ROWS = 3_000


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Danish file of many lines with quotes, line breaks in cells and faults here and there."""
    rng = np.random.default_rng(1970)
    codes = sorted(entry.id for entry in REGISTER.select("municipality", on="2018-01-01"))
    lines = ["indicator;institution;period;value;n;comment"]
    for row, cell in enumerate(rng.choice(2 * len(codes) * 40, ROWS, replace=False).tolist()):
        indicator, rest = divmod(cell, len(codes) * 40)
        code, period = codes[rest // 40], f"{2010 + rest % 40 // 4}K{rest % 4 + 1}"
        value = f"{rng.random() * 101:.2f}".replace(".", ",")
        comment = '"to\nlinjer; og ""mere"""' if row % 400 == 3 else f"nr. {row}" if row % 7 else ""
        cells = [INDICATORS[indicator].id, code, period, value, str(row % 50 - 1), comment]
        if row % 101 == 5:
            cells[row % 6] = ["", "9999", "2010K7", "1.5", "x", "A\u030arhus"][row % 6]
        lines.append(";".join(cells))
        lines += [""] if row % 500 == 9 else []
    path = tmp_path_factory.mktemp("order") / "m.csv"
    path.write_text("\r\n".join(lines), encoding="utf-8", newline="")
    return path


def everything(ms: mb.Measurements) -> tuple[Any, ...]:
    """Return all that was read: rows, their numbers, and problems in their order."""
    return ms.to_arrow().to_pydict(), ms.row_numbers.tolist(), ms.problems.to_json()


def read(path: Path) -> mb.Measurements:
    """Read the file and collect what is wrong."""
    return mb.Measurements.read(path, locale="da", **KNOWN)


@pytest.fixture
def own_threads() -> Iterator[None]:
    """Put Arrow's number of threads back."""
    before = pa.cpu_count()
    yield
    pa.set_cpu_count(before)


@pytest.mark.usefixtures("own_threads")
@pytest.mark.parametrize("threads", [1, 2, 7])
@pytest.mark.parametrize("block", [64, 1_000, 20_011, 8 * 1024**2])
def test_threads_and_blocks(file: Path, monkeypatch: pytest.MonkeyPatch, threads: int, block: int) -> None:
    """However many blocks are read side by side, and wherever they are cut."""
    expected = everything(read(file))
    assert len(expected[1]) > ROWS * 0.9
    pa.set_cpu_count(threads)
    monkeypatch.setattr(_csv, "read_body", functools.partial(read_body, block=block))
    assert everything(read(file)) == expected


@pytest.mark.parametrize("name", ["C", "C.UTF-8", "POSIX", "da_DK.UTF-8", "en_US.UTF-8"])
def test_the_language_of_the_machine(file: Path, name: str) -> None:
    """A decimal comma is one because the caller says so, not because of the environment."""
    expected, before = everything(read(file)), locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        pytest.skip(f"the machine has no {name}")
    try:
        assert everything(read(file)) == expected
    finally:
        locale.setlocale(locale.LC_ALL, before)


def test_the_order_of_the_lines(file: Path) -> None:
    """Lines in another order give the same problems at their new places, and the same rows."""
    whole = [line for line in file.read_text(encoding="utf-8").splitlines() if line.count(";") == 5]
    header, *lines = [line for line in whole if '"' not in line]
    order = np.random.default_rng(3).permutation(len(lines))
    mixed = file.with_name("mixed.csv")
    straight = file.with_name("straight.csv")
    straight.write_text("\n".join([header, *lines]), encoding="utf-8")
    mixed.write_text("\n".join([header, *(lines[place] for place in order)]), encoding="utf-8")
    one, other = read(straight), read(mixed)
    place = {new + 2: int(old) + 2 for new, old in enumerate(order)}
    told = [(p.code, p.column, p.level, None if p.row is None else p.row) for p in one.problems]
    moved = [(p.code, p.column, p.level, None if p.row is None else place[p.row]) for p in other.problems]
    assert sorted(told, key=str) == sorted(moved, key=str)
    assert sorted(place[row] for row in other.row_numbers.tolist()) == one.row_numbers.tolist()


TEXTS = (
    pa.string(),
    pa.large_string(),
    pa.dictionary(pa.int8(), pa.string()),
    pa.dictionary(pa.uint16(), pa.large_string()),
    pa.dictionary(pa.int64(), pa.string()),
    pa.dictionary(pa.uint64(), pa.string()),
)
CELLS = st.fixed_dictionaries(
    {
        "indicator": st.sampled_from(["andel", "antal", "anden", None]),
        "institution": st.sampled_from(["0101", "0147", " 0151", "9999", None]),
        "period": st.sampled_from(["2020-Q1", "2020-Q2", "2020", "2020-Q5", None]),
        "value": st.sampled_from([1.0, 100.5, -1.0, None]),
    }
)


@given(st.lists(CELLS, max_size=12), st.sampled_from(TEXTS), st.lists(st.integers(0, 12), max_size=3), st.booleans())
def test_how_texts_are_kept(rows: list[dict[str, Any]], kind: pa.DataType, cuts: list[int], backwards: bool) -> None:  # noqa: FBT001
    """Plain or numbered, with any numbers, in pieces that number their texts differently and hold some that nobody uses."""
    names = ("indicator", "institution", "period")
    table = pa.table(
        {
            **{name: pa.array([row[name] for row in rows], pa.string()) for name in names},
            "value": pa.array([row["value"] for row in rows], pa.float64()),
        }
    )
    expected = everything(mb.Measurements.from_arrow(table, **KNOWN))
    edges = sorted({0, len(rows), *(min(cut, len(rows)) for cut in cuts)})
    columns: dict[str, Any] = {"value": table["value"]}
    for name in names:
        cells = table[name].combine_chunks()
        parts = [_kept(cells[one:two], kind, backwards=backwards) for one, two in pairwise(edges)]
        columns[name] = pa.chunked_array(parts, type=kind)
    kept = pa.table(columns)
    assert everything(mb.Measurements.from_arrow(kept, **KNOWN)) == expected
    assert everything(mb.Measurements.from_arrow(kept.to_reader(max_chunksize=2), **KNOWN)) == expected


def _kept(cells: Any, kind: Any, *, backwards: bool) -> Any:
    if not pa.types.is_dictionary(kind):
        return cells.cast(kind)
    texts = [*sorted({cell for cell in cells.to_pylist() if cell}, reverse=backwards), "ubrugt"]
    places = [None if cell is None else texts.index(cell) for cell in cells.to_pylist()]
    return pa.DictionaryArray.from_arrays(pa.array(places, kind.index_type), pa.array(texts, kind.value_type))


SCRIPT = """
import hashlib, sys
import pyarrow as pa
import maalbib as mb
ms = mb.Measurements.read(sys.argv[1], locale="da", register=mb.Register.denmark(), on_problem="collect")
sink = pa.BufferOutputStream()
with pa.ipc.new_stream(sink, ms.to_arrow().schema) as writer:
    writer.write_table(ms.to_arrow())
print(hashlib.sha256(sink.getvalue().to_pybytes() + ms.problems.to_json().encode()).hexdigest())
"""


def test_the_order_of_hashes(file: Path) -> None:
    """Two runs whose sets stand in different orders give the same bytes."""
    digests = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(file)],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(digests) == 1


def test_a_wide_file_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Years across, read in many blocks, are the same rows as in one."""
    lines = [f"{code:04};{code % 7},5;{code};..;1.000,0" for code in range(100, 400)]
    text = "\n".join(["institution;2020;2021;2022;2023", *lines])
    (tmp_path / "bred.csv").write_text(text, encoding="utf-8")

    def wide() -> mb.Measurements:
        return mb.Measurements.read(
            tmp_path / "bred.csv",
            locale="da",
            across="period",
            marks="dst",
            constants={"indicator": "x"},
            on_problem="collect",
        )

    expected = everything(wide())
    assert len(wide()) == 1_200
    monkeypatch.setattr(_csv, "read_body", functools.partial(read_body, block=700))
    assert everything(wide()) == expected


def test_the_input_is_not_changed() -> None:
    """Tables and frames hold afterwards what they held, and what was read does not change with them."""
    values = np.array([1.0, -0.0, 3.0])
    table = pa.table(
        {
            "indicator": ["andel"] * 3,
            "institution": pa.array([" 0101", "0147", "0151"]).dictionary_encode(),
            "period": ["2020-Q1"] * 3,
            "value": pa.array(values),
        }
    )
    before = table.to_pydict()
    ms = mb.Measurements.from_arrow(table, **KNOWN)
    assert table.to_pydict() == before
    values[:] = 99.0
    assert [row.value for row in ms] == [1.0, 0.0, 3.0]
