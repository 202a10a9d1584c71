"""What the footer of a Parquet file says about its row groups, read here and not by Arrow.

Arrow looks closer at a column chunk when it is asked for, and ends the process where it does not like what it sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

__all__ = ["Chunk", "Compact", "PageError", "RowGroup", "row_groups_in", "whole"]

_MAGIC: Final = b"PAR1"
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_FIXED: Final = {_BYTE: 1, _DOUBLE: 8}
_DEEPEST: Final = 16
_MOST_VALUES: Final = 5_000_000
_LONG_LIST: Final = 15  # the length of a longer list follows
_BYTE_ARRAY: Final = 6


class PageError(Exception):
    """A footer or the header of a page cannot be read, or there is no end of them."""


@attrs.frozen(kw_only=True)
class Chunk:
    """One column of one row group.

    Attributes
    ----------
    name
        Path of the column.
    values
        How many values it holds.
    start, stored
        Where its first page begins, and how many bytes all its pages take in the file.
    bounds
        Bounds of its texts as bytes, None where the footer does not say.
    nulls
        How many cells are empty, None where the footer does not say.
    """

    name: str
    values: int
    start: int
    stored: int
    bounds: tuple[bytes, bytes] | None
    nulls: int | None


@attrs.frozen(kw_only=True)
class RowGroup:
    """Some of the rows of a file.

    Attributes
    ----------
    rows
        How many.
    chunks
        Their columns.
    """

    rows: int
    chunks: tuple[Chunk, ...]


def row_groups_in(data: memoryview) -> tuple[RowGroup, ...]:
    """Return the row groups of a whole Parquet file.

    Raises
    ------
    PageError
        If its footer is none.
    """
    if len(data) < 3 * len(_MAGIC) or bytes(data[-4:]) != _MAGIC:
        raise PageError
    end = len(data) - 8
    start = end - int.from_bytes(data[end : end + 4], "little")
    if start < 0:
        raise PageError
    footer, _ = Compact(data, start, end).struct()
    return tuple(map(_row_group, _listed(footer, 4)))


def whole(fields: Mapping[int, Any], field: int, otherwise: int | None = None) -> int:
    """Return a field that must be a whole number.

    Raises
    ------
    PageError
        If it is something else, or is not there and there is nothing otherwise.
    """
    value = fields.get(field, otherwise)
    if type(value) is not int:
        raise PageError
    return value


def _row_group(fields: Any) -> RowGroup:
    return RowGroup(rows=whole(_struct(fields), 3), chunks=tuple(map(_chunk, _listed(fields, 1))))


def _chunk(fields: Any) -> Chunk:
    said = _struct(_struct(fields).get(3))
    start, dictionary = whole(said, 9), whole(said, 11, 0)
    statistics = _struct(said.get(12, {}))
    is_text = whole(said, 1) == _BYTE_ARRAY
    return Chunk(
        name=".".join(_name(part) for part in _listed(said, 3)),
        values=whole(said, 5),
        start=dictionary if 0 < dictionary < start else start,
        stored=whole(said, 7),
        bounds=_bounds(statistics.get(6), statistics.get(5)) if is_text else None,
        nulls=whole(statistics, 3) if 3 in statistics else None,  # noqa: PLR2004 - the number of the field
    )


def _bounds(low: object, high: object) -> tuple[bytes, bytes] | None:
    return (low, high) if isinstance(low, bytes) and isinstance(high, bytes) else None


def _struct(value: Any) -> dict[int, Any]:
    if not isinstance(value, dict):
        raise PageError
    return value


def _listed(fields: Any, field: int) -> list[Any]:
    value = _struct(fields).get(field)
    if not isinstance(value, list):
        raise PageError
    return value


def _name(part: Any) -> str:
    if not isinstance(part, bytes):
        raise PageError
    return part.decode("utf-8", errors="replace")


class Compact:
    """Reads Thrift's compact protocol, as far as Parquet uses it."""

    def __init__(self, data: memoryview, place: int, end: int) -> None:
        self._data, self._place, self._end = data, place, end
        self._left = _MOST_VALUES

    def struct(self, depth: int = 0) -> tuple[dict[int, Any], int]:
        """Return the fields by number, and where the struct ends.

        A field may stand once: of two, another reader may take the other.
        """
        fields: dict[int, Any] = {}
        number = 0
        while (byte := self._byte()) != 0:
            delta, kind = byte >> 4, byte & 15
            number = number + delta if delta else self._signed()
            if number in fields:
                raise PageError
            fields[number] = kind == _TRUE if kind in {_TRUE, _FALSE} else self._value(kind, depth + 1)
        return fields, self._place

    def _byte(self) -> int:
        if self._place >= self._end:
            raise PageError
        byte = self._data[self._place]
        self._place += 1
        return byte

    def _number(self) -> int:
        value = shift = 0
        while shift < 70:  # noqa: PLR2004 - ten bytes of seven bits
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:  # noqa: PLR2004 - the last byte
                return value
            shift += 7
        raise PageError

    def _signed(self) -> int:
        value = self._number()
        return (value >> 1) ^ -(value & 1)

    def _taken(self, count: int) -> bytes:
        if count > self._end - self._place:
            raise PageError
        self._place += count
        return bytes(self._data[self._place - count : self._place])

    def _value(self, kind: int, depth: int) -> Any:
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            raise PageError
        if kind in {_I16, _I32, _I64}:
            return self._signed()
        if kind == _STRUCT:
            return self.struct(depth)[0]
        if kind == _BINARY:
            return self._taken(self._number())
        if kind in {_LIST, _SET}:
            return self._list(depth)
        if kind not in _FIXED:  # Parquet has no maps
            raise PageError
        self._taken(_FIXED[kind])
        return None

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        count, kind = head >> 4, head & 15
        if count == _LONG_LIST:
            count = self._number()
        if count > self._end - self._place:
            raise PageError
        kind = _BYTE if kind in {_TRUE, _FALSE} else kind  # in lists a truth takes a byte
        return [self._value(kind, depth + 1) for _ in range(count)]
