"""More even quality across the country: how far units lie apart beyond chance, and whether they come closer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from maalbib.analysis._context import Setting, one_frequency, probability_argument
from maalbib.analysis._labels import NO_LABELS, Labels, labels_of
from maalbib.analysis._peer_arguments import compared_of, periods_of
from maalbib.analysis._peer_request import Asked, one_group
from maalbib.analysis._peer_rows import INSTITUTION
from maalbib.analysis._result import Result
from maalbib.analysis._spread_columns import period_cells, row_cells
from maalbib.analysis._spread_movements import MovementOptions, movement_cells
from maalbib.analysis._spread_options import Hidden, Matching, SpreadMethod, SpreadOptions
from maalbib.analysis._spread_rows import DispersionPeriod, DispersionRow, MovementRow
from maalbib.analysis._spread_series import Spread, spreads_of
from maalbib.analysis._spread_source import SpreadSource
from maalbib.errors import ArgumentError
from maalbib.model import PeerGroup
from maalbib.stats._arrays import whole_number

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.model import Period
    from maalbib.register import Register

__all__ = ["DispersionPeriods", "Dispersions", "Movements", "dispersion"]

_HALF = 0.5


class DispersionPeriods(Result[DispersionPeriod]):
    """How far units lie apart, period by period; rows are :class:`DispersionPeriod`.

    Examples
    --------
    >>> import maalbib as mb
    >>> found = mb.dispersion(mb.Measurements.example("satisfaction-2006"), over="area", min_units=2)
    >>> found.by_period()[0].period
    '2005'
    """

    ROW = DispersionPeriod
    NAME = "dispersion_periods"


class Movements(Result[MovementRow]):
    """Who moved between bottom, middle and top; rows are :class:`MovementRow`, nine for each set of units.

    Examples
    --------
    >>> import maalbib as mb
    >>> found = mb.dispersion(mb.Measurements.example("satisfaction-2006"), over="area", min_units=2)
    >>> len(found.movements())
    0
    """

    ROW = MovementRow
    NAME = "movements"


class Dispersions(Result[DispersionRow]):
    """How far units lie apart and whether they come closer; rows are :class:`DispersionRow`.

    The spread of each period is had from :meth:`by_period`, who moved from :meth:`movements`; both are results of their own.
    Tables and JSON of the dispersions hold the dispersions alone.

    Parameters
    ----------
    table
        The rows, with the columns of :meth:`schema`.
    labels
        Names, units and decimals for the sentences.
    spreads
        What the others are made of; None where the rows come from a table or JSON.

    Examples
    --------
    >>> import maalbib as mb
    >>> mb.dispersion(mb.Measurements.example("satisfaction-2006"), over="area").counts()
    {'not_judged': 3}
    """

    ROW = DispersionRow
    NAME = "dispersions"
    __slots__ = ("_spreads",)

    def __init__(
        self, table: pa.Table, labels: Labels = NO_LABELS, spreads: tuple[Spread, ...] | None = None
    ) -> None:
        super().__init__(table, labels)
        self._spreads = spreads

    def _like(self, table: pa.Table) -> Self:
        return type(self)(table, self._labels, self._spreads)

    def public(self) -> Self:
        """Return the dispersions as they may be shown, see :meth:`Result.public`; where a row is hidden, without what is behind it."""
        shown = super().public()
        return shown if shown is self else type(self)(shown._table, self._labels)  # noqa: SLF001 - of this class

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._table, self._labels, self._spreads)

    def by_period(self) -> DispersionPeriods:
        """Return the spread of each period of these rows.

        Raises
        ------
        ArgumentError
            If the rows were read from a table or JSON, which hold no periods.
        """
        return DispersionPeriods.concat(
            (
                _result(DispersionPeriods, period_cells(spread, group), self._labels)
                for group, spread in self._kept_spreads()
            ),
            self._labels,
        )

    def movements(self, *, share: float = 0.25, draws: int = 2_000, seed: int = 0) -> Movements:
        """Return who was at the bottom and at the top in the first and the last period, and what chance alone would make of it.

        Parameters
        ----------
        share
            Share of the units that the lowest and the highest group each hold, above 0 and below a half.
        draws, seed
            How many times chance is simulated, and the seed.

        Returns
        -------
        Movements
            Nine rows for each set of units that has two periods; none for others. Units whose value may not be shown take no
            part.

        Raises
        ------
        ArgumentError
            If an option is out of range, or the rows were read from a table or JSON.

        Notes
        -----
        The units that are lowest in a noisy table are there in part by chance, and most of them rise by themselves: regression to
        the mean. In each draw what lies behind the values is normal, spread as tau says at each end, and keeps its order
        throughout; noise is added to it twice, by the errors of the units, and the table is taken. The ranges hold for each of the
        nine numbers by itself.
        """
        options = MovementOptions(
            share=probability_argument("share", share),
            draws=whole_number("draws", draws, low=100),
            seed=whole_number("seed", seed, low=0),
        )
        if options.share >= _HALF:
            raise ArgumentError("argument.range", argument="share", low=0, high=_HALF)
        return Movements.concat(
            (_result(Movements, movement_cells(spread, options), self._labels) for _, spread in self._kept_spreads()),
            self._labels,
        )

    def _kept_spreads(self) -> Iterator[tuple[str, Spread]]:
        if self._spreads is None:
            raise ArgumentError("spread.not_kept")
        for row in self._table.select(["peer_group", "number"]).to_pylist():
            yield row["peer_group"], self._spreads[row["number"]]


def dispersion(
    measurements: Measurements,
    indicators: str | Iterable[str] | None = None,
    *,
    peers: PeerGroup | str | Iterable[str] | None = None,
    over: str = INSTITUTION,
    periods: str | Period | Iterable[str | Period] | None = None,
    method: SpreadMethod = "auto",
    units: Matching = "same",
    hidden: Hidden = "leave_out",
    min_units: int = 5,
    min_verdict: int | None = None,
    alpha: float = 0.05,
    confidence: float = 0.95,
    across_breaks: bool = False,
    across_sources: bool = False,
    catalogue: Catalogue | None = None,
    register: Register | None = None,
) -> Dispersions:
    """Measure how far units lie apart beyond what chance spreads, and judge whether they come closer to each other.

    Parameters
    ----------
    measurements
        The values.
    indicators
        Ids, all where None.
    peers
        The units: a :class:`PeerGroup`, the id of one in the catalogue or the register, or codes. None takes everybody of the same
        level: municipalities with municipalities, never with the country.
    over
        ``"institution"``, or the name of a breakdown whose categories are held against each other within each institution.
    periods
        The periods looked at, each a Period or its text; all where None.
    method
        How noise is taken out. ``"auto"``: for shares and rates with what they are counted from, a distribution between units
        fitted to the counts; else DerSimonian and Laird's estimate from the limits of the values. Or the name of an estimator of
        :func:`maalbib.stats.between_variance`.
    units
        ``"same"``: only units with a value in every period of a stretch in which enough units have one. ``"all"``: whoever has a
        value; who comes and goes then changes the spread too.
    hidden
        What becomes of values that may not be shown. ``"leave_out"``: they take no part, so that nothing can be worked out from
        the result. ``"keep"``: they take part, and the rows that rest on them are hidden.
    min_units
        Fewest units that say something about spread, at least 2.
    min_verdict
        Fewest people behind a value that takes part; None takes all.
    alpha
        Largest p-value that counts as a change of the spread, between 0 and 1.
    confidence
        Level of the intervals, between 0 and 1.
    across_breaks
        Whether periods before and after a break are compared all the same. A code that stands for another unit never is.
    across_sources
        Whether values of different sources may be compared; the rows are flagged ``mixed_sources``.
    catalogue
        For definitions, breaks and names; the one attached to the measurements where None.
    register
        For groups, levels and names; the one attached to the measurements where None.

    Returns
    -------
    Dispersions
        A row for each indicator, level and breakdown.

    Raises
    ------
    ArgumentError
        If an option is out of range, or ``peers`` gives each unit peers of its own.
    UnknownCodeError
        If an indicator has no rows, or a group or a member of it is not known.

    Notes
    -----
    ``tau`` is the standard deviation between units that is left when chance is taken out, as if the units were drawn from many; its
    limits are by profile likelihood, and approximate: with few units, or little spread, they hold more or less often than
    they say. Small units spread by chance alone, so that a plain standard deviation falls when units grow
    and rises when they shrink.

    Whether the spread has moved is judged on these very units: in each period the variance between them less that of
    their sampling, which is right on average and may be below 0, each unit weighted by how reliable it is over all periods; a line through these, each weighted by its own standard error,
    with no less scatter than the errors say [1]_ and Student's t with two degrees of freedom less than there are periods. Three
    periods are needed, and few show anything. Where no errors are known the standard deviations are put to Mann and Kendall's
    test, and the row is flagged ``noise_not_removed``. Periods before the newest break are not compared.

    Cost: proportional to the number of values; shares and rates 50 to 200 ms for each period of 98 units.

    References
    ----------
    .. [1] Birge, R. T. (1932). The calculation of errors by the method of least squares. Physical Review 40, 207-227.

    Examples
    --------
    >>> import maalbib as mb
    >>> import pandas as pd
    >>> shares = {"A": (40, 43, 45, 48), "B": (55, 55, 56, 57), "C": (66, 65, 64, 63), "D": (80, 76, 74, 70)}
    >>> indicator = mb.Indicator(id="I", name=mb.Text(da="Andel", en="Share"), unit="percent", direction="higher")
    >>> rows = [("I", who, str(2021 + k), float(x), 800.0) for who, row in shares.items() for k, x in enumerate(row)]
    >>> frame = pd.DataFrame(rows, columns=["indicator", "institution", "period", "value", "n"])
    >>> catalogue = mb.Catalogue(id="K", agency="KL", version="1.0.0", indicators=[indicator])
    >>> row = mb.dispersion(mb.Measurements.from_pandas(frame, catalogue=catalogue), min_units=4)[0]
    >>> row.state, round(row.tau_first, 1), round(row.tau, 1), round(row.p_value, 2)
    ('converging', 14.3, 7.8, 0.03)
    """
    if over != INSTITUTION and over not in measurements.breakdowns:
        raise ArgumentError.choice("over", (INSTITUTION, *measurements.breakdowns))
    setting = Setting.of(measurements, catalogue, register)
    options = SpreadOptions.of(
        over=over,
        method=method,
        units=units,
        hidden=hidden,
        min_units=min_units,
        min_verdict=min_verdict,
        alpha=alpha,
        confidence=confidence,
        across_breaks=across_breaks,
        across_sources=across_sources,
    )
    when = None if periods is None else periods_of(periods, "periods")
    if when is not None and not when:
        raise ArgumentError("argument.periods", argument="periods")
    asked = one_group(peers, setting, over)
    wanted = compared_of(setting, indicators)
    spreads = list(_spreads(setting, wanted, asked, when, options))
    return _dispersions(spreads, asked, setting, wanted)


def _spreads(
    setting: Setting, wanted: list[str], asked: Asked, when: list[Period] | None, options: SpreadOptions
) -> Iterator[Spread]:
    group = asked.group if isinstance(asked.group, PeerGroup) else None
    for _, panels in setting.panels(wanted):
        for panel, mixed in one_frequency(panels):
            source = SpreadSource.of(panel, mixed, setting, options)
            yield from spreads_of(source, setting, group, when, options)


def _dispersions(spreads: list[Spread], asked: Asked, setting: Setting, wanted: list[str]) -> Dispersions:
    cells = [row_cells(spread, asked.id) | {"number": number} for number, spread in enumerate(spreads)]
    codes = {code for spread in spreads for code in (spread.institution, *spread.names, *spread.absent)}
    found = labels_of(setting.catalogue, setting.register, indicators=wanted, institutions=codes)
    labels = Labels(indicators=found.indicators, names={**found.names, asked.id: asked.name})
    table = _result(Dispersions, cells, labels)
    return Dispersions(table._table, labels, tuple(spreads))  # noqa: SLF001 - of this class


def _result(kind: type[Result[Any]], cells: list[dict[str, Any]], labels: Labels) -> Any:
    columns = {name: [row[name] for row in cells] for name in kind.schema().names}
    return kind.of_columns(columns, len(cells), labels)
