"""Samples with a design: the slow definition, laws, fitted weights, edges."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as scipy_stats
from slow_surveys import design_mean, raked

from maalbib import stats
from maalbib.errors import ArgumentError

NAN = float("nan")
SEEDS = st.integers(0, 2**32 - 1)


def sample(seed: int, size: int = 40) -> dict[str, np.ndarray]:
    """A sample of clusters in strata, with weights, groups and some questions not answered."""
    rng = np.random.default_rng(seed)
    cluster = np.arange(size) % 8
    return {
        "values": np.where(rng.random(size) < 0.1, NAN, rng.integers(1, 6, size)),
        "weights": rng.uniform(1, 9, size),
        "strata": np.array(["a", "b"])[cluster // 4],
        "clusters": np.array([f"c{place}" for place in cluster]),
        "sex": np.array(["f", "m"])[rng.integers(0, 2, size)],
        "age": np.array(["old", "young"])[rng.integers(0, 2, size)],
    }


@given(SEEDS, st.booleans(), st.booleans())
def test_means_are_the_slow_ones(seed: int, finite: bool, clustered: bool) -> None:  # noqa: FBT001
    """Strata, clusters, populations, subgroups and missing answers together."""
    given_ = sample(seed)
    size = len(given_["values"])
    clusters = given_["clusters"] if clustered else np.arange(size).astype(str)
    population = {"a": 11.0, "b": 30.0} if clustered else {"a": 50.0, "b": 90.0}
    sizes = np.array([population[name] for name in given_["strata"]])
    design = stats.survey_design(
        given_["weights"],
        strata=given_["strata"],
        clusters=clusters if clustered else None,
        population=sizes if finite else None,
    )
    within = given_["sex"] == "f"
    assume((within & ~np.isnan(given_["values"])).sum() > 3)
    found = stats.design_mean(given_["values"], design, within=within)
    mean, se, df = design_mean(
        given_["values"], given_["weights"], given_["strata"], clusters, population if finite else None, within
    )
    assert_allclose(found.value, mean, rtol=1e-12)
    assert found.df.item() == df
    if se > 1e-9:
        assert_allclose(found.se, se, rtol=1e-9)
        assert_allclose(found.upper - found.value, scipy_stats.t.isf(0.025, df) * se, rtol=1e-7)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=30), st.floats(0.5, 90))
def test_equal_weights_are_no_weights(answers: list[int], weight: float) -> None:
    """A simple random sample of an endless population has Student's interval, whatever the weight and the order."""
    values = np.array(answers, dtype=float)
    design = stats.survey_design(np.full(len(values), weight))
    found, plain = stats.design_mean(values, design), stats.mean_interval(values)
    assert_allclose(found.value, plain.value, rtol=1e-12)
    assert found.reason.item() == plain.reason.item()
    assert_allclose([found.lower, found.upper], [plain.lower, plain.upper], rtol=1e-9)
    if plain.reason == "":
        assert_allclose([found.deff, design.n_eff], [1, len(values)], rtol=1e-9)
    turned = stats.design_mean(values[::-1], design)
    assert_allclose([turned.value, turned.se], [found.value, found.se], rtol=1e-12)


@given(SEEDS)
def test_raking_over_one_margin_is_post_stratification(seed: int) -> None:
    """And weights that already fit stay as they are; fitted weights add up to what they were fitted to."""
    given_ = sample(seed)
    assume(set(given_["sex"]) == {"f", "m"} and set(given_["age"]) == {"old", "young"})
    design = stats.survey_design(given_["weights"], strata=given_["strata"])
    sex, age = {"f": 60.0, "m": 40.0}, {"old": 30.0, "young": 70.0}
    one = stats.post_stratify(design, given_["sex"], sex)
    assert one == stats.rake(design, [(given_["sex"], sex)])
    assert_allclose(stats.post_stratify(one, given_["sex"], sex).weights, one.weights, rtol=1e-12)
    margins = [(given_["sex"], sex), (given_["age"], age)]
    both = stats.rake(design, margins)
    if both.reason:  # some combination of groups has no answers
        return
    assert_allclose(both.weights, raked(given_["weights"], margins), rtol=1e-7)
    for groups, sizes in margins:
        for group, size in sizes.items():
            assert_allclose(both.weights[groups == group].sum(), size, rtol=1e-7)
    assert both.n_eff <= len(both.weights)
    assert both.weight_range == (both.weights.min(), both.weights.max())


