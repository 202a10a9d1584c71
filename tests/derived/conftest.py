"""Measurements made on the spot, and what derived rows look like as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from maalbib import Catalogue, Indicator, Measurements, Text

Make = Callable[..., Measurements]
Plain = Callable[[Measurements], dict[tuple[str, ...], dict[str, Any]]]
NUMBERS = ("value", "numerator", "denominator", "n", "lower", "upper", "pre_break")


@pytest.fixture(scope="session")
def make() -> Make:
    """Return a function that makes measurements of rows; institution 0101 and period 2024 where a row says nothing."""

    def made(rows: Iterable[Mapping[str, Any]], *, breakdowns: Sequence[str] = (), **options: Any) -> Measurements:
        frame = pd.DataFrame(
            [{"institution": "0101", "period": "2024", **dict.fromkeys(breakdowns, "_T"), **row} for row in rows]
        )
        frame = frame.astype({name: "float64" for name in NUMBERS if name in frame and name != "n"})
        frame = frame.astype({"n": "Int64"}) if "n" in frame else frame
        return Measurements.from_pandas(frame, breakdowns=list(breakdowns), **options)

    return made


@pytest.fixture(scope="session")
def plain() -> Plain:
    """Return a function that gives each row by institution, breakdown codes and period."""

    def rows(measurements: Measurements) -> dict[tuple[str, ...], dict[str, Any]]:
        return {
            (row.institution, *row.breakdown.values(), str(row.period)): {
                name: getattr(row, name)
                for name in (
                    "value",
                    "numerator",
                    "denominator",
                    "n",
                    "status",
                    "conf",
                    "qualifier",
                    "vintage",
                    "source",
                )
            }
            for row in measurements
        }

    return rows


@pytest.fixture(scope="session")
def catalogue() -> Callable[..., Catalogue]:
    """Return a function that makes a catalogue of indicators, each given by its fields."""

    def made(*indicators: Mapping[str, Any], **tables: Any) -> Catalogue:
        common = {"unit": "count", "direction": "context"}
        defined = [
            Indicator(**{**common, "name": Text(da=f"Tal {each['id']}", en=f"Figure {each['id']}"), **each})
            for each in indicators
        ]
        return Catalogue(id="proeve", indicators=defined, **tables)

    return made
