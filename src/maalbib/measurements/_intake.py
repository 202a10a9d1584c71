"""From named arrays to canonical columns: which column is which, and what the caller says about those that are not there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs
import numpy as np
import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements._cells import read_code, read_comment, read_day, read_number, read_period, read_whole
from maalbib.measurements._codes import Codes, codes_of, is_sound, is_text
from maalbib.measurements._columns import Columns, Finding, Ledger, Origin
from maalbib.measurements._derivation import Derivation
from maalbib.measurements._locale import Locale, LocaleName
from maalbib.measurements._schema import KEY, MEASUREMENTS, NUMBER_COLUMNS, REQUIRED, TOTAL
from maalbib.measurements._wide import across_of, made_long
from maalbib.measurements.formats._foreign import PeriodDialect
from maalbib.model import Period
from maalbib.problems import Problems

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.catalogue import Catalogue
    from maalbib.register import Register

__all__ = ["Constant", "Given", "Kind", "OnProblem", "Options", "prepared", "take_in"]

Constant = str | float | dt.date
Kind = Literal["code", "period", "number", "whole", "day", "text"]
OnProblem = Literal["raise", "collect"]
Reader = Callable[[Columns, str, "pa.ChunkedArray[Any]", Locale], Iterator[Finding]]

_MOST_MARKS, _LONGEST_MARK = 10, 4
_BREAKDOWN: Final = re.compile(r"[^\s;=]{1,100}")
_INDEX: Final = re.compile(r"__index_level_\d+__")
_KINDS: Final[Mapping[str, Kind]] = {
    "period": "period",
    **dict.fromkeys(NUMBER_COLUMNS, "number"),
    **dict.fromkeys(("n", "revision"), "whole"),
    "vintage": "day",
    "comment": "text",
}
_READERS: Final[Mapping[str, Reader]] = {
    "period": read_period,
    **dict.fromkeys(NUMBER_COLUMNS, read_number),
    "n": read_whole,
    "revision": read_whole,
    "vintage": read_day,
    "comment": read_comment,
}


def _fault_lists(faults: Mapping[str, Any]) -> dict[str, Any]:
    return {own: (found,) if isinstance(found, tuple) else found for own, found in faults.items()}


@attrs.frozen(eq=False, kw_only=True)
class Given:
    """A table as it arrived.

    Attributes
    ----------
    columns
        The arrays by the names that the caller gave them.
    origin
        Where the rows come from.
    problems
        What was wrong before the columns were looked at.
    extensions
        Columns of an extension type that is not known here, such as pandas periods.
    faults
        Cells that could not be taken over, by column: the broken rules, each with its rows; a single one may stand alone.
    breakdowns
        Names that the table itself declares as breakdowns.
    roles
        Which own column is which canonical one, as far as the format says.
    marks
        Own column of texts that stand beside a value or in its place.
    totals
        Which code of a breakdown is its total, as far as the format says.
    periods
        Grammars of the periods where the caller names no locale.
    numbers
        Grammar of numbers in text where the caller names no locale.
    derivations
        How indicators of the table were made of others, as it says itself.
    """

    columns: Mapping[str, pa.ChunkedArray[Any]]
    origin: Origin
    problems: Problems = attrs.field(factory=Problems)
    extensions: frozenset[str] = frozenset()
    faults: Mapping[str, Sequence[tuple[str, NDArray[np.int64]]]] = attrs.field(factory=dict, converter=_fault_lists)
    breakdowns: tuple[str, ...] = ()
    roles: Mapping[str, str] = attrs.field(factory=dict)
    marks: str | None = None
    totals: Mapping[str, str] = attrs.field(factory=dict)
    periods: tuple[PeriodDialect, ...] = ()
    numbers: LocaleName | None = None
    derivations: tuple[Derivation, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the file was refused before there were columns to look at."""
        return not self.columns and len(self.problems.errors) > 0


def _mapping(given: Any) -> Any:
    return dict(given or {})


