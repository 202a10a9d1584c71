"""The decision that a process has reached a new level, so that new limits are drawn from there on."""

from __future__ import annotations

import datetime as dt

import attrs

from maalbib.model._entity import SAID, TEXT, Validated
from maalbib.model._fields import IsA, Matches, as_date, optional
from maalbib.model._indicator import as_period
from maalbib.model._period import Period
from maalbib.model._text import Text

__all__ = ["Rebase"]


@attrs.frozen(kw_only=True)
class Rebase(Validated):
    """New limits of a control chart from a period on: when, why, and who decided it.

    Somebody takes responsibility for it, so a reason and a role are required. It names a role, never a person. The old
    limits stay in the chart.

    Attributes
    ----------
    indicator
        Whose charts.
    period
        First period of the new level.
    reason
        Why the level is a new one, in words.
    decided_by_role
        Who decided it, by role: ``"kvalitetsleder"``.
    decided_on
        The day it was decided.
    institution
        Whose chart; None means everybody's.
    breakdown
        Which part, as in results (``grade=4``); None means all of them.

    Examples
    --------
    >>> from maalbib import Rebase, Text
    >>> reason = Text(da="Ny visitation fra marts", en="New referral from March")
    >>> rebase = Rebase(
    ...     indicator="wait",
    ...     period="2024-03",
    ...     reason=reason,
    ...     decided_by_role="afdelingsleder",
    ...     decided_on="2024-09-01",
    ... )
    >>> str(rebase.period), rebase.institution is None
    ('2024-03', True)
    """

    indicator: str = attrs.field(validator=Matches())
    period: Period = attrs.field(converter=as_period, validator=IsA((Period,), "a period"))
    reason: Text = attrs.field(validator=IsA((Text,), "a Text"))
    decided_by_role: str = attrs.field(validator=SAID)
    decided_on: dt.date = attrs.field(converter=as_date("Rebase.decided_on"), validator=IsA((dt.date,), "a date"))
    institution: str | None = attrs.field(default=None, validator=optional(Matches()))
    breakdown: str | None = attrs.field(default=None, validator=optional(TEXT))
