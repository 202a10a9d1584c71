"""What every estimate has in common: a value, limits, and in one word whether they may be used."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, number_or_nan, open_share

__all__ = ["Estimate", "above_zero", "at_least_zero", "known_method", "normal_quantile", "one_of_a_kind", "tail_of"]

_STATUS: Final = {
    "": "ok",
    "answers_exceed_population": "invalid",
    "constant_values": "value_only",
    "exact_line": "value_only",
    "expected_zero": "invalid",
    "group_size_zero": "invalid",
    "group_without_answers": "invalid",
    "intercept_not_positive": "value_only",
    "interval_not_attainable": "value_only",
    "lower_undefined": "value_only",
    "margins_disagree": "invalid",
    "missing_input": "missing",
    "negative_input": "invalid",
    "no_answers": "insufficient",
    "no_events": "insufficient",
    "no_interval": "value_only",
    "no_limits_at_zero": "value_only",
    "no_peer": "not_applicable",
    "no_width": "value_only",
    "not_finite": "invalid",
    "not_yes_or_no": "invalid",
    "numerator_exceeds_denominator": "invalid",
    "part_exceeds_total": "invalid",
    "population_missing": "value_only",
    "population_zero_in_stratum": "invalid",
    "single_answer_stratum": "insufficient",
    "single_value": "value_only",
    "stratum_missing": "invalid",
    "too_few_events": "suppressed",
    "too_few_points": "insufficient",
    "uncertainty_invalid": "invalid",
    "uncertainty_missing": "value_only",
    "upper_unbounded": "value_only",
    "weights_not_settled": "invalid",
    "zero_denominator": "invalid",
}


@attrs.frozen(kw_only=True, eq=False)
class Estimate(ArrayResult):
    """Values with limits, all arrays of one shape.

    Attributes
    ----------
    value
        The estimate. NaN where there is none.
    lower, upper
        The limits in the unit of ``value``. NaN where there are none.
    confidence
        The coverage asked for, as a share.
    method
        Name of the method.
    method_version
        Version of the method: the same name and version give the same numbers in later releases.
    reason
        Why a number is NaN or infinite, empty where none is.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    confidence: float
    method: str
    method_version: int = 1
    reason: ReasonArray

    @property
    def status(self) -> ReasonArray:
        """In one word what ``reason`` comes to.

        ``ok``; ``value_only``, a value without an honest interval; ``insufficient``; ``suppressed``; ``missing``;
        ``not_applicable``; ``invalid``.
        """
        found: ReasonArray = np.full(self.reason.shape, _STATUS[""], dtype=object)
        bad = self.reason != ""
        found[bad] = [_STATUS[reason] for reason in self.reason[bad]]
        return found


def tail_of(confidence: float) -> float:
    """Return half of what an interval of this coverage leaves out."""
    return (1 - open_share("confidence", confidence)) / 2


def normal_quantile(confidence: float) -> float:
    """Return how many standard errors an interval of this coverage reaches to each side."""
    from scipy import special

    return -float(special.ndtri(tail_of(confidence)))


def known_method(method: str, allowed: tuple[str, ...], argument: str = "method") -> str:
    """Return ``method`` when it is one of the allowed ones."""
    if method not in allowed:
        raise ArgumentError.choice(argument, allowed)
    return method


def above_zero(argument: str, value: float) -> float:
    """Return ``value`` when it is a finite number above 0."""
    number = number_or_nan(value)
    if not 0 < number < np.inf:
        raise ArgumentError("rates.not_positive", argument=argument)
    return number


def at_least_zero(argument: str, value: float) -> float:
    """Return ``value`` when it is a finite number and not below 0."""
    number = number_or_nan(value)
    if not 0 <= number < np.inf:
        raise ArgumentError("rates.below_zero", argument=argument)
    return number


def one_of_a_kind(values: npt.NDArray[np.float64]) -> BoolArray:
    """Return which rows hold one value only, however often; NaN takes no part."""
    low, high = np.fmin.reduce(values, axis=-1), np.fmax.reduce(values, axis=-1)
    return np.asarray(low == high)
