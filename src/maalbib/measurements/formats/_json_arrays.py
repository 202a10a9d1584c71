"""Long arrays of numbers in JSON, read past the parser, which makes an object of each number."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maalbib.measurements.formats._plain_numbers import JSON_NUMBERS, PIECE, read_plain

__all__ = ["STANDS_FOR_ARRAY", "taken_out", "without_escapes"]

STANDS_FOR_ARRAY: Final = "Infinity"  # the parser asks what it means, and JSON has no such word
_LONG_ARRAY: Final = 32 * 1024  # bytes
_LONGEST_NAME: Final = 128  # with the blanks behind it


def without_escapes(data: bytes) -> bytes:
    """Return JSON without its escaped quotation marks, so that those that are left begin and end texts."""
    return data.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in data else data


def taken_out(data: bytes, name: str) -> tuple[bytes, list[NDArray[np.float64]]]:
    """Return the text with a word in the place of each long array of numbers that has a name, and the arrays.

    Parameters
    ----------
    data
        JSON in UTF-8.
    name
        The member that holds the arrays.

    Returns
    -------
    tuple[bytes, list[NDArray[np.float64]]]
        What is left to parse, and the arrays in the order of their words, NaN for null. No array where there is none, or
        where one of them is not what JSON allows.
    """
    kept: list[bytes] = []
    found: list[NDArray[np.float64]] = []
    at = 0
    for start, end in [] if STANDS_FOR_ARRAY.encode() in data else _long_arrays(data, name):
        between = data[at:start]
        inside_a_text = without_escapes(between).count(b'"') % 2
        numbers = None if inside_a_text else _numbers(data, start + 1, end)
        if numbers is None:
            return data, []
        kept += [between, STANDS_FOR_ARRAY.encode()]
        found.append(numbers)
        at = end + 1
    return b"".join([*kept, data[at:]]), found


def _long_arrays(data: bytes, name: str) -> list[tuple[int, int]]:
    """Return where the long arrays of that name begin and end that hold no text, table or other array."""
    before = re.compile(rb'"%s"[ \t\r\n]*:[ \t\r\n]*\Z' % name.encode())
    array = np.frombuffer(data, dtype=np.uint8)
    opens, closes = np.flatnonzero(array == ord("[")), np.flatnonzero(array == ord("]"))
    if not len(closes):
        return []
    ends = closes[np.minimum(np.searchsorted(closes, opens), len(closes) - 1)]
    innermost = np.append(opens[1:], len(data))[: len(opens)] > ends
    long = innermost & (ends - opens > _LONG_ARRAY)
    bounds = zip(opens[long].tolist(), ends[long].tolist(), strict=True)
    return [
        (start, end)
        for start, end in bounds
        if data.find(b'"', start, end) < 0 and before.search(data, max(0, start - _LONGEST_NAME), start)
    ]


def _numbers(data: bytes, at: int, end: int) -> NDArray[np.float64] | None:
    parts: list[NDArray[np.float64]] = []
    while at <= end:
        comma = data.find(b",", min(at + PIECE, end), end)
        upto = end if comma < 0 else comma
        part = read_plain(data[at:upto], JSON_NUMBERS)
        if part is None:
            return None
        parts.append(part)
        at = upto + 1
    return np.concatenate(parts)
