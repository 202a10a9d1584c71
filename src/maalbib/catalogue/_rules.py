"""Rules that hold between the entries of a catalogue. Breaking one is an error."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

import attrs

from maalbib import texts
from maalbib.catalogue._decisions import decision_key
from maalbib.catalogue._faults import Found, Path, path_text
from maalbib.catalogue._peer_rules import broken_peers, peer_pointers, scope_pointers
from maalbib.catalogue._target_rules import broken_targets
from maalbib.model import (
    Goal,
    Indicator,
    IndicatorLink,
    Institution,
    RelativeToReference,
    Target,
    Unit,
    builtin_units,
)

__all__ = ["Placed", "Tables", "broken_rules"]

T = TypeVar("T")

_WEIGHT_SLACK: Final = 1e-9
_NO_SUGGESTION: Final = "–"
_MOST_SUGGESTIONS: Final = 20
_ENDS: Final = {
    "links": {"goal": "goals", "indicator": "indicators"},
    "memberships": {"institution": "institutions", "parent": "institutions"},
}
_WITHOUT_IDS: Final = frozenset({"links", "memberships", "overrides", "follow_ups"})


@attrs.frozen
class Placed:
    """An entry with the file and path it stands at."""

    entry: Any
    path: Path
    file: int = 0

    def found(self, code: str, *field: str | int, **details: object) -> Found:
        """Return a fault of one of the entry's fields."""
        named = {"model": type(self.entry).__name__, "field": path_text(field)} | details
        return Found(path=(*self.path, *field), code=code, details=named, file=self.file)


Tables = Mapping[str, Sequence[Placed]]
Known = Mapping[str, Collection[str]]


def broken_rules(tables: Tables, known: Known, *, several_files: Sequence[str | None] = ()) -> Iterator[Found]:
    """Yield every broken rule between entries.

    Parameters
    ----------
    tables
        The entries that are valid by themselves.
    known
        The codes of every table, those of entries with faults of their own included; a table that is not there has
        entries whose codes are not known.
    several_files
        Names of the files, where there are more than one.
    """
    for table, entries in tables.items():
        if table not in _WITHOUT_IDS:
            yield from _duplicates(entries, several_files)
    yield from _references(tables, known)
    yield from _goal_cycles(tables["goals"])
    yield from _goal_validity(tables["goals"])
    yield from broken_targets(tables)
    yield from broken_peers(tables)
    yield from _links(tables["links"])
    yield from _decisions(tables)
    yield from _units(tables)


def _duplicates(entries: Sequence[Placed], files: Sequence[str | None]) -> Iterator[Found]:
    """Refuse an id that stands twice.

    Institutions may use a code again once the other has closed, and targets may be revised.
    """
    seen: dict[str, list[Placed]] = defaultdict(list)
    for placed in entries:
        entry = placed.entry
        for other in seen[entry.id]:
            if not _distinct(entry, other.entry):
                elsewhere = files[other.file] if len(files) > 1 and other.file != placed.file else None
                place = path_text(other.path) if elsewhere is None else f"{elsewhere}: {path_text(other.path)}"
                code = "target.version_date" if _revised(entry, other.entry) else "id.duplicate"
                yield placed.found(code, "id", other=place)
                break
        seen[entry.id].append(placed)


def _distinct(one: Any, other: Any) -> bool:
    """Return whether two entries with one id can be told apart."""
    if isinstance(one, Institution):
        return _apart(one, other)
    days = {getattr(each, "decided_on", None) for each in (one, other)}
    return isinstance(one, Target) and None not in days and len(days) > 1


def _revised(one: Any, other: Any) -> bool:
    """Return whether two entries with one id look like versions of one target."""
    return isinstance(one, Target) and any(each.decided_on is not None for each in (one, other))


def _apart(one: Institution, other: Institution) -> bool:
    """Return whether two institutions never hold on the same day."""
    return _ends_before(one, other) or _ends_before(other, one)


def _ends_before(one: Institution, other: Institution) -> bool:
    return one.valid_to is not None and other.valid_from is not None and one.valid_to <= other.valid_from


def _references(tables: Tables, known: Known) -> Iterator[Found]:
    """Refuse a reference to something that is not there; to institutions only where any are listed."""
    suggested: dict[tuple[str, str], str] = {}
    for table, entries in tables.items():
        for placed in entries:
            for target, field, code in _pointers(table, placed.entry):
                codes = known.get(target)
                if codes is None or code in codes or (target == "institutions" and not codes):
                    continue
                # Each search looks at every code; a file with a thousand such faults has another one behind them.
                if (target, code) not in suggested and len(suggested) < _MOST_SUGGESTIONS:
                    suggested[target, code] = texts.closest(code, codes) or _NO_SUGGESTION
                nearest = suggested.get((target, code), _NO_SUGGESTION)
                yield placed.found("ref.unknown", *field, table=target, suggestion=nearest)


