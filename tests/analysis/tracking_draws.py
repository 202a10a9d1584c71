"""Targets of every kind and series as they come, drawn at random; and the same said to the row-wise definition."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import attrs
from hypothesis import strategies as st
from slow_tracking import Aim, Cut, Point

import maalbib as mb
from maalbib.model import Break, Frequency, Period, Target

FREQUENCIES = (Frequency.YEAR, Frequency.QUARTER, Frequency.MONTH, Frequency.SCHOOL_YEAR)
FIRST = {Frequency.YEAR: 2010, Frequency.SCHOOL_YEAR: 2010, Frequency.QUARTER: 4 * 2015, Frequency.MONTH: 12 * 2019}
SCALES = (1.0, 1.0, 1.0, 0.25, 1e6)
LEVELS = (0.0, 0.0, 50.0, 5.8e9)
LEAST_PEOPLE = 10


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A target, some institutions' points, the breaks of the indicator and a day."""

    target: Target
    series: dict[str, tuple[Point, ...]]
    breaks: tuple[Break, ...]
    day: dt.date
    level: float
    scale: float


@st.composite
def drawn(draw: st.DrawFn, *, most_series: int = 3) -> Drawn:
    """Draw a target and series that fit it: gaps, withheld values, few people, ties, zeros, negatives, billions, breaks."""
    freq = draw(st.sampled_from(FREQUENCIES))
    first = Period(freq, FIRST[freq])
    scale = draw(st.sampled_from(SCALES))
    level = draw(st.sampled_from(LEVELS if scale != SCALES[-1] else (0.0, 5.8e9)))
    length = draw(st.integers(1, 20))
    count = draw(st.integers(1, most_series))
    series = {f"0{101 + place}": draw(points(first, length, level, scale)) for place in range(count)}
    day = (first + draw(st.integers(length // 2, length + 2))).end + dt.timedelta(
        days=draw(st.sampled_from([-20, 0, 1, 90]))
    )
    return Drawn(
        target=draw(targets(first, length, level, scale)),
        series=series,
        breaks=draw(breaks(first, length)),
        day=day,
        level=level,
        scale=scale,
    )


@st.composite
def points(draw: st.DrawFn, first: Period, length: int, level: float, scale: float) -> tuple[Point, ...]:
    """Draw the records of one institution, from a period of its own on."""
    shape = draw(st.sampled_from(["any", "any", "ties", "line", "drift"]))
    step = draw(st.integers(-20, 20)) / 10
    found = []
    for place in range(draw(st.sampled_from([0, 0, 0, 1, 2])), length):
        kind = draw(st.sampled_from(["value"] * 20 + ["missing", "missing", "suppressed", "few"]))
        if kind == "missing":
            continue
        tenths = draw(st.integers(-300, 300) if shape == "any" else st.integers(0, 3))
        raw = {"any": tenths / 10, "ties": float(tenths), "line": step * place, "drift": step * place + tenths / 10}[
            shape
        ]
        found.append(
            Point(
                period=first + place,
                value=None if kind == "suppressed" else level + scale * raw,
                people=None if kind == "suppressed" else draw(st.integers(1, 9)) if kind == "few" else 40,
                suppressed=kind == "suppressed",
            )
        )
    return tuple(found)


@st.composite
def breaks(draw: st.DrawFn, first: Period, length: int) -> tuple[Break, ...]:
    """Draw up to two breaks; factors are powers of two, so that linking is exact."""
    places = sorted(draw(st.sets(st.integers(0, length), max_size=draw(st.sampled_from([0, 0, 1, 2])))))
    found = []
    for place in places:
        comparable = draw(st.sampled_from(["no", "no", "with_factor", "yes"]))
        factor = draw(st.sampled_from([0.5, 2.0])) if comparable == "with_factor" else None
        found.append(Break(period=first + place, kind="method", comparable=comparable, link_factor=factor))
    return tuple(found)


@st.composite
def targets(draw: st.DrawFn, first: Period, length: int, level: float, scale: float) -> Target:
    """Draw a target of any kind that is judged on the values themselves."""

    def value() -> float:
        return level + scale * draw(st.integers(-40, 40))

    kind = draw(st.sampled_from(KINDS))
    common: dict[str, Any] = {
        "id": "T",
        "indicator": "I",
        "tolerance": scale * draw(st.sampled_from([0.0, 0.0, 0.5])),
        "no_change": scale * draw(st.sampled_from([0.0, 0.0, 1.0])),
        "min_verdict": draw(st.sampled_from([None, LEAST_PEOPLE])),
    }
    start = first + draw(st.sampled_from([-1, 0, 0, 0, 0, 1, 1, 2, 4]))
    agreed = draw(st.sampled_from([None, None, level + scale * 3]))
    baseline = mb.Baseline(period=start, value=agreed)
    stated = draw(st.booleans())
    if kind in {"maintain", "direction_only", "improve_each_period"}:
        common["direction"] = draw(st.sampled_from(["higher", "lower"]))
        common["baseline"] = baseline if kind != "improve_each_period" or stated else None
        return _undated(draw, kind, common, scale)
    due = None if draw(st.integers(0, 3)) == 0 else start + draw(st.integers(max(1, length // 2), length + 12))
    common |= {"due": due, "slack": draw(st.sampled_from([None, 0.0, 0.3]))}
    common["baseline"] = baseline if stated or kind.startswith("change") else None
    if due is not None:
        common["due_value"] = draw(st.sampled_from(["exact", "exact", "last_on_or_before"]))
    made = _dated(draw, kind, common, value)
    return draw(with_path(made, start, scale)) if due is not None and made.baseline is not None else made


KINDS = (
    *("at_least", "at_most", "reach_by", "within_band", "change_absolute", "change_relative"),
    *("maintain", "direction_only", "improve_each_period"),
)


def _undated(draw: st.DrawFn, kind: str, common: dict[str, Any], scale: float) -> Target:
    if kind == "direction_only":
        return mb.DirectionOnly(**common)
    if kind == "maintain":
        side = draw(st.sampled_from(["both", "no_worse"]))
        return mb.Maintain(**common, band=scale * draw(st.sampled_from([0.0, 2.0])), side=side)
    policy = draw(st.sampled_from(["latest", "every"]))
    return mb.ImproveEachPeriod(**common, min_step=scale * draw(st.sampled_from([0.0, 1.0])), policy=policy)


def _dated(draw: st.DrawFn, kind: str, common: dict[str, Any], value: Any) -> Any:
    if kind == "at_least":
        return mb.AtLeast(**common, value=value())
    if kind == "at_most":
        return mb.AtMost(**common, value=value())
    if kind == "reach_by" and common["due"] is not None:
        return mb.ReachBy(**common, value=value(), direction=draw(st.sampled_from(["higher", "lower"])))
    if kind in {"within_band", "reach_by"}:
        low, high = sorted((value(), value()))
        return mb.WithinBand(**common, low=low, high=high)
    if kind == "change_absolute":
        return mb.ChangeAbsolute(**common, delta=draw(st.sampled_from([-20.0, -3.0, 3.0, 20.0])))
    return mb.ChangeRelative(**common, percent=draw(st.sampled_from([-50.0, -10.0, 10.0, 100.0])))


@st.composite
def with_path(draw: st.DrawFn, target: Any, start: Period, scale: float) -> Target:
    """Lay out the way to a dated target; mostly straight."""
    path = draw(st.sampled_from(["linear"] * 4 + ["compound", "front_loaded", "back_loaded", "steps", "milestones"]))
    if path in {"front_loaded", "back_loaded"}:
        power = draw(st.sampled_from([None, 0.25 if path == "front_loaded" else 3.0]))
        return attrs.evolve(target, path=path, path_power=power)
    if path in {"steps", "milestones"}:
        places = sorted(draw(st.sets(st.integers(1, 12), min_size=1, max_size=3)))
        stops = [mb.Interim(period=start + at, value=scale * draw(st.integers(-30, 30))) for at in places]
        stops = [stop for stop in stops if stop.period < target.due]
        return attrs.evolve(target, path=path, interim=stops) if stops else target
    if path == "compound":
        try:
            return attrs.evolve(target, path=path)
        except mb.DefinitionError:  # an end at zero, or two signs
            return target
    return target


def cuts_of(found: tuple[Break, ...]) -> list[Cut]:
    """Return the breaks as the definition takes them."""
    return [
        Cut(period=item.period, comparable=item.comparable.value, factor=item.link_factor or 1.0) for item in found
    ]


def aim_of(target: Any, *, slack: float = 0.05) -> Aim:
    """Return a target as the definition takes it."""
    names = ("value", "low", "high", "delta", "percent", "min_step", "band")
    fields: dict[str, Any] = {name: getattr(target, name) for name in names if hasattr(target, name)}
    path = getattr(target, "path", None)
    if path is not None:
        fields |= {
            "due": target.due,
            "path": "power" if path.value in {"front_loaded", "back_loaded"} else path.value,
            "power": target.power,
            "interim": tuple((stop.period, stop.value) for stop in target.interim),
            "earlier_value_will_do": target.due_value.value == "last_on_or_before",
        }
    direction = getattr(target, "direction", None)
    return Aim(
        kind=target.kind,
        **fields,
        baseline=None if target.baseline is None else target.baseline.period,
        agreed=None if target.baseline is None else target.baseline.value,
        up=direction is None or direction.value == "higher",
        every_step=hasattr(target, "policy") and target.policy.value == "every",
        no_worse=hasattr(target, "side") and target.side.value == "no_worse",
        tolerance=target.tolerance,
        no_change=target.no_change,
        slack=slack if target.slack is None else target.slack,
        min_people=target.min_verdict,
    )


def rows_of(found: tuple[Point, ...]) -> list[tuple[Any, ...]]:
    """Return points as the fixture ``made`` takes them."""
    return [
        (
            point.period,
            math.nan if point.value is None else point.value,
            {"n": point.people, "status": "Q" if point.suppressed else "A", "conf": "C" if point.suppressed else "F"},
        )
        for point in found
    ]
