"""Time of the verb over measurements, panels and result included, beside both kernels on the same values as one array.

The aim is a ratio: a verdict with reason, flags and sentences to be had costs at most six times the bare numbers.
"""

from __future__ import annotations

import os
from typing import Final

import numpy as np
import pyarrow as pa
from _measurements import NAME, seconds

import maalbib as mb
from maalbib import stats

ROWS: Final = int(os.environ.get("BENCH_ROWS", "2400000"))
AIMED_ROWS: Final = 2_400_000
YEARS: Final = 12
AIM: Final = 6.0


def table_of(values: np.ndarray, indicators: int) -> tuple[pa.Table, mb.Catalogue]:
    """Return the rows of all series, in order, with codes as dictionaries."""
    series = len(values)
    institutions = series // indicators
    codes = {
        "indicator": (np.arange(series) // institutions, [f"share_{i:04}" for i in range(indicators)]),
        "institution": (np.arange(series) % institutions, [f"{i:06}" for i in range(institutions)]),
    }
    columns: dict[str, pa.Array] = {
        name: pa.DictionaryArray.from_arrays(pa.array(np.repeat(places, YEARS).astype(np.int32)), pa.array(texts))
        for name, (places, texts) in codes.items()
    }
    years = pa.array([str(2010 + year) for year in range(YEARS)])
    columns["period"] = pa.DictionaryArray.from_arrays(
        pa.array(np.tile(np.arange(YEARS, dtype=np.int32), series)), years
    )
    known = [
        mb.Indicator(id=text, name=NAME, unit="percent", direction="higher", freq="year")
        for text in codes["indicator"][1]
    ]
    return pa.table({**columns, "value": values.reshape(-1)}), mb.Catalogue(id="b", name=NAME, indicators=known)


def compare(what: str, values: np.ndarray, indicators: int) -> None:
    """Print how many times as long the verb takes as the kernels."""
    table, catalogue = table_of(values, indicators)
    ms = mb.Measurements.from_arrow(table, catalogue=catalogue)
    times = 2010.0 + np.arange(YEARS)

    def kernels() -> float:
        stats.theil_sen(values, times)
        return float(np.nansum(stats.mann_kendall(values, times).p_value))

    def verb() -> float:
        return float(np.nansum(mb.detect_trends(ms).to_arrow()["p_value"].to_numpy()))

    if not np.isclose(kernels(), verb()):
        raise AssertionError
    bare, whole = seconds(kernels, verb, rounds=5)
    kept = "kept" if whole <= AIM * bare else "NOT KEPT"
    said = kept if ROWS >= AIMED_ROWS else "too few rows to say"
    print(
        f"{what:<34} {indicators:>5} indicators: kernels {bare:6.2f} s, verb {whole:6.2f} s,"
        f" {whole / bare:4.1f} times as long, aim at most {AIM:g}: {said}"
    )


def main() -> None:
    """Print times and ratios beside the aim."""
    rng = np.random.default_rng(2018)
    series = max(2_000, ROWS // YEARS // 2_000 * 2_000)
    shares = np.clip(rng.normal(50, 10, (series, YEARS)), 0, 100)
    for indicators in (20, 200, 2_000):
        compare("shares with a decimal", np.round(shares, 1), indicators)
    compare("whole percentages", np.round(shares), 200)
    print(f"{series:,} series of {YEARS} years; what is asked for by name comes on top:")
    table, catalogue = table_of(np.round(shares, 1), 200)
    ms = mb.Measurements.from_arrow(table, catalogue=catalogue)
    (plain,) = seconds(lambda: mb.detect_trends(ms))
    for name, options in (
        ("propose_breaks", {"propose_breaks": True}),
        ("diagnostics", {"diagnostics": True}),
        ("required_slope", {"required_slope": 0.5}),
        ("family", {"family": "hierarchical"}),
    ):
        (taken,) = seconds(lambda options=options: mb.detect_trends(ms, **options), rounds=1)  # type: ignore[misc]
        print(f"  {name:<16} {taken / plain:4.1f} times the default")


if __name__ == "__main__":
    main()
