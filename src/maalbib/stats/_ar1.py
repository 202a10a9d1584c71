"""The Mann-Kendall test for values that resemble their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np

from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray
from maalbib.stats._autocorrelation import ResidualAutocorrelation, residual_autocorrelation
from maalbib.stats._mann_kendall import Alternative, mann_kendall
from maalbib.stats._series import Series
from maalbib.stats._sign_sums import Cells, added, normal_test, sign_sums

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["AR1MannKendall", "ar1_mann_kendall"]

_FEWEST: Final = 8
_LARGEST_RHO: Final = 0.95


@attrs.frozen(kw_only=True, eq=False)
class AR1MannKendall(ArrayResult):
    """The Mann-Kendall test with and without allowance for autocorrelation; all arrays have one shape.

    Attributes
    ----------
    s
        Pairs that rise less pairs that fall.
    rho
        The autocorrelation allowed for, 0 to 0.95: ``r1`` with its bias removed.
    r1
        As measured around the line; see :func:`residual_autocorrelation`.
    inflation
        How many times larger the variance of S is taken to be, at least 1.
    z
        S moved by one towards 0, in standard deviations of the larger variance.
    p_value
        Never below ``p_unadjusted``; the same where ``rho`` is 0.
    p_unadjusted
        The p of :func:`mann_kendall`.
    n
        Finite values.
    path
        ``"ar1"`` where the allowance made p larger, else the path of the unadjusted p.
    reason
        Why numbers are NaN, empty where none is: the reasons of :func:`residual_autocorrelation`, where
        ``"too_few_points"`` is below eight values that share a block; ``"exact_line"`` stands where only ``r1`` is NaN and p stays.

    Examples
    --------
    >>> result = ar1_mann_kendall([3, 4, 5, 5.5, 5, 4.5, 5, 6, 7, 7.5, 7.2, 6.6])
    >>> result.rho.round(2).item(), result.p_unadjusted.round(4).item(), result.p_value.round(4).item()
    (0.81, 0.0011, 0.1112)
    """

    s: FloatArray
    rho: FloatArray
    r1: FloatArray
    inflation: FloatArray
    z: FloatArray
    p_value: FloatArray
    p_unadjusted: FloatArray
    n: IntArray
    path: ReasonArray
    reason: ReasonArray


def ar1_mann_kendall(
    values: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    blocks: npt.ArrayLike | None = None,
    resolution: float | None = None,
    alternative: Alternative = "two-sided",
) -> AR1MannKendall:
    """Test each series for a trend, allowing for first-order autocorrelation where it is measured.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit. NaN means missing.
    times
        Shape (periods,): when each period was; must rise strictly within each block. None for 0, 1, 2, ...
    blocks
        Whole-number labels of shape (periods,) or (series, periods): one label between two breaks. For months or
        quarters use :func:`seasonal_mann_kendall`. None compares everything.
    resolution
        The unit in which values were measured or rounded, above 0; see :func:`mann_kendall`.
    alternative
        ``"two-sided"``, ``"rising"`` or ``"falling"``.

    Returns
    -------
    AR1MannKendall
        Arrays of shape () or (series,).

    Raises
    ------
    ArgumentError
        If shapes do not fit, times do not rise, labels are not whole numbers, or an option is unknown.

    Notes
    -----
    With r1 around the Theil-Sen line of n values in B blocks, rho = (n r1 + B + 1) / (n - 2 (B + 1)), kept between 0
    and 0.95. The variance of S of a block of m values is multiplied by [1]_

    1 + 2 / (m (m - 1) (m - 2)) times the sum over k = 1 ... m - 3 of
    (m - k) (m - k - 1) (m - k - 2) (6 / pi) asin(rho^k / 2),

    and p is the larger one of the p of :func:`mann_kendall` and the normal p with that variance: at rho = 0 the exact
    p stays, and no series ever gains from the allowance. Values after a gap count as if nothing were missing between
    them, which allows for too much rather than too little.

    It helps, it does not cure: false alarms at 5 % without trend, for autocorrelations of 0, 0.3 and 0.6, are 3, 6
    and 10 % of series of 12 values (without allowance 4, 11 and 25 %), and 4, 6 and 7 % of 60 values (5, 15, 31 %).
    The price where there is none: of trends found half the time at n = 12, three in four are still found. So the
    unadjusted test is the default elsewhere, and this is asked for by name.

    References
    ----------
    .. [1] Hamed, K. H., Rao, A. R. (1998). A modified Mann-Kendall trend test for autocorrelated data. Journal of
       Hydrology 204, 182-196.

    Examples
    --------
    Fewer than eight values cannot tell autocorrelation from trend:

    >>> ar1_mann_kendall([1, 2, 3, 5, 4, 6]).reason.item()
    'too_few_points'
    """
    test = mann_kendall(values, times, blocks=blocks, resolution=resolution, alternative=alternative)
    around = residual_autocorrelation(values, times, blocks=blocks, resolution=resolution)
    series = Series.of(values, times, blocks, resolution)
    compared = _compared(series).reshape(series.shape)
    reason = np.where(compared < _FEWEST, "too_few_points", around.reason)
    reason = np.where((test.reason != "") | (around.reason == "invalid_value"), test.reason, reason)
    rho = _unbiased(around, compared)
    var_s = _inflated(series, rho.reshape(-1)).reshape(test.s.shape)
    z, p = normal_test(test.s, var_s, alternative, continuity=True)
    refused = ~np.isin(reason, ("", "exact_line"))
    larger = (rho > 0) & (p > test.p_value) & ~refused
    with np.errstate(divide="ignore", invalid="ignore"):
        inflation = np.where(test.var_s > 0, var_s / test.var_s, 1.0)
    allowed = {"rho": rho, "inflation": inflation, "z": z, "p_value": np.where(larger, p, test.p_value)}
    return AR1MannKendall(
        s=test.s,
        r1=np.where(refused, np.nan, around.r1),
        p_unadjusted=test.p_value,
        n=test.n,
        path=np.where(refused, "", np.where(larger, "ar1", test.path)).astype(object),
        reason=reason.astype(object),
        **{name: np.where(refused, np.nan, column) for name, column in allowed.items()},
    )


def _compared(series: Series) -> IntArray:
    """Return how many values each series has that are not alone in their block: those that ``r1`` rests on."""
    compared = np.zeros(len(series), dtype=np.int64)
    for piece in series.pieces():
        compared[piece.rows] = np.add.reduce(np.where(piece.sizes > 1, piece.sizes, 0), axis=0)
    return compared


def _unbiased(around: ResidualAutocorrelation, n: IntArray) -> FloatArray:
    """Return the autocorrelation to allow for; 0 where none is measured."""
    lost = around.n_blocks + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = (n * around.r1 + lost) / (n - 2 * lost)
    # With too few values per block there is nothing to divide by; the largest is then the careful answer.
    rho = np.where(n > 2 * lost, rho, np.where(n * around.r1 + lost > 0, _LARGEST_RHO, 0.0))
    return np.asarray(np.clip(np.nan_to_num(rho), 0.0, _LARGEST_RHO))


def _inflated(series: Series, rho: FloatArray) -> FloatArray:
    """Return the variance of S for values with an autocorrelation of rho."""
    total = np.zeros(len(series))
    for part in series.layouts:
        cells = Cells.of(part[0])
        for piece in attrs.evolve(series, layouts=[part]).pieces(cells.series_at_once):
            cube = cells.filled(piece.values)
            size = np.isfinite(cube).sum(axis=0)
            factor = _inflation(size, rho[piece.rows], cells.rows)
            total[piece.rows] = added(factor * sign_sums([cube], together=False).thirds[0, 0] / 3)
    return total


def _inflation(size: IntArray, rho: FloatArray, longest: int) -> FloatArray:
    """Return the factor for blocks of given sizes, shape (blocks, series)."""
    total = np.zeros(size.shape)
    power = np.ones(rho.shape)
    for lag in range(1, longest - 2):
        power = power * rho
        apart = np.maximum(size - lag, 0)
        total += apart * np.maximum(apart - 1, 0) * np.maximum(apart - 2, 0) * (6 / np.pi * np.arcsin(power / 2))
    ways = size * np.maximum(size - 1, 1) * np.maximum(size - 2, 1)
    return np.asarray(1 + 2 * total / np.maximum(ways, 1))
