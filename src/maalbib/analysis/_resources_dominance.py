"""Which units others do at least as well as with no more, and better beyond noise on one of the two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._peer_circles import Circles

__all__ = ["Dominance", "Measured", "dominance_of", "held_against"]

_CELLS: Final = 2**20  # pairs looked at together
_NAMED: Final = 100  # dominators named of one unit
_TOUCHING: Final = 1e-9

Block = tuple[Ints, Ints, Bools]
"""Rows (r,), those each is held against (r, width), and whether somebody stands there."""


@attrs.frozen(kw_only=True, eq=False)
class Measured:
    """Values of units with their limits, turned so that more is better; NaN where a unit takes no part."""

    value: Floats
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, values: tuple[Floats, Floats, Floats], part: Bools, *, higher: bool) -> Measured:
        """Return the values of those that take part; turned around where the lower is the better."""
        value, lower, upper = (np.where(part, each, np.nan) for each in values)
        if higher:
            return cls(value=value, lower=lower, upper=upper)
        return cls(value=-value, lower=-upper, upper=-lower)

    def leads(self, one: Ints, other: Ints, confidence: float) -> tuple[Bools, Bools]:
        """Return of pairs whether the first is at least as good as the second, and whether it is better beyond noise."""
        found = stats.pair_gap(
            self.value[one],
            self.value[other],
            limits=(self.lower[one], self.upper[one]),
            other_limits=(self.lower[other], self.upper[other]),
            confidence=confidence,
        )
        touch = self.touch(one, other)
        return found.gap >= -touch, found.lower > touch

    def touch(self, one: Ints, other: Ints) -> Floats:
        """Return the distance within which two values count as equal: what arithmetic may leave behind."""
        return _TOUCHING * np.maximum(np.abs(self.value[one]), np.abs(self.value[other]))


@attrs.frozen(kw_only=True, eq=False)
class Dominance:
    """What was found of each unit.

    Attributes
    ----------
    compared
        (units,) how many it was held against, 0 where it took no part.
    by
        For each unit the places of those that dominate it, the furthest ahead in result first; the first hundred.
    dominators, dominates
        (units,) how many dominate it, and how many it dominates.
    within
        (units,) whether one of the same class dominates it.
    """

    compared: Ints
    by: list[Ints]
    dominators: Ints
    dominates: Ints
    within: Bools


def dominance_of(
    result: Measured, thrift: Measured, blocks: Iterator[Block], classes: Ints, confidence: float
) -> Dominance:
    """Find who dominates whom.

    Parameters
    ----------
    result, thrift
        The result and the resource, both turned so that more is better.
    blocks
        Who is held against whom.
    classes
        (units,) the class of each unit, -1 where it has none.
    confidence
        Level of the intervals.
    """
    size = len(classes)
    known = np.isfinite(result.value) & np.isfinite(thrift.value)
    found = Dominance(
        compared=np.zeros(size, dtype=np.int64),
        by=[np.empty(0, dtype=np.int64)] * size,
        dominators=np.zeros(size, dtype=np.int64),
        dominates=np.zeros(size, dtype=np.int64),
        within=np.zeros(size, dtype=bool),
    )
    for rows, others, there in blocks:
        pairs = there & known[others] & known[rows][:, None]
        found.compared[rows] = pairs.sum(axis=1)
        own, other, row = _ahead(result, thrift, rows, others, pairs)
        behind = _dominates(result, thrift, (other, own), confidence)
        found.dominators[rows] = np.bincount(row[behind], minlength=len(rows))
        weaker, stronger, place = _ahead(result, thrift, rows, others, pairs, turned=True)
        ahead = _dominates(result, thrift, (weaker, stronger), confidence)
        found.dominates[rows] = np.bincount(place[ahead], minlength=len(rows))
        own, other = own[behind], other[behind]
        found.within[own[(classes[own] == classes[other]) & (classes[own] >= 0)]] = True
        _name(found, own, other, result.value[other])
    return found


def _ahead(
    result: Measured, thrift: Measured, rows: Ints, others: Ints, pairs: Bools, *, turned: bool = False
) -> tuple[Ints, Ints, Ints]:
    """Return the pairs in which the other is nowhere behind, or nowhere ahead where ``turned``: row, other, and place of the row."""
    kept = pairs.copy()
    for measured in (result, thrift):
        loose = _TOUCHING * float(np.nanmax(np.abs(measured.value), initial=0.0))
        lead = measured.value[others] - measured.value[rows][:, None]
        kept &= (lead <= loose) if turned else (lead >= -loose)
    place, column = np.nonzero(kept)
    return rows[place], others[place, column], place


def _dominates(result: Measured, thrift: Measured, pair: tuple[Ints, Ints], confidence: float) -> Bools:
    """Return of each pair whether the first does at least as well with no more, and better beyond noise on one."""
    one, other = pair
    found = np.zeros(len(one), dtype=bool)
    likely = np.flatnonzero(  # the interval is worked out only where the two values allow it
        (result.value[one] >= result.value[other] - result.touch(one, other))
        & (thrift.value[one] >= thrift.value[other] - thrift.touch(one, other))
    )
    beyond = [each.leads(one[likely], other[likely], confidence)[1] for each in (result, thrift)]
    found[likely] = beyond[0] | beyond[1]
    return found


def _name(found: Dominance, own: Ints, other: Ints, value: Floats) -> None:
    """Write down who dominates each unit, the best result first, equal ones by their place."""
    order = np.lexsort((other, -value, own))
    own, other = own[order], other[order]
    starts = np.flatnonzero(np.diff(own, prepend=-1))
    for unit, names in zip(own[starts].tolist(), np.split(other, starts[1:]) if len(own) else (), strict=True):
        found.by[unit] = names[:_NAMED]


def held_against(level: Ints, lists: tuple[Ints, Ints] | None, part: Bools, shown: Bools) -> Iterator[Block]:
    """Yield who is held against whom: everybody of a level, or each with a list of its own; only those who may be shown.

    Parameters
    ----------
    level
        (units,) the level of each.
    lists
        Starts and peers of lists laid end to end; None where there are none.
    part
        (units,) who takes part.
    shown
        (units,) whose figures may be shown: the others are nobody's dominator, which would give their figures away.
    """
    open_ = part & shown
    if lists is not None:
        for batch in Circles(group=level, starts=lists[0], peers=lists[1], asked=part).batches(_CELLS):
            others = batch.rows[:, 1:]
            yield batch.rows[:, 0], others, batch.there[:, 1:] & open_[others]
        return
    for number in np.unique(level[part]).tolist():
        everybody = np.flatnonzero(open_ & (level == number))
        rows = np.flatnonzero(part & (level == number))
        step = max(1, _CELLS // max(1, len(everybody)))
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            others = np.broadcast_to(everybody, (len(some), len(everybody)))
            yield some, others, others != some[:, None]
