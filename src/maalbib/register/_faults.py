"""What makes a set of institutions, memberships and groups contradict itself; every rule once, found all at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, TypeAlias

import attrs

from maalbib import texts
from maalbib.errors import DefinitionError
from maalbib.model import ChangeKind, Institution, InstitutionChange, Membership, PeerGroup
from maalbib.register._cycles import cycles
from maalbib.register._days import overlap, start_of
from maalbib.register._index import Index, Link
from maalbib.register._parts import Parts, life_of

__all__ = ["Fault", "as_error", "faults", "faults_of_changes", "unknown_words"]

# Looking for a similar code among many takes a good part of a second; past this many it stays unknown.
_MOST_SUGGESTIONS: Final = 5

# Kinds that say nothing about what became of a unit's figures.
STAYING: Final = frozenset({ChangeKind.RENAME, ChangeKind.REPARENT})

_Subject: TypeAlias = Institution | Membership | PeerGroup | InstitutionChange


@attrs.frozen(eq=False)
class Fault:
    """One broken rule: what breaks it, in which field, and what it collides with."""

    code: str
    field: str
    subject: _Subject
    other: _Subject | None = None
    details: dict[str, Any] = attrs.field(factory=dict)


def faults(parts: Parts, index: Index) -> list[Fault]:
    """Return everything that is wrong."""
    clashes = list(_identities(index))
    clashing = {fault.subject.id for fault in clashes if isinstance(fault.subject, Institution)}
    return [
        *clashes,
        *_unknown(parts, index),
        *_never(parts, index),
        *_two_parents(index),
        *_cycles(index),
        *_groups(parts, index, clashing),
        *_served(parts, index),
        *faults_of_changes(parts, index),
    ]


def as_error(found: Sequence[Fault]) -> DefinitionError:
    """Return the faults as one error for whoever made the objects."""
    return DefinitionError.combined([_error(fault) for fault in found])


def _error(fault: Fault) -> DefinitionError:
    subject = fault.subject
    model = type(subject).__name__
    identity = _identity(subject)
    place = f"{model} {identity}, {fault.field}"
    return DefinitionError(fault.code, model=model, field=fault.field, id=identity, column=place, **fault.details)


def _identity(subject: _Subject) -> str:
    if isinstance(subject, InstitutionChange):
        return f"{subject.date} {'+'.join(subject.from_ids)}"
    return subject.institution if isinstance(subject, Membership) else subject.id


def _identities(index: Index) -> Iterator[Fault]:
    """Find codes that stand for two units on the same day; to use a code again is no fault."""
    for entries in index.by_code.values():
        for earlier, later in pairwise(entries):
            if earlier.valid_from == later.valid_from:
                yield Fault("register.duplicate", "id", later, earlier)
            elif overlap(life_of(earlier), life_of(later)):
                yield Fault("register.overlap", "id", later, earlier)


def _unknown(parts: Parts, index: Index) -> Iterator[Fault]:
    """Find memberships and groups that name a code which is not there."""
    named: list[tuple[_Subject, str, str]]
    named = [(entry, "institution", entry.institution) for entry in parts.memberships]
    named += [(entry, "parent", entry.parent) for entry in parts.memberships]
    named += [(group, "members", code) for group in parts.groups for code in group.members]
    lost = [entry for entry in named if entry[2] not in index.codes]
    words = unknown_words((code for _, _, code in lost), index.codes)
    for subject, field, code in lost:
        yield Fault(words[code][0], field, subject, details=words[code][1])


def unknown_words(codes: Iterable[str], known: Collection[str]) -> dict[str, tuple[str, dict[str, str]]]:
    """Return for each unknown code what to say of it: the problem's code, and the nearest known one if there is one."""
    words: dict[str, tuple[str, dict[str, str]]] = {}
    for code in dict.fromkeys(codes):
        near = texts.closest(code, known) if len(words) < _MOST_SUGGESTIONS else None
        words[code] = ("code.unknown_no_suggestion", {}) if near is None else ("code.unknown", {"suggestion": near})
    return words


