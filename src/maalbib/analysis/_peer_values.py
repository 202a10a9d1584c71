"""The values of one period, in the groups that are compared among themselves, with what is known of their uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._columns import members
from maalbib.analysis._secrecy import Grades, Secrecy, people_in
from maalbib.analysis._segments import approximate_cells, sides
from maalbib.model import UnitKind

if TYPE_CHECKING:
    from maalbib.measurements import Panel
    from maalbib.model import Indicator, PeerGroup, Period

__all__ = ["INSTITUTION", "PeerValues", "peer_values"]

INSTITUTION = "institution"
_TOTAL = "_T"

Key = tuple[str | int, str]


@attrs.frozen(kw_only=True)
class PeerValues:
    """What is compared: m rows, those of a group beside each other.

    Attributes
    ----------
    institutions, breakdowns
        Who, and the part of them.
    group
        (m,) number of the group, ascending.
    value, lower, upper
        (m,) in the indicator's unit, NaN where missing or not known.
    numerator, denominator, people
        (m,) what the value is made of, and people or answers behind it; NaN where not known.
    scale
        What a numerator over its denominator is multiplied by; NaN where the value is no share.
    source
        (m,) number of the source, -1 where none is given.
    suppressed, one_sided
        (m,) whether the value is withheld, or only known as a bound.
    approximate, provisional
        (m,) whether the value is only known about, and whether it may still change.
    grade
        (m,) why a value may not be shown, 0 where it may.
    """

    institutions: tuple[str, ...]
    breakdowns: tuple[str, ...]
    group: Ints
    value: Floats
    lower: Floats
    upper: Floats
    numerator: Floats
    denominator: Floats
    people: Floats
    scale: float
    source: Ints
    suppressed: Bools
    one_sided: Bools
    approximate: Bools
    provisional: Bools
    grade: Grades

    def __len__(self) -> int:
        return len(self.value)

    def weights(self, kind: str) -> Floats:
        """Return the weight of each value in a kind of mean, NaN where what it is made of is not known."""
        if kind == "unweighted":
            return np.ones(len(self))
        found = self.denominator
        if kind == "weighted":
            found = np.where(np.isfinite(found), found, self.people)
        return np.where(found > 0, found, np.nan)

    def several_sources(self) -> Bools:
        """Return which rows stand in a group whose values come from several sources."""
        groups, _, _ = self._sources()
        return np.asarray(np.bincount(groups, minlength=int(self.group.max(initial=0)) + 1)[self.group] > 1)

    def apart(self) -> Bools:
        """Return which values cannot be compared: those of another source than most of their group.

        Where no source has more values than every other one, nobody in the group is compared.
        """
        groups, sources, counts = self._sources()
        size = int(self.group.max(initial=0)) + 1
        most = np.zeros(size, dtype=np.int64)
        np.maximum.at(most, groups, counts)
        leading = counts == most[groups]
        single = np.bincount(groups[leading], minlength=size) == 1
        winner = np.full(size, -2)
        winner[groups[leading]] = sources[leading]
        same = single[self.group] & (self.source == winner[self.group])
        return np.asarray(np.isfinite(self.value) & ~same, dtype=bool)

    def _sources(self) -> tuple[Ints, Ints, Ints]:
        """Return the distinct pairs of group and source among the values, and how many values each has."""
        known = np.isfinite(self.value)
        width = int(self.source.max(initial=-1)) + 2
        pairs, counts = np.unique(self.group[known] * width + self.source[known] + 1, return_counts=True)
        return pairs // width, pairs % width - 1, counts


def peer_values(
    panel: Panel,
    period: Period,
    over: str,
    group: PeerGroup | None,
    confidence: float,
    indicator: Indicator | None,
    secrecy: Secrecy,
) -> PeerValues:
    """Return the values compared with each other: the same breakdown of all members, or all categories of one unit."""
    rows = _Rows.of(panel, over, group, secrecy)
    column = panel.periods.index(period) if period in panel.periods else -1
    cells = rows.reader(column)
    people = people_in(panel, indicator)
    suppressed = cells(panel.suppressed.astype(np.float64)) > 0
    one_sided = cells(np.abs(sides(panel))) > 0
    about = approximate_cells(panel)
    share = indicator is not None and indicator.unit.kind is UnitKind.SHARE
    found = PeerValues(
        institutions=rows.institutions,
        breakdowns=rows.breakdowns,
        group=rows.group,
        value=np.where(suppressed | one_sided, np.nan, cells(panel.values)),
        lower=cells(panel.lower),
        upper=cells(panel.upper),
        numerator=cells(panel.numerator),
        denominator=cells(panel.denominator),
        people=cells(people),
        scale=indicator.unit.high if indicator is not None and share else np.nan,
        source=np.nan_to_num(cells(None if panel.source is None else panel.source), nan=-1).astype(np.int64),
        suppressed=suppressed,
        one_sided=one_sided,
        approximate=cells(about.astype(np.float64)) > 0,
        provisional=cells(panel.provisional.astype(np.float64)) > 0,
        grade=np.nan_to_num(cells(secrecy.grades(panel, indicator))).astype(np.int8),
    )
    return _with_intervals(found, confidence)


@attrs.frozen(kw_only=True)
class _Rows:
    """Which series stands in which row; -1 for a member without one."""

    series: Ints
    group: Ints
    institutions: tuple[str, ...]
    breakdowns: tuple[str, ...]

    @classmethod
    def of(cls, panel: Panel, over: str, group: PeerGroup | None, secrecy: Secrecy) -> _Rows:
        names, keys = _named(panel, over, None if group is not None else secrecy)
        kept = np.array([name != _TOTAL for name in names], dtype=bool)
        if group is not None:
            kept &= members(names, group.members)
        order = sorted(set(keys))
        place = {key: number for number, key in enumerate(order)}
        number = np.array([place[key] for key in keys], dtype=np.int64)
        series = np.flatnonzero(kept)
        series = series[np.argsort(number[series], kind="stable")]
        found = cls(
            series=series,
            group=number[series],
            institutions=tuple(panel.institutions[row] for row in series.tolist()),
            breakdowns=tuple(panel.breakdowns[row] for row in series.tolist()),
        )
        if group is None or over != INSTITUTION:
            return found
        return found._with_absent(order, group.members)

    def _with_absent(self, order: Sequence[Key], wanted: Sequence[str]) -> _Rows:
        """Add the members that have no series, to each group."""
        present = set(zip(self.group.tolist(), self.institutions, strict=True))
        absent = [
            (number, code)
            for number in range(max(1, len(order)))
            for code in sorted(set(wanted))
            if (number, code) not in present
        ]
        number = np.concatenate([self.group, np.array([group for group, _ in absent], dtype=np.int64)])
        series = np.concatenate([self.series, np.full(len(absent), -1)])
        rest = [order[group][1] if order else "" for group, _ in absent]
        places = np.argsort(number, kind="stable").tolist()
        institutions = (*self.institutions, *(code for _, code in absent))
        breakdowns = (*self.breakdowns, *rest)
        return _Rows(
            series=series[places],
            group=number[places],
            institutions=tuple(institutions[place] for place in places),
            breakdowns=tuple(breakdowns[place] for place in places),
        )

    def reader(self, column: int) -> Callable[[np.ndarray[tuple[int, ...], np.dtype[np.number]] | None], Floats]:
        """Return what reads one period of an array (series, periods) into the rows, NaN where there is nothing."""
        there = (self.series >= 0) & (column >= 0)

        def cells(values: np.ndarray[tuple[int, ...], np.dtype[np.number]] | None) -> Floats:
            found = np.full(len(self.series), np.nan)
            if values is not None and there.any():
                found[there] = values[self.series[there], column]
            return found

        return cells


def _named(panel: Panel, over: str, secrecy: Secrecy | None) -> tuple[list[str], list[Key]]:
    """Return what each series is called among those compared, and what must be the same for all of them.

    Where nobody has named a group, only institutions of the same level are compared: a municipality is no peer of the country.
    """
    if over == INSTITUTION:
        levels = [0] * len(panel) if secrecy is None else secrecy.levels_of(panel.institutions)
        return list(panel.institutions), list(zip(levels, panel.breakdowns, strict=True))
    parts = [text.split(";") for text in panel.breakdowns]
    names = [next((part.partition("=")[2] for part in own if part.startswith(f"{over}=")), "") for own in parts]
    rests = [";".join(part for part in own if not part.startswith(f"{over}=")) for own in parts]
    return names, list(zip(panel.institutions, rests, strict=True))


def _with_intervals(values: PeerValues, confidence: float) -> PeerValues:
    """Give shares of a known number of people Wilson's interval, unless one came with them."""
    if np.isnan(values.scale):
        return values
    people = np.where(np.isfinite(values.denominator), values.denominator, values.people)
    counted = np.where(np.isfinite(values.numerator), values.numerator, values.value / values.scale * people)
    wilson = stats.wilson_interval(counted, people, confidence=confidence)
    given = np.isfinite(values.lower) & np.isfinite(values.upper)
    return attrs.evolve(
        values,
        lower=np.where(given, values.lower, np.asarray(wilson.lower) * values.scale),
        upper=np.where(given, values.upper, np.asarray(wilson.upper) * values.scale),
    )
