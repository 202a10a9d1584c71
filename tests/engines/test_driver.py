"""The driver: the same bytes however the data come, and a proof that no group is cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from engine_cases import COUNTED, SCHEMA, bytes_of, in_files, rows
from hypothesis import given
from hypothesis import strategies as st

import maalbib as mb
from maalbib import engines
from maalbib.engines import _plan, _regroup
from maalbib.measurements import Limits

KERNEL = engines.least_squares_slope()
EXPECTED = bytes_of(engines.run(rows(), KERNEL))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything large is small: pieces are read in batches, calls get few rows, rows go to disk at once."""
    monkeypatch.setattr(_plan, "LARGE_ROWS", 10)
    monkeypatch.setattr(_plan, "IN_MEMORY", 1)
    monkeypatch.setattr(_regroup, "CALL_ROWS", 20)
    monkeypatch.setattr(_regroup, "PART_ROWS", 50)


def shuffled(table: pa.Table) -> pa.Table:
    """The same rows in another order."""
    return table.take(np.random.default_rng(7).permutation(table.num_rows))


def batches(table: pa.Table, size: int) -> Iterator[pa.RecordBatch]:
    """Rows in batches that cut groups."""
    return iter(table.to_batches(max_chunksize=size))


def hive(table: pa.Table, folder: Path) -> Path:
    """A folder for each indicator, with two files in each."""
    codes = table["indicator"].to_pylist()
    for code in sorted(set(codes)):
        part = table.filter(pa.array([code == one for one in codes])).drop_columns(["indicator"])
        in_files(part, folder / f"indicator={code}", cuts=[part.num_rows // 3])
    return folder


def in_form(table: pa.Table, form: str) -> pa.Table:
    """The same rows in columns of rarer types."""
    if form == "view" and not hasattr(pa, "string_view"):
        pytest.skip("views came with pyarrow 16")
    for place, name in enumerate(table.column_names[:4]):
        column: Any = table.column(place)
        if form == "run end encoded":
            column = pa.chunked_array([pc.run_end_encode(column.combine_chunks())])
        elif form == "dictionary":
            column = column.dictionary_encode()
        elif form == "view" and name != "value":
            column = column.cast(pa.string_view())
        elif form == "numbers" and name == "value":
            column = column.dictionary_encode().cast(pa.dictionary(pa.int16(), pa.float64()))
        table = table.set_column(place, name, column)
    return table


class TestSources:
    """Whatever rows can be read from."""

    @pytest.mark.parametrize("form", ["parquet", "arrow"])
    def test_files(self, tmp_path: Path, form: str) -> None:
        """A folder, a list of paths, a single file."""
        folder = in_files(rows(), tmp_path / "data", form)
        assert bytes_of(engines.run(folder, KERNEL)) == EXPECTED
        assert bytes_of(engines.run(str(folder), KERNEL)) == EXPECTED
        paths = sorted(folder.iterdir())
        assert bytes_of(engines.run(paths[::-1], KERNEL)) == EXPECTED
        pq.write_table(rows(), tmp_path / "all.parquet")
        assert bytes_of(engines.run(tmp_path / "all.parquet", KERNEL)) == EXPECTED

    def test_a_hive_folder(self, tmp_path: Path) -> None:
        """The names of folders are a column; files that share an indicator are put together."""
        assert bytes_of(engines.run(hive(rows(), tmp_path), KERNEL)) == EXPECTED

    def test_a_data_set(self, tmp_path: Path) -> None:
        """Partitioned and not."""
        assert bytes_of(engines.run(ds.dataset(in_files(rows(), tmp_path / "a")), KERNEL)) == EXPECTED
        found = ds.dataset(hive(rows(), tmp_path / "b"), partitioning="hive")
        assert bytes_of(engines.run(found, KERNEL)) == EXPECTED

    def test_streams(self) -> None:
        """Readers, frames, iterators and lists of batches."""
        table = rows()
        assert (
            bytes_of(engines.run(pa.RecordBatchReader.from_batches(table.schema, batches(table, 11)), KERNEL))
            == EXPECTED
        )
        assert bytes_of(engines.run(table.to_pandas(), KERNEL)) == EXPECTED
        assert bytes_of(engines.run(batches(table, 11), KERNEL)) == EXPECTED
        assert bytes_of(engines.run(table.to_batches(max_chunksize=50), KERNEL)) == EXPECTED
        one = table.combine_chunks().to_batches()[0]
        assert bytes_of(engines.run(one, KERNEL)) == EXPECTED

    @pytest.mark.usefixtures("small")
    @pytest.mark.parametrize("form", ["run end encoded", "view", "dictionary", "numbers"])
    def test_rarer_types(self, form: str) -> None:
        """Runs, views, and dictionaries of numbers, in order and in none, also where they are compared."""
        where = [("indicator", "!=", "ind_001")]
        expected = bytes_of(engines.run(rows(), KERNEL, where=where))
        table, backwards = (in_form(part, form) for part in (rows(), rows().take(np.arange(315)[::-1])))
        for source in (batches(table, 20), batches(backwards, 20), table):
            assert bytes_of(engines.run(source, KERNEL, where=where)) == expected

    def test_a_stream_that_changes_its_mind(self) -> None:
        """Texts in one batch and numbers in the next are refused; kinds of number are not."""
        one, two = rows().slice(0, 63), rows().slice(63)
        whole = two.set_column(3, "value", pa.array(np.arange(252)))
        found = engines.run([*one.to_batches(), *whole.to_batches()], KERNEL).read_all()
        assert found.num_rows == 35
        texts = two.set_column(3, "value", pa.array([str(i) for i in range(252)]))
        with pytest.raises(mb.DataError) as caught:
            engines.run([*one.to_batches(), *texts.to_batches()], KERNEL).read_all()
        assert [(p.code, p.column) for p in caught.value.problems] == [("folder.types_differ", "value")]

    def test_polars(self) -> None:
        """Any frame that speaks Arrow."""
        polars = pytest.importorskip("polars")
        assert bytes_of(engines.run(polars.from_arrow(rows()), KERNEL)) == EXPECTED

    def test_nothing(self, tmp_path: Path) -> None:
        """No rows give the columns all the same."""
        empty = rows().slice(0, 0)
        pq.write_table(empty, tmp_path / "a.parquet")
        for source in (empty, tmp_path, iter(()), iter(empty.to_batches())):
            reader = engines.run(source, KERNEL)
            assert reader.schema == KERNEL.output_schema(None)
            assert reader.read_all().num_rows == 0

    @pytest.mark.parametrize("source", [None, 7, [1, 2], object()])
    def test_anything_else(self, source: Any) -> None:
        """It is said what could have been given."""
        with pytest.raises(mb.ArgumentError, match="pyarrow"):
            engines.run(source, KERNEL)


@pytest.mark.usefixtures("small")
class TestGroups:
    """No group is in two calls."""

    @given(cuts=st.lists(st.integers(0, 315), max_size=8).map(sorted), order=st.randoms(use_true_random=False))
    def test_boundaries_through_every_group(
        self, tmp_path_factory: pytest.TempPathFactory, cuts: list[int], order: Any
    ) -> None:
        """Files that end anywhere, named in any order."""
        folder = in_files(rows(), tmp_path_factory.mktemp("cut"), cuts=cuts)
        paths = sorted(folder.iterdir())
        assert bytes_of(engines.run(paths, KERNEL)) == EXPECTED
        order.shuffle(paths)
        assert bytes_of(engines.run(paths, KERNEL)) == EXPECTED

    @pytest.mark.parametrize("size", [1, 7, 9, 50, 63, 1_000])
    @pytest.mark.parametrize("ordered", [None, True])
    def test_batches_cut_a_group(self, size: int, *, ordered: bool | None) -> None:
        """The open group is carried over to the next batch."""
        assert bytes_of(engines.run(batches(rows(), size), KERNEL, ordered=ordered)) == EXPECTED

    @pytest.mark.parametrize("size", [1, 9, 100])
    def test_rows_in_no_order(self, tmp_path: Path, size: int) -> None:
        """A stream, a file, and files with rows of everybody are sorted on disk."""
        mixed = shuffled(rows())
        assert bytes_of(engines.run(batches(mixed, size), KERNEL)) == EXPECTED
        pq.write_table(mixed, tmp_path / "a.parquet", row_group_size=size)
        assert bytes_of(engines.run(tmp_path, KERNEL)) == EXPECTED
        folder = in_files(mixed, tmp_path / "b", cuts=[100, 200])
        assert bytes_of(engines.run(folder, KERNEL)) == EXPECTED

    def test_groups_of_two_columns(self, tmp_path: Path) -> None:
        """Smaller groups need less memory, and give the same."""
        for source in (
            in_files(rows(), tmp_path, cuts=[5, 64, 130]),
            shuffled(rows()),
            batches(shuffled(rows()), 13),
        ):
            assert bytes_of(engines.run(source, KERNEL, by=["indicator", "institution"])) == EXPECTED

    def test_every_call_gets_whole_groups(self, tmp_path: Path) -> None:
        """Counting rows would show a cut, and a group that comes twice."""
        for source in (in_files(rows(), tmp_path, cuts=[5, 64, 130]), batches(shuffled(rows()), 13)):
            found = engines.run(source, COUNTED).read_all()
            assert found.to_pydict() == {"indicator": [f"ind_{i:03}" for i in range(5)], "rows": [63] * 5}

    def test_types_that_differ_between_files(self, tmp_path: Path) -> None:
        """Codes as texts, large texts and dictionaries; whole numbers and floats; a column that some lack."""
        table = rows().set_column(3, "value", pa.array(np.arange(315.0) % 60))
        expected = bytes_of(engines.run(table, KERNEL))
        one, two, three = table.slice(0, 50), table.slice(50, 100), table.slice(150)
        codes: Any = two["institution"]
        two = two.set_column(1, "institution", codes.dictionary_encode())
        whole: Any = three["value"]
        three = three.set_column(3, "value", whole.cast(pa.int16())).drop_columns(["n"])
        for place, part in enumerate((one, two, three)):
            pq.write_table(part, tmp_path / f"{place}.parquet")
        assert bytes_of(engines.run(tmp_path, KERNEL)) == expected


class TestProof:
    """What files say about themselves is held against what they hold."""

    def test_ranges_come_from_the_footer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Files apart are read once, one after the other, and only the columns that are needed."""
        read: list[tuple[str, list[str]]] = []
        true = engines._fragments.FileFragment.tables

        def watched(self: Any, reading: Any) -> Iterator[pa.Table]:
            read.append((self.name, reading.schema.names))
            return true(self, reading)

        monkeypatch.setattr(engines._fragments.FileFragment, "tables", watched)
        engines.run(in_files(rows(), tmp_path), KERNEL).read_all()
        assert read == [(f"{i:04}.parquet", ["indicator", "institution", "period", "value"]) for i in range(5)]

    def test_statistics_that_lie(self, tmp_path: Path) -> None:
        """A footer that tells a wrong range would let a group be cut in silence; the file is refused by name."""
        in_files(rows(), tmp_path)
        path = tmp_path / "0001.parquet"
        data = path.read_bytes()
        footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
        assert data.count(b"ind_001", footer) >= 2
        path.write_bytes(data[:footer] + data[footer:].replace(b"ind_001", b"ind_00a"))
        with pytest.raises(mb.DataError) as caught:
            engines.run(tmp_path, KERNEL).read_all()
        assert [(p.code, p.file, p.column) for p in caught.value.problems] == [
            ("file.statistics", "0001.parquet", "indicator")
        ]

    def test_without_statistics_the_keys_are_read(self, tmp_path: Path) -> None:
        """Nothing is taken for granted where nothing is told."""
        for place in range(5):
            pq.write_table(rows().slice(place * 63, 63), tmp_path / f"{9 - place}.parquet", write_statistics=False)
        assert bytes_of(engines.run(tmp_path, KERNEL)) == EXPECTED

    @pytest.mark.usefixtures("small")
    def test_an_order_that_was_promised_and_is_not_kept(self) -> None:
        """The stream is refused as soon as it shows."""
        with pytest.raises(mb.DataError) as caught:
            engines.run(batches(shuffled(rows()), 50), KERNEL, ordered=True).read_all()
        assert caught.value.problems.counts() == {"group.not_ordered": 1}
        backwards = rows().take(np.arange(315)[::-1])
        with pytest.raises(mb.DataError):
            engines.run(batches(backwards, 1), KERNEL, ordered=True).read_all()

    def test_blank_codes(self, tmp_path: Path) -> None:
        """A footer tells the blank, which is an empty cell; files that have some share a group."""
        for place, code in enumerate((" ", "a", "")):
            part = rows().slice(63 * place, 63)
            pq.write_table(part.set_column(0, "indicator", pa.array([code] * 63)), tmp_path / f"{place}.parquet")
        found = engines.run(tmp_path, KERNEL).read_all()
        assert found["indicator"].to_pylist() == [None] * 7 + ["a"] * 7
        assert set(found["status"].to_pylist()[:7]) == {"duplicate_period"}

    @pytest.mark.parametrize("code", ["ind_001 ", " ind_001", "a\u030a"])
    def test_codes_that_have_two_forms(self, code: str) -> None:
        """A verb would read them as one indicator, and the driver as two."""
        with pytest.raises(mb.DataError) as caught:
            engines.run(rows().set_column(0, "indicator", pa.array([code] * 315)), KERNEL).read_all()
        assert caught.value.problems.counts() == {"group.untidy": 1}

    def test_empty_codes(self) -> None:
        """They are a group of their own, the first."""
        codes = [None if code == "ind_004" else code for code in rows()["indicator"].to_pylist()]
        found = engines.run(rows().set_column(0, "indicator", pa.array(codes)), KERNEL).read_all()
        assert found["indicator"].to_pylist()[:8] == [None] * 7 + ["ind_000"]


class TestWhere:
    """Conditions choose rows, and files that hold none are not read."""

    @pytest.mark.parametrize(
        "where",
        [
            [("indicator", "==", "ind_002")],
            [("indicator", "in", ["ind_001", "ind_004"]), ("period", ">=", "2013")],
            [("institution", "not in", ["0700"]), ("n", "<", 100)],
            [("indicator", "==", "nothing")],
        ],
    )
    def test_rows(self, tmp_path: Path, where: list[Any]) -> None:
        """Files, folders, tables, streams and data sets choose the same."""
        expected = bytes_of(engines.run(rows().filter(pq.filters_to_expression([where])), KERNEL))
        folder, parts = in_files(rows(), tmp_path / "a"), hive(rows(), tmp_path / "b")
        for source in (folder, parts, rows(), batches(rows(), 50), ds.dataset(folder)):
            assert bytes_of(engines.run(source, KERNEL, where=where)) == expected
        for path in folder.iterdir():
            table = pq.read_table(path)
            pq.write_table(table, path, row_group_size=10)
        assert bytes_of(engines.run(folder, KERNEL, where=where)) == expected

    def test_row_groups_are_left_out(self, tmp_path: Path) -> None:
        """Those that cannot hold a wanted row are not even unfolded."""
        in_files(rows(), tmp_path, cuts=[])
        path = tmp_path / "0000.parquet"
        pq.write_table(rows(), path, row_group_size=63)
        assert (
            engines.run(path, COUNTED, where=[("indicator", "==", "ind_002")], limits=Limits(rows=63))
            .read_all()
            .num_rows
            == 1
        )
        with pytest.raises(mb.DataError):
            engines.run(path, COUNTED, limits=Limits(rows=63)).read_all()

    def test_arguments(self) -> None:
        """An unknown word and an unknown column are told."""
        with pytest.raises(mb.ArgumentError, match="=="):
            engines.run(rows(), KERNEL, where=[("indicator", "like", "x")])
        with pytest.raises(mb.DataError) as caught:
            engines.run(rows(), KERNEL, where=[("x", "==", "y")]).read_all()
        assert caught.value.problems.counts() == {"column.missing": 1}


class TestRefused:
    """What cannot be run says so before or while results are taken, and never half."""

    def test_a_column_is_missing(self, tmp_path: Path) -> None:
        """All of those are named."""
        with pytest.raises(mb.DataError) as caught:
            engines.run(rows().drop_columns(["value", "period"]), KERNEL)
        assert [(p.code, p.column) for p in caught.value.problems] == [
            ("column.missing", "period"),
            ("column.missing", "value"),
        ]
        with pytest.raises(mb.DataError) as caught:
            engines.run(tmp_path / "x.parquet", KERNEL)
        assert caught.value.problems.counts() == {"file.not_found": 1}

    def test_a_broken_file_among_others(self, tmp_path: Path) -> None:
        """It is named."""
        in_files(rows(), tmp_path)
        (tmp_path / "0003.parquet").write_bytes(b"PAR1")
        with pytest.raises(mb.DataError) as caught:
            engines.run(tmp_path, KERNEL)
        assert [(p.code, p.file) for p in caught.value.problems] == [("file.not_arrow", "0003.parquet")]

    def test_limits_hold_for_each_file(self, tmp_path: Path) -> None:
        """Any number of files, none of them too large."""
        in_files(rows(), tmp_path)
        assert bytes_of(engines.run(tmp_path, KERNEL, limits=Limits(rows=63))) == EXPECTED
        for limits in (Limits(rows=62), Limits(files=4), Limits(decoded_bytes=100)):
            with pytest.raises(mb.DataError) as caught:
                engines.run(tmp_path, KERNEL, limits=limits).read_all()
            assert caught.value.problems.counts() == {"file.too_large": 1}

    @pytest.mark.usefixtures("small")
    def test_the_disk_is_bounded(self) -> None:
        """What is put aside is counted."""
        with pytest.raises(mb.MaalError) as caught:
            engines.run(batches(shuffled(rows()), 50), KERNEL, disk_bytes=100).read_all()
        assert caught.value.code == "engines.disk_full"

    @pytest.mark.parametrize(
        "options",
        [
            {"by": ["period"]},
            {"by": []},
            {"by": "indicator"},
            {"parallel": 0},
            {"parallel": True},
            {"start": "thread"},
            {"disk_bytes": 0},
            {"progress": 7},
        ],
    )
    def test_arguments(self, options: dict[str, Any]) -> None:
        """Wrong arguments are told before anything is read."""
        with pytest.raises(mb.ArgumentError):
            engines.run(rows(), KERNEL, **options)

    @pytest.mark.parametrize(
        ("params", "code"), [("fail", "engines.kernel_failed"), ("other columns", "engines.kernel_columns")]
    )
    def test_a_kernel_that_breaks_its_promise(self, params: str, code: str) -> None:
        """It is named, and no value of the data is told."""
        with pytest.raises(mb.MaalError) as caught:
            engines.run(rows(), COUNTED, params).read_all()
        assert (caught.value.code, caught.value.details["kernel"]) == (code, "counted")
        assert "secret" not in str(caught.value)


def test_results_are_computed_when_they_are_asked_for() -> None:
    """The consumer controls the pace: a stream in order is drawn on as results are taken."""
    drawn = []

    def source() -> Iterator[pa.RecordBatch]:
        for place in range(5):
            drawn.append(place)
            yield rows().slice(place * 63, 63).combine_chunks().to_batches()[0]

    reader = engines.run(source(), COUNTED, ordered=True)
    assert drawn == [0]  # its columns are looked at
    assert reader.schema == SCHEMA
    assert reader.read_all().num_rows == 5
    assert drawn == [0, 1, 2, 3, 4]


def test_a_stream_in_order_is_not_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group is done as soon as the next one begins."""
    monkeypatch.setattr(_regroup, "CALL_ROWS", 1)
    drawn = []

    def source() -> Iterator[pa.RecordBatch]:
        for place in range(5):
            drawn.append(place)
            yield rows().slice(place * 63, 63).combine_chunks().to_batches()[0]

    reader = engines.run(source(), COUNTED, ordered=True)
    assert reader.read_next_batch().to_pydict() == {"indicator": ["ind_000"], "rows": [63]}
    assert drawn == [0, 1]


def test_a_reader_that_is_let_go_ends_the_source() -> None:
    """Nothing is held on to."""
    ended = []

    def source() -> Iterator[pa.RecordBatch]:
        try:
            for place in range(5):
                yield rows().slice(place * 63, 63).combine_chunks().to_batches()[0]
        finally:
            ended.append(True)

    reader = engines.run(source(), COUNTED, ordered=True)
    del reader
    import gc

    gc.collect()
    assert ended == [True]
