"""Whole groups out of any order of rows: those in order are cut where a group ends, others are sorted into parts on disk."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.engines._groups import Key, groups_of
from maalbib.engines._spool import Disk, Spool
from maalbib.errors import DataError
from maalbib.problems import ProblemBlock, Problems

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CALL_ROWS", "Survey", "in_order", "through_parts"]

CALL_ROWS: Final = 131_072  # a call of the kernel gets at least so many rows, where there are
PART_ROWS: Final = 500_000
_MOST_PARTS: Final = 256
_MOST_SAMPLES: Final = 65_536
_SAMPLES: Final = 256  # of a table


@attrs.define
class Survey:
    """What a first look at the keys of some tables tells: are they in order, and how are they spread.

    Attributes
    ----------
    ordered
        Whether no key is below one that came before.
    rows
        How many rows there are.
    """

    by: Sequence[str]
    ordered: bool = True
    rows: int = 0
    _last: Key | None = None
    _samples: list[tuple[Key, int]] = attrs.field(factory=list)

    def look(self, table: pa.Table) -> None:
        """Look at a table."""
        if table.num_rows == 0:
            return
        groups = groups_of(table, self.by)
        self.rows += table.num_rows
        if self.ordered:
            self.ordered = groups.ordered and (self._last is None or groups.keys[0] >= self._last)
            self._last = groups.keys[-1]
        sizes = np.bincount(groups.number, minlength=len(groups.keys))
        self._samples += _spread(groups.keys, sizes, _SAMPLES)
        if len(self._samples) > _MOST_SAMPLES:
            self._thin()

    def _thin(self) -> None:
        sizes: dict[Key, int] = {}
        for key, size in self._samples:
            sizes[key] = sizes.get(key, 0) + size
        keys = sorted(sizes)
        self._samples = _spread(keys, np.array([sizes[key] for key in keys]), _MOST_SAMPLES // 2)

    def cuts(self) -> list[Key]:
        """Return keys that divide the rows into parts of about half a million; each begins a part."""
        self._thin()
        total = np.cumsum([size for _, size in self._samples])
        parts = min(_MOST_PARTS, -(-self.rows // PART_ROWS))
        places = np.searchsorted(total, np.arange(1, parts) * (self.rows / parts))
        return sorted({self._samples[place][0] for place in places.tolist() if 0 < place < len(total)})


def _spread(keys: Sequence[Key], sizes: NDArray[np.int64], most: int) -> list[tuple[Key, int]]:
    """Return at most so many keys, each with the rows up to and with it since the one before."""
    if len(keys) <= most:
        return list(zip(keys, sizes.tolist(), strict=True))
    ends = np.linspace(0, len(keys), most + 1).astype(np.int64)[1:]
    summed = np.diff(np.append(0, np.cumsum(sizes)[ends - 1]))
    return [(keys[end - 1], size) for end, size in zip(ends.tolist(), summed.tolist(), strict=True)]


def in_order(tables: Iterable[pa.Table], by: Sequence[str]) -> Iterator[pa.Table]:
    """Yield whole groups out of tables whose keys ascend; an open group is carried over to the next table.

    Raises
    ------
    DataError
        If a key is below one that came before.
    """
    held: list[pa.Table] = []
    closed = 0  # rows of what is held whose group has ended
    last: Key | None = None
    rows = 0
    for table in tables:
        if table.num_rows == 0:
            continue
        groups = groups_of(table, by)
        if not groups.ordered or (last is not None and groups.keys[0] < last):
            raise DataError(Problems([ProblemBlock(code="group.not_ordered", column=by[0])]))
        if groups.keys[-1] != last:
            begins = int(np.searchsorted(groups.number, len(groups.keys) - 1))
            closed, last = rows + begins, groups.keys[-1]
        held.append(table)
        rows += table.num_rows
        if closed >= CALL_ROWS:
            whole = pa.concat_tables(held)
            yield whole.slice(0, closed)
            held, rows, closed = [whole.slice(closed)], rows - closed, 0
    if rows:
        yield pa.concat_tables(held)


def through_parts(
    tables: Iterable[pa.Table], by: Sequence[str], cuts: Sequence[Key], schema: pa.Schema, disk: Disk, in_memory: int
) -> Iterator[pa.Table]:
    """Yield whole groups out of tables in any order: rows are put into parts by ranges of keys, and parts read one by one."""
    parts = [Spool(schema, disk, in_memory // (len(cuts) + 1)) for _ in range(len(cuts) + 1)]
    try:
        for table in tables:
            if table.num_rows:
                _deal(table, by, cuts, parts)
        for part in parts:
            if part.rows:
                yield pa.concat_tables(list(part))
            part.close()
    finally:
        for part in parts:
            part.close()


def _deal(table: pa.Table, by: Sequence[str], cuts: Sequence[Key], parts: Sequence[Spool]) -> None:
    """Put every row of a table into the part of its key."""
    groups = groups_of(table, by)
    number = np.array([bisect_right(cuts, key) for key in groups.keys])[groups.number]
    order = np.argsort(number, kind="stable")
    ends = np.searchsorted(number[order], np.arange(1, len(parts)))
    for part, rows in zip(parts, np.split(order, ends), strict=True):
        if len(rows):
            part.add(table.take(rows))
