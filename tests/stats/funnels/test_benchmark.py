"""Verdicts against a reference: stated cases, published outcomes, laws, intervals of the difference, pitfalls."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError

NAN = math.nan
NUMBERS = st.integers(-400, 400).map(lambda hundredths: hundredths / 100)


def as_published(found: stats.Benchmark) -> list[str]:
    """Verdicts in the words of the cases."""
    words = {"no_detectable_difference": "similar", "not_compared": "not_compared:"}
    return [words.get(verdict, verdict) + reason for verdict, reason in zip(found.verdict, found.reason, strict=True)]


def test_stated_verdicts(oracles: Path) -> None:
    """Twenty-one cases: touching, missing and inverted intervals, three directions, a margin."""
    table = pd.read_csv(oracles / "statistics/own/benchmark_verdicts.csv")
    assert len(table) == 21
    found = stats.benchmark(
        table["lower"],
        table["upper"],
        table["reference"],
        direction=table["polarity"].replace({"none": "context"}).tolist(),
        margin=table["margin"],
    )
    assert as_published(found) == table["verdict"].tolist()
    assert found.relevance.tolist() == table["relevance"].fillna("").tolist()
    assert found.relevance_reason.tolist() == found.reason.tolist()


def test_published_outcomes(oracles: Path) -> None:
    """Twenty-seven comparisons of regions where low is good; those without a benchmark are not compared."""
    table = pd.read_csv(oracles / "statistics/published/fingertipsnext_benchmark.csv")
    assert len(table) == 27
    found = stats.benchmark(table["lower"], table["upper"], table["benchmark"], direction="lower")
    outcome = table["outcome"].map({"Better": "better", "Worse": "worse", "Similar": "similar"})
    assert as_published(found) == outcome.fillna("not_compared:no_reference").tolist()


@given(NUMBERS, NUMBERS, NUMBERS, st.integers(0, 200).map(lambda hundredths: hundredths / 100))
def test_laws(one: float, other: float, reference: float, margin: float) -> None:
    """Mirrored, shifted and scaled questions have mirrored, equal and equal answers; directions swap better and worse."""
    lower, upper = min(one, other), max(one, other)
    turned = {"better": "worse", "worse": "better"}
    high = stats.benchmark(lower, upper, reference, direction="higher", margin=margin)
    low = stats.benchmark(lower, upper, reference, direction="lower", margin=margin)
    word = high.verdict.item()
    assert low.verdict == turned.get(word, word)
    mirrored = stats.benchmark(-upper, -lower, -reference, direction="higher", margin=margin)
    assert mirrored.verdict == low.verdict
    assert mirrored.relevance == high.relevance == low.relevance
    percent = stats.benchmark(100 * lower, 100 * upper, 100 * reference, direction="higher", margin=100 * margin)
    assert (percent.verdict, percent.relevance) == (high.verdict, high.relevance)
    shifted = stats.benchmark(lower + 0.3, upper + 0.3, reference + 0.3, direction="higher", margin=margin)
    assert (shifted.verdict, shifted.relevance) == (high.verdict, high.relevance)
    if high.relevance == "relevant":
        assert word in turned
    if margin == 0:
        assert high.relevance == ("relevant" if word in turned else "margin_not_settled")


@given(st.integers(-100, 100), st.integers(-100, 100), st.integers(0, 50))
def test_the_definition_in_whole_numbers(lower: int, upper: int, margin: int) -> None:
    """Hundredths are compared as if they were whole numbers: touching is touching whatever a computer makes of 0.52."""
    assume(lower <= upper)
    found = stats.benchmark((50 + lower) / 100, (50 + upper) / 100, 0.5, direction="context", margin=margin / 100)
    expected = "lower" if upper < 0 else "higher" if lower > 0 else "no_detectable_difference"
    relevance = (
        "relevant"
        if lower > margin or upper < -margin
        else "within_margin"
        if -margin < lower and upper < margin
        else "margin_not_settled"
    )
    assert (found.verdict, found.relevance) == (expected, relevance)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=10))
def test_a_row_does_not_know_of_the_others(rows: list[tuple[float, float]]) -> None:
    """A bad or a suppressed row changes nobody else's verdict."""
    lower, upper = (np.array(column) for column in zip(*rows, strict=True))
    whole = stats.benchmark([*lower, NAN, 0.0], [*upper, 1.0, 0.1], 0.2, direction="higher", margin=0.1,
                            suppressed=[*[False] * (len(rows) + 1), True])  # fmt: skip
    for i, (low, high) in enumerate(rows):
        alone = stats.benchmark(low, high, 0.2, direction="higher", margin=0.1)
        assert (whole.verdict[i], whole.relevance[i], whole.reason[i]) == (
            alone.verdict,
            alone.relevance,
            alone.reason,
        )
    assert whole.reason[-2:].tolist() == ["no_interval", "suppressed"]


