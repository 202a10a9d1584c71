"""Institutions summed up by target: those of a territory, or all of a kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Floats, Ints
from maalbib.analysis._columns import words_at
from maalbib.analysis._roll_up_forest import Manner
from maalbib.analysis._roll_up_goals import figures
from maalbib.analysis._roll_up_states import WHYS
from maalbib.analysis._roll_up_sums import Asked, Items, summed
from maalbib.analysis._roll_up_told import Told, packed
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.register import Register

__all__ = ["Above", "Belonging", "everyone", "place_columns", "registered", "territories"]

_NAMED: Final = 5  # codes named in an error
_SHARED: Final = ("target", "part", "moment", "above")
_ANYONE: Final = "institution"  # the kind of what no list knows


@attrs.frozen(kw_only=True)
class Belonging:
    """Who belongs where.

    Attributes
    ----------
    lines
        The groups that each institution counts in on each day.
    members
        For a territory, a kind and a day everybody of that kind who belongs there.
    free
        The targets that bind everybody, so that a member without a row is missing.
    """

    lines: Mapping[tuple[str, dt.date], tuple[Above, ...]]
    members: Mapping[tuple[str, str, dt.date], tuple[str, ...]]
    free: frozenset[str]


@attrs.frozen(kw_only=True)
class Above:
    """A group that an institution counts in: its code, what is above it, how deep it is, and the kind of its items."""

    code: str
    parent: str | None
    depth: int
    of: str


def everyone(told: Told, catalogue: Catalogue | None, register: Register | None) -> Belonging:
    """Return for each institution the one group of its kind."""
    known = {} if catalogue is None else catalogue.institutions
    found: dict[tuple[str, dt.date], tuple[Above, ...]] = {}
    for code, day in _asked(told):
        entry = register.get(code, day) if register is not None else None
        entry = known.get(code) if entry is None else entry
        found[code, day] = (_nowhere() if entry is None else attrs.evolve(_nowhere(), of=entry.kind.value),)
    return Belonging(lines=found, members={}, free=frozenset())


def territories(
    told: Told, catalogue: Catalogue | None, register: Register | None, level: str | None, *, absent: str
) -> Belonging:
    """Return for each institution those that it belongs to, of one kind where that is asked for.

    Raises
    ------
    ArgumentError
        If there is no register, an institution is not in it on the day, or no institution belongs to one of the kind.
    """
    known = registered(told, register)
    found = {
        (code, day): tuple(_line(code, day, known, level)) if code else (_nowhere(),) for code, day in _asked(told)
    }
    if level is not None and not any(above.code for line in found.values() for above in line):
        raise ArgumentError("roll_up.no_level", level=level)
    targets = {} if catalogue is None or absent == "not_applicable" else catalogue.targets
    free = frozenset(code for code, target in targets.items() if target.scope is None)
    wanted = {(above, day) for (_, day), line in found.items() for above in line if above.code and free}
    members = {
        (above.code, above.of, day): tuple(entry.id for entry in known.descendants(above.code, kind=above.of, on=day))
        for above, day in wanted
    }
    return Belonging(lines=found, members=members, free=free)


def registered(told: Told, register: Register | None) -> Register:
    """Return the register, which knows every institution on every day."""
    if register is None:
        raise ArgumentError("roll_up.register_needed")
    outside = sorted({code for code, day in _asked(told) if code and register.get(code, day) is None})
    if outside:
        raise ArgumentError("roll_up.outside_register", codes=outside[:_NAMED])
    return register


def _asked(told: Told) -> Iterator[tuple[str, dt.date]]:
    yield from ((code, day) for day in dict.fromkeys(told.days) for code in told.institution.words)


def _nowhere() -> Above:
    return Above(code="", parent=None, depth=0, of=_ANYONE)


def _line(code: str, day: dt.date, register: Register, level: str | None) -> Iterator[Above]:
    kind = register.institution(code, day).kind.value
    line = register.ancestors(code, day)
    for place, above in enumerate(line):
        if level is None or above.kind.value == level:
            parent = line[place + 1].id if place + 1 < len(line) else None
            yield Above(code=above.id, parent=parent, depth=len(line) - place - 1, of=kind)


@attrs.frozen(kw_only=True, eq=False)
class _Rows:
    """Items as they stand: the target, breakdown and moment of each, its institution, group, row and why it has none."""

    target: Ints
    part: Ints
    moment: Ints
    institution: Ints
    above: Ints
    row: Ints
    why: Ints

    @classmethod
    def together(cls, parts: Sequence[_Rows]) -> _Rows:
        names = [field.name for field in attrs.fields(cls)]
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    def grouped(self, told: Told, groups: int) -> tuple[Ints, Ints]:
        """Return the number of each item's group, and an item of each group."""
        return packed(
            (self.target, len(told.target.words)),
            (self.part, len(told.breakdown.words)),
            (self.moment, len(told.methods)),
            (self.above, groups),
        )


