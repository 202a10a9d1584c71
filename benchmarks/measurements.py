"""Time and size of a million measurements: checked against a catalogue and a register, and laid out as panels.

Run with the package importable: ``PYTHONPATH=src python benchmarks/measurements.py``. The same rules done with pandas
groupby and with a loop over rows stand beside it; the loop does a sample and is scaled up. Read the ratio, not the
seconds.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

import maalbib as mb
from maalbib.measurements import panels

ROWS = 1_000_000
SAMPLE = 10_000
ROUNDS = 5
INDICATORS = 200
KEY = ["indicator", "institution", "period"]
NAME = mb.Text(da="x")


def definitions() -> tuple[mb.Catalogue, mb.Register]:
    """Return 200 shares measured by quarter, and the municipalities."""
    indicators = [
        mb.Indicator(id=f"share_{i:03}", name=NAME, unit="percent", direction="higher", freq="quarter")
        for i in range(INDICATORS)
    ]
    return mb.Catalogue(id="bench", name=NAME, indicators=indicators), mb.Register.denmark()


def table_of(catalogue: mb.Catalogue, register: mb.Register, *, encoded: bool) -> pa.Table:
    """Return a million rows in no order, without a key that stands twice."""
    rng = np.random.default_rng(2018)
    institutions = np.array([entry.id for entry in register.select("municipality", on="2018-01-01")])
    periods = np.array([f"{year}-Q{quarter}" for year in range(2008, 2024) for quarter in (1, 2, 3, 4)])
    cells = rng.choice(INDICATORS * len(institutions) * len(periods), ROWS, replace=False)
    indicator, rest = np.divmod(cells, len(institutions) * len(periods))
    institution, period = np.divmod(rest, len(periods))
    n = rng.integers(20, 500, ROWS)
    texts = {
        "indicator": np.array([*catalogue.indicators])[indicator],
        "institution": institutions[institution],
        "period": periods[period],
    }
    columns: dict[str, Any] = {name: pa.array(column) for name, column in texts.items()}
    if encoded:
        columns = {name: column.dictionary_encode() for name, column in columns.items()}
    return pa.table({**columns, "value": np.round(rng.random(ROWS) * 100, 1), "n": n})


def by_pandas(frame: pd.DataFrame, catalogue: mb.Catalogue, register: mb.Register) -> pd.Series[bool]:
    """Check the same main rules with pandas: known codes, limits, alive, one row per key."""
    good = frame["indicator"].isin([*catalogue.indicators]) & frame["institution"].isin(register.codes)
    high = frame["indicator"].map({code: item.high for code, item in catalogue.indicators.items()}).astype(float)
    low = frame["indicator"].map({code: item.low for code, item in catalogue.indicators.items()}).astype(float)
    good &= frame["value"].between(low, high) & (frame["n"] >= 0)
    start = frame["institution"].map(
        {entry.id: pd.Timestamp(entry.valid_from or "1900-01-01") for entry in register.institutions}
    )
    ends = {text: pd.Period(text.replace("-", ""), freq="Q").end_time for text in frame["period"].unique()}
    good &= frame["period"].map(ends).astype("datetime64[ns]") >= start.astype("datetime64[ns]")
    return good & (frame.groupby(KEY, observed=True)["value"].transform("size") == 1)


def by_rows(table: pa.Table, catalogue: mb.Catalogue, register: mb.Register) -> int:
    """Check the same main rules row by row."""
    seen: set[tuple[str, ...]] = set()
    kept = 0
    for row in table.to_pylist():
        key = tuple(row[name] for name in KEY)
        indicator = catalogue.indicators.get(row["indicator"])
        period = mb.Period.parse(row["period"])
        good = (
            indicator is not None
            and indicator.low <= row["value"] <= indicator.high
            and period.freq is indicator.freq
        )
        good = good and row["institution"] in register and row["n"] >= 0 and key not in seen
        kept += bool(good) and register.alive(row["institution"], period.start, period.end)
        seen.add(key)
    return kept


def panels_by_pandas(frame: pd.DataFrame) -> float:
    """Lay every indicator out with a pivot."""
    return sum(
        float(np.nansum(part.pivot_table(index="institution", columns="period", values="value").to_numpy()))
        for _, part in frame.groupby("indicator", observed=True)
    )


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median time of a few runs."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    """Print times, size and ratios."""
    catalogue, register = definitions()
    known = {"catalogue": catalogue, "register": register}
    plain, encoded = (table_of(catalogue, register, encoded=encoded) for encoded in (False, True))
    frame = encoded.to_pandas()
    times = {
        name: seconds(lambda t=t: mb.Measurements.from_arrow(t, **known))
        for name, t in (("plain", plain), ("dictionary", encoded))
    }
    ms = mb.Measurements.from_arrow(encoded, **known)
    size = ms.to_arrow().nbytes / 1e6
    for name, taken in times.items():
        print(
            f"{ROWS:,} rows of {name} texts validated in {taken:.3f} s ({taken / ROWS * 1e9:.0f} ns a row); aim 1 s"
        )
    print(f"held in {size:.1f} MB of Arrow columns; aim 40 MB")
    with_pandas = seconds(lambda: by_pandas(frame, catalogue, register), rounds=1)
    print(f"the main rules with pandas: {with_pandas:.2f} s, {with_pandas / times['dictionary']:.0f} times as long")
    sample = encoded.slice(0, SAMPLE)
    in_rows = seconds(lambda: by_rows(sample, catalogue, register), rounds=1) * ROWS / SAMPLE
    print(f"the main rules row by row: {in_rows:.1f} s, {in_rows / times['dictionary']:.0f} times as long")
    laid_out = seconds(lambda: sum(float(np.nansum(panel.values)) for panel in panels(ms)), rounds=3)
    pivoted = seconds(lambda: panels_by_pandas(frame), rounds=1)
    print(
        f"{INDICATORS} panels: {laid_out:.3f} s; pivoted with pandas {pivoted:.2f} s, {pivoted / laid_out:.0f} times as long"
    )


if __name__ == "__main__":
    main()
