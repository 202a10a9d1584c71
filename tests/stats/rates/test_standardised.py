"""Direct and indirect standardisation: published figures, slow twins, laws."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats
from maalbib.errors import ArgumentError

EUROPE = stats.standard_population("european_2013")
LEVELS = ((0.95, "95"), (0.998, "998"))


def areas(oracles: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The counts of 19 areas by 19 bands, and what comes of them."""
    folder = oracles / "statistics/own"
    return (
        pd.read_csv(folder / "standardisation_input.csv"),
        pd.read_csv(folder / "standardisation_expected.csv").set_index("case_id"),
    )


def test_direct_rates_agree_with_r(oracles: Path) -> None:
    """19 areas at two levels, 5 to 1000 events; those with fewer than 10 are withheld, and the one with 10 is not."""
    given_rows, wanted = areas(oracles)
    assert len(wanted) == 19
    shown = 0
    for case, rows in given_rows.groupby("case_id", sort=False):
        assert rows["standard_population"].tolist() == EUROPE.weights.tolist()
        row = wanted.loc[str(case)]
        for confidence, suffix in LEVELS:
            found = stats.standardised_rate(
                rows["count"], rows["population"], EUROPE, multiplier=100_000, confidence=confidence
            )
            numbers = [found.value.item(), found.lower.item(), found.upper.item()]
            assert_allclose(numbers, [row["dsr"], row[f"dsr_lower{suffix}"], row[f"dsr_upper{suffix}"]], rtol=1e-9)
        withheld = row["dsr_status"] != "ok"
        assert found.status.item() == ("suppressed" if withheld else "ok")
        assert np.isnan(found.events.item()) == withheld
        shown += not withheld
    assert (shown, len(wanted) - shown) == (
        int((wanted["dsr_status"] == "ok").sum()),
        int((wanted["total_count"] < 10).sum()),
    )


def test_all_areas_at_once_are_each_alone(oracles: Path) -> None:
    """A table of areas gives what each gives, bit for bit."""
    given_rows, _ = areas(oracles)
    count = given_rows["count"].to_numpy().reshape(19, 19)
    population = given_rows["population"].to_numpy().reshape(19, 19)
    found = stats.standardised_rate(count, population, EUROPE, multiplier=1000)
    for place in range(19):
        alone = stats.standardised_rate(count[place], population[place], EUROPE.weights, multiplier=1000)
        assert_array_equal(alone.upper, found.upper[place])
    assert (found.standard, alone.standard) == ("european_2013/1", "")


def test_indirect_ratios_and_rates_agree_with_r(oracles: Path) -> None:
    """The same areas: expected events, ratio, and rate per 100,000."""
    given_rows, wanted = areas(oracles)
    for case, rows in given_rows.groupby("case_id", sort=False):
        row = wanted.loc[str(case)]
        expected = stats.expected_count(rows["population"], rows["reference_count"], rows["reference_population"])
        assert_allclose(expected.value, row["expected"], rtol=1e-9)
        assert_allclose(expected.reference_rate * 100_000, row["ref_rate"], rtol=1e-9)
        observed = rows["count"].sum()
        for confidence, suffix in LEVELS:
            found = stats.standardised_ratio(observed, expected.value, confidence=confidence)
            wanted_row = [row["isr"], row[f"isr_lower{suffix}"], row[f"isr_upper{suffix}"]]
            assert_allclose([found.value.item(), found.lower.item(), found.upper.item()], wanted_row, rtol=1e-9)
        rates = stats.standardised_ratio(
            observed, expected.value, reference_rate=expected.reference_rate, multiplier=100_000
        )
        wanted_row = [row["israte"], row["israte_lower95"], row["israte_upper95"], row["ref_rate"]]
        numbers = [rates.value, rates.lower, rates.upper, rates.reference]
        assert_allclose([number.item() for number in numbers], wanted_row, rtol=1e-9)


