"""Time the trend test and slope with interval for many series against a loop over the packages people have now.

The loops do a sample of the series and are scaled up. Ours gives exact p, slope, level and exact interval; the loops
give less: a normal p and slope (pymannkendall), or slope with interval and tau with p (SciPy).
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
import pymannkendall
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

from maalbib import stats

Floats = npt.NDArray[np.float64]

SERIES = 100_000
SAMPLE = 300
ROUNDS = 5
LENGTHS = (5, 8, 12, 20, 60)


def seconds(work: Callable[[], object]) -> float:
    """Return the median time of a few runs after a warm-up."""
    work()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def ours(values: Floats) -> None:
    """Test every series and estimate its slope."""
    stats.mann_kendall(values)
    stats.theil_sen(values)


def pymannkendall_loop(values: Floats) -> list[tuple[float, float]]:
    """Call pymannkendall once per series."""
    results = [pymannkendall.original_test(row) for row in values]
    return [(result.slope, result.p) for result in results]


def scipy_loop(values: Floats) -> list[tuple[float, float]]:
    """Call both functions of SciPy once per series."""
    times = np.arange(values.shape[1])
    return [(scipy_stats.theilslopes(row).slope, scipy_stats.kendalltau(times, row).pvalue) for row in values]


def check(values: Floats) -> None:
    """Stop where the ways do not give the same slopes and p-values."""
    slopes = stats.theil_sen(values).slope
    normal = stats.mann_kendall(values, method="normal").p_value
    assert_allclose(np.transpose(pymannkendall_loop(values)), [slopes, normal], rtol=1e-9, atol=1e-12)
    # SciPy switches to a normal form without correction above 33 values.
    rtol = 1e-9 if values.shape[1] <= 33 else 1
    assert_allclose(
        scipy_loop(values), np.transpose([slopes, stats.mann_kendall(values).p_value]), rtol=rtol, atol=1e-3
    )


def with_gaps(values: Floats, rng: np.random.Generator) -> Floats:
    """Leave out a tenth of the values."""
    return np.where(rng.random(values.shape) < 0.1, np.nan, values)


def report_loops(series: int, rng: np.random.Generator) -> None:
    """Print series per second for each length, and how many times slower the loops are."""
    print(f"{'periods':>8}{'series':>9}{'series/s':>12}{'x pymannkendall':>17}{'x scipy':>10}")
    for periods in LENGTHS:
        count = series if periods < 60 else max(1, series // 5)
        values = rng.normal(size=(count, periods))
        some = values[:SAMPLE]
        check(some)
        rate = count / seconds(lambda values=values: ours(values))
        loops = [
            len(some) / seconds(lambda loop=loop, some=some: loop(some)) for loop in (pymannkendall_loop, scipy_loop)
        ]
        print(f"{periods:>8}{count:>9,}{rate:>12,.0f}{rate / loops[0]:>17,.0f}{rate / loops[1]:>10,.0f}")


def report_cost(series: int, rng: np.random.Generator) -> None:
    """Print how many times longer series with gaps, with whole percentages, and with both take."""
    print(f"{'periods':>8}{'gaps':>9}{'ties':>9}{'both':>9}   times the time without")
    for periods in LENGTHS[2:]:
        count = series if periods < 60 else max(1, series // 5)
        plain = rng.normal(size=(count, periods))
        tied = np.rint(plain * 3 + 50)
        base = seconds(lambda plain=plain: ours(plain))
        kinds = (with_gaps(plain, rng), tied, with_gaps(tied, rng))
        cost = [seconds(lambda values=values: ours(values)) / base for values in kinds]
        print(f"{periods:>8}" + "".join(f"{ratio:>9.2f}" for ratio in cost))


def report_seasons(series: int, rng: np.random.Generator) -> None:
    """Print how many times faster twelve seasons of five years are than sixty values compared throughout."""
    count = max(1, series // 5)
    values = rng.normal(size=(count, 60))
    months = np.arange(60) % 12

    def seasonal() -> None:
        stats.mann_kendall(values, blocks=months)
        stats.theil_sen(values, blocks=months)

    taken = seconds(seasonal)
    print(
        f"12 seasons x 5 years: {count / taken:,.0f} series/s, {seconds(lambda: ours(values)) / taken:.0f} x the plain test"
    )


def report_growth(series: int, rng: np.random.Generator) -> None:
    """Print how the time grows with ten times the series."""
    values = rng.normal(size=(series, 12))
    few = values[: max(1, series // 10)].copy()
    print(f"ten times the series: {seconds(lambda: ours(values)) / seconds(lambda: ours(few)):.1f} x the time")


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
    print(f"{processor()}, NumPy {np.__version__}; loops over {SAMPLE}, scaled up; one thread")
    report_loops(series, rng)
    report_cost(series, rng)
    report_seasons(series, rng)
    report_growth(series, rng)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=SERIES, help="how many series")
    main(parser.parse_args().series)
