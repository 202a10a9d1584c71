"""Rows as objects, made on demand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

import attrs
import pyarrow as pa

from maalbib.measurements._content import codes_in
from maalbib.model import FrozenDict, Measurement, Period

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["RowReader"]

_CHUNK: Final = 4_096
_NO_BREAKDOWN: Final = FrozenDict()
_FIELDS: Final = frozenset(field.name for field in attrs.fields(Measurement))


class RowReader:
    """Makes row objects from a canonical table; texts and periods are read once for all rows."""

    def __init__(self, table: pa.Table, breakdowns: Sequence[str]) -> None:
        self._table = table
        self._breakdowns = tuple(breakdowns)
        self._codes: dict[str, tuple[NDArray[np.int32], tuple[Any, ...]]] = {}

    def __iter__(self) -> Iterator[Measurement]:
        for start in range(0, self._table.num_rows, _CHUNK):
            yield from self.rows(start, _CHUNK)

    def rows(self, start: int, count: int) -> Iterator[Measurement]:
        """Yield some rows that follow each other."""
        own = _FIELDS - {*self._breakdowns}  # a breakdown may be called "breakdown"
        names = [name for name in self._table.column_names if name in own]
        cells = zip(*(self._cells(name, start, count) for name in names), strict=True)
        length = min(count, self._table.num_rows - start)
        broken_down = zip(*(self._cells(name, start, count) for name in self._breakdowns), strict=True)
        for row, codes in zip(cells, broken_down if self._breakdowns else repeat((), length), strict=True):
            breakdown = FrozenDict(dict(zip(self._breakdowns, codes, strict=True))) if codes else _NO_BREAKDOWN
            yield Measurement(breakdown=breakdown, **dict(zip(names, row, strict=True)))

    def _cells(self, name: str, start: int, count: int) -> list[Any]:
        column = self._table.column(name)
        if not pa.types.is_dictionary(column.type):
            return column.slice(start, count).to_pylist()
        if name not in self._codes:
            self._codes[name] = self._read(name)
        codes, known = self._codes[name]
        return [known[place] for place in codes[start : start + count].tolist()]

    def _read(self, name: str) -> tuple[NDArray[np.int32], tuple[Any, ...]]:
        codes = codes_in(self._table, name)
        texts: tuple[Any, ...] = codes.texts
        known = tuple(Period.parse(text) for text in texts) if name == "period" else texts
        return codes.codes, (*known, None)
