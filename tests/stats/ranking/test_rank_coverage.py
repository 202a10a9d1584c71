"""The calibration of rank sets: a short run keeps its promise, and the table of the docs is its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import attrs
import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "calibration" / "rank-set-coverage.md"
Load = Callable[[str], ModuleType]


@pytest.mark.parametrize("world", ["all equal, some surer", "two levels"])
def test_sets_hold_as_often_as_they_say(calibration: Load, world: str) -> None:
    """Whole tables and single units, in one step and step by step."""
    ranks = calibration("ranks")
    found = ranks.cover(ranks.WORLDS[world], 5, 100)
    assert found.keeps(100)
    assert found.stepped <= found.single  # narrower sets, the same tables
    assert found.marginal_stepped <= found.marginal_single


def test_a_calibration_that_breaks_its_promise_stops(calibration: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets of 95 per cent held against 99.9 do not pass."""
    ranks = calibration("ranks")
    kept = ranks.Coverage(*([0.951] * 5))
    assert kept.keeps(2_000)
    assert not attrs.evolve(kept, stepped=0.93).keeps(2_000)
    assert not attrs.evolve(kept, worst=0.92).keeps(2_000)
    monkeypatch.setattr(ranks, "CONFIDENCE", 0.999)
    monkeypatch.setattr(ranks, "cover", lambda *_: kept)
    with pytest.raises(AssertionError, match="too seldom"):
        ranks.main()


def test_the_table_keeps_the_level(calibration: Load) -> None:
    """Every world, and no share below 95 per cent by more than the error of 2,000 tables."""
    ranks = calibration("ranks")
    if not PAGE.is_file():
        pytest.skip("the folder docs is not here")
    rows = [line.split("|")[1:-1] for line in PAGE.read_text(encoding="utf-8").splitlines()[2:]]
    assert [(row[0].strip(), int(row[1])) for row in rows] == [(w, n) for w in ranks.WORLDS for n in ranks.UNITS]
    for row in rows:
        shares = [float(cell.strip().removesuffix("\N{NO-BREAK SPACE}%")) / 100 for cell in row[2:]]
        assert ranks.Coverage(*shares).keeps(2_000)