def test_groups_that_explain_everything_leave_no_uncertainty() -> None:
    """Answers that are those of the group: the post-stratified mean is known, and says that it has no width."""
    sex = np.array(["f", "f", "f", "m", "m"])
    fitted = stats.post_stratify(stats.survey_design(np.ones(5)), sex, {"f": 50, "m": 50})
    found = stats.design_mean(np.where(sex == "f", 4.0, 2.0), fitted)
    assert (found.value.item(), found.reason.item(), found.status.item()) == (3.0, "no_width", "value_only")


def test_standard_error_of_raked_weights_is_that_of_many_samples() -> None:
    """600 samples of unequal strata: the error that is stated is the one that there is, with ``weighted`` residuals."""
    rng = np.random.default_rng(3)
    stratum, sex = rng.integers(0, 3, 3_000), rng.integers(0, 2, 3_000)
    age = (rng.random(3_000) < 0.2 + 0.2 * stratum).astype(int)
    y = 3 + 0.8 * sex + 1.2 * age * (stratum == 2) - 0.5 * stratum * (1 - age) + rng.normal(0, 0.7, 3_000)
    margins = [{group: float((column == group).sum()) for group in (0, 1)} for column in (sex, age)]
    pools = [np.flatnonzero(stratum == place) for place in range(3)]
    means, errors = [], []
    for _ in range(600):
        drawn = np.concatenate(
            [rng.choice(pool, n, replace=False) for pool, n in zip(pools, (120, 40, 15), strict=True)]
        )
        sizes = np.array([len(pool) for pool in pools], dtype=float)[stratum[drawn]]
        weights = sizes / np.array([120.0, 40, 15])[stratum[drawn]]
        design = stats.survey_design(weights, strata=stratum[drawn], population=sizes)
        fitted = stats.rake(design, [(sex[drawn], margins[0]), (age[drawn], margins[1])])
        found = stats.design_mean(y[drawn], fitted)
        means.append(found.value.item())
        errors.append(found.se.item() ** 2)
    assert np.sqrt(np.mean(errors)) == pytest.approx(np.std(means), rel=0.1)
    assert np.mean(means) == pytest.approx(y.mean(), abs=0.02)


def test_a_subgroup_is_no_sample_of_its_own() -> None:
    """How many of it were drawn is chance as well: its interval is another one than that of its members alone."""
    given_ = sample(7)
    design = stats.survey_design(given_["weights"], strata=given_["strata"], clusters=given_["clusters"])
    women = given_["sex"] == "f"
    inside = stats.design_mean(given_["values"], design, within=women)
    alone = stats.design_mean(
        given_["values"][women],
        stats.survey_design(
            given_["weights"][women], strata=given_["strata"][women], clusters=given_["clusters"][women]
        ),
    )
    assert_allclose(inside.value, alone.value, rtol=1e-12)
    assert_allclose(stats.design_mean(np.where(women, given_["values"], NAN), design).se, inside.se, rtol=1e-12)
    lone = women & (given_["clusters"] == "c0")
    assume_some = lone.sum()
    assert assume_some > 1
    assert stats.design_mean(given_["values"], design, within=lone).reason.item() == "single_value"


def test_clusters_count_as_clusters() -> None:
    """Answers that are the same within institutions: as much as one answer of each, not as forty."""
    values = np.repeat([1.0, 3, 4, 5], 10)
    places = np.repeat(["a", "b", "c", "d"], 10)
    by_place = stats.design_mean(values, stats.survey_design(np.ones(40), clusters=places))
    of_four = stats.mean_interval([1, 3, 4, 5])
    assert_allclose([by_place.lower, by_place.upper], [of_four.lower, of_four.upper], rtol=1e-9)
    assert by_place.deff > 9
    same_label = stats.survey_design(np.ones(4), strata=["x", "x", "y", "y"], clusters=["1", "2", "1", "2"])
    assert len(same_label.unit_stratum) == 4


