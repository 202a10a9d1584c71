"""Cohort rates from what was counted already: starters, and those still there some periods later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from maalbib.derived._definition import PARTS, definition_of, directions_of, new_series
from maalbib.derived._made import finished, joint
from maalbib.derived._options import choice, confidence_of, distinct, period_of, positive, whole
from maalbib.derived._quotient import divide, people_in, require_frequency
from maalbib.derived._rows import Ints, Rows, joined
from maalbib.errors import ArgumentError
from maalbib.measurements._keys import code_part
from maalbib.model import Period, UnitKind

if TYPE_CHECKING:
    from maalbib.measurements import Measurements
    from maalbib.model import Indicator

__all__ = ["cohort_rate_of_counts"]


def cohort_rate_of_counts(
    measurements: Measurements,
    *,
    starters: str,
    remaining: str,
    after: int,
    as_of: str | Period,
    indicator: str | Indicator,
    keyed_by: Literal["cohort", "count"] = "cohort",
    per: float = 100,
    confidence: float | None = None,
) -> Measurements:
    """Return the share of each cohort that is still there some periods after it started.

    Parameters
    ----------
    measurements
        The rows; the newest of each key counts.
    starters, remaining
        Indicators with those who started in a period, and with those of them who are still there (or have finished).
    after
        How many periods after the start the latter are counted.
    as_of
        The last period that is counted until; cohorts that are not ``after`` periods old by then are open.
    indicator
        The new series: its definition, or only an id.
    keyed_by
        Which period ``remaining`` names: that of the ``"cohort"``, or that in which they were ``"count"`` ed.
    per
        What the share is multiplied by, 100 for per cent.
    confidence
        Level of Wilson's interval in ``lower`` and ``upper``; None for none.

    Returns
    -------
    Measurements
        A row for each row of the starters. An open cohort has no rate, whatever has been counted of it so far. Missing, too,
        where more are left than started.

    Raises
    ------
    UnknownCodeError
        If an indicator has no rows; the text names the nearest one.
    ArgumentError
        If an option is wrong or the two have no frequency in common.

    Notes
    -----
    Marks travel as in :func:`share`. Cost: proportional to the number of rows.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> from maalbib.derived import cohort_rate_of_counts
    >>> frame = pd.DataFrame(
    ...     {
    ...         "indicator": ["begun", "begun", "left_after_2", "left_after_2"],
    ...         "institution": "0751",
    ...         "period": ["2021", "2023", "2021", "2023"],
    ...         "value": [200.0, 210, 150, 205],
    ...     }
    ... )
    >>> ms = mb.Measurements.from_pandas(frame)
    >>> names = {"starters": "begun", "remaining": "left_after_2"}
    >>> rates = cohort_rate_of_counts(ms, **names, after=2, as_of="2024", indicator="still_there")
    >>> [(str(row.period), row.value) for row in rates]
    [('2021', 75.0), ('2023', None)]
    """
    choice("keyed_by", keyed_by, ("cohort", "count"))
    by, level, steps = positive("per", per), confidence_of(confidence), whole("after", after, 0)
    last = period_of("as_of", as_of)
    if starters == remaining:
        raise ArgumentError("derived.same_twice")
    inputs = distinct((starters, remaining))
    rows = Rows.of(measurements, inputs)
    require_frequency(rows, starters, remaining)
    direction = directions_of(measurements, remaining)
    new = new_series(measurements, indicator, inputs, per=by, kinds=PARTS, direction=direction)
    begun = rows.sorted_series(starters)
    if any(
        period.freq is not last.freq
        for period, used in zip(begun.periods, begun.codes["period"].used(), strict=True)
        if used
    ):
        raise ArgumentError("derived.as_of_frequency", freq=last.freq.value)
    left = rows.at(rows.of_indicator(remaining))
    left = left.at(_later(begun, left, steps if keyed_by == "count" else 0))
    made = joint(
        {name: begun.codes[name] for name in ("institution", *rows.breakdowns, "period")}, [left], lowering=[begun]
    )
    still = begun.ordinal + steps > last.ordinal
    made.status = np.where(still, np.uint8(0), made.status)
    made.withhold(still, "derived.cohort_open")
    above = np.where(still, np.nan, left.numbers["value"])
    below = begun.numbers["value"]
    made.tell(~still & (left.codes["indicator"].codes < 0), "derived.no_counterpart")
    made.withhold(above > below, "derived.more_than_started")
    made.numbers["n"] = people_in(begun.number("n"), below, definition_of(measurements, starters), UnitKind.COUNT)
    divide(made, above, below, per=by, confidence=level)
    return finished(
        measurements,
        made,
        new,
        method="cohort_rate_of_counts",
        inputs=inputs,
        params={
            "starters": starters,
            "remaining": remaining,
            "after": steps,
            "as_of": last.code,
            "keyed_by": keyed_by,
            "per": by,
            "confidence": level,
        },
        register=measurements.register,
    )


def _later(begun: Rows, left: Rows, steps: int) -> Ints:
    """Return for each cohort the place of the row so many periods later, -1 where there is none."""
    place = {period: i for i, period in enumerate(left.periods)}
    wanted = [place.get(period + steps, len(place)) for period in begun.periods]
    names = ("institution", *begun.breakdowns)
    period = begun.codes["period"].each(wanted, len(place), np.int64)
    one = [*(code_part(begun.codes[name]) for name in names), (period, len(place) + 1)]
    other = [*(code_part(left.codes[name]) for name in names), (left.codes["period"].codes, len(place) + 1)]
    return joined(one, other)
