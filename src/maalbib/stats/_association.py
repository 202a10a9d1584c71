"""Do two columns rise together? Rank correlations with p-values that also hold for six points."""

from __future__ import annotations

import math
from functools import partial
from typing import Final, Literal

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, vector, whole_number
from maalbib.stats._orders import enumerated, sampled
from maalbib.stats._ranks import Ranking, ranking
from maalbib.stats._surplus import by_order, counted_p, normal_p, surplus_of, untied_pairs, variance

__all__ = ["KendallAssociation", "RankAssociation", "kendall", "spearman"]

PMethod = Literal["exact", "permutation", "t_approximation", "normal_approximation", ""]

_ENUMERATE: Final = 8  # largest n for all n! orders: 40,320
_COUNT: Final = 100  # largest n for whole-number counts of Kendall's S
_NOT_APPROXIMATE: Final = 30  # largest n for random orders


@attrs.frozen(kw_only=True, eq=False)
class RankAssociation(ArrayResult):
    """One rank correlation with its two-sided p-value.

    Attributes
    ----------
    coefficient
        From -1 to 1; NaN with a reason where there is none.
    p_value
        Share of the equally likely orders of one column that give a coefficient at least as far from 0.
    p_exact
        Whether ``p_value`` counts every order, neither drawn nor approximated.
    p_min
        The smallest p-value that these ties and this number of pairs (or of draws) can give; NaN where
        approximated. Above alpha, no association could have been shown.
    n
        Pairs used.
    method
        Where ``p_value`` comes from: ``exact``, ``permutation``, ``t_approximation``, ``normal_approximation``.
    reason
        ``too_few_points`` (under two pairs), ``not_finite``, ``constant``, or empty.

    Examples
    --------
    >>> from maalbib.stats import kendall
    >>> found = kendall([1, 2, 3, 4], [5, 6, 8, 9])
    >>> found.coefficient, round(found.p_value, 4), found.p_value == found.p_min
    (1.0, 0.0833, True)
    """

    coefficient: float
    p_value: float
    p_exact: bool
    p_min: float
    n: int
    method: PMethod
    reason: str


@attrs.frozen(kw_only=True, eq=False)
class KendallAssociation(RankAssociation):
    """Kendall's rank correlation, with what it is made of.

    Attributes
    ----------
    s
        Pairs in which both columns rise less pairs in which one rises and the other falls; NaN without two pairs.
    var_s
        Variance of ``s`` if every order were equally likely, with allowance for ties in both columns.
    z
        ``s`` moved by one towards 0, in standard deviations; 0 where a column is constant.

    Examples
    --------
    >>> from maalbib.stats import kendall
    >>> found = kendall([1, 2, 3, 4], [5, 6, 8, 9])
    >>> found.s, round(found.var_s, 2), round(found.z, 2)
    (6.0, 8.67, 1.7)
    """

    s: float
    var_s: float
    z: float


def spearman(x: npt.ArrayLike, y: npt.ArrayLike, *, seed: int = 0, draws: int = 99_999) -> RankAssociation:
    """Measure by Spearman's rank correlation whether higher goes with higher.

    Parameters
    ----------
    x, y
        Paired numbers, both of shape (n,). A pair with a NaN is left out.
    seed
        Seed of the random orders, used for 9 to 30 pairs only. The same seed gives the same p-value.
    draws
        Number of random orders.

    Returns
    -------
    RankAssociation
        Coefficient, p-value and what they rest on. No word about causes.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers of one dimension and equal length, or ``draws`` is not a whole number above 0.

    Notes
    -----
    The correlation of the mid-ranks [1]_, in whole numbers up to the last division. p counts all n! orders of ``y``
    for up to 8 pairs, ties included; for 9 to 30 pairs it comes from seeded random orders, of which the observed one
    is counted as one; above that from Student's t with n - 2 degrees of freedom, which ignores that the coefficient
    has steps.

    References
    ----------
    .. [1] Spearman, C. (1904). The proof and measurement of association between two things. American Journal of
       Psychology 15, 72-101.

    Examples
    --------
    Six classes of expenditure and mean satisfaction (Denmark, 2006): no clear association.

    >>> found = spearman([1, 2, 3, 4, 5, 6], [4.27, 4.23, 4.27, 4.26, 4.31, 4.27])
    >>> round(found.coefficient, 5), round(found.p_value * 720), found.p_exact
    (0.39466, 336, True)
    """
    a, b = _pairs(x, y)
    draws = whole_number("draws", draws, low=1)
    reason = _refusal(a, b)
    if reason:
        return _nothing(len(a), reason)
    one, other = ranking(a), ranking(b)
    p, q = one.doubled, other.doubled
    coefficient = _ratio(_joint(p, q), _joint(p, p), _joint(q, q))
    covariances = partial(_covariances, p, q)
    if len(a) > _NOT_APPROXIMATE:
        return _approximated(coefficient, _student(coefficient, len(a)), len(a), "t_approximation")
    if len(a) <= _ENUMERATE:
        return _resampled(coefficient, enumerated(covariances, len(a)), len(a), "exact")
    return _resampled(coefficient, sampled(covariances, len(a), draws=draws, seed=seed), len(a), "permutation")


