"""The footer of Parquet files, read by ourselves: as Arrow reads it where it can be trusted, and never trusted."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maalbib.measurements.formats._columnar_footer import Compact, PageError, row_groups_in

HERE = Path(__file__).resolve().parents[2]


def written(columns: dict[str, Any], **options: Any) -> bytes:
    """The bytes of a Parquet file."""
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, **options)
    return file.getvalue()


@given(
    st.lists(st.tuples(st.none() | st.text(max_size=5), st.none() | st.integers(0, 9), st.booleans()), max_size=30),
    st.sampled_from(["none", "snappy", "zstd"]),
    st.sampled_from(["1.0", "2.0"]),
    st.booleans(),
    st.integers(1, 10),
)
def test_the_footer_says_what_arrow_says(
    rows: list[tuple[str | None, int | None, bool]],
    compression: str,
    pages: str,
    statistics: bool,  # noqa: FBT001
    group: int,
) -> None:
    """Rows, places, sizes, bounds and empty cells of each chunk, in every form that Arrow writes."""
    texts, numbers, truths = ([row[place] for row in rows] for place in range(3))
    table = {
        "text": pa.array(texts, pa.string()),
        "æ": pa.array(numbers, pa.int64()),
        "truth": pa.array(truths, pa.bool_()),
    }
    table["in"] = pa.array([{"list": [one]} for one in numbers], pa.struct([("list", pa.list_(pa.int64()))]))
    data = written(
        table,
        compression=compression,
        data_page_version=pages,
        write_statistics=statistics,
        row_group_size=group,
        store_decimal_as_integer=True,
    )
    footer = pq.read_metadata(io.BytesIO(data))
    found = row_groups_in(memoryview(data))
    assert [one.rows for one in found] == [footer.row_group(i).num_rows for i in range(footer.num_row_groups)]
    for i, one in enumerate(found):
        for place, chunk in enumerate(one.chunks):
            known = footer.row_group(i).column(place)
            assert (chunk.name, chunk.values, chunk.stored) == (
                known.path_in_schema,
                known.num_values,
                known.total_compressed_size,
            )
            starts = [known.data_page_offset, known.dictionary_page_offset]
            assert not known.num_values or chunk.start == min(start for start in starts if start)
            told = known.statistics
            if chunk.name == "text" and told is not None and told.has_min_max:
                assert chunk.bounds == (told.min.encode(), told.max.encode())
                assert chunk.nulls == told.null_count
            else:
                assert chunk.bounds is None


WHOLE = written({"a": ["x", None], "b": [1, 2]})


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_footer_is_read_or_refused(place: int, byte: int, cut: bool) -> None:  # noqa: FBT001
    """One byte changed, or the file cut off: groups come out, or the one declared error."""
    data = WHOLE[:place] if cut else WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]
    try:
        found = row_groups_in(memoryview(data))
    except PageError:
        return
    assert all(chunk.name is not None for group in found for chunk in group.chunks)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PAR1PAR1",
        b"PAR1" + b"\xff\xff\xff\x7f" + b"PAR1",
        b"PAR1\0" + b"\1\0\0\0" + b"PAR1",  # a footer without fields
        b"PAR1" + b"\x49\xfc\xff\xff\xff\x0f\0" + b"\7\0\0\0" + b"PAR1",  # a list longer than the file
    ],
)
def test_what_is_no_footer_is_refused(data: bytes) -> None:
    """Before anything of the size that it declares is made."""
    with pytest.raises(PageError):
        row_groups_in(memoryview(data))


def test_a_field_stands_once() -> None:
    """Of two, another reader might take the other and read another page."""
    assert Compact(memoryview(b"\x15\2\x15\4\0"), 0, 5).struct() == ({1: 1, 2: 2}, 5)
    with pytest.raises(PageError):
        Compact(memoryview(b"\x15\2\5\2\4\0"), 0, 6).struct()


def test_nothing_is_read_deeper_than_parquet_goes() -> None:
    """Structs within structs, and lists within lists."""
    for data in (b"\x1c" * 1_000, b"\x19" + b"\x19" * 1_000):
        with pytest.raises(PageError):
            Compact(memoryview(data), 0, len(data)).struct()


def test_a_footer_that_would_end_the_process_is_refused() -> None:
    """Arrow does not survive to be asked for a column chunk whose sizes do not fit; a child process shows that we do."""
    code = (
        "import sys; from maalbib.measurements import Measurements; from maalbib.errors import DataError\n"
        "try: Measurements.read(open(sys.argv[1], 'rb').read(), format='parquet')\n"
        "except DataError as error: print([problem.code for problem in error.problems])"
    )
    path = HERE / "fuzz/corpus/parquet/histogram_size.parquet"
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "['file.not_arrow']")
