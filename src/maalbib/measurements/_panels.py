"""Filling panels: each row's codes say where its numbers go, so nothing is sorted or grouped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.measurements._codes import Codes
from maalbib.measurements._content import codes_in
from maalbib.measurements._panel import NO_ROW, Panel
from maalbib.measurements._panel_cells import Cells, cells_of
from maalbib.measurements._panel_columns import Wide
from maalbib.measurements._schema import FREQUENCIES, STATUS_CODES, TOTAL
from maalbib.measurements._units import changed

if TYPE_CHECKING:
    from maalbib.measurements._measurements import Measurements

__all__ = ["panels"]

_DATED: Final = frozenset({"vintage", "revision", "action"})
_NORMAL: Final = np.uint8(STATUS_CODES.index("A"))


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
    dated = as_of is not None or not _DATED.isdisjoint(measurements.to_arrow().column_names)
    wide = Wide.of(measurements.as_of(as_of) if dated else measurements)
    return (
        panel
        for place, cells in cells_of(wide, indicator)
        for panel in _panels(wide, place, cells, [name for name in relevant if wide.id_of(place) in relevant[name]])
    )


def _relevant(measurements: Measurements, name: str) -> set[str]:
    """Return the indicators that a column breaks down: by their definition, or by what it holds."""
    table = measurements.to_arrow()
    indicator, codes = codes_in(table, "indicator"), codes_in(table, name)
    part = Codes(np.where(codes.equals(TOTAL), np.int32(-1), indicator.codes), indicator.texts)
    found = {text for text, used in zip(part.texts, part.used(), strict=True) if used}
    known = {} if measurements.catalogue is None else measurements.catalogue.indicators
    return found | {text for text in indicator.texts if text in known and name in known[text].dimensions}


def _panels(wide: Wide, place: int, cells: Cells, names: Sequence[str]) -> Iterator[Panel]:
    """Yield the panels of one indicator, one for each frequency."""
    for freq, shown in cells.by_frequency():
        institutions, breakdowns = wide.texts_of(shown.series, names)
        periods, times = wide.periods_at(shown.period_codes)
        yield Panel(
            indicator=wide.id_of(place),
            freq=FREQUENCIES[freq],
            institutions=institutions,
            breakdowns=breakdowns,
            periods=periods,
            times=times,
            values=shown.laid("value"),
            status=shown.laid("status") if "status" in wide.arrays else np.where(shown.stands(), _NORMAL, NO_ROW),
            changed=changed(wide.units_in(place), shown.series["institution"], shown.period_codes),
            source_ids=wide.source_ids,
            window=wide.windows[place],
            **{name: shown.laid(name) for name in wide.arrays if name not in {"value", "status"}},
        )
