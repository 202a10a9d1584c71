"""Which unit a code stands for in a period; a code may be used again for another one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.model import Period
    from maalbib.register import Register

__all__ = ["changed", "units_of"]


def units_of(
    texts: Sequence[str], periods: Sequence[Period], register: Register | None
) -> dict[int, NDArray[np.int64]]:
    """Return the number of the unit that a code stands for in each period, by the place of the code.

    Only codes that stand for several units in these periods are there. What counts is the unit on the first day of the period, or else the
    first one that begins in it; -1 where there is none.
    """
    known = () if register is None else register.codes
    lives = {place: register.validity(text) for place, text in enumerate(texts) if register and text in known}
    reused = {place: spans for place, spans in lives.items() if len(spans) > 1}
    if not reused:
        return {}
    first = np.array([period.start.toordinal() for period in periods])
    last = np.array([period.end.toordinal() for period in periods])
    found: dict[int, NDArray[np.int64]] = {}
    for place, spans in reused.items():
        found[place] = np.full(len(periods), -1)
        for unit in reversed(range(len(spans))):
            start, after = spans[unit]
            lived = ((start or dt.date.min).toordinal() <= last) & ((after or dt.date.max).toordinal() > first)
            found[place][lived] = unit
    return {place: units for place, units in found.items() if len(set(units.tolist()) - {-1}) > 1}


def changed(
    units: Mapping[int, NDArray[np.int64]], institutions: NDArray[Any], columns: Sequence[int]
) -> NDArray[np.bool_] | None:
    """Return in which columns each institution's code begins to stand for another unit; None where none does.

    Parameters
    ----------
    units
        What :func:`units_of` returns.
    institutions
        Place of the code of each row.
    columns
        Place of the period of each column, in time order.
    """
    found = np.zeros((len(institutions), len(columns)), dtype=bool)
    for row in np.flatnonzero(np.isin(institutions, [*units])).tolist():
        # Units follow each other in time, so what is not known is what was there before.
        own = np.maximum.accumulate(units[int(institutions[row])][columns])
        found[row, 1:] = (own[1:] != own[:-1]) & (own[:-1] >= 0)
    return found if found.any() else None
