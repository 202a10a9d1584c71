"""Bootstrap of efficiency: the figures given replications, the replications themselves, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_efficiency import rows_of, slow_efficiency

from maalbib import stats
from maalbib.errors import ArgumentError

REPLICATIONS = [f"rep{place:03}" for place in range(1, 201)]


@pytest.fixture(scope="module")
def milk(oracles: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Inputs and outputs of 108 farms, and of half of them what another program drew and concluded."""
    folder = oracles / "peers" / "published"
    rows = rows_of(folder / "milkProd.csv")
    farms = [row["farmNo"] for row in rows]
    drawn, told = (rows_of(folder / f"milkProd_bootstrap_{name}.csv") for name in ("replications", "vrs_in"))
    figures = {name: np.array([float(row[name]) for row in told]) for name in told[0]}
    figures["places"] = np.array([farms.index(row["id"]) for row in told])
    return (
        np.array([[float(row[name]) for name in ("energy", "vet", "cows")] for row in rows]),
        np.array([[float(row["milk"])] for row in rows]),
        np.array([[float(row[name]) for row in drawn] for name in REPLICATIONS]),
        figures,
    )


def test_the_figures_of_given_replications(milk: tuple) -> None:
    """Bias, corrected score, interval and variance to 1e-9."""
    _, _, drawn, told = milk
    found = stats.corrected_efficiency(told["eff"], drawn)
    for ours, theirs in (
        ("corrected", "eff_bc"),
        ("bias", "bias"),
        ("lower", "lo"),
        ("upper", "hi"),
        ("variance", "var"),
    ):
        np.testing.assert_allclose(getattr(found, ours), told[theirs], rtol=0, atol=1e-9)
    assert set(found.reason) == {""}
    assert not found.outside.any()
    assert found.used.tolist() == [200] * 54


def test_our_draws_agree_with_those_of_another_program(milk: tuple) -> None:
    """Own replications give the same bias and spread, unit by unit, as far as 150 of them tell."""
    x, y, _, told = milk
    found = stats.bootstrap_efficiency(x, y, replications=150)
    ours, places = found.bias, told["places"]
    np.testing.assert_allclose(found.score[places], told["eff"], atol=1e-9)
    assert np.corrcoef(ours[places], told["bias"])[0, 1] > 0.99
    assert ours[places].mean() == pytest.approx(told["bias"].mean(), rel=0.08)
    spread, other = np.sqrt(found.variance[places]).mean(), np.sqrt(told["var"]).mean()
    assert spread == pytest.approx(other, rel=0.1)


def test_all_efficient_is_refused() -> None:
    """A known mistake: with nobody off the frontier there is no spread to draw from, and no bandwidth is made up."""
    found = stats.bootstrap_efficiency([[1.0], [2.0], [3.0]], [[1.0], [2.0], [3.0]], returns="crs", replications=5)
    assert found.reason.tolist() == ["all_efficient"] * 3
    assert np.isnan(found.bandwidth)
    assert np.isnan([found.corrected, found.lower, found.upper, found.bias]).all()
    assert found.score.tolist() == pytest.approx([1, 1, 1])


def test_a_unit_without_a_score_does_not_spoil_the_bandwidth() -> None:
    """A known mistake: bandwidths on values that are not finite. The others get what they get without it."""
    rng = np.random.default_rng(3)
    x, y = rng.uniform(1, 9, (12, 2)), rng.uniform(1, 9, (12, 1))
    alone = stats.bootstrap_efficiency(x, y, replications=60, seed=4)
    holed = np.vstack([x, [np.nan, 1], [0, 0]])
    more = stats.bootstrap_efficiency(holed, np.vstack([y, [2], [2]]), replications=60, seed=4)
    assert more.bandwidth == alone.bandwidth
    np.testing.assert_array_equal(more.corrected[:12], alone.corrected)
    assert more.reason.tolist()[:13] == [""] * 12 + ["missing_input"]
    assert more.reason[13]


def test_no_negative_corrected_efficiency() -> None:
    """A known mistake: a correction beyond what scores can be gives a negative score. It is left out, with a reason."""
    found = stats.corrected_efficiency([0.9, 0.5], [[0.2, 0.5]] * 100)
    assert np.isnan(found.corrected[0])
    assert found.reason.tolist() == ["correction_undefined", ""]


def test_what_leaves_the_range_is_flagged_and_not_cut() -> None:
    """Replications below the score push the corrected one above 1; it stays there, flagged."""
    low = stats.corrected_efficiency([1.0, 0.8], [[0.9, 0.82]] * 60)
    assert low.corrected[0] == pytest.approx(1 / (2 - 1 / 0.9))
    assert low.corrected[0] > 1
    assert low.outside.tolist() == [True, False]
    high = stats.corrected_efficiency([1.0, 1.5], [[1.2, 1.4]] * 60, orientation="output")
    assert high.corrected[0] == pytest.approx(0.8)
    assert high.outside.tolist() == [True, False]


