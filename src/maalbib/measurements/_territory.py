"""Figures in the territorial division of one day, whichever division they were published in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np

from maalbib.errors import ArgumentError, DataError
from maalbib.measurements._columns import Columns, Ledger, Origin
from maalbib.measurements._content import columns_in
from maalbib.measurements._derivation import Derivation
from maalbib.measurements._territories import METHOD, division_days, territory_of
from maalbib.measurements._territory_figures import Gathered, gathered
from maalbib.measurements._territory_methods import methods_of
from maalbib.measurements._territory_parts import parts_of
from maalbib.measurements._territory_wording import CommentLanguage
from maalbib.measurements._validate import table_of
from maalbib.model import FrozenDict, InstitutionKind
from maalbib.problems import Problems

if TYPE_CHECKING:
    import pyarrow as pa

    from maalbib.catalogue import Catalogue
    from maalbib.register import Register

__all__ = ["Division", "Moved", "Wanted", "moved"]

Division = Literal["start", "end"]


@attrs.frozen(kw_only=True)
class Wanted:
    """Which division the figures are wanted in, and what the caller has declared."""

    date: dt.date
    basis: str | None
    kind: InstitutionKind
    of: InstitutionKind
    division: Division | None
    rule: str
    sizes: Mapping[str, float] | None
    lang: CommentLanguage

    @classmethod
    def asked(
        cls,
        date: dt.date,
        basis: str | None,
        kind: str,
        *,
        of: str | None,
        division: Division | None,
        rule: str,
        sizes: Mapping[str, float] | None,
        lang: CommentLanguage,
    ) -> Wanted:
        """Check the words of a call."""
        if division not in {None, "start", "end"}:
            raise ArgumentError.choice("division", ("start", "end"))
        if lang not in {"da", "en"}:
            raise ArgumentError.choice("lang", ("da", "en"))
        above = _kind("kind", kind)
        below = above if of is None else _kind("of", of)
        return cls(date=date, basis=basis, kind=above, of=below, division=division, rule=rule, sizes=sizes, lang=lang)


def _kind(argument: str, word: str) -> InstitutionKind:
    known = [kind.value for kind in InstitutionKind]
    if word not in known:
        raise ArgumentError.choice(argument, known)
    return InstitutionKind(word)


@attrs.frozen(eq=False, kw_only=True)
class Moved:
    """Measurements in another division: the parts that measurements are made of."""

    table: pa.Table
    origin: Origin
    problems: Problems
    derivations: tuple[Derivation, ...]


def moved(
    table: pa.Table,
    breakdowns: tuple[str, ...],
    origin: Origin,
    wanted: Wanted,
    catalogue: Catalogue,
    register: Register,
    *,
    derivations: tuple[Derivation, ...],
    strict: bool,
) -> Moved:
    """Carry the newest row of every key to the wanted division.

    Parameters
    ----------
    table
        Canonical columns, one row for each key.
    breakdowns
        Names of the breakdown columns.
    origin
        Where the rows come from.
    wanted
        The division.
    catalogue, register
        How indicators add up, and what became of the units.
    derivations
        How the indicators were made, earlier divisions included.
    strict
        Whether an error is raised; otherwise the rows are left out.

    Raises
    ------
    DataError
        With everything that cannot be carried, if ``strict``.
    """
    columns = columns_in(table, breakdowns)
    columns.codes = {name: codes.take(None) for name, codes in columns.codes.items()}  # in the order of the texts
    columns.divisions = division_days(derivations, columns.codes["indicator"].texts)
    ledger = Ledger(origin, {})
    parts = parts_of(columns, wanted, register)
    ledger.note(parts.findings)
    methods = methods_of(columns, catalogue)
    found = gathered(columns, parts, methods, wanted)
    ledger.note(found.findings)
    if strict and len(ledger.problems.errors):
        raise DataError(ledger.problems)
    result = _sorted(found.columns)
    return Moved(
        table=table_of(result, np.ones(result.length, dtype=bool)),
        origin=Origin(range(result.length)),
        problems=ledger.problems,
        derivations=_derivations(columns, found, wanted, derivations),
    )


def _derivations(
    columns: Columns, found: Gathered, wanted: Wanted, derivations: tuple[Derivation, ...]
) -> tuple[Derivation, ...]:
    """Say of each indicator with rows of the kind how it was carried."""
    texts = columns.codes["indicator"].texts
    earlier = [territory_of(derivations, text) for text in texts]
    before = [None if shown is None else shown.basis for shown in earlier]  # an estimate stays one
    return tuple(
        Derivation(
            indicator=texts[place],
            method=METHOD,
            inputs=(texts[place],),
            params=FrozenDict(
                {
                    "how": "allocated" if found.allocated[place] > 0 or before[place] is not None else "exact",
                    "date": str(wanted.date),
                    "basis": wanted.basis or before[place],
                    "kind": wanted.kind.value,
                    "of": wanted.of.value,
                    "division": wanted.division,
                    "allocated": float(found.allocated[place]),
                }
            ),
        )
        for place in found.carried
    )


def _sorted(columns: Columns) -> Columns:
    """Return the rows by indicator, institution, period and breakdown; codes are in the order of their texts."""
    codes = {name: held.take(None) for name, held in columns.codes.items()}
    names = ("indicator", "institution", "period", *columns.breakdowns)
    order = np.lexsort([codes[name].codes for name in reversed(names)])
    return Columns(
        length=columns.length,
        names={},
        breakdowns=columns.breakdowns,
        codes={name: held.take(order) for name, held in codes.items()},
        numbers={name: values[order] for name, values in columns.numbers.items()},
        comment=None if columns.comment is None else columns.comment.take(order),
    )
