"""Two things side by side, a pair for each unit that has both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._arrays import Floats
from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.measurements import panels

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements, Panel
    from maalbib.model import Period

__all__ = ["Pairs", "paired"]

_INSTITUTION = "institution"
_TOTAL = "_T"


@attrs.frozen(kw_only=True)
class Pairs:
    """Values of two things for the same units.

    Attributes
    ----------
    x, y
        (units,) values; for a breakdown the rank of the category.
    over, period
        What the units are, and when.
    mixed
        Whether the values come from more than one source.
    """

    x: Floats
    y: Floats
    over: str
    period: Period | None
    mixed: bool


@attrs.frozen(kw_only=True)
class _Side:
    """One thing in one period: units, values, sources."""

    units: tuple[str, ...] = ()
    values: Floats = attrs.field(factory=lambda: np.zeros(0))
    sources: frozenset[str | None] = frozenset()


def paired(
    measurements: Measurements,
    x: str,
    y: str,
    *,
    over: str | None,
    period: Period | None,
    catalogue: Catalogue | None,
) -> Pairs:
    """Return the pairs of the given period, or of the latest that both things have."""
    breakdowns = measurements.breakdowns
    for code in (x, y):
        if code not in measurements.indicators and code not in breakdowns:
            raise UnknownCodeError.of("x_or_y", code, {*measurements.indicators, *breakdowns})
    ranked = [code for code in (x, y) if code in breakdowns]
    unit = over or (ranked[0] if ranked else _INSTITUTION)
    if unit != _INSTITUTION and unit not in breakdowns:
        raise ArgumentError.choice("over", (_INSTITUTION, *breakdowns))
    if ranked not in ([], [unit]):
        raise ArgumentError("associate.two_breakdowns", over=unit)
    found = {code: list(panels(measurements, code)) for code in (x, y) if code not in ranked}
    when = period if period is not None else _latest(found.values())
    sides = {code: _side(code, parts, unit, when) for code, parts in found.items()}
    units = sorted(set.intersection(*(set(side.units) for side in sides.values())))
    sides |= {code: _ranks(units, code, catalogue) for code in ranked}
    sources = frozenset[str | None]().union(*(side.sources for side in sides.values()))
    return Pairs(
        x=_aligned(sides[x], units), y=_aligned(sides[y], units), over=unit, period=when, mixed=len(sources) > 1
    )


def _latest(found: Iterable[list[Panel]]) -> Period | None:
    """Return the newest period in which every thing has a value."""
    each = [
        {
            when
            for panel in parts
            for when, any_value in zip(panel.periods, np.atleast_1d(panel.present.any(axis=0)), strict=True)
            if any_value
        }
        for parts in found
    ]
    return max(set.intersection(*each), key=lambda when: when.start, default=None)


def _side(code: str, parts: list[Panel], unit: str, when: Period | None) -> _Side:
    """Return the values of one indicator, one for each unit."""
    panel = next((part for part in parts if when in part.periods), None)
    if panel is None or when is None:
        return _Side()
    column = panel.periods.index(when)
    rows = np.flatnonzero(panel.present[:, column])
    keys = [_unit(panel, int(row), unit) for row in rows]
    rest = {remainder for _, remainder in keys}
    wanted = min(rest, key=lambda text: (not _is_total(text), text), default="")
    kept = [place for place, (_, remainder) in enumerate(keys) if remainder == wanted]
    if len(rest) > 1 and not _is_total(wanted):
        raise ArgumentError("associate.several_values", indicator=code, over=unit)
    units = tuple(keys[place][0] for place in kept)
    if len(set(units)) < len(units):
        raise ArgumentError("associate.several_values", indicator=code, over=unit)
    sources = frozenset(panel.source_text(int(rows[place]), column) for place in kept)
    return _Side(units=units, values=panel.values[rows[kept], column], sources=sources)


def _unit(panel: Panel, row: int, unit: str) -> tuple[str, str]:
    """Return the unit a series belongs to, and what else it is broken down by."""
    parts = [part for part in panel.breakdowns[row].split(";") if part]
    if unit == _INSTITUTION:
        return panel.institutions[row], ";".join(parts)
    name = next(part.partition("=")[2] for part in parts if part.startswith(f"{unit}="))
    others = [part for part in parts if not part.startswith(f"{unit}=")]
    return name, ";".join((f"{_INSTITUTION}={panel.institutions[row]}", *others))


def _is_total(remainder: str) -> bool:
    parts = [part.partition("=") for part in remainder.split(";") if part]
    return all(code == _TOTAL for name, _, code in parts if name != _INSTITUTION)


def _ranks(units: list[str], dimension: str, catalogue: Catalogue | None) -> _Side:
    """Return the places of the categories in their declared order; without a declaration there is none."""
    declared = None if catalogue is None else catalogue.dimensions.get(dimension)
    if declared is None or not declared.ordered:
        raise ArgumentError("associate.no_order", dimension=dimension)
    for name in units:
        if name not in declared.codes:
            raise UnknownCodeError.of(dimension, name, declared.codes)
    places = {code: float(place) for place, code in enumerate(declared.codes, start=1)}
    return _Side(units=tuple(units), values=np.array([places[name] for name in units], dtype=float))


def _aligned(side: _Side, units: list[str]) -> Floats:
    places = {name: place for place, name in enumerate(side.units)}
    return side.values[[places[name] for name in units]] if units else np.zeros(0)
