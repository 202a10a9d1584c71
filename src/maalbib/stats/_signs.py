"""Signs and equalities of all pairs, lag by lag: S and the pattern of ties for every series at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._counting import add_true
from maalbib.stats._inversions import sign_sum

if TYPE_CHECKING:
    from maalbib.stats._arrays import BoolArray, FloatArray, IntArray
    from maalbib.stats._blocks import Stack
    from maalbib.stats._series import Piece

__all__ = ["LONG", "Comparison", "compare"]

LONG: Final = 1_000
"""Periods above which a block is counted by sorting rather than pair by pair."""

_SHORT: Final = 100  # the same where there are only a few series, which comparing side by side would not pay for
_FEW: Final = 16

_NARROW: Final = 127  # earlier values that one byte can count

Seen = npt.NDArray[np.signedinteger[Any]]


@attrs.frozen(kw_only=True, eq=False)
class Comparison:
    """All pairs of a piece compared.

    Attributes
    ----------
    s
        Pairs that rise less pairs that fall, per series; pairs with a missing value count for neither.
    untied
        Pairs with different values, per series.
    seen
        For each stack and value, how many equal ones come before it in its block; None where it was sorted.
    """

    piece: Piece
    s: IntArray
    untied: IntArray
    seen: list[Seen | None]

    @property
    def tied(self) -> BoolArray:
        """Series with equal values."""
        return self.untied < self.piece.pairs

    def tie_counts(self) -> IntArray:
        """Return how many groups of equal values have at least 2, 3, ... members, shape (longest block - 1, series).

        The k-th occurrence of a value is what makes its group reach size k.
        """
        layout = self.piece.layout
        found = np.zeros((layout.longest - 1, len(self.s)), dtype=np.int64)
        for stack, seen in zip(layout.stacks, self.seen, strict=True):
            if seen is None:
                _add_sorted(stack.of(self.piece.values), found)
                continue
            for earlier in range(1, int(seen.max(initial=0)) + 1):
                add_true(seen == earlier, found[earlier - 1])
        return found


def compare(piece: Piece) -> Comparison:
    """Compare all pairs of values that may be compared."""
    series = piece.values.shape[1]
    rises, ties = (np.zeros(series, dtype=np.int64) for _ in range(2))
    seen = [_compare(stack, stack.of(piece.values), rises, ties) for stack in piece.layout.stacks]
    return Comparison(piece=piece, s=2 * rises + ties - piece.pairs, untied=piece.pairs - ties, seen=seen)


def _compare(stack: Stack, values: FloatArray, rises: IntArray, ties: IntArray) -> Seen | None:
    """Add rises and ties of the blocks of a stack."""
    alone = values.shape[-1] < _FEW and stack.length > _SHORT
    if stack.length > LONG or alone:
        _add_long(values, rises, ties)
        return None
    narrow = stack.length <= _NARROW
    seen: Seen = np.zeros(values.shape, dtype=np.int8 if narrow else np.int16)
    for lag in range(1, stack.length):
        later, earlier = values[:, lag:], values[:, :-lag]
        add_true(np.greater(later, earlier), rises)
        equal = np.equal(later, earlier)
        seen[:, lag:] += equal.view(np.int8) if narrow else equal
    if seen.any():
        ties += seen.reshape(-1, seen.shape[-1]).sum(axis=0, dtype=np.int64)
    return seen


def _add_long(values: FloatArray, rises: IntArray, ties: IntArray) -> None:
    for block in values:
        for column in range(block.shape[1]):
            one = block[:, column]
            n = int(np.count_nonzero(~np.isnan(one)))
            up, down = sign_sum(one)
            rises[column] += up
            ties[column] += n * (n - 1) // 2 - up - down


def _add_sorted(values: FloatArray, found: IntArray) -> None:
    """Add groups by size from the position of each value among its equals, in sorted order; NaN equals nothing."""
    series = values.shape[2]
    order = np.sort(values, axis=1)
    first = np.ones(order.shape, dtype=np.bool_)
    first[:, 1:] = order[:, 1:] != order[:, :-1]
    position = np.arange(order.shape[1], dtype=np.int64).reshape(1, -1, 1)
    earlier = position - np.maximum.accumulate(np.where(first, position, 0), axis=1)
    cells = earlier * series + np.arange(series)
    found += np.bincount(cells.reshape(-1), minlength=found.size + series)[series:].reshape(found.shape)
