"""What changed between two versions of a catalogue, and which version number that calls for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from maalbib import texts
from maalbib.catalogue._decisions import decision_key
from maalbib.catalogue._header import VERSION
from maalbib.model import FollowUp, IndicatorLink, Institution, Membership, Override, Target
from maalbib.problems import ProblemBlock, Problems

if TYPE_CHECKING:
    from maalbib.catalogue._catalogue import Catalogue

__all__ = ["Bump", "CatalogueDiff", "EntryChange", "compare"]

Bump = Literal["none", "patch", "minor", "major"]

_BUMPS: Final[tuple[Bump, ...]] = ("none", "patch", "minor", "major")

# Words about an entry: no figure and no verdict depends on them.
_TEXTS: Final = frozenset(
    [
        "name",
        "title",
        "description",
        "note",
        "reason",
        "comment",
        "action",
        "symbol",
        "citation",
        "proposed",
        "changes",
        "tags",
        "area",
        "mention",
        "order",
        "publisher",
        "issued",
        "retrieved",
        "url",
        "licence",
        "dataset",
        "source",
        "agency",
        "languages",
    ]
)
# What else may become known of an entry without changing what it is.
_ADDITIONS: Final = frozenset(
    [
        "aliases",
        "identifiers",
        "owners",
        "status",
        "valid_from",
        "valid_to",
        "capacity",
        "categories",
        "version",
        "withdrawn_on",
        "suspensions",
        "done_on",
        "publication_delay",
        "until",
    ]
)
# Texts that say what is counted; another language is a translation, another wording may be another measure.
_DEFINING: Final = frozenset({"definition", "numerator", "denominator"})


@attrs.frozen(kw_only=True)
class EntryChange:
    """One entry that was added, removed or changed.

    Attributes
    ----------
    table, id
        Where it stands; a link is called ``goal/indicator``, a membership ``institution/parent``, a later version of a
        target ``id@day``.
    kind
        ``added``, ``removed`` or ``changed``.
    fields
        Names of the fields that differ, for a changed entry.
    bump
        The version number that this change alone calls for.

    Examples
    --------
    >>> from maalbib.catalogue import EntryChange
    >>> EntryChange(table="goals", id="NG2", kind="changed", fields=("name",), bump="patch").text("da")
    'goals NG2: ændret (name)'
    """

    table: str
    id: str
    kind: Literal["added", "removed", "changed"]
    fields: tuple[str, ...] = ()
    bump: Bump

    def text(self, lang: str = "en") -> str:
        """Return the change as a line, in ``"da"`` or ``"en"``."""
        code = f"change.{self.kind}"
        return texts.sentence(code, lang, table=self.table, id=self.id, fields=list(self.fields))


@attrs.frozen(kw_only=True)
class CatalogueDiff:
    """What a newer version of a catalogue adds, removes and changes.

    Behaves like a sequence of :class:`EntryChange`; it is false when nothing has changed.

    Attributes
    ----------
    before, after
        The two version numbers.
    changes
        Every change, by table and then in the order of the files.

    Examples
    --------
    >>> import attrs
    >>> from maalbib import Catalogue, Goal, Text
    >>> old = Catalogue(id="own", version="1.0.0", goals=[Goal(id="G1", name=Text(da="Ro"))])
    >>> new = attrs.evolve(old, version="1.0.1", goals=[Goal(id="G2", name=Text(da="Ro"))])
    >>> diff = old.diff(new)
    >>> diff.bump, diff.next_version, diff.is_honest
    ('major', '2.0.0', False)
    """

    before: str
    after: str
    changes: tuple[EntryChange, ...] = ()

    @property
    def bump(self) -> Bump:
        """The smallest honest step: a patch changes texts, a minor adds, a major changes or removes a definition."""
        return _largest(change.bump for change in self.changes)

    @property
    def declared(self) -> Bump:
        """The step that the two version numbers claim; a step backwards counts as none."""
        old, new = _numbers(self.before), _numbers(self.after)
        if new <= old:
            return "none"
        return next(bump for bump, a, b in zip(_BUMPS[:0:-1], old, new, strict=True) if a != b)

    @property
    def is_honest(self) -> bool:
        """Whether the version number was moved far enough."""
        return _BUMPS.index(self.declared) >= _BUMPS.index(self.bump)

    @property
    def next_version(self) -> str:
        """The smallest version number that the changes allow."""
        major, minor, patch = _numbers(self.before)
        steps = {
            "none": self.before,
            "patch": f"{major}.{minor}.{patch + 1}",
            "minor": f"{major}.{minor + 1}.0",
            "major": f"{major + 1}.0.0",
        }
        return steps[self.bump]

    @property
    def redefined(self) -> tuple[str, ...]:
        """Indicators whose definition changed: their series ought to get a break."""
        return tuple(
            each.id
            for each in self.changes
            if each.table == "indicators" and each.kind == "changed" and each.bump == "major"
        )

    def of(self, kind: Literal["added", "removed", "changed"]) -> dict[str, tuple[str, ...]]:
        """Return the ids of the entries with one ``kind`` of change, by table."""
        found: dict[str, tuple[str, ...]] = {}
        for each in self.changes:
            if each.kind == kind:
                found[each.table] = (*found.get(each.table, ()), each.id)
        return found

    def check(self) -> Problems:
        """Return an error where the version number was not moved far enough, else nothing."""
        if self.is_honest:
            return Problems()
        details = {"after": self.after, "needed": self.next_version, "bump": self.bump}
        return Problems([ProblemBlock(code="version.too_small", path="version", details=details)])

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as plain data."""
        return {
            "before": self.before,
            "after": self.after,
            "bump": self.bump,
            "next_version": self.next_version,
            "changes": [attrs.asdict(each) | {"fields": list(each.fields)} for each in self.changes],
        }

    def text(self, lang: str = "en") -> str:
        """Return the changes, a line each, in ``"da"`` or ``"en"``."""
        return "\n".join(each.text(lang) for each in self.changes)

    def __len__(self) -> int:
        """Return the number of changed entries."""
        return len(self.changes)

    def __iter__(self) -> Iterator[EntryChange]:
        """Yield the changes."""
        return iter(self.changes)


