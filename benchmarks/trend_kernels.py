"""Time the trend test and slope with interval for many series against a loop over the packages people have now.

The loops do a sample of the series and are scaled up. Ours gives exact p, slope, level and exact interval; the loops
give less: a normal p and slope (pymannkendall), or slope with interval and tau with p (SciPy). The plain batch is the
least that any batch in NumPy must do, so it says how fast the machine is: S, all slopes, sorted, and four of them.
"""

from __future__ import annotations

import argparse
import os
import platform
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pymannkendall
from _measurements import peak_of, seconds
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

from maalbib import stats

Floats = npt.NDArray[np.float64]

SERIES = 100_000
SAMPLE = 300
ROUNDS = 5
LENGTHS = (5, 8, 12, 20, 60)
LOOP_AIMS = {12: (300, 300), 20: (300, 300), 60: (20, 10)}
COST_AIMS = (1.8, 1.8, 2.2)
THREAD_AIMS = {12: 1.2, 60: 1.8}
PLAIN_AIM = 1 / 1.5

_MILLION = """
import numpy as np
from maalbib import stats
rng = np.random.default_rng(1)
values = np.empty((1_000_000, 20))
for start in range(0, len(values), 50_000):
    part = rng.normal(size=(50_000, 20))
    if {untidy}:
        part = np.where(rng.random(part.shape) < 0.1, np.nan, np.rint(part * 3 + 50))
    values[start : start + 50_000] = part
found = stats.trend_batch(values[:{series}])
"""


def ours(values: Floats) -> stats.TrendBatch:
    """Test every series and estimate its slope."""
    return stats.trend_batch(values)


def pymannkendall_loop(values: Floats) -> list[tuple[float, float]]:
    """Call pymannkendall once per series."""
    results = [pymannkendall.original_test(row) for row in values]
    return [(result.slope, result.p) for result in results]


def scipy_loop(values: Floats) -> list[tuple[float, float]]:
    """Call both functions of SciPy once per series."""
    times = np.arange(values.shape[1])
    return [(scipy_stats.theilslopes(row).slope, scipy_stats.kendalltau(times, row).pvalue) for row in values]


