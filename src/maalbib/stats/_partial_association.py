"""Do two columns rise together among units with like conditions? Partial rank correlations that also hold for few units."""

from __future__ import annotations

import math
from functools import partial
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, float_array, vector, whole_number
from maalbib.stats._partial_correlations import (
    NOTHING_LEFT,
    basis_of,
    beside,
    centred_ranks,
    pair_signs,
    partial_tau,
    rank_correlations,
    sign_correlations,
    student_p,
)
from maalbib.stats._residual_orders import Chance, OrdersMethod, Residuals, p_of_orders

__all__ = ["PartialAssociation", "partial_kendall", "partial_spearman"]

_NOT_APPROXIMATE: Final = 30  # largest n for orders of ranks
_NO_MORE_PAIRS: Final = 1_000  # largest n for orders of pairs
_WORK: Final = 100_000_000  # pairs times orders
_TABLE: Final = 2
_UNKNOWN: Final = Chance(p_value=math.nan, p_min=math.nan, expected=math.nan, method="")


@attrs.frozen(kw_only=True, eq=False)
class PartialAssociation(ArrayResult):
    """One partial rank correlation with its two-sided p-value.

    Attributes
    ----------
    coefficient
        From -1 to 1; NaN with a reason where there is none.
    expected
        The mean coefficient of these orders: what it would be if the conditions were all that ``x`` and ``y`` share. 0 where
        approximated, NaN without a p.
    p_value
        Share of the orders that give a coefficient at least as far from ``expected``, see ``method``.
    p_exact
        Whether ``p_value`` is that of an exact test, every order counted.
    p_min
        The smallest p-value that these values and this number of orders (or of draws) can give; NaN where approximated. Above
        alpha, no association could have been shown.
    n
        Units used: those with both values and every condition.
    conditions
        How many conditions count, those that follow from others left out.
    freedom
        Degrees of freedom left: n - 2 - ``conditions``.
    method
        ``exact``: all orders in which units change places with units of equal conditions. ``permutation``: random ones of these.
        ``residual_orders``: all orders of what the conditions leave of ``y``. ``residual_permutation``: random ones of these.
        ``t_approximation``.
    reason
        ``too_few_points`` (no degree of freedom left), ``not_finite``, ``constant`` (``x`` or ``y``), ``constant_condition``,
        ``x_from_conditions`` or ``y_from_conditions`` (nothing is left of its ranks), ``too_many_points`` (the coefficient stands,
        but orders of so many pairs were not tried), or empty.

    Examples
    --------
    >>> from maalbib.stats import partial_spearman
    >>> found = partial_spearman([1, 2, 3, 4], [4, 2, 3, 1], [1, 1, 2, 2])
    >>> found.method, found.p_value, found.freedom
    ('exact', 0.5, 1)
    """

    coefficient: float
    expected: float
    p_value: float
    p_exact: bool
    p_min: float
    n: int
    conditions: int
    freedom: int
    method: OrdersMethod
    reason: str


@attrs.frozen(kw_only=True, eq=False)
class _Question:
    """Doubled mid-ranks of the columns less their mean, shape (n,), what those of the conditions span, and the values."""

    x: FloatArray
    y: FloatArray
    basis: FloatArray
    values: tuple[FloatArray, FloatArray, FloatArray]
    reason: str

    @property
    def freedom(self) -> int:
        return len(self.x) - 2 - int(self.basis.shape[1])

    @property
    def residuals(self) -> Residuals:
        fitted = self.basis @ (self.basis.T @ self.y)
        # Classes come from the values, so that nothing hangs on rounding.
        _, classes = np.unique(self.values[2], axis=0, return_inverse=True)
        return Residuals(fitted=fitted, rest=self.y - fitted, classes=classes.reshape(-1))


