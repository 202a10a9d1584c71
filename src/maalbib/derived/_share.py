"""Shares: one indicator over another, or the numerator of one over its denominator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from maalbib.derived._definition import PARTS, definition_of, directions_of, new_series
from maalbib.derived._made import Made, finished, joint
from maalbib.derived._options import confidence_of, distinct, positive
from maalbib.derived._quotient import divide, people_in, require_frequency
from maalbib.derived._rows import Floats, Rows, cells_of, matched, require_breakdowns
from maalbib.errors import ArgumentError
from maalbib.measurements._codes import Codes
from maalbib.model import UnitKind

if TYPE_CHECKING:
    from maalbib.measurements import Measurements
    from maalbib.model import Indicator

__all__ = ["share"]


def share(
    measurements: Measurements,
    *,
    indicator: str | Indicator,
    numerator: str | None = None,
    denominator: str | None = None,
    columns_of: str | None = None,
    of_total: str | Iterable[str] = (),
    per: float = 100,
    confidence: float | None = None,
) -> Measurements:
    """Divide one indicator by another, or the numerator of an indicator by its denominator.

    Parameters
    ----------
    measurements
        The rows; the newest of each key counts.
    indicator
        The new series: its definition, or only an id.
    numerator, denominator
        Indicators above and below the line. Their rows are matched by institution, period and breakdowns.
    columns_of
        Instead of the two: an indicator whose columns ``numerator`` and ``denominator`` are divided.
    of_total
        Breakdowns whose total is the denominator of each of their categories: ``"status"`` gives each status as a share of
        all. Numerator and denominator may then be the same indicator.
    per
        What the quotient is multiplied by, 100 for per cent.
    confidence
        Level of Wilson's interval in ``lower`` and ``upper``, between 0 and 1; None for none. Only for counts of the same
        people above and below the line.

    Returns
    -------
    Measurements
        A row for each key that stands above or below the line, with ``numerator`` and ``denominator``, so that the share can be
        put together for larger units, and ``n`` where it is known. Missing where a part is missing (with the status of that
        part), where only one of the two is there (``O``), and where the denominator is zero (``M``); ``problems`` says so.

    Raises
    ------
    UnknownCodeError
        If an indicator has no rows; the text names the nearest one.
    ArgumentError
        If options contradict each other, columns are not there, or the two have no frequency in common.
    DefinitionError
        If the definition does not fit a quotient of these parts.
    DataError
        If a value breaks a rule of the definition, such as a share above 100 per cent.

    Notes
    -----
    The gravest status of the parts travels, as do the strictest confidentiality, qualifiers, the newest vintage, and the source
    where both have the same. Cost: proportional to the number of rows.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> from maalbib.derived import share
    >>> values = {"indicator": ["interrupted", "young"], "value": [2676.0, 28681.0]}
    >>> ms = mb.Measurements.from_pandas(pd.DataFrame({**values, "institution": "0101", "period": "2024"}))
    >>> shares = share(ms, numerator="interrupted", denominator="young", indicator="interrupted_share")
    >>> round(shares[0].value, 2), shares[0].numerator, shares[0].n
    (9.33, 2676.0, 28681)
    >>> shares.derivations[0].explain("en")
    'interrupted_share is interrupted / young x 100.'
    """
    names = _names(numerator, denominator, columns_of)
    across = require_breakdowns("of_total", of_total, measurements.breakdowns)
    by, level = positive("per", per), confidence_of(confidence)
    if columns_of is None and names[0] == names[1] and not across:
        raise ArgumentError("derived.same_twice")
    inputs = distinct(names)
    rows = Rows.of(measurements, inputs)
    direction = directions_of(measurements, names[0])
    new = new_series(measurements, indicator, inputs, per=by, kinds=PARTS, direction=direction)
    below = definition_of(measurements, names[1])
    if columns_of is None:
        require_frequency(rows, *names)
        made, parts = _of_indicators(rows, names, across, below)
    else:
        made, parts = _of_columns(rows, columns_of, below)
    divide(made, *parts, per=by, confidence=level)
    how = "columns" if columns_of is not None else "of_total" if across else "indicators"
    params = {"how": how, "numerator": names[0], "denominator": names[1], "of_total": across, "per": by}
    return finished(
        measurements,
        made,
        new,
        method="share",
        inputs=inputs,
        params=params | {"confidence": level},
        register=measurements.register,
    )


def _names(numerator: str | None, denominator: str | None, columns_of: str | None) -> tuple[str, str]:
    if columns_of is not None and numerator is None and denominator is None:
        return columns_of, columns_of
    if columns_of is not None or numerator is None or denominator is None:
        raise ArgumentError("derived.share_of_what")
    return numerator, denominator


def _of_columns(rows: Rows, name: str, definition: Indicator | None) -> tuple[Made, tuple[Floats, Floats]]:
    """Return rows whose parts stand beside a value of one indicator."""
    if "numerator" not in rows.numbers or "denominator" not in rows.numbers:
        raise ArgumentError("derived.no_columns", indicator=name)
    own = rows.sorted_series(name)
    made = joint({each: own.codes[each] for each in _key(own)}, [own])
    above, below = own.numbers["numerator"], own.numbers["denominator"]
    made.withhold(np.isnan(above) | np.isnan(below), "derived.no_parts")
    made.numbers["n"] = people_in(own.number("n"), below, definition, UnitKind.SHARE)
    return made, (above, below)


def _of_indicators(
    rows: Rows, names: tuple[str, str], across: tuple[str, ...], definition: Indicator | None
) -> tuple[Made, tuple[Floats, Floats]]:
    """Return rows whose parts are the values of two indicators with the same key."""
    top, bottom = (rows.of_indicator(name) for name in names)
    if across:
        bottom = bottom[rows.totals(across)[bottom]]
        top = top[~rows.totals(across)[top]] if names[0] == names[1] else top
        cells = top
    else:
        cells = np.concatenate((top, bottom))
    _, first = cells_of(rows.codes, _key(rows), cells)
    codes = {name: Codes(rows.codes[name].codes[first], rows.codes[name].texts) for name in _key(rows)}
    above = rows.at(matched(rows, first, top, _key(rows)))
    below = rows.at(matched(rows, first, bottom, [name for name in _key(rows) if name not in across]))
    made = joint(codes, [above], lowering=[below])
    alone = (above.codes["indicator"].codes < 0) | (below.codes["indicator"].codes < 0)
    made.tell(alone, "derived.no_counterpart")
    made.numbers["n"] = people_in(below.number("n"), below.numbers["value"], definition, UnitKind.COUNT)
    return made, (above.numbers["value"], below.numbers["value"])


def _key(rows: Rows) -> tuple[str, ...]:
    return ("institution", *rows.breakdowns, "period")
