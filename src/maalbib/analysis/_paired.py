"""Two things side by side, a pair for each unit that has both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._arrays import Floats
from maalbib.analysis._context import of_type
from maalbib.analysis._segments import Usable, usable
from maalbib.analysis._unknown_codes import unknown
from maalbib.errors import ArgumentError
from maalbib.model import outcome_in_distance

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Panel
    from maalbib.model import Period

__all__ = ["Pairs", "paired"]

_INSTITUTION = "institution"
_TOTAL = "_T"
_SAME = {
    "is_variable": "associate.same_thing",
    "is_part": "associate.one_is_part",
    "same_numerator": "associate.same_numerator",
}


@attrs.frozen(kw_only=True)
class LeftOut:
    """How many units are known by one of the two things but are in no pair, and why; each counts once, for the first that holds.

    Attributes
    ----------
    set_aside
        A value of theirs is withheld, of too few people, only a bound, or a forecast.
    one_only
        They lack a value of one of the two.
    without_conditions
        They lack a value of what is allowed for.
    conditions_set_aside
        How many of these have one that is set aside.
    """

    set_aside: int
    one_only: int
    without_conditions: int
    conditions_set_aside: int

    @classmethod
    def of(cls, compared: list[_Side], given: list[_Side], used: set[str]) -> LeftOut:
        """Count the units that are not used."""
        aside = set().union(*(side.set_aside for side in compared)) - used
        known = set().union(*(side.units for side in compared)) - used - aside
        both = set.intersection(*(set(side.units) for side in compared)) & known
        return cls(
            set_aside=len(aside),
            one_only=len(known - both),
            without_conditions=len(both),
            conditions_set_aside=len(both.intersection(set().union(*(side.set_aside for side in given)))),
        )

    @property
    def units(self) -> int:
        """How many there are in all."""
        return self.set_aside + self.one_only + self.without_conditions


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
    left_out
        Units that are in no pair.
    """

    x: Floats
    y: Floats
    given: Floats
    over: str
    period: Period | None
    given_period: Period | None
    mixed: bool
    left_out: LeftOut


@attrs.frozen(kw_only=True)
class _Side:
    """One thing in one period: units, values, sources, and the units whose value is set aside."""

    units: tuple[str, ...] = ()
    values: Floats = attrs.field(factory=lambda: np.zeros(0))
    sources: frozenset[str | None] = frozenset()
    set_aside: frozenset[str] = frozenset()


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
    for argument, code in (("x", x), ("y", y)):
        of_type(argument, code, str)
        if code not in indicators and code not in breakdowns:
            raise unknown(code, "an indicator or a breakdown of the measurements", {*indicators, *breakdowns})
    _refuse_same(x, y, setting.catalogue)
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
    compared = [side for code, side in sides.items() if code not in given]
    both = set.intersection(*(set(side.units) for side in compared))
    units = sorted(both.intersection(*(sides[code].units for code in given)))
    left_out = LeftOut.of(compared, [sides[code] for code in given], set(units))
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
        left_out=left_out,
    )


def _refuse_same(x: str, y: str, catalogue: Catalogue | None) -> None:
    """Refuse to relate a thing to itself, or to another that counts the same: they go together whatever the world is like."""
    found = outcome_in_distance(x, (y,), {} if catalogue is None else catalogue.indicators)
    if found is not None:
        raise ArgumentError(_SAME[found[0]], x=x, y=y)


def _refuse_conditions(given: tuple[str, ...], compared: set[str], indicators: Iterable[str]) -> None:
    known = set(indicators)
    for code in given:
        if code not in known:
            raise unknown(code, "an indicator that is measured", known)
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
    usable_here = np.isfinite(part.values[:, column])
    rows = np.flatnonzero(usable_here)
    keys = [_unit(panel, int(row), unit) for row in rows]
    rest = {remainder for _, remainder in keys if remainder is not None}
    totals = {remainder for remainder in rest if _is_total(remainder)}
    if len(rest) > 1 and len(totals) != 1:
        raise ArgumentError("associate.several_values", indicator=code, over=unit)
    wanted = next(iter(totals or rest), "")
    kept = [place for place, (_, remainder) in enumerate(keys) if remainder == wanted]
    aside = (part.suppressed[:, column] | np.isfinite(panel.values[:, column])) & ~usable_here
    left = [_unit(panel, int(row), unit) for row in np.flatnonzero(aside)]
    return _Side(
        units=tuple(keys[place][0] for place in kept),
        values=part.values[rows[kept], column],
        sources=frozenset(panel.source_text(int(rows[place]), column) for place in kept),
        set_aside=frozenset(name for name, remainder in left if remainder == wanted or not rest),
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
            raise unknown(name, "a category of the breakdown in the catalogue", declared.codes)
    places = {code: float(place) for place, code in enumerate(declared.codes, start=1)}
    return _Side(units=tuple(units), values=np.array([places[name] for name in units], dtype=float))


def _aligned(side: _Side, units: list[str]) -> Floats:
    places = {name: place for place, name in enumerate(side.units)}
    return side.values[[places[name] for name in units]] if units else np.zeros(0)
