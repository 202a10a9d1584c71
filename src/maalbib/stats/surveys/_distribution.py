"""How the answers are distributed, how many had no opinion, and how many answered at all."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, open_share, reasons
from maalbib.stats._intervals import wilson_interval
from maalbib.stats.rates._estimate import tail_of
from maalbib.stats.surveys._answers import answers_of

__all__ = ["AnswerDistribution", "answer_distribution"]


@attrs.frozen(kw_only=True, eq=False)
class AnswerDistribution(ArrayResult):
    """Shares of the answers, in the shape of the counts; all else in that shape without its last axis.

    Attributes
    ----------
    share, lower, upper
        The share (0-1) of each answer among those with an opinion, and Wilson's limits, one answer at a time.
    n
        Answers on the scale.
    answered
        Those who answered, the don't-knows among them.
    dont_know, dont_know_lower, dont_know_upper
        The share of don't-knows among those who answered, and its limits.
    much_dont_know
        Whether that share is so large that leaving it out may change who comes first.
    response_rate
        ``answered`` over those invited: a form with "don't know" is an answer. NaN where it is not known how many were invited.
    confidence
        The coverage asked for, as a share.
    reason
        ``missing_input``, ``not_finite``, ``negative_input``, ``answers_exceed_population`` (more answers than invitations);
        ``no_answers``: no shares, but what is known of the don't-knows and of the response stands. Else empty.

    Examples
    --------
    >>> from maalbib.stats import answer_distribution
    >>> found = answer_distribution([1, 1, 2, 10, 6], dont_know=5, invited=40)
    >>> found.share.tolist(), found.dont_know.item(), found.response_rate.item()
    ([0.05, 0.05, 0.1, 0.5, 0.3], 0.2, 0.625)
    """

    share: FloatArray
    lower: FloatArray
    upper: FloatArray
    n: FloatArray
    answered: FloatArray
    dont_know: FloatArray
    dont_know_lower: FloatArray
    dont_know_upper: FloatArray
    much_dont_know: BoolArray
    response_rate: FloatArray
    confidence: float
    reason: ReasonArray


def answer_distribution(
    counts: npt.ArrayLike,
    *,
    dont_know: npt.ArrayLike = 0,
    invited: npt.ArrayLike | None = None,
    dont_know_at_most: float = 0.2,
    confidence: float = 0.95,
) -> AnswerDistribution:
    """Return the share of each answer, of those without an opinion, and of those who answered.

    Parameters
    ----------
    counts
        How many gave each answer on the scale, shape (points,) or (..., points). NaN means not reported.
    dont_know
        How many answered "don't know", in the shape of the rows. A form left blank is no answer.
    invited
        How many were asked, in the shape of the rows; NaN or None where that is not known.
    dont_know_at_most
        The share of don't-knows above which ``much_dont_know`` is set, 0 < share < 1.
    confidence
        Coverage as a share, 0 < confidence < 1.

    Returns
    -------
    AnswerDistribution
        Shares in the shape of ``counts``.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not fit, or an option lies outside (0, 1).

    Notes
    -----
    An answer that one of nine gave tells who gave it: what may be shown is decided elsewhere, and more strictly for a distribution than for
    its mean.

    Examples
    --------
    A scale has its order: look at the distribution first.

    >>> found = answer_distribution([[3, 4, 9, 22, 18], [0, 0, 0, 0, 0]], dont_know=[2, 4])
    >>> found.share.round(2).tolist()[0], found.n.tolist(), found.answered.tolist()
    ([0.05, 0.07, 0.16, 0.39, 0.32], [56.0, 0.0], [58.0, 4.0])
    >>> found.reason.tolist(), found.much_dont_know.tolist()
    (['', 'no_answers'], [False, True])
    """
    tail_of(confidence)
    most = open_share("dont_know_at_most", dont_know_at_most)
    answers = answers_of(counts)
    outside = answers.stretched("dont_know", dont_know)
    asked = np.full(answers.n.shape, np.nan) if invited is None else answers.stretched("invited", invited)
    answered = answers.n + outside
    first = answers.faults[:-1]
    impossible = (
        *first,
        (np.isnan(outside), "missing_input"),
        (np.isinf(outside) | np.isinf(asked), "not_finite"),
        ((outside < 0) | (asked < 0), "negative_input"),
        (answered > asked, "answers_exceed_population"),
    )
    bad = np.logical_or.reduce([where for where, _ in impossible])
    answered[bad] = np.nan
    parts = np.where(bad[:, None], np.nan, answers.counts)
    n = parts.sum(axis=1)
    each = wilson_interval(parts, n[:, None], confidence=confidence)
    without = wilson_interval(np.where(bad, np.nan, outside), answered, confidence=confidence)
    with np.errstate(all="ignore"):
        rate = answered / asked
    rate[asked == 0] = np.nan
    rows = {
        "n": n,
        "answered": answered,
        "dont_know": without.value,
        "dont_know_lower": without.lower,
        "dont_know_upper": without.upper,
        "much_dont_know": without.value > most,
        "response_rate": rate,
        "reason": reasons(n.shape, *impossible, (n == 0, "no_answers")),
    }
    shape = (*answers.shape, answers.points)
    return AnswerDistribution(
        share=each.value.reshape(shape),
        lower=each.lower.reshape(shape),
        upper=each.upper.reshape(shape),
        confidence=float(confidence),
        **answers.shaped(rows),
    )