def kendall(x: npt.ArrayLike, y: npt.ArrayLike, *, seed: int = 0, draws: int = 99_999) -> KendallAssociation:
    """Measure by Kendall's tau-b whether higher goes with higher.

    Parameters
    ----------
    x, y
        Paired numbers, both of shape (n,). A pair with a NaN is left out.
    seed
        Seed of the random orders, used for 9 to 30 pairs with ties in both columns only. The same seed gives the
        same p-value.
    draws
        Number of random orders.

    Returns
    -------
    KendallAssociation
        Coefficient, p-value and what they rest on. No word about causes.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers of one dimension and equal length, or ``draws`` is not a whole number above 0.

    Notes
    -----
    tau-b = S / sqrt((P - Tx)(P - Ty)), S concordant minus discordant pairs, P all pairs, T the tied ones [1]_,
    counted in n log n steps. p is exact for up to 8 pairs (all n! orders) and, where one column has no ties, for up to
    100 (the distribution of the Mann-Kendall test). With ties in both columns 9 to 30 pairs use seeded random orders,
    of which the observed one is counted as one. Above that the normal approximation with the variance for ties,
    without a continuity correction; ``z`` has one.

    With the time as ``x`` this is the trend test for several values at one time, which :func:`mann_kendall` refuses:
    values of the same time are not compared. The variance counts ties in both columns [2]_.

    References
    ----------
    .. [1] Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33, 239-251.
    .. [2] Kendall, M. G. (1976). Rank Correlation Methods, 4th ed. Griffin.

    Examples
    --------
    >>> found = kendall([1, 2, 3, 4, 5, 6], [4.27, 4.23, 4.27, 4.26, 4.31, 4.27])
    >>> round(found.coefficient, 5), round(found.p_value * 720), found.p_exact
    (0.29814, 408, True)

    One school, tested twice in most years:

    >>> found = kendall([2021, 2021, 2022, 2022, 2023, 2023, 2024], [61, 64, 63, 66, 68, 67, 71])
    >>> found.s, round(found.var_s, 1), round(found.p_value, 3)
    (16.0, 41.3, 0.013)
    """
    a, b = _pairs(x, y)
    draws = whole_number("draws", draws, low=1)
    reason = _refusal(a, b)
    if reason in {"too_few_points", "not_finite"}:
        return _with_s(_nothing(len(a), reason), math.nan, math.nan)
    one, other = ranking(a), ranking(b)
    surplus, var_s = surplus_of(one, other), variance(one, other)
    found = _nothing(len(a), reason) if reason else _kendall_p(surplus, one, other, draws=draws, seed=seed)
    return _with_s(found, float(surplus), var_s)


def _kendall_p(surplus: int, one: Ranking, other: Ranking, *, draws: int, seed: int) -> RankAssociation:
    n = len(one.level)
    coefficient = _ratio(surplus, untied_pairs(one), untied_pairs(other))
    if n <= _ENUMERATE:
        return _resampled(coefficient, enumerated(by_order(one, other), n), n, "exact")
    if n <= _COUNT and n in {len(one.sizes), len(other.sizes)}:
        tied = other if len(one.sizes) == n else one
        return _resampled(coefficient, counted_p(surplus, tied), n, "exact")
    if n > _NOT_APPROXIMATE:
        return _approximated(coefficient, normal_p(surplus, one, other), n, "normal_approximation")
    return _resampled(coefficient, sampled(by_order(one, other), n, draws=draws, seed=seed), n, "permutation")


def _with_s(found: RankAssociation, s: float, var_s: float) -> KendallAssociation:
    moved = s - math.copysign(min(1.0, abs(s)), s)
    z = moved / math.sqrt(var_s) if var_s else 0.0
    return KendallAssociation(**attrs.asdict(found), s=s, var_s=var_s, z=z)


def _pairs(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    a, b = vector("x", x), vector("y", y)
    if a.shape != b.shape:
        raise ArgumentError("argument.shape", argument="y", expected=str(a.shape), got=str(b.shape))
    there = ~(np.isnan(a) | np.isnan(b))
    return a[there], b[there]


def _refusal(a: FloatArray, b: FloatArray) -> str:
    if len(a) < 2:  # noqa: PLR2004 - one pair has no order
        return "too_few_points"
    if np.isinf(a).any() or np.isinf(b).any():
        return "not_finite"
    return "constant" if a.min() == a.max() or b.min() == b.max() else ""


def _nothing(n: int, reason: str) -> RankAssociation:
    nan = math.nan
    return RankAssociation(coefficient=nan, p_value=nan, p_exact=False, p_min=nan, n=n, method="", reason=reason)


def _resampled(coefficient: float, p: tuple[float, float], n: int, method: PMethod) -> RankAssociation:
    p_value, p_min = p
    exact = method == "exact"
    return RankAssociation(
        coefficient=coefficient, p_value=p_value, p_exact=exact, p_min=p_min, n=n, method=method, reason=""
    )


def _approximated(coefficient: float, p_value: float, n: int, method: PMethod) -> RankAssociation:
    return RankAssociation(
        coefficient=coefficient, p_value=p_value, p_exact=False, p_min=math.nan, n=n, method=method, reason=""
    )


def _ratio(surplus: int, one: int, other: int) -> float:
    return max(-1.0, min(1.0, surplus / math.sqrt(one * other)))


def _joint(one: IntArray, other: IntArray) -> int:
    """Return n times the sum of products of the centred doubled ranks, in integers that cannot overflow."""
    n = len(one)
    return n * int(one @ other) - (n * (n + 1)) ** 2


def _covariances(one: IntArray, other: IntArray, orders: npt.NDArray[np.intp]) -> IntArray:
    """Return the same for each order of ``other``."""
    n = len(one)
    return n * (other[orders] @ one) - (n * (n + 1)) ** 2


def _student(coefficient: float, n: int) -> float:
    from scipy import special

    if abs(coefficient) == 1:
        return 0.0
    t = coefficient * math.sqrt((n - 2) / ((1 - coefficient) * (1 + coefficient)))
    return 2 * float(special.stdtr(n - 2, -abs(t)))
