"""One of the two figures of each unit, held against the mean of its peers: the result, or the use of a resource."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Self

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, Words
from maalbib.analysis._binding import named_parts
from maalbib.analysis._peer_expected import Expected, Figures, expected_of
from maalbib.analysis._peer_options import kind_of
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._peer_rules import Judged, conclude, judge
from maalbib.analysis._peer_values import WITHOUT_PEERS, PeerValues, peer_values
from maalbib.analysis._secrecy import Grades

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.analysis._peer_options import Options
    from maalbib.analysis._peer_sets import PeerSets
    from maalbib.measurements import Panel
    from maalbib.model import PeerGroup, Period

__all__ = ["VALUE_FAULTS", "Side", "places_of", "side_of", "taken_as_exact"]

VALUE_FAULTS: Final = ("suppressed", "one_sided", "no_data", "small_n", "different_sources", "no_denominator")
"""Why a unit's figure cannot be used, in the order in which comparisons look."""
_TOUCHING: Final = 1e-9  # figures that differ by no more, as a share, are the same


@attrs.frozen(kw_only=True, eq=False)
class Side:
    """A figure of the units of a board, in their order.

    Attributes
    ----------
    judged, expected
        What comparisons found, in rows of their own.
    place
        (units,) the row of each unit, -1 where it has none.
    exact
        (rows,) which values came without uncertainty and are taken as exact.
    """

    judged: Judged
    expected: Expected | None
    place: Ints
    exact: Bools

    def ordered(self, codes: Sequence[str], breakdown: str) -> Self:
        """Return the side of given units, for one part of the figures."""
        return attrs.evolve(self, place=places_of(self.judged.values, codes, breakdown))

    def at(self, column: Any, missing: Any = np.nan) -> Any:
        """Return a column of the rows, in the order of the units."""
        found = np.full(len(self.place), missing, dtype=None if column.dtype.kind == "f" else column.dtype)
        there = self.place >= 0
        found[there] = column[self.place[there]]
        return found

    def holds(self, rows: Bools) -> Bools:
        """Return which units have a row that something holds of."""
        return np.asarray(self.at(rows, missing=False), dtype=bool)

    @property
    def fault(self) -> Words:
        """(units,) why the figure cannot be used, empty where it can."""
        verdicts = self.judged.verdicts
        found = np.where(self.place < 0, "no_data", "").astype(object)
        for word in VALUE_FAULTS:
            found[self.holds(verdicts.having(f"not_compared.{word}"))] = word
        return found

    @property
    def without_peers(self) -> Words:
        """(units,) why a unit whose figure can be used has nobody to be held against, empty where it has."""
        found = np.full(len(self.place), "", dtype=object)
        for word in dict.fromkeys((*WITHOUT_PEERS, "no_peer")):
            found[self.holds(self.judged.verdicts.having(f"not_compared.{word}"))] = word
        return found

    @property
    def values(self) -> tuple[Floats, Floats, Floats]:
        """Value, lower and upper limit, (units,) each; NaN where there is none."""
        own = self.judged.values
        there = np.isfinite(own.value)
        value, lower, upper = (self.at(np.where(there, each, np.nan)) for each in (own.value, own.lower, own.upper))
        return value, lower, upper

    def gaps(self, *, adjusted: bool) -> tuple[Floats, Floats, Floats]:
        """Gap to the mean of the peers, or to what was expected, with its limits."""
        found = self.expected if adjusted and self.expected is not None else self.judged.gaps
        return self.at(found.gap), self.at(found.lower), self.at(found.upper)

    def sides(self, *, adjusted: bool) -> tuple[Bools, Bools, Bools]:
        """Return which units lie above the dividing line, below it, and whose interval is known at all."""
        gap, lower, upper = self.gaps(adjusted=adjusted)
        value = self.values[0]
        touch = _TOUCHING * np.maximum(np.abs(value), np.abs(value - gap))
        known = np.isfinite(lower) & np.isfinite(upper)
        return known & (lower > touch), known & (upper < -touch), known

    @property
    def grade(self) -> Grades:
        """Why the figures may not be shown, those they are held against included; 0 where they may."""
        own = np.where(np.isnan(self.judged.values.value), 0, self.judged.values.grade).astype(np.int8)
        worst = own if self.expected is None else np.maximum(own, self.expected.grade)
        return np.asarray(self.at(worst, missing=0), dtype=np.int8)


def side_of(
    setting: Setting,
    panels: Sequence[Panel],
    code: str,
    when: Period,
    group: PeerGroup | PeerSets | None,
    options: Options,
    figures: Figures,
    *,
    exact: bool,
) -> Side:
    """Hold the figures of one period against the means of the peers; of no units yet, see :meth:`Side.ordered`."""
    indicator = setting.indicator(code)
    panel = next((each for each in panels if each.freq is when.freq), panels[0])
    values = peer_values(panel, when, INSTITUTION, group, options.confidence, indicator, setting.secrecy)
    bare = np.zeros(len(values), dtype=bool)
    if exact:
        values, bare = taken_as_exact(values)
    judged = judge(values, code, indicator, when, kind_of(options, indicator, code), options)
    conclude(judged, np.full(len(values), np.nan))
    return Side(judged=judged, expected=expected_of(judged, figures), place=np.zeros(0, dtype=np.int64), exact=bare)


def taken_as_exact(values: PeerValues) -> tuple[PeerValues, Bools]:
    """Give values without an interval one of no width, as those of accounts, and return which."""
    bare = np.isfinite(values.value) & ~(np.isfinite(values.lower) & np.isfinite(values.upper))
    found = attrs.evolve(
        values,
        lower=np.where(bare, values.value, values.lower),
        upper=np.where(bare, values.value, values.upper),
    )
    return found, bare


def places_of(values: PeerValues, codes: Sequence[str], breakdown: str) -> Ints:
    """Return the row of each unit for one part of the figures, -1 where it has none; one with a value goes before one without."""
    wanted, found = named_parts(breakdown), dict[str, int]()
    there = np.isfinite(values.value).tolist()
    for row, (who, part) in enumerate(zip(values.institutions, values.breakdowns, strict=True)):
        if named_parts(part) == wanted and (who not in found or (there[row] and not there[found[who]])):
            found[who] = row
    return np.array([found.get(code, -1) for code in codes], dtype=np.int64)
