"""The required slope as a hypothesis, and the dates that follow: definitions, the interval, laws, reasons."""

from __future__ import annotations

import pickle
from itertools import combinations, permutations
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maalbib.errors import ArgumentError
from maalbib.stats import arrival_interval, linear_projection, mann_kendall, slope_test, theil_sen

Floats = npt.NDArray[np.float64]

NAN = np.nan
GAPPY = st.integers(-4, 4).map(float) | st.just(NAN)
PANELS = hnp.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(0, 12)), elements=GAPPY)
PACE = st.integers(-8, 8).map(lambda quarters: quarters / 4)


@given(PANELS, PACE, st.data())
def test_definition(values: Floats, pace: float, data: st.DataObject) -> None:
    """Slopes counted one by one in plain Python; in quarters nothing is rounded."""
    periods = values.shape[1]
    labels = data.draw(hnp.arrays(np.int64, periods, elements=st.integers(0, 1)))
    times = np.cumsum(data.draw(hnp.arrays(np.int64, periods, elements=st.sampled_from([1, 2, 4])))).astype(float)
    found = slope_test(values, pace, times, blocks=labels)
    for i, row in enumerate(values):
        pairs = combinations([(t, y, b) for t, y, b in zip(times, row, labels, strict=True) if not np.isnan(y)], 2)
        slopes = [(y2 - y1) / (t2 - t1) for (t1, y1, b1), (t2, y2, b2) in pairs if b1 == b2]
        if not slopes:
            assert found.reason[i] in {"no_data", "too_few_points"}
            assert np.isnan(found.p_value[i])
            continue
        above, below = sum(slope > pace for slope in slopes), sum(slope < pace for slope in slopes)
        assert found.s[i] == above - below
        assert found.share_above[i] == above / len(slopes)
        assert found.share_below[i] == below / len(slopes)
        assert found.share_at[i] == (len(slopes) - above - below) / len(slopes)
        levelled = mann_kendall(row - pace * times, blocks=labels)
        assert (found.p_value[i], found.p_min[i], found.path[i]) == (
            levelled.p_value, levelled.p_min, levelled.path.item(),
        )  # fmt: skip


def test_p_is_the_share_of_orders() -> None:
    """Values less the required rise, in all 120 orders."""
    values, pace = np.array([3.0, 4, 6, 5, 9]), 2.0
    level = values - pace * np.arange(5)

    def s(y: Floats) -> int:
        return sum(int(np.sign(b - a)) for a, b in combinations(y, 2))

    counts = [s(level[list(order)]) for order in permutations(range(5))]
    for alternative, extreme in (
        ("above", np.array(counts) >= s(level)),
        ("below", np.array(counts) <= s(level)),
        ("two-sided", np.abs(counts) >= abs(s(level))),
    ):
        kind: Any = alternative
        assert slope_test(values, pace, alternative=kind).p_value.item() == pytest.approx(extreme.mean(), rel=1e-14)


@given(PANELS)
def test_no_required_slope_is_the_mann_kendall_test(values: Floats) -> None:
    """For the slope 0 every figure is the same, on every side."""
    for alternative, rising in (("two-sided", "two-sided"), ("above", "rising"), ("below", "falling")):
        sides: Any = alternative, rising
        found = slope_test(values, 0, alternative=sides[0])
        plain = mann_kendall(values, alternative=sides[1])
        assert np.array_equal(found.p_value, plain.p_value, equal_nan=True)
        assert np.array_equal(found.p_min, plain.p_min, equal_nan=True)
        assert np.array_equal(found.s[found.reason == ""], plain.s[found.reason == ""])
        assert found.path.tolist() == plain.path.tolist()
        assert found.reason.tolist() == plain.reason.tolist()


@pytest.mark.parametrize("n", [5, 6, 8, 12, 20, 45])
@pytest.mark.parametrize("gaps", [False, True])
def test_interval_holds_the_slopes_that_are_not_refused(n: int, gaps: bool) -> None:  # noqa: FBT001
    """Without ties a slope lies outside the interval exactly when p does not exceed the level."""
    rng = np.random.default_rng(n)
    values = rng.normal(size=(200, n)) + 0.2 * np.arange(n)
    if gaps:
        values[rng.random(values.shape) < 0.15] = NAN
    times = np.cumsum(rng.integers(1, 4, n)).astype(float)
    for confidence in (0.9, 0.95):
        interval = theil_sen(values, times, confidence=confidence)
        for pace in rng.normal(0.1, 0.3, size=(4, 200)):
            found = slope_test(values, pace, times)
            outside = (pace < interval.lower) | (pace > interval.upper)
            assert (found.p_value <= 1 - float(confidence) + 1e-12).tolist() == outside.tolist()