def test_published_events_that_come_several_per_person(oracles: Path) -> None:
    """4 published areas: the same rate as events of their own would give, with wider limits."""
    folder = oracles / "statistics/published"
    rows = pd.read_csv(folder / "phe_dsr_nonindependent_input.csv")
    wanted = pd.read_csv(folder / "phe_dsr_nonindependent_expected.csv").set_index("case_id")
    assert len(wanted) == 4
    for case, area in rows.groupby("case_id"):
        bands = list(dict.fromkeys(area["ageband"]))
        frequency = sorted(area["event_frequency"].unique())
        persons = area.pivot_table(index="ageband", columns="event_frequency", values="persons", fill_value=0)
        people = area.groupby("ageband")["population"].first().loc[bands]
        weights = area.groupby("ageband")["standard_population"].first().loc[bands]
        row = wanted.loc[str(case)]
        for confidence, suffix in LEVELS:
            found = stats.standardised_rate(
                persons.loc[bands, frequency],
                people,
                weights,
                multiplier=100_000,
                events_per_person=frequency,
                confidence=confidence,
            )
            numbers = [found.value.item(), found.lower.item(), found.upper.item()]
            assert_allclose(numbers, [row["value"], row[f"lower{suffix}"], row[f"upper{suffix}"]], rtol=1e-9)
        assert found.method == "dobson_repeated"
        assert found.status.item() == ("ok" if row["total_count"] >= 10 else "suppressed")
        if row["total_count"] >= 10:
            assert found.events.item() == row["total_count"]
            events = persons.loc[bands, frequency].to_numpy() @ np.array(frequency)
            alone = stats.standardised_rate(events, people, weights, multiplier=100_000, confidence=confidence)
            assert_allclose(alone.value, found.value, rtol=1e-13)
            assert alone.upper - alone.lower <= found.upper - found.lower


def slowly(
    count: np.ndarray, population: np.ndarray, weights: np.ndarray, frequency: list[float]
) -> tuple[float, ...]:
    """One unit, stratum by stratum, by the formulas as they are written."""
    value = variance = events = 0.0
    for stratum, weight in enumerate(weights / weights.sum()):
        for place, times in enumerate(frequency):
            persons = count[stratum][place]
            value += weight * times * persons / population[stratum]
            variance += times**2 * persons * (weight / population[stratum]) ** 2
            events += times * persons
    interval = stats.count_interval(events)
    scale = (variance / events) ** 0.5
    return value, value + scale * (interval.lower.item() - events), value + scale * (interval.upper.item() - events)


@given(
    hnp.arrays(np.float64, (3, 4, 2), elements=st.integers(0, 60).map(float)),
    hnp.arrays(np.float64, (3, 4), elements=st.integers(1, 5000).map(float)),
    hnp.arrays(np.float64, 4, elements=st.integers(1, 9).map(float)),
)
def test_rates_are_the_slow_ones(count: np.ndarray, population: np.ndarray, weights: np.ndarray) -> None:
    """With one or two events per person, and any weights."""
    found = stats.standardised_rate(count, population, weights, multiplier=1, events_per_person=[1, 3], min_events=0)
    for place in range(3):
        if count[place].sum() == 0:
            assert (found.value[place], found.reason[place]) == (0.0, "no_limits_at_zero")
            continue
        wanted = slowly(count[place], population[place], weights, [1, 3])
        numbers = [found.value[place], found.lower[place], found.upper[place]]
        assert_allclose(numbers, wanted, rtol=1e-11, atol=1e-15)
    scaled = stats.standardised_rate(
        count, population, weights * 7, multiplier=1000, events_per_person=[1, 3], min_events=0
    )
    assert_allclose(scaled.upper, found.upper * 1000, rtol=1e-12)
    order = [2, 0, 3, 1]
    turned = stats.standardised_rate(
        count[:, order], population[:, order], weights[order], multiplier=1, events_per_person=[1, 3], min_events=0
    )
    assert_allclose(turned.lower, found.lower, rtol=1e-11, atol=1e-15)


def test_one_stratum_is_the_crude_rate() -> None:
    """And so is any number of strata with the same rate, for the value."""
    direct = stats.standardised_rate([[65]], [[9856]], [3], multiplier=1000)
    crude = stats.rate(65, 9856, multiplier=1000)
    for name in ("value", "lower", "upper"):
        assert_allclose(getattr(direct, name), getattr(crude, name), rtol=1e-13)


