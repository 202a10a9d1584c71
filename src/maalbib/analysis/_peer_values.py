"""The values of one period, in the groups that are compared among themselves, with what is known of their uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib import stats
from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._peer_circles import Circles
from maalbib.analysis._peer_lists import WITHOUT_PEERS, PeerLists
from maalbib.analysis._peer_rows import PeerRows
from maalbib.analysis._secrecy import Grades, Secrecy, people_in
from maalbib.analysis._segments import approximate_cells, sides
from maalbib.model import PeerGroup, UnitKind

if TYPE_CHECKING:
    from maalbib.analysis._peer_sets import PeerSets
    from maalbib.measurements import Panel
    from maalbib.model import Indicator, Period

__all__ = ["WITHOUT_PEERS", "PeerValues", "peer_values"]


@attrs.frozen(kw_only=True)
class PeerValues:
    """What is compared: m rows, those of a group beside each other.

    Attributes
    ----------
    institutions, breakdowns
        Who, and the part of them.
    group
        (m,) number of the group, ascending: rows of a group are of the same breakdown.
    circles
        Who is held against whom.
    without_peers
        (m,) place in :data:`WITHOUT_PEERS` of why a definition gives a unit no peers, -1 where it gives some.
    value, lower, upper
        (m,) in the indicator's unit, NaN where missing or not known.
    numerator, denominator, people
        (m,) what the value is made of, and people or answers behind it; NaN where not known.
    counted, asked
        (m,) numerator and denominator that the limits of a share were worked out from; NaN where they came with the value.
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
    circles: Circles
    without_peers: Ints
    value: Floats
    lower: Floats
    upper: Floats
    numerator: Floats
    denominator: Floats
    people: Floats
    counted: Floats
    asked: Floats
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
    group: PeerGroup | PeerSets | PeerLists | None,
    confidence: float,
    indicator: Indicator | None,
    secrecy: Secrecy,
) -> PeerValues:
    """Return the values compared with each other: the same breakdown of all members, or all categories of one unit."""
    whole = group if group is None or isinstance(group, PeerGroup | PeerLists) else PeerLists.of(group)
    lists = whole if isinstance(whole, PeerLists) else None
    rows = PeerRows.of(panel, over, whole, secrecy)
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
        circles=rows.circles(lists),
        without_peers=np.full(len(rows.institutions), -1)
        if lists is None
        else lists.without[lists.places(rows.institutions)],
        value=np.where(suppressed | one_sided, np.nan, cells(panel.values)),
        lower=cells(panel.lower),
        upper=cells(panel.upper),
        numerator=cells(panel.numerator),
        denominator=cells(panel.denominator),
        people=cells(people),
        counted=np.full(len(rows.institutions), np.nan),
        asked=np.full(len(rows.institutions), np.nan),
        scale=indicator.unit.high if indicator is not None and share else np.nan,
        source=np.nan_to_num(cells(None if panel.source is None else panel.source), nan=-1).astype(np.int64),
        suppressed=suppressed,
        one_sided=one_sided,
        approximate=cells(about.astype(np.float64)) > 0,
        provisional=cells(panel.provisional.astype(np.float64)) > 0,
        grade=np.nan_to_num(cells(secrecy.grades(panel, indicator))).astype(np.int8),
    )
    return _with_intervals(found, confidence)


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
        counted=np.where(given, np.nan, counted),
        asked=np.where(given, np.nan, people),
        lower=np.where(given, values.lower, np.asarray(wilson.lower) * values.scale),
        upper=np.where(given, values.upper, np.asarray(wilson.upper) * values.scale),
    )
