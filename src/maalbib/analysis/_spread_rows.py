"""The typed rows about spread between units. Their fields are the columns of the results, in this order."""

from __future__ import annotations

from typing import ClassVar

import attrs

from maalbib.analysis import _spread_wording
from maalbib.analysis._row import Row

__all__ = ["DispersionPeriod", "DispersionRow", "MovementRow"]


@attrs.frozen(kw_only=True, repr=False)
class DispersionRow(Row):
    """How far units lie apart, and whether they come closer to each other.

    Attributes
    ----------
    indicator, institution, breakdown
        What is judged. The institution is empty where institutions are compared with each other.
    over, peer_group
        What the units are, and the group they were taken from.
    first_period, last_period, periods
        The stretch that is judged: the newest without a break; and in how many periods of it a spread is known.
    n, n_left_out, with_errors
        Units that count in the last period, units with any value that do not, and units whose sampling error is known.
    entered, left
        Units without a value that counts in the first and with one in the last period, and the other way round. Units whose value may
        not be shown stand in neither.
    mean_first, mean
        Mean of the units in the first and the last period. Levelling down lowers spread too.
    sd_first, sd
        Standard deviation of the values as they are.
    tau_first, tau, tau_lower, tau_upper, tau_over_mean
        Standard deviation between the units without what chance spreads, the limits of the last, and its ratio to the mean.
    p10_first, p10, p90_first, p90, p90_minus_p10
        First and ninth decile of the values as they are, and the range between them in the last period.
    slope, slope_lower, slope_upper, p_value, level
        Change of the spread a year, with its limits, and the p of no change.
    measure, method
        What was compared over the periods (``tau`` or ``sd``), and how noise was taken out.
    breaks
        First periods after a break. Nothing before the last of them is compared.
    state, reason
        ``converging``, ``diverging``, ``no_detectable_change`` or ``not_judged``, and why.
    flags, params
        What a reader should know besides, and how it was judged.
    hidden
        Why the figures may not be shown, as in :class:`Progress`.
    number
        Which set of units of the call it is, from 0.

    Examples
    --------
    >>> import maalbib as mb
    >>> row = mb.dispersion(mb.Measurements.example("satisfaction-2006"), over="area", min_units=2)[0]
    >>> row.n, round(row.sd, 1), row.reason
    (4, 5.9, 'different_sources')
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown")

    indicator: str
    institution: str
    breakdown: str
    over: str
    peer_group: str
    first_period: str | None
    last_period: str | None
    periods: int
    n: int
    n_left_out: int
    with_errors: int
    entered: tuple[str, ...]
    left: tuple[str, ...]
    mean_first: float | None
    mean: float | None
    sd_first: float | None
    sd: float | None
    tau_first: float | None
    tau: float | None
    tau_lower: float | None
    tau_upper: float | None
    tau_over_mean: float | None
    p10_first: float | None
    p10: float | None
    p90_first: float | None
    p90: float | None
    p90_minus_p10: float | None
    slope: float | None
    slope_lower: float | None
    slope_upper: float | None
    p_value: float | None
    level: float
    measure: str
    method: str
    breaks: tuple[str, ...]
    state: str
    reason: str
    flags: tuple[str, ...]
    params: str
    hidden: str | None
    number: int

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return _spread_wording.about(self, lang)

    def _said(self, lang: str) -> str:
        return _spread_wording.spread(self, lang)


@attrs.frozen(kw_only=True, repr=False)
class DispersionPeriod(Row):
    """How far units lie apart in one period.

    Attributes
    ----------
    indicator, institution, breakdown, over, peer_group
        As in :class:`DispersionRow`.
    period, stretch
        When, and the number of the stretch between breaks, from 0. Spreads of different stretches are not compared.
    n, n_left_out, with_errors
        Units that count, units with any value in the stretch that do not, and units whose sampling error is known.
    entered, left
        Units with a value here and none in the period before in the same stretch, and the other way round; as far as they may be shown.
    mean, median, sd, p10, p90, p90_minus_p10
        Of the values as they are.
    tau, tau_lower, tau_upper, tau_over_mean, level
        Standard deviation between the units without what chance spreads, with its limits, and its ratio to the mean.
    noise_free_sd
        The same by moments, every unit counting the same, as targets on dispersion have it.
    method
        How noise was taken out.
    state, reason
        ``differ`` (more than chance would spread), ``no_detectable_difference`` or ``not_judged``, and why.
    flags, hidden
        As in :class:`DispersionRow`.

    Examples
    --------
    >>> import maalbib as mb
    >>> found = mb.dispersion(mb.Measurements.example("satisfaction-2006"), over="area", min_units=2)
    >>> row = found.by_period()[0]
    >>> row.period, row.n, row.state, row.reason
    ('2005', 4, 'not_judged', 'noise_unknown')
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown", "period")

    indicator: str
    institution: str
    breakdown: str
    over: str
    peer_group: str
    period: str
    stretch: int
    n: int
    n_left_out: int
    with_errors: int
    entered: tuple[str, ...]
    left: tuple[str, ...]
    mean: float | None
    median: float | None
    sd: float | None
    p10: float | None
    p90: float | None
    p90_minus_p10: float | None
    tau: float | None
    tau_lower: float | None
    tau_upper: float | None
    tau_over_mean: float | None
    noise_free_sd: float | None
    level: float
    method: str
    state: str
    reason: str
    flags: tuple[str, ...]
    hidden: str | None

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return f"{_spread_wording.about(self, lang)}, {self.period}"

    def _said(self, lang: str) -> str:
        return _spread_wording.period(self, lang)


