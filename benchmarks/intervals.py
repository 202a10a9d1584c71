"""Time intervals of shares, counts and rates for ten million elements against one call per row.

The loops do a sample of the rows and are scaled up. Methods that need beta quantiles take a tenth of the rows.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats

from maalbib import stats

ROWS = 10_000_000
SAMPLE = 2_000
ROUNDS = 5


def median_seconds(work: Callable[[], object]) -> float:
    """Return the median time of a few runs after a warm-up."""
    work()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def wilson_plainly(x: list[int], n: list[int]) -> list[tuple[float, float]]:
    """Work the textbook formula once per proportion, nothing checked."""
    found, z = [], 1.959963984540054
    for a, b in zip(x, n, strict=True):
        p = a / b
        half = z * math.sqrt(p * (1 - p) / b + z * z / (4 * b * b))
        middle, whole = p + z * z / (2 * b), 1 + z * z / b
        found.append(((middle - half) / whole, (middle + half) / whole))
    return found


def wilson_by_scipy(x: list[int], n: list[int]) -> list[object]:
    """Call scipy once per proportion; it tests while it is at it."""
    return [scipy_stats.binomtest(a, b).proportion_ci(method="wilson") for a, b in zip(x, n, strict=True)]


def poisson_by_scipy(x: list[int]) -> list[tuple[float, float]]:
    """Call scipy twice per count."""
    return [(scipy_stats.chi2.ppf(0.025, 2 * a) / 2, scipy_stats.chi2.ppf(0.975, 2 * a + 2) / 2) for a in x]


def loop_by_scipy(method: str) -> Callable[[list[int], list[int]], list[object]]:
    """Return a loop that calls scipy once per proportion."""
    return lambda x, n: [scipy_stats.binomtest(a, b).proportion_ci(method=method) for a, b in zip(x, n, strict=True)]


def jeffreys_by_scipy(x: list[int], n: list[int]) -> list[object]:
    """Make a frozen distribution per proportion."""
    return [scipy_stats.beta(a + 0.5, b - a + 0.5).interval(0.95) for a, b in zip(x, n, strict=True)]


def rates_row_by_row(x: list[int], n: list[int]) -> pd.DataFrame:
    """Apply a function to every row of a frame, as packages of health statistics do."""
    frame = pd.DataFrame({"count": x, "population": n})
    return frame.apply(_rate_of_row, axis=1, result_type="expand")


def _rate_of_row(row: pd.Series) -> tuple[float, float, float]:
    z, count = 1.959963984540054, float(row["count"])
    if count < 10:
        lower = scipy_stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
        upper = scipy_stats.chi2.ppf(0.975, 2 * count + 2) / 2
    else:
        lower = count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3
        upper = (count + 1) * (1 - 1 / (9 * (count + 1)) + z / (3 * math.sqrt(count + 1))) ** 3
    scale = 1000 / float(row["population"])
    return count * scale, float(lower) * scale, float(upper) * scale


def check(x: list[int], n: list[int]) -> None:
    """Stop where the two ways do not give the same limits."""
    ours = stats.wilson_interval(x, n)
    assert_allclose(np.transpose([ours.lower, ours.upper]), wilson_plainly(x, n), rtol=1e-9, atol=1e-15)
    exact = stats.poisson_interval(x)
    assert_allclose(np.transpose([exact.lower, exact.upper]), np.nan_to_num(poisson_by_scipy(x)), rtol=1e-9)
    rates = stats.rate(x, n, multiplier=1000)
    assert_allclose(np.transpose([rates.value, rates.lower, rates.upper]), rates_row_by_row(x, n), rtol=1e-9)


def report(name: str, ours: float, loops: dict[str, float], rows: int = ROWS) -> None:
    """Print the time for all rows, and how many times longer the loops take."""
    print(f"{name:<18}{ours:>8.2f} s{ours / rows * 1e9:>8.0f} ns/row")
    for loop, seconds in loops.items():
        whole = seconds * rows / SAMPLE
        print(f"    {loop:<24}{whole:>10,.0f} s   ratio {whole / ours:>9,.0f}")


def main() -> None:
    """Run everything once and print what it ran on."""
    rng = np.random.default_rng(20061218)
    n = rng.integers(1, 2_000, ROWS)
    x = rng.binomial(n, 0.3)
    some_x, some_n = x[:SAMPLE].tolist(), n[:SAMPLE].tolist()
    print(f"{ROWS:,} rows; loops over {SAMPLE:,}, scaled up")
    check(some_x, some_n)
    plain = median_seconds(lambda: wilson_plainly(some_x, some_n))
    by_scipy = median_seconds(lambda: wilson_by_scipy(some_x, some_n))
    counts = {"loop with scipy's chi2": median_seconds(lambda: poisson_by_scipy(some_x))}
    loops = {"plain Python loop": plain, "loop with scipy binomtest": by_scipy}
    report("wilson_interval", median_seconds(lambda: stats.wilson_interval(x, n)), loops)
    report("byar_interval", median_seconds(lambda: stats.byar_interval(x)), counts)
    report("poisson_interval", median_seconds(lambda: stats.poisson_interval(x)), counts)
    rates = {"pandas apply, row by row": median_seconds(lambda: rates_row_by_row(some_x, some_n))}
    report("rate", median_seconds(lambda: stats.rate(x, n, multiplier=1000)), rates)
    named = {
        "wilson_cc": loop_by_scipy("wilsoncc"),
        "clopper_pearson": loop_by_scipy("exact"),
        "jeffreys": jeffreys_by_scipy,
    }
    for method, loop in named.items():
        rows = ROWS if method == "wilson_cc" else ROWS // 10
        seconds = median_seconds(partial(stats.proportion_interval, x[:rows], n[:rows], method=method))
        report(method, seconds, {"loop with scipy": median_seconds(partial(loop, some_x, some_n))}, rows)


if __name__ == "__main__":
    main()
