"""How do we compare with those like us: a unit against a named mean of its peers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import attrs
import numpy as np

from maalbib.analysis._comparison import Comparison
from maalbib.analysis._context import Setting, as_flag, as_least, as_period, at_least, probability_argument
from maalbib.analysis._labels import Labels, labels_of
from maalbib.analysis._peer_arguments import (
    chosen_among,
    one_among,
    periods_of,
    refuse_no_resource,
    refuse_outcome,
    refuse_unknown_breakdown,
    rule_of,
    sources_of,
    wanted_of,
)
from maalbib.analysis._peer_columns import columns_of
from maalbib.analysis._peer_expected import Figures, expected_of
from maalbib.analysis._peer_families import adjusted
from maalbib.analysis._peer_options import Adjust, Family, MeanKind, Options, kind_of
from maalbib.analysis._peer_places import places_of
from maalbib.analysis._peer_ranks import ranked
from maalbib.analysis._peer_request import Asked, asked_for
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._peer_rules import Judged, conclude, judge
from maalbib.analysis._peer_values import peer_values
from maalbib.errors import ArgumentError
from maalbib.stats._arrays import whole_number

if TYPE_CHECKING:
    from maalbib.analysis._peer_sets import PeerSets
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import PeerDefinition, PeerGroup, Period, ReadingRule
    from maalbib.register import Register

__all__ = ["compare_peers"]


def compare_peers(
    measurements: Measurements,
    peers: PeerGroup | PeerDefinition | PeerSets | str | Iterable[str] | None = None,
    *,
    period: str | Period | Iterable[str | Period],
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
    ranks: bool = False,
    seed: int = 0,
    draws: int = 10_000,
    conditions: str | Iterable[str] = (),
    conditions_period: str | Period | None = None,
    expected: str | Mapping[str, str] | None = None,
    need: str | None = None,
    correct: bool = False,
    family: Family = "indicator",
    adjust: Adjust = "benjamini_hochberg",
    register: Register | None = None,
) -> Comparison:
    """Compare every unit with the mean of its peers, and say where it stands.

    Parameters
    ----------
    measurements
        The values.
    peers
        A :class:`PeerGroup` or codes, whose members are compared with each other; a :class:`PeerDefinition`, which gives each unit
        peers of its own; the sets that :func:`peer_sets` made of one; or the id of a group or definition in the catalogue or the
        register. None compares everybody of the same level who has a value: municipalities with municipalities, never with the
        country.
    period
        The period compared, a Period or its text, or several. The peers are the same in all of them, unless their definition is
        ``rolling``.
    catalogue
        Says which way is better and how values are averaged; the one attached to the measurements where None.
    indicators
        Ids to compare, in this order; None compares all but those given as conditions, expected values or need, and those the peers
        were chosen by, those of which neither direction is better last.
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
    ranks
        Whether to rank, 1 is best, with the set of places that chance alone could have given; up to 200 units among each other.
    seed, draws
        For the random errors that rank sets are drawn from, and how many.
    conditions
        Ids of indicators to allow for: what the value would be expected to be is taken from a regression on them over all units
        of the same level, the unit itself left out. Never what is compared.
    conditions_period
        Period of the conditions; that of the comparison where None.
    expected
        Id of an indicator that holds expected values worked out by somebody else, of the same part of the institution; with several
        indicators a mapping from each to its own. Where everybody is compared, the flag ``expected_for_others`` tells of values for
        units that are not.
    need
        Id of an indicator that holds an index of need, of any level. For indicators of kind ``resource`` only.
    correct
        Whether ``q_value``, adjusted within the family, decides beside the interval.
    family
        Which comparisons are judged together: those of an ``"indicator"``, of an ``"institution"``, or ``"all"``.
    adjust
        What ``q_value`` holds: the expected share of false findings, ``"benjamini_hochberg"``, or ``"benjamini_yekutieli"`` whatever
        the dependence; the probability of any, ``"holm"``, ``"hochberg"`` or ``"bonferroni"``.
    register
        For groups, levels and names; the one attached to the measurements where None.

    Returns
    -------
    Comparison
        A row for each unit, breakdown and period, also for units without a value.

    Raises
    ------
    ArgumentError
        If an option is out of range or of another type, no kind of mean is given and the indicator has no aggregation, nothing is
        left to compare, or what is compared is among what the peers were chosen by or what is to be allowed for.
    UnknownCodeError
        If a group, a member of it or a reading rule is not known, or an indicator has no rows.
    PeriodError
        If the text of the period is none.
    DefinitionError
        If fewer than two codes are given.

    Notes
    -----
    Shares get Wilson's interval, other values the interval that came with them, which is taken to be of the level asked for. The
    mean of the others has that of :func:`maalbib.stats.mean_share` where it is made of counts, however small the units, and the
    interval of the gap combines the two by the method of variance estimates recovery [1]_, for two shares Newcombe's [2]_.
    The verdict is that of the difference, not of overlapping intervals. Without uncertainty the gap is given and not judged.

    Whether a unit differs from the mean of its peers and whether it is unusual among them are two questions: for ``among_peers``
    the variance between unit and peers (DerSimonian and Laird, noise removed) is added to that of the gap. ``p_value`` is that at
    which the interval of the gap, were it drawn in proportion, would touch zero.

    Rank sets hold at once for all that are ranked among each other [3]_: a group, or a unit and its own peers, which the flag
    ``ranked_among_own_peers`` says. Those in ``rank_alone_lower`` and ``rank_alone_upper`` hold for one picked in advance. The
    standard errors are half the intervals over the normal quantile, so that none is 0 at 0 or 100 per cent. With ``over`` the
    answers to one question, whole counts that make up their total, the sets are exact and need no draws. Where neither direction
    is better there is no rank.

    The expected value given conditions comes from least squares, and its interval asks whether a unit like the others would lie
    so far out. By need it is the mean of the others' value divided by their index, times the unit's own index. Nothing is said of causes.

    Cost: proportional to the number of values, or of peers where each unit has its own; a regression for each breakdown; ranks of p
    units draws times p squared, for each unit anew where it has peers of its own.

    The column ``hidden`` says which values may not be shown, see :meth:`Result.public`. Where a single value of a group may not,
    it is in nobody's mean, from which it could be worked out, and the rows are flagged ``hidden_left_out``. Where each unit has peers
    of its own no such value is in any mean: the lists overlap, and several means would give it away.

    References
    ----------
    .. [1] Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a general approach.
       Statistics in Medicine 27, 1693-1702.
    .. [2] Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics in
       Medicine 17, 873-890.
    .. [3] Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024). Inference for ranks with applications to mobility
       across neighbourhoods and academic achievement across countries. Review of Economic Studies 91, 476-518.

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
    setting = Setting.of(measurements, catalogue, register)
    refuse_unknown_breakdown(setting, over)
    allowed_for = chosen_among(setting, "conditions", conditions), one_among(setting, "need", need)
    periods = periods_of(period)
    if not periods:
        raise ArgumentError("argument.periods", argument="period")
    asked = asked_for(peers, setting, over, periods)
    wanted = wanted_of(setting, indicators, {*allowed_for[0], *allowed_for[1], *asked.variables}, expected)
    options = Options(
        mean=mean,
        include_self=as_flag("include_self", include_self),
        confidence=probability_argument("confidence", confidence),
        over=over,
        min_difference=None if min_difference is None else at_least("min_difference", min_difference, 0),
        min_verdict=as_least("min_verdict", min_verdict),
        rule=rule_of(reading_rule, setting),
        across_sources=as_flag("across_sources", across_sources),
        ranks=as_flag("ranks", ranks),
        seed=whole_number("seed", seed, low=0),
        draws=whole_number("draws", draws, low=1),
        conditions=allowed_for[0],
        conditions_period=None if conditions_period is None else as_period(conditions_period, "conditions_period"),
        expected=sources_of(setting, expected, wanted),
        need=next(iter(allowed_for[1]), None),
        correct=as_flag("correct", correct),
        family=family,
        adjust=adjust,
    )
    refuse_outcome(setting, wanted, asked, options)
    refuse_no_resource(setting, wanted, options)
    place = {code: number for number, code in enumerate(wanted)}
    judged = sorted(_judged(setting, wanted, periods, asked, options), key=lambda each: place[each.code])
    return _compared(judged, setting, wanted, asked, options)


