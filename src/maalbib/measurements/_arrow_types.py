"""Names for Arrow types that the checkers know as generic and that are plain classes when the code runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = ["AnyArray", "AnyColumn", "Rows", "TextArray", "TextColumn", "buffer_of", "whole_text"]

if TYPE_CHECKING:
    AnyArray: TypeAlias = pa.Array[Any]
    AnyColumn: TypeAlias = pa.ChunkedArray[Any]
    TextColumn: TypeAlias = pa.ChunkedArray[Any]
    TextArray: TypeAlias = Any  # the stubs of pyarrow.compute know fewer forms than its functions take
else:
    AnyArray: TypeAlias = pa.Array
    AnyColumn: TypeAlias = pa.ChunkedArray
    TextColumn: TypeAlias = pa.ChunkedArray
    TextArray: TypeAlias = pa.StringArray
Rows: TypeAlias = NDArray[np.int64]


def buffer_of(array: NDArray[Any]) -> pa.Buffer:
    """Return the memory of a contiguous array as an Arrow buffer, not copied."""
    return pa.py_buffer(array.data)


def whole_text(data: bytes | memoryview) -> AnyArray:
    """Return bytes as an array of one text, not copied and not checked."""
    ends = buffer_of(np.array([0, len(data)], dtype=np.int64))
    return pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(data))
