"""Autocorrelation around the line, and the test that allows for it: oracles, definitions, simulation, laws."""

from __future__ import annotations

import json
import math
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import ndtr

from maalbib.errors import ArgumentError
from maalbib.stats import ar1_mann_kendall, mann_kendall, residual_autocorrelation, theil_sen

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]

NAN = np.nan
GAPPY = st.integers(-4, 4).map(float) | st.just(NAN)
PANELS = hnp.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(0, 14)), elements=GAPPY)


def noise(rng: np.random.Generator, rho: float, shape: tuple[int, int]) -> Floats:
    """Draw stationary series in which each value resembles the one before."""
    drawn = rng.normal(size=shape)
    for period in range(1, shape[1]):
        drawn[:, period] = rho * drawn[:, period - 1] + np.sqrt(1 - rho**2) * drawn[:, period]
    return drawn


def test_series_cases(oracles: Path) -> None:
    """Gaps left out, uneven times, ties: as computed elsewhere."""
    cases: list[dict[str, Any]] = json.loads((oracles / "trends/series_cases.json").read_text(encoding="utf-8"))
    checked = 0
    for case in cases:
        y = [NAN if v is None else v for v in case["y"]]
        found = residual_autocorrelation(y, case["t"], resolution=case.get("resolution"), gaps="join")
        expected = case["expected"].get("r1_sen_residuals")
        assert (found.reason.item() == "") == (expected is not None), case["case_id"]
        if expected is not None:
            assert found.r1.item() == pytest.approx(expected, rel=1e-12, abs=1e-14), case["case_id"]
            n = case["expected"]["n"]
            assert found.limit.item() == pytest.approx(1.645 / math.sqrt(n) - 2 / n, rel=1e-12)
            assert found.found.item() == (expected + 2 / n > 1.645 / math.sqrt(n))
            if len(set(np.diff(case["t"]))) == 1 and None not in case["y"]:
                assert residual_autocorrelation(y, case["t"], resolution=case.get("resolution")) == found
            checked += 1
    assert checked == 46


@given(PANELS, st.data(), st.sampled_from(["break", "join"]))
def test_definition(values: Floats, data: st.DataObject, gaps: Any) -> None:
    """Residuals block by block and neighbours one by one, in plain Python."""
    periods = values.shape[1]
    labels = data.draw(hnp.arrays(np.int64, periods, elements=st.integers(0, 1)))
    times = np.cumsum(data.draw(hnp.arrays(np.int64, periods, elements=st.integers(1, 3)))).astype(float)
    found = residual_autocorrelation(values, times, blocks=labels, gaps=gaps)
    slopes = theil_sen(values, times, blocks=labels).slope
    for i, row in enumerate(values):
        e, steps, products = [], [], []
        blocks = 0
        for label in (0, 1):
            there = (labels == label) & np.isfinite(row)
            if there.sum() < 2:
                continue
            blocks += 1
            residual = row[there] - slopes[i] * times[there]
            residual = residual - residual.mean()
            e += residual.tolist()
            steps += np.diff(times[there]).tolist()
            products += (residual[1:] * residual[:-1]).tolist()
        if found.reason[i]:
            continue
        usual = sorted(steps)[(len(steps) - 1) // 2]
        near = [p for p, step in zip(products, steps, strict=True) if gaps == "join" or 0.5 <= step / usual < 1.5]
        r1 = sum(near) / sum(v * v for v in e) * (len(e) - blocks) / len(near)
        assert found.r1[i] == pytest.approx(r1, rel=1e-9, abs=1e-12)
        assert (found.pairs[i], found.n_blocks[i]) == (len(near), blocks)
        assert found.limit[i] == pytest.approx(1.645 / math.sqrt(len(near) + blocks) - (blocks + 1) / len(e))


def test_neighbours_are_one_usual_step_apart() -> None:
    """Months have unequal lengths, a quarter is no month, and a yearly series in a half-yearly panel is yearly."""
    days = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31])
    values = [1.0, 3, 2, 5, 4, 4, 7, 5]
    assert residual_autocorrelation(values, days).pairs.item() == 7
    assert residual_autocorrelation([1, 3, 2, 5, NAN, NAN, 7, 5]).pairs.item() == 4
    yearly = np.full(16, NAN)
    yearly[::2] = values
    assert residual_autocorrelation(yearly).r1 == residual_autocorrelation(values).r1


@pytest.mark.parametrize(("n", "share"), [(12, 0.30), (20, 0.65), (40, 0.94)])
def test_what_is_found(n: int, share: float) -> None:
    """The rates stated in the notes: an autocorrelation of 0.6 is often missed; one of 0 is seldom found."""
    rng = np.random.default_rng(n)
    assert residual_autocorrelation(noise(rng, 0.6, (2000, n))).found.mean() == pytest.approx(share, abs=0.05)
    assert residual_autocorrelation(noise(rng, 0.0, (2000, n))).found.mean() < 0.07


