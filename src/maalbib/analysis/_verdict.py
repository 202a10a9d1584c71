"""Deciding many rows at once: the first rule that fits a row gives its state and reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from maalbib.analysis._arrays import Bools, Ints
from maalbib.analysis._columns import word_lists, words_at

__all__ = ["Verdicts"]


class Verdicts:
    """States, reasons and flags of a number of rows, filled in rule by rule."""

    __slots__ = ("_codes", "_flags", "_places")

    def __init__(self, rows: int) -> None:
        self._codes: list[str] = []
        self._places = np.full(rows, -1, dtype=np.int16)
        self._flags: dict[str, Bools] = {}

    @property
    def open(self) -> Bools:
        """Which rows no rule has decided yet."""
        return np.asarray(self._places < 0, dtype=bool)

    def decide(self, where: Bools, code: str) -> None:
        """Give ``state.reason`` to the undecided rows among ``where``."""
        if code not in self._codes:
            self._codes.append(code)
        self._places[where & self.open] = self._codes.index(code)

    def flag(self, where: Bools, name: str) -> None:
        """Add a flag to the rows ``where`` it holds."""
        self._flags[name] = self._flags[name] | where if name in self._flags else where

    def flags_and(self, where: Bools, name: str) -> Any:
        """Return the flags as :attr:`flags` does, with one more that is not kept."""
        return _flag_column(self._flags | {name: where}, len(self._places))

    def having(self, *codes: str) -> Bools:
        """Return which rows have one of these verdicts."""
        return self._at([place for place, code in enumerate(self._codes) if code in codes])

    def in_state(self, *states: str) -> Bools:
        """Return which rows are in one of these states."""
        return self._at([place for place, code in enumerate(self._codes) if code.partition(".")[0] in states])

    def places_among(self, states: Sequence[str]) -> Ints:
        """Return the place of each row's state among some states, -1 where it is none of them."""
        known = [code.partition(".")[0] for code in self._codes]
        table = np.array([*(states.index(state) if state in states else -1 for state in known), -1], dtype=np.int64)
        return table[self._places]  # an undecided row takes the last place

    def _at(self, places: list[int]) -> Bools:
        table = np.zeros(len(self._codes) + 1, dtype=bool)
        table[places] = True
        return np.asarray(table[self._places], dtype=bool)  # an undecided row takes the last place

    @property
    def states(self) -> Any:
        """The state of each row, as an Arrow column."""
        return words_at([code.partition(".")[0] for code in self._codes], self._places)

    @property
    def reasons(self) -> Any:
        """The reason of each row, as an Arrow column."""
        return words_at([code.partition(".")[2] for code in self._codes], self._places)

    @property
    def flags(self) -> Any:
        """The flags of each row in alphabetical order, as an Arrow column."""
        return _flag_column(self._flags, len(self._places))


def _flag_column(flags: dict[str, Bools], rows: int) -> Any:
    names = sorted(flags)
    holds = [flags[name] for name in names]
    return word_lists(names, np.stack(holds, axis=1) if holds else np.zeros((rows, 0), dtype=bool))
