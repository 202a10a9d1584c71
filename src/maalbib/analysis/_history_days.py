"""On which days something became known that may change what is said of a target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from maalbib.analysis._assumed_vintages import days_of_data
from maalbib.analysis._context import as_day
from maalbib.errors import ArgumentError, UnknownCodeError
from maalbib.model import DatedTarget, Frequency, Milestone, Period, Target

if TYPE_CHECKING:
    from maalbib.analysis._context import Setting
    from maalbib.measurements import Measurements
    from maalbib.model import Override

__all__ = ["Dates", "days_by_target", "last_known"]

Dates: TypeAlias = str | dt.date | Iterable[str | dt.date] | None

_DAY: Final = dt.timedelta(days=1)


def days_by_target(
    setting: Setting,
    measurements: Measurements,
    targets: Sequence[str],
    dates: Dates,
    since: dt.date | None,
    until: dt.date | None,
    overrides: Sequence[Override] = (),
) -> dict[str, tuple[dt.date, ...]]:
    """Return for each target the days on which it is judged, ascending.

    Where no dates are asked for those are the target's own: its data, versions, breaks, deadlines and decisions. Otherwise all
    targets are judged on the same ones.
    """
    data = days_of_data(measurements)
    if dates is not None and not isinstance(dates, str):
        asked = [dates] if isinstance(dates, dt.date) else list(dates)
        common = tuple(sorted({as_day("dates", day) for day in asked}))
        return dict.fromkeys(targets, _within(common, since, until))
    own = {code: _own_days(setting, code, data, overrides) for code in targets}
    happened = [day for found, _ in own.values() for day in found]
    last = until if until is not None else max(happened, default=None)
    if last is None:
        return {code: _named(dates) for code in targets}
    if isinstance(dates, str):
        asked_for = _ends(dates, min(happened, default=last), last, open_end=until is None)
        return dict.fromkeys(targets, _within(asked_for, since, until))
    return {code: _within(sorted(found | expected), since, last) for code, (found, expected) in own.items()}


def last_known(setting: Setting, measurements: Measurements, targets: Sequence[str]) -> dt.date | None:
    """Return the last day on which something became known of some targets, None where nothing did."""
    data = days_of_data(measurements)
    return max((day for code in targets for day in _own_days(setting, code, data, ())[0]), default=None)


def _own_days(
    setting: Setting, code: str, data: Mapping[str, Sequence[dt.date]], overrides: Sequence[Override]
) -> tuple[set[dt.date], set[dt.date]]:
    """Return the days on which something happened, and those that were to come: deadlines, pauses, members.

    Nothing is said of a target before it is decided.
    """
    versions = setting.definitions.targets.versions(code)
    happened = {day for target in versions for day in data.get(target.indicator, ())}
    happened |= {day for target in versions for day in _decided(target)}
    for indicator in {target.indicator for target in versions}:
        known = setting.indicator(indicator)
        breaks = () if known is None else known.breaks
        happened |= {item.known_from for item in breaks if item.known_from is not None}
    expected = {day for target in versions for day in (*_expected(target), *_membership(setting, target))}
    for item in (*setting.definitions.overrides, *overrides):
        if item.target == code:
            happened.add(item.decided_on)
            expected |= set() if item.until is None else {item.until}
    first = min((target.decided_on or dt.date.min for target in versions), default=dt.date.min)
    return {day for day in happened if day >= first}, {day for day in expected if day >= first}


def _decided(target: Target) -> Iterator[dt.date]:
    done_on = target.done_on if isinstance(target, Milestone) else None
    yield from (day for day in (target.decided_on, target.withdrawn_on, done_on) if day is not None)


def _expected(target: Target) -> Iterator[dt.date]:
    if isinstance(target, DatedTarget) and target.due is not None:
        yield target.due.end + _DAY
    if isinstance(target, Milestone):
        yield target.due + _DAY
    for pause in target.suspensions:
        yield pause.start
        if pause.end is not None:
            yield pause.end


def _membership(setting: Setting, target: Target) -> Iterator[dt.date]:
    """Yield the days on which the members of a kind change."""
    if target.scope is None or target.scope.kind is None:
        return
    if setting.register is not None:
        entries: Iterable[object] = setting.register.members(target.scope)
    else:
        entries = [item for item in setting.definitions.institutions.values() if item.kind is target.scope.kind]
    for entry in entries:
        start, end = getattr(entry, "valid_from", None), getattr(entry, "valid_to", None)
        yield from (day for day in (start, end) if day is not None)


def _named(dates: str | None) -> tuple[dt.date, ...]:
    """Return the one day that a text names; none for a frequency."""
    found = None if dates is None else _frequency(dates)
    return (found,) if isinstance(found, dt.date) else ()


def _ends(text: str, first: dt.date, last: dt.date, *, open_end: bool) -> tuple[dt.date, ...]:
    """Return the last days of the periods from one day to another; with an open end that of the last period as well."""
    freq = _frequency(text)
    if isinstance(freq, dt.date):
        return (freq,)
    ends = [period.end for period in Period.range(Period.of(first, freq), Period.of(last, freq))]
    return tuple(day for day in ends if open_end or day <= last)


def _frequency(text: str) -> Frequency | dt.date:
    """Read the code or word of a frequency, or a single day."""
    try:
        return Frequency.parse(text)
    except UnknownCodeError:
        pass
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentError("history.dates", dates=text) from None


def _within(days: Iterable[dt.date], since: dt.date | None, until: dt.date | None) -> tuple[dt.date, ...]:
    return tuple(day for day in days if (since is None or day >= since) and (until is None or day <= until))
