"""Funnels of units that differ: how much, and limits that allow for it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats.funnels._adjusted_limits import (
    Family,
    family_of,
    heights,
    in_values,
    method_of,
    tails_of,
    uncountable,
)
from maalbib.stats.funnels._robust import Method, Scores, natural_sd, scores_of, spread_of
from maalbib.stats.funnels._units import Kind, Units, confidence_levels, positive, significances, trim_share

__all__ = ["Overdispersion", "overdispersion"]

_FEW: int = 10  # units, below which the spread between them is hardly known


@attrs.frozen(kw_only=True, eq=False)
class Overdispersion(ArrayResult):
    """A funnel that allows for differences between units.

    Attributes
    ----------
    value, centre
        Values of the units and what they are held against, times the multiplier, shape (..., units).
    lower, upper
        Adjusted limits in the unit of the values, shape (levels, ..., units).
    levels
        The levels, as given.
    z_score
        Distance from the centre in standard errors of chance alone.
    z_used
        What of it went into ``phi``: the outer ones moved in, or NaN where they were left out.
    p_value
        Two-sided p with the differences between units allowed for.
    significance
        ``low``, ``high``, ``not_significant`` or ``not_judged``, shape (levels, ..., units).
    reason
        Why a unit is not judged: as in :class:`FunnelLimits`, ``zero_numerator`` (the logarithm of no event),
        ``denominator_too_large`` (for exact counts of shares, above ten billion), or the reason of its row; else empty.
    phi
        How many times as much the units of a row differ as chance has it, shape (...).
    tau2
        Variance between units on the scale of the method, shape (...).
    between_sd
        Standard deviation between units in the unit of the values, at the (mean) centre of the row, shape (...). Where ``phi`` is far above 1 this is the
        figure to report: hardly any unit is then out of the ordinary, because the ordinary is wide.
    n, used, left_out
        Units with a score, those of them that ``phi`` rests on, and units left out because they had no event; shape (...).
    thin
        Whether there are fewer than ten units, shape (...).
    row_reason
        ``single_unit`` or ``too_few_units`` where a row has no ``phi``, else empty; shape (...).
    trims
        The trims that were tried beside the one used.
    trim_phi
        ``phi`` at each, shape (trims, ...).
    trim_outside
        Number of units outside at each, shape (trims, levels, ...). Where it varies much, the flags rest on the trim.
    kind, method, family, trim, consistent, multiplier
        As used.

    Examples
    --------
    >>> from maalbib.stats import overdispersion
    >>> found = overdispersion([0, 9, 31], [4.1, 10.2, 15.0], kind="ratio", method="log")
    >>> found.reason.tolist(), found.left_out.item(), found.thin.item()
    (['zero_numerator', '', ''], 1, True)
    """

    value: FloatArray
    centre: FloatArray
    lower: FloatArray
    upper: FloatArray
    levels: tuple[float, ...]
    z_score: FloatArray
    z_used: FloatArray
    p_value: FloatArray
    significance: ReasonArray
    reason: ReasonArray
    phi: FloatArray
    tau2: FloatArray
    between_sd: FloatArray
    n: IntArray
    used: IntArray
    left_out: IntArray
    thin: BoolArray
    row_reason: ReasonArray
    trims: tuple[float, ...]
    trim_phi: FloatArray
    trim_outside: IntArray
    kind: str
    method: str
    family: str
    trim: float
    consistent: bool
    multiplier: float


def overdispersion(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    *,
    kind: Kind = "share",
    method: Method | None = None,
    family: Family = "normal",
    trim: float = 0.1,
    consistent: bool = False,
    levels: float | Sequence[float] = (0.95, 0.998),
    reference: npt.ArrayLike | None = None,
    multiplier: float = 1.0,
    suppressed: npt.ArrayLike | None = None,
    min_events: int = 0,
    trims: Sequence[float] = (0.0, 0.05, 0.1, 0.2),
) -> Overdispersion:
    """Measure how much more units differ than chance has it, and draw funnel limits that allow for it.

    Parameters
    ----------
    numerator, denominator, kind
        As in :func:`funnel_limits`; each row of the arrays is a funnel of its own.
    method
        Scale on which units differ: ``"asin"`` for shares, ``"sqrt"`` (the default) or ``"log"`` for ratios and rates.
    family
        ``"normal"`` on that scale, or exact counts: ``"beta_binomial"`` for shares, ``"poisson_gamma"`` for ratios and
        rates. The exact ones are right where few events are expected.
    trim
        Share of the scores at each end that is held back, from 0 to below one half, so that what the funnel should find
        does not widen it.
    consistent
        Whether to make up for what holding back takes from the spread of ordinary units. The published method does not.
    levels, reference, multiplier, suppressed, min_events
        As in :func:`funnel_limits`.
    trims
        Other trims to tell the sensitivity by.

    Returns
    -------
    Overdispersion
        Limits, verdicts, the spread between units and how far the verdicts rest on the trim.

    Raises
    ------
    ArgumentError
        If arrays are not numbers or do not broadcast, or an option is unknown, out of range or not for this kind.

    Notes
    -----
    With Y the value on the scale, T the centre and s the standard error that chance gives there (sqrt: 1/(2 sqrt E), log:
    1/sqrt E, asin: 1/(2 sqrt n)), z = (Y - T)/s. ``sqrt`` and ``asin`` move the outer z in to their quantiles of
    ``trim`` and 1 - ``trim``; ``log`` leaves out those in the first and last of 1/trim groups by rank. Over the I
    values used phi = sum z^2 / I, and with w = 1/s^2 tau^2 = max(0, (I phi - (I - 1)) / (sum w - sum w^2 / sum w)), the
    additive model of [1]_ and [2]_. Limits are T +/- z sqrt(s^2 + tau^2), turned back into values: squared after a floor at
    0, the exponential, or the squared sine of an angle cut off at 0 and at a right angle.

    No event is a score like any other for ``sqrt`` and ``asin``. It has no logarithm: there the unit is left out, and
    counted.

    The exact families take the same tau^2: a gamma distribution of the true ratios with variance 4 tau^2 (sqrt) or tau^2
    (log) relative to the squared mean gives negative binomial counts, a beta distribution of the true shares with variance
    4 tau^2 P (1 - P) beta-binomial ones. Limits are the counts below and above which less than half of 1 - level lies.

    Holding back takes from ordinary units too: at a trim of 0.1 a third of their phi, and more than half with ``log``. Where
    units differ, limits are then so narrow that one in ten ordinary units lies outside those of 95 %. ``consistent``
    divides phi by what is left of a normal spread, 1 - 2 q + 2 q c^2 - 2 c f(c) with the normal density f and quantile c
    at 1 - q for ``sqrt`` and ``asin``, 1 - 2 c f(c)/(1 - 2 q) for ``log``, and the levels hold.

    Cost: a sort per row; with the beta-binomial some milliseconds for each unit and trim, however large: up to 65,536 people each
    count is looked at, of more the smooth curve of their probabilities is summed [3]_, with seven right digits or more.

    References
    ----------
    .. [1] Spiegelhalter, D. J. (2005). Handling over-dispersion of performance indicators. Quality and Safety in Health
       Care 14, 347-351.
    .. [2] DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7, 177-188.
    .. [3] Gautschi, W. (2004). Orthogonal Polynomials: Computation and Approximation. Oxford University Press.

    Examples
    --------
    >>> observed, expected = [100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220]
    >>> found = overdispersion(observed, expected, kind="ratio")
    >>> found.phi.round(3).item(), found.between_sd.round(3).item(), found.significance[1].tolist().count("high")
    (2.327, 0.117, 0)
    >>> found.trims, found.trim_outside[:, 0].tolist()
    ((0.0, 0.05, 0.1, 0.2), [0, 0, 1, 1])
    """
    scale, asked, times = method_of(kind, method), confidence_levels(levels), positive("multiplier", multiplier)
    family_of(family, kind)
    units = Units.of(
        numerator,
        denominator,
        kind=kind,
        reference=reference,
        multiplier=times,
        suppressed=suppressed,
        min_events=min_events,
    )
    funnel = _Funnel(units=units, scores=scores_of(units, scale), method=scale, family=family, levels=asked)
    spread = spread_of(funnel.scores, scale, trim_share("trim", trim), consistent=consistent)
    p, above, (lower, upper) = funnel.drawn(spread.tau2, asked)
    tried = [spread_of(funnel.scores, scale, trim_share("trims", one), consistent=consistent) for one in trims]
    outside = [
        funnel.outside(p if one == trim else funnel.judged(other.tau2)[0])
        for one, other in zip(trims, tried, strict=True)
    ]
    n = np.asarray((~np.isnan(funnel.scores.z)).sum(axis=-1), dtype=np.int64)
    without = np.isnan(spread.phi)
    no_event = units.good & np.isnan(funnel.scores.z)
    row_reason = reasons(n.shape, (n == 1, "single_unit"), (without, "too_few_units"))
    with np.errstate(invalid="ignore"):
        centre = np.where(units.good, units.centre, 0.0).sum(axis=-1) / units.good.sum(axis=-1)
        between = np.asarray(natural_sd(spread.tau2, centre, scale) * times)
    return Overdispersion(
        value=units.value * times,
        centre=units.centre * times,
        lower=lower * times,
        upper=upper * times,
        levels=asked,
        z_score=funnel.scores.z,
        z_used=spread.z_used,
        p_value=p,
        significance=significances(p, above, asked),
        reason=_reasons(units, family, no_event, row_reason),
        phi=spread.phi,
        tau2=spread.tau2,
        between_sd=between,
        n=n,
        used=spread.used,
        left_out=np.asarray(no_event.sum(axis=-1), dtype=np.int64),
        thin=np.asarray((n < _FEW) & ~without),
        row_reason=row_reason,
        trims=tuple(float(one) for one in trims),
        trim_phi=np.array([one.phi for one in tried]).reshape(len(tried), *n.shape),
        trim_outside=np.array(outside, dtype=np.int64).reshape(len(tried), len(asked), *n.shape),
        kind=kind,
        method=scale,
        family=family,
        trim=float(trim),
        consistent=bool(consistent),
        multiplier=times,
    )


@attrs.frozen(kw_only=True, eq=False)
class _Funnel:
    """Units with their scores, to be judged with one variance between them or another."""

    units: Units
    scores: Scores
    method: Method
    family: Family
    levels: tuple[float, ...]

    def judged(self, tau2: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return two-sided p with a variance between the units of each row, and where they are above the centre."""
        return self.drawn(tau2, ())[:2]

    def drawn(
        self, tau2: FloatArray, levels: tuple[float, ...]
    ) -> tuple[FloatArray, BoolArray, tuple[FloatArray, FloatArray]]:
        """Return the same, and lower and upper limits."""
        from scipy import special

        spread = np.broadcast_to(tau2[..., None], self.scores.z.shape)
        with np.errstate(all="ignore"):
            if self.family == "normal":
                away = self.scores.away / np.sqrt(self.scores.s**2 + spread)
                limits = heights(self.units, spread, self.method, self.family, levels)
                return 2 * special.ndtr(-np.abs(away)), away > 0, limits
            (low, high), counts = tails_of(self.units, spread, self.method, levels)
        p = np.where(np.isnan(self.scores.z), np.nan, np.minimum(2 * np.minimum(low, high), 1.0))
        return p, high < low, in_values(counts, self.units)

    def outside(self, p: FloatArray) -> IntArray:
        """Return how many units of each row lie outside, shape (levels, ...)."""
        return np.stack([(p < 1 - level).sum(axis=-1) for level in self.levels])


def _reasons(units: Units, family: Family, no_event: BoolArray, row_reason: ReasonArray) -> ReasonArray:
    reason = units.reason.copy()
    for where, code in uncountable(units, family):
        reason[units.good & where] = code
    reason[no_event] = "zero_numerator"
    return np.where(reason == "", row_reason[..., None], reason).astype(object)
