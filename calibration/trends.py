"""How often `detect_trends` finds a trend where there is none, and where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import attrs
import numpy as np
from _simulated import SERIES, Floats, error_of, measured, noise, percent, table, with_gaps, write

import maalbib as mb

LENGTHS: Final = (5, 6, 7, 8, 10, 12, 15, 20, 30, 60)
ALPHA: Final = 0.05
SEED: Final = 20_180_101

# The slope, in standard deviations a period, that is found four times in five.
DETECTABLE: Final = {
    5: 2.30,
    6: 1.42,
    7: 0.85,
    8: 0.64,
    10: 0.39,
    12: 0.285,
    15: 0.195,
    20: 0.122,
    30: 0.064,
    60: 0.022,
}

Make = Callable[[np.random.Generator, int, int], Floats]


def whole(rng: np.random.Generator, series: int, periods: int) -> Floats:
    """Return values rounded to whole standard deviations: most series have ties."""
    return np.rint(noise(rng, series, periods))


def coarse(rng: np.random.Generator, series: int, periods: int) -> Floats:
    """Return values rounded to two standard deviations: hardly three values occur."""
    return 2 * np.rint(noise(rng, series, periods) / 2)


KINDS: Final[dict[str, Make]] = {
    "all different": noise,
    "rounded to 1 sd": whole,
    "rounded to 2 sd": coarse,
    "a fifth missing": lambda rng, series, periods: with_gaps(rng, noise(rng, series, periods)),
    "rounded to 1 sd, a fifth missing": lambda rng, series, periods: with_gaps(rng, whole(rng, series, periods)),
}


@attrs.frozen(kw_only=True)
class Found:
    """What was said of a number of series."""

    found: float
    not_judged: float
    warned: float
    series: int


def judge(values: Floats, *, breaks: tuple[int, ...] = (), **options: object) -> Found:
    """Return the shares of series with a trend, without a verdict, and with a warning of autocorrelation."""
    measurements, catalogue = measured(values, breaks=breaks)
    trends = mb.detect_trends(measurements, catalogue=catalogue, alpha=ALPHA, **options)  # type: ignore[arg-type]
    counts, series = trends.counts(), len(values)
    flags = trends.to_arrow()["flags"].combine_chunks()
    warned = int(np.isin(flags.values.to_numpy(zero_copy_only=False).astype(str), ["autocorrelation"]).sum())
    return Found(
        found=(counts.get("improving", 0) + counts.get("declining", 0)) / series,
        # A series without any value has no row.
        not_judged=(counts.get("not_judged", 0) + series - len(trends)) / series,
        warned=warned / series,
        series=series,
    )


def false_alarms(series: int = SERIES) -> Iterator[tuple[int, str, Found]]:
    """Yield what was said of series without a trend, for each length and kind."""
    rng = np.random.default_rng(SEED)
    for periods in LENGTHS:
        for kind, make in KINDS.items():
            yield periods, kind, judge(make(rng, series, periods))
        yield periods, "a break in the middle", judge(noise(rng, series, periods), breaks=(periods // 2,))


def power(series: int = SERIES) -> Iterator[tuple[int, float, Found]]:
    """Yield what was said of series with a slope that should be found four times in five."""
    rng = np.random.default_rng(SEED + 1)
    for periods, slope in DETECTABLE.items():
        yield periods, slope, judge(noise(rng, series, periods, slope=slope))


def autocorrelated(series: int = SERIES) -> Iterator[tuple[int, float, Found, Found]]:
    """Yield what was said of series without a trend whose neighbours are alike: by default, and by ``method="ar1"``."""
    rng = np.random.default_rng(SEED + 2)
    for periods in (8, 12, 20, 40, 60):
        for rho in (0.0, 0.3, 0.6):
            values = noise(rng, series, periods, rho=rho)
            yield periods, rho, judge(values), judge(values, method="ar1")


def main() -> None:
    """Write the three tables."""
    kinds = [*KINDS, "a break in the middle"]
    said: dict[int, list[str]] = {}
    for periods, _, found in false_alarms():
        said.setdefault(periods, []).append(_share(found))
    write("trend-false-alarms", table(["n", *kinds], ([n, *cells] for n, cells in said.items())))
    write(
        "trend-power",
        table(
            ["n", "slope, sd a period", "change over the series, sd", "found"],
            ([n, slope, f"{slope * (n - 1):.1f}", percent(found.found)] for n, slope, found in power()),
        ),
    )
    write(
        "trend-autocorrelation",
        table(
            [
                "n",
                "correlation of neighbours",
                "found by default",
                "found and flagged `autocorrelation`",
                "found by `ar1`",
            ],
            (
                [n, rho, percent(plain.found), percent(plain.warned), percent(ar1.found)]
                for n, rho, plain, ar1 in autocorrelated()
            ),
        ),
    )


def _share(found: Found) -> str:
    if found.found > ALPHA + error_of(ALPHA, found.series):
        raise AssertionError(found)
    return percent(found.found) + ("" if found.not_judged < 0.0005 else f" ({percent(found.not_judged)})")


if __name__ == "__main__":
    main()
