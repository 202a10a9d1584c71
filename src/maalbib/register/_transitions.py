"""Changes followed from day to day: what became of every unit between two days."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.model import Institution, InstitutionChange, InstitutionKind
from maalbib.register._days import covers
from maalbib.register._edges import Bools, Edges
from maalbib.register._faults import STAYING
from maalbib.register._index import Index
from maalbib.register._parts import Parts, life_of
from maalbib.register._succession import Succession, succession_of

__all__ = ["Question", "answer"]

_DAY: Final = dt.timedelta(days=1)
_USUAL_BASES: Final = frozenset({"area", "population", "register_rule", "manual"})
_SIZES: Final = "sizes"  # the basis of a way back where no split unit needed another


@attrs.frozen
class Question:
    """What is asked: from which day to which, of which units, how to share out, and which units have figures."""

    start: dt.date
    end: dt.date
    kind: InstitutionKind
    basis: str | None
    sizes: Mapping[str, float] | None
    units: Collection[str] | None = None


@attrs.frozen(eq=False)
class _Followed:
    """What became of the units of the earlier day: edges to those of the later, and who left nothing out."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    edges: Edges
    whole: Bools


def answer(parts: Parts, index: Index, asked: Question) -> Succession:
    """Return the succession that is asked for."""
    known = {basis for change in parts.changes for basis in change.bases}
    if asked.basis is not None and asked.basis not in known | _USUAL_BASES:
        raise ArgumentError.choice("basis", sorted(known))
    first, last = sorted((asked.start, asked.end))
    changes = [change for change in parts.changes if first < change.date <= last and change.kind not in STAYING]
    found = _followed(index, changes, first, last, asked)
    result = _forward(found, asked) if asked.start <= asked.end else _backward(found, asked)
    unsettled = np.isnan(result.weight)
    if asked.units is not None:
        carried = np.array([code in asked.units for code in result.sources], dtype=bool)
        unsettled &= carried[result.source]
    if unsettled.any():
        raise _refusal(result, [change for change in changes if _splits(change, index, asked.kind)], found, asked)
    return result


def _forward(found: _Followed, asked: Question) -> Succession:
    return succession_of(
        found.before,
        found.after,
        found.edges,
        whole=found.whole,
        basis=asked.basis,
        start=asked.start,
        end=asked.end,
    )


def _backward(found: _Followed, asked: Question) -> Succession:
    given = asked.sizes or {}
    sizes = np.array([given.get(code, np.nan) for code in found.before], dtype=np.float64)
    if (sizes < 0).any():
        raise ArgumentError("succession.negative_sizes")
    return succession_of(
        found.after,
        found.before,
        found.edges.turned(sizes),
        whole=np.ones(len(found.after), dtype=bool),
        basis=asked.basis if asked.basis is not None or not given else _SIZES,
        start=asked.start,
        end=asked.end,
    )


def _followed(
    index: Index, changes: Collection[InstitutionChange], first: dt.date, last: dt.date, asked: Question
) -> _Followed:
    units = index.by_kind.get(asked.kind, ())
    number = {id(unit): i for i, unit in enumerate(units)}
    before, after = (_alive(units, day, asked.kind) for day in (first, last))
    edges = Edges.of(np.arange(len(before)), [number[id(unit)] for unit in before], np.ones(len(before)))
    for step in _steps(index, changes, number, asked.basis):
        moved = np.isin(edges.target, step.source)
        if moved.any():
            edges = edges.those(~moved).joined(edges.those(moved).then(step))
    place = np.full(len(units) + 1, -1)
    place[[number[id(unit)] for unit in after]] = np.arange(len(after))
    target = place[edges.target]
    lost = np.bincount(edges.source[target < 0], minlength=len(before)) > 0
    edges = Edges(edges.source, target, edges.weight).those(target >= 0)
    sure = (~lost & (edges.count(len(before)) == 1))[edges.source]
    return _Followed(
        before=tuple(unit.id for unit in before),
        after=tuple(unit.id for unit in after),
        edges=Edges.of(edges.source, edges.target, np.where(sure, 1.0, edges.weight)),
        whole=~lost,
    )


def _alive(units: Iterable[Institution], day: dt.date, kind: InstitutionKind) -> list[Institution]:
    found = [unit for unit in units if covers(life_of(unit), day)]
    if not found:
        raise ArgumentError("succession.no_units", kind=kind.value, on=str(day))
    return found


def _steps(
    index: Index, changes: Iterable[InstitutionChange], number: Mapping[int, int], basis: str | None
) -> Iterator[Edges]:
    """Yield the edges of each day on which something changes; whoever leaves the kind goes to a place past the units."""
    days: dict[dt.date, dict[str, InstitutionChange]] = defaultdict(dict)
    for change in changes:
        for code in change.from_ids:
            # A second change of the same unit on a day only adds weights on other bases.
            if code not in days[change.date] or basis in change.weights:
                days[change.date][code] = change
    for day in sorted(days):
        rows = [
            (_at(index, number, code, day - _DAY), target, share)
            for code, change in days[day].items()
            for target, share in _receivers(index, number, change, basis)
        ]
        kept = [row for row in rows if row[0] < len(number)]
        if kept:
            yield Edges.of(*zip(*kept, strict=True))


def _receivers(
    index: Index, number: Mapping[int, int], change: InstitutionChange, basis: str | None
) -> Iterator[tuple[int, float]]:
    """Yield the receivers with their shares, NaN where nobody has said; written shares are rounded, and made to add up."""
    if len(change.to_ids) <= 1:
        yield (_at(index, number, change.to_ids[0], change.date) if change.to_ids else len(number)), 1.0
        return
    given = change.weights.get(basis, {}) if basis is not None else {}
    total = sum(given.values())
    for code in change.to_ids:
        yield _at(index, number, code, change.date), given[code] / total if given else np.nan


def _at(index: Index, number: Mapping[int, int], code: str, day: dt.date) -> int:
    return number.get(id(index.on(code, day)), len(number))


def _splits(change: InstitutionChange, index: Index, kind: InstitutionKind) -> bool:
    if not change.from_ids or len(change.to_ids) <= 1:
        return False
    unit = index.on(change.from_ids[0], change.date - _DAY)
    return unit is not None and unit.kind is kind


def _refusal(
    result: Succession, splits: Iterable[InstitutionChange], found: _Followed, asked: Question
) -> ArgumentError:
    """Say which units need a basis and which bases there are for them, or which units need a size."""
    alone = np.bincount(found.edges.target, minlength=len(found.after)) == 1
    unshared = np.isnan(found.edges.weight) & ~(alone[found.edges.target] & (asked.end < asked.start))
    if not unshared.any():
        lacking = {result.sources[i] for i in result.source[np.isnan(result.weight)]}
        return ArgumentError("succession.needs_sizes", units=sorted(lacking))
    bases: dict[str, set[str]] = defaultdict(set)
    for change in splits:
        if asked.basis not in change.weights:
            bases[change.from_ids[0]].update(change.bases)
    usable = sorted(set[str].intersection(*bases.values()))
    details = {"start": str(asked.start), "end": str(asked.end), "units": sorted(bases)}
    if not usable:
        return ArgumentError("succession.no_weights", **details)
    return ArgumentError("succession.needs_basis", **details, bases=usable)
