"""One row of measurements, as a view made on demand."""

from __future__ import annotations

import datetime as dt

import attrs

from maalbib.model._frozen import FrozenDict
from maalbib.model._period import Period

__all__ = ["Measurement"]


@attrs.frozen(kw_only=True)
class Measurement:
    """A single value with everything known about it.

    Attributes
    ----------
    indicator, institution, period
        What, who and when.
    breakdown
        Value of each declared breakdown column, ``_T`` for the total.
    value
        The figure in the indicator's unit; None where ``status`` says why it is missing.
    numerator, denominator
        What is above and below the line.
    n
        People or answers behind the value.
    lower, upper
        Interval of the value.
    pre_break
        The value by the old method, beside the first one by the new.
    qualifier
        ``exact``, ``approx``, ``at_least`` or ``at_most``.
    status, conf
        SDMX codes of observation and confidentiality status.
    vintage, revision
        Known from this day; order among the rows of one day.
    source, comment
        Where it is from, and a remark.
    action
        ``replace``, or ``delete`` where the row takes back what was known before.

    Examples
    --------
    >>> from maalbib import Measurement, Period
    >>> Measurement(indicator="sick", institution="0101", period=Period.parse("2025"), value=9.4).value
    9.4
    """

    indicator: str
    institution: str
    period: Period
    breakdown: FrozenDict = attrs.field(factory=FrozenDict, converter=FrozenDict)
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    n: int | None = None
    lower: float | None = None
    upper: float | None = None
    pre_break: float | None = None
    status: str = "A"
    conf: str = "F"
    qualifier: str = "exact"
    vintage: dt.date | None = None
    revision: int = 0
    source: str | None = None
    comment: str | None = None
    action: str = "replace"
