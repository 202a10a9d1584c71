"""The recent trend: whether the last few yearly points rise or fall, as English public health asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import attrs
import numpy as np

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import (
    ArrayResult,
    BoolArray,
    FloatArray,
    IntArray,
    ReasonArray,
    open_share,
    whole_number,
)
from maalbib.stats._dispersion import Dispersion, DispersionRule, chi2_tail
from maalbib.stats._points import Points
from maalbib.stats._recent_window import Limits, Windows, WindowTest, shares_tested, values_tested

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["RecentTrend", "recent_trend"]

Method = Literal["quasi", "phe_recent_trend"]
Scale = Literal["identity", "log", "logit"]

_LEAST_POINTS: Final = 3  # a line through two has no residual, and none is left without one of them


@attrs.frozen(kw_only=True, eq=False)
class RecentTrend(ArrayResult):
    """What the recent-trend test says about each series; all arrays have one shape.

    Attributes
    ----------
    direction
        1 rising, -1 falling, 0 no change shown; NaN where the series was not judged. Rising and falling need
        ``significant`` and ``same_sign``.
    significant
        Whether ``p_value`` is at most alpha.
    same_sign
        Whether the line keeps its direction whichever point is left out; a level line has none.
    outlier
        Significant, but one point makes it so: the published "outlier found". The direction is then 0.
    slope
        Per unit of time: of the values on the chosen scale, or of the log odds of the shares. NaN where there is
        no finite line of the log odds (``path`` is then ``"armitage"``).
    chi2
        The statistic, on one degree of freedom if there were sampling error only.
    p_chi2
        p of ``chi2`` as it stands.
    p_value
        p with the dispersion allowed for; that of ``chi2`` under the published rule.
    residual
        Chi-square of the points around the line; NaN where it tells nothing about dispersion.
    phi
        The dispersion used: 1 where points scatter as much as sampling makes them.
    df
        Degrees of freedom that ``phi`` rests on, infinite where it was given.
    n
        Points tested, or as many as there are where they are too few.
    first_time, last_time
        Times of the first and the last point tested.
    path
        Where ``chi2`` comes from: ``"weighted"`` (values with limits), ``"logistic"`` (slope of the log odds),
        ``"armitage"`` (the Cochran-Armitage statistic), or empty.
    asymmetric
        Whether an interval reaches more than 1.2 times as far to one side as to the other on the chosen scale; the
        logarithm, or the log odds of a share, may suit it better.
    reason
        Why a series was not judged, empty where it was: ``no_data``, ``too_few_points``, ``gap``,
        ``negative_input``, ``not_finite``, ``numerator_exceeds_denominator``, ``uncertainty_missing``,
        ``inverted_interval``, ``value_outside_interval``, ``zero_width_interval``, ``outside_scale``,
        ``no_finite_line`` (no dispersion to be had). Judged without a test: ``no_variation`` (all shares 0 or all
        1), with direction 0.

    Examples
    --------
    >>> result = recent_trend(numerator=[[58, 55, 56, 51, 47], [0, 0, 0, 0, 0]], denominator=90)
    >>> result.direction.tolist(), result.reason.tolist(), result.p_value.round(2).tolist()
    ([0.0, 0.0], ['', 'no_variation'], [0.18, nan])
    """

    direction: FloatArray
    significant: BoolArray
    same_sign: BoolArray
    outlier: BoolArray
    slope: FloatArray
    chi2: FloatArray
    p_chi2: FloatArray
    p_value: FloatArray
    residual: FloatArray
    phi: FloatArray
    df: FloatArray
    n: IntArray
    first_time: FloatArray
    last_time: FloatArray
    path: ReasonArray
    asymmetric: BoolArray
    reason: ReasonArray


def recent_trend(
    values: npt.ArrayLike | None = None,
    *,
    numerator: npt.ArrayLike | None = None,
    denominator: npt.ArrayLike | None = None,
    lower: npt.ArrayLike | None = None,
    upper: npt.ArrayLike | None = None,
    times: npt.ArrayLike | None = None,
    periods: int = 5,
    alpha: float = 0.002,
    method: Method = "quasi",
    dispersion: Dispersion | None = None,
    groups: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    scale: Scale = "identity",
    decimals: int | None = None,
    allow_gaps: bool = False,
) -> RecentTrend:
    """Say of each series whether its last few points rise or fall, with more scatter than sampling allowed for.

    Parameters
    ----------
    values
        Values with limits, shape (periods,) or (series, periods), any unit. NaN means missing.
    numerator, denominator
        Counts of a share, instead of values or beside them. Beside them they serve the series that lack limits or
        values. NaN, and a denominator of 0, mean missing.
    lower, upper
        Limits of the values.
    times
        Shape (periods,): when each period was, in years for yearly points; must rise strictly. None for 0, 1, ...
    periods
        How many points are tested, at least 3: the last that a series has. Points must be independent, of periods
        that do not overlap, with no break between them; this cannot be seen from the numbers.
    alpha
        Level of the two-sided test, 0 < alpha < 1.
    method
        ``"quasi"``: dispersion allowed for. ``"phe_recent_trend"``: the published English rule, for agreement with
        it; every third steady series with five times the binomial variance is beyond its limit of 5 %.
    dispersion
        ``"pooled"``: one for all series of the call, or of the group, and the default of ``"quasi"``. ``"own"``:
        from each series, with little power. ``"none"``: sampling error only, all that the published rule knows. A
        number above 0 is used as it is.
    groups
        With pooled dispersion: whole-number labels of shape (series,) to pool within, for example indicator or size.
    confidence
        Coverage of the limits given, as a share.
    scale
        On which the line is straight and an interval symmetric: the values as they are, their ``"log"`` (values
        above 0), or the ``"logit"`` of shares (0-1).
    decimals
        Printed decimals of values and limits. Limits that rounding made equal are then half a unit of the last
        decimal apart from the value; without it such a series is not judged.
    allow_gaps
        Whether the points may have missing periods between them. Time is used either way.

    Returns
    -------
    RecentTrend
        Arrays of shape () or (series,).

    Raises
    ------
    ArgumentError
        If neither values with both limits nor both counts are given, shapes do not fit, times do not rise, the
        published rule is given a dispersion, or an option is out of range.

    Notes
    -----
    The published rule [1]_: shares are tested by the Cochran-Armitage statistic, with the direction of the
    unweighted line through their log odds; values by the weighted slope. Beyond the chi-square limit (9.5495 at
    0.2 %) there is a trend if each line without one of the points has the same direction; else "outlier found".
    Where a share is 0 or 1, directions come from the shares themselves, and zero is no direction.

    It takes years to differ by sampling alone. Without any trend, where they differ by 2, 5 and 11 times the binomial
    variance, it finds one in 3, 15 and 29 % of series for a nominal 0.2 %. By default the statistic (Wald's, of the
    logistic line, or the weighted slope's) is divided by max(1, phi) and compared with F(1, df). phi is the sum of
    Pearson's chi-squares around the lines over the sum of their degrees of freedom [2]_, which is periods - 2 for
    each series; shares and values are pooled apart. The rule of leaving one out is kept. A series whose shares allow
    no finite logistic line takes no part in phi and is tested by the Cochran-Armitage statistic.

    Pooled dispersion takes the series to share one kind of scatter. It is the only thing by which one series can
    change the result of another. One series alone is its own pool.

    A gap is a missing period between the points tested, or a step in time of more than one and a half times the
    shortest. The last point is the last that a series has: compare ``last_time`` before calling it recent.

    Time is linear in the number of series (two to four seconds for a million series of five); working space beside
    the results is that of a few of them.

    References
    ----------
    .. [1] Public Health England. Fingertips technical guidance: trend markers (recent trends).
    .. [2] McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd edition, section 4.5. Chapman
       and Hall.

    Examples
    --------
    >>> counts = {
    ...     "numerator": [994, 1023, 1199, 1332, 1367],
    ...     "denominator": [40299, 41527, 42811, 44064, 44701],
    ... }
    >>> published = recent_trend(**counts, method="phe_recent_trend")
    >>> published.direction.item(), published.chi2.round(1).item()
    (1.0, 47.9)

    The years scatter more than sampling would have it, and a series on its own has three degrees of freedom:

    >>> result = recent_trend(**counts)
    >>> result.direction.item(), result.phi.round(1).item(), result.p_value.round(3).item()
    (0.0, 1.6, 0.013)

    Values with limits:

    >>> result = recent_trend(
    ...     [24.67, 24.6, 28, 30.2, 30.6],
    ...     lower=[23.16, 23.15, 26.44, 28.63, 28.98],
    ...     upper=[26.25, 26.19, 29.64, 31.9, 32.25],
    ...     method="phe_recent_trend",
    ... )
    >>> result.direction.item(), result.slope.round(2).item()
    (1.0, 1.75)
    """
    _choices(method, scale, values, lower, upper, numerator, denominator)
    if method == "phe_recent_trend" and dispersion not in {None, "none"}:
        raise ArgumentError("weighted.rule_has_no_dispersion")
    limits = Limits(
        confidence=open_share("confidence", confidence),
        scale=scale,
        decimals=None if decimals is None else whole_number("decimals", decimals, low=0),
    )
    count = whole_number("periods", periods, low=_LEAST_POINTS)
    points = Points.of(times, values=values, numerator=numerator, denominator=denominator, lower=lower, upper=upper)
    if (np.diff(points.times) <= 0).any():
        raise ArgumentError("trend.times_not_rising")
    default: Dispersion = "pooled" if method == "quasi" else "none"
    rule = DispersionRule.of(default if dispersion is None else dispersion, groups, len(points))
    tested = _tested(points, count, limits, allow_gaps=allow_gaps, published=method == "phe_recent_trend")
    found = _judged(tested, rule, count, open_share("alpha", alpha))
    return RecentTrend(**{name: column.reshape(points.shape) for name, column in found.items()})


def _choices(method: str, scale: str, *given: npt.ArrayLike | None) -> None:
    if method not in get_args(Method):
        raise ArgumentError.choice("method", get_args(Method))
    if scale not in get_args(Scale):
        raise ArgumentError.choice("scale", get_args(Scale))
    there = [array is not None for array in given]
    whole = all(there[:3]) == any(there[:3]) and all(there[3:]) == any(there[3:])
    if not (whole and any(there)):
        raise ArgumentError("weighted.recent_input")


def _tested(
    points: Points, count: int, limits: Limits, *, allow_gaps: bool, published: bool
) -> dict[str, npt.NDArray[Any]]:
    """Test the window of each series: its values where they have limits, else its counts."""
    columns = _empty(len(points))
    for rows, piece in points.pieces():
        own = {name: column[rows] for name, column in columns.items()}  # views: what is set here is set there
        waiting = np.ones(len(own["n"]), dtype=np.bool_)
        if "values" in piece:
            windows = Windows.of(~np.isnan(piece["values"]), points.times, count, allow_gaps=allow_gaps)
            at = points.times[windows.periods].T.copy()
            y, low, high = (windows.of_array(piece[name]) for name in ("values", "lower", "upper"))
            _put(own, windows, values_tested(y, low, high, at, limits), at, waiting)
            waiting = np.isin(own["reason"].astype(str), ("no_data", "uncertainty_missing"))
        if "numerator" in piece and waiting.any():
            x, d = piece["numerator"], piece["denominator"]
            there = ~(np.isnan(x) | np.isnan(d)) & (d != 0) & waiting[:, None]
            windows = Windows.of(there, points.times, count, allow_gaps=allow_gaps)
            at = points.times[windows.periods].T.copy()
            test = shares_tested(windows.of_array(x), windows.of_array(d), at, published=published)
            own["share"][waiting] = True
            _put(own, windows, test, at, waiting)
    return columns


def _empty(series: int) -> dict[str, npt.NDArray[Any]]:
    columns: dict[str, npt.NDArray[Any]] = {
        name: np.full(series, np.nan) for name in ("slope", "chi2", "residual", "sign", "first_time", "last_time")
    }
    columns |= {name: np.zeros(series, dtype=np.bool_) for name in ("same_sign", "asymmetric", "share")}
    columns |= {name: np.full(series, "", dtype=object) for name in ("path", "reason")}
    return columns | {"n": np.zeros(series, dtype=np.int64)}


def _put(
    own: dict[str, npt.NDArray[Any]], windows: Windows, test: WindowTest, at: FloatArray, waiting: BoolArray
) -> None:
    """Write what was found for the series that waited for it."""
    own["n"][waiting], own["reason"][waiting] = windows.n[waiting], windows.reason[waiting]
    for field in attrs.fields(WindowTest):
        own[field.name][windows.rows] = getattr(test, field.name)
    own["first_time"][windows.rows], own["last_time"][windows.rows] = at[0], at[-1]


def _judged(
    columns: dict[str, npt.NDArray[Any]], rule: DispersionRule, count: int, alpha: float
) -> dict[str, npt.NDArray[Any]]:
    """Allow for dispersion and give each series its direction."""
    sign, share, reason = columns.pop("sign"), columns.pop("share"), columns["reason"]
    df = np.full(len(sign), count - 2)
    if rule.rule == "pooled":
        whole = np.zeros(len(sign), dtype=np.int64) if rule.groups is None else rule.groups
        places = np.unique(whole, return_inverse=True)[1]
        rule = attrs.evolve(rule, groups=2 * places + share)
    chi2, same_sign = columns["chi2"], columns["same_sign"]
    with np.errstate(invalid="ignore"):
        allowed = rule.allow(chi2, columns["residual"], df)
        significant = allowed.p_value <= alpha
    reason[(reason == "") & np.isnan(allowed.p_value)] = "no_finite_line"
    direction = np.where(significant & same_sign, sign, 0.0)
    direction[(reason != "") & (reason != "no_variation")] = np.nan
    return columns | {
        "direction": direction,
        "significant": significant,
        "outlier": significant & ~same_sign,
        "p_chi2": chi2_tail(chi2),
        "p_value": allowed.p_value,
        "phi": allowed.phi,
        "df": allowed.df,
    }
