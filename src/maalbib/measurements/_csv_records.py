"""The exact reader of records: RFC 4180 quotes, any line ends, one record at a time.

It is the definition that the fast reader of ``_csv_scan`` must agree with, and it names what the fast one cannot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.measurements._arrow_types import Rows, TextColumn

__all__ = ["BLANKS", "NEWLINE", "QUOTED", "Part", "Record", "RecordReader", "is_blank", "read_exactly"]

BLANKS: Final = " \t\u00a0\u202f"
NEWLINE: Final = re.compile(rb"\r\n?|\n")

# Possessive quantifiers: without them a missing last quote would be sought again in every pair of quotes.
QUOTED: Final = re.compile(rb'"([^"]*+(?:""[^"]*+)*+)"')


@attrs.frozen(kw_only=True)
class Record:
    """One record: its cells, where the next one starts, and what is wrong with its quotes."""

    cells: Sequence[bytes]
    end: int
    lines: int
    fault: tuple[str, int] | None = None


@attrs.frozen(kw_only=True, eq=False)
class Part:
    """Consecutive records of a file as columns of text, without those that are left out.

    Attributes
    ----------
    columns
        One array of text per column of the header, plain or as a dictionary.
    kept
        Position of each kept record among the records of the part, from 0.
    faults
        For each broken rule and column position (None for the whole record), the positions of the records.
    records
        How many records the part has, blank and left-out ones included.
    lines
        How many physical lines it has.
    line_of
        Line of each record from 0, None where record and line are the same.
    end
        Where the next part starts in the bytes.
    """

    columns: Sequence[TextColumn]
    kept: Rows
    faults: dict[tuple[str, int | None], Rows]
    records: int
    lines: int
    line_of: Rows | None
    end: int


class RecordReader:
    """Reads records of one delimiter (None: one column) and keeps at most ``most`` cells of each."""

    def __init__(self, delimiter: bytes | None, *, most: int) -> None:
        self._delimiter = delimiter
        self._most = most
        stops = rb"\r\n?|\n" if delimiter is None else re.escape(delimiter) + rb"|\r\n?|\n"
        self._stop = re.compile(stops)

    def read(self, data: bytes, start: int) -> Record:
        """Return the record that starts at a position before the end of the data."""
        newline = NEWLINE.search(data, start)
        line = data[start : newline.start()] if newline else data[start:]
        if b'"' in line:
            return self._quoted(data, start)
        cells = [line] if self._delimiter is None else line.split(self._delimiter, self._most - 1)
        return Record(cells=cells, end=newline.end() if newline else len(data), lines=1)

    def split(self, text: bytes) -> list[list[bytes]]:
        """Return the cells of whole lines without quotes."""
        lines = NEWLINE.split(text)
        if not lines[-1] and len(lines) > 1:
            lines.pop()  # behind the last newline
        if self._delimiter is None:
            return [[line] for line in lines]
        return [line.split(self._delimiter, self._most - 1) for line in lines]

    def _quoted(self, data: bytes, start: int) -> Record:
        cells: list[bytes] = []
        fault: tuple[str, int] | None = None
        position, number, last = start, 0, False
        while not last:
            opened = data.startswith(b'"', position)
            quoted = QUOTED.match(data, position) if opened else None
            if opened and quoted is None:
                return Record(
                    cells=cells,
                    end=len(data),
                    lines=_line_count(data, start, len(data)),
                    fault=("quote.unclosed", number),
                )
            after = quoted.end() if quoted else position
            stop = self._stop.search(data, after)
            rest = data[after : stop.start()] if stop else data[after:]
            if quoted and rest and fault is None:
                fault = ("quote.stray", number)
            if number < self._most:
                cells.append((quoted[1].replace(b'""', b'"') if quoted else b"") + rest)
            number += 1
            position = stop.end() if stop else len(data)
            last = stop is None or stop[0] != self._delimiter
        return Record(cells=cells, end=position, lines=_line_count(data, start, position), fault=fault)


def _line_count(data: bytes, start: int, end: int) -> int:
    """Count the lines that a record fills; it ends behind its own newline, or at the end of the data."""
    newlines = data.count(b"\n", start, end) + data.count(b"\r", start, end) - data.count(b"\r\n", start, end)
    return newlines if data[end - 1 : end] in (b"\n", b"\r") else newlines + 1


def is_blank(text: bytes) -> bool:
    """Return whether nothing but spaces, tabs and no-break spaces stands in a line."""
    return not text or not text.decode("utf-8").strip(BLANKS)


def read_exactly(data: bytes, start: int, stop: int, reader: RecordReader, *, width: int) -> Part:
    """Return the records that start before ``stop``."""
    found = _Found(width)
    position = start
    while position < min(stop, len(data)):
        end = _quote_free(data, position, stop)
        if end > position:
            found.add_lines(reader.split(data[position:end]))
            position = end
        else:
            record = reader.read(data, position)
            found.add(record, quoted=data.startswith(b'"', position))
            position = record.end
    return found.part(position)


def _quote_free(data: bytes, start: int, stop: int) -> int:
    """Return the end of the whole lines from ``start`` that hold no quote and start before ``stop``."""
    after = NEWLINE.search(data, min(stop, len(data)) - 1)
    end = after.end() if after else len(data)
    quote = data.find(b'"', start, end)
    if quote < 0:
        return end
    return max(start, data.rfind(b"\n", start, quote) + 1, data.rfind(b"\r", start, quote) + 1)


class _Found:
    """The records so far: those that fit, and the positions of those that do not."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._kept: list[Sequence[bytes]] = []
        self._kept_at: list[int] = []
        self._line_of: list[int] = []
        self._faults: dict[tuple[str, int | None], list[int]] = {}
        self._lines = 0

    def add(self, record: Record, *, quoted: bool) -> None:
        """Take in one record; ``quoted`` says that its first cell is."""
        self._line_of.append(self._lines)
        self._lines += record.lines
        fault = record.fault or self._misfit(record.cells, quoted=quoted)
        self._place(record.cells, fault, len(self._line_of) - 1)

    def add_lines(self, lines: Sequence[Sequence[bytes]]) -> None:
        """Take in records of one line each without quotes."""
        first, width = len(self._line_of), self._width
        self._line_of += range(self._lines, self._lines + len(lines))
        self._lines += len(lines)
        for number, cells in enumerate(lines, first):
            fits = len(cells) == width and (width > 1 or not is_blank(cells[0]))
            self._place(cells, None if fits else self._misfit(cells, quoted=False), number)

    def _place(self, cells: Sequence[bytes], fault: tuple[str, int | None] | None, number: int) -> None:
        if fault is None:
            self._kept.append(cells)
            self._kept_at.append(number)
        else:
            self._faults.setdefault(fault, []).append(number)

    def _misfit(self, cells: Sequence[bytes], *, quoted: bool) -> tuple[str, int | None] | None:
        count = len(cells)
        if count == 1 and not quoted and is_blank(cells[0]):
            return "row.blank", None
        if count == self._width:
            return None
        return ("row.too_long" if count > self._width else "row.too_short"), None

    def part(self, end: int) -> Part:
        """Return everything as columns."""
        return Part(
            columns=_columns(self._kept, self._width),
            kept=np.array(self._kept_at, dtype=np.int64),
            faults={fault: np.array(numbers, dtype=np.int64) for fault, numbers in self._faults.items()},
            records=len(self._line_of),
            lines=self._lines,
            line_of=None if self._lines == len(self._line_of) else np.array(self._line_of, dtype=np.int64),
            end=end,
        )


def _columns(records: Sequence[Sequence[bytes]], width: int) -> list[TextColumn]:
    columns = list(zip(*records, strict=True)) or [()] * width
    texts: list[Any] = [pa.array(column, type=pa.binary()).cast(pa.string()) for column in columns]
    return [pa.chunked_array([text]) for text in texts]
