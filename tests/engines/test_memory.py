"""Memory that does not grow with the data: measured in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from engine_cases import rows

import maalbib as mb

MIB = 1024**2
FRAGMENT_ROWS = 200_000
RUN = """
import json, sys
from pathlib import Path
from maalbib import engines

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024

if __name__ == "__main__":
    before = peak()
    found = sum(batch.num_rows for batch in engines.run(sys.argv[1], engines.least_squares_slope()))
    print(json.dumps({"peak": peak(), "growth": peak() - before, "results": found}))
"""
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")


def measured(folder: Path) -> dict[str, int]:
    """Peak, growth and results of a run in a new process."""
    environment = os.environ | {"PYTHONPATH": str(Path(mb.__file__).parents[1])}
    command = [sys.executable, "-c", RUN, str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 200,000 rows of one indicator."""
    path = tmp_path_factory.mktemp("one") / "a.parquet"
    pq.write_table(rows(1, FRAGMENT_ROWS // 50, 50).drop_columns(["indicator"]), path)
    return path


def many(one: Path, folder: Path, count: int) -> Path:
    """As many indicators, each a copy of the file."""
    for place in range(count):
        (folder / f"indicator={place:03}").mkdir(parents=True)
        shutil.copy(one, folder / f"indicator={place:03}" / "a.parquet")
    return folder


def test_ten_times_the_rows(tmp_path: Path, one: Path) -> None:
    """Need at most 1.3 times the memory, and stay below 150 MB and 12 times the largest file."""
    few, lots = measured(many(one, tmp_path / "few", 3)), measured(many(one, tmp_path / "lots", 30))
    fragment = pq.read_table(one).append_column("indicator", [["000"] * FRAGMENT_ROWS]).nbytes
    assert lots["results"] == 10 * few["results"]
    assert lots["peak"] <= 1.3 * few["peak"]
    assert lots["growth"] <= 1.3 * few["growth"] + 16 * MIB  # the whole table would take hundreds
    assert lots["peak"] <= 150 * MIB + 12 * fragment


def test_rows_in_no_order(tmp_path: Path, one: Path) -> None:
    """Files that all share their groups are put in order on disk, and a part of half a million rows is in memory at a time."""
    table = pq.read_table(one).append_column("indicator", [[f"{number % 40:03}" for number in range(FRAGMENT_ROWS)]])
    for count in (5, 20):
        (tmp_path / str(count)).mkdir()
        for place in range(count):
            part = table.set_column(1, "period", pa.array([str(1900 + place)] * FRAGMENT_ROWS))
            pq.write_table(part, tmp_path / str(count) / f"{place:03}.parquet")
    few, lots = measured(tmp_path / "5"), measured(tmp_path / "20")
    assert lots["results"] == few["results"]
    assert lots["peak"] <= 1.3 * few["peak"]
