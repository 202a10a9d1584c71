"""How often the recent trend of five shares is found where there is none, when values vary more than chance has it."""

from __future__ import annotations

from typing import Final

import numpy as np
from _simulated import SERIES, percent, table, write

from maalbib import stats

UNITS: Final = 98
PERIODS: Final = 5
SIZE: Final = 2_000
SEED: Final = 20_180_105
FACTORS: Final = (1, 2, 5, 11)
METHODS: Final = (
    ("published rule", {"method": "phe_recent_trend"}),
    ("dispersion of the series itself", {"dispersion": "own"}),
    ("dispersion of 98 units (the default)", {}),
)


def counts(rng: np.random.Generator, indicators: int, factor: int) -> np.ndarray:
    """Return counts out of ``SIZE`` whose variance is so many times the binomial one, without a trend."""
    level = rng.uniform(0.1, 0.6, size=(indicators * UNITS, 1))
    # A beta-binomial of size m has 1 + (m - 1) / (a + b + 1) times the binomial variance.
    shares = level + np.zeros(PERIODS)
    if factor > 1:
        total = (SIZE - 1) / (factor - 1) - 1
        shares = rng.beta(level * total, (1 - level) * total, size=(len(level), PERIODS))
    return rng.binomial(SIZE, shares)


def main() -> None:
    """Write the table."""
    rng = np.random.default_rng(SEED)
    indicators = max(1, SERIES // UNITS)
    rows = []
    for factor in FACTORS:
        found = counts(rng, indicators, factor)
        groups = np.repeat(np.arange(indicators), UNITS)
        shares = []
        for _, options in METHODS:
            own = {} if "method" in options or "dispersion" in options else {"groups": groups}
            result = stats.recent_trend(numerator=found, denominator=np.full(found.shape, SIZE), **options, **own)
            shares.append(percent(float(np.mean(result.significant))))
        rows.append([f"x {factor}", *shares])
    write("recent-trends", table(["variance between years", *(name for name, _ in METHODS)], rows))


if __name__ == "__main__":
    main()
