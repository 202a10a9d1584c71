"""The fast readers of records: the cells are cut by Arrow.

Lines without quotes that all fit the header need nothing else. Elsewhere the structure is found with NumPy first, and
rows that do not fit are left out. Only quotes that break RFC 4180 are left to the exact reader of ``_csv_records``. All
three give the same part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from maalbib.measurements._arrow_types import Rows, TextColumn
from maalbib.measurements._csv_records import BLANKS, Part, is_blank

__all__ = ["cut", "likely_end", "no_texts", "scan"]

_LF: Final = 10
_CR: Final = 13
_QUOTE: Final = 34
_BLANK_STARTS: Final = np.array(sorted({blank.encode()[0] for blank in BLANKS}), dtype=np.uint8)
_WIDEST: Final = 2 * 1024**2  # bytes; a longer record is read exactly rather than looked at again and again
_MOST_LINES: Final = 100  # that are tried for the end of a block
_LEAST: Final = 1024  # bytes that Arrow reads at a time
_UNUSED: Final = (b"\x1f", b"\x1e", b"\x1d", b"\x1c")  # stand-ins where a file has no delimiter


@attrs.frozen(kw_only=True, eq=False)
class _Shape:
    """Where the records of a block lie. ``ends`` excludes the newline, ``nexts`` includes it."""

    starts: Rows
    ends: Rows
    delimiters: Rows
    line_of: Rows | None
    lines: int
    size: int


def likely_end(data: bytes, start: int, size: int) -> int:
    """Return the end of the whole lines of about ``size`` bytes from ``start``; ``start`` where none is likely.

    A line ends a record where the quotes before it are even in number. That fails where quotes break the rules, which who
    reads the lines will notice.
    """
    end = start
    for _ in range(_MOST_LINES):
        stop = max(start + size, end + 1)
        end, before = (len(data) if stop >= len(data) else data.find(b"\n", stop - 1, stop + _WIDEST) + 1), end
        if end <= before:
            return start
        if data.find(b'"', start, end) < 0 or data.count(b'"', start, end) % 2 == 0:  # to find none is much faster
            return end
    return start


def cut(data: bytes, start: int, end: int, delimiter: bytes, kinds: Sequence[pa.DataType]) -> Part | None:
    """Return whole lines as a part; None where one has quotes, is blank, ends in CR alone or does not fit the header.

    Parameters
    ----------
    data
        Valid UTF-8.
    start, end
        Where the lines start, and the end of the last one.
    delimiter
        One byte.
    kinds
        Text type of each of the columns, of which there are several.
    """
    if data.find(b'"', start, end) >= 0:
        return None
    text = memoryview(data)[start:end]
    letters = np.frombuffer(text, dtype=np.uint8)
    returns = np.count_nonzero(letters == _CR)
    if returns and returns != np.count_nonzero((letters[:-1] == _CR) & (letters[1:] == _LF)):
        return None
    records = int(np.count_nonzero(letters == _LF)) + int(letters[-1] != _LF)
    columns = _columns(text, delimiter, kinds, records=records, multiline=False)
    if columns is None:
        return None
    kept = np.arange(records)
    return Part(columns=columns, kept=kept, faults={}, records=records, lines=records, line_of=None, end=end)


def scan(data: bytes, start: int, size: int, delimiter: bytes | None, kinds: Sequence[pa.DataType]) -> Part | None:
    """Return the whole records of about ``size`` bytes from ``start``; None where the exact reader is needed.

    Parameters
    ----------
    data
        Valid UTF-8.
    start
        Where a record starts.
    size
        How many bytes to look at; more where a record is longer.
    delimiter
        One byte, or None for one column.
    kinds
        Text type of each column.
    """
    shape = _shape(data, start, size, delimiter)
    if shape is None:
        return None
    block = memoryview(data)[start : start + shape.size]
    faults = _misfits(shape, block, len(kinds))
    fits = np.ones(len(shape.starts), dtype=np.bool_)
    for rows in faults.values():
        fits[rows] = False
    bad, kept = np.flatnonzero(~fits), np.flatnonzero(fits)
    text = _without(block, shape, bad) if len(bad) else block
    columns = _columns(text, delimiter, kinds, records=len(kept), multiline=shape.line_of is not None)
    if columns is None:
        return None
    return Part(
        columns=columns,
        kept=kept,
        faults={(code, None): rows for code, rows in faults.items()},
        records=len(shape.starts),
        lines=shape.lines,
        line_of=shape.line_of,
        end=start + shape.size,
    )


def _shape(data: bytes, start: int, size: int, delimiter: bytes | None) -> _Shape | None:
    """Find the records of a block, widening it until it holds a whole one; None where the quotes are irregular."""
    while True:
        stop = min(start + size, len(data))
        if stop < len(data) and data[stop - 1] == _CR and data[stop] == _LF:
            stop += 1
        block = np.frombuffer(data, dtype=np.uint8, count=stop - start, offset=start)
        quotes = _quotes(block, delimiter) if data.find(b'"', start, stop) >= 0 else _none()
        newlines = _newlines(block)
        outer = newlines if not len(quotes) else newlines[np.searchsorted(quotes, newlines) % 2 == 0]
        whole = stop == len(data)
        end = len(block) if whole or not len(outer) else int(outer[-1]) + 1
        quotes = quotes[quotes < end]
        if not _regular(block[:end], quotes, delimiter) or (whole and len(quotes) % 2):
            return None
        if whole or len(outer):
            break
        size *= 2
        if size > _WIDEST:
            return None
    return _measured(block[:end], quotes, newlines[newlines < end], outer, delimiter)


def _measured(
    block: NDArray[np.uint8],
    quotes: Rows,
    newlines: Rows,
    outer: Rows,
    delimiter: bytes | None,
) -> _Shape:
    open_end = not len(outer) or outer[-1] + 1 < len(block)
    ends = np.append(outer, len(block)) if open_end else outer
    starts = np.append(0, outer[: len(ends) - 1] + 1)
    delimiters = _none() if delimiter is None else np.flatnonzero(block == delimiter[0])
    if len(quotes):
        delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
    return _Shape(
        starts=starts,
        ends=ends - _has_return(block, ends),
        delimiters=delimiters,
        line_of=None if len(newlines) == len(outer) else np.searchsorted(newlines, starts),
        lines=len(newlines) + int(open_end),
        size=len(block),
    )


def _newlines(block: NDArray[np.uint8]) -> Rows:
    """Return the position of each newline; of CR LF that of the LF."""
    found = np.flatnonzero(block == _LF)
    returns = np.flatnonzero(block == _CR)
    lone = returns[block[np.minimum(returns + 1, len(block) - 1)] != _LF]
    return np.sort(np.concatenate([found, lone])) if len(lone) else found


def _has_return(block: NDArray[np.uint8], ends: Rows) -> NDArray[np.bool_]:
    """Say for each record end whether it is the LF of a CR LF."""
    closed = ends < len(block)
    at = np.where(closed, ends, 0)
    return np.asarray(closed & (ends > 0) & (block[at] == _LF) & (block[at - 1] == _CR))


def _quotes(block: NDArray[np.uint8], delimiter: bytes | None) -> Rows:
    """Return the quotes, or none of them where no cell starts with one: then all of them are text."""
    quotes = np.flatnonzero(block == _QUOTE)
    return quotes if _at_edge(block, quotes - 1, delimiter).any() else _none()


def _at_edge(block: NDArray[np.uint8], at: Rows, delimiter: bytes | None) -> NDArray[np.bool_]:
    """Say for each position whether a delimiter, a newline or nothing stands there."""
    signs = np.zeros(256, dtype=np.bool_)
    signs[[_LF, _CR, *(delimiter or b"")]] = True
    edge: NDArray[np.bool_] = signs[block[np.clip(at, 0, len(block) - 1)]]
    edge[at < 0] = edge[at >= len(block)] = True
    return edge


def _regular(block: NDArray[np.uint8], quotes: Rows, delimiter: bytes | None) -> bool:
    """Say whether every quote opens a cell, closes one, or is half of a pair inside one; the last may stay open."""
    if not len(quotes):
        return True
    opening, closing = quotes[::2], quotes[1::2]
    opens = _at_edge(block, opening - 1, delimiter)
    closes = _at_edge(block, closing + 1, delimiter)
    doubled = opening[1:] == closing[: len(opening) - 1] + 1
    opens[1:] |= doubled
    closes[: len(doubled)] |= doubled
    return bool(opens.all() and closes.all())


def _misfits(shape: _Shape, block: memoryview, width: int) -> dict[str, Rows]:
    """Return the records that are blank, too long or too short."""
    counts = np.diff(np.searchsorted(shape.delimiters, np.append(shape.starts, len(block)))) + 1
    blank = _blanks(shape, block, np.flatnonzero(counts == 1))
    counts[blank] = width
    faults = {
        "row.blank": blank,
        "row.too_long": np.flatnonzero(counts > width),
        "row.too_short": np.flatnonzero(counts < width),
    }
    return {code: rows for code, rows in faults.items() if len(rows)}


def _blanks(shape: _Shape, block: memoryview, rows: Rows) -> Rows:
    """Return those of the one-cell records that hold nothing but blanks."""
    starts, ends = shape.starts[rows], shape.ends[rows]
    empty: NDArray[np.bool_] = starts == ends
    first = np.frombuffer(block, dtype=np.uint8)[np.where(empty, 0, starts)]
    for i in np.flatnonzero(~empty & np.isin(first, _BLANK_STARTS)).tolist():
        empty[i] = is_blank(bytes(block[starts[i] : ends[i]]))
    blank: Rows = rows[empty]
    return blank


def _without(block: memoryview, shape: _Shape, bad: Rows) -> bytes:
    """Return the text without the bad records."""
    nexts = np.append(shape.starts[1:], len(block))
    edges = np.zeros(len(block) + 1, dtype=np.int8)
    edges[shape.starts[bad]] += 1
    edges[nexts[bad]] -= 1
    stays = np.cumsum(edges[:-1], dtype=np.int8) == 0
    left: bytes = np.frombuffer(block, dtype=np.uint8)[stays].tobytes()
    return left


def _columns(
    text: memoryview | bytes,
    delimiter: bytes | None,
    kinds: Sequence[pa.DataType],
    *,
    records: int,
    multiline: bool,
) -> Sequence[TextColumn] | None:
    """Return the cells of so many records; None where Arrow finds others, because it skips blank lines for example."""
    if not len(text):
        return [no_texts(kind) for kind in kinds]
    sign = delimiter or next((unused for unused in _UNUSED if unused not in bytes(text)), None)
    if sign is None:
        return None
    names = [str(i) for i in range(len(kinds))]
    types: dict[str, Any] = dict(zip(names, kinds, strict=True))
    source: Any = pa.BufferReader(pa.py_buffer(text))
    try:
        table = pa_csv.read_csv(
            source,
            # Blocks of the file are read side by side, so each of them is one block for Arrow.
            read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=max(len(text), _LEAST)),
            parse_options=pa_csv.ParseOptions(
                delimiter=sign.decode("ascii"), newlines_in_values=multiline, ignore_empty_lines=len(kinds) > 1
            ),
            convert_options=pa_csv.ConvertOptions(
                check_utf8=False, column_types=types, strings_can_be_null=False, quoted_strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table.columns if table.num_rows == records else None


def no_texts(kind: Any) -> TextColumn:
    """Return an empty column of a text type."""
    empty: TextColumn = pa.chunked_array([], type=kind)
    return empty


def _none() -> Rows:
    return np.empty(0, dtype=np.int64)
