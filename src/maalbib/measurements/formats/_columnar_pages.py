"""What the pages of a Parquet file say that they unfold to, read before any of them is unfolded.

The footer can say anything. A reader gives each page the room that the page's own header asks for, so that is what is summed
here: headers are a few bytes between the pages, which are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from maalbib.measurements.formats._columnar_footer import Chunk, Compact, PageError, RowGroup, whole

__all__ = ["Pages", "pages_of"]

_DATA, _DICTIONARY, _DATA_V2 = 0, 2, 3
_HEADERS: Final = {_DATA: 5, _DICTIONARY: 7, _DATA_V2: 8}  # type of a page: which field holds its own header
_ENCODING: Final = {_DATA: 2, _DICTIONARY: 2, _DATA_V2: 4}
_DELTA: Final = frozenset({6, 7})  # texts by their lengths, or by what they have in common with the one before
_LONGEST_HEADER: Final = 16 * 1024**2
_MOST_PAGES: Final = 1_000_000


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


def pages_of(data: memoryview, groups: Iterable[RowGroup], columns: frozenset[str]) -> Pages:
    """Sum up what the headers of the pages say.

    Parameters
    ----------
    data
        The bytes of the whole file.
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
    for chunk in (chunk for group in groups for chunk in group.chunks if chunk.name in columns):
        name = chunk.name
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


def _headers(data: memoryview, chunk: Chunk) -> Iterator[tuple[int, int]]:
    """Yield the unfolded size and the encoding of each page of a column chunk, in the order in which a reader meets them."""
    place, end, left = chunk.start, chunk.start + chunk.stored, chunk.values
    if not 0 <= place <= end <= len(data):
        raise PageError
    while left > 0 and place < end:
        header, place = Compact(data, place, min(end, place + _LONGEST_HEADER)).struct()
        kind, size, stored = (whole(header, field, -1) for field in (1, 2, 3))
        own = header.get(_HEADERS.get(kind, 0), {})
        if size < 0 or stored < 0 or not isinstance(own, dict):
            raise PageError
        if kind in {_DATA, _DATA_V2}:
            left -= whole(own, 1, 0)
        place += stored
        yield size, whole(own, _ENCODING.get(kind, 0), 0)
