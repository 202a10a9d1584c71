"""The blocks of a file in their order, read side by side where they do not depend on each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import attrs
import pyarrow as pa

from maalbib.measurements._arrow_types import TextColumn
from maalbib.measurements._csv_header import Header
from maalbib.measurements._csv_records import NEWLINE, Part, RecordReader, read_exactly
from maalbib.measurements._csv_scan import cut, likely_end, scan

__all__ = ["kinds_of", "numbered", "parts_of"]

_DICTIONARY: Final = pa.dictionary(pa.int32(), pa.string())
_SAMPLE: Final = 128 * 1024  # bytes looked at in each of two places
_CLOSELY: Final = 512 * 1024  # bytes whose structure is looked at in one go, which takes many times their room
_REPETITIVE: Final = 0.6  # distinct texts for each cell of the sample


def kinds_of(data: bytes, header: Header) -> list[pa.DataType]:
    """Return for each column whether its texts repeat enough to be numbered; this changes the speed, never the result."""
    width = len(header.names)
    places = (header.end, max(header.end, (header.end + len(data)) // 2))
    lines = [line for place in places for line in NEWLINE.split(data[place : place + _SAMPLE])[1:-1]]
    sign = (header.delimiter or "\n").encode()
    records = [cells for cells in (line.split(sign) for line in lines) if len(cells) == width]
    most = _REPETITIVE * len(records)
    columns = zip(*records, strict=True)
    return [_DICTIONARY if len(set(column)) <= most else pa.string() for column in columns] or [pa.string()] * width


def parts_of(data: bytes, header: Header, kinds: Sequence[pa.DataType], *, block: int, fast: bool) -> Iterator[Part]:
    """Yield the records under the header as parts, in the order of the file.

    Blocks are cut where a record is likely to end and read by as many threads as Arrow has, with one block more in hand
    than there are threads. Where a record did not end there after all, what was read behind it is thrown away.
    """
    blocks = _Blocks(data, header, kinds, fast=fast)
    position, most = header.end, pa.cpu_count()
    waiting: deque[tuple[int, Future[list[Part]]]] = deque()
    with ThreadPoolExecutor(max_workers=most) as pool:
        try:
            while position < len(data) or waiting:
                end = blocks.likely_end(position, block) if position < len(data) else position
                if position < end < len(data) or (waiting and end > position):
                    waiting.append((end, pool.submit(blocks.read, position, end)))
                    position = end
                    if len(waiting) <= most:
                        continue
                if not waiting:
                    parts = blocks.read(position, end) if end > position else [blocks.closely(position, block)]
                    position = end = parts[-1].end
                else:
                    end, future = waiting.popleft()
                    parts = future.result()
                yield from parts
                if parts[-1].end != end:
                    _cancel(waiting)
                    position = parts[-1].end
        finally:
            _cancel(waiting)


def _cancel(waiting: deque[tuple[int, Future[list[Part]]]]) -> None:
    while waiting:
        waiting.popleft()[1].cancel()


class _Blocks:
    """Reads any block of a file, by the fastest reader that can."""

    def __init__(self, data: bytes, header: Header, kinds: Sequence[pa.DataType], *, fast: bool) -> None:
        self._data, self._kinds = data, kinds
        self._delimiter = header.delimiter.encode() if header.delimiter else None
        self._reader = RecordReader(self._delimiter, most=len(kinds) + 1)
        self._scannable = fast and len(self._delimiter or b"") <= 1
        self._plain = self._scannable and self._delimiter is not None and len(kinds) > 1

    def likely_end(self, start: int, size: int) -> int:
        """Return where lines probably end that can be read on their own, ``start`` where there are none."""
        return likely_end(self._data, start, size) if self._scannable else start

    def read(self, start: int, end: int) -> list[Part]:
        """Read whole records up to ``end``, where a line ends; further where that is inside a record."""
        part = cut(self._data, start, end, self._delimiter, self._kinds) if self._delimiter and self._plain else None
        parts = [] if part is None else [part]
        while not parts or parts[-1].end < end:
            position = parts[-1].end if parts else start
            parts.append(self.closely(position, end - position))
        return parts

    def closely(self, start: int, size: int) -> Part:
        """Read the whole records of about ``size`` bytes, of fewer where there are many, whatever they are like."""
        size = min(size, _CLOSELY)
        part = scan(self._data, start, size, self._delimiter, self._kinds) if self._scannable else None
        if part is not None:
            return part
        exact = read_exactly(self._data, start, start + size, self._reader, width=len(self._kinds))
        columns = [numbered(column, kind) for column, kind in zip(exact.columns, self._kinds, strict=True)]
        return attrs.evolve(exact, columns=columns)


def numbered(column: TextColumn, kind: pa.DataType) -> TextColumn:
    """Return a column of texts as the text type that is wanted."""
    return column.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else column
