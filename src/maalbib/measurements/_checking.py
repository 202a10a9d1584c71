"""A table on its whole way in: its columns are read, every rule is run, and what can be kept is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.errors import DataError
from maalbib.measurements._columns import Columns, Ledger, Origin
from maalbib.measurements._content import columns_in
from maalbib.measurements._derivation import Derivation
from maalbib.measurements._intake import Given, Options, prepared, take_in
from maalbib.measurements._schema import schema_of
from maalbib.measurements._territories import division_days
from maalbib.measurements._validate import check, table_of
from maalbib.problems import Problems

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Checked", "checked_again", "checked_table"]


@attrs.frozen(eq=False, kw_only=True)
class Checked:
    """The rows that can be kept as canonical columns, where they come from, and everything that was found."""

    table: pa.Table
    breakdowns: tuple[str, ...]
    origin: Origin
    problems: Problems


def checked_table(given: Given, options: Options) -> Checked:
    """Read the columns of a table and run every rule.

    Raises
    ------
    DataError
        If there is an error and the options say so.
    """
    given, options = prepared(given, options)
    if given.refused:
        _raise(given.problems, options)
        breakdowns = options.breakdowns or ()
        nothing = Origin(range(0), file=given.origin.file)
        empty = schema_of(breakdowns, ()).empty_table()
        return Checked(table=empty, breakdowns=breakdowns, origin=nothing, problems=given.problems)
    columns, ledger = take_in(given, options)
    columns.divisions = division_days(given.derivations, columns.codes["indicator"].texts)
    return _finished(columns, ledger, options, ledger.origin, given.problems)


def checked_again(
    table: pa.Table, options: Options, origin: Origin, earlier: Problems, derivations: tuple[Derivation, ...] = ()
) -> Checked:
    """Run every rule over a canonical table; problems of an earlier check are kept and refuse nothing.

    Raises
    ------
    DataError
        If there is a new error and the options say so.
    """
    columns = columns_in(table, options.breakdowns or ())
    columns.divisions = division_days(derivations, columns.codes["indicator"].texts)
    found = _finished(columns, Ledger(origin, columns.names), options, origin, Problems())
    return attrs.evolve(found, problems=earlier + found.problems)


def _finished(columns: Columns, ledger: Ledger, options: Options, origin: Origin, before: Problems) -> Checked:
    check(columns, ledger, options.catalogue, options.register)
    problems = before + ledger.problems
    _raise(problems, options)
    if not ledger.kept.all():
        origin = origin.take(np.flatnonzero(ledger.kept))
    table = table_of(columns, ledger.kept)
    return Checked(table=table, breakdowns=columns.breakdowns, origin=origin, problems=problems)


def _raise(problems: Problems, options: Options) -> None:
    if options.on_problem == "raise" and len(problems.errors):
        raise DataError(problems)
