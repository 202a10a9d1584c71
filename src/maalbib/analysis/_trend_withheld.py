"""Values that are withheld, or known as a bound only: a verdict is given where every value they may have leads to it.

Nothing here depends on what a withheld value is, only on what is known of it. So nothing that comes out narrows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._trend_bounds import limits_of, sure_of_direction

if TYPE_CHECKING:
    from maalbib.analysis._secrecy import Grades
    from maalbib.analysis._trend_options import Options
    from maalbib.analysis._trend_outcome import Outcome
    from maalbib.analysis._trend_series import Compared

__all__ = ["Settled", "settled"]

_MOST: Final = 4_096  # orders of one series that are all tried; where there are more, S is bounded
_AT_ONCE: Final = 262_144  # orders at a time
_NONE, _RISE, _FALL, _TIES, _FEW = range(5)


@attrs.frozen(kw_only=True, eq=False)
class Settled:
    """What withheld values leave of a verdict.

    Attributes
    ----------
    concerned
        Series that have such a value.
    agreed
        Those of them in which every order that the values may have leads to the same verdict.
    outcome
        The outcome; its figures are those of the order that speaks least for a trend.
    """

    concerned: Bools
    agreed: Bools
    outcome: Outcome


def settled(series: Compared, outcome: Outcome, grades: Grades, options: Options) -> Settled:
    """Look at the series that have withheld values under every order that these may have."""
    concerned = in_rows(series.open)
    agreed = np.zeros(len(concerned), dtype=bool)
    rows = np.flatnonzero(concerned & in_rows(np.isfinite(series.values)))
    # What adjusts by the distribution of every series has none for these.
    adjustable = options.adjust != "heyse" and options.family != "hierarchical"
    if outcome.method != "mann_kendall" or not len(rows) or not adjustable:
        return Settled(concerned=concerned, agreed=agreed, outcome=outcome)
    numbers = {name: getattr(outcome, name).copy() for name in ("s", "p_value", "p_min", "p_min_untied")}
    low, high = limits_of(series, rows, grades)
    places = _Places.of(low, high, np.broadcast_to(series.blocks, series.values.shape)[rows])
    alike = places.extremes(options).alike
    for part in places.parts(np.flatnonzero(alike & (places.orders <= _MOST))):
        tried = places.at(part).tried(options)
        kept = rows[part[tried.alike]]
        agreed[kept] = True
        for name, column in numbers.items():
            column[kept] = getattr(tried, name)[tried.alike]
    far = np.flatnonzero(alike & (places.orders > _MOST))
    bound = sure_of_direction(low[far], high[far], places.labels[far], options.alpha)
    kept = rows[far[bound.sure]]
    agreed[kept] = True
    numbers["s"][kept], numbers["p_value"][kept] = bound.s[bound.sure], bound.p_value[bound.sure]
    return Settled(concerned=concerned, agreed=agreed, outcome=_with(outcome, numbers, concerned, options))


def _with(outcome: Outcome, numbers: dict[str, Any], concerned: Bools, options: Options) -> Outcome:
    """Take over the figures, and leave out those that hold for the known values only and would not fit."""
    known = np.where(concerned, np.nan, 1.0)
    left_out = {name: getattr(outcome, name) * known for name in ("tau", "lower", "upper", "level")}
    sign = np.where(concerned, np.sign(numbers["s"]), outcome.sign)
    found = np.where(concerned, numbers["p_value"] <= options.alpha, outcome.found)
    return attrs.evolve(outcome, **numbers, **left_out, sign=sign, found=found)


@attrs.frozen(kw_only=True, eq=False)
class _Tried:
    """The test of all orders of some series: whether they agree, and the figures of the one with the largest p."""

    alike: Bools
    s: Floats
    p_value: Floats
    p_min: Floats
    p_min_untied: Floats


@attrs.frozen(kw_only=True, eq=False)
class _Places:
    """Where each value stands among the known ones and the bounds of its series: as whole numbers, from - to.

    Between two neighbours there is room for all withheld values, so every order has its numbers.
    """

    first: Floats
    last: Floats
    labels: Ints

    @classmethod
    def of(cls, low: Floats, high: Floats, labels: Ints) -> _Places:
        """Return the places of values that are known to lie from low to high."""
        both = np.concatenate([low, high], axis=1)
        both[~np.isfinite(both)] = np.nan
        order = np.argsort(both, axis=1)
        ordered = np.take_along_axis(both, order, axis=1)
        rank = np.zeros(both.shape)
        np.put_along_axis(
            rank, order, np.cumsum(np.diff(ordered, axis=1, prepend=ordered[:, :1]) > 0, axis=1), axis=1
        )
        room = (low != high).sum(axis=1, where=~np.isnan(low))[:, None] + 1.0
        rank = np.where(np.isnan(both), np.nan, rank * room)
        top = np.nanmax(rank, axis=1, keepdims=True) + room - 1
        first, last = np.split(rank, 2, axis=1)
        first = np.where(np.isneginf(low), 1 - room, np.where(np.isposinf(low), top, first))
        last = np.where(np.isposinf(high), top, np.where(np.isneginf(high), 1 - room, last))
        return cls(first=first, last=last, labels=labels)

    @property
    def orders(self) -> Floats:
        """How many orders each series may have."""
        orders: Floats = np.where(np.isnan(self.first), 1.0, self.last - self.first + 1).prod(axis=1)
        return orders

    def at(self, rows: Ints) -> _Places:
        """Return some of the series."""
        return _Places(first=self.first[rows], last=self.last[rows], labels=self.labels[rows])

    def parts(self, rows: Ints) -> Iterator[Ints]:
        """Yield the rows in parts that have about as many orders as fit into memory."""
        if len(rows):
            number = np.cumsum(self.orders[rows]) // _AT_ONCE
            yield from np.split(rows, np.flatnonzero(np.diff(number)) + 1)

    def tried(self, options: Options) -> _Tried:
        """Test all orders."""
        count = np.where(np.isnan(self.first), 1.0, self.last - self.first + 1).astype(np.int64)
        orders = count.prod(axis=1)
        row = np.repeat(np.arange(len(orders)), orders)
        rest = np.arange(len(row)) - np.repeat(np.cumsum(orders) - orders, orders)
        values = self.first[row]
        for column in np.flatnonzero((count > 1).any(axis=0)).tolist():
            rest, digit = np.divmod(rest, count[row, column])
            values[:, column] += digit
        return _together(values, self.labels[row], orders, options)

    def extremes(self, options: Options) -> _Tried:
        """Test the orders in which the withheld values are all low, all high, and as rising and falling as can be."""
        early = np.arange(self.first.shape[1]) < self.first.shape[1] / 2
        corners = (
            self.first,
            self.last,
            np.where(early, self.first, self.last),
            np.where(early, self.last, self.first),
        )
        values = np.stack(corners, axis=1).reshape(-1, self.first.shape[1])
        return _together(values, np.repeat(self.labels, 4, axis=0), np.full(len(self.first), 4), options)


def _together(values: Floats, labels: Ints, orders: Ints, options: Options) -> _Tried:
    """Test each order and bring together those of one series."""
    test = stats.mann_kendall(values, blocks=labels)
    s, p_value = np.asarray(test.s), np.asarray(test.p_value)
    verdict = np.select(
        [~(test.p_min_untied <= options.alpha), test.p_min > options.alpha, p_value > options.alpha, s > 0],
        [_FEW, _TIES, _NONE, _RISE],
        _FALL,
    )
    starts = np.cumsum(orders) - orders
    largest = np.maximum.reduceat(np.nan_to_num(p_value, nan=1.0), starts)
    at_largest = np.flatnonzero(np.nan_to_num(p_value, nan=1.0) == np.repeat(largest, orders))
    chosen = at_largest[np.searchsorted(at_largest, starts)]
    return _Tried(
        alike=np.maximum.reduceat(verdict, starts) == np.minimum.reduceat(verdict, starts),
        **{name: np.asarray(getattr(test, name))[chosen] for name in ("s", "p_value", "p_min", "p_min_untied")},
    )
