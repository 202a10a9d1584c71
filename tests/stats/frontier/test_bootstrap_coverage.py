"""The calibration of efficiency: a short run behaves, and the table of the docs is its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "calibration" / "efficiency-bootstrap.md"


def test_the_known_frontier_is_one(calibration: Callable[[str], ModuleType]) -> None:
    """True scores lie in (0, 1], and no score of the data is below the truth: the best there are lie behind the best possible."""
    efficiency = calibration("efficiency")
    x, y, truth = efficiency.units(np.random.default_rng(1), 2, 40)
    assert ((truth > 0) & (truth <= 1)).all()
    assert (efficiency.stats.efficiency(x, y).score >= truth - 1e-9).all()


def test_a_short_run_takes_the_bias_down(calibration: Callable[[str], ModuleType]) -> None:
    """Corrected scores are nearer to the truth, and most intervals hold it."""
    efficiency = calibration("efficiency")
    found = efficiency.cover(np.random.default_rng(2), 1, 30, samples=4, replications=60)
    assert 0 < abs(found.corrected_error) < found.score_error
    assert 0.6 < found.behind <= 1


def test_the_table_says_what_the_page_says() -> None:
    """Every row takes bias down; the intervals hold seven scores in ten at the least, nine from fifty units of one resource on."""
    if not PAGE.is_file():
        pytest.skip("the folder docs is not here")
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.read_text(encoding="utf-8").splitlines()[2:]
    ]
    assert len(rows) == 5
    for row in rows:
        assert 0 < abs(float(row[6])) < float(row[5])
        held = float(row[3].removesuffix("\N{NO-BREAK SPACE}%"))
        assert held > (90 if row[0] == "1 and 1" and int(row[1]) >= 50 else 70)
