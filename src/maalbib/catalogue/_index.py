"""A table of a catalogue: entries by code, in the order of the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Protocol, TypeVar, cast, overload

from maalbib.errors import UnknownCodeError

__all__ = ["Coded", "Index"]


class Coded(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """The code."""
        ...


T_co = TypeVar("T_co", bound=Coded, covariant=True)
D = TypeVar("D")

_ALWAYS: Final = dt.date.min


class Index(Mapping[str, T_co]):
    """A read-only mapping from code to entry, in the order of the file.

    The mapping is built once. Two are equal when they hold the same entries, in whatever order. A code that was used again,
    as those of institutions are after a reform and those of targets after a revision, stands for its latest entry;
    :meth:`versions` has all of them.

    Parameters
    ----------
    entries
        The entries, or a mapping whose values they are.
    name
        What error texts call the table.

    Raises
    ------
    UnknownCodeError
        From ``index[code]`` for a code that is not there; the text names the nearest one.

    Examples
    --------
    >>> from maalbib import Goal, Text
    >>> goals = Index([Goal(id="G1", name=Text(da="Nærvær")), Goal(id="G2", name=Text(da="Ro"))], name="goals")
    >>> list(goals), goals["G2"].text("da"), "G3" in goals
    (['G1', 'G2'], 'Ro', False)
    >>> goals["G22"]
    Traceback (most recent call last):
    ...
    maalbib.errors.UnknownCodeError: goals: the code is not known. Did you mean G2?
    """

    __slots__ = ("_entries", "_latest", "_name", "_versions")

    def __init__(self, entries: Iterable[T_co] | Mapping[str, T_co] = (), *, name: str = "id") -> None:
        self._name = name
        self._entries = _entries(entries)
        held: dict[str, list[T_co]] = {}
        for entry in self._entries:
            held.setdefault(entry.id, []).append(entry)
        self._versions = {
            code: (*(sorted(same, key=_start) if len(same) > 1 else same),) for code, same in held.items()
        }
        self._latest = {code: same[-1] for code, same in self._versions.items()}

    @property
    def entries(self) -> tuple[T_co, ...]:
        """Every entry in the order of the file, each version of a code that was used again included."""
        return self._entries

    def versions(self, code: str) -> tuple[T_co, ...]:
        """Return the entries that have used a ``code``, the first one first; none where nobody has."""
        return self._versions.get(code, ())

    def __getitem__(self, code: str) -> T_co:
        """Return the entry, or raise UnknownCodeError that names the nearest code."""
        if code in self._latest:
            return self._latest[code]
        raise UnknownCodeError.of(self._name, str(code), self._latest)

    def __iter__(self) -> Iterator[str]:
        """Yield the codes in the order of the file."""
        return iter(self._latest)

    def __len__(self) -> int:
        """Return the number of codes."""
        return len(self._latest)

    def __contains__(self, code: object) -> bool:
        """Return whether the code is there, without looking for near ones."""
        return code in self._latest

    @overload
    def get(self, code: str, /) -> T_co | None: ...

    @overload
    def get(self, code: str, /, default: T_co | D) -> T_co | D: ...

    def get(self, code: str, /, default: object = None) -> object:
        """Return the entry of a ``code``, or the default where there is none."""
        return self._latest.get(code, default)

    def __eq__(self, other: object) -> bool:
        """Compare the entries, whatever their order."""
        if not isinstance(other, Index):
            return NotImplemented
        return self._versions == cast("Index[Coded]", other)._versions

    def __hash__(self) -> int:
        return hash(frozenset(self._latest))

    def __repr__(self) -> str:
        """Return the name, how many there are, and the first codes."""
        shown = ", ".join([*self._latest][:3]) + (", ..." if len(self) > 3 else "")  # noqa: PLR2004 - the first few
        return f"<Index {self._name}: {len(self)} ({shown})>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the entries."""
        return _rebuilt, (self._entries, self._name)


def _entries(given: Iterable[T_co] | Mapping[str, T_co]) -> tuple[T_co, ...]:
    if isinstance(given, Index):
        return given.entries
    return tuple(given.values()) if isinstance(given, Mapping) else tuple(given)


def _rebuilt(entries: tuple[Coded, ...], name: str) -> Index[Coded]:
    return Index(entries, name=name)


def _start(entry: Coded) -> dt.date:
    """Return the day from which an entry holds: its validity starts, or a target was decided."""
    start: dt.date | None = getattr(entry, "valid_from", None) or getattr(entry, "decided_on", None)
    return start or _ALWAYS
