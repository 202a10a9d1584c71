"""How often the intervals of proportions and counts hold the truth: no draws, every outcome weighed by its probability."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, get_args

import numpy as np
from _simulated import Floats, percent, table, write
from scipy import special

from maalbib import stats
from maalbib.stats.rates._counts import CountMethod
from maalbib.stats.rates._proportions import ProportionMethod

CONFIDENCE: Final = 0.95
SIZES: Final = (5, 10, 20, 50, 100, 500)
SHARES: Final = np.arange(1, 1000) / 1000
"""From 0.1 to 99.9 %."""
BANDS: Final = ((0.5, 2), (2, 5), (5, 10), (10, 20), (20, 50), (50, 200))
"""Events that are expected, from and to."""
PER_BAND: Final = 500

PROPORTION_METHODS: Final[tuple[str, ...]] = get_args(ProportionMethod)
COUNT_METHODS: Final[tuple[str, ...]] = get_args(CountMethod)


class Coverage(NamedTuple):
    """How often an interval holds the truth over a range of truths."""

    mean: float
    least: float
    width: float


def of_proportions(method: str, size: int, shares: Floats = SHARES) -> Coverage:
    """Weigh the intervals of every numerator by how likely it is."""
    x = np.arange(size + 1)
    found = stats.proportion_interval(x, size, method=method, confidence=CONFIDENCE)
    log_ways = special.gammaln(size + 1) - special.gammaln(x + 1) - special.gammaln(size - x + 1)
    p = shares[:, np.newaxis]
    likely = np.exp(log_ways + special.xlogy(x, p) + special.xlog1py(size - x, -p))
    return _weighed(likely, found, p)


def of_counts(method: str, means: Floats) -> Coverage:
    """Weigh the intervals of every count by how likely it is."""
    x = np.arange(int(means.max() + 12 * np.sqrt(means.max()) + 40))
    found = stats.count_interval(x, method=method, confidence=CONFIDENCE)
    m = means[:, np.newaxis]
    likely = np.exp(special.xlogy(x, m) - m - special.gammaln(x + 1))
    return _weighed(likely, found, m, relative=True)


def _weighed(likely: Floats, found: Any, truth: Floats, *, relative: bool = False) -> Coverage:
    """Weigh every interval by how likely it is; a missing lower limit holds nothing back, no limits at all hold nothing."""
    lower = np.where(found.reason == "lower_undefined", 0.0, found.lower)
    held = (lower <= truth) & (truth <= found.upper)
    covered = (likely * held).sum(axis=1)
    width = (likely * np.nan_to_num(found.upper - lower)).sum(axis=1)
    return Coverage(
        float(covered.mean()), float(covered.min()), float((width / truth[:, 0]).mean() if relative else width.mean())
    )


def cell(found: Coverage) -> str:
    """Write what is held on average, and in the worst place."""
    return f"{percent(found.mean)} / {percent(found.least)}"


def proportions() -> str:
    """Return the table of proportions."""
    return _table("method", [f"n = {size}" for size in SIZES], PROPORTION_METHODS, SIZES, of_proportions)


def counts() -> str:
    """Return the table of counts."""
    heads = [f"{low:g} to {high:g} events" for low, high in BANDS]
    means = [np.linspace(low, high, PER_BAND) for low, high in BANDS]
    return _table("method", heads, COUNT_METHODS, means, of_counts)


def _table(
    corner: str, heads: list[str], methods: tuple[str, ...], places: Any, cover: Callable[..., Coverage]
) -> str:
    rows = [[f"`{method}`", *(cell(cover(method, place)) for place in places)] for method in methods]
    return table([corner, *heads], rows)


def main() -> None:
    """Write both tables; stop where a method that promises never to fall short does."""
    for size in SIZES:
        if of_proportions("clopper_pearson", size).least < CONFIDENCE:
            raise AssertionError(size)
        if of_proportions("wilson", size).mean < CONFIDENCE:
            raise AssertionError(size)
    write("interval-coverage", proportions())
    write("count-coverage", counts())


if __name__ == "__main__":
    main()