def test_slopes_of_the_series_are_found_again() -> None:
    """At a limit or at the median slope one slope equals the required one: a tie, whatever rounding says."""
    rng = np.random.default_rng(3)
    values = np.round(rng.normal(size=(300, 9)) + 0.1 * np.arange(9), 2)
    interval = theil_sen(values)
    for pace in (interval.lower, interval.upper):
        assert (slope_test(values, pace).share_at > 0).all()
    eight = theil_sen(values[:, :7])  # 21 slopes: the median is one of them
    found = slope_test(values[:, :7], eight.slope)
    assert (found.share_at > 0).all()
    assert (np.abs(found.share_above - found.share_below) <= found.share_at).all()


@pytest.mark.parametrize("resolution", [None, 0.1])
def test_a_rise_of_exactly_the_required_amount_is_neither_above_nor_below(resolution: float | None) -> None:
    """Tenths that a computer cannot hold: 0.1 + 0.2, 0.3 and three times 0.1 are one rise."""
    values = [0.1, 0.1 + 0.1, 0.3, 0.1 + 0.3, 0.5, 0.6, 0.1 + 0.6, 0.8]
    found = slope_test(values, 0.1, np.arange(2014, 2022), resolution=resolution)
    assert (found.share_at.item(), found.s.item(), found.p_value.item()) == (1, 0, 1)
    found = slope_test([71.2, 71.5, 71.8, 72.1, 72.5], 0.3, resolution=resolution)
    assert (found.share_at.item(), found.share_above.item()) == (0.6, 0.4)


def test_resolution_is_counting_in_units() -> None:
    """Shares in tenths with their resolution are whole numbers of tenths."""
    counts = np.random.default_rng(5).integers(0, 40, size=(100, 9))
    for pace in (-1.5, 0.25, 2.0):
        found, whole = slope_test(counts / 10, pace / 10, resolution=0.1), slope_test(counts, pace)
        assert found.s.tolist() == whole.s.tolist()
        assert found.p_value.tolist() == whole.p_value.tolist()


@given(PANELS, PACE, PACE)
def test_laws(values: Floats, pace: float, more: float) -> None:
    """A rise added to values and pace, turning, and asking for more."""
    found = slope_test(values, pace)
    rise = np.arange(values.shape[1]) * more
    assert slope_test(values + rise, pace + more) == found
    turned = slope_test(-values, -pace)
    assert np.array_equal(turned.share_above, found.share_below, equal_nan=True)
    assert np.array_equal(turned.p_value, found.p_value, equal_nan=True)
    backwards = slope_test(values[:, ::-1], -pace)
    assert np.array_equal(backwards.s, -found.s, equal_nan=True)
    shares = found.share_above + found.share_below + found.share_at
    assert ((np.abs(shares - 1) < 1e-12) | np.isnan(shares)).all()
    assert ((found.p_value >= found.p_min) | np.isnan(found.p_value)).all()
    higher = slope_test(values, pace + abs(more))
    assert ((higher.share_above <= found.share_above) | np.isnan(shares)).all()


@given(PANELS, st.data())
def test_rows_of_a_batch_are_single_calls(values: Floats, data: st.DataObject) -> None:
    """A series gets the same bytes alone and in a batch, with labels and a pace of its own."""
    labels = data.draw(hnp.arrays(np.int64, values.shape, elements=st.integers(0, 1)))
    paces = data.draw(hnp.arrays(np.float64, len(values), elements=st.floats(-2, 2) | st.just(NAN)))
    whole = slope_test(values, paces, blocks=labels)
    for i, row in enumerate(values):
        alone = slope_test(row, paces[i], blocks=labels[i])
        for name in ("share_above", "share_below", "share_at", "s", "p_value", "p_min", "n"):
            assert getattr(alone, name).tobytes() == np.asarray(getattr(whole, name)[i]).tobytes()
        assert (alone.path.item(), alone.reason.item()) == (whole.path[i], whole.reason[i])


