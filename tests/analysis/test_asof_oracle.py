"""What is said on a day, with the vintages, target versions and breaks of then, against independent answers."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from maalbib import track, tracking_history


@pytest.fixture
def tracking(calibration: Any) -> ModuleType:
    """How the cases are read and asked."""
    module: ModuleType = calibration("_tracking_cases")
    return module


def _withdrawn(case: dict[str, Any]) -> set[str]:
    """A withdrawal ends the version before it, and is none of its own: there the version has another name."""
    versions = {item["version"]: item.get("withdrawn", False) for item in case["target_versions"]}
    return {"version"} if versions[case["expected"]["version"]] else set()


def test_every_case_through_track(oracles: Path, tracking: ModuleType, subtests: pytest.Subtests) -> None:
    """Series, version, state, reason and flags are exact in all cases."""
    cases = tracking.cases(oracles / "tracking", "own_asof.json")
    assert len(cases) == 17
    for case in cases:
        with subtests.test(case["case_id"], note=case["note"]):
            differences = tracking.asof_differences(case)
            assert differences.keys() == _withdrawn(case)
            for found, _ in differences.values():
                assert found == case["target_versions"][-2]["version"]


def test_every_case_through_the_history(oracles: Path, tracking: ModuleType, subtests: pytest.Subtests) -> None:
    """The history says on the day, and on every later day without news, what the case says."""
    for case in tracking.cases(oracles / "tracking", "own_asof.json"):
        with subtests.test(case["case_id"], note=case["note"]):
            measurements, catalogue = tracking.asof_world(case)
            basis = tracking.asof_basis(case)
            rows = track(measurements, catalogue, basis=basis, as_of=case["as_of"])
            row = tracking_history(measurements, catalogue, basis=basis, until="2031-12-31").at(case["as_of"])[0]
            assert f"{row.state}.{row.reason}" == case["expected"]["reason"]
            assert (row.version, row.flags) == (rows[0].version, rows[0].flags)
            once = tracking_history(measurements, catalogue, basis=basis, dates=[case["as_of"]])
            assert once.to_dicts() == rows.to_dicts()
