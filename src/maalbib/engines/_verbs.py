"""The verbs as kernels: the same judgements as in memory, an indicator at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
import pyarrow as pa

from maalbib.analysis import Comparison, PeerSets, Tracking, Trends, compare_peers, detect_trends, track
from maalbib.engines._columns import codes_column
from maalbib.engines._kernel import Kernel
from maalbib.measurements import Measurements
from maalbib.measurements._intake import OnProblem
from maalbib.measurements._schema import MEASUREMENTS, REQUIRED, schema_of
from maalbib.model import PeerDefinition, PeerGroup, Period

if TYPE_CHECKING:
    from maalbib.analysis._result import Result
    from maalbib.analysis._tracking_options import Basis, NoChange, Stale
    from maalbib.catalogue import Catalogue
    from maalbib.model import Override, ReadingRule
    from maalbib.register import Register

__all__ = ["COMPARISON", "TRACKING", "TRENDS", "VerbParams", "comparison", "names_of", "tracking"]


@attrs.frozen(kw_only=True, eq=False)
class VerbParams:
    """What a verb needs besides the rows.

    Attributes
    ----------
    catalogue, register
        Definitions and institutions, which the rows are checked against.
    breakdowns
        Names of the breakdown columns; those of data and catalogue where None.
    on_problem
        As in :meth:`Measurements.read`.
    options
        What else the verb is asked.
    """

    catalogue: Catalogue | None = None
    register: Register | None = None
    breakdowns: tuple[str, ...] | None = None
    on_problem: OnProblem = "raise"
    options: dict[str, Any] = attrs.field(factory=dict)

    def measurements(self, table: pa.Table) -> Measurements:
        """Return the rows of a table, checked."""
        return Measurements.from_arrow(
            table,
            catalogue=self.catalogue,
            register=self.register,
            breakdowns=self.breakdowns,
            on_problem=self.on_problem,
        )

    def asking(self, **more: Any) -> dict[str, Any]:
        """Return the options with some replaced."""
        return self.options | more

    @property
    def nothing(self) -> Measurements:
        """No rows at all."""
        return self.measurements(schema_of(self.breakdowns or (), ()).empty_table())


def _optional(params: VerbParams | None, declared: Collection[str]) -> frozenset[str]:
    names = {*MEASUREMENTS.names, *declared}
    if params is not None:
        names |= {*(params.breakdowns or ())}
        if params.catalogue is not None:
            names |= {name for indicator in params.catalogue.indicators.values() for name in indicator.dimensions}
    return frozenset(names)


def _by_indicator(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows of each indicator, in the order of their ids; those without one first."""
    codes = codes_column(table, "indicator").take(None)
    if len(codes.texts) == 1 and (len(codes.codes) == 0 or codes.codes.min() >= 0):
        yield codes.texts[0], table
        return
    order = np.argsort(codes.codes, kind="stable")
    ends = np.searchsorted(codes.codes[order], np.arange(len(codes.texts)))
    for place, rows in enumerate(np.split(order, ends), start=-1):
        if len(rows):
            yield "" if place < 0 else codes.texts[place], table.take(rows)


def _joined(kind: type[Result[Any]], results: Iterable[Result[Any]]) -> pa.Table:
    tables = [result.to_arrow().replace_schema_metadata(None) for result in results]
    return pa.concat_tables([kind.schema().empty_table(), *tables]).combine_chunks()


def _track(table: pa.Table, params: VerbParams) -> pa.Table:
    results = []
    for code, rows in _by_indicator(table):
        measurements, targets = params.measurements(rows), _targets(params, {code})
        if targets:
            results.append(track(measurements, **params.asking(targets=targets)))
    return _joined(Tracking, results)


def _targets(params: VerbParams, indicators: Collection[str]) -> list[str]:
    """Return those of the wanted targets that aim at some indicators."""
    known = {} if params.catalogue is None else params.catalogue.targets
    wanted = params.options.get("targets")
    chosen = known if wanted is None else dict.fromkeys(wanted)
    return [target for target in chosen if known[target].indicator in indicators]


