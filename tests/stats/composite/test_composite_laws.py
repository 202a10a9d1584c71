"""What holds of every composite, and agreement with the slow definition."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import slow_composite as slow
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.stats.composite._copeland import copeland
from maalbib.stats.composite._means import scores
from maalbib.stats.composite._tree import tree_of

FEW = stats.SensitivityPlan(draws=30)
NUMBERS = st.integers(1, 9).map(float)
HOLES = NUMBERS | st.just(math.nan)


@st.composite
def composites(draw: Any, cells: Any = NUMBERS) -> dict[str, Any]:
    """Draw values, weights, and pillars in two levels."""
    units, indicators = draw(st.integers(2, 7)), draw(st.integers(1, 6))
    pillar = draw(st.lists(st.integers(0, 2), min_size=indicators, max_size=indicators))
    pillar = np.unique(pillar, return_inverse=True)[1].ravel()
    lowest = int(pillar.max()) + 1
    above = draw(st.lists(st.integers(0, 1), min_size=lowest, max_size=lowest))
    above = np.unique(above, return_inverse=True)[1].ravel()
    some = st.integers(1, 4).map(float)
    return {
        "values": draw(
            st.lists(st.lists(cells, min_size=indicators, max_size=indicators), min_size=units, max_size=units)
        ),
        "weights": draw(st.lists(some, min_size=indicators, max_size=indicators)),
        "pillars": [pillar, above],
        "pillar_weights": [
            draw(st.lists(some, min_size=len(above), max_size=len(above))),
            draw(st.lists(some, min_size=int(above.max()) + 1, max_size=int(above.max()) + 1)),
        ],
    }


@given(composites(HOLES), st.sampled_from(["arithmetic", "geometric", "harmonic"]))
def test_means_of_a_tree_agree_with_the_definition(asked: dict[str, Any], aggregation: Any) -> None:
    """Every unit climbs the pillars by itself."""
    x = np.array(asked["values"])
    tree = tree_of(x.shape[1], asked["weights"], asked["pillars"], asked["pillar_weights"])
    found = scores(x, [share[None] for share in tree.shares], tree, aggregation)[0]
    levels = [asked["weights"], *asked["pillar_weights"]]
    pillars = [list(parent) for parent in asked["pillars"]]
    wanted = [slow.score(row, levels, pillars, aggregation) for row in x.tolist()]
    assert_allclose(found, wanted, rtol=1e-12)


@given(composites())
def test_stated_score_and_place_agree_with_the_definition(asked: dict[str, Any]) -> None:
    """From 0 to 1, the mean of what tells units apart, and places with ties."""
    found = stats.composite_range(**asked, plan=FEW)
    x = np.array([slow.min_max(column) for column in np.array(asked["values"]).T.tolist()]).T
    assume(np.isfinite(x).any())
    pillars = [list(parent) for parent in asked["pillars"]]
    wanted = [
        slow.score(row, [asked["weights"], *asked["pillar_weights"]], pillars, "arithmetic") for row in x.tolist()
    ]
    assert_allclose(found.score, wanted, rtol=1e-12, atol=1e-12)
    assert_array_equal(found.rank, slow.ranks(wanted))


@given(
    st.lists(st.lists(HOLES, min_size=3, max_size=3), min_size=1, max_size=6),
    st.lists(NUMBERS, min_size=3, max_size=3),
)
def test_copeland_agrees_with_the_definition(rows: list[list[float]], weights: list[float]) -> None:
    """Pair by pair, indicator by indicator; a missing value decides nothing, and a unit with nothing has no score."""
    share = np.array(weights) / sum(weights)
    found = copeland(np.array(rows), share[None])[0]
    there = np.isfinite(rows).any(axis=1)
    assert_array_equal(np.isnan(found), ~there)
    assert_allclose(found[there], np.array(slow.copeland(rows, share.tolist()))[there])
    assert np.nansum(found) == 0


@given(composites(HOLES), st.sampled_from(["min_max", "z", "rank", "percent_rank", "borda"]))
def test_ranges_hold_the_place(asked: dict[str, Any], normaliser: Any) -> None:
    """The stated place lies in the range of each part, each of these in the whole, and no place is above the number of units."""
    found = stats.composite_range(**asked, normaliser=normaliser, plan=FEW)
    there = np.isfinite(found.rank)
    assert_array_equal(np.isfinite(found.lower), there)
    assert_array_equal(np.isfinite(found.upper), there)
    assert there.sum() == found.n
    assert_array_equal(there, found.reason == "")
    tried = [bool(found.plans.runs[found.plans.part == part].any()) for part in found.parts]
    assert np.isnan(found.part_lower[np.logical_not(tried)]).all()
    for low, high in zip(found.part_lower[tried][:, there], found.part_upper[tried][:, there], strict=True):
        assert (found.lower[there] <= low).all()
        assert (low <= found.rank[there]).all()
        assert (found.rank[there] <= high).all()
        assert (high <= found.upper[there]).all()
    assert ((found.lower[there] >= 1) & (found.upper[there] <= found.n)).all()


@given(composites(), st.permutations(range(7)))
def test_order_of_units_decides_nothing(asked: dict[str, Any], order: list[int]) -> None:
    """Nor does it decide a tie."""
    own = [place for place in order if place < len(asked["values"])]
    found = stats.composite_range(**asked, plan=FEW)
    turned = stats.composite_range(**(asked | {"values": np.array(asked["values"])[own]}), plan=FEW)
    for name in ("score", "rank", "lower", "upper"):
        assert_allclose(getattr(turned, name), getattr(found, name)[own], rtol=1e-12)
    assert_allclose(turned.plans.first_changes, found.plans.first_changes)


@given(composites(), st.sampled_from([0.5, 4.0]), st.integers(-3, 3))
def test_units_of_measurement_decide_nothing(asked: dict[str, Any], factor: float, shift: int) -> None:
    """Kroner or thousands, and proportions of weights."""
    found = stats.composite_range(**asked, plan=FEW)
    x, weights = factor * np.array(asked["values"]) + shift, [8 * weight for weight in asked["weights"]]
    again = stats.composite_range(**(asked | {"values": x, "weights": weights}), plan=FEW)
    assert_allclose(again.score, found.score, atol=1e-12)
    assert_array_equal(again.rank, found.rank)
    assert_array_equal(again.lower, found.lower)
    assert_array_equal(again.upper, found.upper)


@given(composites())
def test_better_everywhere_is_first_everywhere(asked: dict[str, Any]) -> None:
    """Who is ahead on every indicator stands first whatever is chosen; alone unless others are pulled level with it."""
    values = np.vstack([np.array(asked["values"]), np.full(len(asked["weights"]), 20.0)])
    plan = stats.SensitivityPlan(draws=30, aggregations=("arithmetic", "geometric", "harmonic", "copeland"))
    found = stats.composite_range(**(asked | {"values": values}), plan=plan)
    assert (found.rank[-1], found.lower[-1], found.upper[-1]) == (1, 1, 1)
    untreated = ~np.isin(found.plans.part, ["treatment", "together"])
    assert np.nansum(found.plans.first_changes[untreated]) == 0


def test_draws_keep_to_the_stated_weights() -> None:
    """Means and standard deviations are those said, in each pillar; what weighs nothing goes on doing so."""
    tree = tree_of(5, [3, 1, 0, 1, 1], [[0, 0, 0, 1, 1]], [[2, 1]])
    drawn = tree.drawn(40_000, 0.25, np.random.default_rng(1))
    for share, stated in zip(drawn, tree.shares, strict=True):
        assert_allclose(share.mean(axis=0), stated, atol=0.005)
        assert_allclose(share.std(axis=0), 0.25 * np.sqrt(stated * (1 - stated)), atol=0.005)
    assert (drawn[0][:, 2] == 0).all()
    assert_allclose(drawn[0][:, :3].sum(axis=1), 1)


def test_seed_and_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same seed gives the same places, whatever the size of the blocks; another seed other draws."""
    x = np.random.default_rng(3).normal(size=(40, 6))
    asked = {"pillars": [[0, 0, 1, 1, 2, 2]]}
    plan = stats.SensitivityPlan(draws=200, aggregations=("arithmetic", "geometric", "copeland"))
    one = stats.composite_range(x, plan=plan, **asked)
    assert one == stats.composite_range(x, plan=plan, **asked)
    monkeypatch.setattr("maalbib.stats.composite._means._MOST_CELLS", 1_000)
    monkeypatch.setattr("maalbib.stats.composite._copeland._MOST_CELLS", 1_000)
    assert one == stats.composite_range(x, plan=plan, **asked)
    other = stats.SensitivityPlan(draws=200, seed=1)
    assert one.plans != stats.composite_range(x, plan=other, **asked).plans
    before = x.copy()
    stats.composite_range(x, treat=True, plan=plan)
    assert_array_equal(x, before)


