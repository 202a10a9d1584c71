"""The ladder of efficiency, and scores against a quantile of the frontier."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_efficiency import ORIENTATIONS, RETURNS, rows_of, slow_efficiency, slow_score

from maalbib import stats
from maalbib.errors import ArgumentError


def school_sites(oracles: Path) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and outputs of 70 school sites."""
    rows = rows_of(oracles / "peers" / "published" / "charnes1981.csv")
    x, y = (np.array([[float(row[n]) for n in row if n[0] == s and n[1:].isdigit()] for row in rows]) for s in "xy")
    return x, y


def test_the_fifth_school_site(oracles: Path) -> None:
    """Against the others it rests on the sites at places 31, 37 and 68; without 68 it is far ahead."""
    x, y = school_sites(oracles)
    others = stats.efficiency(x[4:5], y[4:5], reference=(np.delete(x, 4, axis=0), np.delete(y, 4, axis=0)))
    assert (others.peers + (others.peers >= 4)).tolist() == [31, 37, 68]
    found = stats.efficiency_ladder(x, y, 4)
    assert found.dropped[:2].tolist() == [-1, 68]
    assert found.score.tolist() == pytest.approx([1.05044, 1.37089, 1.43179, 1.49793, 1.53710, 1.74882], abs=1e-5)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.sampled_from(list(RETURNS)), st.sampled_from(list(ORIENTATIONS)))
def test_each_rung_is_the_largest_change(seed: int, returns: str, orientation: str) -> None:
    """Whoever else had been left out, the score would have changed no more; and it never turns back."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(1, 9, (7, 2)), rng.uniform(1, 9, (7, 1))
    found = stats.efficiency_ladder(x, y, 2, returns=returns, orientation=orientation, steps=3)
    left = [place for place in range(7) if place != 2]
    sign = 1 if orientation == "input" else -1
    for rung, dropped in enumerate(found.dropped.tolist()[1:], start=1):
        others = {}
        for one in left:
            rest = [place for place in left if place != one]
            score = slow_score(x[2], y[2], x[rest], y[rest], returns=returns, orientation=orientation)
            others[one] = sign * score.value if score.status == "optimal" else np.inf
        assert others[dropped] == pytest.approx(max(others.values()), rel=1e-7)
        known = found.reason[rung] == ""
        assert known == bool(np.isfinite(others[dropped]))
        left.remove(dropped)
    climbing = sign * found.score[np.isfinite(found.score)]
    assert (np.diff(climbing) >= -1e-9).all()


def test_a_ladder_ends_where_nobody_is_left() -> None:
    """With a reason instead of a number."""
    found = stats.efficiency_ladder([[2.0], [1.0], [1.5]], [[1.0], [1.0], [1.0]], 0)
    assert found.dropped.tolist() == [-1, 1, 2]
    assert found.reason.tolist() == ["", "", "infeasible"]
    alone = stats.efficiency_ladder([[2.0]], [[1.0]], 0)
    assert alone.dropped.tolist() == [-1]
    assert alone.reason.tolist() == ["infeasible"]


def test_a_ladder_of_a_unit_without_figures() -> None:
    """It has one rung, which says why; and a unit without figures is nobody's peer."""
    x, y = [[2.0], [np.nan], [1.0]], [[1.0], [1.0], [1.0]]
    assert stats.efficiency_ladder(x, y, 1).reason.tolist() == ["missing_input"]
    assert stats.efficiency_ladder(x, y, 0).dropped.tolist() == [-1, 2]


def test_wrong_arguments_of_a_ladder() -> None:
    """A place that is not there, and no steps."""
    with pytest.raises(ArgumentError, match="at that place"):
        stats.efficiency_ladder([[1.0]], [[1.0]], 1)
    with pytest.raises(ArgumentError, match="steps"):
        stats.efficiency_ladder([[1.0]], [[1.0]], 0, steps=0)
    with pytest.raises(ArgumentError, match="unit"):
        stats.efficiency_ladder([[1.0]], [[1.0]], -1)


def slow_quantile(x: np.ndarray, y: np.ndarray, unit: int, level: float, orientation: str) -> tuple[float, int]:
    """The definition: the ratios of all who do as much, in order."""
    ratios = []
    for other in range(len(x)):
        if orientation == "input" and (y[other] >= y[unit]).all():
            ratios.append(max(x[other] / x[unit]))
        if orientation == "output" and (x[other] <= x[unit]).all():
            ratios.append(min(y[other] / y[unit]))
    rank = max(1, int(np.ceil((1 - level) * len(ratios) - 1e-9)))
    return sorted(ratios, reverse=orientation == "output")[rank - 1], len(ratios)


@given(st.integers(0, 10_000), st.floats(0.3, 0.99), st.sampled_from(list(ORIENTATIONS)))
def test_the_quantile_is_the_plain_one(seed: int, level: float, orientation: str) -> None:
    """One unit at a time."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(1, 6, (12, 2)).astype(float), rng.integers(1, 6, (12, 1)).astype(float)
    found = stats.quantile_efficiency(x, y, level=level, orientation=orientation)
    for unit in range(12):
        score, compared = slow_quantile(x, y, unit, level, orientation)
        assert found.score[unit] == pytest.approx(score)
        assert found.compared[unit] == compared


@given(st.integers(0, 10_000), st.sampled_from(list(ORIENTATIONS)))
def test_far_out_the_quantile_is_the_free_disposal_hull(seed: int, orientation: str) -> None:
    """With a level near 1 the best real unit decides; further in, scores are no harder."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(1, 9, (10, 2)), rng.uniform(1, 9, (10, 2))
    out, further_in = (
        stats.quantile_efficiency(x, y, level=level, orientation=orientation).score for level in (0.999, 0.6)
    )
    hull = [each.value for each in slow_efficiency(x, y, returns="fdh", orientation=orientation)]
    np.testing.assert_allclose(out, hull)
    assert (further_in >= out - 1e-12).all() if orientation == "input" else (further_in <= out + 1e-12).all()


def test_one_thrifty_unit_does_not_decide() -> None:
    """A potential against a single extreme unit: the quantile takes no notice of it."""
    x, y = np.array([[100.0]] * 19 + [[20.0]]), np.ones((20, 1))
    assert stats.quantile_efficiency(x, y, level=0.999).score[0] == pytest.approx(0.2)
    assert stats.quantile_efficiency(x, y, level=0.9).score[0] == pytest.approx(1.0)


def test_zeros_and_bad_figures() -> None:
    """An input of 0 asks for 0; what cannot be scaled has no score, and harms nobody else."""
    x = [[0.0, 2.0], [1.0, 1.0], [0.0, 0.0], [np.nan, 1.0], [-1.0, 1.0], [np.inf, 1.0]]
    found = stats.quantile_efficiency(x, [[1.0]] * 6, level=0.99)
    assert found.reason.tolist() == ["", "", "zero_input", "missing_input", "negative_input", "not_finite"]
    assert found.score[:2].tolist() == [0.0, 0.0]
    assert stats.quantile_efficiency([[1.0], [1.0]], [[0.0], [1.0]], orientation="output").reason.tolist() == [
        "no_output",
        "",
    ]


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few at a time gives what all at once gives."""
    rng = np.random.default_rng(2)
    x, y = rng.uniform(1, 9, (30, 2)), rng.uniform(1, 9, (30, 2))
    whole = stats.quantile_efficiency(x, y)
    monkeypatch.setattr("maalbib.stats.frontier._quantile_frontier._BLOCK", 200)
    assert stats.quantile_efficiency(x, y) == whole