@attrs.frozen(kw_only=True, repr=False)
class MovementRow(Row):
    """How many units moved from one group to another between two periods, and how many would by chance alone.

    Attributes
    ----------
    indicator, institution, breakdown
        As in :class:`DispersionRow`.
    first_period, last_period
        The two ends.
    from_group, to_group
        ``lowest``, ``middle`` or ``highest`` by value, in the first and in the last period.
    group_size, n_units
        Units in the group at the start, and in all.
    n, units
        How many of them are in the other group at the end, and which.
    expected, lower, upper, level
        How many it would be, and the range that holds with the level, if nothing but chance moved units: what lies behind their
        values spread as tau says and kept its order.
    mean_first, mean_last
        Mean of these units at both ends.
    state, reason
        ``more_than_chance``, ``fewer_than_chance``, ``as_chance`` or ``not_judged``, and why.
    flags, params
        What a reader should know besides, and how it was simulated.

    Examples
    --------
    >>> import maalbib as mb
    >>> import pandas as pd
    >>> rows = [("I", who, str(year), float(place)) for year in (2020, 2021) for place, who in enumerate("ABCDE")]
    >>> frame = pd.DataFrame(rows, columns=["indicator", "institution", "period", "value"])
    >>> moved = mb.dispersion(mb.Measurements.from_pandas(frame)).movements()
    >>> row = moved.row(from_group="lowest", to_group="lowest")
    >>> row.units, row.n, row.state
    (('A',), 1, 'not_judged')
    """

    IDS: ClassVar[tuple[str, ...]] = ("indicator", "institution", "breakdown", "from_group", "to_group")

    indicator: str
    institution: str
    breakdown: str
    first_period: str
    last_period: str
    from_group: str
    to_group: str
    group_size: int
    n_units: int
    n: int
    units: tuple[str, ...]
    expected: float | None
    lower: float | None
    upper: float | None
    level: float
    mean_first: float | None
    mean_last: float | None
    state: str
    reason: str
    flags: tuple[str, ...]
    params: str

    def about(self, lang: str = "da") -> str:
        """Return what the row is about, in ``"da"`` or ``"en"``."""
        return f"{_spread_wording.about(self, lang)}, {self.first_period}-{self.last_period}"

    def _said(self, lang: str) -> str:
        return _spread_wording.movement(self, lang)