@given(
    st.integers(0, 50),
    st.sampled_from(["arithmetic", "geometric", "harmonic"]),
    st.sampled_from(["min_max", "z", "goalposts"]),
)
def test_standard_errors_are_those_of_the_score(seed: int, aggregation: Any, normaliser: Any) -> None:
    """Each indicator a little higher, one at a time, the ends of the scale held."""
    assume((aggregation, normaliser) not in {("geometric", "z"), ("harmonic", "z")})
    generator = np.random.default_rng(seed)
    x, errors = generator.uniform(0.1, 0.9, size=(6, 4)), generator.uniform(0.01, 0.02, size=(6, 4))
    x[:, :] = np.vstack([np.zeros(4), np.ones(4), x[2:]])  # the ends, so that nudging the others moves no end
    options: dict[str, Any] = {
        "weights": [1, 2, 1, 1],
        "pillars": [[0, 0, 1, 1]],
        "aggregation": aggregation,
        "normaliser": normaliser,
        "goalposts": [(-1, 2)] * 4,
        "plan": stats.SensitivityPlan(draws=0, normalisers=()),
    }
    found = stats.composite_range(x, standard_errors=errors, **options)
    if normaliser == "z":  # its ends move with every value
        slope = 1 / x.std(axis=0, ddof=1)
        pulls = np.array([1 / 6, 2 / 6, 1 / 4, 1 / 4]) * slope
        assert_allclose(found.standard_error, np.sqrt(((pulls * errors) ** 2).sum(axis=1)), rtol=1e-9)
        return
    variance = 0.0
    for column in range(4):
        nudged = x.copy()
        nudged[3, column] += 1e-6
        moved = stats.composite_range(nudged, **options).score[3] - found.score[3]
        variance += (moved / 1e-6 * errors[3, column]) ** 2
    assert_allclose(found.standard_error[3], math.sqrt(variance), rtol=1e-4)


