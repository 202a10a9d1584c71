"""From bytes to plain data as JSON means it, with the guards that the standard parser lacks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from maalbib.measurements._bytes import UndecodableError, decode, load_bytes
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._json_arrays import STANDS_FOR_ARRAY, taken_out, without_escapes
from maalbib.problems import ProblemBlock

__all__ = ["load_json"]

# What a parsed file takes: a place in a table or array and its number, an array, a table with one name.
_BYTES_PER_ITEM: Final = 40
_BYTES_PER_ARRAY: Final = 80
_BYTES_PER_TABLE: Final = 230

_OPENING: Final = (ord("["), ord("{"))
_QUOTE: Final = ord('"')
_NOT_STRUCTURE: Final = bytes(sorted(set(range(256)) - set(b'"[]{}')))
_PIECE: Final = 1024**2

# A float64 ends at 1.8e308: only a long exponent or many digits go past it.
_LONG_EXPONENT: Final = re.compile(rb"[eE]\+?[0-9]{3}")
_DIGITS_AS_ZERO: Final = bytes.maketrans(b"123456789", b"000000000")
_MANY_DIGITS: Final = b"0" * 309

_PAIR: Final = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")


def load_json(source: str | Path | bytes, limits: Limits, *, arrays: str | None = None) -> object:
    """Return what a JSON file holds: tables, arrays, texts, whole numbers, floats, booleans and None.

    Parameters
    ----------
    source
        Path of the file, or its bytes: UTF-8 with or without a byte order mark.
    limits
        What may be read; ``decoded_bytes`` holds for an estimate of the parsed data, made before they are.
    arrays
        Name of a member whose long arrays of numbers and nulls come as ``float64`` arrays, NaN for null, in a third of
        the time and a quarter of the memory of a list.

    Raises
    ------
    RefusedError
        With ``file.*`` or ``encoding.*`` as for any text file, ``json.syntax`` with its line, ``json.too_deep``,
        ``json.not_finite`` for NaN, infinities and numbers above the range of a float, ``json.duplicate_key``, or
        ``text.not_unicode`` for half a surrogate pair.

    Notes
    -----
    Stricter than :func:`json.loads`, which takes NaN, lets the last of two equal names win, makes infinity of
    ``1e400`` and recurses as deep as the file says. Takes one pass over the bytes for each guard, and the time of the
    standard parser.

    Examples
    --------
    >>> load_json(b'{"value": [1, 2.5, null]}', Limits())
    {'value': [1, 2.5, None]}
    >>> load_json(b'{"value": [NaN]}', Limits())
    Traceback (most recent call last):
    ...
    maalbib.measurements._limits.RefusedError: json.not_finite
    """
    data = _utf8(load_bytes(source, limits), limits)
    if not data or data.isspace():
        raise RefusedError(ProblemBlock(code="file.empty"))
    _check_size(data, limits)
    _check_depth(data, limits.depth)
    _check_surrogates(data)
    try:
        found = _with_arrays(data, arrays) if arrays else None
        return _parsed(data) if found is None else found
    except RecursionError:  # the caller's own stack is nearly full
        block = ProblemBlock(code="json.too_deep", details={"most": limits.depth})
    raise RefusedError(block)


def _utf8(data: bytes, limits: Limits) -> bytes:
    try:
        return decode(data, encoding="utf-8", limits=limits).data
    except UndecodableError as error:
        line = error.before.count(b"\n") + 1
    raise RefusedError(ProblemBlock(code="encoding.invalid", line=line, details={"encoding": "utf-8"}))


def _check_size(data: bytes, limits: Limits) -> None:
    """Refuse what would take more memory than allowed: ``[[],[],...`` grows thirtyfold."""
    size = (
        _BYTES_PER_ITEM * data.count(b",") + _BYTES_PER_ARRAY * data.count(b"[") + _BYTES_PER_TABLE * data.count(b"{")
    )
    breach = limits.breach("decoded_bytes", size)
    if breach is not None:
        raise RefusedError(breach)


def _check_depth(data: bytes, most: int) -> None:
    if sum(data.count(bracket) for bracket in (b"[", b"{")) <= most:
        return
    signs = np.frombuffer(without_escapes(data).translate(None, _NOT_STRUCTURE), dtype=np.uint8)
    depth, inside_a_text = 0, 0
    for start in range(0, len(signs), _PIECE):
        piece = signs[start : start + _PIECE]
        quotes = inside_a_text + np.cumsum(piece == _QUOTE)
        steps = np.where(np.isin(piece, _OPENING), 1, np.where(piece == _QUOTE, 0, -1))
        depths = depth + np.cumsum(np.where(quotes % 2, 0, steps))
        if depths.max() > most:
            raise RefusedError(ProblemBlock(code="json.too_deep", details={"most": most}))
        depth, inside_a_text = int(depths[-1]), int(quotes[-1] % 2)


def _check_surrogates(data: bytes) -> None:
    """Refuse half a pair of escapes: Python makes a text of it that no file can hold."""
    if not _HALF.search(data):
        return
    data = data.replace(rb"\\", b"")
    if sum(1 for _ in _HALF.finditer(data)) != 2 * sum(1 for _ in _PAIR.finditer(data)):
        raise RefusedError(ProblemBlock(code="text.not_unicode"))


class _NotFiniteError(ValueError):
    """A number is none, or too large."""


class _TwiceError(ValueError):
    """A name stands twice in a table."""


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data.decode(), object_pairs_hook=_table, parse_constant=_constant, **_hooks(data))
    except _NotFiniteError:
        block = ProblemBlock(code="json.not_finite")
    except _TwiceError:
        block = ProblemBlock(code="json.duplicate_key")
    except json.JSONDecodeError as error:
        block = ProblemBlock(code="json.syntax", line=error.lineno, details={"reason": error.msg})
    raise RefusedError(block)


def _hooks(data: bytes) -> dict[str, Any]:
    """Return what reads the numbers: slow functions that know infinity, where there may be any."""
    large = _LONG_EXPONENT.search(data) is not None or _MANY_DIGITS in data.translate(_DIGITS_AS_ZERO)
    return {"parse_float": _finite_float, "parse_int": _finite_int} if large else {}


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise _TwiceError
    return table


def _constant(_: str) -> float:
    raise _NotFiniteError


def _finite_float(text: str) -> float:
    number = float(text)
    if abs(number) == float("inf"):
        raise _NotFiniteError
    return number


def _finite_int(text: str) -> int:
    _finite_float(text)
    return int(text)


def _with_arrays(data: bytes, name: str) -> object | None:
    """Return the data with its long arrays read as columns; None where there are none, or where anything is amiss."""
    rest, found = taken_out(data, name)
    if not found:
        return None
    waiting = iter(found)

    def constant(word: str) -> NDArray[np.float64]:
        if word != STANDS_FOR_ARRAY:
            raise _NotFiniteError
        return next(waiting)

    try:
        document = json.loads(rest.decode(), object_pairs_hook=_table, parse_constant=constant, **_hooks(rest))
    except (ValueError, StopIteration):
        return None
    return None if next(waiting, None) is not None else document
