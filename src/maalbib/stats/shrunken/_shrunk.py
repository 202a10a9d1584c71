"""What a noisy figure is worth: each unit's value drawn towards a target, as far as its noise asks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, get_args

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
    whole_number,
)
from maalbib.stats.shrunken._between import BetweenMethod, SpreadInterval, fit, refused
from maalbib.stats.shrunken._groups import LEAST_UNITS, Groups, gathered, row_sum
from maalbib.stats.shrunken._moments import Noisy

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Shrinkage", "shrinkage"]


@attrs.frozen(kw_only=True, eq=False)
class Shrinkage(ArrayResult):
    """Raw values, shrunk values and reliabilities side by side, in the shape of the values; and the spread of each group.

    Attributes
    ----------
    raw
        The values as given.
    shrunk
        ``target + reliability * (raw - target)``.
    reliability
        tau^2 / (tau^2 + se^2): the share of the value's own part, 0 to 1.
    target
        What each value is drawn towards.
    lower, upper
        Plug-in limits of what lies behind the value: tau is taken as known, so that they are too short where units are few. NaN
        where no spread was found.
    tau, tau_lower, tau_upper
        Spread between the units of each group around the target, with its limits; without the last axis.
    n
        Units used in each group; without the last axis.
    target_name
        ``pooled_mean`` or ``given``.
    method, interval, interval_kind, confidence
        How tau and its limits were found, ``plug_in``, and the coverage asked for.
    reason
        Why numbers are NaN, empty where none is: ``missing_input``, ``not_finite``, ``negative_input`` (a standard error),
        ``uncertainty_missing``, ``zero_variance`` (a standard error of 0), ``target_missing``, ``group_not_judged`` (another unit of
        the group cannot be used), ``too_few_units``. ``no_spread_found``: only the limits are missing.

    Examples
    --------
    >>> from maalbib.stats import shrinkage
    >>> found = shrinkage([60, 62, 58, 71, 66, float("nan")], [2, 3, 2, 4, 3, 2])
    >>> found.reliability.round(2).tolist(), found.reason[-1]
    ([0.76, 0.59, 0.76, 0.44, 0.59, nan], 'missing_input')
    """

    raw: FloatArray
    shrunk: FloatArray
    reliability: FloatArray
    target: FloatArray
    lower: FloatArray
    upper: FloatArray
    tau: FloatArray
    tau_lower: FloatArray
    tau_upper: FloatArray
    n: IntArray
    target_name: str
    method: str
    interval: str
    interval_kind: str
    confidence: float
    reason: ReasonArray


def shrinkage(
    values: npt.ArrayLike,
    standard_errors: npt.ArrayLike,
    *,
    target: npt.ArrayLike | None = None,
    fitted: int = 0,
    method: BetweenMethod = "dersimonian_laird",
    interval: SpreadInterval = "profile_likelihood",
    confidence: float = 0.95,
) -> Shrinkage:
    """Draw each value towards a target, the more the noisier it is.

    Parameters
    ----------
    values
        Estimates, shape (units,) or (..., units). NaN takes no part.
    standard_errors
        Their standard errors, independent of each other, in a shape that stretches to that of the values, above 0. For shares
        use :func:`beta_binomial`, for observed over expected :func:`gamma_poisson`.
    target
        What each value is drawn towards, in a shape that stretches to that of the values: the mean of a unit's peers, or what a
        regression predicts. None draws towards the mean of the group, weighted by 1 / (se^2 + tau^2).
    fitted
        With a target: how many numbers of it were fitted to these very values, such as the coefficients of a regression.
    method, interval
        How tau and its limits are found, see :func:`between_variance`; with a target tau is the spread around it.
    confidence
        Coverage of the intervals as a share, 0 < confidence < 1.

    Returns
    -------
    Shrinkage
        Raw, shrunk and reliability belong together: a shrunk value hides a small unit that really is far out, and a rank by
        shrunk values puts the small ones in the middle.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, or an option is not known or out of range.

    Notes
    -----
    With reliability r = tau^2 / (tau^2 + se^2) the shrunk value is m + r (y - m), the empirical Bayes estimate [1]_, between
    the raw value and the target. Its plug-in variance is r se^2, and (1 - r)^2 times the variance of m more where m is the mean of
    the group. The spread of shrunk values understates the spread between units (by about their mean reliability): for that take
    tau. Where tau is 0 the shrunk value is the target.

    A group is judged as a whole: where one of its values has no standard error, tau is not known. Cost: see
    :func:`between_variance`.

    References
    ----------
    .. [1] Efron, B. and Morris, C. (1975). Data analysis using Stein's estimator and its generalizations. Journal of the
       American Statistical Association 70, 311-319.

    Examples
    --------
    >>> found = shrinkage([60, 62, 58, 71, 66, 65], [2, 3, 2, 4, 3, 2])
    >>> found.shrunk.round(1).tolist(), found.reliability.round(2).tolist()
    ([60.8, 62.4, 59.3, 66.2, 64.6, 64.5], [0.73, 0.55, 0.73, 0.41, 0.55, 0.73])

    Towards what a regression with two coefficients predicts:

    >>> found = shrinkage([60, 62, 58, 71], [2, 3, 2, 4], target=[59, 63, 60, 66], fitted=2)
    >>> found.tau.round(2).item(), found.shrunk.round(1).tolist()
    (1.66, [59.4, 62.8, 59.2, 66.7])
    """
    for argument, word, known in (
        ("method", method, get_args(BetweenMethod)),
        ("interval", interval, get_args(SpreadInterval)),
    ):
        if word not in known:
            raise ArgumentError.choice(argument, known)
    level, taken = open_share("confidence", confidence), whole_number("fitted", fitted, low=0)
    groups = Groups.of(
        ("values", "standard_errors", "target"), values, standard_errors, np.nan if target is None else target
    )
    work = partial(_rows, aimed=target is not None, fitted=taken, method=method, interval=interval, level=level)
    columns = gathered(groups, work)
    return Shrinkage(
        target_name="pooled_mean" if target is None else "given",
        method=method,
        interval=interval,
        interval_kind="plug_in",
        confidence=level,
        **columns,
    )


def _rows(
    tables: tuple[FloatArray, ...], *, aimed: bool, fitted: int, method: str, interval: str, level: float
) -> dict[str, npt.NDArray[Any]]:
    y, s, given = tables
    v = np.where(s < 0, -1.0, s**2)
    there = ~np.isnan(y) & (np.isfinite(given) | (not aimed))
    own = [(~np.isnan(y) & ~there, "target_missing"), *_faults(y, v)]
    judged = np.where(there, y, np.nan)
    n = there.sum(axis=1)
    bad = np.logical_or.reduce([where for where, _ in refused(judged, v)])
    few = n - (fitted if aimed else 0) < (1 if aimed else LEAST_UNITS)
    good = ~bad & ~few
    used = there & good[:, None]
    noisy = Noisy.of(y, v, used, given if aimed else None, fitted)
    found = fit(noisy, method, interval, level)
    columns = _shrunk(noisy, np.where(good, found["tau2"], np.nan), used, level)
    spread = {name: np.where(good, found[name], np.nan) for name in ("tau", "tau_lower", "tau_upper")}
    reason = reasons(
        y.shape,
        (np.isnan(y), "missing_input"),
        *own,
        (there & bad[:, None], "group_not_judged"),
        (there & few[:, None], "too_few_units"),
        (used & (found["tau2"] == 0)[:, None], "no_spread_found"),
    )
    return {"raw": np.array(y), **columns, **spread, "n": n.astype(np.int64), "reason": reason}


def _faults(y: FloatArray, v: FloatArray) -> list[tuple[BoolArray, str]]:
    there = ~np.isnan(y)
    return [
        (np.isinf(y) | (there & np.isinf(v)), "not_finite"),
        (there & (v < 0), "negative_input"),
        (there & np.isnan(v), "uncertainty_missing"),
        (there & (v == 0), "zero_variance"),
    ]


def _shrunk(noisy: Noisy, tau2: FloatArray, used: BoolArray, level: float) -> dict[str, FloatArray]:
    from scipy.special import ndtri

    w, v = noisy.weights(np.nan_to_num(tau2)), noisy.variances
    centre = np.broadcast_to(noisy.centre(w), v.shape)
    share = tau2[:, None] / (tau2[:, None] + v)
    shrunk = centre + share * (noisy.values - centre)
    unsure = (1 - share) ** 2 / row_sum(w)[:, None] if noisy.target is None else 0.0
    reach = float(ndtri((1 + level) / 2)) * np.sqrt(share * v + unsure)
    reach = np.where(tau2[:, None] > 0, reach, np.nan)
    found = {
        "shrunk": shrunk,
        "reliability": share,
        "target": centre,
        "lower": shrunk - reach,
        "upper": shrunk + reach,
    }
    return {name: np.where(used, column, np.nan) for name, column in found.items()}
