"""Whether a process, as it runs now, can meet its target."""

from __future__ import annotations

from typing import Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    broadcast_to,
    reasons,
    whole_number,
)
from maalbib.stats.charts._limits import ControlLimits
from maalbib.stats.charts._next_point import NextPoint
from maalbib.stats.charts._rules import RuleHits

__all__ = ["Assurance", "assurance"]

Direction = Literal["higher", "lower", "target", "context"]


@attrs.frozen(kw_only=True, eq=False)
class Assurance(ArrayResult):
    """What the limits say about a target, arrays with one element per series.

    Attributes
    ----------
    verdict
        ``"consistent_pass"``, ``"consistent_fail"`` or ``"inconsistent"`` (chance decides), with the target of the
        period judged; empty where there is none.
    probability
        Probability that the next point meets that target if the process stays as it is; see ``probability_reason``.
    due_verdict, due_probability
        The same with the target of the due period; empty and NaN where none is given.
    at
        The period judged: the last one with a value, -1 where there is none.
    target, target_high
        The target judged by; ``target_high`` is NaN where there is no upper one.
    centre, lower, upper, sigma
        The lines judged by.
    denominator
        The denominator that they hold for, NaN where denominators were not given or have no part.
    n, df
        Points behind the limits, and the degrees of freedom of the probability.
    reason
        Why there is no verdict: ``"no_data"``, ``"no_direction"``, ``"target_missing"``, or the reason of the
        chart. With a verdict: ``"target_at_bound"``, the target is the end of what is possible, so that the limits
        can never lie beyond it and it can never be passed consistently. Else empty.
    due_reason
        The same for the due period.
    probability_reason
        Why there is no probability: ``"signal_in_segment"``, ``"no_variation"``, ``"too_few_points"``,
        ``"not_applicable"`` (limits that are not three sigma to each side), or the reason for which there is no
        verdict. Else empty.

    Examples
    --------
    >>> from maalbib.stats import assurance, xmr_limits
    >>> limits = xmr_limits([[92, 94, 93, 95, 94, 92, 93, 95, 94, 93, 92, 94], [94] * 12])
    >>> found = assurance(limits, 80)
    >>> found.verdict.tolist(), found.reason.tolist()
    (['consistent_pass', ''], ['', 'no_variation'])
    """

    verdict: ReasonArray
    probability: FloatArray
    due_verdict: ReasonArray
    due_probability: FloatArray
    at: IntArray
    target: FloatArray
    target_high: FloatArray
    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    sigma: FloatArray
    denominator: FloatArray
    n: IntArray
    df: FloatArray
    reason: ReasonArray
    due_reason: ReasonArray
    probability_reason: ReasonArray


def assurance(
    limits: ControlLimits,
    target: npt.ArrayLike,
    *,
    direction: Direction = "higher",
    target_high: npt.ArrayLike | None = None,
    due_target: npt.ArrayLike | None = None,
    due_target_high: npt.ArrayLike | None = None,
    hits: RuleHits | None = None,
    denominators: npt.ArrayLike | None = None,
    expected_denominator: npt.ArrayLike | None = None,
    year: int = 12,
    df: npt.ArrayLike | None = None,
    min_points: int = 10,
) -> Assurance:
    """Judge each series by the limits of its last segment: whether it meets its target whatever chance does.

    Parameters
    ----------
    limits
        A chart, shape (periods,) or (series, periods).
    target
        In the units of the values and in a shape that stretches to theirs: one number, one per period, or
        ``target[:, None]`` for one per series. NaN means no target. With ``"target"``, the low end of the interval.
    direction
        ``"higher"``: at least the target. ``"lower"``: at most. ``"target"``: between ``target`` and
        ``target_high``. ``"context"``: neither way is better, so there is no verdict.
    target_high
        The high end of an interval, shaped like ``target``.
    due_target, due_target_high
        The target of the due period, one number or one per series.
    hits
        What :func:`apply_rules` found. A signal in the last segment means that the process does not stay as it is, so
        no probability is told. Without it, only points beyond the limits count.
    denominators
        The denominators of the chart, in a shape that stretches to the values. Limits of p, u, p', u' and i' charts
        are then those of the denominator expected next; else those of the last value.
    expected_denominator
        One number or one per series; the median of the last ``year`` periods where None.
    year
        Periods in a year.
    df
        Degrees of freedom of sigma, one number or one per series: points less one where None, infinite for p, u
        and c. A sigma from moving ranges carries fewer.
    min_points
        Fewest points behind the limits for a probability.

    Returns
    -------
    Assurance
        Verdicts and probabilities, shape () or (series,).

    Raises
    ------
    ArgumentError
        If a shape does not fit, the direction is unknown, or it is ``"target"`` without ``target_high``.

    Notes
    -----
    The published rule [1]_ for "at least": a target above the upper limit fails consistently, one below the lower limit
    passes consistently, anything else, equality included, is inconsistent; for "at most" the other way round. An
    interval passes where both limits lie inside it and fails where they lie outside on one side. The verdict uses the
    limits only; whether the target is met now is another question.

    With centre m, sigma s and n points, the probability of "at least T" is that of Student's t with ``df`` degrees of
    freedom beyond (T - m) / (s sqrt(1 + 1/n)). It assumes a stable process without autocorrelation. All series at
    once, in time linear in the number of values.

    References
    ----------
    .. [1] NHS England (2019). Making data count: strengthening your decisions.

    Examples
    --------
    >>> from maalbib.stats import xmr_limits
    >>> limits = xmr_limits([92, 95, 94, 96, 93, 94, 95, 92, 94, 96, 93, 95, 94, 92, 95, 93, 94, 96, 94, 93])
    >>> found = assurance(limits, 95, due_target=99)
    >>> found.verdict.item(), found.probability.round(2).item(), found.due_verdict.item()
    ('inconsistent', 0.29, 'inconsistent')
    """
    if direction not in get_args(Direction):
        raise ArgumentError.choice("direction", get_args(Direction))
    if direction == "target" and target_high is None:
        raise ArgumentError("rules.target_high_missing")
    whole_number("min_points", min_points, low=0)
    point = NextPoint.of(limits, denominators, expected_denominator, df, whole_number("year", year, low=1))
    shape = np.shape(limits.values)
    now = (_at(point, "target", target, shape), _at(point, "target_high", target_high, shape))
    due = tuple(
        broadcast_to(name, np.nan if given is None else given, point.at.shape)
        for name, given in (("due_target", due_target), ("due_target_high", due_target_high))
    )
    unsure = _unsure(point, _signals(limits, hits, point.in_segment), min_points)
    verdict, reason, probability = _judged(point, now, direction)
    due_verdict, due_reason, due_probability = _judged(point, due, direction)
    judged = verdict != ""
    columns = {
        "verdict": verdict,
        "probability": np.where(unsure == "", probability, np.nan),
        "due_verdict": due_verdict,
        "due_probability": np.where(unsure == "", due_probability, np.nan),
        "target": now[0],
        "target_high": now[1] if direction == "target" else np.full(point.at.shape, np.nan),
        "reason": reason,
        "due_reason": due_reason if due_target is not None else np.full(point.at.shape, "", dtype=object),
        "probability_reason": np.where(judged, unsure, reason),
    } | {name: getattr(point, name) for name in ("at", "centre", "lower", "upper", "sigma", "denominator", "n", "df")}
    return Assurance(**{name: np.reshape(column, shape[:-1]) for name, column in columns.items()})