@pytest.mark.parametrize("labels", [np.arange(30) // 10, np.arange(30) // 15, np.arange(30) % 5])
def test_blocks_do_not_alarm_more(labels: npt.NDArray[np.int64]) -> None:
    """The allowance for several levels keeps white noise from being found too often."""
    values = np.random.default_rng(4).normal(size=(3000, 30))
    found = residual_autocorrelation(values, blocks=labels)
    assert found.found.mean() < 0.075
    assert abs(found.r1.mean() + (found.n_blocks[0] + 1) / 30) < 0.03


@given(PANELS)
def test_laws(values: Floats) -> None:
    """Turning values or time, scale, shift and missing ends change no r1."""
    found = residual_autocorrelation(values)
    for other in (
        residual_autocorrelation(-values),
        residual_autocorrelation(values[:, ::-1]),
        residual_autocorrelation(4 * values + 7),
        residual_autocorrelation(np.pad(values, ((0, 0), (2, 3)), constant_values=NAN)),
    ):
        assert other.reason.tolist() == found.reason.tolist()
        assert np.allclose(other.r1, found.r1, rtol=1e-9, atol=1e-12, equal_nan=True)
    assert ((np.abs(found.r1) <= 2) | np.isnan(found.r1)).all()


@given(PANELS, st.data())
def test_rows_of_a_batch_are_single_calls(values: Floats, data: st.DataObject) -> None:
    """A series gets the same bytes alone and in a batch, with labels of its own."""
    labels = data.draw(hnp.arrays(np.int64, values.shape, elements=st.integers(0, 1)))
    for kernel in (residual_autocorrelation, ar1_mann_kendall):
        whole: Any = kernel(values, blocks=labels)
        for i, row in enumerate(values):
            alone: Any = kernel(row, blocks=labels[i])
            for name in ("r1", "limit", "found", "pairs") if kernel is residual_autocorrelation else ("z", "p_value"):
                assert getattr(alone, name).tobytes() == np.asarray(getattr(whole, name)[i]).tobytes()
            assert alone.reason.item() == whole.reason[i]


def test_many_rows_are_single_calls() -> None:
    """The same for more series than one piece holds."""
    values = np.random.default_rng(3).normal(size=(6000, 24))
    found, allowed = residual_autocorrelation(values), ar1_mann_kendall(values)
    for i in (0, 2730, 2731, 5999):
        assert residual_autocorrelation(values[i]).r1.tobytes() == found.r1[i].tobytes()
        assert ar1_mann_kendall(values[i]).p_value.tobytes() == allowed.p_value[i].tobytes()


def test_each_reason() -> None:
    """One row per reason."""
    sparse = [1, NAN, 2, NAN, NAN, 5, NAN, 9]
    rows = np.array(
        [
            [1, 3, 2, 5, 4, 4, 7, 5],
            [NAN] * 8,
            [1, NAN, 4, 2, NAN, 7, NAN, NAN],
            [5] * 8,
            [0.1 * i for i in range(8)],
            [1, 2, np.inf, 4, 5, 6, 7, 8],
            [*sparse],
        ]
    )
    found = residual_autocorrelation(rows)
    reasons = ["", "no_data", "too_few_points", "exact_line", "exact_line", "invalid_value", "too_few_points"]
    assert found.reason.tolist() == reasons
    assert np.isnan(found.r1).tolist() == [False] + [True] * 6
    assert found.found.tolist() == [False] * 7
    blocks = [0, 0, 1, 1, 2, 2, 3, 3]
    assert residual_autocorrelation(rows[0], [0, 9, 10, 30, 40, 99, 100, 300], blocks=blocks).reason.item() == ""


def test_there_are_always_neighbours() -> None:
    """The usual step is that of at least one pair, however uneven the times."""
    assert residual_autocorrelation([1, 3, 2, 5, 4, 9], [0, 1, 4, 13, 40, 121]).pairs.item() == 1


class TestAR1:
    """The test with allowance for autocorrelation."""

    @given(PANELS)
    def test_p_only_grows(self, values: Floats) -> None:
        """Never below the exact p, and the same where no autocorrelation is measured."""
        found, exact = ar1_mann_kendall(values), mann_kendall(values)
        judged = ~np.isnan(found.p_value)
        assert (found.p_value[judged] >= exact.p_value[judged]).all()
        unmoved = judged & (found.rho == 0)
        assert (found.p_value[unmoved] == exact.p_value[unmoved]).all()
        assert np.array_equal(found.p_unadjusted, exact.p_value, equal_nan=True)
        assert ((found.inflation >= 1) | ~judged).all()
        assert (judged == (exact.n >= 8)).all()

    def test_definition(self) -> None:
        """The printed formula in plain Python."""
        rng = np.random.default_rng(9)
        values = np.round(noise(rng, 0.5, (60, 15)), 1)
        found, exact, around = ar1_mann_kendall(values), mann_kendall(values), residual_autocorrelation(values)
        n = 15
        for i in range(len(values)):
            rho = min(max((n * around.r1[i] + 2) / (n - 4), 0), 0.95)
            total = sum(
                (n - k) * (n - k - 1) * (n - k - 2) * 6 / math.pi * math.asin(rho**k / 2) for k in range(1, n - 2)
            )
            eta = 1 + 2 / (n * (n - 1) * (n - 2)) * total
            z = max(abs(exact.s[i]) - 1, 0) / math.sqrt(eta * exact.var_s[i])
            p = max(exact.p_value[i], 2 * float(ndtr(-z))) if rho else exact.p_value[i]
            assert found.rho[i] == pytest.approx(rho, rel=1e-12)
            assert found.inflation[i] == pytest.approx(eta, rel=1e-12)
            assert abs(found.z[i]) == pytest.approx(z, rel=1e-12)
            assert found.p_value[i] == pytest.approx(min(p, 1), rel=1e-12)
            assert found.path[i] == ("ar1" if p > exact.p_value[i] else "exact")

    def test_blocks_are_inflated_one_by_one(self) -> None:
        """The variance of two segments adds up; blocks of two values keep theirs."""
        values = np.array([1.0, 2, 3, 3.5, 3, 2.5, 2, 2.2, 8, 9, 9.5, 9.2, 8.5, 8, 4, 5])
        labels = np.repeat([0, 1, 2], [8, 6, 2])
        found = ar1_mann_kendall(values, blocks=labels)
        rho = found.rho.item()
        assert 0 < rho <= 0.95
        total = 1.0  # the block of two
        for size, part in ((8, values[:8]), (6, values[8:14])):
            terms = sum(
                (size - k) * (size - k - 1) * (size - k - 2) * 6 / math.pi * math.asin(rho**k / 2)
                for k in range(1, size - 2)
            )
            total += (1 + 2 / (size * (size - 1) * (size - 2)) * terms) * mann_kendall(part).var_s.item()
        assert found.inflation.item() == pytest.approx(total / mann_kendall(values, blocks=labels).var_s.item())

    @pytest.mark.parametrize(
        ("n", "rho", "plain", "allowed"), [(12, 0.0, 0.04, 0.03), (12, 0.6, 0.25, 0.10), (60, 0.6, 0.31, 0.07)]
    )
    def test_false_alarms(self, n: int, rho: float, plain: float, allowed: float) -> None:
        """The rates stated in the notes, at 5 % without trend."""
        values = noise(np.random.default_rng(n), rho, (2000, n))
        found = ar1_mann_kendall(values)
        assert (found.p_unadjusted <= 0.05).mean() == pytest.approx(plain, abs=0.03)
        assert (found.p_value <= 0.05).mean() == pytest.approx(allowed, abs=0.025)

    def test_blocks_keep_their_level(self) -> None:
        """Two segments of ten values each: the allowance is no licence to find more."""
        values = noise(np.random.default_rng(6), 0.6, (2000, 20))
        found = ar1_mann_kendall(values, blocks=np.arange(20) // 10)
        assert (found.p_value <= 0.05).mean() < (found.p_unadjusted <= 0.05).mean() * 0.6

    def test_each_reason(self) -> None:
        """Below eight values nothing is said; a straight line keeps its p."""
        rows = np.array([[1, 3, 2, 5, 4, 4, 7, 5], [1, 3, 2, 5, 4, 4, 7, NAN], [NAN] * 8, np.arange(8) * 0.1])
        found = ar1_mann_kendall(rows)
        assert found.reason.tolist() == ["", "too_few_points", "no_data", "exact_line"]
        assert np.isnan(found.p_value).tolist() == [False, True, True, False]
        assert np.isnan(found.p_unadjusted).tolist() == [False, False, True, False]
        assert found.p_value[3] == mann_kendall(rows[3]).p_value
        assert ar1_mann_kendall([1, 2, np.inf, 3, 4, 5, 6, 7, 8]).reason.item() == "invalid_value"

    def test_one_sided(self) -> None:
        """The side is that of the Mann-Kendall test."""
        values = noise(np.random.default_rng(1), 0.6, (200, 12)) + 0.1 * np.arange(12)
        up, down, two = (ar1_mann_kendall(values, alternative=kind) for kind in ("rising", "falling", "two-sided"))
        moved = (two.path == "ar1") & (two.s > 0) & (two.p_value < 1)
        assert moved.any()
        assert np.allclose(2 * up.p_value[moved], two.p_value[moved])
        assert (down.p_value[moved] > 0.5).all()


class TestRegressions:
    """What other packages got wrong."""

    def test_pymannkendall_yue_wang_rejects_white_noise(self) -> None:
        """It finds a trend in four of ten series of white noise; ours in no more than promised."""
        pymannkendall = pytest.importorskip("pymannkendall")
        values = np.random.default_rng(7).normal(size=(80, 12))
        theirs = np.array([pymannkendall.yue_wang_modification_test(row).p for row in values])
        found = ar1_mann_kendall(values)
        assert (theirs <= 0.05).mean() > 0.25
        assert (found.p_value <= 0.05).mean() < 0.08
        assert (theirs < found.p_unadjusted).mean() > 0.3
        assert (found.p_value >= found.p_unadjusted).all()

    def test_pymannkendall_hamed_rao_makes_p_smaller(self) -> None:
        """The exact p is a floor: no sample autocorrelation may turn noise into a finding."""
        pymannkendall = pytest.importorskip("pymannkendall")
        values = np.random.default_rng(8).normal(size=(60, 12))
        theirs = np.array([pymannkendall.hamed_rao_modification_test(row).p for row in values])
        found = ar1_mann_kendall(values)
        assert (theirs < found.p_unadjusted - 1e-6).any()
        assert (found.p_value >= found.p_unadjusted).all()

    def test_modifiedmk_collapses_time(self) -> None:
        """A slope per real step is taken from values at their real time, so a line with gaps leaves nothing."""
        assert residual_autocorrelation([1, 2, NAN, NAN, 5, 6, NAN, 8, 9]).reason.item() == "exact_line"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"gaps": "skip"}, "argument.choice"),
        ({"times": [0, 0, 1]}, "trend.times_not_rising"),
        ({"blocks": [0, 1]}, "argument.shape"),
    ],
)
def test_wrong_arguments(arguments: dict[str, Any], code: str) -> None:
    """Only wrong arguments raise."""
    with pytest.raises(ArgumentError) as caught:
        residual_autocorrelation([1, 2, 3], **arguments)
    assert caught.value.code == code


