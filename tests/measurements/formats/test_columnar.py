"""Parquet and Arrow files, folders of them, and files that unfold to far more than they are."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib.measurements._limits import Limits
from maalbib.measurements.formats._columnar import given_of_file, given_of_folder

MIB = 1024**2
GROWTH = 200 * MIB
READ = """
import json, sys, resource
from pathlib import Path
import pyarrow.parquet, maalbib.measurements
from maalbib.measurements._limits import Limits
from maalbib.measurements.formats._columnar import given_of_file
def peak():
    status = Path("/proc/self/status")  # getrusage would count what the parent had at the start
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) * 1024
before = peak()
given = given_of_file(Path(sys.argv[1]), Limits())
found = [[block.code, block.details.get("limit")] for block in given.problems.blocks]
print(json.dumps({"found": found, "growth": peak() - before, "columns": sorted(given.columns)}))
"""


def read_in_a_child(path: Path) -> dict[str, Any]:
    """What a new process finds in a file, and how many bytes it grew by."""
    environment = os.environ | {"PYTHONPATH": str(Path(mb.__file__).parents[1])}
    command = [sys.executable, "-c", READ, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def codes(rows: int = 3) -> dict[str, Any]:
    """The columns of codes of a small table."""
    return {
        "indicator": pa.array(["x"] * rows).dictionary_encode(),
        "institution": [f"{place:04}" for place in range(rows)],
        "period": ["2024"] * rows,
    }


def table(rows: int = 3, **more: Any) -> pa.Table:
    """A small table of measurements."""
    return pa.table({**codes(rows), "value": np.arange(rows, dtype=float), **more})


def written(folder: Path, name: str, content: pa.Table, **options: Any) -> Path:
    """A file of a table, Parquet or Arrow by its name."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(content, path, **options)
    else:
        form = pa.ipc.new_stream if options.pop("stream", False) else pa.ipc.new_file
        with (
            pa.OSFile(str(path), "wb") as sink,
            form(sink, content.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer,
        ):
            writer.write_table(content)
    return path


def varint(number: int, width: int) -> bytes:
    """A signed number as Thrift writes it, stretched to a width."""
    number = number << 1
    parts = [(number >> (7 * place)) & 127 | (128 if place < width - 1 else 0) for place in range(width)]
    return bytes(parts)


def with_a_lying_footer(path: Path) -> Path:
    """The same file, whose footer says that its first column takes up 1,000 bytes."""
    chunk = pq.read_metadata(path).row_group(0).column(0)
    true = chunk.total_uncompressed_size
    width = len(np.base_repr(true << 1, 2)) // 7 + 1
    data = path.read_bytes()
    start = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    assert varint(true, width) in data[start:]
    path.write_bytes(data[:start] + data[start:].replace(varint(true, width), varint(1_000, width), 1))
    assert pq.read_metadata(path).row_group(0).column(0).total_uncompressed_size == 1_000
    return path


def one_text(rows: int, length: int) -> pa.Array[Any]:
    """The same long text in every row, held once."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), ["x" * length])


def dictionary_runs(folder: Path) -> Path:
    """Forty million rows in a few runs."""
    constant = one_text(40_000_000, 1)
    return written(folder, "a.parquet", pa.table({"indicator": constant}), row_group_size=40_000_000)


def more_rows_than_allowed(folder: Path) -> Path:
    """Sixty million rows without a cell."""
    return written(folder, "a.parquet", pa.table({"indicator": pa.nulls(60_000_000)}), row_group_size=60_000_000)


def a_giant_text_in_every_row(folder: Path) -> Path:
    """A text of a megabyte, stored once, in two thousand rows."""
    return written(folder, "a.parquet", pa.table({"comment": one_text(2_000, MIB)}), compression="zstd")


def giant_pages_under_a_lying_footer(folder: Path) -> Path:
    """Three hundred megabytes of one letter in a page of 15 kB; the footer says 1,000 bytes."""
    texts = pa.table({"comment": ["x" * MIB] * 300})
    path = written(
        folder,
        "a.parquet",
        texts,
        compression="zstd",
        use_dictionary=False,
        data_page_size=2**30,
        write_statistics=False,
    )
    assert path.stat().st_size < 100_000
    return with_a_lying_footer(path)


def texts_that_lean_on_each_other(folder: Path) -> Path:
    """Front coding: a text says what it has in common with the one before, and the page stays small."""
    texts = pa.table({"comment": ["x" * 50_000] * 3_000})
    return written(folder, "a.parquet", texts, use_dictionary=False, column_encoding={"comment": "DELTA_BYTE_ARRAY"})


def many_row_groups(folder: Path) -> Path:
    """A footer of a hundred thousand row groups of 600 rows that are all the same."""
    path = folder / "a.parquet"
    part = pa.table({"indicator": one_text(600, 1)})
    with pq.ParquetWriter(path, part.schema) as writer:
        for _ in range(20_000):
            writer.write_table(part)
    return path


def zeros_in_an_arrow_file(folder: Path) -> Path:
    """Two hundred and forty megabytes of zeros in one batch."""
    return written(folder, "a.arrow", pa.table({"value": np.zeros(30_000_000)}), compression="zstd")


def zeros_in_an_arrow_stream(folder: Path) -> Path:
    """The same without a footer."""
    return written(folder, "a.arrow", pa.table({"value": np.zeros(30_000_000)}), compression="lz4", stream=True)


def runs_in_an_arrow_file(folder: Path) -> Path:
    """A run of forty million rows in a few bytes."""
    run: Any = pa.RunEndEncodedArray.from_arrays([40_000_000], ["x" * 1_000])
    return written(folder, "a.arrow", pa.table({"comment": run}))


def giant_text_in_an_arrow_dictionary(folder: Path) -> Path:
    """A text of a megabyte, held once, in two thousand rows."""
    return written(folder, "a.arrow", pa.table({"comment": one_text(2_000, MIB)}), compression="zstd")


def views_of_one_text(folder: Path) -> Path:
    """Two thousand views of a text of a megabyte."""
    if not hasattr(pa, "string_view"):
        pytest.skip("views came with pyarrow 16")
    one = struct.pack("<i4sii", MIB, b"xxxx", 0, 0)
    buffers = [None, pa.py_buffer(one * 2_000), pa.py_buffer(b"x" * MIB)]
    views: Any = pa.Array.from_buffers(pa.string_view(), 2_000, buffers)
    return written(folder, "a.arrow", pa.table({"comment": views}), compression="zstd")


def rows_of_nothing(folder: Path) -> Path:
    """Sixty million rows without a byte."""
    return written(folder, "a.arrow", pa.table({"comment": pa.nulls(60_000_000)}))


BOMBS: list[tuple[Callable[[Path], Path], str]] = [
    (dictionary_runs, "ratio"),
    (more_rows_than_allowed, "rows"),
    (a_giant_text_in_every_row, "ratio"),
    (giant_pages_under_a_lying_footer, "ratio"),
    (texts_that_lean_on_each_other, "ratio"),
    (zeros_in_an_arrow_file, "ratio"),
    (zeros_in_an_arrow_stream, "ratio"),
    (runs_in_an_arrow_file, "ratio"),
    (giant_text_in_an_arrow_dictionary, "ratio"),
    (views_of_one_text, "ratio"),
    (rows_of_nothing, "rows"),
]


class TestBombs:
    """A small file that unfolds to very much is refused before it fills the memory."""

    @pytest.mark.parametrize(("make", "limit"), BOMBS, ids=lambda value: getattr(value, "__name__", value))
    def test_is_refused(self, tmp_path: Path, make: Callable[[Path], Path], limit: str) -> None:
        """The limit is named, and the process that read it grew by less than 200 MB."""
        found = read_in_a_child(make(tmp_path))
        assert found["found"] == [["file.too_large", limit]]
        assert found["growth"] < GROWTH

    def test_many_row_groups_are_read_in_little_memory(self, tmp_path: Path) -> None:
        """Twelve million rows in twenty thousand row groups are data, and cost what they hold."""
        found = read_in_a_child(many_row_groups(tmp_path))
        assert found["found"] == []
        assert found["growth"] < 2 * GROWTH

    def test_nested_columns_are_not_unfolded(self, tmp_path: Path) -> None:
        """A column of lists of lists is refused by its name, and not read."""
        deep: Any = pa.string()
        cell: Any = "x"
        for _ in range(20):
            deep, cell = pa.list_(deep), [cell] * (2 if cell == "x" else 1)
        path = written(tmp_path, "a.parquet", table(3, comment=pa.array([cell] * 3, deep)))
        ms = mb.Measurements.read(path, on_problem="collect")
        assert [(p.code, p.column) for p in ms.problems] == [("column.extension_type", "comment")]


@pytest.mark.parametrize(
    "array",
    [
        pa.array([[1.0], [2.0], None]),
        pa.array([{"a": 1.0}] * 3),
        pa.array([b"1", b"2", b"3"]),
        pa.array([[(1, 2)]] * 3, pa.map_(pa.int8(), pa.int8())),
        pa.array([b"abcd"] * 3, pa.binary(4)),
    ],
    ids=lambda array: str(array.type),
)
@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_columns_of_other_types_are_refused_by_name(tmp_path: Path, name: str, array: pa.Array[Any]) -> None:
    """A value that is a list, a record or raw bytes is none; beside the known columns it is passed over."""
    content = table(3)
    path = written(tmp_path, name, content.set_column(3, "value", array))
    with pytest.raises(mb.DataError) as caught:
        mb.Measurements.read(path)
    assert [(p.code, p.column, p.file) for p in caught.value.problems] == [("column.extension_type", "value", name)]
    beside = mb.Measurements.read(written(tmp_path, name, table(3, remark=array)))
    assert [(p.code, p.level, p.column) for p in beside.problems] == [("column.unknown", "warning", "remark")]


@pytest.mark.parametrize("form", ["file", "stream", "feather", "zstd"])
def test_every_form_of_an_arrow_file(tmp_path: Path, form: str) -> None:
    """File and stream, plain and compressed, hold the same."""
    content = table(1_000)
    options: dict[str, Any] = {"stream": {"stream": True}, "zstd": {"compression": "zstd"}}.get(form, {})
    path = written(tmp_path, "a.feather" if form == "feather" else "a.arrow", content, **options)
    expected = mb.Measurements.from_arrow(content)
    assert mb.Measurements.read(path) == expected
    assert mb.Measurements.read(written(tmp_path, "a.parquet", content)) == expected


@pytest.mark.parametrize("encoding", ["PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"])
def test_every_encoding_of_texts(tmp_path: Path, encoding: str) -> None:
    """Other writers tell texts by their differences, which Arrow does not read as codes."""
    options = {"use_dictionary": False, "column_encoding": {"institution": encoding}}
    path = written(tmp_path, "a.parquet", table(1_000), **options)
    assert mb.Measurements.read(path) == mb.Measurements.from_arrow(table(1_000))


def test_dictionaries_are_kept(tmp_path: Path) -> None:
    """Texts come as numbers into a short list, from files of texts as well."""
    content = table(1_000)
    for name in ("a.parquet", "a.arrow"):
        given = given_of_file(written(tmp_path, name, content), Limits())
        assert pa.types.is_dictionary(given.columns["indicator"].type)
    assert pa.types.is_dictionary(given_of_file(tmp_path / "a.parquet", Limits()).columns["institution"].type)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.97])
def test_a_truncated_arrow_file(tmp_path: Path, kept: float, *, stream: bool) -> None:
    """Part of a file is refused, not read; also where it is cut between two batches."""
    content = pa.concat_tables([table(100)] * 20)
    path = written(tmp_path, "a.arrow", content, stream=stream)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    assert given_of_file(path, Limits()).problems.counts() == {"file.not_arrow": 1}


def test_a_stream_that_ends_between_two_batches(tmp_path: Path) -> None:
    """Its end is not marked, so something is missing."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table().schema) as writer:
        writer.write_table(table())
        whole = sink.tell()
        writer.write_table(table())
    path = tmp_path / "a.arrow"
    path.write_bytes(sink.getvalue().to_pybytes()[:whole])
    assert given_of_file(path, Limits()).problems.counts() == {"file.not_arrow": 1}


def test_numbers_of_texts_that_are_not_there(tmp_path: Path) -> None:
    """A file may number texts beyond its list; looking them up would read somebody else's memory."""
    beyond = pa.DictionaryArray.from_arrays(pa.array([0, 2**30, 0], pa.int32()), ["x"], safe=False)
    path = written(tmp_path, "a.arrow", table(3).set_column(0, "indicator", beyond))
    assert given_of_file(path, Limits()).problems.counts() == {"file.not_arrow": 1}


def test_a_footer_that_counts_otherwise(tmp_path: Path) -> None:
    """Wherever the footer says 1,000, another number is found out or means nothing; no rows are lost in silence."""
    path = written(tmp_path, "a.parquet", table(1_000))
    data = path.read_bytes()
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    places = [place for place in range(footer, len(data)) if data.startswith(varint(1_000, 2), place)]
    assert len(places) >= 6
    refused = 0
    for place in places:
        for count in (999, 1_001):
            path.write_bytes(data[:place] + varint(count, 2) + data[place + 2 :])
            found = given_of_file(path, Limits())
            assert found.problems.counts() == {"file.not_arrow": 1} or len(found.origin.rows) == 1_000
            refused += found.refused
    assert refused >= 2


@given(data=st.data())
def test_no_bytes_raise_anything_else(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever a byte of a file is changed to, there are columns or problems."""
    name = data.draw(st.sampled_from(["a.parquet", "a.arrow", "stream.arrow"]))
    path = tmp_path_factory.getbasetemp() / name
    written(path.parent, name, table(50), **({"stream": True} if "stream" in name else {}))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    given = given_of_file(path, Limits(rows=10_000, decoded_bytes=10 * MIB))
    assert given.columns or given.problems


class TestFolders:
    """Files of a folder are one table."""

    def test_hive(self, tmp_path: Path) -> None:
        """The name of a folder is a column; files in the order of their names."""
        for code in ("b", "a%2Fc"):
            content = table(2).drop_columns(["indicator"])
            written(tmp_path, f"indicator={code}/part-0.parquet", content)
        ms = mb.Measurements.read(tmp_path)
        assert [(row.indicator, row.institution) for row in ms] == [
            ("a/c", "0000"),
            ("a/c", "0001"),
            ("b", "0000"),
            ("b", "0001"),
        ]

    def test_a_file_for_each_indicator(self, tmp_path: Path) -> None:
        """Parquet and Arrow may stand side by side, with texts, codes and numbers of other types."""
        one = table(2)
        other = one.set_column(0, "indicator", pa.array(["y"] * 2, pa.large_string()))
        other = other.set_column(3, "value", pa.array([1, 2], pa.int64()))
        written(tmp_path, "x.parquet", one)
        written(tmp_path, "y.arrow", other)
        ms = mb.Measurements.read(tmp_path)
        assert [(row.indicator, row.value) for row in ms] == [("x", 0.0), ("x", 1.0), ("y", 1.0), ("y", 2.0)]

    def test_problems_name_the_file_and_its_row(self, tmp_path: Path) -> None:
        """Rows count from 0 in each file; a pair in two files names both."""
        wrong = table(3).set_column(3, "value", pa.array([0.0, np.inf, np.inf]))
        written(tmp_path, "a.parquet", table(3))
        written(tmp_path, "b.parquet", wrong.set_column(0, "indicator", pa.array(["y"] * 3)))
        written(tmp_path, "c.parquet", table(3).set_column(3, "value", pa.array([7.0, 1.0, 2.0])))
        ms = mb.Measurements.read(tmp_path, on_problem="collect")
        found = [(p.code, p.file, p.row, p.other_file, p.other_row) for p in ms.problems]
        assert sorted(found) == [
            ("key.duplicate", "a.parquet", 0, "c.parquet", 0),
            ("key.repeated", "c.parquet", 1, "a.parquet", 1),
            ("key.repeated", "c.parquet", 2, "a.parquet", 2),
            ("number.not_finite", "b.parquet", 1, None, None),
            ("number.not_finite", "b.parquet", 2, None, None),
        ]
        assert "a.parquet:0+c.parquet:0" in str(ms.problems)
        assert ms.row_numbers.tolist() == [1, 2, 3]

    def test_a_column_that_some_files_lack(self, tmp_path: Path) -> None:
        """It is empty in their rows."""
        written(tmp_path, "a.parquet", table(1, n=[10]))
        written(tmp_path, "b.parquet", table(1).set_column(0, "indicator", pa.array(["y"])))
        assert [row.n for row in mb.Measurements.read(tmp_path)] == [10, None]

    @pytest.mark.parametrize(
        ("files", "code", "file"),
        [
            ({}, "folder.empty", None),
            ({"indicator=x/a.parquet": table()}, "folder.column_twice", "indicator=x/a.parquet"),
            (
                {"a.parquet": table(), "b.parquet": table().set_column(3, "value", pa.array(["1", "2", "3"]))},
                "folder.types_differ",
                None,
            ),
            ({"a.parquet": table(), "b.parquet": None}, "file.not_arrow", "b.parquet"),
        ],
    )
    def test_refused(self, tmp_path: Path, files: dict[str, pa.Table | None], code: str, file: str | None) -> None:
        """Nothing is read where one file cannot be, and the file is named."""
        for name, content in files.items():
            if content is None:
                (tmp_path / name).write_bytes(b"PAR1 but no more")
            else:
                written(tmp_path, name, content)
        given = given_of_folder(tmp_path, Limits())
        assert given.refused
        assert [(block.code, block.file) for block in given.problems.blocks] == [(code, file or tmp_path.name)]

    def test_limits_count_over_all_files(self, tmp_path: Path) -> None:
        """A bomb may be cut into many files."""
        for place in range(5):
            written(tmp_path, f"{place}.parquet", table(10))
        for limits, limit in ((Limits(rows=49), "rows"), (Limits(files=4), "files"), (Limits(columns=3), "columns")):
            problems = given_of_folder(tmp_path, limits).problems
            assert [block.details["limit"] for block in problems.blocks] == [limit]
        assert len(given_of_folder(tmp_path, Limits(rows=50, files=5)).origin.rows) == 50

    def test_what_is_passed_over(self, tmp_path: Path) -> None:
        """Marks that other programs leave, and hidden files."""
        written(tmp_path, "a.parquet", table())
        written(tmp_path, "_temporary/b.parquet", table())
        written(tmp_path, ".hidden.parquet", table())
        (tmp_path / "_SUCCESS").write_text("", encoding="utf-8")
        (tmp_path / "readme.md").write_text("x", encoding="utf-8")
        assert len(given_of_folder(tmp_path, Limits()).origin.rows) == 3

    def test_links_to_folders_are_not_followed(self, tmp_path: Path) -> None:
        """A link may lead anywhere, also back."""
        written(tmp_path, "data/a.parquet", table())
        try:
            (tmp_path / "data" / "again").symlink_to(tmp_path / "data", target_is_directory=True)
        except OSError:
            pytest.skip("links cannot be made here")
        assert len(given_of_folder(tmp_path / "data", Limits()).origin.rows) == 3
