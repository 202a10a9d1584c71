"""Flags of a board by chance: sums, simulation, edges."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats, texts
from maalbib.errors import ArgumentError


@given(st.lists(st.tuples(st.integers(0, 40_000), st.floats(0, 1)), max_size=8))
def test_families_add_up(board: list[tuple[int, float]]) -> None:
    """Each family is what it is alone, and the board is their sum."""
    tests, rates = [m for m, _ in board], [r for _, r in board]
    found, alone = stats.board_by_chance(tests, rates), stats.expected_by_chance(tests, rates)
    assert_array_equal(found.expected, alone.expected)
    assert_allclose(found.sd, alone.sd)
    assert_allclose(found.total, sum(m * r for m, r in board))
    assert_allclose(found.total_sd, math.sqrt(sum(m * r * (1 - r) for m, r in board)))
    assert_allclose(found.any_flag, 1 - math.prod((1 - r) ** m for m, r in board), atol=1e-12)


def test_a_board_of_98_municipalities() -> None:
    """200 indicators give 980 flags at 5 %, 39 at 0.2 %, and 353 latest points of charts, though nothing happens."""
    found = stats.board_by_chance([19_600] * 3, [0.05, 0.002, 0.018])
    assert_allclose(found.expected, [980, 39.2, 352.8])
    assert_allclose(found.total, 1372)
    assert_allclose(found.any_flag, 1)


def test_tests_that_move_together() -> None:
    """The spread of correlated flags, by simulation of units that share their luck."""
    rng = np.random.default_rng(3)
    m, rate, shared = 98, 0.05, 0.2
    # With probability sqrt(c) a test takes the flag of the family instead of its own: correlation c between any two.
    common = rng.random((40_000, 1)) < rate
    flags = np.where(rng.random((40_000, m)) < math.sqrt(shared), common, rng.random((40_000, m)) < rate)
    found = stats.board_by_chance(m, rate, correlation=shared)
    assert_allclose(flags.sum(axis=1).mean(), found.total, rtol=0.03)
    assert_allclose(flags.sum(axis=1).std(), found.total_sd, rtol=0.03)
    assert math.isnan(found.any_flag)


def test_edges() -> None:
    """No family, a family of none, and one that is not known: a part is not the whole."""
    nobody = stats.board_by_chance([], [])
    assert (nobody.total, nobody.total_sd, nobody.any_flag) == (0, 0, 0)
    assert stats.board_by_chance([0, 5], [1.0, 0.0]).any_flag == 0
    bad = stats.board_by_chance(
        [math.nan, math.inf, -1, 5, 5, 5], [0.1, 0.1, 0.1, 1.1, 0.1, 0.1], correlation=[0] * 4 + [2, 0]
    )
    assert bad.reason.tolist() == ["missing_input", "not_finite", "negative_input", *["share_out_of_range"] * 2, ""]
    assert bad.expected[5] == 0.5
    assert math.isnan(bad.total)
    assert math.isnan(bad.total_sd)
    with pytest.raises(ArgumentError, match="rates must have the shape"):
        stats.board_by_chance([1, 2, 3], [0.1, 0.2])
    with pytest.raises(ArgumentError, match="tests must have the shape"):
        stats.board_by_chance([[1]], 0.1)


RESULTS = {
    "AdjustedLimits": lambda: stats.adjusted_funnel_limits([10, 0], 0.02, kind="ratio"),
    "Benchmark": lambda: stats.benchmark([0.4, math.nan], 0.6, 0.5, direction="higher", margin=0.1),
    "BoardByChance": lambda: stats.board_by_chance([98, math.nan], 0.05),
    "FunnelLimits": lambda: stats.funnel_limits([3, math.nan, 9], [10, 10, 4]),
    "Overdispersion": lambda: stats.overdispersion([0, 9, 31], [4.1, 10.2, 15.0], kind="ratio", method="log"),
    "Quantile": lambda: stats.quantile([[1, 2], [math.nan] * 2], [0.1, 0.5]),
    "QuantileGroups": lambda: stats.quantile_groups([3, 1, math.nan], 2),
}


@pytest.mark.parametrize("name", RESULTS)
def test_results_are_frozen_and_pickle(name: str) -> None:
    """A result survives a process pool, equals its copy though NaN is in it, and cannot be changed."""
    result = RESULTS[name]()
    assert type(result).__name__ == name
    copy = pickle.loads(pickle.dumps(result))
    assert copy == result == RESULTS[name]()
    with pytest.raises(AttributeError):
        result.reason = ""  # type: ignore[misc]
    with pytest.raises(TypeError):
        hash(result)


REASONS = [
    "inverted_band",
    "no_margin",
    "no_reference",
    "own_benchmark",
    "single_unit",
    "suppressed",
    "zero_numerator",
]


@pytest.mark.parametrize(
    "reason", [*REASONS, "expected_zero", "inverted_interval", "too_few_events", "too_few_units"]
)
def test_reasons_have_words(reason: str) -> None:
    """Every code of these kernels is explained in both languages."""
    for language in ("da", "en"):
        assert texts.phrase("reason", reason, language)
