"""From a list of changes, a row for each link, to a register that knows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from maalbib.errors import DefinitionError
from maalbib.model import ChangeKind, InstitutionChange, Text
from maalbib.model._fields import Between, Choice, Matches, as_date
from maalbib.register._entries import Note, noted, person_notes
from maalbib.register._faults import faults_of_changes
from maalbib.register._findings import Findings
from maalbib.register._gathering import Became, gathered
from maalbib.register._index import Index
from maalbib.register._parts import Parts
from maalbib.register._rows import Rows

__all__ = ["with_changes"]

_WEIGHT: Final = "weight."
_MODEL: Final = InstitutionChange.__name__
_AS_DATE: Final = as_date(f"{_MODEL}.date")
_AS_KIND: Final = Choice(ChangeKind, f"{_MODEL}.kind")
_SHARE: Final = Between(low=0, high=1)
_COLUMNS: Final = {"from_ids": "from", "to_ids": "to", "weights": "to"}


def with_changes(parts: Parts, index: Index, rows: Rows) -> Parts:
    """Return the parts with the changes of some rows; their index stays what it is.

    Raises
    ------
    DataError
        With every problem, if there is one.
    """
    findings = Findings(rows)
    made = list(_made(rows.records, findings))
    row_of = {id(change): position for change, position in made}
    changes = (*parts.changes, *(change for change, _ in made))
    joined = Parts.of(parts.institutions, parts.memberships, parts.groups, changes)
    for fault in faults_of_changes(joined, index):
        row, other = row_of.get(id(fault.subject)), row_of.get(id(fault.other))
        if row is None:
            row, other = other, None
        findings.add(fault.code, _COLUMNS[fault.field], row, other, details=fault.details)
    findings.refuse()
    return joined


def _made(records: Sequence[Mapping[str, Any]], findings: Findings) -> Iterator[tuple[InstitutionChange, int]]:
    """Yield the changes, each with the first of its rows; what is wrong goes to ``findings``."""
    links: list[Became] = []
    for position, record in enumerate(records):
        notes: list[Note] = []
        fields = _read(record, notes)
        for code, field, details in notes:
            findings.add(code, field, position, details=details)
        if not notes:
            links.append(Became(position=position, **fields))
    for fields, own in gathered(links):
        position = own[0].position
        record = records[position]
        note = None if "note" not in record else Text(da=str(record["note"]))
        try:
            yield InstitutionChange(**fields, source=record.get("source"), note=note), position
        except DefinitionError as error:
            for code, field, details in noted(error):
                findings.add(code, _COLUMNS.get(field, field), position, details=details)


def _read(record: Mapping[str, Any], notes: list[Note]) -> dict[str, Any]:
    """Read a row by the rules of the model's own fields."""
    notes += person_notes(record)
    if "date" not in record:
        notes.append(("change.field_empty", "date", {}))
    if "from" not in record and "to" not in record:
        notes.append(("change.field_empty", "from", {}))
    fields: dict[str, Any] = {"source": record.get("from"), "target": record.get("to")}
    for name, convert in (("date", _AS_DATE), ("kind", _AS_KIND)):
        try:
            fields[name] = convert(record.get(name))
        except DefinitionError as error:
            notes += noted(error, name)
    for name in ("from", "to"):
        notes += _code_notes(name, record.get(name))
    fields["weights"] = {name.removeprefix(_WEIGHT): record[name] for name in record if name.startswith(_WEIGHT)}
    for basis, share in fields["weights"].items():
        if _SHARE.fault(share) is not None:
            notes.append(("change.weight", _WEIGHT + basis, {}))
    return fields


def _code_notes(name: str, code: object) -> Iterator[Note]:
    if code is not None and not isinstance(code, str):
        yield "code.not_text", name, {}
    elif code is not None and Matches().fault(code) is not None:
        yield "code.format", name, {"model": _MODEL, "field": name}
