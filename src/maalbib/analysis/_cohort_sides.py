"""The two means that a cohort and the rest come down to, with what is known of each."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints, beyond_rounding
from maalbib.analysis._peer_values import PeerValues

__all__ = ["Sides", "Spreads", "sides_of", "spreads_of"]

MEMBERS: Final = 0
REST: Final = 1


@attrs.frozen(kw_only=True)
class Sides:
    """What is known of members and rest, for each breakdown.

    Attributes
    ----------
    group
        (rows,) in which breakdown a value stands.
    side
        (rows,) 0 for members, 1 for the rest.
    value, weight
        (rows,) what is averaged and what it weighs; for pooled means numerator over denominator, which rounding did not touch.
    used
        (rows,) which values are in a mean.
    left_out
        (rows,) values of which a mean would give away that they may not be shown.
    mean, below, above, people
        (breakdowns, 2) the means, how far the interval of each reaches down and up, and the people or answers behind it.
    units, without
        (breakdowns, 2) how many units are in each mean, and how many have no value that can be.
    """

    group: Ints
    side: Ints
    value: Floats
    weight: Floats
    used: Bools
    left_out: Bools
    mean: Floats
    below: Floats
    above: Floats
    people: Floats
    units: Ints
    without: Ints

    @property
    def gap(self) -> Floats:
        """The mean of the members less that of the rest, 0 where only the rounding of sums keeps them apart."""
        found = self.mean[:, MEMBERS] - self.mean[:, REST]
        return beyond_rounding(
            found, self.largest(np.where(self.used, np.abs(self.value), 0.0)).max(axis=1, initial=0.0)
        )

    def having(self, rows: Bools) -> Bools:
        """Return (breakdowns, 2) whether any of some rows stand on each side."""
        return np.asarray(self.sums(rows) > 0)

    def shares(self) -> Floats:
        """Return (rows,) what each value counts in its mean, 0 for those not in it."""
        weight = np.where(self.used, self.weight, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.used, weight / self.sums(weight)[self.group, self.side], 0.0)

    def sums(self, column: Floats | Bools) -> Floats:
        """Return (breakdowns, 2) the sums of a column."""
        place, weights = 2 * self.group + self.side, column.astype(np.float64)
        found: Floats = np.bincount(place, weights=weights, minlength=2 * len(self.mean)).astype(np.float64)
        return found.reshape(-1, 2)

    def largest(self, column: Floats) -> Floats:
        """Return (breakdowns, 2) the largest of a column of numbers from 0."""
        found = np.zeros((len(self.mean), 2))
        np.maximum.at(found, (self.group, self.side), column)
        return found

    def root_of_squares(self, column: Floats) -> Floats:
        """Return (breakdowns, 2) the root of the sum of squares of a column of numbers from 0, however large or small they are."""
        largest = self.largest(column)
        size = np.where(largest > 0, largest, 1.0)
        return np.asarray(size * np.sqrt(self.sums((column / size[self.group, self.side]) ** 2)))


@attrs.frozen(kw_only=True)
class Spreads:
    """Groups of units drawn by lot, for each breakdown: NaN where nothing can be said.

    Attributes
    ----------
    tau
        Standard deviation between the units, sampling noise removed.
    lower, upper
        Limits of the difference that allow for it.
    share, least
        Share of groups of the same size that differ as much, and the smallest share possible.
    groups
        How many groups were formed.
    exact
        Whether these are all there are.
    """

    tau: Floats
    lower: Floats
    upper: Floats
    share: Floats
    least: Floats
    groups: Floats
    exact: Bools


def sides_of(values: PeerValues, kind: str, member: Bools, apart: Bools, confidence: float) -> Sides:
    """Form both means in each breakdown."""
    count = int(values.group.max(initial=-1)) + 1
    value, weight = values.value, values.weights(kind)
    if kind == "pooled":
        with np.errstate(divide="ignore", invalid="ignore"):
            exact = values.scale * values.numerator / values.denominator
        value = np.where(np.isfinite(exact) & np.isfinite(value), exact, value)
    side = np.where(member, MEMBERS, REST)
    used = np.isfinite(value) & np.isfinite(weight) & ~apart
    place = 2 * values.group + side
    hidden = used & (values.grade > 0)
    alone = hidden & (np.bincount(place, weights=hidden, minlength=2 * count)[place] == 1)
    empty = np.full((count, 2), np.nan)
    found = Sides(
        group=values.group,
        side=side,
        value=value,
        weight=weight,
        used=used & ~alone,
        left_out=alone,
        mean=empty,
        below=empty,
        above=empty,
        people=empty,
        units=np.zeros((count, 2), dtype=np.int64),
        without=np.zeros((count, 2), dtype=np.int64),
    )
    return _averaged(found, values, confidence)


def _averaged(sides: Sides, values: PeerValues, confidence: float) -> Sides:
    share, used = sides.shares(), sides.used
    units = sides.sums(used)

    def total(column: Floats) -> Floats:
        return np.where(units > 0, sides.sums(np.where(used, column, 0.0)), np.nan)

    below, above = _reaches(sides, values, units)
    by_counts = _reaches_by_counts(sides, values, confidence)
    return attrs.evolve(
        sides,
        mean=total(share * sides.value),
        below=np.where(np.isfinite(by_counts[0]), by_counts[0], below),
        above=np.where(np.isfinite(by_counts[1]), by_counts[1], above),
        people=total(values.people),
        units=units.astype(np.int64),
        without=sides.sums(~used).astype(np.int64),
    )


def _reaches(sides: Sides, values: PeerValues, units: Floats) -> tuple[Floats, Floats]:
    """Return (breakdowns, 2) how far the interval of each mean reaches down and up, from those of its units.

    As in :func:`maalbib.stats.mean_gap`: half widths combine as standard errors do, and skewness evens out.
    """
    share = sides.shares()
    below, above = values.value - values.lower, values.upper - values.value
    unknown = sides.sums(sides.used & np.isnan(below + above)) > 0
    known = sides.used & np.isfinite(below + above)
    width = sides.root_of_squares(np.where(known, share * (below + above) / 2, 0.0))
    moved = sides.sums(np.where(known, share**2 * (above - below) / 2, 0.0))
    there = (units > 0) & ~unknown
    return (
        np.where(there, np.maximum(width - moved, 0.0), np.nan),
        np.where(there, np.maximum(width + moved, 0.0), np.nan),
    )


def _reaches_by_counts(sides: Sides, values: PeerValues, confidence: float) -> tuple[Floats, Floats]:
    """Return the same for means of shares of which all counts are known, NaN for others."""
    below, above = np.full_like(sides.mean, np.nan), np.full_like(sides.mean, np.nan)
    place = 2 * sides.group + sides.side
    order = np.argsort(place, kind="stable")
    order = order[sides.used[order]]
    for rows in np.split(order, np.flatnonzero(np.diff(place[order])) + 1):
        if len(rows) and np.isfinite(values.counted[rows] + values.asked[rows]).all():
            found = stats.mean_share(
                values.counted[rows], values.asked[rows], weights=sides.weight[rows], confidence=confidence
            )
            at = sides.group[rows[0]], sides.side[rows[0]]
            below[at] = values.scale * (found.value - found.lower).item()
            above[at] = values.scale * (found.upper - found.value).item()
    return below, above


def spreads_of(sides: Sides, values: PeerValues, *, confidence: float, draws: int, seed: int) -> Spreads:
    """Ask of each breakdown what groups of the same size, drawn by lot among these units, would show."""
    from scipy import special

    tail = (1 - confidence) / 2
    z = -float(special.ndtri(tail))
    count = len(sides.mean)
    found = {name: np.full(count, np.nan) for name in ("tau", "lower", "upper", "share", "least", "groups")}
    exact = np.zeros(count, dtype=bool)
    share = sides.shares()
    error = (values.upper - values.lower) / (2 * z)
    gap = sides.gap
    down = np.hypot(sides.below[:, MEMBERS], sides.above[:, REST])
    up = np.hypot(sides.above[:, MEMBERS], sides.below[:, REST])
    for number in np.flatnonzero((sides.units > 0).all(axis=1)).tolist():
        rows = np.flatnonzero(sides.used & (sides.group == number))
        inside = sides.side[rows] == MEMBERS
        drawn = stats.group_difference(sides.value[rows], inside, weights=sides.weight[rows], draws=draws, seed=seed)
        found["share"][number], found["least"][number] = drawn.p_value, drawn.p_min
        found["groups"][number], exact[number] = drawn.groups, drawn.p_exact
        with np.errstate(over="ignore"):
            between = stats.between_variance(sides.value[rows], error[rows] ** 2, interval="none")
        freedom = len(rows) - 2
        if between.reason.item() or freedom < 1:
            continue
        tau = between.tau.item()
        reach = -float(special.stdtrit(freedom, tail)) * tau * float(np.sqrt((share[rows] ** 2).sum()))
        found["tau"][number] = tau
        found["lower"][number] = gap[number] - np.hypot(down[number], reach)
        found["upper"][number] = gap[number] + np.hypot(up[number], reach)
    return Spreads(**found, exact=exact)
