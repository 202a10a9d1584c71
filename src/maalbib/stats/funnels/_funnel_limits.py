"""Funnel limits: how far from the centre chance alone takes a unit of a given size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, reasons
from maalbib.stats.funnels._robust import Method, scores_of, spread_of
from maalbib.stats.funnels._units import Kind, Units, confidence_levels, positive, significances

__all__ = ["FunnelLimits", "funnel_limits"]

Convention = Literal["by_expected", "by_observed"]
_TRIM: Final = 0.1
_SCALES: Final[dict[str, Method]] = {"share": "asin", "ratio": "sqrt", "rate": "sqrt"}


@attrs.frozen(kw_only=True, eq=False)
class FunnelLimits(ArrayResult):
    """Funnel limits of units; arrays of the shape of the units, with the levels as a first axis where there are several.

    Attributes
    ----------
    value
        Share, ratio or rate times the multiplier; NaN where the unit is not judged.
    centre
        What the limits are drawn around.
    lower, upper
        Limits, shape (levels, ..., units), in the unit of the values. A unit without a count has limits all the same, a
        suppressed one has none.
    at_lower, at_upper
        The denominators at which these limits stand on a drawing: those of the units ``by_expected``; ``by_observed`` the
        ones for which the unit's count would be just significant.
    levels
        The levels, as given.
    p_value
        Two-sided p of the unit against the centre.
    significance
        ``low``, ``high``, ``not_significant`` or ``not_judged``, shape (levels, ..., units).
    phi
        How many times as much the units of each funnel differ as chance alone has it, shape (...). Near 1 the limits
        mean what they say; far above 1 most units lie outside, and :func:`overdispersion` is needed.
    kind, convention, multiplier, own_removed
        As asked for.
    reason
        Why a unit is not judged: ``suppressed``, ``missing_input``, ``not_finite``, ``negative_input``,
        ``zero_denominator``, ``expected_zero``, ``numerator_exceeds_denominator``, ``no_reference``,
        ``share_out_of_range``, ``too_few_events``, ``own_benchmark`` (alone in its own centre), else empty.

    Examples
    --------
    >>> from maalbib.stats import funnel_limits
    >>> found = funnel_limits([81, 60, 5], [100, 100, 4])
    >>> found.significance.tolist()[0], found.reason.tolist()
    (['high', 'low', 'not_judged'], ['', '', 'numerator_exceeds_denominator'])
    """

    value: FloatArray
    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    at_lower: FloatArray
    at_upper: FloatArray
    levels: tuple[float, ...]
    p_value: FloatArray
    significance: ReasonArray
    phi: FloatArray
    kind: str
    convention: str
    multiplier: float
    own_removed: bool
    reason: ReasonArray


def funnel_limits(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    *,
    kind: Kind = "share",
    levels: float | Sequence[float] = (0.95, 0.998),
    reference: npt.ArrayLike | None = None,
    convention: Convention = "by_expected",
    multiplier: float = 1.0,
    remove_own: bool = False,
    suppressed: npt.ArrayLike | None = None,
    min_events: int = 0,
) -> FunnelLimits:
    """Draw a funnel: limits that units leave by chance no more often than the level says.

    Parameters
    ----------
    numerator
        Counts, shape (units,) or (..., units). NaN means not reported.
    denominator
        People or exposure, for ratios the expected counts; stretched together with the counts.
    kind
        ``"share"`` (x of n), ``"ratio"`` (observed over expected) or ``"rate"`` (events over exposure).
    levels
        Coverage of each pair of limits, any number of them. 0.998 is what is called three standard deviations.
    reference
        Centre in the unit of the values, that is times the multiplier. None takes the pooled value of the units of a row
        (sum of counts over sum of denominators), for ratios 1.
    convention
        For ratios and rates: limits at the unit's expected count, or the expected counts at which its observed count
        would be just significant.
    multiplier
        What values and limits are multiplied by: 100 for percentages, 100,000 for rates. It changes no verdict.
    remove_own
        Whether to allow for each unit's being a part of the pooled centre. Only where the centre is pooled.
    suppressed
        Truth values that stretch to the shape of the units: they are hidden, count nowhere and have no limits.
    min_events
        Fewest events that a unit is judged by; 10 for standardised rates.

    Returns
    -------
    FunnelLimits
        Limits and verdicts.

    Raises
    ------
    ArgumentError
        If arrays are not numbers or do not broadcast, an option is unknown or out of range, or ``remove_own`` is asked for where
        the centre is not pooled or limits go by the observed count.

    Notes
    -----
    Shares: P +/- z sqrt(P (1 - P) / n), cut off at 0 and 1 before they are multiplied; p is that of the score z [1]_.

    Ratios and rates, with E the expected count and G the gamma quantile (half that of chi-square with twice the degrees of
    freedom): ``by_expected`` gives G(a/2; E)/E and G(1 - a/2; E + 1)/E, ``by_observed`` gives O/G(1 - a/2; O + 1) and
    O/G(a/2; O), drawn at these expected counts; with no event there is no upper one. p is twice the smaller exact tail,
    so that a unit is significant exactly when the exact interval of its ratio leaves out the centre.

    With the own part removed, w being the unit's share of all denominators, limits are nearer to the centre by
    sqrt(1 - w), and p of a rate is that of a binomial count out of all events with probability w.

    Limits say how far chance takes units that do not differ. Municipalities do differ: look at ``phi``, which is robust (a
    tenth of the scores at each end held back). To draw a curve give NaN as counts, a grid as denominators, and the
    reference. Cost: a few gamma quantiles per unit and level; working space some thirty numbers per unit.

    References
    ----------
    .. [1] Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics in Medicine 24,
       1185-1202.

    Examples
    --------
    >>> found = funnel_limits([15, 40, 300], [20, 50, 500], levels=0.95, multiplier=100)
    >>> found.centre.round(2).tolist(), found.lower.round(1).tolist(), found.upper.round(1).tolist()
    ([62.28, 62.28, 62.28], [[41.0, 48.8, 58.0]], [[83.5, 75.7, 66.5]])
    >>> found.significance.tolist()
    [['not_significant', 'high', 'not_significant']]

    Deaths in three hospitals against what their patients lead to expect:

    >>> found = funnel_limits([0, 9, 31], [4.1, 10.2, 15.0], kind="ratio")
    >>> found.significance.tolist()[0], found.upper[0].round(3).tolist()
    (['low', 'not_significant', 'high'], [2.533, 1.828, 1.649])
    """
    if convention not in get_args(Convention):
        raise ArgumentError.choice("convention", get_args(Convention))
    asked, times = confidence_levels(levels), positive("multiplier", multiplier)
    units = Units.of(
        numerator,
        denominator,
        kind=kind,
        reference=reference,
        multiplier=times,
        suppressed=suppressed,
        min_events=min_events,
    )
    if remove_own and not (units.pooled and (kind == "share" or convention == "by_expected")):
        raise ArgumentError("funnel.own_part")
    own = units.own_share() if remove_own else np.zeros(units.x.shape)
    alone = units.good & (own == 1)
    with np.errstate(all="ignore"):
        p, above = _p_share(units, own) if kind == "share" else _p_count(units, own)
        at_lower, at_upper, lower, upper = _limits(units, own, asked, convention)
        phi = spread_of(scores_of(units, _SCALES[kind]), _SCALES[kind], _TRIM).phi
    p[alone] = np.nan
    return FunnelLimits(
        value=units.value * times,
        centre=units.centre * times,
        lower=np.where(alone, np.nan, lower * times),
        upper=np.where(alone, np.nan, upper * times),
        at_lower=at_lower,
        at_upper=at_upper,
        levels=asked,
        p_value=p,
        significance=significances(p, above, asked),
        phi=phi,
        kind=kind,
        convention=convention,
        multiplier=times,
        own_removed=bool(remove_own),
        reason=reasons(p.shape, *units.faults(), (alone, "own_benchmark")),
    )


def _p_share(units: Units, own: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return two-sided p by the score, and where units are above the centre."""
    from scipy import special

    away = units.value - units.centre
    z = np.where(away == 0, 0.0, away / np.sqrt(units.centre * (1 - units.centre) * (1 - own) / units.n))
    return np.where(units.good, 2 * special.ndtr(-np.abs(z)), np.nan), away > 0


