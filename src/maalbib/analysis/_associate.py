"""Do two things go together: rank correlation with exact p for few units. No claim of cause is made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from maalbib import stats
from maalbib.analysis._associate_given import among_alike
from maalbib.analysis._context import Setting, as_flag, as_ids, as_least, as_period, probability_argument
from maalbib.analysis._labels import labels_of
from maalbib.analysis._paired import Pairs, paired
from maalbib.analysis._result import Result
from maalbib.analysis._rows import AssociationRow
from maalbib.errors import ArgumentError
from maalbib.stats._arrays import whole_number

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import Period
    from maalbib.register import Register
    from maalbib.stats import RankAssociation

__all__ = ["Association", "associate"]

_LEAST_PAIRS: Final = 2  # one pair has no order


class Association(Result[AssociationRow]):
    """Whether two things go together; one row.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms, catalogue = mb.Measurements.example("expenditure-2006"), mb.Catalogue.load("danmark")
    >>> found = mb.associate(ms, "expenditure_class", "user_positive_share", catalogue=catalogue)
    >>> found.counts()
    {'no_clear_association': 1}
    """

    ROW = AssociationRow
    NAME = "association"


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
    min_verdict: int | None = None,
    seed: int = 0,
    across_sources: bool = False,
    given: str | Iterable[str] = (),
    given_period: str | Period | None = None,
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
        The period compared; None takes the latest that both have, and what is given too, unless that has a period of its own.
    catalogue
        For names and the order of categories; the one attached to the measurements where None.
    register
        For names; the one attached to the measurements where None.
    alpha
        Largest p-value that counts, between 0 and 1.
    min_verdict
        Fewest people behind a value that is paired; None pairs all. The row is flagged ``values_set_aside`` where one was not.
    seed
        For the random orders that are drawn with 9 to 30 pairs.
    across_sources
        Whether values of different sources may be paired; the row is flagged ``mixed_sources``.
    given
        Ids of indicators to allow for: whether the two also go together among units with like values of these. Units that lack
        one are left out of everything. They may come from any source.
    given_period
        Period of these; that of the comparison where None.

    Returns
    -------
    Association
        One row; where nothing can be said it says why.

    Raises
    ------
    ArgumentError
        If an option is out of range, a unit has several values, a breakdown has no declared order, the two are the same, or one
        is part of the other, or counts the same, by the catalogue; or what is compared is also given, or the same is given twice.
    UnknownCodeError
        If ``x`` or ``y`` is neither an indicator nor a breakdown of the measurements, or what is given is no indicator.

    Notes
    -----
    Spearman's rank correlation decides, Kendall's tau-b stands beside it. Up to 8 pairs p counts every order, ties included
    [1]_. With few pairs a p below ``alpha`` may be out of reach: ``p_min`` says so, and the state is then ``not_judged``.

    Allowing for conditions leaves ``state`` as it is and has a verdict of its own, ``partial_state``: by what least squares leave of
    the ranks, with a p from the orders of that [2]_, see :func:`maalbib.stats.partial_spearman`. What nobody measured is not allowed
    for, and neither is what the conditions do to ranks otherwise than in straight lines.

    References
    ----------
    .. [1] Kendall, M. and Gibbons, J. D. (1990). Rank Correlation Methods, 5th ed. Edward Arnold.
    .. [2] Freedman, D. and Lane, D. (1983). A nonstochastic interpretation of reported significance levels. Journal of Business
       and Economic Statistics 1, 292-298.

    Examples
    --------
    >>> import maalbib as mb
    >>> ms = mb.Measurements.example("expenditure-2006")
    >>> row = mb.associate(ms, "expenditure_class", "user_satisfaction_mean", catalogue=mb.Catalogue.load("danmark"))[
    ...     0
    ... ]
    >>> round(row.spearman, 3), round(row.spearman_p, 3), row.state
    (0.395, 0.467, 'no_clear_association')

    Spending and satisfaction both follow the size of the town, and hardly each other:

    >>> import pandas as pd
    >>> figures = {
    ...     "size": range(1, 8),
    ...     "spending": [52, 51, 55, 57, 56, 60, 61],
    ...     "satisfied": [60, 64, 61, 66, 70, 69, 75],
    ... }
    >>> rows = [
    ...     (code, f"S{place}", "2024", value)
    ...     for code, values in figures.items()
    ...     for place, value in enumerate(values)
    ... ]
    >>> frame = pd.DataFrame(rows, columns=["indicator", "institution", "period", "value"]).astype({"value": float})
    >>> row = mb.associate(mb.Measurements.from_pandas(frame), "spending", "satisfied", given="size")[0]
    >>> row.state, round(row.spearman, 2), row.partial_state, round(row.partial, 2), round(row.partial_p, 2)
    ('positive', 0.79, 'no_clear_association', -0.56, 0.26)
    """
    setting = Setting.of(measurements, catalogue, register)
    alpha = probability_argument("alpha", alpha)
    least = as_least("min_verdict", min_verdict)
    seed = whole_number("seed", seed, low=0)
    across_sources = as_flag("across_sources", across_sources)
    when = None if period is None else as_period(period)
    allowed_for = _each_once(given)
    pairs = paired(
        setting,
        x,
        y,
        over=over,
        period=when,
        min_verdict=least,
        given=allowed_for,
        given_period=None if given_period is None else as_period(given_period, "given_period"),
    )
    rank = stats.spearman(pairs.x, pairs.y, seed=seed)
    tau = stats.kendall(pairs.x, pairs.y, seed=seed)
    state, reason, flags = _verdict(pairs, rank, tau, alpha, across_sources=across_sources)
    options = {"alpha": alpha, "seed": seed, "across_sources": across_sources, "min_verdict": least}
    columns: dict[str, Any] = {
        "x": x,
        "y": y,
        "over": pairs.over,
        "period": None if pairs.period is None else str(pairs.period),
        "n": rank.n,
        **_numbers(rank, tau, shown=state != "not_judged" or reason == "p_out_of_reach"),
        "p_exact": rank.p_exact,
        "state": state,
        "reason": reason,
        "flags": [flags],
        "method": "spearman",
        "params": json.dumps(options, sort_keys=True),
        "given": [allowed_for],
        "given_period": None if pairs.given_period is None else str(pairs.given_period),
        **among_alike(pairs, (state, reason), alpha=alpha, seed=seed),
        "left_out": pairs.left_out.units,
        "left_out_set_aside": pairs.left_out.set_aside,
        "left_out_one_only": pairs.left_out.one_only,
        "left_out_conditions": pairs.left_out.without_conditions,
    }
    found = labels_of(setting.catalogue, setting.register, indicators=(x, y, *allowed_for), institutions=())
    return Association.of_columns(columns, 1, found)


