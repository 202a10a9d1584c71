"""Time limits, points outside and runs of seven for many series against a loop over the series.

The loop does the same for one series at a time with plain NumPy, for a sample, and is scaled up. A third figure is the
same arithmetic for all series at once without gaps, segments, reasons or anything else that a result says.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Drawn = tuple[Floats, Floats, Flags, Flags]

SERIES = 20_000
PERIODS = 36
RUN = 7
SAMPLE = 1_000
ROUNDS = 5
KINDS = ("i", "run", "p", "p_prime", "u", "i_prime")


def seconds(work: Callable[[], object]) -> float:
    """Return the median time of a few runs after a warm-up."""
    work()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def runs_of_seven(side: npt.NDArray[np.int8]) -> Flags:
    """Return where seven points in a row lie on one side, marked at the last."""
    total = np.cumsum(side, axis=-1, dtype=np.int64)
    total[..., RUN:] -= total[..., :-RUN].copy()
    found = np.abs(total) == RUN
    found[..., : RUN - 1] = False
    return found


def ours(values: Floats) -> Drawn:
    """Limits of all series with everything that the result says, points outside, runs."""
    found = stats.xmr_limits(values)
    return found.lower, found.upper, found.beyond != 0, runs_of_seven(found.side)


def one(row: Floats) -> Drawn:
    """Do the same for one series in plain NumPy."""
    ranges = np.abs(np.diff(row))
    spread = 2.66 * ranges[ranges < 3.267 * ranges.mean()].mean()
    centre = row.mean()
    lower, upper = np.full(len(row), centre - spread), np.full(len(row), centre + spread)
    return lower, upper, (row > upper) | (row < lower), runs_of_seven(np.sign(row - centre).astype(np.int8))


def loop(values: Floats) -> list[Drawn]:
    """One series after the other."""
    return [one(row) for row in values]


def bare(values: Floats) -> tuple[Flags, Flags]:
    """Do the arithmetic alone, all series at once."""
    centre, ranges = values.mean(axis=1, keepdims=True), np.abs(np.diff(values, axis=1))
    kept = ranges < 3.267 * ranges.mean(axis=1, keepdims=True)
    spread = 2.66 * (ranges * kept).sum(axis=1, keepdims=True) / kept.sum(axis=1, keepdims=True)
    beyond = (values > centre + spread) | (values < centre - spread)
    return beyond, runs_of_seven(np.sign(values - centre).astype(np.int8))


def check(values: Floats) -> None:
    """Stop where the ways do not agree."""
    lower, upper, beyond, runs = ours(values)
    theirs = loop(values)
    assert_allclose(lower, [each[0] for each in theirs], rtol=1e-9, atol=1e-12)
    assert_allclose(upper, [each[1] for each in theirs], rtol=1e-9, atol=1e-12)
    assert_array_equal(beyond, [each[2] for each in theirs])
    assert_array_equal(runs, [each[3] for each in theirs])


def report(values: Floats) -> None:
    """Print times and ratios of the individuals chart."""
    check(values[:SAMPLE])
    limits, whole = seconds(lambda: stats.xmr_limits(values)), seconds(lambda: ours(values))
    looped = seconds(lambda: loop(values[:SAMPLE])) * len(values) / min(SAMPLE, len(values))
    series, periods = values.shape
    print(
        f"{series:,} series x {periods}: limits {limits:.3f} s, with points outside and runs of {RUN} {whole:.3f} s"
    )
    print(f"loop over the series: {looped:.2f} s, {looped / whole:.0f} x ours")
    print(f"arithmetic alone, no gaps and no reasons: {whole / seconds(lambda: bare(values)):.1f} x faster than ours")
    gaps = np.where(np.random.default_rng(1).random(values.shape) < 0.1, np.nan, values)
    print(f"with a tenth missing: {seconds(lambda: stats.xmr_limits(gaps)) / limits:.2f} x the limits without gaps")
    labels = np.arange(periods) * 3 // periods
    print(f"three segments: {seconds(lambda: stats.xmr_limits(values, segments=labels)) / limits:.2f} x one segment")


def report_kinds(series: int, rng: np.random.Generator) -> None:
    """Print the time of other kinds in times of the individuals chart."""
    sizes = rng.integers(50, 2_000, (series, PERIODS)).astype(np.float64)
    counts = rng.binomial(sizes.astype(np.int64), 0.2).astype(np.float64)
    base = seconds(lambda: stats.control_limits("i", counts, sizes))
    for kind in KINDS[1:]:
        taken = seconds(lambda kind=kind: stats.control_limits(kind, counts, sizes))
        print(f"{kind:>8} {taken / base:.2f} x the time of i")
    exact = seconds(lambda: stats.control_limits("p", counts, sizes, limits="exact"))
    print(f"p, exact {exact / base:.1f} x the time of i")


def processor() -> str:
    """Return the processor and the vector instructions it has."""
    information = Path("/proc/cpuinfo")
    if not information.exists():
        return platform.processor() or platform.machine()
    pairs = [line.partition(":") for line in information.read_text(encoding="utf-8").splitlines()]
    facts = {name.strip(): value.strip() for name, _, value in pairs}
    flags = set(facts.get("flags", facts.get("Features", "")).split())
    wide = [flag for flag in ("avx2", "avx512f", "neon") if flag in flags]
    return f"{facts.get('model name', platform.machine())} ({', '.join(wide)})"


def main(series: int = SERIES) -> None:
    """Run everything once and print what it ran on."""
    rng = np.random.default_rng(20061218)
    print(f"{processor()}, NumPy {np.__version__}; loop over {SAMPLE}, scaled up; one thread")
    report(rng.normal(50, 4, (series, PERIODS)))
    report_kinds(series, rng)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=SERIES, help="how many series")
    main(parser.parse_args().series)
