"""Efficiency scores: every known case, the hand check, arguments, and units that cannot be judged."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import slow_efficiency as slow
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError

_OURS = {theirs: ours for ours, theirs in {**slow.RETURNS, **slow.ORIENTATIONS}.items()}
_REFUSED = {"refused", "no_positive_output", "unbounded"}

# One input, one output: worked by hand.
SPENT = [[100.0], [200.0], [300.0], [500.0], [100.0], [200.0], [600.0]]
MADE = [[75.0], [100.0], [300.0], [400.0], [25.0], [50.0], [400.0]]


def peers_of(found: stats.Efficiency, unit: int) -> dict[int, float]:
    """The peers of a unit with their weights."""
    part = slice(found.starts[unit], found.starts[unit + 1])
    return dict(zip(found.peers[part].tolist(), found.lambdas[part].tolist(), strict=True))


def test_every_known_score(oracles: Path) -> None:
    """6,048 programs in every technology and orientation, with and without the unit itself: value to 1e-8, status equal.

    Where the definition refuses a number, there is none: negative outputs, and units without output.
    """
    cases = slow.oracle_cases(oracles)
    rows = slow.rows_of(oracles / "peers" / "own" / "dea_scores.csv")
    found: dict[tuple[str, ...], stats.Efficiency] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        key = (row["case_id"], row["rts"], row["orientation"], row["model"])
        case = cases[row["case_id"]]
        if key not in found:
            found[key] = stats.efficiency(
                case.inputs,
                case.outputs,
                returns=_OURS[row["rts"]],  # type: ignore[arg-type]
                orientation=_OURS[row["orientation"]],  # type: ignore[arg-type]
                exclude_self=row["model"] != "standard",
            )
        unit = case.units.index(row["unit"])
        one, score = found[key].outcome[unit], found[key].score[unit]
        if one in _REFUSED:
            lowest = case.outputs[unit].max()
            assert math.isnan(score)
            assert lowest <= 0
        elif row["status"] == "optimal":
            assert found[key].certified[unit]
            assert score == pytest.approx(float(row["value"]), rel=1e-8), row
        else:
            assert (one, found[key].certified[unit]) == (row["status"], True), row
        seen[row["status"], "refused" if one in _REFUSED else "judged"] += 1
    assert seen == {
        ("optimal", "judged"): 5_909,
        ("infeasible", "judged"): 100,
        ("optimal", "refused"): 12,
        ("unbounded", "refused"): 27,
    }


def test_every_known_sum_of_slacks(oracles: Path) -> None:
    """The largest sum of slacks in columns of mean 1, to 1e-6; a unit without a score has none."""
    cases = slow.oracle_cases(oracles)
    found: dict[tuple[str, str], stats.Efficiency] = {}
    without = 0
    for row in slow.rows_of(oracles / "peers" / "own" / "dea_slacks.csv"):
        key, case = (row["case_id"], row["rts"]), cases[row["case_id"]]
        if key not in found:
            found[key] = stats.efficiency(case.inputs, case.outputs, returns=row["rts"])  # type: ignore[arg-type]
        unit, one = case.units.index(row["unit"]), found[key]
        total = sum(
            (slack[unit] / np.abs(table).mean(axis=0)).sum()
            for slack, table in ((one.slack_inputs, case.inputs), (one.slack_outputs, case.outputs))
        )
        if math.isnan(one.score[unit]):
            without += 1
            assert float(row["theta"]) == 0
        else:
            assert total == pytest.approx(float(row["max_slack_scaled"]), abs=1e-6), row
    assert without == 3


def published(oracles: Path, name: str) -> tuple[list[dict[str, str]], np.ndarray, np.ndarray, str]:
    """The rows of a published data set, its inputs and outputs, and the name of its units."""
    rows = slow.rows_of(oracles / "peers" / "published" / f"{name}.csv")
    sides = {
        "charnes1981": (["x1", "x2", "x3", "x4", "x5"], ["y1", "y2", "y3"], "firm"),
        "milkProd": (["energy", "vet", "cows"], ["milk"], "farmNo"),
    }[name]
    x, y = (np.array([[float(row[column]) for column in side] for row in rows]) for side in sides[:2])
    return rows, x, y, sides[2]


@pytest.mark.parametrize("name", ["charnes1981", "milkProd"])
def test_published_scores(oracles: Path, name: str) -> None:
    """The 70 school sites and the 108 dairy farms, every technology, standard and super, to 1e-9."""
    rows, x, y, code = published(oracles, name)
    known = {row["id"]: row for row in slow.rows_of(oracles / "peers" / "published" / f"{name}_scores.csv")}
    compared = 0
    for column in next(iter(known.values())):
        parts = column.removeprefix("super_").split("_")
        if len(parts) != 2 or parts[0] not in _OURS:
            continue
        found = stats.efficiency(
            x,
            y,
            returns=_OURS[parts[0]],  # type: ignore[arg-type]
            orientation=_OURS[parts[1]],  # type: ignore[arg-type]
            exclude_self=column.startswith("super_"),
        )
        assert found.certified.all()
        for place, row in enumerate(rows):
            if row[code] not in known:
                continue
            value = float(known[row[code]][column])
            if math.isinf(value):
                assert found.outcome[place] == "infeasible"
            else:
                assert found.score[place] == pytest.approx(value, rel=1e-9)
            compared += 1
    assert compared == 18 * len(known)


@pytest.mark.parametrize("returns", ["crs", "vrs"])
@pytest.mark.parametrize("name", ["charnes1981", "milkProd"])
def test_published_slacks_and_peers(oracles: Path, name: str, returns: str) -> None:
    """Slacks counted as they are add up to the published sums; weights are other ones of the same score, and fulfil it."""
    rows, x, y, code = published(oracles, name)
    found = stats.efficiency(x, y, returns=returns, slack_scale="none")  # type: ignore[arg-type]
    place = {row[code]: number for number, row in enumerate(rows)}
    known = slow.rows_of(oracles / "peers" / "published" / f"{name}_slack_{returns}_in.csv")
    for row in known:
        unit = place[row["id"]]
        total = found.slack_inputs[unit].sum() + found.slack_outputs[unit].sum()
        assert total == pytest.approx(float(row["sum_slack"]), rel=1e-6, abs=1e-6)
    weights = np.zeros((len(x), len(x)))
    weights[np.repeat(np.arange(len(x)), np.diff(found.starts)), found.peers] = found.lambdas
    assert_allclose(weights @ x, found.target_inputs, rtol=1e-9)
    assert_allclose(weights @ y, found.target_outputs, rtol=1e-9)
    if returns == "vrs":
        assert_allclose(weights.sum(axis=1), 1)


def test_the_seven_units_of_the_hand_check(oracles: Path) -> None:
    """The published figures of the small example, to 1e-9."""
    rows = slow.rows_of(oracles / "peers" / "published" / "toy7_scores.csv")
    x, y = ([[float(row[side])] for row in rows] for side in "xy")
    assert (x, y) == (SPENT, MADE)
    for column in list(rows[0])[3:]:
        rts, way = column.removeprefix("super_").split("_")
        found = stats.efficiency(
            x,
            y,
            returns=_OURS[rts],  # type: ignore[arg-type]
            orientation=_OURS[way],  # type: ignore[arg-type]
            exclude_self=column.startswith("super_"),
        )
        for unit, row in enumerate(rows):
            value = float(row[column])
            if math.isinf(value):
                assert (found.outcome[unit], found.reason[unit]) == ("infeasible", "infeasible")
                assert math.isnan(found.score[unit])
            else:
                assert found.score[unit] == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("returns", "exclude_self", "scores"),
    [
        ("crs", False, [0.75, 0.5, 1, 0.8, 0.25, 0.25, 2 / 3]),
        ("vrs", False, [1, 11 / 18, 1, 1, 1, 0.5, 5 / 6]),
        ("fdh", False, [1, 1, 1, 1, 1, 0.5, 5 / 6]),
        ("vrs", True, [15 / 11, 11 / 18, 49 / 39, 1.2, 1, 0.5, 5 / 6]),
    ],
)
def test_hand_check(returns: Any, exclude_self: bool, scores: list[float]) -> None:  # noqa: FBT001
    """One input and one output, worked by hand."""
    found = stats.efficiency(SPENT, MADE, returns=returns, exclude_self=exclude_self)
    assert_allclose(found.score, scores, rtol=1e-12)
    assert found.certified.all()


def test_peers_slacks_targets_and_prices_of_the_hand_check() -> None:
    """The second unit stands against 8/9 of the first and 1/9 of the third; the fifth makes 50 too little."""
    found = stats.efficiency(SPENT, MADE)
    assert peers_of(found, 1) == {0: pytest.approx(8 / 9), 2: pytest.approx(1 / 9)}
    assert peers_of(found, 0) == {0: 1.0}
    assert peers_of(found, 4) == {0: 1.0}
    assert_allclose(found.slack_outputs.ravel(), [0, 0, 0, 0, 50, 25, 0], atol=1e-12)
    assert_allclose(found.target_inputs.ravel()[[1, 4, 5]], [1100 / 9, 100, 100])
    assert_allclose(found.target_outputs.ravel()[[1, 4, 5]], [100, 75, 75])
    assert_allclose(found.radial_outputs.ravel(), np.ravel(MADE))
    assert_allclose(found.weight_inputs[1], 1 / 200)
    assert_allclose(found.weight_outputs[1] * 100 + found.weight_scale[1], 11 / 18)
    by_outputs = stats.efficiency(SPENT, MADE, orientation="output")
    assert by_outputs.score[1] == pytest.approx(1.875)
    assert_allclose(by_outputs.target_outputs[1], 187.5)
    assert peers_of(by_outputs, 1) == {0: pytest.approx(0.5), 2: pytest.approx(0.5)}


def test_a_chosen_part_and_another_set() -> None:
    """Peers are counted in the reference set as it was given."""
    apart = [False, False, True, True, False, False, False]
    found = stats.efficiency(SPENT, MADE, returns="crs", reference=apart)
    assert found.score[0] == pytest.approx(0.75)
    assert set(peers_of(found, 0)) == {2}
    assert found.reference_units == 2
    other = stats.efficiency(SPENT, MADE, returns="crs", reference=([[math.nan], [10.0]], [[1.0], [5.0]]))
    assert other.score[2] == pytest.approx(2)
    assert peers_of(other, 2) == {1: pytest.approx(60)}
    assert other.outcome[2] == "efficient"


def test_a_single_unit() -> None:
    """Alone a unit is its own peer; without itself there is nobody to reach it."""
    alone = stats.efficiency([[3.0, 4.0]], [[2.0]])
    assert (alone.score.tolist(), alone.outcome.tolist(), peers_of(alone, 0)) == ([1.0], ["efficient"], {0: 1.0})
    left = stats.efficiency([[3.0, 4.0]], [[2.0]], exclude_self=True)
    assert (left.outcome.tolist(), left.certified.tolist()) == (["infeasible"], [True])
    nobody = stats.efficiency(np.empty((0, 2)), np.empty((0, 1)))
    assert (len(nobody.score), nobody.starts.tolist()) == (0, [0])


@pytest.mark.parametrize("returns", slow.RETURNS)
@pytest.mark.parametrize("orientation", slow.ORIENTATIONS)
def test_units_that_cannot_be_judged(returns: Any, orientation: Any) -> None:
    """Each kind of unusable unit has its word, a NaN, no peers, and changes nobody's score."""
    good_x, good_y = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]]), np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 1.0]])
    bad_x = [[math.nan, 1], [1, math.inf], [-1, 1], [0, 0]]
    x, y = np.vstack([good_x, bad_x]), np.vstack([good_y, np.ones((4, 2))])
    found = stats.efficiency(x, y, returns=returns, orientation=orientation)
    assert found.reason.tolist() == ["", "", "", "missing_input", "not_finite", "negative_input", "zero_input"]
    assert found.outcome[3:].tolist() == ["refused"] * 4
    alone = stats.efficiency(good_x, good_y, returns=returns, orientation=orientation)
    assert_array_equal(found.score, [*alone.score, *[math.nan] * 4])
    assert found.peers.max() < 3
    assert np.isnan(found.target_inputs[3:]).all()
    assert not found.certified[3:].any()


