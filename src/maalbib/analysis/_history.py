"""What would have been said of every target at each date, with what was known then."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Ints
from maalbib.analysis._assumed_vintages import Dated, dated
from maalbib.analysis._columns import WORDS
from maalbib.analysis._context import Setting, as_day, chosen
from maalbib.analysis._history_days import Dates, days_by_target
from maalbib.analysis._progress_row import Progress
from maalbib.analysis._result import Result
from maalbib.analysis._table_columns import cells_in, day_numbers, distinct_codes
from maalbib.analysis._track import Tracking, track
from maalbib.analysis._tracking_changes import TrackingChanges, changes_in
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    from maalbib.analysis._tracking_options import TrackOptions
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.register import Register

__all__ = ["TrackingHistory", "checked_delay", "tracking_history"]


class TrackingHistory(Result[Progress]):
    """What would have been said at each date; rows are :class:`Progress`, told apart by ``as_of`` besides the rest of the key.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> history = mb.tracking_history(reading, catalogue, targets="FS-READ-80", dates="SY", until="2021-12-31")
    >>> [(str(row.as_of), row.state, row.latest) for row in history.where(breakdown="grade=4")][-2:]
    [('2020-07-31', 'not_met', 62.0), ('2021-07-31', 'not_met', 71.0)]
    """

    ROW = Progress
    NAME = "tracking_history"

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The days on which something was judged, in order."""
        import pyarrow.compute as pc

        found: Any = pc.unique(self._table["as_of"])
        return tuple(sorted(found.to_pylist()))

    def at(self, as_of: str | dt.date) -> Tracking:
        """Return what was last said by a day: the rows of each target from its newest date until then.

        Parameters
        ----------
        as_of
            A date or its text.

        Notes
        -----
        Where the history holds every day on which something became known, that is what :func:`track` says on the day itself, but
        for the age of the figures and what is said of a target before it was decided.

        Examples
        --------
        >>> import maalbib as mb
        >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
        >>> mb.tracking_history(reading, catalogue, targets="FS-READ-80").at("2019-12-31").row(
        ...     breakdown="grade=4"
        ... ).latest_period
        '2018/19'
        """
        days = day_numbers(self._table, "as_of")
        target = distinct_codes(self._table, "target")
        open_until = (as_day("as_of", as_of) - dt.date(1970, 1, 1)).days
        newest = np.full(int(target.max(initial=-1)) + 1, np.iinfo(np.int64).min)
        told = days <= open_until
        np.maximum.at(newest, target[told], days[told])
        return Tracking(self._table.filter(pa.array(told & (days == newest[target]))).combine_chunks(), self._labels)

    def changes(self) -> TrackingChanges:
        """Return every change of a verdict from one date of a target to its next, and which inputs had changed.

        Examples
        --------
        >>> import maalbib as mb
        >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
        >>> changes = (
        ...     mb.tracking_history(reading, catalogue, targets="FS-READ-80").changes().where(breakdown="grade=8")
        ... )
        >>> [(change.from_reason, change.reason, change.causes) for change in changes][:1]
        [('standing_trend_unknown', 'standing_worsening', ('new_data',))]
        """
        return changes_in(self._table, _steps(self._table), self._labels)


