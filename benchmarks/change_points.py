"""Time the tests for changes of level, for many series at once against one series after the other.

The loop does what people have now: ranks by SciPy and the printed approximation of p for one change, and the same
optimal cut by plain loops for several. It does a sample of the series and is scaled up.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from maalbib import stats

Floats = npt.NDArray[np.float64]

SERIES = 200_000
SAMPLE = 200
ROUNDS = 3


def seconds(work: Callable[[], object]) -> float:
    """Return the median time of a few runs after a warm-up."""
    work()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def pettitt_loop(values: Floats) -> list[tuple[float, int, float]]:
    """Return K, border and the printed approximation of p, one series after the other."""
    found = []
    for row in values:
        n = len(row)
        u = np.abs(2 * np.cumsum(rankdata(row))[:-1] - np.arange(1, n) * (n + 1))
        k = float(u.max())
        found.append((k, int(u.argmax()), min(1.0, 2 * math.exp(-6 * k**2 / (n**3 + n**2)))))
    return found


def cut_loop(values: Floats, changes: int) -> list[float]:
    """Return the least cost with so many changes, from sums of squares, one series after the other."""
    return [least_cost(row, changes) for row in values]


def least_cost(row: Floats, changes: int, least: int = 4) -> float:
    """Return the least cost of one series by dynamic programming in plain loops."""
    n = len(row)
    sums, squares = np.append(0, np.cumsum(row)).tolist(), np.append(0, np.cumsum(row**2)).tolist()
    best = [squares[j] - sums[j] ** 2 / j if j >= least else math.inf for j in range(n + 1)]
    for change in range(1, changes + 1):
        best = [
            min(
                (
                    best[i] + squares[j] - squares[i] - (sums[j] - sums[i]) ** 2 / (j - i)
                    for i in range(change * least, j - least + 1)
                ),
                default=math.inf,
            )
            for j in range(n + 1)
        ]
    return best[n]


def check(values: Floats, changes: int) -> None:
    """Stop where the ways do not give the same K, border and cost."""
    ours = stats.pettitt(values)
    k, border, _ = np.transpose(pettitt_loop(values))
    np.testing.assert_allclose(ours.statistic, k)
    np.testing.assert_array_equal(ours.last_before, border)
    np.testing.assert_allclose(stats.segmentation(values).costs[:, changes], cut_loop(values, changes), rtol=1e-9)


def report(series: int, rng: np.random.Generator) -> None:
    """Print series per second, and how many times slower the loops are."""
    print(f"{'periods':>8}{'values':>12}{'series':>9}{'pettitt/s':>12}{'x loop':>8}{'cuts/s':>12}{'x loop':>8}")
    for periods in (8, 12, 16, 20, 60):
        plain = rng.normal(size=(series if periods <= 12 else max(1, series // 10), periods))
        for name, values in (("distinct", plain), ("whole", np.rint(plain * 3 + 50))):
            some = values[:SAMPLE]
            changes = min(5, periods // 4 - 1)
            check(some, changes)
            test, cut = (
                len(values) / seconds(lambda work=work, values=values: work(values))
                for work in (stats.pettitt, stats.segmentation)
            )
            loops = (
                len(some) / seconds(lambda some=some: pettitt_loop(some)),
                len(some) / seconds(lambda some=some, changes=changes: cut_loop(some, changes)),
            )
            print(
                f"{periods:>8}{name:>12}{len(values):>9,}{test:>12,.0f}{test / loops[0]:>8,.0f}{cut:>12,.0f}{cut / loops[1]:>8,.0f}"
            )


def report_growth(series: int, rng: np.random.Generator) -> None:
    """Print how the time grows with ten times the series."""
    values = rng.normal(size=(series, 12))
    few = values[: max(1, series // 10)].copy()
    for work in (stats.pettitt, stats.segmentation):
        ratio = seconds(lambda work=work: work(values)) / seconds(lambda work=work: work(few))
        print(f"{work.__name__}: ten times the series, {ratio:.1f} x the time")


def main(series: int = SERIES) -> None:
    """Run everything once."""
    rng = np.random.default_rng(18980101)
    print(
        f"NumPy {np.__version__}; loops over {SAMPLE}, scaled up; one thread; `whole` are whole percentages, with ties"
    )
    report(series, rng)
    report_growth(series, rng)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=SERIES, help="how many series")
    main(parser.parse_args().series)
