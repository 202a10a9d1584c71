"""The least-squares slope of every series: a kernel on plain columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.engines._columns import codes_column, numbers_column
from maalbib.engines._kernel import Kernel
from maalbib.errors import PeriodError
from maalbib.measurements._codes import Codes
from maalbib.measurements._keys import code_part, packed
from maalbib.model import Frequency, Period

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SLOPE", "SlopeParams", "least_squares_slope"]

STATUSES: Final = (
    "ok",
    "constant",
    "too_few",
    "not_finite",
    "duplicate_period",
    "mixed_frequency",
    "unknown_period",
)
_FREQUENCIES: Final = tuple(Frequency)
_FEWEST: Final = 2


@attrs.frozen(kw_only=True)
class SlopeParams:
    """Parameters of the slope.

    Attributes
    ----------
    breakdowns
        Columns that divide an institution's values into several series.
    """

    breakdowns: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns that make a series."""
        return ("indicator", "institution", *self.breakdowns)


def _schema(params: SlopeParams | None) -> pa.Schema:
    texts: list[pa.Field[Any]] = [pa.field(name, pa.string()) for name in (params or SlopeParams()).groups]
    counts = [pa.field(name, pa.int64(), nullable=False) for name in ("n", "missing")]
    numbers = [pa.field(name, pa.float64()) for name in ("slope", "first_level")]
    return pa.schema([*texts, *counts, *numbers, pa.field("status", pa.string(), nullable=False)])


def _optional(params: SlopeParams | None, _declared: Collection[str]) -> frozenset[str]:
    return frozenset((params or SlopeParams()).breakdowns)


def _slopes(table: pa.Table, params: SlopeParams | None) -> pa.Table:
    names = (params or SlopeParams()).groups
    groups = [codes_column(table, name).take(None) for name in names]
    rows = _Rows.of(table, groups)
    if len(rows.start) == 0:
        return _schema(params).empty_table()
    n, slope, level, status = _fitted(rows)
    counts = np.diff(np.append(rows.start, len(rows.key)))
    first = rows.order[rows.start]
    columns = [
        *(_texts(codes, first) for codes in groups),
        pa.array(n),
        pa.array(counts - n - rows.summed(rows.infinite)),
        pa.array(slope, mask=np.isnan(slope)),
        pa.array(level, mask=np.isnan(level)),
        _words(status),
    ]
    return pa.Table.from_arrays(columns, schema=_schema(params))


def _texts(codes: Codes, rows: NDArray[np.int64]) -> pa.Array[Any]:
    texts: pa.Array[Any] = codes.take(rows).to_arrow().cast(pa.string())
    return texts


def _words(status: NDArray[np.int64]) -> pa.Array[Any]:
    return Codes(status.astype(np.int32), STATUSES).to_arrow().cast(pa.string())