def test_units_without_output() -> None:
    """By outputs there is nothing to multiply; by inputs nothing would do as well, unless the weights must add up to 1."""
    x, y = [[1.0], [2.0], [4.0]], [[1.0], [0.0], [2.0]]
    words = {
        (returns, way): stats.efficiency(x, y, returns=returns, orientation=way).outcome[1]  # type: ignore[arg-type]
        for returns in slow.RETURNS
        for way in slow.ORIENTATIONS
    }
    assert {word for (_, way), word in words.items() if way == "output"} == {"unbounded"}
    assert [words[returns, "input"] for returns in ("crs", "nirs")] == ["no_positive_output"] * 2
    assert [words[returns, "input"] for returns in ("vrs", "ndrs", "fdh")] == ["inefficient"] * 3


def test_negative_outputs_are_refused_where_they_have_no_meaning() -> None:
    """A loss times a factor is no goal; by inputs, with weights that add up to at least 1, it is a figure like others."""
    x, y = [[1.0], [2.0], [2.0]], [[1.0], [-1.0], [3.0]]
    reasons = {
        (returns, way): stats.efficiency(x, y, returns=returns, orientation=way).reason[1]  # type: ignore[arg-type]
        for returns in slow.RETURNS
        for way in slow.ORIENTATIONS
    }
    fine = {key for key, reason in reasons.items() if not reason}
    assert fine == {("vrs", "input"), ("ndrs", "input"), ("fdh", "input")}
    assert set(reasons.values()) == {"", "negative_output"}
    assert stats.efficiency(x, y).score[1] == pytest.approx(0.5)


