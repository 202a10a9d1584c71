"""Which targets count for whom: those with a row, and those that ought to have one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._roll_up_forest import Leaf
from maalbib.analysis._roll_up_states import WHYS
from maalbib.analysis._roll_up_told import Told, packed
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.model import Scope
    from maalbib.register import Register

__all__ = ["Counting", "Held", "Units", "bound_by"]

_WHOLE = ""  # the breakdown of what is not broken down


@attrs.frozen(kw_only=True, eq=False)
class Units:
    """Whom results are about: (units,) place of institution and breakdown among their words, and the moment.

    The last units, one for each moment, are about nobody: they hold the results of trees in which nobody has data.
    """

    institution: Ints
    part: Ints
    moment: Ints
    named: int

    @classmethod
    def of(cls, told: Told) -> tuple[Units, Ints]:
        """Return the units of a tracking, and the one of each row."""
        words = told.institution.words, told.breakdown.words
        unit, first = packed(
            (told.institution.codes, len(words[0])),
            (told.breakdown.codes, len(words[1])),
            (told.moment, len(told.methods)),
        )
        found = cls.made(
            told.institution.codes[first], told.breakdown.codes[first], told.moment[first], len(told.methods)
        )
        return found, unit

    @classmethod
    def made(cls, institution: Ints, part: Ints, moment: Ints, moments: int) -> Units:
        """Return the units, with those about nobody behind."""
        blank = np.full(moments, -1, dtype=np.int64)
        return cls(
            institution=np.concatenate([institution, blank]),
            part=np.concatenate([part, blank]),
            moment=np.concatenate([moment, np.arange(moments)]),
            named=len(institution),
        )

    def __len__(self) -> int:
        return len(self.moment)

    def blank(self, moments: Ints) -> Ints:
        """Return the units about nobody of some moments."""
        return self.named + moments


@attrs.frozen(kw_only=True, eq=False)
class Held:
    """What a target gives: for each unit the row that says how it stands, -1 without one, and why it then is left out.

    Where a unit has several rows of the target, ``member`` is the institution of each (-1 for none of its own), ``part`` its share of
    the target's weight, and ``nested`` whether others of them belong to it.
    """

    unit: Ints
    row: Ints
    why: Ints
    member: Ints
    part: Floats
    nested: Bools

    @classmethod
    def of(cls, told: Told, unit: Ints, row: Ints, otherwise: str) -> Held:
        """Take why from the rows, and the same for what has no row."""
        return cls(
            unit=unit,
            row=row,
            why=np.where(row >= 0, told.why[row], WHYS.index(otherwise)),
            member=np.full(len(row), -1, dtype=np.int64),
            part=np.ones(len(row)),
            nested=np.zeros(len(row), dtype=bool),
        )


class Counting:
    """Finds what each target gives in its tree. A target that ought to have a row and has none is not dropped."""

    def __init__(self, told: Told, catalogue: Catalogue | None, register: Register | None, *, absent: str) -> None:
        self._told = told
        self._catalogue = catalogue
        self._register = register
        self._absent = absent
        self.units, self._unit = Units.of(told)
        self.words = told.institution.words
        self._places = {code: place for place, code in enumerate(told.target.words)}
        order = np.argsort(told.target.codes, kind="stable")
        ends = np.searchsorted(told.target.codes[order], np.arange(len(told.target.words) + 1))
        self._rows = [order[start:end] for start, end in pairwise(ends)]
        self._nobody = told.institution.mapped(lambda word: word == "") == 1
        self._parts = {text: place for place, text in enumerate(told.breakdown.words)}
        self._codes = {code: place for place, code in enumerate(told.institution.words)}

    def tree(self, leaves: Iterable[Leaf]) -> Ints:
        """Return everybody who has a row of any target of a tree; nobody where no row of a moment names anybody."""
        rows = [self._rows_of(leaf) for leaf in leaves]
        found = np.concatenate([self._empty, *rows])
        named = np.zeros(self.units.named, dtype=bool)
        named[self._unit[found[~self._nobody[found]]]] = True
        units = np.flatnonzero(named)
        silent = np.setdiff1d(np.arange(len(self._told.methods)), self.units.moment[units])
        return np.concatenate([units, self.units.blank(silent)])

    def held(self, leaf: Leaf, tree: Ints) -> Held:
        """Return what a target gives to those in its tree that it binds."""
        named, everybody = self._judged(leaf)
        own = self._unit[named]
        rest = self._lacking(leaf, tree, named)
        source = self._source(leaf, rest, named, everybody)
        free = leaf.scope is None and self._absent == "not_applicable"
        judged = len(named) + len(everybody) > 0
        otherwise = "not_tracked" if not judged else "not_applicable" if free else "missing"
        return Held.of(self._told, np.concatenate([own, rest]), np.concatenate([named, source]), otherwise)

    @property
    def _empty(self) -> Ints:
        return np.zeros(0, dtype=np.int64)

    def _rows_of(self, leaf: Leaf) -> Ints:
        place = self._places.get(leaf.id)
        return self._empty if place is None else self._rows[place]

    def _judged(self, leaf: Leaf) -> tuple[Ints, Ints]:
        """Return the rows of a target that name an institution, and those that speak for everybody."""
        rows = self._rows_of(leaf)
        named, everybody = rows[~self._nobody[rows]], rows[self._nobody[rows]]
        if any(len(np.unique(self._unit[each])) < len(each) for each in (named, everybody)):
            raise ArgumentError("roll_up.twice", target=leaf.id)
        return named, everybody

    def _lacking(self, leaf: Leaf, tree: Ints, named: Ints) -> Ints:
        """Return who of a tree is bound by a target and has no row."""
        units = self.units
        lacking = np.zeros(len(units), dtype=bool)
        lacking[tree] = True
        lacking[self._unit[named]] = False
        rest = np.flatnonzero(lacking)
        blank = units.institution[rest] < 0
        if leaf.breakdown is not None:
            rest = rest[blank | (units.part[rest] == self._parts.get(leaf.breakdown, -2))]
            blank = units.institution[rest] < 0
        bound = self._bound(leaf, named)
        return rest if bound is None else rest[blank | bound[units.institution[rest]]]

    def _bound(self, leaf: Leaf, named: Ints) -> Bools | None:
        """Return which institutions a target binds, None for all. Those it was judged for are those it binds."""
        if leaf.scope is None:
            return None
        bound = np.zeros(len(self._codes), dtype=bool)
        if len(named):
            bound[self._told.institution.codes[named]] = True
            return bound
        codes = bound_by(leaf.scope, self._catalogue, self._register, max(self._told.days))
        if codes is None:
            return None
        bound[[self._codes[code] for code in codes if code in self._codes]] = True
        return bound

    def _source(self, leaf: Leaf, rest: Ints, named: Ints, everybody: Ints) -> Ints:
        """Return the row that speaks for those without one of their own: one without an institution speaks for all.

        What rests on no indicator stands the same for every part of an institution.
        """
        units = self.units
        source = self._speakers(everybody)[units.moment[rest]]
        if leaf.measured or not len(named):
            return source
        known = self._wholes(named)
        own = zip(units.institution[rest], units.moment[rest], source, strict=True)
        return np.array([known.get((code, moment), row) for code, moment, row in own], dtype=np.int64)

    def _speakers(self, everybody: Ints) -> Ints:
        """Return for each moment the row that speaks for everybody, -1 without one."""
        found = np.full(len(self._told.methods), -1, dtype=np.int64)
        found[self._told.moment[everybody]] = everybody
        return found

    def _wholes(self, named: Ints) -> dict[tuple[int, int], int]:
        """Return the row that is not broken down, by institution and moment."""
        told = self._told
        rows = named[told.breakdown.codes[named] == self._parts.get(_WHOLE, -2)]
        keys = zip(told.institution.codes[rows].tolist(), told.moment[rows].tolist(), strict=True)
        return dict(zip(keys, rows.tolist(), strict=True))


def bound_by(
    scope: Scope, catalogue: Catalogue | None, register: Register | None, day: dt.date
) -> tuple[str, ...] | None:
    """Return whom a scope names, None where nobody can tell."""
    if scope.institutions:
        return scope.institutions
    if scope.group is not None:
        return catalogue.groups[scope.group].members if catalogue is not None else None
    if register is not None:
        return tuple(entry.id for entry in register.members(scope, day))
    known = [] if catalogue is None else [item for item in catalogue.institutions.values() if item.kind is scope.kind]
    return tuple(item.id for item in known if item.valid_on(day)) or None
