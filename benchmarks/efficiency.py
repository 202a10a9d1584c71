"""Efficiency scores: all programs at once with their proofs, against one call of a solver for each unit.

Both get the same scores. Ours come with peers, largest slacks, prices and proofs; the loop gives the score alone.
"""

from __future__ import annotations

import resource
import time
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from maalbib import stats

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

TIMES = 7
AIM_RATIO, AIM_SECONDS = 20, 3.0


def units(count: int, seed: int = 0) -> tuple[Floats, Floats]:
    """Return three inputs and three outputs of units whose size differs like that of municipalities."""
    rng = np.random.default_rng(seed)
    size = np.exp(rng.normal(0, 0.8, (count, 1))) * 1_000
    return size * np.exp(rng.normal(0, 0.3, (count, 3))), size**0.95 * np.exp(rng.normal(0, 0.3, (count, 3)))


def one_by_one(x: Floats, y: Floats) -> Floats:
    """Return the scores by inputs under variable returns, a call for each unit; columns of mean 1, as a careful user would."""
    x, y = x / x.mean(axis=0), y / y.mean(axis=0)
    count, m = x.shape
    rows = np.zeros((m + y.shape[1], count + 1))
    rows[:m, 1:], rows[m:, 1:] = x.T, -y.T
    total = np.ones((1, count + 1))
    total[0, 0] = 0
    cost = np.zeros(count + 1)
    cost[0] = 1
    scores = np.empty(count)
    for unit in range(count):
        rows[:m, 0] = -x[unit]
        limits = np.concatenate([np.zeros(m), -y[unit]])
        scores[unit] = linprog(cost, A_ub=rows, b_ub=limits, A_eq=total, b_eq=[1.0], method="highs").fun
    return scores


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the least seconds that the work took."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Run both and print the ratio; then more units than a loop is patient for."""
    x, y = units(98)
    ours = best_of(TIMES, lambda: stats.efficiency(x, y))
    loop = best_of(2, lambda: one_by_one(x, y))
    off = float(np.abs(stats.efficiency(x, y).score - one_by_one(x, y)).max())
    print(
        f"98 units, 3 inputs, 3 outputs: {ours * 1e3:.1f} ms, one call each {loop * 1e3:.0f} ms, differ by at most {off:.0e}"
    )
    print(f"ratio {loop / ours:.0f}, aim {AIM_RATIO}: {'met' if loop / ours >= AIM_RATIO else 'missed'}")
    for count in (2_000, 20_000):
        for returns in ("vrs", "crs"):
            given = units(count)
            start = time.perf_counter()
            found = stats.efficiency(*given, returns=returns)
            taken = time.perf_counter() - start
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            aim = f", aim {AIM_SECONDS:.0f} s: {'met' if taken < AIM_SECONDS else 'missed'}" if count == 2_000 else ""
            print(
                f"{count:,} units {returns}: {taken:.2f} s, {int(found.certified.sum()):,} proved, "
                f"{int((found.outcome == 'efficient').sum())} efficient, peak {peak:,.0f} MiB{aim}"
            )


if __name__ == "__main__":
    main()
