"""Trends beyond a covariate: other programs, brute force, laws and reasons."""

from __future__ import annotations

import math
import pickle
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import ndtr

from maalbib.errors import ArgumentError
from maalbib.stats import mann_kendall, partial_mann_kendall

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float64]

NAN = np.nan
SMALL = st.integers(-3, 3).map(float)
PAIRS = hnp.arrays(np.float64, st.tuples(st.just(2), st.integers(5, 12)), elements=SMALL)


def signs(values: npt.ArrayLike) -> Floats:
    """Return the sign of every later minus every earlier value; 0 where one is missing."""
    y = np.asarray(values, dtype=float)
    return np.array([np.nan_to_num(np.sign(b - a)) for a, b in combinations(y, 2)])


def test_maxau(oracles: Path) -> None:
    """Sediment given discharge, as in R trend."""
    data = pd.read_csv(oracles / "trends/datasets/maxau.csv")
    found = partial_mann_kendall(data["s"], data["q"], continuity_correction=False)
    assert found.s.item() == pytest.approx(-350.65760765550237, rel=1e-12)
    assert found.var_s.item() == pytest.approx(9503.2897820308353, rel=1e-12)
    assert found.rho.item() == pytest.approx(0.30098883572567786, rel=1e-12)
    assert found.z.item() == pytest.approx(-3.5970483823354087, rel=1e-12)
    assert found.p_value.item() == pytest.approx(0.00032184863558121967, rel=1e-9)


def test_pie1(oracles: Path) -> None:
    """Monthly deposition given rain, seasons as blocks, five gaps, as in R rkt."""
    data = pd.read_csv(oracles / "trends/datasets/pie1.csv")
    found = partial_mann_kendall(data["so4"], data["mm"], data["year"], blocks=data["month"])
    assert found.s.item() == pytest.approx(-325.60006757517738, rel=1e-12)
    # The other program subtracts from 1 and keeps six digits.
    assert found.p_value.item() == pytest.approx(1.1127854193659914e-10, rel=1e-6)
    assert (found.n.item(), found.s_values.item()) == (151, -348)


@pytest.mark.parametrize(
    ("values", "covariate"),
    [
        ([1, 5, 2, 4, 3], [1, 2, 3, 4, 5]),
        ([1, 1, 2, 2, 5, 4], [3, 1, 1, 2, 2, 2]),
        ([0, 0, 0, 1, 1, 1], [2, 2, 1, 4, 4, 1]),
    ],
)
def test_moments_are_those_over_all_orders(values: list[float], covariate: list[float]) -> None:
    """If every order of the pairs is equally likely, rho and the variance are no approximation: ties and all."""
    y, x = np.array(values, dtype=float), np.array(covariate, dtype=float)
    orders = np.array(list(permutations(range(len(y)))))
    sums = [(signs(y[order]).sum(), signs(x[order]).sum()) for order in orders]
    s_y, s_x = np.array(sums).T
    rho = (s_y @ s_x) / (s_x @ s_x)
    found = partial_mann_kendall(values, covariate)
    assert found.rho.item() == pytest.approx(rho, rel=1e-12)
    assert found.var_s.item() == pytest.approx(np.mean((s_y - rho * s_x) ** 2), rel=1e-12)
    assert found.s.item() == pytest.approx(signs(y).sum() - rho * signs(x).sum(), rel=1e-12)


@given(PAIRS)
def test_definition(pair: Floats) -> None:
    """The printed formula with ranks, ties included."""
    y, x = pair
    n = len(y)

    def rank(v: Floats) -> Floats:
        ranks: Floats = (n + 1 + np.sign(v[:, None] - v).sum(axis=1)) / 2
        return ranks

    def covariance(a: Floats, b: Floats) -> float:
        return float(signs(a) @ signs(b) + 4 * rank(a) @ rank(b) - n * (n + 1) ** 2) / 3

    found = partial_mann_kendall(y, x)
    if np.ptp(x) == 0:
        assert found.reason.item() == "constant_covariate"
        return
    rho = covariance(y, x) / covariance(x, x)
    left = covariance(y, y) - rho * covariance(y, x)
    if found.reason.item() == "same_order":
        assert left == pytest.approx(0, abs=1e-9)
        return
    assert found.rho.item() == pytest.approx(rho, rel=1e-12, abs=1e-14)
    assert found.var_s.item() == pytest.approx(left, rel=1e-9, abs=1e-9)
    assert found.s.item() == pytest.approx(signs(y).sum() - rho * signs(x).sum(), rel=1e-12, abs=1e-12)
    assert found.s_values.item() == signs(y).sum()
    assert found.s_covariate.item() == signs(x).sum()


