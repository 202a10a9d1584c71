"""Columns of written numbers: the grammar of :mod:`maalbib.model` for a million cells at once.

A text that stands in many cells is read once. Other texts are told from their bytes, and only what is no plain number is
looked at more closely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from maalbib.errors import ArgumentError
from maalbib.measurements._arrow_types import AnyArray, AnyColumn, Rows, TextArray
from maalbib.measurements._codes import Encoded, encoded
from maalbib.measurements._missing_marks import EMPTY_ONLY, Mark
from maalbib.measurements._number_bytes import NO_DECIMALS
from maalbib.measurements._number_cells import NumberCells, NumberRules, read_cells
from maalbib.model._number_text import NUMBER_DIALECTS, NumberDialect

__all__ = ["NumberColumn", "parse_numbers"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take

_DOUBTFUL: Final = {"da": "number.maybe_english", "en": "number.maybe_danish"}
_FOREIGN: Final = {"da": "number.english_decimal", "en": "number.danish_decimal"}
_TEXT_TYPES: Final = frozenset({"string", "large_string", "string_view", "null"})
_NO_FLAG: Final = frozenset("+-.,%0123456789")
_SAMPLE: Final = 4_096
_LONG: Final = 128  # bytes of a cell; what is longer on average are no numbers


@attrs.frozen(kw_only=True, eq=False)
class NumberColumn:
    """A column of numbers with everything that was learnt about its cells. Positions count from 0.

    Attributes
    ----------
    values
        The numbers, shape (rows,); NaN where a cell is missing or bad. Minus zero is stored as zero.
    missing
        Whether a cell is empty, holds a mark that stands for no number, or tells a limit only, shape (rows,).
    decimals
        How many decimals were written, the rounding width, shape (rows,); -1 where there is no number.
    bad
        Positions of the cells that break a rule, by its code.
    marked
        Positions of the cells that hold a mark, by the mark; the empty cell is ``""``.
    suppressed
        Positions of the cells whose number was declared to mean suppressed; they are missing too.
    flagged
        Positions of the numbers with a flag, by the flag.
    censored, limits
        Positions of the cells that tell a limit only, such as ``<5``, and the limits.
    doubtful
        Positions of the numbers that another dialect would read differently, by the code of the warning.
    readings
        How many numbers of a column in ``"da"`` or ``"en"`` can be read as ``danish`` only, ``english`` only, or ``either``.
    """

    values: NDArray[np.float64]
    missing: NDArray[np.bool_]
    decimals: NDArray[np.int8]
    bad: Mapping[str, Rows]
    marked: Mapping[str, Rows]
    suppressed: Rows
    flagged: Mapping[str, Rows]
    censored: Rows
    limits: NDArray[np.float64]
    doubtful: Mapping[str, Rows]
    readings: Mapping[str, int]


def parse_numbers(
    column: AnyColumn | AnyArray,
    dialect: NumberDialect,
    *,
    marks: Mapping[str, Mark] = EMPTY_ONLY,
    percent: bool = False,
    suppressed_value: float | None = None,
    flags: Mapping[str, str] | None = None,
    censored: Literal["lt"] | None = None,
) -> NumberColumn:
    r"""Read a column of written numbers.

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
    flags
        What may be glued to the end of a number, and the status that it stands for: with ``{"*": "P"}`` the text ``12,5*``
        is 12.5.
    censored
        ``"lt"`` takes ``<5``, ``< 5`` and ``<=5`` for numbers that are withheld because they are below a limit.

    Returns
    -------
    NumberColumn
        Values, missing cells, decimals, and the positions of all faults.

    Raises
    ------
    ArgumentError
        If the dialect is not known, the column is not text, or a flag could be part of a number. What a cell holds
        never raises.

    Notes
    -----
    A thousands sign and a decimal sign of the other language look alike where every number has one sign with three
    digits behind it: the Danish ``1.000`` is a thousand, the English one is one. Such a column is read as declared
    and reported as doubtful, unless a decimal sign or a second group shows which it is.

    Time is proportional to the number of cells; a text that stands in many cells is read once.

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
    if censored not in {None, "lt"}:
        raise ArgumentError.choice("censored", ("lt",))
    if any(not flag or flag != flag.strip() or _NO_FLAG & set(flag) for flag in flags or {}):
        raise ArgumentError("argument.flag")
    rules = NumberRules(dialect=dialect, marks=marks, percent=percent, flags=tuple(flags or ()), censored=censored)
    whole = _read(column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column]), rules)
    return _suppressed(whole, suppressed_value) if suppressed_value is not None else whole


