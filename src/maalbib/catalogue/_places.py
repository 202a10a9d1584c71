"""Where in a text the values of a parsed file stand; only asked for when something is wrong."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

import attrs

from maalbib.catalogue._faults import Path

__all__ = ["Places", "Scanned"]

_LINE_END: Final = re.compile("\n")


@attrs.define
class Places:
    """Offsets of names and values by path, in a text that the parser has already accepted.

    ``twice`` holds the paths of names that stand twice in one JSON object, with the offset of the second one.
    """

    keys: dict[Path, int] = attrs.Factory(dict)
    values: dict[Path, int] = attrs.Factory(dict)
    twice: list[tuple[Path, int]] = attrs.Factory(list)

    def offset(self, path: Path, *, on_key: bool) -> int:
        """Return the offset of a path, or of the nearest table around it."""
        if on_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, 0)


@attrs.frozen
class Scanned:
    """A text and the places in it."""

    places: Places
    starts: tuple[int, ...]  # of the lines

    @classmethod
    def of(cls, text: str, places: Places) -> Scanned:
        """Return the places of a text, ready to be told as lines."""
        return cls(places, (0, *(found.end() for found in _LINE_END.finditer(text))))

    def position(self, path: Path, *, on_key: bool = False) -> tuple[int, int]:
        """Return line and column of a path, both counted from 1."""
        return self.line_column(self.places.offset(path, on_key=on_key))

    def line_column(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both counted from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1
