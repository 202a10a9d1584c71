"""From one row to an institution and its memberships, by the rules of the model's own fields."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import attrs

from maalbib.errors import DefinitionError
from maalbib.model import Identifier, Institution, Membership, ServedShare, Text
from maalbib.model._entity import check_order
from maalbib.model._fields import CODE, rule_of
from maalbib.register._identifiers import IDENTIFIER_SCHEMES, check_identifier, holds_person_number
from maalbib.register._rows import PARENTS

__all__ = ["Note", "RowReader", "noted", "person_notes"]

# What is wrong with a cell: code, field, details.
Note: TypeAlias = tuple[str, str, dict[str, Any]]

_FIELDS: Final[Mapping[str, Any]] = attrs.fields_dict(Institution)
_REPEATED: Final = frozenset({"kind", "valid_from", "valid_to", "ownership", "sector"})
_PLAIN: Final = _REPEATED | {"id", "capacity"}
_CODES: Final = frozenset({"id", *PARENTS})
_REQUIRED: Final = ("id", "name", "kind")
_CODE: Final = re.compile(CODE)
_NUMBER: Final = "identifiers."
_SERVED: Final = "serves."

# No official source confirms the rules of these, so they refuse nothing.
_UNCONFIRMED: Final = frozenset({"sor", "shak"})
_NOT_NUMBERS: Final = frozenset({"free_text", "language_tag", "sdmx_id"})
_CHECKED: Final = IDENTIFIER_SCHEMES - _UNCONFIRMED - _NOT_NUMBERS
# A production unit number may look like a person's.
_MAY_LOOK_PERSONAL: Final = "identifiers.p_number"
# In problems, the words of these two speak of a number instead of a code.
_WORDS: Final = {"code.format": "identifier.format", "code.unknown": "identifier.unknown"}


@attrs.frozen
class _Header:
    """Which cells of a row serve what; the same for most rows of a list."""

    plain: tuple[str, ...]
    codes: tuple[str, ...]
    languages: Mapping[str, tuple[str, ...]]
    numbers: tuple[str, ...]
    served: tuple[str, ...]

    @classmethod
    def of(cls, names: tuple[str, ...]) -> _Header:
        return cls(
            plain=tuple(name for name in names if name in _PLAIN),
            codes=tuple(name for name in names if name in _CODES),
            languages={
                field: tuple(name for name in names if name.startswith(f"{field}."))
                for field in ("name", "description")
            },
            numbers=tuple(name for name in names if name.startswith(_NUMBER)),
            served=tuple(name for name in names if name.startswith(_SERVED)),
        )


@attrs.frozen(eq=False)
class RowReader:
    """Reads rows one after the other, and remembers words that many rows share."""

    _headers: dict[tuple[str, ...], _Header] = attrs.field(factory=dict, init=False)
    _words: dict[tuple[str, str], Any] = attrs.field(factory=dict, init=False)

    def entries(self, record: Mapping[str, Any], notes: list[Note]) -> list[Institution | Membership]:
        """Return the institution of a row and after it its memberships; nothing where there is a note."""
        names = tuple(record)
        header = self._headers.get(names) or self._headers.setdefault(names, _Header.of(names))
        notes += person_notes(record)
        notes += _codes(header, record)
        fields = {name: self._plain(name, record[name], notes) for name in header.plain}
        fields |= {name: _text(name, parts, record, notes) for name, parts in header.languages.items()}
        fields["identifiers"] = tuple(_identifiers(header.numbers, record, notes))
        fields["serves"] = tuple(_served(header.served, record, notes))
        if not _in_order(fields.get("valid_from"), fields.get("valid_to")):
            notes.append(("register.date_order", "valid_to", {}))
        notes += (("register.field_empty", name, {}) for name in _REQUIRED if not _given(name, record, header))
        if notes:
            return []
        try:
            institution = Institution(**fields)
            return [institution, *_memberships(record, institution)]
        except DefinitionError as error:
            notes += noted(error)
            return []

    def _plain(self, name: str, value: Any, notes: list[Note]) -> Any:
        """Return a cell as the model's field takes it."""
        if name not in _REPEATED or not isinstance(value, str):
            return _checked(name, value, notes)
        known = self._words.get((name, value))
        if known is None:
            before = len(notes)
            known = _checked(name, value, notes)
            if len(notes) == before:
                self._words[name, value] = known
        return known


