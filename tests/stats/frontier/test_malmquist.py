"""Malmquist's index: known distances, the way up in both orientations, and honest gaps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_efficiency import ORIENTATIONS, RETURNS, rows_of, slow_efficiency

from maalbib import stats
from maalbib.errors import ArgumentError

DISTANCES = {"e00": "old_on_old", "e10": "new_on_old", "e11": "new_on_new", "e01": "old_on_new"}
_OURS = {theirs: ours for ours, theirs in {**RETURNS, **ORIENTATIONS}.items()}


def panel(rows: list[dict[str, str]]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Units, inputs and outputs of the two periods of a case."""
    names = {
        side: [name for name in rows[0] if name[0] == side and name[1:].isdigit() and rows[0][name]] for side in "xy"
    }
    units = [row["unit"] for row in rows if row["period"] == "0"]
    by = {(row["unit"], row["period"]): row for row in rows}
    x, y = (np.array([[[float(by[u, t][n]) for n in names[side]] for u in units] for t in "01"]) for side in "xy")
    return units, x, y


def test_the_known_distances_and_indices(oracles: Path) -> None:
    """Every figure to 1e-8; an infeasible part leaves the index out and says why."""
    folder = oracles / "peers" / "own"
    inputs, scores = rows_of(folder / "malmquist_inputs.csv"), rows_of(folder / "malmquist_scores.csv")
    settings = sorted({(row["case_id"], row["rts"], row["orientation"]) for row in scores})
    gaps = 0
    for code, rts, way in settings:
        units, x, y = panel([row for row in inputs if row["case_id"] == code])
        found = stats.malmquist(x, y, returns=_OURS[rts], orientation=_OURS[way])
        for row in scores:
            if (row["case_id"], row["rts"], row["orientation"]) != (code, rts, way):
                continue
            at = (0, units.index(row["unit"]))
            for theirs, ours in DISTANCES.items():
                value = getattr(found, ours)[at]
                assert (np.isnan(value) and not row[theirs]) or value == pytest.approx(float(row[theirs]), rel=1e-8)
            if "infeasible" in (row["status_e10"], row["status_e01"]):
                gaps += 1
                assert np.isnan(found.progress[at])
                assert found.reason[at] == "beyond_other_frontier"
                continue
            for theirs, ours in (("m", "progress"), ("ec", "catching_up"), ("tc", "frontier_shift")):
                figure = float(row[theirs]) if way == "in" else 1 / float(row[theirs])
                assert getattr(found, ours)[at] == pytest.approx(figure, rel=1e-8)
            assert found.reason[at] == ""
    assert gaps >= 15


def test_the_published_example(oracles: Path) -> None:
    """Four units in eight settings."""
    for row in (rows := rows_of(oracles / "peers" / "published" / "malmquist_toy.csv")):
        group = [each for each in rows if (each["rts"], each["orient"]) == (row["rts"], row["orient"])]
        x, y = (np.array([[[float(each[f"{side}{t}"])] for each in group] for t in "01"]) for side in "xy")
        found = stats.malmquist(x, y, returns=_OURS[row["rts"]], orientation=_OURS[row["orient"]])
        at = (0, group.index(row))
        if not all(row[name] and np.isfinite(float(row[name])) for name in DISTANCES):
            assert np.isnan(found.progress[at])
            assert found.reason[at] == "beyond_other_frontier"
            continue
        figure = float(row["m"]) if row["orient"] == "in" else 1 / float(row["m"])
        assert found.progress[at] == pytest.approx(figure, rel=1e-9)


def test_an_index_is_never_zero_infinite_or_silently_missing(oracles: Path) -> None:
    """A known mistake: 0, Inf or NaN without a word where a mixed-period program is infeasible."""
    inputs = rows_of(oracles / "peers" / "own" / "malmquist_inputs.csv")
    seen = 0
    for code in sorted({row["case_id"] for row in inputs}):
        _, x, y = panel([row for row in inputs if row["case_id"] == code])
        for returns in RETURNS:
            for orientation in ORIENTATIONS:
                found = stats.malmquist(x, y, returns=returns, orientation=orientation)
                gone = np.isnan(found.progress)
                assert ((found.reason != "") == gone).all()
                assert (found.progress[~gone] > 0).all()
                assert np.isfinite(found.progress[~gone]).all()
                seen += int(gone.sum())
    assert seen > 30


