"""Sums over several periods: rolling ones, and those since the year began. A sum with a hole in it is not given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import attrs
import numpy as np

from maalbib.derived._additive import Additive, How, renamed
from maalbib.derived._breaks import declared_at
from maalbib.derived._definition import NewSeries, definition_of, directions_of, new_series
from maalbib.derived._made import BROKEN, NORMAL, Made, finished, same_or_none, torn_or_joint
from maalbib.derived._options import choice, whole
from maalbib.derived._rows import Bools, Ints, Rows
from maalbib.errors import ArgumentError
from maalbib.measurements._carried import joint_conf, joint_status
from maalbib.measurements._codes import Codes
from maalbib.model import Frequency, Period

if TYPE_CHECKING:
    from maalbib.measurements import Measurements
    from maalbib.model import Indicator

__all__ = ["cumulated", "rolling"]

Breaks = Literal["stop", "ignore"]
_BREAKS: Final = ("stop", "ignore")
A = TypeVar("A", bound=np.ndarray[Any, Any])


def rolling(
    measurements: Measurements,
    of: str,
    *,
    periods: int,
    indicator: str | Indicator,
    how: How | None = None,
    per: float | None = None,
    breaks: Breaks = "stop",
) -> Measurements:
    """Put each period together with those before it: the sum over four quarters, the share over three years.

    Parameters
    ----------
    measurements
        The rows; the newest of each key counts.
    of
        The indicator.
    periods
        How many periods in a row, the last one included.
    indicator
        The new series: its definition, or only an id; with an id it takes over the definition of what it is made of.
    how
        ``"sum"`` for flows; ``"mean"``, the sum divided by the number of periods; ``"ratio"`` from the columns ``numerator`` and
        ``denominator``; ``"weighted"``, a mean weighted by ``n``. None takes what follows from the definition.
    per
        What a ratio is multiplied by; None takes it from the definition.
    breaks
        ``"stop"``: no window reaches across a break. ``"ignore"``: it does, and the first period after the break is marked.

    Returns
    -------
    Measurements
        A row for each row of the indicator. Missing with status ``O`` where a period of the window is not there or a break
        lies in it, which ``problems`` tells apart, and with the status of the part where a part is missing. Never a partial
        sum.

    Raises
    ------
    UnknownCodeError
        If the indicator has no rows; the text names the nearest one.
    ArgumentError
        If an option is wrong, nobody has said how values are put together, or there are only shares.

    Notes
    -----
    Neighbouring values rest on the same periods, so that tests of a trend do not hold for them: the series is marked with its
    :attr:`Derivation.window`, and is not judged as long as two of its values overlap. Cost: proportional to the number of rows
    times ``periods``.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> from maalbib.derived import rolling
    >>> quarters = [f"{year}-Q{quarter}" for year in (2023, 2024) for quarter in (1, 2, 3, 4)]
    >>> frame = pd.DataFrame({"indicator": "complaints", "institution": "0751", "period": quarters})
    >>> ms = mb.Measurements.from_pandas(frame.assign(value=[5.0, 2, 4, 3, 6, 2, 1, 4]))
    >>> year = rolling(ms, "complaints", periods=4, how="sum", indicator="complaints_year")
    >>> [row.value for row in year]
    [None, None, None, 14.0, 15.0, 15.0, 12.0, 13.0]
    >>> mb.detect_trends(year)[0].reason
    'overlapping_periods'
    """
    count = whole("periods", periods, 1)
    series = _Series.of(measurements, of, indicator, how, per, breaks, ("derived.name.rolling", {"periods": count}))
    lengths = np.full(len(series.rows), count, dtype=np.int64)
    made = series.over(lengths, "derived.gap")
    window = measurements.window(of) + count - 1
    return series.finished(made, "rolling", {"periods": count}, window)


def cumulated(
    measurements: Measurements,
    of: str,
    *,
    indicator: str | Indicator,
    how: How | None = None,
    per: float | None = None,
    breaks: Breaks = "stop",
    year_start: str | None = None,
) -> Measurements:
    """Put each period together with those before it in the same year: what has come in so far.

    Parameters
    ----------
    measurements
        The rows; the newest of each key counts.
    of
        The indicator, measured more often than once a year.
    indicator
        The new series: its definition, or only an id; with an id it takes over the definition of what it is made of.
    how, per, breaks
        As in :func:`rolling`.
    year_start
        First day of another year than the calendar's, ``--08-01`` for school years.

    Returns
    -------
    Measurements
        A row for each row of the indicator; the last one of a year is the sum of the year. Missing with status ``O`` from the
        first period of a year that is not there, and after a break within the year.

    Raises
    ------
    UnknownCodeError
        If the indicator has no rows; the text names the nearest one.
    ArgumentError
        If an option is wrong, nobody has said how values are put together, there are only shares, or the periods do not
        begin where the year does.

    Notes
    -----
    The series is marked as overlapping, see :func:`rolling`. Weeks are those of the ISO year. Cost: proportional to the number
    of rows times the periods of a year.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> from maalbib.derived import cumulated
    >>> frame = pd.DataFrame(
    ...     {"indicator": "spent", "institution": "0751", "period": ["2024-Q1", "2024-Q2", "2024-Q4"]}
    ... )
    >>> ms = mb.Measurements.from_pandas(frame.assign(value=[5.0, 2.0, 4.0]))
    >>> [(str(row.period), row.value) for row in cumulated(ms, "spent", how="sum", indicator="so_far")]
    [('2024-Q1', 5.0), ('2024-Q2', 7.0), ('2024-Q4', None)]
    """
    series = _Series.of(measurements, of, indicator, how, per, breaks, ("derived.name.cumulated", {}))
    place = [_place_in_year(period, year_start) for period in series.rows.periods]
    lengths = series.rows.codes["period"].each([each + 1 for each in place], 1, np.int64)
    made = series.over(lengths, "derived.year_gap")
    window = measurements.window(of) + round(max(period.freq.periods_per_year for period in series.rows.periods)) - 1
    return series.finished(made, "cumulated", {"year_start": year_start}, window)


@attrs.frozen(eq=False, kw_only=True)
class _Series:
    """The rows of an indicator in time order, and what is made of them."""

    measurements: Measurements
    of_indicator: str
    rows: Rows
    additive: Additive
    new: NewSeries
    breaks: Breaks

    @classmethod
    def of(
        cls,
        measurements: Measurements,
        indicator: str,
        given: str | Indicator,
        how: How | None,
        per: float | None,
        breaks: Breaks,
        name: tuple[str, dict[str, object]],
    ) -> _Series:
        choice("breaks", breaks, _BREAKS)
        rows = Rows.of(measurements, [indicator]).sorted_series(indicator)
        if any(period.freq.years > 1 for period in rows.periods):
            raise ArgumentError("derived.pooled")
        additive = Additive.of(measurements, rows, indicator, how, per)
        inherited = renamed(definition_of(measurements, indicator), given, name[0], **name[1])
        quotient = additive.per if additive.how == "ratio" else None
        direction = directions_of(measurements, indicator)
        new = new_series(measurements, given, [indicator], per=quotient, direction=direction, inherited=inherited)
        return cls(
            measurements=measurements, of_indicator=indicator, rows=rows, additive=additive, new=new, breaks=breaks
        )

    def over(self, lengths: Ints, gap: str) -> Made:
        """Return each row put together with those before it, as many as its length says."""
        rows = self.rows
        ordinal, series = rows.ordinal, rows.series
        first = np.arange(len(rows)) - lengths + 1
        held = np.maximum(first, 0)
        unbroken = (first >= 0) & (series[held] == series) & (ordinal - ordinal[held] == lengths - 1)
        windows = _Windows(lengths, unbroken)
        made = _joined(rows, windows)
        made.withhold(~unbroken, gap)
        if self.breaks == "stop":
            definition = definition_of(self.measurements, self.of_indicator)
            declared = declared_at(() if definition is None else definition.breaks, rows.periods)
            behind = np.cumsum(made.broken) + rows.codes["period"].each(declared, 0, np.int64)
            made.withhold(unbroken & (behind != behind[held]), "derived.break_inside")
        above, below = (windows.folded(part, np.add) for part in self.additive.parts(rows))
        if "n" in rows.numbers:
            made.numbers["n"] = windows.folded(rows.numbers["n"], np.add)
        self.additive.fill(made, above, below)
        return made

    def finished(self, made: Made, method: str, params: dict[str, object], window: int) -> Measurements:
        chosen = {"how": self.additive.how, "of": self.of_indicator, "per": self.additive.per, "breaks": self.breaks}
        return finished(
            self.measurements,
            made,
            self.new,
            method=method,
            inputs=[self.of_indicator],
            params=chosen | params,
            window=window,
            register=self.measurements.register,
        )


class _Windows:
    """For each row, how many rows up to it belong together; those that lack one are left as they are."""

    def __init__(self, lengths: Ints, unbroken: Bools) -> None:
        self._lengths = np.where(unbroken, lengths, 1)

    def folded(self, values: A, fold: Callable[[Any, Any], Any]) -> A:
        """Return each row's value folded with those before it, the nearest first."""
        if values.dtype == np.uint8 and len(values) and values.min() == values.max():
            return values  # marks that are all the same stay what they are
        found = values.copy()
        for back in range(1, int(self._lengths.max(initial=1))):
            reached = self._lengths[back:] > back
            found[back:] = np.where(reached, fold(found[back:], values[:-back]), found[back:])
        return found


