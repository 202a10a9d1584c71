"""Which targets count for a territory: the verdicts of all who belong to it, each with its share of the target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._roll_up_forest import Leaf
from maalbib.analysis._roll_up_items import Counting, Held, Units, bound_by
from maalbib.analysis._roll_up_places import registered
from maalbib.analysis._roll_up_told import Told, packed
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.model import Institution
    from maalbib.register import Register

__all__ = ["Covering"]

_WIDE: Final = 1 << 31  # more than there are institutions, so that a unit and a member make one number
_NAMED: Final = 5  # codes named in an error
_ALL: Final = -1  # the member of an item that speaks for all of a territory


@attrs.frozen(kw_only=True, eq=False)
class _Found:
    """Items of one target: the territory, the institution and the row of each."""

    unit: Ints
    member: Ints
    row: Ints

    @classmethod
    def none(cls) -> _Found:
        return cls(unit=_NO, member=_NO, row=_NO)

    def kept(self, which: Bools) -> _Found:
        return _Found(unit=self.unit[which], member=self.member[which], row=self.row[which])


_NO: Final[Ints] = np.zeros(0, dtype=np.int64)


class Covering(Counting):
    """Finds what each target gives to every territory. Who ought to have a row and has none is not dropped.

    A target that binds everybody binds, in a territory, those of the kinds that it was judged for. What nobody can say of
    single institutions is one item for the whole territory.
    """

    def __init__(
        self,
        told: Told,
        catalogue: Catalogue | None,
        register: Register | None,
        *,
        absent: str,
        level: str | None,
        weights: Mapping[str, float],
        outside: Bools,
    ) -> None:
        super().__init__(told, catalogue, register, absent=absent)
        self._known = registered(told, register)
        self._outside = outside
        self._given = weights if any(code in weights for code in self.words) else {}
        self.words = list(self.words)
        self._place = {code: place for place, code in enumerate(self.words)}
        self._days = list(dict.fromkeys(told.days))
        self._day = np.array([self._days.index(day) for day in told.days], dtype=np.int64)
        self._lines = {
            (code, day): (self._known.institution(code, day), *self._known.ancestors(code, day))
            for day in self._days
            for code in told.institution.words
            if code
        }
        self._members: dict[tuple[int, dt.date], tuple[Institution, ...]] = {}
        self.units, self._pair_row, self._pair_unit, self._ends = self._paired(level)

    def tree(self, leaves: Iterable[Leaf]) -> Ints:
        """Return the territories in which somebody has a row of any target of a tree, or nobody where nobody at all has."""
        rows = np.concatenate([_NO, *(self._rows_of(leaf) for leaf in leaves)])
        units = np.unique(self._pair_unit[self._pairs_of(rows)])
        named = self._told.moment[rows[~self._nobody[rows]]]
        return np.concatenate([units, self.units.blank(np.setdiff1d(np.arange(len(self._told.methods)), named))])

    def held(self, leaf: Leaf, tree: Ints) -> Held:
        """Return what a target gives to the territories of its tree."""
        named, everybody = self._judged(leaf)
        if leaf.breakdown is not None:
            own_part = self.units.part[tree] == self._parts.get(leaf.breakdown, -2)
            tree = tree[own_part | (self.units.institution[tree] < 0)]
        pairs = self._pairs_of(named)
        row = self._pair_row[pairs]
        own = _Found(unit=self._pair_unit[pairs], member=self._told.institution.codes[row], row=row)
        lacking = self._spoken_for(leaf, self._without(own, self._expected(leaf, tree, named)), named)
        speaker = self._speakers(everybody)
        silent = (lacking.row < 0) & (speaker[self.units.moment[lacking.unit]] >= 0)
        rest = np.setdiff1d(tree, np.concatenate([own.unit, lacking.unit[~silent]]))
        alone = np.union1d(rest[self._binds(leaf, rest, named)], lacking.unit[silent])
        whole = _Found(
            unit=alone, member=np.full(len(alone), _ALL, dtype=np.int64), row=speaker[self.units.moment[alone]]
        )
        found = self._sorted([own, lacking.kept(~silent), whole])
        free = leaf.scope is None and self._absent == "not_applicable"
        judged = len(named) + len(everybody) > 0
        otherwise = "not_tracked" if not judged else "not_applicable" if free else "missing"
        held = Held.of(self._told, found.unit, found.row, otherwise)
        applies = ~(self._outside[held.why] & (held.why >= 0))
        part = self._shares(found, applies)
        return attrs.evolve(held, member=found.member, part=part, nested=applies & self._above(found, named))

    def _paired(self, level: str | None) -> tuple[Units, Ints, Ints, Ints]:
        """Return the units, and for each row and territory that it counts in, the row and the unit; they end where ``ends`` says."""
        told = self._told
        kinds = {level} if level else {above.kind.value for line in self._lines.values() for above in line[1:]}
        whole = level is None
        places = {
            key: [self._at(entry.id) for entry in line if entry.kind.value in kinds or (whole and len(line) == 1)]
            for key, line in self._lines.items()
        }
        if level is not None and not any(places.values()):
            raise ArgumentError("roll_up.no_level", level=level)
        lists = [places.get((code, day), []) for day in self._days for code in told.institution.words]
        at = self._day[told.moment] * len(told.institution.words) + told.institution.codes
        count = np.array([len(each) for each in lists], dtype=np.int64)
        start = np.concatenate([[0], count.cumsum()])[:-1]
        row = np.repeat(np.arange(len(told)), count[at])
        ends = np.concatenate([[0], count[at].cumsum()])
        flat = np.array([place for each in lists for place in each], dtype=np.int64)
        above = flat[_ranges(start[at], count[at])]
        part, moment = told.breakdown.codes[row], told.moment[row]
        unit, first = packed((above, len(self.words)), (part, len(told.breakdown.words)), (moment, len(told.methods)))
        return Units.made(above[first], part[first], moment[first], len(told.methods)), row, unit, ends

    def _at(self, code: str) -> int:
        """Return the place of a code; those that the tracking does not name are written behind."""
        if code not in self._place:
            self._place[code] = len(self.words)
            self.words.append(code)
        return self._place[code]

    def _pairs_of(self, rows: Ints) -> Ints:
        return _ranges(self._ends[rows], self._ends[rows + 1] - self._ends[rows])

    def _members_of(self, place: int, day: dt.date) -> tuple[Institution, ...]:
        """Return a territory and all who belong to it."""
        if (place, day) not in self._members:
            code = self.words[place]
            below = self._known.descendants(code, on=day)
            self._members[place, day] = (self._known.institution(code, day), *below)
        return self._members[place, day]

    def _expected(self, leaf: Leaf, tree: Ints, named: Ints) -> _Found:
        """Return who in each territory ought to have a row: those judged, or where a target binds all, those of the same kinds."""
        if not len(named):
            return _Found.none()
        told = self._told
        codes, days = told.institution.codes[named], self._day[told.moment[named]]
        asked = {
            (self.words[code], self._days[day]) for code, day in set(zip(codes.tolist(), days.tolist(), strict=True))
        }
        judged = {code for code, _ in asked}
        kinds = {self._lines[each][0].kind for each in asked}
        free = leaf.scope is None and self._absent == "missing"
        found: dict[tuple[int, dt.date], Ints] = {}
        units = tree[self.units.institution[tree] >= 0]
        lists: list[Ints] = []
        for place, moment in zip(self.units.institution[units].tolist(), self.units.moment[units], strict=True):
            key = place, told.days[moment]
            if key not in found:
                members = self._members_of(*key)
                wanted = [each for each in members if (each.kind in kinds if free else each.id in judged)]
                found[key] = np.array([self._at(each.id) for each in wanted], dtype=np.int64)
            lists.append(found[key])
        member = np.concatenate([_NO, *lists])
        unit = np.repeat(units, [len(each) for each in lists])
        return _Found(unit=unit, member=member, row=np.full(len(unit), -1, dtype=np.int64))

    def _without(self, own: _Found, expected: _Found) -> _Found:
        """Return who is expected and has no row."""
        return expected.kept(~np.isin(expected.unit * _WIDE + expected.member, own.unit * _WIDE + own.member))

    def _spoken_for(self, leaf: Leaf, lacking: _Found, named: Ints) -> _Found:
        """Return the same with the rows that speak for parts: what rests on no indicator stands alike for every part."""
        if leaf.measured or not len(named):
            return lacking
        known = self._wholes(named)
        own = zip(lacking.member.tolist(), self.units.moment[lacking.unit].tolist(), strict=True)
        return attrs.evolve(lacking, row=np.array([known.get(each, -1) for each in own], dtype=np.int64))

    def _binds(self, leaf: Leaf, units: Ints, named: Ints) -> Bools:
        """Return in which territories a target without rows there is lacking: it binds all, or somebody there."""
        nobody = np.asarray(self.units.institution[units] < 0, dtype=bool)
        if leaf.scope is None or not len(units):
            return np.ones(len(units), dtype=bool)
        if len(named):
            return nobody
        codes = bound_by(leaf.scope, self._catalogue, self._register, max(self._told.days))
        if codes is None:
            return np.ones(len(units), dtype=bool)
        wanted = set(codes)
        days = [self._told.days[moment] for moment in self.units.moment[units]]
        there = [
            place < 0 or any(each.id in wanted for each in self._members_of(place, day))
            for place, day in zip(self.units.institution[units].tolist(), days, strict=True)
        ]
        return np.array(there, dtype=bool)

    def _sorted(self, parts: list[_Found]) -> _Found:
        """Return all items by territory and code, so that the order of the rows changes nothing."""
        unit, member, row = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("unit", "member", "row")
        )
        rank = np.argsort(np.argsort(np.array([*self.words, ""], dtype=np.str_), kind="stable"), kind="stable")
        order = np.lexsort((rank[member], unit))
        return _Found(unit=unit[order], member=member[order], row=row[order])

    def _shares(self, found: _Found, applies: Bools) -> Floats:
        """Return the share of each item in the weight of its target; what does not apply takes none."""
        unit, size = found.unit, len(self.units)
        heft = np.ones(len(unit))
        if self._given:
            among = np.bincount(unit[applies], minlength=size)[unit]
            given = np.array([self._given.get(code, np.nan) for code in self.words] + [np.nan])[found.member]
            lacking = applies & (among > 1) & (found.member >= 0) & np.isnan(given)
            if lacking.any():
                codes = sorted({self.words[place] for place in found.member[lacking].tolist()})
                raise ArgumentError("roll_up.weight_missing", codes=codes[:_NAMED])
            known = applies & ~np.isnan(given)
            count = np.bincount(unit[known], minlength=size)
            mean = np.bincount(unit[known], given[known], size) / np.maximum(count, 1)
            heft = np.where(np.isnan(given), np.where(count > 0, mean, 1.0)[unit], given)
        heft = np.where(applies, heft, 0.0)
        total = np.bincount(unit, heft, size)[unit]
        return np.where(total > 0, heft / np.where(total > 0, total, 1.0), 0.0)

    def _above(self, found: _Found, named: Ints) -> Bools:
        """Return which items are of institutions that others with a row of the same target belong to."""
        told = self._told
        above = {
            (self._place[entry.id], int(day))
            for code, day in set(
                zip(told.institution.codes[named].tolist(), self._day[told.moment[named]].tolist(), strict=True)
            )
            for entry in self._lines[self.words[code], self._days[day]][1:]
            if entry.id in self._place
        }
        days = self._day[self.units.moment[found.unit]]
        wanted = np.array([place * len(self._days) + day for place, day in above], dtype=np.int64)
        judged = (found.row >= 0) & (found.member >= 0)
        return judged & np.isin(found.member * len(self._days) + days, wanted)


def _ranges(start: Ints, count: Ints) -> Ints:
    """Return the numbers from each start, as many as it counts."""
    before = np.repeat(count.cumsum() - count, count)
    return np.repeat(start, count) + np.arange(int(count.sum())) - before
