"""Measurements as JSON: one object per row, typed, and inert inside a web page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute

from maalbib.measurements._schema import SCHEMA_VERSION
from maalbib.measurements.writing._delimited import bytes_of, rows_per_piece
from maalbib.measurements.writing._file import write_whole
from maalbib.measurements.writing._numbers import number_texts

__all__ = ["json_bytes", "write_json"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take

_NULL: Final = "null"
# What ends a text or a script element; everything else stands as it is.
_UNSAFE: Final = r'[\x00-\x1f"\\<>&\x7f\x{2028}\x{2029}]'
_ESCAPES: Final = {sign: f"\\u{ord(sign):04x}" for sign in "<>&\x7f\u2028\u2029"}
_ESCAPE_TABLE: Final = str.maketrans(_ESCAPES)


def write_json(table: pa.Table, breakdowns: Sequence[str], path: str | Path) -> None:
    """Write a canonical table of measurements as a JSON file.

    Parameters
    ----------
    table
        The table.
    breakdowns
        Its breakdown columns; the file names them.
    path
        The file. It is there when all is written, and not before.

    Notes
    -----
    The file is one object: ``schema_version``, ``breakdowns`` and ``rows``, an array with an object per row and a line of
    the file for each. Every row has the same names: codes, periods and days are texts, numbers are numbers, nothing is
    null. NaN and infinities are never written. ``<``, ``>`` and ``&`` are escaped, so that the text may stand in a web
    page. The same table gives the same bytes. Time grows with the cells; memory does not grow.
    """
    write_whole(path, _pieces(table, breakdowns))


def json_bytes(table: pa.Table, breakdowns: Sequence[str]) -> bytes:
    """Return what :func:`write_json` writes.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({"indicator": ["sick"], "institution": ["0101"], "period": ["2024"], "value": [9.4]})
    >>> print(json_bytes(table, []).decode(), end="")
    {"schema_version":"1.0","breakdowns":[],"rows":[
    {"indicator":"sick","institution":"0101","period":"2024","value":9.4}
    ]}
    """
    return b"".join(_pieces(table, breakdowns))


def _pieces(table: pa.Table, breakdowns: Sequence[str]) -> Iterator[bytes]:
    names = ",".join(map(_literal, breakdowns))
    yield f'{{"schema_version":"{SCHEMA_VERSION}","breakdowns":[{names}],"rows":['.encode()
    step = rows_per_piece(table)
    columns = [_Column(table.column(name), name, first=place == 0) for place, name in enumerate(table.column_names)]
    for start in range(0, table.num_rows, step):
        parts = [part for column in columns for part in column.parts(start, step)]
        joined = pc.binary_join_element_wise(*parts, "}", "", null_handling="replace", null_replacement=_NULL)
        piece = bytes_of(joined)
        yield piece if start else piece[1:]  # no comma before the first row
    yield b"\n]}\n"


class _Column:
    """A column as texts of ``,"name":value``; the first one opens the object of its row."""

    def __init__(self, column: Any, name: str, *, first: bool) -> None:
        if pa.types.is_string(column.type) and name != "comment":
            column = column.dictionary_encode()
        self._lead = (",\n{" if first else ",") + _literal(name) + ":"
        self._column, self._name = column, name
        self._texts: Any = None
        if pa.types.is_dictionary(column.type):
            unified = column.unify_dictionaries()
            texts = unified.chunk(0).dictionary if unified.num_chunks else pa.array([], pa.string())
            written = pa.concat_arrays([_literals(texts), pa.array([_NULL])])
            self._texts = pc.binary_join_element_wise(self._lead, written, "")
            self._column = pa.chunked_array([chunk.indices for chunk in unified.chunks], type=pa.int32())

    def parts(self, start: int, count: int) -> tuple[Any, ...]:
        """Return what stands side by side in the rows, null for no value."""
        part = self._column.slice(start, count).combine_chunks()
        if self._texts is not None:
            return (self._texts.take(part.fill_null(len(self._texts) - 1)),)
        lead = pa.scalar(self._lead, type=pa.string())
        if pa.types.is_string(part.type):
            return lead, _literals(part)
        if pa.types.is_date(part.type):
            return lead, pc.binary_join_element_wise('"', part.cast(pa.string()), '"', "")
        return lead, number_texts(part, "iso", column=self._name)


def _literals(texts: Any) -> Any:
    """Return texts as JSON writes them; those with signs to escape are written one by one."""
    plain = pc.binary_join_element_wise('"', texts, '"', "")
    unsafe = pc.fill_null(pc.match_substring_regex(texts, _UNSAFE), False)
    if not pc.any(unsafe).as_py():
        return plain
    escaped = [_literal(text) for text in texts.filter(unsafe).to_pylist()]
    return pc.replace_with_mask(plain, unsafe, pa.array(escaped, type=pa.string()))


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).translate(_ESCAPE_TABLE)
