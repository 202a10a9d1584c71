"""How many of the units reach a threshold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs
import numpy as np

from maalbib.derived._definition import PARTS, directions_of, new_series, opposite
from maalbib.derived._groups import groups_of
from maalbib.derived._made import Made, carried, finished
from maalbib.derived._options import choice, positive
from maalbib.derived._quotient import divide
from maalbib.derived._rows import Floats, Ints, Rows, cells_of, require_breakdowns, summed
from maalbib.errors import ArgumentError
from maalbib.measurements._carried import is_missing_status
from maalbib.measurements._codes import Codes
from maalbib.measurements._columns import Finding
from maalbib.measurements._schema import QUALIFIERS, TOTAL

if TYPE_CHECKING:
    from maalbib.measurements import Measurements
    from maalbib.model import Indicator
    from maalbib.register import Register

__all__ = ["threshold_share"]

Side = Literal["at_least", "above", "at_most", "below"]
_SIDES: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "at_least": np.greater_equal,
    "above": np.greater,
    "at_most": np.less_equal,
    "below": np.less,
}
_UPWARDS: Final = frozenset({"at_least", "above"})
_APPROX: Final = np.uint8(QUALIFIERS.index("approx"))


def threshold_share(
    measurements: Measurements,
    of: str,
    *,
    threshold: float,
    side: Side = "at_least",
    indicator: str | Indicator,
    by: str | Mapping[str, str] | None = None,
    over: str | Iterable[str] = (),
    weights: Literal["n"] | None = None,
    missing: Literal["withhold", "leave_out"] = "withhold",
    per: float = 100,
    register: Register | None = None,
) -> Measurements:
    """Return the share of units whose value reaches a threshold: of schools in a municipality, of grades in a school.

    Parameters
    ----------
    measurements
        The rows; the newest of each key counts.
    of
        The indicator.
    threshold, side
        The limit, in the indicator's unit, and where values must lie: ``"at_least"``, ``"above"``, ``"at_most"`` or ``"below"`` it.
    indicator
        The new series: its definition, or only an id.
    by
        What institutions are put together to: ``"parent"``, ``"municipality"``, ``"region"`` or ``"country"`` by the register, or a
        code for each institution. None keeps each institution, and counts the categories of ``over``.
    over
        Breakdowns whose categories are the units, or are put together with them; the result holds ``_T`` in them. Published
        totals of them are not counted.
    weights
        None counts every unit alike. ``"n"`` counts the people behind its value, which gives the share of people in units that
        reach the threshold.
    missing
        ``"withhold"``: no share where the value of a unit is missing. ``"leave_out"``: the share of those that have one, with a
        warning.
    per
        What the share is multiplied by, 100 for per cent.
    register
        The institutions; those attached to the measurements where None.

    Returns
    -------
    Measurements
        A row for each group, period and other breakdown; ``numerator`` and ``denominator`` are units, or people with weights,
        and ``n`` is the same as the denominator. Missing with the gravest status of the units that are missing.

    Raises
    ------
    UnknownCodeError
        If the indicator has no rows; the text names the nearest one.
    ArgumentError
        If an option is wrong, there is nothing to put together, no register, or no column ``n`` for the weights.
    DefinitionError
        If the definition does not fit a share.

    Notes
    -----
    A unit that has no row is not known of and not counted. Groups hold in the period: an institution belongs to whom it
    belonged to on the period's first day, or on its last where it did not live yet; in a division that it was carried to, on
    that day. Cost: proportional to the number of rows, and a look-up for each institution and period.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> from maalbib.derived import threshold_share
    >>> frame = pd.DataFrame({"indicator": "wait", "institution": ["0101", "0147", "0751"], "period": "2024"})
    >>> ms = mb.Measurements.from_pandas(frame.assign(value=[20.0, 31.0, 30.0]), register=mb.Register.denmark())
    >>> shares = threshold_share(ms, "wait", threshold=30, side="at_most", by="region", indicator="timely")
    >>> [(row.institution, row.value, row.n) for row in shares]
    [('1082', 100.0, 1), ('1084', 50.0, 2)]
    """
    limit = _limit(threshold, side)
    choice("weights", weights, (None, "n"))  # type: ignore[arg-type]
    choice("missing", missing, ("withhold", "leave_out"))
    share_of = positive("per", per)
    names = require_breakdowns("over", over, measurements.breakdowns)
    if by is None and not names:
        raise ArgumentError("derived.nothing_together")
    rows = Rows.of(measurements, [of])
    if weights is not None and "n" not in rows.numbers:
        raise ArgumentError("derived.no_n", indicator=of)
    known = register if register is not None else measurements.register
    direction = directions_of(measurements, of) if side in _UPWARDS else opposite(directions_of(measurements, of))
    new = new_series(measurements, indicator, [of], per=share_of, kinds=PARTS, direction=direction)
    units = (
        ~np.logical_or.reduce([rows.codes[name].equals(TOTAL) for name in names])
        if names
        else np.ones(len(rows), bool)
    )
    shown = measurements.territory(of)
    group = groups_of(rows, by, known, None if shown is None else shown.date)
    lost = units & (group.codes < 0)
    made = _shares(
        rows, group, names, np.flatnonzero(units & ~lost), (_SIDES[side], limit), weights, missing, share_of
    )
    made.findings.append(_without_group(int(lost.sum())))
    own_codes = isinstance(by, Mapping) and known is not None and not set(by.values()) <= set(known.codes)
    params = {"how": side, "of": of, "threshold": limit, "per": share_of, "weights": weights, "missing": missing}
    return finished(
        measurements,
        made,
        attrs.evolve(new, least_shown=None),  # n counts units
        method="threshold_share",
        inputs=[of],
        params=params | {"by": "own groups" if isinstance(by, Mapping) else by, "over": names},
        register=None if own_codes else known,
    )


def _limit(threshold: object, side: str) -> float:
    choice("side", side, tuple(_SIDES))
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not np.isfinite(threshold):
        raise ArgumentError("argument.type", argument="threshold", expected="float")
    return float(threshold)


def _without_group(count: int) -> Finding:
    """Say how many rows belong to no group, which have no row in the result to point to."""
    nowhere = None if count else np.empty(0, dtype=np.int64)
    return Finding(
        code="derived.no_group", column="institution", rows=nowhere, level="warning", details={"count": count}
    )


def _shares(
    rows: Rows,
    group: Codes,
    names: tuple[str, ...],
    places: Ints,
    rule: tuple[Callable[[Any, Any], Any], float],
    weights: str | None,
    missing: str,
    per: float,
) -> Made:
    """Return the share of each group; the units stand at some places."""
    key = ("institution", *(name for name in rows.breakdowns if name not in names), "period")
    columns = {**rows.codes, "institution": group}
    cell, first = cells_of(columns, key, places)
    size = len(first)
    codes = {name: Codes(columns[name].codes[first], columns[name].texts) for name in key}
    codes |= {name: Codes.constant(TOTAL, size) for name in names}
    parts = rows.at(places)
    weight = np.ones(len(parts)) if weights is None else parts.numbers["n"]
    made = carried(codes, parts, cell, breakdowns=rows.breakdowns)
    unknown = is_missing_status(parts.status)
    if missing == "leave_out":
        kept = np.flatnonzero(~unknown & ~np.isnan(weight))
        rest = carried(codes, parts.at(kept), cell[kept], breakdowns=rows.breakdowns)
        some = np.bincount(cell[kept], minlength=size) > 0
        rest.status = np.where(some, rest.status, made.status)
        rest.broken = np.where(some, rest.broken, made.broken)  # a break of units that nobody counts is not lost
        rest.withhold(~some, "derived.no_weight")
        rest.tell(
            some & (np.bincount(cell, minlength=size) > np.bincount(cell[kept], minlength=size)), "derived.left_out"
        )
        made, parts, cell, weight = rest, parts.at(kept), cell[kept], weight[kept]
    _fill(made, parts, cell, weight, rule, per)
    return made


def _fill(
    made: Made, parts: Rows, cell: Ints, weight: Floats, rule: tuple[Callable[[Any, Any], Any], float], per: float
) -> None:
    reached = rule[0](parts.numbers["value"], rule[1])
    whole = summed(weight, cell, len(made))
    made.withhold(np.isnan(whole), "derived.no_weight")
    gone = is_missing_status(made.status)
    whole = np.where(gone, np.nan, whole)
    above = summed(np.where(reached, weight, 0.0), cell, len(made))
    made.numbers["n"] = whole
    if made.qualifier is not None:  # whatever is not exact makes the share no better than nearly right
        made.qualifier = np.where(made.qualifier == 0, made.qualifier, _APPROX)
    divide(made, np.where(gone, np.nan, above), whole, per=per)
