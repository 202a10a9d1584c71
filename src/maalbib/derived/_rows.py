"""The newest rows of some indicators as arrays, and what of them stands at given places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.measurements._carried import NO_ROW, places_of
from maalbib.measurements._codes import Codes
from maalbib.measurements._content import codes_in, numbers_in
from maalbib.measurements._keys import Part, code_part, numbered, packed
from maalbib.measurements._schema import CONF_CODES, FREQUENCIES, QUALIFIERS, STATUS_CODES, TOTAL
from maalbib.model import Frequency, Period

if TYPE_CHECKING:
    import pyarrow as pa

    from maalbib.measurements import Measurements

__all__ = [
    "Bools",
    "Floats",
    "Ints",
    "Marks",
    "Rows",
    "cells_of",
    "joined",
    "known_indicators",
    "matched",
    "require_breakdowns",
    "summed",
]

Bools: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Marks: TypeAlias = npt.NDArray[np.uint8]

_NUMBERS = ("value", "numerator", "denominator", "n", "lower", "upper", "pre_break", "vintage")


@attrs.frozen(eq=False, kw_only=True)
class Rows:
    """Rows as arrays; a row that is not there has no numbers, and 255 for its marks.

    Attributes
    ----------
    breakdowns
        Names of the breakdown columns.
    codes
        ``indicator``, ``institution``, ``period`` and the breakdowns. The texts of periods stand in time order.
    periods
        The periods that the codes of ``period`` number.
    numbers
        The columns of numbers that are there; NaN where a cell is empty.
    status, conf, qualifier
        Positions in their lists of codes; None where the column is absent.
    source
        Ids of the sources.
    """

    breakdowns: tuple[str, ...]
    codes: Mapping[str, Codes]
    periods: tuple[Period, ...]
    numbers: Mapping[str, Floats]
    status: Marks
    conf: Marks | None
    qualifier: Marks | None
    source: Codes | None

    @classmethod
    def of(cls, measurements: Measurements, indicators: Sequence[str]) -> Rows:
        """Take the newest row of every key of some indicators.

        Raises
        ------
        UnknownCodeError
            If one of them has no rows.
        """
        known_indicators(measurements, indicators)
        newest = measurements.select(indicator=indicators).as_of(None)
        table = newest.to_arrow()
        period, periods = _in_time_order(codes_in(table, "period"))
        names = ("indicator", "institution", *newest.breakdowns)
        numbers = {name: numbers_in(table, name) for name in _NUMBERS}
        return cls(
            breakdowns=newest.breakdowns,
            codes={**{name: codes_in(table, name).take(None) for name in names}, "period": period},
            periods=periods,
            numbers={name: values for name, values in numbers.items() if values is not None},
            status=_marks(table, "status", STATUS_CODES),
            conf=_marks(table, "conf", CONF_CODES) if "conf" in table.column_names else None,
            qualifier=_marks(table, "qualifier", QUALIFIERS) if "qualifier" in table.column_names else None,
            source=codes_in(table, "source").take(None) if "source" in table.column_names else None,
        )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.status)

    def of_indicator(self, indicator: str) -> Ints:
        """Return the places of an indicator's rows."""
        return np.flatnonzero(self.codes["indicator"].equals(indicator))

    def number(self, name: str) -> Floats:
        """Return a column of numbers, NaN everywhere where it is absent."""
        return self.numbers[name] if name in self.numbers else np.full(len(self), np.nan)

    def at(self, places: Ints) -> Rows:
        """Return the rows at some places; -1 is a row that is not there."""
        return Rows(
            breakdowns=self.breakdowns,
            codes={
                name: Codes(np.append(held.codes, np.int32(-1))[places], held.texts)
                for name, held in self.codes.items()
            },
            periods=self.periods,
            numbers={name: np.append(values, np.nan)[places] for name, values in self.numbers.items()},
            status=_marks_at(self.status, places),
            conf=None if self.conf is None else _marks_at(self.conf, places),
            qualifier=None if self.qualifier is None else _marks_at(self.qualifier, places),
            source=None
            if self.source is None
            else Codes(np.append(self.source.codes, np.int32(-1))[places], self.source.texts),
        )

    def sorted_series(self, indicator: str) -> Rows:
        """Return the rows of an indicator, series after series, each in time order."""
        places = self.of_indicator(indicator)
        _, first = cells_of(self.codes, ("institution", *self.breakdowns, "period"), places)
        return self.at(first)

    @property
    def ordinal(self) -> Ints:
        """The number of each row's period within its frequency."""
        return self.codes["period"].each((period.ordinal for period in self.periods), -1, np.int64)

    @property
    def freq(self) -> Ints:
        """The place of each row's frequency in the list of all."""
        return self.codes["period"].each((FREQUENCIES.index(period.freq) for period in self.periods), -1, np.int64)

    @property
    def series(self) -> Ints:
        """The same number for the rows of one institution, breakdown and frequency; in the order of :meth:`sorted_series`."""
        parts = [code_part(self.codes[name]) for name in ("institution", *self.breakdowns)]
        return packed([*parts, (self.freq, len(FREQUENCIES))])[0]

    def frequencies(self, indicator: str) -> set[Frequency]:
        """Return the frequencies that an indicator is measured with."""
        period = self.codes["period"]
        used = Codes(period.codes[self.of_indicator(indicator)], period.texts).used()
        return {each.freq for each, held in zip(self.periods, used, strict=True) if held}

    def totals(self, names: Iterable[str]) -> Bools:
        """Return the rows that hold the total of these breakdowns."""
        found = np.ones(len(self), dtype=bool)
        for name in names:
            found &= self.codes[name].equals(TOTAL)
        return found


