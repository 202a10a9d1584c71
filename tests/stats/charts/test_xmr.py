"""Individuals charts: published and own figures, the mistakes of others, edges."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from maalbib import stats, texts
from maalbib.errors import ArgumentError

NAN = np.nan
NHS_EXAMPLE = [1.0, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]  # published with NHSRplotthedots
SMALL: dict[str, Any] = {"min_points": 0, "min_points_trial": 0}


def cases(file: Path) -> list[tuple[str, pd.DataFrame]]:
    """The cases of an oracle file."""
    return [(str(name), rows) for name, rows in pd.read_csv(file).groupby("case_id", sort=False)]


def line(found: stats.ControlLimits, point: int = 0) -> tuple[float, float, float]:
    """Lower limit, centre and upper limit at a point."""
    return tuple(getattr(found, field)[..., point].item() for field in ("lower", "centre", "upper"))


def test_xmr_oracle(oracles: Path) -> None:
    """Limits of all cases to 1e-9 and points outside exactly; where the anchor has none, ours have a reason."""
    files = cases(oracles / "statistics/own/xmr.csv")
    assert len(files) == 51
    for name, case in files:
        found = stats.xmr_limits(
            case["y"],
            screen=bool(case["screen"].iloc[0]),
            baseline=int(case["fix_n"].iloc[0]) or None,
            segments=case["segment"].to_numpy(),
            **SMALL,
        )
        for ours, theirs in (("centre", "mean"), ("lower", "lower"), ("upper", "upper")):
            assert_allclose(getattr(found, ours), case[theirs], rtol=1e-9, atol=1e-9, err_msg=name)
        assert_array_equal(found.beyond != 0, case["is_outside"] == 1, err_msg=name)
        assert_array_equal(found.reason != "", case["lower"].isna(), err_msg=name)


@pytest.mark.parametrize("file", ["nhs_ae_xmr", "nhs_vignette_xmr"])
def test_published_nhs_figures(oracles: Path, file: str) -> None:
    """Monthly figures of hospitals: screening, a baseline of 12, two rebases."""
    files = cases(oracles / f"statistics/published/{file}.csv")
    for name, case in files:
        screen = bool(case["screen"].iloc[0]) if "screen" in case else not name.endswith("noscreen")
        segments = case["segment"].to_numpy() if "segment" in case else None
        baseline = 12 if name.endswith("fix12") else None
        found = stats.xmr_limits(case["y"], screen=screen, segments=segments, baseline=baseline, **SMALL)
        for ours, theirs in (("centre", "mean"), ("lower", "lower"), ("upper", "upper")):
            assert_allclose(getattr(found, ours), case[theirs], rtol=1e-9, err_msg=name)


def test_abspc_limits_of_the_nhs_example() -> None:
    """The package says it follows the NHS rules but does not screen: -3.06 to 6.95 where they give -0.72 to 4.60."""
    assert_allclose(line(stats.xmr_limits(NHS_EXAMPLE)), (-0.7156, 1.9444, 4.6044), atol=5e-5)
    unscreened = stats.xmr_limits(NHS_EXAMPLE, screen=False)
    assert_allclose(line(unscreened)[::2], (-3.06, 6.95), atol=5e-3)
    assert not unscreened.screened.any()


def test_qicharts2_screening_depends_on_what_is_attached() -> None:
    """Screening is an argument and part of the result: which ranges were dropped, point by point."""
    found = stats.xmr_limits(NHS_EXAMPLE, multiplier=3 / 1.128)
    assert_array_equal(found.screened.nonzero()[0], [4, 5])
    assert_allclose(found.upper, found.centre + 3 / 1.128, rtol=1e-14)  # the other ranges are all 1
    assert_allclose(found.sigma, 1 / 1.128, rtol=1e-14)


@pytest.mark.parametrize("screen", [True, False])
@pytest.mark.parametrize("value", [0.0, 0.1, 7.0, -1e9, 0.7])
def test_nhsrplotthedots_constant_series(value: float, screen: bool) -> None:  # noqa: FBT001 - a parameter
    """A constant series has NaN limits and no word there, with screening; without, limits that lie on the mean."""
    found = stats.xmr_limits(np.full(24, value), screen=screen)
    assert set(found.status) == set(found.reason) == {"no_variation"}
    assert_array_equal(found.centre, value)
    assert np.isnan([found.lower, found.upper, found.sigma]).all()
    assert not found.side.any()
    assert not found.beyond.any()


def test_qicharts2_constant_individuals() -> None:
    """NA limits without a reason there; also where a single jump is screened out and nothing is left."""
    found = stats.xmr_limits([1.0] * 20 + [5.0])
    assert set(found.reason) == {"no_variation"}
    assert found.screened[-1]
    assert_allclose(found.centre, 25 / 21)


def test_nhsrplotthedots_short_group_is_one_parameter() -> None:
    """Its text says 12 points and its code warns below 13; here the number asked for is the number used."""
    values = np.arange(25.0) % 3
    for count, status in ((11, "centre_only"), (12, "trial"), (19, "trial"), (20, "full")):
        assert set(stats.xmr_limits(values[:count]).status) == {status}
    assert set(stats.xmr_limits(values[:11]).reason) == {"too_few_points"}
    assert set(stats.xmr_limits(values[:12], min_points_trial=13).status) == {"centre_only"}
    assert set(stats.xmr_limits(values[:13], min_points_trial=13, min_points=13).status) == {"full"}


def test_nhspy_plotthedots_single_point_and_constant() -> None:
    """Every point of a constant series, and a single point, is a special cause there."""
    single = stats.xmr_limits([5.0], **SMALL)
    assert (single.status.item(), single.reason.item(), single.centre.item()) == (
        "centre_only",
        "too_few_points",
        5.0,
    )
    for found in (single, stats.xmr_limits([5.0] * 30, **SMALL)):
        assert not found.beyond.any()
        assert not found.side.any()
        assert np.isnan(found.upper).all()


def test_nhsrplotthedots_joins_gaps_silently() -> None:
    """A range across missing months is formed only when asked for (also reported for PowerBI-SPC)."""
    values = [1.0, 2, 1, 2, NAN, NAN, 9, 10, 9, 10]
    apart, joined = (stats.xmr_limits(values, gaps=gaps, screen=False, **SMALL) for gaps in ("break", "join"))
    assert_allclose(apart.sigma, 2.66 / 3)  # six ranges of 1
    assert_allclose(joined.sigma, 2.66 / 3 * (6 + 7) / 7)  # and one of 7
    assert not np.isnan(apart.upper).any()  # the lines go on through the gap
    assert np.isnan(apart.values[4:6]).all()  # noqa: PD011 - no frame
    assert_array_equal(apart.baseline, ~np.isnan(values))


def test_points_are_counted_as_ranges() -> None:
    """Gaps leave fewer ranges to rest limits on; a series of lone values has none."""
    values = np.arange(22.0) % 3
    values[10] = NAN
    assert stats.xmr_limits(values).status[0] == "full"  # 21 values, 19 ranges
    values[5] = NAN
    assert stats.xmr_limits(values).status[0] == "trial"
    assert stats.xmr_limits(values, gaps="join").status[0] == "full"
    lone = np.tile([1.0, NAN, 2.0, NAN], 15)
    found = stats.xmr_limits(lone)
    assert set(found.status) == {"centre_only"}
    assert set(found.reason) == {"too_few_points"}
    assert_allclose(found.centre, 1.5)


def test_excluded_points() -> None:
    """Drawn, but part of no limit and no pattern; neighbours are joined only when asked for."""
    values = np.array([1.0, 2, 50, 2, 1, 2, 1, 2])
    flags = values == 50
    found = stats.xmr_limits(values, exclude=flags, screen=False, **SMALL)
    assert_allclose(found.centre, np.mean(values[~flags]))
    assert_allclose(found.sigma, 2.66 / 3)
    assert_array_equal(found.baseline, ~flags)
    assert_array_equal(found.excluded, flags)
    assert found.values[2] == 50  # noqa: PD011 - no frame
    assert not found.beyond.any()
    joined = stats.xmr_limits(values, exclude=flags, screen=False, gaps="join", **SMALL)
    assert_allclose(joined.sigma, 2.66 / 3 * 5 / 6)


def test_frozen_baseline_in_each_segment() -> None:
    """Limits of a segment come from its first periods; a missing first period is one of them."""
    values = np.array([1.0, 3, 1, 3, 90, 70, NAN, 30, 32, 30, 5, 5])
    labels = [3] * 6 + [7] * 6
    found = stats.xmr_limits(values, segments=labels, baseline=4, **SMALL)
    assert_array_equal(found.segment, [0] * 6 + [1] * 6)
    assert_array_equal(found.baseline.nonzero()[0], [0, 1, 2, 3, 7, 8, 9])
    assert_allclose(found.centre, [2.0] * 6 + [92 / 3] * 6)
    assert_allclose(found.sigma, 2.66 / 3 * 2)
    assert_array_equal(found.beyond, [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, -1, -1])


def test_segments_per_series() -> None:
    """Each series may have borders of its own; a segment with one point has a centre only."""
    values = np.array([[1.0, 2, 1, 2, 1, 8], [1, 2, 1, 5, 6, 5]])
    found = stats.xmr_limits(values, segments=[[0, 0, 0, 0, 0, 1], [0, 0, 0, 4, 4, 4]], **SMALL)
    assert_array_equal(found.segment, [[0] * 5 + [1], [0] * 3 + [1] * 3])
    assert found.status[0].tolist() == ["full"] * 5 + ["centre_only"]
    assert_allclose(found.centre[0], [1.4] * 5 + [8])
    assert_allclose(found.centre[1], [4 / 3] * 3 + [16 / 3] * 3)


def test_given_centre() -> None:
    """The centre as given, the spread from the values; NaN is estimated."""
    values = np.array([[1.0, 2, 1, 2], [5, 6, 5, 6]])
    found = stats.xmr_limits(values, centre=[[2.0], [NAN]], **SMALL)
    assert_array_equal(found.centre, [[2.0] * 4, [5.5] * 4])
    assert_allclose(found.upper - found.centre, 2.66)
    empty = stats.xmr_limits([NAN] * 3, centre=4)
    assert (empty.centre[0], empty.status[0], empty.reason[0]) == (4.0, "centre_only", "no_data")


def test_bounds_clip_and_say_so() -> None:
    """Percentages near 100: the upper limit is moved to 100 and no point can be above it."""
    values = [98.0, 100, 97, 99, 100, 96, 99, 100, 98, 99, 97, 100]
    free, held = stats.xmr_limits(values), stats.xmr_limits(values, bounds=(0, 100))
    assert free.upper[0] > 100
    assert_array_equal(held.upper, 100)
    assert_array_equal(held.lower, free.lower)
    assert_array_equal(held.sigma, free.sigma)
    assert held.clipped_upper.all()
    assert not held.clipped_lower.any()
    assert not free.clipped_upper.any()
    assert stats.xmr_limits(values, bounds=(None, 100)) == held


def test_transforms_stay_in_range() -> None:
    """Limits made on another scale are those of the transformed values, carried back."""
    shares = np.array([0.98, 0.99, 0.97, 0.985, 0.995, 0.96, 0.99, 0.98, 0.97, 0.99, 0.985, 0.99])
    found, plain = stats.xmr_limits(shares, transform="logit"), stats.xmr_limits(np.log(shares / (1 - shares)))
    for field in ("centre", "lower", "upper"):
        assert_allclose(getattr(found, field), 1 / (1 + np.exp(-getattr(plain, field))), rtol=1e-12)
    assert (found.upper < 1).all()
    assert (found.upper - found.centre < found.centre - found.lower).all()
    assert np.isnan(found.sigma).all()
    counts = np.array([0.0, 3, 1, 0, 2, 5, 1, 0, 0, 2, 4, 1])
    found, plain = stats.xmr_limits(counts, transform="log1p"), stats.xmr_limits(np.log1p(counts))
    assert_allclose(found.lower, np.expm1(plain.lower), rtol=1e-12)
    given = stats.xmr_limits(shares, transform="logit", centre=0.9)
    assert_allclose(given.centre, 0.9, rtol=1e-14)


def test_a_share_of_one_has_no_logit() -> None:
    """In the baseline it leaves no limits and says why; after it, it is judged like any other."""
    shares = np.array([0.98, 0.99, 0.97, 0.985, 0.995, 0.96, 0.99, 0.98, 0.97, 0.99, 0.985, 0.99, 1.0])
    found = stats.xmr_limits(shares, transform="logit")
    assert set(found.reason) == {"value_out_of_range"}
    assert set(found.status) == {""}
    assert np.isnan(found.centre).all()
    frozen = stats.xmr_limits(shares, transform="logit", baseline=12)
    assert set(frozen.reason) == {""}
    assert frozen.beyond[-1] == 1


def test_infinite_values_are_lost_alone() -> None:
    """An infinite or unusably large value is no point; the others stand."""
    values = np.arange(30.0) % 3
    for bad in (np.inf, -np.inf, 1e200):
        values[4] = bad
        found = stats.xmr_limits(values)
        assert found.reason[4] == "invalid_value"
        assert np.isnan([found.values[4], found.upper[4]]).all()  # noqa: PD011 - no frame
        values[4] = NAN
        assert_array_equal(np.delete(found.upper, 4), np.delete(stats.xmr_limits(values).upper, 4))


def test_no_data_and_no_periods() -> None:
    """Nothing is known of nothing, and it says so."""
    found = stats.xmr_limits(np.full((2, 5), NAN))
    assert set(found.reason.ravel()) == {"no_data"}
    assert set(found.status.ravel()) == {""}
    for shape in ((0,), (0, 4), (3, 0)):
        assert stats.xmr_limits(np.empty(shape)).upper.shape == shape


def test_far_from_zero() -> None:
    """A level of a billion costs no digits of the spread."""
    near = stats.xmr_limits(NHS_EXAMPLE)
    far = stats.xmr_limits(np.array(NHS_EXAMPLE) + 2.0**30)
    assert_array_equal(far.sigma, near.sigma)
    assert_allclose(far.centre - 2.0**30, near.centre, atol=2e-7)


def test_values_on_the_centre_despite_rounding() -> None:
    """Decimals that add up with noise still lie on their mean, and not beyond limits that they define."""
    found = stats.xmr_limits(np.array([0.1, 0.2, 0.3] * 8))
    assert_array_equal(found.side, [-1, 0, 1] * 8)
    noisy = stats.xmr_limits(np.array([0.3, 0.1 + 0.2] * 12))
    assert set(noisy.reason) == {"no_variation"}
    assert not noisy.side.any()


def test_input_is_left_alone_and_not_shared() -> None:
    """The caller's array is neither changed nor part of the result."""
    values = np.array(NHS_EXAMPLE)
    values.flags.writeable = False
    found = stats.xmr_limits(values)
    assert not np.shares_memory(found.values, values)
    assert found == pickle.loads(pickle.dumps(found))
    assert found != stats.xmr_limits(values, screen=False)


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("argument.shape", {"segments": [0, 1]}),
        ("argument.shape", {"exclude": [True]}),
        ("argument.shape", {"centre": [1.0, 2.0]}),
        ("charts.segments_not_whole_numbers", {"segments": [0.0] * 12}),
        ("charts.segments_come_back", {"segments": [0, 1, 0] + [2] * 9}),
        ("charts.exclude_not_bool", {"exclude": [3, 5]}),
        ("charts.not_positive", {"multiplier": 0}),
        ("charts.not_positive", {"multiplier": "2.66"}),
        ("charts.not_positive", {"multiplier": True}),
        ("charts.bounds", {"bounds": (1, 0)}),
        ("charts.bounds", {"bounds": (0, 0)}),
        ("charts.bounds", {"bounds": 1}),
        ("charts.bounds", {"bounds": ("a", 1)}),
        ("charts.bounds", {"bounds": (NAN, 1)}),
        ("charts.centre_impossible", {"centre": np.inf}),
        ("charts.centre_impossible", {"centre": 1, "transform": "logit"}),
        ("argument.choice", {"gaps": "skip"}),
        ("argument.choice", {"transform": "log"}),
        ("argument.choice", {"screen": "yes"}),
        ("argument.whole_number", {"baseline": 0}),
        ("argument.whole_number", {"baseline": 2.0}),
        ("argument.whole_number", {"min_points": -1}),
        ("argument.whole_number", {"min_points_trial": None}),
    ],
)
def test_wrong_arguments(code: str, options: dict[str, Any]) -> None:
    """What no data could make right raises, with a code."""
    with pytest.raises(ArgumentError) as caught:
        stats.xmr_limits(np.arange(12.0), **options)
    assert caught.value.code == code
    assert caught.value.text("da")


def test_values_of_a_wrong_shape() -> None:
    """One or two dimensions, no more and no fewer."""
    for values in (3.0, np.zeros((2, 2, 2))):
        with pytest.raises(ArgumentError, match="periods"):
            stats.xmr_limits(values)


@pytest.mark.parametrize(
    "reason",
    [
        "invalid_value",
        "missing_input",
        "negative_input",
        "no_data",
        "no_variation",
        "not_applicable",
        "numerator_exceeds_denominator",
        "too_few_points",
        "value_out_of_range",
        "zero_denominator",
    ],
)
def test_reasons_have_words(reason: str) -> None:
    """Every reason is explained in both languages."""
    assert texts.phrase("reason", reason, "da")
    assert texts.phrase("reason", reason, "en")
