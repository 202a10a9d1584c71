"""The calibration of intervals: what it weighs adds up, and the tables of the docs are what comes out."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from maalbib import stats

PAGES = Path(__file__).resolve().parents[3] / "docs" / "calibration"


@pytest.fixture(scope="module")
def intervals(calibration: Any) -> ModuleType:
    """The calibration, which is no part of the package."""
    module: ModuleType = calibration("intervals")
    return module


@pytest.mark.parametrize(("name", "made"), [("interval-coverage", "proportions"), ("count-coverage", "counts")])
def test_the_tables_are_what_comes_out(intervals: ModuleType, name: str, made: str) -> None:
    """Nobody has written them by hand."""
    if not PAGES.is_dir():
        pytest.skip("the folder docs is not here")
    assert (PAGES / f"{name}.md").read_text(encoding="utf-8") == getattr(intervals, made)()


def test_coverage_agrees_with_draws(intervals: ModuleType) -> None:
    """20,000 draws of a share and of a count hold the truth as often as was worked out."""
    rng = np.random.default_rng(2)
    for method in intervals.PROPORTION_METHODS:
        worked = intervals.of_proportions(method, 20, np.array([0.23]))
        drawn = stats.proportion_interval(rng.binomial(20, 0.23, 20_000), 20, method=method)
        assert np.mean((drawn.lower <= 0.23) & (drawn.upper >= 0.23)) == pytest.approx(worked.mean, abs=0.006)
    for method in intervals.COUNT_METHODS:
        worked = intervals.of_counts(method, np.array([12.5]))
        drawn = stats.count_interval(rng.poisson(12.5, 20_000), method=method)
        assert np.mean((drawn.lower <= 12.5) & (drawn.upper >= 12.5)) == pytest.approx(worked.mean, abs=0.006)


def test_what_each_method_promises(intervals: ModuleType) -> None:
    """Exact ones never fall short, Wilson's not on average, and Wald's is known by how far it does."""
    for size in (5, 20, 100):
        found = {method: intervals.of_proportions(method, size) for method in intervals.PROPORTION_METHODS}
        assert found["clopper_pearson"].least >= 0.95
        assert found["wilson_cc"].least >= 0.95
        assert 0.95 <= found["wilson"].mean <= 0.96
        assert found["wald"].least < 0.2
        assert found["wilson"].width < found["agresti_coull"].width < found["wilson_cc"].width
    for method in intervals.COUNT_METHODS:
        assert intervals.of_counts(method, np.linspace(0.5, 40, 400)).least >= 0.95


def test_an_interval_that_is_too_narrow_is_seen(intervals: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The calibration stops, and writes nothing, where exact intervals are those of 90 %."""
    real = stats.proportion_interval
    monkeypatch.setattr(
        intervals.stats,
        "proportion_interval",
        lambda x, n, *, method, confidence: real(x, n, method=method, confidence=confidence - 0.05),
    )
    monkeypatch.setattr(intervals, "write", lambda *_: pytest.fail("a table was written"))
    with pytest.raises(AssertionError):
        intervals.main()