def known_indicators(measurements: Measurements, indicators: Iterable[str]) -> None:
    """Refuse indicators that have no rows.

    Raises
    ------
    UnknownCodeError
        With the nearest id that has some.
    ArgumentError
        If an id is not a text.
    """
    known = measurements.indicators
    for indicator in indicators:
        if not isinstance(indicator, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers may not check types
            raise ArgumentError("argument.type", argument="indicator", expected="str")
        if indicator not in known:
            raise UnknownCodeError.of("indicator", indicator, known)


def require_breakdowns(argument: str, names: str | Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return names of breakdown columns, one or several.

    Raises
    ------
    ArgumentError
        If one of them is not there.
    """
    wanted = (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))
    for name in wanted:
        if name not in known:
            raise ArgumentError.choice(argument, known)
    return wanted


def _in_time_order(period: Codes) -> tuple[Codes, tuple[Period, ...]]:
    """Return a column of periods whose texts stand in time order, frequency by frequency, and the periods."""
    held = period.take(None)
    periods = [Period.parse(text) for text in held.texts]
    order = sorted(
        range(len(periods)), key=lambda place: (FREQUENCIES.index(periods[place].freq), periods[place].ordinal)
    )
    place = np.full(len(order) + 1, -1, dtype=np.int32)
    place[order] = np.arange(len(order))
    return Codes(place[held.codes], tuple(held.texts[each] for each in order)), tuple(periods[each] for each in order)


def _marks(table: pa.Table, name: str, words: Sequence[str]) -> Marks:
    codes = codes_in(table, name)
    return places_of(words, codes.texts)[codes.codes]


def _marks_at(marks: Marks, places: Ints) -> Marks:
    return np.append(marks, np.uint8(NO_ROW))[places]


def cells_of(codes: Mapping[str, Codes], names: Sequence[str], places: Ints) -> tuple[Ints, Ints]:
    """Give each distinct combination of some columns among the rows at some places a number.

    Returns
    -------
    tuple
        The number of each place's combination, in the order of the columns' texts, and a place of each combination.
    """
    key, size = packed([code_part(codes[name]) for name in names], places)
    cell, first = numbered(key, size)
    return cell, places[first]


def joined(left: Sequence[Part], right: Sequence[Part]) -> Ints:
    """Return for each key on the left the place of the same key on the right, -1 where it is not there.

    Parameters
    ----------
    left, right
        The columns of the keys as numbers from 0, each with a bound that both sides share. Keys on the right stand once.
    """
    both: list[Any] = [
        (np.concatenate((one, other)), size) for (one, size), (other, _) in zip(left, right, strict=True)
    ]
    cell, first = numbered(*packed(both))
    count = len(left[0][0])
    at = np.full(len(first), -1, dtype=np.int64)
    at[cell[count:]] = np.arange(len(cell) - count)
    return at[cell[:count]]


def matched(rows: Rows, cells: Ints, among: Ints, names: Iterable[str]) -> Ints:
    """Return for each of some rows the place of the one among others that agrees in some columns, -1 where none does."""
    parts = [code_part(rows.codes[name]) for name in names]
    left: list[Part] = [(part[cells], size) for part, size in parts]
    right: list[Part] = [(part[among], size) for part, size in parts]
    return np.append(among, -1)[joined(left, right)]


def summed(values: Floats | Bools, group: Ints, size: int) -> Floats:
    """Return the sum of each group."""
    return np.asarray(np.bincount(group, weights=values, minlength=size), dtype=np.float64)
