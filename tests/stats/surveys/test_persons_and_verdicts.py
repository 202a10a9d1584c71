"""Person scores, who did not answer, published rules, and how many answers are needed."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats
from slow_surveys import person

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.model import ReadingRule, Text
from maalbib.stats.surveys._decimals import printed_steps

NAN = float("nan")
ITEMS = st.lists(st.tuples(st.none() | st.integers(1, 5), st.booleans()), min_size=1, max_size=24)


@given(ITEMS, st.integers(0, 4), st.sampled_from(["half_up", "half_even"]))
def test_scores_are_the_slow_ones(items: list[tuple[int | None, bool]], decimals: int, rounding: str) -> None:
    """In fractions, rounding included."""
    answers, turned = [item for item, _ in items], [turn for _, turn in items]
    found = stats.person_scores(
        [NAN if answer is None else answer for answer in answers],
        reverse_scored=np.array(turned),
        decimals=decimals,
        rounding=rounding,  # type: ignore[arg-type]
    )
    slow = person(answers, turned, decimals, rounding)
    assert bool(found.counted) == (slow is not None)
    if slow is None:
        assert np.isnan(found.score)
        assert found.reason.item() == "too_few_answered"
    else:
        assert found.score.item() == float(slow[0])
        assert found.rounded.item() == float(slow[1])


def test_halves_are_halves() -> None:
    """41/20 is 2.05: half up gives 2.1 and the second band, half to even 2.0 and the first, as binary numbers do by chance."""
    answers = [2] * 19 + [3]
    assert round(41 / 20, 1) == 2.0
    up, even = (stats.person_scores(answers, rounding=rule, bands=("2.0", 5)) for rule in ("half_up", "half_even"))  # type: ignore[arg-type]
    assert (up.rounded.item(), up.band.item()) == (2.1, 2)
    assert (even.rounded.item(), even.band.item()) == (2.0, 1)
    below = stats.person_scores([-3, -2, -2, -2], low=-3, high=3)
    assert below.rounded.item() == -2.3  # -2.25: halves go away from zero


def test_half_of_seven_is_four() -> None:
    """3 of 7 is less than half, whatever 7 // 2 says; the share and whether it is enough are arguments."""
    three, four = [4, 4, 4, NAN, NAN, NAN, NAN], [4, 4, 4, 4, NAN, NAN, NAN]
    assert stats.person_scores([three, four]).counted.tolist() == [False, True]
    assert stats.person_scores([4, 4, NAN, NAN]).counted.item()
    assert not stats.person_scores([4, 4, NAN, NAN], inclusive=False).counted.item()
    assert stats.person_scores(three, least_share="3/7").counted.item()
    assert not stats.person_scores(three, least_share=0.43).counted.item()
    assert not stats.person_scores([NAN, NAN], least_share=0).counted.item()


def test_answers_that_the_scale_does_not_have() -> None:
    """They are refused, not averaged; the other persons are not touched."""
    found = stats.person_scores([[1, 6], [1, 2.5], [1, 5], [np.inf, 2], [NAN, NAN]], bands=(3, 5))
    assert found.reason.tolist() == ["outside_answers", "outside_answers", "", "outside_answers", "too_few_answered"]
    assert found.band.tolist() == [0, 0, 1, 0, 0]
    assert found.score.tolist()[2] == 3.0
    mean = stats.mean_interval(stats.person_scores([[4, 5], [3, 3], [5, NAN], [NAN, NAN]]).score)
    assert (mean.value.item(), mean.n.item()) == (pytest.approx(12.5 / 3), 3.0)
    assert stats.person_scores(np.empty((0, 4))).score.shape == (0,)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"bands": ("2.0", "1.0")}, "bands must rise"),
        ({"bands": ("2.05", "5.0")}, "bands must rise, have at most 1 decimals"),
        ({"bands": ("2.0", "4.0")}, "reach 5"),
        ({"bands": ("two",)}, "bands is not a number"),
        ({"bands": "35"}, "bands must rise"),
        ({"bands": 5}, "bands must rise"),
        ({"bands": ()}, "bands must rise"),
        ({"high": 10**18}, "high must lie between"),
        ({"low": -(10**7)}, "low must lie between"),
        ({"least_share": 1.5}, "least_share must lie between 0 and 1"),
        ({"low": 5}, "low must be less than high"),
        ({"low": 1.5}, "low is not a number"),
        ({"reverse_scored": [1, 0]}, "reverse_scored must be true or false"),
        ({"reverse_scored": [True]}, "reverse_scored must have the shape"),
        ({"decimals": 10}, "decimals must lie between 0 and 9"),
        ({"rounding": "down"}, "rounding must be one of"),
    ],
)
def test_wrong_arguments_of_scores(options: dict[str, object], words: str) -> None:
    """Each is refused in words."""
    with pytest.raises(ArgumentError, match=words):
        stats.person_scores([1, 2], **options)  # type: ignore[arg-type]


