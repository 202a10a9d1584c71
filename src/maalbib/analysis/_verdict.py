"""Deciding many rows at once: the first rule that fits a row gives its state and reason."""

from __future__ import annotations

import numpy as np

from maalbib.analysis._arrays import Bools

__all__ = ["Verdicts"]


class Verdicts:
    """States, reasons and flags of a number of rows, filled in rule by rule."""

    __slots__ = ("_codes", "_flags")

    def __init__(self, rows: int) -> None:
        self._codes = np.full(rows, "", dtype=object)
        self._flags: list[tuple[str, Bools]] = []

    @property
    def open(self) -> Bools:
        """Which rows no rule has decided yet."""
        return np.asarray(self._codes == "", dtype=bool)

    def decide(self, where: Bools, code: str) -> None:
        """Give ``state.reason`` to the undecided rows among ``where``."""
        self._codes[where & self.open] = code

    def flag(self, where: Bools, name: str) -> None:
        """Add a flag to the rows ``where`` it holds."""
        self._flags.append((name, where))

    def having(self, *codes: str) -> Bools:
        """Return which rows have one of these verdicts."""
        return np.isin(self._codes.astype(str), codes)

    @property
    def states(self) -> list[str]:
        """The state of each row."""
        return [code.partition(".")[0] for code in self._codes]

    @property
    def reasons(self) -> list[str]:
        """The reason of each row."""
        return [code.partition(".")[2] for code in self._codes]

    @property
    def flags(self) -> list[tuple[str, ...]]:
        """The flags of each row, in alphabetical order."""
        found: list[list[str]] = [[] for _ in self._codes]
        for name, where in sorted(self._flags, key=lambda item: item[0]):
            for row in np.flatnonzero(where):
                found[row].append(name)
        return [tuple(dict.fromkeys(names)) for names in found]
