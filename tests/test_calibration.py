"""The calibrations: short runs keep their promises, and the tables of the docs are theirs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
SERIES = 1_000


@pytest.fixture(scope="module")
def trends() -> Iterator[ModuleType]:
    """The calibration of trends, which is no part of the package."""
    if not (ROOT / "calibration").is_dir():
        pytest.skip("the folder calibration is not here")
    sys.path.insert(0, str(ROOT / "calibration"))
    yield importlib.import_module("trends")
    sys.path.remove(str(ROOT / "calibration"))


def page(name: str) -> list[list[str]]:
    """The rows of a table of the docs, without its head."""
    file = ROOT / "docs" / "calibration" / f"{name}.md"
    if not file.is_file():
        pytest.skip("the folder docs is not here")
    return [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in file.read_text(encoding="utf-8").splitlines()[2:]
    ]


@pytest.mark.parametrize("periods", [5, 8, 12])
def test_no_trend_is_found_too_often(trends: ModuleType, periods: int) -> None:
    """With equal values, with gaps, and across a break, the share found keeps to the level."""
    rng = np.random.default_rng(periods)
    for make in trends.KINDS.values():
        found = trends.judge(make(rng, SERIES, periods))
        assert found.found <= trends.ALPHA + trends.error_of(trends.ALPHA, SERIES)
    broken = trends.judge(trends.noise(rng, SERIES, periods), breaks=(periods // 2,))
    assert broken.found <= trends.ALPHA + trends.error_of(trends.ALPHA, SERIES)


@pytest.mark.parametrize("periods", [6, 10])
def test_the_stated_slope_is_found(trends: ModuleType, periods: int) -> None:
    """Four times in five, give or take what so few series tell."""
    values = trends.noise(np.random.default_rng(1), SERIES, periods, slope=trends.DETECTABLE[periods])
    assert trends.judge(values).found == pytest.approx(0.8, abs=0.05)


def test_the_table_of_false_alarms_keeps_the_level() -> None:
    """No share in the docs is above 5 % by more than the error of 20,000 series."""
    shares = [
        float(cell.partition("\N{NO-BREAK SPACE}%")[0]) for row in page("trend-false-alarms") for cell in row[1:]
    ]
    assert len(shares) == 60
    assert max(shares) <= 5.4


def test_the_table_of_power_says_four_in_five() -> None:
    """Each stated slope is the one."""
    found = [float(row[3].removesuffix("\N{NO-BREAK SPACE}%")) for row in page("trend-power")]
    assert len(found) == 10
    assert all(79 <= share <= 81 for share in found)


def test_the_default_says_where_neighbours_are_alike() -> None:
    """Nearly every false find in long series of neighbours that are much alike is flagged, and ``ar1`` finds fewer."""
    rows = {
        (row[0], row[1]): [float(cell.removesuffix("\N{NO-BREAK SPACE}%")) for cell in row[2:]]
        for row in page("trend-autocorrelation")
    }
    found, flagged, ar1 = rows["60", "0.6"]
    assert flagged > 0.95 * found
    assert all(values[2] <= values[0] for values in rows.values())
    assert ar1 < found / 3


def test_every_table_of_the_docs_is_written_by_a_calibration() -> None:
    """No table is left from what is no longer computed."""
    if not (ROOT / "docs" / "calibration").is_dir():
        pytest.skip("the folder docs is not here")
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "calibration").glob("*.py"))
    for file in (ROOT / "docs" / "calibration").glob("*.md"):
        assert f'"{file.stem}"' in sources
        assert f"../calibration/{file.name}" in (ROOT / "docs/concepts/calibration.md").read_text(encoding="utf-8")
