"""What is said on a day, with the vintages, target versions and breaks of then, against independent answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from history_cases import catalogue_of, measurements_of, records, versions

from maalbib import Catalogue, Measurements, track, tracking_history

_SENSITIVITY = {"endpoint_sensitive"}  # has cases of its own


def _cases(oracles: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((oracles / "tracking/own_asof.json").read_text(encoding="utf-8"))[
        "cases"
    ]
    return cases


def _case(case: dict[str, Any]) -> tuple[Measurements, Catalogue]:
    return (
        measurements_of(records(case["records"])),
        catalogue_of(versions(case["target_versions"]), case.get("breaks", ())),
    )


def _version(case: dict[str, Any]) -> str:
    """The expected version: a withdrawal ends the version before it, and is none of its own."""
    names = [item["version"] for item in case["target_versions"] if not item.get("withdrawn")]
    expected: str = case["expected"]["version"]
    return expected if expected in names else names[-1]


def test_every_case_through_track(oracles: Path, subtests: pytest.Subtests) -> None:
    """Series, version, state, reason and flags are exact in all cases."""
    cases = _cases(oracles)
    assert len(cases) == 17
    for case in cases:
        with subtests.test(case["case_id"], note=case["note"]):
            measurements, catalogue = _case(case)
            expected = case["expected"]
            known = [[int(str(row.period)), row.value] for row in measurements.as_of(case["as_of"])]
            assert sorted(known) == expected["series"]
            row = track(measurements, catalogue, as_of=case["as_of"], basis=case.get("basis", "in_force"))[0]
            assert f"{row.state}.{row.reason}" == expected["reason"]
            assert row.state == expected["state"]
            assert row.version == _version(case)
            assert set(row.flags) - _SENSITIVITY == set(expected["flags"])


def test_every_case_through_the_history(oracles: Path, subtests: pytest.Subtests) -> None:
    """The history says on the day, and on every later day without news, what the case says."""
    for case in _cases(oracles):
        with subtests.test(case["case_id"], note=case["note"]):
            measurements, catalogue = _case(case)
            basis = case.get("basis", "in_force")
            history = tracking_history(measurements, catalogue, basis=basis, until="2031-12-31")
            row = history.at(case["as_of"])[0]
            assert f"{row.state}.{row.reason}" == case["expected"]["reason"]
            assert (row.version, set(row.flags) - _SENSITIVITY) == (_version(case), set(case["expected"]["flags"]))
            once = tracking_history(measurements, catalogue, basis=basis, dates=[case["as_of"]])
            assert once.to_dicts() == track(measurements, catalogue, basis=basis, as_of=case["as_of"]).to_dicts()
