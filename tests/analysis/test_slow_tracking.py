"""The row-wise definition of tracking against the independent cases, and the fast path against the definition."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from slow_tracking import RANKS, Aim, Cut, Judgement, Point, Sensitivity, judge, sensitivity, years
from tracking_draws import Drawn, aim_of, cuts_of, drawn, rows_of

import maalbib as mb
from maalbib.model import Period

_KINDS = {"change_abs": "change_absolute", "change_rel": "change_relative"}


def _period(value: Any) -> Period:
    return Period.parse(str(value), "da")


def _day(value: str | None) -> dt.date | None:
    return None if value is None else dt.date.fromisoformat(value)


def _aim(given: dict[str, Any], params: dict[str, Any]) -> Aim:
    fields: dict[str, Any] = {"kind": _KINDS.get(given["kind"], given["kind"])}
    fields |= {
        name: given[name]
        for name in ("value", "low", "high", "delta", "percent", "band", "min_step")
        if given.get(name) is not None
    }
    fields |= {name: params[name] for name in ("tolerance", "no_change", "slack", "late_counts") if name in params}
    if given["kind"] == "milestone":
        days = {"due_on": "due", "done_on": "done_on", "cancelled_on": "cancelled_on"}
        return Aim(**fields, **{name: _day(given.get(key)) for name, key in days.items()})
    path = given.get("path")
    if path == "geometric":
        fields["path"] = "compound"
    elif path is not None and path[0] == "power":
        fields |= {"path": "power", "power": path[1]}
    elif path is not None:
        fields |= {"path": "steps", "interim": tuple((_period(when), value) for when, value in path[1])}
    return Aim(
        **fields,
        due=_period(given["due"]) if given.get("due") is not None else None,
        baseline=_period(given["baseline"]) if given.get("baseline") is not None else None,
        agreed=given.get("baseline_value"),
        up=given.get("direction") in {"up", 1},
        no_worse=given.get("side") == "no_worse",
        every_step=params.get("policy") == "every",
        min_people=params.get("min_count"),
        earlier_value_will_do=params.get("due_obs") == "last_on_or_before",
    )


def _points(observations: list[list[Any]]) -> list[Point]:
    return [
        Point(
            period=_period(period),
            value=None if value == "suppressed" else value,
            people=people[0] if people else None,
            suppressed=value == "suppressed",
        )
        for period, value, *people in observations
    ]


def _cuts(case: dict[str, Any]) -> list[Cut]:
    return [
        Cut(period=_period(when), comparable=comparable, factor=factor or 1.0)
        for when, comparable, factor in case["breaks"]
    ]


def _scale(case: dict[str, Any]) -> float:
    values = [value for _, value, *_ in case["obs"] if isinstance(value, int | float)]
    return max([1e-300, *(abs(value) for value in [*values, case["target"].get("value") or 0.0])])


def _compare(found: Judgement, expected: dict[str, Any], scale: float) -> None:
    for name, value in expected.items():
        if name in {"state", "reason", "flags"}:
            continue
        got = found.figures.get(name, math.nan)
        if value is None:
            assert math.isnan(got), name
        else:
            assert math.isclose(got, value, rel_tol=1e-9, abs_tol=1e-9 * scale), name


def test_definition_gives_the_independent_states(oracles: Path, subtests: pytest.Subtests) -> None:
    """Every published case of ours gives the same state, reason, flags and figures."""
    cases = json.loads((oracles / "tracking/own_states.json").read_text(encoding="utf-8"))["cases"]
    assert len(cases) == 96
    for case in cases:
        with subtests.test(case["case_id"], note=case["note"]):
            day = dt.date.fromisoformat(case["as_of"])
            found = judge(_aim(case["target"], case["params"]), _points(case["obs"]), day, _cuts(case))
            expected = case["expected"]
            assert f"{found.state}.{found.reason}" == expected["reason"]
            assert found.flags == set(expected["flags"])
            _compare(found, expected, _scale(case))


def test_definition_gives_the_independent_sensitivity(oracles: Path, subtests: pytest.Subtests) -> None:
    """Leaving out one value after the other gives the same states."""
    cases = json.loads((oracles / "tracking/own_endpoint.json").read_text(encoding="utf-8"))["cases"]
    assert len(cases) == 12
    for case in cases:
        with subtests.test(case["case_id"], note=case["note"]):
            day, expected = dt.date(2024, 6, 30), case["expected"]
            aim, points = _aim(case["target"], case["params"]), _points(case["obs"])
            assert judge(aim, points, day).state == expected["full"]
            found = sensitivity(aim, points, day)
            assert (found is not None) == expected["applicable"]
            if found is not None:
                assert {str(period): state for period, state in found.variants.items()} == expected["variants"]
                assert found.without_last == expected["drop_last"]
                assert (found.stable, found.max_jump) == (expected["stable"], expected["max_jump"])


# What the definition has words for. The others say something about the data (stale, approximate ...), not about the judgement.
FLAGS = frozenset(
    {
        *("break", "linked", "baseline_revised", "provisional", "values_set_aside", "thin", "zero_residual"),
        *("slack_used", "interval_straddles_target", "slipping", "overshoot"),
    }
)
COLUMNS = {
    "pace": "pace",
    "moved": "moved",
    "projected": "projected",
    "lower": "projected_lower",
    "upper": "projected_upper",
    "p_hit": "probability",
    "expected_now": "expected_now",
    "expected_gap": "expected_gap",
    "required_total": "required_total",
    "required_now": "required_pace",
    "ratio": "pace_ratio",
    "attainment": "attainment",
}


@given(case=drawn())
def test_all_at_once_equals_the_definition(case: Drawn, made: Any) -> None:
    """Every series of a table gets the state, reason, flags and figures that the definition gives it alone."""
    measurements, catalogue = made(
        {who: rows_of(found) for who, found in case.series.items()},
        targets=[case.target],
        direction="target",
        breaks=case.breaks,
    )
    tracking = mb.track(measurements, catalogue, as_of=case.day)
    aim, cuts = aim_of(case.target), cuts_of(case.breaks)
    for who, found in case.series.items():
        if not found:
            continue
        row, expected = tracking.row(institution=who), judge(aim, found, case.day, cuts)
        assert (row.state, row.reason) == (expected.state, expected.reason)
        assert FLAGS & set(row.flags) == expected.flags
        if expected.state != "not_measurable":
            _same_figures(row, expected, case)
        _same_sensitivity(row, sensitivity(aim, found, case.day, cuts))


def _same_figures(row: mb.Progress, expected: Judgement, case: Drawn) -> None:
    scale = max(case.level, 50 * case.scale)
    if case.target.kind == "improve_each_period":
        for name in ("steps_made", "steps_due", "streak"):
            assert getattr(row, name) == expected.figures[name], name
        return
    for name, column in COLUMNS.items():
        value, got = expected.figures.get(name, math.nan), getattr(row, column)
        size = 1.0 if name in {"p_hit", "ratio", "attainment"} else scale
        assert (got is None) == (not math.isfinite(value)), name
        assert got is None or math.isclose(got, value, rel_tol=1e-9, abs_tol=1e-9 * size), name
    days = expected.figures.get("days_ahead", math.nan)
    if row.days_ahead is not None:
        assert abs(row.days_ahead - days) <= 0.5 + 1e-6 * abs(days)
    _same_arrival(row, expected.figures.get("arrival", math.nan), case)


def _same_arrival(row: mb.Progress, arrival: float, case: Drawn) -> None:
    """Compare the first period at or after the time that the line arrives; far off there is none."""
    if row.arrival is not None:
        freq = next(point.period.freq for found in case.series.values() for point in found)
        periods = years(Period.parse(row.arrival)) - arrival
        assert -1e-5 <= periods * freq.periods_per_year < 1 + 1e-5
    else:
        assert not arrival - case.day.year < 100, "arrival"


def _same_sensitivity(row: mb.Progress, expected: Sensitivity | None) -> None:
    assert ("endpoint_sensitive" in row.flags) == (expected is not None and expected.stable is False)
    if expected is None:
        return
    changed = [period for period, state in expected.variants.items() if state in RANKS and state != row.state]
    assert row.sensitive_to == (str(max(changed)) if changed else None)
    assert row.without_last == expected.without_last
    assert row.max_jump == expected.max_jump
