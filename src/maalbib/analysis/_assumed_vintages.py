"""When figures without a vintage are taken as known: some days after their period has ended."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.measurements._content import codes_in
from maalbib.measurements._schema import MEASUREMENTS
from maalbib.model import Period, Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from maalbib.analysis._arrays import Bools, Ints
    from maalbib.measurements import Measurements

__all__ = ["Dated", "dated", "days_of_data"]

_EPOCH: Final = dt.date(1970, 1, 1)
_ALWAYS: Final = -(2**31)


@attrs.frozen(kw_only=True, eq=False)
class Dated:
    """Measurements whose rows have a day on which they became known.

    Attributes
    ----------
    measurements
        The rows.
    assumed
        The pairs of indicator and institution for which the day of a row is assumed.
    """

    measurements: Measurements
    assumed: frozenset[tuple[str, str]]


def dated(measurements: Measurements, delay: int | None) -> Dated:
    """Give rows without a vintage the last day of their period and so many days more; None leaves them always known.

    Forecasts are left as they are: they are known before their period, and no verdict rests on them.
    """
    table = measurements.to_arrow()
    days = _vintages(table)
    guessed = (days == _ALWAYS) & ~codes_in(table, "status").equals(Status.FORECAST.value)
    if delay is None or not guessed.any():
        return Dated(measurements=measurements, assumed=frozenset())
    period = codes_in(table, "period")
    known = period.each(((Period.parse(text).end - _EPOCH).days for text in period.texts), 0, np.int64) + delay
    filled = np.where(guessed, known, days)
    column: Any = pa.array(filled.astype(np.int32), mask=filled == _ALWAYS).cast(MEASUREMENTS.field("vintage").type)
    return Dated(measurements=_with_vintages(measurements, column), assumed=_pairs(table, guessed))


def days_of_data(measurements: Measurements) -> dict[str, tuple[dt.date, ...]]:
    """Return for each indicator the days on which a row became known, or began to count with the first day of its period."""
    table = measurements.to_arrow()
    period, indicator = codes_in(table, "period"), codes_in(table, "indicator")
    begun = period.each(((Period.parse(text).start - _EPOCH).days for text in period.texts), 0, np.int64)
    known = _vintages(table)
    counted = ~codes_in(table, "status").equals(Status.FORECAST.value)
    own = indicator.codes[counted].astype(np.int64)
    days = np.stack([known[counted], np.maximum(known, begun)[counted]])
    pairs = np.unique(np.stack([np.tile(own, 2), days.reshape(-1)], axis=1), axis=0)
    pairs = pairs[pairs[:, 1] != _ALWAYS]
    found: dict[str, tuple[dt.date, ...]] = {}
    for place in np.unique(pairs[:, 0]).tolist():
        dates = pairs[pairs[:, 0] == place, 1].tolist()
        found[indicator.texts[place]] = tuple(_EPOCH + dt.timedelta(days=day) for day in dates)
    return found


def _vintages(table: pa.Table) -> Ints:
    if "vintage" not in table.column_names:
        return np.full(table.num_rows, _ALWAYS, dtype=np.int64)
    column: Any = table.column("vintage").combine_chunks()
    days: NDArray[Any] = column.cast("int32").fill_null(_ALWAYS).to_numpy(zero_copy_only=False)
    return days.astype(np.int64)


def _with_vintages(measurements: Measurements, column: Any) -> Measurements:
    """Return the same rows with the column of vintages, in its place among the others."""
    own = measurements._table  # noqa: SLF001 - the rows are checked, only their days are filled in
    columns = {name: own.column(name) for name in own.column_names} | {"vintage": column}
    first = [name for name in columns if name not in MEASUREMENTS.names[MEASUREMENTS.names.index("vintage") :]]
    order = [*first, *(name for name in MEASUREMENTS.names if name in columns and name not in first)]
    table = pa.table([columns[name] for name in order], names=order)
    known = (measurements.catalogue, measurements.register, measurements.problems)
    origin = measurements._origin  # noqa: SLF001
    breakdowns, derivations = measurements.breakdowns, measurements.derivations
    return type(measurements)._made(table, breakdowns, *known, origin, derivations)  # noqa: SLF001


def _pairs(table: pa.Table, rows: Bools) -> frozenset[tuple[str, str]]:
    indicator, institution = codes_in(table, "indicator"), codes_in(table, "institution")
    found = np.unique(np.stack([indicator.codes[rows], institution.codes[rows]], axis=1), axis=0).tolist()
    return frozenset((indicator.texts[one], institution.texts[other]) for one, other in found)
