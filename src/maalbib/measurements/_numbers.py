"""Columns of written numbers: the grammar of :mod:`maalbib.model` for a million cells at once.

One regular expression finds the cells that are right; only the others are read one by one, each distinct text once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from maalbib.errors import ArgumentError
from maalbib.measurements._arrow_types import AnyArray, AnyColumn, Rows
from maalbib.measurements._missing_marks import EMPTY_ONLY, Mark
from maalbib.measurements._number_cells import NO_DECIMALS, NumberCells, read_cells
from maalbib.model._number_text import NUMBER_DIALECTS, NumberDialect

__all__ = ["NumberColumn", "parse_numbers"]

_DOUBTFUL: Final = {"da": "number.maybe_english", "en": "number.maybe_danish"}


@attrs.frozen(kw_only=True, eq=False)
class NumberColumn:
    """A column of numbers with everything that was learnt about its cells. Positions count from 0.

    Attributes
    ----------
    values
        The numbers, shape (rows,); NaN where a cell is missing or bad. Minus zero is stored as zero.
    missing
        Whether a cell is empty or holds a mark that stands for no number, shape (rows,).
    decimals
        How many decimals were written, the rounding width, shape (rows,); -1 where there is no number.
    bad
        Positions of the cells that break a rule, by its code.
    marked
        Positions of the cells that hold a mark, by the mark; the empty cell is ``""``.
    suppressed
        Positions of the cells whose number was declared to mean suppressed; they are missing too.
    doubtful
        Positions of the numbers that another dialect would read differently, by the code of the warning.
    """

    values: NDArray[np.float64]
    missing: NDArray[np.bool_]
    decimals: NDArray[np.int8]
    bad: Mapping[str, Rows]
    marked: Mapping[str, Rows]
    suppressed: Rows
    doubtful: Mapping[str, Rows]


def parse_numbers(
    column: AnyColumn | AnyArray,
    dialect: NumberDialect,
    *,
    marks: Mapping[str, Mark] = EMPTY_ONLY,
    percent: bool = False,
    suppressed_value: float | None = None,
) -> NumberColumn:
    """Read a column of written numbers.

    Parameters
    ----------
    column
        Text, plain or dictionary-encoded, shape (rows,). A null is an empty cell.
    dialect
        ``"da"`` (decimal comma), ``"en"`` (decimal point) or ``"iso"`` (machine files).
    marks
        What stands for a missing number or for zero, for example ``MISSING_MARKS["dst"]``. Only the empty cell is
        missing by default; a mark that is not listed is bad, never missing.
    percent
        Whether a percent sign may follow the number; it is dropped.
    suppressed_value
        A number by which the source hides values; it is compared as a number, so 0 finds ``0,0`` too.

    Returns
    -------
    NumberColumn
        Values, missing cells, decimals, and the positions of all faults.

    Raises
    ------
    ArgumentError
        If the dialect is not known or the column is not text. What a cell holds never raises.

    Notes
    -----
    A thousands sign and a decimal sign of the other language look alike where every number has one sign with three
    digits behind it: the Danish ``1.000`` is a thousand, the English one is one. Such a column is read as declared
    and reported as doubtful, unless a decimal sign or a second group shows which it is.

    Examples
    --------
    >>> import pyarrow as pa
    >>> column = parse_numbers(pa.array(["1.234,50", "", "0.5"]), "da")
    >>> column.values[0].item(), column.decimals.tolist(), column.missing.tolist()
    (1234.5, [2, -1, -1], [False, True, False])
    >>> {code: found.tolist() for code, found in column.bad.items()}
    {'number.english_decimal': [2]}
    """
    if dialect not in NUMBER_DIALECTS:
        raise ArgumentError.choice("dialect", NUMBER_DIALECTS)
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    parts = [read_cells(chunk, dialect, marks, percent=percent) for chunk in chunks]
    whole = _joined(parts, dialect)
    return _suppressed(whole, suppressed_value) if suppressed_value is not None else whole


def _joined(parts: Sequence[NumberCells], dialect: NumberDialect) -> NumberColumn:
    starts = np.cumsum([0, *(len(part.values) for part in parts)]).tolist()
    grouped = [part.grouped + start for part, start in zip(parts, starts, strict=False)]
    doubtful = not any(part.settled for part in parts) and any(map(len, grouped))
    return NumberColumn(
        values=np.concatenate([np.empty(0), *(part.values for part in parts)]),
        missing=np.concatenate([np.empty(0, dtype=np.bool_), *(part.missing for part in parts)]),
        decimals=np.concatenate([np.empty(0, dtype=np.int8), *(part.decimals for part in parts)]),
        bad=_positions([part.bad for part in parts], starts),
        marked=_positions([part.marked for part in parts], starts),
        suppressed=_none(),
        doubtful={_DOUBTFUL[dialect]: np.concatenate(grouped)} if doubtful else {},
    )


def _positions(parts: Sequence[Mapping[str, Rows]], starts: Sequence[int]) -> dict[str, Rows]:
    found: dict[str, list[Rows]] = {}
    for part, start in zip(parts, starts, strict=False):
        for name, rows in part.items():
            found.setdefault(name, []).append(rows + start)
    return {name: np.concatenate(found[name]) for name in sorted(found)}


def _suppressed(column: NumberColumn, value: float) -> NumberColumn:
    """Return the column with a number that means suppressed taken out; marks keep their own meaning."""
    hit = column.values == value
    hit[np.concatenate([_none(), *column.marked.values()])] = False
    return attrs.evolve(
        column,
        values=np.where(hit, np.nan, column.values),
        missing=column.missing | hit,
        decimals=np.where(hit, np.int8(NO_DECIMALS), column.decimals),
        suppressed=np.flatnonzero(hit),
    )


def _none() -> Rows:
    return np.empty(0, dtype=np.int64)
