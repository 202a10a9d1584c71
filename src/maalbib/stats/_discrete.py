"""Many tests of which some can hardly find anything: Heyse's, Tarone's and Gilbert's ways to count them less."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, broadcast_to, open_share, vector
from maalbib.stats._families import checked_p_values, family_rows, labels_of
from maalbib.stats._multiplicity import benjamini_hochberg

if TYPE_CHECKING:
    from maalbib.stats._attainable import Attainable

__all__ = ["Tarone", "benjamini_heyse", "tarone"]

_ROUNDING: Final = 1e-12  # relative; p-values this close are the same one, written down by two programs


@attrs.frozen(kw_only=True, eq=False)
class Tarone(ArrayResult):
    """Which tests are found when those without a chance are left out.

    Attributes
    ----------
    k
        By how much the level was divided: at most so many tests could reach alpha / k. A single number.
    rejected
        Tests with p at most alpha / k.
    q_value
        Gilbert's: adjusted by Benjamini and Hochberg among the tests that could reach alpha / k, 1 for the others,
        NaN where there was no test.

    Examples
    --------
    >>> result = tarone([0.001, 0.2, 0.3333], [1e-4, 0.1, 0.3333])
    >>> result.k.item(), result.rejected.tolist(), result.q_value.tolist()
    (1, [True, False, False], [0.001, 1.0, 1.0])
    """

    k: IntArray
    rejected: BoolArray
    q_value: FloatArray


def tarone(p_values: npt.ArrayLike, p_min: npt.ArrayLike, *, alpha: float = 0.05) -> Tarone:
    """Test many discrete p-values without paying for those that had no chance to be found.

    Parameters
    ----------
    p_values
        One family, shape (tests,). NaN means not tested.
    p_min
        The smallest p-value that each test could have given, one number or shape (tests,).
    alpha
        Level to hold: for ``rejected`` the probability of any false finding, for ``q_value`` a choice made once
        that decides which tests are in the family.

    Returns
    -------
    Tarone
        Arrays of shape (tests,), and the divisor.

    Raises
    ------
    ArgumentError
        If shapes do not fit, a number lies outside 0 to 1, or ``alpha`` is not strictly between 0 and 1.

    Notes
    -----
    k is the smallest whole number for which at most k tests have p_min <= alpha / k [1]_. Among those tests
    Bonferroni's correction holds at alpha / k; the false discovery rate among them is Gilbert's [2]_. Which tests they
    are depends on ``p_min`` alone, never on what was found. A ``q_value`` is comparable with ``alpha`` only.

    References
    ----------
    .. [1] Tarone, R. E. (1990). A modified Bonferroni method for discrete data. Biometrics 46, 515-522.
    .. [2] Gilbert, P. B. (2005). A modified false discovery rate multiple-comparisons procedure for discrete data,
       applied to human immunodeficiency virus genetics. Journal of the Royal Statistical Society C 54, 143-158.

    Examples
    --------
    Thirty series of four values cannot be found, and no longer stand in the way of the one with ten:

    >>> result = tarone([0.0833] * 30 + [0.001], [0.0833] * 30 + [5.5e-7])
    >>> result.k.item(), result.rejected[-1].item(), result.q_value[-1].item()
    (1, True, 0.001)
    """
    level = Fraction(repr(open_share("alpha", alpha)))  # 0.05 is meant, not the double next to it
    p = checked_p_values("p_values", vector("p_values", p_values))
    smallest = checked_p_values("p_min", broadcast_to("p_min", p_min, p.shape))
    tested = ~np.isnan(p)
    ordered = np.sort(smallest[tested])
    low, k = 1, max(1, len(ordered))
    while low < k:
        middle = (low + k) // 2
        if np.searchsorted(ordered, float(level / middle), side="right") <= middle:
            k = middle
        else:
            low = middle + 1
    limit = float(level / k)
    could = tested & (smallest <= limit)
    q_value = np.where(tested, 1.0, np.nan)
    q_value[could] = benjamini_hochberg(p[could])
    return Tarone(k=np.array(k), rejected=could & (p <= limit), q_value=q_value)


def benjamini_heyse(
    p_values: npt.ArrayLike, attainable: Attainable, *, families: npt.ArrayLike | None = None
) -> FloatArray:
    """Adjust discrete p-values for what the tests of their family could really have given by chance.

    Parameters
    ----------
    p_values
        Shape (tests,). NaN means not tested.
    attainable
        What each test could have given: for two-sided trend tests from ``attainable_p_values`` of the same series.
    families
        Whole-number labels of shape (tests,); tests with one label are adjusted together. None for a single family.

    Returns
    -------
    numpy.ndarray
        q-values in the same order, never above those of Benjamini and Hochberg, in the order of p within a family.
        NaN stays NaN and is not counted.

    Raises
    ------
    ArgumentError
        If shapes do not fit, labels are not whole numbers, a number lies outside 0 to 1, or a p-value is smaller
        than its test could have given.

    Notes
    -----
    In place of m p_(j), the number of false findings that m continuous tests would be expected to give, stands
    sum_i F_i(p_(j)), with F_i(x) the largest attainable p-value of test i that is at most x, 0 if there is none
    [1]_. In a family of short and long series it finds more, the more the lengths differ. Held in simulations, not
    proven for every dependence.

    A q below its p is possible, where the other tests cannot get down to p; a finding still needs p itself to be at
    most alpha. p-values that differ by less than 1e-12 of their size count as the same. Time grows with distinct
    structures times distinct p-values in a family, not with the square of its tests; families are taken
    one by one.

    References
    ----------
    .. [1] Heyse, J. F. (2011). A false discovery rate procedure for categorical data. In Recent Advances in
       Biostatistics, 43-58. World Scientific.

    Examples
    --------
    Two series of four values cannot get below 0.083, so the series of six is judged as if it were alone:

    >>> from maalbib.stats import attainable_p_values
    >>> attainable = attainable_p_values([[1, 2, 3, 4, None, None], [2, 1, 3, 4, None, None], [1, 2, 3, 4, 5, 6]])
    >>> benjamini_heyse([0.0833333333333333, 1 / 3, 1 / 360], attainable).round(4).tolist()
    [0.1111, 0.313, 0.0028]
    """
    p = checked_p_values("p_values", vector("p_values", p_values))
    if len(attainable) != len(p):
        raise ArgumentError("argument.shape", argument="attainable", expected=str(len(p)), got=str(len(attainable)))
    labels = None if families is None else labels_of("families", families, len(p))
    tested = np.flatnonzero(~np.isnan(p))
    reached = p[tested] * (1 + _ROUNDING) >= attainable.p_min[tested]  # False where there is no test at all
    if not reached.all():
        raise ArgumentError("multiplicity.not_attainable", place=int(tested[~reached][0]))
    q_value = np.full(p.shape, np.nan)
    for rows in family_rows(labels, tested):
        for members in rows:
            own, place = np.unique(p[members], return_inverse=True)
            expected = _expected(attainable, attainable.which[members], own * (1 + _ROUNDING))
            # Equal p-values share the largest rank.
            ratio = expected / np.cumsum(np.bincount(place))
            q_value[members] = np.minimum(np.minimum.accumulate(ratio[::-1])[::-1], 1.0)[place]
    return q_value


def _expected(attainable: Attainable, which: IntArray, x: FloatArray) -> FloatArray:
    """Return sum_i F_i(x) over the tests of a family for rising x."""
    tables, tests = np.unique(which, return_counts=True)
    far = attainable.continuous[tables]
    total = np.zeros(len(x))
    for table, count in zip(tables[~far].tolist(), tests[~far].tolist(), strict=True):
        run = attainable.p_values[attainable.starts[table] : attainable.starts[table + 1]]
        total += count * np.append(0.0, run)[np.searchsorted(run, x, side="right")]
    if far.any():
        smallest = attainable.p_values[attainable.starts[tables[far]]]
        order = np.argsort(smallest, kind="stable")
        could = np.append(0, np.cumsum(tests[far][order]))[np.searchsorted(smallest[order], x, side="right")]
        total += could * np.minimum(x, 1.0)
    return total