def test_missing_limits_are_not_no_change() -> None:
    """Elsewhere missing limits become NaN and read as no change; here a unit without an interval is not compared."""
    found = stats.benchmark([NAN, 0.4, NAN], [0.5, NAN, NAN], 0.45, direction="higher", margin=0.1)
    assert found.verdict.tolist() == ["not_compared"] * 3
    assert found.relevance.tolist() == [""] * 3
    assert found.reason.tolist() == ["no_interval"] * 3


def test_the_uncertainty_of_the_reference_counts() -> None:
    """With Wilson limits of two shares the interval of the difference is Newcombe's, and it is no overlap rule."""
    ours, theirs = stats.wilson_interval(56, 70), stats.wilson_interval(48, 80)
    found = stats.benchmark(
        ours.lower,
        ours.upper,
        theirs.value,
        direction="higher",
        values=ours.value,
        reference_limits=(theirs.lower, theirs.upper),
    )
    # Newcombe (1998), Statistics in Medicine 17, 873-890: 56/70 - 48/80, method 10.
    assert_allclose([found.difference, found.lower, found.upper], [0.2, 0.0524, 0.3339], atol=5e-5)
    assert found.verdict == "better"
    assert found.reference_included
    assert ours.lower < theirs.upper  # the two intervals overlap all the same


def test_a_region_with_a_third_of_the_country() -> None:
    """62 against 60 per cent with 30,000 people and 30 % of the country: z is 8.45, not 7.07."""
    se = math.sqrt(0.6 * 0.4 / 30_000)
    at = {"lower": 0.62 - se, "upper": 0.62 + se, "reference": 0.60, "direction": "higher", "values": 0.62}
    naive, own = stats.benchmark(**at), stats.benchmark(**at, own_share=0.3)  # type: ignore[arg-type]
    assert_allclose(0.02 / (naive.upper - naive.difference), 7.07, atol=0.005)
    assert_allclose(0.02 / (own.upper - own.difference), 8.45, atol=0.005)
    assert (naive.own_removed, own.own_removed) == (False, True)
    # The same from the spread of the rest of the country, when that of the whole is told.
    whole = math.sqrt(0.6 * 0.4 / 100_000)
    told = stats.benchmark(**at, own_share=0.3, reference_limits=(0.6 - whole, 0.6 + whole))  # type: ignore[arg-type]
    assert_allclose([told.lower, told.upper], [own.lower, own.upper], rtol=1e-12)


def test_own_part_is_right_by_simulation() -> None:
    """Units that are a part of their total leave their limits as often as they should, which they do not unadjusted."""
    rng = np.random.default_rng(8)
    part, rest = rng.binomial(600, 0.4, 40_000), rng.binomial(400, 0.4, 40_000)
    interval, total = stats.wilson_interval(part, 600), (part + rest) / 1000
    shared = {"direction": "context", "values": interval.value}
    naive = stats.benchmark(interval.lower, interval.upper, total, **shared)  # type: ignore[arg-type]
    own = stats.benchmark(interval.lower, interval.upper, total, own_share=0.6, **shared)  # type: ignore[arg-type]
    assert np.mean(naive.verdict != "no_detectable_difference") < 0.005
    assert_allclose(np.mean(own.verdict != "no_detectable_difference"), 0.05, atol=0.006)


