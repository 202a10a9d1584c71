"""The default method against independently computed verdicts and figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def test_states_reasons_flags_and_figures(oracles: Path, calibration: Any, subtests: pytest.Subtests) -> None:
    """Every case gives the same state, reason, flags and figures, each kind of target by its own name."""
    tracking = calibration("_tracking_cases")
    cases = tracking.cases(oracles / "tracking", "own_states.json")
    assert len(cases) == 96
    for case in cases:
        with subtests.test(case["case_id"], note=case["note"]):
            assert tracking.state_differences(case) == {}
