"""Every kind of chart: own and published figures, the mistakes of others, exact limits, edges."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats as scipy_stats

from maalbib import stats
from maalbib.errors import ArgumentError
from maalbib.stats.charts._subgroups import _c4

NAN = np.nan
QIC = {"pp": "p_prime", "up": "u_prime", "ip": "i_prime"}
ANCHOR: dict[str, Any] = {"multiplier": 3 / 1.128, "gaps": "join", "min_points": 0}
SHARES = (
    [38.0, 41, 33, 29, 40, 35, 30, 44, 36, 31, 39, 37],
    [184.0, 168, 173, 186, 190, 170, 165, 181, 177, 169, 180, 175],
)


def options_of(case: pd.DataFrame, name: str) -> dict[str, Any]:
    """What an oracle case asks for, as arguments."""
    options = ANCHOR | {"segments": case["segment"].to_numpy(), "exclude": ~case["include"].to_numpy(bool)}
    if "screened" in case:
        options["screen"] = bool(case["screened"].iloc[0])
    if not case["baseline"].all():
        options["baseline"] = int(case["baseline"].sum())
    given = case["given_centre"].iloc[0] if "given_centre" in case else NAN
    given = 20.0 if name.endswith("cl20") else given
    return options if np.isnan(given) else options | {"centre": given}


def chart_of(kind: str, case: pd.DataFrame, name: str) -> stats.ControlLimits:
    """Our chart of an oracle case."""
    size = None if case["n"].isna().all() else case["n"]
    options = options_of(case, name)
    if kind == "xbar":
        return stats.control_limits("xbar", case["y_mean"], size, standard_deviations=case["y_sd"], **options)
    values = case["y_sd"] if kind == "s" else case["y_sum"]
    return stats.control_limits(kind, values, size, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("file", ["own/charts.csv", "published/qic_charts.csv"])
def test_chart_oracles(oracles: Path, file: str) -> None:
    """Values, centre and limits of all charts in all modes, to 1e-7 as promised and in fact to 1e-12."""
    kinds = set()
    for name, case in pd.read_csv(oracles / "statistics" / file).groupby("case_id", sort=False):
        chart = str(case["chart"].iloc[0] if "chart" in case else str(name).split("_")[1])
        kind = QIC.get(chart, chart)
        found = chart_of(kind, case, str(name))
        for ours, theirs in (("values", "y"), ("centre", "cl"), ("lower", "lower"), ("upper", "upper")):
            assert_allclose(getattr(found, ours), case[theirs], rtol=1e-12, atol=1e-12, err_msg=f"{name} {ours}")
        kinds.add(kind)
    assert len(kinds) == (13 if file.startswith("own") else 6)


def test_qicharts2_varying_individuals_ignore_freeze() -> None:
    """A frozen centre came with a spread from all points there; here later points change nothing."""
    rng = np.random.default_rng(5)
    size = rng.integers(80, 300, 36).astype(float)
    values = rng.binomial(size.astype(int), 0.3).astype(float)
    wild = values.copy()
    wild[18:] = np.where(np.arange(18) % 2, size[18:], 0)
    calm, stirred = (stats.control_limits("i_prime", column, size, baseline=18) for column in (values, wild))
    alone = stats.control_limits("i_prime", values[:18], size[:18])
    assert_array_equal(calm.upper, stirred.upper)
    assert_array_equal(calm.upper[:18], alone.upper)
    assert (stats.control_limits("i_prime", wild, size).upper > calm.upper).all()


def test_qicharts2_time_between_with_a_given_centre() -> None:
    """A centre of 28.97 was raised to the power 3.6 and drawn at 183,124."""
    days = [35.2, 3.89, 19.72, 38.18, 46.84, 3.16, 11.74, 60.1, 25.3, 18.8, 41.0, 7.7]
    found = stats.control_limits("t", days, centre=28.97)
    assert_allclose(found.centre, 28.97, rtol=1e-14)
    assert (found.lower < found.centre).all()
    assert (found.upper > found.centre).all()
    free = stats.control_limits("t", days)
    step = free.upper ** (1 / 3.6) - free.centre ** (1 / 3.6)
    assert_allclose(found.upper ** (1 / 3.6), 28.97 ** (1 / 3.6) + step, rtol=1e-12)


@pytest.mark.parametrize("kind", ["p", "u", "p_prime", "u_prime", "i_prime", "i"])
def test_qicharts2_zero_denominator(kind: Any) -> None:
    """A NaN point without a word there; here that point alone says why, and the others do not notice."""
    counts, size = (np.array(column) for column in SHARES)
    size[4] = 0
    found = stats.control_limits(kind, counts, size, min_points=0)
    assert (found.reason[4], found.status[4]) == ("zero_denominator", "centre_only")
    assert np.isnan([found.values[4], found.lower[4], found.upper[4], found.sigma[4]]).all()  # noqa: PD011 - no frame
    assert not found.baseline[4]
    counts[4] = NAN
    without = stats.control_limits(kind, counts, np.where(size == 0, NAN, size), min_points=0)
    rest = np.arange(12) != 4
    assert_array_equal(found.upper[rest], without.upper[rest])
    assert set(found.reason[rest]) == {""} == set(without.reason[rest])


def test_bad_counts_concern_their_points() -> None:
    """Impossible, missing and infinite counts: each point with its reason, together as if they were missing."""
    counts, size = (np.array(column) for column in SHARES)
    bad = {
        0: (200, 184, "numerator_exceeds_denominator"),
        3: (-1, 186, "negative_input"),
        5: (35, NAN, "missing_input"),
    }
    bad |= {7: (44, -181, "negative_input"), 8: (np.inf, 177, "invalid_value"), 9: (NAN, 169, "")}
    for place, (count, denominator, _) in bad.items():
        counts[place], size[place] = count, denominator
    found = stats.control_limits("p", counts, size, min_points=0)
    assert {place: found.reason[place] for place in bad} == {place: reason for place, (_, _, reason) in bad.items()}
    rest = [1, 2, 4, 6, 10, 11]
    share = counts[rest].sum() / size[rest].sum()
    assert_allclose(found.centre, share)
    assert_allclose(found.sigma[9], math.sqrt(share * (1 - share) / 169))  # no count yet, but limits for it
    assert_array_equal(found.baseline.nonzero()[0], rest)
    assert np.isnan(found.values[list(bad)]).all()  # noqa: PD011 - no frame


@pytest.mark.parametrize("share", [0.0, 1.0])
@pytest.mark.parametrize("kind", ["p", "p_prime"])
def test_nobody_or_everybody(kind: Any, share: float) -> None:
    """With P = 0 or 1 chance has no spread: no limits and no signal."""
    size = np.array(SHARES[1])
    found = stats.control_limits(kind, share * size, size)
    assert set(found.reason) == set(found.status) == {"no_variation"}
    assert_array_equal(found.centre, share)
    assert not found.beyond.any()


def test_no_events() -> None:
    """Charts of counts without a single event have no limits either."""
    for kind in ("c", "g"):
        assert set(stats.control_limits(kind, np.zeros(24)).reason) == {"no_variation"}  # type: ignore[arg-type]
    assert set(stats.control_limits("u", np.zeros(24), np.ones(24)).reason) == {"no_variation"}
    assert set(stats.control_limits("s", np.zeros(24), np.full(24, 4)).reason) == {"no_variation"}


def test_all_denominators_missing() -> None:
    """A p chart of counts alone does not apply; nothing at all is no data; one segment leaves the other alone."""
    counts = np.array(SHARES[0])
    found = stats.control_limits("p", counts, NAN)
    assert set(found.reason) == {"not_applicable"}
    assert set(found.status) == {""}
    assert np.isnan(found.centre).all()
    nothing = stats.control_limits("p", np.full(4, NAN), NAN)
    assert set(nothing.reason) == {"no_data"}
    both = stats.control_limits(
        "u",
        np.tile(counts, 2),
        np.concatenate([np.full(12, NAN), SHARES[1]]),
        segments=np.repeat([0, 1], 12),
    )
    assert set(both.reason[:12]) == {"not_applicable"}
    assert_array_equal(both.upper[12:], stats.control_limits("u", counts, SHARES[1]).upper)


def test_scale_of_shares_and_rates() -> None:
    """Per 100 or 1,000 scales values, centre, limits, given centre and bounds alike."""
    for kind, per in (("p", 100), ("u", 1000), ("p_prime", 100), ("i_prime", 10), ("i", 100), ("c", 3), ("t", 7)):
        denominators = None if kind in {"c", "t"} else SHARES[1]
        one = stats.control_limits(kind, SHARES[0], denominators)  # type: ignore[arg-type]
        many = stats.control_limits(kind, SHARES[0], denominators, per=per)  # type: ignore[arg-type]
        for field in ("values", "centre", "lower", "upper", "sigma"):
            assert_allclose(getattr(many, field), getattr(one, field) * per, rtol=1e-13)
        assert_array_equal(many.reason, one.reason)
    given = stats.control_limits("p", *SHARES, centre=20, per=100)
    assert_allclose(given.centre, 20)
    assert_allclose(given.sigma, 100 * np.sqrt(0.2 * 0.8 / np.array(SHARES[1])))
    assert_allclose(stats.control_limits("p", *SHARES, per=100, bounds=(None, 25)).upper, 25)


def test_given_centre_needs_no_data() -> None:
    """With a known standard the noise of p, u, c and g is known; other charts still need their points."""
    assert set(stats.control_limits("p", [3], [40], centre=0.1).status) == {"full"}
    assert set(stats.control_limits("c", [3, NAN], centre=4).status) == {"full"}
    assert not stats.control_limits("c", [3, NAN], centre=4).baseline.any()
    assert set(stats.control_limits("g", [3], centre=4).status) == {"full"}
    assert set(stats.control_limits("p_prime", [3], [40], centre=0.1).status) == {"centre_only"}
    mixed = stats.control_limits("u", [[3, 4], [3, 4]], 10, centre=[[0.3], [NAN]])
    assert mixed.status.tolist() == [["full"] * 2, ["centre_only"] * 2]
    assert_allclose(mixed.centre, [[0.3] * 2, [0.35] * 2])


def test_natural_ends_are_flagged() -> None:
    """Shares end at 0 and 1, counts, times and standard deviations at 0; where a limit lies there, no point can be beyond it."""
    low = stats.control_limits("p", [1.0, 2, 1, 3] * 5, 50)
    assert_array_equal(low.lower, 0)
    assert low.clipped_lower.all()
    assert not low.clipped_upper.any()
    high = stats.control_limits("p", [49.0, 48, 49, 47] * 5, 50)
    assert_allclose(high.upper, 1)
    assert high.clipped_upper.all()
    for kind in ("c", "g", "mr"):
        found = stats.control_limits(kind, [1.0, 4, 2, 3] * 5)  # type: ignore[arg-type]
        assert_array_equal(found.lower, 0)
        assert found.clipped_lower.all()


def test_run_chart_has_a_median_and_no_limits() -> None:
    """The centre splits the values; a run chart has no limits by its nature, not for want of points."""
    rows = np.array([[3.0, 1, 2, 9, NAN, 5], [1, 1, 1, 1, 1, 7]])
    found = stats.control_limits("run", rows, min_points_trial=5)
    assert_array_equal(found.centre, [[3.0] * 6, [1.0] * 6])
    assert set(found.status.ravel()) == {"centre_only"}
    assert set(found.reason.ravel()) == {"not_applicable"}
    assert set(stats.control_limits("run", rows).reason.ravel()) == {"too_few_points"}
    assert_array_equal(found.side, [[0, -1, -1, 1, 0, 1], [0] * 5 + [1]])
    ratio = stats.control_limits("run", [1, 2, 6], [2, 2, 4])
    assert_allclose(ratio.values, [0.5, 1, 1.5])
    assert_allclose(ratio.centre, 1)


def test_sigma_z_is_told_and_nothing_is_switched() -> None:
    """Overdispersed shares: p keeps its narrow limits and tells by how much; p' widens them by just that."""
    rng = np.random.default_rng(8)
    size = rng.integers(4000, 9000, 24)
    counts = rng.binomial(size, np.clip(rng.normal(0.3, 0.03, 24), 0, 1))
    plain, prime = (stats.control_limits(kind, counts, size) for kind in ("p", "p_prime"))
    assert plain.sigma_z[0] > 1.5
    assert_array_equal(plain.sigma_z, prime.sigma_z)
    assert_allclose(prime.sigma, plain.sigma * plain.sigma_z, rtol=1e-14)
    assert np.isnan(stats.control_limits("i", counts, size).sigma_z).all()