def test_missing_replications_and_too_few() -> None:
    """Each unit rests on its own replications; an interval needs two in each tail's share."""
    drawn = np.full((40, 2), 0.7)
    drawn[:30, 1] = np.nan
    found = stats.corrected_efficiency([0.6, 0.6], drawn)
    assert found.used.tolist() == [40, 10]
    assert found.reason.tolist() == ["", "too_few_replications"]
    assert np.isnan(found.lower[1])
    assert found.corrected[1] == pytest.approx(found.corrected[0])


@pytest.mark.parametrize("orientation", ["input", "output"])
@pytest.mark.parametrize("returns", ["crs", "vrs", "nirs", "ndrs"])
def test_each_replication_is_the_plain_one(returns: str, orientation: str) -> None:
    """The pseudo-units written down by hand and scored one by one give the same bias."""
    rng = np.random.default_rng(8)
    x, y = rng.uniform(1, 9, (9, 2)), rng.uniform(1, 9, (9, 2))
    options = {"returns": returns, "orientation": orientation}
    found = stats.bootstrap_efficiency(x, y, replications=3, seed=11, confidence=0.2, **options)
    score = np.array([each.value for each in slow_efficiency(x, y, **options)])
    d = 1 / score if orientation == "input" else score
    draws, sample = np.random.default_rng(11), []
    for _ in range(3):
        pick, sign, noise = draws.integers(9, size=9), draws.choice((-1.0, 1.0), size=9), draws.standard_normal(9)
        centred = (d[pick] - 1) * sign + found.bandwidth * noise
        pseudo = 1 + abs(centred / np.sqrt(1 + found.bandwidth**2 / np.mean((d - 1) ** 2)))
        ratio = (pseudo / d)[:, None]
        reference = (x * ratio, y) if orientation == "input" else (x, y / ratio)
        sample.append([each.value for each in slow_efficiency(x, y, reference=reference, **options)])
    again = stats.corrected_efficiency(score, sample, orientation=orientation, confidence=0.2)
    np.testing.assert_allclose(found.corrected, again.corrected, rtol=1e-8)
    np.testing.assert_allclose(found.lower, again.lower, rtol=1e-8)


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.sampled_from(["input", "output"]))
def test_the_corrected_score_is_never_better(seed: int, orientation: str) -> None:
    """Nobody is nearer to what is possible than to the best of the data; the interval holds the corrected score's side."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(1, 9, (8, 1)), rng.uniform(1, 9, (8, 2))
    found = stats.bootstrap_efficiency(x, y, orientation=orientation, replications=45, seed=seed)
    known = found.reason == ""
    worse = found.corrected[known] <= found.score[known] + 1e-9
    assert (worse if orientation == "input" else found.corrected[known] >= found.score[known] - 1e-9).all()
    assert (found.lower[known] <= found.upper[known]).all()


def test_the_seed_decides() -> None:
    """The same seed gives the same figures; another seed others."""
    x, y = [[1.0], [2], [3], [5], [4]], [[0.75], [1], [3], [4], [2]]
    one = stats.bootstrap_efficiency(x, y, replications=50, seed=1)
    assert one == stats.bootstrap_efficiency(x, y, replications=50, seed=1)
    assert one != stats.bootstrap_efficiency(x, y, replications=50, seed=2)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"returns": "fdh"}, "argument.choice"),
        ({"orientation": "both"}, "argument.choice"),
        ({"replications": 1}, "argument.whole_number"),
        ({"confidence": 1.0}, "argument.range"),
        ({"bandwidth": 0.0}, "frontier.bandwidth"),
        ({"bandwidth": float("nan")}, "frontier.bandwidth"),
        ({"seed": -1}, "argument.whole_number"),
    ],
)
def test_wrong_options_raise(options: dict[str, object], code: str) -> None:
    """Nothing is drawn before."""
    with pytest.raises(ArgumentError) as caught:
        stats.bootstrap_efficiency([[1.0], [2.0]], [[1.0], [1.0]], **options)
    assert caught.value.code == code


def test_wrong_shapes_raise() -> None:
    """A replication is a row with a score for each unit."""
    with pytest.raises(ArgumentError, match="replications"):
        stats.corrected_efficiency([0.5, 0.6], [0.5, 0.6])
    with pytest.raises(ArgumentError, match="outputs"):
        stats.bootstrap_efficiency([[1.0], [2.0]], [[1.0]])
    with pytest.raises(ArgumentError, match="orientation"):
        stats.corrected_efficiency([0.5], [[0.5]], orientation="up")


def test_inputs_stay_as_they_are_and_nothing_is_empty() -> None:
    """No argument is written to, and no units is no error."""
    x, y = np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [1.0], [1.0]])
    before = x.copy(), y.copy()
    stats.bootstrap_efficiency(x, y, replications=3)
    assert (x == before[0]).all()
    assert (y == before[1]).all()
    assert len(stats.bootstrap_efficiency(np.empty((0, 1)), np.empty((0, 1)), replications=3).score) == 0