def test_no_standard_error_where_none_reaches_the_score() -> None:
    """Scales of ranks, Copeland's rule, and an error that is not known."""
    x, errors = [[1, 2], [2, 1], [3, 5]], np.array([[0.1, 0.1], [np.nan, 0.1], [0.1, 0.1]])
    assert np.isnan(stats.composite_range(x, normaliser="rank", standard_errors=0.1, plan=FEW).standard_error).all()
    assert np.isnan(
        stats.composite_range(x, aggregation="copeland", standard_errors=0.1, plan=FEW).standard_error
    ).all()
    assert np.isnan(stats.composite_range(x, standard_errors=errors, plan=FEW).standard_error).tolist() == [0, 1, 0]
    weightless = stats.composite_range(x, [0, 1], standard_errors=errors, plan=FEW)
    assert np.isfinite(weightless.standard_error).all()


@given(
    st.lists(
        st.lists(st.integers(-3, 40).map(float) | st.just(math.nan), min_size=9, max_size=9), min_size=1, max_size=4
    )
)
def test_treatment_keeps_the_order(rows: list[list[float]]) -> None:
    """No unit overtakes another, no more values are pulled in than allowed, and turning the values turns the answer."""
    x = np.array(rows)
    found = stats.treat_extremes(x, most=2)
    for before, after in zip(x, found.value, strict=True):
        known = np.isfinite(before)
        assert_array_equal(np.isfinite(after), known)
        order = np.argsort(before[known], kind="stable")
        assert (np.diff(after[known][order]) >= 0).all()
    assert (found.points <= 2).all()
    winsorised = found.treatment == "winsorised"
    assert_array_equal(found.moved[winsorised].sum(axis=1), found.points[winsorised])
    assert (found.moved[found.treatment == "none"] == False).all()  # noqa: E712 - an array
    assert_allclose(stats.treat_extremes(-x, most=2).value, -found.value)
    for row, whole in zip(x, found.value, strict=True):
        assert_array_equal(stats.treat_extremes(row, most=2).value, whole)