def _never(parts: Parts, index: Index) -> Iterator[Fault]:
    """Find memberships that hold on no day on which both ends live."""
    held = {id(link.membership) for links in index.upwards.values() for link in links}
    for entry in parts.memberships:
        if id(entry) not in held and entry.institution in index.codes and entry.parent in index.codes:
            yield Fault("register.never_together", "parent", entry)


def _two_parents(index: Index) -> Iterator[Fault]:
    """Find institutions with two parents of one role on the same day."""
    for links in index.upwards.values():
        longest: Link | None = None
        for link in sorted(links, key=_by_child_role_and_start):
            if longest is None or not _meet(longest, link):
                longest = link
                continue
            if longest.parent.id != link.parent.id:
                yield Fault("register.two_parents", "parent", link.membership, longest.membership)
            longest = max(longest, link, key=_end)


def _by_child_role_and_start(link: Link) -> tuple[dt.date, str, dt.date]:
    return start_of(life_of(link.child)), link.role.value, start_of(link.span)


def _meet(one: Link, other: Link) -> bool:
    same_child = one.child is other.child and one.role is other.role
    return same_child and overlap(one.span, other.span) is not None


def _end(link: Link) -> dt.date:
    return link.span[1] or dt.date.max


def _cycles(index: Index) -> Iterator[Fault]:
    """Find institutions that are above themselves."""
    links = [link for upwards in index.upwards.values() for link in upwards]
    for link in cycles(links):
        yield Fault("register.cycle", "parent", link.membership)


def _groups(parts: Parts, index: Index, clashing: Collection[str]) -> Iterator[Fault]:
    """Find groups that stand twice, and groups that mix kinds."""
    for earlier, later in pairwise(parts.groups):
        if earlier.id == later.id:
            yield Fault("register.duplicate_group", "id", later, earlier)
    for group in parts.groups:
        members = (code for code in group.members if code not in clashing)
        kinds = {entry.kind for code in members for entry in index.by_code.get(code, ())}
        if len(kinds) > 1:
            yield Fault("register.mixed_kinds", "members", group)


def _served(parts: Parts, index: Index) -> Iterator[Fault]:
    """Find institutions that serve somebody who is not there."""
    lost = [
        (entry, share.unit) for entry in parts.institutions for share in entry.serves if share.unit not in index.codes
    ]
    words = unknown_words((code for _, code in lost), index.codes)
    for entry, code in lost:
        yield Fault(words[code][0], "serves", entry, details=words[code][1])


def faults_of_changes(parts: Parts, index: Index) -> Iterator[Fault]:
    """Find changes of what is not there on the day, and two changes that disagree about what became of one."""
    named = [
        (change, field, code)
        for change in parts.changes
        for field in ("from_ids", "to_ids")
        for code in getattr(change, field)
    ]
    words = unknown_words((code for _, _, code in named if code not in index.codes), index.codes)
    for change, field, code in named:
        before = field == "from_ids"
        if code in words:
            yield Fault(words[code][0], field, change, details=words[code][1])
        elif index.on(code, change.date - dt.timedelta(days=1) if before else change.date) is None:
            yield Fault("change.not_before" if before else "change.not_after", field, change)
    yield from _renewed(parts, index)
    yield from _disagreeing(parts)


def _renewed(parts: Parts, index: Index) -> Iterator[Fault]:
    """Find new names and parents that are said to make another institution."""
    for change in parts.changes:
        if change.kind in STAYING:
            one = index.on(change.from_ids[0], change.date - dt.timedelta(days=1))
            other = index.on(change.to_ids[0], change.date)
            if one is not None and other is not None and one is not other:
                yield Fault("change.new_identity", "to_ids", change)


def _disagreeing(parts: Parts) -> Iterator[Fault]:
    """Two changes may give weights on different bases to the same receivers; anything else is two stories."""
    first: dict[tuple[dt.date, str], InstitutionChange] = {}
    for change in parts.changes:
        if change.kind in STAYING:
            continue
        for code in change.from_ids:
            earlier = first.setdefault((change.date, code), change)
            shared = set(earlier.bases) & set(change.bases)
            if earlier is not change and (
                set(earlier.to_ids) != set(change.to_ids)
                or any(earlier.weights[basis] != change.weights[basis] for basis in shared)
            ):
                yield Fault("change.disagrees", "from_ids", change, earlier)
