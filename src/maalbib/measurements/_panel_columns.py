"""The columns of measurements as they are laid out in panels: codes that say where, and what is put there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.measurements._codes import Codes
from maalbib.measurements._content import codes_in, numbers_in
from maalbib.measurements._panel import NO_ROW
from maalbib.measurements._schema import CONF_CODES, FREQUENCIES, QUALIFIERS, STATUS_CODES
from maalbib.measurements._units import units_of
from maalbib.model import Period

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from maalbib.measurements._measurements import Measurements

__all__ = ["EMPTY", "Wide"]

_NUMBERS: Final = ("value", "lower", "upper", "numerator", "denominator", "n", "pre_break")
_WORDS: Final = {"status": STATUS_CODES, "conf": CONF_CODES, "qualifier": QUALIFIERS}
# What stands where there is no row; NaN among the numbers.
EMPTY: Final[Mapping[str, float]] = {**dict.fromkeys(_NUMBERS, np.nan), **dict.fromkeys(_WORDS, NO_ROW), "source": -1}


@attrs.frozen(eq=False, kw_only=True)
class Wide:
    """The columns of all rows, ready to be laid out.

    Attributes
    ----------
    indicator
        Number of each row's indicator.
    series
        Institution and breakdowns, which tell a series: number of each row's code, and the distinct codes in order.
    period
        Number of each row's period; periods are numbered by frequency, then in time order.
    periods, freqs, times
        The periods, the position of each one's frequency in the list of all frequencies, and the years as numbers.
    indicators
        The distinct ids.
    arrays
        What is put into the cells, by the name of the column.
    source_ids
        The distinct sources.
    units
        Which unit a code stands for in each period, for the codes that stood for several.
    divided
        The indicators whose figures all follow the division of one day.
    windows
        How many periods a value of each indicator covers.
    """

    indicator: NDArray[np.int32]
    series: Mapping[str, Codes]
    period: NDArray[np.int32]
    periods: tuple[Period, ...]
    freqs: NDArray[np.int64]
    times: NDArray[np.float64]
    indicators: tuple[str, ...]
    arrays: Mapping[str, NDArray[Any]]
    source_ids: tuple[str, ...]
    units: Mapping[int, NDArray[np.int64]]
    divided: frozenset[str]
    windows: tuple[int, ...]
    _shown: dict[tuple[int, ...], tuple[tuple[Period, ...], NDArray[np.float64]]] = attrs.field(
        factory=dict, init=False
    )

    @classmethod
    def of(cls, measurements: Measurements) -> Wide:
        """Return the columns of measurements."""
        table = measurements.to_arrow()
        indicator, institution = (codes_in(table, name).take(None) for name in ("indicator", "institution"))
        period, periods = _in_time(codes_in(table, "period").take(None))
        breakdowns = {name: codes_in(table, name).take(None) for name in measurements.breakdowns}
        source = codes_in(table, "source").take(None) if "source" in table.column_names else None
        numbers = {name: numbers_in(table, name) for name in _NUMBERS}
        words = {name: _places(table, name, words) for name, words in _WORDS.items() if name in table.column_names}
        sources = {} if source is None else {"source": source.codes}
        return cls(
            indicator=indicator.codes,
            series={"institution": institution, **breakdowns},
            period=period,
            periods=periods,
            freqs=np.array([FREQUENCIES.index(item.freq) for item in periods], dtype=np.int64),
            times=np.array([item.position for item in periods]),
            indicators=indicator.texts,
            arrays={name: values for name, values in numbers.items() if values is not None} | words | sources,
            source_ids=() if source is None else source.texts,
            units=units_of(institution.texts, periods, measurements.register),
            divided=frozenset(text for text in indicator.texts if measurements.territory(text) is not None),
            windows=tuple(measurements.window(text) for text in indicator.texts),
        )

    def periods_at(self, codes: list[int]) -> tuple[tuple[Period, ...], NDArray[np.float64]]:
        """Return some periods and their years as numbers; indicators are mostly measured in the same ones."""
        key = tuple(codes)
        if key not in self._shown:
            self._shown[key] = (tuple(self.periods[code] for code in codes), self.times[codes])
        return self._shown[key]

    def id_of(self, place: int) -> str:
        """Return the id of an indicator."""
        return self.indicators[place]

    def units_in(self, place: int) -> Mapping[int, NDArray[np.int64]]:
        """Return the codes that stood for several units; in the division of one day none does."""
        return {} if self.indicators[place] in self.divided else self.units

    def texts_of(
        self, series: Mapping[str, NDArray[Any]], names: Sequence[str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the institution of some series, and their codes in some of the breakdowns as a text."""
        codes = {name: [self.series[name].texts[i] for i in places.tolist()] for name, places in series.items()}
        institutions = tuple(codes["institution"])
        cells = zip(*([f"{name}={code}" for code in codes[name]] for name in names), strict=True)
        return institutions, tuple(map(";".join, cells)) if names else ("",) * len(institutions)


def _in_time(codes: Codes) -> tuple[NDArray[np.int32], tuple[Period, ...]]:
    """Return the periods of a column in order, and each row's place among them."""
    periods = [Period.parse(text) for text in codes.texts]
    order = sorted(range(len(periods)), key=lambda i: (FREQUENCIES.index(periods[i].freq), periods[i].ordinal))
    if order == list(range(len(periods))):
        return codes.codes, tuple(periods)
    place = np.empty(len(periods), dtype=np.int32)
    place[order] = np.arange(len(periods), dtype=np.int32)
    return codes.each(place, 0, np.int32), tuple(periods[i] for i in order)


def _places(table: pa.Table, name: str, words: Sequence[str]) -> NDArray[np.uint8]:
    codes = codes_in(table, name)
    return codes.each([words.index(text) for text in codes.texts], NO_ROW, np.uint8)
