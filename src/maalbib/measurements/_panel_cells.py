"""Where each row of an indicator goes: into one block of all indicators where that is small, else sorted by indicator."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from maalbib.measurements._keys import numbered, packed
from maalbib.measurements._panel_columns import EMPTY, Wide

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Cells", "Shown", "cells_of"]

_BLOCK: Final = 2**16  # rows at a time, so that their places stay in the cache
_LEAST_CELLS: Final = 2**12
_CELLS_PER_ROW: Final = 2  # more and the block of all indicators would be mostly empty


class Shown(Protocol):
    """The rows of one indicator and frequency: series in order, periods in time order.

    ``series`` has the number of the institution and of the code in each breakdown, for each series that has a row;
    ``period_codes`` the number of each period that has one.
    """

    period_codes: list[int]

    @property
    def series(self) -> Mapping[str, NDArray[Any]]: ...

    def laid(self, name: str) -> NDArray[Any]:
        """Return a column with a row for each series and a column for each period."""
        ...

    def stands(self) -> NDArray[np.bool_]:
        """Return where there is a row."""
        ...


class Cells(Protocol):
    """The rows of one indicator."""

    def by_frequency(self) -> Iterator[tuple[int, Shown]]:
        """Yield the position of each frequency that occurs, and what has it."""
        ...


def cells_of(wide: Wide, indicator: str | None) -> Iterator[tuple[int, Cells]]:
    """Yield the number of each indicator, or of the one that is asked for, and its rows."""
    count, most = len(wide.indicators), max(_LEAST_CELLS, _CELLS_PER_ROW * len(wide.indicator))
    if indicator is not None:
        if indicator in wide.indicators:
            place = wide.indicators.index(indicator)
            yield place, _Rows(wide, np.flatnonzero(wide.indicator == place))
    elif count * _series_count(wide) * len(wide.periods) <= most:
        block = _Block(wide)
        for place in range(count):
            yield place, _Slice(block, place)
    else:
        for place, rows in enumerate(_rows_by(wide.indicator, count)):
            yield place, _Rows(wide, rows)


def _series_count(wide: Wide) -> int:
    return math.prod(len(codes.texts) for codes in wide.series.values())


def _rows_by(indicator: NDArray[np.int32], count: int) -> list[NDArray[np.int64]]:
    """Return the rows of each indicator; numbers of 16 bits are sorted by counting."""
    if count <= 1:
        return [np.arange(len(indicator))] * count
    small = indicator.astype(np.uint16) if count < 2**16 else indicator
    order = np.argsort(small, kind="stable")
    ends = np.cumsum(np.bincount(indicator, minlength=count))
    return np.split(order, ends[:-1])


class _Block:
    """A cell for every indicator, series and period, for each column.

    Most of the time goes into waiting for the memory of a cell. So two columns of numbers are put side by side, as one
    number of twice the size, and fetched once.
    """

    def __init__(self, wide: Wide) -> None:
        self.wide = wide
        self.shape = (len(wide.indicators), _series_count(wide), len(wide.periods))
        self.stands = np.zeros(self.shape, dtype=bool)
        self.arrays: dict[str, NDArray[Any]] = {}
        floats = [name for name, values in wide.arrays.items() if values.dtype == np.float64]
        pairs = list(zip(floats[::2], floats[1::2], strict=False))
        paired = {name for pair in pairs for name in pair}
        single = {
            name: _full(self.shape, wide.arrays[name].dtype, EMPTY[name]) for name in wide.arrays.keys() - paired
        }
        double: dict[tuple[str, str], NDArray[np.complex128]]
        double = {pair: np.full(math.prod(self.shape), complex(np.nan, np.nan)) for pair in pairs}
        self._fill(single, double)
        self.arrays |= {name: flat.reshape(self.shape) for name, flat in single.items()}
        for pair, flat in double.items():
            self.arrays |= {pair[0]: flat.real.reshape(self.shape), pair[1]: flat.imag.reshape(self.shape)}

    def _fill(self, single: Mapping[str, NDArray[Any]], double: Mapping[tuple[str, str], NDArray[Any]]) -> None:
        wide, stands = self.wide, self.stands.reshape(-1)
        both = np.empty(_BLOCK, dtype=np.complex128)
        for start in range(0, len(wide.indicator), _BLOCK):
            rows = slice(start, start + _BLOCK)
            cell = wide.indicator[rows].astype(np.int64)
            for codes in wide.series.values():
                cell *= len(codes.texts)
                cell += codes.codes[rows]
            cell *= self.shape[2]
            cell += wide.period[rows]
            stands[cell] = True
            for name, flat in single.items():
                flat[cell] = wide.arrays[name][rows]
            for (one, other), flat in double.items():
                part = both[: len(cell)]
                part.real, part.imag = wide.arrays[one][rows], wide.arrays[other][rows]
                flat[cell] = part


def _full(shape: Sequence[int], kind: Any, empty: float) -> NDArray[Any]:
    return np.full(math.prod(shape), empty, dtype=kind)


class _Slice:
    """One indicator of a block."""

    def __init__(self, block: _Block, place: int) -> None:
        self._block, self._place = block, place

    def by_frequency(self) -> Iterator[tuple[int, Shown]]:
        freqs, stands = self._block.wide.freqs, self._block.stands[self._place]
        occurs = stands.any(axis=0)
        for freq in np.unique(freqs[occurs]).tolist():
            columns = np.flatnonzero(occurs & (freqs == freq))
            series = np.flatnonzero(stands[:, columns[0] : columns[-1] + 1].any(axis=1))
            yield freq, _Part(self._block, self._place, series, columns)


class _Part:
    """Some series and periods of one indicator of a block; the periods of one frequency stand together."""

    def __init__(self, block: _Block, place: int, series: NDArray[np.int64], columns: NDArray[np.int64]) -> None:
        self._block, self._place, self._series, self._columns = block, place, series, columns
        self.period_codes: list[int] = columns.tolist()

    @property
    def series(self) -> Mapping[str, NDArray[Any]]:
        sizes = [len(codes.texts) for codes in self._block.wide.series.values()]
        return dict(zip(self._block.wide.series, np.unravel_index(self._series, sizes), strict=True))

    def laid(self, name: str) -> NDArray[Any]:
        return self._shown(self._block.arrays[name])

    def stands(self) -> NDArray[np.bool_]:
        return self._shown(self._block.stands)

    def _shown(self, array: NDArray[Any]) -> NDArray[Any]:
        first, last = self._columns[0], self._columns[-1] + 1
        own = array[self._place, :, first:last]
        if len(self._columns) < last - first:
            own = own[:, self._columns - first]
        return own[self._series]  # a copy, so that a panel that is kept does not keep the whole block


class _Rows:
    """The rows of one indicator, wherever they stand."""

    def __init__(self, wide: Wide, rows: NDArray[np.int64]) -> None:
        self._wide, self._rows = wide, rows

    def by_frequency(self) -> Iterator[tuple[int, Shown]]:
        own = self._wide.freqs[self._wide.period[self._rows]]
        for freq in np.unique(own).tolist():
            yield freq, _Scattered(self._wide, self._rows[own == freq])


class _Scattered:
    """The rows of one indicator and frequency, with the cell that each goes to."""

    def __init__(self, wide: Wide, rows: NDArray[np.int64]) -> None:
        self._wide, self._rows = wide, rows
        parts = [(codes.codes, len(codes.texts)) for codes in wide.series.values()]
        series, first = numbered(*packed(parts, rows))
        self._series = {name: codes.codes[rows[first]] for name, codes in wide.series.items()}
        codes = wide.period[rows]
        used = np.bincount(codes, minlength=len(wide.periods)) > 0
        self.period_codes: list[int] = np.flatnonzero(used).tolist()
        self._shape = (len(first), len(self.period_codes))
        self._cells = series * self._shape[1] + (np.cumsum(used) - 1)[codes]

    @property
    def series(self) -> Mapping[str, NDArray[Any]]:
        return self._series

    def laid(self, name: str) -> NDArray[Any]:
        values = self._wide.arrays[name]
        filled = _full(self._shape, values.dtype, EMPTY[name])
        filled[self._cells] = values[self._rows]
        return filled.reshape(self._shape)

    def stands(self) -> NDArray[np.bool_]:
        found = np.zeros(self._shape[0] * self._shape[1], dtype=bool)
        found[self._cells] = True
        return found.reshape(self._shape)
