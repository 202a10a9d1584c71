"""Stocks from spells: how many were there on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from maalbib.derived._cases import day_number, known_by, read_cases
from maalbib.derived._definition import new_series
from maalbib.derived._made import Made, finished
from maalbib.derived._options import choice, day_of, period_of
from maalbib.derived._rows import Floats, Ints, cells_of
from maalbib.errors import ArgumentError
from maalbib.measurements._codes import Codes
from maalbib.model import Period, UnitKind

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.measurements._locale import LocaleName
    from maalbib.model import Indicator
    from maalbib.register import Register

__all__ = ["stock_of_spells"]


def stock_of_spells(
    spells: object,
    *,
    periods: Iterable[str | Period],
    as_of: str | dt.date,
    indicator: str | Indicator,
    on: Literal["first_day", "last_day"] = "last_day",
    end_counts: bool = True,
    columns: Mapping[str, str] | None = None,
    institution: str | None = None,
    breakdowns: str | Iterable[str] = (),
    locale: LocaleName | None = "iso",
    catalogue: Catalogue | None = None,
    register: Register | None = None,
) -> Measurements:
    """Count the spells that hold on a day: placements, admissions, open cases.

    Parameters
    ----------
    spells
        A pandas frame or anything that speaks Arrow, a row per spell, with the columns ``institution``, ``start`` and ``end`` (dates;
        no end while it lasts). Other columns are not looked at.
    periods
        The periods to count in; a period of a day is the day itself.
    as_of
        The day that the data are known until.
    indicator
        The new series: its definition, or only an id.
    on
        Whether the day is the ``"first_day"`` or the ``"last_day"`` of each period.
    end_counts
        Whether a spell still holds on its last day; False where ``end`` is the first day on which it does not.
    columns, institution, breakdowns, locale, catalogue, register
        As in :func:`within_limit`.

    Returns
    -------
    Measurements
        A row for each period and each combination of institution and breakdowns that occurs; a group without a spell on the
        day has the value zero. Days after ``as_of`` are missing with status ``O``.

    Raises
    ------
    DataError
        With every problem: dates that are none, an end before the start, person numbers.
    ArgumentError
        If an argument is wrong.

    Notes
    -----
    Cost: proportional to the number of spells times its logarithm, and to that of groups times periods.

    Examples
    --------
    >>> import pandas as pd
    >>> from maalbib.derived import stock_of_spells
    >>> frame = pd.DataFrame(
    ...     {
    ...         "institution": "0751",
    ...         "start": ["2024-01-15", "2024-02-01", "2024-03-31"],
    ...         "end": ["2024-03-30", None, None],
    ...     }
    ... )
    >>> months = ["2024-01", "2024-02", "2024-03", "2024-04"]
    >>> [row.value for row in stock_of_spells(frame, periods=months, as_of="2024-04-10", indicator="placed")]
    [1.0, 2.0, 2.0, None]
    """
    known_until = day_number(day_of("as_of", as_of))
    choice("on", on, ("first_day", "last_day"))
    wanted = sorted(
        {period_of("periods", period) for period in periods}, key=lambda period: (period.start, period.end)
    )
    if not wanted or len({period.freq for period in wanted}) > 1:
        raise ArgumentError("derived.one_frequency")
    days = np.array([day_number(period.start if on == "first_day" else period.end) for period in wanted])
    known = known_by(catalogue, register)
    new = new_series(known, indicator, (), kinds=frozenset({UnitKind.COUNT}))
    read = read_cases(
        spells,
        ("institution", "start", "end"),
        columns=columns,
        institution=institution,
        breakdowns=breakdowns,
        locale=locale,
    )
    key = ("institution", *read.breakdowns)
    group, first = cells_of(read.codes, key, np.arange(len(read), dtype=np.int64))
    end = read.days["end"] + (1 if end_counts else 0)
    begun, ended = (_before(group, day, len(first), days) for day in (read.days["start"], end))
    value = (begun - ended).reshape(-1).astype(np.float64)
    cells = np.repeat(first, len(days))
    codes = {name: Codes(read.codes[name].codes[cells], read.codes[name].texts) for name in key}
    codes["period"] = Codes(
        np.tile(np.arange(len(days), dtype=np.int32), len(first)), tuple(each.code for each in wanted)
    )
    made = Made(
        codes=codes,
        breakdowns=read.breakdowns,
        periods=tuple(wanted),
        status=np.zeros(len(value), dtype=np.uint8),
        broken=np.zeros(len(value), dtype=bool),
        numbers={"value": value, "n": value.copy()},
    )
    later = np.tile(days > known_until, len(first))
    made.withhold(later, "derived.after_as_of")
    made.numbers["n"] = np.where(later, np.nan, value)
    params = {"how": on, "end_counts": bool(end_counts), "as_of": day_of("as_of", as_of).isoformat()}
    return finished(known, made, new, method="stock_of_spells", inputs=(), params=params, register=register)


def _before(group: Ints, day: Floats, size: int, days: Ints) -> Ints:
    """Return for each group and day how many of its own days are not after it, (groups, days)."""
    there = ~np.isnan(day)
    low = min(float(days.min()), float(day[there].min(initial=days.min()))) - 1
    span = np.int64(max(float(days.max()), float(day[there].max(initial=days.max()))) - low + 2)
    keys = np.sort(group[there] * span + (day[there] - low).astype(np.int64))
    asked = np.arange(size)[:, None] * span + (days - np.int64(low))[None, :]
    return np.searchsorted(keys, asked, side="right") - np.searchsorted(keys, np.arange(size) * span)[:, None]
