"""What do units get out of their resources: a result and a resource side by side, never one without the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools, Floats, Ints
from maalbib.analysis._context import Setting
from maalbib.analysis._frontier_kinds import is_ratio
from maalbib.analysis._labels import Labels, labels_of
from maalbib.analysis._peer_expected import Figures
from maalbib.analysis._peer_options import MeanKind
from maalbib.analysis._resources_board import ResultsAndResources
from maalbib.analysis._resources_columns import Units, board_columns
from maalbib.analysis._resources_dominance import Measured, dominance_of, held_against
from maalbib.analysis._resources_frontier import scores_of
from maalbib.analysis._resources_request import Request, request_of
from maalbib.analysis._resources_rules import board_of
from maalbib.analysis._resources_side import Side, side_of
from maalbib.analysis._resources_suppliers import classes_of
from maalbib.model import PeerGroup, Text

if TYPE_CHECKING:
    from maalbib.analysis._peer_sets import PeerSets
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements, Panel
    from maalbib.model import PeerDefinition, Period, SameClass
    from maalbib.register import Register

__all__ = ["results_and_resources"]


def results_and_resources(
    measurements: Measurements,
    *,
    result: str,
    resource: str,
    period: str | Period | Iterable[str | Period],
    peers: PeerGroup | PeerDefinition | PeerSets | str | Iterable[str] | None = None,
    catalogue: Catalogue | None = None,
    register: Register | None = None,
    mean: MeanKind | Mapping[str, MeanKind] | None = None,
    include_self: bool = False,
    confidence: float = 0.95,
    conditions: str | Iterable[str] = (),
    conditions_period: str | Period | None = None,
    expected: str | Mapping[str, str] | None = None,
    need: str | None = None,
    suppliers: SameClass | str | None = None,
    breakdown: str = "",
    min_verdict: int | None = None,
    across_sources: bool = False,
    resource_exact: bool = True,
    efficiency: bool = False,
    any_kind: bool = False,
) -> ResultsAndResources:
    """Put what units got and what they used side by side, and say in which quarter each of them lies.

    Parameters
    ----------
    measurements
        The figures.
    result
        Id of what came of it: an indicator of kind ``result`` or ``experience`` of which one direction is better.
    resource
        Id of what was used: an indicator of kind ``resource``.
    period
        The period compared, a Period or its text, or several.
    peers
        Whom each unit is held against, as in :func:`compare_peers`.
    catalogue
        Says what the indicators are; the one attached to the measurements where None.
    register
        For groups, levels, kinds of suppliers and names; the one attached to the measurements where None.
    mean
        The kind of mean that divides better from worse and dearer from cheaper, ``"pooled"``, ``"weighted"`` or ``"unweighted"``;
        or one for each of the two. None takes the kind that each indicator's aggregation asks for.
    include_self
        Whether the means contain the unit itself.
    confidence
        Level of the intervals, between 0 and 1.
    conditions, conditions_period
        Ids of indicators to allow for in the result by regression, and their period, as in :func:`compare_peers`.
    expected
        Id of an indicator that holds expected results worked out by somebody else; or a mapping that gives one for the result,
        the resource or both.
    need
        Id of an indicator that holds an index of need: the resource is then told per need as well.
    suppliers
        A classification of the units, such as by ownership, or the id of one in the catalogue: who is not dominated is then told for
        each class.
    breakdown
        The part of the figures, as in the column of that name; the whole where empty.
    min_verdict
        Fewest people behind a figure that may be judged; None judges all.
    across_sources
        Whether figures of different sources may be compared; the rows are flagged ``mixed_sources``.
    resource_exact
        Whether resources without an interval, as those of accounts are, count as known exactly; the rows are flagged
        ``resource_taken_as_exact``. Otherwise they are ``undecided``.
    efficiency
        Whether to add the score of each unit on the frontier of the two figures, among all units of its level or all members of a
        group, also where each unit has peers of its own; ``score_units`` says how many. Per need where ``need`` is given.
    any_kind
        Whether indicators of other kinds are taken too, such as two resources; the rows are flagged ``other_kinds``.

    Returns
    -------
    ResultsAndResources
        A row for each unit and period, also for units that lack a figure.

    Raises
    ------
    ArgumentError
        If an option is out of range, an indicator is of another kind than its side, neither direction of the result is better, no
        kind of mean is given and an indicator has no aggregation, or what is compared is among what the peers were chosen by or what
        is to be allowed for.
    UnknownCodeError
        If an indicator has no rows, or a group, a classification or a member is not known.
    PeriodError
        If the text of the period is none.

    Notes
    -----
    The dividing lines are the means of the peers, of the named kind: a unit is ``better`` or ``worse``, ``dearer`` or ``cheaper`` where
    the interval of its gap [1]_ lies to one side. ``adjusted_state`` is the same with the expected result and the resource expected by
    need in the place of the means.

    Use above what need calls for is not a high level of service; it may be low productivity. So where the result is not known the
    row is ``service_level_unknown``, and how far the resource is from its mean, or from what was expected, is not told at all. A use
    above the line beside a result that is not shown to be better is flagged ``may_be_low_productivity``.

    A unit dominates another when it uses no more, gets no less, and one of the two is better beyond its noise; per need where an index
    is given. It is looked for among the unit's peers. ``score`` comes from :func:`maalbib.stats.efficiency` with variable returns by
    inputs. Neither says why.

    A unit whose figures may not be shown dominates nobody and is on nobody's frontier, which would give its figures away; the other
    rows are flagged ``hidden_not_held_against``.

    Cost: two comparisons, and the number of pairs of units of a level, or of peers where each unit has its own; with ``efficiency`` a
    frontier for each level.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
       Statistics in Medicine 27, 1693-1702.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> known = (("spent", "resource", "context", "DKK"), ("satisfied", "experience", "higher", "percent"))
    >>> catalogue = mb.Catalogue(
    ...     id="EKSEMPEL",
    ...     agency="KL",
    ...     version="1.0.0",
    ...     indicators=[
    ...         mb.Indicator(
    ...             id=id, name=mb.Text(da=id, en=id), unit=unit, kind=kind, direction=way, aggregation="mean"
    ...         )
    ...         for id, kind, way, unit in known
    ...     ],
    ... )
    >>> rows = [("A", 410, 500, 52_000), ("B", 330, 500, 61_000), ("C", 380, 500, 60_000)]
    >>> frame = pd.DataFrame(
    ...     [("satisfied", who, x / n * 100, x, n) for who, x, n, _ in rows]
    ...     + [("spent", who, spent, None, None) for who, _, _, spent in rows],
    ...     columns=["indicator", "institution", "value", "numerator", "denominator"],
    ... ).assign(period="2024")
    >>> ms = mb.Measurements.from_pandas(frame, catalogue=catalogue)
    >>> board = mb.results_and_resources(ms, result="satisfied", resource="spent", period="2024")
    >>> [(row.institution, row.state, row.dominated_by) for row in board]
    [('A', 'better_cheaper', ()), ('B', 'worse_dearer', ('A', 'C')), ('C', 'undecided', ('A',))]
    """
    request = request_of(
        Setting.of(measurements, catalogue, register),
        result=result,
        resource=resource,
        period=period,
        peers=peers,
        mean=mean,
        include_self=include_self,
        confidence=confidence,
        conditions=conditions,
        conditions_period=conditions_period,
        expected=expected,
        need=need,
        suppliers=suppliers,
        breakdown=breakdown,
        min_verdict=min_verdict,
        across_sources=across_sources,
        resource_exact=resource_exact,
        efficiency=efficiency,
        any_kind=any_kind,
    )
    panels = dict(request.setting.panels([result, resource]))
    figures = Figures(request.setting, request.beside)
    boards = [_board(request, panels, figures, when) for when in request.periods]
    return ResultsAndResources.concat(boards, Labels.merged(board.labels for board in boards) if boards else None)


def _board(request: Request, panels: dict[str, list[Panel]], figures: Figures, when: Period) -> ResultsAndResources:
    """Make the rows of one period."""
    setting, group = request.setting, request.asked.at(when)
    sides = [
        side_of(setting, panels[code], code, when, group, options, figures, exact=exact)
        for code, options, exact in (
            (request.result, request.result_options, False),
            (request.resource, request.resource_options, request.resource_exact),
        )
    ]
    codes = _codes(sides, group, request.breakdown)
    units, names = _units(request, sides, group, figures, when, codes)
    columns = board_columns(units) | {
        "result": request.result,
        "resource": request.resource,
        "breakdown": request.breakdown,
        "period": str(when),
        "peer_group": request.asked.id,
        "method": "quadrant",
        "params": request.to_json(),
        "level": request.result_options.confidence,
    }
    labels = labels_of(
        setting.catalogue, setting.register, indicators=(request.result, request.resource), institutions=codes
    )
    labels = attrs.evolve(labels, names={**labels.names, **names, request.asked.id: request.asked.name})
    found = ResultsAndResources.of_columns(columns, len(codes), labels)
    return found.those(_asked(group, codes))


def _units(
    request: Request,
    sides: list[Side],
    group: PeerGroup | PeerSets | None,
    figures: Figures,
    when: Period,
    codes: list[str],
) -> tuple[Units, dict[str, Text]]:
    """Work out what is known of the units, and the names of the kinds of suppliers."""
    setting = request.setting
    result, resource = (side.ordered(codes, request.breakdown) for side in sides)
    need = np.full(len(codes), np.nan)
    if request.resource_options.need is not None:
        index = figures.columns(request.resource_options.need, when, tuple(codes))[0]
        need = np.where(index > 0, index, np.nan)
    kinds, classes, names = classes_of(request.suppliers, codes, setting, when.start)
    grade = np.maximum(result.grade, resource.grade)
    used = _per_need(resource, need, request)
    part = (result.fault == "") & (resource.fault == "") & np.isfinite(used[0])
    level = _levels(group, codes, setting)
    got = Measured.of(result.values, part, higher=request.higher)
    thrift = Measured.of(used, part, higher=False)
    blocks = held_against(level, _lists(group, codes), part, grade == 0, got.value)
    found = Units(
        codes=codes,
        result=result,
        resource=resource,
        board=board_of(result, resource, higher=request.higher),
        need=need,
        dominance=dominance_of(got, thrift, blocks, classes),
        scores=scores_of(used[0][:, None], got.value, level, part, grade == 0) if request.efficiency else None,
        kinds=kinds,
        grade=grade,
        kind_flags=_kind_flags(request),
    )
    return found, names


def _codes(sides: list[Side], group: PeerGroup | PeerSets | None, breakdown: str) -> list[str]:
    """Return the units: those of the group, else all that have one of the two figures for the part wanted."""
    if group is not None:
        return sorted(group.members if isinstance(group, PeerGroup) else group.everybody)
    everybody = sorted({who for side in sides for who in side.judged.values.institutions})
    there = [side.ordered(everybody, breakdown).place >= 0 for side in sides]
    found = [code for code, known in zip(everybody, (there[0] | there[1]).tolist(), strict=True) if known]
    return found or everybody  # of a part that nobody has a figure of, everybody is told so


def _per_need(resource: Side, need: Floats, request: Request) -> tuple[Floats, Floats, Floats]:
    if request.resource_options.need is None:
        return resource.values
    value, lower, upper = (each / need for each in resource.values)
    return value, lower, upper


def _levels(group: PeerGroup | PeerSets | None, codes: list[str], setting: Setting) -> Ints:
    """Return numbers: units of one are on one frontier. The members of a group are, whatever their levels."""
    together = isinstance(group, PeerGroup)
    return np.array([0] * len(codes) if together else setting.secrecy.levels_of(codes), dtype=np.int64)


def _lists(group: PeerGroup | PeerSets | None, codes: list[str]) -> tuple[Ints, Ints] | None:
    return None if group is None or isinstance(group, PeerGroup) else group.edges(codes)


def _asked(group: PeerGroup | PeerSets | None, codes: list[str]) -> Bools | None:
    """Return which units were asked for; the others are only somebody's peers."""
    if group is None or isinstance(group, PeerGroup):
        return None
    wanted = set(group.units)
    return np.array([code in wanted for code in codes], dtype=bool)


def _kind_flags(request: Request) -> tuple[str, ...]:
    known: list[Any] = [request.setting.indicator(code) for code in (request.result, request.resource)]
    ratios = request.efficiency and any(each is not None and is_ratio(each) for each in known)
    return (*request.kind_flags, *(("ratios",) if ratios else ()))
