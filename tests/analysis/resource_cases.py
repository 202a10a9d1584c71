"""Invented municipalities with results and resources, and the plain definitions that the verbs are held against."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

import maalbib as mb

Z = 1.959963984540054


def indicator(code: str, kind: str | None, direction: str, unit: str = "score", **more: Any) -> mb.Indicator:
    """An indicator whose name is its code."""
    return mb.Indicator(
        id=code,
        name=mb.Text(da=code, en=code),
        unit=unit,
        kind=kind,
        direction=direction,
        **({"aggregation": "mean"} | more),
    )


INDICATORS = (
    indicator("score", "result", "higher"),
    indicator("wait", "result", "lower", "days"),
    indicator("happy", "experience", "higher", "percent"),
    indicator("spent", "resource", "context", "DKK"),
    indicator("hours", "resource", "lower", "hours"),
    indicator("visits", "process", "higher", "count"),
    indicator("income", None, "context"),
    indicator("need", None, "context"),
    indicator("target", "result", "target"),
)
CATALOGUE = mb.Catalogue(id="PROEVE", agency="KL", version="1.0.0", indicators=INDICATORS)


def point(value: float | None, reach: float | None = None, **more: Any) -> dict[str, Any]:
    """A figure, with an interval that reaches as far both ways."""
    limits = {} if reach is None or value is None else {"lower": value - reach, "upper": value + reach}
    return {"value": value, **limits, **more}


def measured(
    figures: Mapping[str, Mapping[str, dict[str, Any] | float | None]],
    *,
    period: str = "2024",
    catalogue: mb.Catalogue = CATALOGUE,
    **options: Any,
) -> mb.Measurements:
    """Measurements from ``{indicator: {institution: point or value}}``, of one period."""
    return both({period: figures}, catalogue=catalogue, **options)


def both(
    years: Mapping[str, Mapping[str, Mapping[str, dict[str, Any] | float | None]]],
    *,
    catalogue: mb.Catalogue = CATALOGUE,
    **options: Any,
) -> mb.Measurements:
    """Measurements of several periods."""
    rows = [
        {"indicator": code, "institution": who, "period": year}
        | (cell if isinstance(cell, dict) else {"value": cell})
        for year, figures in years.items()
        for code, cells in figures.items()
        for who, cell in cells.items()
    ]
    frame = pd.DataFrame(rows).astype({"value": "float64"})
    return mb.Measurements.from_pandas(frame, catalogue=catalogue, **options)


def slow_gap(value: float, reach: float, others: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Gap to the unweighted mean of others, each with its reach, and the limits."""
    mean = sum(each for each, _ in others) / len(others)
    spread = math.sqrt(reach**2 + sum(each**2 for _, each in others) / len(others) ** 2)
    return value - mean, value - mean - spread, value - mean + spread


def slow_dominates(a: Sequence[float], b: Sequence[float], sign: float) -> bool:
    """Whether a uses no more and gets no less than b, and is better beyond noise on one; each (result, reach, resource)."""
    no_worse = sign * a[0] >= sign * b[0] and a[2] <= b[2]
    beyond = sign * (a[0] - b[0]) > math.hypot(a[1], b[1]) or a[2] < b[2]
    return no_worse and beyond


def written(result: Any) -> str:
    """Everything that people may read of a result."""
    return "\n".join(
        (
            repr(result),
            result._repr_html_(),
            *(result.explain(lang) for lang in ("da", "en")),
            *(result.shown(lang).to_text() for lang in ("da", "en")),
            *map(repr, result),
            result.plot_data().to_string(),
            str(result.public().to_arrow().to_pylist()),
        )
    )
