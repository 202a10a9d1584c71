"""What holds for whole columns, found in one pass: rules that nothing in a column can break need not look at its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.measurements._keys import marked_cells
from maalbib.measurements._schema import KEY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.measurements._columns import Columns

__all__ = ["Facts", "Range", "range_of", "rows_where"]

_BLOCK: Final = 2**16  # rows at a time, so that what a rule computes for them stays in the cache


@attrs.frozen
class Range:
    """The smallest and largest number of a column (infinite ones count, an empty column has none), and any empty cell."""

    low: float
    high: float
    has_empty: bool

    @property
    def finite(self) -> bool:
        """Whether no number is infinite."""
        return self.low > -np.inf and self.high < np.inf


def range_of(values: NDArray[np.float64]) -> Range:
    """Return the range of a column; NaN is an empty cell."""
    low, high, has_empty = np.nan, np.nan, False
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        least, most = block.min(), block.max()
        if np.isnan(least):
            has_empty = True
            least, most = np.fmin.reduce(block), np.fmax.reduce(block)
        low, high = np.fmin(low, least), np.fmax(high, most)
    return Range(low=float(low), high=float(high), has_empty=has_empty)


def rows_where(length: int, marks: Callable[[slice], NDArray[np.bool_]]) -> NDArray[np.int64]:
    """Return the rows that a function marks; it is asked for some rows at a time."""
    found = [np.empty(0, dtype=np.int64)]
    for start in range(0, length, _BLOCK):
        rows = np.flatnonzero(marks(slice(start, min(start + _BLOCK, length))))
        if len(rows):
            found.append(rows + start)
    return np.concatenate(found)


class Facts:
    """Looks at a column when a rule first asks, and remembers."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._ranges: dict[str, Range] = {}
        self._cells: NDArray[np.bool_] | bool | None = False

    def range(self, name: str) -> Range:
        """Return the range of a column of numbers."""
        if name not in self._ranges:
            self._ranges[name] = range_of(self._columns.numbers[name])
        return self._ranges[name]

    @property
    def repeats(self) -> bool:
        """Whether a key may stand in more than one row; no means no."""
        cells = self._marked()
        return cells is None or int(np.count_nonzero(cells)) < self._columns.length

    def pairs(self, one: str, other: str) -> NDArray[np.bool_] | None:
        """Return which pairs of codes stand in a row, an axis each of the distinct texts; None where that costs too much.

        Parameters
        ----------
        one, other
            Columns of the key, in its order.
        """
        cells = self._marked()
        if cells is None:
            return None
        axes = tuple(axis for axis in range(cells.ndim) if axis not in {KEY.index(one), KEY.index(other)})
        found: NDArray[np.bool_] = np.asarray(cells.any(axis=axes), dtype=bool)
        return found[1:, 1:]  # the first of each axis is the empty cell

    def _marked(self) -> NDArray[np.bool_] | None:
        if isinstance(self._cells, bool):
            self._cells = marked_cells(self._columns)
        return self._cells
