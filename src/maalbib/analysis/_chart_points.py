"""What goes with control charts, as results of their own: the points, and proposals of new levels."""

from __future__ import annotations

from typing import Any, Self

import pyarrow as pa

from maalbib.analysis._chart_rows import POINT_VERDICT, ChartPoint, RebaseProposal
from maalbib.analysis._result import Result
from maalbib.analysis._secrecy import CONFIDENTIAL

__all__ = ["ChartPoints", "RebaseProposals"]


class ChartPoints(Result[ChartPoint]):
    """The points of control charts; rows are :class:`ChartPoint`.

    Examples
    --------
    >>> import maalbib as mb
    >>> points = mb.control_charts(mb.Measurements.example("reading"), min_points=7, min_points_trial=7).points
    >>> len(points), points[7].period, points[7].segment
    (28, '2014/15', 0)
    """

    ROW = ChartPoint
    NAME = "chart_points"

    def _withheld(self) -> dict[str, Any]:
        return super()._withheld() | POINT_VERDICT


class RebaseProposals(Result[RebaseProposal]):
    """Places where charts seem to have reached a new level; rows are :class:`RebaseProposal`. None of them is applied.

    Examples
    --------
    >>> import maalbib as mb
    >>> len(mb.control_charts(mb.Measurements.example("reading")).proposals)
    0
    """

    ROW = RebaseProposal
    NAME = "rebase_proposals"

    def public(self) -> Self:
        """Return the proposals as they may be shown; of confidential series there are none, as one would tell the verdict."""
        kept = [hidden != CONFIDENTIAL for hidden in self._table["hidden"].to_pylist()]
        shown = self if all(kept) else self._like(self._table.filter(pa.array(kept)))
        return super(RebaseProposals, shown).public()
