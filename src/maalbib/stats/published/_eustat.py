"""Progress as EUSTAT, the Basque statistics office, measures it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from maalbib.stats.published._growth import GrowthScore, growth_score
from maalbib.stats.published._profile import Profile, as_profile

__all__ = ["eustat_progress"]


def eustat_progress(
    base: npt.ArrayLike,
    base_time: npt.ArrayLike,
    current: npt.ArrayLike,
    current_time: npt.ArrayLike,
    *,
    direction: object,
    target: npt.ArrayLike = np.nan,
    target_time: npt.ArrayLike = np.nan,
    limit: npt.ArrayLike = np.nan,
    profile: str | Profile = "eustat",
) -> GrowthScore:
    """Judge by the published method of EUSTAT.

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
    limit
        Natural limit of the values; used where there is no target. NaN means none.
    profile
        ``"eustat"`` for the newest version, ``"eustat/1"`` to pin one, or a :class:`Profile`.

    Returns
    -------
    GrowthScore
        ``status`` is ``"significant_progress"`` (also where the target is reached), ``"moderate_progress"``,
        ``"no_progress"`` (without a target), ``"moderate_deterioration"``, ``"significant_deterioration"`` or
        ``"not_available"``.

    Raises
    ------
    ArgumentError
        If shapes do not fit, a direction is not known, or the profile is another method's.

    Notes
    -----
    The growth rates of :func:`statcan_progress` with other classes and scores [1]_. With a target, everything below 60 per
    cent of the required growth is called a deterioration, standing still included; near a limit status and score may
    disagree. Both are kept, because the figures are to agree with published ones. No published case lies on a cut, so
    whether a cut belongs to the class above it is our reading. Elementwise, in blocks.

    References
    ----------
    .. [1] EUSTAT, Agenda 2030, methodology of the progress of indicators.

    Examples
    --------
    >>> found = eustat_progress(20.6, 2016, 20.6, 2024, target=20.5, target_time=2030, direction="lower")
    >>> found.status.item(), found.score.item()
    ('moderate_deterioration', -2.5)
    """
    return growth_score(
        as_profile(profile, "eustat"),
        direction,
        base=base,
        base_time=base_time,
        current=current,
        current_time=current_time,
        target=target,
        target_time=target_time,
        limit=limit,
    )
