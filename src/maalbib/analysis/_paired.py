"""Two things side by side, a pair for each unit that has both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._arrays import Floats
from maalbib.analysis._segments import Usable, usable
from maalbib.errors import ArgumentError, UnknownCodeError

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Panel
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
    given
        (units, conditions) values of what is allowed for.
    over, period, given_period
        What the units are, and when they and their conditions were measured.
    mixed
        Whether the values come from more than one source.
    set_aside
        Whether a value was left out because it is withheld or of too few people.
    without_conditions
        Whether units that have both things were left out because they lack a condition.
    """

    x: Floats
    y: Floats
    given: Floats
    over: str
    period: Period | None
    given_period: Period | None
    mixed: bool
    set_aside: bool
    without_conditions: bool


@attrs.frozen(kw_only=True)
class _Side:
    """One thing in one period: units, values, sources."""

    units: tuple[str, ...] = ()
    values: Floats = attrs.field(factory=lambda: np.zeros(0))
    sources: frozenset[str | None] = frozenset()
    set_aside: bool = False


def paired(
    setting: Setting,
    x: str,
    y: str,
    *,
    over: str | None,
    period: Period | None,
    min_verdict: int | None,
    given: tuple[str, ...] = (),
    given_period: Period | None = None,
) -> Pairs:
    """Return the pairs of the given period, or of the latest that both things have."""
    indicators, breakdowns = setting.measurements.indicators, setting.measurements.breakdowns
    for code in (x, y):
        if code not in indicators and code not in breakdowns:
            raise UnknownCodeError.of("x_or_y", code, {*indicators, *breakdowns})
    ranked = [code for code in (x, y) if code in breakdowns]
    unit = over or (ranked[0] if ranked else _INSTITUTION)
    if unit != _INSTITUTION and unit not in breakdowns:
        raise ArgumentError.choice("over", (_INSTITUTION, *breakdowns))
    if ranked not in ([], [unit]):
        raise ArgumentError("associate.two_breakdowns", over=unit)
    _refuse_conditions(given, {x, y}, indicators)
    found = {
        code: [(panel, usable(panel, setting.indicator(code), min_verdict=min_verdict)) for panel in panels]
        for code, panels in setting.panels({x, y, *given} - set(ranked))
    }
    dated = found if given_period is None else {code: parts for code, parts in found.items() if code not in given}
    when = period if period is not None else _latest(dated.values())
    whens = dict.fromkeys(given, given_period if given_period is not None else when)
    sides = {code: _side(code, parts, unit, whens.get(code, when)) for code, parts in found.items()}
    both = set.intersection(*(set(side.units) for code, side in sides.items() if code not in given))
    units = sorted(both.intersection(*(sides[code].units for code in given)))
    sources = frozenset[str | None]().union(*(side.sources for code, side in sides.items() if code not in given))
    sides |= {code: _ranks(units, code, setting.catalogue) for code in ranked}
    return Pairs(
        x=_aligned(sides[x], units),
        y=_aligned(sides[y], units),
        given=np.stack([np.zeros(len(units)), *(_aligned(sides[code], units) for code in given)], axis=1)[:, 1:],
        over=unit,
        period=when,
        given_period=next(iter(whens.values()), None),
        mixed=len(sources) > 1,
        set_aside=any(side.set_aside for side in sides.values()),
        without_conditions=len(units) < len(both),
    )


def _refuse_conditions(given: tuple[str, ...], compared: set[str], indicators: Iterable[str]) -> None:
    known = set(indicators)
    for code in given:
        if code not in known:
            raise UnknownCodeError.of("given", code, known)
        if code in compared:
            raise ArgumentError("associate.given_is_compared", indicator=code)


def _latest(found: Iterable[list[tuple[Panel, Usable]]]) -> Period | None:
    """Return the newest period in which every thing has a value."""
    each = [
        {
            panel.periods[column]
            for panel, part in parts
            for column in np.flatnonzero(np.isfinite(part.values).any(axis=0)).tolist()
        }
        for parts in found
    ]
    return max(set.intersection(*each), key=_first_day, default=None)


def _first_day(period: Period) -> dt.date:
    return period.start


def _side(code: str, parts: list[tuple[Panel, Usable]], unit: str, when: Period | None) -> _Side:
    """Return the values of one indicator, one for each unit."""
    panel, part = next((each for each in parts if when in each[0].periods), (None, None))
    if panel is None or part is None or when is None:
        return _Side()
    column = panel.periods.index(when)
    rows = np.flatnonzero(np.isfinite(part.values[:, column]))
    keys = [_unit(panel, int(row), unit) for row in rows]
    rest = {remainder for _, remainder in keys if remainder is not None}
    totals = {remainder for remainder in rest if _is_total(remainder)}
    if len(rest) > 1 and len(totals) != 1:
        raise ArgumentError("associate.several_values", indicator=code, over=unit)
    wanted = next(iter(totals or rest), "")
    kept = [place for place, (_, remainder) in enumerate(keys) if remainder == wanted]
    return _Side(
        units=tuple(keys[place][0] for place in kept),
        values=part.values[rows[kept], column],
        sources=frozenset(panel.source_text(int(rows[place]), column) for place in kept),
        set_aside=bool((part.suppressed | part.small | part.one_sided)[:, column].any()),
    )


def _unit(panel: Panel, row: int, unit: str) -> tuple[str, str | None]:
    """Return the unit a series belongs to, and what else it is broken down by; None for a total, which is no unit."""
    parts = [part for part in panel.breakdowns[row].split(";") if part]
    if unit == _INSTITUTION:
        return panel.institutions[row], ";".join(parts)
    name = next((part.partition("=")[2] for part in parts if part.startswith(f"{unit}=")), _TOTAL)
    others = [part for part in parts if not part.startswith(f"{unit}=")]
    return name, None if name == _TOTAL else ";".join((f"{_INSTITUTION}={panel.institutions[row]}", *others))


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
