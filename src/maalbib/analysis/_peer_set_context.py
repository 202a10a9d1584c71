"""The conditions of units in one period: a table of units and variables, with what may not be shown of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats
from maalbib.analysis._secrecy import Grades
from maalbib.analysis._segments import sides
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.analysis._peer_set_scene import Scene
    from maalbib.measurements import Panel
    from maalbib.model import NearestPeers, PeerVariable, Period

__all__ = ["Conditions", "common_periods", "conditions_of"]

_TOTAL = "_T"


@attrs.frozen(kw_only=True, eq=False)
class Conditions:
    """What the distance is measured on.

    Attributes
    ----------
    period
        The period that the sets describe.
    values
        (units, variables) before any transform, NaN where there is none.
    grade
        (units, variables) why a value may not be shown, 0 where it may.
    """

    period: Period
    values: Floats
    grade: Grades

    def without(self, kept: Bools) -> Conditions:
        """Return the table with some of the variables."""
        return attrs.evolve(self, values=self.values[:, kept], grade=self.grade[:, kept])


def conditions_of(definition: NearestPeers, scene: Scene, setting: Setting, period: Period) -> Conditions:
    """Read the values of the definition's variables, each in its own period or else in ``period``.

    Withheld values and bounds count as missing: they say nothing exact of the unit.
    """
    panels = dict(setting.panels(definition.indicators))
    size = (len(scene.codes), len(definition.variables))
    values, grade = np.full(size, np.nan), np.zeros(size, dtype=np.int8)
    for column, variable in enumerate(definition.variables):
        when = variable.period or period
        for panel in panels[variable.indicator]:
            if panel.freq is when.freq and when in panel.periods:
                _read(panel, variable, when, scene, setting, (values[:, column], grade[:, column]))
        if np.isnan(values[:, column]).all():
            raise ArgumentError("peer_sets.no_values", indicator=variable.indicator, period=when.code)
    return Conditions(period=period, values=values, grade=grade)


def _read(
    panel: Panel, variable: PeerVariable, when: Period, scene: Scene, setting: Setting, into: tuple[Floats, Grades]
) -> None:
    fits = {text: _fits(text, variable.breakdown) for text in set(panel.breakdowns)}
    rows = [
        (row, scene.place[code])
        for row, (code, breakdown) in enumerate(zip(panel.institutions, panel.breakdowns, strict=True))
        if fits[breakdown] and code in scene.place
    ]
    if not rows:
        return
    series, places = np.array(rows, dtype=np.int64).T
    at = panel.periods.index(when)
    known = ~(panel.suppressed[series, at] | (sides(panel)[series, at] != 0))
    into[0][places] = np.where(known, panel.values[series, at], np.nan)
    grades = setting.secrecy.grades(panel, setting.indicator(variable.indicator))
    into[1][places] = grades[series, at]


def _fits(breakdown: str, wanted: str | None) -> bool:
    """Return whether a series is the part wanted, and the total in everything else."""
    given = dict(part.split("=", 1) for part in breakdown.split(";") if part)
    asked = dict(part.split("=", 1) for part in (wanted or "").split(";") if "=" in part)
    return asked.keys() <= given.keys() and all(code == asked.get(name, _TOTAL) for name, code in given.items())


def common_periods(definition: NearestPeers, setting: Setting) -> list[Period]:
    """Return the periods in which every variable has a value of somebody, in time order."""
    found: set[Period] | None = None
    for _, panels in setting.panels(definition.indicators):
        own = {
            period
            for panel in panels
            for column, period in enumerate(panel.periods)
            if np.isfinite(panel.values[:, column]).any()
        }
        found = own if found is None else found & own
    if not found:
        raise ArgumentError("peer_sets.no_common_period", definition=definition.id)
    freq = max(period.freq.length for period in found)
    return sorted(period for period in found if period.freq.length == freq)
