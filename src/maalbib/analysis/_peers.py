"""How do we compare with those like us: a unit against a named mean of its peers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs
import numpy as np

from maalbib import stats, texts
from maalbib.analysis._arrays import Bools
from maalbib.analysis._context import chosen, probability_argument
from maalbib.analysis._labels import labels_of
from maalbib.analysis._peer_values import PeerValues, peer_values
from maalbib.analysis._result import Result
from maalbib.analysis._rows import Standing
from maalbib.analysis._verdict import Verdicts
from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.measurements import panels
from maalbib.model import Aggregation, Direction, Indicator, PeerGroup, Period, ReadingRule, Text

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.register import Register
    from maalbib.stats import MeanGap

__all__ = ["Comparison", "MeanKind", "compare_peers"]

MeanKind = Literal["pooled", "weighted", "unweighted"]
_KINDS = ("pooled", "weighted", "unweighted")
_KIND_OF = {
    Aggregation.SUM: "unweighted",
    Aggregation.RATIO_OF_SUMS: "pooled",
    Aggregation.WEIGHTED_MEAN: "weighted",
    Aggregation.MEAN: "unweighted",
}
_ALL = "all"


class Comparison(Result[Standing]):
    """How each unit compares with its peers; rows are :class:`Standing`."""

    ROW: ClassVar[type[Standing]] = Standing
    NAME: ClassVar[str] = "comparison"


@attrs.frozen(kw_only=True)
class _Options:
    mean: str | None
    include_self: bool
    confidence: float
    over: str
    min_difference: float | None
    min_verdict: int | None
    reading_rule: str | None
    across_sources: bool


def compare_peers(
    measurements: Measurements,
    peers: PeerGroup | str | Iterable[str] | None = None,
    *,
    period: str | Period,
    catalogue: Catalogue | None = None,
    indicators: str | Iterable[str] | None = None,
    mean: MeanKind | None = None,
    include_self: bool = False,
    confidence: float = 0.95,
    over: str = "institution",
    min_difference: float | None = None,
    min_verdict: int | None = None,
    reading_rule: ReadingRule | None = None,
    across_sources: bool = False,
    register: Register | None = None,
) -> Comparison:
    """Compare every member of a group with the mean of the others.

    Parameters
    ----------
    measurements
        The values.
    peers
        A :class:`PeerGroup`, the id of one in the catalogue or the register, or codes. None compares everybody who has a value.
    period
        The period compared, a Period or its text.
    catalogue
        Says which way is better and how values are averaged; the one attached to the measurements where None.
    indicators
        Ids to compare, all where None.
    mean
        ``"pooled"`` (sum of numerators over sum of denominators), ``"weighted"`` (by denominator, else by number of answers) or
        ``"unweighted"``. None takes the kind that the indicator's aggregation asks for.
    include_self
        Whether the mean contains the unit itself.
    confidence
        Level of the intervals, between 0 and 1.
    over
        ``"institution"``, or the name of a breakdown whose categories are compared with each other.
    min_difference
        Smallest difference that matters, in the indicator's unit; fills ``relevance``.
    min_verdict
        Fewest people behind a value that may be judged.
    reading_rule
        A published rule that decides instead of the interval.
    across_sources
        Whether values of different sources may be compared; the rows are flagged ``mixed_sources``.
    register
        For groups and names; the one attached to the measurements where None.

    Returns
    -------
    Comparison
        A row for each member and breakdown, also for members without a value.

    Raises
    ------
    ArgumentError
        If an option is out of range, a group or indicator is unknown, or no kind of mean is given and the indicator has no
        aggregation.

    Notes
    -----
    Shares get Wilson's interval, other values the interval that came with them; the interval of the gap combines them by
    the method of variance estimates recovery [1]_, for two shares Newcombe's [2]_. The verdict is that of the difference, not of
    overlapping intervals. Without uncertainty the gap is given and not judged. Cost: proportional to the number of values.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
       Statistics in Medicine 27, 1693-1702.
    .. [2] Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics in
       Medicine 17, 873-890.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("satisfaction-2006")
    >>> standings = mb.compare_peers(
    ...     ms, period="2005", over="area", catalogue=mb.Catalogue.load("danmark"), mean="unweighted"
    ... )
    >>> standings.row(indicator="user_satisfied_or_very_share", breakdown="area=hospital").reason
    'different_sources'
    """
    if mean is not None and mean not in _KINDS:
        raise ArgumentError.choice("mean", _KINDS)
    options = _Options(
        mean=mean,
        include_self=bool(include_self),
        confidence=probability_argument("confidence", confidence),
        over=over,
        min_difference=min_difference,
        min_verdict=min_verdict,
        reading_rule=None if reading_rule is None else reading_rule.id,
        across_sources=bool(across_sources),
    )
    if over != "institution" and over not in measurements.breakdowns:
        raise ArgumentError.choice("over", ("institution", *measurements.breakdowns))
    known = catalogue if catalogue is not None else measurements.catalogue
    lists = register or measurements.register
    group = _group(peers, known, lists)
    when = period if isinstance(period, Period) else Period.parse(period)
    wanted = chosen("indicator", {code: code for code in measurements.indicators}, indicators)
    parts, codes = [], set[str]()
    for code in wanted:
        indicator = None if known is None else known.indicators.get(code)
        for panel in panels(measurements, code):
            if panel.freq is not when.freq:
                continue
            for values in peer_values(panel, when, over, group, options.confidence, indicator):
                codes.update(values.institutions)
                parts.append(_judge_group(values, indicator, code, when, group, options, reading_rule))
    found = labels_of(known, lists, indicators=wanted, institutions=codes)
    everybody = Text(da=texts.phrase("group", _ALL, "da"), en=texts.phrase("group", _ALL, "en"))
    named = {_ALL: everybody} if group is None else {group.id: group.name}
    found = attrs.evolve(found, names={**found.names, **named})
    return Comparison.concat((Comparison.of_columns(part, found) for part in parts), found)


def _group(
    peers: PeerGroup | str | Iterable[str] | None, catalogue: Catalogue | None, register: Register | None
) -> PeerGroup | None:
    """Find or make the group; None compares everybody."""
    if peers is None or isinstance(peers, PeerGroup):
        return peers
    if isinstance(peers, str):
        known = dict(register.groups) if register is not None else {}
        known |= dict(catalogue.groups) if catalogue is not None else {}
        if peers not in known:
            raise UnknownCodeError.of("group", peers, known)
        return known[peers]
    return PeerGroup(id="listed", name=Text(da="den angivne gruppe", en="the listed group"), members=tuple(peers))


def _judge_group(
    values: PeerValues,
    indicator: Indicator | None,
    code: str,
    when: Period,
    group: PeerGroup | None,
    options: _Options,
    rule: ReadingRule | None,
) -> dict[str, Any]:
    kind = options.mean or _kind_of(indicator, code)
    comparable = values.comparable(across_sources=options.across_sources)
    weights, no_weight = values.weights(kind)
    used = np.where(comparable & ~no_weight, values.value, np.nan)
    if options.min_verdict is not None and values.n is not None:
        used = np.where(values.n < options.min_verdict, np.nan, used)
    gap = stats.mean_gap(
        used,
        limits=(values.lower, values.upper),
        weights=weights,
        include_self=options.include_self,
        confidence=options.confidence,
    )
    verdicts = Verdicts(len(used))
    _decide(verdicts, values, gap, no_weight, ~comparable, indicator, options, rule)
    return _columns(values, gap, verdicts, code, when, group, kind, options)


def _kind_of(indicator: Indicator | None, code: str) -> str:
    aggregation = None if indicator is None else indicator.aggregation
    if aggregation not in _KIND_OF:
        raise ArgumentError("mean.kind_needed", indicator=code, allowed=list(_KINDS))
    return _KIND_OF[aggregation]


def _decide(
    verdicts: Verdicts,
    values: PeerValues,
    gap: MeanGap,
    no_weight: Bools,
    apart: Bools,
    indicator: Indicator | None,
    options: _Options,
    rule: ReadingRule | None,
) -> None:
    for reason, where in values.withheld.items():
        verdicts.decide(where, f"not_compared.{reason}")
    if options.min_verdict is not None and values.n is not None:
        verdicts.decide(values.n < options.min_verdict, "not_compared.small_n")
    verdicts.decide(apart, "not_compared.different_sources")
    verdicts.decide(no_weight, "not_compared.no_denominator")
    verdicts.decide(gap.peers == 0, "not_compared.no_peer")
    if options.across_sources:
        verdicts.flag(np.full(len(values.value), values.mixed), "mixed_sources")
    verdicts.flag(np.ones(len(values.value), dtype=bool), "ranks_not_asked")
    if rule is not None:
        differs = [
            bool(rule.differs(v, m)) if np.isfinite(m) else False
            for v, m in zip(gap.mean + gap.gap, gap.mean, strict=True)
        ]
        beyond = np.array(differs, dtype=bool)
        small = values.n < rule.valid_for_n if rule.valid_for_n is not None and values.n is not None else False
        verdicts.flag(np.full(len(beyond), True) & small, "rule_needs_more_answers")
        above, below, settled = beyond & (gap.gap > 0), beyond & (gap.gap < 0), "by_reading_rule"
    else:
        verdicts.decide(~np.isfinite(gap.lower), "not_compared.uncertainty_missing")
        above, below, settled = gap.lower > 0, gap.upper < 0, "found"
    up, down = _words(indicator)
    verdicts.decide(above, f"{up}.{settled}")
    verdicts.decide(below, f"{down}.{settled}")
    verdicts.decide(
        verdicts.open, "no_detectable_difference." + ("by_reading_rule" if rule else "interval_includes_zero")
    )


def _words(indicator: Indicator | None) -> tuple[str, str]:
    """Return what a value above and below the mean is called."""
    if indicator is not None and indicator.direction is Direction.HIGHER:
        return "better", "worse"
    if indicator is not None and indicator.direction is Direction.LOWER:
        return "worse", "better"
    return "higher", "lower"


def _relevance(gap: MeanGap, margin: float | None) -> list[str | None]:
    if margin is None:
        return [None] * len(gap.gap)
    beyond = (gap.lower > margin) | (gap.upper < -margin)
    within = (gap.lower >= -margin) & (gap.upper <= margin)
    words = np.select([beyond, within], ["relevant", "within_margin"], "margin_not_settled")
    return [word if math.isfinite(low) else None for word, low in zip(words.tolist(), gap.lower, strict=True)]


def _columns(
    values: PeerValues,
    gap: MeanGap,
    verdicts: Verdicts,
    code: str,
    when: Period,
    group: PeerGroup | None,
    kind: str,
    options: _Options,
) -> dict[str, Any]:
    rows = len(values.value)
    none = [None] * rows
    return {
        "indicator": [code] * rows,
        "institution": list(values.institutions),
        "breakdown": list(values.breakdowns),
        "period": [str(when)] * rows,
        "value": values.value,
        "lower": values.lower,
        "upper": values.upper,
        "peer_group": [_ALL if group is None else group.id] * rows,
        "peers": gap.peers,
        "mean_kind": [kind] * rows,
        "peer_value": gap.mean,
        "gap": gap.gap,
        "gap_lower": gap.lower,
        "gap_upper": gap.upper,
        "relevance": _relevance(gap, options.min_difference),
        "rank": none,
        "rank_lower": none,
        "rank_upper": none,
        "percentile": none,
        "state": verdicts.states,
        "reason": verdicts.reasons,
        "flags": verdicts.flags,
        "method": ["mean_gap" if options.reading_rule is None else "reading_rule"] * rows,
        "params": [json.dumps(attrs.asdict(options), sort_keys=True)] * rows,
        "level": [options.confidence] * rows,
        "n": np.full(rows, np.nan) if values.n is None else values.n,
    }
