"""Published methods as data, and what every kernel does with odd arguments."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import numpy as np
import pytest

from maalbib import stats
from maalbib.errors import ArgumentError

GROWTH = (stats.statcan_progress, stats.eustat_progress)


def test_newest_and_pinned_are_the_same_objects() -> None:
    """One version each so far."""
    assert stats.profile("statcan") is stats.profile("statcan/1")
    assert [found.name for found in stats.profiles()] == [f"{found.id}/1" for found in stats.profiles()]
    assert {found.id for found in stats.profiles()} >= {
        "statcan",
        "eustat",
        "destatis",
        "un_progress_chart",
        "pilote",
    }


def test_a_profile_cannot_be_changed_and_survives_pickling() -> None:
    """Neither its fields nor what is inside its parameters."""
    found = stats.profile("statcan")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        found.version = "2"  # type: ignore[misc]
    with pytest.raises(TypeError):
        found.parameters["with_target"]["classes"] = ()
    assert pickle.loads(pickle.dumps(found)) == found == copy.deepcopy(found)
    assert hash(found) == hash(stats.profile("statcan/1"))


def test_published_parameters_are_refused_under_other_figures() -> None:
    """A service that pins a version keeps its answers."""
    published = stats.profile("destatis")
    with pytest.raises(ArgumentError, match="published"):
        attrs.evolve(published, parameters={**published.parameters, "sun_below": 0.1})
    own = attrs.evolve(published, version="mild", parameters={**published.parameters, "sun_below": 0.2})
    series = [915, 924, 943, 962, 981, 1000]
    options: dict[str, Any] = {"kind": "value_by_year", "target": 1100, "target_time": 2025, "direction": "higher"}
    symbols = [
        stats.destatis_weather(series, range(2015, 2021), profile=each, **options).symbol.item()
        for each in (published, own)
    ]
    found = stats.destatis_weather(series, range(2015, 2021), profile=own, **options)
    assert found.profile == "destatis/mild"
    assert symbols == ["light_cloud", "sun"]


def test_unknown_and_foreign_profiles_are_refused() -> None:
    """By name and by rules."""
    for name in ("statcan/99", "oecd", ""):
        with pytest.raises(ArgumentError, match="profile"):
            stats.profile(name)
    with pytest.raises(ArgumentError):
        stats.score_class(1.0, profile="destatis")
    with pytest.raises(ArgumentError):
        stats.published_base([1.0], [2015], profile="pilote")


@pytest.mark.parametrize("kernel", GROWTH)
def test_shapes_stretch_and_empty_ones_stay_empty(kernel: Any) -> None:
    """A table of things against a row of targets; nothing at all; no array at all."""
    found = kernel(np.full((3, 1), 40.0), 2015, [30.0, 20.0], 2022, direction="lower", target=20, target_time=2030)
    assert found.value.shape == found.status.shape == (3, 2)
    assert kernel([], 2015, [], 2022, direction="lower").score.shape == (0,)
    assert kernel(40, 2015, 30, 2022, direction="lower").score.shape == ()
    with pytest.raises(ArgumentError):
        kernel([1.0, 2.0], 2015, [1.0, 2.0, 3.0], 2022, direction="lower")


@pytest.mark.parametrize("kernel", GROWTH)
def test_more_than_a_block_is_judged_alike(kernel: Any) -> None:
    """70,000 elements give what each of them gives alone."""
    rng = np.random.default_rng(1)
    base, current = rng.uniform(1, 100, 70_000), rng.uniform(1, 100, 70_000)
    found = kernel(base, 2015, current, 2022, direction="lower", target=50, target_time=2030)
    part = kernel(
        base[65_530:65_545], 2015, current[65_530:65_545], 2022, direction="lower", target=50, target_time=2030
    )
    assert np.array_equal(found.value[65_530:65_545], part.value, equal_nan=True)
    assert found.status[65_530:65_545].tolist() == part.status.tolist()


def test_inputs_are_left_as_they_are() -> None:
    """Also where zeros are replaced."""
    base, target = np.array([0.0, 5.0]), np.array([3.0, 0.0])
    stats.statcan_progress(base, 2015, [1.0, 2.0], 2020, direction="higher", target=target, target_time=2030)
    assert (base.tolist(), target.tolist()) == ([0.0, 5.0], [3.0, 0.0])


def test_results_are_equal_field_by_field() -> None:
    """NaN counts as equal to NaN."""
    options: dict[str, Any] = {"direction": "lower", "target": 10, "target_time": 2030}
    assert stats.statcan_progress(10, 2015, 14, 2022, **options) == stats.statcan_progress(
        10, 2015, 14, 2022, **options
    )


SERIES = [905.0, 924, 943, 962, 981, 1000]
BY_YEAR: dict[str, Any] = {"kind": "value_by_year", "direction": "higher"}


def weather(**options: Any) -> str:
    """The symbol of one rising series."""
    return str(stats.destatis_weather(SERIES, range(2015, 2021), **(BY_YEAR | options)).symbol.item())


def test_weather_of_several_targets_is_the_worst_of_the_next_year() -> None:
    """A later year does not count, one that has passed neither."""
    assert weather(target=[1001, 1100, 5000, 900], target_time=[2025, 2025, 2040, 2019]) == "light_cloud"
    assert weather(target=[1001, np.nan], target_time=[2025, np.nan]) == "sun"
    assert weather(target=5000, target_time=2040) == "cloud"
    assert weather(target=1100, target_time=2019) == ""


def test_weather_of_an_interval_is_that_of_its_weaker_bound() -> None:
    """A rising series below, inside and above."""
    inside = {"kind": "keep", "direction": "target"}
    assert weather(target=900, target_high=1100, **inside) == "light_cloud"  # reached, and leaving by the upper end
    assert weather(target=1050, target_high=1100, **inside) == "cloud"
    assert weather(target=100, target_high=200, **inside) == "lightning"
    found = stats.destatis_weather(SERIES, range(2015, 2021), target=900, target_high=1100, **inside)  # type: ignore[arg-type]
    assert found.reached.item()


def test_weather_by_direction_alone() -> None:
    """A band has no direction, so it is refused; the last change is needed."""
    with pytest.raises(ArgumentError):
        weather(kind="direction_only", direction="target")
    gap = stats.destatis_weather([1, 2, 3, 4, None, 6], range(2015, 2021), kind="direction_only", direction="higher")
    assert gap.reason.item() == "no_last_change"


def test_keeping_without_change_follows_the_parameter() -> None:
    """The published wording contradicts itself for a missed target and no change at all."""
    published = stats.profile("destatis")
    own = attrs.evolve(
        published, version="cloud", parameters={**published.parameters, "keep_missed_unchanged": "cloud"}
    )
    flat = [3.0] * 6
    symbols = [
        stats.destatis_weather(flat, range(2015, 2021), kind="keep", target=5, direction="higher", profile=each)
        for each in (published, own)
    ]
    assert [each.symbol.item() for each in symbols] == ["lightning", "cloud"]


def test_the_progress_chart_settles_first_what_needs_no_growth() -> None:
    """A target that is met, one of a percentage that is as good as met, and a thing done or not."""
    one = stats.un_progress(0, 2015, 12, 2022, direction="higher", target=10, target_time=2030)
    assert (one.score.item(), one.why.item(), bool(one.met)) == (3.0, "met", True)
    near = stats.un_progress(
        80, 2015, 99.2, 2022, direction="higher", target=100, target_time=2030, percent_scale=True
    )
    assert (near.score.item(), near.why.item(), bool(near.met)) == (3.0, "within_1_of_bound", False)
    done = stats.un_progress(np.nan, np.nan, [1, 0], np.nan, direction="higher", target=1, binary=True)
    assert done.score.tolist() == [3.0, 1.0]
    assert stats.un_progress(1, 2015, 1, 2020, direction="higher", binary=True).reason.item() == "no_target"
    past = stats.un_progress(40, 2015, 60, 2022, direction="higher", target=90, target_time=2020)
    assert past.value.item() < 1


def test_rising_must_be_true_or_false() -> None:
    """Text such as HAUSSE is refused."""
    with pytest.raises(ArgumentError, match="rising"):
        stats.pilote_attainment(1, 2, 3, rising="BAISSE")


def test_start_equal_to_target_follows_the_option() -> None:
    """The code gives 100 or 0, the site nothing."""
    assert stats.pilote_attainment(7, [7, 6], 7, rising=True).bounded.tolist() == [100.0, 0.0]
    site = stats.pilote_attainment(7, [7, 6], 7, rising=True, equal_is_null=True)
    assert np.isnan(site.bounded).all()
    assert site.reason.tolist() == ["initial_equals_target"] * 2


def test_paths_that_cannot_be_drawn_say_why() -> None:
    """No base, no target, no time, no rate."""
    options: dict[str, Any] = {"base_time": 2018, "target_time": 2025}
    years, values = [2017, 2018, 2025], [0.0, 5.0, None]
    cases: list[tuple[dict[str, Any], str]] = [
        ({"rule": "linear", "base_time": 2019, "target": 5}, "missing_base"),
        ({"rule": "linear"}, "missing_input"),
        ({"rule": "linear", "target": 5, "target_time": 2018}, "no_time_to_target"),
        ({"rule": "rate_to_target", "target": -5}, "cagr_undefined"),
        ({"rule": "last_rate"}, "cagr_undefined"),
        ({"rule": "halt_rise"}, ""),
    ]
    for given, reason in cases:
        found = stats.who_path(values, years, **(options | given))
        assert found.reason.item() == reason
        assert np.isnan(found.path).all() == (reason != "")
    both = stats.who_path([values, values], years, rule="linear", target=[10, np.nan], **options)
    assert both.path.shape == (2, 3)
    assert both.path[0].tolist()[1:] == [5.0, 10.0]


def test_scores_of_units_are_averaged_elementwise() -> None:
    """Arrays as leaves: one score per unit."""
    found = stats.score_tree([[1.0, 3.0], np.array([4.0, np.nan])])
    assert found.tolist() == [3.0, 2.0]
    for wrong in (5.0, [[1, "2"]], [np.zeros(2), np.zeros(3)]):
        with pytest.raises(ArgumentError):
            stats.score_tree(wrong)  # type: ignore[arg-type]


def test_classes_of_means_at_their_cuts() -> None:
    """Strict and not, as published."""
    assert stats.score_class([2.5, 0, -2.5, -2.6]).tolist() == [
        "substantial_progress",
        "moderate_progress",
        "limited_progress",
        "deterioration",
    ]
    assert stats.score_class([2.6, 2.5, 0.25, -0.25, -2.5, -3], profile="eustat").tolist() == [
        "significant_progress",
        "moderate_progress",
        "no_progress",
        "no_progress",
        "moderate_deterioration",
        "significant_deterioration",
    ]
    achieved = stats.score_class([5.0, np.nan], all_achieved=True)
    assert achieved.tolist() == ["target_achieved", "not_available"]


def test_objectives_without_inputs_have_no_status() -> None:
    """Missing is told; a baseline of zero makes any change away from the target material."""
    assert stats.healthy_people_progress(np.nan, 1, 2, direction="higher").reason.item() == "missing_input"
    assert stats.healthy_people_progress(0, -1, 5, direction="higher").status.item() == "got_worse"


def test_assurance_without_limits_or_target_says_why() -> None:
    """And without a direction."""
    found = stats.nhs_assurance([np.nan, 1, 1], [2, np.nan, 2], [1, 1, np.nan], direction="lower")
    assert found.reason.tolist() == ["no_limits", "no_limits", "no_target"]
    assert stats.nhs_assurance(1, 2, 3, direction="context").reason.item() == "no_direction"
