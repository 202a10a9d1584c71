"""A group as the reference: for every period the mean or median of its members, each of them left out in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._columns import members
from maalbib.analysis._peer_options import KIND_OF
from maalbib.analysis._series_cells import CONFIDENTIAL_GRADE, Cells
from maalbib.model import Aggregation, ReferenceStatistic, UnitKind

if TYPE_CHECKING:
    from maalbib.analysis._series_request import Request

__all__ = ["GroupReference", "group_reference"]


@attrs.frozen(kw_only=True, eq=False)
class GroupReference:
    """The references that a group gives: for each breakdown one without each member, and one of all of them.

    Attributes
    ----------
    cells
        What is known of each reference in each period.
    lacking
        Where a member has no value that can be used.
    place
        (m,) Which reference each of the judged series has.
    mean_kind
        Which mean it is; None for a median.
    fallen_back
        Whether the members should have been weighted, and what they weigh is not known.
    """

    cells: Cells
    lacking: Bools
    place: Ints
    mean_kind: str | None
    fallen_back: bool


def group_reference(request: Request, statistic: ReferenceStatistic, group: Sequence[str]) -> GroupReference:
    """Return the references of a group.

    Each period has the members with a value in it: what is withheld, of too few people, mixed in frequency, only known
    as a bound or predicted takes no part.
    """
    whole = request.whole
    coded = pa.array(whole.breakdowns, type=pa.string()).dictionary_encode()
    breakdown = np.asarray(coded.indices.to_numpy(), dtype=np.int64)
    of_group = np.flatnonzero(members(whole.institutions, list(group)))
    of_group = of_group[np.argsort(breakdown[of_group], kind="stable")]
    groups = _Members.of(request, of_group)
    kind, weights, fallen_back = groups.weighing(request)
    ends = np.searchsorted(breakdown[of_group], np.arange(len(coded.dictionary) + 1))
    parts = []
    place = np.full(len(whole), -1)
    everybody = np.zeros(len(coded.dictionary), dtype=np.int64)
    filled = 0
    for number, (start, end) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)):
        rows = slice(start, end)
        median = statistic is ReferenceStatistic.MEDIAN
        parts.append(groups.medians(rows) if median else groups.means(rows, kind, weights[rows]))
        place[of_group[rows]] = filled + np.arange(end - start)
        everybody[number] = filled + end - start
        filled += end - start + 1
    made = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    lacking = made.pop("lacking")
    own = place[request.rows]
    return GroupReference(
        cells=_cells(made),
        lacking=lacking,
        place=np.where(own >= 0, own, everybody[breakdown[request.rows]]),
        mean_kind=None if statistic is ReferenceStatistic.MEDIAN else kind,
        fallen_back=fallen_back and statistic is ReferenceStatistic.MEAN,
    )


@attrs.frozen(kw_only=True, eq=False)
class _Members:
    """The members, those of a breakdown beside each other, and which of their values take part."""

    cells: Cells
    fit: Bools
    numerator: Floats
    denominator: Floats
    scale: float

    @classmethod
    def of(cls, request: Request, places: Ints) -> _Members:
        panel = request.whole.rows(places)
        cells = request.cells(panel)
        fit = cells.known & (cells.sides == 0) & ~cells.forecast & ~request.whole_mixed[places][:, None]
        if request.min_verdict is not None:
            fit &= ~(cells.people < request.min_verdict)
        absent = np.full(fit.shape, np.nan)
        share = request.indicator.unit.kind is UnitKind.SHARE
        return cls(
            cells=cells,
            fit=fit,
            numerator=absent if panel.numerator is None else panel.numerator,
            denominator=absent if panel.denominator is None else panel.denominator,
            scale=request.indicator.unit.high if share else np.nan,
        )

    def weighing(self, request: Request) -> tuple[str, Floats, bool]:
        """Return the kind of mean, the weights, and whether the kind is a makeshift for want of weights."""
        aggregation = request.indicator.aggregation or Aggregation.NONE
        kind = KIND_OF.get(aggregation, "unweighted")
        if kind == "unweighted":
            return kind, np.where(self.fit, 1.0, 0.0), False
        weights = self.denominator
        if kind == "weighted":
            weights = np.where(np.isfinite(weights), weights, self.cells.people)
        if (weights[self.fit] > 0).all():
            return kind, np.where(self.fit, weights, 0.0), False
        return "unweighted", np.where(self.fit, 1.0, 0.0), True

    def means(self, rows: slice, kind: str, weights: Floats) -> dict[str, npt.NDArray[Any]]:
        """Return means without each member, and of all, with their limits."""
        fit, cells = self.fit[rows], self.cells
        values = np.where(fit, cells.values[rows], 0.0)
        total = _without_each(weights)
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = (weights * values).sum(axis=0) / weights.sum(axis=0)
            off = np.where(fit, values - centre, 0.0)  # sums of small numbers keep their digits
            value = centre + _without_each(weights * off) / total
            if kind == "pooled":
                value = self._pooled(rows, value)
            down, up = (cells.values[rows] - cells.lower[rows], cells.upper[rows] - cells.values[rows])
            # As in stats.mean_gap: half widths combine as standard errors do, and skewness evens out.
            width = np.sqrt(_without_each(np.where(fit, weights * (down + up) / 2, 0.0) ** 2)) / total
            moved = _without_each(np.where(fit, weights**2 * (up - down) / 2, 0.0)) / total**2
        value = np.where(total > 0, value, np.nan)
        return {
            "values": value,
            "lower": value - (width - moved),
            "upper": value + width + moved,
            **self._marks(rows),
        }

    def _pooled(self, rows: slice, value: Floats) -> Floats:
        """Return sums of numerators over sums of denominators where all are known: published values are rounded, they are not."""
        fit = self.fit[rows]
        whole = np.isfinite(self.numerator[rows]) & np.isfinite(self.denominator[rows])
        above, below = (
            _without_each(np.where(fit & whole, part[rows], 0.0)) for part in (self.numerator, self.denominator)
        )
        exact = self.scale * above / below
        return np.where((fit & ~whole).any(axis=0) | ~np.isfinite(exact), value, exact)

    def medians(self, rows: slice) -> dict[str, npt.NDArray[Any]]:
        """Return medians without each member, and of all; they have no limits."""
        value = _medians_without_each(np.where(self.fit[rows], self.cells.values[rows], np.nan))
        absent = np.full(value.shape, np.nan)
        return {"values": value, "lower": absent, "upper": absent, **self._marks(rows)}

    def _marks(self, rows: slice) -> dict[str, npt.NDArray[Any]]:
        """Return what holds of the members' values together."""
        fit = self.fit[rows]
        marks = {
            "provisional": (fit & self.cells.provisional[rows]).any(axis=0),
            "about": (fit & self.cells.about[rows]).any(axis=0),
            "secret": (fit & (self.cells.grades[rows] > 0)).any(axis=0),
            "lacking": (~fit).any(axis=0),
        }
        shape = (len(fit) + 1, fit.shape[1])
        return {name: np.broadcast_to(where, shape) for name, where in marks.items()}


