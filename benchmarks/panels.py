"""Time of laying all measurements out as panels, beside a pivot with pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
from _measurements import INDICATORS, ROWS, definitions, seconds, table_of, tell

import maalbib as mb
from maalbib.measurements import panels

SAMPLE = 1_000_000


def laid_out(ms: mb.Measurements) -> float:
    """Lay every indicator out once and add up its values."""
    return sum(float(np.nansum(panel.values)) for panel in panels(ms))


def pivoted(frame: pd.DataFrame) -> float:
    """Do the same with a pivot of each indicator."""
    return sum(
        float(np.nansum(part.pivot_table(index="institution", columns="period", values="value", observed=True)))
        for _, part in frame.groupby("indicator", observed=True)
    )


def main() -> None:
    """Print times and ratios beside the aims."""
    catalogue, register = definitions()
    ms = mb.Measurements.from_arrow(table_of(catalogue, register), catalogue=catalogue, register=register)
    (whole,) = seconds(lambda: laid_out(ms), rounds=5)
    tell(f"{INDICATORS} panels of {ROWS:,} rows in no order", whole, 0.5, "s")
    table = ms.to_arrow()
    codes = [table[name].chunk(0).indices.to_numpy() for name in ("period", "institution", "indicator")]
    ordered = table.take(np.lexsort(codes))
    by_series = mb.Measurements.from_arrow(ordered, catalogue=catalogue, register=register)
    (sorted_rows,) = seconds(lambda: laid_out(by_series))
    print(f"rows sorted by indicator, institution and period: {sorted_rows:.3f} s")
    part = table_of(catalogue, register, min(SAMPLE, ROWS))
    some, frame = mb.Measurements.from_arrow(part), part.to_pandas()
    if not np.isclose(laid_out(some), pivoted(frame)):
        raise AssertionError
    ours, theirs = seconds(lambda: laid_out(some), lambda: pivoted(frame), rounds=3)
    print(
        f"{len(frame):,} rows: ours {ours:.3f} s, pivots of pandas {theirs:.2f} s, {theirs / ours:.0f} times as long"
    )


if __name__ == "__main__":
    main()
