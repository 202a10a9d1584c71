"""The rows of an SDMX message applied in order: which row each cell of each observation comes from in the end.

Nothing is applied one by one. For each cell the last row that filled it is found, and the last row that deleted it; it
stands if it was filled later. That gives what applying the rows in turn gives, at the speed of whole columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from maalbib.measurements._arrow_types import Rows
from maalbib.measurements._codes import Codes
from maalbib.measurements._keys import code_part, numbered, packed

__all__ = ["DELETE", "MERGE", "REPLACE", "Applied", "Mask", "applied"]

MERGE, REPLACE, DELETE = range(3)
_NEVER: Final = -1
Mask: TypeAlias = NDArray[np.bool_]


@attrs.frozen(eq=False, kw_only=True)
class Applied:
    """The observations that a message leaves behind, in the order of the rows that say what they are.

    Attributes
    ----------
    rows
        The row that gives each observation its key.
    cells
        The row that gives each observation its cell, by column; -1 where it is empty.
    overwritten, by
        Rows whose value a later row put another in the place of, though it does not say that it replaces; and that row.
    unattached
        Rows for a group that no observation belongs to.
    idle
        Deletions that no observation of the message matches.
    """

    rows: Rows
    cells: Mapping[str, Rows]
    overwritten: Rows
    by: Rows
    unattached: Rows
    idle: Rows


def applied(
    dimensions: Sequence[Codes],
    keyed: Sequence[Codes],
    actions: NDArray[np.int8],
    filled: Mapping[str, Mask],
    *,
    value: str | None,
) -> Applied:
    """Apply the rows of a message.

    Parameters
    ----------
    dimensions
        The columns that identify an observation. A row with an empty one is no observation: it holds attributes of
        the group of all observations with the other codes, and in a deletion an empty one stands for every code.
    keyed
        Columns that tell rows of one observation apart and may be empty.
    actions
        ``MERGE``, ``REPLACE`` or ``DELETE`` for each row.
    filled
        Which cells of the other columns hold something; in a deletion, which are to be deleted. None of them means all.
    value
        The column that holds the value.
    """
    blank = np.zeros(len(actions), dtype=np.bool_)
    for column in dimensions:
        blank |= column.codes < 0
    whole, groups = (np.flatnonzero((actions != DELETE) & mask) for mask in (~blank, blank))
    deletes = np.flatnonzero(actions == DELETE)
    parts = [*dimensions, *keyed]
    ids, first = numbered(*packed([code_part(column) for column in parts], whole)) if parts else _single(whole)
    if len(first) == len(whole) and not len(groups) and not len(deletes):
        cells = {name: np.where(mask[whole], whole, _NEVER) for name, mask in filled.items()}
        return Applied(rows=whole, cells=cells, overwritten=_none(), by=_none(), unattached=_none(), idle=_none())
    state = _State(parts, len(dimensions), whole, ids, first)
    state.replace(whole[actions[whole] == REPLACE], ids[actions[whole] == REPLACE])
    state.delete(deletes, filled)
    group_cells, unattached = state.grouped(groups, filled)
    return state.result(actions, filled, group_cells, unattached, value=value)


def _single(whole: Rows) -> tuple[Rows, Rows]:
    """Return the keys of a message without dimensions, which holds at most one observation."""
    return np.zeros(len(whole), dtype=np.int64), np.zeros(min(1, len(whole)), dtype=np.int64)


class _State:
    """What is known of every key: the last row that deleted it or a part of it, and the last that replaced it."""

    def __init__(self, parts: Sequence[Codes], dimensions: int, whole: Rows, ids: Rows, first: Rows) -> None:
        self._parts, self._dimensions = parts, dimensions
        self._whole, self._ids = whole, ids
        self._keys = whole[first]  # a row of each key
        self._deleted = self._no_rows()
        self._group_deleted = self._no_rows()
        self._cell_deleted: dict[str, Rows] = {}
        self._replaced = self._no_rows()
        self._idle: list[Rows] = [_none()]

    def _no_rows(self) -> Rows:
        return np.full(len(self._keys), _NEVER, dtype=np.int64)

    def replace(self, rows: Rows, ids: Rows) -> None:
        self._replaced[ids] = rows

    def delete(self, rows: Rows, filled: Mapping[str, Mask]) -> None:
        names = list(filled)
        marks = np.array([filled[name][rows] for name in names], dtype=np.bool_).reshape(len(names), len(rows))
        for part, columns, marked in self._patterns(rows, marks):
            last, known = self._last(part, columns)
            self._idle.append(part[~known])
            for name in (names[i] for i in np.flatnonzero(marked)):
                self._cell_deleted[name] = np.maximum(self._cell_deleted.get(name, last), last)
            if not marked.any():
                self._deleted = np.maximum(self._deleted, last)
                if not set(range(self._dimensions)) <= set(columns):
                    self._group_deleted = np.maximum(self._group_deleted, last)

    def grouped(self, rows: Rows, filled: Mapping[str, Mask]) -> tuple[dict[str, Rows], Rows]:
        """Return the last row for a group that filled each cell, and the rows whose group is empty."""
        found: dict[str, Rows] = {}
        alone: list[Rows] = [_none()]
        for part, columns, _ in self._patterns(rows, np.zeros((0, len(rows)), dtype=np.bool_)):
            _, known = self._last(part, columns)
            alone.append(part[~known])
            for name, mask in filled.items():
                if mask[part].any():
                    last, _ = self._last(part[mask[part]], columns)
                    found[name] = np.maximum(found.get(name, last), last)
        for name, last in found.items():
            last[last <= np.maximum(self._group_deleted, self._cell_deleted.get(name, _NEVER))] = _NEVER
        return found, np.sort(np.concatenate(alone))

    def _patterns(self, rows: Rows, marks: Mask) -> Iterator[tuple[Rows, list[int], Mask]]:
        """Yield the rows that name the same dimensions and mark the same cells, with those."""
        if not len(rows):
            return
        named = np.array([column.codes[rows] >= 0 for column in self._parts], dtype=np.bool_).reshape(-1, len(rows))
        bits = np.concatenate([named, marks]).T
        patterns, place = np.unique(np.packbits(bits, axis=1), axis=0, return_inverse=True)
        place = place.reshape(-1)
        order = np.argsort(place, kind="stable")
        ends = np.cumsum(np.bincount(place, minlength=len(patterns)))[:-1]
        for part in np.split(order, ends):
            one = part[0]
            yield rows[part], np.flatnonzero(named[:, one]).tolist(), marks[:, one]

    def _last(self, rows: Rows, columns: Sequence[int]) -> tuple[Rows, Mask]:
        """Return for each key the last of some rows with its codes in these columns, and which rows have a key."""
        if not columns:
            return np.full(len(self._keys), rows[-1], dtype=np.int64), np.full(len(rows), len(self._keys) > 0)
        both = np.concatenate([self._keys, rows])
        ids, _ = numbered(*packed([code_part(self._parts[i]) for i in columns], both))
        of_keys, of_rows = ids[: len(self._keys)], ids[len(self._keys) :]
        last = np.full(int(ids.max(initial=-1)) + 1, _NEVER, dtype=np.int64)
        last[of_rows] = rows
        known = np.zeros(len(last), dtype=np.bool_)
        known[of_keys] = True
        return last[of_keys], known[of_rows]

    def _filled_by(self, name: str, mask: Mask) -> Rows:
        """Return the row that gives each key its cell, from the rows of whole observations."""
        chosen = mask[self._whole]
        last = self._no_rows()
        last[self._ids[chosen]] = self._whole[chosen]
        gone = np.maximum(self._deleted, self._cell_deleted.get(name, _NEVER))
        last[(last <= gone) | (last < self._replaced)] = _NEVER
        return last

    def result(
        self,
        actions: NDArray[np.int8],
        filled: Mapping[str, Mask],
        group_cells: Mapping[str, Rows],
        unattached: Rows,
        *,
        value: str | None,
    ) -> Applied:
        cells = {name: self._filled_by(name, mask) for name, mask in filled.items()}
        seen = self._no_rows()
        seen[self._ids] = self._whole
        by_value = cells[value] if value is not None else self._no_rows()
        rows = np.where(by_value >= 0, by_value, seen)
        order = np.flatnonzero(seen > self._deleted)
        order = order[np.argsort(rows[order], kind="stable")]
        overwritten, by = self._overwritten(actions, by_value, None if value is None else filled[value], value)
        for name, last in group_cells.items():
            cells[name] = np.where(cells[name] >= 0, cells[name], last)
        return Applied(
            rows=rows[order],
            cells={name: last[order] for name, last in cells.items()},
            overwritten=overwritten,
            by=by,
            unattached=unattached,
            idle=np.sort(np.concatenate(self._idle)),
        )

    def _overwritten(
        self, actions: NDArray[np.int8], final: Rows, mask: Mask | None, value: str | None
    ) -> tuple[Rows, Rows]:
        if mask is None:
            return _none(), _none()
        chosen = mask[self._whole]
        rows, ids = self._whole[chosen], self._ids[chosen]
        gone = np.maximum(self._deleted, self._cell_deleted.get(str(value), _NEVER))
        stood = (rows > gone[ids]) & (rows >= self._replaced[ids])
        lost = stood & (final[ids] >= 0) & (final[ids] != rows)
        lost[lost] = actions[final[ids[lost]]] != REPLACE
        return rows[lost], final[ids[lost]]


def _none() -> Rows:
    return np.empty(0, dtype=np.int64)