def test_the_threshold_is_in_the_result_and_may_be_moved() -> None:
    """Nine are withheld, ten are shown; with a threshold of five nine are shown."""
    count, population = [[4, 5], [4, 6]], [[100, 200], [100, 200]]
    found = stats.standardised_rate(count, population, [1, 1], multiplier=1)
    assert found.reason.tolist() == ["too_few_events", ""]
    assert np.isnan([found.value[0], found.lower[0], found.upper[0], found.events[0], found.dropped[0]]).all()
    assert found.min_events == 10
    assert (
        stats.standardised_rate(count, population, [1, 1], multiplier=1, min_events=5).status.tolist() == ["ok"] * 2
    )


def test_a_stratum_without_people() -> None:
    """Events without people are impossible; without both, the stratum may be dropped, and its weight is told."""
    count, population = [[20, 0, 5], [20, 1, 5], [0, 0, 0]], [[500, 0, 300], [500, 0, 300], [0, 0, 0]]
    kept = stats.standardised_rate(count, population, [5, 3, 2], multiplier=1)
    assert kept.reason.tolist() == ["population_zero_in_stratum"] * 3
    dropped = stats.standardised_rate(count, population, [5, 3, 2], multiplier=1, drop_empty=True)
    assert dropped.reason.tolist() == ["", *["population_zero_in_stratum"] * 2]
    assert dropped.dropped[0] == pytest.approx(0.3)
    without = stats.standardised_rate([20, 5], [500, 300], [5, 2], multiplier=1)
    assert_allclose(dropped.upper[0], without.upper, rtol=1e-13)
    assert without.dropped.item() == 0


def test_a_stratum_that_is_not_there() -> None:
    """Neither events nor people: the stratum is missing; one of them: a number is missing; nothing at all: a number too."""
    nan = np.nan
    count, population = [[20, nan, 5], [20, nan, 5], [nan] * 3], [[500, nan, 300], [500, 40, 300], [nan] * 3]
    found = stats.standardised_rate(count, population, [5, 3, 2], multiplier=1)
    assert found.reason.tolist() == ["stratum_missing", "missing_input", "missing_input"]
    assert found.status.tolist() == ["invalid", "missing", "missing"]
    unused = stats.standardised_rate(count[0], population[0], [5, 0, 2], multiplier=1)
    assert unused.status.item() == "ok"


def test_bad_rows_keep_to_themselves() -> None:
    """A negative or infinite number empties its row alone."""
    count = [[20, 5], [-1, 50], [np.inf, 5], [20, 5]]
    population = [[500, 300], [500, 300], [500, 300], [500, -300]]
    found = stats.standardised_rate(count, population, [1, 1], multiplier=1)
    assert found.reason.tolist() == ["", "negative_input", "not_finite", "negative_input"]
    assert np.isnan(found.value).tolist() == [False, True, True, True]


def test_two_ratios_are_not_compared_with_each_other() -> None:
    """Two units of the same rates in every stratum have different ratios; so larger, difference and ratio are refused."""
    reference_count, reference_population = np.array([10, 400]), np.array([10_000, 10_000])
    rates = np.array([0.004, 0.03])
    ratios = [
        stats.standardised_ratio(
            (people * rates).sum(), stats.expected_count(people, reference_count, reference_population).value
        )
        for people in (np.array([9000, 1000]), np.array([1000, 9000]))
    ]
    assert abs(ratios[0].value.item() - ratios[1].value.item()) > 0.5
    for ask in ("__lt__", "__le__", "__gt__", "__ge__", "__sub__", "__truediv__"):
        with pytest.raises(ArgumentError, match="not comparable with each other") as error:
            getattr(ratios[0], ask)(ratios[1])
        assert "standardised_rate" in error.value.text("da")
    with pytest.raises(ArgumentError):
        _ = ratios[0] - ratios[1]
    assert ratios[0] == ratios[0]
    direct = stats.standardised_rate(
        [people * rates for people in (np.array([9000, 1000]), np.array([1000, 9000]))],
        [[9000, 1000], [1000, 9000]],
        [1, 1],
        multiplier=1,
    )
    assert direct.value[0] == pytest.approx(direct.value[1])


