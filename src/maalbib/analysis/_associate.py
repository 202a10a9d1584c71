"""Do two things go together: rank correlation with exact p for few units. No claim of cause is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from maalbib import stats
from maalbib.analysis._context import probability_argument
from maalbib.analysis._labels import labels_of
from maalbib.analysis._paired import Pairs, paired
from maalbib.analysis._result import Result
from maalbib.analysis._rows import AssociationRow
from maalbib.model import Period

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.register import Register

__all__ = ["Association", "associate"]


class Association(Result[AssociationRow]):
    """Whether two things go together; one row."""

    ROW: ClassVar[type[AssociationRow]] = AssociationRow
    NAME: ClassVar[str] = "association"


def associate(
    measurements: Measurements,
    x: str,
    y: str,
    *,
    over: str | None = None,
    period: str | Period | None = None,
    catalogue: Catalogue | None = None,
    register: Register | None = None,
    alpha: float = 0.05,
    seed: int = 0,
    across_sources: bool = False,
) -> Association:
    """Test whether the units that are high on one thing are high, or low, on another.

    Parameters
    ----------
    measurements
        The values.
    x, y
        Each the id of an indicator, or the name of an ordered breakdown whose categories serve as ranks, such as classes of
        expenditure.
    over
        The units that pairs are formed over: ``"institution"`` or the name of a breakdown. None takes the breakdown named as
        ``x`` or ``y``, else institutions.
    period
        The period compared; None takes the latest that both have.
    catalogue
        For names and the order of categories; the one attached to the measurements where None.
    register
        For names; the one attached to the measurements where None.
    alpha
        Largest p-value that counts, between 0 and 1.
    seed
        For the random orders that are drawn with 9 to 30 pairs.
    across_sources
        Whether values of different sources may be paired; the row is flagged ``mixed_sources``.

    Returns
    -------
    Association
        One row; where nothing can be said it says why.

    Raises
    ------
    ArgumentError
        If ``over`` or ``alpha`` is out of range.
    UnknownCodeError
        If ``x`` or ``y`` is neither an indicator nor a breakdown of the measurements.

    Notes
    -----
    Spearman's rank correlation decides, Kendall's tau-b stands beside it. Up to 8 pairs p counts every order, ties included
    [1]_. With few pairs a p below ``alpha`` may be out of reach: ``p_min`` says so, and the state is then ``not_judged``.

    References
    ----------
    .. [1] Kendall, M. and Gibbons, J. D. (1990). Rank Correlation Methods, 5th ed. Edward Arnold.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("expenditure-2006")
    >>> row = mb.associate(ms, "expenditure_class", "user_satisfaction_mean", catalogue=mb.Catalogue.load("danmark"))[
    ...     0
    ... ]
    >>> round(row.spearman, 3), round(row.spearman_p, 3), row.state
    (0.395, 0.467, 'no_clear_association')
    """
    alpha = probability_argument("alpha", alpha)
    known = catalogue if catalogue is not None else measurements.catalogue
    when = Period.parse(period) if isinstance(period, str) else period
    pairs = paired(measurements, x, y, over=over, period=when, catalogue=known)
    rank = stats.spearman(pairs.x, pairs.y, seed=seed)
    tau = stats.kendall(pairs.x, pairs.y, seed=seed)
    state, reason, flags = _verdict(pairs, rank, tau, alpha, across_sources=across_sources)
    shown = state != "not_judged" or reason == "p_out_of_reach"
    found = labels_of(known, register or measurements.register, indicators=(x, y), institutions=())
    columns: dict[str, Any] = {
        "x": x,
        "y": y,
        "over": pairs.over,
        "period": None if pairs.period is None else str(pairs.period),
        "n": rank.n,
        "spearman": _shown(rank.coefficient, shown),
        "spearman_p": _shown(rank.p_value, shown),
        "kendall": _shown(tau.coefficient, shown),
        "kendall_p": _shown(tau.p_value, shown),
        "p_exact": rank.p_exact,
        "p_min": _shown(rank.p_min, shown),
        "state": state,
        "reason": reason,
        "flags": flags,
        "method": "spearman",
        "params": json.dumps({"alpha": alpha, "seed": seed, "across_sources": across_sources}, sort_keys=True),
    }
    return Association.of_columns({name: [value] for name, value in columns.items()}, found)


def _verdict(
    pairs: Pairs, rank: Any, tau: Any, alpha: float, *, across_sources: bool
) -> tuple[str, str, tuple[str, ...]]:
    flags = ["mixed_sources"] if pairs.mixed and across_sources else []
    if not rank.p_exact and rank.reason == "":
        flags.append("approximate_p")
    if pairs.mixed and not across_sources:
        return "not_judged", "different_sources", ()
    if rank.n == 0:
        return "not_judged", "no_pairs", ()
    if rank.reason:
        return "not_judged", rank.reason, ()
    if rank.p_min > alpha:
        return "not_judged", "p_out_of_reach", tuple(flags)
    if (rank.p_value <= alpha) != (tau.p_value <= alpha):
        flags.append("measures_disagree")
    if rank.p_value <= alpha:
        return ("positive" if rank.coefficient > 0 else "negative"), "found", tuple(sorted(flags))
    return "no_clear_association", "not_significant", tuple(sorted(flags))


def _shown(value: float, shown: bool) -> float | None:  # noqa: FBT001 - private
    return value if shown and np.isfinite(value) else None
