"""From named arrays to canonical columns: which column is which, and what the caller says about those that are not there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs
import numpy as np
import pyarrow as pa

from maalbib.errors import ArgumentError
from maalbib.measurements._cells import read_code, read_comment, read_day, read_number, read_period, read_whole
from maalbib.measurements._codes import Codes, is_text
from maalbib.measurements._columns import Columns, Finding, Ledger, Origin
from maalbib.measurements._locale import Locale
from maalbib.measurements._schema import MEASUREMENTS, NUMBER_COLUMNS, REQUIRED
from maalbib.problems import Problems

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.catalogue import Catalogue
    from maalbib.register import Register

__all__ = ["Constant", "Given", "OnProblem", "Options", "take_in"]

Constant = str | float | dt.date
OnProblem = Literal["raise", "collect"]
Reader = Callable[[Columns, str, "pa.ChunkedArray[Any]", Locale], Iterator[Finding]]

_BREAKDOWN: Final = re.compile(r"[^\s;=]{1,100}")
_INDEX: Final = re.compile(r"__index_level_\d+__")
_NUMERIC: Final = frozenset({*NUMBER_COLUMNS, "n", "revision"})
_READERS: Final[Mapping[str, Reader]] = {
    "period": read_period,
    **dict.fromkeys(NUMBER_COLUMNS, read_number),
    "n": read_whole,
    "revision": read_whole,
    "vintage": read_day,
    "comment": read_comment,
}


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
        Cells that could not be taken over, by column: the broken rule and the rows.
    breakdowns
        Names that the table itself declares as breakdowns.
    """

    columns: Mapping[str, pa.ChunkedArray[Any]]
    origin: Origin
    problems: Problems = attrs.field(factory=Problems)
    extensions: frozenset[str] = frozenset()
    faults: Mapping[str, tuple[str, NDArray[np.int64]]] = attrs.field(factory=dict)
    breakdowns: tuple[str, ...] = ()

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
    on_problem: OnProblem = "raise"

    def __attrs_post_init__(self) -> None:
        if self.on_problem not in {"raise", "collect"}:
            raise ArgumentError.choice("on_problem", ("raise", "collect"))
        for name in self.breakdowns or ():
            if name in MEASUREMENTS.names or _BREAKDOWN.fullmatch(name) is None:
                raise ArgumentError("breakdown.name")
        if self.schemes and self.register is None:
            raise ArgumentError("scheme.no_register")
        allowed = {*MEASUREMENTS.names, *self.possible_breakdowns()}
        for argument, names in (("columns", self.columns), ("constants", self.constants), ("schemes", self.schemes)):
            if not allowed.issuperset(names):
                raise ArgumentError.choice(argument, [*MEASUREMENTS.names, *self.possible_breakdowns()])

    def readable(self) -> dict[str, bool]:
        """Return what the columns that have a meaning are called in the table, and whether they hold numbers."""
        possible = (*MEASUREMENTS.names, *self.possible_breakdowns())
        return {self.columns.get(name, name): name in _NUMERIC for name in possible}

    def possible_breakdowns(self) -> tuple[str, ...]:
        """Return the declared breakdowns; undeclared, those of the catalogue's indicators."""
        if self.breakdowns is not None or self.catalogue is None:
            return self.breakdowns or ()
        indicators = self.catalogue.indicators.values()
        names = dict.fromkeys(name for indicator in indicators for name in indicator.dimensions)
        return tuple(name for name in names if name not in MEASUREMENTS.names)


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
    _attach(columns, options)
    return columns, ledger


def _names(given: Given, options: Options) -> dict[str, str]:
    """Return what each canonical column is called in the table."""
    names = {name: own for name, own in options.columns.items() if own in given.columns}
    taken = set(names.values())
    possible = (*MEASUREMENTS.names, *options.possible_breakdowns(), *given.breakdowns)
    free = (name for name in possible if name not in options.columns and name in given.columns and name not in taken)
    return names | {name: name for name in free}


def _breakdowns(given: Given, options: Options, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the breakdown columns: those declared, else those of table and catalogue that are there."""
    if options.breakdowns is not None:
        return tuple(dict.fromkeys(options.breakdowns))
    possible = dict.fromkeys((*given.breakdowns, *options.possible_breakdowns()))
    return tuple(name for name in possible if name in names or name in options.constants)


def _unused(given: Given, names: Mapping[str, str]) -> Iterator[Finding]:
    taken = set(names.values())
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
        if own in given.faults:
            code, rows = given.faults[own]
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
    try:
        if is_text(given.columns[own].type):
            given.columns[own].validate(full=True)
    except pa.ArrowInvalid:  # bytes that claim to be text
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
