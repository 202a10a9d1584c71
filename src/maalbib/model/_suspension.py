"""A time in which a target is not judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs

from maalbib.errors import DefinitionError
from maalbib.model._entity import Validated, check_order
from maalbib.model._fields import IsA, as_date, optional
from maalbib.model._text import Text

__all__ = ["Suspension"]


@attrs.frozen(kw_only=True)
class Suspension(Validated):
    """A time in which a target is set aside, and why.

    Attributes
    ----------
    start
        First day on which it is not judged.
    end
        First day on which it is judged again; None is until further notice.
    reason
        Why, in words.

    Raises
    ------
    DefinitionError
        If a field is wrong, or the end does not come after the start.

    Examples
    --------
    >>> from datetime import date
    >>> from maalbib import Suspension
    >>> pause = Suspension(start="2020-03-12", end="2020-08-01")
    >>> pause.covers(date(2020, 7, 31)), pause.covers(date(2020, 8, 1))
    (True, False)
    """

    start: dt.date = attrs.field(converter=as_date("Suspension.start"), validator=IsA((dt.date,), "a date"))
    end: dt.date | None = attrs.field(default=None, converter=as_date("Suspension.end"))
    reason: Text | None = attrs.field(default=None, validator=optional(IsA((Text,), "a Text")))

    def covers(self, day: dt.date) -> bool:
        """Return whether a ``day`` lies within it."""
        return self.start <= day and (self.end is None or day < self.end)

    def _broken(self) -> Iterator[DefinitionError]:
        if not check_order(self.start, self.end):
            yield self._error("suspension.order", "end")
