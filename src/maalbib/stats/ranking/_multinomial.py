"""Exact rank sets of the answers to a question with one choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from maalbib.errors import ArgumentError
from maalbib.stats._arrays import BoolArray, FloatArray, open_share, reasons
from maalbib.stats._multiplicity import adjust_p_values
from maalbib.stats.ranking._options import Kind, Sides, checked
from maalbib.stats.ranking._rows import as_rows, groups_of
from maalbib.stats.ranking._sets import RankSets
from maalbib.stats.ranking._tie_ends import Order, tie_ends

if TYPE_CHECKING:
    from maalbib.stats._arrays import IntArray

__all__ = ["multinomial_rank_sets"]

Correction: TypeAlias = Literal["holm", "bonferroni"]
_ROUNDING: Final = 1 + 1e-12  # what a computed tail may pass its bound by: of 35 throws at least 18 is exactly a half
_OTHER: Final = {"both": "both", "lower": "upper", "upper": "lower"}


def multinomial_rank_sets(
    counts: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    kind: Kind = "simultaneous",
    sides: Sides = "both",
    correction: Correction = "holm",
    order: Order = "largest_first",
) -> RankSets:
    """Rank the answers to a question by how often they were given, with exact sets.

    Parameters
    ----------
    counts
        How many gave each answer, shape (answers,) or (..., answers), a question in each row. Each person gave one answer. NaN
        takes no part: what is said of the others holds all the same.
    confidence
        Coverage as a share, 0 < confidence < 1.
    kind
        ``"simultaneous"`` for all answers at once, or ``"marginal"`` for one picked in advance.
    sides
        ``"both"``, or only the ``"lower"`` or ``"upper"`` bound.
    correction
        How many comparisons are held at the level together: ``"holm"``, or the wider ``"bonferroni"``.
    order
        Which end has rank 1, ``"largest_first"`` or ``"smallest_first"``.

    Returns
    -------
    RankSets
        Ranks and bounds in the order given. ``critical_value`` and ``critical_error`` are NaN: nothing is drawn.

    Raises
    ------
    ArgumentError
        If the counts are not numbers, or an option is none of those named.

    Notes
    -----
    Of those who gave one of two equally frequent answers, each is as likely to have given one as the other. So x_j against x_k
    has the exact p-value P(Bin(x_j + x_k, 1/2) >= x_j), 1 where both are 0; corrected over all ordered pairs for simultaneous
    sets, over those of one answer for marginal ones [1]_. Cost: answers^2 log(answers) per question.

    References
    ----------
    .. [1] Bazylik, S., Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024). Finite- and large-sample inference for
       ranks using multinomial data with an application to ranking political parties. NBER working paper 29519.

    Examples
    --------
    >>> found = multinomial_rank_sets([12, 30, 31, 90])
    >>> found.lower.tolist(), found.upper.tolist()
    ([4.0, 2.0, 2.0, 1.0], [4.0, 3.0, 3.0, 1.0])
    """
    checked(kind=kind, sides=sides, order=order)
    if correction not in get_args(Correction):
        raise ArgumentError.choice("correction", get_args(Correction))
    level = (1 - open_share("confidence", confidence)) * _ROUNDING
    given = groups_of("counts", counts)
    reason = reasons(
        given.shape,
        (np.isnan(given), "missing_input"),
        (np.isinf(given), "not_finite"),
        (given < 0, "negative_input"),
        (given != np.floor(given), "not_whole"),
    )
    rows = as_rows(given)
    there = (reason == "").reshape(rows.shape)
    lower, upper = np.full((2, *rows.shape), np.nan)
    largest_first = order == "largest_first"
    for row, used in enumerate(there):
        asked = sides if largest_first else _OTHER[sides]
        above, below = _counted(rows[row, used], kind, asked, correction, level)
        before, behind = (below, above) if largest_first else (above, below)
        lower[row, used] = 1 + before
        upper[row, used] = used.sum() - behind
    return RankSets(
        rank=np.where(there, tie_ends(np.where(there, -rows if largest_first else rows, np.nan))[0], np.nan).reshape(
            given.shape
        ),
        lower=lower.reshape(given.shape),
        upper=upper.reshape(given.shape),
        n=there.sum(axis=1).reshape(given.shape[:-1]),
        critical_value=np.full(given.shape, np.nan),
        critical_error=np.full(given.shape, np.nan),
        unsettled=np.zeros(given.shape, dtype=np.bool_),
        confidence=float(confidence),
        kind=kind,
        sides=sides,
        order=order,
        method=correction,
        draws=0,
        reason=reason,
    )


def _counted(
    counts: FloatArray, kind: Kind, sides: str, correction: Correction, level: float
) -> tuple[IntArray, IntArray]:
    """Return for each answer how many it is shown to be more frequent than, and less frequent than."""
    answers = len(counts)
    p = _p_values(counts)
    others = ~np.eye(answers, dtype=np.bool_)
    if kind == "simultaneous":
        shown = np.zeros_like(others)
        shown[others] = adjust_p_values(p[others], method=correction) <= level
        above, below = shown, shown.T
    else:
        asked = np.stack([others & (sides != "lower"), others & (sides != "upper")])
        family = np.broadcast_to(np.arange(answers)[:, None], asked.shape)
        found = np.zeros_like(asked)
        adjusted = adjust_p_values(np.stack([p, p.T])[asked], method=correction, families=family[asked])
        found[asked] = adjusted <= level
        above, below = found
    nothing = np.zeros(answers, dtype=np.int64)
    return (
        nothing if sides == "lower" else above.sum(axis=1),
        nothing if sides == "upper" else below.sum(axis=1),
    )


def _p_values(counts: FloatArray) -> FloatArray:
    """Return for each pair (j, k) the probability of at least x_j of x_j + x_k in fair throws."""
    from scipy import special

    one, other = np.broadcast_arrays(counts[:, None], counts[None, :])
    some: BoolArray = one > 0
    return np.where(some, special.betainc(np.where(some, one, 1.0), other + 1, 0.5), 1.0)
