"""Columns of text codes: numbers into a short list of distinct texts, whatever form they arrive in."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BLANKS", "Codes", "Encoded", "codes_of", "encoded", "is_sound", "is_text", "tidy"]

compute: Final[Any] = pc  # its stubs lack what newer versions have

BLANKS: Final = " \t\u00a0"
_PIECE: Final = 2**17  # cells that are looked up in one go, so that what is in hand stays in the cache


@attrs.frozen(eq=False)
class Codes:
    """A column of codes.

    Attributes
    ----------
    codes
        Position of each row's text in ``texts``, -1 where the cell is empty.
    texts
        The distinct texts. Some may stand in no row.
    """

    codes: NDArray[np.int32]
    texts: tuple[str, ...]

    @classmethod
    def constant(cls, text: str, length: int) -> Codes:
        """Return the same text in every row."""
        return cls(np.zeros(length, dtype=np.int32), (text,))

    @classmethod
    def empty(cls, length: int) -> Codes:
        """Return a column without a text in any row."""
        return cls(np.full(length, -1, dtype=np.int32), ())

    def renamed(self, texts: Sequence[str | None]) -> Codes:
        """Return the column with each distinct text replaced; equal texts become one, None an empty cell."""
        if tuple(texts) == self.texts:
            return self
        place: dict[str, int] = {}
        # The last element serves the code -1.
        target = np.full(len(texts) + 1, -1, dtype=np.int32)
        for i, text in enumerate(texts):
            if text is not None:
                target[i] = place.setdefault(text, len(place))
        return Codes(target[self.codes], tuple(place))

    def mapped(self, function: Callable[[str], str | None]) -> Codes:
        """Return the column with a function applied to each distinct text."""
        return self.renamed([function(text) for text in self.texts])

    @property
    def complete(self) -> bool:
        """Whether no cell is empty."""
        return len(self.codes) == 0 or bool(self.codes.min() >= 0)

    def filled(self, text: str) -> Codes:
        """Return the column with a text in every empty cell."""
        if self.complete:
            return self
        known = text in self.texts
        place = self.texts.index(text) if known else len(self.texts)
        texts = self.texts if known else (*self.texts, text)
        return Codes(np.where(self.codes < 0, np.int32(place), self.codes), texts)

    def assigned(self, rows: NDArray[np.bool_], text: str) -> Codes:
        """Return the column with a text in the rows of a mask."""
        return Codes(np.where(rows, np.int32(-1), self.codes), self.texts).filled(text)

    def each(self, per_text: Iterable[Any], missing: Any, dtype: Any) -> NDArray[Any]:
        """Return for each row what belongs to its text, ``missing`` where the cell is empty."""
        return np.array([*per_text, missing], dtype=dtype)[self.codes]

    def where(self, per_text: Iterable[bool]) -> NDArray[np.int64]:
        """Return the rows whose text has the mark True."""
        marks = np.array([*per_text, False], dtype=bool)
        return np.flatnonzero(marks[self.codes]) if marks.any() else np.empty(0, dtype=np.int64)

    def equals(self, text: str) -> NDArray[np.bool_]:
        """Return which rows hold a text."""
        if text not in self.texts:
            return np.zeros(len(self.codes), dtype=bool)
        same: NDArray[np.bool_] = self.codes == self.texts.index(text)
        return same

    def used(self) -> NDArray[np.bool_]:
        """Return for each distinct text whether a row holds it."""
        seen = np.zeros(len(self.texts) + 1, dtype=bool)
        for start in range(0, len(self.codes), _PIECE):
            seen[self.codes[start : start + _PIECE]] = True
            if seen[:-1].all():
                break
        return seen[:-1]

    def take(self, rows: NDArray[np.int64] | None) -> Codes:
        """Return some rows, all for None, with only the texts they hold, sorted."""
        part = self if rows is None else Codes(self.codes[rows], self.texts)
        used = part.used()
        if used.all() and list(part.texts) == sorted(part.texts):
            return part
        kept = sorted(text for text, held in zip(part.texts, used, strict=True) if held)
        place = {text: i for i, text in enumerate(kept)}
        target = np.array([*(place.get(text, -1) for text in part.texts), -1], dtype=np.int32)
        return Codes(target[part.codes], tuple(kept))

    def to_arrow(self) -> pa.Array[Any]:
        """Return the column as ``dictionary<int32, string>``."""
        mask = None if self.complete else self.codes < 0
        indices = pa.array(self.codes, type=pa.int32(), mask=mask)
        return pa.DictionaryArray.from_arrays(indices, pa.array(self.texts, type=pa.string()))


def is_text(kind: pa.DataType) -> bool:
    """Say whether an Arrow type holds text, also as a dictionary or run-end encoded."""
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return is_text(kind.value_type)
    view = getattr(pa.types, "is_string_view", None)  # from pyarrow 16 on
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or bool(view and view(kind))


def is_sound(column: pa.ChunkedArray[Any]) -> bool:
    """Say whether a column of text is what it claims to be: its text is UTF-8 and no number of a dictionary out of range."""
    try:
        for chunk in column.chunks:
            if not isinstance(chunk, pa.DictionaryArray) or chunk.null_count:
                chunk.validate(full=True)
                continue
            chunk.dictionary.validate(full=True)
            chunk.validate()
            indices = chunk.indices.to_numpy()
            if len(indices) and not 0 <= indices.min() <= indices.max() < len(chunk.dictionary):
                return False
    except pa.ArrowInvalid:
        return False
    return True


def codes_of(column: pa.ChunkedArray[Any]) -> Codes | None:
    """Read a column of texts as codes; None where it holds something else than text.

    An empty text, or one of blanks, is an empty cell. Texts are not trimmed otherwise, and numbered in their order.
    """
    if pa.types.is_null(column.type):
        return Codes.empty(len(column))
    if not is_text(column.type):
        return None
    found = encoded(column)
    texts = sorted(text for text in found.texts if text.strip(BLANKS))
    place = {text: i for i, text in enumerate(texts)}
    each = np.array([*(place.get(text, -1) for text in found.texts), -1], dtype=np.int32)
    return Codes(found.each(each), tuple(texts))


@attrs.frozen(eq=False)
class Encoded:
    """A column of texts as it arrived: pieces that each number their own texts.

    Attributes
    ----------
    texts
        The distinct texts of all pieces.
    pieces
        For each piece, the place in ``texts`` of each of its own texts, and its numbers. What is numbered past the piece's
        texts is an empty cell, whose place is past the end of ``texts``.
    has_empty
        Whether there is an empty cell.
    """

    texts: tuple[str, ...]
    pieces: Sequence[tuple[NDArray[np.int32], NDArray[Any]]]
    has_empty: bool

    def __len__(self) -> int:
        """Return the number of cells."""
        return sum(len(indices) for _, indices in self.pieces)

    def each(self, per_text: NDArray[Any]) -> NDArray[Any]:
        """Return for each cell what belongs to its text; the last element is for empty cells."""
        whole = np.empty(len(self), dtype=per_text.dtype)
        start = 0
        for target, indices in self.pieces:
            table = per_text[target]
            for place in range(0, len(indices), _PIECE):
                part = indices[place : place + _PIECE]
                # Arrow has checked that no number is out of range; clipping is the fast way not to check again.
                np.take(table, part, mode="clip", out=whole[start : start + len(part)])
                start += len(part)
        return whole


def encoded(column: pa.ChunkedArray[Any]) -> Encoded:
    """Return a column of texts with its distinct texts numbered; how it was numbered before does not matter."""
    place: dict[str, int] = {}
    dictionaries = _dictionaries(column)
    parts = [_own(chunk, place) for chunk in dictionaries.chunks]
    pieces = [(np.append(own, np.int32(len(place))), indices) for own, indices in parts]
    has_empty = dictionaries.null_count > 0 or any((own < 0).any() for own, _ in parts)
    return Encoded(tuple(place), pieces, has_empty)


def _dictionaries(column: pa.ChunkedArray[Any]) -> pa.ChunkedArray[Any]:
    if pa.types.is_run_end_encoded(column.type):
        column = pa.chunked_array(
            [compute.run_end_decode(chunk) for chunk in column.chunks], type=column.type.value_type
        )
    if pa.types.is_dictionary(column.type):
        return column
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        column = column.cast(pa.large_string())  # views cannot be encoded
    return column.dictionary_encode()


def _own(chunk: Any, place: dict[str, int]) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Return the places of a chunk's texts in a list that grows from chunk to chunk, and the chunk's numbers.

    A null is numbered past the chunk's texts, also where one of them is null itself.
    """
    texts = chunk.dictionary.to_pylist()
    indices = chunk.indices
    if indices.null_count or None in texts:
        indices = compute.fill_null(indices.cast(pa.int32()), len(texts))
    if pa.types.is_uint64(indices.type):
        indices = indices.cast(pa.int64())  # which NumPy takes
    own = [-1 if text is None else place.setdefault(text, len(place)) for text in texts]
    return np.array(own, dtype=np.int32), indices.to_numpy(zero_copy_only=False)


def tidy(text: str) -> str:
    """Return a code in Unicode's composed form without blanks around it."""
    return unicodedata.normalize("NFC", text).strip(BLANKS)