def _judged(
    setting: Setting, wanted: list[str], periods: list[Period], asked: Asked, options: Options
) -> Iterator[Judged]:
    """Judge each indicator in the panels of the wanted frequency; where there is none, everybody lacks a value."""
    for code, panels in setting.panels(wanted):
        indicator = setting.indicator(code)
        kind = kind_of(options, indicator, code)
        for when in periods:
            group = asked.read_at(when)
            for panel in [panel for panel in panels if panel.freq is when.freq] or panels[:1]:
                values = peer_values(panel, when, options.over, group, options.confidence, indicator, setting.secrecy)
                yield judge(values, code, indicator, when, kind, options)


def _compared(
    judged: list[Judged], setting: Setting, wanted: list[str], asked: Asked, options: Options
) -> Comparison:
    """Conclude what was judged together, and put the rows into a table."""
    labels = _labels(setting, wanted, judged, asked)
    figures = Figures(setting, options.beside)
    parts = []
    for each, chance in zip(judged, adjusted(judged, options), strict=True):
        conclude(each, chance[0])
        if asked.group is None and each.code in options.expected:
            others = figures.others(options.expected[each.code], each.period, each.values.institutions)
            each.verdicts.flag(np.full(len(each.values), others), "expected_for_others")
        places, ranks = places_of(each), ranked(each) if options.ranks else None
        columns = columns_of(each, asked.id, places, ranks, expected_of(each, figures), chance)
        parts.append(Comparison.of_columns(columns, len(each.values), labels).those(each.values.circles.asked))
    return Comparison.concat(parts, labels)


def _labels(setting: Setting, wanted: list[str], judged: list[Judged], asked: Asked) -> Labels:
    codes = {code for each in judged for code in each.values.institutions}
    found = labels_of(setting.catalogue, setting.register, indicators=wanted, institutions=codes)
    return attrs.evolve(found, names={**found.names, asked.id: asked.name})
