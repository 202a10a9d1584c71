"""The time axis of control charts: every period has a slot, and a level holds from a break or a decision on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.analysis._arrays import Bools, Ints
from maalbib.errors import ArgumentError
from maalbib.model import Period, Rebase

if TYPE_CHECKING:
    from maalbib.measurements import Panel

__all__ = ["Slots", "levels_of", "rebased"]


@attrs.frozen(kw_only=True)
class Slots:
    """The periods from the first to the last one of a panel, also those that nobody has a value for.

    Attributes
    ----------
    panel
        Whose periods they are.
    periods
        Every period.
    places
        The slot of each period of the panel.
    """

    panel: Panel
    periods: tuple[Period, ...]
    places: Ints

    @classmethod
    def of(cls, panel: Panel) -> Self:
        """Lay out the periods of a panel."""
        if not panel.periods:
            return cls(panel=panel, periods=(), places=np.zeros(0, dtype=np.int64))
        first = panel.periods[0].ordinal
        every = Period.range(panel.periods[0], panel.periods[-1])
        return cls(
            panel=panel,
            periods=every,
            places=np.array([period.ordinal - first for period in panel.periods], dtype=np.int64),
        )

    @property
    def there(self) -> Bools:
        """Which slots hold a value, (series, slots)."""
        return np.asarray(self.spread(np.isfinite(self.panel.values), False), dtype=bool)

    def spread(self, values: npt.NDArray[Any], blank: object) -> npt.NDArray[Any]:
        """Return the columns of the panel in their slots, the others blank."""
        found = np.full((len(values), len(self.periods)), blank, dtype=values.dtype)
        found[:, self.places] = values
        return found

    def spread_labels(self, labels: Ints) -> Ints:
        """Return labels in their slots; a slot without a column belongs to what was before."""
        found: Ints = labels[:, np.searchsorted(self.places, np.arange(len(self.periods)), side="right") - 1]
        return found


def rebased(slots: Slots, segments: Ints, rebases: tuple[Rebase, ...]) -> Ints:
    """Return segments that also begin where somebody decided that a new level does.

    Raises
    ------
    ArgumentError
        If a decision is about no series here, or its period is not between the first and the last one of them.
    """
    steps = np.diff(segments, axis=1, prepend=segments[:, :1]) > 0
    for rebase in rebases:
        rows = _rows_of(slots.panel, rebase)
        place = _place_of(slots, rebase)
        if not (0 < place < len(slots.periods)) or not len(rows):
            raise ArgumentError("rebase.outside", indicator=rebase.indicator, period=str(rebase.period))
        steps[rows, place] = True
    found: Ints = np.cumsum(steps, axis=1, dtype=np.int64)
    return found


def _rows_of(panel: Panel, rebase: Rebase) -> Ints:
    chosen = [
        place
        for place, (institution, breakdown) in enumerate(zip(panel.institutions, panel.breakdowns, strict=True))
        if rebase.institution in {None, institution} and rebase.breakdown in {None, breakdown}
    ]
    return np.array(chosen, dtype=np.int64)


def _place_of(slots: Slots, rebase: Rebase) -> int:
    if not slots.periods or rebase.period.freq is not slots.periods[0].freq:
        return -1
    return rebase.period.ordinal - slots.periods[0].ordinal


def levels_of(slots: Slots, segments: Ints) -> Ints:
    """Return the segment of each column of the panel."""
    found: Ints = segments[:, slots.places]
    return found
