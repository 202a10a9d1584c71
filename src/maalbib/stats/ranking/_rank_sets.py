"""Rank confidence sets of estimates whose standard errors are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import ArrayResult, open_share, whole_number
from maalbib.stats.ranking._groups import Groups, Options
from maalbib.stats.ranking._options import KINDS, Kind, Sides, checked
from maalbib.stats.ranking._sets import RankSets

if TYPE_CHECKING:
    from maalbib.stats.ranking._tie_ends import Order

__all__ = ["PairedRankSets", "paired_rank_sets", "rank_sets"]


@attrs.frozen(kw_only=True, eq=False)
class PairedRankSets(ArrayResult):
    """The same ranks with sets of both kinds.

    Attributes
    ----------
    simultaneous
        Sets that hold for all units at once: for a table.
    marginal
        Sets that hold for one unit picked in advance, never wider.

    Examples
    --------
    >>> from maalbib.stats import paired_rank_sets
    >>> found = paired_rank_sets([52, 55, 58, 61], [1.5, 1.5, 2, 1])
    >>> found.simultaneous.upper.tolist(), found.marginal.upper.tolist()
    ([4.0, 4.0, 4.0, 2.0], [4.0, 4.0, 3.0, 2.0])
    """

    simultaneous: RankSets
    marginal: RankSets


def rank_sets(
    estimates: npt.ArrayLike,
    standard_errors: npt.ArrayLike | None = None,
    *,
    covariance: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    kind: Kind = "simultaneous",
    sides: Sides = "both",
    step_down: bool = True,
    order: Order = "largest_first",
    draws: int = 10_000,
    seed: int = 0,
) -> RankSets:
    """Rank the units of each group, and say which ranks chance alone could have given them.

    Parameters
    ----------
    estimates
        Shape (units,) or (..., units), a group in each row, any unit of measurement. NaN takes no part; the group shrinks.
    standard_errors
        Standard errors of independent estimates, in a shape that stretches to theirs. 0 means known exactly: a share of 0 out of
        8 has no standard error of 0. NaN means unknown; the unit is not ranked.
    covariance
        Instead of standard errors: the covariance of the estimates, shape (units, units) or (..., units, units).
    confidence
        Coverage as a share, 0 < confidence < 1.
    kind
        ``"simultaneous"``: all sets of a group hold at once with this confidence; for a table. ``"marginal"``: each holds by
        itself, for one unit picked before anybody saw the figures.
    sides
        ``"both"``, or only the ``"lower"`` or ``"upper"`` bound.
    step_down
        Whether what is shown makes room to show more. Never wider than a single step, and holds with the same confidence.
    order
        Which end has rank 1, ``"largest_first"`` or ``"smallest_first"``.
    draws
        How many sets of errors are drawn, at least 1/(1 - confidence) - 1.
    seed
        Seed of the draws, a whole number from 0.

    Returns
    -------
    RankSets
        Ranks, bounds and how far the draws leave them open, in the order given.

    Raises
    ------
    ArgumentError
        If an array is not numbers or has the wrong shape, both or neither of standard errors and covariance are given, an option
        is none of those named, or there are too few draws for the confidence.

    Notes
    -----
    Unit j is shown to be larger than k where their difference is more than c of its standard errors, c being the quantile of the
    largest standardised difference over all pairs in question, had all units been equal. The set of j goes from 1 + the number
    shown to be larger than it, to n - the number shown to be smaller [1]_ [2]_. Simultaneous sets ask all ordered pairs at
    once, whichever sides are wanted; marginal ones the pairs of one unit. Step-down leaves out the pairs shown and repeats
    with the smaller c. Two units whose difference has no error are in known order, or tied.

    c comes from draws of a generator of its own, the same for a group wherever it stands; ``critical_error`` and ``unsettled`` say
    what that leaves open: another seed moves few bounds, and those by one rank, seldom two. No draws are needed for two units, nor for single simultaneous steps
    where all differences are equally sure: there c is the quantile of the studentised range over the root of 2.

    Cost: each group by itself, draws x units^2 / 2 operations and 24 x draws x units bytes.

    References
    ----------
    .. [1] Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024). Inference for ranks with applications to mobility
       across neighbourhoods and academic achievement across countries. Review of Economic Studies 91, 476-518.
    .. [2] Romano, J. P. and Wolf, M. (2005). Exact and approximate stepdown methods for multiple hypothesis testing. Journal of
       the American Statistical Association 100, 94-108.

    Examples
    --------
    Who is first? Either of two, and the one that was measured second may also be last:

    >>> found = rank_sets([52, 55, 57, 61], [1.5, 1.5, 2, 1], kind="marginal")
    >>> found.rank.tolist()
    [4.0, 3.0, 2.0, 1.0]
    >>> found.lower.tolist(), found.upper.tolist()
    ([2.0, 2.0, 1.0, 1.0], [4.0, 4.0, 4.0, 2.0])
    """
    checked(kind=kind, sides=sides, order=order)
    groups = Groups(estimates, standard_errors, covariance, order)
    options = _options(confidence, step_down=step_down, draws=draws, seed=seed)
    return groups.sets([kind], sides, options)[0]


def paired_rank_sets(
    estimates: npt.ArrayLike,
    standard_errors: npt.ArrayLike | None = None,
    *,
    covariance: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    sides: Sides = "both",
    step_down: bool = True,
    order: Order = "largest_first",
    draws: int = 10_000,
    seed: int = 0,
) -> PairedRankSets:
    """Give the simultaneous and the marginal sets of :func:`rank_sets` from the same draws.

    Parameters
    ----------
    estimates, standard_errors, covariance
        As for :func:`rank_sets`.
    confidence, sides, step_down, order, draws, seed
        As for :func:`rank_sets`.

    Returns
    -------
    PairedRankSets
        Both kinds, each as :func:`rank_sets` gives it. No marginal set goes beyond the simultaneous one.

    Raises
    ------
    ArgumentError
        As for :func:`rank_sets`.

    Examples
    --------
    >>> found = paired_rank_sets([3.2, 3.4, 3.6, 4.0], 0.18)
    >>> found.simultaneous.upper.tolist(), found.marginal.upper.tolist()
    ([4.0, 4.0, 4.0, 3.0], [4.0, 4.0, 4.0, 2.0])
    """
    checked(kind="marginal", sides=sides, order=order)
    groups = Groups(estimates, standard_errors, covariance, order)
    options = _options(confidence, step_down=step_down, draws=draws, seed=seed)
    simultaneous, marginal = groups.sets(KINDS, sides, options)
    return PairedRankSets(simultaneous=simultaneous, marginal=marginal)


def _options(confidence: float, *, step_down: bool, draws: int, seed: int) -> Options:
    share = open_share("confidence", confidence)
    number = whole_number("draws", draws, low=1)
    least = int(np.ceil(1 / (1 - share) - 1e-9)) - 1
    if number < least:
        raise ArgumentError("ranking.too_few_draws", least=least)
    return Options(confidence=share, step_down=bool(step_down), draws=number, seed=whole_number("seed", seed, low=0))
