"""Memory and speed of one kernel over files: streamed, in memory at once, and with pandas group by group.

Each way runs in a process of its own, whose peak of resident memory is what is printed, with that of the processes that it
starts. pandas does a sample of the series and is
scaled up.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from maalbib import engines

INSTITUTIONS = 2_000
PERIODS = 50
FRAGMENT = INSTITUTIONS * PERIODS
SIZES = (1_000_000, 10_000_000, 30_000_000)
SAMPLE = 500  # series that pandas does
KEY = ["indicator", "institution"]
MB = 1024**2


def files(folder: Path, rows: int) -> Path:
    """Make a folder with a file of 100,000 rows for each indicator."""
    folder.mkdir()
    institution = np.repeat([f"{place:06}" for place in range(INSTITUTIONS)], PERIODS)
    period = np.tile([str(1975 + place) for place in range(PERIODS)], INSTITUTIONS)
    for place in range(rows // FRAGMENT):
        rng = np.random.default_rng(place)
        value = pa.array(50 + rng.standard_normal(FRAGMENT).cumsum() / 50, mask=rng.random(FRAGMENT) < 0.02)
        codes = {"indicator": [f"ind_{place:04}"] * FRAGMENT, "institution": institution, "period": period}
        pq.write_table(pa.table({**codes, "value": value}), folder / f"{place:04}.parquet")
    return folder


def total(tables: list[pa.Table] | list[pa.RecordBatch]) -> float:
    """Add up the slopes, so that ways can be compared."""
    return float(sum(np.nansum(np.asarray(table.column("slope"), dtype=float)) for table in tables))


def streamed(folder: Path, parallel: int = 1) -> float:
    """Run the kernel file by file."""
    reader = engines.run(folder, engines.least_squares_slope(), parallel=parallel)
    return sum(total([batch]) for batch in reader)


def trends(folder: Path) -> float:
    """Judge every series for a trend, file by file."""
    return sum(total([batch]) for batch in engines.run(folder, engines.trends()))


def unordered(folder: Path) -> float:
    """Run the kernel over a stream in no known order, which is put aside first."""
    batches = (
        batch for path in sorted(folder.iterdir())[::-1] for batch in pq.ParquetFile(path).iter_batches(65_536)
    )
    return sum(total([batch]) for batch in engines.run(batches, engines.least_squares_slope()))


def at_once(folder: Path) -> float:
    """Read everything, then run the same kernel."""
    return total([engines.least_squares_slope()(pq.read_table(folder))])


def by_pandas(folder: Path) -> float:
    """Fit each series of a sample with groupby.apply; the time is scaled up by whoever called."""
    frame = pq.read_table(min(folder.iterdir())).to_pandas()
    frame = frame[frame["institution"] < f"{SAMPLE:06}"].dropna().assign(year=lambda f: f["period"].astype(int))
    return float(
        frame.groupby(KEY)[["year", "value"]].apply(lambda part: np.polyfit(part.year, part.value, 1)[0]).sum()
    )


WAYS: dict[str, Callable[[Path], float]] = {
    "streamed": streamed,
    "streamed, 2 processes": lambda folder: streamed(folder, 2),
    "put aside, then sorted": unordered,
    "all in memory": at_once,
    "pandas groupby.apply": by_pandas,
    "trends, streamed": trends,
}
SAME = {"streamed, 2 processes", "put aside, then sorted", "all in memory"}


def peak() -> int:
    """Return the largest resident size so far, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024


def measured(way: str, folder: Path) -> dict[str, float]:
    """Run one way in a new process."""
    command = [sys.executable, str(Path(__file__).resolve()), way, str(folder)]
    done = subprocess.run(command, env=os.environ, check=True, capture_output=True, encoding="utf-8")  # noqa: S603 - this file
    found: dict[str, float] = json.loads(done.stdout)
    return found


def child(way: str, folder: str) -> None:
    """Do the work of a child process and print what it took."""
    start = time.perf_counter()
    slopes = WAYS[way](Path(folder))
    seconds = time.perf_counter() - start
    started = 2 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024  # the larger of two, twice
    print(json.dumps({"seconds": seconds, "peak": peak() + started, "slopes": slopes}))


def check(found: dict[str, dict[str, float]], slopes: float) -> None:
    """Stop where two ways do not give the same slopes."""
    for way in SAME & found.keys():
        np.testing.assert_allclose(found[way]["slopes"], slopes, rtol=1e-9, err_msg=way)


def main() -> None:
    """Print a table for each size."""
    with tempfile.TemporaryDirectory() as folder:
        before: float | None = None
        for rows in SIZES:
            data = files(Path(folder, str(rows)), rows)
            fragment = pq.read_table(min(data.iterdir())).nbytes
            print(f"{rows:,} rows in {rows // FRAGMENT} files; the largest is {fragment / MB:.1f} MB in memory")
            ways = [way for way in WAYS if rows < SIZES[-1] or way in {"streamed", "streamed, 2 processes"}]
            ways = [way for way in ways if rows == SIZES[0] or way != "trends, streamed"]
            found = {way: measured(way, data) for way in ways}
            base = found["streamed"]
            check(found, base["slopes"])
            for way, took in found.items():
                scale = rows / (SAMPLE * PERIODS) if way.startswith("pandas") else 1
                seconds = took["seconds"] * scale
                print(
                    f"    {way:<24}{seconds:>10.2f} s {rows / seconds / 1e6:>8.3f} million rows/s"
                    f"{took['peak'] / MB:>8.0f} MB   time {seconds / base['seconds']:>8.1f}   memory {took['peak'] / base['peak']:>5.2f}"
                )
            bound = 150 + 12 * fragment / MB
            print(f"    promise: {bound:.0f} MB; {base['peak'] / MB:.0f} MB were needed")
            if before is not None:
                print(f"    against the size before: memory x {base['peak'] / before:.2f}; aim 1.3")
            before = base["peak"]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(*sys.argv[1:])
    else:
        main()