@given(st.floats(1, 5), st.integers(0, 300), st.integers(1, 300), st.floats(0, 4), st.floats(1, 5))
def test_bounds_hold_the_mean_and_shrink(m: float, answered: int, more: int, most: float, goal: float) -> None:
    """With every answer more; the difference that turns the verdict does turn it."""
    invited = answered + more
    found = stats.nonresponse_bounds(m, answered, invited, low=1, high=5, largest_difference=most, threshold=goal)
    assert 1 - 1e-9 <= found.worst <= found.lower + 1e-9
    assert found.lower - 1e-9 <= m <= found.upper + 1e-9
    assert found.upper <= found.best + 1e-9 <= 5 + 2e-9
    less = stats.nonresponse_bounds(m, answered + 1, invited, low=1, high=5)
    assert less.best - less.worst <= found.best - found.worst + 1e-12
    flip = found.to_flip.item()
    if np.isfinite(flip):
        edge = stats.nonresponse_bounds(m, answered, invited, low=1, high=5, largest_difference=flip)
        assert min(abs(edge.lower - goal), abs(edge.upper - goal)) < 1e-6
    else:
        assert not found.worst < goal < found.best


def test_bounds_of_bad_rows() -> None:
    """Each with its reason; everybody answered, no width."""
    found = stats.nonresponse_bounds(
        [4, 4, NAN, 4, 4, 9, np.inf, 4],
        [9, 5, 5, 0, 12, 5, 5, -1],
        [9, 0, 9, 9, 9, 9, 9, 9],
        low=1,
        high=5,
        threshold=3,
    )
    assert found.reason.tolist() == [
        *("", "zero_denominator", "missing_input", "", "answers_exceed_population", "value_outside_scale"),
        *("not_finite", "negative_input"),
    ]
    assert (found.worst[0], found.best[0], found.to_flip[0]) == (4, 4, np.inf)
    assert (found.worst[3], found.best[3]) == (1, 5)
    assert np.isnan(found.worst[[1, 2, 4, 5, 6, 7]]).all()
    assert np.isnan(stats.nonresponse_bounds(4, 1, 2, low=1, high=5).to_flip)
    with pytest.raises(ArgumentError, match="low must be less than high"):
        stats.nonresponse_bounds(4, 1, 2, low=5, high=1)
    with pytest.raises(ArgumentError, match="largest_difference must be a finite number that is not negative"):
        stats.nonresponse_bounds(4, 1, 2, low=1, high=5, largest_difference=-1)


@given(st.integers(100, 500), st.integers(100, 500), st.integers(0, 120), st.booleans(), st.integers(0, 2))
def test_printed_decimals_are_read_as_decimals(one: int, other: int, least: int, strict: bool, decimals: int) -> None:  # noqa: FBT001
    """Every pair of two decimals against every threshold, as the rule of the model reads it."""
    rule = ReadingRule(id="rule", name=Text(da="Regel"), min_difference=least / 100, strict=strict, decimals=decimals)
    means = [stats.mean_interval_from(value / 100, 1.0, 40) for value in (one, other)]
    found = stats.read_difference(*means, min_difference=least / 100, strict=strict, decimals=decimals)
    assert (found.by_rule.item() == "different") == rule.differs(one / 100, other / 100)
    steps = [int(Fraction(value, 100) * 10**decimals + Fraction(1, 2)) for value in (one, other)]
    assert found.printed_difference.item() == (steps[0] - steps[1]) / 10**decimals


def test_threshold_on_the_difference_of_binary_numbers() -> None:
    """4.4 - 4.3 exceeds 0.1 in binary and 4.2 - 4.1 does too, 4.3 - 4.2 does not: none of them does in decimals."""
    assert 4.4 - 4.3 > 0.1 > 4.3 - 4.2
    first = stats.mean_interval_from([4.4, 4.3, 4.2, 4.5], 0.9, 40)
    second = stats.mean_interval_from([4.3, 4.2, 4.1, 4.3], 0.9, 40)
    found = stats.read_difference(first, second, min_difference=0.1)
    assert found.by_rule.tolist() == ["not_different"] * 3 + ["different"]
    assert (
        stats.read_difference(first, second, min_difference="0.1", strict=False).by_rule.tolist() == ["different"] * 4
    )


