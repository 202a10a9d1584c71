"""How many flags a whole board shows by chance, whatever kinds of test it holds."""

from __future__ import annotations

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, FloatArray, ReasonArray, broadcast_to, float_array, reasons

__all__ = ["BoardByChance", "board_by_chance"]


@attrs.frozen(kw_only=True, eq=False)
class BoardByChance(ArrayResult):
    """Flags that chance alone gives, per family of tests and for the whole board.

    Attributes
    ----------
    expected, sd
        Expected number of false flags in each family, and its standard deviation.
    reason
        Why a family has none: ``missing_input``, ``not_finite``, ``negative_input`` (fewer than no tests),
        ``share_out_of_range`` (of a rate or a correlation), else empty.
    total, total_sd
        The same for the board; NaN where a family is not known, because a part is not the whole.
    any_flag
        Probability of at least one false flag anywhere, NaN also where tests of a family move together.

    Examples
    --------
    >>> from maalbib.stats import board_by_chance
    >>> found = board_by_chance([98, float("nan")], 0.05)
    >>> found.expected.round(2).tolist(), found.total, found.reason.tolist()
    ([4.9, nan], nan, ['', 'missing_input'])
    """

    expected: FloatArray
    sd: FloatArray
    reason: ReasonArray
    total: float
    total_sd: float
    any_flag: float


def board_by_chance(tests: npt.ArrayLike, rates: npt.ArrayLike, *, correlation: npt.ArrayLike = 0.0) -> BoardByChance:
    """Count the flags that a board shows by chance, to hold against those it does show.

    Parameters
    ----------
    tests
        How many tests each family has that could have been flagged; hidden and unjudged units are not among them. A
        number or shape (families,).
    rates
        How often a test of the family is flagged although nothing is there: 0.002 for a funnel at 99.8 %, the
        false-alarm rate of a rule set, the largest attainable p below the level for short series. Broadcast against
        ``tests``.
    correlation
        Mean correlation of the flags within a family, 0 to 1 where tests move together, as when all units share a bad
        winter. Families are taken as independent of each other.

    Returns
    -------
    BoardByChance
        Expected numbers with their standard deviations.

    Raises
    ------
    ArgumentError
        If arrays are not numbers, or do not broadcast to one dimension.

    Notes
    -----
    A family of m tests at rate r expects m r flags with variance m r (1 - r) (1 + (m - 1) c) [1]_, c being the correlation.
    Dependence leaves the expectation as it is. Real differences leave fewer units to be flagged falsely, so this is a most.

    References
    ----------
    .. [1] Efron, B. (2010). Large-Scale Inference: Empirical Bayes Methods for Estimation, Testing, and Prediction.
       Cambridge University Press.

    Examples
    --------
    98 municipalities with 200 funnels at 99.8 %, 120 trends over five years and 30 control charts with two years of months:

    >>> found = board_by_chance([98 * 200, 98 * 120, 98 * 30], [0.002, 0.0167, 0.018])
    >>> found.expected.round(1).tolist(), round(found.total), round(found.total_sd)
    ([39.2, 196.4, 52.9], 289, 17)

    The same where the municipalities share their years a little:

    >>> round(board_by_chance([98 * 200, 98 * 120, 98 * 30], [0.002, 0.0167, 0.018], correlation=0.001).total_sd)
    59
    """
    number, share = float_array("tests", tests), float_array("rates", rates)
    try:
        shape = np.broadcast_shapes(number.shape, share.shape, (1,))
    except ValueError as error:
        raise ArgumentError(
            "argument.shape", argument="rates", expected=str(number.shape), got=str(share.shape)
        ) from error
    if len(shape) > 1:
        raise ArgumentError("argument.shape", argument="tests", expected="(n,)", got=str(shape))
    together = broadcast_to("correlation", correlation, shape)
    m, r = np.broadcast_to(number, shape), np.broadcast_to(share, shape)
    reason = reasons(
        shape,
        (np.isnan(m) | np.isnan(r) | np.isnan(together), "missing_input"),
        (np.isinf(m), "not_finite"),
        (m < 0, "negative_input"),
        ((r < 0) | (r > 1) | (together < 0) | (together > 1), "share_out_of_range"),
    )
    m, r, c = (np.where(reason == "", array, np.nan) for array in (m, r, together))
    with np.errstate(all="ignore"):
        variance = m * r * (1 - r) * (1 + np.maximum(m - 1, 0.0) * c)
        none = np.where(m == 0, 0.0, m * np.log1p(-r)).sum()  # no test at rate 1 is no flag
    return BoardByChance(
        expected=m * r,
        sd=np.sqrt(variance),
        reason=reason,
        total=float((m * r).sum()),
        total_sd=float(np.sqrt(variance.sum())),
        any_flag=float("nan") if (c > 0).any() else float(-np.expm1(none)),
    )