def partial_spearman(
    x: npt.ArrayLike, y: npt.ArrayLike, given: npt.ArrayLike, *, seed: int = 0, draws: int = 99_999
) -> PartialAssociation:
    """Measure whether higher goes with higher beyond what conditions let expect.

    Parameters
    ----------
    x, y
        Paired numbers, both of shape (n,). A unit with a NaN, in a condition too, is left out.
    given
        Conditions, shape (n,) or (n, conditions).
    seed
        Seed of the random orders, used for 9 to 30 units only. The same seed gives the same p-value.
    draws
        Number of random orders.

    Returns
    -------
    PartialAssociation
        Coefficient, p-value and what they rest on. No word about causes.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers or of other shapes, ``draws`` is not a whole number above 0, or ``seed`` is none.

    Notes
    -----
    The correlation of what least squares leave of the mid-ranks of ``x`` and ``y`` after those of the conditions [1]_. What the
    conditions do to the ranks otherwise than in straight lines stays in, as does every condition that is not given.

    Where the conditions leave at least two units to a class of equal ones, the ranks of ``y`` change places within the classes
    only: if conditions are all that ``x`` and ``y`` share, every such order is equally likely, and p is exact. Otherwise what the
    conditions leave of the ranks of ``y`` is put in other orders, added to what they say, and the conditions are allowed for anew
    [2]_: all n! orders for up to 8 units, else seeded random orders, of which the observed one is one. That is no exact test. With
    normal values of 6 to 30 units it calls about 5 per cent of independent columns associated; where one condition makes out four
    fifths of both columns about 9, where three together do 10 to 20, because ranks keep some of a strong condition. Without the
    second allowance it would be up to 40. Above 30 units Student's t with ``freedom`` degrees of freedom.

    References
    ----------
    .. [1] Kendall, M. G. and Stuart, A. (1973). The Advanced Theory of Statistics, vol. 2, 3rd ed., ch. 27. Griffin.
    .. [2] Freedman, D. and Lane, D. (1983). A nonstochastic interpretation of reported significance levels. Journal of Business
       and Economic Statistics 1, 292-298.

    Examples
    --------
    Spending and satisfaction both follow the size of the town, and hardly each other:

    >>> size = [1, 2, 3, 4, 5, 6, 7]
    >>> spending, satisfaction = [52, 51, 55, 57, 56, 60, 61], [60, 64, 61, 66, 70, 69, 75]
    >>> found = partial_spearman(spending, satisfaction, size)
    >>> round(found.coefficient, 3), round(found.p_value, 3), found.method
    (-0.556, 0.259, 'residual_orders')
    >>> from maalbib.stats import spearman
    >>> round(spearman(spending, satisfaction).coefficient, 3)
    0.786
    """
    question = _question(x, y, given)
    draws, seed = whole_number("draws", draws, low=1), whole_number("seed", seed, low=0)
    if question.reason:
        return _nothing(question)
    own = beside(question.basis, question.x)
    statistic = partial(rank_correlations, np.column_stack([own, question.basis]))
    coefficient = _clipped(float(statistic(question.y[np.newaxis])[0]))
    n = len(question.x)
    if n > _NOT_APPROXIMATE:
        p_value = student_p(coefficient, question.freedom)
        return _found(
            question, coefficient, Chance(p_value=p_value, p_min=math.nan, expected=0.0, method="t_approximation")
        )
    return _found(question, coefficient, p_of_orders(statistic, question.residuals, draws=draws, seed=seed))


