"""What the verbs share: checks of arguments, and the series that a call is about."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools
from maalbib.analysis._secrecy import Secrecy
from maalbib.analysis._unknown_codes import unknown
from maalbib.catalogue import Catalogue
from maalbib.errors import ArgumentError
from maalbib.measurements import Measurements, panels
from maalbib.model import Period
from maalbib.register import Register

if TYPE_CHECKING:
    from maalbib.measurements import Panel
    from maalbib.model import Indicator

__all__ = [
    "Setting",
    "as_day",
    "as_flag",
    "as_ids",
    "as_least",
    "as_period",
    "at_least",
    "between",
    "chosen",
    "of_type",
    "one_frequency",
    "one_of",
    "probability_argument",
]

T = TypeVar("T")

_PLAIN: Final[dict[type, str]] = {str: "text", Mapping: "a table"}
"""What types of Python are called to people; a type of ours by its own name, which is how to import it."""
_CODES: Final = {"indicator": "an indicator that is measured", "target": "a target of the catalogue"}


@attrs.frozen(kw_only=True)
class Setting:
    """Measurements with the definitions and the register of a call, which win over the attached ones."""

    measurements: Measurements
    catalogue: Catalogue | None
    register: Register | None
    secrecy: Secrecy

    @classmethod
    def of(cls, measurements: Measurements, catalogue: Catalogue | None, register: Register | None) -> Setting:
        """Take what the call gives, else what the measurements came with."""
        of_type("measurements", measurements, Measurements)
        of_type("catalogue", catalogue, Catalogue, optional=True)
        of_type("register", register, Register, optional=True)
        lists = register if register is not None else measurements.register
        return cls(
            measurements=measurements,
            catalogue=catalogue if catalogue is not None else measurements.catalogue,
            register=lists,
            secrecy=Secrecy(measurements, lists),
        )

    @property
    def definitions(self) -> Catalogue:
        """The catalogue, for what cannot be done without one."""
        if self.catalogue is None:
            raise ArgumentError("catalogue.needed")
        return self.catalogue

    def indicator(self, code: str) -> Indicator | None:
        """Return the definition of an indicator, None where nobody has given one."""
        return None if self.catalogue is None else self.catalogue.indicators.get(code)

    def panels(self, wanted: Collection[str], as_of: dt.date | None = None) -> Iterator[tuple[str, list[Panel]]]:
        """Yield the panels of each wanted indicator; the columns are gone through once, however many there are."""
        chosen_rows = self.measurements
        if set(chosen_rows.indicators) - set(wanted):
            chosen_rows = chosen_rows.select(indicator=wanted)
        found = panels(chosen_rows, as_of=as_of)
        yield from ((code, list(group)) for code, group in groupby(found, key=lambda panel: panel.indicator))


def of_type(argument: str, value: object, kind: type, *, optional: bool = False) -> None:
    """Refuse what is of another type, such as a frame in the place of measurements."""
    if not (isinstance(value, kind) or (optional and value is None)):
        raise ArgumentError("argument.type", argument=argument, expected=_PLAIN.get(kind, kind.__name__))


def one_frequency(found: list[Panel]) -> Iterator[tuple[Panel, Bools]]:
    """Yield panels with which series are mixed: measured in periods of different lengths, so that they are no one series.

    A mixed series is in the first panel that has it.
    """
    if len(found) == 1:
        yield found[0], np.zeros(len(found[0]), dtype=bool)
        return
    keys = [list(zip(panel.institutions, panel.breakdowns, strict=True)) for panel in found]
    times, seen = Counter(key for own in keys for key in own), set[tuple[str, str]]()
    for panel, own in zip(found, keys, strict=True):
        kept = [place for place, key in enumerate(own) if key not in seen]
        seen.update(own)
        if kept:
            yield panel.rows(kept), np.array([times[own[place]] > 1 for place in kept], dtype=bool)


def as_day(argument: str, value: str | dt.date) -> dt.date:
    """Return a date from a date or its ISO text."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ArgumentError("argument.date", argument=argument) from None


def as_period(value: Any, argument: str = "period") -> Period:
    """Return a period from a period or its canonical text."""
    if isinstance(value, Period):
        return value
    if not isinstance(value, str):
        raise ArgumentError("argument.period", argument=argument)
    return Period.parse(value)


def as_ids(argument: str, ids: Any) -> list[str]:
    """Return one id or several, each once."""
    try:
        found: list[Any] = [ids] if isinstance(ids, str) else list(dict.fromkeys(ids))
    except TypeError:
        found = [None]
    if not all(isinstance(code, str) for code in found):
        raise ArgumentError("argument.ids", argument=argument)
    return found


def as_flag(argument: str, value: object) -> bool:
    """Return True or False; a word that Python takes for true is neither."""
    if not isinstance(value, bool | np.bool_):
        raise ArgumentError("argument.type", argument=argument, expected="true or false")
    return bool(value)


def one_of(argument: str, value: T, known: Collection[T]) -> T:
    """Return a word that is among those known."""
    if value not in known:
        raise ArgumentError.choice(argument, tuple(str(word) for word in known))
    return value


def as_least(argument: str, value: object) -> int | None:
    """Return a number of people, at least 0, or None."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 0:
        raise ArgumentError("argument.whole_number", argument=argument, low=0)
    return int(value)


def at_least(argument: str, value: object, low: float) -> float:
    """Return a finite number that is not below a limit."""
    if isinstance(value, bool) or not isinstance(value, Real) or not low <= float(value) < math.inf:
        raise ArgumentError("argument.at_least", argument=argument, low=low)
    return float(value)


def between(argument: str, value: object, low: float, high: float) -> float:
    """Return a number within bounds, both included."""
    if isinstance(value, bool) or not isinstance(value, Real) or not low <= float(value) <= high:
        raise ArgumentError("argument.range", argument=argument, low=low, high=high)
    return float(value)


def chosen(column: str, known: Mapping[str, T], ids: str | Iterable[str] | None) -> list[T]:
    """Return the named entries, each once, all where none are named."""
    if ids is None:
        return list(known.values())
    wanted = as_ids(column, ids)
    for code in wanted:
        if code not in known:
            raise unknown(code, _CODES[column], known)
    return [known[code] for code in wanted]


def probability_argument(argument: str, value: object) -> float:
    """Return a share strictly between 0 and 1."""
    if isinstance(value, bool) or not isinstance(value, Real) or not 0 < float(value) < 1:
        raise ArgumentError("argument.range", argument=argument, low=0, high=1)
    return float(value)
