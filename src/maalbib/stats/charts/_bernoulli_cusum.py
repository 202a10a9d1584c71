"""A chart for rare events that looks at every case instead of waiting for a period to end."""

from __future__ import annotations

import math

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, ReasonArray, float_array, open_share, reasons
from maalbib.stats.charts._rule import positive

__all__ = ["BernoulliCusum", "bernoulli_cusum"]


@attrs.frozen(kw_only=True, eq=False)
class BernoulliCusum(ArrayResult):
    """Evidence for a higher rate, case by case; arrays of the shape of the outcomes.

    Attributes
    ----------
    statistic
        Evidence gathered up to and with the case; unchanged by a missing one, NaN before the first.
    signal
        Whether it reaches the threshold here, after which it starts again from 0.
    reason
        ``"missing_input"``, ``"value_out_of_range"`` (neither 0 nor 1), else empty.

    Examples
    --------
    >>> found = bernoulli_cusum([0, 1, 1, 1], p0=0.05, p1=0.15, threshold=3.0)
    >>> found.statistic.round(2).tolist(), found.signal.tolist()
    ([0.0, 1.1, 2.2, 3.3], [False, False, False, True])
    """

    statistic: FloatArray
    signal: BoolArray
    reason: ReasonArray


def bernoulli_cusum(outcomes: npt.ArrayLike, *, p0: float, p1: float, threshold: float) -> BernoulliCusum:
    """Watch the rate of a rare event case by case.

    Parameters
    ----------
    outcomes
        1 where the event happened and 0 where it did not, shape (cases,) or (series, cases), in the order of the
        cases. NaN is missing and changes nothing.
    p0, p1
        The rate that is acceptable, and the one to be found, both inside (0, 1). ``p1 < p0`` looks for a fall.
    threshold
        Evidence that makes a signal, above 0: a likelihood ratio of exp(``threshold``).

    Returns
    -------
    BernoulliCusum
        The statistic and the signals.

    Raises
    ------
    ArgumentError
        If a rate is not inside (0, 1), the two are equal, or the threshold is not above 0.

    Notes
    -----
    Each case adds x ln(p1/p0) + (1 - x) ln((1 - p1)/(1 - p0)); the sum never falls below 0 and starts again from 0 after a
    signal [1]_. Which threshold gives how many false alarms depends on both rates and is for the caller to choose.
    Time is linear in the number of cases.

    References
    ----------
    .. [1] Reynolds, M. R. and Stoumbos, Z. G. (1999). A CUSUM chart for monitoring a proportion when inspecting
       continuously. Journal of Quality Technology 31, 87-108.

    Examples
    --------
    >>> cases = [0] * 10 + [1, 0, 1, 0, 0, 1] + [0] * 4
    >>> found = bernoulli_cusum(cases, p0=0.02, p1=0.1, threshold=4.0)
    >>> found.signal.nonzero()[0].tolist(), found.statistic[15:17].round(2).tolist()
    ([15], [4.57, 0.0])
    """
    low, high = open_share("p0", p0), open_share("p1", p1)
    if low == high:
        raise ArgumentError("rules.rates_equal")
    enough = positive("threshold", threshold)
    array = float_array("outcomes", outcomes)
    if array.ndim not in {1, 2}:
        expected = "(cases,) / (series, cases)"
        raise ArgumentError("argument.shape", argument="outcomes", expected=expected, got=str(array.shape))
    rows = np.atleast_2d(array)
    usable = (rows == 0) | (rows == 1)
    step = np.where(rows == 1, math.log(high / low), math.log1p(-high) - math.log1p(-low))
    statistic, signal = np.full(rows.shape, np.nan), np.zeros(rows.shape, dtype=np.bool_)
    evidence, begun = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.bool_)
    for case in range(rows.shape[1]):
        here = usable[:, case]
        evidence = np.where(here, np.maximum(evidence + step[:, case], 0.0), evidence)
        begun |= here
        statistic[:, case] = np.where(begun, evidence, np.nan)
        signal[:, case] = here & (evidence >= enough)
        evidence = np.where(signal[:, case], 0.0, evidence)
    return BernoulliCusum(
        statistic=statistic.reshape(array.shape),
        signal=signal.reshape(array.shape),
        reason=reasons(
            array.shape, (np.isnan(array), "missing_input"), (~usable.reshape(array.shape), "value_out_of_range")
        ),
    )
