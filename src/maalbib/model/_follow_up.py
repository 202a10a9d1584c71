"""What people have noted on a state, and what they will do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._entity import SAID, TEXT, Validated
from maalbib.model._fields import CODE, Choice, IsA, Matches, as_date, optional
from maalbib.model._frozen import FrozenDict
from maalbib.model._text import Text
from maalbib.model._words import TargetState

__all__ = ["FollowUp"]


@attrs.frozen(kw_only=True)
class FollowUp(Validated):
    """A comment on where a target stood, and what is to be done: the explanation that an essential target asks for.

    It changes no state. It names a role, never a person.

    Attributes
    ----------
    target
        Id of the target.
    institution
        Code of the institution whose state it is about; empty for a result that names none.
    breakdown
        Which part, as in results (``grade=4``); empty for all.
    noted_on
        The day it was written.
    state
        The state that it speaks of, so that a later state shows as one nobody has commented on.
    comment
        What lies behind it, in words.
    action
        What is to be done; None is nothing.
    by_role
        Who wrote it, by role: ``"skoleleder"``.
    due
        The day by which the action is to be done.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.

    Raises
    ------
    DefinitionError
        If a field is wrong, the state is none of the seven, or the action is due before it was noted or is not there.

    Examples
    --------
    >>> from maalbib import FollowUp, Text
    >>> note = FollowUp(
    ...     target="T1",
    ...     institution="E-01",
    ...     noted_on="2025-02-03",
    ...     state="not_met",
    ...     comment=Text(da="Mange nye elever i 4. klasse.", en="Many new pupils in grade 4."),
    ...     action=Text(da="Læsevejleder i alle 3. klasser.", en="A reading tutor in every grade 3."),
    ...     by_role="skoleleder",
    ...     due="2025-08-01",
    ... )
    >>> note.state.value
    'not_met'
    """

    target: str = attrs.field(validator=Matches())
    institution: str = attrs.field(validator=Matches(f"(?:{CODE})?"))
    breakdown: str = attrs.field(default="", validator=TEXT)
    noted_on: dt.date = attrs.field(converter=as_date("FollowUp.noted_on"), validator=IsA((dt.date,), "a date"))
    state: TargetState = attrs.field(
        converter=Choice(TargetState, "FollowUp.state"), validator=IsA((TargetState,), "a state")
    )
    comment: Text = attrs.field(validator=IsA((Text,), "a Text"))
    action: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))
    by_role: str = attrs.field(validator=SAID)
    due: dt.date | None = attrs.field(default=None, converter=as_date("FollowUp.due"))
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)

    def _broken(self) -> Iterator[DefinitionError]:
        if self.due is not None and self.action is None:
            yield self._error("follow_up.no_action", "action")
        if self.due is not None and self.due < self.noted_on:
            yield self._error("follow_up.order", "due")
