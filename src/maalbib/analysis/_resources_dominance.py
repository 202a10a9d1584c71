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

_CELLS: Final = 2**15  # pairs looked at together: what a processor keeps near
_NAMED: Final = 100  # dominators named of one unit
_TOUCHING: Final = 1e-9

Block = tuple[Ints, Ints, Bools]
"""Rows (r,), those each is held against, the best result first, (r, width) or (1, width), and whether somebody stands there."""


@attrs.frozen(kw_only=True, eq=False)
class Measured:
    """Values of units, turned so that more is better, and how far their intervals reach, squared; NaN where that is not known.

    ``exact`` says that all are known without uncertainty.
    """

    value: Floats
    below: Floats
    above: Floats
    exact: bool

    @classmethod
    def of(cls, values: tuple[Floats, Floats, Floats], part: Bools, *, higher: bool) -> Measured:
        """Return the values of those that take part; turned around where the lower is the better."""
        value, lower, upper = (np.where(part, each, np.nan) for each in values)
        if not higher:
            value, lower, upper = -value, -upper, -lower
        reach = stats.pair_gap(value, value, limits=(lower, upper), other_limits=(value, value))
        known = np.isfinite(value)
        exact = bool((reach.lower[known] == 0).all() and (reach.upper[known] == 0).all())
        return cls(value=value, below=reach.lower**2, above=reach.upper**2, exact=exact)

    def leads(self, others: Ints, rows: Ints) -> tuple[Bools, Bools, Bools, Bools]:
        """Hold others against rows.

        Returns
        -------
        tuple of arrays
            Where the other is at least as good, where it is better beyond noise, where the row is at least as good, and where it
            is better beyond noise: the gap exceeds both intervals as in :func:`maalbib.stats.pair_gap`.
        """
        value, other = self.value[rows], self.value[others]
        lead: Floats = other - value
        touch: Floats = np.maximum(np.abs(other), np.abs(value))
        touch *= _TOUCHING  # what arithmetic may leave behind
        ahead = lead > self._noise(others, rows, touch)
        behind = -lead > self._noise(rows, others, touch)
        return lead >= -touch, ahead, lead <= touch, behind

    def _noise(self, one: Ints, other: Ints, touch: Floats) -> Floats:
        """Return how large a lead of the one is no more than noise."""
        if self.exact:
            return touch
        reach: Floats = self.below[one] + self.above[other]
        np.sqrt(reach, out=reach)
        reach += touch
        return reach


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


def dominance_of(result: Measured, thrift: Measured, blocks: Iterator[Block], classes: Ints) -> Dominance:
    """Find who dominates whom: does at least as well with no more, and better beyond noise on one of the two.

    Parameters
    ----------
    result, thrift
        The result and the resource, both turned so that more is better.
    blocks
        Who is held against whom.
    classes
        (units,) the class of each unit, -1 where it has none.
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
        over, under = (each & pairs for each in _dominating(result, thrift, rows[:, None], others))
        found.compared[rows] = pairs.sum(axis=1)
        found.dominators[rows] = over.sum(axis=1)
        found.dominates[rows] = under.sum(axis=1)
        own = classes[rows][:, None]
        found.within[rows] = (over & (own >= 0) & (classes[others] == own)).any(axis=1)
        _name(found, rows, others, over)
    return found


def _dominating(result: Measured, thrift: Measured, rows: Ints, others: Ints) -> tuple[Bools, Bools]:
    """Return where the other dominates the row, and where the row dominates the other."""
    got, better, got_no_less, got_better = result.leads(others, rows)
    used, thriftier, used_no_more, used_less = thrift.leads(others, rows)
    return got & used & (better | thriftier), got_no_less & used_no_more & (got_better | used_less)


def _name(found: Dominance, rows: Ints, others: Ints, over: Bools) -> None:
    """Write down who dominates each row, the first hundred."""
    place, column = np.nonzero(over)
    ends = np.searchsorted(place, np.arange(len(rows)), side="right").tolist()
    own = np.broadcast_to(others, over.shape)
    for row, start, end in zip(range(len(rows)), [0, *ends], ends, strict=False):
        if end > start:
            found.by[rows[row]] = own[row, column[start : min(end, start + _NAMED)]]


def held_against(
    level: Ints, lists: tuple[Ints, Ints] | None, part: Bools, shown: Bools, value: Floats
) -> Iterator[Block]:
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
    value
        (units,) the result, turned so that more is better: it orders those held against, equal ones by their place.
    """
    open_ = part & shown
    if lists is not None:
        for batch in Circles(group=level, starts=lists[0], peers=lists[1], asked=part).batches(_CELLS):
            others, there = batch.rows[:, 1:], batch.there[:, 1:]
            order = np.lexsort((others, -value[others]), axis=-1)
            line = np.arange(len(order))[:, None]
            yield batch.rows[:, 0], others[line, order], there[line, order] & open_[others[line, order]]
        return
    for number in np.unique(level[part]).tolist():
        everybody = np.flatnonzero(open_ & (level == number))
        everybody = everybody[np.argsort(-value[everybody], kind="stable")]
        rows = np.flatnonzero(part & (level == number))
        step = max(1, _CELLS // max(1, len(everybody)))
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            yield some, everybody[None], everybody != some[:, None]