def test_bands() -> None:
    """Inside is the whole interval, edges included; outside is beyond an edge; a band may be open."""
    found = stats.benchmark(
        [98, 99, 97.9, 102.1, 90, 95],
        [102, 100, 101, 103, 97, 110],
        NAN,
        direction="target",
        band=(98, 102),
        margin=1,
    )
    assert found.verdict.tolist() == [
        "within_band",
        "within_band",
        "band_not_settled",
        "above_band",
        "below_band",
        "band_not_settled",
    ]
    assert found.relevance.tolist() == [
        "within_margin",
        "within_margin",
        "within_margin",
        "margin_not_settled",
        "margin_not_settled",
        "margin_not_settled",
    ]
    assert found.lower.tolist()[3:5] == pytest.approx([0.1, -8.0])
    open_band = stats.benchmark(97, 99, None, direction="target", band=(95, math.inf))
    assert open_band.verdict == "within_band"
    assert stats.benchmark(1, 2, None, direction="target", band=(3, 2)).reason == "inverted_band"
    no_band = stats.benchmark([1, 1], [2, 2], 3, direction=["target", "higher"], band=([NAN, 0], [NAN, 5]))
    assert no_band.verdict.tolist() == ["lower", "worse"]


def test_reasons() -> None:
    """Each fault has its code, and the first one is told."""
    cases = {
        "own_benchmark": {"own_share": 1.0},
        "missing_input": {"own_share": NAN},
        "share_out_of_range": {"own_share": 1.5},
        "no_interval": {"lower": NAN},
        "inverted_interval": {"lower": 0.7},
        "no_reference": {"reference": NAN},
        "not_finite": {"reference": math.inf},
        "value_outside_interval": {"values": 0.9},
        "uncertainty_missing": {"reference_limits": (0.4, NAN)},
        "suppressed": {"suppressed": True, "lower": NAN},
    }
    given_ = {"lower": 0.4, "upper": 0.6, "reference": 0.45, "values": 0.5, "direction": "higher"}
    for reason, change in cases.items():
        found = stats.benchmark(**(given_ | change))  # type: ignore[arg-type]
        assert found.reason == reason
        assert (found.verdict, found.relevance) == ("not_compared", "")
        assert np.isnan([found.difference, found.lower, found.upper]).all()
    inverted = stats.benchmark(**given_, reference_limits=(0.5, 0.4))  # type: ignore[arg-type]
    assert inverted.reason == "inverted_interval"
    strange = stats.benchmark(**given_, reference_limits=(0.5, 0.6))  # type: ignore[arg-type]
    assert strange.reason == "value_outside_interval"


def test_margins_nobody_gave() -> None:
    """Without a margin relevance is not judged; a negative one is none."""
    found = stats.benchmark([0.4] * 3, 0.6, 0.3, direction="higher", margin=[NAN, -0.1, 0.05])
    assert found.relevance.tolist() == ["", "", "relevant"]
    assert found.relevance_reason.tolist() == ["no_margin", "negative_input", ""]
    assert stats.benchmark(0.4, 0.6, 0.3, direction="higher").relevance_reason == "no_margin"


def test_an_interval_without_an_end() -> None:
    """A ratio without an upper limit can still be shown to be higher."""
    found = stats.benchmark([1.2, 0.8], math.inf, 1.0, direction="lower", margin=0.5)
    assert found.verdict.tolist() == ["worse", "no_detectable_difference"]
    assert found.relevance.tolist() == ["margin_not_settled"] * 2


def test_wrong_arguments() -> None:
    """Unknown directions, shapes that do not fit, values that are needed."""
    with pytest.raises(ArgumentError, match="direction must be one of"):
        stats.benchmark(0, 1, 0.5, direction="none")
    with pytest.raises(ArgumentError, match="direction must have the shape"):
        stats.benchmark([0, 0, 0], [1, 1, 1], 0.5, direction=["higher", "lower"])
    with pytest.raises(ArgumentError, match="upper must have the shape"):
        stats.benchmark([0, 0, 0], [1, 1], 0.5, direction="higher")
    with pytest.raises(ArgumentError, match="margin must have the shape"):
        stats.benchmark(0, 1, 0.5, direction="higher", margin=[0.1, 0.2])
    for needs in ({"own_share": 0.1}, {"reference_limits": (0.4, 0.6)}):
        with pytest.raises(ArgumentError, match="Give values"):
            stats.benchmark(0, 1, 0.5, direction="higher", **needs)  # type: ignore[arg-type]


def test_inputs_are_not_changed() -> None:
    """Read-only arrays are enough."""
    lower = np.array([0.1, NAN])
    lower.flags.writeable = False
    assert_array_equal(
        stats.benchmark(lower, lower, lower, direction="higher").verdict, ["no_detectable_difference", "not_compared"]
    )