def test_rounded_means_are_certain_only_beyond_a_step() -> None:
    """4.8 and 4.1 may be 4.75 and 4.149: 0.601. 4.7 and 4.1 with a threshold of 0.4 differ whatever was rounded."""
    first = stats.mean_interval_from([4.8, 4.9, 4.1, 4.6, 4.7], 0.9, 40)
    second = stats.mean_interval_from([4.1, 4.1, 4.1, 4.1, 4.1], 0.9, 40)
    found = stats.read_difference(first, second, min_difference=0.6)
    assert found.by_rule.tolist() == ["different", "different", "not_different", "not_different", "not_different"]
    assert found.certain.tolist() == [False, True, True, True, False]


def test_rules_do_not_judge_what_they_were_not_made_for() -> None:
    """Too few answers, a number not known, a mean that is missing, and no standard deviation."""
    first = stats.mean_interval_from([4.8, 4.8, NAN, 4.8, 4.8], [0.9, 0.9, 0.9, NAN, 0.9], [200, 149, 200, 200, NAN])
    second = stats.mean_interval_from([4.0] * 5, [0.9] * 5, [200] * 5)
    found = stats.read_difference(first, second, min_difference=0.5, valid_for_n=150)
    assert found.by_rule.tolist() == ["different", "not_valid_for_n", "not_judged", "different", "not_judged"]
    assert found.by_interval.tolist() == ["different", "different", "not_judged", "not_judged", "not_judged"]
    assert found.certain.tolist() == [True, False, False, True, False]
    assert not found.disagree.any()
    assert found.reason.tolist()[2:] == ["missing_input", "uncertainty_missing", "missing_input"]
    with pytest.raises(ArgumentError, match="first must be a result of mean_interval"):
        stats.read_difference(4.1, second, min_difference=0.1)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="min_difference must be a finite number that is not negative"):
        stats.read_difference(first, second, min_difference=-0.1)
    with pytest.raises(ArgumentError, match="min_difference is not a number"):
        stats.read_difference(first, second, min_difference="nan")


def test_how_far_thumb_rules_are_from_the_interval() -> None:
    """At a spread of 0.9 the 95 % limit of a difference is 0.60 with 17 answers each, 0.30 with 70, 0.20 with 150, 0.10 with 620."""
    n = np.array([17, 70, 150, 620])
    found = stats.mean_difference(stats.mean_interval_from(4, 0.9, n), stats.mean_interval_from(4, 0.9, n))
    assert_allclose(found.upper, [0.60, 0.30, 0.20, 0.10], atol=0.03)


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_printed_steps_are_those_of_the_text(value: float, decimals: int) -> None:
    """As the shortest decimal text of the number rounds, halves away from zero."""
    exact = Fraction(repr(value)) * 10**decimals
    away = int(abs(exact) + Fraction(1, 2)) * (-1 if exact < 0 else 1)
    assert printed_steps(np.array([value]), decimals).item() == away


def test_printed_steps_of_halves_and_giants() -> None:
    """Halves that binary numbers miss, NaN, infinity, and numbers without decimals."""
    values = np.array([2.675, 1.005, -1.005, 0.285, NAN, np.inf, 1e300, 4.5e15 + 0.5])
    assert_allclose(printed_steps(values, 2)[:4], [268, 101, -101, 29])
    assert np.isnan(printed_steps(values, 2)[4])
    assert printed_steps(values, 0)[5] == np.inf
    assert printed_steps(values, 0)[6] == 1e300


def test_needed_answers_have_no_rounding_noise() -> None:
    """0.8/(1 - 0.8) is 4.000000000000001 in binary and would ask for 97, 397 and 892."""
    assert np.ceil(0.8 / (1 - 0.8) * (1 - 0.04) / 0.04) == 97
    found = stats.answers_for_reliability([[0.04], [0.01]], [0.7, 0.8, 0.9])
    assert found.needed.tolist() == [[56, 96, 216], [231, 396, 891]]


@given(st.floats(0.001, 0.999), st.floats(0.01, 0.99))
def test_needed_answers_are_enough_and_not_too_many(icc: float, wanted: float) -> None:
    """The reliability reaches what was wanted with them, and not with one less."""
    needed = stats.answers_for_reliability(icc, wanted).needed.item()
    assert stats.unit_reliability(icc, needed).value >= wanted - 1e-9
    if needed > 1:
        assert stats.unit_reliability(icc, needed - 1).value < wanted + 1e-9


