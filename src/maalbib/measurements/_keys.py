"""Row keys as single numbers, and rows that share one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from maalbib.measurements._schema import TOTAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.measurements._codes import Codes
    from maalbib.measurements._columns import Columns

__all__ = ["Part", "code_part", "dense", "key_parts", "marked_cells", "numbered", "packed", "repeated", "repeats"]

_MOST: Final = 2**62
# Up to this many cells a map of marks is cheaper than a sort.
_MOST_CELLS: Final = 2**24
_FEW_CELLS: Final = 2**22  # the same for a map of positions, which takes eight times the room
_MOST_AXES: Final = 16
_BLOCK: Final = 2**16  # rows at a time, so that their keys stay in the cache

Part = tuple["NDArray[np.int64] | NDArray[np.int32]", int]


def key_parts(columns: Columns, *, without: Sequence[str] = (), vintages: bool = True) -> list[Part]:
    """Return the columns that make up a row's key as numbers from 0, each with how many there are."""
    names = [name for name in ("indicator", "institution", "period", *columns.breakdowns) if name not in without]
    parts = [code_part(columns.codes[name]) for name in names]
    if vintages:
        dated = (columns.number("vintage"), columns.number("revision"))
        parts += [dense(values) for values in dated if values is not None]
    return parts


def code_part(codes: Codes) -> Part:
    """Return a column of codes as numbers from 0, which stands for an empty cell."""
    return codes.codes + np.int32(1), len(codes.texts) + 1


def dense(values: NDArray[np.float64] | NDArray[np.int64]) -> Part:
    """Return the place of each value among the distinct ones, ascending; NaN comes last and counts as one value."""
    ranked = _ranked(values)
    if ranked is not None:
        return ranked
    distinct, codes = np.unique(values, return_inverse=True, equal_nan=True)
    return codes.reshape(-1).astype(np.int64), len(distinct)


def _ranked(values: NDArray[np.float64] | NDArray[np.int64]) -> Part | None:
    """Return the same without sorting, for whole numbers that lie close together such as days; None for others."""
    low, high = (np.fmin.reduce(values), np.fmax.reduce(values)) if len(values) else (np.nan, np.nan)
    if not (np.isfinite(low) and np.isfinite(high)) or float(high) - float(low) >= _FEW_CELLS:
        return None
    filled = np.where(np.isnan(values), high + 1, values)
    whole = filled.astype(np.int64)
    if not np.array_equal(whole, filled):
        return None
    whole -= int(low)
    stands = np.zeros(int(high) - int(low) + 2, dtype=bool)
    stands[whole] = True
    place = np.cumsum(stands) - 1
    return place[whole], int(place[-1]) + 1


def marked_cells(columns: Columns) -> NDArray[np.bool_] | None:
    """Return which keys stand in a row, with an axis for each column of the key, on which empty cells come first.

    None where there are too many possible keys to be marked. Breakdowns and revisions count as what they stand for where
    they are empty.
    """
    own = [columns.codes[name] for name in ("indicator", "institution", "period")]
    own += [columns.codes[name].filled(TOTAL) for name in columns.breakdowns]
    parts: list[Part] = [(codes.codes, len(codes.texts) + 1) for codes in own]
    vintage, revision = columns.number("vintage"), columns.number("revision")
    parts += [] if vintage is None else [dense(vintage)]
    parts += [] if revision is None else [dense(np.nan_to_num(revision))]
    shape = [count for _, count in parts]
    if len(shape) > _MOST_AXES or math.prod(shape) > max(_MOST_CELLS, 16 * columns.length):
        return None
    cells = np.zeros(shape, dtype=bool)
    flat = cells.reshape(-1)
    # Codes are numbered from -1.
    first = sum(math.prod(shape[place + 1 :]) for place in range(len(own)))
    for start in range(0, columns.length, _BLOCK):
        key = np.full(min(_BLOCK, columns.length - start), 0, dtype=np.int64)
        for column, count in parts:
            key *= count
            key += column[start : start + _BLOCK]
        key += first
        flat[key] = True
    return cells


def packed(parts: Sequence[Part], rows: NDArray[np.int64] | None = None) -> tuple[NDArray[np.int64], int]:
    """Pack several columns of small numbers into one and return it with the size of its range.

    Keys sort as the columns do, the first one first. Where the range would not fit into 62 bits, the keys so far are
    numbered anew, which keeps their order.
    """
    size = 1
    key: NDArray[np.int64] | None = None
    for column, count in parts:
        part = column if rows is None else column[rows]
        if key is None:
            key, size = part.astype(np.int64), count
            continue
        if size * count >= _MOST:
            distinct, inverse = np.unique(key, return_inverse=True)
            key, size = inverse.reshape(-1).astype(np.int64), len(distinct)
        key = key * count + part
        size *= count
    return (np.empty(0, dtype=np.int64) if key is None else key), size


def numbered(key: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the place of each row's key among the distinct ones, ascending, and a row of each."""
    if size > max(_FEW_CELLS, 8 * len(key)):
        _, first, series = np.unique(key, return_index=True, return_inverse=True)
        return series.reshape(-1), first
    at = np.full(size, -1, dtype=np.int64)
    at[key] = np.arange(len(key))
    used = np.flatnonzero(at >= 0)
    first = at[used]
    at[used] = np.arange(len(used))
    return at[key], first


def repeats(key: NDArray[np.int64], size: int) -> bool:
    """Say whether a key stands in more than one row."""
    if len(key) < 2:  # noqa: PLR2004 - a single row repeats nothing
        return False
    if size <= max(_MOST_CELLS, 16 * len(key)):
        seen = np.zeros(size, dtype=bool)
        seen[key] = True
        return int(np.count_nonzero(seen)) < len(key)
    if bool(np.all(key[1:] > key[:-1])):
        return False
    ordered = np.sort(key)
    return bool(np.any(ordered[1:] == ordered[:-1]))


def repeated(key: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of every later row with the key of an earlier one, and of the first row with that key."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    first = order[np.flatnonzero(starts)][np.cumsum(starts) - 1]
    later, first = order[~starts], first[~starts]
    by_row = np.argsort(later, kind="stable")
    return later[by_row], first[by_row]
