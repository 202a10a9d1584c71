"""The cells of a px file: millions of numbers, and now and then a symbol in the place of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from maalbib.measurements._arrow_types import Rows
from maalbib.measurements._limits import RefusedError
from maalbib.measurements.formats._plain_numbers import PIECE, PX_NUMBERS, read_plain
from maalbib.measurements.formats._px_text import PxFile, syntax
from maalbib.problems import ProblemBlock

__all__ = ["Cells", "count_refusal", "read_cells"]

_BETWEEN: Final = re.compile(rb"[ \t\r\n,]")
_LONGEST_CELL: Final = 1024**2
_QUOTED: Final = re.compile(rb'"([^"]*)"')
_TOKEN: Final = re.compile(rb'(?:"[^"]*"|[^" \t\r\n,])+')
_RIGHT: Final = re.compile(rb'"[^"]*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
_END: Final = b" \t\r\n\x1a\0"

# A comma is both a decimal sign and, in old files, a sign between cells.
_TIGHT_COMMA: Final = re.compile(rb"[0-9],[0-9]")
_BLANK_BETWEEN: Final = re.compile(rb"[0-9?][ \t]+[-0-9?]")


@attrs.frozen(kw_only=True, eq=False)
class Cells:
    """What stands behind ``DATA=``.

    Attributes
    ----------
    values
        The numbers, NaN where a symbol stands.
    places
        Where the symbols stand.
    symbols
        Which symbol stands there, as a position in ``texts``.
    texts
        The distinct symbols without their quotation marks.
    """

    values: NDArray[np.float64]
    places: Rows
    symbols: NDArray[np.int32]
    texts: tuple[str, ...]


def count_refusal(found: int, expected: int) -> RefusedError:
    """Return the refusal of data with more or fewer cells than the dimensions ask for."""
    return RefusedError(ProblemBlock(code="px.data_count", details={"found": found, "expected": expected}))


def read_cells(file: PxFile, most: int) -> Cells:
    """Return the cells of a file; those beyond ``most`` are counted and not kept.

    Raises
    ------
    RefusedError
        With ``px.syntax``, ``px.data_token``, ``px.data_count`` or ``px.decimal_comma``.
    """
    taken, commas = _Taken(file.encoding), _Commas()
    for at, upto in _pieces(file.data, file.start, _end_of_data(file)):
        if upto - at > PIECE + _LONGEST_CELL:
            raise RefusedError(ProblemBlock(code="px.data_token", rows=(taken.count,)))
        piece = file.data[at:upto]
        symbols: list[bytes] = _QUOTED.findall(piece) if b'"' in piece else []
        plain = _QUOTED.sub(b"?", piece) if symbols else piece
        values = read_plain(plain, PX_NUMBERS)
        if values is None or np.count_nonzero(np.isnan(values)) != len(symbols):
            raise _bad_tokens(piece, taken.count)
        commas.look_at(plain)
        taken.add(values, symbols, most)
    if taken.count > most:
        raise count_refusal(taken.count, most)
    if commas.tight and commas.blank and taken.count == most:
        raise RefusedError(ProblemBlock(code="px.decimal_comma"))
    return taken.cells()


class _Commas:
    """Whether there are commas between digits and blanks between cells; both at once leave the commas in doubt."""

    def __init__(self) -> None:
        self.tight = False
        self.blank = False
        self._before = b""

    def look_at(self, plain: bytes) -> None:
        """Look at a piece of data, and at where it follows upon the one before."""
        plain = self._before + plain
        self.tight = self.tight or (b"," in plain and _TIGHT_COMMA.search(plain) is not None)
        self.blank = self.blank or _BLANK_BETWEEN.search(plain) is not None
        cells = plain.rstrip(b" \t")
        self._before = cells[-1:] + plain[len(cells) :][:1]


class _Taken:
    """The cells so far."""

    def __init__(self, encoding: str) -> None:
        self.count = 0
        self._encoding = encoding
        self._values: list[NDArray[np.float64]] = [np.empty(0)]
        self._places: list[Rows] = [np.empty(0, dtype=np.int64)]
        self._symbols: list[NDArray[np.int32]] = [np.empty(0, dtype=np.int32)]
        self._number: dict[bytes, int] = {}

    def add(self, values: NDArray[np.float64], symbols: Sequence[bytes], most: int) -> None:
        """Take the cells of a piece."""
        if self.count + len(values) <= most:
            self._values.append(values)
            self._places.append(np.flatnonzero(np.isnan(values)) + self.count)
            self._symbols.append(self._numbered(symbols))
        self.count += len(values)

    def _numbered(self, symbols: Sequence[bytes]) -> NDArray[np.int32]:
        coded: Any = pa.array(symbols, type=pa.binary()).dictionary_encode()
        places = [self._number.setdefault(text, len(self._number)) for text in coded.dictionary.to_pylist()]
        numbers: NDArray[np.int32] = np.array(places, dtype=np.int32)[coded.indices.to_numpy()]
        return numbers

    def cells(self) -> Cells:
        """Return all cells together."""
        return Cells(
            values=np.concatenate(self._values),
            places=np.concatenate(self._places),
            symbols=np.concatenate(self._symbols),
            texts=tuple(text.decode(self._encoding, errors="replace") for text in self._number),
        )


def _end_of_data(file: PxFile) -> int:
    """Return where the semicolon stands that closes the data; without it the file is not whole."""
    end = _closing(file.data, file.start)
    if end < 0:
        raise syntax(file.data.rstrip(_END).count(b"\n") + 1)
    rest = file.data[end + 1 :]
    if rest.strip(_END):
        blank = len(rest) - len(rest.lstrip(_END))
        raise syntax(file.data.count(b"\n", 0, end + 1 + blank) + 1)
    return end


def _closing(data: bytes, at: int) -> int:
    """Return where the first semicolon outside quotation marks stands, -1 where there is none."""
    begin = at
    while (at := data.find(b";", at)) >= 0:
        if data.count(b'"', begin, at) % 2 == 0:
            return at
        begin = data.find(b'"', at) + 1
        if not begin:
            return -1
        at = begin
    return -1


def _pieces(data: bytes, at: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of parts that end where a cell ends, outside quotation marks."""
    while at < end:
        upto = _between(data, min(at + PIECE, end), end)
        inside = data.count(b'"', at, upto) % 2
        while inside:
            closed = data.index(b'"', upto, end) + 1
            upto = _between(data, closed, end)
            inside = data.count(b'"', closed, upto) % 2
        yield at, upto
        at = upto


def _between(data: bytes, at: int, end: int) -> int:
    found = _BETWEEN.search(data, at, end)
    return end if found is None else found.start()


def _bad_tokens(piece: bytes, before: int) -> RefusedError:
    tokens = (match[0] for match in _TOKEN.finditer(piece))
    rows = [before + place for place, token in enumerate(tokens) if not _is_right(token)]
    return RefusedError(ProblemBlock(code="px.data_token", rows=rows))


def _is_right(token: bytes) -> bool:
    if not _RIGHT.fullmatch(token):
        return False
    return token.startswith(b'"') or abs(float(token)) != float("inf")