@pytest.mark.parametrize("mean", [0.01, 0.3, 1, 2, 5.5, 30, 411, 1e5])
def test_exact_limits_of_counts(mean: float) -> None:
    """The quantiles at 0.00135 and 0.99865 of a Poisson distribution."""
    found = stats.control_limits("c", [mean], centre=mean, limits="exact")
    assert found.lower[0] == scipy_stats.poisson.ppf(0.00135, mean)
    assert found.upper[0] == scipy_stats.poisson.ppf(0.99865, mean)
    assert found.clipped_lower[0] == (found.lower[0] == 0)
    assert np.isnan(found.sigma).all()


def test_exact_limits_of_shares_and_rates() -> None:
    """The same for each denominator of p and u charts, small and large."""
    size = np.array([1, 2, 5, 10, 33, 80, 500, 12_000])
    for share in (0.001, 0.08, 0.5, 0.97):
        found = stats.control_limits("p", np.zeros(8), size, centre=share, limits="exact")
        assert_allclose(found.lower * size, scipy_stats.binom.ppf(0.00135, size, share), atol=1e-9)
        assert_allclose(found.upper * size, scipy_stats.binom.ppf(0.99865, size, share), atol=1e-9)
        assert_array_equal(found.clipped_upper, found.upper == 1)
    exposure = np.array([0.5, 3, 40.5, 900])
    found = stats.control_limits("u", np.zeros(4), exposure, centre=0.7, limits="exact")
    assert_allclose(found.upper * exposure, scipy_stats.poisson.ppf(0.99865, 0.7 * exposure), atol=1e-9)
    assert_allclose(found.lower * exposure, scipy_stats.poisson.ppf(0.00135, 0.7 * exposure), atol=1e-9)