def compare(old: Catalogue, new: Catalogue) -> CatalogueDiff:
    """Return what the new catalogue adds, removes and changes."""
    from maalbib.catalogue._shapes import TABLES
    from maalbib.catalogue._view import entries_of

    changes = [*_header(old, new)]
    for table in TABLES:
        before, after = _keyed(entries_of(old, table)), _keyed(entries_of(new, table))
        changes += _table(table, before, after)
    return CatalogueDiff(before=old.version, after=new.version, changes=tuple(changes))


def _header(old: Catalogue, new: Catalogue) -> Iterator[EntryChange]:
    fields = [
        name for name in ("id", "name", "agency", "languages", "extras") if getattr(old, name) != getattr(new, name)
    ]
    if fields:
        bump: Bump = "major" if "id" in fields else "patch"
        yield EntryChange(table="catalogue", id=new.id, kind="changed", fields=tuple(fields), bump=bump)


def _table(table: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[EntryChange]:
    from maalbib.catalogue._writing import plain_entry

    for code, entry in before.items():
        if code not in after:
            yield EntryChange(table=table, id=code, kind="removed", bump="major")
        elif entry != after[code]:
            old, new = plain_entry(entry), plain_entry(after[code])
            fields = [name for name in {**old, **new} if old.get(name) != new.get(name)]
            if fields:  # an indicator whose unit has changed differs too; that is told of the unit
                bump = _largest(_bump(name, old.get(name), new.get(name)) for name in fields)
                yield EntryChange(table=table, id=code, kind="changed", fields=tuple(fields), bump=bump)
    for code in after:
        if code not in before:
            yield EntryChange(table=table, id=code, kind="added", bump="minor")


def _largest(bumps: Iterable[Bump]) -> Bump:
    return _BUMPS[max(map(_BUMPS.index, bumps), default=0)]


def _bump(field: str, old: Any, new: Any) -> Bump:
    if field in _TEXTS or (field in _DEFINING and _only_translated(old, new)):
        return "patch"
    return "minor" if field in _ADDITIONS else "major"


def _only_translated(old: Any, new: Any) -> bool:
    """Return whether languages were added and nothing that stood there has changed."""
    return isinstance(old, dict) and isinstance(new, dict) and old.items() <= new.items()


def _keyed(entries: Iterable[Any]) -> dict[str, Any]:
    """Return entries by what they are called, in the order of the file.

    The first version of a target goes by its id alone, so that a revision is an addition.
    """
    held = [*entries]
    firsts: dict[str, Target] = {}
    for target in sorted((each for each in held if isinstance(each, Target)), key=_decided):
        firsts.setdefault(target.id, target)
    first = {id(target) for target in firsts.values()}
    return {str(entry.id) if id(entry) in first else _key(entry): entry for entry in held}


def _decided(target: Target) -> dt.date:
    return target.decided_on or dt.date.min


def _key(entry: Any) -> str:
    if isinstance(entry, Override | FollowUp):
        return decision_key(entry)
    if isinstance(entry, Target):
        return f"{entry.id}@{entry.decided_on}"
    if isinstance(entry, IndicatorLink):
        return f"{entry.goal}/{entry.indicator}"
    if isinstance(entry, Membership):
        return f"{entry.institution}/{entry.parent}/{entry.role.value}/{entry.valid_from or ''}".rstrip("/")
    if isinstance(entry, Institution) and entry.valid_from is not None:
        return f"{entry.id}@{entry.valid_from}"
    return str(entry.id)


def _numbers(version: str) -> tuple[int, int, int]:
    parts = re.fullmatch(VERSION, version)
    return (int(parts[1]), int(parts[2]), int(parts[3])) if parts else (0, 0, 0)
