"""The typed rows of control charts: a chart, a point of it, and a proposed new level."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Self

import attrs

from maalbib.analysis import _chart_wording, _wording
from maalbib.analysis._row import Row
from maalbib.analysis._secrecy import CONFIDENTIAL

__all__ = ["CHART_VERDICT", "POINT_VERDICT", "ChartPoint", "ControlChart", "RebaseProposal"]

# What a confidential row withholds besides state, reason and flags: all of it tells the verdict.
_RULES: Final[dict[str, Any]] = {"rules": (), "rules_up": (), "rules_down": ()}
CHART_VERDICT: Final = _RULES | {"screened": 0, "assurance": None, "assurance_due": None}
POINT_VERDICT: Final = _RULES | {"label": None}
_PROPOSED: Final[dict[str, Any]] = {"rule": "", "run_length": 0, "before": 0, "after": 0}


@attrs.frozen(kw_only=True, repr=False)
class ControlChart(Row):
    """What the chart of one series says about its latest point, and whether the process can meet a target.

    Attributes
    ----------
    indicator, institution, breakdown
        What is charted.
    chart
        The kind of chart: ``i`` (individuals, XmR), ``p``, ``u`` and so on.
    first_period, last_period, n
        The points, and how many.
    latest_period, latest
        The point that the state speaks of.
    segment_first, segments
        First period of the limits in force, and how many levels the chart has had.
    centre, lower, upper, sigma
        The limits at the latest point, in the indicator's unit.
    baseline_n, screened
        How many points the limits in force rest on, and how many moving ranges were left out as too large.
    rules, rules_up, rules_down
        The rules that the latest point is part of: all of them, and those upwards and downwards.
    signals
        Points in force that are part of any rule.
    longest_run, longest_run_max, crossings, crossings_min
        The longest run on one side of the centre and how many times the centre is crossed since the limits in force
        began, with the limits that chance keeps (Anhøj).
    false_alarm_any, false_alarm_latest
        How often a stable series of as many points is flagged anywhere, and at its latest point.
    target, target_value, target_low, target_high, on_the_way
        A target of the indicator, what it asks for at the latest point (of a band no value), the edges of that, and whether
        it is still on the way from its baseline, so that it will ask for more.
    due, assurance, assurance_due, probability
        When the target is due; whether the process keeps meeting it now and at its due period (``consistent_pass``, ``consistent_fail``, ``inconsistent``); and the probability that the next point meets it.
    direction
        The indicator's better direction.
    state, reason
        ``improving``, ``declining``, ``higher``, ``lower``, ``unusual``, ``no_signal`` or ``not_judged``, and why.
    flags, method, params
        What a reader should know besides; the rule set with its version; and how it was charted.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.

    Examples
    --------
    >>> import maalbib as mb
    >>> frame = {
    ...     "indicator": ["wait"] * 24,
    ...     "institution": ["0101"] * 24,
    ...     "period": [f"{2022 + i // 12}-{i % 12 + 1:02}" for i in range(24)],
    ... }
    >>> frame |= {"value": [30.0 + i % 3 for i in range(23)] + [45.0]}
    >>> import pandas as pd
    >>> row = mb.control_charts(mb.Measurements.from_pandas(pd.DataFrame(frame)))[0]
    >>> row.state, row.reason, row.rules_up
    ('higher', 'beyond', ('beyond_3_sigma',))
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown", "target")

    indicator: str
    institution: str
    breakdown: str
    chart: str
    first_period: str | None
    last_period: str | None
    n: int
    latest_period: str | None
    latest: float | None
    segment_first: str | None
    segments: int
    centre: float | None
    lower: float | None
    upper: float | None
    sigma: float | None
    baseline_n: int
    screened: int
    rules: tuple[str, ...]
    rules_up: tuple[str, ...]
    rules_down: tuple[str, ...]
    signals: int | None
    longest_run: int | None
    longest_run_max: int | None
    crossings: int | None
    crossings_min: int | None
    false_alarm_any: float | None
    false_alarm_latest: float | None
    target: str
    target_value: float | None
    target_low: float | None
    target_high: float | None
    on_the_way: bool
    due: str | None
    assurance: str | None
    assurance_due: str | None
    probability: float | None
    direction: str | None
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    hidden: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _chart_wording.about(self, lang)

    def public(self) -> Self:
        """Return the row as it may be shown: a confidential one also without its rules and what it says of the target."""
        shown = super().public()
        return attrs.evolve(shown, **CHART_VERDICT) if self.hidden == CONFIDENTIAL else shown

    def _said(self, lang: str) -> str:
        return _chart_wording.chart(self, lang)


