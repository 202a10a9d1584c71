"""How many answers a difference needs to be detected, and what so many can detect."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, open_share, reasons
from maalbib.stats.surveys._needed import AnswersNeeded, stretched

__all__ = ["DetectableDifference", "answers_for_difference", "detectable_difference"]


@attrs.frozen(kw_only=True, eq=False)
class DetectableDifference(ArrayResult):
    """Differences that so many answers per unit can detect, arrays of one shape.

    Attributes
    ----------
    value
        The difference, in the unit of the standard deviation.
    reason
        ``missing_input``, ``not_finite``, ``value_not_allowed`` (a spread or a number that is not above 0), or empty.

    Examples
    --------
    >>> from maalbib.stats import detectable_difference
    >>> detectable_difference([20, 0], 0.9).value.round(2).tolist()
    [0.8, nan]
    """

    value: FloatArray
    reason: ReasonArray


def answers_for_difference(
    difference: npt.ArrayLike, sd: npt.ArrayLike, *, alpha: float = 0.05, power: float = 0.8
) -> AnswersNeeded:
    """Return how many answers each of two units needs for a difference between them to be detected.

    Parameters
    ----------
    difference
        The difference that must not be missed, above 0.
    sd
        Standard deviation of single answers, in a shape that broadcasts.
    alpha
        The level of the test, 0 < alpha < 1.
    power
        How often a difference of that size is to be detected, 0 < power < 1.

    Returns
    -------
    AnswersNeeded
        Answers per unit, in the broadcast shape.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not broadcast, or an option lies outside (0, 1).

    Notes
    -----
    2 ((z_{1-alpha/2} + z_power) sd / difference)^2, rounded up [1]_. Below some twenty answers Student's quantiles would ask for one or two
    more.

    References
    ----------
    .. [1] Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd edition. Erlbaum, chapter 2.

    Examples
    --------
    >>> answers_for_difference([0.1, 0.3, 0.6], 0.9).needed.tolist()
    [1272.0, 142.0, 36.0]
    """
    reach = _reach(alpha, power)
    (apart, spread), missing, infinite = stretched(difference=difference, sd=sd)
    reason = _above_zero(apart, spread, missing, infinite)
    with np.errstate(all="ignore"):
        exact = np.where(reason == "", 2 * (reach * spread / apart) ** 2, np.nan)
    return AnswersNeeded(needed=np.maximum(np.ceil(exact), 1.0), exact=exact, reason=reason)


def detectable_difference(
    answers: npt.ArrayLike, sd: npt.ArrayLike, *, alpha: float = 0.05, power: float = 0.8
) -> DetectableDifference:
    """Return how large a difference between two units must be for so many answers to detect it.

    Parameters
    ----------
    answers
        Answers per unit, above 0.
    sd
        Standard deviation of single answers, in a shape that broadcasts.
    alpha
        The level of the test, 0 < alpha < 1.
    power
        How often the difference is to be detected, 0 < power < 1.

    Returns
    -------
    DetectableDifference
        In the broadcast shape.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers, their shapes do not broadcast, or an option lies outside (0, 1).

    Notes
    -----
    (z_{1-alpha/2} + z_power) sd sqrt(2 / n): the inverse of :func:`answers_for_difference` [1]_.

    References
    ----------
    .. [1] Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd edition. Erlbaum, chapter 2.

    Examples
    --------
    >>> detectable_difference([20, 200], 0.9).value.round(2).tolist()
    [0.8, 0.25]
    """
    reach = _reach(alpha, power)
    (n, spread), missing, infinite = stretched(answers=answers, sd=sd)
    reason = _above_zero(n, spread, missing, infinite)
    with np.errstate(all="ignore"):
        value = np.where(reason == "", reach * spread * np.sqrt(2 / n), np.nan)
    return DetectableDifference(value=value, reason=reason)


def _above_zero(one: FloatArray, other: FloatArray, missing: BoolArray, infinite: BoolArray) -> ReasonArray:
    return reasons(
        one.shape,
        (missing, "missing_input"),
        (infinite, "not_finite"),
        ((one <= 0) | (other <= 0), "value_not_allowed"),
    )


def _reach(alpha: float, power: float) -> float:
    """Return how many standard errors a difference must have; 0 where chance alone is found as often as that."""
    from scipy import special

    level, wanted = open_share("alpha", alpha), open_share("power", power)
    return max(float(special.ndtri(wanted) - special.ndtri(level / 2)), 0.0)
