"""Are we gaining on those like us: how a gap to the peers changed, and how much of it is who the peers are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, Self

import attrs

from maalbib.analysis._arrays import Bools
from maalbib.analysis._context import Setting, as_flag, as_least, probability_argument
from maalbib.analysis._gap_change_row import GapChange
from maalbib.analysis._gap_change_steps import Step, gap_change_columns, step_between
from maalbib.analysis._labels import labels_of
from maalbib.analysis._peer_arguments import compared_of, periods_of, refuse_outcome
from maalbib.analysis._peer_options import MeanKind, Options, kind_of
from maalbib.analysis._peer_request import Asked, asked_for
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._result import Result
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.analysis._peer_sets import PeerSets
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import PeerDefinition, PeerGroup, Period
    from maalbib.register import Register

__all__ = ["GapChanges", "compare_gaps"]

_TWO: Final = 2


class GapChanges(Result[GapChange]):
    """How gaps to the peers changed between two periods; rows are :class:`GapChange`.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("reading")
    >>> mb.compare_gaps(ms, periods=("2014/15", "2020/21"), mean="unweighted").counts()
    {'not_compared': 4}
    """

    ROW = GapChange
    NAME = "gap_changes"

    def those(self, asked: Bools | None) -> Self:
        """Return the rows that were asked for."""
        import pyarrow as pa

        return self if asked is None else self._like(self._table.filter(pa.array(asked)))


def compare_gaps(
    measurements: Measurements,
    peers: PeerGroup | PeerDefinition | PeerSets | str | Iterable[str] | None = None,
    *,
    periods: tuple[str | Period, str | Period],
    catalogue: Catalogue | None = None,
    indicators: str | Iterable[str] | None = None,
    mean: MeanKind | None = None,
    include_self: bool = False,
    confidence: float = 0.95,
    min_verdict: int | None = None,
    register: Register | None = None,
) -> GapChanges:
    """Compare the gap to the peers in two periods, and take the change apart.

    Parameters
    ----------
    measurements
        The values.
    peers
        As in :func:`compare_peers`. Of a definition that is made anew for each period, each period has its own.
    periods
        The earlier and the later period.
    catalogue
        Says which way is better, how values are averaged and where series are broken; the one attached where None.
    indicators
        Ids to compare, all where None.
    mean, include_self
        As in :func:`compare_peers`.
    confidence
        Level of the interval, between 0 and 1.
    min_verdict
        As in :func:`compare_peers`.
    register
        For groups, levels and names; the one attached to the measurements where None.

    Returns
    -------
    GapChanges
        A row for each unit and breakdown.

    Raises
    ------
    ArgumentError
        If an option is out of range, the second period is not after the first, or what is compared is among what the peers were
        chosen by.
    UnknownCodeError
        If a group, a definition or an indicator is not known.

    Notes
    -----
    The change of the gap is the unit's own change less that of the mean of its peers, and the latter has two parts: the change of
    the peers of the first period that have values in both, and the rest, which is the change of who the peers are. A benchmark
    that moves because others entered it says nothing about anybody. The three add up.

    The interval combines those of the two gaps, whose errors are taken to be independent. A break between the periods leaves
    nothing to compare; a factor that leads across it multiplies the earlier values. Cost: that of three comparisons.

    Examples
    --------
    >>> import maalbib as mb
    >>> import pandas as pd
    >>> own = mb.Indicator(id="s", name=mb.Text(da="Fravær"), unit="days", direction="lower", aggregation="mean")
    >>> rows = [("0101", "2023", 9.0), ("0147", "2023", 8.0), ("0101", "2024", 7.5), ("0147", "2024", 8.5)]
    >>> frame = pd.DataFrame(rows, columns=["institution", "period", "value"]).assign(indicator="s")
    >>> ms = mb.Measurements.from_pandas(
    ...     frame.assign(lower=frame["value"] - 0.2, upper=frame["value"] + 0.2),
    ...     catalogue=mb.Catalogue(id="E", agency="KL", version="1.0.0", indicators=[own]),
    ... )
    >>> row = mb.compare_gaps(ms, periods=("2023", "2024"))[0]
    >>> row.state, row.gap_change, (row.own_change, row.peers_change, row.composition)
    ('improving', -2.0, (-1.5, 0.5, 0.0))
    """
    setting = Setting.of(measurements, catalogue, register)
    both = periods_of(periods, "periods")
    if len(both) != _TWO:
        raise ArgumentError("gap_changes.two_periods")
    before, after = both
    if before.freq is not after.freq or not before < after:
        raise ArgumentError("gap_changes.period_order", first=str(before), second=str(after))
    options = Options(
        mean=mean,
        include_self=as_flag("include_self", include_self),
        confidence=probability_argument("confidence", confidence),
        over=INSTITUTION,
        min_difference=None,
        min_verdict=as_least("min_verdict", min_verdict),
        rule=None,
        across_sources=False,
    )
    asked = asked_for(peers, setting, INSTITUTION, (before, after))
    wanted = compared_of(setting, indicators)
    refuse_outcome(setting, wanted, asked, options)
    steps = list(_steps(setting, wanted, (before, after), asked, options))
    institutions = {code for step in steps for code in step.later.values.institutions}
    labels = labels_of(setting.catalogue, setting.register, indicators=wanted, institutions=institutions)
    labels = attrs.evolve(labels, names={**labels.names, asked.id: asked.name})
    found = (
        GapChanges.of_columns(gap_change_columns(step, asked.id), len(step.later.values), labels) for step in steps
    )
    kept = (part.those(step.later.values.circles.asked) for part, step in zip(found, steps, strict=True))
    return GapChanges.concat(kept, labels)


def _steps(
    setting: Setting, wanted: list[str], periods: tuple[Period, Period], asked: Asked, options: Options
) -> Iterator[Step]:
    """Judge each indicator in both periods, and the peers of the first in both."""
    for code, panels in setting.panels(wanted):
        indicator = setting.indicator(code)
        kind = kind_of(options, indicator, code)
        for panel in [panel for panel in panels if panel.freq is periods[0].freq] or panels[:1]:
            yield step_between(panel, code, indicator, kind, periods, asked, options, setting)
