"""The example of a made-up municipality: whole, without findings, and the same after being written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from maalbib import Catalogue
from maalbib.model import TARGET_KINDS, TargetPath, original_target, target_in_force

FILE = Path(__file__).parents[2] / "docs" / "examples" / "eksempelkommune.toml"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the pages are not here")


@pytest.fixture(scope="module")
def example() -> Catalogue:
    return Catalogue.load(FILE)


def test_there_is_nothing_to_find(example: Catalogue) -> None:
    """No error, and nothing that a clean-up would look at either."""
    assert len(example.problems) == 0
    assert len(example.check(measurable=["municipal"], as_of="2025-06-30", skip="goal.not_measurable")) == 0
    assert example.check(measurable=["municipal"]).counts() == {"goal.not_measurable": 1}  # the root of the tree


def test_every_kind_and_the_common_paths_are_shown(example: Catalogue) -> None:
    """A reader finds one of each."""
    targets = example.targets.entries
    assert {target.kind for target in targets} == set(TARGET_KINDS)
    paths = {path for target in targets if (path := getattr(target, "path", None)) is not None}
    assert set(TargetPath) - paths == {TargetPath.FRONT_LOADED}
    assert any(target.essential for target in targets)
    assert any(target.suspensions for target in targets)


def test_the_revised_target_has_both_its_versions(example: Catalogue) -> None:
    """What held in 2022 is found beside what holds today."""
    versions = example.targets.versions("EKS-17")
    held = [target_in_force(versions, date(year, 6, 1)) for year in (2018, 2022, 2025)]
    assert [target and target.version for target in held] == [None, "2019", "2023"]
    assert original_target(versions) is held[1]
    assert example.targets["EKS-17"] is held[2]


def test_no_code_could_be_a_real_one(example: Catalogue) -> None:
    """Codes of institutions begin with the name of the made-up municipality; only the country is real."""
    assert all(code.startswith("EKS-") for code in example.institutions if code != "DK")


def test_it_comes_back_the_same(example: Catalogue, tmp_path: Path) -> None:
    """Written as TOML and as JSON and read again."""
    for name in ("a.toml", "a.json"):
        example.dump(tmp_path / name)
        assert Catalogue.load(tmp_path / name) == example
    assert Catalogue.load(["danmark", FILE]).id == "eksempelkommune"
