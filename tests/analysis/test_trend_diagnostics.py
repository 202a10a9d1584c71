"""Diagnostics: what a verdict hangs on, and what is flagged without being asked."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trend_cases import RISING, points, trend_of

import maalbib as mb
from maalbib import Break, Period, stats

ASKED = {"diagnostics": True}
COLUMNS = ("r1", "equal_values", "tau_kind", "fitted_first", "fitted_last", "without_last", "driver")


def test_nothing_is_filled_unless_asked(made: Any) -> None:
    """And asking changes nothing else but what is found out by it."""
    bare, asked = trend_of(made, points(RISING)), trend_of(made, points(RISING), options=ASKED)
    assert [getattr(bare, name) for name in COLUMNS] == [None] * 7
    changed: dict[str, Any] = dict.fromkeys(COLUMNS) | {"params": bare.params, "flags": bare.flags}
    assert attrs.evolve(asked, **changed) == bare


def test_figures_of_the_line(made: Any) -> None:
    """The fitted values, the correlation of neighbours and the ties are those of the kernels."""
    values = [3.0, 4.0, 4.0, 6.0, None, 7.0, 9.0, 9.0, 9.0]
    row = trend_of(made, points(values), options=ASKED)
    given_values = [np.nan if value is None else value for value in values]
    line = stats.theil_sen(given_values, np.arange(2010.0, 2019.0))
    assert (row.fitted_first, row.fitted_last) == (float(line.fitted_first), float(line.fitted_last))
    assert row.r1 == pytest.approx(float(stats.residual_autocorrelation(given_values, np.arange(2010.0, 2019.0)).r1))
    assert (row.equal_values, row.tau_kind, row.gaps) == (5, "b", 1)


def test_ties_are_counted_in_the_resolution(made: Any) -> None:
    """0.1 + 0.2 and 0.3 are equal where tenths are measured."""
    values = [0.1 + 0.2, 0.3, 0.4, 0.5, 0.7, 0.9]
    assert trend_of(made, points(values), options=ASKED).equal_values == 0
    row = trend_of(made, points(values), options=ASKED, resolution=0.1)
    assert (row.equal_values, "float_noise" in row.flags, "ties" in row.flags) == (2, False, True)


@settings(max_examples=30)
@example(values=[0.0] * 6)
@given(values=st.lists(st.integers(0, 12).map(float), min_size=5, max_size=9))
def test_without_a_value_is_the_verdict_on_the_others(values: list[float], made: Any) -> None:
    """The state without the newest value, and the newest of those values without which the verdict would be another."""
    row = trend_of(made, points(values), options=ASKED)
    if row.state == "not_judged":
        assert [row.without_last, row.driver] == [None, None]
        return
    others = [
        trend_of(made, points([None if place == left else value for place, value in enumerate(values)])).state
        for left in range(len(values))
    ]
    assert row.without_last == others[-1]
    drivers = [place for place, state in enumerate(others) if state not in {row.state, "not_judged"}]
    found = row.state in {"improving", "declining"}
    assert row.driver == (str(2010 + drivers[-1]) if found and drivers else None)
    assert ("one_point_drives" in row.flags) == (row.driver is not None)


def test_one_value_that_drives_is_named(made: Any) -> None:
    """In the flag, in the column, and in the sentence."""
    row = trend_of(made, points([5.0, 3.0, 6.0, 4.0, 7.0, 8.0, 9.0]), options=ASKED)
    assert (row.state, row.driver, row.without_last) == ("improving", "2016", "no_detectable_change")
    assert "Uden den nyeste måling ville vurderingen være: ingen påvist udvikling." in row.explain("da")
    assert "afhænger af en enkelt måling (2016)" in row.explain("da")
    assert trend_of(made, points(range(5)), options=ASKED).driver is None


def test_weighted_methods_are_judged_anew_with_all_others(made: Any) -> None:
    """Where a dispersion is shared it is shared again without the value."""
    counts = {"0101": [120, 122, 125, 131, 128, 140, 139, 151], "0147": [90, 101, 85, 97, 92, 88, 99, 94]}

    def series(left: int | None = None) -> dict[str, Any]:
        return {
            who: [
                (2010 + place, count / 2, {"numerator": count, "denominator": 200})
                for place, count in enumerate(own)
                if not (who == "0101" and place == left)
            ]
            for who, own in counts.items()
        }

    def judged(left: int | None = None, **options: Any) -> mb.Trend:
        measurements, catalogue = made(series(left), unit="percent")
        return mb.detect_trends(measurements, catalogue=catalogue, method="proportion", **options)[0]

    assert judged(diagnostics=True).without_last == judged(7).state


def test_neighbours_that_are_alike_are_told_by_default(made: Any) -> None:
    """From twelve values, where a trend is found: p may then be too small, and the sentence says so."""
    waves = [3, 4, 5, 5.5, 5, 4.5, 5, 6, 7, 7.5, 7.2, 6.6]
    row = trend_of(made, points(waves))
    assert (row.state, row.flags, row.r1) == ("improving", ("autocorrelation", "ties"), None)
    assert trend_of(made, points(waves), options=ASKED).r1 == pytest.approx(0.37089, abs=1e-5)
    assert "mindre sikker, end p-værdien siger" in row.explain("da")
    assert "autocorrelation" not in trend_of(made, points(waves[:11])).flags
    assert "0.3 the test finds" in (mb.detect_trends.__doc__ or "")


def test_opposite_seasons_are_told(made: Any) -> None:
    """One half-year rises and the other falls: S is 0, and that is not the whole story."""
    start = Period.parse("2010").convert(mb.Frequency("S"), "first")
    series = [(str(start + place), float(place if place % 2 else -place)) for place in range(24)]
    row = trend_of(made, series)
    assert (row.state, "heterogeneous_blocks" in row.flags) == ("no_detectable_change", True)
    alike = [(str(start + place), float(place // 2)) for place in range(24)]
    assert "heterogeneous_blocks" not in trend_of(made, alike).flags


def test_opposite_stretches_are_told(made: Any) -> None:
    """A rise before a break and a fall after it."""
    broken = {"breaks": [Break(period="2020", kind="method")]}
    row = trend_of(made, points([*range(10), *range(10, 0, -1)]), **broken)
    assert "heterogeneous_blocks" in row.flags


def test_xarraymannkendall_small_values_are_not_noise(made: Any) -> None:
    """Where xarrayMannKendall rounds to five decimals, so that values near 1e-7 are all equal, they are different here."""
    assert "float_noise" in trend_of(made, points([0.1 + 0.2, 0.3, 0.4, 0.5, 0.7, 0.9])).flags
    tiny = trend_of(made, points([1e-7, 2e-7, 3e-7, 4e-7, 5e-7, 6e-7]))
    assert (tiny.state, tiny.flags) == ("improving", ())


def test_steps_in_time(made: Any) -> None:
    """A missing year is a gap with a count; steps of two and three years are irregular; every second year is neither."""

    def every(years: list[int]) -> mb.Trend:
        return trend_of(made, [(year, float(year)) for year in years])

    assert (every([2010, 2011, 2013, 2016, 2017]).gaps, every([2010, 2011, 2013, 2016, 2017]).flags) == (3, ("gaps",))
    assert (every([2010, 2012, 2014, 2016, 2018]).gaps, every([2010, 2012, 2014, 2016, 2018]).flags) == (0, ())
    assert every([2010, 2012, 2015, 2017, 2019]).flags == ("irregular_time",)
    assert "Der mangler 3 perioder i serien." in every([2010, 2011, 2013, 2016, 2017]).explain("da")
    assert "Der mangler 1 periode i serien." in every([2010, 2011, 2013, 2014, 2015]).explain("da")


def test_required_slope_is_held_against_the_slopes(made: Any) -> None:
    """The share above it and the exact p are the kernel's; each indicator may have its own."""
    shares = [61.0, 64.0, 63.0, 66.0, 68.0, 67.0, 71.0]
    row = trend_of(made, points(shares), options={"required_slope": 2.0})
    test = stats.slope_test(shares, 2.0)
    assert (row.required_slope, row.share_above, row.required_p) == (
        2.0,
        float(test.share_above),
        float(test.p_value),
    )
    assert "Der kræves 2,00\u00a0point om året" in row.explain("da")
    assert trend_of(made, points(shares), options={"required_slope": {"I": 2.0}}).required_p == row.required_p
    other = trend_of(made, points(shares), options={"required_slope": {"J": 2.0}})
    assert [other.required_slope, other.share_above, other.required_p] == [None] * 3
    steady = trend_of(made, points(shares), options={"required_slope": 0.0})
    assert steady.required_p == steady.p_value


