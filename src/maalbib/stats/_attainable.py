"""Which p-values a test could have given at all: exact tests of few values give few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats import _tails
from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, broadcast_to, float_array
from maalbib.stats._families import count_at_most
from maalbib.stats._significance import countable, significance
from maalbib.stats._trend_scores import TrendScores, trend_scores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Attainable", "attainable_p_values"]

_TABULATED: Final = 10_000  # terms of an expansion; a longer series has so many p-values that gaps hardly matter
_AT_ONCE: Final = 262_144  # p-values at a time


@attrs.frozen(kw_only=True, eq=False)
class Attainable(ArrayResult):
    """The p-values that each test could have given.

    Attributes
    ----------
    p_min
        The smallest one of each test, shape (tests,); NaN where there is no test.
    which
        The table of each test, -1 where there is none.
    starts
        Where each table starts in ``p_values``, and where the last one ends; shape (tables + 1,).
    p_values
        All tables one after the other, each in ascending order.
    continuous
        Tables that hold their smallest p-value only: every larger one counts as attainable. Shape (tables,).

    Examples
    --------
    Four values without ties can give four p-values, and nothing at 5 %:

    >>> attainable = attainable_p_values([[1, 5, 2, 7], [3, 3, 3, 9]])
    >>> attainable.of(0).round(4).tolist(), attainable.of(1).tolist()
    ([0.0833, 0.3333, 0.75, 1.0], [0.5, 1.0])
    >>> attainable.at_most(0.05).tolist(), attainable.at_most([0.4, 0.5]).round(4).tolist()
    ([0.0, 0.0], [0.3333, 0.5])
    """

    p_min: FloatArray
    which: IntArray
    starts: IntArray
    p_values: FloatArray
    continuous: BoolArray

    def __len__(self) -> int:
        """Return the number of tests."""
        return len(self.which)

    @classmethod
    def from_tables(cls, tables: Sequence[npt.ArrayLike], which: npt.ArrayLike | None = None) -> Attainable:
        """Describe tests of any kind by the p-values that they could have given.

        Parameters
        ----------
        tables
            Rising p-values, above 0 and at most 1, one array per kind of test.
        which
            The table of each test, -1 where there is none; None where each table is one test.

        Returns
        -------
        Attainable
            One entry per test.

        Raises
        ------
        ArgumentError
            If a table does not rise from above 0 to at most 1, or a test has a table that there is not.
        """
        runs = [float_array("tables", table) for table in tables]
        for run in runs:
            if run.ndim != 1 or not len(run) or not (run[0] > 0 and run[-1] <= 1 and bool((np.diff(run) > 0).all())):
                raise ArgumentError("multiplicity.tables_not_ascending")
        kinds = np.arange(len(runs)) if which is None else np.asarray(which)
        if kinds.ndim != 1 or (kinds.size and kinds.dtype.kind not in "iu"):
            raise ArgumentError("multiplicity.structure_unknown")
        if bool(((kinds < -1) | (kinds >= len(runs))).any()):
            raise ArgumentError("multiplicity.structure_unknown")
        return cls._of(runs, kinds.astype(np.int64), np.zeros(len(runs), dtype=np.bool_))

    @classmethod
    def of_trends(cls, scores: TrendScores) -> Attainable:
        """Describe trend tests by their scores: what ``attainable_p_values`` does, for batches joined before.

        Parameters
        ----------
        scores
            S and null distribution of each series.

        Returns
        -------
        Attainable
            One entry per series.
        """
        continuous = ~_tabulated(scores.structures)
        runs: list[FloatArray] = [np.empty(0)] * len(continuous)
        for kind, run in _tables(scores.structures, np.flatnonzero(~continuous)):
            runs[kind] = run
        far = np.flatnonzero(continuous)
        for kind, smallest in zip(far.tolist(), _smallest(scores.structures[far]), strict=True):
            runs[kind] = smallest[None]
        return cls._of(runs, scores.which, continuous)

    @classmethod
    def _of(cls, runs: list[FloatArray], which: IntArray, continuous: BoolArray) -> Attainable:
        return cls(
            p_min=np.array([*(run[0] for run in runs), np.nan])[which],
            which=which,
            starts=np.cumsum([0, *map(len, runs)]),
            p_values=np.concatenate([np.empty(0), *runs]),
            continuous=continuous,
        )

    def of(self, test: int) -> FloatArray:
        """Return the p-values that one test could have given, in ascending order.

        Parameters
        ----------
        test
            Its position.

        Returns
        -------
        numpy.ndarray
            Empty where there is no test; the smallest one alone where every larger one counts as attainable.
        """
        kind = int(self.which[test])
        return self.p_values[self.starts[kind] : self.starts[kind + 1]] if kind >= 0 else np.empty(0)

    def at_most(self, x: npt.ArrayLike) -> FloatArray:
        """Return the largest attainable p-value that is not above x: the level that each test really holds.

        Parameters
        ----------
        x
            One number, or one per test.

        Returns
        -------
        numpy.ndarray
            Shape (tests,). 0 where the test cannot get down to x, NaN where there is no test or x is NaN.
        """
        asked = broadcast_to("x", x, self.which.shape)
        found = np.full(self.which.shape, np.nan)
        known = np.flatnonzero((self.which >= 0) & ~np.isnan(asked))
        if len(known):
            found[known] = self.largest(self.which[known], asked[known])
        return found

    def largest(self, tables: IntArray, x: FloatArray) -> FloatArray:
        """Return the largest p-value of each given table that is not above its x, 0 where there is none.

        Parameters
        ----------
        tables
            Positions of tables.
        x
            One number for each.

        Returns
        -------
        numpy.ndarray
            In the same order.
        """
        low = self.starts[tables]
        place = count_at_most(self.p_values, low, self.starts[tables + 1], x)
        held = np.where(place > 0, self.p_values[low + np.maximum(place, 1) - 1], 0.0)
        return np.where(self.continuous[tables] & (place > 0), np.minimum(x, 1.0), held)


def attainable_p_values(
    values: npt.ArrayLike,
    times: npt.ArrayLike | None = None,
    *,
    blocks: npt.ArrayLike | None = None,
    resolution: float | None = None,
) -> Attainable:
    """Return the two-sided p-values that the Mann-Kendall test could have given each series, in any order of its values.

    Parameters
    ----------
    values, times, blocks, resolution
        As in ``mann_kendall``.

    Returns
    -------
    Attainable
        One entry per series; a single series counts as one.

    Raises
    ------
    ArgumentError
        As in ``mann_kendall``.

    Notes
    -----
    The p-values are those of ``mann_kendall`` to the last digit, one table for each distinct pattern of length, gaps,
    ties and blocks [1]_: exact where it counts exactly, expanded where it expands and the table is short. Beyond
    (35 values with ties, 61 without) only the smallest is kept and every larger number counts as attainable. The
    level that such a series is said to hold is too large by half a step between two p-values: at p = 0.05 by 3 % for
    35 values, by 1.5 % for 61. Time is linear in the number of series, and a table costs what it costs the test.

    References
    ----------
    .. [1] Kendall, M. G. (1976). Rank Correlation Methods, 4th ed. Griffin.

    Examples
    --------
    >>> attainable = attainable_p_values([1, 2, 3, 4, 5])
    >>> attainable.p_min.round(4).tolist(), attainable.at_most(0.05).round(4).tolist()
    ([0.0167], [0.0167])
    """
    return Attainable.of_trends(trend_scores(values, times, blocks=blocks, resolution=resolution))


def _tabulated(powers: IntArray) -> BoolArray:
    """Return which structures get a table: those counted exactly, and those whose expansion is short."""
    longest = np.where(powers != 0, np.arange(1, powers.shape[1] + 1), 0).max(axis=1, initial=0)
    tabulated: BoolArray = countable(powers) | (_tails.untied_pairs(powers) // 2 * longest <= _TABULATED)
    return tabulated


def _tables(powers: IntArray, kinds: IntArray) -> Iterator[tuple[int, FloatArray]]:
    """Yield structures with their p-values in ascending order, some structures at a time."""
    if not len(kinds):
        return
    pairs = _tails.untied_pairs(powers)
    lengths = pairs // 2 + 1
    batch = np.cumsum(lengths[kinds]) // _AT_ONCE
    for members in np.split(kinds, np.flatnonzero(np.diff(batch)) + 1):
        which = np.repeat(np.arange(len(members)), lengths[members])
        place = np.arange(len(which)) - np.repeat(np.cumsum(lengths[members]) - lengths[members], lengths[members])
        s = (pairs[members][which] - 2 * place).astype(np.float64)
        p = significance(powers[members], which, s, "auto", "two-sided").p_value
        yield from zip(members.tolist(), np.split(p, np.cumsum(lengths[members])[:-1]), strict=True)


def _smallest(powers: IntArray) -> FloatArray:
    if not len(powers):
        return np.empty(0)
    s = _tails.untied_pairs(powers).astype(np.float64)
    return significance(powers, np.arange(len(powers)), s, "auto", "two-sided").p_min