def test_zero_inputs_and_outputs_of_some_kinds_are_fine() -> None:
    """Whoever uses none of a kind is held against those who use none of it."""
    x, y = [[0.0, 2.0], [0.0, 1.0], [1.0, 0.5]], [[1.0, 0.0], [1.0, 0.0], [2.0, 1.0]]
    found = stats.efficiency(x, y)
    assert_allclose(found.score, [0.5, 1, 1])
    assert peers_of(found, 0) == {1: 1.0}
    without = stats.efficiency(x, y, exclude_self=True)
    assert without.outcome.tolist() == ["inefficient", "efficient", "infeasible"]
    assert without.score[1] == pytest.approx(2)


def test_few_units_for_many_columns_are_told() -> None:
    """Fewer than max(m s, 3 (m + s)) units: the score says more of the columns than of the units."""
    rng = np.random.default_rng(0)
    for units, few in ((17, True), (18, False)):
        x, y = rng.random((units, 3)) + 0.1, rng.random((units, 3))
        assert stats.efficiency(x, y).few_units is few


def test_super_efficiency_lists_who_is_far_ahead() -> None:
    """Above 1.2, by inputs or by outputs; a unit beyond all others has no score and is not cleared."""
    x, y = [[1.0], [1.0], [1.0]], [[1.0], [1.1], [2.0]]
    for way in ("input", "output"):
        found = stats.super_efficiency(x, y, returns="crs", orientation=way)  # type: ignore[arg-type]
        assert found.outlier.tolist() == [False, False, True]
        assert found.score[2] == pytest.approx(20 / 11 if way == "input" else 11 / 20)
    beyond = stats.super_efficiency(x, y)
    assert (beyond.outcome[2], beyond.outlier[2], beyond.reason[2]) == ("infeasible", False, "infeasible")
    assert not stats.super_efficiency(x, y, returns="crs", outlier_above=2).outlier.any()


