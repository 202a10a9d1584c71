"""What every catalogue entry has in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._fields import Each, IsA, Matches, Rule, as_date, as_tuple, optional
from maalbib.model._frozen import FrozenDict
from maalbib.model._source import Citation
from maalbib.model._text import Text

__all__ = ["CODES", "SAID", "TEXT", "Change", "Entity", "Validated", "check_order"]

TEXT: Rule = IsA((str,), "text")
CODES: Rule = Each(Matches())
SAID: Rule = Matches(r"\S(.*\S)?")  # one line that says something


class Validated:
    """Base of classes with rules across fields; all broken rules are reported at once."""

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        broken = list(self._broken())
        if broken:
            raise DefinitionError.combined(broken)

    def _broken(self) -> Iterator[DefinitionError]:
        """Yield an error for each broken rule across fields."""
        yield from ()

    def _error(self, code: str, field: str, **details: object) -> DefinitionError:
        identity = getattr(self, "id", None)
        return DefinitionError(code, model=type(self).__name__, field=field, id=identity, **details)


@attrs.frozen(kw_only=True)
class Change:
    """What happened to an entry and why.

    Attributes
    ----------
    kind
        revised, replaced, moved, deleted, merged, split or renamed.
    date
        The day it happened.
    from_ids, to_ids
        Codes before and after.
    reason
        Why, in words.

    Examples
    --------
    >>> from maalbib.model import Change
    >>> Change(kind="renamed", date="2025-01-01", reason="nyt navn").kind
    'renamed'
    """

    kind: str = attrs.field(validator=Matches("revised|replaced|moved|deleted|merged|split|renamed"))
    date: dt.date = attrs.field(converter=as_date("Change.date"))
    from_ids: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=CODES)
    to_ids: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=CODES)
    reason: str | None = attrs.field(default=None, validator=optional(TEXT))


@attrs.frozen(kw_only=True)
class Entity(Validated):
    """An entry with a lasting id.

    Attributes
    ----------
    id
        Code that never changes when texts change.
    name
        What people call it.
    description
        More about it.
    aliases
        Other codes for the same thing, for example in another system.
    valid_from, valid_to
        First day it holds and first day it no longer does; None is open.
    citation
        The words of a source document it rests on.
    proposed
        Names of the fields that are our proposal and not the document's: ``("name.en", "unit")``.
    changes
        Its history.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.
    """

    id: str = attrs.field(validator=Matches())
    name: Text = attrs.field(validator=IsA((Text,), "a Text"))
    description: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    aliases: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=Each(TEXT))
    valid_from: dt.date | None = attrs.field(default=None, converter=as_date("Entity.valid_from"))
    valid_to: dt.date | None = attrs.field(default=None, converter=as_date("Entity.valid_to"))
    citation: Citation | None = attrs.field(default=None, validator=optional(IsA((Citation,), "a Citation")))
    proposed: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=Each(TEXT))
    changes: tuple[Change, ...] = attrs.field(
        default=(), converter=as_tuple, validator=Each(IsA((Change,), "a Change"))
    )
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)

    def text(self, lang: str = "da") -> str:
        """Return the name in a language, in Danish where it has no other."""
        return self.name.get(lang)

    def valid_on(self, date: dt.date) -> bool:
        """Return whether the entry holds on a day; the last day is the one before ``valid_to``."""
        return (self.valid_from is None or self.valid_from <= date) and (
            self.valid_to is None or date < self.valid_to
        )

    def _broken(self) -> Iterator[DefinitionError]:
        if not check_order(self.valid_from, self.valid_to):
            yield self._error("validity.order", "valid_to")


def check_order(start: dt.date | None, end: dt.date | None) -> bool:
    """Return whether a half-open interval of dates is not empty."""
    return start is None or end is None or start < end
