"""Something that is to be done by a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import ClassVar

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._fields import CODE, IsA, Matches, as_date
from maalbib.model._target import Target

__all__ = ["Milestone"]


@attrs.frozen(kw_only=True)
class Milestone(Target):
    """Something is to be done by a day; dates decide, or a measured yes or no.

    Attributes
    ----------
    indicator
        Id of an indicator whose value of 1 or more means done; empty where nothing is measured and ``done_on`` says it.
    due
        Last day on which it is done in time.
    done_on
        The day it was done; a day after the one looked at is not known yet. None is not done.
    late_counts
        Whether it is met, though late, when it is done after ``due``.

    Examples
    --------
    >>> from maalbib import Milestone
    >>> plan = Milestone(id="M1", due="2025-12-31", done_on="2025-11-14")
    >>> plan.kind, plan.indicator, plan.region(None)
    ('milestone', '', (-inf, inf))
    """

    KIND: ClassVar[str] = "milestone"
    OF_VALUES: ClassVar[bool] = False

    indicator: str = attrs.field(default="", validator=Matches(f"(?:{CODE})?"))
    due: dt.date = attrs.field(converter=as_date("Milestone.due"), validator=IsA((dt.date,), "a date"))
    done_on: dt.date | None = attrs.field(default=None, converter=as_date("Milestone.done_on"))
    late_counts: bool = attrs.field(default=False, validator=IsA((bool,), "true or false"))

    def _broken(self) -> Iterator[DefinitionError]:
        yield from super()._broken()
        if self.decided_on is not None and self.done_on is not None and self.done_on < self.decided_on:
            yield self._error("target.done_first", "done_on")
        if self.baseline is not None and self.due <= self.baseline.period.end:
            yield self._error("target.period_order", "due")
