"""Rows of tracking. Their fields are the columns of the result, in this order."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

import attrs

from maalbib.analysis import _progress_wording
from maalbib.analysis._answers import Answers, answers_of
from maalbib.analysis._row import Row

__all__ = ["Progress"]


@attrs.frozen(kw_only=True, repr=False)
class Progress(Row):
    """How one institution stands against one target.

    Four questions are kept apart: ``attainment`` (how far have we come), ``pace`` against ``required_pace`` (how fast),
    ``projected`` (where do we land) and ``assurance`` (can we rely on it). :meth:`answers` gives them as four typed parts.

    Attributes
    ----------
    target, goal, indicator, institution, breakdown
        What is judged; ``breakdown`` is ``grade=4;sex=_T``, empty where there is none.
    kind
        Kind of target.
    as_of
        The day whose knowledge is used.
    state, reason
        ``met``, ``on_track``, ``off_track``, ``not_met``, ``moving_away``, ``unchanged`` or ``not_measurable``, and why.
    flags
        What a reader should know besides.
    method, params
        How it was judged, parameters as JSON text. A published method has its version in its name, ``statcan/1``.
    baseline_period, baseline, latest_period, latest
        Where it started and stands, in the indicator's unit. For a target to improve each period the start is the period before;
        for one that was judged at its deadline the latest value is that of the deadline. None where it is withheld.
    target_value, target_low, target_high, due
        The value to reach (for a band None), the region that meets the target, and the deadline.
    gap
        How far the latest value is outside the region, 0 inside; None for a target that is only a direction.
    attainment
        Share of the way from baseline to target; may be below 0 and above 1. For a band it is the way to the edge nearest to the
        latest value, from inside the band to the one it came in by; None where the baseline lay inside.
    pace, required_pace
        Observed change a year, and the change a year needed from now on; None inside the region.
    expected_now
        The value that the agreed way from baseline to target, the straight one unless said otherwise, would have by now.
    projected, projected_lower, projected_upper, level, probability
        Where the line leads at the deadline, its interval and level, and the chance of being inside the region, if the line
        goes on and its residuals are independent.
    assurance
        Whether a process that goes on as it does keeps meeting the target: ``consistent_pass``, ``consistent_fail`` or
        ``inconsistent`` (chance decides); None without control limits, which take at least twelve values. This and the steps are
        also None where one of all the values may not be shown and the row may.
    n
        Points used.
    needs_explanation
        Whether the target is essential and not met or moving away.
    reached_period
        For a target that was missed and reached later: the first period after the deadline inside the region.
    hidden
        Why the figures may not be shown: ``small_n`` (a value of fewer people than the indicator's ``min_show``) or ``confidential``;
        None where they may.
    version
        Name of the version of the target judged by: its own, else the day it was decided; None where it has neither.
    required_total, pace_ratio
        Change a year that the straight way from baseline to target asks for, and the observed pace as a share of it; the share is
        None where the baseline met the target already.
    expected_gap, days_ahead
        How far the latest value is ahead of the expected one, in the indicator's unit and in days; below 0 is behind. Days are
        None where the way has no single day for a value, and where the baseline met the target already.
    arrival
        The first period that the line reaches the region in; the latest where it is there already. None where it never is.
    attainment_clamped
        The attainment held between 0 and 1; None where the baseline met the target already, since there was nothing to cover.
    moved
        Change over the values used, by the line, in the wished direction.
    sensitive_to, without_last, max_jump
        A period whose value alone decides the state, the latest where there are several; the state without the latest value;
        and the most steps that the state moves when one value is left out. A state has the rank not_met 0, moving_away 1,
        unchanged 2, off_track 3, on_track 4, met 5.
    age_days
        Days from the end of the latest period to the day of judging.
    verdict, score
        What a published method calls it, and its own number; for a method that was refused, why.
    steps_made, steps_due, streak
        For a target to improve each period: steps that were made, steps that there have been, and how many of the latest in a row
        were made.
    override_state, override_on, override_role, override_da, override_en
        A state that somebody has set by hand, when, by which role and why. It stands beside the computed one.
    essential
        Whether the target is essential.
    series
        What the values are, as JSON text, where they are not the indicator itself: a dispersion, a growth, a difference.
    units, units_left_out, units_mean
        Of a dispersion: how many units it is measured between, how many are left out, and their mean in the latest period; levelling
        down makes the dispersion smaller too.

    Notes
    -----
    Without a verdict there are no figures about the development, so that none is read as one.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> row = mb.track(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80")[0]
    >>> row.state, row.reason, row.latest, row.gap
    ('not_met', 'standing_improving', 79.0, 1.0)
    >>> row
    <Progress FS-READ-80 DK grade=2: not_met.standing_improving>
    """

    IDS: ClassVar[tuple[str, ...]] = ("target", "institution", "breakdown")
    UNJUDGED: ClassVar[str] = "not_measurable"

    target: str
    goal: str | None
    indicator: str
    institution: str
    breakdown: str
    kind: str
    as_of: dt.date
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    baseline_period: str | None
    baseline: float | None
    latest_period: str | None
    latest: float | None
    target_value: float | None
    target_low: float | None
    target_high: float | None
    due: str | None
    gap: float | None
    attainment: float | None
    pace: float | None
    required_pace: float | None
    expected_now: float | None
    projected: float | None
    projected_lower: float | None
    projected_upper: float | None
    level: float | None
    probability: float | None
    assurance: str | None
    n: int
    needs_explanation: bool
    reached_period: str | None
    hidden: str | None
    version: str | None
    required_total: float | None
    pace_ratio: float | None
    expected_gap: float | None
    days_ahead: int | None
    arrival: str | None
    attainment_clamped: float | None
    moved: float | None
    sensitive_to: str | None
    without_last: str | None
    max_jump: int | None
    age_days: int | None
    verdict: str | None
    score: float | None
    steps_made: int | None
    steps_due: int | None
    streak: int | None
    override_state: str | None
    override_on: dt.date | None
    override_role: str | None
    override_da: str | None
    override_en: str | None
    essential: bool
    series: str | None
    units: int | None
    units_left_out: int | None
    units_mean: float | None

    def answers(self) -> Answers:
        """Return the four answers as typed parts, with the reason why for each that there is none of.

        Examples
        --------
        >>> import maalbib as mb
        >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
        >>> answers = mb.track(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80")[0].answers()
        >>> answers.attainment.gap, answers.projection, dict(answers.missing)
        (1.0, None, {'projection': 'no_due', 'assurance': 'too_few_points'})
        """
        return answers_of(self)

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _progress_wording.about(self, lang)

    def _said(self, lang: str) -> str:
        return _progress_wording.progress(self, lang)
