"""Several sets of measurements as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np
import pyarrow as pa

from maalbib.errors import ArgumentError, DataError
from maalbib.measurements._codes import Codes
from maalbib.measurements._columns import Columns, Ledger, Origin
from maalbib.measurements._content import codes_in, numbers_in
from maalbib.measurements._derivation import Derivation
from maalbib.measurements._known import Known
from maalbib.measurements._rules_rows import duplicates
from maalbib.measurements._schema import DEFAULTS, KEY, MEASUREMENTS, NUMBER_COLUMNS, TOTAL
from maalbib.measurements._territories import territory_of
from maalbib.measurements._validate import table_of
from maalbib.problems import Problems

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements._held import Held
    from maalbib.register import Register

__all__ = ["Together", "put_together"]

T = TypeVar("T")
_COUNTED = ("n", "vintage", "revision")


@attrs.frozen(eq=False, kw_only=True)
class Together:
    """What measurements are made of."""

    table: pa.Table
    breakdowns: tuple[str, ...]
    catalogue: Catalogue | None
    register: Register | None
    problems: Problems
    origin: Origin
    derivations: tuple[Derivation, ...]


def put_together(parts: Sequence[Held], origins: Sequence[Origin], *, strict: bool) -> Together:
    """Return the rows of all parts, one after the other, checked for keys that stand in several.

    Raises
    ------
    DataError
        If rows of a key contradict each other, and ``strict``.
    ArgumentError
        If the parts have different catalogues or registers, or show an indicator in different divisions.
    """
    catalogue = _one("catalogue", [part.catalogue for part in parts])
    register = _one("register", [part.register for part in parts])
    _require_one_division(parts)
    breakdowns = tuple(dict.fromkeys(name for part in parts for name in part.breakdowns))
    columns = _columns([part.to_arrow() for part in parts], breakdowns)
    origin = _origin(parts, origins)
    ledger = Ledger(origin, {})
    ledger.note(duplicates(columns, Known.about(columns, None, None), ledger.kept))
    problems = sum((part.problems for part in parts), Problems()) + ledger.problems
    if strict and len(ledger.problems.errors):
        raise DataError(problems)
    kept = ledger.kept
    return Together(
        table=table_of(columns, kept),
        breakdowns=breakdowns,
        catalogue=catalogue,
        register=register,
        problems=problems,
        origin=origin if kept.all() else origin.take(np.flatnonzero(kept)),
        derivations=tuple(dict.fromkeys(made for part in parts for made in part.derivations)),
    )


def _one(argument: str, given: Sequence[T | None]) -> T | None:
    """Return the one thing that is given; what is not given anywhere is None."""
    found = [each for each in given if each is not None]
    if any(each is not found[0] and each != found[0] for each in found[1:]):
        raise ArgumentError("together.different", argument=argument)
    return found[0] if found else None


def _require_one_division(parts: Sequence[Held]) -> None:
    for code in sorted({code for part in parts for code in part.indicators}):
        shown = {territory_of(part.derivations, code) for part in parts if code in part.indicators}
        if len(shown) > 1:
            raise ArgumentError("together.divisions", indicator=code)


def _columns(tables: Sequence[pa.Table], breakdowns: tuple[str, ...]) -> Columns:
    present = {name for table in tables for name in table.column_names}
    codes = [name for name in (*KEY, *DEFAULTS, "source") if name in present]
    columns = Columns(length=sum(table.num_rows for table in tables), names={}, breakdowns=breakdowns)
    columns.codes = {name: _joined([codes_in(table, name) for table in tables]) for name in codes}
    for name in breakdowns:
        columns.codes[name] = _joined([_broken_down(table, name) for table in tables])
    for name in (*NUMBER_COLUMNS, *_COUNTED):
        if name in present:
            columns.numbers[name] = np.concatenate([_numbers(table, name) for table in tables])
    if "comment" in present:
        columns.comment = _comments(tables)
    return columns


def _broken_down(table: pa.Table, name: str) -> Codes:
    return codes_in(table, name) if name in table.column_names else Codes.constant(TOTAL, table.num_rows)


def _joined(parts: Sequence[Codes]) -> Codes:
    texts = tuple(text for part in parts for text in part.texts)
    starts = np.cumsum([0, *(len(part.texts) for part in parts)])
    codes = [
        np.where(part.codes < 0, np.int32(-1), part.codes + np.int32(start))
        for part, start in zip(parts, starts.tolist(), strict=False)
    ]
    place: dict[str, int] = {}
    target = np.array([*(place.setdefault(text, len(place)) for text in texts), -1], dtype=np.int32)
    return Codes(target[np.concatenate(codes)], tuple(place))


def _numbers(table: pa.Table, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    held = numbers_in(table, name)
    return np.full(table.num_rows, 0.0 if name == "revision" else np.nan) if held is None else held


def _comments(tables: Sequence[pa.Table]) -> pa.Array[Any]:
    kind = MEASUREMENTS.field("comment").type
    parts: list[Any] = [
        table.column("comment").combine_chunks()
        if "comment" in table.column_names
        else pa.nulls(table.num_rows, kind)
        for table in tables
    ]
    chunks = [chunk for part in parts for chunk in getattr(part, "chunks", [part])]
    return pa.concat_arrays(chunks)


def _origin(parts: Sequence[Held], origins: Sequence[Origin]) -> Origin:
    """Return where the rows come from: their numbers in the one file they are all from, else their positions."""
    files = {(origin.file, origin.sheet) for origin in origins}
    if len(files) == 1 and None not in {origin.file for origin in origins}:
        rows = np.concatenate([part.row_numbers for part in parts])
        return Origin(rows, file=origins[0].file, sheet=origins[0].sheet)
    return Origin(range(sum(len(part) for part in parts)))