def _joined(rows: Rows, windows: _Windows) -> Made:
    """Return rows that carry the marks of their windows; a break is that of the last period alone."""
    source = None if rows.source is None else windows.folded(rows.source.codes, same_or_none)
    made = Made(
        codes={name: rows.codes[name] for name in ("institution", *rows.breakdowns, "period")},
        breakdowns=rows.breakdowns,
        periods=rows.periods,
        status=windows.folded(np.where(rows.status == BROKEN, NORMAL, rows.status), joint_status),
        broken=rows.status == BROKEN,
        conf=None if rows.conf is None else windows.folded(rows.conf, joint_conf),
        qualifier=None if rows.qualifier is None else windows.folded(rows.qualifier, torn_or_joint),
        source=None if rows.source is None or source is None else Codes(source, rows.source.texts),
    )
    if "vintage" in rows.numbers:
        made.numbers["vintage"] = windows.folded(rows.numbers["vintage"], np.fmax)
    return made


def _place_in_year(period: Period, year_start: str | None) -> int:
    """Return how many periods of its year lie before a period.

    Raises
    ------
    ArgumentError
        If the year does not begin with a period.
    """
    if period.freq.periods_per_year <= 1:
        raise ArgumentError("derived.yearly")
    if year_start is None and period.freq is Frequency.WEEK:
        return int(period.code[-2:]) - 1
    first = _year_begins(period.start, year_start or "--01-01")
    begins = Period.of(first, period.freq)
    if begins.start != first:
        raise ArgumentError("derived.year_start", freq=period.freq.value)
    return period - begins


def _year_begins(day: dt.date, year_start: str) -> dt.date:
    """Return the last first day of a year that is not after a day."""
    try:
        first = dt.date.fromisoformat(f"{day.year}{year_start[1:]}")
    except (ValueError, TypeError):
        raise ArgumentError("derived.year_start_form") from None
    return first if first <= day else first.replace(year=day.year - 1)
