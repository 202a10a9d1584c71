"""Look-ups of a register, built once when it is made and never changed after."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Hashable, Iterable, Iterator
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar

import attrs

from maalbib.model import Institution, InstitutionKind, Membership, MembershipRole, PeerGroup, Text
from maalbib.register._days import Span, covers, overlap, start_of
from maalbib.register._parts import Parts, life_of

__all__ = ["NAMES", "Holding", "Index", "Link", "distinct", "spelled"]

# An institution and the days on which a number or a name is its own.
Holding: TypeAlias = tuple[Institution, Span]

NAMES: Final = MappingProxyType({"name_da": "da", "name_en": "en"})

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@attrs.frozen(eq=False)
class Link:
    """A child and its parent for as long as both live and the membership holds."""

    child: Institution
    parent: Institution
    membership: Membership
    span: Span

    @property
    def role(self) -> MembershipRole:
        """How the child belongs to the parent."""
        return self.membership.role

    def holds(self, day: dt.date | None) -> bool:
        """Return whether it holds on a day; without a day, whether it ever does."""
        return day is None or covers(self.span, day)


@attrs.frozen(eq=False)
class Index:
    """Dictionaries from code, kind, parent and identifier to what they lead to.

    Names are identifiers too, of the schemes in :data:`NAMES`, in the form that :func:`spelled` gives them.
    """

    by_code: dict[str, tuple[Institution, ...]]
    by_kind: dict[InstitutionKind, tuple[Institution, ...]]
    by_identifier: dict[tuple[str, str], tuple[Holding, ...]]
    upwards: dict[str, tuple[Link, ...]]
    downwards: dict[str, tuple[Link, ...]]
    groups: dict[str, PeerGroup]
    codes: frozenset[str]
    schemes: frozenset[str]

    @classmethod
    def of(cls, parts: Parts) -> Index:
        """Build every look-up; parts that contradict each other are the check's business."""
        by_code = _gathered((entry.id, entry) for entry in parts.institutions)
        links = [link for entry in parts.memberships for link in _links(entry, by_code)]
        by_identifier = _gathered(held for entry in parts.institutions for held in _holdings(entry))
        return cls(
            by_code=by_code,
            by_kind=_gathered((entry.kind, entry) for entry in parts.institutions),
            by_identifier=by_identifier,
            upwards=_gathered((link.child.id, link) for link in links),
            downwards=_gathered((link.parent.id, link) for link in links),
            groups={entry.id: entry for entry in parts.groups},
            codes=frozenset(by_code),
            schemes=frozenset(scheme for scheme, _ in by_identifier),
        )

    def on(self, code: str, day: dt.date) -> Institution | None:
        """Return what a code stands for on a day, None where it stands for nothing."""
        return next((entry for entry in self.by_code.get(code, ()) if entry.valid_on(day)), None)


def spelled(name: str, *, aa: bool = False) -> str:
    """Return the form in which names are compared: blanks and case do not matter; with ``aa``, å is aa."""
    plain = " ".join(unicodedata.normalize("NFC", name).casefold().split())
    return plain.replace("å", "aa") if aa else plain


def distinct(institutions: Iterable[Institution]) -> tuple[Institution, ...]:
    """Return every identity once, in code order."""
    by_identity = {(entry.id, start_of(life_of(entry))): entry for entry in institutions}
    return tuple(by_identity[identity] for identity in sorted(by_identity))


def _holdings(entry: Institution) -> Iterator[tuple[tuple[str, str], Holding]]:
    """Yield numbers and names of an institution, each with the days on which they are its own."""
    life = life_of(entry)
    for number in entry.identifiers:
        span = overlap(life, (number.valid_from, number.valid_to))
        if span is not None:
            yield (number.scheme, number.value), (entry, span)
    names = [(entry.name, life)]
    if entry.names:
        renamed = overlap(life, (max(name.valid_to for name in entry.names), None))
        spans = [(name.text, overlap(life, (name.valid_from, name.valid_to))) for name in entry.names]
        names = [(text, span) for text, span in [(entry.name, renamed), *spans] if span is not None]
    for scheme, language in NAMES.items():
        forms = [(spelled(_read(text, language)), span) for text, span in names]
        if entry.aliases:
            taken = {form for form, _ in forms}
            forms += [(form, life) for form in dict.fromkeys(map(spelled, entry.aliases)) if form not in taken]
        for form, span in forms:
            yield (scheme, form), (entry, span)


def _read(text: Text, language: str) -> str:
    return text.items[0][1] if len(text.items) == 1 else text.get(language)


def _links(membership: Membership, by_code: dict[str, tuple[Institution, ...]]) -> Iterator[Link]:
    for child in by_code.get(membership.institution, ()):
        lived = overlap(life_of(child), life_of(membership))
        for parent in by_code.get(membership.parent, ()) if lived else ():
            shared = overlap(lived, life_of(parent)) if lived else None
            if shared:
                yield Link(child, parent, membership, shared)


def _gathered(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """Collect the values of each key; most keys have one, which costs no list."""
    found: dict[K, tuple[V, ...]] = {}
    several: dict[K, list[V]] = {}
    for key, value in pairs:
        if key not in found:
            found[key] = (value,)
        else:
            several.setdefault(key, [*found[key]]).append(value)
    return found | {key: tuple(values) for key, values in several.items()}
