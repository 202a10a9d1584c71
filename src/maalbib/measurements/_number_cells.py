"""The cells of a column of numbers: one regular expression finds those that are right, few are read one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from maalbib.errors import ArgumentError
from maalbib.measurements._arrow_types import AnyArray, Rows, TextArray, buffer_of
from maalbib.measurements._missing_marks import Mark
from maalbib.model._number_text import NUMBER_DIALECTS, NumberDialect, try_number

__all__ = ["NO_DECIMALS", "NumberCells", "read_cells"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take

_TEXT_TYPES: Final = frozenset({"string", "large_string", "string_view", "null"})
_BLANKS: Final = " \t\u00a0\u202f"
_GAPS: Final = " \u00a0\u202f"
_MINUS: Final = "\u2212"
_LONGEST: Final = 64
NO_DECIMALS: Final = -1
_MOST_DECIMALS: Final = 127  # of an int8

_GROUP_SIGN: Final = {"da": ".", "en": ",", "iso": ""}
_DECIMAL_SIGN: Final = {"da": ",", "en": ".", "iso": "."}


def _pattern(dialect: NumberDialect) -> str:
    """Return the grammar for RE2. Exponents of ``iso`` are left to the grammar for single texts."""
    signs = (_GROUP_SIGN[dialect], *_GAPS) if _GROUP_SIGN[dialect] else ()
    groups = "".join(rf"|[1-9][0-9]{{0,2}}(?:{re.escape(sign)}[0-9]{{3}})+" for sign in signs)
    return rf"^[+-]?(?:[0-9]+{groups})(?:\{_DECIMAL_SIGN[dialect]}[0-9]+)?$"


_PATTERN: Final = {dialect: _pattern(dialect) for dialect in NUMBER_DIALECTS}
# A file declared in the wrong dialect is the usual fault, and all its cells are at fault.
_OTHER: Final = {
    "da": (r"^[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)\.[0-9]+$", "number.english_decimal"),
    "en": (r"^[+-]?(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+),[0-9]+$", "number.danish_decimal"),
}


def _as_text(chunk: AnyArray) -> TextArray:
    """Return trimmed text without nulls."""
    if isinstance(chunk, pa.DictionaryArray):
        chunk = chunk.dictionary_decode()
    if str(chunk.type) not in _TEXT_TYPES:
        raise ArgumentError("argument.type", argument="column", expected="string")
    text: TextArray = chunk.cast(pa.string())
    text = pc.fill_null(text, "")
    return pc.utf8_trim(text, characters=_BLANKS)


@attrs.frozen(kw_only=True, eq=False)
class NumberCells:
    """What one array of texts holds. Positions count from 0 in it.

    Attributes
    ----------
    values, missing, decimals, bad, marked
        As in ``NumberColumn``.
    grouped
        Numbers with one thousands sign.
    settled
        Whether a decimal sign, or a number with several thousands signs, shows that the dialect is right.
    """

    values: NDArray[np.float64]
    missing: NDArray[np.bool_]
    decimals: NDArray[np.int8]
    bad: Mapping[str, Rows]
    marked: Mapping[str, Rows]
    grouped: Rows
    settled: bool


def read_cells(array: AnyArray, dialect: NumberDialect, marks: Mapping[str, Mark], *, percent: bool) -> NumberCells:
    """Read an array of texts, plain or dictionary-encoded.

    Raises
    ------
    ArgumentError
        If the array is not text.
    """
    text = _as_text(array)
    marked = _marked(text, marks)
    missing = np.zeros(len(text), dtype=np.bool_)
    for mark, rows in marked.items():
        missing[rows] = marks[mark].value is None
    plain = _plain(text, percent=percent)
    valid = pc.match_substring_regex(plain, _PATTERN[dialect]).to_numpy(zero_copy_only=False)
    valid = valid & (pc.binary_length(text).to_numpy() <= _LONGEST)
    taken = np.concatenate([_none(), *marked.values()])
    valid[taken] = False
    values, decimals = _cast(plain, valid, dialect)
    others = ~valid
    others[taken] = False
    bad = _others(text, np.flatnonzero(others), dialect, values, decimals, percent=percent)
    for mark, rows in marked.items():
        if marks[mark].value is not None:
            values[rows], decimals[rows] = marks[mark].value, 0
    grouped, several = _groups(plain, valid, dialect)
    return NumberCells(
        values=values,
        missing=missing,
        decimals=decimals,
        bad=bad,
        marked=marked,
        grouped=grouped,
        settled=several or bool((decimals > 0).any()),
    )


def _marked(text: TextArray, marks: Mapping[str, Mark]) -> dict[str, Rows]:
    """Return where each mark stands."""
    names = list(marks)
    place: TextArray = pc.index_in(text, value_set=pa.array(names, type=pa.string()))
    place = pc.fill_null(place, -1).to_numpy()
    found = {mark: np.flatnonzero(place == number) for number, mark in enumerate(names)}
    return {mark: rows for mark, rows in found.items() if len(rows)}


def _plain(text: TextArray, *, percent: bool) -> TextArray:
    """Return the texts with an ASCII minus and, where it is declared, without the percent sign."""
    if _holds(text, _MINUS):
        text = pc.replace_substring(text, _MINUS, "-")
    if percent and _holds(text, "%"):
        text = pc.replace_substring_regex(text, rf"([0-9])[{_GAPS}]*%$", r"\1")
    return text


def _cast(
    text: TextArray, valid: NDArray[np.bool_], dialect: NumberDialect
) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """Return the numbers and decimals of the texts that fit the grammar; NaN and -1 for the others."""
    signs = [sign for sign in (_GROUP_SIGN[dialect], *_GAPS) if sign and _holds(text, sign)]
    for sign in signs:
        text = pc.replace_substring(text, sign, "")
    point = pc.find_substring(text, _DECIMAL_SIGN[dialect]).to_numpy()
    length = pc.binary_length(text).to_numpy()
    decimals = np.where(point < 0, 0, length - point - 1)
    numbers = _masked(text, valid, dialect).cast(pa.float64())
    values = np.array(numbers.to_numpy(zero_copy_only=False), dtype=np.float64) + 0.0  # -0.0 becomes 0.0
    return values, np.where(valid, decimals, NO_DECIMALS).astype(np.int8)


def _masked(text: TextArray, valid: NDArray[np.bool_], dialect: NumberDialect) -> TextArray:
    """Return the same bytes with decimal points, null where a text is not valid; no text is copied one by one."""
    _, offsets, data = text.buffers()
    if data is None:
        return pa.nulls(len(text), pa.string())
    if _DECIMAL_SIGN[dialect] == ",":
        data = pa.py_buffer(data.to_pybytes().translate(bytes.maketrans(b",", b".")))
    bits = np.concatenate([np.zeros(text.offset, dtype=np.bool_), valid])
    bitmap = buffer_of(np.packbits(bits, bitorder="little"))
    return pa.StringArray.from_buffers(len(text), offsets, data, bitmap, -1, text.offset)


def _others(
    text: TextArray,
    rows: Rows,
    dialect: NumberDialect,
    values: NDArray[np.float64],
    decimals: NDArray[np.int8],
    *,
    percent: bool,
) -> dict[str, Rows]:
    """Read the cells that the expression does not cover; return those that are bad."""
    if not len(rows):
        return {}
    text = text.take(rows)
    codes = np.full(len(rows), "", dtype=object)
    if dialect in _OTHER:
        pattern, code = _OTHER[dialect]
        foreign = pc.match_substring_regex(text, pattern).to_numpy(zero_copy_only=False)
        codes[foreign & (pc.binary_length(text).to_numpy() <= _LONGEST)] = code
    rest = np.flatnonzero(codes == "")
    distinct = text.take(rest).dictionary_encode()
    found = [try_number(one, dialect, percent=percent) for one in distinct.dictionary.to_pylist()]
    for i, at in zip(rest.tolist(), distinct.indices.to_pylist(), strict=True):
        one = found[at]
        if isinstance(one, str):
            codes[i] = one
        else:
            values[rows[i]], decimals[rows[i]] = one.value, min(one.decimals, _MOST_DECIMALS)
    return {code: rows[codes == code] for code in sorted(set(codes.tolist()) - {""})}


def _groups(text: TextArray, valid: NDArray[np.bool_], dialect: NumberDialect) -> tuple[Rows, bool]:
    """Return the valid numbers with one thousands sign, and whether another one has several."""
    sign = _GROUP_SIGN[dialect]
    if not sign or not _holds(text, sign):
        return _none(), False
    counts = np.where(valid, pc.count_substring(text, sign).to_numpy(), 0)
    return np.flatnonzero(counts == 1), bool((counts > 1).any())


def _holds(text: TextArray, part: str) -> bool:
    data = text.buffers()[2]
    return data is not None and part.encode() in data.to_pybytes()


def _none() -> Rows:
    return np.empty(0, dtype=np.int64)
