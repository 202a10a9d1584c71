"""Problems of a list of institutions, gathered row by row and kept as one block per rule and column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import attrs

from maalbib.errors import DataError
from maalbib.problems import ProblemBlock, Problems
from maalbib.register._rows import Rows

__all__ = ["Findings"]

# Code, field, whether a second row is named, details.
_Key: TypeAlias = tuple[str, str, bool, tuple[tuple[str, str], ...]]


@attrs.define(eq=False)
class _Block:
    details: dict[str, object]
    positions: list[int] = attrs.field(factory=list)
    others: list[int] = attrs.field(factory=list)


@attrs.frozen(eq=False)
class Findings:
    """Collects what is wrong with the rows; positions count the rows from 0."""

    rows: Rows
    _blocks: dict[_Key, _Block] = attrs.field(factory=dict, init=False)

    def add(
        self,
        code: str,
        field: str,
        position: int | None = None,
        other: int | None = None,
        *,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Note a broken rule at a row; without a position it concerns the whole column."""
        known = dict(details or {})
        key = (code, field, other is not None, tuple((name, repr(value)) for name, value in sorted(known.items())))
        block = self._blocks.setdefault(key, _Block(known))
        if position is not None:
            block.positions.append(position)
        if other is not None:
            block.others.append(other)

    def refuse(self) -> None:
        """Raise DataError if anything was found."""
        if self._blocks:
            raise DataError(Problems(self._problem(key, block) for key, block in self._blocks.items()))

    def _problem(self, key: _Key, block: _Block) -> ProblemBlock:
        code, field, _, _ = key
        rows = self.rows
        return ProblemBlock(
            code=code,
            file=rows.file,
            column=rows.shown.get(field, field),
            rows=[rows.numbers[position] for position in block.positions],
            other_rows=[rows.numbers[position] for position in block.others],
            lines=[rows.lines[position] for position in block.positions] if rows.lines else (),
            details=block.details,
        )
