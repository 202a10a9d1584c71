"""Where definitions and figures come from."""

from __future__ import annotations

import datetime as dt

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._fields import Between, Each, IsA, Matches, Rule, as_date, as_tuple, optional
from maalbib.model._frozen import FrozenDict
from maalbib.model._text import Text

__all__ = ["Citation", "Document", "Source"]

_TEXT: Rule = IsA((str,), "text")


@attrs.frozen(kw_only=True)
class Citation:
    """A place in a document.

    Attributes
    ----------
    document
        Id of the :class:`Document`.
    line, line_end
        Lines counted from 1; ``line_end`` is the last one, the same as ``line`` where absent.
    quote
        The words as they stand, slips included.

    Examples
    --------
    >>> Citation(document="sammenhaengsreform2018", line=243).line
    243
    """

    document: str = attrs.field(validator=Matches())
    line: int | None = attrs.field(default=None, validator=optional(Between(low=1, whole=True)))
    line_end: int | None = attrs.field(default=None, validator=optional(Between(low=1, whole=True)))
    quote: str | None = attrs.field(default=None, validator=optional(_TEXT))

    def __attrs_post_init__(self) -> None:
        if self.line_end is not None and self.line_end < (self.line or 1):
            raise DefinitionError("citation.line_order", model="Citation", field="line_end")


@attrs.frozen(kw_only=True)
class Document:
    """A document that goals, targets or figures are drawn from.

    Attributes
    ----------
    id
        Code that citations use.
    title
        Title; the Danish one is the document's own.
    publisher
        Who issued it, as stated in it; None where it does not say.
    issued
        Date as stated: ``2006-08-18``, ``2018-09``, or None where the document is undated.
    note
        What a reader should know, for example that it ends in mid-sentence.
    url
        Where it can be read, None where not known.
    proposed
        Names of the fields that are our proposal and not the document's.
    url
        Where it can be read.
    proposed
        Names of the fields that are our proposal and not the document's.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.

    Examples
    --------
    >>> Document(id="d1", title=Text(da="Kvalitetsreform"), publisher="Regeringen", issued="2006-08-18").issued
    '2006-08-18'
    """

    id: str = attrs.field(validator=Matches())
    title: Text = attrs.field(validator=IsA((Text,), "a Text"))
    publisher: str | None = attrs.field(default=None, validator=optional(_TEXT))
    issued: str | None = attrs.field(default=None, validator=optional(Matches("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")))
    note: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    url: str | None = attrs.field(default=None, validator=optional(Matches(r"https?://\S+")))
    proposed: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=Each(_TEXT))
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)


@attrs.frozen(kw_only=True)
class Source:
    """The survey, register or data set behind measurements; the ``source`` column holds its id.

    Values from two sources are not compared unless the caller says so.

    Attributes
    ----------
    id
        Code used in the ``source`` column.
    name
        What people call it.
    publisher, dataset, url, licence
        Origin and terms; None where not known.
    issued, retrieved
        Dates.
    note
        What a reader should know, for example that an attribution is presumed.
    proposed
        Names of the fields that are our proposal.
    proposed
        Names of the fields that are our proposal.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.

    Examples
    --------
    >>> Source(id="lup2004", name=Text(da="Patientoplevelser 2004")).id
    'lup2004'
    """

    id: str = attrs.field(validator=Matches())
    name: Text = attrs.field(validator=IsA((Text,), "a Text"))
    publisher: str | None = attrs.field(default=None, validator=optional(_TEXT))
    dataset: str | None = attrs.field(default=None, validator=optional(_TEXT))
    url: str | None = attrs.field(default=None, validator=optional(Matches(r"https?://\S+")))
    licence: str | None = attrs.field(default=None, validator=optional(_TEXT))
    issued: dt.date | None = attrs.field(default=None, converter=as_date("Source.issued"))
    retrieved: dt.date | None = attrs.field(default=None, converter=as_date("Source.retrieved"))
    note: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    proposed: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=Each(_TEXT))
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)
