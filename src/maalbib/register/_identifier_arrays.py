"""Identifiers of a whole column at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maalbib.errors import ArgumentError
from maalbib.register._edges import Bools
from maalbib.register._identifiers import (
    CVR_WEIGHTS,
    DAYS_OF_MONTH,
    GLN_WEIGHTS,
    IDENTIFIER_SCHEMES,
    check_identifier,
    holds_person_number,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    # The checkers know these as generic; when the code runs they are plain classes.
    TextArray: TypeAlias = pa.Array[Any]
    TextColumn: TypeAlias = pa.ChunkedArray[Any]

__all__ = ["CheckedIdentifiers", "check_identifiers"]

# Length, weights and divisor of the schemes that are plain digits; what does not fit is looked at one by one.
_DIGITS: Final[dict[str, tuple[int, tuple[int, ...], int]]] = {
    "cvr": (8, CVR_WEIGHTS, 11),
    "gln": (13, GLN_WEIGHTS, 10),
    "p_number": (10, (), 1),
    "institution6": (6, (), 1),
}
_NINE: Final = 9
_AT_ONCE: Final = 65_536  # values, so that their digits stay in the cache
_NO_NUMBER: Final = -1_000_001  # stays below 0 and is divisible by none of the divisors
_LONGEST: Final = np.array([0, *DAYS_OF_MONTH, 0], dtype=np.uint8)  # days of each month, 0 where there is none
_P_NUMBER: Final = "p_number"


@attrs.frozen(kw_only=True, eq=False)
class CheckedIdentifiers:
    """What a check of a column of identifiers found; no value of the column stands in a message.

    Attributes
    ----------
    canonical
        Arrow array of text: the form to store and compare, null where the value is no such identifier.
    ok
        Whether each value is an identifier of the scheme.
    issue
        Code of what is wrong by :class:`CheckedIdentifier`, empty text where nothing is.
    person_like
        Share (0-1) of the values that look like a person number. In a column of production units some may; elsewhere
        the column should not be kept.
    """

    canonical: TextArray
    ok: Bools
    issue: npt.NDArray[np.object_]
    person_like: float

    def counts(self) -> dict[str, int]:
        """Return how many values have each issue."""
        codes, counts = np.unique(self.issue.astype(str), return_counts=True)
        return {str(code): int(count) for code, count in zip(codes, counts, strict=True) if code}


def check_identifiers(values: Iterable[str | None] | TextArray | TextColumn, scheme: str) -> CheckedIdentifiers:
    """Check a column of identifiers by the rules of their scheme, as :func:`check_identifier` does one by one.

    Parameters
    ----------
    values
        Text, in any form that Arrow takes: a list, a NumPy or pandas column, an Arrow array. Null and NaN are missing
        (``missing.empty``).
    scheme
        One of :data:`IDENTIFIER_SCHEMES`.

    Returns
    -------
    CheckedIdentifiers
        As long as ``values``.

    Raises
    ------
    ArgumentError
        If the scheme is not known, or the column holds anything but text: leading zeros may already be lost.

    Notes
    -----
    Company, location, production unit and school numbers are checked as columns of digits; values of other schemes, and those
    that are written in another way, once per distinct value.

    Examples
    --------
    >>> found = check_identifiers(["17150413", "DK 64 94 22 12", "17150414", None], "cvr")
    >>> found.canonical.to_pylist()
    ['17150413', '64942212', None, None]
    >>> found.counts()
    {'code.checksum': 1, 'missing.empty': 1}
    """
    if scheme not in IDENTIFIER_SCHEMES:
        raise ArgumentError.choice("scheme", sorted(IDENTIFIER_SCHEMES))
    column = _texts(values, scheme)
    issue = np.full(len(column), "", dtype=object)
    settled, wrong, person_like = _settle(column, scheme, issue)
    canonical = column
    rest = np.flatnonzero(~settled)
    if len(rest):
        encoded = column.take(rest).dictionary_encode()
        distinct = cast("list[str | None]", encoded.dictionary.to_pylist())
        place = encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)
        checked = [check_identifier(value or "", scheme) for value in (*distinct, None)]
        issue[rest] = np.array([found.issue or "" for found in checked], dtype=object)[place]
        forms = pa.array([found.canonical for found in checked], pa.string()).take(place)
        canonical = pc.replace_with_mask(canonical, pa.array(~settled), forms)
        like = np.array([holds_person_number(value or "") for value in (*distinct, None)])
        person_like += int(like[place].sum())
        wrong[rest] = np.array([not found.ok for found in checked])[place]
    ok = ~wrong
    if wrong.any():
        canonical = pc.if_else(pa.array(ok), canonical, None)
    share = person_like / len(column) if len(column) else 0.0
    return CheckedIdentifiers(canonical=canonical, ok=ok, issue=issue, person_like=share)


def _texts(values: Iterable[str | None] | TextArray | TextColumn, scheme: str) -> TextArray:
    """Return one array of text; anything but text is refused."""
    column: TextArray | TextColumn
    try:
        given = values if isinstance(values, pa.Array | pa.ChunkedArray) else _arrow(values)
        column = given.combine_chunks() if isinstance(given, pa.ChunkedArray) else given
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        raise ArgumentError("code.not_text", column=scheme) from None
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)):
        raise ArgumentError("code.not_text", column=scheme)
    return column.cast(pa.string())


def _arrow(values: Iterable[str | None]) -> TextArray | TextColumn:
    listed: Any = values if hasattr(values, "__array__") else list(values)
    made: TextArray | TextColumn = pa.array(listed, from_pandas=True)
    return made


def _settle(column: TextArray, scheme: str, issue: npt.NDArray[np.object_]) -> tuple[Bools, Bools, int]:
    """Judge the values that are so many digits; return which those are, which are wrong, and how many may be persons'."""
    if scheme not in _DIGITS or not len(column):
        return np.zeros(len(column), dtype=bool), np.zeros(len(column), dtype=bool), 0
    length, weights, divisor = _DIGITS[scheme]
    settled, first, octets = _of_length(column, length)
    total, digits = np.zeros(len(first), dtype=np.int32), np.ones(len(first), dtype=bool)
    dates = np.zeros(len(first), dtype=bool)
    for start in range(0, len(first), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        table = _table(octets, first[part], length)
        digits[part] = (table <= _NINE).all(axis=0)
        for weight, place in zip(weights, table, strict=False):
            total[part] += place * np.int32(weight)
        if scheme == _P_NUMBER:
            dates[part] = _is_date(table)
        if scheme == "cvr":
            total[part][table[0] == 0] = _NO_NUMBER
    settled[settled] = digits
    wrong = np.zeros(len(column), dtype=bool)
    if weights:
        wrong[settled] = total[digits] % divisor != 0
    if wrong.any():
        unformed = total[digits][wrong[settled]] < 0
        issue[wrong] = np.array(["code.checksum", "code.format"], dtype=object)[unformed.astype(np.intp)]
    return settled, wrong, int((dates & digits).sum())


def _of_length(column: TextArray, length: int) -> tuple[Bools, npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Return which values have so many bytes, where those begin, and the bytes of the column."""
    _, ends, data = cast("list[Any]", column.buffers())
    offsets = np.frombuffer(ends, dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    octets = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    fits = np.diff(offsets) == length
    if column.null_count:
        fits &= np.asarray(column.is_valid())
    return fits, offsets[:-1][fits], octets


def _table(octets: npt.NDArray[np.uint8], first: npt.NDArray[np.int32], length: int) -> npt.NDArray[np.uint8]:
    """Return the digits, a row for each place; what is no digit is above 9."""
    whole = octets[first[0] : first[-1] + length]
    close = len(whole) == len(first) * length  # nothing stands between them
    table = whole.reshape(-1, length).T if close else octets[first[None, :] + np.arange(length)[:, None]]
    return np.ascontiguousarray(table) - np.uint8(ord("0"))


def _is_date(table: npt.NDArray[np.uint8]) -> Bools:
    """Return whether numbers begin with a possible day and month."""
    day, month = table[0] * 10 + table[1], np.minimum(table[2] * 10 + table[3], len(_LONGEST) - 1)
    dates: Bools = (day >= 1) & (day <= _LONGEST[month])
    return dates