def test_observed_and_expected_are_taken_as_given() -> None:
    """Expected events of a model have decimals, and stay as they are."""
    found = stats.standardised_ratio([41, 0, np.nan, 3, 2], [43.7, 14.2, 9, 0, -1], multiplier=100)
    assert found.value[:2].tolist() == [41 * 100 / 43.7, 0.0]
    assert found.reason.tolist() == ["", "", "missing_input", "expected_zero", "negative_input"]
    assert found.reference.tolist() == [100.0] * 5
    limits = stats.count_interval([41, 0])
    assert_allclose(found.upper[:2], limits.upper * 100 / np.array([43.7, 14.2]), rtol=1e-14)


def test_a_reference_rate_may_be_bad() -> None:
    """Then there is no rate, and the reason says so unless the ratio has one of its own."""
    found = stats.standardised_ratio([4, 4, 4, 4, np.nan], 5, reference_rate=[0.1, np.nan, np.inf, -1, np.nan])
    assert found.reason.tolist() == ["", "missing_input", "not_finite", "negative_input", "missing_input"]
    assert np.isnan(found.value).tolist() == [False, True, True, True, True]
    assert found.value[0] == pytest.approx(0.08)


def test_expected_counts_of_bad_rows() -> None:
    """A reference without people in a stratum expects nothing that can be known."""
    nan = np.nan
    people = [[10, 20], [nan, 20], [np.inf, 20], [-1, 20]]
    assert stats.expected_count(people, [1, 2], [100, 200]).reason.tolist() == [
        *("", "missing_input", "not_finite", "negative_input")
    ]
    empty = stats.expected_count(people, [0, 2], [0, 200])
    assert empty.reason.tolist()[0] == "population_zero_in_stratum"
    assert np.isnan(empty.value).all()


def test_named_populations() -> None:
    """Sums as printed, bands in order, weights that nobody can change."""
    sums = {"european_1976": 100_000, "european_2013": 100_000, "world_1960": 100_000, "world_2000": 100_030}
    assert stats.standard_populations() == tuple(sums)
    for name, total in sums.items():
        found = stats.standard_population(name)
        assert (found.name, found.version, found.weights.sum()) == (name, 1, total)
        assert len(found.bands) == len(found.weights) == len(set(found.bands))
        assert found.bands[0] == "0-4"
        with pytest.raises(ValueError, match="read-only"):
            found.weights[0] = 1
    assert len(EUROPE.bands) == 19
    with pytest.raises(ArgumentError, match="name must be one of"):
        stats.standard_population("nordic")


def test_more_dimensions_and_stretched_shapes() -> None:
    """Years by units by strata, and one population for all years."""
    rng = np.random.default_rng(4)
    count, population = rng.integers(5, 90, (3, 4, 5)), rng.integers(500, 900, (4, 5))
    weights = [1, 2, 3, 4, 5]
    found = stats.standardised_rate(count, population, weights, multiplier=1000)
    assert found.value.shape == (3, 4)
    for year, unit in product(range(3), range(4)):
        alone = stats.standardised_rate(count[year, unit], population[unit], weights, multiplier=1000)
        assert_array_equal(alone.lower, found.lower[year, unit])
    assert stats.expected_count(np.broadcast_to(population, (3, 4, 5)), weights, [100] * 5).value.shape == (3, 4)


def test_wrong_arguments() -> None:
    """Only these raise."""
    with pytest.raises(ArgumentError, match="standard must be finite numbers"):
        stats.standardised_rate([1, 2], [3, 4], [0, 0], multiplier=1)
    with pytest.raises(ArgumentError, match="events_per_person must be finite numbers"):
        stats.standardised_rate([[1], [2]], [3, 4], [1, 1], multiplier=1, events_per_person=[-1])
    with pytest.raises(ArgumentError, match=r"count must have the shape \(\.\.\., 3\) but has \(2,\)"):
        stats.standardised_rate([1, 2], [3, 4], [1, 1, 1], multiplier=1)
    with pytest.raises(ArgumentError, match="population must have the shape"):
        stats.standardised_rate([1, 2], [3, 4, 5], [1, 1], multiplier=1)
    with pytest.raises(ArgumentError, match="min_events must be a finite number that is not negative"):
        stats.standardised_rate([1, 2], [3, 4], [1, 1], multiplier=1, min_events=-1)
    with pytest.raises(ArgumentError, match="reference_count must have the shape"):
        stats.expected_count([1, 2], [1, 2, 3], [1, 2])
