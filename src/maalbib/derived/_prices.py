"""Money of different years in the prices of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib import texts
from maalbib.derived._additive import renamed
from maalbib.derived._definition import definition_of, directions_of, new_series
from maalbib.derived._made import Made, finished, joint
from maalbib.derived._options import period_of
from maalbib.derived._rows import Rows, cells_of
from maalbib.errors import ArgumentError, DefinitionError
from maalbib.measurements import Measurements
from maalbib.measurements._carried import places_of
from maalbib.measurements._schema import STATUS_CODES
from maalbib.model import Indicator, Period, Text

if TYPE_CHECKING:
    from maalbib.model import Unit

__all__ = ["constant_prices"]

_SCALED = ("value", "lower", "upper", "pre_break", "numerator")
_KEPT = ("n", "denominator", "vintage")
_FIRM = frozenset("AB")


def constant_prices(
    measurements: Measurements,
    of: str,
    *,
    index: Measurements | Mapping[str, float],
    base_period: str | Period,
    indicator: str | Indicator,
) -> Measurements:
    """Restate amounts in the prices of one period.

    Parameters
    ----------
    measurements
        The rows; the newest of each key counts.
    of
        An indicator of money in current prices.
    index
        The price index: measurements of one indicator with one row a period, or a number for each period. Its level does not
        matter.
    base_period
        The period in whose prices the amounts are restated.
    indicator
        The new series: its definition, or only an id; with an id it takes over the definition, with the price year in its unit.

    Returns
    -------
    Measurements
        A row for each row of the indicator: value, interval, numerator and the value before a break times the index of the base
        period over that of the row's period. Marks stay; where the index itself is provisional or estimated, so is the amount.

    Raises
    ------
    UnknownCodeError
        If the indicator has no rows; the text names the nearest one.
    ArgumentError
        If the index lacks a period that is needed, is not above zero, or is no single series.
    DefinitionError
        If the indicator is no money, or is in constant prices already; or if the definition says another price year.

    Notes
    -----
    Where the index is measured more often than the amounts, or than the base, its mean over the whole period is taken, and
    every part of it is needed. Nothing is interpolated or carried forward. Cost: proportional to the number of rows.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> from maalbib.derived import constant_prices
    >>> frame = pd.DataFrame({"indicator": "spending", "institution": "0751", "period": ["2020", "2024"]})
    >>> ms = mb.Measurements.from_pandas(frame.assign(value=[100.0, 120.0]))
    >>> prices = {"2020": 100.0, "2024": 116.0}
    >>> real = constant_prices(ms, "spending", index=prices, base_period="2024", indicator="spending_2024_prices")
    >>> [round(row.value, 6) for row in real]
    [116.0, 120.0]
    """
    base = period_of("base_period", base_period)
    rows = Rows.of(measurements, [of]).sorted_series(of)
    known = definition_of(measurements, of)
    _require_current_money(known)
    year = base.start.year
    inherited = renamed(known, indicator, "derived.name.constant_prices", base=base.code)
    if inherited is not None:
        inherited = attrs.evolve(inherited, unit=_at_prices_of(inherited.unit, year, base.code))
    if isinstance(indicator, Indicator) and indicator.unit.price_year not in {None, year}:
        raise DefinitionError("derived.price_year", model="Indicator", field="unit", id=indicator.id, year=str(year))
    direction = directions_of(measurements, of)
    new = new_series(measurements, indicator, [of], direction=direction, inherited=inherited)
    levels = _Levels.of(index)
    used = rows.codes["period"].used()
    needed = [period if held else None for period, held in zip(rows.periods, used, strict=True)]
    level = [np.nan if period is None else levels.over(period)[0] for period in needed]
    factors = [levels.over(base)[0] / each for each in level]
    marks = [STATUS_CODES.index("A") if period is None else levels.over(period)[1] for period in needed]
    made = _scaled(rows, np.array([*factors, np.nan]), np.array([*marks, 0], dtype=np.uint8))
    return finished(
        measurements,
        made,
        new,
        method="constant_prices",
        inputs=[of],
        params={"of": of, "base_period": base.code, "index": levels.name},
        register=measurements.register,
    )


def _scaled(
    rows: Rows,
    factors: np.ndarray[tuple[int], np.dtype[np.float64]],
    marks: np.ndarray[tuple[int], np.dtype[np.uint8]],
) -> Made:
    """Return the rows times the factor of their period, with the gravest of their own mark and that of the index."""
    period = rows.codes["period"].codes
    beside = attrs.evolve(rows, status=marks[period], conf=None, qualifier=None, source=rows.source)
    made = joint({name: rows.codes[name] for name in ("institution", *rows.breakdowns, "period")}, [rows, beside])
    for name in _SCALED:
        if name in rows.numbers:
            made.numbers[name] = rows.numbers[name] * factors[period]
    for name in _KEPT:
        if name in rows.numbers:
            made.numbers[name] = rows.numbers[name]
    return made


def _require_current_money(definition: Indicator | None) -> None:
    if definition is None:
        return
    if definition.unit.currency is None:
        raise DefinitionError("derived.no_money", model="Indicator", field="unit", id=definition.id)
    if definition.unit.price_year is not None:
        raise DefinitionError("derived.already_constant", model="Indicator", field="unit", id=definition.id)


def _at_prices_of(unit: Unit, year: int, base: str) -> Unit:
    """Return the unit with its price basis."""
    name = Text(
        **{
            lang: texts.sentence("derived.unit.constant", lang, name=unit.name.get(lang), base=base)
            for lang in ("da", "en")
        }
    )
    return attrs.evolve(unit, id=f"{unit.id}_{base}", name=name, price_year=year)


@attrs.frozen(eq=False, kw_only=True)
class _Levels:
    """A price index by period, with the status of each level."""

    name: str
    levels: Mapping[Period, tuple[float, int]]

    @classmethod
    def of(cls, index: object) -> _Levels:
        if isinstance(index, Measurements):
            return cls._of_measurements(index)
        if not isinstance(index, Mapping) or not index:
            raise ArgumentError("argument.type", argument="index", expected="Measurements, Mapping[str, float]")
        firm = STATUS_CODES.index("A")
        levels = {period_of("index", period): (_level(value), firm) for period, value in index.items()}
        return cls(name="given", levels=levels)

    @classmethod
    def _of_measurements(cls, index: Measurements) -> _Levels:
        if len(index.indicators) != 1:
            raise ArgumentError("derived.index_series")
        rows = Rows.of(index, index.indicators)
        _, first = cells_of(rows.codes, ("institution", *rows.breakdowns), np.arange(len(rows), dtype=np.int64))
        if len(first) != 1:
            raise ArgumentError("derived.index_series")
        there = np.flatnonzero(~np.isnan(rows.numbers["value"]))
        periods = [rows.periods[code] for code in rows.codes["period"].codes[there].tolist()]
        values = rows.numbers["value"][there].tolist()
        marks = rows.status[there].tolist()
        broken = STATUS_CODES.index("B")
        firm = places_of(STATUS_CODES, ("A",))[0]
        levels = {
            period: (_level(value), int(firm) if mark == broken else mark)
            for period, value, mark in zip(periods, values, marks, strict=True)
        }
        return cls(name=index.indicators[0], levels=levels)

    def over(self, period: Period) -> tuple[float, int]:
        """Return the level in a period, and the mark that goes with it; the mean of its parts where there are only those.

        Raises
        ------
        ArgumentError
            If the index does not cover it.
        """
        if period in self.levels:
            return self.levels[period]
        finer = {each.freq for each in self.levels if each.freq.length < period.freq.length}
        for freq in sorted(finer, key=lambda each: -each.length):
            parts = period.convert(freq, "all")
            whole = parts[0].start == period.start and parts[-1].end == period.end
            if whole and all(part in self.levels for part in parts):
                found = [self.levels[part] for part in parts]
                marks = [mark for _, mark in found if mark != STATUS_CODES.index("A")]
                return sum(level for level, _ in found) / len(found), marks[0] if marks else STATUS_CODES.index("A")
        raise ArgumentError("derived.index_lacks", period=period.code)


def _level(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < np.inf:
        raise ArgumentError("derived.index_level")
    return float(value)
