"""Withheld values and bounds: a verdict only where every value they may have leads to it, and nothing that narrows them."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trend_cases import RISING, points, trend_of, verdict

import maalbib as mb
from maalbib import stats

Q = {"status": "Q", "conf": "C"}
LONG = [1.0, 2.5, 2.0, 4.0, 5.5, 7.0, 6.5, 9.0, 9.5, 9.7, 10.0]


def hidden(values: list[float], *places: int) -> list[tuple[Any, ...]]:
    """Yearly points of which some are withheld."""
    return [
        (2010 + place, None, Q) if place in places else (2010 + place, value, {})
        for place, value in enumerate(values)
    ]


def states(known: list[float | None], low: float, high: float, alpha: float) -> set[str]:
    """The verdicts of a slow definition: every value that is of another order than the others is tried."""
    distinct = sorted({value for value in known if value is not None})
    grid = sorted({*distinct, *(value + step for value in distinct for step in (-0.4, -0.2, 0.2, 0.4)), low, high})
    choices = [[value] if value is not None else [v for v in grid if low <= v <= high] for value in known]
    test = stats.mann_kendall(np.array(list(itertools.product(*choices))))
    words = np.select(
        [test.p_min_untied > alpha, test.p_min > alpha, test.p_value > alpha, test.s > 0],
        ["too_few_points", "no_order", "not_significant", "up"],
        "down",
    )
    return set(words.tolist())


@settings(max_examples=40)
@given(
    values=st.lists(st.integers(0, 8).map(float), min_size=4, max_size=8),
    places=st.sets(st.integers(0, 7), min_size=1, max_size=2),
    alpha=st.sampled_from([0.05, 0.2, 0.4]),
)
def test_a_verdict_stands_where_every_value_leads_to_it(
    values: list[float], places: set[int], alpha: float, made: Any
) -> None:
    """The slow twin tries values below, at, between and above the known ones."""
    known = [None if place in places else value for place, value in enumerate(values)]
    if all(value is None for value in known) or all(value is not None for value in known):
        return
    row = trend_of(made, hidden(values, *places), options={"alpha": alpha}, value_min=-1.0, value_max=9.0)
    expected = states(known, -1.0, 9.0, alpha)
    if len(expected) > 1:
        assert verdict(row) == "not_judged.suppressed"
        assert row.p_value is None
        return
    words = {"up": "improving", "down": "declining", "not_significant": "no_detectable_change"}
    assert row.state == words.get(*expected, "not_judged")
    assert row.reason != "suppressed"


def test_nothing_that_comes_out_narrows_a_withheld_value(made: Any) -> None:
    """Limits that may not be shown change nothing, whatever they are; a value beside the status is no data at all."""
    bare = trend_of(made, hidden(LONG, 3))
    for low, high in ((4.0, 4.0), (-1e9, 1e9), (9.9, 9.95)):
        series = hidden(LONG, 3)
        series[3] = (2013, None, Q | {"lower": low, "upper": high})
        assert trend_of(made, series) == bare
    assert (bare.state, bare.n, bare.withheld, bare.gaps) == ("improving", 10, 1, 0)
    assert bare.flags == ("values_withheld",)
    assert "gælder, uanset hvad der står der" in bare.explain("da")
    with pytest.raises(mb.DataError, match=r"value\.missing_status"):
        trend_of(made, [*hidden(LONG, 3)[:3], (2013, 4.0, Q)])


def test_the_figures_are_those_of_the_least_telling_order(made: Any) -> None:
    """The largest p that a withheld value allows, and the slope of the known values, without an interval."""
    row = trend_of(made, hidden(LONG, 3))
    tried = [stats.mann_kendall([*LONG[:3], value, *LONG[4:]]) for value in (0, 1, 2, 2.2, 2.5, 3, 7, 9.6, 10, 11)]
    assert row.p_value == max(float(test.p_value) for test in tried)
    known = stats.theil_sen([np.nan if place == 3 else value for place, value in enumerate(LONG)])
    assert row.slope == pytest.approx(float(known.slope))
    assert [row.slope_lower, row.slope_upper, row.tau, row.level] == [None] * 4


def test_limits_that_stand_in_the_data_are_used_where_they_may_be_shown(made: Any) -> None:
    """A value that is known to lie between two others settles what an unknown one does not."""
    series = hidden(RISING, 3)
    assert verdict(trend_of(made, series)) == "not_judged.suppressed"
    series[3] = (2013, None, {"status": "Q", "conf": "F", "lower": 3.0, "upper": 5.0})
    assert trend_of(made, series).state == "improving"
    series[3] = (2013, None, {"status": "Q", "conf": "C", "lower": 3.0, "upper": 5.0})
    assert verdict(trend_of(made, series)) == "not_judged.suppressed"


def test_the_natural_limits_of_a_unit_count(made: Any) -> None:
    """A share is not below 0: a last value that nobody knows can tie with the first, but not lie below it."""
    values = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    asked = {"alpha": 0.08}
    row = trend_of(made, hidden(values, 7), options=asked, unit="percent")
    assert (row.state, row.p_value) == ("improving", float(stats.mann_kendall([*values[:7], 0.0]).p_value))
    assert verdict(trend_of(made, hidden(values, 7), options=asked, unit="score")) == "not_judged.suppressed"


def test_many_withheld_values_are_bounded(made: Any) -> None:
    """Where there are too many orders to try, S is bounded: a long clear rise stands, a weaker one does not."""
    rise = [float(place) for place in range(24)]
    row = trend_of(made, hidden(rise, 5, 10, 15))
    assert (row.state, row.withheld) == ("improving", 3)
    assert row.s < 253 - 3 * 2
    assert trend_of(made, hidden([-value for value in rise], 5, 10, 15)).state == "declining"
    assert verdict(trend_of(made, hidden(rise, 1, 4, 7, 10, 13, 16, 19, 22))) == "not_judged.suppressed"


@pytest.mark.parametrize("n", range(2, 9))
def test_a_bound_without_ties_is_no_bolder_than_any_ties(n: int) -> None:
    """The p of values without ties, at the next S nearer to 0 where parity asks for it, is at least that of any tie pattern."""
    untied = stats.attainable_p_values(np.arange(float(n))).of(0)
    pairs = n * (n - 1) // 2
    for pattern in itertools.product([0, 1], repeat=n - 1):
        values = np.cumsum([0, *pattern]).astype(float)
        tied = stats.attainable_p_values(values)
        if not len(tied) or not any(pattern):
            continue
        most = int(stats.mann_kendall(values).s)
        for place, p_value in enumerate(tied.of(0)):
            s = most - 2 * place
            if s > 0:
                assert untied[-(-(pairs - s) // 2)] >= p_value * (1 - 1e-12)


def test_withheld_values_are_not_judged_where_every_series_must_be_counted(made: Any) -> None:
    """What adjusts by the distribution of each series has none for a series that is only partly known."""
    for options in ({"adjust": "heyse"}, {"family": "hierarchical"}, {"method": "ar1"}):
        assert verdict(trend_of(made, hidden(LONG, 3), options=options)) == "not_judged.suppressed"


def test_only_withheld_values(made: Any) -> None:
    """Nothing is known, and that is said."""
    row = trend_of(made, hidden(RISING, *range(8)))
    assert (verdict(row), row.n, row.withheld, row.first_period) == ("not_judged.suppressed", 0, 8, None)


def test_too_few_whatever_they_are(made: Any) -> None:
    """Four values, one of them withheld, cannot show a trend: that is the reason, not the withholding."""
    row = trend_of(made, hidden([1.0, 2.0, 3.0, 4.0], 2))
    assert (verdict(row), row.more_periods) == ("not_judged.too_few_points", 1)


def test_withheld_values_before_a_break_with_a_factor(made: Any) -> None:
    """Bounds are linked like values: half of at most 20 is at most 10."""
    factor = mb.Break(period="2013", kind="definition", comparable="with_factor", link_factor=0.5)
    series = points([20.0, 24.0, 28.0, 16.0, 18.0, 20.0, 22.0])
    series[0] = (2010, 20.0, {"qualifier": "at_most"})
    plain = trend_of(made, series)
    row = trend_of(made, series, breaks=[factor])
    assert (row.state, row.withheld, "linked" in row.flags) == ("improving", 1, True)
    assert plain.state != "improving"
