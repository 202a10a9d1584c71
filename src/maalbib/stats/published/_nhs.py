"""Assurance from control limits, by the rule of NHS Making Data Count."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, FloatArray, ReasonArray, reasons
from maalbib.stats.published._elements import by_blocks, numbers, ways
from maalbib.stats.published._profile import Profile, as_profile

__all__ = ["NhsAssurance", "nhs_assurance"]


@attrs.frozen(kw_only=True, eq=False)
class NhsAssurance(ArrayResult):
    """Whether a target lies beyond the process limits; arrays with one element per judged thing.

    Attributes
    ----------
    verdict
        ``"consistent_pass"``, ``"consistent_fail"`` or ``"inconsistent"``; empty where there is none.
    profile
        Method and version.
    reason
        ``"no_direction"``, ``"no_target"``, ``"no_limits"`` or ``"not_finite"``. Else empty.

    Examples
    --------
    >>> from maalbib.stats import nhs_assurance
    >>> nhs_assurance(10, 20, [5, 10, 25], direction="higher").verdict.tolist()
    ['consistent_pass', 'inconsistent', 'consistent_fail']
    """

    verdict: ReasonArray
    profile: str
    reason: ReasonArray


def nhs_assurance(
    lower_limit: npt.ArrayLike,
    upper_limit: npt.ArrayLike,
    target: npt.ArrayLike,
    *,
    direction: object,
    profile: str | Profile = "nhs_assurance",
) -> NhsAssurance:
    """Say whether a process will meet its target whatever chance does, from its limits.

    Parameters
    ----------
    lower_limit, upper_limit
        Process limits of the last segment. All arrays stretch to each other; NaN means missing.
    target
        The value to meet; NaN means none.
    direction
        ``"higher"`` or ``"lower"``: the better way; ``"context"`` where neither is. One for all or one per element.
    profile
        ``"nhs_assurance"`` for the newest version, ``"nhs_assurance/1"`` to pin one, or a :class:`Profile`.

    Returns
    -------
    NhsAssurance
        Verdicts.

    Raises
    ------
    ArgumentError
        If shapes do not fit, a direction is not known, or the profile is another method's.

    Notes
    -----
    A target strictly above the upper limit is failed consistently where an increase is wished and passed consistently where
    a decrease is; strictly below the lower limit the other way round; else, on a limit too, chance decides [1]_. It says nothing
    about whether the target is met now. :func:`assurance` starts from a chart and knows clipped limits, intervals and
    probabilities. Elementwise, in blocks.

    References
    ----------
    .. [1] NHS England (2019). Making data count: strengthening your decisions.

    Examples
    --------
    >>> nhs_assurance(1, 3, 4, direction="lower").verdict.item()
    'consistent_pass'
    """
    made = as_profile(profile, "nhs_assurance")
    arrays = numbers(lower=lower_limit, upper=upper_limit, target=target, way=ways(direction, also={"context": 0.0}))
    return NhsAssurance(**by_blocks(_judged, arrays), profile=made.name)


def _judged(lower: FloatArray, upper: FloatArray, target: FloatArray, way: FloatArray) -> dict[str, npt.NDArray[Any]]:
    reason = reasons(
        lower.shape,
        (way == 0, "no_direction"),
        (np.isnan(target), "no_target"),
        (np.isnan(lower) | np.isnan(upper), "no_limits"),
        (np.isinf(target), "not_finite"),
    )
    above, below = target > upper, target < lower
    verdict = reasons(
        lower.shape,
        (reason != "", ""),
        (np.where(way > 0, below, above), "consistent_pass"),
        (np.where(way > 0, above, below), "consistent_fail"),
        (np.ones(lower.shape, dtype=bool), "inconsistent"),
    )
    return {"verdict": verdict, "reason": reason}
