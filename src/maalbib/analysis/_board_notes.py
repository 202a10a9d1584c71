"""Follow-up notes beside the lines that they are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from maalbib.analysis._binding import named_parts
from maalbib.analysis._columns import cells
from maalbib.model import FollowUp, Override, Period, Text

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Key",
    "Noted",
    "Said",
    "day_of",
    "note_columns",
    "note_of",
    "overdue",
    "place_notes",
    "plain_note",
]

Said = FollowUp | Override
Key = tuple[str, str, str]

_NOTHING: Final[dict[str, Any]] = {
    **dict.fromkeys(("noted_on", "noted_state", "noted_role", "note_da", "note_en", "action_da", "action_en")),
    "action_due": None,
    "notes_count": 0,
    "actions_overdue": 0,
    "explanation": None,
}


@attrs.frozen(kw_only=True)
class Noted:
    """What people have said, by the target and institution that it is about.

    Attributes
    ----------
    about
        The notes of each target and institution, newest first.
    """

    about: Mapping[tuple[str, str], tuple[FollowUp, ...]] = attrs.field(factory=dict)

    @classmethod
    def of(cls, notes: Iterable[FollowUp]) -> Noted:
        """Put the notes in order."""
        about: dict[tuple[str, str], list[FollowUp]] = {}
        for note in sorted(dict.fromkeys(notes), key=lambda note: note.noted_on, reverse=True):
            about.setdefault((note.target, note.institution), []).append(note)
        return cls(about={key: tuple(found) for key, found in about.items()})

    def on(self, target: str, institution: str, breakdown: str) -> tuple[FollowUp, ...]:
        """Return the notes on one line, newest first."""
        found = self.about.get((target, institution), ())
        parts = named_parts(breakdown)
        return tuple(note for note in found if not note.breakdown or named_parts(note.breakdown) == parts)

    def all(self) -> tuple[FollowUp, ...]:
        """Return every note, newest first."""
        found = (note for notes in self.about.values() for note in notes)
        return tuple(sorted(found, key=lambda note: note.noted_on, reverse=True))


def place_notes(notes: Iterable[Said], keys: Iterable[Key]) -> tuple[list[Said], list[Said]]:
    """Return the notes that are about one of the lines, and those that are about none, each newest first.

    Parameters
    ----------
    notes
        Follow-ups or overrides.
    keys
        Target, institution and breakdown of each line.
    """
    given = sorted(dict.fromkeys(notes), key=day_of, reverse=True)
    wanted = {(note.target, note.institution) for note in given}
    there: dict[tuple[str, str], set[frozenset[str]]] = {}
    for target, institution, breakdown in keys if wanted else ():
        if (target, institution) in wanted:
            there.setdefault((target, institution), set()).add(named_parts(breakdown))
    placed: list[Said] = []
    unmatched: list[Said] = []
    for note in given:
        parts = there.get((note.target, note.institution), set())
        found = bool(parts) and (not note.breakdown or named_parts(note.breakdown) in parts)
        (placed if found else unmatched).append(note)
    return placed, unmatched


def day_of(note: Said) -> dt.date:
    """Return the day on which something was written or decided."""
    return note.noted_on if isinstance(note, FollowUp) else note.decided_on


def overdue(notes: Sequence[FollowUp], day: dt.date) -> tuple[FollowUp, ...]:
    """Return the notes whose action should have been done before a day, and that nobody has come back to since."""
    return tuple(
        note
        for note in notes
        if note.due is not None and note.due < day and not any(later.noted_on >= note.due for later in notes)
    )


def note_columns(table: pa.Table, noted: Noted, day: dt.date) -> dict[str, Any]:
    """Return the columns about notes for each line of a table of tracking."""
    names = ("target", "institution", "breakdown", "latest_period", "due", "needs_explanation")
    lines = zip(*(cells(table, name) for name in names), strict=True)
    found = [_columns_of(noted, day, *line) for line in lines]
    return {name: [line[name] for line in found] for name in _NOTHING}


def _columns_of(
    noted: Noted,
    day: dt.date,
    target: str,
    institution: str,
    breakdown: str,
    latest: str | None,
    due: str | None,
    asked: bool,  # noqa: FBT001 - a cell of the line
) -> dict[str, Any]:
    found = noted.on(target, institution, breakdown) if (target, institution) in noted.about else ()
    explained = {"explanation": _explanation(found, latest or due)} if asked else {}
    if not found:
        return _NOTHING | explained
    newest = found[0]
    return {
        "noted_on": newest.noted_on,
        "noted_state": newest.state.value,
        "noted_role": newest.by_role,
        "note_da": newest.comment.get("da"),
        "note_en": newest.comment.get("en"),
        "action_da": None if newest.action is None else newest.action.get("da"),
        "action_en": None if newest.action is None else newest.action.get("en"),
        "action_due": newest.due,
        "notes_count": len(found),
        "actions_overdue": len(overdue(found, day)),
        "explanation": None,
    } | explained


def _explanation(notes: Sequence[FollowUp], since: str | None) -> str:
    """Say whether a note answers the latest value: one written after the end of its period, or after the day of a milestone."""
    ended = dt.date.min if since is None else _end(since)
    return "given" if any(note.noted_on > ended for note in notes) else "missing"


def _end(text: str) -> dt.date:
    period = Period.try_parse(text)
    return period.end if isinstance(period, Period) else dt.date.fromisoformat(text)


def plain_note(note: Said) -> dict[str, Any]:
    """Return a note as plain data: the fields of its class, texts by language, days as ISO texts."""
    fields: dict[str, Any] = {"kind": "follow_up" if isinstance(note, FollowUp) else "override"}
    for name in (field.name for field in attrs.fields(type(note)) if field.name != "extras"):
        value = getattr(note, name)
        fields[name] = (
            value.to_dict()
            if isinstance(value, Text)
            else value.isoformat()
            if isinstance(value, dt.date)
            else None
            if value is None
            else str(value)
        )
    return fields


def note_of(plain: Mapping[str, Any]) -> Said:
    """Return the note that :func:`plain_note` gave; what a newer version knows besides is left out."""
    model = FollowUp if plain["kind"] == "follow_up" else Override
    names = [field.name for field in attrs.fields(model) if field.name != "extras"]
    given: dict[str, Any] = {
        name: Text(**plain[name]) if isinstance(plain[name], Mapping) else plain[name] for name in names
    }
    return model(**given)