def _at(point: NextPoint, name: str, given: npt.ArrayLike | None, shape: tuple[int, ...]) -> FloatArray:
    """Return the target that is valid in the period judged."""
    if given is None:
        return np.full(point.at.shape, np.nan)
    rows = np.atleast_2d(broadcast_to(name, given, shape))
    return np.take_along_axis(rows, np.maximum(point.at, 0)[:, None], axis=1)[:, 0]


def _signals(limits: ControlLimits, hits: RuleHits | None, in_segment: BoolArray) -> BoolArray:
    if hits is None:
        signal = limits.beyond != 0
    elif hits.label.shape == np.shape(limits.values):
        signal = hits.signals.any(axis=0)
    else:
        expected, got = str(np.shape(limits.values)), str(hits.label.shape)
        raise ArgumentError("argument.shape", argument="hits", expected=expected, got=got)
    return np.asarray((np.atleast_2d(signal) & in_segment).any(axis=1))


def _unsure(point: NextPoint, signal: BoolArray, min_points: int) -> ReasonArray:
    return reasons(
        point.at.shape,
        (point.status == "no_variation", "no_variation"),
        (signal, "signal_in_segment"),
        (point.n < min_points, "too_few_points"),
        (np.isnan(point.sigma), "not_applicable"),
    )


def _judged(
    point: NextPoint, target: tuple[FloatArray, ...], direction: Direction
) -> tuple[ReasonArray, ReasonArray, FloatArray]:
    """Return verdict, reason and probability for one target per series."""
    floor, ceiling = _region(*target, direction=direction)
    noise = point.noise
    with np.errstate(invalid="ignore"):
        # Nothing lies beyond a limit at the end of what is possible, so a region that reaches it is not left there.
        above = (point.lower - floor > noise) | (point.clipped_lower & (point.lower - floor >= -noise))
        below = (ceiling - point.upper > noise) | (point.clipped_upper & (ceiling - point.upper >= -noise))
        outside = (floor - point.upper > noise) | (point.lower - ceiling > noise)
        at_end = (point.clipped_upper & (floor - point.upper >= -noise)) | (
            point.clipped_lower & (point.lower - ceiling >= -noise)
        )
    without = np.isnan(point.lower) | np.isnan(point.upper) | np.isnan(floor) | np.isnan(ceiling)
    verdict = np.full(point.at.shape, "inconsistent", dtype=object)
    verdict[above & below], verdict[outside], verdict[without] = "consistent_pass", "consistent_fail", ""
    reason = reasons(
        point.at.shape,
        (point.at < 0, "no_data"),
        (np.full(point.at.shape, direction == "context"), "no_direction"),
        (np.isnan(floor) | np.isnan(ceiling), "target_missing"),
        (at_end & ~outside & ~without, "target_at_bound"),
    )
    untold = without & (reason == "")
    reason[untold] = np.where(point.reason[untold] == "", "not_applicable", point.reason[untold])
    return verdict, reason, np.where(without, np.nan, point.share_between(floor, ceiling))


def _region(low: FloatArray, high: FloatArray, *, direction: Direction) -> tuple[FloatArray, FloatArray]:
    """Return where the target is met, NaN where there is no target."""
    if direction == "target":
        empty = low > high
        return np.where(empty, np.nan, low), np.where(empty, np.nan, high)
    if direction == "lower":
        return np.where(np.isnan(low), np.nan, -np.inf), low
    return low, np.where(np.isnan(low) | (direction == "context"), np.nan, np.inf)
