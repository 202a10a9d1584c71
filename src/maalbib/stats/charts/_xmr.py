"""Individuals charts: the mean of a series and the limits of its ordinary variation."""

from __future__ import annotations

import numpy.typing as npt

from maalbib.stats.charts._kinds import control_limits
from maalbib.stats.charts._limits import ControlLimits
from maalbib.stats.charts._options import Bounds, Gaps, Transform

__all__ = ["xmr_limits"]


def xmr_limits(
    values: npt.ArrayLike,
    *,
    baseline: int | None = None,
    exclude: npt.ArrayLike | None = None,
    segments: npt.ArrayLike | None = None,
    screen: bool = True,
    multiplier: float = 2.66,
    gaps: Gaps = "break",
    bounds: Bounds | None = None,
    transform: Transform | None = None,
    centre: npt.ArrayLike | None = None,
    min_points: int = 20,
    min_points_trial: int = 12,
) -> ControlLimits:
    """Centre and limits of each series from its values and their moving ranges (XmR chart).

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit, one value per period in time order. NaN means missing and
        keeps its place; series may miss different periods.
    baseline
        Limits from the first so many periods of each segment, kept for the rest (freeze). None uses all.
    exclude
        True for points that are drawn but have no part in limits and patterns, shape (periods,) or
        (series, periods).
    segments
        Whole-number labels, shape (periods,) or (series, periods): each segment has limits of its own. A label stands
        for one stretch of periods.
    screen
        Leave out moving ranges that are too large to be chance, once, before averaging them.
    multiplier
        Mean moving ranges from the centre to a limit: 2.66, or 3/1.128 with more digits.
    gaps
        ``"break"``: no moving range across a missing or excluded point. ``"join"``: from the value before it.
    bounds
        The least and the largest value possible, None where there is none. Limits beyond are moved to them, and
        ``clipped_lower`` and ``clipped_upper`` say that there can be no signal on that side.
    transform
        Make limits on a scale where they cannot leave the possible: ``"logit"`` for shares, ``"log1p"`` for counts.
    centre
        A given centre in the units of the values, in a shape that stretches to theirs; NaN where it is to be
        estimated.
    min_points
        Points from which limits are full.
    min_points_trial
        Points from which there are trial limits; below there are none.

    Returns
    -------
    ControlLimits
        Arrays of the shape of ``values``.

    Raises
    ------
    ArgumentError
        If shapes do not fit, an option is unknown, or a segment comes back after another.

    Notes
    -----
    With mean m and mean moving range A the limits are m +/- 2.66 A, sigma is a third of their distance. Screened, ranges of
    3.267 A and more are dropped once and the rest averaged again [1]_. Points are counted as ranges plus one: a series with
    gaps or excluded points has fewer ranges. Values that do not change from point to point have no limits and give no
    signals: ``no_variation``.

    The centre is the mean of the values as they are. The mean of percentages is not the share of the whole:
    where there are numerators and denominators, ``control_limits("p_prime", ...)`` pools them.

    20,000 series of 36 points take a few hundredths of a second; time and memory grow with the number of values.

    References
    ----------
    .. [1] Nelson, L. S. (1982). Control charts for individual measurements. Journal of Quality Technology 14, 172-173.

    Examples
    --------
    One extreme value among eighteen. Its two moving ranges are screened out, so it does not hide itself:

    >>> weeks = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    >>> found = xmr_limits(weeks)
    >>> found.lower[0].round(4).item(), found.centre[0].round(4).item(), found.upper[0].round(4).item()
    (-0.7156, 1.9444, 4.6044)
    >>> found.beyond.nonzero()[0].tolist(), found.screened.nonzero()[0].tolist(), found.status[0]
    ([4], [4, 5], 'trial')

    Too few values, and values that do not change:

    >>> found = xmr_limits([[1, 2, 3, None], [5, 5, 5, 5]], min_points_trial=4)
    >>> found.reason[:, 0].tolist(), found.centre[:, 0].tolist()
    (['too_few_points', 'no_variation'], [2.0, 5.0])
    """
    return control_limits(
        "i",
        values,
        baseline=baseline,
        exclude=exclude,
        segments=segments,
        screen=screen,
        multiplier=multiplier,
        gaps=gaps,
        bounds=bounds,
        transform=transform,
        centre=centre,
        min_points=min_points,
        min_points_trial=min_points_trial,
    )
