"""From the cells of a column to what the caller wants it as: the type of a cell decides, never the look of its text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute

from maalbib.measurements._arrow_types import AnyArray, AnyColumn, Rows
from maalbib.measurements._intake import Kind
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements._locale import Locale
from maalbib.measurements._numbers import parse_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ColumnCells", "Note"]

pc: Final[Any] = pyarrow.compute  # its stubs know fewer forms than its functions take

_FIRST_YEAR, _LAST_YEAR = 1500, 2999
_YEAR: Final = "period.from_number"
_EXACT: Final = 1e15  # below it every whole number is written out exactly

Taken: TypeAlias = tuple[str | None, str | None]
"""The text that is kept of a cell that is no text, and the code of what is wrong with it."""


@attrs.frozen(kw_only=True, eq=False)
class Note:
    """A rule and the positions of the cells that it speaks of; ``fault`` costs the row."""

    code: str
    rows: Rows
    fault: bool = True
    details: Mapping[str, object] = attrs.field(factory=dict)


def _code(_: object) -> Taken:
    return None, "code.not_text"


def _period(cell: object) -> Taken:
    if isinstance(cell, bool):
        return None, "code.not_text"
    if isinstance(cell, int | float):
        if cell == cell // 1 and _FIRST_YEAR <= cell <= _LAST_YEAR:
            return f"{cell:.0f}", _YEAR
        return None, "period.unknown_format"
    return None, "period.from_date"


def _day(cell: object) -> Taken:
    if isinstance(cell, dt.datetime):
        return None, "vintage.has_time"
    return (cell.isoformat(), None) if isinstance(cell, dt.date) else (None, "vintage.wrong_type")


def _remark(_: object) -> Taken:
    return None, "cell.not_text"


_TEXTS: Final[Mapping[str, Callable[[object], Taken]]] = {
    "code": _code,
    "period": _period,
    "day": _day,
    "text": _remark,
}
_WARNINGS: Final = frozenset({_YEAR, "cell.not_text"})


class ColumnCells:
    """A column that is read batch by batch.

    Parameters
    ----------
    kind
        What the caller wants the column as.
    limits
        ``cell_length`` is kept.
    """

    def __init__(self, kind: Kind, limits: Limits) -> None:
        self._numeric = kind in {"number", "whole"}
        self._take = _TEXTS.get(kind, _code)
        self._limits = limits
        self._length = 0
        self._texts: list[AnyArray] = []
        self._numbers: list[NDArray[np.float64]] = []
        self._found: dict[str, list[int]] = {}

    def add(self, cells: Sequence[Any]) -> None:
        """Take the next cells in; an empty cell is the empty text.

        Raises
        ------
        RefusedError
            If a text is too long.
        """
        if self._numeric:
            self._add_numbers(cells)
        else:
            self._add_texts(cells)
        self._length += len(cells)

    def _add_texts(self, cells: Sequence[Any]) -> None:
        if set(map(type, cells)) != {str}:
            cells = [cell if isinstance(cell, str) else self._taken(place, cell) for place, cell in enumerate(cells)]
        self._keep(cells)

    def _taken(self, place: int, cell: object) -> str | None:
        text, code = self._take(cell)
        if code is not None:
            self._found.setdefault(code, []).append(self._length + place)
        return text

    def _add_numbers(self, cells: Sequence[Any]) -> None:
        kinds = set(map(type, cells))
        if kinds == {float}:
            self._numbers.append(np.array(cells, dtype=np.float64))
            self._texts.append(pa.nulls(len(cells), pa.string()))
            return
        numbers = np.full(len(cells), np.nan)
        texts: list[str | None] = [None] * len(cells)
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                texts[place] = cell or None
            elif isinstance(cell, bool):
                self._found.setdefault("number.not_a_number", []).append(self._length + place)
            elif isinstance(cell, int | float):
                numbers[place] = cell
            else:
                self._found.setdefault("number.from_date", []).append(self._length + place)
        self._numbers.append(numbers)
        self._keep(texts)

    def _keep(self, texts: Sequence[str | None]) -> None:
        array = pa.array(texts, pa.string())
        breach = self._limits.breach("cell_length", pc.max(pc.utf8_length(array)).as_py() or 0)
        if breach is not None:
            raise RefusedError(breach)
        self._texts.append(array)

    def finished(self, percent: Rows, locale: Locale) -> tuple[AnyColumn, list[Note]]:
        """Return the column and what was found. Numbers are floats, or texts where some cells are texts.

        Parameters
        ----------
        percent
            Positions of the cells that show a percentage.
        locale
            How numbers in text are written, and whether a percentage is meant as it is shown.
        """
        notes = [
            Note(code=code, rows=np.array(rows, dtype=np.int64), fault=code not in _WARNINGS)
            for code, rows in self._found.items()
        ]
        texts: AnyColumn = pa.chunked_array(self._texts, pa.string())
        if not self._numeric:
            return texts, notes
        numbers = np.concatenate([np.empty(0), *self._numbers])
        percent = percent[np.isfinite(numbers[percent])]
        if locale.percent:
            numbers[percent] = [float(Decimal(repr(number)).scaleb(2)) for number in numbers[percent].tolist()]
        else:
            notes.append(Note(code="number.percent_format", rows=percent, fault=False))
        if texts.null_count == len(texts):
            return pa.chunked_array([pa.array(numbers, mask=np.isnan(numbers))]), notes
        return _mixed(numbers, texts, locale, notes), notes


def _mixed(numbers: NDArray[np.float64], texts: AnyColumn, locale: Locale, notes: list[Note]) -> AnyColumn:
    """Return the column as text, its numbers in the grammar of the locale, and note which texts were read as numbers."""
    rows: Rows = np.flatnonzero(texts.is_valid().to_numpy())
    dialect = locale.numbers or "da"
    read = parse_numbers(
        texts.take(rows),
        dialect,
        marks=locale.marks,
        percent=locale.percent,
        flags=locale.flags,
        censored=locale.censored,
    )
    aside = np.concatenate([np.empty(0, np.int64), *read.bad.values(), *read.marked.values()])
    notes.append(Note(code="number.as_text", rows=np.delete(rows, aside), fault=False))
    written = [_written(number, dialect) for number in numbers.tolist()]
    if any("," in text or "." in text for text in written if text):
        # The decimals of the other cells would settle a doubt that concerns the texts alone.
        notes += [
            Note(code=code, rows=rows[doubt], fault=False, details={"count": len(doubt)})
            for code, doubt in read.doubtful.items()
        ]
    column: AnyColumn = pc.coalesce(texts, pa.chunked_array([pa.array(written, pa.string())]))
    return column


def _written(number: float, dialect: str) -> str | None:
    if np.isnan(number):
        return None
    if abs(number) < _EXACT and number == number // 1:
        return f"{number:.0f}"
    text = format(Decimal(repr(number)), "f")
    return text.replace(".", ",") if dialect == "da" else text
