"""Shares of counts: how far the units really lie apart, and what each share is worth, 0 and 100 per cent included."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, open_share, reasons
from maalbib.stats.shrunken._counted import centre_at, whole
from maalbib.stats.shrunken._groups import LEAST_UNITS, Groups, gathered, row_sum
from maalbib.stats.shrunken._profile import Profile, profile
from maalbib.stats.shrunken._rising import log_rising, slope_of_rise, slope_of_slope

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["BetaBinomial", "beta_binomial"]


@attrs.frozen(kw_only=True, eq=False)
class BetaBinomial(ArrayResult):
    """Raw and shrunk shares in the shape of the counts; the distribution between units, one element per group.

    Attributes
    ----------
    raw, shrunk, reliability
        k / n, (alpha + k) / (alpha + beta + n), and n / (alpha + beta + n), the weight of the unit's own share.
    lower, upper
        Plug-in limits of the unit's share, quantiles of Beta(alpha + k, beta + n - k); too short where units are few. NaN where no
        spread was found.
    alpha, beta
        Parameters of the distribution between units, infinite at the boundary; per group, as all that follows but ``reason``.
    mean, pooled
        Mean of that distribution, alpha / (alpha + beta), and sum of counts over sum of n.
    tau, tau_lower, tau_upper
        Standard deviation between units, sqrt(m (1 - m) / (alpha + beta + 1)), with limits by profile likelihood.
    at_boundary
        Whether the likelihood is highest without any spread between units.
    log_likelihood
        The maximum, without binomial coefficients.
    n_units
        Units used.
    interval_kind, confidence
        ``plug_in``, and the coverage asked for.
    group_reason
        ``too_few_units``; ``no_variation`` where all shares are 0, or all 1: then nothing limits tau from above.
    reason
        Why a unit's numbers are NaN: ``missing_input``, ``not_finite``, ``negative_input``, ``zero_denominator``,
        ``numerator_exceeds_denominator``: the unit takes no part. ``too_few_units``. ``no_spread_found``: only the limits are missing.

    Examples
    --------
    >>> from maalbib.stats import beta_binomial
    >>> found = beta_binomial([0, 9, 5, 12], [6, 9, 11, 10])
    >>> found.shrunk.round(3).tolist(), found.reason.tolist()
    ([0.034, 0.977, 0.456, nan], ['', '', '', 'numerator_exceeds_denominator'])
    """

    raw: FloatArray
    shrunk: FloatArray
    reliability: FloatArray
    lower: FloatArray
    upper: FloatArray
    alpha: FloatArray
    beta: FloatArray
    mean: FloatArray
    pooled: FloatArray
    tau: FloatArray
    tau_lower: FloatArray
    tau_upper: FloatArray
    at_boundary: BoolArray
    log_likelihood: FloatArray
    n_units: IntArray
    interval_kind: str
    confidence: float
    group_reason: ReasonArray
    reason: ReasonArray


def beta_binomial(counts: npt.ArrayLike, n: npt.ArrayLike, *, confidence: float = 0.95) -> BetaBinomial:
    """Fit a beta distribution between units to their counts, and draw each share towards its mean.

    Parameters
    ----------
    counts
        People with the property, shape (units,) or (..., units). NaN takes no part.
    n
        People asked or counted, in a shape that stretches to that of the counts. Fractions are allowed in both.
    confidence
        Coverage of the intervals as a share, 0 < confidence < 1.

    Returns
    -------
    BetaBinomial
        Shares are 0 to 1.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or ``confidence`` is out of range.

    Notes
    -----
    k of n is binomial with a share that is Beta(alpha, beta) between units [1]_; alpha and beta are those of the highest
    likelihood. A share of 0 or 1 says as much as its n allows, where a normal standard error would be 0. The likelihood is
    computed from rising factorials, so that it keeps its digits up to the boundary, at which units differ by chance alone and every
    share is drawn all the way to the pooled one.

    The limits of tau are the spreads that the likelihood ratio does not reject: approximate, and a little too narrow at times. Cost: some hundred passes over the counts, each
    with special functions; 100 groups of 98 units take 5 to 20 seconds.

    References
    ----------
    .. [1] Skellam, J. G. (1948). A probability distribution derived from the binomial distribution by regarding the
       probability of success as variable between the sets of trials. Journal of the Royal Statistical Society B 10, 257-261.

    Examples
    --------
    >>> found = beta_binomial([0, 9, 5, 4, 11], [6, 9, 11, 12, 14])
    >>> found.raw.round(2).tolist(), found.shrunk.round(2).tolist()
    ([0.0, 1.0, 0.45, 0.33, 0.79], [0.1, 0.94, 0.46, 0.35, 0.76])
    >>> found.tau.round(2).item(), found.tau_lower.round(2).item(), found.at_boundary.item()
    (0.33, 0.16, False)
    """
    level = open_share("confidence", confidence)
    columns = gathered(Groups.of(("counts", "n"), counts, n), partial(_rows, level=level))
    return BetaBinomial(interval_kind="plug_in", confidence=level, **columns)


@attrs.frozen(kw_only=True, eq=False)
class _Shares:
    """Counts of rows of groups; both 0 where a unit takes no part."""

    k: FloatArray
    n: FloatArray

    @property
    def pooled(self) -> FloatArray:
        return row_sum(self.k) / row_sum(self.n)

    def mean(self, spread: FloatArray) -> FloatArray:
        """Return the mean of the likeliest distribution with a spread of 1 / (alpha + beta)."""
        both = 1 / np.maximum(spread, 1e-300)[:, None]
        weight = self.n / (1 + np.maximum(self.n - 1, 0.0) / (1 + both))
        start = row_sum(weight * self.k / np.maximum(self.n, 1e-300)) / row_sum(weight)

        def score(mean: FloatArray) -> tuple[FloatArray, FloatArray]:
            a, b = mean[:, None] * both, (1 - mean[:, None]) * both
            rest = self.n - self.k
            slope = slope_of_rise(a, self.k) - slope_of_rise(b, rest)
            fall = slope_of_slope(a, self.k) + slope_of_slope(b, rest)
            return row_sum(slope), row_sum(fall) * both[:, 0]

        return centre_at(score, np.clip(start, 1e-12, 1 - 1e-12), 1.0)

    def log_likelihood(self, spread: FloatArray, mean: FloatArray) -> FloatArray:
        from scipy.special import xlog1py, xlogy

        both, m = 1 / spread[:, None], mean[:, None]
        rising = log_rising(m * both, self.k) + log_rising((1 - m) * both, self.n - self.k) - log_rising(both, self.n)
        return row_sum(rising + xlogy(self.k, m) + xlog1py(self.n - self.k, -m))

    def height(self, spread: FloatArray) -> FloatArray:
        """Return the log-likelihood with the mean at its best."""
        none = spread == 0
        mean = self.pooled if none.all() else np.where(none, self.pooled, self.mean(spread))
        return self.log_likelihood(spread, mean)


def _rows(tables: tuple[FloatArray, ...], *, level: float) -> dict[str, npt.NDArray[Any]]:
    k, n = tables
    faults = _faults(k, n)
    used = ~np.logical_or.reduce([where for where, _ in faults])
    shares = _Shares(k=np.where(used, k, 0.0), n=np.where(used, n, 0.0))
    units = used.sum(axis=1)
    few, flat = units < LEAST_UNITS, (shares.pooled <= 0) | (shares.pooled >= 1)
    good = ~few & ~flat
    fitted = _Shares(k=shares.k[good], n=shares.n[good])
    found = whole(
        _fit(fitted, profile(fitted.height, int(good.sum()), level)), good, np.where(few, np.nan, shares.pooled)
    )
    columns = _units(shares, found, used & ~few[:, None], level)
    reason = reasons(
        k.shape,
        *faults,
        (np.broadcast_to(few[:, None], k.shape), "too_few_units"),
        (np.broadcast_to(found["at_boundary"][:, None], k.shape), "no_spread_found"),
    )
    return {
        "raw": np.where(used, k / n, np.nan),
        **columns,
        **found,
        "pooled": np.where(few, np.nan, shares.pooled),
        "n_units": units.astype(np.int64),
        "group_reason": reasons(few.shape, (few, "too_few_units"), (flat, "no_variation")),
        "reason": reason,
    }


def _faults(k: FloatArray, n: FloatArray) -> list[tuple[BoolArray, str]]:
    return [
        (np.isnan(k) | np.isnan(n), "missing_input"),
        (np.isinf(k) | np.isinf(n), "not_finite"),
        ((k < 0) | (n < 0), "negative_input"),
        (n == 0, "zero_denominator"),
        (k > n, "numerator_exceeds_denominator"),
    ]


def _fit(shares: _Shares, found: Profile) -> dict[str, npt.NDArray[Any]]:
    boundary = found.spread == 0
    mean = np.where(boundary, shares.pooled, shares.mean(np.where(boundary, 1.0, found.spread)))

    def sd(spread: FloatArray) -> FloatArray:
        settled = (spread > 0) & np.isfinite(spread)
        centre = np.where(settled, shares.mean(np.where(settled, spread, 1.0)), mean)
        share = np.where(np.isinf(spread), 1.0, spread / (1 + spread))
        found: FloatArray = np.sqrt(centre * (1 - centre) * share)
        return found

    return {
        "alpha": mean / found.spread,
        "beta": (1 - mean) / found.spread,
        "mean": mean,
        "tau": sd(found.spread),
        "tau_lower": sd(found.lower),
        "tau_upper": sd(found.upper),
        "at_boundary": boundary,
        "log_likelihood": found.log_likelihood,
    }


def _units(
    shares: _Shares, found: dict[str, npt.NDArray[Any]], used: BoolArray, level: float
) -> dict[str, FloatArray]:
    from scipy.special import betaincinv

    a, b, boundary = found["alpha"][:, None], found["beta"][:, None], found["at_boundary"][:, None]
    weight = np.where(boundary, 0.0, shares.n / (a + b + shares.n))
    shrunk = np.where(boundary, found["mean"][:, None], (a + shares.k) / (a + b + shares.n))
    tail = (1 - level) / 2
    above, below = np.where(used & ~boundary, a + shares.k, np.nan), b + shares.n - shares.k
    found_units = {
        "shrunk": shrunk,
        "reliability": weight,
        "lower": betaincinv(above, below, tail),
        "upper": betaincinv(above, below, 1 - tail),
    }
    return {name: np.where(used, column, np.nan) for name, column in found_units.items()}
