"""Observed over expected: how far the ratios really lie apart, and what each is worth."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, open_share, reasons
from maalbib.stats.shrunken._counted import centre_at, whole
from maalbib.stats.shrunken._groups import LEAST_UNITS, Groups, gathered, row_sum
from maalbib.stats.shrunken._profile import Profile, profile
from maalbib.stats.shrunken._rising import log_rising

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["GammaPoisson", "faults_of_counts", "gamma_poisson"]


@attrs.frozen(kw_only=True, eq=False)
class GammaPoisson(ArrayResult):
    """Raw and shrunk ratios in the shape of the counts; the distribution between units, one element per group.

    Attributes
    ----------
    raw, shrunk, reliability
        O / E, (alpha + O) / (beta + E), and E / (beta + E), the weight of the unit's own ratio.
    shrunk_moment
        The ratio drawn towards the pooled one by the moment estimate instead.
    lower, upper
        Plug-in limits of the unit's ratio, quantiles of Gamma(alpha + O, beta + E); too short where units are few. NaN where no
        spread was found.
    alpha, beta
        Parameters of the distribution between units, infinite at the boundary; per group, as all that follows but ``reason``.
    mean, pooled
        Mean of that distribution, alpha / beta, and sum of observed over sum of expected.
    tau, tau_lower, tau_upper
        Standard deviation between units, sqrt(alpha) / beta, with limits by profile likelihood.
    moment_variance
        The variance between units by moments; below 0 where ratios lie closer than chance would have them.
    chi2
        sum of (O - pooled E)^2 / (pooled E).
    at_boundary
        Whether the likelihood is highest without any spread between units.
    log_likelihood
        The maximum, without what no parameter is in.
    n_units
        Units used.
    interval_kind, confidence
        ``plug_in``, and the coverage asked for.
    group_reason
        ``too_few_units``; ``no_variation`` where nothing was observed anywhere: then nothing limits tau from above.
    reason
        Why a unit's numbers are NaN: ``missing_input``, ``not_finite``, ``negative_input``, ``zero_denominator`` (nothing expected):
        the unit takes no part. ``too_few_units``. ``no_spread_found``: only the limits are missing.

    Examples
    --------
    >>> from maalbib.stats import gamma_poisson
    >>> found = gamma_poisson([0, 9, 5, 30], [3, 6, 11, 0])
    >>> found.raw.round(2).tolist(), found.reason.tolist()
    ([0.0, 1.5, 0.45, nan], ['', '', '', 'zero_denominator'])
    """

    raw: FloatArray
    shrunk: FloatArray
    shrunk_moment: FloatArray
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
    moment_variance: FloatArray
    chi2: FloatArray
    at_boundary: BoolArray
    log_likelihood: FloatArray
    n_units: IntArray
    interval_kind: str
    confidence: float
    group_reason: ReasonArray
    reason: ReasonArray


def gamma_poisson(observed: npt.ArrayLike, expected: npt.ArrayLike, *, confidence: float = 0.95) -> GammaPoisson:
    """Fit a gamma distribution between units to observed over expected counts, and draw each ratio towards its mean.

    Parameters
    ----------
    observed
        Events, shape (units,) or (..., units). NaN takes no part.
    expected
        Events expected, or the exposure of a rate, above 0, in a shape that stretches to that of the events.
    confidence
        Coverage of the intervals as a share, 0 < confidence < 1.

    Returns
    -------
    GammaPoisson
        Ratios; with exposures as ``expected`` rates per unit of exposure.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or ``confidence`` is out of range.

    Notes
    -----
    O is Poisson with mean E times a ratio that is Gamma(alpha, beta) between units; alpha and beta are those of the highest
    likelihood [1]_. Beside it stands the estimate by moments [2]_: with R the pooled ratio, A = sum E (O/E - R)^2 / sum E - R / mean E,
    and R + A / (A + R/E) (O/E - R), A no smaller than 0. At the boundary units differ by chance alone and every ratio is drawn all
    the way to the pooled one. Cost: as :func:`beta_binomial`, a third of it.

    References
    ----------
    .. [1] Clayton, D. and Kaldor, J. (1987). Empirical Bayes estimates of age-standardized relative risks for use in disease
       mapping. Biometrics 43, 671-681.
    .. [2] Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes estimators. Applied Statistics 40,
       283-294.

    Examples
    --------
    >>> found = gamma_poisson([0, 9, 5, 4, 30], [3, 6, 11, 5, 14])
    >>> found.raw.round(2).tolist(), found.shrunk.round(2).tolist()
    ([0.0, 1.5, 0.45, 0.8, 2.14], [0.42, 1.39, 0.55, 0.87, 2.01])
    >>> found.tau.round(2).item(), found.moment_variance.round(2).item()
    (0.72, 0.46)
    """
    level = open_share("confidence", confidence)
    columns = gathered(Groups.of(("observed", "expected"), observed, expected), partial(_rows, level=level))
    return GammaPoisson(interval_kind="plug_in", confidence=level, **columns)


@attrs.frozen(kw_only=True, eq=False)
class _Ratios:
    """Counts of rows of groups; both 0 where a unit takes no part."""

    o: FloatArray
    e: FloatArray

    @property
    def pooled(self) -> FloatArray:
        return row_sum(self.o) / row_sum(self.e)

    def mean(self, spread: FloatArray) -> FloatArray:
        """Return the mean of the likeliest distribution with a spread of 1 / alpha."""
        shape = 1 / np.maximum(spread, 1e-300)[:, None]

        def score(mean: FloatArray) -> tuple[FloatArray, FloatArray]:
            at = mean[:, None]
            below = shape + at * self.e
            gain, loss = self.o / at, (self.o + shape) * self.e / below
            return row_sum(gain - loss), row_sum(gain / at - loss * self.e / below)

        return centre_at(score, self.pooled, np.inf)

    def log_likelihood(self, spread: FloatArray, mean: FloatArray) -> FloatArray:
        from scipy.special import xlogy

        shape, m = 1 / spread[:, None], mean[:, None]
        share = m * self.e / shape
        lost = np.where(np.isinf(shape), m * self.e, (self.o + shape) * np.log1p(share))
        return row_sum(log_rising(shape, self.o) + xlogy(self.o, m) - lost)

    def height(self, spread: FloatArray) -> FloatArray:
        """Return the log-likelihood with the mean at its best."""
        none = spread == 0
        mean = self.pooled if none.all() else np.where(none, self.pooled, self.mean(spread))
        return self.log_likelihood(spread, mean)


def _rows(tables: tuple[FloatArray, ...], *, level: float) -> dict[str, npt.NDArray[Any]]:
    o, e = tables
    faults = faults_of_counts(o, e)
    used = ~np.logical_or.reduce([where for where, _ in faults])
    ratios = _Ratios(o=np.where(used, o, 0.0), e=np.where(used, e, 0.0))
    units = used.sum(axis=1)
    few, flat = units < LEAST_UNITS, ratios.pooled <= 0
    good = ~few & ~flat
    fitted = _Ratios(o=ratios.o[good], e=ratios.e[good])
    pooled = np.where(few, np.nan, ratios.pooled)
    found = whole(_fit(fitted, profile(fitted.height, int(good.sum()), level)), good, pooled)
    raw = np.where(used, o / e, np.nan)
    moments = _moments(ratios, raw, used, pooled)
    reason = reasons(
        o.shape,
        *faults,
        (np.broadcast_to(few[:, None], o.shape), "too_few_units"),
        (np.broadcast_to(found["at_boundary"][:, None], o.shape), "no_spread_found"),
    )
    return {
        "raw": raw,
        **_units(ratios, found, used & ~few[:, None], level),
        **moments,
        **found,
        "pooled": pooled,
        "n_units": units.astype(np.int64),
        "group_reason": reasons(few.shape, (few, "too_few_units"), (flat, "no_variation")),
        "reason": reason,
    }


def faults_of_counts(o: FloatArray, e: FloatArray) -> list[tuple[BoolArray, str]]:
    """Return which units cannot be used, and why."""
    return [
        (np.isnan(o) | np.isnan(e), "missing_input"),
        (np.isinf(o) | np.isinf(e), "not_finite"),
        ((o < 0) | (e < 0), "negative_input"),
        (e == 0, "zero_denominator"),
    ]


def _fit(ratios: _Ratios, found: Profile) -> dict[str, npt.NDArray[Any]]:
    boundary = found.spread == 0
    mean = np.where(boundary, ratios.pooled, ratios.mean(np.where(boundary, 1.0, found.spread)))

    def sd(spread: FloatArray) -> FloatArray:
        settled = (spread > 0) & np.isfinite(spread)
        centre = np.where(settled, ratios.mean(np.where(settled, spread, 1.0)), mean)
        return centre * np.sqrt(spread)

    return {
        "alpha": 1 / found.spread,
        "beta": 1 / (found.spread * mean),
        "mean": mean,
        "tau": sd(found.spread),
        "tau_lower": sd(found.lower),
        "tau_upper": sd(found.upper),
        "at_boundary": boundary,
        "log_likelihood": found.log_likelihood,
    }


def _units(
    ratios: _Ratios, found: dict[str, npt.NDArray[Any]], used: BoolArray, level: float
) -> dict[str, FloatArray]:
    from scipy.special import gammaincinv

    a, b, boundary = found["alpha"][:, None], found["beta"][:, None], found["at_boundary"][:, None]
    tail, shape = (1 - level) / 2, np.where(used & ~boundary, a + ratios.o, np.nan)
    columns = {
        "shrunk": np.where(boundary, found["mean"][:, None], (a + ratios.o) / (b + ratios.e)),
        "reliability": np.where(boundary, 0.0, ratios.e / (b + ratios.e)),
        "lower": gammaincinv(shape, tail) / (b + ratios.e),
        "upper": gammaincinv(shape, 1 - tail) / (b + ratios.e),
    }
    return {name: np.where(used, column, np.nan) for name, column in columns.items()}


def _moments(ratios: _Ratios, raw: FloatArray, used: BoolArray, pooled: FloatArray) -> dict[str, npt.NDArray[Any]]:
    total, centre = row_sum(ratios.e), pooled[:, None]
    off = np.where(used, raw - centre, 0.0)
    squares = row_sum(ratios.e * off**2)
    variance = squares / total - pooled * used.sum(axis=1) / total
    between = np.maximum(variance, 0.0)[:, None]
    weight = np.where(between > 0, between / (between + centre / ratios.e), 0.0)
    return {
        "shrunk_moment": np.where(used, centre + weight * off, np.nan),
        "moment_variance": variance,
        "chi2": np.where(pooled > 0, squares / pooled, np.nan),
    }
