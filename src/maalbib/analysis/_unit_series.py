"""Series of units that are held against each other: linked or cut at breaks, and the same units throughout."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints, in_rows
from maalbib.analysis._segments import break_positions, cutting_marks, linked
from maalbib.model import Comparable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maalbib.measurements import Panel
    from maalbib.model import Break

__all__ = ["UnitSeries"]


@attrs.frozen(kw_only=True, eq=False)
class UnitSeries:
    """The series of a panel, arrays (series, periods).

    Attributes
    ----------
    values
        What may be compared, NaN elsewhere; older values linked across breaks that have a factor.
    errors
        Standard errors of the values, NaN where not known.
    factors
        What the values were multiplied by.
    linked
        Which series are linked by a factor.
    cuts
        Where a series is cut on its own.
    starts
        Places of the periods that begin a new series for everybody.
    declared
        The breaks across which nothing is compared.
    """

    panel: Panel
    values: Floats
    errors: Floats
    factors: Floats
    linked: Bools
    cuts: Bools
    starts: frozenset[int]
    declared: tuple[Break, ...]

    @classmethod
    def parts(
        cls, panel: Panel, values: Floats, errors: Floats, breaks: Sequence[Break], *, across_breaks: bool
    ) -> dict[str, Any]:
        """Return the fields of usable values with their errors; a code that stands for another unit is always cut."""
        factors, factored = linked(panel, np.where(np.isfinite(values), 1.0, np.nan), breaks)
        declared = tuple(item for item in breaks if item.comparable is Comparable.NO)
        cuts = cutting_marks(panel, breaks)
        if across_breaks:
            cuts = np.zeros_like(cuts) if panel.changed is None else panel.changed
        return {
            "panel": panel,
            "values": values * factors,
            "errors": errors * np.abs(factors),
            "factors": factors,
            "linked": factored,
            "cuts": np.asarray(cuts, dtype=bool),
            "starts": frozenset(() if across_breaks else break_positions(panel, declared)),
            "declared": declared,
        }

    def blocks(self, rows: Ints) -> Ints:
        """Return the number of the stretch that each period is in: a new one where all are cut, or half of those there."""
        there = np.isfinite(self.values[rows])
        steps: Ints = np.zeros(there.shape[1], dtype=np.int64)
        steps[[start for start in self.starts if start < len(steps)]] = 1
        cut = (self.cuts[rows] & there).sum(axis=0)
        steps[(2 * cut >= there.sum(axis=0)) & (cut > 0)] = 1
        found: Ints = np.cumsum(steps)
        return found

    def throughout(self, rows: Ints, columns: Ints, least: int) -> Bools:
        """Return which units have a value in every period in which enough have one, and are the same thing throughout."""
        there = np.isfinite(self.values[np.ix_(rows, columns)])
        enough = there.sum(axis=0) >= least
        if not enough.any():
            return np.zeros(len(rows), dtype=bool)
        span = columns[enough]
        inside = self.cuts[rows][:, span[0] + 1 : span[-1] + 1]
        return np.asarray(there[:, enough].all(axis=1), dtype=bool) & ~in_rows(inside)

    def several_sources(self, rows: Ints, columns: Ints) -> bool:
        """Return whether the values of some units and periods come from several sources."""
        if self.panel.source is None:
            return False
        part = np.ix_(rows, columns)
        return len(np.unique(self.panel.source[part][np.isfinite(self.values[part])])) > 1
