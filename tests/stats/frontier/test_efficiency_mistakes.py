"""What other systems get wrong about frontiers, each by name."""

from __future__ import annotations

import math

import numpy as np
import pytest

from maalbib import stats


def test_an_undefined_program_is_never_infinite_or_zero() -> None:
    """R Benchmarking answers -Inf, Inf or 0, without a word, where there is no score."""
    x = [[1.0, 2.0], [2.0, 1.0], [4.0, 4.0], [2.0, 2.0]]
    y = [[1.0], [2.0], [9.0], [0.0]]
    for returns in ("crs", "vrs", "nirs", "ndrs", "fdh"):
        for way in ("input", "output"):
            found = stats.efficiency(x, y, returns=returns, orientation=way, exclude_self=True)  # type: ignore[arg-type]
            assert not np.isinf(found.score).any()
            assert (found.score[np.isfinite(found.score)] > 0).all()
            assert all(
                bool(reason) == math.isnan(score) for reason, score in zip(found.reason, found.score, strict=True)
            )


def test_fdh_by_outputs_takes_zero_outputs() -> None:
    """R Benchmarking's FDH by outputs stops with an error when an output is 0."""
    found = stats.efficiency(
        [[2.0], [1.0], [2.0]], [[1.0, 0.0], [3.0, 0.0], [1.0, 1.0]], returns="fdh", orientation="output"
    )
    assert found.score.tolist() == [3.0, 1.0, 1.0]


def test_a_weakly_dominated_unit_is_not_efficient() -> None:
    """Unit 5 (100, 25) has the score 1 though unit 1 (100, 75) exists: 50 is left in the output."""
    spent = [[100.0], [200.0], [300.0], [500.0], [100.0], [200.0], [600.0]]
    made = [[75.0], [100.0], [300.0], [400.0], [25.0], [50.0], [400.0]]
    for returns in ("vrs", "fdh"):
        found = stats.efficiency(spent, made, returns=returns)  # type: ignore[arg-type]
        assert found.score[4] == pytest.approx(1)
        assert found.outcome[4] == "weakly_efficient"
        assert found.slack_outputs[4, 0] == pytest.approx(50)
        assert found.outcome[0] == "efficient"


def test_others_make_nothing_of_it_is_no_score_of_zero() -> None:
    """By outputs the program of a unit that alone makes something has the optimum 0, which is not how good it is."""
    x, y = [[1.0], [1.0], [1.0]], [[1.0, 0.0], [2.0, 0.0], [1.0, 1.0]]
    for way in ("input", "output"):
        found = stats.efficiency(x, y, returns="crs", orientation=way, exclude_self=True)  # type: ignore[arg-type]
        assert found.outcome[2] == "infeasible"


def test_a_unit_that_makes_something_of_nothing_is_no_peer() -> None:
    """A row of zeros among the inputs, a missing figure in disguise, would take every score to 0."""
    found = stats.efficiency([[1.0], [2.0], [0.0]], [[1.0], [1.0], [5.0]], returns="crs")
    assert found.score[:2].tolist() == [1.0, 0.5]
    assert (found.outcome[2], found.reason[2]) == ("refused", "zero_input")


def test_an_exact_twin_is_a_peer_and_never_oneself() -> None:
    """Of two units with the same figures each is left out of its own comparison only, so that its twin matches it."""
    found = stats.efficiency([[1.0], [1.0], [3.0]], [[2.0], [2.0], [3.0]], returns="crs", exclude_self=True)
    assert found.peers[:2].tolist() == [1, 0]
    assert found.score[:2].tolist() == [1.0, 1.0]