def _track_silent(seen: frozenset[str], params: VerbParams) -> pa.Table:
    """Return the rows of targets that nobody has data for."""
    known = {} if params.catalogue is None else params.catalogue.indicators
    targets = _targets(params, {*known, ""} - seen)  # a milestone may have no indicator
    found = [track(params.nothing, **params.asking(targets=targets))] if targets else []
    return _joined(Tracking, found)


def _trends(table: pa.Table, params: VerbParams | None) -> pa.Table:
    given = params or VerbParams()
    parts = (given.measurements(rows) for _, rows in _by_indicator(table))
    return _joined(Trends, [detect_trends(part, **given.options) for part in parts])


def _compare(table: pa.Table, params: VerbParams) -> pa.Table:
    parts = (params.measurements(rows) for _, rows in _by_indicator(table))
    return _joined(Comparison, [compare_peers(part, **params.options) for part in parts])


def _tracking_schema(_params: Any) -> pa.Schema:
    return Tracking.schema()


def _trends_schema(_params: Any) -> pa.Schema:
    return Trends.schema()


def _comparison_schema(_params: Any) -> pa.Schema:
    return Comparison.schema()


def _kernel(name: str, function: Callable[[pa.Table, Any], pa.Table], schema: Callable[[Any], pa.Schema]) -> Kernel:
    return Kernel(
        name=name,
        function=function,
        output_schema=schema,
        groups=("indicator",),
        required=REQUIRED,
        optional=_optional,
    )


TRACKING: Final = attrs.evolve(_kernel("tracking", _track, _tracking_schema), closing=_track_silent)
TRENDS: Final = attrs.evolve(_kernel("trends", _trends, _trends_schema), cost="quadratic")
COMPARISON: Final = _kernel("comparison", _compare, _comparison_schema)


def tracking(
    catalogue: Catalogue,
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
    breakdowns: Iterable[str] | None = None,
    on_problem: OnProblem = "raise",
) -> Kernel:
    """Return :func:`maalbib.track` as a kernel.

    Parameters
    ----------
    catalogue
        Indicators and targets, which the rows are checked against as well.
    as_of, targets, register, method, basis, level, slack, min_span, trend_window, min_verdict, across_breaks
        As in :func:`maalbib.track`.
    no_change_from, grace_days, stale, sensitivity, overrides, native
        As in :func:`maalbib.track`.
    breakdowns, on_problem
        As in :meth:`Measurements.read`. Rows in problems count within the indicator.

    Returns
    -------
    Kernel
        Its result has the columns of ``maalbib.schemas.TRACKING``: a row for each target, institution and breakdown, by indicator.
        Targets of indicators without a row come last.

    Raises
    ------
    ArgumentError
        If an option is out of range.
    UnknownCodeError
        If a target is not known.

    Notes
    -----
    Each indicator is checked by itself, so that a sum is not held against its parts; :meth:`Measurements.read` does that.

    Examples
    --------
    >>> import maalbib as mb
    >>> from maalbib import engines
    >>> kernel = engines.tracking(mb.Catalogue.load("folkeskolen"), as_of="2021-12-31", targets="FS-READ-80")
    >>> engines.run(mb.Measurements.example("reading").to_arrow(), kernel).read_all()["state"].to_pylist()
    ['not_met', 'not_met', 'not_met', 'not_met']
    """
    wanted = [targets] if isinstance(targets, str) else None if targets is None else list(targets)
    options: dict[str, Any] = {
        "as_of": as_of,
        "targets": wanted,
        "method": method if method is None or isinstance(method, str) else tuple(method),
        "basis": basis,
        "level": level,
        "slack": slack,
        "min_span": min_span,
        "trend_window": trend_window,
        "min_verdict": min_verdict,
        "across_breaks": across_breaks,
        "no_change_from": no_change_from,
        "grace_days": grace_days,
        "stale": stale,
        "sensitivity": sensitivity,
        "overrides": tuple(overrides),
        "native": native,
    }
    params = VerbParams(
        catalogue=catalogue,
        register=register,
        breakdowns=names_of(breakdowns),
        on_problem=on_problem,
        options=options,
    )
    track(params.nothing, **options)  # wrong arguments are told here, not in the middle of a run
    return attrs.evolve(TRACKING, params=params)


