"""Funnel limits for units that differ among themselves by a known amount."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, broadcast_to, reasons
from maalbib.stats.funnels._exact_families import MOST, beta_binomial, poisson_gamma
from maalbib.stats.funnels._robust import Method, back, forth, log_variance, standard_error
from maalbib.stats.funnels._units import Kind, Units, confidence_levels, positive

__all__ = [
    "AdjustedLimits",
    "Family",
    "adjusted_funnel_limits",
    "family_of",
    "heights",
    "in_values",
    "method_of",
    "tails_of",
    "uncountable",
]

Family = Literal["normal", "poisson_gamma", "beta_binomial"]


@attrs.frozen(kw_only=True, eq=False)
class AdjustedLimits(ArrayResult):
    """Funnel limits that allow for differences between units; arrays of the shape of the denominators.

    Attributes
    ----------
    centre
        What the limits are drawn around.
    lower, upper
        Limits, shape (levels, ..., units), in the unit of the values.
    levels
        The levels, as given.
    reason
        Why there are none: as in :class:`FunnelLimits`; ``missing_input`` or ``negative_input`` for ``tau2`` too;
        ``denominator_too_large``: the exact family of shares counts to ten billion.

    Examples
    --------
    >>> from maalbib.stats import adjusted_funnel_limits
    >>> adjusted_funnel_limits([10, 0], 0.02, kind="ratio").reason.tolist()
    ['', 'expected_zero']
    """

    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    levels: tuple[float, ...]
    reason: ReasonArray


def adjusted_funnel_limits(
    denominator: npt.ArrayLike,
    tau2: npt.ArrayLike,
    *,
    kind: Kind = "share",
    method: Method | None = None,
    family: Family = "normal",
    levels: float | Sequence[float] = (0.95, 0.998),
    reference: npt.ArrayLike | None = None,
    multiplier: float = 1.0,
) -> AdjustedLimits:
    """Draw funnel limits for units whose variance among themselves is known, for example as a smooth curve.

    Parameters
    ----------
    denominator
        People, exposure or expected counts at which to draw, shape (units,) or (..., units).
    tau2
        Variance between units on the scale of the method, in a shape that stretches to that of the denominators; 0 gives
        limits of chance alone.
    kind, method, family, levels
        As in :func:`overdispersion`.
    reference
        Centre in the unit of the values. 1 times the multiplier for ratios where None; shares and rates need one.
    multiplier
        What values and limits are multiplied by.

    Returns
    -------
    AdjustedLimits
        Limits in the shape of the denominators.

    Raises
    ------
    ArgumentError
        If arrays are not numbers or do not broadcast, an option is unknown, out of range or not for this kind, or the reference of
        shares or rates is missing.

    Notes
    -----
    What :func:`overdispersion` draws at the units' own sizes, by the same formulas.

    Examples
    --------
    A variance of 0.02 on the log scale, 20 events expected: the exact limits against those of the log method.

    >>> shared = {"kind": "ratio", "method": "log", "levels": 0.998}
    >>> exact = adjusted_funnel_limits(20, 0.02, family="poisson_gamma", **shared)
    >>> log = adjusted_funnel_limits(20, 0.02, **shared)
    >>> [limits.round(2).item() for limits in (exact.lower, exact.upper, log.lower, log.upper)]
    [0.3, 1.95, 0.44, 2.27]
    """
    scale, asked, times = method_of(kind, method), confidence_levels(levels), positive("multiplier", multiplier)
    family_of(family, kind)
    if reference is None and kind != "ratio":
        raise ArgumentError("funnel.reference_needed")
    units = Units.of(0, denominator, kind=kind, reference=reference, multiplier=times, suppressed=None, min_events=0)
    variance = broadcast_to("tau2", tau2, units.n.shape)
    lower, upper = heights(units, np.where(variance >= 0, variance, np.nan), scale, family, asked)
    return AdjustedLimits(
        centre=units.centre * times,
        lower=lower * times,
        upper=upper * times,
        levels=asked,
        reason=reasons(
            variance.shape,
            *units.faults(),
            *uncountable(units, family),
            (np.isnan(variance), "missing_input"),
            (variance < 0, "negative_input"),
        ),
    )


def method_of(kind: Kind, method: Method | None) -> Method:
    """Return the method, the usual one of the kind where none is named."""
    allowed: tuple[Method, ...] = ("asin",) if kind == "share" else ("sqrt", "log")
    if kind not in get_args(Kind):
        raise ArgumentError.choice("kind", get_args(Kind))
    if method is not None and method not in allowed:
        raise ArgumentError.choice("method", allowed)
    return method or allowed[0]


def family_of(family: Family, kind: Kind) -> Family:
    """Return the family when it is one for this kind."""
    allowed = ("normal", "beta_binomial" if kind == "share" else "poisson_gamma")
    if family not in allowed:
        raise ArgumentError.choice("family", allowed)
    return family


def uncountable(units: Units, family: Family) -> list[tuple[BoolArray, str]]:
    """Return where a denominator, rounded as the exact family of shares takes it, is 0 or more than can be counted, and why."""
    n = np.where(family == "beta_binomial", np.rint(units.n), np.nan)
    return [(n == 0, "zero_denominator"), (n > MOST, "denominator_too_large")]


def heights(
    units: Units, tau2: FloatArray, method: Method, family: Family, levels: tuple[float, ...]
) -> tuple[FloatArray, FloatArray]:
    """Return lower and upper limits, shape (levels, ..., units), before they are multiplied."""
    tau2 = np.broadcast_to(tau2, units.n.shape)
    if family != "normal":
        return in_values(tails_of(units, tau2, method, levels)[1], units)
    from scipy import special

    with np.errstate(all="ignore"):
        spread = np.sqrt(standard_error(units.n, units.expected, method) ** 2 + tau2)
        middle = forth(units.centre, method) if method == "asin" else forth(np.ones(units.n.shape), method)
        quantiles = -special.ndtri((1 - np.array(levels)) / 2)
        reach = quantiles.reshape(-1, *[1] * spread.ndim) * spread
        factor = 1.0 if method == "asin" else units.centre
        return back(middle - reach, method) * factor, back(middle + reach, method) * factor


def tails_of(
    units: Units, tau2: FloatArray, method: Method, levels: Sequence[float]
) -> tuple[tuple[FloatArray, FloatArray], FloatArray]:
    """Return the exact tails of the counts, and limits in counts, shape (2, levels, ..., units)."""
    tails = [(1 - level) / 2 for level in levels]
    x = np.where(units.good, units.x, np.nan)
    variance = log_variance(tau2, method)
    if units.kind == "share":
        return beta_binomial(x, np.where(units.drawn, units.n, np.nan), units.centre, variance, tails)
    return poisson_gamma(x, units.expected, variance, tails)


def in_values(limits: FloatArray, units: Units) -> tuple[FloatArray, FloatArray]:
    """Return lower and upper limits in counts as shares, ratios or rates."""
    out_of = np.rint(units.n) if units.kind == "share" else units.n
    with np.errstate(all="ignore"):
        lower, upper = limits / np.where(units.drawn, out_of, np.nan)
    return lower, upper