def tracking_history(
    measurements: Measurements,
    catalogue: Catalogue | None = None,
    *,
    dates: Dates = None,
    since: str | dt.date | None = None,
    until: str | dt.date | None = None,
    targets: str | Iterable[str] | None = None,
    register: Register | None = None,
    publication_delay: int | None = 0,
    **options: Unpack[TrackOptions],
) -> TrackingHistory:
    """Judge every target at each date with the vintages, target versions, breaks and overrides known then.

    Parameters
    ----------
    measurements
        The values, with vintages where they have them.
    catalogue
        Indicators and targets; the one attached to the measurements where None.
    dates
        None: each target on every day on which something about it became known, see Notes. A frequency (``"A"``, ``"Q"``): the
        last day of each period. Or dates, or their texts; then every target is judged on all of them.
    since, until
        First and last day judged. Without ``until`` the last day is the last one on which something became known; with a frequency
        it is the end of that period.
    targets
        Ids of the targets to judge, all where None.
    register
        As for :func:`track`.
    publication_delay
        For rows without a vintage: how many days after the end of its period a value is taken as known, at least 0. It is
        recorded in ``params`` and the rows are flagged ``vintage_assumed``. None takes such rows as always known, as
        :func:`track` does; then only periods that have not begun are left out.
    **options
        The other options of :func:`track`, such as ``method`` and ``basis``.

    Returns
    -------
    TrackingHistory
        The rows of :func:`track` at each date, in the order of the dates.

    Raises
    ------
    ArgumentError
        If no catalogue is given or attached, or an option is out of range.
    UnknownCodeError
        If a target is not known.

    Notes
    -----
    What becomes known about a target: values of its indicator (by vintage, and not before their period begins), a version
    (``decided_on``), a withdrawal, a completed milestone, a break (``known_from``), an override and its end, a deadline that
    passes, a pause and its end, and a member that comes to or leaves the kind that it binds. Between two such days nothing that
    decides a verdict changes; only the age of the figures grows. That a day will come is not taken as known: a deadline after
    the last known day is not judged unless ``until`` asks for it. Before a target is decided nothing is said of it, unless
    dates are given.

    Values of today in the place of those known then make a history look better informed than it was: with assumed vintages
    every date sees the revised figures [1]_. Cost: with no dates given, each day costs a pass over the rows and the judging of the
    targets that the day concerns; with dates, the judging of all targets at each.

    References
    ----------
    .. [1] Croushore, D. and Stark, T. (2001). A real-time data set for macroeconomists. Journal of Econometrics 105, 111-130.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> history = mb.tracking_history(reading, catalogue, targets="FS-READ-80", publication_delay=60)
    >>> len(history.dates), str(history.dates[0]), history[0].flags
    (7, '2015-09-29', ('vintage_assumed',))
    """
    setting = Setting.of(measurements, catalogue, register)
    wanted = [target.id for target in chosen("target", setting.definitions.targets, targets)]
    found = dated(measurements, checked_delay(publication_delay))
    limits = [None if day is None else as_day(name, day) for name, day in (("since", since), ("until", until))]
    by_hand = tuple(options.get("overrides", ()))
    method = options.get("method")
    options["overrides"] = by_hand  # what can be gone through only once is needed at every date
    options["method"] = method if method is None or isinstance(method, str) else tuple(method)
    days = days_by_target(setting, found.measurements, wanted, dates, limits[0], limits[1], by_hand)
    parts = []
    for day in sorted({day for own in days.values() for day in own}):
        judged = [code for code in wanted if day in days[code]]
        parts.append(track(found.measurements, catalogue, as_of=day, targets=judged, register=register, **options))
    table = TrackingHistory.concat(TrackingHistory(part.to_arrow(), part.labels) for part in parts)
    return table if not found.assumed else _marked(table, found, publication_delay)


def checked_delay(value: object) -> int | None:
    """Return a number of days, at least 0, or None."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ArgumentError("argument.whole_number", argument="publication_delay", low=0)
    return value


def _marked(history: TrackingHistory, found: Dated, delay: int | None) -> TrackingHistory:
    """Flag the rows that rest on values whose day of publication is assumed, and record how."""
    table, labels = history._table, history.labels  # noqa: SLF001 - of this module
    names = ("indicator", "institution", "reason", "flags", "params")
    indicator, institution, reason, flags, params = (cells_in(table, name) for name in names)
    silent = {"no_data", "no_target"}
    marks = [
        (code, who) in found.assumed and why not in silent
        for code, who, why in zip(indicator, institution, reason, strict=True)
    ]
    told = {text: json.dumps(json.loads(text) | {"publication_delay": delay}, sort_keys=True) for text in set(params)}
    changed = {
        "flags": pa.array(
            [sorted((*own, "vintage_assumed")) if mark else own for own, mark in zip(flags, marks, strict=True)],
            WORDS,
        ),
        "params": pa.array([told[text] for text in params], pa.string()),
    }
    columns = [changed.get(name, table[name]) for name in table.column_names]
    return TrackingHistory(pa.table(columns, schema=TrackingHistory.schema()), labels)


def _steps(table: pa.Table) -> Ints:
    """Return the running number of each row's date among those of its target."""
    target, days = distinct_codes(table, "target"), day_numbers(table, "as_of")
    judged, place = np.unique(np.stack([target, days], axis=1), axis=0, return_inverse=True)
    first = np.searchsorted(judged[:, 0], np.arange(int(target.max(initial=-1)) + 1))
    places: Ints = place.reshape(-1)
    return places - first[target]
