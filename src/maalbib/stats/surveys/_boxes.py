"""How many gave the best answers, and how many the worst."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, reasons, whole_number
from maalbib.stats._intervals import wilson_interval
from maalbib.stats.rates._estimate import Estimate, known_method, tail_of
from maalbib.stats.surveys._answers import THIN, Answers, Purpose, answers_of, people_of
from maalbib.stats.surveys._scale_means import scale_mean

__all__ = ["DontKnow", "TopBox", "top_box"]

DontKnow: TypeAlias = Literal["excluded", "in_denominator"]
_End: TypeAlias = Literal["high", "low"]


@attrs.frozen(kw_only=True, eq=False)
class TopBox(Estimate):
    """Shares of the best answers and of the worst, all arrays of one shape.

    Attributes
    ----------
    value
        Share (0-1) of the best answers: the satisfied.
    lower, upper
        Wilson's limits of that share; those of a finite population where the purpose is ``these_users``.
    bottom
        Share of the worst answers.
    bottom_lower, bottom_upper
        Its limits.
    net
        The best less the worst, -1 to 1.
    net_lower, net_upper
        Its limits: those of the mean of a scale where the best count 1, the worst -1 and all others 0.
    n
        What the shares are shares of: the answers on the scale, or those with the don't-knows.
    n_eff
        The number that Wilson's limits were worked out with; infinite for a census of these users.
    thin
        Whether ``n`` is below five.
    purpose
        ``the_institution`` or ``these_users``; empty where no population was given.
    dont_know
        ``excluded`` or ``in_denominator``.
    confidence
        The coverage asked for, as a share.
    method
        ``wilson``.
    method_version
        Version of the method.
    reason
        ``missing_input``, ``not_finite``, ``negative_input``, ``no_answers``, ``answers_exceed_population``; ``population_missing``: shares
        without an interval. Else empty.

    Examples
    --------
    >>> from maalbib.stats import top_box
    >>> found = top_box([[0, 1, 2, 6, 5], [0, 0, 0, 0, 0]])
    >>> found.value.round(3).tolist(), found.net.round(3).tolist(), found.status.tolist()
    ([0.786, nan], [0.714, nan], ['ok', 'insufficient'])
    """

    bottom: FloatArray
    bottom_lower: FloatArray
    bottom_upper: FloatArray
    net: FloatArray
    net_lower: FloatArray
    net_upper: FloatArray
    n: FloatArray
    n_eff: FloatArray
    thin: BoolArray
    purpose: str
    dont_know: str


def top_box(
    counts: npt.ArrayLike,
    *,
    boxes: int = 2,
    positive_end: _End = "high",
    dont_know: npt.ArrayLike | None = None,
    policy: DontKnow = "excluded",
    population: npt.ArrayLike | None = None,
    purpose: Purpose | None = None,
    confidence: float = 0.95,
) -> TopBox:
    """Return the shares of the best answers and of the worst, and the one less the other.

    Parameters
    ----------
    counts
        How many gave each answer, shape (points,) or (..., points), in the order of the scale. NaN means not reported.
    boxes
        How many points at each end count: of five points 2 for "satisfied" and "very satisfied". At most half of them.
    positive_end
        Which end of the scale is the best: the ``"high"`` or the ``"low"`` one.
    dont_know
        How many answered "don't know", in the shape of the rows.
    policy
        ``"excluded"``: shares of those with an opinion. ``"in_denominator"``: shares of all who answered.
    population
        How many people could have answered, in the shape of the rows; needs ``purpose``.
    purpose
        ``"the_institution"`` or ``"these_users"``, as for :func:`scale_mean`.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    TopBox
        One element per row, in the shape of ``counts`` without its last axis.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers or their shapes do not fit, an option is none of those named, there is no ``dont_know`` to put in the
        denominator, or a population comes without a purpose or the other way round.

    Notes
    -----
    Wilson's interval [1]_ of the share among n answers. About these users, n of N of them, it is worked out with n_eff = n (N - 1)/(N - n);
    a census is its own limits. Where don't-knows are excluded N is the number with an opinion, as far as those who answered show it: N n/(n + don't-knows).
    Results with different policies are not comparable: work both out with one.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of
       the American Statistical Association 22, 209-212.

    Examples
    --------
    Three of four users with an opinion are satisfied, six in ten of all who answered:

    >>> found = top_box([3, 4, 8, 30, 15], dont_know=15)
    >>> found.value.item(), found.lower.round(3).item(), found.upper.round(3).item()
    (0.75, 0.628, 0.842)
    >>> top_box([3, 4, 8, 30, 15], dont_know=15, policy="in_denominator").value.item()
    0.6
    """
    tail_of(confidence)
    known_method(policy, get_args(DontKnow), "policy")
    known_method(positive_end, get_args(_End), "positive_end")
    answers = answers_of(counts)
    if whole_number("boxes", boxes, low=1) > answers.points // 2:
        raise ArgumentError("argument.range", argument="boxes", low=1, high=answers.points // 2)
    outside, faults = _without_opinion(answers, dont_know, policy)
    answered = answers.n + outside
    size, more = people_of(answers, answered, population, purpose)
    n = answered if policy == "in_denominator" else answers.n
    with np.errstate(all="ignore"):
        # As many of those not heard have an opinion as of those heard: when all were heard, nobody else has one.
        size = np.where(n == answered, size, n * (size / answered))
    low, high = answers.counts[:, :boxes].sum(axis=1), answers.counts[:, -boxes:].sum(axis=1)
    best, worst = (high, low) if positive_end == "high" else (low, high)
    reason = reasons(n.shape, *answers.faults, *faults, *more)
    known = (reason == "") | (reason == "population_missing")
    n_eff = np.where(known, _effective(n, size), np.nan)
    columns = {"n": n, "n_eff": n_eff}
    for names, part in ((("value", "lower", "upper"), best), (("bottom", "bottom_lower", "bottom_upper"), worst)):
        columns |= dict(zip(names, _shares(np.where(known, part, np.nan), n, n_eff, confidence), strict=True))
    middle = None if 2 * boxes == answers.points and policy == "excluded" else n - best - worst
    columns |= _net(best, middle, worst, known, size if purpose == "these_users" else None, confidence)
    return TopBox(
        **answers.shaped(columns),
        thin=(n < THIN).reshape(answers.shape),
        purpose=purpose or "",
        dont_know=policy,
        confidence=float(confidence),
        method="wilson",
        reason=reason.reshape(answers.shape),
    )


def _without_opinion(
    answers: Answers, dont_know: npt.ArrayLike | None, policy: DontKnow
) -> tuple[FloatArray, tuple[tuple[BoolArray, str], ...]]:
    """Return how many had no opinion in each row, and where that cannot be."""
    if dont_know is None:
        if policy == "in_denominator":
            raise ArgumentError("surveys.dont_know_needed", argument="dont_know")
        return np.zeros(answers.n.shape), ()
    given = answers.stretched("dont_know", dont_know)
    return given, (
        (np.isnan(given), "missing_input"),
        (np.isinf(given), "not_finite"),
        (given < 0, "negative_input"),
    )


def _effective(n: FloatArray, size: FloatArray) -> FloatArray:
    """Return how many answers of an endless population tell as much as n of a finite one."""
    with np.errstate(all="ignore"):
        return np.where(np.isinf(size), n, np.where(n == size, np.inf, n * (size - 1) / (size - n)))


def _shares(
    part: FloatArray, n: FloatArray, n_eff: FloatArray, confidence: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the share and its limits; a census is certain."""
    with np.errstate(all="ignore"):
        share = part / n
        whole = np.isinf(n_eff)
        found = wilson_interval(
            np.where(whole, np.nan, share * n_eff), np.where(whole, np.nan, n_eff), confidence=confidence
        )
    return share, np.where(whole, share, found.lower), np.where(whole, share, found.upper)


def _net(
    best: FloatArray,
    middle: FloatArray | None,
    worst: FloatArray,
    known: BoolArray,
    population: FloatArray | None,
    confidence: float,
) -> dict[str, FloatArray]:
    parts, points = ([worst, best], (-1, 1)) if middle is None else ([worst, middle, best], (-1, 0, 1))
    counts = np.where(known[:, None], np.stack(parts, axis=1), np.nan)
    purpose: Purpose | None = None if population is None else "these_users"
    found = scale_mean(counts, points=points, population=population, purpose=purpose, confidence=confidence)
    return {"net": found.value, "net_lower": found.lower, "net_upper": found.upper}