@attrs.frozen(eq=False, kw_only=True)
class _Rows:
    """The rows sorted by series and time.

    Attributes
    ----------
    order
        Where each row stood.
    key
        Number of its series, from 0.
    start
        First row of each series.
    ordinal, freq, value
        Time, frequency (-1 where the period is none) and value, NaN for missing.
    """

    order: NDArray[np.int64]
    key: NDArray[np.int64]
    start: NDArray[np.int64]
    ordinal: NDArray[np.int64]
    freq: NDArray[np.int64]
    value: NDArray[np.float64]

    @classmethod
    def of(cls, table: pa.Table, groups: Sequence[Codes]) -> _Rows:
        key, size = packed([code_part(codes) for codes in groups])
        ordinal, freq = _times(codes_column(table, "period"))
        value = numbers_column(table, "value")
        first, last = int(ordinal.min(initial=0)), int(ordinal.max(initial=0))
        place, _ = packed([(key, size), (ordinal - first, last - first + 1)])
        sorted_by_time = bool(np.all(place[1:] > place[:-1]))
        # Values decide among rows of one period, so that the order of the rows never does.
        order = np.arange(len(place)) if sorted_by_time else np.lexsort((value, place))
        key = key[order]
        start = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else key
        number = np.cumsum(np.append(True, key[1:] != key[:-1])[: len(key)]) - 1
        return cls(
            order=order,
            key=number,
            start=start,
            ordinal=ordinal[order],
            freq=freq[order],
            value=value[order],
        )

    @property
    def infinite(self) -> NDArray[np.bool_]:
        return np.isinf(self.value)

    def summed(self, marks: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return how many rows of each series are marked."""
        return np.bincount(self.key[marks], minlength=len(self.start)).astype(np.int64)


def _times(period: Codes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return ordinal and frequency of each row; each distinct text is parsed once."""
    found = [_parsed(text) for text in period.texts]
    ordinals = period.each((ordinal for ordinal, _ in found), 0, np.int64)
    return ordinals, period.each((freq for _, freq in found), -1, np.int64)


def _parsed(text: str) -> tuple[int, int]:
    try:
        period = Period.parse(text)
    except PeriodError:
        return 0, -1
    return period.ordinal, _FREQUENCIES.index(period.freq)


def _fitted(
    rows: _Rows,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return points, slope, level in the first period and status of every series."""
    used = np.flatnonzero(np.isfinite(rows.value))
    key, n = rows.key[used], rows.summed(np.isfinite(rows.value))
    start = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else key
    present = key[start]
    sizes = n[present]
    status = np.zeros(len(rows.start), dtype=np.int64)
    slope, level = (np.full(len(rows.start), np.nan) for _ in range(2))
    if len(used):
        x, y = rows.ordinal[used], rows.value[used]
        first_x, first_y = x[start], y[start]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            # A member of the group is subtracted before anything is added up, then the mean, then come squares.
            dx, mean_x = _centred((x - np.repeat(first_x, sizes)).astype(np.float64), start, sizes)
            dy, mean_y = _centred(y - np.repeat(first_y, sizes), start, sizes)
            found = np.add.reduceat(dx * dy, start) / np.add.reduceat(dx * dx, start)
            constant = np.logical_and.reduceat(y == np.repeat(first_y, sizes), start)
            found = np.where(constant, 0.0, found) + 0.0
            slope[present], level[present] = found, first_y + (mean_y - found * mean_x)
        status[present[constant]] = STATUSES.index("constant")
        status[present[~np.isfinite(found) | ~np.isfinite(level[present])]] = STATUSES.index("not_finite")
    _judge(rows, n, status)
    judged = status <= STATUSES.index("constant")
    return n, np.where(judged, slope, np.nan), np.where(judged, level, np.nan), status


def _centred(
    values: NDArray[np.float64], start: NDArray[np.int64], sizes: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return values less the mean of their group, and the means."""
    mean: NDArray[np.float64] = np.add.reduceat(values, start) / sizes
    return values - np.repeat(mean, sizes), mean


def _judge(rows: _Rows, n: NDArray[np.int64], status: NDArray[np.int64]) -> None:
    """Mark the series that have no slope; the later word wins."""
    status[n < _FEWEST] = STATUSES.index("too_few")
    status[rows.summed(rows.infinite) > 0] = STATUSES.index("not_finite")
    same = np.append(False, (rows.key[1:] == rows.key[:-1]) & (rows.ordinal[1:] == rows.ordinal[:-1]))
    status[rows.summed(same) > 0] = STATUSES.index("duplicate_period")
    mixed = rows.freq != rows.freq[rows.start][rows.key]
    status[rows.summed(mixed) > 0] = STATUSES.index("mixed_frequency")
    status[rows.summed(rows.freq < 0) > 0] = STATUSES.index("unknown_period")


SLOPE: Final = Kernel(
    name="least_squares_slope",
    function=_slopes,
    output_schema=_schema,
    groups=("indicator", "institution"),
    required=("indicator", "institution", "period", "value"),
    optional=_optional,
    tolerance=1e-9,
)


def least_squares_slope(*, breakdowns: Collection[str] = ()) -> Kernel:
    """Return the kernel that fits a line to every series.

    Parameters
    ----------
    breakdowns
        Columns that divide an institution's values into several series.

    Returns
    -------
    Kernel
        Its result has a row for each series: the codes; ``n``, the points used; ``missing``, the values that are not there;
        ``slope``, change per period of the series' own frequency; ``first_level``, the line's value in the first period used; and
        ``status``.

    Notes
    -----
    ``status`` is ``ok``, ``constant`` (the slope is exactly 0), or says why there is no slope: ``too_few`` (below two points),
    ``not_finite`` (infinite values, or too large to be squared), ``duplicate_period``, ``mixed_frequency``, ``unknown_period``. NaN
    and empty values are missing. Time and values are centred on a member of the series before anything is squared, which keeps
    the digits of large values with small differences [1]_. Breaks are not looked at: for answers use :func:`trends`.

    References
    ----------
    .. [1] Chan, T. F., Golub, G. H. and LeVeque, R. J. (1983). Algorithms for computing the sample variance: analysis and
       recommendations. The American Statistician 37, 242-247.

    Examples
    --------
    >>> import maalbib as mb
    >>> from maalbib import engines
    >>> kernel = engines.least_squares_slope(breakdowns=["grade"])
    >>> [round(slope, 3) for slope in kernel(mb.Measurements.example("reading").to_arrow())["slope"].to_pylist()]
    [0.143, -0.536, -1.0, -0.571]
    """
    params = SlopeParams(breakdowns=tuple(breakdowns))
    return attrs.evolve(SLOPE, params=params, groups=params.groups)
