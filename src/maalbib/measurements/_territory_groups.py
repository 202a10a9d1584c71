"""The parts of each figure, and what is known of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.measurements._carried import places_of
from maalbib.measurements._columns import Columns
from maalbib.measurements._keys import numbered, packed
from maalbib.measurements._schema import DEFAULTS
from maalbib.measurements._territory_parts import Parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Marks = NDArray[np.uint8]

__all__ = ["Groups", "number_in", "places_in"]


@attrs.frozen(eq=False, kw_only=True)
class Groups:
    """The parts of each figure.

    Attributes
    ----------
    row, weight, open, real, group
        (p,) The row of each part, its weight, whether it is not exact, whether the figure is made of it, and which figure. Of
        weight 0 are the parts of a figure only where it has no other.
    first
        (g,) A row of each figure.
    indicator, target, need
        (g,) What it is a figure of, for whom, and how many parts it needs.
    lacking
        (g,) How many of them are not there.
    estimated
        (g,) Whether a part that is not exact leads there.
    open_there
        (g,) Whether every part that is not exact is there.
    whole
        (g,) Whether it is one row, unchanged.
    """

    row: Ints
    weight: Floats
    open: Bools
    real: Bools
    group: Ints
    first: Ints
    indicator: Ints
    target: Ints
    need: Ints
    lacking: Ints
    estimated: Bools
    open_there: Bools
    whole: Bools

    def __len__(self) -> int:
        return len(self.first)

    @classmethod
    def of(cls, columns: Columns, parts: Parts) -> Groups:
        real = (parts.weight > 0) | (parts.need == 0)
        group, first = _numbered(columns, parts, np.ones(len(parts.row), dtype=bool))
        chosen = (np.bincount(group, real, len(first)) > 0)[
            group
        ]  # nothing that a figure is made of is there otherwise
        group, first = _numbered(columns, parts, chosen)
        size = len(first)
        weight, exact, row, real = parts.weight[chosen], parts.exact[chosen], parts.row[chosen], real[chosen]
        at = np.flatnonzero(chosen)[first]
        need_open = parts.need_open[at]
        need = np.where(parts.need[at] == 0, need_open, parts.need[at])
        there = np.bincount(group, real, size).astype(np.int64)
        open_there = np.bincount(group, ~exact, size).astype(np.int64) == need_open
        return cls(
            row=row,
            weight=weight,
            open=~exact,
            real=real,
            group=group,
            first=row[first],
            indicator=columns.codes["indicator"].codes[row[first]].astype(np.int64),
            target=parts.target[at],
            need=need,
            lacking=need - there,
            estimated=need_open > 0,
            open_there=open_there,
            whole=(need == 1) & (there == 1) & (need_open == 0),
        )

    def added(self, values: Floats, parts: Bools | None = None) -> Floats:
        """Return the sum of weighted values by figure; missing ones count as nothing."""
        held = self.weight * np.nan_to_num(values[self.row])
        chosen = held if parts is None else np.where(parts, held, 0.0)
        return np.asarray(np.bincount(self.group, chosen, len(self)), dtype=np.float64)

    def unweighted(self, values: Floats, parts: Bools) -> Floats:
        """Return the sum of some parts' whole values by figure."""
        held = np.where(parts, np.nan_to_num(values[self.row]), 0.0)
        return np.asarray(np.bincount(self.group, held, len(self)), dtype=np.float64)

    def any(self, rows: Bools) -> Bools:
        """Return which figures have a part that they are made of and whose row has a mark."""
        return np.bincount(self.group, rows[self.row] & self.real, len(self)) > 0

    def rows_of(self, figures: Bools) -> Ints:
        """Return the rows that some figures are made of."""
        return np.unique(self.row[figures[self.group] & self.real])


def _numbered(columns: Columns, parts: Parts, chosen: Bools) -> tuple[Ints, Ints]:
    """Return the figure of each part, by what its parts have in common, and a part of each figure."""
    rows = parts.row[chosen]
    names = ("indicator", "period", *columns.breakdowns)
    shared = [(columns.codes[name].codes[rows] + np.int32(1), len(columns.codes[name].texts) + 1) for name in names]
    return numbered(*packed([*shared, (parts.target[chosen], len(parts.targets))]))


def places_in(columns: Columns, name: str, words: Sequence[str]) -> Marks:
    """Return the position of each row's code among some words; where the column is absent, that of its default."""
    held = columns.column_of(name, DEFAULTS[name])
    return places_of(words, held.texts)[held.codes]


def number_in(columns: Columns, name: str) -> Floats:
    """Return a column of numbers, NaN in every row where it is absent."""
    held = columns.number(name)
    return np.full(columns.length, np.nan) if held is None else held
