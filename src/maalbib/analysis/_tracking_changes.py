"""What changed from one evaluation to the next, and which inputs were others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis._arrays import Ints
from maalbib.analysis._change_causes import causes_of
from maalbib.analysis._change_row import CHANGE_VERDICT, TrackingChange
from maalbib.analysis._labels import Labels
from maalbib.analysis._progress_row import Progress
from maalbib.analysis._result import Result
from maalbib.analysis._row import column_names
from maalbib.analysis._secrecy import CONFIDENTIAL
from maalbib.analysis._table_columns import cells_in, distinct_codes, row_keys
from maalbib.errors import ArgumentError

if TYPE_CHECKING:
    import datetime as dt

    from maalbib.analysis._track import Tracking

__all__ = ["TrackingChanges", "changes_in", "tracking_changes"]

_RANKS: Final = {"not_met": 0, "moving_away": 1, "unchanged": 2, "off_track": 3, "on_track": 4, "met": 5}
_SERIES: Final = ("target", "institution", "breakdown")
# What tells the rows of one date apart: as little as will do, so that another version or method is a change, not another row.
_KEYS: Final = (_SERIES, (*_SERIES, "name"), (*_SERIES, "version", "name"), (*_SERIES, "version", "method"))


class TrackingChanges(Result[TrackingChange]):
    """The status log: every change of a verdict; rows are :class:`TrackingChange`.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> changes = mb.tracking_history(reading, catalogue, targets="FS-READ-80").changes()
    >>> changes[0].reason, changes[0].causes, changes.counts()
    ('standing_unchanged', ('new_data',), {'not_met': 16})
    """

    ROW = TrackingChange
    NAME = "tracking_changes"

    def _withheld(self) -> dict[str, Any]:
        return super()._withheld() | CHANGE_VERDICT


def tracking_changes(before: Tracking, after: Tracking) -> TrackingChanges:
    """Return every verdict that is another in a later evaluation, and which inputs were others.

    Parameters
    ----------
    before, after
        Two evaluations: of two days, or of one day with other data, targets, methods or options.

    Returns
    -------
    TrackingChanges
        A row for each target, institution, breakdown and method whose state, reason or override is another, or that is in one of
        the two only.

    Raises
    ------
    ArgumentError
        If an evaluation holds several rows that differ in nothing but their date.

    Notes
    -----
    The inputs are compared as the rows show them: method and parameters, version and content of the target, breaks, latest
    value and baseline, the deadline against the days, and overrides. Where none of those differs and the figures do, an earlier
    value was revised. Several inputs may differ at once; all are listed, and none is said to be the one that mattered. Rows of
    a target that nobody has data for name no institution and are left out. Cost: a sort of the rows, and work for each change.

    Examples
    --------
    >>> import maalbib as mb
    >>> reading, catalogue = mb.Measurements.example("reading"), mb.Catalogue.load("folkeskolen")
    >>> one, other = (
    ...     mb.track(reading, catalogue, as_of=f"{year}-12-31", targets="FS-READ-80") for year in (2019, 2021)
    ... )
    >>> [(row.breakdown, row.from_state, row.state, row.causes) for row in mb.tracking_changes(one, other)][:1]
    [('grade=2', 'not_met', 'not_met', ('new_data',))]
    """
    tables = [before.to_arrow(), after.to_arrow()]
    steps = np.repeat(np.array([0, 1], dtype=np.int64), [len(before), len(after)])
    table = pa.concat_tables([each.replace_schema_metadata(None) for each in tables]).combine_chunks()
    return changes_in(table, steps, Labels.merged([after.labels, before.labels]))


class _Verdicts(Result[Progress]):
    """Rows of either side."""

    ROW = Progress


@attrs.frozen(kw_only=True)
class _Pair:
    """Two rows of one key at neighbouring steps, -1 where there is none, and the rows that tell the two days."""

    before: int
    after: int
    day_before: int
    day_after: int


def changes_in(table: pa.Table, steps: Ints, labels: Labels) -> TrackingChanges:
    """Return the changes among rows of which each has the running number of its evaluation of the target."""
    pairs = list(_pairs(table, steps))
    rows = sorted({place for pair in pairs for place in (pair.before, pair.after) if place >= 0})
    found = dict(zip(rows, _Verdicts(table.take(pa.array(rows, pa.int64())), labels), strict=True))
    days: list[dt.date] = cells_in(table, "as_of")
    order = sorted(pairs, key=lambda pair: (days[pair.day_after], max(pair.before, pair.after)))
    cells = [
        _cells(found.get(pair.before), found.get(pair.after), days[pair.day_before], days[pair.day_after])
        for pair in order
    ]
    columns = {name: [row[name] for row in cells] for name in column_names(TrackingChange)}
    return TrackingChanges.of_columns(columns, len(cells), labels)


def _pairs(table: pa.Table, steps: Ints) -> Iterator[_Pair]:
    """Yield what differs: a verdict that is another, a row that is new, a row that is gone."""
    target = distinct_codes(table, "target")
    named = _named(table)
    last = np.full(int(target.max(initial=-1)) + 1, -1, dtype=np.int64)
    np.maximum.at(last, target, steps)
    told = _told(target, steps)  # some row of each target and step, for its day
    kept = np.flatnonzero(named)
    key = _key(table, steps, kept)
    order = kept[np.lexsort((steps[kept], key[kept]))]
    verdicts = [distinct_codes(table, name) for name in ("state", "reason", "override_state", "override_on")]
    same = np.logical_and.reduce([codes[order[1:]] == codes[order[:-1]] for codes in verdicts])
    joined = (key[order[1:]] == key[order[:-1]]) & (steps[order[1:]] == steps[order[:-1]] + 1)
    for place in np.flatnonzero(joined & ~same).tolist():
        one, other = int(order[place]), int(order[place + 1])
        yield _Pair(before=one, after=other, day_before=one, day_after=other)
    begins, ends = np.ones(len(order), dtype=bool), np.ones(len(order), dtype=bool)
    begins[1:], ends[:-1] = ~joined, ~joined
    come: list[int] = order[begins & (steps[order] > 0)].tolist()
    gone: list[int] = order[ends & (steps[order] < last[target[order]])].tolist()
    for row in come:
        before = told.get((int(target[row]), int(steps[row]) - 1), row)
        yield _Pair(before=-1, after=row, day_before=before, day_after=row)
    for row in gone:
        after = told.get((int(target[row]), int(steps[row]) + 1), row)
        yield _Pair(before=row, after=-1, day_before=row, day_after=after)


def _told(target: Ints, steps: Ints) -> dict[tuple[int, int], int]:
    pairs, rows = np.unique(np.stack([target, steps], axis=1), axis=0, return_index=True)
    return {(one, step): row for (one, step), row in zip(pairs.tolist(), rows.tolist(), strict=True)}


def _key(table: pa.Table, steps: Ints, kept: Ints) -> Ints:
    """Return a number for each row that is the same for rows of one thing at different steps."""
    columns = {name: distinct_codes(table, name) for name in (*_SERIES, "version", "method")}
    names = [text.partition("/")[0] for text in cells_in(table, "method")]
    columns["name"] = np.array([*map(sorted(set(names)).index, names)], dtype=np.int64)
    for wanted in _KEYS:
        key = row_keys([columns[name] for name in wanted], len(steps))
        if len(np.unique(row_keys([key[kept], steps[kept]], len(kept)))) == len(kept):
            return key
    raise ArgumentError("changes.several_rows")


def _named(table: pa.Table) -> Any:
    """Return which rows are of somebody; a milestone without an indicator is everybody's where it names no institution."""
    import pyarrow.compute as pc

    somebody = pc.or_(pc.not_equal(table["institution"], pa.scalar("")), pc.equal(table["indicator"], pa.scalar("")))
    return np.asarray(somebody.to_numpy(zero_copy_only=False), dtype=bool)