def test_many_rows_are_single_calls() -> None:
    """The same for more series than one piece holds, beyond exact counting, too."""
    rng = np.random.default_rng(3)
    for shape, decimals in (((9000, 12), 1), ((40, 90), 1)):
        values = np.round(rng.normal(size=shape), decimals)
        whole = slope_test(values, 0.03)
        for i in (0, 1, len(values) // 2, len(values) - 1):
            assert slope_test(values[i], 0.03).p_value.tobytes() == whole.p_value[i].tobytes()


class TestReasons:
    """A bad series never raises; it says why."""

    def test_each_reason(self) -> None:
        """One row per reason."""
        rows = [[1, 2, 4, 3, 5], [NAN] * 5, [NAN, 2, NAN, NAN, NAN], [1, 2, np.inf, 4, 5], [1, 2, 3, 4, 5], [1] * 5]
        found = slope_test(rows, [1, 1, 1, 1, NAN, np.inf])
        reasons = ["", "no_data", "too_few_points", "invalid_value", "missing_input", "not_finite"]
        assert found.reason.tolist() == reasons
        for column in (found.share_above, found.share_at, found.s, found.p_value, found.p_min):
            assert np.isnan(column).tolist() == [False] + [True] * 5
        assert found.path.tolist() == ["exact"] + [""] * 5

    def test_a_pace_beyond_all_numbers(self) -> None:
        """What overflows is invalid and says so, without a warning."""
        assert slope_test([1e307, 0, -1e307], 1e308).reason.item() == "invalid_value"
        assert slope_test([1, 2, 3], 1e300, resolution=1e-300).reason.item() == "invalid_value"

    def test_empty_inputs(self) -> None:
        """No series, no periods."""
        assert slope_test(np.empty((0, 5)), 1).s.shape == (0,)
        assert slope_test(np.empty((2, 0)), 1).reason.tolist() == ["no_data"] * 2
        assert slope_test([], 1).reason.item() == "no_data"

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ({"slope": [1, 2]}, "argument.shape"),
            ({"slope": "fast"}, "argument.numbers"),
            ({"slope": 1, "alternative": "rising"}, "argument.choice"),
            ({"slope": 1, "times": [0, 0, 1]}, "trend.times_not_rising"),
            ({"slope": 1, "resolution": -1}, "trend.resolution_not_positive"),
        ],
    )
    def test_wrong_arguments(self, arguments: dict[str, Any], code: str) -> None:
        """Only wrong arguments raise."""
        with pytest.raises(ArgumentError) as caught:
            slope_test([1, 2, 3], **arguments)
        assert caught.value.code == code

    def test_results_pickle_and_inputs_stay(self) -> None:
        """A result survives a process pool, and nothing is changed in place."""
        values, pace = np.array([[1.0, np.inf, 3.0], [NAN, 2.0, 2.0]]), np.array([0.1, 0.2])
        before = values.copy(), pace.copy()
        found = slope_test(values, pace, resolution=0.5)
        assert pickle.loads(pickle.dumps(found)) == found
        assert np.array_equal(values, before[0], equal_nan=True)
        assert np.array_equal(pace, before[1])


