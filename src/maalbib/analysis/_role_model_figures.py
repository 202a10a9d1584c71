"""The figures of a unit and its possible role models, over some periods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, Words
from maalbib.analysis._binding import named_parts
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._peer_values import PeerValues, peer_values
from maalbib.analysis._resources_side import places_of, taken_as_exact
from maalbib.analysis._secrecy import Grades
from maalbib.analysis._segments import block_labels, unit_labels
from maalbib.model import PeerGroup, Text

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.measurements import Panel
    from maalbib.model import Period

__all__ = ["Reading", "UnitFigures", "figures_of"]

_NOBODY: Final = "nobody"  # a group has at least two members
_FAULTS: Final = ("suppressed", "one_sided", "no_data", "small_n")


@attrs.frozen(kw_only=True)
class Reading:
    """How figures are read.

    Attributes
    ----------
    codes
        The units, the one that looks for a role model first.
    periods
        In the order of time.
    """

    codes: tuple[str, ...]
    periods: tuple[Period, ...]
    breakdown: str
    confidence: float
    min_verdict: int | None
    across_breaks: bool


@attrs.frozen(kw_only=True, eq=False)
class UnitFigures:
    """One indicator, (periods, units).

    Attributes
    ----------
    value, lower, upper, people
        The figures and their limits, and people or answers behind them; NaN where there are none.
    fault
        Why a figure cannot be used, empty where it can.
    source
        Number of the source, -1 where none is given.
    grade
        Why a figure may not be shown, 0 where it may.
    apart
        Whether a figure is of another kind than that of the last period: before a break.
    exact
        Whether it came without uncertainty and is taken as exact.
    unsure
        Whether it may still change, and whether it is only known about: (periods, 2, units).
    """

    value: Floats
    lower: Floats
    upper: Floats
    people: Floats
    fault: Words
    source: Ints
    grade: Grades
    apart: Bools
    exact: Bools
    unsure: Bools

    def divided(self, index: Floats) -> UnitFigures:
        """Return the figures divided by an index of need; where there is none, that is the fault."""
        lacking = np.isnan(index) & (self.fault == "")
        return attrs.evolve(
            self,
            value=self.value / index,
            lower=self.lower / index,
            upper=self.upper / index,
            fault=np.where(lacking, "need_missing", self.fault),
        )

    @property
    def usable(self) -> Bools:
        """Whether the figure is there and its uncertainty is known."""
        return np.asarray((self.fault == "") & np.isfinite(self.lower) & np.isfinite(self.upper), dtype=bool)


def figures_of(setting: Setting, panels: Sequence[Panel], code: str, reading: Reading, *, exact: bool) -> UnitFigures:
    """Read one indicator."""
    indicator = setting.indicator(code)
    panel = next((each for each in panels if each.freq is reading.periods[-1].freq), panels[0])
    members = reading.codes if len(reading.codes) > 1 else (*reading.codes, _NOBODY)
    group = PeerGroup(id="candidates", name=Text(da="-", en="-"), members=members)
    parts = []
    for when in reading.periods:
        values = peer_values(panel, when, INSTITUTION, group, reading.confidence, indicator, setting.secrecy)
        bare = np.zeros(len(values), dtype=bool)
        if exact:
            values, bare = taken_as_exact(values)
        parts.append(_period(values, bare, reading))
    return UnitFigures(
        **{name: np.stack([part[name] for part in parts]) for name in parts[0]},
        apart=_apart(setting, panel, code, reading),
    )


def _period(values: PeerValues, bare: Bools, reading: Reading) -> dict[str, Any]:
    """Return the figures of one period, in the order of the units; each has a row, since the group asks for it."""
    place = places_of(values, reading.codes, reading.breakdown)
    there = place >= 0
    at = np.where(there, place, 0)

    def cells(column: Floats) -> Floats:
        return np.where(there, column[at], np.nan)

    value = cells(values.value)
    small = np.zeros(len(at), dtype=bool)
    if reading.min_verdict is not None:
        small = cells(values.people) < reading.min_verdict
    wrong = (there & values.suppressed[at], there & values.one_sided[at], np.isnan(value), small)
    fault = np.full(len(at), "", dtype=object)
    for word, where in reversed(list(zip(_FAULTS, wrong, strict=True))):
        fault[where] = word
    known = np.isfinite(value)
    return {
        "value": np.where(fault == "", value, np.nan),
        "lower": np.where(known, cells(values.lower), np.nan),
        "upper": np.where(known, cells(values.upper), np.nan),
        "people": cells(values.people),
        "fault": fault,
        "source": np.where(there, values.source[at], -1),
        "grade": np.where(known, values.grade[at], 0).astype(np.int8),
        "exact": known & bare[at],
        "unsure": known & np.stack([values.provisional[at], values.approximate[at]]),
    }


def _apart(setting: Setting, panel: Panel, code: str, reading: Reading) -> Bools:
    """Return (periods, units): whether a period lies in another unbroken stretch than the last one."""
    found = np.zeros((len(reading.periods), len(reading.codes)), dtype=bool)
    columns = [panel.periods.index(when) if when in panel.periods else -1 for when in reading.periods]
    indicator = setting.indicator(code)
    breaks = () if indicator is None else indicator.breaks
    labels = unit_labels(panel) if reading.across_breaks else block_labels(panel, breaks)
    rows, wanted = dict[str, int](), named_parts(reading.breakdown)
    for row, (who, part) in enumerate(zip(panel.institutions, panel.breakdowns, strict=True)):
        if named_parts(part) == wanted:
            rows.setdefault(who, row)
    for unit, who in enumerate(reading.codes):
        if who not in rows or columns[-1] < 0:
            continue
        own = labels[rows[who]]
        found[:, unit] = [column >= 0 and own[column] != own[columns[-1]] for column in columns]
    return found
