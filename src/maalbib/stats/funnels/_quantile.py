"""Quantiles by a rule that has a name."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, float_array, reasons
from maalbib.stats._row_quantiles import RULES, STEPS, row_quantile

__all__ = ["Quantile", "quantile"]


@attrs.frozen(kw_only=True, eq=False)
class Quantile(ArrayResult):
    """Quantiles of groups of units; arrays of one shape.

    Attributes
    ----------
    value
        The quantile, in the unit of the values.
    n
        Values that it rests on.
    rule
        How it lies between two values.
    reason
        ``missing_input`` (no value in the group), ``not_finite`` (an infinite one), else empty.

    Examples
    --------
    >>> from maalbib.stats import quantile
    >>> found = quantile([[1, 2, 3, float("nan")], [float("nan")] * 4], 0.5)
    >>> found.value.tolist(), found.n.tolist(), found.reason.tolist()
    ([2.0, nan], [3, 0], ['', 'missing_input'])
    """

    value: FloatArray
    n: IntArray
    rule: str
    reason: ReasonArray


def quantile(values: npt.ArrayLike, share: npt.ArrayLike, *, rule: str = "linear") -> Quantile:
    """Return the value that a share of the units of each group lies below.

    Parameters
    ----------
    values
        Shape (units,) or (..., units). NaN means missing; the unit takes no part.
    share
        0 to 1, a number or shape (shares,).
    rule
        One of the nine of Hyndman and Fan: ``"inverted_cdf"``, ``"averaged_inverted_cdf"``, ``"closest_observation"``,
        ``"interpolated_inverted_cdf"``, ``"hazen"``, ``"weibull"``, ``"linear"`` (what spreadsheets and R give unless
        told otherwise), ``"median_unbiased"`` and ``"normal_unbiased"``.

    Returns
    -------
    Quantile
        One element per group, in the shape of ``values`` without its last axis; with several shares they are the last
        axis.

    Raises
    ------
    ArgumentError
        If the values are not numbers, a share lies outside 0 to 1 or the rule is unknown.

    Notes
    -----
    The rules are types 1 to 9 of [1]_ in this order. In small groups they differ by whole steps between neighbours, so
    a published decile without its rule cannot be recomputed. A position that is whole but for the rounding of a computer
    counts as whole: 0.7 of ten values is the seventh. Cost: n log n per group.

    References
    ----------
    .. [1] Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. The American Statistician 50, 361-365.

    Examples
    --------
    >>> quantile([1, 2, 3, 4, 10], [0.1, 0.5, 0.9]).value.round(6).tolist()
    [1.4, 3.0, 7.6]
    >>> [quantile([1, 2, 3, 4, 10], 0.9, rule=rule).value.item() for rule in ("inverted_cdf", "hazen")]
    [10.0, 10.0]
    """
    if rule not in RULES and rule not in STEPS:
        raise ArgumentError.choice("rule", [*STEPS, *RULES])
    given = np.atleast_1d(float_array("values", values))
    shares = float_array("share", share)
    if shares.ndim > 1:
        raise ArgumentError("argument.shape", argument="share", expected="(n,)", got=str(shares.shape))
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ArgumentError("argument.range", argument="share", low=0, high=1)
    n = np.asarray((~np.isnan(given)).sum(axis=-1), dtype=np.int64)
    infinite: BoolArray = np.asarray(np.isinf(given).any(axis=-1))
    ascending = np.sort(given, axis=-1)
    with np.errstate(all="ignore"):
        found = [row_quantile(ascending, n, float(one), rule) for one in shares.reshape(-1)]
    shape = (*given.shape[:-1], len(found))
    value = np.stack(found, axis=-1) if found else np.empty(shape)
    value[infinite] = np.nan
    reason = reasons(n.shape, (infinite, "not_finite"), (n == 0, "missing_input"))
    if shares.ndim == 0:
        return Quantile(value=np.asarray(value[..., 0]), n=n, rule=rule, reason=reason)
    rests_on = np.broadcast_to(n[..., None], shape)
    return Quantile(value=value, n=rests_on, rule=rule, reason=np.broadcast_to(reason[..., None], shape))
