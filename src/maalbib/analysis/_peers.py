"""How do we compare with those like us: a unit against a named mean of its peers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import attrs

from maalbib import texts
from maalbib.analysis._context import Setting, as_least, as_period, at_least, chosen, probability_argument
from maalbib.analysis._labels import Labels, labels_of
from maalbib.analysis._peer_columns import columns_of
from maalbib.analysis._peer_rules import KINDS, Judged, MeanKind, Options, judge, kind_of
from maalbib.analysis._peer_values import INSTITUTION, peer_values
from maalbib.analysis._result import Result
from maalbib.analysis._rows import Standing
from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.model import PeerGroup, Period, ReadingRule, Text

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.register import Register

__all__ = ["Comparison", "compare_peers"]

_ALL = "all"


class Comparison(Result[Standing]):
    """How each unit compares with its peers; rows are :class:`Standing`.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("satisfaction-2006")
    >>> found = mb.compare_peers(ms, period="2005", over="area", mean="unweighted")
    >>> len(found), found.counts()
    (12, {'not_compared': 12})
    """

    ROW = Standing
    NAME = "comparison"


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
    over: str = INSTITUTION,
    min_difference: float | None = None,
    min_verdict: int | None = None,
    reading_rule: ReadingRule | str | None = None,
    across_sources: bool = False,
    register: Register | None = None,
) -> Comparison:
    """Compare every member of a group with the mean of the others.

    Parameters
    ----------
    measurements
        The values.
    peers
        A :class:`PeerGroup`, the id of one in the catalogue or the register, or codes. None compares everybody of the same level
        who has a value: municipalities with municipalities, never with the country.
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
        ``"institution"``, or the name of a breakdown whose categories are compared with each other; its total is no category.
    min_difference
        Smallest difference that matters, in the indicator's unit, at least 0; fills ``relevance``.
    min_verdict
        Fewest people behind a value that may be judged; None judges all. Values of fewer people stay in the mean.
    reading_rule
        A published rule that decides instead of the interval, or the id of one in the catalogue.
    across_sources
        Whether values of different sources may be compared; the rows are flagged ``mixed_sources``.
    register
        For groups, levels and names; the one attached to the measurements where None.

    Returns
    -------
    Comparison
        A row for each member and breakdown, also for members without a value.

    Raises
    ------
    ArgumentError
        If an option is out of range, or no kind of mean is given and the indicator has no aggregation.
    UnknownCodeError
        If a group, a member of it or a reading rule is not known, or an indicator has no rows.
    PeriodError
        If the text of the period is none.
    DefinitionError
        If fewer than two codes are listed.

    Notes
    -----
    Shares get Wilson's interval, other values the interval that came with them, which is taken to be of the level asked for;
    the interval of the gap combines them by the method of variance estimates recovery [1]_, for two shares Newcombe's [2]_.
    The verdict is that of the difference, not of overlapping intervals. Without uncertainty the gap is given and not judged.
    Cost: proportional to the number of values.

    The column ``hidden`` says which values may not be shown, see :meth:`Result.public`. Where a single value of a group may not,
    it is in nobody's mean, from which it could be worked out, and the rows are flagged ``hidden_left_out``.

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
    if mean is not None and mean not in KINDS:
        raise ArgumentError.choice("mean", KINDS)
    if over != INSTITUTION and over not in measurements.breakdowns:
        raise ArgumentError.choice("over", (INSTITUTION, *measurements.breakdowns))
    setting = Setting.of(measurements, catalogue, register)
    options = Options(
        mean=mean,
        include_self=bool(include_self),
        confidence=probability_argument("confidence", confidence),
        over=over,
        min_difference=None if min_difference is None else at_least("min_difference", min_difference, 0),
        min_verdict=as_least("min_verdict", min_verdict),
        rule=_rule(reading_rule, setting.catalogue),
        across_sources=bool(across_sources),
    )
    group, when = _group(peers, setting), as_period(period)
    if group is not None and over == "institution" and setting.register is not None:
        _require_known(group, {*setting.register.codes, *measurements.institutions})
    wanted = chosen("indicator", {code: code for code in measurements.indicators}, indicators)
    judged = list(_judged(setting, wanted, when, group, options))
    found = _labels(setting, wanted, judged, group)
    name = _ALL if group is None else group.id
    return Comparison.concat(
        (Comparison.of_columns(columns_of(each, name, when), len(each.values), found) for each in judged), found
    )


def _judged(
    setting: Setting, wanted: list[str], when: Period, group: PeerGroup | None, options: Options
) -> Iterator[Judged]:
    """Judge each indicator in the panels of the wanted frequency; where there is none, everybody lacks a value."""
    for code, panels in setting.panels(wanted):
        indicator = setting.indicator(code)
        kind = kind_of(options, indicator, code)
        for panel in [panel for panel in panels if panel.freq is when.freq] or panels[:1]:
            values = peer_values(panel, when, options.over, group, options.confidence, indicator, setting.secrecy)
            yield judge(values, code, indicator, kind, options)


def _labels(setting: Setting, wanted: list[str], judged: list[Judged], group: PeerGroup | None) -> Labels:
    codes = {code for each in judged for code in each.values.institutions}
    found = labels_of(setting.catalogue, setting.register, indicators=wanted, institutions=codes)
    everybody = Text(da=texts.phrase("group", _ALL, "da"), en=texts.phrase("group", _ALL, "en"))
    named = {_ALL: everybody} if group is None else {group.id: group.name}
    return attrs.evolve(found, names={**found.names, **named})


def _require_known(group: PeerGroup, known: set[str]) -> None:
    """Refuse a mistyped member, which would otherwise look like one without a value."""
    for code in group.members:
        if code not in known:
            raise UnknownCodeError.of("institution", code, known)


def _rule(rule: ReadingRule | str | None, catalogue: Catalogue | None) -> ReadingRule | None:
    if not isinstance(rule, str):
        return rule
    known = {} if catalogue is None else catalogue.reading_rules
    if rule not in known:
        raise UnknownCodeError.of("reading_rule", rule, known)
    return known[rule]


def _group(peers: PeerGroup | str | Iterable[str] | None, setting: Setting) -> PeerGroup | None:
    """Find or make the group; None compares everybody."""
    if peers is None or isinstance(peers, PeerGroup):
        return peers
    if isinstance(peers, str):
        known = {} if setting.register is None else dict(setting.register.groups)
        known |= {} if setting.catalogue is None else dict(setting.catalogue.groups)
        if peers not in known:
            raise UnknownCodeError.of("group", peers, known)
        return known[peers]
    listed = Text(da=texts.phrase("group", "listed", "da"), en=texts.phrase("group", "listed", "en"))
    return PeerGroup(id="listed", name=listed, members=tuple(peers))