@given(st.floats(0.05, 3), st.floats(0.1, 3), st.floats(0.01, 0.2), st.floats(0.05, 0.99))
def test_sample_sizes_turn_around(difference: float, sd: float, alpha: float, power: float) -> None:
    """So many answers detect just that difference, as often as asked for."""
    found = stats.answers_for_difference(difference, sd, alpha=alpha, power=power)
    if power < alpha / 2:
        assert (found.exact.item(), found.needed.item()) == (0.0, 1.0)
    elif found.exact > 1e-3:
        back = stats.detectable_difference(found.exact, sd, alpha=alpha, power=power)
        assert back.value.item() == pytest.approx(difference, rel=1e-9)
        shift = difference / (sd * np.sqrt(2 / found.exact.item()))
        assert scipy_stats.norm.sf(scipy_stats.norm.isf(alpha / 2) - shift) == pytest.approx(power, rel=1e-6)


def test_needed_answers_that_cannot_be() -> None:
    """Units that do not differ, numbers that are no share, and nothing at all."""
    icc = [0.04, 0, -0.02, NAN, 1.2, 0.04, np.inf, 1.0]
    found = stats.answers_for_reliability(icc, [0.8, 0.8, 0.8, 0.8, 0.8, 1.0, 0.8, 0.8])
    assert found.reason.tolist() == [
        *(
            "",
            "units_do_not_differ",
            "units_do_not_differ",
            "missing_input",
            "value_not_allowed",
            "value_not_allowed",
        ),
        *("not_finite", ""),
    ]
    assert found.needed.tolist()[-1] == 1
    worth = stats.unit_reliability([-0.02, 0.04, 2, 0.04, NAN], [20, 1, 20, 0, 3])
    assert worth.value.tolist()[:2] == [0.0, pytest.approx(0.04)]
    assert worth.low.tolist() == [True, True, False, False, False]
    assert worth.reason.tolist() == ["", "", "value_not_allowed", "value_not_allowed", "missing_input"]
    assert stats.answers_for_difference([0, NAN, 0.1, np.inf], [1, 1, 0, 1]).reason.tolist() == [
        *("value_not_allowed", "missing_input", "value_not_allowed", "not_finite")
    ]
    assert stats.detectable_difference([0, NAN], 1).reason.tolist() == ["value_not_allowed", "missing_input"]
    assert stats.answers_for_reliability([], 0.8).needed.shape == (0,)
    with pytest.raises(ArgumentError, match="power must lie between 0 and 1"):
        stats.answers_for_difference(0.1, 1, power=1)


def test_bands_may_be_an_array() -> None:
    """Numbers are read as they are written, whatever they come in."""
    plain = stats.person_scores([[1, 2], [4, 5]], bands=("2.0", "3.5", "5.0"))
    for bands in (np.array([2.0, 3.5, 5.0]), np.array([2, 3.5, 5], dtype=np.float32), pd.Series([2.0, 3.5, 5.0])):
        assert stats.person_scores([[1, 2], [4, 5]], bands=bands) == plain  # type: ignore[arg-type]
    assert plain.band.tolist() == [1, 3]


def test_sums_of_the_largest_answers_stay_whole_numbers() -> None:
    """A thousand answers of a million, with nine decimals."""
    found = stats.person_scores([[10**6] * 1000, [10**6] * 999 + [0]], low=0, high=10**6, decimals=9)
    assert found.rounded.tolist() == [10.0**6, 999_000.0]


@pytest.mark.parametrize(("low", "high"), [("0", 1), (None, 1), ([0, 1], 1), (0, np.inf), (np.nan, 1), (1, 1)])
def test_ends_of_the_scale_are_two_numbers(low: object, high: object) -> None:
    """Anything else is refused in words."""
    with pytest.raises(ArgumentError, match="low must be less than high"):
        stats.nonresponse_bounds(0.5, 5, 10, low=low, high=high)  # type: ignore[arg-type]


@pytest.mark.parametrize("valid", ["ti", np.nan, -5, 0, [10]])
def test_a_rule_is_valid_for_a_number_of_answers(valid: object) -> None:
    """And for nothing else: a missing number is None, and not a rule that is valid for nobody."""
    mean = stats.mean_interval_from(4.1, 0.9, 20)
    with pytest.raises(ArgumentError, match="valid_for_n must be a finite number above 0"):
        stats.read_difference(mean, mean, min_difference=0.1, valid_for_n=valid)  # type: ignore[arg-type]
