"""Places in TOML."""

from __future__ import annotations

import re
import tomllib
from typing import Final

import attrs

from maalbib.catalogue._faults import Path
from maalbib.catalogue._places import Places, Scanned

__all__ = ["scan_toml"]

_SPACE: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK: Final = re.compile(r"[ \t]*")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_BASIC: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL: Final = re.compile(r"'[^'\n]*'")
_LONG_BASIC: Final = re.compile(r'"""(?:[^\\]|\\.)*?"""(?:""?(?!"))?', re.DOTALL)
_LONG_LITERAL: Final = re.compile(r"'''.*?'''(?:''?(?!'))?", re.DOTALL)
_SCALAR: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.+Zz-]+|[^\s,\]}#]+")


def scan_toml(text: str) -> Scanned:
    """Return the places of a text that is valid TOML."""
    scanner = _Scanner(text)
    scanner.document()
    return Scanned.of(text, scanner.places)


@attrs.define
class _Scanner:
    """Walks a valid text from start to end; ``at`` is where it stands."""

    text: str
    at: int = 0
    places: Places = attrs.Factory(Places)
    lengths: dict[Path, int] = attrs.Factory(dict)  # of arrays of tables

    def document(self) -> None:
        """Read headers and entries until the end."""
        table: Path = ()
        self.places.values[()] = 0
        self.skip(_SPACE)
        while self.at < len(self.text):
            table = self.header() if self.text[self.at] == "[" else self.entry(table)
            self.skip(_SPACE)

    def header(self) -> Path:
        """Read ``[table]`` or ``[[element]]`` and return its path."""
        start = self.at
        many = self.text.startswith("[[", start)
        self.at += 2 if many else 1
        names = self.key()
        self.at += 2 if many else 1
        path = self.resolved(names[:-1], start) + names[-1:]
        self.places.keys.setdefault(path, start)
        if many:
            self.places.values.setdefault(path, start)
            index = self.lengths.get(path, 0)
            self.lengths[path] = index + 1
            path = (*path, index)
        elif path in self.lengths:
            path = (*path, self.lengths[path] - 1)
        self.places.values[path] = start
        return path

    def resolved(self, names: Path, start: int) -> Path:
        """Return the path of names in which an array of tables stands for its last element; note it if it is new."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
            self.places.values.setdefault(path, start)
        return path

    def entry(self, table: Path) -> Path:
        """Read ``name = value`` and return the path of the table it stands in."""
        start = self.at
        names = self.key()
        for depth in range(1, len(names)):
            self.places.values.setdefault((*table, *names[:depth]), start)
        path = (*table, *names)
        self.places.keys[path] = start
        self.at += 1  # the equals sign
        self.skip(_BLANK)
        self.value(path)
        return table

    def key(self) -> Path:
        """Read a name, dotted or not, and the blanks after it."""
        names: list[str] = []
        while True:
            self.skip(_BLANK)
            start = self.at
            quote = self.text[start]
            self.skip(_BASIC if quote == '"' else _LITERAL if quote == "'" else _BARE)
            word = self.text[start : self.at]
            names.append(tomllib.loads(f"name = {word}")["name"] if quote in "\"'" else word)
            self.skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return tuple(names)
            self.at += 1

    def value(self, path: Path) -> None:
        """Note the value here and everything in it, and move past it."""
        self.places.values[path] = self.at
        rest = self.text[self.at : self.at + 3]
        if rest in {'"""', "'''"}:
            self.skip(_LONG_BASIC if rest == '"""' else _LONG_LITERAL)
        elif rest[:1] == "[":
            self.array(path)
        elif rest[:1] == "{":
            self.inline_table(path)
        else:
            self.skip({'"': _BASIC, "'": _LITERAL}.get(rest[:1], _SCALAR))

    def array(self, path: Path) -> None:
        """Read an array, which may run over several lines."""
        self.at += 1
        self.skip(_SPACE)
        index = 0
        while self.text[self.at] != "]":
            self.value((*path, index))
            index += 1
            self.comma()
        self.at += 1

    def inline_table(self, path: Path) -> None:
        """Read ``{ name = value, ... }``."""
        self.at += 1
        self.skip(_SPACE)
        while self.text[self.at] != "}":
            self.entry(path)
            self.comma()
        self.at += 1

    def comma(self) -> None:
        """Move past a comma, where there is one, and the space around it."""
        self.skip(_SPACE)
        if self.text[self.at] == ",":
            self.at += 1
            self.skip(_SPACE)

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Move past what a pattern matches here."""
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