def _read(column: AnyColumn, rules: NumberRules) -> NumberColumn:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if str(kind) not in _TEXT_TYPES:
        raise ArgumentError("argument.type", argument="column", expected="string")
    if not _repetitive(column):
        return _joined([read_cells(_text(chunk), rules) for chunk in column.chunks], rules.dialect)
    found = encoded(column)
    cells = read_cells(pa.array([*found.texts, ""], type=pa.string()), rules)
    return _joined([_spread(cells, found)], rules.dialect)


def _repetitive(column: AnyColumn) -> bool:
    """Say whether the cells hold far fewer texts than there are cells; it changes the speed, never the result."""
    if pa.types.is_dictionary(column.type):
        chunks: list[Any] = column.chunks
        return sum(len(chunk.dictionary) for chunk in chunks) < max(_SAMPLE, len(column) // 4)
    if pa.types.is_null(column.type) or column.nbytes > _LONG * len(column):
        return False
    count = min(_SAMPLE, len(column))
    sample = column.take(np.linspace(0, len(column) - 1, count).astype(np.int64))
    return 2 * len(sample.unique()) < len(sample)


def _text(chunk: AnyArray) -> TextArray:
    text: Any = chunk.dictionary_decode() if isinstance(chunk, pa.DictionaryArray) else chunk
    return pc.fill_null(text.cast(pa.string()), "")


def _spread(cells: NumberCells, found: Encoded) -> NumberCells:
    """Return what the cells of a column hold from what its distinct texts hold."""

    def rows_of(at: Rows) -> Rows:
        marks = np.zeros(len(cells.values), dtype=np.bool_)
        marks[at] = True
        return np.flatnonzero(found.each(marks)) if len(at) else at

    def each_of(named: Mapping[str, Rows]) -> dict[str, Rows]:
        rows = {name: rows_of(at) for name, at in named.items()}
        return {name: at for name, at in rows.items() if len(at)}

    some_missing = found.has_empty or cells.missing[:-1].any()  # the last one is what an empty cell is
    limits = np.full(len(cells.values), np.nan)
    limits[cells.censored] = cells.limits
    censored = rows_of(cells.censored)
    return NumberCells(
        values=found.each(cells.values),
        missing=found.each(cells.missing) if some_missing else np.zeros(len(found), dtype=np.bool_),
        decimals=found.each(cells.decimals),
        bad=each_of(cells.bad),
        marked=each_of(cells.marked),
        flagged=each_of(cells.flagged),
        censored=censored,
        limits=found.each(limits)[censored] if len(censored) else cells.limits[:0],
        grouped=rows_of(cells.grouped),
        several=rows_of(cells.several),
    )


def _joined(parts: Sequence[NumberCells], dialect: NumberDialect) -> NumberColumn:
    starts = np.cumsum([0, *(len(part.values) for part in parts)]).tolist()
    decimals = _concatenated([part.decimals for part in parts], np.int8)
    several = _positions([{"": part.several} for part in parts], starts).get("", _none())
    grouped = _positions([{"": part.grouped} for part in parts], starts).get("", _none())
    column = NumberColumn(
        values=_concatenated([part.values for part in parts], np.float64),
        missing=_concatenated([part.missing for part in parts], np.bool_),
        decimals=decimals,
        bad=_positions([part.bad for part in parts], starts),
        marked=_positions([part.marked for part in parts], starts),
        suppressed=_none(),
        flagged=_positions([part.flagged for part in parts], starts),
        censored=_positions([{"": part.censored} for part in parts], starts).get("", _none()),
        limits=_concatenated([part.limits for part in parts], np.float64),
        doubtful={},
        readings={},
    )
    if dialect not in _DOUBTFUL or not (len(grouped) or column.bad.get(_FOREIGN[dialect]) is not None):
        return column
    doubtful = len(grouped) and not len(several) and not (decimals > 0).any()
    return attrs.evolve(
        column,
        doubtful={_DOUBTFUL[dialect]: grouped} if doubtful else {},
        readings=_readings(column, several, dialect),
    )


def _readings(column: NumberColumn, several: Rows, dialect: NumberDialect) -> dict[str, int]:
    """Count the numbers that only one of the two dialects can read: 2,5 is Danish, while 2,500 could be either."""
    numbers = int(np.count_nonzero(column.decimals >= 0))
    size = np.abs(column.values)
    one_group = (column.decimals == 3) & (size >= 1) & (size < 1_000)  # noqa: PLR2004 - digits of a group
    settled = (column.decimals > 0) & ~one_group
    settled[several] = True
    own = int(np.count_nonzero(settled))
    foreign = len(column.bad.get(_FOREIGN[dialect], ()))
    danish, english = (own, foreign) if dialect == "da" else (foreign, own)
    return {"danish": danish, "english": english, "either": numbers - own}


def _concatenated(parts: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, dtype=kind), *parts])


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