def _cells(
    before: Progress | None, after: Progress | None, day_before: dt.date, day_after: dt.date
) -> dict[str, Any]:
    """Return the cells of one change."""
    some = after or before
    if some is None:
        raise ArgumentError("changes.several_rows")
    same = {
        name: getattr(some, name)
        for name in ("target", "goal", "indicator", "institution", "breakdown", "method", "series")
    }
    return {
        **same,
        "from_as_of": day_before,
        "as_of": day_after,
        "from_state": before and before.state,
        "from_reason": before and before.reason,
        "state": "not_measurable" if after is None else after.state,
        "reason": "no_longer_judged" if after is None else after.reason,
        "flags": [] if after is None else list(after.flags),
        "causes": list(causes_of(before, after)),
        **_side(before, "from_"),
        **_side(after, ""),
        "baseline_period": some.baseline_period,
        "ranks": _ranks(before, after),
        "override_role": after and after.override_role,
        "from_method": before and before.method,
        "hidden": _graver(*(row.hidden for row in (before, after) if row is not None)),
    }


def _side(row: Progress | None, prefix: str) -> dict[str, Any]:
    names = {
        "version": "version",
        "due": "due",
        "target_value": "target_value",
        "period": "latest_period",
        "value": "latest",
        "baseline": "baseline",
        "override_state": "override_state",
    }
    return {f"{prefix}{name}": None if row is None else getattr(row, field) for name, field in names.items()}


def _ranks(before: Progress | None, after: Progress | None) -> int | None:
    if before is None or after is None or not {before.state, after.state} <= set(_RANKS):
        return None
    return _RANKS[after.state] - _RANKS[before.state]


def _graver(*reasons: str | None) -> str | None:
    known = [reason for reason in reasons if reason]
    return CONFIDENTIAL if CONFIDENTIAL in known else known[0] if known else None
