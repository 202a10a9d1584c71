"""Time rank sets of 98 units, simultaneous and marginal, against the definition in loops over draws and pairs.

The loops take a sample of the draws and are scaled up. They do the simultaneous sets in one step alone, and are held against the same
of ours; step-down and 98 marginal sets would cost them several times that.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from maalbib import stats

UNITS = 98
DRAWS = 10_000
SAMPLE = 20
ROUNDS = 3
AIM = 8.0  # seconds

Floats = np.ndarray


def table() -> tuple[Floats, Floats]:
    """Return shares and their standard errors as 98 municipalities have them."""
    rng = np.random.default_rng(20061218)
    people = np.exp(rng.normal(8.5, 0.9, UNITS))
    share = np.clip(rng.normal(0.078, 0.01, UNITS), 0.03, 0.2)
    return share, np.sqrt(share * (1 - share) / people)


def median_seconds(work: Callable[[], object]) -> float:
    """Return the median time of a few runs after a warm-up."""
    work()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def largest_plainly(errors: Floats, s: Floats) -> list[float]:
    """Return the largest standardised difference of each draw: three loops."""
    found = []
    for draw in errors.tolist():
        most = 0.0
        for j, one in enumerate(draw):
            for k, other in enumerate(draw):
                if j != k:
                    most = max(most, (one - other) / s[j][k])
        found.append(most)
    return found


def largest_by_arrays(errors: Floats, s: Floats) -> list[float]:
    """Return the same, one array of all pairs for each draw."""
    return [float(((draw[:, None] - draw[None, :]) / s).max()) for draw in errors]


def check(share: Floats, error: Floats, s: Floats) -> None:
    """Stop where the critical value is not the quantile that the definition gives for the same draws."""
    order = np.lexsort((error, share))
    draws = 1_000
    errors = error[order] * np.random.default_rng(0).standard_normal((draws, UNITS))
    largest = sorted(largest_by_arrays(errors, s[np.ix_(order, order)]))
    ours = stats.rank_sets(share, error, step_down=False, draws=draws).critical_value[0]
    np.testing.assert_allclose(ours, largest[int(np.ceil((draws + 1) * 0.95)) - 1], rtol=1e-12)


def main() -> None:
    """Run everything once."""
    share, error = table()
    s = np.hypot(error[:, None], error[None, :])
    np.fill_diagonal(s, np.inf)
    check(share, error, s)
    ours = median_seconds(lambda: stats.paired_rank_sets(share, error, draws=DRAWS))
    tracemalloc.start()
    stats.paired_rank_sets(share, error, draws=DRAWS)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    errors = error * np.random.default_rng(1).standard_normal((SAMPLE, UNITS))
    pairs = s.tolist()
    loops = median_seconds(lambda: largest_plainly(errors, pairs)) * DRAWS / SAMPLE
    arrays = median_seconds(lambda: largest_by_arrays(errors, s)) * DRAWS / SAMPLE
    alone = median_seconds(lambda: stats.rank_sets(share, error, draws=DRAWS, step_down=False))
    print(f"{UNITS} units, {DRAWS:,} draws; loops over {SAMPLE}, scaled up")
    print(f"both kinds of sets, step-down, both sides{ours:>7.2f} s (aim {AIM:.0f} s), working space {peak:.0f} MiB")
    print(f"simultaneous sets in one step            {alone:>7.2f} s")
    for name, seconds in (("three loops", loops), ("an array for each draw", arrays)):
        print(f"    {name:<37}{seconds:>7.2f} s   ratio {seconds / alone:>7,.1f}")


if __name__ == "__main__":
    main()
