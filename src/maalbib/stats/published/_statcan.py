"""Progress as Statistics Canada and Open SDG measure it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maalbib.stats.published._growth import GrowthScore, growth_score
from maalbib.stats.published._profile import Profile, as_profile

__all__ = ["statcan_progress"]


def statcan_progress(
    base: npt.ArrayLike,
    base_time: npt.ArrayLike,
    current: npt.ArrayLike,
    current_time: npt.ArrayLike,
    *,
    direction: object,
    target: npt.ArrayLike = np.nan,
    target_time: npt.ArrayLike = np.nan,
    limit: npt.ArrayLike = np.nan,
    profile: str | Profile = "statcan",
) -> GrowthScore:
    """Judge by the published method of Statistics Canada, which Open SDG carries.

    Parameters
    ----------
    base, base_time
        Base value and its year. All arrays stretch to each other; NaN means missing.
    current, current_time
        Latest value and its year.
    direction
        ``"higher"`` or ``"lower"``: the better way, one for all or one per element. The published configuration takes lower
        where none is stated; here it must be stated.
    target, target_time
        Value to reach and its year. NaN means that there is no target, only a direction.
    limit
        Natural limit of the values, such as 100 for a share in per cent; used where there is no target. NaN means none.
    profile
        ``"statcan"`` for the newest version, ``"statcan/1"`` to pin one, or a :class:`Profile`.

    Returns
    -------
    GrowthScore
        ``status`` is ``"target_achieved"``, ``"substantial_progress"``, ``"moderate_progress"``, ``"limited_progress"``,
        ``"deterioration"`` or ``"not_available"``.

    Raises
    ------
    ArgumentError
        If shapes do not fit, a direction is not known, or the profile is another method's.

    Notes
    -----
    Growth a year from the first to the last value alone, as a share of the growth required [1]_. Known weaknesses are kept,
    because the figures are to agree with published ones: a target that is reached hides a fall, a base equal to the
    target hides a deterioration, and zeros are replaced by 0.001. :func:`maalbib.track` has none of them. Elementwise, in
    blocks, so temporaries are bounded.

    References
    ----------
    .. [1] Open SDG, Progress calculation methodology; Statistics Canada, sdg-data-donnees-odd.

    Examples
    --------
    >>> found = statcan_progress(40, 2015, 30, 2022, target=20, target_time=2030, direction="lower")
    >>> found.value.round(4).item(), found.score.round(4).item(), found.status.item()
    (0.8916, 2.0831, 'moderate_progress')
    """
    return growth_score(
        as_profile(profile, "statcan"),
        direction,
        base=base,
        base_time=base_time,
        current=current,
        current_time=current_time,
        target=target,
        target_time=target_time,
        limit=limit,
    )
