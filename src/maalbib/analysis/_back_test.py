"""How often the calls made in earlier years came true."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Literal, Self, Unpack, get_args

import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Bools, Ints, Words
from maalbib.analysis._assumed_vintages import dated
from maalbib.analysis._back_test_rows import CALL_VERDICT, BackTestCall, BackTestRow
from maalbib.analysis._back_test_tally import By, Called, tallied
from maalbib.analysis._change_causes import period_end
from maalbib.analysis._context import Setting, as_day, chosen, probability_argument
from maalbib.analysis._history import TrackingHistory, checked_delay, tracking_history
from maalbib.analysis._history_days import Dates, last_known
from maalbib.analysis._labels import NO_LABELS, Labels
from maalbib.analysis._result import Result
from maalbib.analysis._secrecy import CONFIDENTIAL, SMALL_N
from maalbib.analysis._table_columns import cells_in, distinct_codes, row_keys, words_in
from maalbib.analysis._track import Tracking, track
from maalbib.analysis._tracking_options import TrackOptions
from maalbib.errors import ArgumentError
from maalbib.model import Period

if TYPE_CHECKING:
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements
    from maalbib.register import Register

__all__ = ["BackTest", "BackTestCalls", "back_test"]

Outcome = Literal["at_due", "by_now"]

_KEY: Final = ("target", "version", "institution", "breakdown")
_SETTLED: Final = {"at_due": "met", "due_passed": "not_met", "reached_late": "not_met"}


class BackTestCalls(Result[BackTestCall]):
    """Every call before a deadline, with what became of it; rows are :class:`BackTestCall`.

    Examples
    --------
    >>> import maalbib as mb
    >>> len(mb.back_test(mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")).calls)
    0
    """

    ROW = BackTestCall
    NAME = "back_test_calls"

    def _withheld(self) -> dict[str, Any]:
        return super()._withheld() | CALL_VERDICT

    def tally(self, by: By = "state", *, by_lead: bool = False, confidence: float = 0.95) -> BackTest:
        """Count how often each kind of call came true.

        Parameters
        ----------
        by
            ``"state"``, ``"verdict"`` (the words of a published method) or ``"probability"`` (ten classes of the stated one).
        by_lead
            Whether the calls of each kind are also counted by whole years before the deadline.
        confidence
            Coverage of the intervals, between 0 and 1.

        Returns
        -------
        BackTest
            For each method a row for all calls, one for each kind, and one for what was no call.

        Raises
        ------
        ArgumentError
            If an option is out of range.
        """
        if by not in get_args(By):
            raise ArgumentError.choice("by", get_args(By))
        confidence = probability_argument("confidence", confidence)
        params = json.dumps({"by": by, "by_lead": by_lead, "confidence": confidence}, sort_keys=True)
        rows = []
        methods = words_in(self._table, "method")
        for method in dict.fromkeys(methods.tolist()):
            own = BackTestCalls(self._table.filter(pa.array(methods == method)), self._labels)
            assumed = any("vintage_assumed" in flags for flags in cells_in(own._table, "flags"))
            for cells in tallied(own._called(by), by, by_lead=by_lead, confidence=confidence):
                cells["flags"] = sorted([*cells["flags"], *(["vintage_assumed"] if assumed else [])])
                rows.append(cells | {"method": method, "by": by, "confidence": confidence, "params": params})
        columns = {name: [row[name] for row in rows] for name in BackTest.schema().names}
        return BackTest(BackTest.of_columns(columns, len(rows), self._labels).to_arrow(), self._labels, self)

    def _called(self, by: By) -> Called:
        call = words_in(self._table, "state")
        if by == "verdict":
            verdict = words_in(self._table, "verdict")
            call = np.where((call == "not_measurable") | (verdict == None), call, verdict)  # noqa: E711 - elementwise
        probability: Any = self._table["probability"].combine_chunks()
        lead: Any = self._table["lead"].combine_chunks()
        return Called(
            call=call,
            outcome=words_in(self._table, "outcome"),
            probability=np.asarray(probability.to_numpy(zero_copy_only=False), dtype=np.float64),
            lead=np.asarray(lead.to_numpy(zero_copy_only=False), dtype=np.int64),
            pair=_keys(self._table),
            secret=np.asarray(words_in(self._table, "hidden") == CONFIDENTIAL, dtype=bool),
        )


class BackTest(Result[BackTestRow]):
    """How often calls came true; rows are :class:`BackTestRow`.

    The calls behind the numbers are :attr:`calls`, a result of its own; tables and JSON hold the numbers alone.

    Parameters
    ----------
    table
        The rows, with the columns of :meth:`schema`.
    labels
        Names, units and decimals for the sentences.
    calls
        The calls; None where the numbers come from a table or JSON.

    Examples
    --------
    >>> import maalbib as mb
    >>> mb.back_test(mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")).counts()
    {}
    """

    ROW = BackTestRow
    NAME = "back_test"
    __slots__ = ("_calls",)

    def __init__(self, table: pa.Table, labels: Labels = NO_LABELS, calls: BackTestCalls | None = None) -> None:
        super().__init__(table, labels)
        self._calls = calls

    @property
    def calls(self) -> BackTestCalls:
        """Every call with its outcome, also those that are not settled.

        Raises
        ------
        ArgumentError
            If the numbers were read from a table or JSON, which hold no calls.
        """
        if self._calls is None:
            raise ArgumentError("back_test.no_calls")
        return self._calls

    def public(self) -> Self:
        """Return the numbers as they may be shown, see :meth:`Result.public`; where some are hidden, without the calls."""
        shown = super().public()
        return shown if shown is self else shown._beside(None)  # noqa: SLF001 - of this class

    def _like(self, table: pa.Table) -> Self:
        return self._made(table, self._calls)

    def _beside(self, calls: BackTestCalls | None) -> Self:
        return self._made(self._table, calls)

    def _made(self, table: pa.Table, calls: BackTestCalls | None) -> Self:
        return type(self)(table, self._labels, calls)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._table, self._labels, self._calls)


def back_test(
    measurements: Measurements,
    catalogue: Catalogue | None = None,
    *,
    as_of: str | dt.date | None = None,
    dates: Dates = "A",
    targets: str | Iterable[str] | None = None,
    outcome: Outcome = "at_due",
    by: By = "state",
    by_lead: bool = False,
    confidence: float = 0.95,
    register: Register | None = None,
    publication_delay: int | None = 0,
    **options: Unpack[TrackOptions],
) -> BackTest:
    """Count how often what was said of dated targets before their deadlines came true.

    Parameters
    ----------
    measurements
        The values, with vintages where they have them.
    catalogue
        Indicators and targets; the one attached to the measurements where None.
    as_of
        The day whose knowledge settles the outcomes; where None the last day on which something became known.
    dates
        When calls are made, as for :func:`tracking_history`: at the end of each year unless said otherwise. None is every day on which
        something became known.
    targets
        Ids of the targets, all where None. Only those with a deadline have calls.
    outcome
        ``"at_due"``: a target that was reached after its deadline did not come true. ``"by_now"``: it did.
    by, by_lead, confidence
        How the calls are sorted and counted, see :meth:`BackTestCalls.tally`.
    register
        As for :func:`track`.
    publication_delay
        As for :func:`tracking_history`.
    **options
        The other options of :func:`track`, for the calls. Outcomes are decided by the target region at the deadline, whatever the
        method.

    Returns
    -------
    BackTest
        How often each kind of call came true. :attr:`BackTest.calls` lists every call, the unsettled ones too.

    Raises
    ------
    ArgumentError
        If no catalogue is given or attached, or an option is out of range.
    UnknownCodeError
        If a target is not known.

    Notes
    -----
    ``came_true`` counts targets that were met, whatever was called: of calls "on track" many should be, of calls "moving away" few. A
    call is held against the version of the target that it was about, so that a deadline that was moved does not rescue it. A
    call is made as long as the deadline has not passed and its value is not known.

    Calls about one target in several years share most of their data and all of their outcome. The Wilson interval [1]_ takes them as
    independent and is too narrow then; ``cautious_lower`` and ``cautious_upper`` count each target and series once. The Brier
    score [2]_ judges stated probabilities. Where vintages are assumed, the calls are made from figures as they are today: a
    pseudo real-time test. Cost: that of the history, and a sort of the calls.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
       Statistical Association 22, 209-212.
    .. [2] Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly Weather Review 78, 1-3.

    Examples
    --------
    >>> import pandas as pd
    >>> import maalbib as mb
    >>> years = [str(year) for year in range(2015, 2021)]
    >>> rows = [("0101", years, [60.0, 62, 64, 66, 68, 70]), ("0147", years, [60.0, 61, 62, 61, 62, 61])]
    >>> frame = pd.DataFrame(rows, columns=["institution", "period", "value"]).explode(["period", "value"])
    >>> good = mb.Indicator(id="good", name=mb.Text(da="Gode", en="Good"), unit="percent", direction="higher")
    >>> target = mb.AtLeast(id="T", indicator="good", value=70, due="2020", baseline=mb.Baseline(period="2015"))
    >>> own = mb.Catalogue(id="EKSEMPEL", agency="KL", version="1.0.0", indicators=[good], targets=[target])
    >>> ms = mb.Measurements.from_pandas(frame.assign(indicator="good", value=frame.value.astype(float)))
    >>> found = mb.back_test(ms, own)
    >>> [(row.call, row.n, row.came_true, row.pairs) for row in found]
    [('all', 8, 4, 2), ('on_track', 4, 4, 1), ('off_track', 4, 0, 1), ('not_measurable', 2, None, 2)]
    """
    if outcome not in get_args(Outcome):
        raise ArgumentError.choice("outcome", get_args(Outcome))
    setting = Setting.of(measurements, catalogue, register)
    wanted = [target.id for target in chosen("target", setting.definitions.targets, targets)]
    known = dated(measurements, checked_delay(publication_delay)).measurements
    day = last_known(setting, known, wanted) if as_of is None else as_day("as_of", as_of)
    if day is None:
        return BackTestCalls.concat([]).tally(by, by_lead=by_lead, confidence=confidence)
    said = tracking_history(
        measurements,
        catalogue,
        dates=dates,
        until=day,
        targets=wanted,
        register=register,
        publication_delay=publication_delay,
        **options,
    )
    settling: TrackOptions = {**options, "method": "linear", "basis": "every", "sensitivity": False, "overrides": ()}
    became = track(known, catalogue, as_of=day, targets=wanted, register=register, **settling)
    return _calls(said, became, outcome).tally(by, by_lead=by_lead, confidence=confidence)


def _calls(said: TrackingHistory, became: Tracking, outcome: Outcome) -> BackTestCalls:
    """Return the calls that were made while the deadline was open, each beside the outcome of its own version."""
    table, final = said.to_arrow(), became.to_arrow()
    keys = _keys(pa.concat_tables([part.select(_KEY).replace_schema_metadata(None) for part in (table, final)]))
    own, other = keys[: len(said)], keys[len(said) :]
    place = np.full(int(keys.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[other] = np.arange(len(other))
    lead = _leads(table)
    silent = np.isin(words_in(table, "reason"), [*_SETTLED, "no_target"])
    kept = np.flatnonzero((lead >= 0) & ~silent & ~_value_at_due(table))
    said_then: Any = table.take(pa.array(kept, pa.int64()))
    became_of = {name: values[place[own[kept]]] for name, values in _outcomes(final, outcome).items()}
    columns: dict[str, Any] = {
        name: said_then[name].combine_chunks() for name in BackTestCalls.schema().names if name in table.column_names
    }
    columns |= {"lead": lead[kept], **{name: list(values) for name, values in became_of.items()}}
    hidden = zip(cells_in(said_then, "hidden"), became_of["hidden"], strict=True)
    columns["hidden"] = [_graver(*both) for both in hidden]
    return BackTestCalls.of_columns(columns, len(kept), said.labels)


def _outcomes(final: pa.Table, outcome: Outcome) -> dict[str, Words]:
    """Return what became of each target and series; the last entry is for those that are judged no longer."""
    state, reason, value = (words_in(final, name) for name in ("state", "reason", "latest"))
    words = _SETTLED | ({"reached_late": "met"} if outcome == "by_now" else {})
    settled = [words.get(text) for text in reason]
    still_open = (state != "not_measurable") | (reason == "due_value_pending")
    otherwise = ["unfinished" if yes else "not_measurable" for yes in still_open]
    known = [word or other for word, other in zip(settled, otherwise, strict=True)]
    at_due = [number if word else None for word, number in zip(settled, value, strict=True)]
    return {
        "outcome": np.array([*known, "not_measurable"], dtype=object),
        "outcome_reason": np.array([*reason, "no_longer_judged"], dtype=object),
        "outcome_value": np.array([*at_due, None], dtype=object),
        "hidden": np.array([*words_in(final, "hidden"), None], dtype=object),
    }


def _value_at_due(table: pa.Table) -> Bools:
    """Return where the value at the deadline, or a later one, was known already: what is said then is no forecast."""
    pairs = list(zip(cells_in(table, "latest_period"), cells_in(table, "due"), strict=True))
    known = {
        (latest, due): Period.parse(latest).end >= period_end(due)
        for latest, due in set(pairs)
        if latest is not None and due is not None
    }
    return np.array([known.get(pair, False) for pair in pairs], dtype=bool)


def _leads(table: pa.Table) -> Ints:
    """Return the whole years from each call to its deadline, -1 where there is none or it has passed."""
    due, days = words_in(table, "due"), cells_in(table, "as_of")
    milestone = words_in(table, "kind") == "milestone"
    ends = {text: period_end(text) for text in set(due.tolist()) if text is not None}
    found = [
        -1 if none or text is None else _whole_years(day, ends[text])
        for text, day, none in zip(due, days, milestone, strict=True)
    ]
    return np.array(found, dtype=np.int64)


def _whole_years(day: dt.date, end: dt.date) -> int:
    """Return the whole years from one day to another, -1 where it lies before."""
    return max(-1, end.year - day.year - ((end.month, end.day) < (day.month, day.day)))


def _keys(table: pa.Table) -> Ints:
    """Return a number for each target, version and series."""
    return row_keys([distinct_codes(table, name) for name in _KEY], table.num_rows)


def _graver(*reasons: str | None) -> str | None:
    return next((reason for reason in (CONFIDENTIAL, SMALL_N) if reason in reasons), None)
