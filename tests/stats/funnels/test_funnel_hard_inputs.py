"""Funnels, groups and verdicts with inputs that are easily forgotten."""

from __future__ import annotations

import numpy as np
import pytest

from maalbib.stats import adjusted_funnel_limits, benchmark, overdispersion, quantile, quantile_groups

OBSERVED, EXPECTED = [100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220]


@pytest.mark.parametrize("power", [-1000, -600, 0, 400, 900])
def test_a_verdict_does_not_depend_on_the_unit_of_measurement(power: int) -> None:
    """Squares of very small or large distances stay inside the range of doubles."""

    def judged(by: int) -> list[str]:
        lower, value, upper, low, reference, high, margin = np.ldexp([48, 50, 52.2, 50.5, 51, 51.6, 1], by).tolist()
        found = benchmark(
            lower,
            upper,
            reference,
            direction="higher",
            values=value,
            reference_limits=(low, high),
            own_share=0.2,
            margin=margin,
        )
        return [found.verdict.item(), found.relevance.item()]

    assert judged(power) == judged(0) == ["no_detectable_difference", "margin_not_settled"]


def test_an_endless_interval_lies_within_an_endless_band() -> None:
    """At most 3 is within at most 5, though both have no lower end."""
    found = benchmark(-np.inf, 3, None, direction="target", band=(-np.inf, 5))
    assert found.verdict.item() == "within_band"
    assert found.lower.item() == found.upper.item() == 0


def test_an_infinite_value_is_not_compared() -> None:
    """A value that is needed and infinite leads to a reason and not to a missing difference without one."""
    found = benchmark(1, np.inf, 5, direction="higher", values=np.inf, own_share=0.1)
    assert (found.verdict.item(), found.reason.item()) == ("not_compared", "not_finite")


def test_a_small_value_outside_its_limits_is_seen() -> None:
    """What counts as rounding is relative to the numbers, so that rates per person are checked too."""
    assert benchmark(2e-10, 3e-10, 1e-10, direction="lower", values=1e-10, own_share=0.1).reason.item() == (
        "value_outside_interval"
    )


def test_a_single_verdict_has_arrays_in_every_column() -> None:
    """Results of single numbers are arrays without dimensions."""
    found = benchmark(1, 2, 3, direction="higher")
    assert isinstance(found.own_removed, np.ndarray)
    assert isinstance(found.reference_included, np.ndarray)


def test_one_funnel_has_arrays_in_every_column() -> None:
    """The figures of a single funnel are arrays without dimensions."""
    found = overdispersion(OBSERVED, EXPECTED, kind="ratio")
    for name in ("phi", "tau2", "between_sd", "n", "used", "left_out", "thin"):
        assert isinstance(getattr(found, name), np.ndarray), name
    assert isinstance(quantile([1, 2], 0.5).n, np.ndarray)


def test_a_unit_of_a_row_without_a_spread_has_the_reason_of_the_row() -> None:
    """Three units of which the trim leaves one are too few, not a single unit."""
    found = overdispersion([9, 12, 30], [10, 10, 10], kind="ratio", method="log", trim=0.4)
    assert found.row_reason.item() == "too_few_units"
    assert set(found.reason.tolist()) == {"too_few_units"}


@pytest.mark.parametrize("trim", [0.05, 0.15, 0.3, 0.4, 0.45])
def test_any_trim_leaves_out_as_many_at_each_end(trim: float) -> None:
    """Where 1/trim is no whole number the scores left out lie evenly at both ends all the same."""
    found = overdispersion(np.arange(1, 100) * 10.0, np.full(99, 500.0), kind="ratio", method="log", trim=trim)
    kept = np.flatnonzero(~np.isnan(found.z_used))
    assert abs(kept[0] - (98 - kept[-1])) <= 1
    assert found.used == round(99 - 2 * trim * 100 + 1)


@pytest.mark.parametrize("tau2", [1e-12, 1e-15, 1e-18, 1e-25, 1e-300])
def test_hardly_any_spread_gives_the_limits_of_no_spread(tau2: float) -> None:
    """The tails of the exact family run into those of Poisson as the spread goes to 0, without losing digits."""
    events = [5, 100, 10_000]
    kept = {"kind": "ratio", "family": "poisson_gamma", "method": "log"}
    near, none = (adjusted_funnel_limits(events, spread, **kept) for spread in (tau2, 0.0))
    assert near.lower.tolist() == none.lower.tolist()
    assert near.upper.tolist() == none.upper.tolist()


@pytest.mark.parametrize("events", [1e15, 1e17, 1e300])
def test_counts_beyond_whole_doubles_come_to_an_end(events: float) -> None:
    """Where not every whole number is a double the search for a limit stops at the nearest."""
    found = adjusted_funnel_limits([events, 5.0], 0.0, kind="ratio", family="poisson_gamma", levels=0.95)
    np.testing.assert_allclose(found.lower[0], [1, 0.2], rtol=1e-6)


def test_a_denominator_that_rounds_to_nobody_is_told() -> None:
    """The exact family of shares counts people; half a person is none, and not a missing p without a reason."""
    found = overdispersion([0.5, 9, 2], [0.5, 9, 3], family="beta_binomial")
    assert found.reason[0] == "zero_denominator"
    limits = adjusted_funnel_limits([0.4, 3], 0.01, reference=0.5, family="beta_binomial")
    assert limits.reason.tolist() == ["zero_denominator", ""]


def test_a_denominator_beyond_counting_is_told() -> None:
    """The exact family of shares counts to ten billion; the normal one goes on."""
    found = adjusted_funnel_limits([1e10, 1.1e10, 1e300], 0.01, reference=0.5, family="beta_binomial")
    assert found.reason.tolist() == ["", "denominator_too_large", "denominator_too_large"]
    assert np.isnan(found.lower[:, 1:]).all()
    judged = overdispersion([5e9, 5e11, 9e9], [1e10, 1e12, 2e10], family="beta_binomial")
    assert judged.reason.tolist() == ["", "denominator_too_large", "denominator_too_large"]
    assert set(overdispersion([5e9, 5e11, 9e9], [1e10, 1e12, 2e10]).reason) == {""}


def test_half_a_rank_reaches_into_both_groups() -> None:
    """A highest rank between two counts as the further one."""
    found = quantile_groups([1, 2, 3, 4], 2, rank_limits=([1, 1, 1.5, 3], [2, 2.5, 4, 4]))
    assert found.lower.tolist() == [1, 1, 1, 2]
    assert found.upper.tolist() == [1, 2, 2, 2]
