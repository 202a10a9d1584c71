"""Progress as Healthy People 2020 of the United States reports it."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, reasons
from maalbib.stats.published._elements import by_blocks, numbers, ways
from maalbib.stats.published._profile import Profile, as_profile

__all__ = ["HealthyPeopleProgress", "healthy_people_progress"]


@attrs.frozen(kw_only=True, eq=False)
class HealthyPeopleProgress(ArrayResult):
    """Status of each objective; arrays with one element per judged thing.

    Attributes
    ----------
    status
        ``"met_or_exceeded"``, ``"improved"``, ``"little_or_no_change"``, ``"got_worse"``; empty where there is none.
    percent_targeted_change
        Per cent of the change aimed at; NaN where the baseline met the target already.
    z
        Change in standard errors, NaN where one of the two is missing.
    profile
        Method and version.
    reason
        ``"missing_input"`` or ``"not_finite"``. Else empty.

    Examples
    --------
    >>> from maalbib.stats import healthy_people_progress
    >>> found = healthy_people_progress(50, [62, 55, 44], 60, direction="higher")
    >>> found.status.tolist()
    ['met_or_exceeded', 'improved', 'got_worse']
    """

    status: ReasonArray
    percent_targeted_change: FloatArray
    z: FloatArray
    profile: str
    reason: ReasonArray


def healthy_people_progress(
    baseline: npt.ArrayLike,
    latest: npt.ArrayLike,
    target: npt.ArrayLike,
    *,
    direction: object,
    se_baseline: npt.ArrayLike = np.nan,
    se_latest: npt.ArrayLike = np.nan,
    profile: str | Profile = "healthy_people",
) -> HealthyPeopleProgress:
    """Say how an objective ended, by the rules of Healthy People 2020.

    Parameters
    ----------
    baseline, latest, target
        The three values. All arrays stretch to each other; NaN means missing.
    direction
        ``"higher"`` or ``"lower"``: the better way, one for all or one per element.
    se_baseline, se_latest
        Standard errors; NaN where unknown. Both are needed for a test.
    profile
        ``"healthy_people"`` for the newest version, ``"healthy_people/1"`` to pin one, or a :class:`Profile`.

    Returns
    -------
    HealthyPeopleProgress
        Status and percentage.

    Raises
    ------
    ArgumentError
        If shapes do not fit, a direction is not known, or the profile is another method's.

    Notes
    -----
    Met or exceeded: the latest value is at or beyond the target. Towards it: improved where the change is significant, or,
    without standard errors, at least 10 per cent of the change aimed at. Away from it: got worse where the change is
    significant, or, without standard errors, at least 10 per cent of the baseline (a baseline of zero makes any change so).
    Else little or no detectable change [1]_. The level of the test, the cut of 10 per cent of the baseline, and counting a
    target that was met and lost as away from it are our reading; they stand in the profile as ``unverified``. Elementwise.

    References
    ----------
    .. [1] National Center for Health Statistics. Healthy People 2020, final progress table.

    Examples
    --------
    >>> found = healthy_people_progress(50, 55, 60, direction="higher", se_baseline=3, se_latest=3)
    >>> found.status.item(), found.percent_targeted_change.item(), found.z.round(2).item()
    ('little_or_no_change', 50.0, 1.18)
    """
    made = as_profile(profile, "healthy_people")
    arrays = numbers(
        baseline=baseline,
        latest=latest,
        target=target,
        se_baseline=se_baseline,
        se_latest=se_latest,
        way=ways(direction),
    )
    found = by_blocks(partial(_judged, parameters=made.parameters), arrays)
    return HealthyPeopleProgress(**found, profile=made.name)


@attrs.frozen(kw_only=True)
class _Part:
    """Arguments of one block."""

    baseline: FloatArray
    latest: FloatArray
    target: FloatArray
    se_baseline: FloatArray
    se_latest: FloatArray
    way: FloatArray


def _judged(*, parameters: Any, **given: FloatArray) -> dict[str, npt.NDArray[Any]]:
    part = _Part(**given)
    three = (part.baseline, part.latest, part.target)
    reason = reasons(
        part.baseline.shape,
        (np.any(np.isnan(three), axis=0), "missing_input"),
        (np.any(np.isinf(three), axis=0), "not_finite"),
    )
    change = part.latest - part.baseline
    met_before = part.way * (part.baseline - part.target) >= 0
    met = part.way * (part.latest - part.target) >= 0
    percent = np.where(met_before, np.nan, 100 * change / (part.target - part.baseline))
    error = np.hypot(part.se_baseline, part.se_latest)
    z = np.where(change == 0, 0.0 * error, np.abs(change) / error)
    towards = ~met_before & (part.way * change > 0)
    away = ~towards & (change != 0)
    improved = _material(z, percent, parameters["z"], parameters["improved_percent"])
    worse = _material(z, 100 * np.abs(change) / np.abs(part.baseline), parameters["z"], parameters["worse_percent"])
    status = reasons(
        part.baseline.shape,
        (reason != "", ""),
        (met, "met_or_exceeded"),
        (towards & improved, "improved"),
        (away & worse, "got_worse"),
        (np.ones(met.shape, dtype=bool), "little_or_no_change"),
    )
    return {
        "status": status,
        "percent_targeted_change": np.where(reason == "", percent, np.nan),
        "z": np.where(reason == "", z, np.nan),
        "reason": reason,
    }


def _material(z: FloatArray, percent: FloatArray, least_z: float, least_percent: float) -> BoolArray:
    """Return whether a change counts: by the test where there is one, else by its size."""
    return np.where(np.isnan(z), percent >= least_percent, z >= least_z)
