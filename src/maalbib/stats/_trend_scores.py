"""S and the null distribution of each series, in a form that batches and groups of series share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.stats._arrays import ArrayResult, FloatArray, IntArray
from maalbib.stats._series import Series
from maalbib.stats._signs import compare
from maalbib.stats._spread import power_sums
from maalbib.stats._structures import structures
from maalbib.stats._tails import variance

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["TrendScores", "trend_scores"]

_PIECE: Final = 98_304  # values at a time


@attrs.frozen(kw_only=True, eq=False)
class TrendScores(ArrayResult):
    """S of each series, and what it could have been if every order of its values were equally likely.

    Attributes
    ----------
    s
        Pairs that rise less pairs that fall, shape (series,). NaN where no two values can be compared.
    which
        The row of ``structures`` that each series has, -1 where S is NaN.
    structures
        The distinct null distributions, shape (structures, longest): row by row the powers of [2], [3], ... in the
        generating function of S, where [m] = 1 + q + ... + q^(m-1).

    Examples
    --------
    >>> scores = trend_scores([[1, 2, 3, 4, 5], [9, 8, None, None, 7]])
    >>> scores.s.tolist(), scores.kappa_2.round(3).tolist(), scores.kappa_4.round(3).tolist()
    ([10.0, -3.0], [16.667, 3.667], [-129.867, -12.667])
    """

    s: FloatArray
    which: IntArray
    structures: IntArray

    def __len__(self) -> int:
        """Return the number of series."""
        return len(self.s)

    @classmethod
    def joined(cls, parts: Iterable[TrendScores]) -> TrendScores:
        """Put series of several batches one after the other.

        Parameters
        ----------
        parts
            Batches, which may differ in length, periods and blocks.

        Returns
        -------
        TrendScores
            All series in the order of the parts.
        """
        gathered = _Gathered()
        s = [np.empty(0)]
        which = [np.empty(0, dtype=np.int64)]
        for part in parts:
            s.append(part.s)
            which.append(_looked_up(gathered.numbered(part.structures), part.which))
        return cls(s=np.concatenate(s), which=np.concatenate(which), structures=gathered.structures())

    @property
    def kappa_2(self) -> FloatArray:
        """The variance of S per series, NaN where S is."""
        return self._per_series(variance(self.structures))

    @property
    def kappa_4(self) -> FloatArray:
        """The fourth cumulant of S per series, NaN where S is."""
        return self._per_series(power_sums(self.structures, 4) * (-2 / 15))

    @property
    def kappa_6(self) -> FloatArray:
        """The sixth cumulant of S per series, NaN where S is."""
        return self._per_series(power_sums(self.structures, 6) * (16 / 63))

    def _per_series(self, of_structure: FloatArray) -> FloatArray:
        return np.append(of_structure, np.nan)[self.which]


def trend_scores(
    values: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    blocks: npt.ArrayLike | None = None,
    resolution: float | None = None,
) -> TrendScores:
    """Compute S of each series with its null distribution: what is known before many series are judged together.

    Parameters
    ----------
    values, times, blocks, resolution
        As in ``mann_kendall``.

    Returns
    -------
    TrendScores
        One entry per series; a single series counts as one.

    Raises
    ------
    ArgumentError
        As in ``mann_kendall``.

    Notes
    -----
    The generating function of S is a product of powers of [m] [1]_, and its cumulants are sums over these powers:
    kappa_2 = sum (m^2 - 1) / 3, kappa_4 = -2 sum (m^4 - 1) / 15, kappa_6 = 16 sum (m^6 - 1) / 63. Time is linear in
    the number of series, working space a few megabytes.

    References
    ----------
    .. [1] Kendall, M. G. (1976). Rank Correlation Methods, 4th ed. Griffin.

    Examples
    --------
    >>> trend_scores([[1, 2, 3], [2, 2, 5], [None, None, 4]]).s.tolist()
    [3.0, 2.0, nan]
    """
    series = Series.of(values, times, blocks, resolution)
    s = np.full(len(series), np.nan)
    which = np.full(len(series), -1, dtype=np.int64)
    gathered = _Gathered()
    for piece in series.pieces(max(1, _PIECE // max(1, series.values.shape[1]))):
        comparison = compare(piece)
        powers, kind = structures(piece, comparison)
        testable = piece.used_blocks > 0
        s[piece.rows] = np.where(testable, comparison.s, np.nan)
        which[piece.rows] = np.where(testable, gathered.numbered(powers)[kind], -1)
    # A structure that only untestable series have is not worth a row.
    used, place = np.unique(which, return_inverse=True)
    known = used[used >= 0]
    return TrendScores(s=s, which=place - (len(used) - len(known)), structures=gathered.structures()[known])


class _Gathered:
    """Distinct structures in the order in which they are met."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._longest = 0

    def numbered(self, powers: IntArray) -> IntArray:
        """Return the number of each structure; trailing zeros make no difference."""
        self._longest = max(self._longest, powers.shape[1])
        size, raw = 8 * powers.shape[1], np.ascontiguousarray(powers).tobytes()
        keys = (raw[place * size : (place + 1) * size].rstrip(b"\0") for place in range(len(powers)))
        found = (self._numbers.setdefault(key, len(self._numbers)) for key in keys)
        return np.fromiter(found, np.int64, len(powers))

    def structures(self) -> IntArray:
        """Return all structures as rows."""
        padded = b"".join(key.ljust(8 * self._longest, b"\0") for key in self._numbers)
        return np.frombuffer(padded, dtype=np.int64).reshape(len(self._numbers), self._longest)


def _looked_up(numbers: IntArray, which: IntArray) -> IntArray:
    return np.append(numbers, -1)[which]
