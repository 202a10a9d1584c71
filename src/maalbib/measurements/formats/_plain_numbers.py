"""Long runs of written numbers as arrays, without an object for each number."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
from numpy.typing import NDArray

from maalbib.measurements._arrow_types import whole_text

__all__ = ["JSON_NUMBERS", "PIECE", "PX_NUMBERS", "Notation", "read_plain"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take
csv: Final[Any] = pyarrow.csv

PIECE: Final = 1024**2  # bytes; several copies are made of each piece


@attrs.frozen(kw_only=True)
class Notation:
    """How numbers stand beside each other.

    Attributes
    ----------
    grammar
        What a whole run looks like, for RE2.
    ends
        Bytes that end a number.
    dropped
        Bytes that mean nothing.
    empty
        What stands in the place of a number.
    """

    grammar: str
    ends: bytes
    dropped: bytes
    empty: str


_JSON_CELL: Final = r"[ \t\r\n]*(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|null)[ \t\r\n]*"
_PX_CELL: Final = r"(?:-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\?)"

JSON_NUMBERS: Final = Notation(
    grammar=rf"^{_JSON_CELL}(?:,{_JSON_CELL})*$", ends=b",", dropped=b" \t\r\n", empty="null"
)
PX_NUMBERS: Final = Notation(
    grammar=rf"^[ \t\r\n,]*(?:{_PX_CELL}(?:[ \t\r\n,]+|$))*$", ends=b" \t\r\n,", dropped=b"", empty="?"
)


def read_plain(text: bytes, notation: Notation) -> NDArray[np.float64] | None:
    """Return the numbers of a text, NaN where there is none; None where the text breaks the grammar.

    Parameters
    ----------
    text
        A run of numbers, best not much longer than ``PIECE``.
    notation
        ``JSON_NUMBERS`` or ``PX_NUMBERS``.

    Returns
    -------
    NDArray[np.float64] or None
        The nearest float64 of each number, minus zero as zero. None also where a number is above the range.

    Examples
    --------
    >>> read_plain(b"1, 2.5,null", JSON_NUMBERS)
    array([1. , 2.5, nan])
    >>> read_plain(b"1, 02", JSON_NUMBERS) is None
    True
    """
    if not pc.match_substring_regex(whole_text(text), notation.grammar)[0].as_py():
        return None
    lines = text.translate(bytes.maketrans(notation.ends, b"\n" * len(notation.ends)), notation.dropped).strip(b"\n")
    if not lines:
        return np.empty(0)
    try:
        values = _column(lines, notation.empty)
    except pa.ArrowInvalid:
        return None
    return None if np.isinf(values).any() else values


def _column(lines: bytes, empty: str) -> NDArray[np.float64]:
    table = csv.read_csv(
        pa.BufferReader(lines),
        read_options=csv.ReadOptions(use_threads=False, column_names=["value"], block_size=len(lines) + 1),
        parse_options=csv.ParseOptions(quote_char=False, delimiter=";"),
        convert_options=csv.ConvertOptions(column_types={"value": pa.float64()}, null_values=[empty]),
    )
    return np.asarray(table.column(0).to_numpy(), dtype=np.float64) + 0.0  # also turns -0.0 into 0.0
