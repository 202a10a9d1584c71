"""A state that people have set beside the computed one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._entity import SAID, TEXT, Validated, check_order
from maalbib.model._fields import CODE, Choice, IsA, Matches, as_date
from maalbib.model._frozen import FrozenDict
from maalbib.model._text import Text
from maalbib.model._words import TargetState

__all__ = ["Override"]


@attrs.frozen(kw_only=True)
class Override(Validated):
    """The decision that a target stands elsewhere than the figures say: where, why, and who decided it.

    The computed state stays as it is, and this one stands beside it. Somebody takes responsibility, so a reason and a role
    are required; it names a role, never a person.

    Attributes
    ----------
    target
        Id of the target.
    institution
        Code of the institution whose state it is; empty for a result that names none.
    breakdown
        Which part, as in results (``grade=4``); empty for all.
    state
        ``met``, ``on_track``, ``off_track``, ``unchanged``, ``moving_away``, ``not_met`` or ``not_measurable``.
    reason
        Why, in words.
    decided_by_role
        Who decided it, by role: ``"kvalitetschef"``.
    decided_on
        The day it was decided, from which it holds.
    until
        First day on which it no longer holds; None is until further notice.
    extras
        Fields that a newer file has and this version does not know; written back unchanged.

    Raises
    ------
    DefinitionError
        If a field is wrong, the state is none of the seven, or it ends before it holds.

    Examples
    --------
    >>> from maalbib import Override, Text
    >>> decision = Override(
    ...     target="T1",
    ...     institution="E-01",
    ...     state="not_measurable",
    ...     reason=Text(da="Skolen var lukket efter en brand.", en="The school was closed after a fire."),
    ...     decided_by_role="kvalitetschef",
    ...     decided_on="2025-02-03",
    ... )
    >>> decision.state.value, decision.holds_on(decision.decided_on)
    ('not_measurable', True)
    """

    target: str = attrs.field(validator=Matches())
    institution: str = attrs.field(validator=Matches(f"(?:{CODE})?"))
    breakdown: str = attrs.field(default="", validator=TEXT)
    state: TargetState = attrs.field(
        converter=Choice(TargetState, "Override.state"), validator=IsA((TargetState,), "a state")
    )
    reason: Text = attrs.field(validator=IsA((Text,), "a Text"))
    decided_by_role: str = attrs.field(validator=SAID)
    decided_on: dt.date = attrs.field(converter=as_date("Override.decided_on"), validator=IsA((dt.date,), "a date"))
    until: dt.date | None = attrs.field(default=None, converter=as_date("Override.until"))
    extras: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)

    def holds_on(self, day: dt.date) -> bool:
        """Return whether it holds on a ``day``."""
        return self.decided_on <= day and (self.until is None or day < self.until)

    def _broken(self) -> Iterator[DefinitionError]:
        if not check_order(self.decided_on, self.until):
            yield self._error("override.order", "until")