def test_output_change_is_not_read_the_wrong_way() -> None:
    """A known mistake: output scores fall as things get better, so that an index below 1 would be progress. Here it is above 1."""
    x = [[[10.0], [10.0]], [[10.0], [10.0]]]
    y = [[[4.0], [5.0]], [[6.0], [7.5]]]
    by = {way: stats.malmquist(x, y, orientation=way) for way in ("input", "output")}
    for found in by.values():
        np.testing.assert_allclose(found.progress, 1.5)
        np.testing.assert_allclose(found.frontier_shift, 1.5)
        np.testing.assert_allclose(found.catching_up, 1)
    assert (by["output"].new_on_old < by["output"].old_on_old).all()


@given(st.integers(0, 10_000), st.sampled_from(list(RETURNS)), st.sampled_from(list(ORIENTATIONS)))
def test_identical_periods_give_one(seed: int, returns: str, orientation: str) -> None:
    """Where nothing moves, nothing has changed."""
    rng = np.random.default_rng(seed)
    x, y = np.repeat(rng.uniform(1, 9, (1, 6, 2)), 3, axis=0), np.repeat(rng.uniform(1, 9, (1, 6, 1)), 3, axis=0)
    found = stats.malmquist(x, y, returns=returns, orientation=orientation)
    assert found.progress.shape == (2, 6)
    for figure in (found.progress, found.catching_up, found.frontier_shift):
        np.testing.assert_allclose(figure, 1, rtol=1e-9)


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.sampled_from(list(RETURNS)), st.sampled_from(list(ORIENTATIONS)))
def test_the_plain_definition(seed: int, returns: str, orientation: str) -> None:
    """Four programs for each unit, written down; several periods go pair by pair."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(1, 9, (3, 5, 2)).astype(float), rng.integers(1, 9, (3, 5, 1)).astype(float)
    found = stats.malmquist(x, y, returns=returns, orientation=orientation)
    options = {"returns": returns, "orientation": orientation}
    for step in range(2):
        old, new = (x[step], y[step]), (x[step + 1], y[step + 1])
        slow = {
            "old_on_old": slow_efficiency(*old, **options),
            "new_on_old": slow_efficiency(*new, reference=old, **options),
            "new_on_new": slow_efficiency(*new, **options),
            "old_on_new": slow_efficiency(*old, reference=new, **options),
        }
        for name, scores in slow.items():
            np.testing.assert_allclose(getattr(found, name)[step], [each.value for each in scores], rtol=1e-7)
    np.testing.assert_allclose(found.progress, found.catching_up * found.frontier_shift)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_constant_returns_see_the_same_change_from_both_sides(seed: int) -> None:
    """With constant returns the input and the output index are one."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(1, 9, (2, 6, 2)), rng.uniform(1, 9, (2, 6, 2))
    one, other = (stats.malmquist(x, y, orientation=way) for way in ("input", "output"))
    np.testing.assert_allclose(one.progress, other.progress, rtol=1e-7)
    np.testing.assert_allclose(one.catching_up, other.catching_up, rtol=1e-7)


def test_a_unit_that_is_missing_once() -> None:
    """It has no index for the steps it is missing from, and is on the frontier of the periods it is there."""
    x = np.array([[[2.0], [4.0]], [[2.0], [np.nan]], [[2.0], [4.0]]])
    y = np.array([[[1.0], [4.0]], [[1.0], [4.0]], [[1.0], [4.0]]])
    found = stats.malmquist(x, y)
    assert found.reason.tolist() == [["", "missing_input"], ["", "missing_input"]]
    assert found.old_on_old[:, 0].tolist() == pytest.approx([0.5, 1])
    assert found.progress[:, 0].tolist() == pytest.approx([1.0, 1.0])
    assert found.catching_up[:, 0].tolist() == pytest.approx([2.0, 0.5])


def test_shapes() -> None:
    """Periods first; one period has no change."""
    assert stats.malmquist(np.ones((1, 3, 1)), np.ones((1, 3, 1))).progress.shape == (0, 3)
    with pytest.raises(ArgumentError, match="inputs"):
        stats.malmquist(np.ones((3, 1)), np.ones((3, 1)))
    with pytest.raises(ArgumentError, match="outputs"):
        stats.malmquist(np.ones((2, 3, 1)), np.ones((2, 2, 1)))
