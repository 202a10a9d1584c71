"""Mistakes of other systems, each with the case that shows it, and what is refused."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats.composite._means import scores
from maalbib.stats.composite._tree import tree_of

FEW = stats.SensitivityPlan(draws=30)
NAN = math.nan


def test_screening_ignores_pillars() -> None:
    """A unit with three quarters of everything and nothing in one pillar is not compared."""
    x = np.arange(24.0).reshape(3, 8) ** 2
    x[1, 6:] = NAN
    asked: dict[str, Any] = {"min_coverage": 0.7, "plan": FEW}
    assert stats.composite_range(x, **asked).reason.tolist() == ["", "", ""]
    found = stats.composite_range(x, pillars=[[0, 0, 0, 1, 1, 1, 2, 2]], **asked)
    assert found.reason.tolist() == ["", "pillar_not_covered", ""]
    assert found.coverage.tolist() == [1, 0, 1]
    assert found.pillar_coverage[1].tolist() == [1, 1, 0]
    assert np.isnan([found.score[1], found.rank[1], found.lower[1], found.upper[1]]).all()


def test_sensitivity_falls_back_silently() -> None:
    """A choice that cannot be made is listed with its reason; it is part of no range and nothing is tried in its place."""
    x = [[-3, 1], [-1, 2], [-2, 5]]
    plan = stats.SensitivityPlan(
        draws=0, normalisers=("fraction_of_max", "z"), aggregations=(), treatment=False, leave_one_out=False
    )
    plans = stats.composite_range(x, plan=plan).plans
    assert plans.name.tolist() == ["fraction_of_max", "z"]
    assert plans.reason.tolist() == ["largest_not_positive", ""]
    assert plans.runs.tolist() == [0, 1]
    assert np.isnan(plans.first_changes[0])
    assert np.isnan(plans.lower[0]).all()
    with_ranks = stats.SensitivityPlan(
        draws=0, normalisers=(), aggregations=("geometric",), treatment=False, leave_one_out=False
    )
    found = stats.composite_range(x, normaliser="z", plan=with_ranks)
    assert found.plans.reason.tolist() == ["not_positive"]
    assert found.reason.tolist() == ["no_plan_tried"] * 3
    assert np.isnan([found.rank, found.lower, found.upper, found.score]).all()
    assert math.isnan(found.first_changes)
    with pytest.raises(ArgumentError, match="normalisers"):
        stats.SensitivityPlan(normalisers=("min-max",))  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="goalposts"):
        stats.composite_range(x, plan=stats.SensitivityPlan(normalisers=("goalposts",)))


def test_what_was_not_varied_has_no_range() -> None:
    """A range of one place would read as a place that stands; the whole range holds what was tried, and the stated place."""
    plan = stats.SensitivityPlan(
        draws=0, normalisers=("rank",), aggregations=(), treatment=False, leave_one_out=False
    )
    found = stats.composite_range([[9, 1, 5], [2, 8, 4], [3, 4, 9.0]], plan=plan)
    tried = found.parts == "normaliser"
    assert np.isfinite(found.part_lower[tried]).all()
    assert np.isnan(found.part_lower[~tried]).all()
    assert np.isnan(found.part_upper[~tried]).all()
    assert_array_equal(found.lower, np.fmin(found.rank, found.part_lower[tried][0]))
    assert_array_equal(found.upper, np.fmax(found.rank, found.part_upper[tried][0]))


@pytest.mark.parametrize("words", [3, [["z"]], [None]])
def test_words_of_a_plan_that_are_none(words: Any) -> None:
    """Refused with the words that there are."""
    with pytest.raises(ArgumentError, match="normalisers must be one of: min_max"):
        stats.SensitivityPlan(normalisers=words)
    assert stats.SensitivityPlan(normalisers=("z", "z", "rank")).normalisers == ("z", "rank")


def test_imputation_with_one_value() -> None:
    """An indicator that one unit has tells nobody apart: nothing is filled in, and nobody is compared by it."""
    x = [[1, NAN], [2, NAN], [3, 7]]
    whole = stats.composite_range(x, plan=FEW)
    assert whole.reason.tolist() == ["pillar_not_covered", "pillar_not_covered", "too_few_units"]
    assert np.isnan(whole.score).all()
    some = stats.composite_range(x, min_coverage=0.5, plan=FEW)
    assert some.indicator_reason.tolist() == ["", "constant"]
    assert_allclose(some.score, [0, 0.5, 1])
    nothing = stats.composite_range([[1, NAN], [2, NAN]], min_coverage=0.5, plan=FEW)
    assert nothing.indicator_reason.tolist() == ["", "no_values"]
    assert nothing.rank.tolist() == [2, 1]


def test_renormalised_weights_make_different_denominators() -> None:
    """Without its worst figure a unit would be first; it is not compared unless that is asked for, and then its coverage is told."""
    x = np.array([[9, 1], [7, 8], [1, 9.0]])
    hidden = x.copy()
    hidden[0, 1] = NAN
    asked: dict[str, Any] = {"normaliser": "goalposts", "goalposts": [(0, 10)] * 2, "plan": FEW}
    assert stats.composite_range(x, **asked).rank.tolist() == [2, 1, 2]
    strict = stats.composite_range(hidden, **asked)
    assert strict.reason.tolist() == ["pillar_not_covered", "", ""]
    assert strict.rank[1:].tolist() == [1, 2]
    asked_for = stats.composite_range(hidden, min_coverage=0.5, **asked)
    assert asked_for.rank.tolist() == [1, 2, 3]
    assert asked_for.coverage.tolist() == [0.5, 1, 1]


def test_who_cannot_be_scored_moves_nobody() -> None:
    """Where leaving an indicator out leaves a unit nothing in a pillar, the others do not move up into its place."""
    x = [[9, NAN, 9], [8, 8, 8], [7, 7, 7], [6, 6, 6]]
    found = stats.composite_range(x, pillars=[[0, 0, 1]], min_coverage=0.5, plan=FEW)
    out = (found.plans.part == "left_out") & (found.plans.indicator == 0)
    assert found.rank.tolist() == [1, 2, 3, 4]
    assert_array_equal(found.plans.lower[out][0], [NAN, 2, 3, 4])
    assert found.plans.scored[out].item() == 3
    assert found.plans.moved[out].item() == 0


def test_a_bare_score_cannot_be_had() -> None:
    """No public function of the room gives a composite score without its range, and a plan that varies nothing is refused."""
    nothing = stats.SensitivityPlan(draws=0, normalisers=(), aggregations=(), treatment=False, leave_one_out=False)
    with pytest.raises(ArgumentError, match="varies nothing"):
        stats.composite_range([[1, 2], [2, 1]], plan=nothing)
    with pytest.raises(ArgumentError, match="varies nothing"):
        stats.composite_range(
            [[1, 2], [2, 1]],
            plan=stats.SensitivityPlan(
                draws=0, normalisers="min_max", aggregations="arithmetic", treatment=False, leave_one_out=False
            ),
        )
    public = {name for name in stats.__all__ if ".composite." in getattr(stats, name).__module__}
    assert public == {
        "CompositePlans",
        "CompositeRange",
        "SensitivityPlan",
        "TreatedExtremes",
        "composite_range",
        "treat_extremes",
    }
    for words in (stats.CompositeRange.__doc__, inspect.getdoc(stats.composite_range)):
        assert words is not None
        assert "confidence interval" not in words.replace("is no confidence interval", "")


def test_geometric_mean_refuses_what_is_not_above_zero() -> None:
    """At any level, for the unit concerned; an indicator that weighs nothing does not matter."""
    x = np.array([[1, 2, 3], [0, 2, 3], [-1, 2, 3], [4, 5, NAN]], dtype=float)
    tree = tree_of(3, [1, 1, 1], [[0, 0, 1]], None)
    shares = [share[None] for share in tree.shares]
    for mean in ("geometric", "harmonic"):
        found = scores(x, shares, tree, mean)  # type: ignore[arg-type]
        assert np.isnan(found[0]).tolist() == [False, True, True, False]
    weightless = tree_of(3, [0, 1, 1], [[0, 0, 1]], None)
    found = scores(x, [share[None] for share in weightless.shares], weightless, "geometric")
    assert_allclose(found[0], [math.sqrt(6), math.sqrt(6), math.sqrt(6), 5])
    with pytest.raises(ArgumentError, match="negative numbers"):
        stats.composite_range(x, normaliser="z", aggregation="geometric")


def test_the_worst_value_does_not_decide_alone_in_a_geometric_mean() -> None:
    """From 0.01 to 1 and not from 0, so that one lowest value does not make the whole 0."""
    found = stats.composite_range([[0, 10], [5, 5], [10, 0]], aggregation="geometric", plan=FEW)
    assert_allclose(found.score, [0.1, 0.505, 0.1])


def test_ties_share_a_place() -> None:
    """The order of a sum decides nothing: 0.1 + 0.2 and 0.3 are the same score."""
    posts = {"normaliser": "goalposts", "goalposts": [(0, 1)] * 3, "plan": FEW}
    found = stats.composite_range([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.2, 0.3, 0.1]], **posts)  # type: ignore[arg-type]
    assert found.rank.tolist() == [1, 1, 1]


def test_treatment_of_extremes() -> None:
    """Nothing where nothing is lopsided, a logarithm where pulling in does not help, and never all equal."""
    rows = [[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 900], [0, 0, 0, 0, 0, 0, 0, 50], [3] * 8]
    found = stats.treat_extremes(rows)
    assert found.treatment.tolist() == ["none", "winsorised", "log", "none"]
    assert found.points.tolist() == [0, 1, 0, 0]
    assert found.value[1].tolist() == [1, 2, 3, 4, 5, 6, 7, 7]
    assert found.passes.tolist() == [True, True, False, True]
    left = stats.treat_extremes(rows[2], log=False)
    assert (left.treatment.item(), left.value.tolist()) == ("none", rows[2])
    few = stats.treat_extremes([1, 2, 900])
    assert few.treatment.item() == "none"
    assert math.isnan(few.skewness.item())
    holes = stats.treat_extremes([NAN, math.inf, 1])
    assert holes.reason.tolist() == ["missing_input", "not_finite", ""]


def test_edges() -> None:
    """Nobody, one unit, equal units, one indicator."""
    assert stats.composite_range(np.empty((0, 2))).n == 0
    assert stats.composite_range([[1, 2]]).reason.tolist() == ["too_few_units"]
    assert stats.composite_range([[1, 2], [1, 2]]).reason.tolist() == ["constant", "constant"]
    assert stats.composite_range([[math.inf], [1], [2]], plan=FEW).reason.tolist() == ["pillar_not_covered", "", ""]
    one = stats.composite_range([[1], [2]], plan=FEW)
    assert one.rank.tolist() == [2, 1]
    assert "only_indicator" in one.plans.reason
    halves = stats.composite_range([[1, NAN], [NAN, 1], [2, 2], [NAN, NAN]], min_coverage=0, plan=FEW)
    assert halves.reason.tolist() == ["", "", "", "pillar_not_covered"]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"weights": [1, -1]}, "none below 0"),
        ({"weights": [0, 0]}, "must itself weigh"),
        ({"weights": [1]}, "shape"),
        ({"weights": [0, 1], "pillars": [[0, 1]]}, "must itself weigh"),
        ({"pillars": [[0, 2]]}, "whole numbers from 0"),
        ({"pillars": [[0, 0.5]]}, "whole numbers from 0"),
        ({"pillars": [[0]]}, "shape"),
        ({"pillars": [[0, 1]], "pillar_weights": [[1, 1], [1]]}, "for each level"),
        ({"normaliser": "best"}, "normaliser"),
        ({"aggregation": "mean"}, "aggregation"),
        ({"min_coverage": 1.1}, "min_coverage"),
        ({"normaliser": "goalposts"}, "needs figures"),
        ({"normaliser": "distance_to_target"}, "needs figures"),
        ({"goalposts": [1, 2]}, "shape"),
        ({"plan": "all"}, "SensitivityPlan"),
    ],
)
def test_refused(options: dict[str, Any], match: str) -> None:
    """Only wrong arguments raise."""
    with pytest.raises(ArgumentError, match=match):
        stats.composite_range([[1, 2], [2, 1]], **options)


def test_refused_plans_and_limits() -> None:
    """Shares strictly between 0 and 1, whole numbers of draws."""
    for options in (
        {"draws": -1},
        {"draws": 1.5},
        {"weight_spread": 0},
        {"middle": 1},
        {"seed": -1},
        {"aggregations": ("sum",)},
    ):
        with pytest.raises(ArgumentError):
            stats.SensitivityPlan(**options)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="max_skewness"):
        stats.treat_extremes([1], max_skewness=-1)
    with pytest.raises(ArgumentError, match="units, indicators"):
        stats.composite_range([1, 2])
