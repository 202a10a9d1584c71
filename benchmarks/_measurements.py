"""What the benchmarks of measurements share: the definitions, the rows, and how times are taken and told."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

import maalbib as mb

ROWS = int(os.environ.get("BENCH_ROWS", "10000000"))
"""How many rows; ``BENCH_ROWS=100000`` makes all of them small."""

AIMED_ROWS = 10_000_000
INDICATORS = 200
WEEKS = 520
NAME = mb.Text(da="x")


def definitions() -> tuple[mb.Catalogue, mb.Register]:
    """Return 200 shares measured by week, and the municipalities."""
    indicators = [
        mb.Indicator(id=f"share_{i:03}", name=NAME, unit="percent", direction="higher", freq="week")
        for i in range(INDICATORS)
    ]
    return mb.Catalogue(id="bench", name=NAME, indicators=indicators), mb.Register.denmark()


def table_of(catalogue: mb.Catalogue, register: mb.Register, rows: int = ROWS) -> pa.Table:
    """Return rows in no order with codes as dictionaries: 98 municipalities by week for ten years, no key twice."""
    rng = np.random.default_rng(2018)
    institutions = sorted(entry.id for entry in register.select("municipality", on="2018-01-01"))
    weeks = [f"{year}-W{week:02}" for year in range(2010, 2020) for week in range(1, 53)]
    cells = rng.permutation(INDICATORS * len(institutions) * WEEKS)[:rows]
    indicator, rest = np.divmod(cells, len(institutions) * WEEKS)
    institution, week = np.divmod(rest, WEEKS)
    places = {"indicator": indicator, "institution": institution, "period": week}
    texts = {"indicator": [*catalogue.indicators], "institution": institutions, "period": weeks}
    columns: dict[str, Any] = {
        name: pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(texts[name]))
        for name, codes in places.items()
    }
    return pa.table({**columns, "value": np.round(rng.random(rows) * 100, 1), "n": rng.integers(20, 500, rows)})


def seconds(*works: Callable[[], object], rounds: int = 3) -> list[float]:
    """Return the median time of each piece of work; they take turns, so that what else runs slows all of them."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, times in zip(works, taken, strict=True):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return [statistics.median(times) for times in taken]


def tell(what: str, measured: float, aim: float, unit: str, *, least: bool = False) -> None:
    """Print a figure beside its aim: the most, or the least, that it should be with ten million rows."""
    kept = measured >= aim if least else measured <= aim
    said = ("kept" if kept else "NOT KEPT") if ROWS >= AIMED_ROWS else "too few rows to say"
    print(f"{what:<62} {measured:>9,.2f} {unit:<10} aim {'at least' if least else 'at most'} {aim:g}: {said}")


def peak_of(script: str, *arguments: str) -> float:
    """Return the peak memory in MB of a process of its own that runs a script; NaN where the system does not tell."""
    if not Path("/proc/self/status").exists():
        return float("nan")
    # What a child inherits counts in its resource usage, but not here.
    told = "\nprint([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", script + told, *arguments]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    return int(run.stdout.split()[-1]) / 1024
