"""Panels that are judged by the same rules, put on top of each other: one call for many small indicators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Ints
from maalbib.analysis._context import one_frequency
from maalbib.model import UnitKind

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.measurements import Panel
    from maalbib.model import Indicator, Period

__all__ = ["Stack", "stacks"]

_CELLS: Final = 4_194_304  # values at a time: some tens of megabytes of working space
_ARRAYS: Final = (
    "values",
    "status",
    "lower",
    "upper",
    "numerator",
    "denominator",
    "n",
    "pre_break",
    "conf",
    "qualifier",
    "source",
)


@attrs.frozen(kw_only=True, eq=False)
class Stack:
    """Series of one or several indicators that are measured in the same periods and judged by the same rules.

    Attributes
    ----------
    panel
        The series. Its ``indicator`` is that of the first.
    indicator
        A definition that stands for all: they differ in nothing that a rule looks at.
    ids, which
        The indicators, and which one each series is of; series of one indicator stand together.
    mixed
        Which series are measured in periods of several lengths.
    places
        Where each series stands in the result.
    """

    panel: Panel
    indicator: Indicator | None
    ids: tuple[str, ...]
    which: Ints
    mixed: Bools
    places: Ints

    def rows(self, rows: Ints) -> Stack:
        """Return some of the series."""
        return attrs.evolve(
            self,
            panel=self.panel.rows(rows),
            which=self.which[rows],
            mixed=self.mixed[rows],
            places=self.places[rows],
        )


def stacks(setting: Setting, wanted: Iterable[str]) -> Iterator[Stack]:
    """Yield the series of all wanted indicators, those that are judged alike together."""
    waiting: dict[Any, list[tuple[Panel, Bools, int]]] = {}
    cells: dict[Any, int] = {}
    grids = _Grids()
    start = 0
    for code, panels in setting.panels(list(wanted)):
        rules = _rules(setting.indicator(code))
        for panel, mixed in one_frequency(panels):
            key = (grids.number(panel.periods), panel.window, rules)
            waiting.setdefault(key, []).append((panel, mixed, start))
            start += len(panel)
            cells[key] = cells.get(key, 0) + panel.values.size
            if cells[key] >= _CELLS:
                cells[key] = 0
                yield _stacked(waiting.pop(key), setting)
    for members in waiting.values():
        yield _stacked(members, setting)


class _Grids:
    """Numbers for lists of periods; panels mostly share the very same list, so that it need not be looked at again."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[int, tuple[Period, ...]]] = {}
        self._numbers: dict[tuple[Period, ...], int] = {}

    def number(self, periods: tuple[Period, ...]) -> int:
        """Return the number of a list, the same for equal ones."""
        if id(periods) not in self._seen:  # it is kept, so that no other one can have its id
            self._seen[id(periods)] = (self._numbers.setdefault(periods, len(self._numbers)), periods)
        return self._seen[id(periods)][0]


def _rules(indicator: Indicator | None) -> Any:
    """Return all of a definition that a rule looks at."""
    if indicator is None:
        return None
    unit = indicator.unit
    return (
        unit.kind is UnitKind.SHARE,
        unit.is_percentage,
        unit.low,
        unit.high,
        indicator.value_min,
        indicator.value_max,
        indicator.direction,
        indicator.decimals,
        indicator.resolution,
        indicator.breaks,
        indicator.min_show,
        indicator.publication_level,
    )


def _stacked(members: list[tuple[Panel, Bools, int]], setting: Setting) -> Stack:
    panels = [panel for panel, _, _ in members]
    sizes = np.array([len(panel) for panel in panels])
    return Stack(
        panel=_joined(panels),
        indicator=setting.indicator(panels[0].indicator),
        ids=tuple(panel.indicator for panel in panels),
        which=np.repeat(np.arange(len(panels)), sizes),
        mixed=np.concatenate([mixed for _, mixed, _ in members]),
        places=np.concatenate([start + np.arange(len(panel)) for panel, _, start in members]),
    )


def _joined(panels: list[Panel]) -> Panel:
    """Return one panel with all series; panels of one set of measurements have the same columns."""
    if len(panels) == 1:
        return panels[0]
    changes: dict[str, Any] = {
        name: np.concatenate([getattr(panel, name) for panel in panels])
        for name in _ARRAYS
        if getattr(panels[0], name) is not None
    }
    if any(panel.changed is not None for panel in panels):
        none = [np.zeros(panel.values.shape, dtype=bool) for panel in panels]
        changes["changed"] = np.concatenate(
            [empty if panel.changed is None else panel.changed for panel, empty in zip(panels, none, strict=True)]
        )
    return attrs.evolve(
        panels[0],
        institutions=tuple(chain.from_iterable(panel.institutions for panel in panels)),
        breakdowns=tuple(chain.from_iterable(panel.breakdowns for panel in panels)),
        **changes,
    )