def test_exact_limits_keep_their_promise_for_small_counts() -> None:
    """Counts with mean 2: three sigma flag too many above; the exact limit flags at most 0.135 percent."""
    exact, sigma = (stats.control_limits("c", [2], centre=2, limits=limits) for limits in ("exact", "sigma"))
    assert scipy_stats.poisson.sf(np.floor(sigma.upper[0]), 2) > 0.004
    assert scipy_stats.poisson.sf(exact.upper[0], 2) <= 0.00135


def test_subgroups_of_single_values() -> None:
    """Means, standard deviations and sizes as NumPy gives them for each subgroup, gaps left out."""
    rng = np.random.default_rng(3)
    labels = rng.integers(10, 16, 60)
    rows = rng.normal(1e6, 2, (3, 60))
    rows[1, ::7] = NAN
    rows[2, labels == 12] = NAN
    rows[2, np.flatnonzero(labels == 13)[1:]] = NAN
    found = stats.subgroups(rows, labels)
    for row in range(3):
        for place, label in enumerate(found.labels.tolist()):
            own = rows[row, labels == label]
            own = own[~np.isnan(own)]
            assert found.size[row, place] == len(own)
            assert_allclose(found.mean[row, place], own.mean() if len(own) else NAN, rtol=1e-14)
            assert_allclose(found.sd[row, place], own.std(ddof=1) if len(own) > 1 else NAN, rtol=1e-9)
        alone = stats.subgroups(rows[row], labels)
        assert_array_equal(alone.sd, found.sd[row])
        assert_array_equal(alone.mean, found.mean[row])


