"""What the mean of so many answers is worth, and how many answers a reliability needs."""

from __future__ import annotations

import math
from fractions import Fraction

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, open_share, reasons
from maalbib.stats.surveys._needed import AnswersNeeded, stretched

__all__ = ["UnitReliability", "answers_for_reliability", "unit_reliability"]


@attrs.frozen(kw_only=True, eq=False)
class UnitReliability(ArrayResult):
    """How much of the differences between the means of units is there again with other answers, arrays of one shape.

    Attributes
    ----------
    value
        The reliability, 0 to 1: the share of the variance of such means that is between units. 0 where the correlation is negative.
    low
        Whether it is below ``least``: then a ranking of such units is mostly noise.
    reason
        ``missing_input``, ``not_finite``, ``value_not_allowed`` (a correlation above 1 or below -1, less than one answer), or empty.

    Examples
    --------
    >>> from maalbib.stats import unit_reliability
    >>> found = unit_reliability(0.04, [20, 96])
    >>> found.value.round(2).tolist(), found.low.tolist()
    ([0.45, 0.8], [True, False])
    """

    value: FloatArray
    low: BoolArray
    reason: ReasonArray


def unit_reliability(icc: npt.ArrayLike, answers: npt.ArrayLike, *, least: float = 0.7) -> UnitReliability:
    """Return the reliability of the mean of so many answers.

    Parameters
    ----------
    icc
        Intraclass correlation: which share of the variance of single answers lies between units, as :func:`intraclass_correlation` gives it.
    answers
        Answers per unit, in a shape that broadcasts.
    least
        What is called low is below this, 0 < least < 1.

    Returns
    -------
    UnitReliability
        In the broadcast shape.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not broadcast, or ``least`` is not inside (0, 1).

    Notes
    -----
    n icc / (1 + (n - 1) icc), the formula of Spearman and Brown [1]_ [2]_.

    References
    ----------
    .. [1] Spearman, C. (1910). Correlation calculated from faulty data. British Journal of Psychology 3, 271-295.
    .. [2] Brown, W. (1910). Some experimental results in the correlation of mental abilities. British Journal of
       Psychology 3, 296-322.

    Examples
    --------
    Schools that explain 4 % of the differences between pupils, with a class of 20 each:

    >>> unit_reliability(0.04, 20).value.round(3).item()
    0.455
    """
    lowest = open_share("least", least)
    (rho, n), missing, infinite = stretched(icc=icc, answers=answers)
    reason = reasons(
        rho.shape,
        (missing, "missing_input"),
        (infinite, "not_finite"),
        ((np.abs(rho) > 1) | (n < 1), "value_not_allowed"),
    )
    used = np.where(reason == "", np.maximum(rho, 0.0), np.nan)
    with np.errstate(all="ignore"):
        value = n * used / (1 + (n - 1) * used)
    return UnitReliability(value=np.asarray(value), low=np.asarray(value < lowest), reason=reason)


def answers_for_reliability(icc: npt.ArrayLike, reliability: npt.ArrayLike = 0.8) -> AnswersNeeded:
    """Return how many answers per unit a reliability needs.

    Parameters
    ----------
    icc
        Intraclass correlation of single answers.
    reliability
        The reliability wanted, above 0 and below 1, in a shape that broadcasts.

    Returns
    -------
    AnswersNeeded
        In the broadcast shape.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers or their shapes do not broadcast.

    Notes
    -----
    R/(1 - R) (1 - icc)/icc, rounded up; the inverse of the formula of Spearman and Brown [1]_. It is worked out in fractions of the numbers as they
    are written: with an icc of 0.04 and R of 0.8 that is 96, and in binary numbers a little more, 97. Each pair of numbers is worked out
    once.

    References
    ----------
    .. [1] Spearman, C. (1910). Correlation calculated from faulty data. British Journal of Psychology 3, 271-295.

    Examples
    --------
    >>> answers_for_reliability(0.04, [0.7, 0.8, 0.9]).needed.tolist()
    [56.0, 96.0, 216.0]
    >>> answers_for_reliability([0.01, 0.05]).needed.tolist()
    [396.0, 76.0]
    """
    (rho, wanted), missing, infinite = stretched(icc=icc, reliability=reliability)
    reason = reasons(
        rho.shape,
        (missing, "missing_input"),
        (infinite, "not_finite"),
        ((np.abs(rho) > 1) | (wanted <= 0) | (wanted >= 1), "value_not_allowed"),
        (rho <= 0, "units_do_not_differ"),
    )
    good = reason == ""
    pairs, place = np.unique(np.stack([rho[good], wanted[good]]), axis=1, return_inverse=True)
    worked = np.array([_for_reliability(float(one), float(other)) for one, other in pairs.T]).reshape(-1, 2)
    exact, needed = np.full(rho.shape, np.nan), np.full(rho.shape, np.nan)
    exact[good], needed[good] = worked[place.reshape(-1)].T
    return AnswersNeeded(needed=needed, exact=exact, reason=reason)


def _for_reliability(icc: float, reliability: float) -> tuple[float, float]:
    rho, wanted = Fraction(repr(icc)), Fraction(repr(reliability))
    exact = wanted / (1 - wanted) * (1 - rho) / rho
    return float(exact), float(max(math.ceil(exact), 1))