def _p_count(units: Units, own: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return two-sided p by the exact tails of a count, and where the upper one is the smaller."""
    from scipy import special

    x, mean = np.where(units.good, units.x, 1.0), np.where(units.good, units.expected, 1.0)
    some = np.maximum(x, 1e-300)
    if own.any():
        total = np.where(units.good, units.x, 0.0).sum(axis=-1, keepdims=True)
        w = np.where(units.good, own, 0.5)
        rest = np.maximum(total - x, 1e-300)
        low = np.where(total - x > 0, special.betainc(rest, x + 1, 1 - w), 1.0)
        high = np.where(x > 0, special.betainc(some, total - x + 1, w), 1.0)
    else:
        low = special.gammaincc(x + 1, mean)
        high = np.where(x > 0, special.gammainc(some, mean), 1.0)
    p = np.minimum(2 * np.minimum(low, high), 1.0)
    return np.where(units.good, p, np.nan), high < low


def _limits(units: Units, own: FloatArray, levels: tuple[float, ...], convention: str) -> tuple[FloatArray, ...]:
    """Return denominators and heights of the lower and upper limits, shape (levels, ..., units) each."""
    kept = np.sqrt(1 - np.where(np.isnan(own), 0.0, own))
    parts = [_limits_at(units, (1 - level) / 2, convention) for level in levels]
    at_lower, at_upper, lower, upper = (np.stack(part) for part in zip(*parts, strict=True))
    if own.any():
        lower, upper = (units.centre + (limit - units.centre) * kept for limit in (lower, upper))
    if units.kind == "share":
        lower, upper = np.maximum(lower, 0.0), np.minimum(upper, 1.0)
    return at_lower, at_upper, lower, upper


def _limits_at(units: Units, tail: float, convention: str) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    from scipy import special

    here = np.where(units.drawn, units.n, np.nan)
    if units.kind == "share":
        reach = -special.ndtri(tail) * np.sqrt(units.centre * (1 - units.centre) / units.n)
        return here, here, units.centre - reach, units.centre + reach
    if convention == "by_expected":
        e = units.expected
        lower, upper = special.gammaincinv(e, tail) / e, special.gammainccinv(e + 1, tail) / e
        return here, here, lower * units.centre, upper * units.centre
    x = np.where(units.good, units.x, np.nan)
    low = special.gammainccinv(x + 1, tail)
    high = np.where(x > 0, special.gammaincinv(x, tail), np.nan)
    return low / units.centre, high / units.centre, x / low * units.centre, x / high * units.centre
