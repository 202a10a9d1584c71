"""Totals over a breakdown: men and women together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from maalbib.derived._additive import Additive, How, renamed
from maalbib.derived._definition import definition_of, directions_of, new_series
from maalbib.derived._made import Made, carried, finished
from maalbib.derived._rows import Bools, Ints, Rows, cells_of, joined, require_breakdowns, summed
from maalbib.errors import ArgumentError
from maalbib.measurements._codes import Codes
from maalbib.measurements._keys import code_part
from maalbib.measurements._schema import TOTAL

if TYPE_CHECKING:
    from maalbib.measurements import Measurements
    from maalbib.model import Indicator

__all__ = ["total"]

_APART = 1e-9  # what adding in binary may leave behind, as a share


def total(
    measurements: Measurements,
    of: str,
    *,
    over: str | Iterable[str],
    indicator: str | Indicator,
    how: How | None = None,
    per: float | None = None,
    categories: Iterable[str] | Mapping[str, Iterable[str]] | None = None,
) -> Measurements:
    """Put the categories of a breakdown together to the total.

    Parameters
    ----------
    measurements
        The rows; the newest of each key counts.
    of
        The indicator.
    over
        One or several breakdowns to go through; the result holds ``_T`` in them.
    indicator
        The new series: its definition, or only an id; with an id it takes over the definition of what it is made of.
    how
        ``"sum"`` for counts; ``"ratio"`` from the columns ``numerator`` and ``denominator``; ``"weighted"``, a mean weighted by ``n``;
        ``"mean"``, every category alike. None takes what follows from the definition.
    per
        What a ratio is multiplied by; None takes it from the definition.
    categories
        The codes that make up the whole, by breakdown where there are several. None takes those of the catalogue's
        dimension, and without one those that occur for the indicator.

    Returns
    -------
    Measurements
        A row for each institution, period and other breakdown. Missing with status ``O`` where a category is not there, and
        with the status of the part where a part is missing: half a total is none. A published total is not used; where it
        differs from the sum of its parts, ``problems`` says so and neither is changed.

    Raises
    ------
    UnknownCodeError
        If the indicator has no rows; the text names the nearest one.
    ArgumentError
        If an option is wrong, nobody has said how values are put together, there are only shares, or a category that occurs is
        not among the given ones.

    Notes
    -----
    Cost: proportional to the number of rows.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> from maalbib.derived import total
    >>> frame = pd.DataFrame({"indicator": "young", "institution": "DK", "period": "2024", "sex": ["men", "women"]})
    >>> ms = mb.Measurements.from_pandas(frame.assign(value=[305_540.0, 295_626.0]), breakdowns=["sex"])
    >>> total(ms, "young", over="sex", how="sum", indicator="young_total")[0].value
    601166.0
    """
    names = require_breakdowns("over", over, measurements.breakdowns)
    rows = Rows.of(measurements, [of])
    additive = Additive.of(measurements, rows, of, how, per)
    inherited = renamed(definition_of(measurements, of), indicator, "derived.name.total", over=names)
    quotient = additive.per if additive.how == "ratio" else None
    direction = directions_of(measurements, of)
    new = new_series(measurements, indicator, [of], per=quotient, direction=direction, inherited=inherited)
    whole = _whole(measurements, rows, names, categories)
    broken_down = np.ones(len(rows), dtype=bool)
    for name in names:
        broken_down &= ~rows.codes[name].equals(TOTAL)
    parts = math.prod(map(len, whole.values()))
    made = _grouped(rows, names, np.flatnonzero(broken_down), additive, parts)
    if additive.how == "sum":
        made.tell(_differs(rows, made, names, ~broken_down), "derived.total_differs")
    params = {"how": additive.how, "of": of, "over": names, "per": additive.per}
    return finished(
        measurements, made, new, method="total", inputs=[of], params=params, register=measurements.register
    )


def _whole(
    measurements: Measurements,
    rows: Rows,
    names: Sequence[str],
    given: Iterable[str] | Mapping[str, Iterable[str]] | None,
) -> dict[str, set[str]]:
    """Return the categories that make up the whole of each breakdown."""
    if given is not None and not isinstance(given, Mapping):
        if len(names) != 1:
            raise ArgumentError("derived.categories_of_what", over=list(names))
        given = {names[0]: given}
    found: dict[str, set[str]] = {}
    for name in names:
        there = {text for text, used in zip(rows.codes[name].texts, rows.codes[name].used(), strict=True) if used}
        there.discard(TOTAL)
        dimension = None if measurements.catalogue is None else measurements.catalogue.dimensions.get(name)
        if given is not None and name in given:
            found[name] = set(given[name]) - {TOTAL}
        elif dimension is not None and dimension.categories:
            found[name] = set(dimension.codes) - {TOTAL}
        else:
            found[name] = there
        if not there <= found[name]:
            raise ArgumentError("derived.category_unknown", over=name)
    return found


def _grouped(rows: Rows, names: Sequence[str], places: Ints, additive: Additive, count: int) -> Made:
    """Return the totals; each needs so many parts."""
    key = ("institution", *(name for name in rows.breakdowns if name not in names), "period")
    _, ordered = cells_of(
        rows.codes, (*key, *names), places
    )  # so that a sum does not depend on the order of the rows
    group, first = cells_of(rows.codes, key, ordered)
    size = len(first)
    codes = {name: Codes(rows.codes[name].codes[first], rows.codes[name].texts) for name in key}
    codes |= {name: Codes.constant(TOTAL, size) for name in names}
    parts = rows.at(ordered)
    made = carried(codes, parts, group, breakdowns=rows.breakdowns)
    above, below = (summed(part, group, size) for part in additive.parts(parts))
    if "n" in parts.numbers:
        made.numbers["n"] = summed(parts.numbers["n"], group, size)
    made.withhold(np.bincount(group, minlength=size) != count, "derived.categories_missing")
    additive.fill(made, above, below)
    return made


def _differs(rows: Rows, made: Made, names: Sequence[str], published: Bools) -> Bools:
    """Return the totals that differ from the published one."""
    own = rows.at(np.flatnonzero(published & rows.totals(names)))
    key = ("institution", "period", *(name for name in rows.breakdowns if name not in names))
    # The codes of both number the same texts.
    left, right = ([code_part(each.codes[name]) for name in key] for each in (made, own))
    said = own.at(joined(left, right)).numbers["value"]
    value = made.numbers["value"]
    return np.abs(said - value) > _APART * np.maximum(1.0, np.abs(value))
