"""Are we on track: targets against measurements, as known on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self, get_args

from maalbib.analysis._binding import Binding
from maalbib.analysis._columns import Pieces
from maalbib.analysis._context import (
    Setting,
    as_day,
    as_flag,
    as_least,
    at_least,
    between,
    chosen,
    one_of,
    probability_argument,
)
from maalbib.analysis._judging import Judging
from maalbib.analysis._labels import labels_of
from maalbib.analysis._progress_row import Progress
from maalbib.analysis._result import Result
from maalbib.analysis._tracking_methods import methods_of, native_of
from maalbib.analysis._tracking_options import Basis, NoChange, Options, Stale
from maalbib.model import Override, RelativeToReference, Target

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.register import Register

__all__ = ["Tracking", "track"]


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

    def disagreements(self) -> Self:
        """Return the rows that two methods of the call judge differently, each with all its methods.

        A method that gives no verdict disagrees with nobody.

        Examples
        --------
        >>> import maalbib as mb
        >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
        >>> both = mb.track(reading, catalogue, as_of="2021-12-31", targets="FS-READ-80", method=["linear", "robust"])
        >>> len(both), len(both.disagreements())
        (8, 0)
        """
        import numpy as np

        flags: Any = self._table["flags"].combine_chunks()
        rows = np.asarray(flags.value_parent_indices())
        kept = np.asarray(flags.flatten()) == "methods_disagree"
        return self._like(self._table.take(rows[kept]))


def track(
    measurements: Measurements,
    catalogue: Catalogue | None = None,
    *,
    as_of: str | dt.date,
    targets: str | Iterable[str] | None = None,
    register: Register | None = None,
    method: str | Iterable[str] | None = None,
    basis: Basis = "in_force",
    level: float = 0.80,
    slack: float = 0.05,
    min_span: float = 1.0,
    trend_window: int = 6,
    min_verdict: int | None = None,
    across_breaks: bool = False,
    no_change_from: NoChange = "stated",
    grace_days: int = 0,
    stale: Stale = "flagged",
    sensitivity: bool = True,
    overrides: Iterable[Override] = (),
    native: Mapping[str, Mapping[str, object]] | None = None,
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
        How open targets are led on, one name or several; each gives a row of its own. The target's own method, else ``"linear"``,
        where None. Ours are ``"linear"`` (least squares on real time since the baseline), ``"robust"`` (Theil and Sen's slope),
        ``"compound"`` (steady growth, fitted to logarithms), ``"cagr"`` (the growth between baseline and latest value),
        ``"bounded"`` (a curve that stays within what the indicator can be) and ``"random_walk"``. Published ones are those of
        :func:`maalbib.stats.profiles`, such as ``"destatis"`` (the newest version) or ``"destatis/1"``.
    basis
        Which version of a revised target: ``"in_force"`` on the day, the ``"original"`` one, or ``"every"`` one decided by then.
    level
        Level of the projection's interval, between 0 and 1.
    slack
        Share of the planned change by which a projection may miss and still count as on track, from 0 to 1, for targets that do
        not say so themselves.
    min_span
        Least number of years between baseline and latest value for an open target, at least 0.
    trend_window
        How many of the latest values say whether the gap of a standing target closes, at least 2.
    min_verdict
        Fewest people behind a value that may be judged, for targets that do not say so themselves; None judges all. Older values
        of fewer people are set aside, and the row is flagged ``values_set_aside``.
    across_breaks
        Whether to compare values across declared breaks; the rows are flagged ``crosses_break``.
    no_change_from
        ``"stated"``: movement is no material change within the target's ``no_change``. ``"measured"``: at least within what the
        uncertainty of the first and the latest value makes of it, where they have limits.
    grace_days
        Days after which late figures are flagged as ``stale``, counted from when the indicator's next period should have come:
        its end plus ``publication_delay``. Indicators without a delay are never flagged.
    stale
        ``"flagged"``: late figures are judged, and flagged. ``"refused"``: they are not judged, for the reason ``too_old``.
    sensitivity
        Whether each value is left out in turn, to tell the verdicts that hang on one.
    overrides
        States set by hand, beside those of the catalogue. They are shown next to the computed state and never replace it.
    native
        Options of published methods, by method: ``{"statcan": {"base_year": 2010, "limit": 100}}``.

    Returns
    -------
    Tracking
        A row for each target, version judged, method, institution and breakdown, in this order. A target that nobody has data for
        gets one row.

    Raises
    ------
    ArgumentError
        If no catalogue is given or attached, or an option is out of range.
    UnknownCodeError
        If a target or a method is not known.

    Notes
    -----
    An open target is on track when the fitted line [1]_ reaches the region at the deadline within the slack, moving away when the
    fitted change over the window goes the wrong way by more than ``no_change``, unchanged within that band, and off track
    otherwise. Where another way than the straight one was agreed, the latest value is held against that way instead. The interval
    is that of a new observation; it and the probability hold only if the line goes on and the residuals are independent.

    A target on a derived series (:class:`DispersionAtMost`, :class:`GrowthRate`, :class:`RelativeToReference`) is judged by that
    series: values, gaps and paces are its own. Assurance holds the limits of an individuals chart of at least twelve comparable
    values against the region; :func:`control_charts` tells more.

    Cost grows with the number of values; all institutions of an indicator are one step, taken in blocks so that working memory
    stays small.

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
    setting = Setting.of(measurements, catalogue, register)
    options = Options(
        level=probability_argument("level", level),
        slack=between("slack", slack, 0, 1),
        min_span=at_least("min_span", min_span, 0),
        trend_window=int(at_least("trend_window", trend_window, 2)),
        min_verdict=as_least("min_verdict", min_verdict),
        across_breaks=as_flag("across_breaks", across_breaks),
        no_change_from=one_of("no_change_from", no_change_from, get_args(NoChange)),
        grace_days=int(at_least("grace_days", grace_days, 0)),
        stale=one_of("stale", stale, get_args(Stale)),
        sensitivity=as_flag("sensitivity", sensitivity),
    )
    wanted = chosen("target", setting.definitions.targets, targets)
    day = as_day("as_of", as_of)
    judging = Judging(
        setting=setting,
        day=day,
        options=options,
        binding=Binding(setting, day),
        methods=methods_of(method),
        basis=one_of("basis", basis, get_args(Basis)),
        overrides=(*setting.definitions.overrides, *overrides),
        native=native_of(native),
    )
    parts = judging.parts(wanted)
    found = labels_of(
        setting.catalogue,
        setting.register,
        indicators={target.indicator for target in wanted if target.indicator},
        institutions={code for part in parts for code in part.institutions} | _references(wanted),
    )
    pieces: Pieces = {}
    made = (Tracking.of_columns(part.columns, len(part.institutions), found, pieces) for part in parts)
    return Tracking.concat(made, found)


def _references(targets: Iterable[Target]) -> set[str]:
    """Return the institutions that targets hold others against: sentences name them."""
    found = {item.institution for item in targets if isinstance(item, RelativeToReference)}
    return {code for code in found if code is not None}
