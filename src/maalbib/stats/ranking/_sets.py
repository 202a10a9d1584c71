"""Ranks with the ranks that chance alone could have given."""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np

from maalbib.stats._arrays import ArrayResult, BoolArray, FloatArray, IntArray, ReasonArray, whole_number
from maalbib.stats.ranking._options import Kind, Sides
from maalbib.stats.ranking._tie_ends import Order

__all__ = ["RankSets"]


@attrs.frozen(kw_only=True, eq=False)
class RankSets(ArrayResult):
    """Ranks and rank confidence sets, arrays of the shape of the estimates but for ``n``.

    Attributes
    ----------
    rank
        Estimated rank, the smallest of a tie. NaN where a unit is not ranked.
    lower, upper
        First and last rank that the unit may have in truth. With ``sides="lower"`` only ``lower`` says something and ``upper`` is
        ``n``; with ``sides="upper"`` the other way round.
    n
        Units ranked, one number for each group.
    critical_value
        How many standard errors of their difference two units must at least be apart, at the last step. NaN where the sets are
        exact and have none.
    critical_error
        Standard error of ``critical_value`` from the draws; 0 where it is exact.
    unsettled
        Whether two such errors more or less would move a bound of the unit.
    confidence
        The coverage asked for, as a share.
    kind
        ``simultaneous``: all sets of the group hold at once. ``marginal``: each holds by itself, for one unit picked in advance.
    sides, order
        As asked for.
    method
        How pairs were compared: ``step_down`` or ``single_step`` by draws, ``holm`` or ``bonferroni`` exactly.
    draws
        How many draws were asked for; 0 for exact sets.
    reason
        Why a unit is not ranked, else empty: ``missing_input``, ``not_finite``, ``uncertainty_missing``, ``negative_input``,
        ``covariance_impossible``, ``not_whole``.

    Examples
    --------
    >>> from maalbib.stats import rank_sets
    >>> found = rank_sets([71.0, 64.0, 63.0, float("nan")], [1.0, 1.0, 1.5, 1.0])
    >>> found.lower.tolist(), found.upper.tolist()
    ([1.0, 2.0, 2.0, nan], [1.0, 3.0, 3.0, nan])
    >>> found.reason.tolist()
    ['', '', '', 'missing_input']
    """

    rank: FloatArray
    lower: FloatArray
    upper: FloatArray
    n: IntArray
    critical_value: FloatArray
    critical_error: FloatArray
    unsettled: BoolArray
    confidence: float
    kind: Kind
    sides: Sides
    order: Order
    method: Literal["step_down", "single_step", "holm", "bonferroni"]
    draws: int
    reason: ReasonArray

    @property
    def width(self) -> FloatArray:
        """How many ranks each set holds."""
        return self.upper - self.lower + 1

    @property
    def before_middle(self) -> BoolArray:
        """Units whose set lies wholly before the middle rank (n + 1)/2."""
        return self.upper < self._middle

    @property
    def behind_middle(self) -> BoolArray:
        """Units whose set lies wholly behind the middle rank (n + 1)/2."""
        return self.lower > self._middle

    @property
    def told_from_middle(self) -> BoolArray:
        """Units whose set does not hold the middle rank: all that a table of ranks can say for sure.

        Returns
        -------
        numpy.ndarray
            Booleans of the shape of the estimates; False for units that are not ranked.
        """
        return self.before_middle | self.behind_middle

    def may_be_first(self, places: int) -> BoolArray:
        """Tell who cannot be excluded from the first ``places`` ranks; most units cannot, and that is no praise.

        Parameters
        ----------
        places
            How many of the first ranks, at least 1.

        Returns
        -------
        numpy.ndarray
            Booleans of the shape of the estimates; False for units that are not ranked.
        """
        return self.lower <= self._places(places)

    def may_be_last(self, places: int) -> BoolArray:
        """Tell who cannot be excluded from the last ``places`` ranks.

        Parameters
        ----------
        places
            How many of the last ranks, at least 1.

        Returns
        -------
        numpy.ndarray
            Booleans of the shape of the estimates; False for units that are not ranked.
        """
        return self.upper >= self._of_each - self._places(places) + 1

    def shown_first(self, places: int) -> BoolArray:
        """Tell who is shown to be among the first ``places`` ranks: the whole set lies there.

        Parameters
        ----------
        places
            How many of the first ranks, at least 1.

        Returns
        -------
        numpy.ndarray
            Booleans of the shape of the estimates; False for units that are not ranked.
        """
        return self.upper <= self._places(places)

    def shown_last(self, places: int) -> BoolArray:
        """Tell who is shown to be among the last ``places`` ranks: the whole set lies there.

        Parameters
        ----------
        places
            How many of the last ranks, at least 1.

        Returns
        -------
        numpy.ndarray
            Booleans of the shape of the estimates; False for units that are not ranked.
        """
        return self.lower >= self._of_each - self._places(places) + 1

    @property
    def _of_each(self) -> IntArray:
        return np.asarray(self.n)[..., None]

    @property
    def _middle(self) -> FloatArray:
        return (self._of_each + 1) / 2

    def _places(self, places: int) -> int:
        return whole_number("places", places, low=1)