def test_subgroup_charts_with_small_subgroups() -> None:
    """A subgroup of one has a mean but no limits; its size weighs in the centre and not in the spread."""
    mean, sd, size = np.array([5.0, 6, 4, 9]), np.array([1.0, 2, NAN, 1]), np.array([3, 5, 1, 4])
    found = stats.control_limits("xbar", mean, size, standard_deviations=sd, min_points=0)
    assert_allclose(found.centre, (mean * size).sum() / size.sum())
    pooled = math.sqrt((2 * 1 + 4 * 4 + 3 * 1) / 9)
    assert_allclose(found.sigma[0], pooled / (_c4(np.array([3.0])).item() * math.sqrt(3)))
    assert found.reason.tolist() == ["", "", "too_few_points", ""]
    assert found.baseline.all()
    spread = stats.control_limits("s", sd, size, min_points=0)
    assert_allclose(spread.centre, pooled)
    assert spread.reason.tolist() == ["", "", "too_few_points", ""]


def test_c4_is_what_gamma_functions_give() -> None:
    """Published constants, and no jump where the expansion takes over."""
    assert_allclose(
        _c4(np.array([2.0, 3, 5, 10, 25])), [0.7978846, 0.8862269, 0.9399856, 0.9726593, 0.9896404], atol=5e-8
    )
    size = np.array([250.0, 299, 300, 301, 302, 400, 1e4, 1e7])
    expected = [math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2)) for n in size]
    assert_allclose(_c4(size), expected, rtol=2e-8)
    assert_allclose(_c4(size[:6]), expected[:6], rtol=2e-13)


