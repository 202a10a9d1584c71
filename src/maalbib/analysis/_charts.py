"""What is signal and what is noise: control charts of many series at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa

from maalbib import stats
from maalbib.analysis._arrays import Bools
from maalbib.analysis._binding import Binding
from maalbib.analysis._chart_columns import chart_columns, point_columns, proposal_columns
from maalbib.analysis._chart_points import ChartPoints, RebaseProposals
from maalbib.analysis._chart_rows import CHART_VERDICT, ControlChart
from maalbib.analysis._chart_rules import KINDS, Charted, Gaps, Kind, Options, chart
from maalbib.analysis._chart_targets import aim_of, no_aim
from maalbib.analysis._context import Setting, as_day, as_flag, as_least, chosen, one_frequency
from maalbib.analysis._labels import NO_LABELS, Labels, labels_of
from maalbib.analysis._result import Result
from maalbib.analysis._unknown_codes import unknown
from maalbib.errors import ArgumentError
from maalbib.model import Rebase, Target

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.register import Register
    from maalbib.stats import RuleSet

__all__ = ["ChartPoints", "ControlCharts", "RebaseProposals", "control_charts"]


class ControlCharts(Result[ControlChart]):
    """What control charts say; rows are :class:`ControlChart`.

    The points behind them are :attr:`points`, and proposals of new levels :attr:`proposals`; both are made when asked for. They
    are results of their own, to be kept on their own: tables and JSON of the charts hold the charts alone.

    Parameters
    ----------
    table
        The rows, with the columns of :meth:`schema`.
    labels
        Names, units and decimals for the sentences.
    charted
        What points and proposals are made of; None where the charts come from a table or JSON.

    Examples
    --------
    >>> import maalbib as mb
    >>> mb.control_charts(mb.Measurements.example("reading")).counts()
    {'not_judged': 4}
    """

    ROW = ControlChart
    NAME = "control_charts"
    __slots__ = ("_charted",)

    def __init__(
        self, table: pa.Table, labels: Labels = NO_LABELS, charted: tuple[Charted, ...] | None = None
    ) -> None:
        super().__init__(table, labels)
        self._charted = charted

    def _like(self, table: pa.Table) -> Self:
        return type(self)(table, self._labels, self._charted)

    def _withheld(self) -> dict[str, Any]:
        return super()._withheld() | CHART_VERDICT

    def public(self) -> Self:
        """Return the charts as they may be shown, see :meth:`Result.public`; where a row is hidden, without the points behind them.

        The points of charts that hide something are had from the charts themselves: ``charts.points.public()``.
        """
        shown = super().public()
        return shown if shown is self else shown._beside(None)  # noqa: SLF001 - of this class

    def _beside(self, charted: tuple[Charted, ...] | None) -> Self:
        return type(self)(self._table, self._labels, charted)

    def _rows_at(self, rows: Bools) -> Self:
        return self._like(self._table.filter(pa.array(rows)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._table, self._labels, self._charted)

    @property
    def points(self) -> ChartPoints:
        """Every point of the charts with its lines and rules.

        Raises
        ------
        ArgumentError
            If the charts were read from a table or JSON, which hold no points.
        """
        parts = ((point_columns(one, kept), one) for one, kept in self._kept_charts())
        return ChartPoints.concat(
            (ChartPoints.of_columns(columns, len(columns["segment"]), self._labels) for columns, _ in parts),
            self._labels,
        )

    @property
    def proposals(self) -> RebaseProposals:
        """Places where a new level seems to begin, with what speaks for it. Nothing is applied: give ``rebases=`` to do that.

        Raises
        ------
        ArgumentError
            If the charts were read from a table or JSON, which hold no points.
        """
        columns = [proposal_columns(one, kept) for one, kept in self._kept_charts()]
        return RebaseProposals.concat(
            (RebaseProposals.of_columns(each, len(each["rule"]), self._labels) for each in columns), self._labels
        )

    def expected_signals(self) -> tuple[float, float]:
        """Return how many of these charts chance alone would flag at their latest point, and the standard deviation of that.

        Charts without a known rate of false alarms are not counted; a series that is held against several targets counts once.
        Where there are judged charts and none has a known rate, as with ``kind="p"``, both numbers are NaN.
        The charts are taken as independent, and each series as stable and without memory.

        Returns
        -------
        tuple of float
            The expected number and its standard deviation.
        """
        rows = self._table.select(["indicator", "institution", "breakdown", "false_alarm_latest"])
        once = rows.group_by(["indicator", "institution", "breakdown"]).aggregate([("false_alarm_latest", "max")])
        rates = once["false_alarm_latest_max"].to_numpy(zero_copy_only=False).astype(float)
        known = rates[np.isfinite(rates)]
        if not len(known) and any(state != "not_judged" for state in self._table["state"].to_pylist()):
            return float("nan"), float("nan")
        return float(known.sum()), float(np.sqrt((known * (1 - known)).sum()))

    def plot_chart(self, *, lang: str = "da", ax: Axes | None = None, internal: bool = False, **series: str) -> Axes:
        """Draw one chart: its points, lines and signals.

        Parameters
        ----------
        lang
            Language of the texts.
        ax
            Where to draw; new axes of ``matplotlib.pyplot`` where None.
        internal
            Whether figures that may not be shown are drawn all the same.
        **series
            Which chart: ``indicator=``, ``institution=``, ``breakdown=``; needed as far as there are several.

        Returns
        -------
        matplotlib.axes.Axes
            The axes. What a signal says is told by mark, colour and word.

        Raises
        ------
        ArgumentError
            If several charts fit, or none.
        MissingExtraError
            If matplotlib is not installed.
        """
        from maalbib.analysis._chart_plot import draw_chart

        return draw_chart(self.where(**series), lang=lang, ax=ax, internal=internal)

    def _kept_charts(self) -> Iterator[tuple[Charted, Bools]]:
        """Yield the charts of each panel with which of its series these rows are about."""
        if self._charted is None:
            raise ArgumentError("chart.no_points")
        names = ("indicator", "institution", "breakdown")
        wanted = set(zip(*(self._table[name].to_pylist() for name in names), strict=True))
        for one in self._charted:
            keys = zip(one.panel.institutions, one.panel.breakdowns, strict=True)
            kept = np.array([(one.panel.indicator, *key) in wanted for key in keys], dtype=bool)
            if kept.any():
                yield one, kept


def control_charts(
    measurements: Measurements,
    *,
    catalogue: Catalogue | None = None,
    indicators: str | Iterable[str] | None = None,
    kind: Kind = "i",
    rule_set: str | RuleSet | None = None,
    targets: str | Iterable[str] | None = None,
    rebases: Rebase | Iterable[Rebase] = (),
    baseline: int | None = None,
    screen: bool | None = None,
    gaps: Gaps = "break",
    within_unit: bool = True,
    min_points: int = 20,
    min_points_trial: int = 10,
    min_verdict: int | None = None,
    across_sources: bool = False,
    as_of: str | dt.date | None = None,
    register: Register | None = None,
) -> ControlCharts:
    """Chart every series: what its latest point says, and whether the process keeps meeting its target.

    Parameters
    ----------
    measurements
        The values.
    catalogue
        Says which way is better, where the breaks are, and which targets there are; the one attached to the measurements where
        None.
    indicators
        Ids to chart, all where None.
    kind
        ``"i"``: single values with limits from their moving ranges (XmR). ``"run"``: the median and no limits. ``"p"``, ``"u"``:
        shares and rates with the noise of their counts; ``"p_prime"``, ``"u_prime"``: with that and what the data show
        besides. ``"c"``: counts. ``"i_prime"``: values that rest on varying numbers of people. ``"g"``, ``"t"``: cases and time
        between rare events. See :func:`maalbib.stats.control_limits`. One kind is never exchanged for another.
    rule_set
        Name of a shipped set of rules, the newest version unless said as in ``"nhs_mdc/1"``, or one of your own. Where None,
        ``"anhoej"`` for run charts and ``"nhs_mdc/1"`` for all others.
    targets
        Ids of targets to hold the limits against; where None all of the catalogue's that speak of the indicator. A series gets
        a row for each target that binds it, and one row if there is none.
    rebases
        Decisions that a process has reached a new level. They and the breaks of catalogue and data begin new limits; the old
        ones stay.
    baseline
        How many of the first points of each level its limits rest on, all where None.
    screen
        Whether moving ranges beyond 3.267 times their mean are left out once; as the set of rules says where None.
    gaps
        ``"break"``: no pattern and no moving range passes over a period without a value. ``"join"``: as if it were not there.
    within_unit
        Whether limits stay within what the indicator's unit allows.
    min_points, min_points_trial
        Fewest points for limits, and for limits that are called provisional. Below, nothing is judged.
    min_verdict
        Fewest people behind a value that may be judged; None judges all.
    across_sources
        Whether values from different sources may form one series; the rows are flagged ``mixed_sources``.
    as_of
        The day as known on which is charted, a date or its text; everything known where None. Rows without a vintage are
        known always. Targets are read as on that day, or at the end of the latest period.
    register
        For names and levels; the one attached to the measurements where None.

    Returns
    -------
    ControlCharts
        A row for each indicator, institution, breakdown and target.

    Raises
    ------
    ArgumentError
        If an option is out of range, or a new level lies outside its series.
    UnknownCodeError
        If an indicator has no rows, or a target or the indicator of a new level is not known.

    Notes
    -----
    Limits, rules and the exact meaning of each are those of :mod:`maalbib.stats` [1]_. Runs are judged beside the rule set by the
    limits of Anhøj [2]_. The rates of false alarms are those of the rule set for stable, independent, normal values, as many as
    the limits in force have and with the same ``baseline``; with neighbours that are alike there are many more. Cost: proportional to the number of values; the
    rate of false alarms is simulated once for each length, with a fixed seed.

    The column ``hidden`` says which rows rest on values that may not be shown, see :meth:`Result.public`.

    References
    ----------
    .. [1] Shewhart, W. A. (1931). Economic Control of Quality of Manufactured Product. Van Nostrand.
    .. [2] Anhøj, J. and Olesen, A. V. (2014). Run charts revisited: a simulation study of run chart rules for detection of
       non-random variation in health care processes. PLoS ONE 9(11), e113825.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> periods = [f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)]
    >>> values = [30.0, 31, 29, 30, 32, 28, 30, 31, 29, 30, 31, 30, 29, 31, 30, 28, 30, 25, 24, 25, 23, 24, 25, 24]
    >>> frame = pd.DataFrame({"indicator": "wait", "institution": "0101", "period": periods, "value": values})
    >>> charts = mb.control_charts(mb.Measurements.from_pandas(frame))
    >>> row = charts[0]
    >>> row.state, row.reason, row.rules_down
    ('lower', 'k_of_m', ('two_of_three', 'run_7'))
    >>> [(proposal.period, proposal.lasted) for proposal in charts.proposals]
    [('2024-06', False)]
    """
    if kind not in KINDS:
        raise ArgumentError.choice("kind", KINDS)
    rules = _rules(("anhoej" if kind == "run" else "nhs_mdc/1") if rule_set is None else rule_set)
    options = Options(
        kind=kind,
        rule_set=rules.id,
        version=rules.version,
        baseline=baseline,
        screen=rules.limits.screen_moving_range is not None if screen is None else as_flag("screen", screen),
        gaps=gaps,
        within_unit=as_flag("within_unit", within_unit),
        min_points=min_points,
        min_points_trial=min_points_trial,
        min_verdict=as_least("min_verdict", min_verdict),
        across_sources=as_flag("across_sources", across_sources),
    )
    setting = Setting.of(measurements, catalogue, register)
    wanted = chosen("indicator", {code: code for code in measurements.indicators}, indicators)
    decided = (rebases,) if isinstance(rebases, Rebase) else tuple(rebases)
    for rebase in decided:
        if rebase.indicator not in wanted:
            raise unknown(rebase.indicator, "an indicator that is charted", wanted)
    aims = _targets(setting, targets)
    day = None if as_of is None else as_day("as_of", as_of)
    charted = tuple(_charted(setting, wanted, options, rules, decided, day))
    _require_used(decided, charted)
    found = labels_of(
        setting.catalogue,
        setting.register,
        indicators=wanted,
        institutions={code for one in charted for code in one.panel.institutions},
    )
    parts = [part for one in charted for part in _rows(one, aims.get(one.panel.indicator, []), setting, day, found)]
    return ControlCharts.concat(parts, found)._beside(charted)  # noqa: SLF001 - of its own room


def _rules(given: object) -> RuleSet:
    if isinstance(given, stats.RuleSet):
        return given
    if not isinstance(given, str):
        raise ArgumentError("chart.rule_set")
    name, _, version = given.partition("/")
    known = {(found.id, found.version) for found in stats.rule_sets()}
    if (name, version) not in known and (version or name not in {code for code, _ in known}):
        raise ArgumentError.choice("rule_set", sorted(f"{code}/{number}" for code, number in known))
    return stats.rule_set(name, version or None)


def _targets(setting: Setting, ids: str | Iterable[str] | None) -> dict[str, list[Target]]:
    """Return the targets of each indicator."""
    known = {} if setting.catalogue is None else setting.catalogue.targets
    found: dict[str, list[Target]] = {}
    for target in chosen("target", known, ids):
        found.setdefault(target.indicator, []).append(target)
    return found


def _charted(
    setting: Setting,
    wanted: list[str],
    options: Options,
    rules: RuleSet,
    rebases: tuple[Rebase, ...],
    day: dt.date | None,
) -> Iterator[Charted]:
    for code, panels in setting.panels(wanted, day):
        for panel, mixed in one_frequency(panels):
            own = tuple(item for item in rebases if item.indicator == code and item.period.freq is panel.freq)
            yield chart(panel, mixed, setting.indicator(code), options, rules, own, setting.secrecy, day)


def _require_used(rebases: tuple[Rebase, ...], charted: tuple[Charted, ...]) -> None:
    """Refuse a decision about a period of another length than the series have."""
    used = {id(rebase) for one in charted for rebase in one.rebases}
    for rebase in rebases:
        if id(rebase) not in used:
            raise ArgumentError("rebase.outside", indicator=rebase.indicator, period=str(rebase.period))


def _rows(
    charted: Charted, targets: list[Target], setting: Setting, day: dt.date | None, labels: Labels
) -> Iterator[ControlCharts]:
    """Yield the rows for each target, then those of series that none binds."""
    panel = charted.panel
    today = day or max((period.end for period in panel.periods), default=dt.date.min)
    unbound = np.ones(len(panel), dtype=bool)
    for target in targets:
        if target.decided_on is not None and target.decided_on > today:
            continue
        bound = Binding(setting, today).spoken_of(target, panel)
        unbound &= ~bound
        yield _some(chart_columns(charted, aim_of(target, charted, setting, today)), bound, labels)
    yield _some(chart_columns(charted, no_aim(charted)), unbound, labels)


def _some(columns: dict[str, Any], kept: Bools, labels: Labels) -> ControlCharts:
    whole = ControlCharts.of_columns(columns, len(kept), labels)
    return whole if kept.all() else whole._rows_at(kept)  # noqa: SLF001 - of its own room