def place_columns(
    told: Told,
    belonging: Belonging,
    manner: Manner,
    *,
    kind: str,
    threshold: float,
    outside: Any,
) -> tuple[list[tuple[dict[str, Any], int]], Ints]:
    """Return the columns with how many rows there are, and the order in which the rows are shown."""
    groups = list(dict.fromkeys(above for line in belonging.lines.values() for above in line))
    _refuse_twice(told)
    rows = _rows(told, belonging.lines, {above: place for place, above in enumerate(groups)})
    words = {code: place for place, code in enumerate(told.institution.words)}
    rows = _Rows.together([rows, *_missing(rows, told, groups, words, belonging)])
    label, first = rows.grouped(told, len(groups))
    items = Items(
        group=label,
        words=list(words),
        place=rows.institution,
        members=(),
        member=np.full(len(rows.row), -1, dtype=np.int64),
        weight=_weights(list(words), rows.institution, manner.weights),
        part=np.ones(len(rows.row)),
        nested=np.zeros(len(rows.row), dtype=bool),
        ranks=np.where(rows.row >= 0, told.rank[rows.row], np.nan),
        figure=np.where(rows.row >= 0, figures(told, rows.row, manner.policy), np.nan),
        why=rows.why,
        hidden=np.where(rows.row >= 0, told.hidden[rows.row], 0).astype(np.int8),
    )
    size = len(first)
    asked = Asked(
        policy=np.full(size, manner.policy),
        min_coverage=np.full(size, manner.min_coverage),
        threshold=threshold,
        outside=outside,
    )
    above = [groups[place] for place in rows.above[first]]
    code = [each.code for each in above]
    moment = rows.moment[first]
    target = words_at(told.target.words, rows.target[first])
    columns = {
        **summed(items, size, asked).columns,
        "group": target if kind == "target" else code,
        "kind": kind,
        "parent": [each.parent for each in above],
        "depth": [each.depth for each in above],
        "of": [each.of for each in above],
        "target": target,
        "institution": code,
        "breakdown": words_at(told.breakdown.words, rows.part[first]),
        "method": words_at(told.methods, moment),
        "as_of": pa.array(told.days, type=pa.date32()).take(pa.array(moment, type=pa.int64())),
    }
    depth = np.array([each.depth for each in above], dtype=np.int64)
    order = np.lexsort((np.array(code, dtype=np.str_), depth, moment, rows.part[first], rows.target[first]))
    return [(columns, size)], order


def _rows(told: Told, lines: Mapping[tuple[str, dt.date], tuple[Above, ...]], places: Mapping[Above, int]) -> _Rows:
    """Return every row once for each group that its institution counts in."""
    days = {day: place for place, day in enumerate(dict.fromkeys(told.days))}
    day = np.array([days[each] for each in told.days], dtype=np.int64)[told.moment]
    at = day * len(told.institution.words) + told.institution.codes
    lists = [[places[above] for above in lines[code, each]] for each in days for code in told.institution.words]
    count = np.array([len(each) for each in lists], dtype=np.int64)
    start = np.concatenate([[0], count.cumsum()])[:-1]
    row = np.repeat(np.arange(len(told)), count[at])
    step = np.arange(len(row)) - np.repeat(np.cumsum(count[at]) - count[at], count[at])
    flat = np.array([place for each in lists for place in each], dtype=np.int64)
    return _Rows(
        target=told.target.codes[row],
        part=told.breakdown.codes[row],
        moment=told.moment[row],
        institution=told.institution.codes[row],
        above=flat[np.repeat(start[at], count[at]) + step],
        row=row,
        why=told.why[row],
    )


def _refuse_twice(told: Told) -> None:
    key, first = packed(
        (told.target.codes, len(told.target.words)),
        (told.institution.codes, len(told.institution.words)),
        (told.breakdown.codes, len(told.breakdown.words)),
        (told.moment, len(told.methods)),
    )
    if len(first) < len(key):
        again = np.setdiff1d(np.arange(len(key)), first)[0]
        raise ArgumentError("roll_up.twice", target=told.target.words[told.target.codes[again]])


def _missing(
    rows: _Rows, told: Told, groups: list[Above], words: dict[str, int], belonging: Belonging
) -> Iterator[_Rows]:
    """Yield who belongs to a territory and has no row of a target that binds everybody; ``words`` grows by their codes."""
    if not belonging.free:
        return
    label, first = rows.grouped(told, len(groups))
    order = np.argsort(label, kind="stable")
    ends = np.searchsorted(label[order], np.arange(len(first) + 1))
    for number, head in enumerate(first):
        if told.target.words[rows.target[head]] not in belonging.free:
            continue
        above = groups[rows.above[head]]
        known = set(rows.institution[order[ends[number] : ends[number + 1]]].tolist())
        members = belonging.members.get((above.code, above.of, told.days[rows.moment[head]]), ())
        lacking = [place for place in (words.setdefault(code, len(words)) for code in members) if place not in known]
        if lacking:
            same = {name: np.full(len(lacking), getattr(rows, name)[head]) for name in _SHARED}
            nothing, why = np.full(len(lacking), -1), np.full(len(lacking), WHYS.index("missing"))
            yield _Rows(**same, institution=np.array(lacking, dtype=np.int64), row=nothing, why=why)


def _weights(words: Sequence[str], place: Ints, given: Mapping[str, float]) -> Floats:
    """Return the weight of each item: equal where none are given, else each must have one."""
    if not given:
        return np.ones(len(place))
    found = np.array([given.get(code, np.nan) for code in words], dtype=np.float64)[place]
    lacking: list[str] = sorted({words[int(each)] for each in place[np.isnan(found)]})
    if lacking:
        raise ArgumentError("roll_up.weight_missing", codes=lacking[:_NAMED])
    return found
