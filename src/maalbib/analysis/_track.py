"""Are we on track: targets against measurements, as known on a day."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np

from maalbib.analysis._context import as_day, catalogue_of, chosen, probability_argument
from maalbib.analysis._evidence import evidence_of
from maalbib.analysis._labels import labels_of
from maalbib.analysis._result import Result
from maalbib.analysis._rows import Progress
from maalbib.analysis._tracking_rules import Figures, Options, judge, shortfall
from maalbib.analysis._verdict import Verdicts
from maalbib.errors import ArgumentError
from maalbib.measurements import panels
from maalbib.model import DatedTarget, Target

if TYPE_CHECKING:
    from maalbib.analysis._tracking_rules import Evidence
    from maalbib.catalogue import Catalogue
    from maalbib.measurements import Measurements, Panel
    from maalbib.register import Register

__all__ = ["Tracking", "track"]

_METHODS = ("linear",)


class Tracking(Result[Progress]):
    """Where every institution stands against every target; rows are :class:`Progress`."""

    ROW: ClassVar[type[Progress]] = Progress
    NAME: ClassVar[str] = "tracking"


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
        row that says so.
    method
        ``"linear"``: least squares on real time since the baseline.
    level
        Level of the projection's interval, between 0 and 1.
    slack
        Share of the planned change by which a projection may miss and still count as on track.
    min_span
        Least number of years between baseline and latest value for an open target.
    trend_window
        How many of the latest values say whether the gap of a standing target closes.
    across_breaks
        Whether to compare values across declared breaks; the rows are flagged ``crosses_break``.

    Returns
    -------
    Tracking
        A row for each target, institution and breakdown. A target that nobody has data for gets one row.

    Raises
    ------
    ArgumentError
        If no catalogue is given or attached, a target is unknown, or an option is out of range.

    Notes
    -----
    An open target is on track when the fitted line reaches the region at the deadline within the slack, moving away when the
    fitted change over the window goes the wrong way by more than ``no_change``, unchanged within that band, and off track
    otherwise. The interval is that of a new observation; it and the probability hold only if the line goes on and the
    residuals are independent. Cost grows with the number of values; all institutions of an indicator are one step.

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
    known = catalogue_of(measurements, catalogue)
    if method not in _METHODS:
        raise ArgumentError.choice("method", _METHODS)
    day = as_day("as_of", as_of)
    options = Options(
        level=probability_argument("level", level), slack=slack, min_span=min_span, trend_window=trend_window
    )
    judged = [
        _judge_target(target, measurements, known, register or measurements.register, day, options, across_breaks)
        for target in chosen("target", known.targets, targets)
    ]
    parts = [part for rows in judged for part in rows]
    found = labels_of(
        known,
        register or measurements.register,
        indicators=known.indicators,
        institutions={code for part in parts for code in part.institutions},
    )
    return Tracking.concat((Tracking.of_columns(part.columns, found) for part in parts), found)


@attrs.frozen(kw_only=True)
class _Part:
    """The rows of one target and panel."""

    institutions: tuple[str, ...]
    columns: dict[str, Any]


def _judge_target(
    target: Target,
    measurements: Measurements,
    catalogue: Catalogue,
    register: Register | None,
    day: dt.date,
    options: Options,
    across_breaks: bool,  # noqa: FBT001 - private
) -> Iterator[_Part]:
    bound = _bound(target, catalogue, register, day)
    seen: set[str] = set()
    for whole in panels(measurements, target.indicator, as_of=day):
        panel = _within(whole, target, bound)
        if not panel.institutions:
            continue
        seen.update(panel.institutions)
        evidence, remarks = evidence_of(target, panel, catalogue.indicators[target.indicator], day, across_breaks)
        verdicts, figures = judge(target, evidence, options)
        for name, where in remarks:
            verdicts.flag(where, name)
        yield _Part(
            institutions=panel.institutions,
            columns=_columns(target, panel, evidence, verdicts, figures, day, options),
        )
    silent = sorted(set(bound or ()) - seen) or ([] if seen else [""])
    if silent:
        yield _Part(institutions=tuple(silent), columns=_no_data(target, silent, day, options))


def _bound(target: Target, catalogue: Catalogue, register: Register | None, day: dt.date) -> tuple[str, ...] | None:
    """Who the target binds, None where it binds whoever has data."""
    scope = target.scope
    if scope is None:
        return None
    if scope.group is not None and scope.group in catalogue.groups:
        return catalogue.groups[scope.group].members
    if scope.institutions:
        return scope.institutions
    return None if register is None else tuple(member.id for member in register.members(scope, day))


def _within(panel: Panel, target: Target, bound: tuple[str, ...] | None) -> Panel:
    """Keep the series that the target speaks of."""
    keep = np.ones(len(panel.institutions), dtype=bool)
    if bound is not None:
        keep &= np.isin(panel.institutions, bound)
    if target.breakdown is not None:
        keep &= np.isin(panel.breakdowns, [target.breakdown])
    return panel if keep.all() else panel.rows(np.flatnonzero(keep))


def _params(target: Target, options: Options) -> str:
    own = {"tolerance": target.tolerance, "no_change": target.no_change, "min_verdict": target.min_verdict}
    return json.dumps(attrs.asdict(options) | own, sort_keys=True)


def _columns(
    target: Target,
    panel: Panel,
    evidence: Evidence,
    verdicts: Verdicts,
    figures: Figures,
    day: dt.date,
    options: Options,
) -> dict[str, Any]:
    rows = len(panel.institutions)
    years_left = evidence.due_time - figures.latest_time
    way_total = figures.goal - evidence.base
    with np.errstate(divide="ignore", invalid="ignore"):
        attainment = np.where(way_total != 0, (figures.latest - evidence.base) / way_total, np.nan)
        required = np.where(years_left > 0, (figures.goal - figures.latest) / years_left, np.nan)
        expected = evidence.base + way_total / (evidence.due_time - evidence.base_time) * (
            np.minimum(figures.latest_time, evidence.due_time) - evidence.base_time
        )
    attainment, required, expected = map(_finite, (attainment, required, expected))
    stepping = figures.previous_index >= 0
    baseline_index = np.where(stepping, figures.previous_index, evidence.base_index_of_rows)
    states = verdicts.states
    two_sided = np.isfinite(figures.low) & np.isfinite(figures.high)
    return _shared(target, rows, day, options) | {
        "institution": list(panel.institutions),
        "breakdown": list(panel.breakdowns),
        "state": states,
        "reason": verdicts.reasons,
        "flags": verdicts.flags,
        "baseline_period": _periods(panel, baseline_index, evidence.base_text),
        "baseline": np.where(stepping, figures.previous, evidence.base),
        "latest_period": _periods(panel, figures.latest_index, None),
        "latest": figures.latest,
        "target_value": np.where(two_sided, np.nan, _finite(figures.goal)),
        "target_low": _finite(figures.low),
        "target_high": _finite(figures.high),
        "gap": _finite(np.maximum(0.0, shortfall(figures.latest, figures))),
        "attainment": attainment,
        "pace": figures.pace,
        "required_pace": required,
        "expected_now": expected,
        "projected": figures.projected,
        "projected_lower": figures.lower,
        "projected_upper": figures.upper,
        "level": np.where(np.isfinite(figures.lower), options.level, np.nan),
        "probability": figures.probability,
        "n": figures.n,
        "needs_explanation": [target.essential and state in {"not_met", "moving_away"} for state in states],
    }


def _no_data(target: Target, institutions: list[str], day: dt.date, options: Options) -> dict[str, Any]:
    rows = len(institutions)
    blank = {name: np.full(rows, np.nan) for name in _NUMBERS}
    low, high = target.region(None)
    two_sided = np.isfinite(low) and np.isfinite(high)
    goal = np.nan if two_sided else (low if np.isfinite(low) else high)
    return (
        _shared(target, rows, day, options)
        | blank
        | {
            "institution": institutions,
            "breakdown": [target.breakdown or ""] * rows,
            "state": ["not_measurable"] * rows,
            "reason": ["no_data"] * rows,
            "flags": [()] * rows,
            "baseline_period": [None] * rows,
            "latest_period": [None] * rows,
            "target_value": _finite(np.full(rows, goal, dtype=float)),
            "target_low": _finite(np.full(rows, low, dtype=float)),
            "target_high": _finite(np.full(rows, high, dtype=float)),
            "n": np.zeros(rows, dtype=np.int64),
            "needs_explanation": [False] * rows,
        }
    )


_NUMBERS = (
    *("baseline", "latest", "gap", "attainment", "pace", "required_pace", "expected_now"),
    *("projected", "projected_lower", "projected_upper", "level", "probability"),
)


def _shared(target: Target, rows: int, day: dt.date, options: Options) -> dict[str, Any]:
    """Return the columns that are the same in every row of a target."""
    due = target.due if isinstance(target, DatedTarget) else None
    same: dict[str, Any] = {
        "target": target.id,
        "goal": target.goal,
        "indicator": target.indicator,
        "kind": target.kind,
        "as_of": day,
        "method": "linear",
        "params": _params(target, options),
        "due": None if due is None else str(due),
        "assurance": None,
    }
    return {name: [value] * rows for name, value in same.items()}


def _finite(values: Any) -> Any:
    return np.where(np.isfinite(values), values, np.nan)


def _periods(panel: Panel, index: Any, fallback: str | None) -> list[str | None]:
    texts = [str(period) for period in panel.periods]
    return [texts[i] if i >= 0 else fallback for i in index.tolist()]