def test_scale_efficiency_of_the_hand_check() -> None:
    """Below the best size returns increase, above it they decrease."""
    found = stats.scale_efficiency(SPENT, MADE)
    assert_allclose(found.scale, [0.75, 9 / 11, 1, 0.8, 0.25, 0.5, 0.8])
    assert found.returns.tolist() == [
        *["increasing"] * 2,
        "constant",
        "decreasing",
        *["increasing"] * 2,
        "decreasing",
    ]
    by_outputs = stats.scale_efficiency(SPENT, MADE, orientation="output")
    assert_allclose(by_outputs.scale * by_outputs.crs, by_outputs.vrs)
    assert stats.scale_efficiency([[math.nan]], [[1.0]]).returns.tolist() == [""]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"inputs": [1.0, 2.0]}, "argument.shape"),
        ({"inputs": np.empty((2, 0))}, "argument.shape"),
        ({"outputs": [[1.0]]}, "argument.shape"),
        ({"inputs": [["a"], ["b"]]}, "argument.numbers"),
        ({"returns": "increasing"}, "argument.choice"),
        ({"orientation": "in"}, "argument.choice"),
        ({"slack_scale": "max"}, "argument.choice"),
        ({"tolerance": -1.0}, "argument.range"),
        ({"block": 0}, "argument.whole_number"),
        ({"reference": [0, 1]}, "frontier.reference"),
        ({"reference": [True]}, "frontier.reference"),
        ({"reference": ([[1.0]],)}, "frontier.reference"),
        ({"reference": ([[1.0, 2.0]], [[1.0]])}, "argument.shape"),
        ({"reference": ([[1.0]], [[1.0]]), "exclude_self": True}, "frontier.no_self"),
    ],
)
def test_wrong_arguments(change: dict[str, Any], code: str) -> None:
    """What no data could make right is told."""
    with pytest.raises(ArgumentError) as caught:
        stats.efficiency(**{"inputs": [[1.0], [2.0]], "outputs": [[1.0], [2.0]]} | change)
    assert caught.value.code == code


@pytest.mark.parametrize("limit", [0.9, math.inf, math.nan, True])
def test_wrong_limit_of_outliers(limit: float) -> None:
    """A unit that is not ahead is no outlier."""
    with pytest.raises(ArgumentError, match="outlier_above"):
        stats.super_efficiency([[1.0]], [[1.0]], outlier_above=limit)


def test_inputs_stay_as_they_are() -> None:
    """Nothing is written into what was given."""
    x, y = np.array(SPENT), np.array(MADE)
    x.setflags(write=False)
    y.setflags(write=False)
    stats.efficiency(x, y, exclude_self=True)
    assert x.ravel().tolist() == np.ravel(SPENT).tolist()