def _each_once(given: Any) -> tuple[str, ...]:
    """Return what is allowed for; the same twice is a slip for another."""
    listed = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else given
    found = tuple(as_ids("given", listed))
    if isinstance(listed, tuple) and len(found) < len(listed):
        raise ArgumentError("associate.given_twice", indicator=next(each for each in found if listed.count(each) > 1))
    return found


def _verdict(
    pairs: Pairs, rank: RankAssociation, tau: RankAssociation, alpha: float, *, across_sources: bool
) -> tuple[str, str, tuple[str, ...]]:
    """Return state, reason and flags; the first rule that fits decides."""
    flags = {
        "approximate_p": not rank.p_exact and not rank.reason,
        "measures_disagree": (rank.p_value <= alpha) != (tau.p_value <= alpha),
        "mixed_sources": pairs.mixed and across_sources,
        "values_set_aside": pairs.left_out.set_aside + pairs.left_out.conditions_set_aside > 0,
        "units_without_conditions": pairs.left_out.without_conditions > 0,
    }
    left_out = ("units_without_conditions", "values_set_aside")
    if pairs.mixed and not across_sources:
        return "not_judged", "different_sources", ()
    if rank.n < _LEAST_PAIRS:
        return "not_judged", "too_few_pairs", _names(flags, *left_out)
    if rank.reason:
        return "not_judged", rank.reason, _names(flags, *left_out)
    if rank.p_min > alpha:
        return "not_judged", "p_out_of_reach", _names(flags, "approximate_p", "mixed_sources", *left_out)
    if rank.p_value <= alpha:
        return ("positive" if rank.coefficient > 0 else "negative"), "found", _names(flags, *flags)
    return "no_clear_association", "not_significant", _names(flags, *flags)


def _names(flags: dict[str, bool], *allowed: str) -> tuple[str, ...]:
    return tuple(name for name in sorted(allowed) if flags[name])


def _numbers(rank: RankAssociation, tau: RankAssociation, *, shown: bool) -> dict[str, float | None]:
    found = {
        "spearman": rank.coefficient,
        "spearman_p": rank.p_value,
        "kendall": tau.coefficient,
        "kendall_p": tau.p_value,
        "p_min": rank.p_min,
    }
    return {name: value if shown and np.isfinite(value) else None for name, value in found.items()}