def _given(name: str, record: Mapping[str, Any], header: _Header) -> bool:
    return bool(header.languages["name"]) if name == "name" else name in record


def person_notes(record: Mapping[str, Any]) -> Iterator[Note]:
    """Find person numbers: in all cells at once, and only where there is one in each of them."""
    cells = {name: value for name, value in record.items() if isinstance(value, str) and name != _MAY_LOOK_PERSONAL}
    if holds_person_number("\n".join(cells.values())):
        yield from (("code.person_number", name, {}) for name, value in cells.items() if holds_person_number(value))


def _codes(header: _Header, record: Mapping[str, Any]) -> Iterator[Note]:
    """Find codes that are no text, parents that are no code, and institutions that are their own parent."""
    for name in header.codes:
        value = record[name]
        if not isinstance(value, str):
            yield "code.not_text", name, {}
        elif name in PARENTS and not _CODE.fullmatch(value):
            yield "code.format", name, {"model": Institution.__name__, "field": name}
        elif name in PARENTS and value == record.get("id"):
            yield "membership.own_parent", name, {}


def _in_order(start: Any, end: Any) -> bool:
    """Return whether a life is not empty; what is no date is noted elsewhere."""
    dates = isinstance(start, dt.date) and isinstance(end, dt.date)
    return not dates or check_order(start, end)


def _checked(name: str, value: Any, notes: list[Note]) -> Any:
    """Return a value converted as the model's field does it; a code that is no text is noted already."""
    if name in _CODES and not isinstance(value, str):
        return value
    field = _FIELDS[name]
    convert: Any = field.converter
    try:
        value = convert(value) if convert else value
    except DefinitionError as error:
        notes += noted(error, name)
        return value
    rule = rule_of(field)
    fault = rule.fault(value) if rule else None
    if fault is not None:
        notes.append((fault[0], name, {"model": Institution.__name__, "field": name, **fault[1]}))
    return value


def noted(error: DefinitionError, field: str | None = None) -> Iterator[Note]:
    for one in (error, *error.others):
        name = field or str(one.details["field"])
        yield one.code, name, {**one.details, "model": Institution.__name__, "field": name}


def _text(name: str, parts: tuple[str, ...], record: Mapping[str, Any], notes: list[Note]) -> Text | None:
    if not parts:
        return None
    try:
        return Text(**{part[len(name) + 1 :]: record[part] for part in parts})
    except DefinitionError as error:
        notes += noted(error, parts[0])
        return None


def _identifiers(names: tuple[str, ...], record: Mapping[str, Any], notes: list[Note]) -> Iterator[Identifier]:
    for name in names:
        scheme, value = name.removeprefix(_NUMBER), record[name]
        if isinstance(value, str) and scheme not in _CHECKED:
            yield from _identifier(scheme, value, notes)
            continue
        checked = check_identifier(value, scheme if scheme in _CHECKED else "free_text")
        if checked.issue is not None:
            notes.append((_WORDS.get(checked.issue, checked.issue), name, {}))
        else:
            # Only company numbers are written in several ways within their own scheme.
            yield from _identifier(scheme, checked.canonical if scheme == "cvr" else value, notes)


def _identifier(scheme: str, value: Any, notes: list[Note]) -> Iterator[Identifier]:
    try:
        yield Identifier(scheme=scheme, value=value)
    except DefinitionError as error:
        notes += noted(error, f"{_NUMBER}{scheme}")


def _served(names: tuple[str, ...], record: Mapping[str, Any], notes: list[Note]) -> Iterator[ServedShare]:
    by = {"by": record["serves_by"]} if "serves_by" in record else {}
    for name in names:
        try:
            yield ServedShare(unit=name.removeprefix(_SERVED), share=record[name], **by)
        except DefinitionError as error:
            at_share = [note for note in noted(error) if note[1] == "share"]
            notes += [(code, name, details) for code, _, details in at_share] or noted(error, "serves_by")


def _memberships(record: Mapping[str, Any], child: Institution) -> Iterator[Membership]:
    for name, role in PARENTS.items():
        if name in record:
            yield Membership(
                institution=child.id,
                parent=record[name],
                role=role,
                valid_from=child.valid_from,
                valid_to=child.valid_to,
            )
