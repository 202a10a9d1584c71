"""Time the nearest peers of 20,000 units against what people write now: a loop over units, and a tree of SciPy.

The loop takes a sample of the units and is scaled up. The tree knows no missing values, so it runs on complete data only,
and it has no order among ties. Memory is that of a process of its own.
"""

from __future__ import annotations

import os

import numpy as np
import numpy.typing as npt
from _measurements import peak_of, seconds
from numpy.testing import assert_allclose
from scipy.spatial import cKDTree

from maalbib import stats

Floats = npt.NDArray[np.float64]

UNITS = int(os.environ.get("BENCH_UNITS", "20000"))
AIMED_UNITS = 20_000
VARIABLES = 20
K = 15
SAMPLE = 100
MOST_SECONDS = 10
MOST_MEGABYTES = 1024

_ALONE = """
import numpy as np
from maalbib import stats
rng = np.random.default_rng(1)
table = rng.normal(size=({units}, {variables}))
table[rng.random(table.shape) < {missing}] = np.nan
if {run}:
    stats.nearest(table, k={k}, metric="{metric}", min_coverage=0.5)
"""


def drawn(missing: float) -> Floats:
    """Draw units without a pattern, some of the values missing."""
    rng = np.random.default_rng(1)
    table = rng.normal(size=(UNITS, VARIABLES))
    table[rng.random(table.shape) < missing] = np.nan
    return table


def loop(table: Floats, units: int) -> Floats:
    """Return the distances of the nearest of some units, each against all: mean square over what is shared."""
    scaled = (table - np.nanmean(table, axis=0)) / np.nanstd(table, axis=0, ddof=1)
    found = []
    for unit in range(units):
        squares = (scaled - scaled[unit]) ** 2
        mean = np.nanmean(squares, axis=1)
        mean[np.isfinite(squares).mean(axis=1) < 0.5] = np.inf
        mean[unit] = np.inf
        found.append(np.sort(np.sqrt(mean[np.argsort(mean, kind="stable")[:K]])))
    return np.array(found)


def tree(table: Floats) -> Floats:
    """Return the distances of the nearest of all units; the first of each is the unit itself, or a twin of it."""
    scaled = (table - table.mean(axis=0)) / table.std(axis=0, ddof=1)
    return np.asarray(cKDTree(scaled).query(scaled, K + 1)[0][:, 1:] / VARIABLES**0.5)


def told(measured: float, most: float) -> str:
    """Return whether a figure keeps its aim."""
    return "too few units to say" if UNITS < AIMED_UNITS else "kept" if measured <= most else "NOT KEPT"


def main() -> None:
    """Check that all ways agree, then print seconds, ratios and memory."""
    print(f"{UNITS:,} units, {VARIABLES} variables, {K} nearest")
    for name, missing in (("complete", 0.0), ("a tenth missing", 0.1)):
        table = drawn(missing)
        found = stats.nearest(table, k=K, min_coverage=0.5)
        assert_allclose(found.distance.reshape(-1, K)[:SAMPLE], loop(table, SAMPLE), rtol=1e-9)
        ours, some = seconds(
            lambda table=table: stats.nearest(table, k=K, min_coverage=0.5), lambda table=table: loop(table, SAMPLE)
        )
        all_of_them = some * UNITS / SAMPLE
        print(f"{name}: {ours:.2f} s (aim {MOST_SECONDS} s: {told(ours, MOST_SECONDS)}), ", end="")
        print(f"{all_of_them / ours:,.0f} x as fast as the loop")
    table = drawn(0.0)
    assert_allclose(stats.nearest(table, k=K).distance.reshape(-1, K), tree(table), rtol=1e-9)
    ours, theirs = seconds(lambda: stats.nearest(table, k=K), lambda: tree(table), rounds=1)
    print(f"complete: {theirs / ours:,.1f} x as fast as scipy.spatial.cKDTree in {VARIABLES} dimensions")
    for metric in ("euclidean", "gower"):
        size = {"units": UNITS, "variables": VARIABLES, "k": K, "metric": metric, "missing": 0.1}
        peak, before = (peak_of(_ALONE.format(**size, run=run)) for run in (True, False))
        print(
            f"{metric}, a tenth missing: peak {peak:,.0f} MB ({told(peak, MOST_MEGABYTES)}), {before:,.0f} MB of them before"
        )


if __name__ == "__main__":
    main()