def _pointers(table: str, entry: Any) -> Iterator[tuple[str, Path, str]]:
    """Yield what an entry refers to: the table, the field and the code."""
    if table == "goals" and entry.parent is not None and entry.parent != entry.id:
        yield "goals", ("parent",), entry.parent
    elif table == "indicators":
        yield from (("indicators", ("composed_of", i), code) for i, code in enumerate(entry.composed_of))
    elif table in _ENDS:
        yield from ((other, (name,), getattr(entry, name)) for name, other in _ENDS[table].items())
    elif table == "targets":
        yield from _target_pointers(entry)
    elif table in {"overrides", "follow_ups"}:
        yield "targets", ("target",), entry.target
        if entry.institution:
            yield "institutions", ("institution",), entry.institution
    elif table == "groups":
        yield from (("institutions", ("members", i), code) for i, code in enumerate(entry.members))
    elif table == "peer_definitions":
        yield from peer_pointers(entry)
    citation = getattr(entry, "citation", None)
    if citation is not None:
        yield "documents", ("citation", "document"), citation.document


def _target_pointers(entry: Any) -> Iterator[tuple[str, Path, str]]:
    if entry.indicator:
        yield "indicators", ("indicator",), entry.indicator
    if isinstance(entry, RelativeToReference) and entry.group is not None:
        yield "groups", ("group",), entry.group
    if entry.goal is not None:
        yield "goals", ("goal",), entry.goal
    yield from scope_pointers("scope", entry.scope)


def _goal_cycles(goals: Sequence[Placed]) -> Iterator[Found]:
    """Report each cycle of parents once, at its first goal in the file."""
    parents = {placed.entry.id: placed.entry.parent for placed in goals}
    reported: set[str] = set()
    for placed in goals:
        chain: dict[str, None] = {}
        at: str | None = placed.entry.id
        while at is not None and at not in chain and at not in reported:
            chain[at] = None
            at = parents.get(at)
        if at == placed.entry.id and len(chain) > 1:
            reported |= set(chain)
            yield placed.found("goal.cycle", "parent", goals=[*chain])


def _goal_validity(goals: Sequence[Placed]) -> Iterator[Found]:
    """Refuse a goal that holds outside the time of the goal above it; an open end takes over the parent's."""
    by_id: dict[str, Goal] = {placed.entry.id: placed.entry for placed in goals}
    for placed in goals:
        goal: Goal = placed.entry
        above = by_id.get(goal.parent or "")
        if above is None:
            continue
        if goal.valid_from is not None and not above.valid_on(goal.valid_from):
            yield placed.found("goal.validity", "valid_from", id=goal.id, parent=above.id)
        if goal.valid_to is not None and not _ends_within(goal.valid_to, above):
            yield placed.found("goal.validity", "valid_to", id=goal.id, parent=above.id)


def _ends_within(day: dt.date, goal: Goal) -> bool:
    return (goal.valid_from is None or goal.valid_from < day) and (goal.valid_to is None or day <= goal.valid_to)


def _links(links: Sequence[Placed]) -> Iterator[Found]:
    """Refuse the same link twice, and weights of a goal that do not sum to 1."""
    seen: set[tuple[str, str]] = set()
    weighted: dict[str, list[Placed]] = defaultdict(list)
    for placed in links:
        link: IndicatorLink = placed.entry
        if (link.goal, link.indicator) in seen:
            yield placed.found("link.duplicate", "indicator", goal=link.goal, indicator=link.indicator)
        seen.add((link.goal, link.indicator))
        if link.weight is not None:
            weighted[link.goal].append(placed)
    for goal, held in weighted.items():
        total = sum(placed.entry.weight for placed in held)
        if abs(total - 1) > _WEIGHT_SLACK:
            yield held[0].found("link.weights", "weight", goal=goal, total=float(total))


def _decisions(tables: Tables) -> Iterator[Found]:
    """Refuse two overrides, or two notes by the same role, of one day about the same thing."""
    for table, code in (("overrides", "override.duplicate"), ("follow_ups", "follow_up.duplicate")):
        seen: set[str] = set()
        for placed in tables[table]:
            key = decision_key(placed.entry)
            if key in seen:
                yield placed.found(code, "target", target=placed.entry.target)
            seen.add(key)


def _units(tables: Tables) -> Iterator[Found]:
    """Refuse a unit that takes the code of a built-in one or differs from the one of the indicator that uses it."""
    builtin = builtin_units()
    own: dict[str, Unit] = {}
    for placed in tables["units"]:
        if placed.entry.id in builtin:
            yield placed.found("unit.builtin", "id", id=placed.entry.id)
        own.setdefault(placed.entry.id, placed.entry)
    for placed in tables["indicators"]:
        indicator: Indicator = placed.entry
        unit = indicator.unit
        if builtin.get(unit.id, own.setdefault(unit.id, unit)) != unit:
            yield placed.found("unit.conflict", "unit", id=unit.id)