def partial_kendall(
    x: npt.ArrayLike, y: npt.ArrayLike, given: npt.ArrayLike, *, seed: int = 0, draws: int = 99_999
) -> PartialAssociation:
    """Measure by Kendall's partial tau-b whether higher goes with higher beyond what conditions let expect.

    Parameters
    ----------
    x, y
        Paired numbers, both of shape (n,). A unit with a NaN, in a condition too, is left out.
    given
        Conditions, shape (n,) or (n, conditions).
    seed
        Seed of the random orders, used above 8 units. The same seed gives the same p-value.
    draws
        Number of random orders at most: as many as keep pairs times orders within 100 million.

    Returns
    -------
    PartialAssociation
        Coefficient, p-value and what they rest on. No word about causes.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers or of other shapes, ``draws`` is not a whole number above 0, or ``seed`` is none.

    Notes
    -----
    tau-b is the cosine of the signs of all pairs; this is the cosine of what the signs of the conditions leave of those of ``x``
    and ``y`` [1]_, for one condition (t_xy - t_xz t_yz) / sqrt((1 - t_xz^2)(1 - t_yz^2)).

    p comes from the orders of :func:`partial_spearman`, for each of which the coefficient is computed anew, and is about how far it
    is from ``expected``, not from 0: where conditions are all that ``x`` and ``y`` share, partial tau is not 0 but on their side
    [2]_, and a test around 0 of 150 units that depend on one strong condition finds an association nearly always. Above 1,000
    units there is no p.

    References
    ----------
    .. [1] Kendall, M. G. (1942). Partial rank correlation. Biometrika 32, 277-283.
    .. [2] Korn, E. L. (1984). The ranges of limiting values of some partial correlations under conditional independence.
       American Statistician 38, 61-62.

    Examples
    --------
    >>> size = [1, 2, 3, 4, 5, 6, 7]
    >>> spending, satisfaction = [52, 51, 55, 57, 56, 60, 61], [60, 64, 61, 66, 70, 69, 75]
    >>> found = partial_kendall(spending, satisfaction, size)
    >>> round(found.coefficient, 3), round(found.p_value, 3), found.method
    (-0.105, 0.502, 'residual_orders')
    """
    question = _question(x, y, given)
    draws, seed = whole_number("draws", draws, low=1), whole_number("seed", seed, low=0)
    if question.reason:
        return _nothing(question)
    coefficient = _clipped(partial_tau(*question.values))
    n = len(question.x)
    if n > _NO_MORE_PAIRS:
        return attrs.evolve(_found(question, coefficient, _UNKNOWN), reason="too_many_points")
    basis = basis_of(np.stack([pair_signs(column) for column in question.values[2].T], axis=1))
    statistic = partial(sign_correlations, np.column_stack([beside(basis, pair_signs(question.values[0])), basis]))
    kept = max(1, min(draws, _WORK // (n * (n - 1) // 2)))
    return _found(question, coefficient, p_of_orders(statistic, question.residuals, draws=kept, seed=seed))


def _question(x: npt.ArrayLike, y: npt.ArrayLike, given: npt.ArrayLike) -> _Question:
    a, b, z = vector("x", x), vector("y", y), float_array("given", given)
    if a.shape != b.shape:
        raise ArgumentError("argument.shape", argument="y", expected=str(a.shape), got=str(b.shape))
    z = z[:, np.newaxis] if z.ndim == 1 else z
    if z.ndim != _TABLE or len(z) != len(a) or not z.shape[1]:
        raise ArgumentError("argument.shape", argument="given", expected=f"({len(a)}, conditions)", got=str(z.shape))
    there = ~(np.isnan(a) | np.isnan(b) | np.isnan(z).any(axis=1))
    a, b, z = a[there], b[there], z[there]
    ranks = np.stack([centred_ranks(column) for column in (a, b, *z.T)], axis=1)
    basis = basis_of(ranks[:, 2:])
    return _Question(
        x=ranks[:, 0],
        y=ranks[:, 1],
        basis=basis,
        values=(a, b, z),
        reason=_refusal(ranks, basis, np.column_stack([a, b, z])),
    )


def _refusal(ranks: FloatArray, basis: FloatArray, values: FloatArray) -> str:
    """Return why there is no coefficient; the first that applies."""
    if len(ranks) - 2 - basis.shape[1] < 1:
        return "too_few_points"
    if np.isinf(values).any():
        return "not_finite"
    same = (ranks == 0).all(axis=0)
    if same[:2].any():
        return "constant"
    if same[2:].any():
        return "constant_condition"
    left = [float(beside(basis, column) @ column) > NOTHING_LEFT * float(column @ column) for column in ranks.T[:2]]
    return "" if all(left) else ("y_from_conditions" if left[0] else "x_from_conditions")


def _clipped(coefficient: float) -> float:
    return max(-1.0, min(1.0, coefficient))


def _found(question: _Question, coefficient: float, chance: Chance) -> PartialAssociation:
    return PartialAssociation(
        coefficient=coefficient,
        expected=chance.expected,
        p_value=chance.p_value,
        p_exact=chance.method == "exact",
        p_min=chance.p_min,
        n=len(question.x),
        conditions=question.basis.shape[1],
        freedom=question.freedom,
        method=chance.method,
        reason="",
    )


def _nothing(question: _Question) -> PartialAssociation:
    return attrs.evolve(_found(question, math.nan, _UNKNOWN), reason=question.reason)
