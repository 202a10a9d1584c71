"""Who is compared with whom: a unit and those it is held against, many units at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints

__all__ = ["Batch", "Circles"]

_MOST_CELLS: Final = 2**20


@attrs.frozen(kw_only=True)
class Batch:
    """Circles of like size, side by side.

    Attributes
    ----------
    rows
        (circles, most members) which row stands where.
    there
        (circles, most members) whether somebody stands there.
    judged
        (circles, most members) whose place in the circle is an answer about that row.
    """

    rows: Ints
    there: Bools
    judged: Bools

    def read(self, column: Floats, missing: float = np.nan) -> Floats:
        """Return a column laid out in the circles."""
        return np.where(self.there, column[self.rows], missing)

    def write(self, column: Floats | Ints | Bools, cells: Floats | Ints | Bools) -> None:
        """Put answers back into a column; one that a whole circle shares may be given once."""
        column[self.rows[self.judged]] = np.broadcast_to(cells, self.rows.shape)[self.judged]


@attrs.frozen(kw_only=True)
class Circles:
    """Circles of rows.

    Attributes
    ----------
    group
        (rows,) number of the group, ascending; where there are no lists, all rows of a group are compared with each other.
    starts, peers
        Where each row has a list of its own, row r is held against ``peers[starts[r]:starts[r + 1]]``.
    asked
        (rows,) which rows are to be judged; the others are only somebody's peers. None judges all.
    """

    group: Ints
    starts: Ints | None = None
    peers: Ints | None = None
    asked: Bools | None = None

    def batches(self, most: int = _MOST_CELLS) -> Iterator[Batch]:
        """Yield all circles, those of like size together, at most so many cells at a time."""
        if self.starts is not None and self.peers is not None:
            yield from self._lists(self.starts, self.peers, most)
            return
        sizes = np.bincount(self.group) if len(self.group) else np.zeros(0, dtype=np.int64)
        first = np.cumsum(sizes) - sizes
        for batch, widest in _alike(sizes, most):
            places = np.arange(widest)
            there = places < sizes[batch][:, None]
            yield Batch(rows=np.where(there, first[batch][:, None] + places, 0), there=there, judged=there)

    def _lists(self, starts: Ints, peers: Ints, most: int) -> Iterator[Batch]:
        """Yield a circle for each row: itself first, then its list."""
        sizes = np.diff(starts) + 1
        if self.asked is not None:
            sizes = np.where(self.asked, sizes, 0)
        for batch, widest in _alike(sizes, most):
            places = np.arange(widest - 1)
            there = places < (sizes[batch] - 1)[:, None]
            rows = np.zeros((len(batch), widest), dtype=np.int64)
            rows[:, 0] = batch
            rows[:, 1:][there] = peers[(starts[batch][:, None] + places)[there]]
            full = np.concatenate([np.ones((len(batch), 1), dtype=bool), there], axis=1)
            judged = np.zeros_like(full)
            judged[:, 0] = True
            yield Batch(rows=rows, there=full, judged=judged)


def _alike(sizes: Ints, most: int) -> Iterator[tuple[Ints, int]]:
    """Yield the numbers of circles whose sizes differ by a factor of two at most, and the size of the largest."""
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    while len(order):
        widest = int(sizes[order[0]])
        alike = int(np.searchsorted(-sizes[order], -widest / 2, side="right"))
        batch = order[: min(alike, max(1, most // widest))]
        yield batch, widest
        order = order[len(batch) :]
