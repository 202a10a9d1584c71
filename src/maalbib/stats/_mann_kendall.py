"""The Mann-Kendall test: whether a series rises or falls more than chance would have it."""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats._columns import Columns, filled, shared
from maalbib.stats._series import Piece, Series
from maalbib.stats._significance import PATHS, significance
from maalbib.stats._signs import compare
from maalbib.stats._structures import per_series, structures
from maalbib.stats._tails import variance

__all__ = ["Alternative", "KendallOptions", "MannKendall", "Method", "kendall_columns", "mann_kendall"]

Method = Literal["auto", "exact", "normal"]
Alternative = Literal["two-sided", "rising", "falling"]

_PATHS: Final = np.array(PATHS, dtype=object)
_FACTORIALS: Final = np.append(np.cumprod(np.append(1.0, np.arange(1.0, 171.0))), np.inf)  # 171! is beyond a double


@attrs.frozen(kw_only=True, eq=False)
class MannKendall(ArrayResult):
    """What the Mann-Kendall test says about each series; all arrays have one shape and are read-only.

    Attributes
    ----------
    s
        Pairs that rise less pairs that fall; 0 for a single value, NaN without data.
    var_s
        Variance of S for these ties and blocks, if every order were equally likely.
    z
        S moved by one towards 0, in standard deviations; 0 where all values are equal.
    p_value
        Probability of an S at least this far out, if every order were equally likely.
    p_min
        The smallest p that these values could have given in any order: what could have been found at all.
    p_min_untied
        The same if no values were equal; depends on the number of values per block only.
    tau_a, tau_b
        S per pair, and S per pair with allowance for ties (NaN where all values are equal).
    n
        Finite values.
    n_blocks
        Blocks with at least two values.
    path
        How p came about: ``"exact"``, ``"edgeworth"``, ``"saddlepoint"``, ``"normal"``, or empty.
    reason
        Why numbers are NaN, empty where none is: ``"no_data"``, ``"too_few_points"`` (no block with two values),
        ``"invalid_value"`` (infinite or too large), ``"method_refused"`` (only ``p_value``).

    Examples
    --------
    Three values in order: nothing smaller than 1/3 could have come out.

    >>> result = mann_kendall([1.2, 1.4, 1.9])
    >>> result.s.item(), result.p_value.round(3).item(), result.p_min.round(3).item(), result.n.item()
    (3.0, 0.333, 0.333, 3)
    """

    s: FloatArray
    var_s: FloatArray
    z: FloatArray
    p_value: FloatArray
    p_min: FloatArray
    p_min_untied: FloatArray
    tau_a: FloatArray
    tau_b: FloatArray
    n: IntArray
    n_blocks: IntArray
    path: ReasonArray
    reason: ReasonArray


def mann_kendall(
    values: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    blocks: npt.ArrayLike | None = None,
    resolution: float | None = None,
    method: Method = "auto",
    alternative: Alternative = "two-sided",
    mid_p: bool = False,
) -> MannKendall:
    """Test each series for a rising or falling trend, with exact p-values for any ties, gaps and breaks.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit. NaN means missing and leaves the series; series may miss
        different periods. Whole numbers become doubles first.
    times
        Shape (periods,): when each period was; must rise strictly within each block. Only their order counts.
        None for 0, 1, 2, ...
    blocks
        Whole-number labels of shape (periods,) or (series, periods). Values are compared within a block only: one
        label between two breaks, or one per season. None compares everything.
    resolution
        The unit in which values were measured or rounded, above 0. Values are then counted in whole units, so
        that 0.1 + 0.2 and 0.3 tie. None compares doubles as they are.
    method
        ``"auto"``: exact up to 60 values without ties, up to 435 untied pairs (30 values) with ties or blocks,
        and where few distinct values make counting cheap; beyond, an Edgeworth or saddlepoint expansion.
        ``"exact"``: counted up to 20,000 untied pairs, else refused. ``"normal"``: the normal distribution with
        continuity correction, for agreement with published values.
    alternative
        ``"two-sided"``, ``"rising"`` or ``"falling"``. ``p_min`` follows it.
    mid_p
        Whether only half of P(S = s) counts: P(S > s) + P(S = s) / 2, two-sided twice that and at most 1. Closer to
        the level on average, but no longer certain to keep it. ``p_min`` follows it. With ``"normal"`` it is the form
        without continuity correction.

    Returns
    -------
    MannKendall
        Arrays of shape () or (series,).

    Raises
    ------
    ArgumentError
        If shapes do not fit, times do not rise, labels are not whole numbers, or an option is unknown.

    Notes
    -----
    S sums sign(y_j - y_i) over the pairs i < j of each block. If every order of the values is equally likely, its
    generating function is a product of q-factorials of block sizes divided by those of tie sizes [1]_ [2]_, counted
    in integers and divided once: p is correctly rounded. Two-sided p = min(1, 2 P(S >= abs(S))), and 1 at S = 0.

    Beyond exact counting, p has a relative error below 0.0001 down to p = 1e-12 (1 % where only two values occur),
    and of about 1 % in the outermost tail. Up to 1.5 standard deviations it is an Edgeworth expansion, from there
    the saddlepoint form of [3]_ for a lattice, to second order.

    Time is linear in the number of series; a block of up to a thousand values costs the square of its length, a
    longer one n log n. Working space is a few megabytes, whatever the number of series.

    Four values without ties cannot give less than p = 0.083: compare ``p_min`` with the level of the test before
    calling a series unchanged.

    References
    ----------
    .. [1] Mann, H. B. (1945). Nonparametric tests against trend. Econometrica 13, 245-259.
    .. [2] Kendall, M. G. (1976). Rank Correlation Methods, 4th ed. Griffin.
    .. [3] Daniels, H. E. (1987). Tail probability approximations. International Statistical Review 55, 37-48.

    Examples
    --------
    The share of good readers in grade 4, with a break before the sixth school year:

    >>> shares = [71, 68, 67, 66, 64, 62, 71]
    >>> mann_kendall(shares[:5]).p_value.round(4).item()
    0.0167
    >>> result = mann_kendall(shares, blocks=[0, 0, 0, 0, 0, 1, 1])
    >>> result.s.item(), result.p_value.item(), result.path.item()
    (-9.0, 0.05, 'exact')

    Many series at once; a series that cannot be tested says why:

    >>> result = mann_kendall([[1, 2, 3, 4, 5], [None, 2, None, None, None]])
    >>> result.p_value.round(4).tolist(), result.reason.tolist()
    ([0.0167, nan], ['', 'too_few_points'])
    """
    options = KendallOptions.of(method=method, alternative=alternative, mid_p=mid_p)
    series = Series.of(values, times, blocks, resolution)
    columns = Columns(MannKendall, len(series))
    for piece in series.pieces():
        columns.put(piece.rows, kendall_columns(piece, options))
    return MannKendall(**columns.arrays(series.shape))


