"""Are we on track: targets against measurements, as known on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from maalbib.analysis._arrays import Bools
from maalbib.analysis._binding import Binding
from maalbib.analysis._context import Setting, as_day, as_least, at_least, chosen, one_frequency, probability_argument
from maalbib.analysis._evidence import evidence_of
from maalbib.analysis._labels import labels_of
from maalbib.analysis._progress_columns import Judged, blank_columns, columns_of
from maalbib.analysis._result import Result
from maalbib.analysis._rows import Progress
from maalbib.analysis._segments import approximate
from maalbib.analysis._tracking_rules import Options, judge
from maalbib.analysis._verdict import Verdicts
from maalbib.errors import ArgumentError
from maalbib.model import Target

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements, Panel
    from maalbib.register import Register

__all__ = ["Tracking", "track"]

_METHODS = ("linear",)


class Tracking(Result[Progress]):
    """Where every institution stands against every target; rows are :class:`Progress`.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> tracking = mb.track(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80")
    >>> len(tracking), tracking.counts()
    (4, {'not_met': 4})
    """

    ROW = Progress
    NAME = "tracking"


def track(
    measurements: Measurements,
    catalogue: Catalogue | None = None,
    *,
    as_of: str | dt.date,
    targets: str | Iterable[str] | None = None,
    register: Register | None = None,
    method: str = "linear",
    level: float = 0.80,
    slack: float = 0.05,
    min_span: float = 1.0,
    trend_window: int = 6,
    min_verdict: int | None = None,
    across_breaks: bool = False,
) -> Tracking:
    """Judge every target for every institution it binds.

    Parameters
    ----------
    measurements
        The values.
    catalogue
        Indicators and targets; the one attached to the measurements where None.
    as_of
        The day whose knowledge is used, a date or ``"2026-06-30"``. Periods that begin later are left out.
    targets
        Ids of the targets to judge, all where None.
    register
        Decides who is bound by a scope; the one attached to the measurements where None. Registered members without data get a
        row that says so. Without a register a scope of a kind binds the institutions of that kind in the catalogue, or, where it
        has none, whoever has data.
    method
        ``"linear"``: least squares on real time since the baseline.
    level
        Level of the projection's interval, between 0 and 1.
    slack
        Share of the planned change by which a projection may miss and still count as on track, at least 0.
    min_span
        Least number of years between baseline and latest value for an open target, at least 0.
    trend_window
        How many of the latest values say whether the gap of a standing target closes, at least 2.
    min_verdict
        Fewest people behind a value that may be judged, for targets that do not say so themselves; None judges all. Older values
        of fewer people are set aside, and the row is flagged ``values_set_aside``.
    across_breaks
        Whether to compare values across declared breaks; the rows are flagged ``crosses_break``.

    Returns
    -------
    Tracking
        A row for each target, institution and breakdown. A target that nobody has data for gets one row.

    Raises
    ------
    ArgumentError
        If no catalogue is given or attached, or an option is out of range.
    UnknownCodeError
        If a target is not known.

    Notes
    -----
    An open target is on track when the fitted line [1]_ reaches the region at the deadline within the slack, moving away when the
    fitted change over the window goes the wrong way by more than ``no_change``, unchanged within that band, and off track
    otherwise. The interval is that of a new observation; it and the probability hold only if the line goes on and the
    residuals are independent. Cost grows with the number of values; all institutions of an indicator are one step.

    The column ``hidden`` says which rows rest on values of fewer people than the indicator's ``min_show``, or on confidential
    ones; sentences, shown tables and reports leave their figures out, see :meth:`Result.public`.

    References
    ----------
    .. [1] Draper, N. R. and Smith, H. (1998). Applied Regression Analysis, 3rd ed., section 1.4. Wiley.

    Examples
    --------
    >>> import maalbib as mb
    >>> catalogue = mb.Catalogue.load("folkeskolen")
    >>> result = mb.track(mb.Measurements.example("reading"), catalogue, as_of="2021-12-31", targets="FS-READ-80")
    >>> result.row(breakdown="grade=4").state
    'not_met'
    """
    if method not in _METHODS:
        raise ArgumentError.choice("method", _METHODS)
    setting = Setting.of(measurements, catalogue, register)
    options = Options(
        level=probability_argument("level", level),
        slack=at_least("slack", slack, 0),
        min_span=at_least("min_span", min_span, 0),
        trend_window=int(at_least("trend_window", trend_window, 2)),
        min_verdict=as_least("min_verdict", min_verdict),
        across_breaks=bool(across_breaks),
    )
    wanted = chosen("target", setting.definitions.targets, targets)
    day = as_day("as_of", as_of)
    judging = _Judging(setting=setting, day=day, options=options, binding=Binding(setting, day))
    parts = _in_order(wanted, judging)
    found = labels_of(
        setting.catalogue,
        setting.register,
        indicators={target.indicator for target in wanted},
        institutions={code for part in parts for code in part.institutions},
    )
    return Tracking.concat(
        (Tracking.of_columns(part.columns, len(part.institutions), found) for part in parts), found
    )


@attrs.frozen(kw_only=True)
class _Part:
    """The rows of one target and panel."""

    institutions: tuple[str, ...]
    columns: dict[str, Any]


def _in_order(wanted: list[Target], judging: _Judging) -> list[_Part]:
    """Judge indicator by indicator, and return the rows in the order of the targets."""
    aimed: dict[str, list[Target]] = {}
    for target in wanted:
        aimed.setdefault(target.indicator, []).append(target)
    parts: dict[str, list[_Part]] = {target.id: [] for target in wanted}
    for code, panels in judging.setting.panels(aimed, judging.day):
        for panel, mixed in one_frequency(panels):
            for target in aimed[code]:
                parts[target.id] += judging.judged(target, panel, mixed)
    for target in wanted:
        parts[target.id] += judging.silent(target, parts[target.id])
    return [part for target in wanted for part in parts[target.id]]


@attrs.frozen(kw_only=True)
class _Judging:
    """How the targets of one call are judged."""

    setting: Setting
    day: dt.date
    options: Options
    binding: Binding

    def judged(self, target: Target, whole: Panel, mixed: Bools) -> Iterator[_Part]:
        """Yield the rows of those who are bound and have values."""
        kept = self.binding.spoken_of(target, whole)
        panel, mixed = (whole, mixed) if kept.all() else (whole.rows(np.flatnonzero(kept)), mixed[kept])
        if len(panel) == 0:
            return
        verdicts = Verdicts(len(panel))
        verdicts.decide(np.full(len(panel), self._undecided(target)), "not_measurable.no_target")
        verdicts.decide(mixed, "not_measurable.mixed_frequency")
        indicator = self.setting.definitions.indicators[target.indicator]
        least = self._least(target)
        evidence, remarks = evidence_of(
            target, panel, indicator, self.day, across_breaks=self.options.across_breaks, min_verdict=least
        )
        for name, where in remarks:
            verdicts.flag(where, name)
        figures = judge(target, evidence, self.options, verdicts)
        verdicts.flag(approximate(panel, figures.used), "approximate")
        judged = Judged(
            target=target,
            panel=panel,
            evidence=evidence,
            verdicts=verdicts,
            figures=figures,
            grades=self.setting.secrecy.grades(panel, indicator),
        )
        columns = columns_of(judged, self.day, attrs.evolve(self.options, min_verdict=least))
        yield _Part(institutions=panel.institutions, columns=columns)

    def silent(self, target: Target, found: list[_Part]) -> Iterator[_Part]:
        """Yield the rows of those who are bound and have no values; one without a name where nobody has any."""
        seen = {code for part in found for code in part.institutions}
        codes = sorted(set(self.binding.bound(target) or ()) - seen) or ([] if seen else [""])
        if codes:
            options = attrs.evolve(self.options, min_verdict=self._least(target))
            reason = "no_target" if self._undecided(target) else "no_data"
            yield _Part(institutions=tuple(codes), columns=blank_columns(target, codes, reason, self.day, options))

    def _least(self, target: Target) -> int | None:
        return self.options.min_verdict if target.min_verdict is None else target.min_verdict

    def _undecided(self, target: Target) -> bool:
        return target.decided_on is not None and target.decided_on > self.day