@attrs.frozen(eq=False, kw_only=True)
class Options:
    """What the caller says about a table; wrong arguments raise when this is made."""

    locale: Locale
    catalogue: Catalogue | None = None
    register: Register | None = None
    columns: Mapping[str, str] = attrs.field(default=None, converter=_mapping)
    constants: Mapping[str, Constant] = attrs.field(default=None, converter=_mapping)
    breakdowns: tuple[str, ...] | None = None
    schemes: Mapping[str, str] = attrs.field(default=None, converter=_mapping)
    source: str | None = None
    across: tuple[str, dict[str, str] | None] | None = attrs.field(default=None, converter=across_of)
    totals: Mapping[str, str] = attrs.field(default=None, converter=_mapping)
    on_problem: OnProblem = "raise"

    def __attrs_post_init__(self) -> None:
        if self.on_problem not in {"raise", "collect"}:
            raise ArgumentError.choice("on_problem", ("raise", "collect"))
        for name in self.breakdowns or ():
            if name in MEASUREMENTS.names or _BREAKDOWN.fullmatch(name) is None:
                raise ArgumentError("breakdown.name")
        if self.schemes and self.register is None:
            raise ArgumentError("scheme.no_register")
        if self.across is not None and self.across[0] not in {*KEY, *self.possible_breakdowns()}:
            raise ArgumentError.choice("across", [*KEY, *self.possible_breakdowns()])
        allowed = {*MEASUREMENTS.names, *self.possible_breakdowns()}
        for argument, names in (("columns", self.columns), ("constants", self.constants), ("schemes", self.schemes)):
            if not allowed.issuperset(names):
                raise ArgumentError.choice(argument, [*MEASUREMENTS.names, *self.possible_breakdowns()])

    def kind_of(self, own: str) -> Kind | None:
        """Return what the caller wants a column of the table as; None where it has no meaning."""
        names = {self.columns.get(name, name): name for name in (*MEASUREMENTS.names, *self.possible_breakdowns())}
        if own in names:
            return _KINDS.get(names[own], "code")
        if self.across is None:
            return None
        headers = self.across[1]
        spread = isinstance(self.locale.period(own), Period) if headers is None else own in headers
        return "number" if spread else None

    def possible_breakdowns(self) -> tuple[str, ...]:
        """Return the declared breakdowns; undeclared, those of the catalogue's indicators."""
        if self.breakdowns is not None or self.catalogue is None:
            return self.breakdowns or ()
        indicators = self.catalogue.indicators.values()
        names = dict.fromkeys(name for indicator in indicators for name in indicator.dimensions)
        return tuple(name for name in names if name not in MEASUREMENTS.names)


def prepared(given: Given, options: Options) -> tuple[Given, Options]:
    """Return the table with a row per measurement, and the options with what the format says about itself."""
    if options.locale.numbers is None and given.periods:
        locale = attrs.evolve(options.locale, periods=given.periods, numbers=given.numbers)
        options = attrs.evolve(options, locale=locale)
    return made_long(given, options), options


def take_in(given: Given, options: Options) -> tuple[Columns, Ledger]:
    """Read every column that has a meaning, and note what is wrong with those that have none or cannot be read."""
    names = _names(given, options)
    breakdowns = _breakdowns(given, options, names)
    columns = Columns(length=len(given.origin.rows), names=names, breakdowns=breakdowns)
    ledger = Ledger(given.origin, names)
    ledger.note(_unused(given, names))
    ledger.note(_absent(options, columns))
    for name in (*MEASUREMENTS.names, *breakdowns):
        ledger.note(_read(given, options, columns, name))
    ledger.note(_marks(given, options, columns))
    _attach(columns, options)
    return columns, ledger


def _names(given: Given, options: Options) -> dict[str, str]:
    """Return what each canonical column is called in the table."""
    names = {name: own for name, own in options.columns.items() if own in given.columns}
    taken = set(names.values())
    names |= {name: own for name, own in given.roles.items() if name not in options.columns and own not in taken}
    taken = set(names.values())
    possible = (*MEASUREMENTS.names, *options.possible_breakdowns(), *given.breakdowns)
    own = given.columns.keys() - {given.marks}
    free = (name for name in possible if name not in {*options.columns, *names} and name in own)
    return names | {name: name for name in free if name not in taken}


