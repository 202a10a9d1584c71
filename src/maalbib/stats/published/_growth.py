"""Growth against required growth: what the methods of Statistics Canada and EUSTAT have in common.

Every threshold stands in the profile. Only growth rates, the limit factor and the order of the rules stand here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, reasons
from maalbib.stats.published._elements import by_blocks, numbers, ways
from maalbib.stats.published._profile import Profile

__all__ = ["GrowthScore", "growth_score"]

_NOT_AVAILABLE: Final = "not_available"


@attrs.frozen(kw_only=True, eq=False)
class GrowthScore(ArrayResult):
    """Growth measured against the growth required, or against fixed cuts; arrays with one element per judged thing.

    Attributes
    ----------
    value
        With a target: observed growth a year as a share of the growth required, positive in the wished direction.
        Without: the growth itself, 0.01 for one per cent a year in the wished direction.
    score
        The published score, -5 to 5.
    status
        The published word; ``"not_available"`` where there is none.
    achieved
        Whether the target counts as reached.
    zero_replaced
        Whether a base or target of zero was replaced by a small number before anything else, as published. The verdict
        may depend on that number.
    factor
        What the cuts without a target were multiplied by because of a natural limit, 1 without.
    profile
        Method and version.
    reason
        Why ``value`` is NaN: ``"missing_input"``, ``"not_finite"``, ``"sign_change"`` (base and current value on either
        side of zero), ``"span_too_short"``, ``"base_equals_target"``, ``"target_of_other_sign"``, ``"no_time_to_target"``.
        Else empty.

    Examples
    --------
    >>> from maalbib.stats import statcan_progress
    >>> found = statcan_progress([40, 10], 2015, [30, 12], 2022, target=[20, 10], target_time=2030, direction="lower")
    >>> found.status.tolist(), found.reason.tolist()
    (['moderate_progress', 'not_available'], ['', 'base_equals_target'])
    """

    value: FloatArray
    score: FloatArray
    status: ReasonArray
    achieved: BoolArray
    zero_replaced: BoolArray
    factor: FloatArray
    profile: str
    reason: ReasonArray


def growth_score(
    profile: Profile,
    direction: object,
    *,
    base: npt.ArrayLike,
    base_time: npt.ArrayLike,
    current: npt.ArrayLike,
    current_time: npt.ArrayLike,
    target: npt.ArrayLike,
    target_time: npt.ArrayLike,
    limit: npt.ArrayLike,
) -> GrowthScore:
    """Judge by the parameters of a profile."""
    arrays = numbers(
        base=base,
        base_time=base_time,
        current=current,
        current_time=current_time,
        target=target,
        target_time=target_time,
        limit=limit,
        way=ways(direction),
    )
    parameters = profile.parameters
    found = by_blocks(partial(_judged, parameters=parameters), arrays)
    return GrowthScore(**found, profile=profile.name)


@attrs.define(kw_only=True)
class _Part:
    """Arguments of one block."""

    base: FloatArray
    base_time: FloatArray
    current: FloatArray
    current_time: FloatArray
    target: FloatArray
    target_time: FloatArray
    limit: FloatArray
    way: FloatArray

    def replace_zeros(self, small: float) -> BoolArray:
        """Put a small number for a base or target of zero, as published; return where."""
        zero_base, zero_target = self.base == 0, self.target == 0
        self.base = np.where(zero_base, small, self.base)
        self.target = np.where(zero_target, small, self.target)
        return np.asarray(zero_base | zero_target)


def _judged(*, parameters: Mapping[str, Any], **given: FloatArray) -> dict[str, npt.NDArray[Any]]:
    part = _Part(**given)
    zero_replaced = part.replace_zeros(parameters["zero_replacement"])
    aimed = ~np.isnan(part.target)
    factor = _limit_factor(part, aimed, parameters["limit_exponent"])
    span = part.current_time - part.base_time
    reason = _unavailable(part, span, parameters["min_span"])
    unavailable = reason != ""
    ahead = part.target_time - part.base_time
    reason = _no_ratio(part, reason, aimed, ahead)
    growth = part.way * np.sign(part.base) * _yearly(part.base, part.current, span)
    required = np.abs(_yearly(part.base, part.target, ahead))
    value = np.where(reason == "", np.where(aimed, growth / required, growth), np.nan)
    achieved = aimed & (part.way * (part.current - part.target) >= 0)
    if parameters["achieved"]["at_limit"]:
        achieved |= ~aimed & (part.current == part.limit)
    achieved &= ~unavailable
    return {
        "value": value,
        "score": _scores(value, factor, aimed, achieved, parameters),
        "status": _statuses(value, factor, aimed, achieved, parameters),
        "achieved": achieved,
        "zero_replaced": zero_replaced,
        "factor": factor,
        "reason": reason,
    }


def _unavailable(part: _Part, span: FloatArray, min_span: float) -> ReasonArray:
    needed = (part.base, part.base_time, part.current, part.current_time)
    return reasons(
        part.base.shape,
        (np.any(np.isnan(needed), axis=0), "missing_input"),
        (np.any(np.isinf((*needed, part.target, part.target_time)), axis=0), "not_finite"),
        (np.sign(part.base) * np.sign(part.current) < 0, "sign_change"),
        (span < min_span, "span_too_short"),
    )


def _no_ratio(part: _Part, reason: ReasonArray, aimed: BoolArray, ahead: FloatArray) -> ReasonArray:
    """Return why there is no growth to compare with, where nothing stands in the way before."""
    found = reasons(
        reason.shape,
        (aimed & np.isnan(part.target_time), "missing_input"),
        (aimed & (part.base == part.target), "base_equals_target"),
        (aimed & (np.sign(part.base) * np.sign(part.target) < 0), "target_of_other_sign"),
        (aimed & (ahead <= 0), "no_time_to_target"),
    )
    return np.where(reason == "", found, reason)


def _yearly(start: FloatArray, end: FloatArray, years: FloatArray) -> FloatArray:
    return np.asarray((end / start) ** (1.0 / years) - 1.0)


def _limit_factor(part: _Part, aimed: BoolArray, exponent: float) -> FloatArray:
    """Return how much the cuts shrink near a natural limit: not at all from twice the limit on."""
    base, limit = np.abs(part.base), np.abs(part.limit)
    below = 1 - (base / limit) ** exponent
    above = 1 - ((2 * limit - base) / limit) ** exponent
    factor = np.where(base >= 2 * limit, 1.0, np.where(base <= limit, below, above))
    return np.where(aimed | np.isnan(factor), 1.0, factor)


def _cut(rule: Mapping[str, Any], factor: FloatArray) -> FloatArray:
    least = rule.get("at_least", -np.inf)
    return least * factor if rule.get("scaled") else np.full(factor.shape, least, dtype=np.float64)


def _statuses(
    value: FloatArray, factor: FloatArray, aimed: BoolArray, achieved: BoolArray, parameters: Mapping[str, Any]
) -> ReasonArray:
    status = np.full(value.shape, _NOT_AVAILABLE, dtype=object)
    for where, key in ((aimed, "with_target"), (~aimed, "without_target")):
        for rule in reversed(parameters[key]["classes"]):
            status[where & (value >= _cut(rule, factor))] = rule["status"]
    status[achieved] = parameters["achieved"]["status"]
    return status


def _scores(
    value: FloatArray, factor: FloatArray, aimed: BoolArray, achieved: BoolArray, parameters: Mapping[str, Any]
) -> FloatArray:
    low, high = parameters["scores"]
    score = np.full(value.shape, np.nan)
    for where, key in ((aimed, "with_target"), (~aimed, "without_target")):
        for piece in reversed(parameters[key]["pieces"]):
            size = value / factor if piece.get("over_factor") else value
            line = np.clip(piece["slope"] * size + piece["intercept"], low, high)
            score = np.where(where & (value >= _cut(piece, factor)), line, score)
    exhausted = ~aimed & (factor == 0) & (value >= parameters["without_target"]["zero_factor_from"])
    score = np.where(exhausted, high, score)
    return np.where(achieved, parameters["achieved"]["score"], score)
