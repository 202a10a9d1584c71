"""The groups of rows: which each row belongs to, in an order that numbers and texts share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pyarrow as pa

from maalbib.engines._columns import fault
from maalbib.measurements._codes import Codes, codes_of, tidy
from maalbib.measurements._keys import code_part, packed

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Groups", "Key", "Range", "groups_of"]

Key = tuple[str, ...]
"""The codes of a group; an empty cell is an empty text."""


@attrs.frozen
class Range:
    """The least and the greatest key of some rows, or bounds of them."""

    low: Key
    high: Key

    def __or__(self, other: Range) -> Range:
        """Return the range of both."""
        return Range(min(self.low, other.low), max(self.high, other.high))

    def holds(self, other: Range) -> bool:
        """Say whether another range lies within."""
        return self.low <= other.low and other.high <= self.high


@attrs.frozen(eq=False, kw_only=True)
class Groups:
    """The groups of a piece of the data.

    Attributes
    ----------
    number
        Place of each row's key in ``keys``.
    keys
        The distinct keys, ascending.
    """

    number: NDArray[np.int64]
    keys: Sequence[Key]

    @property
    def range(self) -> Range:
        """From the first to the last key."""
        return Range(self.keys[0], self.keys[-1])

    @property
    def ordered(self) -> bool:
        """Whether the rows stand in the order of their keys."""
        return bool(np.all(self.number[1:] >= self.number[:-1]))


def groups_of(piece: pa.Table | pa.RecordBatch, by: Sequence[str], file: str | None = None) -> Groups:
    """Return the groups of some rows; at least one row.

    Raises
    ------
    DataError
        If a column of the key holds no texts, or texts that are not written as codes are: then one group could have two names.
    """
    parts = [_codes(piece, name, file) for name in by]
    if len(parts) == 1:
        codes = parts[0]
        empty = bool(codes.codes.min() < 0)
        number = codes.codes.astype(np.int64) + (1 if empty else 0)
        return Groups(number=number, keys=[("",)] * empty + [(text,) for text in codes.texts])
    key, _ = packed([code_part(codes) for codes in parts])
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    texts = [_texts(codes, first) for codes in parts]
    return Groups(number=number.reshape(-1), keys=list(zip(*texts, strict=True)))


def _texts(codes: Codes, rows: NDArray[np.int64]) -> list[str]:
    texts = (*codes.texts, "")  # the last serves the code -1
    return [texts[place] for place in codes.codes[rows].tolist()]


def _codes(piece: Any, name: str, file: str | None) -> Codes:
    column = piece.column(name)
    codes = codes_of(column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column]))
    if codes is None:
        raise fault("code.not_text", name, file)
    if any(text != tidy(text) for text in codes.texts):
        raise fault("group.untidy", name, file)
    return codes.take(None)