def test_empty_inputs_pickle_and_inputs_stay() -> None:
    """No series, no periods; results survive a process pool; nothing is changed in place."""
    assert residual_autocorrelation(np.empty((0, 9))).r1.shape == (0,)
    assert residual_autocorrelation([]).reason.item() == "no_data"
    assert ar1_mann_kendall([]).reason.item() == "no_data"
    assert ar1_mann_kendall(np.empty((2, 0))).reason.tolist() == ["no_data"] * 2
    values = np.array([[1.0, np.inf, 3, 4, 6, 5, 8, 9], [NAN, 2, 2, 5, 4, 8, 7, 9]])
    before = values.copy()
    found = ar1_mann_kendall(values, resolution=0.5)
    assert pickle.loads(pickle.dumps(found)) == found
    assert np.array_equal(values, before, equal_nan=True)


def test_scale_does_not_matter() -> None:
    """Squares of large and of tiny values stay within reach: every power of two gives the same bits, and no warning."""
    values = np.array([3, 4, 6, 7, 6, 4, 3, 2, 3, 5, 7, 8, 7, 6, 4, 3.0])
    plain = residual_autocorrelation(values)
    for power in (-1_000, -700, 600, 1_000):
        assert residual_autocorrelation(np.ldexp(values, power)) == plain
    huge = residual_autocorrelation(np.array([[1, -1, 0.5, -0.5, 1, 0]]) * [[1e303], [1e306], [8.9e307]])
    assert np.isfinite(huge.r1[0])
    assert ((huge.reason == "") == np.isfinite(huge.r1)).all()


def test_values_alone_in_their_block_change_nothing() -> None:
    """They are no part of r1, so they are none of the number of values that its bias depends on."""
    values, blocks = [3, 4, 6, 7, 6, 4, 3, 5, 6, 8, 9, 7], [0] * 12
    plain = ar1_mann_kendall(values)
    beside = ar1_mann_kendall([*values, 5, 1, 9], blocks=[*blocks, 1, 2, 3])
    assert plain.rho > 0
    assert (beside.rho, beside.p_value, beside.n) == (plain.rho, plain.p_value, 15)
    assert ar1_mann_kendall([*values[:7], 5], blocks=[*blocks[:7], 1]).reason.item() == "too_few_points"
