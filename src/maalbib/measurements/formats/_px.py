"""px: the tables of PC-Axis, with keywords before the data."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from maalbib.measurements._arrow_types import Rows
from maalbib.measurements._bytes import load_bytes
from maalbib.measurements._codes import Codes
from maalbib.measurements._limits import DEFAULT_LIMITS, Limits, RefusedError
from maalbib.measurements.formats._cube import check_cells, cube_table, outcome, own_name
from maalbib.measurements.formats._foreign import ForeignTable
from maalbib.measurements.formats._px_data import Cells, count_refusal, read_cells
from maalbib.measurements.formats._px_dimensions import PxDimension, dimensions_in, notes_in
from maalbib.measurements.formats._px_keys import placed_by_keys
from maalbib.measurements.formats._px_text import Keywords, PxFile, opened
from maalbib.problems import ProblemBlock, Problems

__all__ = ["read_px"]

_FORMAT: Final = "px"
_NIL: Final = "-"
_DOTS: Final = tuple("." * count for count in range(1, 8))  # six, and the sum of cells with different ones
_DECLARED: Final = (*(f"DATASYMBOL{number}" for number in range(1, 7)), "DATASYMBOLSUM")


def read_px(
    source: str | Path | bytes, *, limits: Limits = DEFAULT_LIMITS, contacts: bool = False
) -> tuple[ForeignTable, Problems]:
    r"""Read a px file.

    Parameters
    ----------
    source
        Path of the file, or its bytes.
    limits
        What the reader may take in.
    contacts
        Whether the names, phones and addresses of contact persons are kept among the notes.

    Returns
    -------
    tuple[ForeignTable, Problems]
        A row for each cell, and every problem. A refused file gives a table without columns.

    Notes
    -----
    The form is that of the PC-Axis file format [1]_. Columns are named by ``VARIABLECODE`` and hold ``CODES``, else the
    names and ``VALUES``. The code page that a file declares is not believed where its texts are strict UTF-8.

    A symbol stands as a mark beside the empty cell, as it is written in the data; ``-`` and the declared ``DATASYMBOLNIL``
    stand for the value zero and are marks too. What the file shows instead of each is a note, ``symbol.1`` and so on. A
    symbol that nobody declared refuses the file.

    A dimension with ``TIMEVAL`` is the period; where its codes are compact ones, such as ``20233``, the canonical periods
    stand in a column of their own. ``CONTVARIABLE`` is the indicator, a dimension with a map or of the type ``G`` the
    institution, if it is the only one. The value of ``ELIMINATION`` is the total. Of a file with ``KEYS`` the rows that are
    left out are zero, as the format says.

    Memory is 10 to 15 bytes for each cell beside the codes and the file itself; time grows with the number of cells.

    References
    ----------
    .. [1] Statistics Sweden (2013). PC-Axis file format, version 2013.

    Examples
    --------
    >>> table, problems = read_px(
    ...     b'LANGUAGE="da";\nSTUB="sted";\nHEADING="tid";\nVALUES("sted")="A-by","B-by";\nCODES("sted")="101","147";\n'
    ...     b'VALUES("tid")="2023K1";\nTIMEVAL("tid")=TLIST(Q1),"20231";\nDATA=\n5\n".."\n;'
    ... )
    >>> {name: column.to_pylist() for name, column in table.columns.items()}  # doctest: +NORMALIZE_WHITESPACE
    {'sted': ['101', '147'], 'tid': ['2023K1', '2023K1'], 'tid TIMEVAL': ['2023-Q1', '2023-Q1'],
     'value': [5.0, None], 'symbol': [None, '..']}
    >>> table.roles["period"], table.labels["sted"]["101"]
    ('tid TIMEVAL', {'da': 'A-by'})
    """
    try:
        return outcome(source, _read(load_bytes(source, limits), limits, contacts=contacts), _FORMAT)
    except RefusedError as refusal:
        return outcome(source, refusal, _FORMAT)


def _read(data: bytes, limits: Limits, *, contacts: bool) -> tuple[ForeignTable, list[ProblemBlock]]:
    file = opened(data, limits)
    dimensions, doubts = dimensions_in(file.keywords, limits)
    cells = check_cells([len(each.side.codes) for each in dimensions], read=len(data), limits=limits)
    values, marks = _filled(file, dimensions, cells)
    sides = [each.side for each in dimensions]
    extra, roles = _periods([*dimensions])
    table, blocks = cube_table(
        sides,
        values,
        mark=None if marks is None else ("symbol", marks.to_arrow()),
        extra=extra,
        roles=roles,
        notes=notes_in(file.keywords, dimensions, contacts=contacts),
        written=_FORMAT,
    )
    return table, [*file.blocks, *doubts, *blocks]


def _filled(file: PxFile, dimensions: list[PxDimension], cells: int) -> tuple[NDArray[np.float64], Codes | None]:
    if any(word == "KEYS" for word, _, _ in file.keywords.entries):
        found = placed_by_keys(file, dimensions, cells)
    else:
        found = read_cells(file, cells)
        if len(found.values) != cells:
            raise count_refusal(len(found.values), cells)
    return _with_symbols(found, file.keywords)


def _with_symbols(found: Cells, keywords: Keywords) -> tuple[NDArray[np.float64], Codes | None]:
    """Return the values with zero where a symbol says so, and the symbols."""
    if not found.texts:
        return found.values, None
    nil = {_NIL, keywords.text("DATASYMBOLNIL")} - set(_DOTS)
    known = nil | set(_DOTS) | {keywords.text(word) for word in _DECLARED}
    unknown: NDArray[np.bool_] = np.array([text not in known for text in found.texts])[found.symbols]
    if unknown.any():
        raise RefusedError(ProblemBlock(code="px.symbol_unknown", rows=found.places[unknown].tolist()))
    is_nil = np.array([text in nil for text in found.texts])[found.symbols]
    values = found.values.copy()
    values[found.places[is_nil]] = 0.0
    return values, Codes(_spread(found.symbols, found.places, len(values)), found.texts)


def _spread(numbers: NDArray[np.int32], places: Rows, cells: int) -> NDArray[np.int32]:
    codes = np.full(cells, -1, dtype=np.int32)
    codes[places] = numbers
    return codes


def _periods(dimensions: list[PxDimension]) -> tuple[dict[str, pa.Array[Any]], dict[str, str]]:
    """Return a column of canonical periods where the codes of the dimension are written otherwise."""
    sizes = [len(each.side.codes) for each in dimensions]
    for place, each in enumerate(dimensions):
        if each.side.role == "period" and each.periods is not None and each.periods != each.side.codes:
            before, after = math.prod(sizes[:place]), math.prod(sizes[place + 1 :])
            numbers = np.tile(np.repeat(np.arange(sizes[place], dtype=np.int32), after), before)
            name = own_name(f"{each.side.name} TIMEVAL", [other.side.name for other in dimensions])
            return {name: Codes(numbers, each.periods).to_arrow()}, {"period": name}
    return {}, {}
