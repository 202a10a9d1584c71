"""What is being checked, and what was found: columns as arrays, findings by row position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.measurements._codes import Codes
from maalbib.measurements._missing_marks import Mark
from maalbib.problems import Level, ProblemBlock, Problems

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["Columns", "Finding", "Ledger", "Origin"]


@attrs.frozen(eq=False, kw_only=True)
class Finding:
    """A broken rule and the positions of the rows that break it.

    Attributes
    ----------
    code, level, details
        As in :class:`~maalbib.problems.ProblemBlock`.
    column
        Canonical name of the column.
    rows
        Positions of the rows; None where the fault is the whole column's.
    other
        The second row of each pair, as long as ``rows``.
    leaves_out
        Rows that cannot be kept; where None, those of an error and none of a warning.
    """

    code: str
    column: str | None = None
    rows: NDArray[np.int64] | None = None
    other: NDArray[np.int64] | None = None
    leaves_out: NDArray[np.int64] | None = None
    level: Level = "error"
    details: Mapping[str, object] = attrs.field(factory=dict)


@attrs.define(eq=False, kw_only=True)
class Columns:
    """The columns of a table while it is checked; the arrays are ours to replace, never to change in place.

    Attributes
    ----------
    length
        Number of rows.
    names
        What the caller calls each column, where that is another name.
    breakdowns
        Names of the breakdown columns, in order.
    codes
        Columns of codes.
    numbers
        Columns of numbers, NaN for an empty cell; ``n``, ``revision`` and ``vintage`` (days since 1970) as well.
    decimals
        Decimals written in each cell, for columns that were read from text.
    comment
        Remarks, as they are kept.
    marked
        Marks that stood in place of a value, and the rows that held each.
    unread
        Cells that hold something that could not be read, by column: empty in ``codes`` and ``numbers``, and reported.
    """

    length: int
    names: dict[str, str]
    breakdowns: tuple[str, ...]
    codes: dict[str, Codes] = attrs.field(factory=dict)
    numbers: dict[str, NDArray[np.float64]] = attrs.field(factory=dict)
    decimals: dict[str, NDArray[Any]] = attrs.field(factory=dict)
    comment: pa.Array[Any] | None = None
    marked: list[tuple[Mark, NDArray[np.int64]]] = attrs.field(factory=list)
    unread: dict[str, NDArray[np.bool_]] = attrs.field(factory=dict)

    def number(self, name: str) -> NDArray[np.float64] | None:
        """Return a column of numbers, None where it is absent."""
        return self.numbers.get(name)

    def column_of(self, name: str, text: str) -> Codes:
        """Return a column of codes; where it is absent, one that holds the text in every row."""
        return self.codes[name] if name in self.codes else Codes.constant(text, self.length)

    def mark_all_unread(self, name: str) -> None:
        """Remember that nothing in a column could be read."""
        self.unread[name] = np.ones(self.length, dtype=bool)

    def mark_unread(self, name: str, rows: NDArray[np.int64]) -> None:
        """Remember cells that could not be read."""
        marks = self.unread.setdefault(name, np.zeros(self.length, dtype=bool))
        marks[rows] = True

    def was_read(self, name: str, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of some rows whose cell in a column could be read."""
        marks = self.unread.get(name)
        return rows if marks is None else rows[~marks[rows]]


@attrs.frozen(eq=False)
class Origin:
    """Where the rows of a table come from.

    Attributes
    ----------
    rows
        Number of each row: in a file with the header as row 1, in frames and tables from 0.
    lines
        Physical line of each row, where that is another number.
    file
        Name of the file.
    """

    rows: NDArray[np.int64] | range
    lines: NDArray[np.int64] | None = None
    file: str | None = None

    def numbers(self, positions: NDArray[np.int64] | None) -> Any:
        """Return the numbers of some rows, none for None."""
        if positions is None:
            return ()
        if isinstance(self.rows, range):
            return positions * self.rows.step + self.rows.start
        return self.rows[positions]

    def places(self, positions: NDArray[np.int64] | None) -> Any:
        """Return the lines of some rows, none where they are the rows."""
        return () if positions is None or self.lines is None else self.lines[positions]

    def take(self, positions: NDArray[np.int64]) -> Origin:
        """Return the origin of some rows."""
        return Origin(self.numbers(positions), None if self.lines is None else self.places(positions), self.file)


class Ledger:
    """Collects findings: which rows can be kept, and the problems in the caller's words."""

    def __init__(self, origin: Origin, names: Mapping[str, str]) -> None:
        self.kept = np.ones(len(origin.rows), dtype=bool)
        self._origin = origin
        self._names = names
        self._blocks: list[ProblemBlock] = []

    def note(self, findings: Iterable[Finding]) -> None:
        """Take findings in; those without a row are dropped, unless they concern a whole column."""
        for finding in findings:
            if finding.rows is not None and len(finding.rows) == 0:
                continue
            self._blocks.append(self._block(finding))
            if finding.level == "error" or finding.leaves_out is not None:
                self._leave_out(finding)

    def _leave_out(self, finding: Finding) -> None:
        rows = finding.rows if finding.leaves_out is None else finding.leaves_out
        if rows is None:
            self.kept[:] = False
        else:
            self.kept[rows] = False

    def _block(self, finding: Finding) -> ProblemBlock:
        column = finding.column
        return ProblemBlock(
            code=finding.code,
            level=finding.level,
            file=self._origin.file,
            column=None if column is None else self._names.get(column, column),
            rows=self._origin.numbers(finding.rows),
            other_rows=self._origin.numbers(finding.other),
            lines=self._origin.places(finding.rows),
            details=dict(finding.details),
        )

    @property
    def problems(self) -> Problems:
        """Everything that was found."""
        return Problems(self._blocks)
