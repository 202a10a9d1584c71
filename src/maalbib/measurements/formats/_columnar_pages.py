"""What the pages of a Parquet file say that they unfold to, read before any of them is unfolded.

The footer can say anything. A reader gives each page the room that the page's own header asks for, so that is what is summed
here: headers are a few bytes between the pages, which are skipped.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pyarrow.parquet as pq

__all__ = ["PageError", "Pages", "pages_of"]

_DATA, _DICTIONARY, _DATA_V2 = 0, 2, 3
_HEADERS: Final = {_DATA: 5, _DICTIONARY: 7, _DATA_V2: 8}  # type of a page: which field holds its own header
_ENCODING: Final = {_DATA: 2, _DICTIONARY: 2, _DATA_V2: 4}
_DELTA: Final = frozenset({6, 7})  # texts by their lengths, or by what they have in common with the one before
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_DEEPEST: Final = 8
_LONGEST_HEADER: Final = 16 * 1024**2
_MOST_PAGES: Final = 1_000_000


class PageError(Exception):
    """A header of a page cannot be read, or there is no end of pages."""


@attrs.frozen(kw_only=True)
class Pages:
    """What the pages of some columns ask for.

    Attributes
    ----------
    unfolded
        Bytes of all pages after decompression.
    delta
        Columns with pages whose texts are told by differences; they cannot be read as codes.
    longest
        Bytes of the largest page of those columns, 0 where there are none: no text of them is longer.
    """

    unfolded: int
    delta: frozenset[str]
    longest: int


def pages_of(data: memoryview, footer: pq.FileMetaData, groups: Iterable[int], columns: frozenset[str]) -> Pages:
    """Sum up what the headers of the pages say.

    Parameters
    ----------
    data
        The bytes of the whole file.
    footer
        What it says about itself.
    groups, columns
        Which row groups and columns will be read.

    Raises
    ------
    PageError
        If a header is none, or there are more than a million pages.
    """
    unfolded = count = 0
    largest: dict[str, int] = {}
    delta: set[str] = set()
    for chunk in _chunks(footer, groups, columns):
        name = chunk.path_in_schema
        for size, encoding in _headers(data, chunk):
            count += 1
            if count > _MOST_PAGES:
                raise PageError
            unfolded += size
            largest[name] = max(largest.get(name, 0), size)
            if encoding in _DELTA:
                delta.add(name)
    longest = max((largest[name] for name in delta), default=0)
    return Pages(unfolded=unfolded, delta=frozenset(delta), longest=longest)


def _chunks(footer: pq.FileMetaData, groups: Iterable[int], columns: frozenset[str]) -> Iterator[Any]:
    for group in groups:
        row_group = footer.row_group(group)
        for place in range(row_group.num_columns):
            chunk = row_group.column(place)
            if chunk.path_in_schema in columns:
                yield chunk


def _headers(data: memoryview, chunk: Any) -> Iterator[tuple[int, int]]:
    """Yield the unfolded size and the encoding of each page of a column chunk, in the order in which a reader meets them."""
    place = chunk.data_page_offset
    if chunk.has_dictionary_page and 0 < chunk.dictionary_page_offset < place:
        place = chunk.dictionary_page_offset
    end, left = place + chunk.total_compressed_size, chunk.num_values
    if not 0 <= place <= end <= len(data):
        raise PageError
    while left > 0 and place < end:
        header, place = _Compact(data, place, min(end, place + _LONGEST_HEADER)).struct()
        kind, size, stored = (_whole(header, field, -1) for field in (1, 2, 3))
        own = header.get(_HEADERS.get(kind, 0), {})
        if size < 0 or stored < 0 or not isinstance(own, dict):
            raise PageError
        if kind in {_DATA, _DATA_V2}:
            left -= _whole(own, 1, 0)
        place += stored
        yield size, _whole(own, _ENCODING.get(kind, 0), 0)


def _whole(fields: Mapping[int, Any], field: int, otherwise: int) -> int:
    """Return a field that must be a whole number if it is there."""
    value = fields.get(field, otherwise)
    if type(value) is not int:
        raise PageError
    return value


class _Compact:
    """Reads Thrift's compact protocol, as far as headers of pages use it."""

    def __init__(self, data: memoryview, place: int, end: int) -> None:
        self._data, self._place, self._end = data, place, end

    def struct(self, depth: int = 0) -> tuple[dict[int, Any], int]:
        """Return the fields by number, and where the struct ends."""
        fields: dict[int, Any] = {}
        number = 0
        while (byte := self._byte()) != 0:
            delta, kind = byte >> 4, byte & 15
            number = number + delta if delta else self._signed()
            fields[number] = self._value(kind, depth + 1)
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

    def _skip(self, count: int) -> None:
        if count > self._end - self._place:
            raise PageError
        self._place += count

    def _value(self, kind: int, depth: int) -> Any:
        if depth > _DEEPEST:
            raise PageError
        if kind in {_TRUE, _FALSE}:
            return kind == _TRUE
        if kind in {_I16, _I32, _I64}:
            return self._signed()
        if kind == _STRUCT:
            return self.struct(depth)[0]
        lengths = {_BYTE: 1, _DOUBLE: struct.calcsize("d")}
        if kind == _BINARY:
            self._skip(self._number())
        elif kind in lengths:
            self._skip(lengths[kind])
        else:  # lists and maps stand in no header
            raise PageError
        return None