@given(PAIRS)
def test_laws(pair: Floats) -> None:
    """Increasing maps change nothing; turning the covariate or the values turns what it must."""
    y, x = pair
    found = partial_mann_kendall(y, x)
    assert partial_mann_kendall(np.exp(y), 3 * x + 1) == found
    against = partial_mann_kendall(y, -x)
    assert against.s.item() == pytest.approx(found.s.item(), nan_ok=True)
    assert against.rho.item() == pytest.approx(-found.rho.item(), nan_ok=True)
    turned = partial_mann_kendall(-y, x)
    assert turned.s.item() == pytest.approx(-found.s.item(), nan_ok=True)
    assert turned.p_value.item() == pytest.approx(found.p_value.item(), nan_ok=True)
    padded = partial_mann_kendall([NAN, *y, 4], [1, *x, NAN])
    assert (padded.p_value.tobytes(), padded.n) == (found.p_value.tobytes(), found.n)


def test_an_unrelated_covariate_changes_nothing() -> None:
    """Where S of the covariate is uncorrelated with that of the values, the normal Mann-Kendall test remains."""
    values, unrelated = list(range(8)), [0, 4, 6, 7, 1, 5, 3, 2]
    found, plain = partial_mann_kendall(values, unrelated), mann_kendall(values, method="normal")
    assert found.rho.item() == 0
    assert found.p_value.item() == pytest.approx(plain.p_value.item(), rel=1e-12)


@given(PAIRS, st.data())
def test_blocks_add_up(pair: Floats, data: st.DataObject) -> None:
    """S and the covariances of independent blocks are sums over the blocks."""
    y, x = pair
    labels = data.draw(hnp.arrays(np.int64, len(y), elements=st.integers(0, 1)))
    found = partial_mann_kendall(y, x, blocks=labels)
    assert found.s_values == mann_kendall(y, blocks=labels).s or np.isnan(mann_kendall(y, blocks=labels).s)
    if found.reason.item():
        return
    # rho and what is left give back the variance and the covariance of the blocks together.
    own, other = mann_kendall(y, blocks=labels).var_s, mann_kendall(x, blocks=labels).var_s
    assert found.var_s.item() == pytest.approx((own - found.rho**2 * other).item(), rel=1e-9, abs=1e-9)


@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 5), st.just(9)), elements=SMALL | st.just(NAN)), st.booleans())
def test_rows_of_a_batch_are_single_calls(values: Floats, together: bool) -> None:  # noqa: FBT001
    """A series gets the same bytes alone and in a batch, with a common covariate or its own."""
    beside = values[::-1]
    options: dict[str, Any] = {"blocks": np.arange(9) % 3, "together": together, "min_years": 2, "gaps": "mid_rank"}
    common = partial_mann_kendall(values, beside[0], **options)
    own = partial_mann_kendall(values, beside, **options)
    for i, row in enumerate(values):
        for whole, x in ((common, beside[0]), (own, beside[i])):
            alone = partial_mann_kendall(row, x, **options)
            for name in ("s", "var_s", "z", "p_value", "rho", "s_values", "s_covariate", "n"):
                assert getattr(alone, name).tobytes() == np.asarray(getattr(whole, name)[i]).tobytes()
            assert alone.reason.item() == whole.reason[i]


def test_it_keeps_its_level() -> None:
    """Values that follow a covariate with a trend: many trends without allowance, few with it."""
    rng = np.random.default_rng(2)
    covariate = rng.normal(size=(4000, 12)) + 0.3 * np.arange(12)
    values = covariate + rng.normal(size=(4000, 12))
    assert (mann_kendall(values).p_value <= 0.05).mean() > 0.4
    assert (partial_mann_kendall(values, covariate).p_value <= 0.05).mean() < 0.05
    free = rng.normal(size=(4000, 12))
    assert 0.02 < (partial_mann_kendall(values - covariate, free).p_value <= 0.05).mean() < 0.055


class TestRegressions:
    """What other packages got wrong."""

    def test_trend_partial_test_ignores_ties(self) -> None:
        """With equal values the variance is the smaller one of these values, not that of distinct ones."""
        values, covariate = [1, 1, 1, 2, 2, 2, 3, 3], [5, 1, 4, 4, 2, 6, 3, 4]
        found = partial_mann_kendall(values, covariate)
        untied = mann_kendall(np.arange(8.0)).var_s.item()
        assert found.var_s.item() < mann_kendall(values).var_s.item() < untied

    def test_rkt_takes_s_from_one_rho_and_its_variance_from_another(self, oracles: Path) -> None:
        """With dependent seasons the printed p (0.0005) divides S by the deviation of something else; ours is 0.003."""
        data = pd.read_csv(oracles / "trends/datasets/pie1.csv")
        whole = {"times": data["year"], "blocks": data["month"]}
        apart = partial_mann_kendall(data["so4"], data["mm"], **whole)
        joint = partial_mann_kendall(data["so4"], data["mm"], together=True, gaps="mid_rank", **whole)
        mixed = 2 * float(ndtr(-(abs(apart.s) - 1) / np.sqrt(joint.var_s)))
        assert mixed == pytest.approx(0.00053704320749425882, rel=1e-9)
        assert joint.p_value.item() == pytest.approx(0.0028511314963570477, rel=1e-9)
        assert joint.rho != apart.rho

    def test_rkt_drops_blocks_under_four_values(self) -> None:
        """A block of three counts."""
        found = partial_mann_kendall([1, 2, 3, 4, 5, 6, 7], [2, 1, 3, 1, 3, 2, 4], blocks=[0, 0, 0, 1, 1, 1, 1])
        assert found.s_values.item() == 9


