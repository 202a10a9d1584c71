"""The header row of a sheet: what its columns are called, and which of them hold a table."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs

from maalbib.measurements._cell_text import check_text
from maalbib.measurements._csv_header import Header, name_problems
from maalbib.measurements._csv_records import BLANKS
from maalbib.measurements._limits import Limits, RefusedError
from maalbib.measurements.formats._excel_scan import column_letters
from maalbib.problems import ProblemBlock

__all__ = ["SheetHeader", "header_of"]


@attrs.frozen(kw_only=True)
class SheetHeader:
    """The header of a sheet.

    Attributes
    ----------
    row
        Number of its row.
    first
        Number of the column that ``names`` begins with.
    names
        A name for each column, empty where the cell is.
    lost
        Positions of the columns that cannot be told apart.
    """

    row: int
    first: int
    names: tuple[str, ...]
    lost: frozenset[int]
    raw: tuple[str, ...]

    @property
    def readable(self) -> dict[str, int]:
        """The columns that can be told apart: name and position."""
        return {name: place for place, name in enumerate(self.names) if name and place not in self.lost}

    @property
    def letters(self) -> dict[str, str]:
        """Letter of each column by the name that problems call it."""
        header = self._as_text()
        return {header.column(place): self.letter(place) for place in range(len(self.names))}

    def letter(self, place: int) -> str:
        """Return the letter of a column by its position."""
        return column_letters(self.first + place)

    def problems(self, filled: Sequence[bool]) -> list[ProblemBlock]:
        """Return what is wrong with the names; a column with neither a name nor a cell is none."""
        header, letters = self._as_text(), self.letters
        blocks = name_problems(header)
        blocks += [
            header.problem("header.empty", place, "error")
            for place, name in enumerate(self.names)
            if not name and filled[place]
        ]
        return [attrs.evolve(block, letter=letters[block.column or ""]) for block in blocks]

    def _as_text(self) -> Header:
        return Header(
            names=self.names,
            raw=self.raw,
            lost=self.lost,
            delimiter=None,
            row=self.row,
            line=self.row,
            blank=(),
            end=0,
            next_line=self.row + 1,
        )


def header_of(cells: Sequence[Any], row: int, first: int, limits: Limits) -> SheetHeader:
    """Return the header that stands in a row.

    Raises
    ------
    RefusedError
        If a limit is passed.
    """
    raw = tuple(map(_text, cells))
    breach = limits.breach("columns", len(raw)) or limits.breach("name_length", max(map(len, raw), default=0))
    if breach:
        raise RefusedError(breach)
    checked = [check_text(text) for text in raw]
    names = tuple(text.strip(BLANKS) for text, _ in checked)
    times = Counter(names)
    lost = (
        place
        for place, (name, (_, codes)) in enumerate(zip(names, checked, strict=True))
        if (name and times[name] > 1) or "text.control_char" in codes
    )
    return SheetHeader(row=row, first=first, names=names, lost=frozenset(lost), raw=raw)


def _text(cell: object) -> str:
    """Return a header as people see it: years and dates may stand over the columns of a wide table."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return ""
    if isinstance(cell, int | float):
        return f"{cell:.0f}" if cell == cell // 1 else repr(cell)
    return cell.isoformat() if isinstance(cell, dt.date) else ""