class TestArrival:
    """The dates that go with an interval of the slope."""

    def test_dates_are_those_whose_pace_is_not_refused(self) -> None:
        """A date lies in the interval exactly when the test does not refuse the pace that it asks for."""
        rng = np.random.default_rng(8)
        values = np.cumsum(rng.normal(0.6, 1, size=(200, 9)), axis=1)
        latest = values[:, -1]
        found = arrival_interval(theil_sen(values), latest, low=latest + 5, time=8)
        for wait in (1.5, 4.0, 9.0, 30.0):
            refused = slope_test(values, 5 / wait).p_value <= 0.05
            outside = (8 + wait < found.earliest) | (8 + wait > found.latest)
            assert refused.tolist() == outside.tolist()

    def test_order_and_infinity(self) -> None:
        """Earliest, expected and latest in order; what does not lead there is infinite."""
        values = np.random.default_rng(9).normal(size=(300, 8)) + 0.3 * np.arange(8)
        for options in ({"low": 9.0}, {"high": -9.0}):
            found = arrival_interval(theil_sen(values), values[:, -1], **options)
            assert (found.earliest <= found.arrival).all()
            assert (found.arrival <= found.latest).all()
            assert np.isinf(found.latest).any()
        assert arrival_interval(theil_sen([1, 2, 3, 4, 5, 7]), 5, high=0).earliest.item() == np.inf

    def test_falling_is_rising_turned(self) -> None:
        """At most -7 from above is at least 7 from below."""
        values = np.array([1, 2, 4, 3, 6, 5.0])
        up, down = arrival_interval(theil_sen(values), 5, low=7), arrival_interval(theil_sen(-values), -5, high=-7)
        assert up == down

    def test_within_the_target_is_now(self) -> None:
        """Who has arrived has arrived, whatever the slope."""
        found = arrival_interval(theil_sen([3, 2, 1, 1, 0, 0]), 5, low=4, high=6, time=2025)
        assert (found.earliest.item(), found.arrival.item(), found.latest.item()) == (2025, 2025, 2025)

    def test_the_line_arrives_when_a_projection_on_it_does(self) -> None:
        """On a straight line both methods agree on the date."""
        from maalbib.stats import arrival_time

        values, years = [60, 62, 64, 66, 68], [2018, 2019, 2020, 2021, 2022]
        line = linear_projection(values, years, 2030)
        found = arrival_interval(theil_sen(values, years), 68, low=80, time=2022)
        assert found.arrival.item() == pytest.approx(arrival_time(line, low=80).item()) == 2028

    def test_each_reason(self) -> None:
        """What is missing leaves no date; without limits the expected date stays."""
        slopes = theil_sen([[1, 2, 4, 3, 6], [NAN] * 5, [1, 2, 4, 3, NAN], [1, 2, 4, 3, 6], [1, 2, 4, 3, 6]])
        found = arrival_interval(slopes, [5, 5, 5, NAN, 5], low=[9, 9, 9, 9, 9], high=[99, 99, 99, 99, 8])
        reasons = ["", "no_data", "interval_not_attainable", "missing_input", "missing_input"]
        assert found.reason.tolist() == reasons
        assert np.isnan(found.arrival).tolist() == [False, True, False, True, True]
        assert np.isnan(found.earliest).tolist() == [False, True, True, True, True]
        assert pickle.loads(pickle.dumps(found)) == found

    def test_wrong_shapes(self) -> None:
        """One number or one per series."""
        with pytest.raises(ArgumentError) as caught:
            arrival_interval(theil_sen([1, 2, 3, 4, 5]), [1, 2])
        assert caught.value.code == "argument.shape"


def test_zyp_mannks_and_mannkendall_lose_the_upper_rank() -> None:
    """The slopes that the test refuses and the limits of the interval are the same thing, down to the last rank.

    Those place the upper limit one rank too low, so slopes that are not refused would lie outside.
    """
    values = np.array([1.0, 4, 2, 8, 5, 7, 13, 9])
    interval = theil_sen(values)
    beyond = np.nextafter(interval.upper, np.inf) + 1e-9
    within = interval.upper - 1e-9
    assert slope_test(values, beyond).p_value <= 0.05 < slope_test(values, within).p_value


def test_a_missing_period_far_away_does_not_blur_the_others() -> None:
    """Only values that are there decide which differences are rounding."""
    times = [0, 1, 2, 1e9]
    assert slope_test([1, 2, 3, np.nan], 0.5, times).share_above == 1
    assert slope_test([1, 2, 3, np.nan], 5e9, times) == slope_test([1, 2, 3, np.nan], 5e9, [0, 1, 2, 3])
    assert slope_test([1, 2, 3, np.nan], 4e307, times).share_below == 1
    assert slope_test([0, 1e304, 2e304], 1.7e308).reason.item() == "invalid_value"


def test_arrival_from_nowhere() -> None:
    """An infinite level or time is nothing to start from: a reason, no warning, never NaN without one."""
    slopes = theil_sen([61, 64, 63, 66, 68, 67, 71])
    for start, low, high, time in (
        (-np.inf, -np.inf, -np.inf, 0),
        (np.inf, 80, np.inf, 0),
        (71, 80, np.inf, -np.inf),
    ):
        found = arrival_interval(slopes, start, low=low, high=high, time=time)
        assert (found.reason.item(), np.isnan(found.arrival)) == ("missing_input", True)
    assert arrival_interval(slopes, 71, low=np.inf).arrival == np.inf
