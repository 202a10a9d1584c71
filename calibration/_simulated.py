"""What the calibrations share: series made by chance, measurements of them, and tables in Markdown."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

import maalbib as mb

Floats = npt.NDArray[np.float64]

SERIES = int(os.environ.get("CALIBRATION_SERIES", "20000"))
"""How many series of a kind; ``CALIBRATION_SERIES=500`` makes a run short and its figures rough."""

PAGES = Path(__file__).resolve().parents[1] / "docs" / "calibration"
_FIRST_YEAR = 1960
_NAME = mb.Text(da="Tallet", en="The figure")


def noise(rng: np.random.Generator, series: int, periods: int, *, rho: float = 0.0, slope: float = 0.0) -> Floats:
    """Return normal noise with standard deviation 1, each value like the one before by ``rho``, on a line."""
    fresh = rng.normal(size=(series, periods))
    values = fresh.copy()
    for place in range(1, periods):
        values[:, place] = rho * values[:, place - 1] + np.sqrt(1 - rho**2) * fresh[:, place]
    return values + slope * np.arange(periods)


def with_gaps(rng: np.random.Generator, values: Floats, share: float = 0.2) -> Floats:
    """Leave out a share of the values by chance."""
    return np.where(rng.random(values.shape) < share, np.nan, values)


def measured(values: Floats, *, breaks: Iterable[int] = ()) -> tuple[mb.Measurements, mb.Catalogue]:
    """Return yearly measurements of an indicator where more is better, a series for each row, and its definition."""
    series, periods = values.shape
    years = [str(_FIRST_YEAR + place) for place in range(periods)]
    indicator = mb.Indicator(
        id="figure",
        name=_NAME,
        unit="score",
        direction="higher",
        freq="year",
        breaks=[mb.Break(period=years[place], kind="method") for place in breaks],
    )
    catalogue = mb.Catalogue(id="calibration", name=_NAME, indicators=[indicator])
    there = np.isfinite(values)
    who, when = np.nonzero(there)
    table = pa.table(
        {
            "indicator": pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(who), dtype=np.int32)), ["figure"]),
            "institution": _codes(who, [f"u{place:06}" for place in range(series)]),
            "period": _codes(when, years),
            "value": values[there],
        }
    )
    return mb.Measurements.from_arrow(table, catalogue=catalogue), catalogue


def _codes(places: npt.NDArray[np.intp], texts: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(texts))


def percent(share: float) -> str:
    """Write a share as a percentage that no line break parts: ``4.8 %``."""
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def error_of(share: float, series: int) -> float:
    """Return two standard errors of a simulated share."""
    return float(2 * np.sqrt(max(share * (1 - share), 1 / series) / series))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def write(name: str, text: str) -> None:
    """Write a table where the documentation takes it from."""
    PAGES.mkdir(parents=True, exist_ok=True)
    (PAGES / f"{name}.md").write_text(text, encoding="utf-8")
