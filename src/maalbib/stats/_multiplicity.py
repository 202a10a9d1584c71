"""Many tests at once: adjusted p-values, family by family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import FloatArray, vector
from maalbib.stats._families import checked_p_values, family_rows, labels_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from maalbib.stats._arrays import IntArray

__all__ = ["adjust_p_values", "benjamini_hochberg"]

Method = Literal["benjamini_hochberg", "benjamini_yekutieli", "holm", "hochberg", "bonferroni"]


def adjust_p_values(
    p_values: npt.ArrayLike, *, method: Method = "benjamini_hochberg", families: npt.ArrayLike | None = None
) -> FloatArray:
    """Adjust p-values for the number of tests in their family.

    Parameters
    ----------
    p_values
        Shape (tests,). NaN means not tested: no data, suppressed, or too few points to judge.
    method
        What is held at the level that the result is compared with. The expected share of false findings:
        ``"benjamini_hochberg"``, or ``"benjamini_yekutieli"`` whatever the dependence between the tests. The
        probability of any false finding: ``"holm"``, ``"hochberg"`` (independent or positively dependent tests) or
        ``"bonferroni"``.
    families
        Whole-number labels of shape (tests,); tests with one label are adjusted together and know nothing of the
        others. None for a single family.

    Returns
    -------
    numpy.ndarray
        Adjusted p-values in the same order, never below p, at most 1, and in the order of p within a family. NaN
        stays NaN and is not counted in the size of the family.

    Raises
    ------
    ArgumentError
        If the method is unknown, labels are not whole numbers of the same shape, or a number lies outside 0 to 1.

    Notes
    -----
    With m tests in ascending order the adjusted values are, before they are cut at 1 [1]_ [2]_ [3]_ [4]_:

    - ``"benjamini_hochberg"``: min over j >= i of m p_(j) / j;
    - ``"benjamini_yekutieli"``: the same times 1 + 1/2 + ... + 1/m;
    - ``"holm"``: max over j <= i of (m - j + 1) p_(j);
    - ``"hochberg"``: min over j >= i of (m - j + 1) p_(j);
    - ``"bonferroni"``: m p_(i).

    All five are valid for discrete p-values. The family matters more than the method: with one family for a whole
    country and five to eight values per series, nothing can be found. Time is that of sorting; working space is
    bounded but for one very large family.

    References
    ----------
    .. [1] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and powerful
       approach to multiple testing. Journal of the Royal Statistical Society B 57, 289-300.
    .. [2] Benjamini, Y. and Yekutieli, D. (2001). The control of the false discovery rate in multiple testing under
       dependency. Annals of Statistics 29, 1165-1188.
    .. [3] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of
       Statistics 6, 65-70.
    .. [4] Hochberg, Y. (1988). A sharper Bonferroni procedure for multiple tests of significance. Biometrika 75,
       800-802.

    Examples
    --------
    >>> p = [0.01, 0.04, float("nan"), 0.03]
    >>> adjust_p_values(p, method="holm").round(6).tolist()
    [0.03, 0.06, nan, 0.06]

    Two indicators, each a family of its own:

    >>> adjust_p_values(p, families=[7, 7, 9, 9]).round(6).tolist()
    [0.02, 0.04, nan, 0.03]
    """
    if method not in get_args(Method):
        raise ArgumentError.choice("method", get_args(Method))
    p = checked_p_values("p_values", vector("p_values", p_values))
    labels = None if families is None else labels_of("families", families, len(p))
    adjusted = np.full(p.shape, np.nan)
    for rows in family_rows(labels, np.flatnonzero(~np.isnan(p))):
        own = p[rows]
        order = np.argsort(own, axis=1, kind="stable")
        own = np.take_along_axis(own, order, axis=1)
        adjusted[np.take_along_axis(rows, order, axis=1)] = np.minimum(_ADJUSTED[method](own), 1.0)
    return adjusted


def benjamini_hochberg(p_values: npt.ArrayLike) -> FloatArray:
    """Adjust p-values so that the expected share of false discoveries is held.

    Parameters
    ----------
    p_values
        One family of p-values, shape (tests,). NaN means not tested.

    Returns
    -------
    numpy.ndarray
        q-values in the same order: the smallest false discovery rate at which each test is a discovery. NaN stays
        NaN and is not counted in the size of the family.

    Raises
    ------
    ArgumentError
        If the array is not one-dimensional numbers, or a number lies outside 0 to 1 and so is no p-value.

    Notes
    -----
    With m tests in ascending order q_(i) = min over j >= i of m p_(j) / j, at most 1 [1]_. Valid for independent and
    positively dependent tests, and for discrete p-values. ``adjust_p_values`` does the same for many families and
    by other methods.

    References
    ----------
    .. [1] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and powerful
       approach to multiple testing. Journal of the Royal Statistical Society B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, float("nan"), 0.03]).round(6).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    return adjust_p_values(p_values, method="benjamini_hochberg")


# Each takes families of one size as rows in ascending order. Every factor is at least 1, so that rounding never puts
# an adjusted value below its p.


def _step_up(scaled: FloatArray) -> FloatArray:
    """Return the smallest from each place to the end."""
    smallest: FloatArray = np.minimum.accumulate(scaled[:, ::-1], axis=1)[:, ::-1]
    return smallest


def _places(p: FloatArray) -> IntArray:
    return np.arange(1, p.shape[1] + 1)


def _benjamini_hochberg(p: FloatArray) -> FloatArray:
    return _step_up(p * (p.shape[1] / _places(p)))


def _benjamini_yekutieli(p: FloatArray) -> FloatArray:
    return _step_up(p * (p.shape[1] / _places(p) * (1 / _places(p)).sum()))


def _holm(p: FloatArray) -> FloatArray:
    largest: FloatArray = np.maximum.accumulate(p * _places(p)[::-1], axis=1)
    return largest


def _hochberg(p: FloatArray) -> FloatArray:
    return _step_up(p * _places(p)[::-1])


def _bonferroni(p: FloatArray) -> FloatArray:
    scaled: FloatArray = p * p.shape[1]
    return scaled


_ADJUSTED: Final[dict[str, Callable[[FloatArray], FloatArray]]] = {
    "benjamini_hochberg": _benjamini_hochberg,
    "benjamini_yekutieli": _benjamini_yekutieli,
    "holm": _holm,
    "hochberg": _hochberg,
    "bonferroni": _bonferroni,
}
