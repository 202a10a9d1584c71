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

__all__ = ["BLANKS", "Codes", "codes_of", "is_text", "tidy"]

compute: Final[Any] = pc  # its stubs lack what newer versions have

BLANKS: Final = " \t\u00a0"


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

    def filled(self, text: str) -> Codes:
        """Return the column with a text in every empty cell."""
        if len(self.codes) == 0 or self.codes.min() >= 0:
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
        seen[self.codes] = True
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
        mask = self.codes < 0
        indices = pa.array(self.codes, type=pa.int32(), mask=mask if mask.any() else None)
        return pa.DictionaryArray.from_arrays(indices, pa.array(self.texts, type=pa.string()))


def is_text(kind: pa.DataType) -> bool:
    """Say whether an Arrow type holds text, also as a dictionary or run-end encoded."""
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return is_text(kind.value_type)
    view = getattr(pa.types, "is_string_view", None)  # from pyarrow 16 on
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or bool(view and view(kind))


def codes_of(column: pa.ChunkedArray[Any]) -> Codes | None:
    """Read a column of texts as codes; None where it holds something else than text.

    An empty text, or one of blanks, is an empty cell. Texts are not trimmed otherwise.
    """
    if pa.types.is_null(column.type):
        return Codes.empty(len(column))
    if not is_text(column.type):
        return None
    place: dict[str, int] = {}
    parts = [_indices(chunk, place) for chunk in _encoded(column).chunks]
    codes = np.concatenate(parts) if parts else np.empty(0, dtype=np.int32)
    return Codes(codes, tuple(place)).mapped(lambda text: text if text.strip(BLANKS) else None)


def _encoded(column: pa.ChunkedArray[Any]) -> pa.ChunkedArray[Any]:
    if pa.types.is_run_end_encoded(column.type):
        column = pa.chunked_array(
            [compute.run_end_decode(chunk) for chunk in column.chunks], type=column.type.value_type
        )
    if pa.types.is_dictionary(column.type):
        return column
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        column = column.cast(pa.large_string())  # views cannot be encoded
    return column.dictionary_encode()


def _indices(chunk: Any, place: dict[str, int]) -> NDArray[np.int32]:
    """Return the chunk's codes in a list of texts that grows from chunk to chunk."""
    texts = chunk.dictionary.to_pylist()
    target = np.full(len(texts) + 1, -1, dtype=np.int32)
    for i, text in enumerate(texts):
        if text is not None:
            target[i] = place.setdefault(text, len(place))
    indices = chunk.indices.cast(pa.int32())
    if indices.null_count:
        indices = indices.fill_null(len(texts))
    codes: NDArray[np.int32] = target[indices.to_numpy(zero_copy_only=False)]
    return codes


def tidy(text: str) -> str:
    """Return a code in Unicode's composed form without blanks around it."""
    return unicodedata.normalize("NFC", text).strip(BLANKS)