def _breakdowns(given: Given, options: Options, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the breakdown columns: those declared, else those of table and catalogue that are there."""
    if options.breakdowns is not None:
        return tuple(dict.fromkeys(options.breakdowns))
    possible = dict.fromkeys((*given.breakdowns, *options.possible_breakdowns()))
    return tuple(name for name in possible if name in names or name in options.constants)


def _unused(given: Given, names: Mapping[str, str]) -> Iterator[Finding]:
    taken = {*names.values(), given.marks}
    for own in given.columns:
        if own not in taken and _INDEX.fullmatch(own) is None:
            yield Finding(code="column.unknown", column=own, level="warning")


def _absent(options: Options, columns: Columns) -> Iterator[Finding]:
    """Name the columns that must be there or that the caller named, and are not."""
    wanted = dict.fromkeys((*REQUIRED, *options.columns, *(options.breakdowns or ())))
    for name in wanted:
        if name not in columns.names and name not in options.constants:
            yield Finding(code="column.missing", column=options.columns.get(name, name))
    for name in options.constants:
        if name in columns.names:
            yield Finding(code="column.twice", column=name)


def _read(given: Given, options: Options, columns: Columns, name: str) -> Iterable[Finding]:
    own = columns.names.get(name)
    reader = _READERS.get(name, read_code)
    refused = None if own is None else _refused(given, name, own)
    if refused is not None:
        yield refused
        yield from reader(columns, name, pa.chunked_array([pa.nulls(columns.length)]), options.locale)
        columns.mark_all_unread(name)
    elif own is not None:
        yield from reader(columns, name, given.columns[own], options.locale)
        yield from _convert(columns, options, name)
        if name in columns.breakdowns:
            total = options.totals.get(name, given.totals.get(name))
            columns.codes[name] = columns.codes[name].mapped(lambda text: TOTAL if text == total else text)
        for code, rows in given.faults.get(own, ()):
            columns.mark_unread(name, rows)
            yield Finding(code=code, column=name, rows=rows)
    elif name in options.constants:
        yield from reader(columns, name, _repeated(name, options.constants[name], columns.length), options.locale)
    elif name in REQUIRED or name in columns.breakdowns:
        yield from reader(columns, name, pa.chunked_array([pa.nulls(columns.length)]), options.locale)
        columns.mark_all_unread(name)


def _refused(given: Given, name: str, own: str) -> Finding | None:
    """Say why a column cannot be looked at at all: its type is not known, or its text is none."""
    if own in given.extensions:
        return Finding(code="period.extension_type" if name == "period" else "column.extension_type", column=name)
    if is_text(given.columns[own].type) and not is_sound(given.columns[own]):  # bytes that claim to be text
        return Finding(code="encoding.invalid", column=name, details={"encoding": "utf-8"})
    return None


def _repeated(name: str, constant: Constant, length: int) -> pa.ChunkedArray[Any]:
    if isinstance(constant, str):
        return pa.chunked_array([Codes.constant(constant, length).to_arrow()])
    if isinstance(constant, bool) or not isinstance(constant, int | float | dt.date):  # pyright: ignore[reportUnnecessaryIsInstance] - callers may not check types
        raise ArgumentError("argument.type", argument=f"constants[{name!r}]", expected="str, float, date")
    return pa.chunked_array([pa.repeat(constant, length)])


def _convert(columns: Columns, options: Options, name: str) -> Iterator[Finding]:
    """Turn the codes of another scheme into the register's own."""
    scheme = options.schemes.get(name)
    if scheme is None or options.register is None or name not in columns.codes:
        return
    codes = columns.codes[name]
    found = options.register.convert_codes(codes.texts, scheme)
    rows = codes.where(text is None for text in found)
    columns.mark_unread(name, rows)
    yield Finding(code="code.not_in_scheme", column=name, rows=rows, details={"scheme": scheme})
    columns.codes[name] = codes.renamed(found)


def _marks(given: Given, options: Options, columns: Columns) -> Iterator[Finding]:
    """Look up the marks that stand in a column of their own; one that is not declared is a fault, never no mark."""
    if given.marks is None or given.marks in columns.names.values():
        return
    marks, codes = options.locale.marks, codes_of(given.columns[given.marks]) or Codes.empty(columns.length)
    unknown = sorted({text for text in codes.texts if text not in marks})
    rows = codes.where(text in unknown for text in codes.texts)
    shown = [f'"{text}"' for text in unknown if len(text) <= _LONGEST_MARK][
        :_MOST_MARKS
    ]  # what is longer may be data
    yield Finding(code="mark.unknown", column=given.marks, rows=rows, details={"marks": shown})
    for text in codes.texts:
        if text in marks and marks[text].value is None:
            columns.marked.append((marks[text], np.flatnonzero(codes.equals(text))))


def _attach(columns: Columns, options: Options) -> None:
    """Give the source to rows that name none, and to declared marks the status that they stand for."""
    if options.source is not None:
        source = columns.codes.get("source", Codes.empty(columns.length))
        columns.codes["source"] = source.filled(options.source)
    for mark, rows in columns.marked:
        mask = np.zeros(columns.length, dtype=bool)
        mask[rows] = True
        for name, default, word in (("status", "A", mark.status), ("conf", "F", mark.conf)):
            if word != default:
                given = columns.column_of(name, default)
                columns.codes[name] = given.assigned(mask & ((given.codes < 0) | given.equals(default)), word)
    if columns.censored is not None and len(columns.censored[0]):
        _attach_limits(columns, *columns.censored)


def _attach_limits(columns: Columns, rows: NDArray[np.int64], limits: NDArray[np.float64]) -> None:
    """Say of values that are withheld because they are small how large they are at most."""
    upper = columns.numbers.get("upper", np.full(columns.length, np.nan)).copy()
    upper[rows] = np.where(np.isnan(upper[rows]), limits, upper[rows])
    columns.numbers["upper"] = upper
    mask = np.zeros(columns.length, dtype=bool)
    mask[rows] = True
    columns.codes["qualifier"] = columns.column_of("qualifier", "exact").assigned(mask, "at_most")
