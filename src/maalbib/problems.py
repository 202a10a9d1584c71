"""Everything that is wrong with a file or table, found in one pass and kept small.

A rule that a million rows break is one block with a million row numbers. Single problems are views made on demand.
No raw value of the data is kept: a problem says where and which rule.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from maalbib import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

__all__ = ["Level", "Problem", "ProblemBlock", "Problems"]

Level = Literal["error", "warning", "info"]

_SHOWN_PER_CODE: Final = 5
_SHOWN_CODES: Final = 25
_LONGEST_SUMMARY: Final = 9_000  # bytes


@attrs.frozen(kw_only=True)
class Problem:
    """One problem at one place.

    Attributes
    ----------
    code
        The broken rule, stable between versions.
    level
        ``"error"`` (the row was left out or the file refused), ``"warning"`` or ``"info"``.
    file
        Name of the file, None for frames and tables.
    row
        Row as in the file with the header as 1; in frames and tables the record counted from 0.
    other_row
        The second row of a pair, for example of a duplicate key.
    other_file
        Name of the file of the second row, where it is another one.
    line
        Physical line where it differs from the row, or the line of a catalogue.
    column
        Name of the column.
    path
        Place in a catalogue, such as ``indicators[1].decimals``.
    sheet, letter
        Sheet of a workbook, and the letter of the column in it.
    details
        What the sentence names besides the place.

    Examples
    --------
    >>> problem = Problem(code="file.empty", file="a.csv")
    >>> problem.message_da, problem.place
    ('Filen er tom.', 'a.csv')
    """

    code: str
    level: Level = "error"
    file: str | None = None
    row: int | None = None
    other_row: int | None = None
    other_file: str | None = None
    line: int | None = None
    column: str | None = None
    path: str = ""
    sheet: str | None = None
    letter: str | None = None
    details: Mapping[str, object] = attrs.field(factory=dict, hash=False)

    @property
    def message_da(self) -> str:
        """The sentence in Danish."""
        return self._sentence("da")

    @property
    def message_en(self) -> str:
        """The sentence in English."""
        return self._sentence("en")

    def hint(self, lang: str = "en") -> str:
        """Return what would be right, empty where there is no advice."""
        return texts.hint(self.code, lang, column=self.column, **self.details)

    def _sentence(self, lang: str) -> str:
        return texts.sentence(self.code, lang, column=self.column, **self.details)

    @property
    def cell(self) -> str | None:
        """The cell of a workbook as a spreadsheet names it, ``Målinger!D17``; None elsewhere."""
        if self.sheet is None or self.letter is None or self.row is None:
            return None
        return f"{self.sheet}!{self.letter}{self.row}"

    @property
    def place(self) -> str:
        """File, line or row, and column or path, joined by colons; in a workbook file and cell."""
        if self.cell is not None:
            return ":".join(part for part in (self.file, self.cell, self.column) if part)
        line = self.line if self.line is not None else self.row
        other = self.other_row if self.other_file is None else f"{self.other_file}:{self.other_row}"
        rows = f"{line}+{other}" if self.other_row is not None else line
        parts = (self.file, rows, self.path or self.column)
        return ":".join(str(part) for part in parts if part is not None and part != "")

    def to_dict(self) -> dict[str, Any]:
        """Return the problem as plain data with both languages."""
        fields = ("code", "level", "file", "row", "other_row", "line", "column", "path")
        return {name: getattr(self, name) for name in fields} | {
            "message_da": self.message_da,
            "message_en": self.message_en,
            "hint": self.hint("en"),
            "hint_da": self.hint("da"),
            "cell": self.cell,
            "other_file": self.other_file,
        }


@attrs.frozen(kw_only=True, eq=False)
class ProblemBlock:
    """One rule broken in one column, with the rows that break it.

    ``rows`` is any sequence of integers, a NumPy array included; empty where the problem has no row.
    ``other_rows`` and ``lines`` are either empty or as long as ``rows``.
    """

    code: str
    level: Level = "error"
    file: str | None = None
    column: str | None = None
    path: str = ""
    sheet: str | None = None
    letter: str | None = None
    rows: Sequence[int] = ()
    other_rows: Sequence[int] = ()
    other_file: str | None = None
    lines: Sequence[int] = ()
    line: int | None = None
    details: Mapping[str, object] = attrs.field(factory=dict)

    def __len__(self) -> int:
        """Return how many problems the block stands for, at least one."""
        return max(1, len(self.rows))

    def problems(self, most: int | None = None) -> Iterator[Problem]:
        """Yield the problems one by one, at most ``most`` of them."""
        place: dict[str, Any] = {
            name: getattr(self, name) for name in ("file", "column", "path", "sheet", "letter", "other_file")
        }
        count = len(self) if most is None else min(most, len(self))
        for i in range(count):
            yield Problem(
                code=self.code,
                level=self.level,
                row=int(self.rows[i]) if len(self.rows) else None,
                other_row=int(self.other_rows[i]) if len(self.other_rows) else None,
                line=int(self.lines[i]) if len(self.lines) else self.line,
                details=self.details,
                **place,
            )


class Problems:
    """Every problem of one file or table.

    Behaves like a sequence of :class:`Problem`: ``len()``, iteration and indexing. Equal when the same problems
    stand in the same order.

    Parameters
    ----------
    blocks
        The blocks, in the order in which the rules ran.

    Examples
    --------
    >>> found = Problems([ProblemBlock(code="file.empty", file="a.csv")])
    >>> len(found), found[0].message_en
    (1, 'The file is empty.')
    """

    __slots__ = ("_blocks",)

    def __init__(self, blocks: Iterable[ProblemBlock] = ()) -> None:
        self._blocks = tuple(blocks)

    @property
    def blocks(self) -> tuple[ProblemBlock, ...]:
        """The blocks, in the order in which the rules ran."""
        return self._blocks

    @property
    def errors(self) -> Problems:
        """Only what cost a row or the file."""
        return Problems(block for block in self._blocks if block.level == "error")

    def __len__(self) -> int:
        """Return the number of problems."""
        return sum(len(block) for block in self._blocks)

    def __iter__(self) -> Iterator[Problem]:
        """Yield every problem."""
        for block in self._blocks:
            yield from block.problems()

    def __getitem__(self, index: int) -> Problem:
        """Return one problem by position."""
        for position, problem in enumerate(self):
            if position == (index if index >= 0 else len(self) + index):
                return problem
        raise IndexError(index)

    def __add__(self, other: Problems) -> Problems:
        """Return the problems of both."""
        return Problems((*self._blocks, *other.blocks))

    def __eq__(self, other: object) -> bool:
        """Compare problem by problem."""
        return isinstance(other, Problems) and len(self) == len(other) and all(map(_same, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return the counts by code."""
        return f"Problems({self.counts()})"

    def __str__(self) -> str:
        """Return the English summary."""
        return self.summary("en")

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the blocks."""
        return Problems, (self._blocks,)

    def counts(self) -> dict[str, int]:
        """Return how many problems there are of each code."""
        found: dict[str, int] = {}
        for block in self._blocks:
            found[block.code] = found.get(block.code, 0) + len(block)
        return found

    def summary(self, lang: str = "en") -> str:
        """Return a text for people, below 10 kB however many problems there are.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.
        """
        lines = [texts.sentence("problems.found", lang, count=len(self))]
        counts = self.counts()
        for code in list(counts)[:_SHOWN_CODES]:
            shown = list(self._first(code, _SHOWN_PER_CODE))
            lines += [f"  {_line(problem, lang)}" for problem in shown]
            if counts[code] > len(shown):
                lines.append("  " + texts.sentence("problems.more", lang, count=counts[code] - len(shown), code=code))
        if len(counts) > _SHOWN_CODES:
            lines.append("  " + texts.sentence("problems.more_codes", lang, count=len(counts) - _SHOWN_CODES))
        text = "\n".join(lines)
        if len(text.encode()) <= _LONGEST_SUMMARY:
            return text
        return text.encode()[:_LONGEST_SUMMARY].decode(errors="ignore") + "…"

    def _first(self, code: str, most: int) -> Iterator[Problem]:
        left = most
        for block in self._blocks:
            if block.code == code and left:
                shown = list(block.problems(left))
                left -= len(shown)
                yield from shown

    def to_dicts(self, most: int | None = None) -> list[dict[str, Any]]:
        """Return plain data, at most ``most`` problems per code."""
        if most is None:
            return [problem.to_dict() for problem in self]
        return [problem.to_dict() for code in self.counts() for problem in self._first(code, most)]

    def to_json(self) -> str:
        """Return every problem as a JSON array."""
        return json.dumps(self.to_dicts(), ensure_ascii=False)

    def to_pandas(self) -> pd.DataFrame:
        """Return a frame with a row per problem.

        Columns: code, level, file, row, other_row, line, column, path, message_da, message_en, hint, hint_da, cell,
        other_file. Rows and lines are nullable integers.
        """
        import pandas as pd

        columns = [*Problem(code="file.empty").to_dict()]
        frame = pd.DataFrame(self.to_dicts(), columns=columns)
        return frame.astype({"row": "Int64", "other_row": "Int64", "line": "Int64"})


def _same(one: Problem, other: Problem) -> bool:
    return one == other


def _line(problem: Problem, lang: str) -> str:
    message = problem.message_da if lang == "da" else problem.message_en
    parts = (problem.place + ":" if problem.place else "", message, problem.hint(lang), f"[{problem.code}]")
    return " ".join(part for part in parts if part)