def plain_batch(values: Floats) -> tuple[Floats, Floats]:
    """Compute S and the middle and outer slopes of series without gaps, a megabyte of slopes at a time."""
    n = values.shape[1]
    pairs = n * (n - 1) // 2
    at_once = max(256, 2**20 // (8 * pairs))
    places = [(pairs - 1) // 2, pairs // 2, pairs // 4, pairs - 1 - pairs // 4]
    s, found = np.empty(len(values)), np.empty((len(values), 4))
    for start in range(0, len(values), at_once):
        columns = values[start : start + at_once].T.copy()
        slopes = np.concatenate([(columns[lag:] - columns[:-lag]) / lag for lag in range(1, n)])
        signs = [np.add.reduce(flags.view(np.int8), axis=0, dtype=np.int16) for flags in (slopes > 0, slopes < 0)]
        s[start : start + at_once] = signs[0] - signs[1]
        rows = slopes.T.copy()
        rows.sort(axis=1)
        found[start : start + at_once] = rows[:, places]
    return s, (found[:, 0] + found[:, 1]) / 2


def check(values: Floats) -> None:
    """Stop where the ways do not give the same S, slopes and p-values."""
    batch = ours(values)
    if batch != stats.TrendBatch(test=stats.mann_kendall(values), slope=stats.theil_sen(values)):
        raise AssertionError
    assert_allclose(plain_batch(values), [batch.test.s, batch.slope.slope], rtol=1e-12, atol=1e-12)
    normal = stats.mann_kendall(values, method="normal").p_value
    assert_allclose(np.transpose(pymannkendall_loop(values)), [batch.slope.slope, normal], rtol=1e-9, atol=1e-12)
    # SciPy switches to a normal form without correction above 33 values.
    rtol = 1e-9 if values.shape[1] <= 33 else 1
    exact = np.transpose([batch.slope.slope, batch.test.p_value])
    assert_allclose(scipy_loop(values), exact, rtol=rtol, atol=1e-3)


def with_gaps(values: Floats, rng: np.random.Generator) -> Floats:
    """Leave out a tenth of the values."""
    return np.where(rng.random(values.shape) < 0.1, np.nan, values)


def against(measured: float, aim: float | None, *, least: bool = True) -> str:
    """Return a ratio with its aim, marked where it is missed."""
    if aim is None:
        return f"{measured:,.2f}" if measured < 10 else f"{measured:,.0f}"
    kept = measured >= aim if least else measured <= aim
    digits = 0 if aim >= 10 else 2
    return f"{measured:,.{digits}f} ({'>=' if least else '<='} {aim:.{digits}f}{'' if kept else ' MISSED'})"


def report_loops(series: int, rng: np.random.Generator) -> None:
    """Print series per second for each length, and how many times faster than the loops and the plain batch."""
    columns = ("periods", "series", "series/s", "x pymannkendall", "x scipy", "x plain batch")
    print("{:>8}{:>9}{:>12}{:>24}{:>24}{:>22}".format(*columns))
    for periods in LENGTHS:
        count = series if periods < 60 else max(1, series // 5)
        values = rng.normal(size=(count, periods))
        some = values[:SAMPLE]
        check(some)
        mine, plain, *loops = seconds(
            lambda values=values: ours(values),
            lambda values=values: plain_batch(values),
            lambda some=some: pymannkendall_loop(some),
            lambda some=some: scipy_loop(some),
            rounds=ROUNDS,
        )
        aims = LOOP_AIMS.get(periods, (None, None))
        ratios = [against(loop * count / len(some) / mine, aim) for loop, aim in zip(loops, aims, strict=True)]
        least = against(plain / mine, PLAIN_AIM if periods in LOOP_AIMS else None)
        print(f"{periods:>8}{count:>9,}{count / mine:>12,.0f}{ratios[0]:>24}{ratios[1]:>24}{least:>22}")


def report_cost(series: int, rng: np.random.Generator) -> None:
    """Print how many times longer series with gaps, with whole percentages, and with both take."""
    print(f"\n{'periods':>8}{'gaps':>22}{'ties':>22}{'both':>22}   times the time without")
    for periods in LENGTHS[2:]:
        count = series if periods < 60 else max(1, series // 5)
        plain = rng.normal(size=(count, periods))
        tied = np.rint(plain * 3 + 50)
        kinds = (plain, with_gaps(plain, rng), tied, with_gaps(tied, rng))
        base, *cost = seconds(*(lambda values=values: ours(values) for values in kinds), rounds=ROUNDS)
        told = (against(taken / base, aim, least=False) for taken, aim in zip(cost, COST_AIMS, strict=True))
        print(f"{periods:>8}" + "".join(f"{ratio:>22}" for ratio in told))


def report_seasons(series: int, rng: np.random.Generator) -> None:
    """Print how many times faster twelve seasons of five years are than sixty values compared throughout."""
    count = max(1, series // 5)
    values = rng.normal(size=(count, 60))
    months = np.arange(60) % 12
    seasonal, whole, plain = seconds(
        lambda: stats.trend_batch(values, blocks=months),
        lambda: ours(values),
        lambda: plain_batch(values),
        rounds=ROUNDS,
    )
    print(
        f"\n12 seasons x 5 years: {count / seasonal:,.0f} series/s, {against(whole / seasonal, 20)} x the same 60 values"
    )
    print(f"compared throughout, {plain / seasonal:.0f} x the plain batch of them")


def report_growth(series: int, rng: np.random.Generator) -> None:
    """Print how the time grows with ten times the series, and what a second thread brings."""
    values = rng.normal(size=(series, 12))
    few = values[: max(1, series // 10)].copy()
    many, less = seconds(lambda: ours(values), lambda: ours(few), rounds=ROUNDS)
    print(f"\nten times the series: {many / less:.1f} x the time")
    for periods, aim in THREAD_AIMS.items():
        count = series if periods < 60 else max(2, series // 5)
        values = rng.normal(size=(count, periods))
        halves = np.array_split(values, 2)
        with ThreadPoolExecutor(2) as pool:
            one, two, alone, both = seconds(
                lambda values=values: ours(values),
                lambda pool=pool, halves=halves: list(pool.map(ours, halves)),
                lambda values=values: plain_batch(values),
                lambda pool=pool, halves=halves: list(pool.map(plain_batch, halves)),
                rounds=ROUNDS,
            )
        gain = against(one / two, aim)
        print(f"two threads, {periods} periods: {gain} x one thread; the plain batch {alone / both:.2f} x")


def report_memory() -> None:
    """Print what a million series of twenty values take above themselves, results of both kernels included."""
    for kind, untidy in (("neither gaps nor ties", False), ("gaps and ties", True)):
        few, many = (peak_of(_MILLION.format(untidy=untidy, series=series)) for series in (1_000, 1_000_000))
        results = ours(with_gaps(np.zeros((2, 20)), np.random.default_rng(1)))
        fields = len(results.test.__attrs_attrs__) + len(results.slope.__attrs_attrs__)
        print(
            f"10^6 x 20, {kind}: {against(many - few, 150, least=False)} MiB above input, {fields} columns of results"
        )


def processor() -> str:
    """Return the processor and the vector instructions that NumPy found on it."""
    information = Path("/proc/cpuinfo")
    name = platform.processor() or platform.machine()
    if information.exists():
        facts = dict(
            line.split(":", 1) for line in information.read_text(encoding="utf-8").splitlines() if ":" in line
        )
        name = {key.strip(): value.strip() for key, value in facts.items()}.get("model name", name)
    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    return f"{name}; NumPy {np.__version__} uses {', '.join([*simd['baseline'], *simd.get('found', [])])}"


def main(series: int = SERIES) -> None:
    """Run everything once and print what it ran on."""
    rng = np.random.default_rng(20061218)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    print(f"{processor()}\nload {load}, {os.cpu_count()} cores; loops over {SAMPLE}, scaled up; one thread")
    report_loops(series, rng)
    report_cost(series, rng)
    report_seasons(series, rng)
    report_growth(series, rng)
    report_memory()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=SERIES, help="how many series")
    main(parser.parse_args().series)
