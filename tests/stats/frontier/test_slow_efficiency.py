"""The slow twin gives what two other solvers gave, so that the fast path may be held against it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import slow_efficiency as slow

_OURS = {theirs: ours for ours, theirs in {**slow.RETURNS, **slow.ORIENTATIONS}.items()}
_EVERY = 5  # one in so many rows: the twin takes milliseconds for each


def test_the_slow_twin_gives_the_known_scores(oracles: Path) -> None:
    """Every technology, orientation and kind: the value to 1e-8, or that there is none."""
    cases = slow.oracle_cases(oracles)
    rows = slow.rows_of(oracles / "peers" / "own" / "dea_scores.csv")
    assert len(rows) == 6_048
    seen = set()
    for row in rows[::_EVERY]:
        case = cases[row["case_id"]]
        unit = case.units.index(row["unit"])
        others = np.arange(len(case.units)) != (unit if row["model"] != "standard" else -1)
        found = slow.slow_score(
            case.inputs[unit],
            case.outputs[unit],
            case.inputs[others],
            case.outputs[others],
            returns=_OURS[row["rts"]],
            orientation=_OURS[row["orientation"]],
        )
        assert found.status == row["status"], row
        if found.status == "optimal":
            assert found.value == pytest.approx(float(row["value"]), rel=1e-8, abs=1e-9), row
        seen.add((row["rts"], row["orientation"], row["model"], row["status"]))
    assert {(rts, way) for rts, way, _, _ in seen} == {
        (rts, way) for rts in slow.RETURNS.values() for way in ("in", "out")
    }
    assert {status for *_, status in seen} == {"optimal", "infeasible", "unbounded"}


def test_the_slow_slacks_are_the_known_ones(oracles: Path) -> None:
    """The largest sum of slacks in columns of mean 1, to 1e-6."""
    cases = slow.oracle_cases(oracles)
    for row in slow.rows_of(oracles / "peers" / "own" / "dea_slacks.csv")[::_EVERY]:
        case = cases[row["case_id"]]
        unit = case.units.index(row["unit"])
        found = slow.slow_slack(
            case.inputs[unit],
            case.outputs[unit],
            case.inputs,
            case.outputs,
            float(row["theta"]),
            returns=_OURS[row["rts"]],
        )
        assert found == pytest.approx(float(row["max_slack_scaled"]), abs=1e-6), row


def test_a_set_of_one_and_a_set_apart() -> None:
    """Alone a unit is at the frontier; without itself nothing is left; against others it may be far beyond."""
    x, y = [[2.0]], [[1.0]]
    assert slow.slow_efficiency(x, y)[0].value == pytest.approx(1)
    assert slow.slow_efficiency(x, y, exclude_self=True)[0].status == "infeasible"
    apart = slow.slow_efficiency(x, y, returns="crs", reference=([[8.0]], [[1.0]]))[0]
    assert apart.value == pytest.approx(4)
    assert apart.weights.tolist() == pytest.approx([1])
