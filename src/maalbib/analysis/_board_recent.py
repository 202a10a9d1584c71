"""The latest values of each line of the goal board, for the small picture of the way there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Ints
from maalbib.analysis._binding import Binding
from maalbib.analysis._columns import NUMBERS, WORDS, cells, words_at
from maalbib.analysis._context import Setting, one_frequency
from maalbib.analysis._segments import block_labels, known_breaks, linked, usable
from maalbib.analysis._series_made import TargetSeries
from maalbib.analysis._target_series import series_for
from maalbib.analysis._tracking_versions import held_versions
from maalbib.model import Target

__all__ = ["recent_columns"]

_KEY: Final = ("target", "institution", "breakdown")
_COLUMNS: Final = {"recent": NUMBERS, "recent_periods": WORDS, "recent_breaks": WORDS}


@attrs.frozen(kw_only=True)
class _Lists:
    """The lists of a number of series, as Arrow columns."""

    columns: dict[str, Any]


def recent_columns(table: pa.Table, setting: Setting, day: dt.date, most: int) -> dict[str, Any]:
    """Return the columns ``recent``, ``recent_periods`` and ``recent_breaks`` for each line of a table of tracking.

    Values that may not be shown are left out, and so are forecasts and values that are only known as a bound.
    """
    parts = [_Lists(columns={name: pa.array([[]], type=kind) for name, kind in _COLUMNS.items()})]
    places: dict[tuple[str, str, str], int] = {}
    start = 1
    for target, series in _series(table, setting, day):
        keys = zip(series.panel.institutions, series.panel.breakdowns, strict=True)
        places |= {(target, *key): start + row for row, key in enumerate(keys)}
        parts.append(_lists_of(series, setting, day, most))
        start += len(series)
    lines = zip(*(cells(table, name) for name in _KEY), strict=True)
    taken = pa.array([places.get(line, 0) for line in lines], type=pa.int64())
    return {name: pa.concat_arrays([part.columns[name] for part in parts]).take(taken) for name in _COLUMNS}


def _series(table: pa.Table, setting: Setting, day: dt.date) -> Iterator[tuple[str, TargetSeries]]:
    """Yield each target with the series that it is judged on: the indicator's own, or one made of it."""
    aimed: dict[str, list[Target]] = {}
    for code in dict.fromkeys(cells(table, "target")):
        for held in held_versions(setting.definitions.targets.versions(code), "in_force", day):
            if held.target.indicator:
                aimed.setdefault(held.target.indicator, []).append(held.target)
    binding = Binding(setting, day)
    for code, panels in setting.panels(aimed, day):
        for panel, mixed in one_frequency(panels):
            for target in aimed[code]:
                made = series_for(target, panel, setting, binding, mixed=mixed)
                yield from ((target.id, series) for series in made)


def _lists_of(series: TargetSeries, setting: Setting, day: dt.date, most: int) -> _Lists:
    """Return the latest values of each series."""
    panel, indicator = series.panel, series.indicator
    breaks = known_breaks(indicator.breaks, day)
    values, _ = linked(panel, usable(panel, indicator, until=day).values, breaks)
    shown = np.isfinite(values) & (setting.secrecy.grades(panel, indicator) == 0)
    kept = shown & (np.cumsum(shown[:, ::-1], axis=1)[:, ::-1] <= most)
    rows, columns = np.nonzero(kept)
    labels = block_labels(panel, breaks)[rows, columns]
    apart = np.zeros(len(rows), dtype=bool)
    apart[1:] = (rows[1:] == rows[:-1]) & (labels[1:] != labels[:-1])
    texts = [str(period) for period in panel.periods]
    return _Lists(
        columns={
            "recent": _lists(rows, pa.array(values[rows, columns]), len(panel), NUMBERS),
            "recent_periods": _lists(rows, words_at(texts, columns), len(panel), WORDS),
            "recent_breaks": _lists(rows[apart], words_at(texts, columns[apart]), len(panel), WORDS),
        },
    )


def _lists(rows: Ints, found: Any, count: int, kind: pa.DataType) -> Any:
    """Return the cells as lists, one for each of so many rows; ``rows`` says in which each cell stands, in order."""
    ends = pa.array(np.searchsorted(rows, np.arange(count + 1)), type=pa.int32())
    return pa.ListArray.from_arrays(ends, found).cast(kind)
