"""The header line: where it is, which sign parts its cells, and what the columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from maalbib.measurements._cell_text import check_text
from maalbib.measurements._csv_records import BLANKS, NEWLINE, QUOTED, RecordReader, is_blank
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.problems import Level, ProblemBlock

__all__ = ["Header", "find_header", "name_problems"]

_CANDIDATES: Final = ";\t,|"
# Excel's own first line that declares the delimiter and is not shown as a row.
_DECLARATION: Final = re.compile(rb'"?sep=([^\r\n"])"?(?:\r\n?|\n|\Z)', re.IGNORECASE)
_HEADER_TOKEN: Final = re.compile(rb'[;\t,|"\r\n]')


@attrs.frozen(kw_only=True)
class Header:
    """The header of a file.

    Attributes
    ----------
    names
        A name per column, trimmed and composed; empty where the cell is.
    raw
        The cells as they stand.
    lost
        Positions of the columns that cannot be told apart: duplicate names and hidden characters.
    delimiter
        The sign between cells, None for one column.
    row, line
        Number of its record and of its physical line.
    blank
        Row and line of each blank line before it.
    end
        Where the data start in the bytes.
    next_line
        Physical line on which they start.
    """

    names: tuple[str, ...]
    raw: tuple[str, ...]
    lost: frozenset[int]
    delimiter: str | None
    row: int
    line: int
    blank: tuple[tuple[int, int], ...]
    end: int
    next_line: int

    def column(self, number: int) -> str:
        """Return how problems call a column: its name, or its position from 1 where that does not tell it apart."""
        name = self.names[number]
        return str(number + 1) if not name or number in self.lost else name

    def problem(self, code: str, number: int, level: Level, **details: str) -> ProblemBlock:
        """Return a problem of one cell of the header."""
        lines = () if self.line == self.row else (self.line,)
        column = self.column(number)
        return ProblemBlock(code=code, level=level, rows=(self.row,), lines=lines, column=column, details=details)


def find_header(data: bytes, *, delimiter: str | None, header_row: int, limits: Limits) -> Header:
    """Return the header of valid UTF-8.

    Raises
    ------
    RefusedError
        If there is none, the delimiter cannot be told, quotes are broken or a limit is passed.
    """
    start, line, declared = _declaration(data)
    start, skipped = _after_lines(data, start, header_row - 1)
    if skipped < header_row - 1:
        raise RefusedError(ProblemBlock(code="header.missing", details={"header_row": header_row}))
    row, line = header_row, line + skipped
    blank: list[tuple[int, int]] = []
    while start < len(data) and is_blank(_line_at(data, start)):
        blank.append((row, line))
        start, count = _after_lines(data, start, 1)
        row, line = row + count, line + count
    if start >= len(data):
        raise RefusedError(ProblemBlock(code="file.empty"))
    sign = delimiter or declared or _delimiter(data, start)
    record = RecordReader(sign.encode() if sign else None, most=limits.columns + 1).read(data, start)
    if record.fault:
        code, number = record.fault
        raise RefusedError(ProblemBlock(code=code, rows=(row,), column=str(number + 1)))
    raw = tuple(cell.decode("utf-8") for cell in record.cells)
    breach = limits.breach("columns", len(raw)) or limits.breach("name_length", max(map(len, raw)))
    if breach:
        raise RefusedError(breach)
    names = tuple(check_text(cell)[0].strip(BLANKS) for cell in raw)
    return Header(
        names=names,
        raw=raw,
        lost=_lost(names, raw),
        delimiter=sign,
        row=row,
        line=line,
        blank=tuple(blank),
        end=record.end,
        next_line=line + record.lines,
    )


def _lost(names: Sequence[str], raw: Sequence[str]) -> frozenset[int]:
    times = Counter(names)
    return frozenset(
        number
        for number, (name, cell) in enumerate(zip(names, raw, strict=True))
        if (name and times[name] > 1) or "text.control_char" in check_text(cell)[1]
    )


def _declaration(data: bytes) -> tuple[int, int, str | None]:
    match = _DECLARATION.match(data)
    if match is None or not match[1].isascii():
        return 0, 1, None
    return match.end(), 2, match[1].decode("ascii")


def _after_lines(data: bytes, start: int, count: int) -> tuple[int, int]:
    """Return the position behind ``count`` physical lines, and how many there were."""
    done = 0
    while done < count and start < len(data):
        newline = NEWLINE.search(data, start)
        start = newline.end() if newline else len(data)
        done += 1
    return start, done


def _line_at(data: bytes, start: int) -> bytes:
    newline = NEWLINE.search(data, start)
    return data[start : newline.start()] if newline else data[start:]


def _delimiter(data: bytes, start: int) -> str | None:
    counts = dict.fromkeys(_CANDIDATES, 0)
    for sign in _signs(data, start):
        counts[sign] += 1
    found = {sign: count for sign, count in counts.items() if count}
    if len(found) > 1:
        candidates = [f"{sign!r} ({count})" for sign, count in found.items()]
        raise RefusedError(ProblemBlock(code="delimiter.ambiguous", details={"candidates": candidates}))
    return next(iter(found), None)


def _signs(data: bytes, start: int) -> Iterator[str]:
    """Yield the possible delimiters of the header line, outside quotes."""
    position, cell = start, start
    while token := _HEADER_TOKEN.search(data, position):
        sign, position = token[0].decode("ascii"), token.end()
        if sign in "\r\n":
            return
        if sign != '"':
            yield sign
            cell = position
        elif token.start() == cell and (quoted := QUOTED.match(data, cell)):
            position = quoted.end()


def name_problems(header: Header) -> list[ProblemBlock]:
    """Return what is wrong with the names of the columns, empty names apart."""
    found: list[ProblemBlock] = []
    first: dict[str, str] = {}
    for number, (name, raw) in enumerate(zip(header.names, header.raw, strict=True)):
        codes = check_text(raw)[1]
        if raw != raw.strip(BLANKS):
            codes.append("header.trimmed")
        if name and name in header.names[:number]:
            codes.append("header.duplicate")
        found += [header.problem(code, number, _level(code)) for code in codes]
        alike = first.setdefault("".join(name.split()).casefold(), name)
        if alike != name:
            found.append(header.problem("header.similar", number, "warning", other=alike))
    return found


def _level(code: str) -> Level:
    return "error" if code in {"text.control_char", "header.duplicate"} else "warning"
