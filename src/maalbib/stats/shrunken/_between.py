"""How far units really lie apart, when each is known with an error of its own."""

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
    reasons,
)
from maalbib.stats.shrunken._groups import LEAST_UNITS, Groups, gathered, row_sum
from maalbib.stats.shrunken._moments import Noisy
from maalbib.stats.shrunken._profile import profile

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["BetweenMethod", "BetweenVariance", "SpreadInterval", "between_rows", "between_variance", "fit", "refused"]

BetweenMethod = Literal["dersimonian_laird", "paule_mandel", "reml"]
SpreadInterval = Literal["profile_likelihood", "q_profile", "none"]

_LARGEST: Final = 1e150  # squares stay inside the range of doubles


@attrs.frozen(kw_only=True, eq=False)
class BetweenVariance(ArrayResult):
    """The spread between the units of each group with the noise of each unit removed, one element per group.

    Attributes
    ----------
    tau2, tau
        Variance between units and its square root; 0 where noise alone explains what is seen.
    tau2_untruncated
        DerSimonian and Laird's estimate as it comes, below 0 where units lie closer than noise would have them.
    tau_lower, tau_upper
        Limits of tau.
    mean, se_mean
        Mean of the units, weighted by 1 / (variance + tau2), and its standard error.
    q, df, p_value
        Weighted squared distances from what is expected, its degrees of freedom, and the probability of so much by noise alone.
    n
        Units used.
    method, interval, confidence
        As asked for.
    reason
        Why numbers are NaN, empty where none is: ``not_finite``, ``negative_input`` (a variance), ``uncertainty_missing`` (a value
        without variance), ``zero_variance`` (a value said to be known exactly), ``too_few_units``.

    Examples
    --------
    >>> from maalbib.stats import between_variance
    >>> found = between_variance([[60, 62, 58, 71], [60, 62, 58, 71]], [[4, 4, 4, 4], [4, 4, 0, 4]])
    >>> found.tau.round(2).tolist(), found.reason.tolist()
    ([5.38, nan], ['', 'zero_variance'])
    """

    tau2: FloatArray
    tau2_untruncated: FloatArray
    tau: FloatArray
    tau_lower: FloatArray
    tau_upper: FloatArray
    mean: FloatArray
    se_mean: FloatArray
    q: FloatArray
    df: FloatArray
    p_value: FloatArray
    n: IntArray
    method: str
    interval: str
    confidence: float
    reason: ReasonArray


def between_variance(
    values: npt.ArrayLike,
    variances: npt.ArrayLike,
    *,
    method: BetweenMethod = "dersimonian_laird",
    interval: SpreadInterval = "profile_likelihood",
    confidence: float = 0.95,
) -> BetweenVariance:
    """Estimate the variance between the units of each group, beyond the sampling variance of each.

    Parameters
    ----------
    values
        Estimates, shape (units,) or (..., units), for example a row per period. NaN takes no part.
    variances
        Sampling variances (squared standard errors), independent of each other, in a shape that stretches to that of the values,
        above 0. For shares use :func:`beta_binomial`: at 0 and 100 per cent the normal variance is 0, which nobody believes.
    method
        ``"dersimonian_laird"``: moments with fixed weights, truncated at 0. ``"paule_mandel"``: the variance at which Q is its
        degrees of freedom. ``"reml"``: restricted maximum likelihood.
    interval
        ``"profile_likelihood"``: the variances that the restricted likelihood ratio does not reject. ``"q_profile"``: those at
        which Q is no surprise; its coverage is exact for normal values, but the interval is 0 to 0 where units lie closer than
        noise would have them. Limits by likelihood are approximate, and rather too wide where there is hardly any spread.
        ``"none"``: no limits, which is what takes most of the time.
    confidence
        Coverage of the interval as a share, 0 < confidence < 1.

    Returns
    -------
    BetweenVariance
        One element per group, in the shape of ``values`` without its last axis.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is not known or out of range.

    Notes
    -----
    With w = 1 / v, m the weighted mean and Q = sum w (y - m)^2, DerSimonian and Laird [1]_ take
    max(0, (Q - (n - 1)) / (sum w - sum w^2 / sum w)); Paule and Mandel [2]_ solve Q = n - 1 with w = 1 / (v + tau2). With equal
    variances the two agree. The Q-profile interval is that of [3]_. The estimate by moments may lie outside an interval
    that is built another way; where units are many and noise is small all agree.

    A value with a variance of 0 would have an infinite weight, so that its group is not judged. The result of a group does not
    depend on the others. Cost: some hundred passes over the values for the profile likelihood, a few for the rest.

    References
    ----------
    .. [1] DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7, 177-188.
    .. [2] Paule, R. C. and Mandel, J. (1982). Consensus values and weighting factors. Journal of Research of the National
       Bureau of Standards 87, 377-385.
    .. [3] Viechtbauer, W. (2007). Confidence intervals for the amount of heterogeneity in meta-analysis. Statistics in
       Medicine 26, 37-52.

    Examples
    --------
    >>> found = between_variance([60, 62, 58, 71, 66, 65], [4, 9, 4, 16, 9, 4])
    >>> found.tau.round(3).item(), found.tau_lower.round(3).item(), found.tau_upper.round(3).item()
    (3.306, 0.0, 9.202)

    Units that lie closer than noise would have them:

    >>> found = between_variance([60, 61, 60.5], [4, 4, 4])
    >>> found.tau.item(), found.tau2_untruncated.item()
    (0.0, -3.75)
    """
    if method not in get_args(BetweenMethod):
        raise ArgumentError.choice("method", get_args(BetweenMethod))
    if interval not in get_args(SpreadInterval):
        raise ArgumentError.choice("interval", get_args(SpreadInterval))
    level = open_share("confidence", confidence)
    groups = Groups.of(("values", "variances"), values, variances)
    columns = gathered(groups, lambda tables: between_rows(tables[0], tables[1], method, interval, level))
    return BetweenVariance(method=method, interval=interval, confidence=level, **columns)