def test_shares_of_all_and_none() -> None:
    """The exact limits for as many answers, or for as many institutions where those were drawn; never no width."""
    plain = stats.survey_design(np.ones(30))
    places = stats.survey_design(np.ones(30), clusters=np.repeat(np.arange(6), 5))
    for method in ("logit", "asin", "beta", "mean"):
        found = stats.design_share([np.ones(30), np.zeros(30)], plain, method=method)  # type: ignore[arg-type]
        exact = stats.proportion_interval([30, 0], 30, method="clopper_pearson")
        assert_allclose([found.lower, found.upper], [exact.lower, exact.upper], rtol=1e-9)
        assert found.reason.tolist() == ["", ""]
        fewer = stats.design_share(np.ones(30), places, method=method)  # type: ignore[arg-type]
        assert fewer.lower < 0.55
    weighted = stats.survey_design([10.0] + [1.0] * 29)
    assert stats.design_share(np.ones(30), weighted).lower < exact.lower[0]


@given(SEEDS, st.sampled_from(["logit", "asin", "beta", "mean"]))
def test_limits_of_shares_lie_within_0_and_1(seed: int, method: str) -> None:
    """Around the share; the share of the others turns them."""
    given_ = sample(seed)
    yes = np.where(np.isnan(given_["values"]), NAN, given_["values"] > 3)
    design = stats.survey_design(given_["weights"], strata=given_["strata"], clusters=given_["clusters"])
    found, others = (stats.design_share(values, design, method=method) for values in (yes, 1 - yes))  # type: ignore[arg-type]
    assert 0 <= found.lower <= found.value <= found.upper <= 1
    assert_allclose([others.lower, others.upper], [1 - found.upper, 1 - found.lower], rtol=1e-6, atol=1e-9)


def test_a_census_is_certain() -> None:
    """Everybody asked: the figure is its own limits, of means, shares and totals."""
    values = np.array([1.0, 0, 1, 1])
    census = stats.survey_design(np.ones(4), population=4)
    for found in (
        stats.design_mean(values, census),
        stats.design_share(values, census),
        stats.design_share(np.ones(4), census),
        stats.design_total(values, census),
    ):
        assert found.lower == found.value == found.upper
        assert (found.se.item(), found.reason.item()) == (0.0, "")
    part = stats.survey_design(np.ones(3), strata=["a", "a", "b"], population=[9, 9, 1])
    assert stats.design_mean([1, 2, 4], part).reason.item() == ""  # all of b was asked


def test_designs_that_leave_a_reason() -> None:
    """A stratum with one of several, a group that nobody answered for, groups that do not fit together."""
    values = [[4, 5, 3, 2], [4, NAN, NAN, NAN], [NAN] * 4, [4, 4, 4, 4], [4, np.inf, 3, 2]]
    lonely = stats.survey_design(np.ones(4), strata=["a", "a", "a", "b"])
    found = stats.design_mean(values, lonely)
    assert found.reason.tolist() == [
        "single_answer_stratum",
        "single_value",
        "no_answers",
        "single_answer_stratum",
        "not_finite",
    ]
    assert found.status.tolist() == ["insufficient", "value_only", "insufficient", "insufficient", "invalid"]
    assert found.value.tolist()[0] == 3.5
    assert np.isnan(found.lower).all()
    plain = stats.survey_design(np.ones(4))
    reasons = ["", "single_value", "no_answers", "constant_values", "not_finite"]
    assert stats.design_mean(values, plain).reason.tolist() == reasons
    sex = ["f", "f", "m", "m"]
    for sizes, reason, group in (
        ({"f": 5, "m": 5, "x": 3}, "group_without_answers", "x"),
        ({"f": 5, "m": 0}, "group_size_zero", "m"),
    ):
        bad = stats.post_stratify(plain, sex, sizes)
        assert (bad.reason, bad.group) == (reason, group)
        answer = stats.design_mean(values, bad)
        assert set(answer.reason) == {reason}
        assert set(answer.status) == {"invalid"}
        assert np.isnan(answer.value).all()
        assert stats.rake(bad, [(sex, {"f": 5, "m": 5})]).reason == reason
    good = stats.post_stratify(plain, sex, {"f": 5, "m": 5, "x": 0})
    assert good.reason == ""
    assert stats.design_mean(values, good).reason.tolist() == [
        *("", "group_without_answers", "no_answers", "constant_values", "not_finite")
    ]
    apart = stats.rake(plain, [(sex, {"f": 5, "m": 5}), (["o", "y", "o", "y"], {"o": 9, "y": 9})])
    assert apart.reason == "margins_disagree"
    never = stats.rake(plain, [(sex, {"f": 5, "m": 5}), (sex, {"f": 3, "m": 7})], most_rounds=50)
    assert (never.reason, never.rounds) == ("weights_not_settled", 50)
    assert_array_equal(never.weights, plain.weights)
    share = stats.design_share([[1, 0, 1, 1], [1, 2, 0, 1]], plain)
    assert share.reason.tolist() == ["", "not_yes_or_no"]


