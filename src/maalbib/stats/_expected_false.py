"""How many findings chance alone would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, float_array, open_share, reasons
from maalbib.stats._families import family_sums, labels_of

if TYPE_CHECKING:
    from maalbib.stats._arrays import ReasonArray
    from maalbib.stats._attainable import Attainable

__all__ = ["ExpectedByChance", "ExpectedFalse", "expected_by_chance", "expected_false_findings"]


@attrs.frozen(kw_only=True, eq=False)
class ExpectedFalse(ArrayResult):
    """How many tests of an uncorrected list would be found if nothing had happened anywhere; all of one shape.

    Attributes
    ----------
    expected
        The expected number. For tests that are exact it is exact, whatever their dependence.
    sd
        Standard deviation of that number for independent tests; larger where tests move together.
    judged
        Tests that could have been found at all.
    tested
        Tests with a p-value.

    Examples
    --------
    A hundred series of five values give 1.7 false arrows at 5 %, not 5:

    >>> import numpy as np
    >>> from maalbib.stats import attainable_p_values
    >>> result = expected_false_findings(attainable_p_values(np.tile(np.arange(5.0), (100, 1))))
    >>> result.expected.round(2).item(), result.sd.round(2).item(), result.judged.item()
    (1.67, 1.28, 100)
    """

    expected: FloatArray
    sd: FloatArray
    judged: IntArray
    tested: IntArray


@attrs.frozen(kw_only=True, eq=False)
class ExpectedByChance(ArrayResult):
    """Findings expected of a rate; all arrays have one shape.

    Attributes
    ----------
    expected
        Tests times rate.
    sd
        Standard deviation for independent tests.
    reason
        Why numbers are NaN, empty where none is: ``"missing_input"``, ``"not_finite"``, ``"negative_input"``
        (fewer than no tests), ``"share_out_of_range"`` (a rate below 0 or above 1).

    Examples
    --------
    >>> result = expected_by_chance(98 * 200, 0.05)
    >>> result.expected.item(), result.sd.round(1).item()
    (980.0, 30.5)
    """

    expected: FloatArray
    sd: FloatArray
    reason: ReasonArray


def expected_false_findings(
    attainable: Attainable, *, alpha: float = 0.05, families: npt.ArrayLike | None = None
) -> ExpectedFalse:
    """Return how many false arrows an uncorrected list at level alpha would hold if nothing had happened anywhere.

    Parameters
    ----------
    attainable
        What each test could have given, as from ``attainable_p_values``. Leave out what is not shown.
    alpha
        Level of each single test.
    families
        Whole-number labels of shape (tests,) to count by; None for all in one number.

    Returns
    -------
    ExpectedFalse
        Arrays of shape (), with ``families`` of shape (families,) in ascending order of the labels.

    Raises
    ------
    ArgumentError
        If labels are not whole numbers of the same shape, or ``alpha`` is not strictly between 0 and 1.

    Notes
    -----
    The sum over the tests of the largest attainable p-value that is at most alpha [1]_: with n = 5 and no ties this
    is 0.0167 and not 0.05. Real changes leave fewer series that can be false, so it is a most rather than a guess.

    References
    ----------
    .. [1] Heyse, J. F. (2011). A false discovery rate procedure for categorical data. In Recent Advances in
       Biostatistics, 43-58. World Scientific.

    Examples
    --------
    >>> from maalbib.stats import attainable_p_values
    >>> attainable = attainable_p_values([[1, 2, 3, 4, 5], [2, 1, 3, 4, 5], [1, 2, 3, 4, None]])
    >>> expected_false_findings(attainable, families=[1, 1, 2]).expected.round(4).tolist()
    [0.0333, 0.0]
    """
    level = attainable.at_most(open_share("alpha", alpha))
    tested = ~np.isnan(level)
    held = np.where(tested, level, 0.0)
    if families is None:
        family, number = np.zeros(len(level), dtype=np.int64), 1
    else:
        distinct, family = np.unique(labels_of("families", families, len(level)), return_inverse=True)
        number = len(distinct)
    shape = () if families is None else (number,)
    expected, variance, judged, count = (
        family_sums(family, weights, number).reshape(shape) for weights in (held, held * (1 - held), held > 0, tested)
    )
    return ExpectedFalse(
        expected=expected, sd=np.sqrt(variance), judged=judged.astype(np.int64), tested=count.astype(np.int64)
    )


def expected_by_chance(tests: npt.ArrayLike, rate: npt.ArrayLike) -> ExpectedByChance:
    """Return how many findings a rate of false alarms gives among so many tests.

    Parameters
    ----------
    tests
        Number of tests, any shape.
    rate
        Share of them that are found by chance, 0 to 1: a level, or the false-alarm rate of a rule. Broadcast
        against ``tests``.

    Returns
    -------
    ExpectedByChance
        Arrays of the common shape.

    Raises
    ------
    ArgumentError
        If the arrays are not numbers or do not broadcast.

    Notes
    -----
    Expected tests x rate, variance tests x rate x (1 - rate): that of a binomial count [1]_. Tests that move together
    have the same expectation and a larger spread.

    References
    ----------
    .. [1] Johnson, N. L., Kemp, A. W. and Kotz, S. (2005). Univariate Discrete Distributions, 3rd ed. Wiley.

    Examples
    --------
    >>> expected_by_chance([98, 19_600], 0.002).expected.round(3).tolist()
    [0.196, 39.2]
    """
    number, share = float_array("tests", tests), float_array("rate", rate)
    try:
        number, share = np.broadcast_arrays(number, share)
    except ValueError as error:
        raise ArgumentError(
            "argument.shape", argument="rate", expected=str(number.shape), got=str(share.shape)
        ) from error
    reason = reasons(
        number.shape,
        (np.isnan(number) | np.isnan(share), "missing_input"),
        (np.isinf(number), "not_finite"),
        (number < 0, "negative_input"),
        ((share < 0) | (share > 1), "share_out_of_range"),
    )
    fine = reason == ""
    number, share = np.where(fine, number, np.nan), np.where(fine, share, np.nan)
    return ExpectedByChance(expected=number * share, sd=np.sqrt(number * share * (1 - share)), reason=reason)
