"""From rows to a consistent whole, with every problem at once."""

from __future__ import annotations

import re
from typing import Final

import attrs

from maalbib.model import Institution, InstitutionKind, Membership
from maalbib.model._fields import CODE
from maalbib.register._entries import Note, RowReader
from maalbib.register._faults import Fault, faults, unknown_words
from maalbib.register._findings import Findings
from maalbib.register._index import Index
from maalbib.register._parts import Parts
from maalbib.register._rows import PARENTS, Rows

__all__ = ["built"]

_UNKNOWN: Final = "code.unknown"
_COLUMN_OF_ROLE: Final = {role: column for column, role in PARENTS.items()}


@attrs.define(eq=False)
class _Made:
    """The entries so far, the rows they came from, and the codes of rows that failed."""

    institutions: list[Institution] = attrs.field(factory=list)
    memberships: list[Membership] = attrs.field(factory=list)
    row_of: dict[int, int] = attrs.field(factory=dict)  # by the identity of the object
    failed: set[str] = attrs.field(factory=set)


def built(rows: Rows, base: Parts, *, kind: InstitutionKind | None = None) -> tuple[Parts, Index]:
    """Return the parts of the rows joined to those of ``base``, with their index.

    ``kind`` is that of the rows that have none.

    Raises
    ------
    DataError
        With every problem, if there is one.
    """
    findings, made = Findings(rows), _Made()
    twice = _twice(rows, findings)
    reader = RowReader()
    for position, record in enumerate(rows.records):
        notes: list[Note] = []
        entries = reader.entries(record if kind is None else {"kind": kind, **record}, notes)
        for code, field, details in notes:
            findings.add(code, field, position, details=details)
        if notes:
            made.failed.add(str(record.get("id")))
        elif position not in twice:
            _keep(entries, position, made)
    parts = Parts.of(
        (*base.institutions, *made.institutions), (*base.memberships, *made.memberships), base.groups, base.changes
    )
    index = Index.of(parts)
    _unknown_parents(rows, index, made, findings)
    for fault in faults(parts, index):
        _report(fault, made, findings)
    findings.refuse()
    return parts, index


def _twice(rows: Rows, findings: Findings) -> set[int]:
    """Find rows of an identity that an earlier row has, and name both; what else is wrong with them does not matter."""
    first: dict[tuple[str, str], int] = {}
    twice: set[int] = set()
    for position, record in enumerate(rows.records):
        code = record.get("id")
        if not isinstance(code, str):
            continue
        earlier = first.setdefault((code, str(record.get("valid_from"))), position)
        if earlier != position:
            findings.add("register.duplicate", "id", position, earlier)
            twice.add(position)
    return twice


def _keep(entries: list[Institution | Membership], position: int, made: _Made) -> None:
    for entry in entries:
        if isinstance(entry, Institution):
            made.institutions.append(entry)
        else:
            made.memberships.append(entry)
        made.row_of[id(entry)] = position


def _unknown_parents(rows: Rows, index: Index, made: _Made, findings: Findings) -> None:
    """Find parents that are nowhere, also in rows that failed; a parent whose own row failed is somewhere."""
    lost = [
        (position, column, record[column])
        for position, record in enumerate(rows.records)
        for column in PARENTS
        if column in record and _is_code(record[column])
        if record[column] not in index.codes and record[column] not in made.failed
    ]
    words = unknown_words((code for _, _, code in lost), index.codes)
    for position, column, parent in lost:
        code, details = words[parent]
        findings.add(code, column, position, details=details)


def _is_code(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(CODE, value) is not None


def _report(fault: Fault, made: _Made, findings: Findings) -> None:
    """Name the rows of a fault. Codes that are not there were looked for in the rows."""
    subject = fault.subject
    if isinstance(subject, Membership) and fault.code.startswith(_UNKNOWN):
        return
    field = fault.field
    if isinstance(subject, Membership) and field == "parent":
        field = _COLUMN_OF_ROLE[subject.role]
    row, other = made.row_of.get(id(subject)), made.row_of.get(id(fault.other))
    if row is None:
        row, other = other, None
    findings.add(fault.code, field, row, other, details=fault.details)
