"""Results in files: whole or not there, and the same bytes however they were cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from engine_cases import in_files, rows

import maalbib as mb
from maalbib import engines
from maalbib.engines import _write

KERNEL = engines.least_squares_slope()


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
@pytest.mark.parametrize("rows_at_once", [4, 131_072])
def test_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, rows_at_once: int) -> None:
    """From files, from a stream, and from one table."""
    monkeypatch.setattr(_write, "_ROWS", rows_at_once)
    found = set()
    for place, source in enumerate((in_files(rows(), tmp_path / "in"), rows(), rows().to_batches(max_chunksize=9))):
        target = tmp_path / str(place) / name
        target.parent.mkdir()
        assert engines.write(engines.run(source, KERNEL), target) == 35
        assert [path.name for path in target.parent.iterdir()] == [name]
        found.add(target.read_bytes())
    assert len(found) == 1


def test_what_was_written_can_be_read(tmp_path: Path) -> None:
    """With and without rows; a file that is there is replaced."""
    expected = engines.run(rows(), KERNEL).read_all()
    target = tmp_path / "a.parquet"
    target.write_bytes(b"old")
    engines.write(engines.run(rows(), KERNEL), target)
    assert pq.read_table(target) == expected
    engines.write(engines.run(rows().slice(0, 0), KERNEL), target)
    assert pq.read_table(target).schema == expected.schema
    assert engines.write(rows(), tmp_path / "b.arrow") == 315


def broken() -> Iterator[pa.RecordBatch]:
    """Batches that end in an error."""
    yield rows().to_batches()[0]
    raise mb.MaalError("engines.cancelled")


@pytest.mark.parametrize("unnamed", [True, False])
def test_an_error_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, unnamed: bool) -> None:
    """Also where files cannot be without a name; what was there before stays."""
    if not unnamed:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    target = tmp_path / "a.parquet"
    target.write_bytes(b"old")
    with pytest.raises(mb.MaalError):
        engines.write(pa.RecordBatchReader.from_batches(rows().schema, broken()), target)
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]
    assert target.read_bytes() == b"old"
    engines.write(rows(), target)
    assert pq.read_table(target).num_rows == 315


def test_the_mode_of_a_file_is_the_usual_one(tmp_path: Path) -> None:
    """Others may read what the umask lets them."""
    engines.write(rows(), tmp_path / "a.parquet")
    (tmp_path / "b").write_bytes(b"")
    assert (tmp_path / "a.parquet").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_other_endings(tmp_path: Path) -> None:
    """They say no format."""
    with pytest.raises(mb.ArgumentError, match="parquet"):
        engines.write(rows(), tmp_path / "a.csv")
