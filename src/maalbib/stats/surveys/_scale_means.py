"""Means of answers on a bounded scale, from how many gave each answer."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, reasons
from maalbib.stats.rates._estimate import Estimate, known_method, tail_of
from maalbib.stats.surveys._answers import THIN, Answers, Purpose, answers_of, people_of, scale_points
from maalbib.stats.surveys._scale_limits import bounded_beta, few_or_equal, finite_student, unseen_bounds

__all__ = ["ScaleMean", "ScaleMethod", "scale_mean"]

ScaleMethod: TypeAlias = Literal["bounded_beta", "t", "t_or_bounds"]


@attrs.frozen(kw_only=True, eq=False)
class ScaleMean(Estimate):
    """Means of answers on a scale with limits, all arrays of one shape.

    Attributes
    ----------
    value
        The mean of the answers on the scale. NaN where there are none.
    lower, upper
        The limits, on the scale. Where ``bounds`` is true they are certain, and else an interval of confidence.
    sd
        Standard deviation of the answers, divisor n - 1. NaN for a single answer, 0 where all are equal.
    se
        ``sd`` over the root of ``n``, without a correction for a finite population.
    n
        Answers on the scale.
    smoothed
        The mean after one answer was spread over all points: the middle of ``bounded_beta``. Never the mean to report.
    factor
        What a finite population narrows Student's limits by: 1 where it does not matter, 0 for a census of these users.
    bounds
        Whether the limits are what the unseen answers could make of the mean, at worst and at best.
    thin
        Whether there are fewer than five answers.
    purpose
        ``the_institution`` or ``these_users``; empty where no population was given.
    confidence
        The coverage asked for, as a share.
    method
        ``bounded_beta``, ``t`` or ``t_or_bounds``.
    method_version
        Version of the method.
    reason
        ``missing_input``, ``not_finite``, ``negative_input``, ``no_answers``, ``answers_exceed_population``; ``population_missing``,
        ``single_value``, ``constant_values``: a mean without an interval. Else empty.

    Examples
    --------
    >>> from maalbib.stats import scale_mean
    >>> found = scale_mean([[0, 0, 0, 0, 9], [0, 0, 0, 0, 0]])
    >>> found.value.tolist(), found.lower.round(3).tolist(), found.status.tolist()
    ([5.0, nan], [4.178, nan], ['ok', 'insufficient'])
    """

    sd: FloatArray
    se: FloatArray
    n: FloatArray
    smoothed: FloatArray
    factor: FloatArray
    bounds: BoolArray
    thin: BoolArray
    purpose: str


def scale_mean(
    counts: npt.ArrayLike,
    *,
    points: npt.ArrayLike | None = None,
    population: npt.ArrayLike | None = None,
    purpose: Purpose | None = None,
    method: ScaleMethod | None = None,
    confidence: float = 0.95,
) -> ScaleMean:
    """Return means of answers on a bounded scale with intervals that stay on it.

    Parameters
    ----------
    counts
        How many gave each answer, shape (points,) or (..., points), the lowest point first. Not those who answered "don't know". NaN
        means not reported. Fractions are allowed (weighted counts that add up to an effective number).
    points
        What the points are worth, in ascending order; 1, 2, 3 ... by default. ``(0, 25, 50, 75, 100)`` gives a score of 0 to 100.
    population
        How many people could have answered, in the shape of the rows; needs ``purpose``.
    purpose
        ``"the_institution"``: how good is it, also for those who come next? A census of 14 is still a sample of that. ``"these_users"``:
        how satisfied are the users of this year? What was heard of them is certain.
    method
        ``"bounded_beta"``, the default, or ``"t"``. About ``"these_users"``: ``"t_or_bounds"``, the default, or ``"t"``.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    ScaleMean
        One element per row, in the shape of ``counts`` without its last axis.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers or their shapes do not fit, the points do not rise, a population comes without a purpose or
        the other way round, or the method is unknown or does not answer the purpose.

    Notes
    -----
    Student's interval has no width where all answers are equal, leaves the scale, and holds the truth too seldom where people are very
    satisfied. ``bounded_beta`` adds 1/K of an answer to each of the K points: q_v = (c_v + 1/K)/(n + 1), m* = sum v q_v and the
    variance (sum v^2 q_v - m*^2)/(n + 2). The limits are quantiles of the beta distribution on the scale with that mean and variance; the end of
    the scale where all gave its highest, or lowest, answer. The mean reported is that of the answers.

    ``t`` is cut at the ends of the scale and gives no interval where all answers are equal. About these users its half-width is
    multiplied by sqrt(1 - n/N) [1]_; ``t_or_bounds`` does so from ten answers that differ, and below gives the bounds
    [r m + (1 - r) A, r m + (1 - r) B] with r = n/N on a scale of A to B, which are certain. A census of these users is its own limits.
    Cost: one pass, and two beta quantiles per row.

    References
    ----------
    .. [1] Cochran, W. G. (1977). Sampling Techniques, 3rd edition. Wiley, section 2.8.

    Examples
    --------
    14 parents of 24 answered on a scale of 1 to 5, none of them with 1:

    >>> found = scale_mean([0, 1, 2, 6, 5])
    >>> found.value.round(3).item(), found.lower.round(3).item(), found.upper.round(3).item()
    (4.071, 3.492, 4.433)
    >>> now = scale_mean([0, 1, 2, 6, 5], population=24, purpose="these_users")
    >>> now.lower.round(3).item(), now.upper.round(3).item(), now.method
    (3.73, 4.413, 't_or_bounds')
    """
    tail_of(confidence)
    answers = answers_of(counts)
    worth = scale_points(points, answers.points)
    size, faults = people_of(answers, answers.n, population, purpose)
    used = _method(method, purpose)
    with np.errstate(all="ignore"):
        columns = _columns(answers, worth, size, used, confidence)
    bad = (*answers.faults, *(fault for fault in faults if fault[1] != "population_missing"))
    unknown = np.isnan(size)
    limits = np.isfinite(columns["lower"]) & np.isfinite(columns["upper"])
    reason = reasons(
        answers.n.shape,
        *bad,
        (unknown, "population_missing"),
        (~limits & (answers.n <= 1), "single_value"),
        (~limits, "constant_values"),
    )
    refused = np.logical_or.reduce([where for where, _ in bad])
    for name, column in columns.items():
        if name != "n":
            column[refused] = np.nan
        if name in {"lower", "upper"}:
            column[(reason != "")] = np.nan
    return ScaleMean(
        **answers.shaped(columns),
        bounds=((used == "t_or_bounds") & few_or_equal(answers.n, columns["sd"]) & (reason == "")).reshape(
            answers.shape
        ),
        thin=(answers.n < THIN).reshape(answers.shape),
        purpose=purpose or "",
        confidence=float(confidence),
        method=used,
        reason=reason.reshape(answers.shape),
    )


def _method(method: ScaleMethod | None, purpose: Purpose | None) -> ScaleMethod:
    finite = purpose == "these_users"
    if method is None:
        return "t_or_bounds" if finite else "bounded_beta"
    known_method(method, get_args(ScaleMethod))
    if method == ("bounded_beta" if finite else "t_or_bounds"):
        raise ArgumentError("surveys.method_and_purpose", method=method)
    return method


def _columns(
    answers: Answers, points: FloatArray, size: FloatArray, method: ScaleMethod, confidence: float
) -> dict[str, FloatArray]:
    counts, n = answers.counts, answers.n
    alone = (counts > 0).sum(axis=1) == 1
    only = points[counts.argmax(axis=1)]
    mean = np.where(alone, only, counts @ points / n)
    spread = (counts * (points - mean[:, None]) ** 2).sum(axis=1)
    sd = np.where(n > 1, np.sqrt(spread / (n - 1)), np.nan)
    factor = np.sqrt(1 - n / size)
    smoothed, lower, upper = bounded_beta(counts, n, points, confidence)
    if method != "bounded_beta":
        lower, upper = finite_student(mean, sd, n, factor, points, confidence)
        if method == "t_or_bounds":
            few = few_or_equal(n, sd)
            worst = unseen_bounds(mean, n / size, points)
            lower, upper = np.where(few, worst[0], lower), np.where(few, worst[1], upper)
        census = n == size
        lower, upper = np.where(census, mean, lower), np.where(census, mean, upper)
    return {
        "value": mean,
        "lower": lower,
        "upper": upper,
        "sd": sd,
        "se": sd / np.sqrt(n),
        "n": n.copy(),
        "smoothed": smoothed,
        "factor": factor,
    }