def test_weights_of_zero_take_no_part() -> None:
    """Someone who stands for nobody is not among those who answered."""
    with_zero = stats.survey_design([2.0, 2, 2, 0])
    found = stats.design_mean([4, 5, 3, 1], with_zero)
    assert (found.value.item(), found.n.item()) == (4.0, 3)


def test_rows_alone_and_inputs_unchanged() -> None:
    """A question's figures do not depend on those beside it, nor on being read-only."""
    rng = np.random.default_rng(5)
    values = rng.integers(1, 6, (300, 60)).astype(float)
    values[rng.random(values.shape) < 0.1] = NAN
    weights, groups = rng.uniform(1, 4, 60), np.array(["f", "m"])[rng.integers(0, 2, 60)]
    for array in (values, weights, groups):
        array.setflags(write=False)
    design = stats.post_stratify(
        stats.survey_design(weights, clusters=np.arange(60) // 4), groups, {"f": 80, "m": 90}
    )
    whole = stats.design_mean(values, design)
    for row in (0, 17, 299):
        alone = stats.design_mean(values[row], design)
        for name in ("value", "lower", "upper", "se", "df", "n", "deff"):
            assert_allclose(getattr(alone, name), getattr(whole, name)[row], rtol=1e-13)
    assert stats.design_mean(values.reshape(3, 100, 60), design).value.shape == (3, 100)
    assert stats.design_mean(np.empty((0, 60)), design).value.shape == (0,)
    icc = stats.intraclass_correlation(values, groups)
    assert icc.icc.shape == (300,)
    assert stats.intraclass_correlation(values[17], groups).icc == icc.icc[17]


def test_memory_beyond_the_questions_is_bounded() -> None:
    """Ten thousand questions to a hundred people: little more than what is returned."""
    values = np.ones((20_000, 100))
    values[:, ::3] = 4
    design = stats.survey_design(np.ones(100), clusters=np.arange(100) // 10)
    tracemalloc.start()
    stats.design_mean(values, design)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60e6


@pytest.mark.parametrize("seed", range(3))
def test_intraclass_correlation_is_the_slow_one(seed: int) -> None:
    """Mean squares as they are defined, and the test of another implementation."""
    rng = np.random.default_rng(seed)
    units = rng.integers(0, 6, 80)
    values = rng.integers(1, 6, 80) + 0.3 * units + 1e6
    found = stats.intraclass_correlation(values, units)
    groups = [values[units == unit] for unit in np.unique(units)]
    assert_allclose(found.f_value, scipy_stats.f_oneway(*groups).statistic, rtol=1e-6)
    assert_allclose(found.p_value, scipy_stats.f_oneway(*groups).pvalue, rtol=1e-6)
    msb, msw = found.between, found.within
    assert_allclose(found.icc, (msb - msw) / (msb + (found.n0 - 1) * msw), rtol=1e-12)
    text = stats.intraclass_correlation(values, np.array(["abcdef"[unit] for unit in units], dtype=object))
    assert_allclose(text.icc, found.icc, rtol=1e-9)


def test_intraclass_correlations_that_cannot_be() -> None:
    """One unit, one answer each, equal answers within units, nothing, infinity."""
    values = [
        [1, 2, 3, 4],
        [1, NAN, 3, NAN],
        [1.1, 1.1, 2.3, 2.3],
        [NAN] * 4,
        [1, 2, np.inf, 3],
        [1, 2, NAN, NAN],
        [1, 2, 3, NAN],
    ]
    found = stats.intraclass_correlation(values, ["a", "a", "b", "b"])
    assert found.reason.tolist() == [
        *("", "no_spread_within", "no_spread_within", "missing_input", "not_finite", "too_few_units_with_answers", "")
    ]
    assert np.isnan(found.icc).tolist() == [False, True, True, True, True, True, False]
    assert np.isnan(found.p_value).tolist() == np.isnan(found.icc).tolist()
    assert found.n.tolist() == [4, 2, 4, 0, 3, 2, 3]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: stats.survey_design([1, -1]), "weights must be finite numbers"),
        (lambda: stats.survey_design([1, NAN]), "weights must be finite numbers that are"),
        (lambda: stats.survey_design([]), "must be finite numbers that are not negative"),
        (lambda: stats.survey_design([1, 1], strata=["a"]), "strata must have the shape"),
        (lambda: stats.survey_design([1, 1], clusters=["a", None]), "clusters is missing for at least one"),
        (lambda: stats.survey_design([1, 1], population=[5, 6]), "same for everybody where there are no strata"),
        (
            lambda: stats.survey_design([1, 1], strata=["ø", "ø"], population=[5, 6]),
            "everybody where there are no strata",
        ),
        (
            lambda: stats.survey_design([1] * 3, strata=["v", "ø", "ø"], population=[5, 5, 6]),
            "everybody in the stratum ø",
        ),
        (lambda: stats.survey_design([1, 1], population=1), "^2 were sampled, but there were only 1"),
        (
            lambda: stats.survey_design([1] * 3, strata=["v", "ø", "ø"], population=1),
            "In the stratum ø 2 were sampled, but there were only 1",
        ),
        (lambda: stats.survey_design([1, 1], population=[1, 2, 3]), "population must have the shape"),
        (lambda: stats.design_mean([1, 2], [1, 1]), "design must be a result of survey_design"),  # type: ignore[arg-type]
        (lambda: stats.design_mean([1, 2], stats.survey_design([1])), "values must have the shape"),
        (lambda: stats.design_mean([1], stats.survey_design([1]), within=[1]), "within must be true or false"),
        (
            lambda: stats.design_mean([1], stats.survey_design([1]), within=[True, False]),
            "within must have the shape",
        ),
        (lambda: stats.design_share([1], stats.survey_design([1]), method="wald"), "method must be one of"),  # type: ignore[arg-type]
        (lambda: stats.rake(stats.survey_design([1]), []), "margins must have at least one"),
        (lambda: stats.post_stratify(stats.survey_design([1]), ["a"], {"b": 1}), "The group a has answers"),
        (lambda: stats.post_stratify(stats.survey_design([1]), ["a"], {"a": -1}), "sizes must be a finite number"),
        (
            lambda: stats.post_stratify(stats.survey_design([1]), ["a"], {"a": "52"}),
            "sizes must be a finite number that",
        ),  # type: ignore[dict-item]
        (lambda: stats.post_stratify(stats.survey_design([1]), ["a"], {"a": None}), "sizes must be a finite"),  # type: ignore[dict-item]
        (lambda: stats.post_stratify(stats.survey_design([1]), ["a"], [52]), "must come in pairs"),  # type: ignore[arg-type]
        (lambda: stats.rake(stats.survey_design([1]), (["a"], {"a": 3})), "sizes must come in pairs"),  # type: ignore[arg-type]
        (lambda: stats.rake(stats.survey_design([1]), 5), "Groups and known sizes must come"),  # type: ignore[arg-type]
        (lambda: stats.intraclass_correlation([1, 2], ["a", NAN]), "units is missing for at least one"),
    ],
)
def test_wrong_arguments(make: object, words: str) -> None:
    """Each is refused in words."""
    with pytest.raises(ArgumentError, match=words):
        make()  # type: ignore[operator]


def test_sizes_may_be_a_series() -> None:
    """A column of known sizes with the groups as its index, or pairs, as a dict takes them."""
    design, groups = stats.survey_design([1] * 4), ["f", "f", "m", "f"]
    fitted = stats.post_stratify(design, groups, {"f": 52, "m": 48})
    assert stats.post_stratify(design, groups, pd.Series({"f": 52, "m": 48})) == fitted  # type: ignore[arg-type]
    assert stats.rake(design, iter([(groups, [("f", 52), ("m", 48)])])) == fitted  # type: ignore[arg-type]
