"""The typed rows. Their fields are the columns of the results, in this order."""

from __future__ import annotations

from typing import ClassVar

import attrs

from maalbib.analysis import _trend_wording, _wording
from maalbib.analysis._row import Row

__all__ = ["AssociationRow", "Trend"]


@attrs.frozen(kw_only=True, repr=False)
class Trend(Row):
    """Whether one series moves.

    Attributes
    ----------
    indicator, institution, breakdown
        What is judged.
    first_period, last_period, n
        The values used, and how many.
    s, tau, p_value, p_min
        Mann-Kendall's S, tau-b, the two-sided p, and the smallest p that these values could have given in any order.
    q_value, family, family_size
        p adjusted for the number of series in the family, which family, and how many series of it could be judged.
    slope, slope_lower, slope_upper, slope_per, level
        Slope a year with its interval, and the level the interval attains: Theil-Sen's by exact ranks, or the method's own.
    direction
        The indicator's better direction.
    state, reason
        ``improving``, ``declining``, ``rising``, ``falling``, ``no_detectable_change`` or ``not_judged``, and why.
    flags, method, params
        What a reader should know besides, and how it was judged.
    path
        How p was computed: ``exact``, ``edgeworth``, ``saddlepoint``, ``normal``, ``ar1``, ``chi2`` or ``F``.
    n_blocks, breaks
        Unbroken stretches compared within themselves, and the first periods after a break.
    relevance
        Where a smallest change that matters was given: ``relevant`` (the whole interval lies beyond it), ``negligible`` (the whole
        interval lies within it) or ``unclear``.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.
    gaps
        Periods without a value between the first and the last one used, counted in the shortest step of the series.
    withheld
        Values that are withheld, or known as a bound only, and are taken as anything they may be. The test is then that of the
        order which speaks least for a trend; the slope is that of the values that are known, and has no interval.
    more_periods
        Where there are too few values: how many more periods it takes at least.
    s_needed, s_most
        The smallest S in size that would be a trend, and the largest that these values could give, where they are 30 or fewer.
    chance
        The probability of finding a trend where there is none: the largest p at most ``alpha`` that these values could give.
    phi
        For methods that weigh values: how much more they move than sampling makes them, as a factor on the variance.
    change_period, change_p, change_shift
        Where changes were looked for: the first period of the new level, p of Pettitt's test, and the size of the change.
    proposed_break
        That period where it is proposed as a break: chance explains it badly, a step lies closer to the values than a line, and
        no break is known within a period of it. Nothing is done with it.
    required_slope, share_above, required_p
        A change a year that was required, the share of the slopes between two values that are above it, and the exact p of it.
    r1
        Correlation of neighbouring values around the line. This and what follows only with ``diagnostics=True``.
    equal_values, tau_kind
        Values that are equal to another one; ``b``, because tau allows for them.
    fitted_first, fitted_last
        The line at the first and last value; None where several stretches or seasons are compared.
    without_last, driver
        The state if the newest value were not there, and the period of the value that a trend hangs on (of several the newest).

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> row = mb.detect_trends(reading, catalogue=catalogue)[1]
    >>> row.state, row.slope, row.breaks, row.flags
    ('declining', -1.5, ('2019/20',), ('break',))
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown")

    indicator: str
    institution: str
    breakdown: str
    first_period: str | None
    last_period: str | None
    n: int
    s: int | None
    tau: float | None
    p_value: float | None
    p_min: float | None
    q_value: float | None
    slope: float | None
    slope_lower: float | None
    slope_upper: float | None
    direction: str | None
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    slope_per: str
    level: float | None
    path: str | None
    n_blocks: int
    breaks: tuple[str, ...]
    relevance: str | None
    family: str
    family_size: int
    hidden: str | None
    gaps: int
    withheld: int
    more_periods: int | None
    s_needed: int | None
    s_most: int | None
    chance: float | None
    phi: float | None
    change_period: str | None
    change_p: float | None
    change_shift: float | None
    proposed_break: str | None
    required_slope: float | None
    share_above: float | None
    required_p: float | None
    r1: float | None
    equal_values: int | None
    tau_kind: str | None
    fitted_first: float | None
    fitted_last: float | None
    without_last: str | None
    driver: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _trend_wording.series(self, lang)

    def _said(self, lang: str) -> str:
        return _trend_wording.trend(self, lang)


@attrs.frozen(kw_only=True, repr=False)
class AssociationRow(Row):
    """Whether two things go together across units; nothing is said about causes.

    Attributes
    ----------
    x, y, over
        The two things, and the units they are paired over.
    period
        The period compared.
    n
        Pairs used.
    spearman, spearman_p, kendall, kendall_p
        Rank correlation and tau-b, each with a two-sided p.
    p_exact, p_min
        Whether p counts every order, and the smallest p these values could have given.
    state, reason
        ``positive``, ``negative``, ``no_clear_association`` or ``not_judged``, and why.
    flags, method, params
        What a reader should know besides, and how it was judged.
    given, given_period
        What is allowed for, and when it was measured.
    partial, partial_expected, partial_p, partial_p_min, partial_method
        Spearman's rank correlation among units with like conditions, what it would be if the conditions were all that the two
        share, its two-sided p, the smallest p possible, and where p comes from: ``exact``, ``permutation``, ``residual_orders``,
        ``residual_permutation`` or ``t_approximation``, see :func:`maalbib.stats.partial_spearman`.
    partial_kendall, partial_kendall_p
        Kendall's partial tau-b with its p.
    partial_state, partial_reason
        The verdict among units with like conditions, in the words of ``state``; None where nothing is given.
    left_out, left_out_set_aside, left_out_one_only, left_out_conditions
        Units that are known by one of the two but are in no pair: how many in all, how many because a value of theirs is withheld, of
        too few people, only a bound or a forecast, how many because they have only one of the two, and how many because they lack
        what is allowed for.
    """

    IDS: ClassVar[tuple[str, ...]] = ("x", "y", "period")

    x: str
    y: str
    over: str
    period: str | None
    n: int
    spearman: float | None
    spearman_p: float | None
    kendall: float | None
    kendall_p: float | None
    p_exact: bool
    p_min: float | None
    state: str
    reason: str
    flags: tuple[str, ...]
    method: str
    params: str
    given: tuple[str, ...]
    given_period: str | None
    partial: float | None
    partial_expected: float | None
    partial_p: float | None
    partial_p_min: float | None
    partial_method: str | None
    partial_kendall: float | None
    partial_kendall_p: float | None
    partial_state: str | None
    partial_reason: str | None
    left_out: int
    left_out_set_aside: int
    left_out_one_only: int
    left_out_conditions: int

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _wording.pair(self, lang)

    def _said(self, lang: str) -> str:
        return _wording.association(self, lang)
