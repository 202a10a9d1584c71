"""Rates: how many for every so many people, with the day that the people were counted on said by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, Literal

import attrs
import numpy as np

from maalbib.derived._definition import PARTS, definition_of, directions_of, new_series
from maalbib.derived._made import finished, joint
from maalbib.derived._options import choice, distinct, positive
from maalbib.derived._quotient import divide, people_in, require_frequency
from maalbib.derived._rows import Floats, Rows, joined, require_breakdowns
from maalbib.errors import ArgumentError, PeriodError
from maalbib.measurements._keys import code_part
from maalbib.model import Frequency, Period, UnitKind

if TYPE_CHECKING:
    from maalbib.measurements import Measurements
    from maalbib.model import Indicator

__all__ = ["rate"]

Reference = Literal["same", "previous", "mid_year"]
_REFERENCES: Final = ("same", "previous", "mid_year")
_DAYS: Final = ("start", "end")


def rate(
    measurements: Measurements,
    *,
    numerator: str,
    population: str,
    indicator: str | Indicator,
    per: float = 1_000,
    reference: Reference = "same",
    counted_on: Literal["start", "end"] = "start",
    bridge: bool = False,
    population_total: str | Iterable[str] = (),
) -> Measurements:
    """Divide events, money or cases by the people or full-time equivalents that they are about.

    Parameters
    ----------
    measurements
        The rows; the newest of each key counts.
    numerator, population
        Indicators above and below the line. Their rows are matched by institution, breakdowns and period.
    indicator
        The new series: its definition, or only an id.
    per
        For every how many: 1, 1_000, 100_000.
    reference
        Which population belongs to a period: that of the ``"same"`` one, that of the ``"previous"`` one, or the mean over the
        period (``"mid_year"``): of the counts on its first day and on that of the next one.
    counted_on
        Whether the population is counted at the ``"start"`` of its period or at its ``"end"``; only ``"mid_year"`` asks.
    bridge
        Whether a population of a longer period counts for all periods in it, such as a yearly one for quarters. Never
        assumed. The rate is then still one of the short period.
    population_total
        Breakdowns that the population is not broken down by: its total counts for each of their categories.

    Returns
    -------
    Measurements
        A row for each row of the numerator, with ``numerator``, ``denominator`` and ``n``. Missing where a part is missing
        (with the status of that part), where there is no population (``O``), and where it is zero (``M``).

    Raises
    ------
    UnknownCodeError
        If an indicator has no rows; the text names the nearest one.
    ArgumentError
        If an option is wrong, the frequencies differ and nothing is said about it, or periods do not lie within those of the
        population, as school years do not within years.
    DefinitionError
        If the definition does not fit a rate.

    Notes
    -----
    Marks travel as in :func:`share`. A rate over a break in the population's own series is marked as the first after one.
    Cost: proportional to the number of rows.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> from maalbib.derived import rate
    >>> frame = pd.DataFrame(
    ...     {
    ...         "indicator": ["burglaries", "people", "people"],
    ...         "institution": "0147",
    ...         "period": ["2009", "2009", "2010"],
    ...         "value": [580.0, 95000.0, 97000.0],
    ...     }
    ... )
    >>> ms = mb.Measurements.from_pandas(frame)
    >>> row = rate(ms, numerator="burglaries", population="people", indicator="rate", reference="mid_year")[0]
    >>> round(row.value, 3), row.denominator
    (6.042, 96000.0)
    """
    choice("reference", reference, _REFERENCES)
    choice("counted_on", counted_on, _DAYS)
    by = positive("per", per)
    across = require_breakdowns("population_total", population_total, measurements.breakdowns)
    if numerator == population:
        raise ArgumentError("derived.same_twice")
    inputs = distinct((numerator, population))
    rows = Rows.of(measurements, inputs)
    if not bridge:
        require_frequency(rows, numerator, population)
    kinds = PARTS
    direction = directions_of(measurements, numerator)
    new = new_series(measurements, indicator, inputs, per=by, kinds=kinds, direction=direction)
    top = rows.sorted_series(numerator)
    people = _People.of(rows, population, across, bridge=bridge)
    counts = [people.of_periods(top, shift) for shift in _shifts(reference, counted_on)]
    made = joint(
        {name: top.codes[name] for name in ("institution", *rows.breakdowns, "period")}, [top], lowering=counts
    )
    absent = np.logical_or.reduce([count.codes["indicator"].codes < 0 for count in counts])
    made.tell(absent, "derived.no_population")
    denominator = _mean([count.numbers["value"] for count in counts])
    given = _mean([count.number("n") for count in counts])
    behind = people_in(given, np.round(denominator), definition_of(measurements, population), UnitKind.COUNT)
    made.numbers["n"] = np.floor(behind)
    divide(made, top.numbers["value"], denominator, per=by)
    params = {"how": reference, "numerator": numerator, "population": population, "per": by, "counted_on": counted_on}
    return finished(
        measurements,
        made,
        new,
        method="rate",
        inputs=inputs,
        params=params | {"bridge": bool(bridge), "population_total": across},
        register=measurements.register,
    )


def _shifts(reference: str, counted_on: str) -> tuple[int, ...]:
    """Return how many periods later each population stands that counts."""
    if reference == "mid_year":
        return (0, 1) if counted_on == "start" else (-1, 0)
    return (-1,) if reference == "previous" else (0,)


@attrs.frozen(eq=False, kw_only=True)
class _People:
    """The rows of the population, to be looked up."""

    rows: Rows
    names: tuple[str, ...]
    freq: Frequency | None  # of the population, where its periods are longer

    @classmethod
    def of(cls, rows: Rows, population: str, across: Sequence[str], *, bridge: bool) -> _People:
        places = rows.of_indicator(population)
        found = rows.frequencies(population)
        if bridge and len(found) != 1:
            raise ArgumentError("derived.several_frequencies", freqs=sorted(freq.value for freq in found))
        own = rows.at(places[rows.totals(across)[places]])
        names = tuple(name for name in ("institution", *rows.breakdowns) if name not in across)
        return cls(rows=own, names=names, freq=found.pop() if bridge else None)

    def of_periods(self, top: Rows, shift: int) -> Rows:
        """Return for each row the population of its period, or of one that many later."""
        place = {period: i for i, period in enumerate(self.rows.periods)}
        wanted = [place.get(self._period(period) + shift, -1) for period in top.periods]
        parts = [code_part(top.codes[name]) for name in self.names]
        own = [code_part(self.rows.codes[name]) for name in self.names]
        # Past the last period stands what no population has.
        period = top.codes["period"].each([len(place) if each < 0 else each for each in wanted], len(place), np.int64)
        left = [*parts, (period, len(place) + 1)]
        right = [
            *own,
            (self.rows.codes["period"].codes, len(place) + 1),
        ]
        return self.rows.at(joined(left, right))

    def _period(self, period: Period) -> Period:
        if self.freq is None or period.freq is self.freq:
            return period
        try:
            return period.convert(self.freq)
        except PeriodError:
            raise ArgumentError("derived.bridge", freq=period.freq.value, other=self.freq.value) from None


def _mean(columns: Sequence[Floats]) -> Floats:
    return np.asarray(sum(columns, np.zeros(len(columns[0]))) / len(columns), dtype=np.float64)
