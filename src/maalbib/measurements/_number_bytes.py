"""Plain numbers told from their bytes: digits, one decimal sign, a minus. Everything else is left to the grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from maalbib.measurements._arrow_types import TextArray, buffer_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LONGEST", "NO_DECIMALS", "plain_numbers"]

LONGEST: Final = 64
NO_DECIMALS: Final = -1
_DIGIT, _DECIMAL, _MINUS, _OTHER = range(4)


def plain_numbers(text: TextArray, sign: str) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.int8]]:
    """Read the plain numbers of an array: ``-?[0-9]+(sign[0-9]+)?``, at most 64 bytes.

    Parameters
    ----------
    text
        Texts (``string``) without nulls.
    sign
        The decimal sign, one byte.

    Returns
    -------
    tuple of three arrays
        Which texts are plain numbers, their values (elsewhere NaN), and how many decimals are written (elsewhere -1).
    """
    ends, letters = _bytes_of(text)
    kinds = _kinds(sign)[letters]
    lengths = np.diff(ends)
    valid = (lengths > 0) & (lengths <= LONGEST)
    decimals = np.where(valid, np.int8(0), np.int8(NO_DECIMALS))
    at = np.flatnonzero(kinds)  # all that is no digit
    points = at[:0]
    if len(at):
        cell = np.searchsorted(ends, at, side="right") - 1
        kind = kinds[at]
        first, last = at == ends[cell], at + 1 == ends[cell + 1]
        after = ~last & (kinds[np.minimum(at + 1, len(kinds) - 1)] == _DIGIT)
        before = ~first & (kinds[np.maximum(at - 1, 0)] == _DIGIT)
        right = after & np.where(kind == _DECIMAL, before, (kind == _MINUS) & first)
        owner = cell[kind == _DECIMAL]
        points = at[kind == _DECIMAL]
        decimals[owner] = np.minimum(ends[owner + 1] - points - 1, LONGEST)
        bad = np.concatenate([cell[~right], owner[1:][owner[1:] == owner[:-1]]])
        valid[bad] = False
        decimals[bad] = NO_DECIMALS
    if sign != ".":
        letters = letters.copy()
        letters[points] = ord(".")
    return valid, _floats(ends, letters, valid), decimals


def _floats(ends: NDArray[np.int32], letters: NDArray[np.uint8], valid: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the numbers of texts with decimal points, NaN where they are not valid; minus zero becomes zero."""
    bitmap = buffer_of(np.packbits(valid, bitorder="little"))
    text = pa.StringArray.from_buffers(len(valid), buffer_of(ends), buffer_of(letters), bitmap, -1, 0)
    numbers = text.cast(pa.float64())
    return np.array(numbers.to_numpy(zero_copy_only=False), dtype=np.float64) + 0.0


def _bytes_of(text: TextArray) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Return where each text ends, beginning with 0, and the bytes of all of them."""
    _, offsets, data = text.buffers()
    if not len(text) or data is None:
        return np.zeros(len(text) + 1, dtype=np.int32), np.empty(0, dtype=np.uint8)
    ends = np.frombuffer(offsets, dtype=np.int32)[text.offset : text.offset + len(text) + 1]
    letters = np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]]
    return ends - ends[0], letters


def _kinds(sign: str) -> NDArray[np.uint8]:
    kinds = np.full(256, _OTHER, dtype=np.uint8)
    kinds[ord("0") : ord("9") + 1] = _DIGIT
    kinds[ord("-")] = _MINUS
    kinds[ord(sign)] = _DECIMAL
    return kinds
