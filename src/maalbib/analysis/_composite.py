"""Several indicators in one place on a list, never without how far the place hangs on the choices made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import attrs
import numpy as np
import pyarrow as pa

from maalbib import stats, texts
from maalbib.analysis._columns import cells
from maalbib.analysis._composite_circles import Circle, Options, circles_of
from maalbib.analysis._composite_columns import composite_columns, plan_columns
from maalbib.analysis._composite_direction import turned_of
from maalbib.analysis._composite_row import CompositeRow, PlanEffect
from maalbib.analysis._composite_structure import Structure, structure_of
from maalbib.analysis._composite_units import Reading, composite_units
from maalbib.analysis._context import (
    Setting,
    as_flag,
    as_least,
    as_period,
    between,
    of_type,
    one_of,
    probability_argument,
)
from maalbib.analysis._labels import NO_LABELS, Labels, labels_of
from maalbib.analysis._language import as_language
from maalbib.analysis._peer_request import one_group
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._result import Result
from maalbib.analysis._unknown_codes import unknown
from maalbib.errors import ArgumentError
from maalbib.model import UnitKind
from maalbib.stats._arrays import whole_number
from maalbib.stats.composite._means import AGGREGATIONS
from maalbib.stats.composite._plan import METHODS

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import PeerGroup, Period
    from maalbib.register import Register

__all__ = ["Composite", "PlanEffects", "composite"]

Pillars: TypeAlias = "str | Iterable[str] | Mapping[str, Any]"


class PlanEffects(Result[PlanEffect]):
    """What each way of choosing otherwise does to the places; rows are :class:`PlanEffect`.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> rows = [("a", "A", 1.0), ("a", "B", 2.0), ("b", "A", 5.0), ("b", "B", 4.0)]
    >>> frame = pd.DataFrame(rows, columns=["indicator", "institution", "value"]).assign(period="2024")
    >>> ms = mb.Measurements.from_pandas(frame)
    >>> found = mb.composite(ms, ["a", "b"], period="2024", directions={"a": "higher", "b": "higher"})
    >>> found.plans().counts()
    {'tried': 8}
    """

    ROW = PlanEffect
    NAME = "composite_plans"


class Composite(Result[CompositeRow]):
    """Where units stand by several indicators; rows are :class:`CompositeRow`.

    What each way of choosing otherwise does is had from :meth:`plans`, a result of its own. Tables and JSON of a composite hold the
    units alone.

    Parameters
    ----------
    table
        The rows, with the columns of :meth:`schema`.
    labels
        Names, units and decimals for the sentences.
    plans
        What the plans do; None where the rows come from a table or JSON.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> rows = [("a", "A", 1.0), ("a", "B", 2.0), ("b", "A", 5.0), ("b", "B", 4.0)]
    >>> frame = pd.DataFrame(rows, columns=["indicator", "institution", "value"]).assign(period="2024")
    >>> ms = mb.Measurements.from_pandas(frame)
    >>> found = mb.composite(ms, ["a", "b"], period="2024", directions={"a": "higher", "b": "higher"})
    >>> found.counts(), (found[0].range_lower, found[0].range_upper)
    ({'ranked': 2}, (1, 2))
    """

    ROW = CompositeRow
    NAME = "composite"
    __slots__ = ("_plans",)

    def __init__(self, table: pa.Table, labels: Labels = NO_LABELS, plans: PlanEffects | None = None) -> None:
        super().__init__(table, labels)
        self._plans = plans

    def _like(self, table: pa.Table) -> Self:
        return type(self)(table, self._labels, self._plans)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._table, self._labels, self._plans)

    def plans(self) -> PlanEffects:
        """Return what each way of choosing otherwise does to the places.

        Returns
        -------
        PlanEffects
            A row for each plan, also for those that could not be tried, with the reason.

        Raises
        ------
        ArgumentError
            If the rows come from a table or JSON, which do not hold the plans.
        """
        if self._plans is None:
            raise ArgumentError("composite.not_kept")
        return self._plans

    def summary(self, lang: str = "da") -> str:
        """Return what the table shows as a whole, a line for each circle of units.

        How many have a place, how far a place typically moves with the choices made, and how often the first place changes.

        Parameters
        ----------
        lang
            ``"da"`` or ``"en"``.
        """
        as_language(lang)
        names = ("group", "state", "rank", "range_lower", "range_upper", "first_changes", "period")
        table = self.public().to_arrow()
        columns = {name: cells(table, name) for name in names}
        lines = []
        for group in dict.fromkeys(columns["group"]):
            rows = [place for place, each in enumerate(columns["group"]) if each == group]
            placed = [place for place in rows if columns["rank"][place] is not None]
            if not placed:
                lines.append(texts.sentence("composite.summary_none", lang, all=str(len(rows))))
                continue
            width = np.median([columns["range_upper"][row] - columns["range_lower"][row] + 1 for row in placed])
            share = columns["first_changes"][placed[0]]
            changes = texts.MISSING if share is None else f"{texts.number(100 * share, lang, 0)}\u00a0%"
            lines.append(
                texts.sentence(
                    "composite.summary",
                    lang,
                    ranked=str(len(placed)),
                    all=str(len(rows)),
                    width=texts.number(float(width), lang, 0),
                    changes=changes,
                )
            )
        return "\n".join(lines)


def composite(
    measurements: Measurements,
    indicators: Pillars,
    *,
    period: str | Period,
    weights: Mapping[str, float] | None = None,
    peers: PeerGroup | str | Iterable[str] | None = None,
    plan: stats.SensitivityPlan | None = None,
    catalogue: Catalogue | None = None,
    register: Register | None = None,
    directions: Mapping[str, str] | None = None,
    normaliser: str = "min_max",
    aggregation: str = "arithmetic",
    treat: bool = False,
    goalposts: Mapping[str, tuple[float, float]] | None = None,
    targets: Mapping[str, float] | None = None,
    min_coverage: float = 1.0,
    breakdown: str = "",
    ranks: bool = True,
    confidence: float = 0.95,
    draws: int = 10_000,
    seed: int = 0,
    min_verdict: int | None = None,
    across_sources: bool = False,
) -> Composite:
    """Put several indicators into one place on a list, and say how far the place hangs on the choices made.

    Parameters
    ----------
    measurements
        The figures.
    indicators
        Ids; or pillars, a mapping from the id of each to the ids in it or to further pillars.
    period
        The period, a Period or its text.
    weights
        Weights of indicators and pillars by id, at least 0; 1 where nothing is said. Those in one pillar are shares of each other.
    peers
        Who is held against each other: a :class:`PeerGroup`, the id of one in the catalogue or the register, or codes. None
        takes everybody of the same level who has a figure, municipalities with municipalities.
    plan
        What is varied, see :class:`maalbib.stats.SensitivityPlan`; one with every default where None.
    catalogue
        For directions, names and units; the one attached to the measurements where None.
    register
        For groups, levels and names; the one attached to the measurements where None.
    directions
        Which way is better by indicator, where the catalogue does not say or says otherwise: ``higher``, ``lower`` or ``target``.
    normaliser, aggregation
        Scale and mean, see :func:`maalbib.stats.composite_range`.
    treat
        Whether extremes are pulled in first.
    goalposts, targets
        Two figures for the scale ``goalposts`` and one for ``distance_to_target``, by indicator, in its unit. An indicator that is best
        at a target needs it in any case.
    min_coverage
        Share of the weight in every pillar that a unit must have to get a place, from 0 to 1.
    breakdown
        The part of the figures, as in the column of that name; the whole where empty.
    ranks
        Whether sampling intervals of the places are worked out where the figures have intervals; up to 200 units.
    confidence, draws, seed
        Level of the sampling intervals, and how many random errors they are drawn from with what seed.
    min_verdict
        Fewest people behind a figure that counts; None takes all that may be shown.
    across_sources
        Whether the figures of an indicator may come from different sources.

    Returns
    -------
    Composite
        A row for each unit, also for those without a place.

    Raises
    ------
    ArgumentError
        If neither direction of an indicator is better or nobody has said which, an option is out of range, the plan varies nothing,
        no figure is of the ``breakdown``, or peers are lists of each unit's own.
    UnknownCodeError
        If an indicator has no rows, or a group, a member of it or a name among the weights is not known.
    PeriodError
        If the text of the period is none.

    Notes
    -----
    A place rests on choices: what is measured, what it weighs, the scale and the mean. ``range_lower`` and ``range_upper`` hold the places
    that other choices would have given; see :func:`maalbib.stats.composite_range`. That is no statement about chance. What chance could
    have done is in ``rank_lower`` and ``rank_upper``: rank sets of the scores, whose errors are propagated from the figures, the ends
    of the scales taken as known and the errors of different indicators as independent. The two are never merged.

    Units are held against each other only where they have enough of every pillar. Figures that may not be shown are not used: neither a
    place nor anybody's scale would else keep them hidden. A mean of shares is no share of anything; where all indicators are
    shares the rows are flagged ``mean_of_shares``. Cost: two times the plan's draws times
    units times indicators, as in :func:`maalbib.stats.composite_range`.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> frame = pd.DataFrame(
    ...     {
    ...         "indicator": ["read"] * 4 + ["absence"] * 4,
    ...         "institution": ["A", "B", "C", "D"] * 2,
    ...         "period": "2024",
    ...         "value": [70.0, 85, 60, 72, 4.1, 5.3, 3.2, 4.4],
    ...     }
    ... )
    >>> ms = mb.Measurements.from_pandas(frame)
    >>> found = mb.composite(
    ...     ms, ["read", "absence"], period="2024", directions={"read": "higher", "absence": "lower"}
    ... )
    >>> [(row.institution, row.rank, row.range_lower, row.range_upper) for row in found]
    [('A', 3, 1, 3), ('B', 1, 1, 4), ('C', 1, 1, 4), ('D', 4, 1, 4)]
    """
    setting = Setting.of(measurements, catalogue, register)
    of_type("breakdown", breakdown, str)
    structure = structure_of(indicators, weights)
    for code in structure.indicators:
        if code not in measurements.indicators:
            raise unknown(code, "an indicator that is measured", measurements.indicators)
    turned = turned_of(setting, structure.indicators, directions, goalposts, targets)
    options = Options(
        normaliser=one_of("normaliser", normaliser, METHODS),
        aggregation=one_of("aggregation", aggregation, AGGREGATIONS),
        treat=as_flag("treat", treat),
        min_coverage=between("min_coverage", min_coverage, 0, 1),
        plan=stats.SensitivityPlan() if plan is None else plan,
        confidence=probability_argument("confidence", confidence),
        ranks=as_flag("ranks", ranks),
        draws=whole_number("draws", draws, low=1),
        seed=whole_number("seed", seed, low=0),
        min_verdict=as_least("min_verdict", min_verdict),
        across_sources=as_flag("across_sources", across_sources),
    )
    asked = one_group(peers, setting, INSTITUTION)
    reading = Reading(
        period=as_period(period),
        breakdown=breakdown,
        group=asked.group,
        members=asked.members,
        confidence=options.confidence,
        min_verdict=options.min_verdict,
        across_sources=options.across_sources,
    )
    units = composite_units(setting, structure.indicators, reading)
    circles = list(circles_of(units, structure, turned, options))
    shared = {
        "breakdown": breakdown,
        "period": str(reading.period),
        "peer_group": asked.id,
        "method": options.method,
    }
    flags = ("mean_of_shares",) if _all_shares(setting, structure) else ()
    columns = composite_columns(units, circles, structure, flags) | shared
    columns |= {"params": options.to_json(structure), "level": options.confidence}
    labels = labels_of(
        setting.catalogue, setting.register, indicators=structure.indicators, institutions=units.institutions
    )
    labels = attrs.evolve(labels, names={**labels.names, asked.id: asked.name})
    rows = Composite.of_columns(columns, len(units), labels)
    return Composite(rows._table, labels, _plans(circles, structure, shared, labels))  # noqa: SLF001 - of this class


def _plans(circles: list[Circle], structure: Structure, shared: dict[str, str], labels: Labels) -> PlanEffects:
    parts = [
        PlanEffects.of_columns(
            plan_columns(circle, structure.indicators) | shared, len(circle.found.plans.part), labels
        )
        for circle in circles
    ]
    return PlanEffects.concat(parts, labels)


def _all_shares(setting: Setting, structure: Structure) -> bool:
    found = [setting.indicator(code) for code in structure.indicators]
    return len(found) > 1 and all(each is not None and each.unit.kind is UnitKind.SHARE for each in found)
