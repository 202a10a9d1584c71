"""Whether blocks tell the same story: seasons or segments with opposite trends cancel in S."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray, ReasonArray, reasons
from maalbib.stats._series import Piece, Series
from maalbib.stats._sign_sums import Cells, added, sign_sums

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["BlockHeterogeneity", "block_heterogeneity"]

_TWO = 2


@attrs.frozen(kw_only=True, eq=False)
class BlockHeterogeneity(ArrayResult):
    """How differently the blocks of each series move.

    Attributes
    ----------
    z
        Shape of the values: for each period S of its block in standard deviations, without continuity correction;
        NaN where the block says nothing (fewer than two values, or all equal).
    chi2
        Sum of the squared distances of these z from their mean; shape () or (series,), as all that follow.
    df
        Blocks that say something, less one; 0 where there is at most one.
    p_value
        Probability of a sum this large, if all blocks had the same trend.
    n
        Finite values.
    reason
        Why ``chi2`` and ``p_value`` are NaN, empty where they are not: ``"invalid_value"`` (infinite or too large),
        ``"no_data"``, ``"too_few_blocks"`` (fewer than two that say something).

    Examples
    --------
    One half-year rises and the other falls:

    >>> values = [1, 9, 2, 8, 3, 7, 4, 6, 5, 5, 6, 4]
    >>> result = block_heterogeneity(values, blocks=[0, 1] * 6)
    >>> result.chi2.round(2).item(), result.p_value.round(5).item(), result.z[:2].round(2).tolist()
    (15.88, 7e-05, [2.82, -2.82])
    """

    z: FloatArray
    chi2: FloatArray
    df: IntArray
    p_value: FloatArray
    n: IntArray
    reason: ReasonArray


def block_heterogeneity(
    values: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    blocks: npt.ArrayLike,
    resolution: float | None = None,
) -> BlockHeterogeneity:
    """Test whether the blocks of each series have different trends.

    Parameters
    ----------
    values
        Shape (periods,) or (series, periods), any unit. NaN means missing.
    times
        Shape (periods,): when each period was; must rise strictly within each block. None for 0, 1, 2, ...
    blocks
        Whole-number labels of shape (periods,) or (series, periods): a season, a segment between breaks, or a site.
    resolution
        The unit in which values were measured or rounded, above 0; see :func:`mann_kendall`.

    Returns
    -------
    BlockHeterogeneity
        ``z`` in the shape of the values, all else of shape () or (series,).

    Raises
    ------
    ArgumentError
        If shapes do not fit, times do not rise, or labels are not whole numbers.

    Notes
    -----
    With z = S / sd for each of B blocks, chi2 = sum of squared z less B times their squared mean, on B - 1 degrees of
    freedom [1]_. Blocks in which all values are equal have no z and are left out.

    p is an approximation, because S of a short block takes few values: at a level of 1 % the test finds 0.3 % of twelve
    like blocks of five values, 0.6 % of ten values and 0.8 % of twenty. Blocks count as independent; seasons that
    share good and bad years are more alike than that, and the test finds less still.

    A small p says that one trend for all blocks hides what happens in them: judge them one by one.

    References
    ----------
    .. [1] van Belle, G., Hughes, J. P. (1984). Nonparametric tests for trend in water quality. Water Resources
       Research 20, 127-136.

    Examples
    --------
    Two segments that fall alike:

    >>> result = block_heterogeneity([71, 68, 67, 66, 64, 62, 61, 57], blocks=[0, 0, 0, 0, 0, 1, 1, 1])
    >>> result.df.item(), result.p_value.round(2).item()
    (1, 0.53)
    """
    series = Series.of(values, times, blocks, resolution)
    rows, periods = series.values.shape
    columns: dict[str, npt.NDArray[Any]] = {
        "z": np.full((rows, periods), np.nan),
        "chi2": np.full(rows, np.nan),
        "df": np.zeros(rows, dtype=np.int64),
        "p_value": np.full(rows, np.nan),
        "n": np.zeros(rows, dtype=np.int64),
        "reason": np.full(rows, "", dtype=object),
    }
    for layout, members in series.layouts:
        cells = Cells.of(layout)
        part = attrs.evolve(series, layouts=[(layout, members)])
        for piece in part.pieces(cells.series_at_once):
            for name, column in _compared(piece, cells).items():
                columns[name][piece.rows] = column
    shaped = {name: column.reshape(series.shape) for name, column in columns.items() if name != "z"}
    return BlockHeterogeneity(z=columns["z"].reshape(*series.shape, periods), **shaped)


def _compared(piece: Piece, cells: Cells) -> dict[str, npt.NDArray[Any]]:
    from scipy.special import chdtrc

    sums = sign_sums([cells.filled(piece.values)], together=False)
    s, thirds = sums.s[0], sums.thirds[0, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(thirds > 0, s / np.sqrt(thirds / 3), np.nan)
        used = np.add.reduce(thirds > 0, axis=0, dtype=np.int64)
        off = np.where(thirds > 0, z - added(np.nan_to_num(z)) / used, 0.0)
    chi2 = added(off * off)
    enough = used >= _TWO
    by_period = np.empty((len(cells.column), z.shape[1]))
    by_period[piece.layout.order] = z[cells.column]
    return {
        "z": by_period.T,
        "chi2": np.where(enough, chi2, np.nan),
        "df": np.maximum(used - 1, 0),
        "p_value": np.where(enough, chdtrc(np.maximum(used - 1, 1), chi2), np.nan),
        "n": piece.n,
        "reason": reasons(
            piece.n.shape,
            (piece.unusable, "invalid_value"),
            (piece.n == 0, "no_data"),
            (~enough, "too_few_blocks"),
        ),
    }