class TestReasons:
    """A bad series never raises; it says why."""

    def test_each_reason(self) -> None:
        """One row per reason."""
        y = np.array([1.0, 2, 4, 3, 5, 6])
        x = np.array([2.0, 1, 3, 4, 6, 5])
        inf = np.where(np.arange(6) == 2, np.inf, y)
        values = np.stack([y, np.full(6, NAN), np.where(np.arange(6) < 4, y, NAN), y, y, inf, y])
        covariates = np.stack([x, x, x, np.full(6, 3.0), y, x, np.where(np.arange(6) == 0, np.inf, x)])
        found = partial_mann_kendall(values, covariates)
        assert found.reason.tolist() == [
            "", "no_data", "too_few_points", "constant_covariate", "same_order", "invalid_value", "invalid_value",
        ]  # fmt: skip
        for column in (found.s, found.var_s, found.z, found.p_value, found.rho):
            assert np.isnan(column).tolist() == [False] + [True] * 6
        assert np.isnan(found.s_values).tolist() == [False, True, False, False, False, True, True]

    def test_dependent_blocks_need_ten_whole_years(self) -> None:
        """The rules of dependent seasons hold with a covariate, too; independent blocks need none."""
        rng = np.random.default_rng(1)
        y, x = rng.normal(size=24), rng.normal(size=24)
        blocks = np.arange(24) % 2
        gap = np.where(np.arange(24) == 9, NAN, x)
        assert partial_mann_kendall(y, x, blocks=blocks, together=True).reason.item() == ""
        assert partial_mann_kendall(y, gap, blocks=blocks, together=True).reason.item() == "incomplete_years"
        assert (
            partial_mann_kendall(y[:18], x[:18], blocks=blocks[:18], together=True).reason.item() == "too_few_years"
        )
        assert partial_mann_kendall(y[:18], gap[:18], blocks=blocks[:18]).reason.item() == ""

    def test_constant_values(self) -> None:
        """Nothing moves: p is 1."""
        found = partial_mann_kendall([5] * 6, [1, 2, 3, 4, 5, 6])
        assert (found.s.item(), found.p_value.item(), found.reason.item()) == (0, 1, "")

    def test_an_opposite_covariate_leaves_nothing(self) -> None:
        """Neither does one in the opposite order."""
        assert partial_mann_kendall([1, 2, 4, 3, 5], [9, 8, 6, 7, 5]).reason.item() == "same_order"

    def test_empty_inputs(self) -> None:
        """No series, no periods."""
        assert partial_mann_kendall(np.empty((0, 6)), np.arange(6.0)).s.shape == (0,)
        assert partial_mann_kendall([], []).reason.item() == "no_data"

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ({"covariate": [1, 2]}, "argument.shape"),
            ({"covariate": [[1, 2, 3], [1, 2, 3]]}, "argument.shape"),
            ({"covariate": ["a", "b", "c"]}, "argument.numbers"),
            ({"covariate": [1, 2, 3], "times": [0, 0, 1]}, "trend.times_not_rising"),
            ({"covariate": [1, 2, 3], "alternative": "up"}, "argument.choice"),
            ({"covariate": [1, 2, 3], "blocks": [0, 1, 1], "times": [0, 1, 2], "together": True},
             "seasons.times_not_shared"),
        ],
    )  # fmt: skip
    def test_wrong_arguments(self, arguments: dict[str, Any], code: str) -> None:
        """Only wrong arguments raise."""
        with pytest.raises(ArgumentError) as caught:
            partial_mann_kendall([1, 2, 3], **arguments)
        assert caught.value.code == code

    def test_results_pickle_and_inputs_stay(self) -> None:
        """A result survives a process pool, and nothing is changed in place."""
        values, beside = np.array([[1.0, np.inf, 3.0, 4.0]]), np.array([NAN, 2.0, 2.0, 5.0])
        before = values.copy(), beside.copy()
        found = partial_mann_kendall(values, beside, resolution=0.5)
        assert pickle.loads(pickle.dumps(found)) == found
        assert np.array_equal(values, before[0])
        assert np.array_equal(beside, before[1], equal_nan=True)
        assert math.isnan(found.p_value.item())
