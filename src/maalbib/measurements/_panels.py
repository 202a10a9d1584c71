"""Filling panels: each row's codes say where its numbers go, so nothing is sorted or grouped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.measurements._codes import Codes
from maalbib.measurements._content import codes_in, numbers_in
from maalbib.measurements._keys import packed
from maalbib.measurements._panel import NO_ROW, Panel
from maalbib.measurements._schema import CONF_CODES, FREQUENCIES, STATUS_CODES, TOTAL
from maalbib.model import Period

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.measurements._measurements import Measurements

__all__ = ["panels"]

_NUMBERS: Final = ("lower", "upper", "numerator", "denominator", "n", "pre_break")
_MOST_CELLS: Final = 2**22


def panels(
    measurements: Measurements, indicator: str | None = None, *, as_of: dt.date | str | None = None
) -> Iterator[Panel]:
    """Yield a panel for each indicator and frequency, in the order of indicator ids and of frequencies.

    Parameters
    ----------
    measurements
        The rows.
    indicator
        Only this indicator; all where None. One without rows yields nothing.
    as_of
        Only rows that were known on this day; where None, the newest of each key.

    Returns
    -------
    Iterator[Panel]
        Panels are made one at a time, so that only one needs to be in memory.

    Raises
    ------
    ArgumentError
        If ``as_of`` is no date.

    Notes
    -----
    Time is proportional to the number of rows, memory to series times periods. See [1]_ for the idea of filling cells
    instead of grouping rows.

    References
    ----------
    .. [1] Gray, J. et al. (1997). Data cube: a relational aggregation operator generalizing group-by, cross-tab, and
       sub-totals. Data Mining and Knowledge Discovery 1, 29-53.

    Examples
    --------
    >>> from maalbib import Measurements
    >>> from maalbib.measurements import panels
    >>> [
    ...     (panel.indicator, panel.freq.value, len(panel))
    ...     for panel in panels(Measurements.example("satisfaction-2006"))
    ... ][0]
    ('user_satisfied_or_very_share', 'A', 4)
    """
    relevant = {name: _relevant(measurements, name) for name in measurements.breakdowns}
    wide = _Wide.of(measurements.as_of(as_of))
    return (
        panel
        for place, text in enumerate(wide.indicator.texts)
        if indicator is None or text == indicator
        for panel in wide.panels(place, [name for name in measurements.breakdowns if text in relevant[name]])
    )


def _relevant(measurements: Measurements, name: str) -> set[str]:
    """Return the indicators that a column breaks down: by their definition, or by what it holds."""
    table = measurements.to_arrow()
    indicator, codes = codes_in(table, "indicator"), codes_in(table, name)
    part = Codes(np.where(codes.equals(TOTAL), np.int32(-1), indicator.codes), indicator.texts)
    found = {text for text, used in zip(part.texts, part.used(), strict=True) if used}
    known = {} if measurements.catalogue is None else measurements.catalogue.indicators
    return found | {text for text in indicator.texts if text in known and name in known[text].dimensions}


@attrs.frozen(eq=False, kw_only=True)
class _Wide:
    """The columns of all rows, ready to be scattered."""

    rows: tuple[NDArray[np.int64], ...]
    indicator: Codes
    institution: Codes
    period: Codes
    periods: tuple[Period, ...]
    freqs: NDArray[np.int64]
    breakdowns: dict[str, Codes]
    numbers: dict[str, NDArray[np.float64]]
    status: NDArray[np.uint8]
    conf: NDArray[np.uint8] | None
    source: Codes | None

    @classmethod
    def of(cls, measurements: Measurements) -> _Wide:
        table = measurements.to_arrow()
        indicator, period = codes_in(table, "indicator").take(None), codes_in(table, "period").take(None)
        numbers = {name: numbers_in(table, name) for name in ("value", *_NUMBERS)}
        periods = tuple(Period.parse(text) for text in period.texts)
        conf = _places(codes_in(table, "conf"), CONF_CODES) if "conf" in table.column_names else None
        return cls(
            rows=_rows_by(indicator),
            indicator=indicator,
            institution=codes_in(table, "institution").take(None),
            period=period,
            periods=periods,
            freqs=np.array([FREQUENCIES.index(item.freq) for item in periods], dtype=np.int64),
            breakdowns={name: codes_in(table, name).take(None) for name in measurements.breakdowns},
            numbers={name: values for name, values in numbers.items() if values is not None},
            status=_places(codes_in(table, "status"), STATUS_CODES),
            conf=conf,
            source=codes_in(table, "source").take(None) if "source" in table.column_names else None,
        )

    def panels(self, place: int, names: Sequence[str]) -> Iterator[Panel]:
        """Yield the panels of one indicator."""
        rows = self.rows[place]
        own = self.freqs[self.period.codes[rows]]
        for freq in np.unique(own).tolist():
            yield self._panel(place, rows[own == freq], names)

    def _panel(self, place: int, rows: NDArray[np.int64], names: Sequence[str]) -> Panel:
        columns, periods = self._columns(rows)
        series, institutions, breakdowns = self._series(rows, names)
        shape = (len(institutions), len(periods))
        cells = series * len(periods) + columns
        numbers = {name: _scattered(values[rows], cells, shape, np.nan) for name, values in self.numbers.items()}
        source = None if self.source is None else _scattered(self.source.codes[rows], cells, shape, -1)
        return Panel(
            indicator=self.indicator.texts[place],
            freq=periods[0].freq,
            institutions=institutions,
            breakdowns=breakdowns,
            periods=periods,
            times=np.array([period.position for period in periods]),
            values=numbers.pop("value"),
            status=_scattered(self.status[rows], cells, shape, NO_ROW),
            conf=None if self.conf is None else _scattered(self.conf[rows], cells, shape, NO_ROW),
            source=source,
            source_ids=() if self.source is None else self.source.texts,
            **numbers,
        )

    def _columns(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], tuple[Period, ...]]:
        """Return the column of each row, and the periods that occur in time order."""
        codes = self.period.codes[rows]
        used = np.flatnonzero(np.bincount(codes, minlength=len(self.periods))).tolist()
        ordered = sorted(used, key=lambda code: self.periods[code].ordinal)
        column = np.zeros(len(self.periods), dtype=np.int64)
        column[ordered] = np.arange(len(ordered))
        return column[codes], tuple(self.periods[code] for code in ordered)

    def _series(
        self, rows: NDArray[np.int64], names: Sequence[str]
    ) -> tuple[NDArray[np.int64], tuple[str, ...], tuple[str, ...]]:
        """Return the series of each row, and institution and breakdown of every series."""
        parts = [self.institution, *(self.breakdowns[name] for name in names)]
        key, size = packed([(part.codes, len(part.texts)) for part in parts], rows)
        series, first = _numbered(key, size)
        at = rows[first]
        institutions = tuple(self.institution.texts[code] for code in self.institution.codes[at].tolist())
        broken_down = [
            [f"{name}={self.breakdowns[name].texts[code]}" for code in self.breakdowns[name].codes[at].tolist()]
            for name in names
        ]
        texts = tuple(";".join(cells) for cells in zip(*broken_down, strict=True)) if names else ("",) * len(at)
        return series, institutions, texts


def _rows_by(indicator: Codes) -> tuple[NDArray[np.int64], ...]:
    """Return the rows of each indicator; numbers of 16 bits are sorted by counting."""
    codes = indicator.codes
    if len(indicator.texts) <= 1:
        return (np.arange(len(codes)),) * len(indicator.texts)
    small = codes.astype(np.uint16) if len(indicator.texts) < 2**16 else codes
    order = np.argsort(small, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(indicator.texts)))
    return tuple(np.split(order, ends[:-1]))


def _numbered(key: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the place of each row's key among the distinct ones, ascending, and a row of each."""
    if size > max(_MOST_CELLS, 8 * len(key)):
        _, first, series = np.unique(key, return_index=True, return_inverse=True)
        return series.reshape(-1), first
    at = np.full(size, -1, dtype=np.int64)
    at[key] = np.arange(len(key))
    used = np.flatnonzero(at >= 0)
    first = at[used]
    at[used] = np.arange(len(used))
    return at[key], first


def _places(codes: Codes, words: Sequence[str]) -> NDArray[np.uint8]:
    return codes.each([words.index(text) for text in codes.texts], NO_ROW, np.uint8)


def _scattered(values: NDArray[Any], cells: NDArray[np.int64], shape: tuple[int, int], empty: float) -> NDArray[Any]:
    filled = np.full(shape[0] * shape[1], empty, dtype=values.dtype)
    filled[cells] = values
    return filled.reshape(shape)