@attrs.frozen(kw_only=True)
class KendallOptions:
    """Which p is asked for."""

    method: str
    alternative: str
    mid_p: bool

    @classmethod
    def of(cls, *, method: str, alternative: str, mid_p: bool) -> KendallOptions:
        """Refuse what is unknown."""
        if method not in get_args(Method):
            raise ArgumentError.choice("method", get_args(Method))
        if alternative not in get_args(Alternative):
            raise ArgumentError.choice("alternative", get_args(Alternative))
        return cls(method=method, alternative=alternative, mid_p=bool(mid_p))


def kendall_columns(piece: Piece, options: KendallOptions) -> dict[str, npt.NDArray[Any]]:
    """Return a column per field of ``MannKendall``."""
    comparison = compare(piece)
    s, pairs, untied = comparison.s.astype(np.float64), piece.pairs, comparison.untied
    powers, which = structures(piece, comparison)
    test = significance(powers, which, s, options.method, options.alternative, mid_p=options.mid_p)
    sd = per_series(np.sqrt(variance(powers)), which)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: dict[str, npt.NDArray[Any]] = {
            "s": s,
            "var_s": per_series(variance(powers), which),
            "z": np.where(s == 0, 0.0, (s - np.sign(s)) / sd),
            "p_value": test.p_value,
            "p_min": test.p_min,
            "p_min_untied": _p_min_untied(piece, options),
            "tau_a": s / pairs,
            "tau_b": np.where(untied > 0, s / np.sqrt(pairs * untied.astype(np.float64)), np.nan),
        }
    found |= {"n": piece.n, "n_blocks": piece.used_blocks, "path": _named(test.path)}
    return found | _refused(found, piece, test.path == 0)


def _named(path: IntArray) -> npt.NDArray[Any]:
    return shared(PATHS[path[0]], len(path)) if (path == path[0]).all() else _PATHS[path]


def _p_min_untied(piece: Piece, options: KendallOptions) -> FloatArray:
    """Return twice (one-sided: once) the share of one order among all, 0 where it is below the smallest double."""
    sizes = piece.sizes[:, :1] if piece.full else piece.sizes
    orders = _FACTORIALS[np.minimum(sizes, len(_FACTORIALS) - 1)]
    share = (2.0 if options.alternative == "two-sided" else 1.0) * (0.5 if options.mid_p else 1.0)
    with np.errstate(over="ignore"):
        smallest: FloatArray = np.minimum(share / orders.prod(axis=0), 1.0)
    return shared(smallest[0], len(piece.n)) if piece.full else smallest


def _refused(found: dict[str, npt.NDArray[Any]], piece: Piece, not_counted: BoolArray) -> dict[str, npt.NDArray[Any]]:
    """Blank what could not be had, and say why."""
    without_pairs = piece.used_blocks == 0
    if not (without_pairs.any() or not_counted.any()):
        return {"reason": shared("", len(piece.n))}
    nothing = (piece.n == 0) | piece.unusable  # S of a single value is 0
    blanked = {
        name: filled(column, nothing if name == "s" else without_pairs, np.nan)
        for name, column in found.items()
        if column.dtype == np.float64
    }
    reason = reasons(
        piece.n.shape,
        (piece.unusable, "invalid_value"),
        (piece.n == 0, "no_data"),
        (without_pairs, "too_few_points"),
        (not_counted, "method_refused"),
    )
    return blanked | {"path": filled(found["path"], without_pairs, ""), "reason": reason}