def test_relevance_is_flagged(made: Any) -> None:
    """A negligible change keeps its state; the limit may be a share of the level."""
    exact = [1.0, 2.1, 2.9, 4.0, 5.1, 6.0, 7.0]
    for options, relevance, flag in (
        ({"min_relevant_slope": 2.0}, "negligible", ("negligible",)),
        ({"min_relevant_slope": 1.0}, "unclear", ("relevance_unclear",)),
        ({"min_relevant_slope": 0.5}, "relevant", ()),
        ({"min_relevant_share": 0.5}, "negligible", ("negligible",)),
        ({"min_relevant_share": 0.25}, "unclear", ("relevance_unclear",)),
        ({"min_relevant_share": 0.1}, "relevant", ()),
    ):
        row = trend_of(made, points(exact), options=options)
        assert (row.state, row.relevance, row.flags) == ("improving", relevance, flag)
    falling = trend_of(made, points([-value for value in exact]), options={"min_relevant_share": 0.1})
    assert falling.relevance == "relevant"


def test_ninety_per_cent_within_the_limit_shows_that_little_happened(made: Any) -> None:
    """The equivalence test at 5 per cent: no trend found is not enough, a narrow interval is."""
    still = [50.0, 50.2, 49.9, 50.1, 50.0, 49.8, 50.2, 50.1, 49.9, 50.05]
    wild = [50.0, 58.0, 44.0, 52.0, 41.0, 57.0, 49.0, 55.0, 43.0, 51.0]
    options = {"min_relevant_slope": 0.5, "confidence": 0.9}
    rows = [trend_of(made, points(values), options=options) for values in (still, wild)]
    assert [(row.state, row.relevance) for row in rows] == [
        ("no_detectable_change", "negligible"),
        ("no_detectable_change", "unclear"),
    ]


def test_hidden_rows_hide_what_is_read_off_the_figures(made: Any) -> None:
    """A confidential row shows neither the period of a change nor the value that drives."""
    series = [
        (2010 + place, value, {"conf": "C"}) for place, value in enumerate([5.0, 5.2, 4.9, 5.1, 9.0, 9.2, 8.9, 9.1])
    ]
    row = trend_of(made, series, options=ASKED | {"propose_breaks": True, "required_slope": 1.0})
    assert (row.hidden, row.proposed_break) == ("confidential", "2014")
    shown = row.public()
    names = (
        *COLUMNS[:2],
        *COLUMNS[3:],
        "change_period",
        "proposed_break",
        "change_p",
        "share_above",
        "s_needed",
        "chance",
    )
    assert [getattr(shown, name) for name in names] == [None] * len(names)
    assert "2014" not in row.explain("da").partition(":")[2]
