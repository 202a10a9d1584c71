"""Columns as lines of cells between delimiters: whole arrays at a time, a piece of the file at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import pyarrow as pa
import pyarrow.compute

from maalbib.measurements.writing._inert import guarded, guarded_text
from maalbib.measurements.writing._numbers import WrittenLocale, number_texts

__all__ = ["DELIMITERS", "Cells", "cells_of", "coded_cells", "lines", "rows_per_piece"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take

DELIMITERS: Final = {"iso": ",", "da": ";"}

_ROWS: Final = 65_536
_BYTES: Final = 2**28
_QUOTE: Final = '"'
_LINE_END: Final = pa.scalar("\n", type=pa.string())
# Signs that a reader may look for in the header when it has to find the delimiter.
_HEADER_SIGNS: Final = re.compile(r'[",;\t|\r\n]')


@attrs.frozen(eq=False, kw_only=True)
class Cells:
    """One column of a text file.

    Attributes
    ----------
    header
        Its name.
    values
        The rows: numbers, days or texts; for codes, positions in ``texts``.
    texts
        The cells of codes, ready to be written; None for other columns.
    """

    header: str
    values: Any
    texts: Any = None

    def piece(self, start: int, count: int, locale: WrittenLocale) -> Any:
        """Return the cells of some rows, null for an empty one."""
        part = self.values.slice(start, count).combine_chunks()
        if isinstance(part, pa.ChunkedArray):  # what some versions of Arrow make of no rows
            part = pa.concat_arrays(part.chunks) if part.num_chunks else pa.array([], part.type)
        if self.texts is not None:
            return self.texts.take(part)
        if pa.types.is_string(part.type):
            return quoted(guarded(part), DELIMITERS[locale])
        return number_texts(part, locale, column=self.header)


def cells_of(table: pa.Table, name: str, header: str, locale: WrittenLocale) -> Cells:
    """Return a column of a canonical table."""
    column = table.column(name)
    if pa.types.is_string(column.type) and name != "comment":
        column = column.dictionary_encode()
    if not pa.types.is_dictionary(column.type):
        return Cells(header=header, values=column)
    unified: Any = column.unify_dictionaries()
    texts = unified.chunk(0).dictionary if unified.num_chunks else pa.array([], pa.string())
    return coded_cells(header, unified, guarded(texts), locale)


def coded_cells(header: str, column: Any, texts: Any, locale: WrittenLocale) -> Cells:
    """Return a column of codes, each distinct one written as ``texts`` say and in quotes where it must be."""
    positions = pa.chunked_array([chunk.indices for chunk in column.chunks], type=pa.int32())
    return Cells(header=header, values=positions, texts=quoted(texts, DELIMITERS[locale]))


def quoted(texts: Any, delimiter: str) -> Any:
    """Return the texts with quotes around those that hold a delimiter, a quote or a line end."""
    needy = pc.match_substring_regex(texts, f'[{re.escape(delimiter)}"\r\n]')
    if not pc.any(needy).as_py():
        return texts
    quote = pa.scalar(_QUOTE, type=texts.type)
    doubled = pc.replace_substring(texts, _QUOTE, _QUOTE * 2)
    return pc.if_else(needy, pc.binary_join_element_wise(quote, doubled, quote, ""), texts)


def _quoted_header(name: str) -> str:
    text = guarded_text(name)
    return f'"{text.replace(_QUOTE, _QUOTE * 2)}"' if _HEADER_SIGNS.search(text) else text


def rows_per_piece(table: pa.Table) -> int:
    """Return how many rows go into one piece, so that long remarks do not make it large."""
    if "comment" not in table.column_names:
        return _ROWS
    longest = pc.max(pc.binary_length(table.column("comment"))).as_py() or 1
    return max(1, min(_ROWS, _BYTES // longest))


def lines(columns: Sequence[Cells], rows: int, locale: WrittenLocale, *, step: int) -> Iterator[bytes]:
    """Yield the header line and then the lines of ``step`` rows at a time; the first column holds codes."""
    delimiter = DELIMITERS[locale]
    yield delimiter.join(_quoted_header(column.header) for column in columns).encode()
    # The line end stands before the first cell: added to each distinct code, it costs nothing per row.
    first, *others = columns
    first = attrs.evolve(first, texts=pc.binary_join_element_wise(_LINE_END, first.texts, ""))
    for start in range(0, rows, step):
        cells = [column.piece(start, step, locale) for column in (first, *others)]
        yield bytes_of(pc.binary_join_element_wise(*cells, delimiter, null_handling="replace", null_replacement=""))
    yield b"\n"


def bytes_of(texts: Any) -> bytes:
    """Return the texts of an array one after another, without a copy in between."""
    offsets, data = texts.buffers()[1:]
    if data is None or len(texts) == 0:
        return b""
    ends = memoryview(offsets).cast("i")
    found: bytes = data[ends[texts.offset] : ends[texts.offset + len(texts)]].to_pybytes()
    return found
