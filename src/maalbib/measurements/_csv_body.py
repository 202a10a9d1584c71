"""The records under the header: fast where the file is well formed, exact where it is not, checked cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias, cast

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute

from maalbib.measurements._arrow_types import AnyArray, Rows, TextColumn
from maalbib.measurements._cell_text import check_cells, looks_suspect
from maalbib.measurements._csv_blocks import kinds_of, numbered, parts_of
from maalbib.measurements._csv_header import Header
from maalbib.measurements._csv_records import Part
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.problems import Level, ProblemBlock

__all__ = ["Body", "read_body"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take

_SMALL: Final = 2**31
_BLOCK: Final = 8 * 1024**2
_LEVELS: Final[Mapping[str, Level]] = {
    "row.blank": "info",
    "row.too_long": "error",
    "row.too_short": "error",
    "quote.stray": "error",
    "quote.unclosed": "error",
    "text.control_char": "error",
    "text.normalised": "warning",
    "encoding.mojibake": "warning",
    "row.empty_cells": "warning",
}

_Places: TypeAlias = tuple[Rows, Rows]  # rows and lines
_Key: TypeAlias = tuple[str, int | None]  # broken rule and position of the column


@attrs.frozen(kw_only=True, eq=False)
class Body:
    """Every record that fits the header.

    Attributes
    ----------
    columns
        A column of text per cell of the header.
    rows, lines
        Row and physical line of each record.
    blocks
        What was wrong with records and cells.
    records
        How many records there were, those left out included, blank lines not.
    """

    columns: Sequence[TextColumn]
    rows: Rows
    lines: Rows
    blocks: Sequence[ProblemBlock]
    records: int


@attrs.frozen(kw_only=True, eq=False)
class _Piece:
    columns: Sequence[TextColumn]
    rows: Rows
    lines: Rows
    faults: Mapping[_Key, _Places]
    records: int


def read_body(
    data: bytes, header: Header, limits: Limits, *, block: int = _BLOCK, fast: bool = True, encoded: bool = False
) -> Body:
    """Read the records under the header.

    Parameters
    ----------
    data
        The file as valid UTF-8.
    header
        Its header.
    limits
        What may be taken in, checked block by block.
    block
        Bytes to look at in one go; it changes the speed, never the result.
    fast
        Whether well-formed blocks go to the fast readers.
    encoded
        Whether columns whose texts repeat are dictionaries of their texts, a dictionary for each block.

    Raises
    ------
    RefusedError
        If there are too many rows or a cell is too long.
    """
    kinds = kinds_of(data, header) if encoded else [pa.string()] * len(header.names)
    pieces = list(_pieces(data, header, limits, kinds, block=block, fast=fast))
    rows = _concatenated(piece.rows for piece in pieces)
    apart = any(piece.lines is not piece.rows for piece in pieces)
    return Body(
        columns=[_joined([piece.columns[number] for piece in pieces], kind) for number, kind in enumerate(kinds)],
        rows=rows,
        lines=_concatenated(piece.lines for piece in pieces) if apart else rows,
        blocks=_blocks(header, [piece.faults for piece in pieces]),
        records=sum(piece.records for piece in pieces),
    )


def _pieces(
    data: bytes, header: Header, limits: Limits, kinds: Sequence[pa.DataType], *, block: int, fast: bool
) -> Iterator[_Piece]:
    row, line, records = header.row + 1, header.next_line, 0
    for part in parts_of(data, header, kinds, block=block, fast=fast):
        records += part.records
        breach = limits.breach("rows", records)
        if breach is not None:
            raise RefusedError(breach)
        yield _piece(part, header, limits, row=row, line=line)
        row, line = row + part.records, line + part.lines


def _piece(part: Part, header: Header, limits: Limits, *, row: int, line: int) -> _Piece:
    columns, kept, faults = part.columns, part.kept, dict(part.faults)
    lines = None if part.line_of is None and row == line else line + _line_of(part)
    _check_lengths(columns, header, limits, row + kept)
    if any(looks_suspect(texts) for column in columns for texts in _texts(column)):
        checked = check_cells([column.cast(pa.string()) for column in columns])
        faults |= {key: kept[cells] for key, cells in checked.faults.items()}
        columns = [numbered(column, before.type) for column, before in zip(checked.columns, columns, strict=True)]
        dropped = [cells for (code, _), cells in checked.faults.items() if code == "text.control_char"]
        if dropped:
            stays = np.ones(len(kept), dtype=np.bool_)
            stays[np.concatenate(dropped)] = False
            columns, kept = [column.filter(pa.array(stays)) for column in columns], kept[stays]
    hollow = _hollow(columns, len(kept))
    if len(hollow):
        faults["row.empty_cells", None] = kept[hollow]
    rows = row + kept
    return _Piece(
        columns=columns,
        rows=rows,
        lines=rows if lines is None else lines[kept],
        faults={
            key: _places(_small(row + found), None if lines is None else _small(lines[found]))
            for key, found in faults.items()
        },
        records=part.records - len(part.faults.get(("row.blank", None), ())),
    )


def _places(rows: Rows, lines: Rows | None) -> _Places:
    return rows, rows if lines is None else lines


def _small(rows: Rows) -> Rows:
    """Return rows in half the room where they fit, since every line of a file may be at fault."""
    small: Any = rows.astype(np.int32)
    return small if len(rows) and rows[-1] < _SMALL else rows


def _line_of(part: Part) -> Rows:
    return np.arange(part.records) if part.line_of is None else part.line_of


def _texts(column: TextColumn) -> Iterator[AnyArray]:
    """Yield the texts of a column, those that repeat once."""
    for chunk in column.chunks:
        yield chunk.dictionary if isinstance(chunk, pa.DictionaryArray) else chunk


def _check_lengths(columns: Sequence[TextColumn], header: Header, limits: Limits, rows: Rows) -> None:
    for number, column in enumerate(columns):
        # Bytes are never fewer than characters and cost no look at the text.
        if max((_longest(texts) for texts in _texts(column)), default=0) <= limits.cell_length:
            continue
        longest = pc.utf8_length(column.cast(pa.string())).to_numpy()
        breach = limits.breach("cell_length", int(longest.max()))
        if breach is not None:
            row = rows[longest > limits.cell_length][:1]
            raise RefusedError(attrs.evolve(breach, rows=row.tolist(), column=header.column(number)))


def _longest(texts: AnyArray) -> int:
    longest: int | None = pc.max(pc.binary_length(texts)).as_py()
    return longest or 0


def _hollow(columns: Sequence[TextColumn], count: int) -> Rows:
    """Return the records in which every cell is empty."""
    if not all(pc.any(pc.equal(texts, "")).as_py() for column in columns for texts in _texts(column)):
        return np.empty(0, dtype=np.int64)
    hollow = np.ones(count, dtype=np.bool_)
    for column in columns:
        hollow &= pc.equal(column.cast(pa.string()), "").to_numpy()
    return np.flatnonzero(hollow)


def _blocks(header: Header, faults: Sequence[Mapping[_Key, _Places]]) -> list[ProblemBlock]:
    found: dict[_Key, list[_Places]] = {}
    if header.blank:
        blank = np.array(header.blank, dtype=np.int64)
        found["row.blank", None] = [(blank[:, 0], blank[:, 1])]
    for one in faults:
        for key, places in one.items():
            found.setdefault(key, []).append(places)
    order = list(_LEVELS)
    keys = sorted(found, key=lambda key: (order.index(key[0]), -1 if key[1] is None else key[1]))
    return [_block(header, key, found[key]) for key in keys]


def _block(header: Header, key: _Key, places: Sequence[_Places]) -> ProblemBlock:
    code, number = key
    rows = np.concatenate([rows for rows, _ in places])
    apart = any(lines is not rows for rows, lines in places)
    lines = np.concatenate([lines for _, lines in places]) if apart else rows
    return ProblemBlock(
        code=code,
        level=_LEVELS[code],
        column=None if number is None or number >= len(header.names) else header.column(number),
        rows=cast("Sequence[int]", rows),
        lines=() if lines is rows or np.array_equal(rows, lines) else cast("Sequence[int]", lines),
        details={"cells": len(header.names)} if code.startswith("row.too_") else {},
    )


def _concatenated(arrays: Iterable[Rows]) -> Rows:
    return np.concatenate([np.empty(0, dtype=np.int64), *arrays])


def _joined(columns: Sequence[TextColumn], kind: Any) -> TextColumn:
    joined: TextColumn = pa.chunked_array([chunk for column in columns for chunk in column.chunks], type=kind)
    return joined
