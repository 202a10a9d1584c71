"""Scores of the Sustainable Development Goals Progress Chart of the United Nations."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, reasons
from maalbib.stats.published._elements import by_blocks, numbers, ways
from maalbib.stats.published._profile import Profile, as_profile

__all__ = ["UnProgress", "un_progress"]


@attrs.frozen(kw_only=True, eq=False)
class UnProgress(ArrayResult):
    """Scores 3, 2 or 1; arrays with one element per judged thing.

    Attributes
    ----------
    score
        3 (met or on course), 2 (some way) or 1 (little or none); NaN without.
    value
        With a target: the share of the way from base to target that the projection covers. Without: growth a year, its
        sign that of the change. NaN where neither was needed.
    met
        Whether the target is met.
    why
        What the score rests on: ``"met"``, ``"within_1_of_bound"``, ``"projected"``, ``"growth"`` or ``"binary"``; empty without
        a score.
    profile
        Method and version.
    reason
        Why there is no score: ``"missing_input"``, ``"not_finite"``, ``"one_point"``, ``"cagr_undefined"`` (base and current
        value are not on the same side of zero), ``"base_equals_target"``, ``"no_target"``. Else empty.

    Examples
    --------
    >>> from maalbib.stats import un_progress
    >>> found = un_progress(40, 2015, [60, 40.5, 95], 2022, target=90, target_time=2030, direction="higher")
    >>> found.score.tolist(), found.why.tolist()
    ([3.0, 1.0, 3.0], ['projected', 'projected', 'met'])
    """

    score: FloatArray
    value: FloatArray
    met: BoolArray
    why: ReasonArray
    profile: str
    reason: ReasonArray


def un_progress(
    base: npt.ArrayLike,
    base_time: npt.ArrayLike,
    current: npt.ArrayLike,
    current_time: npt.ArrayLike,
    *,
    direction: object,
    target: npt.ArrayLike = np.nan,
    target_time: npt.ArrayLike = np.nan,
    percent_scale: bool = False,
    binary: bool = False,
    profile: str | Profile = "un_progress_chart",
) -> UnProgress:
    """Score by the rules of the United Nations' Progress Chart.

    Parameters
    ----------
    base, base_time
        Base value and its year. All arrays stretch to each other; NaN means missing.
    current, current_time
        Latest value and its year.
    direction
        ``"higher"`` or ``"lower"``: the better way, one for all or one per element.
    target, target_time
        Value to reach and its year. NaN means that there is no target, only a direction.
    percent_scale
        Whether the values are per cent from 0 to 100: a target of 0 or 100 then counts as reached within one point.
    binary
        Whether the target is a thing done or not: 3 where it is met, else 1.
    profile
        ``"un_progress_chart"`` for the newest version, ``"un_progress_chart/1"`` to pin one, or a :class:`Profile`.

    Returns
    -------
    UnProgress
        Scores and what they rest on.

    Raises
    ------
    ArgumentError
        If shapes do not fit, a direction is not known, or the profile is another method's.

    Notes
    -----
    The compound growth from base to current value is carried on to the target year, also backwards where that year has
    passed; the share of the way covered decides [1]_. The rules were read in a description by another office; no published
    table of scores was found to prove them by. Elementwise, in blocks.

    References
    ----------
    .. [1] United Nations Statistics Division (2023). Sustainable Development Goals Progress Chart, technical note.

    Examples
    --------
    >>> found = un_progress(40, 2015, 36, 2022, target=20, target_time=2030, direction="lower")
    >>> found.score.item(), found.value.round(4).item()
    (2.0, 0.4042)
    """
    made = as_profile(profile, "un_progress_chart")
    arrays = numbers(
        base=base,
        base_time=base_time,
        current=current,
        current_time=current_time,
        target=target,
        target_time=target_time,
        way=ways(direction),
    )
    options = {"percent_scale": bool(percent_scale), "binary": bool(binary)}
    found = by_blocks(partial(_scored, options=options, parameters=made.parameters), arrays)
    return UnProgress(**found, profile=made.name)


@attrs.frozen(kw_only=True)
class _Part:
    """Arguments of one block."""

    base: FloatArray
    base_time: FloatArray
    current: FloatArray
    current_time: FloatArray
    target: FloatArray
    target_time: FloatArray
    way: FloatArray


def _scored(*, options: dict[str, bool], parameters: Any, **given: FloatArray) -> dict[str, npt.NDArray[Any]]:
    part = _Part(**given)
    aimed = ~np.isnan(part.target)
    met = aimed & (part.way * (part.current - part.target) >= 0)
    bound = np.isin(part.target, parameters["bounds"]) & options["percent_scale"]
    near = bound & (np.abs(part.current - part.target) <= parameters["near_bound"])
    reason = _why_not(part, options, aimed, settled=met | near)
    value = np.where(reason == "", _value(part, aimed), np.nan)
    value[met | near | options["binary"]] = np.nan
    high, low = (
        np.where(aimed, *cuts) for cuts in zip(parameters["share_cuts"], parameters["growth_cuts"], strict=True)
    )
    wished = np.where(aimed, value, part.way * value)
    score = np.select([met | near, wished >= high, wished >= low], [3.0, 3.0, 2.0], 1.0)
    why = reasons(
        part.base.shape,
        (reason != "", ""),
        (np.full(part.base.shape, options["binary"]), "binary"),
        (met, "met"),
        (near, "within_1_of_bound"),
        (aimed, "projected"),
        (~aimed, "growth"),
    )
    return {"score": np.where(reason == "", score, np.nan), "value": value, "met": met, "why": why, "reason": reason}


def _why_not(part: _Part, options: dict[str, bool], aimed: BoolArray, *, settled: BoolArray) -> ReasonArray:
    """Return why there is no score; what the target alone settles needs no growth."""
    growing = ~settled & (not options["binary"])
    needed = (part.base, part.base_time, part.current_time)
    times = aimed & np.isnan(part.target_time)
    return reasons(
        part.base.shape,
        (np.isnan(part.current), "missing_input"),
        (np.isinf(part.current) | np.isinf(part.target), "not_finite"),
        (np.full(part.base.shape, options["binary"]) & ~aimed, "no_target"),
        (growing & (np.any(np.isnan(needed), axis=0) | times), "missing_input"),
        (growing & np.any(np.isinf((*needed, part.target_time)), axis=0), "not_finite"),
        (growing & (part.current_time <= part.base_time), "one_point"),
        (growing & (np.sign(part.base) * np.sign(part.current) <= 0), "cagr_undefined"),
        (growing & aimed & (part.base == part.target), "base_equals_target"),
    )


def _value(part: _Part, aimed: BoolArray) -> FloatArray:
    growth = (part.current / part.base) ** (1 / (part.current_time - part.base_time)) - 1
    projected = part.current * (1 + growth) ** (part.target_time - part.current_time)
    share = (projected - part.base) / (part.target - part.base)
    return np.where(aimed, share, np.sign(part.base) * growth)
