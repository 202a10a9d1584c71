"""Series for the tests of trends, and how a verdict is read."""

from __future__ import annotations

from typing import Any

import maalbib as mb

__all__ = ["RISING", "points", "trend_of", "trends_of", "verdict"]

RISING = [1.0, 2.5, 2.0, 4.0, 5.5, 7.0, 6.5, 9.0]


def points(values: Any, first: int = 2010, **extras: Any) -> list[tuple[Any, ...]]:
    """Yearly points; None leaves the year out."""
    return [(first + place, value, extras) for place, value in enumerate(values) if value is not None]


def trends_of(made: Any, series: dict[str, Any], *, options: Any = None, **given: Any) -> mb.Trends:
    """Judge some series."""
    measurements, catalogue = made(series, **given)
    return mb.detect_trends(measurements, catalogue=catalogue, **(options or {}))


def trend_of(made: Any, series: Any, *, options: Any = None, **given: Any) -> mb.Trend:
    """Judge one series."""
    return trends_of(made, {"0101": series}, options=options, **given)[0]


def verdict(row: mb.Trend) -> str:
    """State and reason as one code."""
    return f"{row.state}.{row.reason}"
