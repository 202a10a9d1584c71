"""Several processes, progress, and ways to stop."""

from __future__ import annotations

import gc
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pytest
from engine_cases import COUNTED, bytes_of, catalogue, in_files, rows

import maalbib as mb
from maalbib import engines

STARTS = [start for start in ("spawn", "fork") if start in multiprocessing.get_all_start_methods()]
QUIET = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@QUIET
@pytest.mark.parametrize("start", STARTS)
def test_two_processes_give_the_same_bytes(tmp_path: Path, start: Any) -> None:
    """Of files, of tables, and of rows in no order."""
    kernel = engines.trends(catalogue())
    expected = bytes_of(engines.run(rows(), kernel))
    folder = in_files(rows(), tmp_path)
    assert bytes_of(engines.run(folder, kernel, parallel=2, start=start)) == expected
    mixed = rows().take(list(range(314, -1, -1)))
    assert bytes_of(engines.run(mixed.to_batches(max_chunksize=50), kernel, parallel=2, start=start)) == expected


@QUIET
def test_results_come_in_order(tmp_path: Path) -> None:
    """However long each call takes."""
    folder = in_files(rows(12), tmp_path)
    found = engines.run(folder, COUNTED, "slow", parallel=3, start=STARTS[-1]).read_all()
    assert found["indicator"].to_pylist() == [f"ind_{i:03}" for i in range(12)]


@QUIET
@pytest.mark.parametrize(
    ("params", "code"),
    [
        ("fail", "engines.kernel_failed"),
        ("refuse", "argument.range"),
        ("other columns", "engines.kernel_columns"),
        ("die", "engines.worker_lost"),
    ],
)
def test_an_error_in_a_process_is_one_clear_error(tmp_path: Path, params: str, code: str) -> None:
    """Its code and words are those it had there, and no value of the data is told."""
    reader = engines.run(in_files(rows(), tmp_path), COUNTED, params, parallel=2, start=STARTS[-1])
    with pytest.raises(mb.MaalError) as caught:
        reader.read_all()
    assert caught.value.code == code
    assert "secret" not in str(caught.value)


@QUIET
def test_problems_come_out_of_a_process_whole(tmp_path: Path) -> None:
    """A data error keeps its problems."""
    wrong = rows().set_column(3, "value", pa.array([700.0] * 315))
    reader = engines.run(in_files(wrong, tmp_path), engines.trends(catalogue()), parallel=2, start=STARTS[-1])
    with pytest.raises(mb.DataError) as caught:
        reader.read_all()
    assert caught.value.problems.counts() == {"value.above": 63}
    assert {problem.file for problem in caught.value.problems} == {"0000.parquet"}


def test_a_kernel_that_cannot_be_sent() -> None:
    """It is told, and works in one process."""

    def local(table: pa.Table, params: object) -> pa.Table:
        return COUNTED.function(table, params)

    kernel = attrs.evolve(COUNTED, function=local)
    assert engines.run(rows(), kernel).read_all().num_rows == 5
    with pytest.raises(mb.ArgumentError, match="parallel=1"):
        engines.run(rows(), kernel, parallel=2).read_all()


@QUIET
def test_processes_end_when_the_reader_is_let_go(tmp_path: Path) -> None:
    """Also in the middle."""
    reader = engines.run(in_files(rows(), tmp_path), COUNTED, parallel=2, start=STARTS[-1])
    reader.read_next_batch()
    assert len(multiprocessing.active_children()) == 2
    del reader
    gc.collect()
    assert multiprocessing.active_children() == []


class TestProgress:
    """A function that is told, or a bar."""

    def test_a_function(self, tmp_path: Path) -> None:
        """Calls, rows in and rows out add up."""
        steps: list[engines.Step] = []
        engines.run(in_files(rows(), tmp_path), COUNTED, progress=steps.append).read_all()
        assert [(step.calls, step.rows, step.results) for step in steps] == [(i, 63 * i, i) for i in range(1, 6)]

    @QUIET
    @pytest.mark.parametrize("parallel", [1, 2])
    def test_false_stops(self, tmp_path: Path, parallel: int) -> None:
        """Nothing that looks like a whole result comes out, and nothing is written."""
        reader = engines.run(
            in_files(rows(), tmp_path / "data"),
            COUNTED,
            parallel=parallel,
            start=STARTS[-1],
            progress=lambda step: step.calls < 3,
        )
        (tmp_path / "out").mkdir()
        with pytest.raises(mb.MaalError) as caught:
            engines.write(reader, tmp_path / "out" / "a.parquet")
        assert caught.value.code == "engines.cancelled"
        assert list((tmp_path / "out").iterdir()) == []
        assert multiprocessing.active_children() == []

    def test_a_bar_is_silent_where_there_is_no_terminal(self, capfd: pytest.CaptureFixture[str]) -> None:
        """A log is no place for it."""
        pytest.importorskip("tqdm")
        engines.run(rows(), COUNTED, progress=True).read_all()
        assert capfd.readouterr() == ("", "")

    def test_without_tqdm(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The install line is told, before anything is read."""
        monkeypatch.setitem(sys.modules, "tqdm", None)
        with pytest.raises(mb.errors.MissingExtraError, match=r"maalbib\[progress\]"):
            engines.run(rows(), COUNTED, progress=True)


SLOW = """
import sys, time
sys.path.append(sys.argv[1])
from engine_cases import COUNTED, rows
from maalbib import engines
if __name__ == "__main__":
    def source():
        for place in range(1_000):
            if place == 40:
                print("now", flush=True)
                time.sleep(60)
            yield rows(1, 100, 50, seed=place).set_column(0, "indicator", [[f"{place:06}"] * 5_000]).to_batches()[0]
    reader = engines.run(source(), engines.least_squares_slope(), ordered=True, progress=None)
    engines.write(reader, sys.argv[2])
"""


ORPHANS = """
import multiprocessing, sys, time
sys.path.append(sys.argv[1])
from engine_cases import COUNTED
from maalbib import engines
if __name__ == "__main__":
    reader = engines.run(sys.argv[2], COUNTED, parallel=2, start="fork")
    reader.read_next_batch()
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
    time.sleep(60)
"""


def ended(process: int) -> bool:
    """Whether a process is gone, or only waits to be counted."""
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    """Also when it had no time to say so."""
    in_files(rows(), tmp_path)
    environment = os.environ | {"PYTHONPATH": str(Path(mb.__file__).parents[1])}
    command = [sys.executable, "-c", ORPHANS, str(Path(__file__).parent), str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as child:
        assert child.stdout is not None
        started = [int(number) for number in child.stdout.readline().split()]
        assert len(started) == 2
        child.kill()
        child.wait()
        until = time.monotonic() + 30
        while not all(map(ended, started)) and time.monotonic() < until:
            time.sleep(0.05)
    assert all(map(ended, started))


@pytest.mark.skipif(sys.platform != "linux", reason="files without a name are Linux's")
@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_killed_in_the_middle(tmp_path: Path, name: str) -> None:
    """No file is left, neither whole nor in part, under any name."""
    environment = os.environ | {"PYTHONPATH": str(Path(mb.__file__).parents[1])}
    command = [sys.executable, "-c", SLOW, str(Path(__file__).parent), str(tmp_path / name)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "now\n"
        child.kill()
    assert list(tmp_path.iterdir()) == []