def test_varying_individuals_on_equal_denominators() -> None:
    """With one denominator throughout they are individuals with pi/2 in place of 2.66."""
    counts = np.array(SHARES[0])
    found = stats.control_limits("i_prime", counts, np.full(12, 50.0))
    ranges = np.abs(np.diff(counts / 50))
    assert_allclose(found.sigma, ranges.mean() * math.sqrt(math.pi) / 2, rtol=1e-13)


def test_varying_individuals_are_screened() -> None:
    """A range just above 3.2665 mean ranges is dropped, one just below is not."""
    for times, dropped in ((3.2668, True), (3.2662, False)):
        large = 20 * times / (21 - times)  # beside twenty ranges of 1
        values = np.append(np.arange(21) % 2, large)
        found = stats.control_limits("i_prime", values * 9, np.full(22, 9.0))
        mean = 1 if dropped else (20 + large) / 21
        assert_allclose(found.sigma, mean * math.sqrt(math.pi) / 2, rtol=1e-12)
        assert found.screened[-1] == dropped


def test_time_between_needs_positive_times() -> None:
    """Two events at once leave no way to make limits from that baseline; a negative time is no time."""
    days = np.array([3.0, 9, 4, 17, 8, 2, 30, 11, 6, 14, 5, 21, 7])
    days[2] = 0
    assert set(stats.control_limits("t", days).reason) == {"value_out_of_range"}
    days[2] = -4
    found = stats.control_limits("t", days, min_points_trial=10)
    assert found.reason[2] == "negative_input"
    assert set(np.delete(found.reason, 2)) == {""}


def test_moving_range_chart() -> None:
    """Ranges of all points that have a neighbour; the limit rests on the baseline and on no large range less."""
    values = [1.0, 2, 1, 2, 9, 1, NAN, 4, 5]
    found = stats.control_limits("mr", values, baseline=4, min_points=0)
    assert_array_equal(found.values, [NAN, 1, 1, 1, 7, 8, NAN, NAN, 1])
    assert_allclose(found.centre, 1)
    assert_allclose(found.upper, 3.267)
    assert_array_equal(found.beyond, [0, 0, 0, 0, 1, 1, 0, 0, 0])
    assert set(stats.control_limits("mr", [4.0] * 24).reason) == {"no_variation"}
    assert not stats.control_limits("mr", [*values, 1, 2, 1, 2, 1, 2], min_points=0).screened.any()


@pytest.mark.parametrize(
    ("code", "kind", "arguments"),
    [
        ("argument.choice", "np", {}),
        ("argument.choice", "p", {"denominators": 9, "limits": "both"}),
        ("charts.denominators_missing", "p", {}),
        ("charts.denominators_missing", "s", {}),
        ("charts.denominators_unused", "c", {"denominators": 9}),
        ("charts.standard_deviations_missing", "xbar", {"denominators": 9}),
        ("charts.standard_deviations_unused", "s", {"denominators": 9, "standard_deviations": 1}),
        ("charts.no_exact_limits", "i", {"limits": "exact"}),
        ("charts.no_exact_limits", "p_prime", {"denominators": 9, "limits": "exact"}),
        ("charts.no_transform", "c", {"transform": "log1p"}),
        ("charts.centre_impossible", "p", {"denominators": 9, "centre": 20}),
        ("charts.centre_impossible", "p", {"denominators": 9, "centre": 120, "per": 100}),
        ("charts.centre_impossible", "c", {"centre": -1}),
        ("charts.centre_impossible", "t", {"centre": 0}),
        ("charts.not_positive", "c", {"per": np.inf}),
        ("argument.shape", "p", {"denominators": [9, 9]}),
    ],
)
def test_wrong_arguments(code: str, kind: Any, arguments: dict[str, Any]) -> None:
    """Arguments that do not belong to the kind raise, with a code."""
    with pytest.raises(ArgumentError) as caught:
        stats.control_limits(kind, [1.0, 2, 3], **arguments)
    assert caught.value.code == code
    assert caught.value.text("da")


@pytest.mark.parametrize(
    ("code", "values", "labels"),
    [
        ("argument.shape", [1.0, 2], [1]),
        ("argument.shape", [[[1.0]]], [1]),
        ("charts.labels_not_whole_numbers", [1.0, 2], ["a", "b"]),
    ],
)
def test_wrong_subgroups(code: str, values: Any, labels: Any) -> None:
    """Labels that are not whole numbers or do not fit raise."""
    with pytest.raises(ArgumentError) as caught:
        stats.subgroups(values, labels)
    assert caught.value.code == code
