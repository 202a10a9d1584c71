"""The default method against independently computed verdicts and figures."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from maalbib import Baseline, Break, Interim, Milestone, Period, track
from maalbib.model import TARGET_KINDS, Target

_KINDS = {"change_abs": "change_absolute", "change_rel": "change_relative"}
_FIELDS = ("value", "low", "high", "delta", "percent", "direction", "min_step", "band", "side")
# Judged by a series made of another one; here the series is given, so the ordinary rule for it is what is tested.
_SERIES_GIVEN = {"share_within_limit": "at_least", "dispersion_at_most": "at_most"}
_NUMBERS = {
    "pace": "pace",
    "projected": "projected",
    "lower": "projected_lower",
    "upper": "projected_upper",
    "p_hit": "probability",
    "expected_now": "expected_now",
    "required_now": "required_pace",
    "attainment": "attainment",
    "moved": "moved",
    "required_total": "required_total",
    "ratio": "pace_ratio",
}


def _period(value: Any) -> Period:
    return Period.parse(str(value), "da")


def _target(case: dict[str, Any]) -> Target:
    given, params = case["target"], case["params"]
    fields = {name: given[name] for name in _FIELDS if given.get(name) is not None}
    if "direction" in fields:
        fields["direction"] = {1: "higher", -1: "lower"}.get(fields["direction"], fields["direction"])
    if given.get("due") is not None:
        fields["due"] = _period(given["due"])
    if given.get("baseline") is not None:
        fields["baseline"] = Baseline(period=_period(given["baseline"]), value=given.get("baseline_value"))
    fields |= {name: params[name] for name in ("tolerance", "no_change", "policy", "late_counts") if name in params}
    if "due_obs" in params:
        fields["due_value"] = params["due_obs"]
    kind = _KINDS.get(given["kind"], given["kind"])
    return TARGET_KINDS[_SERIES_GIVEN.get(kind, kind)](
        id="T", indicator="I", min_verdict=params.get("min_count"), **fields, **_path(given.get("path"))
    )


def _path(given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if given == "geometric":
        return {"path": "compound"}
    name, how = given
    if name == "power":
        return {"path": "front_loaded" if how < 1 else "back_loaded", "path_power": how}
    return {"path": name, "interim": [Interim(period=_period(when), value=value) for when, value in how]}


def _milestone(case: dict[str, Any]) -> Milestone:
    given = case["target"]
    return Milestone(
        id="T",
        due=given["due"],
        done_on=given.get("done_on"),
        withdrawn_on=given.get("cancelled_on"),
        late_counts=case["params"].get("late_counts", False),
    )


def _points(case: dict[str, Any]) -> list[tuple[Any, ...]]:
    points = []
    for period, value, *n in case["obs"]:
        extras = {"n": n[0]} if n else {}
        if value == "suppressed":
            extras |= {"status": "Q", "conf": "C"}
        points.append((_period(period), None if value == "suppressed" else value, extras))
    return points


def test_states_reasons_flags_and_figures(oracles: Path, made: Any, subtests: pytest.Subtests) -> None:
    """Every case gives the same state, reason, flags and figures."""
    cases = json.loads((oracles / "tracking/own_states.json").read_text(encoding="utf-8"))["cases"]
    assert len(cases) == 96
    for case in cases:
        with subtests.test(case["case_id"], note=case["note"]):
            breaks = [
                Break(period=_period(when), kind="method", comparable=comparable, link_factor=factor)
                for when, comparable, factor in ((*item, None)[:3] for item in case["breaks"])
            ]
            target = _milestone(case) if case["target"]["kind"] == "milestone" else _target(case)
            measurements, catalogue = made(
                {"0101": _points(case)}, targets=[target], direction="target", breaks=breaks
            )
            slack = case["params"].get("slack", 0.05)
            row = track(measurements, catalogue, as_of=case["as_of"], slack=slack, sensitivity=False)[0]
            expected = case["expected"]
            assert f"{row.state}.{row.reason}" == expected["reason"]
            assert set(row.flags) == set(expected.get("flags", []))
            _compare(row, expected, case)


def _compare(row: Any, expected: dict[str, Any], case: dict[str, Any]) -> None:
    values = [value for _, value, *_ in case["obs"] if isinstance(value, int | float)]
    scale = max(abs(value) for value in [*values, case["target"].get("value") or 0.0]) if values else 1.0
    for name, column in _NUMBERS.items():
        if expected.get(name) is not None:
            assert math.isclose(getattr(row, column), expected[name], rel_tol=1e-9, abs_tol=1e-9 * scale), name
