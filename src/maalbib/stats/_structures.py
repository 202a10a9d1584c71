"""Which series share a null distribution: gaps, blocks and ties of many series as a few distinct structures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from maalbib.stats._columns import shared

if TYPE_CHECKING:
    import numpy.typing as npt

    from maalbib.stats._arrays import IntArray
    from maalbib.stats._blocks import Layout
    from maalbib.stats._series import Piece
    from maalbib.stats._signs import Comparison

__all__ = ["per_series", "structures"]

_MOST_CODES: Final = 2**62  # so that a code and its weights stay within 64 bits
_SMALL: Final = 131_072  # codes for which a table is quicker than sorting


_Number = TypeVar("_Number", bound=np.generic)


def per_series(of_structure: npt.NDArray[_Number], which: IntArray) -> npt.NDArray[_Number]:
    """Return what holds for the structure of each series, one number for all where there is one structure."""
    return shared(of_structure[0], len(which)) if len(of_structure) == 1 else of_structure[which]


def structures(piece: Piece, comparison: Comparison | None) -> tuple[IntArray, IntArray]:
    """Return the distinct structures as powers of [2], [3], ..., and which one each series has.

    Parameters
    ----------
    piece
        The series.
    comparison
        Their values compared; None to leave ties out of account.
    """
    tied = None if comparison is None else comparison.tied
    tied = tied if tied is not None and tied.any() else None
    complete = _reached(piece.layout.lengths[:, None], piece.layout.longest)
    if piece.full and tied is None:
        return complete, shared(np.int64(0), len(piece.n))
    if tied is None and piece.layout.unbroken:
        sizes, which = _distinct_small(piece.sizes[0])
        return _reached(sizes[None], piece.layout.longest), which
    which = np.zeros(len(piece.n), dtype=np.int64)
    gaps = piece.pairs != piece.layout.pairs
    irregular = np.flatnonzero(gaps if tied is None else gaps | tied)
    if not len(irregular):
        return complete, which
    powers = _reached(piece.sizes[:, irregular], piece.layout.longest)
    if tied is not None and comparison is not None:
        powers -= comparison.tie_counts()[:, irregular].T
    first, kind = _distinct_rows(powers, piece.layout)
    which[irregular] = kind + 1
    return np.concatenate([complete, powers[first]]), which


def _reached(sizes: IntArray, longest: int) -> IntArray:
    """Return how many blocks have at least 2, 3, ... values; shape (series, longest - 1)."""
    steps = np.arange(2, longest + 1)
    reached = np.zeros((sizes.shape[1], longest - 1), dtype=np.int64)
    for block in sizes:
        reached += block[:, None] >= steps
    return reached


def _distinct_small(codes: IntArray) -> tuple[IntArray, IntArray]:
    """Return the sorted distinct codes and the place of each one among them, for small codes from 0."""
    present = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.bool_)
    present[codes] = True
    return np.flatnonzero(present), (np.cumsum(present) - 1)[codes]


def _distinct(codes: IntArray) -> IntArray:
    """Return the place of each code among the sorted distinct codes."""
    codes = codes - codes.min(initial=0)
    if codes.max(initial=0) < _SMALL:
        return _distinct_small(codes)[1]
    return np.searchsorted(np.unique(codes), codes)  # sorting values alone is far cheaper than sorting positions


def _distinct_rows(powers: IntArray, layout: Layout) -> tuple[IntArray, IntArray]:
    """Return a row of each distinct kind, and the kind of each row.

    Rows become numbers in mixed radix, so two kinds never share one; where 64 bits do not hold them, several
    numbers are combined.
    """
    kind = np.zeros(len(powers), dtype=np.int64)
    for columns, weights in _digits(layout):
        part = _distinct(powers[:, columns] @ weights)
        kind = _distinct(kind * (int(part.max(initial=0)) + 1) + part) if kind.any() else part
    first = np.zeros(int(kind.max(initial=0)) + 1, dtype=np.int64)
    first[kind] = np.arange(len(kind))
    return first, kind


def _digits(layout: Layout) -> list[tuple[slice, IntArray]]:
    """Split the columns so that each part fits one number, with the weight of each column."""
    parts: list[tuple[slice, IntArray]] = []
    weights: list[int] = []
    start, span = 0, 1
    for column in range(layout.longest - 1):
        # Tie groups of at least m values number at most the sum of n // m over blocks of at least m values.
        size = column + 2
        radix = int((layout.lengths[layout.lengths >= size] // size).sum()) + 1
        if weights and span * radix > _MOST_CODES:
            parts.append((slice(start, column), np.array(weights, dtype=np.int64)))
            weights, start, span = [], column, 1
        weights.append(span)
        span *= radix
    if weights:
        parts.append((slice(start, layout.longest - 1), np.array(weights, dtype=np.int64)))
    return parts
