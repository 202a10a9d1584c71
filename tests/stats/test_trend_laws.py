"""Laws that the trend kernels obey whatever the data."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maalbib.stats import (
    MannKendall,
    TheilSen,
    _null,
    _series,
    _signs,
    _slopes,
    _structures,
    mann_kendall,
    theil_sen,
    trend_batch,
)

Floats = npt.NDArray[np.float64]

NAN = np.nan
SMALL = st.integers(-4, 4).map(float)
GAPPY = SMALL | st.just(NAN)
WIDE = st.floats(-1e6, 1e6, allow_subnormal=False)


def panels(elements: st.SearchStrategy[float] = GAPPY, most: int = 14) -> st.SearchStrategy[Floats]:
    """Draw a few series with many ties and gaps."""
    return hnp.arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(0, most)), elements=elements)


def same(one: Any, other: Any) -> bool:
    """Compare two results byte for byte, NaN and the sign of zero included."""
    return all(
        np.asarray(getattr(one, field.name)).tobytes() == np.asarray(getattr(other, field.name)).tobytes()
        if np.asarray(getattr(one, field.name)).dtype != object
        else getattr(one, field.name).tolist() == getattr(other, field.name).tolist()
        for field in attrs.fields(type(one))
    )


def rows(result: MannKendall | TheilSen, index: Any) -> Any:
    """Return some series of a result."""
    picked = {field.name: np.asarray(getattr(result, field.name)[index]) for field in attrs.fields(type(result))}
    return attrs.evolve(result, **picked)


def labels_for(values: Floats, data: st.DataObject) -> npt.NDArray[np.int64]:
    """Draw labels per period or per series and period."""
    shape = data.draw(st.sampled_from([values.shape, values.shape[1:]]))
    return data.draw(hnp.arrays(np.int64, shape, elements=st.integers(0, 2)))


@given(panels(), st.data())
def test_rows_of_a_batch_are_single_calls(values: Floats, data: st.DataObject) -> None:
    """A series gets the same bytes alone, in a batch, in another order and in pieces of any size."""
    labels = labels_for(values, data)
    shuffled = np.array(data.draw(st.permutations(range(len(values)))), dtype=np.intp)
    size = data.draw(st.integers(1, 4))
    for kernel in (mann_kendall, theil_sen):
        whole = kernel(values, blocks=labels)
        per_row = np.broadcast_to(labels, values.shape)
        for i in range(len(values)):
            assert same(kernel(values[i], blocks=per_row[i]), rows(whole, i))
        assert same(kernel(values[shuffled], blocks=per_row[shuffled]), rows(whole, shuffled))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(_series, "_PIECE", size * values.shape[1])
            patched.setattr(_slopes, "_FEWEST", size)
            patched.setattr(_slopes, "_WORKSPACE", 1)
            assert same(kernel(values, blocks=labels), whole)


def untidy(series: int, periods: int) -> Floats:
    """Return series of many kinds: rough and fine, with and without gaps, flat and empty ones."""
    rng = np.random.default_rng(periods)
    values = rng.normal(size=(series, periods)) + rng.normal(size=(series, 1)) * np.arange(periods) / periods
    values[::2] = np.round(values[::2], 1)
    values[::3] = np.where(rng.random(values[::3].shape) < 0.1, NAN, values[::3])
    values[::101], values[5::202], values[7::404, 1] = 4.0, NAN, np.inf
    return values


@pytest.mark.parametrize(("series", "periods"), [(20_000, 5), (20_000, 12), (5_000, 45)])
def test_threads_pieces_and_order_of_series(series: int, periods: int) -> None:
    """Two threads with half of the series each, another order and other pieces give the same bytes."""
    values = untidy(series, periods)
    whole = trend_batch(values)
    with ThreadPoolExecutor(2) as pool:
        halves = list(pool.map(trend_batch, np.array_split(values, 2)))
    for i, half in enumerate(halves):
        part = np.array_split(np.arange(series), 2)[i]
        assert same(half.test, rows(whole.test, part))
        assert same(half.slope, rows(whole.slope, part))
    order = np.random.default_rng(1).permutation(series)
    turned = trend_batch(values[order])
    assert same(turned.test, rows(whole.test, order))
    assert same(turned.slope, rows(whole.slope, order))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_series, "_PIECE", 1_000 * periods + 7)
        patched.setattr(_slopes, "_WORKSPACE", 30_000)
        patched.setattr(_slopes, "_TRANSPOSED", 9)
        assert trend_batch(values) == whole
    one = int(order[0])
    assert same(trend_batch(values[one]).slope, rows(whole.slope, one))


@given(panels(), st.data())
def test_both_in_one_pass_are_the_two_kernels(values: Floats, data: st.DataObject) -> None:
    """Test and slope of a batch are those of the single kernels, with every option; the inputs stay as they are."""
    labels = labels_for(values, data)
    times = np.cumsum(data.draw(st.lists(st.integers(1, 3), min_size=values.shape[1], max_size=values.shape[1])))
    resolution = data.draw(st.sampled_from([None, 0.5, 3.0]))
    test: Any = {
        "method": data.draw(st.sampled_from(["auto", "exact", "normal"])),
        "alternative": data.draw(st.sampled_from(["two-sided", "rising", "falling"])),
        "mid_p": data.draw(st.booleans()),
    }
    line: Any = {
        "confidence": data.draw(st.sampled_from([0.5, 0.95])),
        "intercept": data.draw(st.sampled_from(["separate", "joint"])),
        "interval": data.draw(st.sampled_from(["exact", "sen1968"])),
    }
    before = values.tobytes(), labels.tobytes(), times.tobytes()
    batch = trend_batch(values, times, blocks=labels, resolution=resolution, **test, **line)
    assert same(batch.test, mann_kendall(values, times, blocks=labels, resolution=resolution, **test))
    assert same(batch.slope, theil_sen(values, times, blocks=labels, resolution=resolution, **line))
    assert before == (values.tobytes(), labels.tobytes(), times.tobytes())


def test_a_batch_is_compared_as_a_whole() -> None:
    """Two batches are equal when both results are; they survive a process pool and cannot be changed."""
    batch = trend_batch([[1, 2, 3], [NAN, NAN, NAN]])
    assert pickle.loads(pickle.dumps(batch)) == batch == trend_batch([[1, 2, 3], [NAN, NAN, NAN]])
    assert batch != trend_batch([[1, 2, 3], [NAN, NAN, 1]])
    assert batch != batch.test
    with pytest.raises(ValueError, match="read-only"):
        batch.test.p_value[0] = 0.0
    with pytest.raises(ValueError, match="read-only"):
        batch.test.n_blocks[:] = 7


def test_what_all_series_share_is_stored_once() -> None:
    """Without gaps and ties the number of values, variance, smallest p, level and reasons take no room."""
    batch = trend_batch(np.random.default_rng(1).normal(size=(30_000, 8)))
    for result, names in (
        (batch.test, ("var_s", "p_min", "p_min_untied", "n", "n_blocks", "path", "reason")),
        (batch.slope, ("level", "n", "reason", "interval_reason")),
    ):
        for name in names:
            column = getattr(result, name)
            assert (column.shape, column.strides) == ((30_000,), (0,))
    assert batch.slope.slope.strides == (8,)


@given(panels(), st.randoms(use_true_random=False))
def test_exchanging_equal_values_changes_nothing(values: Floats, random: Any) -> None:
    """Which of two equal values comes first cannot be seen: minus zero is zero."""
    signs = np.array([random.choice([-1.0, 1.0]) for _ in range(values.size)]).reshape(values.shape)
    exchanged = np.where(values == 0, signs * 0.0, values)
    assert same(mann_kendall(exchanged), mann_kendall(values))
    assert same(theil_sen(exchanged), theil_sen(values))


@given(panels(most=9), st.sampled_from([0.5, 0.8, 0.95]), st.data())
def test_attained_level_is_the_share_of_orders(values: Floats, confidence: float, data: st.DataObject) -> None:
    """The level is 1 less p at the first rank outside, and one rank further in would not reach the confidence."""
    labels = labels_for(values, data)
    line = theil_sen(values, blocks=labels, confidence=confidence)
    numbered = np.where(np.isnan(values), NAN, np.arange(values.shape[1]))
    largest = mann_kendall(numbered, blocks=labels)  # the same gaps and blocks without ties: S counts all pairs
    for i in np.flatnonzero(line.reason == ""):
        own = labels if labels.ndim == 1 else labels[i]
        powers = _null.powers_of(
            (int(np.count_nonzero(~np.isnan(values[i, own == block]))),) for block in np.unique(own)
        )
        tails, pairs = _null.tail_table(powers, two_sided=True), int(largest.s[i])
        levels = 1 - tails[: (pairs + 1) // 2]
        if line.interval_reason[i]:
            assert line.level[i] == pytest.approx(max(0.0, 1 - tails[0]))
            assert line.level[i] < confidence
        else:
            assert line.level[i] == pytest.approx(levels[levels >= confidence - 1e-12].min(), rel=1e-13)


@pytest.mark.parametrize("decimals", [0, 1, 9])
def test_rows_of_a_batch_are_single_calls_beyond_counting(decimals: int) -> None:
    """The same for long series, where p comes from expansions and structures are many."""
    rng = np.random.default_rng(decimals)
    values = np.round(rng.normal(size=(40, 90)) + np.arange(90) * np.linspace(0, 0.05, 40)[:, None], decimals)
    values[::3, rng.random(90) < 0.2] = NAN
    for labels in (None, np.arange(90) % 4, np.arange(90) // 30, rng.integers(0, 2, size=(40, 90))):
        for kernel in (mann_kendall, theil_sen):
            whole = kernel(values, blocks=labels)
            for i in range(len(values)):
                own = labels if labels is None or labels.ndim == 1 else labels[i]
                assert same(kernel(values[i], blocks=own), rows(whole, i))


@given(panels(), st.data())
def test_ways_of_counting_agree(values: Floats, data: st.DataObject) -> None:
    """Sorting instead of comparing pairs, and several short codes instead of one, give the same bytes."""
    labels = labels_for(values, data)
    expected = mann_kendall(values, blocks=labels)
    sorting: dict[tuple[Any, str], int] = {(_signs, "_SHORT"): 1}
    for settings in ({(_signs, "LONG"): 1}, sorting, {(_structures, "_MOST_CODES"): 3, (_structures, "_SMALL"): 0}):
        with pytest.MonkeyPatch.context() as patched:
            for (module, name), value in settings.items():
                patched.setattr(module, name, value)
            assert same(mann_kendall(values, blocks=labels), expected)


@given(panels())
def test_plain_definition(values: Floats) -> None:
    """S, tau and n are what their definitions say."""
    result = mann_kendall(values)
    for i, series in enumerate(values):
        kept = series[~np.isnan(series)].tolist()
        assert result.n[i] == len(kept)
        if not kept:
            assert np.isnan(result.s[i])
            continue
        signs = [(b > a) - (b < a) for a, b in combinations(kept, 2)]
        assert result.s[i] == sum(signs)
        if signs:
            untied = sum(map(abs, signs))
            assert result.tau_a[i] == sum(signs) / len(signs)
            assert np.isnan(result.tau_b[i]) == (untied == 0)
            if untied:
                assert result.tau_b[i] == pytest.approx(sum(signs) / np.sqrt(len(signs) * untied), rel=1e-15)


@given(panels())
def test_turning_values_or_time_flips_the_sign(values: Floats) -> None:
    """S and the slope of -y and of reversed time are opposite, p stays."""
    test, line = mann_kendall(values), theil_sen(values)
    for turned in (-values, values[:, ::-1]):
        flipped = mann_kendall(turned)
        np.testing.assert_array_equal(flipped.s, -test.s)
        np.testing.assert_array_equal(flipped.p_value, test.p_value)
        slopes = theil_sen(turned)
        np.testing.assert_array_equal(slopes.slope, -line.slope)
        np.testing.assert_array_equal(slopes.lower, -line.upper)
    rising, falling = (mann_kendall(v, alternative=a) for v, a in ((values, "rising"), (-values, "falling")))
    np.testing.assert_array_equal(rising.p_value, falling.p_value)


@given(panels())
def test_increasing_maps_change_nothing(values: Floats) -> None:
    """Only the order of the values counts for the test."""
    assert same(mann_kendall(np.exp(values) * 7 - 2), mann_kendall(values))


@given(panels(), st.integers(-20, 20), st.sampled_from([-4.0, -0.5, 0.25, 2.0, 8.0]))
def test_slopes_follow_the_unit(values: Floats, shift: int, factor: float) -> None:
    """The slope of a + c y is c times the slope of y; powers of two make it exact."""
    line, scaled = theil_sen(values), theil_sen(shift + factor * values)
    np.testing.assert_array_equal(scaled.slope, factor * line.slope)
    low, high = (line.lower, line.upper) if factor > 0 else (line.upper, line.lower)
    np.testing.assert_array_equal(scaled.lower, factor * low)
    np.testing.assert_array_equal(scaled.upper, factor * high)
    np.testing.assert_allclose(scaled.fitted_last, shift + factor * line.fitted_last, rtol=1e-12, atol=1e-9)


@given(panels(), st.integers(0, 3), st.integers(0, 3))
def test_missing_ends_change_nothing(values: Floats, before: int, after: int) -> None:
    """Padding with NaN leaves every figure but the level at time 0, which stays where time does."""
    padded = np.pad(values, ((0, 0), (before, after)), constant_values=NAN)
    times = np.arange(-before, values.shape[1] + after, dtype=np.float64)
    assert same(mann_kendall(padded), mann_kendall(values))
    assert same(theil_sen(padded, times), theil_sen(values))


@given(panels(), st.data())
def test_blocks(values: Floats, data: st.DataObject) -> None:
    """One block is the plain test; names of blocks do not matter; an empty block changes nothing."""
    one = np.full(values.shape, 7)
    assert same(mann_kendall(values, blocks=one), mann_kendall(values))
    assert same(theil_sen(values, blocks=one), theil_sen(values))
    labels = labels_for(values, data)
    renamed = np.array([5, -3, 90])[labels]
    extended = np.concatenate([np.broadcast_to(labels, values.shape), np.full((len(values), 2), 9)], axis=1)
    padded = np.pad(values, ((0, 0), (0, 2)), constant_values=NAN)
    for kernel in (mann_kendall, theil_sen):
        whole = kernel(values, blocks=labels)
        assert same(kernel(values, blocks=renamed), whole)
        assert same(kernel(padded, blocks=extended), whole)


@given(panels(), st.data())
def test_blocks_add_up(values: Floats, data: st.DataObject) -> None:
    """S and its variance are sums over the blocks, p_min a product of orders."""
    labels = np.broadcast_to(labels_for(values, data), values.shape)
    result = mann_kendall(values, blocks=labels)
    parts = [mann_kendall(np.where(labels == block, values, NAN)) for block in range(3)]
    np.testing.assert_array_equal(result.s[result.n > 0], sum(np.nan_to_num(part.s) for part in parts)[result.n > 0])
    tested = result.n_blocks > 0
    np.testing.assert_allclose(
        result.var_s[tested], sum(np.nan_to_num(part.var_s) for part in parts)[tested], rtol=1e-14
    )
    one_sided = [mann_kendall(np.where(labels == block, values, NAN), alternative="rising") for block in range(3)]
    expected = np.prod([np.where(part.n_blocks > 0, part.p_min, 1.0) for part in one_sided], axis=0)
    found = mann_kendall(values, blocks=labels, alternative="rising").p_min
    np.testing.assert_allclose(found[tested], expected[tested], rtol=1e-13)


@given(panels(most=20))
def test_bounds_of_p(values: Floats) -> None:
    """P lies between p_min and 1, p_min is not below what untied values allow, nothing is NaN in a tested row."""
    result = mann_kendall(values)
    tested = result.reason == ""
    assert (result.p_value[tested] >= result.p_min[tested]).all()
    assert (result.p_value[tested] <= 1).all()
    assert (result.p_min[tested] >= result.p_min_untied[tested] * (1 - 1e-15)).all()
    for column in (result.s, result.var_s, result.z, result.p_value, result.p_min, result.tau_a):
        assert not np.isnan(column[tested]).any()
    line = theil_sen(values)
    for column in (line.slope, line.intercept, line.level, line.fitted_first, line.fitted_last):
        assert not np.isnan(column[tested]).any()
    assert not np.isnan(line.lower[line.interval_reason == ""][tested[line.interval_reason == ""]]).any()
    half = mann_kendall(values, mid_p=True)
    assert (half.p_value[tested] >= half.p_min[tested]).all()
    assert (half.p_value[tested] <= result.p_value[tested]).all()


@given(hnp.arrays(np.float64, st.integers(5, 40), elements=SMALL), st.randoms(use_true_random=False))
def test_further_out_is_never_less_surprising(values: Floats, random: Any) -> None:
    """Among orders of the same values a larger distance of S from 0 never has a larger p."""
    orders = [values, np.sort(values), *(np.array(random.sample(values.tolist(), len(values))) for _ in range(12))]
    result = mann_kendall(np.array(orders))
    by_distance = np.argsort(np.abs(result.s), kind="stable")
    assert (np.diff(result.p_value[by_distance]) <= 0).all()
    assert len(set(result.var_s.tolist())) == 1


@given(panels(WIDE, most=16), st.sampled_from([0.5, 0.8, 0.9]), st.sampled_from([0.95, 0.99, 0.999]))
def test_intervals_nest(values: Floats, narrow: float, wide: float) -> None:
    """The interval contains the slope and widens with the confidence; the level is at least what was asked for."""
    small, large = (theil_sen(values, confidence=confidence) for confidence in (narrow, wide))
    both = (small.interval_reason == "") & (large.interval_reason == "") & (small.reason == "")
    assert (large.lower[both] <= small.lower[both]).all()
    assert (small.lower[both] <= small.slope[both]).all()
    assert (small.slope[both] <= small.upper[both]).all()
    assert (small.upper[both] <= large.upper[both]).all()
    assert (large.level[both] >= wide).all()
    refused = (large.reason == "") & (large.interval_reason != "")
    assert (large.level[refused] < wide).all()


@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(2, 25)), elements=WIDE, unique=True))
def test_zero_lies_outside_exactly_when_the_test_finds_a_trend(values: Floats) -> None:
    """Without ties the interval and the test are one thing."""
    for alpha, confidence in ((0.05, 0.95), (0.1, 0.9), (0.2, 0.8), (0.01, 0.99)):
        line = theil_sen(values, confidence=confidence)
        outside = (line.lower > 0) | (line.upper < 0)
        np.testing.assert_array_equal(outside, mann_kendall(values).p_value <= alpha)


@given(hnp.arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(2, 12)), elements=st.integers(-30, 30)))
def test_resolution_is_counting_in_units(counts: npt.NDArray[np.int64]) -> None:
    """Values measured in tenths are tested as whole tenths, whatever noise their doubles carry."""
    noisy = counts * 0.1 + np.resize([0.0, 3e-16, -2e-16], counts.shape)
    assert same(mann_kendall(noisy, resolution=0.1), mann_kendall(counts))
    np.testing.assert_allclose(theil_sen(noisy, resolution=0.1).slope, theil_sen(counts).slope * 0.1, rtol=1e-15)
