"""Whether two things also go together among units with like conditions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from maalbib import stats

if TYPE_CHECKING:
    from maalbib.analysis._paired import Pairs
    from maalbib.stats import PartialAssociation

__all__ = ["among_alike"]

# Where the two cannot be related at all, nor can they among units that are alike.
_DECIDED: Final = frozenset({"different_sources", "too_few_pairs", "constant"})
_FIGURES: Final = (
    "partial",
    "partial_expected",
    "partial_p",
    "partial_p_min",
    "partial_kendall",
    "partial_kendall_p",
)
_WORDS: Final = ("partial_method", "partial_state", "partial_reason")


def among_alike(pairs: Pairs, verdict: tuple[str, str], *, alpha: float, seed: int) -> dict[str, Any]:
    """Return the columns about units with like conditions, empty where nothing is given."""
    empty: dict[str, Any] = dict.fromkeys((*_FIGURES, *_WORDS))
    if not pairs.given.shape[1]:
        return empty
    if verdict[1] in _DECIDED:
        return empty | {"partial_state": verdict[0], "partial_reason": verdict[1]}
    rank = stats.partial_spearman(pairs.x, pairs.y, pairs.given, seed=seed)
    state, reason = _verdict(rank, alpha)
    if rank.reason:
        return empty | {"partial_state": state, "partial_reason": reason}
    tau = stats.partial_kendall(pairs.x, pairs.y, pairs.given, seed=seed)
    numbers = (rank.coefficient, rank.expected, rank.p_value, rank.p_min, tau.coefficient, tau.p_value)
    return {
        **{name: value if math.isfinite(value) else None for name, value in zip(_FIGURES, numbers, strict=True)},
        "partial_method": rank.method,
        "partial_state": state,
        "partial_reason": reason,
    }


def _verdict(rank: PartialAssociation, alpha: float) -> tuple[str, str]:
    if rank.reason:
        return "not_judged", rank.reason
    if rank.p_min > alpha:
        return "not_judged", "p_out_of_reach"
    if rank.p_value > alpha:
        return "no_clear_association", "not_significant"
    return ("positive" if rank.coefficient > rank.expected else "negative"), "found"