def between_rows(
    y: FloatArray, v: FloatArray, method: str, interval: str, confidence: float
) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of some groups."""
    faults = refused(y, v)
    usable = np.isfinite(y) & (v > 0)
    n = np.where(np.isnan(y), 0, 1).sum(axis=1, dtype=np.int64)
    good = ~np.logical_or.reduce([where for where, _ in faults]) & (n >= LEAST_UNITS)
    noisy = Noisy.of(y, v, usable & good[:, None], None, 1)
    found = fit(noisy, method, interval, confidence)
    columns = {name: np.where(good, column, np.nan) for name, column in found.items()}
    return columns | {"n": n, "reason": reasons(n.shape, *faults, (n < LEAST_UNITS, "too_few_units"))}


def refused(y: FloatArray, v: FloatArray) -> list[tuple[BoolArray, str]]:
    """Return which groups hold what cannot be used, and what it is."""
    there = ~np.isnan(y)
    found = (
        ((np.abs(y) > _LARGEST) | (there & (np.abs(v) > _LARGEST)), "not_finite"),
        (there & (v < 0), "negative_input"),
        (there & np.isnan(v), "uncertainty_missing"),
        (there & (v < 1 / _LARGEST), "zero_variance"),
    )
    return [(np.asarray(where.any(axis=1), dtype=bool), code) for where, code in found]


def fit(noisy: Noisy, method: str, interval: str, confidence: float) -> dict[str, FloatArray]:
    """Return what is found for rows that can be used, anything for the others."""
    from scipy.special import chdtrc

    scale = noisy.scale()
    wanted = (
        profile(lambda u: noisy.log_likelihood(u * scale), len(scale), confidence)
        if _needs(method, interval)
        else None
    )
    tau2, untruncated = noisy.dersimonian_laird()
    if method == "paule_mandel":
        tau2 = noisy.at_distance(noisy.df)
    if method == "reml" and wanted is not None:
        tau2 = wanted.spread * scale
    if interval == "none":
        lower = upper = np.full(len(scale), np.nan)
    elif interval == "q_profile" or wanted is None:
        lower, upper = _q_limits(noisy, confidence)
    else:
        lower, upper = wanted.lower * scale, wanted.upper * scale
    q, w = noisy.distance(np.zeros(len(scale))), noisy.weights(tau2)
    return {
        "tau2": tau2,
        "tau2_untruncated": untruncated,
        "tau": np.sqrt(tau2),
        "tau_lower": np.sqrt(lower),
        "tau_upper": np.sqrt(upper),
        "mean": noisy.mean(w),
        "se_mean": 1 / np.sqrt(row_sum(w)),
        "q": q,
        "df": noisy.df,
        "p_value": chdtrc(np.maximum(noisy.df, 1.0), q),
    }


def _needs(method: str, interval: str) -> bool:
    return method == "reml" or interval == "profile_likelihood"


def _q_limits(noisy: Noisy, confidence: float) -> tuple[FloatArray, FloatArray]:
    from scipy.special import chdtri

    tail, df = (1 - confidence) / 2, np.maximum(noisy.df, 1.0)
    lower, upper = np.asarray(chdtri(df, tail), np.float64), np.asarray(chdtri(df, 1 - tail), np.float64)
    return noisy.at_distance(lower), noisy.at_distance(upper)