def _cells(made: dict[str, npt.NDArray[Any]]) -> Cells:
    shape = made["values"].shape
    nothing = np.broadcast_to(np.False_, shape)
    return Cells(
        values=made["values"],
        sides=np.broadcast_to(np.int64(0), shape),
        suppressed=nothing,
        provisional=made["provisional"],
        forecast=nothing,
        about=made["about"],
        people=np.broadcast_to(np.nan, shape),
        grades=np.where(made["secret"], CONFIDENTIAL_GRADE, 0).astype(np.int8),
        lower=made["lower"],
        upper=made["upper"],
    )


def _without_each(parts: Floats) -> Floats:
    """Return column sums without each row, by adding what stands before and after it, and last the whole sum."""
    before, after = np.zeros((len(parts) + 1, parts.shape[1])), np.zeros((len(parts) + 1, parts.shape[1]))
    np.cumsum(parts, axis=0, out=before[1:])
    after[:-2] = np.cumsum(parts[:0:-1], axis=0)[::-1]
    return before + after


def _medians_without_each(values: Floats) -> Floats:
    """Return column medians without each row, and last the median of all; NaN where nothing is left."""
    rows, columns = values.shape
    order = np.argsort(values, axis=0, kind="stable")  # NaN last
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(rows)[:, None], order.shape), axis=0)
    ordered = np.concatenate([np.take_along_axis(values, order, axis=0), np.full((2, columns), np.nan)])
    n = np.isfinite(values).sum(axis=0)
    left_out = np.concatenate([np.where(np.isfinite(values), rank, rows + 1), np.full((1, columns), rows + 1)])
    left = n - (left_out <= rows)
    halves = [_place((left - 1) >> 1, left_out), _place(left >> 1, left_out)]
    low, high = (np.take_along_axis(ordered, np.maximum(place, 0), axis=0) for place in halves)
    return np.where(left > 0, low / 2 + high / 2, np.nan)


def _place(wanted: Ints, left_out: Ints) -> Ints:
    """Return the place in the ascending column of the wanted one among those that remain."""
    return wanted + (wanted >= left_out)
