"""What a goal board holds besides its lines: the notes, what is about no line, and the order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from maalbib.analysis._board_notes import Key, Noted, Said, day_of, note_of, place_notes, plain_note
from maalbib.analysis._board_order import By
from maalbib.analysis._columns import cells
from maalbib.model import FollowUp, Text
from maalbib.texts import MISSING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Beside", "keys_of"]


@attrs.frozen(kw_only=True)
class Beside:
    """What a board holds besides its lines.

    Attributes
    ----------
    by
        Order of the lines.
    noted
        The notes on them.
    unmatched
        What is about no line, the newest first.
    public
        Whether the board is one that may be shown: hidden lines then have no notes.
    """

    by: By = "goal"
    noted: Noted = attrs.field(factory=Noted)
    unmatched: tuple[Said, ...] = ()
    public: bool = False

    def to_dict(self, keys: Iterable[Key]) -> dict[str, Any]:
        """Return plain data, with the notes on these lines only."""
        placed, _ = place_notes(self.noted.all(), keys)
        return {
            "by": self.by,
            "public": self.public,
            "follow_ups": [plain_note(note) for note in placed],
            "unmatched": [plain_note(note) for note in self.unmatched],
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Beside:
        """Return what :meth:`to_dict` gave, from under ``board`` in what a file keeps; nothing where it keeps none."""
        if "board" not in kept:
            return cls()
        plain = kept["board"]
        return cls(
            by=plain["by"],
            public=plain["public"],
            noted=Noted.of(_follow_ups(map(note_of, plain["follow_ups"]))),
            unmatched=tuple(note_of(note) for note in plain["unmatched"]),
        )

    @classmethod
    def placed(
        cls, given: Iterable[Said], table: pa.Table, *, day: dt.date, targets: Collection[str], by: By
    ) -> Beside:
        """Put what people have said beside the lines of a table of tracking.

        What was written after the day is not known on it, and what is about targets that were not asked for is left out.
        """
        asked = set(cells(table, "target"))
        known = [
            note for note in given if day_of(note) <= day and (note.target in asked or note.target not in targets)
        ]
        found, unmatched = place_notes(known, keys_of(table))
        return cls(by=by, noted=Noted.of(_follow_ups(found)), unmatched=tuple(unmatched))

    def shown(self, table: pa.Table) -> Beside:
        """Return what may be shown beside the lines of a table that may all be shown.

        What is about no line may be about a hidden one under a wrong code: that it is there is said, its words are not.
        """
        found, _ = place_notes(self.noted.all(), keys_of(table))
        wordless = tuple(map(_without_words, self.unmatched))
        return attrs.evolve(self, noted=Noted.of(_follow_ups(found)), unmatched=wordless, public=True)


def keys_of(table: pa.Table) -> Iterable[Key]:
    """Return target, institution and breakdown of each line."""
    return zip(*(cells(table, name) for name in ("target", "institution", "breakdown")), strict=True)


def _without_words(said: Said) -> Said:
    dash = Text(da=MISSING, en=MISSING)
    if isinstance(said, FollowUp):
        return attrs.evolve(said, comment=dash, action=None, due=None)
    return attrs.evolve(said, reason=dash)


def _follow_ups(notes: Iterable[Said]) -> Iterable[FollowUp]:
    return (note for note in notes if isinstance(note, FollowUp))
