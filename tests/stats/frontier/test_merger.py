"""Merger gains: known figures, the law of the three parts, and mergers beyond the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_efficiency import RETURNS, rows_of, slow_efficiency

from maalbib import stats
from maalbib.errors import ArgumentError

X, Y = [[100.0], [200.0], [300.0], [500.0]], [[75.0], [100.0], [300.0], [400.0]]
_OURS = {theirs: ours for ours, theirs in RETURNS.items()}


def test_the_known_gains(oracles: Path) -> None:
    """Potential, corrected, learning, harmony and size to 1e-8; infeasible ones have a reason."""
    folder = oracles / "peers" / "own"
    inputs, scores = rows_of(folder / "merge_inputs.csv"), rows_of(folder / "merge_scores.csv")
    parts = (
        ("potential", "E"),
        ("corrected", "Estar"),
        ("learning", "learning"),
        ("harmony", "harmony"),
        ("size", "size"),
    )
    gone = 0
    for code, rts in sorted({(row["case_id"], row["rts"]) for row in scores}):
        rows = [row for row in inputs if row["case_id"] == code]
        units = [row["unit"] for row in rows]
        x, y = (
            np.array([[float(row[n]) for n in row if n[0] == side and n[1:].isdigit() and row[n]] for row in rows])
            for side in "xy"
        )
        told = [row for row in scores if (row["case_id"], row["rts"]) == (code, rts)]
        groups = [[units.index(unit) for unit in row["members"].split("+")] for row in told]
        found = stats.merger_gains(x, y, groups, returns=_OURS[rts])
        for at, row in enumerate(told):
            for ours, theirs in parts:
                value = getattr(found, ours)[at]
                assert (np.isnan(value) and not row[theirs]) or value == pytest.approx(float(row[theirs]), rel=1e-8)
            assert (found.reason[at] == "merged_beyond_data") == (row["status_E"] == "infeasible")
            gone += row["status_E"] == "infeasible"
    assert gone > 10


def test_the_published_mergers(oracles: Path) -> None:
    """Pairs of 70 school sites, and two mergers of a hand check."""
    folder = oracles / "peers" / "published"
    rows = rows_of(folder / "charnes1981.csv")
    x, y = (np.array([[float(row[n]) for n in row if n[0] == s and n[1:].isdigit()] for row in rows]) for s in "xy")
    for row in rows_of(folder / "merge_charnes1981.csv"):
        group = [int(row["unit1"]) - 1, int(row["unit2"]) - 1]
        found = stats.merger_gains(x, y, [group], returns=_OURS[row["rts"]])
        figures = [float(row[n]) if row[n] else np.nan for n in ("Eff", "Estar", "learning", "harmony", "size")]
        own = [found.potential[0], found.corrected[0], found.learning[0], found.harmony[0], found.size[0]]
        np.testing.assert_allclose(own, np.where(np.isfinite(figures), figures, np.nan), rtol=1e-8)


def test_the_hand_check() -> None:
    """As it can be worked out on paper."""
    crs = stats.merger_gains(X, Y, [[0, 1]], returns="crs")
    assert [crs.potential[0], crs.corrected[0]] == pytest.approx([0.583333, 1], abs=1e-6)
    vrs = stats.merger_gains(X, Y, [[0, 1], [2, 3]])
    assert [vrs.potential[0], vrs.corrected[0], vrs.harmony[0], vrs.size[0]] == pytest.approx(
        [0.629630, 0.85, 1, 0.85], abs=1e-6
    )
    assert vrs.reason.tolist() == ["", "merged_beyond_data"]
    assert vrs.members.tolist() == [2, 2]
    assert np.isnan(vrs.potential[1])


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from(list(RETURNS)))
def test_learning_times_harmony_times_size(seed: int, returns: str) -> None:
    """The parts make the whole, and each is the plain definition."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(1, 9, (8, 2)), rng.uniform(1, 9, (8, 2))
    members = rng.permutation(8)[: rng.integers(2, 4)]
    found = stats.merger_gains(x, y, [members], returns=returns)
    own = np.array([each.value for each in slow_efficiency(x, y, returns=returns)])
    best = (x * own[:, None])[members]
    for name, one in (
        ("potential", (x[members].sum(axis=0), y[members].sum(axis=0))),
        ("corrected", (best.sum(axis=0), y[members].sum(axis=0))),
        ("harmony", (best.mean(axis=0), y[members].mean(axis=0))),
    ):
        slow = slow_efficiency([one[0]], [one[1]], returns=returns, reference=(x, y))[0]
        np.testing.assert_allclose(getattr(found, name), [slow.value], rtol=1e-7)
    np.testing.assert_allclose(found.learning * found.harmony * found.size, found.potential, rtol=1e-9)
    assert (found.reason[0] == "") == bool(np.isfinite(found.potential + found.harmony)[0])


def test_size_gives_nothing_under_constant_returns() -> None:
    """Twice the unit is as good as the unit."""
    rng = np.random.default_rng(5)
    x, y = rng.uniform(1, 9, (10, 2)), rng.uniform(1, 9, (10, 1))
    found = stats.merger_gains(x, y, [[0, 1], [2, 3, 4], [5, 9]], returns="crs")
    np.testing.assert_allclose(found.size, 1, rtol=1e-9)


def test_a_member_without_figures() -> None:
    """The merger has no figure, and says so; the others stand."""
    found = stats.merger_gains([*X, [np.nan]], [*Y, [1.0]], [[0, 1], [0, 4]])
    assert found.reason.tolist() == ["", "missing_input"]
    assert np.isnan(found.learning[1])
    assert found.potential[0] == stats.merger_gains(X, Y, [[0, 1]]).potential[0]


@pytest.mark.parametrize("group", [[0], [0, 0], [[0, 1]], [0.0, 1.0], []])
def test_a_merger_has_two_different_members(group: list[object]) -> None:
    """Anything else is a wrong argument."""
    with pytest.raises(ArgumentError) as caught:
        stats.merger_gains(X, Y, [group])
    assert caught.value.code == "frontier.merger"


def test_a_member_that_is_not_there() -> None:
    """Positions are counted from 0, never from the end."""
    for group in ([0, 4], [-1, 0]):
        with pytest.raises(ArgumentError, match="at that place"):
            stats.merger_gains(X, Y, [group])


def test_no_mergers() -> None:
    """Nothing asked, nothing told."""
    assert stats.merger_gains(X, Y, []).potential.shape == (0,)
