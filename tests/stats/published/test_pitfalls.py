"""What the published systems get wrong is kept where their figures are to be met, and told or refused beside it."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from maalbib import stats
from maalbib.errors import ArgumentError


def test_sdg_build_default_direction_is_never_taken() -> None:
    """Open SDG takes lower as better where nothing is configured; here nobody can forget to say."""
    with pytest.raises(TypeError):
        stats.statcan_progress(40, 2015, 30, 2022)  # type: ignore[call-arg]
    for word in ("context", "", None, 1):
        with pytest.raises(ArgumentError):
            stats.statcan_progress(40, 2015, 30, 2022, direction=word)
    assert stats.profile("statcan").parameters["direction"] == "lower"


def test_sdg_build_default_target_year_is_never_taken() -> None:
    """Without a year for the target there is no ratio, and the reason says that something is missing."""
    found = stats.statcan_progress(40, 2015, 30, 2022, direction="lower", target=20)
    assert (found.status.item(), found.reason.item()) == ("not_available", "missing_input")


def test_statcan_base_equal_to_target_hides_a_deterioration_and_says_why() -> None:
    """The published answer is kept; the reason is there to be read."""
    found = stats.statcan_progress(10, 2015, 14, 2022, direction="lower", target=10, target_time=2030)
    assert (found.status.item(), found.reason.item()) == ("not_available", "base_equals_target")


def test_statcan_achieved_ignores_the_trend() -> None:
    """A target that is reached while the values fall away from it: the value tells what the word hides."""
    found = stats.statcan_progress(95, 2015, 85, 2022, direction="higher", target=80, target_time=2030)
    assert found.status.item() == "target_achieved"
    assert found.value.item() < 0


def test_statcan_zero_replaced_by_a_small_number_decides_the_class() -> None:
    """50 to 1 with a target of 0: three classes for three small numbers that all stand for nothing. The flag says so."""
    published = stats.profile("statcan")
    classes = []
    for small in (1e-6, 0.001, 0.1):
        changed = {**published.parameters, "zero_replacement": small}
        own = attrs.evolve(published, version=f"zero-{small}", parameters=changed)
        found = stats.statcan_progress(50, 2015, 1, 2023, direction="lower", target=0, target_time=2030, profile=own)
        assert found.zero_replaced.item()
        classes.append(found.status.item())
    assert classes == ["limited_progress", "moderate_progress", "substantial_progress"]


def test_eustat_status_and_score_disagree_near_the_limit() -> None:
    """50.0 to 46.7 with limit 50 is a significant deterioration with the highest score, as published."""
    found = stats.eustat_progress(50.0, 2015, 46.7, 2025, direction="higher", limit=50)
    assert (found.status.item(), found.score.item()) == ("significant_deterioration", 5.0)


def test_eustat_unchanged_is_called_moderate_deterioration() -> None:
    """20.6 to 20.6 against a target of 20.5."""
    found = stats.eustat_progress(20.6, 2016, 20.6, 2024, direction="lower", target=20.5, target_time=2030)
    assert (found.status.item(), found.value.item() == 0, found.score.item()) == (
        "moderate_deterioration",
        True,
        -2.5,
    )


def test_statcan_zero_change_scores_below_zero() -> None:
    """Standing still is a limited progress with the score -2.5."""
    found = stats.statcan_progress(40, 2015, 40, 2022, direction="lower", target=20, target_time=2030)
    assert (found.status.item(), found.score.item()) == ("limited_progress", -2.5)


def test_cityscore_perfect_zero_is_worst_and_ours_is_not() -> None:
    """A lower-is-better measure at zero: target over value is undefined; the way covered is 100 per cent."""
    assert stats.pilote_attainment(8, 0, 2, rising=False).bounded.item() == 100


def test_pilote_falling_branch_keeps_its_comparisons_reversed() -> None:
    """A start that has passed a falling target is judged by whether the target is held, not by the rising formula."""
    held = stats.pilote_attainment(50, [55, 65], 60, rising=False)
    assert held.unbounded.tolist() == [100.0, 0.0]
    rising = stats.pilote_attainment(50, 55, 60, rising=True)
    assert rising.unbounded.item() == 50.0


def test_sentinel_for_what_is_unsupported_is_a_typed_error() -> None:
    """No number such as -1.212121 stands for a wrong call."""
    with pytest.raises(ArgumentError, match="rule"):
        stats.who_path([1.0], [2020], base_time=2020, rule="sum")  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="profile"):
        stats.profile("sdsn")
    with pytest.raises(ArgumentError, match="another"):
        stats.eustat_progress(1, 2015, 2, 2020, direction="higher", profile="statcan/1")


def test_series_dropped_from_a_mean_leave_a_group_of_their_own_weight() -> None:
    """Open SDG drops what is missing: a mean may rest on one series of three, and a group on nothing at all."""
    assert stats.score_tree([5, [None, None], [float("nan")]]).item() == 5.0
    assert np.isnan(stats.score_tree([None, [None]]))


def test_years_twice_are_refused() -> None:
    """Two values for one year have no order."""
    for wrong in ([2019, 2019, 2020], [2020, 2019, 2021], [2019, np.nan, 2020]):
        with pytest.raises(ArgumentError, match="increase"):
            stats.destatis_weather([1, 2, 3], wrong, kind="keep", direction="higher", target=1)


def test_infinite_numbers_do_not_pass() -> None:
    """They get a reason and no number."""
    found = stats.statcan_progress([np.inf, 1.0], 2015, [2.0, np.inf], 2020, direction="higher")
    assert found.reason.tolist() == ["not_finite"] * 2
    assert np.isnan(found.score).all()
    assert stats.pilote_attainment(0, np.inf, 1, rising=True).reason.item() == "not_finite"
    assert stats.un_progress(1, 2015, np.inf, 2020, direction="higher").reason.item() == "not_finite"
    assert stats.healthy_people_progress(1, np.inf, 2, direction="higher").reason.item() == "not_finite"
    assert stats.nhs_assurance(0, 1, np.inf, direction="higher").reason.item() == "not_finite"


def test_clamping_does_not_lose_an_overshoot() -> None:
    """The unbounded percentage stands beside the bounded one."""
    found = stats.pilote_attainment(100, 40, 50, rising=False)
    assert (found.unbounded.item(), found.bounded.item(), found.site.item()) == (120.0, 100.0, 100.0)


def test_dates_between_years_count() -> None:
    """Half a year is half a year; a span of less than one is told."""
    found = stats.statcan_progress(40, 2015.5, 30, [2022.0, 2016.0], direction="lower")
    assert found.reason.tolist() == ["", "span_too_short"]
