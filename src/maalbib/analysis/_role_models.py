"""Who does it better and is like us: role models for one unit among its peers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from maalbib.analysis._columns import cells
from maalbib.analysis._context import (
    Setting,
    as_flag,
    as_ids,
    as_least,
    at_least,
    between,
    of_type,
    probability_argument,
)
from maalbib.analysis._labels import Labels, labels_of
from maalbib.analysis._peer_arguments import chosen_among, periods_of, refuse_outcome
from maalbib.analysis._peer_request import Asked, asked_for
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._resources_kinds import higher_is_better, kind_flags, require_resources
from maalbib.analysis._result import Result
from maalbib.analysis._role_model_columns import candidate_columns, nobody_columns
from maalbib.analysis._role_model_peers import Candidates, candidates_of
from maalbib.analysis._role_model_row import RoleModel
from maalbib.analysis._role_model_rules import Limits
from maalbib.analysis._role_model_search import Search, answered
from maalbib.analysis._unknown_codes import unknown
from maalbib.errors import ArgumentError
from maalbib.stats._arrays import whole_number

if TYPE_CHECKING:
    from maalbib.analysis._peer_sets import PeerSets
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import PeerDefinition, PeerGroup, Period
    from maalbib.register import Register

__all__ = ["RoleModels", "role_models"]


class RoleModels(Result[RoleModel]):
    """The peers of a unit as possible role models, those that are first; rows are :class:`RoleModel`.

    Where nobody is, the first row says so, and why.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> known = (("spent", "resource", "context"), ("score", "result", "higher"))
    >>> indicators = [
    ...     mb.Indicator(id=id, name=mb.Text(da=id, en=id), unit="score", kind=kind, direction=way)
    ...     for id, kind, way in known
    ... ]
    >>> rows = [
    ...     ("spent", "A", 90, None, None),
    ...     ("spent", "B", 100, None, None),
    ...     ("score", "A", 71, 69, 73),
    ...     ("score", "B", 62, 60, 64),
    ... ]
    >>> frame = pd.DataFrame(rows, columns=["indicator", "institution", "value", "lower", "upper"]).assign(
    ...     period="2024"
    ... )
    >>> ms = mb.Measurements.from_pandas(
    ...     frame, catalogue=mb.Catalogue(id="X", agency="X", version="1.0.0", indicators=indicators)
    ... )
    >>> found = mb.role_models(ms, "A", result="score", resources="spent", peers=["A", "B"], period="2024")
    >>> found.models, found.reason, found.counts()
    ((), 'nobody_better', {'no_role_model': 1, 'not_role_model': 1})
    """

    ROW = RoleModel
    NAME = "role_models"

    @property
    def models(self) -> tuple[str, ...]:
        """Codes of the role models, the furthest ahead first; none where there are none."""
        return tuple(cells(self.where(state="role_model").to_arrow(), "candidate"))

    @property
    def reason(self) -> str:
        """Why there is no role model; empty where there is one."""
        found = cells(self.where(state="no_role_model").to_arrow(), "reason")
        return str(found[0]) if found else ""

    def _withheld(self) -> dict[str, Any]:
        return super()._withheld() | {"candidate": None}


def role_models(
    measurements: Measurements,
    unit: str,
    *,
    result: str,
    resources: str | Iterable[str],
    peers: PeerGroup | PeerDefinition | PeerSets | str | Iterable[str] | None,
    period: str | Period | Iterable[str | Period],
    min_periods: int | None = None,
    catalogue: Catalogue | None = None,
    register: Register | None = None,
    need: str | None = None,
    slack: float = 0.0,
    confidence: float = 0.95,
    min_verdict: int | None = None,
    outlier_above: float = 5.0,
    across_breaks: bool = False,
    across_sources: bool = False,
    resource_exact: bool = True,
    breakdown: str = "",
    ranks: bool = True,
    seed: int = 0,
    draws: int = 10_000,
    any_kind: bool = False,
) -> RoleModels:
    """Find who among a unit's peers gets a better result with no more resources, and does so again.

    Parameters
    ----------
    measurements
        The figures.
    unit
        Code of the unit that looks for a role model.
    result
        Id of what came of it: an indicator of kind ``result`` or ``experience`` of which one direction is better.
    resources
        Ids of what was used: indicators of kind ``resource``.
    peers
        Who is like the unit, as in :func:`compare_peers`: a definition by nearest conditions, sets made by :func:`peer_sets`, a group, or
        codes. None takes everybody of the same level.
    period
        One period or several. In the last the unit and its peers are held against each other; the others show whether it lasts.
    min_periods
        In how many of the periods, the last among them, a role model must be better with no more; more than half of them where
        None.
    catalogue
        Says what the indicators are; the one attached to the measurements where None.
    register
        For groups, levels and names; the one attached to the measurements where None.
    need
        Id of an indicator that holds an index of need: the resources are then compared per need.
    slack
        How much more of a resource still counts as no more, as a share of the unit's own, from 0 to 1.
    confidence
        Level of the intervals, between 0 and 1.
    min_verdict
        Fewest people behind a figure that may be judged; None judges all.
    outlier_above
        How many standard deviations from the median, told from the median absolute deviation, make a candidate an outlier, at least
        0: look at its figures before following it. Looked for among five or more.
    across_breaks
        Whether periods before a break count too; the rows are flagged ``break`` where they do not.
    across_sources
        Whether figures of different sources may be compared.
    resource_exact
        Whether resources without an interval, as those of accounts are, count as known exactly.
    breakdown
        The part of the figures, as in the column of that name; the whole where empty.
    ranks
        Whether to give the candidates' places among unit and peers with their sets, up to 200.
    seed, draws
        For the random errors that rank sets are drawn from, and how many.
    any_kind
        Whether indicators of other kinds are taken too.

    Returns
    -------
    RoleModels
        The role models, the furthest ahead first and of those equally far the nearest; then the other peers, each with the reason why
        not. Where there is none, a first row that says why.

    Raises
    ------
    ArgumentError
        If an option is out of range, an indicator is of another kind than its side, neither direction of the result is better, the
        periods are of different lengths, or what is compared is among what the peers were chosen by.
    UnknownCodeError
        If the unit, an indicator, a group or a definition is not known.
    PeriodError
        If the text of a period is none.

    Notes
    -----
    Better, and no more, are both beyond noise: the interval of the difference of the two results [1]_ excludes 0, and that of no resource
    lies wholly above ``slack``. A candidate that passes in the last period must also pass in ``min_periods`` of all, since the best of
    a noisy table fall back.

    Each row says how alike the two are: the distance in the definition's conditions, what sets them most apart, and what they are
    most alike in; :meth:`PeerSets.parts` has the rest. Likeness in other things is not known, and why the candidate does better is not
    either.

    A candidate whose figures may not be shown is named as one that could not be judged, whatever they are. For a unit whose own
    figures may not be shown nothing is looked for, since the answers would give them away.

    Cost: proportional to peers times periods; one frontier, and with ``ranks`` draws times the square of the number of peers.

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
    ...         mb.Indicator(id=id, name=mb.Text(da=id, en=id), unit=unit, kind=kind, direction=way)
    ...         for id, kind, way, unit in known
    ...     ],
    ... )
    >>> rows = [
    ...     (year, who, x, 500, spent)
    ...     for year in ("2023", "2024")
    ...     for who, x, spent in (("A", 410, 52_000), ("B", 330, 61_000), ("C", 420, 64_000))
    ... ]
    >>> frame = pd.DataFrame(
    ...     [("satisfied", who, year, x / n * 100, x, n) for year, who, x, n, _ in rows]
    ...     + [("spent", who, year, spent, None, None) for year, who, _, _, spent in rows],
    ...     columns=["indicator", "institution", "period", "value", "numerator", "denominator"],
    ... )
    >>> ms = mb.Measurements.from_pandas(frame, catalogue=catalogue)
    >>> found = mb.role_models(
    ...     ms, "B", result="satisfied", resources="spent", peers=["A", "B", "C"], period=["2023", "2024"]
    ... )
    >>> [(row.candidate, row.reason, row.held_in, round(row.gap)) for row in found]
    [('A', 'holds', ('2023', '2024'), 16), ('C', 'more_resources', (), 18)]
    """
    setting = Setting.of(measurements, catalogue, register)
    for name, text in (("result", result), ("breakdown", breakdown), ("need", need)):
        of_type(name, text, str, optional=name == "need")
    chosen_among(setting, "result", result)
    used = chosen_among(setting, "resources", as_ids("resources", resources))
    if not used:
        raise ArgumentError("role_models.no_resource")
    flags = kind_flags(setting, result, used, any_kind=as_flag("any_kind", any_kind))
    index = next(iter(chosen_among(setting, "need", need)), None)
    if index is not None:
        require_resources(setting, used)
    periods = _periods(period)
    search = Search(
        setting=setting,
        unit=_known(unit, setting),
        result=result,
        resources=used,
        need=index,
        periods=periods,
        breakdown=breakdown,
        limits=Limits(
            confidence=probability_argument("confidence", confidence),
            min_periods=_least_periods(min_periods, len(periods)),
            slack=between("slack", slack, 0, 1),
            outlier_above=at_least("outlier_above", outlier_above, 0),
            across_sources=as_flag("across_sources", across_sources),
        ),
        higher=higher_is_better(setting.indicator(result), result),
        min_verdict=as_least("min_verdict", min_verdict),
        across_breaks=as_flag("across_breaks", across_breaks),
        resource_exact=as_flag("resource_exact", resource_exact),
        ranks=as_flag("ranks", ranks),
        draws=whole_number("draws", draws, low=1),
        seed=whole_number("seed", seed, low=0),
        flags=flags,
    )
    asked = asked_for(peers, setting, INSTITUTION, periods)
    refuse_outcome(setting, (result, *used), asked, search.options)
    return _found(search, asked)


def _found(search: Search, asked: Asked) -> RoleModels:
    setting = search.setting
    panels = dict(setting.panels([search.result, *search.resources]))
    candidates = candidates_of(search.unit, asked.at(search.periods[-1]), setting, panels[search.result])
    answer = answered(search, candidates, panels)
    labels = _labels(search, asked, candidates)
    shared = {
        "unit": search.unit,
        "result": search.result,
        "breakdown": search.breakdown,
        "period": str(search.periods[-1]),
        "peer_group": asked.id,
        "candidates": len(candidates.codes),
        "adjustment": None if search.need is None else "need",
        "min_periods": search.limits.min_periods,
        "method": "better_with_no_more",
        "params": search.to_json(),
        "level": search.limits.confidence,
    }
    parts = []
    if answer.found is None or not answer.found.verdicts.in_state("role_model").any():
        parts.append((nobody_columns(answer), 1))
    if answer.found is not None:
        parts.append(candidate_columns(answer))
    tables = [
        RoleModels.of_columns(columns | shared | {"resources": [search.resources] * rows}, rows, labels)
        for columns, rows in parts
    ]
    return RoleModels.concat(tables, labels)


def _labels(search: Search, asked: Asked, candidates: Candidates) -> Labels:
    found = labels_of(
        search.setting.catalogue,
        search.setting.register,
        indicators=(search.result, *search.resources, *candidates.variables),
        institutions=(search.unit, *candidates.codes),
    )
    return attrs.evolve(found, names={**found.names, asked.id: asked.name})


def _known(unit: str, setting: Setting) -> str:
    of_type("unit", unit, str)
    known = setting.measurements.institutions
    if unit not in known and (setting.register is None or unit not in setting.register):
        raise unknown(unit, "an institution of the register or the measurements", known, setting.register)
    return unit


def _periods(period: str | Period | Iterable[str | Period]) -> tuple[Period, ...]:
    found = periods_of(period)
    if not found or len({each.freq for each in found}) > 1:
        raise ArgumentError("role_models.periods")
    return tuple(sorted(found))


def _least_periods(min_periods: int | None, periods: int) -> int:
    if min_periods is None:
        return periods // 2 + 1
    found = as_least("min_periods", min_periods)
    if not found or found > periods:
        raise ArgumentError("argument.range", argument="min_periods", low=1, high=periods)
    return found
