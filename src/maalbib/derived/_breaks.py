"""Where a new series breaks: at the breaks of its parts, whether rows are marked or a definition declares them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from maalbib.derived._rows import Bools, Ints, cells_of
from maalbib.measurements._keys import code_part, packed
from maalbib.measurements._schema import FREQUENCIES
from maalbib.model import Break, Comparable, Period

if TYPE_CHECKING:
    from maalbib.derived._made import Made

__all__ = ["break_marks", "declared_at"]


def declared_at(breaks: Sequence[Break], periods: Sequence[Period]) -> Ints:
    """Return how many breaks each period has behind it: two with different numbers lie in different series."""
    starts = sorted(item.period.start for item in breaks if item.comparable is not Comparable.YES)
    return np.array([sum(start <= period.start for start in starts) for period in periods], dtype=np.int64)


def break_marks(made: Made, breaks: Sequence[Break]) -> Bools:
    """Return the rows that are the first with a value after a break of their series.

    A break where the value is missing is marked at the next one, so that it is not lost.
    """
    behind = declared_at(breaks, made.periods)
    if not made.broken.any() and not behind.any():
        return np.zeros(len(made), dtype=bool)
    everywhere = np.arange(len(made), dtype=np.int64)
    _, order = cells_of(made.codes, ("institution", *made.breakdowns, "period"), everywhere)
    freq = made.codes["period"].each((FREQUENCIES.index(period.freq) for period in made.periods), -1, np.int64)
    parts = [code_part(made.codes[name]) for name in ("institution", *made.breakdowns)]
    series = packed([*parts, (freq, len(FREQUENCIES))])[0][order]
    own = np.cumsum(made.broken[order])
    declared = made.codes["period"].each(behind, 0, np.int64)[order]
    valued = np.flatnonzero(~np.isnan(made.numbers["value"][order]))
    same = np.diff(series[valued], prepend=-1) == 0
    first = np.concatenate(([True], series[1:] != series[:-1]))
    before = np.maximum.accumulate(
        np.where(first, own - made.broken[order], 0)
    )  # breaks of the series before this one
    earlier = np.where(same, np.roll(own[valued], 1), before[valued])
    stepped = same & (declared[valued] > np.roll(declared[valued], 1))
    found = np.zeros(len(made), dtype=bool)
    found[order[valued[(own[valued] > earlier) | stepped]]] = True
    return found
