"""The difference from a reference that moves: an institution, or the mean or median of the others in a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Ints, in_rows
from maalbib.analysis._columns import members
from maalbib.analysis._segments import block_labels, known_breaks, last_index
from maalbib.analysis._series_cells import Cells, laid
from maalbib.analysis._series_group import group_reference
from maalbib.analysis._series_in_time import spread_of_difference
from maalbib.analysis._series_made import SeriesKind, TargetSeries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from maalbib.analysis._series_request import Request
    from maalbib.measurements import Panel
    from maalbib.model import RelativeToReference

__all__ = ["from_group", "from_institution"]


def from_institution(request: Request, code: str) -> TargetSeries:
    """Return the difference from the value of an institution for the same breakdown and period.

    The reference itself is judged only where the target names it, and then the target does not apply to it.
    """
    itself = members(request.own.institutions, [code])
    if request.bound is None and itself.any():
        kept = np.flatnonzero(~itself)
        request = attrs.evolve(
            request, own=request.own.rows(kept), rows=request.rows[kept], mixed=request.mixed[kept]
        )
        itself = itself[kept]
    candidates = members(request.whole.institutions, [code]) & ~request.whole_mixed
    place = _same_breakdown(request.own, request.whole, np.flatnonzero(candidates))
    used, local = np.unique(place[place >= 0], return_inverse=True)
    of = np.full(len(place), -1)
    of[place >= 0] = local
    named = request.whole.rows(used if len(used) else np.zeros(1, dtype=np.int64))  # then nobody's reference
    reference = request.cells(named).rows(of)
    blocks = _blocks(request, request.own) + np.where(of[:, None] >= 0, _blocks(request, named)[of], 0)
    series = _difference(request, request.cells(request.own), reference, blocks, _kind(request, "institution", code))
    return attrs.evolve(series, verdicts=(("not_measurable.not_applicable", itself), *series.verdicts))


def from_group(request: Request, target: RelativeToReference, group: Sequence[str]) -> TargetSeries:
    """Return the difference from the mean or median of the members of a group, the judged unit never among them."""
    found = group_reference(request, target.statistic, group)
    kind = attrs.evolve(_kind(request, target.statistic.value, target.group), mean_kind=found.mean_kind)
    own = request.cells(request.own)
    series = _difference(request, own, found.cells.rows(found.place), _blocks(request, request.own), kind)
    known = np.isfinite(series.panel.values)
    incomplete = in_rows(known & found.lacking[found.place])
    remarks = (
        ("reference_incomplete", incomplete),
        ("reference_unweighted", in_rows(known) & found.fallen_back),
    )
    return attrs.evolve(series, remarks=(*series.remarks, *remarks))


def _difference(request: Request, own: Cells, reference: Cells, blocks: Ints, kind: SeriesKind) -> TargetSeries:
    """Return own values less those of the reference, and what to say where one of them is missing."""
    made = own.against(reference, own.values - reference.values, limits=spread_of_difference(own, reference))
    compared = in_rows(reference.known | reference.suppressed) | ~in_rows(own.known)
    made = attrs.evolve(
        made, suppressed=made.suppressed & compared[:, None]
    )  # no reference at all: nothing is withheld
    defined = made.known | made.suppressed
    without = in_rows(own.known) & ~in_rows(defined)
    behind = (last_index(own.known) > last_index(defined)) & ~without
    return TargetSeries(
        panel=laid(request.own, np.arange(len(request.own)), made, blocks),
        indicator=request.indicator,
        kind=kind,
        mixed=request.mixed,
        verdicts=(("not_measurable.no_reference", without),),
        remarks=(("reference_behind", behind),),
    )


def _kind(request: Request, code: str, reference: str | None) -> SeriesKind:
    widest = request.indicator.high - request.indicator.low
    return SeriesKind(code=code, unit="difference", lowest=-widest, highest=widest, reference=reference)


def _blocks(request: Request, panel: Panel) -> Ints:
    return block_labels(panel, known_breaks(request.indicator.breaks, request.day))


def _same_breakdown(panel: Panel, whole: Panel, places: Ints) -> Ints:
    """Return for each series the one among ``places`` with its breakdown, -1 without."""
    named = {whole.breakdowns[place]: place for place in places.tolist()}
    coded = pa.array(panel.breakdowns, type=pa.string()).dictionary_encode()
    found = np.array([named.get(text, -1) for text in coded.dictionary.to_pylist()], dtype=np.int64)
    of_series: Ints = found[coded.indices.to_numpy()]
    return of_series
