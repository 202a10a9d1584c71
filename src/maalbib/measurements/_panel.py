"""One indicator as dense arrays: a row per series, a column per period."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from maalbib.measurements._schema import CONF_CODES, STATUS_CODES
from maalbib.model import Frequency, Period

__all__ = ["NO_ROW", "Panel"]

NO_ROW: Final = 255
_BY_SERIES: Final = (
    "values",
    "status",
    "lower",
    "upper",
    "numerator",
    "denominator",
    "n",
    "pre_break",
    "conf",
    "qualifier",
    "source",
    "changed",
)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Panel:
    """All series of one indicator and one frequency.

    A series is an institution and a breakdown. Series stand in the order of institution code, then of the breakdown's codes;
    periods in time order, only those that occur. Of each key the newest row is taken. The arrays cannot be written to.

    Attributes
    ----------
    indicator
        Id of the indicator.
    freq
        Frequency of every period.
    institutions
        Code of each of the m series.
    breakdowns
        Canonical text of each series, ``grade=4;sex=_T``: the columns that break this indicator down, in declared order;
        empty where there are none. With a catalogue those are the indicator's dimensions, and in any case every column
        that holds something else than the total for the indicator.
    periods
        The k periods.
    times
        (k,) The periods as years with a fraction, :attr:`Period.position`.
    values
        (m, k) Values in the indicator's unit, NaN where there is none.
    status
        (m, k) Position in ``STATUS_CODES``, 255 where there is no row.
    lower, upper, numerator, denominator, n, pre_break
        (m, k) As the columns of the same name, NaN where empty; None where the column is absent.
    conf
        (m, k) Position in ``CONF_CODES``, 255 where there is no row; None where the column is absent.
    qualifier
        (m, k) Position in ``QUALIFIERS``, 255 where there is no row; None where the column is absent.
    changed
        (m, k) Where the institution's code stands for another unit than in the column before, by the attached register:
        the code was used again, or the unit was formed anew under its old code. None where that happens nowhere, and
        without a register.
    source
        (m, k) Position in ``source_ids``, -1 where none is named; None where the column is absent.
    source_ids
        Ids of the sources.
    window
        How many periods each value covers. Above 1 the values of neighbouring periods rest on the same data.

    Examples
    --------
    >>> from maalbib import Measurements
    >>> from maalbib.measurements import panels
    >>> panel = next(panels(Measurements.example("reading")))
    >>> panel.values.shape, panel.breakdowns[1], str(panel.periods[0])
    ((4, 7), 'grade=4', '2014/15')
    >>> panel.values[1].tolist()
    [71.0, 68.0, 67.0, 66.0, 64.0, 62.0, 71.0]
    """

    indicator: str
    freq: Frequency
    institutions: tuple[str, ...]
    breakdowns: tuple[str, ...]
    periods: tuple[Period, ...]
    times: NDArray[np.float64]
    values: NDArray[np.float64]
    status: NDArray[np.uint8]
    lower: NDArray[np.float64] | None = None
    upper: NDArray[np.float64] | None = None
    numerator: NDArray[np.float64] | None = None
    denominator: NDArray[np.float64] | None = None
    n: NDArray[np.float64] | None = None
    pre_break: NDArray[np.float64] | None = None
    conf: NDArray[np.uint8] | None = None
    qualifier: NDArray[np.uint8] | None = None
    changed: NDArray[np.bool_] | None = None
    source: NDArray[np.int32] | None = None
    source_ids: tuple[str, ...] = ()
    window: int = 1

    def __attrs_post_init__(self) -> None:
        for name in ("times", *_BY_SERIES):
            array = getattr(self, name)
            if array is not None:
                array.flags.writeable = False

    def __repr__(self) -> str:
        """Return the indicator, the frequency and the shape."""
        return f"<Panel {self.indicator} {self.freq.value}: {len(self)} series x {len(self.periods)} periods>"

    def __len__(self) -> int:
        """Return the number of series."""
        return len(self.institutions)

    @property
    def present(self) -> NDArray[np.bool_]:
        """Where there is a value, (m, k)."""
        return np.isfinite(self.values)

    @property
    def count(self) -> NDArray[np.int64]:
        """How many values each series has, (m,)."""
        return np.asarray(self.present.sum(axis=1), dtype=np.int64)

    @property
    def suppressed(self) -> NDArray[np.bool_]:
        """Where a value exists but is withheld, status Q, (m, k)."""
        return self._has_status("Q")

    @property
    def provisional(self) -> NDArray[np.bool_]:
        """Where a value may still change, status P, (m, k)."""
        return self._has_status("P")

    @property
    def marked_break(self) -> NDArray[np.bool_]:
        """Where a value is the first after a break of its own series, status B, (m, k)."""
        return self._has_status("B")

    @property
    def confidential(self) -> NDArray[np.bool_]:
        """Where a row may not be shown as it is, any confidentiality but F, (m, k)."""
        if self.conf is None:
            return np.zeros(self.values.shape, dtype=bool)
        return np.asarray((self.conf != CONF_CODES.index("F")) & (self.conf != NO_ROW), dtype=bool)

    def _has_status(self, code: str) -> NDArray[np.bool_]:
        return np.asarray(self.status == STATUS_CODES.index(code), dtype=bool)

    def source_text(self, series: int, period: int) -> str | None:
        """Return the id of the source of one value, None where none is named.

        Parameters
        ----------
        series, period
            Row and column.
        """
        if self.source is None:
            return None
        place = int(self.source[series, period])
        return None if place < 0 else self.source_ids[place]

    def mixed_sources(self, values: NDArray[np.float64] | None = None) -> NDArray[np.bool_]:
        """Return which series take their values from several sources, (m,).

        Parameters
        ----------
        values
            (m, k) The values that count, NaN for those that do not; all where None. Not naming a source is a source of its
            own.
        """
        if self.source is None or self.values.shape[1] == 0:
            return np.zeros(len(self), dtype=bool)
        used = self.present if values is None else np.isfinite(values)
        least = np.where(used, self.source, np.iinfo(np.int32).max).min(axis=1)
        most = np.where(used, self.source, np.iinfo(np.int32).min).max(axis=1)
        return np.asarray(used.any(axis=1) & (least < most), dtype=bool)

    def rows(self, series: NDArray[np.int64] | list[int]) -> Panel:
        """Return some of the series.

        Parameters
        ----------
        series
            Their positions, in the wanted order.
        """
        places = np.asarray(series, dtype=np.int64)
        arrays = {name: getattr(self, name) for name in _BY_SERIES}
        changes: dict[str, Any] = {name: None if array is None else array[places] for name, array in arrays.items()}
        changes["institutions"] = tuple(self.institutions[place] for place in places.tolist())
        changes["breakdowns"] = tuple(self.breakdowns[place] for place in places.tolist())
        return attrs.evolve(self, **changes)