@attrs.frozen(kw_only=True, repr=False)
class ChartPoint(Row):
    """One point of a control chart.

    Attributes
    ----------
    indicator, institution, breakdown, period
        Which point.
    value
        What is drawn; None where a period has no value, which keeps its place.
    centre, lower, upper, sigma
        The lines at the point.
    segment
        Number of the level, from 0.
    baseline
        Whether the point has a part in the limits.
    rules, rules_up, rules_down
        Every rule that the point is part of, and those with a direction: a low value inside a rise is in both.
    label
        The one rule to show, by the rule set's order; None where there is none.
    state
        ``improving``, ``declining``, ``higher``, ``lower``, ``unusual``, ``no_signal``, or ``not_judged`` without limits.
    reason
        The kind of the rule shown, or why there are no limits.
    flags
        Nothing so far.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.

    Examples
    --------
    >>> import maalbib as mb
    >>> charts = mb.control_charts(mb.Measurements.example("reading"), kind="run", min_points_trial=5)
    >>> point = charts.points.row(breakdown="grade=4", period="2014/15")
    >>> point.value, point.centre, point.state
    (71.0, 67.0, 'no_signal')
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown", "period")

    indicator: str
    institution: str
    breakdown: str
    period: str
    value: float | None
    centre: float | None
    lower: float | None
    upper: float | None
    sigma: float | None
    segment: int
    baseline: bool
    rules: tuple[str, ...]
    rules_up: tuple[str, ...]
    rules_down: tuple[str, ...]
    label: str | None
    state: str
    reason: str
    flags: tuple[str, ...]
    hidden: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        subject = _wording.subject(self.labels, self.indicator, self.institution, self.breakdown, lang)
        return f"{subject}, {self.period}"

    def public(self) -> Self:
        """Return the row as it may be shown: a confidential one also without its rules."""
        shown = super().public()
        return attrs.evolve(shown, **POINT_VERDICT) if self.hidden == CONFIDENTIAL else shown

    def _said(self, lang: str) -> str:
        return _chart_wording.point(self, lang)


@attrs.frozen(kw_only=True, repr=False)
class RebaseProposal(Row):
    """A place where a chart seems to have reached a new level. It is proposed and never applied: see :class:`Rebase`.

    Attributes
    ----------
    indicator, institution, breakdown, period
        Which chart, and the first period of the seeming new level.
    rule, run_length
        The rule that shows it, and how many points long the pattern is.
    shift, shift_lower, shift_upper
        New level less old one, with an interval of 95 %.
    gain
        How much better two levels fit than one: the gain in log-likelihood.
    before, after
        Points of the old and of the new level.
    lasted
        Whether the new level has lasted as long as the rule set asks of a run.
    state, reason
        Always ``proposed`` and the kind of the rule.
    flags
        Nothing so far.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.

    Examples
    --------
    Twelve months on one level and eight on another, with limits from the first twelve:

    >>> import pandas as pd
    >>> import maalbib as mb
    >>> periods = [f"{2023 + place // 12}-{place % 12 + 1:02}" for place in range(20)]
    >>> frame = pd.DataFrame({"indicator": "wait", "institution": "0101", "period": periods, "value": 30.0})
    >>> frame["value"] += [(11 - place) % 3 for place in range(12)] + [5 + place % 3 for place in range(8)]
    >>> (proposal,) = mb.control_charts(mb.Measurements.from_pandas(frame), baseline=12).proposals
    >>> proposal.period, proposal.before, proposal.after, proposal.lasted
    ('2024-01', 12, 8, True)
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown", "period")

    indicator: str
    institution: str
    breakdown: str
    period: str
    rule: str
    run_length: int
    shift: float | None
    shift_lower: float | None
    shift_upper: float | None
    gain: float | None
    before: int
    after: int
    lasted: bool
    state: str
    reason: str
    flags: tuple[str, ...]
    hidden: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        subject = _wording.subject(self.labels, self.indicator, self.institution, self.breakdown, lang)
        return f"{subject}, {self.period}"

    def public(self) -> Self:
        """Return the row as it may be shown: a confidential one also without what was found."""
        shown = super().public()
        return attrs.evolve(shown, **_PROPOSED) if self.hidden == CONFIDENTIAL else shown

    def _said(self, lang: str) -> str:
        return _chart_wording.proposal(self, lang)
