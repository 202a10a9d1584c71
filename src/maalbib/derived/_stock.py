"""Stocks from what there was and what came and went."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np

from maalbib.derived._breaks import declared_at
from maalbib.derived._definition import definition_of, new_series
from maalbib.derived._made import BROKEN, NORMAL, Made, finished, joint, same_or_none, torn_or_joint
from maalbib.derived._options import choice, distinct
from maalbib.derived._quotient import require_frequency
from maalbib.derived._rows import Bools, Floats, Ints, Rows, cells_of, matched
from maalbib.errors import ArgumentError
from maalbib.measurements._carried import NO_ROW, is_missing_status, joint_conf, joint_status
from maalbib.measurements._codes import Codes
from maalbib.model import UnitKind

if TYPE_CHECKING:
    from maalbib.derived._windows import Breaks
    from maalbib.measurements import Measurements
    from maalbib.model import Indicator

__all__ = ["stock"]

_APART = 1e-9
A = TypeVar("A", bound=np.ndarray[Any, Any])


def stock(
    measurements: Measurements,
    *,
    opening: str,
    inflow: str,
    outflow: str,
    indicator: str | Indicator,
    breaks: Breaks = "stop",
) -> Measurements:
    """Carry a stock forward: what there was, plus what came, minus what went.

    Parameters
    ----------
    measurements
        The rows; the newest of each key counts.
    opening
        Indicator with the stock at the *start* of a period. One period is enough; a later one is used where the chain is
        broken, and compared elsewhere.
    inflow, outflow
        Indicators with what came and went in each period.
    indicator
        The new series: its definition, or only an id.
    breaks
        ``"stop"``: nothing is carried across a break, where a new opening is needed. ``"ignore"``: it is.

    Returns
    -------
    Measurements
        The stock at the *end* of each period that has a flow. Missing where a flow is missing (with its status), and from there
        until the next opening (``O``). Where a later opening differs from the stock that was carried forward, ``problems`` says
        so and neither is changed.

    Raises
    ------
    UnknownCodeError
        If an indicator has no rows; the text names the nearest one.
    ArgumentError
        If an option is wrong or the three have no frequency in common.

    Notes
    -----
    The marks of every flow since the opening stay with the stock: one estimated flow makes every later stock an estimate.
    Cost: proportional to the number of rows.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> from maalbib.derived import stock
    >>> frame = pd.DataFrame(
    ...     {
    ...         "indicator": ["waiting_1_jan", "referred", "treated", "referred", "treated"],
    ...         "institution": "1084",
    ...         "period": ["2024-Q1", "2024-Q1", "2024-Q1", "2024-Q2", "2024-Q2"],
    ...         "value": [100.0, 40, 30, 20, 35],
    ...     }
    ... )
    >>> ms = mb.Measurements.from_pandas(frame)
    >>> waiting = stock(ms, opening="waiting_1_jan", inflow="referred", outflow="treated", indicator="waiting")
    >>> [row.value for row in waiting]
    [110.0, 95.0]
    """
    choice("breaks", breaks, ("stop", "ignore"))
    inputs = distinct((opening, inflow, outflow))
    if len(inputs) != 3:  # noqa: PLR2004 - an indicator cannot be two of the three
        raise ArgumentError("derived.same_flow")
    rows = Rows.of(measurements, inputs)
    for other in (inflow, outflow):
        require_frequency(rows, opening, other)
    new = new_series(
        measurements, indicator, inputs, kinds=frozenset({UnitKind.COUNT, UnitKind.MONEY, UnitKind.TIME})
    )
    places = {name: rows.of_indicator(name) for name in inputs}
    key = ("institution", *rows.breakdowns, "period")
    _, cells = cells_of(rows.codes, key, np.concatenate((places[inflow], places[outflow])))
    start, came, went = (rows.at(matched(rows, cells, places[name], key)) for name in inputs)
    codes = {name: Codes(rows.codes[name].codes[cells], rows.codes[name].texts) for name in key}
    made = joint(codes, [came], lowering=[went])
    flow = came.numbers["value"] - went.numbers["value"]
    if made.qualifier is not None:
        flow = np.where(made.qualifier == NO_ROW, np.nan, flow)
    declared = [definition_of(measurements, name) for name in inputs]
    behind = declared_at([item for each in declared if each for item in each.breaks], rows.periods)
    chain = _Chain.of(rows.at(cells), flow, start.numbers["value"], _stops(made, behind, breaks))
    _fill(made, chain, start)
    return finished(
        measurements,
        made,
        new,
        method="stock",
        inputs=inputs,
        params={"opening": opening, "inflow": inflow, "outflow": outflow, "breaks": breaks},
        register=measurements.register,
    )


def _stops(made: Made, behind: Ints, breaks: str) -> Bools:
    """Return the rows before which a break lies."""
    if breaks == "ignore":
        return np.zeros(len(made), dtype=bool)
    declared = made.codes["period"].each(behind, 0, np.int64)
    return made.broken | (np.diff(declared, prepend=declared[:1]) > 0)


@attrs.frozen(eq=False, kw_only=True)
class _Chain:
    """Rows in time order, series after series, each carried forward from the one before or from an opening.

    Attributes
    ----------
    steps
        The rows, by how many of their series come before them.
    carried
        The rows that are carried forward from the row before.
    value
        The stock at the end of each row's period.
    before
        The stock at its start, as carried forward.
    """

    steps: tuple[Ints, ...]
    carried: Bools
    value: Floats
    before: Floats

    @classmethod
    def of(cls, rows: Rows, flow: Floats, opening: Floats, stops: Bools) -> _Chain:
        series, ordinal = rows.series, rows.ordinal
        first = np.flatnonzero(np.diff(series, prepend=-1) != 0)
        lengths = np.diff(np.append(first, len(rows)))
        place = np.arange(len(rows)) - np.repeat(first, lengths)
        ends = np.cumsum(np.bincount(place)) if len(rows) else np.empty(0, dtype=np.int64)
        steps = tuple(np.split(np.argsort(place, kind="stable"), ends[:-1])) if len(rows) else ()
        follows = (place > 0) & (np.diff(ordinal, prepend=ordinal[:1]) == 1) & ~stops
        value, before = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
        for step in steps:
            before[step] = np.where(follows[step], value[step - 1], np.nan)
            value[step] = np.where(np.isnan(before[step]), opening[step], before[step]) + flow[step]
        return cls(steps=steps, carried=~np.isnan(before), value=value, before=before)

    def folded(self, own: A, start: A, fold: Callable[[Any, Any], Any]) -> A:
        """Return what each row has gathered since the opening."""
        found = own.copy()
        for step in self.steps:
            found[step] = fold(own[step], np.where(self.carried[step], found[step - 1], start[step]))
        return found


def _fill(made: Made, chain: _Chain, start: Rows) -> None:
    own = made.status
    base = chain.carried | ~np.isnan(start.numbers["value"])
    status = chain.folded(own, np.where(start.status == BROKEN, NORMAL, start.status), joint_status)
    made.status = np.where(is_missing_status(own), own, np.where(base, status, own))
    made.withhold(~base, "derived.no_opening")
    made.numbers["value"] = chain.value
    if made.conf is not None and start.conf is not None:
        made.conf = chain.folded(made.conf, start.conf, joint_conf)
    if made.qualifier is not None and start.qualifier is not None:
        made.qualifier = chain.folded(made.qualifier, start.qualifier, torn_or_joint)
    if "vintage" in made.numbers:
        made.numbers["vintage"] = chain.folded(made.numbers["vintage"], start.numbers["vintage"], np.fmax)
    if made.source is not None and start.source is not None:
        source = chain.folded(made.source.codes, start.source.codes, same_or_none)
        made.source = Codes(source, made.source.texts)
    opening = start.numbers["value"]
    with np.errstate(invalid="ignore"):
        apart = np.abs(opening - chain.before) > _APART * np.maximum(1.0, np.abs(opening))
    made.tell(chain.carried & apart, "derived.stock_differs")
    made.tell(chain.value < 0, "derived.stock_negative")