def comparison(
    catalogue: Catalogue | None = None,
    *,
    period: str | Period | Iterable[str | Period],
    peers: PeerGroup | PeerDefinition | PeerSets | str | Iterable[str] | None = None,
    mean: str | None = None,
    include_self: bool = False,
    confidence: float = 0.95,
    over: str = "institution",
    min_difference: float | None = None,
    min_verdict: int | None = None,
    reading_rule: ReadingRule | str | None = None,
    across_sources: bool = False,
    ranks: bool = False,
    seed: int = 0,
    draws: int = 10_000,
    correct: bool = False,
    adjust: str = "benjamini_hochberg",
    register: Register | None = None,
    breakdowns: Iterable[str] | None = None,
    on_problem: OnProblem = "raise",
) -> Kernel:
    """Return :func:`maalbib.compare_peers` as a kernel.

    Parameters
    ----------
    catalogue
        Indicators and groups, which the rows are checked against as well.
    period, peers, mean, include_self, confidence, over, min_difference, min_verdict, reading_rule, across_sources
        As in :func:`maalbib.compare_peers`.
    ranks, seed, draws, correct, adjust
        As in :func:`maalbib.compare_peers`; the family is the indicator.
    register
        As in :func:`maalbib.compare_peers`.
    breakdowns, on_problem
        As in :meth:`Measurements.read`. Rows in problems count within the indicator.

    Returns
    -------
    Kernel
        Its result has the columns of ``maalbib.schemas.COMPARISON``: a row for each member of the group, by indicator.

    Raises
    ------
    ArgumentError
        If an option is out of range.
    UnknownCodeError
        If a group or a reading rule is not known.
    PeriodError
        If the text of the period is none.

    Notes
    -----
    A group that is given by codes may name those of the register only, where there is one. Each indicator is checked by itself,
    so that a sum is not held against its parts; :meth:`Measurements.read` does that. What holds one indicator against others
    (expected values, peers that are nearest by their conditions) is not for a kernel; sets that :func:`maalbib.peer_sets` made are.

    Examples
    --------
    >>> import maalbib as mb
    >>> from maalbib import engines
    >>> kernel = engines.comparison(mb.Catalogue.load("danmark"), period="2005", over="area", mean="unweighted")
    >>> found = engines.run(mb.Measurements.example("satisfaction-2006").to_arrow(), kernel).read_all()
    >>> sorted(set(found["reason"].to_pylist()))
    ['different_sources', 'uncertainty_missing']
    """
    kept = peers is None or isinstance(peers, str | PeerGroup | PeerDefinition | PeerSets)
    listed: Any = peers if kept else tuple(peers)  # type: ignore[arg-type] # an iterable can be gone through once
    options: dict[str, Any] = {
        "period": period if isinstance(period, str | Period) else tuple(period),
        "peers": listed,
        "mean": mean,
        "include_self": include_self,
        "confidence": confidence,
        "over": over,
        "min_difference": min_difference,
        "min_verdict": min_verdict,
        "reading_rule": reading_rule,
        "across_sources": across_sources,
        "ranks": ranks,
        "seed": seed,
        "draws": draws,
        "correct": correct,
        "adjust": adjust,
    }
    params = VerbParams(
        catalogue=catalogue,
        register=register,
        breakdowns=names_of(breakdowns),
        on_problem=on_problem,
        options=options,
    )
    compare_peers(_with(params, over).nothing, **options)
    return attrs.evolve(COMPARISON, params=params)


def _with(params: VerbParams, over: str) -> VerbParams:
    """Return the parameters for a table that has the breakdown to compare over."""
    if over == "institution" or over in (params.breakdowns or ()):
        return params
    return attrs.evolve(params, breakdowns=(*(params.breakdowns or ()), over))


def names_of(names: Iterable[str] | None) -> tuple[str, ...] | None:
    """Return the names of breakdowns as a caller gives them: one, several or none."""
    return None if names is None else (names,) if isinstance(names, str) else tuple(names)
