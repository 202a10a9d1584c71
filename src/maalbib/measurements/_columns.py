"""What is being checked, and what was found: columns as arrays, findings by row position."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    censored
        Rows whose value is only known to be at most a limit, and the limits.
    divisions
        Indicators that are shown in the territorial division of one day, and that day counted from 1970: the unit of a row is
        the one that its code stood for on that day, whatever the period.
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
    censored: tuple[NDArray[np.int64], NDArray[np.float64]] | None = None
    divisions: Mapping[str, int] = attrs.field(factory=dict)
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
    sheet
        Sheet of a workbook.
    letters
        Letter of each column of a workbook, by the name that the caller uses.
    spread
        Where a wide table was made long: the own column that each row's value stood in, as a position in the second.
    parts
        Where the rows come from several files: the name of each and the number of its first row; ``rows`` count through all.
    """

    rows: NDArray[np.int64] | range
    lines: NDArray[np.int64] | None = None
    file: str | None = None
    sheet: str | None = None
    letters: Mapping[str, str] = attrs.field(factory=dict)
    spread: tuple[NDArray[np.int32], tuple[str, ...]] | None = None
    parts: tuple[tuple[str, int], ...] = ()

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

    def by_file(self, block: ProblemBlock) -> Iterator[ProblemBlock]:
        """Yield a block of problems for each file, or pair of files, with the rows as they count in it."""
        if not self.parts or len(block.rows) == 0:
            yield block
            return
        starts = np.array([first for _, first in self.parts])
        rows, others = np.asarray(block.rows), np.asarray(block.other_rows, dtype=np.int64)
        at = np.searchsorted(starts, rows, side="right") - 1
        beside = np.searchsorted(starts, others, side="right") - 1 if len(others) else at
        order = np.lexsort((beside, at))
        ends = np.flatnonzero(np.diff(at[order]) | np.diff(beside[order])) + 1
        for chosen in np.split(order, ends):
            one, other = int(at[chosen[0]]), int(beside[chosen[0]])
            yield attrs.evolve(
                block,
                file=self.parts[one][0],
                rows=rows[chosen] - starts[one],
                other_rows=others[chosen] - starts[other] if len(others) else (),
                other_file=None if one == other else self.parts[other][0],
            )

    def take(self, positions: NDArray[np.int64]) -> Origin:
        """Return the origin of some rows."""
        return attrs.evolve(
            self,
            rows=self.numbers(positions),
            lines=None if self.lines is None else self.places(positions),
            spread=None if self.spread is None else (self.spread[0][positions], self.spread[1]),
        )


class Ledger:
    """Collects findings: which rows can be kept, and the problems in the caller's words."""

    def __init__(self, origin: Origin, names: Mapping[str, str]) -> None:
        self.kept = np.ones(len(origin.rows), dtype=bool)
        self.origin = origin
        self._names = names
        self._blocks: list[ProblemBlock] = []

    def note(self, findings: Iterable[Finding]) -> None:
        """Take findings in; those without a row are dropped, unless they concern a whole column."""
        for finding in findings:
            if finding.rows is not None and len(finding.rows) == 0:
                continue
            for part, own in self._parts(finding):
                self._blocks.extend(self.origin.by_file(self._block(part, own)))
            if finding.level == "error" or finding.leaves_out is not None:
                self._leave_out(finding)

    def _leave_out(self, finding: Finding) -> None:
        rows = finding.rows if finding.leaves_out is None else finding.leaves_out
        if rows is None:
            self.kept[:] = False
        else:
            self.kept[rows] = False

    def _parts(self, finding: Finding) -> Iterator[tuple[Finding, str | None]]:
        """Yield a finding with its column in the caller's words; where values were spread over columns, one for each."""
        column, spread = finding.column, self.origin.spread
        own = None if column is None else self._names.get(column, column)
        if spread is None or finding.rows is None:
            yield finding, own
            return
        if column != "value":  # a cell beside the spread ones, which each of them repeats
            _, once = np.unique(self.origin.numbers(finding.rows), return_index=True)
            yield (finding if finding.other is not None else attrs.evolve(finding, rows=finding.rows[once])), own
            return
        stood, names = spread[0][finding.rows], spread[1]
        for place in np.unique(stood).tolist():
            chosen = stood == place
            other = None if finding.other is None else finding.other[chosen]
            yield attrs.evolve(finding, rows=finding.rows[chosen], other=other), names[place]

    def _block(self, finding: Finding, column: str | None) -> ProblemBlock:
        return ProblemBlock(
            code=finding.code,
            level=finding.level,
            file=self.origin.file,
            column=column,
            sheet=self.origin.sheet,
            letter=None if column is None else self.origin.letters.get(column),
            rows=self.origin.numbers(finding.rows),
            other_rows=self.origin.numbers(finding.other),
            lines=self.origin.places(finding.rows),
            details=dict(finding.details),
        )

    @property
    def problems(self) -> Problems:
        """Everything that was found."""
        return Problems(self._blocks)
